"""Archives that somebody made to do harm, or that lost something on the way: refused, and nothing is written anywhere."""

import gzip
import io
import json
import os
import resource
import tarfile
from collections.abc import Callable, ItemsView
from hashlib import sha256
from pathlib import Path

import pytest

from returnkit.errors import BadInputError, NotWrittenError, UnreadableError
from returnkit.records.archive import LIST, MOST_BYTES, is_fit, read_archive, unpack
from returnkit.records.rewrite import create
from tests.conftest import call
from tests.records.faults import append, month_files

SHOP = b'schema = 1\nname = "x"\ncountry = "LV"\nlanguages = ["en"]\ncurrency = "EUR"\ntime-zone = "UTC"\n'
GOOD = {"policies/shop.toml": SHOP}
UNREADABLE = 3
Add = Callable[[tarfile.TarFile], object]


def member(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, link
    return info


def listed(files: dict[str, bytes], **more: object) -> bytes:
    entries = {name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()}
    return json.dumps({"schema": "returnkit.backup/1", "files": entries, "heads": {}, **more}).encode()


def packed(
    files: dict[str, bytes], *add: Add, text: bytes | None = None, after: tuple[Add, ...] = (), list_name: str = LIST
) -> bytes:
    """Return an archive of some files, what is added by hand, and the list."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            tar.addfile(member(name, len(data)), io.BytesIO(data))
        for each in add:
            each(tar)
        text = listed(files) if text is None else text
        tar.addfile(member(list_name, len(text)), io.BytesIO(text))
        for each in after:
            each(tar)
    return gzip.compress(out.getvalue(), 1)


def named(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = "") -> Add:
    return lambda tar: tar.addfile(member(name, len(data) if kind == tarfile.REGTYPE else 0, kind, link), io.BytesIO(data))


def raw(header: tarfile.TarInfo, data: bytes = b"") -> Add:
    """Return what adds a header as it is, whatever it says of what follows."""

    def add(tar: tarfile.TarFile) -> None:
        assert tar.fileobj is not None
        tar.fileobj.write(header.tobuf(tarfile.GNU_FORMAT) + data)
        tar.offset += tarfile.BLOCKSIZE + len(data)

    return add


def zeros(size: int) -> bytes:
    """Return an archive that says it holds so many zeros; of very many it holds only the first."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as zipped:
        zipped.write(member("records/k3/x", size).tobuf(tarfile.USTAR_FORMAT))
        zipped.write(bytes(min(size, 4 << 20)))
    return out.getvalue()


NAMES = (
    "/etc/passwd", "../x", "policies/../../x", "policies/..", "policies/.", "policies//x", "policies/", "policies", "x", "",
    "records/k3/.git/hooks/post-checkout", ".git/config", ".returnkit/instance", ".returnkit/cache/x", ".returnkit/../x",
    "policies/a\\b", "policies/a\nb", "policies/\x1b[2J", "policies/\u202egnp", "records/.x", "bin/sh", "Policies/shop.toml",
    ".returnkit/till.toml/x",
)  # fmt: skip
KINDS = {
    "link": named("policies/x", kind=tarfile.SYMTYPE, link="/etc/passwd"),
    "hard link": named("policies/x", kind=tarfile.LNKTYPE, link="policies/shop.toml"),
    "folder": named("policies/x", kind=tarfile.DIRTYPE),
    "pipe": named("policies/x", kind=tarfile.FIFOTYPE),
    "device": named("policies/x", kind=tarfile.CHRTYPE),
    "disk": named("policies/x", kind=tarfile.BLKTYPE),
    "contiguous": named("policies/x", kind=tarfile.CONTTYPE),
    "old kind": named("policies/x", kind=tarfile.AREGTYPE),
    "sparse": raw(member("policies/x", 0, tarfile.GNUTYPE_SPARSE)),
    "long name": raw(member("././@LongLink", 1 << 40, tarfile.GNUTYPE_LONGNAME)),
    "extended header": raw(member("x", 1 << 40, tarfile.XHDTYPE)),
    "global header": raw(member("x", 1 << 40, tarfile.XGLTYPE)),
    "too large": raw(member("policies/x", 1 << 40)),
    "twice": named("policies/shop.toml"),
    "in a file": named("policies/shop.toml/x"),
    "not in its list": named("policies/x"),
}
NOISY = packed({**GOOD, "policies/x": b"".join(sha256(b"%d" % number).digest() for number in range(500))})
ARCHIVES: dict[str, bytes] = {
    **{f"named {name!r}": packed({**GOOD, name: b"x"}) for name in NAMES},
    **{kind: packed(GOOD, add) for kind, add in KINDS.items()},
    "a file where a folder was": packed({"policies/x/y": b"", "policies/x": b"x"}),
    "another text": packed(GOOD, text=listed({"policies/shop.toml": SHOP + b" "})),
    "a file is missing": packed({}, text=listed(GOOD)),
    "no list": packed(GOOD, text=listed(GOOD), list_name="policies/list.json"),
    "something after its list": packed(GOOD, after=(named("policies/y"),)),
    "two lists": packed(GOOD, after=(named(LIST, listed(GOOD)),)),
    "a list of nothing": packed(GOOD, text=b""),
    "a list that is none": packed(GOOD, text=b"[]"),
    "a deep list": packed(GOOD, text=b"[" * 100_000),
    "a list without hashes": packed(GOOD, text=b'{"files": {"policies/shop.toml": 3}, "heads": {}}'),
    "a list with odd heads": packed(GOOD, text=listed(GOOD, heads={"k3": 3})),
    "a head that is not there": packed(GOOD, text=listed(GOOD, heads={"k3": {"seq": 2, "h": "0" * 24}})),
    "cut in two": packed(GOOD)[: len(packed(GOOD)) // 2],
    "without its end": packed(GOOD)[:-20],
    "a byte that changed": NOISY[:5000] + bytes([NOISY[5000] ^ 1]) + NOISY[5001:],
    "no gzip": b"policies/shop.toml",
    "empty": b"",
    "no tar": gzip.compress(b"x" * 3000),
    "a small tar": gzip.compress(b""),
    "a bomb": zeros(4 << 20),
    "a large bomb": zeros(MOST_BYTES + 1),
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_what_is_no_backup_is_refused_and_nothing_is_written(what: str, tmp_path: Path) -> None:
    (tmp_path / "backup.tar.gz").write_bytes(ARCHIVES[what])
    result = call("records", "restore", str(tmp_path / "backup.tar.gz"), str(tmp_path / "new/shop"))
    assert (result.code, result.out) == (UNREADABLE, ""), result
    assert "backup.tar.gz: " in result.err
    assert not any(letter in result.err for letter in "\x1b\u202e")
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar.gz"]


def test_what_is_good_about_the_bad_ones_is_taken(tmp_path: Path) -> None:
    """The archives above are refused for what is bad in each, not for all of them being made in a wrong way."""
    (tmp_path / "good.tar.gz").write_bytes(packed({**GOOD, "policies/archive/x.toml": b"x", "records/k3/.torn/x": b"y"}))
    assert call("records", "restore", str(tmp_path / "good.tar.gz"), str(tmp_path / "new/shop")).code == 0
    found = {path.relative_to(tmp_path / "new/shop").as_posix() for path in (tmp_path / "new/shop").rglob("*") if path.is_file()}
    own = {".gitignore", ".gitattributes", ".returnkit/instance"}
    assert found == {*GOOD, "policies/archive/x.toml", "records/k3/.torn/x", *own}


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "link"])
def test_something_else_in_place_of_the_archive_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        (tmp_path / "good").write_bytes(packed(GOOD))
        path.symlink_to(tmp_path / "good")
    assert call("records", "restore", str(path), str(tmp_path / "shop")).code == UNREADABLE
    assert not (tmp_path / "shop").exists()


def test_a_folder_in_which_something_is_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good").write_bytes(packed(GOOD))
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("x")
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for name in ("full", "file", "good"):
        with pytest.raises(BadInputError):
            unpack(str(tmp_path / "good"), str(tmp_path / name), {})
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(BadInputError):
        unpack(str(tmp_path / "good"), ".", {})
    monkeypatch.chdir(tmp_path)
    unpack(str(tmp_path / "good"), "empty", {})
    assert (tmp_path / "empty/policies/shop.toml").read_bytes() == SHOP
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full", "good"]


@pytest.mark.parametrize(
    "git",
    ["x", [], {}, {"url": 3, "branch": "main"}, {"url": "--upload-pack=x", "branch": "main"}, {"url": "ext::x", "branch": "main"},
     {"url": "/hub\x1b[2J", "branch": "main"}, {"url": "/hub", "branch": "-f"}, {"url": "/hub", "branch": "a b"}],
)  # fmt: skip
def test_where_tills_met_is_shown_only_if_it_is_an_address_and_a_branch(tmp_path: Path, git: object) -> None:
    (tmp_path / "x").write_bytes(packed(GOOD, text=listed(GOOD, git=git)))
    found = call("records", "restore", str(tmp_path / "x"), str(tmp_path / "new"))
    assert (found.code, "git init" in found.out) == (0, False)
    (tmp_path / "y").write_bytes(packed(GOOD, text=listed(GOOD, git={"url": "/hub;rm x", "branch": "main"})))
    assert "git remote add origin '/hub;rm x'\n" in call("records", "restore", str(tmp_path / "y"), str(tmp_path / "other")).out


class Meanwhile(dict[str, bytes]):
    """What is to be unpacked beside an archive; when it is asked for, something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self.happens = happens

    def items(self) -> ItemsView[str, bytes]:  # type: ignore[override]
        self.happens()
        return super().items()


def test_what_changes_while_it_is_unpacked_is_seen(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(packed(GOOD))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError):
        unpack(str(tmp_path / "good"), str(tmp_path / "empty"), Meanwhile((tmp_path / "empty/x").touch))
    other = packed({"policies/shop.toml": SHOP + b" "})
    with pytest.raises(UnreadableError, match="another one than a moment ago"):
        unpack(str(tmp_path / "good"), str(tmp_path / "new"), Meanwhile(lambda: (tmp_path / "good").write_bytes(other)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "good"]


def test_a_disk_that_fills_up_while_it_is_unpacked_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(packed({**GOOD, "records/k3/x": os.urandom(5000)}))
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, usual[1]))
    try:
        with pytest.raises(NotWrittenError):
            unpack(str(tmp_path / "good"), str(tmp_path / "shop"), {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


def test_every_bit_of_an_archive_counts(tmp_path: Path) -> None:
    """Whatever is changed: refused, or what comes out is what went in (a gzip head says things that mean nothing)."""
    (tmp_path / "shop").mkdir()
    append(tmp_path / "shop", "x")
    (journal,) = month_files(tmp_path / "shop")
    name = journal.relative_to(tmp_path / "shop").as_posix()
    files = {**GOOD, name: journal.read_bytes()}
    *_, last = map(json.loads, files[name].splitlines())
    heads = {journal.parent.name: {"seq": 2, "h": last["h"]}}
    data = packed(files, text=listed(files, heads=heads))
    path, refused = tmp_path / "x", 0
    for at in range(0, len(data) * 8, 31):
        path.write_bytes(data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :])
        try:
            assert {name: filed.sha256 for name, filed in read_archive(str(path)).files.items()} == {
                name: sha256(text).hexdigest() for name, text in files.items()
            }
        except UnreadableError:
            refused += 1
    assert refused > len(data) * 8 // 31 // 2


def test_names_that_fit() -> None:
    assert is_fit("policies/archive/returns-2025-03-01.toml")
    assert is_fit("records/k3/2026-11 (conflicted copy).jsonl")
    assert is_fit("records/k3/.torn/2026-11.jsonl.17.0123")
    assert is_fit(".returnkit/till.toml")
    assert not any(map(is_fit, NAMES))


# A file that gets its own name only when it is whole


def test_a_disk_that_knows_no_second_names_gets_the_file_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(_source: str, _target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_link)
    create(str(tmp_path / "x"), b"first")
    with pytest.raises(BadInputError):
        create(str(tmp_path / "x"), b"second")
    assert (tmp_path / "x").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
