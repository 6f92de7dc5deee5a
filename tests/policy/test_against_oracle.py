"""The engine against a slow, independent reading of the same sentences, over random policies, shops and requests."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from returnkit.languages import language
from returnkit.model.calendar import Calendar
from returnkit.model.dates import iso
from returnkit.model.money import decimal_text
from returnkit.policy.alternatives import possible_instead
from returnkit.policy.compile import compile_versions
from returnkit.policy.decide import Decision, Setting, decide
from returnkit.policy.facts import ASKED, Facts, read_facts
from returnkit.policy.judge import Judge
from returnkit.policy.language import Policy
from returnkit.policy.read import read_policy
from returnkit.policy.words import Words
from tests import oracle, strategies
from tests.conftest import examples

LONG_AGO = date(2000, 1, 1)  # the oracle's oldest sale is older than the oldest that is understood
FACTS = {fact.replace("_", "-") for fact in ASKED}
Case = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def setting_of(shop: dict[str, Any]) -> Setting:
    closed, holidays = ({day.toordinal() for day in shop[key]} for key in ("closed_days", "holidays"))
    calendar = Calendar(frozenset(shop["closed_weekdays"]), frozenset(closed), frozenset(holidays))
    return Setting(tuple(shop["roles"]), calendar, 2)


def facts_of(facts: dict[str, Any], roles: tuple[str, ...]) -> Facts:
    texts = {
        fact: value if isinstance(value, list) else str(max(value, LONG_AGO) if isinstance(value, date) else value)
        for fact, value in facts.items()
        if value not in (None, [])
    }
    return read_facts(texts, facts["on"].toordinal, roles)


def policy_of(text: str, setting: Setting) -> Policy:
    return read_policy(text.encode(), "returns.toml", setting.roles, "EUR")


def as_oracle_says(decision: Decision, setting: Setting) -> dict[str, Any]:
    """Return the decision in the oracle's words."""
    terms, exception = decision.terms, decision.exception
    assert terms is not None
    open_now = decision.remedies
    return {
        "answer": decision.answer,
        "remedies": [(remedy.remedy, remedy.until and iso(remedy.until)) for remedy in open_now],
        "rule": decision.rule,
        "who": None if decision.who is None else setting.roles[decision.who],
        "exception": exception and (setting.roles[exception.role], exception.waived),
        "fee": (Decimal(decision.fee.percent) / 100, Decimal(decision.fee.fixed) / 100),
        "value": decision.value,
        "refund_to": terms.refund_to,
        "return_to": {way: cost if cost in ("free", "customer") else Decimal(cost) for way, cost in terms.return_to},
        "amounts": {
            remedy.remedy: None if remedy.amount is None else Decimal(decimal_text(remedy.amount, 2)) for remedy in open_now
        },
    }


def comparable(said: dict[str, Any]) -> dict[str, Any]:
    said = dict(said)
    said["remedies"] = [(remedy, until and str(until)) for remedy, until in said["remedies"]]
    if said["answer"] == "no":  # nothing is given, so how it would have been paid is nobody's business
        said = {key: said[key] for key in ("answer", "remedies", "rule", "who", "exception")}
    return said


@thorough
@given(strategies.everything())
def test_decides_as_the_oracle_when_all_is_known(case: Case) -> None:
    text, raw, facts, shop = case
    setting = setting_of(shop)
    decision = Judge((policy_of(text, setting),), setting).decide(facts_of(facts, setting.roles))
    assert comparable(as_oracle_says(decision, setting)) == comparable(oracle.decide([raw], facts, shop))


@thorough
@given(strategies.everything())
def test_compiled_and_explaining_decision_agree(case: Case) -> None:
    text, _, facts, shop = case
    setting = setting_of(shop)
    policy, read = policy_of(text, setting), facts_of(facts, setting.roles)
    slow = decide((policy,), read, setting)
    outcome, rule, lasts = compile_versions((policy,), setting)(*read)
    assert (slow.answer, slow.who, slow.exception) == outcome[:3]
    assert (tuple(remedy.remedy for remedy in slow.remedies), slow.rule) == (outcome[3], rule)
    assert tuple(remedy.until for remedy in slow.remedies) == lasts
    if slow.remedies:
        terms = slow.terms
        assert terms is not None
        assert (slow.fee, slow.value, terms.refund_to, terms.return_to) == outcome[4:]


