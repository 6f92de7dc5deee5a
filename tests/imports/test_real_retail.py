"""Half a year of a real shop, imported: every sale, every return, every figure.

What is expected is worked out from the archive alone (Decimal), and the figures a second time from the journals (DuckDB):
nothing of it may import returnkit. The program runs as a shop would run it, in processes of its own; the import is made once,
whichever process of the test run comes first.

What the archive holds (a file a day): 209,029 rows, 3,783 of them returns (`C…`), 203,954 sold, 1,292 neither. 10,783 invoices,
none in two files; 34 whose rows bear two times a minute apart, one of these (542806) interrupted by another invoice, 28 of
which only some rows count as sold. 1,725 sold rows and 19 returned ones repeat an earlier row of their invoice letter by letter.
One price has three decimals (0.001: nothing, in pence).
"""

import csv
import json
import shutil
from bisect import bisect_right
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from returnkit.kpi.figures import COUNT, MEASURES, MONEY
from tests.conftest import call
from tests.real_retail import MAPPING, Imported, returnkit

MONTHS = ("2010-12", "2011-01", "2011-02", "2011-03", "2011-04", "2011-05")
PENNY = Decimal("0.01")
MOST_MIB = 100
# Counts and sums of what never happened; a share or a median of nothing is not known.
ZEROS = {measure.id for measure in MEASURES if measure.unit in (COUNT, MONEY)}


class Line(NamedTuple):
    """A row of the archive."""

    invoice: str
    sku: str
    quantity: int
    time: str
    price: Decimal
    customer: str

    @property
    def returned(self) -> bool:
        return self.invoice.startswith("C")

    @property
    def sold(self) -> bool:
        return not self.returned and self.quantity > 0 and self.price > 0

    @property
    def worth(self) -> Decimal:
        return abs(self.quantity) * self.price

    @property
    def pence(self) -> int:
        return int(self.worth.quantize(PENNY, ROUND_HALF_UP) * 100)


@pytest.fixture(scope="module")
def lines(imported: Imported) -> list[Line]:
    """Return every row of the archive in its order."""
    found = []
    for path in imported.files:
        with path.open(encoding="utf-8", newline="") as file:
            for number, sku, _, quantity, time, price, customer, _ in [*csv.reader(file)][1:]:
                found.append(Line(number, sku, int(quantity), time, Decimal(price), customer))
    return found


