"""The lines of a till, wherever they were found: by its `h` each says which line it follows, so together they are a tree.

A journal that is whole is one path through it. Where files were torn, cut, mixed or copied, the tree says what belongs where:
nobody has to guess. Pure: bytes in, places out.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from operator import ne
from typing import NamedTuple

from returnkit.model.jsonl import Json, encode
from returnkit.model.record import HASH, redacted_of
from returnkit.records.chain import BEGINNING, Links, is_newer, is_stand_in, judged, link_of, readable, stand_in
from returnkit.records.tail import is_line, number_of

HERE, LEFT, FETCHED, PAST = range(4)  # in the journal; left beside it or in the last commit; fetched; anywhere in git's past
MARKER = re.compile(rb"<<<<<<<( |$)|\|\|\|\|\|\|\|( |$)|=======$|>>>>>>>( |$)")
SEAL = re.compile(rb'"h":"([\x20-\x7e]{%d})"' % HASH)
MOST_OTHERS = 2  # characters of an `h` that damage may have changed: in that of another record nearly all are others
AROUND = b"\xef\xbb\xbf \t\r"  # what an editor or git may put around a line


class Source(NamedTuple):
    """Lines of a till from one file of a month; `unfinished` tells that the last one has no newline."""

    month: str  # 2026-11.jsonl
    lines: list[bytes]
    origin: int
    unfinished: bool = False


class Node:
    """A line that has its place, and the one that it follows."""

    __slots__ = ("children", "h", "links", "month", "number", "origin", "parent", "passed", "raw", "sound")

    def __init__(self, number: int, raw: bytes, h: str, links: Links, parent: "Node | None", month: str, origin: int) -> None:  # noqa: PLR0913, PLR0917 - what a line is
        self.number, self.raw, self.h, self.links, self.parent = number, raw, h, links, parent
        self.month, self.origin = month, origin
        self.sound = True
        self.passed = False  # a damaged line that stays because the next one follows its bytes
        self.children: list[Node] = []
        if parent is not None:
            parent.children.append(self)

    def path(self) -> list["Node"]:
        """Return the lines from the first one to this one."""
        found: list[Node] = []
        node = self
        while node.parent is not None:
            found.append(node)
            node = node.parent
        return found[::-1]


class Slot:
    """A line as it stands in a file, and the node that it is; `dropped` where nothing of it belongs into a journal."""

    __slots__ = ("after", "dropped", "finished", "line", "month", "node", "origin", "raw", "whole")

    def __init__(self, month: str, line: int, raw: bytes, origin: int, *, finished: bool) -> None:
        self.month, self.line, self.raw, self.whole, self.origin, self.finished = month, line, raw, raw, origin, finished
        self.node: Node | None = None
        self.dropped = False
        self.after = ""  # how the `h` of the line before begins, where that is known from elsewhere


class Tree:
    """The tree of a till's lines. `acknowledged` is the newest number that was ever acknowledged here (0 = not known)."""

    def __init__(self, till: str, acknowledged: int) -> None:
        self.till, self.acknowledged = till, acknowledged
        self.root = Node(0, b"", "", BEGINNING, None, "", HERE)
        self.slots: list[Slot] = []  # of the journal, in order
        self._by_h: dict[str, Node] = {}
        self._numbered: dict[int, list[Node]] = {0: [self.root]}
        self._pending: dict[int, list[tuple[Slot, Json]]] = {}  # lines that follow nothing so far, by number
        self._waiting: set[bytes] = set()  # those of the journal, and of git's past
        self._redacted: dict[int, list[tuple[Slot, Slot | None]]] = {}  # and the line before it, in the same file
        self._grown: list[int] = []  # numbers of lines that were placed, and nobody looked yet what follows them

    def add(self, sources: Iterable[Source]) -> list[list[Slot]]:
        """Add lines, and place those that follow a line that is placed; return them, by source."""
        found = [self._slots(source) for source in sources]
        self._place()
        return found

    def read_back(self, lines: Iterable[tuple[str, bytes]], after: str, origin: int) -> list[Slot]:
        """Add the lines of a branch from a till that was made of it, and return them.

        Each follows the one before, and the first one the line whose `h` begins with `after`.
        """
        found: list[Slot] = []
        for number, (month, raw) in enumerate(lines, 1):
            slot = Slot(month, number, raw, origin, finished=True)
            slot.after = "" if found else after
            self._begin(slot, found[-1] if found else None)
            if slot.node is None:  # what it was before words were taken out of others nobody knows
                own = self._number(slot)
                self._redacted.setdefault(own, []).append((slot, found[-1] if found else None))
                self._grown.append(own)
            found.append(slot)
        self._place()
        return found

    def settle(self, more: Callable[[], Iterable[Source]]) -> None:
        """Give each line of the journal its place, or say that it has none.

        `more` is asked for what git remembers, where a line is missing or damaged.
        """
        for source in more() if self._is_lacking() else ():
            self.add([source])
            if not self._is_lacking():
                break
        self._begin_without_the_first()
        at, current = 0, self.root
        while at < len(self.slots):
            slot = self.slots[at]
            if slot.node is not None:
                current = slot.node
            elif not slot.dropped:
                stop = next((to for to in range(at, len(self.slots)) if self.slots[to].node is not None), len(self.slots))
                if stop < len(self.slots) and self._descends(self.slots[stop].node, current):
                    for between in self.slots[at:stop]:  # the chain says what belongs between, or that nothing does
                        between.dropped = True
                else:
                    self._stand_in(self.slots[at - 1] if at else slot, slot, current)
                    current = slot.node or self._stays(slot, current)
            at += 1

    def nodes(self) -> Iterator[Node]:
        """Yield every line that is placed."""
        for nodes in self._numbered.values():
            yield from (node for node in nodes if node is not self.root)

    def _is_lacking(self) -> bool:
        lacking = any(slot.node is None and not slot.dropped for slot in self.slots)
        return lacking or max(self._numbered) < self.acknowledged

    # Placing

    def _slots(self, source: Source) -> list[Slot]:
        last = len(source.lines) - 1
        slots: list[Slot] = []
        for number, whole in enumerate(source.lines):
            pieces = _pieces(whole)
            for piece in pieces:
                slot = Slot(source.month, number + 1, piece, source.origin, finished=number < last or not source.unfinished)
                slot.whole = whole if len(pieces) == 1 else piece
                self._begin(slot, slots[-1] if slots else None)
                slots.append(slot)
        if source.origin == HERE:
            self.slots += slots
        return slots

    def _begin(self, slot: Slot, before: Slot | None) -> None:
        """Place a line at once where what it follows is placed, as it is for most of them; else it has to wait."""
        if not is_line(slot.raw) or MARKER.match(slot.raw) or is_stand_in(slot.raw):
            slot.dropped = True
            return
        record = readable(slot.raw)
        if record is None or not isinstance(record.get("h"), str):
            return
        known = self._by_h.get(str(record["h"]))
        if known is not None and known.raw == slot.raw:
            _meet(slot, known)
            return
        if before is not None and before.dropped:
            before = None
        if redacted_of(record):
            if not self._blanked(slot, before):
                self._redacted.setdefault(number_of(record, self.till), []).append((slot, before))
        elif not self._found(slot, record) and not (slot.origin == PAST and slot.raw in self._waiting):
            self._pending.setdefault(number_of(record, self.till), []).append((slot, record))
            self._waiting.add(slot.raw)

    def _place(self) -> None:
        """Place every line that waits for one that is placed by now: its number says where to look."""
        news: set[int] = set()
        while self._grown:
            number = self._grown.pop()
            news |= {number, number + 1}
            waiting = [entry for entry in self._pending.pop(number + 1, ()) if entry[0].node is None]
            left = [entry for entry in waiting if not self._found(*entry)]
            if left:
                self._pending[number + 1] = left
            if not self._grown:  # what is sure comes first
                for each in sorted(self._redacted.keys() & news):
                    blanked = [entry for entry in self._redacted.pop(each) if entry[0].node is None]
                    self._redacted[each] = [entry for entry in blanked if not self._blanked(*entry)]
                news = set()

    def _found(self, slot: Slot, record: Json) -> bool:
        """Place a line that follows one that is placed; tell whether there is one."""
        number = number_of(record, self.till)
        for parent in self._numbered.get(number - 1, ()) if number else ():
            _, sound, links = judged(slot.raw, parent.links)
            if sound:
                own = slot.raw if is_newer(record) else encode(record)
                self._join(slot, own, str(record["h"]), links, parent, number)
                return True
        return False

    def _blanked(self, slot: Slot, before: Slot | None) -> bool:
        """Place a line of which words were taken out: its `h` is known, or it stands after a line that has its place."""
        raw = slot.raw
        record = readable(raw) or {}
        h, number = str(record.get("h")), number_of(record, self.till)
        known = self._by_h.get(h)
        parent = known.parent if known else before.node if before else self._end_before(slot, number)
        if parent is None or parent.number != number - 1:
            return False
        _, _, links = judged(raw, parent.links)
        self._join(slot, raw, h, links, parent, number)
        if known is not None and redacted_of(record):
            known.raw = raw  # what was taken out never comes back
        return True

    def _end_before(self, slot: Slot, number: int) -> Node | None:
        """Return what the first line of a month's file follows: the end of the journal's file before; or what is known of it."""
        if slot.after:
            return next((node for node in self._numbered.get(number - 1, ()) if node.h.startswith(slot.after)), None)
        earlier = [other for other in self.slots if other.month < slot.month]
        return earlier[-1].node if earlier else self.root

    def _join(self, slot: Slot, raw: bytes, h: str, links: Links, parent: Node, number: int) -> None:  # noqa: PLR0913, PLR0917 - what a line is
        known = self._by_h.get(h)
        if known is None:
            known = self._by_h[h] = Node(number, raw, h, links, parent, slot.month, slot.origin)
            self._numbered.setdefault(number, []).append(known)
        self._grown.append(number)
        _meet(slot, known)

    # Lines of the journal that follow nothing

    def _begin_without_the_first(self) -> None:
        """Begin with the oldest line that is left, where nobody has the first one any more and the others are out of order."""
        waiting = [(number, slot) for number, entries in self._pending.items() for slot, _ in entries]
        oldest = min(waiting, key=lambda entry: entry[0], default=None)
        first = next((slot for slot in self.slots if not slot.dropped), None)
        if oldest and first and not self.root.children and 0 < oldest[0] < self._number(first):
            self._stays(oldest[1], self.root)

    def _number(self, slot: Slot) -> int:
        record = readable(slot.raw)
        return number_of(record, self.till) if record is not None else 0

    def _stand_in(self, before: Slot, slot: Slot, current: Node) -> None:
        """Let a line that says as much stand in for the damaged one before a line that was bound to its bytes.

        Damage stops nobody: whoever went on from there was acknowledged. The damaged line itself may hold a customer's words.
        """
        record = readable(slot.raw)
        number = number_of(record, self.till) if record is not None and not redacted_of(record) else 0
        if not before.dropped or number <= current.number or not judged(slot.raw, (link_of(before.whole),))[1]:
            return
        link = link_of(before.whole)
        node = Node(number - 1, stand_in(link), "", (link,), current, before.month, before.origin)
        node.sound, node.passed = False, True
        self._numbered.setdefault(node.number, []).append(node)
        self._grown.append(node.number)
        self._place()

    def _stays(self, slot: Slot, current: Node) -> Node:
        """Give a line that follows nothing its place after the one before it, or drop it; return what comes before the next."""
        record = readable(slot.raw)
        number = self._number(slot) or current.number + 1
        there = self._numbered.get(number, ())
        whole = [node for node in there if node.raw == slot.raw or (node.h and _is_left_of(slot.raw, node))]
        if whole:
            slot.dropped = True
            if whole[0].parent is not current:
                return current
            whole[0].origin = min(whole[0].origin, LEFT)
            return whole[0]
        if not slot.finished and number > self.acknowledged:
            slot.dropped = True
            return current
        _, _, links = judged(slot.whole, current.links)
        node = Node(number, slot.whole, "", links, current, slot.month, slot.origin)
        # Nobody knows what the line after one that cannot be read should follow: it is taken on trust, as every reader does.
        h = (record or {}).get("h")
        node.sound = isinstance(h, str) and not current.sound and readable(current.raw) is None
        if node.sound:
            node.h = str(h)
            self._by_h.setdefault(node.h, node)
        slot.node = node
        self._numbered.setdefault(number, []).append(node)
        self._grown.append(number)
        self._place()
        return node

    @staticmethod
    def _descends(node: Node | None, other: Node) -> bool:
        while node is not None and node.number >= other.number:
            if node is other:
                return True
            node = node.parent
        return False


