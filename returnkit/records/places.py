"""Where a shop folder lies: on a disk of this machine, across a network, or in a folder that another program keeps in step.

Appending is safe on a disk of this machine, because the system keeps two writers apart and says truly when something is on
the disk. A network keeps neither promise, and a sync client puts old files back in place of new ones. Nobody is stopped; it
is said once for each folder on this machine, and by `doctor` always.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress

from returnkit.records.cache import keep, load
from returnkit.records.identity import FOLDER as MACHINE
from returnkit.records.identity import SEEN, place_of

MOUNTS = "/proc/self/mountinfo"
# File systems whose files live on another machine, or are handed through from one, as the system names them.
NETWORK = {
    "9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "gfs2", "glusterfs", "gpfs", "lustre",
    "moosefs", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    "fuse.afpfs", "fuse.ceph-fuse", "fuse.curlftpfs", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gcsfuse",
    "fuse.goofys", "fuse.google-drive-ocamlfuse", "fuse.gvfsd-fuse", "fuse.juicefs", "fuse.jmtpfs", "fuse.kio-fuse",
    "fuse.mfs", "fuse.onedriver", "fuse.pcloud", "fuse.rclone", "fuse.s3fs", "fuse.seadrive", "fuse.simple-mtpfs",
    "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse", "fuse.wdfs",
}  # fmt: skip
# What sync clients leave in the top of a folder that they keep in step; a name that ends in / is a folder. `.dropbox` and
# `.sync` beside a user's own settings are folders without these files, and mean nothing.
MARKS = {
    ".stfolder": "Syncthing",
    ".stversions/": "Syncthing",
    ".dropbox": "Dropbox",
    ".dropbox.cache/": "Dropbox",
    ".sync/ID": "Resilio Sync",
    ".SyncID": "Resilio Sync",
    ".owncloudsync.log": "ownCloud",
    ".nextcloudsync.log": "Nextcloud",
    ".csync_journal.db": "ownCloud or Nextcloud",
    ".tmp.drivedownload/": "Google Drive",
    ".tmp.driveupload/": "Google Drive",
    ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
}
DATABASE = re.compile(r"\._?sync_[0-9a-f]+\.db")  # ownCloud's and Nextcloud's, with a name of its own in each folder
# What such folders are called by their clients; on a Mac they stand in CloudStorage, or in Mobile Documents.
CALLED = re.compile(
    r"(Dropbox|OneDrive|Google ?Drive|Nextcloud|ownCloud|pCloud ?Drive|MEGA|Seafile|iCloud ?Drive)(?: \(.*\)| - .*)?"
    r"|(iCloud)~.*|(CloudStorage|Mobile Documents)"
)
# What sync clients call the second copy of a file that was changed on two machines.
CONFLICT = re.compile(
    r"\.sync-conflict-\d{8}|conflicted copy|\(.*conflict.*\d{4}-\d\d-\d\d.*\)|_conflict-\d{8}|\.Conflict\b|\.!Sync$|\.!sync$",
    re.IGNORECASE,
)
MOST = 1000  # names of a folder that are looked at
MAY = (
    "a record that was acknowledged may be lost or doubled there, and two tills may write at once. Keep the shop folder on a "
    "disk of this machine, and bring tills together with git"
)


def where(folder: str, mounts: str = MOUNTS) -> str:
    """Return what is wrong with the place of a shop folder, in words; nothing where it lies on a disk of this machine."""
    folder = os.path.realpath(folder)
    kind = file_system(folder, mounts)
    if kind in NETWORK:
        return f"this shop folder lies across a network ({kind})"
    client = client_of(folder)
    return f"this shop folder is kept in step by {client}" if client else ""


def client_of(folder: str) -> str:
    """Return which sync client keeps a folder in step, as far as that is to be seen; nothing where none does."""
    return next(_clients(os.path.realpath(folder)), "")


def file_system(folder: str, mounts: str = MOUNTS) -> str:
    """Return the type of the file system that a folder lies on, as the system names it; nothing where it does not say."""
    best, kind = "", ""
    for point, name in _mounted(mounts):
        below = point.rstrip("/") + "/"
        if (folder + "/").startswith(below) and len(below) >= len(best):  # of two at one place the later one is seen
            best, kind = below, name
    return kind


def _mounted(mounts: str) -> Iterator[tuple[str, str]]:
    """Yield where file systems are mounted, and their types (proc(5), mountinfo)."""
    with suppress(OSError), open(mounts, "rb") as file:
        for line in file.read().splitlines():
            mine, _, system = line.partition(b" - ")
            parts, words = mine.split(b" "), system.split(b" ")
            if len(parts) > 4 and words[0]:  # noqa: PLR2004 - the fifth is the place
                point = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), parts[4])
                yield os.fsdecode(point), os.fsdecode(words[0])


def _clients(folder: str) -> Iterator[str]:
    """Yield the sync clients that left marks in the folder, or in one above it."""
    records = os.path.join(folder, "records")
    for inside in (folder, records, *(os.path.join(records, name) for name in _names(records))):
        conflict = next((name for name in _names(inside) if CONFLICT.search(name)), "")
        if conflict:
            yield f"a sync client, which left {os.path.relpath(os.path.join(inside, conflict), folder)}"
    while True:
        yield from (client for mark, client in MARKS.items() if _is_there(os.path.join(folder, mark)))
        yield from ("ownCloud or Nextcloud" for name in _names(folder) if DATABASE.fullmatch(name))
        above, own = os.path.split(folder)
        called = CALLED.fullmatch(own)
        if called:
            yield called[1] or called[2] or "a sync client"
        if above == folder:
            return
        folder = above


def _names(folder: str) -> list[str]:
    with suppress(OSError), os.scandir(folder) as entries:
        return [entry.name for entry, _ in zip(entries, range(MOST), strict=False)]
    return []


def _is_there(mark: str) -> bool:
    if mark.endswith("/"):
        return os.path.isdir(mark)
    return os.path.isfile(mark) or (mark.endswith(".stfolder") and os.path.isdir(mark))


def warning(folder: str) -> str:
    """Return what a person should know of the place of a shop folder, where they were not told yet; nothing otherwise.

    What was found is kept in the cache: where it cannot be kept, it is said again.
    """
    path = os.path.join(folder, MACHINE, *SEEN)
    told, found = load(path).partition(b"\n")[2].decode("utf-8", "replace"), where(folder)
    with suppress(OSError):
        keep(path, place_of(folder) + found.encode("utf-8", "replace"))
    return f"{found}: {MAY}" if found and found != told else ""
