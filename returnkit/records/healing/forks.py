"""A fork of a till: the lines that a second folder wrote under the same name become the records of a till of their own.

Nobody needs to meet anybody before mending a fork, since all that is decided follows from the lines themselves:

- Where lines part, the branch that was begun first goes on (of two in one second, the one whose `h` is smaller). So whoever knows
  both branches decides alike, and whoever knows more only ever takes branches out.
- What was taken out once never comes back into the journal that it left; a till that was made keeps its first record for ever.
- A made till is named after its branch and belongs to no folder: nobody writes in it. It is another way to write a branch, and
  can be read back, byte for byte, as it was written: who knows more of the branch makes the same till, only longer.
- So what two folders made of one fork is the same, or the beginning of it; and each record is in exactly one journal.

Everything in the records stays as it was, but for the ids: each gets a new one, and remembers the one that it had and the `h`
of its line (`formerly`), so that nothing is ever taken over twice. Pure.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from returnkit.model.digest import sha256_hex
from returnkit.model.ids import LONGEST_TILL, is_till, record_id
from returnkit.model.jsonl import LONGEST_LINE, Json, encode
from returnkit.model.record import VERSION
from returnkit.records.chain import is_newer, readable, sealed
from returnkit.records.healing.taken import former
from returnkit.records.healing.tree import Node, Tree
from returnkit.records.identity import DIGITS, LETTERS
from returnkit.records.tail import clock_time

# The fields, however deep in a record, in which the id of another one may stand.
REFERENCES = (
    "id", "case", "corrects", "about", "claim", "again", "promise", "into", "followup", "asked", "item", "redacts",
)  # fmt: skip
OPENED, VOUCHER = "till.opened", "redacted"
INSTANCE = 16  # hex digits: the first ones of the `h` of the line after which a branch parted
NOBODY = "0" * INSTANCE
ROOM = 512  # bytes that a line may grow by

Lines = list[tuple[str, bytes]]  # of a till: the file of its month, and the line


class Parting(NamedTuple):
    """What goes on as the till, and the other branches, each after the one that it left."""

    path: list[Node]
    branches: list[list[Node]]


class Made(NamedTuple):
    """A till made of a branch: its lines, the new ids of its records, and the lines that could not be taken over."""

    till: str
    lines: Lines
    ids: dict[Node, str]
    left: list[Node]


def parted(tree: Tree, counts: Collection[Node], taken: Container[str], first: Container[str], *, own: bool) -> Parting:
    """Part what counts of a tree into the till and the branches that are to be tills of their own.

    `taken` are the `h` of all lines that were taken over before, `first` of those with which a till begins. Of a till of its
    `own` this folder gives no damaged line up for another one.
    """

    def rank(node: Node) -> tuple[bool, float, str, bytes]:
        """Return what puts the branch first that goes on."""
        return node.sound == own, _begun(node), node.h, node.raw

    def on(node: Node, may: Callable[[Node], bool]) -> list[Node]:
        """Return what goes on from a line."""
        found: list[Node] = []
        while following := [child for child in node.children if child in counts and may(child)]:
            node = min(following, key=rank)
            found.append(node)
        return found

    path = on(tree.root, lambda node: node.h not in taken)
    branches: list[list[Node]] = []
    seen = {tree.root, *path}
    for node in sorted(counts, key=lambda node: (node.number, *rank(node))):
        if node not in seen:
            branch = [node, *on(node, lambda child: child.h not in first)]
            branches.append(branch)
            seen.update(branch)
    return Parting(path, branches)


def _begun(node: Node) -> float:
    """Return when a line was written, by the clock of that moment."""
    try:
        return datetime.fromisoformat(clock_time(readable(node.raw))).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def till_of_its_own(  # noqa: PLR0913, PLR0917 - all that the new lines hang on
    till: str, branch: Sequence[Node], ids: Mapping[Node, str], name: str, taken: Container[str], before: Lines
) -> Made:
    """Return the till that the lines of a branch become; nameless where nothing of it can be taken over.

    `ids` are the new ids of lines that left the till with other branches. `name` is what it is called already, if it is, and
    `before` how it stands; else it gets a name that is not `taken`.
    """
    new = [node for node in branch if _can_move(node)]
    left = [node for node in branch if not _can_move(node)]
    if not new:
        return Made("", [], {}, left)
    name = name or _name(till, new[0].h, taken)
    records = [readable(node.raw) or {} for node in new]
    opens = records[0].get("kind") == OPENED
    own = {node: record_id(name, seq) for seq, node in enumerate(new, 1 if opens else 2)}
    mapping = {_id(node): ids[node] for node in new[0].path() if node in ids} | {_id(node): own[node] for node in new}
    bodies = [
        {**_mapped(record, mapping), **_renamed(record, node, own[node])} for node, record in zip(new, records, strict=True)
    ]
    if not opens:
        instance = ((new[0].parent or new[0]).h or NOBODY)[:INSTANCE]  # nobody's; and it tells where the branch parted
        opening: Json = {"kind": OPENED, "time": records[0]["time"], "v": VERSION, "id": record_id(name, 1), "instance": instance}
        bodies.insert(0, opening)
    months = [new[0].month, *(node.month for node in new)][opens:]
    return Made(name, _lines(months, bodies, before), own, left)


def _can_move(node: Node) -> bool:
    record = readable(node.raw)
    return record is not None and node.sound and not is_newer(record) and len(node.raw) <= LONGEST_LINE - ROOM


def _lines(months: Sequence[str], bodies: Sequence[Json], before: Lines) -> Lines:
    """Return the lines of a till; those that stand there already, from the first one on, stay as they are."""
    found: Lines = []
    h = ""
    left_of: dict[object, str] = {}  # SHA-256 of what is left of a line from which words were taken out
    stands = True
    for at, (month, body) in enumerate(zip(months, bodies, strict=True)):
        there = readable(before[at][1]) if stands and at < len(before) and before[at][0] == month else None
        stands = there is not None and _facts(there) == _facts(body)
        if there is not None and stands:
            raw, h = before[at][1], str(there.get("h"))
        else:
            more = {"line": left_of[body["redacts"]]} if body.get("kind") == VOUCHER and body.get("redacts") in left_of else {}
            record = sealed(h, {field: value for field, value in {**body, **more}.items() if field != "h"})
            raw, h = encode(record), str(record["h"])
        found.append((month, raw))
        left_of[body["id"]] = sha256_hex(raw)
    return found


def _facts(record: Json) -> Json:
    """Return what a line says, but for what hangs on the bytes of other lines."""
    return {field: value for field, value in record.items() if field != "h" and (field, record["kind"]) != ("line", VOUCHER)}


def _renamed(record: Json, node: Node, own: str) -> Json:
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


def _id(node: Node) -> str:
    return str((readable(node.raw) or {}).get("id"))


# Reading back


def made_of(lines: Iterable[tuple[str, bytes]]) -> str:
    """Return of which till's branch a till was made; an empty text where it was not, or somebody wrote in it."""
    found: set[str] = set()
    for at, (_, raw) in enumerate(lines):
        record = readable(raw)
        own, _ = former(record)
        if own:
            found.add(own.partition("-")[0])
        elif at or record is None or record.get("kind") != OPENED:
            return ""
    return found.pop() if len(found) == 1 else ""


