"""Whether every line that words were taken out of is what some record vouches for, and whether what was vouched for was done."""

from collections.abc import Iterator
from typing import IO, NamedTuple

from returnkit.errors import Problem
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import Json, numbered
from returnkit.model.record import redacted_of
from returnkit.records.chain import Links, holds, is_stand_in, link_of, readable
from returnkit.records.disk import plain
from returnkit.records.erasure.redact import REQUEST, VOUCHER, till_of, without

SPEAKING = (VOUCHER, REQUEST)  # kinds of record that say what was taken out, or is to be
FINISH = "run returnkit records redact --finish"
NEXT = "{0} does it at its next returnkit records sync; if that till is no more: returnkit records redact --finish --gone {0}"
MEND = "see whether returnkit records heal puts it back; else put it back from a copy, and take the words out again"


Place = tuple[str, int]  # a file, and the number of a line in it


class _Left(NamedTuple):
    """What is left of a line."""

    fields: set[str]
    digest: str
    sealed: bool  # it was written as it stands
    place: Place


class Vouching:
    """What lines say of words that were taken out, gathered while each is read once."""

    def __init__(self) -> None:
        self.digests: dict[str, set[str]] = {}  # that are vouched for, by id
        self._left: dict[str, list[_Left]] = {}
        self._vouched: dict[str, tuple[set[str], Place]] = {}
        self._asked: dict[str, tuple[set[str], Place]] = {}
        self._stand_ins: set[str] = set()  # of damaged lines, of which nothing is left

    def see(self, record: Json, raw: bytes, before: Links, place: Place) -> None:
        """Take note of a line that can be read; `before` is what it may follow."""
        own, kind, gone = str(record.get("id")), record.get("kind"), redacted_of(record)
        if gone:
            self._left.setdefault(own, []).append(_Left({*gone}, sha256_hex(raw), holds(record, before), place))
        if kind in (VOUCHER, REQUEST):
            about, fields = str(record.get("redacts")), record.get("fields")
            known = self._vouched if kind == VOUCHER else self._asked
            earlier = known.get(about, (set(), place))[0]
            known[about] = earlier | {*map(str, fields if isinstance(fields, list) else ())}, place
            if kind == VOUCHER:
                self.digests.setdefault(about, set()).add(str(record.get("line")))

    def stands_in(self, raw: bytes) -> None:
        """Take note of a line that stands in for a damaged one."""
        self._stand_ins.add(sha256_hex(raw))

    def is_vouched(self, old: bytes, new: bytes) -> bool:
        """Tell whether a line may have become another one: some words are gone, and nothing else."""
        if is_stand_in(new):
            return link_of(old) == link_of(new)
        before, after = readable(old), readable(new)
        if before is None or after is None:
            return False
        return sha256_hex(new) in self.digests.get(str(after.get("id")), ()) and without(before, redacted_of(after)) == new

    def problems(self) -> Iterator[Problem]:
        """Yield lines that nobody vouches for, and what was begun and not finished by the tills that write here."""
        for own, every in self._left.items():
            for left in every:
                if not left.sealed and left.digest not in self.digests.get(own, ()):
                    yield Problem("words were taken out of this line, and no record vouches for what is left", MEND, *left.place)
        for own, (fields, place) in self._vouched.items():
            if not self._is_gone(own, fields):
                yield Problem(f"unfinished: words of {own} were to be taken out, and are still there", FINISH, *place)

    def outstanding(self, own_tills: list[str]) -> Iterator[Problem]:
        """Yield what somebody asked for and the till that has to do it has not done yet."""
        for own, (fields, place) in self._asked.items():
            till = till_of(own)
            if not self._is_gone(own, fields):
                remedy = FINISH if till in own_tills else NEXT.format(till)
                yield Problem(f"words of {own} are to be taken out, and are still there", remedy, *place)

    def _is_gone(self, own: str, fields: set[str]) -> bool:
        if own not in self._left:
            return not self._stand_ins.isdisjoint(self.digests.get(own, ()))
        return all(fields <= left.fields for left in self._left[own])


def differs(old: IO[bytes], path: str, vouching: Vouching, *, redacted: bool = False) -> int:
    """Return the number of the first line of a file that is neither what it was nor vouched for; 0 where there is none.

    `old` are the lines that it had; with `redacted` only those count that words were taken out of since. Raises OSError.
    """
    with open(path, "rb", opener=plain) as file:
        new = numbered(file)
        for number, before in numbered(old):
            after = next(new, (number, b""))[1]
            same = after == before or (not before.endswith(b"\n") and after.startswith(before))
            if not same and not vouching.is_vouched(before.removesuffix(b"\n"), after.removesuffix(b"\n")):
                record = readable(after.removesuffix(b"\n")) or {}
                if not redacted or (redacted_of(record) and record.get("h") == (readable(before) or {}).get("h")):
                    return number
    return 0
