"""Where a receipt, a case or a key is mentioned: a small index of long journal files, so that old mentions are found at once.

One file in `.returnkit/cache/` for each journal file that is long enough. It covers the beginning of that file and is
trusted only as long as that beginning is the same; what was appended since is searched. It says "perhaps" or "no": a file
that perhaps mentions what is looked for is searched from end to end. Deleting it loses nothing.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from zlib import crc32

from returnkit.errors import ReturnkitError
from returnkit.model.jsonl import encode
from returnkit.records.read import months, values_of

FIELDS = ("receipt_no", "case", "corrects", "key")
WIDTH = 4  # bytes of a CRC-32
STAMP = 64  # bytes at the head of an index: what it covers
WITNESS = 4096  # bytes before the end of what is covered that must be the same: the newest lines, with their `h`
LONG = 512 * 1024  # bytes that are searched faster than an index is made
PATIENCE = 0.3  # seconds that one command may spend on making indexes; what is left is searched, and made by the next ones


def needle(field: str, value: str) -> bytes:
    """Return the bytes that stand in every line where a field has this value."""
    return encode({field: value})[1:-1]


def mentions(shop: str, till: str, field: str, value: str, newest: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the paths of a till's files in which one of FIELDS may have this value, and from which byte on; newest first.

    `newest` limits it to so many files (0 = all of them).
    """
    folder = os.path.join(shop, "records", till)
    cache = os.path.join(shop, ".returnkit", "cache")
    wanted = crc32(needle(field, value))
    until = 0.0
    for month in reversed(months(folder)[-newest:]):
        path, index = os.path.join(folder, month), os.path.join(cache, f"{till}-{month[:7]}")
        found = os.stat(path)
        covered, perhaps = 0, True
        if found.st_size >= LONG:
            covered, perhaps = _look_up(index, path, found, wanted)
            if found.st_size - covered >= LONG and time.monotonic() < (until := until or time.monotonic() + PATIENCE):
                covered, perhaps = _make(index, path, found, wanted)
        if perhaps:
            yield path, 0
        elif covered < found.st_size:
            yield path, covered


def _look_up(index: str, path: str, journal: os.stat_result, wanted: int) -> tuple[int, bool]:
    """Return how many bytes an index covers, and whether it perhaps mentions what is wanted; (0, True) without one."""
    try:
        descriptor = os.open(index, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0, True
    try:
        stamp = os.pread(descriptor, STAMP, 0)
        covered = int(stamp.split()[0]) if stamp.split() else 0
        if not 0 < covered <= journal.st_size or stamp != _stamp(path, covered, journal.st_ino):
            return 0, True
        low, high = 0, (os.fstat(descriptor).st_size - STAMP) // WIDTH
        while low < high:
            middle = (low + high) // 2
            found = int.from_bytes(os.pread(descriptor, WIDTH, STAMP + middle * WIDTH), "big")
            if found == wanted:
                return covered, True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
    except (OSError, ValueError):
        return 0, True
    finally:
        os.close(descriptor)
    return covered, False


def _stamp(path: str, covered: int, inode: int) -> bytes:
    """Return what an index says of the bytes that it covers: how many, of which file, and a sum over the last of them."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        witness = os.pread(descriptor, WITNESS, max(0, covered - WITNESS))
    finally:
        os.close(descriptor)
    return f"{covered} {inode} {crc32(witness)}\n".encode().rjust(STAMP)


def _make(index: str, path: str, journal: os.stat_result, wanted: int) -> tuple[int, bool]:
    """Write the index of a file; return how many bytes it covers, and whether it mentions what is wanted.

    It only saves time: where it cannot be written, nothing fails.
    """
    import re
    from array import array

    from returnkit.records.rewrite import make_folder, replace

    pattern = re.compile(b'"(?:%s)":"(?:[^"\\\\]|\\\\.)*"' % "|".join(FIELDS).encode())
    found: set[int] = set()
    covered = 0
    for texts, end in values_of(path, pattern, journal.st_size):
        found.update(map(crc32, texts))
        covered = end
    sums = array("I", sorted(found))
    if array("I", [1]).tobytes()[0]:  # a little-endian machine
        sums.byteswap()
    with suppress(ReturnkitError, OSError):
        make_folder(os.path.dirname(index))
        replace(index, _stamp(path, covered, journal.st_ino) + sums.tobytes())
    return covered, wanted in found
