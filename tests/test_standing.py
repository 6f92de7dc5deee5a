"""Complaints that are not over are found as a fold of everything finds them, whatever becomes of the files."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from returnkit import standing as module
from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.model.digest import sha256_hex
from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, encode
from returnkit.records.cache import keep
from returnkit.records.chain import sealed
from returnkit.service.complaint import NOT_OVER, TRANSITIONS, Usual, as_usual, case_of, correction, fold, is_of_case
from returnkit.standing import Standing, standing
from tests.bench.history import make
from tests.conftest import Result, call

At = Callable[..., Result]
TILLS = ("k3", "k30", "k4")
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
NTH = st.integers(0, 99)
SIDES = st.integers(0, len(TILLS) - 1)


def books(shop: Path) -> Books:
    return Books(str(shop), Clock("Europe/Riga"), lambda _text: None)


def asked(shop: Path) -> Standing:
    return standing(books(shop), allow_damaged=True)


def folded(shop: Path) -> Standing:
    """Return the same by reading everything and folding everything."""
    records: dict[str, list[Json]] = {}
    opened: dict[str, None] = {}
    damaged = []
    for line in books(shop).lines():
        if line.record is None:
            damaged.append(line)
        elif is_of_case(line.record):
            records.setdefault(case_of(line.record), []).append(line.record)
            if line.record["kind"] == "complaint.opened":
                opened.setdefault(case_of(line.record))
    cases = {own: case for own in opened if (case := fold(records[own]))}

    def goes_on(own: str) -> bool:
        way = []
        while own in cases and cases[own].into and own not in way:
            way.append(own)
            own = cases[own].into
        return own not in way

    stands = [case for own, case in cases.items() if case.state in NOT_OVER or case.open_flags or not goes_on(own)]
    return Standing(stands, damaged)


def cache(shop: Path) -> Path:
    return shop / ".returnkit" / "cache" / "standing"


class Till:
    """A till that writes lines as they would stand in its journal, one month after another."""

    def __init__(self, shop: Path, name: str) -> None:
        self.folder, self.name = shop / "records" / name, name
        self.seq, self.h, self.month = 0, "", 0
        self.rest = b""  # of a line that is not finished
        self.folder.mkdir(parents=True)

    @property
    def file(self) -> Path:
        return self.folder / f"{MONTHS[self.month]}.jsonl"

    def line(self, body: Json, version: int = 1) -> tuple[Json, bytes]:
        self.seq += 1
        record = sealed(self.h, {"v": version, "id": record_id(self.name, self.seq), **body})
        self.h = str(record["h"])
        return record, encode(record) + b"\n"

    def write(self, body: Json, version: int = 1) -> Json:
        self.finish()
        record, line = self.line(body, version)
        self.append(line)
        return record

    def append(self, data: bytes) -> None:
        with self.file.open("ab") as file:
            file.write(data)

    def finish(self) -> None:
        if self.rest:
            self.append(self.rest)
            self.rest = b""


class Shop(RuleBasedStateMachine):
    """Three tills that write at random, each knowing this or that, and files to which all kinds of things happen."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = Path(tempfile.mkdtemp()) / "shop"
        self.tills = [Till(self.shop, name) for name in TILLS]
        self.records: dict[str, list[Json]] = {}  # everything that was ever written of each complaint
        self.minute = 0
        self.kept: list[bytes] = []

    @initialize(long=st.sampled_from((1, 1, 1, 3000, 16 * 1024)), most=st.sampled_from((0, 1, 8)))
    def it_begins(self, long: int, most: int) -> None:
        module.LONG, module.MOST = long, most
        for _ in range(4):
            self.somebody_complains(0, ())

    def teardown(self) -> None:
        module.LONG, module.MOST = 16 * 1024, 8
        shutil.rmtree(self.shop.parent)

    # What is written

    def time(self) -> str:
        self.minute += 1
        return f"2026-03-{self.minute // 1440 + 1:02}T{self.minute // 60 % 24:02}:{self.minute % 60:02}:00+02:00"

    @rule(side=SIDES, flags=st.sampled_from(((), (), (), ("safety",))))
    def somebody_complains(self, side: int, flags: tuple[str, ...]) -> None:
        body: Json = {"kind": "complaint.opened", "time": self.time(), "channel": "counter", "text": "it is wet"}
        record = self.tills[side].write({**body, **({"flags": list(flags)} if flags else {})})
        self.records[str(record["id"])] = [record]

    @rule(side=SIDES)
    def something_else_happens(self, side: int) -> None:
        self.tills[side].write({"kind": "return", "time": self.time(), "amount": 2990, "currency": "EUR"})

    def body(self, own: str, nth: int, nth_event: int, *, knew: int = 0) -> Json:
        """Return what a record is made of that mostly makes sense; its writer did not know the last few of the case."""
        records = self.records[own]
        case = fold(records[: max(1, len(records) - knew)])
        assert case is not None
        events = [event for event, states in TRANSITIONS.items() if case.state in states] or [*TRANSITIONS]
        event = [*events, "pondered", *TRANSITIONS][nth_event % (len(events) + (nth % 9 == 0) * 8)]
        cases, flags = sorted(self.records), ("safety", "privacy")
        facts: dict[str, Json] = {
            "promised": {"by": "2026-05-01T10:00:00+03:00", "staff": "Anna"},
            "kept": {"promise": case.promises[0].id if case.promises else "k3-0001S"},
            "broken": {"promise": case.promises[-1].id if case.promises else "k3-0001S"},
            "offered": {"choices": ["refund", "replacement"]},
            "accepted": {"choice": ("refund", "coffee")[nth % 2]},
            "flagged": {"flag": flags[nth % 2]},
            "settled": {"flag": flags[nth % 2], "outcome": "seen to"},
            "merged": {"into": cases[nth % len(cases)]},
        }
        return {"kind": f"complaint.{event}", "case": own, "was": case.was, "time": self.time(), **facts.get(event, {})}

    @rule(side=SIDES, which=NTH, nths=st.tuples(NTH, NTH), knew=st.sampled_from((0, 0, 0, 0, 1, 2)), late=st.booleans())
    def something_happens(self, side: int, which: int, nths: tuple[int, int], knew: int, *, late: bool) -> None:
        own = sorted(self.records)[which % len(self.records)]
        body = self.body(own, *nths, knew=knew)
        if late and nths[0] % 3 == 0:
            body["time"] = str(body["time"]).replace("2026-03", "2026-02")
        self.records[own].append(self.tills[side].write(body))

    @rule(seed=st.integers(0, 10**6))
    def much_happens(self, seed: int) -> None:
        chance = Random(seed)  # noqa: S311 - the same story for the same seed
        side, which = chance.randrange(len(TILLS)), chance.randrange(100)
        for _ in range(chance.randrange(1, 12)):
            knew, late = chance.choice((0, 0, 0, 0, 1, 2)), chance.random() < 0.3
            self.something_happens(side, which, (chance.randrange(100), chance.randrange(100)), knew, late=late)
            side = chance.randrange(len(TILLS)) if chance.random() < 0.2 else side

    @rule(which=NTH)
    def a_till_corrects_what_counts_for_nothing(self, which: int) -> None:
        case = fold(self.records[sorted(self.records)[which % len(self.records)]])
        for record in case.skipped if case else ():
            till = self.tills[TILLS.index(str(record["id"]).partition("-")[0])]
            self.records[case_of(record)].append(till.write({**correction(record), "time": self.time()}))

    @rule(which=NTH, side=st.sampled_from((0, 0, 1)), ends=st.sampled_from(("closed", "closed", "resolved", "reopened")))
    def it_goes_its_way(self, which: int, side: int, ends: str) -> None:
        own = sorted(self.records)[which % len(self.records)]
        for event in ("acknowledged", "resolved", "closed", "thanked", "reopened"):
            case = fold(self.records[own])
            assert case is not None
            if case.state in TRANSITIONS[event] and (event != "reopened" or ends == event):
                body: Json = {"kind": f"complaint.{event}", "case": own, "was": case.was, "time": self.time()}
                self.records[own].append(self.tills[side].write(body))
            if event == ends:
                break

    @rule(nths=st.tuples(NTH, NTH))
    def two_are_merged_into_each_other(self, nths: tuple[int, int]) -> None:
        pair = [sorted(self.records)[nth % len(self.records)] for nth in nths]
        for side, (own, other) in enumerate((pair, pair[::-1])):
            case = fold(self.records[own])
            assert case is not None
            body: Json = {"kind": "complaint.merged", "case": own, "into": other, "was": case.was, "time": self.time()}
            self.records[own].append(self.tills[side].write(body))

    @rule(side=SIDES, which=NTH, nth=NTH, cut=st.sampled_from((1, 1, 1, 2, 40)), ends=st.integers(0, 3))
    def a_line_is_not_finished(self, side: int, which: int, nth: int, cut: int, ends: int) -> None:
        """Write the beginning of a line; the rest may come later, the whole of it anew, or nothing of it remains."""
        blank = ends == 3
        till, own = self.tills[side], sorted(self.records)[which % len(self.records)]
        till.finish()
        before = till.seq, till.h
        record, line = till.line(self.body(own, 0, nth))
        till.append(bytes(cut) if blank else line[:-cut])
        if ends:
            self.same_as_ever()
            os.truncate(till.file, till.file.stat().st_size - (cut if blank else len(line) - cut))
            till.append(b"" if ends == 2 else line)
        else:
            till.rest = line[-cut:]
        if ends == 2:
            till.seq, till.h = before
        else:
            self.records[own].append(record)

    @rule(side=SIDES, damaged=st.booleans())
    def a_till_goes_on_after_a_line_as_if_it_was_damaged(self, side: int, *, damaged: bool) -> None:
        """Bind the next line to the bytes of the last one."""
        till = self.tills[side]
        if till.file.exists() and not till.rest and till.file.read_bytes().endswith(b"}\n"):
            *before, last = till.file.read_bytes().splitlines(keepends=True)
            last = last.replace(b"{", b"[", 1) if damaged else last
            till.file.write_bytes(b"".join([*before, last]))
            os.utime(till.file, ns=(self.minute, self.minute))
            till.h = sha256_hex(last.rstrip(b"\n"))[:24]
            till.write({"kind": "return", "time": self.time(), "amount": 2990})

    @precondition(lambda self: any(till.month + 1 < len(MONTHS) for till in self.tills))
    @rule(side=SIDES)
    def a_month_goes_by(self, side: int) -> None:
        till = self.tills[side]
        if till.month + 1 < len(MONTHS) and not till.rest:
            till.month += 1

    # What becomes of the files

    def files(self) -> list[Path]:
        return [path for path in sorted(self.shop.glob("records/*/*.jsonl")) if path.stat().st_size]

    def put(self, path: Path, data: bytes, *, same_file: bool) -> None:
        """Write other bytes into a file, or put another file in its place."""
        time = path.stat().st_mtime_ns
        if same_file:
            path.write_bytes(data)
        else:
            path.with_name("other").write_bytes(data)
            os.replace(path.with_name("other"), path)
        os.utime(path, ns=(time, time + self.minute + 1))  # the clock of a file stands still for some milliseconds
        self.minute += 1

    @rule(nth=NTH, same_file=st.booleans())
    def a_file_is_replaced_by_its_like(self, nth: int, *, same_file: bool) -> None:
        path = self.files()[nth % len(self.files())]
        self.put(path, path.read_bytes(), same_file=same_file)

    @rule(nth=NTH, nth_line=NTH, back=st.booleans(), more=st.booleans(), same_file=st.booleans())
    def a_file_is_damaged(self, nth: int, nth_line: int, *, back: bool, more: bool, same_file: bool) -> None:
        """Damage a line, lose or repeat it; it may be put back some time later."""
        how, nth = nth % 6, nth // 6
        path = self.files()[nth % len(self.files())]
        sound = path.read_bytes()
        lines = sound.splitlines(keepends=True)
        at = nth_line % len(lines)
        line = lines[at]
        lines[at : at + 1] = (
            [line.replace(b'"time":"2026-03', b'"time":"2026-04')],
            [line.replace(b"{", b"[", 1)],
            [bytes(len(line) - 1) + b"\n"],
            [line[:-20] + b"\xff\xff" + b"x" * 70_000 + b"\n"],
            [],
            [line, line],
        )[how]
        self.put(path, b"".join(lines), same_file=same_file)
        if more:
            self.something_else_happens(nth % len(TILLS))
        self.same_as_ever()
        if back:
            added = path.read_bytes()[len(b"".join(lines)) :]
            self.put(path, sound + added, same_file=same_file)

    @rule(nth=NTH, nth_line=NTH)
    def words_are_taken_out(self, nth: int, nth_line: int) -> None:
        path = self.files()[nth % len(self.files())]
        lines = path.read_bytes().splitlines(keepends=True)
        line = lines[nth_line % len(lines)]
        if line.startswith(b"{") and line.endswith(b"}\n") and b'"text":"it is wet"' in line:
            record: Json = {**json.loads(line), "text": "", "redacted": ["text"]}
            lines[nth_line % len(lines)] = encode(record) + b"\n"
            self.put(path, b"".join(lines), same_file=False)

    @rule(nth=NTH, back=st.booleans())
    def a_file_is_away(self, nth: int, *, back: bool) -> None:
        path = self.files()[nth % len(self.files())]
        data = path.read_bytes()
        path.unlink()
        self.same_as_ever()
        if back or len(self.files()) < 2:
            path.write_bytes(data)

    @rule(side=SIDES)
    def a_newer_program_writes(self, side: int) -> None:
        self.tills[side].write({"kind": "complaint.opened", "time": self.time(), "channel": "counter"}, version=2)

    # What becomes of what is kept

    @rule(nth=NTH)
    def what_was_kept_earlier_comes_back(self, nth: int) -> None:
        if self.kept:
            cache(self.shop).write_bytes(self.kept[nth % len(self.kept)])

    @rule(nth=NTH)
    def what_is_kept_is_spoilt(self, nth: int) -> None:
        if cache(self.shop).exists():
            data = bytearray(cache(self.shop).read_bytes())
            data[nth % len(data)] ^= 1 + nth
            cache(self.shop).write_bytes(data)

    @rule()
    def nothing_is_kept(self) -> None:
        cache(self.shop).unlink(missing_ok=True)

    # What must be

    @invariant()
    def same_as_ever(self) -> None:
        if not self.records or not self.files():
            return
        expected = folded(self.shop)
        assert asked(self.shop) == expected
        refused = standing(books(self.shop), allow_damaged=False)
        assert refused == (expected._replace(cases=[]) if expected.damaged else expected)
        if cache(self.shop).exists():
            self.kept.append(cache(self.shop).read_bytes())

    @invariant()
    def the_usual_way_is_what_a_fold_makes_of_it(self) -> None:
        for records in self.records.values():
            is_as_folded(records)

    @rule(which=NTH, places=st.tuples(NTH, NTH))
    def some_records_cannot_be_read(self, which: int, places: tuple[int, int]) -> None:
        records = self.records[sorted(self.records)[which % len(self.records)]]
        first, last = sorted(place % len(records) + 1 for place in places)
        is_as_folded([*records[:first], *records[last:]])


