"""The names that stand in recorded sales, read quickly: nothing else of a record is looked at."""

import msgspec

from returnkit.model.toml import name
from returnkit.records.read import blocks

MARK = b'"kind":"sale"'


class _Goods(msgspec.Struct):
    sku: str = ""
    category: str = ""
    tags: list[str] = []


class _Sale(msgspec.Struct):
    kind: str
    lines: list[_Goods] = []
    member: str = ""
    paid_with: str = ""
    seller: str = ""
    country: str = ""


_decode = msgspec.json.Decoder(_Sale).decode


def names_of_sales(path: str, found: dict[str, set[str]]) -> None:
    """Add the names in the sales of a journal file to those that were found, by fact; lines that cannot be read add nothing.

    Raises UnreadableError where the file cannot be read.
    """
    for block, _ in blocks(path):
        for line in block.split(b"\n"):
            if MARK not in line:
                continue
            try:
                sale = _decode(line)
            except msgspec.MsgspecError:
                continue
            for fact in ("member", "paid_with", "seller", "country"):
                _add(found, fact, getattr(sale, fact))
            for goods in sale.lines:
                _add(found, "sku", goods.sku)
                _add(found, "category", goods.category)
                for tag in goods.tags:
                    _add(found, "tag", tag)


def _add(found: dict[str, set[str]], fact: str, value: str) -> None:
    if value:
        found.setdefault(fact, set()).add(name(value))
