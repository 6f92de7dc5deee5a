"""Lengths of time, as people write them (`20 seconds`, `12s`, `2 hours`) and read them (`2 h 5 min`)."""

import re

SECONDS_IN = {"second": 1, "minute": 60, "hour": 60 * 60, "day": 24 * 60 * 60, "week": 7 * 24 * 60 * 60}
SYMBOLS = {"s": "second", "min": "minute", "h": "hour", "d": "day"}  # of the SI, the same in every language


def parse_length(text: str, shortest: int = 1) -> int:
    """Return the seconds that a text means; no unit may be below `shortest` seconds. Raises ValueError with what to write."""
    units = [unit for unit, seconds in SECONDS_IN.items() if seconds >= shortest]
    found = re.fullmatch(r"(\d{1,4}) ?([a-z]+)", text, re.ASCII)
    unit = SYMBOLS.get(found[2], found[2].removesuffix("s")) if found else ""
    if found and unit in units:
        return int(found[1]) * SECONDS_IN[unit]
    raise ValueError(f'write it as "8 {units[1]}s", with {", ".join(units)}')


def lasted(seconds: int, longest: str = "d") -> str:
    """Return a length of time with its two largest units, from `longest` down: `2 d 4 h`, `35 min`."""
    parts: list[str] = []
    symbols = [*SYMBOLS][: [*SYMBOLS].index(longest) + 1]
    for symbol in reversed(symbols):
        size = SECONDS_IN[SYMBOLS[symbol]]
        if seconds >= size and len(parts) < 2:  # noqa: PLR2004 - two say enough
            parts.append(f"{seconds // size}\xa0{symbol}")
            seconds %= size
        elif parts:
            break
    return "\xa0".join(parts) or "0\xa0s"
