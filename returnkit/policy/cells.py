"""The finitely many cases into which a policy splits each fact.

Within one cell every value of the fact leads to the same answer, so that trying one value of each cell is trying them all.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from returnkit.model.dates import Span, add, iso
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS, line_value, price_text
from returnkit.policy.decide import Setting
from returnkit.policy.facts import CHOICES, NAMED, Facts
from returnkit.policy.language import CONDITION_TERMS, RECEIPT_TERMS, Also, Policy, Rule, Terms, lines_of, names_of
from returnkit.policy.windows import last_day

LONG_AGO = date(1900, 1, 1).toordinal()  # older than the longest window can reach back
OTHER = "another"
NONE = "none"


# What tells the values of a closed list apart beside the lines of rules: the terms, and that a shop hands goods over (S6).
TELLS_APART: dict[str, tuple[frozenset[str] | None, ...]] = {
    "receipt": tuple(RECEIPT_TERMS.values()),
    "condition": tuple(CONDITION_TERMS.values()),
    "channel": (frozenset({"store"}),),
}


class Cell(NamedTuple):
    """A case of one fact: the value that stands for it; the highest one of a price or day; the names that are no other."""

    value: int | str
    last: int | None = None
    names: tuple[str, ...] = ()


def cells(versions: tuple[Policy, ...], fact: str, facts: Facts, setting: Setting) -> tuple[Cell, ...]:
    """Return the cells of one unknown fact, given what is known."""
    if fact in CHOICES or fact in NAMED:
        return _alike(versions, fact, values_of(versions, fact))
    if fact == "price":
        return spans(0, _price_limits(versions, facts, setting), None)
    limits = _clock_limits(versions, facts.on, setting)
    if fact == "bought" or facts.bought is None:
        limits |= _purchase_limits(versions)
    earliest = facts.bought if fact == "delivered" and facts.bought is not None else LONG_AGO
    latest = facts.on if fact == "delivered" or facts.delivered is None else min(facts.on, facts.delivered)
    return spans(earliest, limits, latest)


def values_of(versions: tuple[Policy, ...], fact: str) -> tuple[str, ...]:
    """Return the values of a fact with names: its closed list, or the names in the policy and one that stands for all others."""
    if fact in CHOICES:
        return CHOICES[fact]
    if fact not in NAMED:
        return ()
    names = names_of(versions, fact)
    other = NONE if fact == "member" else OTHER
    return names if other in names else (*names, other)


def _alike(versions: tuple[Policy, ...], fact: str, values: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the values in groups that nothing in the policy tells apart: no line, no term, no clock."""
    tests = {line.names for line in lines_of(versions) if line.fact == fact}
    tests |= {accepted for accepted in TELLS_APART.get(fact, ()) if accepted is not None}
    groups: dict[tuple[bool, ...], list[str]] = {}
    for value in values:
        groups.setdefault(tuple(value in test for test in tests), []).append(value)
    return tuple(Cell(names[0], None, tuple(names)) for names in groups.values())


def spans(first: int, starts: set[int], last: int | None) -> tuple[Cell, ...]:
    """Return the cells from `first` to `last` (None = no end) that begin at `first` and at each of `starts`."""
    begins = sorted({first, *(start for start in starts if start > first and (last is None or start <= last))})
    ends = [begin - 1 for begin in begins[1:]]
    return tuple(Cell(begin, end) for begin, end in zip(begins, [*ends, last], strict=True))


def limits_of(versions: tuple[Policy, ...], fact: str) -> set[int]:
    """Return every limit that the lines of a policy name for prices or quantities."""
    lines = [line for line in lines_of(versions) if line.fact == fact]
    return {limit for line in lines for wanted in line.ranges for limit in wanted if limit is not None}


def _price_limits(versions: tuple[Policy, ...], facts: Facts, setting: Setting) -> set[int]:
    """Return the prices for one piece at which an answer may change: the limits of rules and of discretion (S29)."""
    limits = limits_of(versions, "price")
    for policy in versions:
        for room in policy.rooms:
            if room is not None and room.amount is not None:
                limits.add(_first_above(room.amount, facts.quantity, setting.digits))
    return limits


