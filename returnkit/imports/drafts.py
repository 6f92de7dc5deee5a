"""Rows become what is to be recorded: sales, returns, answers of surveys, articles, and what happened to complaints."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import NamedTuple

from returnkit.errors import instead
from returnkit.imports.cells import MOST_DECIMALS, minor, moment, number, pieces
from returnkit.imports.mapping import Bound, Field
from returnkit.imports.rows import Row
from returnkit.model.items import Items
from returnkit.model.jsonl import Json, encode
from returnkit.model.money import PRICE_DECIMALS, minor_digits
from returnkit.model.record import CHANNELS, DISPOSITIONS, SEVERITIES, STATES
from returnkit.model.toml import name, word
from returnkit.service.returns import lines_of

LONGEST_LINES = 48 * 1024  # bytes of the articles of a receipt in one record
UNKNOWN_CAUSE = "not-said"  # a closed complaint has a cause; who exports seldom says it
# What a case can come to, in order; each with the column of its time where a row is a whole complaint.
EVENTS = {"acknowledged": "acknowledged", "resolved": "resolved", "closed": "closed"}


class Place(NamedTuple):
    """What rows do not say: the shop's zone and that of the file, the shop's currency, and what is sold there."""

    shop_zone: tzinfo
    file_zone: tzinfo
    currency: str
    items: Items


class Rejected(Exception):  # noqa: N818 - a row that cannot be recorded is no error of the program
    """A row, or a receipt, that cannot be recorded; its text says why."""


class Happening(NamedTuple):
    """What a row says of a complaint: how it stood at a time; `opened` is when it was opened, as far as the row says so."""

    number: str
    time: str
    state: str
    opened: str
    facts: Json


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
        return _said(line)


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
    return _said(body)


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
        "lines": [_said(line)],
        "receipt_no": cells.text("receipt-no"),
        "refund_no": cells.text("refund-no"),
        "bought": cells.time("bought")[:10],
        "delivered": cells.time("delivered")[:10],
        "staff": cells.text("staff"),
        "because": cells.text("because"),
        **_sale(cells),
    }
    cells.check()
    return _said(body)


def _sale(cells: Cells) -> Json:
    fields = {"channel": "channel", "member": "member", "paid_with": "paid-with", "seller": "seller", "country": "country"}
    return {field: cells.known(key) for field, key in fields.items()}


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
    }
    cells.check()
    return _said(body)


def an_item(cells: Cells) -> Json:
    """Return the article that one row describes. Raises Rejected."""
    tags = {name(tag) for tag in cells.text("tags").replace(",", ";").split(";") if tag.strip()}
    sku = cells.needed("sku", cells.text("sku"))
    cells.check()
    return _said({"sku": sku, "category": cells.known("category"), "tags": sorted(tags)})


def happenings(cells: Cells) -> list[Happening]:
    """Return what one row says of a complaint, in the order in which it happened. Raises Rejected."""
    fields = cells.bound.section.fields
    opened = cells.time("opened")
    number_of_it = cells.text("number")
    value = cells.money("value", cells.number("value"), cells.place.currency)
    facts: Json = {
        "channel": cells.choice("channel", CHANNELS) or "web",
        "category": cells.known("category"),
        "severity": cells.choice("severity", SEVERITIES),
        "receipt_no": cells.text("receipt-no"),
        "value": value,
        "currency": None if value is None else cells.place.currency,
        "remedy": word(cells.text("remedy")),
        "cause": cells.known("cause"),
        "staff": cells.text("staff"),
        "text": cells.text("text"),
    }
    facts = _said(facts)
    if "state" in fields:
        state, time = cells.choice("state", STATES), cells.needed("time", cells.time("time"))
        cells.needed("state", state)
        cells.needed("number", number_of_it)
        cells.check()
        return [Happening(number_of_it, time, state, opened or time, facts)]
    cells.needed("opened", opened)
    times = [("open", opened)] + [(event, cells.time(key)) for event, key in EVENTS.items()]
    cells.check()
    from datetime import datetime

    found = [Happening(number_of_it, time, state, opened, facts) for state, time in times if time]
    instants = [datetime.fromisoformat(each.time) for each in found]
    if instants != sorted(instants):
        order = ", ".join(f"{each.state} {each.time[:16]}" for each in found)
        raise Rejected(f"it is out of order: {order}")
    return found


def steps(before: str, state: str, *, forward: bool = False) -> list[str]:
    """Return the events that lead a complaint from one state to another; none where nothing new is said.

    With `forward` a complaint that was resolved or closed is not reopened.
    """
    rank = STATES.index
    resolved, closed = rank("resolved"), rank("closed")
    if rank(state) >= resolved:
        if rank(state) == closed:
            return {"resolved": ["closed"], "closed": []}.get(before, ["resolved", "closed"])
        return {"resolved": [], "closed": [] if forward else ["reopened", "resolved"]}.get(before, ["resolved"])
    if rank(before) >= resolved:
        return [] if forward else ["reopened", *(["acknowledged"] if state == "acknowledged" else [])]
    return ["acknowledged"] if state == "acknowledged" and before == "open" else []


def opening(happening: Happening) -> Json:
    """Return the record that opens a complaint."""
    facts = {key: value for key, value in happening.facts.items() if key not in ("remedy", "cause", "staff", "text")}
    first = happening.state == "open"
    said: Json = {key: happening.facts[key] for key in ("staff", "text") if first and key in happening.facts}
    return _said({"kind": "complaint.opened", "time": happening.opened, "number": happening.number, **facts, **said})


def event(happening: Happening, what: str, *, last: bool, was: Mapping[str, object], case: str) -> Json:
    """Return the record of an event of a complaint; what was said stands in the last one that a row makes."""
    facts = happening.facts
    more: Json = {"resolved": {"remedy": facts.get("remedy")}, "closed": {"cause": facts.get("cause", UNKNOWN_CAUSE)}}.get(
        what, {}
    )
    said: Json = {"staff": facts.get("staff"), "text": facts.get("text") if last else None}
    body: Json = {"kind": f"complaint.{what}", "time": happening.time, "case": case, "was": dict(was)} | more | said
    return _said(body)


def local_day(time: str, zone: tzinfo) -> str:
    """Return the day of a time in a zone, as ISO text."""
    from datetime import datetime

    return datetime.fromisoformat(time).astimezone(zone).date().isoformat()


def _said(values: Json) -> Json:
    return {field: value for field, value in values.items() if value not in (None, [], "")}
