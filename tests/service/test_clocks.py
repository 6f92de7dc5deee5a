"""The clocks of a complaint, against a count that goes minute by minute and against examples worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.model.calendar import Calendar
from returnkit.model.ids import record_id
from returnkit.model.record import COUNTS
from returnkit.service.clocks import LAW, MET, MISSED, OVERDUE, PAUSED, RUNNING, Clocks, Due
from returnkit.service.complaint import TRANSITIONS, Case, after, begin, fold
from returnkit.service.terms import ALWAYS, HOLIDAYS_TOO, NO_TERMS, OPEN, Deadline, FlagTerms, Promised
from returnkit.service.terms import Aim as Promise
from tests.service.brute_force import CLOCKS, Aim, Stand, Wall, Watched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from returnkit.model.jsonl import Json

MINUTE, HOUR, DAY = 60, 3600, 86400
ZONES = ("Europe/Riga", "Europe/Tallinn", "Europe/Zagreb", "Asia/Bishkek", "Australia/Lord_Howe", "America/Sao_Paulo")
# In the week of each of these days the clocks change somewhere, a year ends, or nothing happens.
DAYS = ("2026-03-28", "2026-10-24", "2026-04-04", "2018-02-17", "2026-12-22", "2026-11-17")
FLAGS = {"safety": (24, "hours"), "privacy": (3, "days"), "advertising": (1, "months"), "tax": (4, "working-days")}
FLAG_TERMS = {
    **{name: FlagTerms((), {}, "", Deadline(*within), "owner") for name, within in FLAGS.items()},
    "owner": FlagTerms((), {}, "", None, "owner"),
}
CHOICES = ("refund", "replacement")


class Step(NamedTuple):
    """Something happens: the n-th of what is possible, so long after what was before, or just when something is due."""

    nth: int
    wait: int
    past_due: int | None


class Told(NamedTuple):
    """A shop, what it promised one complaint, and what happened to that."""

    wall: Wall
    country: str
    opened: int
    counts: str
    aims: Mapping[str, Aim]
    steps: tuple[Step, ...]
    looks: tuple[int, ...]


def clocks_of(wall: Wall, country: str) -> Clocks:
    def offset(at: int) -> int:
        return round((datetime.fromtimestamp(at, wall.zone).utcoffset() or timedelta()).total_seconds())

    closed, holidays, worked = (frozenset(day.toordinal() for day in days) for days in (wall.closed, wall.holidays, wall.worked))
    calendar = Calendar(closed_days=closed, holidays=holidays, worked=worked)
    return Clocks(NO_TERMS._replace(flags=FLAG_TERMS), wall.spans, calendar, country, offset)


@st.composite
def spans_of_a_day(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Draw up to three spans with breaks between them, on the half hour or on any minute."""
    at = st.one_of(st.integers(0, 48).map(lambda half_hour: half_hour * 30), st.integers(0, 24 * 60))
    marks = sorted(draw(st.sets(at, max_size=6)))
    return tuple(zip(marks[::2], marks[1::2], strict=False))


