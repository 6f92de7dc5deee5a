"""Lines of journals in the order of their times: as many as there are, and in little memory."""

import sqlite3
from collections.abc import Iterator

from returnkit.errors import NotWrittenError, Problem


class InTimeOrder:
    """Lines that are put in order on a scratch pad on the disk, which SQLite removes by itself."""

    def __init__(self) -> None:
        self.count = 0
        self._pad = sqlite3.connect("")
        self._pad.executescript(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8192;"
            "create table lines (time text, till text, seq integer, raw blob);"
        )
        self._pad.execute("begin")

    def add(self, time: str, till: str, seq: int, raw: bytes) -> None:
        """Add a line. Of equal times the till and its number decide. Raises NotWrittenError where the disk is full."""
        try:
            self._pad.execute("insert into lines values (?, ?, ?, ?)", (time, till, seq, raw))
        except sqlite3.OperationalError as error:
            raise _no_room(error) from None
        self.count += 1

    def __iter__(self) -> Iterator[bytes]:
        try:
            for (raw,) in self._pad.execute("select raw from lines order by time, till, seq, rowid"):
                yield raw
        except sqlite3.OperationalError as error:
            raise _no_room(error) from None


def _no_room(error: sqlite3.Error) -> NotWrittenError:
    return NotWrittenError(
        Problem(f"the records could not be put in order: {error}", "make room for temporary files, then repeat")
    )
