"""Verify: every line of every till, its form, its place in the chain and in the numbers; and who vouches for the end.

Read-only. It repairs nothing, names everything, and says what it cannot prove.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from typing import IO, NamedTuple

from msgspec.json import decode as loads

from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.ids import is_till, record_id
from returnkit.model.jsonl import LONGEST_LINE, Json, numbered
from returnkit.records.ahead import NONE, Part, ahead
from returnkit.records.chain import BEGINNING, Links, is_stand_in, judged, link_of
from returnkit.records.disk import NOT_PLAIN, plain
from returnkit.records.erasure.redact import cleaned_here, own_tills
from returnkit.records.erasure.vouching import SPEAKING, Vouching, differs
from returnkit.records.form import OPENED, check_line, has_head
from returnkit.records.git.call import call
from returnkit.records.healing.taken import first_missing
from returnkit.records.identity import Head, heads_of, read_head, read_identity
from returnkit.records.known import Accepted, Known, digest
from returnkit.records.read import MEND, MOST, blocks, is_copy, is_journal, is_month, may_be_torn, months, unreadable
from returnkit.records.recover import QUARANTINE, UNFINISHED
from returnkit.records.rights import Wrong, sharing, wrong_rights
from returnkit.records.tail import End, is_line, number_of, repair

KEPT = ("contacts", ".gitkeep", ".gitignore")
NEXT = "the next record mends it"
_SEALS = re.compile(rb'"h":"([0-9a-f]{24})"')
NOT_AS_WRITTEN = ("the line is not as it was written, or does not follow the line before it", MEND)
See = Callable[[Json, str, int], object]  # a record, and its place


class Place(NamedTuple):
    """Where a line stands."""

    file: str
    line: int


NOWHERE = Place("", 0)


class Verified(NamedTuple):
    """What was found: problems, warnings, what cannot be proved here; and how many lines were read."""

    findings: "Findings"
    warnings: list[Problem]
    unproven: list[str]
    lines: int
    lost: set[str]  # ids of records whose lines nobody can read any more, which a person accepted

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, as far as it is named."""
        return self.findings.all()


class Reach(NamedTuple):
    """How far a till's files go: the newest number with its `h`, and the `h` at the number that was kept as its head."""

    seq: int
    at_head: str
    lines: int


class Findings:
    """What is wrong: some hundred problems of each file, and all of a line that is `wanted`; the rest is only counted."""

    def __init__(self, wanted: Place = NOWHERE) -> None:
        self.wanted = wanted
        self._found: list[Problem] = []
        self._counts: dict[str, int] = {}

    def add(self, *found: Problem) -> None:
        """Note problems."""
        for problem in found:
            count = self._counts[problem.file] = self._counts.get(problem.file, 0) + 1
            if count <= MOST or (problem.file, problem.line) == self.wanted:
                self._found.append(problem)

    def count(self, file: str) -> None:
        """Count one more problem of a file of which enough are known."""
        self._counts[file] += 1

    def are_enough(self, file: str) -> bool:
        """Tell whether of a file no more are named."""
        return self._counts.get(file, 0) >= MOST

    def all(self) -> list[Problem]:
        """Return what is wrong, file by file and line by line, and how much more there is of a file than is named."""
        found = sorted(self._found, key=lambda problem: (problem.file, problem.line))
        for file, count in self._counts.items():
            if count > MOST:
                last = max(at for at, problem in enumerate(found) if problem.file == file)
                found.insert(last + 1, Problem(f"and {count - MOST:,} more", MEND, file))
        return found


class _Gathered(NamedTuple):
    """What is gathered of all tills on the way."""

    see: See
    findings: Findings
    warnings: list[Problem]
    vouching: Vouching
    known: Known
    lost: set[str]


