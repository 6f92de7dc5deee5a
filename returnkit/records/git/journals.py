"""The journals of a shop as its git repository has them: what was committed and fetched, and what may become of a file."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from returnkit.model.ids import is_till
from returnkit.model.record import redacted_of
from returnkit.records.chain import readable
from returnkit.records.git.repository import Repository
from returnkit.records.identity import read_identity
from returnkit.records.read import blocks, is_month, months, tills_in

RECORDS = "records/"
THEIRS = "refs/returnkit/theirs"  # what was fetched last
MET = "refs/returnkit/met"  # what both sides had when they met last
FORMERLY = b'"formerly":'
PLAIN = "100644"  # how git calls a file that is nothing else
HEAL = "see what is to be done: returnkit records heal"


class Commits(NamedTuple):
    """The newest commit here, what was fetched, and what both sides had when they met last; nothing where there is none."""

    ours: str
    theirs: str
    met: str


class Shared:
    """A shop in its repository. Paths are those from the top of the work tree, which may be above the shop."""

    def __init__(self, shop: str, repository: Repository, branch: str, settings: dict[str, str]) -> None:
        self.shop, self.repository, self.branch, self.settings = shop, repository, branch, settings
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
        till, _, month = path.removeprefix(self.prefix).partition("/")
        return path.startswith(self.prefix) and is_till(till) and is_month(month)

    def commits(self) -> Commits:
        """Return what git knows now."""
        names = f"refs/heads/{self.branch}", THEIRS, MET
        listed = self.repository.do("for-each-ref", "--format=%(objectname) %(refname)", *names)
        pairs = (line.partition(" ") for line in listed.decode("utf-8", "surrogateescape").splitlines())
        found = {name: commit for commit, _, name in pairs}
        return Commits(*(found.get(name, "") for name in names))

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
        return sum(int(more) - int(less) for more, less, path in counts if self.is_journal(path))

    def whoever(self) -> Sequence[str]:
        """Return what tells git who commits, where nobody is configured."""
        if "user.email" in self.settings and "user.name" in self.settings:
            return ()
        who, _ = read_identity(self.shop)
        name = who.till if who else "returnkit"
        return "-c", f"user.name={name}", "-c", f"user.email={name}@returnkit.invalid"

    def goes_on(self, old: bytes, new: bytes) -> bool:
        """Tell whether a journal may become another one: its whole lines are all there, or had words taken out.

        A line may also have been moved: `records heal` made it a record of another till.
        """
        old = old[: old.rfind(b"\n") + 1]  # an unfinished end is nobody's record yet
        if new.startswith(old):
            return True
        after = new.split(b"\n")[:-1]
        lost = [
            line
            for at, line in enumerate(old.split(b"\n")[:-1])
            if at >= len(after) or (line != after[at] and not _is_redacted(line, after[at]))
        ]
        moved = self._moved() if lost else set()
        return all(str((readable(line) or {}).get("h")) in moved for line in lost)

    def _moved(self) -> set[str]:
        """Return the `h` of every line that became a record of another till, here or there."""
        known = [commit for commit in self.commits()[:2] if commit]
        asked = ("grep", "-h", "-F", "-e", FORMERLY.decode(), *known, "--", self.prefix)
        texts = [self.repository.ask(*asked).out] if known else []
        for path in self.journals():
            texts += (data for data, _ in blocks(self.at(path)) if FORMERLY in data)
        tables = [(readable(line) or {}).get("formerly") for text in texts for line in text.split(b"\n") if FORMERLY in line]
        return {str(table.get("h")) for table in tables if isinstance(table, dict)}


def _is_redacted(line: bytes, after: bytes) -> bool:
    """Tell whether a line is another one from which words were taken out."""
    before, now = readable(line), readable(after)
    if before is None or now is None or not redacted_of(now):
        return False
    gone = {*redacted_of(now), "salt", "redacted"}
    left = [{field: value for field, value in record.items() if field not in gone} for record in (before, now)]
    return left[0] == left[1] and {*redacted_of(before)} <= gone
