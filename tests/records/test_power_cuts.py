"""The power fails while a shop writes: what was acknowledged is on the disk, and what was taken out of it stays away.

A disk is an image in a file, and lies on a disk of its own, which is frozen for a moment at a time: what the image holds then is
what a cut leaves. That is copied, repaired and mounted as after a cut; the writer knows nothing of it and goes on.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest.mock import patch

import pytest

from returnkit.records.journal import let_signals_through
from tests.conftest import NOW, REPOSITORY, call
from tests.records.faults import SHOP, STATE, append, in_a_child, logged, problems, stored, through, unsynced

CUTS, CUTS_TO_A_SHOP = 200, 10
SECONDS = (0.0, 0.3)  # from one cut to the next
DISK, BELOW, LARGEST = "disk", "below", 2**30  # an empty place in an image takes no room
TOOLS = ("mount", "umount", "losetup", "fsfreeze", "mkfs.ext4", "e2fsck")
WHY = ("--because", "it names somebody", "--yes")
UNFINISHED = ("the line is not finished", "unfinished: ")


class Kind(NamedTuple):
    """A file system, how it is mounted, and what its image needs."""

    name: str
    options: str
    megabytes: int = 64
    again: str = "rw"  # how a copy is mounted while the first one is


EXT4 = [
    Kind("ext4", options)
    for options in ("commit=1", "commit=5", "commit=1000", "data=writeback,commit=1000", "noauto_da_alloc,commit=1000")
]
XFS = Kind("xfs", "rw", 320, "nouuid")


class Said:
    """What a writer said until now: what it acknowledged, by the word in it, and which words it was about to take out."""

    def __init__(self, log: Path) -> None:
        *lines, _ = log.read_text().split("\n")
        told = [line.split() for line in lines]
        self.records, self.contacts, self.begun, self.gone = (
            {word: own for verb, word, own in told if verb == wanted} for wanted in ("record", "contact", "begun", "gone")
        )

    def count(self) -> int:
        return len(self.records) + len(self.contacts) + len(self.gone)

    def missed(self, shop: Path) -> list[str]:
        """Return what was acknowledged and is not so in the shop."""
        journals, files = logged(shop), [path.read_bytes() for path in shop.rglob("*") if path.is_file()]
        lost = []
        for word, own in self.records.items():
            wanted = [f'"id":"{own}"', *([] if word in self.begun else [f" {word} "])]
            if any(text.encode() not in journals for text in wanted):
                lost.append(f"record {word}")
        for word, own in self.contacts.items():
            path = shop / f"records/contacts/{own}.toml"
            if word not in self.begun and not (path.is_file() and f" {word} " in path.read_text()):
                lost.append(f"contact {word}")
        return lost + [f"{word} is back" for word in self.gone if any(f" {word} ".encode() in data for data in files)]


class Figures:
    """What the cuts of a test add up to."""

    def __init__(self) -> None:
        self.cuts = self.acknowledged = self.taken_out = self.unfinished = self.lost = 0

    def __str__(self) -> str:
        return ", ".join(f"{value} {name}" for name, value in vars(self).items())


def write_until_killed(disk: Path, log: int) -> int:
    """Record for ever, take a few words and customers out again, and say each time what was acknowledged."""
    random = Random(os.getpid())  # noqa: S311 - not a secret
    shop, words, customers = disk / SHOP, dict[str, str](), dict[str, str]()
    os.environ["XDG_STATE_HOME"] = str(disk / STATE)

    def say(verb: str, word: str, own: str) -> None:
        os.write(log, f"{verb} {word} {own}\n".encode())

    def take_out(what: str, held: dict[str, str]) -> None:
        word = random.choice([*held])
        own = held.pop(word)
        say("begun", word, own)
        run(disk, "records", what, own, *WHY)
        say("gone", word, own)

    for number in count():
        word, chance = f"w{number}", random.random()
        if chance < 0.1 and words:
            take_out("redact", words)
        elif chance < 0.15 and customers:
            take_out("forget", customers)
        elif chance < 0.3:
            say("record", *open_for(disk, word, customers))
            say("contact", word, customers[word])
        else:
            words[word] = str(append(shop, f"the {word} {'x' * random.randrange(3000)}").record["id"])
            say("record", word, words[word])
    return 0


def open_for(disk: Path, word: str, customers: dict[str, str]) -> tuple[str, str]:
    """Take a complaint down with its customer, whose reference is kept; return the word and the id of the record."""
    said = ("--text", f"the {word} broke", "--name", f"Anna {word} Kalnina")
    made = json.loads(run(disk, "complaint", "open", *said, "-f", "json"))
    customers[word] = made["record"]["contact"]
    return word, made["id"]


def run(disk: Path, *arguments: str) -> str:
    result = call("--shop", str(disk / SHOP), "--now", NOW, "--lang", "en", *arguments)
    let_signals_through()
    assert result.code == 0, result.err
    return result.out


# Disks


def system(*command: str | Path, well: int = 0) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode <= well, (command, done.stdout, done.stderr)


@contextmanager
def mounted(image: Path, folder: Path, options: str) -> Iterator[Path]:
    """Mount an image, and see to it that it is gone at the end, whatever happens."""
    folder.mkdir(exist_ok=True)
    try:
        system("mount", "-o", f"loop,{options}", image, folder)
        yield folder
    finally:
        if folder.is_mount() and subprocess.run(["umount", folder], capture_output=True, check=False).returncode:
            system("umount", "--lazy", folder)


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """Let nothing be written there."""
    try:
        system("fsfreeze", "--freeze", folder)
        yield
    finally:
        subprocess.run(["fsfreeze", "--unfreeze", folder], capture_output=True, check=False)


def make(kind: str, image: Path, size: int) -> Path:
    image.unlink(missing_ok=True)
    with image.open("xb") as file:
        file.truncate(size)
    system(f"mkfs.{kind}", "-q", image)
    return image


@contextmanager
def writing(disk: Path, log: Path) -> Iterator[None]:
    """Let a process of its own write to a new shop on a disk."""
    shutil.copytree(REPOSITORY / "policies", disk / SHOP / "policies")
    system("sync", "--file-system", disk)  # a shop that was there yesterday
    with log.open("wb", buffering=0) as file:
        child = in_a_child(lambda: write_until_killed(disk, file.fileno()))
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "the writer ended by itself"


def cut(root: Path, copy: Path) -> Said:
    """Copy the disk as a cut would leave it at this moment, and return what was acknowledged before."""
    with frozen(root / BELOW):
        said = Said(root / "log")
        system("cp", "--sparse=always", "--remove-destination", root / BELOW / DISK, copy)
    return said


def check(disk: Path, said: Said, figures: Figures) -> None:
    """Look at what is there after a cut, and go on there."""
    with patch.dict(os.environ, XDG_STATE_HOME=str(disk / STATE)):
        found = [re.sub(r"^\S+: ", "", problem) for problem in problems(disk / SHOP)]
        figures.unfinished += bool(found)
        assert [problem for problem in found if not problem.startswith(UNFINISHED)] == []
        open_for(disk, "next", {})
        run(disk, "records", "redact", "--finish")
        assert problems(disk / SHOP) == []
    stored(disk / SHOP)  # every line is whole
    assert said.missed(disk / SHOP) == []


def cut_power(root: Path, kind: Kind, cuts: int, figures: Figures, *, checked: bool = True) -> None:
    """Cut the power of shops on new disks of a kind so many times; `checked` asks for more than a count of what is lost."""
    random, copy = Random(cuts), root / "copy"  # noqa: S311 - the same every time
    for at in range(cuts):
        if at % CUTS_TO_A_SHOP:
            continue
        lost: set[str] = set()
        with mounted(make("ext4", root / "image", LARGEST), root / BELOW, "rw"):
            image = make(kind.name, root / BELOW / DISK, kind.megabytes * 2**20)
            with mounted(image, root / DISK, kind.options) as disk, writing(disk, root / "log"):
                for _ in range(min(CUTS_TO_A_SHOP, cuts - at)):
                    time.sleep(random.uniform(*SECONDS))
                    said = cut(root, copy)
                    if kind.name == "ext4":
                        system("e2fsck", "-fy", copy, well=1)
                    with mounted(copy, root / "after", kind.again) as after:
                        lost.update(said.missed(after / SHOP))
                        if checked:
                            assert not lost
                            check(after, said, figures)
                    figures.cuts += 1
            figures.acknowledged += said.count()
            figures.taken_out += len(said.gone)
            figures.lost += len(lost)


@pytest.fixture
def root() -> Iterator[Path]:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if os.geteuid() or missing:
        pytest.skip(f"without {', '.join(missing) or 'root'} no disk can be made here")
    if subprocess.run(["losetup", "--find"], capture_output=True, check=False).returncode:
        pytest.skip("there is no loop device here")
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - the name is made for us alone
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.mark.slow
def test_200_power_cuts_lose_nothing_that_was_acknowledged(root: Path) -> None:
    every = Figures()
    for kind in EXT4:
        cut_power(root, kind, CUTS // len(EXT4), every)
    print(every)
    assert every.cuts == CUTS
    assert every.taken_out, "nothing was taken out: this has shown less than it should"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mkfs.xfs") is None, reason="there is no mkfs.xfs here")
def test_power_cuts_of_another_file_system_lose_nothing(root: Path) -> None:
    figures = Figures()
    cut_power(root, XFS, CUTS // len(EXT4), figures)
    print(figures)


@pytest.mark.slow
def test_without_fsync_power_cuts_lose_what_was_acknowledged(root: Path) -> None:
    figures = Figures()
    with through(unsynced):
        cut_power(root, Kind("ext4", "commit=1000"), CUTS_TO_A_SHOP, figures, checked=False)
    print(figures)
    assert figures.lost > 0
