"""A backup of a shop folder in one file, and a new folder from it: what is promised, what happened, and how to reach customers.

What belongs to one machine alone stays there: who the folder is, what is derived, git. So a folder that comes back from a
backup is a new till.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from errno import EACCES
from typing import NamedTuple

from returnkit import __version__
from returnkit.clock import Clock
from returnkit.errors import BadInputError, BusyError, Problem, ReturnkitError, UnreadableError
from returnkit.machine import read_machine
from returnkit.model.ids import is_till
from returnkit.records.archive import (
    MOST_BYTES,
    MOST_FILES,
    ROOMS,
    SETTINGS,
    ChangedError,
    Contents,
    Source,
    identified,
    is_fit,
    newest,
    pack,
    unpack,
)
from returnkit.records.contacts import FOLDER as CONTACTS
from returnkit.records.identity import FILE, FOLDER, RESTORED, Head
from returnkit.records.lock import locked
from returnkit.records.read import is_month, months, tills_in, unreadable
from returnkit.records.verify import Verified
from returnkit.shop import MARK, Shop, shown_path
from returnkit.starter import GITATTRIBUTES, GITIGNORE
from returnkit.verification import verify_shop

SCHEMA = "returnkit.backup/1"
ENDING = ".tar.gz"
OTHERS = (".zip", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst")  # what other programs would take for something else
ATTEMPTS = 5

# Addresses and branches that are carried along, and may be shown to be pasted: nothing that git takes for an option or a command.
_ADDRESS = re.compile(r"(?:(?:https?|ssh|git|file)://[^\s@]+|(?:ssh://)?[\w.-]+@[\w.-]+[:/].+|/.+)")
_BRANCH = re.compile(r"[^\W_][\w./-]*")

Note = Callable[[str], object]


class Snapshot(NamedTuple):
    """A shop folder as it was at one moment: its files as far as they went, and the newest record of each till."""

    sources: list[Source]
    heads: dict[str, Head]


class Meeting(NamedTuple):
    """Where the tills of a shop meet by git: the address, without passwords, and the branch."""

    url: str
    branch: str


class Restored(NamedTuple):
    """What came back, what `records verify` says of it, and where the tills met.

    `sends` and `shared` tell whether the settings that came along let the machine send the reminders, and a group write.
    """

    contents: Contents
    verified: Verified
    meeting: Meeting | None
    sends: bool
    shared: bool


def place_of(shop: Shop, given: str, now: str) -> str:
    """Return the path of a new backup: in a folder it gets the shop's name and the minute (`now` is RFC 3339).

    Raises BadInputError where it would lie in the shop folder, which git copies to others.
    """
    if given.lower().endswith(OTHERS):
        raise BadInputError(Problem("a backup is no such file", f"name one that ends in {ENDING}, or a folder", given))
    own = f"{_plain(shop.name)}-{now[:16].replace('T', '-').replace(':', '')}{ENDING}"
    path = os.path.realpath(os.path.join(given, own) if given.endswith(os.sep) or os.path.isdir(given) else given)
    own = os.path.realpath(shop.folder)
    if os.path.commonpath([path, own]) == own:
        raise BadInputError(Problem("this is inside the shop folder itself", "name another place, best on another disk", given))
    if os.path.lexists(path):
        raise BadInputError(Problem("there is a file already", "nothing was overwritten: name another file", path))
    return path


def _plain(name: str) -> str:
    """Return a shop's name as every disk can write it."""
    from unicodedata import normalize

    letters = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", letters).strip("-") or "shop"


def back_up(shop: Shop, path: str, clock: Clock, note: Note, *, contacts: bool) -> Contents:
    """Write a backup to a path where there is nothing yet, and return what it holds; it was read again from the disk.

    The tills wait only while it is noted how far they are: journals grow at their end and nowhere else. Where a file was
    replaced in the meantime it begins anew. Raises BusyError, UnreadableError, NotWrittenError, BadInputError.
    """
    for _ in range(ATTEMPTS):
        told: list[str] = []
        try:
            with _still(shop.folder):
                snapshot = _snapshot(shop, told.append, contacts=contacts)
            found = _packed(shop, path, snapshot, clock.real(), contacts=contacts)
        except ChangedError:
            continue
        for text in told:
            note(text)
        return found
    what = "the records are rewritten again and again"
    raise BusyError(Problem(what, "nothing was written: repeat it later", shown_path(shop.folder)))


