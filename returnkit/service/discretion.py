"""What was granted beyond the policy: by whom, why, what it cost, and around which rules."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from returnkit.model.jsonl import Json
from returnkit.service.returns import lines_of

OVERRIDE = "override"  # a person decided otherwise than the policy, beyond what its discretion waives
GOODWILL = "token"  # a token of goodwill that is not the usual one for such trouble
RESOLVED = "complaint.resolved"


class Granted(NamedTuple):
    """One article that was taken back though the policy alone said no, or a token that was not the usual one for its trouble.

    Of a token `id` is the complaint, `token` the one that was given, `rule` the usual one, or none, and `amount` its worth. Money
    is in minor units (None: not known).
    """

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
    token: str = ""


def granted(records: Iterable[Json]) -> list[Granted]:
    """Return what was granted beyond the policy in some returns and resolved complaints, in their order."""
    found = []
    for record in records:
        if record.get("kind") == RESOLVED and record.get("token") and record.get("usual"):
            found.append(_token(record))
        for line in lines_of(record):
            waived = line.get("waived")
            what = tuple(map(str, waived)) if isinstance(waived, list) else ()
            what += (OVERRIDE,) if record.get("override") is True else ()
            if what:
                found.append(_granted(record, line, what))
    return found


def _granted(record: Json, line: Mapping[str, object], waived: tuple[str, ...]) -> Granted:
    about = {field: str(line.get(field, "")) for field in ("rule", "sku", "category")}
    return Granted(waived=waived, amount=_whole(line.get("amount")), **_said(record), **about)


def _token(record: Json) -> Granted:
    was = record.get("was")
    category = str(was.get("category", "")) if isinstance(was, dict) else ""
    said = _said(record) | {"id": str(record.get("case", ""))}
    about = {"rule": str(record["usual"]), "sku": "", "category": category}
    return Granted(waived=(GOODWILL,), amount=_whole(record.get("worth")), token=str(record["token"]), **said, **about)


def _said(record: Json) -> dict[str, str]:
    return {field: str(record.get(field, "")) for field in ("id", "time", "staff", "role", "currency", "because")}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


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
