"""The time that a clock counts: the shop's opening hours, or every second. Instants are whole seconds since the epoch (UTC).

Time is cut into stretches of UTC and not into days of the shop, since these may lack an hour, have one twice, or lie in two
pieces where the clocks change at midnight. In most stretches the offset stays the same, and minutes from midnight become
instants by adding; one in which it changes is halved until it does.
"""

from collections.abc import Callable, Iterator, Mapping

from returnkit.model.calendar import Calendar
from returnkit.model.dates import weekday

MINUTE, DAY = 60, 86400
EPOCH = 719163  # 1970-01-01, as a day of the calendar
STRETCH = 6 * DAY  # since 2000, no zone has changed its offset and changed it back in less
TEN_YEARS = 3653 * DAY
Spans = Mapping[int, tuple[tuple[int, int], ...]]  # by weekday (0 = Monday), in minutes from midnight
EVERY_DAY: Spans = dict.fromkeys(range(7), ((0, 24 * 60),))


class Hours:
    """The time that a clock counts: when the shop is open, in its own zone.

    `spans` are the opening hours by weekday (0 = Monday) in minutes from midnight (24:00 is 1440), the end not included, one
    after the other; a weekday that is not named is closed; None: open all day. The `calendar` closes days on top of that.
    `offset` is the shop's offset from UTC in seconds at an instant.
    """

    def __init__(self, spans: Spans | None, calendar: Calendar, offset: Callable[[int], int]) -> None:
        self._spans = EVERY_DAY if spans is None else spans
        self._calendar = calendar
        self._offset = offset
        self._stretches: dict[int, list[tuple[int, int]]] = {}  # many cases are counted in one run

    def between(self, start: int, end: int) -> int:
        """Return the seconds that count from one instant to another; 0 where `end` is not after `start`."""
        if end <= start:
            return 0
        return sum(closes - opens for opens, closes in self._open_times(start, end))

    def after(self, start: int, seconds: int) -> int | None:
        """Return the first instant by which so many seconds have counted from `start` on: `start` itself for none.

        None where the shop does not open for so long within ten years.
        """
        if seconds <= 0:
            return start
        left = seconds
        for opens, closes in self._open_times(start, start + TEN_YEARS):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        return None

    def is_open(self, instant: int) -> bool:
        """Tell whether the shop is open at an instant."""
        return self.between(instant, instant + 1) == 1

    def closes(self, instant: int) -> int | None:
        """Return when the shop next closes, where it is open at an instant; None where it is not."""
        times = list(self._open_times(instant, instant + DAY)) if self.is_open(instant) else []
        return times[0][1] if times else None

    def within(self, start: int, end: int) -> tuple[int, int] | None:
        """Return when the shop first opens and last closes from one instant to a later one; None where it stays closed."""
        times = list(self._open_times(start, end))
        return (times[0][0], times[-1][1]) if times else None

    def _open_times(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield from when to when the shop is open, in order, from one instant to a later one."""
        for number in range(start // STRETCH, -(-end // STRETCH)):
            if number not in self._stretches:
                self._stretches[number] = list(self._work_out(number * STRETCH, (number + 1) * STRETCH))
            for opens, closes in self._stretches[number]:
                if opens < end and closes > start:
                    yield max(opens, start), min(closes, end)

    def _work_out(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the same within a stretch, from the opening hours."""
        offset = self._offset(start)
        if offset != self._offset(end - 1):
            middle = (start + end) // 2
            yield from self._work_out(start, middle)
            yield from self._work_out(middle, end)
            return
        for number in range((start + offset) // DAY, (end - 1 + offset) // DAY + 1):
            day, midnight = EPOCH + number, number * DAY - offset
            for begin, finish in self._spans.get(weekday(day), ()) if self._calendar.is_open(day) else ():
                opens, closes = max(midnight + begin * MINUTE, start), min(midnight + finish * MINUTE, end)
                if opens < closes:
                    yield opens, closes


class Always:
    """A clock that counts every second: of what does not wait for the shop to open."""

    def between(self, start: int, end: int) -> int:
        """Return the seconds from one instant to another; 0 where `end` is not after `start`."""
        return max(end - start, 0)

    def after(self, start: int, seconds: int) -> int:
        """Return the instant by which so many seconds have passed from `start` on: `start` itself for none."""
        return start + max(seconds, 0)
