"""The disk is full at every byte of a record: it is there or it is not, and never a part of it."""

import resource
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from returnkit.errors import ReturnkitError
from tests.conftest import NOW, call
from tests.records.faults import (
    NOVEMBER,
    OCTOBER,
    SHOP,
    Tree,
    append,
    case_folder,
    logged,
    month_files,
    plant,
    problems,
    quarantined,
    read_tree,
    texts,
    through,
    unsynced,
)

TEXT = "what is written while the disk is full"
FRAGMENT = b'{"channel":"counter","h":"0123'
NOT_WRITTEN = 74


def limited(size: int, work: Callable[[], int]) -> int:
    """Do something while no file can be made larger than so many bytes, and return its exit code."""
    usual, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        return work()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))


def test_a_command_records_all_of_it_or_nothing(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (shop / "policies/complaints.toml").unlink()  # every byte is a command of its own: a short record will do
    command = ["--shop", str(shop), "--now", NOW, "complaint", "open", "--text", TEXT]
    assert call(*command).code == 0
    (path,) = month_files(shop)
    size = path.stat().st_size
    assert call(*command).code == 0
    before = path.read_bytes()
    length = len(before) - size
    for room in range(length):
        assert limited(len(before) + room, lambda: call(*command).code) == NOT_WRITTEN, room
        assert path.read_bytes() == before
    assert limited(len(before) + length, lambda: call(*command).code) == 0
    assert path.read_bytes().startswith(before)
    assert texts(shop) == [TEXT] * 3
    assert problems(shop) == []


# The same for every place from which an append may start


def nothing(_root: Path) -> Tree:
    return {SHOP: None}


def till(root: Path, time: str = NOVEMBER, change: Callable[[bytes], bytes] = bytes) -> Tree:
    plant(root, {SHOP: None})
    append(root / SHOP, "first", time=time)
    return {name: change(data) if data and name.endswith(".jsonl") else data for name, data in read_tree(root).items()}


def new_month(root: Path) -> Tree:
    return till(root, OCTOBER)


def torn(root: Path) -> Tree:
    return till(root, change=lambda data: data + FRAGMENT)


def no_newline(root: Path) -> Tree:
    return till(root, change=lambda data: data[:-1])


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder, through(unsynced):
        yield folder


def append_limited(shop: Path) -> int:
    try:
        append(shop, TEXT)
    except ReturnkitError as refusal:
        return refusal.exit_code
    return 0


@pytest.mark.parametrize("begin", [nothing, till, new_month, torn, no_newline])
def test_at_every_size_a_record_is_there_or_is_not(root: Path, begin: Callable[[Path], Tree]) -> None:
    tree, shop = begin(root), root / SHOP
    earlier = ["first"] * (begin is not nothing)
    begins = 0 if begin in (nothing, new_month) else max(map(len, filter(None, tree.values()))) - len(FRAGMENT)
    for size in count(begins):
        plant(root, tree)
        code = limited(size, lambda: append_limited(shop))
        assert code in (0, NOT_WRITTEN)
        assert logged(shop).count(TEXT.encode()) == (code == 0)
        assert begin is not torn or FRAGMENT in logged(shop) + b"".join(quarantined(shop))
        append(shop, "afterwards")
        assert texts(shop) == [*earlier, *[TEXT] * (code == 0), "afterwards"]
        assert problems(shop) == []
        if code == 0:
            break
    print(f"sizes {begins} to {size}")
    assert size > begins + len(TEXT)
