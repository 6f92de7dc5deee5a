"""The journals of a shop as its git repository has them: what was committed and fetched, and what may become of a file."""

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from returnkit.model.record import redacted_of
from returnkit.records.chain import is_stand_in, link_of, readable, stand_in
from returnkit.records.git.repository import Repository
from returnkit.records.healing.taken import FORMERLY, Moved, former, written
from returnkit.records.identity import read_identity
from returnkit.records.read import blocks, is_journal, months, tills_in

RECORDS = "records/"
THEIRS = "refs/returnkit/theirs"  # what was fetched last
MET = "refs/returnkit/met-at/"  # and a branch there: what both sides had when they met at it last
HEADS = "refs/heads/"
PLAIN = "100644"  # how git calls a file that is nothing else
HEAL = "see what is to be done: returnkit records heal"


class Commits(NamedTuple):
    """The newest commit here, what was fetched, and what both sides had when they met last; nothing where there is none."""

    ours: str
    theirs: str
    met: str


class Shared:
    """A shop in its repository. Paths are those from the top of the work tree, which may be above the shop."""

    def __init__(self, shop: str, repository: Repository, branch: str, there: str, settings: dict[str, str]) -> None:
        self.shop, self.repository, self.branch, self.settings = shop, repository, branch, settings
        self.met = MET + there.removeprefix(HEADS)
        self.records = os.path.join(shop, "records")
        self.prefix = repository.prefix + RECORDS

    def journals(self) -> list[str]:
        """Return the paths of the journals that stand here."""
        return [f"{self.prefix}{till}/{month}" for till in tills_in(self.records) for month in months(self.till(till))]

    def till(self, till: str) -> str:
        """Return where a till's folder stands on the disk."""
        return os.path.join(self.records, till)

    def at(self, path: str) -> str:
        """Return where a path is on the disk."""
        return os.path.join(self.repository.root, path)

    def is_journal(self, path: str) -> bool:
        """Tell whether a path is that of a journal of this shop."""
        return path.startswith(self.prefix) and is_journal(path.removeprefix(self.repository.prefix))

    def commits(self) -> Commits:
        """Return what git knows now."""
        names = f"{HEADS}{self.branch}", THEIRS, self.met
        listed = self.repository.do("for-each-ref", "--format=%(objectname) %(refname)", *names)
        pairs = (line.partition(" ") for line in listed.decode("utf-8", "surrogateescape").splitlines())
        found = {name: commit for commit, _, name in pairs}
        return Commits(*(found.get(name, "") for name in names))

    def has_met(self) -> bool:
        """Tell whether the others were met on this branch before."""
        return self.met in self._met()

    def met_on(self) -> str:
        """Return another branch of this repository on which the others were met; an empty text where there is none."""
        upstreams = {HEADS + name.removeprefix(MET) for name in self._met()}
        found = ((re.fullmatch(r"branch\.(.+)\.merge", name), there) for name, there in self.settings.items())
        return next((name[1] for name, there in found if name and name[1] != self.branch and there in upstreams), "")

    def _met(self) -> list[str]:
        return self.repository.do("for-each-ref", "--format=%(refname)", MET).decode("utf-8", "surrogateescape").split()

    def common(self, one: str, other: str) -> str:
        """Return the newest commit in the history of both, which may be one of them; an empty text where there is none."""
        return one if one == other else self.repository.ask("merge-base", one, other).out.decode().strip()

    def nothing(self) -> str:
        """Return the hash of a tree in which nothing stands."""
        return self.repository.do("hash-object", "-t", "tree", "/dev/null").decode().strip()

    def lines(self, before: str, after: str) -> int:
        """Return how many lines the journals of one commit have more than those of another (or of none)."""
        if before == after:
            return 0
        asked = ("-r", "-z", "--numstat", "--no-renames", "--text", before or self.nothing(), after, "--", self.prefix)
        told = self.repository.do("diff-tree", *asked).decode("utf-8", "surrogateescape")
        counts = [entry.split("\t") for entry in told.split("\0") if entry]
        # Of a file that .gitattributes calls binary git counts nothing.
        return sum(max(int(more) - int(less), 0) for more, less, path in counts if self.is_journal(path) and more.isdigit())

    def tills(self, before: str, after: str) -> set[str]:
        """Return the tills of which journals differ between two commits."""
        told = self.repository.do("diff-tree", "-r", "-z", "--name-only", before, after, "--", self.prefix)
        paths = told.decode("utf-8", "surrogateescape").split("\0")
        return {path.removeprefix(self.prefix).partition("/")[0] for path in paths if self.is_journal(path)}

    def journals_at(self, commit: str, till: str) -> dict[str, str]:
        """Return the hashes of a till's journals as a commit has them, by path, oldest first."""
        listed = self.repository.do("ls-tree", "-r", "-z", commit, "--", f"{self.prefix}{till}/").decode().split("\0")
        return {path: about.split()[2] for about, _, path in (entry.partition("\t") for entry in listed) if self.is_journal(path)}

    def whoever(self) -> Sequence[str]:
        """Return what tells git who commits, where nobody is configured."""
        if "user.email" in self.settings and "user.name" in self.settings:
            return ()
        who, _ = read_identity(self.shop)
        name = who.till if who else "returnkit"
        return "-c", f"user.name={name}", "-c", f"user.email={name}@returnkit.invalid"

    def goes_on(self, old: bytes, new: bytes, path: str) -> bool:
        """Tell whether a journal may become another one: its whole lines are all there, or had words taken out.

        A line may also have been moved: `records heal` made it a record of another till, or wrote such a till anew. What was not
        as it was written may be mended: then only the record's `h` must still be there, or what stands in for the line.
        """
        old = old[: old.rfind(b"\n") + 1]  # an unfinished end is nobody's record yet
        if new.startswith(old):
            return True
        after: dict[str, list[bytes]] = {}
        stand_ins: set[bytes] = set()
        for line in new.split(b"\n")[:-1]:
            after.setdefault(seal_of(line), []).append(line)
            if is_stand_in(line):
                stand_ins.add(line)
        lost = []
        for line, record, sound in written(old.split(b"\n")[:-1]):
            there = after.get(str((record or {}).get("h")), []) or ([] if sound else stand_ins & {stand_in(link_of(line))})
            if record is not None and not (any(line == now or _is_redacted(line, now) for now in there) if sound else there):
                lost.append(line)
        if not lost:
            return True
        moved = self.moved(path)
        moved.note(new)
        return all(_is_among(moved, line) for line in lost)

    def moved(self, path: str) -> Moved:
        """Return the records that were moved, here or there, but for those in a journal, or a till's folder, itself (`path`)."""
        known = [commit for commit in self.commits()[:2] if commit]
        usual = ("--text", "--no-color", "--no-line-number", "--no-column")  # whatever is configured
        asked = ("grep", *usual, "-z", "-F", "-e", FORMERLY.decode(), *known, "--", self.prefix)
        found = self.repository.ask(*asked).out.split(b"\n") if known else []
        moved = Moved()
        for entry in found:
            name, _, line = entry.partition(b"\0")
            if not name.partition(b":")[2].startswith(os.fsencode(path)):
                moved.note(line)
        for other in self.journals():
            for data, _ in blocks(self.at(other)) if not other.startswith(path) else ():
                moved.note(data)
        return moved


def seal_of(line: bytes) -> str:
    """Return the `h` of a line, as text; that of one that cannot be read is no other's."""
    return str((readable(line) or {}).get("h"))


def _is_among(moved: Moved, line: bytes) -> bool:
    """Tell whether a record stands elsewhere, and no words come back with it."""
    record = readable(line) or {}
    h = former(record)[1] or str(record.get("h"))
    return moved.holds(h, record) and {*redacted_of(record)} <= moved.gone(h)


def _is_redacted(line: bytes, after: bytes) -> bool:
    """Tell whether a line is another one from which words were taken out."""
    before, now = readable(line), readable(after)
    if before is None or now is None or not redacted_of(now):
        return False
    gone = {*redacted_of(now), "salt", "redacted"}
    left = [{field: value for field, value in record.items() if field not in gone} for record in (before, now)]
    return left[0] == left[1] and {*redacted_of(before)} <= gone
