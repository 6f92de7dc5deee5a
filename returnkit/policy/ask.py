"""Ask only what matters: what the unknown facts could still lead to, and the one fact that settles most (S35 to S41)."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from returnkit.policy.cells import NONE, OTHER, Cell, cells, in_words
from returnkit.policy.compile import NO, Compiled, Outcome, compile_versions
from returnkit.policy.decide import (
    Decision,
    Lead,
    Question,
    Remedy,
    Setting,
    decide,
    fee_amount,
    whole_value,
    with_amount,
)
from returnkit.policy.facts import ASKED, Facts, Unknown
from returnkit.policy.language import FACE_VALUE, PAYS_MONEY, VALUES, Fee, Policy

MOST_DECISIONS = 100_000  # beyond it (about half a second) the next fact is asked for without proof that it matters


class Leaf(NamedTuple):
    """What one choice of values for the unknown facts leads to."""

    outcome: Outcome
    rule: str
    lasts: tuple[int | None, ...]
    facts: Facts


class Branch(NamedTuple):
    """An unknown fact that a decision looks at, and where each of its cells leads."""

    fact: str
    children: tuple[tuple[Cell, "Branch | Leaf"], ...]


class _TooManyError(Exception):
    """The policy has more combinations of unknown facts than are worth trying."""


def judge(versions: tuple[Policy, ...], facts: Facts, setting: Setting) -> Decision:
    """Return the decision, whatever is unknown: the answer where every value of it agrees, else `ask` with one fact.

    `versions` stand oldest first.
    """
    try:
        return decide(versions, facts, setting)
    except Unknown as unknown:
        first = unknown.fact
    try:
        tree = explore(versions, facts, setting)
    except _TooManyError:
        return _asking(facts, Question(first, ()))
    leaves = list(_leaves(tree))
    if len({leaf.outcome for leaf in leaves}) == 1:
        return _agreed(versions, facts, setting, leaves)
    fact = _most_telling(tree)
    return _asking(facts, Question(fact, _leads(tree, fact, facts, setting)))


def explore(versions: tuple[Policy, ...], facts: Facts, setting: Setting) -> Branch | Leaf:
    """Return the tree of everything that the unknown facts could lead to; only facts that are looked at branch it."""
    compiled: Compiled = compile_versions(versions, setting)
    same = cache(_same)
    decisions = 0

    @cache
    def cases(fact: str, bought: int | None, delivered: int | None) -> tuple[Cell, ...]:
        return cells(versions, fact, facts._replace(bought=bought, delivered=delivered), setting)

    def grow(facts: Facts) -> Branch | Leaf:
        nonlocal decisions
        decisions += 1
        if decisions > MOST_DECISIONS:
            raise _TooManyError
        try:
            outcome, rule, lasts = compiled(*facts)
        except Unknown as unknown:
            fact = unknown.fact
        else:
            return Leaf(same(outcome), rule, lasts, facts)
        children = [
            (cell, grow(facts.with_fact(fact, cell.value))) for cell in cases(fact, facts.bought, facts.delivered)
        ]
        return Branch(fact, tuple(children))

    return grow(facts)


def _same(result: tuple[object, ...]) -> Outcome:
    """Return an outcome without what makes no difference to its remedies: fees and money only where money is paid (S37)."""
    outcome = Outcome._make(result)
    if outcome.answer == "no":
        return NO
    remedies = {*outcome.remedies}
    return outcome._replace(
        fee=outcome.fee if remedies & PAYS_MONEY else (0, 0),
        value=outcome.value if remedies & (PAYS_MONEY | FACE_VALUE) else VALUES[0],
        refund_to=outcome.refund_to if "refund" in remedies else "",
    )


def _leaves(tree: Branch | Leaf) -> Iterator[Leaf]:
    if isinstance(tree, Leaf):
        yield tree
    else:
        for _, child in tree.children:
            yield from _leaves(child)


def _agreed(versions: tuple[Policy, ...], facts: Facts, setting: Setting, leaves: list[Leaf]) -> Decision:
    """Return the one answer that all leaves give, with the earliest last days: at least until (S37)."""
    example = min(leaves, key=lambda leaf: [_end(last) for last in leaf.lasts])
    decision = _decide_filled(versions, example.facts, setting)
    unknown = {fact for fact in ASKED if getattr(facts, fact) is None}
    clock_unknown = bool(unknown & {"bought", "delivered"}) and len(leaves) > 1
    value = whole_value(decision.value, facts, setting.digits)
    charged = None if value is None else fee_amount(decision.fee, value)
    earliest = [min(lasts, key=_end) for lasts in zip(*(leaf.lasts for leaf in leaves), strict=True)]
    return decision._replace(
        remedies=tuple(
            with_amount(remedy._replace(until=until), value, charged)
            for remedy, until in zip(decision.remedies, earliest, strict=True)
        ),
        closed=() if clock_unknown else decision.closed,
        rule=decision.rule if len({leaf.rule for leaf in leaves}) == 1 else None,
        conditions=tuple(
            condition._replace(value=None, held=None)
            if condition.fact.replace("-", "_") in unknown and condition.value is not None
            else condition
            for condition in decision.conditions
        ),
        fee_amount=charged,
        facts=facts,
    )


def _end(last: int | None) -> float:
    return float("inf") if last is None else last


def _decide_filled(versions: tuple[Policy, ...], facts: Facts, setting: Setting) -> Decision:
    """Return the explaining decision; what only it looks at makes no difference, so the first case of each will do."""
    while True:
        try:
            return decide(versions, facts, setting)
        except Unknown as unknown:
            facts = facts.with_fact(unknown.fact, cells(versions, unknown.fact, facts, setting)[0].value)


def ordinary(versions: tuple[Policy, ...], facts: Facts, setting: Setting, country: str) -> Decision:
    """Return the decision of an ordinary sale on the day `on`: nothing special is known of the buyer, all is in order.

    What is known stays; the rest is bought today in the shop, unopened, with the receipt, by nobody's member.
    """
    usual: dict[str, object] = {
        "bought": facts.on, "channel": "store", "reason": "not-said", "condition": "unopened", "receipt": "yes",
        "sku": OTHER, "category": OTHER, "member": NONE, "paid_with": OTHER, "seller": OTHER, "country": country,
    }  # fmt: skip
    for fact, value in usual.items():
        if getattr(facts, fact) is None:
            facts = facts.with_fact(fact, value)
    return _decide_filled(versions, facts, setting)


def _asking(facts: Facts, question: Question) -> Decision:
    return Decision(
        answer="ask", remedies=(), closed=(), rule=None, alsos=(), conditions=(), terms=None, fee=Fee(), fee_amount=None,
        value=VALUES[0], because=(), who=None, exception=None, question=question, policy=None, facts=facts,
    )  # fmt: skip


def _outcomes_by_fact(tree: Branch | Leaf) -> dict[str, dict[int | str, set[Outcome]]]:
    """Return for every fact in the tree, for each of its values, the outcomes that are still possible with it."""
    every: dict[str, dict[int | str, set[Outcome]]] = {}
    anyway: dict[str, set[Outcome]] = {}
    facts = _facts_in(tree)

    def walk(node: Branch | Leaf, path: dict[str, int | str]) -> None:
        if isinstance(node, Branch):
            for cell, child in node.children:
                walk(child, {**path, node.fact: cell.value})
            return
        for fact in facts:
            if fact in path:
                every.setdefault(fact, {}).setdefault(path[fact], set()).add(node.outcome)
            else:
                anyway.setdefault(fact, set()).add(node.outcome)

    walk(tree, {})
    for fact, outcomes in anyway.items():
        for possible in every[fact].values():
            possible |= outcomes
    return every


def _facts_in(tree: Branch | Leaf) -> set[str]:
    if isinstance(tree, Leaf):
        return set()
    return {tree.fact}.union(*(_facts_in(child) for _, child in tree.children))


def _most_telling(tree: Branch | Leaf) -> str:
    """Return the fact whose worst answer leaves the fewest outcomes, among those that can change the outcome (S39)."""
    every = _outcomes_by_fact(tree)
    worst = {fact: max(len(outcomes) for outcomes in values.values()) for fact, values in every.items()}
    ranked = sorted(every, key=lambda fact: (worst[fact], ASKED.index(fact)))
    return next(fact for fact in ranked if _can_change(tree, fact, every[fact]))


def _can_change(tree: Branch | Leaf, fact: str, outcomes: dict[int | str, set[Outcome]]) -> bool:
    """Tell whether two cases that differ in this fact alone have different outcomes."""
    possible = list(outcomes.values())
    if any(other != possible[0] for other in possible[1:]):
        return True  # an outcome that only some values can reach
    values = list(outcomes)
    return any(_differ(_given(tree, fact, values[0]), _given(tree, fact, value)) for value in values[1:])


def _given(tree: Branch | Leaf, fact: str, value: int | str) -> Branch | Leaf:
    """Return the tree with one fact known."""
    if isinstance(tree, Leaf):
        return tree
    if tree.fact == fact:
        return _given(_child(tree, value), fact, value)
    return tree._replace(children=tuple((cell, _given(child, fact, value)) for cell, child in tree.children))


def _child(branch: Branch, value: int | str) -> Branch | Leaf:
    """Return where a value leads; of days and prices, the case that it lies in."""
    if isinstance(value, str):
        return next(child for cell, child in branch.children if cell.value == value)
    fitting = [child for cell, child in branch.children if isinstance(cell.value, int) and cell.value <= value]
    return fitting[-1] if fitting else branch.children[0][1]


def _differ(one: Branch | Leaf, other: Branch | Leaf) -> bool:
    """Tell whether some values of the remaining facts lead the two trees to different outcomes."""
    if isinstance(one, Branch):
        return any(_differ(child, _given(other, one.fact, cell.value)) for cell, child in one.children)
    return any(leaf.outcome != one.outcome for leaf in _leaves(other))


def _leads(tree: Branch | Leaf, fact: str, facts: Facts, setting: Setting) -> tuple[Lead, ...]:
    """Return where each value of the fact leads, days and prices grouped into spans (S41)."""
    by_cell: dict[Cell, list[Leaf]] = {}
    anyway: list[Leaf] = []

    def walk(node: Branch | Leaf, cell: Cell | None) -> None:
        if isinstance(node, Leaf):
            (anyway if cell is None else by_cell.setdefault(cell, [])).append(node)
            return
        for child_cell, child in node.children:
            walk(child, child_cell if node.fact == fact else cell)

    walk(tree, None)
    found = [(cell, _lead(fact, [*leaves, *anyway], facts, setting)) for cell, leaves in by_cell.items()]
    if isinstance(found[0][0].value, int):
        found.sort(key=lambda pair: pair[0].value)
    leads = []
    for _, group in groupby(found, key=lambda pair: _group(*pair)):
        spans = list(group)
        untils = zip(*([remedy.until for remedy in lead.remedies] for _, lead in spans), strict=True)
        remedies = tuple(
            remedy._replace(until=min(until, key=_end))
            for remedy, until in zip(spans[0][1].remedies, untils, strict=True)
        )
        value = in_words(fact, spans[0][0], spans[-1][0], setting)
        leads.append(Lead(value, spans[0][1].answer, remedies))
    return tuple(leads)


def _group(cell: Cell, lead: Lead) -> object:
    if isinstance(cell.value, str):
        return cell
    return lead.answer, [remedy.remedy for remedy in lead.remedies]


def _lead(fact: str, leaves: list[Leaf], facts: Facts, setting: Setting) -> Lead:
    outcomes = {leaf.outcome for leaf in leaves}
    if len(outcomes) > 1:
        return Lead("", "ask", ())
    outcome = outcomes.pop()
    value = None if fact == "price" else whole_value(outcome.value, facts, setting.digits)
    charged = None if value is None else fee_amount(Fee(*outcome.fee), value)
    ends = [min(lasts, key=_end) for lasts in zip(*(leaf.lasts for leaf in leaves), strict=True)]
    remedies = tuple(
        with_amount(Remedy(name, None, until), value, charged)
        for name, until in zip(outcome.remedies, ends, strict=True)
    )
    return Lead("", outcome.answer, remedies)
