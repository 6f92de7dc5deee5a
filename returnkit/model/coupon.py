"""Codes of coupons: unguessable, and read out or typed without mistaking one letter for another.

Digits and letters without I, L, O and U (Crockford's base 32): who reads a 1 as I or L, or a 0 as O, is understood all the
same. The records hold a digest and never a code, so whoever reads them can redeem nothing.
"""

from returnkit.model.digest import sha256_hex

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4  # characters of five bits each: 60 bits
ENTROPY = 8  # bytes that a new code is made of, at least
DIGEST = 24  # hex digits
BETWEEN = "-\u2010\u2011\u2012\u2013\u2014"  # a hyphen, and what programs make of one
HOW_TO_WRITE_A_CODE = f"write its {LENGTH} letters and digits, such as K7PX-9QMR-TBWD; there is no U among them"

_READ_AS = str.maketrans("ILO", "110", BETWEEN)


def new_code(entropy: bytes) -> str:
    """Return the code that random bytes (at least ENTROPY of them) stand for, such as `K7PX-9QMR-TBWD`.

    Every code is as likely as any other. Raises ValueError for too few bytes.
    """
    if len(entropy) < ENTROPY:
        raise ValueError(f"a code is made of at least {ENTROPY} random bytes")
    number = int.from_bytes(entropy, "big")
    code = ""
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        code += ALPHABET[at]
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def digest(code: str) -> str:
    """Return the hex digits under which the records know a code, however it is written: any case, any hyphens and spaces.

    Raises ValueError, which does not repeat the code, for what can be none.
    """
    compared = "".join(code.upper().translate(_READ_AS).split())
    if len(compared) != LENGTH or compared.strip(ALPHABET):
        raise ValueError(HOW_TO_WRITE_A_CODE)
    return sha256_hex(compared.encode())[:DIGEST]
