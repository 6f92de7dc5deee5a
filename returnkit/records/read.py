"""Reading the journals: which files there are, their lines, and the newest lines that say something.

Lines are split at the newline byte and nowhere else. A last line without one counts if it is a whole record; what is torn
is nobody's record yet. What cannot be read is named, and never taken for nothing.
"""

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from returnkit.errors import Problem, UnreadableError
from returnkit.model.ids import is_till
from returnkit.model.jsonl import LONGEST_LINE, Json, numbered
from returnkit.model.record import current
from returnkit.records.chain import BEGINNING, NEWER, Links, holds, is_newer, judged, readable
from returnkit.records.disk import NOT_PLAIN, PUT_BACK, plain

ENDING = ".jsonl"
BLOCK = 256 * 1024


class Line(NamedTuple):
    """A line of a journal, where it stands, and the record on it (None where it cannot be read, or is a newer program's)."""

    file: str
    number: int
    raw: bytes
    record: Json | None
    newer: bool = False


def tills_in(records: str) -> list[str]:
    """Return the names of the tills that have a folder."""
    try:
        entries = [entry for entry in os.scandir(records) if is_till(entry.name)]
        for entry in entries:
            if entry.is_symlink():
                remedy = "put the folder back, and its records with it"
                raise UnreadableError(Problem("a link stands in the place of a till's folder", remedy, entry.path))
        return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(records, error) from None


def is_month(name: str) -> bool:
    """Tell whether a file's name is that of a month's journal."""
    month = name.removesuffix(ENDING)
    return (
        name.endswith(ENDING)
        and len(month) == len("2026-11")
        and month[4] == "-"
        and (month[:4] + month[5:]).isascii()
        and (month[:4] + month[5:]).isdigit()
        and "01" <= month[5:] <= "12"
    )


def months(till_folder: str) -> list[str]:
    """Return the names of a till's files, oldest first."""
    try:
        return sorted(filter(is_month, os.listdir(till_folder)))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(till_folder, error) from None


def lines(path: str, before: str = "") -> Iterator[Line]:
    """Yield the lines of a file, oldest first; an unfinished end is left out.

    `before` is the path of the till's file before it, if there is one: a line that does not follow the one before it, or is
    not as it was written, is damaged. Raises UnreadableError where the file cannot be read.
    """
    links = end_of(before) if before else BEGINNING
    lost = False  # nobody knows what the line after one that cannot be read should follow
    try:
        with open(path, "rb", opener=plain) as file:
            for number, raw in numbered(file):
                line = raw.removesuffix(b"\n")
                if not line.strip(b"\0"):
                    yield Line(path, number, line, None)
                    lost = True
                    continue
                record, sound, links = judged(line, links)
                newer = sound and record is not None and is_newer(record)
                if raw.endswith(b"\n") or sound or not _may_be_torn(line):
                    trusted = (sound or lost) and record is not None and not is_newer(record)
                    yield Line(path, number, line, current(record) if trusted and record is not None else None, newer)
                lost = record is None
    except OSError as error:
        raise unreadable(path, error) from None


def _may_be_torn(line: bytes) -> bool:
    """Tell whether a line without an end may be the beginning of a record: another program may have left anything there."""
    return line.startswith(b"{") and b"\r" not in line and len(line) <= LONGEST_LINE


def journal_files(records: str, till: str) -> Iterator[tuple[str, str]]:
    """Yield the paths of a till's files that hold anything, oldest first, each after that of the one before it (or nothing)."""
    before = ""
    for month in months(os.path.join(records, till)):
        path = os.path.join(records, till, month)
        try:
            found = os.stat(path, follow_symlinks=False)
        except OSError as error:
            raise unreadable(path, error) from None
        if found.st_size or not stat.S_ISREG(found.st_mode):
            yield before, path
            before = path


def end_of(path: str) -> Links:
    """Return what the first line after a file may follow."""
    try:
        with open(path, "rb", opener=plain, buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            data = os.pread(file.fileno(), BLOCK, max(0, size - BLOCK))
    except OSError as error:
        raise unreadable(path, error) from None
    return judged(data.rstrip(b"\n\0").rpartition(b"\n")[2], ())[2]


def with_text(path: str, needle: bytes) -> Iterator[Json]:
    """Yield the records of a file whose line holds these bytes, newest first.

    It reads from the end and stops when the caller has enough; of A to Z, small and capital letters are the same to it. A
    line that cannot be read is passed over: damage elsewhere never stops the counter. Raises UnreadableError where the file
    cannot be read.
    """
    needle = needle.lower()
    try:
        with open(path, "rb", opener=plain, buffering=0) as file:
            descriptor = file.fileno()
            end = os.fstat(descriptor).st_size
            rest = b""  # the beginning of a line whose end was in the block after
            while end > 0:
                start = max(0, end - BLOCK)
                data = os.pread(descriptor, end - start, start) + rest
                end = start
                first = data.find(b"\n") + 1 if start else 0
                if start and not first:
                    rest = data if len(data) <= 2 * BLOCK else b""  # longer than any record
                    continue
                rest = data[:first]
                yield from _found(data, first, needle)
    except OSError as error:
        raise unreadable(path, error) from None


def _found(data: bytes, first: int, needle: bytes) -> Iterator[Json]:
    """Yield the records on lines of a block that hold the needle, newest first; lines before `first` are not whole."""
    plain_letters = data.lower()
    at = plain_letters.rfind(needle, first)
    while at >= 0:
        begin = data.rfind(b"\n", first, at) + 1 or first
        stop = data.find(b"\n", at)
        record = readable(data[begin : stop if stop >= 0 else len(data)])
        if record is not None and not is_newer(record):
            yield current(record)
        elif record is not None and _is_sound(record, data[:begin].rstrip(b"\n").rpartition(b"\n")[2]):
            raise UnreadableError(NEWER)
        at = plain_letters.rfind(needle, first, max(begin - 1, first))


def _is_sound(record: Json, before: bytes) -> bool:
    """Tell whether a record follows the line before it: a flipped bit can make any number of a version."""
    previous = readable(before)
    return previous is not None and holds(record, (str(previous.get("h")),))


def blocks(path: str, start: int = 0) -> Iterator[tuple[bytes, int]]:
    """Yield whole lines of a file from a byte on, many at once, and where each block ends; then the unfinished end, if any.

    Raises UnreadableError.
    """
    try:
        with open(path, "rb", opener=plain) as file:
            file.seek(start)
            rest = bytearray()  # a line may be as long as the file
            while data := file.read(BLOCK):
                cut = data.rfind(b"\n") + 1
                whole = bytes(rest) + data[:cut] if cut else b""
                if cut:
                    rest.clear()
                rest += data[cut:]
                start += len(whole)
                yield whole, start
            if rest:
                yield bytes(rest), start + len(rest)
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: str, error: OSError) -> UnreadableError:
    """Return the refusal for a file that cannot be read."""
    if error.strerror == NOT_PLAIN:
        return UnreadableError(Problem(NOT_PLAIN, PUT_BACK, path))
    return UnreadableError(Problem(f"it cannot be read: {error.strerror}", "check the disk and the folder's rights", path))
