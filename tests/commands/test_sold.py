"""What the receipt says need not be typed: the same answer, the same record, as with every fact typed by hand."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW, Result, call
from tests.kpi.generated import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    At = Callable[..., Result]

MAPPING = """schema = 1
[file]
dates = "YYYY-MM-DD hh:mm:ss"
[sale]
receipt-no = "receipt"
time = "time"
sku = "sku"
quantity = "quantity"
paid = "paid"
category = "category"
tags = "tags"
currency = "currency"
channel = "channel"
member = "member"
paid-with = "tender"
"""
COLUMNS = ("receipt", "time", "sku", "quantity", "paid", "category", "tags", "currency", "channel", "member", "tender")


class Line(NamedTuple):
    """A row of what the till exports, and the price of one piece, worked out by hand."""

    receipt: str
    time: str
    sku: str
    quantity: int
    paid: str
    price: str
    category: str = ""
    tags: str = ""
    currency: str = ""
    channel: str = "store"
    member: str = ""
    tender: str = ""

    def row(self) -> str:
        return ",".join(f'"{getattr(self, column)}"' for column in COLUMNS)

    def facts(self) -> dict[str, str]:
        """Return what a person would type off the receipt."""
        found = {
            "sku": self.sku, "category": self.category, "tag": self.tags, "price": self.price, "bought": self.time[:10],
            "channel": self.channel, "member": self.member, "paid-with": self.tender,
        }  # fmt: skip
        return {fact: value for fact, value in found.items() if value}


TRAIN = Line("10482", "2026-11-10 10:00:00", "RO-401", 2, "69.80", "34.90", "toys", member="gold", tender="card")
DRESS = Line("10482", "2026-11-10 10:00:00", "AP-101", 1, "49.00", "49.00", "clothes", "party", member="gold", tender="card")
PLUMS = Line("20001", "2026-11-12 09:30:00", "plum", 7, "31.50", "4.50", "groceries", "fresh", tender="cash")
CANDLES = Line("20002", "2026-11-12 09:40:00", "candle", 3, "10.00", "3.3333", "household", channel="online", tender="gift-card")
SCREWS = Line("20003", "2026-11-12 09:50:00", "screw", 7777, "1000.00", "", "household")
KETTLE = Line("KV-7", "2026-11-13 16:20:00", "EL-301", 1, "59.90", "59.90", "electronics", "clearance", channel="phone")
LATE = Line("20004", "2026-09-05 12:00:00", "RO-402", 1, "20.00", "20.00", "toys", member="silver", tender="card")
DEAR = Line("20005", "2026-11-01 12:00:00", "RO-402", 1, "320.00", "320.00", "toys", tender="cash")
FREE = Line("20006", "2026-11-01 12:00:00", "RO-420", 2, "0.00", "0.00", "toys", "party", tender="cash")
ALL = (TRAIN, DRESS, PLUMS, CANDLES, SCREWS, KETTLE, LATE, DEAR, FREE)

FINE = ("--condition", "unopened", "--reason", "wrong-size", "--receipt", "yes")


def options(facts: dict[str, str]) -> list[str]:
    return [text for fact, value in facts.items() for text in (f"--{fact}", value)]


@pytest.fixture
def sell(at: At, shop: Path) -> Callable[..., None]:
    """Import sales from a CSV as a till exports it."""

    def sell(*lines: Line) -> None:
        (shop / "till.toml").write_text(MAPPING)
        (shop / "till.csv").write_text("\n".join([",".join(COLUMNS), *(line.row() for line in lines)]) + "\n")
        result = at("sale", "import", "till.csv", "--map", "till.toml")
        assert result.code == 0, result

    return sell


def records(shop: Path, kind: str = "return") -> list[dict[str, Any]]:
    found = [json.loads(line) for path in sorted(shop.glob("records/*/*.jsonl")) for line in path.read_text().splitlines()]
    return [record for record in found if record["kind"] == kind]


def values(decision: dict[str, Any]) -> dict[str, Any]:
    """Return what the conditions of a decision saw of each fact."""
    return {condition["fact"]: condition["value"] for condition in decision["conditions"]}


LOOKS_AT_ALL = """schema = 1
effective = 2026-01-01
[terms]
offer = "nothing"
receipt = "not needed"
[[rule]]
id = "all"
when = { category = ["toys"], tag = ["party"], channel = ["store"], member = ["gold"], paid-with = ["card"], price = "from 1.00" }
offer = { refund = "30 days" }
"""


# --- Judging ----------------------------------------------------------------------------------------------------------


def test_the_receipt_fills_in_everything_that_it_says(at: At, shop: Path, sell: Callable[..., None]) -> None:
    (shop / "policies/returns.toml").write_text(LOOKS_AT_ALL)
    sell(TRAIN._replace(tags="party"), DRESS)
    result = at("policy", "check", "--receipt-no", "10482", "--sku", "RO-401", *FINE, "-f", "json")
    assert (result.code, result.err) == (0, "")
    decision = json.loads(result.out)
    assert decision["rule"] == "all"
    assert decision["remedies"] == [{"remedy": "refund", "until": "2026-12-10", "amount": "34.90", "currency": "EUR"}]
    seen = values(decision)
    assert {fact: seen[fact] for fact in ("category", "channel", "member", "paid_with", "price", "tag")} == {
        "category": "toys", "channel": "store", "member": "gold", "paid_with": "card", "price": "34.90", "tag": ["party"],
    }  # fmt: skip


def test_lines_name_their_receipt(at: At, sell: Callable[..., None]) -> None:
    sell(*ALL)
    fine = {"condition": "unopened", "reason": "wrong-size", "receipt": "yes"}
    lines = [
        {**fine, "receipt_no": "10482", "sku": "RO-401"},
        {**fine, "receipt-no": "10482", "sku": "AP-101"},
        {**fine, "receipt_no": "20001"},
        {**fine, "receipt_no": "unknown", "sku": "RO-401", "price": "9.00", "channel": "store", "bought": "2026-11-10"},
        {**fine, "receipt_no": "10482", "sku": "RO-401", "price": "30.00"},
    ]
    result = at("policy", "check", "-", stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 0
    assert [answer["remedies"][0]["amount"] for answer in answers] == ["34.90", "49.00", "4.50", "9.00", "30.00"]
    beside = at("policy", "check", "-", "--receipt-no", "10482", stdin=json.dumps({**fine, "sku": "AP-101"}).encode() + b"\n")
    assert json.loads(beside.out)["remedies"][0]["amount"] == "49.00"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("category", "clothes"),
        ("tag", "hygiene"),
        ("price", "12.00"),
        ("bought", "2026-11-03"),
        ("channel", "online"),
        ("member", "silver"),
        ("paid-with", "cash"),
    ],
)
def test_what_is_typed_wins(at: At, sell: Callable[..., None], typed: str, value: str) -> None:
    sell(TRAIN, DRESS)
    hand = DRESS.facts() | {typed: value}
    asked = ("-f", "json", "--condition", "opened", "--reason", "changed-mind", "--receipt", "yes")
    filled = at("policy", "check", "--receipt-no", "10482", "--sku", "AP-101", f"--{typed}", value, *asked)
    assert (filled.code, filled.out) == at("policy", "check", *options(hand), *asked)[:2]


def test_the_only_article_of_a_receipt_need_not_be_named(at: At, sell: Callable[..., None]) -> None:
    sell(PLUMS, TRAIN, DRESS)
    assert at("policy", "check", "--receipt-no", "20001", *FINE).code == 0
    several = at("policy", "check", "--receipt-no", "10482", *FINE)
    assert several.code == 5
    assert "--sku: RO-401, AP-101" in several.err


def test_an_article_without_a_category_is_not_chosen_for_nobody(at: At, shop: Path, sell: Callable[..., None]) -> None:
    """Of two articles neither was named: that one of them has no category makes it no more likely."""
    sell(TRAIN, Line("10482", TRAIN.time, "ZZ-1", 1, "5.00", "5.00"))
    assert at("policy", "check", "--receipt-no", "10482", *FINE).code == 5
    assert at("return", "log", "--receipt-no", "10482", *FINE).code != 0
    assert records(shop) == []


def test_a_category_tells_which_article_it_is_if_only_one_has_it(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS)
    assert at("return", "log", "--receipt-no", "10482", "--category", "Clothes", *FINE).code == 0
    (record,) = records(shop)
    assert (record["lines"][0]["sku"], record["amount"]) == ("AP-101", 4900)


@pytest.mark.parametrize(("written", "typed"), [("KV-7", "kv-7"), ("kv-7", "KV-7"), ("KV-7", "Kv-7"), ("Kv-7", "kv-7")])
def test_a_receipt_in_other_case_is_the_same(at: At, sell: Callable[..., None], written: str, typed: str) -> None:
    sell(KETTLE._replace(receipt=written))
    assert at("policy", "check", "--receipt-no", typed, *FINE).code == 0
    assert at("sale", "show", typed).code == 0


@pytest.mark.parametrize("typed", [" KV-7", "KV-7 "])
def test_spaces_around_a_number_are_no_part_of_it(at: At, sell: Callable[..., None], typed: str) -> None:
    sell(KETTLE)
    assert at("policy", "check", "--receipt-no", typed, *FINE).code == 0
    assert at("return", "log", "--receipt-no", typed, *FINE).code == 0


@pytest.mark.parametrize("newest_last", [True, False])
def test_of_a_number_that_exists_twice_the_newest_counts(
    at: At, shop: Path, sell: Callable[..., None], newest_last: bool
) -> None:
    old = Line("7", "2026-09-05 10:00:00", "RO-402", 1, "10.00", "10.00", "toys", channel="online", tender="cash")
    new = TRAIN._replace(receipt="7")
    first, second = (old, new) if newest_last else (new, old)
    sell(first)
    sell(second)
    lines = json.loads(at("sale", "show", "7", "-f", "json").out)["lines"]
    assert [(line["sku"], line["quantity"], line["left"]) for line in lines] == [("RO-401", 2, 2)]
    assert at("return", "log", "--receipt-no", "7", *FINE).code == 0
    (record,) = records(shop)
    assert (record["lines"][0]["sku"], record["amount"], record["bought"], record["paid_with"]) == (
        "RO-401", 3490, "2026-11-10", "card",
    )  # fmt: skip


def test_no_sale_known_is_as_if_nobody_asked(at: At) -> None:
    given = (*options(TRAIN.facts()), *FINE)
    assert at("policy", "check", *given, "--receipt-no", "99", "-f", "json") == at("policy", "check", *given, "-f", "json")
    few = ("--sku", "RO-401", *FINE)
    asked = at("policy", "check", *few, "--receipt-no", "99", "-f", "json")
    assert asked.code == 5
    assert asked == at("policy", "check", *few, "-f", "json")
    assert at("sale", "show", "99").code == 2


def test_an_article_that_is_not_on_the_receipt(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS)
    other = ("--receipt-no", "10482", "--sku", "MA-201", "--price", "9.00", *FINE)
    checked = at("policy", "check", *other, "-f", "json")
    assert checked.code == 1
    assert "receipt 10482 has no MA-201: it has RO-401, AP-101" in checked.err
    refused = at("return", "log", *other)
    assert refused.code == 1
    assert "MA-201" in refused.err
    assert records(shop) == []


def test_a_channel_of_another_program_stops_nobody(at: At, sell: Callable[..., None]) -> None:
    """Whoever stands at the counter did not type it; it is asked for, as any fact that nobody knows."""
    sell(TRAIN._replace(channel="pos"))
    assert at("policy", "check", "--receipt-no", "10482", *FINE).code in (0, 5)
    assert at("policy", "check", "--receipt-no", "10482", "--channel", "store", *FINE).code == 0


def test_money_of_another_currency_is_not_the_shops(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(TRAIN._replace(currency="USD", paid="60.00", price=""))
    result = at("return", "log", "--receipt-no", "10482", *FINE)
    assert ("EUR", 3000) not in [(record["currency"], record["amount"]) for record in records(shop)], result


def test_what_was_typed_besides_takes_nothing_away(at: At, shop: Path, sell: Callable[..., None]) -> None:
    """Article, price, day and channel were typed; the receipt still says how it was paid, and by whom."""
    (shop / "policies/returns.toml").write_text(LOOKS_AT_ALL)
    sell(TRAIN._replace(tags="party"), DRESS)
    typed = ("--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", *FINE)
    result = at("policy", "check", "--receipt-no", "10482", *typed, "-f", "json")
    assert (result.code, json.loads(result.out)["rule"]) == (0, "all")


def test_whoever_types_more_is_not_refused_for_it(at: At, shop: Path, sell: Callable[..., None]) -> None:
    """A category tells the article where it is the only one of it on the receipt, whatever else was typed."""
    sell(TRAIN, DRESS)
    given = ("return", "log", "--receipt-no", "10482", "--category", "toys", "--price", "34.90", "--bought", "2026-11-10", *FINE)
    assert at(*given).code == 0
    assert at(*given, "--channel", "store").code == 0
    assert [record["lines"][0]["sku"] for record in records(shop)] == ["RO-401", "RO-401"]


@pytest.mark.parametrize("number", ["", ["10482"], 10482, True, {"no": "10482"}, "x" * 201, "10482\n"])
def test_what_is_no_number_of_a_receipt_is_refused_by_check_as_by_log(
    at: At, shop: Path, sell: Callable[..., None], number: object
) -> None:
    sell(TRAIN)
    fine = {"sku": "RO-401", "condition": "unopened", "reason": "wrong-size", "receipt": "yes", "receipt_no": number}
    given = json.dumps(fine).encode() + b"\n"
    logged, checked = (at(*command, "-", stdin=given) for command in (("return", "log"), ("policy", "check")))
    assert [json.loads(result.out)["exit"] for result in (logged, checked)] in ([0, 0], [2, 2])
    assert len(records(shop)) == (logged.code == 0)


def test_an_empty_number_is_no_number(at: At) -> None:
    """It is a variable that a script forgot to set."""
    for command in (("policy", "check"), ("return", "log")):
        assert at(*command, "--receipt-no", "", *options(TRAIN.facts()), *FINE).code == 2


POLICIES = {
    "sample": "",
    "all": LOOKS_AT_ALL,
    "fees": """schema = 1
