"""Lines that are certain: what the table of kinds says of a record, as types of msgspec, which tells it in a tenth of the time.

A line is certain if it can be nothing else than a record of this version in its one form, with no field but known ones, each as
it must be. What cannot be told quickly is left out of the types; a line that is not certain may be sound all the same, and
whoever wants to know looks at it field by field (`model.record.damage`).
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from returnkit.model.jsonl import LONGEST_LINE
from returnkit.model.record import (
    COMMON,
    KINDS,
    LARGEST,
    LONGEST_TEXT,
    VERSION,
    Check,
    Hex,
    ListOf,
    OneOf,
    Table,
    are_names,
    is_currency,
    is_day,
    is_difference,
    is_flag,
    is_id,
    is_name,
    is_text,
    is_time,
    is_whole,
)
from returnkit.model.text import LONGEST_NAME

_LONG = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
_DAY = f"20(?:[0-9]{{2}}-(?:{_LONG}|{_SHORT})|(?:[02468][048]|[13579][26])-02-29)"
_TIME = rf"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_NAME = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]


class Quick(NamedTuple):
    """What tells a field quickly: its type, and in the words of Python what else must be true of it, as `{}`; mostly nothing."""

    type: object
    more: str = ""


# That there is no control character in a text is told of the whole line.
_QUICK: dict[Check, Quick] = {
    is_name: Quick(_NAME),
    is_text: Quick(Annotated[str, Meta(max_length=LONGEST_TEXT)]),
    is_whole: Quick(Annotated[int, Meta(ge=0, le=LARGEST)]),
    is_difference: Quick(Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]),
    is_flag: Quick(bool),
    is_day: Quick(str, "is_day({})"),
    is_time: Quick(str, "is_time({})"),
    is_id: Quick(str, "is_id({})"),
    are_names: Quick(list[_NAME]),
    is_currency: Quick(str, "is_currency({})"),
}
_WORDS: dict[str, object] = {
    "UNSET": UNSET,
    "is_day": re.compile(_DAY).fullmatch,
    "is_time": re.compile(_TIME).fullmatch,
    "is_id": lru_cache(4096)(is_id),
    "is_currency": re.compile("[A-Z]{3}").fullmatch,
    "are_hex": re.compile("[0-9a-f]*").fullmatch,
}
# Its place in the journal tells whether the id of a record is the right one, and the line before it whether its `h` is.
_RECORD = {"v": Quick(Annotated[int, Meta(ge=0, le=VERSION)]), "id": Quick(str), "h": Quick(str), "formerly": None}
_NEEDED = ("v", "id", "kind", "time", "h")


def _quick(check: Check) -> Quick | None:
    """Return what tells quickly what a check does; None where nothing does."""
    if isinstance(check, Hex):
        return Quick(Annotated[str, Meta(min_length=check.length, max_length=check.length)], "are_hex({})")
    if isinstance(check, OneOf):
        return Quick(Literal[check.names])
    if isinstance(check, Table):
        return _table({field: _quick(inner) for field, inner in check.fields.items()}, check.needed)
    if isinstance(check, ListOf):
        each = _quick(check.check)
        if each is not None:
            more = f"all([{each.more.replace('{}', 'each')} for each in {{}}])" if each.more else ""
            return Quick(Annotated[list[each.type], Meta(min_length=1)], more)  # type: ignore[name-defined]
    return _QUICK.get(check)


def _table(fields: Mapping[str, Quick | None], needed: tuple[str, ...]) -> Quick | None:
    """Return what tells a table; a field that nothing tells is none of its fields."""
    told = {field: quick for field, quick in sorted(fields.items()) if quick is not None}  # as they are written
    if any(field not in told for field in needed):
        return None
    types = [(field, each.type) if field in needed else (field, each.type | UnsetType, UNSET) for field, each in told.items()]
    more = []
    for field, each in told.items():
        if each.more:
            own = each.more.replace("{}", f"{{}}.{field}")
            more.append(own if field in needed else f"({{}}.{field} is UNSET or {own})")
    struct = msgspec.defstruct("Fields", types, kw_only=True, forbid_unknown_fields=True, gc=False)
    return Quick(struct, f"({' and '.join(more)})" if more else "")


class _Kinds(dict[bytes, tuple[Callable[[bytes], object], Callable[[object], object]] | None]):
    """What decodes the lines of each kind, and what tells the rest, made when the first one comes; None where none is certain."""

    def __missing__(self, kind: bytes) -> tuple[Callable[[bytes], object], Callable[[object], object]] | None:
        name = kind.decode("utf-8", "replace")
        if name not in KINDS or name == "till.opened":  # there is one of a till
            return None
        own, needed = KINDS[name]
        fields = {field: _quick(check) for field, check in {**COMMON, **own}.items()}
        told = _table({**fields, **_RECORD, "kind": Quick(Literal[name])}, (*_NEEDED, *needed))
        self[kind] = None
        if told is not None:
            more = eval(f"lambda record: {told.more.replace('{}', 'record')}", _WORDS)  # noqa: S307 - nothing of anybody's
            self[kind] = msgspec.json.Decoder(told.type).decode, more
        return self[kind]


_KINDS = _Kinds()
_encode = msgspec.json.Encoder().encode


def is_certain(raw: bytes) -> bool:
    """Tell whether a line (without newline) is certain. Its `h` and its id may be any text: they are judged by its place."""
    at = raw.find(b'"kind":"') + len(b'"kind":"')
    found = _KINDS[raw[at : raw.find(b'"', at)]]
    if found is None or len(raw) > LONGEST_LINE or b"\\" in raw:
        return False
    decode, more = found
    try:
        plain = raw.isascii() and b"\x7f" not in raw  # JSON has no other control characters but after a backslash
        if not plain and not raw.decode().isprintable():
            return False
        record = decode(raw)
        return _encode(record) == raw and bool(more(record))
    except (ValueError, RecursionError):  # msgspec's own are ValueErrors
        return False
