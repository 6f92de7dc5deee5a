"""A customer is forgotten, words are taken out, and what was kept long enough goes: by the commands, with git."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit import redacting
from returnkit.model.digest import sha256_hex
from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.record import CAN_GO, redacted_of
from returnkit.records.chain import sealed
from returnkit.records.journal import let_signals_through
from returnkit.verification import verify_shop
from tests.conftest import NOW, REPOSITORY, Result, call, examples
from tests.records.faults import in_a_child, plant, read_tree

NAME, PHONE, EMAIL = "Anna Kalniņa", "+371 29 123 456", "anna.kalnina@example.com"
WORDS = ("the vase of Mrs Kalnins broke", "Kalnins rang from the bakery", "she wants no parcel any more")
TRACES = (b"Kalni", b"29123456", b"29 123 456", b"anna.kalnina", b"vase", b"bakery", b"no parcel")
LATER = "2030-01-15T12:00:00+02:00"
YES = ("--because", "they asked for it", "--yes")

Run = Callable[..., Result]


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True).stdout


def runner(shop: Path) -> Run:
    def run(*arguments: str, now: str = NOW) -> Result:
        try:
            return call("--shop", str(shop), "--now", now, "--lang", "en", *arguments)
        finally:
            let_signals_through()

    return run


@pytest.fixture
def run(shop: Path) -> Run:
    """Call a command in the copy of the sample shop."""
    return runner(shop)


def made(result: Result) -> Any:
    """Return what a command says that it recorded."""
    assert result.code == 0, result.err
    return json.loads(result.out)


class Customer:
    """A customer with a complaint, a call, a follow-up, and a complaint that was merged into theirs; and another customer."""

    def __init__(self, run: Run) -> None:
        as_json = ("-f", "json")
        reach = ("--name", NAME, "--phone", PHONE, "--email", EMAIL)
        opened = made(run("complaint", "open", "--category", "delivery", "--text", WORDS[0], *reach, *as_json))
        self.case, self.contact = str(opened["id"]), str(opened["record"]["contact"])
        self.note = made(run("complaint", "note", self.case, "--text", WORDS[1], *as_json))["record"]["id"]
        about = ("--case", self.case, "--text", WORDS[2], *as_json)
        self.call = made(run("contact", "log", "--channel", "phone", "--received", "11:00", "--missed", *about))["id"]
        asked = ("--contact", self.contact, "--by", "2026-12-01", "--text", f"ask whether {WORDS[2]}")
        self.followup = made(run("followup", "add", *asked, *as_json))["record"]["id"]
        self.merged = made(run("complaint", "open", "--category", "delivery", "--text", WORDS[1], *as_json))["id"]
        made(run("complaint", "merge", self.merged, "--into", self.case, *as_json))
        other = ("--category", "quality", "--text", "it hums", "--name", "Pēteris", *as_json)
        self.other = str(made(run("complaint", "open", *other))["record"]["contact"])


@pytest.fixture
def customer(run: Run) -> Customer:
    return Customer(run)


def records(shop: Path) -> list[Json]:
    return [json.loads(line) for path in sorted(shop.glob("records/*/*.jsonl")) for line in path.read_bytes().splitlines()]


def resealed(whole: bytes) -> bytes:
    """Return lines with a chain that is whole again, but for those that words were taken out of."""
    lines, h = [], ""
    for line in whole.splitlines():
        record = decode(line)
        if "redacted" not in record:
            record = sealed(h, {field: value for field, value in record.items() if field != "h"})
        h = str(record["h"])
        lines.append(encode(record) + b"\n")
    return b"".join(lines)


def objects(folder: Path) -> bytes:
    """Return every object of a repository, whether something leads to it or not, and everything else that lies in it."""
    listed = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").splitlines()
    found = b"".join(
        subprocess.run(["git", "-C", str(folder), "cat-file", *entry.split()[::-1]], capture_output=True, check=True).stdout
        for entry in listed
    )
    return found + b"".join(path.read_bytes() for path in sorted((folder / ".git").rglob("*")) if path.is_file())


def everything(shop: Path) -> bytes:
    """Return all bytes of a shop folder, names of files among them; of its own git repository nothing."""
    found = b""
    for path in sorted(shop.rglob("*")):
        if path.relative_to(shop).parts[0] != ".git":
            found += path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
    contacts = shop / "records" / "contacts"
    return found + (objects(contacts) if (contacts / ".git").is_dir() else b"")


def traces(data: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in data]


def figures(run: Run) -> str:
    result = run("kpi", "report", "--from", "2026-01-01", "--to", "2026-12-31", "-f", "json")
    assert result.code == 0, result.err
    return result.out


def states(run: Run) -> list[str]:
    """Return how every complaint stands, without the words."""
    result = run("complaint", "list", "--all", "-f", "csv")
    assert result.code == 0, result.err
    return [line.rpartition(",")[0] for line in result.out.splitlines()]


# Forgetting


def test_without_yes_it_says_who_and_what_and_does_nothing(run: Run, shop: Path, customer: Customer) -> None:
    before = everything(shop)
    result = run("records", "forget", customer.contact)
    assert result.code == 1
    assert f"{customer.contact} would be forgotten for good: {NAME}, {PHONE}, {EMAIL}" in result.out
    for wanted in (customer.case, customer.call, customer.followup, customer.note):
        assert wanted in result.out
    assert "--yes does it" in result.err
    assert everything(shop) == before


def test_after_a_forget_nothing_is_left_anywhere(run: Run, shop: Path, customer: Customer) -> None:
    """The drill: the work tree, what this machine keeps, and every object of the contacts' repository."""
    contacts = shop / "records" / "contacts"
    for text in ("one", "two"):  # a history with branches, a tag, a stash, a note, and what nobody leads to any more
        (contacts / f"{customer.contact}.toml").open("a").write(f"# {text}\n")
        git(contacts, "add", "--all")
        git(contacts, "commit", "--quiet", "--message", f"Anna Kalniņa, {text}")
        git(contacts, "tag", f"kept-{text}")
    git(contacts, "branch", "aside", "kept-one")
    (contacts / f"{customer.contact}.toml").open("a").write("# vase\n")
    git(contacts, "stash")
    git(contacts, "notes", "add", "--message", "Kalniņa", "HEAD")
    git(contacts, "commit", "--quiet", "--amend", "--message", "Kalniņa, again")
    git(contacts, "gc", "--quiet")
    (contacts / f"{customer.contact}.toml~").write_text(NAME)  # an editor's
    (contacts / "older").mkdir()
    (contacts / "older" / f"{customer.contact}.toml").write_text(NAME)
    for command in (("complaint", "list"), ("contact", "list"), ("kpi", "report"), ("today",)):
        run(*command)
    assert set(TRACES) - {*traces(everything(shop))} <= {b"29123456"}
    before = figures(run)
    result = run("records", "forget", customer.contact, *YES)
    assert result.code == 0, result.err
    assert traces(everything(shop)) == []
    assert figures(run) == before
    assert run("records", "verify").code == 0
    assert git(contacts, "log", "--all", "--reflog", "--format=%an %s").splitlines() == ["returnkit Contacts"]
    assert git(contacts, "for-each-ref").count("\n") == 1
    assert git(contacts, "fsck", "--full", "--strict", "--unreachable") == ""
    assert git(contacts, "status", "--porcelain") == ""
    assert [path.name for path in contacts.glob("*.toml")] == [f"{customer.other}.toml"]
    assert "it hums" in run("complaint", "list", "-f", "json").out + everything(shop).decode("utf-8", "replace")


