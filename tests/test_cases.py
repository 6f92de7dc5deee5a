"""The examples beside a policy come out as they say: the sample shop's and the starter's."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from returnkit.starter import USUAL
from tests.conftest import NOW, REPOSITORY, call


def run_cases(folder: Path) -> int:
    cases: list[dict[str, Any]] = tomllib.loads((folder / "policies/returns.cases.toml").read_text())["case"]
    lines = "\n".join(json.dumps(case["given"]) for case in cases).encode()
    result = call("--shop", str(folder), "--now", NOW, "policy", "check", "-", stdin=lines)
    answers = [json.loads(line) for line in result.out.splitlines()]
    for case, answer in zip(cases, answers, strict=True):
        first = (answer["remedies"] or [{}])[0]
        found = {
            "answer": answer["answer"],
            "rule": answer["rule"],
            "remedies": [remedy["remedy"] for remedy in answer["remedies"]],
            "until": first.get("until"),
            "amount": first.get("amount"),
            "who": (answer["who"] or {}).get("role"),
            "exception": answer["exception"],
        }
        assert {key: found[key] for key in case["expect"]} == case["expect"], case["name"]
    return len(cases)


def test_the_sample_shops_cases_hold() -> None:
    assert run_cases(REPOSITORY) >= 14


@pytest.mark.parametrize("country", ["LV", "GB", "US", "KG"])
def test_the_starters_cases_hold(tmp_path: Path, country: str) -> None:
    assert country in USUAL
    call("--now", NOW, "init", str(tmp_path), "--name", "Rowan", "--country", country)
    assert run_cases(tmp_path) >= 2