@thorough
@given(strategies.cases())
def test_answers_or_asks_as_brute_force_does(case: Case) -> None:
    text, raw, facts, shop = case
    setting = setting_of(shop)
    decision = Judge((policy_of(text, setting),), setting).decide(facts_of(facts, setting.roles))
    verdict = oracle.verdict([raw], facts, shop)
    if decision.question is None:
        assert verdict["agreed"], "answered, although unknown facts could change it"
        said = as_oracle_says(decision, setting)
        said["return_to"] = said["return_to"] if decision.remedies else {}
        assert (
            oracle.outcome({**said, "remedies": [(remedy.remedy, None) for remedy in decision.remedies]}) == (verdict["outcome"])
        )
        assert {name: until for name, until in said["remedies"]} == {  # noqa: C416
            name: until and until.isoformat() for name, until in verdict["until"].items()
        }
        assert decision.rule == verdict["rule"]
    else:
        assert not verdict["agreed"], "asked, although nothing unknown could change the answer"
        fact = decision.question.fact
        assert fact in verdict["can_change"]
        best = min(verdict["counts"], key=lambda name: (verdict["counts"][name], ASKED.index(name)))
        assert fact == best


@thorough
@given(strategies.cases(), st.data())
def test_the_answer_to_the_question_leads_where_it_says(case: Case, data: st.DataObject) -> None:
    text, _, facts, shop = case
    setting = setting_of(shop)
    policy, read = policy_of(text, setting), facts_of(facts, setting.roles)
    question = Judge((policy,), setting).decide(read).question
    if question is None or question.fact in ("bought", "delivered", "price"):
        return
    lead = data.draw(st.sampled_from(question.leads))
    decision = Judge((policy,), setting).decide(read.with_fact(question.fact, lead.value))
    assert decision.answer == lead.answer
    if decision.answer != "ask":
        assert [remedy[0::2] for remedy in decision.remedies] == [remedy[0::2] for remedy in lead.remedies]
        assert [remedy.amount for remedy in decision.remedies] == [remedy.amount for remedy in lead.remedies]


@thorough
@given(strategies.cases(), st.data())
def test_an_irrelevant_fact_never_changes_an_answer(case: Case, data: st.DataObject) -> None:
    text, _, facts, shop = case
    setting = setting_of(shop)
    policy, read = policy_of(text, setting), facts_of(facts, setting.roles)
    before = Judge((policy,), setting).decide(read)
    if before.question is not None:
        return
    fact = data.draw(st.sampled_from(("reason", "member", "paid_with", "seller", "country", "category", "condition")))
    if getattr(read, fact) is not None:
        return
    value = data.draw(st.sampled_from(("worn", "damaged") if fact == "condition" else ("faulty", "card", "anything")))
    after = Judge((policy,), setting).decide(read.with_fact(fact, value))
    assert (after.answer, after.who, after.exception) == (before.answer, before.who, before.exception)
    assert [remedy.remedy for remedy in after.remedies] == [remedy.remedy for remedy in before.remedies]


