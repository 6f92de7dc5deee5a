"""Exact money: integers of a currency's minor unit; a price for one piece has four decimals.

Tills divide a line by its pieces, so a piece may cost a fraction of a cent; a line is rounded half up to whole minor units.
"""

import re

PRICE_UNITS = 10_000
MINOR_UNITS = (1, 10, 100, 1_000)  # to the whole, by decimals
MOST_PIECES = 1_000_000

_NO_MINOR_UNIT = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])

_PRICE = re.compile(r"(\d{1,9})(?:\.(\d{1,4}))?", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?", re.ASCII)


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency has (ISO 4217)."""
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def parse_price(text: str) -> int:
    """Return what one piece costs in ten-thousandths. Raises ValueError unless it is `49.90`: 0 to 4 decimals."""
    found = _PRICE.fullmatch(text)
    if not found:
        raise ValueError("write it as 49.90: digits, a point, up to four decimals")
    whole, decimals = int(found[1]), int((found[2] or "").ljust(4, "0"))
    return whole * PRICE_UNITS + decimals


def parse_amount(text: str, currency: str) -> int:
    """Return the amount in minor units. Raises ValueError for more decimals than the currency has."""
    found = _AMOUNT.fullmatch(text)
    digits = minor_digits(currency)
    if not found or len(found[2] or "") > digits:
        example = "25" + ("." + "0" * digits if digits else "")
        raise ValueError(f'write it as "{example}"')
    whole, decimals = int(found[1]), int((found[2] or "").ljust(digits, "0") or 0)
    return whole * MINOR_UNITS[digits] + decimals


def line_value(price: int, quantity: int, digits: int) -> int:
    """Return price x quantity in minor units, rounded half up (`price` in ten-thousandths, `digits` of the currency)."""
    unit = PRICE_UNITS // MINOR_UNITS[digits]
    return (2 * price * quantity + unit) // (2 * unit)


def decimal_text(minor: int, digits: int) -> str:
    """Return minor units as decimal text with a point: `49.90`."""
    if not digits:
        return str(minor)
    whole, rest = divmod(minor, MINOR_UNITS[digits])
    return f"{whole}.{rest:0{digits}}"


def price_text(price: int, digits: int) -> str:
    """Return a price for one piece as decimal text, with no more decimals than it needs beyond the currency's."""
    whole, rest = divmod(price, PRICE_UNITS)
    decimals = f"{rest:04}"
    while len(decimals) > digits and decimals.endswith("0"):
        decimals = decimals[:-1]
    return f"{whole}.{decimals}" if decimals else str(whole)
