"""A decision as data: the contract that scripts rely on, the same in every language but for `say`."""

from typing import TYPE_CHECKING

from returnkit.model.dates import iso
from returnkit.model.digest import short_sha256
from returnkit.model.money import decimal_text, price_text
from returnkit.policy.decide import Condition, Decision, Lead, Remedy, Setting
from returnkit.policy.language import PAYS_MONEY
from returnkit.policy.words import percent

if TYPE_CHECKING:
    from returnkit.policy.alternatives import Alternative

SCHEMA = "returnkit.decision/1"
DAYS = ("bought", "delivered", "on", "within", "after")

Json = dict[str, object]


def decision_as_json(decision: Decision, setting: Setting, currency: str, who: tuple[str, ...], say: str) -> Json:
    """Return the decision as a dictionary for JSON; `who` are the names behind its role, `say` the sentence to say."""
    policy, exception, question = decision.policy, decision.exception, decision.question
    return {
        "schema": SCHEMA,
        "answer": decision.answer,
        "remedies": [_remedy(remedy, setting.digits, currency) for remedy in decision.remedies],
        "rule": decision.rule,
        "conditions": [_condition(condition, setting) for condition in decision.conditions],
        "say": say,
        "fees": _fees(decision, setting.digits, currency),
        "ask": question
        and {
            "fact": question.fact,
            "leads": [_lead(lead, setting.digits, currency) for lead in question.leads],
        },
        "exception": exception and {"role": setting.roles[exception.role], "waived": list(exception.waived)},
        "who": None if decision.who is None else {"role": setting.roles[decision.who], "names": list(who)},
        "policy": policy
        and {
            "file": policy.file,
            "effective": iso(policy.effective),
            "sha256": short_sha256(policy.source),
        },
    }


def _remedy(remedy: Remedy, digits: int, currency: str) -> Json:
    return {
        "remedy": remedy.remedy,
        "until": None if remedy.until is None else iso(remedy.until),
        "amount": None if remedy.amount is None else decimal_text(remedy.amount, digits),
        "currency": currency,
    }


def _lead(lead: Lead, digits: int, currency: str) -> Json:
    remedies = [_remedy(remedy, digits, currency) for remedy in lead.remedies]
    return {"value": lead.value, "answer": lead.answer, "remedies": remedies}


def _condition(condition: Condition, setting: Setting) -> Json:
    found: Json = {
        "part": condition.part,
        "kind": condition.kind,
        "fact": condition.fact.replace("-", "_"),
        "want": condition.want,
    }
    if condition.remedy:
        found["remedy"] = condition.remedy
    return found | {"value": value_as_json(condition, setting), "held": condition.held}


def value_as_json(condition: Condition, setting: Setting) -> object:
    """Return the value that a condition found: days in ISO 8601, prices as decimal text, tags as a list."""
    value = condition.value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, int) and condition.fact in DAYS:
        return iso(value)
    if isinstance(value, int) and condition.fact == "price":
        return price_text(value, setting.digits)
    return value


def _fees(decision: Decision, digits: int, currency: str) -> list[Json]:
    """Return what is taken off, and what each way back costs, a line each (S23, S25)."""
    if decision.terms is None or not decision.remedies:
        return []
    fees: list[Json] = []
    if any(decision.fee) and any(remedy.remedy in PAYS_MONEY for remedy in decision.remedies):
        amount = decision.fee_amount
        fees.append(
            {
                "fee": "restocking",
                "percent": percent(decision.fee) if decision.fee.percent else None,
                "fixed": decimal_text(decision.fee.fixed, digits) if decision.fee.fixed else None,
                "amount": None if amount is None else decimal_text(amount, digits),
                "currency": currency,
            }
        )
    for way, cost in decision.terms.return_to:
        amount_text = {"free": decimal_text(0, digits), "customer": None}.get(cost, cost)
        pays = "shop" if cost == "free" else "customer"
        fees.append({"fee": "return", "way": way, "pays": pays, "amount": amount_text, "currency": currency})
    return fees


def change_as_json(change: "Alternative", setting: Setting, currency: str) -> Json:
    """Return what would have made it a yes: a fact, its other value, and the remedies that it would have opened."""
    value = change.value
    if isinstance(value, int):
        value = setting.roles[value] if change.fact == "role" else iso(value)
    remedies = [_remedy(remedy, setting.digits, currency) for remedy in change.decision.remedies]
    return {"fact": change.fact, "value": value, "remedies": remedies}