@pytest.fixture(scope="module")
def records(imported: Imported) -> list[dict[str, Any]]:
    files = sorted(imported.folder.glob("records/*/*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_archive_is_what_it_was(lines: list[Line]) -> None:
    assert len(lines) == 209_029
    assert len({line.invoice for line in lines}) == 10_783
    assert sum(line.returned for line in lines) == 3_783
    assert sum(line.worth for line in lines if line.returned) == Decimal("357898.95")
    assert sum((line.worth for line in lines if line.sold), Decimal(0)).quantize(PENNY) == Decimal("4064726.59")
    assert sum(line.pence for line in lines if line.sold) == 406_472_659  # rounding each line changes nothing


def test_what_the_import_says(imported: Imported, lines: list[Line]) -> None:
    receipts = {line.invoice for line in lines if line.sold}
    sold, returned = sum(line.sold for line in lines), sum(line.returned for line in lines)
    assert (imported.sales.code, imported.returns.code) == (0, 0)
    for answer, recorded, counted in (
        (imported.sales.answer, len(receipts), sold),
        (imported.returns.answer, returned, returned),
    ):
        assert answer["schema"] == "returnkit.import/1"
        assert (answer["rows"], answer["known"], answer["rejected"]) == (len(lines), 0, 0)
        assert answer["passed_over"] == len(lines) - counted
        assert answer["recorded"] == recorded
        assert [Path(file["file"]).name for file in answer["files"]] == [path.name for path in imported.files]
        assert sum(file["rows"] for file in answer["files"]) == len(lines)
        assert not any(file["rejected"] or file.get("rejected_file") for file in answer["files"])
    assert imported.returns.answer["guessed"] == returned - 1_066
    assert not list(imported.folder.parent.rglob("*.rejected.csv"))


def test_it_needs_little_memory(imported: Imported) -> None:
    for name, run in (("sale import", imported.sales), ("return import --guess-purchase", imported.returns)):
        print(f"{name}: {run.seconds:.2f} s, peak {run.peak_mib:.1f} MiB")
        assert run.peak_mib < MOST_MIB, name


def test_every_sold_row_is_recorded_in_its_place(lines: list[Line], records: list[dict[str, Any]]) -> None:
    """Identical rows of a receipt are all kept: somebody bought two, one after the other."""
    expected: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    times: dict[str, str] = {}
    for line in lines:
        if line.sold:
            expected[line.invoice].append((line.sku, line.quantity, line.pence))
            times.setdefault(line.invoice, line.time.replace(" ", "T"))
    found: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for record in records:
        if record["kind"] == "sale":
            found[record["receipt_no"]] += [(line["sku"], line["quantity"], line["paid"]) for line in record["lines"]]
            assert record["time"][:19] == times[record["receipt_no"]]
            assert (record["currency"], record["source"]) == ("GBP", MAPPING)
    assert found == expected


def test_every_returned_row_is_recorded(lines: list[Line], records: list[dict[str, Any]]) -> None:
    def said(record: dict[str, Any], line: dict[str, Any]) -> tuple[object, ...]:
        return (
            record["refund_no"],
            record["time"][:19],
            line["sku"],
            line["quantity"],
            line["paid"],
            line["amount"],
            line["remedy"],
        )

    returns = [record for record in records if record["kind"] == "return"]
    found = Counter(said(record, line) for record in returns for line in record["lines"])
    assert found == Counter(
        (line.invoice, line.time.replace(" ", "T"), line.sku, -line.quantity, line.pence, line.pence, "refund")
        for line in lines
        if line.returned
    )
    assert all(record["amount"] == sum(line["amount"] for line in record["lines"]) for record in returns)
    assert not [record for record in returns if {"rule", "policy"} & {key for line in record["lines"] for key in line}]


def test_nobody_who_bought_is_in_the_records(lines: list[Line], records: list[dict[str, Any]]) -> None:
    """The number of a customer is only for the guess."""
    customers = {line.customer.removesuffix(".0") for line in lines} - {""}
    assert len(customers) > 2_000
    customers |= {f"{customer}.0" for customer in customers}
    for record in records:
        assert not {value for value in record.values() if isinstance(value, str)} & customers
        assert not [field for field in record if "customer" in field]


def test_guesses_are_the_nearest_earlier_sale(lines: list[Line], records: list[dict[str, Any]]) -> None:
    began: dict[str, str] = {}
    for line in lines:
        began.setdefault(line.invoice, line.time)
    sold: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        if line.sold and line.customer:
            sold[line.customer, line.sku].append((began[line.invoice], line.invoice))
    expected: Counter[tuple[str, str, int, str, frozenset[str]]] = Counter()
    for line in lines:
        if line.returned:
            sales = sorted(sold.get((line.customer, line.sku), []))
            times = [time for time, _ in sales]
            last = times[bisect_right(times, line.time) - 1] if times and times[0] <= line.time else ""
            could_be = frozenset(invoice for time, invoice in sales if time == last)
            expected[line.invoice, line.sku, line.pence, last[:10], could_be] += 1
    assert sum(count for (*_, could_be), count in expected.items() if not could_be) == 1_066
    assert sum(count for (*_, could_be), count in expected.items() if len(could_be) > 1) == 1  # two sales at the same minute

    candidates: defaultdict[tuple[str, str, int], set[tuple[str, frozenset[str]]]] = defaultdict(set)
    for invoice, sku, pence, bought, could_be in expected:
        candidates[invoice, sku, pence].add((bought, could_be))
    found: Counter[tuple[str, str, int, str, frozenset[str]]] = Counter()
    for record in records:
        if record["kind"] == "return":
            bought, guessed = record.get("bought", ""), record.get("guessed", "")
            for line in record["lines"]:
                own = record["refund_no"], line["sku"], line["amount"]
                fits = [one for one in candidates[own] if one[0] == bought and (guessed in one[1] or not (guessed or one[1]))]
                assert fits, f"{own}: {bought} {guessed} is none of {candidates[own]}"
                found[(*own, *fits[0])] += 1
    assert found == expected


def test_the_books_are_sound(imported: Imported) -> None:
    assert returnkit(imported.folder, imported.folder.parent / "state", "records", "verify").code == 0


def split_otherwise(files: list[Path], folder: Path, *, whole: bool) -> list[Path]:
    """Write the same rows into other files: a month dealt into three, whole receipts together; one day under another name.

    The rest of the days stand as they were, where the whole is wanted.
    """
    folder.mkdir()
    header = files[0].read_text(encoding="utf-8").partition("\n")[0] + "\n"
    first = [path for path in files if path.name.startswith("2010-12")]
    dealt: tuple[list[str], ...] = ([], [], [])
    for path in first:
        for row in path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]:
            dealt[int(row[:7].strip("C,")) % 3].append(row)
    parts = [folder / f"part-{number}.csv" for number in range(3)]
    for part, rows in zip(parts, dealt, strict=True):
        part.write_text(header + "".join(rows), encoding="utf-8")
    rest = [path for path in files if path not in first]
    shutil.copy(rest[0], folder / "renamed.csv")
    return [*parts, folder / "renamed.csv", *(rest[1:] if whole else ())]


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["some days", "all days"])
@pytest.mark.parametrize("arguments", [("sale",), ("return", "--guess-purchase")], ids=" ".join)
def test_importing_it_again_adds_nothing(
    imported: Imported, lines: list[Line], tmp_path: Path, arguments: tuple[str, ...], *, whole: bool
) -> None:
    """Whatever the files are called, and however the receipts are dealt to them."""
    kind, *more = arguments
    shop = tmp_path / "shop"
    shutil.copytree(imported.folder, shop)
    before = {path: path.read_bytes() for path in shop.rglob("*.jsonl")}
    files = split_otherwise(imported.files, tmp_path / "otherwise", whole=whole)
    again = returnkit(shop, tmp_path / "state", kind, "import", *map(str, files), "--map", MAPPING, *more)
    print(f"{kind} import again: {again.seconds:.2f} s, peak {again.peak_mib:.1f} MiB")
    assert again.code == 0
    last = next(path.stem for path in imported.files if path.name > "2011")
    given = [line for line in lines if whole or line.time[:10] <= last]
    known = len({line.invoice for line in given if line.sold}) if kind == "sale" else sum(line.returned for line in given)
    assert (again.answer["rows"], again.answer["recorded"], again.answer["known"]) == (len(given), 0, known)
    assert {path: path.read_bytes() for path in before} == before
    new = [path.read_bytes() for path in shop.rglob("*.jsonl") if path not in before]
    assert not [text for text in new if b'"sale"' in text or b'"return"' in text], "a copied folder is a till of its own"
    assert again.peak_mib < MOST_MIB