def test_copies_of_a_contacts_file_go_with_it(shop: Path, customer: Customer, tmp_path: Path) -> None:
    """Editors, sync clients and interrupted writes call them otherwise; a relative --shop is as good."""
    contacts = shop / "records" / "contacts"
    for name in (
        "{}.toml~", ".{}.toml.1a2b3c4d", "{} (copy).toml", "{}.sync-conflict-20261122-150000-ABCDEFG.toml", "{}.bak", ".#{}.toml",
        "Copy of {}.toml", "older/{}.toml",
    ):  # fmt: skip
        path = contacts / name.format(customer.contact)
        path.parent.mkdir(exist_ok=True)
        path.write_text(NAME)
    others = ("x" + customer.contact + ".toml", "strawberry.txt")
    for name in others:
        (contacts / name).write_text("name = 'Somebody else'\n")
    found = runner(shop)("contact", "find", "kalnina")
    assert (found.out.count(customer.contact), "a copy of a contact's file" in found.err) == (1, True)
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "all")
    backup = tmp_path / "made-before.tar.gz"
    assert runner(shop)("records", "backup", str(backup)).code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(shop.parent)
        told = runner(Path(shop.name))("records", "forget", customer.contact, *YES)
    assert told.code == 0, told.err
    assert "same number" not in told.out
    assert "backups and exports that were made before keep it" in told.out
    assert f"backups that were made here: {backup.name}" in told.out
    assert traces(everything(shop)) == []
    assert {path.name for path in contacts.rglob("*") if ".git" not in path.parts} == {*others, f"{customer.other}.toml", "older"}


def test_what_is_not_touched_is_named_while_somebody_knows_who_it_is(run: Run, customer: Customer) -> None:
    reach = ("--name", "A. Kalnina", "--phone", PHONE.replace(" ", ""), "-f", "json")
    twin = made(run("complaint", "open", "--category", "quality", "--text", "it hums", *reach))["record"]["contact"]
    apart = [
        made(run("contact", "log", "--channel", "phone", "--missed", "--text", text, "-f", "json"))["id"]
        for text in ("Mrs Kalniņas husband", "about ANNA", "of an annual sale, and hannah")
    ]
    found = json.loads(run("records", "forget", customer.contact, "-f", "json").out)
    assert (found["same_customer"], found["named"], found["not_over"]) == ([twin], apart[:2], [customer.case])
    told = run("records", "forget", customer.contact).out
    for line in ("a word of theirs may be in: " + ", ".join(apart[:2]), f"same number or address: {twin}", "not over yet"):
        assert line in told


def test_the_words_of_a_case_that_names_nobody_go_with_who_is_called_about_it(run: Run, shop: Path) -> None:
    case = made(run("complaint", "open", "--category", "quality", "--text", "the vase of no name", "-f", "json"))["id"]
    asked = ("--call", "--case", case, "--by", "2026-12-01", "--name", NAME, "--text", "ring", "-f", "json")
    contact = made(run("followup", "add", *asked))["record"]["contact"]
    assert run("records", "forget", contact, *YES).code == 0
    assert traces(everything(shop)) == []


