"""Complaints of other programs, replayed through the life of a complaint: what each of their records says of its clocks.

How long it was whose turn, and which clock was missed, is worked out a second time from the files alone, with opening hours
walked day by day from the wall clock of the shop; another test holds this walk against every minute of a year. The files are
described in test_real_complaints.py, and so is what their rows make of a complaint: the table LEADS.
"""

import json
import lzma
import random
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from fractions import Fraction
from itertools import accumulate, product
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from returnkit.model.ids import record_id, split_id
from returnkit.model.jsonl import encode
from returnkit.records.chain import sealed
from tests.imports.test_real_complaints import (
    ANSWERS,
    CFPB_2013,
    CFPB_2014,
    CHANNELS,
    LEADS,
    MAPS,
    REFERRED,
    Case,
    Event,
    Shop,
    first,
    fold,
    incidents,
    rank,
    report,
    rows_of,
    same,
    simple,
    tickets,
)

SHOP = """
schema = 1
name = "Rowan"
country = "LV"
languages = ["en"]
currency = "EUR"
staff = [{ name = "Anna", role = "owner" }]
"""
HOURS = """
[hours]
monday = ["00:00-01:30", "09:00-13:00", "14:00-18:00"]
tuesday = ["09:00-13:00", "14:00-18:00"]
wednesday = ["09:00-13:00", "14:00-18:00"]
thursday = ["09:00-13:00", "14:00-20:00"]
friday = ["09:00-13:00", "14:00-17:30"]
saturday = ["10:00-16:00"]
sunday = ["00:00-05:00"]               # when clocks are put forward and back
"""
CLOSED = [date(2011, 12, 26), date(2013, 10, 14), date(2014, 10, 13), date(2016, 3, 25), date(2016, 3, 28), date(2016, 5, 1)]
COMPLAINTS = """
schema = 1
[clocks]
first-response = { internal = "2 hours", public = "4 hours" }
next-response = { internal = "1 hour", public = "8 hours" }
resolution = { internal = "10 hours", public = "24 hours" }
[[clock]]
when = { severity = ["high"] }
first-response = { public = "30 minutes" }
resolution = { public = "8 hours" }
[[clock]]
when = { channel = ["web", "social"] }
count = "always"
first-response = { public = "3 days" }
"""
KINDS = ("first_response", "next_response", "resolution")
PROMISES = {  # in minutes, as COMPLAINTS has them
    "usual": (4 * 60, 8 * 60, 24 * 60),
    "high": (30, 8 * 60, 8 * 60),
    "web": (3 * 24 * 60, 8 * 60, 24 * 60),
}
MINUTE = 60


