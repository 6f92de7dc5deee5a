"""A month in a shop by the clock of the command line: cron runs `remind` all the time, and what it sends is held to a count."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.languages import language
from returnkit.service.agenda import SOON
from tests.conftest import Result, call
from tests.service.brute_force import TYPED
from tests.service.test_reminders import (
    DAY,
    MINUTE,
    Announced,
    Key,
    Thing,
    World,
    are_close,
    midnight,
    minutes_of,
    policies_into,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from returnkit.model.jsonl import Json

SENDS = "schema = 1\n[remind]\nsend = true\n"
IN_THE_RECORDS = ("sale", "return", "survey.answered")  # what tills and web shops record, and no command for a single one
HEADS = {"the staff": "staff", "the manager": "manager", "the owner": "owner"}
SAY = language("en").say


class Till:
    """What happens in the shop, typed at its till."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _, self.table = minutes_of(folder)
        self.read = 0  # bytes of the records that were looked at

    def run(self, at: int, *arguments: str) -> Result:
        return call("--shop", str(self.folder), "--till", "k3", "--lang", "en", "--now", self.table.text(at), *arguments)

    def write(self, at: int, kind: str, facts: Json) -> Json:
        """Record something by the command that a person would type, and return the record."""
        if kind in IN_THE_RECORDS:
            books = Books(str(self.folder), Clock("Europe/Riga", self.table.text(at)), print, "k3")
            facts = {**facts, "kind": kind}
            return books.append(facts, lambda _now: facts).record
        result = self.run(at, *typed(kind, facts), "-f", "json")
        assert result.code == 0, (self.table.text(at), kind, facts, result)
        record = json.loads(result.out)["record"]
        assert isinstance(record, dict)
        return record

    def new_records(self) -> list[Json]:
        """Return what was recorded since somebody looked."""
        data = b"".join(path.read_bytes() for path in sorted((self.folder / "records" / "k3").glob("*.jsonl")))
        found, self.read = data[self.read :], len(data)
        return [json.loads(line) for line in found.splitlines()]


def typed(kind: str, facts: Mapping[str, object]) -> list[str]:
    """Return what a person types to record something."""
    group, _, event = kind.partition(".")
    named = {f"--{key.replace('_', '-')}": str(facts[key]) for key in NAMED.get(kind, ()) if key in facts}
    named |= {"--staff": str(facts["staff"])} if "staff" in facts else {}
    options = [part for pair in named.items() for part in pair]
    if group == "contact":
        if event == "logged":
            return [group, "log", "--missed", *options]
        return [group, "stop" if event == "stopped" else "resume", str(facts["contact"]), *options]
    if group == "followup":
        verb = {"added": "add", "snoozed": "snooze", "skipped": "skip"}.get(event, event)
        when = [] if "on" not in facts and "by" not in facts else [
            "--until" if event == "snoozed" else "--by", str(facts.get("on") or facts.get("by")),
        ]  # fmt: skip
        flags = [f"--{flag.replace('_', '-')}" for flag in ("call", "no_more") if facts.get(flag)]
        return [group, verb, *([str(facts["followup"])] if "followup" in facts else []), *when, *flags, *options]
    if event == "opened":
        return [group, "open", *options]
    verb, *usual = TYPED[event]
    promise = ["--which", str(facts["promise"])] if "promise" in facts else []
    flag = [str(facts["flag"])] if "flag" in facts else []
    return [group, verb, str(facts["case"]), *flag, *usual, *promise, *options]


NAMED = {
    "complaint.opened": ("channel", "category", "severity", "receipt_no", "phone", "contact"),
    "complaint.promised": ("by",), "complaint.accepted": ("choice",), "complaint.assigned": ("to",),
    "complaint.escalated": ("to",), "complaint.merged": ("into",), "followup.added": ("text", "to", "phone", "contact"),
    "followup.done": ("survey",), "followup.skipped": ("because",), "contact.logged": ("channel",),
}  # fmt: skip


