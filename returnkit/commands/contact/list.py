"""`returnkit contact list`: who can be called back."""

from collections.abc import Container

import click

from returnkit.commands.listing import note_left_out
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.model.contact import compared
from returnkit.model.jsonl import Json
from returnkit.records.contacts import FIELDS, held_contacts
from returnkit.render import Report
from returnkit.service.clocks import instant
from returnkit.service.complaint import Case
from returnkit.shop import shown_path

SCHEMA = "returnkit.contacts/1"
COLUMNS = ("contact", *FIELDS, "complaints", "newest")
MOST_NOTES = 10

Contacts = dict[str, dict[str, str]]


@global_options
@output_options
@click.command("list", context_settings=SETTINGS)
def list_contacts(form: str | None, output: str | None) -> int:
    """List the customers who left a way to reach them, by name, with how many complaints each has and the newest one's day.

    \b
        returnkit contact list
        returnkit contact list -f json

    Contacts lie where they were taken: those of another till are listed there. JSON is {"schema", "contacts": [{"contact",
    "name", "phone", "email", "no_more", "complaints": [{"id", "state", "opened", "category"}, ...]}, ...]}.

    Exit code: 0; a contact's file that cannot be read is named and passed over.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.outstanding import unreadable

    session, form = Session(), form_of(form, output)
    books = session.books()
    held = held_here(books.folder)
    complaints = books.complaints_by_contact()
    note_left_out(unreadable(books))
    found = {reference: complaints.get(reference, []) for reference in held}
    rows = tuple(_row(reference, held[reference], cases) for reference, cases in found.items())
    data = as_json(held, found, form, no_more(session, held))
    deliver(Report("", session.language.code, (), COLUMNS, rows, data), form, output)
    return 0


def no_more(session: Session, held: Contacts) -> set[str]:
    """Return which of these contacts are of customers who want to hear from us no more."""
    from returnkit.outstanding import silent

    return silent(session.shop, session.books(), session.clocks(), instant(session.clock.now()), held) if held else set()


def held_here(records: str) -> Contacts:
    """Return the contacts that are held here, by name; each file that cannot be read is noted."""
    held = held_contacts(records)
    for problem in held.problems[:MOST_NOTES]:
        place = f"{shown_path(problem.file)}:{problem.line}" if problem.line else shown_path(problem.file)
        note(f"{place}: {problem.what}: this contact is passed over ({problem.remedy})")
    if len(held.problems) > MOST_NOTES:
        note(f"{len(held.problems) - MOST_NOTES} more contacts cannot be read; no more is named")
    return dict(sorted(held.contacts.items(), key=lambda entry: (compared(entry[1].get("name", "")), entry[0])))


def as_json(held: Contacts, found: dict[str, list[Case]], form: str, silent: Container[str]) -> object:
    """Return contacts with their complaints as data: for lines each for itself, else all of them under their schema.

    `silent` are those of customers who want to hear from us no more.
    """
    contacts: list[Json] = [
        {
            "contact": reference,
            **{field: held[reference].get(field) for field in FIELDS},
            "no_more": reference in silent,
            "complaints": [_complaint(case) for case in cases],
        }
        for reference, cases in found.items()
    ]
    return contacts if form == "jsonl" else {"schema": SCHEMA, "contacts": contacts}


def _complaint(case: Case) -> Json:
    return {"id": case.id, "state": case.state, "opened": case.opened, "category": case.category or None}


def _row(reference: str, data: dict[str, str], cases: list[Case]) -> tuple[str, ...]:
    newest = max((case.opened[:10] for case in cases), default="")
    return (reference, *(data.get(field, "") for field in FIELDS), str(len(cases)), newest)
