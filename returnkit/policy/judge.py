"""One policy, ready to judge many returns: whatever is unknown, it answers or asks for the one fact that settles most."""

from functools import cached_property
from typing import TYPE_CHECKING

from returnkit.policy.decide import (
    Decision,
    Question,
    Setting,
    accepts_anything,
    decide,
    fee_amount,
    hyphened,
    judging,
    whole_value,
    with_amount,
)
from returnkit.policy.facts import ASKED, Facts, Unknown
from returnkit.policy.language import VALUES, Fee, Policy

# The tree of unknown facts, its compiled decisions and its cells are loaded by the first return that needs them.
if TYPE_CHECKING:
    from returnkit.policy.ask import Branch, Leaf
    from returnkit.policy.cells import Cell
    from returnkit.policy.compile import Compiled
    from returnkit.policy.contest import Contest


class Judge:
    """All versions of a policy (oldest first) in the setting of a shop. What it works out once, it keeps."""

    def __init__(self, versions: tuple[Policy, ...], setting: Setting) -> None:
        self.versions, self.setting = versions, setting
        self._cells: dict[tuple[object, ...], tuple[Cell, ...]] = {}
        self._of_versions: dict[tuple[int, ...], Judge] = {}

    def decide(self, facts: Facts) -> Decision:
        """Return the decision: the answer where every value of what is unknown agrees, else `ask` with one fact (S35)."""
        try:
            return decide(self.versions, facts, self.setting)
        except Unknown as unknown:
            first = unknown.fact
        if facts.bought is not None and (judge := self._judging(facts.bought, facts.on)) is not self:
            return judge.decide(facts)
        from returnkit.policy.ask import Leaf, TooManyError, question
        from returnkit.policy.cells import values_of

        try:
            tree, judged = self._explored(facts)
        except TooManyError:
            return _asking(facts, Question(first, ()))
        if isinstance(tree, Leaf):
            return self._agreed(facts, tree, one_version=facts.bought is not None and len(judged) == 1)
        return _asking(facts, question(tree, facts, self.setting, lambda fact: values_of(self.versions, fact)))

    def decide_filled(self, facts: Facts) -> Decision:
        """Return the explaining decision, with the first case of every fact that it looks at and does not find."""
        while True:
            try:
                return decide(self.versions, facts, self.setting)
            except Unknown as unknown:
                facts = facts.with_fact(unknown.fact, self.cells(unknown.fact, facts)[0].value)

    def decide_ordinary(self, facts: Facts, country: str) -> Decision:
        """Return the decision where nothing special is known: what is unknown is as in most sales.

        Bought today in the shop, unopened, with the receipt, by nobody's member, for the shop's own country.
        """
        from returnkit.policy.cells import NONE, OTHER

        usual: dict[str, object] = {
            "bought": facts.on, "channel": "store", "reason": "not-said", "condition": "unopened", "receipt": "yes",
            "sku": OTHER, "category": OTHER, "member": NONE, "paid_with": OTHER, "seller": OTHER, "country": country,
        }  # fmt: skip
        for fact, value in usual.items():
            if getattr(facts, fact) is None:
                facts = facts.with_fact(fact, value)
        return self.decide_filled(facts)

    @cached_property
    def compiled(self) -> "Compiled":
        """The policy as one plain function of the facts."""
        from returnkit.policy.compile import compile_versions

        return compile_versions(self.versions, self.setting)

    def cells(self, fact: str, facts: Facts) -> "tuple[Cell, ...]":
        """Return the cases of an unknown fact, given what is known of it beside."""
        from returnkit.policy.cells import cells

        key: tuple[object, ...] = (fact,)
        if fact in ("bought", "delivered"):
            key = (fact, facts.on, facts.bought, facts.delivered)
        elif fact == "price":
            key = (fact, facts.quantity)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = cells(self.versions, fact, facts, self.setting)
        return found

    @cached_property
    def contest(self) -> "Contest":
        """The versions where a newer one also judges earlier purchases."""
        from returnkit.policy.contest import Contest

        return Contest(self.versions, self.setting, self.cells)

    def _explored(self, facts: Facts) -> "tuple[Branch | Leaf, set[int]]":
        """Return all that the unknown facts could lead to, and the first days of the versions that judge any of it."""
        if any(policy.kinder for policy in self.versions[1:]):
            return self.contest.explore(facts)
        from returnkit.policy.ask import explore

        return explore(self.compiled, self.cells, facts), {policy.effective for policy in self.versions}

    def _judging(self, bought: int, on: int) -> "Judge":
        """Return the judge for a day of purchase: this one, or one over fewer versions."""
        policies = judging(self.versions, bought, on)
        if len(policies) == len(self.versions):
            return self
        key = tuple(policy.effective for policy in policies)
        if key not in self._of_versions:
            self._of_versions[key] = Judge(policies, self.setting)
        return self._of_versions[key]

    def _agreed(self, facts: Facts, leaf: "Leaf", *, one_version: bool) -> Decision:
        """Return the one answer that everything unknown leads to, with the earliest last days (S37)."""
        decision = self.decide_filled(leaf.facts)
        unknown = {hyphened(fact) for fact in ASKED if getattr(facts, fact) is None}
        days_known = (leaf.facts.bought, leaf.facts.delivered) == (facts.bought, facts.delivered)
        value = whole_value(decision.value, facts, self.setting.digits)
        charged = None if value is None else fee_amount(decision.fee, value)
        one_version = one_version or len(self.versions) == 1
        one_rule = leaf.rule is not None and (one_version or facts.bought is None)
        return decision._replace(
            remedies=tuple(
                with_amount(remedy._replace(until=until), value, charged)
                for remedy, until in zip(decision.remedies, leaf.lasts, strict=True)
            ),
            closed=decision.closed if days_known and one_rule else (),
            because=decision.because if one_rule else (),
            policy=decision.policy if one_version else None,
            kinder_than=decision.kinder_than if one_version else None,
            rule=leaf.rule,
            conditions=tuple(
                condition._replace(value=None, held=accepts_anything(condition) or None)
                if condition.fact in unknown and condition.value is not None
                else condition
                for condition in decision.conditions
                if one_rule or condition.kind not in ("window", "term")  # those are of one rule among several
            ),
            fee_amount=charged,
            facts=facts,
            at_least=not days_known,
        )


def _asking(facts: Facts, question: Question) -> Decision:
    return Decision(
        answer="ask", remedies=(), closed=(), rule=None, alsos=(), conditions=(), terms=None, fee=Fee(), fee_amount=None,
        value=VALUES[0], because=(), who=None, exception=None, question=question, policy=None, facts=facts,
    )  # fmt: skip
