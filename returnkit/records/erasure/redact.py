"""Free words taken out of records for good: first a record vouches for what will be left, then the file is written anew.

A line keeps its `h`, so that the lines after it still follow. The words go together with the salt, without which they could be
guessed from `h`. Only the till that wrote a line changes it, in the one order that a crash cannot hurt: vouched and not done is
unfinished, and the next run finishes it; nothing is ever changed that nobody vouches for.
"""

import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from returnkit.errors import NotWrittenError, Problem, UnreadableError
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import LONGEST_LINE, Json, encode
from returnkit.model.record import CAN_GO, redacted_of
from returnkit.records.chain import BEGINNING, holds, is_newer, judged, link_of, readable, stand_in
from returnkit.records.disk import FOLDER, close, not_written, plain, sync_folder, write_whole
from returnkit.records.healing.taken import former
from returnkit.records.identity import FOLDER as INSTANCE_FOLDER
from returnkit.records.identity import identity, read_head, read_identity
from returnkit.records.journal import Journal
from returnkit.records.known import Known
from returnkit.records.lock import is_still, locked
from returnkit.records.read import blocks, end_of, journal_files, tills_in, unreadable, with_text
from returnkit.records.recover import QUARANTINE, Recovery

if TYPE_CHECKING:
    from returnkit.records.journal import Wall

VOUCHER, REQUEST = "redacted", "redact.requested"
CHUNK = 1024 * 1024  # bytes that are written at once
BLANKED = b'"redacted":['
SHORTEST_PIECE = 4  # bytes of a word by which a fragment's torn end is known
_IDS = re.compile(rb'"id":"([a-z0-9]+-[0-9]+[0-9A-Z*])"')

Fields = Mapping[str, Iterable[str]]  # what is to go, by the id of the record
Reason = Callable[[str], Json]


class Line(NamedTuple):
    """A record, the line that it stands on, whether that is as it was written or vouched for, or damage that was accepted."""

    path: str
    number: int
    raw: bytes
    record: Json
    trusted: bool
    accepted: bool = False


class Blanked(NamedTuple):
    """What was taken out of a record: its id, the fields, and the file."""

    id: str
    fields: tuple[str, ...]
    file: str


class Change(NamedTuple):
    """What becomes of a line."""

    line: Line
    fields: tuple[str, ...]
    new: bytes


def without(record: Mapping[str, object], fields: Iterable[str]) -> bytes:
    """Return the line, without newline, that is left of a record when some fields and its salt are taken out."""
    gone = sorted({*redacted_of(record), *fields})
    left = {field: value for field, value in record.items() if field not in gone and field != "salt"}
    return encode({**left, "redacted": gone})


def words_in(record: Mapping[str, object]) -> tuple[str, ...]:
    """Return the fields of a record that can be taken out and are there."""
    return tuple(field for field in CAN_GO if field in record)


def till_of(record_id: str) -> str:
    """Return the till that an id names."""
    return record_id.partition("-")[0]


def own_tills(shop: str) -> list[str]:
    """Return the tills whose records this folder wrote, and may therefore write anew. Raises UnreadableError."""
    who, _ = read_identity(shop)
    records = os.path.join(shop, "records")
    return [till for till in tills_in(records) if who is not None and _instance(records, till) == who.instance]


def cleaned_here(shop: str, gone: Iterable[str] = ()) -> list[str]:
    """Return the tills whose words this folder takes out: its own, those that are `gone`, and those that healing made.

    As one that was made of a branch nobody writes; what is left of a line is the same whoever does it. Raises UnreadableError.
    """
    records = os.path.join(shop, "records")
    known = [*own_tills(shop), *gone]
    return [*known, *(till for till in tills_in(records) if till not in known and _was_made(records, till))]


def _was_made(records: str, till: str) -> bool:
    """Tell whether healing made a till of a branch of another one."""
    for _, path in journal_files(records, till):
        try:
            with open(path, "rb", opener=plain) as file:
                first = [readable(file.readline(LONGEST_LINE).rstrip(b"\n")) or {} for _ in range(2)]
        except OSError as error:
            raise unreadable(path, error) from None
        return any("formerly" in record for record in first)
    return False


