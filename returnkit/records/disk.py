"""What every durable write needs of the disk."""

import errno
import os
import stat

from returnkit.errors import NotWrittenError, Problem

NOT_PLAIN = "this is not a plain file"
PUT_BACK = "a link, a folder or a pipe stands in its place: put the file back"
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def plain(path: str, flags: int, *, mode: int = 0o600, folder: int | None = None) -> int:
    """Open a plain file as `open` does, and nothing else: no link, no folder, no pipe. Raises OSError."""
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise OSError(error.errno, NOT_PLAIN) from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, NOT_PLAIN)  # noqa: TRY301 - whatever it is, the descriptor is closed
    except OSError:
        close(descriptor)
        raise
    return descriptor


def close(descriptor: int) -> None:
    """Close a descriptor; an error of close says nothing about what was synced before."""
    try:
        os.close(descriptor)
    except OSError:
        return


def sync_folder(path: str) -> None:
    """Make the names in a folder durable. Raises OSError."""
    descriptor = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        close(descriptor)


def write_whole(descriptor: int, data: bytes) -> None:
    """Write all of the data in one call. Raises OSError where the disk took only a part of it."""
    if os.write(descriptor, data) < len(data):
        raise OSError(0, "the disk is full: it took only a part")


def not_written(path: str, error: OSError) -> NotWrittenError:
    """Return the refusal for a write that failed."""
    if error.strerror == NOT_PLAIN:
        return NotWrittenError(Problem(NOT_PLAIN, PUT_BACK, path))
    full = error.errno in (0, errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    remedy = "make room, then repeat" if full else "check the folder's rights and the disk, then repeat"
    return NotWrittenError(Problem(f"it was not written: {error.strerror}", remedy, path))
