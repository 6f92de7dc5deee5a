"""What many changed answers come to: sums that add up, whoever counted them."""

from typing import NamedTuple

SPARE = 100  # cases that are kept for a while before the least are dropped


class Case(NamedTuple):
    """One article that the draft would have answered otherwise.

    `money` and `goods` are what would have been given back less (below zero: more), in minor units of the shop's currency;
    None where that is not known, or in another currency.
    """

    id: str
    day: str
    sku: str
    category: str
    before: str
    after: str
    old_rule: str
    rule: str
    money: int | None
    goods: int | None

    def order(self) -> tuple[int, str, str, str]:
        """Return what comes first when sorted: the most money (goods where it is the same), then the oldest."""
        return -abs(self.money or 0) - abs(self.goods or 0), self.day, self.id, self.sku


class Table(dict[tuple[str, ...], list[int]]):
    """Numbers by key; any two tables of the same make add up."""

    def add(self, key: tuple[str, ...], *numbers: int) -> None:
        """Add some numbers to those of a key."""
        found = self.get(key)
        self[key] = [*numbers] if found is None else [own + more for own, more in zip(found, numbers, strict=True)]

    def merge(self, other: "Table") -> None:
        """Add all that another table holds."""
        for key, numbers in other.items():
            self.add(key, *numbers)


class Sums:
    """What many returns come to. Any two of them add up.

    `table` has count, money and goods of what was given back for `late` (days), `unknown` (fact), and for what must be said
    beside: `overridden`, and of the changes `foreign`, `not-known` and `today` (the latter with what is given back less).
    `changes` has for each kind of change (from, to, the draft's rule, stricter or kinder) their count, and how much less and
    more money, less and more goods.
    """

    def __init__(self, named: int) -> None:
        self.named, self.lines, self.table, self.changes = named, 0, Table(), Table()
        self.purchases: set[str] = set()
        self.members: set[str] = set()  # those of the purchases that members made
        self._cases: list[Case] = []

    def add_case(self, case: Case) -> None:
        """Keep a case if it is among those to be named."""
        self._cases.append(case)
        if len(self._cases) > 2 * self.named + SPARE:
            self._cases = self.cases()

    def cases(self) -> list[Case]:
        """Return the cases that are named, those with most money first."""
        return sorted(self._cases, key=Case.order)[: self.named]

    def merge(self, other: "Sums") -> None:
        """Add what others come to."""
        self.lines += other.lines
        self.table.merge(other.table)
        self.changes.merge(other.changes)
        self.purchases |= other.purchases
        self.members |= other.members
        self._cases += other.cases()
        self._cases = self.cases()

    def of(self, kind: str, name: str = "") -> list[int]:
        """Return count, money and goods of one key of the table."""
        return self.table.get((kind, name), [0, 0, 0])

    def unknown(self) -> list[tuple[tuple[str, ...], list[int]]]:
        """Return the facts for want of which it cannot be told, the most frequent first, with count, money and goods."""
        return _ranked({key[1:]: numbers for key, numbers in self.table.items() if key[0] == "unknown"})

    def changed(self, *parts: int) -> list[tuple[tuple[str, ...], list[int]]]:
        """Return the changes by parts of their key, the most frequent first, with count, and how much less money and goods."""
        found = Table()
        for key, (count, less, more, goods_less, goods_more) in self.changes.items():
            found.add(tuple(key[part] for part in parts), count, less - more, goods_less - goods_more)
        return _ranked(found)

    def total(self) -> list[int]:
        """Return how many changes there are, and how much less and more money, less and more goods."""
        return [sum(numbers) for numbers in zip([0] * 5, *self.changes.values(), strict=True)]


def _ranked(found: dict[tuple[str, ...], list[int]]) -> list[tuple[tuple[str, ...], list[int]]]:
    return sorted(found.items(), key=lambda row: (-row[1][0], row[0]))