@st.composite
def walls(draw: st.DrawFn) -> tuple[Wall, int]:
    """Draw a shop that opens for at least six hours a week, and an instant for a complaint."""
    zone = draw(st.sampled_from(ZONES))
    first = date.fromisoformat(draw(st.sampled_from(DAYS)))
    opened = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    opened += draw(st.integers(-DAY // MINUTE, DAY // MINUTE)) * MINUTE
    usual = dict.fromkeys(range(5), ((600, 840), (870, 1140)))
    week = st.dictionaries(st.integers(0, 6), spans_of_a_day())
    spans = draw(st.one_of(st.none(), st.just(usual), week))
    if spans is not None and sum(end - begin for day in spans.values() for begin, end in day) < 6 * 60:
        spans = {**spans, 1: ((540, 900),)}
    some_days = st.frozensets(st.integers(-1, 20).map(lambda days: first + timedelta(days=days)), max_size=4)
    return Wall(zone, spans, draw(some_days), draw(some_days), draw(some_days)), opened


@st.composite
def aim(draw: st.DrawFn) -> Aim:
    minutes = st.one_of(st.integers(0, 12).map(lambda hours: hours * 60), st.integers(0, 720))
    public, internal = draw(minutes), draw(minutes)
    return draw(st.sampled_from((Aim(min(internal, public), public), Aim(None, public), Aim(internal, None))))


STEPS = st.builds(
    Step,
    st.integers(0, 1000),
    st.one_of(st.integers(0, 5), st.integers(0, 240), st.integers(0, 1800)).map(lambda minutes: minutes * MINUTE),
    st.sampled_from((None, None, None, 0, 0, 1, MINUTE)),
)


@st.composite
def told(draw: st.DrawFn) -> Told:
    wall, opened = draw(walls())
    aims = {clock: draw(aim()) for clock in draw(st.sets(st.sampled_from(CLOCKS), min_size=2))}
    steps = draw(st.lists(STEPS, max_size=10))
    looks = draw(st.lists(st.integers(0, 2 * DAY), min_size=len(steps) + 1, max_size=len(steps) + 1))
    country = draw(st.sampled_from(("LV", "LV", "EE", "HR", "KG")))
    return Told(wall, country, opened, draw(st.sampled_from(COUNTS)), aims, tuple(steps), tuple(looks))


def opening(wall: Wall, at: int, aims: Mapping[str, Aim], count: str) -> Json:
    promised = Promised(count, {clock: Promise(*each) for clock, each in aims.items()})
    own = {"id": record_id("k3", 1), "kind": "complaint.opened", "time": wall.text(at), "channel": "email"}
    return {**own, "clocks": promised.as_record()}


def possible(case: Case, nth: int) -> tuple[str, dict[str, object]] | None:
    """Return the n-th of what may happen to a complaint, with what it needs; None where nothing may."""
    waiting = [flag.name for flag in case.open_flags]
    needed: dict[str, list[dict[str, object]]] = {
        "kept": [{"promise": promise.id} for promise in case.promises],
        "accepted": [{"choice": choice} for choice in case.choices],
        "flagged": [{"flag": flag} for flag in FLAG_TERMS if flag not in waiting],
        "settled": [{"flag": flag, "outcome": "seen to"} for flag in waiting],
        "offered": [{"choices": list(CHOICES)}],
        "merged": [{"into": record_id("k3", 999)}],
    }
    needed["broken"] = needed["kept"]
    events = [event for event, states in TRANSITIONS.items() if case.state in states and needed.get(event, [{}])]
    if not events:
        return None
    event = events[nth % len(events)]
    facts = needed.get(event, [{}])
    return event, facts[nth // len(events) % len(facts)]


def moments(clocks: Clocks, case: Case, since: int, step: Step | None, look: int) -> list[int]:
    """Return when to look: right after what happened, around everything that is due until the next thing, and at any time."""
    times = [due.by for due in clocks.dues(case, since) if due.by is not None]
    until = since + 2 * DAY if step is None else happens_at(clocks, case, since, step)
    around = (by + seconds for by in times for seconds in (-1, 0, 1))
    return sorted(at for at in {since, since + look, until, *around} if since <= at <= until)


def happens_at(clocks: Clocks, case: Case, since: int, step: Step) -> int:
    """Return when a step happens: after a while, or just when something is due that is due soon, or right after."""
    times = [due.by for due in clocks.dues(case, since) if due.by is not None and since <= due.by < since + 2 * DAY]
    return since + step.wait if step.past_due is None or not times else max(times[step.nth % len(times)] + step.past_due, since)


def check(clocks: Clocks, case: Case, watched: Watched, at: int) -> None:
    """Hold the clocks against the brute force at an instant."""
    watched.passes_until(at)
    dues = clocks.dues(case, at)
    about = {(due.what, "" if due.what == LAW else due.about): Stand(due.status, due.by, due.aim, due.left) for due in dues}
    assert about == watched.stands()
    assert {(due.what, "" if due.what == LAW else due.about) for due in clocks.overdue(case, at)} == watched.overdue()
    assert set(clocks.missed(case, at)) == watched.missed
    assert clocks.counted(case, at) == (watched.ours.counted, watched.theirs.counted)
    if case.state == "merged":
        return  # it goes on as another one, and nothing more is written about this one
    was = clocks.was(case, watched.wall.text(at))
    assert (was["counted"], was["paused"]) == watched.minutes
    # Of the answers to a customer who came back more than once, the one that is still to come is in time, or late, by itself.
    waiting = watched.heard is not None and not watched.watches["next_response"].late
    missed = watched.missed - {"next_response"} if waiting else watched.missed
    assert was.get("missed", []) == [clock for clock in CLOCKS if clock in missed]
    assert was.get("waited") == watched.waited


def replayed(told: Told) -> None:
    """Let everything happen, to the real complaint and to the watched one, and look at both at many instants."""
    wall, clocks, now = told.wall, clocks_of(told.wall, told.country), told.opened
    records = [opening(wall, now, told.aims, told.counts)]
    case = begin(records[0])
    watched = Watched(wall, now, told.aims, count=told.counts, country=told.country, flags=FLAGS)
    for number, (step, look) in enumerate(zip((*told.steps, None), told.looks, strict=True), 2):
        for at in moments(clocks, case, now, step, look):
            check(clocks, case, watched, at)
        if step is None:
            break
        now = happens_at(clocks, case, now, step)
        found = possible(case, step.nth)
        if found is None:
            break  # merged: it goes on as another one
        event, facts = found
        own = record_id("k3", number)
        if event == "promised":
            facts = {"by": wall.text(now + step.wait + MINUTE)}
            watched.happens(now, event, id=own, by=now + step.wait + MINUTE)
        else:
            watched.happens(now, event, **facts)
        body = {"id": own, "kind": f"complaint.{event}", "case": case.id, "time": wall.text(now), **facts}
        records.append({**body, "was": clocks.was(case, wall.text(now))})
        case = after(case, records[-1])
        assert not case.skipped
        assert (case.state, case.reopened) == (watched.state, watched.reopened)
    assert fold(reversed(records)) == case


@settings(max_examples=50, deadline=None)
@given(told())
def test_the_clocks_are_what_a_count_minute_by_minute_says(told: Told) -> None:
    replayed(told)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(told())
def test_the_clocks_are_what_a_count_minute_by_minute_says_in_many_shops(told: Told) -> None:
    replayed(told)


# By hand. The shop is open from 10 to 14 and from 14:30 to 19, Monday to Friday, and Saturdays from 10 to 16.


WEEK = {**dict.fromkeys(range(5), ((600, 840), (870, 1140))), 5: ((600, 960),)}
RIGA = ZoneInfo("Europe/Riga")
CHRISTMAS = frozenset(map(date.fromisoformat, ("2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31", "2027-01-01")))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=RIGA).timestamp())


class Story:
    """A complaint told by hand: `on` lets something happen at a time of the wall's clock."""

    def __init__(self, opened: str, wall: Wall, aims: Mapping[str, Aim], *, country: str = "KG", count: str = OPEN) -> None:
        self.wall, self.clocks = wall, clocks_of(wall, country)
        self.records = [opening(wall, at(opened), aims, count)]
        self.case = begin(self.records[0])

    def on(self, time: str, event: str, **facts: object) -> Json:
        """Record what happened, and return what the record says of the case before it."""
        own = record_id("k3", len(self.records) + 1)
        body = {"id": own, "kind": f"complaint.{event}", "case": self.case.id, "time": self.wall.text(at(time)), **facts}
        self.records.append({**body, "was": self.clocks.was(self.case, str(body["time"]))})
        self.case = after(self.case, self.records[-1])
        assert not self.case.skipped
        return self.clocks.was(self.case, str(body["time"]))

    def due(self, what: str, now: str) -> Due | None:
        return next((due for due in self.clocks.dues(self.case, at(now)) if due.what == what), None)

    def stands(self, what: str, now: str) -> tuple[str, str | None]:
        """Return how a clock stands, and by when it is due as the wall shows it."""
        due = self.due(what, now)
        assert due is not None
        return due.status, None if due.by is None else self.wall.text(due.by)[:19]


def in_public(**minutes: int) -> dict[str, Aim]:
    return {clock: Aim(None, most) for clock, most in minutes.items()}


def plain(opened: str, *, count: str = OPEN, **aims: int) -> Story:
    """Return a complaint where no law says by when it must be answered."""
    return Story(opened, Wall("Europe/Riga", WEEK), in_public(**aims), count=count)


@pytest.mark.parametrize(
    ("country", "worked", "by"),
    [
        ("LV", (), "2027-01-06T23:59:59+02:00"),
        ("LV", ("2026-12-19",), "2027-01-05T23:59:59+02:00"),  # a Saturday worked in exchange for another day
        ("EE", (), "2026-12-25T23:59:59+02:00"),
        ("HR", (), "2026-12-25T23:59:59+02:00"),
    ],
)
def test_by_when_the_law_wants_an_answer(country: str, worked: tuple[str, ...], by: str) -> None:
    """Received on a Thursday in December: its own day does not count, nor do weekends and the five holidays around the year."""
    wall = Wall("Europe/Riga", WEEK, frozenset(), CHRISTMAS, frozenset(map(date.fromisoformat, worked)))
    story = Story("2026-12-10T18:59", wall, {}, country=country)
    found = story.due(LAW, "2026-12-11T10:00")
    assert found is not None
    assert (found.status, wall.text(found.by or 0)) == (RUNNING, by)
    assert wall.last_second(at("2026-12-10T18:59"), 15, "working-days" if country == "LV" else "days") == found.by
    story.on("2026-12-11T10:00", "waiting")
    assert story.clocks.overdue(story.case, found.by or 0) == []
    assert [due.what for due in story.clocks.overdue(story.case, (found.by or 0) + 1)] == [LAW]
    story.on(by[:19], "offered", choices=list(CHOICES))
    assert story.stands(LAW, "2027-02-01T10:00")[0] == MET


def test_no_law_no_clock() -> None:
    assert plain("2026-12-10T18:59").due(LAW, "2026-12-11T10:00") is None


@pytest.mark.parametrize(
    ("count", "by"),
    [
        (OPEN, "2026-11-19T11:00:00"),  # what is left of it on Thursday
        (HOLIDAYS_TOO, "2026-11-18T11:00:00"),
        (ALWAYS, "2026-11-17T20:00:00"),
    ],
)
def test_a_public_holiday_counts_for_those_who_open_then(count: str, by: str) -> None:
    """2026-11-18 is Latvia's Proclamation Day, a Wednesday, on which this shop opens as on any other."""
    wall = Wall("Europe/Riga", WEEK, holidays=frozenset({date(2026, 11, 18)}))
    story = Story("2026-11-17T18:00", wall, in_public(first_response=120), count=count)
    assert story.stands("first_response", "2026-11-17T18:00") == (RUNNING, by)


def test_the_shop_is_closed_on_the_holidays_by_its_calendar_and_the_law_counts_its_own_days() -> None:
    wall = Wall("Europe/Riga", WEEK, frozenset(map(date.fromisoformat, ("2026-12-11", "2026-12-14"))), CHRISTMAS)
    story = Story("2026-12-10T18:00", wall, in_public(resolution=120), country="LV")
    assert story.stands("resolution", "2026-12-10T18:00") == (RUNNING, "2026-12-12T11:00:00")  # the rest of it on Saturday
    assert story.stands(LAW, "2026-12-10T18:00") == (RUNNING, "2027-01-06T23:59:59")


def test_lunch_does_not_count_and_the_last_second_is_in_time() -> None:
    friday = "2026-11-20T"
    story = plain(f"{friday}13:30", first_response=60)
    assert story.stands("first_response", f"{friday}13:30") == (RUNNING, f"{friday}15:00:00")
    assert story.stands("first_response", f"{friday}15:00") == (RUNNING, f"{friday}15:00:00")
    assert story.stands("first_response", f"{friday}15:00:01") == (OVERDUE, f"{friday}15:00:00")
    in_time, late = plain(f"{friday}13:30", first_response=60), story
    in_time.on(f"{friday}15:00", "acknowledged")
    assert in_time.stands("first_response", "2026-12-01T10:00") == (MET, f"{friday}15:00:00")
    late.on(f"{friday}15:00:01", "acknowledged")
    assert late.stands("first_response", "2026-12-01T10:00") == (MISSED, f"{friday}15:00:00")


def test_what_is_late_is_late_at_once_though_the_shop_is_closed() -> None:
    story = plain("2026-11-20T17:00", first_response=120)
    assert story.stands("first_response", "2026-11-20T19:00") == (RUNNING, "2026-11-20T19:00:00")
    assert story.stands("first_response", "2026-11-20T19:00:01") == (OVERDUE, "2026-11-20T19:00:00")


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("noted", {"text": "the carrier rang"}), ("assigned", {"to": "Anna"}), ("escalated", {"to": "manager"}),
        ("flagged", {"flag": "safety"}), ("heard", {}),
    ],
)  # fmt: skip
def test_what_the_customer_does_not_hear_of_is_no_answer(event: str, facts: dict[str, object]) -> None:
    story = plain("2026-11-20T10:00", first_response=60, next_response=60)
    story.on("2026-11-20T10:30", event, **facts)
    assert story.stands("first_response", "2026-11-20T11:00:01") == (OVERDUE, "2026-11-20T11:00:00")
    assert story.due("next_response", "2026-11-20T12:00") is None  # it begins only after the first answer


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("acknowledged", {}), ("promised", {"by": "2026-11-23T12:00:00+02:00"}), ("offered", {"choices": list(CHOICES)}),
        ("waiting", {}), ("resolved", {}),
    ],
)  # fmt: skip
def test_what_the_customer_hears_of_is_an_answer(event: str, facts: dict[str, object]) -> None:
    story = plain("2026-11-20T10:00", first_response=60)
    story.on("2026-11-20T11:00", event, **facts)
    assert story.stands("first_response", "2026-11-20T12:00") == (MET, "2026-11-20T11:00:00")