def versions_of(first: Case, *later: tuple[str, dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the texts and the raw policies of several versions, each effective later than the one before."""
    texts, raws = [first[0]], [first[1]]
    for number, (_, raw) in enumerate(later):
        newer = {**raw, "effective": date(2026, 11, 12) + 4 * timedelta(days=number)}
        raws.append(newer)
        texts.append(strategies.as_toml(newer))
    return texts, raws


@thorough
@given(strategies.everything(), st.lists(strategies.policies(), min_size=1, max_size=2))
def test_the_version_of_the_day_decides_as_the_oracle_says(case: Case, later: list[tuple[str, dict[str, Any]]]) -> None:
    _, _, facts, shop = case
    setting = setting_of(shop)
    texts, raws = versions_of(case, *later)
    read = facts_of(facts, setting.roles)
    versions = tuple(policy_of(text, setting) for text in texts)
    decision = Judge(versions, setting).decide(read)
    assert comparable(as_oracle_says(decision, setting)) == comparable(oracle.decide(raws, facts, shop))
    outcome, rule, lasts = compile_versions(versions, setting)(*read)
    assert (decision.answer, decision.rule) == (outcome[0], rule)
    assert tuple(remedy.until for remedy in decision.remedies) == lasts


# No shrinking: the oracle tries every day of two months for every step of it.
@settings(thorough, max_examples=examples(10), phases=[Phase.explicit, Phase.generate])
@given(strategies.cases(), strategies.policies())
def test_unknown_days_of_purchase_look_at_every_version(case: Case, later: tuple[str, dict[str, Any]]) -> None:
    _, _, facts, shop = case
    facts = {**facts, "bought": None, "delivered": None}
    setting = setting_of(shop)
    texts, raws = versions_of(case, later)
    decision = Judge(tuple(policy_of(text, setting) for text in texts), setting).decide(facts_of(facts, setting.roles))
    verdict = oracle.verdict(raws, facts, shop, oracle.universe(raws, facts, shop, margin=30))
    assert (decision.question is None) == verdict["agreed"]
    if decision.question is None:
        assert decision.rule == verdict["rule"]
        assert decision.policy is None  # no single version can be named
    else:
        assert decision.question.fact in verdict["can_change"]


@thorough
@given(strategies.cases())
def test_every_day_and_amount_that_is_said_comes_from_a_decision(case: Case) -> None:
    text, _, facts, shop = case
    setting = setting_of(shop)
    judge = Judge((policy_of(text, setting),), setting)
    decision = judge.decide(facts_of(facts, setting.roles))
    others = possible_instead(judge, decision) if decision.answer == "no" else ()
    words = Words(language("en"), "EUR", 2, dict)
    said = words.answer(decision, ("Anna",), tuple((other.fact, other.decision) for other in others))
    decisions = [decision, *(other.decision for other in others)]
    days, amounts = set(), set()
    for known in decisions:
        for remedy in (*known.remedies, *known.closed):
            days |= {words.language.day(day) for day in (remedy.opens, remedy.until) if day is not None}
        amounts |= {words.money(remedy.amount) for remedy in known.remedies if remedy.amount is not None}
        amounts |= {words.money(known.fee_amount)} if known.fee_amount is not None else set()
        amounts |= {words.money(known.fee.fixed)}
    assert set(re.findall(r"\d+ [A-Z][a-z]+ \d{4}", said)) <= days
    assert set(re.findall(r"€[\d,.]*\d", said)) <= amounts
    for other in others:
        assert other.decision.answer == "yes"
        assert other.decision.exception is None
        assert all(remedy.until is None or remedy.until >= decision.facts.on for remedy in other.decision.remedies)


@thorough
@given(strategies.cases())
def test_an_agreed_answer_tells_nothing_that_only_one_case_knows(case: Case) -> None:
    text, _, facts, shop = case
    setting = setting_of(shop)
    judge = Judge((policy_of(text, setting),), setting)
    read = facts_of(facts, setting.roles)
    decision = judge.decide(read)
    for condition in decision.conditions:
        if condition.fact in FACTS and getattr(read, condition.fact.replace("-", "_")) is None:
            assert condition.value is None
            anything_goes = condition.kind == "term" and condition.want in ("not-needed", "any", "damaged")
            assert condition.held is (True if anything_goes else None)
    if decision.question is None and decision.rule is None:
        assert not decision.closed
        assert not decision.because
    if decision.question is None and decision.facts.price is None and decision.value == "price-paid":
        assert all(remedy.amount is None for remedy in decision.remedies)


@thorough
@given(strategies.policies(), strategies.shops(), st.data())
def test_a_judge_that_has_judged_before_judges_the_same(
    policy: tuple[str, dict[str, Any]], shop: Any, data: st.DataObject
) -> None:
    text, raw = policy
    setting = setting_of(shop)
    used = Judge((policy_of(text, setting),), setting)
    for _ in range(3):
        facts = facts_of(data.draw(strategies.requests(raw)), setting.roles)
        assert used.decide(facts)._replace(policy=None) == Judge(used.versions, setting).decide(facts)._replace(policy=None)


def test_a_way_back_that_costs_the_same_is_no_question() -> None:
    setting = Setting(("staff",), Calendar(), 2)
    text = """schema = 1
effective = 2026-01-01
[terms]
offer = { refund = "30 days" }
receipt = "not needed"
condition = "any"
return-to = { store = "free", mail = "5" }
[[rule]]
id = "toys"
when = { category = ["toys"] }
return-to = { mail = "5.00", store = "free" }
"""
    facts = read_facts({"bought": "2026-11-01"}, date(2026, 11, 21).toordinal, setting.roles)
    assert Judge((policy_of(text, setting),), setting).decide(facts).answer == "yes"
