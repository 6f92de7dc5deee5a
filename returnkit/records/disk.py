"""What every durable write needs of the disk."""

import errno
import os
import stat

from returnkit.errors import NotWrittenError, Problem

NOT_PLAIN = "this is not a plain file"
PUT_BACK = "a link, a folder or a pipe stands in its place: put the file back"
NOT_A_FOLDER = "this is not a folder, or a link stands in its place"
LINKED = "it has a second name (a hard link), and what is written here would change that one, too"
REMEDIES = {
    NOT_PLAIN: PUT_BACK,
    NOT_A_FOLDER: "put the folder back",
    LINKED: "take the other name away, or put a copy in its place: cp -p FILE FILE.copy; mv FILE.copy FILE",
}
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
OWN_FILE, OWN_FOLDER = 0o600, 0o700  # whatever the umask says
GROUP_FILE, GROUP_FOLDER = 0o660, 0o2770  # of a folder that its owner shares with a group; what is made in it is shared, too


def plain(path: str, flags: int, *, folder: int | None = None) -> int:
    """Open a plain file as `open` does, and nothing else: no link, no folder, no pipe; for writing, none with a second name.

    A new one is its owner's alone, or the group's in a folder that is shared with one. Raises OSError.
    """
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, OWN_FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise OSError(error.errno, NOT_PLAIN, path) from None
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, NOT_PLAIN, path)  # noqa: TRY301 - whatever it is, the descriptor is closed
        if flags & (os.O_WRONLY | os.O_RDWR) and found.st_nlink > 1:
            raise OSError(errno.EMLINK, LINKED, path)  # noqa: TRY301
        if flags & os.O_CREAT and not found.st_size:
            above = os.stat(os.path.dirname(path) or ".") if folder is None else os.fstat(folder)
            set_rights(descriptor, found, GROUP_FILE if is_shared(above) else OWN_FILE)
    except OSError:
        close(descriptor)
        raise
    return descriptor


def is_shared(folder: os.stat_result) -> bool:
    """Tell whether a folder is shared with a group: it may write there, and what is made there belongs to it."""
    return folder.st_mode & (stat.S_ISGID | stat.S_IWGRP) == stat.S_ISGID | stat.S_IWGRP


def set_rights(descriptor: int, found: os.stat_result, mode: int) -> None:
    """Give what was just made its rights, where the umask made others of them. Raises OSError."""
    if stat.S_IMODE(found.st_mode) != mode:
        os.fchmod(descriptor, mode)


def make_folder(path: str, *, shared: bool | None = None, folder: int | None = None) -> bool:
    """Make a folder and return whether it is new; its name is not synced.

    It is its owner's alone, or the group's where it is to be `shared` (None: as the folder is that it is made in). Raises
    OSError, also where something else than a folder stands there.
    """
    try:
        os.mkdir(path, OWN_FOLDER, dir_fd=folder)
    except FileExistsError:
        found = os.stat(path, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISDIR(found.st_mode):
            raise OSError(errno.ENOTDIR, NOT_A_FOLDER) from None
        if shared and not is_shared(found) and found.st_uid == os.geteuid():
            os.chmod(path, GROUP_FOLDER, dir_fd=folder)
        return False
    if shared is None:
        shared = is_shared(os.stat(os.path.dirname(path) or ".") if folder is None else os.fstat(folder))
    mode = GROUP_FOLDER if shared else OWN_FOLDER
    if stat.S_IMODE(os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode) != mode:
        os.chmod(path, mode, dir_fd=folder)
    return True


def make_folders(path: str) -> None:
    """Make a folder, and those above it that are missing. Raises OSError."""
    try:
        make_folder(path)
    except FileNotFoundError:
        make_folders(os.path.dirname(path))
        make_folder(path)


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
    if error.strerror in REMEDIES:
        return NotWrittenError(Problem(error.strerror, REMEDIES[error.strerror], path))
    full = error.errno in (0, errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    remedy = "make room, then repeat" if full else "check the folder's rights and the disk, then repeat"
    return NotWrittenError(Problem(f"it was not written: {error.strerror}", remedy, path))
