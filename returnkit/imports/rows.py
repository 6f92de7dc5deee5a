"""A CSV file as rows: each with its number, its cells and its own text; a bad row is a row, too."""

import csv
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from returnkit.imports.mapping import Format

LONGEST_LINE = 8 * 1024 * 1024  # characters; where a row is longer, a quote was never closed
LONGEST_CELL = 128 * 1024
REASON = "rejected because"  # the last column of a file of rejected rows; a row that was none has no such cell


class Row(NamedTuple):
    """A row, the number of its first line, and what is wrong with it (empty: nothing)."""

    line: int
    cells: tuple[str, ...]
    text: str
    problem: str = ""


class _Lines:
    """The lines of a file, which remembers those that the parser took since it was last asked."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.number, self.length, self.taken = file, 0, 0, list[str]()
        self.again = ""

    def __iter__(self) -> "_Lines":
        return self

    def back(self) -> None:
        """Give the last line once more."""
        self.again = self.taken.pop()
        self.number -= 1

    def __next__(self) -> str:
        line, self.again = self.again or self.file.readline(LONGEST_LINE), ""
        self.length += len(line)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if self.length >= LONGEST_LINE:
            raise csv.Error("it is longer than any row, perhaps a quote is never closed")
        return line


def read_rows(file: TextIO, form: Format) -> Iterator[Row]:
    """Yield the rows of a file, the header first. Blank lines are passed over."""
    lines = _Lines(file)
    for _ in range(form.skip):
        if next(lines, "").rstrip().strip('"').endswith(REASON):
            lines.back()  # a file of rejected rows has no lines above its header
            break
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
    header: list[str] = []
    while True:
        lines.taken.clear()
        first, lines.length = lines.number + 1, 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(first, (), "".join(lines.taken), f"the row cannot be read: {error}")
            if lines.length >= LONGEST_LINE:
                yield from _unread(lines)
                return
            continue
        if cells is None:
            return
        if any(map(str.strip, cells)):
            header = header or cells
            yield _row(first, cells, header, "".join(lines.taken))


def _unread(lines: _Lines) -> Iterator[Row]:
    """Yield the lines behind a quote that is never closed, as they are."""
    while text := lines.file.readline(LONGEST_LINE):
        lines.number += 1
        yield Row(lines.number, (), text, "it stands behind a quote that is never closed")


def _row(first: int, cells: list[str], header: list[str], text: str) -> Row:
    """Return a row as wide as the header; empty cells may be too many, and the reason of a rejected row may be missing."""
    problem, width = "", len(header)
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) == width - 1 and header[-1] == REASON:
        cells = [*cells, ""]
    if len(cells) != width:
        problem = f"the row has {len(cells)} cells, the header {width}"
    elif max(map(len, cells)) > LONGEST_CELL:
        problem = f"a cell has more than {LONGEST_CELL // 1024} KiB"
    elif not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text):
        problem = "the row holds bytes that the encoding does not know: say encoding in [file]"
    return Row(first, tuple(cells), text, problem)