class Open:
    """The stretches of time that count, in seconds since the epoch."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self.stretches = list(stretches)
        self.begins = [begin for begin, _ in self.stretches]
        self.passed = [0, *accumulate(end - begin for begin, end in self.stretches)]

    def until(self, at: int) -> int:
        """Return the seconds that have counted up to an instant."""
        number = bisect_right(self.begins, at) - 1
        if number < 0:
            return 0
        begin, end = self.stretches[number]
        return self.passed[number] + min(at, end) - begin

    def between(self, start: int, end: int) -> int:
        return self.until(end) - self.until(start)

    def reached(self, start: int, seconds: int) -> int:
        """Return the first instant by which so many seconds have counted."""
        wanted = self.until(start) + seconds
        number = bisect_left(self.passed, wanted) - 1
        return self.stretches[number][0] + wanted - self.passed[number]


ALWAYS = Open([(0, 2**33)])


def opening_hours(zone: ZoneInfo, days: tuple[date, date]) -> Open:
    """Return when the shop is open, walked day by day."""
    table = [re.findall(r'"(\d\d):(\d\d)-(\d\d):(\d\d)"', line) for line in HOURS.splitlines() if "=" in line]
    stretches = []
    for number in range(days[0].toordinal(), days[1].toordinal() + 1):
        day = date.fromordinal(number)
        for times in [] if day in CLOSED else table[day.weekday()]:
            a, b, c, d = map(int, times)
            begin, end = (datetime.combine(day, clock_time(*wall), zone) for wall in ((a, b), (c, d)))
            stretches.append((seconds(begin), seconds(end)))
    return Open(stretches)


def minute_by_minute(zone: ZoneInfo, days: tuple[date, date]) -> Iterator[bool]:
    """Yield for each minute whether the shop is open, as a clock on its wall shows it."""
    table = []
    for line in HOURS.splitlines():
        if "=" in line:
            hours = [list(map(int, times)) for times in re.findall(r'"(\d\d):(\d\d)-(\d\d):(\d\d)"', line)]
            table.append({minute for a, b, c, d in hours for minute in range(a * 60 + b, c * 60 + d)})
    start, end = (int(datetime.combine(day, clock_time(), zone).timestamp()) for day in days)
    closed = {day.timetuple()[:3] for day in CLOSED}
    for at in range(start, end, MINUTE):
        wall = datetime.fromtimestamp(at, zone)
        shut = (wall.year, wall.month, wall.day) in closed
        yield not shut and wall.hour * 60 + wall.minute in table[wall.weekday()]


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Riga", (date(2016, 2, 1), date(2016, 11, 30))),
        ("America/New_York", (date(2013, 8, 1), date(2014, 1, 1))),
        ("America/Sao_Paulo", (date(2014, 10, 1), date(2015, 3, 1))),
    ],
)
def test_the_walk_over_opening_hours_sees_what_the_clock_on_the_wall_shows(zone: str, days: tuple[date, date]) -> None:
    walked = opening_hours(ZoneInfo(zone), days)
    at = start = int(datetime.combine(days[0], clock_time(), ZoneInfo(zone)).timestamp())
    counted = 0
    for open_now in minute_by_minute(ZoneInfo(zone), days):
        assert walked.between(start, at) == counted, datetime.fromtimestamp(at, UTC)
        at += MINUTE
        counted += MINUTE * open_now
    assert counted > 0


class Life:
    """A complaint as it goes on, and what is said of it before each event."""

    def __init__(self, case: Case, hours: Open) -> None:
        kind = "high" if case.severity == "high" else "web" if case.channel in ("web", "social") else "usual"
        self.case, self.limits = case, [minutes * MINUTE for minutes in PROMISES[kind]]
        self.hours = ALWAYS if kind == "web" else hours
        self.opened = seconds(case.opened)
        self.turns = [(self.opened, "ours")]
        self.answered = self.heard = 0
        self.missed: set[str] = set()
        self.state, self.reopened = "open", 0

    def was(self, at: int) -> dict[str, Any]:
        """Return what a record says of it at an instant."""
        self.missed |= {kind for kind in KINDS if self.is_late(kind, at)}
        zone = self.case.opened.tzinfo
        spent = {"ours": 0, "theirs": 0, "nobody's": 0}
        for begin, end, whose in self.spans(at):
            spent[whose] += self.hours.between(begin, end)
        said: dict[str, Any] = {
            "state": self.state, "opened": text(self.opened, zone), "reopened": self.reopened, "channel": self.case.channel,
            "counted": minutes(spent["ours"]), "paused": minutes(spent["theirs"]),
        }  # fmt: skip
        if self.case.category != "unknown":
            said["category"] = self.case.category
        if self.answered:
            said["answered"] = text(self.answered, zone)
        if self.heard:
            said |= {"heard": text(self.heard, zone), "waited": minutes(self.hours.between(self.heard, at))}
        # Once late is late for ever; but while the customer waits for an answer, it is said of that answer.
        waits = self.heard and not self.is_late("next_response", at)
        missed = [kind for kind in KINDS if kind in self.missed and not (waits and kind == "next_response")]
        if missed:
            said["missed"] = missed
        return said

    def spans(self, now: int) -> Iterator[tuple[int, int, str]]:
        ends = [*(begin for begin, _ in self.turns[1:]), now]
        return ((begin, end, whose) for (begin, whose), end in zip(self.turns, ends, strict=True))

    def is_late(self, kind: str, now: int) -> bool:
        """Tell whether a clock is later than it may be, and what it waits for was not done in time."""
        first_limit, next_limit, resolution = self.limits
        if kind == "first_response":
            return (self.answered or now) > self.hours.reached(self.opened, first_limit)
        if kind == "next_response":
            return self.heard != 0 and now > self.hours.reached(self.heard, next_limit)
        left = resolution
        for begin, end, whose in self.spans(now):
            if whose == "ours":
                if end > (self.hours.reached(begin, left) if left else begin):
                    return True
                left -= self.hours.between(begin, end)
        return False

    def go_on(self, event: Event) -> None:
        at, what = seconds(event.time), event.what
        if what in ANSWERS:
            self.answered, self.heard = self.answered or at, 0
        elif what in ("heard", "reopened") and self.answered:
            self.heard = self.heard or at
        self.reopened += what == "reopened"
        self.state = {"reopened": "open", "heard": "acknowledged"}.get(what, what)
        whose = {"waiting": "theirs", "resolved": "nobody's", "closed": "nobody's"}.get(self.state, "ours")
        if whose != self.turns[-1][1]:
            self.turns.append((at, whose))


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def text(at: int, zone: Any) -> str:
    return datetime.fromtimestamp(at, zone).isoformat()


def minutes(lasted: int) -> int:
    return (lasted + MINUTE - 1) // MINUTE


Record = tuple[str, str, dict[str, Any]]  # what happened, when, and how the complaint stood before


def told_twice(cases: Mapping[str, Case], hours: Open) -> dict[str, list[Record]]:
    """Return what should be recorded of each complaint after its opening, by its number."""
    found: dict[str, list[Record]] = {}
    for number, case in cases.items():
        life = Life(case, hours)
        found[number] = []
        for event in case.events[1:]:
            at = seconds(event.time)
            found[number].append((event.what, text(at, case.opened.tzinfo), life.was(at)))
            life.go_on(event)
    return found


def recorded(shop: Shop) -> dict[str, list[Record]]:
    """Return what is recorded of each complaint after its opening, by the other program's number of it."""
    numbers: dict[str, str] = {}
    found: dict[str, list[Record]] = {}
    for record in shop.records():
        what = record["kind"].partition(".")[2]
        if record["kind"] == "complaint.opened":
            numbers[record["id"]] = record["number"]
            found[record["number"]] = []
            assert "clocks" not in record, "what was promised elsewhere, nobody said"
        elif record["kind"].startswith("complaint."):
            found[numbers[record["case"]]].append((what, record["time"], record["was"]))
    return found


