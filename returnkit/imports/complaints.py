"""Complaints of another program: what a row says happened, and the events that this makes."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from returnkit.imports.reader import Cells, Rejected
from returnkit.model.jsonl import Json
from returnkit.model.record import CHANNELS, SEVERITIES, filled
from returnkit.model.toml import word

UNKNOWN_CAUSE = "not-said"  # a closed complaint has a cause; who exports seldom says it
# How a row can say that a complaint stands. The other states say more than a word in a column can.
STATES = ("open", "acknowledged", "waiting", "resolved", "closed")
RICHER = {"offered": "what was offered", "accepted": "what was accepted", "merged": "which complaint goes on"}
OVER = ("resolved", "closed")
# The events that may be the last one of those which a row makes that says so.
MADE = {
    "open": ("heard", "reopened"),
    "acknowledged": ("acknowledged", "heard"),
    "waiting": ("waiting",),
    "resolved": ("resolved",),
    "closed": ("closed",),
}
# What a case can come to, in order; each with the column of its time where a row is a whole complaint.
EVENTS = {"acknowledged": "acknowledged", "resolved": "resolved", "closed": "closed"}


class Happening(NamedTuple):
    """What a row says of a complaint: how it stood at a time; `opened` is when it was opened, as far as the row says so."""

    number: str
    time: str
    state: str
    opened: str
    facts: Json


def happenings(cells: Cells) -> list[Happening]:
    """Return what one row says of a complaint, in the order in which it happened. Raises Rejected."""
    fields = cells.bound.section.fields
    opened = cells.time("opened")
    number_of_it = cells.text("number")
    value = cells.money("value", cells.number("value"), cells.place.currency)
    facts: Json = {
        "channel": cells.choice("channel", CHANNELS) or "web",
        "category": cells.known("category"),
        "severity": cells.choice("severity", SEVERITIES),
        "receipt_no": cells.text("receipt-no"),
        "value": value,
        "currency": None if value is None else cells.place.currency,
        "remedy": word(cells.text("remedy")),
        "cause": cells.known("cause"),
        "staff": cells.text("staff"),
        "text": cells.text("text"),
    }
    facts = filled(facts)
    if "state" in fields:
        state, time = _state(cells), cells.needed("time", cells.time("time"))
        cells.needed("number", number_of_it)
        cells.check()
        return [Happening(number_of_it, time, state, opened or time, facts)]
    cells.needed("opened", opened)
    times = [("open", opened)] + [(event, cells.time(key)) for event, key in EVENTS.items()]
    cells.check()
    plain = {key: value for key, value in facts.items() if key != "text"}  # what was said, was said on opening
    found = [Happening(number_of_it, time, state, opened, facts if state == "open" else plain) for state, time in times if time]
    instants = [datetime.fromisoformat(each.time) for each in found]
    if instants != sorted(instants):
        order = ", ".join(f"{each.state} {each.time[:16]}" for each in found)
        raise Rejected(f"it is out of order: {order}")
    return found


def _state(cells: Cells) -> str:
    """Return how a row says that its complaint stands."""
    found = word(cells.text("state"))
    if found in RICHER:
        known = ", ".join(STATES)
        cells.problems.append(f"state {found}: no row says {RICHER[found]}; translate it with values (known here: {known})")
    return cells.needed("state", found if found in RICHER else cells.choice("state", STATES))


def steps(before: str, state: str, *, forward: bool = False) -> list[str]:
    """Return the events that lead a complaint from one state to one that a row can say; none where nothing new is said.

    Where it waits for the customer and then does not, the customer came back: it was `heard`. What was offered or accepted
    here stays so until it is resolved, and one that was merged goes on as another. With `forward` nothing goes back: a
    complaint that was resolved or closed is not reopened, and one that waits for the customer goes on waiting.
    """
    if before == "merged":
        return []
    if before in OVER and state not in ("closed", before):
        return [] if forward else ["reopened", *([] if state == "open" else [state])]
    if state in OVER:
        first = [] if before in OVER else ["resolved"]
        return [*first, "closed"] if state == "closed" and before != "closed" else first
    if before == "waiting":
        return [] if forward or state == "waiting" else ["heard"]
    news = {"waiting": ("open", "acknowledged", "accepted"), "acknowledged": ("open",)}
    return [state] if before in news.get(state, ()) else []


def opening(happening: Happening) -> Json:
    """Return the record that opens a complaint."""
    facts = {key: value for key, value in happening.facts.items() if key not in ("remedy", "cause", "staff", "text")}
    first = happening.state == "open"
    said: Json = {key: happening.facts[key] for key in ("staff", "text") if first and key in happening.facts}
    return filled({"kind": "complaint.opened", "time": happening.opened, "number": happening.number, **facts, **said})


def event(happening: Happening, what: str, *, last: bool, was: Mapping[str, object], case: str) -> Json:
    """Return the record of an event of a complaint; what was said stands in the last one that a row makes."""
    facts = happening.facts
    more: Json = {"resolved": {"remedy": facts.get("remedy")}, "closed": {"cause": facts.get("cause", UNKNOWN_CAUSE)}}.get(
        what, {}
    )
    said: Json = {"staff": facts.get("staff"), "text": facts.get("text") if last else None}
    body: Json = {"kind": f"complaint.{what}", "time": happening.time, "case": case, "was": dict(was)} | more | said
    return filled(body)
