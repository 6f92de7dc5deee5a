"""Ask only what matters: what the unknown facts could still lead to, and the one fact that settles most (S35 to S41)."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from returnkit.policy.cells import Cell, in_words
from returnkit.policy.compile import NO, Compiled, Outcome
from returnkit.policy.decide import Lead, Question, Remedy, Setting, fee_amount, whole_value, with_amount
from returnkit.policy.facts import ASKED, Facts, Unknown
from returnkit.policy.language import FACE_VALUE, PAYS_MONEY, VALUES, Fee

MOST_DECISIONS = 100_000  # beyond it (about half a second) the next fact is asked for without proof that it matters


OTHER_DAY = {"bought": "delivered", "delivered": "bought"}


class Leaf(NamedTuple):
    """What one choice of values for the unknown facts leads to."""

    outcome: Outcome
    rule: str | None
    lasts: tuple[int | None, ...]
    facts: Facts


class Branch(NamedTuple):
    """An unknown fact that a decision looks at, and where each of its cells leads."""

    fact: str
    children: tuple[tuple[Cell, "Branch | Leaf"], ...]


Path = dict[str, Cell]  # what was assumed of the unknown facts on the way to a leaf


class TooManyError(Exception):
    """The policy has more combinations of unknown facts than are worth trying."""


def explore(compiled: Compiled, cases: Callable[[str, Facts], tuple[Cell, ...]], facts: Facts) -> Branch | Leaf:
    """Return the tree of everything that the unknown facts could lead to; a single leaf where all of it agrees.

    Only facts that are looked at branch it, and only where their values make a difference. Raises TooManyError.
    """
    same = cache(significant)
    decisions = 0

    def grow(facts: Facts) -> Branch | Leaf:
        nonlocal decisions
        decisions += 1
        if decisions > MOST_DECISIONS:
            raise TooManyError
        try:
            outcome, rule, lasts = compiled(*facts)
        except Unknown as unknown:
            fact = unknown.fact
        else:
            return Leaf(same(outcome), rule, lasts, facts)
        return _joined(fact, tuple((cell, grow(facts.with_fact(fact, cell.value))) for cell in cases(fact, facts)))

    return grow(facts)


def _joined(fact: str, children: tuple[tuple[Cell, Branch | Leaf], ...]) -> Branch | Leaf:
    """Return a branch, or one leaf where no value of the fact makes a difference."""
    leaves = [child for _, child in children if isinstance(child, Leaf)]
    if len(leaves) < len(children) or any(leaf.outcome != leaves[0].outcome for leaf in leaves):
        return Branch(fact, children)
    rule = leaves[0].rule if all(leaf.rule == leaves[0].rule for leaf in leaves) else None
    earliest = min(leaves, key=lambda leaf: [end_of(last) for last in leaf.lasts])
    return Leaf(leaves[0].outcome, rule, _earliest(leaves), earliest.facts)


def _earliest(leaves: list[Leaf]) -> tuple[int | None, ...]:
    """Return the earliest last day of each remedy: at least until (S37)."""
    return tuple(min(lasts, key=end_of) for lasts in zip(*(leaf.lasts for leaf in leaves), strict=True))


def significant(result: tuple[object, ...]) -> Outcome:
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


def _leaves(tree: Branch | Leaf, path: Path) -> Iterator[tuple[Path, Leaf]]:
    if isinstance(tree, Leaf):
        yield path, tree
    else:
        for cell, child in tree.children:
            yield from _leaves(child, {**path, tree.fact: cell})


def end_of(last: int | None) -> float:
    """Return a last day for comparing: no last day comes after every other."""
    return float("inf") if last is None else last


def question(tree: Branch, facts: Facts, setting: Setting, order: Callable[[str], tuple[str, ...]]) -> Question:
    """Return the one fact to ask for, and where each of its values leads (S39, S41).

    `order` gives the values of a fact with names in the order in which they are shown.
    """
    leaves = list(_leaves(tree, {}))
    fact = _most_telling(tree, leaves)
    shown = order(fact)
    leads = _leads(leaves, fact, facts, setting)
    return Question(fact, tuple(sorted(leads, key=lambda lead: shown.index(lead.value) if shown else 0)))


def _cases(leaves: list[tuple[Path, Leaf]], fact: str) -> dict[Cell, list[list[Leaf]]]:
    """Return every value of a fact, days and prices as the spans that no leaf tells apart, with the leaves that fit it."""
    other = OTHER_DAY.get(fact, "")
    groups: dict[tuple[Cell | None, Cell | None], list[Leaf]] = {}
    for path, leaf in leaves:
        groups.setdefault((path.get(fact), path.get(other)), []).append(leaf)
    cells = dict.fromkeys(cell for cell, _ in groups if cell is not None)
    return {
        value: [group for (cell, day), group in groups.items() if _fits(value, cell) and _in_order(fact, value, day)]
        for value in _told_apart(cells)
    }


def _told_apart(cells: Iterable[Cell]) -> list[Cell]:
    """Return the spans between all limits of the cells; names as they are."""
    starts = sorted({cell.value for cell in cells if isinstance(cell.value, int)})
    if not starts:
        return list(cells)
    limits = sorted({*starts, *(cell.last + 1 for cell in cells if cell.last is not None)})
    ends: list[int | None] = [limit - 1 for limit in limits[1:]]
    endless = any(cell.last is None for cell in cells)
    return [Cell(start, end) for start, end in zip(limits, [*ends, None], strict=True) if end is not None or endless]


def _fits(value: Cell, cell: Cell | None) -> bool:
    if cell is None or cell == value:
        return True
    if isinstance(value.value, str) or isinstance(cell.value, str):
        return False
    return cell.value <= value.value and (cell.last is None or (value.last is not None and value.last <= cell.last))


def _in_order(fact: str, value: Cell, day: Cell | None) -> bool:
    """Tell whether the purchase can come before the delivery, `day` being the other one of the two (S5)."""
    if day is None:
        return True
    bought, delivered = (value, day) if fact == "bought" else (day, value)
    assert isinstance(bought.value, int)
    assert delivered.last is not None
    return bought.value <= delivered.last


def _most_telling(tree: Branch | Leaf, leaves: list[tuple[Path, Leaf]]) -> str:
    """Return the fact whose worst answer leaves the fewest outcomes, among those that can change the outcome (S39)."""
    every = {}
    for fact in {fact for path, _ in leaves for fact in path}:
        cases = _cases(leaves, fact)
        every[fact] = {value: {leaf.outcome for group in groups for leaf in group} for value, groups in cases.items() if groups}
    worst = {fact: max(map(len, outcomes.values())) for fact, outcomes in every.items()}
    ranked = sorted(every, key=lambda fact: (worst[fact], ASKED.index(fact)))
    return next(fact for fact in ranked if _can_change(tree, fact, every[fact]))


def _can_change(tree: Branch | Leaf, fact: str, outcomes: dict[Cell, set[Outcome]]) -> bool:
    """Tell whether two cases that differ in this fact alone have different outcomes."""
    values = list(outcomes)
    if fact in OTHER_DAY:
        # Not every purchase goes with every delivery, so only neighbouring days are compared, with what fits both of them.
        days = sorted(values)
        return any(
            _differ(*(_in_time(_given(tree, fact, day.value), fact, one, next_one) for day in (one, next_one)))
            for one, next_one in pairwise(days)
        )
    possible = list(outcomes.values())
    if any(other != possible[0] for other in possible[1:]):
        return True  # an outcome that only some values can reach
    first = _given(tree, fact, values[0].value)
    return any(_differ(first, _given(tree, fact, cell.value)) for cell in values[1:])


def _in_time(tree: Branch | Leaf, fact: str, earlier: Cell, later: Cell) -> Branch | Leaf:
    """Return the tree without deliveries before the later purchase, or purchases after the earlier delivery (S5)."""
    if isinstance(tree, Leaf):
        return tree
    children = [(cell, _in_time(child, fact, earlier, later)) for cell, child in tree.children]
    if tree.fact == OTHER_DAY[fact]:
        own = later if fact == "bought" else earlier
        children = [(cell, child) for cell, child in children if _in_order(fact, own, cell)]
    return Branch(tree.fact, tuple(children))


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
    return any(leaf.outcome != one.outcome for _, leaf in _leaves(other, {}))


def _leads(leaves: list[tuple[Path, Leaf]], fact: str, facts: Facts, setting: Setting) -> tuple[Lead, ...]:
    """Return where each value of the fact leads, days and prices grouped into spans (S41)."""
    cases = {value: [leaf for group in groups for leaf in group] for value, groups in _cases(leaves, fact).items()}
    found = [(cell, _lead(fact, fitting, facts, setting)) for cell, fitting in cases.items() if fitting]
    if isinstance(found[0][0].value, int):
        found.sort(key=lambda pair: pair[0].value)
    leads = []
    for _, group in groupby(found, key=lambda pair: _alike(pair[0], pair[1], cases[pair[0]])):
        spans = list(group)
        (first, lead), (last, _) = spans[0], spans[-1]
        untils = zip(*([remedy.until for remedy in lead.remedies] for _, lead in spans), strict=True)
        remedies = tuple(
            remedy._replace(until=min(until, key=end_of)) for remedy, until in zip(lead.remedies, untils, strict=True)
        )
        leads += [
            lead._replace(value=value, remedies=remedies) for value in first.names or (in_words(fact, first, last, setting),)
        ]
    return tuple(leads)


def _alike(cell: Cell, lead: Lead, leaves: list[Leaf]) -> object:
    """Return what neighbouring days or prices must share to be told as one span: where they lead, or could still lead."""
    if isinstance(cell.value, str):
        return cell
    return lead.answer, [remedy.remedy for remedy in lead.remedies], {leaf.outcome for leaf in leaves}


def _lead(fact: str, leaves: list[Leaf], facts: Facts, setting: Setting) -> Lead:
    outcomes = {leaf.outcome for leaf in leaves}
    if len(outcomes) > 1:
        return Lead("", "ask", ())
    outcome = outcomes.pop()
    value = None if fact == "price" else whole_value(outcome.value, facts, setting.digits)
    charged = None if value is None else fee_amount(Fee(*outcome.fee), value)
    remedies = tuple(
        with_amount(Remedy(name, None, until), value, charged)
        for name, until in zip(outcome.remedies, _earliest(leaves), strict=True)
    )
    return Lead("", outcome.answer, remedies, outcome.who, exception=outcome.exception is not None)
