"""Which months mention a receipt: a small index of the months that are over, so that old receipts are found at once.

One file in `.returnkit/cache/` for each journal file, made from it and trusted only as long as that file is the same.
Deleting it loses nothing. It says "perhaps" or "no": a month that perhaps mentions the receipt is searched.
"""

import os
from array import array
from collections.abc import Iterator
from contextlib import suppress
from zlib import crc32

from returnkit.errors import ReturnkitError
from returnkit.model.jsonl import Json, encode
from returnkit.records.read import months, tills_in, values_of, with_text
from returnkit.records.rewrite import make_folder, replace

FIELD = "receipt_no"
WIDTH = 4  # bytes of a CRC-32
MOST_AT_ONCE = 1  # months that one command indexes; the others it searches


def with_receipt(shop: str, receipt: str) -> Iterator[Json]:
    """Yield every record that names the receipt, of all tills, newest first within each. Raises UnreadableError."""
    records, cache = os.path.join(shop, "records"), os.path.join(shop, ".returnkit", "cache", "receipts")
    text = encode(receipt)
    needle = encode({FIELD: receipt})[1:-1]
    made = 0
    for till in tills_in(records):
        folder = os.path.join(records, till)
        for at, month in enumerate(reversed(months(folder))):
            path = os.path.join(folder, month)
            if at:  # the newest still grows
                index = os.path.join(cache, f"{till}-{month}")
                stamp = _stamp(path)
                perhaps = _perhaps(index, stamp, crc32(text[1:-1]))
                if perhaps is False:
                    continue
                if perhaps is None and made < MOST_AT_ONCE:
                    made += 1
                    _index(path, index, stamp)
            for record in with_text(path, needle):
                if record.get(FIELD) == receipt or _inside(record) == receipt:
                    yield record


def _inside(record: Json) -> object:
    voided = record.get("voided")
    return voided.get(FIELD) if isinstance(voided, dict) else None


def _stamp(path: str) -> bytes:
    found = os.stat(path)
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}\n".encode().rjust(64)


def _perhaps(index: str, stamp: bytes, wanted: int) -> bool | None:
    """Tell whether the month perhaps mentions the receipt; None where the index is missing or of another file."""
    try:
        descriptor = os.open(index, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if os.pread(descriptor, len(stamp), 0) != stamp:
            return None
        low, high = 0, (os.fstat(descriptor).st_size - len(stamp)) // WIDTH
        while low < high:
            middle = (low + high) // 2
            found = int.from_bytes(os.pread(descriptor, WIDTH, len(stamp) + middle * WIDTH), "big")
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False


def _index(path: str, index: str, stamp: bytes) -> None:
    """Write the index of a month. It only saves time: where it cannot be written, nothing fails."""
    sums = array("I", sorted({crc32(value) for value in values_of(path, FIELD)}))
    if array("I", [1]).tobytes()[0] == 1:  # a little-endian machine
        sums.byteswap()
    with suppress(ReturnkitError):
        make_folder(os.path.dirname(index))
        replace(index, stamp + sums.tobytes())
