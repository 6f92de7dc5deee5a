"""A mapping: how the columns of somebody else's CSV become records, as its TOML file says it."""

import codecs
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from returnkit.errors import Problem, UnreadableError, instead
from returnkit.imports.cells import FormatError, date_format, number
from returnkit.model.toml import Finding, Table, name, parse, problems, shown, word

SCHEMA = 1

FILE_KEYS = ("encoding", "delimiter", "decimal", "thousands", "dates", "time-zone", "missing", "skip")
FIELD_KEYS = ("column", "columns", "nth", "value", "values", "other", "sign", "format", "default")
GOODS = ("sku", "category", "tags", "quantity", "price", "paid", "discount")
SALE = ("receipt-no", "time", "currency", "channel", "member", "paid-with", "seller", "country", "delivered", "staff", "customer")
# What each kind of record takes from a row, and what it cannot do without.
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sale": ((*SALE, *GOODS), ("receipt-no", "time")),
    "return": (
        (*SALE, *GOODS, "amount", "refund-no", "reason", "condition", "remedy", "bought", "disposition", "because"),
        ("time",),
    ),
    "complaint": (
        (
            "number", "opened", "acknowledged", "resolved", "closed", "time", "state", "channel", "category", "severity", "staff",
            "text", "remedy", "cause", "receipt-no", "value",
        ),
        (),
    ),
    "survey": (("survey", "time", "staff", "text", "asked"), ("survey", "time")),
    "item": (("sku", "category", "tags"), ("sku",)),
}  # fmt: skip
NO_FILES = ("unicode_escape", "raw_unicode_escape", "idna", "punycode", "unicode-escape", "raw-unicode-escape")  # Python's own
NOT_KEPT = ("when", "unless", "answers", "once")

_NUMBER_TEST = r"(above|from|under|up to) (-?\d+(?:\.\d{1,4})?)"


class Format(NamedTuple):
    """How the file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    dates: str = "%Y-%m-%d"
    time_zone: str = ""
    missing: frozenset[str] = frozenset({""})
    skip: int = 0


class Field(NamedTuple):
    """Where a value comes from: some columns, or always the same; and what is made of it. `format` is as of strptime."""

    columns: tuple[str, ...] = ()
    nth: int = 0
    value: str | None = None
    values: Mapping[str, str] = {}
    other: str | None = None
    sign: str = ""
    format: str = ""
    default: str | None = None


class Condition(NamedTuple):
    """What a cell must be for a row to count: any of the tests."""

    column: str
    tests: tuple[Callable[[str, Format], bool], ...]


class Section(NamedTuple):
    """Which rows are records of a kind, and what each field of those is."""

    kind: str
    fields: Mapping[str, Field]
    answers: Mapping[str, Field]
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    once: tuple[str, ...] = ()


class ImportMapping(NamedTuple):
    """A mapping with its name, as records keep it."""

    name: str
    title: str
    format: Format
    sections: Mapping[str, Section]


class Bound(NamedTuple):
    """A section bound to a header: where in a row each column stands."""

    section: Section
    format: Format
    places: Mapping[tuple[str, int], int]
    header: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.header)

    def cells(self, field: Field, row: Sequence[str]) -> str:
        """Return what stands in the field's columns; an empty text where it is missing."""
        cells = [row[self.places[column, field.nth]].strip() for column in field.columns]
        return " ".join([cell for cell in cells if cell not in self.format.missing])

    def complete(self, row: tuple[str, ...], first: tuple[str, ...]) -> tuple[str, ...]:
        """Return a later row of a receipt, with what stands only in the receipt's first row."""
        cells = list(row)
        for column in self.section.once:
            at = self.places[column, 0]
            if cells[at].strip() in self.format.missing:
                cells[at] = first[at]
        return tuple(cells)

    def read(self, row: Sequence[str]) -> tuple[str, ...]:
        """Return the cells that the fields read: what a record's key is made of. Who the customer is, it must not give away."""
        kept = (field for key, field in self.section.fields.items() if key != "customer")
        fields = (*kept, *self.section.answers.values())
        return tuple(row[self.places[column, field.nth]].strip() for field in fields for column in field.columns)

    def counts(self, row: Sequence[str]) -> bool:
        """Tell whether a row is a record of this kind. Raises ValueError where what should be a number is none."""
        return all(self._holds(condition, row) for condition in self.section.when) and not any(
            self._holds(condition, row) for condition in self.section.unless
        )

    def _holds(self, condition: Condition, row: Sequence[str]) -> bool:
        cell = row[self.places[condition.column, 0]].strip()
        return any(test("" if cell in self.format.missing else cell, self.format) for test in condition.tests)


