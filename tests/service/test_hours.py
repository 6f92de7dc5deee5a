"""Opening hours as a clock, against a count that walks minute by minute and against examples worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from returnkit.model.calendar import Calendar
from returnkit.service.hours import STRETCH, TEN_YEARS, Always, Hours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Spans = Mapping[int, tuple[tuple[int, int], ...]] | None

MINUTE, HOUR, DAY = 60, 3600, 86400
FIRST = int(datetime(2000, 1, 2, tzinfo=UTC).timestamp())
LAST = int(datetime(2099, 12, 31, tzinfo=UTC).timestamp())
ZONES = (
    "Europe/Riga", "Europe/Tallinn", "Europe/Zagreb", "Asia/Bishkek", "America/New_York", "Australia/Lord_Howe",
    "Africa/Casablanca", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Asia/Gaza", "America/Boa_Vista",
)  # fmt: skip
# On these days the offset changes: most of them in several of the zones; Apia had no 2011-12-30 at all.
ODD_DAYS = (
    "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-02-15", "2026-03-22",
    "2005-08-12", "2017-10-15", "2018-02-18", "2010-11-07", "2011-12-30", "2012-04-01", "2040-10-20", "2040-10-27",
    "2000-10-08", "2000-10-15",
)  # fmt: skip


def offset_of(zone: str) -> Callable[[int], int]:
    where = ZoneInfo(zone)

    def offset(instant: int) -> int:
        return round((datetime.fromtimestamp(instant, where).utcoffset() or timedelta()).total_seconds())

    return offset


def instant(text: str, zone: str = "Europe/Riga") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def days(*texts: str) -> frozenset[int]:
    return frozenset(date.fromisoformat(text).toordinal() for text in texts)


class Shop:
    """A shop's hours, and a count of them that reads the clock on its wall minute by minute."""

    def __init__(self, spans: Spans, zone: str, closed: frozenset[int] = frozenset()) -> None:
        self.spans, self.closed, self.zone = spans, closed, ZoneInfo(zone)
        self.hours = Hours(spans, Calendar(closed_days=closed), offset_of(zone))

    def __repr__(self) -> str:
        return f"Shop({self.spans}, {self.zone.key!r}, {sorted(self.closed)})"

    def counts(self, second: int) -> bool:
        wall = datetime.fromtimestamp(second, self.zone)
        minute = wall.hour * 60 + wall.minute
        spans = [(0, 1440)] if self.spans is None else self.spans.get(wall.weekday(), ())
        return wall.toordinal() not in self.closed and any(begin <= minute < end for begin, end in spans)

    def walk(self, start: int, end: int) -> int:
        counted = 0
        for minute in range(start - start % MINUTE, end, MINUTE):
            if self.counts(minute):
                counted += min(minute + MINUTE, end) - max(minute, start)
        return counted


