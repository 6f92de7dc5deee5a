"""Random verbs at two tills that meet now and then: what is recorded always adds up, and to the same on both sides."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.correcting import correct
from returnkit.kpi.measures import decode, summed
from returnkit.service.complaint import TRANSITIONS, Case, fold, hindrance
from returnkit.shop import find_shop
from returnkit.verification import verify_shop
from tests.conftest import REPOSITORY, call
from tests.service.brute_force import ANSWERS, MINUTE, TYPED, Aim, Wall, Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from returnkit.model.jsonl import Json

STARTS = int(datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Riga")).timestamp())
WALL = Wall(
    "Europe/Riga",
    {**dict.fromkeys(range(5), ((600, 840), (870, 1140))), 5: ((600, 960),)},
    holidays=frozenset(date(2026, 12, day) for day in (24, 25, 26, 31)),
)
COMPLAINTS = """
schema = 1
[clocks]
count = "open hours"
first-response = { internal = "20 minutes", public = "1 hour" }
next-response = { public = "30 minutes" }
resolution = { internal = "1 hour", public = "3 hours" }
[[clock]]
when = { channel = ["social"] }
count = "always"
first-response = { public = "10 minutes" }
[flags.safety]
duty = "take it off the shelf"
within = "2 hours"
role = "owner"
[flags.privacy]
duty = "tell the authority"
within = "3 days"
role = "staff"
"""
USUAL = {"first_response": Aim(20, 60), "next_response": Aim(None, 30), "resolution": Aim(60, 180)}
AIMS = {"email": USUAL, "social": {**USUAL, "first_response": Aim(None, 10)}}
FLAGS = {"safety": (2, "hours"), "privacy": (3, "days")}
OWNER, STAFF = "Ilze", "Anna"
DECISIONS = ("offered", "resolved", "settled", "merged")  # of a flagged complaint, these are for whose business the flag is
SIDES, NTH = st.integers(0, 1), st.integers(0, 50)
WAITS = st.sampled_from((0, 0, 0, 1, 5, 20, 31, 61, 200)).map(lambda minutes: minutes * MINUTE)


class Known(NamedTuple):
    """What whoever wrote a record saw of the case before, and what clocks had been missed."""

    seen: tuple[object, ...]
    missed: frozenset[str]


class Till:
    """A till with its own copy of the shop, and a count of its own of what happened as far as it is known there."""

    def __init__(self, folder: Path, name: str, start: int) -> None:
        self.folder, self.name, self.now = folder, name, start
        shutil.copytree(REPOSITORY / "policies", folder / "policies")
        (folder / "policies" / "complaints.toml").write_text(COMPLAINTS)
        (folder / "policies" / "calendar.toml").write_text(
            "schema = 1\n[holidays]\n" + "".join(f'{day.isoformat()} = "a holiday"\n' for day in sorted(WALL.holidays))
        )
        shop = find_shop(str(folder))
        self.clocks = shop.clocks(Clock(shop.time_zone).offset)
        self.watched: dict[str, Watched] = {}
        self.skipped: set[str] = set()
        self.checked: list[bytes] = []

    def run(self, *arguments: str) -> tuple[int, Json]:
        """Run a command by the till's clock; return its exit code, and what it says."""
        now = WALL.text(self.now)
        result = call("--shop", str(self.folder), "--till", self.name, "--now", now, *arguments, "-f", "json")
        found: Json = json.loads(result.out) if result.out else {}
        return result.code, found

    def does(self, verb: str, *arguments: str, after: int = 0) -> str:
        """Run a verb that must go well, some minutes after the start, and return the complaint's id."""
        self.now += after * MINUTE
        code, said = self.run("complaint", verb, *arguments)
        assert code == 0, said
        return str(said["id"])

    def lines(self) -> list[bytes]:
        return [line for path in sorted(self.folder.glob("records/*/*.jsonl")) for line in path.read_bytes().splitlines()]

    def records(self) -> dict[str, list[Json]]:
        """Return the records of each complaint."""
        found: dict[str, list[Json]] = {}
        for record in map(json.loads, self.lines()):
            if record["kind"].startswith("complaint."):
                found.setdefault(record.get("case", record["id"]), []).append(record)
        return found

    def corrected(self) -> set[str]:
        """Return the records that their till took back."""
        found = map(json.loads, self.lines())
        return {str(record["corrects"]) for record in found if record["kind"] == "case.corrected"}

    def corrects(self) -> list[Json]:
        """Take back what this till wrote that counts for nothing, as `records sync` does when the others' records are here."""
        clock = Clock("Europe/Riga", WALL.text(self.now))
        return correct(Books(str(self.folder), clock, print, self.name))

    def case(self, own: str) -> Case:
        case = fold(record for record in map(json.loads, self.lines()) if own in (record["id"], record.get("case")))
        assert case is not None
        return case

    def comes_last(self, own: str) -> bool:
        """Tell whether what happens now comes after all that the other till wrote of a complaint, by its clock."""
        times = [(str(record["time"]), str(record["id"])[:2]) for record in self.records()[own]]
        mine = max([WALL.text(self.now), *(time for time, till in times if till == self.name)])
        return all((mine, self.name) > theirs for theirs in times if theirs[1] != self.name)

    def is_told(self, record: Json, known: Known) -> None:
        """Count one more record, the latest of its case: it counts for nothing if its writer did not know how the case stood."""
        own, event = str(record["id"]), str(record["kind"]).removeprefix("complaint.")
        at = int(datetime.fromisoformat(str(record["time"])).timestamp())
        if event == "opened":
            channel = str(record["channel"])
            count = "always" if channel == "social" else "open-hours"
            self.watched[own] = Watched(WALL, at, AIMS[channel], count=count, country="LV", flags=FLAGS)
            return
        watched = self.watched[str(record["case"])]
        flags = [flag.name for flag in watched.flags]
        senseless = {
            "accepted": record.get("choice") not in watched.choices,
            "flagged": record.get("flag") in flags,
            "settled": record.get("flag") not in flags,
        }
        if known.seen != watched.seen or senseless.get(event):
            self.skipped.add(own)
            return
        by = int(datetime.fromisoformat(str(record["by"])).timestamp()) if event == "promised" else 0
        watched.happens(at, event, **{**record, "by": by})
        watched.missed |= known.missed