# --- Figures --------------------------------------------------------------------------------------------------------------

# What the journals hold, in SQL and nothing else: each article of a sale or a return with what figures go by.
ARTICLES = """
create table articles as
select kind, "time"[:7] as month, "time"[:10] as day, currency, coalesce(channel, 'unknown') as channel,
       coalesce(staff, 'unknown') as staff, coalesce(article.category, 'unknown') as category,
       coalesce(article.reason, 'unknown') as reason, coalesce(article.tender, paid_with, 'unknown') as tender,
       coalesce(article.remedy, '') in ('refund', 'price-reduction') as money_back,
       coalesce(article.amount, 0) as amount, coalesce(article.paid, 0) as paid
from (
    select *, unnest(lines) as article from read_json(?, format = 'newline_delimited', columns = {
        kind: 'varchar', "time": 'varchar', currency: 'varchar', channel: 'varchar', staff: 'varchar', paid_with: 'varchar',
        lines: 'struct(category varchar, reason varchar, tender varchar, remedy varchar, amount bigint, paid bigint)[]'
    })
    where kind in ('sale', 'return')
)
"""
SUMS = """
select {by}, count(*) filter (kind = 'return'), coalesce(sum(amount) filter (kind = 'return'), 0),
       count(*) filter (kind = 'return' and money_back), coalesce(sum(amount) filter (kind = 'return' and money_back), 0),
       count(*) filter (kind = 'sale'), coalesce(sum(paid) filter (kind = 'sale'), 0)
from articles where day between ? and ? and currency = 'GBP' group by 1 order by 1
"""


class Sums(NamedTuple):
    """What a period, or a slice of it, adds up to: how many articles, and what they are worth in pence."""

    returns: int = 0
    returned: int = 0
    refunds: int = 0
    refunded: int = 0
    sales: int = 0
    sold: int = 0

    def figures(self, all_sold: "Sums | None" = None) -> dict[str, tuple[float | None, int]]:
        """Return value and number of each figure; `all_sold` is what is measured against where sales know no such slice."""
        against = all_sold or self
        return {
            "returns": (self.returns, self.returns),
            "returned-value": (self.returned / 100, self.returns),
            "refunded-value": (self.refunded / 100, self.refunds),
            "sold-value": (self.sold / 100, self.sales),
            "return-rate": (self.returned / against.sold if against.sold else None, against.sales),
        }


