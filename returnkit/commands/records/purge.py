"""`returnkit records purge`: what was kept of people long enough goes."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of
from returnkit.commands.records.telling import (
    as_json,
    check_gone,
    copies,
    doing_options,
    history,
    lines_of,
    not_done,
    uninterrupted,
)
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import Span, parse_span
from returnkit.records.contacts import read_contact
from returnkit.render import Report, Section
from returnkit.service.retention import Due, retention_of, told, too_short
from returnkit.shop import shown_path

if TYPE_CHECKING:
    from returnkit.records.erasure.redact import Blanked
    from returnkit.redacting import Lapsing

SCHEMA = "returnkit.purge/1"
COLUMNS = ("what", "id", "until", "why")
VERBS = ("would be forgotten", "words would be taken out", "would be removed")
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

    What was put aside of damaged records goes so long after that. JSON is {"schema", "done", "today", "contacts": [{"id",
    "until", "why"}], "words": [{"id", "until", "why", "fields"}], "aside": [{"id", "until", "why"}], "elsewhere": {till:
    records}, "kept": {"contacts", "words", "next", "waiting_for"}, "taken": [{"id", "fields", "file"}], "warnings", "history":
    {"files", "versions", "commands", "waiting", "copies"}}.

    Exit code: 0 done, or nothing is due, or --dry-run; 1 nothing was done without --yes; 3 a line is not as it was written
    (returnkit records heal); 74 or 75 not done: repeat it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.records.erasure.redact import till_of
    from returnkit.redacting import lapsing, purge

    session, form = Session(), form_of(form, output)
    if dry_run and yes:
        raise BadInputError(Problem("--dry-run and --yes are both given", "leave one of them out"))
    check_gone(session, gone)
    shop, books = session.shop, session.books()
    retention = retention_of(shop.country, shop.retention, _span(older_than))
    warnings = too_short(shop.country, retention)
    for warning in warnings:
        note(warning)

    def look() -> "Lapsing":
        return lapsing(books, retention, session.today, gone)

    found = look()
    due = found.due()
    anything = any(due[:3])
    done: list[Blanked] = []
    if yes and anything:
        facts = facts_of(session, because=KEPT_LONG_ENOUGH)
        done = uninterrupted(lambda: purge(books, look, due, facts, gone))
    left, about = history(session, gone) if yes else ({}, [])
    elsewhere = Counter(till_of(each.id) for each in due.elsewhere)
    kept_on = [each for each in (*found.contacts, *found.words) if not each.due]
    waiting = sorted({each.why for each in kept_on if not each.until})
    data = {
        "schema": SCHEMA,
        "done": yes,
        "today": session.day("today"),
        "contacts": [{"id": each.id, "until": each.until, "why": each.why} for each in due.contacts],
        "words": [{"id": each.id, "until": each.until, "why": each.why, "fields": sorted(each.words)} for each in due.words],
        "aside": [{"id": shown_path(each.id), "until": each.until, "why": each.why} for each in due.aside],
        "elsewhere": dict(elsewhere),
        "kept": {
            "contacts": len(found.contacts) - len(due.contacts),
            "words": len(found.words) - len(due.words),
            "next": _next(kept_on),
            "waiting_for": waiting,
        },
        "taken": as_json(done),
        "warnings": warnings,
        "history": left,
    }
    kinds = zip(("contact", "words", "aside"), due, strict=False)
    rows = [(what, each.id, each.until, each.why) for what, some in kinds for each in some]
    lines = [*_told(_called(books.folder, due.contacts), due, kept_on, done=yes), *(f"  {why}" for why in waiting)]
    lines += [*lines_of(done), *(about or ([copies(session)] if yes else []))]
    lines += [f"{till} has words of {count} records that are due: purge there does it" for till, count in elsewhere.items()]
    lines.append(f"contacts are kept for {told(retention.contacts)}, words for {told(retention.words)}")
    deliver(Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, tuple(rows), data), form, output, folds=True)
    return not_done() if anything and not (yes or dry_run) else 0


def _span(text: str | None) -> Span | None:
    if text is None:
        return None
    try:
        span = parse_span(text)
    except ValueError as error:
        raise BadInputError(Problem(f"--older-than {text!r} is no length of time", str(error))) from None
    if not any(span):
        raise BadInputError(Problem(f"--older-than {text!r}: nothing can be kept for no time at all", 'write at least "1 day"'))
    return span


def _called(folder: str, contacts: list[Due]) -> list[Due]:
    """Return contacts as a person knows them, as long as anything is known of them."""
    known = ((each, read_contact(folder, each.id)) for each in contacts)
    return [each._replace(id=f"{each.id} ({', '.join(data.values())})") if data else each for each, data in known]


def _next(kept_on: Iterable[Due]) -> str | None:
    return min((each.until for each in kept_on if each.until), default=None)


def _told(contacts: list[Due], due: "Lapsing", kept_on: list[Due], *, done: bool) -> list[str]:
    verbs = ("is forgotten", "words taken out", "removed") if done else VERBS
    lines = [f"{each.id} {verbs[0]}: kept until {each.until}: {each.why}" for each in contacts]
    lines += [
        f"{each.id} {verbs[1]} ({', '.join(sorted(each.words))}): kept until {each.until}: {each.why}" for each in due.words
    ]
    lines += [f"{shown_path(each.id)} {verbs[2]}: kept until {each.until}: {each.why}" for each in due.aside]
    lines = lines or ["nothing was kept long enough to go"]
    soonest = _next(kept_on)
    return [*lines, f"{len(kept_on)} more are kept" + (f", the next until {soonest}" if soonest else "")] if kept_on else lines