def read_mapping(source: bytes, file: str, mapping_name: str) -> ImportMapping:
    """Return the mapping that the bytes of a TOML file hold. Raises UnreadableError with every mistake."""
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, ("schema", "title", "file", *FIELDS))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    form = _format(top.table("file", FILE_KEYS))
    sections = {kind: _section(top, kind) for kind in FIELDS if kind in top}
    if not sections:
        top.note("file", "nothing is mapped", f"begin a section: {', '.join(f'[{kind}]' for kind in FIELDS)}")
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return ImportMapping(mapping_name, top.text("title", mapping_name), form, sections)


def _format(table: Table) -> Format:
    form = Format()
    encoding = table.text("encoding", form.encoding)
    try:
        good = "A1,\n".encode(encoding).decode(encoding) == "A1,\n" and codecs.lookup(encoding).name not in NO_FILES
    except (LookupError, ValueError):
        good = False
    if not good:
        table.wrong("encoding", "write one such as utf-8, windows-1252, iso-8859-13 or utf-16")
        encoding = form.encoding
    delimiter = str(table.values.get("delimiter", form.delimiter))
    delimiter = "\t" if word(delimiter) == "tab" else delimiter
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        table.wrong("delimiter", 'write one character, or "tab"')
        delimiter = form.delimiter
    decimal = table.text("decimal", form.decimal)
    thousands = str(table.values.get("thousands", form.thousands))
    if decimal not in (".", ","):
        table.wrong("decimal", 'write "." or ","')
    if thousands == decimal or thousands not in ("", ".", ",", " ", "'", "’"):
        table.wrong("thousands", 'write "," or "." or " ", another than the decimal one')
    missing = table.values.get("missing", [""])
    if not isinstance(missing, list) or not all(isinstance(entry, str) for entry in missing):
        table.wrong("missing", 'write a list of texts, such as ["", "?"]')
        missing = [""]
    zone = table.text("time-zone")
    skip = table.whole("skip")
    if not 0 <= skip <= 1000:  # noqa: PLR2004 - lines above the header
        table.wrong("skip", "write how many lines stand above the header")
    dates = _dates(table, "dates", form.dates)
    return Format(encoding, delimiter, decimal, thousands, dates, zone, frozenset(missing) | {""}, skip)


def _dates(table: Table, key: str, default: str) -> str:
    if key not in table:
        return default
    try:
        return date_format(table.text(key))
    except FormatError as error:
        table.wrong(key, str(error))
        return default


def _section(top: Table, kind: str) -> Section:
    known, needed = FIELDS[kind]
    extra = ("when", "unless", *{"survey": ("answers",), "sale": ("once",)}.get(kind, ()))
    table = top.table(kind, (*known, *extra))
    fields = {key: _field(table, key) for key in table.values if key not in NOT_KEPT}
    for key in needed:
        if key not in fields:
            table.note(key, f"{key} is missing in [{kind}]", "say which column it is")
    if kind == "complaint" and "opened" not in fields and not {"time", "state"} <= fields.keys():
        table.note("opened", "nothing says when a complaint was opened", "map opened; or time and state, of an event log")
    if kind == "complaint" and "state" in fields and not {"time", "number"} <= fields.keys():
        table.note("state", "an event log needs the time of each event and the number of its complaint", "map time and number")
    if kind == "return" and not fields.keys() & {"amount", "paid", "price"}:
        table.note("amount", "nothing says how much was given back", "map amount, paid or price")
    if kind == "sale" and not fields.keys() & {"paid", "price"}:
        table.note("paid", "nothing says how much was paid", "map paid or price")
    answers = _answers(table) if kind == "survey" else {}
    once = tuple(map(name, table.texts("once"))) if "once" in table else ()
    return Section(kind, fields, answers, _conditions(table, "when"), _conditions(table, "unless"), once)


def _answers(table: Table) -> dict[str, Field]:
    values = table.values.get("answers")
    if not isinstance(values, dict) or not values:
        table.note("answers", "no answers are mapped", 'write answers = { question = "Column" }')
        return {}
    inner = Table(values, table.at("answers"), table.findings, tuple(word(key) for key in values))
    return {inner.written[key]: _field(inner, key) for key in inner.values}


