"""What is due, of whom, and which reminders of it are still to be sent.

Each thing that is due is announced once before (`soon`), and once when it is late (`late`); to somebody else once more, if it
becomes their business. A reminder is claimed before it is sent and recorded once it was, so that of several that run at the same
time one sends it, and one that died leaves it to the next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from returnkit.model.dates import add
from returnkit.model.jsonl import Json
from returnkit.model.record import is_name
from returnkit.model.text import LONGEST_NAME, safe_line
from returnkit.service.clocks import FLAG, LAW, NEXT, OVERDUE, PROMISE, RUNNING, Clocks, Due, instant
from returnkit.service.complaint import THEIRS, Case, Promise, event_of
from returnkit.service.followup import CALLBACK, FollowUp, FollowUps
from returnkit.service.followup_terms import Remind

SILENT, UNCLOSED, FOLLOW_UP, SURVEY = "silent", "unclosed", "follow-up", "survey"
CLAIMED, SENT = "reminder.claimed", "reminder.sent"
SOON, LATE = "soon", "late"
STALE = 15 * 60  # seconds after which a claim is taken up again
Key = tuple[str, str, str, str, str, str]  # item, what, about, step, to, by


class Item(NamedTuple):
    """Something that is due.

    `id` is the record that it is about, `what` a clock, `promise`, `law`, `flag`, `silent` (the customer does not answer),
    `unclosed`, `callback`, `follow-up` or `survey`, and `about` which of several. It is due `by`, we aim at `aim` (None: not
    earlier), and it is announced from `tell` on; instants. `to` is a role or a name, `since` when it arose. `day` tells that
    it may be done at any time of its day.
    """

    id: str
    what: str
    by: int
    to: str
    since: int
    about: str = ""
    aim: int | None = None
    tell: int | None = None
    day: bool = False
    case: Case | None = None
    followup: FollowUp | None = None

    def is_late(self, now: int) -> bool:
        """Tell whether it is past its time."""
        return now > self.by


class Reminder(NamedTuple):
    """That somebody is to be told of an item, at one of its steps."""

    item: Item
    step: str

    def key(self, local: Callable[[int], str]) -> Key:
        """Return what is the same for the same reminder, whoever works it out."""
        item = self.item
        return item.id, item.what, _name(item.about), self.step, _name(item.to), local(item.by)

    def as_record(self, local: Callable[[int], str]) -> Json:
        """Return it as a claim records it."""
        return {field: value for field, value in zip(FIELDS, self.key(local), strict=True) if value}


FIELDS = ("item", "what", "about", "step", "to", "by")


def _name(text: str) -> str:
    """Return a name of another till's record as a claim can have it: one that nobody may record must not stop all reminders."""
    return text if not text or is_name(text) else safe_line(text)[:LONGEST_NAME]


def of_case(case: Case, clocks: Clocks, remind: Remind, people: Mapping[str, int], now: int) -> Iterator[Item]:
    """Yield what is due of a complaint: its clocks, promises, flags and the law, a customer who is silent, and closing it.

    `people` has the rank of everybody on the staff.
    """
    holder = clocks.holder(case, now)
    rank = clocks.terms.ranks.get(holder, 0)
    for due in clocks.dues(case, now):
        if due.by is not None and due.status in (RUNNING, OVERDUE):
            yield _due(case, due, clocks, remind, holder)._replace(
                to=_promiser(case.promises, due.about, people, holder, rank) if due.what == PROMISE else holder
            )
    turn = case.turns[-1]
    last = instant(str(case.events[-1].get("time"))) if case.events else instant(case.opened)
    if turn.whose == THEIRS:
        asked = [event for event in case.events if event_of(event) in ("waiting", "offered")]
        since = instant(str(asked[-1].get("time"))) if asked else last
        yield _on_day(clocks, Item(case.id, SILENT, 0, holder, since, case=case), add(clocks.day_of(since), remind.silent))
    elif case.state == "resolved":
        since = max((instant(str(event.get("time"))) for event in case.events if event_of(event) == "resolved"), default=last)
        yield _on_day(clocks, Item(case.id, UNCLOSED, 0, holder, since, case=case), add(clocks.day_of(since), remind.unclosed))