def is_as_folded(records: list[Json]) -> None:
    """Hold the usual way of a complaint, as far as it goes, against a fold."""
    usual: Usual | None = None
    for number, record in enumerate(records, 1):
        usual = as_usual(usual, record) if usual or number == 1 else None
        if usual is None:
            break
        case = fold(records[:number])
        assert case is not None
        assert (usual.state, usual.opened, usual.answered) == (case.state, case.opened, case.answered)
        assert (case.flags, case.into, case.skipped, len(case.events)) == ((), "", (), number)


def let_it_happen(examples: int, steps: int) -> None:
    slow = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
    run_state_machine_as_test(
        Shop, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=slow)
    )


def test_whatever_happens_the_same_complaints_stand() -> None:
    let_it_happen(20, 25)


@pytest.mark.slow
def test_whatever_happens_for_long_the_same_complaints_stand() -> None:
    let_it_happen(500, 60)


# By hand.


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what was read of the shortest file."""
    monkeypatch.setattr(module, "LONG", 1)


OPENED: Json = {"kind": "complaint.opened", "time": "2026-03-01T10:00:00+02:00", "channel": "counter"}
WAS: Json = {"opened": OPENED["time"], "reopened": 0}
RESOLVED: Json = {"kind": "complaint.resolved", "time": "2026-03-01T11:00:00+02:00", "was": {**WAS, "state": "open"}}
CLOSED: Json = {"kind": "complaint.closed", "was": {**WAS, "state": "resolved", "answered": RESOLVED["time"]}}


@pytest.mark.parametrize(
    "otherwise",
    [
        {"reopened": 1}, {"counted": {}, "heard": OPENED["time"]}, {"promises": [{"id": "k3-0009C", "by": OPENED["time"]}]},
        {"state": "acknowledged"}, {"answered": OPENED["time"]}, {"opened": RESOLVED["time"]},
    ],
)  # fmt: skip
def test_what_somebody_wrote_who_saw_it_otherwise_is_not_the_usual_way(otherwise: Json) -> None:
    opening: Json = {"id": "k3-0001S", **OPENED}
    record = {"id": "k3-0002Q", "case": "k3-0001S", **RESOLVED}
    usual = as_usual(as_usual(None, opening), record)
    assert usual is not None
    assert usual.state == "resolved"
    record["was"] = {**WAS, "state": "open", **otherwise}
    case = fold([opening, record])
    assert case is not None
    assert case.state == "open"
    assert as_usual(as_usual(None, opening), record) is None


@pytest.mark.usefixtures("always")
def test_what_is_over_by_a_line_that_is_taken_back_stands_again(shop: Path) -> None:
    till = Till(shop, "k3")
    own = str(till.write(OPENED)["id"])
    till.write({**RESOLVED, "case": own})
    whole = till.file.read_bytes()
    till.append(till.line({**CLOSED, "case": own})[1][:-1])
    assert asked(shop) == Standing([], [])
    till.file.write_bytes(whole)
    assert [case.state for case in asked(shop).cases] == ["resolved"]


@pytest.mark.usefixtures("always")
def test_an_unfinished_line_after_a_damaged_one_is_nobodys_yet(shop: Path) -> None:
    till = Till(shop, "k3")
    own = str(till.write(OPENED)["id"])
    till.append(b"[\n")
    other, line = till.line(OPENED)
    till.append(line[:-1])
    assert asked(shop) == folded(shop)
    assert [case.id for case in asked(shop).cases] == [own]
    till.append(b"\n")
    assert asked(shop) == folded(shop)
    assert [case.id for case in asked(shop).cases] == [own, other["id"]]


def month(shop: Path, name: str) -> Path:
    """Give the only journal the name of another month; return it."""
    (path,) = shop.glob("records/*/*.jsonl")
    return path.rename(path.with_name(f"{name}.jsonl"))


def opened(at: At, *more: str) -> str:
    return at("complaint", "open", "--text", "a red stain on it", *more).out.split()[0]


def closed(at: At, *more: str) -> str:
    own = opened(at, *more)
    assert at("complaint", "resolve", own, "--remedy", "refund").code == 0
    assert at("complaint", "close", own, "--cause", "packaging").code == 0
    return own


def listed(at: At, *more: str) -> list[str]:
    result = at("complaint", "list", "-f", "json", *more)
    assert result.code == 0, result.err
    return [case["id"] for case in json.loads(result.out)["complaints"]]


def bytes_read() -> int:
    """Return how many bytes this process has read so far (Linux counts them)."""
    return int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["rchar"])


@pytest.mark.usefixtures("always")
def test_what_comes_back_after_years_is_listed(at: At, shop: Path) -> None:
    over, other, open_ = closed(at), closed(at), opened(at)
    month(shop, "2024-01")
    assert listed(at) == listed(at) == [open_]
    assert at("complaint", "thank", over).code == at("complaint", "note", other, "--text", "x").code == 0
    assert listed(at) == listed(at) == [open_]
    assert at("complaint", "reopen", over).code == 0
    assert sorted(listed(at)) == sorted(listed(at)) == sorted([open_, over])
    assert at("complaint", "flag", other, "safety").code == 0
    assert sorted(listed(at)) == sorted(listed(at)) == sorted([open_, over, other])


@pytest.mark.usefixtures("always")
def test_whatever_is_asked_for_what_is_kept_changes_nothing(at: At) -> None:
    cases = [opened(at, "--category", "delivery", "--now", f"2026-{month}-03T10:00:00+02:00") for month in ("09", "10", "11")]
    over = closed(at)
    merged = opened(at)
    assert at("complaint", "merge", merged, "--into", cases[0]).code == 0
    assert at("complaint", "resolve", cases[1], "--remedy", "refund").code == 0
    asked_for: tuple[tuple[tuple[str, ...], list[str]], ...] = (
        ((), cases),
        (("--all",), [*cases, over, merged]),
        (("--state", "resolved"), [cases[1]]),
        (("--state", "open"), [cases[0], cases[2]]),
        (("--state", "closed"), [over]),
        (("--state", "merged"), [merged]),
        (("--cause", "packaging"), [over]),
        (("--month", "2026-10"), [cases[1]]),
        (("--from", "2026-10-01"), cases[1:]),
        (("--category", "delivery"), cases),
        (("--category", "quality"), []),
    )
    for _ in range(2):
        for options, expected in asked_for:
            assert sorted(listed(at, *options)) == sorted(expected), options


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("known", [True, False])
def test_a_damaged_line_of_an_old_month_is_refused_however_often_it_is_asked(at: At, shop: Path, *, known: bool) -> None:
    own = opened(at)
    closed(at)
    path = month(shop, "2025-01")
    now = opened(at)
    if known:
        assert sorted(listed(at)) == sorted([own, now])
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"a red stain", b"a bad stain", 1))
    for _ in range(3):
        refused = at("complaint", "list")
        assert refused.code == 3
        assert "2025-01.jsonl:2: this line cannot be read" in refused.err
        assert at("complaint", "list", "--allow-damaged").err.count("1 line that cannot be read left out") == 1
        assert listed(at, "--allow-damaged") == [now]
    path.write_bytes(sound)
    assert sorted(listed(at)) == sorted([own, now])


@pytest.mark.usefixtures("always")
def test_a_line_of_a_newer_program_is_refused_even_where_damage_is_not(shop: Path) -> None:
    till = Till(shop, "k3")
    till.write({"kind": "return", "time": "2026-03-01T10:00:00+02:00"})
    till.write({"kind": "return", "time": "2026-03-01T10:00:00+02:00"}, version=2)
    for _ in range(2):
        refused = call("--shop", str(shop), "complaint", "list", "--allow-damaged")
        assert refused.code == 3
        assert "newer returnkit" in refused.err


def test_the_second_time_hardly_anything_is_read_and_no_word_is_kept(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    make(shop, 2000, 200)
    own = call("--shop", str(shop), "--till", "k3", "complaint", "open", "--text", "a red stain on it").out.split()[0]
    size = sum(file.stat().st_size for file in shop.glob("records/*/*.jsonl"))
    read = [bytes_read()]
    for _ in range(2):
        assert [case.id for case in asked(shop).cases] == [own]
        read.append(bytes_read())
    first, second = read[1] - read[0], read[2] - read[1]
    assert first > size
    assert second < size / 20
    assert b"stain" not in cache(shop).read_bytes()
    shutil.rmtree(shop / "records" / "k4")
    assert asked(shop) == folded(shop)


def test_what_is_read_faster_than_kept_is_not_kept(at: At, shop: Path) -> None:
    own = opened(at)
    assert listed(at) == [own]
    assert not cache(shop).exists()


@pytest.mark.usefixtures("always")
def test_what_is_kept_of_another_program_or_is_no_sense_is_made_anew(at: At, shop: Path) -> None:
    own, _ = opened(at), closed(at)
    assert listed(at) == [own]
    sound = cache(shop).read_bytes()
    form, files, cases = json.loads(sound[4:])
    ((file, read),) = files.items()
    rubbish: list[object] = [0, {}, [], "x", [form + 1, files, []], [form, {file: read[:-1]}, []], [form, {file: 7}, []]]
    rubbish += [[form, files, other] for other in (7, [7], [[own, ""]], [[own, "", [[file, read[3]]]]], [[own, "", [["x", 0]]]])]
    rubbish += [[form, files, [[own, "", [[file, 1]]]]], [form, files, [[own, "", [[file, 0]]]]], [form, [], cases]]
    rubbish += [[form, {file: [*read[:3], read[3] - 1, *read[4:]]}, []], [form, {**files, "k4/2026-11.jsonl": read}, cases]]
    for each in rubbish:
        keep(str(cache(shop)), json.dumps(each).encode())
        assert listed(at) == [own], each
        assert cache(shop).read_bytes() == sound, each
    for raw in (b"", os.urandom(200), sound[:-1], sound[:10] + b"?" + sound[11:]):
        cache(shop).write_bytes(raw)
        assert listed(at) == [own]
        assert cache(shop).read_bytes() == sound


@pytest.mark.usefixtures("always")
def test_where_nothing_can_be_kept_nothing_fails(at: At, shop: Path) -> None:
    own = opened(at)
    shutil.rmtree(shop / ".returnkit" / "cache", ignore_errors=True)
    (shop / ".returnkit" / "cache").write_text("no folder")
    assert listed(at) == listed(at) == [own]


@pytest.mark.usefixtures("always")
def test_what_is_no_file_is_named(at: At, shop: Path) -> None:
    own = opened(at)
    assert listed(at) == [own]
    (path,) = shop.glob("records/*/*.jsonl")
    path.unlink()
    path.mkdir()
    refused = at("complaint", "list")
    assert refused.code == 3
    assert path.name in refused.err


def test_a_shop_without_records_has_no_complaints(shop: Path) -> None:
    assert asked(shop) == Standing([], [])
