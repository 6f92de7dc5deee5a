"""The one place where errors end: what a script sees when something goes wrong."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from returnkit import __version__
from returnkit.cli import COMMANDS
from tests.conftest import REPOSITORY, call

COMMAND = [sys.executable, "-m", "returnkit"]
TOY = ["--category", "toys", "--bought", "2026-11-10", "--on", "2026-11-20", "--condition", "opened", "--receipt", "yes"]
TOY += ["--reason", "not-said", "--channel", "store", "--price", "9.90"]


@click.command()
def boom() -> None:
    """Fail as a bug does."""
    raise ZeroDivisionError("\x1b[2J")


def test_a_bug_exits_70_with_one_line_and_a_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(COMMANDS, "boom", ("Fail.", f"{__name__}:boom"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    result = call("--lang", "en", "boom")
    assert result.code == 70
    assert len(result.err.splitlines()) == 1
    assert "\x1b" not in result.err
    (report,) = tmp_path.glob("returnkit-bug-*.txt")
    assert str(report) in result.err
    assert "Traceback" in report.read_text()
    assert re.search(r"^options: --lang$", report.read_text(), re.MULTILINE)  # names, never values


def test_a_report_of_a_bug_has_nothing_of_what_was_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody ever removes it, and who is forgotten would stand in it."""

    @click.command(context_settings={"ignore_unknown_options": True})
    @click.option("-t", "--text")
    @click.argument("more", nargs=-1)
    def stumble(text: str, more: tuple[str, ...]) -> None:
        raise ValueError(f"no such {text} and {more}")

    monkeypatch.setitem(COMMANDS, "boom", ("Fail.", f"{__name__}:stumbling"))
    monkeypatch.setitem(globals(), "stumbling", stumble)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    typed = ("--text=-x Anna", "-t", "- Anna rang", "-29 111 222", "-Anna", "-anna", "--text", "--Anna 1")
    result = call("--shop", "Anna's", "boom", *typed)
    assert result.code == 70
    (report,) = tmp_path.glob("returnkit-bug-*.txt")
    told = report.read_text()
    assert re.search(r"^options: --shop --text -t --text$", told, re.MULTILINE)
    assert "ValueError" in told
    assert "in stumble" in told
    assert not re.search("anna|111", told, re.IGNORECASE)


def test_an_answer_that_cannot_be_written_exits_74() -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, "policy", "check", *TOY], stdout=full, stderr=subprocess.PIPE, check=False, cwd=REPOSITORY
        )
    assert result.returncode == 74
    assert b"could not be written" in result.stderr
    missing = call("--shop", str(REPOSITORY), "policy", "check", *TOY, "-o", "nowhere/answer.json")
    assert missing.code == 74
    assert not Path("nowhere").exists()


def test_a_reader_that_leaves_early_is_no_traceback() -> None:
    lines = '{"category": "toys"}\n' * 200
    script = f"'{sys.executable}' -m returnkit policy check - | head -n 1"
    result = subprocess.run(["sh", "-c", script], input=lines, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


def test_an_interrupt_exits_130() -> None:
    process = subprocess.Popen(
        [*COMMAND, "policy", "check", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - a shell's background jobs ignore it
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"{}\n")
    process.stdin.flush()
    assert process.stdout.readline().endswith(b"}\n")  # answered at once, and waiting for the next line
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip() == b""


@pytest.mark.parametrize("closed", ["0<&-", "2>&-", "0<&- 2>&-"])
def test_closed_streams_do_not_stop_an_answer(closed: str) -> None:
    script = f"'{sys.executable}' -m returnkit policy check {' '.join(TOY)} {closed}"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert result.returncode == 0
    assert result.stdout.startswith("Jā")


def test_a_terminal_that_knows_no_latvian_is_no_error() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "LANG": "C"}
    result = subprocess.run(
        [*COMMAND, "policy", "check", *TOY], capture_output=True, text=True, check=False, cwd=REPOSITORY, env=environment
    )
    assert result.returncode == 0
    assert result.stdout.startswith("J\\u0101")


def test_version_help_and_nothing() -> None:
    assert call("--version").out == f"returnkit {__version__}\n"
    nothing, asked = call(), call("--help")
    assert nothing.code == asked.code == 0
    assert nothing.out.strip() == asked.out.strip()
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", asked.out, re.MULTILINE)
    assert call("policy").code == 0
