"""What is sold: which category and tags an article number has."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from returnkit.errors import Problem, UnreadableError
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

    def named(self, fact: str) -> set[str]:
        """Return the categories or tags that have a name for customers, whether an article has them or not."""
        return {value for own, value in self.names if own == fact}


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


def with_items(source: bytes, new: Mapping[str, Item]) -> bytes:
    """Return the text of items.toml with more articles below those of [items]; what stands there stays as it is.

    Raises UnreadableError where that would make more of it than such a file may be.
    """
    written = [_written(sku, item) for sku, item in new.items()]
    text = source.decode()
    end_of_file = text[len(text.rstrip("\n")) :] or "\n"
    before = text.rstrip("\n").split("\n") if text.strip() else [f"schema = {SCHEMA}"]
    header = next((at for at, line in enumerate(before) if line.split("#")[0].replace(" ", "").strip() == "[items]"), None)
    if header is None:
        before += ["", "[items]"]
        header = len(before) - 1
    end = next((at for at in range(header + 1, len(before)) if before[at].lstrip().startswith("[")), len(before))
    while not before[end - 1].strip() or before[end - 1].lstrip().startswith("#"):
        end -= 1  # what stands right above the next table belongs to that
    text = "\n".join([*before[:end], *written, *before[end:]]) + end_of_file
    found = read_items(text.encode(), "items.toml")
    missing = [sku for sku, item in new.items() if found.exact.get(name(sku)) != item]
    if missing:
        what = f"{len(missing)} articles cannot be written below [items]"
        raise UnreadableError(Problem(what, "write [items] as a table of its own", "items.toml"))
    return text.encode()


def _written(sku: str, item: Item) -> str:
    # What JSON quotes, TOML reads alike.
    texts = [f"category = {json.dumps(item.category, ensure_ascii=False)}"] if item.category else []
    texts += [f"tags = {json.dumps(sorted(item.tags), ensure_ascii=False)}"] if item.tags else []
    return (
        f"{json.dumps(sku, ensure_ascii=False)} = {{ {', '.join(texts)} }}"
        if texts
        else f"{json.dumps(sku, ensure_ascii=False)} = {{}}"
    )


def _entries(top: Table, key: str) -> list[tuple[str, object]]:
    value = top.values.get(key, {})
    if isinstance(value, dict):
        return list(value.items())
    top.wrong(key, f"begin with [{key}]")
    return []
