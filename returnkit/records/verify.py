"""Verify: every line of every till, its form, its place in the chain and in the numbers; and who vouches for the end.

Read-only. It repairs nothing, names everything, and says what it cannot prove.
"""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from returnkit.errors import Problem, UnreadableError
from returnkit.model.ids import is_till, record_id
from returnkit.model.jsonl import Json, decode, encode, numbered
from returnkit.model.record import damage
from returnkit.records.chain import BEGINNING, Links, is_newer, judged
from returnkit.records.disk import NOT_PLAIN, plain
from returnkit.records.erasure.redact import own_tills
from returnkit.records.erasure.vouching import Vouching, differs
from returnkit.records.healing.taken import first_missing
from returnkit.records.identity import Head, heads_of, read_head, read_identity
from returnkit.records.known import Accepted, Known, digest
from returnkit.records.read import is_month, months
from returnkit.records.recover import QUARANTINE
from returnkit.records.rights import Wrong, is_trusted, sharing, wrong_rights
from returnkit.records.tail import clock_time, is_line, number_of

KEPT = ("contacts", ".gitkeep", ".gitignore")
MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
MEND = "see what can be mended: returnkit records heal"
NOT_AS_WRITTEN = ("the line is not as it was written, or does not follow the line before it", MEND)
See = Callable[[Json, "Place"], object]


class Place(NamedTuple):
    """Where a line stands."""

    file: str
    line: int


class Verified(NamedTuple):
    """What was found: problems, warnings, what cannot be proved here; and how many lines were read."""

    problems: list[Problem]
    warnings: list[Problem]
    unproven: list[str]
    lines: int


class Reach(NamedTuple):
    """How far a till's files go: the newest number with its `h`, and the `h` at the number that was kept as its head."""

    seq: int
    at_head: str
    lines: int


def verify(shop: str, see: See) -> Verified:
    """Check the form of all records of a shop folder; `see` is given every readable record in the order of its till."""
    records = os.path.join(shop, "records")
    tills, problems, warnings = _folders(records)
    unproven: list[str] = []
    count = 0
    who, _ = read_identity(shop)
    committed = _committed(shop)
    vouching, accepted = Vouching(), Known(records)
    known = {name.split("/")[1] for name in committed} | set(heads_of(who) if who else ())
    for till in sorted(known | set(tills)):
        folder = os.path.join(records, till)
        head = read_head(who._replace(till=till)) if who else None
        reach = _check_till(folder, till, head, problems, see, vouching, accepted, warnings)
        count += reach.lines
        if head:
            problems += _behind(folder, reach, head)
        vouched = head is not None or any(os.path.join("records", till, month) in committed for month in months(folder))
        for name in sorted(committed):
            if name.startswith(os.path.join("records", till, "")) and not os.path.lexists(os.path.join(shop, name)):
                problems.append(Problem("git has this file, and it is gone", f"restore it: git checkout HEAD -- {name}", name))
        if not vouched and reach.lines:
            unproven.append(
                f"that the newest lines of {till} were not cut off: neither git nor this machine has seen them before"
            )
    warnings += map(_wider, wrong_rights(shop, [who.till] if who else [], sharing(shop)))
    own = _own_tills(shop)
    problems += vouching.problems(records)
    warnings += vouching.outstanding(own)
    for name in sorted(committed):
        if os.path.lexists(os.path.join(shop, name)):
            problems += _not_a_continuation(shop, os.path.join(shop, name), *committed[name], vouching)
    return Verified(problems, warnings, unproven, count)


