"""Committing what was recorded: the journals that have grown, and nothing else that lies about in the work tree."""

import os
from collections.abc import Callable, Mapping, Sequence

from returnkit.errors import BadInputError, Problem, RefusedError
from returnkit.records.disk import plain
from returnkit.records.git.journals import HEAL, Shared

LARGE = 4 * 1024 * 1024  # bytes
POLICIES = "policies"
NEEDED = ("policies/shop.toml", ".gitignore", ".gitattributes")  # without them a clone is no shop, or not safe
MOST_NAMED = 3
Told = Mapping[str, str]  # how git says that a path differs from the newest commit: two letters


class Committing:
    """Commits the journals of a shop. `note` is told of those that are left out, `aside` of what others commit or not."""

    def __init__(self, shared: Shared, note: Callable[[str], object], aside: Callable[[str], object]) -> None:
        self.shared, self.note, self.aside = shared, note, aside
        self.git = shared.repository.do
        self._settled: tuple[object, str] = (None, "")  # how the journals stood when all was committed, and the commit

    def prepare(self) -> None:
        """Let git pack what is large before anybody has to wait for it."""
        large = [path for path in self.shared.journals() if os.path.getsize(self.shared.at(path)) >= LARGE]
        if large:
            data = "".join(f"{path}\n" for path in self._changed("", large, self._told()))
            self.git("hash-object", "-w", "--stdin-paths", data=data.encode())

    def commit(self) -> str:
        """Commit the journals that have grown, and nothing else; return the newest commit (empty: there is none at all).

        Raises RefusedError where lines that git has are not here any more, BadInputError where the shop is not in git yet.
        """
        journals = self.shared.journals()
        stamp = self._stamp(journals)
        if stamp == self._settled[0]:
            return self._settled[1]
        head = self.shared.commits().ours
        told = self._told()
        self._look_at_policies(told)
        changed = self._changed(head, journals, told)
        grown: list[str] = []
        same: list[str] = []
        problems = []
        for path, old in zip(changed, self._old(head, changed), strict=True):
            with open(self.shared.at(path), "rb", opener=plain) as file:
                new = file.read()
            if not self.shared.goes_on(old, new, path):
                problems.append(Problem("lines that git has were changed or are gone", HEAL, path))
            elif not new or new.endswith(b"\n"):  # all of it may have moved
                (grown if new != old else same).append(path)
            else:
                self.note(f"{path} ends within a line and is left out: {HEAL}")
        if problems:
            raise RefusedError(*problems)
        if same:  # git goes by their size: it was another one where git itself had changed the ends of lines
            self.git("update-index", "--add", "-z", "--stdin", data="".join(f"{path}\0" for path in same).encode())
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

    def _told(self) -> Told:
        """Return what git says of the journals and the policies."""
        asked = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames", "--")
        places = (self.shared.prefix, *(self.shared.repository.prefix + each for each in (POLICIES, *NEEDED[1:])))
        found = self.git("--no-optional-locks", "status", *asked, *places).decode("utf-8", "surrogateescape").split("\0")
        return {entry[3:]: entry[:2] for entry in found if entry}

    def _look_at_policies(self, told: Told) -> None:
        """Say what of the policies is not committed. Raises BadInputError where without it a clone would be no shop."""
        above = self.shared.repository.prefix
        changed = {path.removeprefix(above): how for path, how in told.items() if not path.startswith(self.shared.prefix)}
        missing = [path for path in NEEDED if {*changed.get(path, "")} & {*"?A!"}]
        places = [place for place in (POLICIES, *NEEDED[1:]) if os.path.lexists(os.path.join(self.shared.shop, place))]
        if missing:
            what = f"not in git yet: {', '.join(missing)}; whoever clones the shop would not have it"
            remedy = f'git add {" ".join(places)}; git commit -m "The shop"; then repeat'
            raise BadInputError(Problem(what, remedy, self.shared.repository.root))
        changed = {path: how for path, how in changed.items() if how != "!!"}
        if changed:
            more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
            names = ", ".join([*changed][:MOST_NAMED]) + more
            own = " ".join(place for place in places if any(path.split("/")[0] == place for path in changed))
            do = f'git add {own}; git commit -m "…" {own}'
            self.aside(f"{names}: changed here and not committed, so the other tills do not get it; when it is ready: {do}")

    def _changed(self, head: str, journals: Sequence[str], told: Told) -> list[str]:
        """Return the journals that differ from the newest commit. Raises BadInputError for those that git ignores."""
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
