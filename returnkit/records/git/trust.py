"""Whether git may be called: what is configured in a repository can run commands, as whoever calls git in it."""

import grp
import os
import pwd
import shlex
import stat
from contextlib import suppress

from returnkit.errors import BadInputError, Problem
from returnkit.records.lock import user_name
from returnkit.records.rights import is_own

NAME = ".git"
CONFIGURED = ("config", "config.worktree")  # what tells git which programs to run
LEADS = b"gitdir: "  # how a file of that name says where the folder is
LARGEST = 64 * 1024  # bytes of such a file


def top_of(folder: str) -> str | None:
    """Return the nearest folder upwards in which a repository begins."""
    folder = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(folder, NAME)):
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)
    return folder


def git_folders(folder: str) -> list[str]:
    """Return where git keeps what it keeps of a folder: first its own, then what it has in common with other work trees."""
    top = top_of(folder)
    if top is None:
        return []
    found = os.path.join(top, NAME)
    if os.path.isfile(found):
        found = os.path.join(top, _line(found).removeprefix(LEADS.decode()))
    common = os.path.join(found, _line(os.path.join(found, "commondir")))
    return list(dict.fromkeys(map(os.path.normpath, (found, common))))


def _line(path: str) -> str:
    """Return the first line of a file that leads elsewhere; nothing where there is none."""
    with suppress(OSError), open(path, "rb") as file:
        return os.fsdecode(file.read(LARGEST).partition(b"\n")[0])
    return ""


def check_repository(folder: str) -> None:
    """Refuse to call git in a folder where what git is told to do may be somebody else's word.

    Raises BadInputError.
    """
    top = top_of(folder)
    if top is None:
        return
    _check_own(os.path.join(top, NAME))
    for place in git_folders(folder):
        names = os.listdir(place) if os.access(place, os.R_OK) and os.path.isdir(place) else []
        for path in (place, *(os.path.join(place, name) for name in names)):
            _check_own(path)
        for path in (place, *(os.path.join(place, name) for name in CONFIGURED)):
            _check_closed(path, place)


def _check_own(path: str) -> None:
    with suppress(OSError):  # it is gone already
        for found in (os.lstat(path), os.stat(path)):
            if not is_own(found):
                what = f"this belongs to {user_name(found.st_uid)}: what is configured in a repository could run commands here"
                raise BadInputError(Problem(what, "see what it says, and who put it there; git is not called before", path))


def _check_closed(path: str, place: str) -> None:
    with suppress(OSError):
        found = os.stat(path)
        others = stat.S_IWOTH | (0 if _is_alone(found.st_gid) else stat.S_IWGRP)
        if found.st_mode & others:
            mode = f"mode {stat.S_IMODE(found.st_mode):04o}"
            what = f"others may write this ({mode}): what is configured in a repository could run commands here"
            remedy = f"see that its config says nothing that you do not know, then: chmod -R go= {shlex.quote(place)}"
            raise BadInputError(Problem(what, remedy, path))


def _is_alone(group: int) -> bool:
    """Tell whether a group is the user's own, as many systems make one for each user, with nobody else in it."""
    with suppress(KeyError):
        own, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
        return found.gr_gid == own.pw_gid and found.gr_name == own.pw_name and {*found.gr_mem} <= {own.pw_name}
    return False