effective = 2026-01-01
[terms]
offer = { refund = "14 days", store-credit = "90 days" }
receipt = "required"
condition = "resaleable"
restocking-fee = "7.5 %"
[[rule]]
id = "gift card"
when = { paid-with = ["gift-card"] }
offer = { store-credit = "60 days" }
[[rule]]
id = "gold"
when = { member = ["gold"] }
offer = { refund = "100 days" }
[[rule]]
id = "fresh"
when = { tag = ["fresh"] }
offer = { refund = "9 days" }
[[also]]
id = "dear"
when = { price = "from 50.00" }
approval = "manager"
[discretion]
staff = { amount = "5.00", late = "7 days" }
manager = { amount = "250.00", late = "30 days", waive = ["receipt", "condition"] }
""",
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return a shop for each policy, in each of which the same was sold."""
    folder = tmp_path_factory.mktemp("shops")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        (folder / "till.toml").write_text(MAPPING)
        (folder / "till.csv").write_text("\n".join([",".join(COLUMNS), *(line.row() for line in ALL)]) + "\n")
        for number, (policy, text) in enumerate(POLICIES.items()):
            shop = make(folder / str(number), [])
            if text:
                (shop / "policies/returns.toml").write_text(text)
            given = ("--shop", str(shop), "--now", NOW, "--till", "k1")
            result = call(*given, "sale", "import", str(folder / "till.csv"), "--map", str(folder / "till.toml"))
            assert result.code == 0, (policy, result)
        yield {policy: str(folder / str(number)) for number, policy in enumerate(POLICIES)}


