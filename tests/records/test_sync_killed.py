"""A sync that fails or is killed anywhere: nothing is ever half merged once the next one is through, and nothing is lost."""

from __future__ import annotations

import errno
import os
import re
import signal
import time
from random import Random
from shutil import copytree, rmtree, which
from typing import TYPE_CHECKING, NamedTuple

import pytest

from returnkit.records.journal import let_signals_through
from tests.conftest import Result, soaks
from tests.records.faults import Call, Death, Descriptors, in_a_child, through
from tests.records.git_shops import Hub, Side, at_home, hub, made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

__all__ = ["hub", "made"]  # fixtures

FEW = 12  # so many of the moments at which something can fail are tried in a usual run
UNDER_WAY = ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD")


class Meeting(NamedTuple):
    """Two tills that both recorded something and changed policies; one has sent it, and the other one is about to meet it."""

    k3: Side
    k4: Side
    ids: frozenset[str]


def meeting(hub: Hub) -> Meeting:
    k3 = hub.begins()
    case = k3.opens()
    k3.sync()
    k4 = hub.joins("k4")
    for side, name, path in ((k4, "theirs", "policies/kpis.toml"), (k3, "ours", "policies/phrases.toml")):
        side.opens()
        side.does("resolve", case)  # twice: the later one, of k3, is to be taken back
        (side.folder / path).write_text((side.folder / path).read_text() + f"# {name}\n")
        (side.folder / f"policies/{name}.toml").write_text("schema = 1\n")
        side.git("add", "policies")
        side.git("commit", "-qm", name)
        time.sleep(1.1)
    k4.git("rm", "-q", "policies/returns.cases.toml")
    k4.git("commit", "-qm", "nothing there")
    k4.sync()
    return Meeting(k3, k4, frozenset((*k3.ids(), *k4.ids())))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Path:
    """Return a folder in which a meeting is about to be."""
    folder = tmp_path_factory.mktemp("meeting")
    with pytest.MonkeyPatch.context() as patch:
        at_home(patch, folder)
        meeting(Hub(folder, made))
    return folder


def again(prepared: Path, hub: Hub) -> Meeting:
    """Let everything stand as it was prepared. Who a folder is knows its own place on the disk, which is another one now."""
    for name in ("k3", "k4", "hub.git", "state"):
        rmtree(hub.folder / name, ignore_errors=True)
        copytree(prepared / name, hub.folder / name)
    for till in ("k3", "k4"):
        path = hub.folder / till / ".returnkit/instance"
        path.write_text(re.sub(r"inode = \d+", f"inode = {path.stat().st_ino}", path.read_text()))
    k3, k4 = (Side(hub.folder / till, till) for till in ("k3", "k4"))
    return Meeting(k3, k4, frozenset((*k3.ids(), *k4.ids())))


def met(meeting: Meeting) -> None:
    """Sync once more, and look whether everything is there, and nothing but that."""
    k3, k4, ids = meeting
    completed(k3)
    k4.sync()
    for side in (k3, k4):
        assert {own for own in side.ids() if own in ids} == ids
        assert len(side.ids()) == len({*side.ids()})
        assert side.problems() == []
        assert side.git("status", "--short") == ""
        assert side.git("diff", "HEAD") == ""
        assert not [name for name in UNDER_WAY if (side.folder / ".git" / name).exists()]
    assert k3.journals() == k4.journals()
    assert git_tree(k3) == git_tree(k4)
    assert [name for name in k3.everything() if re.fullmatch(r".*\.[0-9a-f]{8}", name)] == []


def git_tree(side: Side) -> str:
    return side.git("rev-parse", "HEAD^{tree}")


def completed(side: Side) -> None:
    """Sync as somebody does who removes the locks that a killed git left over, as they are told."""
    for _ in range(5):
        result = side.run("records", "sync")
        held = re.search(r"error: (\S+\.lock): another git", result.err)
        if held is None:
            break
        assert result.code == 75
        os.unlink(held[1])
    assert result.code == 0, result


# Git fails, or is killed


class Broken:
    """A git that fails once: at the n-th call, before it did anything, after it, or somewhere in between."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.real = folder / "broken", which("git")
        self.folder.mkdir()
        program = self.folder / "git"
        program.write_text(f"""#!/bin/sh
count=$(cat {self.folder}/count)
echo $((count + 1)) > {self.folder}/count
if [ $count != $(cat {self.folder}/at) ]; then exec {self.real} "$@"; fi
case $(cat {self.folder}/how) in
before) kill -9 $$ ;;
refuses) echo "fatal: it is broken" >&2; exit 128 ;;
after) {self.real} "$@"; kill -9 $$ ;;
*) cat > {self.folder}/input
   {self.real} "$@" < {self.folder}/input &
   sleep $(cat {self.folder}/how); kill -9 $! $$ ;;
