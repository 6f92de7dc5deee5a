"""What `policy diff` says, against asking both policies everything there is: exactly what changes, and all of it."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from returnkit.model.dates import END_OF_TIME
from returnkit.policy.decide import Setting
from returnkit.policy.diff import KINDER, OTHERWISE, STRICTER, Change, Comparison, Difference
from returnkit.policy.facts import Facts
from returnkit.policy.language import REMEDIES, Policy
from tests import strategies
from tests.diff_grid import (
    TIMES,
    USUAL,
    Given,
    Grid,
    conditions_hold,
    parts_that_differ,
    requests_beyond,
    shows,
    without_rooms,
)
from tests.diff_grid import given as answer
from tests.diff_pairs import WORDS, changed, rewritten, unlike
from tests.policy.test_against_oracle import policy_of, setting_of

Raw = dict[str, Any]
Pair = tuple[Policy, Policy, Setting]

CLOSED_ON_SUNDAY = {**strategies.PLAIN_SHOP, "closed_weekdays": {6}}
MIRRORED = {KINDER: STRICTER, STRICTER: KINDER, OTHERWISE: OTHERWISE}
# No shrinking: each step of it asks thousands of questions.
tried = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def pair_of(old: Raw, new: Raw, shop: Raw) -> Pair:
    setting = setting_of(shop)
    one, other = (policy_of(strategies.as_toml(raw), setting) for raw in (old, new))
    return one, other, setting


shops = st.sampled_from([strategies.PLAIN_SHOP, CLOSED_ON_SUNDAY])


@st.composite
def pairs(draw: DrawFn) -> Pair:
    """Draw two small policies, mostly one and a small change of it."""
    old, new = draw(st.one_of(changed(), changed(), unlike()))
    return pair_of(old, new, draw(shops))


@st.composite
def edits(draw: DrawFn, raw: Raw) -> Raw:
    """Draw what becomes of a policy in a year."""
    return strategies.altered(draw, raw, 1)


class Compared:
    """Two policies, what is said to change, and what both answer to everything."""

    def __init__(self, pair: Pair) -> None:
        old, new, setting = pair
        self.comparison = Comparison(old, new, setting)
        self.changes = self.comparison.changes()
        self.rooms = self.comparison.room_changes(old, new)
        self.setting = setting
        self.alone = without_rooms(old), without_rooms(new)

    @cached_property
    def grid(self) -> Grid:
        """Return requests on both sides of everything that the policies look at."""
        return Grid(self.alone, self.setting)

    def within(self, change: Change, facts: Facts) -> bool:
        """Tell whether a request is one of those that a change is about."""
        space = self.comparison.space
        return space.diagrams.at(change.region, space.path(facts)) is True

    def answers(self, facts: Facts) -> tuple[Given, Given]:
        """Return what the two policies answer, without room beyond them."""
        old, new = (answer(policy, facts, self.setting) for policy in self.alone)
        return old, new

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with what is said."""
        yield from self.wrong_examples()
        shown: list[set[int]] = [set() for _ in self.changes]
        for goods in self.grid.goods:
            told = [change for change in self.changes if self.within(change, goods)]
            answers = self.grid.answers(goods)
            yield from self.not_told(told, answers)
            for change, days in zip(self.changes, shown, strict=True):
                inside = change in told
                yield from self.wrong_words(change, goods, answers, inside=inside)
                if inside:
                    days |= {facts.bought or 0 for facts, old, new in answers if shows(change.difference, old, new)}
        yield from self.wrong_purchases(shown)

    def wrong_purchases(self, shown: list[set[int]]) -> Iterator[str]:
        """Yield the days of purchase for which a change is said to hold, and on which it shows for nobody."""
        if not self.grid.whole or any(policy.uses_calendar() for policy in self.alone):
            return  # a change that shows on some weekdays alone is said of all of them
        every = {bought for bought, _, _ in self.grid.days}
        for change, days in zip(self.changes, shown, strict=True):
            wrong = [day for day in sorted(every - days) if bought_then(change, USUAL._replace(bought=day))]
            if wrong:
                yield f"{name_of(change)} shows for nobody who bought on {wrong}"

    def wrong_examples(self) -> Iterator[str]:
        """Yield the examples that do not show what they should."""
        for change in self.changes:
            facts = change.example
            old, new = self.answers(facts)
            if old.answers_as(new):
                yield f"nothing differs in the example of {name_of(change)}: {facts}"
            elif not shows(change.difference, old, new):
                yield f"something else differs in the example of {name_of(change)}: {facts}"
            alone = not {each.difference.of for each in self.changes if self.within(each, facts)} & {*TIMES}
            if alone and shows(change.difference, old, new) and not right_direction(change.difference, old, new):
                yield f"the example of {name_of(change)} goes to the other side"
            if (old.rule, new.rule) != (change.old_rule.id, change.rule.id):
                yield f"other rules decide the example of {name_of(change)}: {old.rule}, {new.rule}"
            if not conditions_hold(change.conditions, facts):
                yield f"the words of {name_of(change)} do not hold for its example"
            if not self.within(change, facts):
                yield f"the example of {name_of(change)} is not one of the requests it is about"
            if change.after != facts.on - (facts.bought or 0):
                yield f"the example of {name_of(change)} is asked on another day than it says"
            if not bought_then(change, facts):
                yield f"the example of {name_of(change)} was bought on another day than it says"

    def not_told(self, told: list[Change], answers: list[tuple[Facts, Given, Given]]) -> Iterator[str]:
        """Yield what differs without being named."""
        for facts, old, new in answers:
            if old.answers_as(new):
                continue
            here = [change for change in told if bought_then(change, facts)]
            if not here:
                yield f"it differs and no change is about it: {facts}"
            for part in parts_that_differ(old, new):
                if part[1] != part[2] and not any(follows(part, change.difference) for change in told):
                    yield f"{part} differs and no change says so: {facts}"
            both = {*old.outcome.remedies} & {*new.outcome.remedies}
            other_days = {remedy for remedy in both if old.until(remedy) != new.until(remedy)}
            for remedy in {*old.outcome.remedies} ^ {*new.outcome.remedies} | other_days:
                if not any(change.difference.of in (remedy, "counts-from", "if-closed", "season") for change in told):
                    yield f"{remedy} differs and no change says so: {facts}"

    def wrong_words(
        self, change: Change, goods: Facts, answers: list[tuple[Facts, Given, Given]], *, inside: bool
    ) -> Iterator[str]:
        """Yield where the conditions of a change hold for goods that it is not about, and the other way round."""
        holds = conditions_hold(change.conditions, goods)
        if inside and not holds:
            yield f"{name_of(change)} is about goods for which its conditions do not hold: {goods}"
        decided = [
            (facts, old, new) for facts, old, new in answers if (old.rule, new.rule) == (change.old_rule.id, change.rule.id)
        ]
        window = change.difference.of in REMEDIES and change.difference.old and change.difference.new
        open_once = any(
            change.difference.of in remedies if window else remedies
            for remedies in ({*old.outcome.remedies, *new.outcome.remedies} for _, old, new in decided)
        )
        if holds and open_once and not inside:
            yield f"the conditions of {name_of(change)} hold for goods that it is not about: {goods}"
        if inside and self.grid.all_days and not any(shows(change.difference, old, new) for _, old, new in decided):
            yield f"{name_of(change)} shows on no day for {goods}"
        if inside and change.difference.of in REMEDIES and change.difference.new is None:
            yield from self.not_gone(change, decided)
        if inside and change.difference.of not in TIMES:
            early = [
                facts
                for facts, old, new in decided
                if shows(change.difference, old, new)
                and bought_then(change, facts)
                and facts.on - (facts.bought or 0) < change.after
            ]
            if early:
                yield f"{name_of(change)} shows earlier than it says: {early[0]}"

    @staticmethod
    def not_gone(change: Change, decided: list[tuple[Facts, Given, Given]]) -> Iterator[str]:
        """Yield the purchases from which a remedy is taken and to which it comes back later."""
        taken = set()
        for facts, old, new in decided:
            purchase = facts.bought, facts.delivered
            if shows(change.difference, old, new):
                taken.add(purchase)
            elif purchase in taken and change.difference.of in new.outcome.remedies:
                yield f"{name_of(change)} is said to be gone and comes back: {facts}"


