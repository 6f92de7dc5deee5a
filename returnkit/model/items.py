"""What is sold: which category and tags an article number has."""

from typing import NamedTuple

from returnkit.errors import UnreadableError
from returnkit.model.toml import MAX_ITEM_BYTES, Finding, Table, name, parse, problems

SCHEMA = 1

NAMED = ("category", "tag")


class Item(NamedTuple):
    """One article, or all whose number begins alike."""

    category: str | None
    tags: frozenset[str]


class Items(NamedTuple):
    """The articles by number and by prefix, and what categories and tags are called for customers, by language."""

    exact: dict[str, Item]
    prefixes: tuple[tuple[str, Item], ...]
    names: dict[tuple[str, str], dict[str, str]]

    def find(self, sku: str) -> Item | None:
        """Return the article with this number, else the one with the longest prefix of it, else None."""
        item = self.exact.get(sku)
        if item is not None:
            return item
        return next((item for prefix, item in self.prefixes if sku.startswith(prefix)), None)


NO_ITEMS = Items({}, (), {})


def read_items(source: bytes, file: str) -> Items:
    """Return what the bytes of items.toml hold. Raises UnreadableError with every mistake."""
    findings: list[Finding] = []
    top = Table(parse(source, file, MAX_ITEM_BYTES), (), findings, ("schema", "items", *NAMED))
    if top.whole("schema", SCHEMA) != SCHEMA:
        top.note("schema", "this schema is not one that this version reads", f"write schema = {SCHEMA}")
    exact: dict[str, Item] = {}
    prefixes: dict[str, Item] = {}
    for number, entry in _entries(top, "items"):
        table = Table(entry, (*top.at("items"), number), findings, ("category", "tags"))
        item = Item(name(table.text("category")) or None, frozenset(name(tag) for tag in table.texts("tags")))
        if "*" in number[:-1]:
            findings.append(Finding(table.path, f"{number}: a * stands only at the end", "write the beginning, then *"))
        where, key = (prefixes, name(number)[:-1]) if number.endswith("*") else (exact, name(number))
        if key in where:
            findings.append(Finding(table.path, f"the article {number} stands twice", "keep one of them"))
        where[key] = item
    names = {}
    for kind in NAMED:
        for key, entry in _entries(top, kind):
            table = Table(entry, (*top.at(kind), key), findings, ("name",))
            names[kind, name(key)] = table.languages("name")
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    longest_first = sorted(prefixes.items(), key=lambda entry: -len(entry[0]))
    return Items(exact, tuple(longest_first), names)


def _entries(top: Table, key: str) -> list[tuple[str, object]]:
    value = top.values.get(key, {})
    if isinstance(value, dict):
        return list(value.items())
    top.wrong(key, f"begin with [{key}]")
    return []
