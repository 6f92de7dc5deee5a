"""`returnkit policy check -`: JSON lines in, one answer a line out (S42)."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from returnkit.commands.policy.check import EXIT_CODES, say
from returnkit.commands.session import Session
from returnkit.commands.streams import to_stdout
from returnkit.errors import BadInputError, Problem, ReturnkitError
from returnkit.policy.as_json import Json, decision_as_json
from returnkit.render.as_json import line as json_line

LONGEST_LINE = 64 * 1024
LONGEST_NUMBER = 18


def check_lines(session: Session, source: str, given: dict[str, object], output: str | None) -> int:
    """Answer every line of `source` (a file, or - for standard input) and return the exit code: 2 if a line was bad."""
    judge = session.judge(None)
    words = session.words()
    bad = False
    with _reading(source) as lines, _writing(output) as out:
        for number, raw in _lines(lines):
            try:
                facts = session.facts({**given, **read_line(raw)})
                session.check_names(facts, judge.versions)
                session.check_age(facts, judge.versions)
                decision = judge.decide(facts)
                who = session.who(decision)
                said = say(session, decision, judge, words)
                answer = decision_as_json(decision, judge.setting, session.shop.currency, who, said)
                answer["exit"] = EXIT_CODES[decision.answer]
            except BadInputError as error:
                bad = True
                answer = _refusal(error)
            out(json_line({"line": number} | answer) + "\n")
    return 2 if bad else 0


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


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers, split on the newline byte only.

    Of a line over the limit no more is kept than shows that it is.
    """
    number = 0
    while raw := file.readline(LONGEST_LINE + 2):
        number += 1
        if len(raw) > LONGEST_LINE + 1:
            while raw[-1:] != b"\n" and (rest := file.readline(LONGEST_LINE)):
                raw = raw[: LONGEST_LINE + 1] + rest[-1:]
        if raw.strip():
            yield number, raw


def read_line(raw: bytes) -> dict[str, object]:
    """Return the JSON object of one line. Raises BadInputError for all that is not exactly one."""
    if len(raw) > LONGEST_LINE + 1:
        raise _bad(f"the line is longer than {LONGEST_LINE // 1024} KiB")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_short,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise _bad("the line is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _bad(f"the line is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise _bad("the line is nested too deeply") from None
    if not isinstance(value, dict):
        raise _bad("the line is not a JSON object")
    return value


def _bad(what: str) -> BadInputError:
    return BadInputError(Problem(what, 'write one object a line, such as {"category": "toys", "bought": "2026-11-01"}'))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = {key.replace("-", "_"): value for key, value in pairs}
    if len(found) < len(pairs):
        raise _bad("a key stands twice in the line")
    return found


def _short(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise _bad("a number in the line is too long")
    return int(text)


def _no_number(text: str) -> object:
    raise _bad(f"{text} is not a number")