def _meet(slot: Slot, node: Node) -> None:
    """Let a line be a node; what stands in the journal is what counts."""
    slot.node = node
    if slot.origin < node.origin:
        node.origin, node.month = slot.origin, slot.month


def _pieces(raw: bytes) -> list[bytes]:
    """Return the records on a line around which there are zeros, a mark at the beginning or a return; else the line itself."""
    if b"\0" not in raw and raw.strip(AROUND) == raw:
        return [raw]
    return [piece for piece in (part.strip(AROUND) for part in raw.split(b"\0")) if readable(piece) is not None] or [raw]


def _is_left_of(damaged: bytes, node: Node) -> bool:
    """Tell whether a line is what damage left of another: at least half of it is the same, from both ends, and no other `h`."""
    whole = node.raw
    shorter = min(len(damaged), len(whole))
    before = next((at for at in range(shorter) if damaged[at] != whole[at]), shorter)
    after = next((at for at in range(shorter - before) if damaged[-1 - at] != whole[-1 - at]), shorter - before)
    seals = SEAL.findall(damaged) if len(node.h) == HASH else []  # of a record that was taken over there are two
    others = min((sum(map(ne, seal.decode(), node.h)) for seal in seals), default=0)
    return 2 * (before + after) >= len(whole) and others <= MOST_OTHERS
