"""Every record as it is, for other programs: in the order of time, as lines, as tables, or as a database.

Nothing is worked out here and nothing is left out: what a newer program wrote and this one does not know stands in the column
`more`. How customers can be reached is no part of the records, and so of no export.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from returnkit import __version__
from returnkit.books import Books
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.record import COMMON, GOODS, KINDS, LINE, RETURN, WAS, Check
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
FIRST = ("id", "time", "kind", "staff")
# Tables inside of a record that become columns of a database, with the field before the name: was_opened.
INNER: dict[str, Mapping[str, Check]] = {"was": WAS, "voided": {**COMMON, **RETURN}, "taken": GOODS}
LINES = "lines"
SOUGHT = ("id", "time", "case", "receipt_no")  # what a database has an index on


class Collected(NamedTuple):
    """The lines that were asked for and their kinds, the lines that cannot be read, and how far each till's journal was read."""

    lines: InTimeOrder
    kinds: set[str]
    damaged: list[Line]
    heads: dict[str, Head]

    def records(self) -> Iterator[Json]:
        """Yield the records, oldest first."""
        return map(decode, self.lines)


def kinds_of(words: Iterable[str]) -> frozenset[str]:
    """Return the kinds that were asked for; `complaint.*` are all of complaints. Raises BadInputError for one that is none."""
    found: set[str] = set()
    for word in words:
        group = word.removesuffix(ANY)
        kinds = [kind for kind in KINDS if kind == word or (word != group and (kind == group or kind.startswith(f"{group}.")))]
        if not kinds:
            raise BadInputError(Problem(f"there is no kind {word!r}", instead(word, list(KINDS))))
        found.update(kinds)
    return frozenset(found)


def collect(
    books: Books, first: str, last: str, kinds: frozenset[str], progress: Callable[[int], object] = lambda _bytes: None
) -> Collected:
    """Return the records of all tills from one day to another (ISO text, both included), of some kinds or (none named) of all.

    `progress` is told how many bytes were read. Raises UnreadableError where a file cannot be read at all.
    """
    found = Collected(InTimeOrder(), set(), [], {})
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
        if first <= time[:10] <= last and (not kinds or kind in kinds):
            found.kinds.add(kind)
            found.lines.add(utc(time), till, seq, line.raw)
    return found


# Lines


def json_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines as they stand in the journals; only what a terminal would obey is spelled out."""
    for raw in lines:
        yield (raw if raw.decode().isprintable() else json.dumps(decode(raw), separators=(",", ":")).encode()) + b"\n"


def json_document(lines: Iterable[bytes], first: str, last: str, left_out: int) -> Iterator[bytes]:
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
    """The records of some kinds as a table: a column for every field that one of them may have, tables in it as JSON text."""

    def __init__(self, kinds: Iterable[str]) -> None:
        fields = dict.fromkeys((*FIRST, *(field for kind in kinds for field in KINDS[kind][0]), *COMMON))
        self.columns = (*fields, MORE)
        self._places = {field: place for place, field in enumerate(fields)}

    def row(self, record: Json) -> list[str]:
        """Return a record's cells."""
        cells, more = [""] * len(self.columns), {}
        for field, value in record.items():
            if field in self._places:
                cells[self._places[field]] = _cell(value)
            else:
                more[field] = value
        return [*cells[:-1], _cell(more or None)]


def sheets(kinds: Iterable[str]) -> dict[str, Sheet]:
    """Return a table for each of the kinds, by its name; one for all of those that nothing is known of."""
    return {kind if kind in KINDS else OTHER: Sheet([kind] if kind in KINDS else []) for kind in kinds}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else encode(value).decode()


# A database

Layout = dict[str, "int | Layout"]  # of a record: the place of each field's column, or the layout of a table inside


class Table:
    """A table of a database: the records of one kind (no kind: of those that nothing is known of), a column for each field.

    Articles stand in a table of their own, with the id of their record and their place in it.
    """

    def __init__(self, kind: str = "") -> None:
        name = kind.replace(".", "_") or OTHER
        fields = {**{field: COMMON[field] for field in FIRST}, **(KINDS[kind][0] if kind else {}), **COMMON}
        self._columns: dict[str, Check] = {}
        self._layout = _laid_out(fields, self._columns)
        self._insert = _insert(name, len(self._columns))
        self._sql = [_create(name, self._columns), *(_index(name, column) for column in SOUGHT if column in fields)]
        # Where the articles are: in the record itself, or in what it repeats of another one; None where there are none.
        inner = next((field for field in INNER if field in fields and LINES in INNER[field]), None)
        self._around = "" if LINES in fields else inner
        self._article_columns: dict[str, Check] = {}
        self._article_layout = _laid_out({"id": COMMON["id"], "line": LINE["quantity"], **LINE}, self._article_columns)
        self._insert_article = _insert(f"{name}_{LINES}", len(self._article_columns))
        if self._around is not None:
            self._sql += [_create(f"{name}_{LINES}", self._article_columns), _index(f"{name}_{LINES}", "id")]

    def create(self, database: "sqlite3.Connection") -> None:
        """Make the table, its indexes, and that of its articles."""
        for statement in self._sql:
            database.execute(statement)

    def add(self, database: "sqlite3.Connection", record: Json) -> None:
        """Add a record."""
        row: list[object] = [None] * len(self._columns)
        left = _laid(record, self._layout, row)
        around = left.get(self._around) if self._around else left
        lines = around.get(LINES) if isinstance(around, dict) and self._around is not None else None
        if isinstance(around, dict) and isinstance(lines, list) and all(isinstance(line, dict) for line in lines):
            del around[LINES]
            if self._around and not around:
                del left[self._around]
            for number, line in enumerate(lines, 1):
                article: list[object] = [None] * len(self._article_columns)
                rest = _laid({**line, "id": record.get("id"), "line": number}, self._article_layout, article)
                database.execute(self._insert_article, [*article, _stored(rest or None)])
        database.execute(self._insert, [*row, _stored(left or None)])


def fill(database: "sqlite3.Connection", collected: Collected, kinds: frozenset[str], facts: Mapping[str, object]) -> None:
    """Fill an empty database with the records; `facts` about the export stand in the table `meta`, beside the tills' heads."""
    tables = {kind: Table(kind) for kind in KINDS if not kinds or kind in kinds}
    other = Table()
    for table in (*tables.values(), other):
        table.create(database)
    for record in collected.records():
        tables.get(str(record.get("kind")), other).add(database, record)
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
