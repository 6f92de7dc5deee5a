"""Articles of another program, on their way into policies/items.toml."""

import os

from returnkit.imports.reader import Rejected
from returnkit.model.items import Item, Items, with_items
from returnkit.model.jsonl import Json
from returnkit.model.record import is_name
from returnkit.model.text import LONGEST_NAME
from returnkit.model.toml import MAX_ITEM_BYTES, name
from returnkit.records.rewrite import replace
from returnkit.shop import Shop, read_file


class Articles:
    """The articles that items.toml has, and those that are to be written below them."""

    def __init__(self, items: Items) -> None:
        self.items = items
        self.new: dict[str, Item] = {}
        self._spelt: dict[str, str] = {}  # as numbers are compared, and as they are written

    def take(self, body: Json) -> bool:
        """Take an article; tell whether it is new. What the owner wrote stays: another one of its number raises Rejected."""
        sku, category, tags = str(body["sku"]), body.get("category"), body.get("tags", [])
        assert isinstance(tags, list)
        if not all(map(is_name, (sku, category or "-", *tags))):
            raise Rejected(f"numbers, categories and tags have 1 to {LONGEST_NAME} characters on one line")
        if "*" in sku:
            raise Rejected("a number with a * stands for many articles: write that into items.toml by hand")
        item = Item(str(category) if category else None, frozenset(tags))
        known = self.items.exact.get(name(sku)) or self.new.get(self._spelt.get(name(sku), ""))
        if known is not None and known != item:
            raise Rejected(f"the article {sku} is {known.category or 'of no category'} in items.toml: change it there")
        if known is None:
            self.new[sku], self._spelt[name(sku)] = item, sku
        return known is None

    def write(self, shop: Shop) -> None:
        """Write the new ones below the others. Raises NotWrittenError."""
        path = os.path.join(shop.folder, "policies", "items.toml")
        before = read_file(path, MAX_ITEM_BYTES) if os.path.lexists(path) else b""
        if self.new:
            replace(path, with_items(before, self.new))