def test_pieces_that_were_put_aside_go_with_whom_they_name(run: Run, shop: Path, customer: Customer) -> None:
    (till,) = {path.parent for path in shop.glob("records/*/*.jsonl")}
    (till / ".torn").mkdir(exist_ok=True)
    piece = f'{{"category":"quality","contact":"{customer.contact}","id":"{till.name}-0009X","text":"vase, and other'
    (till / ".torn" / "2026-11.jsonl.623.8ef1").write_text(piece)
    (till / ".torn" / "2026-11.jsonl.624.8ef1").write_text(piece.replace(customer.contact, "bbbbbbbbbb").replace("vase", "sofa"))
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert traces(everything(shop)) == []
    assert b"sofa" in everything(shop)
    os.utime(till / ".torn" / "2026-11.jsonl.624.8ef1", (1763700000, 1763700000))  # 21 November 2025
    assert "nothing was kept long enough" in run("records", "purge", "--yes", now="2028-11-21T12:00:00+02:00").out
    told = run("records", "purge", "--yes", now="2028-11-22T12:00:00+02:00")
    assert "2026-11.jsonl.624.8ef1 removed: kept until 2028-11-21: a piece of a line" in told.out
    assert b"sofa" not in everything(shop)


def test_a_repetition_finds_nothing_left_to_do(run: Run, shop: Path, customer: Customer) -> None:
    assert run("records", "forget", customer.contact, *YES).code == 0
    before = everything(shop)
    again = run("records", "forget", customer.contact, *YES)
    assert again.code == 0
    assert "taken out" not in again.out
    assert everything(shop) == before


def test_a_contact_that_nobody_knows_is_refused(run: Run, shop: Path, customer: Customer) -> None:
    before = everything(shop)
    for unknown in ("nobody", "../../policies/shop", customer.contact[:-1], ""):
        result = run("records", "forget", unknown, *YES)
        assert result.code == 2
    assert everything(shop) == before


def test_a_reason_names_nobody(run: Run, shop: Path, customer: Customer) -> None:
    before = [record["kind"] for record in records(shop)]
    for because in (f"call {PHONE}", f"{EMAIL} asked", "Mrs Kalniņas asked for it", "ANNA wants it"):
        for own in (("forget", customer.contact), ("redact", customer.note)):
            result = run("records", *own, "--because", because, "--yes")
            assert result.code == 2
            assert "--because has" in result.err
    assert [record["kind"] for record in records(shop)] == before
    assert NAME in everything(shop).decode("utf-8", "replace")


def test_a_branch_that_holds_other_contacts_is_not_thrown_away(run: Run, shop: Path, customer: Customer) -> None:
    contacts = shop / "records" / "contacts"
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "all")
    git(contacts, "switch", "--quiet", "--create", "aside")
    (contacts / "aaaaaaaaaa.toml").write_text('name = "Only here"\n')
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "another one")
    git(contacts, "switch", "--quiet", "-")
    before = everything(shop)
    result = run("records", "forget", customer.contact, *YES)
    assert result.code == 2
    assert "aside" in result.err
    assert everything(shop) == before
    git(contacts, "merge", "--quiet", "aside")
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert (contacts / "aaaaaaaaaa.toml").exists()
    assert traces(everything(shop)) == []


@pytest.mark.parametrize("way", ["sha256", "detached", "busy", "elsewhere", "work tree", "no git"])
def test_whatever_the_contacts_repository_is_like_it_is_made_new_or_nothing_is_done(  # noqa: PLR0913, PLR0917 - fixtures
    run: Run, shop: Path, customer: Customer, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = shop / "records" / "contacts"
    if way == "sha256":
        shutil.rmtree(contacts / ".git")
        git(contacts, "init", "--quiet", "--object-format=sha256")
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "all")
    if way == "detached":
        git(contacts, "checkout", "--quiet", "--detach")
        git(
            contacts, "branch", "--quiet", "--delete", "--force", git(contacts, "branch", "--format=%(refname:short)").split()[-1]
        )
    elif way == "busy":
        (contacts / ".git" / "index.lock").touch()
    elif way == "elsewhere":
        git(contacts, "init", "--quiet", f"--separate-git-dir={tmp_path / 'elsewhere'}")
    elif way == "work tree":
        git(contacts, "worktree", "add", "--quiet", str(tmp_path / "another"))
    elif way == "no git":
        monkeypatch.setenv("PATH", "")
    before = read_tree(shop)
    result = run("records", "forget", customer.contact, *YES)
    if way in ("sha256", "detached"):
        assert result.code == 0, result.err
        assert traces(everything(shop)) == []
    else:
        assert result.code == (75 if way == "busy" else 2)
        assert read_tree(shop) == before


def test_a_repository_that_is_shared_with_a_group_stays_as_it_was(run: Run, shop: Path, customer: Customer) -> None:
    contacts = shop / "records" / "contacts"
    shutil.rmtree(contacts / ".git")
    contacts.chmod(0o2770)
    before = os.umask(0o007)
    git(contacts, "init", "--quiet", "--shared=group")
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "all")
    os.umask(before)

    def modes() -> dict[str, int]:
        looked_at = ("", "HEAD", "config", "index", "objects", "refs", "refs/heads", "refs/heads/main")
        return {name: (contacts / ".git" / name).stat().st_mode for name in looked_at}

    rights = modes()
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert modes() == rights
    assert traces(everything(shop)) == []


def test_contacts_that_somebody_committed_to_the_shop_are_told_of(run: Run, shop: Path, customer: Customer) -> None:
    shutil.rmtree(shop / "records" / "contacts" / ".git")
    git(shop, "init", "--quiet")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "all")
    told = run("records", "forget", customer.contact, *YES, "-f", "json")
    assert f"records/contacts/{customer.contact}.toml" in json.loads(told.out)["history"]["files"]


