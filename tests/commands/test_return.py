"""Returns at the counter: judged and recorded in one go, listed, shown, taken back."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.records.journal import let_signals_through
from tests.conftest import Result

At = Callable[..., Result]
ID = r"[a-z][a-z0-9]{0,7}-\d{4}[0-9A-Z]"
TOY = ("--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes")
FINE = ("--condition", "unopened", "--reason", "wrong-size")
LATE = ("--sku", "RO-401", "--bought", "2026-09-10", "--channel", "store", "--receipt", "yes", *FINE)


def records(shop: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(shop.glob("records/*/*.jsonl")) for line in path.read_text().splitlines()]


def returns(shop: Path) -> list[dict[str, Any]]:
    return [record for record in records(shop) if record["kind"] == "return"]


def sold(shop: Path, receipt: str, **pieces: int) -> None:
    lines = [{"sku": sku.replace("_", "-"), "quantity": count, "paid": 3490 * count} for sku, count in pieces.items()]
    sale = {"kind": "sale", "receipt_no": receipt, "currency": "EUR", "lines": lines}
    Books(str(shop), Clock("Europe/Riga"), str).append({}, lambda _now: sale)
    let_signals_through()


def test_one_line_judges_and_records(at: At, shop: Path) -> None:
    result = at("return", "log", *TOY, *FINE, "--receipt-no", "10482", "--staff", "Anna", "--lang", "en")
    first, what, said = result.out.splitlines()
    assert re.fullmatch(ID, first)
    assert what == "  RO-401: Money back €34.90 (open until 24 November 2026)"
    assert said.startswith("  “Of course: you can have €34.90 back")
    opened, record = records(shop)
    assert opened["kind"] == "till.opened"
    assert record == {
        "v": 1, "id": first, "kind": "return", "time": "2026-11-21T12:00:00+02:00", "entered": record["entered"],
        "staff": "Anna", "role": "staff", "receipt_no": "10482", "receipt": "yes", "channel": "store", "bought": "2026-11-10",
        "currency": "EUR", "amount": 3490, "h": record["h"],
        "lines": [
            {
                "sku": "RO-401", "category": "toys", "quantity": 1, "paid": 3490, "reason": "wrong-size",
                "condition": "unopened", "rule": "terms", "policy": record["lines"][0]["policy"], "remedy": "refund",
                "amount": 3490, "until": "2026-11-24",
            }
        ],
    }  # fmt: skip
    assert result.code == 0


def test_json_is_the_contract(at: At, shop: Path) -> None:
    found = json.loads(at("return", "log", *TOY, *FINE, "-f", "json").out)
    assert found["id"] == found["record"]["id"]
    assert found["record"] == returns(shop)[0]
    assert found["schema"] == "returnkit.recorded/1"
    assert found["say"]


def test_no_writes_nothing(at: At, shop: Path) -> None:
    result = at("return", "log", "--sku", "MA-210", "--price", "38", "--bought", "2026-11-10", *FINE, "--channel", "store")
    assert result.code == 1
    assert result.out
    assert records(shop) == []
    assert not (shop / "records").exists() or not list(shop.glob("records/*"))


def test_a_refusal_can_be_recorded_and_is_still_a_no(at: At, shop: Path) -> None:
    given = ("--sku", "MA-210", "--price", "38", "--bought", "2026-11-10", *FINE, "--channel", "store")
    result = at("return", "log", *given, "--refused")
    assert result.code == 1
    assert re.match(ID, result.out)
    (_, record) = records(shop)
    assert record["kind"] == "return.refused"
    assert record["lines"][0]["answer"] == "no"
    assert "amount" not in record
    assert at("return", "log", *TOY, *FINE, "--refused").code == 2


def test_what_a_manager_must_decide_is_not_recorded_until_one_does(at: At, shop: Path) -> None:
    dear = ("--sku", "RO-402", "--price", "319.00", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes", *FINE)
    result = at("return", "log", *dear, "--staff", "Anna")
    assert result.code == 4
    assert "Mārtiņš" in result.out
    assert records(shop) == []
    assert at("return", "log", *dear, "--staff", "Mārtiņš").code == 0
    assert returns(shop)[0]["role"] == "manager"


def test_one_missing_fact_is_asked_for(at: At, shop: Path) -> None:
    result = at("return", "log", "--sku", "RO-401", "--price", "20", *FINE, "--receipt", "yes", "--channel", "store")
    assert result.code == 5
    assert "--bought" in result.out
    (shop / "policies/returns.toml").write_text('schema = 1\neffective = 2026-01-01\n[terms]\noffer = { refund = "30 days" }\n')
    how_much = at("return", "log", "--sku", "RO-401", *TOY[4:], *FINE)
    assert how_much.code == 5
    assert "--price" in how_much.err
    assert records(shop) == []
    assert at("return", "log", "--sku", "RO-401", *TOY[4:], *FINE, "--amount", "7.50").code == 0
    assert returns(shop)[0]["amount"] == 750


def test_an_exception_within_ones_own_room_needs_a_reason(at: At, shop: Path) -> None:
    days_late = ("--sku", "RO-401", "--price", "14.00", "--bought", "2026-09-17", "--channel", "store", "--receipt", "yes", *FINE)
    refused = at("return", "log", *days_late)
    assert refused.code == 2
    assert "--because" in refused.err
    assert at("return", "log", *days_late, "--because", "was in hospital").code == 0
    record = returns(shop)[0]
    assert record["lines"][0]["waived"] == ["late"]
    assert record["because"] == "was in hospital"
    assert re.fullmatch(r"[0-9a-f]{16}", record["salt"])


def test_an_override_stays_within_the_room_of_the_role(at: At, shop: Path) -> None:
    small = ("--sku", "RO-420", "--price", "10.00", *TOY[4:], *FINE, "--amount", "12.00")
    assert at("return", "log", *small).code == 2
    assert at("return", "log", *small, "--override").code == 2
    assert at("return", "log", *small, "--override", "--because", "postage, too").code == 0
    record = returns(shop)[0]
    assert (record["amount"], record["override"], record["lines"][0]["amount"]) == (1200, True, 1200)
    much = ("--sku", "RO-402", "--price", "119.00", *TOY[4:], *FINE, "--amount", "130.00", "--override", "--because", "taxi")
    beyond = at("return", "log", *much, "--staff", "Anna")
    assert beyond.code == 4
    assert "Mārtiņš" in beyond.err
    assert at("return", "log", *much, "--staff", "Mārtiņš").code == 0


def test_only_the_highest_role_overrides_a_no(at: At, shop: Path) -> None:
    engraved = ("--sku", "MA-210", "--price", "38.00", *TOY[4:], *FINE, "--override", "--because", "our mistake in the name")
    for staff in ("Anna", "Mārtiņš"):
        beyond = at("return", "log", *engraved, "--staff", staff)
        assert beyond.code == 4
        assert "Ilze" in beyond.err
    assert returns(shop) == []
    assert at("return", "log", *engraved, "--staff", "Ilze").code == 0
    (record,) = returns(shop)
    assert (record["amount"], record["override"]) == (3800, True)


def test_a_receipt_whose_sale_is_not_known_brings_an_article_back_once(at: At, shop: Path) -> None:
    given = (*TOY, *FINE, "--receipt-no", "10482")
    first = at("return", "log", *given).out.split()[0]
    again = at("return", "log", *given)
    assert again.code == 1
    assert first in again.err
    assert "RO-401" in again.err
    other = ("--sku", "RO-402", *TOY[2:], *FINE, "--receipt-no", "10482")
    assert at("return", "log", *other).code == 0
    assert at("return", "log", *given, "--override", "--because", "bought two", "--staff", "Mārtiņš").code == 0
    assert len(returns(shop)) == 3


def test_never_more_comes_back_than_was_bought(at: At, shop: Path) -> None:
    sold(shop, "10482", RO_401=3)
    given = (*TOY, *FINE, "--receipt-no", "10482")
    assert at("return", "log", *given, "--quantity", "2").code == 0
    over = at("return", "log", *given, "--quantity", "2")
    assert over.code == 1
    assert "10482 has 3" in over.err
    even_then = at("return", "log", *given, "--quantity", "2", "--override", "--because", "insists", "--staff", "Ilze")
    assert even_then.code == 1
    assert at("return", "log", *given).code == 0
    assert at("return", "log", *given).code == 1
    not_on_it = at("return", "log", "--sku", "AP-101", *TOY[2:], *FINE, "--receipt-no", "10482")
    assert not_on_it.code == 1


def test_the_case_of_an_article_number_makes_no_second_article(at: At, shop: Path) -> None:
    sold(shop, "10482", RO_401=1)
    assert at("return", "log", *TOY, *FINE, "--receipt-no", "10482").code == 0
    assert at("return", "log", "--sku", "ro-401 ", *TOY[2:], *FINE, "--receipt-no", "10482").code == 1


def test_what_was_voided_can_come_back_again(at: At) -> None:
    given = (*TOY, *FINE, "--receipt-no", "10482")
    first = at("return", "log", *given).out.split()[0]
    void = at("return", "void", first.lower(), "--because", "typed the wrong article", "-f", "json")
    assert void.code == 0
    record = json.loads(void.out)["record"]
    assert record["corrects"] == first
    assert record["voided"]["amount"] == 3490
    assert at("return", "void", first, "--because", "again").code == 2
    assert at("return", "void", record["id"], "--because", "of a void").code == 2
    assert at("return", "log", *given).code == 0
    listed = json.loads(at("return", "list", "--receipt-no", "10482", "-f", "json").out)["returns"]
    assert [entry["id"] for entry in listed] != [first]
    assert len(listed) == 1


def test_several_articles_are_one_return(at: At, shop: Path) -> None:
    result = at(
        "return", "log", "--sku", "AP-101", "--sku", "RO-402", "--price", "49.00", "--price", "60.00", "--quantity", "1",
        "--quantity", "2", *TOY[4:], *FINE, "--disposition", "restock", "--receipt-no", "7", "--lang", "en",
    )  # fmt: skip
    assert result.code == 0
    assert "Together €169.00" in result.out
    (record,) = returns(shop)
    assert [line["amount"] for line in record["lines"]] == [4900, 12000]
    assert [line["disposition"] for line in record["lines"]] == ["restock", "restock"]
    assert record["amount"] == 16900
    not_paired = at("return", "log", "--sku", "A", "--sku", "B", "--sku", "C", "--price", "1", "--price", "2", *TOY[4:], *FINE)
    assert not_paired.code == 2
    assert "--price is given 2 times for 3 articles" in not_paired.err


def test_one_refused_article_among_several_refuses_them_all(at: At, shop: Path) -> None:
    result = at("return", "log", "--sku", "AP-101", "--sku", "MA-210", "--price", "10", *TOY[4:], *FINE)
    assert result.code == 1
    assert records(shop) == []


@pytest.mark.parametrize(("price", "difference", "said"), [("59.00", 1000, "pays €10.00"), ("40.00", -900, "gets €9.00"),
                                                         ("49.00", 0, "Nothing is left")])  # fmt: skip
def test_an_exchange_says_the_difference(at: At, shop: Path, price: str, difference: int, said: str) -> None:
    given = ("--sku", "AP-101", "--price", "49.00", *TOY[4:], *FINE, "--for", "AP-102", "--for-price", price)
    result = at("return", "log", *given, "--lang", "en")
    assert said in result.out
    (record,) = returns(shop)
    assert record["lines"][0]["remedy"] == "exchange"
    assert record["taken"] == {"sku": "AP-102", "quantity": 1, "paid": int(price.replace(".", ""))}
    assert record["difference"] == difference


def test_seven_plums_for_seven_plums(at: At, shop: Path) -> None:
    given = (
        "--category",
        "groceries",
        "--price",
        "0.30",
        "--quantity",
        "7",
        *TOY[4:],
        *FINE,
        "--for",
        "plum",
        "--for-price",
        "0.35",
    )
    assert at("return", "log", *given).code == 0
    (record,) = returns(shop)
    assert (record["lines"][0]["amount"], record["taken"]["paid"], record["difference"]) == (210, 245, 35)


def test_the_same_key_records_once_whatever_the_policy_says_by_then(at: At, shop: Path) -> None:
    given = ("return", "log", *TOY, *FINE, "--receipt-no", "10482", "--key", "mine-1")
    first = at(*given)
    (shop / "policies/returns.toml").write_text('schema = 1\neffective = 2026-01-01\n[terms]\noffer = "nothing"\n')
    again = at(*given)
    assert (again.code, again.out.split()[0]) == (0, first.out.split()[0])
    other = at(*given, "--quantity", "2")
    assert other.code == 2
    assert "mine-1" in other.err
    assert len(returns(shop)) == 1


def test_handling_time_is_measured_from_when_the_customer_stepped_up(at: At, shop: Path) -> None:
    assert at("return", "log", *TOY, *FINE, "--began", "11:58").code == 0
    assert returns(shop)[0]["handling"] == 120
    assert at("return", "log", *TOY, *FINE, "--began", "12:30").code == 2


def test_lines_are_recorded_and_answered_each_in_its_place(at: At, shop: Path) -> None:
    fine: dict[str, object] = {
        "sku": "RO-401", "price": "34.90", "bought": "2026-11-10", "channel": "store", "receipt": "yes",
        "condition": "unopened", "reason": "wrong-size",
    }  # fmt: skip
    lines = [
        fine | {"receipt_no": "10482"},
        fine | {"receipt_no": "10482"},
        {"nonsense": 1},
        fine | {"receipt-no": "10483", "staff": "Mārtiņš"},
        fine | {"sku": "MA-210", "receipt_no": "9"},
    ]
    result = at("return", "log", "-", stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [answer["exit"] for answer in answers] == [0, 1, 2, 0, 1]
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4, 5]
    assert answers[3]["record"]["role"] == "manager"
    assert result.code == 2
    assert len(returns(shop)) == 2


@pytest.mark.parametrize("text", ["ring her: +371 2912 3456", "write to anna.berzina@example.org", "29123456 after six"])
def test_how_to_reach_somebody_has_no_place_in_a_record(at: At, shop: Path, text: str) -> None:
    small = ("--sku", "RO-420", "--price", "10.00", *TOY[4:], *FINE, "--amount", "12.00", "--override", "--because", text)
    result = at("return", "log", *small)
    assert result.code == 2
    assert "contact" in result.err
    assert returns(shop) == []


def test_all_that_is_wrong_is_said_at_once(at: At) -> None:
    result = at("return", "log", *TOY, *FINE, "--amount", "1,50", "--disposition", "nowhere", "--for-price", "x", "--override")
    assert result.code == 2
    for word in ("--amount", "--disposition", "--for-price", "--because"):
        assert word in result.err


def test_a_return_is_shown_with_its_rule(at: At) -> None:
    first = at("return", "log", *TOY, *FINE, "--receipt-no", "10482").out.split()[0]
    shown = at("return", "show", first.partition("-")[2].lower(), "--lang", "en")
    assert shown.code == 0
    assert first in shown.out
    assert "rule terms" in shown.out
    assert "receipt no: 10482" in shown.out
    missing = at("return", "show", "zz-0001A")
    assert missing.code == 2


@pytest.mark.parametrize("wanted", ["", "x", "k3", "0001", "k3-0001", "../etc/passwd-0001A", "k3-0001\n"])
def test_what_is_no_id_is_refused(at: At, wanted: str) -> None:
    assert at("return", "show", wanted).code == 2


def test_a_list_is_of_a_period(at: At) -> None:
    for bought, receipt in (("2026-11-10", "1"), ("2026-11-11", "2")):
        at("return", "log", "--sku", "RO-401", "--price", "9", "--bought", bought, *TOY[6:], *FINE, "--receipt-no", receipt)
    assert at("return", "list", "-f", "csv").out.count("\n") == 3
    assert at("return", "list", "--day", "yesterday", "-f", "csv").out.count("\n") == 1
    assert at("return", "list", "--from", "2026-11-21", "--to", "today", "-f", "csv").out.count("\n") == 3
    assert at("return", "list", "--month", "2026-10", "-f", "csv").out.count("\n") == 1
    assert at("return", "list", "--month", "2026-10", "--day", "today").code == 2
    assert at("return", "list", "--month", "November").code == 2
    table = at("return", "list").out
    assert max(map(len, table.splitlines())) <= 80
    assert at("return", "list", "--disposition", "none", "-f", "csv").out.count("\n") == 3
    assert at("return", "list", "--sku", "ap-101", "-f", "csv").out.count("\n") == 1


def test_a_damaged_line_is_named_and_never_left_out_silently(at: At, shop: Path) -> None:
    for receipt in "123":
        at("return", "log", *TOY, *FINE, "--receipt-no", receipt)
    (path,) = shop.glob("records/*/*.jsonl")
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2][:-5]
    path.write_bytes(b"\n".join(lines))
    result = at("return", "list")
    assert result.code == 3
    assert f"{path.relative_to(shop)}:3" in result.err
    allowed = at("return", "list", "--allow-damaged", "-f", "json")
    assert allowed.code == 0
    assert "1 line" in allowed.err
    assert [record["receipt_no"] for record in json.loads(allowed.out)["returns"]] == ["1", "3"]
    assert at("return", "log", *TOY, *FINE, "--receipt-no", "4").code == 0


def test_an_amount_that_was_changed_later_is_in_no_list(at: At, shop: Path) -> None:
    for receipt in "123":
        at("return", "log", *TOY, *FINE, "--receipt-no", receipt)
    (path,) = shop.glob("records/*/*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"amount":3490', b'"amount":9490', 1))
    result = at("return", "list")
    assert result.code == 3
    assert f"{path.relative_to(shop)}:2" in result.err
    listed = json.loads(at("return", "list", "--allow-damaged", "-f", "json").out)["returns"]
    assert [record["receipt_no"] for record in listed] == ["2", "3"]


def test_a_receipt_is_the_same_in_small_and_in_capital_letters(at: At) -> None:
    assert at("return", "log", *TOY, *FINE, "--receipt-no", "KV-1").code == 0
    assert at("return", "log", *TOY, *FINE, "--receipt-no", "kv-1").code == 1


def test_what_several_articles_get_is_said_of_all_of_them(at: At) -> None:
    result = at(
        "return", "log", "--sku", "RO-401", "--sku", "RO-402", "--price", "30.00", "--reason", "faulty", "--reason",
        "changed-mind", "--condition", "unopened", *TOY[4:], "--remedy", "refund", "--lang", "en",
    )  # fmt: skip
    assert "until 10 November 2028 and have €30.00 back until 24 November 2026" in result.out


def test_an_exception_says_no_day_that_has_passed(at: At) -> None:
    late = ("--sku", "RO-401", "--price", "14.00", "--bought", "2026-09-17", "--channel", "store", "--receipt", "yes", *FINE)
    result = at("return", "log", *late, "--because", "was in hospital", "--lang", "en")
    assert result.code == 0
    assert "open until" not in result.out


def test_what_is_taken_instead_belongs_to_an_exchange(at: At) -> None:
    result = at("return", "log", *TOY, *FINE, "--remedy", "refund", "--for", "RO-402", "--for-price", "9")
    assert result.code == 2
    assert "no exchange" in result.err
    swapped = at("return", "log", *TOY, *FINE, "--for", "RO-402", "--for-price", "34.90", "--lang", "en")
    assert "Taken instead: 1 × RO-402" in swapped.out


def test_lines_of_json_are_a_record_each(at: At) -> None:
    for receipt in "12":
        at("return", "log", *TOY, *FINE, "--receipt-no", receipt)
    assert [json.loads(line)["receipt_no"] for line in at("return", "list", "-f", "jsonl").out.splitlines()] == ["1", "2"]
    assert at("return", "list", "--from", "2026-11-23", "--to", "2026-11-01").code == 2


def test_a_refusal_that_was_a_mistake_is_voided_too(at: At) -> None:
    given = ("--sku", "MA-210", "--price", "38", "--bought", "2026-11-10", *FINE, "--channel", "store")
    refused = at("return", "log", *given, "--refused").out.split()[0]
    assert at("return", "void", refused, "--because", "wrong customer").code == 0


def test_what_holds_for_all_articles_is_given_once(at: At) -> None:
    result = at("return", "log", *TOY, *FINE, "--bought", "2026-11-11")
    assert result.code == 2
    assert "--bought is given 2 times" in result.err


def test_a_refusal_is_recorded_once_under_its_key_and_stays_a_no(at: At, shop: Path) -> None:
    given = (
        "--sku",
        "MA-210",
        "--price",
        "38",
        "--bought",
        "2026-11-10",
        *FINE,
        "--channel",
        "store",
        "--refused",
        "--key",
        "r1",
    )
    first, again = at("return", "log", *given), at("return", "log", *given)
    assert (first.code, again.code) == (1, 1)
    assert first.out == again.out
    assert again.err == ""
    assert [record["kind"] for record in records(shop)] == ["till.opened", "return.refused"]
