"""A backup: one compressed file with what a shop folder holds, and a list of it with the hash of everything.

The list stands at the end: what was cut off has none. Whoever reads an archive trusts nothing that it says of itself: only
plain files in the places where a shop keeps its own, of bounded size, each as the list has it; before all of that is certain
nothing is written anywhere.
"""

import errno
import gzip
import json
import os
import shutil
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, NamedTuple

from returnkit.errors import BadInputError, NotWrittenError, Problem, UnreadableError
from returnkit.model.ids import is_till
from returnkit.model.jsonl import LONGEST_LINE, Json
from returnkit.records.chain import BEGINNING, Links, is_newer, judged, readable
from returnkit.records.disk import OWN_FILE, make_folders, not_written, plain, sync_folder
from returnkit.records.identity import Head
from returnkit.records.read import is_month, unreadable
from returnkit.records.recover import QUARANTINE
from returnkit.records.rewrite import FILE, FOLDER, beside, make_folder, settle
from returnkit.records.tail import is_line, number_of

LIST = "manifest.json"
ROOMS = ("policies", "records")
SETTINGS = ".returnkit/till.toml"
HIDDEN = (QUARANTINE, ".gitkeep", ".gitignore")  # of names that begin with a dot, these are a shop's own
MOST_FILES, MOST_BYTES = 100_000, 2 * 1024**3
MOST_RATIO, UNSUSPECTED = 100, 1024**2  # records become a tenth of their size; what becomes a thousandth is meant to fill a disk
LARGEST_LIST = 32 * 1024**2
LONGEST_PART = 255  # bytes of a name between two slashes
BLOCK = 256 * 1024
ELSE = "nothing was written: take another backup"


class Source(NamedTuple):
    """A file that goes into an archive: under which name, and the first bytes of it that do."""

    name: str
    path: str
    size: int
    same: tuple[int, ...]  # what `identified` said of it then
    grows: bool  # at its end, and nowhere else


class Filed(NamedTuple):
    """What an archive has of a file."""

    size: int
    sha256: str


class Till(NamedTuple):
    """What an archive has of a till: how many lines, how many of them nobody can trust, and the newest one that is a record.

    `newer` are those of a newer program: they are kept as they are, whatever they say.
    """

    lines: int = 0
    damaged: int = 0
    head: Head | None = None
    newer: int = 0


class Contents(NamedTuple):
    """What an archive holds: its list as it is, its files by their names, and its tills."""

    listed: Json
    files: dict[str, Filed]
    tills: dict[str, Till]


class ChangedError(Exception):
    """A file is another one than it was when it was looked at."""


Into = Callable[[str], AbstractContextManager[Callable[[bytes], object]]]


def is_fit(name: str) -> bool:
    """Tell whether a file of that name belongs into a backup: a path from the shop folder, with slashes."""
    room, *parts = name.split("/")
    return name == SETTINGS or (room in ROOMS and bool(parts) and all(map(_is_fit_part, parts)))


def _is_fit_part(part: str) -> bool:
    hidden = part.startswith(".") and part not in HIDDEN
    return part.isprintable() and "\\" not in part and 0 < len(part.encode()) <= LONGEST_PART and not hidden


def newest(path: str, till: str) -> tuple[int, Head | None]:
    """Return how much of a journal's newest file is whole, and its newest record; None where the end of the file has none.

    What a crash left of a line is no record yet. Raises OSError.
    """
    with open(path, "rb", opener=plain) as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - BLOCK))
        data = file.read(BLOCK)
    rest = data.rpartition(b"\n")[2]
    if rest and len(rest) < len(data):
        whole = rest.rstrip(b"\0")  # zeros that a power cut left
        cut = len(rest) - (len(whole) if readable(whole) is not None else 0)
        size, data = size - cut, data[: len(data) - cut]
    for raw in reversed(data.split(b"\n")):
        record = readable(raw)
        if record is not None:
            return size, Head(number_of(record, till), str(record.get("h")))
    return size, None


