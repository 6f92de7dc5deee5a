"""Which records were taken over from a second folder that wrote as the same till; and whether lines are all still here."""

import os
from collections.abc import Iterable, Iterator

from returnkit.model.jsonl import Json
from returnkit.model.record import redacted_of
from returnkit.records.chain import Links, judged, readable
from returnkit.records.healing.tree import AROUND
from returnkit.records.read import blocks, months, tills_in

FORMERLY = b'"formerly":'
OTHERWISE = ("id", "h", "formerly", "redacted", "salt")  # fields that say nothing of what happened in the shop
VOUCHER = "redacted"  # a kind of record


class Moved:
    """Records that were taken over, by the `h` that they had. Anybody can claim that of a record: what they say is compared."""

    def __init__(self) -> None:
        self._records: dict[str, list[Json]] = {}
        self._names: dict[str, str] = {}  # the ids that they had, by those that they have

    def note(self, data: bytes) -> None:
        """Take note of those that stand in some lines."""
        for raw in data.split(b"\n") if FORMERLY in data else ():
            record = readable(raw) if FORMERLY in raw else None
            own, h = former(record)
            if record is not None and h:
                self._records.setdefault(h, []).append(record)
                self._names[str(record.get("id"))] = own

    def ids(self) -> dict[str, str]:
        """Return the ids that they have, by the `h` that they had."""
        return {h: str(records[-1].get("id")) for h, records in self._records.items()}

    def holds(self, h: str, record: Json) -> bool:
        """Tell whether a record that had an `h` is among them: one says the same, but for ids and words that were taken out."""
        return any(self._are_the_same(record, other) for other in self._records.get(h, ()))

    def gone(self, h: str) -> set[str]:
        """Return which words were taken out of a record that had an `h`, wherever it stands."""
        return {field for record in self._records.get(h, ()) for field in redacted_of(record)}

    def _are_the_same(self, one: Json, other: Json) -> bool:
        but = {*OTHERWISE, *redacted_of(one), *redacted_of(other)} | ({"line"} if one.get("kind") == VOUCHER else set())
        one, other = ({field: value for field, value in record.items() if field not in but} for record in (one, other))
        return one == other or self._as_it_was(one) == self._as_it_was(other)

    def _as_it_was(self, value: object) -> object:
        """Return a record, or what stands in one, with the ids that were there before."""
        if isinstance(value, dict):
            return {field: self._as_it_was(each) for field, each in value.items()}
        if isinstance(value, list):
            return [self._as_it_was(each) for each in value]
        return self._names.get(value, value) if isinstance(value, str) else value


def taken_over(records: str, *tills: str) -> Moved:
    """Return the records that were taken over, in all tills or some. Raises UnreadableError."""
    found = Moved()
    for till in tills or tills_in(records):
        for month in months(os.path.join(records, till)):
            for data, _ in blocks(os.path.join(records, till, month)):
                found.note(data)
    return found


def former(record: Json | None) -> tuple[str, str]:
    """Return the id and the `h` that a record had before it was taken over; nothing where it was not."""
    table = record.get("formerly") if record is not None else None
    return (str(table.get("id")), str(table.get("h"))) if isinstance(table, dict) else ("", "")


def first_missing(records: str, till: str, lines: Iterable[bytes]) -> int:
    """Return the number of the first of some lines of a till that is nowhere in the records any more; 0 where there is none.

    The lines are those of one version of a file. One stands there still if its `h` does, with its words or without, or if it
    was taken over; one that is not as it was written was nobody's record. Raises UnreadableError.
    """
    here, moved = {*_seals(records, till)}, taken_over(records)
    for number, (_, record, sound) in enumerate(written(lines), 1):
        if record is not None and sound:
            seals = {str(record.get("h")), former(record)[1]}
            if here.isdisjoint(seals) and not any(moved.holds(h, record) for h in seals):
                return number
    return 0


def written(lines: Iterable[bytes]) -> Iterator[tuple[bytes, Json | None, bool]]:
    """Yield each line of one version of a file, its record (None: it cannot be read), and whether it is as it was written.

    Of what follows a line that cannot be read nobody can say that it is not.
    """
    links: Links = ()
    for line in lines:
        raw = line.strip(AROUND + b"\n")
        record, sound, following = judged(raw, links)
        yield raw, record, record is not None and (sound or not links)
        links = following if record is not None else ()


def _seals(records: str, till: str) -> Iterator[str]:
    folder = os.path.join(records, till)
    for month in months(folder):
        for data, _ in blocks(os.path.join(folder, month)):
            yield from (str((readable(raw) or {}).get("h")) for raw in data.split(b"\n") if raw)
