"""Finish: from sums to figures. A percentile is the value at rank ⌈p·n⌉ of the sorted list, never an average."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from returnkit.kpi.state import Sums

COUNT, MONEY, SHARE, MINUTES, SECONDS = "count", "money", "share", "min", "s"
OF_MONEY = ("returned", "sold", "token", "won", "lost")  # quantities; what is refunded or paid on top was returned
LOWER, HIGHER = "at most", "at least"  # which side of a target is the good one
IN_SECONDS = {MINUTES: 60, SECONDS: 1}
# Which minutes a time is held against: all, those on the complaint's own clock (of a contact, opening hours), or whatever that
# complaint was promised.
ALWAYS, OPEN_HOURS, PROMISED = "always", "open-hours", "promised"


class Number(NamedTuple):
    """What a figure says: a number (money in minor units, a share from 0 to 1), or None where nothing was seen; of how many."""

    value: int | float | None
    n: int


class Target(NamedTuple):
    """What a figure should be: its own number; of a share within a time, that time in seconds and its clock as well."""

    value: int | float
    within: int = 0
    clock: str = ALWAYS


class Slice:
    """The sums of one slice. `sold` is what it is measured against: the same slice where sales know it, else all sales."""

    def __init__(self, sums: Sums, standing: Sums, sold: "Slice | None" = None) -> None:
        self.sums, self._standing = sums, standing
        self.sold = sold or self

    def count(self, quantity: str, currency: str | None = None) -> int:
        """Return how many there were, in one currency or in all."""
        return sum(pair[0] for (_, own, money, _), pair in self.sums.items() if own == quantity and currency in (None, money))

    def total(self, quantity: str, currency: str | None = None) -> int:
        """Return what they come to."""
        return sum(pair[1] for (_, own, money, _), pair in self.sums.items() if own == quantity and currency in (None, money))

    def durations(self, quantity: str) -> dict[int, int]:
        """Return how many lasted how long."""
        found: dict[int, int] = {}
        for (_, own, _, value), (count, _) in self.sums.items():
            if own == quantity:
                found[value] = found.get(value, 0) + count
        return found

    def counted(self, quantity: str) -> dict[int, int]:
        """Return how many lasted how long on their own clock: opening hours, or always if a complaint was promised so.

        A line of an older program does not say: there it is the time that went by.
        """
        found = self.durations(f"{quantity}-counted")
        for (_, own, _, value), (count, said) in self.sums.items():
            if own == quantity:
                found[value] = found.get(value, 0) + count - said
        return found

    def standing(self, currency: str | None = None) -> tuple[int, int]:
        """Return how many complaints were open at the end; with a currency, of how many the value is known, and that value."""
        quantity = "standing" if currency is None else "at-risk"
        pairs = [pair for (_, own, money, _), pair in self._standing.items() if own == quantity and currency in (None, money)]
        return sum(count for count, _ in pairs), sum(total for _, total in pairs)

    def currencies(self) -> set[str]:
        """Return the currencies of its money."""
        found = {money for _, own, money, _ in self.sums if own in OF_MONEY}
        return found | {money for (_, own, money, _), pair in self._standing.items() if own == "at-risk" and any(pair)}


Finish = Callable[[Slice, str, Target | None], Number]


class Measure(NamedTuple):
    """A figure: its id, its unit, which side of a target is good, how it is worked out, and by what it can be sliced.

    Of a share within a time, `within` is the unit of that time.
    """

    id: str
    unit: str
    better: str
    finish: Finish
    slices: tuple[str, ...]
    within: str = ""


def percentile(durations: Mapping[int, int], percent: int) -> Number:
    """Return the value at rank ⌈percent · n / 100⌉ of the sorted list, where `durations` says how many lasted how long."""
    n = sum(durations.values())
    rank = -(-percent * n // 100)
    for value in sorted(durations):
        rank -= durations[value]
        if rank <= 0 < n:
            return Number(value, n)
    return Number(None, n)


def _counted(*quantities: str) -> Finish:
    def finish(slice_: Slice, _currency: str, _target: Target | None) -> Number:
        count = sum(map(slice_.count, quantities))
        return Number(count, count)

    return finish


def _money(quantity: str) -> Finish:
    return lambda slice_, currency, _target: Number(slice_.total(quantity, currency), slice_.count(quantity, currency))


def _percentile(quantity: str, percent: int) -> Finish:
    return lambda slice_, _currency, _target: percentile(slice_.durations(quantity), percent)


def _within(quantity: str, unit: str = MINUTES, missed: str = "") -> Finish:
    """Return what says the share of a quantity, told in a unit, within a time; of the `missed` none was."""
    as_promised, size = _hits(f"{quantity}-counted"), IN_SECONDS[unit]

    def finish(slice_: Slice, currency: str, target: Target | None) -> Number:
        if target is not None and target.clock == PROMISED:
            return as_promised(slice_, currency, target)
        on_its_clock = target is not None and target.clock == OPEN_HOURS
        durations = slice_.counted(quantity) if on_its_clock else slice_.durations(quantity)
        n = sum(durations.values()) + slice_.count(missed)
        if target is None:
            return Number(None, n)
        return _share(sum(count for value, count in durations.items() if value * size <= target.within), n)

    return finish


def _hits(quantity: str) -> Finish:
    """Return what says the share of a quantity whose total counts those that are as they should be."""
    return lambda slice_, _currency, _target: _share(slice_.total(quantity), slice_.count(quantity))


def _promises_kept(slice_: Slice, _currency: str, _target: Target | None) -> Number:
    kept, late, broken = (slice_.count(f"promise-{ending}") for ending in ("kept", "late", "broken"))
    return _share(kept, kept + late + broken)


def _rate(slice_: Slice, currency: str, _target: Target | None) -> Number:
    """Return what came back of what was sold."""
    sold = slice_.sold
    return Number(_share(slice_.total("returned", currency), sold.total("sold", currency)).value, sold.count("sold", currency))


def _share(part: int, whole: int) -> Number:
    return Number(part / whole if whole else None, whole)


def _open(slice_: Slice, _currency: str, _target: Target | None) -> Number:
    count, _ = slice_.standing()
    return Number(count, count)


def _at_risk(slice_: Slice, currency: str, _target: Target | None) -> Number:
    count, total = slice_.standing(currency)
    return Number(total, count)


def _answered_within(group: str) -> Measure:
    """Return the figure of contacts answered within a time, of those in a group."""
    finish = _within(f"{group}-answered", SECONDS, f"{group}-missed")
    return Measure(f"{group}s-answered-within-target", SHARE, HIGHER, finish, _CONTACT, SECONDS)


_CASE, _CONTACT = ("category", "channel", "staff"), ("channel", "staff")
_RETURN = ("category", "reason", "channel", "staff")
MEASURES = (
    Measure("returns", COUNT, LOWER, _counted("returned"), _RETURN),
    Measure("returned-value", MONEY, LOWER, _money("returned"), _RETURN),
    Measure("refunded-value", MONEY, LOWER, _money("refunded"), _RETURN),
    Measure("paid-on-top", MONEY, HIGHER, _money("paid-on-top"), _RETURN),
    Measure("sold-value", MONEY, HIGHER, _money("sold"), ("category", "channel")),
    Measure("return-rate", SHARE, LOWER, _rate, _RETURN),
    Measure("handling-median", SECONDS, LOWER, _percentile("handling", 50), ("channel", "staff")),
    Measure("complaints-opened", COUNT, LOWER, _counted("opened"), _CASE),
    Measure("complaints-open", COUNT, LOWER, _open, ("category", "channel")),
    Measure("complaints-resolved", COUNT, HIGHER, _counted("resolved"), _CASE),
    Measure("complaints-reopened", COUNT, LOWER, _counted("reopened"), _CASE),
    Measure("complaints-escalated", COUNT, LOWER, _counted("escalated"), _CASE),
    Measure("complaints-flagged", COUNT, LOWER, _counted("flagged"), _CASE),
    Measure("first-response-median", MINUTES, LOWER, _percentile("answered", 50), _CASE),
    Measure("first-response-p90", MINUTES, LOWER, _percentile("answered", 90), _CASE),
    Measure("first-response-within-target", SHARE, HIGHER, _within("answered"), _CASE, MINUTES),
    Measure("next-response-median", MINUTES, LOWER, _percentile("answered-again", 50), _CASE),
    Measure("next-response-within-target", SHARE, HIGHER, _within("answered-again"), _CASE, MINUTES),
    Measure("resolution-median", MINUTES, LOWER, _percentile("resolved", 50), _CASE),
    Measure("resolution-p90", MINUTES, LOWER, _percentile("resolved", 90), _CASE),
    Measure("resolution-within-target", SHARE, HIGHER, _within("resolved"), _CASE, MINUTES),
    Measure(
        "first-contact-resolution", SHARE, HIGHER,
        lambda slice_, _currency, _target: _share(slice_.count("first-contact"), slice_.count("resolved")), _CASE,
    ),
    Measure("promises-kept", SHARE, HIGHER, _promises_kept, _CASE),
    Measure("promises-late", COUNT, LOWER, _counted("promise-late"), _CASE),
    Measure("promises-broken", COUNT, LOWER, _counted("promise-broken"), _CASE),
    Measure("tokens-given", COUNT, LOWER, _counted("token"), _CASE),
    Measure("tokens-value", MONEY, LOWER, _money("token"), _CASE),
    Measure("tokens-as-usual", SHARE, HIGHER, _hits("token-or-usual"), _CASE),
    Measure("value-at-risk", MONEY, LOWER, _at_risk, ("category", "channel")),
    Measure("value-won-back", MONEY, HIGHER, _money("won"), ("category", "channel")),
    Measure("value-lost", MONEY, LOWER, _money("lost"), ("category", "channel")),
    Measure("contacts", COUNT, LOWER, _counted("contact-answered", "contact-missed"), _CONTACT),
    Measure("contacts-missed", COUNT, LOWER, _counted("contact-missed"), _CONTACT),
    Measure("contact-answer-median", SECONDS, LOWER, _percentile("contact-answered", 50), _CONTACT),
    Measure("contact-answer-p90", SECONDS, LOWER, _percentile("contact-answered", 90), _CONTACT),
    *map(_answered_within, ("call", "mail", "contact")),
)  # fmt: skip


BY_TENDER = ("refunded-value", "paid-on-top")  # for closing the day
# What adds up over the days has its target for a month.
OF_A_MONTH = {measure.id for measure in MEASURES if measure.unit in (COUNT, MONEY)} - {"complaints-open", "value-at-risk"}
# Of these there is mostly nothing: then a person is not told of them.
SELDOM = frozenset((
    "paid-on-top", "complaints-escalated", "complaints-flagged", "promises-late", "promises-broken", "tokens-given",
    "tokens-value", "value-at-risk", "value-won-back", "value-lost", "contacts", "contacts-missed",
))  # fmt: skip


class Figure(NamedTuple):
    """A figure of a period: `by` holds its slices where it was sliced.

    `currency` is empty where it is not of money; `foreign` tells that it is not the shop's own.
    """

    measure: Measure
    currency: str
    number: Number
    target: Target | None
    by: Mapping[str, Number] | None
    foreign: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was seen; what seldom happens, and foreign money, is empty where there was none."""
        seldom = self.foreign or self.measure.id in SELDOM
        return self.number.value is None or (seldom and not self.number.n and not self.number.value)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was seen."""
        if self.target is None or self.number.value is None:
            return None
        value, target = self.number.value, self.target.value
        return value <= target if self.measure.better == LOWER else value >= target


class Sliced(NamedTuple):
    """The sums of a period: all together, and by the slices that were asked for (none: not sliced)."""

    whole: Slice
    slices: Mapping[str, Slice]
    dimension: str
    tenders: Mapping[str, Slice]


def finish(found: Sliced, measures: Sequence[Measure], currency: str, targets: Mapping[str, Target]) -> list[Figure]:
    """Return the figures; those of money once for each currency that occurs, `currency` (the shop's) first."""
    seen = found.whole.currencies() | found.whole.sold.currencies()
    currencies = [currency, *sorted(seen - {currency, ""})]
    figures = []
    for measure in measures:
        target = targets.get(measure.id)
        of_money = measure.unit == MONEY or measure.id == "return-rate"
        for money in currencies if of_money else [""]:
            number = measure.finish(found.whole, money, target)
            foreign = money not in ("", currency)
            by = _by(found, measure, money, target)
            figures.append(Figure(measure, money, number, None if foreign else target, by, foreign))
    return figures


def _by(found: Sliced, measure: Measure, money: str, target: Target | None) -> dict[str, Number] | None:
    if measure.id in BY_TENDER and not found.dimension:
        slices: Mapping[str, Slice] = found.tenders
    elif not found.dimension:
        return None
    elif found.dimension in measure.slices or found.dimension == "month":
        slices = found.slices
    else:
        return {}
    numbers = {name: measure.finish(slice_, money, target) for name, slice_ in slices.items() if _occurs(measure, slice_, money)}
    return {name: number for name, number in numbers.items() if number.n or number.value}


def _occurs(measure: Measure, slice_: Slice, money: str) -> bool:
    """Tell whether there is anything of a slice; what is measured against all sales always has some to be measured against."""
    if measure.finish is not _rate or slice_.sold is slice_:
        return True
    return slice_.count("returned", money) != 0 or slice_.total("returned", money) != 0
