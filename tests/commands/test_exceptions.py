"""The ledger of what was granted beyond the policy equals what the records say, counted here a second time."""

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from returnkit.records.journal import Journal, let_signals_through
from returnkit.service.complaint import correction
from tests.conftest import NOW, REPOSITORY, call
from tests.records.faults import Clock

FACTS = (
    "--sku", "RO-401", "--price", "20.00", "--channel", "store", "--receipt", "yes", "--condition", "opened", "--reason",
    "changed-mind",
)  # fmt: skip


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a copy of the sample shop with its records."""
    for folder in ("policies", "records"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "sample" / folder)
    return tmp_path / "sample"


def ledger(shop: Path, *arguments: str) -> dict[str, Any]:
    result = call("--shop", str(shop), "--now", NOW, "policy", "exceptions", "-f", "json", *arguments)
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def records(shop: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in shop.glob("records/*/*.jsonl") for line in file.read_bytes().splitlines()]


def test_the_sample_shops_ledger_is_what_its_records_say(sample: Path) -> None:
    every = records(sample)
    voided = {record["corrects"] for record in every if record["kind"] == "return.voided"}
    beyond = [
        (record, line)
        for record in every
        if record["kind"] == "return" and record["id"] not in voided
        for line in record["lines"]
        if "waived" in line or record.get("override")
    ]
    tokens = [record for record in every if record["kind"] == "complaint.resolved" and "token" in record and "usual" in record]
    found = ledger(sample, "--from", "2026-09-01", "--to", "2026-11-30")
    assert len(beyond) > 10
    ids = [record["id"] for record, _ in beyond] + [record["case"] for record in tokens]
    assert sorted(each["id"] for each in found["exceptions"]) == sorted(ids)
    assert found["totals"]["count"] == len(ids)
    amount = sum(line.get("amount", 0) for _, line in beyond) + sum(record["worth"] for record in tokens)
    assert found["totals"]["amount"] == f"{amount / 100:.2f}"
    by_staff = Counter(record["staff"] for record in (*(record for record, _ in beyond), *tokens))
    assert {each["name"]: each["count"] for each in found["totals"]["staff"]} == by_staff
    waived = Counter([*(what for _, line in beyond for what in line.get("waived", [])), *("token" for _ in tokens)])
    assert {each["name"]: each["count"] for each in found["totals"]["waived"]} == waived
    assert [each["count"] for each in found["totals"]["rule"]] == sorted(
        (each["count"] for each in found["totals"]["rule"]), reverse=True
    )


def test_an_exception_and_an_override_are_listed_until_they_are_voided(shop: Path) -> None:
    def log(*arguments: str) -> str:
        result = call("--shop", str(shop), "--now", NOW, "return", "log", *FACTS, "--key", arguments[1], *arguments)
        assert result.code == 0, result
        return result.out.split()[0]

    assert ledger(shop)["totals"]["count"] == 0
    plain = log("--bought", "2026-11-20")
    late = log("--bought", "2026-09-17", "--staff", "Anna", "--because", "was ill")
    forced = log("--bought", "2026-03-01", "--staff", "Ilze", "--override", "--because", "she is family")
    found = {each["id"]: each for each in ledger(shop)["exceptions"]}
    assert set(found) == {late, forced}
    assert plain not in found
    assert (found[late]["waived"], found[late]["because"], found[late]["staff"]) == (["late"], "was ill", "Anna")
    assert "override" in found[forced]["waived"] or found[forced]["waived"] == ["late"]
    assert found[forced]["amount"] == "20.00"
    assert call("--shop", str(shop), "--now", NOW, "return", "void", late, "--because", "typed twice").code == 0
    assert [each["id"] for each in ledger(shop)["exceptions"]] == [forced]


def test_every_form_says_the_same(sample: Path) -> None:
    asked = ("--shop", str(sample), "--now", NOW, "policy", "exceptions", "--month", "2026-10")
    ids = [each["id"] for each in ledger(sample, "--month", "2026-10")["exceptions"]]
    assert [row["id"] for row in csv.DictReader(io.StringIO(call(*asked, "-f", "csv").out))] == ids
    assert [json.loads(line)["id"] for line in call(*asked, "-f", "jsonl").out.splitlines()] == ids
    table = call(*asked, "--lang", "en").out
    assert all(own in table for own in ids)
    assert f"{len(ids)} exceptions" in table
    assert all(own in call(*asked, "-f", "md").out for own in ids)


def test_a_damaged_line_is_named(sample: Path) -> None:
    journal = sample / "records" / "k3" / "2026-10.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"kind"', b'"kin', 1))
    result = call("--shop", str(sample), "--now", NOW, "policy", "exceptions", "--month", "2026-10")
    assert result.code == 3
    assert "2026-10.jsonl:1" in result.err
    assert call("--shop", str(sample), "--now", NOW, "policy", "exceptions", "--month", "2026-10", "--allow-damaged").code == 0


def test_a_token_that_is_not_the_usual_one_is_listed(shop: Path) -> None:
    (shop / "policies/complaints.toml").write_text(
        """schema = 1
[[token]]
id = "coffee"
when = { category = ["service"] }
what = "a coffee on us"
worth = "2.50"
[[token]]
id = "coupon"
when = { category = ["delivery"] }
what = "5.00 off the next purchase"
worth = "5.00"
"""
    )

    def done(verb: str, *arguments: str) -> str:
        result = call("--shop", str(shop), "--now", NOW, "--staff", "Anna", "complaint", verb, *arguments, "-f", "json")
        assert result.code == 0, result
        return str(json.loads(result.out)["id"])

    def resolved(category: str, *arguments: str) -> str:
        return done("resolve", done("open", "--channel", "phone", "--category", category), *arguments)

    resolved("service", "--token", "coffee")  # as everybody gets it
    resolved("service")  # none was given, and nothing that was would have to be explained
    resolved("price")
    other = resolved("service", "--token", "coupon", "--because", "waited for an hour")
    none = resolved("price", "--token", "coffee", "--because", "came twice")
    done("reopen", other)
    found = ledger(shop)
    said = {"time": NOW, "staff": "Anna", "role": "", "waived": ["token"], "sku": "", "currency": "EUR"}
    assert found["exceptions"] == [
        {
            "id": other,
            "token": "coupon",
            "rule": "coffee",
            "category": "service",
            "amount": "5.00",
            "because": "waited for an hour",
            **said,
        },
        {"id": none, "token": "coffee", "rule": "none", "category": "price", "amount": "2.50", "because": "came twice", **said},
    ]
    assert (found["totals"]["count"], found["totals"]["amount"]) == (2, "7.50")
    assert found["totals"]["waived"] == [{"name": "token", "count": 2, "amount": "7.50"}]
    text = call("--shop", str(shop), "--now", NOW, "--lang", "en", "policy", "exceptions").out
    assert f"2026-11-21  {other}  token: service, coupon instead of coffee  €5.00  Anna\n    “waited for an hour”\n" in text
    assert ledger(shop, "--month", "2026-10")["exceptions"] == []
    (taken_back,) = (
        record for record in records(shop) if record["kind"] == "complaint.resolved" and record.get("token") == "coupon"
    )
    body = correction(taken_back)
    Journal(str(shop), Clock(), print).append(body, lambda _now: body)
    let_signals_through()
    assert [each["because"] for each in ledger(shop)["exceptions"]] == ["came twice"], (
        "another till was first: it counts for nothing"
    )
