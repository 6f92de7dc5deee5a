"""Exact money: integers of a currency's minor unit; a price for one piece has four decimals.

Tills divide a line by its pieces, so a piece may cost a fraction of a cent; a line is rounded half up to whole minor units.
"""

from returnkit.model.text import is_number

PRICE_DECIMALS = 4
PRICE_UNITS = 10_000
MOST_DIGITS = 9  # before the point
MINOR_UNITS = (1, 10, 100, 1_000)  # to the whole, by decimals
MOST_PIECES = 1_000_000

# ISO 4217: all others have two decimals.
NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency has (ISO 4217)."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def parse_price(text: str) -> int:
    """Return what one piece costs in ten-thousandths. Raises ValueError unless it is `49.90`: 0 to 4 decimals."""
    try:
        return _scaled(text, PRICE_DECIMALS)
    except ValueError:
        example = text.replace(",", ".") if text.count(",") == 1 and text.replace(",", "").isdigit() else "49.90"
        raise ValueError(f"write it as {example}: digits, a point, up to four decimals") from None


def parse_amount(text: str, currency: str) -> int:
    """Return the amount in minor units. Raises ValueError for more decimals than the currency has."""
    digits = minor_digits(currency)
    try:
        return _scaled(text, digits)
    except ValueError:
        raise ValueError(f'write it as "{decimal_text(25 * MINOR_UNITS[digits], digits)}"') from None


def _scaled(text: str, decimals: int) -> int:
    """Return decimal text as an integer of units with so many decimals."""
    whole, point, rest = text.partition(".")
    if not is_number(whole, MOST_DIGITS) or (point and not is_number(rest, decimals)):
        raise ValueError
    return int(whole + rest.ljust(decimals, "0"))


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


def shared_out(total: int, weights: list[int]) -> list[int]:
    """Return the total in whole parts by weight; what rounding leaves goes to the first. They add up to the total."""
    whole = sum(weights)
    if not whole:
        return [total, *([0] * (len(weights) - 1))]
    parts = [total * weight // whole for weight in weights]
    parts[0] += total - sum(parts)
    return parts
