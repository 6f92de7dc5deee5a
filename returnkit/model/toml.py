"""TOML that people write: read it safely, check it key by key, and say where each mistake stands.

Everything in `policies/` goes through here, so that one unknown key or one hostile file meets the same answer everywhere.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from returnkit.errors import Problem, UnreadableError, instead
from returnkit.model.dates import Span, parse_iso, parse_span
from returnkit.model.text import has_control

MAX_BYTES = 256 * 1024
MAX_ITEM_BYTES = 4 * 1024 * 1024  # items.toml: a line for each of some 50,000 articles
MAX_DOTS = 16
BYTE_ORDER_MARK = "\ufeff"

# Compiled by `re` when a file has a mistake: a counter command reads files that have none.
_QUOTED = r'"(?:\\.|[^"\\])*"|\'[^\']*\''
_AT_LINE = r" \(at line (\d+), column \d+\)| \(at end of document\)"
_HEADER = r"\s*(\[\[?)([^\[\]]+)\]"
_KEY = r"""\s*((?:"[^"]*"|'[^']*'|[\w.\- ])+?)\s*="""
_MARKS = ("<<<<<<< ", ">>>>>>> ")  # around what git could not merge
_KEY_PART = r""""([^"]*)"|'([^']*)'|([\w-]+)"""

Path = tuple[str | int, ...]
Elsewhere = dict[str, str]  # keys that stand in the wrong place, and where they belong
NOWHERE: Elsewhere = {}


class Finding(NamedTuple):
    """A mistake in a parsed file: where it stands as a path of keys, what is wrong, what to do."""

    path: Path
    what: str
    remedy: str = ""


def parse(data: bytes, file: str, limit: int = MAX_BYTES) -> dict[str, object]:
    """Return the TOML document in `data` (at most `limit` bytes).

    Raises UnreadableError with file and line. Size, dots and nesting are bounded before and while parsing: 16 kB of
    `a.a.a…=1` would cost 262 MB (hukkin/tomli#298).
    """
    if len(data) > limit:
        raise _unreadable(file, 0, f"the file is larger than {limit // 1024} KiB", "split it or take out what is not needed")
    try:
        text = data.decode().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unreadable(file, line, "this is not UTF-8 text", "save the file as UTF-8") from None
    text = text.replace("\r\n", "\n")
    for number, line_text in enumerate(text.split("\n"), 1):
        if line_text.count(".") > MAX_DOTS and re.sub(_QUOTED, "", line_text).partition("#")[0].count(".") > MAX_DOTS:
            raise _unreadable(file, number, f"more than {MAX_DOTS} dots in one key", "write shorter keys")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(_AT_LINE, message)
        number = int(found[1]) if found and found[1] else text.count("\n") + 1
        lines = text.split("\n")
        marked = next((at for at, line in enumerate(lines, 1) if line.startswith(_MARKS)), 0)
        if marked:
            what = "git left two versions of something here, one above ======= and one below"
            remedy = 'keep one of them and take these marks away; then: git commit -am "…"'
            raise _unreadable(file, marked, what, remedy, lines[marked - 1]) from None
        excerpt = lines[number - 1]
        what = re.sub(_AT_LINE, "", message)
        raise _unreadable(file, number, f"not valid TOML: {what}", "mend this line", excerpt) from None
    except (RecursionError, ValueError, MemoryError):
        raise _unreadable(file, 0, "not valid TOML: nested too deeply, or a number is too long", "write it simpler") from None


def _unreadable(file: str, line: int, what: str, remedy: str, excerpt: str = "") -> UnreadableError:
    return UnreadableError(Problem(what, remedy, file, line, excerpt))


def problems(findings: list[Finding], data: bytes, file: str) -> list[Problem]:
    """Return the findings as problems with their lines, in the order of the file."""
    lines = _text_of(data).split("\n")
    numbers = lines_of([finding.path for finding in findings], data)
    located = [
        Problem(finding.what, finding.remedy, file, number, lines[number - 1])
        for finding, number in zip(findings, numbers, strict=True)
    ]
    return sorted(located, key=lambda problem: problem.line)


def lines_of(paths: Iterable[Path], data: bytes) -> list[int]:
    """Return the line on which each path of keys stands in a document: that of the key, else of the table around it.

    A key is found as it is written, else as it is compared (`word`).
    """
    places = _lines_of_keys(_text_of(data).split("\n"))
    compared: dict[Path, int] = {}
    for path, number in places.items():
        compared.setdefault(_compared(path), number)
    numbers = []
    for path in paths:
        ways = (path[:length] for length in range(len(path), -1, -1))
        found = (places.get(way, compared.get(_compared(way))) for way in ways)
        numbers.append(next((number for number in found if number is not None), 1))
    return numbers


def _compared(path: Path) -> Path:
    return tuple(word(step) if isinstance(step, str) else step for step in path)


def _text_of(data: bytes) -> str:
    return data.decode().removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")


def _lines_of_keys(lines: list[str]) -> dict[Path, int]:
    """Return the line of each table and key. A scanner, not a parser: it runs only on files that tomllib accepted."""
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    inside = ""
    for number, line in enumerate(lines, 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        header, key = re.match(_HEADER, line), re.match(_KEY, line)
        if header:
            table = ()
            names = _key_parts(header[2])
            for at, name in enumerate(names):
                table = (*table, name)
                places.setdefault(table, number)
                if header[1] == "[[" and at == len(names) - 1:
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            places.setdefault(table, number)
        elif key:
            path = table
            for name in _key_parts(key[1]):
                path = (*path, name)
                places.setdefault(path, number)
            inside = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return places


def _key_parts(text: str) -> list[str]:
    return ["".join(groups) for groups in re.findall(_KEY_PART, text)]


def word(text: str) -> str:
    """Return a word of the policy language as it is compared: `Any proof` and `any-proof` are the same."""
    return "-".join(text.casefold().split())


def name(text: str) -> str:
    """Return a name of the shop's own (category, tag, reason, …) as it is compared: casefolded and trimmed."""
    return text.strip().casefold()


def shown(value: object) -> str:
    """Return a value out of a file for a message: short, on one line, whatever it is."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value[:3]))}{', …' if len(value) > 3 else ''}]"  # noqa: PLR2004 - enough to see
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >> 64:
        return "a very long number"
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "…" + text[-1:]  # noqa: PLR2004


class Table:
    """One table of a file while it is read: hands out checked values and notes every mistake in `findings`.

    `keys` are the known ones; an unknown key is noted with the nearest known one, or with what `elsewhere` says of it.
    """

    def __init__(
        self, data: object, path: Path, findings: list[Finding], keys: tuple[str, ...], elsewhere: Elsewhere = NOWHERE
    ) -> None:
        self.path, self.findings = path, findings
        self.values: dict[str, object] = {}
        self.written: dict[str, str] = {}
        if not isinstance(data, dict):
            findings.append(Finding(path, f"{_where(path)} must be a table, not {shown(data)}", "write { key = value }"))
            return
        for key, value in data.items():
            known = word(key)
            if known not in keys:
                remedy = elsewhere.get(known) or instead(key, keys)
                findings.append(Finding((*path, key), f"{shown(key)} is not a key of {_where(path)}", remedy))
            elif known in self.values:
                findings.append(Finding((*path, key), f"{known} stands twice in {_where(path)}", "keep one of them"))
            else:
                self.values[known], self.written[known] = value, key

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def at(self, key: str) -> Path:
        """Return the path of a key, as it is written."""
        return (*self.path, self.written.get(key, key))

    def note(self, key: str, what: str, remedy: str = "") -> None:
        """Note a mistake at a key."""
        self.findings.append(Finding(self.at(key), what, remedy))

    def wrong(self, key: str, remedy: str) -> None:
        """Note that the value of a key is not of the right form."""
        self.note(key, f"{key} = {shown(self.values.get(key))} is not understood", remedy)

    def text(self, key: str, default: str = "") -> str:
        """Return a text on one line without control characters."""
        value = self.values.get(key, default)
        if isinstance(value, str) and (value or key not in self.values) and not has_control(value):
            return value
        self.wrong(key, "write a text in quotes, on one line")
        return default

    def whole(self, key: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.wrong(key, "write a whole number")
        return default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "write true or false")
        return default

    def choice(self, key: str, options: tuple[str, ...], default: str) -> str:
        """Return one of the words in `options`."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str) and word(value) in options:
            return word(value)
        self.wrong(key, instead(value, options) if isinstance(value, str) else "known here: " + ", ".join(options))
        return default

    def texts(self, key: str) -> list[str]:
        """Return a list of texts; a lone text stands for a list of one; an empty list is a mistake."""
        value = self.values.get(key, [])
        values = value if isinstance(value, list) else [value]
        texts = [text for text in values if isinstance(text, str) and text.strip() and not has_control(text)]
        if key in self.values and (not values or len(texts) < len(values)):
            self.wrong(key, 'write a list of texts with at least one entry, such as ["toys"]')
        return texts

    def day(self, key: str) -> int:
        """Return a date, quoted or not; 0 where it is missing or not one."""
        return self.day_of(key, self.values[key]) if key in self.values else 0

    def day_of(self, key: str, value: object) -> int:
        """Return the date that `value`, standing at `key`, means; 0 where it is none."""
        if isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        try:
            if isinstance(value, str):
                return parse_iso(value)
        except ValueError as error:
            self.note(key, f"{key} = {shown(value)} is not understood", str(error))
            return 0
        self.wrong(key, "write a date such as 2026-11-21")
        return 0

    def span(self, key: str) -> Span | None:
        """Return a span such as "30 days", or None."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, str):
                return parse_span(value)
            self.wrong(key, 'write it as "30 days"')
        except ValueError as error:
            self.wrong(key, str(error))
        return None

    def table(self, key: str, keys: tuple[str, ...], elsewhere: Elsewhere = NOWHERE) -> "Table":
        """Return the table at a key; empty where it is missing."""
        return Table(self.values.get(key, {}), self.at(key), self.findings, keys, elsewhere)

    def tables(self, key: str, keys: tuple[str, ...], elsewhere: Elsewhere = NOWHERE) -> "list[Table]":
        """Return the `[[key]]` tables; none where they are missing."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"begin each with [[{key}]]")
            return []
        return [Table(entry, (*self.at(key), at), self.findings, keys, elsewhere) for at, entry in enumerate(value)]

    def languages(self, key: str) -> dict[str, str]:
        """Return a text per language; a lone text stands for every language (under the key "")."""
        value = self.values.get(key, {})
        if isinstance(value, str):
            value = {"": value}
        if isinstance(value, dict) and all(isinstance(text, str) and not has_control(text) for text in value.values()):
            return value
        self.wrong(key, 'write a text, or one for each language: { en = "…", lv = "…" }')
        return {}


def _where(path: Path) -> str:
    if not path:
        return "the file"
    names = [f"{step + 1}" if isinstance(step, int) else step for step in path]
    return "[" + " ".join(names) + "]"
