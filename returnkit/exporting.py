"""Every record as it is, for other programs: in the order of time, as lines, as tables, or as a database.

Nothing is worked out here and nothing is left out: what a newer program wrote and this one does not know stands in the column
`more`. How customers can be reached is no part of the records, and so of no export. A table says of each record whether it
counts: one that was taken back later still stands there.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from returnkit import __version__
from returnkit.books import Books
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.money import decimal_text, minor_digits
from returnkit.model.record import COMMON, GOODS, KINDS, LINE, RETURN, WAS, Check, is_whole
from returnkit.records.identity import Head
from returnkit.records.order import InTimeOrder
from returnkit.records.read import Line
from returnkit.records.tail import number_of
from returnkit.service.complaint import utc

if TYPE_CHECKING:
    import sqlite3

SCHEMA = "returnkit.export/1"
ANY = ".*"  # after the beginning of a kind: everything of that group
MORE, OTHER = "more", "other"  # the column of unknown fields, the table of unknown kinds
COUNTS = "counts"  # the column that says 0 of a record that was taken back
TAKEN_BACK = ("return.voided", "case.corrected")  # by these, which name it in `corrects`
FIRST = ("id", "time", "kind", "staff")
MONEY = {"amount", "difference", "value", "worth", "paid", "lowest", "fee"}
# Tables inside of a record that become columns of a database, with the field before the name: was_opened.
INNER: dict[str, Mapping[str, Check]] = {"was": WAS, "voided": {**COMMON, **RETURN}, "taken": GOODS}
LINES = "lines"
PLACE = "line"  # of an article in its record
SOUGHT = ("id", "time", "case", "receipt_no")  # what a database has an index on


class Collected(NamedTuple):
    """The lines that were asked for and their kinds, the lines that cannot be read, and how far each till's journal was read.

    `taken_back` are the ids of records that another one took back, whenever it did.
    """

    lines: InTimeOrder
    kinds: set[str]
    damaged: list[Line]
    heads: dict[str, Head]
    taken_back: set[str]

    def records(self) -> Iterator[Json]:
        """Yield the records, oldest first."""
        return map(decode, self.lines)

    def counts(self, record: Json) -> int:
        """Return 0 for a record that was taken back, else 1."""
        return int(str(record.get("id")) not in self.taken_back)


def kinds_of(words: Iterable[str]) -> frozenset[str]:
    """Return the kinds that were asked for; `complaint.*` are all of complaints. Raises BadInputError for one that is none."""
    found: set[str] = set()
    for word in words:
        group = word.removesuffix(ANY)
        kinds = [kind for kind in KINDS if kind == word or (word != group and (kind == group or kind.startswith(f"{group}.")))]
        if not kinds:
            inside = any(kind.startswith(f"{word}.") for kind in KINDS)
            remedy = f"did you mean {word}{ANY}?" if inside else instead(word, list(KINDS))
            raise BadInputError(Problem(f"there is no kind {word!r}", remedy))
        found.update(kinds)
    return frozenset(found)


def collect(
    books: Books, first: str, last: str, kinds: frozenset[str], progress: Callable[[int], object] = lambda _bytes: None
) -> Collected:
    """Return the records of all tills from one day to another (ISO text, both included), of some kinds or (none named) of all.

    `progress` is told how many bytes were read. Raises UnreadableError where a file cannot be read at all.
    """
    found = Collected(InTimeOrder(), set(), [], {}, set())
    for line in books.lines(first):
        progress(len(line.raw) + 1)
        record = line.record
        if record is None:
            found.damaged.append(line)
            continue
        till = os.path.basename(os.path.dirname(line.file))
        seq, time = number_of(record, till), str(record.get("time"))
        found.heads[till] = Head(seq, str(record.get("h")))
        kind = str(record.get("kind"))
        if kind in TAKEN_BACK:
            found.taken_back.add(str(record.get("corrects")))
        if first <= time[:10] <= last and (not kinds or kind in kinds):
            found.kinds.add(kind)
            found.lines.add(utc(time), till, seq, line.raw)
    return found


# Lines


def json_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines as they stand in the journals; only what a terminal would obey is spelled out."""
    for raw in lines:
        yield (raw if raw.decode().isprintable() else json.dumps(decode(raw), separators=(",", ":")).encode()) + b"\n"