def _packed(shop: Shop, path: str, snapshot: Snapshot, time: str, *, contacts: bool) -> Contents:
    sources, heads = snapshot
    if sum(source.size for source in sources) > MOST_BYTES or len(sources) >= MOST_FILES:
        what = f"the shop folder holds more than a backup can: {MOST_BYTES >> 30} GiB, {MOST_FILES} files"
        raise UnreadableError(Problem(what, "copy it with a program that is made for more", shown_path(shop.folder)))
    facts = {"schema": SCHEMA, "program": f"returnkit {__version__}", "shop": shop.name, "time": time, "contacts": contacts}
    meeting = _meeting(shop.folder)
    return pack(path, sources, {**facts, "git": meeting._asdict() if meeting else None}, heads)


def _meeting(folder: str) -> Meeting | None:
    """Return where the tills of a shop meet; None where that is not to be seen, or no address that may be carried along."""
    from returnkit.records.git.repository import repository

    with suppress(ReturnkitError):
        found = repository(folder)
        if found is not None and not found.prefix:
            own = found.do("symbolic-ref", "--short", "HEAD").decode().strip()
            settings = found.settings()
            remote = settings.get(f"branch.{own}.remote", "origin")
            there = settings.get(f"branch.{own}.merge", own).removeprefix("refs/heads/")
            return _checked(_address(settings.get(f"remote.{remote}.url", ""), found.root), there)
    return None


def _address(url: str, root: str) -> str:
    """Return the address of a remote without what lets somebody in; a path from the root of the file system."""
    if url and ":" not in url:
        return os.path.realpath(os.path.join(root, url))
    url = re.sub(r"^(https?://)[^/]*@", r"\1", url)
    return re.sub(r"^(ssh://[^/:@]*):[^/]*@", r"\1@", url).partition("?")[0]


def _checked(url: object, branch: object) -> Meeting | None:
    """Return where tills meet, if it may be shown to be pasted."""
    fit = isinstance(url, str) and isinstance(branch, str) and _ADDRESS.fullmatch(url) and _BRANCH.fullmatch(branch)
    return Meeting(str(url), str(branch)) if fit and str(url).isprintable() else None


def unfinished(path: str) -> list[str]:
    """Return the names of what was left beside a backup, a folder out of one, or an export, by others that were broken off.

    They hold what a backup holds.
    """
    folder, own = os.path.split(os.path.realpath(path))
    of = f".+{re.escape(ENDING)}" if own.endswith(ENDING) else re.escape(own)
    with suppress(OSError):
        return sorted(name for name in os.listdir(folder) if re.fullmatch(rf"\.{of}\.[0-9a-f]{{8}}", name))
    return []


def restore(path: str, folder: str) -> Restored:
    """Make a shop folder of a backup, in a new or empty folder, and verify it.

    Raises BadInputError, UnreadableError, NotWrittenError.
    """
    _check_outside(folder)
    also = {".gitignore": GITIGNORE, ".gitattributes": GITATTRIBUTES, f"{FOLDER}/{FILE}": RESTORED}
    contents = unpack(path, folder, {name: text.encode() for name, text in also.items()})
    sends = shared = False
    with suppress(ReturnkitError):
        machine = read_machine(folder)
        sends, shared = machine.sends, machine.files.records or machine.files.contacts
    git = contents.listed.get("git")
    meeting = _checked(git.get("url"), git.get("branch")) if isinstance(git, dict) else None
    return Restored(contents, verify_shop(folder), meeting, sends, shared)


