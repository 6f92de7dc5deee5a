"""The clocks of a complaint by brute force: every minute is asked whether it counts, and nothing is worked out ahead.

Written from what the shop promises, not from how the program counts it: slow, plain, and only ever going forward.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE, DAY = 60, 86400
CLOCKS = ("first_response", "next_response", "resolution")
ANSWERS = ("acknowledged", "promised", "offered", "waiting", "resolved")
LIVE = ("open", "acknowledged", "offered", "accepted", "waiting")
# How each event is typed, but for what differs from case to case.
TYPED = {
    "acknowledged": ("acknowledge",), "promised": ("promise",), "kept": ("promise", "--kept"), "broken": ("promise", "--broken"),
    "offered": ("offer", "--choice", "refund", "--choice", "replacement"), "accepted": ("accept",), "declined": ("decline",),
    "waiting": ("wait",), "heard": ("note", "--from-customer"), "noted": ("note", "--text", "the carrier rang"),
    "assigned": ("assign",), "escalated": ("escalate",), "flagged": ("flag",), "settled": ("flag", "--outcome", "seen to"),
    "resolved": ("resolve", "--remedy", "refund"), "thanked": ("thank",), "closed": ("close", "--cause", "packaging"),
    "reopened": ("reopen",), "merged": ("merge",),
}  # fmt: skip
WORKING_DAYS, CALENDAR_DAYS = {"LV": 15}, {"EE": 15, "HR": 15}  # by when the law wants an answer


def state_after(state: str, event: str) -> str:
    """Return what a state becomes by an event that is possible in it."""
    if event in ("acknowledged", "promised"):
        return "acknowledged" if state == "open" else state
    if event == "heard":
        return "acknowledged" if state == "waiting" else state
    return {
        "offered": "offered", "accepted": "accepted", "declined": "acknowledged", "waiting": "waiting", "resolved": "resolved",
        "closed": "closed", "reopened": "open", "merged": "merged",
    }.get(event, state)  # fmt: skip


class Wall:
    """The shop's wall: what its clock and its calendar show. `spans` by weekday in minutes; None: open all day."""

    def __init__(
        self,
        zone: str,
        spans: Mapping[int, tuple[tuple[int, int], ...]] | None,
        closed: frozenset[date] = frozenset(),
        holidays: frozenset[date] = frozenset(),
        worked: frozenset[date] = frozenset(),
    ) -> None:
        self.zone, self.spans, self.closed, self.holidays, self.worked = ZoneInfo(zone), spans, closed, holidays, worked
        self._open: dict[int, bool] = {}

    def __repr__(self) -> str:
        return f"Wall({self.zone.key!r}, {self.spans}, {sorted(self.closed)}, {sorted(self.holidays)}, {sorted(self.worked)})"

    def is_open(self, second: int) -> bool:
        """Tell whether the shop is open in the minute of a second."""
        minute = second // MINUTE
        if minute not in self._open:
            shown = datetime.fromtimestamp(minute * MINUTE, self.zone)
            spans = [(0, 24 * 60)] if self.spans is None else self.spans.get(shown.weekday(), ())
            at = shown.hour * 60 + shown.minute
            self._open[minute] = shown.date() not in self.closed and any(begin <= at < end for begin, end in spans)
        return self._open[minute]

    def counts(self, second: int, count: str) -> bool:
        """Tell whether the minute of a second counts: `open-hours`, `open-hours-and-holidays` or `always`."""
        if count == "always" or not self.is_open(second):
            return count == "always"
        return count == "open-hours-and-holidays" or datetime.fromtimestamp(second, self.zone).date() not in self.holidays

    def after(self, start: int, seconds: int | None, count: str) -> int | None:
        """Return when so many seconds have counted from an instant on; None where nobody said how many."""
        if seconds is None:
            return None
        watch = Stopwatch(seconds)
        watch.start(start)
        while watch.due is None:
            watch.passes(start, _next_minute(start), counts=self.counts(start, count))
            start = _next_minute(start)
        return watch.due

    def text(self, second: int) -> str:
        """Return an instant as it stands in a record."""
        return datetime.fromtimestamp(second, self.zone).isoformat(timespec="seconds")

    def last_second(self, begin: int, number: int, unit: str) -> int:
        """Return when a time of so many `days`, `working-days` or `months` ends that began on the day of an instant.

        That day does not count, and the last one counts to its end.
        """
        day = datetime.fromtimestamp(begin, self.zone).date()
        if unit == "months":
            day += relativedelta(months=number)
        while unit != "months" and number:
            day += timedelta(days=1)
            number -= unit == "days" or day in self.worked or (day.weekday() < 5 and day not in self.holidays)
        noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=self.zone).timestamp())
        return max(at for at in range(noon, noon + DAY, MINUTE) if datetime.fromtimestamp(at, self.zone).date() == day) + 59


