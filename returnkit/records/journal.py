"""The journal: one line more, durably, or nothing at all.

Lock the tills' folders, recover what a crash left, look up the key, check what depends on other records, write the whole
line at once, sync it. The sync is the commit: before it nothing is acknowledged, after it nothing may report a failure.
Each till writes its own files, one a month; readers and verify are elsewhere.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from returnkit.errors import BadInputError, NotWrittenError, Problem, UnreadableError
from returnkit.model.ids import HOW_TO_WRITE_A_TILL, is_till, record_id
from returnkit.model.jsonl import LONGEST_LINE, Json, encode
from returnkit.model.record import VERSION, check_record, is_name, redacted_of
from returnkit.model.text import LONGEST_NAME
from returnkit.records.chain import readable, sealed
from returnkit.records.disk import close, make_folder, not_written, plain, sync_folder, write_whole
from returnkit.records.identity import FOLDER as INSTANCE_FOLDER
from returnkit.records.identity import Head, Identity, identity, keep_head, read_head, read_identity
from returnkit.records.lock import check_owner, is_still, locked
from returnkit.records.read import ENDING, months, tills_in, with_text
from returnkit.records.recover import Batch, Recovery, begin_batch, end_batch, open_month
from returnkit.records.tail import End

if TYPE_CHECKING:
    from typing import Protocol

    class Wall(Protocol):
        """The clock that the journal reads when it holds the lock."""

        set: bool

        def now(self) -> str:
            """Return the time that it is taken to be, as RFC 3339."""

        def real(self) -> str:
            """Return the real time, as RFC 3339."""


KEY_MONTHS = 2  # --key is for a retry: it is looked up in this and the last month's file
ATTEMPTS = 5
HELD = (signal.SIGINT, signal.SIGTERM)

Complete = Callable[[str], Mapping[str, object]]
Prepare = Callable[[Callable[[int], str]], list[Json]]


class Written(NamedTuple):
    """A record that is on the disk, and whether it was there before (the same key was used for the same facts)."""

    record: Json
    repeated: bool


class _Replaced(Exception):  # noqa: N818 - not an error
    """The file is another one now than the one that was written to; what was written may or may not be in it."""

    def __init__(self, record: Json) -> None:
        super().__init__()
        self.record = record


class Journal:
    """The records of a shop folder, and the till that writes there.

    `note` is told what a person should know though nothing failed. Raises BadInputError for a name that no till can have.
    """

    def __init__(self, shop: str, clock: "Wall", note: Callable[[str], object], till: str = "") -> None:
        if till and not is_till(till):
            raise BadInputError(Problem(f"--till {till!r} cannot name a till", HOW_TO_WRITE_A_TILL))
        self.shop, self.clock, self.note = shop, clock, note
        self.folder = os.path.join(shop, "records")
        self._till = till
        self._searched: tuple[object, ...] = ()  # the key that was not there, and the files as they were then

    def till(self) -> str:
        """Return the till that writes here; an empty text where none has begun."""
        who, _ = read_identity(self.shop)
        return self._till or (who.till if who else "")

    def append(self, facts: Mapping[str, object], complete: Complete, key: str = "") -> Written:
        """Append one record and return it once it is durable.

        `facts` are what was typed; `complete` is called with the time, under the lock, where nobody else can write: it
        checks what depends on other records and returns the whole record, or raises a refusal. The same `key` with the
        same facts gives the same record, once; with other facts it raises BadInputError. Raises NotWrittenError,
        BusyError, UnreadableError; then nothing was acknowledged.

        When it returns, SIGINT and SIGTERM are held back until `let_signals_through`: the id must reach the shop.
        """
        _check_key(key)
        try:
            return self._append(facts, complete, key)
        except OSError as error:
            let_signals_through()
            raise not_written(self.folder, error) from None
        except BaseException:
            let_signals_through()
            raise

    def with_key(self, key: str, facts: Mapping[str, object]) -> Json | None:
        """Return the record that this till made with the key, if it did; a repetition need not be worked out again.

        Raises BadInputError where the key was used with other facts.
        """
        _check_key(key)
        try:
            check_owner(self.shop)
            who, _ = read_identity(self.shop)
            if who is None or not os.path.isdir(os.path.join(self.folder, self._till or who.till)):
                return None
            if self._till:
                who = who._replace(till=self._till)
            with self._locked(who) as folder:
                # Under the lock: what another process is writing just now may yet be taken back.
                self._end(who, folder, read_head(who))
                return self._repeated(who, folder, facts, key)
        except OSError as error:
            let_signals_through()
            raise not_written(self.folder, error) from None

    def append_all(self, prepare: Prepare) -> int:
        """Append many records that happened elsewhere, in one write and with one sync; return how many.

        `prepare` is called once, under the lock, where nobody else can write, and returns the records with their times; it
        is given what tells the id that the n-th of them (from 0) will have. All are durable when it returns; where it raises
        NotWrittenError some may be, and a repetition must know them by their keys. Signals as with `append`.
        """
        try:
            check_owner(self.shop)
            who = identity(self.shop, self.folder, self._till)
            if who.new:
                self._introduce(who)
            with self._locked(who) as folder:
                return self._all_under_the_lock(who, folder, prepare)
        except OSError as error:
            let_signals_through()
            raise not_written(self.folder, error) from None
        except _Replaced:
            what = "the records were replaced while this was written"
            raise NotWrittenError(Problem(what, "repeat it: nothing is recorded twice", self.folder)) from None
        except BaseException:
            let_signals_through()
            raise

    def _all_under_the_lock(self, who: Identity, folder: int, prepare: Prepare) -> int:
        path = os.path.join(self.folder, who.till)
        end = self._end_to_go_on_from(who, folder, path)
        bodies = prepare(lambda at: record_id(who.till, end.seq + 1 + at))
        if bodies:
            entered = self.clock.real()
            self._check_clock(end, entered)
            self._write(who, folder, path, end, [{**body, "entered": entered} for body in bodies], entered)
        return len(bodies)

    def _append(self, facts: Mapping[str, object], complete: Complete, key: str) -> Written:
        check_owner(self.shop)
        written: Json = {}
        for _ in range(ATTEMPTS):
            who = identity(self.shop, self.folder, self._till)
            if who.new:
                self._introduce(who)
            with self._locked(who) as folder:
                try:
                    if written and self._holds(who, folder, written):
                        return Written(written, repeated=False)
                    return self._under_the_lock(who, folder, facts, complete, key)
                except _Replaced as replaced:
                    written = replaced.record
                    self.note("the records were replaced while this was written; it is written again")
        raise NotWrittenError(Problem("the records are replaced again and again", "see what changes the folder", self.folder))

    def _holds(self, who: Identity, folder: int, record: Json) -> bool:
        """Tell whether a record is in the till's newest file: whoever replaced that may have kept what was just written."""
        path = os.path.join(self.folder, who.till)
        wanted = encode({"h": record["h"]})[1:-1]
        for name in months(path)[-1:]:
            if any(found == record for found in with_text(os.path.join(path, name), wanted)):
                _acknowledge(os.path.join(path, name), folder)
                return True
        return False

    def _repeated(self, who: Identity, folder: int, facts: Mapping[str, object], key: str) -> Json | None:
        """Return the till's record with this key, from this or the last month's file; durable, whoever wrote it.

        Raises BadInputError where it says something else.
        """
        from returnkit.records.index import mentions, needle

        files = [os.path.join(self.folder, who.till, month) for month in months(os.path.join(self.folder, who.till))]
        searched = (key, *(_identified(path) for path in files[-KEY_MONTHS:]))
        if searched == self._searched:
            return None
        for path in mentions(os.path.join(self.folder, who.till), "key", key, own=True, newest=KEY_MONTHS):
            for found in with_text(path, needle("key", key)):
                if found.get("key") == key:
                    _check_same(found, facts, key)
                    _acknowledge(path, folder)
                    return found
        self._searched = searched
        return None

    def _introduce(self, who: Identity) -> None:
        if who.copied:
            self.note(f"this folder is a copy, or came back from one: from now on it is the till {who.till}")
        else:
            self.note(f"this folder is now the till {who.till}")

    @contextmanager
    def _locked(self, who: Identity) -> Iterator[int]:
        """Hold the locks of every till in the folder, and give the descriptor of the own one's."""
        own = os.path.join(self.folder, who.till)
        if not months(own):  # what is in them was written after their names were synced
            _make_folder(self.shop, self.folder)
            _make_folder(self.shop, own)
        with locked(own, *(os.path.join(self.folder, till) for till in tills_in(self.folder))) as (folder, *_):
            yield folder

    def _under_the_lock(self, who: Identity, folder: int, facts: Mapping[str, object], complete: Complete, key: str) -> Written:
        path = os.path.join(self.folder, who.till)
        end = self._end_to_go_on_from(who, folder, path)
        if key and (found := self._repeated(who, folder, facts, key)) is not None:
            return Written(found, repeated=True)
        now, entered = self.clock.now(), self.clock.real()
        body = {"time": now, **complete(now)}
        if self.clock.set or body["time"] != now:
            body["entered"] = entered
        if key:
            body["key"] = key
        self._check_clock(end, entered)
        return Written(self._write(who, folder, path, end, [body], entered), repeated=False)

    def _end_to_go_on_from(self, who: Identity, folder: int, path: str) -> End:
        """Return where the till's journal ends, begun where it is new, and not behind what was acknowledged."""
        head = read_head(who)
        end = self._end(who, folder, head)
        self._check_head(end, head, path)
        return end if end.seq else self._opened(who, folder, path)

    def _end(self, who: Identity, folder: int, head: Head | None) -> End:
        """Return where the till's journal ends, after what a crash left there is mended."""
        path = os.path.join(self.folder, who.till)
        self._check_owner(who, path)
        return Recovery(folder, path, who.till, head.seq if head else 0, self.note).end()

    def _opened(self, who: Identity, folder: int, path: str) -> End:
        """Begin a new till's journal with a line that says whose it is."""
        _make_private(self.shop, self.folder)
        # Whoever made the file that says who this folder is may never have come to sync its name.
        sync_folder(self.shop)
        sync_folder(os.path.join(self.shop, INSTANCE_FOLDER))
        now = self.clock.real()
        record = self._write(who, folder, path, End(), [{"kind": "till.opened", "time": now, "instance": who.instance}], now)
        h = str(record["h"])
        return End(1, h, (h,), time=now)

    def _check_owner(self, who: Identity, path: str) -> None:
        """Refuse to write another folder's till. Its first line says whose it is."""
        files = months(path)
        if not files:
            return
        first = os.path.join(path, files[0])
        try:
            with open(first, "rb", opener=plain) as file:
                record = readable(file.readline(LONGEST_LINE).rstrip(b"\n"))
        except OSError as error:
            raise not_written(first, error) from None
        if record is None or record.get("kind") != "till.opened":
            return
        if record.get("instance") != who.instance or "formerly" in record:
            what = f"the till {who.till} belongs to another machine or folder"
            remedy = "leave --till out, or name a new one" if self._till else "remove .returnkit/instance: a new till begins"
            raise BadInputError(Problem(what, remedy, first, 1))

    @staticmethod
    def _check_head(end: End, head: Head | None, path: str) -> None:
        """Refuse to go on behind what was acknowledged: the same numbers would be given twice."""
        if head and end.seq < head.seq:
            what = f"these records end at {end.seq}, but {head.seq} were acknowledged here: newer ones were taken away"
            remedy = "run returnkit records heal: it puts them back where it finds them, or begins a new till"
            raise UnreadableError(Problem(what, remedy, path))
        other = head is not None and end.seq == head.seq and not end.damaged and end.link != head.h
        if other or (head and end.seq > head.seq and not _holds_head(path, head)):
            what = "what was recorded here last is not in this journal: another folder goes on with it"
            raise UnreadableError(Problem(what, "run returnkit records heal: this folder becomes a new till", path))

    def _check_clock(self, end: End, now: str) -> None:
        if end.time and _later(end.time, now):
            self.note(f"the clock says {now}, but the last record was written at {end.time}: check the clock")

    def _write(  # noqa: PLR0913, PLR0917 - some lines, and all that they hang on
        self, who: Identity, folder: int, path: str, end: End, bodies: Sequence[Mapping[str, object]], clock: str
    ) -> Json:
        """Write lines at the end, at least one, and return the last record: all are durable when this returns."""
        files = months(path)
        name = max([clock[:7] + ENDING, *files[-1:]])
        record: Json = {"h": end.link}
        lines = []
        for seq, body in enumerate(bodies, end.seq + 1):
            record, line = _line({**body, "v": VERSION, "id": record_id(who.till, seq)}, str(record["h"]))
            lines.append(line)
        descriptor = open_month(folder, name, path)
        try:
            size = os.fstat(descriptor).st_size
            if not size:
                self._sync_month_before(folder, path, files, name)
                os.fsync(folder)  # the name must be durable before anything in the file is
            if len(lines) > 1:
                begin_batch(folder, Batch(name, size, sum(map(len, lines)), end.link))
            hold_signals_back()
            try:
                write_whole(descriptor, b"".join(lines))
                os.fsync(descriptor)
            except OSError as error:
                _roll_back(descriptor, size)
                raise not_written(os.path.join(path, name), error) from None
            if len(lines) > 1:
                end_batch(folder)
            if not _still_there(descriptor, folder, name, path):
                let_signals_through()
                raise _Replaced(record)
        finally:
            close(descriptor)
        keep_head(who, Head(end.seq + len(lines), str(record["h"])))
        return record

    @staticmethod
    def _sync_month_before(folder: int, path: str, files: list[str], name: str) -> None:
        """Sync the file that ends before a new one begins: nobody will look at its end again."""
        for before in [file for file in files if file < name][-1:]:
            descriptor = open_month(folder, before, path)
            try:
                os.fsync(descriptor)
            finally:
                close(descriptor)