def verify(shop: str, see: See, wanted: Place = NOWHERE) -> Verified:
    """Check the form of all records of a shop folder; `see` is given every readable record in the order of its till.

    Of a file that is damaged all over not every problem is named, but each of a line that is `wanted`.
    """
    records = os.path.join(shop, "records")
    tills, problems, warnings = _folders(records)
    findings, vouching = Findings(wanted), Vouching()
    findings.add(*problems)
    gathered = _Gathered(see, findings, warnings, vouching, Known(records), set())
    unproven: list[str] = []
    count = 0
    who, _ = read_identity(shop)
    own = _own_tills(shop)
    committed = _committed(shop)
    known = {name.split("/")[1] for name in committed} | set(heads_of(who) if who else ())
    folders = {till: os.path.join(records, till) for till in sorted(known | set(tills))}
    files = {till: [os.path.join(folder, month) for month in months(folder)] for till, folder in folders.items()}
    with closing(ahead([(till, path) for till, paths in files.items() for path in paths])) as parts:
        by_file = (part for _, part in groupby(parts, key=attrgetter("path")))
        for till, folder in folders.items():
            head = read_head(who._replace(till=till)) if who else None
            reach = _Till(till, head, gathered, writes=till in own).check(files[till], by_file)
            count += reach.lines
            if head:
                findings.add(*_behind(folder, reach, head))
            for name in sorted(committed):
                if name.startswith(os.path.join("records", till, "")) and not os.path.lexists(os.path.join(shop, name)):
                    findings.add(Problem("git has this file, and it is gone", "put it back: returnkit records heal", name))
            vouched = head is not None or any(os.path.relpath(path, shop) in committed for path in files[till])
            if not vouched and reach.lines:
                unproven.append(
                    f"that the newest lines of {till} were not cut off: neither git nor this machine has seen them before"
                )
    warnings += map(_wider, wrong_rights(shop, [who.till] if who else [], sharing(shop)))
    findings.add(*vouching.problems())
    warnings += vouching.outstanding(_cleaned_here(shop))
    for name in sorted(committed):
        if os.path.lexists(os.path.join(shop, name)):
            findings.add(*_not_a_continuation(shop, os.path.join(shop, name), *committed[name], vouching))
    return Verified(findings, warnings, unproven, count, gathered.lost)


