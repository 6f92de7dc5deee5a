"""Recovery: what a crash left at the end of a till's journal is mended by the next writer, under its lock.

Nothing is thrown away: what is cut off was copied durably to `.torn` before. Whole lines are never touched, but for those of
many that were written at once and never acknowledged: a power cut may leave gaps in them, and what stands after a gap follows
nothing. Before so many are written, `.unfinished` says where they will stand.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from returnkit.model.text import is_number
from returnkit.records.chain import judged
from returnkit.records.disk import FOLDER, close, make_folder, not_written, plain, write_whole
from returnkit.records.read import months
from returnkit.records.tail import End, clock_time, end_of, is_line, last_line, number_of, repair

QUARANTINE = ".torn"
UNFINISHED = ".unfinished"
LONGEST_MARK = 256
MOST_DIGITS = 18
CHUNK = 4096


class Batch(NamedTuple):
    """Many lines that are written at once: in which file, from which byte, how many bytes, and the `h` that they follow."""

    file: str
    start: int
    size: int
    link: str


class Recovery:
    """The end of one till's journal. `folder` is the locked descriptor of the folder at `path`.

    `acknowledged` is the newest number that was ever acknowledged here (0 = not known).
    """

    def __init__(self, folder: int, path: str, till: str, acknowledged: int, note: Callable[[str], object]) -> None:
        self.folder, self.path, self.till = folder, path, till
        self.acknowledged, self.note = acknowledged, note

    def end(self) -> End:
        """Return where the journal ends, after what a crash left there is mended. Raises NotWrittenError, OSError."""
        self._mend_batch()
        files = months(self.path)
        while files:
            end = self._end_of_newest(files)
            if end is not None:
                if end.damaged:
                    lines = "the last line" if end.damaged == 1 else f"the last {end.damaged} lines"
                    where = os.path.join(self.path, files[-1])
                    self.note(f"{lines} of {where} cannot be trusted; see returnkit records verify")
                return end
            files.pop()
        return End()

    def _end_of_newest(self, files: list[str]) -> End | None:
        """Return the end of the newest file, mended; None where nothing is in it."""
        descriptor = open_month(self.folder, files[-1], self.path)
        try:
            while size := os.fstat(descriptor).st_size:
                before, lines, data = self._last_lines(descriptor, size, files)
                previous = end_of(lines[:-1], before, self.till)
                found = repair(data, previous, self.acknowledged)
                if found is None:
                    end = end_of(lines[-1:], previous, self.till) if lines else None
                    if end is not None and end.seq > self.acknowledged:
                        os.fsync(descriptor)  # whoever wrote that never came to sync it; nothing goes on top before it is safe
                    return end
                keep = size - len(data) + found.keep
                if found.fragment:
                    name = put_aside(self.folder, files[-1], keep, found.fragment)
                    where = os.path.join(self.path, name)
                    self.note(f"an unfinished line of {len(found.fragment)} bytes was put aside: {where}")
                os.ftruncate(descriptor, keep)
                if found.newline:
                    write_whole(descriptor, b"\n")
                os.fsync(descriptor)
        finally:
            close(descriptor)
        return None

    def _mend_batch(self) -> None:
        """Keep of many lines that were written at once those before a gap, where their writer never came to the end."""
        batch = _unfinished_batch(self.folder)
        if batch is None:
            return
        if batch.file in months(self.path):
            descriptor = open_month(self.folder, batch.file, self.path)
            try:
                self._cut_at_gap(descriptor, batch)
            finally:
                close(descriptor)
        end_batch(self.folder)

    def _cut_at_gap(self, descriptor: int, batch: Batch) -> None:
        size = os.fstat(descriptor).st_size
        if not batch.start < size <= batch.start + batch.size:
            return
        files = [file for file in months(self.path) if file <= batch.file]
        before, lines, _ = self._last_lines(descriptor, batch.start, files)
        end = end_of(lines, before, self.till)
        if end.link != batch.link:
            return  # it is another file by now
        keep, data = 0, os.pread(descriptor, batch.size, batch.start)
        for raw in data.split(b"\n")[:-1]:  # what lacks its newline is judged as any other end is
            _, sound, links = judged(raw, end.links)
            if not (sound and is_line(raw)):
                name = put_aside(self.folder, batch.file, batch.start + keep, data[keep:])
                where = os.path.join(self.path, name)
                self.note(f"{len(data) - keep} bytes that a crash left of an import were put aside: {where}; import it again")
                os.ftruncate(descriptor, batch.start + keep)
                break
            keep += len(raw) + 1
            end = end._replace(links=links)
        os.fsync(descriptor)

    def _last_lines(self, descriptor: int, size: int, files: list[str]) -> tuple[End, list[bytes], bytes]:
        """Return the end before the last lines of a file, those lines, and the bytes that they stand in.

        As few as can be judged: the last line and a readable one before it, else the whole file after the files before it.
        """
        length = CHUNK
        while length < size:
            data = os.pread(descriptor, length, size - length)
            _, stop = last_line(data)
            lines = data[:stop].split(b"\n")[1:]
            for at in range(len(lines) - 2, -1, -1):
                seed = _trusted(lines[at], self.till)
                if seed is not None:
                    rest = lines[at + 1 :]
                    return seed, rest, data[stop - len(b"\n".join(rest)) :]
            length *= 8
        data = os.pread(descriptor, size, 0)
        _, stop = last_line(data)
        return self._end_before(files), data[:stop].split(b"\n") if stop else [], data

    def _end_before(self, files: list[str]) -> End:
        """Return where the journal ended before its newest file began."""
        for at in range(len(files) - 2, -1, -1):
            path = os.path.join(self.path, files[at])
            descriptor = plain(path, os.O_RDONLY)
            try:
                size = os.fstat(descriptor).st_size
                before, lines, _ = self._last_lines(descriptor, size, files[: at + 1])
            finally:
                close(descriptor)
            if lines:
                return end_of(lines, before, self.till)
        return End()


def _trusted(raw: bytes, till: str) -> End | None:
    """Return a line as the end of what came before it, if it can be read and has a number; nobody checks it again."""
    record, _, links = judged(raw, ())
    number = 0 if record is None else number_of(record, till)
    if record is None or not number or not isinstance(record.get("h"), str):
        return None
    return End(number, str(record["h"]), links, time=clock_time(record))


def begin_batch(folder: int, batch: Batch) -> None:
    """Say durably where many lines will stand, before they are written. Raises OSError."""
    descriptor = plain(UNFINISHED, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, folder=folder)
    try:
        write_whole(descriptor, " ".join(map(str, batch)).encode() + b"\n")
        os.fsync(descriptor)
    finally:
        close(descriptor)
    os.fsync(folder)


def end_batch(folder: int) -> None:
    """Many lines are all there, or none: nobody need look any more. Where it cannot be said, somebody looks for nothing."""
    with suppress(OSError):
        os.unlink(UNFINISHED, dir_fd=folder)
        os.fsync(folder)


def _unfinished_batch(folder: int) -> Batch | None:
    """Return the lines that were being written when somebody died; None where there are none. Raises OSError."""
    try:
        descriptor = plain(UNFINISHED, os.O_RDONLY, folder=folder)
    except FileNotFoundError:
        return None
    try:
        line = os.read(descriptor, LONGEST_MARK).decode("ascii", "replace")
    finally:
        close(descriptor)
    file, start, size, link = [*line.removesuffix("\n").split(" "), "", "", ""][:4]
    whole = line.endswith("\n") and is_number(start, MOST_DIGITS) and is_number(size, MOST_DIGITS)
    return Batch(file, int(start), int(size), link) if whole else Batch("", 0, 0, "")  # half of it: nothing was written yet


def open_month(folder: int, name: str, path: str) -> int:
    """Open a month's file for appending, made where there is none. Raises NotWrittenError; only a plain file will do."""
    try:
        return plain(name, os.O_RDWR | os.O_APPEND | os.O_CREAT, folder=folder)
    except OSError as error:
        raise not_written(os.path.join(path, name), error) from None


def put_aside(folder: int, name: str, offset: int, fragment: bytes) -> str:
    """Keep a fragment durably before it is cut off, and return where: `.torn/<file>.<offset>.<its hash>`."""
    from returnkit.model.digest import sha256_hex

    make_folder(QUARANTINE, folder=folder)
    os.fsync(folder)
    torn = os.open(QUARANTINE, FOLDER, dir_fd=folder)
    try:
        kept = f"{name}.{offset}.{sha256_hex(fragment)[:16]}"
        temporary = f".{kept}"
        descriptor = plain(temporary, os.O_WRONLY | os.O_CREAT, folder=torn)
        try:
            if os.fstat(descriptor).st_size:  # of who died here before
                os.ftruncate(descriptor, 0)
            write_whole(descriptor, fragment)
            os.fsync(descriptor)
        finally:
            close(descriptor)
        os.rename(temporary, kept, src_dir_fd=torn, dst_dir_fd=torn)
        os.fsync(torn)
    finally:
        close(torn)
    return os.path.join(QUARANTINE, kept)
