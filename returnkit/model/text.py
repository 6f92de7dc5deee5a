"""Text that came from outside: what is refused on the way in, what is made visible on the way out."""

import re

LONGEST_NAME = 200
LONGEST_PHONE = 11  # digits without a + or 00 in front; longer runs are bar codes and receipts

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


def contact_in(text: str) -> str:
    """Return what in the text looks like a way to reach somebody: an e-mail address, a telephone number; or nothing.

    Dates, amounts, article numbers and long bar codes are none. The text stays in the records for ever, a contact does not.
    """
    if "@" in text and re.search(r"[^\s@]+@[^\s@]+\.[^\s@.]{2,}", text):
        return "an e-mail address"
    if not any(map(str.isdigit, text)):
        return ""
    for found in re.finditer(r"(?<![\w.,:/#+-])(\+|00)?[(]?\d(?:[ ()/-]{0,2}\d){6,14}(?![\w%€£$]|[.,:/-]?\d)", text):
        digits = re.sub(r"\D", "", found[0])
        is_date = re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4}", found[0])
        if not is_date and (found[1] or len(digits) <= LONGEST_PHONE):
            return "a telephone number"
    return ""
