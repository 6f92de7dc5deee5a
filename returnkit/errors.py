"""What can go wrong, its exit code, and what to do about it."""

from typing import NamedTuple

LONGEST = 100  # characters of a word that may be misspelt


class Problem(NamedTuple):
    """One thing that is wrong in what was read; problems in data are values, collected and shown together."""

    what: str
    remedy: str = ""
    file: str = ""
    line: int = 0
    excerpt: str = ""


class ReturnkitError(Exception):
    """A refusal. `problems` says all that is wrong, `exit_code` what a script sees."""

    exit_code = 70

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems


class RefusedError(ReturnkitError):
    """The answer is no; nothing was written."""

    exit_code = 1


class BadInputError(ReturnkitError):
    """Wrong usage, bad input, no such id; nothing was written."""

    exit_code = 2


class UnreadableError(ReturnkitError):
    """A policy or a record could not be read."""

    exit_code = 3


class BeyondRoomError(ReturnkitError):
    """A person with more room must decide; the message says who."""

    exit_code = 4


class MissingFactError(ReturnkitError):
    """A fact is missing that would change the answer; the message names it."""

    exit_code = 5


class NotWrittenError(ReturnkitError):
    """Input/output failed before anything was acknowledged."""

    exit_code = 74


class BusyError(ReturnkitError):
    """Somebody else is writing; nothing was acknowledged, and a repetition will do."""

    exit_code = 75


def nearest(word: str, known: "tuple[str, ...] | list[str]") -> str:
    """Return the entry of `known` that `word` was most likely meant to be, or an empty text."""
    if len(word) > LONGEST:
        return ""  # to compare it would take long
    from difflib import get_close_matches

    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else ""


def instead(word: str, known: "tuple[str, ...] | list[str]") -> str:
    """Return the remedy for a word nobody knows: the nearest one, or the whole list where none is near."""
    found = nearest(word, known)
    return f"did you mean {found}?" if found else "known here: " + ", ".join(known)
