"""What would have made it a yes: the same case with one fact changed."""

from typing import NamedTuple

from returnkit.policy.ask import judge, ordinary
from returnkit.policy.decide import Decision, Setting
from returnkit.policy.facts import CHOICES, Facts
from returnkit.policy.language import Policy, names_of

# In the order in which a person would think of them; which article it is cannot be changed.
CHANGEABLE = ("on", "receipt", "condition", "reason", "role", "channel", "member", "paid_with", "seller", "country")
FAULTS = ("faulty", "not-as-described", "wrong-item")


class Alternative(NamedTuple):
    """One fact with another value, and the yes that it would have led to."""

    fact: str
    value: int | str
    decision: Decision


def alternatives(versions: tuple[Policy, ...], decision: Decision, setting: Setting) -> tuple[Alternative, ...]:
    """Return every change of a single fact that turns the decision into a yes.

    A day stands for all between it and the day of the decision that are not yet too late (or too early).
    """
    facts = decision.facts
    found = []
    for fact in CHANGEABLE:
        for value in _values(versions, fact, decision, setting):
            if value != getattr(facts, fact):
                changed = judge(versions, facts.with_fact(fact, value), setting)
                if changed.answer == "yes":
                    found.append(Alternative(fact, value, changed))
    return tuple(found)


def _values(versions: tuple[Policy, ...], fact: str, decision: Decision, setting: Setting) -> tuple[int, ...] | tuple[str, ...]:
    if fact == "on":
        lasts = {remedy.until for remedy in decision.closed if remedy.until is not None}
        opens = {remedy.opens for remedy in decision.closed if remedy.opens is not None}
        days = sorted((day for day in lasts if day < decision.facts.on), reverse=True)
        return tuple(days + sorted(day for day in opens if day > decision.facts.on))
    if fact == "role":
        return tuple(range(decision.facts.role + 1, len(setting.roles)))
    return CHOICES.get(fact) or names_of(versions, fact)


def possible_instead(versions: tuple[Policy, ...], decision: Decision, setting: Setting) -> tuple[Decision, ...]:
    """Return what a customer who hears no can still do: bring a receipt, or say that the goods are faulty."""
    facts = decision.facts
    found = []
    if facts.receipt is not None and facts.receipt != "yes":
        found.append(judge(versions, facts.with_fact("receipt", "yes"), setting))
    if facts.reason not in FAULTS:
        reasons = [reason for reason in FAULTS if reason in names_of(versions, "reason")]
        found += [judge(versions, facts.with_fact("reason", reason), setting) for reason in reasons[:1]]
    return tuple(other for other in found if other.answer == "yes")


def while_selling(versions: tuple[Policy, ...], facts: Facts, setting: Setting, country: str) -> tuple[Decision, Decision | None]:
    """Return what an ordinary sale today promises, and what it promises if the goods turn out to be faulty."""
    sold = ordinary(versions, facts, setting, country)
    reasons = [reason for reason in FAULTS if reason in names_of(versions, "reason")]
    if not reasons:
        return sold, None
    faulty = ordinary(versions, facts.with_fact("reason", reasons[0]), setting, country)
    return sold, faulty if faulty.remedies else None
