"""The end of a journal file: what a crash may have left there, and where the next line begins.

Pure: bytes in, a judgement out. `journal` does what it says.
"""

from typing import NamedTuple

from returnkit.errors import UnreadableError
from returnkit.model.ids import split_id
from returnkit.model.jsonl import Json
from returnkit.records.chain import BEGINNING, NEWER, Links, holds, is_newer, judged, readable

PADDING = b"\0\n"


class End(NamedTuple):
    """Where a till's journal ends: the number of its newest line, what the next one covers, and what it may follow."""

    seq: int = 0
    link: str = ""
    links: Links = BEGINNING
    damaged: int = 0  # whole lines at the very end that nobody can trust
    time: str = ""  # when the newest line that can be read was written, by the clock of that moment


class Repair(NamedTuple):
    """What a crash left: the first `keep` bytes stay, `fragment` was torn off, a newline may be missing."""

    keep: int
    fragment: bytes = b""
    newline: bool = False


def last_line(data: bytes) -> tuple[int, int]:
    """Return where the last line that holds anything begins, and where it ends without its newline."""
    stripped = data.rstrip(PADDING)
    return stripped.rfind(b"\n") + 1, len(stripped)


def repair(data: bytes, before: End, acknowledged: int) -> Repair | None:
    """Return what must be mended at the end of a file's bytes; None where nothing must.

    `before` is the end of the line before the last one, `acknowledged` the newest number that was ever acknowledged here
    (0 = not known). A whole record that lacks only its newline stays; NUL padding goes; anything else unfinished is a
    fragment. A whole line is never touched; and a last line that was acknowledged is no fragment, whatever became of it.
    """
    start, end = last_line(data)
    last, rest = data[start:end], data[end:]
    was_acknowledged = before.seq < acknowledged
    if rest.startswith(b"\n") and (b"\0" not in last or (was_acknowledged and not _begins_with_a_record(last, before))):
        return Repair(end + 1) if b"\0" in rest else None
    if not last:
        return Repair(end) if rest else None
    if b"\0" in last and _begins_with_a_record(last, before):
        whole = start + last.index(b"\0")
        return Repair(whole, data[whole:], newline=True)
    record = readable(last)
    if was_acknowledged or (record is not None and holds(record, before.links)):
        return Repair(end, newline=True)
    return Repair(start, data[start:])


def _begins_with_a_record(last: bytes, before: End) -> bool:
    """Tell whether zeros follow a record that only lacked its newline: they stand where that and the next line should."""
    record = readable(last.partition(b"\0")[0])
    return record is not None and holds(record, before.links)


def end_of(lines: list[bytes], before: End, till: str) -> End:
    """Return the end after whole lines (without newlines) that follow `before`.

    A damaged line keeps its number: the record that it was may come back from a copy. Raises UnreadableError where a newer
    program wrote.
    """
    end = before
    for raw in filter(is_line, lines):
        record, sound, links = judged(raw, end.links)
        if sound and record is not None and is_newer(record):
            raise UnreadableError(NEWER)
        seq = number_of(record, till) if record is not None else 0
        end = End(
            seq=seq or end.seq + 1,
            link=links[0],
            links=links,
            damaged=0 if sound else end.damaged + 1,
            time=clock_time(record) or end.time,
        )
    return end


def is_line(raw: bytes) -> bool:
    """Tell whether there is anything on a line: an empty one was never a record, and takes no number."""
    return bool(raw.strip(b"\0"))


def number_of(record: Json, till: str) -> int:
    """Return the number in a record's id; 0 where it has none or it is of another till."""
    try:
        own, seq, _ = split_id(str(record.get("id", "")))
    except ValueError:
        return 0
    return seq if own == till else 0


def clock_time(record: Json | None) -> str:
    """Return when a record was written by the clock: `entered` of a late entry, else its `time`."""
    if record is None:
        return ""
    return str(record.get("entered") or record.get("time") or "")
