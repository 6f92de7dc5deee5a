"""What a terminal gets beside what a pipe gets: messages in lines of its width, and a word that all is well."""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path

from returnkit.cli import run
from returnkit.commands.streams import _folded
from tests.conftest import Result, call

At = Callable[..., Result]


def at_a_terminal(columns: int, *arguments: str) -> str:
    """Return what a command shows at a terminal of so many columns."""
    child, terminal = pty.fork()
    if not child:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        sys.stdout, sys.stderr = (os.fdopen(number, "w") for number in (1, 2))
        code = run([*arguments])
        sys.stdout.flush()
        os._exit(code)
    text = b""
    try:
        while data := os.read(terminal, 1 << 16):
            text += data
    except OSError:
        pass  # so a terminal ends
    os.waitpid(child, 0)
    os.close(terminal)
    return text.decode().replace("\r\n", "\n")


def test_a_message_is_folded_between_words_and_a_path_or_a_command_is_not(tmp_path: Path) -> None:
    there = str(tmp_path / "there-is-none-of-such-a-name")
    arguments = ("--shop", there, "today")
    whole = call(*arguments).err
    assert len(whole.splitlines()) == 2
    for columns in (30, 72):
        lines = at_a_terminal(columns, *arguments).splitlines()
        assert " ".join(lines).split() == whole.split()
        assert [line for line in lines if len(line) > columns and '"' not in line] == []  # a path
        assert any("`returnkit init DIR`" in line for line in lines)
    assert at_a_terminal(0, *arguments) == at_a_terminal(500, *arguments) == whole


def test_an_answer_in_sentences_is_folded_and_every_command_in_it_stays_whole(shop: Path) -> None:
    arguments = ("--shop", str(shop), "doctor")
    whole = call(*arguments).out
    lines = at_a_terminal(60, *arguments).splitlines()
    assert re.sub(r"\d+", "0", " ".join(lines)).split() == re.sub(r"\d+", "0", whole).split()  # free megabytes change
    assert len(lines) > len(whole.splitlines())
    line = "to take it out, at one till only: git remote add origin 'git@x:y z.git' && git push --force; then say so (git log)"
    assert _folded(line, 20) == [
        "to take it out, at",
        "    one till only:",
        "    git remote add origin 'git@x:y z.git' && git push --force;",
        "    then say so",
        "    (git log)",
    ]


def test_a_terminal_hears_that_all_is_well_and_a_pipe_hears_nothing(at: At, shop: Path) -> None:
    assert at("complaint", "open", "--text", "it hums").code == 0
    for command, said in (("verify", "All is well: 2 records"), ("heal", "Nothing is broken")):
        assert at("records", command)[:2] == (0, "")
        assert said in at_a_terminal(80, "--shop", str(shop), "records", command)
