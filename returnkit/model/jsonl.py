"""One line of JSON: read strictly, written in the one canonical way.

Canonical: keys sorted, no spaces, UTF-8, no floats. So equal records are equal bytes, and a hash can stand for them.
"""

import json
from collections.abc import Iterator
from typing import IO

LONGEST_LINE = 64 * 1024
LONGEST_NUMBER = 18  # digits: whatever reads 64 bits can read it

Json = dict[str, object]


def encode(value: object) -> bytes:
    """Return a value as canonical JSON. Raises ValueError for lone surrogates, which UTF-8 cannot write."""
    return _ENCODER.encode(value).encode()


def decode(raw: bytes, *, exact: bool = False) -> Json:
    """Return the JSON object of one line. Raises ValueError for all that is not exactly one, saying why.

    With `exact` a float is refused as well, since money is exact, and so is half a character, which cannot be written again.
    """
    if len(raw.removesuffix(b"\n")) > LONGEST_LINE:
        raise ValueError(f"the line is longer than {LONGEST_LINE // 1024} KiB")
    try:
        value = (_EXACT if exact else _DECODER).decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"the line is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("the line is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004 - the line is bad, not the program
    if exact and b"\\u" in raw:
        _check_characters(value)
    return value


def _check_characters(value: Json) -> None:
    try:
        encode(value)
    except ValueError:
        raise ValueError("the line holds half a character") from None


def numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers and newlines, split at the newline byte only.

    Of a line over the limit no more is kept than shows that it is.
    """
    number = 0
    while raw := file.readline(LONGEST_LINE + 2):
        number += 1
        if len(raw) > LONGEST_LINE + 1:
            while raw[-1:] != b"\n" and (rest := file.readline(LONGEST_LINE)):
                raw = raw[: LONGEST_LINE + 1] + rest[-1:]
        yield number, raw
        if raw[-1:] != b"\n":
            return  # somebody may be writing the rest of it now; that is no line of its own


def _once(pairs: list[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in the line")
    return found


def _short(text: str) -> int:
    if len(text.removeprefix("-")) > LONGEST_NUMBER:
        raise ValueError("a number in the line is too long")
    return int(text)


def _no_float(text: str) -> object:
    raise ValueError(f"{text[:20]} is not a whole number")


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is not a number")


# Made once: json.loads and json.dumps would make new ones for every line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_short, parse_constant=_no_number)
_EXACT = json.JSONDecoder(object_pairs_hook=_once, parse_int=_short, parse_float=_no_float, parse_constant=_no_number)