def _check_till(  # noqa: PLR0913, PLR0917 - what is gathered on the way
    folder: str,
    till: str,
    head: Head | None,
    problems: list[Problem],
    see: See,
    vouching: Vouching,
    known: Known,
    warnings: list[Problem],
) -> Reach:
    """Check a till's files, oldest first, and note every problem."""
    before: Links = BEGINNING
    expected, at_head, count, clock = 1, "", 0, ""
    accepted: Accepted | None = None
    keys: dict[str, int] = {}
    files = months(folder)
    for at, month in enumerate(files):
        path = os.path.join(folder, month)
        for number, raw, whole in _raw_lines(path, problems):
            count += 1
            record, sound, links = judged(raw, before)
            due = record_id(till, expected)
            if whole and not is_line(raw):
                problems.append(Problem("the line is empty", "take it out", path, number))
                continue
            found = _check_line(raw, record, whole=whole, newest=at == len(files) - 1)
            place = Place(path, number)
            if record is not None and (whole or sound):
                found += _check_place(record, due, sound=sound)
                found += _check_first(record, expected)
                found += _check_key(record, keys, at)
                if record.get("id") != due:
                    expected = number_of(record, till) or expected
                if head and expected == head.seq:
                    at_head = str(record.get("h"))
                clock = clock_time(record) or clock
                see(record, place)
                vouching.see(record, raw, before, place)
            earlier, accepted = accepted, known.of(path, raw) if found else None
            if accepted is not None:
                warnings.append(Problem(f"the line is damaged, as {accepted.id} says", "it is passed over", path, number))
                found = []
            elif earlier is not None and earlier.after == digest(raw):
                found = [each for each in found if each != NOT_AS_WRITTEN]  # nobody knows what it followed
            problems += (Problem(what, remedy, path, number, _excerpt(raw)) for what, remedy in found)
            before = links
            expected += 1
    return Reach(expected - 1, at_head, count)


