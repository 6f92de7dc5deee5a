"""Moments against the calendar: every day on which a policy may be asked lies in one of them, and runs are what follows."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from returnkit.model.calendar import Calendar
from returnkit.model.dates import Span, add
from returnkit.policy.decide import Setting
from returnkit.policy.language import Policy
from returnkit.policy.moments import Mark, Moment, Moments, extras_of, merged, moments, window_begin, window_end
from returnkit.policy.windows import last_day, roll
from tests import conftest, strategies
from tests.policy.test_against_oracle import policy_of, setting_of

Held = tuple[bool, ...]
Shop = tuple[tuple[Policy, ...], Setting]

YEARS_BEFORE = date(2026, 1, 1)  # of all days that the random policies and shops name
EFFECTIVE = (YEARS_BEFORE, strategies.START, date(2026, 11, 20))
FOR_EVER = date(2500, 1, 1).toordinal()
SHOP = Setting(strategies.ROLES, Calendar(frozenset({6})), 2)  # closed on Sundays

# No shrinking: each step of it works out years of days, and it takes minutes.
tried = settings(
    max_examples=conftest.examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def long_rule(draw: DrawFn, number: int) -> strategies.Raw:
    """Draw a rule with windows of months, and of days that are about as long, on either clock."""
    length = st.sampled_from(["1 month", "2 months", "1 year", "28 days", "30 days", "31 days", "365 days", "3 days"])
    return {
        "id": f"long-{number}",
        "when": {"sku": f"long-{number}", draw(st.sampled_from(["within", "after"])): draw(length)},
        "offer": {"repair": draw(length), "exchange": draw(length)},
        "counts-from": draw(st.sampled_from(["purchase", "delivery"])),
        "if-closed": draw(st.sampled_from(["as it is", "next open day", "next working day"])),
    }


@st.composite
def shops(draw: DrawFn, most: int = 2) -> Shop:
    """Draw some policies of a shop, with short windows and long ones, counted from either day."""
    setting = setting_of(draw(strategies.shops()))
    policies = []
    for _ in range(draw(st.integers(1, most))):
        _, raw = draw(strategies.policies(draw(st.sampled_from(EFFECTIVE))))
        rules = [long_rule(draw, number) for number in range(draw(st.sampled_from([0, 0, 0, 1])))]
        policies.append(policy_of(strategies.as_toml({**raw, "rule": [*rules, *raw.get("rule", [])]}), setting))
    return tuple(policies), setting


@st.composite
def sales(draw: DrawFn, policies: tuple[Policy, ...]) -> tuple[int, int]:
    """Draw a day of purchase within two years after all policies are in force, and one of delivery."""
    ahead = st.one_of(st.integers(0, 40), st.integers(300, 350), st.integers(0, 730))  # 300 days after New Year is November
    bought = max(policy.effective for policy in policies) + draw(ahead)
    return bought, bought + draw(st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 730)))


def last_of(mark: Mark, bought: int, delivered: int, setting: Setting) -> int:
    """Work out the day after which a mark has passed (S10, S11), 0 where it has at once."""
    if mark.first:
        if not mark.first <= bought <= mark.last:
            return 0
        return roll(mark.until, mark.if_closed, setting.calendar) if mark.until else FOR_EVER
    start = {"bought": bought, "delivered": delivered}[mark.clock]
    if mark.before:
        return add(start, mark.spans[0]) - 1
    return last_day(start, mark.spans, 0, mark.if_closed, setting.calendar)


def held_on(moment: Moment, marks: tuple[Mark, ...], setting: Setting) -> Held:
    """Work out which marks have not passed."""
    return tuple(moment.on <= last_of(mark, moment.bought, moment.delivered, setting) for mark in marks)


def walked(found: Moments, bought: int, delivered: int, setting: Setting) -> Iterator[tuple[int, Held]]:
    """Go from day to day until nothing changes any more."""
    lasts = [last_of(mark, bought, delivered, setting) for mark in found.marks]
    final = max((last for last in lasts if last < FOR_EVER), default=0)
    for on in range(bought, max(bought, final) + 2):
        yield on, tuple(on <= last for last in lasts)


# --- random policies --------------------------------------------------------------------------------------------------


@tried
@given(shops())
def test_examples_and_runs_are_what_they_say(shop: Shop) -> None:
    policies, setting = shop
    found = moments(policies, setting)
    assert len(set(found.held)) == len(found.held) == len(found.seen)
    for held, examples in zip(found.held, found.seen, strict=True):
        assert examples
        for moment in examples:
            assert max(policy.effective for policy in policies) <= moment.bought <= min(moment.delivered, moment.on)
            assert held_on(moment, found.marks, setting) == held
    assert len({run.numbers for run in found.runs}) == len(found.runs)
    for run in found.runs:
        assert run.examples
        for example in run.examples:
            bought, delivered, _ = example[0]
            days = groupby(walked(found, bought, delivered, setting), lambda day: day[1])
            assert [(found.held[number], moment) for number, moment in zip(run.numbers, example, strict=True)] == [
                (held, Moment(bought, delivered, next(same)[0])) for held, same in days
            ]


@tried
@given(shops(), st.data())
def test_every_day_lies_in_a_moment_and_what_follows_a_sale_is_a_run(shop: Shop, data: st.DataObject) -> None:
    policies, setting = shop
    found = moments(policies, setting)
    known = {held: number for number, held in enumerate(found.held)}
    runs = {run.numbers for run in found.runs}
    for bought, delivered in data.draw(st.lists(sales(policies), min_size=15, max_size=15)):
        days = list(walked(found, bought, delivered, setting))
        assert [Moment(bought, delivered, on) for on, held in days if held not in known] == []
        run = tuple(known[held] for held, _ in groupby(held for _, held in days))
        assert run in runs or delivered > bought, Moment(bought, delivered, bought)


@tried
@given(strategies.policies(), st.data())
def test_alike_are_the_moments_that_some_marks_do_not_tell_apart(drawn: tuple[str, strategies.Raw], data: st.DataObject) -> None:
    found = moments((policy_of(drawn[0], SHOP),), SHOP)
    marks = data.draw(st.lists(st.sampled_from(found.marks), unique=True)) if found.marks else []
    for mark in marks:
        assert found.where(mark) == {number for number, held in enumerate(found.held) if held[found.marks.index(mark)]}
    kept = [frozenset(mark for mark in marks if number in found.where(mark)) for number in range(len(found.held))]
    assert found.alike(marks) == [kept.index(left) for left in kept]


# --- spans ------------------------------------------------------------------------------------------------------------


@st.composite
def spans(draw: DrawFn) -> Span:
    return Span(draw(st.sampled_from([0, 0, 1, 12])), 0) if draw(st.booleans()) else Span(0, draw(st.integers(0, 40)))


@tried
@given(st.lists(spans(), min_size=1, max_size=4), st.integers(0, 1500))
def test_merged_spans_reach_as_far(parts: list[Span], ahead: int) -> None:
    start = YEARS_BEFORE.toordinal() + ahead
    assert last_day(start, merged(tuple(parts)), 0, "as-it-is", SHOP.calendar) == last_day(
        start, tuple(parts), 0, "as-it-is", SHOP.calendar
    )
    assert merged(merged(tuple(parts))) == merged(tuple(parts))


def test_days_are_added_to_what_stands_before_them() -> None:
    assert merged((Span(0, 30), Span(0, 7))) == (Span(0, 37),)
    assert merged((Span(1, 0), Span(0, 7), Span(0, 1), Span(1, 0))) == (Span(1, 8), Span(1, 0))
    assert merged((Span(0, 0),)) == (Span(0, 0),)


# --- worked out by hand -----------------------------------------------------------------------------------------------


def policy(offer: str, more: str = "", effective: str = "2026-11-01") -> Policy:
    return policy_of(f"schema = 1\neffective = {effective}\n[terms]\noffer = {{ {offer} }}\n{more}\n", SHOP)


def test_a_month_and_thirty_days_part_in_both_directions() -> None:
    promise = policy('refund = "1 month", exchange = "30 days"')
    found = moments((promise,), SHOP)
    month, days = (window_end((span,), promise.rules[-1].terms) for span in (Span(1, 0), Span(0, 30)))
    open_still = {(number in found.where(month), number in found.where(days)) for number in range(len(found.held))}
    assert open_still == {(True, True), (True, False), (False, True), (False, False)}
    february = next(moment for held, (moment, *_) in zip(found.held, found.seen, strict=True) if held == (False, True))
    assert found.marks == (month, days)
    assert date.fromordinal(february.bought).month in (1, 2)
    assert len(found.runs) == 3  # a month of 31 days, of 30, of 28 or 29


def test_a_window_has_not_begun_on_the_days_before() -> None:
    promise = policy('refund = "30 to 100 days"')
    found = moments((promise,), SHOP)
    begin = window_begin(Span(0, 30), promise.rules[-1].terms)
    (run,) = found.runs
    assert [moment.on - moment.bought for moment in run.examples[0]] == [0, 30, 101]
    assert found.where(begin) == {run.numbers[0]}


def test_a_closed_sunday_lets_two_windows_end_together_on_some_weekdays() -> None:
    found = moments((policy('refund = "2 days", exchange = "3 days"', 'if-closed = "next open day"'),), SHOP)
    together = next(run for run in found.runs if len(run.numbers) == 2)
    assert {len(run.numbers) for run in found.runs} == {2, 3}
    assert {date.fromordinal(example[0].bought).isoweekday() for example in together.examples} == {5}  # Friday


def test_without_days_there_is_one_moment() -> None:
    found = moments((policy('refund = "unlimited"'),), SHOP)
    assert found.marks == ()
    assert found.held == ((),)
    assert len(found.runs) == 1


def test_what_is_delivered_later_may_be_in_time_by_one_clock_alone() -> None:
    rule = '[[rule]]\nid = "web"\nwhen = { channel = "online" }\ncounts-from = "delivery"\noffer = { refund = "14 days" }'
    found = moments((policy('refund = "14 days"', rule),), SHOP)
    assert set(found.held) == {(True, True), (False, True), (False, False)}
    assert [mark.clock for mark in found.marks] == ["bought", "delivered"]


def test_any_choice_of_extras_adds_up_in_the_order_of_the_file() -> None:
    extras = '[[also]]\nextra = "1 month"\n[[also]]\nonly = "refund"\n[[also]]\nextra = "3 days"'
    month, days = Span(1, 0), Span(0, 3)
    assert sorted(extras_of(policy('refund = "14 days"', extras))) == [(), (days,), (month,), (month, days)]


def test_only_what_is_bought_once_all_are_in_force_counts() -> None:
    older, newer = policy('refund = "14 days"'), policy('refund = "30 days"', effective="2026-12-01")
    found = moments((older, newer), SHOP)
    assert min(moment.bought for examples in found.seen for moment in examples) == date(2026, 12, 1).toordinal()


def missing(found: Moments, moment: Moment) -> bool:
    return held_on(moment, found.marks, SHOP) not in found.held


def test_every_weekday_is_looked_at_after_the_last_day_that_a_policy_names() -> None:
    rule = '[[rule]]\nid = "opening"\nwhen = { bought = ["2026-11-01", "2026-12-31"] }\noffer = { refund = "30 days" }'
    promise = policy('refund = "2 days", exchange = "3 days"', f'if-closed = "next open day"\n{rule}')
    monday = date(2027, 1, 4).toordinal()  # the first week in which the two windows end on two days
    assert not missing(moments((promise,), SHOP), Moment(monday, monday, monday + 3))


def test_what_is_bought_out_of_season_may_be_asked_about_before_it_is_delivered() -> None:
    season = '[[season]]\nid = "opening"\nbought = ["2026-11-01", "2026-11-03"]\nuntil = "2026-12-01"'
    promise = policy('refund = "0 to 10 days"', f'counts-from = "delivery"\n{season}')
    bought = date(2026, 11, 20).toordinal()
    assert not missing(moments((promise,), SHOP), Moment(bought, bought + 5, bought + 1))


def test_the_earliest_example_of_a_moment_stands_first() -> None:
    more = """[[rule]]
id = "web"
when = { channel = "online" }
counts-from = "delivery"
offer = { refund = "14 days" }
[[season]]
id = "autumn"
bought = ["2026-11-10", "2026-11-20"]
until = "2026-12-01"
"""
    for examples in moments((policy('refund = "30 days"', more),), SHOP).seen:
        assert examples[0].bought == min(moment.bought for moment in examples)
