"""On which days the shop is open."""

from typing import NamedTuple

from returnkit.model.dates import weekday

AT_MOST = 366
_FRIDAY = 4


class Calendar(NamedTuple):
    """The shop's weekdays without opening hours (0 = Monday), its closed days, and the public holidays."""

    closed_weekdays: frozenset[int] = frozenset()
    closed_days: frozenset[int] = frozenset()
    holidays: frozenset[int] = frozenset()

    def is_open(self, day: int) -> bool:
        """Tell whether the shop opens on the day; a public holiday closes it only if the calendar says so."""
        return weekday(day) not in self.closed_weekdays and day not in self.closed_days

    def is_working(self, day: int) -> bool:
        """Tell whether the shop opens and the day is neither Saturday, Sunday nor a public holiday."""
        return self.is_open(day) and weekday(day) <= _FRIDAY and day not in self.holidays

    def next_open_day(self, day: int) -> int:
        """Return the day itself or the first open one after it, at most 366 days on."""
        for later in range(day, day + AT_MOST):
            if self.is_open(later):
                return later
        return day + AT_MOST

    def next_working_day(self, day: int) -> int:
        """Return the day itself or the first working one after it (Reg. 1182/71 Art. 3(4)), at most 366 days on."""
        for later in range(day, day + AT_MOST):
            if self.is_working(later):
                return later
        return day + AT_MOST