def _instance(records: str, till: str) -> object:
    """Return which folder a till belongs to, as its first line says."""
    for _, path in journal_files(records, till):
        try:
            with open(path, "rb", opener=plain) as file:
                opening = readable(file.readline(LONGEST_LINE).rstrip(b"\n")) or {}
                return opening.get("instance") if "formerly" not in opening else None  # what was taken over nobody goes on with
        except OSError as error:
            raise unreadable(path, error) from None
    return None


class Vouchers:
    """What was recorded as taken out, whether it is gone already or not, of all tills."""

    def __init__(self, records: str) -> None:
        self.fields: dict[str, set[str]] = {}
        self.digests: dict[str, set[str]] = {}
        for record in of_kind(records, VOUCHER):
            own = str(record.get("redacts"))
            self.fields.setdefault(own, set()).update(fields_of(record))
            self.digests.setdefault(own, set()).add(str(record.get("line")))

    def has(self, change: "Change") -> bool:
        """Tell whether somebody vouches for what becomes of a line."""
        return sha256_hex(change.new) in self.digests.get(str(change.line.record["id"]), ())

    def of(self, tills: Iterable[str]) -> dict[str, set[str]]:
        """Return the fields that are vouched for, by the ids of records of some tills."""
        tills = {*tills}
        return {own: fields for own, fields in self.fields.items() if till_of(own) in tills}


def of_kind(records: str, kind: str) -> Iterator[Json]:
    """Yield the records of a kind, of all tills, newest first within each file. Raises UnreadableError."""
    for till in tills_in(records):
        for _, path in journal_files(records, till):
            yield from (record for record in with_text(path, encode({"kind": kind})[1:-1]) if record.get("kind") == kind)


def fields_of(record: Json) -> list[str]:
    """Return the fields that a voucher or a request names."""
    fields = record.get("fields")
    return [field for field in fields if field in CAN_GO] if isinstance(fields, list) else []


def located(records: str, ids: Iterable[str], vouchers: Vouchers) -> dict[str, Line]:
    """Return the lines of records that can be read, by id. Raises UnreadableError where a file cannot be read."""
    wanted = {own.encode(): own for own in ids}
    found: dict[str, Line] = {}
    for till in sorted({till_of(own) for own in wanted.values()}):
        for before, path in journal_files(records, till):
            for line in _located(path, before, wanted, vouchers):
                found.setdefault(str(line.record["id"]), line)
    return found


def _located(path: str, before: str, wanted: Mapping[bytes, str], vouchers: Vouchers) -> Iterator[Line]:
    number = 1
    earlier: list[bytes] = []  # the lines before, as many as it takes to tell what the next one follows
    for data, _ in blocks(path):
        *lines, _ = data.split(b"\n")  # an unfinished end is nobody's record yet
        if not wanted.keys().isdisjoint(_IDS.findall(data)):
            for at, raw in enumerate(lines):
                record = readable(raw) if any(own in wanted for own in _IDS.findall(raw)) else None
                own = str(record.get("id")) if record is not None else ""
                if record is not None and own.encode() in wanted and not is_newer(record):
                    trusted = sha256_hex(raw) in vouchers.digests.get(own, ())
                    trusted = trusted or _follows(record, [*earlier, *lines[max(0, at - 2) : at]][-2:], before)
                    accepted = not trusted and Known(os.path.dirname(os.path.dirname(path))).of(path, raw) is not None
                    yield Line(path, number + at, raw, record, trusted, accepted)
        number += len(lines)
        earlier = [*earlier, *lines[-2:]][-2:]


def _follows(record: Json, earlier: list[bytes], before: str) -> bool:
    """Tell whether a record follows the lines before it; after one that cannot be read that is taken on trust."""
    links = end_of(before) if before else BEGINNING
    last: Json | None = {}
    for at, raw in enumerate(earlier):
        last, _, links = judged(raw, links if at or len(earlier) == 1 else ())
    return last is None or holds(record, links)


