"""Whole files written so that a reader sees the old text or the new one, never half of either."""

import errno
import os
import secrets
from contextlib import suppress

from returnkit.errors import BadInputError, NotWrittenError, Problem


def replace(path: str, data: bytes) -> None:
    """Put `data` in place of the file at `path`, durably: temporary file, fsync, rename, fsync of the folder.

    Raises NotWrittenError, and then the old file is untouched.
    """
    temporary = _write_beside(path, data)
    try:
        os.replace(temporary, path)
        _sync_folder(path)
    except OSError as error:
        _remove(temporary)
        raise _not_written(path, error) from None


def create(path: str, data: bytes) -> None:
    """Write a new file, durably. Raises BadInputError where there is one already: nothing is ever overwritten."""
    temporary = _write_beside(path, data)
    try:
        os.link(temporary, path)
        _sync_folder(path)
    except FileExistsError:
        raise BadInputError(Problem("there is a file already", "nothing was overwritten", path)) from None
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        _remove(temporary)


def _write_beside(path: str, data: bytes) -> str:
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            written = os.write(descriptor, data)
            if written < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        _remove(temporary)
        raise _not_written(path, error) from None
    return temporary


def _sync_folder(path: str) -> None:
    descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def _not_written(path: str, error: OSError) -> NotWrittenError:
    return NotWrittenError(Problem(f"it was not written: {error.strerror}", "check the disk and the folder's rights", path))
