"""Every disk that a power cut may leave behind: what was not synced may be there, in part, as NULs, or not at all.

A file's bytes are durable when the file was synced, a name when its folder was; both as strictly as POSIX has it. The
recorder watches the journal's system calls and works out, after each of them, what a cut at that moment could leave.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import combinations, count, product
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

from returnkit.errors import ReturnkitError
from returnkit.records.journal import Journal, let_signals_through
from tests.records.faults import (
    NOVEMBER,
    SHOP,
    STATE,
    Call,
    Clock,
    Death,
    Descriptors,
    Tree,
    append,
    complaint,
    logged,
    plant,
    problems,
    quarantined,
    read_tree,
    stored,
    through,
    unsynced,
)

HEADS = f"{STATE}/returnkit/"
FRESH = "what is written when the power is back"
INODE = re.compile(rb"inode = \d+\n")  # in the file that says who a folder is: another one in every run
READING = ("builtin open", "flock", "fstat", "listdir", "pread", "read", "scandir", "stat")


# A disk, and what was done to it since it was synced


class Write(NamedTuple):
    """Bytes that were written at a place."""

    at: int
    data: bytes

    def on(self, old: bytes) -> bytes:
        return old[: self.at].ljust(self.at, b"\0") + self.data + old[self.at + len(self.data) :]

    def outcomes(self) -> "list[Change | None]":
        """Return what a cut may make of it; None is nothing."""
        size, half = len(self.data), len(self.data) // 2
        prefixes = [self._replace(data=self.data[:length]) for length in (half, size - 1)]
        nul = [bytes(size), bytes(half) + self.data[half:], self.data[:half] + bytes(size - half)]
        return [None, self, *prefixes, *(self._replace(data=data) for data in nul)]


class Cut(NamedTuple):
    """A file that was cut to a size."""

    size: int

    def on(self, old: bytes) -> bytes:
        return old[: self.size].ljust(self.size, b"\0")

    def outcomes(self) -> "list[Change | None]":
        return [None, self]


Change = Write | Cut


class File:
    """A plain file: what is durable, and what was done to it since."""

    def __init__(self, disk: bytes = b"") -> None:
        self.disk, self.now = disk, disk
        self.pending: list[Change] = []

    def change(self, change: Change) -> None:
        self.pending.append(change)
        self.now = change.on(self.now)

    def sync(self) -> None:
        self.disk, self.pending = self.now, []

    def after_a_cut(self, path: str) -> list[Tree]:
        """Return what may stand at its path."""
        found = set()
        for outcome in product(*(change.outcomes() for change in self.pending)):
            data = self.disk
            for change in outcome:
                data = data if change is None else change.on(data)
            found.add(data)
        return [{path: data} for data in found]


class Naming(NamedTuple):
    """One change of a folder's names, whole or not at all: a rename takes one away and puts another."""

    gone: str = ""
    new: str = ""
    node: "File | Folder | None" = None


class Folder:
    """A folder: the names that are durable, and what was done to them since."""

    def __init__(self) -> None:
        self.disk: dict[str, File | Folder] = {}
        self.now: dict[str, File | Folder] = {}
        self.pending: list[Naming] = []

    def change(self, naming: Naming) -> None:
        self.pending.append(naming)
        self.now = _renamed(self.now, [naming])

    def sync(self) -> None:
        self.disk, self.pending = dict(self.now), []

    def after_a_cut(self, path: str) -> list[Tree]:
        """Return what may stand at its path and below."""
        found: list[Tree] = []
        for length in range(len(self.pending) + 1):
            for chosen in combinations(self.pending, length):
                names = _renamed(self.disk, list(chosen))
                parts = (node.after_a_cut(f"{path}/{name}") for name, node in names.items())
                found += (_merged(({path: None}, *combination)) for combination in product(*parts))
        return found


def _renamed(names: dict[str, File | Folder], namings: list[Naming]) -> dict[str, File | Folder]:
    names = dict(names)
    for naming in namings:
        names.pop(naming.gone, None)
        if naming.node is not None:
            names[naming.new] = naming.node
    return names


def _merged(trees: tuple[Tree, ...]) -> Tree:
    return {path: data for tree in trees for path, data in tree.items()}


