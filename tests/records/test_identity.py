"""Who writes here: copies, moves, backups, clocks and locks; what is refused says what to do."""

import errno
import fcntl
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine

from returnkit.model.ids import record_id
from returnkit.model.jsonl import decode
from tests.conftest import REPOSITORY, Result, call

At = Callable[..., Result]

OPEN = ("complaint", "open", "--text", "it arrived wet", "--lang", "en")
GOODS = (
    "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes",
    "--condition", "unopened", "--reason", "wrong-size", "--lang", "en",
)  # fmt: skip
CLEAN = Result(0, "", "")
STRANGER = 12345  # a user that is not us


def opened(shop: Path, *arguments: str) -> Result:
    """Open a complaint, which is recorded."""
    result = call("--shop", str(shop), *OPEN, *arguments)
    assert result.code == 0, result
    return result


def first_word(result: Result) -> str:
    return result.out.split()[0]


def till_of(result: Result) -> str:
    return first_word(result).partition("-")[0]


def ids(folder: Path) -> list[str]:
    """Return the ids in a till's folder, as they stand there."""
    return [str(decode(line)["id"]) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def texts(folder: Path) -> list[object]:
    return [decode(line).get("text") for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def verified(shop: Path) -> Result:
    """Return what verify says, but for what cannot be proved of another machine's till."""
    result = call("--shop", str(shop), "records", "verify")
    return result._replace(err="".join(line for line in result.err.splitlines() if "not proved" not in line))


@pytest.fixture
def k3(shop: Path) -> Path:
    """Return a shop whose till k3 has written three lines."""
    opened(shop, "--till", "k3")
    opened(shop)
    return shop


# Copies, moves and backups


def test_a_new_folder_says_who_it_is_now(shop: Path) -> None:
    result = opened(shop)
    assert f"this folder is now the till {till_of(result)}" in result.err
    assert opened(shop).err == ""


def test_a_copied_folder_is_a_new_till_and_both_can_be_brought_together(k3: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(k3, copy)
    result = opened(copy)
    other = till_of(result)
    assert other != "k3"
    assert "this folder is a copy, or came back from one" in result.err
    assert f"from now on it is the till {other}" in result.err
    assert first_word(opened(k3)) == record_id("k3", 4)
    assert first_word(opened(copy)) == record_id(other, 3)
    for here, there, till in ((k3, copy, "k3"), (copy, k3, other)):
        shutil.copytree(here / "records" / till, there / "records" / till, dirs_exist_ok=True)
    assert verified(k3) == verified(copy) == CLEAN
    assert first_word(opened(k3)) == record_id("k3", 5)
    assert first_word(opened(copy)) == record_id(other, 4)


def test_a_moved_folder_stays_the_same_till(k3: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    k3.rename(moved)
    result = opened(moved)
    assert first_word(result) == record_id("k3", 4)
    assert result.err == ""


def test_a_folder_on_another_machine_is_a_new_till(k3: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "machine-id").write_text("another one\n")
    monkeypatch.setattr("returnkit.records.identity.MACHINE", str(tmp_path / "machine-id"))
    result = opened(k3)
    assert till_of(result) != "k3"
    assert "this folder is a copy" in result.err


def test_whoever_writes_where_the_journal_is_gone_begins_none(k3: Path) -> None:
    (journal,) = (k3 / "records/k3").glob("*.jsonl")
    journal.unlink()
    refused = call("--shop", str(k3), *OPEN)
    assert (refused.code, refused.out) == (3, "")
    assert "these records end at 0, but 3 were acknowledged here" in refused.err
    assert not [*k3.rglob("*.jsonl")], "a till that begins anew would give its numbers twice"


def test_restored_records_are_refused_until_a_new_till_begins(k3: Path, tmp_path: Path) -> None:
    shutil.copytree(k3 / "records", tmp_path / "backup")
    opened(k3)
    shutil.rmtree(k3 / "records")
    shutil.copytree(tmp_path / "backup", k3 / "records")
    for _ in range(2):
        refused = call("--shop", str(k3), *OPEN)
        assert refused.code == 3
        assert "these records end at 3, but 4 were acknowledged here: newer ones were taken away" in refused.err
        assert "run returnkit records heal: it puts them back where it finds them, or begins a new till" in refused.err
        assert refused.out == ""
    assert ids(k3 / "records/k3") == [record_id("k3", seq) for seq in (1, 2, 3)]
    (k3 / ".returnkit/instance").unlink()
    result = opened(k3)
    assert till_of(result) != "k3"
    assert verified(k3) == CLEAN


def test_a_restored_month_that_was_written_to_meanwhile_is_refused(k3: Path) -> None:
    (path,) = (k3 / "records/k3").glob("*.jsonl")
    last = path.read_bytes().splitlines(keepends=True)[-1]
    path.write_bytes(path.read_bytes().removesuffix(last) + last.replace(b'"counter"', b'"phone"'))
    shutil.copy(path, path.with_suffix(".kept"))
    assert opened(k3).err.count("cannot be trusted") == 1
    path.with_suffix(".kept").replace(path)
    refused = call("--shop", str(k3), *OPEN)
    assert refused.code == 3
    assert "4 were acknowledged here" in refused.err


@pytest.mark.parametrize("gone", [".returnkit", ".returnkit/instance"])
def test_a_folder_that_forgot_who_it_is_becomes_a_new_till(k3: Path, gone: str) -> None:
    path = k3 / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    result = opened(k3)
    assert till_of(result) != "k3"
    assert f"this folder is now the till {till_of(result)}" in result.err
    assert verified(k3) == CLEAN


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\n", b"garbage", b"\xff\xfe\x00", b"\0" * 4096, b"x" * 2**20, b"till = \ninstance = \n", b"till = ../x\n",
        b"till = k3\n", b"till = k3\ninstance = 0123456789abcdef\nmachine = \ninode = 1\n", b"till\n=\nk3", b" = \n",
    ],
)  # fmt: skip
def test_an_instance_that_says_nothing_makes_a_new_till(k3: Path, text: bytes) -> None:
    (k3 / ".returnkit/instance").write_bytes(text)
    result = opened(k3)
    assert till_of(result) != "k3"
    assert f"from now on it is the till {till_of(result)}" in result.err
    assert verified(k3) == CLEAN
    assert opened(k3).err == ""


# --till


def test_another_folders_till_is_refused_where_nobody_wrote_yet(k3: Path) -> None:
    shutil.rmtree(k3 / ".returnkit")
    refused = call("--shop", str(k3), "--till", "k3", *OPEN)
    assert refused.code == 2
    assert "there is a till k3 already, and this folder is not it" in refused.err
    assert "leave --till out, or name a new one" in refused.err
    assert len(ids(k3 / "records/k3")) == 3
    assert call("--shop", str(k3), "--till", "k4", *OPEN).code == 0


def test_another_folders_till_is_refused_where_somebody_wrote(k3: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(k3, copy)
    opened(copy)
    refused = call("--shop", str(copy), "--till", "k3", *OPEN)
    assert refused.code == 2
    assert "the till k3 belongs to another machine or folder" in refused.err
    assert "leave --till out, or name a new one" in refused.err
    assert len(ids(copy / "records/k3")) == 3


BAD_TILLS = ("K3", "3k", "contacts", "../x", "a/b", "/etc", "ä", "ninechars", "k-3", "k 3", "k3\n", ".", "..", "k_3", "k3.", "?")


@pytest.mark.parametrize("command", [OPEN, ("return", "log", *GOODS), ("return", "log", *GOODS, "--key", "a")])
@pytest.mark.parametrize("name", BAD_TILLS)
def test_a_bad_name_for_a_till_is_refused(shop: Path, command: tuple[str, ...], name: str) -> None:
    refused = call("--shop", str(shop), "--till", name, *command)
    assert refused.code == 2, refused
    assert "cannot name a till" in refused.err
    assert "write a small letter, then up to 7 small letters and digits, such as k3" in refused.err
    assert not (shop / "records").exists()
    assert not (shop / ".returnkit").exists()


def test_a_till_cannot_be_looked_for_outside_of_the_shop(k3: Path, tmp_path: Path) -> None:
    command = ("return", "log", *GOODS, "--key", "a")
    assert call("--shop", str(k3), *command).code == 0
    other = tmp_path / "other"
    shutil.copytree(REPOSITORY / "policies", other / "policies")
    opened(other)
    for name in ("../../shop/records/k3", "../policies/shop.toml"):
        refused = call("--shop", str(other), "--till", name, *command)
        assert refused.code == 2, refused
        assert refused.out == ""


# The clock


def test_a_clock_set_back_is_noted_and_the_newest_month_goes_on(shop: Path) -> None:
    with time_machine.travel("2026-12-05T10:00:00+02:00", tick=False):
        opened(shop, "--till", "k3")
    with time_machine.travel("2026-11-20T10:00:00+02:00", tick=False):
        result = opened(shop)
    assert "the clock says 2026-11-20T10:00:00+02:00" in result.err
    assert "the last record was written at 2026-12-05T10:00:00+02:00: check the clock" in result.err
    assert [path.name for path in (shop / "records/k3").iterdir()] == ["2026-12.jsonl"]
    assert verified(shop) == CLEAN
    with time_machine.travel("2027-01-02T10:00:00+02:00", tick=False):
        assert opened(shop).err == ""
    assert sorted(path.name for path in (shop / "records/k3").iterdir()) == ["2026-12.jsonl", "2027-01.jsonl"]
    assert verified(shop) == CLEAN


def test_a_late_entry_is_no_clock_set_back(shop: Path) -> None:
    with time_machine.travel("2026-12-05T10:00:00+02:00", tick=False):
        opened(shop, "--till", "k3")
        assert opened(shop, "--now", "2026-11-20T10:00:00+02:00").err == ""
        assert opened(shop).err == ""
    assert [path.name for path in (shop / "records/k3").iterdir()] == ["2026-12.jsonl"]


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:10+00:00", "2107-01-01T00:00:00+00:00"])
def test_a_clock_that_cannot_be_right_is_refused(shop: Path, moment: str) -> None:
    with time_machine.travel(moment, tick=False):
        refused = call("--shop", str(shop), *OPEN)
    assert refused.code == 2
    assert f"this machine's clock says {moment[:10]}" in refused.err
    assert "set the clock" in refused.err


@contextmanager
def somebody_writes(folder: Path) -> Iterator[Callable[[], None]]:
    """Hold the lock of a till; give what lets it go."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield lambda: fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def meanwhile(act: Callable[[], object], seconds: float = 0.4) -> threading.Thread:
    """Do something a little later, while a writer waits."""

    def wait_and_act() -> None:
        time.sleep(seconds)
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


def test_a_month_that_turns_while_a_writer_waits_is_the_month_of_the_record(shop: Path) -> None:
    with time_machine.travel("2026-11-30T23:59:50+02:00", tick=False) as clock:
        opened(shop, "--till", "k3")
        with somebody_writes(shop / "records/k3") as let_go:

            def next_month() -> None:
                clock.move_to("2026-12-01T00:00:05+02:00")
                let_go()

            thread = meanwhile(next_month)
            result = opened(shop)
            thread.join()
    assert result.err == ""
    (line,) = (shop / "records/k3/2026-12.jsonl").read_bytes().splitlines()
    assert decode(line)["time"] == "2026-12-01T00:00:05+02:00"
    assert ids(shop / "records/k3") == [record_id("k3", seq) for seq in (1, 2, 3)]
    assert verified(shop) == CLEAN


# Others change the files while we write


class Watched:
    """The `os` of a module, with something that happens once after a call on a plain file."""

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        self.name, self.act, self.acted = name, act, False

    def __getattr__(self, name: str) -> object:
        original = getattr(os, name)
        return self._watched(original) if name == self.name else original

    def _watched(self, original: Callable[..., object]) -> Callable[..., object]:
        def function(descriptor: int, *arguments: object) -> object:
            result = original(descriptor, *arguments)
            if not self.acted and stat.S_ISREG(os.fstat(descriptor).st_mode):
                self.acted = True
                self.act()
            return result

        return function


AFTER_THE_WRITE = ("returnkit.records.disk.os", "write")
AFTER_THE_SYNC = ("returnkit.records.journal.os", "fsync")


@pytest.mark.parametrize("moment", [AFTER_THE_WRITE, AFTER_THE_SYNC])
@pytest.mark.parametrize("who", ["git", "editor", "folder", "folder with the line"])
def test_a_file_replaced_in_mid_append_holds_the_record_once(
    k3: Path, monkeypatch: pytest.MonkeyPatch, moment: tuple[str, str], who: str
) -> None:
    folder = k3 / "records/k3"
    (path,) = folder.glob("*.jsonl")
    before = path.read_bytes()

    def replace() -> None:
        data = path.read_bytes() if who in ("editor", "folder with the line") else before
        if who.startswith("folder"):
            folder.rename(k3 / "old")
            folder.mkdir()
            path.write_bytes(data)
        else:
            new = path.with_suffix(".new")
            new.write_bytes(data)
            new.replace(path)

    watched = Watched(moment[1], replace)
    monkeypatch.setattr(moment[0], watched)
    result = call("--shop", str(k3), "return", "log", "--receipt-no", "10482", *GOODS)
    monkeypatch.undo()
    assert watched.acted
    assert result.code == 0, result
    assert "the records were replaced while this was written; it is written again" in result.err
    assert ids(folder) == [record_id("k3", seq) for seq in (1, 2, 3, 4)]
    assert first_word(result) == record_id("k3", 4)
    assert call("--shop", str(k3), "records", "verify").code == 0


def test_a_line_that_an_editor_kept_is_synced_before_it_is_acknowledged(k3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = (k3 / "records/k3").glob("*.jsonl")
    synced: set[int] = set()

    def save_anew() -> None:
        path.with_suffix(".new").write_bytes(path.read_bytes())
        path.with_suffix(".new").replace(path)

    class Noting(Watched):
        def __getattr__(self, name: str) -> object:
            return self.fsync if name == "fsync" else getattr(os, name)

        def fsync(self, descriptor: int) -> None:
            self._watched(os.fsync)(descriptor)
            synced.add(os.fstat(descriptor).st_ino)

    noting = Noting("fsync", save_anew)
    for module in ("journal", "disk", "recover"):
        monkeypatch.setattr(f"returnkit.records.{module}.os", noting)
    opened(k3)
    monkeypatch.undo()
    assert noting.acted
    assert path.stat().st_ino in synced


def test_records_that_are_replaced_again_and_again_are_refused(k3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = (k3 / "records/k3").glob("*.jsonl")
    before = path.read_bytes()

    def replace() -> None:
        path.with_suffix(".new").write_bytes(before)
        path.with_suffix(".new").replace(path)
        watched.acted = False

    watched = Watched("fsync", replace)
    monkeypatch.setattr("returnkit.records.journal.os", watched)
    refused = call("--shop", str(k3), *OPEN)
    assert refused.code == 74
    assert "replaced again and again" in refused.err
    assert path.read_bytes() == before


def test_a_folder_replaced_while_a_writer_waits_gets_the_record(k3: Path) -> None:
    folder, old = k3 / "records/k3", k3 / "old"

    with somebody_writes(folder) as let_go:

        def replace() -> None:
            folder.rename(old)
            shutil.copytree(old, folder)
            let_go()

        thread = meanwhile(replace)
        result = opened(k3, "--text", "after the folder was replaced")
        thread.join()
    assert result.err == ""
    assert texts(folder)[-1] == "after the folder was replaced"
    assert "after the folder was replaced" not in texts(old)
    assert ids(folder) == [record_id("k3", seq) for seq in (1, 2, 3, 4)]


# Nothing can be written


def test_a_lock_that_is_held_too_long_exits_75(k3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.records.lock.PATIENCE", 0.2)
    script = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX); print(); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(k3 / "records/k3")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    begun = time.monotonic()
    busy = call("--shop", str(k3), *OPEN)
    assert time.monotonic() - begun < 3
    assert busy.code == 75
    assert busy.out == ""
    assert "another command has held the records" in busy.err
    assert "nothing was written: see what is still running, then repeat" in busy.err
    assert call("--shop", str(k3), "complaint", "list").code == 0  # readers wait for nobody
    holder.communicate(b"")
    assert first_word(opened(k3)) == record_id("k3", 4)


def can_mount() -> bool:
    done = subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True)
    return done.returncode == 0


@pytest.mark.parametrize("where", ["records", "."])
def test_a_read_only_folder_exits_74(k3: Path, where: str) -> None:
    if not shutil.which("unshare") or not can_mount():
        pytest.skip("no read-only mount can be made here")
    before = ids(k3 / "records/k3")
    script = f"""
        mount --bind {where} {where} && mount -o remount,ro,bind {where} && cd . &&
        cd "$1" && exec "$0" -m returnkit complaint open --lang en
    """
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = ["unshare", "-rm", "sh", "-c", script, sys.executable, str(k3)]
    done = subprocess.run(command, cwd=k3, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 74, done
    assert "Read-only file system" in done.stderr
    assert "check the folder's rights" in done.stderr
    assert done.stdout == ""
    assert ids(k3 / "records/k3") == before


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EIO])
def test_a_file_that_cannot_be_opened_exits_74(k3: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            return self.open if name == "open" else getattr(os, name)

        def open(self, path: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
            if flags & os.O_CREAT:
                raise OSError(code, os.strerror(code))
            return os.open(path, flags, *rest, dir_fd=dir_fd)

    monkeypatch.setattr("returnkit.records.disk.os", Refusing())
    refused = call("--shop", str(k3), *OPEN)
    assert refused.code == 74
    assert refused.out == ""
    assert os.strerror(code) in refused.err
    assert ("make room" if code == errno.ENOSPC else "check the folder's rights") in refused.err


@pytest.mark.parametrize("place", ["records", "records/k3", ".returnkit"])
def test_a_file_in_place_of_a_folder_is_refused(k3: Path, place: str) -> None:
    shutil.rmtree(k3 / place)
    (k3 / place).write_text("not a folder")
    refused = call("--shop", str(k3), *OPEN)
    assert refused.code in (3, 74)
    assert place in refused.err
    assert "folder" in refused.err


@pytest.mark.parametrize("state", ["/proc/nowhere", "/dev/null", "/dev/null/state"])
@pytest.mark.parametrize("variable", ["XDG_STATE_HOME", "HOME"])
def test_nothing_fails_where_no_head_can_be_kept(shop: Path, monkeypatch: pytest.MonkeyPatch, variable: str, state: str) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv(variable, state)
    opened(shop, "--till", "k3")
    assert opened(shop).err == ""
    result = call("--shop", str(shop), "records", "verify")
    assert result.code == 0
    assert "not proved: that the newest lines of k3 were not cut off" in result.err


@pytest.mark.parametrize("variable", ["XDG_STATE_HOME", "HOME"])
def test_a_relative_place_for_the_head_leaves_nothing_in_the_current_folder(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv(variable, "somewhere")
    opened(shop, "--till", "k3")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("garbage", [b"", b"\n", b"garbage", b"\xff" * 99, b"-1 x", b"99999999999999999999999", "٣ abc".encode()])
def test_a_garbled_head_is_no_head(k3: Path, tmp_path: Path, garbage: bytes) -> None:
    (head,) = (tmp_path / "state/returnkit").iterdir()
    head.write_bytes(garbage)
    assert first_word(opened(k3)) == record_id("k3", 4)
    assert verified(k3) == CLEAN


# The administrator


def give_away(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the administrator can give a folder to somebody else")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, STRANGER, STRANGER)


def test_the_administrator_is_refused_in_somebody_elses_shop(k3: Path) -> None:
    give_away(k3)
    before = ids(k3 / "records/k3")
    refused = call("--shop", str(k3), *OPEN)
    assert refused.code == 2
    assert f"these records belong to user {STRANGER}, and you are the administrator" in refused.err
    assert "write as the user whose shop it is" in refused.err
    assert ids(k3 / "records/k3") == before
    assert call("--shop", str(k3), "complaint", "list").code == 0  # reading takes nothing from anybody


@pytest.mark.parametrize("there", ["nothing", ".returnkit", "records"])
def test_the_administrator_is_refused_in_somebody_elses_new_shop(shop: Path, there: str) -> None:
    if there != "nothing":
        (shop / there).mkdir()
    give_away(shop)
    refused = call("--shop", str(shop), *OPEN)
    assert refused.code == 2, refused
    assert f"belong to user {STRANGER}" in refused.err
    assert all(path.stat().st_uid == STRANGER for path in shop.rglob("*"))


def test_the_administrator_is_refused_where_another_till_is_somebody_elses(k3: Path) -> None:
    opened(k3, "--till", "k4")
    give_away(k3 / "records/k4")
    refused = call("--shop", str(k3), *OPEN)
    assert refused.code == 2
    assert "records/k4: these records belong to user" in refused.err