esac
""")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{self.folder}:{os.environ['PATH']}")
        self.sound()

    def sound(self) -> None:
        self.fails(-1, "before")

    def fails(self, at: int, how: str) -> None:
        for name, text in (("count", "0"), ("at", str(at)), ("how", how)):
            (self.folder / name).write_text(f"{text}\n")

    def calls(self) -> int:
        return int((self.folder / "count").read_text())


@pytest.fixture
def broken(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Broken:
    monkeypatch.setattr("returnkit.records.git.repository.PATIENCE", 0.05)
    return Broken(hub.folder, monkeypatch)


def test_a_git_that_fails_at_any_call(hub: Hub, prepared: Path, broken: Broken, pytestconfig: pytest.Config) -> None:
    own = again(prepared, hub)
    own.k3.sync()
    calls = broken.calls()
    assert calls > 25
    hows = ("before", "after", "refuses", "0.001", "0.003", "0.006")
    moments = [(at, how) for at in range(calls) for how in hows]
    for at, how in moments if soaks(pytestconfig) else moments[:: len(moments) // (FEW // 4) + 1]:
        own = again(prepared, hub)
        broken.fails(at, how)
        result = own.k3.run("records", "sync")
        assert result.code in (0, 2, 74, 75), (at, how, result)
        broken.sound()
        met(own)


@pytest.mark.slow
def test_a_git_that_fails_at_any_call_in_every_way(hub: Hub, prepared: Path, broken: Broken, pytestconfig: pytest.Config) -> None:
    test_a_git_that_fails_at_any_call(hub, prepared, broken, pytestconfig)


# The command is killed


def killed_at_random(hub: Hub, prepared: Path, times: int) -> None:
    random = Random(7)  # noqa: S311 - the same moments every time
    for _ in range(times):
        own = again(prepared, hub)
        child = in_a_child(lambda: own.k3.run("records", "sync").code)  # noqa: B023 - it is waited for here
        time.sleep(random.uniform(0.01, 0.4))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        time.sleep(0.1)  # a git that it had called may be at work still
        met(own)


def test_a_command_that_is_killed(hub: Hub, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.records.git.repository.PATIENCE", 0.5)
    killed_at_random(hub, prepared, 4)


@pytest.mark.slow
def test_a_command_that_is_killed_often(hub: Hub, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.records.git.repository.PATIENCE", 0.5)
    killed_at_random(hub, prepared, 200)


# A system call fails


class Failing:
    """Lets the n-th system call of returnkit itself fail, or the process end before it or after it."""

    def __init__(self, at: int, how: int | str) -> None:
        self.at, self.how, self.seen, self.dead = at, how, 0, False
        self.descriptors = Descriptors()

    def __call__(self, call: Call) -> Any:
        if self.dead:
            raise Death
        self.seen += 1
        if self.seen != self.at:
            return self.descriptors(call)
        if isinstance(self.how, int):
            if call.name == "close":
                self.descriptors(call)
            raise OSError(self.how, os.strerror(self.how))
        self.dead = True
        if self.how == "after":
            self.descriptors(call)
        raise Death


def failing(prepared: Path, hub: Hub, at: int, how: int | str) -> tuple[Meeting, Failing, Result | None]:
    """Sync with a system call that fails; return what came of it, nothing where the process is gone."""
    own, fault = again(prepared, hub), Failing(at, how)
    result = None
    try:
        with through(fault):
            result = own.k3.run("records", "sync")
    except Death:
        fault.descriptors.close()
        let_signals_through()
    return own, fault, result


def moments(prepared: Path, hub: Hub) -> Iterator[tuple[int, int | str]]:
    _, fault, _ = failing(prepared, hub, -1, errno.EIO)
    assert fault.seen > 100
    return ((at, how) for at in range(1, fault.seen + 1) for how in (errno.EIO, "after"))


def test_a_system_call_that_fails(hub: Hub, prepared: Path, pytestconfig: pytest.Config) -> None:
    every = [*moments(prepared, hub)]
    for at, how in every if soaks(pytestconfig) else every[:: len(every) // FEW + 1]:
        own, _, result = failing(prepared, hub, at, how)
        assert result is None or result.code in (0, 2, 3, 74, 75), (at, how, result)
        met(own)


@pytest.mark.slow
def test_every_system_call_that_fails(hub: Hub, prepared: Path, pytestconfig: pytest.Config) -> None:
    test_a_system_call_that_fails(hub, prepared, pytestconfig)