def names_in(lines: Lines) -> dict[str, str]:
    """Return the ids that the records of a made till had, by those that they have."""
    records = [readable(raw) for _, raw in lines]
    return {str(record.get("id")): former(record)[0] for record in records if record is not None and former(record)[0]}


def parted_after(lines: Lines) -> str:
    """Return how the `h` begins of the line after which the branch parted that a made till was; nothing at the very beginning."""
    record = readable(lines[0][1]) if lines else None
    return "" if record is None or former(record)[0] else str(record.get("instance", ""))


def read_back(lines: Lines, names: Mapping[str, str]) -> Lines:
    """Return the lines of a branch as they were written, from the made till that it became; with `names` as `names_in`."""
    found: Lines = []
    left_of: dict[object, str] = {}
    for month, raw in lines:
        record = readable(raw) or {}
        own, h = former(record)
        if own:
            body = {field: value for field, value in _mapped(record, names).items() if field != "formerly"} | {"id": own, "h": h}
            if body.get("kind") == VOUCHER and body.get("redacts") in left_of:
                body["line"] = left_of[body["redacts"]]
            found.append((month, encode(body)))
            left_of[own] = sha256_hex(found[-1][1])
    return found


# Names


def _name(till: str, h: str, taken: Container[str]) -> str:
    """Return a name for a new till: that of the old one with some letters and digits more, so that it comes after it.

    What two tills write in one second counts in the order of their names.
    """
    stem = till[: LONGEST_TILL - 4]
    found = [stem + end for end in _endings(h) if is_till(stem + end) and stem + end not in taken]
    return next((name for name in found if name > till), found[0])


def _endings(h: str) -> Iterator[str]:
    """Yield every letter with every digit, twice, from a place on that the `h` tells."""
    pairs = [letter + digit for letter in LETTERS for digit in DIGITS]
    start = int(sha256_hex(h.encode())[:8], 16)
    for at in range(start, start + len(pairs) ** 2):
        high, low = divmod(at % len(pairs) ** 2, len(pairs))
        yield pairs[high] + pairs[low]


def by_month(lines: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return the files that some lines make."""
    found: dict[str, list[bytes]] = {}
    for month, raw in lines:
        found.setdefault(month, []).append(raw + b"\n")
    return {month: b"".join(raws) for month, raws in found.items()}
