"""Goals of the store that no other test here reaches: a disk without room for real, every short size, every key, many writers."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from returnkit.model.ids import record_id
from tests.conftest import NOW, REPOSITORY, call
from tests.records.faults import month_files, problems, read_tree, stored, texts
from tests.records.test_disk_full import limited

COMMAND = (sys.executable, "-m", "returnkit", "--now", NOW)
NOT_WRITTEN = 74
MOST = 200  # bytes of a file that may still be written
TEXT = "it arrived wet, and on a Tuesday"
SMALL = 64 * 1024  # bytes of a disk

# Appends to a shop on a disk of its own until there is no room, makes room, and goes on; says what was acknowledged.
FILLING = """
import os, subprocess, sys

python, shop, now = sys.argv[1:4]
count, length = map(int, sys.argv[4:])
def run(*arguments):
    command = [python, "-m", "returnkit", "--now", now, "--shop", shop, *arguments]
    return subprocess.run(command, capture_output=True, text=True)

def journal():
    folder = os.path.join(shop, "records", "k3")
    return b"".join(open(os.path.join(folder, file), "rb").read() for file in sorted(os.listdir(folder)) if file.endswith("l"))

acknowledged, refused = [], 0
filler = os.path.join(shop, "filler")
assert run("--till", "k3", "complaint", "open", "--text", "first", "--key", "first").returncode == 0
with open(filler, "wb", buffering=0) as file:
    try:
        while file.write(b"x" * 512) == 512:
            pass
    except OSError:
        pass
    os.ftruncate(file.fileno(), os.fstat(file.fileno()).st_size // 4096 * 4096 - 2 * 4096)
for number in range(count):
    before = journal()
    result = run("--till", "k3", "complaint", "open", "--text", f"number {number} " + "x" * length, "--key", f"key {number}")
    if result.returncode == 0:
        acknowledged.append(number)
        assert journal().startswith(before) and journal().endswith(b"\\n"), number
    else:
        assert result.returncode == 74, (result.returncode, result.stderr)
        assert journal() == before, number
        refused += 1
    assert "Traceback" not in result.stderr, result.stderr
before = journal()
contact = run("--till", "k3", "complaint", "open", "--text", "y" * 900, "--name", "Ieva")
assert contact.returncode == 74 and journal() == before, contact
archive = run("policy", "archive", "--effective", "2027-01-01")
assert archive.returncode in (0, 74), archive
assert refused and acknowledged, (refused, acknowledged)
os.unlink(filler)
for number in range(count):
    again = run("--till", "k3", "complaint", "open", "--text", f"number {number} " + "x" * length, "--key", f"key {number}")
    assert again.returncode == 0, again
verified = run("records", "verify")
assert verified.returncode == 0, verified.stdout
print(len(acknowledged), refused, journal().count(b"\\n"))
"""


def on_a_small_disk(place: Path, size: int, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command while a file system in memory of so many bytes stands at a place; it is gone afterwards."""
    script = f'mount -t tmpfs -o size={size} none "$0" && cp -r "$1" "$0/shop" && shift && exec "$@"'
    inside = ["unshare", "-Urm", "sh", "-c", script, str(place), *command]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(inside, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(("count", "length"), [(14, 900), pytest.param(40, 300, marks=pytest.mark.slow)])
def test_a_disk_without_room_holds_whole_records_or_none(shop: Path, tmp_path: Path, count: int, length: int) -> None:
    for file in (shop / "policies").iterdir():
        if file.name not in ("shop.toml", "returns.toml"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    place = tmp_path / "disk"
    place.mkdir()
    if not shutil.which("unshare") or on_a_small_disk(place, SMALL, str(shop), "true").returncode:
        pytest.skip("no disk in memory can be made here")
    program = (sys.executable, "-c", FILLING, sys.executable, str(place / "shop"), NOW, str(count), str(length))
    result = on_a_small_disk(place, SMALL, str(shop), *program)
    assert result.returncode == 0, result.stderr
    acknowledged, refused, lines = map(int, result.stdout.split())
    print(f"{acknowledged} acknowledged, {refused} refused, {lines} lines")
    assert acknowledged + refused == count
    assert lines == 2 + count


# What is written whole, or not at all, while no file may become larger than so many bytes


def contact(_shop: Path) -> tuple[str, ...]:
    return ("--till", "k3", "complaint", "open", "--text", TEXT, "--name", "Ieva", "--phone", "+371 20000000", "--key", "once")


def archive(_shop: Path) -> tuple[str, ...]:
    return ("policy", "archive", "--effective", "2027-01-01")


def items(shop: Path) -> tuple[str, ...]:
    (shop.parent / "items.csv").write_text("Code,Department\nZZ-1,lamps\n")
    (shop.parent / "map.toml").write_text('schema = 1\n[item]\nsku = "Code"\ncategory = "Department"\n')
    return ("item", "import", str(shop.parent / "items.csv"), "--map", str(shop.parent / "map.toml"))


def calendar(_shop: Path) -> tuple[str, ...]:
    return ("calendar", "fetch", "LV", "2028")


def redact(_shop: Path) -> tuple[str, ...]:
    return ("--till", "k3", "records", "redact", record_id("k3", 2), "text", "--because", "a name in it", "--yes")


def backup(shop: Path) -> tuple[str, ...]:
    return ("records", "backup", str(shop.parent / "backup.tar.gz"))


def answer(shop: Path) -> tuple[str, ...]:
    return ("complaint", "list", "-o", str(shop.parent / "list.csv"))


WRITING: tuple[Callable[[Path], tuple[str, ...]], ...] = (contact, archive, items, calendar, redact, backup, answer)


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("writing", WRITING, ids=lambda writing: writing.__name__)
def test_at_every_short_size_the_old_files_stay_as_they_were(
    shop: Path, monkeypatch: pytest.MonkeyPatch, writing: Callable[[Path], tuple[str, ...]], step: int
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(shop)
    assert call("--now", NOW, "--till", "k3", "complaint", "open", "--text", TEXT).code == 0
    (shop.parent / "list.csv").write_text("what was listed before\n")
    command = writing(shop)
    before = kept(shop)
    for size in range(1, MOST + 1, step):
        result = limited(size, lambda: call("--now", NOW, *command).code)
        assert result == NOT_WRITTEN, (size, result)
        after = kept(shop)
        assert {name: after.get(name) for name in before} == before, size
        assert [name for name in after if name not in before and not name.endswith(".lock")] == [], size
    assert call("--now", NOW, *command).code == 0
    assert problems(shop) == []


def kept(shop: Path) -> dict[str, bytes | None]:
    """Return the files that are there, without what is derived, and those that hold nothing."""
    found = {name: data for name, data in read_tree(shop.parent).items() if data and "cache" not in name}
    return {name: data for name, data in found.items() if not name.startswith("state")}


# One key, one record, whenever the first one was killed


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    place = "/dev/shm" if os.path.isdir("/dev/shm") else str(tmp_path)  # noqa: S108 - the name is made for us alone
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


@pytest.mark.parametrize("rounds", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_a_key_is_one_record_whenever_the_first_was_killed(shop: Path, rounds: int) -> None:
    """A process is killed at a random moment, and the same command is given once more."""
    chance = random.Random(20261122)  # noqa: S311 - not a secret
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    assert call("--now", NOW, "--shop", str(shop), "--till", "k3", "complaint", "open", "--text", "first").code == 0
    early, longest = 0, 0.0  # seconds that the command takes: it is killed anywhere in it
    for number in range(rounds):
        arguments = ("--shop", str(shop), "--till", "k3", "complaint", "open", "--text", f"w{number}", "--key", f"key {number}")
        began = time.monotonic()
        with subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        ) as child:
            try:
                child.wait(chance.uniform(0.4, 1.1) * longest if longest else None)
                longest = longest or time.monotonic() - began
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                early += 1
        assert call("--now", NOW, *arguments).code == 0
    print(f"{rounds} commands, {early} killed before their end")
    assert texts(shop) == ["first", *(f"w{number}" for number in range(rounds))]
    assert problems(shop) == []


# Many writers


WRITER = """
import sys
from returnkit.clock import Clock
from returnkit.records.journal import Journal

shop, number = sys.argv[1], sys.argv[2]
journal = Journal(shop, Clock("Europe/Riga"), lambda text: None, "k3")
for count in range(10_000):
    body = {"kind": "complaint.opened", "channel": "counter", "text": f"w{number}n{count}"}
    journal.append(body, lambda now: body)
"""


@pytest.mark.slow
def test_sixteen_writers_of_ten_thousand_records_leave_no_gap(memory: Path, shop: Path) -> None:
    shutil.copytree(shop / "policies", memory / "policies")
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", WRITER, str(memory)]
    writers = [subprocess.Popen([*command, str(number)], env=environment) for number in range(16)]
    assert [writer.wait() for writer in writers] == [0] * 16
    found = stored(memory)
    assert len(month_files(memory)) == 1
    assert [record["id"] for record in found] == [record_id("k3", seq) for seq in range(1, 160_002)]
    for number in range(16):
        own = [str(record["text"]) for record in found[1:] if str(record["text"]).startswith(f"w{number}n")]
        assert own == [f"w{number}n{count}" for count in range(10_000)], number
    assert problems(memory) == []
