"""`returnkit complaint list`: which complaints there are, and how they stand."""

import click

from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.jsonl import Json
from returnkit.model.record import STATES
from returnkit.model.toml import word
from returnkit.render import Report
from returnkit.service.complaint import Case, Cases, case_of, fold

COLUMNS = ("id", "state", "opened", "channel", "category", "severity", "text")
SCREEN = ("id", "state", "day", "category", "text")  # what fits into 80 columns
LONGEST_TEXT = 34


@global_options
@output_options
@listing_options
@click.command("list", context_settings=SETTINGS)
@click.option("--state", metavar="STATE", help=f"Only those in this state: {', '.join(STATES)}.")
@click.option("--all", "every", is_flag=True, help="Closed ones, too.")
def list_complaints(form: str | None, output: str | None, **asked: object) -> int:
    """List complaints, the oldest first: those that are not closed, however old they are.

    \b
        returnkit complaint list
        returnkit complaint list --month 2026-11 --all
        returnkit complaint list --state resolved -f json

    A period counts by the day on which they were opened. JSON is {"schema", "complaints": [{"id", "state", "opened",
    "answered", "reopened", "events"}, ...]}.

    Exit code: 0; 3 if a line cannot be read (it is named; --allow-damaged leaves it out).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    state = word(str(asked["state"] or ""))
    if state and state not in STATES:
        raise BadInputError(Problem(f"there is no state {state!r}", instead(state, STATES)))
    first, last = period_of(session, asked, every=True)
    books = session.books()
    small, damaged = Cases(), []
    for line in books.lines(first):
        if line.record is None:
            damaged.append(line)
        elif str(line.record.get("kind")).startswith("complaint."):
            small.see(line.record)
    check_damage(damaged, allowed=bool(asked["allow_damaged"]))

    def is_asked(case: Case) -> bool:
        wanted = case.state == state if state else bool(asked["every"]) or case.state != "closed"
        return wanted and first <= case.opened[:10] <= last

    # Most complaints are closed: only of those that are listed, every record is kept.
    records: dict[str, list[Json]] = {own: [] for own, case in small.cases.items() if own in small.shared or is_asked(case)}
    for line in books.lines(first):
        if line.record is not None and case_of(line.record) in records:
            records[case_of(line.record)].append(line.record)
    cases = [case for case in map(fold, records.values()) if case is not None and is_asked(case)]
    cases.sort(key=lambda case: case.opened)
    listed = [as_json(case) for case in cases]
    data = listed if form == "jsonl" else {"schema": "returnkit.complaints/1", "complaints": listed}
    columns = SCREEN if form == "table" else COLUMNS
    rows = tuple(_row(case, columns) for case in cases)
    deliver(Report("", session.language.code, (), columns, rows, data), form, output)
    return 0


def as_json(case: Case) -> Json:
    """Return a case as data."""
    return {
        "id": case.id,
        "state": case.state,
        "opened": case.opened,
        "answered": case.answered or None,
        "reopened": case.reopened,
        "events": list(case.events),
        "skipped": list(case.skipped),
    }


def _row(case: Case, columns: tuple[str, ...]) -> tuple[str, ...]:
    opening = case.events[0]
    text = " ".join(str(opening.get("text", "")).split())
    if "day" in columns and len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    told = {"id": case.id, "state": case.state, "opened": case.opened, "day": case.opened[:10], "text": text}
    return tuple(str({**opening, **told}.get(column, "")) for column in columns)
