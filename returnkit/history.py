"""What git remembers of the shop folder: texts as they were, where there is git and the folder is in it."""

from contextlib import suppress

from returnkit.errors import BadInputError
from returnkit.records.git.call import call
from returnkit.records.git.trust import check_repository
from returnkit.records.rights import check_trusted


def git(folder: str, *arguments: str) -> bytes | None:
    """Return what git prints when it is asked in a folder, None where it is missing, refuses, or may not be called there.

    A folder's own settings can make git run anything: those of others are not looked at, and the usual ways are closed.
    """
    with suppress(BadInputError):
        said = call(folder, *arguments)
        return said.out if said.code == 0 else None
    return None


def text_at(folder: str, revision: str, path: str) -> bytes | None:
    """Return a file of the folder as it was at a revision (a commit, a branch, `HEAD~3`), None where git has none.

    A revision may name a file of its own: `main:policies/draft.toml`. Raises BadInputError in somebody else's folder,
    and where git may not be called.
    """
    check_trusted(folder)
    check_repository(folder)
    if not revision or "\0" in revision:
        return None
    return git(folder, "show", "--end-of-options", revision if ":" in revision else f"{revision}:./{path}")
