"""A lock that the kernel holds: on a folder itself, so that there is no lock file to be left over or deleted."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem
from returnkit.records.disk import FOLDER, close

PATIENCE = 10.0  # seconds; a fair share of what a customer waits without asking
SHORTEST_NAP, LONGEST_NAP = 0.001, 0.02


@contextmanager
def locked(*paths: str, busy: str = "another command has held the records") -> Iterator[tuple[int, ...]]:
    """Hold the exclusive locks of folders and give their descriptors.

    Raises BusyError where others hold one for longer than PATIENCE (`busy` says that), NotWrittenError where a folder cannot be
    opened.
    """
    until = time.monotonic() + PATIENCE
    # Everybody takes them in the same order, so that two can never wait for each other.
    held: dict[str, int] = {}
    try:
        for path in sorted(set(paths)):
            held[path] = _lock(path, until, busy)
        yield tuple(held[path] for path in paths)
    finally:
        for descriptor in held.values():
            close(descriptor)


def is_still(descriptor: int, path: str) -> bool:
    """Tell whether the descriptor is what stands at the path; git may have made the folder anew."""
    here = os.fstat(descriptor)
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _lock(path: str, until: float, busy: str) -> int:
    while True:
        try:
            descriptor = os.open(path, FOLDER)
        except OSError as error:
            raise _not_opened(path, error) from None
        try:
            _wait(descriptor, path, until, busy)
            if is_still(descriptor, path):
                check_owner(path, descriptor)
                return descriptor
        except OSError as error:
            close(descriptor)
            raise NotWrittenError(Problem(f"it cannot be locked: {error.strerror}", "check the disk", path)) from None
        except BaseException:
            close(descriptor)
            raise
        close(descriptor)


def _wait(descriptor: int, path: str, until: float, busy: str) -> None:
    nap = SHORTEST_NAP
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
        else:
            return
        if time.monotonic() >= until:
            what = f"{busy} for {PATIENCE:.0f} seconds"
            raise BusyError(Problem(what, "nothing was written: see what is still running, then repeat", path))
        time.sleep(nap)
        nap = min(nap * 2, LONGEST_NAP)


def check_owner(path: str, descriptor: int | None = None, what: str = "these records belong") -> None:
    """Refuse the administrator in somebody else's shop: files of root would lock the till out of its own records.

    Raises BadInputError; OSError where there is nothing at the path.
    """
    owner = os.stat(path if descriptor is None else descriptor).st_uid
    if os.geteuid() == 0 and owner != 0:
        what = f"{what} to {user_name(owner)}, and you are the administrator"
        raise BadInputError(Problem(what, "write as the user whose shop it is", path))


def user_name(user: int) -> str:
    """Return what a user of this machine is called."""
    from pwd import getpwuid

    try:
        return getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"  # of another machine, perhaps


def _not_opened(path: str, error: OSError) -> NotWrittenError:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return NotWrittenError(Problem("this is not a folder, or a link stands in its place", "put the folder back", path))
    return NotWrittenError(Problem(f"it cannot be opened: {error.strerror}", "check the disk and the folder's rights", path))
