"""Many writers at once: nothing is lost, nothing is given twice, and a reader sees only what is whole."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.model.ids import record_id
from returnkit.records.read import lines
from tests.conftest import NOW, REPOSITORY, Result, call

COMMAND = (sys.executable, "-m", "returnkit", "--now", NOW, "--lang", "en")
GOODS = (
    "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes",
    "--condition", "unopened", "--reason", "wrong-size",
)  # fmt: skip
LAST_PIECE = ("return", "log", "--receipt-no", "10482", *GOODS)

# One process with one journal: it appends `count` records (0: until it is ended), each with so many characters of text.
WRITER = """
import itertools, sys
from returnkit.clock import Clock
from returnkit.records.journal import Journal

shop, till, count, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
journal = Journal(shop, Clock("Europe/Riga"), lambda text: None, till)
for number in range(count) if count else itertools.count():
    body = {"kind": "complaint.opened", "channel": "counter", "text": "x" * size + str(number)}
    journal.append(body, lambda now: body)
"""


@pytest.fixture
def fast(tmp_path: Path, shop: Path) -> Iterator[Path]:
    """Return a shop in memory, where there is such a place: what is shown here does not depend on a disk."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else str(tmp_path)  # noqa: S108 - the name is made for us alone
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        (Path(folder) / "policies").symlink_to(shop / "policies")
        yield Path(folder)


def books(shop: Path, till: str = "k3") -> Books:
    return Books(str(shop), Clock("Europe/Riga"), lambda _text: None, till)


