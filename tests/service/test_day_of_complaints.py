"""A day on which many complain: at every minute, what is overdue is what a count minute by minute finds overdue."""

from __future__ import annotations

import json
import random
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from returnkit.clock import Clock
from returnkit.service.clocks import LAW
from returnkit.service.complaint import Case, after, begin
from returnkit.shop import find_shop
from tests.conftest import call
from tests.service.brute_force import TYPED, Aim, Wall, Watched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from returnkit.model.jsonl import Json

MINUTE, DAY = 60, 86400
RIGA = ZoneInfo("Europe/Riga")
MIDNIGHT = int(datetime(2026, 11, 20, tzinfo=RIGA).timestamp())  # a Friday
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_IN = {"minute": 1, "hour": 60, "day": 24 * 60}
AT_ANY_HOUR, AT_THE_SHOP = ("email", "web", "social", "review", "letter"), ("counter", "phone")
CATEGORIES = ("delivery", "quality", "service", "price")
# What waited already: the first one must be answered by law by the end of Thursday, the second by the end of this day.
BEFORE = (
    ("2026-10-28T10:00", "email"), ("2026-10-29T12:00", "letter"), ("2026-11-16T10:00", "web"), ("2026-11-16T13:37", "social"),
    ("2026-11-17T10:30", "email"), ("2026-11-19T17:00", "counter"), ("2026-11-19T23:10", "review"),
)  # fmt: skip
# What somebody at the counter does with a complaint, and how often: not answered yet, in our hands, or put right.
FIRST = {"acknowledged": 10, "promised": 4, "offered": 2, "resolved": 2, "waiting": 2, "noted": 2, "assigned": 1}
THEN = {"promised": 4, "offered": 3, "resolved": 5, "waiting": 3, "noted": 3, "acknowledged": 2, "assigned": 1, "escalated": 1}
DONE = {"closed": 4, "thanked": 2, "noted": 1, "promised": 1}


class Policies(NamedTuple):
    """What the files of the shop say, read as they stand there."""

    wall: Wall
    staff: tuple[str, ...]
    complaints: Mapping[str, object]
    within: dict[str, tuple[int, str]]

    def promised(self, **about: str) -> tuple[str, dict[str, Aim]]:
        """Return which minutes count for a complaint about which this is known, and what each of its clocks may run."""
        rules = [self.complaints["clocks"], *self.complaints.get("clock", [])]  # type: ignore[misc]
        fits = [rule for rule in rules[1:] if all(about.get(key) in values for key, values in rule["when"].items())]
        rule = {**rules[0], **(fits[0] if fits else {})}
        aims = {
            clock: Aim(*(_minutes(rule[key].get(side)) for side in Aim._fields))
            for clock, key in (("first_response", "first-response"), ("next_response", "next-response"), ("resolution",) * 2)
            if key in rule
        }
        return str(rule["count"]).replace(" ", "-"), aims


def _minutes(text: str | None) -> int | None:
    if text is None:
        return None
    count, unit = text.split()
    return int(count) * MINUTES_IN[unit.removesuffix("s")]


def policies_of(shop: Path) -> Policies:
    own, calendar, complaints = (
        tomllib.loads((shop / "policies" / f"{name}.toml").read_text()) for name in ("shop", "calendar", "complaints")
    )
    spans = {WEEKDAYS.index(day): tuple(_span(text) for text in times) for day, times in own["hours"].items()}
    days = [frozenset(map(date.fromisoformat, calendar.get(table, ()))) for table in ("closed", "holidays", "worked")]
    within = {}
    for name, flag in complaints.get("flags", {}).items():
        if "within" in flag:
            count, _, unit = flag["within"].partition(" ")
            within[name] = int(count), unit.replace(" ", "-").removesuffix("s") + "s"
    staff = tuple(person["name"] for person in own["staff"])
    return Policies(Wall(own["time-zone"], spans, *days), staff, complaints, within)


