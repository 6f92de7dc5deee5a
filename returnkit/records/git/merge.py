"""Merging what two sides recorded, beside the work tree: a commit comes of it, or a refusal, and nothing else has changed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from shutil import rmtree

from returnkit.errors import BeyondRoomError, Problem, RefusedError
from returnkit.records.chain import readable
from returnkit.records.git.journals import HEAL, PLAIN, THEIRS, Shared
from returnkit.records.git.repository import ANY
from returnkit.records.healing.taken import FORMERLY, Moved
from returnkit.records.rewrite import replace

FORK = "two folders wrote this as the same till, or lines of it were changed there; nothing was merged"
NOTHING = "0" * 40
# The last two never leave a file with both versions in it, which nobody could read.
DECIDE = (
    f"the owner decides. See both: git diff HEAD {THEIRS} -- {{}}; take theirs: git merge -X theirs {THEIRS}; "
    f"keep what is here: git merge -X ours {THEIRS}; then repeat"
)
Sides = Mapping[str, tuple[str, str]]  # mode and hash of a file, by git's number of the side: 1 before, 2 ours, 3 theirs


class Merging:
    """Merges what is at a remote."""

    def __init__(self, shared: Shared, remote: str) -> None:
        self.shared, self.remote, self.repository = shared, remote, shared.repository
        self.git = shared.repository.do

    def merged(self, base: str, ours: str, theirs: str) -> str:
        """Return a commit that brings both sides together, worked out in an index of its own.

        Raises RefusedError where a till's file has a fork, BeyondRoomError where both sides changed something else.
        """
        if not base:
            what = f"what is here and what is at {self.remote} have no common beginning"
            remedy = "see what is configured as the remote; if it is this shop: returnkit records sync --anew goes on from there"
            raise RefusedError(Problem(what, remedy, self.repository.root))
        tree = self._tree(base, ours, theirs)
        message = f"Records of {self.remote} and of here"
        return self.git(*self.shared.whoever(), "commit-tree", tree, "-p", ours, "-p", theirs, "-m", message).decode().strip()

    def anew(self, base: str, ours: str, theirs: str) -> str:
        """Return a commit that goes on from what is there alone, with all that is here: the history here is given up.

        Of each journal the side is taken that goes on from the other, whatever `base` had. Raises as `merged` does, and
        RefusedError where what is there is another shop, or none.
        """
        nothing = self.shared.nothing()
        known = self.shared.tills(nothing, base)
        own = f"{theirs}:{self.repository.prefix}policies/shop.toml"
        has_shop = self.repository.ask("cat-file", "-e", own, fine=ANY).code == 0
        if not has_shop or (known and known.isdisjoint(self.shared.tills(nothing, theirs))):
            what = f"what is at {self.remote} is not this shop: none of its tills has anything there, or there are no policies"
            raise RefusedError(Problem(what, "see what is configured as the remote: git remote -v", self.repository.root))
        tree = self._tree(self._without_records(base), ours, theirs)
        if tree == self.git("rev-parse", f"{theirs}^{{tree}}").decode().strip():
            return theirs
        return self.git(*self.shared.whoever(), "commit-tree", tree, "-p", theirs, "-m", "Records of here").decode().strip()

    def _without_records(self, base: str) -> str:
        """Return the tree of a commit without the records."""
        with self._index() as (index, _):
            self.git("read-tree", base, index=index)
            self.git("rm", "-r", "-q", "-f", "--cached", "--ignore-unmatch", "--", self.shared.prefix, index=index)
            return self.git("write-tree", index=index).decode().strip()

    def _tree(self, base: str, ours: str, theirs: str) -> str:
        """Return the tree in which both sides are brought together."""
        with self._index() as (index, folder):
            self.git("read-tree", "-i", "-m", "--aggressive", base, ours, theirs, index=index)
            self._settle(index, folder)
            self._settle_tills(index, base, ours, theirs)
            return self.git("write-tree", index=index).decode().strip()

    @contextmanager
    def _index(self) -> Iterator[tuple[str, str]]:
        """Give an index that is nobody's, and the folder that it is in."""
        folder = os.path.join(self.repository.git_dir, "returnkit")  # nobody else is here meanwhile
        rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        yield os.path.join(folder, "index"), folder
        rmtree(folder, ignore_errors=True)

    def _settle(self, index: str, folder: str) -> None:
        """Bring together what both sides changed: of a journal whichever goes on from the other, else as git merges texts."""
        sides: dict[str, dict[str, tuple[str, str]]] = {}
        for entry in self.git("ls-files", "-u", "-z", index=index).decode("utf-8", "surrogateescape").split("\0"):
            about, _, path = entry.partition("\t")
            if path:
                mode, blob, stage = about.split()
                sides.setdefault(path, {})[stage] = mode, blob
        forks: list[str] = []
        conflicts: list[str] = []
        settled = []
        for path, found in sides.items():
            blob = self._journal_of(found, path) if self.shared.is_journal(path) else self._text_of(found, folder)
            if blob:
                settled.append(f"{PLAIN} {blob}\t{path}\0")
            else:
                (forks if self.shared.is_journal(path) else conflicts).append(path)
        if forks:
            raise RefusedError(*(Problem(FORK, HEAL, path) for path in forks))
        if conflicts:
            what = "this was changed here and there, in the same place; nothing was merged, and every till goes on as before"
            raise BeyondRoomError(*(Problem(what, DECIDE.format(path), path) for path in conflicts))
        if settled:
            self.git("update-index", "-z", "--index-info", data="".join(settled).encode("utf-8", "surrogateescape"), index=index)

    def _settle_tills(self, index: str, base: str, ours: str, theirs: str) -> None:
        """Of a till with which both sides went on keep the files of whichever goes on from the other.

        Where they went on in files of different months git sees nothing wrong in a fork.
        """
        for till in self.shared.tills(base, ours) & self.shared.tills(base, theirs):
            sides = [self.shared.journals_at(commit, till) for commit in (ours, theirs)]
            texts = [self.repository.blobs(side.values()) if side else [] for side in sides]
            if any(FORMERLY in data for side in texts for data in side):
                continue  # made of a fork, and written anew by whoever heals: nobody goes on with it
            moved = self.shared.moved(f"{self.shared.prefix}{till}/")
            here, there = ([h for data in side for h, stays in _seals(data, moved) if stays] for side in texts)
            if here[: len(there)] != there[: len(here)]:
                raise RefusedError(Problem(FORK, HEAL, f"{self.shared.prefix}{till}"))
            more, less = (0, 1) if len(here) >= len(there) else (1, 0)
            # What was moved to another till does not come in again with a file that only the other side has, or changed.
            stale = {
                path: sides[more].get(path, "")
                for path, data in zip(sides[less], texts[less], strict=True)
                if path not in sides[more] or not all(stays for _, stays in _seals(data, moved))
            }
            listed = "".join(f"{PLAIN if blob else 0} {blob or NOTHING}\t{path}\0" for path, blob in stale.items())
            if listed:
                self.git("update-index", "-z", "--index-info", data=listed.encode(), index=index)

    def _journal_of(self, sides: Sides, path: str) -> str:
        hashes = [sides[stage][1] for stage in "23" if stage in sides]
        if len(hashes) == 1:  # a journal never goes
            return hashes[0]
        ours, theirs = self.repository.blobs(hashes)
        if self.shared.goes_on(ours, theirs, path):
            return hashes[1]
        return hashes[0] if self.shared.goes_on(theirs, ours, path) else ""

    def _text_of(self, sides: Sides, folder: str) -> str:
        if sides.keys() != {"1", "2", "3"} or {mode for mode, _ in sides.values()} != {PLAIN}:
            return ""
        paths = [os.path.join(folder, stage) for stage in "213"]
        for path, data in zip(paths, self.repository.blobs(sides[stage][1] for stage in "213"), strict=True):
            replace(path, data)
        said = self.repository.ask("merge-file", "-p", "--quiet", *paths, fine=ANY)
        if said.code:
            return ""
        return self.git("hash-object", "-w", "--stdin", data=said.out).decode().strip()


def _seals(data: bytes, moved: Moved) -> Iterator[tuple[str, bool]]:
    """Yield the `h` of each line of a journal, and whether it was not moved to another till."""
    for line in filter(None, data.split(b"\n")):
        record = readable(line) or {}
        h = str(record.get("h"))
        yield h, not moved.holds(h, record)