class Stopwatch:
    """Counts seconds while it runs. `due` is when it came to its limit, `late` whether it ever ran on after that."""

    def __init__(self, limit: int | None) -> None:
        self.limit, self.counted, self.running, self.late = limit, 0, False, False
        self.due: int | None = None

    def start(self, now: int) -> None:
        self.running = True
        if self.due is None and self.limit is not None and self.counted >= self.limit:
            self.due = now

    def stop(self) -> None:
        self.running = False
        if not self.late:
            self.due = None  # just in time, if at all

    def passes(self, begin: int, end: int, *, counts: bool) -> None:
        """Let a time pass, which counts or does not."""
        if not self.running:
            return
        if counts:
            if self.due is None and self.limit is not None and self.counted + end - begin >= self.limit:
                self.due = begin + self.limit - self.counted
            self.counted += end - begin
        self.late = self.late or (self.due is not None and end > self.due)


class Aim(NamedTuple):
    """What a clock may run: minutes aimed at inside the shop, and promised in public."""

    internal: int | None = None
    public: int | None = None


class Stand(NamedTuple):
    """How something that is due stands, by when it is due in public and inside the shop, and what is left where it rests."""

    status: str
    by: int | None
    aim: int | None = None
    left: int = 0


class Flag(NamedTuple):
    """A flag that waits for its outcome, and by when it is due; None where the policy does not say."""

    name: str
    by: int | None