class Redaction:
    """Takes words out of the records of some tills: those that this folder writes for.

    `note` is told what a person should know though nothing failed.
    """

    def __init__(
        self, shop: str, clock: "Wall", note: Callable[[str], object], tills: Iterable[str], contacts: Iterable[str] = ()
    ) -> None:
        self.shop, self.clock, self.note, self.tills = shop, clock, note, [*tills]
        self.named = [encode({"contact": contact})[1:-1] for contact in contacts]
        self.records = os.path.join(shop, "records")
        self.own = own_tills(shop)
        self._odd: dict[tuple[str, int], Problem] = {}  # lines that must be looked at first

    def redact(self, wanted: Fields, reason: Reason) -> list[Blanked]:
        """Take fields out of records of these tills, and finish what was begun before; return what was taken out.

        `reason` returns what the record says that vouches for the one with an id: `because`, `staff` and a salt. Raises
        UnreadableError for lines that are not as they were written, when all others are done; NotWrittenError, BusyError: what
        is not done then a repetition finishes.
        """
        fields = {**Vouchers(self.records).of(self.tills), **wanted}
        if not any(till_of(own) in self.tills for own in fields):
            for till in _with_quarantine(self.records)[:1]:  # all of them are cleaned at once
                self._settle(till)
            return []
        identity(self.shop, self.records)
        with locked(os.path.join(self.shop, INSTANCE_FOLDER)):  # what one redaction vouches for no other one changes
            done = [each for till in self.tills for each in self._redact(till, wanted, reason)]
        if self._odd:
            raise UnreadableError(*self._odd.values())
        return done

    def _redact(self, till: str, wanted: Fields, reason: Reason) -> list[Blanked]:
        vouchers = Vouchers(self.records)
        fields = {own: {*vouchers.fields.get(own, ()), *wanted.get(own, ())} for own in {*vouchers.of([till]), *wanted}}
        lines = located(self.records, {own for own in fields if till_of(own) == till}, vouchers)
        changes = [_change(line, fields[own]) for own, line in sorted(lines.items())]
        changes = [change for change in changes if change.fields and self._is_sound(change)]
        self._vouch(till, [each for each in changes if not vouchers.has(each)], reason)
        if changes:
            return self._rewrite(till)
        if any(till_of(own) == till for own in fields):
            self._settle(till)
        return []

    def _vouch(self, till: str, changes: Iterable[Change], reason: Reason) -> None:
        """Append a record for each line of which nobody vouches yet for what will be left."""
        # For a till whose machine is gone for good another one vouches.
        journal = Journal(self.shop, self.clock, self.note, till if till in self.own else "")
        for change in changes:
            own, digest = str(change.line.record["id"]), sha256_hex(change.new)
            body: Json = {**reason(own), "kind": VOUCHER, "redacts": own, "fields": [*change.fields], "line": digest}
            journal.append(body, lambda _now, body=body: body)  # type: ignore[misc]

    def _rewrite(self, till: str) -> list[Blanked]:
        """Write the files anew in which lines are not yet what is vouched for."""
        with self._locked(till) as folder:
            changes = self._changes(till)
            self._clean_quarantines(changes)
            for file in sorted({change.line.path for change in changes}):
                path = os.path.join(self.records, till)
                _write_anew(folder, path, file, {own.line.number: own for own in changes if own.line.path == file}, self.note)
        return [Blanked(str(change.line.record["id"]), change.fields, change.line.path) for change in changes]

    def _settle(self, till: str) -> None:
        """See to it that what was done before is durable, and that nobody has put the words aside since."""
        with self._locked(till) as folder:
            self._clean_quarantines(())
            os.fsync(folder)

    @contextmanager
    def _locked(self, till: str) -> Iterator[int]:
        """Hold the locks of every till, give the folder of one, and see to it that what vouches for its lines is durable."""
        path = os.path.join(self.records, till)
        others = [os.path.join(self.records, other) for other in tills_in(self.records)]
        try:
            with locked(path, *others) as (folder, *descriptors):
                for other, descriptor in zip(others, descriptors, strict=True):
                    self._recover(other, descriptor)
                yield folder
        except OSError as error:
            raise not_written(path, error) from None

    def _recover(self, path: str, folder: int) -> None:
        """Mend and sync the end of a till's journal that a crash left, where that is one of this folder's."""
        till = os.path.basename(path)
        who, _ = read_identity(self.shop)
        if who is not None and till in self.own:
            head = read_head(who._replace(till=till))
            Recovery(folder, path, till, head.seq if head else 0, self.note).end()

    def _changes(self, till: str) -> list[Change]:
        """Return what must become of lines of a till, as far as somebody vouches for that."""
        vouchers = Vouchers(self.records)
        fields = vouchers.of([till])
        lines = located(self.records, fields, vouchers)
        changes = [_change(line, fields[own]) for own, line in lines.items()]
        return [change for change in changes if change.fields and self._is_sound(change) and vouchers.has(change)]

    def _is_sound(self, change: Change) -> bool:
        """Tell whether a line is as it was written; what is left of another one nobody vouches for."""
        line, what, remedy = change.line, "", "see returnkit records verify, returnkit records heal"
        if not (line.trusted or line.accepted):
            what = "this line is not as it was written: its words are not taken out before somebody has looked at it"
        elif len(change.new) > LONGEST_LINE:
            what, remedy = "what is left of this line would be too long", "leave it as it is"
        if what:
            self._odd[line.path, line.number] = Problem(what, remedy, line.path, line.number)
        return not what

    def _clean_quarantines(self, changes: Collection[Change]) -> None:
        """Take the words out of what was put aside as well: whole copies of lines, and torn ones. Raises OSError.

        What lies here of other tills, too: nobody else knows of it. The locks of all tills must be held.
        """
        tills = _with_quarantine(self.records)
        if not tills:
            return
        fields = {**Vouchers(self.records).fields, **blanked(self.records)}
        fields |= {str(change.line.record["h"]): {*change.fields} for change in changes}
        found = (encode({field: change.line.record[field]})[1:-1] for change in changes for field in change.fields)
        rubbish = Rubbish(fields, sorted({*found}), self.named)
        for till in tills:
            torn = os.open(os.path.join(self.records, till, QUARANTINE), FOLDER)
            try:
                for name in sorted(os.listdir(torn)):
                    if stat.S_ISREG(os.stat(name, dir_fd=torn, follow_symlinks=False).st_mode):
                        _clean(torn, name, rubbish)
            finally:
                close(torn)