@st.composite
def a_day(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Draw up to four spans, one after the other, with breaks; often at night, when the clocks change."""
    at = st.one_of(st.integers(0, 1440), st.integers(0, 48).map(lambda half_hour: half_hour * 30), st.integers(0, 240))
    marks = sorted(draw(st.sets(at, max_size=8)))
    return tuple(zip(marks[::2], marks[1::2], strict=False))


ALL_SPANS = st.one_of(st.none(), st.dictionaries(st.integers(0, 6), a_day()))


@st.composite
def visits(draw: st.DrawFn) -> tuple[Shop, int]:
    """Draw a shop, some of its days closed, and an instant close to a change of offset or anywhere."""
    odd = st.tuples(st.sampled_from(ODD_DAYS), st.integers(-2 * DAY, 2 * DAY))
    start = draw(
        st.one_of(
            odd.map(lambda drawn: instant(drawn[0], "UTC") + drawn[1]),
            odd.map(lambda drawn: instant(drawn[0], "UTC") + drawn[1] // 1800 * 1800),
            st.integers(FIRST, LAST),
        )
    )
    about = datetime.fromtimestamp(start, UTC).toordinal()
    closed = draw(st.sets(st.integers(about - 1, about + 5), max_size=3))
    return Shop(draw(ALL_SPANS), draw(st.sampled_from(ZONES)), frozenset(closed)), start


@settings(deadline=None)
@given(visits(), st.integers(0, 4 * DAY))
@example((Shop(None, "Pacific/Apia"), instant("2011-12-29", "UTC")), 3 * DAY)
@example((Shop(None, "Australia/Lord_Howe"), instant("2026-04-04", "UTC")), 2 * DAY)
def test_what_is_counted_is_what_the_clock_on_the_wall_shows(visit: tuple[Shop, int], length: int) -> None:
    shop, start = visit
    assert shop.hours.between(start, start + length) == shop.walk(start, start + length)


@settings(deadline=None)
@given(visits(), st.integers(0, 2 * DAY))
def test_the_instant_after_so_long_is_the_first_at_which_so_much_has_counted(visit: tuple[Shop, int], seconds: int) -> None:
    shop, start = visit
    end = shop.hours.after(start, seconds)
    if end is None:
        assert shop.hours.between(start, start + TEN_YEARS) < seconds
    elif seconds == 0:
        assert end == start
    else:
        assert shop.hours.between(start, end) == seconds
        assert shop.counts(end - 1)
        assert end > start + 10 * DAY or shop.walk(start, end) == seconds


@settings(deadline=None)
@given(visits(), st.lists(st.integers(0, 400 * DAY), min_size=1, max_size=8))
def test_parts_add_up_to_the_whole(visit: tuple[Shop, int], lengths: list[int]) -> None:
    shop, start = visit
    counted, at = 0, start
    for length in lengths:
        counted += shop.hours.between(at, at + length)
        at += length
    assert shop.hours.between(start, at) == counted
    again = shop.hours.after(start, counted)
    assert again is not None
    assert again <= at
    assert shop.hours.between(again, at) == 0


@settings(deadline=None)
@given(visits(), st.lists(st.integers(-2 * DAY, 2 * DAY), min_size=20, max_size=20))
def test_the_shop_is_open_in_the_seconds_that_count(visit: tuple[Shop, int], distances: list[int]) -> None:
    shop, start = visit
    for second in (start + distance for distance in distances):
        assert shop.hours.is_open(second) == shop.counts(second)


@given(st.integers(FIRST, LAST), st.integers(0, 400 * DAY))
def test_always_counts_every_second(start: int, length: int) -> None:
    always = Always()
    assert always.between(start, start + length) == length
    assert always.between(start + length, start) == 0
    assert always.after(start, length) == start + length


# By hand. In the week of Friday 2026-11-20 nothing is closed; Monday to Friday there is a lunch break.
WEEK: Spans = {**dict.fromkeys(range(5), ((600, 840), (870, 1140))), 5: ((600, 960),)}  # 10-14 and 14:30-19; Saturday 10-16


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T17:30", 2, "2026-11-21T10:30"),  # Friday evening, and half an hour of Saturday
        ("2026-11-20T17:30", 1.5, "2026-11-20T19:00"),  # the end of Friday, not the beginning of Saturday
        ("2026-11-20T13:30", 1, "2026-11-20T15:00"),  # over lunch
        ("2026-11-20T13:30", 0.5, "2026-11-20T14:00"),  # until lunch
        ("2026-11-20T14:10", 1, "2026-11-20T15:30"),  # asked during lunch
        ("2026-11-20T14:10", 0, "2026-11-20T14:10"),  # nothing to wait for
        ("2026-11-21T15:00", 2, "2026-11-23T11:00"),  # Saturday, over Sunday
        ("2026-11-22T12:00", 8, "2026-11-23T18:30"),  # Sunday: eight hours of Monday
        ("2026-11-20T03:00", 10, "2026-11-21T11:30"),  # at night: Friday has eight and a half hours
    ],
)
def test_by_hand(start: str, hours: float, end: str) -> None:
    clock = Shop(WEEK, "Europe/Riga").hours
    assert clock.after(instant(start), round(hours * HOUR)) == instant(end)
    assert clock.between(instant(start), instant(end)) == hours * HOUR


def test_a_span_counts_its_beginning_and_not_its_end() -> None:
    clock = Shop(WEEK, "Europe/Riga").hours
    opens, closes = instant("2026-11-20T10:00"), instant("2026-11-20T14:00")
    assert [clock.is_open(second) for second in (opens - 1, opens, closes - 1, closes)] == [False, True, True, False]


def test_a_public_holiday_counts_unless_the_calendar_closes_it() -> None:
    """2026-11-18 is Latvia's Proclamation Day, a Wednesday."""
    holiday = days("2026-11-18")
    evening = instant("2026-11-17T18:00")
    closed = Hours(WEEK, Calendar(frozenset({6}), holiday, holiday), offset_of("Europe/Riga"))
    assert closed.after(evening, 2 * HOUR) == instant("2026-11-19T11:00")
    assert closed.between(instant("2026-11-18T00:00"), instant("2026-11-19T00:00")) == 0
    merely_a_holiday = Hours(WEEK, Calendar(frozenset({6}), frozenset(), holiday), offset_of("Europe/Riga"))
    assert merely_a_holiday.after(evening, 2 * HOUR) == instant("2026-11-18T11:00")
    assert merely_a_holiday.between(instant("2026-11-18T00:00"), instant("2026-11-19T00:00")) == 8.5 * HOUR


def test_open_all_day_but_for_closed_days() -> None:
    clock = Hours(None, Calendar(closed_days=days("2026-12-25")), offset_of("Europe/Riga"))
    assert clock.after(instant("2026-12-24T23:00"), 2 * HOUR) == instant("2026-12-26T01:00")
    assert clock.between(instant("2026-12-24T00:00"), instant("2026-12-27T00:00")) == 2 * DAY


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Riga", "2026-03-29", 23),
        ("Europe/Riga", "2026-10-25", 25),
        ("Europe/Riga", "2026-10-26", 24),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/Sao_Paulo", "2018-02-17", 25),  # the clocks went back at midnight: 23:00 came twice
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks_show(zone: str, day: str, hours: float) -> None:
    """The shop is open on this day alone, all day long."""
    noon = instant(f"{day}T12:00", zone)
    only = date.fromisoformat(day)
    around = frozenset(range(only.toordinal() - 3, only.toordinal() + 4)) - {only.toordinal()}
    clock = Shop(None, zone, around).hours
    assert clock.between(noon - 2 * DAY, noon + 2 * DAY) == hours * HOUR


def test_night_hours_around_the_change_of_the_clocks() -> None:
    """In Riga 03:00 to 04:00 is skipped on 2026-03-29 and comes twice on 2026-10-25."""
    clock = Shop({6: ((150, 270),)}, "Europe/Riga").hours  # Sunday 02:30-04:30
    spring, autumn = instant("2026-03-29T00:00"), instant("2026-10-25T00:00")
    assert clock.between(spring, spring + DAY) == HOUR
    assert clock.after(spring, HOUR) == instant("2026-03-29T04:30")
    assert clock.between(autumn, autumn + DAY) == 3 * HOUR
    assert clock.after(autumn, 3 * HOUR) == instant("2026-10-25T04:30")


@pytest.mark.parametrize("spans", [{}, {0: ()}])
def test_a_shop_that_never_opens_has_no_instant_after(spans: Spans) -> None:
    clock = Shop(spans, "Europe/Riga").hours
    start = instant("2026-11-20T12:00")
    assert clock.after(start, 1) is None
    assert clock.after(start, 0) == start
    assert clock.between(start, start + 400 * DAY) == 0
    assert not clock.is_open(start)


def test_ten_years_are_enough_to_the_second() -> None:
    clock = Shop(None, "Europe/Riga").hours
    start = instant("2026-11-20T12:00")
    assert clock.after(start, TEN_YEARS) == start + TEN_YEARS == instant("2036-11-20T12:00")
    assert clock.after(start, TEN_YEARS + 1) is None


@pytest.mark.parametrize("clock", [Shop(WEEK, "Europe/Riga").hours, Always()])
def test_nothing_counts_backwards(clock: Hours | Always) -> None:
    noon = instant("2026-11-20T12:00")
    assert clock.between(noon, noon) == 0
    assert clock.between(noon, noon - HOUR) == 0
    assert clock.after(noon, -HOUR) == noon


def test_many_cases_ask_the_zone_only_a_few_times() -> None:
    asked = 0
    riga = offset_of("Europe/Riga")

    def offset(at: int) -> int:
        nonlocal asked
        asked += 1
        return riga(at)

    clock = Hours(WEEK, Calendar(), offset)
    now = instant("2026-11-20T12:00")
    for number in range(2000):
        clock.between(now - number * 5 * HOUR, now)
    stretches = 2000 * 5 * HOUR // STRETCH + 2
    halvings = 4 * STRETCH.bit_length()  # for each of the three changes of the clocks in these 417 days
    assert asked <= 2 * stretches + 3 * halvings


@pytest.mark.slow
def test_no_zone_changes_its_offset_and_changes_it_back_within_a_stretch() -> None:
    for zone in sorted(available_timezones()):
        offset = offset_of(zone)
        changes, before = [], offset(FIRST)
        for at in range(FIRST, LAST, DAY):
            now = offset(at)
            if now != before:
                changes.append(_first_second(offset, at - DAY, at))
            before = now
        assert all(later - earlier >= STRETCH for earlier, later in pairwise(changes)), zone


def _first_second(offset: Callable[[int], int], before: int, after: int) -> int:
    """Return since when there is the offset of `after`, which is not that of `before`."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if offset(middle) == offset(after) else (middle, after)
    return after
