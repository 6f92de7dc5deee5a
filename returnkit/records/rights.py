"""Who may read and write the files of a shop: whose it is and nobody else, or a group, where the owner says so.

`.returnkit/till.toml` says it once; from then on the folders tell: what is made in a shared one is shared. What makes this
program run others, or send anything, must be the user's own: a folder that somebody else left for them to step into is not.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, ReturnkitError
from returnkit.records.disk import GROUP_FILE, GROUP_FOLDER, OWN_FILE, OWN_FOLDER, plain
from returnkit.records.identity import FOLDER as MACHINE

SETTINGS = "till.toml"
GROUP = "group"
LARGEST = 256 * 1024  # bytes of the settings
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
CONTACTS = "contacts"


class Sharing(NamedTuple):
    """What the owner shares with the group that the folders belong to."""

    records: bool = False
    contacts: bool = False


class Wrong(NamedTuple):
    """Something whose rights are not what the owner wants them to be."""

    path: str
    mode: int
    wanted: int


def sharing(shop: str) -> Sharing:
    """Return what [files] in `.returnkit/till.toml` shares; nothing where it is not the user's own, or cannot be read."""
    from returnkit.model.toml import parse, word

    path = os.path.join(shop, MACHINE, SETTINGS)
    with suppress(OSError, ReturnkitError):
        with open(path, "rb", opener=plain) as file:
            if not _is_own(os.fstat(file.fileno())):
                return Sharing()
            source = file.read(LARGEST + 1)
        files = parse(source, path).get("files") if b"files" in source else None
        if isinstance(files, dict):
            said = {word(key): word(str(value)) for key, value in files.items()}
            return Sharing(said.get("shared") == GROUP, said.get("contacts") == GROUP)
    return Sharing()


def is_trusted(folder: str) -> bool:
    """Tell whether a folder, and the link that stands in its place, are the user's own, or the administrator's."""
    with suppress(OSError):
        return _is_own(os.stat(folder)) and _is_own(os.lstat(folder))
    return False


def check_trusted(folder: str) -> None:
    """Refuse to run a program in somebody else's folder: what stands there could make it do anything, as the user.

    Raises BadInputError.
    """
    if not is_trusted(folder):
        what = "this folder belongs to somebody else: no other program is run in it"
        raise BadInputError(Problem(what, "do this as the user whose shop it is, or in a copy of your own", folder))


def _is_own(found: os.stat_result) -> bool:
    return found.st_uid in (0, os.geteuid())


def writable_by_others(path: str, *, group: bool = False) -> bool:
    """Tell whether others than its owner (and its `group`, where that is meant to) may write something."""
    with suppress(OSError):
        return bool(os.stat(path).st_mode & (stat.S_IWOTH if group else OTHERS_WRITE))
    return False


def wrong_rights(shop: str, tills: list[str], shared: Sharing) -> Iterator[Wrong]:
    """Yield what the user owns of the records of some tills, the contacts and `.returnkit/`, and has other rights than it should.

    Copies that git made are no business of this machine: only tills that write here are looked at. The names of files, and the
    settings, which a person writes, may be seen by everybody.
    """
    records = os.path.join(shop, "records")
    for folder, group in (
        (os.path.join(shop, MACHINE), shared.records),
        *((os.path.join(records, till), shared.records) for till in tills),
        (os.path.join(records, CONTACTS), shared.contacts),
    ):
        for path, found in _inside(folder):
            plain_to_see = stat.S_ISDIR(found.st_mode) or os.path.basename(path) == SETTINGS
            if stat.S_ISDIR(found.st_mode):
                wanted = GROUP_FOLDER if group else OWN_FOLDER
            else:
                wanted = GROUP_FILE if group and not plain_to_see else OWN_FILE
            mode = stat.S_IMODE(found.st_mode)
            too_wide = mode & (0o022 if plain_to_see else 0o077) & ~wanted
            if found.st_uid == os.geteuid() and (too_wide or ~mode & wanted & 0o070):
                yield Wrong(path, mode, wanted)


def _inside(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield a folder and what is in it, but for git's own; links are nobody's."""
    with suppress(OSError):
        found = os.lstat(folder)
        if stat.S_ISDIR(found.st_mode):
            yield folder, found
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != ".git":
                        yield from _inside(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path, entry.stat(follow_symlinks=False)
