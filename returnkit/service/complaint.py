"""A complaint from opening to "never again": its state, folded from its records, and what may happen next.

The steps follow ISO 10002: receipt, acknowledgement, assessment, response, communicating the decision, closing; a complaint
that comes back is reopened.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from returnkit.model.ids import split_id
from returnkit.model.jsonl import Json
from returnkit.model.record import FREE_TEXT, STATES


def _same(*states: str) -> dict[str, str]:
    return {state: state for state in states}


LIVE = ("open", "acknowledged", "waiting", "offered", "accepted")  # not put right yet
NOT_OVER = (*LIVE, "resolved", "")  # what a list shows; the empty one only a newer program knows
KNOWN = (*LIVE, "resolved", "closed")  # a merged one goes on under another id

# The one table: what each event makes of each state in which it may happen.
TRANSITIONS: dict[str, dict[str, str]] = {
    "acknowledged": {**_same(*LIVE), "open": "acknowledged"},
    "promised": {**_same(*LIVE, "resolved"), "open": "acknowledged"},
    "offered": dict.fromkeys(LIVE, "offered"),
    "accepted": {"offered": "accepted"},
    "declined": {"offered": "acknowledged"},
    "waiting": dict.fromkeys(("open", "acknowledged", "waiting", "accepted"), "waiting"),
    "resolved": dict.fromkeys(LIVE, "resolved"),
    "thanked": _same("resolved", "closed"),
    "closed": {"resolved": "closed"},
    "reopened": dict.fromkeys(("resolved", "closed", "merged"), "open"),
    "noted": _same(*KNOWN),
    "heard": {**_same(*LIVE), "waiting": "acknowledged"},
    "kept": _same(*LIVE, "resolved"),
    "broken": _same(*LIVE, "resolved"),
    "assigned": _same(*LIVE),
    "escalated": _same(*LIVE),
    "flagged": _same(*KNOWN),
    "settled": _same(*KNOWN),
    "merged": dict.fromkeys(LIVE, "merged"),
}
VERBS = {
    "acknowledged": "acknowledge", "promised": "promise", "offered": "offer", "accepted": "accept", "declined": "decline",
    "waiting": "wait", "resolved": "resolve", "thanked": "thank", "closed": "close", "reopened": "reopen", "noted": "note",
    "heard": "note --from-customer", "kept": "promise", "broken": "promise", "assigned": "assign", "escalated": "escalate",
    "flagged": "flag", "settled": "flag", "merged": "merge",
}  # fmt: skip
# What the customer hears of: a note is not an answer. Asking them for something, or offering a choice, is one.
ANSWERS = ("acknowledged", "promised", "offered", "waiting", "resolved")
DECISIONS = ("offered", "resolved")  # what the law means by an answer: yes, or no with reasons
# What brings a complaint on and changes nothing else of which it depends whether another one of these makes sense.
USUAL = ("acknowledged", "offered", "declined", "waiting", "resolved", "thanked", "closed", "noted", "assigned", "escalated")
OPENED = "complaint.opened"
NOT_REPEATED = ("v", "h", "key", "salt", "redacted", "formerly", *FREE_TEXT)  # of a record, in what corrects it
CORRECTED = "case.corrected"  # a till takes back what it wrote of a case before it knew what another one had written

OURS, THEIRS, NOBODYS = "ours", "theirs", "nobody's"  # whose turn it is


class Turn(NamedTuple):
    """From when on it was whose turn (`ours`, `theirs` or `nobody's`) to do something."""

    since: str
    whose: str


class Promise(NamedTuple):
    """What was promised to the customer and is neither kept nor broken yet: by when, and by whom."""

    id: str
    by: str
    staff: str


class Flag(NamedTuple):
    """Why a complaint is a serious one, since when, and what came of it (empty until that is known)."""

    name: str
    since: str
    outcome: str = ""


class Case(NamedTuple):
    """A complaint as its records leave it; `state` is empty where only a newer program knows it.

    `answered` is the time of the first answer and `decided` of the first decision, if there was one; `heard` is when the
    customer came back and was not answered since. `missed` names the clocks that had been missed when somebody wrote last.
    `skipped` are records that make no sense after the others: two tills changed the case before they met, and the later one
    counts for nothing. `events` may be left out where many cases are kept; everything else stands beside them.
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
    decided: str = ""
    heard: str = ""
    turns: tuple[Turn, ...] = ()
    promises: tuple[Promise, ...] = ()
    flags: tuple[Flag, ...] = ()
    missed: tuple[str, ...] = ()
    severity: str = ""
    sku: str = ""
    promised: Json | None = None
    assigned: str = ""
    assigned_since: str = ""
    choices: tuple[str, ...] = ()
    choice: str = ""
    value: int | None = None
    currency: str = ""
    customer: str = ""
    cause: str = ""
    into: str = ""

    @property
    def was(self) -> Json:
        """What the next record says of the case before it, as far as its records alone tell; see `Clocks.was` for the rest."""
        promises = [{field: text for field, text in promise._asdict().items() if text} for promise in self.promises]
        known: Json = {
            "answered": self.answered, "heard": self.heard, "promises": promises, "channel": self.channel,
            "category": self.category, "sku": self.sku, "value": self.value, "currency": self.currency,
            "customer": self.customer,
        }  # fmt: skip
        own: Json = {"state": self.state, "opened": self.opened, "reopened": self.reopened}
        return own | {field: value for field, value in known.items() if value not in ("", [], None)}

    @property
    def opening(self) -> Json:
        """The record that opened it."""
        return self.events[0]

    @property
    def suspected(self) -> tuple[str, ...]:
        """The flags that the words of the complaint point to, and nobody set."""
        found = self.opening.get("suspected")
        flags = [flag.name for flag in self.flags]
        return tuple(str(own) for own in found if own not in flags) if isinstance(found, list) else ()

    @property
    def open_flags(self) -> tuple[Flag, ...]:
        """The flags of which nothing has come yet."""
        return tuple(flag for flag in self.flags if not flag.outcome)


