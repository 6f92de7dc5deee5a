"""The same trouble again: what this month's complaints say of it, read from the journals while the next one is opened.

Once much has been added to a journal file, what is known of its complaints is kept in the cache, with how far it was read; from
then on only what is new is read. Free words are never kept there.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple
from zlib import crc32

from returnkit.books import Books
from returnkit.errors import UnreadableError
from returnkit.model.jsonl import LONGEST_LINE
from returnkit.records.cache import cache_path, keep, load
from returnkit.records.chain import is_newer, readable
from returnkit.records.disk import plain
from returnkit.records.read import ENDING, blocks, months, tills_in
from returnkit.service.recurring import Closing, Key, Part, Parts, add, repeated, seen

FORM = 1  # of what is kept and how it is counted; what has another one is read anew
LONG = 16 * 1024  # bytes; fewer are read faster than they are kept
TAIL = 1024  # bytes before the end of what was read: in them stands the `h` of the last line
MOST = 3  # causes that are told
MARK = b'"kind":"complaint.'
WANTED = (b'opened"', b'closed"', b'merged"')


class Cause(NamedTuple):
    """What was behind some complaints, of how many, and of the newest its id, what was changed, the rule and the article."""

    cause: str
    times: int
    case: str
    changed: str
    rule: str
    sku: str


class Recurring(NamedTuple):
    """How many complaints of a month are about the same, what that is, and what was behind them; the commonest cause first."""

    opened: int
    about: str
    causes: tuple[Cause, ...]


def recurring(books: Books, category: str, sku: str, day: str) -> Recurring:
    """Return what is recorded of the same trouble in the month of a day (2026-11-21), by all tills.

    The same trouble is the same category, or the same article where that alone comes back more often; either may be empty. To be
    asked before the next complaint is recorded, or that one is counted as well. A file that cannot be read is noted, and counts
    for nothing: no complaint waits for it. Raises UnreadableError where the tills are not to be found.
    """
    parts: Parts = {}
    for till in tills_in(books.folder) if category or sku else ():
        try:
            for month in months(os.path.join(books.folder, till)):
                if month >= day[:7]:  # a late entry stands in a later file, never in an earlier one
                    add(parts, _parts(books.folder, till, month).items())
        except UnreadableError as error:
            for problem in error.problems:
                books.note(f"{problem.file}: {problem.what}; its complaints are not counted")
    found = repeated(parts, day[:7], category, sku)
    return Recurring(found.opened, found.about, tuple(_told(books.folder, *each) for each in found.causes[:MOST]))


def _told(folder: str, times: int, newest: Closing) -> Cause:
    """Return a cause with what was changed, from the record itself."""
    changed = ""
    try:
        with open(os.path.join(folder, newest.file), "rb", opener=plain) as file:
            file.seek(newest.at)
            record = readable(file.readline(LONGEST_LINE + 1).rstrip(b"\n"))
    except OSError:
        record = None
    if record is not None and record.get("id") == newest.id:
        changed = str(record.get("changed") or "")
    return Cause(newest.cause, times, newest.case, changed, newest.rule, newest.sku)


def _parts(folder: str, till: str, month: str) -> Parts:
    """Return what a journal file says; its new bytes alone are read, where the others are known. Raises UnreadableError."""
    file = os.path.join(till, month)
    path, cache = os.path.join(folder, file), cache_path(folder, f"recurring-{till}-{month.removesuffix(ENDING)}")
    parts, start = _kept(cache, path)
    end = start
    for data, here in blocks(path, start):
        if data.endswith(b"\n"):  # an unfinished end is nobody's record yet
            add(parts, _seen(data, file, here - len(data)))
            end = here
    if end - start >= LONG:
        _keep(cache, path, end, parts)
    return parts


def _seen(data: bytes, file: str, start: int) -> Iterator[tuple[Key, Part]]:
    """Yield what whole lines add; the first begins at the byte `start` of the file. What cannot be read is passed over."""
    at = data.find(MARK)
    while at >= 0:
        begin, stop = data.rfind(b"\n", 0, at) + 1, data.index(b"\n", at)
        if data.startswith(WANTED, at + len(MARK)):
            record = readable(data[begin:stop])
            if record is not None and not is_newer(record):
                yield from seen(record, file, start + begin)
        at = data.find(MARK, stop)


def _kept(cache: str, path: str) -> tuple[Parts, int]:
    """Return what is kept of a file, and how far it was read; nothing where it is another file now, or a shorter one."""
    try:
        form, stamp, rows = json.loads(load(cache))
        inode, end, tail = stamp
        if form == FORM and (inode, end, tail) == _stamp(path, end):
            return {tuple(key): (set(cases), newest and Closing(*newest)) for key, cases, newest in rows}, end
    except (OSError, ValueError, TypeError):
        pass
    return {}, 0


def _keep(cache: str, path: str, end: int, parts: Parts) -> None:
    rows = [(key, [*cases], newest) for key, (cases, newest) in parts.items()]
    with suppress(OSError):
        keep(cache, json.dumps((FORM, _stamp(path, end), rows), separators=(",", ":")).encode())


def _stamp(path: str, end: int) -> tuple[int, int, int]:
    """Return what changes when a file is replaced or shortened, or is another one up to that byte. Raises OSError."""
    with open(path, "rb", opener=plain, buffering=0) as file:
        start = max(0, end - TAIL)
        data = os.pread(file.fileno(), end - start, start)
        return os.fstat(file.fileno()).st_ino, start + len(data), crc32(data)
