"""For each rule a request that it decides, as ordinary as can be; and what happens at the end of what it promises."""

from collections.abc import Iterator
from itertools import combinations, islice, product
from typing import NamedTuple

from returnkit.model.dates import add, iso
from returnkit.policy.cells import NONE, OTHER, cells
from returnkit.policy.compile import compile_policy
from returnkit.policy.coverage import DAY_AFTER, LAST_DAY
from returnkit.policy.decide import Decision, Setting, decide
from returnkit.policy.facts import Facts
from returnkit.policy.language import Also, Line, Policy, Rule

MOST_TRIES = 200_000
SOLD_AFTER = 40  # days that a policy has been in force when the example is bought: clear of what came before


class Promised(NamedTuple):
    """A request around the last day of what a rule promised on the day of purchase, and what comes of it."""

    rule: str
    remedy: str
    facts: Facts
    until: int
    decision: Decision

    @property
    def kept(self) -> bool:
        """Whether it is open to its end, and not by the same rule beyond it."""
        is_open = self.remedy in {each.remedy for each in self.decision.remedies} and self.decision.exception is None
        if self.facts.on > self.until:
            return not (is_open and self.decision.rule == self.rule)
        return is_open

    def told(self) -> str:
        """Return it in words."""
        came = f"{self.decision.rule} decides and gives no {self.remedy}"
        if self.facts.on > self.until:
            came = f"{self.decision.rule} still gives it"
        elif self.decision.exception is not None:
            came = f"{self.decision.rule} gives it as an exception alone"
        return f"{self.rule} promises {self.remedy} until {iso(self.until)}; on {iso(self.facts.on)} {came}"


def examples(policy: Policy, setting: Setting, country: str) -> dict[str, Facts]:
    """Return a request for each rule that decides one; rules for which none is found are not among them.

    Values are tried that the policy tells apart, the usual ones first.
    """
    compiled = compile_policy(policy, setting)
    found: dict[str, Facts] = {}
    wanted = {rule.id for rule in policy.rules}
    for facts in islice(_requests(policy, setting, country), MOST_TRIES):
        _, rule, _ = compiled(*facts)
        if rule not in found:
            found[rule] = facts
            if len(found) == len(wanted):
                break
    return found


def _requests(policy: Policy, setting: Setting, country: str) -> Iterator[Facts]:
    """Yield requests: every combination of the values that the policy tells apart, those nearest to the usual ones first.

    They are made one by one, for there may be more of them than anybody can wait for.
    """
    bought = policy.effective + SOLD_AFTER
    usual = Facts(
        sku=OTHER, category=OTHER, price=200_000, lowest_price=200_000, bought=bought, delivered=bought, channel="store",
        reason="not-said", condition="unopened", receipt="yes", member=NONE, paid_with=OTHER, seller=OTHER,
        country=country.casefold(), on=bought,
    )  # fmt: skip
    parts: list[Rule | Also] = [*policy.rules, *policy.alsos]
    lines = [line for part in parts for line in (*part.when, *part.unless)]
    facts = list(dict.fromkeys(line.fact for line in lines if line.span is None))
    choices = [_values(fact, [line for line in lines if line.fact == fact], policy, usual, setting) for fact in facts]
    spans = [line.span for line in lines if line.span is not None]
    days = [bought, *sorted({day + more for span in spans for day in [add(bought, span)] for more in (0, 1)})]
    for unusual in range(len(facts) + 1):
        for places in combinations(range(len(facts)), unusual):
            for values in product(*(choices[place][1:] for place in places)):
                changed = {facts[place]: value for place, value in zip(places, values, strict=True)}
                request = usual._replace(**changed)  # type: ignore[arg-type]
                for day in days:
                    start = request.bought or bought
                    yield request._replace(on=start + day - bought, delivered=start)


def _values(fact: str, lines: list[Line], policy: Policy, usual: Facts, setting: Setting) -> list[object]:
    """Return the values of a fact that the policy tells apart, the usual one first."""
    ordinary = getattr(usual, fact)
    if fact == "tag":
        names = sorted({name for line in lines for name in line.names})
        return [ordinary, *(frozenset({name}) for name in names)]
    if fact == "bought":
        return [ordinary, *(day for line in lines for day in line.days if day >= policy.effective)]
    limits = {limit for line in lines for wanted in line.ranges for limit in wanted if limit is not None}
    if limits:
        return list(dict.fromkeys([ordinary, *sorted(limits), *(limit - 1 for limit in sorted(limits) if limit > 1)]))
    return list(dict.fromkeys([ordinary, *(cell.value for cell in cells((policy,), fact, usual, setting))]))


def promised(policy: Policy, setting: Setting, requests: dict[str, Facts]) -> list[Promised]:
    """Return what comes of each promise on the day before its last day, on that day and on the day after.

    What a rule promises on the day of purchase is open on its last day as well; where another rule decides by then, the
    customer was told something that is not so.
    """
    found = []
    for rule, facts in requests.items():
        today = decide((policy,), facts, setting)
        if today.exception is not None:
            continue
        for remedy in today.remedies:
            for on in () if remedy.until is None else (remedy.until - 1, remedy.until, remedy.until + 1):
                if on >= facts.on:
                    later = facts._replace(on=on)
                    assert remedy.until is not None
                    found.append(Promised(rule, remedy.remedy, later, remedy.until, decide((policy,), later, setting)))
    return found


def last_days(policy: Policy, setting: Setting, requests: dict[str, Facts]) -> Iterator[tuple[str, str, Facts]]:
    """Yield rule, boundary and request for the last day of every window and for the day after."""
    for rule, facts in requests.items():
        decision = decide((policy,), facts, setting)
        for remedy in (*decision.remedies, *decision.closed):
            if remedy.until is not None and remedy.until >= facts.on:
                yield rule, f"{remedy.remedy} {LAST_DAY}", facts._replace(on=remedy.until)
                yield rule, f"{remedy.remedy} {DAY_AFTER}", facts._replace(on=remedy.until + 1)
