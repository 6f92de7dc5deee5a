"""A sale is in the records once, whatever the mapping is called, however the export was cut, and however it was corrected."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Result, call

At = Callable[..., Result]
HEAD = "Receipt,When,Code,Qty,Total,Net\n"
ROWS = ("20001,2026-11-20 10:15,RO-401,1,34.90,28.84\n", "20001,2026-11-20 10:15,MA-250,7,31.50,26.03\n")
MAPPING = """schema = 1
[file]
dates = "YYYY-MM-DD hh:mm"
[sale]
receipt-no = "Receipt"
time = "When"
sku = "Code"
quantity = "Qty"
paid = "PAID"
"""


def write(shop: Path, mapping: str = "till", paid: str = "Total", rows: tuple[str, ...] = ROWS) -> tuple[str, ...]:
    (shop / f"{mapping}.toml").write_text(MAPPING.replace("PAID", paid))
    (shop / "till.csv").write_text(HEAD + "".join(rows))
    return "sale", "import", "till.csv", "--map", f"{mapping}.toml"


def sold(shop: Path) -> list[dict[str, Any]]:
    found = (json.loads(line) for file in shop.glob("records/*/*.jsonl") for line in file.read_bytes().splitlines())
    return [record for record in found if record["kind"] == "sale"]


def test_another_name_of_the_mapping_makes_no_other_sale(at: At, shop: Path) -> None:
    assert at(*write(shop)).code == 0
    again = at(*write(shop, mapping="kase"))
    assert (again.code, "1 known already" in again.out) == (0, True)
    turned = at(*write(shop, mapping="kase", rows=ROWS[::-1]))
    assert (turned.code, "1 known already" in turned.out) == (0, True)
    assert len(sold(shop)) == 1


def test_a_corrected_mapping_says_that_the_sale_is_there_otherwise(at: At, shop: Path) -> None:
    assert at(*write(shop)).code == 0
    corrected = at(*write(shop, paid="Net"))
    assert corrected.code == 1
    assert "receipt 20001 of 2026-11-20T10:15 is recorded already, with other articles or sums" in corrected.err
    assert len(sold(shop)) == 1


def test_a_receipt_that_was_cut_in_two_counts_once(at: At, shop: Path) -> None:
    assert at(*write(shop, rows=ROWS[:1])).code == 0
    whole = at(*write(shop))
    assert (whole.code, "recorded already" in whole.err) == (1, True)
    assert len(sold(shop)) == 1
    assert len((shop / "till.csv.rejected.csv").read_text().splitlines()) == 3


def test_the_same_number_on_another_day_is_another_sale(at: At, shop: Path) -> None:
    assert at(*write(shop)).code == 0
    assert at(*write(shop, rows=tuple(row.replace("2026-11-20", "2025-11-20") for row in ROWS))).code == 0
    assert len(sold(shop)) == 2
    newest = json.loads(at("sale", "show", "20001", "-f", "json").out)
    assert {record["time"][:4] for record in newest["records"]} == {"2025", "2026"}
    older = at("sale", "show", "20001", "--bought", "2025-11-20")
    assert "2025-11-20 10:15" in older.out
    assert "given on several days" in older.err


def test_what_is_being_mended_is_never_overwritten(at: At, shop: Path) -> None:
    bad = (ROWS[0].replace(",1,", ",x,"), *ROWS[1:])
    rejected = shop / "till.csv.rejected.csv"
    assert at(*write(shop, rows=bad)).code == 1
    rejected.write_text(rejected.read_text().replace(",x,", ",1,"))
    mended = rejected.read_bytes()
    assert at(*write(shop, rows=bad)).code == 1
    assert (shop / "till.csv.rejected.1.csv").read_bytes() == mended
    assert at(*write(shop, rows=bad)).code == 1
    assert not (shop / "till.csv.rejected.2.csv").exists(), "the same rows once more need no second file"


def test_rejected_rows_of_a_file_with_title_lines_can_be_mended(at: At, shop: Path) -> None:
    asked = write(shop, rows=(ROWS[0].replace(",1,", ",x,"), *ROWS[1:]))
    mapping = shop / "till.toml"
    mapping.write_text(mapping.read_text().replace("[file]\n", "[file]\nskip = 2\n"))
    (shop / "till.csv").write_text("Rowan\nNovember 2026\n" + (shop / "till.csv").read_text())
    assert at(*asked).code == 1
    rejected = shop / "till.csv.rejected.csv"
    rejected.write_text(rejected.read_text().replace(",x,", ",1,"))
    done = at("sale", "import", str(rejected), "--map", "till.toml")
    assert (done.code, len(sold(shop))) == (0, 1), done.err


def test_returns_that_the_counter_logged_are_doubted(at: At, shop: Path) -> None:
    assert at(*write(shop)).code == 0
    fine = ("--channel", "store", "--condition", "unopened", "--reason", "changed-mind", "--receipt", "yes")
    assert at("return", "log", "--receipt-no", "20001", "--sku", "RO-401", *fine).code == 0
    (shop / "back.toml").write_text(
        'schema = 1\n[return]\ntime = "When"\nreceipt-no = "Receipt"\nsku = "Code"\namount = "Total"\n'
    )
    (shop / "back.csv").write_text("Receipt,When,Code,Total\n20001,2026-11-21,RO-401,34.90\n20009,2026-11-21,RO-401,34.90\n")
    result = at("return", "import", "back.csv", "--map", "back.toml")
    assert result.code == 0
    assert "perhaps it is the same twice: 20001" in result.err
    assert "20009" not in result.err


def test_articles_without_a_category_are_noted(at: At, shop: Path) -> None:
    rows = (*ROWS, "20002,2026-11-20 11:00,ZZ-1,1,5.00,4.13\n")
    result = at(*write(shop, rows=rows))
    assert "1 article has no category" in result.err or "1 articles have no category" in result.err
    assert call("--shop", str(shop), "records", "verify").code == 0


def test_an_odd_name_of_the_mapping_and_of_an_article_change_nothing(at: At, shop: Path) -> None:
    rows = ('20001,2026-11-20 10:15,"A},],B",1,34.90,28.84\n', *ROWS[1:])
    asked = write(shop, mapping='odd"name', rows=rows)
    assert at(*asked).code == 0
    for again in (at(*asked), at(*write(shop, mapping="other", rows=rows))):
        assert (again.code, "1 known already" in again.out) == (0, True), again.err
    assert len(sold(shop)) == 1
    refused = at(*write(shop, mapping="x" * 150))
    assert (refused.code, "a mapping cannot be called that" in refused.err) == (2, True)


def test_a_quantity_in_odd_digits_is_refused_in_words(at: At, shop: Path) -> None:
    assert at(*write(shop)).code == 0
    for command in ("check", "log"):
        group = "policy" if command == "check" else "return"
        result = at(group, command, "--receipt-no", "20001", "--sku", "RO-401", "--quantity", "²")
        assert (result.code, "quantity" in result.err) == (2, True), result.err