@pytest.mark.parametrize(
    ("opened", "by"),
    [
        ("2026-03-28T20:00", "2026-03-29T09:00:00"),  # from 03:00 on it is 04:00: twelve hours end an hour later
        ("2026-10-24T20:00", "2026-10-25T07:00:00"),  # from 04:00 on it is 03:00 again: they end an hour earlier
        ("2026-10-31T20:00", "2026-11-01T08:00:00"),
    ],
)
def test_twelve_hours_are_twelve_hours_when_the_clocks_change(opened: str, by: str) -> None:
    assert plain(opened, count=ALWAYS, first_response=720).stands("first_response", opened) == (RUNNING, by)
    all_day = Story(opened, Wall("Europe/Riga", None), in_public(first_response=720))
    assert all_day.stands("first_response", opened) == (RUNNING, by)


def test_four_hours_of_opening_over_the_weekend_on_which_the_clocks_change() -> None:
    """Friday from 18 to 19, and Saturday from 10 to 13; and Saturday's last hour with Monday's first three."""
    assert plain("2026-03-27T18:00", resolution=240).stands("resolution", "2026-03-27T18:00")[1] == "2026-03-28T13:00:00"
    assert plain("2026-03-28T15:00", resolution=240).stands("resolution", "2026-03-28T15:00")[1] == "2026-03-30T13:00:00"


