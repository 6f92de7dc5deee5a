"""Healing is cut off at every moment, and every system call of it fails: a repetition finishes it, and nothing is ever lost."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet

from returnkit.errors import BusyError, NotWrittenError, ReturnkitError, UnreadableError
from returnkit.records.disk import write_whole
from returnkit.records.healing import mend as healing
from returnkit.records.healing.heal import Healed, heal
from tests.records.crash_states import HEADS, Mutant, Naming, Recorder, State
from tests.records.faults import (
    NOVEMBER,
    SHOP,
    Call,
    Death,
    Tree,
    append,
    case_folder,
    logged,
    month_files,
    plant,
    problems,
    quarantined,
    read_tree,
    texts,
    through,
    unsynced,
)
from tests.records.test_syscalls import FAULTS, Fault, Injector

FRAGMENT = b'{"channel":"counter","h":"0123'
LATER = "2026-11-21T12:00:01+02:00"  # the branch that was begun first goes on
OURS, THEIRS = ("ours 1", "ours 2"), ("theirs 1", "theirs 2")


class Start(NamedTuple):
    """What stands on the disk, and the texts that must be there once in the end."""

    tree: Tree
    texts: tuple[str, ...]

    def lines(self) -> set[bytes]:
        """Return every line of a journal or a copy: none of their bytes may be lost."""
        return {line for name, data in self.tree.items() if ".jsonl" in name and data for line in data.splitlines()}


def _till(root: Path, *more: str, time: str = NOVEMBER) -> tuple[Tree, str, bytes]:
    """Return a till with two records and some more, its one file, and its bytes."""
    with through(unsynced):
        for text in more:
            append(root / SHOP, text, time=time)
    tree = read_tree(root)
    (name,) = (name for name in tree if name.endswith(".jsonl"))
    return tree, name, tree[name] or b""


def forked(root: Path) -> Start:
    """Begin with the copy of another folder, which went on as the same till."""
    plant(root, {SHOP: None})
    begun, _, _ = _till(root, "first", "second")
    _, name, theirs = _till(root, *THEIRS)
    plant(root, begun)
    tree, _, _ = _till(root, *OURS)
    copy = name.replace(".jsonl", " (conflicted copy).jsonl")
    return Start({**tree, copy: theirs}, ("first", "second", *OURS, *THEIRS))


def taken_away(root: Path) -> Start:
    """Our own lines are in a copy alone; another folder's stand in the journal."""
    start = forked(root)
    (copy,) = (name for name in start.tree if "conflicted" in name)
    name = copy.replace(" (conflicted copy)", "")
    tree = {**start.tree, name: start.tree[copy], copy: start.tree[name]}
    return start._replace(tree=tree)


def grown(root: Path) -> Start:
    """Begin with a fork that was mended, and a copy that knows more of the other branch than was known then."""
    plant(root, {SHOP: None})
    begun, name, _ = _till(root, "first", "second")
    copy = name.replace(".jsonl", " (conflicted copy).jsonl")
    _, _, theirs = _till(root, *THEIRS, time=LATER)
    _, _, more = _till(root, "theirs 3", time=LATER)
    plant(root, begun)
    tree, _, _ = _till(root, *OURS)
    plant(root, {**tree, copy: theirs})
    with through(unsynced):
        heal(str(root / SHOP), mend=True)
    return Start({**read_tree(root), copy: more}, ("first", "second", *OURS, *THEIRS, "theirs 3"))


def damaged(root: Path) -> Start:
    """Begin with a damaged line in the middle, which a copy has, and a torn end."""
    plant(root, {SHOP: None})
    tree, name, data = _till(root, "first", "second", *OURS)
    broken = data.replace(b'"second"', b'"sxcond"') + FRAGMENT
    tree = {**tree, name: broken, name.replace(".jsonl", ".jsonl.orig"): data}
    return Start(tree, ("first", "second", *OURS))


def set_back(root: Path) -> Start:
    """Begin with an older state of the journal, and nobody has the newer lines."""
    plant(root, {SHOP: None})
    _, name, data = _till(root, "first", "second")
    tree, _, _ = _till(root, *OURS)
    return Start({**tree, name: data}, ("first", "second"))


STARTS = (forked, taken_away, grown, damaged, set_back)
QUICKLY = ("half a write, then killed", "killed after")  # of the faults; all others in a soak


def slowly(begin: Callable[[Path], Start]) -> ParameterSet:
    return pytest.param(begin, marks=pytest.mark.slow)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder:
        yield folder


def wrong(shop: Path, start: Start) -> list[str]:
    """Return what is wrong once a new process has healed what is there."""
    try:
        with through(unsynced):
            found = heal(str(shop), mend=True)
            again = heal(str(shop), mend=True)
            append(shop, "after all that")
            there = sorted(texts(shop))
    except (ReturnkitError, AssertionError) as refusal:
        return [f"{type(refusal).__name__}: {refusal}"]
    said = [f"{problem.what}" for problem in found.problems]
    said += [f"a second run finds {again}"] if again != Healed([], [], [], []) else []
    said += problems(shop)
    expected = sorted([*start.texts, "after all that"])
    said += [f"there is {there}"] if there != expected else []
    kept = logged(shop) + b"\n".join(quarantined(shop))
    return said + [f"{line!r} was not kept" for line in start.lines() if line not in kept]


