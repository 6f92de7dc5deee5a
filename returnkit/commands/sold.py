"""What the receipt's sale says, so that nobody has to type it: the article, its price, the day, and how it was bought."""

from collections.abc import Mapping, Sequence

from click import prompt

from returnkit.books import refused_as_too_many
from returnkit.commands.judging import on_a_terminal
from returnkit.commands.session import Session
from returnkit.commands.streams import note, to_stderr
from returnkit.errors import BadInputError, MissingFactError, Problem
from returnkit.model.jsonl import Json
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS, decimal_text, line_value, minor_digits, parse_price, price_text
from returnkit.model.record import is_name
from returnkit.model.toml import name
from returnkit.policy.language import CHANNELS
from returnkit.service.returns import Sold, left_of, sale_of

OF_THE_SALE = ("channel", "member", "paid_with", "seller", "country", "delivered")

Facts = dict[str, object]


def filled_in(session: Session, given: Sequence[Mapping[str, object]], receipt_no: object, *, asking: bool) -> list[Facts]:
    """Return the facts of each article with what its receipt's sale says beside; what was typed stays.

    Where no article is named and the receipt has several, a terminal shows them to choose from (with `asking`). Raises
    RefusedError where more would come back than was bought, BadInputError where a price is typed that was never paid,
    MissingFactError where nobody says which article.
    """
    items = [dict(item) for item in given]
    number = receipt_no.strip() if isinstance(receipt_no, str) else ""
    if not is_name(number):
        what = f"--receipt-no {str(receipt_no)[:40]!r} is no number of a receipt"
        raise BadInputError(Problem(what, "write it as text on one line"))
    records = session.books().receipt(number)
    day = session.day(str(items[0]["bought"])) if items and items[0].get("bought") else ""
    sale = sale_of(records, day)
    if sale is None:
        return items
    sold = left_of(records, day)
    currency = str(sale.get("currency"))
    digits = minor_digits(currency)
    if len(items) == 1 and not {"sku", "category"} & items[0].keys():
        chosen = _chosen(sold, digits, number, asking=asking)
        items = [items[0] | _named(each) | ({"quantity": count} if "quantity" not in items[0] else {}) for each, count in chosen]
    own_money = currency == session.shop.currency
    if not own_money:
        note(f"receipt {number} is in {currency}: say with --price what that is in {session.shop.currency}")
    found = [_of_sale(sale) | _of_article(item, sold, digits, number, priced=own_money) | item for item in items]
    refused_as_too_many(records, found, number)
    return found


def _named(each: Sold) -> Facts:
    return {"sku": each.sku} if each.sku else {"category": each.category}


def _of_sale(sale: Json) -> Facts:
    day = {"bought": str(sale.get("bought") or str(sale.get("time"))[:10])}
    facts = {field: sale[field] for field in OF_THE_SALE if sale.get(field)}
    if facts.get("channel") not in CHANNELS:
        facts.pop("channel", None)  # another program's word
    if str(facts.get("delivered", "9999")) < day["bought"]:
        del facts["delivered"]
    return day | facts


def _of_article(item: Facts, sold: Sequence[Sold], digits: int, receipt_no: str, *, priced: bool) -> Facts:
    """Return what the receipt says of an article; nothing, with a note, where it has no such one."""
    sku, category = name(str(item.get("sku", ""))), name(str(item.get("category", "")))
    found = [each for each in sold if (name(each.sku) == sku if sku else category and name(each.category) == category)]
    if sku and not found:
        note(f"receipt {receipt_no} has no {item['sku']}: it has {', '.join(each.sku or each.category for each in sold[:10])}")
    if len(found) != 1:
        return {}
    (each,) = found
    price = _price(each, str(item.get("quantity") or "1"), digits) if priced else ""
    if priced and isinstance(item.get("price"), str):
        _check_price(str(item["price"]), each, digits, receipt_no)
    facts: Facts = {"sku": each.sku, "category": each.category, "tag": list(each.tags), "price": price}
    return {fact: value for fact, value in facts.items() if value}


def _price(each: Sold, quantity: str, digits: int) -> str:
    """Return what one piece cost; of the last pieces what is left of the money; nothing where that cannot be said exactly.

    Pieces of an article that cost 20.00 for three come back for 6.67, 6.67 and 6.66.
    """
    if each.paid is None or not each.sold:
        return ""
    left = each.sold - each.returned
    if each.returned and quantity == str(left) and each.back <= each.paid:
        return _exact(each.paid - each.back, left, digits)
    return _exact(each.paid, each.sold, digits)


def _exact(paid: int, pieces: int, digits: int) -> str:
    price = (2 * paid * (PRICE_UNITS // MINOR_UNITS[digits]) + pieces) // (2 * pieces)
    return price_text(price, digits) if line_value(price, pieces, digits) == paid else ""


def _check_price(typed: str, each: Sold, digits: int, receipt_no: str) -> None:
    """Refuse a price above what was paid; what is no price is refused elsewhere."""
    try:
        price = parse_price(typed)
    except ValueError:
        return
    if each.paid is not None and each.sold and line_value(price, each.sold, digits) > each.paid + each.sold:
        paid = f"{decimal_text(each.paid, digits)} for {each.sold}"
        what = f"--price {typed} is more than was paid for {each.sku or each.category} on receipt {receipt_no}: {paid}"
        raise BadInputError(Problem(what, "leave --price out"))


def _chosen(sold: Sequence[Sold], digits: int, receipt_no: str, *, asking: bool) -> list[tuple[Sold, str]]:
    """Return the only article of a receipt, or those that a person chooses, each with how many pieces.

    Raises MissingFactError where nobody is there to be asked.
    """
    if len(sold) == 1:
        return [(sold[0], "1")]
    left = [each for each in sold if each.sold > each.returned] or list(sold)
    if not (asking and on_a_terminal()):
        articles = ", ".join(each.sku or each.category for each in left[:10])
        raise MissingFactError(Problem(f"receipt {receipt_no} has several articles", f"say which with --sku: {articles}"))
    for number, each in enumerate(left, 1):
        worth = "" if each.paid is None else decimal_text(each.paid - each.back, digits)
        to_stderr(f"  {number}  {each.sku or each.category:20} {each.sold - each.returned:>3} x  {worth:>10}")
    while True:
        typed: str = prompt("Which? (numbers, such as 1 or 1,3)", default="", show_default=False, err=True)
        numbers = [part.strip() for part in typed.split(",") if part.strip()]
        if numbers and all(part.isascii() and part.isdigit() and 1 <= int(part) <= len(left) for part in numbers):
            break
        if not numbers:
            raise MissingFactError(Problem("no article was chosen", "nothing was recorded"))
        note(f"write numbers from 1 to {len(left)}")
    return [(each, _how_many(each)) for each in (left[int(part) - 1] for part in dict.fromkeys(numbers))]


def _how_many(each: Sold) -> str:
    """Return how many pieces come back; asked only where there are several."""
    left = each.sold - each.returned
    while left > 1:
        typed: str = prompt(f"How many of {each.sku or each.category}? (1 to {left})", default="1", err=True).strip()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= left:
            return typed
        note(f"write a number from 1 to {left}")
    return "1"
