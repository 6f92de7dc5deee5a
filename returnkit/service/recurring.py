"""What comes back within a month: how many complaints were about the same, and what was behind those that are closed.

`seen` says what one record adds, `add` puts such parts together, `repeated` reads them. The parts are sets of complaints: in any
order, and however often one is added, it comes to the same.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from returnkit.model.jsonl import Json
from returnkit.model.toml import name
from returnkit.service.complaint import OPENED, case_of, utc

CLOSED, MERGED = "complaint.closed", "complaint.merged"
FIELDS = ("category", "sku")  # what complaints are compared by


class Closing(NamedTuple):
    """How a complaint was closed: when (in UTC), the names as they were written, and the file and byte where its line begins.

    What was changed is not among them: free words may be blanked, and stand in the record alone.
    """

    time: str
    id: str
    case: str
    cause: str
    rule: str
    sku: str
    file: str
    at: int


# A month, one of FIELDS, which category or article, and the cause; without a cause these complaints were opened.
Key = tuple[str, str, str, str]
MERGED_ONES: Key = ("", "", "", "")
Part = tuple[set[str], Closing | None]  # the ids of complaints, and the newest closing among them
Parts = dict[Key, Part]


class Repeated(NamedTuple):
    """How many complaints of a month are about the same category or article, and the causes of those that are closed.

    `about` is what they have in common. Of each cause it is known how many were closed with it, and the newest of them; the
    commonest stands first.
    """

    opened: int
    about: str
    causes: tuple[tuple[int, Closing], ...]


def seen(record: Json, file: str, at: int) -> Iterator[tuple[Key, Part]]:
    """Yield what a record of a complaint adds; its line begins at that byte of the file. Other records add nothing."""
    kind, case, month = record.get("kind"), case_of(record), _text(record, "time")[:7]
    was = record.get("was")
    before = was if isinstance(was, dict) else {}
    if kind == OPENED:
        for field in FIELDS:
            if called := name(_text(record, field)):
                yield (month, field, called, ""), ({case}, None)
    elif kind == CLOSED and (cause := _text(record, "cause")):
        # The article that was behind it, and the one that the customer complained about.
        articles = [article for article in (_text(record, "sku"), _text(before, "sku")) if article]
        rule, sku = _text(record, "rule"), articles[0] if articles else ""
        closing = Closing(utc(_text(record, "time")), _text(record, "id"), case, cause, rule, sku, file, at)
        for field, called in {("category", name(_text(before, "category"))), *(("sku", name(article)) for article in articles)}:
            if called:
                yield (month, field, called, name(cause)), ({case}, closing)
    elif kind == MERGED:
        yield MERGED_ONES, ({case}, None)


def add(parts: Parts, more: Iterable[tuple[Key, Part]]) -> None:
    """Put more parts to those that are there."""
    for key, (cases, newest) in more:
        known, last = parts.setdefault(key, (set(), None))
        known |= cases
        parts[key] = known, max(filter(None, (last, newest)), default=None)


def repeated(parts: Parts, month: str, category: str, sku: str) -> Repeated:
    """Return what came back in a month (2026-11): the category, or the article where that alone came back more often.

    A complaint that goes on under another id is none of its own. One that was closed twice with a cause counts once.
    """
    merged = parts.get(MERGED_ONES, (set(), None))[0]
    opened = {
        field: _cases(parts, (month, field, name(text), "")) - merged for field, text in zip(FIELDS, (category, sku), strict=True)
    }
    field, about = ("sku", sku) if len(opened["sku"]) > len(opened["category"]) else ("category", category)
    same = (month, field, name(about))
    causes = [(len(cases), newest) for key, (cases, newest) in parts.items() if key[:3] == same and newest is not None]
    return Repeated(len(opened[field]), about.strip(), tuple(sorted(causes, reverse=True)))


def _cases(parts: Parts, key: Key) -> set[str]:
    return parts[key][0] if key[2] and key in parts else set()


def _text(record: Json, field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""
