"""How a customer can be reached: what may stand in a contact."""

import re
from collections.abc import Mapping

from returnkit.model.text import LONGEST_NAME, has_control

_EMAIL = r"[^\s@,;:<>\"()\[\]\\=?]{1,64}@[^\s@,;:<>\"()\[\]\\=?]{1,190}\.[^\s@,;:<>\"()\[\]\\=?.]{2,63}"
_PHONE = r"\+?[0-9 ()/.-]{4,30}"
FEWEST_DIGITS, MOST_DIGITS = 4, 15  # ITU-T E.164 has at most 15

HOW = {
    "name": f"write up to {LONGEST_NAME} characters on one line",
    "phone": "write digits, with spaces and a leading + if you like: +371 20 000 000",
    "email": "write one address, such as anna@example.org",
}


def contact_problems(data: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return which fields (`name`, `phone`, `email`) are not of the right form, each with how to write it."""
    checks = {"name": _is_name, "phone": _is_phone, "email": _is_email}
    return [(field, HOW[field]) for field, value in data.items() if not checks[field](value)]


def _is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST_NAME and not has_control(text)


def _is_phone(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return re.fullmatch(_PHONE, text, re.ASCII) is not None and FEWEST_DIGITS <= digits <= MOST_DIGITS


def _is_email(text: str) -> bool:
    return re.fullmatch(_EMAIL, text) is not None and text.isprintable()
