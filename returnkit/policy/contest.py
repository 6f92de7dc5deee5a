"""Which of several policies judges, while a day is unknown that they count from.

Within a cell of days each policy says the same on every day. Which of them is kinder may turn from one day to the next
nevertheless: months have 28 to 31 days, and a closed day moves one last day but not the other. So a day that is tried
remembers for which days it stands, and becomes unknown again where they disagree.
"""

from collections.abc import Callable, Hashable
from itertools import pairwise

from returnkit.policy.ask import MOST_DECISIONS, Branch, Leaf, TooManyError, explore
from returnkit.policy.cells import Cell
from returnkit.policy.compile import Result, Timed, compile_timed, given
from returnkit.policy.decide import Setting, judging
from returnkit.policy.facts import Facts, Unknown
from returnkit.policy.kinder import is_kinder
from returnkit.policy.language import Policy

DAYS = ("bought", "delivered")


class Stretch(int):
    """The first of some days, which stands for all of them until `last`."""

    last: int


class Contest:
    """Versions of a policy (oldest first) of which newer ones may judge earlier purchases. What it works out, it keeps.

    `cells` returns the cases of an unknown fact, as a Judge does.
    """

    def __init__(self, versions: tuple[Policy, ...], setting: Setting, cells: Callable[[str, Facts], tuple[Cell, ...]]) -> None:
        self.versions, self.cells_of_fact = versions, cells
        self.compiled = {policy.effective: compile_timed(policy, setting) for policy in versions}
        self.turns_of: dict[Hashable, tuple[int, ...]] = {}
        self.tried = 0

    def explore(self, facts: Facts) -> tuple[Branch | Leaf, set[int]]:
        """Return all that the unknown facts could lead to, and the first days of the policies that judge any of it.

        Raises TooManyError.
        """
        self.tried = 0
        judged = set()

        def decide(*row: object) -> Result:
            facts = in_order(Facts._make(row))
            results = self.results(facts)
            for fact in DAYS:
                if self.turns(fact, facts, results):
                    raise Unknown(fact)
            judge = trail(results)[-1]
            judged.add(judge)
            outcome, (rule, _), lasts = results[judge]
            return outcome, rule, lasts

        tree = explore(decide, self.cells, facts)
        return (tree._replace(facts=in_order(tree.facts)) if isinstance(tree, Leaf) else tree), judged

    def results(self, facts: Facts) -> dict[int, Timed]:
        """Return what each policy says that judges, by its first day, oldest first. Raises Unknown."""
        policies = judging(self.versions, facts.bought, facts.on)
        return {policy.effective: self.compiled[policy.effective](*facts) for policy in policies}

    def turns(self, fact: str, facts: Facts, results: dict[int, Timed]) -> tuple[int, ...]:
        """Return the days of a stretch from which the contest goes otherwise than on the day before; none for a single day.

        It is enough to look along one day while the other one stands still at the first of its stretch: last days never come
        earlier for a later start, so where nothing turns along either of them, nothing turns in between.
        """
        first = getattr(facts, fact)
        if (
            not isinstance(first, Stretch)
            or first == first.last
            or len({clockwork for _, (_, clockwork), _ in results.values()}) == 1
        ):
            return ()
        at_the_end = self.results(facts.with_fact(fact, first.last))
        # A last day that is the same at both ends is the same on every day in between.
        still = {policy: lasts if at_the_end[policy][2] == lasts else None for policy, (_, _, lasts) in results.items()}
        if None not in still.values():
            return ()
        key = (
            fact,
            first,
            first.last,
            *((policy, outcome, timed, still[policy]) for policy, (outcome, timed, _) in results.items()),
        )
        if key not in self.turns_of:
            self.tried += first.last - first
            if self.tried > MOST_DECISIONS:
                raise TooManyError
            trails = [(day, trail(self.results(facts.with_fact(fact, day)))) for day in range(first, first.last + 1)]
            self.turns_of[key] = tuple(day for (_, before), (day, after) in pairwise(trails) if before != after)
        return self.turns_of[key]

    def cells(self, fact: str, facts: Facts) -> tuple[Cell, ...]:
        """Return the cases of an unknown fact; those of days as stretches, and parts of a stretch where it turns."""
        if fact not in DAYS:
            return self.cells_of_fact(fact, facts)
        if getattr(facts, fact) is None:
            return tuple(_stretch(cell.value, cell.last) for cell in self.cells_of_fact(fact, facts))
        facts = in_order(facts)
        whole = getattr(facts, fact)
        begins = [whole, *self.turns(fact, facts, self.results(facts)), whole.last + 1]
        # What arrived at the latest on the last day of its stretch was not bought later.
        latest = getattr(facts.delivered, "last", None) or whole.last
        return tuple(_stretch(begin, after - 1) for begin, after in pairwise(begins) if begin <= latest)


def trail(results: dict[int, Timed]) -> tuple[int, ...]:
    """Return the first days of the policies that stand in turn: that of the day of purchase, and each that is kinder."""
    (standing, result), *newer = results.items()
    stood, best = [standing], given(result)
    for policy, result in newer:
        other = given(result)
        if is_kinder(other, best):
            stood, best = [*stood, policy], other
    return tuple(stood)


def in_order(facts: Facts) -> Facts:
    """Return the facts without a stretch of deliveries that begins before the purchase (S5)."""
    bought, delivered = facts.bought, facts.delivered
    if bought is None or not isinstance(delivered, Stretch) or delivered >= bought:
        return facts
    return facts.with_fact("delivered", _stretch(bought, delivered.last).value)


def _stretch(first: object, last: int | None) -> Cell:
    assert isinstance(first, int)
    assert last is not None
    day = Stretch(first)
    day.last = last
    return Cell(day, last)
