"""What is wrong with a line by itself; and at once, where nothing is."""

from hashlib import sha256

import msgspec

from returnkit.model.certain import is_certain
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.record import damage
from returnkit.records.chain import LENGTH, is_newer, judged
from returnkit.records.read import MEND

MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
OPENED = "till.opened"
SHORTEST = len('{"h":"","id":"","kind":"","time":"","v":1}')
_BEFORE = b'"h":"'
_H = len(_BEFORE) + LENGTH + len(b'",')


class _Head(msgspec.Struct, gc=False):
    """What every record has."""

    v: int
    id: str
    kind: str
    time: str
    h: str


_read_head = msgspec.json.Decoder(_Head).decode


def fine_h(raw: bytes, h: str, own: str) -> str:
    """Return the `h` of a whole line in which nothing is wrong, after one with an `h` and where an id belongs; else nothing.

    What opens a till stands elsewhere.
    """
    start = raw.find(_BEFORE)
    digest = sha256(b"%b\n%b%b" % (h.encode(), raw[:start], raw[start + _H :])).hexdigest()[:LENGTH]
    if raw.startswith(b'"h":"%b","id":"%b",' % (digest.encode(), own.encode()), start) and is_certain(raw):
        return digest
    record, sound, links = judged(raw, (h,))
    if record is None or not sound or record.get("id") != own or record.get("kind") == OPENED or check_line(raw, record):
        return ""
    return links[0]


def has_head(raw: bytes) -> bool:
    """Tell whether a line has what every record has: quickly, since there may be millions that have not."""
    try:
        return len(raw) > SHORTEST and raw[:1] == b"{" and _read_head(raw) is not None
    except ValueError:  # msgspec's own among them
        return False


def check_line(raw: bytes, record: Json | None) -> list[tuple[str, str]]:
    """Return what is wrong with the form of a whole line, each with what to do."""
    if record is None:
        return [_unreadable(raw)]
    if is_newer(record):
        return [("a newer returnkit wrote this", "update returnkit on this machine")]
    found = [(problem, MEND) for problem in damage(record)]
    try:
        if encode(record) != raw:
            found.append(("the line is not in its one form (sorted keys, no spaces)", MEND))
    except ValueError:
        found.append(("the line holds half a character", MEND))
    return found


def _unreadable(raw: bytes) -> tuple[str, str]:
    if raw.startswith(MARKERS):
        return "git left a conflict here", "take both sides apart: each till's lines belong into its own file"
    if not raw.strip():
        return "the line is empty", MEND
    try:
        decode(raw, exact=True)
    except ValueError as error:
        return str(error), MEND
    return "the line cannot be read", MEND