def test_the_clock_stands_still_while_it_is_the_customers_turn_and_goes_on_when_they_come_back() -> None:
    story = plain("2026-11-16T10:00", resolution=240, next_response=60)
    was = story.on("2026-11-16T11:00", "offered", choices=list(CHOICES))
    assert (was["counted"], was["paused"]) == (60, 0)
    due = story.due("resolution", "2026-11-17T09:00")
    assert due is not None
    assert (due.status, due.by, due.left) == (PAUSED, None, 3 * HOUR)
    was = story.on("2026-11-17T10:00", "heard")
    assert (was["counted"], was["paused"]) == (60, 450)  # the rest of Monday: from 11 to 14, and from 14:30 to 19
    assert story.stands("next_response", "2026-11-17T10:00") == (RUNNING, "2026-11-17T11:00:00")
    assert story.stands("resolution", "2026-11-17T10:00") == (RUNNING, "2026-11-17T13:00:00")
    was = story.on("2026-11-17T10:30", "acknowledged")  # the offer still stands: it is their turn again
    assert (was["counted"], was["paused"], was.get("waited")) == (90, 450, None)
    assert story.stands("resolution", "2026-11-17T11:00")[0] == PAUSED
    was = story.on("2026-11-17T12:00", "accepted", choice="refund")
    assert (was["counted"], was["paused"]) == (90, 540)
    assert story.stands("resolution", "2026-11-17T12:00") == (RUNNING, "2026-11-17T15:00:00")
    was = story.on("2026-11-17T15:00", "resolved")
    assert (was["counted"], was["paused"]) == (240, 540)
    assert story.stands("resolution", "2026-11-17T18:00") == (MET, None)
    assert story.clocks.missed(story.case, at("2026-12-01T10:00")) == ()