def identified(path: str, *, grows: bool) -> tuple[int, ...]:
    """Return what is another one when the file was replaced, or changed otherwise than it `grows`. Raises OSError."""
    found = os.stat(path, follow_symlinks=False)
    return (found.st_dev, found.st_ino) if grows else (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


# Writing


def pack(path: str, sources: Iterable[Source], facts: Json, heads: Mapping[str, Head]) -> Contents:
    """Write a new archive, read it again, and only then give it its name; return what it holds.

    `facts` about it stand in its list, and the newest record of each till. Raises ChangedError where a file was replaced in
    the meantime; BadInputError where there is a file of that name already, NotWrittenError, UnreadableError.
    """
    with beside(path, OWN_FILE) as (temporary, file):
        files: dict[str, Filed] = {}
        with (
            gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        ):
            for source in sources:
                files[source.name] = _add_source(tar, source)
            listed = {
                **facts,
                "files": {name: filed._asdict() for name, filed in files.items()},
                "heads": {till: head._asdict() for till, head in heads.items()},
            }
            text = json.dumps(listed, indent=1).encode()
            tar.addfile(_header(LIST, len(text)), BytesIO(text))
        file.flush()
        os.fsync(file.fileno())
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # what is read again is what the disk has
        found = read_archive(temporary)
        settle(file, temporary, path)
    return found


def _add_source(tar: tarfile.TarFile, source: Source) -> Filed:
    try:
        header = _header(source.name, source.size)
        with open(source.path, "rb", opener=plain) as file:
            if identified(source.path, grows=source.grows) != source.same:
                raise ChangedError
            reader = _Reader(file, source.size)
            tar.addfile(header, reader)
            if identified(source.path, grows=source.grows) != source.same:
                raise ChangedError
    except FileNotFoundError:
        raise ChangedError from None
    except ValueError:
        remedy = "give it a shorter name, or take it out"
        raise UnreadableError(Problem("its name is too long for a backup", remedy, source.path)) from None
    return Filed(source.size, reader.digest.hexdigest())


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, OWN_FILE
    return header


class _Reader:
    """The first bytes of a file, and their hash."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left, self.digest = file, size, sha256()

    def read(self, size: int = BLOCK) -> bytes:
        try:
            data = self._file.read(min(size, self._left))
        except OSError as error:
            raise unreadable(str(self._file.name), error) from None
        if len(data) < min(size, self._left):
            raise ChangedError
        self._left -= len(data)
        self.digest.update(data)
        return data


# Reading


class _Member(tarfile.TarInfo):
    """A plain file, or it is refused before any of its content is looked at."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Member":
        member = super().frombuf(buf, encoding, errors)
        if member.type != tarfile.REGTYPE or member.size < 0:
            raise _refused("it holds something that is not a plain file", member.name)
        return member


def read_archive(path: str, into: Into | None = None) -> Contents:
    """Read an archive to its end and return what it holds.

    `into` gives for each name what is handed the bytes of that file; then nobody looks at the lines of journals.
    Raises UnreadableError for everything that is not as a backup is.
    """
    try:
        file = open(path, "rb", opener=plain)  # noqa: SIM115 - the next line closes it
    except OSError as error:
        raise unreadable(path, error) from None
    try:
        with file, gzip.GzipFile(fileobj=file, mode="rb") as packed:
            most = min(MOST_BYTES, max(UNSUSPECTED, os.fstat(file.fileno()).st_size * MOST_RATIO))
            with tarfile.open(fileobj=packed, mode="r|", tarinfo=_Member, encoding="utf-8") as tar:
                return _contents(tar, most, into)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        what = getattr(error, "strerror", None) or error
        raise UnreadableError(Problem(f"it is no backup, or not a whole one: {what}", ELSE, path)) from None
    except UnreadableError as error:
        raise UnreadableError(*(problem._replace(file=path) for problem in error.problems)) from None


def _contents(tar: tarfile.TarFile, most: int, into: Into | None) -> Contents:
    files: dict[str, Filed] = {}
    folders: set[str] = set()
    journals = _Journals()
    text, total = b"", 0
    for member in tar:
        name = member.name
        total += member.size
        if total > most or len(files) >= MOST_FILES:
            raise _refused("it unpacks to more than any shop has", name)
        if text or not (name == LIST or is_fit(name)):
            raise _refused("it holds what does not belong into a backup", name)
        if name == LIST:
            if member.size > LARGEST_LIST:
                raise _refused("its list is too long", name)
            text = b"".join(_blocks(tar, member)) or b" "
            continue
        above = ["/".join(name.split("/")[:depth]) for depth in range(1, name.count("/") + 1)]
        if name in files or name in folders or any(folder in files for folder in above):
            raise _refused("it holds two things of one name", name)
        folders.update(above)
        digest = sha256()
        with into(name) if into else journals.journal(name) as see:
            for block in _blocks(tar, member):
                digest.update(block)
                see(block)
        files[name] = Filed(member.size, digest.hexdigest())
    return _as_listed(text, files, None if into else journals.tills)


def _blocks(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    content = tar.extractfile(member)
    while content and (block := content.read(BLOCK)):
        yield block


def _as_listed(text: bytes, files: dict[str, Filed], tills: dict[str, Till] | None) -> Contents:
    """Return what an archive holds, where that is what its list says (tills: None = not looked at). Raises UnreadableError."""
    try:
        listed = json.loads(text)
        said = {name: Filed(each["size"], each["sha256"]) for name, each in listed["files"].items()}
        heads = {till: Head(each["seq"], each["h"]) for till, each in listed["heads"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused("its list is missing or cannot be read", LIST) from None
    for name in sorted({*said, *files}):
        if said.get(name) != files.get(name):
            raise _refused("a file is not as its list says", name)
    found = heads if tills is None else {till: about.head for till, about in tills.items()}
    for till in sorted({*heads, *found}):
        if heads.get(till) != found.get(till):
            raise _refused("the newest record is not the one of its list", till)
    return Contents(listed, files, tills or {})


def _refused(what: str, name: str) -> UnreadableError:
    return UnreadableError(Problem(f"{what}: {name[:LONGEST_PART]!r}", ELSE))


class _Journals:
    """The journals of an archive, as their bytes go by: how far each till comes, and whether its lines follow each other."""

    def __init__(self) -> None:
        self.tills: dict[str, Till] = {}
        self._links: dict[str, Links] = {}
        self._rest = b""

    @contextmanager
    def journal(self, name: str) -> Iterator[Callable[[bytes], object]]:
        """Give what is handed the bytes of a file; of one that is no journal they mean nothing."""
        room, till, *rest = name.split("/")
        if room != "records" or len(rest) != 1 or not is_month(rest[0]) or not is_till(till):
            yield len
            return
        self._rest = b""
        yield lambda block: self._see(till, block)
        if self._rest:
            self._line(till, self._rest)

    def _see(self, till: str, block: bytes) -> None:
        *whole, rest = (self._rest + block).split(b"\n")
        self._rest = rest[: LONGEST_LINE + 1]  # longer than that it is no line anyway
        for raw in whole:
            self._line(till, raw)

    def _line(self, till: str, raw: bytes) -> None:
        if not is_line(raw):
            return
        record, sound, self._links[till] = judged(raw, self._links.get(till, BEGINNING))
        lines, damaged, head, newer = self.tills.get(till, Till())
        if record is not None:
            head = Head(number_of(record, till), str(record.get("h")))
            newer += is_newer(record)
        self.tills[till] = Till(lines + 1, damaged + (not sound), head, newer)


# Unpacking


def unpack(path: str, folder: str, also: Mapping[str, bytes]) -> Contents:
    """Unpack an archive into a new or empty folder, with some files of the program's own beside; all of it or nothing.

    An empty folder that is there already lends it its group and its rights. Raises BadInputError where the folder holds
    something, UnreadableError for a bad archive, NotWrittenError.
    """
    folder = os.path.realpath(folder)
    _check_free(folder)
    found = read_archive(path)  # nothing is written before all of it was looked at
    temporary = os.path.join(os.path.dirname(folder), f".{os.path.basename(folder)}.{os.urandom(4).hex()}")
    make_folder(os.path.dirname(folder))
    try:
        os.mkdir(temporary, FOLDER)
        for name, data in also.items():
            with _new_file(temporary, name) as write:
                write(data)
        if read_archive(path, lambda name: _new_file(temporary, name)).files != found.files:
            raise _refused("it is another one than a moment ago", path)
        for inner, _, _ in os.walk(temporary):
            sync_folder(inner)
        _check_free(folder)
        _lend_rights(folder, temporary)
        try:
            os.rename(temporary, folder)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            raise BadInputError(Problem("a disk is mounted here", "name a new folder on it", folder)) from None
        sync_folder(os.path.dirname(folder))
    except OSError as error:
        raise not_written(folder, error) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return found


def _lend_rights(folder: str, new: str) -> None:
    """Give a new folder the group and the rights of the one that it takes the place of, if there is one.

    A stranger may put other policies into neither.
    """
    with suppress(FileNotFoundError, PermissionError):
        found = os.stat(folder)
        os.chown(new, -1, found.st_gid)
        os.chmod(new, stat.S_IMODE(found.st_mode) & ~stat.S_IWOTH)


def _check_free(folder: str) -> None:
    try:
        if os.path.lexists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
            raise BadInputError(
                Problem("there is something already", "nothing was written: name a new or an empty folder", folder)
            )
        if os.path.isdir(folder) and os.path.samefile(folder, "."):
            raise BadInputError(Problem("you are in this folder", "go out of it, or name a new one", folder))
    except OSError as error:
        raise NotWrittenError(Problem(f"it cannot be looked into: {error.strerror}", "name another folder", folder)) from None


@contextmanager
def _new_file(folder: str, name: str) -> Iterator[Callable[[bytes], object]]:
    """Give what writes a new file, durable at the end. Raises NotWrittenError."""
    path = os.path.join(folder, name)
    private = name.startswith(("records/", ".returnkit/"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        (make_folders if private else make_folder)(os.path.dirname(path))
        with os.fdopen(plain(path, flags) if private else os.open(path, flags, FILE), "wb") as file:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise not_written(path, error) from None
