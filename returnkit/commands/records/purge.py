"""`returnkit records purge`: what was kept of people long enough goes."""

from collections import Counter
from collections.abc import Iterable

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of
from returnkit.commands.records.telling import as_json, check_gone, doing_options, history, lines_of, not_done, uninterrupted
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import Span, parse_span
from returnkit.model.jsonl import Json
from returnkit.records.erasure.redact import Blanked
from returnkit.render import Report, Section
from returnkit.service.retention import Due, contacts_kept, retention_of, told, too_short, words_kept

SCHEMA = "returnkit.purge/1"
COLUMNS = ("what", "id", "until", "why")
KEPT_LONG_ENOUGH = "it was kept long enough"


@global_options
@output_options
@doing_options
@click.command("purge", context_settings=SETTINGS)
@click.option("--dry-run", is_flag=True, help="Only say what would go, with the days and why.")
@click.option("--older-than", metavar="TIME", callback=not_empty, help='Instead of [retention]: "3 years", "18 months".')
def purge_command(  # noqa: PLR0913 - what can be said
    *, dry_run: bool, older_than: str | None, yes: bool, gone: tuple[str, ...], form: str | None, output: str | None
) -> int:
    """Forget customers and take out words that were kept long enough.

    \b
        returnkit records purge --dry-run
        returnkit records purge --yes
        returnkit records purge --older-than "2 years" --dry-run

    Contacts go so long after the last thing that happened with them, once all their complaints are over; the words of a
    complaint so long after it was over; those of sales and returns only once the accounts need not be kept any longer, by the
    law of the shop's country. Records stay, and with them all figures. Each till takes out its own words. Three years are usual;
    policies/shop.toml may say

    \b
        [retention]
        contacts = "3 years"
        words = "3 years"
        accounting = "7 years"

    JSON is {"schema", "done", "today", "contacts": [{"id", "until", "why"}], "words": [{"id", "until", "why", "fields"}],
    "elsewhere": {till: records}, "kept": {"contacts", "words", "next"}, "taken": [{"id", "fields", "file"}], "warnings",
    "history": {"files", "commands"}}.

    Exit code: 0 done, or nothing is due, or --dry-run; 1 nothing was done without --yes; 3 a line is not as it was written;
    74 or 75 not done: repeat it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.records.contacts import contact_path
    from returnkit.records.erasure.redact import own_tills, till_of
    from returnkit.redacting import forgotten, kept, not_over, with_contact

    session, form = Session(), form_of(form, output)
    if dry_run and yes:
        raise BadInputError(Problem("--dry-run and --yes are both given", "leave one of them out"))
    check_gone(session, gone)
    shop, books = session.shop, session.books()
    retention = retention_of(shop.country, shop.retention, _span(older_than))
    warnings = too_short(shop.country, retention)
    for warning in warnings:
        note(warning)
    ties, still = kept(books).ties, not_over(books)
    over = forgotten(books).keys() - {*with_contact(books)}
    contacts = [each for each in contacts_kept(ties, with_contact(books), still, retention, session.today) if each.id not in over]
    own, said = {*own_tills(books.shop), *gone}, list(words_kept(ties, still, retention, session.today))
    words = [each for each in said if till_of(each.id) in own]
    elsewhere = Counter(till_of(each.id) for each in said if each.due and till_of(each.id) not in own)
    due = [each for each in contacts if each.due], [each for each in words if each.due]
    done: list[Blanked] = []
    if yes and any(due):
        facts = facts_of(session, because=KEPT_LONG_ENOUGH)
        done = uninterrupted(lambda: _purge(session, *due, facts, gone))
    files = [each.file for each in done] + [contact_path(books.folder, each.id) for each in due[0] if yes]
    left, about = history(session, files)
    kept_on = [each for each in (*contacts, *words) if not each.due]
    data = {
        "schema": SCHEMA,
        "done": yes,
        "today": session.day("today"),
        "contacts": [{"id": each.id, "until": each.until, "why": each.why} for each in due[0]],
        "words": [{"id": each.id, "until": each.until, "why": each.why, "fields": sorted(each.words)} for each in due[1]],
        "elsewhere": dict(elsewhere),
        "kept": {"contacts": len(contacts) - len(due[0]), "words": len(words) - len(due[1]), "next": _next(kept_on)},
        "taken": as_json(done),
        "warnings": warnings,
        "history": left,
    }
    rows = [
        (what, each.id, each.until, each.why) for what, found in zip(("contact", "words"), due, strict=True) for each in found
    ]
    lines = [*_told(due[0], due[1], kept_on, done=yes), *lines_of(done), *about]
    lines += [f"{till} has words of {count} records that are due: purge there does it" for till, count in elsewhere.items()]
    lines.append(f"contacts are kept for {told(retention.contacts)}, words for {told(retention.words)}")
    deliver(Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, tuple(rows), data), form, output)
    return not_done() if any(due) and not (yes or dry_run) else 0


def _span(text: str | None) -> Span | None:
    if text is None:
        return None
    try:
        return parse_span(text)
    except ValueError as error:
        raise BadInputError(Problem(f"--older-than {text!r} is no length of time", str(error))) from None


def _purge(session: Session, contacts: list[Due], words: list[Due], facts: Json, gone: tuple[str, ...]) -> list[Blanked]:
    from returnkit.redacting import forget, redact

    books = session.books()
    done = forget(books, [each.id for each in contacts], facts, gone) if contacts else []
    return [*done, *redact(books, {each.id: each.words for each in words}, facts, gone)]


def _next(kept_on: Iterable[Due]) -> str | None:
    return min((each.until for each in kept_on if each.until), default=None)


def _told(contacts: list[Due], words: list[Due], kept_on: list[Due], *, done: bool) -> list[str]:
    verb = ("is forgotten", "words taken out") if done else ("would be forgotten", "words would be taken out")
    lines = [f"{each.id} {verb[0]}: kept until {each.until}: {each.why}" for each in contacts]
    lines += [f"{each.id} {verb[1]} ({', '.join(sorted(each.words))}): kept until {each.until}: {each.why}" for each in words]
    lines = lines or ["nothing was kept long enough to go"]
    soonest = _next(kept_on)
    return [*lines, f"{len(kept_on)} more are kept" + (f", the next until {soonest}" if soonest else "")] if kept_on else lines