def event_of(record: Mapping[str, object]) -> str:
    """Return what happened to the case, such as `opened` or `closed`."""
    return str(record.get("kind", "")).partition(".")[2]


def steps(state: str) -> dict[str, str]:
    """Return the verbs that bring a complaint from one state to another one, each with that."""
    return {VERBS[event]: moves[state] for event, moves in TRANSITIONS.items() if moves.get(state, state) != state}


def possible(state: str) -> list[str]:
    """Return the verbs that make sense in a state: what brings it forward first, then what may be done at any time."""
    return list(dict.fromkeys([*steps(state), *(VERBS[event] for event, moves in TRANSITIONS.items() if state in moves)]))


def fold(records: Iterable[Json]) -> Case | None:
    """Return the case that its records, in any order, add up to; None where its opening is not among them.

    Total: what makes no sense is skipped and listed, never an error. What its till has corrected is skipped for good.
    """
    every = list(records)
    corrected = {str(record.get("corrects")) for record in every if record.get("kind") == CORRECTED}
    ordered = in_order(record for record in every if record.get("kind") != CORRECTED)
    opening = next((record for record in ordered if record.get("kind") == OPENED), None)
    if opening is None:
        return None
    case = begin(opening)
    for record in ordered:
        if record is opening:
            continue
        counts = str(record.get("id")) not in corrected
        case = after(case, record) if counts else case._replace(skipped=(*case.skipped, record))
    return case


def begin(opening: Json) -> Case:
    """Return the case that a record opens."""
    opened, value, flags, promised = _text(opening, "time"), opening.get("value"), opening.get("flags"), opening.get("clocks")
    return Case(
        _text(opening, "id"), "open", opened, "", 0, (opening,), (),
        channel=_text(opening, "channel"),
        category=_text(opening, "category"),
        severity=_text(opening, "severity"),
        sku=_text(opening, "sku"),
        promised=promised if isinstance(promised, dict) else None,
        turns=(Turn(opened, OURS),),
        flags=tuple(Flag(str(flag), opened) for flag in flags) if isinstance(flags, list) else (),
        value=value if isinstance(value, int) else None,
        currency=_text(opening, "currency"),
    )  # fmt: skip


def in_order(records: Iterable[Json]) -> list[Json]:
    """Return records by time, till and number; those of one till stay in the order in which it wrote them."""
    newest: dict[str, str] = {}
    placed = []
    for (till, seq), record in sorted(((_place(record), record) for record in records), key=itemgetter(0)):
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
    if case.state not in TRANSITIONS[event] or not _knew(case, record) or hindrance(case, event, record):
        return case._replace(skipped=(*case.skipped, record))
    return _moved(case, event, record)


