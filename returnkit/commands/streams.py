"""Answers go to standard output; notes and complaints to standard error, one line each, whatever the text holds."""

import errno
import sys
from contextlib import suppress

from returnkit.errors import Problem
from returnkit.model.text import safe

LONGEST = 300
MOST = 50


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


def note(text: str) -> None:
    """Note something that changes nothing about the answer."""
    to_stderr(f"returnkit: note: {_one_line(text)}")


def complain(*problems: Problem) -> None:
    """Write problems: where, what, the line itself, and what to do."""
    for problem in problems[:MOST]:
        file = problem.file if len(problem.file) <= LONGEST else "…" + problem.file[-LONGEST:]
        where = f"{file}:{problem.line}: " if problem.line else f"{file}: " if file else ""
        to_stderr(f"returnkit: error: {_one_line(where)}{_one_line(problem.what)}")
        if problem.excerpt.strip():
            to_stderr(f"    {_one_line(problem.excerpt.strip())[:100]}")
        if problem.remedy:
            to_stderr(f"    {_one_line(problem.remedy)}")
    if len(problems) > MOST:
        to_stderr(f"returnkit: error: and {len(problems) - MOST} more: mend these first")


def _one_line(text: str) -> str:
    r"""Return the text on one line and of bearable length: a line break in a name would forge a message of its own."""
    text = text if len(text) <= 2 * LONGEST else text[: 2 * LONGEST] + "…"
    return safe(text).replace("\n", "\\x0a")
