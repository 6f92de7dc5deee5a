"""Calendar days and spans between them.

A day is an ordinal (`datetime.date.toordinal()`): policies speak of whole days in the shop's zone, and integers compare,
subtract and index faster than date objects. Text becomes a day here and nowhere else.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from returnkit.model.text import is_number

FIRST_DAY = date(2000, 1, 1).toordinal()
LAST_DAY = date(2099, 12, 31).toordinal()
MAX_MONTHS = 1200
MAX_DAYS = 36525
MOST_DIGITS = 9
LAST_YEAR = 9990  # dates end soon after; what lasts longer than that lasts for ever
END_OF_TIME = date(LAST_YEAR, 12, 31).toordinal()
UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}  # in months and days

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOW_TO_WRITE_A_DAY = "write it as 2026-11-21, today, yesterday, 3 days ago or a weekday"


class Span(NamedTuple):
    """A length of time as people promise it: whole months, then whole days."""

    months: int
    days: int


def iso(day: int) -> str:
    """Return the day as ISO 8601 text."""
    return date.fromordinal(day).isoformat()


def weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday."""
    return (day + 6) % 7


def parse_iso(text: str) -> int:
    """Return the day that ISO 8601 text names. Raises ValueError for anything else or outside 2000 to 2099."""
    digits = text[:4] + text[5:7] + text[8:]
    if len(text) != len("2026-11-21") or text[4] != "-" or text[7] != "-" or not (digits.isascii() and digits.isdigit()):
        raise ValueError(HOW_TO_WRITE_A_DAY)
    try:
        ordinal = date(int(text[:4]), int(text[5:7]), int(text[8:])).toordinal()
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None
    if not FIRST_DAY <= ordinal <= LAST_DAY:
        raise ValueError("days from 2000-01-01 to 2099-12-31 are understood")
    return ordinal


def parse_day(text: str, today: Callable[[], int]) -> int:
    """Return the day that a person means: ISO 8601, `today`, `yesterday`, `3 days ago`, or the last such weekday.

    Never a guessed order of day and month. Raises ValueError with what to write instead.
    """
    if text[:1].isdigit() and not text.endswith("ago"):
        return parse_iso(text)
    word = text.strip().casefold()
    if word == "today":
        return today()
    if word == "yesterday":
        return today() - 1
    if word in WEEKDAYS:
        return today() - (weekday(today()) - WEEKDAYS.index(word)) % 7
    count, _, rest = word.partition(" ")
    if rest in ("day ago", "days ago") and is_number(count, MOST_DIGITS):
        return max(today() - int(count), FIRST_DAY)
    return parse_iso(text)


def parse_span(text: str) -> Span:
    """Return the span that `30 days`, `2 weeks`, `6 months` or `1 year` means (a week is 7 days, a year 12 months).

    Raises ValueError for anything else and for more than 100 years.
    """
    words = " ".join(text.casefold().split())
    count, _, unit = words.partition(" " if " " in words else "-")
    unit = unit.removesuffix("s")
    if not is_number(count, MOST_DIGITS) or unit not in UNITS:
        raise ValueError('write it as "30 days", "2 weeks", "6 months" or "1 year"')
    months, days = UNITS[unit]
    span = Span(months * int(count), days * int(count))
    if span.months > MAX_MONTHS or span.days > MAX_DAYS:
        raise ValueError('the longest is "100 years"; for no end write "unlimited"')
    return span


def add(day: int, span: Span) -> int:
    """Return the day `span` after `day`: months keep the day number or take the month's last day, then days are added.

    Reg. (EEC, Euratom) 1182/71 Art. 3(2)(c): 29 February + 1 year = 28 February.
    """
    if span.months:
        start = date.fromordinal(day)
        months = start.year * 12 + start.month - 1 + span.months
        year, month = divmod(months, 12)
        if year > LAST_YEAR:
            return END_OF_TIME
        month += 1
        day = date(year, month, min(start.day, days_in_month(year, month))).toordinal()
    return day + span.days


def days_in_month(year: int, month: int) -> int:
    """Return how many days the month has (1 to 12)."""
    if month == 2:  # noqa: PLR2004
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
