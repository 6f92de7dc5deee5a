"""`returnkit complaint show`: one complaint from its opening to now, what is due, and what can happen next."""

from collections.abc import Sequence
from heapq import merge

import click

from returnkit.commands.complaint.list import as_json
from returnkit.commands.complaint.telling import due_lines, flag_lines, risk_lines, state_lines, stated
from returnkit.commands.contact.log import how_answered
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.languages import Language
from returnkit.model.jsonl import Json
from returnkit.model.money import minor_digits
from returnkit.model.record import STATES, redacted_of
from returnkit.records.contacts import read_contact
from returnkit.render import Report, Section
from returnkit.service.clocks import instant
from returnkit.service.complaint import Case, event_of, possible, steps, utc
from returnkit.service.contact import LOGGED

SCHEMA, STEPS_SCHEMA = "returnkit.complaint/1", "returnkit.steps/1"
COLUMNS = ("id", "time", "event", "staff", "text")
STEPS = ("state", "verb", "then")
TOLD = ("category", "severity", "remedy", "token", "choice", "flag", "to", "cause", "link")
NAMED = ("receipt_no", "sku", "rule", "promise", "customer")  # what does not speak for itself
WORDS = ("text", "wish", "outcome", "changed", "because")  # each on lines of its own


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("case", metavar="[ID]", required=False)
def show(case: str | None, form: str | None, output: str | None) -> int:
    """Show one complaint: what is due, what happened when, how the customer can be reached, and what is possible next.

    Calls and mails that were logged as being about it (`contact log --case`) stand among what happened, when they came in.

    \b
        returnkit complaint show k3-0412P
        returnkit complaint show 0412p -f json
        returnkit complaint show

    An id may be written in any case, and without the till. Without an id it shows the whole table of steps: which verb is
    possible in which state, and what state comes of it.

    JSON has "state", "opened", "answered", "reopened", "with", "due", "flags", "events", "skipped" (records that make no sense
    after the others), "contact", "contacts" (calls and mails about it), "merged" (those that go on as this one) and "possible".
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    if case is None:
        rows = [(state, verb, steps(state).get(verb, state)) for state in STATES for verb in possible(state)]
        data: Json = {"schema": STEPS_SCHEMA, "steps": [dict(zip(STEPS, row, strict=True)) for row in rows]}
        table = tuple(line for state in STATES for line in _table(session.language, state)) if form == "table" else ()
        deliver(Report("", session.language.code, (Section("", table),) if table else (), STEPS, tuple(rows), data), form, output)
        return 0
    found = session.books().case(case)
    now = instant(session.clock.now())
    reference = str(found.opening.get("contact", ""))
    merged, contacts = session.books().merged_into(found.id), session.books().calls_about(found.id)
    data = {"schema": SCHEMA} | as_json(session.clocks(), found, now)
    data |= {"contact": reference or None, "contacts": contacts, "merged": merged, "possible": possible(found.state)}
    story = tuple(merge(found.events, contacts, key=lambda event: utc(_when(event))))
    lines = tuple(_lines(session, found, now, story, merged))
    rows_of = tuple(_row(event) for event in story)
    deliver(Report("", session.language.code, (Section("", lines),), COLUMNS, rows_of, data), form, output)
    return 0


def _table(language: Language, state: str) -> list[str]:
    """Return the steps out of a state as lines: what brings it forward, and what may be done at any time."""
    forward = steps(state)
    aside = [verb for verb in possible(state) if verb not in forward]
    called = stated(language, state)
    lines = [called if called == state else f"{called} ({state})", *(f"    {verb:<12}→ {then}" for verb, then in forward.items())]
    return [*lines, *([f"    {language.say('case.aside', verbs=', '.join(aside))}"] if aside else [])]


def _lines(session: Session, found: Case, now: int, story: Sequence[Json], merged: list[str]) -> list[str]:
    """Return a case for a person's eyes; `story` is what happened, one after the other."""
    language, reference = session.language, str(found.opening.get("contact", ""))
    holder = session.clocks().holder(found, now)
    lines = [f"{found.id}  {stated(language, found.state)}" + (f" · {holder}" if holder else "")]
    if reference:
        contact = read_contact(session.books().folder, reference)
        elsewhere = language.say("case.elsewhere", till=found.id.partition("-")[0])
        lines.append(f"  {', '.join(contact.values()) if contact else elsewhere}")
    lines += [f"  {line}" for line in risk_lines(session, found)]
    lines += [f"  {line}" for line in flag_lines(session, [flag.name for flag in found.open_flags])]
    lines += [f"  {language.say('case.suspected', flag=own, id=found.id, own=own)}" for own in found.suspected]
    lines += due_lines(session, found, now)
    lines += [f"  {language.say('case.merged', id=own)}" for own in merged]
    for event in story:
        lines += _told(event, session)
    for event in found.skipped:
        lines += [f"  {language.say('case.skipped')}", *_told(event, session)]
    return [*lines, *state_lines(language, found)]


def _is_contact(event: Json) -> bool:
    return event.get("kind") == LOGGED


def _when(event: Json) -> str:
    """Return when something happened; a call or a mail when it came in."""
    return str(event.get("received" if _is_contact(event) else "time", ""))


def _row(event: Json) -> tuple[str, ...]:
    told = {"time": _when(event), "event": event_of(event)}
    if _is_contact(event):
        told["event"] = "contact-answered" if "answered" in event else "contact-missed"
    return tuple(str({**event, **told}.get(column, "")) for column in COLUMNS)


def _told(event: Json, session: Session) -> list[str]:
    """Return what happened on a line or two: when, what, by whom, and the words."""
    language = session.language
    key = "contact.logged" if _is_contact(event) else f"event.{event_of(event)}"
    what = language.say(key) if language.knows(key) else event_of(event)
    details = _details(event, session)
    staff = f" · {event['staff']}" if event.get("staff") else ""
    head = f"  {_minute(_when(event))}  {what}{': ' if details else ''}{', '.join(details)}{staff}"
    said = {field: str(event.get(field, "")).splitlines() for field in WORDS}
    labels = {field: "" if field == "text" else f"{language.say(f'words.{field}')}: " for field in WORDS}
    how = how_answered(language, event) if _is_contact(event) else ""
    return [
        head,
        *([f"      {how}"] if how else []),
        *(f"      {labels[field]}{line}" for field, lines in said.items() for line in lines),
        *([f"      {language.say('case.taken-out')}"] if redacted_of(event) else []),
    ]


def _details(event: Json, session: Session) -> list[str]:
    """Return what is known of an event beside the words: short, and with its name where it does not speak for itself."""
    language = session.language
    key = f"via.{event.get('channel')}"
    details = [language.say(key)] if language.knows(key) else []
    details += [str(event[field]) for field in TOLD if event.get(field)]
    details += [language.say(f"named.{field.replace('_', '-')}", about=event[field]) for field in NAMED if event.get(field)]
    choices = event.get("choices")
    if isinstance(choices, list):
        details.append(" / ".join(map(str, choices)))
    known = (event.get(field) for field in ("value", "worth"))
    amounts = [amount for amount in known if isinstance(amount, int) and not isinstance(amount, bool)]
    currency = str(event.get("currency") or session.shop.currency)
    details += [language.money(amount, minor_digits(currency), currency) for amount in amounts]
    return [*details, *([_minute(event["by"])] if event.get("by") else [])]


def _minute(time: object) -> str:
    return str(time)[:16].replace("T", " ")
