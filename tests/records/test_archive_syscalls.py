"""Every system call of a backup and of its way back fails once: the file, or the folder, is whole or it is not there."""

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from returnkit.backup import back_up, restore
from returnkit.clock import Clock
from returnkit.errors import ReturnkitError
from returnkit.records.archive import read_archive
from returnkit.records.contacts import keep_contact
from returnkit.records.database import database
from returnkit.shop import find_shop
from tests.records.faults import SHOP, Call, Death, Tree, append, case_folder, plant, read_tree, through, unsynced
from tests.records.test_syscalls import Fault, Injector, error, killed_after, late_error

SETTINGS = b'schema = 1\nname = "x"\ncountry = "LV"\nlanguages = ["en"]\ncurrency = "EUR"\ntime-zone = "UTC"\n'
FAULTS = (
    error(errno.EIO),
    late_error(errno.EIO),
    Fault("killed after", killed_after),
)
NOT_WRITTEN = 74
REFUSALS = (2, 3, NOT_WRITTEN, 75)  # 2: a name that was taken by a call that failed only afterwards


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with a shop of one till, in which a customer can be reached."""
    with case_folder(monkeypatch, tmp_path) as folder:
        plant(folder, {f"{SHOP}/policies/shop.toml": SETTINGS, "stick": None})
        with through(unsynced):
            append(folder / SHOP, "first")
            keep_contact(str(folder / SHOP / "records"), "7kd9x2mfqp", {"name": "Jana"})
        yield folder


def backup(root: Path) -> None:
    back_up(find_shop(str(root / SHOP)), str(root / "stick/x"), Clock("UTC"), lambda _: None, contacts=True)


def comes_back(root: Path) -> None:
    restore(str(root / "stick/x"), str(root / "stick/new"))


def exported(root: Path) -> None:
    with database(str(root / "stick/x.db")) as found:
        found.execute("create table x (y)")


def every_call(root: Path, fault: Fault, work: Callable[[Path], None], look: Callable[[Path, bool], None]) -> int:
    """Let each call fail, one in each run; look at what that left, and whether it was acknowledged. Return how many there are."""
    tree = read_tree(root)
    for number in count(1):
        plant(root, tree)
        injector, code = Injector(fault, number), 0
        try:
            with through(injector):
                work(root)
        except (ReturnkitError, OSError, Death) as refusal:
            # What nobody expects to fail is told by the command line, which ends with the same code.
            code = getattr(refusal, "exit_code", NOT_WRITTEN)
        finally:
            injector.descriptors.close()
        assert code in (0, *REFUSALS)
        acknowledged = code == 0
        look(root, acknowledged)
        if not injector.struck:
            assert acknowledged
            return number - 1
    return 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_backup_is_whole_or_is_not_there(root: Path, fault: Fault) -> None:
    whole = {
        "policies/shop.toml",
        *(name.removeprefix(f"{SHOP}/") for name in read_tree(root) if name.endswith((".jsonl", "mfqp.toml"))),
    }

    def look(root: Path, acknowledged: bool) -> None:
        path = root / "stick/x"
        assert path.exists() or not acknowledged
        assert not path.exists() or {*read_archive(str(path)).files} == whole

    assert every_call(root, fault, backup, look) > 15


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_folder_that_comes_back_is_whole_or_is_not_there(root: Path, fault: Fault) -> None:
    with through(unsynced):
        backup(root)

    def files(folder: Path) -> Tree:
        return {name: data for name, data in read_tree(folder).items() if data is not None and not name.startswith(".")}

    whole = {name: data for name, data in files(root / SHOP).items() if ".git/" not in name}

    def look(root: Path, acknowledged: bool) -> None:
        folder = root / "stick/new"
        assert folder.exists() or not acknowledged
        assert not folder.exists() or files(folder) == whole

    assert every_call(root, fault, comes_back, look) > 15


@pytest.mark.parametrize(("work", "naming"), [(backup, "link"), (comes_back, "rename"), (exported, "replace")])
def test_what_has_its_name_is_on_the_disk(root: Path, work: Callable[[Path], None], naming: str) -> None:
    if work is comes_back:
        backup(root)
    done: list[tuple[str, str]] = []

    def watched(call: Call) -> object:
        if call.name == "fsync":
            done.append(("fsync", os.readlink(f"/proc/self/fd/{call.arguments[0]}")))
        elif call.name == naming:
            done.append((naming, str(call.arguments[0])))
        return call.do()

    with through(watched):
        work(root)
    at = next(number for number, (name, _) in enumerate(done) if name == naming)
    temporary, synced = done[at][1], {path for name, path in done[:at] if name == "fsync"}
    assert temporary in synced
    assert ("fsync", str(root / "stick")) in done[at + 1 :]
    if work is comes_back:
        inside = {str(path).replace(str(root / "stick/new"), temporary) for path in (root / "stick/new").rglob("*")}
        assert inside <= synced
