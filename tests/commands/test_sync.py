"""`records sync` with real repositories: what comes in and goes out, and a message for everything that can be wrong."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine

from returnkit.cli import run
from returnkit.errors import BusyError
from returnkit.records.cache import cache_path, keep
from returnkit.records.git.repository import repository
from returnkit.records.git.sync import synchronise
from returnkit.verification import verify_shop
from tests.conftest import Result
from tests.records.faults import in_a_child
from tests.records.git_shops import Hub, Side, git, hub, made

__all__ = ["hub", "made"]  # fixtures


def refused(side: Side, code: int, *texts: str) -> Result:
    """Sync, which must end with this exit code and these words, and change nothing in the work tree but what it must."""
    before = side.everything()
    result = side.sync(code)
    assert side.everything() == before
    for text in texts:
        assert text in result.err, result.err
    return result


def write(side: Side, path: str, *edits: tuple[str, str]) -> None:
    file = side.folder / path
    text = file.read_text()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)


# Meeting


def test_what_one_till_records_is_known_to_the_others(hub: Hub) -> None:
    k3 = hub.begins()
    first = k3.opens()
    assert k3.sync().out == "0 records came in, 2 records went out\n"
    k4, k5 = hub.joins("k4"), hub.joins("k5")
    assert k4.sync() == Result(0, "", "")  # a fresh clone has all, and cron would mail what is said
    second, third = k4.opens(), k5.opens()
    assert k4.sync().out == "0 records came in, 2 records went out\n"
    assert k5.sync().out == "2 records came in, 2 records went out\n"
    assert k3.sync().out == "4 records came in, 0 records went out\n"
    assert k4.sync().out == "2 records came in, 0 records went out\n"
    for side in (k3, k4, k5):
        assert {first, second, third} <= {*side.ids()}
        assert side.journals() == k3.journals()
        assert side.problems() == []
        assert side.unproven() == []
        assert side.git("status", "--short") == ""
        assert "Anna" not in side.git("log", "--format=%B")
    k5.does("resolve", first)
    assert k5.sync().out == "0 records came in, 1 record went out\n"


def test_what_came_in_is_as_private_as_what_was_written_here(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    k4 = hub.joins("k4")
    k3.opens()
    k5 = hub.joins("k5")
    k5.opens()
    k5.sync()
    os.umask(0o022)
    k4.sync()
    assert (k4.folder / "records/k5").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in k4.folder.glob("records/k5/*")} == {0o600}


def test_what_a_clone_brings_is_nobody_elses_from_the_first_record_or_sync_on(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    os.umask(0o022)
    for side in (hub.joins("k4"), hub.joins("k5")):
        assert modes(side) == {"0755", "0644"}
        assert "has mode 0755" in rights(side)
        side.sync() if side.till == "k4" else side.opens()
        assert modes(side) == {"0700", "0600"}
        assert rights(side) == "ok"
        assert side.git("status", "--short", "-uno") == ""
    by_hand = k3.folder / "records" / next(iter(k3.journals()))
    by_hand.chmod(0o755)  # git has it so, too
    k3.git("commit", "-qam", "x")
    k3.sync()
    assert by_hand.stat().st_mode & 0o777 == 0o700
    assert k3.git("status", "--short") == ""


def modes(side: Side) -> set[str]:
    """Return which modes the journals, their folders and the repository have."""
    paths = [side.folder / ".git", *(side.folder / "records").glob("**")]
    return {f"{path.stat().st_mode & 0o777:04o}" for path in (*paths, *(side.folder / "records").glob("*/*.jsonl"))}


def rights(side: Side) -> str:
    checks = json.loads(side.run("doctor", "-f", "json").out)["checks"]
    return next("ok" if check["ok"] else str(check["found"]) for check in checks if check["id"] == "rights")


def test_what_is_shared_with_a_group_stays_so(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    os.umask(0o022)
    k4, k5 = hub.joins("k4"), hub.joins("k5")
    (k4.folder / ".returnkit").mkdir(mode=0o700)
    (k4.folder / ".returnkit/till.toml").write_text('schema = 1\n[files]\nshared = "group"\n')
    (k5.folder / ".git").chmod(0o2750)
    assert (".git has mode 0755" in rights(k4), ".git has mode 2750" in rights(k5)) == (True, True)
    for side in (k4, k5):
        side.sync()
        assert (side.folder / ".git").stat().st_mode & 0o7777 == 0o700  # what is configured there can run commands
    assert modes(k4) == {"0700", "0770", "0660"}
    assert (k4.folder / "records/k3").stat().st_mode & 0o7777 == 0o2770


@pytest.mark.parametrize(("path", "mode"), [(".", 0o2777), ("config", 0o606), ("config", None), ("commondir", None)])
def test_git_is_not_called_where_others_may_say_what_it_does(hub: Hub, path: str, mode: int | None) -> None:
    """Whoever writes a repository's config makes its owner run anything, with the next sync that cron begins."""
    k3 = hub.begins()
    own = k3.opens("a zebra")
    k3.sync()
    ran, file = hub.folder / "ran", k3.folder / ".git" / path
    for key in ("core.sshCommand", "remote.origin.uploadpack", "filter.x.clean"):
        k3.git("config", key, f"touch {ran};")
    if mode is None:
        if os.geteuid() != 0:
            pytest.skip("only the administrator can give a file away")
        file.touch()
        os.chown(file, 12345, 12345)
    else:
        file.chmod(mode)
    told = ("others may write this",) if mode else ("this belongs to user 12345",)
    refused(k3, 2, "what is configured in a repository could run commands here", *told)
    assert k3.run("records", "verify").code == 0
    checks = {check["id"]: check for check in json.loads(k3.run("doctor", "-f", "json").out)["checks"]}
    assert (checks["git"]["ok"], told[0] in checks["git"]["found"]) == (False, True)
    said = k3.run("records", "redact", own, "--because", "they asked for it", "--yes")
    assert "git was not asked whether it still has the words" in said.err
    assert k3.opens()  # recording goes on
    assert not ran.exists()
    if mode:
        assert f"chmod -R go= {k3.folder}/.git" in checks["git"]["remedy"]
        assert ("chmod -R go= .git" in checks["rights"]["remedy"]) == (path == ".")
        file.chmod(mode & 0o700)
        for key in ("core.sshCommand", "remote.origin.uploadpack", "filter.x.clean"):
            k3.git("config", "--unset", key)
        k3.sync()


def test_another_work_tree_of_a_repository_syncs_as_well(hub: Hub) -> None:
    k3 = hub.begins()
    k3.sync()
    k3.git("worktree", "add", "-q", "-b", "other", "../k4")
    k3.git("switch", "-q", "--detach")
    k4 = Side(hub.folder / "k4", "k4")
    k4.git("switch", "-q", "main")
    k4.opens()
    assert k4.sync().out == "0 records came in, 2 records went out\n"
    (k3.folder / ".git/config").chmod(0o602)
    refused(k4, 2, "others may write this", f"chmod -R go= {k3.folder}/.git")


