"""What the receipt's sale says, so that nobody has to type it: the article, its price, the day, and how it was bought."""

from collections.abc import Mapping, Sequence

from click import prompt

from returnkit.commands.judging import on_a_terminal
from returnkit.commands.session import Session
from returnkit.commands.streams import note, to_stderr
from returnkit.model.jsonl import Json
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS, decimal_text, line_value, minor_digits, price_text
from returnkit.model.toml import name
from returnkit.service.returns import SALE, Sold, left_of

OF_THE_SALE = ("channel", "member", "paid_with", "seller", "country", "delivered")
ENOUGH = ({"sku", "category"}, {"price"}, {"bought"}, {"channel"})  # of each one; then no sale has to be looked for

Facts = dict[str, object]


def filled_in(session: Session, given: Sequence[Mapping[str, object]], receipt_no: str, *, asking: bool) -> list[Facts]:
    """Return the facts of each article with what its receipt's sale says beside; what was typed stays.

    Where no article is named and the receipt has several, a terminal shows them to choose from (with `asking`).
    """
    items = [dict(item) for item in given]
    if not receipt_no or all(all(some & item.keys() for some in ENOUGH) for item in items):
        return items
    records = session.books().receipt(receipt_no)
    sold = left_of(records)
    if not sold:
        return items
    sale = max((record for record in records if record.get("kind") == SALE), key=lambda record: str(record.get("time")))
    digits = minor_digits(str(sale.get("currency")))
    if len(items) == 1 and not {"sku", "category"} & items[0].keys():
        items = [items[0] | {"sku": each.sku} for each in _chosen(sold, digits, asking=asking) if each.sku] or items
    return [_of_sale(sale) | _of_article(item, sold, digits, receipt_no) | item for item in items]


def _of_sale(sale: Json) -> Facts:
    day = {"bought": str(sale.get("bought") or str(sale.get("time"))[:10])}
    return day | {field: sale[field] for field in OF_THE_SALE if sale.get(field)}


def _of_article(item: Facts, sold: Sequence[Sold], digits: int, receipt_no: str) -> Facts:
    """Return what the receipt says of an article; nothing, with a note, where it has no such one."""
    sku, category = name(str(item.get("sku", ""))), name(str(item.get("category", "")))
    found = [each for each in sold if (name(each.sku) == sku if sku else name(each.category) == category)]
    if sku and not found:
        note(f"receipt {receipt_no} has no {item['sku']}: it has {', '.join(each.sku or each.category for each in sold[:10])}")
    if len(found) != 1:
        return {}
    (each,) = found
    facts: Facts = {"sku": each.sku, "category": each.category, "tag": list(each.tags), "price": _price(each, digits)}
    return {fact: value for fact, value in facts.items() if value}


def _price(each: Sold, digits: int) -> str:
    """Return what one piece cost; nothing where that cannot be said exactly, and somebody must."""
    if each.paid is None or not each.sold:
        return ""
    price = (2 * each.paid * (PRICE_UNITS // MINOR_UNITS[digits]) + each.sold) // (2 * each.sold)
    return price_text(price, digits) if line_value(price, each.sold, digits) == each.paid else ""


def _chosen(sold: Sequence[Sold], digits: int, *, asking: bool) -> list[Sold]:
    """Return the only article of a receipt, or those that a person chooses; none where nobody is there to be asked."""
    left = [each for each in sold if each.sold > each.returned] or list(sold)
    if len(left) == 1 or not (asking and on_a_terminal()):
        return left if len(left) == 1 else []
    for number, each in enumerate(left, 1):
        paid = "" if each.paid is None else decimal_text(each.paid, digits)
        to_stderr(f"  {number}  {each.sku or each.category:20} {each.sold - each.returned:>3} x  {paid:>10}")
    while True:
        typed: str = prompt("Which? (numbers, such as 1 or 1,3)", default="", show_default=False, err=True)
        numbers = [part.strip() for part in typed.split(",") if part.strip()]
        if all(part.isascii() and part.isdigit() and 1 <= int(part) <= len(left) for part in numbers):
            return [left[int(part) - 1] for part in dict.fromkeys(numbers)]
        note(f"write numbers from 1 to {len(left)}")
