"""Requests on both sides of everything that two policies look at, and what each of them answers, one request at a time.

The explaining decision answers; nothing here knows diagrams, cases or moments.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import NamedTuple, TypeVar

from returnkit.model.dates import Span
from returnkit.policy.ask import significant
from returnkit.policy.compile import Outcome
from returnkit.policy.decide import Setting, decide
from returnkit.policy.diff import Difference
from returnkit.policy.facts import Facts
from returnkit.policy.language import CHANNELS, CONDITIONS, FACE_VALUE, PAYS_MONEY, RECEIPTS, REMEDIES, Line, Policy, lines_of

LISTS = {"channel": CHANNELS, "condition": CONDITIONS, "receipt": RECEIPTS}
NAMES = ("sku", "category", "reason", "member", "paid_with", "seller", "country")
NUMBERS = ("price", "quantity")
TIMES = ("counts-from", "if-closed", "season")
USUAL = Facts(
    price=200_000, lowest_price=150_000, channel="store", condition="unopened", receipt="yes",
    sku="another", category="another", reason="another", member="none", paid_with="another", seller="another", country="another",
)  # fmt: skip

Each = TypeVar("Each")
Days = tuple[int, int, int]  # bought, delivered, on


class Given(NamedTuple):
    """What a policy answers to one request: all that counts of it, the last day of each remedy, and the rule that decided."""

    outcome: Outcome
    lasts: tuple[int | None, ...]
    rule: str

    def until(self, remedy: str) -> int | None:
        return self.lasts[self.outcome.remedies.index(remedy)]

    def answers_as(self, other: "Given") -> bool:
        """Tell whether nobody could tell the two answers apart; which rule decided is nobody's business."""
        return (self.outcome, self.lasts) == (other.outcome, other.lasts)


def given(policy: Policy, facts: Facts, setting: Setting) -> Given:
    """Return what a policy answers to a request of which everything is known."""
    decision = decide((policy,), facts, setting)
    assert decision.rule is not None
    assert decision.terms is not None
    exception = decision.exception and (decision.exception.role, decision.exception.waived)
    outcome = significant(
        (
            decision.answer,
            decision.who,
            exception,
            tuple(remedy.remedy for remedy in decision.remedies),
            (decision.fee.percent, decision.fee.fixed),
            decision.value,
            decision.terms.refund_to,
            decision.terms.return_to,
        )
    )
    return Given(outcome, tuple(remedy.until for remedy in decision.remedies), decision.rule)


def without_rooms(policy: Policy) -> Policy:
    return policy._replace(rooms=(None,) * len(policy.rooms))


# What differs between two answers


def parts_that_differ(old: Given, new: Given) -> Iterator[tuple[str, object, object]]:
    """Yield everything but remedies and their days in which two answers differ, where it counts in both."""
    one, other = old.outcome, new.outcome
    both = {*one.remedies} & {*other.remedies}
    if one.remedies and other.remedies:
        yield "approval", one.who or 0, other.who or 0
        same = {*one.return_to} & {*other.return_to}
        before, after = (tuple(way for way in each.return_to if way not in same) for each in (one, other))
        yield "return-to", before, after
    if one.remedies and {*one.remedies} == {*other.remedies}:
        yield "order", one.remedies, other.remedies
    if both & (PAYS_MONEY | FACE_VALUE):
        yield "value", one.value, other.value
    if both & PAYS_MONEY:
        yield "fee", one.fee, other.fee
    if "refund" in both:
        yield "refund-to", one.refund_to, other.refund_to


def shows(difference: Difference, old: Given, new: Given) -> bool:
    """Tell whether two answers differ in the thing that a difference names."""
    before, after = old.outcome.remedies, new.outcome.remedies
    both = [remedy for remedy in before if remedy in after]
    if difference.of in TIMES:
        return any(old.until(remedy) != new.until(remedy) for remedy in both)
    if difference.of not in REMEDIES:
        return any(found == difference[:3] and found[1] != found[2] for found in parts_that_differ(old, new))
    if difference.old is None or difference.new is None:
        return (difference.of in before, difference.of in after) == (difference.old is not None, difference.new is not None)
    if difference.of in both:
        return old.until(difference.of) != new.until(difference.of)
    return difference.of in (*before, *after)


# Every request


def _values(policies: tuple[Policy, ...], fact: str) -> list[object]:
    """Return the values of a fact that make a difference, limits from both sides; the usual one alone if nothing looks at it."""
    lines = [line for line in lines_of(policies) if line.fact == fact]
    names = sorted({name for line in lines for name in line.names})
    if fact == "tag":
        return [frozenset(some) for count in range(len(names) + 1) for some in combinations(names, count)]
    if fact in LISTS:
        return [*LISTS[fact]]
    if fact in NUMBERS:
        limits = {limit for line in lines for wanted in line.ranges for limit in wanted if limit is not None}
        least = fact == "quantity"
        both_sides = {limit - back for limit in limits for back in (0, 1)} | {getattr(USUAL, fact)}
        return [*sorted(value for value in both_sides if value >= least)]
    return [*dict.fromkeys([*names, getattr(USUAL, fact), "another"])] if names else [getattr(USUAL, fact)]


