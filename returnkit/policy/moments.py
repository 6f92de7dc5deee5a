"""The finitely many cases of time: when something was bought, when it was delivered, when it is brought back.

A policy looks at days only to see whether one has passed. All days on which the same ones have passed are one moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from returnkit.model.dates import END_OF_TIME, Span, add
from returnkit.policy.decide import Setting
from returnkit.policy.language import IF_CLOSED, Also, Line, Policy, Rule, Season, Terms
from returnkit.policy.windows import roll

LONG_PAST = -2  # how far off a last day is that had passed before its clock began
NEVER, ALWAYS = 0, END_OF_TIME * 2  # the last day of what has passed already, and of what never will
LEAP_YEARS = 1461  # days after which leap years come again
CYCLE = 7 * LEAP_YEARS  # days after which weekdays and leap years come again in the same order
LONGEST_GAP = 800  # days between purchase and delivery that are tried to make two days meet


class Mark(NamedTuple):
    """A day that the day of asking is compared with: it holds until that day has passed.

    Counted from the purchase or the delivery in `spans`, one after the other, then moved off closed days; the day before
    it where a window begins (`before`). With `until` it is the end of a season, for what was bought from `first` to `last`;
    with `first` alone it never comes for what was bought then, and has always passed for what was not.
    """

    clock: str
    spans: tuple[Span, ...] = ()
    if_closed: str = IF_CLOSED[0]
    before: bool = False
    first: int = 0
    last: int = 0
    until: int = 0


class Moment(NamedTuple):
    """Three days."""

    bought: int
    delivered: int
    on: int


class Run(NamedTuple):
    """Moments that follow each other for one purchase, by their numbers; examples of such purchases, moment by moment."""

    numbers: tuple[int, ...]
    examples: tuple[tuple[Moment, ...], ...]


class Moments(NamedTuple):
    """Every moment that the marks tell apart.

    `held` has for each moment which of the marks have not passed yet; `seen` examples of it, the earliest first; `runs` are
    the orders in which moments follow each other: all of them where delivery comes with the purchase, and one for each order of
    marks where it comes later, by no more than LONGEST_GAP days.
    """

    marks: tuple[Mark, ...]
    held: tuple[tuple[bool, ...], ...]
    seen: tuple[tuple[Moment, ...], ...]
    runs: tuple[Run, ...]

    def where(self, mark: Mark) -> frozenset[int]:
        """Return the moments in which a mark has not passed."""
        at = self.marks.index(mark)
        return frozenset(number for number, held in enumerate(self.held) if held[at])

    def alike(self, marks: list[Mark]) -> list[int]:
        """Return for each moment the number of the first one in which the same ones of `marks` have passed."""
        places = [self.marks.index(mark) for mark in marks]
        first: dict[tuple[bool, ...], int] = {}
        return [first.setdefault(tuple(held[at] for at in places), number) for number, held in enumerate(self.held)]


def clock_of(terms: Terms) -> str:
    """Return the fact that day 0 is: the purchase, or the delivery (S6, S7)."""
    return "bought" if terms.counts_from == "purchase" else "delivered"


def bought_in(line: Line) -> Mark:
    """Return the mark of a line about the day of purchase."""
    return Mark("bought", first=line.days[0], last=line.days[1])


def bought_in_season(season: Season) -> Mark:
    """Return the mark of a season's days of purchase."""
    return Mark("bought", first=season.bought[0], last=season.bought[1])


def season_end(season: Season, if_closed: str) -> Mark:
    """Return the mark of the end of a season, moved off closed days as `if_closed` says (S9)."""
    return bought_in_season(season)._replace(if_closed=if_closed, until=season.until)


def window_end(spans: tuple[Span, ...], terms: Terms) -> Mark:
    """Return the mark of a window's last day, its season apart."""
    return Mark(clock_of(terms), merged(spans), terms.if_closed)


def window_begin(span: Span, terms: Terms) -> Mark:
    """Return the mark that has passed once a window is open."""
    return Mark(clock_of(terms), (span,), before=True)