def _line(body: Mapping[str, object], link: str) -> tuple[Json, bytes]:
    """Return the record with its `h`, and its line. Raises BadInputError with everything that has no place in a record."""
    problems = check_record(body)
    if problems:
        raise BadInputError(*(Problem(f"this cannot be recorded: {problem}") for problem in problems))
    record = sealed(link, body)
    line = encode(record) + b"\n"
    if len(line) > LONGEST_LINE:
        raise BadInputError(Problem(f"this cannot be recorded: it is longer than {LONGEST_LINE // 1024} KiB"))
    if readable(line) != record:
        raise BadInputError(Problem("this cannot be recorded: it would not be read back as it is"))
    return record, line


def hold_signals_back() -> None:
    """Hold SIGINT and SIGTERM back: between the write and the printed id nobody is interrupted."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD)


def let_signals_through() -> bool:
    """Let them through again; return whether one came in the meantime, which is over with that."""
    came = False
    while signal.sigpending() & set(HELD):
        came = signal.sigtimedwait(HELD, 0) is not None or came
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
    return came


def _make_folder(shop: str, path: str) -> None:
    """Make a folder of the records, whose name is durable before anything is written in it."""
    from returnkit.records.rights import sharing

    try:
        make_folder(path, shared=sharing(shop).records or None)
        sync_folder(os.path.dirname(path))
    except OSError as error:
        raise not_written(path, error) from None


def _make_private(shop: str, records: str) -> None:
    """Let nobody else read what came in a clone: git has made it as the umask wants it."""
    from returnkit.records.rights import narrow

    narrow(shop, tills_in(records), os.path.join(shop, ".git"))


def _roll_back(descriptor: int, size: int) -> None:
    """Take back what a failed write left; where that fails too, the next writer's recovery does it."""
    with suppress(OSError):
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)


