"""JSON lines in, one answer a line out: what scripts send in bulk (S42)."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from returnkit.commands.streams import to_stdout
from returnkit.errors import BadInputError, Problem, ReturnkitError
from returnkit.model.jsonl import Json, decode, numbered
from returnkit.render.as_json import line as json_line


def answered(source: str, output: str | None, answer: Callable[[Json], Json]) -> int:
    """Answer every line of `source` (a file, or - for standard input) in its place and return the exit code.

    A line that is bad, or whose answer is refused as bad input, answers with an error and the rest goes on; then the whole
    exits 2. Blank lines are passed over. Keys may be written with hyphens or underscores.
    """
    bad = False
    with _reading(source) as lines, _writing(output) as out:
        for number, raw in numbered(lines):
            if not raw.strip():
                continue
            try:
                found = answer(read_line(raw))
            except BadInputError as error:
                bad = True
                found = _refusal(error)
            out(json_line({"line": number} | found) + "\n")
    return 2 if bad else 0


def read_line(raw: bytes) -> Json:
    """Return the JSON object of one line, its keys with underscores. Raises BadInputError for all that is not exactly one."""
    try:
        line = decode(raw)
    except ValueError as error:
        raise _bad(str(error)) from None
    found = {key.replace("-", "_"): value for key, value in line.items()}
    if len(found) < len(line):
        raise _bad("a key stands twice in the line")
    return found


def _bad(what: str) -> BadInputError:
    return BadInputError(Problem(what, 'write one object a line, such as {"category": "toys", "bought": "2026-11-01"}'))


def _refusal(error: ReturnkitError) -> Json:
    texts = [f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what for problem in error.problems]
    return {"error": ". ".join(texts), "exit": error.exit_code}


@contextmanager
def _reading(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        if sys.stdin is None:
            raise BadInputError(Problem("standard input is closed", "send the lines to it, or name a file"))
        yield sys.stdin.buffer
        return
    try:
        with open(source, "rb") as file:
            yield file
    except OSError as error:
        raise BadInputError(
            Problem(f"{source!r} cannot be read: {error.strerror}", "name a file, or - for standard input")
        ) from None


@contextmanager
def _writing(output: str | None) -> Iterator[Callable[[str], object]]:
    if output in (None, "-"):
        yield to_stdout
        return
    from returnkit.records.rewrite import replacing

    with replacing(str(output)) as file:
        yield lambda text: file.write(text.encode())
