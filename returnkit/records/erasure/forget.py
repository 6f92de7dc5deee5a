"""A customer's contact removed for good: the file, what lies beside it, and the history of the contacts' own repository.

The repository is made anew from what is left, as one commit, and put in place of the old one as a whole: so nothing of the old
one stays behind, in no branch, stash, reflog, index or pack.
"""

import os
import re
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem
from returnkit.model.jsonl import Json
from returnkit.model.record import is_name
from returnkit.records.contacts import ENDING, FOLDER, REFERENCE, contacts_in
from returnkit.records.disk import close, is_shared, make_folder, not_written, sync_folder
from returnkit.records.erasure.redact import of_kind
from returnkit.records.git.call import CLOSED, call
from returnkit.records.lock import locked
from returnkit.records.read import tills_in, unreadable
from returnkit.records.rights import is_trusted

FORGOTTEN = "contact.forgotten"
REPOSITORY, NEW, OLD = ".git", ".git.new", ".git.old"
SECONDS = 300.0
MESSAGE = "Contacts"
SETTINGS = (*CLOSED, "core.autocrlf=false", "gc.auto=0")
KEPT = ("config", "description", "hooks", "info")  # what a repository made anew takes over
AUTHOR = {
    f"GIT_{role}_{what}": text for role in ("AUTHOR", "COMMITTER") for what, text in (("NAME", "returnkit"), ("EMAIL", "-"))
}

NOBODYS = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}  # settings of this machine change nothing here


def forgotten(records: str) -> dict[str, Json]:
    """Return the contacts that are to be forgotten, each with the record that says so; of several the one that says most.

    Those with `last` only if they did not come back after that day. Raises UnreadableError.
    """
    found: dict[str, Json] = {}
    for record in of_kind(records, FORGOTTEN):
        contact, before = str(record.get("contact")), found.get(str(record.get("contact")))
        if is_name(contact) and (before is None or _until(record) > _until(before)):
            found[contact] = record
    return found


def _until(record: Json) -> str:
    return str(record.get("last", "9999"))


def days_of_contacts(records: str) -> dict[str, int]:
    """Return the day (an ordinal) on which what lies here of each contact was written last, whether it can be read or not.

    Raises UnreadableError.
    """
    folder = os.path.join(records, FOLDER)
    found: dict[str, int] = {}
    with _read(folder):
        for name in _names(folder) if _is_folder(folder) else []:
            contact = _written_as(name)
            with suppress(FileNotFoundError, ValueError, OverflowError):
                written = datetime.fromtimestamp(os.lstat(os.path.join(folder, name)).st_mtime, UTC).toordinal()
                found |= {contact: max(written, found.get(contact, 0))} if contact else {}
    return found


def held_of(records: str, contacts: Iterable[str]) -> list[str]:
    """Return those of some contacts of which something is held here: a file, a copy beside it, or a name in the history.

    Raises UnreadableError; NotWrittenError where git fails.
    """
    folder = os.path.join(records, FOLDER)
    wanted = {*contacts}
    with _read(folder):
        names = [*_names(folder), *_names_in_history(folder)] if wanted and _is_folder(folder) else []
    return sorted(wanted & set().union(*map(contacts_in, names)))


def files_of(records: str, contacts: Collection[str]) -> list[str]:
    """Return those of some contacts of which a file is here. Raises UnreadableError."""
    folder = os.path.join(records, FOLDER)
    with _read(folder):
        names = _names(folder) if contacts and _is_folder(folder) else []
    return sorted({*contacts} & set().union(*map(contacts_in, names)))


def forget_contacts(records: str, contacts: Iterable[str]) -> list[str]:
    """Remove contacts with their history, and return of which there was anything.

    Raises BadInputError where the history cannot be made new, UnreadableError, NotWrittenError, BusyError: what is not done then
    a repetition does.
    """
    folder = os.path.join(records, FOLDER)
    with _read(folder):
        if not _is_folder(folder):
            return []
    left_over = any(os.path.lexists(os.path.join(folder, name)) for name in (NEW, OLD))
    if not left_over and not held_of(records, contacts):
        with _told(folder):
            sync_folder(folder)  # what somebody else removed and never came to sync
        return []
    # Whoever takes a new contact down holds the lock of a till.
    with locked(*(os.path.join(records, till) for till in tills_in(records))), _told(folder):
        _settle(folder)
        held = held_of(records, contacts)
        if held:
            check_history(records)
        gone = {name for name in _names(folder) if not contacts_in(name).isdisjoint(held)}
        if held and _has_objects(folder):
            _make_anew(folder, gone)
        for name in sorted(gone):
            os.unlink(os.path.join(folder, name))
        sync_folder(folder)
    return held


@contextmanager
def _read(folder: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unreadable(folder, error) from None


@contextmanager
def _told(folder: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise not_written(folder, error) from None


def check_history(records: str) -> None:
    """Refuse what would stand in the way of making the history of the contacts new, or would be lost by it.

    Raises BadInputError, BusyError, UnreadableError; nothing was done then.
    """
    folder = os.path.join(records, FOLDER)
    with _read(folder):
        _check_history(folder)


def _check_history(folder: str) -> None:
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


def _written_as(name: str) -> str:
    """Return as whose file a file was written, or begun; nothing where it is nobody's."""
    own, ending, _ = os.path.basename(name).lstrip(".#~").partition(ENDING)
    found = re.match(REFERENCE, own)
    return (found[0] if found else own if is_name(own) else "") if ending else ""


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
    return os.listdir(folder) if _is_folder(folder) else []


def _is_folder(path: str) -> bool:
    """Tell whether a folder is there. Raises OSError where that cannot be seen: what cannot be looked at is not gone."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


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
            shutil.copy(source, target)
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
        {**AUTHOR, **NOBODYS, "GIT_DIR": os.path.abspath(os.path.join(folder, within)), "GIT_WORK_TREE": os.path.abspath(folder)},
        may_fail=may_fail,
    )


def _run(folder: str, arguments: Iterable[str], environment: dict[str, str], *, may_fail: bool) -> bytes:
    mask = 0o007 if is_shared(os.stat(folder)) else 0o077
    said = call(folder, *arguments, settings=SETTINGS, environment=environment, seconds=SECONDS, mask=mask)
    if said.code < 0 or (said.code and not may_fail):
        raise NotWrittenError(Problem(said.first, "see what git says in this folder, then repeat", folder))
    return said.out


def remotes_of(folder: str) -> dict[str, str]:
    """Return where else the repository that a folder is in says that it is kept: addresses by name. Raises UnreadableError."""
    with _read(folder):
        listed = _run(folder, ("remote", "-v"), {}, may_fail=True) if _program() and is_trusted(folder) else b""
    lines = (line for line in listed.decode("utf-8", "replace").splitlines() if line.endswith(" (push)"))
    return {name: url.removesuffix(" (push)") for name, _, url in (line.partition("\t") for line in lines)}
