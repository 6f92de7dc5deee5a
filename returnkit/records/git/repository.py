"""The git repository that a shop folder is in: git is called by argument list, asks nothing, runs no hooks, and has to end."""

import os
import re
import time
from collections.abc import Container, Iterable
from shutil import which
from typing import NamedTuple

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem
from returnkit.records.git.call import CLOSED, Said, call
from returnkit.records.git.trust import top_of
from returnkit.records.lock import user_name

OLDEST = (2, 30)
ABROAD = 120.0  # seconds for what git does over the network
LONGEST_HEAD = 200  # bytes of what stands before a file in an answer
PATIENCE, NAP = 2.0, 0.05  # seconds: another program may look at the repository just now
NO_CLEANING = ("gc.auto=0", "maintenance.auto=false")  # not while locks are held; a fetch may do it
LITERAL = "--literal-pathspecs"
ANY = range(-255, 256)  # exit codes
LOCKED = re.compile(r"'([^']+\.lock)': File exists")
HOOKS = (
    "commit-msg", "post-checkout", "post-commit", "post-index-change", "post-merge", "pre-commit", "pre-merge-commit", "pre-push",
    "prepare-commit-msg", "reference-transaction",
)  # fmt: skip
# What somebody began and has not finished, by the file in which git remembers it.
UNDER_WAY = {
    "MERGE_HEAD": ("a merge", "git commit, or take it back: git merge --abort"),
    "rebase-merge": ("a rebase", "git rebase --continue, or take it back: git rebase --abort"),
    "rebase-apply": ("a rebase", "git rebase --continue, or take it back: git rebase --abort"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --continue, or take it back: git cherry-pick --abort"),
    "REVERT_HEAD": ("a revert", "git revert --continue, or take it back: git revert --abort"),
    "BISECT_LOG": ("a bisect", "git bisect reset"),
}


class Repository(NamedTuple):
    """Where a repository stands: its work tree, its git folder, and the way from the work tree to the shop (or nothing)."""

    root: str
    git_dir: str
    prefix: str

    def ask(self, *arguments: str, data: bytes = b"", index: str = "", folder: str = "", fine: Container[int] = (0, 1)) -> Said:
        """Call git at home, or in a folder there, with another index if one is named; it ends with a code that is `fine`.

        Raises BusyError while another git holds what is needed, NotWrittenError where it refuses.
        """
        until = time.monotonic() + PATIENCE
        while True:
            said = call(
                os.path.join(self.root, folder),
                LITERAL,
                *arguments,
                settings=(*CLOSED, *NO_CLEANING),
                environment={"GIT_INDEX_FILE": index} if index else {},
                data=data,
            )
            held = LOCKED.search(said.err)
            if said.code == 0 or held is None:
                break
            if time.monotonic() >= until:
                what = "another git is at work here, or one that was killed left this file over"
                raise BusyError(Problem(what, "where no git is running, remove it; then repeat", held[1]))
            time.sleep(NAP)
        if said.code not in fine:
            verb = next(word for word in arguments if not word.startswith("-") and "=" not in word)
            what = f"git {verb}: {said.first}"
            raise NotWrittenError(Problem(what, "check the disk and the folder's rights, then repeat", self.root))
        return said

    def do(self, *arguments: str, data: bytes = b"", index: str = "") -> bytes:
        """Return what git answers at home. Raises NotWrittenError and BusyError as `ask` does."""
        return self.ask(*arguments, data=data, index=index, fine=(0,)).out

    def abroad(self, *arguments: str) -> Said:
        """Call git for what it does over the network."""
        return call(self.root, LITERAL, *arguments, seconds=ABROAD)

    def blobs(self, hashes: Iterable[str]) -> list[bytes]:
        """Return what stands in some files that git keeps. Raises NotWrittenError where it has lost one."""
        return self._contents(self.do("cat-file", "--batch", data="".join(f"{each}\n" for each in hashes).encode()))

    def in_the_work_tree(self, files: Iterable[tuple[str, str]]) -> list[bytes]:
        """Return the same of hashes with the paths of their files, as they stand in a work tree."""
        asked = "".join(f"{each} {path}\n" for each, path in files)
        return self._contents(self.do("cat-file", "--batch", "--filters", data=asked.encode()))

    def _contents(self, answer: bytes) -> list[bytes]:
        """Return the files in an answer of `git cat-file --batch`."""
        found, at = [], 0
        while at < len(answer):
            head, _, _ = answer[at : at + LONGEST_HEAD].partition(b"\n")
            size = head.rpartition(b" ")[2]
            if not size.isdigit():
                what = f"git does not find what it keeps: {head.decode('utf-8', 'replace')}"
                raise NotWrittenError(Problem(what, "see git fsck; or clone the shop anew", self.root))
            start = at + len(head) + 1
            at = start + int(size) + 1
            found.append(answer[start : at - 1])
        return found

    def settings(self) -> dict[str, str]:
        """Return what is configured, by its name."""
        said = call(self.root, "config", "-z", "--list", settings=())
        entries = said.out.decode("utf-8", "replace").split("\0")
        return dict(entry.partition("\n")[::2] for entry in entries if entry)

    def under_way(self) -> Problem | None:
        """Return what somebody began here and has not finished."""
        for file, (what, remedy) in UNDER_WAY.items():
            if os.path.lexists(os.path.join(self.git_dir, file)):
                return Problem(f"{what} is in progress", f"finish it: {remedy}; then repeat", self.root)
        return None

    def hooks(self, folder: str) -> list[str]:
        """Return the hooks that would be run by a person's git; `folder` is where they are configured to stand, if anywhere."""
        path = os.path.join(self.root, os.path.expanduser(folder)) if folder else os.path.join(self.git_dir, "hooks")
        return [name for name in HOOKS if os.access(os.path.join(path, name), os.X_OK)]


def repository(shop: str) -> Repository | None:
    """Return the repository that a shop folder is in; None where it is in none.

    Raises BadInputError where there is no git, or too old a one, or where the folder or the repository are somebody else's, or
    others may write there: what is configured in a repository can run commands.
    """
    shop = os.path.realpath(shop)
    above = top_of(shop)
    if above is None:
        return None
    if which("git") is None:
        raise BadInputError(Problem("there is no git on this machine", "install git, then repeat", shop))
    for path in (shop, above, os.path.join(above, ".git")):
        _check_owner(path)
    version = call(above, "--version").out.decode("utf-8", "replace")
    found = re.search(r"(\d+)\.(\d+)", version)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        what = f"git is too old: {version.strip() or 'it does not say how old'}"
        raise BadInputError(Problem(what, f"install {OLDEST[0]}.{OLDEST[1]} or newer, then repeat", shop))
    said = call(shop, "rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix")
    if said.code:
        remedy = "see what git status says in this folder"
        raise BadInputError(Problem(f"git takes this for no repository to work in: {said.first}", remedy, shop))
    lines = said.out.decode("utf-8", "surrogateescape").split("\n")
    if len(lines) != 4:  # noqa: PLR2004 - three answers, each with its end
        raise BadInputError(Problem("the name of a folder on the way there has several lines", "give it another name", shop))
    root, git_dir, prefix, _ = lines
    _check_owner(git_dir)
    return Repository(root, git_dir, prefix)


def _check_owner(path: str) -> None:
    owner = os.lstat(path).st_uid
    if owner != os.geteuid():
        what = f"this belongs to {user_name(owner)}: what is configured in somebody else's repository could run commands here"
        raise BadInputError(Problem(what, "call it as the user whose shop it is", path))
