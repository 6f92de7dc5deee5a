"""What is left of words that were taken out: in every version that the shop's git repository has, and in copies of journals.

A line keeps its `h` when its words go, so an earlier version of it is known by that wherever it lies: in a journal of any
commit, in a copy under another name, in an object that nothing leads to any more. Nobody needs to know the words for that.
"""

import os
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from returnkit.errors import BadInputError, UnreadableError
from returnkit.records.chain import readable
from returnkit.records.contacts import contacts_in
from returnkit.records.disk import not_written
from returnkit.records.erasure.redact import BLANKED, blanked
from returnkit.records.git.repository import ANY, Repository, repository
from returnkit.records.read import blocks, is_month, journal_files, tills_in, with_text
from returnkit.records.rewrite import replace

EARLIER = os.path.join(".returnkit", "earlier-versions")  # the versions that a command takes out of the history
AT_ONCE = 32 * 1024 * 1024  # bytes of versions that are looked at together
LARGEST = 512 * 1024 * 1024  # bytes of a file that may be a copy of a journal
DROPPED = "origin"  # git filter-repo forgets this remote
_H = re.compile(rb'"h":"([0-9a-f]{24})"')


class Gone(NamedTuple):
    """What was taken out: the fields of each line, by its `h`; the names of the files it stands in; who was forgotten."""

    fields: dict[str, set[str]]
    months: set[str]
    contacts: Collection[str]

    def stands_in(self, data: bytes) -> bool:
        """Tell whether some lines hold words that were taken out."""
        return any(self._says(found[1].decode(), data, found.start()) for found in _H.finditer(data))

    def _says(self, h: str, data: bytes, at: int) -> bool:
        gone = self.fields.get(h)
        if not gone:
            return False
        end = data.find(b"\n", at)
        line = data[data.rfind(b"\n", 0, at) + 1 : len(data) if end < 0 else end]
        record = readable(line)
        if record is None:  # a piece, or damaged
            return any(b'"%s":"' % field.encode() in line for field in gone)
        return record.get("h") == h and not gone.isdisjoint(record)


class Left(NamedTuple):
    """What is left of words that were taken out: the files of which git has versions with them, how many, and copies here."""

    files: list[str]
    versions: int
    copies: list[str]
    unasked: str = ""  # why git was not asked, if there is a repository


def gone_words(records: str, contacts: Collection[str]) -> Gone:
    """Return what was taken out of the records, and of which contacts. Raises UnreadableError."""
    files = (path for till in tills_in(records) for _, path in journal_files(records, till))
    months = {os.path.basename(path) for path in files if any(with_text(path, BLANKED))}
    return Gone(blanked(records), months, contacts)


def left_of(shop: str, gone: Gone) -> Left:
    """Return what is left of words; the versions that git has are kept in a list, for the command that takes them out.

    Raises NotWrittenError, BusyError, UnreadableError.
    """
    if not gone.fields and not gone.contacts:
        return Left([], 0, [])
    copies = sorted(_copies(shop, gone))
    found: dict[str, str] = {}
    own, unasked = _own_repository(shop)
    if own is not None:
        here = {os.path.join(shop, copy) for copy in copies}
        found = {blob: path for blob, path in _versions(own, gone) if not _is_here(own, blob, path, here)}
    listed = os.path.join(shop, EARLIER)
    if found:
        replace(listed, "".join(f"{blob}\n" for blob in sorted(found)).encode(), None)
    elif os.path.lexists(listed):
        try:
            os.unlink(listed)
        except OSError as error:
            raise not_written(listed, error) from None
    return Left(sorted({path or "what nothing leads to any more" for path in found.values()}), len(found), copies, unasked)


def _own_repository(shop: str) -> tuple[Repository | None, str]:
    """Return the shop's repository, or why what it has is not asked for: too old a git, or others may say what git does."""
    try:
        return repository(shop), ""
    except BadInputError as error:
        problem = error.problems[0]
        return None, f"{problem.file}: {problem.what}; {problem.remedy}"


def _is_here(own: Repository, blob: str, path: str, copies: Collection[str]) -> bool:
    """Tell whether a version is that of a copy which still stands here: it is told of as that, and may hold more."""
    file = os.path.join(own.root, path)
    if not path or file not in copies:
        return False
    return own.ask("hash-object", f"--path={path}", "--", file, fine=ANY).out.decode().strip() == blob


