"""What is kept of the journals is used: a line is read once in its life."""

import os
from pathlib import Path

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.summing import summed
from tests.bench.history import make
from tests.conftest import call


def bytes_read(shop: Path) -> int:
    """Return how many bytes of the journals a report reads (Linux counts them)."""
    before = int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["rchar"])
    summed(Books(str(shop), Clock("Europe/Riga"), str), lambda _part, _dimension: False)
    after = int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["rchar"])
    return after - before


def test_the_second_report_reads_no_journal_again(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    make(shop, 4000, 400)
    size = sum(file.stat().st_size for file in shop.glob("records/*/*.jsonl"))
    first, second = bytes_read(shop), bytes_read(shop)
    assert first > size
    assert second < size / 2, "the ends of the journals and the sums, nothing else"
    assert len(list((shop / ".returnkit/cache").glob("figures-*"))) == len(list(shop.glob("records/*/*.jsonl")))


def test_after_a_new_line_only_that_is_read(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    make(shop, 4000, 400)
    bytes_read(shop)
    kept = {file.name: file.stat().st_mtime_ns for file in (shop / ".returnkit/cache").glob("figures-*")}
    assert call("--shop", str(shop), "complaint", "open", "--text", "it rained in").code == 0
    bytes_read(shop)
    again = {file.name: file.stat().st_mtime_ns for file in (shop / ".returnkit/cache").glob("figures-*")}
    assert len([name for name, time in again.items() if kept.get(name) != time]) == 1
    assert os.listdir(shop / "records")
