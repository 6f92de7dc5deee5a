"""Journals as disks, editors, git and other programs leave them: named by `verify`, refused by every report, never empty."""

import shutil
from pathlib import Path

import pytest

from returnkit.records.read import lines
from tests.bad.conftest import BAD, Desk, files
from tests.bad_inputs import assert_refused, assert_sane, call, spawn

Command = tuple[str, ...]
VERIFY = ("records", "verify")
LISTINGS = (("return", "list"), ("complaint", "list", "--all"), ("kpi", "report", "--month", "2026-11"))
REPORTS = (("policy", "exceptions"), ("policy", "backtest", "policies/returns.toml"), ("records", "export", "-f", "jsonl"))
# What has to go on at the counter whatever the records look like.
AT_WORK = (("today",), ("followup", "list"), ("contact", "list"), ("complaint", "show", "k3-0002Q"), ("sale", "show", "10482"))
SOUND = (BAD / "journal" / "sound" / "whole.jsonl").read_bytes()
# In the normal run each file meets some of the commands, in the slow one all of them.
thoroughly = pytest.mark.parametrize("slowly", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["some", "all"])


def turn(path: Path, every: tuple[Command, ...], count: int, *, all_of_them: bool) -> tuple[Command, ...]:
    """Return the commands that a file is tried with: each comes to its turn with some of the files."""
    first = sum(map(ord, path.stem))
    return every if all_of_them else tuple(every[(first + at) % len(every)] for at in range(count))


@thoroughly
@pytest.mark.parametrize("path", files("journal", "damaged"))
def test_damage_is_named_and_never_read_as_nothing(desk: Desk, path: Path, slowly: bool) -> None:
    with desk.holding(desk.journal, path.read_bytes()):
        verified = desk.read(*VERIFY)
        assert verified.code == 1
        assert "2026-11.jsonl:" in verified.out
        for command in turn(path, LISTINGS, 1, all_of_them=slowly):
            assert_refused(desk.read(*command), 3, "2026-11.jsonl:", "--allow-damaged")
            assert desk.read(*command, "--allow-damaged").code == 0
        for command in turn(path, REPORTS, 1, all_of_them=slowly):
            assert desk.read(*command).code == 3
        for command in turn(path, AT_WORK, 1, all_of_them=slowly):
            result = desk.read(*command)
            assert result.code in (0, 2, 3)
            assert command != ("today",) or "cannot be read" in result.err


@thoroughly
@pytest.mark.parametrize("path", files("journal", "torn"))
def test_an_unfinished_end_hides_nothing_before_it(desk: Desk, path: Path, slowly: bool) -> None:
    with desk.holding(desk.journal, path.read_bytes()):
        assert desk.read(*VERIFY).code == 1
        for command in turn(path, (*LISTINGS, *REPORTS, *AT_WORK), 2, all_of_them=slowly):
            assert desk.read(*command).code in (0, 2, 3)
        found = desk.read("complaint", "list", "--all", "-f", "json")
        assert found.code == 3 or "k3-0002Q" in found.out
        assert desk.read("complaint", "list", "--all", "--allow-damaged").code == 0


def test_a_record_torn_at_each_byte(tmp_path: Path) -> None:
    """Whatever is left of the last record, the ones before it are read, and it is there or it is not."""
    start = SOUND.rindex(b"\n", 0, -1) + 1
    path = tmp_path / "2026-11.jsonl"
    for end in range(start, len(SOUND) + 1):
        path.write_bytes(SOUND[:end])
        whole = end >= len(SOUND) - 1
        assert [line.record is not None for line in lines(str(path))] == [True] * (SOUND.count(b"\n") - (not whole)), end


@thoroughly
@pytest.mark.parametrize("path", files("journal", "nonsense"))
def test_nonsense_is_passed_over_and_named(desk: Desk, path: Path, slowly: bool) -> None:
    """Each line is as it was written and in its place; what it says is not possible."""
    with desk.holding(desk.journal, path.read_bytes()):
        verified = desk.read(*VERIFY).code
        assert verified in (0, 1)
        for command in turn(path, (*LISTINGS, *REPORTS, *AT_WORK), 3, all_of_them=slowly):
            assert desk.read(*command).code in (0, 1, 2, 3 * verified), "what no report can read is named by verify"


@pytest.mark.parametrize("name", ["event-id-wrong", "event-id-none"])
def test_a_case_with_nonsense_in_it_goes_on(desk: Desk, name: str) -> None:
    with desk.holding(desk.journal, (BAD / "journal" / "nonsense" / f"{name}.jsonl").read_bytes()):
        shutil.copytree(desk.shop, desk.root / "copy", dirs_exist_ok=True)
        result = call(desk.root / "copy", "complaint", "note", "k3-0002Q", "--text", "x")
        shutil.rmtree(desk.root / "copy")
        shutil.rmtree(desk.root / "state", ignore_errors=True)
    assert result.code in (0, 2), result.err


