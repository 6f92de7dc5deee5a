"""Files that are no backups, or not as one is made: refused before anything is written."""

import gzip
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from returnkit.records.archive import LIST
from tests.bad.conftest import BAD, Desk
from tests.bad_inputs import Result, assert_refused, assert_sane, call, spawn, tree
from tests.test_bad_inputs import KINDS, cases, put

JOURNAL = "records/k3/2026-11.jsonl"
SOUND = (BAD / "journal" / "sound" / "whole.jsonl").read_bytes()
SHOP = (BAD.parents[1] / "policies" / "shop.toml").read_bytes()
HEAD = {"seq": 5, "h": json.loads(SOUND.splitlines()[-1])["h"]}
FILES = {"policies/shop.toml": SHOP, JOURNAL: SOUND}


class Entry(NamedTuple):
    """What stands in an archive: its name, its content, and whatever else a header says."""

    name: str
    data: bytes = b""
    more: Mapping[str, object] = {}


def packed(*entries: Entry) -> bytes:
    """Return an archive of these entries as they are."""
    text = io.BytesIO()
    with tarfile.open(fileobj=text, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for entry in entries:
            member = tarfile.TarInfo(entry.name)
            member.size = len(entry.data)
            for field, value in entry.more.items():
                setattr(member, field, value)
            tar.addfile(member, io.BytesIO(entry.data))
    return gzip.compress(text.getvalue(), 1)


def the_list(files: Mapping[str, bytes], **more: object) -> Entry:
    """Return the list of some files as `records backup` writes it."""
    listed = {
        "schema": "returnkit.backup/1", "shop": "Pīlādzis", "time": "2026-11-21T12:00:00+02:00", "contacts": False,
        "files": {name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()},
        "heads": {"k3": HEAD} if JOURNAL in files else {}, **more,
    }  # fmt: skip
    return Entry(LIST, json.dumps(listed).encode())


def backup(*more: Entry, files: Mapping[str, bytes] = FILES, listed: Mapping[str, bytes] | None = None, **said: object) -> bytes:
    """Return a good backup with something beside; the list names that, too, unless it is said what it names."""
    named = {**files, **{entry.name: entry.data for entry in more}} if listed is None else listed
    return packed(*(Entry(name, data) for name, data in files.items()), *more, the_list(named, **said))


def special(kind: bytes, name: str = "policies/returns.toml", link: str = "") -> bytes:
    return backup(Entry(name, b"", {"type": kind, "linkname": link}), listed=FILES)


NAMES = (
    "../outside", "/etc/outside", "policies/../../outside", "policies//x.toml", "policies/./x.toml", ".", "..", "", "a\\b",
    ".git/hooks/post-checkout", ".git/config", "policies/.git/config", "records/contacts/.git/hooks/x", "x" * 300, "C:\\x",
    "policies/" + "y" * 300, "policies/\x1b[2J.toml", "policies/a\nb.toml", "policies/\u202e.toml", "~/.bashrc", "-rf", "bin/sh",
    "/".join(["policies"] + ["d"] * 200) + "/x.toml", "policies/shop.toml/x", "records",
)  # fmt: skip

BAD_BACKUPS: dict[str, bytes] = {
    "empty": b"", "a byte": b"\x1f", "text": b"Dear diary\n" * 100, "NULs": bytes(4096), "gzip of nothing": gzip.compress(b""),
    "gzip of text": gzip.compress(b"Dear diary\n" * 1000), "gzip of NULs": gzip.compress(bytes(10240)), "torn": backup()[:-20],
    "half": backup()[: len(backup()) // 2], "only a header": backup()[:10], "flipped": backup()[:200] + b"\xff" + backup()[201:],
 "not packed": gzip.decompress(backup()), "zip": b"PK\x03\x04" + bytes(500),
    "no list": packed(*(Entry(name, data) for name, data in FILES.items())), "only a list": packed(the_list(FILES)),
    "list of nothing": packed(Entry(LIST, b"")), "list is text": packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b"x")),
    "list is a list": packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b"[]")),
    "list is deep": packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b"[" * 100_000)),
    "list without files": packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b'{"heads":{}}')),
    "list of numbers": packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b'{"files":3,"heads":3}')),
    "list with a long number": packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b'{"files":' + b"9" * 5000 + b"}")),
    "list twice": packed(*map(Entry, FILES, FILES.values()), the_list(FILES), the_list(FILES)),
    "list first": packed(the_list(FILES), *map(Entry, FILES, FILES.values())), "one file twice": backup(Entry(JOURNAL, SOUND)),
    "file that the list does not name": backup(Entry("policies/returns.toml", b"x"), listed=FILES),
    "file that is missing": backup(listed={**FILES, "policies/returns.toml": b"x"}),
    "other content": backup(files={**FILES, "policies/shop.toml": SHOP + b"\n"}, listed=FILES),
    "head behind": backup(heads={"k3": {"seq": 4, "h": "0" * 24}}), "head ahead": backup(heads={"k3": {"seq": 9, "h": "0" * 24}}),
    "head of nobody": backup(heads={"k3": HEAD, "k9": {"seq": 1, "h": "0" * 24}}), "heads are text": backup(heads={"k3": "5"}),
    "newer records": backup(files={**FILES, JOURNAL: (BAD / "journal" / "newer" / "v99.jsonl").read_bytes()}),
    "symbolic link": special(tarfile.SYMTYPE, link="/etc/passwd"), "pipe": special(tarfile.FIFOTYPE),
    "hard link": special(tarfile.LNKTYPE, link="policies/shop.toml"), "device": special(tarfile.CHRTYPE),
    "disk": special(tarfile.BLKTYPE), "folder": special(tarfile.DIRTYPE),
    "sparse": special(tarfile.GNUTYPE_SPARSE), "unknown type": special(b"Z"), "continued": special(tarfile.CONTTYPE),
    "link in place of a folder": special(tarfile.SYMTYPE, "records", "/tmp"),  # noqa: S108 - never followed
    **{f"name {name[:30]!a}": backup(Entry(name, b"x")) for name in NAMES},
}  # fmt: skip
# Small as they are, these unpack to hundreds of megabytes.
BOMBS: dict[str, Callable[[], bytes]] = {
    "in a file": lambda: packed(Entry("policies/returns.toml", bytes(300_000_000)), the_list(FILES)),
    "in a journal": lambda: packed(Entry(JOURNAL, SOUND + b"x" * 300_000_000), the_list(FILES)),
    "in the list": lambda: packed(*map(Entry, FILES, FILES.values()), Entry(LIST, b" " * 200_000_000)),
    "of files": lambda: packed(*(Entry(f"policies/{number}.toml") for number in range(30_000)), the_list(FILES)),
}


