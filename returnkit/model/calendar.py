"""On which days the shop is open, which days are working days by law, and calendar.toml, where that is written."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.dates import iso, weekday
from returnkit.model.toml import MAX_BYTES, Finding, Table, lines_of, parse, problems

AT_MOST = 366
SCHEMA = 1
TABLES = ("closed", "holidays", "worked")
_FRIDAY = 4
# A day and the text behind it, on one line.
_ENTRY = r"""([^=]*=\s*)("(?:\\.|[^"\\])*"|'[^']*')"""
_COMMENTS = {"worked": "  # weekend days worked in exchange for another day off"}


class Calendar(NamedTuple):
    """The shop's weekdays without opening hours (0 = Monday), its closed days, the public holidays, and weekend days worked."""

    closed_weekdays: frozenset[int] = frozenset()
    closed_days: frozenset[int] = frozenset()
    holidays: frozenset[int] = frozenset()
    worked: frozenset[int] = frozenset()

    def is_open(self, day: int) -> bool:
        """Tell whether the shop opens on the day; a public holiday closes it only if the calendar says so."""
        return weekday(day) not in self.closed_weekdays and day not in self.closed_days

    def is_working(self, day: int) -> bool:
        """Tell whether the shop opens and the day is neither Saturday, Sunday nor a public holiday."""
        return self.is_open(day) and weekday(day) <= _FRIDAY and day not in self.holidays

    def is_working_by_law(self, day: int) -> bool:
        """Tell whether the day is a working day of Reg. (EEC, Euratom) 1182/71 Art. 2, whatever the shop's own hours are."""
        return day in self.worked or (weekday(day) <= _FRIDAY and day not in self.holidays)

    def next_open_day(self, day: int) -> int:
        """Return the day itself or the first open one after it, at most 366 days on."""
        for later in range(day, day + AT_MOST):
            if self.is_open(later):
                return later
        return day + AT_MOST

    def next_working_day(self, day: int) -> int:
        """Return the day itself or the first working one after it (Reg. 1182/71 Art. 3(4)), at most 366 days on."""
        for later in range(day, day + AT_MOST):
            if self.is_working(later):
                return later
        return day + AT_MOST

    def nth_working_day_by_law(self, day: int, n: int) -> int:
        """Return the n-th working day by law after the day, which itself is not counted (Reg. 1182/71 Art. 3(1))."""
        while n > 0:
            day += 1
            n -= self.is_working_by_law(day)
        return day


def read_days(source: bytes, file: str) -> dict[str, dict[int, str]]:
    """Return the days in each table of calendar.toml, with what they are called. Raises UnreadableError with every mistake."""
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, ("schema", *TABLES))
    if top.whole("schema", SCHEMA) != SCHEMA:
        top.note("schema", "this schema is not one that this version reads", f"write schema = {SCHEMA}")
    days = {}
    for key in TABLES:
        entries = top.values.get(key, {})
        if not isinstance(entries, dict):
            top.wrong(key, f'begin with [{key}] and write 2026-11-18 = "…" below')
            entries = {}
        table = Table(entries, top.at(key), findings, tuple(entries))
        days[key] = {table.day_of(day, day): str(called) for day, called in entries.items()}
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return days


def read_calendar(source: bytes, file: str, closed_weekdays: frozenset[int]) -> Calendar:
    """Return the calendar of a shop that is closed on these weekdays. Raises UnreadableError with every mistake."""
    days = read_days(source, file)
    return Calendar(closed_weekdays, *(frozenset(days[key]) for key in TABLES))


def with_days(source: bytes, file: str, table: str, called: Mapping[int, str]) -> bytes:
    """Return the text of calendar.toml with these days in one of its tables; all else stays as it is, byte for byte.

    A new day stands below the last earlier one. Raises UnreadableError where the table is not written a day on each line,
    BadInputError where the text would be larger than such a file may be.
    """
    days = read_days(source, file)
    before = days[table]
    if called.items() <= before.items():
        return source
    lines = source.decode().split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    if lines[-1]:
        lines[-1:] = [lines[-1] + end, ""]
    line_of = dict(zip(before, lines_of([(table, iso(day)) for day in before], source), strict=True))
    for day in before.keys() & called.keys():
        number = line_of[day]
        found = re.match(_ENTRY, lines[number - 1])
        if found:
            lines[number - 1] = found[1] + _quoted(called[day]) + lines[number - 1][found.end() :]
    new = called.keys() - before.keys()
    if new:
        top = _line_of_table(lines, table, end)
        below = {day: _line_above(day, line_of, top) for day in new}
        for day in sorted(new, key=lambda day: (below[day], day), reverse=True):
            lines.insert(below[day], f"{iso(day)} = {_quoted(called[day])}{end}")
    after = "\n".join(lines).encode()
    if len(after) > MAX_BYTES:
        remedy = "fetch fewer years, or take old ones out"
        raise BadInputError(Problem(f"it would be larger than {MAX_BYTES // 1024} KiB", remedy, file))
    if not _holds(after, days | {table: before | dict(called)}):
        remedy = f"write [{table}] as a table of its own, and below it each day with its name in quotes on a line"
        raise UnreadableError(Problem(f"the days cannot be written below [{table}]", remedy, file))
    return after


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)  # what JSON quotes, TOML reads alike


def _line_of_table(lines: list[str], table: str, end: str) -> int:
    """Return the line on which the table begins, counted from 1; it begins below everything else where there is none yet."""
    for number, line in enumerate(lines, 1):
        if line.partition("#")[0].replace(" ", "").strip().casefold() == f"[{table}]":
            return number
    lines[-1:] = [end, f"[{table}]{_COMMENTS.get(table, '')}{end}", ""]
    return len(lines) - 1


def _line_above(day: int, line_of: Mapping[int, int], top: int) -> int:
    """Return the line below which a new day belongs: that of the last earlier day, else the one above the first later day."""
    earlier = [known for known in line_of if known < day]
    if earlier:
        return line_of[max(earlier)]
    return line_of[min(line_of)] - 1 if line_of else top


def _holds(source: bytes, days: Mapping[str, Mapping[int, str]]) -> bool:
    try:
        return read_days(source, "") == days
    except UnreadableError:
        return False
