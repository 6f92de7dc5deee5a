"""What git remembers of the shop folder: texts as they were, where there is git and the folder is in it."""

import os
import subprocess
from shutil import which

from returnkit.records.rights import check_trusted, is_trusted

SECONDS = 60
CLOSED = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")


def git(folder: str, *arguments: str) -> bytes | None:
    """Return what git prints when it is asked in a folder, None where it is missing, refuses, or the folder is somebody else's.

    A folder's own settings can make git run anything: those of others are not looked at, and the usual ways are closed.
    """
    program = which("git")
    if program is None or not is_trusted(folder):
        return None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603 - git with arguments of its own, never through a shell
        [program, "-C", folder, *CLOSED, *arguments],
        capture_output=True, check=False, timeout=SECONDS, env=environment | {"GIT_TERMINAL_PROMPT": "0"},
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else None


def text_at(folder: str, revision: str, path: str) -> bytes | None:
    """Return a file of the folder as it was at a revision (a commit, a branch, `HEAD~3`), None where git has none.

    A revision may name a file of its own: `main:policies/draft.toml`. Raises BadInputError in somebody else's folder.
    """
    check_trusted(folder)
    if not revision or "\0" in revision:
        return None
    return git(folder, "show", "--end-of-options", revision if ":" in revision else f"{revision}:./{path}")
