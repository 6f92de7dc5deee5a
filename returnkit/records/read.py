"""Reading the journals: which files there are, their lines, and the newest lines that say something.

Lines are split at the newline byte and nowhere else. A last line without one counts if it is a whole record; what is torn
is nobody's record yet. What cannot be read is named, and never taken for nothing.
"""

import os
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from returnkit.errors import Problem, UnreadableError
from returnkit.model.ids import is_till
from returnkit.model.jsonl import LONGEST_LINE, Json, numbered
from returnkit.model.record import current
from returnkit.records.chain import BEGINNING, NEWER, Links, holds, is_newer, judged, readable
from returnkit.records.disk import NOT_PLAIN, PUT_BACK, plain

if TYPE_CHECKING:
    from returnkit.records.known import Accepted

ENDING = ".jsonl"
BLOCK = 256 * 1024
MEND = "see what can be mended: returnkit records heal"
MOST = 300  # damaged lines of a file that are named; more are counted


class Line(NamedTuple):
    """A line of a journal, where it stands, and the record on it (None where it cannot be read, or is a newer program's).

    Of a file that is damaged all over the last one stands for many: it is the first of so many `lines` that are only counted.
    """

    file: str
    number: int
    raw: bytes
    record: Json | None
    newer: bool = False
    lines: int = 1


class Damage:
    """The damaged lines of a file: some hundred are told one by one, and all that a person accepted; the rest is counted."""

    def __init__(self, path: str, told: int = 0) -> None:
        self.path, self.told = path, told
        self.more = 0
        self.first, self._raw = (0, 0), b""  # of those that are counted: its number, its first byte, and what stands there
        self._is_known: Callable[[str, bytes], Accepted | None] | None = None
        self._has_head: Callable[[bytes], bool] | None = None

    def is_told(self, number: int, raw: bytes, at: int = 0) -> bool:
        """Tell whether a damaged line is one of those that are told; count it if it is not."""
        if self.told < MOST:
            self.told += 1
            return True
        if self._known(raw) is not None:
            return True
        if not self.more:
            self.first, self._raw = (number, at), raw
        self.more += 1
        return False

    def is_behind(self, before: bytes, raw: bytes) -> bool:
        """Tell whether a line stands behind one that a person accepted: nobody knows what it followed."""
        accepted = self._known(before)
        if accepted is None:
            return False
        from returnkit.records.known import digest

        return accepted.after == digest(raw)

    def _known(self, raw: bytes) -> "Accepted | None":
        if self._is_known is None:
            from returnkit.records.known import Known

            self._is_known = Known(os.path.dirname(os.path.dirname(self.path))).of
        return self._is_known(self.path, raw)

    def goes_on(self, number: int, raw: bytes, at: int = 0) -> bool:
        """Tell quickly, where enough lines are told, that a line (with its newline) is one more that is only counted."""
        if self.told < MOST or raw[-1:] != b"\n":
            return False
        if self._has_head is None:
            from returnkit.records.form import has_head

            self._has_head = has_head
        return not self._has_head(raw) and not self.is_told(number, raw[:-1], at)

    def rest(self) -> Iterator[Line]:
        """Yield the line that stands for all that were counted, if there are any."""
        if self.more:
            yield Line(self.path, self.first[0], self._raw, None, lines=self.more)


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


def is_journal(path: str) -> bool:
    """Tell whether a path from the shop folder is that of a journal: records/k3/2026-11.jsonl."""
    room, _, rest = path.partition("/")
    till, _, month = rest.partition("/")
    return room == "records" and is_till(till) and is_month(month)


def is_copy(name: str) -> bool:
    """Tell whether a file beside the journals has the name of a month with something to it, as copies have."""
    return not is_month(name) and is_month(name[: len("2026-11")] + ENDING)


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
    damage, last = Damage(path), b""
    try:
        with open(path, "rb", opener=plain) as file:
            for number, raw in numbered(file):
                if damage.told >= MOST and damage.goes_on(number, raw):
                    links, lost = (), True
                    continue
                line = raw.removesuffix(b"\n")
                if not line.strip(b"\0"):
                    if damage.is_told(number, line):
                        yield Line(path, number, line, None)
                    lost = True
                    continue
                record, sound, links = judged(line, links)
                newer = sound and record is not None and is_newer(record)
                if raw.endswith(b"\n") or sound or not may_be_torn(line):
                    trusted = record is not None and not is_newer(record) and (sound or lost or damage.is_behind(last, line))
                    told = current(record) if trusted and record is not None else None
                    if told is not None or newer or damage.is_told(number, line):
                        yield Line(path, number, line, told, newer)
                lost, last = record is None, line
    except OSError as error:
        raise unreadable(path, error) from None
    yield from damage.rest()


def may_be_torn(line: bytes) -> bool:
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
                rest = data[:first] if first <= 2 * BLOCK else b""
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

    A line that is far too long for a record comes in pieces, each of them too long as well. Raises UnreadableError.
    """
    try:
        with open(path, "rb", opener=plain) as file:
            file.seek(start)
            rest = bytearray()
            while data := file.read(BLOCK):
                if len(rest) > 2 * BLOCK:
                    start += len(rest) - BLOCK
                    yield bytes(rest[:-BLOCK]), start
                    del rest[:-BLOCK]
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
