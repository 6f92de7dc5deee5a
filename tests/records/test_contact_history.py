"""The contacts without somebody: whatever their files are called, whatever git is set to, durable before it counts."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from returnkit import redacting
from returnkit.books import Books
from returnkit.errors import ReturnkitError
from returnkit.records.contacts import keep_contact
from returnkit.records.erasure.forget import forget_contacts
from returnkit.records.journal import let_signals_through
from tests.conftest import call
from tests.records.faults import Call, Clock, append, case_folder, month_files, read_tree, through

CONTACT, OTHER = "7k2mq9xw4d", "8m3nr2yx5e"
WORD = b"Kalnina"


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "commit.gpgsign=false", "-c", "core.excludesFile=")
    return subprocess.run(["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """Return a folder with two contacts, both of them committed."""
    folder = tmp_path / "records" / "contacts"
    folder.parent.mkdir()
    for reference, name in ((CONTACT, WORD.decode()), (OTHER, "Somebody Else")):
        keep_contact(str(folder.parent), reference, {"name": name})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


def everything(folder: Path) -> bytes:
    """Return all bytes below a folder, and every object of its repository."""
    objects = subprocess.run(
        ["git", "-C", str(folder), "cat-file", "--batch-all-objects", "--batch"], capture_output=True, check=True
    )
    return objects.stdout + b"\n".join(path.name.encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())


def committed(folder: Path) -> list[str]:
    return git(folder, "ls-tree", "-r", "--name-only", "HEAD").splitlines()


@pytest.mark.parametrize(
    "name",
    [
        "{}.sync-conflict-20261122-150000-ABCDEFG.toml", "{} (copy).toml", "{} (Anna's conflicted copy 2026-11-22).toml",
        "{}.bak",
        "{}.toml~", ".{}.toml.swp", "#{}.toml#", ".#{}.toml", ".{}.toml.1a2b3c4d", "Copy of {}.toml", "~{}.toml", "older/{}.toml",
    ],
)  # fmt: skip
def test_a_copy_goes_under_whatever_name_and_anothers_stays(tmp_path: Path, name: str) -> None:
    """Editors, sync clients and interrupted writes leave copies; a longer reference is another customer's."""
    folder = tmp_path / "records" / "contacts"
    (folder / "older").mkdir(parents=True)
    (folder / name.format(CONTACT)).write_bytes(WORD)
    others = [name.format(OTHER), name.format(f"{CONTACT}x")]
    for other in others:
        (folder / other).write_text("somebody else")
    assert forget_contacts(str(folder.parent), [CONTACT]) == [CONTACT]
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == sorted(others)


def test_of_a_contact_that_somebody_named_by_hand_nothing_stays_either(tmp_path: Path) -> None:
    folder = tmp_path / "records" / "contacts"
    folder.mkdir(parents=True)
    for name in ("anna.toml", ".anna.toml.swp", "#anna.toml#", "hanna.toml", "anna-maria.toml"):
        (folder / name).write_bytes(WORD)
    assert forget_contacts(str(folder.parent), ["anna"]) == ["anna"]
    assert sorted(path.name for path in folder.iterdir()) == ["anna-maria.toml", "hanna.toml"]


def test_the_history_made_anew_is_on_the_disk_before_it_takes_the_place_of_the_old_one(contacts: Path) -> None:
    synced: set[str] = set()
    there: list[set[str]] = []

    def watch(call_: Call) -> object:
        if call_.name == "fsync":
            synced.add(os.readlink(f"/proc/self/fd/{call_.arguments[0]}"))
        elif call_.name == "rename" and str(call_.arguments[1]).endswith(".git"):
            new = Path(call_.arguments[0])
            there.append({str(path) for path in (new, *new.rglob("*"))})
            assert there[-1] <= synced
        return call_.do()

    with through(watch):
        forget_contacts(str(contacts.parent), [CONTACT])
    assert len(there) == 1
    assert len(there[0]) > 10


