"""What would have made it a yes: the same case with one fact changed."""

from typing import NamedTuple

from returnkit.policy.decide import Decision
from returnkit.policy.facts import CHOICES, Facts
from returnkit.policy.judge import Judge
from returnkit.policy.language import FAULTS, names_of

# In the order in which a person would think of them; which article it is cannot be changed.
CHANGEABLE = ("on", "receipt", "condition", "reason", "role", "channel", "member", "paid_with", "seller", "country")


class Alternative(NamedTuple):
    """One fact with another value, and the yes that it would have led to."""

    fact: str
    value: int | str
    decision: Decision


def alternatives(judge: Judge, decision: Decision) -> tuple[Alternative, ...]:
    """Return every change of a single fact that turns the decision into a yes.

    A day stands for all between it and the day of the decision that are not yet too late (or too early).
    """
    facts = decision.facts
    found = []
    for fact in CHANGEABLE:
        for value in _values(judge, fact, decision):
            if value != getattr(facts, fact):
                changed = judge.decide(facts.with_fact(fact, value))
                if changed.answer == "yes":
                    found.append(Alternative(fact, value, changed))
    return tuple(found)


def _values(judge: Judge, fact: str, decision: Decision) -> tuple[int, ...] | tuple[str, ...]:
    if fact == "on":
        remedies = (*decision.closed, *decision.remedies)
        lasts = {remedy.until for remedy in remedies if remedy.until is not None}
        opens = {remedy.opens for remedy in remedies if remedy.opens is not None}
        days = sorted((day for day in lasts if day < decision.facts.on), reverse=True)
        return tuple(days + sorted(day for day in opens if day > decision.facts.on))
    if fact == "role":
        return tuple(range(decision.facts.role + 1, len(judge.setting.roles)))
    return CHOICES.get(fact) or names_of(judge.versions, fact)


def possible_instead(judge: Judge, decision: Decision) -> tuple[Alternative, ...]:
    """Return what a customer who hears no can still do: take another remedy, bring the receipt, or say what is faulty.

    Only what the policy itself gives with the facts that are known: nothing is guessed, and no exception promised.
    """
    facts = decision.facts
    changes: list[tuple[str, str, Facts]] = []
    if facts.remedy is not None:
        changes.append(("remedy", "", facts._replace(remedy=None)))
    if facts.receipt not in (None, "yes"):
        changes.append(("receipt", "yes", facts._replace(receipt="yes")))
    if facts.reason not in FAULTS and (reason := _fault(judge)):
        changes.append(("reason", reason, facts._replace(reason=reason, receipt=facts.receipt or "yes")))
    found = [Alternative(fact, value, judge.decide(changed)) for fact, value, changed in changes]
    open_now = [other for other in found if other.decision.answer == "yes" and other.decision.exception is None]
    return tuple(open_now[:1] if facts.remedy is not None else open_now)


def while_selling(judge: Judge, facts: Facts, country: str) -> tuple[Decision, Decision, Decision | None]:
    """Return what an ordinary sale today promises: unopened, once the box was opened, and if it turns out to be faulty.

    What delivery the clock counts from is not known while selling, and is taken to be today's.
    """
    sold = judge.decide_ordinary(facts, country)
    opened = judge.decide_ordinary(facts.with_fact("condition", facts.condition or "opened"), country)
    reason = _fault(judge)
    faulty = judge.decide_ordinary(facts.with_fact("reason", reason), country) if reason else None
    return _as_asked(sold, facts), _as_asked(opened, facts), _as_asked(faulty, facts) if faulty and faulty.remedies else None


def _as_asked(decision: Decision, facts: Facts) -> Decision:
    """Return the decision without the day of delivery that was only assumed, and without what only discretion gives."""
    remedies = decision.remedies if decision.exception is None else ()
    return decision._replace(remedies=remedies, facts=decision.facts._replace(delivered=facts.delivered))


def _fault(judge: Judge) -> str:
    """Return the word that the policy has for faulty goods; an empty text where it has none."""
    known = names_of(judge.versions, "reason")
    return next((reason for reason in FAULTS if reason in known), "")
