"""Faults put into policies in which there was none: lint, or `policy test`, finds them; and it is silent before."""

from itertools import count, islice
from typing import NamedTuple

import pytest

from tests.lint_help import serious
from tests.lint_shops import FAULTS_BY_NAME, Stall, broken, sound

LEAST = 0.99  # of all seeded faults
KINDS = tuple(FAULTS_BY_NAME)


class Tally(NamedTuple):
    """How many faults of a kind were found, how many were seeded, and the seeds of those that were not found."""

    kind: str
    seeded: int
    missed: list[int]

    def told(self) -> str:
        return f"{self.seeded - len(self.missed):5} of {self.seeded:<5}{self.kind}"


def is_found(kind: str, faulty: Stall) -> bool:
    """Tell whether lint says what is wrong, with a code above info, or `policy test` finds a broken promise."""
    codes = FAULTS_BY_NAME[kind].codes
    by_lint = codes & {finding.code for finding in serious(faulty.found())}
    return bool(by_lint) or ("promise" in codes and faulty.breaks_a_promise())


def tally(kind: str, number: int) -> Tally:
    """Seed so many faults of a kind, each in another policy that has what it needs."""
    start = 10_000 * KINDS.index(kind)
    policies = ((seed, broken(sound(seed), kind, seed)) for seed in count(start))
    faulty = islice(((seed, stall) for seed, stall in policies if stall is not None), number)
    return Tally(kind, number, [seed for seed, stall in faulty if not is_found(kind, stall)])


def check(kinds: tuple[str, ...], each: int) -> None:
    """Seed faults of some kinds, print the table (seen with -s -n 0), and hold lint to finding them."""
    tallies = [tally(kind, each) for kind in kinds]
    seeded, missed = sum(tally.seeded for tally in tallies), sum(len(tally.missed) for tally in tallies)
    print("\n".join(["", *(tally.told() for tally in tallies), f"{seeded - missed:5} of {seeded:<5}in total"]))
    assert missed <= (1 - LEAST) * seeded, [tally for tally in tallies if tally.missed]


def speaking(seeds: range) -> dict[int, list[str]]:
    """Return what lint says above info of sound policies."""
    found = {seed: [finding.what for finding in serious(sound(seed).found())] for seed in seeds}
    return {seed: what for seed, what in found.items() if what}


def test_there_are_many_kinds_of_faults() -> None:
    assert len(KINDS) >= 15


@pytest.mark.parametrize("part", range(4))
def test_seeded_faults_are_found(part: int) -> None:
    check(KINDS[part::4], 1)


@pytest.mark.parametrize("start", [0, 10, 20])
def test_sound_policies_are_silent(start: int) -> None:
    assert speaking(range(start, start + 10)) == {}


def test_sound_policies_are_of_many_shapes() -> None:
    policies = [sound(seed).raw for seed in range(120)]
    assert {len(raw["rule"]) for raw in policies} == set(range(3, 9))
    for part in ("also", "season", "discretion"):
        assert 0 < sum(bool(raw.get(part)) for raw in policies) < len(policies)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_seeded_faults_are_found(kind: str) -> None:
    check((kind,), 100)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(1_000, 5_000, 250))
def test_many_sound_policies_are_silent(start: int) -> None:
    assert speaking(range(start, start + 250)) == {}
