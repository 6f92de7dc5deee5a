"""How a customer can be reached: what may stand in a contact, and how one is found."""

import re
from collections.abc import Callable, Mapping

from returnkit.model.text import LONGEST_NAME, has_control

_EMAIL = r"[^\s@,;:<>\"()\[\]\\=?]{1,64}@[^\s@,;:<>\"()\[\]\\=?]{1,190}\.[^\s@,;:<>\"()\[\]\\=?.]{2,63}"
_PHONE = r"\+?[0-9 ()/.-]{4,30}"
_ATOM, _LABEL = r"[A-Za-z0-9_+'-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN_EMAIL = rf"(?=[^-])(?=.{{1,64}}@.{{1,189}}$){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!\d+$){_LABEL}"
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


def is_plain_email(text: str) -> bool:
    """Tell whether a text is one e-mail address that every program on its way takes alike.

    Stricter than what a customer may have: no letters beyond A to Z, nothing that a mail server or a shell reads as more than
    a letter, no dash in front.
    """
    return re.fullmatch(_PLAIN_EMAIL, text) is not None


FEWEST_SOUGHT = 3  # letters or digits to look for
WHOLE_NUMBER = 7  # digits from which on a number may be whole, but for its country code
_SAME = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е"}  # one letter each, to Unicode


def is_enough(text: str) -> bool:
    """Tell whether a text has enough letters or digits to look for."""
    return sum(map(str.isalnum, text)) >= FEWEST_SOUGHT


def is_found_by(data: Mapping[str, str], text: str) -> bool:
    """Tell whether a contact's name has every word of the text, in any order, or its e-mail address or number a part like it.

    Capital and small letters and those with marks are the same: berzins finds Bērziņš. Of a telephone number only the digits
    count, and a number with its country code is the same as without.
    """
    sought = compared(text)
    words = re.findall(r"\w+", sought)
    name = compared(data.get("name", ""))
    if words and all(word in name for word in words):
        return True
    if sought.strip() in compared(data.get("email", "")):
        return True
    return not re.search(r"[^\W\d]|@", text) and _is_number_in(_digits(text), _digits(data.get("phone", "")))


def names(data: Mapping[str, str]) -> Callable[[str], str]:
    """Return what tells by what a text names a contact: a word of the name, whatever its ending; the number; the address.

    It is for a person to look at: a word may be somebody else's, or no name at all.
    """
    words = [word for word in re.findall(r"\w+", compared(data.get("name", ""))) if is_enough(word)]
    digits, email = _digits(data.get("phone", ""))[-WHOLE_NUMBER:], data.get("email", "").casefold()
    known: dict[str, bool] = {}  # words come again and again

    def named_by(text: str) -> str:
        if email and email in text.casefold():
            return "the e-mail address"
        if len(digits) >= FEWEST_DIGITS and digits in re.sub(r"\D", "", text):
            return "the telephone number"
        for word in re.findall(r"\w+", text):
            if word not in known:
                known[word] = any(_is_form_of(compared(word), name) for name in words)
            if known[word]:
                return repr(word)
        return ""

    return named_by


def _is_form_of(word: str, name: str) -> bool:
    """Tell whether a word is a name with its own or another ending: Kalniņas is a form of Kalniņa."""
    stem = name[: max(4, len(name) - 2)]
    return word == name or (len(name) > len(stem) and word.startswith(stem) and len(word) <= len(name) + 2)


def same_customers(held: Mapping[str, Mapping[str, str]]) -> Callable[[str], str]:
    """Return what gives contacts, by their references, one name where they share a telephone number or an e-mail address."""
    called: dict[str, str] = {}
    first: dict[str, str] = {}
    for reference, data in held.items():
        digits = _digits(data.get("phone", ""))[-WHOLE_NUMBER:]
        email = data.get("email", "").casefold()
        keys = [key for key in (f"phone {digits}" if len(digits) == WHOLE_NUMBER else "", email) if key]
        known = [called[first[key]] for key in keys if key in first]
        called[reference] = known[0] if known else reference
        for other, name in called.items():
            if name in known:  # two that were apart are one, by way of this one
                called[other] = called[reference]
        for key in keys:
            first.setdefault(key, reference)
    return lambda reference: called.get(reference, reference)


def compared(text: str) -> str:
    """Return a text as it is compared: small letters, and Latin ones without their marks."""
    from unicodedata import combining, normalize

    found = ""
    for letter in normalize("NFC", text).casefold():
        parts = normalize("NFKD", letter)
        found += "".join(part for part in parts if not combining(part)) if parts[0].isascii() else _SAME.get(letter, letter)
    return found


def _is_number_in(sought: str, number: str) -> bool:
    """Tell whether digits are a part of a number's, or the number with its country code before it."""
    return bool(sought) and (sought in number or (len(number) >= WHOLE_NUMBER and sought.endswith(number)))


def _digits(text: str) -> str:
    """Return the digits of a telephone number without the zeros that are dialled before it: 00371, 091, +385 (0)91."""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    without = digits.lstrip("0")
    return without if len(without) >= FEWEST_SOUGHT else digits
