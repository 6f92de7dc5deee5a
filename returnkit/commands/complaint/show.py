"""`returnkit complaint show`: one complaint from its opening to now, and what can happen next."""

import click

from returnkit.commands.complaint.change import stated
from returnkit.commands.complaint.list import as_json
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.model.jsonl import Json
from returnkit.model.money import decimal_text
from returnkit.records.contacts import read_contact
from returnkit.render import Report, Section
from returnkit.service.complaint import Case, event_of, possible

SCHEMA = "returnkit.complaint/1"
COLUMNS = ("id", "time", "event", "staff", "text")
TOLD = ("channel", "category", "severity", "receipt_no", "remedy", "cause")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("case", metavar="ID")
def show(case: str, form: str | None, output: str | None) -> int:
    """Show one complaint: what happened when, how the customer can be reached, and what is possible next.

    \b
        returnkit complaint show k3-0412P
        returnkit complaint show 0412p -f json

    An id may be written in any case, and without the till. JSON has "state", "opened", "answered", "reopened", "events",
    "skipped" (records that make no sense after the others), "contact" and "possible".
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    books = session.books()
    found = books.case(case)
    reference = str(found.events[0].get("contact", ""))
    contact = read_contact(books.folder, reference) if reference else None
    language = session.language
    lines = [f"{found.id}  {stated(language, found.state)}"]
    if contact:
        lines.append(f"  {', '.join(contact.values())}")
    elif reference:
        lines.append(f"  {language.say('case.elsewhere')}")
    for event in found.events:
        lines += _told(event, session)
    for event in found.skipped:
        lines += [f"  {language.say('case.skipped')}", *_told(event, session)]
    lines.append(f"  {language.say('case.next', verbs=', '.join(possible(found.state)))}")
    data = _data(found) | {"contact": reference or None, "possible": possible(found.state)}
    rows = tuple(_row(event) for event in found.events)
    deliver(Report("", language.code, (Section("", tuple(lines)),), COLUMNS, rows, data), form, output)
    return 0


def _data(found: Case) -> Json:
    return {"schema": SCHEMA} | as_json(found)


def _row(event: Json) -> tuple[str, ...]:
    told = {"event": event_of(event)}
    return tuple(str({**event, **told}.get(column, "")) for column in COLUMNS)


def _told(event: Json, session: Session) -> list[str]:
    """Return what happened on a line or two: when, what, by whom, and the words."""
    language = session.language
    details = [str(event[field]) for field in TOLD if event.get(field)]
    if isinstance(event.get("value"), int):
        details.append(f"{decimal_text(int(str(event['value'])), session.shop.digits)} {event.get('currency', '')}")
    staff = f" · {event['staff']}" if event.get("staff") else ""
    key = f"event.{event_of(event)}"
    what = language.say(key) if language.knows(key) else event_of(event)
    head = f"  {str(event.get('time'))[:16].replace('T', ' ')}  {what}{': ' if details else ''}{', '.join(details)}{staff}"
    text = str(event.get("text", ""))
    return [head, *(f"      {line}" for line in text.splitlines())]
