"""A customer's contact removed for good: the file, what lies beside it, and the history of the contacts' own repository.

The repository is made anew from what is left, as one commit, and put in place of the old one as a whole: so nothing of the old
one stays behind, in no branch, stash, reflog, index or pack.
"""

import os
import shutil
from collections.abc import Collection, Iterable
from contextlib import suppress

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem
from returnkit.records.contacts import ENDING, FOLDER
from returnkit.records.disk import OWN_FILE, close, make_folder, not_written, plain, sync_folder
from returnkit.records.lock import locked
from returnkit.records.read import tills_in, unreadable
from returnkit.records.rewrite import replace
from returnkit.records.rights import check_trusted, is_trusted

REPOSITORY, NEW, OLD = ".git", ".git.new", ".git.old"
EARLIER = os.path.join(".returnkit", "earlier-versions")  # what the shop's git history has of words that were taken out
SECONDS = 300
MESSAGE = "The contacts, without those that were forgotten"
SETTINGS = (
    "core.hooksPath=/dev/null", "core.fsync=committed", "core.autocrlf=false", "core.fsmonitor=false", "commit.gpgSign=false",
    "gc.auto=0",
)  # fmt: skip
KEPT = ("config", "description", "hooks", "info")  # what a repository made anew takes over
AUTHOR = {
    f"GIT_{role}_{what}": text for role in ("AUTHOR", "COMMITTER") for what, text in (("NAME", "returnkit"), ("EMAIL", "-"))
}

NOBODYS = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}  # settings of this machine change nothing here


def held_of(records: str, contacts: Iterable[str]) -> list[str]:
    """Return those of some contacts of which something is held here: a file, a copy beside it, or a name in the history."""
    folder = os.path.join(records, FOLDER)
    wanted = {*contacts}
    if not wanted or not os.path.isdir(folder):
        return []
    names = [*_names(folder), *_names_in_history(folder)]
    return sorted(contact for contact in wanted if any(_is_of(name, contact) for name in names))


def files_of(records: str, contacts: Collection[str]) -> list[str]:
    """Return those of some contacts of which a file is here. Raises UnreadableError."""
    folder = os.path.join(records, FOLDER)
    try:
        names = _names(folder) if contacts and os.path.isdir(folder) else []
    except OSError as error:
        raise unreadable(folder, error) from None
    return sorted(contact for contact in {*contacts} if any(_is_of(name, contact) for name in names))


def forget_contacts(records: str, contacts: Iterable[str]) -> list[str]:
    """Remove contacts with their history, and return of which there was anything.

    Raises BadInputError where the history cannot be made new, NotWrittenError, BusyError: what is not done then a repetition
    does.
    """
    folder = os.path.join(records, FOLDER)
    if not os.path.isdir(folder):
        return []
    # Whoever takes a new contact down holds the lock of a till.
    with locked(*(os.path.join(records, till) for till in tills_in(records))):
        try:
            _settle(folder)
            held = held_of(records, contacts)
            if held:
                check_history(records)
            gone = {name for name in _names(folder) for contact in held if _is_of(name, contact)}
            if held and _has_objects(folder):
                _make_anew(folder, gone)
            for name in sorted(gone):
                os.unlink(os.path.join(folder, name))
            sync_folder(folder)  # also what somebody else removed and never came to sync
        except OSError as error:
            raise not_written(folder, error) from None
    return held


def check_history(records: str) -> None:
    """Refuse what would stand in the way of making the history of the contacts new, or would be lost by it.

    Raises BadInputError, BusyError; nothing was done then.
    """
    folder = os.path.join(records, FOLDER)
    repository = os.path.join(folder, REPOSITORY)
    if os.path.lexists(repository) and (os.path.islink(repository) or not os.path.isdir(repository)):
        what = "the contacts' repository lies elsewhere: its history cannot be made new from here"
        raise BadInputError(Problem(what, "put the folder .git back in its place, then repeat", repository))
    if not _has_objects(folder):
        return
    if not _program():
        what = "git is not installed: the history of the contacts cannot be made new"
        raise BadInputError(Problem(what, "install git, then repeat", folder))
    if os.path.exists(os.path.join(repository, "index.lock")):
        what = "git is at work in the contacts' repository, or was interrupted there"
        raise BusyError(Problem(what, "when it has ended, remove index.lock, then repeat", repository))
    if _listed(os.path.join(repository, "worktrees")):
        what = "the contacts' repository has other work trees"
        raise BadInputError(Problem(what, "remove them first: git worktree list, git worktree remove", repository))
    apart = _branches_apart(folder)
    if apart:
        what = f"the contacts' repository has branches that hold what the current one does not: {', '.join(apart)}"
        raise BadInputError(
            Problem(what, "merge or delete them first: one commit is made of what lies in the folder", repository)
        )