CONDITIONS = st.sampled_from(["unopened", "opened", "worn", ""])
REASONS = st.sampled_from(["changed-mind", "faulty", "not-said", ""])
PROOFS = st.sampled_from(["yes", "gift", "no", ""])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(POLICIES)), st.sampled_from(ALL), CONDITIONS, REASONS, PROOFS, st.integers(1, 9), st.data())
def test_the_decision_is_that_of_the_same_facts_typed_by_hand(  # noqa: PLR0913, PLR0917
    shops: dict[str, str], policy: str, line: Line, condition: str, reason: str, proof: str, quantity: int, data: st.DataObject
) -> None:
    hand = line.facts()
    said = {"condition": condition, "reason": reason, "receipt": proof, "quantity": str(quantity)}
    said = {fact: value for fact, value in said.items() if value}
    typed = set(data.draw(st.lists(st.sampled_from(sorted(hand)))))
    assume(quantity <= line.quantity)  # more is refused: no more comes back than was bought
    typed.add("sku")
    form = data.draw(st.sampled_from(["json", "table", "csv"]))
    given = ("--shop", shops[policy], "--now", NOW, "--lang", "en", "policy", "check", "-f", form)
    rest = {fact: value for fact, value in hand.items() if fact in typed}
    filled = call(*given, "--receipt-no", line.receipt, *options(rest | said))
    assert filled == call(*given, *options(hand | said))


