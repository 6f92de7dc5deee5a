"""Where a shop folder lies: networks and sync clients are recognised and said once; a disk of this machine is well."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from returnkit.records.places import CONFLICT, NETWORK, file_system, where
from tests.conftest import REPOSITORY, Result, call

At = Callable[..., Result]
MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
40 22 0:40 / /home/anna/share rw master:3 propagate_from:2 - {kind} server:/export rw,vers=4.2
41 22 0:41 / /home/anna/share/here rw - tmpfs tmpfs rw
42 22 8:2 / /mnt/with\\040a\\134blank rw - {kind} server:/export rw
43 22 8:3 / /over rw - ext4 /dev/sdb1 rw
44 43 0:44 / /over rw - {kind} over rw
a line that is none
45 22
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Callable[[str], str]:
    def write(kind: str) -> str:
        path = tmp_path / "mountinfo"
        path.write_text(MOUNTS.format(kind=kind))
        return str(path)

    return write


@pytest.mark.parametrize("kind", sorted(NETWORK))
def test_a_network_is_recognised_by_its_file_system(mounts: Callable[[str], str], kind: str) -> None:
    table = mounts(kind)
    for folder in ("/home/anna/share", "/home/anna/share/shop", "/mnt/with a\\blank/shop", "/over/shop"):
        assert file_system(folder, table) == kind
        assert where(folder, table) == f"this shop folder lies across a network ({kind})"
    for folder in ("/", "/home/anna/shop", "/home/anna/shared", "/home/anna/share/here/shop", "/mnt/with"):
        assert file_system(folder, table) in ("ext4", "tmpfs")
        assert where(folder, table) == ""


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "fuseblk", "fuse.gocryptfs", "apfs", "vfat"])
def test_a_disk_of_this_machine_is_none(mounts: Callable[[str], str], kind: str) -> None:
    assert where("/home/anna/share/shop", mounts(kind)) == ""


@pytest.mark.parametrize("text", [None, "", "\0\xff\n - - \n", "1 2 3 4 /\n", "x" * 100_000])
def test_a_system_that_does_not_say_is_no_error(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "mountinfo"
    if text is not None:
        path.write_text(text)
    assert where(str(tmp_path), str(path)) == ""


@pytest.mark.parametrize(
    ("mark", "client"),
    [
        (".stfolder/", "Syncthing"), (".stfolder", "Syncthing"), (".stversions/", "Syncthing"), (".dropbox", "Dropbox"),
        (".dropbox.cache/", "Dropbox"), (".sync/ID", "Resilio Sync"), (".owncloudsync.log", "ownCloud"),
        (".nextcloudsync.log", "Nextcloud"), ("._sync_0123456789ab.db", "ownCloud or Nextcloud"),
        (".sync_0123456789ab.db", "ownCloud or Nextcloud"), (".tmp.drivedownload/", "Google Drive"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", ["", "..", "../.."])
def test_a_sync_client_is_recognised_by_what_it_leaves(tmp_path: Path, mark: str, client: str, above: str) -> None:
    folder = tmp_path / "a/b/shop"
    folder.mkdir(parents=True)
    assert where(str(folder)) == ""
    path = folder / above / mark
    if mark.endswith("/"):
        path.mkdir()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert where(str(folder)) == f"this shop folder is kept in step by {client}"


@pytest.mark.parametrize(
    ("name", "client"),
    [
        ("Dropbox", "Dropbox"), ("Dropbox (Personal)", "Dropbox"), ("OneDrive", "OneDrive"), ("OneDrive - Rowan", "OneDrive"),
        ("Google Drive", "Google Drive"), ("Nextcloud", "Nextcloud"), ("iCloud~com~apple~Pages", "iCloud"),
        ("Mobile Documents", "a sync client"), ("CloudStorage", "a sync client"), ("iCloud Drive", "iCloud Drive"),
    ],
)  # fmt: skip
def test_a_sync_client_is_recognised_by_the_name_of_its_folder(tmp_path: Path, name: str, client: str) -> None:
    for folder in (tmp_path / name, tmp_path / name / "shop"):
        folder.mkdir(exist_ok=True)
        assert where(str(folder)) == f"this shop folder is kept in step by {client}"


@pytest.mark.parametrize(
    "name",
    [
        "2026-11 (conflicted copy).jsonl", "2026-11 (Anna's conflicted copy 2026-11-21).jsonl",
        "2026-11.sync-conflict-20261121-120000-ABCDEFG.jsonl", "2026-11_conflict-20261121-120000.jsonl",
        "2026-11 (conflict from anna on 2026-11-21-12-00-00).jsonl", "2026-11.jsonl.!sync",
    ],
)  # fmt: skip
def test_a_second_copy_of_a_file_is_a_mark(tmp_path: Path, name: str) -> None:
    assert CONFLICT.search(name)
    for folder in ("records/k3", "records", "."):
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        found = where(str(tmp_path))
        assert (
            found
            == f"this shop folder is kept in step by a sync client, which left {os.path.normpath(os.path.join(folder, name))}"
        )
        path.unlink()


def test_what_a_user_has_anyway_is_no_mark(tmp_path: Path) -> None:
    """A client's settings stand in the home folder of everybody who uses it, whatever lies elsewhere below."""
    shop = tmp_path / "shop" / "records" / "k3"
    shop.mkdir(parents=True)
    for name in (".dropbox", ".sync", "Dropbox", "OneDrive", ".config/syncthing", "Sync"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("2026-11.jsonl", "2026-11.jsonl~", "conflict.md", "a (1).txt"):
        (shop / name).write_text("")
    assert where(str(tmp_path / "shop")) == ""


# What is said of it


def opened(at: At, *more: str) -> str:
    result = at(*more, "complaint", "open", "--text", "wet")
    assert result.code == 0, result
    return "\n".join(line for line in result.err.splitlines() if "kept in step" in line)


def test_it_is_said_once_with_what_can_happen(at: At, shop: Path, tmp_path: Path) -> None:
    assert opened(at) == ""
    (tmp_path / ".stfolder").mkdir()
    assert opened(at) == ""  # it was looked at, and nothing says that it should be again
    (shop / ".returnkit/cache/place").unlink()
    said = opened(at)
    assert said.startswith(
        "returnkit: note: this shop folder is kept in step by Syncthing: a record that was acknowledged may be"
    )
    assert "lost or doubled" in said
    assert opened(at) == ""
    moved = tmp_path / "elsewhere"
    shop.rename(moved)
    os.chdir(moved)
    assert opened(at) == ""  # the same finding is no news
    os.chdir(tmp_path)
    (tmp_path / ".stfolder").rmdir()
    (tmp_path / "Dropbox").mkdir()
    moved.rename(tmp_path / "Dropbox/shop")
    os.chdir(tmp_path / "Dropbox/shop")
    assert "kept in step by Dropbox" in opened(at)
    assert opened(at) == ""


def test_reading_says_nothing_and_keeps_nothing(at: At, shop: Path, tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    for command in (("complaint", "list"), ("return", "list"), ("today",)):
        assert "kept in step" not in at(*command).err
    assert not (shop / ".returnkit").exists()


def test_it_is_said_on_every_machine(at: At, shop: Path, tmp_path: Path) -> None:
    """What one machine was told stands in a folder that the client takes to the other one."""
    (tmp_path / ".stfolder").mkdir()
    assert opened(at)
    place = shop / ".returnkit/cache/place"
    kept = place.read_bytes()
    disk, machine = kept[4:].split(b"\n")[0].split()
    assert disk == str(shop.stat().st_dev).encode()
    assert len(machine) == 12
    place.write_bytes(b"")
    assert opened(at)
    assert place.read_bytes() == kept


def test_where_nothing_can_be_kept_it_is_said_again(at: At, shop: Path, tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    (shop / ".returnkit").mkdir(mode=0o700)
    (shop / ".returnkit/cache").write_text("")
    assert opened(at)
    assert opened(at)


def test_an_import_says_it_too(at: At, shop: Path, tmp_path: Path) -> None:
    (tmp_path / ".dropbox").write_text("")
    (shop / "sales.csv").write_text("No,Day,Sku,Price\n1,2026-11-19,RO-401,34.90\n")
    text = 'receipt-no = "No"\ntime = "Day"\nsku = "Sku"\npaid = "Price"\nquantity = { value = "1" }\n'
    (shop / "map.toml").write_text(f'schema = 1\n[file]\ndates = "YYYY-MM-DD"\n[sale]\n{text}')
    result = at("sale", "import", "sales.csv", "--map", "map.toml")
    assert result.code == 0, result
    assert "kept in step by Dropbox" in result.err


def test_doctor_always_says_it(at: At, tmp_path: Path) -> None:
    def told() -> str:
        return next(line for line in at("doctor").out.splitlines() if line.split()[1:2] == ["place"])

    assert told() == "ok     place         the folder lies on a disk of this machine"
    (tmp_path / ".stfolder").mkdir()
    for _ in range(2):
        assert told().startswith("wrong  place         this shop folder is kept in step by Syncthing: a record that was")


def test_a_counter_command_looks_once_and_then_loads_nothing_for_it(at: At, shop: Path) -> None:
    opened(at)
    code = "import sys; from returnkit.cli import run; run(sys.argv[1:]); print(*sys.modules, sep='\\n')"
    command = [sys.executable, "-c", code, "--shop", str(shop), "complaint", "open", "--text", "x"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY).stdout.splitlines()
    assert not {"returnkit.records.places", "returnkit.records.rights"} & {*loaded}
    assert call("--shop", str(shop), "records", "verify").code == 0