def _due(case: Case, due: Due, clocks: Clocks, remind: Remind, holder: str) -> Item:
    by, since, about = due.by or 0, instant(case.opened), due.about
    if due.what == PROMISE:
        made = next((event for event in case.events if event.get("id") == due.about), case.opening)
        since = instant(str(made.get("time")))
    elif due.what == FLAG:
        since = next((instant(flag.since) for flag in case.open_flags if flag.name == due.about), since)
    elif due.what == NEXT:
        since = instant(case.heard)
    elif due.what == LAW:
        about = ""
    tell = None
    if due.what == LAW:
        tell = clocks.end_of(clocks.day_of(by) - _days(remind, clocks.day_of(by)) - 1) + 1
    return Item(case.id, due.what, by, holder, since, about, due.aim, tell, case=case)


def _days(remind: Remind, day: int) -> int:
    return add(day, remind.law) - day


def _promiser(promised: tuple[Promise, ...], own: str, people: Mapping[str, int], holder: str, rank: int) -> str:
    """Return whose promise it is: of whoever made it, where the complaint is with a role that they have, and not above them."""
    made = next((promise.staff for promise in promised if promise.id == own), "")
    return made if holder not in people and people.get(made, -1) >= rank else holder


def of_followup(followup: FollowUp) -> Item:
    """Return a follow-up as something that is due; nobody in particular has it where it does not say."""
    what = CALLBACK if followup.is_callback else FOLLOW_UP
    tell = followup.begins if followup.day else None
    return Item(followup.id, what, followup.by, followup.to, followup.since, tell=tell, day=followup.day, followup=followup)


def of_surveys(followups: FollowUps, remind: Remind) -> Iterator[Item]:
    """Yield the surveys that customers were given and that did not come back."""
    clocks, history = followups.clocks, followups.history
    for given in history.given:
        if given.followup not in history.answered and not followups.wants_nothing(given.contact):
            plain = Item(given.followup, SURVEY, 0, given.staff, given.at, about=given.survey)
            yield _on_day(clocks, plain, add(clocks.day_of(given.at), remind.survey))


def _on_day(clocks: Clocks, item: Item, day: int) -> Item:
    begins, by = clocks.open_day(day)
    return item._replace(by=by, tell=begins, day=True)


def step(item: Item, clocks: Clocks, remind: Remind, now: int) -> str:
    """Return at which step an item is: `soon`, `late`, or an empty text while there is time.

    Soon is when so many minutes of opening hours, or fewer, are left until it is due, or until we aim to have it done: what is
    due on Monday morning is announced on Saturday.
    """
    if item.is_late(now):
        return LATE
    if item.tell is not None and now >= item.tell:
        return SOON
    reached = clocks.hours.after(now, remind.before * 60 + 1)
    wanted = item.by if item.aim is None else min(item.aim, item.by)
    return SOON if not item.day and (reached is None or reached > wanted) else ""


class Sent:
    """Which reminders were sent or claimed, from the records of all tills in any order; `now` is an instant."""

    def __init__(self, records: Iterable[Json], now: int) -> None:
        self._claims: dict[str, Json] = {}
        sent: set[str] = set()
        for record in records:
            if record.get("kind") == CLAIMED:
                self._claims[str(record.get("id"))] = record
            elif record.get("kind") == SENT:
                sent.add(str(record.get("claim")))
        self._taken: set[Key] = set()
        self._stale: dict[Key, str] = {}
        for own, claim in sorted(self._claims.items(), key=lambda entry: (instant(str(entry[1].get("time"))), entry[0])):
            keys = list(_keys(claim))
            if own in sent or abs(now - instant(str(claim.get("time")))) < STALE:
                self._taken.update(keys)
            else:
                first = str(claim.get("again") or own)
                self._stale.update(dict.fromkeys(keys, first))

    def has(self, key: Key) -> bool:
        """Tell whether a reminder was sent, or is being sent."""
        return key in self._taken

    def again(self, key: Key) -> str:
        """Return the first claim of a reminder that somebody may have sent who died then; an empty text where there is none."""
        return self._stale.get(key, "")


def _keys(claim: Mapping[str, object]) -> Iterator[Key]:
    reminders = claim.get("reminders")
    for entry in reminders if isinstance(reminders, list) else ():
        if isinstance(entry, dict):
            item, what, about, step_, to, by = (str(entry.get(field) or "") for field in FIELDS)
            yield item, what, about, step_, to, by


def to_send(items: Iterable[Item], sent: Sent, clocks: Clocks, remind: Remind, now: int) -> list[Reminder]:
    """Return the reminders that are due now and were neither sent nor claimed; what is due first comes first."""
    found = []
    for item in items:
        at = step(item, clocks, remind, now)
        if at and not sent.has(Reminder(item, at).key(clocks.local)):
            found.append(Reminder(item, at))
    return sorted(found, key=lambda each: (each.item.by, each.item.id, each.item.what, each.item.about))
