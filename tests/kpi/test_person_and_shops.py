"""The figures of one member of staff, and of several shops together."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, call

OCTOBER = ("--now", "2026-11-20T19:00:00+02:00", "kpi", "report", "--month", "2026-10", "-f", "json")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a copy of the sample shop with its records."""
    for folder in ("policies", "records"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "sample" / folder)
    return tmp_path / "sample"


def measures(*arguments: str) -> dict[str, dict[str, Any]]:
    result = call(*OCTOBER, *arguments)
    assert result.code == 0, result.err
    return {each["id"]: each for each in json.loads(result.out)["measures"]}


def lines_of(shop: Path, kind: str) -> list[dict[str, Any]]:
    found = (json.loads(line) for file in shop.glob("records/*/*.jsonl") for line in file.read_bytes().splitlines())
    return [record for record in found if record["kind"] == kind and record["time"][:7] == "2026-10"]


def test_what_one_person_did_is_their_slice_of_everything(sample: Path) -> None:
    by_staff = measures("--shop", str(sample), "--by", "staff")
    for person in ("Anna", "Kristaps", "Mārtiņš"):
        own = measures("--shop", str(sample), "--person", person.upper())
        assert set(own) == {
            name
            for name in by_staff
            if name not in ("sold-value", "complaints-open", "value-at-risk", "value-won-back", "value-lost")
        }
        for name, measure in own.items():
            assert measure["value"] == by_staff[name]["by"].get(person, 0 if measure["unit"] in ("count", "EUR") else None), name


def test_a_person_by_month_adds_up(sample: Path) -> None:
    asked = ("--shop", str(sample), "--from", "2026-09-01", "--to", "2026-11-20", "--person", "Anna")
    result = call(*OCTOBER[:4], *asked, "-f", "json", "--by", "month")
    (returns,) = [each for each in json.loads(result.out)["measures"] if each["id"] == "returns"]
    assert set(returns["by"]) == {"2026-09", "2026-10", "2026-11"}
    assert sum(returns["by"].values()) == returns["value"]
    logged = [record for record in lines_of(sample, "return") if record.get("staff") == "Anna"]
    voided = [record for record in lines_of(sample, "return.voided") if record["voided"].get("staff") == "Anna"]
    assert returns["by"]["2026-10"] == sum(len(record["lines"]) for record in logged) - len(voided)


def test_a_person_and_another_slice_do_not_go_together(sample: Path) -> None:
    result = call(*OCTOBER, "--shop", str(sample), "--person", "Anna", "--by", "category")
    assert result.code == 2
    assert "--by month" in result.err


def test_a_person_whom_nobody_knows_is_noted(sample: Path) -> None:
    result = call(*OCTOBER, "--shop", str(sample), "--person", "Zane")
    assert result.code == 0
    assert "'Zane' is not listed" in result.err
    assert measures("--shop", str(sample), "--person", "Zane")["returns"]["value"] == 0


def test_several_shops_are_counted_together(sample: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(sample, other)
    shutil.rmtree(other / "records" / "k4")
    shutil.copytree(other / "policies", tmp_path / "empty" / "policies")
    alone = [measures("--shop", str(shop)) for shop in (sample, other)]
    together = measures("--shop", str(sample), "--shop", str(other), "--shop", str(tmp_path / "empty"))
    for name in ("returns", "returned-value", "sold-value", "complaints-opened", "complaints-resolved", "complaints-open"):
        assert together[name]["value"] == pytest.approx(sum(each[name]["value"] for each in alone)), name
    assert together["returns"]["n"] > alone[0]["returns"]["n"] > alone[1]["returns"]["n"] > 0
    swapped = measures("--shop", str(other), "--shop", str(sample))
    assert swapped == together


def test_damage_in_any_of_the_shops_is_named(sample: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(sample, other)
    journal = other / "records" / "k3" / "2026-10.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"kind"', b'"kin', 1))
    result = call(*OCTOBER, "--shop", str(sample), "--shop", str(other))
    assert result.code == 3
    assert "other/records/k3/2026-10.jsonl:1" in result.err