def _first_above(amount: int, quantity: int, digits: int) -> int:
    """Return the lowest price for one piece at which `quantity` of them are worth more than the amount."""
    price = max(0, (2 * amount + 1) * (PRICE_UNITS // MINOR_UNITS[digits]) // (2 * quantity) - 1)
    while line_value(price, quantity, digits) <= amount:
        price += 1
    return price


def _purchase_limits(versions: tuple[Policy, ...]) -> set[int]:
    """Return the days of purchase from which another version, season or `bought` line holds."""
    limits = {policy.effective for policy in versions[1:]}
    ranges = [season.bought for policy in versions for season in policy.seasons]
    ranges += [line.days for line in lines_of(versions) if line.fact == "bought"]
    for first, last in ranges:
        limits |= {first, last + 1}
    return limits


def _clock_limits(versions: tuple[Policy, ...], on: int, setting: Setting) -> set[int]:
    """Return the days of purchase or delivery from which a window has opened, is still open, or may be excused late."""
    limits = set()
    for policy in versions:
        closings: set[tuple[tuple[Span, ...], str, Span | None]] = set()
        sums = _sums([also.extra for also in policy.alsos if also.extra is not None])
        lates = [None, *(room.late for room in policy.rooms if room is not None and room.late is not None)]
        for rule in policy.rules:
            for _, window in rule.terms.offer:
                if window.opens is not None:
                    limits.add(_first(lambda day, opens=window.opens: add(day, opens) > on, on))  # type: ignore[misc]
                if window.lasts is not None:
                    closings |= {((window.lasts, *chosen), rule.terms.if_closed, late) for chosen in sums for late in lates}
        for terms in {rule.terms for rule in policy.rules}:
            closings |= {((span,), terms.if_closed, None) for span in _span_lines(policy, terms)}
        for spans, if_closed, late in closings:
            limits.add(_first(_open_test(spans, if_closed, late, on, setting), on))
    return limits


def _sums(extras: list[Span]) -> set[tuple[Span, ...]]:
    """Return what any choice of the extras adds, in the order of the file; days that follow days are added up."""
    sums: set[tuple[Span, ...]] = {()}
    for extra in extras:
        more = set()
        for spans in sums:
            if spans and not spans[-1].months and not extra.months:
                more.add((*spans[:-1], Span(0, spans[-1].days + extra.days)))
            else:
                more.add((*spans, extra))
        sums |= more
    return sums


def _span_lines(policy: Policy, terms: Terms) -> set[Span]:
    parts: list[Rule | Also] = [*(rule for rule in policy.rules if rule.terms == terms), *policy.alsos]
    lines = [line for part in parts for line in (*part.when, *part.unless)]
    return {line.span for line in lines if line.span is not None}


def _open_test(spans: tuple[Span, ...], if_closed: str, late: Span | None, on: int, setting: Setting) -> Callable[[int], bool]:
    def is_open(start: int) -> bool:
        last = last_day(start, spans, 0, if_closed, setting.calendar)
        return on <= (last if late is None else add(last, late))

    return is_open


def _first(test: Callable[[int], bool], on: int) -> int:
    """Return the first start for which the test holds; later starts keep it true, since spans and rolls never go back.

    Most windows are short, so the search widens from the day of asking backwards before it halves.
    """
    step = 1
    while step < on - LONG_AGO and test(on - step):
        step *= 4
    first = max(LONG_AGO, on - step)
    return first + bisect_left(range(first, on - step // 4 + 1), True, key=test)


def in_words(fact: str, first: Cell, last: Cell, setting: Setting) -> str:
    """Return the cells from `first` to `last` as a value: a price range as policies write it, or an ISO 8601 interval."""
    assert isinstance(first.value, int)
    if fact == "price":
        low = f"from {_whole_minor(first.value, setting.digits)}" if first.value or last.last is None else ""
        high = f"under {_whole_minor(last.last + 1, setting.digits)}" if last.last is not None else ""
        return " ".join(text for text in (low, high) if text)
    begin = ".." if first.value == LONG_AGO else iso(first.value)
    assert last.last is not None
    return f"{begin}/{iso(last.last)}"


def _whole_minor(price: int, digits: int) -> str:
    """Return a limit for prices as they stand on a label: the first whole minor unit on its upper side."""
    unit = PRICE_UNITS // MINOR_UNITS[digits]
    return price_text(-(-price // unit) * unit, digits)