def test_neither_hooks_nor_settings_of_the_machine_have_a_say(
    contacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    (home / "ignored").write_text("*.toml\n")  # then the commit would be empty
    settings = (
        f"[core]\nexcludesFile = {home}/ignored\nhooksPath = {home}/hooks\n[commit]\ngpgSign = true\n[gpg]\nprogram = false\n"
    )
    (home / ".gitconfig").write_text(settings)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    for hooks in (home / "hooks", contacts / ".git" / "hooks"):
        hooks.mkdir(exist_ok=True)
        for name in ("pre-commit", "post-commit", "reference-transaction", "post-index-change"):
            (hooks / name).write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
            (hooks / name).chmod(0o700)
    assert forget_contacts(str(contacts.parent), [CONTACT]) == [CONTACT]
    assert not (tmp_path / "ran").exists()
    assert committed(contacts) == [f"{OTHER}.toml"]
    assert (contacts / ".git" / "hooks" / "pre-commit").exists()  # it is the shop's own, and stays
    assert WORD not in everything(contacts)


def test_a_name_that_only_the_reflog_knows_or_that_is_only_staged_is_known(contacts: Path) -> None:
    (contacts / f"{CONTACT}.toml").unlink()
    git(contacts, "commit", "--quiet", "--all", "--amend", "--message", "without")
    assert forget_contacts(str(contacts.parent), [CONTACT]) == [CONTACT]
    assert WORD not in everything(contacts)
    (contacts / f"{CONTACT}.toml").write_bytes(WORD)
    git(contacts, "add", "--all")
    (contacts / f"{CONTACT}.toml").unlink()
    assert forget_contacts(str(contacts.parent), [CONTACT]) == [CONTACT]
    assert WORD not in everything(contacts)


def test_where_the_history_cannot_be_made_anew_nothing_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be forgotten everywhere but here, for ever: purge asks nobody before it begins."""
    with case_folder(monkeypatch, tmp_path) as root:
        append(root, "first")
        contacts = root / "records" / "contacts"
        contacts.mkdir()
        (contacts / f"{CONTACT}.toml").write_bytes(b'name = "Kalnina"\n')
        (contacts / ".git").write_text("gitdir: elsewhere\n")
        before = read_tree(root)
        for last in ("", "2026-11-21"):
            with pytest.raises(ReturnkitError, match="lies elsewhere"):
                redacting.forget(Books(str(root), Clock(), print), {CONTACT: last}, {"because": "x"})  # type: ignore[arg-type]
            let_signals_through()
        assert read_tree(root) == before


# What the shop's own git has


def holding(shop: Path, *words: bytes) -> set[str]:
    """Return every version of a file in a repository that holds some words, whether something leads to it or not."""
    every = ["git", "-C", str(shop), "cat-file", "--batch-all-objects"]
    listed = subprocess.run([*every, "--batch-check"], capture_output=True, check=True).stdout.decode().splitlines()
    data = subprocess.run([*every, "--batch"], capture_output=True, check=True).stdout
    found = set()
    for blob, what, size in (line.split() for line in listed):
        begin = data.index(f"{blob} {what} {size}\n".encode()) + len(f"{blob} {what} {size}\n")
        if what == "blob" and any(word in data[begin : begin + int(size)] for word in words):
            found.add(blob)
    return found


def test_whatever_git_holds_of_the_words_is_listed(shop: Path) -> None:
    """In a branch, the reflog, a stash, the index, or where nothing leads to it; of whoever was forgotten before as well."""

    def run(*arguments: str) -> None:
        result = call("--shop", str(shop), "--lang", "en", *arguments)
        assert result.code == 0, result.err

    def opens(word: str) -> str:
        run("complaint", "open", "--category", "delivery", "--text", f"about {word}", "--name", f"Name {word}")
        (found,) = [path.stem for path in (shop / "records/contacts").glob("*.toml") if word in path.read_text()]
        return found

    def commit(*more: str) -> None:
        git(shop, "add", "--all")
        git(shop, "commit", "--quiet", "--message", "all", *more)

    (shop / ".gitignore").write_text(".returnkit/\n")
    git(shop, "init", "--quiet")
    contacts = [opens("zebra")]
    shutil.rmtree(shop / "records/contacts/.git")  # somebody took the contacts into the shop's own
    commit()
    contacts.append(opens("okapi"))
    shutil.rmtree(shop / "records/contacts/.git")
    commit()
    git(shop, "rm", "--quiet", "--cached", f"records/contacts/{contacts[1]}.toml")
    git(shop, "commit", "--quiet", "--amend", "--message", "without the contact, which only the reflog has")
    contacts.append(opens("tapir"))
    shutil.rmtree(shop / "records/contacts/.git")
    git(shop, "add", f"records/contacts/{contacts[2]}.toml")  # only staged
    (journal,) = month_files(shop)
    git(shop, "hash-object", "-w", str(journal))  # nothing leads to it
    words: list[bytes] = []
    for contact, word in zip(contacts, (b"zebra", b"okapi", b"tapir"), strict=True):
        run("records", "forget", contact, "--because", "asked", "--yes")
        words.append(word)
        assert {*(shop / ".returnkit/earlier-versions").read_text().split()} == holding(shop, *words)