def share(held: Iterable[bool]) -> tuple[Fraction | None, int]:
    every = list(held)
    return (Fraction(sum(every), len(every)) if every else None), len(every)


# What is held against what: minutes on the complaint's clock for one kind of target, what was promised for the other.
TARGETS = {"first-response": 3 * 60, "next-response": 4 * 60, "resolution": 20 * 60}


def check_figures(shop: Shop, lives: Mapping[str, list[Record]], days: tuple[date, date]) -> None:
    """Compare the shares within target, by open hours and by what each complaint was promised, and the wait for an answer."""
    events = [event for life in lives.values() for event in life]
    stopped = {
        "first-response": [was for what, _, was in events if what in ANSWERS and "answered" not in was],
        "next-response": [was for what, _, was in events if what in ANSWERS and "heard" in was],
        "resolution": [was for what, _, was in events if what == "resolved"],
    }
    fields = {"first-response": "counted", "next-response": "waited", "resolution": "counted"}
    for promised in (False, True):
        targets = "schema = 1\n"
        for name, limit in TARGETS.items():
            own = "" if promised else f'internal = "{limit // 60} hours"\nclock = "open hours"\n'
            targets += f'[{name}-within-target]\n{own}share = "90 %"\n'
        (shop.folder / "policies" / "kpis.toml").write_text(targets, encoding="utf-8")
        found = report(shop, *days)
        for name, limit in TARGETS.items():
            late = name.replace("-", "_")
            value, n = share(
                late not in was.get("missed", []) if promised else was[fields[name]] <= limit for was in stopped[name]
            )
            said = found[f"{name}-within-target"]
            assert said["n"] == n, name
            assert same(said["value"], value), f"{name}: {said}, expected {value}"
    waits = [
        minutes(seconds(datetime.fromisoformat(time)) - seconds(datetime.fromisoformat(was["heard"])))
        for what, time, was in events
        if what in ANSWERS and "heard" in was
    ]
    assert found["next-response-median"]["n"] == len(waits)
    assert same(found["next-response-median"]["value"], rank(waits, Fraction(1, 2)))


