import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from returnkit.starter import USUAL
from tests.conftest import NOW, Result, call


def make(folder: Path, country: str, *more: str) -> Result:
    return call("--now", NOW, "init", str(folder), "--name", "Rowan", "--country", country, *more)


def check(folder: Path, *facts: str) -> dict[str, object]:
    result = call("--shop", str(folder), "--now", "2027-06-01", "policy", "check", *facts, "-f", "json")
    decision: dict[str, object] = json.loads(result.out)
    return decision


@pytest.mark.parametrize("country", sorted(USUAL))
def test_a_new_shop_can_judge_say_and_show(tmp_path: Path, country: str) -> None:
    folder = tmp_path / "shop"
    result = make(folder, country)
    assert (result.code, result.out) == (0, f"{folder}\n")
    decision = check(folder, "--category", "toys", "--bought", "2027-05-25", "--condition", "opened", "--price", "10",
                     "--receipt", "yes", "--reason", "not-said", "--channel", "store")  # fmt: skip
    assert decision["answer"] == "yes"
    assert call("--shop", str(folder), "policy", "show").code == 0
    assert call("--shop", str(folder), "policy", "say", "--category", "toys").code == 0


@pytest.mark.parametrize("country", sorted(set(USUAL) - {"US", "KG"}))
def test_the_starter_respects_the_right_of_withdrawal(tmp_path: Path, country: str) -> None:
    make(tmp_path / "shop", country)
    facts = ["--category", "toys", "--tag", "clearance", "--bought", "2027-05-01", "--delivered", "2027-05-18", "--price", "40"]
    facts += ["--channel", "online", "--condition", "worn", "--receipt", "yes"]
    for reason in ("not-said", "changed-mind"):  # 1 June is day 14 after delivery, whatever the reason and condition
        decision = check(tmp_path / "shop", *facts, "--reason", reason)
        assert decision["answer"] == "yes"
        refund = decision["remedies"][0]  # type: ignore[index]
        assert (refund["remedy"], refund["amount"], refund["currency"]) == ("refund", "40.00", USUAL[country][0])
        assert refund["until"] == ("2027-06-02" if country == "RO" else "2027-06-01")  # Children's Day is a holiday there
        assert all(fee["fee"] != "restocking" for fee in decision["fees"])  # type: ignore[attr-defined]
    faulty = check(tmp_path / "shop", *facts, "--reason", "faulty", "--on", "2028-05-01")
    assert faulty["answer"] == "yes"
    assert {fee["pays"] for fee in faulty["fees"]} == {"shop"}  # type: ignore[attr-defined]


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    make(tmp_path, "LV")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = make(tmp_path, "EE")
    assert result.code == 2
    assert "this is a shop already" in result.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_british_shop_by_any_name_has_the_british_rules(tmp_path: Path) -> None:
    make(tmp_path / "shop", "uk")
    text = (tmp_path / "shop/policies/returns.toml").read_text()
    assert 'id = "withdrawal"' in text
    assert 'country = "GB"' in (tmp_path / "shop/policies/shop.toml").read_text()
    assert make(tmp_path / "other", "XX").code == 2


def test_holidays_are_known_from_the_first_day(tmp_path: Path) -> None:
    make(tmp_path / "shop", "GB")
    facts = ["--category", "toys", "--channel", "online", "--bought", "2026-11-10", "--delivered", "2026-12-11"]
    facts += ["--condition", "worn", "--receipt", "yes", "--reason", "not-said", "--price", "30", "--on", "2026-12-27"]
    decision = check(tmp_path / "shop", *facts)  # 25 December, then a weekend, then a substitute bank holiday
    assert decision["remedies"][0]["until"] == "2026-12-29"  # type: ignore[index]


def test_a_file_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/items.toml").write_text("mine")
    result = make(tmp_path, "LV")
    assert result.code == 2
    assert "policies/items.toml" in result.err
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["items.toml"]


def test_a_folder_with_dotfiles_of_its_own_keeps_them(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    result = make(tmp_path, "LV")
    assert result.code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert ".returnkit/" in result.err


def test_what_is_missing_is_a_usage_error_without_a_terminal(tmp_path: Path) -> None:
    for arguments in (["--country", "LV"], ["--name", "Rowan"], ["--name", "Rowan", "--country", "JP"]):
        assert call("init", str(tmp_path / "shop"), *arguments).code == 2
    assert not (tmp_path / "shop").exists()


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    result = make(tmp_path / "shop", "Latvia", "--currency", "euro", "--time-zone", "Europe/Rīga", "--lang", "latvian")
    assert result.code == 2
    assert result.err.count("returnkit: error") == 4


def test_a_name_with_quotes_and_a_country_far_away(tmp_path: Path) -> None:
    name = 'The "Old" Barn \\ Ünïcode'
    arguments = ["--country", "jp", "--currency", "jpy", "--lang", "en", "--time-zone", "Asia/Tokyo"]
    assert call("init", str(tmp_path / "shop"), "--name", name, *arguments).code == 0
    assert name in call("--shop", str(tmp_path / "shop"), "policy", "show").out


def test_a_folder_that_a_sync_client_copies_is_named_before_anything_is_in_it(tmp_path: Path) -> None:
    result = make(tmp_path / "Dropbox/shop", "LV")
    assert (result.code, "kept in step by Dropbox" in result.err) == (0, True)


def test_on_a_terminal_it_asks_for_what_is_missing(tmp_path: Path) -> None:
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "returnkit", "init", str(tmp_path / "shop")], stdin=other, stdout=other, stderr=other
    )
    os.close(other)
    os.write(main, b"Rowan\nLV\n\n\n\n")
    assert process.wait(timeout=30) == 0
    text = (tmp_path / "shop/policies/shop.toml").read_text()
    assert 'name = "Rowan"' in text
    assert 'languages = ["lv", "en"]' in text
    assert 'time-zone = "Europe/Riga"' in text
    os.close(main)