def hindrance(case: Case, event: str, facts: Mapping[str, object]) -> str:
    """Return why an event that its state allows cannot happen to a case all the same; an empty text where it can."""
    if event in ("kept", "broken"):
        if facts.get("promise") not in [promise.id for promise in case.promises]:
            return "no such promise is waiting to be kept"
    elif event == "accepted":
        if facts.get("choice") not in case.choices:
            return f"{facts.get('choice')} was not offered"
    elif event == "flagged":
        if facts.get("flag") in [flag.name for flag in case.open_flags]:
            return f"it is flagged as {facts.get('flag')} already"
    elif event == "settled":
        if facts.get("flag") not in [flag.name for flag in case.open_flags]:
            return f"no flag {facts.get('flag')} is waiting for its outcome"
    elif event == "merged" and facts.get("into") == case.id:
        return "a complaint cannot be merged into itself"
    return ""


def _moved(case: Case, event: str, record: Json) -> Case:
    """Return the case after an event that makes sense."""
    time = _text(record, "time")
    changes = _CHANGES[event](case, record) if event in _CHANGES else {}
    if event in ANSWERS:
        changes |= {"answered": case.answered or time, "heard": ""}
    if event in DECISIONS:
        changes["decided"] = case.decided or time
    if event in ("heard", "reopened") and case.answered and case.state != "merged":
        changes["heard"] = case.heard or time
    moved = case._replace(
        state=TRANSITIONS[event][case.state],
        missed=_together(case.missed, _was(record).get("missed")),
        events=(*case.events, record),
        **changes,  # type: ignore[arg-type]  # each field has its own type
    )
    whose = turn_of(moved)
    return moved if whose == case.turns[-1].whose else moved._replace(turns=(*moved.turns, Turn(time, whose)))


def _promise_made(case: Case, record: Json) -> dict[str, object]:
    return {"promises": (*case.promises, Promise(_text(record, "id"), _text(record, "by"), _text(record, "staff")))}


def _promise_over(case: Case, record: Json) -> dict[str, object]:
    return {"promises": tuple(promise for promise in case.promises if promise.id != record.get("promise"))}


def _handed_over(_case: Case, record: Json) -> dict[str, object]:
    return {"assigned": _text(record, "to"), "assigned_since": _text(record, "time")}


def _offered(_case: Case, record: Json) -> dict[str, object]:
    choices = record.get("choices")
    return {"choices": tuple(map(str, choices)) if isinstance(choices, list) else (), "choice": ""}


_AFRESH: dict[str, object] = {"customer": "", "cause": "", "choices": (), "choice": "", "into": ""}
# What an event changes of a case beside its state, its answers and whose turn it is.
_CHANGES: dict[str, Callable[[Case, Json], dict[str, object]]] = {
    "promised": _promise_made,
    "kept": _promise_over,
    "broken": _promise_over,
    "resolved": lambda _case, _record: {"promises": ()},
    "flagged": lambda case, record: {"flags": (*case.flags, Flag(_text(record, "flag"), _text(record, "time")))},
    "settled": lambda case, record: {"flags": _settled(case.flags, _text(record, "flag"), _text(record, "outcome"))},
    "assigned": _handed_over,
    "escalated": _handed_over,
    "offered": _offered,
    "accepted": lambda _case, record: {"choice": _text(record, "choice")},
    "closed": lambda _case, record: {"customer": _text(record, "customer"), "cause": _text(record, "cause")},
    "merged": lambda _case, record: {"into": _text(record, "into")},
    "reopened": lambda case, _record: {"reopened": case.reopened + 1} | _AFRESH,
}


def turn_of(case: Case) -> str:
    """Return whose turn it is: the customer's while they are asked for something or have a choice, until they come back."""
    if case.state not in LIVE:
        return NOBODYS
    return THEIRS if case.state in ("waiting", "offered") and not case.heard else OURS


def _settled(flags: Sequence[Flag], name: str, outcome: str) -> tuple[Flag, ...]:
    # An outcome that was blanked later is one all the same.
    return tuple(flag._replace(outcome=outcome or "…") if flag.name == name and not flag.outcome else flag for flag in flags)


def _together(names: tuple[str, ...], more: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *(str(name) for name in more)))) if isinstance(more, list) else names


def _text(record: Mapping[str, object], field: str) -> str:
    return str(record.get(field) or "")


def _was(record: Json) -> Json:
    was = record.get("was")
    return was if isinstance(was, dict) else {}