def _branches_apart(folder: str) -> list[str]:
    """Return the branches, remote ones too, that hold what the current one does not."""
    if not _has_commits(folder):
        return []
    begun = _git(folder, "rev-parse", "--quiet", "--verify", "HEAD", may_fail=True)
    apart = ["--no-merged=HEAD"] if begun else []
    listed = _git(folder, "for-each-ref", *apart, "--format=%(refname:short)", "refs/heads", "refs/remotes")
    return sorted(listed.decode("utf-8", "replace").split())


def contact_remotes(records: str) -> dict[str, str]:
    """Return where else the contacts' repository says that it is kept: addresses by name."""
    folder = os.path.join(records, FOLDER)
    return remotes_of(folder) if os.path.isdir(os.path.join(folder, REPOSITORY)) else {}


def _is_of(name: str, contact: str) -> bool:
    """Tell whether a file is a contact's, or was made beside it by an editor or an interrupted write."""
    return os.path.basename(name).lstrip(".#").startswith(contact + ENDING)


def _names(folder: str, below: str = "") -> list[str]:
    """Return the paths of the files in the contacts' folder and below, from there; those of its repository are none."""
    found: list[str] = []
    for entry in os.scandir(os.path.join(folder, below)):
        path = os.path.join(below, entry.name)
        if not entry.is_dir(follow_symlinks=False):
            found.append(path)
        elif path not in (REPOSITORY, NEW, OLD):
            found += _names(folder, path)
    return found


def _names_in_history(folder: str) -> set[str]:
    """Return every name that the repository has or had, in any commit that something still leads to, or in its index."""
    if not _has_objects(folder):
        return set()
    listed = _git(folder, "log", "--all", "--reflog", "--format=", "--name-only", "-z") if _has_commits(folder) else b""
    staged = _git(folder, "ls-files", "-z")
    return {*(listed + b"\0" + staged).decode("utf-8", "replace").split("\0")}


def _has_objects(folder: str) -> bool:
    objects = os.path.join(folder, REPOSITORY, "objects")
    return any(len(name) == 2 or (name == "pack" and os.listdir(os.path.join(objects, name))) for name in _listed(objects))  # noqa: PLR2004 - hex digits


def _listed(folder: str) -> list[str]:
    return os.listdir(folder) if os.path.isdir(folder) else []


def _has_commits(folder: str) -> bool:
    return bool(_git(folder, "rev-list", "--all", "--reflog", "--max-count=1"))


def _settle(folder: str) -> None:
    """Bring an exchange of the repository that was interrupted to one end or the other."""
    repository, new, old = (os.path.join(folder, name) for name in (REPOSITORY, NEW, OLD))
    if os.path.lexists(old) and not os.path.lexists(repository):
        os.rename(old, repository)
        sync_folder(folder)
    for left in (new, old):
        if os.path.lexists(left):
            shutil.rmtree(left)
            sync_folder(folder)


def _make_anew(folder: str, gone: Iterable[str]) -> None:
    """Put a repository of one commit, without some files, in place of the one that is there."""
    repository, new, old = (os.path.join(folder, name) for name in (REPOSITORY, NEW, OLD))
    branch = _git(folder, "symbolic-ref", "--quiet", "HEAD", may_fail=True).decode("utf-8", "replace").strip()
    committed = _has_commits(folder)
    form = _git(folder, "rev-parse", "--show-object-format").decode("ascii", "replace").strip()
    make_folder(new)
    _git(folder, "init", "--quiet", f"--object-format={form}", within=NEW)
    for name in KEPT:
        source, target = os.path.join(repository, name), os.path.join(new, name)
        if os.path.isdir(source):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, symlinks=True)
        elif os.path.isfile(source):
            shutil.copyfile(source, target)
    if branch:
        _git(folder, "symbolic-ref", "HEAD", branch, within=NEW)
    if committed:
        names = [*sorted(gone), NEW, OLD]
        left_out = [":(exclude,glob).*.toml.*", *(f":(exclude,top,literal){name}" for name in names)]
        _git(folder, "add", "--all", "--", ".", *left_out, within=NEW)
        _git(folder, "commit", "--quiet", "--allow-empty", f"--message={MESSAGE}", within=NEW)
        shutil.rmtree(os.path.join(new, "logs"), ignore_errors=True)
    _sync_all(new)
    os.rename(repository, old)
    os.rename(new, repository)
    sync_folder(folder)
    shutil.rmtree(old)
    sync_folder(folder)


