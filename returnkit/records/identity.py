"""Who a shop folder is: which till writes here, and how far it had come when it last wrote.

`.returnkit/instance` names the till and knows the machine and its own place on the disk (its inode), so that a copied or
restored folder is a new till and a moved one is not. Two tills that wrote the same file could never be brought together.
The head, the newest number and `h` of a till, is kept in the user's state folder: no chain can show by itself that its
end was cut off.
"""

import errno
import os
import stat
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.digest import short_sha256
from returnkit.model.ids import MOST_DIGITS, is_till
from returnkit.model.text import is_number
from returnkit.records.chain import LENGTH
from returnkit.records.disk import (
    NOT_A_FOLDER,
    REMEDIES,
    close,
    make_folder,
    make_folders,
    not_written,
    plain,
    sync_folder,
    write_whole,
)
from returnkit.records.lock import locked

FOLDER = ".returnkit"
FILE = "instance"
SEEN = ("cache", "place")
MACHINE = "/etc/machine-id"
LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"  # none that is taken for another
LONGEST_HEAD = 64
TEXT = """# Who this folder is on this machine. Made by returnkit; a copy of it counts for nothing.
till = {till}
instance = {instance}
machine = {machine}
inode = {inode}
"""
COPIED = "copied = yes\n"
# What a folder that comes out of a backup says of itself: it was another one's.
RESTORED = f"# This folder came out of a backup: the next record that is written here begins a new till.\n{COPIED}"


class Identity(NamedTuple):
    """The till that writes in a folder, and the random id of the folder that may write for it."""

    till: str
    instance: str
    new: bool = False  # made just now
    copied: bool = False  # in place of one that was made for another folder or machine, or the folder came out of a backup


class Head(NamedTuple):
    """The newest line of a till when it was last written here."""

    seq: int
    h: str


def identity(shop: str, records: str, till: str = "") -> Identity:
    """Return who writes in the shop folder; made now where there is none or it was made for another place.

    `till` is the name that a new one gets, else a random one. Raises BadInputError where another folder writes that till,
    NotWrittenError, BusyError.
    """
    folder = os.path.join(shop, FOLDER)
    found, _ = read_identity(shop)
    if found is None:
        _make_folder(shop, folder)
        with locked(folder):
            found, was_there = read_identity(shop)
            if found is None:
                if till and os.path.isdir(os.path.join(records, till)) and os.listdir(os.path.join(records, till)):
                    what = f"there is a till {till} already, and this folder is not it"
                    raise BadInputError(Problem(what, "leave --till out, or name a new one", os.path.join(records, till)))
                found = _write(folder, till or _new_name(records), copied=was_there)
    return found._replace(till=till) if till else found


def read_identity(shop: str) -> tuple[Identity | None, bool]:
    """Return who the folder is (None where nobody, or somebody else), and whether there is a file that says so.

    Raises UnreadableError where the file cannot be read at all: that is not the same as none.
    """
    path = os.path.join(shop, FOLDER, FILE)
    try:
        if not stat.S_ISDIR(os.stat(os.path.dirname(path), follow_symlinks=False).st_mode):
            raise OSError(errno.ENOTDIR, NOT_A_FOLDER)  # noqa: TRY301 - two folders must never be the same one
        descriptor = plain(path, os.O_RDONLY)
    except FileNotFoundError:
        return None, False
    except OSError as error:
        why = str(error.strerror)
        what = why if why in REMEDIES else f"it cannot be read: {why}"
        raise UnreadableError(Problem(what, REMEDIES.get(why, "check the folder's rights"), path)) from None
    try:
        inode = os.fstat(descriptor).st_ino
        text = os.read(descriptor, 1024).decode("ascii", "replace")
        values = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line and not line.startswith("#"))
        till, instance = values.get("till", ""), values.get("instance", "")
        machine = _machine(instance)
    except OSError as error:
        raise UnreadableError(Problem(f"it cannot be read: {error.strerror}", "check the disk", path)) from None
    finally:
        close(descriptor)
    if not is_till(till or "?") or values.get("machine") != machine or values.get("inode") != str(inode):
        return None, True
    return Identity(till, instance, copied="copied" in values), True


