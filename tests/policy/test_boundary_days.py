"""Every window is open on its last day and closed on the next, whatever the clock, the remedy and the calendar."""

from datetime import date, timedelta
from itertools import product

import pytest
from dateutil.relativedelta import relativedelta

from returnkit.model.calendar import Calendar
from returnkit.policy.decide import Decision, Setting
from returnkit.policy.facts import read_facts
from returnkit.policy.judge import Judge
from returnkit.policy.language import REMEDIES
from returnkit.policy.read import read_policy

ROLES = ("staff",)
CLOSED = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2024, 2, 29)}
HOLIDAYS = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 31), date(2027, 1, 1)}
CALENDAR = Calendar(frozenset({6}), frozenset(day.toordinal() for day in CLOSED), frozenset(day.toordinal() for day in HOLIDAYS))
SETTING = Setting(ROLES, CALENDAR, 2)
SPANS = {
    "0 days": relativedelta(),
    "1 day": relativedelta(days=1),
    "14 days": relativedelta(days=14),
    "2 weeks": relativedelta(weeks=2),
    "1 month": relativedelta(months=1),
    "6 months": relativedelta(months=6),
    "1 year": relativedelta(years=1),
    "2 years": relativedelta(years=2),
}
# the turn of a year, leap days, ends of months, days whose last day is closed
STARTS = [
    date(2026, 12, 18), date(2026, 12, 10), date(2026, 12, 31), date(2024, 2, 29), date(2024, 2, 15), date(2023, 2, 28),
    date(2026, 1, 31), date(2026, 8, 31), date(2026, 11, 1), date(2026, 10, 25), date(2027, 2, 28),
]  # fmt: skip


def rolled(day: date, if_closed: str) -> date:
    """Move a last day on, counted by hand: Sundays and CLOSED are closed."""
    while (if_closed != "as it is" and (day.weekday() == 6 or day in CLOSED)) or (
        if_closed == "next working day" and (day.weekday() >= 5 or day in HOLIDAYS)
    ):
        day += timedelta(days=1)
    return day


def judge(text: str) -> Judge:
    return Judge((read_policy(text.encode(), "returns.toml", ROLES, "EUR"),), SETTING)


def decide(judge: Judge, **facts: object) -> Decision:
    given = {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}
    return judge.decide(read_facts(given, lambda: 0, ROLES))


@pytest.mark.parametrize(("remedy", "clock"), list(product(REMEDIES, ["purchase", "delivery", "last item"])))
@pytest.mark.parametrize("if_closed", ["as it is", "next open day", "next working day"])
def test_the_last_day_is_yes_and_the_next_is_not(remedy: str, clock: str, if_closed: str) -> None:
    for text, span in SPANS.items():
        policy = judge(
            f'schema = 1\neffective = 2020-01-01\n[terms]\noffer = {{ {remedy} = "{text}" }}\n'
            f'counts-from = "{clock}"\nif-closed = "{if_closed}"\nreceipt = "not needed"\ncondition = "any"\n'
        )
        for start in STARTS:
            last = rolled(start + span, if_closed)
            facts: dict[str, object] = {"bought": start, "channel": "store"}
            if clock != "purchase":
                facts = {"bought": start - timedelta(days=9), "delivered": start, "channel": "online"}
            on_last = decide(policy, on=last, **facts)
            assert on_last.answer == "yes", (text, start, last)
            assert [(found.remedy, found.until) for found in on_last.remedies] == [(remedy, last.toordinal())]
            assert decide(policy, on=last + timedelta(days=1), **facts).answer == "no", (text, start, last)


@pytest.mark.parametrize("if_closed", ["as it is", "next open day", "next working day"])
def test_within_and_after_turn_on_the_same_day_as_a_window(if_closed: str) -> None:
    policy = judge(
        f"""schema = 1
effective = 2020-01-01
[terms]
offer = {{ refund = "5 years" }}
if-closed = "{if_closed}"
receipt = "not needed"
condition = "any"
[[rule]]
id = "early"
when = {{ within = "1 month" }}
[[also]]
when = {{ after = "2 weeks" }}
restocking-fee = "15 %"
"""
    )
    for start in STARTS:
        for span, early, fee in [
            (relativedelta(weeks=2), "early", 0),
            (relativedelta(months=1), "early", 1500),
        ]:
            last = rolled(start + span, if_closed)
            decision = decide(policy, on=last, bought=start)
            assert (decision.rule, decision.fee.percent) == (early, fee)
        after = decide(policy, on=rolled(start + relativedelta(months=1), if_closed) + timedelta(days=1), bought=start)
        assert after.rule == "terms"
        after = decide(policy, on=rolled(start + relativedelta(weeks=2), if_closed) + timedelta(days=1), bought=start)
        assert after.fee.percent == 1500


@pytest.mark.parametrize("if_closed", ["as it is", "next open day", "next working day"])
def test_a_season_lengthens_by_day_of_purchase_and_shortens_nothing(if_closed: str) -> None:
    policy = judge(
        f"""schema = 1
effective = 2020-01-01
[terms]
offer = {{ refund = "14 days", exchange = "6 months" }}
if-closed = "{if_closed}"
receipt = "not needed"
condition = "any"
[[season]]
bought = [2026-11-15, 2026-12-24]
until = 2027-01-31
"""
    )
    end = rolled(date(2027, 1, 31), if_closed)
    for bought, last in [
        (date(2026, 11, 14), rolled(date(2026, 11, 28), if_closed)),
        (date(2026, 11, 15), end),
        (date(2026, 12, 24), end),
        (date(2026, 12, 25), rolled(date(2027, 1, 8), if_closed)),
    ]:
        assert "refund" in {remedy.remedy for remedy in decide(policy, on=last, bought=bought).remedies}
        after = decide(policy, on=last + timedelta(days=1), bought=bought)
        assert {remedy.remedy for remedy in after.remedies} == {"exchange"}
        exchange = decide(policy, on=last, bought=bought).remedies[-1]
        assert exchange.until == rolled(bought + relativedelta(months=6), if_closed).toordinal()


def test_a_trial_opens_on_its_first_day_and_not_before() -> None:
    policy = judge(
        'schema = 1\neffective = 2020-01-01\n[terms]\noffer = { refund = "30 to 100 days" }\nif-closed = "next open day"\n'
        'receipt = "not needed"\ncondition = "any"\n'
    )
    for start in STARTS:
        first, last = start + timedelta(days=30), rolled(start + timedelta(days=100), "next open day")
        answers = [
            decide(policy, bought=start, on=day).answer
            for day in (first - timedelta(days=1), first, last, last + timedelta(days=1))
        ]
        assert answers == ["no", "yes", "yes", "no"]


def test_days_late_are_counted_from_the_final_last_day() -> None:
    policy = judge(
        'schema = 1\neffective = 2020-01-01\n[terms]\noffer = { refund = "14 days" }\nif-closed = "next open day"\n'
        'receipt = "not needed"\ncondition = "any"\n[discretion]\nstaff = { late = "7 days" }\n'
    )
    for start in STARTS:
        last = rolled(start + timedelta(days=14), "next open day")
        inside = decide(policy, bought=start, on=last + timedelta(days=7))
        assert inside.exception is not None
        assert inside.remedies[0].until == last.toordinal()
        assert decide(policy, bought=start, on=last + timedelta(days=8)).answer == "no"
