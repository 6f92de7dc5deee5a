"""What lint finds, and what it looks at: a policy with all that its checks share, worked out once."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple, cast

from returnkit.model.toml import Path, word
from returnkit.policy.decide import Setting
from returnkit.policy.diagram import Diagrams, Node
from returnkit.policy.diagram import Path as Cases
from returnkit.policy.facts import Facts
from returnkit.policy.language import NO_RULE, Also, Policy, Rule, Season, Terms
from returnkit.policy.moments import clock_of
from returnkit.policy.space import Answer, Space

Part = Rule | Also | Season

LEVELS = ("error", "warning", "info")
ERROR, WARNING, INFO = LEVELS


class Finding(NamedTuple):
    """Something about a policy that its owner should know: where it stands in the file, what it is, what to do.

    `example` is a request that shows it, None where a line of the policy shows it by itself.
    """

    code: str
    level: str
    path: Path
    what: str
    remedy: str
    example: Facts | None = None


class Surroundings(NamedTuple):
    """What a policy is looked at together with. Days are ordinals.

    `held` has for each role whether anybody holds it or a higher one, nothing where nobody is listed; `names` the values
    that articles and sales have of each fact, `item_tags` the tags of articles.
    """

    today: int
    languages: tuple[str, ...]
    held: Sequence[bool]
    names: Mapping[str, frozenset[str]]
    item_tags: frozenset[str]


class Subject:
    """A policy that is being looked at. What several checks need is worked out once."""

    def __init__(self, policy: Policy, written: Mapping[str, object], setting: Setting, around: Surroundings) -> None:
        self.written, self.setting, self.around = written, setting, around
        self.whole = policy
        self.space = Space((policy,), setting)
        self.policy = self.space.policies[0]  # without discretion
        self.diagrams: Diagrams = self.space.diagrams

    @cached_property
    def holding(self) -> dict[str, Node]:
        """Where the conditions of each rule hold, by its id."""
        return {rule.id: self.space.rule(rule, self.policy) for rule in self.policy.rules}

    @cached_property
    def deciding(self) -> dict[str, Node]:
        """Where each rule decides, by its id."""
        return self.space.deciding(self.policy)

    @cached_property
    def decider(self) -> Node:
        """The id of the rule that decides."""
        return self.space.decider(self.policy)

    @cached_property
    def own(self) -> dict[str, Node]:
        """What each rule would answer if it decided everything, by its id."""
        return {rule.id: self.space.answers_of(rule, self.policy) for rule in self.policy.rules}

    @cached_property
    def answers(self) -> Node:
        """The answer to every request."""
        found = self.diagrams.false
        for rule in reversed(self.policy.rules):
            found = self.diagrams.choose(self.holding[rule.id], self.own[rule.id], found)
        return found

    @cached_property
    def decided(self) -> Node:
        """Which rule decides, and what is open then."""
        return self.diagrams.combine(
            lambda rule, answer: (rule, frozenset(cast("Answer", answer).outcome.remedies)), self.decider, self.answers
        )

    @cached_property
    def taken(self) -> dict[str, Node]:
        """Where a rule above decides already, by the id of each rule."""
        found, above = {}, self.diagrams.false
        for rule in self.policy.rules:
            found[rule.id] = above
            above = self.diagrams.either(above, self.deciding[rule.id])
        return found

    def applying(self, also: Also) -> Node:
        """Return where an overlay lies on top of a rule that offers anything."""
        found = self.diagrams.false
        for terms, offering in self._offering.values():
            part = self.space.part(also, self.policy, terms)
            found = self.diagrams.either(found, self.diagrams.both(offering, part))
        return found

    @cached_property
    def _offering(self) -> dict[object, tuple[Terms, Node]]:
        """Where a rule decides that offers anything, by how its terms count days: overlays look at nothing else of them."""
        found: dict[object, tuple[Terms, Node]] = {}
        for rule in self.policy.rules:
            if rule.terms.offer:
                key = clock_of(rule.terms), rule.terms.if_closed
                _, before = found.get(key, (None, self.diagrams.false))
                found[key] = rule.terms, self.diagrams.either(before, self.deciding[rule.id])
        return found

    @cache  # noqa: B019 - as long as the policy is looked at
    def opened(self, remedy: str) -> Node:
        """Return where a remedy is open by the rules."""
        return self.diagrams.where(self.answers, lambda answer: remedy in cast("Answer", answer).outcome.remedies)

    def example(self, condition: Node) -> Facts:
        """Return a request for which a condition is true; there must be one."""
        path = self.diagrams.path(condition)
        assert path is not None
        return self.space.request(path)

    def request(self, path: Cases) -> Facts:
        """Return the request that some cases stand for."""
        return self.space.request(path)

    def place(self, part: Part, *keys: str) -> Path:
        """Return where a part of the policy, or a key of it, stands in the file."""
        if part.id == NO_RULE:
            return ("terms", *keys)
        kind = "rule" if isinstance(part, Rule) else "also" if isinstance(part, Also) else "season"
        number = next(number for number, other in enumerate(self.parts(kind)) if other.id == part.id)
        return (kind, number, *keys)

    def parts(self, *kinds: str) -> list[Part]:
        """Return the rules ([terms] last), overlays and seasons of the policy, or those of some kinds."""
        found: list[Part] = []
        for kind, parts in (("rule", self.policy.rules), ("also", self.policy.alsos), ("season", self.policy.seasons)):
            found += parts if kind in kinds or not kinds else ()
        return found

    def rule(self, rule: object) -> Rule:
        """Return the rule with an id."""
        return next(each for each in self.policy.rules if each.id == rule)

    def keys(self, part: Rule) -> frozenset[str]:
        """Return the keys that a rule, or [terms], has in the file."""
        table: object = self.written
        for step in self.place(part):
            if isinstance(step, str):
                table = next(value for key, value in cast("dict[str, object]", table).items() if word(key) == step)
            else:
                table = cast("list[object]", table)[step]
        return frozenset(map(word, cast("dict[str, object]", table)))


def named(rule: Rule | str) -> str:
    """Return what a rule is called in a message."""
    own = rule if isinstance(rule, str) else rule.id
    return "[terms]" if own == "terms" else f"“{own}”"


def rules_and_overlays(subject: Subject) -> list[Rule | Also]:
    """Return what has terms and reasons: the rules, [terms] and the overlays."""
    return [*subject.policy.rules, *subject.policy.alsos]
