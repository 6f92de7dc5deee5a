"""Merge: sums by period, slice and quantity, that add up key by key; the empty one is neutral."""

from collections.abc import Iterable

from returnkit.kpi.measures import SLICES, UNKNOWN, Point, Points
from returnkit.model.dates import days_in_month

WHOLE = ""  # the dimension of what is not sliced
DIMENSIONS = (WHOLE, "category", "reason", "channel", "staff", "tender")
# Where in a point each slice of a quantity stands; that of the whole is never looked at.
_PLACES = {
    quantity: [(WHOLE, 0), *((slice_, Point._fields.index(slice_)) for slice_ in slices)] for quantity, slices in SLICES.items()
}
MONTH = len("2026-11")

Key = tuple[str, str, str, int]  # slice, quantity, currency, value (a duration, else 0)
Sums = dict[Key, list[int]]  # how many, and what they come to in minor units
State = dict[tuple[str, str], Sums]  # by period (a month, and each of its days) and dimension


def spread(points: Points) -> State:
    """Return points as sums: for each day and each month, all together and by each slice that the quantity has."""
    state: State = {}
    for point, (count, total) in points.items():
        for quantity in (point[0], "refunded") if point[-1] and point[0] == "returned" else point[:1]:
            for dimension, at in _PLACES[quantity]:
                slice_ = str(point[at] or UNKNOWN) if dimension else ""
                _add(state.setdefault((point[1], dimension), {}), (slice_, quantity, point[2], point[3]), count, total)
    for (day, dimension), sums in list(state.items()):
        add(state.setdefault((day[:MONTH], dimension), {}), sums.items())
    return state


def merge(one: State, other: State) -> State:
    """Return the sum of two states. Associative and commutative; `{}` is neutral."""
    found: State = {place: {key: [*pair] for key, pair in sums.items()} for place, sums in one.items()}
    for place, sums in other.items():
        add(found.setdefault(place, {}), sums.items())
    return found


def add(to: Sums, sums: Iterable[tuple[Key, Iterable[int]]]) -> None:
    """Add sums to others."""
    for key, (count, total) in sums:
        _add(to, key, count, total)


def _add(sums: Sums, key: Key, count: int, total: int) -> None:
    found = sums.get(key)
    if found is None:
        sums[key] = [count, total]
    else:
        found[0] += count
        found[1] += total


class Period:
    """The days from one to another (ISO text, both included), as the periods of a state that make them up."""

    def __init__(self, first: str, last: str) -> None:
        self.first, self.last = first, last

    def holds(self, period: str) -> bool:
        """Tell whether a month, or a day, is one of the parts: whole months as months, others as their days."""
        if len(period) == MONTH:
            return self._whole(period)
        return self.first <= period <= self.last and not self._whole(period[:MONTH])

    def _whole(self, month: str) -> bool:
        end = f"{month}-{days_in_month(int(month[:4]), int(month[5:])):02}"
        return self.first <= f"{month}-01" and end <= self.last

    def is_month(self) -> bool:
        """Tell whether it is one whole month."""
        return self.first[:MONTH] == self.last[:MONTH] and self._whole(self.first[:MONTH])

    def months(self) -> list["Period"]:
        """Return the months that it touches, each cut to what lies in it."""
        found = []
        year, month = int(self.first[:4]), int(self.first[5:7])
        while f"{year:04}-{month:02}" <= self.last[:MONTH]:
            own = f"{year:04}-{month:02}"
            found.append(Period(max(self.first, f"{own}-01"), min(self.last, f"{own}-{days_in_month(year, month):02}")))
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
        return found

    def up_to(self) -> "Period":
        """Return all days up to its last one."""
        return Period("", self.last)


def of_period(state: State, period: Period, dimension: str = WHOLE) -> Sums:
    """Return the sums of a period in one dimension."""
    found: Sums = {}
    for (part, own), sums in state.items():
        if own == dimension and period.holds(part):
            add(found, sums.items())
    return found


def split(sums: Sums) -> dict[str, Sums]:
    """Return the sums of one dimension by slice."""
    found: dict[str, Sums] = {}
    for key, pair in sums.items():
        found.setdefault(key[0], {})[key] = pair
    return found
