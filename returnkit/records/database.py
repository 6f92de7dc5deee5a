"""An SQLite database that is written as a whole: a reader finds the old one or the new one, never half of either."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from returnkit.errors import BadInputError, NotWrittenError, Problem
from returnkit.records.disk import OWN_FILE, plain, sync_folder
from returnkit.records.rewrite import beside

MARK = int.from_bytes(b"RKit")  # stands in the database's head, where SQLite keeps whose it is
HEAD, SIGNATURE, MARK_AT = 100, b"SQLite format 3\0", slice(68, 72)  # bytes of the head; see SQLite's "Database File Format"
OPENED = ("-wal", "-journal")  # stands beside a database that somebody is writing


@contextmanager
def database(path: str) -> Iterator[sqlite3.Connection]:
    """Give a new database to fill, and put it in place of the one at `path` at the end: fsync, rename, fsync of the folder.

    Raises BadInputError where something stands there that was not made here, NotWrittenError; then nothing is changed.
    """
    path = os.path.realpath(path)
    _check_ours(path)
    with beside(path, OWN_FILE) as (temporary, file):
        try:
            with closing(sqlite3.connect(temporary, isolation_level=None)) as found:
                # Nobody sees it before it is whole: there is nothing to roll back to.
                found.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8192;")
                found.execute(f"pragma application_id = {MARK}")
                found.execute("begin")
                yield found
                found.execute("commit")
        except sqlite3.Error as error:
            raise NotWrittenError(Problem(f"it was not written: {error}", "check the disk, then repeat", path)) from None
        os.fsync(file.fileno())
        _check_ours(path)
        os.replace(temporary, path)
        sync_folder(os.path.dirname(path))


def _check_ours(path: str) -> None:
    """Refuse to replace what is no database of ours, or one that somebody has open for writing."""
    if not os.path.lexists(path):
        return
    try:
        with open(path, "rb", opener=plain) as file:
            head = file.read(HEAD)
    except OSError as error:
        raise NotWrittenError(Problem(f"it cannot be replaced: {error.strerror}", "name another file", path)) from None
    if not head.startswith(SIGNATURE) or head[MARK_AT] != MARK.to_bytes(4):
        raise BadInputError(
            Problem("this is not a database that was exported here", "nothing was overwritten: name another file", path)
        )
    if any(os.path.lexists(path + ending) for ending in OPENED):
        raise BadInputError(Problem("another program is writing in this database", "close it there, or name another file", path))
