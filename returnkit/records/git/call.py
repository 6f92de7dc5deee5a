"""Git is called in one way: by argument list, in a folder of the user's own; it asks nothing, runs no hooks, and has to end."""

import os
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from shutil import which
from typing import NamedTuple

from returnkit.records.git.trust import check_repository
from returnkit.records.rights import check_trusted

SECONDS = 60.0
# What a folder's own settings could make git run by itself, or wait for. (An alias cannot stand for one of git's own verbs.)
CLOSED = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.fsync=committed", "core.askPass=", "core.quotePath=false",
    "commit.gpgSign=false", "push.gpgSign=false", "submodule.recurse=false", "protocol.ext.allow=never",
)  # fmt: skip


class Said(NamedTuple):
    """What git answered: its exit code (-1: there is none, or it did not end), its answer, and its complaints."""

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


def call(  # noqa: PLR0913 - all that a call of git hangs on
    folder: str,
    *arguments: str,
    settings: Iterable[str] = CLOSED,
    environment: Mapping[str, str] | None = None,
    data: bytes = b"",
    seconds: float = SECONDS,
    mask: int = -1,
) -> Said:
    """Call git in a folder and wait for it, so long; it and whatever it called are ended then, or with this process.

    `environment` is added to what git is told of this process's, `mask` is the umask. Raises BadInputError in somebody else's
    folder, and where others may say what git does.
    """
    check_trusted(folder)
    check_repository(folder)
    program = which("git")
    if program is None:
        return Said(-1, b"", "fatal: git is not installed")
    import subprocess

    own = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SSH_ASKPASS"))}
    own |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **(environment or {})}
    options = [part for setting in settings for part in ("-c", setting)]
    try:
        process = subprocess.Popen(  # noqa: S603 - git with arguments of its own, never through a shell
            [program, "-C", folder, *options, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=own, umask=mask,
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
