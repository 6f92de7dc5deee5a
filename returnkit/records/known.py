"""Damage that a person has accepted: lines that nobody can read any more, each known by its SHA-256, and passed over."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import UnreadableError
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import LONGEST_LINE
from returnkit.records.chain import LENGTH, is_stand_in, link_of
from returnkit.records.read import Line, journal_files, tills_in, with_text

KIND = "damage.known"


class Accepted(NamedTuple):
    """A line that was accepted: which record says so, and the SHA-256 of the line after it, which nobody can check either."""

    id: str
    after: str


class Known:
    """The damaged lines of a shop's records that were accepted."""

    def __init__(self, records: str) -> None:
        self._lines: dict[tuple[str, str], Accepted] = {}
        with suppress(UnreadableError):
            for till in tills_in(records):
                for _, path in journal_files(records, till):
                    self._learn(path)

    def _learn(self, path: str) -> None:
        with suppress(UnreadableError):  # whoever reads the lines themselves names that
            for record in with_text(path, b'"kind":"%s"' % KIND.encode()):
                if record.get("kind") == KIND:
                    accepted = Accepted(str(record.get("id")), str(record.get("after", "")))
                    file, line = str(record.get("file")), str(record.get("line"))
                    self._lines[file, line] = self._lines[file, line[:LENGTH]] = accepted

    def of(self, path: str, raw: bytes) -> Accepted | None:
        """Return what is known of a line (without newline) in a journal file, or of the one that it stands in for.

        None where nobody accepted it.
        """
        if not self._lines:
            return None
        file = file_of(path)
        return self._lines.get((file, digest(raw))) or (self._lines.get((file, link_of(raw))) if is_stand_in(raw) else None)


def digest(raw: bytes) -> str:
    """Return the SHA-256 of a line without its newline; of one that is too long to be a record, of as much as readers keep."""
    return sha256_hex(raw[: LONGEST_LINE + 1])


def unknown(damaged: Iterable[Line]) -> Iterator[Line]:
    """Yield the damaged lines that nobody accepted. Raises UnreadableError."""
    known: dict[str, Known] = {}
    for line in damaged:
        records = os.path.dirname(os.path.dirname(line.file))
        if records not in known:
            known[records] = Known(records)
        if known[records].of(line.file, line.raw) is None:
            yield line


def file_of(path: str) -> str:
    """Return till and month of a journal file: k3/2026-11.jsonl."""
    folder, month = os.path.split(path)
    return f"{os.path.basename(folder)}/{month}"
