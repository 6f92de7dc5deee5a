"""Committing what was recorded: the journals that have grown, and nothing else that lies about in the work tree."""

import os
from collections.abc import Callable, Sequence

from returnkit.errors import BadInputError, Problem, RefusedError
from returnkit.records.disk import plain
from returnkit.records.git.journals import HEAL, Shared

LARGE = 4 * 1024 * 1024  # bytes


class Committing:
    """Commits the journals of a shop. `note` is told of those that are left out."""

    def __init__(self, shared: Shared, note: Callable[[str], object]) -> None:
        self.shared, self.note = shared, note
        self.git = shared.repository.do
        self._settled: tuple[object, str] = (None, "")  # how the journals stood when all was committed, and the commit

    def prepare(self) -> None:
        """Let git pack what is large before anybody has to wait for it."""
        large = [path for path in self.shared.journals() if os.path.getsize(self.shared.at(path)) >= LARGE]
        if large:
            data = "".join(f"{path}\n" for path in self._changed("", large))
            self.git("hash-object", "-w", "--stdin-paths", data=data.encode())

    def commit(self) -> str:
        """Commit the journals that have grown, and nothing else; return the newest commit (empty: there is none at all).

        Raises RefusedError where lines that git has are not here any more.
        """
        journals = self.shared.journals()
        stamp = self._stamp(journals)
        if stamp == self._settled[0]:
            return self._settled[1]
        head = self.shared.commits().ours
        changed = self._changed(head, journals)
        grown: list[str] = []
        problems = []
        for path, old in zip(changed, self._old(head, changed), strict=True):
            with open(self.shared.at(path), "rb", opener=plain) as file:
                new = file.read()
            if not self.shared.goes_on(old, new):
                problems.append(Problem("lines that git has were changed or are gone", HEAL, path))
            elif new.endswith(b"\n"):
                grown += [path] if new != old else []
            else:
                self.note(f"{path} ends within a line and is left out: {HEAL}")
        if problems:
            raise RefusedError(*problems)
        if grown:
            self._commit_all(grown)
            head = self.shared.commits().ours
        self._settled = stamp, head
        return head

    def is_settled(self, commit: str) -> None:
        """Take note that the journals stand here as they stand in a commit."""
        self._settled = self._stamp(self.shared.journals()), commit

    def _commit_all(self, grown: Sequence[str]) -> None:
        data = "\0".join(grown).encode()
        listed = ("--pathspec-from-file=-", "--pathspec-file-nul")
        self.git("add", *listed, data=data)
        tills = ", ".join(sorted({path.removeprefix(self.shared.prefix).partition("/")[0] for path in grown}))
        options = ("--quiet", "--no-verify", "--only", "-m", f"Records of {tills}")
        self.git(*self.shared.whoever(), "commit", *options, *listed, data=data)

    def _stamp(self, journals: Sequence[str]) -> list[tuple[str, int, int, int]]:
        """Return what changes whenever a journal does."""
        found = [(path, os.stat(self.shared.at(path), follow_symlinks=False)) for path in journals]
        return [(path, each.st_ino, each.st_size, each.st_mtime_ns) for path, each in found]

    def _changed(self, head: str, journals: Sequence[str]) -> list[str]:
        """Return the journals that differ from the newest commit. Raises BadInputError for those that git ignores."""
        asked = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames", "--", self.shared.prefix)
        found = self.git("--no-optional-locks", "status", *asked).decode("utf-8", "surrogateescape").split("\0")
        told = {entry[3:]: entry[:2] for entry in found if entry}
        ignored = [path for path, how in told.items() if how == "!!"]
        hidden = [path for path in journals if any(path == each or path.startswith(f"{each.rstrip('/')}/") for each in ignored)]
        if hidden:
            remedy = f"what is ignored is not sent: take that line out, see git check-ignore -v {hidden[0]}"
            raise BadInputError(Problem("git ignores these records", remedy, hidden[0]))
        gone = [path for path in told if self.shared.is_journal(path) and not os.path.lexists(self.shared.at(path))]
        if gone and head:
            remedy = f"bring it back: git checkout HEAD -- {gone[0]}"
            raise RefusedError(Problem("git has this journal, and it is gone", remedy, gone[0]))
        return [path for path in journals if told.get(path, "!!") != "!!"]

    def _old(self, head: str, paths: Sequence[str]) -> list[bytes]:
        """Return what the newest commit has of some files, nothing where it has none."""
        hashes = self._hashes(head, paths) if head else {}
        known = iter(self.shared.repository.blobs(hashes[path] for path in paths if path in hashes) if hashes else ())
        return [next(known) if path in hashes else b"" for path in paths]

    def _hashes(self, commit: str, paths: Sequence[str]) -> dict[str, str]:
        if not paths:
            return {}
        listed = self.git("ls-tree", "-r", "-z", commit, "--", *paths).decode("utf-8", "surrogateescape").split("\0")
        return {entry.partition("\t")[2]: entry.split()[2] for entry in listed if entry}