def follows(part: tuple[str, object, object], difference: Difference) -> bool:
    """Tell whether what differs is what a difference names; another order of what is left later need not be told again."""
    return difference[:3] == part or part[0] == difference.of == "order"


def over_time(difference: Difference) -> bool:
    """Tell whether a difference is about how long a remedy stays open: its window, or what else its last day hangs on."""
    return difference.of in TIMES or (difference.of in REMEDIES and None not in difference[1:3])


def right_direction(difference: Difference, old: Given, new: Given) -> bool:
    """Tell whether a difference says itself to which side it goes, as far as one answer shows it."""
    if difference.of in REMEDIES and None in difference[1:3]:
        return difference.direction == (STRICTER if difference.new is None else KINDER)
    if difference.of in REMEDIES and difference.of in old.outcome.remedies and difference.of in new.outcome.remedies:
        before, after = (END_OF_TIME if last is None else last for last in (old.until(difference.of), new.until(difference.of)))
        return difference.direction in (OTHERWISE, KINDER if after > before else STRICTER)
    if difference.of == "approval":
        return difference.direction == (STRICTER if (new.outcome.who or 0) > (old.outcome.who or 0) else KINDER)
    if difference.of == "fee":
        signs = {(after > before) - (after < before) for before, after in zip(old.outcome.fee, new.outcome.fee, strict=True)} - {
            0
        }
        return difference.direction == (OTHERWISE if len(signs) > 1 else STRICTER if 1 in signs else KINDER)
    return True


