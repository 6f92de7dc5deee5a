"""A decision as what is recorded of it: one article that came back, and what the policy said."""

from returnkit.model.dates import iso
from returnkit.model.digest import short_sha256
from returnkit.model.jsonl import Json
from returnkit.model.money import line_value
from returnkit.model.record import filled
from returnkit.policy.decide import Decision, Remedy
from returnkit.policy.facts import Facts
from returnkit.policy.language import PAYS_MONEY, Policy


def goods(facts: Facts, sku: str, digits: int) -> Json:
    """Return what comes back: `sku` as it is written on the label, money for all its pieces in minor units."""
    line: Json = {
        "sku": sku or None,
        "category": facts.category,
        "tags": sorted(facts.tag),
        "quantity": facts.quantity,
        "paid": None if facts.price is None else line_value(facts.price, facts.quantity, digits),
        "lowest": None if facts.lowest_price is None else line_value(facts.lowest_price, facts.quantity, digits),
        "reason": facts.reason,
        "condition": facts.condition,
    }
    return filled(line)


def judgement(decision: Decision, remedy: Remedy | None) -> Json:
    """Return what the policy said of it, and the remedy that was taken (None where it was refused)."""
    policy = decision.policy
    line: Json = {
        "rule": decision.rule,
        "policy": policy and short_sha256(policy.source),
        "waived": list(decision.exception.waived) if decision.exception and remedy else None,
    }
    if remedy is None:
        line["answer"] = decision.answer
    else:
        line |= {"remedy": remedy.remedy, "amount": remedy.amount, "until": None if remedy.until is None else iso(remedy.until)}
        if remedy.remedy in PAYS_MONEY:
            line["fee"] = decision.fee_amount or None
        if remedy.remedy == "refund" and decision.terms is not None and decision.terms.refund_to == "cash":
            line["tender"] = "cash"  # else it goes back as it was paid
    return filled(line)


def sale(facts: Facts) -> Json:
    """Return what is known of the sale."""
    return filled(
        {
            "bought": None if facts.bought is None else iso(facts.bought),
            "delivered": None if facts.delivered is None else iso(facts.delivered),
            "channel": facts.channel,
            "receipt": facts.receipt,
            "member": facts.member,
            "paid_with": facts.paid_with,
            "seller": facts.seller,
            "country": facts.country,
        }
    )


def has_room(policy: Policy, role: int, amount: int | None) -> bool:
    """Tell whether a role may give this amount (minor units) beside the policy: its room holds it, or nobody stands above it.

    S28 to S34 say what a room may waive; what no room waives is for the highest role alone.
    """
    room = policy.rooms[role]
    if role == len(policy.rooms) - 1:
        return True
    return room is not None and (room.amount is None or (amount is not None and amount <= room.amount))