class File(NamedTuple):
    """A file of complaints: the zone of its shop, the days on which it happened, and how to read it."""

    name: str
    mapping: str
    zone: str
    days: tuple[date, date]
    rejected: int
    read: Callable[[Path, ZoneInfo], dict[str, Case]]
    cut: int = 0


FILES = [
    File(
        "uci_incidents_first890.csv", "uci-incidents", "Europe/Riga", (date(2016, 2, 1), date(2017, 2, 28)), 5,
        lambda path, zone: fold(incidents(rows_of(path), zone))[0],
    ),
    File(
        "cfpb_2014_first2500.csv", "cfpb-2014", "America/Sao_Paulo", (date(2014, 9, 1), date(2015, 3, 31)), 1,
        lambda path, zone: simple(rows_of(path), zone, CFPB_2014, CHANNELS),
    ),
    File(
        "cfpb_2013_1000.csv", "cfpb-2013", "America/New_York", (date(2013, 8, 1), date(2014, 3, 31)), 23,
        lambda path, zone: simple(rows_of(path), zone, CFPB_2013, REFERRED),
    ),
    File(
        "helpdesk.csv", "helpdesk", "Europe/Rome", (date(2010, 1, 1), date(2012, 12, 31)), 0,
        lambda path, zone: fold(tickets(rows_of(path), zone))[0], 400,
    ),
]  # fmt: skip


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Shop]:
    """Return how to make a shop, with promises to those who complain and opening hours, or without."""

    def make(zone: str = "Europe/Riga", name: str = "shop", *, promises: bool = True) -> Shop:
        folder = tmp_path / name
        policies = folder / "policies"
        policies.mkdir(parents=True)
        shop = SHOP + f'time-zone = "{zone}"\n' + HOURS
        (policies / "shop.toml").write_text(shop, encoding="utf-8")
        closed = "".join(f'{day} = "closed"\n' for day in CLOSED)
        (policies / "calendar.toml").write_text(f"schema = 1\n[closed]\n{closed}", encoding="utf-8")
        if promises:
            (policies / "complaints.toml").write_text(COMPLAINTS, encoding="utf-8")
        return Shop(folder, ZoneInfo(zone))

    return make


def load(shop: Shop, path: Path, mapping: Path, *, code: int = 0) -> dict[str, Any]:
    done = shop.call("complaint", "import", str(path), "--map", str(mapping), "-f", "json")
    assert done.code == code, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


