"""The engine against a slow, independent reading of the same sentences, over random policies, shops and requests."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnkit.model.calendar import Calendar
from returnkit.model.dates import iso
from returnkit.model.money import decimal_text
from returnkit.policy.compile import compile_versions
from returnkit.policy.decide import Decision, Setting, decide
from returnkit.policy.facts import ASKED, Facts, read_facts
from returnkit.policy.judge import Judge
from returnkit.policy.language import Policy
from returnkit.policy.read import read_policy
from tests import oracle, strategies

LONG_AGO = date(2000, 1, 1)  # the oracle's oldest sale is older than the oldest that is understood
Case = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]

thorough = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
