"""The journals, shown once to whoever judges what was logged: quickly, over several processes where there is much."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from returnkit.books import Books
from returnkit.errors import ReturnkitError
from returnkit.model.dates import iso, parse_iso
from returnkit.model.jsonl import LONGEST_LINE, encode
from returnkit.policy.backtest import Backtest
from returnkit.policy.changes import Sums, Table
from returnkit.policy.exposure import Exposure
from returnkit.policy.logged import JUDGED, Logged, decode, decode_quickly
from returnkit.records.read import Line, blocks, journal_files, lines, tills_in, unreadable
from returnkit.service.returns import SALE, VOIDED

# Of more bytes than this only the form of each line is read, and the chain is left to `records verify`: to look at it takes
# longer than everything else together.
CHAINED = 16 * 1024 * 1024
TOGETHER = 16 * 1024 * 1024  # bytes from which on another processor is worth waking
MOST_PROCESSES = 8

Found = tuple[Sums, list[Table]]
Progress = Callable[[int], object]


class Trial:
    """A draft on trial: the returns that it judges, and the sales that it and others are asked about."""

    def __init__(self, backtest: Backtest, exposures: Sequence[Exposure]) -> None:
        self.backtest, self.exposures = backtest, exposures

    def see(self, raw: Sequence[bytes], read: Callable[[bytes], Logged] = decode) -> None:
        """Add lines. Raises ValueError where one cannot be read."""
        if not self.exposures:
            self.backtest.see(map(read, raw))
            return
        records = [*map(decode, raw)]
        self.backtest.see(records)
        for exposure in self.exposures:
            exposure.see(records)

    def taken(self) -> Found:
        """Return what was added since this was last asked for."""
        found = self.backtest.sums, [exposure.table for exposure in self.exposures]
        self.backtest.sums = Sums(self.backtest.scope.named)
        for exposure in self.exposures:
            exposure.table = Table()
        return found


class Void(msgspec.Struct, gc=False):
    """What is read of a void: the id of the return that never was."""

    kind: str
    corrects: str = ""


_decode_void = msgspec.json.Decoder(Void).decode
_here: list[Trial] = []  # the one that a process of ours works for


def replayed(
    books: Books, since: str, trial: Callable[[frozenset[str]], Trial], progress: Progress
) -> tuple[Sums, list[Table], list[Line]]:
    """Return what all lines since a day (ISO text) come to, and those that cannot be read.

    `trial` makes the trial out of the ids that were voided, `progress` is told how many bytes were read. Raises
    UnreadableError where a file cannot be read at all.
    """
    # Another till's clock may be behind, so the month before is read as well.
    oldest = iso(parse_iso(f"{since[:7]}-01") - 1)[:7]
    files = [
        (before, path)
        for till in tills_in(books.folder)
        for before, path in journal_files(books.folder, till)
        if os.path.basename(path) >= oldest
    ]
    size = sum(_size(path) for _, path in files)
    if size <= CHAINED:
        return _line_by_line(files, trial, progress)
    one = trial(frozenset(voided for _, path in files for voided in voided_in(path)))
    sums, tables = one.taken()
    damaged: list[Line] = []
    for (_, path), ((more, own), bad) in zip(files, _read_all(files, one, size), strict=True):
        sums.merge(more)
        for table, part in zip(tables, own, strict=True):
            table.merge(part)
        damaged += bad
        progress(_size(path))
    return sums, tables, damaged


def _line_by_line(
    files: Sequence[tuple[str, str]], trial: Callable[[frozenset[str]], Trial], progress: Progress
) -> tuple[Sums, list[Table], list[Line]]:
    """Return the same, every line proved by the one before it."""
    voided, damaged, logged = set(), list[Line](), list[Line]()
    for before, path in files:
        for line in lines(path, before):
            if line.record is None:
                damaged.append(line)
            elif line.record.get("kind") == VOIDED:
                voided.add(str(line.record.get("corrects")))
            elif line.record.get("kind") in (*JUDGED, SALE):
                logged.append(line._replace(record={}))  # what was read of it would not fit
        progress(_size(path))
    one = trial(frozenset(voided))
    damaged += _unreadable(one, logged)
    return *one.taken(), damaged


def _unreadable(trial: Trial, found: Iterable[Line]) -> list[Line]:
    """Show lines one by one, and return those that cannot be read."""
    damaged = []
    for line in found:
        try:
            if line.record is None:
                damaged.append(line)
            else:
                trial.see([line.raw])
        except ValueError:
            damaged.append(line._replace(record=None))
    return damaged


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError as error:
        raise unreadable(path, error) from None


def voided_in(path: str) -> Iterator[str]:
    """Yield the ids of the returns that the voids in a file take back."""
    kind = encode({"kind": VOIDED})[1:-1]  # records are canonical, and a long needle is found fast
    for block, _ in blocks(path):
        if kind in block:
            for raw in block.split(b"\n"):
                if kind in raw:
                    try:
                        void = _decode_void(raw)
                    except ValueError:
                        continue  # it is named when the returns are read
                    if void.kind == VOIDED:
                        yield void.corrects


def _read_all(files: Sequence[tuple[str, str]], trial: Trial, size: int) -> Iterator[tuple[Found, list[Line]]]:
    """Yield what each file comes to, over several processes where that is worth it."""
    processes = min(len(files), len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if size < TOGETHER or processes < 2:  # noqa: PLR2004 - alone
        for file in files:
            yield _read(trial, file)
        return
    from multiprocessing import get_context

    with get_context("fork").Pool(processes, _here.append, [trial]) as pool:
        for file, found in zip(files, pool.imap(_elsewhere, files), strict=True):
            yield found or _read(trial, file)  # what went wrong there goes wrong here as well, and is said


def _elsewhere(file: tuple[str, str]) -> tuple[Found, list[Line]] | None:
    try:
        return _read(_here[-1], file)
    except ReturnkitError:
        return None


def _read(trial: Trial, file: tuple[str, str]) -> tuple[Found, list[Line]]:
    """Return what a file comes to, and its lines that cannot be read. Raises UnreadableError."""
    before, path = file
    try:
        for block, _ in blocks(path):
            *whole, rest = block.split(b"\n")
            if rest or max(map(len, whole)) > LONGEST_LINE:
                raise ValueError  # noqa: TRY301 - line by line it is found out which one it is
            trial.see(whole, decode_quickly)
    except ValueError:
        trial.taken()  # all of the file once more
        damaged = _unreadable(trial, lines(path, before))
        return trial.taken(), damaged
    return trial.taken(), []