@pytest.mark.slow
def test_killed_at_any_moment_a_second_run_ends_it(run: Run, shop: Path, customer: Customer, tmp_path: Path) -> None:
    contacts = shop / "records" / "contacts"
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "all")
    ended = 0
    tree = read_tree(tmp_path)
    begun = time.monotonic()
    assert run("records", "forget", customer.contact, *YES).code == 0
    whole = time.monotonic() - begun
    for number in range(60):
        plant(tmp_path, tree)
        child = in_a_child(lambda: run("records", "forget", customer.contact, *YES).code)
        time.sleep(whole * number / 50)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        ended += os.waitpid(child, 0)[1] == 0
        time.sleep(0.1)  # a git that was at work may end
        (contacts / ".git.new" / "index.lock").unlink(missing_ok=True)
        assert run("records", "forget", customer.contact, *YES).code == 0
        assert traces(everything(shop)) == []
        assert (contacts / f"{customer.other}.toml").exists()
        assert run("records", "verify").code == 0
    print(f"{ended} of 60 ended before they were killed")


def test_files_that_were_never_committed_are_forgotten_too(run: Run, shop: Path, customer: Customer) -> None:
    contacts = shop / "records" / "contacts"
    git(contacts, "add", "--all")  # only staged: there is an object, and no commit
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert traces(everything(shop)) == []


@pytest.mark.parametrize("at", [".git", ".git.new", ".git.old", ".toml"])
def test_an_exchange_of_the_repository_that_was_interrupted_is_finished(
    run: Run, shop: Path, customer: Customer, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Die before the repository, its copy or the file goes, then repeat."""
    contacts = shop / "records" / "contacts"
    git(contacts, "add", "--all")
    git(contacts, "commit", "--quiet", "--message", "all")

    class Died(BaseException):
        pass

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(path: str, *more: Any, **named: Any) -> Any:
            if str(path).endswith(at):
                raise Died
            return real(path, *more, **named)

        return act

    with monkeypatch.context() as patched:
        for module, name in ((os, "rename"), (os, "unlink"), (shutil, "rmtree")):
            patched.setattr(module, name, dying(getattr(module, name)))
        with pytest.raises(Died):
            run("records", "forget", customer.contact, *YES)
    assert run("records", "verify").code == 1
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert traces(everything(shop)) == []
    assert (contacts / f"{customer.other}.toml").exists()
    assert [path.name for path in contacts.iterdir() if path.name.startswith(".git")] == [".git"]
    assert run("records", "verify").code == 0


def test_what_the_shop_still_knows_of_the_case_is_shown(run: Run, customer: Customer) -> None:
    assert run("records", "forget", customer.contact, *YES).code == 0
    shown = run("complaint", "show", customer.case)
    assert shown.code == 0
    assert f"The contact is held at the till {customer.case.partition('-')[0]}, or was forgotten." in shown.out
    assert "(words were taken out of this)" in shown.out
    found = run("contact", "find", "kalni")
    assert found.code == 1
    assert run("complaint", "acknowledge", customer.case).code == 0


# Two tills


@pytest.fixture
def tills(shop: Path, run: Run, tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders of one shop, each with a till of its own, which exchange their records as git would."""
    made(run("complaint", "open", "--category", "quality", "--text", "first", "-f", "json"))
    other = tmp_path / "other"
    shutil.copytree(shop, other, ignore=shutil.ignore_patterns(".returnkit", "contacts"))
    made(runner(other)("complaint", "open", "--category", "quality", "--text", "second", "-f", "json"))
    exchange(shop, other)
    return shop, other


def exchange(*folders: Path) -> None:
    """Bring each till's own files to the others."""
    for source in folders:
        till = (source / ".returnkit" / "instance").read_text().partition("till = ")[2].split()[0]
        for target in folders:
            if target != source:
                shutil.copytree(source / "records" / till, target / "records" / till, dirs_exist_ok=True)


def test_each_till_takes_its_own_words_out(tills: tuple[Path, Path]) -> None:
    one, other = tills
    run, run_other = map(runner, tills)
    customer = Customer(run)
    exchange(*tills)
    made(run_other("complaint", "note", customer.case, "--text", WORDS[2], "-f", "json", now="2026-11-21T13:00:00+02:00"))
    exchange(*tills)
    told = run("records", "forget", customer.contact, *YES)
    assert told.code == 0, told.err
    assert "takes its own words out at its next records sync" in told.out
    assert traces(everything(one)) == [b"no parcel"]  # the other till's own line
    exchange(*tills)
    assert run_other("records", "verify").code == 1  # unfinished, and it says what to do
    assert run_other("records", "redact", "--finish").code == 0
    exchange(*tills)
    assert traces(everything(one) + everything(other)) == []
    assert [run("records", "verify").code, run_other("records", "verify").code] == [0, 0]


def test_another_till_is_asked_for_its_words(tills: tuple[Path, Path]) -> None:
    one, other = tills
    run, run_other = map(runner, tills)
    theirs = next(str(record["id"]) for record in records(one) if record.get("text") == "second")
    asked = run("records", "redact", theirs, "--because", "it names somebody", "--yes")
    assert asked.code == 0, asked.err
    assert "asked for" in asked.out
    assert "asked for" not in run("records", "redact", theirs, "--because", "it names somebody", "--yes").out
    assert [record["kind"] for record in records(one)].count("redact.requested") == 1
    assert f"{theirs.partition('-')[0]} still has words to take out" in run("records", "redact", "--finish").out
    assert b"second" in everything(one)
    warned = run("records", "verify")
    assert (warned.code, "next returnkit records sync" in warned.out) == (0, True)
    exchange(*tills)
    assert theirs in run_other("records", "redact", "--finish").out
    exchange(*tills)
    assert b'"second"' not in everything(one) + everything(other)
    assert [run("records", "verify").out, run_other("records", "verify").out] == ["", ""]


def test_for_a_till_that_is_gone_for_good_another_one_does_it(tills: tuple[Path, Path]) -> None:
    one, _ = tills
    run = runner(one)
    theirs = next(str(record["id"]) for record in records(one) if record.get("text") == "second")
    gone = theirs.partition("-")[0]
    own = next(str(record["id"]) for record in records(one) if record.get("text") == "first").partition("-")[0]
    assert run("records", "redact", theirs, "--because", "x", "--yes", "--gone", own).code == 2
    assert run("records", "redact", theirs, "--because", "x", "--yes", "--gone", "nobody").code == 2
    assert run("records", "redact", theirs, "--because", "x", "--yes", "--gone", gone).code == 0
    assert b'"second"' not in everything(one)
    assert run("records", "verify").code == 0


def test_of_a_till_that_healing_made_any_folder_takes_the_words_out(run: Run, shop: Path, customer: Customer) -> None:
    """Nobody writes as such a till; what git has of the line as it was before is known by its `h`."""
    body = {
        "v": 1, "time": NOW, "kind": "complaint.opened", "channel": "phone", "category": "quality", "text": "a vase",
        "salt": "0123456789abcdef", "contact": customer.contact,
    }  # fmt: skip
    was = sealed("", {**body, "id": record_id("q1", 2)})
    opening = sealed("", {"v": 1, "time": NOW, "kind": "till.opened", "id": record_id("q1x2", 1), "instance": 2 * "12345678"})
    line = sealed(str(opening["h"]), {**body, "id": record_id("q1x2", 2), "formerly": {"id": was["id"], "h": was["h"]}})
    (shop / "records" / "q1x2").mkdir()
    (shop / "records" / "q1x2" / "2026-11.jsonl").write_bytes(encode(opening) + b"\n" + encode(line) + b"\n")
    (shop / "old.jsonl").write_bytes(encode(was) + b"\n")
    history = json.loads(run("records", "forget", customer.contact, *YES, "-f", "json").out)["history"]
    assert history["copies"] == ["old.jsonl"]
    (shop / "old.jsonl").unlink()
    assert traces(everything(shop)) == []
    assert run("records", "verify").code == 0


def linked(root: Path, shop: Path) -> tuple[Path, Path]:
    """Return two folders of one shop with a bare repository between them."""
    (shop / ".gitignore").write_text(".returnkit/\nrecords/contacts/\n")
    shutil.copy(REPOSITORY / ".gitattributes", shop / ".gitattributes")
    bare, other = root / "bare.git", root / "other"
    git(root, "init", "--quiet", "--bare", str(bare))
    git(shop, "init", "--quiet")
    git(shop, "remote", "add", "origin", str(bare))
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "begun")
    git(shop, "push", "--quiet", "--set-upstream", "origin", "HEAD")
    git(root, "clone", "--quiet", str(bare), str(other))
    for folder in (shop, other):
        for name in ("user.name", "user.email"):
            git(folder, "config", name, "x")
    return shop, other


