"""Who may read and write the files of a shop: whose it is and nobody else, or a group, where the owner says so.

`.returnkit/till.toml` says it once; from then on the folders tell: what is made in a shared one is shared. What makes this
program run others, or send anything, must be the user's own: a folder that somebody else left for them to step into is not.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, ReturnkitError
from returnkit.records.disk import GROUP_FILE, GROUP_FOLDER, OWN_FILE, OWN_FOLDER, close, is_shared, plain
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
    """Return what [files] in `.returnkit/till.toml` shares; nothing where it cannot be read.

    Where the settings are somebody else's, the folders tell what that one shares with a group.
    """
    from returnkit.model.toml import parse, word

    path = os.path.join(shop, MACHINE, SETTINGS)
    with suppress(OSError, ReturnkitError):
        with open(path, "rb", opener=plain) as file:
            source = file.read(LARGEST + 1) if is_own(os.fstat(file.fileno())) else b""
        files = parse(source, path).get("files") if b"files" in source else None
        if isinstance(files, dict):
            said = {word(key): word(str(value)) for key, value in files.items()}
            return Sharing(said.get("shared") == GROUP, said.get("contacts") == GROUP)
    records = os.path.join(shop, "records")
    return Sharing(_is_shared_by_another(records), _is_shared_by_another(os.path.join(records, CONTACTS)))


def _is_shared_by_another(folder: str) -> bool:
    with suppress(OSError):
        found = os.stat(folder)
        return is_shared(found) and not is_own(found)
    return False


def is_trusted(folder: str) -> bool:
    """Tell whether a folder, and the link that stands in its place, are the user's own, or the administrator's."""
    with suppress(OSError):
        return is_own(os.stat(folder)) and is_own(os.lstat(folder))
    return False


def check_trusted(folder: str) -> None:
    """Refuse to run a program in somebody else's folder: what stands there could make it do anything, as the user.

    Raises BadInputError.
    """
    if not is_trusted(folder):
        what = "this folder belongs to somebody else: no other program is run in it"
        raise BadInputError(Problem(what, "do this as the user whose shop it is, or in a copy of your own", folder))


def is_own(found: os.stat_result) -> bool:
    """Tell whether something belongs to the user, or to the administrator."""
    return found.st_uid in (0, os.geteuid())


def writable_by_others(path: str, *, group: bool = False) -> bool:
    """Tell whether others than its owner (and its `group`, where that is meant to) may write something."""
    with suppress(OSError):
        return bool(os.stat(path).st_mode & (stat.S_IWOTH if group else OTHERS_WRITE))
    return False


def wrong_rights(shop: str, tills: list[str], shared: Sharing) -> Iterator[Wrong]:
    """Yield what the user owns of the records of some tills, the contacts and `.returnkit/`, and has other rights than it should.

    The names of files, and the settings, which a person writes, may be seen by everybody.
    """
    records = os.path.join(shop, "records")
    for folder, group, deep in (
        (os.path.join(shop, MACHINE), shared.records, True),
        (records, shared.records, False),
        *((os.path.join(records, till), shared.records, True) for till in tills),
        (os.path.join(records, CONTACTS), shared.contacts, True),
    ):
        for path, found in _inside(folder, deep=deep):
            plain_to_see = stat.S_ISDIR(found.st_mode) or os.path.basename(path) == SETTINGS
            wanted = _wanted(found, group=group and os.path.basename(path) != SETTINGS)
            mode = stat.S_IMODE(found.st_mode)
            too_wide = mode & (0o022 if plain_to_see else 0o077) & ~wanted
            if found.st_uid == os.geteuid() and (too_wide or ~mode & wanted & 0o070):
                yield Wrong(path, mode, wanted)


def exposed(shop: str, git_dir: str, shared: Sharing) -> Iterator[Wrong]:
    """Yield what others may change of what a shop promises, and the repository (`git_dir`, or nothing) if they may look into it.

    Every record that there ever was is in the repository, and what is configured there can run commands: a group that shares the
    records needs nothing in it. The user's own group is nobody else.
    """
    for path in (shop, *(path for path, _ in _inside(os.path.join(shop, "policies")))):
        with suppress(OSError):
            found = os.stat(path)
            others = stat.S_IWOTH if shared.records or found.st_gid == os.getegid() else OTHERS_WRITE
            if found.st_mode & others:
                yield Wrong(path, stat.S_IMODE(found.st_mode), stat.S_IMODE(found.st_mode) & ~others)
    with suppress(OSError):
        found = os.stat(git_dir)
        mode = stat.S_IMODE(found.st_mode)
        if mode & 0o077:
            yield Wrong(git_dir, mode, _wanted(found, group=False))


def narrow(shop: str, tills: Iterable[str], git_dir: str) -> bool:
    """Let what git made of the records of some tills, and the repository, be as private as what is written here.

    git leaves that to the umask. The repository is nobody else's in a shop that is shared as well. The user's own bits stay as
    they are: git keeps one of them. Return whether anything was not as it should be; where it cannot be changed nothing fails,
    and `doctor` says so.
    """
    group, records = sharing(shop).records, os.path.join(shop, "records")
    changed = []
    for folder, deep in ((records, False), *((os.path.join(records, till), True) for till in tills)):
        changed += [_give(path, found, group=group) for path, found in _inside(folder, deep=deep)]
    with suppress(OSError):
        found = os.stat(git_dir, follow_symlinks=False)
        changed += [_give(git_dir, found, group=False)]
    return any(changed)


def _give(path: str, found: os.stat_result, *, group: bool) -> bool:
    """Give the user's own file or folder the rights that it should have; return whether it had others. A link is not followed."""
    mode = found.st_mode & 0o700 | _wanted(found, group=group) & ~0o700
    if mode == stat.S_IMODE(found.st_mode) or found.st_uid != os.geteuid():
        return False
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.fchmod(descriptor, mode)
        finally:
            close(descriptor)
    return True


def _wanted(found: os.stat_result, *, group: bool) -> int:
    """Return the mode that a file or a folder should have."""
    if stat.S_ISDIR(found.st_mode):
        return GROUP_FOLDER if group else OWN_FOLDER
    return GROUP_FILE if group else OWN_FILE


def _inside(folder: str, *, deep: bool = True) -> Iterator[tuple[str, os.stat_result]]:
    """Yield a folder and, if it is to go `deep`, what is in it, but for git's own; links are nobody's."""
    with suppress(OSError):
        found = os.stat(folder, follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            yield folder, found
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name) if deep else ():
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != ".git":
                        yield from _inside(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path, entry.stat(follow_symlinks=False)