def json_document(lines: Iterable[bytes], first: str | None, last: str | None, left_out: int) -> Iterator[bytes]:
    """Yield one JSON document with all the records, in pieces."""
    head = {"schema": SCHEMA, "from": first, "to": last, "left_out": left_out}
    yield encode(head)[:-1] + b',"records":['
    between = b"\n"
    for raw in json_lines(lines):
        yield between + raw.removesuffix(b"\n")
        between = b",\n"
    yield b"\n]}\n"


# Tables


class Sheet:
    """A table: a column for every field, money as a person writes it, tables within it as JSON text as they are."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.columns = (*fields, MORE)
        self._places = {field: place for place, field in enumerate(self.columns[:-1])}
        self._counts = self._places.pop(COUNTS, None)

    def row(self, values: Json, currency: object, counts: int = 1) -> list[str]:
        """Return the cells for some values, with what they cost in a currency, and whether they count."""
        cells, more = [""] * len(self.columns), {}
        for field, value in values.items():
            if field in self._places:
                cells[self._places[field]] = _cell(field, value, currency)
            else:
                more[field] = value
        if self._counts is not None:
            cells[self._counts] = str(counts)
        return [*cells[:-1], _cell(MORE, more or None, currency)]


def sheet(kinds: Iterable[str], *, apart: bool = False) -> Sheet:
    """Return the table of the records of some kinds; without their articles where these stand `apart`."""
    own = (field for kind in kinds for field in KINDS[kind][0] if not (apart and field == LINES))
    return Sheet(dict.fromkeys((*FIRST, COUNTS, *own, *COMMON)))


def articles(record: Json) -> list[Json]:
    """Return the articles of a record as rows of a table of their own; none where it says something else there."""
    lines = record.get(LINES)
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        return []
    return [{**line, "id": record.get("id"), PLACE: number} for number, line in enumerate(lines, 1)]


def files_of(kinds: Iterable[str]) -> dict[str, Sheet]:
    """Return a table for each of the kinds, and of its articles, by name; one for all kinds that nothing is known of."""
    found = {}
    for kind in kinds:
        found[kind if kind in KINDS else OTHER] = sheet([kind] if kind in KINDS else [], apart=True)
        if LINES in KINDS.get(kind, ({},))[0]:
            found[f"{kind}.{LINES}"] = Sheet(("id", PLACE, *LINE))
    return found


def _cell(field: str, value: object, currency: object) -> str:
    if value is None:
        return ""
    if field in MONEY and isinstance(value, int) and isinstance(currency, str):
        return f"{'-' * (value < 0)}{decimal_text(abs(value), minor_digits(currency))}"
    return value if isinstance(value, str) else encode(value).decode()


# A database

Layout = dict[str, "int | Layout"]  # of a record: the place of each field's column, or the layout of a table inside


class Table:
    """A table of a database: the records of one kind (no kind: of those that nothing is known of), a column for each field.

    Articles stand in a table of their own, with the id of their record and their place in it.
    """

    def __init__(self, kind: str = "") -> None:
        name = kind.replace(".", "_") or OTHER
        first = {**{field: COMMON[field] for field in FIRST}, COUNTS: is_whole}
        fields = {**first, **(KINDS[kind][0] if kind else {}), **COMMON}
        self._columns: dict[str, Check] = {}
        self._layout = _laid_out(fields, self._columns)
        del self._layout[COUNTS]  # no field of a record
        self._counts = list(self._columns).index(COUNTS)
        self._insert = _insert(name, len(self._columns))
        self._sql = [_create(name, self._columns), *(_index(name, column) for column in SOUGHT if column in fields)]
        # Where the articles are: in the record itself, or in what it repeats of another one; None where there are none.
        inner = next((field for field in INNER if field in fields and LINES in INNER[field]), None)
        self._around = "" if LINES in fields else inner
        self._article_columns: dict[str, Check] = {}
        self._article_layout = _laid_out({"id": COMMON["id"], PLACE: is_whole, **LINE}, self._article_columns)
        self._insert_article = _insert(f"{name}_{LINES}", len(self._article_columns))
        if self._around is not None:
            self._sql += [_create(f"{name}_{LINES}", self._article_columns), _index(f"{name}_{LINES}", "id")]

    def create(self, database: "sqlite3.Connection") -> None:
        """Make the table, its indexes, and that of its articles."""
        for statement in self._sql:
            database.execute(statement)

    def add(self, database: "sqlite3.Connection", record: Json, counts: int) -> None:
        """Add a record, and whether it counts."""
        row: list[object] = [None] * len(self._columns)
        row[self._counts] = counts
        left = _laid(record, self._layout, row)
        around = left.get(self._around) if self._around else left
        lines = around.get(LINES) if isinstance(around, dict) and self._around is not None else None
        if isinstance(around, dict) and isinstance(lines, list) and all(isinstance(line, dict) for line in lines):
            del around[LINES]
            if self._around and not around:
                del left[self._around]
            for number, line in enumerate(lines, 1):
                article: list[object] = [None] * len(self._article_columns)
                rest = _laid({**line, "id": record.get("id"), PLACE: number}, self._article_layout, article)
                database.execute(self._insert_article, [*article, _stored(rest or None)])
        database.execute(self._insert, [*row, _stored(left or None)])


def fill(database: "sqlite3.Connection", collected: Collected, kinds: frozenset[str], facts: Mapping[str, object]) -> None:
    """Fill an empty database with the records; `facts` about the export stand in the table `meta`, beside the tills' heads."""
    tables = {kind: Table(kind) for kind in KINDS if not kinds or kind in kinds}
    other = Table()
    for table in (*tables.values(), other):
        table.create(database)
    for record in collected.records():
        tables.get(str(record.get("kind")), other).add(database, record, collected.counts(record))
    database.execute('create table "meta" ("name" text primary key, "value" text)')
    heads = {f"head:{till}": f"{head.seq} {head.h}" for till, head in collected.heads.items()}
    meta = {"schema": SCHEMA, "program": f"returnkit {__version__}", **facts, "records": collected.lines.count, **heads}
    database.executemany("insert into meta values (?, ?)", [(name, str(value)) for name, value in meta.items()])


