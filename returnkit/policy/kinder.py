"""What it means that a newer policy is kinder to the customer than an older one, in one case."""

from typing import NamedTuple

from returnkit.policy.language import REFUND_TO, VALUES, WAYS

FOR_EVER = float("inf")  # later than every last day
NOT_OPEN = -FOR_EVER
# What a way back costs, beside sums in minor units: the carrier's bill is dearer than any sum, no such way dearer still.
COSTS = {"free": 0.0, "customer": 1e18, "": FOR_EVER}


class Given(NamedTuple):
    """What a policy gives in one case: the answer, the remedies that are open with the last day of each, and the terms."""

    answer: str
    exception: bool
    names: tuple[str, ...]
    lasts: tuple[int | None, ...]
    fee: tuple[int, int]
    value: str
    refund_to: str
    return_to: tuple[tuple[str, str], ...]


def is_kinder(newer: Given, older: Given) -> bool:
    """Tell whether the newer policy gives more: the better answer, or the same one with nothing worse and something better.

    What is an exception ranks just below the same answer by the policy itself.
    """
    if _rank(newer) != _rank(older):
        return _rank(newer) > _rank(older)
    if not older.names:
        return False  # where both say no, nothing is given
    pairs = list(zip(_given(newer, older), _given(older, newer), strict=True))
    return all(new >= old for new, old in pairs) and any(new > old for new, old in pairs)


def _rank(given: Given) -> tuple[int, bool]:
    return ("no", "manager", "yes").index(given.answer), not given.exception


def _given(given: Given, other: Given) -> list[float]:
    """Return all that is given as numbers, the higher the better: each remedy's last day, fee, value, and each way back."""
    lasts = dict(zip(given.names, given.lasts, strict=True))
    ways = dict(given.return_to)
    days = [lasts.get(name, NOT_OPEN) for name in sorted({*given.names, *other.names})]
    return [
        *(FOR_EVER if day is None else day for day in days),
        *(-part for part in given.fee),
        -VALUES.index(given.value),
        -REFUND_TO.index(given.refund_to),
        *(-_cost(ways.get(way, "")) for way in WAYS),
    ]


def _cost(text: str) -> float:
    cost = COSTS.get(text)
    return float(text.replace(".", "")) if cost is None else cost  # the sums of one currency have the same decimals
