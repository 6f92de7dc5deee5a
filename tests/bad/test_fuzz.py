"""A short run of every reader with files that are changed at random; see tests/fuzz.py for the long ones."""

import os
from contextlib import ExitStack

import pytest

from tests.fuzz import TARGETS, Fuzzer, blindly

RUNS = 150


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_value_or_a_refusal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])
    with ExitStack() as stack:
        fuzzer = Fuzzer(name, stack)
        for data in fuzzer.target.seeds():
            fuzzer.run(data)
        blindly(fuzzer, RUNS, seed=20261122)
        print(fuzzer)
    assert [(place, found.what) for place, found in fuzzer.found.items()] == []