def _laid_out(fields: Mapping[str, Check], columns: dict[str, Check], before: str = "") -> Layout:
    """Return where in a row each field stands, and enter it in the columns; articles have a table of their own."""
    layout: Layout = {}
    for field, check in fields.items():
        if field in INNER:
            layout[field] = _laid_out(INNER[field], columns, f"{before}{field}_")
        elif field != LINES:
            layout[field] = len(columns)
            columns[before + field] = check
    return layout


def _laid(record: Json, layout: Layout, row: list[object]) -> Json:
    """Enter a record's fields in a row, and return what has no place there."""
    left: Json = {}
    for field, value in record.items():
        place = layout.get(field)
        if isinstance(place, int):
            row[place] = _stored(value)
        elif place is None or not isinstance(value, dict):
            left[field] = value
        elif rest := _laid(value, place, row):
            left[field] = rest
    return left


def _create(name: str, columns: Mapping[str, Check]) -> str:
    types = [f'"{column}" {"integer" if check(1) or check(True) else "text"}' for column, check in columns.items()]
    return f'create table "{name}" ({", ".join(types)}, "{MORE}" text)'


def _index(name: str, column: str) -> str:
    return f'create index "{name}_by_{column}" on "{name}" ("{column}")'


def _insert(name: str, columns: int) -> str:
    return f'insert into "{name}" values ({"?, " * columns}?)'  # noqa: S608 - our own names


def _stored(value: object) -> object:
    return value if value is None or isinstance(value, (int, str)) else encode(value).decode()