def _span(text: str) -> tuple[int, int]:
    begin, end = ([int(part) for part in at.split(":")] for at in text.split("-"))
    return begin[0] * 60 + begin[1], end[0] * 60 + end[1]


class Shop:
    """The shop on that day: what the commands record, what is folded from it, and somebody who watches every minute."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)  # noqa: S311 - the same day every time
        self.policies = policies_of(folder)
        found = find_shop(str(folder))
        self.clocks = found.clocks(Clock(found.time_zone).offset)
        self.cases: dict[str, Case] = {}
        self.watched: dict[str, Watched] = {}

    def run(self, at: int, *arguments: str) -> Json:
        """Run a command at a time, and return what it says."""
        now = self.policies.wall.text(at)
        result = call("--shop", str(self.folder), "--till", "k3", "--now", now, "complaint", *arguments, "-f", "json")
        assert result.code == 0, (now, arguments, result)
        found: Json = json.loads(result.out)
        return found

    def opens(self, at: int, channel: str) -> str:
        category, severity = self.chance.choice(CATEGORIES), self.chance.choice(("low", "normal", "high"))
        said = self.run(at, "open", "--channel", channel, "--category", category, "--severity", severity, "--text", "not right")
        record = said["record"]
        assert isinstance(record, dict)
        case = begin(record)
        count, aims = self.policies.promised(channel=channel, category=category, severity=severity)
        self.cases[case.id] = case
        self.watched[case.id] = Watched(self.policies.wall, at, aims, count=count, country="LV", flags=self.policies.within)
        return case.id

    def happens(self, at: int, own: str, event: str, staff: str = "") -> None:
        """Let something happen to a complaint, by a command."""
        case, by = self.cases[own], at + self.chance.choice((20, 45, 90, 240)) * MINUTE
        flag = case.open_flags[0].name if case.open_flags else next(iter(self.policies.within), "")
        more = {
            "promised": ("--by", self.policies.wall.text(by)), "accepted": ("--choice", "refund"), "flagged": (flag,),
            "assigned": ("--to", self.chance.choice(self.policies.staff)), "escalated": ("--to", "owner"),
            "settled": (flag,), "merged": ("--into", self._other(own)),
        }.get(event, ())  # fmt: skip
        verb, *rest = TYPED[event]
        record = self.run(at, verb, own, *more, *rest, *(("--staff", staff) if staff else ()))["record"]
        assert isinstance(record, dict)
        self.cases[own] = after(case, record)
        assert not self.cases[own].skipped
        self.watched[own].happens(at, event, **{**record, "by": by})

    def _other(self, own: str) -> str:
        return next((other for other, case in self.cases.items() if other != own and case.state != "merged"), own)

    def before(self) -> None:
        """Let happen what happened before this day."""
        for number, (day, channel) in enumerate(BEFORE):
            at = int(datetime.fromisoformat(day).replace(tzinfo=RIGA).timestamp())
            own = self.opens(at, channel)
            if number % 2 == 0:
                self.happens(at + 30 * MINUTE, own, "acknowledged")
                self.happens(at + 50 * MINUTE, own, "heard")

    def works(self, at: int, person: str) -> None:
        """Let somebody take a complaint in hand: half of the time one that is late already."""
        cases = [case for case in self.cases.values() if case.state not in ("closed", "merged")]
        late = [case for case in cases if self.watched[case.id].overdue()]
        if not cases:
            return
        case = self.chance.choice(late if late and self.chance.random() < 0.5 else cases)
        if case.open_flags and self.chance.random() < 0.5:
            self.happens(at, case.id, "settled", self.policies.staff[0])  # the owner
        elif case.open_flags:
            self.happens(at, case.id, "noted", person)
        elif case.promises and self.chance.random() < 0.6:
            self.happens(at, case.id, self.chance.choice(("kept", "kept", "kept", "broken")), person)
        elif self.policies.within and case.state != "resolved" and self.chance.random() < 0.05:
            self.happens(at, case.id, "flagged", person)
        elif case.state != "resolved" and not case.promises and self.chance.random() < 0.04 and len(cases) > 1:
            self.happens(at, case.id, "merged", person)
        else:
            self._does(at, case, person)

    def _does(self, at: int, case: Case, person: str) -> None:
        usual = DONE if case.state == "resolved" else THEN if case.answered else FIRST
        possible = [event for event in usual if not (event == "waiting" and case.state in ("waiting", "offered"))]
        if case.promises:
            possible = [event for event in possible if event != "closed"]
        event = self.chance.choices(possible, [usual[event] for event in possible])[0]
        self.happens(at, case.id, event, person)

    def customers(self, at: int) -> None:
        """Let a customer answer, or come back with what was put right."""
        states = {
            "waiting": ("heard",), "offered": ("accepted", "accepted", "declined", "heard"), "acknowledged": ("heard",),
            "resolved": ("reopened",), "closed": ("reopened",),
        }  # fmt: skip
        cases = [case for case in self.cases.values() if case.state in states and not case.open_flags]
        if cases:
            case = self.chance.choice(cases)
            self.happens(at, case.id, self.chance.choice(states[case.state]))


def listed(shop: Shop, at: int) -> dict[str, set[tuple[str, str]]]:
    """Return what `complaint list --overdue` says is late."""
    complaints = shop.run(at, "list", "--overdue")["complaints"]
    assert isinstance(complaints, list)
    return {
        case["id"]: {
            (due["what"].replace("-", "_"), "" if due["what"] == LAW else due["about"] or "")
            for due in case["due"]
            if due["status"] == "overdue"
        }
        for case in complaints
    }


def a_day(folder: Path, complaints: int, seed: int) -> set[str]:
    """Go through the day minute by minute, with so many new complaints, and return what was ever overdue."""
    shop = Shop(folder, seed)
    shop.before()
    wall, chance = shop.policies.wall, shop.chance
    comes = sorted(chance.randrange(DAY // MINUTE) for _ in range(complaints))
    free = dict.fromkeys(shop.policies.staff, 0)
    looks = {chance.randrange(DAY // MINUTE) for _ in range(20)} | {0, DAY // MINUTE}
    ever = set()
    for minute in range(DAY // MINUTE + 1):
        at = MIDNIGHT + minute * MINUTE
        while comes and comes[0] == minute:
            comes.pop(0)
            shop.opens(at, chance.choice(AT_ANY_HOUR + AT_THE_SHOP if wall.is_open(at) else AT_ANY_HOUR))
        for person in shop.policies.staff:
            if wall.is_open(at) and free[person] <= minute:
                shop.works(at, person)
                free[person] = minute + chance.randrange(2, 20) * 200 // complaints
        if chance.random() < complaints / 1000:
            shop.customers(at)
        for watched in shop.watched.values():
            watched.passes_until(at)
        overdue = {own: watched.overdue() for own, watched in shop.watched.items()}
        found = {
            own: {(due.what, "" if due.what == LAW else due.about) for due in shop.clocks.overdue(case, at)}
            for own, case in shop.cases.items()
        }
        assert found == overdue, wall.text(at)
        ever |= {what for late in overdue.values() for what, _ in late}
        if minute in looks:
            assert listed(shop, at) == {
                own: late for own, late in overdue.items() if late and shop.watched[own].state not in ("closed", "merged")
            }
    assert call("--shop", str(folder), "records", "verify").code == 0
    return ever


def test_at_every_minute_of_a_day_the_overdue_complaints_are_those_that_a_recount_finds(shop: Path) -> None:
    assert a_day(shop, 30, 4) >= {"first_response", "next_response", "resolution", "promise", "law"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_at_every_minute_of_a_day_of_two_hundred_complaints(shop: Path, seed: int) -> None:
    assert a_day(shop, 200, seed) >= {"first_response", "next_response", "resolution", "promise", "law"}
