"""Journals looked at ahead, long ones by all the processors that there are: which of their lines need not be looked at again."""

import os
import sys
from collections.abc import Generator, Iterator
from typing import NamedTuple

from returnkit.model.ids import record_ids
from returnkit.model.jsonl import LONGEST_LINE
from returnkit.records.chain import readable
from returnkit.records.disk import plain
from returnkit.records.form import fine_h
from returnkit.records.tail import number_of

PART = 4 * 1024 * 1024
TOGETHER = 8 * 1024 * 1024  # bytes from which on other processors are worth waking
MOST_PROCESSES = 8
MOST_BAD = 300  # lines of a part that follow nothing; after more of them it is left to whoever looks at each line
FAR = sys.maxsize


class Run(NamedTuple):
    """Lines of which each is in its one form and follows the one before it, in the chain and in the numbers.

    Whether the line before the first of them (number `seq`, with this `h`) is sound, who knows the line before that has to see.
    They begin and end at these bytes; `last` is the `h` of the last one.
    """

    seq: int
    h: str
    begin: int
    end: int
    lines: int
    last: str


class Part(NamedTuple):
    """The lines of a till's file that begin within some bytes, and their runs. `inode` tells it from one that took its place."""

    till: str
    path: str
    start: int
    stop: int
    inode: int = 0
    runs: tuple[Run, ...] = ()


NONE = Run(0, "", 0, 0, 0, "")


def ahead(files: list[tuple[str, str]]) -> Generator[Part, None, None]:
    """Yield the parts of each file (of its till, at its path) in order, at least one of each."""
    parts = [part for till, path in files for part in _parts(till, path)]
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if sum(_size(path) for _, path in files) < TOGETHER or processes < 2:  # noqa: PLR2004 - alone
        yield from map(_looked_at, parts)
        return
    from multiprocessing import get_context

    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_looked_at, parts)


def _parts(till: str, path: str) -> Iterator[Part]:
    """Yield a file's parts; the last one goes on for ever, since a till may be writing."""
    starts = range(0, max(_size(path), 1), PART)
    yield from (Part(till, path, start, start + PART if start != starts[-1] else FAR) for start in starts)


def _size(path: str) -> int:
    try:
        return os.stat(path, follow_symlinks=False).st_size
    except OSError:
        return 0  # whoever reads it names that


def _looked_at(part: Part) -> Part:
    """Return a part with its runs; with none where the file cannot be read: whoever reads it names that."""
    try:
        with open(part.path, "rb", opener=plain) as file:
            file.seek(max(part.start - 1, 0))
            data = file.read(part.stop - part.start + 1 if part.stop < FAR else -1)
            data += file.readline(LONGEST_LINE)  # the rest of the last line
            inode = os.fstat(file.fileno()).st_ino
    except OSError:
        return part
    skipped = data.find(b"\n") + 1 if part.start else 0  # of a line of the part before
    if part.start and not skipped:
        return part
    lines = data[skipped:].split(b"\n")
    lines.pop()  # somebody may be writing the rest of it now
    return part._replace(inode=inode, runs=tuple(_runs(part.till, lines, max(part.start - 1, 0) + skipped)))


def _runs(till: str, lines: list[bytes], at: int) -> Iterator[Run]:
    """Yield the runs among lines that begin at a byte; those after too many that begin none are left to whoever looks at each."""
    seq, first, begin, count, h, ids, bad = 0, "", at, 0, "", record_ids(till, 1), 0
    for raw in lines:
        own = fine_h(raw, h, next(ids)) if h else ""
        at += len(raw) + 1
        if own:
            count += 1
            h = own
            continue
        if count:
            yield Run(seq, first, begin, at - len(raw) - 1, count, h)
        bad += 1
        if bad > MOST_BAD:
            return
        seq, h = _head_of(raw, till)
        first, begin, count, ids = h, at, 0, record_ids(till, seq + 1)
    if count:
        yield Run(seq, first, begin, at, count, h)


def _head_of(raw: bytes, till: str) -> tuple[int, str]:
    """Return the number and the `h` of a line; 0 and nothing where it has none."""
    record = readable(raw) if raw[:1] == b"{" else None
    h = record.get("h") if record is not None else None
    return (number_of(record, till), h) if record is not None and isinstance(h, str) else (0, "")
