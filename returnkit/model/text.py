"""Text that came from outside: what is refused on the way in, what is made visible on the way out."""

import re

LONGEST_NAME = 200
FEWEST_DIGITS = 7  # of a telephone number

# Compiled by `re` when a text needs it: a counter command meets none that does.
_CONTROL = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
_INVISIBLE = "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"


def has_control(text: str) -> bool:
    """Tell whether the text holds control characters, line breaks or lone surrogates."""
    return not text.isprintable() and re.search(_CONTROL, text) is not None


def is_number(text: str, longest: int) -> bool:
    """Tell whether the text is 1 to `longest` plain digits: no sign, no space, no digits of other scripts."""
    return text.isascii() and text.isdigit() and len(text) <= longest


def safe(text: str) -> str:
    r"""Return the text for a person's eyes: control and direction-changing characters become `\xNN` or `\uNNNN`."""
    if text.isprintable():
        return text
    return re.sub(_INVISIBLE, lambda found: ascii(found[0])[1:-1], text)


def safe_line(text: str) -> str:
    """Return the text as `safe` does, its line breaks as spaces: one in a name would make a line that forges another record."""
    return safe(text).replace("\n", " ")


def contact_in(text: str) -> str:
    """Return what in the text looks like a way to reach somebody: an e-mail address, a telephone number; or nothing.

    Dates, times, amounts, article numbers and bar codes are none. The text stays in the records for ever, a contact does not.
    """
    if "@" in text and re.search(_ADDRESS, text):
        return "an e-mail address"
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS:
        return ""
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKC", text)  # digits and spaces of other widths
    abroad = re.search(_ABROAD, text, re.ASCII) or re.search(_LOCAL, re.sub(_NO_TELEPHONE, " ; ", text, flags=re.ASCII), re.ASCII)
    return "a telephone number" if abroad else ""


_ADDRESS = r"[^\s@]+@[^\s@]+\.[^\s@.]{2,}"
_BETWEEN = "[ ()/.\u2010-]{0,3}"
# With a country code, 7 to 15 digits (ITU-T E.164); without one it must stand alone, and longer runs are bar codes.
_ABROAD = rf"(?<![\w+])(?:\+ ?|00)\(?[1-9](?:{_BETWEEN}\d){{6,14}}(?!\w)"
_LOCAL = rf"(?<![\w+#/-])(?<!\d[.,])\(?\d(?:{_BETWEEN}\d){{6,10}}(?![\w%€£$]|[.,-]\d|[ ().-]{{1,3}}\d)"
_PART = r"(?:0?[1-9]|[12]\d|3[01])"  # of a date, whatever the order of day and month
# Dates, times, amounts of money, and what is numbered by year or month.
_NO_TELEPHONE = (
    rf"(?<!\d)(?:\d{{4}}([./-]) ?{_PART}\1 ?{_PART}|{_PART}([./-]) ?{_PART}\2 ?(?:\d{{4}}|\d\d)(?!\2\d))(?!\d)"
    r"|(?<![\d:])\d\d?[:.]\d\d(?:[:.]\d\d)?(?![\d:])"
    r"|(?<![\d+])\d+(?:[ .,']\d{3})*[.,]\d\d(?!\d)"
    r"|(?:\b(?!TEL|GSM|MOB|FAX)[A-Z]{3}|[€£$]) ?\d+(?:[ .,']\d{3})*|(?<!\d)\d+(?:[ .,']\d{3})* ?(?:[A-Z]{3}\b|[€£$%])"
    r"|\b\d{4}/\d\d?-\d+|\b(?:19|20)\d\d-\d{5,}"
)
