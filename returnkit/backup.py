"""A backup of a shop folder in one file, and a new folder from it: what is promised, what happened, and how to reach customers.

What belongs to one machine alone stays there: who the folder is, what is derived, git. So a folder that comes back from a
backup is a new till.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
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
from returnkit.shop import Shop, shown_path
from returnkit.starter import GITATTRIBUTES, GITIGNORE
from returnkit.verification import verify_shop

SCHEMA = "returnkit.backup/1"
ENDING = ".tar.gz"
ATTEMPTS = 5

Note = Callable[[str], object]


class Snapshot(NamedTuple):
    """A shop folder as it was at one moment: its files as far as they went, and the newest record of each till."""

    sources: list[Source]
    heads: dict[str, Head]


class Restored(NamedTuple):
    """What came back, what `records verify` says of it, and whether its settings let the machine send the reminders."""

    contents: Contents
    verified: Verified
    sends: bool


def place_of(shop: Shop, given: str, today: str) -> str:
    """Return the path of a new backup: in a folder it gets the shop's name and the day (ISO text).

    Raises BadInputError where it would lie in the shop folder, which git copies to others.
    """
    path = (
        os.path.join(given, f"{_plain(shop.name)}-{today}{ENDING}") if given.endswith(os.sep) or os.path.isdir(given) else given
    )
    path = os.path.realpath(path)
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
    return pack(path, sources, facts, heads)


def unfinished(path: str) -> list[str]:
    """Return the names of what was left beside a backup, or a folder out of one, by others that were broken off.

    They hold what a backup holds.
    """
    folder, own = os.path.split(os.path.realpath(path))
    of = f".+{re.escape(ENDING)}" if own.endswith(ENDING) else re.escape(own)
    return sorted(name for name in os.listdir(folder) if re.fullmatch(rf"\.{of}\.[0-9a-f]{{8}}", name))


def restore(path: str, folder: str) -> Restored:
    """Make a shop folder of a backup, in a new or empty folder, and verify it.

    Raises BadInputError, UnreadableError, NotWrittenError.
    """
    also = {".gitignore": GITIGNORE, ".gitattributes": GITATTRIBUTES, f"{FOLDER}/{FILE}": RESTORED}
    contents = unpack(path, folder, {name: text.encode() for name, text in also.items()})
    try:
        sends = read_machine(folder).sends
    except ReturnkitError:
        sends = False
    return Restored(contents, verify_shop(folder), sends)


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
        raise unreadable(str(error.filename or records), error) from None


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