def test_the_clock_goes_on_after_reopening_and_what_was_missed_stays_missed() -> None:
    story = plain("2026-11-16T10:00", resolution=240, next_response=60)
    story.on("2026-11-16T12:00", "resolved")
    assert story.on("2026-11-16T18:00", "reopened")["counted"] == 120  # not what passed in between
    assert story.stands("resolution", "2026-11-16T18:00") == (RUNNING, "2026-11-17T11:00:00")
    assert story.stands("next_response", "2026-11-16T18:30") == (RUNNING, "2026-11-16T19:00:00")
    was = story.on("2026-11-17T11:00:01", "acknowledged")
    assert was["missed"] == ["next_response", "resolution"]
    assert story.stands("next_response", "2026-11-17T12:00") == (MISSED, None)
    assert story.stands("resolution", "2026-11-17T12:00") == (OVERDUE, "2026-11-17T11:00:00")
    story.on("2026-11-17T13:00", "waiting")  # their turn, and late all the same
    assert story.stands("resolution", "2026-11-17T14:00") == (MISSED, "2026-11-17T11:00:00")
    story.on("2026-11-17T15:00", "resolved")
    story.on("2026-11-17T16:00", "closed", cause="packaging")
    story.on("2026-11-18T10:00", "reopened")
    story.on("2026-11-18T10:05", "resolved")
    assert story.clocks.missed(story.case, at("2026-12-01T10:00")) == ("next_response", "resolution")
    assert story.clocks.overdue(story.case, at("2026-12-01T10:00")) == []


