"""A complaint from opening to closing: its state, folded from its records, and what may happen next.

The steps follow ISO 10002: receipt, acknowledgement, response, closing; a complaint that comes back is reopened.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from returnkit.model.ids import split_id
from returnkit.model.jsonl import Json
from returnkit.model.record import STATES

# What each event asks of the state before it, and the state after it (empty: as it was).
TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "acknowledged": (("open",), "acknowledged"),
    "noted": (("open", "acknowledged", "resolved", "closed"), ""),
    "resolved": (("open", "acknowledged"), "resolved"),
    "closed": (("resolved",), "closed"),
    "reopened": (("resolved", "closed"), "open"),
}
VERBS = {"acknowledged": "acknowledge", "noted": "note", "resolved": "resolve", "closed": "close", "reopened": "reopen"}
ANSWERS = ("acknowledged", "resolved")  # what the customer hears of; a note is not an answer
OPENED = "complaint.opened"


class Case(NamedTuple):
    """A complaint as its records leave it; `state` is empty where only a newer program knows it.

    `answered` is the time of the first answer, if there was one; `skipped` are records that make no sense after the others:
    two tills changed the case before they met, and the later one counts for nothing.
    """

    id: str
    state: str
    opened: str
    answered: str
    reopened: int
    events: tuple[Json, ...]
    skipped: tuple[Json, ...]
    channel: str = ""
    category: str = ""

    @property
    def was(self) -> Json:
        """What the next record says of the case before it: each line alone says what it adds to every figure."""
        known = {"answered": self.answered, "channel": self.channel, "category": self.category}
        return {"state": self.state, "opened": self.opened, "reopened": self.reopened} | {
            field: value for field, value in known.items() if value
        }


def event_of(record: Mapping[str, object]) -> str:
    """Return what happened to the case, such as `opened` or `closed`."""
    return str(record.get("kind", "")).partition(".")[2]


def possible(state: str) -> list[str]:
    """Return the verbs that make sense in a state."""
    return [VERBS[event] for event, (before, _) in TRANSITIONS.items() if state in before]


def fold(records: Iterable[Json]) -> Case | None:
    """Return the case that its records, in any order, add up to; None where its opening is not among them.

    Total: what makes no sense is skipped and listed, never an error.
    """
    ordered = in_order(records)
    opening = next((record for record in ordered if record.get("kind") == OPENED), None)
    if opening is None:
        return None
    case = begin(opening)
    for record in ordered:
        if record is not opening:
            case = after(case, record)
    return case


def begin(opening: Json) -> Case:
    """Return the case that a record opens."""
    channel, category = str(opening.get("channel", "")), str(opening.get("category", ""))
    return Case(str(opening.get("id")), "open", str(opening.get("time", "")), "", 0, (opening,), (), channel, category)


def in_order(records: Iterable[Json]) -> list[Json]:
    """Return records by time, till and number; those of one till stay in the order in which it wrote them."""
    newest: dict[str, str] = {}
    placed = []
    for record in sorted(records, key=_place):
        till, seq = _place(record)
        newest[till] = max(newest.get(till, ""), utc(str(record.get("time", ""))))
        placed.append((newest[till], till, seq, record))
    placed.sort(key=lambda entry: entry[:3])
    return [record for *_, record in placed]


def utc(time: str) -> str:
    """Return an RFC 3339 time in UTC, so that times with different offsets compare as text; others as they are."""
    from datetime import UTC, datetime

    try:
        return datetime.fromisoformat(time).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return time


def _place(record: Json) -> tuple[str, int]:
    try:
        till, seq, _ = split_id(str(record.get("id", "")))
    except ValueError:
        return "", 0
    return till, seq


def after(case: Case, record: Json) -> Case:
    """Return the case after one more record; what makes no sense is skipped and listed."""
    event = event_of(record)
    if str(record.get("kind")) != f"complaint.{event}":
        return case._replace(skipped=(*case.skipped, record))
    if event not in TRANSITIONS:
        # A newer program knows what this does; what is written after it says how it left the case.
        return case._replace(state="", events=(*case.events, record))
    if not case.state:
        case = _as_told(case, record)
    before, then = TRANSITIONS.get(event, ((), ""))
    if case.state not in before or not _knew(case, record):
        return case._replace(skipped=(*case.skipped, record))
    return case._replace(
        state=then or case.state,
        answered=case.answered or (str(record.get("time", "")) if event in ANSWERS else ""),
        reopened=case.reopened + (event == "reopened"),
        events=(*case.events, record),
    )


def _as_told(case: Case, record: Json) -> Case:
    """Return the case as a record says that it was before it."""
    was = record.get("was")
    if not isinstance(was, dict) or was.get("state") not in STATES or not isinstance(was.get("reopened"), int):
        return case
    return case._replace(state=str(was["state"]), answered=str(was.get("answered", "")), reopened=int(was["reopened"]))


def _knew(case: Case, record: Json) -> bool:
    """Tell whether the writer saw the case as it is folded here; what else a newer program put into `was` is its own."""
    was = record.get("was")
    if not isinstance(was, dict):
        return False
    return all(was.get(field) == case.was.get(field) for field in ("state", "opened", "answered", "reopened"))


class Cases:
    """Many cases, folded as their records come by and kept small: without their events.

    A case that several tills wrote to can only be folded when all its records are there: it is among `shared`.
    """

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.shared: set[str] = set()

    def see(self, record: Json) -> bool:
        """Take note of a record of a complaint; tell whether it made sense after those before it."""
        own = case_of(record)
        if record.get("kind") == OPENED:
            self.cases[own] = begin(record)
        elif own not in self.cases or _place({"id": own})[0] != _place(record)[0]:
            self.shared.add(own)
        else:
            case = after(self.cases[own]._replace(events=(), skipped=()), record)
            self.cases[own] = case._replace(events=self.cases[own].events, skipped=())
            return not case.skipped
        return True


def case_of(record: Mapping[str, object]) -> str:
    """Return the id of the case that a record belongs to."""
    return str(record.get("id") if record.get("kind") == OPENED else record.get("case"))
