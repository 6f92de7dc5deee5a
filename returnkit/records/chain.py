"""The chain of a till's lines: each record's `h` covers the record itself and the line before it.

`h` is the first 24 hex digits of SHA-256 over the `h` of the line before (empty for a till's first line), a newline, and
the record without `h`. Where the line before is damaged, its raw bytes stand in for its `h`: the counter goes on, and
what was written after the damage is bound to exactly what stands there.

Where free words were taken out of a line for good, its `h` stays as it was, so that the lines after it still follow; what is
left of it another record vouches for.
"""

from collections.abc import Mapping

from returnkit.errors import Problem
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import LONGEST_LINE, Json, decode, encode
from returnkit.model.record import VERSION, redacted_of

LENGTH = 24
STANDS_IN = b"# A damaged line was taken away; the next one follows the SHA-256 of it: "

Links = tuple[str, ...]  # what the next line may follow
BEGINNING: Links = ("",)
NEWER = Problem("these records were written by a newer returnkit", "update returnkit on this machine; nothing was written")


def sealed(previous: str, record: Mapping[str, object]) -> Json:
    """Return the record with the `h` that binds it to the line before."""
    return {**record, "h": _digest(previous, encode(record))}


def holds(record: Mapping[str, object], before: Links) -> bool:
    """Tell whether the record's `h` is right for one of the links of the line before."""
    body = _body(record)
    return body is not None and record.get("h") in [_digest(link, body) for link in before]


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


def stand_in(link: str) -> bytes:
    """Return the line that stands where a damaged one was taken away, for the one after it, which follows its bytes."""
    return STANDS_IN + link.encode()


def is_stand_in(raw: bytes) -> bool:
    """Tell whether a line stands in for a damaged one."""
    return raw.startswith(STANDS_IN) and len(raw) == len(STANDS_IN) + LENGTH


def link_of(raw: bytes) -> str:
    """Return what stands for a line that is damaged, in place of its `h`."""
    if is_stand_in(raw):
        return raw[-LENGTH:].decode("ascii", "replace")
    return sha256_hex(raw[: LONGEST_LINE + 1])[:LENGTH]  # who reads a file keeps no more of a line


def judged(raw: bytes, before: Links) -> tuple[Json | None, bool, Links]:
    """Return the record of a line (None where nothing can be read), whether it is sound, and what the next line may follow.

    Sound = its `h` is right for what stood before it, or words were taken out of it. The first of the links is what a new line
    covers: the `h` of a sound line, the bytes of a damaged one. Of a damaged one the others are its `h`, and the `h` that it
    should have.
    """
    bytes_link = link_of(raw)
    record = readable(raw)
    if record is None:
        return None, False, (bytes_link,)
    h = record.get("h")
    # A line in its one form is what it covers, but for its `h`; to write it anew would cost more than all the rest.
    if any(h == _digest(link, raw.replace(b'"h":"%s",' % str(h).encode("utf-8", "replace"), b"", 1)) for link in before):
        return record, True, (str(h), bytes_link)
    body = _body(record)
    proper = [] if body is None else [_digest(link, body) for link in before]
    if h in proper:
        return record, True, (str(h), bytes_link)
    if isinstance(h, str) and redacted_of(record):
        return record, True, (h, bytes_link)  # `records verify` asks who vouches for it
    own = [h] if isinstance(h, str) else []
    return record, False, (bytes_link, *own, *proper)


def _body(record: Mapping[str, object]) -> bytes | None:
    """Return the bytes that `h` covers; None where half a character makes that impossible."""
    try:
        return encode({key: value for key, value in record.items() if key != "h"})
    except ValueError:
        return None


def _digest(previous: str, body: bytes) -> str:
    return sha256_hex(previous.encode() + b"\n" + body)[:LENGTH]