def _still_there(descriptor: int, folder: int, name: str, path: str) -> bool:
    """Tell whether what was written is what stands at the path; a check that fails says nothing against it."""
    try:
        own = os.fstat(descriptor)
        there = os.stat(name, dir_fd=folder, follow_symlinks=False)
        return (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino) and is_still(folder, path)
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _holds_head(path: str, head: Head) -> bool:
    """Tell whether the line that was acknowledged last is in a till's journal; of one that cannot be read nobody can say no."""
    wanted = record_id(os.path.basename(path), head.seq)
    others = False  # damage may have written the id a second time
    for month in reversed(months(path)):
        for found in with_text(os.path.join(path, month), encode({"id": wanted})[1:-1]):
            if found.get("id") == wanted:
                if found.get("h") == head.h:
                    return True
                others = True
    return not others


def _identified(path: str) -> tuple[str, int, int, int]:
    """Return what changes whenever a file does. Raises OSError."""
    found = os.stat(path, follow_symlinks=False)
    return path, found.st_ino, found.st_size, found.st_mtime_ns


def _check_key(key: str) -> None:
    if key and not is_name(key):
        raise BadInputError(Problem(f"--key {key[:80]!r} cannot be a key", f"write 1 to {LONGEST_NAME} characters on one line"))