def pulls(here: Till, there: Till) -> bool:
    """Bring what one till wrote to another one, as git would; tell whether there was anything."""
    theirs = there.folder / "records" / there.name
    if theirs.is_dir():
        shutil.copytree(theirs, here.folder / "records" / there.name, dirs_exist_ok=True)
    return theirs.is_dir()


class TwoTills(RuleBasedStateMachine):
    """Two tills, each with its own copy of the records, which meet as git would let them meet."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Known] = {}  # of each record, what its writer saw
        self.adds: dict[str, Counter[str]] = {}  # of each record, what it adds to the figures
        self.promises: list[str] = []
        self.opened = 0

    @initialize(ahead=st.sampled_from((0, 0, 0, 1, 7 * MINUTE)))
    def two_tills_know_the_same(self, ahead: int) -> None:
        """Begin with two complaints that both tills know; the clock of one of them may be wrong."""
        self.folder = Path(tempfile.mkdtemp())
        self.tills = [Till(self.folder / name, name, start) for name, start in (("k3", STARTS), ("k4", STARTS + ahead))]
        self.somebody_complains(0, "email", 0)
        self.somebody_complains(1, "social", 0)
        self.the_tills_meet(0)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    @rule(wait=WAITS)
    def time_passes(self, wait: int) -> None:
        for till in self.tills:
            till.now += wait

    @precondition(lambda self: self.opened < 4)
    @rule(side=SIDES, channel=st.sampled_from(("email", "social")), wait=WAITS)
    def somebody_complains(self, side: int, channel: str, wait: int) -> None:
        self.time_passes(wait)
        self.opened += 1
        code, said = self.tills[side].run("complaint", "open", "--channel", channel, "--category", "delivery")
        assert code == 0
        self.is_written(side, said, Counter(opened=1, standing=1))

    @rule(side=SIDES, nth=NTH, event=st.sampled_from(sorted(TRANSITIONS)), owner=st.booleans(), wait=WAITS)
    def anything_is_tried(self, side: int, nth: int, event: str, *, owner: bool, wait: int) -> None:
        self.time_passes(wait)
        self.happens(self.tills[side], nth % 4, event, nth // 4, owner=owner)

    @rule(side=SIDES, nth=NTH, nth_event=st.integers(0, 50), wait=WAITS)
    def something_happens(self, side: int, nth: int, nth_event: int, wait: int) -> None:
        self.time_passes(wait)
        till = self.tills[side]
        case = till.case(sorted(till.watched)[nth % 4 % len(till.watched)])
        promised, offered, flagged = bool(case.promises), bool(case.choices), bool(case.open_flags)
        needs = {"kept": promised, "broken": promised, "accepted": offered, "settled": flagged}
        events = [event for event, states in TRANSITIONS.items() if case.state in states and needs.get(event, True)]
        if events:
            self.happens(till, nth % 4, events[nth_event % len(events)], nth // 4, owner=True)

    @rule(nth=st.integers(0, 3), nths=st.tuples(NTH, NTH), nth_events=st.tuples(NTH, NTH), waits=st.tuples(WAITS, WAITS))
    def something_happens_to_one_at_both(
        self, nth: int, nths: tuple[int, int], nth_events: tuple[int, int], waits: tuple[int, int]
    ) -> None:
        """Let something happen to one complaint at both tills before they meet."""
        for side, own, event, wait in zip((0, 1), nths, nth_events, waits, strict=True):
            self.something_happens(side, own // 4 * 4 + nth, event, wait)

    def happens(self, till: Till, nth: int, event: str, nth_fact: int, *, owner: bool) -> None:
        """Run a verb at a till, and hold its exit code and what it recorded against what must be."""
        cases = sorted(till.watched)
        own = cases[nth % len(cases)]
        facts = self.facts(till, till.case(own), event, nth_fact)
        expected = self.expected(till, till.case(own), event, facts, owner=owner)
        before = till.records()
        verb, *rest = TYPED[event]
        options = {"flag": "", "outcome": None}
        given = [part for fact, value in facts.items() for part in (options.get(fact, f"--{fact}"), value) if part]
        code, said = till.run("complaint", verb, own, *given, *rest, "--staff", OWNER if owner else STAFF)
        assert code == expected, (event, facts, said)
        if code:
            assert till.records() == before
        else:
            watched = till.watched[own]
            watched.passes_until(till.now)
            self.is_written(self.tills.index(till), said, self.added(till.now, watched, event, facts))

    def facts(self, till: Till, case: Case, event: str, nth: int) -> dict[str, str]:
        """Return what is typed beside the verb: mostly what makes sense, and now and then what does not."""
        cases, choices, flags = sorted(till.watched), ("refund", "replacement", "coffee"), ("safety", "privacy")
        promises = [promise.id for promise in case.promises] * 3 + self.promises or ["k3-0001S"]
        found = {
            "promised": ("by", WALL.text(till.now + (5, 20, 31, 61)[nth % 4] * MINUTE)),
            "kept": ("which", promises[nth % len(promises)]),
            "broken": ("which", promises[nth % len(promises)]),
            "accepted": ("choice", choices[nth % 3]),
            "flagged": ("flag", flags[nth % 2]),
            "settled": ("flag", flags[nth % 2]),
            "assigned": ("to", "Anna"),
            "escalated": ("to", "owner"),
            "merged": ("into", cases[nth % len(cases)]),
        }
        return dict([found[event]]) if event in found else {}

    def expected(self, till: Till, case: Case, event: str, facts: dict[str, str], *, owner: bool) -> int:
        """Return the exit code that a verb must have: what the table and `hindrance` refuse, and what is not over yet."""
        if case.state not in TRANSITIONS[event] or not till.comes_last(case.id):
            return 2
        flags = [flag.name for flag in case.open_flags]
        if event in DECISIONS and "safety" in flags and not owner:
            return 4
        if event == "closed" and (flags or case.promises):
            return 2
        if event == "merged":
            other = till.case(facts["into"])
            there = [flag.name for flag in other.open_flags]
            if other.state in ("closed", "merged") or case.promises or any(flag not in there for flag in flags):
                return 2
        return 2 if hindrance(case, event, {**facts, "promise": facts.get("which")}) else 0

    def added(self, now: int, watched: Watched, event: str, facts: dict[str, str]) -> Counter[str]:
        """Return what a record adds to the figures, by what is known at the till that writes it."""
        counted = event == "resolved" or (event == "reopened" and watched.state != "merged")
        found = Counter({event: 1}) if counted else Counter()
        found["answered"] += event in ANSWERS and watched.answered is None
        found["standing"] += event == "reopened" and watched.state in ("closed", "merged")
        found["standing"] -= event in ("closed", "merged")
        which = facts.get("which", "")
        ended = {"kept": [which], "broken": [which], "resolved": [*watched.promises]}
        for promise in ended.get(event, []):
            in_time = "kept" if now <= watched.promises[promise] else "late"
            found[f"promise-{'broken' if event == 'broken' else in_time}"] += 1
        return found

    def is_written(self, side: int, said: Json, adds: Counter[str]) -> None:
        """Take note of a record that a till just wrote, and let the till count it."""
        record, till = said["record"], self.tills[side]
        assert isinstance(record, dict)
        own, watched = str(record["id"]), till.watched.get(str(record.get("case")))
        if watched is not None:
            watched.passes_until(till.now)
        self.known[own] = Known(watched.seen, frozenset(watched.missed)) if watched else Known((), frozenset())
        self.adds[own] = adds
        if record["kind"] == "complaint.promised":
            self.promises.append(own)
        till.is_told(record, self.known[own])
        assert own not in till.skipped

    @rule(side=SIDES, wait=WAITS)
    def a_till_pulls(self, side: int, wait: int) -> None:
        """Bring what the other till wrote to this one; nothing is changed there."""
        self.time_passes(wait)
        here, there = self.tills[side], self.tills[1 - side]
        if not pulls(here, there):
            return
        here.watched, here.skipped = {}, set()
        for record in self.in_order(here):
            here.is_told(record, self.known[str(record["id"])])

    @rule(wait=WAITS)
    def the_tills_meet(self, wait: int) -> None:
        self.a_till_pulls(0, wait)
        self.a_till_pulls(1, 0)
        later = WALL.text(max(till.now for till in self.tills))
        said = [till.run("complaint", "list", "--all", "--now", later) for till in self.tills]
        assert said[0] == said[1]
        k3, k4 = ({own: till.case(own) for own in till.watched} for till in self.tills)
        assert k3 == k4

    @rule(wait=WAITS)
    def the_tills_sync(self, wait: int) -> None:
        """Let them meet, and take back what counts for nothing: from then on the figures are as if it had never been."""
        self.the_tills_meet(wait)
        for till in self.tills:
            taken_back = {str(record["corrects"]) for record in till.corrects()}
            assert taken_back == {own for own in till.skipped - till.corrected() | taken_back if own.startswith(till.name)}
            assert till.corrects() == []
        self.the_tills_meet(0)
        for till in self.tills:
            assert till.skipped == till.corrected()

    @staticmethod
    def in_order(till: Till) -> Iterator[Json]:
        """Yield the records at a till by time, till and number: the openings first, whatever the time."""
        records = [record for each in till.records().values() for record in each]
        yield from sorted(records, key=lambda record: ("case" in record, record["time"], record["id"]))

    @invariant()
    def everything_adds_up(self) -> None:
        for till in getattr(self, "tills", ()):
            skipped = set()
            for own, records in till.records().items():
                case, watched = fold(records), till.watched[own]
                assert case is not None
                now = max(till.now, watched.now)  # the other till's clock may be ahead
                watched.passes_until(now)
                skipped |= {str(record["id"]) for record in case.skipped}
                assert (case.state, case.reopened) == (watched.state, watched.reopened)
                assert {promise.id for promise in case.promises} == watched.promises.keys()
                assert [flag.name for flag in case.open_flags] == [flag.name for flag in watched.flags]
                assert set(till.clocks.missed(case, now)) == watched.missed
                late = {(due.what, "" if due.what == "law" else due.about) for due in till.clocks.overdue(case, now)}
                assert late == watched.overdue()
                assert till.clocks.counted(case, now) == (watched.ours.counted, watched.theirs.counted)
            assert skipped == till.skipped
            if till.checked != till.lines():
                till.checked = till.lines()
                self.verified(till)
                self.figures(till)

    def verified(self, till: Till) -> None:
        """Hold what `records verify` finds against what counts for nothing, and what was lost in merging."""
        lines = {
            (str(path), number): json.loads(line)
            for path in till.folder.glob("records/*/*.jsonl")
            for number, line in enumerate(path.read_bytes().splitlines(), 1)
        }
        problems = verify_shop(str(till.folder)).problems
        lost = [lines[each.file, each.line]["case"] for each in problems if "goes on as none" in each.what]
        found = [lines[each.file, each.line]["id"] for each in problems if "goes on as none" not in each.what]
        assert sorted(found) == sorted(till.skipped - till.corrected())
        assert sorted(lost) == [own for own in sorted(till.watched) if not goes_on(till.watched, own)]

    def figures(self, till: Till) -> None:
        """Hold the figures against a recount of what every till wrote down, as far as it is known here."""
        lines = [decode(line) for line in till.lines()]
        found: Counter[str] = Counter()
        for point, (number, _) in summed(lines).items():
            found[point[0]] += number
        recount: Counter[str] = Counter()
        for line in lines:
            recount.update(self.adds.get(line.id, {}))
        corrected = till.corrected()
        for own in corrected:
            recount.subtract(self.adds[own])
        for quantity in ("opened", "resolved", "reopened", "standing", "answered"):
            assert found[quantity] == recount[quantity], quantity
        for ending in ("promise-kept", "promise-late", "promise-broken"):
            assert found[ending] == recount[ending], ending
        if till.skipped == corrected:
            assert found["standing"] == sum(watched.state not in ("closed", "merged") for watched in till.watched.values())


def goes_on(watched: dict[str, Watched], own: str) -> bool:
    """Tell whether a complaint is one that somebody still sees, or was merged into one that is."""
    seen: set[str] = set()
    while watched[own].state == "merged" and own not in seen:
        seen.add(own)
        own = watched[own].into
    return own not in seen


def let_them_work(examples: int, steps: int) -> None:
    slow = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
    run_state_machine_as_test(
        TwoTills,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=slow),
    )


def test_whatever_two_tills_do_it_adds_up() -> None:
    let_them_work(15, 25)


@pytest.mark.slow
def test_whatever_two_tills_do_for_long_it_adds_up() -> None:
    let_them_work(300, 50)


# By hand.


class Tills:
    """Two tills that know the same complaints; `meet` lets them know the same again."""

    def __init__(self, folder: Path, complaints: int) -> None:
        self.k3, self.k4 = (Till(folder / name, name, STARTS) for name in ("k3", "k4"))
        for till in (self.k3, self.k4):
            till.does("open")
        self.own = [self.k3.does("open") for _ in range(complaints)]
        self.meet()

    def meet(self) -> None:
        pulls(self.k3, self.k4)
        pulls(self.k4, self.k3)


def standing(till: Till) -> int:
    """Return how many complaints the figures say are open."""
    return sum(number for point, (number, _) in summed(map(decode, till.lines())).items() if point[0] == "standing")


@pytest.fixture
def tills(tmp_path: Path) -> Tills:
    return Tills(tmp_path, 2)


def test_of_two_tills_that_put_one_complaint_right_the_later_counts_for_nothing(tills: Tills) -> None:
    own = tills.own[0]
    tills.k3.does("resolve", own, "--remedy", "refund", after=10)
    tills.k4.does("resolve", own, "--remedy", "apology", after=20)
    tills.meet()
    for till in (tills.k3, tills.k4):
        case = till.case(own)
        assert (case.state, [event.get("remedy") for event in case.events[1:]]) == ("resolved", ["refund"])
        assert [record["remedy"] for record in case.skipped] == ["apology"]
        assert len(verify_shop(str(till.folder)).problems) == 1


def test_what_counts_for_nothing_is_taken_back_by_its_till_once(tills: Tills) -> None:
    own = tills.own[0]
    tills.k3.does("resolve", own, "--remedy", "refund", "--text", "gave it back", after=10)
    tills.k4.does("resolve", own, "--remedy", "apology", "--text", "said sorry", after=20)
    tills.k4.does("close", own, "--cause", "packaging", after=5)
    tills.meet()
    assert tills.k3.corrects() == []
    first, second = tills.k4.corrects()
    assert tills.k4.corrects() == []
    resolved, closed = tills.k4.case(own).skipped
    assert [first["corrects"], second["corrects"]] == [resolved["id"], closed["id"]]
    skipped = first["skipped"]
    assert isinstance(skipped, dict)
    assert resolved.keys() - skipped.keys() == {"v", "h", "text", "salt"}
    assert resolved == {**resolved, **skipped}
    tills.meet()
    for till in (tills.k3, tills.k4):
        assert till.case(own).state == "resolved"
        assert len(till.case(own).skipped) == 2  # it is still shown
        assert verify_shop(str(till.folder)).problems == []
        assert standing(till) == 4
        assert sum(number for point, (number, _) in summed(map(decode, till.lines())).items() if point[0] == "resolved") == 1


def test_what_was_taken_back_stays_so_whatever_is_known_later(tmp_path: Path) -> None:
    """A third till had changed the offer before: without the choice that was made of it, the later record would make sense."""
    k3, k4, k5 = (Till(tmp_path / name, name, STARTS) for name in ("k3", "k4", "k5"))
    own = k3.does("open")
    k3.does("offer", own, "--choice", "refund", "--choice", "coffee")
    pulls(k4, k3)
    pulls(k5, k3)
    k5.does("offer", own, "--choice", "refund", "--choice", "replacement", after=5)
    pulls(k4, k5)
    k3.does("accept", own, "--choice", "coffee", after=10)
    k4.does("resolve", own, after=20)
    (tmp_path / "k4" / "records" / "k5").rename(tmp_path / "aside")
    pulls(k4, k3)
    assert len(k4.corrects()) == 1
    for till in (k3, k4):
        pulls(till, k5)
    pulls(k3, k4)
    for till in (k3, k4):
        assert {str(record["id"])[:2] for record in till.case(own).skipped} == {"k3", "k4"}
        assert till.case(own).state == "offered"
        assert summed(map(decode, till.lines()))["resolved", WALL.text(STARTS)[:10], "", 20, "", "", "", "", ""][0] == 0


def test_nothing_is_taken_back_while_a_line_cannot_be_read(tills: Tills, capsys: pytest.CaptureFixture[str]) -> None:
    own = tills.own[0]
    tills.k3.does("acknowledge", own, after=10)
    tills.meet()
    tills.k4.does("resolve", own, after=20)
    journal = next((tills.k4.folder / "records" / "k3").glob("*.jsonl"))
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b'"kind":"complaint.acknowledged"', b'"kind":"complaint.acknowledged'))
    assert tills.k4.corrects() == []
    assert "nothing is taken back" in capsys.readouterr().out
    journal.write_bytes(whole)
    assert tills.k4.corrects() == []
    assert tills.k4.case(own).skipped == ()


def test_what_another_till_took_away_can_not_be_done_though_it_could_be_when_it_was(tills: Tills) -> None:
    """A choice that is no longer offered, and a flag that is set already."""
    one, other = tills.own
    tills.k3.does("offer", one, "--choice", "refund", "--choice", "coffee")
    tills.meet()
    tills.k3.does("offer", one, "--choice", "refund", "--choice", "replacement", after=10)
    tills.k3.does("flag", other, "safety")
    tills.k4.does("accept", one, "--choice", "coffee", after=20)
    tills.k4.does("flag", other, "safety")
    tills.meet()
    assert tills.k3.case(one).state == tills.k4.case(one).state == "offered"
    assert [len(till.case(own).skipped) for till in (tills.k3, tills.k4) for own in tills.own] == [1, 1, 1, 1]
    assert len(tills.k3.case(other).flags) == 1


def test_what_is_done_without_knowing_whose_turn_it_is_counts_for_nothing(tills: Tills) -> None:
    own = tills.own[0]
    tills.k3.does("acknowledge", own)
    tills.meet()
    tills.k3.does("wait", own, after=10)
    tills.k4.does("acknowledge", own, after=20)
    tills.meet()
    case = tills.k4.case(own)
    assert (case.state, len(case.skipped)) == ("waiting", 1)


@pytest.mark.parametrize(("after", "ending"), [(59, "kept"), (60, "kept"), (61, "late")])
def test_a_promise_is_kept_to_its_last_moment(tills: Tills, after: int, ending: str) -> None:
    own = tills.own[0]
    tills.k3.does("promise", own, "--by", WALL.text(STARTS + 60 * MINUTE))
    tills.k3.does("promise", own, "--kept", after=after)
    counted = {point[0] for point in summed(map(decode, tills.k3.lines())) if point[0].startswith("promise-")}
    assert counted == {f"promise-{ending}"}


def test_a_complaint_that_came_back_meanwhile_is_not_closed(tills: Tills) -> None:
    own = tills.own[0]
    tills.k3.does("resolve", own)
    tills.meet()
    tills.k3.does("reopen", own, after=10)
    tills.k3.does("resolve", own, after=10)
    tills.k4.does("close", own, "--cause", "packaging", after=30)
    tills.meet()
    assert tills.k4.case(own).state == "resolved"


def test_nothing_is_recorded_before_what_another_till_wrote_that_is_known_here(tills: Tills) -> None:
    own = tills.own[0]
    tills.k4.does("acknowledge", own, after=15)
    tills.meet()
    before = tills.k3.lines()
    tills.k3.now += 12 * MINUTE
    result = call("--shop", str(tills.k3.folder), "--now", WALL.text(tills.k3.now), "complaint", "resolve", own)
    assert result.code == 2
    assert "k4 recorded something" in result.err
    assert tills.k3.lines() == before
    assert tills.k3.does("resolve", own, after=4)
    assert tills.k3.case(own).state == "resolved"


def test_a_till_whose_clock_is_behind_records_just_after_what_it_knows_of_the_other_one(tills: Tills) -> None:
    own = tills.own[0]
    tills.k4.does("acknowledge", own, after=15)
    tills.meet()
    with time_machine.travel(tills.k3.now + 12 * MINUTE, tick=False):
        result = call("--shop", str(tills.k3.folder), "complaint", "resolve", own)
    assert result.code == 0
    assert "check the clocks" in result.err
    case = tills.k3.case(own)
    assert (case.state, case.skipped) == ("resolved", ())
    assert case.events[-1]["time"] == WALL.text(STARTS + 15 * MINUTE + 1)
    assert case.events[-1]["entered"] == WALL.text(STARTS + 12 * MINUTE)


def test_a_till_whose_clock_is_behind_goes_on_with_what_another_one_just_opened(tills: Tills) -> None:
    own = tills.k4.does("open", after=15)
    tills.meet()
    with time_machine.travel(STARTS + 12 * MINUTE, tick=False):
        assert call("--shop", str(tills.k3.folder), "complaint", "acknowledge", own).code == 0
    assert tills.k3.case(own).events[-1]["time"] == WALL.text(STARTS + 15 * MINUTE + 1)


def test_complaints_that_two_tills_merge_into_each_other_are_not_forgotten(tills: Tills) -> None:
    one, other = tills.own
    tills.k3.does("merge", one, "--into", other)
    tills.k4.does("merge", other, "--into", one)
    tills.meet()
    for till in (tills.k3, tills.k4):
        complaints = till.run("complaint", "list")[1]["complaints"]
        assert isinstance(complaints, list)
        assert {case["id"] for case in complaints} >= {one, other}
        assert sorted("goes on as none" in problem.what for problem in verify_shop(str(till.folder)).problems) == [True, True]
    assert standing(tills.k3) == 2  # of four
    tills.k3.does("reopen", one, after=1)
    assert standing(tills.k3) == 3
    assert tills.k3.case(one).state == "open"
    assert verify_shop(str(tills.k3.folder)).problems == []