def merged(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return spans without needless parts: days that follow days are added up."""
    found: list[Span] = []
    for span in spans:
        if found and not span.months:
            found[-1] = Span(found[-1].months, found[-1].days + span.days)
        elif span.months or span.days or not found:
            found.append(span)
    return tuple(found)


def extras_of(policy: Policy) -> list[tuple[Span, ...]]:
    """Return what any choice of the overlays adds to a window, in the order of the file."""
    sums: list[tuple[Span, ...]] = [()]
    for also in policy.alsos:
        if also.extra is not None:
            sums += [(*spans, also.extra) for spans in sums]
    return sums


def rule_marks(policy: Policy, rule: Rule) -> list[Mark]:
    """Return the marks of the windows of a rule, whatever lies on top of it."""
    found = []
    extras = extras_of(policy)
    for _, window in rule.terms.offer:
        if window.opens is not None:
            found.append(window_begin(window.opens, rule.terms))
        if window.lasts is not None:
            found += [window_end((window.lasts, *more), rule.terms) for more in extras]
            found += [season_end(season, rule.terms.if_closed) for season in policy.seasons]
    return list(dict.fromkeys(found))


def all_marks(policy: Policy) -> list[Mark]:
    """Return every mark that a policy looks at."""
    found = [mark for rule in policy.rules for mark in rule_marks(policy, rule)]
    found += [bought_in_season(season) for season in policy.seasons]
    for rule in policy.rules:
        parts: list[Rule | Also | Season] = [rule, *policy.alsos, *policy.seasons]
        for part in parts:
            for line in (*part.when, *part.unless):
                if line.fact == "bought":
                    found.append(bought_in(line))
                elif line.span is not None:
                    found.append(window_end((line.span,), rule.terms))
                    found += [season_end(season, rule.terms.if_closed) for season in policy.seasons]
    return list(dict.fromkeys(found))


def moments(policies: tuple[Policy, ...], setting: Setting) -> Moments:
    """Return every moment that some policies tell apart, for what is bought once all of them are in force."""
    every = dict.fromkeys(mark for policy in policies for mark in all_marks(policy))
    marks = tuple(sorted(every, key=lambda mark: mark.clock))
    found = _Found(marks)
    days = _horizon(marks, max(policy.effective for policy in policies), setting)
    ends = [_ends(mark, days, setting) for mark in marks]
    for day, lasts in _kinds(days, ends).items():
        found.run(day, day, lasts)
    if marks and marks[-1].clock != "bought":
        _apart(found, days, setting)
    number = {held: at for at, held in enumerate(found.seen)}
    runs = tuple(Run(tuple(number[held] for held in run), tuple(examples)) for run, examples in found.runs.items())
    return Moments(marks, tuple(found.seen), tuple(tuple(sorted(seen)) for seen in found.seen.values()), runs)


Held = tuple[bool, ...]


class _Found:
    """The moments that were found so far."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        self.marks = marks
        self.seen: dict[Held, list[Moment]] = {}
        self.runs: dict[tuple[Held, ...], list[tuple[Moment, ...]]] = {}

    def run(self, bought: int, delivered: int, lasts: Sequence[int]) -> None:
        """Note what follows each other for one purchase, `lasts` being the last day of every mark."""
        starts = sorted({bought, *(last + 1 for last in lasts if bought <= last < ALWAYS)})
        run = [tuple(on <= last for last in lasts) for on in starts]
        example = tuple(Moment(bought, delivered, on) for on in starts)
        for held, moment in zip(run, example, strict=True):
            self.seen.setdefault(held, []).append(moment)
        self.runs.setdefault(tuple(run), []).append(example)


def _horizon(marks: tuple[Mark, ...], start: int, setting: Setting) -> range:
    """Return the days of purchase to look at: beyond them nothing is new (but that 2100 is no leap year)."""
    calendar = setting.calendar
    rolled = any(mark.if_closed != IF_CLOSED[0] for mark in marks)
    months = any(span.months for mark in marks for span in mark.spans)
    named = [day for mark in marks for day in (mark.first, mark.last, mark.until)]
    named += [*calendar.closed_days, *calendar.holidays] if rolled else []
    cycle = CYCLE if rolled and months else LEAP_YEARS if months else 7 if rolled else 1
    return range(start, max([start, *(day + 2 for day in named)]) + cycle)


def _ends(mark: Mark, days: range, setting: Setting) -> list[int]:
    """Return the last day of a mark for each day that its clock may start on."""
    if mark.first:
        end = roll(mark.until, mark.if_closed, setting.calendar) if mark.until else ALWAYS
        return [end if mark.first <= day <= mark.last else NEVER for day in days]
    ends: Iterable[int] = days
    for span in mark.spans:
        ends = [add(day, span) for day in ends] if span.months else [day + span.days for day in ends]
    if mark.before:
        return [day - 1 for day in ends]
    if mark.if_closed == IF_CLOSED[0]:
        return [*ends]
    moved: dict[int, int] = {}
    for day in ends:
        if day not in moved:
            moved[day] = roll(day, mark.if_closed, setting.calendar)
    return [moved[day] for day in ends]


def _kinds(days: range, ends: list[list[int]]) -> dict[int, tuple[int, ...]]:
    """Return the first day of each kind, with the last days of the marks: those for which all are equally far off."""
    kinds: dict[tuple[int, ...], int] = {}
    found = {}
    for at, day in enumerate(days):
        lasts = tuple(of_mark[at] for of_mark in ends)
        if kinds.setdefault(_from(day, lasts), day) == day:
            found[day] = lasts
    return found


def _from(day: int, lasts: tuple[int, ...]) -> tuple[int, ...]:
    """Return how far off last days are, what has passed already and what never will being equally far."""
    return tuple(LONG_PAST if last < day - 1 else last if last >= ALWAYS else last - day for last in lasts)


class _Stretch(NamedTuple):
    """Some days on end in which the same marks have not passed: from the first to the last, counted from day 0."""

    held: Held
    first: int
    last: int


class _Kind(NamedTuple):
    """The days of one kind: a bit for each of them, the last days of the marks and the stretches that follow from them."""

    days: int
    lasts: tuple[int, ...]
    stretches: tuple[_Stretch, ...]


def _apart(found: _Found, days: range, setting: Setting) -> None:
    """Find what else there is where the delivery comes after the purchase."""
    delivered_at = [mark.clock for mark in found.marks].index("delivered")
    purchases = _all_kinds(found.marks[:delivered_at], days, setting)
    deliveries = _all_kinds(found.marks[delivered_at:], range(days.start, days.stop + LONGEST_GAP), setting)
    for bought in purchases:
        for delivered in deliveries:
            for one in bought.stretches:
                for other in delivered.stretches:
                    if one.held + other.held not in found.seen:
                        gaps = range(max(0, max(0, one.first) - other.last), min(one.last - other.first, LONGEST_GAP) + 1)
                        _run_apart(found, days.start, bought, delivered, gaps)
    for bought in _in_different_order(purchases):
        for delivered in _in_different_order(deliveries):
            for gaps in _telling_gaps(bought.lasts, delivered.lasts):
                _run_apart(found, days.start, bought, delivered, gaps)


def _all_kinds(marks: tuple[Mark, ...], days: range, setting: Setting) -> list[_Kind]:
    ends = [_ends(mark, days, setting) for mark in marks]
    bits: dict[tuple[int, ...], int] = {}
    for at, day in enumerate(days):
        lasts = _from(day, tuple(of_mark[at] for of_mark in ends))
        bits[lasts] = bits.get(lasts, 0) | 1 << at
    return [_Kind(those, lasts, _stretches(lasts)) for lasts, those in bits.items()]


def _stretches(lasts: tuple[int, ...]) -> tuple[_Stretch, ...]:
    limits = [-ALWAYS, *sorted({last + 1 for last in lasts if LONG_PAST < last < ALWAYS}), ALWAYS]
    return tuple(
        _Stretch(tuple(LONG_PAST < last >= first for last in lasts), first, after - 1) for first, after in pairwise(limits)
    )


def _in_different_order(kinds: list[_Kind]) -> list[_Kind]:
    """Return one kind of each order in which marks pass."""
    return [*{tuple(stretch.held for stretch in kind.stretches): kind for kind in kinds}.values()]


def _telling_gaps(lasts: tuple[int, ...], others: tuple[int, ...]) -> Iterator[range]:
    """Yield the numbers of days between purchase and delivery in spans within which marks pass in the same order."""
    meet = {one - other for one in lasts if LONG_PAST < one < ALWAYS for other in others if other < ALWAYS}
    limits = sorted({0, *(gap + more for gap in meet for more in (0, 1) if 0 <= gap + more <= LONGEST_GAP)})
    for first, after in pairwise([*limits, LONGEST_GAP]):
        yield range(first, after)


def _run_apart(found: _Found, start: int, bought: _Kind, delivered: _Kind, gaps: range) -> None:
    """Note a purchase and a delivery of two kinds that lie one of some numbers of days apart, if there are any."""
    for gap in gaps:
        both = bought.days & delivered.days >> gap
        if both:
            day = start + (both & -both).bit_length() - 1
            found.run(day, day + gap, (*_dated(day, bought.lasts), *_dated(day + gap, delivered.lasts)))
            return


def _dated(day: int, lasts: tuple[int, ...]) -> list[int]:
    return [last if last >= ALWAYS else NEVER if last == LONG_PAST else day + last for last in lasts]