def _check_outside(folder: str) -> None:
    """Refuse a place inside of another shop folder."""
    above = os.path.realpath(folder)
    while above != (above := os.path.dirname(above)):
        if os.path.lexists(os.path.join(above, MARK)):
            what = f"this is inside of the shop folder {shown_path(above)}"
            raise BadInputError(Problem(what, "nothing was written: name a folder elsewhere", folder))


def _still(folder: str) -> AbstractContextManager[tuple[int, ...]]:
    """Hold the locks of all tills: nobody writes."""
    records = os.path.join(folder, "records")
    return locked(*(os.path.join(records, till) for till in tills_in(records)))


def _snapshot(shop: Shop, note: Note, *, contacts: bool) -> Snapshot:
    """Return what there is now. Raises UnreadableError for what is not as it should be, ChangedError."""
    records = os.path.join(shop.folder, "records")
    heads: dict[str, Head] = {}
    ends: dict[str, int] = {}  # of journals that a crash left unfinished, and of those that were looked at
    try:
        for till in tills_in(records):
            for month in reversed(months(os.path.join(records, till))):
                path = os.path.join(records, till, month)
                ends[path], head = newest(path, till)
                if head is not None:
                    heads[till] = head
                    break
        paths = [path for room in ROOMS for path in _files(os.path.join(shop.folder, room), note, contacts=contacts)]
        settings = os.path.join(shop.folder, SETTINGS)
        if os.path.lexists(settings) and _is_in_order(shop.folder, note):
            paths.append(settings)
        return Snapshot([_source(shop.folder, path, ends, note) for path in sorted(paths)], heads)
    except FileNotFoundError:
        raise ChangedError from None
    except OSError as error:
        raise _unread(str(error.filename or records), records, error) from None


def _unread(path: str, records: str, error: OSError) -> UnreadableError:
    """Return the refusal for what cannot be read; contacts that are somebody else's can be left out."""
    if isinstance(error, PermissionError) and f"{path}{os.sep}".startswith(os.path.join(records, CONTACTS, "")):
        what = f"it cannot be read: {error.strerror}"
        return UnreadableError(Problem(what, "leave out how customers can be reached: --without-contacts", path))
    return unreadable(path, error)


def _files(folder: str, note: Note, *, contacts: bool) -> Iterator[str]:
    """Yield the paths of all files in a folder and below. Raises OSError; UnreadableError where a link or a pipe stands."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name) if os.path.isdir(folder) else ():
        hidden = entry.name.startswith(".") and not is_fit(f"records/{entry.name}")
        left_out = not contacts and entry.name == CONTACTS and os.path.basename(folder) == "records"
        if hidden or left_out:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, note, contacts=contacts)
        elif not entry.is_file(follow_symlinks=False):
            what = "a link or a pipe stands here, and a backup keeps plain files"
            raise UnreadableError(Problem(what, "put the file itself in its place, or take it out", shown_path(entry.path)))
        elif is_fit(f"records/{entry.name}"):
            if not os.access(entry.path, os.R_OK):
                raise PermissionError(EACCES, os.strerror(EACCES), entry.path)
            yield entry.path
        else:
            note(f"left out, because of its name: {shown_path(entry.path)}")


def _is_in_order(folder: str, note: Note) -> bool:
    """Tell whether the settings of this machine hold what they may, which passwords are not."""
    try:
        read_machine(folder)
    except ReturnkitError as error:
        note(f"{SETTINGS} is left out: {error.problems[0].what}")
        return False
    return True


def _source(shop: str, path: str, ends: dict[str, int], note: Note) -> Source:
    folder, file = os.path.split(path)
    records, till = os.path.split(folder)
    grows = is_month(file) and is_till(till) and records == os.path.join(shop, "records")
    size = os.stat(path, follow_symlinks=False).st_size
    end = ends.get(path, size)
    if end < size:
        note(f"the unfinished end of {shown_path(path)} is left out: what was never acknowledged is no record")
    return Source(os.path.relpath(path, shop).replace(os.sep, "/"), path, end, identified(path, grows=grows), grows)