def start(*arguments: str, shop: Path, program: tuple[str, ...] = COMMAND) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(
        [*program, *arguments], cwd=shop, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def result(process: subprocess.Popen[str]) -> Result:
    out, err = process.communicate(timeout=120)
    return Result(process.returncode, out, err)


@contextmanager
def held_up(folder: Path) -> Iterator[None]:
    """Hold a folder's lock: who starts meanwhile has judged already when it is let go, and all go on at once."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def waits_for(process: subprocess.Popen[str], folder: Path) -> bool:
    """Tell whether a process has the folder open, and so waits for its lock."""
    try:
        return any(os.readlink(each.path) == str(folder) for each in os.scandir(f"/proc/{process.pid}/fd"))
    except OSError:
        return False


def at_once(shop: Path, *commands: tuple[str, ...], till: str = "k3") -> list[Result]:
    """Run commands that all stand before the lock when it opens."""
    folder = shop / "records" / till
    with held_up(folder):
        processes = [start(*command, shop=shop) for command in commands]
        until = time.monotonic() + 8
        while not all(waits_for(process, folder) for process in processes) and time.monotonic() < until:
            time.sleep(0.01)
    return [result(process) for process in processes]


def sell_one(shop: Path) -> None:
    sale = {
        "kind": "sale",
        "receipt_no": "10482",
        "currency": "EUR",
        "lines": [{"sku": "RO-401", "quantity": 1, "paid": 3490}],
    }
    books(shop).append(sale, lambda _now: sale)


def kinds(shop: Path) -> list[str]:
    return [str(line.record and line.record["kind"]) for line in books(shop).lines()]


def first_words(results: list[Result]) -> set[str]:
    """Return what the commands printed first: the id of what they recorded."""
    return {found.out.split()[0] for found in results}


def test_sixteen_writers_leave_no_gap(fast: Path) -> None:
    program = (sys.executable, "-c", WRITER)
    writers = [start(str(fast), "k3", "250", "40", shop=fast, program=program) for _ in range(16)]
    assert [result(writer) for writer in writers] == [Result(0, "", "")] * 16
    found = [line.record and line.record["id"] for line in books(fast).lines()]
    assert found == [record_id("k3", seq) for seq in range(1, 4002)]  # till.opened is the first
    assert call("--shop", str(fast), "records", "verify") == Result(0, "", "")


@pytest.mark.parametrize("sale_known", [True, False])
def test_of_eight_that_bring_the_last_piece_back_one_does(shop: Path, sale_known: bool) -> None:
    if sale_known:
        sell_one(shop)
    else:
        assert call("--shop", str(shop), "--till", "k3", "complaint", "open").code == 0
    results = at_once(shop, *[("--till", "k3", *LAST_PIECE)] * 8)
    assert sorted(found.code for found in results) == [0] + [1] * 7
    assert all("RO-401" in found.err and "10482" in found.err for found in results if found.code)
    assert kinds(shop).count("return") == 1
    assert call("--shop", str(shop), "records", "verify") == Result(0, "", "")


def test_of_eight_that_open_the_shop_with_the_last_piece_one_brings_it_back(shop: Path) -> None:
    results = [result(process) for process in [start(*LAST_PIECE, shop=shop) for _ in range(8)]]
    assert sorted(found.code for found in results) == [0] + [1] * 7
    assert kinds(shop) == ["till.opened", "return"]


@pytest.mark.parametrize("command", [LAST_PIECE, ("return", "log", *GOODS), ("complaint", "open", "--text", "it arrived wet")])
def test_eight_times_one_key_is_one_record(shop: Path, command: tuple[str, ...]) -> None:
    fresh = [result(process) for process in [start(*command, "--key", "a", shop=shop) for _ in range(8)]]
    (till,) = (folder.name for folder in (shop / "records").iterdir())
    later = at_once(shop, *[(*command, "--key", "b", "--receipt-no", "2")] * 8, till=till)
    assert [found.code for found in fresh + later] == [0] * 16
    assert first_words(fresh) == {record_id(till, 2)}
    assert first_words(later) == {record_id(till, 3)}
    assert len(kinds(shop)) == 3


def test_of_eight_that_close_a_case_one_does(shop: Path) -> None:
    def at(*arguments: str) -> str:
        found = call("--shop", str(shop), "--till", "k3", *arguments)
        assert found.code == 0, found
        return found.out.split()[0]

    case = at("complaint", "open", "--text", "it arrived wet")
    at("complaint", "resolve", case)
    # Nothing can happen before a complaint is opened: NOW may be before the clock of this machine.
    close = ("--now", "2098-01-01", "--till", "k3", "complaint", "close", case, "--cause", "packaging")
    results = at_once(shop, *[close] * 8)
    assert sorted(found.code for found in results) == [0] + [2] * 7
    refused = [found.err for found in results if found.code]
    assert all(f"{case} is closed" in err and "possible now: reopen, thank, note, flag" in err for err in refused)
    assert kinds(shop).count("complaint.closed") == 1


@pytest.mark.parametrize("sale_known", [True, False])
def test_two_tills_in_one_folder_give_the_last_piece_back_once(shop: Path, sale_known: bool) -> None:
    if sale_known:
        sell_one(shop)
    for till in ("a", "b"):
        assert call("--shop", str(shop), "--till", till, "complaint", "open").code == 0
    commands = [("--till", till, *LAST_PIECE) for till in ("a", "b") * 4]
    results = at_once(shop, *commands, till="a")
    assert sorted(found.code for found in results) == [0] + [1] * 7
    assert kinds(shop).count("return") == 1
    assert call("--shop", str(shop), "records", "verify") == Result(0, "", "")


@pytest.mark.parametrize("size", [40, 3900])
@pytest.mark.parametrize("rounds", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_a_reader_beside_four_writers_sees_the_beginning_of_what_will_be(fast: Path, rounds: int, size: int) -> None:
    # A long line crosses a page of memory, and there a write can be seen half done. A short journal is read most often.
    for _ in range(rounds):
        assert call("--shop", str(fast), "--till", "k3", "complaint", "open").code == 0
        (journal,) = (fast / "records/k3").iterdir()
        looks = list(looks_beside_writers(fast, journal, seconds=1, size=size))
        final = journal.read_bytes()
        assert all(hashlib.sha256(final[:length]).digest() == digest for length, digest in looks)
        assert len({length for length, _ in looks}) > 1, "nothing was written meanwhile"
        shutil.rmtree(fast / "records")
        shutil.rmtree(fast / ".returnkit")


def looks_beside_writers(shop: Path, journal: Path, *, seconds: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield how long the journal was at each look, and the hash of what was seen of it."""
    program = (sys.executable, "-c", WRITER)
    writers = [start(str(shop), journal.parent.name, "0", str(size), shop=shop, program=program) for _ in range(4)]
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            seen = list(lines(str(journal)))
            torn = [(line.number, line.raw[:40]) for line in seen if line.record is None]
            assert not torn, f"{torn} of {len(seen)} lines"
            data = b"".join(line.raw + b"\n" for line in seen)
            yield len(data), hashlib.sha256(data).digest()
            listed = call("--shop", str(shop), "complaint", "list", "--day", "2001-01-01")
            assert listed.code == 0, listed
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
