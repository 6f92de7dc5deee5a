"""Merging what two sides recorded, beside the work tree: a commit comes of it, or a refusal, and nothing else has changed."""

import os
from collections.abc import Mapping
from shutil import rmtree

from returnkit.errors import BeyondRoomError, Problem, RefusedError
from returnkit.records.git.journals import HEAL, PLAIN, THEIRS, Shared
from returnkit.records.git.repository import ANY
from returnkit.records.rewrite import replace

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
            remedy = "clone the shop from there, and work in the clone; or see what is configured as the remote"
            raise RefusedError(Problem(what, remedy, self.repository.root))
        folder = os.path.join(self.repository.git_dir, "returnkit")  # nobody else is here meanwhile
        rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        index = os.path.join(folder, "index")
        self.git("read-tree", "-i", "-m", "--aggressive", base, ours, theirs, index=index)
        self._settle(index, folder)
        tree = self.git("write-tree", index=index).decode().strip()
        rmtree(folder, ignore_errors=True)
        who = self.shared.whoever()
        message = f"Records of {self.remote} and of here"
        return self.git(*who, "commit-tree", tree, "-p", ours, "-p", theirs, "-m", message).decode().strip()

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
            blob = self._journal_of(found) if self.shared.is_journal(path) else self._text_of(found, folder)
            if blob:
                settled.append(f"{PLAIN} {blob}\t{path}\0")
            else:
                (forks if self.shared.is_journal(path) else conflicts).append(path)
        if forks:
            what = "two folders wrote this as the same till, or lines of it were changed there; nothing was merged"
            raise RefusedError(*(Problem(what, HEAL, path) for path in forks))
        if conflicts:
            what = "this was changed here and there, in the same place; nothing was merged, and every till goes on as before"
            remedy = f"the owner decides: git merge {THEIRS}, mend the file, git commit; then repeat"
            raise BeyondRoomError(*(Problem(what, remedy, path) for path in conflicts))
        if settled:
            self.git("update-index", "-z", "--index-info", data="".join(settled).encode("utf-8", "surrogateescape"), index=index)

    def _journal_of(self, sides: Sides) -> str:
        if not {"2", "3"} <= sides.keys():
            return ""
        hashes = [sides[stage][1] for stage in "23"]
        ours, theirs = self.repository.blobs(hashes)
        if self.shared.goes_on(ours, theirs):
            return hashes[1]
        return hashes[0] if self.shared.goes_on(theirs, ours) else ""

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
