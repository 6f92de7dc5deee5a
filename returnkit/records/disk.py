"""What every durable write needs of the disk."""

import os

from returnkit.errors import NotWrittenError, Problem

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


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
    remedy = "make room, check the folder's rights, then repeat"
    return NotWrittenError(Problem(f"it was not written: {error.strerror}", remedy, path))
