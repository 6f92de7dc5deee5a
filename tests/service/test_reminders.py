"""What is due, of whom, and which reminders are sent, against a count that knows only what the help of the commands says."""

from __future__ import annotations

import shutil
import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.clock import Clock
from returnkit.model.dates import parse_span
from returnkit.service.agenda import CLAIMED, LATE, SENT, SOON, Item, Sent, of_case, of_followup, of_surveys, step, to_send
from returnkit.service.complaint import NOT_OVER, Case, after, begin
from returnkit.service.followup import STOPPED, FollowUps, History, came_back, closed, sold
from returnkit.service.followup_terms import COMPLAINT, RETURN, SALE
from returnkit.shop import find_shop
from tests.conftest import REPOSITORY, examples
from tests.service.brute_force import LIVE, Wall, Watched
from tests.service.test_day_of_complaints import MINUTES_IN, Policies, policies_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from returnkit.model.jsonl import Json

MINUTE, QUARTER, HOUR, DAY = 60, 15 * 60, 60 * 60, 24 * 60 * 60
RIGA = ZoneInfo("Europe/Riga")
FIRST, LAST = (int(datetime(*day, tzinfo=RIGA).timestamp()) for day in ((2026, 11, 9), (2027, 4, 15)))
ALWAYS, AT_WORK, HOLIDAYS_TOO = "always", "open-hours", "open-hours-and-holidays"
ROLES = ("staff", "manager", "owner")
FLAGS = ("safety", "privacy", "withdrawal-refused", "marketing-objection")
OBJECTION = "marketing-objection"
CATEGORIES = ("delivery", "quality", "service", "price")
CHANNELS = ("counter", "phone", "email", "letter", "web", "chat", "social", "review")
CUSTOMERS = 6
FOLLOW_UPS = """
schema = 1
again = "3 months"
let-go = "2 weeks"
[[follow-up]]
id = "after-trouble"
after = "complaint"
when = { severity = ["high"] }
in = "2 days"
ask = { en = "Is everything as it should be now?" }
to = "manager"
[[follow-up]]
id = "after-waiting"
after = "complaint"
when = { category = ["service"] }
in = "3 days"
ask = { en = "Would you tell us how it went?" }
survey = "short"
[[follow-up]]
id = "after-complaint"
after = "complaint"
in = "4 days"
ask = { en = "Are you happy with how we put it right?" }
[[follow-up]]
id = "after-exchange"
after = "return"
when = { remedy = ["exchange"] }
in = "1 week"
ask = { en = "Does this one fit?" }
to = "Anna"
[[follow-up]]
id = "after-big-sale"
after = "sale"
when = { category = ["electronics", "apparel"] }
from = "100.00"
in = "2 weeks"
ask = { en = "Does it do what you hoped for?" }
[remind]
before = "2 hours"
law = "3 days"
silent = "1 week"
unclosed = "1 week"
survey = "5 days"
"""
Key = tuple[str, str, str, str, str, str]  # item, what, about, step, to, by


def policies_into(folder: Path, followups: str = FOLLOW_UPS) -> None:
    """Write the policies of the sample shop, which opens on two holidays and does not on the day of stock-taking."""
    shutil.copytree(REPOSITORY / "policies", folder / "policies")
    (folder / "policies" / "followups.toml").write_text(followups)
    calendar, complaints = folder / "policies" / "calendar.toml", folder / "policies" / "complaints.toml"
    holidays, _, closed_ = calendar.read_text().partition("\n[closed]\n")
    closed_ = "".join(line for line in closed_.splitlines(keepends=True) if not line.startswith(("2026-11-18", "2026-12-31")))
    calendar.write_text(f'{holidays}\n[closed]\n2026-12-07 = "stock-taking"\n{closed_}')
    complaints.write_text(
        complaints.read_text() + '\n[[clock]]\nwhen = { channel = ["letter"] }\ncount = "open hours and holidays"\n'
    )