def _raw_lines(path: str, problems: list[Problem]) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the lines of a file with their numbers, and whether each is whole; a file that cannot be read is a problem."""
    try:
        with open(path, "rb", opener=plain) as file:
            for number, raw in numbered(file):
                yield number, raw.removesuffix(b"\n"), raw.endswith(b"\n")
    except OSError as error:
        what = NOT_PLAIN if error.strerror == NOT_PLAIN else f"it cannot be read: {error.strerror}"
        problems.append(Problem(what, "put the file back, or check the folder's rights", path))


def _check_line(raw: bytes, record: Json | None, *, whole: bool, newest: bool) -> list[tuple[str, str]]:
    """Return what is wrong with the form of a line, each with what to do."""
    if not whole:
        return [("the line is not finished", "the next record mends it" if newest else MEND)]
    if record is None:
        return [_unreadable(raw)]
    if is_newer(record):
        return [("a newer returnkit wrote this", "update returnkit on this machine")]
    found = [(problem, MEND) for problem in damage(record)]
    try:
        if encode(record) != raw:
            found.append(("the line is not in its one form (sorted keys, no spaces)", MEND))
    except ValueError:
        found.append(("the line holds half a character", MEND))
    return found


def _unreadable(raw: bytes) -> tuple[str, str]:
    if raw.startswith(MARKERS):
        return "git left a conflict here", "take both sides apart: each till's lines belong into its own file"
    if not raw.strip():
        return "the line is empty", MEND
    try:
        decode(raw, exact=True)
    except ValueError as error:
        return str(error), MEND
    return "the line cannot be read", MEND


def _check_place(record: Json, due: str, *, sound: bool) -> list[tuple[str, str]]:
    found = []
    if not sound:
        found.append(NOT_AS_WRITTEN)
    if record.get("id") != due:
        found.append((f"here belongs {due}, not {str(record.get('id'))[:40]}", MEND))
    return found


def _check_first(record: Json, expected: int) -> list[tuple[str, str]]:
    if (record.get("kind") == "till.opened") == (expected == 1):
        return []
    what = "a till begins with a line that says whose it is" if expected == 1 else "a till is opened only once"
    return [(what, MEND)]


def _check_key(record: Json, keys: dict[str, int], month: int) -> list[tuple[str, str]]:
    key = record.get("key")
    if not isinstance(key, str):
        return []
    earlier = keys.get(key)
    keys[key] = month
    return [(f"the key {key!r} was used before", "a key stands for one record")] if earlier in (month, month - 1) else []


def _behind(folder: str, reach: Reach, head: Head) -> list[Problem]:
    if reach.seq < head.seq:
        what = f"these records end at {reach.seq}, but {head.seq} were acknowledged here"
        return [Problem(what, "put the newer records back from a copy", folder)]
    if reach.at_head != head.h:
        what = f"record {head.seq} is another one than the one that was acknowledged here"
        return [Problem(what, "put the records back from a copy", folder)]
    return []


def _committed(shop: str) -> dict[str, tuple[int, str]]:
    """Return size and hash of the journals in the last commit, by path from the shop folder; none where git has none."""
    import shutil
    import subprocess

    git = shutil.which("git")
    if not git or not is_trusted(shop):
        return {}
    try:
        listed = subprocess.run(  # noqa: S603 - git with fixed arguments
            [git, "-C", shop, "-c", "core.fsmonitor=false", "ls-tree", "-r", "-l", "-z", "HEAD", "records/"],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found = {}
    for entry in listed.stdout.decode("utf-8", "replace").split("\0"):
        about, _, name = entry.partition("\t")
        words = about.split()
        if len(words) == 4 and words[1] == "blob" and is_month(os.path.basename(name)):  # noqa: PLR2004 - mode, type, hash, size
            found[name] = (int(words[3]), words[2])
    return found


def _not_a_continuation(shop: str, path: str, size: int, expected: str, vouching: Vouching) -> list[Problem]:
    """Return a problem unless the committed file is the beginning of the one that stands there, but for words taken out."""
    import hashlib

    digest = hashlib.sha1(usedforsecurity=False) if len(expected) == 40 else hashlib.sha256()  # noqa: PLR2004 - git's own
    digest.update(b"blob %d\0" % size)
    left = size
    try:
        with open(path, "rb", opener=plain) as file:
            while left and (data := file.read(min(left, 1 << 20))):
                digest.update(data)
                left -= len(data)
    except OSError:
        return []  # named already
    if not left and digest.hexdigest() == expected:
        return []
    number = _first_other_line(shop, path, expected, vouching)
    if not number:
        return []
    what = "lines that git has were changed or are gone"
    return [Problem(what, f"compare: git diff HEAD -- {os.path.relpath(path)}", path, number)]


def _own_tills(shop: str) -> list[str]:
    try:
        return own_tills(shop)
    except UnreadableError:
        return []  # what cannot be read is named already


def _first_other_line(shop: str, path: str, blob: str, vouching: Vouching) -> int:
    """Return the number of the first line that is neither what git has nor vouched for; 0 where there is none."""
    import shutil
    import subprocess

    try:
        command = [str(shutil.which("git")), "-C", shop, "cat-file", "blob", blob]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:  # noqa: S603 - fixed arguments
            number = differs(git.stdout, path, vouching) if git.stdout is not None else 1
            git.kill()
        if number:  # what was healed stands elsewhere
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:  # noqa: S603 - fixed arguments
                till = os.path.basename(os.path.dirname(path))
                missing = first_missing(os.path.join(shop, "records"), till, git.stdout or ())
                number = max(number, missing) if missing else 0
                git.kill()
        if not number:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:  # noqa: S603 - fixed arguments
                number = differs(git.stdout, path, vouching, redacted=True) if git.stdout is not None else 1
                git.kill()
    except (OSError, UnreadableError):
        return 1
    return number


def _folders(records: str) -> tuple[list[str], list[Problem], list[Problem]]:
    """Return the names of the tills, and problems and warnings for everything else that stands in the records.

    Sync clients leave copies, editors their backups.
    """
    remedy = "it is not read; look what it is, and take it out"
    tills: list[str] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for entry in sorted(os.scandir(records), key=lambda entry: entry.name) if os.path.isdir(records) else ():
        if entry.name in KEPT:
            continue
        if is_till(entry.name) and entry.is_symlink():
            problems.append(Problem("a link stands in the place of a till's folder", "put the folder back", entry.path))
        elif is_till(entry.name) and entry.is_dir():
            tills.append(entry.name)
            strangers = [inside for inside in sorted(os.listdir(entry.path)) if inside != QUARANTINE and not is_month(inside)]
            paths = [os.path.join(entry.path, inside) for inside in strangers]
            warnings += (Problem("this is not a month's journal", remedy, path) for path in paths)
        else:
            warnings.append(Problem("this is not a till's folder", remedy, entry.path))
    return tills, problems, warnings


def _wider(found: Wrong) -> Problem:
    """Return the warning about something that others may read or write, or that a group may not, though it should."""
    what = f"others may read or write it (mode {found.mode:04o})"
    if not found.mode & 0o077 & ~found.wanted:
        what = f"the group that it is shared with may not read and write it (mode {found.mode:04o})"
    return Problem(what, f"chmod {found.wanted:o} FILE", found.path)


def _excerpt(raw: bytes) -> str:
    return raw[:80].decode("utf-8", "replace")