class _Till:
    """One till's files, checked line by line, oldest first; `writes` tells whether this folder writes them."""

    def __init__(self, till: str, head: Head | None, gathered: _Gathered, *, writes: bool) -> None:
        self.till, self.head, self.gathered, self.writes = till, head, gathered, writes
        self.count = 0
        self.expected = 1  # the number of the next record
        self.sure = 0  # that of the newest one that can be read
        self.at_head = ""
        self.keys: dict[str, int] = {}  # in which file each was used last
        self.accepted: Accepted | None = None  # what is known of the line before
        self.last, self.h, self.links = b"", "", BEGINNING  # the line before; its `h` where it is sound, else what may follow

    def check(self, paths: Sequence[str], parts: Iterator[Iterator[Part]]) -> Reach:
        """Note every problem; of each file `parts` has what is known of its lines."""
        for month, (path, known) in enumerate(zip(paths, parts, strict=False)):
            try:
                with open(path, "rb", opener=plain) as file:
                    self._check_file(file, path, month, known, newest=month == len(paths) - 1)
            except OSError as error:
                what = NOT_PLAIN if error.strerror == NOT_PLAIN else f"it cannot be read: {error.strerror}"
                self.gathered.findings.add(Problem(what, "put the file back, or check the folder's rights", path))
        return Reach(self.expected - 1, self.at_head, self.count)

    def _check_file(self, file: IO[bytes], path: str, month: int, parts: Iterator[Part], *, newest: bool) -> None:
        inode, number, end = os.fstat(file.fileno()).st_ino, 0, 0
        runs = (run for part in parts if part.inode == inode for run in part.runs)
        run, findings = next(runs, NONE), self.gathered.findings
        for _, line in numbered(file):
            number += 1
            place = Place(path, number)
            end = end + len(line) if len(line) <= LONGEST_LINE else file.tell()
            if findings.are_enough(path) and self._goes_on(line, place):
                continue
            self._look_at(line.removesuffix(b"\n"), place, month, whole=line.endswith(b"\n"), newest=newest)
            while run.lines and run.begin < end:
                run = next(runs, NONE)
            if run.begin == end and run.seq == self.expected - 1 and run.h in ((self.h,) if self.h else self.links):
                self._pass(file.read(run.end - end).removesuffix(b"\n").split(b"\n"), Place(path, number), month)
                number, end = number + run.lines, run.end
        self.count += number

    def _goes_on(self, line: bytes, place: Place) -> bool:
        """Tell quickly whether a line (with its newline) is one more of a file that is damaged all over; count it if it is."""
        findings, raw = self.gathered.findings, line[:-1]
        if line[-1:] != b"\n" or has_head(line) or place == findings.wanted or self.gathered.known.of(place.file, raw):
            return False
        findings.count(place.file)
        if is_line(raw):
            self.last, self.h, self.links, self.accepted = raw, "", (), None
            self.expected += 1
        return True

    def _pass(self, lines: list[bytes], after: Place, month: int) -> None:
        """Take what lines say that were looked at ahead, and are all fine."""
        see, vouching, (path, before) = self.gathered.see, self.gathered.vouching, after
        for number, raw in enumerate(lines, before + 1):
            record = loads(raw)
            if "key" in record and self._was_used(record["key"], month):
                self._name([_again(record["key"])], raw, Place(path, number))
            see(record, path, number)
            if "redacted" in record or record["kind"] in SPEAKING:
                earlier = lines[number - before - 2] if number > before + 1 else b""
                links = (str(loads(earlier)["h"]), link_of(earlier)) if earlier else self._before()
                vouching.see(record, raw, links, Place(path, number))
        if self.head and self.expected <= self.head.seq < self.expected + len(lines):
            self.at_head = str(loads(lines[self.head.seq - self.expected])["h"])
        self.expected += len(lines)
        self.sure = self.expected - 1
        self.last, self.h, self.accepted = lines[-1], str(record["h"]), None

    def _look_at(self, raw: bytes, place: Place, month: int, *, whole: bool, newest: bool) -> None:
        """Check a line in which something may be wrong, or its place."""
        if whole and not is_line(raw):
            self.gathered.findings.add(Problem("the line is empty", "take it out", *place))
            return
        if is_stand_in(raw):
            self.gathered.vouching.stands_in(raw)
        record, sound, links = judged(raw, self._before())
        found = check_line(raw, record) if whole else [("the line is not finished", self._unfinished(raw, newest=newest))]
        # Nobody knows what the line after an accepted one followed, nor how many records stood there.
        follows_lost = self.accepted is not None and self.accepted.after == digest(raw)
        if record is not None and (whole or sound):
            found += [*([] if sound or follows_lost else [NOT_AS_WRITTEN]), *self._in_place(record, month, gap=follows_lost)]
            self.gathered.see(record, *place)
            self.gathered.vouching.see(record, raw, self._before(), place)
        self._name(found, raw, place)
        self.last, self.h, self.links = raw, links[0] if sound else "", links
        self.expected += 1

    def _before(self) -> Links:
        """Return what the next line may follow."""
        return (self.h, link_of(self.last)) if self.h else self.links or (link_of(self.last),)

    def _in_place(self, record: Json, month: int, *, gap: bool) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with a record's place in the journal, and go on from its number; there may be a `gap` before it."""
        due, key, number = record_id(self.till, self.expected), record.get("key"), number_of(record, self.till)
        if gap and number > self.sure:  # what was accepted may have been no record at all
            self.gathered.lost.update(
                record_id(self.till, seq) for seq in range(self.expected, min(number, self.expected + MOST))
            )
            self.expected, due = number, record_id(self.till, number)
            self.gathered.lost.discard(due)
        if (record.get("kind") == OPENED) != (self.expected == 1):
            what = "a till begins with a line that says whose it is" if self.expected == 1 else "a till is opened only once"
            yield what, MEND
        if record.get("id") != due:
            yield f"here belongs {due}, not {str(record.get('id'))[:40]}", MEND
            self.expected = number or self.expected
        if self._was_used(key, month):
            yield _again(key)
        self.sure = self.expected
        if self.head and self.expected == self.head.seq:
            self.at_head = str(record.get("h"))

    def _was_used(self, key: object, month: int) -> bool:
        """Tell whether a key was used in this file or the one before; take note of it."""
        if not isinstance(key, str):
            return False
        earlier, self.keys[key] = self.keys.get(key), month
        return earlier in (month, month - 1)

    def _name(self, found: list[tuple[str, str]], raw: bytes, place: Place) -> None:
        """Note what is wrong with a line, unless a person accepted it."""
        self.accepted = self.gathered.known.of(place.file, raw) if found else None
        if self.accepted is not None:
            what = f"the line is damaged, as {self.accepted.id} says"
            self.gathered.warnings.append(Problem(what, "it is passed over", *place))
            self.gathered.lost.add(record_id(self.till, self.expected))
        else:
            self.gathered.findings.add(*(Problem(what, remedy, *place, _excerpt(raw)) for what, remedy in found))

    def _unfinished(self, raw: bytes, *, newest: bool) -> str:
        """Return what to do about a last line without an end: the next record mends what a crash leaves."""
        if not (newest and self.writes):
            return MEND
        before = self._before()
        mending = repair(raw, End(self.expected - 1, before[0], before), self.head.seq if self.head else 0)
        if mending is None or (mending.fragment and not (may_be_torn(raw) or mending.keep)):
            return MEND
        if mending.newline:
            record, sound, _ = judged(raw[: mending.keep], before)
            return NEXT if sound and not check_line(raw[: mending.keep], record) else MEND
        return NEXT


def _again(key: object) -> tuple[str, str]:
    return f"the key {key!r} was used before", "a key stands for one record"


