"""What was granted beyond the policy: by whom, why, what it cost, and around which rules."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from returnkit.model.jsonl import Json
from returnkit.service.returns import lines_of

OVERRIDE = "override"  # a person decided otherwise than the policy, beyond what its discretion waives


class Granted(NamedTuple):
    """One article that was taken back though the policy alone said no. Money in minor units (None: not known)."""

    id: str
    time: str
    staff: str
    role: str
    waived: tuple[str, ...]
    rule: str
    sku: str
    category: str
    amount: int | None
    currency: str
    because: str


def granted(returns: Iterable[Json]) -> list[Granted]:
    """Return what was granted beyond the policy in some returns, in their order."""
    found = []
    for record in returns:
        for line in lines_of(record):
            waived = line.get("waived")
            what = tuple(map(str, waived)) if isinstance(waived, list) else ()
            what += (OVERRIDE,) if record.get("override") is True else ()
            if what:
                found.append(_granted(record, line, what))
    return found


def _granted(record: Json, line: Mapping[str, object], waived: tuple[str, ...]) -> Granted:
    amount = line.get("amount")
    said = {field: str(record.get(field, "")) for field in ("id", "time", "staff", "role", "currency", "because")}
    about = {field: str(line.get(field, "")) for field in ("rule", "sku", "category")}
    return Granted(waived=waived, amount=amount if isinstance(amount, int) else None, **said, **about)


def totals(found: Sequence[Granted], currency: str) -> dict[str, list[tuple[str, int, int]]]:
    """Return by person, by what was waived and by rule how many there were and what they came to in one currency.

    The most frequent stands first. What waives two things counts once under each.
    """
    grouped = {
        "staff": [(each.staff, each) for each in found],
        "waived": [(what, each) for each in found for what in each.waived],
        "rule": [(each.rule, each) for each in found],
    }
    return {name: _ranked(pairs, currency) for name, pairs in grouped.items()}


def _ranked(pairs: Sequence[tuple[str, Granted]], currency: str) -> list[tuple[str, int, int]]:
    counts: Counter[str] = Counter(name for name, _ in pairs)
    amounts: Counter[str] = Counter()
    for name, each in pairs:
        amounts[name] += (each.amount or 0) if each.currency == currency else 0
    return [(name, count, amounts[name]) for name, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))]
