"""One row as the mapping reads it: texts, names, numbers, times and goods, with everything that is wrong at once."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from returnkit.errors import instead
from returnkit.imports.cells import MOST_DECIMALS, minor, moment, number, pieces
from returnkit.imports.mapping import Bound, Field
from returnkit.imports.rows import Row
from returnkit.model.items import Items
from returnkit.model.jsonl import Json
from returnkit.model.money import PRICE_DECIMALS, minor_digits
from returnkit.model.record import filled
from returnkit.model.toml import name, word


class Place(NamedTuple):
    """What rows do not say: the shop's zone and that of the file, the shop's currency, and what is sold there."""

    shop_zone: tzinfo
    file_zone: tzinfo
    currency: str
    items: Items


class Rejected(Exception):  # noqa: N818 - a row that cannot be recorded is no error of the program
    """A row, or a receipt, that cannot be recorded; its text says why."""


class Cells:
    """The cells of one row, as the mapping reads them. Mistakes are collected, and raised together by `check`."""

    def __init__(self, bound: Bound, row: Row, place: Place) -> None:
        self.bound, self.row, self.place = bound, row, place
        self.problems: list[str] = [row.problem] if row.problem else []

    def check(self) -> None:
        """Raise Rejected with everything that is wrong with the row."""
        if self.problems:
            raise Rejected("; ".join(dict.fromkeys(self.problems)))

    def text(self, key: str) -> str:
        """Return what a field says; an empty text where it says nothing."""
        field = self.bound.section.fields.get(key)
        return "" if field is None else self.value(key, field)

    def value(self, key: str, field: Field) -> str:
        """Return what stands in a field's columns, translated where the mapping does so."""
        if field.value is not None:
            return field.value
        cell = self.bound.cells(field, self.row.cells)
        if not cell:
            return field.default or ""
        if not field.values:
            return cell
        found = field.values.get(name(cell), field.other)
        if found is None:
            self.problems.append(f"{cell[:40]!r} is no {key} that values names ({instead(name(cell), list(field.values))})")
        return found or ""

    def known(self, key: str) -> str:
        """Return a name as names are compared."""
        return name(self.text(key))

    def choice(self, key: str, options: Sequence[str]) -> str:
        """Return one of the words that a record may hold."""
        found = word(self.text(key))
        if found and found not in options:
            self.problems.append(f"{key} {found[:40]!r}: translate it with values ({instead(found, list(options))})")
        return found

    def number(self, key: str, decimals: int = MOST_DECIMALS) -> Decimal | None:
        """Return a number with its sign as the mapping wants it; None where there is none."""
        text = self.text(key)
        if not text:
            return None
        try:
            found = number(text, self.bound.format.decimal, self.bound.format.thousands, decimals)
        except ValueError as error:
            self.problems.append(f"{key}: {error}")
            return None
        sign = self.bound.section.fields[key].sign
        return abs(found) if sign == "any" else -found if sign == "minus" else found

    def time(self, key: str) -> str:
        """Return a time as RFC 3339 in the shop's zone; an empty text where there is none."""
        text = self.text(key)
        if not text:
            return ""
        field = self.bound.section.fields[key]
        form = field.format or ("%Y-%m-%d" if field.value is not None else self.bound.format.dates)
        try:
            return moment(text, form, self.place.file_zone, self.place.shop_zone)
        except ValueError as error:
            self.problems.append(f"{key}: {error}")
            return ""

    def needed(self, key: str, value: str) -> str:
        """Return the value; it is a mistake where there is none."""
        if not value and not self.problems:
            self.problems.append(f"{key} is missing")
        return value

    def money(self, key: str, value: Decimal | None, currency: str) -> int | None:
        """Return an amount in minor units; a mistake below zero."""
        try:
            return None if value is None else minor(value, minor_digits(currency))
        except ValueError as error:
            self.problems.append(f"{key}: {error}")
            return None

    def currency(self) -> str:
        """Return the currency of the row, else the shop's."""
        found = self.text("currency").upper() or self.place.currency
        if not (len(found) == 3 and found.isascii() and found.isalpha()):  # noqa: PLR2004 - ISO 4217
            self.problems.append(f"currency {found[:40]!r} is no code of three letters such as EUR")
        return found

    def goods(self, currency: str) -> Json:
        """Return the article of the row, its pieces, and what was paid for all of them."""
        sku, category = self.text("sku"), self.known("category")
        item = self.place.items.find(name(sku)) if sku else None
        tags = {name(tag) for tag in self.text("tags").replace(",", ";").split(";") if tag.strip()}
        line: Json = {
            "sku": sku,
            "category": category or (item.category if item else None),
            "tags": sorted(tags | (item.tags if item else set())),
        }
        quantity = self.number("quantity")
        quantity = Decimal(1) if quantity is None else quantity
        try:
            line["quantity"] = pieces(quantity)
        except ValueError as error:
            self.problems.append(str(error))
        price, paid, discount = self.number("price", PRICE_DECIMALS), self.number("paid"), self.number("discount")
        worth = paid if paid is not None else None if price is None else price * quantity
        if worth is not None and discount is not None:
            worth -= abs(discount)
        line["paid"] = self.money("what was paid", worth, currency)
        return filled(line)


def local_day(time: str, zone: tzinfo) -> str:
    """Return the day of a time in a zone, as ISO text."""
    return datetime.fromisoformat(time).astimezone(zone).date().isoformat()
