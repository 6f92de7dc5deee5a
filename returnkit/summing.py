"""The journals summed up: every line is read once in its life, and what it adds is kept.

One file in the cache for each journal file: how far that was read, the `h` there, and the sums. New bytes are added on top;
where anything else has changed, or the program counts otherwise than before, the file is read anew. A file in which
something is wrong is read line by line, exactly as every list reads it, and not kept.
"""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import NamedTuple

import msgspec

from returnkit.books import Books
from returnkit.errors import ReturnkitError
from returnkit.kpi import measures, state
from returnkit.kpi.measures import Tally, decode
from returnkit.kpi.state import State, Sums, add, spread
from returnkit.model.jsonl import LONGEST_LINE
from returnkit.model.record import HASH, redacted_of
from returnkit.records.cache import cache_path, keep, load
from returnkit.records.chain import BEGINNING, Links, readable
from returnkit.records.disk import plain
from returnkit.records.read import BLOCK, Line, end_of, journal_files, lines, tills_in, unreadable

# Of more bytes than this at once only the form of each line is read, and the chain is left to `records verify`: it would take
# longer than everything else together.
CHAINED = 64 * 1024 * 1024
TOGETHER = 16 * 1024 * 1024  # bytes from which on another processor is worth waking
MOST_PROCESSES = 8

Wanted = Callable[[str, str], bool]  # of a period and a dimension
Row = tuple[str, str, str, int, int, int]  # slice, quantity, currency, value, how many, total
Rows = dict[str, dict[str, msgspec.Raw]]  # by period and dimension, decoded only where they are wanted


class Kept(msgspec.Struct, array_like=True):
    """What the cache holds of a journal file: which file it was, how far it was read, and the sums."""

    program: str
    follows: str  # the `h` at the end of the file before it
    inode: int
    changed: int
    end: int
    last: int  # length of the last line that was read
    h: str  # of that line
    rows: Rows


class Task(NamedTuple):
    """A file that must be read: what stands before it, what is kept of it, and whether its chain is looked at."""

    before: str
    path: str
    cache: str
    kept: Kept | None
    chained: bool
    program: str
    follows: str


class Summed(NamedTuple):
    """The sums that were wanted, and the lines that could not be read."""

    state: State
    damaged: list[Line]


class _Odd(Exception):  # noqa: N818 - not an error
    """There is something in the file that must be looked at line by line."""


_encode = msgspec.msgpack.Encoder().encode
_decode_kept = msgspec.msgpack.Decoder(Kept).decode
_decode_rows = msgspec.msgpack.Decoder(list[Row]).decode


def summed(books: Books, wanted: Wanted, progress: Callable[[int], object] = lambda _bytes: None) -> Summed:
    """Return the sums of all journals for the periods and dimensions that are `wanted`.

    `progress` is told how many bytes were dealt with. Raises UnreadableError where a file cannot be read at all.
    """
    found: State = {}
    damaged: list[Line] = []
    tasks = []
    program = _program()
    for till in tills_in(books.folder):
        last: Kept | None = None  # of the file before, where nothing in it is new
        for before, path in journal_files(books.folder, till):
            cache = cache_path(books.folder, f"figures-{till}-{os.path.basename(path)[:7]}")
            follows = last.h if last else _last_h(before) if before else ""
            kept = _trusted(path, cache, program, follows)
            last = kept if kept is not None and kept.end == _size(path) else None
            if last is not None:
                _take(found, last.rows, wanted)
                progress(last.end)
            else:
                tasks.append(Task(before, path, cache, kept, chained=True, program=program, follows=follows))
    new = sum(_size(task.path) - (task.kept.end if task.kept else 0) for task in tasks)
    for task, rows, bad in _read_all([task._replace(chained=new <= CHAINED) for task in tasks], new):
        _take(found, rows, wanted)
        damaged += bad
        progress(_size(task.path))
    return Summed(found, damaged)


def bytes_of(books: Books) -> int:
    """Return how large the journals are. Raises UnreadableError."""
    return sum(_size(path) for till in tills_in(books.folder) for _, path in journal_files(books.folder, till))