@pytest.mark.parametrize(
    "file",
    [*FILES, pytest.param(FILES[-1]._replace(cut=0), marks=pytest.mark.slow)],
    ids=lambda file: f"{file.mapping}-{file.cut or 'whole'}",
)
def test_every_record_of_a_real_file_says_how_the_complaint_stood(
    file: File, make: Callable[..., Shop], shared: Path, tmp_path: Path
) -> None:
    shop, path = make(file.zone), tmp_path / file.name
    path.write_bytes(lzma.decompress((shared / "data" / f"{file.name}.xz").read_bytes()))
    if file.cut:
        first(file.cut, path)
    cases = file.read(path, shop.zone)
    lives = told_twice(cases, opening_hours(shop.zone, (file.days[0], file.days[1] + timedelta(days=90))))
    mapping = MAPS / f"{file.mapping}.toml"
    answer = load(shop, path, mapping, code=1 if file.rejected else 0)
    assert answer["rejected"] == file.rejected
    assert answer["recorded"] == sum(1 + len(life) for life in lives.values())
    found = recorded(shop)
    assert found.keys() == lives.keys()
    wrong = [number for number, life in lives.items() if found[number] != life]
    assert not wrong, f"{wrong[0]}: {found[wrong[0]]}, expected {lives[wrong[0]]}"
    check_figures(shop, lives, file.days)

    verified = shop.call("records", "verify")
    assert verified.code == 0, verified.out + verified.err
    before = shop.records()
    again = load(shop, path.rename(path.with_name("renamed.csv")), mapping, code=1 if file.rejected else 0)
    assert (again["recorded"], again["rejected"]) == (0, file.rejected)
    assert shop.records() == before


LOG = """
schema = 1
[file]
dates = "YYYY-MM-DD hh:mm"
[complaint]
number = "number"
time = "time"
state = "state"
channel = { value = "email" }
"""
STATES = ("open", "acknowledged", "waiting", "resolved", "closed")
Row = tuple[str, str, str]  # number, time, state