def _field(table: Table, key: str) -> Field:
    value = table.values[key]
    if isinstance(value, str) and value.strip():
        return Field(columns=(name(value),))
    if not isinstance(value, dict):
        table.wrong(key, 'write the name of a column, or { column = "…" }, or { value = "…" }')
        return Field(value="")
    inner = table.table(key, FIELD_KEYS)
    columns = tuple(name(column) for column in inner.texts("columns" if "columns" in inner else "column"))
    fixed = inner.text("value") if "value" in inner else None
    if (not columns) == (fixed is None):
        inner.note("column", f"{key} is neither a column nor always the same", 'write { column = "…" } or { value = "…" }')
    nth = inner.whole("nth", 1)
    if nth < 1:
        inner.wrong("nth", "write 1 for the first column of this name, 2 for the second")
    return Field(
        columns=columns,
        nth=nth if "nth" in inner else 0,
        value=fixed,
        values={name(text): str(inner.values["values"][text]) for text in _texts(inner, "values")},  # type: ignore[index]
        other=inner.text("other") if "other" in inner else None,
        sign=inner.choice("sign", ("minus", "any"), ""),
        format=_dates(inner, "format", ""),
        default=inner.text("default") if "default" in inner else None,
    )


def _texts(table: Table, key: str) -> list[str]:
    values = table.values.get(key, {})
    if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
        return list(values)
    table.wrong(key, 'write { "what stands there" = "what it means" }')
    return []


def _conditions(table: Table, key: str) -> tuple[Condition, ...]:
    values = table.values.get(key, {})
    if not isinstance(values, dict):
        table.wrong(key, 'write { Column = "what stands there" }')
        return ()
    found = []
    for column, given in values.items():
        texts = given if isinstance(given, list) else [given]
        if not texts or not all(isinstance(text, str) and text for text in texts):
            what = f"{shown(given)} is no condition on {shown(column)}"
            table.findings.append(
                Finding((*table.at(key), column), what, 'write "C*", ["paid", "closed"], "above 0" or "missing"')
            )
            continue
        found.append(Condition(name(column), tuple(_test(text) for text in texts)))
    return tuple(found)


def _test(text: str) -> Callable[[str, Format], bool]:
    """Return the test that a condition's text means."""
    if text in ("missing", "given"):
        return lambda cell, _form: (cell == "") == (text == "missing")
    found = re.fullmatch(_NUMBER_TEST, text, re.ASCII)
    if found:
        limit = Decimal(found[2])
        compare = {"above": operator.gt, "from": operator.ge, "under": operator.lt, "up to": operator.le}[found[1]]

        def holds(cell: str, form: Format) -> bool:
            return cell != "" and bool(compare(number(cell, form.decimal, form.thousands), limit))

        return holds
    pattern = re.compile(".*".join(map(re.escape, text.casefold().split("*"))), re.DOTALL)
    return lambda cell, _form: pattern.fullmatch(cell.casefold()) is not None


def bind(section: Section, form: Format, header: Sequence[str], file: str) -> Bound:
    """Return the section bound to a file's header. Raises UnreadableError that names every column that is not there."""
    names = [name(column) for column in header]
    fields = (*section.fields.values(), *section.answers.values())
    wanted = dict.fromkeys((column, field.nth) for field in fields for column in field.columns)
    wanted |= dict.fromkeys((condition.column, 0) for condition in (*section.when, *section.unless))
    wanted |= dict.fromkeys((column, 0) for column in section.once)
    places: dict[tuple[str, int], int] = {}
    found: list[Problem] = []
    for column, nth in wanted:
        at = [index for index, known in enumerate(names) if known == column]
        if len(at) < max(nth, 1):
            remedy = instead(column, names) if len(names) > 1 else "is it the right file? say delimiter and encoding in [file]"
            which = f"column {column!r}" if nth < 2 else f"column {column!r} number {nth}"  # noqa: PLR2004 - the first is plain
            found.append(Problem(f"there is no {which}", remedy, file, form.skip + 1, form.delimiter.join(header)))
        elif len(at) > 1 and not nth:
            what = f"{len(at)} columns are named {column!r}"
            found.append(Problem(what, f'say which: {{ column = "{column}", nth = 2 }}', file, form.skip + 1))
        else:
            places[column, nth] = at[max(nth, 1) - 1]
    if found and not places:
        remedy = "is it the right file? say skip, delimiter and encoding in [file]"
        excerpt = form.delimiter.join(header)
        what = f"none of the columns stands in this line: {', '.join(column for column, _ in wanted)}"
        raise UnreadableError(Problem(what, remedy, file, form.skip + 1, excerpt))
    if found:
        raise UnreadableError(*found)
    return Bound(section, form, places, tuple(header))
