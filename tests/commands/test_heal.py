"""`returnkit records heal` at the command line: what it says, what it does only with --yes, and damage that a person accepts."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from returnkit.model.ids import record_id
from tests.conftest import Result

At = Callable[..., Result]


@pytest.fixture
def k3(shop: Path, at: At, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the journal of a till with two complaints and a return."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for _ in range(2):
        assert at("complaint", "open", "--category", "delivery", "--text", "it arrived wet", "--till", "k3").code == 0
    goods = ("--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes")
    assert at("return", "log", *goods, "--condition", "unopened", "--reason", "wrong-size").code == 0
    return shop / "records" / "k3" / "2026-11.jsonl"


def damage(path: Path, number: int, *, readable: bool) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    line = lines[number - 1]
    lines[number - 1] = line.replace(b"wet", b"dry") if readable else b"#" + line[1:]
    path.write_bytes(b"".join(lines))


def second_folder(shop: Path, root: Path) -> Path:
    """Return a copy of a shop folder, on another machine, that takes itself for the same one."""
    other = root / "other"
    shutil.copytree(shop, other)
    shutil.copytree(root / "state", root / "other state")
    identity = other / ".returnkit" / "instance"
    identity.write_text(re.sub(r"inode = \d+", f"inode = {identity.stat().st_ino}", identity.read_text()))
    return other


def test_nothing_is_said_where_nothing_is_broken(k3: Path, at: At) -> None:
    assert at("records", "heal") == Result(0, "", "")
    found = at("records", "heal", "--yes", "-f", "json")
    assert json.loads(found.out) == {
        "schema": "returnkit.heal/1", "done": True, "mended": [], "moved": [], "accepted": [], "problems": [],
    }  # fmt: skip
    assert found.code == 0
    assert k3.exists()


def test_it_says_what_it_would_do_and_does_it_with_yes(k3: Path, at: At) -> None:
    whole = k3.read_bytes()
    k3.write_bytes(whole + b'{"chan')
    copy = k3.with_name("2026-11 (1).jsonl")
    copy.write_bytes(whole)
    said = at("records", "heal")
    assert said.code == 1
    assert said.out.splitlines() == [
        "records/k3/2026-11.jsonl: to mend: an unfinished line of 6 bytes at its end is put aside",
        f"records/k3/{copy.name}: to mend: a copy beside the journal, as sync programs and editors leave them: it is put aside",
    ]
    assert "nothing was changed: --yes does it" in said.err
    assert copy.exists()
    done = at("records", "heal", "--yes")
    assert (done.code, done.out) == (0, said.out.replace("to mend", "mended"))
    assert k3.read_bytes() == whole
    assert at("records", "heal").out == ""
    assert at("records", "verify").code == 0


def test_ids_that_change_are_told(k3: Path, at: At, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, state = second_folder(shop, tmp_path), tmp_path / "other state"
    with monkeypatch.context() as there:
        there.setenv("XDG_STATE_HOME", str(state))
        opened = at("--shop", str(other), "complaint", "open", "--category", "delivery", "--text", "theirs", "-f", "json")
        own = json.loads(opened.out)["id"]
        assert at("--shop", str(other), "complaint", "resolve", own, "--remedy", "refund").code == 0
    assert at("complaint", "open", "--category", "delivery", "--text", "ours", "-f", "json").code == 0
    shutil.copy(other / "records/k3/2026-11.jsonl", k3.with_name("2026-11.sync-conflict-20261120-101112-ABCDEFG.jsonl"))
    found = json.loads(at("records", "heal", "--yes", "-f", "json").out)
    ours = '"text":"ours"' in k3.read_text()  # whose branch was begun first goes on; in one second nobody knows before
    assert [each["old"] for each in found["moved"]] == [record_id("k3", number) for number in ((5, 6) if ours else (5,))]
    new = found["moved"][0]["new"]
    assert f"{own} is {new} now" not in at("records", "heal").out
    states = [json.loads(at("complaint", "show", each, "-f", "json").out)["state"] for each in (own, new)]
    assert states == (["open", "resolved"] if ours else ["resolved", "open"])
    assert at("records", "verify").code == 0
    assert at("complaint", "open", "--category", "delivery", "--text", "and on").out.startswith("k3-0006") == ours


@pytest.mark.parametrize(("number", "readable"), [(2, False), (2, True), (3, True), (4, False)])
def test_damage_that_nobody_can_mend_is_named_and_can_be_accepted(k3: Path, at: At, number: int, *, readable: bool) -> None:
    damage(k3, number, readable=readable)
    found = at("records", "heal", "--yes")
    assert found.code == 1
    assert f"records/k3/2026-11.jsonl:{number}: " in found.out
    assert f"records heal --accept k3/2026-11.jsonl:{number} --because TEXT --yes" in found.out
    for report in (("complaint", "list"), ("kpi", "report"), ("return", "list"), ("policy", "exceptions")):
        assert at(*report).code == 3
    accept = ("records", "heal", "--accept", f"records/k3/2026-11.jsonl:{number}", "--because", "a worn-out disk")
    before = k3.read_bytes()
    said = at(*accept)
    assert said.code == 1
    assert "records/k3/2026-11.jsonl: to accept: reports pass over this line from then on" in said.out
    assert k3.read_bytes() == before
    done = at(*accept, "--yes", "-f", "json")
    assert done.code == 0
    assert json.loads(done.out)["accepted"][0]["id"] == record_id("k3", 5)
    for report in (("complaint", "list"), ("kpi", "report"), ("return", "list"), ("policy", "exceptions")):
        passed = at(*report)
        assert passed.code == 0
        assert "1 line that a person accepted as damaged left out" in passed.err
    verified = at("records", "verify")
    assert verified.code == 0
    assert f"2026-11.jsonl:{number}: warning: the line is damaged, as {record_id('k3', 5)} says" in verified.out
    assert at("records", "heal", "--yes") == Result(0, "", "")
    assert at("complaint", "open", "--category", "delivery", "--text", "and on").code == 0
    # Only exactly this line is passed over.
    damage(k3, 2 if number != 2 else 3, readable=False)
    assert at("complaint", "list").code == 3
    assert at("records", "verify").code == 1


def test_the_line_after_an_accepted_one_is_still_looked_at(k3: Path, at: At) -> None:
    damage(k3, 2, readable=False)
    assert at("records", "heal", "--accept", "k3/2026-11.jsonl:2", "--because", "a worn-out disk", "--yes").code == 0
    assert at("records", "verify").code == 0
    damage(k3, 3, readable=True)
    assert "2026-11.jsonl:3: the line is not as it was written" in at("records", "verify").out


@pytest.mark.parametrize(("line", "what"), [
    ("k3/2026-11.jsonl:2", "nothing is wrong with this line"),
    ("k3/2026-11.jsonl:99", "there is no such line"),
    ("k3/2026-11.jsonl", "names no line"),
    ("../../etc/passwd:1", "names no line"),
    ("k9/2026-11.jsonl:1", "names no line"),
    ("k3/2026-11.jsonl:x", "names no line"),
])  # fmt: skip
def test_a_line_that_cannot_be_accepted_is_refused(k3: Path, at: At, line: str, what: str) -> None:
    before = k3.read_bytes()
    refused = at("records", "heal", "--accept", line, "--because", "a worn-out disk", "--yes")
    assert refused.code == 2
    assert what in refused.err
    assert k3.read_bytes() == before


def test_accepting_needs_a_reason_without_personal_data(k3: Path, at: At) -> None:
    damage(k3, 2, readable=False)
    assert at("records", "heal", "--accept", "k3/2026-11.jsonl:2", "--yes").code == 2
    assert at("records", "heal", "--because", "x", "--yes").code == 2
    told = at("records", "heal", "--accept", "k3/2026-11.jsonl:2", "--because", "call +371 29 123 456", "--yes")
    assert told.code == 2
    assert "put it into the contact" in told.err


def test_what_cannot_be_mended_is_named(k3: Path, at: At) -> None:
    copy = k3.with_name("2026-11 (1).jsonl")
    copy.write_bytes(k3.read_bytes().replace(b"wet", b"dry"))
    found = at("records", "heal", "--yes")
    assert found.code == 1
    assert "2026-11 (1).jsonl:2: this copy holds lines that follow nothing here" in found.out
    assert copy.exists()
    copy.write_text("my notes\n")
    assert "this is no copy of this till's journal" in at("records", "heal", "--yes").out
    copy.unlink()
    moved = k3.rename(k3.with_name("elsewhere"))
    k3.symlink_to(moved)
    refused = at("records", "heal", "--yes")
    assert refused.code == 3
    assert "this is not a plain file" in refused.err


def test_a_damaged_line_that_git_has_is_put_back(k3: Path, at: At, shop: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(shop), "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments], check=True)

    git("init", "-q", "-b", "main")
    git("add", "records")
    git("commit", "-qm", "x")
    whole = k3.read_bytes()
    damage(k3, 3, readable=False)
    git("commit", "-qam", "the damage, too")
    found = at("records", "heal", "--yes")
    assert found.code == 0
    assert f"{record_id('k3', 3)}: put back as written, from git or a copy" in found.out
    assert k3.read_bytes() == whole
    assert at("records", "verify").code == 0


def test_a_damaged_line_that_words_were_taken_out_of_is_put_back_without_them(k3: Path, at: At, shop: Path) -> None:
    for command in (
        ("init", "-q"),
        ("add", "records"),
        ("-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", "-C", str(shop), *command], check=True)
    assert at("records", "redact", record_id("k3", 2), "--because", "they asked", "--yes").code == 0
    left = k3.read_bytes()
    k3.write_bytes(left.replace(b'"category":"delivery"', b'"category":"deliverx"', 1))
    assert "see whether returnkit records heal puts it back" in at("records", "verify").out
    found = at("records", "heal", "--yes")
    assert (found.code, len(found.out.splitlines())) == (0, 1)
    assert k3.read_bytes() == left
    assert at("records", "heal", "--yes") == Result(0, "", "")
    assert at("records", "verify").code == 0


@pytest.mark.usefixtures("k3")
def test_what_was_recorded_while_another_branch_was_checked_out_comes_back(at: At, shop: Path) -> None:
    def git(*arguments: str) -> None:
        own = ("-c", "user.name=A", "-c", "user.email=a@b.example")
        subprocess.run(["git", "-C", str(shop), *own, *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "records", "policies")
    git("commit", "-qm", "x")
    git("switch", "-qc", "draft")
    own = at("complaint", "open", "--text", "on a draft").out.split()[0]
    git("commit", "-qam", "new prices")
    git("switch", "-q", "main")
    assert at("complaint", "open", "--text", "refused").code == 3
    healed = at("records", "heal", "--yes")
    assert f"{own}: put back as written" in healed.out
    assert "new till" not in healed.out
    assert at("complaint", "open", "--text", "goes on").out.startswith("k3-")
    assert at("complaint", "show", own).code == 0
    assert at("records", "verify").code == 0


MARKS = b"<<<<<<< HEAD\n=======\n>>>>>>> other\n"


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-40], lambda data: data.replace(b"wrong-size", b"wrong-sise"), lambda data: data + MARKS],
    ids=["cut", "changed", "marks"],
)
@pytest.mark.parametrize("with_git", [True, False], ids=["git has it", "nobody has it"])
def test_whoever_went_on_after_a_damaged_line_is_not_lost(
    k3: Path, at: At, shop: Path, spoil: Callable[[bytes], bytes], *, with_git: bool
) -> None:
    if with_git:
        for command in (
            ("init", "-q"),
            ("add", "records"),
            ("-c", "user.name=Anna", "-c", "user.email=a@shop.example", "commit", "-qm", "x"),
        ):
            subprocess.run(["git", "-C", str(shop), *command], check=True)
    k3.write_bytes(spoil(k3.read_bytes()))
    later = [at("complaint", "open", "--text", f"call {each}").out.split()[0] for each in range(2)]
    assert at("records", "heal").code == 1
    healed = at("records", "heal", "--yes", "-f", "json")
    if not with_git and MARKS not in spoil(b""):  # what stood there is nowhere: a person has to live with that
        assert healed.code == 1
        (lost,) = json.loads(healed.out)["problems"]
        assert at("records", "heal", "--accept", f"{lost['file']}:{lost['line']}", "--because", "it fell", "--yes").code == 0
    else:
        assert healed.code == 0
    assert at("records", "heal", "--yes").code == 0
    verified = at("records", "verify")
    assert verified.code == 0, verified
    assert "passed over" in verified.out
    listed = at("complaint", "list", "--all", "-f", "json")
    assert listed.code == 0
    restored = with_git or MARKS in spoil(b"")
    assert ("accepted as damaged" in listed.err) == (not restored)
    assert not restored or k3.read_bytes().count(b'"reason":"wrong-si') == 1, "what was put aside is not in the journal any more"
    assert b"<<<<" not in k3.read_bytes()
    assert {*later} <= {each["id"] for each in json.loads(listed.out)["complaints"]}
    returns = json.loads(at("return", "list", "-f", "json").out)["returns"]
    assert len(returns) == int(with_git or MARKS in spoil(b"")), "once, wherever it can be read"
    assert at("complaint", "open", "--text", "one more").code == 0
    assert at("records", "verify").code == 0


def with_remote(shop: Path, bare: Path) -> None:
    """Put a shop folder into a repository that has another one to meet in."""

    def git(*arguments: str) -> None:
        own = ("-c", "user.name=A", "-c", "user.email=a@b.example")
        subprocess.run(["git", "-C", str(shop), *own, *arguments], check=True, capture_output=True)

    git("init", "-q", "--bare", "-b", "main", str(bare))
    git("init", "-q", "-b", "main")
    (shop / ".gitignore").write_text(".returnkit/\nrecords/contacts/\n")
    (shop / ".gitattributes").write_text("*.jsonl -text -merge\n")
    git("add", ".gitignore", ".gitattributes", "policies")
    git("commit", "-qm", "x")
    git("remote", "add", "origin", str(bare))


def seals(folder: Path) -> list[str]:
    """Return the `h` of every record, of one that was taken over the one that it had."""
    lines = [line for path in folder.glob("records/*/*.jsonl") for line in path.read_bytes().splitlines()]
    records = list(map(json.loads, lines))
    return sorted(record.get("formerly", record)["h"] for record in records if record["kind"] != "till.opened")


@pytest.mark.usefixtures("k3")
def test_two_folders_that_wrote_as_one_till_are_brought_together_by_sync_and_heal(
    at: At, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_remote(shop, tmp_path / "bare.git")
    assert at("records", "sync").code == 0
    other = second_folder(shop, tmp_path)
    expected = seals(shop)

    def there(*arguments: str) -> Result:
        with monkeypatch.context() as context:
            context.setenv("XDG_STATE_HOME", str(tmp_path / "other state"))
            return at("--shop", str(other), *arguments)

    def open_one(run: At, text: str) -> None:
        opened = run("complaint", "open", "--category", "delivery", "--text", text, "-f", "json")
        assert opened.code == 0, opened.err
        expected.append(json.loads(opened.out)["record"]["h"])

    open_one(at, "ours")
    open_one(there, "theirs 1")
    open_one(there, "theirs 2")
    assert at("records", "sync").code == 0
    refused = there("records", "sync")
    assert refused.code == 1
    assert "records heal" in refused.err
    assert there("records", "heal", "--yes").code == 0
    open_one(there, "theirs 3")
    assert there("records", "sync").code == 0
    assert at("records", "sync").code == 0
    if "theirs 1" in (shop / "records/k3/2026-11.jsonl").read_text():  # it goes on there as the till that this folder was
        early = at("complaint", "open", "--category", "delivery", "--text", "too early")
        assert early.code == 3
        assert "another folder goes on with it" in early.err
        assert at("records", "heal", "--yes").code == 0
    open_one(at, "more of ours")
    open_one(there, "more of theirs")
    for run in (at, there, at):
        assert run("records", "sync").code == 0
    assert at("records", "verify").code == there("records", "verify").code == 0
    assert seals(shop) == seals(other) == sorted(expected)
