"""What examples try of a policy: every rule, every condition both ways, and the two days at the end of every window."""

from collections.abc import Iterable
from typing import NamedTuple

from returnkit.policy.decide import Decision
from returnkit.policy.language import Also, Line, Policy, Rule, Season

LAST_DAY, DAY_AFTER = "on the last day", "on the day after"


class Point(NamedTuple):
    """One thing that an example can try: of a part of the policy, in words."""

    kind: str  # rule, condition or boundary
    part: str
    what: str


class Coverage(NamedTuple):
    """What is tried, and what is not, in the order of the policy."""

    tried: tuple[Point, ...]
    missing: tuple[Point, ...]

    def percent(self, kind: str = "") -> float:
        """Return how much of it is tried, in per cent with one decimal; never rounded up, so 100 is all of it."""
        tried = sum(kind in ("", point.kind) for point in self.tried)
        every = tried + sum(kind in ("", point.kind) for point in self.missing)
        return tried * 1000 // every / 10 if every else 100.0


def coverage(policy: Policy, decisions: Iterable[Decision]) -> Coverage:
    """Return what some decisions tried of a policy; those of other versions try nothing of it."""
    tried: set[Point] = set()
    for decision in decisions:
        if decision.policy is not None and decision.policy.source == policy.source:
            tried |= set(_tried(decision))
    every = list(dict.fromkeys(_points(policy)))
    return Coverage(tuple(point for point in every if point in tried), tuple(point for point in every if point not in tried))


def _points(policy: Policy) -> Iterable[Point]:
    parts: list[Rule | Also | Season] = [*policy.rules, *policy.alsos, *policy.seasons]
    for part in parts:
        yield Point("rule", part.id, "decides" if isinstance(part, Rule) else "applies")
        for line, kind in [(line, "when") for line in part.when] + [(line, "unless") for line in part.unless]:
            for held in (True, False):
                yield _condition(part.id, kind, line, held=held)
        for remedy, window in part.terms.offer if isinstance(part, Rule) else ():
            if window.lasts is not None:
                yield Point("boundary", part.id, f"{remedy} {LAST_DAY}")
                yield Point("boundary", part.id, f"{remedy} {DAY_AFTER}")


def _condition(part: str, kind: str, line: Line, *, held: bool) -> Point:
    # An exception that is fulfilled as a condition is one that does not apply.
    words = ("applies", "does not apply") if kind == "unless" else ("does not hold", "holds")
    return Point("condition", part, f"{kind} {line.fact.replace('_', '-')} = {line.text}: {words[held]}")


def _tried(decision: Decision) -> Iterable[Point]:
    if decision.rule is not None:
        yield Point("rule", decision.rule, "decides")
    for also in decision.alsos:
        yield Point("rule", also, "applies")
    for condition in decision.conditions:
        if condition.kind == "bought" and condition.held:
            yield Point("rule", condition.part, "applies")  # a season
        if condition.line is not None and condition.held is not None:
            yield _condition(condition.part, condition.kind, condition.line, held=condition.held)
    for remedy in (*decision.remedies, *decision.closed):
        if decision.rule is not None and remedy.until is not None:
            late = decision.facts.on - remedy.until
            if late in (0, 1):
                yield Point("boundary", decision.rule, f"{remedy.remedy} {DAY_AFTER if late else LAST_DAY}")
