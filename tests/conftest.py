"""What the tests share: a copy of the sample shop, and a way to call the command line."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import settings

from returnkit.cli import run
from returnkit.records.journal import let_signals_through

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
# A landing is decided by the same examples every time; everybody else looks for new ones.
settings.register_profile("landing", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("landing")

NOW = "2026-11-21T12:00:00+02:00"


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def call(*arguments: str, stdin: bytes | None = None) -> Result:
    """Run a command in this process, as the console script does, and return its exit code and output."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin or b""), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", given):
        code = run(list(arguments))
        out.flush()
        err.flush()
    texts = [stream.buffer.getvalue().decode() for stream in (out, err) if isinstance(stream.buffer, io.BytesIO)]
    return Result(code, *texts)


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep the tests away from a shop of this machine, from what it remembers of its tills, and from each other's signals."""
    monkeypatch.delenv("RETURNKIT_SHOP", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield
    let_signals_through()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a copy of the sample shop."""
    folder = tmp_path / "shop"
    shutil.copytree(REPOSITORY / "policies", folder / "policies")
    return folder


@pytest.fixture
def at(shop: Path) -> Iterator[Callable[..., Result]]:
    """Call a command inside the copy of the sample shop, at noon on 21 November 2026."""
    before = Path.cwd()
    os.chdir(shop)
    yield lambda *arguments, stdin=None: call("--now", NOW, *arguments, stdin=stdin)
    os.chdir(before)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of data that nobody on the project wrote."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder does not stand beside the project")
    return SHARED