def blanked(records: str) -> dict[str, set[str]]:
    """Return which words were taken out of the records, as `taken_out` does. Raises UnreadableError."""
    files = (path for till in tills_in(records) for _, path in journal_files(records, till))
    return taken_out(data for path in files for data, _ in blocks(path))


def taken_out(pieces: Iterable[bytes]) -> dict[str, set[str]]:
    """Return which words were taken out of records, in some pieces of journals, by the `h` of their lines."""
    found: dict[str, set[str]] = {}
    for piece in pieces:
        for raw in piece.split(b"\n") if BLANKED in piece else ():
            record = (readable(raw) if BLANKED in raw else None) or {}
            for h in seals_of(record):
                found.setdefault(h, set()).update(redacted_of(record))
    return found


def seals_of(record: Json) -> set[str]:
    """Return the `h` of a record's line, and the one that it had before it was taken over."""
    return {str(record.get("h")), former(record)[1]} - {""}


def put_aside(records: str) -> dict[str, int]:
    """Return the files of what was put aside, torn pieces of lines and damaged ones, each with the day (ordinal) of that.

    Raises UnreadableError.
    """
    found: dict[str, int] = {}
    for till in _with_quarantine(records):
        folder = os.path.join(records, till, QUARANTINE)
        try:
            for entry in os.scandir(folder):
                if entry.is_file(follow_symlinks=False):
                    found[entry.path] = datetime.fromtimestamp(entry.stat().st_mtime, UTC).toordinal()
        except OSError as error:
            raise unreadable(folder, error) from None
    return found


def remove_aside(paths: Iterable[str]) -> None:
    """Remove what was put aside, for good. Raises NotWrittenError."""
    for path in paths:
        try:
            with suppress(FileNotFoundError):
                os.unlink(path)
            sync_folder(os.path.dirname(path))
        except OSError as error:
            raise not_written(path, error) from None


def _with_quarantine(records: str) -> list[str]:
    return [till for till in tills_in(records) if os.path.isdir(os.path.join(records, till, QUARANTINE))]


def _change(line: Line, fields: Iterable[str]) -> Change:
    """Return what becomes of a line when some fields go, those among them that are there."""
    # Of a damaged line that a person accepted nobody knows what is true: all of it goes.
    left = stand_in(link_of(line.raw)) if line.accepted else without(line.record, fields)
    return Change(line, tuple(sorted({*fields} & {*words_in(line.record)})), left)


