"""The git repository that a shop folder is in: git is called by argument list, asks nothing, runs no hooks, and has to end."""

import os
import re
import signal
import time
from collections.abc import Container, Iterable
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem

OLDEST = (2, 30)
AT_HOME, ABROAD = 60.0, 120.0  # seconds for what git does here, and over the network
LONGEST_HEAD = 200  # bytes of what stands before a file in an answer
PATIENCE, NAP = 2.0, 0.05  # seconds: another program may look at the repository just now
SETTINGS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.fsync=committed", "core.askPass=", "core.quotePath=false",
    "commit.gpgSign=false", "push.gpgSign=false", "submodule.recurse=false",
)  # fmt: skip
NO_CLEANING = ("gc.auto=0", "maintenance.auto=false")  # not while locks are held; a fetch may do it
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


class Said(NamedTuple):
    """What git answered: its exit code, its answer, and its complaints."""

    code: int
    out: bytes
    err: str

    @property
    def first(self) -> str:
        """The first line in which it complains, or its last words."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        told = (
            [line for line in lines if line.startswith(("fatal: ", "error: "))] or lines[-1:] or [f"git ended with {self.code}"]
        )
        return told[0].removeprefix("fatal: ").removeprefix("error: ").strip()


class Repository(NamedTuple):
    """Where a repository stands: its work tree, its git folder, and the way from the work tree to the shop (or nothing)."""

    program: str
    root: str
    git_dir: str
    prefix: str

    def ask(self, *arguments: str, data: bytes = b"", index: str = "", fine: Container[int] = (0, 1)) -> Said:
        """Call git at home, with another index if one is named; it ends with one of the exit codes that are `fine`.

        Raises BusyError while another git holds what is needed, NotWrittenError where it refuses.
        """
        until = time.monotonic() + PATIENCE
        while True:
            said = _call(self.program, self.root, (*SETTINGS, *NO_CLEANING), arguments, data=data, index=index, seconds=AT_HOME)
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
        return _call(self.program, self.root, SETTINGS, arguments, data=b"", index="", seconds=ABROAD)

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
        said = _call(self.program, self.root, (), ("config", "-z", "--list"), seconds=AT_HOME)
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

    Raises BadInputError where there is no git, or too old a one, or where the folder or the repository are somebody else's:
    what is configured in a repository can run commands.
    """
    shop = os.path.realpath(shop)
    above = _above(shop)
    if above is None:
        return None
    from shutil import which

    program = which("git")
    if program is None:
        raise BadInputError(Problem("there is no git on this machine", "install git, then repeat", shop))
    for path in (shop, above, os.path.join(above, ".git")):
        _check_owner(path)
    version = _call(program, above, (), ("--version",), seconds=AT_HOME).out.decode("utf-8", "replace")
    found = re.search(r"(\d+)\.(\d+)", version)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        what = f"git is too old: {version.strip() or 'it does not say how old'}"
        raise BadInputError(Problem(what, f"install {OLDEST[0]}.{OLDEST[1]} or newer, then repeat", shop))
    asked = ("rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix")
    said = _call(program, shop, SETTINGS, asked, seconds=AT_HOME)
    if said.code:
        remedy = "see what git status says in this folder"
        raise BadInputError(Problem(f"git takes this for no repository to work in: {said.first}", remedy, shop))
    root, git_dir, prefix = said.out.decode("utf-8", "surrogateescape").split("\n")[:3]
    _check_owner(git_dir)
    return Repository(program, root, git_dir, prefix)


def _above(folder: str) -> str | None:
    """Return the nearest folder upwards in which a repository begins."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)
    return folder


def _check_owner(path: str) -> None:
    owner = os.lstat(path).st_uid
    if owner != os.geteuid():
        what = f"this belongs to user {owner}: what is configured in somebody else's repository could run commands here"
        raise BadInputError(Problem(what, "call it as the user whose shop it is", path))


def _call(  # noqa: PLR0913 - all that a call of git hangs on
    program: str,
    folder: str,
    settings: Iterable[str],
    arguments: Iterable[str],
    *,
    data: bytes = b"",
    index: str = "",
    seconds: float,
) -> Said:
    """Call git and wait for it, so long; it and whatever it called are ended then, or with this process."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SSH_ASKPASS"))}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"} | ({"GIT_INDEX_FILE": index} if index else {})
    options = [part for setting in settings for part in ("-c", setting)]
    try:
        process = subprocess.Popen(  # noqa: S603 - git with arguments of its own, never through a shell
            [program, "-C", folder, "--literal-pathspecs", *options, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            start_new_session=True,  # without a terminal nobody can be asked for a password
        )  # fmt: skip
    except OSError as error:
        return Said(-1, b"", f"fatal: git cannot be started: {error.strerror}")
    with process:
        try:
            out, err = process.communicate(data, seconds)
        except subprocess.TimeoutExpired:
            _end(process.pid)
            return Said(-1, b"", f"fatal: no answer within {seconds:.0f} seconds")
        except BaseException:
            _end(process.pid)
            raise
    return Said(process.returncode, out, err.decode("utf-8", "replace"))


def _end(process: int) -> None:
    with suppress(OSError):
        os.killpg(process, signal.SIGKILL)
