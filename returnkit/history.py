"""What git remembers of the shop folder: texts as they were, where there is git and the folder is in it."""

import subprocess
from shutil import which

SECONDS = 60


def git(folder: str, *arguments: str) -> bytes | None:
    """Return what git prints when it is asked in a folder, None where it is missing or refuses."""
    program = which("git")
    if program is None:
        return None
    done = subprocess.run(  # noqa: S603 - git with arguments of its own, never through a shell
        [program, "-C", folder, *arguments], capture_output=True, check=False, timeout=SECONDS
    )
    return done.stdout if done.returncode == 0 else None


def text_at(folder: str, revision: str, path: str) -> bytes | None:
    """Return a file of the folder as it was at a revision (a commit, a branch, `HEAD~3`), None where git has none.

    A revision may name a file of its own: `main:policies/draft.toml`.
    """
    if not revision or "\0" in revision:
        return None
    return git(folder, "show", "--end-of-options", revision if ":" in revision else f"{revision}:./{path}")