def every_goods(policies: tuple[Policy, ...]) -> list[Facts]:
    """Return everything that may be brought back, by whom and with which receipt, but for the days."""
    facts = ["receipt", "condition", *(["channel"] if any(line.fact == "channel" for line in lines_of(policies)) else [])]
    facts += ["tag", *NUMBERS, *NAMES]
    values = [_values(policies, fact) for fact in facts]
    return [USUAL._replace(**dict(zip(facts, chosen, strict=True))) for chosen in product(*values)]  # type: ignore[arg-type]


def _longest(policies: tuple[Policy, ...]) -> int:
    """Return the most days that any window can last, everything on top of it included."""
    spans = [window.lasts for policy in policies for rule in policy.rules for _, window in rule.terms.offer if window.lasts]
    spans += [line.span for line in lines_of(policies) if line.span is not None]
    extras = [also.extra for policy in policies for also in policy.alsos if also.extra is not None]
    return max(map(_most_days, spans), default=0) + sum(map(_most_days, extras))


def _most_days(span: Span) -> int:
    return span.months * 31 + span.days


def every_day(policies: tuple[Policy, ...], setting: Setting) -> list[Days]:
    """Return all days of purchase, delivery and asking after which everything comes again, windows being counted in days."""
    rolled = any(policy.uses_calendar() for policy in policies)
    later = any(rule.terms.counts_from != "purchase" for policy in policies for rule in policy.rules)
    named = [day for policy in policies for season in policy.seasons for day in (*season.bought, season.until)]
    named += [day for line in lines_of(policies) if line.fact == "bought" for day in line.days]
    named += [*setting.calendar.closed_days, *setting.calendar.holidays] if rolled else []
    first = max(policy.effective for policy in policies)
    last = max([first + (7 if rolled else 0), *(day + 1 for day in named)])
    longest = _longest(policies)
    beyond = longest + (9 if rolled else 1)
    found = []
    for bought in range(first, last + 1):
        farthest = max(last, bought + longest) if later else bought
        for delivered in range(bought, farthest + 1):
            end = max([delivered + beyond, *(day + (9 if rolled else 1) for day in named)])
            found += [(bought, delivered, on) for on in range(bought, end + 1)]
    return found


def thinned(some: list[Each], most: int) -> list[Each]:
    """Return some of many, spread evenly over all of them, the first and the last among them."""
    return some if len(some) <= most else [some[at * (len(some) - 1) // (most - 1)] for at in range(most)]


class Grid:
    """Requests about two policies, and what each of the policies answers, room beyond the policy left out.

    `all_days` tells whether every day there is is among them, `whole` whether everything is; else they are spread evenly.
    """

    def __init__(self, policies: tuple[Policy, ...], setting: Setting, goods: int = 36, days: int = 120) -> None:
        self.policies, self.setting = tuple(map(without_rooms, policies)), setting
        all_goods, all_days = every_goods(policies), every_day(policies, setting)
        self.goods, self.days = thinned(all_goods, goods), thinned(all_days, days)
        self.all_days = len(all_days) == len(self.days)
        self.whole = self.all_days and len(all_goods) == len(self.goods)

    def requests(self, goods: Facts) -> Iterable[Facts]:
        """Return the requests about the same goods, day after day."""
        return (goods._replace(bought=bought, delivered=delivered, on=on) for bought, delivered, on in self.days)

    def answers(self, goods: Facts) -> list[tuple[Facts, Given, Given]]:
        """Return the requests about the same goods with the answers of both policies."""
        old, new = self.policies
        return [(facts, given(old, facts, self.setting), given(new, facts, self.setting)) for facts in self.requests(goods)]


# What a line says


def line_holds(line: Line, facts: Facts) -> bool:
    """Tell whether a line about anything but days holds."""
    value = getattr(facts, line.fact)
    if line.fact == "tag":
        return bool(line.names & value)
    if line.ranges:
        return any(wanted.holds(value) for wanted in line.ranges)
    return value in line.names


def conditions_hold(conditions: tuple[tuple[tuple[Line, ...], tuple[Line, ...]], ...], facts: Facts) -> bool:
    """Tell whether one of several alternatives holds: every line of `when` and no line of `unless`."""
    return not conditions or any(
        all(line_holds(line, facts) for line in when) and not any(line_holds(line, facts) for line in unless)
        for when, unless in conditions
    )


# Room beyond the policy


def requests_beyond(policies: tuple[Policy, ...], setting: Setting, most: int) -> list[Facts]:
    """Return requests by every role, up to and beyond every day and amount at which room ends."""
    rooms = [room for policy in policies for room in policy.rooms if room is not None]
    lates = [_most_days(room.late) for room in rooms if room.late]
    amounts = [room.amount * 100 for room in rooms if room.amount is not None]  # cents as ten-thousandths
    prices = sorted({200_000, *(amount + more for amount in amounts for more in (0, 100))})
    dated = sorted({on - bought for bought, _, on in every_day(policies, setting)})
    after = sorted({*dated, *(day + late + more for day in dated for late in lates for more in (0, 1))})
    start = max(policy.effective for policy in policies)
    goods = thinned(every_goods(policies), 40)
    every = product(goods, thinned(after, 40), prices, range(len(setting.roles)))
    found = [
        facts._replace(bought=start, delivered=start, on=start + later, price=price, role=role)
        for facts, later, price, role in every
    ]
    return thinned(found, most)
