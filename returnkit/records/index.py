"""Where a receipt, a case, a contact or a coupon is mentioned: a small index of long months that are over.

With it old ones are found at once: one file in `.returnkit/cache/` for each journal file that is long enough, made from it and
trusted only as long as that file is the same; the month that is written to is searched. An index says "perhaps" or "no": a file
that perhaps mentions what is looked for is searched. Of A to Z, small and capital letters are the same to it. Deleting it loses
nothing.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from zlib import crc32

from returnkit.errors import ReturnkitError
from returnkit.model.jsonl import encode
from returnkit.records.disk import close, make_folders, plain
from returnkit.records.read import blocks, months, unreadable

FIELDS = ("receipt_no", "case", "corrects", "key", "contact", "coupon", "into", "about", "followup")
WIDTH = 4  # bytes of a CRC-32
STAMP = 128  # bytes at the head of an index: which file it was made from, and which fields it knows
LONG = 512 * 1024  # bytes; a shorter file is searched faster than it is indexed
PATIENCE = 0.3  # seconds that one command may spend on making indexes; what is left is searched, and indexed by the next ones


def needle(field: str, value: str) -> bytes:
    """Return the bytes that stand in every line where a field has this value."""
    return encode({field: value})[1:-1]


def mentions(folder: str, field: str, value: str, *, own: bool, newest: int = 0) -> Iterator[str]:
    """Yield the paths of the files in a till's folder in which one of FIELDS may have this value, newest first.

    The newest file of the `own` till grows with every command, those of others only when they are synced. `newest` limits
    it to so many files (0 = all of them). Raises UnreadableError.
    """
    records, till = os.path.split(folder)
    cache = os.path.join(os.path.dirname(records), ".returnkit", "cache")
    wanted = crc32(needle(field, value).lower())
    until = 0.0
    for at, month in enumerate(reversed(months(folder)[-newest:])):
        path, index = os.path.join(folder, month), os.path.join(cache, f"index-{till}-{month[:7]}")
        try:
            journal = os.stat(path)
        except OSError as error:
            raise unreadable(path, error) from None
        perhaps: bool | None = True
        if (at or not own) and journal.st_size >= LONG:
            perhaps = _look_up(index, _stamp(journal), wanted)
            if perhaps is None and time.monotonic() < (until := until or time.monotonic() + PATIENCE):
                perhaps = _make(index, path, journal, wanted)
        if perhaps is not False:
            yield path


def _stamp(journal: os.stat_result) -> bytes:
    return f"{journal.st_size} {journal.st_mtime_ns} {journal.st_ino} {' '.join(FIELDS)}\n".encode().rjust(STAMP)


def _look_up(index: str, stamp: bytes, wanted: int) -> bool | None:
    """Tell whether an index perhaps mentions what is wanted; None where there is none, or it is of another file or program."""
    try:
        descriptor = plain(index, os.O_RDONLY)
    except OSError:
        return None
    try:
        data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    except OSError:
        return None
    finally:
        close(descriptor)
    if data[:STAMP] != stamp:
        return None
    sought = wanted.to_bytes(WIDTH, "big")
    low, high = 0, (len(data) - STAMP) // WIDTH
    while low < high:
        middle = (low + high) // 2
        found = data[STAMP + middle * WIDTH : STAMP + (middle + 1) * WIDTH]
        if found == sought:
            return True
        low, high = (middle + 1, high) if found < sought else (low, middle)
    return False


def _make(index: str, path: str, journal: os.stat_result, wanted: int) -> bool:
    """Write the index of a file, and tell whether it mentions what is wanted.

    It only saves time: where it cannot be written, nothing fails.
    """
    import re
    from array import array

    from returnkit.records.rewrite import replace

    pattern = re.compile(b'"(?:%s)":"(?:[^"\\\\]|\\\\.)*"' % "|".join(FIELDS).encode())
    found: set[int] = set()
    for data, _ in blocks(path):
        found.update(crc32(text.lower()) for text in pattern.findall(data))
    sums = array("I", sorted(found))
    if array("I", [1]).tobytes()[0]:  # a little-endian machine
        sums.byteswap()
    with suppress(ReturnkitError, OSError):
        make_folders(os.path.dirname(index))
        replace(index, _stamp(journal) + sums.tobytes(), None)
    return wanted in found
