"""Writers are killed in the middle of it: what was acknowledged is there, once, and what was torn is put aside."""

import os
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from returnkit.model.jsonl import Json
from returnkit.records.journal import Journal, let_signals_through
from tests.records.faults import (
    Clock,
    append,
    case_folder,
    complaint,
    in_a_child,
    logged,
    month_files,
    problems,
    quarantined,
    stored,
    through,
    unsynced,
)

KILLS_TO_A_SHOP = 100
WRITERS = (1, 1, 1, 2, 4)
SECONDS = (0.002, 0.03)  # from the start of a writer to its end
LETTERS, LENGTHS = "xž🧸🧸", (0, 400, 3500, 3500)  # up to four pages: a kill tears a line where a page ends
LONGEST = 64 * 1024


class Child(NamedTuple):
    """A writer, and where it prints what was acknowledged."""

    process: int
    printed: int


class Figures:
    """What a soak adds up to."""

    def __init__(self) -> None:
        self.kills = self.acknowledged = self.stored = self.torn = self.quarantined = 0

    def __str__(self) -> str:
        return ", ".join(f"{value} {name}" for name, value in vars(self).items())


def write_until_killed(shop: Path, seed: int, printed: int) -> int:
    """Append for ever, and print each id once it is acknowledged, with the first word of its text."""
    random = Random(seed)  # noqa: S311 - not a secret
    journal = Journal(str(shop), Clock(), lambda _: None)
    for number in count():
        word = f"w{seed}n{number}"
        record = append_with(journal, f"{word} {random.choice(LETTERS) * random.choice(LENGTHS)}")
        let_signals_through()
        os.write(printed, f"{record['id']} {word}\n".encode())
    return 0


def append_with(journal: Journal, text: str) -> Json:
    body = complaint(text)
    return journal.append(body, lambda _: body).record


def start(shop: Path, seed: int) -> Child:
    reading, writing = os.pipe()
    child = in_a_child(lambda: write_until_killed(shop, seed, writing))
    os.close(writing)
    return Child(child, reading)


def kill(child: Child) -> list[str]:
    """End a writer and return what it printed."""
    os.kill(child.process, signal.SIGKILL)
    _, status = os.waitpid(child.process, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "a writer ended by itself"
    with open(child.printed, "rb") as file:
        return file.read().decode().splitlines()


def unfinished(shop: Path) -> bytes:
    """Return what stands behind the last newline."""
    for path in month_files(shop):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LONGEST))
            return file.read().rpartition(b"\n")[2]
    return b""


def soak_shop(shop: Path, random: Random, kills: int, figures: Figures) -> None:
    """Kill writers of one shop, then check all of it."""
    acknowledged: list[str] = []
    torn: list[bytes] = []
    killed = 0
    while killed < kills:
        children = [start(shop, random.randrange(10**9)) for _ in range(random.choice(WRITERS))]
        time.sleep(random.uniform(*SECONDS))
        for child in children:
            acknowledged += kill(child)
        killed += len(children)
        torn += filter(None, [unfinished(shop)])
    append(shop, "the next record")
    check(shop, acknowledged, torn)
    figures.kills += killed
    figures.acknowledged += len(acknowledged)
    figures.stored += len(stored(shop)) - 2  # without the till's opening and the next record
    figures.torn += len(torn)
    figures.quarantined += len(quarantined(shop))


def check(shop: Path, acknowledged: list[str], torn: list[bytes]) -> None:
    records = stored(shop)
    found = [f"{record['id']} {str(record.get('text')).partition(' ')[0]}" for record in records]
    assert len(set(found)) == len(found)
    assert len({line.partition(" ")[2] for line in found}) == len(found)
    assert set(acknowledged) <= set(found)
    assert problems(shop) == []
    aside, lines = quarantined(shop), set(logged(shop).split(b"\n"))
    assert [fragment for fragment in torn if fragment not in aside and fragment not in lines] == []


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder:
        yield folder


def soak(folder: Path, kills: int) -> Figures:
    random, figures = Random(kills), Figures()  # noqa: S311 - the same every time
    warm = folder / "warm"
    warm.mkdir()
    append(warm, "what a writer loads is loaded before it is forked")
    for number in count():
        if figures.kills >= kills:
            break
        shop = folder / f"shop{number}"
        shop.mkdir()
        soak_shop(shop, random, min(KILLS_TO_A_SHOP, kills - figures.kills), figures)
        for path in month_files(shop):
            path.unlink()  # memory is short
    print(figures)
    return figures


def test_100_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    assert soak(tmp_path, 100).kills >= 100


@pytest.mark.slow
def test_10000_kills_lose_nothing_that_was_acknowledged(memory: Path) -> None:
    with through(unsynced):
        figures = soak(memory, 10_000)
    assert figures.kills >= 10_000
    assert figures.quarantined, "no line was torn: this has shown less than it should"
