"""Which records were taken over from a second folder that wrote as the same till; and whether lines are all still here."""

import os
from collections.abc import Iterable, Iterator

from returnkit.records.chain import Links, judged, readable
from returnkit.records.read import blocks, months, tills_in

FORMERLY = b'"formerly":'


def taken_over(records: str) -> dict[str, str]:
    """Return the new ids of the records that were taken over, by the `h` that they had. Raises UnreadableError."""
    found: dict[str, str] = {}
    for till in tills_in(records):
        for month in months(os.path.join(records, till)):
            for data, _ in blocks(os.path.join(records, till, month)):
                found |= taken_over_in(data)
    return found


def taken_over_in(data: bytes) -> dict[str, str]:
    """Return the new ids of the records in some lines that were taken over, by the `h` that they had."""
    found: dict[str, str] = {}
    for raw in data.split(b"\n") if FORMERLY in data else ():
        record = readable(raw) if FORMERLY in raw else None
        formerly = record.get("formerly") if record is not None else None
        if record is not None and isinstance(formerly, dict):
            found[str(formerly.get("h"))] = str(record.get("id"))
    return found


def first_missing(records: str, till: str, lines: Iterable[bytes]) -> int:
    """Return the number of the first of some lines of a till that is nowhere in the records any more; 0 where there is none.

    The lines are those of one version of a file. One stands there still if its `h` does, with its words or without, or if it
    was taken over; one that is not as it was written was nobody's record. Raises UnreadableError.
    """
    here = {*_seals(records, till), *taken_over(records)}
    links: Links | None = None
    for number, raw in enumerate(lines, 1):
        record, sound, following = judged(raw.removesuffix(b"\n"), links or ())
        if record is not None and (sound or not links) and str(record.get("h")) not in here:
            return number
        links = following if record is not None else None
    return 0


def _seals(records: str, till: str) -> Iterator[str]:
    folder = os.path.join(records, till)
    for month in months(folder):
        for data, _ in blocks(os.path.join(folder, month)):
            yield from (str((readable(raw) or {}).get("h")) for raw in data.split(b"\n") if raw)
