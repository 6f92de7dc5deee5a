"""The sample shop's records are what its program makes, and they are sound."""

import json
import shutil
from collections import Counter
from pathlib import Path

from tests.conftest import REPOSITORY, call
from tests.sample_shop import TILLS, make


def test_the_program_makes_exactly_the_records_that_ship(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "policies", tmp_path / "policies")
    make(tmp_path)
    for till in TILLS:
        shipped = {path.name: path.read_bytes() for path in (REPOSITORY / "records" / till).glob("*.jsonl")}
        made = {path.name: path.read_bytes() for path in (tmp_path / "records" / till).glob("*.jsonl")}
        assert sorted(shipped) == ["2026-09.jsonl", "2026-10.jsonl", "2026-11.jsonl"]
        assert made == shipped


def test_they_are_sound(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "policies", tmp_path / "policies")
    shutil.copytree(REPOSITORY / "records", tmp_path / "records")
    result = call("--shop", str(tmp_path), "records", "verify", "-f", "json")
    found = json.loads(result.out)
    assert (result.code, found["problems"], found["warnings"]) == (0, [], [])


def test_they_tell_of_everything_that_the_commands_can_record() -> None:
    records = [json.loads(line) for path in REPOSITORY.glob("records/*/*.jsonl") for line in path.read_text().splitlines()]
    kinds = Counter(record["kind"] for record in records)
    assert set(kinds) >= {
        "return", "return.refused", "return.voided", "complaint.opened", "complaint.acknowledged", "complaint.noted",
        "complaint.resolved", "complaint.closed", "complaint.reopened",
    }  # fmt: skip
    remedies = Counter(line["remedy"] for record in records if record["kind"] == "return" for line in record["lines"])
    assert set(remedies) >= {"refund", "exchange", "replacement", "repair"}
    assert any("waived" in line for record in records if record["kind"] == "return" for line in record["lines"])
    assert any(record.get("difference") for record in records)
    assert not any("contact" in record for record in records)
