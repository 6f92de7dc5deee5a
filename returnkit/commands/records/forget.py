"""`returnkit records forget`: a customer wants to be forgotten."""

from collections.abc import Iterable

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of
from returnkit.commands.records.telling import (
    COLUMNS,
    as_json,
    check_gone,
    copies,
    doing_options,
    history,
    lines_of,
    not_done,
    rows_of,
    uninterrupted,
)
from returnkit.commands.session import Session, deliver, form_of
from returnkit.model.dates import iso
from returnkit.model.jsonl import Json
from returnkit.redacting import Forgetting
from returnkit.render import Report, Section
from returnkit.service.contact import LOGGED
from returnkit.shop import shown_path

SCHEMA = "returnkit.forget/1"


@global_options
@output_options
@doing_options
@click.command("forget", context_settings=SETTINGS)
@click.argument("contact", metavar="CONTACT")
@click.option("--because", metavar="TEXT", callback=not_empty, help="Why; no names, telephone numbers or addresses.")
def forget_command(  # noqa: PLR0913 - what can be said
    contact: str, because: str | None, *, yes: bool, gone: tuple[str, ...], form: str | None, output: str | None
) -> int:
    """Forget a customer: how to reach them, and every free word of what names them or belongs to their complaints.

    \b
        returnkit contact find berzins
        returnkit records forget 7k2mq9xw4d
        returnkit records forget 7k2mq9xw4d --because "they asked for it" --yes

    CONTACT is the reference that `contact find` shows. Without --yes it says what would go. Records stay, and with them all
    figures: they name the contact by a reference that leads nowhere then. Receipt, article, days and who served them stay. The
    history of the contacts is deleted as well. What other tills hold or wrote they remove at their next `records sync`. Nobody
    can take that back. What names the customer elsewhere is listed before: nobody can find it afterwards.

    What was interrupted is finished by a repetition. What git still has in the shop's history is said, with the commands that
    take it out.

    JSON is {"schema", "done", "contact", "held", "complaints", "calls", "followups", "words": [{"id", "fields"}],
    "elsewhere": [{"id", "fields"}], "not_over", "same_receipt", "same_customer", "named", "unreadable", "taken": [{"id",
    "fields", "file"}], "remotes", "history": {"files", "versions", "commands", "waiting", "copies"}}.

    Exit code: 0 done, 1 nothing was done without --yes, 2 there is no such contact, 3 a line is not as it was written
    (returnkit records heal), 74 or 75 not done: repeat it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.records.erasure.forget import contact_remotes
    from returnkit.redacting import about, check_contact, check_reason, forget, kept

    session, form = Session(), form_of(form, output)
    check_gone(session, gone)
    books = session.books()
    known = kept(books)
    check_contact(books, known, contact)
    check_reason(books, because, [contact])
    found = about(books, contact, known, gone)
    done = uninterrupted(lambda: forget(books, {contact: ""}, facts_of(session, because=because), gone)) if yes else []
    remotes = contact_remotes(books.folder) if found.held else {}
    left, told = history(session, gone) if yes else ({}, [])
    data = {"schema": SCHEMA, "done": yes, **_as_json(found), "taken": as_json(done), "remotes": remotes, "history": left}
    lines = [*_told(found, done=yes), *lines_of(done), *_kept_elsewhere(remotes), *(told or ([copies(session)] if yes else []))]
    deliver(
        Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, rows_of(done), data), form, output, folds=True
    )
    return 0 if yes else not_done()


def _of(found: Forgetting, *beginnings: str) -> list[str]:
    return [own.id for own in found.records if own.kind.startswith(beginnings)]


def _dated(found: Forgetting, beginning: str) -> list[str]:
    """Return records with the last day that each speaks of."""
    return [f"{own.id} ({iso(own.day)})" for own in found.records if own.kind.startswith(beginning)]


def _as_json(found: Forgetting) -> Json:
    return {
        "contact": found.contact,
        "held": found.held,
        "complaints": _of(found, "complaint.opened"),
        "calls": _of(found, LOGGED),
        "followups": _of(found, "followup.added"),
        "words": [{"id": own.id, "fields": sorted(own.words)} for own in found.mine],
        "elsewhere": [{"id": own.id, "fields": sorted(own.words)} for own in found.others],
        "not_over": found.not_over,
        "same_receipt": [own.id for own in found.same_receipt],
        "same_customer": found.same_customer,
        "named": found.named,
        "unreadable": [shown_path(file) for file in found.unreadable],
    }


def _told(found: Forgetting, *, done: bool) -> list[str]:
    """Return what goes for a person's eyes: who it is only before it is done."""
    verb = "is forgotten" if done else "would be forgotten for good"
    lines = [f"{found.contact} {verb}" + (f": {', '.join(found.data.values())}" if found.data and not done else "")]
    if not found.held:
        lines.append("  their data is not held here: the till that has it removes it at its next records sync, or it is gone")
    lines += _listed("not over yet, and nobody can be reached any more", found.not_over)
    lines += _listed("complaints", _dated(found, "complaint.opened"))
    lines += _listed("calls and mails", _dated(found, LOGGED))
    lines += _listed("follow-ups", _dated(found, "followup.added"))
    if found.mine and not done:
        lines += _listed("words taken out of", [own.id for own in found.mine])
    others = sorted({own.id.partition("-")[0] for own in found.others})
    lines += [f"  {till} takes its own words out at its next records sync" for till in others]
    if found.same_receipt:
        ids = ", ".join(own.id for own in found.same_receipt)
        lines.append(f"  not touched, on the same receipt and with words: {ids} (see returnkit records redact)")
    if found.named:
        lines.append(f"  not touched, a word of theirs may be in: {', '.join(found.named)} (see returnkit records redact)")
    if found.same_customer:
        lines.append(f"  not touched, contacts with the same number or address: {', '.join(found.same_customer)}")
    return lines + [f"  {shown_path(file)} has lines that cannot be read and may be about them" for file in found.unreadable]


def _listed(what: str, ids: Iterable[str]) -> list[str]:
    told = ", ".join(ids)
    return [f"  {what}: {told}"] if told else []


def _kept_elsewhere(remotes: dict[str, str]) -> list[str]:
    return [
        f"the contacts are kept at {url} as well: in records/contacts, git push --force --all {name}"
        for name, url in remotes.items()
    ]
