"""Ids that can be said on the telephone: `k3-0412P` is record 412 of the till k3, and P catches a slip of the tongue."""

from collections.abc import Iterator
from itertools import count

from returnkit.model.text import is_number

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MODULUS = len(ALPHABET)
LONGEST_TILL = 8
MOST_DIGITS = 12
RESERVED = ("contacts",)
HOW_TO_WRITE_A_TILL = f"write a small letter, then up to {LONGEST_TILL - 1} small letters and digits, such as k3"
HOW_TO_WRITE_AN_ID = "write it as it was printed, such as k3-0412P, or only 0412P"


def check_character(text: str) -> str:
    """Return the check character of letters and digits (ISO/IEC 7064, MOD 37,36).

    It catches every wrong character, and all but one in 630 swaps of two neighbours.
    """
    return _character(_product(text.upper()))


def _product(text: str, product: int = MODULUS) -> int:
    for character in text:
        total = (product + ALPHABET.index(character)) % MODULUS or MODULUS
        product = total * 2 % (MODULUS + 1)
    return product


def _character(product: int) -> str:
    return ALPHABET[(MODULUS + 1 - product) % MODULUS]


def is_till(name: str) -> bool:
    """Tell whether the text can name a till, and with it a folder of records."""
    return (
        name.isascii()
        and name.isalnum()
        and name == name.lower()
        and name[0].isalpha()
        and len(name) <= LONGEST_TILL
        and name not in RESERVED
    )


def record_id(till: str, seq: int) -> str:
    """Return the id of a till's record."""
    number = f"{seq:04}"
    return f"{till}-{number}{check_character(till + number)}"


def record_ids(till: str, seq: int) -> Iterator[str]:
    """Yield the ids of a till's records from a number on: many cost less than each alone."""
    ends: dict[int, list[str]] = {}  # last digit and check character, by what comes before them
    for ten in count(seq // 10):
        number = f"{ten:03}"
        product = _product((till + number).upper())
        if product not in ends:
            ends[product] = [digit + _character(_product(digit, product)) for digit in "0123456789"]
        for end in ends[product][seq % 10 :]:
            yield f"{till}-{number}{end}"
        seq = 0


def split_id(text: str) -> tuple[str, int, str]:
    """Return till (empty where it is left out), number and check character of an id as a person writes it.

    Raises ValueError unless it has the form of one and, where it names a till, its check character is right.
    """
    till, dash, rest = text.strip().lower().rpartition("-")
    number, check = rest[:-1], rest[-1:].upper()
    if not (
        is_number(number, MOST_DIGITS)
        and number.zfill(4) == f"{int(number):04}"
        and rest.isascii()
        and check in ALPHABET
        and check
    ):
        raise ValueError(HOW_TO_WRITE_AN_ID)
    if dash:
        if not is_till(till or "?"):
            raise ValueError(HOW_TO_WRITE_AN_ID)
        if not fits(till, int(number), check):
            raise ValueError("its last character does not fit the rest: read it out once more")
    return till, int(number), check


def fits(till: str, seq: int, check: str) -> bool:
    """Tell whether the check character belongs to a till's number."""
    return record_id(till, seq)[-1] == check