def _as_told(case: Case, record: Json) -> Case:
    """Return the case as a record says that it was before it."""
    was = _was(record)
    reopened = was.get("reopened")
    if was.get("state") not in STATES or not isinstance(reopened, int) or isinstance(reopened, bool):
        return case
    told = case._replace(
        state=str(was["state"]),
        answered=_text(was, "answered"),
        heard=_text(was, "heard"),
        reopened=reopened,
        promises=_promises(was),
        customer=_text(was, "customer"),
    )
    whose = turn_of(told)
    return told if whose == case.turns[-1].whose else told._replace(turns=(*case.turns, Turn(_text(record, "time"), whose)))


def _promises(was: Json) -> tuple[Promise, ...]:
    promises = was.get("promises")
    found = [entry for entry in promises if isinstance(entry, dict)] if isinstance(promises, list) else []
    return tuple(Promise(*(_text(entry, field) for field in Promise._fields)) for entry in found)


def _knew(case: Case, record: Json) -> bool:
    """Tell whether the writer saw the case as it is folded here; what else a newer program put into `was` is its own."""
    was = record.get("was")
    if not isinstance(was, dict) or _promises(was) != case.promises:
        return False
    told = case.was
    newer = ("heard",) if "counted" in was else ()  # an older program knew nothing of customers who come back
    fields = ("state", "opened", "answered", "reopened", *newer)
    return all(was.get(field) == told.get(field) for field in fields)


class Cases:
    """Many cases, folded as their records come by and kept small: with no event but their opening.

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


class Usual(NamedTuple):
    """A complaint that one till wrote to and that went its usual way so far: all that its next usual record depends on."""

    state: str
    opened: str
    answered: str
    newest: str  # the id of its last record


def as_usual(before: Usual | None, record: Json) -> Usual | None:
    """Return a complaint after its next record, None standing for its beginning; None where only `fold` can tell.

    What `fold` makes of records that are as usual up to the last one has this state, no flags, and skips nothing.
    """
    event, own, time = event_of(record), _text(record, "id"), _text(record, "time")
    if before is None:
        return Usual("open", time, "", own) if event == "opened" and not record.get("flags") else None
    was = _was(record)
    told = (was.get("state"), was.get("opened"), was.get("reopened"), was.get("answered"))
    knew = told == (before.state, before.opened, 0, before.answered or None) and "heard" not in was and "promises" not in was
    one_till = own.partition("-")[0] == before.newest.partition("-")[0]
    later = (len(own), own) > (len(before.newest), before.newest)
    if not (event in USUAL and before.state in TRANSITIONS[event] and knew and one_till and later):
        return None
    return Usual(TRANSITIONS[event][before.state], before.opened, before.answered or (time if event in ANSWERS else ""), own)


def as_case(own: str, usual: Usual) -> Case:
    """Return a complaint that was usual so far as what its next record must make sense after, unless it was offered a choice."""
    return Case(own, usual.state, usual.opened, usual.answered, 0, (), (), turns=(Turn(usual.opened, OURS),))


def lost_in_merging(cases: Mapping[str, Case]) -> set[str]:
    """Return the ids of merged complaints that go on as none: two tills merged them into each other before they met."""
    return lost_among({own: case.into for own, case in cases.items() if case.into})


def lost_among(into: Mapping[str, str]) -> set[str]:
    """Return the same, by what is known of each merged complaint alone: the id of the one that it was merged into."""
    lost = set()
    for own in into:
        way, at = {own}, own
        while at in into and into[at] not in way:
            at = into[at]
            way.add(at)
        if at in into:
            lost.add(own)
    return lost


def is_of_case(record: Mapping[str, object]) -> bool:
    """Tell whether a record is one of those that `fold` makes a case of."""
    kind = str(record.get("kind"))
    return kind.startswith("complaint.") or kind == CORRECTED


def correction(skipped: Mapping[str, object]) -> Json:
    """Return the record that takes back one that counts for nothing."""
    return {"kind": CORRECTED, "case": skipped["case"], "corrects": skipped["id"], "skipped": repeated(skipped)}


def repeated(skipped: Mapping[str, object]) -> Json:
    """Return what a correction repeats of the record that it takes back: what figures read, and no free words."""
    return {field: value for field, value in skipped.items() if field not in NOT_REPEATED}


def case_of(record: Mapping[str, object]) -> str:
    """Return the id of the case that a record belongs to."""
    return str(record.get("id") if record.get("kind") == OPENED else record.get("case"))
