"""A fork of a till: the lines that a second folder wrote under the same name become the records of a till of their own.

Everything in them stays as it was, but for the ids: each record gets a new one, and remembers the one that it had and the `h`
of its line (`formerly`), so that nothing is ever taken over twice. The same fork makes the same till, byte for byte, in
whichever folder it is mended. Pure.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from returnkit.model.digest import sha256_hex
from returnkit.model.ids import LONGEST_TILL, is_till, record_id
from returnkit.model.jsonl import LONGEST_LINE, Json, encode
from returnkit.model.record import VERSION
from returnkit.records.chain import is_newer, readable, sealed
from returnkit.records.healing.tree import Node
from returnkit.records.identity import DIGITS, LETTERS

# The fields, however deep in a record, in which the id of another one may stand.
REFERENCES = (
    "id", "case", "corrects", "about", "claim", "again", "promise", "into", "followup", "asked", "item", "redacts",
)  # fmt: skip
INSTANCE = 16  # hex digits
ROOM = 512  # bytes that a line may grow by


class Own(NamedTuple):
    """A till made of a fork: its files by month, the records that it took over (old id, new id), and lines that could not be."""

    till: str
    files: dict[str, bytes]
    moved: list[tuple[str, str]]
    left: list[Node]


def till_of_its_own(till: str, branch: Sequence[Node], already: Mapping[str, str], taken: Container[str]) -> Own | None:
    """Return the till that the lines of a branch become; None where nothing of it is left to take over.

    `branch` are the lines after the last one that both sides have. `already` are the new ids of lines that were taken over
    before, by their `h`; `taken` are names of tills that cannot be had.
    """
    mapping: dict[str, str] = {}
    new: list[tuple[Node, Json]] = []
    left: list[Node] = []
    for node in branch:
        record = readable(node.raw)
        if record is None or not node.sound or is_newer(record) or len(node.raw) > LONGEST_LINE - ROOM:
            left.append(node)
        elif node.h in already:
            mapping[str(record.get("id"))] = already[node.h]
        else:
            new.append((node, record))
    if not new:
        return None if not left else Own("", {}, [], left)
    (first, opening), *_ = new
    name = _name(till, first.h, taken)
    files: dict[str, list[bytes]] = {}
    opened: Json = {"kind": "till.opened", "time": opening["time"], "v": VERSION, "id": record_id(name, 1)}
    opened["instance"] = sha256_hex(first.h.encode())[:INSTANCE]
    if opening.get("kind") == "till.opened":
        opened = {**opening, **_renamed(opening, first, opened["id"])}
        mapping[str(opening["id"])] = record_id(name, 1)
        new = new[1:]
    h = _append(files, first.month, "", opened)
    mapping |= {str(record.get("id")): record_id(name, seq) for seq, (_, record) in enumerate(new, 2)}
    lines: dict[str, str] = {}  # SHA-256 of what is left of a line from which words were taken, by its new id
    moved = [(str(opening["id"]), record_id(name, 1))] if opening.get("kind") == "till.opened" else []
    for seq, (node, record) in enumerate(new, 2):
        body = {**_mapped(record, mapping), **_renamed(record, node, record_id(name, seq))}
        if body.get("kind") == "redacted" and body.get("redacts") in lines:
            body["line"] = lines[str(body["redacts"])]
        h = _append(files, node.month, h, body)
        lines[str(body["id"])] = sha256_hex(files[node.month][-1].removesuffix(b"\n"))
        moved.append((str(record.get("id")), str(body["id"])))
    return Own(name, {month: b"".join(lines) for month, lines in files.items()}, moved, left)


def _append(files: dict[str, list[bytes]], month: str, h: str, body: Json) -> str:
    record = sealed(h, {field: value for field, value in body.items() if field != "h"})
    files.setdefault(month, []).append(encode(record) + b"\n")
    return str(record["h"])


def _renamed(record: Json, node: Node, own: object) -> Json:
    return {"id": own, "formerly": {"id": record.get("id"), "h": node.h}}


def _mapped(value: Json, mapping: Mapping[str, str]) -> Json:
    """Return a record, or a table in one, with other ids wherever an id may stand; words are left as they are."""
    return {field: _entry(field, entry, mapping) for field, entry in value.items()}


def _entry(field: str, entry: object, mapping: Mapping[str, str]) -> object:
    if isinstance(entry, dict):
        return entry if field == "formerly" else _mapped(entry, mapping)
    if isinstance(entry, list):
        return [_mapped(each, mapping) if isinstance(each, dict) else each for each in entry]
    return mapping.get(entry, entry) if field in REFERENCES and isinstance(entry, str) else entry


def _name(till: str, h: str, taken: Container[str]) -> str:
    """Return a name for the new till: that of the old one with a letter and a digit more, so that it comes after it.

    What two tills write in one second counts in the order of their names.
    """
    stem = till[: LONGEST_TILL - 2]
    found = (stem + end for end in _endings(h) if is_till(stem + end) and stem + end not in taken)
    names = [*found]
    return next((name for name in names if name > till), names[0])


def _endings(h: str) -> Iterator[str]:
    """Yield every letter with every digit, from a place on that the `h` tells."""
    every = [letter + digit for letter in LETTERS for digit in DIGITS]
    start = int(sha256_hex(h.encode())[:8], 16) % len(every)
    yield from (*every[start:], *every[:start])
