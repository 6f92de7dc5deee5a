"""Healing is carried out: in an order that lets a repetition finish whatever was cut off, and nothing goes that is not kept."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import BusyError, NotWrittenError, Problem
from returnkit.records.disk import FOLDER, close, make_folder, plain, sync_folder, write_whole
from returnkit.records.git.versions import Versions
from returnkit.records.identity import FILE
from returnkit.records.identity import FOLDER as INSTANCE_FOLDER
from returnkit.records.recover import put_aside
from returnkit.records.rights import Wrong

UNFINISHED = ".heal"  # ends the name of what is being made


class Plan(NamedTuple):
    """What is to be done for one till."""

    till: str
    aside: list[tuple[str, int, bytes]]  # what leaves a file: its name, from which byte on, what
    files: dict[str, bytes]  # files as they shall be
    copies: dict[str, bytes]  # copies beside the journal, and what is kept of them
    settled: list[str]  # files of which a merge left several sides
    leaves: bool  # this folder does not go on as this till
    made: bool = False  # it is a new till, made of another one's branch
    after: Sequence[str] = ()  # tills that take over what leaves this one

    def is_needed(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.aside or self.files or self.copies or self.settled or self.leaves)


def carry_out(shop: str, plan: Plan) -> None:
    """Do what was planned for a till. Raises OSError, NotWrittenError."""
    records = os.path.join(shop, "records")
    # What a healing that was killed had done may never have come to be synced: nothing goes away before it is.
    for till in plan.after:
        if os.path.isdir(os.path.join(records, till)):
            sync_folder(os.path.join(records, till))
    sync_folder(records)
    folder = os.path.join(records, plan.till)
    if plan.leaves:
        _leave(shop)
    if not os.path.isdir(folder):
        if plan.files:
            _make_till(records, plan)
        return
    descriptor = os.open(folder, FOLDER)
    try:
        os.fsync(descriptor)
        for name, offset, data in plan.aside:
            put_aside(descriptor, name, offset, data)
        for name, data in plan.files.items():
            _put(descriptor, name, data)
        for name, data in plan.copies.items():
            put_aside(descriptor, name, 0, data)
            os.unlink(name, dir_fd=descriptor)
        os.fsync(descriptor)
    finally:
        close(descriptor)


def _make_till(records: str, plan: Plan) -> None:
    """Make a till's folder with its files: all of it is there, or nothing."""
    path = os.path.join(records, f".{plan.till}{UNFINISHED}")
    make_folder(path)
    folder = os.open(path, FOLDER)
    try:
        for name, offset, data in plan.aside:
            put_aside(folder, name, offset, data)
        for month, data in plan.files.items():
            _write(folder, month, data)
        os.fsync(folder)
    finally:
        close(folder)
    os.rename(path, os.path.join(records, plan.till))
    sync_folder(records)


def remove(path: str) -> None:
    """Remove what was not finished: a file, or a folder with its files."""
    if not os.path.isdir(path):
        os.unlink(path)
        return
    for name in entries(path):
        os.unlink(os.path.join(path, name))
    os.rmdir(path)


def _leave(shop: str) -> None:
    """Take away the file that says which till this folder is; its lock is held."""
    folder = os.path.join(shop, INSTANCE_FOLDER)
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, FILE))
    sync_folder(folder)


def _put(folder: int, name: str, data: bytes) -> None:
    """Put a file in place of the one that stands there."""
    temporary = f".{name}{UNFINISHED}"
    _write(folder, temporary, data)
    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


def _write(folder: int, name: str, data: bytes) -> None:
    descriptor = plain(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder=folder)
    try:
        write_whole(descriptor, data)
        os.fsync(descriptor)
    finally:
        close(descriptor)


def set_rights(wrong: Wrong) -> None:
    """Give a file or a folder the rights that its owner wants it to have."""
    try:
        descriptor = os.open(wrong.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # it was mended by going
    try:
        os.fchmod(descriptor, wrong.wanted)
        os.fsync(descriptor)
    finally:
        close(descriptor)


def not_settled(shop: str, plans: list[Plan]) -> Iterator[Problem]:
    """Tell git what a merge leaves of the files of which it had several sides; yield those that it does not take."""
    names = [name for plan in plans for name in plan.settled]
    made = [os.path.join("records", plan.till) for plan in plans if plan.made]
    try:
        settled = not names or Versions(shop).settle([*names, *made])
    except (BusyError, NotWrittenError):
        settled = False
    if not settled:
        yield Problem("git does not take what the merge leaves of it", f"git add {' '.join(names)}", names[0])


def leftovers_in(records: str, folders: list[str]) -> Iterator[str]:
    """Yield what a healing that was cut off left: tills and files that were being made, whose lines are all where they were."""
    for folder in (records, *folders):
        for name in sorted(entries(folder)):
            if name.startswith(".") and name.endswith(UNFINISHED):
                yield os.path.join(folder, name)


def entries(folder: str) -> list[str]:
    """Return the names in a folder; none where there is no such folder. Raises OSError."""
    return os.listdir(folder) if os.path.isdir(folder) else []
