"""The main job on real input: half a year of a real shop's returns, judged line by line under three policies.

What is expected is computed here a second time, from the archive alone. Nothing here may import returnkit, or the two would
share their mistakes; the program is run as a shop would run it, in a process of its own.
"""

import csv
import io
import json
import subprocess
import sys
import tarfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.real_retail import MEASURE, Imported

ARCHIVE = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail_2010-12_2011-05.tar.xz"
PENNY = Decimal("0.01")
EXIT_CODES = {"yes": 0, "no": 1, "ask": 5}

# How many lines get each answer, and what they are worth. Computed apart from this file too, in SQL, so that a mistake in the
# join below cannot hide behind the same mistake in what is sent to the program.
GOLDEN = {
    14: {"yes": (1907, "127995.88"), "no": (810, "35685.80"), "ask": (1066, "194217.27")},
    30: {"yes": (2287, "135025.99"), "no": (430, "28655.69"), "ask": (1066, "194217.27")},
    60: {"yes": (2582, "140388.36"), "no": (135, "23293.32"), "ask": (1066, "194217.27")},
}

POLICY = """\
schema = 1
effective = 2010-01-01

[terms]
offer = {{ refund = "{days} days" }}
receipt = "not needed"
condition = "any"
"""


class Return(NamedTuple):
    """A return line, with the day of the nearest earlier sale of the same item to the same customer, if there is one."""

    sku: str
    bought: date | None
    on: date
    price: str
    quantity: int

    def exact(self) -> Decimal:
        return self.quantity * Decimal(self.price)

    def total(self) -> Decimal:
        return self.exact().quantize(PENNY, ROUND_HALF_UP)

    def as_line(self) -> str:
        facts: dict[str, object] = {"sku": self.sku, "on": str(self.on), "price": self.price, "quantity": self.quantity}
        bought = {} if self.bought is None else {"bought": str(self.bought)}
        return json.dumps({**facts, **bought, "channel": "online"})


class Expected(NamedTuple):
    """What matters of an answer. `on` is the day that it says it is about: the proof that it stands in its place."""

    answer: str
    on: str
    remedies: list[dict[str, str]]
    leads: list[tuple[str, str, list[dict[str, str]]]]