def at_random(folders: tuple[Path, Path], steps: list[tuple[int, int]]) -> None:
    """Record, take words out and sync, here and there; in the end what went is gone everywhere, and nothing else."""
    runs = [*map(runner, folders)]
    kept: list[str] = []
    gone: list[str] = []
    for number, (what, which) in enumerate(steps):
        run, word = runs[which % 2], f"word-{number:03}"
        if what in (0, 1) or (what == 2 and not kept):
            made(run("complaint", "open", "--category", "quality", "--text", word, "-f", "json"))
            kept.append(word)
        elif what == 2:
            word = kept[which % len(kept)]
            here = [record for record in records(folders[which % 2]) if record.get("text") == word]
            if here:  # it came here already, or was written here
                assert run("records", "redact", str(here[0]["id"]), "--because", "x", "--yes").code == 0
                kept.remove(word)
                gone.append(word)
        else:
            assert run("records", "sync").code == 0
    for run in (*runs, *runs, *runs):
        result = run("records", "sync")
        assert result.code == 0, result.err
    for run, folder in zip(runs, folders, strict=True):
        found = [str(record.get("text")) for record in records(folder) if "text" in record]
        assert sorted(found) == sorted(kept)
        assert not any(word.encode() in everything(folder) for word in gone)
        verified = run("records", "verify")
        assert verified.code == 0, verified.out
        assert "words" not in verified.out


def test_what_went_does_not_come_back_with_a_sync(shop: Path, tmp_path: Path) -> None:
    at_random(linked(tmp_path, shop), [(0, 0), (3, 0), (0, 1), (3, 1), (3, 0), (2, 0), (2, 1), (0, 0), (3, 1), (3, 0)])


@pytest.mark.slow
def test_what_went_does_not_come_back_in_any_history(shop: Path, tmp_path: Path) -> None:
    folders, chance = linked(tmp_path, shop), Lcg(8)
    tree = read_tree(tmp_path)
    for _ in range(100):
        plant(tmp_path, tree)
        at_random(folders, [(chance(4), chance(1000)) for _ in range(14)])


