"""A request as it is typed at the counter."""

import shlex

from returnkit.model.dates import iso
from returnkit.model.money import price_text
from returnkit.policy.decide import Setting
from returnkit.policy.facts import Facts
from returnkit.policy.language import Policy, lines_of

NAMES = ("sku", "category", "channel", "reason", "condition", "receipt", "member", "paid_with", "seller", "country")
ALWAYS = ("channel", "reason", "condition", "receipt")


def typed(facts: Facts, policies: tuple[Policy, ...], setting: Setting) -> dict[str, object]:
    """Return the facts of a request that some policies look at, by the names of their options, as they are written there."""
    looked_at = {line.fact for line in lines_of(policies)}
    given: dict[str, object] = {"bought": iso(facts.bought or facts.on), "on": iso(facts.on)}
    given |= {fact.replace("_", "-"): getattr(facts, fact) for fact in NAMES if fact in ALWAYS or fact in looked_at}
    given |= {"tag": sorted(facts.tag)} if facts.tag else {}
    given |= {"quantity": facts.quantity} if facts.quantity != 1 else {}
    given["price"] = price_text(facts.price or 0, setting.digits)
    if facts.delivered is not None and (facts.channel != "store" or facts.delivered != facts.bought):
        given["delivered"] = iso(facts.delivered)
    values = {rule.terms.value for policy in policies for rule in policy.rules}
    if "lowest-price" in values | {also.value for policy in policies for also in policy.alsos}:
        given["lowest-price"] = price_text(facts.lowest_price or 0, setting.digits)
    return given


def command_line(given: dict[str, object], policy_file: str = "") -> str:
    """Return the command that asks for a request: the shop's own policy, or another file."""
    words = ["returnkit", "policy", "check", *(["--policy", policy_file] if policy_file else [])]
    for name, value in given.items():
        for each in value if isinstance(value, list) else [value]:
            words += [f"--{name}", str(each)]
    return shlex.join(words)