def test_a_return_with_nonsense_in_it_is_shown(desk: Desk) -> None:
    with desk.holding(desk.journal, (BAD / "journal" / "nonsense" / "until-no-day.jsonl").read_bytes()):
        assert desk.read("return", "show", "k3-0003O").code == 0


@pytest.mark.parametrize("path", files("journal", "sound"))
def test_what_looks_odd_is_read(desk: Desk, path: Path) -> None:
    with desk.holding(desk.journal, path.read_bytes()):
        for command in (VERIFY, *LISTINGS, *REPORTS):
            assert desk.read(*command).code == 0, command


@pytest.mark.parametrize("path", files("journal", "newer"))
def test_a_newer_version_is_refused_and_never_read_as_nothing(desk: Desk, path: Path) -> None:
    with desk.holding(desk.journal, path.read_bytes()):
        verified = desk.read(*VERIFY)
        assert verified.code == 1
        assert "newer returnkit" in verified.out
        for command in (*LISTINGS, *REPORTS):
            assert_refused(desk.read(*command), 3, "newer returnkit", "update returnkit")
        written = desk.journal.read_bytes()
        assert call(desk.shop, "--till", "k3", "complaint", "open", "--text", "x").code in (2, 3)
        assert desk.journal.read_bytes() == written
        (desk.shop / ".returnkit" / "instance").unlink(missing_ok=True)


@pytest.mark.parametrize("command", [("today",), ("followup", "list")], ids=" ".join)
@pytest.mark.parametrize("path", files("journal", "newer"))
def test_what_is_due_is_not_read_past_a_newer_version(desk: Desk, path: Path, command: tuple[str, ...]) -> None:
    with desk.holding(desk.journal, path.read_bytes()):
        result = call(desk.shop, *command)
        (desk.shop / ".returnkit" / "instance").unlink(missing_ok=True)
    assert_refused(result, 3, "newer returnkit")


LARGE: dict[str, tuple[bytes, bytes, int]] = {  # what stands before it, what there is much of, and how often
    "a line of 100 MB": (SOUND, b"x", 100_000_000),
    "a text of 100 MB": (SOUND + b'{"text":"', b"x", 100_000_000),
    "20 MB of NULs": (SOUND, b"\0", 20_000_000),
    "10^6 empty lines": (SOUND, b"\n", 1_000_000),
    "10^6 damaged lines": (SOUND, b"nothing\n", 1_000_000),
    "10^6 empty objects": (SOUND, b"{}\n", 1_000_000),
    "brackets": (SOUND, b"[" * 60_000 + b"\n", 200),
}


@pytest.mark.slow
@pytest.mark.parametrize("command", [VERIFY, *LISTINGS, *REPORTS, *AT_WORK], ids=" ".join)
@pytest.mark.parametrize("end", [b"", b"\n"], ids=["unfinished", "finished"])
@pytest.mark.parametrize("name", LARGE)
def test_large_damage_takes_little(desk: Desk, name: str, end: bytes, command: tuple[str, ...]) -> None:
    """Measured in a process of its own."""
    before, each, count = LARGE[name]
    with desk.holding(desk.journal, before + each * count + end):
        result = spawn(desk.shop, *command)
    assert_sane(result)
    assert result.code in ((1,) if command == VERIFY else (0, 2, 3))


def test_of_many_damaged_lines_some_are_named_and_the_rest_is_counted(desk: Desk) -> None:
    with desk.holding(desk.journal, SOUND + b"nothing\n" * 2000):
        verified = desk.read(*VERIFY)
        refused = [desk.read(*command) for command in LISTINGS]
        left_out = [desk.read(*command, "--allow-damaged") for command in LISTINGS]
        noted = [desk.read(*command) for command in (("today",), ("contact", "list"))]
    assert "2026-11.jsonl: and 1,700 more\n" in verified.out
    assert len(verified.out) < 60_000
    for result in refused:
        assert_refused(result, 3, "2026-11.jsonl:6: this line cannot be read", "returnkit records heal")
    for result in (*left_out, *noted):
        assert result.code == 0
        assert "note: 2,000 lines that cannot be read left out; see what can be mended: returnkit records heal" in result.err


@pytest.mark.slow
@pytest.mark.parametrize("path", [each for kind in ("damaged", "torn", "nonsense", "newer") for each in files("journal", kind)])
def test_each_in_a_process_of_its_own(desk: Desk, path: Path) -> None:
    """With a limit on memory and time."""
    with desk.holding(desk.journal, path.read_bytes()):
        for command in (VERIFY, *turn(path, (*LISTINGS, *REPORTS, *AT_WORK), 2, all_of_them=False)):
            result = spawn(desk.shop, *command)
            assert_sane(result)
            assert result.code in (0, 1, 2, 3)