# The power is cut


class HealRecorder(Recorder):
    """Knows that a till that was not finished is removed."""

    def _lstat(self, call: Call) -> os.stat_result:
        found: os.stat_result = call.do()
        return found

    def _rmdir(self, call: Call) -> None:
        call.do()
        folder, name, _ = self._place(call.arguments[0], call.named.get("dir_fd"))
        assert folder is not None
        folder.change(Naming(name))
        self._moment()


def history(root: Path, start: Start, mutant: Mutant, dies_at: int) -> Recorder:
    """Heal, with a kill at a moment (0: none), and once more."""
    plant(root, start.tree)
    recorder = HealRecorder(root, mutant, dies_at)
    with through(recorder):
        for _ in range(2 if dies_at else 1):
            try:
                heal(str(root / SHOP), mend=True)
            except Death:
                recorder.revive()
    recorder.acknowledge("healed")
    return recorder


def enumerate_cuts(root: Path, start: Start, mutant: Mutant, *, at_most: int = 10**9) -> tuple[int, list[str]]:
    """Return how many disks were tried, and what was wrong with them."""
    judged: set[State] = set()
    violations: list[str] = []
    with pytest.MonkeyPatch.context() as patches:
        for module, name, replacement in mutant.patches:
            patches.setattr(module, name, replacement)
        moments = history(root, start, mutant, 0).moments
        for dies_at in range(moments + 1):
            for state in sorted(history(root, start, mutant, dies_at).states - judged, key=repr):
                judged.add(state)
                plant(root, dict(state.disk))
                heads = {name: data for name, data in start.tree.items() if name.startswith(HEADS)}
                if not heads.keys() <= dict(state.disk).keys():
                    continue  # the head is written without a sync; healing never touches it
                violations += wrong(root / SHOP, start)
                if len(violations) >= at_most:
                    return len(judged), violations
    return len(judged), violations


@pytest.mark.parametrize("begin", [slowly(forked), slowly(taken_away), slowly(grown), damaged, set_back])
def test_a_power_cut_while_healing_loses_nothing(root: Path, begin: Callable[[Path], Start]) -> None:
    disks, violations = enumerate_cuts(root, begin(root), Mutant())
    print(f"{disks} disks")
    assert violations == []


def in_place(folder: int, name: str, data: bytes) -> None:
    system = healing.__dict__["os"]  # as it is watched
    descriptor = system.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600, dir_fd=folder)
    write_whole(descriptor, data)
    system.fsync(descriptor)
    system.close(descriptor)


MUTANTS = (
    (damaged, Mutant("a file that is written anew is not synced", deaf=r"records/\w+/\.[\w.-]+\.heal")),
    (damaged, Mutant("its name is not synced before the copy goes", deaf=r"records/\w+")),
    (set_back, Mutant("a folder stays the till that it is not", patches=((healing, "_leave", lambda _shop: None),))),
    pytest.param(
        damaged,
        Mutant("it is written in its place", patches=((healing, "_put", in_place),)),
        id="it is written in its place",
        marks=pytest.mark.slow,
    ),
    (damaged, Mutant("what goes is not put aside", patches=((healing, "put_aside", lambda *_: ""),))),
    (damaged, Mutant("what is put aside is not synced", deaf=r"records/\w+/\.torn/.*")),
    (damaged, Mutant("the name of what is put aside is not synced", deaf=r"records/\w+/\.torn")),
    (forked, Mutant("a new till's file is not synced", deaf=r"records/\.\w+\.heal/.*")),
    (forked, Mutant("the names of its files are not synced", deaf=r"records/\.\w+\.heal")),
    (forked, Mutant("its own name is not synced", deaf="records")),
)


@pytest.mark.parametrize(
    ("begin", "mutant"), [each if isinstance(each, ParameterSet) else pytest.param(*each, id=each[1].name) for each in MUTANTS]
)
def test_a_wrong_way_of_healing_is_caught(root: Path, begin: Callable[[Path], Start], mutant: Mutant) -> None:
    disks, violations = enumerate_cuts(root, begin(root), mutant, at_most=1)
    print(f"{disks} disks, {violations}")
    assert violations


# A system call fails


@pytest.mark.parametrize(
    ("begin", "fault"),
    [
        pytest.param(
            begin,
            fault,
            id=f"{begin.__name__}-{fault.name}",
            marks=[] if begin is damaged and fault.name in QUICKLY else [pytest.mark.slow],
        )
        for begin in STARTS
        for fault in FAULTS
    ],
)
def test_a_call_fails_and_a_repetition_heals(root: Path, begin: Callable[[Path], Start], fault: Fault) -> None:
    start = begin(root)
    for number in count(1):
        plant(root, start.tree)
        injector = Injector(fault, number)
        try:
            with through(injector):
                heal(str(root / SHOP), mend=True)
        except (NotWrittenError, BusyError, UnreadableError):
            pass
        except Death:
            injector.descriptors.close()
        assert injector.descriptors.held() == [], "a descriptor was left open"
        anywhere = logged(root / SHOP) + b"".join(
            path.read_bytes() for path in (root / SHOP).rglob("*") if path.is_file() and path not in month_files(root / SHOP)
        )
        assert all(line in anywhere for line in start.lines())
        assert wrong(root / SHOP, start) == []
        if not injector.struck:
            break
