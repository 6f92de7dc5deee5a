"""`records backup` and `restore`: what was acknowledged comes back, whatever else goes on, or there is no backup at all."""

import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random

import pytest

from returnkit.backup import back_up
from returnkit.clock import Clock
from returnkit.errors import BusyError, ReturnkitError
from returnkit.records.archive import LIST, read_archive
from returnkit.records.journal import Journal, let_signals_through
from returnkit.shop import find_shop
from returnkit.starter import GITATTRIBUTES, GITIGNORE
from tests.conftest import REPOSITORY, Result, call
from tests.records.faults import Clock as Still
from tests.records.faults import append, complaint, in_a_child, month_files

At = Callable[..., Result]
PRIVATE = 0o600
AUTHOR = ("-c", "user.name=x", "-c", "user.email=x@example.org")
SETTINGS = "schema = 1\n[remind]\nsend = true\n"


def tree(folder: Path, *left_out: str) -> dict[str, bytes]:
    """Return every file of a shop folder that a backup has."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part in (".git", "cache", "instance", *left_out) for part in path.relative_to(folder).parts)
    }


def modes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return an empty folder for backups."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def lively(at: At, shop: Path) -> Path:
    """Return a shop in which something happened, with a customer and settings of its own."""
    told = ["--text", "it arrived wet", "--name", "Jana", "--phone", "+371 20000001", "--email", "jana@example.org"]
    assert at("complaint", "open", *told, "--key", "jana").code == 0
    goods = ["--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes"]
    assert at("return", "log", *goods, "--condition", "unopened", "--reason", "wrong-size", "--remedy", "refund").code == 0
    for till in ("k3", "k4"):
        shutil.copytree(REPOSITORY / "records" / till, shop / "records" / till)
    (shop / ".returnkit/till.toml").write_text(SETTINGS)
    return shop


def backup_of(shop: Path, path: Path, *options: str) -> Result:
    return call("--shop", str(shop), "--now", "2026-11-21T12:00:00+02:00", "records", "backup", str(path), *options)


def restored(path: Path, folder: Path) -> Result:
    return call("records", "restore", str(path), str(folder))


def test_a_shop_that_was_lost_comes_back_and_goes_on(lively: Path, place: Path, tmp_path: Path) -> None:
    before = tree(lively)
    result = backup_of(lively, place)
    assert result.code == 0, result
    path = place / "piladzis-2026-11-21-1200.tar.gz"
    assert [*place.iterdir()] == [path]
    assert stat.S_IMODE(path.stat().st_mode) == PRIVATE
    shutil.rmtree(lively)

    result = restored(path, lively)
    assert result.code == 0, result
    assert "reminders" in result.err
    after = tree(lively)
    assert {name: after.pop(name) for name in (".gitignore", ".gitattributes")}
    assert after == before
    assert all(mode in (0o700, PRIVATE) for name, mode in modes(lively).items() if name.startswith("records/"))
    assert b"till" not in (lively / ".returnkit/instance").read_bytes().replace(b"new till", b"")

    def here(*arguments: str) -> Result:
        return call("--shop", str(lively), *arguments)

    (customer,) = json.loads(here("contact", "list", "-f", "json").out)["contacts"]
    assert customer["email"] == "jana@example.org"
    opened = here("complaint", "open", "--text", "and again", "-f", "json")
    assert opened.code == 0
    new = json.loads(opened.out)["id"].partition("-")[0]
    assert new not in {name.split("/")[1] for name in before if name.startswith("records/")}
    (old,) = [
        name.split("/")[1]
        for name in before
        if name.startswith("records/") and name.split("/")[1] not in ("k3", "k4", "contacts")
    ]
    case = next(
        json.loads(line)["id"]
        for line in (lively / f"records/{old}/2026-11.jsonl").read_text().splitlines()
        if "arrived wet" in line
    )
    assert here("complaint", "acknowledge", case).code == 0
    assert here("records", "verify").code == 0
    assert (lively / f"records/{old}/2026-11.jsonl").read_bytes() == before[f"records/{old}/2026-11.jsonl"]
    assert backup_of(lively, place / "second.tar.gz").code == 0
    assert restored(place / "second.tar.gz", tmp_path / "third").code == 0


def test_a_folder_out_of_a_backup_sends_no_reminders_before_somebody_says_so(lively: Path, place: Path, tmp_path: Path) -> None:
    backup_of(lively, place / "one.tar.gz")
    back = tmp_path / "back"
    assert "this one does not before you say so" in restored(place / "one.tar.gz", back).err

    def remind() -> Result:
        return call("--shop", str(back), "--now", "2026-12-01T12:00:00+02:00", "remind")

    found = remind()
    assert (found.code, found.out, "take send = true out" in found.err) == (3, "", True)
    written = call("--shop", str(back), "complaint", "open", "--text", "x", "--format", "json")
    till = json.loads(written.out)["id"].partition("-")[0]
    found = remind()
    assert (found.code, found.out, f'write send = "{till}"' in found.err) == (3, "", True), "it has recorded something since"
    (back / ".returnkit/till.toml").write_text(SETTINGS.replace("true", f'"{till}"'))
    found = remind()
    assert (found.code, till in found.out) == (0, True), found
    (lively / ".returnkit/till.toml").write_text(SETTINGS.replace("true", f'"{till}"'))
    found = call("--shop", str(lively), "--now", "2026-12-01T12:00:00+02:00", "remind")
    assert (found.code, found.out, f"only the till {till} sends" in found.err) == (3, "", True)


def test_what_a_killed_restore_left_is_named(lively: Path, place: Path, tmp_path: Path) -> None:
    backup_of(lively, place / "one.tar.gz")
    (tmp_path / ".back.0123abcd" / "records").mkdir(parents=True)
    assert ".back.0123abcd" in restored(place / "one.tar.gz", tmp_path / "back").err
    assert "broken off" not in restored(place / "one.tar.gz", tmp_path / "other").err


def test_it_says_as_data_what_it_did(lively: Path, place: Path, tmp_path: Path) -> None:
    made = json.loads(backup_of(lively, place / "x", "-f", "json").out)
    lines = {
        path.parent.name: sum(len(each.read_bytes().splitlines()) for each in path.parent.iterdir() if each.is_file())
        for path in month_files(lively)
    }
    assert made["schema"] == "returnkit.backup-made/1"
    assert made["records"] == sum(lines.values())
    assert {till: head["seq"] for till, head in made["tills"].items()} == lines
    assert (made["contacts"], made["damaged"]) == (1, 0)
    found = json.loads(call("records", "restore", str(place / "x"), str(tmp_path / "new"), "-f", "json").out)
    assert found["schema"] == "returnkit.restored/1"
    assert {field: found[field] for field in ("files", "records", "contacts", "tills")} == {
        field: made[field] for field in ("files", "records", "contacts", "tills")
    }
    assert found["problems"] == 0


def test_customers_stay_where_they_are_if_asked_for(lively: Path, place: Path, tmp_path: Path) -> None:
    assert backup_of(lively, place / "x", "--without-contacts").code == 0
    result = restored(place / "x", tmp_path / "new")
    assert result.code == 0
    assert "without contacts" in result.err
    assert tree(tmp_path / "new", ".gitignore", ".gitattributes") == tree(lively, "contacts")


def test_what_is_this_machines_alone_is_left_out(lively: Path, place: Path) -> None:
    assert call("--shop", str(lively), "kpi", "report").code == 0
    (lively / ".git/hooks").mkdir(parents=True)
    (lively / ".git/hooks/post-checkout").write_text("#!/bin/sh\n")
    (lively / "records/.2026-11.jsonl.redacted").write_text("half")
    (lively / "notes.txt").write_text("elsewhere")
    assert backup_of(lively, place / "x").code == 0
    with tarfile.open(place / "x") as tar:
        names = tar.getnames()
    assert {name.split("/")[0] for name in names} == {"policies", "records", ".returnkit", LIST}
    assert [name for name in names if name.startswith(".returnkit")] == [".returnkit/till.toml"]
    assert not any(".git/" in name or name.endswith("redacted") for name in names)
    assert names[-1] == LIST


def test_a_password_where_none_may_stand_is_left_out(lively: Path, place: Path) -> None:
    (lively / ".returnkit/till.toml").write_text('schema = 1\n[mail]\npassword = "geheim"\n')
    result = backup_of(lively, place / "x")
    assert result.code == 0
    assert "till.toml is left out" in result.err
    with tarfile.open(place / "x") as tar:
        assert ".returnkit/till.toml" not in tar.getnames()


def test_nothing_is_ever_overwritten_and_the_shop_folder_is_no_place(lively: Path, place: Path, at: At) -> None:
    (place / "x").write_text("dear")
    assert backup_of(lively, place / "x").code == 2
    assert (place / "x").read_text() == "dear"
    assert backup_of(lively, place).code == 0
    assert backup_of(lively, place).code == 2
    for inside in (".", "records/", "records/k3/2026-12.jsonl", "../shop/x.tar.gz", "../x.zip"):
        assert at("records", "backup", inside).code == 2, inside
    assert backup_of(lively, place / "no/such/folder/x").code == 74
    assert sorted(path.name for path in place.iterdir()) == ["piladzis-2026-11-21-1200.tar.gz", "x"]


def test_a_shop_without_records_or_with_a_name_of_other_letters_can_be_backed_up(shop: Path, place: Path, tmp_path: Path) -> None:
    text = (shop / "policies/shop.toml").read_text().replace('name = "Pīlādzis"', 'name = "Ырыс"')
    (shop / "policies/shop.toml").write_text(text)
    assert backup_of(shop, place).code == 0
    assert restored(place / "shop-2026-11-21-1200.tar.gz", tmp_path / "new").code == 0


def test_a_link_or_a_pipe_among_the_files_is_refused_by_name(lively: Path, place: Path) -> None:
    for name in ("policies/link.toml", "records/k3/pipe", "records/elsewhere"):
        if name.endswith("pipe"):
            os.mkfifo(lively / name)
        else:
            (lively / name).symlink_to(place)
        result = backup_of(lively, place / "x")
        assert result.code == 3
        assert name in result.err
        (lively / name).unlink()
    journal = lively / "records/k3/2026-11.jsonl"
    journal.rename(place / "journal")
    journal.symlink_to(place / "journal")
    assert "k3/2026-11.jsonl: this is not a plain file" in backup_of(lively, place / "x").err
    journal.unlink()
    assert backup_of(lively, place / "x").code == 0


def git(folder: Path, *arguments: str) -> str:
    told = subprocess.run(["git", *AUTHOR, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return told.stdout


def test_what_came_back_joins_the_others_as_restore_says(lively: Path, place: Path, tmp_path: Path) -> None:
    hub, back = tmp_path / "the hub.git", tmp_path / "it is back"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(hub))
    git(lively, "init", "-q", "-b", "main")
    (lively / ".gitignore").write_text(GITIGNORE)
    (lively / ".gitattributes").write_text(GITATTRIBUTES)
    git(lively, "add", ".gitignore", ".gitattributes", "policies", "records/k3", "records/k4")
    git(lively, "commit", "-q", "-m", "the shop")
    git(lively, "remote", "add", "origin", "../the hub.git")
    git(lively, "push", "-q", "-u", "origin", "main")
    assert backup_of(lively, place / "x").code == 0
    shop = lively / "policies/shop.toml"
    shop.write_text(shop.read_text().replace("Pīlādzis", "Rowan"))
    git(lively, "commit", "-q", "-a", "-m", "a better name")
    assert call("--shop", str(lively), "complaint", "open", "--text", "since then").code == 0
    git(lively, "add", "records/*/2*.jsonl")
    git(lively, "commit", "-q", "-m", "what was recorded")
    git(lively, "push", "-q")

    told = restored(place / "x", back).out
    commands = [line.strip() for line in told.partition("To join")[2].splitlines() if line.startswith("    ")]
    assert call("--shop", str(back), "complaint", "open", "--text", "on the new machine").code == 0
    for command in commands:
        if command.startswith("returnkit "):
            assert call("--shop", str(back), *command.split()[1:]).code == 0, command
        else:
            subprocess.run(["sh", "-c", command], cwd=back, check=True)  # as it is pasted
    assert commands[-1] == "returnkit records sync"
    texts = "".join(path.read_text() for path in month_files(back))
    assert all(text in texts for text in ("arrived wet", "since then", "on the new machine"))
    assert "Rowan" in (back / "policies/shop.toml").read_text()
    assert call("--shop", str(back), "records", "verify").code == 0
    assert "on the new machine" in git(hub, "grep", "-h", "new machine", "main")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://jana:geheim@example.org/shop.git?key=geheim", "https://example.org/shop.git"),
        ("https://geheim@example.org/shop.git", "https://example.org/shop.git"),
        ("ssh://git:geheim@example.org/shop.git", "ssh://git@example.org/shop.git"),
        ("git@example.org:shop.git", "git@example.org:shop.git"),
        ("ext::sh -c geheim", None),
        ("", None),
    ],
)
def test_an_address_is_carried_along_without_what_lets_somebody_in(shop: Path, place: Path, url: str, kept: str | None) -> None:
    git(shop, "init", "-q", "-b", "main")
    git(shop, "config", "remote.origin.url", url)
    assert backup_of(shop, place / "x").code == 0
    listed = read_archive(str(place / "x")).listed
    assert listed["git"] == (None if kept is None else {"url": kept, "branch": "main"})
    assert "geheim" not in json.dumps(listed)


def test_it_is_its_owners_alone_in_a_folder_that_is_shared_as_well(lively: Path, place: Path) -> None:
    place.chmod(0o2770)
    for options in (["backup", f"{place}/"], ["export", "-o", f"{place}/x.csv"], ["export", "--sqlite", f"{place}/x.db"]):
        assert call("--shop", str(lively), "records", *options).code == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {PRIVATE}


def test_doctor_says_when_and_where_the_last_one_was_made(lively: Path, place: Path) -> None:
    def told() -> str:
        found = json.loads(call("--shop", str(lively), "doctor", "-f", "json").out)["checks"]
        return next(str(each["found"]) for each in found if each["id"] == "backup")

    assert "no returnkit records backup" in told()
    for name in ("first one", "second one"):
        assert backup_of(lively, place / name).code == 0
        assert told().endswith(f"{place}/{name}")
    (lively / ".returnkit/cache/backups").write_bytes(b"what was this?")
    assert "no returnkit records backup" in told()


def test_a_sync_client_that_copies_customers_elsewhere_is_named(lively: Path, place: Path) -> None:
    (place / ".stfolder").mkdir()
    assert "Syncthing copies it elsewhere" in backup_of(lively, place).err
    assert "Syncthing" not in backup_of(lively, place / "x", "--without-contacts").err


def test_nobody_else_may_write_into_what_comes_back(lively: Path, place: Path, tmp_path: Path) -> None:
    (lively / ".returnkit/till.toml").write_text('schema = 1\n[files]\nshared = "group"\n')
    backup_of(lively, place / "x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty").chmod(0o2777)
    before = os.umask(0)
    try:
        assert "was shared with a group" in restored(place / "x", tmp_path / "new").err
        restored(place / "x", tmp_path / "empty")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o775
    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o2775
    assert stat.S_IMODE((tmp_path / "empty/records").stat().st_mode) == 0o700


def test_a_shop_is_never_unpacked_within_another(lively: Path, place: Path) -> None:
    backup_of(lively, place / "x")
    result = restored(place / "x", lively / "policies/sub")
    assert result.code == 2
    assert "inside of the shop folder" in result.err
    assert not (lively / "policies/sub").exists()


# What is not as it should be in the shop itself


def test_damage_is_taken_along_and_said(lively: Path, place: Path, tmp_path: Path) -> None:
    journal = lively / "records/k3/2026-10.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:3], b"what was this?\n", *lines[4:]]))
    result = backup_of(lively, place / "x")
    assert result.code == 0
    assert "cannot be trusted" in result.err
    result = restored(place / "x", tmp_path / "new")
    assert result.code == 1
    assert "records/k3/2026-10.jsonl:4" in result.err
    assert (tmp_path / "new/records/k3/2026-10.jsonl").read_bytes() == journal.read_bytes()


@pytest.mark.parametrize("rest", [b'{"channel":"counter","h":"01', b"\0" * 50, b'{"a":1'])
def test_what_a_crash_left_half_written_is_left_out(lively: Path, place: Path, tmp_path: Path, rest: bytes) -> None:
    journal = lively / "records/k3/2026-11.jsonl"
    before = journal.read_bytes()
    journal.write_bytes(before + rest)
    result = backup_of(lively, place / "x")
    assert result.code == 0
    assert "unfinished" in result.err
    assert restored(place / "x", tmp_path / "new").code == 0
    assert (tmp_path / "new/records/k3/2026-11.jsonl").read_bytes() == before


@pytest.mark.parametrize("rest", [b"", b"\0\0\0"])
def test_a_whole_record_that_lacks_only_its_newline_is_in_it(lively: Path, place: Path, tmp_path: Path, rest: bytes) -> None:
    journal = lively / "records/k3/2026-11.jsonl"
    before = journal.read_bytes()
    journal.write_bytes(before[:-1] + rest)
    assert backup_of(lively, place / "x").code == 0
    restored(place / "x", tmp_path / "new")
    assert (tmp_path / "new/records/k3/2026-11.jsonl").read_bytes() == before[:-1]


def test_records_of_a_newer_program_are_in_it_as_they_are(lively: Path, place: Path, tmp_path: Path) -> None:
    journal = lively / "records/k3/2026-11.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"v":1}', b'"v":2}'))
    assert "a newer returnkit wrote" in backup_of(lively, place / "x").err
    result = restored(place / "x", tmp_path / "new")
    assert result.code == 1
    assert "newer" in result.err
    assert (tmp_path / "new/records/k3/2026-11.jsonl").read_bytes() == journal.read_bytes()


# Others at work


def write_for_ever(shop: Path, printed: int) -> int:
    journal = Journal(str(shop), Still(), lambda _: None)
    for number in count():
        body = complaint(f"n{number} {'x' * (number % 3000)}")
        record = journal.append(body, lambda _, body=body: body).record  # type: ignore[misc]
        let_signals_through()
        os.write(printed, f"{record['id']}\n".encode())
    return 0


@contextmanager
def a_writer(shop: Path) -> Iterator[Callable[[], set[str]]]:
    """Let another process append; give what returns the ids that were acknowledged so far."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    child = in_a_child(lambda: write_for_ever(shop, writing))
    os.close(writing)
    text = b""

    def acknowledged() -> set[str]:
        nonlocal text
        try:
            while data := os.read(reading, 1 << 16):
                text += data
        except BlockingIOError:
            pass
        return {*text.decode().split("\n")[:-1]}

    try:
        yield acknowledged
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)