def test_who_comes_back_twice_waits_since_the_first_time() -> None:
    story = plain("2026-11-16T10:00", next_response=60)
    story.on("2026-11-16T10:10", "acknowledged")
    story.on("2026-11-16T10:20", "heard")
    assert story.on("2026-11-16T11:00", "heard")["waited"] == 40
    assert story.stands("next_response", "2026-11-16T11:00") == (RUNNING, "2026-11-16T11:20:00")


def test_of_answers_to_who_comes_back_each_line_says_it_of_its_own() -> None:
    story = plain("2026-11-16T10:00", next_response=60)
    for time, event in (("10:10", "acknowledged"), ("10:20", "heard"), ("11:21", "acknowledged"), ("11:30", "heard")):
        was = story.on(f"2026-11-16T{time}", event)
    assert "missed" not in was  # the one who waits now may still be answered in time
    assert story.clocks.missed(story.case, at("2026-11-16T11:40")) == ("next_response",)
    assert story.on("2026-11-16T11:40", "acknowledged")["missed"] == ["next_response"]  # nobody waits


def test_a_clock_that_ended_just_in_time_is_due_at_once_when_it_comes_back() -> None:
    story = plain("2026-11-16T10:00", resolution=60)
    story.on("2026-11-16T11:00", "resolved")
    story.on("2026-11-17T12:00", "reopened")
    assert story.stands("resolution", "2026-11-17T12:00") == (RUNNING, "2026-11-17T12:00:00")
    assert story.stands("resolution", "2026-11-17T12:00:01") == (OVERDUE, "2026-11-17T12:00:00")


def test_missed_stays_missed_though_the_calendar_was_wrong_that_day() -> None:
    story = plain("2026-11-16T10:00", first_response=60)
    story.on("2026-11-16T12:00", "noted")
    story.clocks = clocks_of(Wall("Europe/Riga", WEEK, frozenset({date(2026, 11, 16)})), "KG")
    story.on("2026-11-16T13:00", "acknowledged")
    assert story.stands("first_response", "2026-11-18T10:00") == (MISSED, "2026-11-17T11:00:00")


def test_missed_stays_missed_though_no_such_clock_is_promised_today() -> None:
    story = plain("2026-11-16T10:00", first_response=60)
    story.on("2026-11-16T12:00", "noted")
    of_an_older_program = story.case._replace(promised=None)
    assert story.clocks.dues(of_an_older_program, at("2026-11-16T12:00")) == []
    assert story.clocks.missed(of_an_older_program, at("2026-11-16T12:00")) == ("first_response",)