def _behind(folder: str, reach: Reach, head: Head) -> list[Problem]:
    remedy = "see whether git or a copy has them: returnkit records heal"
    if reach.seq < head.seq:
        return [Problem(f"these records end at {reach.seq}, but {head.seq} were acknowledged here", remedy, folder)]
    if reach.at_head != head.h:
        what = f"record {head.seq} is another one than the one that was acknowledged here"
        return [Problem(what, MEND, folder)]
    return []


def _committed(shop: str) -> dict[str, tuple[int, str]]:
    """Return size and hash of the journals in the last commit, by path from the shop folder; none where git has none."""
    found = {}
    try:
        listed = call(shop, "ls-tree", "-r", "-l", "-z", "HEAD", "records/").out
    except BadInputError:  # others may say what git does here
        return {}
    for entry in listed.decode("utf-8", "replace").split("\0"):
        about, _, name = entry.partition("\t")
        words = about.split()
        if len(words) == 4 and words[1] == "blob" and is_journal(name):  # noqa: PLR2004 - mode, type, hash, size
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
    return [Problem(what, f"{MEND}; compare: git diff HEAD -- {os.path.relpath(path)}", path, number)]


def _cleaned_here(shop: str) -> list[str]:
    try:
        return cleaned_here(shop)
    except UnreadableError:
        return []  # what cannot be read is named already


def _own_tills(shop: str) -> list[str]:
    try:
        return own_tills(shop)
    except UnreadableError:
        return []  # what cannot be read is named already


def _first_other_line(shop: str, path: str, blob: str, vouching: Vouching) -> int:
    """Return the number of the first line that is neither what git has nor vouched for; 0 where there is none."""
    said = call(shop, "cat-file", "blob", blob)
    if said.code:
        return 1
    committed = BytesIO(said.out)
    try:
        number = differs(committed, path, vouching)
        if number:  # what was healed stands elsewhere
            committed.seek(0)
            missing = first_missing(os.path.join(shop, "records"), os.path.basename(os.path.dirname(path)), committed)
            number = max(number, missing) if missing else 0
        if not number:
            committed.seek(0)
            number = differs(committed, path, vouching, redacted=True)
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
    for entry in _entries(records) if os.path.isdir(records) else ():
        if entry.name in KEPT:
            continue
        if is_till(entry.name) and entry.is_symlink():
            problems.append(Problem("a link stands in the place of a till's folder", "put the folder back", entry.path))
        elif is_till(entry.name) and entry.is_dir():
            tills.append(entry.name)
            strangers = [inside for inside in _names(entry.path) if inside != QUARANTINE and not is_month(inside)]
            for path in (os.path.join(entry.path, inside) for inside in strangers):
                only = _only_in(path) if is_copy(os.path.basename(path)) else 0
                if os.path.basename(path) == UNFINISHED:
                    warnings.append(Problem("an import is under way, or was cut off", f"leave it: {NEXT}", path))
                elif only:
                    what = f"a copy with {only:,} record{'s' if only > 1 else ''} that no journal of this till has"
                    problems.append(Problem(what, "put them back: returnkit records heal", path))
                elif is_copy(os.path.basename(path)):
                    warnings.append(Problem("a copy of a journal: it is not read", "put it aside: returnkit records heal", path))
                else:
                    warnings.append(Problem("this is not a month's journal", remedy, path))
        else:
            warnings.append(Problem("this is not a till's folder", remedy, entry.path))
    return tills, problems, warnings


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(folder, error) from None


def _names(folder: str) -> list[str]:
    return [entry.name for entry in _entries(folder)]


def _only_in(copy: str) -> int:
    """Return how many records a copy of a journal holds that no journal of its till does, by their `h`."""
    folder = os.path.dirname(copy)
    try:
        ours = {h for month in months(folder) for data, _ in blocks(os.path.join(folder, month)) for h in _SEALS.findall(data)}
        return len({h for data, _ in blocks(copy) for h in _SEALS.findall(data)} - ours)
    except UnreadableError:  # it is no plain file, or the journal is named already
        return 0


def _wider(found: Wrong) -> Problem:
    """Return the warning about something that others may read or write, or that a group may not, though it should."""
    what = f"others may read or write it (mode {found.mode:04o})"
    if not found.mode & 0o077 & ~found.wanted:
        what = f"the group that it is shared with may not read and write it (mode {found.mode:04o})"
    return Problem(what, f"chmod {found.wanted:o} FILE", found.path)


def _excerpt(raw: bytes) -> str:
    return raw[:80].decode("utf-8", "replace")
