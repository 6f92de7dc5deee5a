"""Answers go to standard output; notes and complaints to standard error, one line each, whatever the text holds."""

import errno
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from returnkit.errors import Problem
from returnkit.model.text import safe

LONGEST = 300
MOST = 50
INDENT = "    "
# What somebody may paste, up to where the sentence goes on: it stays on one line.
_COMMAND = r"(?<![\w/])(?:returnkit|git|chgrp|chmod|chown|cp|find|mv) (?:(?![;,:)](?:\s|$)| \(|`).)+"


def to_stderr(text: str) -> None:
    """Write a line to standard error; a stream that is closed or full is nobody's fault here."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text + "\n")


def to_stdout(text: str) -> None:
    """Write an answer, at once. Raises OSError where standard output is closed or full."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    sys.stdout.write(text)
    sys.stdout.flush()


def is_for_a_person(output: str | None) -> bool:
    """Tell whether an answer goes to a terminal: who looks at one wants to hear that all is well, too."""
    return output in (None, "-") and sys.stdout is not None and sys.stdout.isatty()


def fitting(lines: Iterable[str]) -> tuple[str, ...]:
    """Return lines of an answer as the terminal shows them best that they go to; elsewhere as they are."""
    width = _width(sys.stdout)
    return tuple(part for line in lines for part in _folded(line, width))


def note(text: str) -> None:
    """Note something that changes nothing about the answer."""
    _tell(f"returnkit: note: {_one_line(text)}")


def complain(*problems: Problem) -> None:
    """Write problems: where, what, the line itself, and what to do."""
    for problem in problems[:MOST]:
        file = problem.file if len(problem.file) <= LONGEST else "…" + problem.file[-LONGEST:]
        where = f"{file}:{problem.line}: " if problem.line else f"{file}: " if file else ""
        _tell(f"returnkit: error: {_one_line(where)}{_one_line(problem.what)}")
        if problem.excerpt.strip():
            to_stderr(f"{INDENT}{_one_line(problem.excerpt.strip())[:100]}")
        if problem.remedy:
            _tell(f"{INDENT}{_one_line(problem.remedy)}")
    if len(problems) > MOST:
        to_stderr(f"returnkit: error: and {len(problems) - MOST} more: mend these first")


def _tell(text: str) -> None:
    to_stderr("\n".join(_folded(text, _width(sys.stderr))))


def _width(stream: TextIO | None) -> int:
    """Return how many letters a line of a terminal takes; 0 for what is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
    except (OSError, ValueError):
        return 0


def _folded(text: str, width: int) -> list[str]:
    """Return a message in lines that are broken within no word, path or command."""
    if not 0 < width < len(text):
        return [text]
    import re
    from textwrap import wrap

    whole = re.sub(_COMMAND, lambda found: found[0].replace(" ", "\0"), text)
    inner = " " * (len(text) - len(text.lstrip(" "))) + INDENT
    lines = wrap(whole, width, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def _one_line(text: str) -> str:
    r"""Return the text on one line and of bearable length: a line break in a name would forge a message of its own."""
    text = text if len(text) <= 2 * LONGEST else text[: 2 * LONGEST] + "…"
    return safe(text).replace("\n", "\\x0a")