def log(folder: Path, rows: Iterable[Row], name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text("number,time,state\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "log.toml"
    path.write_text(LOG, encoding="utf-8")
    return path


def happened(shop: Shop) -> dict[str, list[str]]:
    return {number: [what for what, _, _ in life] for number, life in recorded(shop).items()}


def test_what_leads_from_every_state_to_every_other_one(make: Callable[..., Shop], mapping: Path, tmp_path: Path) -> None:
    """Within one file, and from one export to the next."""
    pairs = list(product(STATES, repeat=2))
    before = [(f"{a}-{b}", "2026-11-02 10:00", "open") for a, b in pairs]
    before += [(f"{a}-{b}", "2026-11-02 11:00", a) for a, b in pairs]
    after = [(f"{a}-{b}", "2026-11-02 12:00", b) for a, b in pairs]
    expected = {f"{a}-{b}": [*LEADS["open", a].split(), *LEADS[a, b].split()] for a, b in pairs}
    at_once, in_parts = make(name="one"), make(name="two")
    load(at_once, log(tmp_path, before + after), mapping)
    assert happened(at_once) == expected
    load(in_parts, log(tmp_path, before), mapping)
    load(in_parts, log(tmp_path, after), mapping)
    assert happened(in_parts) == expected
    assert recorded(in_parts) == recorded(at_once)


# What is only done here: an export goes on from there as it can.
HERE = {
    "offered": {"open": "", "acknowledged": "", "waiting": "", "resolved": "resolved", "closed": "resolved closed"},
    "accepted": {"open": "", "acknowledged": "", "waiting": "waiting", "resolved": "resolved", "closed": "resolved closed"},
    "merged": dict.fromkeys(STATES, ""),
}


def test_an_export_goes_on_with_what_was_offered_accepted_or_merged_here(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path
) -> None:
    shop = make()
    names = [f"{here}-{state}" for here, row in HERE.items() for state in row]
    load(shop, log(tmp_path, [(name, "2026-11-02 10:00", "open") for name in ["goes-on", *names]]), mapping)
    case_of = {record["number"]: record["id"] for record in shop.records() if record["kind"] == "complaint.opened"}

    def do(verb: str, number: str, *more: str) -> None:
        done = shop.call("--now", "2026-11-02T11:00", "complaint", verb, case_of[number], *more)
        assert done.code == 0, done.err

    for name in names:
        if name.startswith("merged"):
            do("merge", name, "--into", case_of["goes-on"])
        else:
            do("offer", name, "--choice", "refund", "--choice", "replacement")
        if name.startswith("accepted"):
            do("accept", name, "--choice", "refund")
    before = {number: len(life) for number, life in happened(shop).items()}
    answer = load(shop, log(tmp_path, [(name, "2026-11-02 12:00", name.partition("-")[2]) for name in names]), mapping)
    assert answer["rejected"] == 0
    new = {number: " ".join(life[before[number] :]) for number, life in happened(shop).items()}
    assert new == {"goes-on": "", **{f"{here}-{state}": told for here, row in HERE.items() for state, told in row.items()}}
    assert shop.call("records", "verify").code == 0


def test_a_promise_and_a_flag_of_here_are_known_to_the_next_export(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path
) -> None:
    shop = make()
    log_of = [("T1", "2026-11-02 10:00", "open"), ("T1", "2026-11-02 10:30", "waiting")]
    load(shop, log(tmp_path, log_of), mapping)
    (case,) = (record["id"] for record in shop.records() if record["kind"] == "complaint.opened")
    for arguments in (
        ("--staff", "Anna", "complaint", "promise", case, "--by", "2026-11-03T12:00"),
        ("complaint", "flag", case, "safety"),
        ("complaint", "note", case, "--from-customer", "--text", "asks again"),
    ):
        done = shop.call("--now", "2026-11-02T11:00", *arguments)
        assert done.code == 0, done.err
    log_of += [("T1", "2026-11-02 16:00", "resolved"), ("T1", "2026-11-02 17:00", "closed")]
    answer = load(shop, log(tmp_path, log_of), mapping, code=1)
    assert (answer["recorded"], answer["rejected"]) == (1, 1), "what is flagged is not closed before something came of it"
    what, _, was = recorded(shop)["T1"][-1]
    assert what == "resolved"
    assert (was["promises"][0]["by"], was["promises"][0]["staff"]) == ("2026-11-03T12:00:00+02:00", "Anna")
    assert (was["heard"], was["waited"], was["counted"]) == ("2026-11-02T11:00:00+02:00", 4 * 60, 30 + 4 * 60)
    done = shop.call("--now", "2026-11-04", "complaint", "flag", case, "safety", "--outcome", "off the shelf", "--staff", "Anna")
    assert done.code == 0, done.err
    assert load(shop, log(tmp_path, log_of), mapping)["recorded"] == 0, "what stands above what happened since is not told again"
    assert shop.call("records", "verify").code == 0


@pytest.mark.parametrize("state", ["offered", "accepted", "merged", "Waiting for parts"])
def test_a_state_that_a_word_cannot_say(make: Callable[..., Shop], mapping: Path, tmp_path: Path, state: str) -> None:
    shop = make()
    done = shop.call("complaint", "import", str(log(tmp_path, [("T1", "2026-11-02 10:00", state)])), "--map", str(mapping))
    assert done.code == 1
    assert "log.csv:2" in done.err
    assert "values" in done.err
    assert "open, acknowledged, waiting, resolved, closed" in done.err
    assert happened(shop) == {}


@pytest.mark.parametrize(
    "exports",
    [
        ("acknowledged resolved", "waiting resolved", ""),  # what it came to in the end stands
        ("acknowledged waiting", "waiting acknowledged", ""),
        ("waiting", "acknowledged waiting", ""),
        ("waiting acknowledged", "waiting acknowledged resolved", "resolved"),
        ("acknowledged", "resolved", "resolved"),
        ("acknowledged", "acknowledged closed open", "resolved closed reopened"),
    ],
)
def test_a_later_export_says_otherwise_of_the_last_minute(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path, exports: tuple[str, str, str]
) -> None:
    """Forward it may go on; that something was taken back again, an order that changed does not say."""
    shop = make()
    before, after, new = exports
    start = ("T1", "2026-11-02 10:00", "open")
    for states in (before, after, after):
        load(shop, log(tmp_path, [start, *(("T1", "2026-11-02 11:00", state) for state in states.split())]), mapping)
        if states == before:
            told = happened(shop)["T1"]
    assert happened(shop)["T1"] == [*told, *new.split()]
    assert shop.call("records", "verify").code == 0


def test_a_row_that_stands_below_a_later_one_is_rejected_every_time(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path
) -> None:
    shop = make()
    path = log(
        tmp_path,
        [
            ("T1", "2026-11-02 10:00", "open"),
            ("T1", "2026-11-02 12:00", "acknowledged"),
            ("T1", "2026-11-02 11:00", "waiting"),
            ("T1", "2026-11-02 13:00", "resolved"),
        ],
    )
    answers = [load(shop, path, mapping, code=1) for _ in range(2)]
    assert [(answer["recorded"], answer["rejected"]) for answer in answers] == [(3, 1), (0, 1)]
    assert happened(shop) == {"T1": ["acknowledged", "resolved"]}


def test_what_a_newer_program_did_to_a_complaint_is_not_guessed(make: Callable[..., Shop], mapping: Path, tmp_path: Path) -> None:
    shop = make()
    rows = [("T1", "2026-11-02 10:00", "open"), ("T2", "2026-11-02 10:00", "open")]
    load(shop, log(tmp_path, rows), mapping)
    (journal,) = shop.folder.glob("records/*/*.jsonl")
    *_, last = shop.records()
    till, seq, _ = split_id(str(last["id"]))
    newer = {
        "v": 1, "id": record_id(till, seq + 1), "kind": "complaint.weighed", "time": last["time"], "case": last["id"],
        "was": {"state": "open", "opened": last["time"], "reopened": 0},
    }  # fmt: skip
    with journal.open("ab") as file:
        file.write(encode(sealed(last["h"], newer)) + b"\n")
    rows = [(number, "2026-11-02 11:00", "resolved") for number in ("T1", "T2")]
    done = shop.call("complaint", "import", str(log(tmp_path, rows)), "--map", str(mapping))
    assert done.code == 1
    assert "log.csv:3" in done.err
    assert "newer version" in done.err
    assert happened(shop)["T1"] == ["resolved"]


def test_a_complaint_to_which_another_till_wrote(make: Callable[..., Shop], mapping: Path, tmp_path: Path) -> None:
    """Its journal may come before that of the till which imported: what it says counts all the same."""
    shop = make()
    opened = [("T1", "2026-11-02 10:00", "open")]
    done = shop.call("--till", "m", "complaint", "import", str(log(tmp_path, opened)), "--map", str(mapping))
    assert done.code == 0, done.err
    (case,) = (record["id"] for record in shop.records() if record["kind"] == "complaint.opened")
    (shop.folder / ".returnkit" / "instance").unlink()
    done = shop.call("--till", "a", "--now", "2026-11-02T11:00", "complaint", "resolve", case)
    assert done.code == 0, done.err
    log_of = [*opened, ("T1", "2026-11-02 10:30", "acknowledged"), ("T1", "2026-11-02 12:00", "closed")]
    assert load(shop, log(tmp_path, log_of), mapping)["recorded"] == 1
    last = max(shop.records(), key=lambda record: str(record["time"][:19] if record["kind"].startswith("complaint") else ""))
    assert (last["kind"], last["was"]["state"]) == ("complaint.closed", "resolved")
    assert shop.call("records", "verify").code == 0


def test_without_complaints_toml_minutes_are_counted_and_nothing_is_missed(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path
) -> None:
    shop = make(promises=False)
    rows = [("T1", "2026-11-02 12:00", "open"), ("T1", "2026-11-02 15:00", "waiting"), ("T1", "2026-11-03 10:00", "closed")]
    load(shop, log(tmp_path, rows), mapping)
    counts = [(what, was["counted"], was["paused"], "missed" in was) for what, _, was in recorded(shop)["T1"]]
    assert counts == [("waiting", 120, 0, False), ("resolved", 120, 240, False), ("closed", 120, 240, False)]


def test_only_an_import_of_complaints_reads_what_is_promised_to_them(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path
) -> None:
    shop = make()
    (shop.folder / "policies" / "complaints.toml").write_text("schema = 1\n[clocks]\ncount = 3\n", encoding="utf-8")
    rows = log(tmp_path, [("T1", "2026-11-02 12:00", "open")])
    done = shop.call("complaint", "import", str(rows), "--map", str(mapping))
    assert done.code == 3
    assert "complaints.toml:3" in done.err
    mapping.write_text(
        LOG.replace("[complaint]", "[survey]").replace("number =", "survey =").replace("state =", "text =").replace(
            'channel = { value = "email" }', 'answers = { state = "state" }'
        ),
        encoding="utf-8",
    )  # fmt: skip
    done = shop.call("survey", "import", str(rows), "--map", str(mapping))
    assert done.code == 0, done.err


def random_log(dice: random.Random, complaints: int) -> list[Row]:
    """Return a log in which complaints come and go in any state, often twice in the same minute."""
    rows = []
    for number in range(complaints):
        minute = dice.randrange(60)
        for _ in range(dice.randrange(1, 12)):
            time = datetime(2026, 11, 2, 9, tzinfo=UTC) + timedelta(minutes=minute)
            rows.append((f"T{number}", f"{time:%Y-%m-%d %H:%M}", dice.choice(STATES)))
            minute += dice.choice([0, 0, 0, 1, 45, 24 * 60])
    return rows


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 60), marks=pytest.mark.slow)], ids=["one", "many"])
def test_an_export_that_comes_in_parts_tells_the_same_as_one_that_comes_at_once(
    make: Callable[..., Shop], mapping: Path, tmp_path: Path, seeds: range
) -> None:
    """Whether the later one repeats what was there, or only goes on; and whatever comes again adds nothing."""
    for seed in seeds:
        dice = random.Random(seed)  # noqa: S311 - nothing is kept secret with it
        rows = random_log(dice, 50)
        tickets_seen: defaultdict[str, int] = defaultdict(int)
        until = {number: dice.randrange(13) for number, _, _ in rows}
        above = []
        for row in rows:
            tickets_seen[row[0]] += 1
            if tickets_seen[row[0]] <= until[row[0]]:
                above.append(row)
        cut = dice.choice([row[1] for row in rows])
        parts = {
            "at once": [rows],
            "whole again": [above, rows],
            "only new": [[row for row in rows if row[1] < cut], [row for row in rows if row[1] >= cut]],
        }
        told: dict[str, list[Record]] = {}
        for name, exports in parts.items():
            shop = make(name=f"{name} {seed}")
            for export in exports:
                load(shop, log(tmp_path, export), mapping)
            assert happened(shop) == by_the_table(rows), name
            told = told or recorded(shop)
            assert recorded(shop) == told, name
            before = shop.records()
            for export in (*exports, rows):
                assert load(shop, log(tmp_path, export), mapping)["recorded"] == 0, name
            assert shop.records() == before, name
            assert shop.call("records", "verify").code == 0, name


def by_the_table(rows: Iterable[Row]) -> dict[str, list[str]]:
    states: dict[str, str] = {}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for number, _, state in rows:
        before = states.get(number, "open")
        events = LEADS[before, state].split()
        found[number] += events
        # Nobody takes an answer back: it stays acknowledged, though the row says open.
        states[number] = {"heard": "acknowledged", "reopened": "open"}.get(events[-1], events[-1]) if events else before
    return dict(found)
