"""What git has of the journals: the last commit, the sides of a merge, what was fetched, and everything before.

Nothing here changes a journal. Where there is no git, or the shop is in none of its repositories, it has nothing.
"""

import hashlib
from collections.abc import Iterator

from returnkit.errors import BadInputError
from returnkit.records.disk import plain
from returnkit.records.git.journals import THEIRS
from returnkit.records.git.repository import repository
from returnkit.records.read import is_journal

# Of one file so many versions, and bytes, are looked at, newest first: journals only grow, so few have what others have not.
MOST_PAST, MOST_BYTES = 500, 512 * 1024 * 1024

NOT_THERE = 128  # how git ends where there is no such commit, branch or file

Blobs = dict[str, str]  # by path from the shop folder (records/k3/2026-11.jsonl), the hash of a file's content


class Versions:
    """What git has of the journals of a shop folder."""

    def __init__(self, shop: str) -> None:
        try:
            self._repository = repository(shop)
        except BadInputError:  # too old, or somebody else's: what it has is not asked for
            self._repository = None

    def committed(self) -> Blobs:
        """Return the journals of the last commit."""
        return self._at("HEAD")

    def fetched(self) -> list[tuple[str, str]]:
        """Return the journals of the branch that this one follows, as it was fetched last, and as a sync kept them."""
        return list(dict.fromkeys((*self._at("@{upstream}").items(), *self._at(THEIRS).items())))

    def unmerged(self) -> dict[str, list[str]]:
        """Return the sides of every journal that a merge could not bring together, by path."""
        found: dict[str, list[str]] = {}
        for about, name in self._listed("ls-files", "-u", "-z", "--", "records/"):
            if len(about) == 3 and is_journal(name):  # noqa: PLR2004 - mode, hash, stage
                found.setdefault(name, []).append(about[1])
        return found

    def past(self, name: str) -> Iterator[bytes]:
        """Yield what a file ever was, newest first, wherever git remembers it."""
        asked = ("log", "--all", "--reflog", "-m", "--format=", "--raw", "--no-abbrev", "-z", "--", name)
        blobs: dict[str, None] = {}
        for entry in (self._ask(*asked) or b"").split(b"\0"):
            words = entry.decode("utf-8", "replace").split()
            if words and words[0].startswith(":") and len(words) == 5:  # noqa: PLR2004 - two modes, two hashes, what became of it
                blobs.update(dict.fromkeys(blob for blob in (words[3], words[2]) if blob.strip("0")))
        looked_at = 0
        for blob in [*blobs][:MOST_PAST]:
            data = self.read(blob) or b""
            looked_at += len(data)
            yield data
            if looked_at > MOST_BYTES:
                return

    def read(self, blob: str) -> bytes | None:
        """Return a file's content by its hash; None where git has none."""
        return self._ask("cat-file", "blob", blob)

    def is_beginning(self, blob: str, path: str) -> bool:
        """Tell whether the content with a hash is the beginning of the file that stands there, or all of it."""
        size = (self._ask("cat-file", "-s", blob) or b"").strip()
        if not size.isdigit():
            return False
        left = int(size)
        digest = hashlib.sha1(usedforsecurity=False) if len(blob) == 40 else hashlib.sha256()  # noqa: PLR2004 - git's own
        digest.update(b"blob %d\0" % left)
        try:
            with open(path, "rb", opener=plain) as file:
                while left and (data := file.read(min(left, 1 << 20))):
                    digest.update(data)
                    left -= len(data)
        except OSError:
            return False
        return not left and digest.hexdigest() == blob

    def settle(self, names: list[str]) -> bool:
        """Let what stands in the work tree be what a merge leaves of some files; tell whether git took it."""
        return self._ask("add", "--", *names) is not None

    def _at(self, revision: str) -> Blobs:
        listed = self._listed("ls-tree", "-r", "-z", revision, "records/")
        return {name: about[2] for about, name in listed if len(about) == 3 and is_journal(name)}  # noqa: PLR2004 - mode, type, hash

    def _listed(self, *arguments: str) -> Iterator[tuple[list[str], str]]:
        for entry in (self._ask(*arguments) or b"").decode("utf-8", "replace").split("\0"):
            about, _, name = entry.partition("\t")
            if name:
                yield about.split(), name

    def _ask(self, *arguments: str) -> bytes | None:
        """Return what git says in the shop folder; None where there is no git, or not what is asked for.

        Raises BusyError, NotWrittenError.
        """
        if self._repository is None:
            return None
        said = self._repository.ask(*arguments, folder=self._repository.prefix, fine=(0, 1, NOT_THERE))
        return said.out if said.code == 0 else None