def read_head(till: Identity) -> Head | None:
    """Return how far the till had come when it last wrote on this machine; None where nobody kept it."""
    path = _head_path(till)
    try:
        descriptor = plain(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        line = os.read(descriptor, LONGEST_HEAD).decode("ascii", "replace").partition("\n")[0]
        seq, h, again = [*line.split(), "", "", ""][:3]
    except OSError:
        return None
    finally:
        close(descriptor)
    return Head(int(seq), h) if is_number(seq, MOST_DIGITS) and len(h) == LENGTH and again == seq else None


def heads_of(who: Identity) -> list[str]:
    """Return the names of the tills of a folder whose heads this machine keeps. Raises UnreadableError."""
    folder = os.path.dirname(_head_path(who))
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        names = []
    except OSError as error:
        raise UnreadableError(Problem(f"it cannot be read: {error.strerror}", "check the folder's rights", folder)) from None
    return sorted(name.removeprefix(f"{who.instance}-") for name in names if name.startswith(f"{who.instance}-"))


def keep_head(till: Identity, head: Head) -> None:
    """Keep how far the till has come. It is a witness, not a record: where it cannot be kept, nothing fails."""
    path = _head_path(till)
    line = f"{head.seq:>12} {head.h} {head.seq:>12}\n".encode()  # twice: half of it is no head
    with suppress(OSError):
        try:
            descriptor = plain(path, os.O_WRONLY | os.O_CREAT)
        except FileNotFoundError:
            make_folders(os.path.dirname(path))
            descriptor = plain(path, os.O_WRONLY | os.O_CREAT)
        try:
            os.pwrite(descriptor, line, 0)
        finally:
            close(descriptor)


def place_of(shop: str) -> bytes:
    """Return what tells where a folder is from other places: its disk, its path, and the machine. Raises OSError."""
    return f"{os.stat(shop).st_dev} {_machine(os.path.abspath(shop))}\n".encode()


def is_where_it_was(shop: str) -> bool:
    """Tell whether somebody looked already where a folder lies (see `places`, which costs more than should be paid twice)."""
    with suppress(OSError), open(os.path.join(shop, FOLDER, *SEEN), "rb", opener=plain) as file:
        return place_of(shop) in file.read()
    return False


def _head_path(till: Identity) -> str:
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    if not os.path.isabs(base):
        base = os.devnull  # nowhere: whatever the current folder is, it is not the user's own place
    return os.path.join(base, "returnkit", f"{till.instance}-{till.till}")


def _write(folder: str, till: str, *, copied: bool) -> Identity:
    """Write the file under its lock: a temporary one that knows its own inode, renamed, both synced."""
    instance = os.urandom(8).hex()
    temporary, path = os.path.join(folder, f".{FILE}.{instance}"), os.path.join(folder, FILE)
    try:
        descriptor = plain(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            inode = os.fstat(descriptor).st_ino
            data = TEXT.format(till=till, instance=instance, machine=_machine(instance), inode=inode)
            write_whole(descriptor, (data + COPIED * copied).encode())
            os.fsync(descriptor)
        finally:
            close(descriptor)
        os.replace(temporary, path)
        sync_folder(folder)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise not_written(path, error) from None
    return Identity(till, instance, new=True, copied=copied)


def _make_folder(shop: str, path: str) -> None:
    from returnkit.records.rights import sharing

    try:
        if make_folder(path, shared=sharing(shop).records or None):
            sync_folder(os.path.dirname(path))
    except OSError as error:
        raise not_written(path, error) from None


def _new_name(records: str) -> str:
    """Return a random name that no till here has: short enough to say, long enough that two machines hardly meet."""
    taken = {name.casefold() for name in os.listdir(records)} if os.path.isdir(records) else set()
    while True:
        choices = os.urandom(4)
        letters = [
            (LETTERS, DIGITS)[place % 2][choice % len((LETTERS, DIGITS)[place % 2])] for place, choice in enumerate(choices)
        ]
        if "".join(letters) not in taken:
            return "".join(letters)


def _machine(instance: str) -> str:
    """Return what tells this machine from others: its id, which is nobody's business, hashed with the folder's."""
    try:
        with open(MACHINE, "rb") as file:
            own = file.read(64).strip()
    except FileNotFoundError:
        own = b""
    return short_sha256(own + instance.encode())
