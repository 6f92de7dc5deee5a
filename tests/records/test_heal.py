"""Heal mends what can be mended without guessing: every record is there once, and nothing that was on the disk is lost."""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnkit.model.ids import record_id
from returnkit.model.jsonl import encode
from returnkit.records.chain import sealed
from returnkit.records.erasure.redact import Redaction
from returnkit.records.healing.heal import Healed, heal
from returnkit.records.healing.taken import first_missing
from returnkit.records.identity import read_identity
from returnkit.records.journal import Journal, let_signals_through
from returnkit.records.read import is_month
from tests.conftest import examples
from tests.records.faults import (
    NOVEMBER,
    OCTOBER,
    Clock,
    append,
    complaint,
    in_a_child,
    logged,
    month_files,
    problems,
    quarantined,
    stored,
    texts,
)

LATER = "2026-11-21T12:00:01+02:00"  # the branch that was begun first goes on
Change = Callable[[bytes], bytes]
GIT_USER = ("-c", "user.name=Anna", "-c", "user.email=anna@shop.example")


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(["git", "-C", str(folder), *GIT_USER, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


def commit(shop: Path, what: str = "x") -> None:
    git(shop, "add", "records")
    git(shop, "commit", "-q", "-m", what)


def repository(shop: Path) -> None:
    git(shop, "init", "-q", "-b", "main")
    (shop / ".gitignore").write_text(".returnkit/\nrecords/contacts/\n")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shop folder with four records and no git."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("XDG_STATE_HOME", "")  # each folder has its own, and it is put back at the end
    folder = tmp_path / "shop"
    folder.mkdir()
    write(folder, "one", "two", "three", "four")
    return folder


def write(shop: Path, *more: str, time: str = NOVEMBER) -> None:
    """Let a machine of its own append to a shop folder."""
    os.environ["XDG_STATE_HOME"] = str(shop.with_name(f"state of {shop.name}"))
    for text in more:
        append(shop, text, time=time)


def mended(shop: Path) -> Healed:
    """Heal, and check that a second run has nothing to do and that verify is content."""
    write(shop)
    said = heal(str(shop), mend=False)
    found = heal(str(shop), mend=True)
    assert (said.mendings, said.moved) == (found.mendings, found.moved)
    assert found.problems == []
    assert heal(str(shop), mend=True) == Healed([], [], [], [])
    assert problems(shop) == []
    return found


def only_file(shop: Path) -> Path:
    (path,) = (path for path in month_files(shop) if is_month(path.name))
    return path


def second(shop: Path, *more: str) -> Path:
    """Return a copy of a shop folder on another machine, which goes on as the same till."""
    copy = shop.with_name(f"copy {len(list(shop.parent.iterdir()))}")
    shutil.copytree(shop, copy)
    shutil.copytree(shop.with_name(f"state of {shop.name}"), copy.with_name(f"state of {copy.name}"))
    is_itself(copy)
    write(copy, *more, time=LATER)
    return copy


def is_itself(folder: Path) -> None:
    """Let a copied folder take itself for the one that it was made from, as a copy of a whole disk does."""
    path = folder / ".returnkit" / "instance"
    path.write_text(re.sub(r"inode = \d+", f"inode = {path.stat().st_ino}", path.read_text()))


def till_of(shop: Path) -> str:
    who, _ = read_identity(str(shop))
    return who.till if who else ""


def test_sound_records_are_left_alone(shop: Path) -> None:
    before = logged(shop)
    assert heal(str(shop), mend=True) == Healed([], [], [], [])
    assert logged(shop) == before


@pytest.mark.parametrize("tail", [b'{"channel":"counter","h":"01', bytes(40), b'{"channel"' + bytes(300)])
def test_a_torn_end_is_put_aside(shop: Path, tail: bytes) -> None:
    path, before = only_file(shop), logged(shop)
    path.write_bytes(before + tail)
    shutil.rmtree(shop / ".returnkit")  # another till's
    mended(shop)
    assert logged(shop) == before
    assert tail.strip(b"\0") in b"".join(quarantined(shop))


def test_a_record_that_lacks_only_its_newline_stays(shop: Path) -> None:
    before = logged(shop)
    for padding in (b"", bytes(17)):
        only_file(shop).write_bytes(before[:-1] + padding)
        mended(shop)
        assert logged(shop) == before


COPIES = (
    "2026-11 (conflicted copy 2026-11-20).jsonl", "2026-11.sync-conflict-20261120-101112-ABCDEFG.jsonl", "2026-11 (1).jsonl",
    "2026-11.jsonl.orig", "2026-11.jsonl~", "2026-11 - Copy.jsonl", "2026-11_conflict-20261120.jsonl",
)  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_an_older_copy_is_put_aside(shop: Path, name: str) -> None:
    path = only_file(shop)
    before = path.read_bytes()
    older = b"".join(before.splitlines(keepends=True)[:3])
    path.with_name(name).write_bytes(older)
    mended(shop)
    assert logged(shop) == before
    assert quarantined(shop) == [older]
    assert not path.with_name(name).exists()


def test_a_newer_copy_takes_the_place_of_the_journal(shop: Path) -> None:
    path = only_file(shop)
    whole = path.read_bytes()
    path.with_name(COPIES[0]).write_bytes(whole)
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    mended(shop)
    assert logged(shop) == whole
    write(shop, "five")
    assert problems(shop) == []


def test_a_copy_that_went_on_is_a_fork(shop: Path) -> None:
    other = second(shop, "theirs 1", "theirs 2")
    write(shop, "ours")
    path = only_file(shop)
    path.with_name(COPIES[0]).write_bytes(only_file(other).read_bytes())
    found = mended(shop)
    assert sorted(texts(shop)) == sorted(["one", "two", "three", "four", "ours", "theirs 1", "theirs 2"])
    assert len(found.moved) == 2
    write(shop, "five")
    assert problems(shop) == []


def everything(shop: Path) -> list[str]:
    return sorted(texts(shop))


def test_a_merge_with_marks_is_taken_apart(shop: Path) -> None:
    """Without the attributes git writes marks into the journal, and both sides."""
    repository(shop)
    commit(shop)
    other = second(shop, "theirs 1", "theirs 2")
    commit(other)
    write(shop, "ours")
    commit(shop)
    git(shop, "fetch", "-q", str(other), "main")
    git(shop, "merge", "-q", "FETCH_HEAD", code=1)
    assert b"<<<<<<<" in logged(shop)
    till, before = till_of(shop), only_file(other).read_bytes()
    mended(shop)
    assert everything(shop) == sorted(["one", "two", "three", "four", "ours", "theirs 1", "theirs 2"])
    assert till_of(shop) == till
    assert git(shop, "status", "--porcelain", "records").startswith("A  records/")
    assert b"theirs 1" in b"".join(quarantined(shop))
    git(shop, "commit", "-q", "-m", "merged")
    assert before.splitlines()[-1] not in logged(shop)
    mended(shop)


@pytest.mark.parametrize("ours", [("ours",), pytest.param(("ours 1", "ours 2", "ours 3"), marks=pytest.mark.slow)])
def test_a_merge_that_stopped_without_marks_is_settled(shop: Path, ours: tuple[str, ...]) -> None:
    repository(shop)
    (shop / ".gitattributes").write_text("*.jsonl -text -merge\n")
    git(shop, "add", ".gitattributes")
    commit(shop)
    other = second(shop, "theirs 1", "theirs 2")
    commit(other)
    write(shop, *ours)
    commit(shop)
    git(shop, "fetch", "-q", str(other), "main")
    git(shop, "merge", "-q", "FETCH_HEAD", code=1)
    kept = logged(shop)
    mended(shop)
    assert kept in logged(shop)
    assert everything(shop) == sorted(["one", "two", "three", "four", *ours, "theirs 1", "theirs 2"])
    git(shop, "commit", "-q", "-m", "merged")
    mended(shop)
    write(shop, "more")
    # The other folder takes over what was decided: its records are there, so it goes on as a new till.
    write(other, "theirs 3")
    commit(other)
    git(shop, "add", "-A", "records")
    commit(shop)
    git(other, "fetch", "-q", str(shop), "main")
    git(other, "merge", "-q", "FETCH_HEAD", code=1)
    mended(other)
    write(other, "theirs 4")
    assert everything(other) == sorted(["one", "two", "three", "four", *ours, "more", *(f"theirs {n}" for n in range(1, 5))])
    assert till_of(other) != till_of(shop)
    git(other, "add", "-A", "records")
    commit(other)
    git(shop, "fetch", "-q", str(other), "main")
    git(shop, "merge", "-q", "FETCH_HEAD")
    mended(shop)
    assert everything(shop) == everything(other)


def test_a_union_merge_is_taken_apart(shop: Path) -> None:
    other = second(shop, "theirs 1", "theirs 2")
    write(shop, "ours 1", "ours 2")
    ours, theirs = only_file(shop).read_bytes(), only_file(other).read_bytes()
    common = len(b"".join(line for line in ours.splitlines(keepends=True) if line in theirs))
    only_file(shop).write_bytes(ours + theirs[common:])
    mended(shop)
    assert everything(shop) == sorted(["one", "two", "three", "four", "ours 1", "ours 2", "theirs 1", "theirs 2"])


@pytest.mark.parametrize("at", [0, 2, *(pytest.param(at, marks=pytest.mark.slow) for at in (1, 3)), 4])
def test_a_damaged_line_is_restored_from_git(shop: Path, at: int) -> None:
    repository(shop)
    commit(shop)
    write(shop, "five")
    whole = logged(shop)
    lines = whole.splitlines(keepends=True)
    for damaged in (b"\x00\xff" + lines[at][2:], lines[at].replace(b"channel", b"chnnael"), lines[at].replace(b"a", b"b"), b""):
        only_file(shop).write_bytes(b"".join([*lines[:at], damaged, *lines[at + 1 :]]))
        if only_file(shop).read_bytes() == whole:
            continue
        mended(shop)
        assert logged(shop) == whole
        assert damaged.strip(b"\n") in b"\n".join(quarantined(shop))


def test_lines_in_another_order_or_doubled_are_put_right_without_git(shop: Path) -> None:
    whole = logged(shop)
    lines = whole.splitlines(keepends=True)
    for order in ([0, 2, 1, 3, 4], [0, 1, 1, 2, 3, 4], [0, 1, 2, 3, 4, 2], [4, 3, 2, 1, 0], [0, 1, 2, 4, 3]):
        only_file(shop).write_bytes(b"".join(lines[at] for at in order))
        mended(shop)
        assert logged(shop) == whole


@pytest.mark.parametrize("change", [
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\n", b"\n\n"),
    lambda data: data.replace(b'","', b'", "'),
    lambda data: data.replace(b"\n", b"\n" + bytes(12) + b"\n", 2),
    lambda data: data.replace(b"\n", b"\n" + bytes(12), 2),
])  # fmt: skip
def test_what_editors_and_disks_put_around_records_is_taken_out(shop: Path, change: Change) -> None:
    whole = logged(shop)
    only_file(shop).write_bytes(change(whole))
    mended(shop)
    assert logged(shop) == whole


def test_a_journal_of_which_half_is_damaged_keeps_nobody_waiting(shop: Path) -> None:
    path = only_file(shop)
    *_, last = map(json.loads, path.read_bytes().splitlines())
    lines = []
    for number in range(6, 2006):
        last = sealed(last["h"], {**complaint("y" * 99), "v": 1, "id": record_id(till_of(shop), number), "time": NOVEMBER})
        lines.append(encode(last) + b"\n")
    half = [line if at % 2 else line.replace(b"y", b"\xff", 1) for at, line in enumerate(lines)]
    path.write_bytes(path.read_bytes() + b"".join(half))
    started = perf_counter()
    assert len(heal(str(shop), mend=False).problems) == 1000
    assert perf_counter() - started < 10  # the counter waits for its lock meanwhile


def test_a_file_that_is_gone_comes_back_from_git(shop: Path) -> None:
    repository(shop)
    commit(shop)
    whole = logged(shop)
    path = only_file(shop)
    path.unlink()
    mended(shop)
    assert logged(shop) == whole
    shutil.rmtree(path.parent)
    mended(shop)
    assert logged(shop) == whole
    write(shop, "five")


def test_records_that_were_set_back_make_a_new_till(shop: Path) -> None:
    older = logged(shop)
    write(shop, "five", "six")
    till = till_of(shop)
    only_file(shop).write_bytes(older)
    found = mended(shop)
    assert "7 were acknowledged" in found.mendings[0].what
    write(shop, "seven")
    assert till_of(shop) not in ("", till)
    assert problems(shop) == []


def test_rights_of_others_are_taken_away(shop: Path) -> None:
    only_file(shop).chmod(0o664)
    mended(shop)
    assert only_file(shop).stat().st_mode & 0o777 == 0o600


def test_a_fork_over_two_months_keeps_its_months(tmp_path: Path, shop: Path) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    write(folder, "one", "two", time=OCTOBER)
    other = second(folder)
    write(other, "theirs 1", time=OCTOBER)
    write(other, "theirs 2", "theirs 3")
    write(folder, "ours 1", time=OCTOBER)
    write(folder, "ours 2")
    for path in month_files(other):
        shutil.copy(path, folder / path.relative_to(other).with_name(f"{path.stem} (conflicted copy).jsonl"))
    found = mended(folder)
    assert everything(folder) == sorted(["one", "two", "ours 1", "ours 2", "theirs 1", "theirs 2", "theirs 3"])
    assert len({new.partition("-")[0] for _, new in found.moved}) == 1
    assert len(month_files(folder)) == 4
    assert only_file(shop).exists()


def test_three_folders_that_wrote_as_one_till(shop: Path) -> None:
    both = second(shop, "of both others")
    other, third = second(both, "theirs 1"), second(both, "thirds 1", "thirds 2")
    write(shop, "ours")
    for number, folder in enumerate((other, third)):
        shutil.copy(only_file(folder), only_file(shop).with_name(f"2026-11 ({number}).jsonl"))
    found = mended(shop)
    assert everything(shop) == sorted(
        ["one", "two", "three", "four", "ours", "of both others", "theirs 1", "thirds 1", "thirds 2"]
    )
    assert len(found.moved) == 4


def test_two_folders_that_chose_the_same_name_and_have_nothing_in_common(tmp_path: Path, shop: Path) -> None:
    other = tmp_path / "stranger"
    other.mkdir()
    os.environ["XDG_STATE_HOME"] = str(tmp_path / "state of stranger")
    body = complaint("strange")
    Journal(str(other), Clock(), lambda _: None, till_of(shop)).append(body, lambda _: body)
    let_signals_through()
    shutil.copy(only_file(other), only_file(shop).with_name("2026-11-LAPTOP.jsonl"))
    mended(shop)
    assert everything(shop) == sorted(["one", "two", "three", "four", "strange"])
    write(shop, "five")


def test_a_fork_that_was_only_fetched_is_mended_before_the_merge(shop: Path, tmp_path: Path) -> None:
    repository(shop)
    commit(shop)
    git(tmp_path, "clone", "-q", "--bare", str(shop), "bare.git")
    git(shop, "remote", "add", "origin", str(tmp_path / "bare.git"))
    git(shop, "fetch", "-q", "origin")
    git(shop, "branch", "-q", "-u", "origin/main")
    other = second(shop, "theirs 1")
    commit(other)
    git(other, "push", "-q")
    write(shop, "ours")
    commit(shop)
    git(shop, "fetch", "-q")
    theirs = git(shop, "show", f"origin/main:records/{till_of(shop)}/2026-11.jsonl").encode().splitlines(keepends=True)
    assert first_missing(str(shop / "records"), till_of(shop), theirs) == 6
    mended(shop)
    assert everything(shop) == sorted(["one", "two", "three", "four", "ours", "theirs 1"])
    assert first_missing(str(shop / "records"), till_of(shop), theirs) == 0


def test_what_another_folder_took_over_is_here_before_the_merge(shop: Path) -> None:
    repository(shop)
    commit(shop)
    other = second(shop, "theirs 1", "theirs 2")
    commit(other)
    write(shop, "ours")
    commit(shop)
    git(shop, "fetch", "-q", str(other), "main:refs/returnkit/theirs")
    mended(shop)
    git(shop, "add", "records/*/*.jsonl")
    git(shop, "commit", "-q", "-m", "healed")
    write(other, "theirs 3")
    git(other, "fetch", "-q", str(shop), "main:refs/returnkit/theirs")
    found = mended(other)
    assert len(found.moved) == 3
    assert everything(other) == sorted(["one", "two", "three", "four", "ours", "theirs 1", "theirs 2", "theirs 3"])
    write(other, "theirs 4")
    assert till_of(other) != till_of(shop)
    assert problems(other) == []


def test_a_folder_that_was_set_back_and_went_on_meets_what_git_has(shop: Path) -> None:
    repository(shop)
    write(shop, "five", "six")
    commit(shop)
    path = only_file(shop)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
    shutil.rmtree(shop.with_name(f"state of {shop.name}"))  # with it nobody would go on writing
    write(shop, "another", time=LATER)
    till = till_of(shop)
    found = mended(shop)
    assert len(found.moved) == 1
    assert everything(shop) == sorted(["one", "two", "three", "four", "five", "six", "another"])
    write(shop, "more")
    assert till_of(shop) != till  # what git has was known to others


def test_two_folders_that_mended_the_same_fork_before_they_met_did_the_same(shop: Path) -> None:
    other = second(shop, "theirs")
    write(shop, "ours")
    own = only_file(shop).read_bytes()
    only_file(shop).with_name("2026-11 (1).jsonl").write_bytes(only_file(other).read_bytes())
    only_file(other).with_name("2026-11 (1).jsonl").write_bytes(own)
    for folder in (other, shop):
        mended(folder)
    assert logged(shop) == logged(other)
    assert everything(shop) == sorted(["one", "two", "three", "four", "ours", "theirs"])
    # Nor does it matter that one of them knew less.
    write(other, "more")
    assert till_of(other) != till_of(shop)


def test_a_damaged_line_does_not_give_way_to_another_folders_that_looks_like_it(shop: Path) -> None:
    other = second(shop)
    for folder, category in ((other, "delivery"), (shop, "quality")):
        write(folder)
        body = {**complaint("it arrived wet"), "category": category}
        Journal(str(folder), Clock(), lambda _: None).append(body, lambda _, body=body: body)  # type: ignore[misc]
        let_signals_through()
    path = only_file(shop)
    path.with_name("2026-11 (1).jsonl").write_bytes(only_file(other).read_bytes())
    path.write_bytes(path.read_bytes().replace(b"quality", b"quolity"))
    (problem,) = heal(str(shop), mend=True).problems
    assert (problem.file, problem.line) == (str(path), 6)
    assert b"quolity" in path.read_bytes()
    assert texts(shop).count("it arrived wet") == 2


def test_a_folder_without_records_is_sound(tmp_path: Path) -> None:
    assert heal(str(tmp_path), mend=True) == Healed([], [], [], [])


def test_a_merge_that_git_cannot_settle_just_now_is_named(shop: Path) -> None:
    repository(shop)
    (shop / ".gitattributes").write_text("*.jsonl -text -merge\n")
    git(shop, "add", ".gitattributes")
    commit(shop)
    other = second(shop, "theirs")
    commit(other)
    write(shop, "ours")
    commit(shop)
    git(shop, "fetch", "-q", str(other), "main")
    git(shop, "merge", "-q", "FETCH_HEAD", code=1)
    (shop / ".git" / "index.lock").touch()
    (problem,) = heal(str(shop), mend=True).problems
    assert problem.remedy.startswith("git add records/")
    (shop / ".git" / "index.lock").unlink()
    mended(shop)


def test_what_others_only_added_is_left_to_git(shop: Path) -> None:
    repository(shop)
    commit(shop)
    other = second(shop, "newer")
    commit(other)
    git(shop, "fetch", "-q", str(other), "main:refs/returnkit/theirs")
    write(shop)
    assert heal(str(shop), mend=True).mendings == []


def test_the_same_fork_makes_the_same_till_wherever_it_is_mended(shop: Path) -> None:
    other = second(shop, "theirs 1", "theirs 2")
    write(shop, "ours")
    third = second(shop)
    shutil.rmtree(third / ".returnkit")
    for folder in (shop, third):
        shutil.copy(only_file(other), only_file(folder).with_name("2026-11 (1).jsonl"))
    write(shop, "ours 2", "ours 3")
    mended(shop)
    shutil.copy(next(path for path in month_files(shop) if till_of(shop) == path.parent.name), only_file(third))
    mended(third)
    assert [path.read_bytes() for path in month_files(shop)] == [path.read_bytes() for path in month_files(third)]


def test_words_that_were_taken_out_do_not_come_back_with_a_copy(shop: Path) -> None:
    whole = only_file(shop).read_bytes()
    blanked = redacted(shop, "two")
    only_file(shop).with_name("2026-11 (1).jsonl").write_bytes(whole)
    mended(shop)
    assert b'"two"' not in logged(shop) + b"".join(quarantined(shop))
    assert blanked in logged(shop)
    shutil.rmtree(only_file(shop).parent / ".torn")
    # And in a fork they stay out, and are vouched for.
    other = second(shop, "theirs 1")
    redacted(other, "theirs 1")
    redacted(other, "three")
    write(shop, "ours")
    shutil.copy(only_file(other), only_file(shop).with_name("2026-11 (2).jsonl"))
    mended(shop)
    assert not re.search(b'theirs 1|"three"', logged(shop) + b"".join(quarantined(shop)))


def test_words_that_another_folder_took_out_go_from_what_was_put_aside_before(shop: Path) -> None:
    other = second(shop, "theirs 1", "theirs 2")
    write(shop, "ours")
    shutil.copy(only_file(other), only_file(shop).with_name("2026-11 (1).jsonl"))
    mended(shop)
    assert b"theirs 1" in logged(shop)
    assert b"theirs 1" in b"".join(quarantined(shop))
    redacted(other, "theirs 1")
    shutil.copy(only_file(other), only_file_of(shop).with_name("2026-11 (2).jsonl"))
    mended(shop)
    assert b"theirs 1" not in logged(shop) + b"".join(quarantined(shop))
    assert b"theirs 2" in b"".join(quarantined(shop))
    assert heal(str(shop), mend=True) == Healed([], [], [], [])


def only_file_of(shop: Path) -> Path:
    """Return the journal of the till that a folder is."""
    return next(path for path in month_files(shop) if path.parent.name == till_of(shop))


def redacted(shop: Path, text: str) -> bytes:
    """Take the words out of a record, and return what is left of its line."""
    write(shop)
    (own,) = (str(record["id"]) for record in stored(shop) if record.get("text") == text)
    try:
        Redaction(str(shop), Clock(), lambda _: None, [till_of(shop)]).redact(
            {own: ["text"]}, lambda _: {"because": "they asked"}
        )
    finally:
        let_signals_through()
    return next(line for line in logged(shop).splitlines() if own.encode() in line and b'"redacted":' in line)


def append_some(shop: Path, mark: str) -> int:
    for number in range(25):
        append(shop, f"{mark} {number}")
    return 0


def test_it_works_while_others_append(shop: Path) -> None:
    write(shop)
    path = only_file(shop)
    older = path.read_bytes()
    children = [in_a_child(partial(append_some, shop, mark)) for mark in "ab"]
    for number in range(25):
        path.with_name(f"2026-11 ({number}).jsonl").write_bytes(older)
        assert heal(str(shop), mend=True).problems == []
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    mended(shop)
    assert everything(shop) == sorted(["one", "two", "three", "four", *(f"{mark} {n}" for mark in "ab" for n in range(25))])


def flipped(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


HAPPENS = st.one_of(
    st.tuples(st.just(flipped), st.integers(0, 5000)),
    st.tuples(st.just(lambda data, at: data[: at % (len(data) + 1)]), st.integers(0, 5000)),
    st.tuples(st.just(lambda data, at: data[: at % len(data)] + data[at % len(data) + 1 :]), st.integers(0, 5000)),
    st.tuples(st.just(lambda data, at: data + data[at % len(data) :]), st.integers(0, 5000)),
    st.tuples(st.just(lambda data, at: data[: at % len(data)] + bytes(9) + data[at % len(data) :]), st.integers(0, 5000)),
    st.tuples(
        st.just(lambda data, at: b"".join(random.Random(at).sample(data.splitlines(True), data.count(b"\n")))),  # noqa: S311
        st.integers(0, 99),
    ),
)


@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happens=st.lists(HAPPENS, min_size=1, max_size=3), own=st.booleans())
def test_whatever_happened_to_a_file_that_git_has_whole_every_record_comes_back(
    shop: Path, happens: list[tuple[Callable[[bytes, int], bytes], int]], *, own: bool
) -> None:
    write(shop)
    path = only_file(shop)
    if not (shop / ".git").exists():
        repository(shop)
        commit(shop)
    whole = subprocess.run(
        ["git", "-C", str(shop), "show", f"HEAD:{path.relative_to(shop)}"], capture_output=True, check=True
    ).stdout
    shutil.rmtree(path.parent / ".torn", ignore_errors=True)
    data = whole
    for change, at in happens:
        data = change(data or whole, at)
    path.write_bytes(data)
    if not own:
        shutil.rmtree(shop / ".returnkit", ignore_errors=True)
    heal(str(shop), mend=True)
    after = path.read_bytes()
    assert after.startswith(whole)
    assert heal(str(shop), mend=True).mendings == []
    assert path.read_bytes() == after
    kept = after + b"\n".join(quarantined(shop))
    assert all(line.strip(b"\0") in kept for line in data.split(b"\n"))
