"""Follow-ups: whom the shop asks how it went, or calls back, when, and what came of it.

Those that the policy wants are worked out from what happened (a complaint was closed, something was bought or brought back) and
stand in no record until somebody does something about them: every till sees the same ones, and none is made twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from returnkit.model.dates import add, parse_iso
from returnkit.model.jsonl import Json
from returnkit.service.clocks import FIRST_INSTANT, Clocks, instant
from returnkit.service.complaint import Case, event_of, utc
from returnkit.service.followup_terms import AFTER, COMPLAINT, RETURN, SALE, FollowUpTerms, Rule, as_compared
from returnkit.service.returns import day_of, lines_of
from returnkit.service.terms import USUAL_SEVERITY

ADDED, DONE, SNOOZED, SKIPPED = "followup.added", "followup.done", "followup.snoozed", "followup.skipped"
STOPPED, RESUMED, FORGOTTEN = "contact.stopped", "contact.resumed", "contact.forgotten"
OBJECTION = "marketing-objection"  # the flag of a customer who wants no more mail and no more calls
BY_HAND, CALLBACK = "by-hand", "callback"
OPEN, IS_DONE, IS_SKIPPED = "open", "done", "skipped"


class FollowUp(NamedTuple):
    """Somebody who is to be asked or called back.

    `id` is that of the record behind it, and `rule` that of the policy, or `by-hand`, or `callback`. It may be done from `begins`
    on and is due `by` (instants); of a `day` these are when the shop opens and closes. `contact` and `receipt` say who it is, as
    far as that is known. `asks` is the question, by language, or what was typed. `survey` is the one that the customer is given.
    """

    id: str
    rule: str
    since: int
    begins: int
    by: int
    contact: str = ""
    receipt: str = ""
    case: str = ""
    to: str = ""
    asks: Mapping[str, str] = {}
    survey: str = ""
    day: bool = True

    @property
    def is_callback(self) -> bool:
        """Tell whether the customer waits for a call."""
        return self.rule == CALLBACK


class Asked(NamedTuple):
    """That somebody was asked, or need not be asked any more: who, and when."""

    contact: str
    receipt: str
    at: int
    skipped: bool = False


class Given(NamedTuple):
    """A survey that a customer was given: in which follow-up, which one, to whom, by whom, and when."""

    followup: str
    survey: str
    contact: str
    staff: str
    at: int


class History:
    """What was done about follow-ups, from the records of all tills in any order."""

    def __init__(self, records: Iterable[Json]) -> None:
        self.added: dict[str, Json] = {}
        self.over: dict[str, Json] = {}  # the first record that ended a follow-up
        self.moved: dict[str, Json] = {}  # the last one that put it off
        self.asked: list[Asked] = []
        self.given: list[Given] = []
        self.answered: set[str] = set()  # follow-ups in which a survey was given that came back
        self.forgotten: set[str] = set()  # contacts that nobody can reach any more
        self.wishes: list[tuple[str, bool]] = []  # of contacts, in their order: to hear from us no more, or again
        for record in sorted(records, key=lambda own: (utc(_text(own, "time")), _text(own, "id"))):
            self._see(record)

    def _see(self, record: Json) -> None:
        kind, about, contact = record.get("kind"), _text(record, "followup"), _text(record, "contact")
        if kind in (ADDED, SNOOZED) and not _is_timed(record):
            return  # a day that is none: nobody knows when
        if kind == ADDED:
            self.added[_text(record, "id")] = record
        elif kind in (DONE, SKIPPED):
            self._ended(record, about, contact)
        elif kind == SNOOZED:
            self.moved[about] = record
        elif kind in (STOPPED, RESUMED, FORGOTTEN):
            self.wishes.append((contact, kind != RESUMED))
            self.forgotten |= {contact} if kind == FORGOTTEN else set()
        elif kind == "survey.answered":
            self.answered.add(_text(record, "asked"))

    def _ended(self, record: Json, about: str, contact: str) -> None:
        self.over.setdefault(about, record)
        at = instant(_text(record, "time"))
        if not self.added.get(about, {}).get("call"):  # who waited for a call was not asked anything
            self.asked.append(Asked(contact, _text(record, "receipt_no"), at, record.get("kind") == SKIPPED))
        if record.get("survey"):
            self.given.append(Given(about, _text(record, "survey"), contact, _text(record, "staff"), at))
        if record.get("no_more") and contact:
            self.wishes.append((contact, True))

    def state(self, own: str) -> str:
        """Return whether a follow-up is open, done or skipped."""
        record = self.over.get(own)
        return OPEN if record is None else IS_DONE if record.get("kind") == DONE else IS_SKIPPED


class Happened(NamedTuple):
    """Something after which the policy may ask: a complaint that was closed, a return, a sale.

    `told` is what a rule's conditions ask of it, `paid` is in minor units, `day` is when it happened.
    """

    id: str
    after: str
    at: int
    day: int
    told: Mapping[str, Sequence[str]]
    paid: int
    contact: str
    receipt: str


def closed(case: Case, clocks: Clocks) -> Happened | None:
    """Return a complaint that is closed, as the policy asks after it; None where it is not over."""
    if case.state != "closed":
        return None
    at = max((instant(_text(event, "time")) for event in case.events if event_of(event) == "closed"), default=0)
    told = {
        "channel": [case.channel],
        "severity": [case.severity or USUAL_SEVERITY],
        "category": [as_compared(case.category)],
        "flag": [as_compared(flag.name) for flag in case.flags],
    }
    contact, receipt = _text(case.opening, "contact"), _text(case.opening, "receipt_no")
    return Happened(case.id, COMPLAINT, at, clocks.day_of(at), told, 0, contact, receipt)


def came_back(record: Json, clocks: Clocks) -> Happened:
    """Return a return, as the policy asks after it."""
    return _goods(record, RETURN, _day(record.get("on")) or clocks.day_of(instant(_text(record, "time"))))


def sold(record: Json) -> Happened:
    """Return a sale, as the policy asks after it."""
    return _goods(record, SALE, _day(day_of(record)))


def _goods(record: Json, after: str, day: int) -> Happened:
    lines = lines_of(record)
    told = {
        "channel": [_text(record, "channel")],
        "member": [as_compared(_text(record, "member"))],
        **{
            key: [as_compared(_text(line, key)) for line in lines if line.get(key)]
            for key in ("category", "sku", "reason", "remedy")
        },
        "tag": [as_compared(str(tag)) for line in lines for tag in _list(line.get("tags"))],
    }
    paid = sum(value for line in lines if isinstance(value := line.get("paid"), int))
    at = instant(_text(record, "time"))
    return Happened(_text(record, "id"), after, at, day, told, paid, "", _text(record, "receipt_no"))


class FollowUps:
    """The follow-ups of a shop: those that the policy wants after what `happened`, and those that were added by hand.

    `same` returns one name for contacts that are the same customer: nobody who is the same is asked twice, and who wants to hear
    from us no more is not asked by policy at all.
    """

    def __init__(
        self,
        terms: FollowUpTerms,
        clocks: Clocks,
        history: History,
        happened: Sequence[Happened] = (),
        same: Callable[[str], str] = str,
    ) -> None:
        self.terms, self.clocks, self.history, self._happened, self._same = terms, clocks, history, happened, same
        last = {same(contact): stopped for contact, stopped in history.wishes}
        self._silent = {customer for customer, stopped in last.items() if stopped}

    def open(self, now: int) -> list[FollowUp]:
        """Return the follow-ups that are not over at an instant; what is due first comes first."""
        return sorted([*self.by_hand(), *self.by_policy(now)], key=lambda each: (each.by, each.id))

    def by_hand(self) -> list[FollowUp]:
        """Return what was added by hand and is not over; who wants to hear from us no more is called back and not asked."""
        every = [self._added(record) for own, record in self.history.added.items() if own not in self.history.over]
        left = [each for each in every if each.contact not in self.history.forgotten]
        return [each for each in left if each.is_callback or not self.wants_nothing(each.contact)]

    def wants_nothing(self, contact: str) -> bool:
        """Tell whether a customer wants to hear from us no more."""
        return bool(contact) and self._same(contact) in self._silent

    def by_policy(self, now: int) -> list[FollowUp]:
        """Return what the policy wants after what happened, is not over, and has not been let go by now.

        A complaint comes before a return, and that before a sale: who complained or brought something back is not asked whether
        they are happy with it. Of several that are due close together only the first is left.
        """
        today, found = self.clocks.day_of(now), []
        complained: set[str] = set()
        for event in sorted(self._happened, key=lambda each: (AFTER.index(each.after), each.at, each.id)):
            if event.receipt and event.receipt.casefold() in complained:
                continue
            complained.add(event.receipt.casefold())
            rule = self.terms.rule(event.after, event.told, event.paid)
            if rule is not None and event.id not in self.history.over and not self.wants_nothing(event.contact):
                followup = self._wanted(event, rule)
                if add(self.clocks.day_of(followup.by), self.terms.let_go) >= today:
                    found.append(followup)
        return self._once(sorted(found, key=lambda each: (each.by, each.id)))

    def _wanted(self, event: Happened, rule: Rule) -> FollowUp:
        begins, by = self.clocks.open_day(add(event.day, rule.wait))
        case = event.id if event.after == COMPLAINT else ""
        plain = FollowUp(
            event.id, rule.id, event.at, begins, by, event.contact, event.receipt, case, rule.to, rule.ask, rule.survey
        )
        return self._put_off(plain)

    def _added(self, record: Json) -> FollowUp:
        since = instant(_text(record, "time"))
        rule = CALLBACK if record.get("call") else BY_HAND
        text = _text(record, "text")
        plain = FollowUp(
            _text(record, "id"), rule, since, since, since, _text(record, "contact"), _text(record, "receipt_no"),
            _text(record, "about"), _text(record, "to"), {"": text} if text else {}, _text(record, "survey"),
        )  # fmt: skip
        return self._put_off(self._timed(plain, record))

    def _put_off(self, followup: FollowUp) -> FollowUp:
        moved = self.history.moved.get(followup.id)
        return followup if moved is None else self._timed(followup, moved)

    def _timed(self, followup: FollowUp, record: Json) -> FollowUp:
        """Return it as due when a record says: at a time, or on a day on which the shop is open."""
        if record.get("on"):
            begins, by = self.clocks.open_day(_day(record["on"]))
            return followup._replace(begins=begins, by=by, day=True)
        by = instant(_text(record, "by"))
        return followup._replace(begins=min(instant(_text(record, "time")), by), by=by, day=False)

    def _once(self, followups: Sequence[FollowUp]) -> list[FollowUp]:
        """Return those of customers who are asked for the first time within the time in which nobody is asked again."""
        days: dict[str, list[Asked]] = {}
        # Who was asked by hand, or will be, is asked.
        pending = [Asked(own.contact, own.receipt, own.by) for own in self.by_hand() if not own.is_callback]
        for asked in (*self.history.asked, *pending):
            for who in self._who(asked.contact, asked.receipt):
                days.setdefault(who, []).append(asked)
        found = []
        for followup in followups:
            people = self._who(followup.contact, followup.receipt)
            if not any(self._is_close(followup, asked) for who in people for asked in days.get(who, ())):
                found.append(followup)
                for who in people:
                    days.setdefault(who, []).append(Asked(followup.contact, followup.receipt, followup.by))
        return found

    def _is_close(self, followup: FollowUp, asked: Asked) -> bool:
        """Tell whether a customer was asked too short a time before or after; who need not be asked, only of what was before."""
        if asked.skipped and followup.since > asked.at:
            return False
        day, other = self.clocks.day_of(followup.by), self.clocks.day_of(asked.at)
        return max(day, other) < add(min(day, other), self.terms.again)

    def _who(self, contact: str, receipt: str) -> list[str]:
        return [*([f"contact {self._same(contact)}"] if contact else []), *([f"receipt {receipt.casefold()}"] if receipt else [])]


def _day(value: object) -> int:
    try:
        return parse_iso(str(value))
    except ValueError:
        return 0


def _is_timed(record: Json) -> bool:
    """Tell whether a record says when something is due: on a day, or by a time."""
    return bool(_day(record["on"])) if "on" in record else instant(_text(record, "by")) > FIRST_INSTANT


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(record: Mapping[str, object], field: str) -> str:
    return str(record.get(field) or "")
