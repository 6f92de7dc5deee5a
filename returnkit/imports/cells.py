"""What stands in a cell: numbers, money and times, as other programs write them."""

import re
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from returnkit.model.dates import parse_iso
from returnkit.model.money import MOST_PIECES

MOST_DIGITS = 12
MOST_DECIMALS = 20  # what a spreadsheet writes for 29.999999999999996
KEPT = 4096  # prices, quantities and minutes come again and again
# Longest first: how a date is written, and how strptime is told so.
LETTERS = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M", "ss": "%S", "zzz": "%z", "AM": "%p",
}  # fmt: skip
HOW_TO_WRITE_DATES = 'write it with YYYY MM DD hh mm ss, and AM or zzz where they stand: "DD.MM.YYYY hh:mm"'
_CURRENCY = r"(?:[A-Z]{3}|[^\W\d_]{0,2}[$€£¥¢₽₴₸₾₺]|kr\.?|zł|Kč|сом|лв\.?)"
_SIGN = "([-+\u2212])?"
_SPACES = " \u00a0\u202f"
_AMOUNT = re.compile(rf"(\()?{_SIGN}\s*{_CURRENCY}?\s*{_SIGN}([\d.,'’{_SPACES}]+?)\s*{_CURRENCY}?{_SIGN}(\))?")


class FormatError(ValueError):
    """How dates are said to be written is not understood."""


def date_format(text: str) -> str:
    """Return how strptime reads dates that are written like `DD.MM.YYYY hh:mm`. Raises FormatError."""
    found = re.sub("|".join(LETTERS), lambda part: LETTERS[part[0]], text.replace("%", "%%"))
    if "%p" in found:
        found = found.replace("%H", "%I")
    if not ("%d" in found and "%m" in found and ("%Y" in found or "%y" in found)) or re.search(r"%(.).*%\1", found):
        raise FormatError(HOW_TO_WRITE_DATES)
    return found


@lru_cache(KEPT)
def number(text: str, decimal: str, thousands: str, decimals: int = MOST_DECIMALS) -> Decimal:
    """Return the number in a cell; a currency's sign or code beside it is passed over. Raises ValueError."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise ValueError(f"{text[:40]!r} is not a number")
    opened, *signs, digits, last, closed = found.groups()
    negative = [sign for sign in (*signs, last) if sign and sign != "+"]
    if len([sign for sign in (*signs, last) if sign]) > 1 or bool(opened) != bool(closed) or (opened and negative):
        raise ValueError(f"{text[:40]!r} is not a number")
    whole, point, rest = digits.partition(decimal)
    between = f"[{_SPACES if thousands == ' ' else thousands}]"
    if thousands and re.fullmatch(rf"\d{{1,3}}(?:{between}\d{{3}})+", whole, re.ASCII):
        whole = re.sub(between, "", whole)
    if not re.fullmatch(r"\d+(?:\.\d+)?|\.\d+", f"{whole}.{rest}" if point and rest else whole, re.ASCII):
        hint = "; say decimal and thousands in [file]" if re.search(r"[.,' ]", digits) else ""
        raise ValueError(f"{text[:40]!r} is not a number as [file] says that they are written{hint}")
    if len(whole) > MOST_DIGITS or len(rest.rstrip("0")) > decimals:
        raise ValueError(f"{text[:40]!r} has more than {decimals} decimals, or is too large")
    value = Decimal(f"{whole or 0}.{rest or 0}")
    return -value if negative or opened else value


def minor(value: Decimal, digits: int) -> int:
    """Return an amount in minor units of a currency with so many decimals, rounded half up. Raises ValueError below zero."""
    if value < 0:
        raise ValueError(f"{value} is below zero: say which rows are what with when, or turn the sign round")
    return int(value.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


def pieces(value: Decimal) -> int:
    """Return how many pieces; 1 for a weight or a length. Raises ValueError below zero, for none, and for too many."""
    if value <= 0:
        raise ValueError(f"a quantity of {value}: say which rows are what with when, or turn the sign round")
    if value > MOST_PIECES:
        raise ValueError(f"a quantity of {value}: the most is {MOST_PIECES}")
    return int(value) if value == int(value) else 1


@lru_cache(KEPT)
def moment(text: str, form: str, zone: tzinfo, shop: tzinfo) -> str:
    """Return the time in a cell as RFC 3339 in the shop's zone; without an offset it is of `zone`. Raises ValueError."""
    try:
        if not text.isascii():
            raise ValueError  # noqa: TRY301
        if form.endswith("%z") and text.endswith("UTC"):
            text = text.removesuffix("UTC") + "+0000"
        found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is that of the mapping
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a date as [file] says that they are written") from None
    parse_iso(found.date().isoformat())  # the first day of all has no other zone
    found = found.astimezone(shop) if found.tzinfo else found.replace(tzinfo=zone).astimezone(UTC).astimezone(shop)
    parse_iso(found.date().isoformat())
    return found.isoformat(timespec="seconds")
