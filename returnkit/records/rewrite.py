"""Whole files written so that a reader sees the old text or the new one, never half of either."""

import errno
import filecmp
import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from returnkit.errors import BadInputError, NotWrittenError, Problem
from returnkit.records.disk import OWN_FILE, plain, set_rights, sync_folder
from returnkit.records.lock import check_owner, user_name

FILE, FOLDER = 0o664, 0o775  # what policies and reports may be at most; the umask takes its share
BELONGS = "this folder belongs"


def replace(path: str, data: bytes, mode: int | None = FILE) -> None:
    """Put `data` in place of the file at `path`, durably, as `replacing` does."""
    with replacing(path, mode) as file:
        file.write(data)


@contextmanager
def replacing(path: str, mode: int | None = FILE) -> Iterator[BinaryIO]:
    """Give a file to write to, and put it in place of the one at `path` at the end: fsync, rename, fsync of the folder.

    A link is followed unless somebody else made it; a device or a pipe is written to and never replaced. A new file gets `mode`,
    as in `beside`. Raises NotWrittenError, BadInputError for the administrator in somebody else's folder; then
    the old file is untouched.
    """
    _check_link(path)
    _check_link(os.path.dirname(path))
    if os.path.exists(path) and not os.path.isfile(path):
        with _plainly(path) as file:
            yield file
        return
    path = os.path.realpath(path)
    with beside(path, mode) as (temporary, file):
        yield file
        if os.path.exists(path):
            os.fchmod(file.fileno(), stat.S_IMODE(os.stat(path).st_mode))  # who might read the old one may read the new one
        _finish(file)
        os.replace(temporary, path)
        sync_folder(os.path.dirname(path))


@contextmanager
def keeping(path: str) -> Iterator[BinaryIO]:
    """Give a file to write to, its owner's alone; another one that stands there is kept under a name with a number.

    Raises NotWrittenError, and then the old file is untouched.
    """
    with beside(path, OWN_FILE) as (temporary, file):
        yield file
        _finish(file)
        if os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if os.path.exists(path) and not filecmp.cmp(path, temporary, shallow=False):
            stem, ending = os.path.splitext(path)
            number = next(number for number in itertools.count(1) if not os.path.exists(f"{stem}.{number}{ending}"))
            os.rename(path, f"{stem}.{number}{ending}")
        os.replace(temporary, path)
        sync_folder(os.path.dirname(path))


def create(path: str, data: bytes, mode: int | None = FILE) -> None:
    """Write a new file, durably. Raises BadInputError where there is one already: nothing is ever overwritten."""
    with beside(path, mode) as (temporary, file):
        file.write(data)
        settle(file, temporary, path)


def settle(file: BinaryIO, temporary: str, path: str) -> None:
    """Give a file that is written, and whose name is a `temporary` one, its own name, durably.

    Raises OSError; BadInputError where there is a file of that name already: nothing is ever overwritten.
    """
    _finish(file)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise _there_already(path) from None
    except OSError as error:
        # A stick as cameras and telephones use it knows no second name for a file; then only a glance can tell.
        if error.errno not in (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
        if os.path.lexists(path):
            raise _there_already(path) from None
        os.rename(temporary, path)
    sync_folder(os.path.dirname(path))


def _there_already(path: str) -> BadInputError:
    return BadInputError(Problem("there is a file already", "nothing was overwritten", path))


def make_folder(path: str) -> None:
    """Make a folder and those above it, as the umask has it; one that is there already is as good.

    Raises NotWrittenError, or BadInputError for the administrator in somebody else's folder.
    """
    try:
        if not os.path.isdir(path or "."):
            above = os.path.dirname(os.path.abspath(path))
            make_folder(above)
            check_owner(above, what=BELONGS)
            os.mkdir(path, FOLDER)
    except OSError as error:
        raise NotWrittenError(Problem(f"the folder cannot be made: {error.strerror}", "choose another place", path)) from None


@contextmanager
def _plainly(path: str) -> Iterator[BinaryIO]:
    try:
        # Without waiting: a pipe that nobody reads would hold the command up for ever.
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(descriptor, True)
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise NotWrittenError(Problem("nobody reads from this pipe", "start its reader first", path)) from None
        raise _not_written(path, error) from None


def _check_link(path: str) -> None:
    """Refuse a link that somebody else put there: what it points to is theirs to choose, and the user's to lose."""
    try:
        found = os.lstat(path)
    except OSError:
        return  # told by whoever writes
    if stat.S_ISLNK(found.st_mode) and found.st_uid not in (0, os.geteuid()):
        what = f"{user_name(found.st_uid)} put a link here, and it is not followed"
        raise NotWrittenError(Problem(what, "take it away, or name another place", path))


@contextmanager
def beside(path: str, mode: int | None = FILE) -> Iterator[tuple[str, BinaryIO]]:
    """Give a new temporary file in the same folder and its name; it is gone at the end unless it was renamed.

    It is its owner's alone with OWN_FILE, whatever the umask; with None as well, or the group's in a folder that is shared.
    Raises NotWrittenError for every OSError that is met while it is written.
    """
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.urandom(4).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    _check_link(os.path.dirname(path))
    try:
        check_owner(os.path.dirname(path) or ".", what=BELONGS)
        descriptor = plain(temporary, flags) if mode is None else os.open(temporary, flags, mode)
        if mode == OWN_FILE:
            set_rights(descriptor, os.fstat(descriptor), mode)
        with os.fdopen(descriptor, "wb") as file:
            yield temporary, file
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _not_written(path: str, error: OSError) -> NotWrittenError:
    misplaced = error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)
    remedy = "name a file in a folder that exists" if misplaced else "check the disk and the folder's rights"
    return NotWrittenError(Problem(f"it was not written: {error.strerror}", remedy, path))


def _finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
