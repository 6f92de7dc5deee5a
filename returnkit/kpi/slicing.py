"""Which sums of a state a report looks at: those of its days, and of the slices or the person it was asked for."""

from collections.abc import Callable, Mapping

from returnkit.kpi.figures import Slice, Sliced
from returnkit.kpi.state import WHOLE, Period, State, Sums, add, of_period, split
from returnkit.model.toml import name

TENDER, MONTHS, STAFF = "tender", "month", "staff"
BY = ("category", "reason", "channel", STAFF, MONTHS)
AGAINST_ALL = ("reason", STAFF)  # sales know neither: what came back is measured against all of them


def wanted(period: Period, by: str, person: str) -> Callable[[str, str], bool]:
    """Return what tells which sums are looked at: those of the period, and of all days before it what is still open."""
    dimensions = {WHOLE} if by == MONTHS else {WHOLE, by} if by else {WHOLE, TENDER}
    if person:
        dimensions.add(STAFF)
    so_far = period.up_to()

    def is_wanted(part: str, dimension: str) -> bool:
        return dimension in dimensions and (period.holds(part) or (dimension != TENDER and so_far.holds(part)))

    return is_wanted


def sliced(state: State, period: Period, by: str, person: str) -> Sliced:
    """Return the sums of the period: all together, and by what was asked for."""
    whole = _of_person(state, period, person) if person else Slice(of_period(state, period), of_period(state, period.up_to()))
    if by == MONTHS:
        months = {month.first[:7]: month for month in period.months() if _touched(state, month)}
        return Sliced(whole, {name: sliced(state, month, "", person).whole for name, month in months.items()}, by, {})
    if person:
        return Sliced(whole, {}, by, {})
    dimension = by or TENDER
    sums = split(of_period(state, period, dimension))
    standing = split(of_period(state, period.up_to(), dimension)) if by else {}
    against = whole if by in AGAINST_ALL else None
    slices: Mapping[str, Slice] = {
        own: Slice(sums.get(own, {}), standing.get(own, {}), against) for own in sorted({*sums, *standing})
    }
    return Sliced(whole, slices if by else {}, by, {} if by else slices)


def _of_person(state: State, period: Period, person: str) -> Slice:
    """Return what one person did; sales know no staff, and are those of all."""
    own: Sums = {}
    for staff, sums in split(of_period(state, period, STAFF)).items():
        if name(staff) == name(person):
            add(own, sums.items())
    return Slice(own, {}, Slice(of_period(state, period), {}))


def _touched(state: State, month: Period) -> bool:
    """Tell whether anything is known of a month, or was before it: what is open stays open in a quiet month."""
    return any(part[:7] <= month.first[:7] for part, dimension in state if dimension == WHOLE)