def _last_h(path: str) -> str:
    """Return the `h` of the last line of a file. Raises UnreadableError."""
    try:
        with open(path, "rb", opener=plain, buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            end = os.pread(file.fileno(), 2 * LONGEST_LINE, max(0, size - 2 * LONGEST_LINE))
    except OSError as error:
        raise unreadable(path, error) from None
    return _h(end.rstrip(b"\n\0").rpartition(b"\n")[2])


def _take(found: State, rows: Rows, wanted: Wanted) -> None:
    for period, dimensions in rows.items():
        for dimension, raw in dimensions.items():
            if wanted(period, dimension):
                add(found.setdefault((period, dimension), {}), _sums(raw))


def _sums(raw: msgspec.Raw) -> Iterator[tuple[tuple[str, str, str, int], tuple[int, int]]]:
    for slice_, quantity, currency, value, count, total in _decode_rows(raw):
        yield (slice_, quantity, currency, value), (count, total)


def _program() -> str:
    """Return what changes whenever the program counts otherwise."""
    text = b""
    for module in (measures, state):
        with open(str(module.__file__), "rb") as file:
            text += file.read()
    return sha256(text).hexdigest()[:HASH]


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError as error:
        raise unreadable(path, error) from None


def _trusted(path: str, cache: str, program: str, follows: str) -> Kept | None:
    """Return what is kept of a file, if the file still goes on from what it followed and was only added to.

    Of a file that has grown no more is looked at than the last line that was known: what else was changed in it,
    `records verify` finds.
    """
    try:
        kept = _decode_kept(load(cache))
        with open(path, "rb", opener=plain, buffering=0) as file:
            now = os.fstat(file.fileno())
            changed = kept.end > now.st_size or (kept.end == now.st_size and kept.changed != now.st_mtime_ns)
            if (kept.program, kept.follows, kept.inode) != (program, follows, now.st_ino) or changed:
                return None
            last = os.pread(file.fileno(), kept.last, kept.end - kept.last)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return kept if last.endswith(b"\n") and b'"h":"%s"' % kept.h.encode() in last else None


def _read_all(tasks: list[Task], new: int) -> Iterator[tuple[Task, Rows, list[Line]]]:
    """Yield what the files add that must be read, over several processes where that is worth it."""
    processes = min(len(tasks), len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if new < TOGETHER or processes < 2:  # noqa: PLR2004 - alone
        for task in tasks:
            yield (task, *_read(task))
        return
    from multiprocessing import get_context

    with get_context("fork").Pool(processes) as pool:
        for task, found in zip(tasks, pool.imap(_elsewhere, tasks), strict=True):
            if found is None:
                yield (task, *_read(task))  # what went wrong there goes wrong here as well, and is said
            else:
                rows, bad = found
                yield task, msgspec.msgpack.decode(rows, type=Rows), bad


def _elsewhere(task: Task) -> tuple[bytes, list[Line]] | None:
    try:
        rows, bad = _read(task)
    except ReturnkitError:
        return None
    return _encode(rows), bad


def _read(task: Task) -> tuple[Rows, list[Line]]:
    """Return what a file adds, and its lines that cannot be read. Raises UnreadableError."""
    try:
        return _quickly(task), []
    except _Odd:
        return _line_by_line(task)


def _quickly(task: Task) -> Rows:
    """Return the sums of a file in which nothing is wrong, and keep them. Raises _Odd, UnreadableError."""
    kept, tally = task.kept, Tally()
    links: Links = (kept.h,) if kept else end_of(task.before) if task.before else BEGINNING
    rest, last, end = b"", b"", kept.end if kept else 0
    try:
        with open(task.path, "rb", opener=plain) as file:
            file.seek(end)
            now = os.fstat(file.fileno())
            while block := file.read(BLOCK):
                block = rest + block
                *whole, rest = block.split(b"\n")
                if len(rest) > LONGEST_LINE:
                    raise _Odd
                if task.chained:
                    links = _linked(whole, links)
                _see(tally, whole)
                end += len(block) - len(rest)
                last = whole[-1] if whole else last
    except OSError as error:
        raise unreadable(task.path, error) from None
    if rest:
        raise _Odd
    rows = _together(kept.rows if kept else {}, spread(tally.points))
    if last:
        own = now.st_ino, now.st_mtime_ns, end, len(last) + 1, _h(last)
        keep(task.cache, _encode(Kept(task.program, task.follows, *own, rows)))
    return rows


def _see(tally: Tally, whole: list[bytes]) -> None:
    """Add some lines. Raises _Odd."""
    see = tally.see
    try:
        for raw in whole:
            see(decode(raw))
    except ValueError:  # msgspec's own among them
        raise _Odd from None
    if whole and max(map(len, whole)) > LONGEST_LINE:
        raise _Odd


def _linked(whole: list[bytes], links: Links) -> Links:
    """Return what the next line may follow, after lines in their one form that follow one of `links`. Raises _Odd."""
    for raw in whole:
        h = _h(raw)
        body = b"\n" + raw.replace(b'"h":"%s",' % h.encode(), b"", 1)
        if not any(sha256(link.encode() + body).hexdigest()[:HASH] == h for link in links) and not _is_redacted(raw):
            raise _Odd
        links = (h,)
    return links


def _is_redacted(raw: bytes) -> bool:
    """Tell whether words were taken out of a line: then its `h` covers what nobody can read any more."""
    return b'"redacted":[' in raw and redacted_of(readable(raw) or {}) != []


def _h(raw: bytes) -> str:
    """Return the `h` of a line; an inner table has none."""
    at = raw.find(b'"h":"') + len('"h":"')
    return raw[at : at + HASH].decode("ascii", "replace")


def _together(rows: Rows, new: State) -> Rows:
    """Return rows with new sums added; what they do not touch is left as it is."""
    found = {period: {**dimensions} for period, dimensions in rows.items()}
    for (period, dimension), sums in new.items():
        dimensions = found.setdefault(period, {})
        before: Sums = {}
        if dimension in dimensions:
            add(before, _sums(dimensions[dimension]))
        add(before, sums.items())
        dimensions[dimension] = msgspec.Raw(_encode([(*key, *pair) for key, pair in before.items()]))
    return found


def _line_by_line(task: Task) -> tuple[Rows, list[Line]]:
    """Return the sums of a file in which something is wrong, and the lines that cannot be read. Raises UnreadableError."""
    tally, bad = Tally(), []
    for line in lines(task.path, task.before):
        try:
            if line.record is None:
                bad.append(line)
            else:
                tally.see(decode(line.raw))
        except ValueError:
            bad.append(line._replace(record=None))
    return _together({}, spread(tally.points)), bad