def test_missed_stays_missed_though_another_till_knew_that_the_clock_stood_still() -> None:
    """One till asks the customer, who answers; the other one, where nobody knew, has called the clock late meanwhile."""
    story = plain("2026-11-16T10:00", resolution=120)
    story.on("2026-11-16T10:00", "acknowledged")
    apart = Story("2026-11-16T10:00", story.wall, in_public(resolution=120))
    apart.records, apart.case = [*story.records], story.case
    for time, event in (("10:10", "waiting"), ("11:50", "heard"), ("11:50", "acknowledged")):
        story.on(f"2026-11-16T{time}", event)
    apart.on("2026-11-16T12:30", "noted")
    note = {**apart.records[-1], "id": record_id("k4", 2)}
    assert story.clocks.missed(story.case, at("2026-11-16T12:30")) == ()
    together = fold([*story.records, note])
    assert together is not None
    assert not together.skipped
    assert story.clocks.missed(together, at("2026-11-16T12:30")) == ("resolution",)


def test_the_clocks_of_a_merged_complaint_end_and_what_was_missed_is_not_waited_for() -> None:
    story = plain("2026-11-16T10:00", first_response=60, resolution=240)
    story.on("2026-11-16T11:30", "flagged", flag="safety")
    story.on("2026-11-16T12:00", "merged", into=record_id("k3", 7))
    later = at("2026-11-20T10:00")
    assert story.stands("first_response", "2026-11-20T10:00") == (MISSED, "2026-11-16T11:00:00")
    assert story.clocks.overdue(story.case, later) == []
    assert story.clocks.missed(story.case, later) == ("first_response",)
    assert story.clocks.counted(story.case, later) == (2 * HOUR, 0)
    answered = plain("2026-11-16T10:00", next_response=60)
    for time, event in (("10:10", "acknowledged"), ("10:20", "heard")):
        answered.on(f"2026-11-16T{time}", event)
    answered.on("2026-11-16T10:30", "merged", into=record_id("k3", 7))
    assert answered.due("next_response", "2026-11-20T10:00") is None


def test_minutes_that_have_begun_count_whole() -> None:
    story = plain("2026-11-16T10:00", resolution=240)
    was = story.on("2026-11-16T10:30:01", "waiting")
    assert (was["counted"], was["paused"]) == (31, 0)
    was = story.on("2026-11-16T10:40", "heard")
    assert (was["counted"], was["paused"]) == (31, 10)
    assert story.on("2026-11-16T10:41:59", "noted")["waited"] == 2


def test_a_promise_is_overdue_until_it_is_kept_whoever_is_at_home() -> None:
    story = plain("2026-11-20T18:00")
    story.on("2026-11-20T18:00", "promised", by="2026-11-20T23:59:59+02:00")
    assert story.stands("promise", "2026-11-20T23:59:59") == (RUNNING, "2026-11-20T23:59:59")
    assert story.stands("promise", "2026-11-21T00:00:00") == (OVERDUE, "2026-11-20T23:59:59")
    story.on("2026-11-21T10:00", "kept", promise=story.records[-1]["id"])
    assert story.due("promise", "2026-11-21T10:00") is None


@pytest.mark.parametrize(
    ("flag", "by"),
    [
        ("safety", "2027-02-01T11:00:00"),  # 24 hours
        ("privacy", "2027-02-03T23:59:59"),  # 3 days
        ("advertising", "2027-02-28T23:59:59"),  # a month, which is shorter
        ("tax", "2027-02-04T23:59:59"),  # 4 working days: Monday to Thursday
    ],
)
def test_a_flag_is_due_from_when_it_was_set_until_its_outcome(flag: str, by: str) -> None:
    story = plain("2027-01-29T10:00")
    story.on("2027-01-31T11:00", "flagged", flag=flag)
    story.on("2027-01-31T12:00", "resolved")
    assert story.stands("flag", "2027-01-31T13:00") == (RUNNING, by)
    assert story.stands("flag", "2027-03-01T13:00") == (OVERDUE, by)
    story.on("2027-03-01T14:00", "settled", flag=flag, outcome="reported")
    assert story.due("flag", "2027-03-01T15:00") is None


def test_a_shop_that_never_opens_has_no_time_by_which_anything_is_due() -> None:
    story = Story("2026-11-16T10:00", Wall("Europe/Riga", {}), in_public(first_response=60, resolution=60))
    assert story.stands("first_response", "2030-01-01T10:00") == (RUNNING, None)
    assert story.stands("resolution", "2030-01-01T10:00") == (RUNNING, None)
    story.on("2030-01-01T10:00", "resolved")
    assert [due.status for due in story.clocks.dues(story.case, at("2030-01-01T10:00"))] == [MET, MET]