# --- Recording --------------------------------------------------------------------------------------------------------


def test_what_the_receipt_says_is_recorded(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(*ALL)
    result = at("return", "log", "--receipt-no", "10482", "--sku", "AP-101", *FINE, "--lang", "en")
    assert result.code == 0
    assert result.out.splitlines()[1] == "  AP-101: Money back €49.00 (open until 24 November 2026)"
    (record,) = records(shop)
    (line,) = record["lines"]
    kept = ("receipt_no", "bought", "channel", "member", "paid_with", "receipt", "currency", "amount")
    assert [record[field] for field in kept] == ["10482", "2026-11-10", "store", "gold", "card", "yes", "EUR", 4900]
    of_the_line = ("sku", "category", "tags", "quantity", "paid", "reason", "condition", "remedy", "amount")
    assert [line[field] for field in of_the_line] == [
        "AP-101",
        "clothes",
        ["party"],
        1,
        4900,
        "wrong-size",
        "unopened",
        "refund",
        4900,
    ]


@pytest.mark.parametrize("line", [line for line in ALL if line.price and line is not DEAR and line is not LATE])
def test_the_record_is_that_of_the_same_facts_typed_by_hand(at: At, shop: Path, sell: Callable[..., None], line: Line) -> None:
    """Receipts of two shops: one knows the sale, the other was told everything."""
    told = make(shop.parent / "told", [])
    sell(*ALL)
    log = ("return", "log", "--receipt-no", line.receipt, *FINE)
    assert at(*log, "--sku", line.sku).code == 0
    assert call("--now", NOW, "--shop", str(told), *log, *options(line.facts())).code == 0
    ((one,), (other,)) = records(shop), records(told)
    own = ("id", "h", "entered")
    assert {key: value for key, value in one.items() if key not in own} == {
        key: value for key, value in other.items() if key not in own
    }


def test_several_articles_at_once(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(*ALL)
    given = ("--receipt-no", "10482", "--sku", "AP-101", "--sku", "RO-401", "--quantity", "1", "--quantity", "2", *FINE)
    result = at("return", "log", *given, "--lang", "en")
    assert result.code == 0
    assert "Together €118.80" in result.out
    (record,) = records(shop)
    assert [(line["sku"], line["category"], line["quantity"], line["amount"]) for line in record["lines"]] == [
        ("AP-101", "clothes", 1, 4900),
        ("RO-401", "toys", 2, 6980),
    ]
    assert record["amount"] == 11880


def test_one_of_several_that_is_not_on_the_receipt_refuses_them_all(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(*ALL)
    given = ("--receipt-no", "10482", "--sku", "AP-101", "--sku", "MA-201", "--price", "9.00", *FINE)
    result = at("return", "log", *given)
    assert result.code == 1
    assert "has no MA-201" in result.err
    assert records(shop) == []


def test_one_article_on_two_lines(at: At, shop: Path, sell: Callable[..., None]) -> None:
    """Once at its price, once cheaper: what was paid is given back, no more and no less."""
    sell(TRAIN, TRAIN._replace(quantity=1, paid="20.00"), DRESS)
    lines = json.loads(at("sale", "show", "10482", "-f", "json").out)["lines"]
    assert lines[0] == {"sku": "RO-401", "category": "toys", "quantity": 3, "paid": 8980, "returned": 0, "left": 3}
    assert len(lines) == 2
    assert at("return", "log", "--receipt-no", "10482", "--sku", "RO-401", "--quantity", "4", *FINE).code == 1
    assert at("return", "log", "--receipt-no", "10482", "--sku", "RO-401", "--quantity", "3", *FINE).code == 0
    assert records(shop)[0]["amount"] == 8980


@pytest.mark.parametrize(("line", "pieces", "amount"), [(PLUMS, 7, 3150), (CANDLES, 3, 1000), (PLUMS, 1, 450), (CANDLES, 1, 333)])
def test_all_pieces_give_back_exactly_what_was_paid(  # noqa: PLR0913, PLR0917
    at: At, shop: Path, sell: Callable[..., None], line: Line, pieces: int, amount: int
) -> None:
    sell(line)
    assert at("return", "log", "--receipt-no", line.receipt, "--quantity", str(pieces), *FINE).code == 0
    assert records(shop)[0]["amount"] == amount


def test_parts_come_back_one_after_the_other(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(CANDLES, PLUMS)
    for pieces in (1, 1, 1):
        assert at("return", "log", "--receipt-no", "20002", "--quantity", str(pieces), *FINE).code == 0
    for pieces in (3, 4):
        assert at("return", "log", "--receipt-no", "20001", "--quantity", str(pieces), *FINE).code == 0
    for receipt in ("20001", "20002"):
        assert at("return", "log", "--receipt-no", receipt, *FINE).code == 1
    assert [record["amount"] for record in records(shop)] == [333, 333, 334, 1350, 1800]


def test_a_price_that_cannot_be_said_exactly_is_asked_for(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(SCREWS)
    asked = at("policy", "check", "--receipt-no", "20003", "--quantity", "7777", *FINE)
    assert asked.code == 5
    assert "--price" in asked.out
    assert at("return", "log", "--receipt-no", "20003", "--quantity", "7777", *FINE).code == 5
    assert records(shop) == []
    assert at("return", "log", "--receipt-no", "20003", "--quantity", "70", "--price", "0.13", *FINE).code == 0
    assert (records(shop)[0]["amount"], records(shop)[0]["lines"][0]["category"]) == (910, "household")


@pytest.mark.parametrize("typed", [(), ("--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store")])
def test_never_more_than_was_bought(at: At, shop: Path, sell: Callable[..., None], typed: tuple[str, ...]) -> None:
    sell(TRAIN)
    given = ("return", "log", "--receipt-no", "10482", *typed, *FINE)
    assert at(*given, "--quantity", "3").code == 1
    first, second, third = (at(*given) for _ in range(3))
    assert (first.code, second.code, third.code) == (0, 0, 1)
    assert "receipt 10482 has 2" in third.err
    assert first.out.split()[0] in third.err
    assert [record["amount"] for record in records(shop)] == [3490, 3490]
    over = at(*given, "--override", "--because", "insists", "--staff", "Ilze")
    assert over.code == 1
    assert at("records", "verify").code == 0


@pytest.mark.parametrize("spellings", [("KV-7", "kv-7"), ("kv-7", "KV-7"), ("Kv-7", "KV-7"), ("Kv-7", "kv-7"), ("kV-7", "Kv-7")])
def test_in_whatever_case_the_number_is_typed_nothing_comes_back_twice(
    at: At, shop: Path, sell: Callable[..., None], spellings: tuple[str, str]
) -> None:
    sell(KETTLE)
    first, second = (at("return", "log", *options(KETTLE.facts()), "--receipt-no", typed, *FINE) for typed in spellings)
    assert (first.code, second.code) == (0, 1)
    assert len(records(shop)) == 1


def test_of_a_number_that_exists_twice_no_more_comes_back_than_the_newest_has(at: At, sell: Callable[..., None]) -> None:
    sell(TRAIN._replace(time="2026-09-05 10:00:00", quantity=1, paid="34.90"))
    sell(TRAIN)
    shown = json.loads(at("sale", "show", "10482", "-f", "json").out)["lines"]
    assert [(line["quantity"], line["left"]) for line in shown] == [(2, 2)]
    codes = [at("return", "log", "--receipt-no", "10482", *FINE).code for _ in range(3)]
    left = json.loads(at("sale", "show", "10482", "-f", "json").out)["lines"][0]["left"]
    assert (codes, left) == ([0, 0, 1], 0)


def test_a_void_gives_the_pieces_back(at: At, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS)

    def left() -> list[tuple[int, int]]:
        lines = json.loads(at("sale", "show", "10482", "-f", "json").out)["lines"]
        return [(line["returned"], line["left"]) for line in lines]

    assert left() == [(0, 2), (0, 1)]
    given = ("return", "log", "--receipt-no", "10482", "--sku", "RO-401", "--quantity", "2", *FINE)
    first = at(*given).out.split()[0]
    assert left() == [(2, 0), (0, 1)]
    assert at(*given).code == 1
    assert at("return", "void", first, "--because", "typed the wrong article").code == 0
    assert left() == [(0, 2), (0, 1)]
    assert at(*given).code == 0


def test_a_repetition_under_its_key_records_once(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(PLUMS, TRAIN, DRESS)
    given = ("return", "log", "--receipt-no", "20001", "--quantity", "7", *FINE, "--key", "mine-1")
    first, again = at(*given), at(*given)
    assert (first.code, again.code) == (0, 0)
    assert first.out.split()[0] == again.out.split()[0]
    assert len(records(shop)) == 1
    assert at(*given, "--reason", "faulty").code == 2


def test_a_repetition_is_known_though_nothing_is_left_of_the_receipt(at: At, shop: Path, sell: Callable[..., None]) -> None:
    """The last piece takes what is left of the money; the same again is the same return, though nothing is left by then."""
    sell(TRAIN, DRESS)
    assert at("return", "log", "--receipt-no", "10482", "--sku", "RO-401", *FINE).code == 0
    given = ("return", "log", "--receipt-no", "10482", "--sku", "RO-401", *FINE, "--key", "mine-1")
    first, again = at(*given), at(*given)
    assert (first.code, again.code) == (0, 0), again.err
    assert first.out.split()[0] == again.out.split()[0]
    assert len(records(shop)) == 2


def test_lines_are_recorded_with_what_their_receipts_say(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(*ALL)
    fine = {"condition": "unopened", "reason": "wrong-size", "receipt": "yes"}
    lines = [
        {**fine, "receipt_no": "10482", "sku": "RO-401", "quantity": 2},
        {**fine, "receipt_no": "10482", "sku": "RO-401"},
        {**fine, "receipt_no": "20001", "quantity": "7"},
    ]
    result = at("return", "log", "-", stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [answer["exit"] for answer in answers] == [0, 1, 0]
    assert [record["amount"] for record in records(shop)] == [6980, 3150]


# --- A receipt, shown -------------------------------------------------------------------------------------------------


def test_a_receipt_is_shown_before_and_after(at: At, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS)
    before = at("sale", "show", "10482")
    assert before.code == 0
    assert before.out.splitlines()[0] == "10482  2026-11-10 10:00"
    assert before.out.splitlines()[-2].split() == ["RO-401", "toys", "2", "69.80", "0", "2"]
    assert at("return", "log", "--receipt-no", "10482", "--sku", "RO-401", *FINE).code == 0
    assert at("sale", "show", "10482").out.splitlines()[-2].split() == ["RO-401", "toys", "2", "69.80", "1", "1"]
    shown = json.loads(at("sale", "show", "10482", "-f", "json").out)
    assert (shown["schema"], shown["receipt_no"]) == ("returnkit.sale/1", "10482")
    assert [record["kind"] for record in shown["records"]] == ["sale", "return"]
    assert shown["lines"] == [
        {"sku": "RO-401", "category": "toys", "quantity": 2, "paid": 6980, "returned": 1, "left": 1},
        {"sku": "AP-101", "category": "clothes", "quantity": 1, "paid": 4900, "returned": 0, "left": 1},
    ]
    csv = at("sale", "show", "10482", "-f", "csv").out.splitlines()
    assert csv == [
        '"sku","category","sold","paid","came back","left"', '"RO-401","toys",2,69.80,1,1', '"AP-101","clothes",1,49.00,0,1',
    ]  # fmt: skip


# --- A terminal -------------------------------------------------------------------------------------------------------


def on_a_terminal(shop: Path, typed: str, *arguments: str) -> tuple[int, str]:
    """Run a command on a terminal where somebody types; return the exit code and what stood on the screen."""
    screen, keyboard = pty.openpty()
    command = [sys.executable, "-m", "returnkit", "--now", NOW, "--shop", str(shop), "--lang", "en", *arguments]
    process = subprocess.Popen(command, stdin=keyboard, stdout=keyboard, stderr=keyboard)
    os.close(keyboard)
    os.write(screen, typed.encode())
    shown = b""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not select.select([screen], [], [], 1)[0]:
            continue
        try:
            data = os.read(screen, 4096)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(screen)
    if process.poll() is None and time.monotonic() >= until:
        process.kill()
    return process.wait(timeout=30), shown.decode()


LOG = ("return", "log", "--receipt-no", "10482", "--remedy", "refund", *FINE, "--began", "11:59")


@pytest.mark.parametrize(
    ("typed", "skus"), [("2\n", ["AP-101"]), ("1,2\n2\n", ["RO-401", "AP-101"]), ("0\n3\nx\n1\n5\n1\n", ["RO-401"])]
)
def test_a_terminal_shows_what_was_bought_to_choose_from(
    shop: Path, sell: Callable[..., None], typed: str, skus: list[str]
) -> None:
    sell(TRAIN, DRESS)
    code, shown = on_a_terminal(shop, typed, *LOG)
    assert code == 0, shown
    assert "1  RO-401" in shown
    assert "49.00" in shown
    assert [line["sku"] for record in records(shop) for line in record["lines"]] == skus


def test_what_came_back_already_is_not_offered(at: At, shop: Path, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS, PLUMS._replace(receipt="10482"))
    assert at("return", "log", "--receipt-no", "10482", "--sku", "RO-401", "--quantity", "2", *FINE).code == 0
    code, shown = on_a_terminal(shop, "1\n", *LOG)
    assert code == 0, shown
    assert "RO-401" not in shown
    assert [line["sku"] for record in records(shop)[1:] for line in record["lines"]] == ["AP-101"]


def test_on_a_terminal_one_article_is_judged(shop: Path, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS)
    check = ("policy", "check", "--receipt-no", "10482", *FINE)
    code, shown = on_a_terminal(shop, "2\n", *check)
    assert (code, "€49.00" in shown) == (0, True), shown
    code, shown = on_a_terminal(shop, "1,2\n1\n", *check)
    assert (code, "one article is judged at a time" in shown) == (2, True), shown


def test_nobody_chooses_nothing_is_recorded(shop: Path, sell: Callable[..., None]) -> None:
    sell(TRAIN, DRESS)
    code, _ = on_a_terminal(shop, "\n\n\n\n", *LOG)
    assert code == 5
    assert records(shop) == []


def test_what_happened_yesterday_can_be_logged_on_a_terminal(shop: Path, sell: Callable[..., None]) -> None:
    """Nobody said --began; how long it took to type is not measured by two clocks."""
    sell(TRAIN)
    code, shown = on_a_terminal(shop, "\n", *LOG[:-2])
    assert code == 0, shown
