"""Rows become what is to be recorded: sales, returns, answers of surveys, and articles."""

from collections.abc import Sequence

from returnkit.imports.reader import Cells, Rejected
from returnkit.model.ids import record_id, split_id
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import DISPOSITIONS, filled
from returnkit.model.toml import name, word
from returnkit.service.returns import lines_of

LONGEST_LINES = 48 * 1024  # bytes of the articles of a receipt in one record
OF_THE_SALE = ("channel", "member", "paid-with", "seller", "country")


def sale_line(cells: Cells) -> Json:
    """Return what one row says of a sale: the receipt's fields, with one article. Raises Rejected."""
    currency = cells.currency()
    line = cells.goods(currency)
    if "paid" not in line:
        cells.needed("what was paid", "")
    body = {
        "kind": "sale",
        "receipt_no": cells.needed("receipt-no", cells.text("receipt-no")),
        "currency": currency,
        "time": cells.time("time"),
        "delivered": cells.time("delivered")[:10],
        "staff": cells.text("staff"),
        **_sale(cells),
        "lines": [line],
    }
    cells.check()
    return filled(body)


def together(rows: Sequence[Json]) -> list[Json]:
    """Return the rows of one receipt as one sale: its fields from the first row that says them.

    Where its articles have no room in one record, it goes on in a second one. Raises Rejected where it has no time.
    """
    body: Json = {}
    articles: list[object] = []
    for row in rows:
        body = {**row, **body}
        articles += lines_of(row)
    if "time" not in body:
        raise Rejected("time is missing")
    if len({row["currency"] for row in rows}) > 1:
        raise Rejected("one receipt has more than one currency")
    parts: list[list[object]] = [[]]
    size = 0
    for article in articles:
        size += len(encode(article)) + 1
        if size > LONGEST_LINES and parts[-1]:
            parts.append([])
            size = len(encode(article))
        parts[-1].append(article)
    return [{**body, "lines": part, **({"part": number} if number > 1 else {})} for number, part in enumerate(parts, 1)]


def a_return(cells: Cells) -> Json:
    """Return what one row says of a return: what came back and what was given for it. It is not judged. Raises Rejected."""
    currency = cells.currency()
    line = cells.goods(currency)
    given = cells.money("amount", cells.number("amount"), currency)
    amount = line.get("paid") if given is None else given
    if amount is None:
        cells.needed("amount", "")
    line |= {
        "reason": cells.known("reason"),
        "condition": word(cells.text("condition")),
        "disposition": cells.choice("disposition", DISPOSITIONS),
        "remedy": word(cells.text("remedy")) or "refund",
        "amount": amount,
    }
    body = {
        "kind": "return",
        "time": cells.needed("time", cells.time("time")),
        "currency": currency,
        "amount": amount,
        "lines": [filled(line)],
        "receipt_no": cells.text("receipt-no"),
        "refund_no": cells.text("refund-no"),
        "bought": cells.time("bought")[:10],
        "delivered": cells.time("delivered")[:10],
        "staff": cells.text("staff"),
        "because": cells.text("because"),
        **_sale(cells),
    }
    cells.check()
    return filled(body)


def _sale(cells: Cells) -> Json:
    mapped = cells.bound.section.fields
    return {key.replace("-", "_"): cells.known(key) for key in OF_THE_SALE if key in mapped}


def an_answer(cells: Cells) -> Json:
    """Return what one row says in a survey. Raises Rejected."""
    answers: Json = {}
    for question, field in cells.bound.section.answers.items():
        found = cells.value(question, field)
        if found:
            whole = found.removesuffix(".0")
            answers[question] = int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 else found  # noqa: PLR2004
    if not answers:
        cells.problems.append("no question is answered")
    body: Json = {
        "kind": "survey.answered",
        "time": cells.needed("time", cells.time("time")),
        "survey": cells.needed("survey", cells.text("survey")),
        "answers": answers,
        "text": cells.text("text"),
        "staff": cells.text("staff"),
        "asked": _asked(cells),
    }
    cells.check()
    return filled(body)


def _asked(cells: Cells) -> str:
    """Return the id of the follow-up in which the survey was given, in its one form; nothing where none is named."""
    text = cells.text("asked")
    if not text:
        return ""
    try:
        till, number, _ = split_id(text)
    except ValueError as error:
        cells.problems.append(f"asked: {text!r} is not an id: {error}")
        return ""
    if not till:
        cells.problems.append(f"asked: {text!r} does not name the till: the whole id is needed here")
    return record_id(till, number)


def an_item(cells: Cells) -> Json:
    """Return the article that one row describes. Raises Rejected."""
    tags = {name(tag) for tag in cells.text("tags").replace(",", ";").split(";") if tag.strip()}
    sku = cells.needed("sku", cells.text("sku"))
    cells.check()
    return filled({"sku": sku, "category": cells.known("category"), "tags": sorted(tags)})