class Lcg:
    """The same numbers in every run."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def __call__(self, below: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % below


# Single words


def test_all_words_of_a_record_go_unless_one_is_named(run: Run, shop: Path) -> None:
    made(run("complaint", "open", "--category", "quality", "--text", "it hums", "--name", "Pēteris", "-f", "json"))
    resolved = made(run("complaint", "resolve", str(records(shop)[-1]["id"]), "--text", "we said", "-f", "json"))
    own = resolved["record"]["id"]
    case = resolved["id"]
    assert run("complaint", "close", case, "--cause", "packaging", "--text", "a word", "--changed", "two words").code == 0
    closed = str(records(shop)[-1]["id"])
    plan = run("records", "redact", closed, "text", "--because", "x")
    assert plan.code == 1
    assert "changed would stay, and could be guessed" in plan.out
    assert "a word" in plan.out
    assert run("records", "redact", own, "wish", "--because", "x", "--yes").code == 2
    assert run("records", "redact", own, "staff", "--because", "x", "--yes").code == 2
    assert run("records", "redact", closed, "--because", "x", "--yes").code == 0
    (record,) = [each for each in records(shop) if each["id"] == closed]
    assert record["redacted"] == ["changed", "text"]
    assert "salt" not in record
    assert run("records", "redact", closed, "--because", "x", "--yes").code == 2
    assert run("records", "redact").code == 2
    assert run("records", "redact", own, "--finish").code == 2
    assert run("records", "verify").out == ""


def test_a_return_whose_reason_went_can_still_be_voided(run: Run, shop: Path) -> None:
    facts = ("--category", "toys", "--bought", "2026-01-01", "--condition", "opened", "--channel", "store", "--receipt", "yes")
    money = (
        "--price",
        "5.00",
        "--reason",
        "not-said",
        "--remedy",
        "refund",
        "--role",
        "owner",
        "--override",
        "--because",
        "a gift",
    )
    logged = made(run("return", "log", *facts, *money, "-f", "json"))
    assert run("records", "redact", logged["id"], "--because", "x", "--yes").code == 0
    assert run("return", "void", logged["id"], "--because", "by mistake").code == 0
    assert "redacted" not in records(shop)[-1]["voided"]  # type: ignore[operator]
    assert run("records", "verify").out == ""


def test_a_retry_with_its_key_after_the_words_went_is_still_the_same_record(run: Run) -> None:
    typed = ("complaint", "open", "--category", "quality", "--text", "it hums", "--key", "once", "-f", "json")
    own = made(run(*typed))["id"]
    assert run("records", "redact", own, "--because", "x", "--yes").code == 0
    assert made(run(*typed))["id"] == own


def test_figures_of_a_month_with_redacted_lines_are_kept_all_the_same(run: Run, shop: Path, customer: Customer) -> None:
    before = figures(run)
    assert run("records", "redact", customer.case, "--because", "x", "--yes").code == 0
    shutil.rmtree(shop / ".returnkit" / "cache")
    assert figures(run) == before
    assert list((shop / ".returnkit" / "cache").glob("figures-*"))


# What git still has


def test_git_is_told_of_and_the_commands_take_it_out(
    run: Run, shop: Path, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / ".gitignore").write_text(".returnkit/\nrecords/contacts/\n")
    git(shop, "init", "--quiet")
    for name in ("user.name", "user.email"):
        git(shop, "config", name, "x")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "one")
    made(run("complaint", "note", customer.case, "--text", WORDS[2], "-f", "json"))
    git(shop, "stash")
    git(shop, "stash", "apply")
    for path in shop.glob("records/*/*.jsonl"):
        path.chmod(0o600)  # git knows no such modes
    git(shop, "commit", "--quiet", "--all", "--message", "two")
    told = run("records", "forget", customer.contact, *YES, "-f", "json")
    history = json.loads(told.out)["history"]
    assert len(history["files"]) == 1
    assert run("records", "verify").out == ""  # against what git has
    commit, clean = history["commands"]
    monkeypatch.chdir(shop)
    subprocess.run(["sh", "-ec", commit], check=True, capture_output=True)
    assert run("records", "verify").out == ""
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))  # git filter-repo
    kept = (shop / history["files"][0]).read_bytes()
    subprocess.run(["sh", "-ec", clean], check=True, capture_output=True)
    assert (shop / history["files"][0]).read_bytes() == kept
    assert traces(objects(shop)) == []
    assert run("records", "verify").out == ""


def test_git_shows_a_change_that_nobody_vouches_for(run: Run, shop: Path, customer: Customer) -> None:
    (shop / ".gitignore").write_text(".returnkit/\nrecords/contacts/\n")
    git(shop, "init", "--quiet")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "one")
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert run("records", "verify").out == ""
    (month,) = shop.glob("records/*/*.jsonl")
    whole = month.read_bytes()
    line = next(line for line in whole.splitlines() if f'"id":"{customer.case}"'.encode() in line)
    other = line.replace(b'"category":"delivery"', b'"category":"quality"')
    voucher = sha256_hex(line).encode(), sha256_hex(other).encode()
    month.write_bytes(resealed(whole.replace(line, other).replace(*voucher)))  # somebody who can write everything
    (instance,) = Path(os.environ["XDG_STATE_HOME"]).glob("returnkit/*")
    instance.unlink()
    found = run("records", "verify")
    assert found.code == 1
    assert "lines that git has were changed" in found.out


# What was kept long enough


def settled(run: Run, customer: Customer, now: str = NOW) -> None:
    """Bring a customer's complaint to its end."""
    assert run("complaint", "resolve", customer.case, "--text", "a new vase", now=now).code == 0
    assert run("complaint", "close", customer.case, "--cause", "packaging", now=now).code == 0