def test_only_journals_are_committed(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    write(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # mine"))
    write(k3, "policies/items.toml", ("schema = 1", "schema = 1 # mine"))
    k3.git("add", "policies/items.toml")
    (k3.folder / "policies/draft.toml").write_text("schema = 1\n")
    (k3.folder / "records/k3/.torn").mkdir()
    (k3.folder / "records/k3/.torn/2026-11.jsonl.0.0123").write_text("a fragment")
    (k3.folder / "records/k3/2026-11 (1).jsonl").write_text("a copy")
    k3.run("complaint", "open", "--channel", "phone", "--category", "delivery", "--name", "Zane", "--phone", "26123456")
    k3.sync()
    (journal,) = k3.journals()
    assert git(hub.bare, "ls-tree", "-r", "--name-only", "main", "records/") == f"records/{journal}\n"
    status = k3.git("status", "--short", "policies").splitlines()
    assert status == ["M  policies/items.toml", " M policies/returns.toml", "?? policies/draft.toml"]
    k4 = hub.joins("k4")
    k4.opens()
    k4.sync()
    said = k3.sync()  # what lies about is in nobody's way
    assert "policies/items.toml, policies/returns.toml, policies/draft.toml: changed here and not committed" in said.err
    assert 'git add policies; git commit -m "…" policies' in said.err
    assert k3.sync().err == ""  # cron would mail it every time
    assert k3.git("status", "--short", "policies").splitlines() == status
    assert k3.ids() == k4.ids()


def test_large_journals_are_packed_before_anybody_has_to_wait(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.records.git.commit.LARGE", 1)
    k3 = hub.begins()
    k3.opens()
    assert k3.sync().out == "0 records came in, 2 records went out\n"
    assert k3.sync().out == ""


def test_json_says_what_was_done(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    found = json.loads(k3.run("records", "sync", "-f", "json").out)
    assert found == {
        "schema": "returnkit.sync/1", "repository": True, "reached": True, "received": 0, "sent": 2, "corrected": [],
        "redacted": [], "twice": [], "history": {},
    }  # fmt: skip


def test_the_first_push_sets_the_upstream_up(hub: Hub) -> None:
    k3 = hub.alone("k3")
    k3.git("remote", "add", "counter", str(hub.bare))
    k3.opens()
    k3.sync()
    assert k3.git("rev-parse", "--abbrev-ref", "@{upstream}") == "counter/main\n"
    k3.opens()
    assert k3.sync().out == "0 records came in, 1 record went out\n"


def test_a_shop_that_was_cloned_before_there_was_anything(hub: Hub) -> None:
    hub.is_empty()
    k3, k4 = hub.joins("k3"), hub.joins("k4")
    for side in (k3, k4):
        (side.folder / ".gitattributes").write_text("records/**/*.jsonl -text -merge\n")
        (side.folder / "policies").mkdir()
        (side.folder / "policies/shop.toml").write_text(
            'schema = 1\nname = "Rowan"\ncountry = "LV"\ncurrency = "EUR"\nlanguages = ["en"]\ntime-zone = "Europe/Riga"\n'
        )
    k3.opens()
    k4.opens()
    told = "not in git yet: policies/shop.toml, .gitattributes;"
    refused(k3, 2, told, 'git add policies .gitattributes; git commit -m "The shop"')
    k3.git("add", "policies", ".gitattributes")
    refused(k3, 2, told)
    k3.git("commit", "-q", "-m", "The shop")
    k3.sync()
    k4.git("fetch", "-q")
    assert k4.sync().out == "2 records came in, 2 records went out\n"  # what is there is taken, and what is here goes on from it
    assert k3.sync().out == "2 records came in, 0 records went out\n"
    assert k3.journals() == k4.journals()
    assert k4.git("status", "--short", "-uno") == ""


def test_a_shop_below_the_top_of_its_repository(hub: Hub) -> None:
    k3 = hub.alone("all")
    (k3.folder / "shops/rowan").mkdir(parents=True)
    for name in ("policies", ".gitattributes"):
        k3.git("mv", name, "shops/rowan")
    k3.git("commit", "-q", "-m", "moved")
    k3.git("remote", "add", "origin", str(hub.bare))
    first = Side(k3.folder / "shops/rowan", "k3")
    first.opens()
    first.sync()
    hub.joins("k4")
    second = Side(hub.folder / "k4/shops/rowan", "k4")
    second.opens()
    second.sync()
    (k3.folder / "README").write_text("read me")
    assert first.sync().out == "2 records came in, 0 records went out\n"
    assert first.journals() == second.journals()
    assert k3.git("status", "--short") == "?? README\n"


def test_nobody_has_to_be_known_to_git(hub: Hub) -> None:
    k3 = hub.begins()
    (hub.folder / ".gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    k3.opens()
    k3.sync()
    assert k3.git("log", "-1", "--format=%an <%ae>") == "k3 <k3@returnkit.invalid>\n"


# Two tills that change one complaint before they meet


def test_what_counts_for_nothing_is_taken_back_and_sent(hub: Hub) -> None:
    k3, k4, case = both_know_a_case(hub)
    k3.run("--now", "2026-11-21T10:00:00+02:00", "complaint", "resolve", case)
    k4.run("--now", "2026-11-21T11:00:00+02:00", "complaint", "resolve", case)
    k3.sync()
    later = k4.ids()[-1]
    assert f"{later} of {case} counts for nothing: another till was first\n" in k4.sync().out
    assert "3 records" not in k4.sync().out
    assert k3.sync().out == "2 records came in, 0 records went out\n"
    for side in (k3, k4):
        assert side.problems() == []
        shown = side.run("--lang", "en", "complaint", "show", case).out
        assert "Counts for nothing" in shown
        report = side.run("--now", "2026-11-25T12:00:00+02:00", "kpi", "report", "-f", "json").out
        figures = {each["id"]: each["value"] for each in json.loads(report)["measures"]}
        assert figures["complaints-resolved"] == 1


def test_what_counts_for_nothing_of_a_till_whose_machine_is_lost_another_one_takes_back(hub: Hub) -> None:
    k3, k4, case = both_know_a_case(hub)
    k3.run("--now", "2026-11-21T10:00:00+02:00", "complaint", "resolve", case)
    k4.run("--now", "2026-11-21T11:00:00+02:00", "complaint", "resolve", case)
    k4.git("add", "records/k4")
    k4.git("commit", "-qm", "the last that it sent")
    k4.git("push", "-q")
    assert "counts for nothing" not in k3.sync().out
    (problem,) = verify_shop(str(k3.folder)).problems
    assert "returnkit records sync --gone k4" in problem.remedy
    assert "writes here" in k3.run("records", "sync", "--gone", "k3").err
    assert "counts for nothing" in k3.run("records", "sync", "--gone", "k4").out
    assert k3.problems() == []
    assert "counts for nothing" not in k4.sync().out  # were it found again: it is taken back already
    assert k4.problems() == []


def both_know_a_case(hub: Hub) -> tuple[Side, Side, str]:
    k3 = hub.begins()
    now = "2026-11-20T12:00:00+02:00"
    opened = k3.run("--now", now, "complaint", "open", "--channel", "phone", "--category", "delivery", "-f", "json")
    k3.sync()
    k4 = hub.joins("k4")
    k4.opens()
    k4.sync()
    k3.sync()
    return k3, k4, str(json.loads(opened.out)["id"])


def test_without_a_repository_what_counts_for_nothing_is_taken_back_all_the_same(hub: Hub) -> None:
    k3, k4, case = both_know_a_case(hub)
    k3.run("--now", "2026-11-21T10:00:00+02:00", "complaint", "resolve", case)
    k4.run("--now", "2026-11-21T11:00:00+02:00", "complaint", "resolve", case)
    subprocess.run(["cp", "-r", k3.folder / "records/k3", k4.folder / "records"], check=True)
    subprocess.run(["rm", "-rf", k4.folder / ".git"], check=True)
    result = k4.sync()
    assert "counts for nothing" in result.out
    assert "in no git repository" in result.err
    assert k4.problems() == []
    found = json.loads(k4.run("records", "sync", "-f", "json").out)
    assert (found["repository"], found["reached"], found["corrected"]) == (False, None, [])


def test_words_that_another_till_asked_to_be_taken_out_are_taken_out(hub: Hub) -> None:
    k3 = hub.begins()
    case = k3.opens("she is a friend of mine")
    k3.sync()
    k4 = hub.joins("k4")
    k4.opens()
    assert k4.run("records", "redact", case, "text", "--because", "it says who", "--yes").code == 0
    k4.sync()
    assert f"words were taken out of {case}" in k3.sync().out
    k4.sync()
    for side in (k3, k4):
        assert b"friend" not in b"".join(side.everything().values())
        assert side.problems() == []


# What must be set up or finished first


def test_no_git(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    k3 = hub.begins()
    k3.opens()
    monkeypatch.setenv("PATH", str(hub.folder))
    refused(k3, 2, "there is no git on this machine", "install git")


def test_a_git_that_is_too_old(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    k3 = hub.begins()
    program(hub.folder / "bin/git", 'echo "git version 2.25.1"')
    monkeypatch.setenv("PATH", str(hub.folder / "bin"))
    refused(k3, 2, "git is too old: git version 2.25.1", "2.30 or newer")


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_repository_that_is_none(hub: Hub) -> None:
    k3 = hub.begins()
    (k3.folder / ".git").rename(hub.folder / "aside")
    (k3.folder / ".git").write_text("gitdir: /nowhere\n")
    refused(k3, 2, "git takes this for no repository")


def conflict(side: Side, *commands: tuple[str, ...]) -> None:
    """Make two branches that change one line, and let git stumble over that."""
    side.git("switch", "-q", "-c", "other")
    write(side, "policies/returns.toml", ("schema = 1", "schema = 1 # theirs"))
    side.git("commit", "-qam", "theirs")
    side.git("switch", "-q", "main")
    write(side, "policies/returns.toml", ("schema = 1", "schema = 1 # ours"))
    side.git("commit", "-qam", "ours")
    for command in commands:
        side.git(*command, check=False)


@pytest.mark.parametrize(
    ("command", "what", "remedy"),
    [
        (("merge", "other"), "a merge is in progress", "git merge --abort"),
        (("rebase", "other"), "a rebase is in progress", "git rebase --abort"),
        (("cherry-pick", "other"), "a cherry-pick is in progress", "git cherry-pick --abort"),
        (("revert", "--no-edit", "HEAD~1"), "a revert is in progress", "git revert --abort"),
        (("bisect", "start"), "a bisect is in progress", "git bisect reset"),
    ],
)
def test_something_that_was_begun(hub: Hub, command: tuple[str, ...], what: str, remedy: str) -> None:
    k3 = hub.begins()
    write(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # before"))
    k3.git("commit", "-qam", "before")
    write(k3, "policies/returns.toml", ("schema = 1 # before", "schema = 1"))
    conflict(k3, command)
    head = k3.git("rev-parse", "HEAD")
    refused(k3, 2, what, remedy)
    assert k3.git("rev-parse", "HEAD") == head


def test_a_stash_that_left_both_sides(hub: Hub) -> None:
    k3 = hub.begins()
    write(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # stashed"))
    k3.git("stash", "-q")
    write(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # other"))
    k3.git("commit", "-qam", "other")
    k3.git("stash", "pop", "-q", check=False)
    refused(k3, 2, "several sides of some files")


def test_a_detached_head(hub: Hub) -> None:
    k3 = hub.begins()
    k3.git("switch", "-q", "--detach")
    refused(k3, 2, "detached HEAD", "git switch main")
    k3.git("branch", "draft")
    k3.git("config", "--unset", "branch.main.merge")
    refused(k3, 2, "git switch BRANCH")


def test_another_branch_than_that_of_the_others(hub: Hub) -> None:
    hub.begins()
    git(hub.bare, "symbolic-ref", "HEAD", "refs/heads/master")
    k4 = hub.alone("k4")
    k4.git("branch", "-m", "master")
    k4.git("remote", "add", "origin", str(hub.bare))
    k4.opens()
    refused(k4, 2, "on the branch main of origin", "this folder is on master", "git push -u origin master")
    assert git(hub.bare, "branch", "--list").split() == ["main"]
    k5 = hub.joins("k5")  # nothing is checked out
    (k5.folder / "policies").mkdir()
    shutil.copy(k4.folder / "policies/shop.toml", k5.folder / "policies")
    said = refused(k5, 2, "git fetch origin && git switch main; then repeat\n")
    (k5.folder / "policies/shop.toml").unlink()
    for command in said.err.rpartition("    ")[2].partition(";")[0].split(" && "):
        k5.git(*command.split()[1:])
    k5.opens()
    k5.sync()
    git(hub.bare, "symbolic-ref", "HEAD", "refs/heads/main")
    k6 = hub.joins("k6")
    k6.git("checkout", "-q", "--detach")
    k6.git("branch", "-q", "-D", "main")
    k6.git("switch", "-q", "-c", "draft")
    k6.git("commit", "-q", "--allow-empty", "-m", "of the draft")
    k6.opens()
    said = refused(k6, 2, "git merge --allow-unrelated-histories draft")
    for command in said.err.rpartition("    ")[2].partition(";")[0].split(" && "):
        k6.git(*command.split()[1:])
    assert k6.sync().out == "0 records came in, 2 records went out\n"
    assert "of the draft" in k6.git("log", "origin/main")


def test_a_branch_for_an_evening(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    k3.git("switch", "-q", "-c", "draft")
    k3.git("commit", "-q", "--allow-empty", "-m", "of the draft")
    k3.opens()
    refused(k3, 2, "from the branch main, and this is draft", "git switch main; then repeat")
    k3.git("push", "-q", "-u", "origin", "draft")
    refused(k3, 2, "from the branch main, and this is draft", "git switch main; then repeat")
    k3.git("switch", "-q", "main")
    assert k3.sync().out == "0 records came in, 1 record went out\n"
    assert "of the draft" not in k3.git("log", "origin/main")


def test_what_is_none_of_gits_business_is_not_sent(hub: Hub) -> None:
    k3 = hub.begins()
    (k3.folder / "records/contacts").mkdir(parents=True)
    (k3.folder / "records/contacts/abc.toml").write_text("name = 'Zane'\n")
    k3.git("add", "-f", "records/contacts/abc.toml")
    k3.git("commit", "-qm", "careless")
    refused(k3, 2, "records/contacts/abc.toml", "belongs into no repository; nothing was sent", "git rm -q --cached")
    assert "abc" not in git(hub.bare, "ls-tree", "-r", "main")


def test_no_remote(hub: Hub) -> None:
    refused(hub.alone("k3"), 2, "no remote", "git remote add origin URL")


def test_several_remotes(hub: Hub) -> None:
    k3 = hub.alone("k3")
    k3.git("remote", "add", "one", str(hub.bare))
    k3.git("remote", "add", "other", str(hub.bare))
    refused(k3, 2, "several remotes: one, other", "git push -u one main")
    k3.git("remote", "rename", "other", "origin")
    refused(k3, 2, "several remotes: one, origin", "git push -u origin main")


def test_records_that_git_ignores(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    with (k3.folder / ".gitignore").open("a") as file:
        file.write("records/k3/\n")
    refused(k3, 2, "records/k3/", "git ignores these records", "take that line out, see git check-ignore -v records/k3/")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("path", ["", ".git"])
def test_what_belongs_to_somebody_else(hub: Hub, path: str) -> None:
    k3 = hub.begins()
    program(hub.folder / "evil", "touch $0.done")
    k3.git("config", "core.fsmonitor", str(hub.folder / "evil"))
    (hub.folder / "evil.done").unlink(missing_ok=True)
    os.chown(k3.folder / path, 12345, 12345)
    refused(k3, 2, "belongs to user 12345")
    assert not (hub.folder / "evil.done").exists()


def test_a_lock_that_was_left_over(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.records.git.repository.PATIENCE", 0.1)
    k3 = hub.begins()
    k3.opens()
    lock = k3.folder / ".git/index.lock"
    lock.touch()
    refused(k3, 75, "index.lock", "where no git is running, remove it")
    lock.unlink()
    k3.sync()


def test_another_git_that_is_at_work_for_a_moment(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    lock = k3.folder / ".git/index.lock"
    lock.touch()
    threading.Timer(0.3, lock.unlink).start()
    k3.sync()


# What is only said


def test_attributes_that_are_missing(hub: Hub) -> None:
    k3 = hub.begins()
    for text, told in (("*.toml text eol=lf\n", True), ("*.jsonl -text -merge\n", False)):
        (k3.folder / ".gitattributes").write_text(text)
        k3.git("commit", "-qam", "x")
        assert k3.sync().err == ""  # cron would mail it every time
        k3.opens()
        assert ("records/**/*.jsonl -text -merge" in k3.sync().err) == told
    (k3.folder / ".gitattributes").write_text("records/**/*.jsonl binary\n")  # git counts no lines of that
    k3.opens()
    assert "changed here and not committed" not in k3.sync().err  # nothing that can be counted happened
    (k3.folder / ".gitattributes").write_text("records/** -text -merge filter=git-crypt\n")
    refused(k3, 2, "git would change journals on their way (filter=git-crypt", "-text -merge -filter")


def test_hooks_are_not_run(hub: Hub) -> None:
    k3 = hub.begins()
    for name in ("pre-commit", "commit-msg", "post-commit", "pre-push", "post-merge", "post-checkout", "reference-transaction"):
        program(k3.folder / ".git/hooks" / name, f"touch {hub.folder}/ran; exit 1")
    k4 = hub.joins("k4")
    k4.opens()
    k4.sync()
    k3.opens()
    said = k3.sync()
    assert "hooks of this repository are not run: commit-msg, post-checkout," in said.err
    assert "2 records came in, 2 records went out" in said.out
    assert not (hub.folder / "ran").exists()


# The network


def test_a_remote_that_is_a_command_is_not_run(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.git("config", "protocol.ext.allow", "always")
    k3.git("remote", "set-url", "origin", f"ext::sh -c touch% {hub.folder}/pwned")
    said = k3.run("records", "sync")
    assert "transport 'ext' not allowed" in said.err
    assert not (hub.folder / "pwned").exists()


def test_what_is_recorded_while_nobody_is_reached_goes_out_later(hub: Hub) -> None:
    k3 = hub.begins()
    away = hub.bare.rename(hub.folder / "away")
    k3.opens()
    said = k3.sync()
    assert "not reached: '" in said.err
    assert "what was recorded here is committed and goes out next time" in said.err
    assert said.out == ""
    assert k3.git("status", "--short") == ""
    assert json.loads(k3.run("records", "sync", "-f", "json").out)["reached"] is False
    away.rename(hub.bare)
    assert k3.sync().out == "0 records came in, 2 records went out\n"


def test_a_night_without_the_others_is_no_news(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    hub.bare.rename(hub.folder / "away")
    k3.opens()
    assert k3.sync() == Result(0, "", "")
    met, told = (cache_path(str(k3.folder / "records"), name) for name in ("sync-met", "sync-told"))
    for time in ("2026-11-20T12:00:00+02:00", "2126-11-20T12:00:00+02:00", "yesterday"):
        keep(met, time.encode())
        keep(told, time.encode())
        assert "not reached: " in k3.sync().err
    assert k3.sync().err == ""  # once a day


def test_doctor_says_when_the_others_were_met(hub: Hub) -> None:
    def met(side: Side) -> tuple[object, str]:
        checks = json.loads(side.run("doctor", "-f", "json").out)["checks"]
        return next((check["ok"], check["found"]) for check in checks if check["id"] == "sync")

    k3 = hub.begins()
    assert met(hub.alone("k4")) == (None, "there is no remote at which other tills are met")
    assert met(k3) == (False, "the other tills were never met from here")
    k3.sync()
    assert met(k3)[0] is True
    keep(cache_path(str(k3.folder / "records"), "sync-met"), b"2026-01-20T12:00:00+02:00")
    assert met(k3) == (False, "the other tills were met last on 2026-01-20 12:00")


def test_a_remote_that_never_was_there(hub: Hub) -> None:
    k3 = hub.alone("k3")
    k3.git("remote", "add", "origin", str(hub.folder / "hubb.git"))
    own = k3.opens()
    refused(k3, 2, "origin was never reached from here", "see that its address is right", "goes out next time")
    assert own in k3.git("log", "-p")
    k3.git("remote", "set-url", "origin", str(hub.bare))
    assert k3.sync().out == "0 records came in, 2 records went out\n"


def at_a_terminal(side: Side, *arguments: str) -> str:
    """Call a command at a terminal, and return what it shows there."""
    child, terminal = pty.fork()
    if not child:
        try:
            sys.stdout, sys.stderr = (os.fdopen(number, "w") for number in (1, 2))
            run(["--shop", str(side.folder), *arguments])
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(0)
    shown = b""
    with suppress(OSError), open(terminal, "rb", buffering=0) as file:
        while data := file.read(1024):
            shown += data
    os.waitpid(child, 0)
    return shown.decode().replace("\r", "")


def test_at_a_terminal_everything_is_said(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.commands.records.sync.MOMENT", 0.05)
    k3 = hub.begins()
    program(k3.folder / ".git/hooks/pre-push", "exit 1")
    shown = at_a_terminal(k3, "records", "sync")
    assert "hooks of this repository are not run: pre-push" in shown
    assert "0 records came in, 0 records went out\n" in shown
    program(hub.folder / "ssh", "sleep 0.3; exit 255")
    k3.git("config", "core.sshCommand", str(hub.folder / "ssh"))
    k3.git("remote", "set-url", "origin", "ssh://git@shop.example/hub.git")
    shown = at_a_terminal(k3, "records", "sync")
    assert "asking the others; where nobody answers" in shown
    assert "not reached: " in shown


@pytest.mark.parametrize(
    "text",
    [
        "ssh: Could not resolve hostname shop.example: Name or service not known",
        "ssh: connect to host shop.example port 22: Connection refused",
        "ssh: connect to host shop.example port 22: No route to host",
        "kex_exchange_identification: Connection closed by remote host",
    ],
)
def test_a_host_that_is_not_reached(hub: Hub, text: str) -> None:
    k3 = over_ssh(hub, text)
    assert f"not reached: {text}; what" in k3.sync().err


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("git@shop.example: Permission denied (publickey).", "origin lets nobody in from here", "asks for no password"),
        ("Host key verification failed.", "origin is unknown to this machine", "connect by hand with ssh once"),
        ("ERROR: Repository not found.", "origin is not there, or not for whoever asks", "git remote -v"),
    ],
)
def test_a_host_that_lets_nobody_in(hub: Hub, text: str, what: str, remedy: str) -> None:
    k3 = over_ssh(hub, text)
    said = refused(k3, 74, what, remedy, f"{text.rstrip('.')}\n", "is committed and goes out next time")
    assert k3.git("status", "--short") == ""
    assert said.out == ""


def over_ssh(hub: Hub, text: str) -> Side:
    k3 = hub.begins()
    k3.opens()
    program(hub.folder / "ssh", f'echo "{text}" >&2; exit 255')
    k3.git("config", "core.sshCommand", str(hub.folder / "ssh"))
    k3.git("remote", "set-url", "origin", "ssh://git@shop.example/hub.git")
    return k3


@pytest.fixture
def web() -> Iterator[Callable[[int], str]]:
    """Serve an answer to everything that is asked, and give its address."""
    servers = []

    def serve(status: int) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("WWW-Authenticate", 'Basic realm="shop"')
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        server = HTTPServer(("127.0.0.1", 0), Answer)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/hub.git"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "text"), [(401, 74, "lets nobody in"), (403, 74, "lets nobody in"), (404, 74, "is not there")]
)
def test_over_the_web(hub: Hub, web: Callable[[int], str], status: int, code: int, text: str) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.git("remote", "set-url", "origin", web(status))
    assert text in k3.sync(code).err


def test_no_answer_at_all(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    k3 = over_ssh(hub, "x")
    program(hub.folder / "ssh", f"echo $$ > {hub.folder}/pid; exec sleep 60")
    monkeypatch.setattr("returnkit.records.git.repository.ABROAD", 0.5)
    assert "no answer within" in k3.sync().err
    child = int((hub.folder / "pid").read_text())
    with pytest.raises(ProcessLookupError):  # it is ended, too
        os.kill(wait_for(child), 0)


def wait_for(child: int) -> int:
    """Give a killed process a moment to be gone; one that nobody waited for counts as gone."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return child
        if state == "Z":
            return 2**22 - 1
        threading.Event().wait(0.02)
    return child


def test_another_tills_own_folder_takes_nothing_in(hub: Hub) -> None:
    k3, k4 = hub.begins(), hub.joins("k4")
    k3.git("remote", "set-url", "origin", str(k4.folder))
    k3.opens()
    refused(k3, 2, "origin is a till's own folder", f"git clone --bare {k4.folder} FOLDER", "goes out next time")


def test_what_the_other_side_does_not_take(hub: Hub) -> None:
    k3 = hub.begins()
    program(hub.bare / "hooks/pre-receive", 'echo "not on a sunday"; exit 1')
    k3.opens()
    refused(k3, 74, "origin does not take it: pre-receive hook declined", "goes out next time")


def faster(other: Side, times: int) -> Callable[[], None]:
    """Let another till push something so many times between a fetch and the push."""
    left = iter(range(times))

    def push() -> None:
        if next(left, None) is not None:
            other.opens()
            other.sync()

    return push


def test_another_till_that_is_faster(hub: Hub) -> None:
    k3 = hub.begins()
    k4 = hub.joins("k4")
    k3.opens()
    found = repository(str(k3.folder))
    assert found is not None
    synced = synchronise(str(k3.folder), found, faster(k4, 2), print, print)
    assert (synced.received, synced.sent) == (3, 2)
    k4.sync()
    assert k3.journals() == k4.journals()


def test_another_till_that_is_faster_every_time(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("returnkit.records.git.sync.NAP", 0)
    monkeypatch.setattr("returnkit.records.git.sync.ROUNDS", 2)
    k3 = hub.begins()
    k4 = hub.joins("k4")
    k3.opens()
    found = repository(str(k3.folder))
    assert found is not None
    with pytest.raises(BusyError, match="faster 2 times"):
        synchronise(str(k3.folder), found, faster(k4, 100), print, print)
    assert k3.sync().code == 0


def test_recording_goes_on_while_the_network_is_slow(hub: Hub) -> None:
    k3 = over_ssh(hub, "x")
    program(hub.folder / "ssh", f"echo >> {hub.folder}/calls; while [ ! -e {hub.folder}/done ]; do sleep 0.02; done; exit 255")
    child = in_a_child(lambda: k3.run("records", "sync").code)
    while not (hub.folder / "calls").exists() and os.waitpid(child, os.WNOHANG) == (0, 0):
        threading.Event().wait(0.02)
    own = k3.opens()
    (hub.folder / "done").touch()
    assert os.waitpid(child, 0) == (child, 0)
    assert own in k3.ids()
    assert own in k3.git("show", f"HEAD:records/{next(iter(k3.journals()))}")


# Policies


def two_shops(hub: Hub) -> tuple[Side, Side]:
    k3 = hub.begins()
    k4 = hub.joins("k4")
    k3.opens()
    k4.opens()
    return k3, k4


def commit(side: Side, path: str, *edits: tuple[str, str]) -> None:
    write(side, path, *edits)
    side.git("commit", "-qm", "a change", path)


def test_policies_that_one_side_changed_come_in(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    commit(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # new"))
    (k3.folder / "policies/more").mkdir()
    (k3.folder / "policies/more/a.toml").write_text("schema = 1\n")
    k3.git("rm", "-q", "policies/kpis.toml")
    k3.git("add", ".")
    k3.git("commit", "-qm", "more")
    k3.sync()
    k4.sync()
    k3.sync()
    assert k3.everything().keys() - k4.everything().keys() == {".returnkit/instance"} - k4.everything().keys()
    assert (k4.folder / "policies/returns.toml").read_text().startswith((k3.folder / "policies/returns.toml").read_text()[:100])
    assert not (k4.folder / "policies/kpis.toml").exists()
    assert k4.git("status", "--short") == k3.git("status", "--short") == ""


def test_policies_that_were_changed_in_different_places_are_merged(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    text = (k3.folder / "policies/returns.toml").read_text()
    last = text.rstrip().splitlines()[-1]
    commit(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # theirs"))
    (k4.folder / "policies/returns.toml").write_text(text + "# ours\n")
    k4.git("commit", "-qam", "ours")
    k3.sync()
    k4.sync()
    merged = (k4.folder / "policies/returns.toml").read_text()
    assert "schema = 1 # theirs" in merged
    assert merged.endswith(f"{last}\n# ours\n")


def test_a_conflict_in_a_policy_is_the_owners_business_and_the_till_goes_on(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    commit(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # theirs"))
    commit(k4, "policies/returns.toml", ("schema = 1", "schema = 1 # ours"))
    k3.sync()
    head = k4.git("rev-parse", "HEAD")
    refused(k4, 4, "policies/returns.toml", "changed here and there, in the same place", "the owner decides")
    assert k4.git("rev-parse", "HEAD~1") == head  # what was recorded is committed
    own = k4.opens()
    refused(k4, 4, "nothing was merged")
    k4.git("merge", "-q", "refs/returnkit/theirs", check=False)
    (k4.folder / "policies/returns.toml").write_text((k3.folder / "policies/returns.toml").read_text())
    k4.git("commit", "-qam", "the owner decided")
    k4.sync()
    k3.sync()
    assert own in k3.ids()
    assert k3.journals() == k4.journals()


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_a_conflict_is_decided_in_one_command(hub: Hub, whose: str) -> None:
    k3, k4 = two_shops(hub)
    commit(k3, "policies/shop.toml", ("schema = 1", "schema = 1 # theirs"))
    commit(k4, "policies/shop.toml", ("schema = 1", "schema = 1 # ours"))
    k3.sync()
    told = refused(k4, 4, "git diff HEAD refs/returnkit/theirs -- policies/shop.toml").err
    assert "# theirs" in k4.git("diff", "HEAD", "refs/returnkit/theirs", "--", "policies/shop.toml")
    assert f"git merge -X {whose} refs/returnkit/theirs" in told
    if whose == "theirs":  # a careless merge leaves both versions
        k4.git("merge", "-q", "refs/returnkit/theirs", check=False)
        refused(k4, 2, "a merge is in progress", "git merge --abort")
        said = k4.run("contact", "log", "--channel", "phone", "--missed")
        assert said.code == 3
        assert "policies/shop.toml:2: git left two versions of something here" in said.err
        assert "keep one of them and take these marks away" in said.err
        k4.git("merge", "--abort")
    k4.git("merge", "-q", "-X", whose, "refs/returnkit/theirs")
    k4.sync()
    k3.sync()
    assert f"# {whose}" in (k3.folder / "policies/shop.toml").read_text()


def test_a_receipt_that_two_tills_gave_money_back_for_is_told(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    facts = ["--sku=RO-401", "--price=34.90", "--bought=2026-11-10", "--channel=store", "--receipt=yes", "--condition=unopened"]
    logged = ("return", "log", "--receipt-no=777", *facts, "--reason=wrong-size", "-f", "json", "--now")
    one = json.loads(k3.run(*logged, "2026-11-20T11:00:00+02:00").out)["id"]
    other = json.loads(k4.run(*logged, "2026-11-20T10:00:00+02:00").out)["id"]
    k3.sync()
    told = f"{one} takes RO-401 of receipt 777 back, which came back already (with {other})\n"
    remedy = f"    if it is one too many: returnkit return void {one}\n"
    assert f"{told}{remedy}" in k4.sync().out
    (twice,) = json.loads(k3.run("records", "sync", "-f", "json").out)["twice"]
    assert (twice["id"], twice["what"]) == (one, told.strip())
    assert k3.run("return", "void", one, "--because=twice").code == 0
    k3.sync()
    assert k4.sync().out == "1 record came in, 0 records went out\n"


@pytest.mark.parametrize("staged", [False, True])
def test_a_change_that_nobody_committed_and_that_is_in_the_way(hub: Hub, staged: bool) -> None:
    k3, k4 = two_shops(hub)
    commit(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # theirs"))
    k3.sync()
    write(k4, "policies/returns.toml", ("schema = 1", "schema = 1 # ours"))
    if staged:
        k4.git("add", "policies/returns.toml")
    refused(k4, 4, "policies/returns.toml", "is not committed here", "git commit -m", "git checkout HEAD -- policies/")
    k4.git("checkout", "HEAD", "policies/returns.toml")
    k4.sync()
    assert "# theirs" in (k4.folder / "policies/returns.toml").read_text()


def test_a_file_that_was_only_touched_is_in_nobodys_way(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    commit(k3, "policies/returns.toml", ("schema = 1", "schema = 1 # theirs"))
    k3.sync()
    (k4.folder / "policies/returns.toml").touch()
    k4.sync()
    assert "# theirs" in (k4.folder / "policies/returns.toml").read_text()


def test_a_file_that_stands_where_one_comes_in(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    (k3.folder / "policies/surveys.toml").write_text("schema = 1\n")
    k3.git("add", "policies")
    k3.git("commit", "-qm", "surveys")
    k3.sync()
    (k4.folder / "policies/surveys.toml").write_text("schema = 1 # mine\n")
    refused(k4, 4, "policies/surveys.toml", "mv policies/surveys.toml policies/surveys.toml.mine")
    (k4.folder / "policies/surveys.toml").write_text("schema = 1\n")  # the same is no other
    k4.sync()
    assert k4.git("status", "--short") == ""


# Journals that are not as they were


class Twins(NamedTuple):
    """Two folders on two machines that write as the same till: one was copied, with all that it knows of itself."""

    k3: Side
    twin: Side

    def on(self, side: Side) -> Side:
        """Go to the machine on which a folder is."""
        os.environ["XDG_STATE_HOME"] = str(side.folder.parent / f"state of {side.folder.name}")
        return side


def twins(hub: Hub) -> Twins:
    k3, twin = found = Twins(hub.begins(), Side(hub.folder / "copy", "k3"))
    found.on(k3).opens()
    k3.sync()
    shutil.copytree(k3.folder, twin.folder)
    shutil.copytree(hub.folder / "state of k3", hub.folder / "state of copy")
    instance = twin.folder / ".returnkit/instance"
    instance.write_text(re.sub(r"inode = \d+", f"inode = {instance.stat().st_ino}", instance.read_text()))
    found.on(twin).opens("the other branch")
    found.on(k3).opens("this branch")
    k3.sync()
    return found


def test_a_fork_of_a_till_is_not_merged(hub: Hub) -> None:
    both = twins(hub)
    said = refused(both.on(both.twin), 1, "as the same till", "returnkit records heal", "nothing was merged")
    (journal,) = both.twin.journals()
    assert f"records/{journal}" in said.err
    assert "this branch" in both.twin.git("show", f"refs/returnkit/theirs:records/{journal}")


def test_a_fork_that_was_healed_goes_out_and_comes_in(hub: Hub) -> None:
    k3, twin = both = twins(hub)
    git(hub.folder, "config", "--global", "grep.lineNumber", "true")
    git(hub.folder, "config", "--global", "color.ui", "always")
    refused(both.on(twin), 1, "records heal")
    assert "goes on as the till k3" in twin.run("records", "heal", "--yes").out
    twin.sync()
    assert "2 records came in" in both.on(k3).sync().out
    for side in (k3, twin):
        assert side.journals() == twin.journals()
        texts = [json.loads(line).get("text") for data in side.journals().values() for line in data.splitlines()]
        assert sorted(filter(None, texts)) == ["the other branch", "this branch", "x"]
    k3.run("records", "heal", "--yes")  # what it wrote belongs to another till now: it begins one of its own
    alone = Side(k3.folder, "")
    alone.opens("and on")
    both.on(k3).sync()
    both.on(twin).sync()
    assert k3.journals() == twin.journals()
    assert both.on(k3).problems() == both.on(twin).problems() == []


def test_a_fork_in_two_months_is_not_merged_either(hub: Hub) -> None:
    k3, twin = both = twins(hub)
    (month,) = twin.journals()
    twin.git("checkout", "-q", "HEAD", f"records/{month}")
    path = twin.folder / "records" / month
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    shutil.rmtree(hub.folder / "state of copy")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=40)):
        both.on(twin).opens("a month later")
    assert len(twin.journals()) == 2
    refused(twin, 1, "as the same till", "returnkit records heal", "nothing was merged")
    twin.run("records", "heal", "--yes")
    assert twin.sync().err == ""  # the month that came to nothing is committed, too
    assert twin.git("status", "--short") == ""
    both.on(k3).sync()
    for side in (k3, twin):
        texts = [json.loads(line).get("text") for data in side.journals().values() for line in data.splitlines()]
        assert sorted(filter(None, texts)) == ["a month later", "this branch", "x"]
        assert side.problems() == []


def test_two_folders_that_healed_the_same_fork_before_they_met(hub: Hub) -> None:
    k3, twin = both = twins(hub)
    (journal,) = twin.journals()
    shutil.copy(twin.folder / "records" / journal, k3.folder / "records" / journal.replace(".jsonl", " (1).jsonl"))
    assert both.on(k3).run("records", "heal", "--yes").code == 0
    both.on(twin).opens("and more of it")  # of which the other one does not know
    refused(twin, 1, "records heal")
    assert twin.run("records", "heal", "--yes").code == 0
    for side in (k3, twin, k3, twin):
        if both.on(side).run("records", "sync").code:
            assert side.run("records", "heal", "--yes").code == 0
            side.sync()
    assert k3.journals() == twin.journals()
    texts = [json.loads(line).get("text") for data in k3.journals().values() for line in data.splitlines()]
    assert sorted(filter(None, texts)) == ["and more of it", "the other branch", "this branch", "x"]
    assert both.on(k3).problems() == both.on(twin).problems() == []


def test_a_journal_that_somebody_shortened(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    k3.sync()
    k4.sync()
    k3.sync()
    path = k3.folder / "records" / next(name for name in k3.journals() if name.startswith("k4/"))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + 1])
    refused(k3, 1, "lines that git has were changed or are gone", "records heal")
    path.unlink()
    refused(k3, 1, "git has this journal, and it is gone", "git checkout HEAD -- records/k4/")
    path.write_bytes(whole)
    k3.sync()


def test_lines_that_were_changed_elsewhere_do_not_come_in(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    k3.sync()
    k4.sync()
    path = k4.folder / "records" / next(name for name in k4.journals() if name.startswith("k3/"))
    path.write_bytes(path.read_bytes().replace(b'"category":"delivery"', b'"category":"quality"'))
    k4.git("commit", "-qam", "a careless edit")
    k4.git("push", "-q")
    refused(k3, 1, "changed or taken away elsewhere", "git log -p refs/returnkit/theirs -- records/k3/")
    assert k4.run("records", "heal", "--yes").code == 0
    k4.sync()  # what was mended is committed, as it was written
    k3.sync()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    k4.git("commit", "-qam", "an editor of another system")
    k4.git("push", "-q")
    refused(k3, 1, "changed or taken away elsewhere", "there: returnkit records heal --yes")
    assert k4.run("records", "heal", "--yes").code == 0
    k4.sync()
    k3.sync()
    k4.git("rm", "-q", str(path.relative_to(k4.folder)))
    k4.git("commit", "-qm", "and a careless removal")
    k4.git("push", "-q")
    refused(k3, 1, "changed or taken away elsewhere")
    own = k3.opens()
    k3.sync()  # a journal never goes: what is missing there is what is here
    k4.sync()
    assert own in k4.ids()
    assert k3.journals() == k4.journals()


def test_a_journal_that_ends_within_a_line_is_left_out(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    k3.sync()
    k4.sync()
    own, theirs = (k4.folder / "records" / next(name for name in k4.journals() if name.startswith(till)) for till in ("k4", "k3"))
    for path in (own, theirs):
        with path.open("ab") as file:
            file.write(b'{"torn')
    said = k4.sync()
    assert "an unfinished line of 6 bytes was put aside" in said.err  # of its own till, as any writer does
    assert "ends within a line and is left out" in said.err
    assert b"torn" not in own.read_bytes()
    assert "torn" not in k4.git("show", f"HEAD:{theirs.relative_to(k4.folder)}")


@pytest.mark.parametrize("path", ["records/contacts/abc.toml", ".returnkit/instance"])
def test_what_belongs_into_no_repository_does_not_come_in(hub: Hub, path: str) -> None:
    k3, k4 = two_shops(hub)
    (k4.folder / path).parent.mkdir(exist_ok=True)
    (k4.folder / path).write_text("name = 'Zane'\n")
    k4.git("add", "-f", path)
    k4.git("commit", "-qm", "careless")
    k4.git("push", "-q")
    refused(k3, 1, path, "belongs into no repository", f"git rm --cached {path}")
    k4.git("rm", "-q", "--cached", path)
    k4.git("commit", "-qm", "better")
    k4.git("push", "-q")
    k3.sync()


@pytest.mark.parametrize("path", ["records/contacts", "records/k3/.torn", ".returnkit", "build/notes"])
def test_what_git_ignores_is_not_overwritten(hub: Hub, path: str) -> None:
    k3, k4 = two_shops(hub)
    own = k3.folder / path
    own.mkdir(parents=True, exist_ok=True)
    (own / "mine").write_text("mine")
    (k4.folder / ".returnkit").rename(hub.folder / "aside")
    (k4.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (k4.folder / path).write_text("junk")
    (k4.folder / path).chmod(0o755)
    k4.git("add", "-f", path)
    k4.git("commit", "-qm", "careless")
    k4.git("push", "-q")
    if path == "build/notes":
        refused(k3, 4, path, "something that is not committed stands in its place here", f"mv {path} {path}.mine")
    else:
        refused(k3, 1, path, "belongs into no repository")
    assert (own / "mine").read_text() == "mine"


def test_a_link_that_comes_in_leads_nowhere(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    outside = hub.folder / "outside"
    outside.mkdir()
    (k4.folder / "policies/more").symlink_to(outside)
    k4.git("add", ".")
    k4.git("commit", "-qm", "a link")
    k4.sync()
    k3.sync()
    k4.sync()
    assert (k3.folder / "policies/more").is_symlink()
    (k4.folder / "policies/more").unlink()
    (k4.folder / "policies/more").mkdir()
    (k4.folder / "policies/more/evil.toml").write_text("schema = 1\n")
    k4.git("add", ".")
    k4.git("commit", "-qm", "a folder in its place")
    k4.sync()
    k3.sync()
    assert (k3.folder / "policies/more/evil.toml").exists()
    assert list(outside.iterdir()) == []
    (k4.folder / "records/k9").symlink_to(outside)
    k4.git("add", "records/k9")
    k4.git("commit", "-qm", "a link among the records")
    k4.git("push", "-q")
    refused(k3, 1, "records/k9", "belongs into no repository")


# Histories


def test_a_history_that_was_made_anew_does_not_come_back(hub: Hub) -> None:
    k3, k4 = two_shops(hub)
    k3.sync()
    k4.sync()
    k3.sync()
    k4.git("reset", "-q", "--soft", "HEAD~2")
    k4.git("commit", "-qm", "all in one")
    k4.git("push", "-q", "--force")
    own = k3.opens()
    refused(k3, 1, "was made anew", "returnkit records sync --anew", "origin refs/returnkit/met-at/main:refs/heads/main")
    refused(k3, 1, "was made anew")
    assert own not in git(hub.bare, "log", "-p", "main")
    k3.git("push", "-q", "--force", "origin", "refs/returnkit/met-at/main:refs/heads/main")
    k3.sync()


@pytest.mark.parametrize("unsent", [True, False])
def test_a_history_that_was_made_anew_is_gone_on_from(hub: Hub, *, unsent: bool) -> None:
    k3, k4 = two_shops(hub)
    k3.sync()
    k4.sync()
    k3.sync()
    own = k3.opens()
    k3.sync()
    k4.git("reset", "-q", "--soft", "HEAD~2")
    k4.git("commit", "-qm", "all in one")
    k4.git("push", "-q", "--force")  # and k3's newest is not in it
    own = k3.opens() if unsent else own
    if unsent:
        (k3.folder / "policies/notes.md").write_text("ours\n")
        k3.git("add", "policies/notes.md")
        k3.git("commit", "-qm", "a policy that was not sent")
    refused(k3, 1, "was made anew")
    assert k3.run("records", "sync", "--anew").out == f"0 records came in, {'2 records' if unsent else '1 record'} went out\n"
    k4.sync()
    for side in (k3, k4):
        assert own in side.ids()
        assert (side.folder / "policies/notes.md").exists() == unsent
        assert side.git("log", "--oneline", "--all").count("all in one") == 1
        assert side.run("records", "verify").code == 0
    assert k3.git("rev-list", "--all", "--reflog").split() == k3.git("rev-list", "main").split()
    k3.sync()


@pytest.mark.parametrize("way", ["by hand", "an amended commit", "behind"])
def test_a_history_that_was_made_anew_here_is_sent_and_not_taken_back(hub: Hub, way: str) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    k3.git("reset", "-q", "--soft", "HEAD~1")
    if way == "behind":
        k3.git("reset", "-q")
        k3.sync()
        return
    k3.git("commit", "-qm", "anew")
    said = refused(k3, 1, "the history here was made anew and was not sent", "git push --force --all origin")
    if way == "by hand":
        k3.git("push", "-q", "--force", "--all", "origin")
    else:
        assert "git merge refs/returnkit/theirs" in said.err
        k3.git("merge", "-q", "-m", "both", "refs/returnkit/theirs")
    k3.sync()
    assert k3.problems() == []


def test_what_is_another_shop_is_not_gone_on_from(hub: Hub) -> None:
    k3, _ = two_shops(hub)
    k3.sync()
    before = k3.everything()
    for tree in (k3.git("rev-parse", "HEAD:records"), k3.git("rev-list", "--max-parents=0", "HEAD")):
        commit = k3.git("commit-tree", "-m", "another one", f"{tree.strip()}^{{tree}}")
        k3.git("push", "-q", "--force", "origin", f"{commit.strip()}:refs/heads/main")
        assert "is not this shop" in k3.run("records", "sync", "--anew").err
        assert k3.everything() == before


def test_histories_without_a_common_beginning(hub: Hub) -> None:
    hub.begins()
    k4 = hub.alone("k4")
    k4.git("remote", "add", "origin", str(hub.bare))
    k4.opens()
    refused(k4, 1, "have no common beginning", "returnkit records sync --anew")
    own = k4.opens()
    assert k4.run("records", "sync", "--anew").code == 0
    assert own in git(hub.bare, "log", "-p", "main")
    assert k4.run("records", "sync").code == 0


def test_an_object_that_git_has_lost(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens()
    k3.sync()
    blob = k3.git("rev-parse", f"HEAD:records/{next(iter(k3.journals()))}").strip()
    (k3.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    own = k3.opens()
    refused(k3, 74, "git does not find what it keeps", "git fsck")
    assert own in k3.ids()
