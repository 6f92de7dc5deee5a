"""What the tests share: a copy of the sample shop, and a way to call the command line."""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import is_hypothesis_test, settings

from returnkit.cli import run
from returnkit.records.journal import let_signals_through
from tests.real_retail import ARCHIVE, Imported, import_once

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
# A landing is decided by the same examples every time; everybody else looks for new ones.
settings.register_profile("landing", derandomize=True)
settings.register_profile("soak", max_examples=1_000)  # elsewhere a hundred, as Hypothesis has it
if os.environ.get("CI"):
    settings.load_profile("landing")

NOW = "2026-11-21T12:00:00+02:00"
NUMBERS = count(1)


def soaks(config: pytest.Config) -> bool:
    """Tell whether the slow tests were asked for, and nothing else."""
    return bool(config.option.markexpr == "slow")


def pytest_configure(config: pytest.Config) -> None:
    """Let a soak try ten times the examples, wherever a test does not say how many it needs."""
    if soaks(config):
        settings.load_profile("soak")


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take every random test into a soak."""
    for item in items if soaks(config) else ():
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("slow")


def examples(usual: int) -> int:
    """Return how many examples a test tries that usually tries so many: ten times as many in a soak."""
    return usual * settings().max_examples // 100


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
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for one test. Pytest's own renews a link for each, which can take longer than the test."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    return tmp_path_factory.mktemp(f"{name}-{next(NUMBERS)}", numbered=False)


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


@pytest.fixture(scope="session")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Return half a year of a real shop, imported by whichever process of the test run comes first."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return import_once(shared / "data" / ARCHIVE, folder / "online-retail")
