"""Careless and hostile things that come by git: heal and sync end on every side, with every record there once."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, encode
from returnkit.records.chain import sealed
from returnkit.records.journal import Journal, let_signals_through
from tests.records.faults import Clock, complaint
from tests.records.git_shops import Hub, Side, at_home, git, hub, made
from tests.records.test_heal import is_itself

__all__ = ["hub", "made"]  # fixtures

FIRST, SECOND, THIRD = (f"2026-11-21T12:00:0{at}+02:00" for at in (1, 2, 3))
Spoil = Callable[[list[bytes]], list[bytes]]


def on(side: Side) -> Side:
    """Go to the machine on which a folder is."""
    os.environ["XDG_STATE_HOME"] = str(state_of(side.folder))
    return side


def state_of(folder: Path) -> Path:
    return folder.with_name(f"state of {folder.name}")


def appends(side: Side, text: str, time: str = FIRST) -> None:
    body = complaint(text)
    try:
        Journal(str(on(side).folder), Clock(time), lambda _: None, side.till).append(body, lambda _: body)
    finally:
        let_signals_through()


def copied(side: Side, folder: Path) -> Side:
    """Copy a folder with all that its machine knows of it."""
    shutil.copytree(side.folder, folder)
    shutil.copytree(state_of(side.folder), state_of(folder))
    is_itself(folder)
    return Side(folder, side.till)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Path:
    """Return a folder with two tills that know of each other."""
    folder = tmp_path_factory.mktemp("met")
    with pytest.MonkeyPatch.context() as patch:
        at_home(patch, folder)
        hub = Hub(folder, made)
        k3, k4 = hub.begins(), hub.joins("k4")
        for side, text in ((k3, "one"), (k4, "two")):
            appends(side, text)
            side.sync()
        on(k3).sync()
    return folder


@pytest.fixture
def two(hub: Hub, met: Path) -> tuple[Side, Side]:
    shutil.copytree(met / "hub.git", hub.bare)
    k3, k4 = (copied(Side(met / till, till), hub.folder / till) for till in ("k3", "k4"))
    return k3, k4


def pushes(side: Side) -> None:
    """Commit whatever there is, and push it, without a thought."""
    side.git("add", "-u")
    side.git("commit", "-qm", "careless")
    side.git("push", "-q")


def texts(side: Side) -> list[str]:
    """Return the words of all records."""
    found = (json.loads(line).get("text") for data in side.journals().values() for line in data.splitlines())
    return sorted(filter(None, found))


def journal(side: Side, till: str) -> Path:
    (path,) = side.folder.glob(f"records/{till}/*.jsonl")
    return path


def heals(side: Side) -> str:
    result = on(side).run("records", "heal", "--yes")
    assert result.code == 0, result
    return result.out


def forked(k3: Side) -> tuple[Side, str]:
    """Let a copy of a folder write as the same till, and be healed; return it, and the till that its branch became."""
    copy = copied(k3, k3.folder.with_name("copy"))
    appends(k3, "at k3", SECOND)
    k3.sync()
    appends(copy, "at the copy", THIRD)
    copy.sync(1)
    heals(copy)
    copy.sync()
    return copy, next(name.partition("/")[0] for name, data in copy.journals().items() if b'"formerly":' in data)


@pytest.mark.parametrize("spoil", [
    lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:], lines[-1]],
    lambda lines: [b"<<<<<<< HEAD\n", *lines, b"=======\n", lines[-1], b">>>>>>> x\n"],
])  # fmt: skip
def test_what_somebody_spoilt_and_pushed_is_mended_by_heal_and_sync(two: tuple[Side, Side], spoil: Spoil) -> None:
    k3, k4 = two
    path = journal(k4, "k3")
    path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True))))
    pushes(k4)
    on(k3).run("records", "sync")
    for side in (k4, k3):
        heals(side)
        side.sync()
    for side in (k4, k3):
        assert on(side).sync().err == ""
        assert side.problems() == []
        assert texts(side) == ["one", "two"]


@pytest.mark.parametrize("months", [
    ("2026-11", "2026-12"),
    ("2027-01", "2026-12"),
    pytest.param(("2026-12", "2026-11"), marks=pytest.mark.slow),
    pytest.param(("2026-12", "2027-01"), marks=pytest.mark.slow),
])  # fmt: skip
def test_two_folders_that_wrote_as_one_till_in_different_months(two: tuple[Side, Side], months: tuple[str, str]) -> None:
    k3, k4 = two
    copy = copied(k3, k3.folder.with_name("copy"))
    for side, month in zip((k3, copy), months, strict=True):
        appends(side, f"in {month} at {side.folder.name}", f"{month}-30T12:00:00+02:00")
    on(k3).sync()
    assert "as the same till" in on(copy).sync(1).err
    heals(copy)
    copy.sync()
    for side in (k4, k3, copy):
        on(side).sync()
        assert texts(side) == sorted(["one", "two", f"in {months[0]} at k3", f"in {months[1]} at copy"])
    assert on(k4).problems() == []


def test_what_a_till_keeps_for_itself_stays_whatever_is_committed_under_its_name(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    names = "records/contacts", ".returnkit", "records/k3/.torn"
    for name in names:
        (k3.folder / name).mkdir(exist_ok=True)
        (k3.folder / name / "kept").write_text("Jana")
        shutil.rmtree(k4.folder / name, ignore_errors=True)
        (k4.folder / name).write_text("careless")
        k4.git("add", "-f", name)
    pushes(k4)
    said = on(k3).sync(1).err
    assert all(name in said and (k3.folder / name / "kept").read_text() == "Jana" for name in names)


def test_what_was_healed_comes_in_where_journals_are_binary(two: tuple[Side, Side]) -> None:
    k3, _ = two
    forked(k3)
    (k3.folder / ".gitattributes").write_text("records/**/*.jsonl binary\n")
    on(k3).sync()
    assert texts(k3) == ["at k3", "at the copy", "one", "two"]


def test_words_of_a_till_made_of_a_fork_are_taken_out_by_whoever_is_there(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    copy, till = forked(k3)
    on(k3).sync()
    k3.run("records", "redact", record_id(till, 2), "--because", "asked", "--yes")
    k3.till = ""
    for side in (k3, copy, k4, k3):
        on(side).sync()
        assert texts(side) == ["at k3", "one", "two"]
    assert on(k4).problems() == []


def test_a_letter_that_changed_in_a_till_made_of_a_fork_is_put_back(two: tuple[Side, Side]) -> None:
    copy, till = forked(two[0])
    path = journal(copy, till)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"at the copy", b"at the cozy"))
    assert "put back as written" in heals(copy)
    assert path.read_bytes() == whole
    assert heals(copy) == ""
    assert copy.sync().err == ""


def test_a_copy_of_a_journal_that_somebody_committed_elsewhere_stops_nobody(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    for name in ("backup/k3/2026-11.jsonl", "2026-11.jsonl", "k3/old/2026-11.jsonl"):
        (k4.folder / "records" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(journal(k4, "k3"), k4.folder / "records" / name)
    k4.git("add", "records")
    pushes(k4)
    on(k3).sync()
    heals(k3)
    assert k3.problems() == []


# Records that only say that they took another one over


def claims(till: str, seq: int, previous: str, gone: Json) -> Json:
    """Return a record that says that it is what another one became, and says something else."""
    record = {**gone, "id": record_id(till, seq), "text": "nothing", "formerly": {"id": gone["id"], "h": gone["h"]}}
    return sealed(previous, {field: value for field, value in record.items() if field != "h"})


def test_a_record_that_only_says_that_it_took_another_over_takes_nothing_away(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    appends(k3, "important")
    k3.sync()
    on(k4).sync()
    path, own = journal(k4, "k3"), journal(k4, "k4")
    *lines, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines))
    known = own.read_bytes().splitlines()
    forged = claims("k4", len(known) + 1, json.loads(known[-1])["h"], json.loads(last))
    own.write_bytes(own.read_bytes() + encode(forged) + b"\n")
    pushes(k4)
    assert "taken away elsewhere" in on(k3).sync(1).err
    assert "important" in texts(k3)
    shutil.copy(own, journal(k3, "k4"))
    shutil.copy(path, journal(k3, "k3"))  # a merge by hand
    assert "lines that git has were changed or are gone" in str(k3.problems())
    assert "put back as written" in heals(k3)
    assert "important" in texts(k3)


def test_nor_does_a_whole_till_of_such_records(two: tuple[Side, Side]) -> None:
    k3, _ = two
    before = journal(k3, "k3").read_bytes()
    opened, *others = map(json.loads, before.splitlines())
    opening: Json = {
        "kind": "till.opened",
        "time": opened["time"],
        "v": opened["v"],
        "id": record_id("k3q9", 1),
        "instance": "0" * 16,
    }
    lines = [sealed("", opening)]
    for gone in others:
        lines.append(claims("k3q9", len(lines) + 1, str(lines[-1]["h"]), gone))
    forged = k3.folder / "records/k3q9/2026-11.jsonl"
    forged.parent.mkdir()
    forged.write_bytes(b"".join(encode(line) + b"\n" for line in lines))
    on(k3).run("records", "heal", "--yes")
    assert journal(k3, "k3").read_bytes() == before
    assert forged.exists()


# What git does to files


def test_a_clone_in_which_git_changed_the_ends_of_lines_meets_the_others_again(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    k3.git("rm", "-q", ".gitattributes")
    (k3.folder / ".gitattributes").write_text("")
    k3.git("add", ".gitattributes")
    pushes(k3)
    git(k3.folder.parent, "clone", "-q", "-c", "core.autocrlf=true", "hub.git", "k5")
    k5 = Side(k3.folder.with_name("k5"), "k5")
    appends(k5, "three")
    on(k5).sync()
    assert "is put aside" in heals(k5)
    appends(k4, "four")
    on(k4).sync()
    on(k5).sync()
    assert texts(k5) == ["four", "one", "three", "two"]
    assert k5.problems() == []
    on(k4).sync()
    assert k4.journals() == k5.journals()


def test_a_journal_that_may_be_run_is_made_a_plain_file_where_that_was_done(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    name = str(journal(k4, "k3").relative_to(k4.folder))
    k4.git("update-index", "--chmod=+x", name)
    k4.git("commit", "-qm", "careless")
    k4.git("push", "-q")
    said = on(k3).sync(1).err
    assert f"there: git update-index --chmod=-x {name}, and commit" in said
    k4.git("update-index", "--chmod=-x", name)
    k4.git("commit", "-qm", "better")
    on(k4).sync()
    on(k3).sync()
    assert k3.journals() == k4.journals()


def test_a_file_that_git_lets_nobody_have_does_not_come_in(two: tuple[Side, Side]) -> None:
    k3, k4 = two
    blob = k4.git("hash-object", "-w", "policies/shop.toml").strip()
    entries = f"{k4.git('ls-tree', 'HEAD')}100644 blob {blob}\t.git\n"
    made = subprocess.run(["git", "-C", str(k4.folder), "mktree"], input=entries, capture_output=True, text=True, check=True)
    k4.git("update-ref", "HEAD", k4.git("commit-tree", made.stdout.strip(), "-p", "HEAD", "-m", "hostile").strip())
    k4.git("push", "-q")
    assert ".git: this was committed elsewhere, and git lets no file be called that" in on(k3).sync(1).err
    assert k3.git("status", "--short") == ""


def test_a_folder_whose_till_another_one_goes_on_with_is_told(two: tuple[Side, Side]) -> None:
    k3, _ = two
    copy = copied(k3, k3.folder.with_name("copy"))
    appends(k3, "at k3", SECOND)
    k3.sync()
    appends(copy, "at the copy", FIRST)
    copy.sync(1)
    heals(copy)
    copy.sync()
    assert "another folder goes on as k3: returnkit records heal --yes makes this one a new till" in on(k3).sync().err
    heals(k3)
    k3.till = ""
    appends(k3, "and on", THIRD)
    assert on(k3).sync().err == ""
    assert texts(k3) == ["and on", "at k3", "at the copy", "one", "two"]
