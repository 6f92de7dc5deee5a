"""The files of an import: the mapping, the rows that come in, and the rows that were rejected."""

import codecs
import csv
import io
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from typing import BinaryIO

from returnkit.errors import BadInputError, Problem, UnreadableError, instead
from returnkit.imports.mapping import Bound, ImportMapping, bind, read_mapping
from returnkit.imports.rows import REASON, Row, read_rows
from returnkit.model.record import is_name
from returnkit.records.rewrite import keeping
from returnkit.shop import read_file, shown_path, zone_exists

SHIPPED = os.path.join(os.path.dirname(os.path.dirname(__file__)), "mappings")
OPEN_RECEIPTS = 1000  # rows of one receipt stand so near each other
LONGEST_MAPPING_NAME = 100
MOST_REASONS = 10  # that are told of one file; the others stand beside their rows


def shipped_mappings() -> list[str]:
    """Return the names of the mappings that come with the program."""
    return sorted(file.removesuffix(".toml") for file in os.listdir(SHIPPED) if file.endswith(".toml"))


def find_mapping(given: str, kind: str) -> ImportMapping:
    """Return the mapping in the file at a path, or the shipped one of that name.

    Raises BadInputError where there is none, or it maps no records of the kind; UnreadableError where it has mistakes.
    """
    path = given
    if not os.path.lexists(path):
        if given not in shipped_mappings():
            remedy = f"{instead(given, shipped_mappings())}; or a file's path"
            raise BadInputError(Problem(f"there is no mapping {given!r}", remedy))
        path = os.path.join(SHIPPED, f"{given}.toml")
    name = os.path.splitext(os.path.basename(path))[0]
    if not is_name(name) or len(name) > LONGEST_MAPPING_NAME:
        remedy = f"give it a name of up to {LONGEST_MAPPING_NAME} letters: records carry it"
        raise BadInputError(Problem("a mapping cannot be called that", remedy, shown_path(path)))
    mapping = read_mapping(read_file(path), shown_path(path), name)
    if kind not in mapping.sections:
        remedy = f"it has {', '.join(f'[{known}]' for known in mapping.sections)}; write a section [{kind}] for it"
        raise BadInputError(Problem(f"the mapping {name} maps no {kind}", remedy, shown_path(path)))
    zone = mapping.format.time_zone
    if zone and not zone_exists(zone):
        remedy = "write an IANA name, such as Europe/Riga"
        raise UnreadableError(Problem(f"time-zone {zone!r} is not known", remedy, shown_path(path)))
    return mapping


def check_files(paths: Sequence[str]) -> None:
    """Raise BadInputError for every path at which there is no file."""
    found = [
        Problem("this is no file" if os.path.exists(path) else "there is no such file", "name a CSV file", shown_path(path))
        for path in paths
        if not os.path.isfile(path)
    ]
    if found:
        raise BadInputError(*found)


@contextmanager
def reading(
    path: str, mapping: ImportMapping, kind: str, progress: Callable[[int], object]
) -> Iterator[tuple[Bound, Iterator[Row]]]:
    """Give a file's header bound to the mapping, and its rows. Raises BadInputError where it is not what the mapping means."""
    form = mapping.format
    # Of UTF-8 a byte order mark is passed over; of others Python knows best.
    encoding = "utf-8-sig" if codecs.lookup(form.encoding).name == "utf-8" else form.encoding
    try:
        with open(path, "rb") as binary:
            text = TextIOWrapper(binary, encoding=encoding, errors="surrogateescape", newline="")
            rows = _told(read_rows(text, form), binary, progress)
            header = next(rows, None)
            if header is None or header.problem:
                what = "the file is empty" if header is None else header.problem
                raise BadInputError(Problem(what, _hint(path) or "export it again", shown_path(path)))
            try:
                bound = bind(mapping.sections[kind], form, header.cells, shown_path(path))
            except UnreadableError as error:
                hint = _hint(path)
                raise BadInputError(*(problem._replace(remedy=hint or problem.remedy) for problem in error.problems)) from None
            yield bound, _completed(bound, rows) if bound.section.once else rows
    except UnicodeError as error:
        what = f"it is not text in {form.encoding}: {error}"
        raise BadInputError(Problem(what, _hint(path) or "say encoding in [file]", shown_path(path))) from None