class Run(NamedTuple):
    """One run of the program over all lines."""

    days: int
    exit_code: int
    lines: list[str]
    notes: list[str]
    seconds: float
    peak_mib: float

    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def rows() -> Iterator[dict[str, str]]:
    """Yield every line of every day. The archive is read once from front to back: going back in xz means starting again."""
    with tarfile.open(ARCHIVE, "r|xz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield from csv.DictReader(io.StringIO(file.read().decode("utf-8"), newline=""))


@pytest.fixture(scope="module")
def returns() -> list[Return]:
    """Return the return lines in the order in which they happened."""
    if not ARCHIVE.exists():
        pytest.skip(f"the real input is not here: {ARCHIVE.name} in shared/data beside the repository")
    came_back: list[tuple[datetime, dict[str, str]]] = []
    sold: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in rows():
        if row["InvoiceNo"].startswith("C"):
            came_back.append((datetime.fromisoformat(row["InvoiceDate"]), row))
        elif row["CustomerID"] and int(row["Quantity"]) > 0:
            sold[row["CustomerID"], row["StockCode"]].append(datetime.fromisoformat(row["InvoiceDate"]))
    for times in sold.values():
        times.sort()
    came_back.sort(key=lambda pair: pair[0])
    found = []
    for at, row in came_back:
        times = sold.get((row["CustomerID"], row["StockCode"]), [])
        earlier = bisect_right(times, at)
        bought = times[earlier - 1].date() if earlier else None
        found.append(Return(row["StockCode"], bought, at.date(), row["UnitPrice"], -int(row["Quantity"])))
    return found


@pytest.fixture(scope="module", params=GOLDEN, ids=lambda days: f"{days} days")
def run(request: pytest.FixtureRequest, returns: list[Return], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Judge all returns under the policy of so many days, in a shop that `returnkit init` made."""
    days: int = request.param
    shop = tmp_path_factory.mktemp("shops") / "shop"
    program = [sys.executable, "-m", "returnkit"]
    place = ["--name", "Rowan", "--country", "GB", "--currency", "GBP", "--time-zone", "Europe/London"]
    subprocess.run([*program, "init", str(shop), *place], check=True, capture_output=True, timeout=60)
    (shop / "policies" / "returns.toml").write_text(POLICY.format(days=days), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *program, "policy", "check", "-", "--shop", str(shop)],
        input="".join(f"{line.as_line()}\n" for line in returns),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    *notes, measured = done.stderr.splitlines()
    seconds, peak = map(float, measured.split())
    return Run(days, done.returncode, done.stdout.splitlines(), notes, seconds, peak / 1024)


def expected(line: Return, days: int) -> Expected:
    """Return what the policy means for the line: the last day counts whole, and an unknown day of purchase decides it all."""

    def refund(until: date) -> list[dict[str, str]]:
        return [{"remedy": "refund", "until": str(until), "amount": f"{line.total()}", "currency": "GBP"}]

    if line.bought is None:
        first = line.on - timedelta(days)  # bought that day or later, it can still come back
        late = (f"../{first - timedelta(1)}", "no", list[dict[str, str]]())
        in_time = (f"{first}/{line.on}", "yes", refund(line.on))  # "at least until": bought on the first of these days
        return Expected("ask", str(line.on), [], [late, in_time])
    until = line.bought + timedelta(days)
    if line.on <= until:
        return Expected("yes", str(line.on), refund(until), [])
    return Expected("no", str(line.on), [], [])


def said(answer: dict[str, Any]) -> Expected:
    """Return the program's answer in the same form."""
    leads: list[tuple[str, str, list[dict[str, str]]]] = []
    if answer["ask"] is None:
        on = next(condition["value"] for condition in answer["conditions"] if condition["fact"] == "on")
    else:
        leads = [(lead["value"], lead["answer"], lead["remedies"]) for lead in answer["ask"]["leads"]]
        on = leads[-1][0].partition("/")[2]  # nothing is bought after the day on which it comes back
    return Expected(answer["answer"], on, answer["remedies"], leads)


def test_the_real_input_is_whole(returns: list[Return]) -> None:
    """The golden figure is the plain sum; unit prices have two decimals at most, so rounding each line changes nothing."""
    assert len(returns) == 3783
    assert sum(line.exact() for line in returns) == Decimal("357898.95")
    assert sum(line.total() for line in returns) == Decimal("357898.95")
    assert all(line.quantity > 0 for line in returns)
    assert sum(line.bought is None for line in returns) == 1066


def test_every_line_is_answered(run: Run, returns: list[Return]) -> None:
    assert run.exit_code == 0
    assert len(run.lines) == len(returns)
    answers = run.answers()
    assert [answer for answer in answers if "error" in answer] == []
    assert [answer for answer in answers if answer["exit"] != EXIT_CODES[answer["answer"]]] == []
    assert [note for note in run.notes if not note.startswith("returnkit: note: ")] == []


def test_each_answer_is_right_and_stands_in_its_place(run: Run, returns: list[Return]) -> None:
    wrong = [
        f"line {number} {line.as_line()}: expected {expected(line, run.days)}, got {said(answer)}"
        for number, (line, answer) in enumerate(zip(returns, run.answers(), strict=True), 1)
        if said(answer) != expected(line, run.days)
    ]
    assert not wrong, f"{len(wrong)} of {len(returns)} lines; the first: {wrong[0]}"


def test_what_is_missing_is_asked_for_and_nothing_else(run: Run, returns: list[Return]) -> None:
    asked = [answer["ask"] and answer["ask"]["fact"] for answer in run.answers()]
    assert asked == ["bought" if line.bought is None else None for line in returns]


def test_counts_and_money_by_answer_add_up(run: Run, returns: list[Return]) -> None:
    counts: Counter[str] = Counter()
    money: defaultdict[str, Decimal] = defaultdict(Decimal)
    refunded = Decimal(0)
    for line, answer in zip(returns, run.answers(), strict=True):
        counts[answer["answer"]] += 1
        money[answer["answer"]] += line.total()
        refunded += sum(Decimal(remedy["amount"]) for remedy in answer["remedies"])
    golden = GOLDEN[run.days]
    print(f"{run.days} days: {run.seconds:.2f} s, peak {run.peak_mib:.1f} MiB, {len(run.notes)} notes")
    print(", ".join(f"{answer} {counts[answer]} lines {money[answer]}" for answer in golden))
    expectations = [expected(line, run.days) for line in returns]
    assert counts == Counter(each.answer for each in expectations)
    assert refunded == sum(Decimal(remedy["amount"]) for each in expectations for remedy in each.remedies)
    assert {answer: (counts[answer], money[answer]) for answer in money} == {
        answer: (count, Decimal(total)) for answer, (count, total) in golden.items()
    }
    assert refunded == money["yes"]
    assert sum(money.values()) == Decimal("357898.95")


@pytest.mark.parametrize("days", GOLDEN)
def test_a_draft_is_tried_on_all_of_it(imported: Imported, tmp_path: Path, days: int) -> None:
    """What was taken back is refused by the draft exactly where the policy refuses it, line by line, above."""
    draft = tmp_path / "draft.toml"
    draft.write_text(POLICY.format(days=days), encoding="utf-8")
    command = [sys.executable, "-m", "returnkit", "--shop", str(imported.folder), "policy", "backtest", str(draft), "-f", "json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    golden = GOLDEN[days]
    count, money = golden["no"]
    row = {"count": count, "money": money, "goods": "0.00"}
    assert (found["lines"], found["changed"], found["stricter"], found["kinder"]) == (3783, count, count, 0)
    assert found["changes"] == [{"from": "yes", "to": "no"} | row]
    assert found["rules"] == [{"rule": "terms"} | row]
    assert (found["money"]["less"], found["money"]["more"], found["money"]["currency"]) == (money, "0.00", "GBP")
    assert sum(each["count"] for each in found["late"]) == count
    assert sum(Decimal(each["money"]) for each in found["late"]) == Decimal(money)
    unknown, worth = golden["ask"]
    assert found["unknown"] == [{"fact": "bought", "count": unknown, "money": worth, "goods": "0.00"}]