class Watched:
    """A complaint that somebody watches, minute by minute. `count` says which minutes count, as `Wall.counts` has it.

    `flags` says within what a flag is due: a number and its unit (`hours`, `days`, `working-days`, `months`).
    """

    def __init__(  # noqa: PLR0913 - what a complaint is promised, and where
        self,
        wall: Wall,
        opened: int,
        aims: Mapping[str, Aim],
        *,
        count: str,
        country: str = "",
        flags: Mapping[str, tuple[int, str]] | None = None,
    ) -> None:
        self.wall, self.aims, self.count, self.within = wall, aims, count, flags or {}
        self.opened = self.now = opened
        self.state, self.reopened = "open", 0
        self.answered: int | None = None
        self.decided: int | None = None
        self.heard: int | None = None
        self.promises: dict[str, int] = {}
        self.choices: tuple[str, ...] = ()
        self.into = ""
        self.flags: list[Flag] = []
        self.missed: set[str] = set()
        self.watches = {clock: Stopwatch(_seconds(self._aim(clock).public)) for clock in CLOCKS}
        self.aimed = Stopwatch(_seconds(self._aim("resolution").internal))
        self.ours, self.theirs = Stopwatch(None), Stopwatch(None)
        self.law = _by_law(wall, country, opened)
        for watch in (self.watches["first_response"], self.watches["resolution"], self.aimed, self.ours):
            watch.start(opened)

    @property
    def seen(self) -> tuple[object, ...]:
        """What somebody sees who writes down what happens next."""
        return self.state, self.answered, self.heard, self.reopened, *self.promises

    def happens(self, at: int, event: str, **facts: object) -> None:
        """Let something happen that is possible now."""
        self.passes_until(at)
        back = event == "heard" or (event == "reopened" and self.state != "merged")  # who takes a merging back is no customer
        self.state = state_after(self.state, event)
        if event in ANSWERS:
            self.answered = at if self.answered is None else self.answered
            self.heard = None
            self.watches["first_response"].stop()
            self.watches["next_response"].stop()
        if event in ("offered", "resolved") and self.decided is None:
            self.decided = at
        if back and self.answered is not None and self.heard is None:
            self.heard = at
            self.watches["next_response"] = Stopwatch(_seconds(self._aim("next_response").public))
            self.watches["next_response"].start(at)
        self._takes_note(at, event, facts)
        self._turns(at)
        self._marks()

    def _takes_note(self, at: int, event: str, facts: Mapping[str, object]) -> None:
        if event == "promised":
            self.promises[str(facts["id"])] = int(str(facts["by"]))
        elif event in ("kept", "broken"):
            del self.promises[str(facts["promise"])]
        elif event == "resolved":
            self.promises = {}
        elif event == "flagged":
            self.flags.append(Flag(str(facts["flag"]), self._flag_by(at, str(facts["flag"]))))
        elif event == "settled":
            self.flags = [flag for flag in self.flags if flag.name != facts["flag"]]
        elif event == "offered":
            self.choices = tuple(facts.get("choices", ()))  # type: ignore[arg-type]
        elif event == "merged":
            self.into = str(facts["into"])
        elif event == "reopened":
            self.reopened, self.choices, self.into = self.reopened + 1, (), ""

    def _flag_by(self, at: int, flag: str) -> int | None:
        if flag not in self.within:
            return None
        number, unit = self.within[flag]
        return at + number * 60 * MINUTE if unit == "hours" else self.wall.last_second(at, number, unit)

    @property
    def whose_turn(self) -> str:
        """Say whose turn it is: `ours`, `theirs` or `nobody's`."""
        if self.state not in LIVE:
            return "nobody's"
        return "theirs" if self.state in ("offered", "waiting") and self.heard is None else "ours"

    def _turns(self, now: int) -> None:
        whose = self.whose_turn
        for watch, own in (
            (self.watches["resolution"], "ours"), (self.aimed, "ours"), (self.ours, "ours"), (self.theirs, "theirs"),
        ):  # fmt: skip
            if own != whose:
                watch.stop()
            elif not watch.running:
                watch.start(now)

    def passes_until(self, until: int) -> None:
        """Let the time pass until an instant, a minute at a time."""
        while self.now < until:
            end = min(until, _next_minute(self.now))
            counts = self.wall.counts(self.now, self.count)
            for watch in (*self.watches.values(), self.aimed, self.ours, self.theirs):
                watch.passes(self.now, end, counts=counts)
            self.now = end
        self._marks()

    def _marks(self) -> None:
        """Mark what has been missed; of a merged complaint nothing is waited for, until it is opened again."""
        if self.state != "merged":
            self.missed |= {clock for clock, watch in self.watches.items() if watch.late}

    @property
    def minutes(self) -> tuple[int, int]:
        """The minutes in which it was our turn, and those in which it was the customer's; one that has begun counts whole."""
        return -(-self.ours.counted // MINUTE), -(-self.theirs.counted // MINUTE)

    @property
    def waited(self) -> int | None:
        """The minutes since the customer came back, who was not answered; None where nobody waits."""
        return None if self.heard is None else -(-self.watches["next_response"].counted // MINUTE)

    def overdue(self) -> set[tuple[str, str]]:
        """Return what is past its time and not done: what it is, and which promise or flag."""
        watches = self.watches.items() if self.state != "merged" else ()
        found = {(clock, "") for clock, watch in watches if watch.running and watch.late}
        found |= {("promise", own) for own, by in self.promises.items() if self.now > by}
        if self.state != "merged":
            found |= {("flag", flag.name) for flag in self.flags if flag.by is not None and self.now > flag.by}
        if self.law is not None and self.decided is None and self.state != "merged" and self.now > self.law:
            found.add(("law", ""))
        return found

    def stands(self) -> dict[tuple[str, str], Stand]:
        """Return how everything stands that is, or was, due."""
        clocks = {"first_response": self._first(), "next_response": self._next(), "resolution": self._resolution()}
        found = {(clock, ""): stand for clock, stand in clocks.items() if stand is not None and clock in self.aims}
        found |= {("promise", own): Stand(self._by(by), by) for own, by in self.promises.items()}
        if self.state != "merged":
            found |= {("flag", flag.name): Stand(self._by(flag.by), flag.by) for flag in self.flags if flag.by is not None}
        if self.law is not None and self.decided is not None:
            found["law", ""] = Stand("missed" if self.decided > self.law else "met", self.law)
        elif self.law is not None and self.state != "merged":
            found["law", ""] = Stand(self._by(self.law), self.law)
        return found

    def _by(self, by: int) -> str:
        return "overdue" if self.now > by else "running"

    def _aim(self, clock: str) -> Aim:
        return self.aims.get(clock, Aim())

    def _times(self, clock: str, start: int) -> tuple[int | None, int | None]:
        aim = self._aim(clock)
        public, internal = (self.wall.after(start, _seconds(minutes), self.count) for minutes in (aim.public, aim.internal))
        return public, internal

    def _first(self) -> Stand | None:
        late = "first_response" in self.missed
        if self.state == "merged" and self.answered is None and not late:
            return None
        if self.state in LIVE and self.answered is None:
            status = "overdue" if late else "running"
        else:
            status = "missed" if late else "met"
        return Stand(status, *self._times("first_response", self.opened))

    def _next(self) -> Stand | None:
        if self.heard is not None and self.state in LIVE:
            late = self.watches["next_response"].late
            return Stand("overdue" if late else "running", *self._times("next_response", self.heard))
        return Stand("missed", None) if "next_response" in self.missed else None

    def _resolution(self) -> Stand | None:
        watch, after = self.watches["resolution"], self.wall.after
        if watch.running:
            left, aimed = (None if each.limit is None else each.limit - each.counted for each in (watch, self.aimed))
            by = watch.due if watch.due is not None else after(self.now, left, self.count)
            aim = self.aimed.due if self.aimed.due is not None else after(self.now, aimed, self.count)
            return Stand("overdue" if watch.late else "running", by, aim)
        if watch.late:
            return Stand("missed", watch.due, self.aimed.due)
        if self.state in LIVE:
            return Stand("paused", None, None, 0 if watch.limit is None else watch.limit - watch.counted)
        return None if self.state == "merged" else Stand("met", None)


def _by_law(wall: Wall, country: str, opened: int) -> int | None:
    if country in WORKING_DAYS:
        return wall.last_second(opened, WORKING_DAYS[country], "working-days")
    return wall.last_second(opened, CALENDAR_DAYS[country], "days") if country in CALENDAR_DAYS else None


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * MINUTE


def _next_minute(second: int) -> int:
    return second - second % MINUTE + MINUTE