def _on_disk(path: str) -> File | Folder:
    """Return what stands at a path, all of it durable."""
    if os.path.isfile(path):
        return File(Path(path).read_bytes())
    folder = Folder()
    for name in os.listdir(path):
        folder.change(Naming(new=name, node=_on_disk(os.path.join(path, name))))
    folder.sync()
    return folder


# What is watched


class State(NamedTuple):
    """A disk after a cut, and the texts whose records were acknowledged before it."""

    disk: frozenset[tuple[str, bytes | None]]
    acknowledged: tuple[str, ...]


class Mutant(NamedTuple):
    """A way to get the protocol wrong.

    `deaf` is a pattern for the paths whose sync does nothing, `trusting` syncs no file that it did not write itself, `patches`
    replaces functions of the journal, and `wrote` is called with every line that is written to one, before it is synced.
    """

    name: str = ""
    deaf: str = "(?!)"
    trusting: bool = False
    patches: tuple[tuple[ModuleType, str, object], ...] = ()
    wrote: "Callable[[Recorder, bytes], object]" = lambda _recorder, _line: None


class _Opened(NamedTuple):
    node: File | Folder | None  # None is not in the shop folder
    path: str
    appends: bool


class Recorder:
    """Watches system calls, gathers what a cut may leave, and kills the process after the moment `dies_at` (0: never).

    The head in the state folder is written without a sync: it may be the new one, the old one, or gone.
    """

    def __init__(self, root: Path, mutant: Mutant, dies_at: int) -> None:
        self.shop, self.mutant, self.dies_at = os.path.join(root, SHOP), mutant, dies_at
        self.moments, self.dead = 0, False
        self.refusals: list[str] = []
        self.acknowledged: tuple[str, ...] = ()
        self.states: set[State] = set()
        self.heads = [(name, data) for name, data in read_tree(root).items() if data and name.startswith(HEADS)]
        self._disk, self._random, self._descriptors = _on_disk(self.shop), count(), Descriptors()
        self._opened: dict[int, _Opened] = {}
        self._changed: set[File | Folder] = set()  # by this process

    def __call__(self, call: Call) -> Any:
        if self.dead:
            raise Death
        if call.name in READING:
            return call.do()
        return getattr(self, f"_{call.name}")(call)  # a call that nobody knows here is a test that must be written

    def acknowledge(self, *texts: str) -> None:
        self.acknowledged = tuple(sorted({*self.acknowledged, *texts}))
        self._gather()

    def revive(self) -> None:
        """Let the next process begin: what the dead one wrote is still in the page cache."""
        self._descriptors.close()
        self._opened.clear()
        self._changed.clear()
        self.dead = False

    def _gather(self) -> None:
        for tree in self._disk.after_a_cut(SHOP):
            files = {name: data and INODE.sub(b"inode = 0\n", data) for name, data in tree.items()}  # `plant` puts its own in
            for head in (None, *self.heads[-2:]):
                disk = frozenset([*files.items(), *([head] if head else [])])
                self.states.add(State(disk, self.acknowledged))

    def _moment(self) -> None:
        self._gather()
        self.moments += 1
        if self.moments == self.dies_at:
            self.dead = True
            raise Death

    def _place(self, path: str, folder: int | None) -> tuple[Folder | None, str, str]:
        """Return the folder that a path is in (None: not in the shop), the name there, and the path from the shop."""
        whole = os.path.join(self._opened[folder].path, path) if folder is not None else os.path.relpath(path, self.shop)
        if whole.startswith(".."):
            return None, "", whole
        *above, name = whole.split("/")
        found = self._disk
        for each in above:
            assert isinstance(found, Folder)
            found = found.now[each]
        assert isinstance(found, Folder)
        return found, name, whole

    def _open(self, call: Call) -> int:
        path, flags = call.arguments[:2]
        descriptor: int = self._descriptors(call)
        folder, name, whole = self._place(path, call.named.get("dir_fd"))
        node: File | Folder | None = None
        if folder is not None and name == ".":
            node = folder
        elif folder is not None:
            node = folder.now.get(name)
            if node is None:
                node = File()
                folder.change(Naming(new=name, node=node))
                self._opened[descriptor] = _Opened(node, whole, bool(flags & os.O_APPEND))
                self._moment()
            if flags & os.O_TRUNC and isinstance(node, File) and node.now:
                node.change(Cut(0))
        self._opened[descriptor] = _Opened(node, whole, bool(flags & os.O_APPEND))
        return descriptor

    def _close(self, call: Call) -> None:
        self._opened.pop(call.arguments[0])
        self._descriptors(call)

    def _write(self, call: Call) -> int:
        """Write; one of the moments to die is half way."""
        descriptor, data = call.arguments
        node, path, appends = self._opened[descriptor]
        assert isinstance(node, File)
        assert appends or not node.now
        dies_within = self.moments + 1 == self.dies_at
        data = data[: len(data) // 2] if dies_within else data
        node.change(Write(len(node.now), data))
        self._changed.add(node)
        written: int = call._replace(arguments=(descriptor, data)).do()
        if path.endswith(".jsonl") and data.endswith(b"}\n"):
            self.mutant.wrote(self, data)
        self.moments += not dies_within
        self._moment()
        return written

    def _pwrite(self, call: Call) -> int:
        """Write the head, which is the only thing that is ever overwritten."""
        descriptor, data, at = call.arguments
        node, path, _ = self._opened[descriptor]
        assert node is None
        assert at == 0
        written: int = call.do()
        self.heads.append((HEADS + os.path.basename(path), data))
        self._moment()
        return written

    def _ftruncate(self, call: Call) -> None:
        descriptor, size = call.arguments
        node = self._opened[descriptor].node
        assert isinstance(node, File)
        call.do()
        node.change(Cut(size))
        self._changed.add(node)
        self._moment()

    def _fsync(self, call: Call) -> None:
        node, path, _ = self._opened[call.arguments[0]]
        trusted = self.mutant.trusting and isinstance(node, File) and node not in self._changed
        if node is not None and not trusted and not re.fullmatch(self.mutant.deaf, path):
            node.sync()

    def _mkdir(self, call: Call) -> None:
        call.do()
        folder, name, _ = self._place(call.arguments[0], call.named.get("dir_fd"))
        if folder is not None:  # else of the state folder
            folder.change(Naming(new=name, node=Folder()))
        self._moment()

    def _makedirs(self, call: Call) -> None:
        assert self._place(call.arguments[0], None)[0] is None, "only the state folder is made so"
        call.do()

    def _replace(self, call: Call) -> None:
        folder, old, _ = self._place(call.arguments[0], call.named.get("src_dir_fd"))
        into, new, _ = self._place(call.arguments[1], call.named.get("dst_dir_fd"))
        assert folder is not None
        assert into is folder, "nothing is ever moved to another folder"
        call.do()
        folder.change(Naming(old, new, folder.now[old]))
        self._moment()

    _rename = _replace

    def _unlink(self, call: Call) -> None:
        call.do()
        folder, name, _ = self._place(call.arguments[0], call.named.get("dir_fd"))
        assert folder is not None
        folder.change(Naming(name))
        self._moment()

    def _urandom(self, call: Call) -> bytes:
        """Give the same names in every run, so that equal disks are seen to be equal."""
        return sha256(b"%d" % next(self._random)).digest()[: call.arguments[0]]


# What must hold


class Step(NamedTuple):
    """One command: an append, or first a look whether the key was used, which acknowledges what it finds; or `many` at once."""

    text: str
    key: str
    time: str = NOVEMBER
    looks: bool = False
    many: int = 0

    def records(self) -> dict[str, str]:
        """Return the texts of what it records, by their keys."""
        return {f"{self.key} {at}": f"{self.text} {at}" for at in range(self.many)} or {self.key: self.text}


class Scenario(NamedTuple):
    """What stands on the disk, with a fragment that must not get lost; a step, and one after it."""

    tree: Tree
    first: Step
    then: Step
    records: tuple[str, ...] = ()
    fragment: bytes = b""


class Enumerated(NamedTuple):
    """How many disks were tried, and what was wrong with them."""

    states: int
    violations: list[str]


def enumerate_states(root: Path, scenarios: Iterable[Scenario], mutant: Mutant, *, at_most: int = 10**9) -> Enumerated:
    """Run each scenario with a kill at every moment of its first step, cut the power at every moment, and judge each disk.

    Scenarios that begin alike leave many a disk alike: it is judged once, as the first of them has it. Stops early where that
    many violations are enough.
    """
    judged: set[State] = set()
    violations: list[str] = []
    with ExitStack() as stack:
        for module, name, replacement in mutant.patches:
            stack.enter_context(patch.object(module, name, replacement))
        for scenario in scenarios:
            for recorder in _histories(root, scenario, mutant):
                violations += recorder.refusals
                for state in sorted(recorder.states - judged, key=repr):
                    violations += _judge(root, scenario, state)
                    judged.add(state)
                    if len(violations) >= at_most:
                        return Enumerated(len(judged), violations)
    return Enumerated(len(judged), violations)


def _histories(root: Path, scenario: Scenario, mutant: Mutant) -> Iterator[Recorder]:
    """Yield a run of the second step alone, and runs of both, with no kill in the first and with one at each moment of it."""
    yield _history(root, scenario.tree, [scenario.then], mutant, 0)
    moments = _history(root, scenario.tree, [scenario.first], mutant, 0).moments
    for dies_at in range(moments + 1):
        yield _history(root, scenario.tree, [scenario.first, scenario.then], mutant, dies_at)


def _history(root: Path, tree: Tree, steps: list[Step], mutant: Mutant, dies_at: int) -> Recorder:
    plant(root, tree)
    recorder = Recorder(root, mutant, dies_at)
    with through(recorder):
        for step in steps:
            _take(root / SHOP, step, recorder)
    return recorder


def _take(shop: Path, step: Step, recorder: Recorder) -> None:
    journal, body = Journal(str(shop), Clock(step.time), lambda _: None), complaint(step.text)
    try:
        if step.many:
            journal.append_all(
                lambda _id: [{**complaint(text), "time": step.time, "key": key} for key, text in step.records().items()]
            )
        elif not step.looks or journal.with_key(step.key, body) is None:
            append(shop, step.text, step.key, step.time)
        recorder.acknowledge(*step.records().values())
    except ReturnkitError as refusal:
        recorder.refusals.append(f"{step.text!r} is refused: {refusal}")
    except Death:
        recorder.revive()
    finally:
        let_signals_through()


def _judge(root: Path, scenario: Scenario, state: State) -> list[str]:
    """Return what is wrong once a new process has gone on from a disk."""
    shop, time = root / SHOP, scenario.then.time
    plant(root, dict(state.disk))
    tail = _tail(shop)
    expected = [*scenario.records, *state.acknowledged]
    keys = scenario.first.records() | scenario.then.records()
    try:
        with through(unsynced):
            append(shop, FRESH, time=time)
            found = _wrong(shop, [*expected, FRESH])
            for key, text in keys.items():
                append(shop, text, key, time)
            found += _wrong(shop, [*expected, FRESH, *keys.values()]) + problems(shop)
    except (ReturnkitError, AssertionError) as error:
        return [f"{error}: {_shown(state)}"]
    kept = logged(shop) + b"\n".join(quarantined(shop))
    # A record that zeros follow is parted from them.
    pieces = [part for piece in (tail, scenario.fragment) for part in piece.split(b"\0")]
    found += [f"{piece[:40]!r} is lost" for piece in pieces if piece not in kept]
    return [f"{wrong}: {_shown(state)}" for wrong in found]


def _wrong(shop: Path, expected: list[str]) -> list[str]:
    written = [record.get("text") for record in stored(shop)]
    missing = [f"{text!r} is there {written.count(text)} times" for text in dict.fromkeys(expected) if written.count(text) != 1]
    twice = [f"{text!r} is there twice" for text in {*written} - {None} if written.count(text) > 1]
    return missing + twice


def _tail(shop: Path) -> bytes:
    """Return the unfinished end of the newest journal."""
    newest = max(shop.glob("records/*/*.jsonl"), default=None)
    return newest.read_bytes().rpartition(b"\n")[2].rstrip(b"\0") if newest else b""


def _shown(state: State) -> str:
    return f"acknowledged {state.acknowledged}, disk {sorted(state.disk)}"