def test_every_record_that_was_acknowledged_before_is_in_it(shop: Path, place: Path, tmp_path: Path) -> None:
    append(shop, "first")
    with a_writer(shop) as acknowledged:
        for number in range(2):
            until = time.monotonic() + 10
            seen = len(acknowledged())
            while len(acknowledged()) < seen + 20 and time.monotonic() < until:
                time.sleep(0.005)
            before = acknowledged()
            assert backup_of(shop, place / str(number)).code == 0
            assert restored(place / str(number), tmp_path / str(number)).code == 0
            ids = {
                json.loads(line)["id"] for path in month_files(tmp_path / str(number)) for line in path.read_bytes().splitlines()
            }
            assert len(before) >= 20 * (number + 1)
            assert before <= ids
            assert len(acknowledged()) > len(before), "nobody had to wait"


def test_who_rewrites_a_file_meanwhile_makes_it_begin_anew(lively: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, clock = find_shop(str(lively)), Clock("UTC")
    journal = lively / "records/k3/2026-09.jsonl"
    times = 0
    real = tarfile.TarFile.addfile

    def add(self: tarfile.TarFile, info: tarfile.TarInfo, file: object = None) -> None:
        nonlocal times
        if info.name == "policies/complaints.toml" and times < limit:
            times += 1
            shutil.copy(journal, lively / "new")
            os.replace(lively / "new", journal)
        real(self, info, file)  # type: ignore[arg-type]

    monkeypatch.setattr(tarfile.TarFile, "addfile", add)
    limit = 3
    assert back_up(shop, str(place / "x"), clock, print, contacts=True).files
    limit = 100
    with pytest.raises(BusyError):
        back_up(shop, str(place / "y"), clock, print, contacts=True)
    assert [path.name for path in place.iterdir()] == ["x"]


def test_a_policy_that_changes_while_it_is_packed_makes_it_begin_anew(
    lively: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = lively / "policies/items.toml"
    packed = []
    real = tarfile.TarFile.addfile

    def add(self: tarfile.TarFile, info: tarfile.TarInfo, file: object = None) -> None:
        real(self, info, file)  # type: ignore[arg-type]
        if info.name == "policies/items.toml":
            packed.append(info)
            if len(packed) == 1:
                policy.write_bytes(policy.read_bytes() + b"# mended\n")

    monkeypatch.setattr(tarfile.TarFile, "addfile", add)
    assert back_up(find_shop(str(lively)), str(place / "x"), Clock("UTC"), print, contacts=True).files
    assert len(packed) == 2


def killed_at_random(shop: Path, place: Path, kills: int, longest: float) -> int:
    """Kill so many backups in the middle of it, and return how many there are all the same: each of them whole."""
    random = Random(7)  # noqa: S311 - not a secret
    for number in range(kills):
        child = in_a_child(lambda number=number: backup_of(shop, place / f"{number}.tar.gz").code)  # type: ignore[misc]
        time.sleep(random.random() * longest)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    found = [path for path in place.iterdir() if not path.name.startswith(".")]
    expected = {path.relative_to(shop).as_posix() for path in month_files(shop)}
    for path in found:
        assert expected <= set(read_archive(str(path)).files)
    return len(found)


def test_a_backup_that_is_killed_is_none(lively: Path, place: Path) -> None:
    assert killed_at_random(lively, place, 8, 0.08) < 8
    (place / ".x.tar.gz.0123abcd").touch()
    result = backup_of(lively, place / "last.tar.gz")
    assert result.code == 0
    assert ".x.tar.gz.0123abcd" in result.err


@pytest.mark.slow
def test_many_backups_that_are_killed_are_none(lively: Path, place: Path) -> None:
    found = killed_at_random(lively, place, 300, 0.4)
    left = sum(path.name.startswith(".") for path in place.iterdir())
    print(f"300 killed: {found} were whole by then, {left} unfinished under another name")
    assert 0 < found < 300


def limited(size: int, work: Callable[[], int]) -> int:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        return work()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_full_disk_leaves_nothing(lively: Path, place: Path) -> None:
    shop, clock = find_shop(str(lively)), Clock("UTC")

    def code() -> int:
        try:
            back_up(shop, str(place / "x"), clock, print, contacts=True)
        except ReturnkitError as refusal:
            return refusal.exit_code
        return 0

    assert code() == 0
    size = (place / "x").stat().st_size
    (place / "x").unlink()
    for room in (0, 1, 500, size // 2, size - 1):
        assert limited(room, code) == 74, room
        assert [*place.iterdir()] == []
    assert limited(size + 10, code) == 0


def test_a_shop_that_somebody_holds_is_busy(lively: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr("returnkit.records.lock.PATIENCE", 0.1)
    held = os.open(lively / "records/k3", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        assert backup_of(lively, place / "x").code == 75
    finally:
        os.close(held)
    assert [*place.iterdir()] == []


def test_on_a_bad_day_backup_verify_and_heal_do_without_shop_toml(lively: Path, place: Path) -> None:
    (lively / "policies/shop.toml").write_text("schema = 1\n<<<<<<< HEAD\n")
    (journal,) = lively.glob("records/k3/2026-11.jsonl")
    journal.write_bytes(journal.read_bytes() + b'{"half')
    shop = ("--shop", str(lively))
    for command in (("backup", str(place) + "/"), ("verify",), ("heal", "--yes")):
        result = call(*shop, "records", *command)
        assert "shop.toml:2: " in result.err
        assert "this goes on without it" in result.err
        assert result.code in (0, 1), result
    assert not journal.read_bytes().endswith(b'{"half')
    assert [path.name[:5] for path in place.iterdir()] == ["shop-"]
    assert call(*shop, "today").code == 3