def _told(rows: Iterator[Row], binary: BinaryIO, progress: Callable[[int], object]) -> Iterator[Row]:
    read = 0
    for row in rows:
        yield row
        at = binary.tell()
        if at > read:
            progress(at - read)
            read = at


def _completed(bound: Bound, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows, each with the cells that stand only in the first row of its receipt, whether or not that one counts."""
    receipt_no = bound.section.fields["receipt-no"]
    firsts: OrderedDict[str, tuple[str, ...]] = OrderedDict()
    for row in rows:
        receipt = "" if row.problem else bound.cells(receipt_no, row.cells)
        if not receipt:
            yield row
        elif receipt in firsts:
            yield row._replace(cells=bound.complete(row.cells, firsts[receipt]))
        else:
            firsts[receipt] = row.cells
            if len(firsts) > OPEN_RECEIPTS:
                firsts.popitem(last=False)
            yield row


def _hint(path: str) -> str:
    """Return what is probably wrong with a file whose header is not what it should be."""
    with open(path, "rb") as file:
        start = file.read(1024)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return 'this looks like UTF-16: say encoding = "utf-16" in [file]'
    return "this is no CSV file" if b"\0" in start else ""


class Counts:
    """How many rows a file had, and what became of them; a record of a complaint counts where a row made several."""

    NAMES = ("rows", "recorded", "known", "passed_over", "rejected", "guessed")

    def __init__(self, file: str = "") -> None:
        self.file, self.rejected_file = file, ""
        self.rows = self.recorded = self.known = self.passed_over = self.rejected = self.guessed = 0
        self.reasons: list[tuple[int, str]] = []

    def numbers(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in self.NAMES}


class Rejects:
    """The rows of a file that were not recorded, kept in a file of their own that can be mended and imported.

    One of an earlier time is never overwritten: somebody may be mending it.

    With `dry` they are only counted.
    """

    def __init__(self, counts: Counts, mapping: ImportMapping, stack: ExitStack, *, dry: bool) -> None:
        self.counts, self.mapping, self.stack, self.dry = counts, mapping, stack, dry
        self.header: tuple[str, ...] = ()
        self._file: BinaryIO | None = None

    def reject(self, rows: Iterable[Row], why: str, bad: Row | None = None) -> None:
        """Reject rows that belong together, of which one is `bad` (or all are)."""
        for row in rows:
            own = bad is None or row is bad
            self.counts.rejected += 1
            if own and len(self.counts.reasons) < MOST_REASONS:
                self.counts.reasons.append((row.line, why))
            if not self.dry:
                self._write(row, why if own or bad is None else f"row {bad.line} of its receipt: {why}")

    def _write(self, row: Row, why: str) -> None:
        """Write a row as it was, with the reason in a last column; a row that is none as its bare text."""
        encoding = self.mapping.format.encoding
        if self._file is None:
            self.counts.rejected_file = f"{self.counts.file}.rejected.csv"
            self._file = self.stack.enter_context(keeping(self.counts.rejected_file))
            self._encode = codecs.getincrementalencoder(encoding)("surrogateescape").encode
            self._cells([*self._before_reason(self.header), REASON])
        if row.cells:
            filled = [*row.cells, *[""] * (len(self.header) - len(row.cells))]
            self._cells([*self._before_reason(filled), why.encode(encoding, "replace").decode(encoding)])
        else:
            self._text(row.text if row.text.endswith("\n") else row.text + "\n")

    def _before_reason(self, cells: Sequence[str]) -> Sequence[str]:
        """Return the cells but for the reason of an earlier time: what was rejected may be rejected again."""
        return cells[:-1] if self.header[-1] == REASON else cells

    def _cells(self, cells: Sequence[str]) -> None:
        text = io.StringIO()
        csv.writer(text, delimiter=self.mapping.format.delimiter, lineterminator="\n").writerow(cells)
        self._text(text.getvalue())

    def _text(self, text: str) -> None:
        assert self._file is not None
        self._file.write(self._encode(text))