def _write_anew(folder: int, path: str, file: str, changes: Mapping[int, Change], note: Callable[[str], object]) -> None:
    """Put a file with some lines changed in place of the one that stands there; everything else byte for byte.

    Raises NotWrittenError: then the old file is there, or the new one is and only its name may not be durable.
    """
    name = os.path.basename(file)
    source = plain(name, os.O_RDONLY, folder=folder)
    try:

        def check() -> None:
            there = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if there.st_ino != os.fstat(source).st_ino or not is_still(folder, path):
                raise NotWrittenError(Problem("the records were replaced while this was written", "repeat it", file))

        found = os.fstat(source)
        if found.st_nlink > 1:
            note(f"{file} has a second name somewhere: what was taken out of it still stands under that one")
        _replace(folder, name, stat.S_IMODE(found.st_mode), _changed(source, changes), check)
    except OSError as error:
        raise not_written(file, error) from None
    finally:
        close(source)


def _replace(folder: int, name: str, mode: int, data: Iterable[bytes], check: Callable[[], object] = bool) -> None:
    """Put a file in place of another one in a folder: whole, synced, renamed, and its name synced. Raises OSError."""
    temporary = f".{name}.redacted"
    _unlink(temporary, folder)  # one that a crash left may hold words that went since
    try:
        new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
        try:
            os.fchmod(new, mode)
            for part in data:
                write_whole(new, part)
            os.fsync(new)
        finally:
            close(new)
        check()
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except (OSError, NotWrittenError):
        with suppress(OSError):
            _unlink(temporary, folder)
        raise
    os.fsync(folder)


def _unlink(name: str, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _changed(source: int, changes: Mapping[int, Change]) -> Iterator[bytes]:
    """Yield the bytes of a file in large parts, some of its lines changed. A line that is too long is none of them."""
    number, size = 1, 0
    part: list[bytes] = []
    with open(source, "rb", closefd=False) as file:
        while piece := file.readline(LONGEST_LINE + 1):
            change = changes.get(number)
            number += piece.endswith(b"\n")
            if change is not None and piece != change.line.raw + b"\n":
                raise NotWrittenError(Problem("the records changed while this was written", "repeat it", change.line.path))
            part.append(piece if change is None else change.new + b"\n")
            size += len(piece)
            if size >= CHUNK:
                yield b"".join(part)
                part, size = [], 0
    if part:
        yield b"".join(part)


class Rubbish(NamedTuple):
    """What may not stay in what was put aside: fields of lines, by their ids and their `h`; words; and what names a contact."""

    fields: Fields
    words: list[bytes]
    named: list[bytes]


def _clean(torn: int, name: str, rubbish: Rubbish) -> None:
    """Take words out of a file that was put aside: of whole copies of lines, and of pieces of them. Raises OSError."""
    descriptor = plain(name, os.O_RDONLY, folder=torn)
    try:
        with open(descriptor, "rb", closefd=False) as file:
            lines = file.read().split(b"\n")
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
    finally:
        close(descriptor)
    left = [line for line in (_cleaned(line, rubbish) for line in lines) if line is not None]
    if left == lines:
        return
    if any(left):
        _replace(torn, name, mode, [b"\n".join(left)])
    else:
        os.unlink(name, dir_fd=torn)
        os.fsync(torn)


def _cleaned(line: bytes, rubbish: Rubbish) -> bytes | None:
    """Return what may stay of a line that was put aside; None where nothing may."""
    record = readable(line)
    own = () if record is None else (str(record.get("id")), str(record.get("h")))
    gone = {field for key in own for field in rubbish.fields.get(key, ())}
    if any(each in line for each in rubbish.named):
        gone |= {*CAN_GO}
    if record is not None and not gone.isdisjoint(record):
        return without(record, gone.intersection(record))
    if record is None and any(each in line for each in rubbish.named):
        return None
    return None if any(_holds_words(line, each) for each in rubbish.words) else line


def _holds_words(line: bytes, words: bytes) -> bool:
    """Tell whether a piece of a line holds a field with its words, or was torn off within them."""
    begin = words.index(b'":"') + len(b'":"')
    line = line.rstrip(b"\0")
    return words in line or any(line.endswith(words[:end]) for end in range(begin + SHORTEST_PIECE, len(words)))
