"""What came back: how much of a receipt is left to return, and which returns were taken back themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from returnkit.model.jsonl import Json
from returnkit.model.toml import name

RETURN, REFUSED, VOIDED, SALE = "return", "return.refused", "return.voided", "sale"


class TooMany(NamedTuple):
    """An article of a receipt of which more would come back than was bought.

    `bought` is None where the sale is not known: then one article of a receipt comes back once.
    """

    article: str
    bought: int | None
    wanted: int
    earlier: tuple[Json, ...]


class Twice(NamedTuple):
    """A return that may be one too many: its id, what is wrong with it, and what to do."""

    id: str
    what: str
    remedy: str


def standing(records: Iterable[Json]) -> list[Json]:
    """Return the returns among the records that were not voided, oldest first as they came."""
    found = list(records)
    voided = {str(record.get("corrects")) for record in found if record.get("kind") == VOIDED}
    return [record for record in found if record.get("kind") == RETURN and str(record.get("id")) not in voided]


def too_many(receipt: Iterable[Json], wanted: Sequence[Mapping[str, object]], day: str = "") -> list[TooMany]:
    """Return the articles of which more would come back than was bought.

    `receipt` are all records that name the receipt, `wanted` the lines that come back now, `day` (ISO text) when they were
    bought, as far as that is known.
    """
    sales, earlier = _of_one_sale(list(receipt), day)
    sold = _pieces(sales) if sales else None
    now = _pieces([{"lines": list(wanted)}])
    returned = _pieces(earlier)
    labels = {article_of(line): str(line.get("sku") or line.get("category") or "") for line in wanted}
    problems = []
    for article, pieces in now.items():
        bought = None if sold is None else sold.get(article, 0)
        if sold is not None and not article:  # nobody said which article: all of them together
            bought, returned[article] = sum(sold.values()), sum(returned.values())
        fits = not returned.get(article) if bought is None else returned.get(article, 0) + pieces <= bought
        if not fits:
            before = tuple(record for record in earlier if article in _pieces([record]) or not article)
            problems.append(TooMany(labels[article], bought, pieces, before))
    return problems


def over_returned(receipt: Iterable[Json]) -> list[TooMany]:
    """Return what came back of a receipt too often: two tills may each have taken back the last piece before they met.

    Where the sale is not known, a return that overrode the policy is a person's decision, and an imported one another
    program's.
    """
    records = sorted(receipt, key=lambda record: str(record.get("time")))
    sales = [record for record in records if record.get("kind") == SALE]
    earlier: list[Json] = []
    found = []
    for record in standing(records):
        found += [
            each._replace(earlier=(*each.earlier, record))
            for each in too_many([*sales, *earlier], lines_of(record), str(record.get("bought", "")))
            if each.bought is not None or not (record.get("override") or record.get("source"))
        ]
        earlier.append(record)
    return found


def given_twice(receipt: str, records: Iterable[Json]) -> Iterator[Twice]:
    """Yield the returns of a receipt by which more came back than was bought; `records` are all that name it."""
    for each in over_returned(records):
        *before, last = (str(record.get("id")) for record in each.earlier)
        what = f"{last} takes {each.article or 'what was bought'} of receipt {receipt} back, "
        what += "which came back already" if each.bought is None else f"of which {each.bought} were bought"
        what += f" (with {', '.join(before)})" if before else ""
        yield Twice(last, what, f"if it is one too many: returnkit return void {last}")


def lines_of(record: Mapping[str, object]) -> list[Json]:
    """Return the articles of a sale or a return."""
    lines = record.get("lines")
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def article_of(line: Mapping[str, object]) -> str:
    """Return what tells the articles of one receipt apart: the number, else the category, else nothing."""
    return name(str(line.get("sku") or line.get("category") or ""))


def _pieces(records: Iterable[Mapping[str, object]]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for record in records:
        for line in lines_of(record):
            quantity = line.get("quantity")
            pieces[article_of(line)] = pieces.get(article_of(line), 0) + (quantity if isinstance(quantity, int) else 0)
    return pieces


class Sold(NamedTuple):
    """An article of a receipt: how many were sold, what was paid for all of them (None: not known), how many came back.

    `back` is what had been paid for those.
    """

    sku: str
    category: str
    tags: tuple[str, ...]
    sold: int
    paid: int | None
    returned: int
    back: int


def sales_of(receipt: Iterable[Json]) -> list[Json]:
    """Return the sales among all records that name a receipt, oldest first; a number may have been given twice."""
    return sorted((record for record in receipt if record.get("kind") == SALE), key=lambda record: str(record.get("time")))


def sale_of(receipt: Iterable[Json], day: str = "") -> Json | None:
    """Return the sale of a receipt: that of a day (ISO text) where there is one, else the newest; None where none is known."""
    sales = sales_of(receipt)
    own = [sale for sale in sales if day_of(sale) == day]
    return next(iter((own or sales)[-1:]), None)


def day_of(sale: Mapping[str, object]) -> str:
    """Return the day of a sale."""
    return str(sale.get("bought") or str(sale.get("time"))[:10])


def left_of(receipt: Iterable[Json], day: str = "") -> list[Sold]:
    """Return the articles of a receipt's sale in the order of its lines, with what came back of each; none where it is no sale.

    `receipt` are all records that name it, `day` says which of several sales is meant.
    """
    parts, back = _of_one_sale(list(receipt), day)
    returned, given = _pieces(back), _paid(back)
    found: dict[str, Sold] = {}
    for part in sorted(parts, key=lambda record: str(record.get("part", ""))):
        for line in lines_of(part):
            quantity, paid, tags, article = line.get("quantity"), line.get("paid"), line.get("tags"), article_of(line)
            pieces = quantity if isinstance(quantity, int) else 0
            value = paid if isinstance(paid, int) else None
            before = found.get(article)
            if before is not None:
                value = None if value is None or before.paid is None else value + before.paid
                found[article] = before._replace(sold=before.sold + pieces, paid=value)
                continue
            labels = tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
            sku, category = str(line.get("sku", "")), str(line.get("category", ""))
            found[article] = Sold(sku, category, labels, pieces, value, returned.get(article, 0), given.get(article, 0))
    return list(found.values())


def _of_one_sale(records: Sequence[Json], day: str) -> tuple[list[Json], list[Json]]:
    """Return the records of the sale that is meant (a long one has several), and the returns of it that stand.

    A number that was given once has one sale; of one that was given again, each return belongs to the sale of its day.
    """
    sales = sales_of(records)
    sale = sale_of(records, day)
    back = standing(records)
    if sale is None or len({str(own.get("time")) for own in sales}) == 1:
        return sales, back
    bought = day_of(sale)
    return [own for own in sales if own.get("time") == sale.get("time")], [
        own for own in back if own.get("bought", bought) == bought
    ]


def _paid(records: Iterable[Mapping[str, object]]) -> dict[str, int]:
    paid: dict[str, int] = {}
    for record in records:
        for line in lines_of(record):
            value = line.get("paid")
            paid[article_of(line)] = paid.get(article_of(line), 0) + (value if isinstance(value, int) else 0)
    return paid