class Month:
    """The days of a shop, and what is known of its reminders and its calendar."""

    def __init__(self, folder: Path, seed: int) -> None:
        policies_into(folder)
        (folder / ".returnkit").mkdir()
        (folder / ".returnkit" / "till.toml").write_text(SENDS)
        self.folder, self.calendar, self.chance = folder, folder / "due.ics", Random(seed)  # noqa: S311 - the same every time
        self.till = Till(folder)
        self.world = World(folder, self.till.write)
        self.announced = Announced(self.world.table)
        self.counts: Counter[str] = Counter()
        self.sent: Counter[Key] = Counter()
        self.uids: dict[tuple[str, str, str], str] = {}
        self.shown: tuple[list[Thing], bytes] | None = None

    def passes(self, start: str, days: float) -> None:
        """Let some days pass: cron runs every 5 to 30 minutes, by day and night, and in between something happens."""
        now = midnight(start)
        end = round(now + days * DAY)
        while now < end:
            now += self.chance.choice((5, 5, 10, 15, 20, 30)) * MINUTE
            self.announced.sees(now, self.world.things(now))
            often = 0.55 if self.world.table.is_open(now) else 0.04
            while self.chance.random() < often:
                self.world.happens(now, self.chance.randrange(10**6))
                self.announced.sees(now, self.world.things(now))
                self.counts["acts"] += 1
            self.till.new_records()
            self.cron(now)

    def cron(self, now: int) -> None:
        """Run `remind` once, and look at everything that it does."""
        world, things = self.world, self.world.things(now)
        any_time = not world.is_awake(now) and self.chance.random() < 0.01
        expected = world.due(things, now) if world.is_awake(now) or any_time else set()
        with_calendar = self.chance.random() < 0.2
        if with_calendar:  # which sends nothing
            assert self.till.run(now, "remind", "--ics", str(self.calendar)) == Result(0, "", "")
            assert self.till.new_records() == []
        result = self.till.run(now, "remind", *(("--any-time",) if any_time else ()))
        records = self.till.new_records()
        assert (result.code, result.err) == (0, ""), self.world.table.text(now)
        keys = {key for record in records if record["kind"] == "reminder.claimed" for key in keys_of(record)}
        assert keys == expected, (world.table.text(now), keys - expected, expected - keys)
        if not expected:
            assert (result.out, records) == ("", [])
        else:
            assert [record["kind"] for record in records] == ["reminder.claimed", "reminder.sent"]
            assert told_in(result.out) == Counter((to, item) for item, _, _, _, to, _ in keys)
            self.bothers_nobody(keys)
        self.sent.update(keys)
        world.are_sent(keys)
        if world.is_awake(now) or any_time:
            self.announced.runs_at(now, things, keys)
        if with_calendar:
            self.looks_at_the_calendar(things)
        self.counts.update(runs=1, digests=bool(keys), reminders=len(keys), soon=sum(key[3] == SOON for key in keys))

    def bothers_nobody(self, keys: set[Key]) -> None:
        """Hold that nothing is announced that is over, nor anybody asked who asked not to be, nor asked twice."""
        world = self.world
        askings = {asking.id: asking for asking in world.askings()}
        for item, what, *_ in keys:
            if what in ("callback", "follow-up"):
                assert item not in world.over
                asking = askings[item]
                assert what == "callback" or asking.customer not in world.stopped
                day = world.table.day_of(asking.by)
                for customer, receipt, other in world.asked if item not in world.added else ():
                    same = customer == asking.customer >= 0 or receipt == asking.receipt != ""
                    assert not (same and are_close(day, other, world.terms["again"])), (asking, other)
            elif what == "survey":
                assert item not in world.answered
                assert world.given[item][3] not in world.stopped
            else:
                assert world.cases[item].state != "merged"
                assert world.cases[item].state != "closed" or what == "flag"

    def looks_at_the_calendar(self, things: list[Thing]) -> None:
        """Hold that the calendar has everything, under the same ids as ever, and the same bytes where nothing changed."""
        data = self.calendar.read_bytes()
        events = events_in(data)
        known = {self._as_event(thing): (thing.id, thing.what, thing.about) for thing in things}
        assert Counter((event["id"], event["label"], event["by"]) for event in events) == Counter(map(self._as_event, things))
        uids = [event["UID"] for event in events]
        assert len({*uids}) == len(uids)
        alone = Counter(map(self._as_event, things))
        for event in events:
            shown = event["id"], event["label"], event["by"]
            if alone[shown] == 1:
                assert self.uids.setdefault(known[shown], event["UID"]) == event["UID"]
        assert len({*self.uids.values()}) == len(self.uids)
        if self.shown is not None and [thing[:5] for thing in things] == [thing[:5] for thing in self.shown[0]]:
            assert data == self.shown[1]
            self.counts["same calendars"] += 1
        self.shown = things, data
        self.counts["calendars"] += 1

    def _as_event(self, thing: Thing) -> tuple[str, str, str]:
        """Return the id of something, what it is called, and its day or time, as a calendar has them."""
        about = self.world.cases[thing.id].makers[thing.about] if thing.what == "promise" else thing.about
        name = SAY(f"due.{thing.what.replace('_', '-')}", about=about if thing.what != "law" else "").strip()
        day = self.world.table.day_of(thing.by).strftime("%Y%m%d")
        whole = thing.on_day or self.world.table.text(thing.by)[11:19] == "23:59:59"
        return thing.id, name, day if whole else datetime.fromtimestamp(thing.by, UTC).strftime("%Y%m%dT%H%M%SZ")


def keys_of(claim: Json) -> list[Key]:
    """Return the reminders of a claim."""
    reminders = claim["reminders"]
    assert isinstance(reminders, list)
    keys = []
    for entry in reminders:
        item, what, about, step, to, by = (str(entry.get(field, "")) for field in ("item", "what", "about", "step", "to", "by"))
        keys.append((item, what, about, step, to, by))
    assert len(keys) == len({*keys})
    return keys