def restored(desk: Desk, data: bytes, run: Callable[..., Result] = call) -> Result:
    """Restore a backup of these bytes; nothing but the folder may appear."""
    path = desk.root / "backup.tar.gz"
    path.write_bytes(data)
    before = tree(desk.root)
    try:
        result = run(None, "records", "restore", str(path), str(desk.root / "new"))
        assert result.code or (desk.root / "new").is_dir()
        if result.code:
            assert tree(desk.root) == before
        return result
    finally:
        shutil.rmtree(desk.root / "new", ignore_errors=True)
        path.unlink()


def test_a_good_one_is_restored(desk: Desk) -> None:
    """What the others are spoiled from."""
    result = restored(desk, backup())
    assert_sane(result)
    assert result.code == 0, result.err


@pytest.mark.parametrize("data", cases(BAD_BACKUPS))
def test_bad_backup(desk: Desk, data: bytes) -> None:
    assert_refused(restored(desk, data), 3, "backup.tar.gz")


@pytest.mark.slow
@pytest.mark.parametrize("bomb", cases(BOMBS))
def test_a_bomb_takes_little(desk: Desk, bomb: Callable[[], bytes]) -> None:
    assert_refused(restored(desk, bomb(), spawn), 3, "backup.tar.gz")


@pytest.mark.slow
@pytest.mark.parametrize("data", cases(BAD_BACKUPS))
def test_bad_backup_takes_little(desk: Desk, data: bytes) -> None:
    """Measured in a process of its own."""
    assert_refused(restored(desk, data, spawn), 3, "backup.tar.gz")


def test_a_backup_torn_at_any_byte(desk: Desk) -> None:
    whole = backup()
    for end in range(0, len(whole), 97):
        assert_refused(restored(desk, whole[:end]), 3, "backup.tar.gz")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file(desk: Desk, kind: str) -> None:
    if kind == "below a file":
        pytest.skip("see the tests of files")
    path = desk.root / "backup.tar.gz"
    put(path, kind)
    try:
        result = call(None, "records", "restore", str(path), str(desk.root / "new"))
    finally:
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
    assert_refused(result, 3, "backup.tar.gz")
    assert not (desk.root / "new").exists()


@pytest.mark.parametrize("place", ["a file", "full", "below a file", "a link", "here"])
def test_where_something_is_already(desk: Desk, tmp_path: Path, place: str) -> None:
    (tmp_path / "backup.tar.gz").write_bytes(backup())
    (tmp_path / "a file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    (tmp_path / "a link").symlink_to(tmp_path / "full")
    given = {"below a file": str(tmp_path / "a file" / "x"), "here": "."}.get(place, str(tmp_path / place))
    before = tree(tmp_path)
    kept = os.getcwd()
    os.chdir(tmp_path / "full")
    try:
        result = call(None, "records", "restore", str(tmp_path / "backup.tar.gz"), given)
    finally:
        os.chdir(kept)
    assert_sane(result)
    assert result.code in (2, 74), result
    assert tree(tmp_path) == before
    assert desk.shop.is_dir()
