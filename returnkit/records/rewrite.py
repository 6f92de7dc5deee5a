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
from returnkit.records.disk import sync_folder


def replace(path: str, data: bytes) -> None:
    """Put `data` in place of the file at `path`, durably. Raises NotWrittenError, and then the old file is untouched."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Give a file to write to, and put it in place of the one at `path` at the end: fsync, rename, fsync of the folder.

    A link is followed; a device or a pipe is written to and never replaced. Raises NotWrittenError, and then the old file
    is untouched.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with _plainly(path) as file:
            yield file
        return
    path = os.path.realpath(path)
    with _beside(path) as (temporary, file):
        yield file
        if os.path.exists(path):
            os.fchmod(file.fileno(), stat.S_IMODE(os.stat(path).st_mode))  # who might read the old one may read the new one
        _finish(file)
        os.replace(temporary, path)
        sync_folder(os.path.dirname(path))


@contextmanager
def keeping(path: str) -> Iterator[BinaryIO]:
    """Give a file to write to, as `replacing` does; another one that stands there is kept under a name with a number.

    Raises NotWrittenError, and then the old file is untouched.
    """
    with _beside(path) as (temporary, file):
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


def create(path: str, data: bytes, mode: int = 0o666) -> None:
    """Write a new file, durably. Raises BadInputError where there is one already: nothing is ever overwritten."""
    with _beside(path, mode) as (temporary, file):
        file.write(data)
        _finish(file)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise BadInputError(Problem("there is a file already", "nothing was overwritten", path)) from None
        sync_folder(os.path.dirname(path))


def make_folder(path: str) -> None:
    """Make a folder and those above it; one that is there already is as good. Raises NotWrittenError."""
    try:
        os.makedirs(path or ".", exist_ok=True)
    except OSError as error:
        raise NotWrittenError(Problem(f"the folder cannot be made: {error.strerror}", "choose another place", path)) from None


@contextmanager
def _plainly(path: str) -> Iterator[BinaryIO]:
    try:
        with open(path, "wb") as file:
            yield file
    except OSError as error:
        raise _not_written(path, error) from None


@contextmanager
def _beside(path: str, mode: int = 0o666) -> Iterator[tuple[str, BinaryIO]]:
    """Give a new temporary file in the same folder, which is gone at the end unless it was renamed."""
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.urandom(4).hex()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, mode), "wb") as file:
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
