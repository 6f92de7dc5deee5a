"""Taking in what was merged: the work tree, the index and the branch become it, each file whole or not at all."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from returnkit.errors import BeyondRoomError, NotWrittenError, Problem, RefusedError
from returnkit.records.disk import plain, sync_folder
from returnkit.records.git.journals import HEAL, PLAIN, THEIRS, Shared
from returnkit.records.git.repository import ANY
from returnkit.records.rewrite import create, make_folder, replace

PERSONAL = ("records/contacts/", ".returnkit/")  # never in the shop's repository
QUARANTINE = ".torn"
NEVER = {".git", ".", ".."}  # names of no file
KEEP = 'the owner decides. Keep it: git add {0}; git commit -m "…" {0}; or '
BACK = f"{KEEP}take it back: git checkout HEAD -- {{0}}; then repeat"
ASIDE = f"{KEEP}put it elsewhere: mv {{0}} {{0}}.mine; then repeat"
NOTHING = "0" * 40
ABSENT, PROGRAM = "000000", "100755"  # modes
MEND = "returnkit records heal --yes, or git revert; and returnkit records sync"
LEFT_OVER = re.compile(r"\.(.+)\.[0-9a-f]{8}")  # as records/rewrite.py names what is not finished


class Change(NamedTuple):
    """A file that differs between two commits: its modes and hashes (zeros where it is not there), and its path."""

    modes: tuple[str, str]
    hashes: tuple[str, str]
    path: str


def is_personal(path: str, above: str) -> bool:
    """Tell whether a path belongs into no repository; `above` is the way from its top to the shop."""
    parts = path.removeprefix(above).split("/")
    return f"{path}/".startswith(tuple(above + each for each in PERSONAL)) or (parts[0], parts[2:3]) == ("records", [QUARANTINE])


class MovedError(Exception):
    """Somebody committed meanwhile: what was worked out is to be worked out again."""


class Taking:
    """Takes in what was merged. The locks of all tills must be held."""

    def __init__(self, shared: Shared) -> None:
        self.shared, self.repository = shared, shared.repository
        self.git = shared.repository.do
        self.came: list[bytes] = []  # the ends of journals that came in; all of one from which words were taken out

    def take(self, ours: str, merged: str) -> None:
        """Make the work tree, the index and the branch what was merged, if nothing is in the way.

        Every file is the old one or the new one whenever this ends; then the next sync goes on from there.
        """
        before = ours or self.shared.nothing()
        changes = list(self._between(before, merged))
        self._guard(changes)
        self._stage(change.path for change in changes if not self.shared.is_journal(change.path) and self._is_there(change))
        self._check_place(changes)
        self._check_way(before, merged)
        usual = [change for change in changes if self._is_usual(change)]
        journals = [change for change in usual if self.shared.is_journal(change.path)]
        others = [change for change in usual if not self.shared.is_journal(change.path)]
        for change, data in zip(journals, self.repository.blobs(change.hashes[1] for change in journals), strict=True):
            path = self.shared.at(change.path)
            known = _bytes(path)
            self._put(change.path, data, 0o700, 0o600)
            self.came.append(data.removeprefix(known))
        texts = self.repository.in_the_work_tree((change.hashes[1], change.path) for change in others)
        for change, data in zip(others, texts, strict=True):
            self._put(change.path, data, 0o777, 0o666)
            clear(os.path.dirname(self.shared.at(change.path)), os.path.basename(change.path).__eq__)
        self._stage(change.path for change in usual)
        self.git("read-tree", "-m", "-u", before, merged)
        branch = f"refs/heads/{self.shared.branch}"
        if self.repository.ask("update-ref", "-m", "returnkit records sync", branch, merged, ours or NOTHING, fine=ANY).code:
            raise MovedError

    def _between(self, before: str, after: str) -> Iterator[Change]:
        listed = self.git("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", before, after)
        parts = iter(listed.decode("utf-8", "surrogateescape").split("\0"))
        for about in parts:
            if about:
                old_mode, new_mode, old, new, _ = about.removeprefix(":").split()
                yield Change((old_mode, new_mode), (old, new), next(parts))

    def _guard(self, changes: Sequence[Change]) -> None:
        """Refuse what would take lines of a journal away, or bring what belongs into no repository. Raises RefusedError."""
        problems = [problem for modes, _, path in changes for problem in self._strange(path, modes[1])]
        known = [change for change in changes if self.shared.is_journal(change.path) and change.hashes[0].strip("0")]
        for change in known:
            old, new = (self.repository.blobs([each])[0] if each.strip("0") else b"" for each in change.hashes)
            if not self.shared.goes_on(old, new, change.path):
                what = "lines of it were changed or taken away elsewhere; nothing was merged"
                problems.append(Problem(what, f"see who did: git log -p {THEIRS} -- {change.path}; there: {MEND}", change.path))
        if problems:
            raise RefusedError(*problems)

    def _strange(self, path: str, mode: str) -> Iterator[Problem]:
        """Yield what is wrong with a file that comes in, whatever stands in it."""
        if mode == ABSENT:
            return
        if not NEVER.isdisjoint(path.lower().split("/")):
            what = "this was committed elsewhere, and git lets no file be called that; nothing was merged"
            yield Problem(what, f"see who did: git log {THEIRS}", path)
        elif mode == PROGRAM and self.shared.is_journal(path):
            what = "this was committed elsewhere as a program to be run, and it is a journal; nothing was merged"
            yield Problem(what, f"there: git update-index --chmod=-x {path}, and commit", path)
        elif is_personal(path, self.repository.prefix) or (path.startswith(self.shared.prefix) and mode != PLAIN):
            what = "this was committed elsewhere and belongs into no repository; nothing was merged"
            yield Problem(what, f"there: git rm --cached {path}, and commit", path)

    def _is_usual(self, change: Change) -> bool:
        """Tell whether a change only puts a plain file in place, in a folder that is one: the rest is git's."""
        folder = os.path.join(os.path.realpath(self.repository.root), os.path.dirname(change.path)).rstrip("/")
        return change.modes[1] == PLAIN and change.modes[0] in (PLAIN, ABSENT) and os.path.realpath(folder) == folder

    def _is_there(self, change: Change) -> bool:
        """Tell whether what shall stand in the work tree stands there already: an earlier sync was killed."""
        path = self.shared.at(change.path)
        if not os.path.isfile(path) or os.path.islink(path):
            return False
        said = self.repository.ask("hash-object", f"--path={change.path}", "--", path)
        return said.out.decode().strip() == change.hashes[1]

    def _check_place(self, changes: Sequence[Change]) -> None:
        """Raise BeyondRoomError where something stands that git ignores: git would put what is new in its place."""
        new = [change for change in changes if change.modes[0] == ABSENT and os.path.lexists(self.shared.at(change.path))]
        taken = [change.path for change in new if not self._is_there(change)]
        if taken:
            what = "it comes in, and something that is not committed stands in its place here; nothing was merged"
            raise self._undecided(what, ASIDE, taken)

    def _check_way(self, before: str, merged: str) -> None:
        """Raise BeyondRoomError for files that were changed here, never committed, and would be changed."""
        self.repository.ask("update-index", "-q", "--refresh", fine=ANY)  # a file that was only touched is in nobody's way
        said = self.repository.ask("read-tree", "-n", "-m", "-u", before, merged, fine=ANY)
        if said.code == 0:
            return
        files = re.findall(r"'([^']+)'", said.err)
        if not files:
            raise NotWrittenError(Problem(f"git read-tree: {said.first}", "see git status, then repeat", self.repository.root))
        what = "it was changed here and there, and is not committed here; nothing was merged"
        raise self._undecided(what, BACK, files)

    def _undecided(self, what: str, remedy: str, paths: Iterable[str]) -> BeyondRoomError:
        """Return the refusal for files of which the owner has to say what becomes of them; of a journal heal knows."""
        told = ((path, HEAL if self.shared.is_journal(path) else remedy.format(path)) for path in paths)
        return BeyondRoomError(*(Problem(what, each, path) for path, each in told))

    def _put(self, path: str, data: bytes, folder_mode: int, mode: int) -> None:
        """Put a file in place, whole and durably."""
        path = self.shared.at(path)
        if os.path.lexists(path):
            replace(path, data)
            return
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            make_folder(os.path.dirname(folder))
            os.mkdir(folder, folder_mode)
            sync_folder(os.path.dirname(folder))
        create(path, data, mode)

    def _stage(self, paths: Iterable[str]) -> None:
        data = "\0".join(paths)
        if data:
            self.git("update-index", "--add", "-z", "--stdin", data=data.encode("utf-8", "surrogateescape"))


def _bytes(path: str) -> bytes:
    """Return what stands in a file; nothing where there is none."""
    if not os.path.isfile(path):
        return b""
    with open(path, "rb", opener=plain) as file:
        return file.read()


def clear(folder: str, is_ours: Callable[[str], bool]) -> None:
    """Remove what a sync that was killed had begun to write in the place of one of our files in a folder."""
    for name in os.listdir(folder):
        found = LEFT_OVER.fullmatch(name)
        if found and is_ours(found[1]):
            os.unlink(os.path.join(folder, name))