def _sync_all(path: str) -> None:
    """Make everything below a folder durable."""
    for folder, _, files in os.walk(path):
        for name in files:
            with suppress(FileNotFoundError):
                descriptor = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
                try:
                    os.fsync(descriptor)
                finally:
                    close(descriptor)
        sync_folder(folder)


def _program() -> str:
    return shutil.which("git") or ""


def _git(folder: str, *arguments: str, may_fail: bool = False, within: str = REPOSITORY) -> bytes:
    """Return what git prints about the repository `within` the contacts' folder, and about no other. Raises NotWrittenError."""
    return _run(
        folder,
        arguments,
        {**AUTHOR, **NOBODYS, "GIT_DIR": os.path.join(folder, within), "GIT_WORK_TREE": folder},
        may_fail=may_fail,
    )


def _run(folder: str, arguments: Iterable[str], environment: dict[str, str], *, may_fail: bool) -> bytes:
    import subprocess

    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own |= {"GIT_TERMINAL_PROMPT": "0", **environment}
    options = [option for setting in SETTINGS for option in ("-c", setting)]
    remedy = "see what git says in this folder, then repeat"
    check_trusted(folder)
    if not _program():
        raise NotWrittenError(Problem("git is not installed: the contacts' history cannot be made new", "install git", folder))
    try:
        done = subprocess.run(  # noqa: S603 - git with arguments of its own, never through a shell
            [_program(), "-C", folder, *options, *arguments], capture_output=True, check=False, timeout=SECONDS, env=own
        )
    except subprocess.TimeoutExpired:
        raise NotWrittenError(Problem(f"git takes longer than {SECONDS} seconds", remedy, folder)) from None
    if done.returncode and not may_fail:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["git failed and says nothing"]
        raise NotWrittenError(Problem(said[0], remedy, folder))
    return done.stdout


def keep_earlier_versions(shop: str, paths: Iterable[str]) -> list[str]:
    """Return those of some files, named from the shop folder, of which the shop's own repository has other versions.

    The ids of those are added to the list EARLIER, from which a command can take them out of the history. Raises NotWrittenError.
    """
    found: dict[str, set[str]] = {}
    for path in paths if _program() and is_trusted(shop) else ():
        asked = ("log", "--all", "--reflog", "-m", "--format=", "--raw", "--no-abbrev", "-z", "--", path)
        entries = _run(shop, asked, {}, may_fail=True).decode("utf-8", "replace").split(":")
        now = _run(shop, ("hash-object", "--no-filters", "--", path), {}, may_fail=True).decode("ascii", "replace").strip()
        blobs = {blob for entry in entries for blob in entry.split()[2:4] if blob.strip("0")} - {now}
        if blobs:
            found[path] = blobs
    if found:
        own = os.path.join(shop, EARLIER)
        known = read_lines(own)
        replace(own, "".join(f"{blob}\n" for blob in sorted(set().union(known, *found.values()))).encode(), OWN_FILE)
    return sorted(found)


def read_lines(path: str) -> list[str]:
    """Return the lines of a file; none where there is no such file. Raises UnreadableError."""
    try:
        with open(path, "rb", opener=plain) as file:
            return file.read().decode("ascii", "replace").split()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(path, error) from None


def remotes_of(folder: str) -> dict[str, str]:
    """Return where else the repository that a folder is in says that it is kept: addresses by name."""
    listed = _run(folder, ("remote", "-v"), {}, may_fail=True) if _program() and is_trusted(folder) else b""
    return {
        line.split()[0]: line.split()[1] for line in listed.decode("utf-8", "replace").splitlines() if line.endswith("(push)")
    }