def name_of(change: Change) -> str:
    return f"{change.old_rule.id} > {change.rule.id}, {change.difference}, after {change.after}, bought {change.bought}"


def bought_then(change: Change, facts: Facts) -> bool:
    """Tell whether a request was bought when a change says."""
    return change.bought is None or any(first <= (facts.bought or 0) <= (last or END_OF_TIME) for first, last in change.bought)


def as_told(change: Change, *, turned: bool = False) -> tuple[object, ...]:
    """Return a change as it is told, or as it would be told the other way round, but for its example and conditions."""
    of, old, new, direction = change.difference
    rules = change.old_rule.id, change.rule.id
    if turned:
        rules, old, new, direction = (rules[1], rules[0]), new, old, MIRRORED[direction]
    return (*rules, of, old, new, direction, change.bought, change.after)


def beyond(pair: Pair) -> Iterator[str]:
    """Yield what is wrong with what is said of room beyond the policy: named where it makes a difference, and only there."""
    old, new, setting = pair
    named = Comparison(old, new, setting).room_changes(old, new)
    policies = [(rules, rules._replace(rooms=old.rooms), rules._replace(rooms=new.rooms)) for rules in (old, new)]

    def by_room(facts: Facts) -> bool:
        return any(not answer(before, facts, setting).answers_as(answer(after, facts, setting)) for _, before, after in policies)

    for change in named:
        if not by_room(change.example):
            yield f"room makes no difference in the example: {change}"
        if answer(old, change.example, setting).answers_as(answer(new, change.example, setting)):
            yield f"nothing differs in the example: {change}"
    if not named:
        found = next((facts for facts in requests_beyond((old, new), setting, 400) if by_room(facts)), None)
        if found is not None:
            yield f"room makes a difference and nobody says so: {found}"


@tried
@given(pairs())
def test_what_changes_is_told_as_it_is(pair: Pair) -> None:
    assert not [*Compared(pair).faults()]


@pytest.mark.slow
@settings(tried, max_examples=1000)
@given(pairs())
def test_what_changes_is_told_as_it_is_a_thousand_times(pair: Pair) -> None:
    assert not [*Compared(pair).faults()]


@settings(tried, max_examples=12)
@given(strategies.policies(), st.data(), strategies.shops())
def test_examples_show_what_changes_with_months_and_closed_days_too(
    policy: tuple[str, Raw], data: st.DataObject, shop: Raw
) -> None:
    old = policy[1]
    new = data.draw(edits(old))
    assert not [*Compared(pair_of(old, new, shop)).wrong_examples()]


@tried
@given(pairs())
def test_the_other_way_round_everything_is_told_the_other_way_round(pair: Pair) -> None:
    old, new, setting = pair
    there, back = (
        [change for change in Comparison(*each, setting).changes() if not over_time(change.difference)]
        for each in ((old, new), (new, old))
    )
    assert Counter(map(as_told, there)) == Counter(as_told(change, turned=True) for change in back)


