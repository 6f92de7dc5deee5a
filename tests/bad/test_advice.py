"""Whoever follows what is printed about a damaged journal, command by command, has a sound one in the end, and lost nothing."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.bad.conftest import BAD, files
from tests.bad_inputs import ROOT, Result, call

SOUND = (BAD / "journal" / "sound" / "whole.jsonl").read_bytes()
MOST_STEPS = 30
ACCEPT = re.compile(r"returnkit (records heal --accept \S+) --because TEXT --yes")
WHO = ("-c", "user.name=Anna", "-c", "user.email=anna@example.org")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop whose sound journal git has."""
    shop = tmp_path_factory.mktemp("kept") / "shop"
    shutil.copytree(ROOT / "policies", shop / "policies")
    (shop / "records" / "k3").mkdir(mode=0o700, parents=True)
    (shop / "records" / "k3" / "2026-11.jsonl").write_bytes(SOUND)
    for command in (("init", "--quiet"), ("add", "--all"), (*WHO, "commit", "--quiet", "--message", "x")):
        subprocess.run(["git", "-C", str(shop), *command], check=True, capture_output=True)
    return shop


@pytest.fixture
def shop(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "1000")
    shutil.copytree(kept, tmp_path / "shop")
    (tmp_path / "shop" / "records").chmod(0o700)
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


def steps(shop: Path) -> Iterator[tuple[str, Result]]:
    """Do what is printed until nothing more is, and yield each command with what it says."""
    command = "records verify"
    for _ in range(MOST_STEPS):
        result = call(shop, *command.split())
        yield command, result
        accepting = ACCEPT.search(result.out)
        if command == "records verify":
            if result.code == 0:
                return
            assert "returnkit records heal" in result.out, result.out
            command = "records heal --yes"
        elif accepting and "--accept" not in command:
            command = f"{accepting[1]} --because broken --yes"
        else:
            command = "records verify"


def whole_again(shop: Path, wanted: list[bytes]) -> None:
    """Follow the advice, and hold the journal to the lines that it must have in the end."""
    done = [*steps(shop)]
    journal = (shop / "records" / "k3" / "2026-11.jsonl").read_bytes().split(b"\n")
    assert [line for line in wanted if line not in journal] == [], done
    assert done[-1][0] == "records verify", done
    assert done[-1][1].code == 0, done
    listed = call(shop, "complaint", "list", "--all", "-f", "json")
    assert listed.code == 0, listed


def some(kind: str) -> list[ParameterSet]:
    """Return the files of a folder, most of them for the slow run."""
    return [
        pytest.param(*each.values, id=each.id, marks=() if kind == "torn" or at % 8 == 0 else pytest.mark.slow)
        for at, each in enumerate(files("journal", kind))
    ]


@pytest.mark.parametrize("path", [*some("torn"), *some("damaged")])
def test_what_git_has_is_whole_again(shop: Path, path: Path) -> None:
    (shop / "records" / "k3" / "2026-11.jsonl").write_bytes(path.read_bytes())
    whole_again(shop, SOUND.split(b"\n"))


@pytest.mark.parametrize("path", [*some("torn"), *some("damaged")])
def test_without_git_no_line_is_lost_that_stands_there(shop: Path, path: Path) -> None:
    """However a program ends its lines."""
    shutil.rmtree(shop / ".git")
    (shop / "records" / "k3" / "2026-11.jsonl").write_bytes(path.read_bytes())
    there = re.split(rb"[\r\n]", path.read_bytes())
    whole_again(shop, [line for line in SOUND.split(b"\n") if line in there])