def _versions(own: Repository, gone: Gone) -> Iterator[tuple[str, str]]:
    """Yield every object that holds what was taken out, and as which file; those that nothing leads to are nameless."""
    listed = own.ask("rev-list", "--objects", "--all", "--reflog", "--indexed-objects", fine=ANY).out
    named = (line.partition(" ") for line in listed.decode("utf-8", "surrogateescape").splitlines())
    names = {blob: path for blob, _, path in named}
    asked = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype) %(objectname) %(objectsize)")
    blobs: list[tuple[str, int]] = []
    for line in own.do(*asked).decode("ascii", "replace").splitlines():
        what, blob, size = line.split()
        name = names.get(blob, "")
        journal = is_month(os.path.basename(name))
        if what == "blob" and not journal and not contacts_in(name).isdisjoint(gone.contacts):
            yield blob, name
        # A journal of a month in which nothing was taken out need not be read.
        elif what == "blob" and (not journal or os.path.basename(name) in gone.months):
            blobs.append((blob, int(size)))
    for some in _portions(blobs if gone.fields else []):
        for blob, data in zip(some, own.blobs(some), strict=True):
            if gone.stands_in(data):
                yield blob, names.get(blob, "")


def _portions(blobs: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    some: list[str] = []
    bytes_of_them = 0
    for blob, size in blobs:
        some.append(blob)
        bytes_of_them += size
        if bytes_of_them >= AT_ONCE:
            yield some
            some, bytes_of_them = [], 0
    if some:
        yield some


def _copies(shop: str, gone: Gone) -> Iterator[str]:
    """Yield the files in a shop folder, from there, that hold what was taken out and are no journals."""
    records = os.path.join(shop, "records")
    tills = tills_in(records)
    for folder, folders, files in os.walk(shop):
        folders[:] = [name for name in folders if name != ".git"]
        till = os.path.relpath(folder, records) in tills
        for name in files:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path) or (till and is_month(name)):
                continue
            if not contacts_in(name).isdisjoint(gone.contacts) or _holds(path, gone):
                yield os.path.relpath(path, shop)


def _holds(path: str, gone: Gone) -> bool:
    try:
        if os.path.getsize(path) > LARGEST:
            return False
        return any(gone.stands_in(data) for data, _ in blocks(path))
    except (OSError, UnreadableError):
        return False


class Cleaning(NamedTuple):
    """The commands that take words out of git's history, one after the other; and the remotes that nobody can prune from here."""

    commands: list[str]
    far: list[str]


def how_to_clean(shop: str, left: Left) -> Cleaning:
    """Return what takes the earlier versions of journals out of git's history.

    A journal only grows: its newest version holds all that the earlier ones held, but for what was taken out. What is not
    committed would be lost by it.
    """
    own = _own_repository(shop)[0] if left.files else None
    if own is None:
        return Cleaning([], [])
    settings = own.settings()
    who = "" if {"user.name", "user.email"} <= settings.keys() else "-c user.name=returnkit -c user.email=- "
    top = f"-C {shlex.quote(own.root)} " if own.prefix else ""
    listed = shlex.quote(os.path.join(own.prefix, EARLIER))
    remotes = list(_remotes(settings))
    commands = [
        *(command for _, url in remotes for command in opened(own, url)),
        f'(git diff --quiet HEAD -- records || git {who}commit --quiet --message "Words taken out" -- records)',
        f"git {top}diff --stat --exit-code HEAD && git {top}filter-repo --force --strip-blobs-with-ids {listed}",
        *(command for name, url in remotes for command in _sent_again(own, name, url)),
    ]
    return Cleaning(commands, [url for _, url in remotes if not os.path.isdir(_place(own, url))])


def opened(own: Repository, url: str) -> Sequence[str]:
    """Return the command that lets a remote on this machine take another history: one made with --shared refuses it."""
    folder = _place(own, url)
    return [f"git -C {shlex.quote(folder)} config receive.denyNonFastForwards false"] if os.path.isdir(folder) else []


def _sent_again(own: Repository, name: str, url: str) -> Sequence[str]:
    add = f"git remote add {shlex.quote(name)} {shlex.quote(url)} && " if name == DROPPED else ""
    push, *prune = sent_again(own, name, url)
    return [add + push, *prune]


def sent_again(own: Repository, name: str, url: str) -> Sequence[str]:
    """Return the commands that replace the history at a remote."""
    tags = f" && git push --force --tags {shlex.quote(name)}" if own.do("for-each-ref", "--count=1", "refs/tags") else ""
    folder = _place(own, url)
    prune = [f"git -C {shlex.quote(folder)} gc --quiet --prune=now"] if os.path.isdir(folder) else []
    return [f"git push --force --all {shlex.quote(name)}{tags}", *prune]


def _place(own: Repository, url: str) -> str:
    """Return the folder that an address means, if it lies on this machine."""
    return os.path.normpath(os.path.join(own.root, url.removeprefix("file://")))


def _remotes(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield where else a repository is kept: names and addresses."""
    for setting, url in sorted(settings.items()):
        if setting.startswith("remote.") and setting.endswith(".url"):
            yield setting.removeprefix("remote.").removesuffix(".url"), url