@pytest.fixture(scope="module")
def sums(imported: Imported) -> Callable[..., dict[str, Sums]]:
    """Return what sums up the journals from one day to another, by a column."""
    duckdb = pytest.importorskip("duckdb")
    base = duckdb.connect()
    base.execute(ARTICLES, [str(imported.folder / "records" / "*" / "*.jsonl")])

    def by(first: str, last: str, column: str = "''") -> dict[str, Sums]:
        return {name: Sums(*map(int, values)) for name, *values in base.execute(SUMS.format(by=column), [first, last]).fetchall()}

    return by


@pytest.fixture
def figures(imported: Imported) -> Callable[..., dict[str, dict[str, Any]]]:
    """Return what `kpi report` says of some days."""

    def report(first: str, last: str, *by: str) -> dict[str, dict[str, Any]]:
        more = ["--by", *by] if by else []
        done = call("--shop", str(imported.folder), "kpi", "report", "--from", first, "--to", last, *more, "-f", "json")
        assert done.code == 0, done.err
        answer = json.loads(done.out)
        assert (answer["schema"], answer["left_out"]) == ("returnkit.figures/1", 0)
        assert answer["period"] == {"from": first, "to": last}
        assert len({measure["id"] for measure in answer["measures"]}) == len(answer["measures"]), "one currency occurs"
        return {measure["id"]: measure for measure in answer["measures"]}

    return report


def days_of(month: str) -> tuple[str, str]:
    return f"{month}-01", f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]}"


PERIODS = [
    *map(days_of, MONTHS),
    ("2010-12-01", "2011-05-31"),
    ("2010-12-24", "2011-03-27"),
    ("2011-02-01", "2011-02-01"),
    ("2009-01-01", "2009-12-31"),
]


@pytest.mark.parametrize(("first", "last"), PERIODS)
def test_every_figure_is_that_of_the_archive_and_of_the_journals(
    first: str,
    last: str,
    lines: list[Line],
    sums: Callable[..., dict[str, Sums]],
    figures: Callable[..., dict[str, dict[str, Any]]],
) -> None:
    own = [line for line in lines if first <= line.time[:10] <= last]
    returned = [line.pence for line in own if line.returned]
    sold = [line.pence for line in own if line.sold]
    counted = Sums(len(returned), sum(returned), len(returned), sum(returned), len(sold), sum(sold))
    assert sums(first, last).get("", Sums()) == counted

    found = figures(first, last)
    for name, (value, n) in counted.figures().items():
        assert (found[name]["value"], found[name]["n"]) == (value, n), name
        assert (found[name]["target"], found[name]["met"]) == (None, None)
        assert found[name]["unit"] == {"returns": "count", "return-rate": "share"}.get(name, "GBP")
    assert found["refunded-value"].pop("by") == ({"unknown": counted.refunded / 100} if returned else {})
    nothing = found.keys() - counted.figures().keys()
    assert {name: found[name]["value"] for name in nothing} == {name: 0 if name in ZEROS else None for name in nothing}
    assert all(measure.get("by") in (None, {}) for measure in found.values())
    assert sum(found[name]["n"] for name in nothing) == 0


def test_the_golden_figures(figures: Callable[..., dict[str, dict[str, Any]]]) -> None:
    """Computed by others, in SQL."""
    december = figures("2010-12-01", "2010-12-31")
    assert (december["returns"]["value"], december["returned-value"]["value"]) == (728, 74789.12)
    assert round(december["return-rate"]["value"], 4) == 0.0908
    all_of_it = figures("2010-12-01", "2011-05-31")
    assert (all_of_it["returns"]["value"], all_of_it["returned-value"]["value"]) == (3_783, 357898.95)
    assert all_of_it["sold-value"]["value"] == 4064726.59


@pytest.mark.parametrize("by", ["month", "category", "channel", "reason", "staff"])
@pytest.mark.parametrize(("first", "last"), PERIODS[-4:-1])
def test_slices(
    first: str, last: str, by: str, sums: Callable[..., dict[str, Sums]], figures: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    found = figures(first, last, by)
    whole = sums(first, last)[""]
    slices = sums(first, last, by)
    for name, (value, n) in whole.figures().items():
        assert (found[name]["value"], found[name]["n"]) == (value, n), name
        if name == "sold-value" and by in {"reason", "staff"}:  # a sale has neither
            assert found[name]["by"] == {}
            continue
        apart = {key: own.figures(whole if by in {"reason", "staff"} else None)[name] for key, own in slices.items()}
        assert found[name]["by"] == {key: value for key, (value, n) in apart.items() if n}, name