class Minutes(Wall):
    """The shop's wall, with everything between two midnights counted once, so that a month of it can be asked often."""

    def __init__(self, wall: Wall) -> None:
        super().__init__(wall.zone.key, wall.spans, wall.closed, wall.holidays, wall.worked)
        self._sums, self._changes = {}, {}
        for count in (AT_WORK, HOLIDAYS_TOO):
            counts = [self.counts(at, count) for at in range(FIRST, LAST, MINUTE)]
            self._sums[count] = list(accumulate(counts, initial=0))
            changes = (number for number in range(1, len(counts)) if counts[number] != counts[number - 1])
            self._changes[count] = [FIRST + MINUTE * number for number in changes]

    def counted(self, at: int, count: str = AT_WORK) -> int:
        """Return the seconds that count up to an instant."""
        if count == ALWAYS:
            return at
        sums, number = self._sums[count], (at - FIRST) // MINUTE
        return sums[number] * MINUTE + (sums[number + 1] - sums[number]) * (at % MINUTE)

    def after(self, start: int, seconds: int | None, count: str) -> int | None:
        """Return when so many seconds have counted from an instant on; None where nobody said how many."""
        if not seconds:
            return None if seconds is None else start
        if count == ALWAYS:
            return start + seconds
        sums, wanted = self._sums[count], self.counted(start, count) + seconds
        number = bisect_left(sums, -(-wanted // MINUTE)) - 1
        return FIRST + number * MINUTE + wanted - sums[number] * MINUTE

    def until(self, at: int, count: str) -> int:
        """Return up to when it is the same whether the time counts."""
        changes = self._changes.get(count, [])
        found = bisect_right(changes, at)
        return changes[found] if found < len(changes) else LAST

    def day_of(self, at: int) -> date:
        return datetime.fromtimestamp(at, self.zone).date()

    def open_day(self, day: date) -> tuple[int, int]:
        """Return when people begin and stop to work on a day, or on the next one on which they do."""
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())
        opens = self.until(midnight, AT_WORK)
        begins = self.day_of(opens)
        closes = opens
        while self.day_of(self.until(closes, AT_WORK)) == begins:
            closes = self.until(closes, AT_WORK)
        return opens, closes


TABLES: dict[str, Minutes] = {}


def minutes_of(folder: Path) -> tuple[Policies, Minutes]:
    """Return what the policies of a folder say, and its minutes, which take half a second to count."""
    policies = policies_of(folder)
    known = repr(policies.wall)
    if known not in TABLES:
        TABLES[known] = Minutes(policies.wall)
    return policies, TABLES[known]


class Told(Watched):
    """A complaint that somebody watches, from one opening or closing of the shop to the next."""

    def __init__(self, table: Minutes, policies: Policies, opened: int, facts: Mapping[str, str]) -> None:
        about = {key: facts[key] for key in ("channel", "category", "severity")}
        count, aims = policies.promised(**about)
        super().__init__(table, opened, aims, count=count, country="LV", flags=policies.within)
        self.table, self.about = table, about
        self.customer, self.receipt = int(facts.get("customer", -1)), facts.get("receipt_no", "")
        self.asked = self.resolved = self.closed = opened
        self.assigned: tuple[int, str] | None = None
        self.flagged: dict[str, int] = {}
        self.ever_flagged: list[str] = []
        self.makers: dict[str, str] = {}

    def passes_until(self, until: int) -> None:
        while self.now < until:
            end = min(until, self.table.until(self.now, self.count))
            counts = self.table.counts(self.now, self.count)
            for watch in (*self.watches.values(), self.aimed, self.ours, self.theirs):
                watch.passes(self.now, end, counts=counts)
            self.now = end
        self._marks()

    def happens(self, at: int, event: str, **facts: object) -> None:
        super().happens(at, event, **facts)
        if event in ("waiting", "offered"):
            self.asked = at
        elif event in ("resolved", "closed"):
            setattr(self, event, at)
        elif event in ("assigned", "escalated"):
            self.assigned = at, str(facts["to"])
        elif event == "promised":
            self.makers[str(facts["id"])] = str(facts.get("staff", ""))
        elif event == "flagged":
            self.flagged[str(facts["flag"])] = at
            self.ever_flagged.append(str(facts["flag"]))
        elif event == "settled":
            del self.flagged[str(facts["flag"])]


class Thing(NamedTuple):
    """Something that is due `by` an instant, and which somebody has. What is due on a day is announced when that begins."""

    id: str
    what: str
    about: str
    by: int
    to: str
    aim: int | None = None
    begins: int | None = None
    on_day: bool = False


class Asking(NamedTuple):
    """A follow-up, by the policy or by hand."""

    id: str
    begins: int
    by: int
    customer: int
    receipt: str
    to: str
    survey: str = ""
    call: bool = False
    on_day: bool = True
    since: int = 0


class Goods(NamedTuple):
    """A sale or a return."""

    after: str
    day: date
    receipt: str
    category: str
    remedy: str
    paid: int
    at: int = 0


class World:
    """A shop in which things happen at random, and somebody who counts along what is due.

    `write` records what happens at an instant (a kind of record, and its facts), and returns the record. `asks` is a shop that
    puts right what goes wrong at once, and has time to ask how it went.
    """

    def __init__(self, folder: Path, write: Callable[[int, str, Json], Json], *, asks: bool = False) -> None:
        self.policies, self.table = minutes_of(folder)
        self.write, self.asks = write, asks
        own = tomllib.loads((folder / "policies" / "shop.toml").read_text())
        self.staff = {person["name"]: person["role"] for person in own["staff"]}
        self.ranks = {role: rank for rank, role in enumerate(ROLES)}
        self.ranks |= {person: self.ranks[role] for person, role in self.staff.items()}
        self.terms = tomllib.loads((folder / "policies" / "followups.toml").read_text())
        self.before = MINUTE * _minutes(self.terms["remind"]["before"])
        self.now = FIRST
        self.cases: dict[str, Told] = {}
        self.contacts: dict[str, int] = {}  # the customer behind each reference
        self.reach: dict[int, list[str]] = {customer: [] for customer in range(CUSTOMERS)}
        self.added: dict[str, Asking] = {}
        self.moved: dict[str, tuple[int, int, bool]] = {}
        self.over: dict[str, str] = {}
        self.asked: list[tuple[int, str, date]] = []
        self.spared: list[tuple[int, str, date, int]] = []  # who need not be asked of what was there by an instant
        self.given: dict[str, tuple[str, str, int, int]] = {}
        self.answered: set[str] = set()
        self.stopped: set[int] = set()
        self.goods: dict[str, Goods] = {}
        self.receipts = 0
        self.held: dict[Key, int | None] = {}  # of each reminder, until when nobody else sends it; None: for ever
        self.chance = Random(0)  # noqa: S311 - the same every time

    # What happens

    def happens(self, at: int, luck: int) -> None:
        """Let something happen: at any hour a customer does something; those who work here do while the shop is open."""
        self.now, self.chance = at, Random(luck)  # noqa: S311 - the same every time
        acts = [self._opens, self._opens, self._customer]
        if self.table.is_open(at):
            acts += [self._works, self._works, self._works, self._follows_up, self._follows_up, self._sells, self._odd]
        if self.asks:
            acts = [self._settles, self._settles, self._follows_up, self._follows_up, self._sells, self._sells, self._odd]
        self.chance.choice(acts if self.table.is_open(at) or not self.asks else [self._odd])()

    def _some(self, *states: str) -> list[str]:
        return [own for own, told in self.cases.items() if told.state in states]

    def _opens(self) -> None:
        if len(self._some(*LIVE)) >= 16:
            return
        chance, at_the_shop = self.chance, self.table.is_open(self.now)
        facts: dict[str, str] = {
            "channel": chance.choice(CHANNELS if at_the_shop else CHANNELS[2:]),
            "category": chance.choice(CATEGORIES),
            "severity": chance.choice(("low", "normal", "high")),
        }
        customer = chance.randrange(CUSTOMERS)
        contact = self._contact(customer) if chance.random() < 0.7 else {}
        sold_ = [own.receipt for own in self.goods.values() if own.after == SALE and self._is_free(own.receipt)]
        if sold_ and chance.random() < 0.3:
            facts["receipt_no"] = chance.choice(sold_)
        record = self.write(self.now, "complaint.opened", {**facts, **contact})
        if contact:
            facts["customer"] = str(customer)
        own = str(record["id"])
        self.cases[own] = Told(self.table, self.policies, self.now, facts)
        self._knows(record, customer)

    def _settles(self) -> None:
        """Put right what a customer complains about, at once."""
        before = {*self.cases}
        self._opens()
        for own in {*self.cases} - before:
            self._case(own, "resolved", remedy="refund")
            self._case(own, "closed", cause="packaging")

    def _contact(self, customer: int) -> Json:
        """Return how a customer is reached: as before, or written down once more under the same number."""
        known = self.reach[customer]
        if known and self.chance.random() < 0.6:
            return {"contact": self.chance.choice(known)}
        return {"phone": f"+371 2900 {customer:04}"}

    def _knows(self, record: Json, customer: int) -> None:
        reference = str(record.get("contact", ""))
        if reference and reference not in self.contacts:
            self.contacts[reference] = customer
            self.reach[customer].append(reference)

    def _is_free(self, receipt: str) -> bool:
        """Tell whether nobody complained about a receipt, and nothing of it came back."""
        return [told for told in self.cases.values() if told.receipt == receipt] == [] and [
            own for own in self.goods.values() if own.receipt == receipt and own.after != SALE
        ] == []

    def _case(self, own: str, event: str, **facts: object) -> None:
        """Let something happen to a complaint. About a flagged one the owner decides."""
        told = self.cases[own]
        if event == "flagged" and facts["flag"] == OBJECTION and told.customer >= 0:
            self.stopped.add(told.customer)
        decides = told.flagged and event in ("offered", "resolved", "settled", "merged")
        who = "Ilze" if decides else self.chance.choice((*self.staff, ""))
        facts = {"case": own, **({"staff": who} if who else {}), **facts}
        record = self.write(self.now, f"complaint.{event}", {**facts, "by": self._text(facts["by"])} if "by" in facts else facts)
        told.happens(self.now, event, **{**record, **facts, "id": record["id"]})

    def _text(self, at: object) -> str:
        return self.table.text(int(str(at)))

    def _customer(self) -> None:
        """Let a customer answer, or come back."""
        found = self._some("waiting", "offered", "acknowledged", *(("resolved", "closed") if self.chance.random() < 0.3 else ()))
        if not found:
            return
        own = self.chance.choice(found)
        told = self.cases[own]
        if told.state == "offered" and self.chance.random() < 0.8:
            event = self.chance.choice(("accepted", "accepted", "declined"))
            self._case(own, event, **({"choice": "refund"} if event == "accepted" else {}))
        else:
            self._case(own, "reopened" if told.state in ("resolved", "closed") else "heard")

    def _works(self) -> None:
        """Let somebody take a complaint in hand."""
        found, chance = self._some(*LIVE, "resolved"), self.chance
        if not found:
            return
        own = chance.choice(found)
        told = self.cases[own]
        if told.flagged and chance.random() < 0.5:
            self._case(own, "settled", flag=chance.choice(sorted(told.flagged)), outcome="seen to")
        elif told.promises and chance.random() < 0.5:
            self._case(own, chance.choice(("kept", "kept", "broken")), promise=chance.choice(sorted(told.promises)))
        elif told.state == "resolved" and not told.flagged and not told.promises and chance.random() < 0.6:
            self._case(own, "closed", cause="packaging")
        else:
            self._answers(own, told)

    def _answers(self, own: str, told: Told) -> None:
        chance = self.chance
        usual = ["noted", "promised", "flagged", "thanked"] if told.state == "resolved" else [
            "acknowledged", "acknowledged", "promised", "promised", "offered", "waiting", "resolved", "resolved", "resolved",
            "noted", "assigned", "escalated", "flagged", "merged",
        ]  # fmt: skip
        event = chance.choice(usual)
        told.passes_until(self.now)
        free = sorted({*FLAGS} - {*told.flagged})
        above = [role for role in ROLES if self.ranks[role] > self.ranks[self.holder(told)]]
        others = [other for other in self._some(*LIVE) if other != own and not told.promises and not told.flagged]
        senseless = {"waiting": told.state == "offered", "merged": not others, "escalated": not above, "flagged": not free}
        event = "noted" if senseless.get(event) else event
        facts: dict[str, Callable[[], tuple[str, object]]] = {
            "promised": lambda: ("by", self._by()), "offered": lambda: ("choices", ["refund", "replacement"]),
            "resolved": lambda: ("remedy", "refund"), "noted": lambda: ("text", "the carrier rang"),
            "assigned": lambda: ("to", chance.choice((*self.staff, *ROLES))), "escalated": lambda: ("to", chance.choice(above)),
            "flagged": lambda: ("flag", chance.choice(free)), "merged": lambda: ("into", chance.choice(others)),
        }  # fmt: skip
        self._case(own, event, **dict([facts[event]()] if event in facts else []))

    def _by(self) -> int:
        """Return a time that somebody names: soon, this evening, or when the shop opens or closes some day."""
        chance, now = self.chance, self.now
        opens, closes = self.table.open_day(self.table.day_of(now) + timedelta(days=chance.randrange(1, 9)))
        later = now + chance.choice((3, 10, 20, 45, 90, 240, 600, 2000)) * MINUTE
        return chance.choice((later, later, opens, closes, closes + 3 * HOUR))

    def _follows_up(self) -> None:
        """Let somebody do something about a follow-up, or add one."""
        found, chance = self.askings(), self.chance
        found = [asking for asking in found if asking.begins <= self.now or chance.random() < 0.1]
        if not found or chance.random() < 0.2:
            self._adds()
            return
        asking = chance.choice(found)
        event = chance.choice(("done", "done", "done", "snoozed", "skipped"))
        facts: Json = {"followup": asking.id}
        if asking.customer >= 0:
            facts["contact"] = self.reach[asking.customer][0]
        if asking.receipt:
            facts["receipt_no"] = asking.receipt
        if event == "snoozed":
            facts |= self._when(asking.id, self.moved)
        elif event == "skipped":
            self.over[asking.id], facts["because"] = event, "was here today"
            if not asking.call:
                self.spared.append((asking.customer, asking.receipt, self.table.day_of(self.now), self.now))
        else:
            facts["staff"] = chance.choice((*self.staff,))
            self._asks(asking, facts)
        self.write(self.now, f"followup.{event}", facts)

    def _asks(self, asking: Asking, facts: Json) -> None:
        self.over[asking.id] = "done"
        if not asking.call:
            self.asked.append((asking.customer, asking.receipt, self.table.day_of(self.now)))
        if asking.survey or self.chance.random() < 0.3:
            facts["survey"] = asking.survey or "short"
            self.given[asking.id] = str(facts["survey"]), str(facts["staff"]), self.now, asking.customer
        if asking.customer >= 0 and self.chance.random() < 0.1:
            facts["no_more"] = True
            self.stopped.add(asking.customer)

    def _when(self, own: str, into: dict[str, tuple[int, int, bool]]) -> Json:
        """Return when something is to be done, a day or a time, and keep it under an id."""
        if self.chance.random() < 0.5:
            by = self._by()
            into[own] = by, by, False
            return {"by": self._text(by)}
        day = self.table.day_of(self.now) + timedelta(days=self.chance.randrange(6))
        into[own] = (*self.table.open_day(day), True)
        return {"on": day.isoformat()}

    def _adds(self) -> None:
        chance = self.chance
        customer, call = chance.randrange(CUSTOMERS), chance.random() < 0.4
        who = self._contact(customer) if chance.random() < 0.7 and (call or customer not in self.stopped) else {}
        facts: Json = {"text": "whether it fits", **who}
        when: dict[str, tuple[int, int, bool]] = {}
        if call:
            by = self._by()
            when[""], facts = (by, by, False), {**facts, "call": True, "by": self._text(by)}
        else:
            facts |= self._when("", when)
        to = chance.choice(("", "", "manager", "Anna"))
        record = self.write(self.now, "followup.added", {**facts, **({"to": to} if to else {})})
        self._knows(record, customer)
        begins, by, on_day = when[""]
        customer = customer if who else -1
        self.added[str(record["id"])] = Asking(str(record["id"]), begins, by, customer, "", to, "", call, on_day)

    def _sells(self) -> None:
        """Sell something, or take it back."""
        chance, day = self.chance, self.table.day_of(self.now)
        back = [own for own in self.goods.values() if own.after == SALE and self._is_free(own.receipt)]
        if back and chance.random() < 0.4:
            goods = chance.choice(back)._replace(after="return", day=day, remedy=chance.choice(("exchange", "refund")))
            more: Json = {"on": day.isoformat()}
        else:
            self.receipts += 1
            category = chance.choice(("electronics", "apparel", "toys"))
            paid = chance.choice((9999, 10000, 25000))
            goods, more = Goods(SALE, day, f"W-{self.receipts}", category, "", paid), {"bought": day.isoformat()}
        line: Json = {"category": goods.category, "quantity": 1, "paid": goods.paid}
        line |= {"remedy": goods.remedy} if goods.remedy else {}
        record = self.write(
            self.now, goods.after, {"receipt_no": goods.receipt, "currency": "EUR", "lines": [line], "channel": "store", **more}
        )
        self.goods[str(record["id"])] = goods._replace(at=self.now)

    def _odd(self) -> None:
        """Let a survey come back, or a customer ask not to be asked, or to be asked again; or log a call."""
        chance = self.chance
        waiting = [own for own in self.given if own not in self.answered]
        known = [*self.contacts]
        event = chance.choice(("answered", "answered", "stopped", "resumed", "called", "called"))
        if event == "answered" and waiting:
            own = chance.choice(waiting)
            self.answered.add(own)
            self.write(self.now, "survey.answered", {"survey": self.given[own][0], "answers": {"happy": 1}, "asked": own})
        elif event == "stopped" and known:
            contact = chance.choice(known)
            self.stopped.add(self.contacts[contact])
            self.write(self.now, "contact.stopped", {"contact": contact})
        elif event == "resumed" and self.stopped:
            contact = chance.choice(self.reach[chance.choice(sorted(self.stopped))])
            self.stopped.discard(self.contacts[contact])
            self.write(self.now, "contact.resumed", {"contact": contact})
        elif event == "called":
            self.write(self.now, "contact.logged", {"channel": "phone", "received": self._text(self.now)})

    # What is due

    def things(self, now: int) -> list[Thing]:
        """Return everything that is due, or will be."""
        self.now = now
        standing = {own: told for own, told in self.cases.items() if _stands(told)}
        for told in standing.values():
            told.passes_until(now)
        return [
            *(thing for own, told in standing.items() for thing in self._of_case(own, told)),
            *map(self._of_asking, self.askings()),
            *self._of_surveys(),
        ]

    def _of_case(self, own: str, told: Told) -> Iterator[Thing]:
        stands = told.stands()
        holder = self.holder(told)
        for (what, about), stand in stands.items():
            if stand.status in ("running", "overdue") and stand.by is not None:
                to = self._promiser(told.makers[about], holder) if what == "promise" else holder
                begins = None
                if what == "law":
                    day = self.table.day_of(stand.by) - _span(self.terms["remind"]["law"])
                    begins = int(datetime(day.year, day.month, day.day, tzinfo=self.table.zone).timestamp())
                yield Thing(own, what, about, stand.by, to, stand.aim, begins)
        if told.whose_turn == "theirs":
            yield self._on_day(own, "silent", "", told.asked, holder)
        elif told.state == "resolved":
            yield self._on_day(own, "unclosed", "", told.resolved, holder)

    def _on_day(self, own: str, what: str, about: str, since: int, to: str) -> Thing:
        opens, closes = self.table.open_day(self.table.day_of(since) + _span(self.terms["remind"][what]))
        return Thing(own, what, about, closes, to, None, opens, on_day=True)

    def _promiser(self, maker: str, holder: str) -> str:
        """Return whose promise it is: of who made it, if they have the role that has the complaint, or one above."""
        return maker if holder in ROLES and maker in self.staff and self.ranks[maker] >= self.ranks[holder] else holder

    def holder(self, told: Told) -> str:
        """Return who has a complaint: those whose business a flag is, else who was given it last, else where its route leads.

        What is late goes upwards by itself.
        """
        complaints = self.policies.complaints
        given = [(since, complaints["flags"][flag].get("role", "owner")) for flag, since in told.flagged.items()]  # type: ignore[index]
        least = max((self.ranks[role] for _, role in given), default=-1)
        if not given:
            route = next(
                route
                for route in complaints["route"]  # type: ignore[attr-defined]
                if all(told.about[key] in values for key, values in route.get("when", {}).items())
            )
            given = [(FIRST, route["to"])]
        if told.assigned is not None and self.ranks[told.assigned[1]] >= least:
            given.append(told.assigned)
        since, who = max(reversed(given), key=lambda each: each[0])
        late = {
            what: stand.by for (what, _), stand in told.stands().items() if stand.status in ("overdue", "missed") and stand.by
        }
        raised = []
        for rule in complaints.get("escalate", ()) if told.state in LIVE else ():  # type: ignore[attr-defined]
            by = late.get(rule["late"].replace("-", "_"))
            at = None if by is None else self.table.after(by, MINUTE * _minutes(rule["by"]), told.count)
            if at is not None and at < self.now:
                raised.append((at, rule["to"]))
        for at, to in sorted(raised):
            if at >= since and self.ranks[to] > self.ranks[who]:
                who = to
        return str(who)

    def askings(self) -> list[Asking]:
        """Return the follow-ups that are to be done: those by hand, and those that the policy wants."""
        by_hand = [self._put_off(asking) for own, asking in self.added.items() if own not in self.over]
        by_hand = [asking for asking in by_hand if asking.call or asking.customer not in self.stopped]
        days: dict[int | str, list[date]] = {}
        pending = [(asking.customer, asking.receipt, self.table.day_of(asking.by)) for asking in by_hand if not asking.call]
        for customer, receipt, day in (*self.asked, *pending):
            for one in (customer, receipt):
                days.setdefault(one, []).append(day)
        found = []
        for asking in sorted(self._by_policy(), key=lambda each: (each.by, each.id)):
            day = self.table.day_of(asking.by)
            who: list[int | str] = [one for one in (asking.customer, asking.receipt) if one not in (-1, "")]
            spared = [then for *own, then, at in self.spared if at >= asking.since for one in who if one in own]
            every = [*spared, *(other for one in who for other in days.get(one, ()))]
            if not any(are_close(day, other, self.terms["again"]) for other in every):
                found.append(asking)
                for one in who:
                    days.setdefault(one, []).append(day)
        return by_hand + found

    def _put_off(self, asking: Asking) -> Asking:
        if asking.id not in self.moved:
            return asking
        begins, by, on_day = self.moved[asking.id]
        return asking._replace(begins=begins, by=by, on_day=on_day)

    def _by_policy(self) -> Iterator[Asking]:
        complained = {told.receipt for told in self.cases.values() if told.receipt}
        back = {own.receipt for own in self.goods.values() if own.after != SALE}
        events: list[tuple[str, str, date, dict[str, list[str]], int, int, str, int]] = [
            (
                own,
                COMPLAINT,
                self.table.day_of(told.closed),
                {**{k: [v] for k, v in told.about.items()}},
                0,
                told.customer,
                told.receipt,
                told.closed,
            )
            for own, told in self.cases.items()
            if told.state == "closed" and told.customer >= 0 and told.customer not in self.stopped
        ]
        events += [
            (
                own,
                goods.after,
                goods.day,
                {"category": [goods.category], "remedy": [goods.remedy]},
                goods.paid,
                -1,
                goods.receipt,
                goods.at,
            )
            for own, goods in self.goods.items()
            if goods.receipt not in complained and (goods.after != SALE or goods.receipt not in back)
        ]
        for own, after_, day, about, paid, customer, receipt, since in events:
            rule = next((rule for rule in self.terms["follow-up"] if _fits(rule, after_, about, paid)), None)
            if rule is not None and own not in self.over:
                begins, by = self.table.open_day(day + _span(rule["in"]))
                to, survey = rule.get("to", ""), rule.get("survey", "")
                asking = self._put_off(Asking(own, begins, by, customer, receipt, to, survey, since=since))
                if self.table.day_of(asking.by) + _span(self.terms["let-go"]) >= self.table.day_of(self.now):
                    yield asking

    def _of_asking(self, asking: Asking) -> Thing:
        what = "callback" if asking.call else "follow-up"
        begins = asking.begins if asking.on_day else None
        return Thing(asking.id, what, "", asking.by, asking.to or ROLES[0], None, begins, asking.on_day)

    def _of_surveys(self) -> Iterator[Thing]:
        for own, (survey, staff, at, customer) in self.given.items():
            if own not in self.answered and customer not in self.stopped:
                yield self._on_day(own, "survey", survey, at, staff)

    # What is sent

    def step(self, thing: Thing, now: int) -> str:
        """Return what is said of something now: that it is late, that it is due soon, or nothing yet."""
        if now > thing.by:
            return LATE
        if thing.begins is not None and now >= thing.begins:
            return SOON
        first = thing.by if thing.aim is None else min(thing.by, thing.aim)
        left = self.table.counted(max(first, now)) - self.table.counted(now)
        return SOON if not thing.on_day and left <= self.before else ""

    def is_awake(self, now: int) -> bool:
        """Tell whether reminders are sent at an instant: while the shop is open, and not on public holidays."""
        return self.table.counts(now, AT_WORK)

    def due(self, things: Sequence[Thing], now: int) -> set[Key]:
        """Return the reminders that are to be sent at an instant at which any are, of all that is due then."""
        keys = {
            (thing.id, thing.what, thing.about, at, thing.to, self._text(thing.by))
            for thing in things
            if (at := self.step(thing, now))
        }
        return {key for key in keys if key not in self.held or now >= (self.held[key] or LAST)}

    def are_sent(self, keys: set[Key], until: int | None = None) -> None:
        """Take note that reminders were sent; `until`: whoever sent them died, and another one sends them again from then on."""
        self.held.update(dict.fromkeys(keys, until))


def _stands(told: Told) -> bool:
    """Tell whether there can be anything left to do about a complaint."""
    return told.state not in ("closed", "merged") or bool(told.flagged)


def _minutes(text: str) -> int:
    count, unit = text.split()
    return int(count) * MINUTES_IN[unit.removesuffix("s")]


def _span(text: str) -> relativedelta:
    count, unit = text.split()
    return relativedelta(**{unit.removesuffix("s") + "s": int(count)})  # type: ignore[arg-type]


def are_close(day: date, other: date, again: str) -> bool:
    """Tell whether nobody is to be asked on both days."""
    return max(day, other) < min(day, other) + _span(again)


def _fits(rule: Mapping[str, object], after_: str, about: Mapping[str, list[str]], paid: int) -> bool:
    when = rule.get("when", {})
    assert isinstance(when, dict)
    enough = paid >= round(float(str(rule.get("from", "0"))) * 100)
    return rule["after"] == after_ and enough and all({*values} & {*about.get(key, ())} for key, values in when.items())


class Announced:
    """What was announced, and what became late: whether everything that did had been announced before."""

    def __init__(self, table: Minutes) -> None:
        self.table = table
        self.runs: list[int] = []  # while the shop was open
        self.arose: dict[tuple[str, str, str, int], int] = {}
        self.soon: set[tuple[str, str, str, int]] = set()
        self.late: set[tuple[str, str, str, int]] = set()
        self.reasons: Counter[str] = Counter()

    def runs_at(self, now: int, things: Sequence[Thing], keys: set[Key]) -> None:
        """Take note of what a run while the shop is open announced, of all that is due then."""
        self.runs.append(now)
        self.soon |= {(*key[:3], int(datetime.fromisoformat(key[5]).timestamp())) for key in keys if key[3] == SOON}
        self.sees(now, things)

    def sees(self, now: int, things: Sequence[Thing]) -> None:
        """Take note of everything that is due, and judge what is late by now."""
        self.arose = {thing[:4]: self.arose.get(thing[:4], now) for thing in things}  # what was gone and comes back, arises anew
        for thing in things:
            if now > thing.by and thing[:4] not in self.late:
                self.late.add(thing[:4])
                self.reasons[self._reason(thing)] += 1

    def _reason(self, thing: Thing) -> str:
        """Return that something late had been announced, or why it could not be: nobody was reminded since it arose."""
        arose = self.arose[thing[:4]]
        if thing[:4] in self.soon:
            return "announced"
        assert not any(arose < at <= thing.by for at in self.runs), (thing, self.table.text(arose), self.table.text(thing.by))
        if arose > thing.by:
            return "late when it arose"
        worked = self.table.counted(thing.by) - self.table.counted(arose)
        return "due before the next run" if worked else "closed from when it arose until it was due"


class PureShop:
    """The same shop by the functions alone: records in a list, and what is due worked out of them."""

    def __init__(self, folder: Path) -> None:
        self.shop = find_shop(str(folder))
        self.clocks = self.shop.clocks(Clock(self.shop.time_zone).offset)
        self.terms = self.shop.followup_terms()
        self.records: list[Json] = []
        self.cases: dict[str, Case] = {}
        self.people = {person: self.shop.roles.index(role) for person, role in self.shop.staff.items()}
        self.customers: dict[str, str] = {}

    def write(self, at: int, kind: str, facts: Json) -> Json:
        """Record something, as the commands do."""
        own = f"k3-{len(self.records) + 1:04}X"
        record: Json = {"id": own, "kind": kind, "time": self.clocks.local(at), **facts}
        if "phone" in record:
            record["contact"] = f"c{len(self.customers)}"
            self.customers[str(record["contact"])] = str(record.pop("phone"))
        if kind == "complaint.opened":
            self.cases[own] = begin(record)
        elif kind.startswith("complaint."):
            case = self.cases[str(facts["case"])]
            record["was"] = self.clocks.was(case, str(record["time"]))
            self.cases[case.id] = after(case, record)
            assert not self.cases[case.id].skipped, record
            if facts.get("flag") == OBJECTION and kind == "complaint.flagged" and case.opening.get("contact"):
                self.records.append({**record, "kind": STOPPED, "contact": case.opening["contact"]})
        self.records.append(record)
        return record

    def followups(self) -> FollowUps:
        complained = {case.opening.get("receipt_no") for case in self.cases.values()}
        happened = [event for case in self.cases.values() if (event := closed(case, self.clocks)) is not None and event.contact]
        goods = [record for record in self.records if record["kind"] in (SALE, RETURN) and record["receipt_no"] not in complained]
        happened += [sold(record) if record["kind"] == SALE else came_back(record, self.clocks) for record in goods]
        return FollowUps(self.terms, self.clocks, History(self.records), happened, lambda own: self.customers.get(own, own))

    def remind(self, now: int, *, dies: bool = False) -> set[Key]:
        """Send what is due, as the command does, and return it."""
        wanted, remind = self.followups(), self.terms.remind
        cases = [case for case in self.cases.values() if case.state in NOT_OVER or case.open_flags]
        items = [item for case in cases for item in of_case(case, self.clocks, remind, self.people, now)]
        items += [*map(of_followup, wanted.open(now)), *of_surveys(wanted, remind)]
        items = [item if item.to else item._replace(to=self.shop.roles[0]) for item in items]
        sent = Sent((record for record in self.records if record["kind"] in (CLAIMED, SENT)), now)
        reminders = to_send(items, sent, self.clocks, remind, now)
        assert [each.item.by for each in reminders] == sorted(each.item.by for each in reminders)
        if reminders:
            entries = [each.as_record(self.clocks.local) for each in reminders]
            claim = self.write(now, CLAIMED, {"reminders": entries})
            if not dies:
                self.write(now, SENT, {"claim": claim["id"], "how": "screen"})
        keys = [each.key(self.clocks.local) for each in reminders]
        assert len(keys) == len({*keys})
        return {*keys}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop folder with policies, and nothing recorded."""
    folder = tmp_path_factory.mktemp("reminders")
    policies_into(folder)
    return folder


def midnight(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=RIGA).timestamp())


# Before a holiday on which the shop is open, before four days on which it is closed, before stock-taking.
STARTS = ("2026-11-16", "2026-11-17", "2026-12-22", "2026-12-04", "2026-12-29")
WAITS = {10: (0, 1, 5, 20, 60, 150, 600, 1500), 30: (0, 1, 5, 20, 60, 150, 600, 1500), 60: (0, 30, 90, 240, 700, 1400, 2500)}


@st.composite
def lives(draw: st.DrawFn) -> tuple[str, int, list[tuple[int, int]]]:
    """Draw a day on which it begins, every how many minutes cron runs, and what happens after how many minutes."""
    every = draw(st.sampled_from(sorted(WAITS)))
    steps = st.tuples(st.sampled_from(WAITS[every]), st.integers(0, 9999))
    return draw(st.sampled_from(STARTS)), every, draw(st.lists(steps, min_size=15, max_size=40))


def lives_through(  # noqa: PLR0913 - how the days are
    folder: Path, start: str, every: int, steps: Sequence[tuple[int, int]], *, dying: bool = False, asks: bool = False
) -> Announced:
    """Live through some days, running `remind` every so many minutes; return what was announced."""
    shop = PureShop(folder)
    world = World(folder, shop.write, asks=asks)
    announced = Announced(world.table)
    now = next_run = midnight(start) + 9 * HOUR
    for wait, luck in steps:
        until = now + wait * MINUTE
        while next_run <= until:
            if world.is_awake(next_run):
                dies = dying and next_run // MINUTE % 7 == 0
                things = world.things(next_run)
                expected, found = world.due(things, next_run), shop.remind(next_run, dies=dies)
                assert found == expected, (world.table.text(next_run), found - expected, expected - found)
                world.are_sent(found, next_run + QUARTER if dies else None)
                announced.runs_at(next_run, things, found)
            next_run += every * MINUTE
        now = until
        announced.sees(now, world.things(now))
        world.happens(now, luck)
        announced.sees(now, world.things(now))
    before = items_of(shop, now)
    world.chance.shuffle(shop.records)  # whichever till's records are read first
    assert items_of(shop, now) == before
    return announced


@given(life=lives(), dying=st.booleans())
@settings(max_examples=examples(5), deadline=None)
def test_what_is_sent_is_what_the_help_says(folder: Path, life: tuple[str, int, list[tuple[int, int]]], dying: bool) -> None:
    lives_through(folder, *life, dying=dying)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a shop that may ask again after a week, and lets go after four days what could not be done."""
    folder = tmp_path_factory.mktemp("asking")
    policies_into(folder, FOLLOW_UPS.replace('"3 months"', '"1 week"').replace('"2 weeks"\n[[', '"4 days"\n[['))
    return folder


@given(
    start=st.sampled_from(STARTS),
    steps=st.lists(st.tuples(st.sampled_from((0, 15, 60, 200, 720)), st.integers(0, 9999)), min_size=60, max_size=150),
)
@settings(max_examples=examples(10), deadline=None)
def test_nobody_is_asked_twice(asking: Path, start: str, steps: list[tuple[int, int]]) -> None:
    lives_through(asking, start, 60, steps, asks=True)


@pytest.mark.parametrize(
    ("by", "soon"),
    [
        ("2026-11-17T15:00", "2026-11-17T12:30"),  # over lunch
        ("2026-11-16T19:00", "2026-11-16T17:00"),
        ("2026-11-16T22:15", "2026-11-16T17:00"),  # when nobody is there any more
        ("2026-11-23T10:00", "2026-11-21T14:00"),  # when the shop opens, after a Sunday
        ("2026-11-23T10:45", "2026-11-21T14:45"),
        ("2026-11-19T10:00", "2026-11-17T17:00"),  # after a holiday on which the shop is open
        ("2026-12-28T11:00", "2026-12-23T18:00"),  # after four days on which it is not
    ],
)
def test_what_is_due_is_announced_two_opening_hours_before(folder: Path, by: str, soon: str) -> None:
    shop = PureShop(folder)
    item = Item("k3-0412P", "promise", midnight(by), "Anna", midnight(soon) - DAY)
    steps = [step(item, shop.clocks, shop.terms.remind, at) for at in (midnight(soon) - 1, midnight(soon), item.by, item.by + 1)]
    assert steps == ["", SOON, SOON, LATE]
    aimed = item._replace(by=item.by + 30 * DAY, aim=item.by)
    assert step(aimed, shop.clocks, shop.terms.remind, midnight(soon)) == SOON
    assert step(aimed, shop.clocks, shop.terms.remind, midnight(soon) - 1) == ""
    on_a_short_day = item._replace(tell=item.by - HOUR, day=True)
    assert step(on_a_short_day, shop.clocks, shop.terms.remind, item.by - HOUR) == SOON
    assert step(on_a_short_day, shop.clocks, shop.terms.remind, item.by - HOUR - 1) == ""


@given(
    opened=st.integers(0, 40 * DAY // MINUTE).map(lambda minutes: midnight("2026-11-23") + minutes * MINUTE),
    law=st.sampled_from(("1 day", "3 days", "1 week")),
)
@settings(max_examples=examples(30), deadline=None)
def test_what_the_law_wants_is_announced_while_somebody_is_there(folder: Path, opened: int, law: str) -> None:
    shop = PureShop(folder)
    shop.write(opened, "complaint.opened", {"channel": "letter", "category": "price"})
    remind = shop.terms.remind._replace(law=parse_span(law))
    (case,) = shop.cases.values()
    item = next(item for item in of_case(case, shop.clocks, remind, shop.people, opened) if item.what == "law")
    _, table = minutes_of(folder)
    last = max(at for at in range(item.by - 8 * DAY, item.by, 30 * MINUTE) if table.counts(at, AT_WORK))
    assert step(item, shop.clocks, remind, last) == SOON
    first = midnight(table.day_of(item.by).isoformat()) - (_span(law).days * DAY)
    if last >= first:
        assert step(item, shop.clocks, remind, first - 1) == ""


REMINDER = {"item": "k3-0412P", "what": "law", "step": "soon", "to": "staff", "by": "2026-12-08T23:59:59+02:00"}
KEY: Key = ("k3-0412P", "law", "", "soon", "staff", "2026-12-08T23:59:59+02:00")


@pytest.mark.parametrize(
    ("waited", "is_held"), [(0, True), (QUARTER - 1, True), (QUARTER, False), (-QUARTER, False), (1 - QUARTER, True)]
)
def test_who_died_leaves_it_to_the_next_one_after_a_quarter_of_an_hour(waited: int, is_held: bool) -> None:
    now = midnight("2026-12-05T12:00")
    claim: Json = {"id": "k3-0500A", "kind": CLAIMED, "time": "2026-12-05T12:00:00+02:00", "reminders": [REMINDER]}
    sent = Sent([claim], now + waited)
    assert sent.has(KEY) == is_held
    assert sent.again(KEY) == ("" if is_held else "k3-0500A")
    done: Json = {"kind": SENT, "claim": "k3-0500A"}
    for records in ([claim, done], [done, claim]):
        assert Sent(records, now + waited).has(KEY)
        assert not Sent(records, now + waited).has((*KEY[:4], "owner", KEY[5]))


def items_of(shop: PureShop, now: int) -> dict[tuple[str, str], tuple[str, str]]:
    """Return what is due: the id and what it is, by when, and who has it."""
    wanted, remind = shop.followups(), shop.terms.remind
    items = [item for case in shop.cases.values() for item in of_case(case, shop.clocks, remind, shop.people, now)]
    items += [*map(of_followup, wanted.open(now)), *of_surveys(wanted, remind)]
    return {(item.id, item.what): (shop.clocks.local(item.by)[:16], item.to) for item in items}


def test_a_week_counts_from_the_last_time_that_we_asked_or_put_it_right(folder: Path) -> None:
    shop = PureShop(folder)
    own = str(shop.write(midnight("2026-11-23T10:00"), "complaint.opened", {"channel": "email", "category": "price"})["id"])
    for time, event in (("2026-11-23T11:00", "waiting"), ("2026-11-24T11:00", "heard"), ("2026-11-25T11:00", "offered")):
        shop.write(midnight(time), f"complaint.{event}", {"case": own, **({"choices": ["a", "b"]} if event == "offered" else {})})
    assert items_of(shop, midnight("2026-11-25T12:00"))[own, "silent"] == ("2026-12-02T19:00", "staff")
    for time, event in (("2026-11-26T11:00", "resolved"), ("2026-11-27T11:00", "reopened"), ("2026-11-28T11:00", "resolved")):
        shop.write(midnight(time), f"complaint.{event}", {"case": own})
    found = items_of(shop, midnight("2026-11-28T12:00"))
    assert found == {(own, "unclosed"): ("2026-12-05T16:00", "staff")}
    shop.write(midnight("2026-11-28T13:00"), "complaint.closed", {"case": own, "cause": "packaging"})
    assert items_of(shop, midnight("2026-11-28T14:00")) == {}


@pytest.mark.parametrize(
    ("category", "maker", "who"),
    [
        ("price", "Anna", "Anna"), ("price", "Ilze", "Ilze"), ("price", "", "staff"), ("price", "Uldis", "staff"),
        ("service", "Anna", "manager"), ("service", "Mārtiņš", "Mārtiņš"), ("service", "Ilze", "Ilze"),
        ("delivery", "Anna", "Kristaps"),
    ],
)  # fmt: skip
def test_a_promise_is_of_whoever_made_it_unless_somebody_else_has_the_complaint(
    folder: Path, category: str, maker: str, who: str
) -> None:
    shop, now = PureShop(folder), midnight("2026-11-23T10:00")
    own = str(shop.write(now, "complaint.opened", {"channel": "email", "category": category})["id"])
    shop.write(now + HOUR, "complaint.promised", {"case": own, "by": "2026-11-23T15:00:00+02:00", "staff": maker})
    assert items_of(shop, now + HOUR)[own, "promise"] == ("2026-11-23T15:00", who)


def test_who_wants_to_hear_from_us_no_more_is_only_called_back(folder: Path) -> None:
    shop, now = PureShop(folder), midnight("2026-11-23T10:00")
    contact = ""
    for hour, phone in enumerate(("+371 29000001", "+371 29000001", "+371 29000002")):
        at = now + hour * HOUR
        opened = shop.write(at, "complaint.opened", {"channel": "email", "category": "price", "phone": phone})
        shop.write(at, "complaint.resolved", {"case": opened["id"]})
        shop.write(at, "complaint.closed", {"case": opened["id"], "cause": "packaging"})
        contact = contact or str(opened["contact"])
    (first, _), *others = [key for key, _ in items_of(shop, now + DAY).items()]
    assert (first, [what for _, what in others]) == ("k3-0001X", ["follow-up"])  # two complaints of one customer, and another's
    call = shop.write(now + DAY, "followup.added", {"contact": contact, "call": True, "by": "2026-11-25T12:00:00+02:00"})
    shop.write(now + DAY, "followup.added", {"contact": contact, "on": "2026-11-25"})
    shop.write(now + DAY, "followup.done", {"followup": first, "contact": contact, "survey": "short", "staff": "Anna"})
    assert (first, "survey") in items_of(shop, now + DAY)
    shop.write(now + 2 * DAY, "contact.stopped", {"contact": "c1"})  # the same number, written down twice
    assert {*items_of(shop, now + 2 * DAY)} == {(call["id"], "callback"), *others}
    shop.write(now + 3 * DAY, "contact.resumed", {"contact": contact})
    assert len(items_of(shop, now + 3 * DAY)) == 4


@pytest.mark.parametrize(("later", "is_asked"), [("2026-12-11", False), ("2027-02-23", False), ("2027-02-24", True)])
def test_nobody_is_asked_again_within_three_months(folder: Path, later: str, is_asked: bool) -> None:
    shop = PureShop(folder)
    asked, again = midnight("2026-12-01T12:00"), midnight(later)  # and four days later, or on the Monday
    shop.write(asked, "followup.done", {"followup": "k4-0001X", "contact": "c0", "receipt_no": "W-1"})
    own = str(shop.write(again, "complaint.opened", {"channel": "email", "category": "price", "contact": "c0"})["id"])
    shop.write(again, "complaint.resolved", {"case": own})
    shop.write(again, "complaint.closed", {"case": own, "cause": "packaging"})
    assert ((own, "follow-up") in items_of(shop, again)) == is_asked
