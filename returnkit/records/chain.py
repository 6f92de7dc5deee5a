"""The chain of a till's lines: each record's `h` covers the record itself and the line before it.

`h` is the first 24 hex digits of SHA-256 over the `h` of the line before (empty for a till's first line), a newline, and
the record without `h`. Where the line before is damaged, its raw bytes stand in for its `h`: the counter goes on, and
what was written after the damage is bound to exactly what stands there.
"""

from collections.abc import Mapping

from returnkit.errors import Problem
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.record import VERSION

LENGTH = 24

Links = tuple[str, ...]  # what the next line may follow
BEGINNING: Links = ("",)
NEWER = Problem("these records were written by a newer returnkit", "update returnkit on this machine; nothing was written")


def sealed(previous: str, record: Mapping[str, object]) -> Json:
    """Return the record with the `h` that binds it to the line before."""
    return {**record, "h": _digest(previous, encode(record))}


def holds(record: Mapping[str, object], before: Links) -> bool:
    """Tell whether the record's `h` is right for one of the links of the line before."""
    h = record.get("h")
    body = encode({key: value for key, value in record.items() if key != "h"})
    return any(h == _digest(link, body) for link in before)


def readable(raw: bytes) -> Json | None:
    """Return the record of a line that is one, whole or not; None where nothing can be read."""
    try:
        return decode(raw, exact=True)
    except ValueError:
        return None


def is_newer(record: Mapping[str, object]) -> bool:
    """Tell whether a newer program wrote the record, in a form that this one cannot be sure to understand."""
    version = record.get("v")
    return isinstance(version, int) and version > VERSION


def links(raw: bytes, before: Links) -> Links:
    """Return what the line after `raw` may follow: its bytes; its `h`; the `h` that it should have."""
    record = readable(raw)
    found = [sha256_hex(raw)[:LENGTH]]
    if record is not None:
        if isinstance(record.get("h"), str):
            found.append(str(record["h"]))
        if not holds(record, before):
            body = encode({key: value for key, value in record.items() if key != "h"})
            found += [_digest(link, body) for link in before]
    return tuple(found)


def link_to(raw: bytes, before: Links) -> str:
    """Return what a new line after `raw` covers: the `h` of a sound line, the bytes of a damaged one."""
    record = readable(raw)
    return str(record["h"]) if record is not None and holds(record, before) else sha256_hex(raw)[:LENGTH]


def _digest(previous: str, body: bytes) -> str:
    return sha256_hex(previous.encode() + b"\n" + body)[:LENGTH]
