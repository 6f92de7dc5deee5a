"""Complaints that are not over, however old: found without reading again what was read before.

The cache keeps how far each journal file was read, and where the records stand of complaints that are not over, or may turn out
not to be; never what they say. What is new in the files is added, and every complaint of which there is doubt is folded once
more: what is told is always what a fold of all records tells. Where a file is another one than it was, everything is read anew.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple
from zlib import crc32

from returnkit.books import Books
from returnkit.errors import Problem, UnreadableError
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import LONGEST_LINE, Json, encode, numbered
from returnkit.model.record import HASH, VERSION
from returnkit.records.cache import cache_path, keep, load
from returnkit.records.chain import BEGINNING, Links, is_newer, judged, readable
from returnkit.records.disk import plain
from returnkit.records.known import unknown
from returnkit.records.read import BLOCK, Damage, Line, blocks, end_of, journal_files, may_be_torn, tills_in, unreadable
from returnkit.service.complaint import NOT_OVER, OPENED, Case, Usual, as_usual, case_of, fold, is_of_case, lost_among

FORM = 2  # of what is kept; what has another one is read anew
LONG = 16 * 1024  # bytes; fewer are read faster than they are kept
MOST = 8  # complaints that were over, and are looked for one by one when something is added; for more, all is read anew
MARKS = (b'"kind":"complaint.', b'"kind":"case.')
END = b',"v":%d}' % VERSION  # of most lines that say nothing of complaints

Place = tuple[str, int]  # a journal file (k3/2026-11.jsonl), and the byte at which a line begins


class Standing(NamedTuple):
    """Complaints that are not over, have a flag to be seen to, or were lost in merging; and the lines that cannot be read."""

    cases: list[Case]
    damaged: list[Line]


class Read(NamedTuple):
    """How far a journal file was read, what it was like then, and what is needed to go on."""

    size: int
    changed: int
    inode: int
    end: int  # bytes that were read: whole lines
    check: int  # their CRC-32
    number: int  # of lines
    lost: bool  # the last one cannot be read: nobody knows what the next one should follow
    links: Links  # what the next one may follow
    # Of each its number, its first byte, whether it is a newer program's, and how many lines it stands for.
    damaged: tuple[tuple[int, int, bool, int], ...]


UNREAD = Read(0, 0, 0, 0, 0, 0, lost=False, links=(), damaged=())
Reads = dict[str, Read]  # by file


class _Odd(Exception):  # noqa: N818 - not an error
    """The files are not those of which something is kept."""


def standing(books: Books, *, allow_damaged: bool) -> Standing:
    """Return the complaints that are not over, with all their records, in the order in which each till opened them.

    Where lines cannot be read that nobody accepted, and that is not allowed, there are no cases: whoever asks has to refuse.
    Raises UnreadableError where a file cannot be read at all.
    """
    cache = cache_path(books.folder, "standing")
    try:
        found = _found(books.folder, cache, *_kept(cache))
    except _Odd:
        try:
            found = _found(books.folder, cache, {}, _Complaints())
        except _Odd:
            raise UnreadableError(Problem("the records change while they are read", "try again", books.folder)) from None
    refused = not allow_damaged and any(True for _ in unknown(found.damaged))
    return found._replace(cases=[]) if refused else found


class _Complaints:
    """Complaints that may not be over: where their records stand, and into which other one they were merged."""

    def __init__(self) -> None:
        self.places: dict[str, list[Place]] = {}
        self.into: dict[str, str] = {}
        self.added: set[str] = set()  # there is something new of these
        self.sought: set[str] = set()  # of these there is more, in what was read before
        self.unfinished: set[str] = set()  # the new line of these has no end yet
        self._usual: dict[str, Usual] = {}

    def see(self, record: Json, place: Place, *, whole: bool) -> None:
        """Take note of a new record, if it is of a complaint; `whole` tells whether its line is finished."""
        if not is_of_case(record):
            return
        own, opened = case_of(record), record.get("kind") == OPENED
        known = own in self.places
        if opened:
            self.sought.discard(own)
        elif not known:
            self.sought.add(own)
        if not whole:
            self.unfinished.add(own)
        before = self._usual.pop(own, None)
        after = as_usual(before, record) if whole and (before or (opened and not known)) else None
        if after is not None:
            self._usual[own] = after
        self.places.setdefault(own, []).append(place)
        self.added.add(own)

    def let_go(self) -> None:
        """Forget the new ones that went their usual way to the end."""
        for own, case in self._usual.items():
            if case.state not in NOT_OVER:
                del self.places[own]
                self.added.remove(own)


def _found(folder: str, cache: str, before: Reads, known: _Complaints) -> Standing:
    """Return what stands by what is kept, `before` and `known`, and what is new. Raises _Odd, UnreadableError."""
    reads, read = _read_on(folder, before, known)
    sought = known.sought if before else set()
    if len(sought) > MOST:
        raise _Odd
    for own in sought:
        known.places[own] += _places_of(folder, own, before)
    known.let_go()
    cases = _folded(folder, {own: at for own, at in known.places.items() if own in known.added or own not in known.into})
    known.into = {own: into for own, into in known.into.items() if own not in cases}
    known.into |= {own: case.into for own, case in cases.items() if case and case.into}
    lost = lost_among(known.into)
    cases |= _folded(folder, {own: known.places[own] for own in lost - cases.keys()})
    stands = [case for own, case in cases.items() if case and (case.state in NOT_OVER or case.open_flags or own in lost)]
    if read >= LONG or sought:
        again = {case.id for case in stands} | known.unfinished | {own for own, case in cases.items() if case is None}
        _keep(cache, reads, known, again)
    damaged = [line for file in sorted(reads) for line in _damaged(os.path.join(folder, file), reads[file])]
    return Standing(sorted(stands, key=_opened_before), damaged)


def _opened_before(case: Case) -> tuple[str, int, str]:
    """Return what puts complaints in order by the till that opened them and its number, which has no fixed length."""
    return case.id.partition("-")[0], len(case.id), case.id


def _folded(folder: str, places: Mapping[str, list[Place]]) -> dict[str, Case | None]:
    """Return complaints as their records leave them; None for one of which the opening is not there. Raises _Odd."""
    records: dict[str, list[Json]] = {own: [] for own in places}
    in_files: dict[str, list[tuple[int, str]]] = {}
    for own, each in places.items():
        for file, at in each:
            in_files.setdefault(file, []).append((at, own))
    for file, found in in_files.items():
        for (_, own), raw in zip(found, _lines(os.path.join(folder, file), [at for at, _ in found]), strict=True):
            record = readable(raw)
            if record is None or case_of(record) != own:
                raise _Odd
            records[own].append(record)
    return {own: fold(each) for own, each in records.items()}


# Reading


def _read_on(folder: str, before: Reads, known: _Complaints) -> tuple[Reads, int]:
    """Show what is new in the files; return how far they are read now, and how many bytes had to be looked at. Raises _Odd."""
    reads: Reads = {}
    looked_at = 0
    for till in tills_in(folder):
        same = True  # in this till nothing has changed so far
        for previous, path in journal_files(folder, till):
            file = f"{till}/{os.path.basename(path)}"
            then = before.get(file, UNREAD)
            if not same and then is not UNREAD:
                raise _Odd  # what it follows is not what it followed
            reads[file] = then
            if not _is_as_it_was(path, then):
                reads[file] = now = _read(path, file, then, previous, known)
                looked_at += now.end
                same = same and now.size == now.end == then.end == then.size
    if before.keys() - reads.keys():
        raise _Odd
    return reads, looked_at


def _is_as_it_was(path: str, read: Read) -> bool:
    """Tell whether a file was read to its end and nobody has touched it since."""
    try:
        now = os.stat(path, follow_symlinks=False)
    except OSError as error:
        raise unreadable(path, error) from None
    return (now.st_size, now.st_mtime_ns, now.st_ino) == read[:3] and read.end == read.size


def _read(path: str, file: str, read: Read, previous: str, known: _Complaints) -> Read:
    """Show the complaints in the lines of a file that are new, and return how far it is read then.

    Each line is judged as `records.read.lines` does it. Raises _Odd, UnreadableError.
    """
    links = read.links or (end_of(previous) if previous else BEGINNING)
    at, number, lost, damaged = read.end, read.number, read.lost, [*read.damaged]
    damage, last = Damage(path, len(damaged)), b""
    try:
        with open(path, "rb", opener=plain, buffering=BLOCK) as journal:
            if crc32(journal.read(read.end)) != read.check:
                raise _Odd
            now = os.fstat(journal.fileno())
            end = at, number, lost, links
            for _, raw in numbered(journal):
                line, whole = raw.removesuffix(b"\n"), raw.endswith(b"\n")
                number += 1
                passed_over = _passed_over(line, links) if whole else ()
                if passed_over:
                    links, lost = passed_over, False
                elif damage.goes_on(number, raw, at):
                    links, lost = (), True
                else:
                    record, sound, links = judged(line, links) if line.strip(b"\0") else (None, False, links)
                    newer = record is not None and is_newer(record)
                    if record is not None and not newer and (sound or (whole and (lost or damage.is_behind(last, line)))):
                        known.see(record, (file, at), whole=whole)
                    elif (whole or sound or not may_be_torn(line)) and ((newer and sound) or damage.is_told(number, line, at)):
                        damaged.append((number, at, newer and sound, 1))
                    lost, last = record is None, line
                at = at + len(raw) if len(line) <= LONGEST_LINE else journal.tell()
                if whole:
                    end = at, number, lost, links
            at, number, lost, links = end
            journal.seek(read.end)
            check = crc32(journal.read(at - read.end), read.check)
    except OSError as error:
        raise unreadable(path, error) from None
    if damage.more:
        damaged.append((*damage.first, False, damage.more))
    return Read(now.st_size, now.st_mtime_ns, now.st_ino, at, check, number, lost, links, tuple(damaged))


def _passed_over(line: bytes, links: Links) -> Links:
    """Return what the next line may follow, where a line is sound and says nothing of complaints; else nothing."""
    if not line.endswith(END) or any(mark in line for mark in MARKS) or len(line) > LONGEST_LINE:
        return ()
    at = line.find(b'"h":"') + len(b'"h":"')
    h = line[at : at + HASH]
    body = b"\n" + line.replace(b'"h":"%s",' % h, b"", 1)
    if not any(sha256_hex(link.encode() + body)[:HASH].encode() == h for link in links):
        return ()
    return h.decode(), sha256_hex(line)[:HASH]


def _places_of(folder: str, own: str, reads: Reads) -> Iterator[Place]:
    """Yield where the records of a complaint stand in what was read of the files."""
    needle = encode(own)
    for file, read in reads.items():
        if any(lines > 1 for *_, lines in read.damaged):
            raise _Odd  # nobody knows which they are
        damaged = {at for _, at, *_ in read.damaged}
        for data, here in blocks(os.path.join(folder, file)):
            at, start = data.find(needle), here - len(data)
            while at >= 0:
                begin, stop = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
                if start + begin >= read.end:
                    break
                record = readable(data[begin:stop]) or {}
                if start + begin not in damaged and is_of_case(record) and case_of(record) == own:
                    yield file, start + begin
                at = data.find(needle, stop)


def _damaged(path: str, read: Read) -> Iterator[Line]:
    """Yield the lines that cannot be read. Raises UnreadableError."""
    if read.damaged:
        for (number, _, newer, lines), raw in zip(read.damaged, _lines(path, [at for _, at, *_ in read.damaged]), strict=True):
            yield Line(path, number, raw, None, newer, lines)


def _lines(path: str, places: Iterable[int]) -> Iterator[bytes]:
    """Yield the lines of a file that begin at some bytes. Raises UnreadableError."""
    try:
        with open(path, "rb", opener=plain) as file:
            for at in places:
                file.seek(at)
                yield file.readline(LONGEST_LINE + 1).removesuffix(b"\n")
    except OSError as error:
        raise unreadable(path, error) from None


# What is kept


def _kept(cache: str) -> tuple[Reads, _Complaints]:
    """Return what is kept; nothing where it is not whole, or another program's."""
    known = _Complaints()
    with suppress(ValueError, TypeError, LookupError, AttributeError):
        form, files, cases = json.loads(load(cache))
        if form == FORM:
            reads = {file: Read(*read) for file, read in files.items()}
            for own, into, places in cases:
                known.places[own] = [(file, range(reads[file].end)[at]) for file, at in places]
                if into:
                    known.into[own] = into
            return reads, known
    return {}, _Complaints()


def _keep(cache: str, reads: Reads, known: _Complaints, again: set[str]) -> None:
    """Keep what is to be folded `again` next time, and what was merged; an unfinished line is nobody's record yet."""
    files = {
        file: read._replace(damaged=tuple(line for line in read.damaged if line[1] < read.end)) for file, read in reads.items()
    }
    cases = [
        (own, "" if own in again else known.into[own], [(file, at) for file, at in places if at < reads[file].end])
        for own, places in known.places.items()
        if own in again or own in known.into
    ]
    with suppress(OSError):
        keep(cache, json.dumps((FORM, files, cases), separators=(",", ":")).encode())
