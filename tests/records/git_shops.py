"""Shops that meet by git: clones of one bare repository, in memory where there is such a place, each with a till of its own."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from returnkit.verification import verify_shop
from tests.conftest import REPOSITORY, Result, call
from tests.records.faults import problems

CONFIG = "[user]\nname = Anna\nemail = anna@shop.example\n[init]\ndefaultBranch = main\n[advice]\ndetachedHead = false\n"
JOURNALS = "records/**/*.jsonl -text -merge\n*.toml text eol=lf\n"


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Call git as a person would, and return what it answers."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, (arguments, done.stderr)
    return done.stdout


class Side:
    """A shop folder with a till of its own."""

    def __init__(self, folder: Path, till: str) -> None:
        self.folder, self.till = folder, till
        self.number = 0

    def run(self, *arguments: str) -> Result:
        till = ("--till", self.till) if self.till else ()
        return call("--shop", str(self.folder), *till, *arguments)

    def git(self, *arguments: str, check: bool = True) -> str:
        return git(self.folder, *arguments, check=check)

    def opens(self, text: str = "x") -> str:
        """Record a complaint and return its id."""
        result = self.run("complaint", "open", "--channel", "phone", "--category", "delivery", "--text", text, "-f", "json")
        assert result.code == 0, result.err
        return str(json.loads(result.out)["id"])

    def does(self, verb: str, case: str, *arguments: str) -> None:
        result = self.run("complaint", verb, case, *arguments)
        assert result.code == 0, result.err

    def sync(self, code: int = 0) -> Result:
        result = self.run("records", "sync")
        assert result.code == code, result
        return result

    def journals(self) -> dict[str, bytes]:
        """Return the journals by their paths from the records."""
        records = self.folder / "records"
        return {str(path.relative_to(records)): path.read_bytes() for path in sorted(records.glob("*/????-??.jsonl"))}

    def everything(self) -> dict[str, bytes]:
        """Return every file of the work tree."""
        paths = (path for path in sorted(self.folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}

    def ids(self) -> list[str]:
        """Return the ids of all records."""
        return [str(json.loads(line)["id"]) for data in self.journals().values() for line in data.splitlines()]

    def problems(self) -> list[str]:
        return problems(self.folder)

    def unproven(self) -> list[str]:
        return verify_shop(str(self.folder)).unproven


class Hub:
    """A bare repository, and the shops that meet there. What every test begins with is made once, and copied."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.folder, self.bare, self.made = folder, folder / "hub.git", made

    def is_empty(self) -> None:
        """Let nothing be there yet."""
        git(self.folder, "init", "-q", "--bare", "-b", "main", str(self.bare))

    def begins(self, till: str = "k3") -> Side:
        """Make the first shop, with its policies committed and pushed."""
        shutil.copytree(self.made / "hub.git", self.bare)
        shutil.copytree(self.made / "shop", self.folder / till)
        return Side(self.folder / till, till)

    def alone(self, till: str) -> Side:
        """Make a shop that is a repository with a commit of its own, and knows no remote."""
        if not self.bare.exists():
            self.is_empty()
        shutil.copytree(self.made / "alone", self.folder / till)
        return Side(self.folder / till, till)

    def joins(self, till: str) -> Side:
        """Clone the shop for another till."""
        git(self.folder, "clone", "-q", "hub.git", till)
        git(self.folder / till, "remote", "set-url", "origin", "../hub.git")
        return Side(self.folder / till, till)


def make(folder: Path) -> None:
    """Make what every test begins with: a shop that stands alone, and one that was pushed to a bare repository beside it."""
    for name in ("alone", "shop"):
        shop = folder / name
        shutil.copytree(REPOSITORY / "policies", shop / "policies")
        shutil.copy(REPOSITORY / ".gitignore", shop)
        (shop / ".gitattributes").write_text(JOURNALS)
        git(shop, "init", "-q")
        git(shop, "add", ".")
        git(shop, "commit", "-q", "-m", f"a shop, {name}")
    git(folder, "init", "-q", "--bare", str(folder / "hub.git"))
    git(folder / "shop", "remote", "add", "origin", "../hub.git")
    git(folder / "shop", "push", "-q", "-u", "origin", "main")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what every test begins with."""
    folder = tmp_path_factory.mktemp("git")
    with pytest.MonkeyPatch.context() as patch:
        at_home(patch, folder)
        make(folder)
    return folder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made: Path) -> Iterator[Hub]:
    """Give a bare repository, and git a home of its own."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else tmp_path  # noqa: S108 - the name is made for us alone
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        at_home(monkeypatch, Path(folder))
        yield Hub(Path(folder), made)


def at_home(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let git and returnkit know nothing of the machine that the tests run on."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    (folder / ".gitconfig").write_text(CONFIG)