def _acknowledge(path: str, folder: int) -> None:
    """Make durable what another process wrote and perhaps never synced; then it may be acknowledged."""
    descriptor = plain(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        close(descriptor)
    os.fsync(folder)
    hold_signals_back()


def _check_same(found: Json, facts: Mapping[str, object], key: str) -> None:
    gone = redacted_of(found)  # nobody can tell what those were
    other = sorted(fact for fact, value in facts.items() if fact not in gone and not _same(found.get(fact), value))
    if other:
        what = f"--key {key!r} stands for {found['id']} already, and that says otherwise in: {', '.join(other)}"
        raise BadInputError(Problem(what, "a key stands for one record: take a new one for a new record"))


def _same(recorded: object, typed: object) -> bool:
    """Tell whether what was typed is in what was recorded; a record may say more than was typed."""
    if isinstance(recorded, dict) and isinstance(typed, Mapping):
        return all(_same(recorded.get(key), value) for key, value in typed.items())
    if isinstance(recorded, list) and isinstance(typed, list):
        return len(recorded) == len(typed) and all(map(_same, recorded, typed))
    return recorded == typed


def _later(one: str, other: str) -> bool:
    """Tell whether one RFC 3339 time is later than another, whatever their offsets."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(one) > datetime.fromisoformat(other)
    except ValueError:
        return False