@tried
@given(changed(), shops, st.sets(st.sampled_from(sorted(WORDS)), min_size=1))
def test_the_same_in_other_words_is_no_difference(raws: tuple[Raw, Raw], shop: Raw, kinds: set[str]) -> None:
    old, new, setting = pair_of(raws[1], rewritten(raws[1], kinds), shop)
    comparison = Comparison(old, new, setting)
    assert comparison.changes() == []
    assert comparison.room_changes(old, new) == []


@tried
@given(pairs())
def test_room_beyond_the_policy_is_named_where_it_makes_a_difference(pair: Pair) -> None:
    assert not [*beyond(pair)]


# --- small pairs that once were told wrongly ----------------------------------------------------------------------------

TERMS = "schema = 1\neffective = 2026-11-10\n[terms]\nreceipt = 'not needed'\ncondition = 'any'\n"
EARLY = "[[rule]]\nid = 'early'\nwhen = {{ within = '3 days' }}\nrestocking-fee = '{} %'\n"
THEN = "[[rule]]\nid = 'then'\nwhen = { bought = [2026-11-12, 2026-11-14] }\noffer = { exchange = '1 day' }\n"
SEASON = "[[season]]\nid = 'season'\nbought = [2026-11-12, 2026-11-13]\nuntil = 2026-11-25\n"
TWO_DAYS = "offer = { refund = '2 days' }\n"
Told = tuple[str, str, tuple[tuple[int, int | None], ...] | None]
TENTH = strategies.START.toordinal()

SMALL: dict[str, tuple[str, str, set[Told]]] = {
    "another time of purchase hides nothing": (
        "offer = { exchange = '2 to 6 days' }\n" + THEN,
        "offer = { exchange = '2 to 6 days' }\nrestocking-fee = '5.00'\nreturn-to = { mail = 'free' }\n" + THEN,
        {("return-to", KINDER, ((TENTH, TENTH + 1), (TENTH + 5, None))), ("return-to", KINDER, ((TENTH + 2, TENTH + 4),))},
    ),
    "a fee that changes twice": (
        "offer = { refund = '9 days' }\nrestocking-fee = '10 %'\n",
        "offer = { refund = '9 days' }\nrestocking-fee = '20 %'\n" + EARLY.format(15),
        {("fee", STRICTER, None)},
    ),
    "a season that begins a day later": (
        TWO_DAYS + SEASON,
        TWO_DAYS + SEASON.replace("11-12", "11-13"),
        {("season", STRICTER, ((TENTH + 2, TENTH + 2),))},
    ),
    "the same window in other words": ("offer = { refund = '0 to 3 days' }\n", "offer = { refund = '3 days' }\n", set()),
    "no last day, no closed day": (
        "offer = { refund = '30 days' }\ncounts-from = 'delivery'\nif-closed = 'next open day'\n",
        "offer = { refund = 'unlimited' }\ncounts-from = 'delivery'\nif-closed = 'next open day'\n",
        {("refund", KINDER, None)},
    ),
    "a month is no thirty days": (
        "offer = { refund = '1 month' }\n",
        "offer = { refund = '30 days' }\n",
        {("refund", OTHERWISE, None)},
    ),
    "a month is at most thirty-one days": (
        "offer = { refund = '1 month' }\n",
        "offer = { refund = '31 days' }\n",
        {("refund", KINDER, None)},
    ),
    "closed on the last day": (
        TWO_DAYS,
        TWO_DAYS + "if-closed = 'next open day'\n",
        {("if-closed", KINDER, None)},
    ),
}


@pytest.mark.parametrize("name", sorted(SMALL))
def test_small_pairs(name: str) -> None:
    old, new, expected = SMALL[name]
    setting = setting_of(CLOSED_ON_SUNDAY)
    compared = Compared((policy_of(TERMS + old, setting), policy_of(TERMS + new, setting), setting))
    told = {(change.difference.of, change.difference.direction, change.bought) for change in compared.changes}
    assert told == expected
    assert not [*compared.wrong_examples()]


def test_room_that_nobody_may_use_is_no_change() -> None:
    """Who must ask the owner first has no room, and a shorter window does not make it one."""
    setting = setting_of(strategies.PLAIN_SHOP)
    old = "approval = 'owner'\noffer = { price-reduction = '5 days', store-credit = '3 days' }\n"
    new = old.replace("'3 days'", "'0 days'") + "[discretion]\nstaff = { late = '4 days' }\n"
    before, after = (policy_of(TERMS + text, setting) for text in (old, new))
    assert Comparison(before, after, setting).room_changes(before, after) == []
