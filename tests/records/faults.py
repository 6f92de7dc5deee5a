"""What the tests of the journal share: a shop folder as bytes, and system calls that are watched, fail or never return."""

import fcntl
import json
import os
import pkgutil
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest

import returnkit.records
from returnkit.model.jsonl import Json
from returnkit.records.journal import Journal, Written, let_signals_through
from returnkit.verification import verify_shop

OCTOBER, NOVEMBER = "2026-10-30T12:00:00+03:00", "2026-11-21T12:00:00+02:00"
SHOP, STATE = "shop", "state"  # of a case's root folder; the second one is $XDG_STATE_HOME
HARMLESS = ("fdopen", "fspath", "geteuid", "getpid", "strerror")  # these cannot fail, or not in a way that matters
MODULES = tuple(import_module(found.name) for found in pkgutil.walk_packages(returnkit.records.__path__, "returnkit.records."))
SEEN = tuple((module, real) for module in MODULES for real in (os, fcntl) if getattr(module, real.__name__, None) is real)

Tree = dict[str, bytes | None]  # by path from the root; None is a folder


class Clock:
    """A clock that stands still."""

    def __init__(self, time: str = NOVEMBER) -> None:
        self.set, self.time = False, time

    def now(self) -> str:
        return self.time

    def real(self) -> str:
        return self.time


def complaint(text: str) -> Json:
    """Return what a record is made of."""
    return {"kind": "complaint.opened", "channel": "counter", "text": text}


def append(shop: Path, text: str, key: str = "", time: str = NOVEMBER) -> Written:
    """Append a complaint as a new command would."""
    body = complaint(text)
    try:
        return Journal(str(shop), Clock(time), lambda _: None).append(body, lambda _: body, key)
    finally:
        let_signals_through()


@contextmanager
def case_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Give a folder for a shop and its state, in memory where there is such a place; git has nothing to say there."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else tmp_path  # noqa: S108 - the name is made for us alone
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        monkeypatch.setenv("XDG_STATE_HOME", os.path.join(folder, STATE))
        monkeypatch.setenv("PATH", "")
        yield Path(folder)


def in_a_child(work: Callable[[], int]) -> int:
    """Do something in a process of its own, and return its process id."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the end of the process closes it
        code = work()
    finally:
        os._exit(code)


# What stands in a shop folder


def month_files(shop: Path) -> list[Path]:
    return sorted(shop.glob("records/*/*.jsonl"))


def logged(shop: Path) -> bytes:
    """Return the bytes of all journals."""
    return b"".join(path.read_bytes() for path in month_files(shop))


def stored(shop: Path) -> list[Json]:
    """Return every record, read without the program's own reader. Every line must be whole."""
    found: list[Json] = []
    for path in month_files(shop):
        *lines, rest = path.read_bytes().split(b"\n")
        assert rest == b"", f"{path} ends with {rest[:80]!r}"
        found += (_record(path, line) for line in lines)
    return found


def _record(path: Path, line: bytes) -> Json:
    try:
        record: Json = json.loads(line.decode())
    except ValueError as error:
        raise AssertionError(f"{path} has a bad line: {line[:80]!r}") from error
    return record


def texts(shop: Path) -> list[str]:
    """Return what was recorded, in order, without the lines that open a till."""
    return [str(record["text"]) for record in stored(shop) if record["kind"] != "till.opened"]


def quarantined(shop: Path) -> list[bytes]:
    """Return the fragments that were put aside; unfinished copies of them do not count."""
    return [path.read_bytes() for path in sorted(shop.glob("records/*/.torn/*")) if not path.name.startswith(".")]


def problems(shop: Path) -> list[str]:
    """Return what verify finds wrong."""
    return [f"{problem.file}:{problem.line}: {problem.what}" for problem in verify_shop(str(shop)).problems]


def read_tree(root: Path) -> Tree:
    """Return everything below a folder."""
    return {str(path.relative_to(root)): None if path.is_dir() else path.read_bytes() for path in sorted(root.rglob("*"))}


def plant(root: Path, tree: Mapping[str, bytes | None]) -> None:
    """Make a folder hold exactly this, as if it had never been anywhere else."""
    for entry in os.scandir(root):
        shutil.rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)
    for name, data in sorted(tree.items()):
        path = os.path.join(root, name)
        if data is None:
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        if ".returnkit/" in name:  # who a folder is knows its own inode: it would be taken for a copy
            os.write(descriptor, re.sub(rb"inode = \d+\n", b"inode = %d\n" % os.fstat(descriptor).st_ino, data))
        else:
            os.write(descriptor, data)
        os.close(descriptor)


# System calls


class Call(NamedTuple):
    """A system call that the journal is about to make."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]

    def do(self) -> Any:
        return self.function(*self.arguments, **self.named)


Around = Callable[[Call], Any]


class Death(BaseException):
    """The process is gone: nothing after this moment happens."""


class _Proxy:
    """A module as the journal sees it: it forwards everything, and system calls go through `around`."""

    def __init__(self, module: ModuleType, around: Around) -> None:
        self._module, self._around = module, around

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if name in HARMLESS or not isinstance(found, (BuiltinFunctionType, FunctionType)):
            return found
        return lambda *arguments, **named: self._around(Call(name, found, arguments, named))


def _open(around: Around, *arguments: Any, **named: Any) -> Any:
    """Stand for the built-in `open`; one with an opener makes its system call itself."""
    call = Call("builtin open", open, arguments, named)
    return call.do() if "opener" in named else around(call)


@contextmanager
def through(around: Around) -> Iterator[None]:
    """Let every system call of the records' modules go through `around`."""
    with ExitStack() as stack:
        for module, real in SEEN:
            stack.enter_context(patch.object(module, real.__name__, _Proxy(real, around)))
        for module in MODULES:
            stack.enter_context(patch.object(module, "open", partial(_open, around), create=True))
        yield


def unsynced(call: Call) -> Any:
    """Do everything but wait for the disk: tests that end no machine's life need not."""
    return None if call.name == "fsync" else call.do()


class Descriptors:
    """The descriptors that the journal holds, so that they can be closed as the kernel closes a dead process's."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, int]] = {}

    def __call__(self, call: Call) -> Any:
        """Do a call, and remember what it opened or closed."""
        found = unsynced(call)
        if call.name == "open":
            self._open[found] = _inode(found)
        elif call.name == "close":
            self._open.pop(call.arguments[0], None)
        return found

    def held(self) -> list[int]:
        """Return those that are open still; file objects close theirs unseen."""
        found = []
        for descriptor, inode in self._open.items():
            with suppress(OSError):
                if _inode(descriptor) == inode:
                    found.append(descriptor)
        return found

    def close(self) -> None:
        for descriptor in self.held():
            os.close(descriptor)
        self._open.clear()


def _inode(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino
