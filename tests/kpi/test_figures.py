"""What holds for figures whatever the records are: they add up, however the lines are shared out."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from datetime import datetime, timedelta, timezone
from functools import reduce
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnkit.kpi.figures import percentile
from returnkit.kpi.measures import decode, mapped, minutes_between, summed
from returnkit.kpi.state import merge, spread
from returnkit.model.jsonl import Json, encode
from returnkit.service.complaint import correction
from tests.conftest import NOW, call
from tests.kpi.generated import STRANGE, TILLS, Entry, a_return, a_void, make, record, something_newer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from returnkit.kpi.measures import Seen
    from returnkit.kpi.state import State

RECORDS = st.lists(st.integers(0, 100_000).map(record), max_size=12)
MONTHS = ("2026-08", "2026-09", "2026-10", "2026-11")
PERIOD = ("--from", "2026-08-12", "--to", "2026-11-13")  # cuts two months
ASKED = st.sampled_from([("--month", "2026-10"), PERIOD, (*PERIOD, "--by", "month"), (*PERIOD, "--by", "category")])
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Report = list[dict[str, Any]]


@pytest.fixture
def figures(tmp_path: Path) -> Callable[..., Report]:
    """Give the figures of a shop with these records, made anew each time."""
    number = count()

    def report(entries: Iterable[Entry], *asked: str) -> Report:
        shop = make(tmp_path / str(next(number)), entries)
        result = call("--shop", str(shop), "--now", NOW, "kpi", "report", "-f", "json", *asked)
        shutil.rmtree(shop)
        assert (result.code, result.err) == (0, "")
        answer: Report = json.loads(result.out)["measures"]
        return answer

    return report


def together(records: Iterable[Json]) -> list[Entry]:
    """Return all records as one till writes them into one file, late ones among them."""
    return [Entry("k1", "2026-11", body) for body in records]


def state(records: Iterable[Json]) -> State:
    return spread(summed(seen(each) for each in records))


def seen(record: Json) -> Seen:
    return decode(encode({**record, "h": "0" * 24}))


@given(RECORDS, RECORDS, RECORDS)
def test_merge_adds_up(one: list[Json], two: list[Json], three: list[Json]) -> None:
    first, second, third = state(one), state(two), state(three)
    assert merge(first, second) == merge(second, first) == state([*one, *two])
    assert merge(merge(first, second), third) == merge(first, merge(second, third))
    assert merge(first, {}) == merge({}, first) == first
    assert (first, second, third) == (state(one), state(two), state(three))  # none of them was changed
    nothing: State = {}
    assert first == reduce(merge, (spread(mapped(seen(record))) for record in one), nothing)


@SOME
@given(RECORDS, ASKED, st.data())
def test_lines_may_be_shared_out_over_months_tills_and_files(
    figures: Callable[..., Report], records: list[Json], asked: tuple[str, ...], data: st.DataObject
) -> None:
    """A line stands in the file of its own month, or in a later one."""
    shared = [
        Entry(data.draw(st.sampled_from(TILLS)), data.draw(st.sampled_from([month for month in MONTHS if month >= own])), body)
        for body, own in ((body, str(body["time"])[:7]) for body in data.draw(st.permutations(records)))
    ]
    assert figures(shared, *asked) == figures(together(records), *asked)


MOMENTS = st.builds(
    lambda second, hours: datetime.fromtimestamp(second, timezone(timedelta(hours=hours))),
    st.integers(1_750_000_000, 1_800_000_000),
    st.sampled_from([0, 2, 3]),
)


@given(MOMENTS, MOMENTS)
def test_minutes_are_those_of_the_clock_whatever_the_offsets(earlier: datetime, later: datetime) -> None:
    seconds = int((later - earlier).total_seconds())
    assert minutes_between(earlier.isoformat(), later.isoformat()) == max(0, -(-seconds // 60))


@pytest.mark.parametrize("ending", ["", "x", "+", "+02:00x", "02:00", "+25:00"])
def test_a_time_without_a_sound_offset_is_none(ending: str) -> None:
    for other in (ending, "+02:00"):
        with pytest.raises(ValueError, match=r"2026-11-10|offset|isoformat"):
            minutes_between(f"2026-11-10T08:00:00{ending}", f"2026-11-10T09:00:00{other}")


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 100))
def test_a_percentile_is_the_value_at_its_rank(values: list[int], percent: int) -> None:
    value, n = percentile(Counter(values), percent)
    rank = next(rank for rank in range(101) if 100 * rank >= percent * len(values))
    assert (value, n) == (sorted(values)[rank - 1] if values else None, len(values))


@SOME
@given(RECORDS, ASKED, st.integers(0, 1000))
def test_a_void_undoes_its_return(figures: Callable[..., Report], records: list[Json], asked: tuple[str, ...], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same return every time
    came_back = {**a_return(chance), "id": "k1-00013", "time": "2026-10-03T10:00:00+03:00", "currency": "EUR"}
    came_back.pop("handling", None)  # how long it took stays true
    void = {**a_void(chance, came_back), "time": "2026-10-29T10:00:00+02:00"}
    assert figures(together([*records, came_back, void]), *asked) == figures(together(records), *asked)


@SOME
@given(RECORDS, ASKED, st.integers(0, 1000))
def test_what_only_a_newer_program_knows_changes_nothing(
    figures: Callable[..., Report], records: list[Json], asked: tuple[str, ...], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same every time
    more = []
    for body in records:
        added = {**chance.choice(STRANGE), **body}
        if isinstance(body.get("lines"), list):
            added["lines"] = [{**line, "lot": {"amount": 5}, "x": None} for line in body["lines"]]  # type: ignore[attr-defined]
        if isinstance(body.get("was"), dict):
            added["was"] = {**body["was"], "mood": "closed", "kept": [True]}  # type: ignore[dict-item]
        more += [added, {**something_newer(chance), "time": body["time"]}]
    assert figures(together(more), *asked) == figures(together(records), *asked)


@pytest.mark.parametrize(
    "table",
    [
        {"lines": "none"},
        {"lines": [3]},
        {"was": 3},
        {"was": {"mood": 1}},
        {"voided": ["return"]},
        {"handling": "slow"},
        {"difference": "none"},
        {"currency": None},
        {"received": 3},
        {"answered": True},
        {"counted": -1},
    ],
)
@pytest.mark.parametrize("kind", ["parcel.sent", "complaint.weighed"])
def test_a_kind_that_is_not_known_may_use_a_known_name_otherwise(figures: Callable[..., Report], kind: str, table: Json) -> None:
    record: Json = {"kind": kind, "case": "k1-00013", "time": "2026-11-10T10:00:00+02:00", **table}
    assert figures(together([record])) == figures([])


def test_a_copy_that_does_not_say_its_kind_is_no_return(figures: Callable[..., Report]) -> None:
    copy: Json = {"id": "k1-00013", "currency": "EUR", "lines": [{"quantity": 1, "amount": 100}]}
    void = {"kind": "return.voided", "corrects": "k1-00013", "because": "typed twice", "time": "2026-11-10T10:00:00+02:00"}
    assert figures([Entry("k1", "2026-11", {**void, "voided": copy})]) == figures([])


@pytest.mark.parametrize(
    "asked", [("--day", "2026-10-31"), ("--day", "2026-11-10"), ("--month", "2026-10"), ("--month", "2026-11")]
)
def test_what_a_till_takes_back_later_never_counted(figures: Callable[..., Report], asked: tuple[str, str]) -> None:
    was = {"state": "open", "opened": "2026-10-30T08:00:00+02:00", "reopened": 0, "channel": "phone", "counted": 20, "value": 100}
    own: Json = {"id": "k1-00021", "case": "k2-00013", "was": was, "time": "2026-10-31T10:00:00+02:00", "customer": "lost"}
    steps = [{**own, "kind": f"complaint.{event}"} for event in ("resolved", "closed")]
    taken_back = [{**correction(step), "time": "2026-11-10T10:00:00+02:00"} for step in steps]
    none = [(each["id"], each["value"], each["n"]) for each in figures([], *asked)]
    assert [(each["id"], each["value"], each["n"]) for each in figures(together([*steps, *taken_back]), *asked)] == none


@pytest.mark.parametrize("table", [{"promises": [{"id": "k1-00021", "by": "soon"}]}, {"heard": "soon"}, {"opened": "soon"}])
def test_a_line_that_is_left_out_adds_nothing(tmp_path: Path, table: Json) -> None:
    was = {"state": "open", "opened": "2026-11-10T08:00:00+02:00", "reopened": 0, **table}
    resolved: Json = {"kind": "complaint.resolved", "case": "k1-00013", "was": was, "time": "2026-11-10T10:00:00+02:00"}
    check_left_out(tmp_path, resolved)


@pytest.mark.parametrize(
    "table",
    [
        {"received": "soon"},
        {"received": "2026-11-10"},
        {"received": "2026-11-10T09:00:00"},
        {"received": "1926-11-10T09:00:00+02:00"},
        {"received": None},
        {"answered": "soon"},
        {"answered": "2026-11-10T09:00:00"},
        {"counted": -1},
        {"counted": "12"},
    ],
)
@pytest.mark.parametrize("missed", [False, True])
def test_a_contact_without_sound_times_adds_nothing(tmp_path: Path, table: Json, missed: bool) -> None:
    answered = {} if missed else {"answered": "2026-11-10T09:00:12+02:00"}
    logged: Json = {"kind": "contact.logged", "channel": "phone", "received": "2026-11-10T09:00:00+02:00", **answered, **table}
    check_left_out(tmp_path, {**logged, "time": "2026-11-10T10:00:00+02:00"})


def check_left_out(folder: Path, record: Json) -> None:
    asked = ("--now", NOW, "kpi", "report", "-f", "json", "--allow-damaged")
    found = json.loads(call("--shop", str(make(folder / "one", together([record]))), *asked).out)
    empty = json.loads(call("--shop", str(make(folder / "none", [])), *asked).out)
    assert (found["left_out"], found["measures"]) == (1, empty["measures"])