def test_what_is_not_over_or_not_old_enough_stays(run: Run, shop: Path, customer: Customer) -> None:
    before = everything(shop)
    result = run("records", "purge", "--dry-run", now=LATER)
    assert result.code == 0
    assert "nothing was kept long enough" in result.out  # the complaint is still open
    settled(run, customer)
    assert "nothing was kept long enough" in run("records", "purge", "--dry-run").out
    assert everything(shop) != before


def test_contacts_and_words_go_when_they_were_kept_long_enough(run: Run, shop: Path, customer: Customer) -> None:
    settled(run, customer)
    before = everything(shop)
    for arguments, code in ((("--dry-run",), 0), ((), 1)):
        told = run("records", "purge", *arguments, now=LATER)
        assert told.code == code
        assert f"{customer.contact} ({NAME}, {PHONE}, {EMAIL}) would be forgotten: kept until 2029-12-01" in told.out
        assert "contacts are kept for 3 years" in told.out
    assert everything(shop) == before
    numbers = figures(run)
    done = run("records", "purge", "--yes", now=LATER)
    assert done.code == 0, done.err
    assert traces(everything(shop)) == []
    assert b"it hums" in everything(shop)  # that complaint is open
    assert figures(run) == numbers
    assert run("records", "verify").code == 0
    assert "nothing was kept long enough" in run("records", "purge", "--dry-run", now=LATER).out


@pytest.mark.parametrize(
    ("country", "until"), [("LV", "2031-12-31"), ("EE", "2033-12-31"), ("HR", "2037-12-31"), ("GB", "2032-12-31")]
)
def test_the_words_of_a_return_stay_as_long_as_the_accounts(run: Run, shop: Path, country: str, until: str) -> None:
    settings_file = shop / "policies" / "shop.toml"
    settings_file.write_text(re.sub(r'country = "\w+"', f'country = "{country}"', settings_file.read_text()))
    facts = ("--category", "toys", "--bought", "2026-01-01", "--condition", "opened", "--channel", "store", "--receipt", "yes")
    money = (
        "--price",
        "5.00",
        "--reason",
        "not-said",
        "--remedy",
        "refund",
        "--role",
        "owner",
        "--override",
        "--because",
        "a gift",
    )
    logged = made(run("return", "log", *facts, *money, "-f", "json"))
    last = f"{until}T12:00:00+02:00"
    assert json.loads(run("records", "purge", "--dry-run", "--older-than", "1 day", "-f", "json", now=last).out)["words"] == []
    after = f"{int(until[:4]) + 1}-01-01T12:00:00+02:00"
    (due,) = json.loads(run("records", "purge", "--dry-run", "-f", "json", now=after).out)["words"]
    assert (due["id"], due["until"], due["fields"]) == (logged["id"], until, ["because"])
    assert "accounts of 2026" in due["why"]
    assert run("records", "purge", "--yes", now=after).code == 0
    (record,) = [each for each in records(shop) if each["kind"] == "return"]
    assert "because" not in record
    assert record["lines"]


def test_the_shop_may_say_how_long(run: Run, shop: Path, customer: Customer) -> None:
    settled(run, customer)
    settings_file = shop / "policies" / "shop.toml"
    plain = settings_file.read_text()
    settings_file.write_text(f'{plain}\n[retention]\ncontacts = "6 months"\nwords = "1 month"\naccounting = "4 years"\n')
    told = run("records", "purge", "--dry-run", now="2027-07-01T12:00:00+03:00")
    assert f"{customer.contact} ({NAME}, {PHONE}, {EMAIL}) would be forgotten: kept until 2027-06-01" in told.out
    assert "5 years are the law" in told.err
    settings_file.write_text(f'{plain}\n[retention]\ncontact = "6 months"\n')
    assert run("records", "purge", "--dry-run").code == 3
    for span in ("soon", "0 days"):
        settings_file.write_text(f'{plain}\n[retention]\ncontacts = "{span}"\n')
        assert run("records", "purge", "--dry-run").code == 3
    settings_file.write_text(plain)
    assert run("records", "purge", "--older-than", "soon").code == run("records", "purge", "--older-than", "0 days").code == 2
    assert run("records", "purge", "--dry-run", "--yes").code == 2


def test_contacts_that_no_record_names_go_when_they_have_lain_long_enough(run: Run, shop: Path, customer: Customer) -> None:
    """Somebody may name them in a moment; a complaint that was killed leaves one that nobody ever will."""
    contacts = shop / "records" / "contacts"
    for name in ("aaaaaaaaaa.toml", ".bbbbbbbbbb.toml.c57814d2", "cccccccccc.toml"):
        (contacts / name).write_text('name = "Left over"\n' if "c.toml" not in name else "name = Left over")
        os.utime(contacts / name, (1763700000, 1763700000))  # 21 November 2025
    assert "nothing was kept long enough" in run("records", "purge", "--dry-run", now="2028-11-21T12:00:00+02:00").out
    found = json.loads(run("records", "purge", "--yes", "-f", "json", now="2028-11-22T12:00:00+02:00").out)["contacts"]
    assert [each["id"] for each in found] == ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"]
    assert "no record names it, it was written on 2025-11-21" in found[0]["why"]
    assert b"Left over" not in everything(shop)
    assert (contacts / f"{customer.contact}.toml").exists()