def told_in(digest: str) -> Counter[tuple[str, str]]:
    """Return who is told of which records in a digest."""
    found: Counter[tuple[str, str]] = Counter()
    first, *lines = digest.splitlines()
    assert re.fullmatch(r"Pīlādzis, 202\d-\d\d-\d\d \d\d:\d\d: (\d+ late)?(, )?(\d+ due)?", first)
    who = ""
    for line in lines:
        if line and not line.startswith(" "):
            who = HEADS.get(line.partition(" (")[0], line)
        elif re.match(r"  k3-\w+ ", line):
            found[who, line.split()[0]] += 1
    return found


def events_in(data: bytes) -> list[dict[str, str]]:
    """Return the events of a calendar: every property, and the id, what it is called, and by when it is due."""
    lines = data.replace(b"\r\n ", b"").decode().split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1].setdefault(name.partition(";")[0], value)
    for event in events:
        event["label"], event["id"], _ = event["SUMMARY"].split(" · ")
        event["by"] = event["DTSTART"] if len(event["DTSTART"]) == len("20261118") else event["DTEND"]
    return events


def test_two_days_around_a_holiday(tmp_path: Path) -> None:
    month = Month(tmp_path / "shop", 2)
    month.passes("2026-11-17T13:00", 1.95)
    assert max(month.sent.values()) == 1
    assert month.counts["reminders"] > 15
    assert month.counts["same calendars"] > 3


def test_on_a_public_holiday_nobody_is_reminded_unless_at_any_time(tmp_path: Path) -> None:
    month = Month(tmp_path / "shop", 0)
    till = month.till
    till.write(midnight("2026-11-17T18:00"), "complaint.opened", {"channel": "email", "category": "price"})
    till.write(midnight("2026-11-17T18:00"), "followup.added", {"call": True, "by": "2026-11-18 11:00", "text": "it has come"})
    at_closing, holiday = midnight("2026-11-17T18:55"), midnight("2026-11-18T12:00")
    assert "Call back" in till.run(at_closing, "remind").out
    till.new_records()
    assert till.run(holiday, "remind") == (0, "", "")
    assert till.new_records() == []
    assert told_in(till.run(holiday, "remind", "--any-time").out) == {("staff", "k3-0003O"): 1}
    assert till.run(holiday + 5 * MINUTE, "remind", "--any-time").out == ""
    assert till.run(midnight("2026-11-19T10:00"), "remind").out == ""


def test_who_objects_in_a_complaint_is_not_asked_how_it_went(tmp_path: Path) -> None:
    till = Month(tmp_path / "shop", 0).till
    now = midnight("2026-11-30T12:00")
    for phone in ("+371 29000001", "+371 29000002"):
        opened: Json = {"channel": "email", "category": "price", "phone": phone}
        own = till.write(now, "complaint.opened", opened)["id"]
        if phone.endswith("1"):
            till.write(now, "complaint.flagged", {"case": own, "flag": "marketing-objection"})
            till.write(now, "complaint.settled", {"case": own, "flag": "marketing-objection", "staff": "Ilze"})
        till.write(now, "complaint.resolved", {"case": own})
        till.write(now, "complaint.closed", {"case": own})
    assert told_in(till.run(midnight("2026-12-04T10:00"), "remind").out) == {("staff", str(own)): 1}


@pytest.mark.parametrize(("wait", "until", "asked"), [("4 days", "2027-05-31", "2027-05-31"), ("5 months", "", "2027-04-30")])
def test_who_is_to_be_asked_in_half_a_year_is_not_forgotten(tmp_path: Path, wait: str, until: str, asked: str) -> None:
    till = Month(tmp_path / "shop", 0).till
    policy = till.folder / "policies" / "followups.toml"
    policy.write_text(policy.read_text().replace('"4 days"', f'"{wait}"'))
    now = midnight("2026-11-30T12:00")
    own = till.write(now, "complaint.opened", {"channel": "email", "category": "price", "phone": "+371 29000001"})["id"]
    till.write(now, "complaint.resolved", {"case": own})
    till.write(now, "complaint.closed", {"case": own})
    if until:
        till.write(now + DAY, "followup.snoozed", {"followup": own, "on": until})
    assert told_in(till.run(midnight(f"{asked}T10:00"), "remind").out) == {("staff", str(own)): 1}


# Why something may be late before it was announced: nobody was reminded between its becoming known and its being due.
INEVITABLE = {"due before the next run", "closed from when it arose until it was due", "late when it arose"}


@pytest.mark.slow
@pytest.mark.parametrize("start", ["2026-11-10", "2026-12-02"])
@pytest.mark.parametrize("seed", range(2))
def test_a_month(tmp_path: Path, start: str, seed: int) -> None:
    month = Month(tmp_path / "shop", seed)
    month.passes(start, 31)
    print(start, seed, dict(month.counts), dict(month.announced.reasons), len(month.uids))
    assert max(month.sent.values()) == 1
    assert month.counts["reminders"] > 300
    assert {*month.announced.reasons} <= {"announced", *INEVITABLE}