@pytest.mark.parametrize("back", ["followup add --contact {0.contact} --by 2030-02-01", "complaint reopen {0.case}"])
def test_who_comes_in_while_a_purge_is_at_work_stays(
    run: Run, shop: Path, customer: Customer, monkeypatch: pytest.MonkeyPatch, back: str
) -> None:
    settled(run, customer)
    real = redacting.not_over

    def slow(books: Any) -> set[str]:
        found = real(books)
        monkeypatch.setattr(redacting, "not_over", real)
        words = ("--category", "quality", "--text", "it squeaks", "--name", "Karl Berg")
        assert run("complaint", "open", *words, now=LATER).code == 0
        assert run(*back.format(customer).split(), "--text", "they rang again", now=LATER).code == 0
        return found

    monkeypatch.setattr(redacting, "not_over", slow)
    assert run("records", "purge", "--yes", now=LATER).code == 0
    left = everything(shop)
    assert b"Karl Berg" in left
    assert b"it squeaks" in left
    assert NAME.encode() in left  # who was due, and came back meanwhile
    assert b"they rang again" in left
    assert run("records", "verify").code == 0


def test_who_came_back_at_another_till_is_not_forgotten_there(tills: tuple[Path, Path]) -> None:
    one, other = tills
    run, run_other = map(runner, tills)
    customer = Customer(run)
    settled(run, customer)
    exchange(*tills)
    assert run("records", "purge", "--yes", now=LATER).code == 0
    assert run_other("complaint", "reopen", customer.case, "--text", "the vase broke again", now=LATER).code == 0
    exchange(*tills)
    for each in (run_other, run):
        assert each("records", "redact", "--finish", now=LATER).code == 0
    exchange(*tills)
    assert traces(everything(one)) == traces(everything(other)) == [b"vase"]
    assert [each("records", "verify", now=LATER).out for each in (run, run_other)] == ["", ""]


# Any redactions in any order


CHOICES = st.lists(st.tuples(st.integers(0, 40), st.sets(st.sampled_from(CAN_GO), max_size=3)), max_size=6)


@pytest.fixture(scope="module")
def plenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop in which much has happened, with words of which each stands there once."""
    folder = tmp_path_factory.mktemp("plenty") / "shop"
    shutil.copytree(REPOSITORY / "policies", folder / "policies")
    run, month = runner(folder), "2026-10-{:02}T12:00:00+03:00"
    for number in range(6):
        now = (month if number < 3 else "2026-11-{:02}T12:00:00+02:00").format(number + 5)
        words = ("--text", f"words {number} of the opening", "-f", "json")
        case = made(run("complaint", "open", "--category", "quality", *words, now=now))["id"]
        made(run("complaint", "note", case, "--text", f"words {number} of a note", "-f", "json", now=now))
        made(run("complaint", "resolve", case, "--text", f"words {number} of the end", "-f", "json", now=now))
        closing = ("--cause", "packaging", "--changed", f"words {number} of a change", "--text", f"words {number} of it")
        made(run("complaint", "close", case, *closing, "-f", "json", now=now))
    return folder


@settings(max_examples=examples(6), deadline=None)
@given(CHOICES)
def test_any_redactions_in_any_order_leave_everything_else(plenty: Path, chosen: list[tuple[int, set[str]]]) -> None:
    folder = plenty.parent / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)  # where it remembers what came after this
    shutil.copytree(plenty / "policies", folder / "policies")
    shutil.copytree(plenty / "records", folder / "records")
    os.rename(plenty / ".returnkit", folder / ".returnkit")  # the same folder goes on under another name
    try:
        run = runner(folder)
        before, numbers, listed = records(folder), figures(run), states(run)
        gone = []
        for at, fields in chosen:
            record = before[at % len(before)]
            wanted = [field for field in fields if field in record] or [field for field in CAN_GO if field in record]
            result = run("records", "redact", str(record["id"]), *sorted(fields & set(wanted)), "--because", "x", "--yes")
            if result.code == 0:
                gone += [str(record[field]) for field in wanted]
        left = everything(folder)
        assert [word for word in gone if f'"{word}"'.encode() in left] == []
        assert figures(run) == numbers
        assert states(run) == listed
        found = verify_shop(str(folder))
        assert (found.problems, found.warnings) == ([], [])
        after = {record["id"]: record for record in records(folder)}
        for record in before:
            now = after[record["id"]]
            gone_here = [*redacted_of(now), "salt"] if "redacted" in now else []
            kept = {field: value for field, value in now.items() if field != "redacted"}
            assert kept == {field: value for field, value in record.items() if field not in gone_here}
    finally:
        os.rename(folder / ".returnkit", plenty / ".returnkit")


@pytest.mark.parametrize("went_on", [False, True], ids=["the last line", "with a line after it"])
def test_a_damaged_line_that_was_accepted_goes_with_its_words(run: Run, shop: Path, customer: Customer, *, went_on: bool) -> None:
    (journal,) = (path for path in shop.glob("records/*/*.jsonl") if customer.case.encode() in path.read_bytes())
    if went_on:
        assert run("contact", "log", "--channel", "phone", "--missed").code == 0
    lines = journal.read_bytes().splitlines(keepends=True)
    (at,) = (at for at, line in enumerate(lines) if f'"id":"{customer.case}"'.encode() in line)
    lines[at] = lines[at].replace(b'"complaint.opened"', b'"complaint.opxned"')
    journal.write_bytes(b"".join(lines))
    where = f"{journal.parent.name}/{journal.name}:{at + 1}"
    assert run("records", "heal", "--accept", where, "--because", "the disk", "--yes").code == 0
    assert run("records", "forget", customer.contact, *YES).code == 0
    assert traces(everything(shop)) == []
    assert run("records", "verify").code == 0
    assert run("records", "redact", "--finish").code == 0
    assert run("contact", "log", "--channel", "phone", "--missed").code == 0
    assert run("kpi", "report").code == 0
    assert run("records", "verify").code == 0
