"""Whose the files of a shop are: nobody else's whatever the umask, a group's by choice; and nothing planted is ever followed."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from returnkit.cli import COMMANDS
from returnkit.errors import ReturnkitError
from returnkit.history import git
from returnkit.machine import check_sending, read_machine
from returnkit.records import index
from returnkit.records.cache import cache_path, keep
from returnkit.records.rewrite import create, make_folder, replace
from returnkit.records.rights import is_trusted
from tests.conftest import NOW, Result, call

At = Callable[..., Result]
STRANGER = 12345
LATER = "2026-11-23T12:00:00+02:00"
SETTINGS = "schema = 1\n[remind]\nsend = true\n"
MAPPING = 'schema = 1\n[file]\ndates = "YYYY-MM-DD"\n'
IMPORTS = {
    "sale": 'receipt-no = "No"\ntime = "Day"\nsku = "Sku"\npaid = "Price"\nquantity = { value = "1" }\n',
    "return": 'receipt-no = "No"\nrefund-no = "No"\ntime = "Day"\nsku = "Sku"\npaid = "Price"\nquantity = { value = "1" }\n',
    "complaint": 'number = "No"\nopened = "Day"\ncategory = "Sku"\n',
    "survey": 'survey = { value = "reviews" }\ntime = "Day"\nanswers = { rating = "One" }\n',
    "item": 'sku = "No"\ncategory = "Sku"\n',
}
GOODS = (
    "--sku=RO-401", "--price=34.90", "--bought=2026-11-10", "--channel=store", "--receipt=yes", "--condition=unopened",
    "--reason=wrong-size",
)  # fmt: skip
# What writes nothing into a shop folder but, perhaps, a cache.
READING = {
    "doctor", "policy check", "policy explain", "policy say", "policy show", "policy lint", "policy backtest",
    "policy diff", "policy compare", "policy exceptions", "return list", "return show", "complaint list", "complaint show",
    "complaint reply", "contact find", "contact list", "followup list", "phrases check", "kpi list", "sale show", "item list",
}  # fmt: skip
ELSEWHERE = {"records"}  # groups whose verbs their own tests walk through


def writing(shop: Path) -> Iterator[tuple[str, ...]]:
    """Yield every command that writes, in an order in which each of them makes sense; ids are filled in by whoever calls."""
    (shop / "x.csv").write_text("No,Day,Sku,Price,One\n7,2026-11-19,RO-401,34.90,1\nbad,row,,,\n")
    for kind, text in IMPORTS.items():
        (shop / f"{kind}.toml").write_text(f"{MAPPING}[{kind}]\n{text}")
    yield "return", "log", *GOODS
    yield "return", "void", "{id}", "--because=typed twice"
    yield "complaint", "open", "--category=delivery", "--text=wet", "--name=Jana", "--phone=29123456"
    yield "contact", "log", "--channel=phone", "--after=12s", "--contact={contact}"
    yield "contact", "stop", "{contact}"
    yield "contact", "resume", "{contact}"
    yield "complaint", "acknowledge", "{case}"
    yield "complaint", "note", "{case}", "--text=called"
    yield "complaint", "assign", "{case}", "--to=staff"
    yield "complaint", "escalate", "{case}", "--to=owner"
    yield "complaint", "promise", "{case}", "--by=tomorrow"
    yield "complaint", "wait", "{case}"
    yield "complaint", "offer", "{case}", "--choice=refund", "--choice=repair"
    yield "complaint", "decline", "{case}"
    yield "complaint", "offer", "{case}", "--choice=refund", "--choice=repair"
    yield "complaint", "accept", "{case}", "--choice=refund"
    yield "complaint", "resolve", "{case}", "--token=coupon"
    yield "complaint", "thank", "{case}"
    yield "complaint", "close", "{case}", "--cause=packaging"
    yield "complaint", "reopen", "{case}"
    yield "complaint", "flag", "{case}", "safety"
    yield "complaint", "open", "--category=delivery", "--text=wet"
    yield "complaint", "merge", "{case}", "--into={first}"
    yield "followup", "add", "--by=tomorrow", "--text=ask", "--call"
    yield "followup", "snooze", "{id}", "--until=in 3 days"
    yield "followup", "done", "{id}"
    yield "followup", "add", "--by=tomorrow", "--text=ask"
    yield "followup", "skip", "{id}", "--because=moved away"
    yield "coupon", "redeem", "{coupon}"
    yield from ((kind, "import", "x.csv", "--map", f"{kind}.toml") for kind in IMPORTS)
    yield "calendar", "fetch", "LV", "2031"
    yield "policy", "test", "--write"
    yield "policy", "archive", "--effective=2027-01-01"
    yield "kpi", "report"
    yield "today", "-o", "today.html"
    yield ("remind",)


def commands() -> Iterator[tuple[str, str]]:
    """Yield the commands that there are, with their verbs."""
    for name, (_, target) in COMMANDS.items():
        if name not in ELSEWHERE:
            yield from ((name, verb) for verb in target) if isinstance(target, dict) else [(name, "")]


def narrow(shop: Path, state: Path) -> list[str]:
    """Return what of a shop's own business others may touch, and what its owner may not."""
    wrong = []
    for top in (shop / "records", shop / ".returnkit", state):
        for path in (top, *top.rglob("*")) if top.exists() else ():
            mode = stat.S_IMODE(path.lstat().st_mode)
            if path.name == "till.toml" or ".git" in path.relative_to(top).parts:
                continue
            if mode != (0o700 if path.is_dir() else 0o600):
                wrong.append(f"{path.relative_to(shop.parent)} has mode {mode:04o}")
    return wrong


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o077, *(pytest.param(mask, marks=pytest.mark.slow) for mask in (0o027, 0o777))])
def test_after_every_command_the_files_are_nobody_elses(at: At, shop: Path, tmp_path: Path, mask: int) -> None:
    (shop / ".returnkit").mkdir(mode=0o700)
    (shop / ".returnkit/till.toml").write_text(SETTINGS)
    (shop / ".returnkit/till.toml").chmod(0o600)
    ids = {"id": "", "case": "", "first": "", "contact": "", "coupon": "XXXX-XXXX-XXXX"}
    done = set()
    for command in list(writing(shop)):
        arguments = [argument.format(**ids) for argument in command]
        told = command[0] in ("return", "complaint", "contact", "followup", "coupon") and command[1] != "import"
        with umask(mask):
            result = at("--staff=Ilze", *arguments, *(["-f", "json"] if told else []))
        assert result.code in (0, 1, 2), (command, result)
        if result.code == 0 and told:
            data = json.loads(result.out)
            ids["id"] = data.get("id", "") if isinstance(data.get("id"), str) else ids["id"]
            if command[:2] == ("complaint", "open"):
                ids |= {"case": data["id"], "first": ids["first"] or data["id"]}
                ids["contact"] = ids["contact"] or data.get("contact") or ""
            ids["coupon"] = data.get("coupon") or ids["coupon"]
        if result.code == 0 or command[1:2] in (("import",), ("test",)):
            done.add(" ".join(command[:2]) if isinstance(COMMANDS[command[0]][1], dict) else command[0])
        assert narrow(shop, tmp_path / "state") == [], command
    assert stat.S_IMODE((shop / "x.csv.rejected.csv").stat().st_mode) == 0o600
    for path in (*(shop / "policies").rglob("*"), shop / "today.html"):
        assert not path.stat().st_mode & 0o002, path
    every = {f"{name} {verb}" if verb else name for name, verb in commands()}
    assert every == done | READING | {"init"}, "a command that nobody tried: say below what it writes, or that it only reads"


def test_an_index_is_nobody_elses(at: At, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "LONG", 1)  # every month is worth one
    for month in ("10", "11"):
        assert at("complaint", "open", "--text=wet", "--receipt-no=7", "--now", f"2026-{month}-20T12:00:00+02:00").code == 0
    with umask(0):
        at("sale", "show", "7")
        at("--till=k9", "complaint", "open", "--text=wet", "--receipt-no=7")
        at("sale", "show", "7")
    assert list((shop / ".returnkit/cache").glob("index-*"))
    assert narrow(shop, shop / "nowhere") == []


def test_a_new_shop_is_for_everybody_to_read_and_for_nobody_else_to_write(tmp_path: Path) -> None:
    with umask(0):
        assert call("init", str(tmp_path / "a/shop"), "--name=Rowan", "--country=LV").code == 0
    for path in (tmp_path / "a").rglob("*"):
        assert not path.stat().st_mode & 0o002, path


# A group of staff with accounts of their own


def share(shop: Path, *more: str) -> None:
    (shop / ".returnkit").mkdir(exist_ok=True, mode=0o700)
    (shop / ".returnkit/till.toml").write_text('schema = 1\n[files]\nshared = "group"\n' + "".join(more))
    (shop / ".returnkit/till.toml").chmod(0o600)


def modes(shop: Path, *tops: str) -> dict[str, set[int]]:
    """Return which modes the folders and the files below some folders have."""
    found: dict[str, set[int]] = {"folders": set(), "files": set()}
    for top in tops:
        for path in (shop / top, *(shop / top).rglob("*")):
            if (
                path.name != "till.toml"
                and ".git" not in path.parts
                and (top == "records/contacts" or "contacts" not in path.parts)
            ):
                found["folders" if path.is_dir() else "files"].add(stat.S_IMODE(path.stat().st_mode))
    return found


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_is_shared_is_the_groups_too(at: At, shop: Path, mask: int) -> None:
    share(shop)
    with umask(mask):
        assert at("complaint", "open", "--text=wet", "--name=Jana").code == 0
        assert at("kpi", "report").code == 0
        assert at("--till=k9", "complaint", "open", "--text=wet").code == 0
    assert modes(shop, "records", ".returnkit") == {"folders": {0o2770}, "files": {0o660}}
    assert modes(shop, "records/contacts") == {"folders": {0o700}, "files": {0o600}}
    assert stat.S_IMODE((shop / ".returnkit/till.toml").stat().st_mode) == 0o600
    assert at("records", "verify").out == ""
    share(shop, 'contacts = "group"\n')
    with umask(mask):
        assert at("complaint", "open", "--text=wet", "--name=Juris").code == 0
    assert modes(shop, "records/contacts") == {"folders": {0o2770}, "files": {0o600, 0o660}}


def test_verify_and_doctor_say_what_is_not_as_the_settings_want_it(at: At, shop: Path) -> None:
    def told() -> list[str]:
        lines = at("doctor").out.splitlines()
        return next(" ".join(lines[number : number + 2]) for number, line in enumerate(lines) if "  rights  " in line).split("  ")

    assert at("complaint", "open", "--text=wet", "--name=Jana").code == 0
    assert at("records", "verify").out == ""
    assert told()[0] == "ok"
    share(shop)
    said = at("records", "verify")
    assert said.code == 0
    assert "the group that it is shared with may not read and write it (mode 0600)" in said.out
    assert "chmod 660 FILE" in said.out
    assert "contacts" not in said.out
    assert told()[0] == "wrong"
    journal = next(shop.glob("records/*/2026-11.jsonl"))
    contact = next(shop.glob("records/contacts/*.toml"))
    (shop / ".returnkit/till.toml").unlink()
    for path, mode in ((journal, 0o640), (contact, 0o604), (shop / ".returnkit/instance", 0o622), (journal.parent, 0o777)):
        before = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode)
        assert f"others may read or write it (mode {mode:04o})" in at("records", "verify").out
        assert any(f"has mode {mode:04o}" in part for part in told())
        path.chmod(before)
    assert at("records", "verify").out == ""


def test_what_is_shared_later_is_shared_by_one_command(at: At, shop: Path) -> None:
    assert at("complaint", "open", "--text=wet", "--name=Jana").code == 0
    assert at("kpi", "report").code == 0
    share(shop)
    subprocess.run(["git", "init", "-q", shop], check=True)
    (shop / ".git").chmod(0o755)
    assert modes(shop, "records", ".returnkit") == {"folders": {0o700}, "files": {0o600}}
    checks = json.loads(at("doctor", "-f", "json").out)["checks"]
    remedy = next(check["remedy"] for check in checks if check["id"] == "rights")
    subprocess.run(remedy, shell=True, check=True, cwd=shop)  # noqa: S602
    assert modes(shop, "records", ".returnkit") == {"folders": {0o2770}, "files": {0o660}}
    assert modes(shop, "records/contacts") == {"folders": {0o700}, "files": {0o600}}
    assert stat.S_IMODE((shop / ".returnkit/till.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE((shop / ".git").stat().st_mode) == 0o700  # the group needs nothing in it
    assert "ok     rights" in at("doctor").out


def test_mistakes_in_files_are_named_and_share_nothing(at: At, shop: Path) -> None:
    (shop / ".returnkit").mkdir(mode=0o700)
    (shop / ".returnkit/till.toml").write_text('schema = 1\n[files]\nshared = "everybody"\nmode = 0o666\n')
    result = at("remind")
    assert result.code == 3
    assert "till.toml:3: " in result.err
    assert "till.toml:4: " in result.err
    assert at("complaint", "open", "--text=wet").code == 0
    assert modes(shop, "records") == {"folders": {0o700}, "files": {0o600}}


def as_user(user: int, groups: list[int], work: Callable[[], object]) -> int:
    """Do something in a process of another user, and return its exit code; 99 for what is no exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 99
    try:
        os.setgroups(groups)
        os.setgid(user)
        os.setuid(user)
        found = work()
        code = found if isinstance(found, int) else 0
    except BaseException as error:  # noqa: BLE001 - the end of the process
        print(repr(error), file=sys.__stderr__)
    finally:
        os._exit(code)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can be somebody else")


@needs_root
def test_two_accounts_of_one_group_write_the_same_till(at: At, shop: Path) -> None:
    """The owner shares; somebody else of the staff records, reads, and sees no contacts. A stranger does neither."""
    owner, anna, group = 20001, 20002, 30001
    at("complaint", "list")  # what is loaded now is loaded in the processes of the others
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)  # noqa: S103
        common = Path(folder) / "shop"
        subprocess.run(["cp", "-r", str(shop), str(common)], check=True)
        share(common)
        for path in (common, *common.rglob("*")):
            os.chown(path, owner, group)
        opened = ("--shop", str(common), "--now", NOW, "complaint", "open", "--text=wet")

        def run(*arguments: str) -> Callable[[], int]:
            def work() -> int:
                os.environ["XDG_STATE_HOME"] = f"/tmp/nowhere-{os.getuid()}"  # noqa: S108 - there is none: no head is kept
                os.chdir("/")
                return call(*arguments).code

            return work

        def as_owner() -> int:
            os.setegid(owner)
            return run(*opened, "--name=Jana")()

        assert as_user(owner, [group], as_owner) == 0
        for path in (common / "records", common / ".returnkit"):
            for each in (path, *path.rglob("*")):
                os.chown(each, owner, group)  # what `chgrp -R` does
                os.chmod(each, 0o2770 if each.is_dir() and "contacts" not in each.parts else stat.S_IMODE(each.stat().st_mode))
        assert as_user(anna, [group], run(*opened)) == 0
        assert as_user(owner, [group], run(*opened)) == 0
        assert as_user(anna, [group], run("--shop", str(common), "complaint", "list")) == 0
        assert as_user(anna, [group], run(*opened, "--name=Juris")) == 74
        assert as_user(anna, [group], lambda: 'contacts = "group"' not in call(*opened, "--name=Juris").err) == 0
        assert as_user(anna, [group], run("--shop", str(common), "--now", NOW, "remind")) == 3  # not her settings
        assert as_user(20003, [], run(*opened)) in (3, 74)

        def looks() -> None:
            run("doctor")()
            said = call("--shop", str(common), "doctor").out
            assert "user 20001's, who shares the records with you" in said
            assert "user 20001's, and git is not asked in it" in said
            assert {line.split()[1] for line in said.splitlines() if line.startswith("wrong")} <= {"cron", "synchronised"}
            assert call("--shop", str(common), "records", "verify").out == ""

        assert as_user(anna, [group], looks) == 0
        journal = next(common.glob("records/*/2026-11.jsonl"))
        assert len(journal.read_bytes().splitlines()) == 4
        assert stat.S_IMODE(journal.stat().st_mode) == 0o660


@needs_root
def test_who_notes_the_first_customer_does_not_own_them_all(at: At, shop: Path, tmp_path: Path) -> None:
    """Contacts belong to whoever owns the records: nobody else makes their folder, and where somebody did it is said."""
    owner, anna, group = 20001, 20002, 30001
    at("records", "backup", str(tmp_path / "x.tar.gz"))  # what is loaded now is loaded in the processes of the others
    at("doctor")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o777)  # noqa: S103
        common = Path(folder) / "shop"
        subprocess.run(["cp", "-r", str(shop), str(common)], check=True)
        share(common)
        (common / "records").mkdir(exist_ok=True)
        for path in (common, *common.rglob("*")):
            os.chown(path, owner, group)
        for name in ("records", ".returnkit"):
            (common / name).chmod(0o2770)
        opens = ("complaint", "open", "--text=wet", "--name=Jana")

        def says(text: str, code: int, *arguments: str) -> Callable[[], int]:
            def work() -> int:
                os.environ["XDG_STATE_HOME"] = f"/tmp/nowhere-{os.getuid()}"  # noqa: S108 - there is none: no head is kept
                os.chdir("/")
                said = call("--shop", str(common), "--now", NOW, *arguments)
                assert (said.code, text in said.out + said.err) == (code, True), said
                return 0

            return work

        assert as_user(anna, [group], says("you may not write down here how customers can be reached", 74, *opens)) == 0
        assert not (common / "records/contacts").exists()
        assert not [path for path in common.glob("records/*/*.jsonl") if b"complaint" in path.read_bytes()]
        share(common, 'contacts = "group"\n')
        os.chown(common / ".returnkit/till.toml", owner, group)
        assert as_user(owner, [group], says("mkdir -m 2770 records/contacts", 1, "doctor")) == 0
        share(common)
        assert as_user(owner, [group], says("", 0, *opens)) == 0
        assert (common / "records/contacts").stat().st_uid == owner
        os.chown(common / "records/contacts", anna, group)
        remedy = "sudo chown -R 20001 records/contacts"
        assert as_user(owner, [group], says(remedy, 1, "doctor")) == 0
        packed = f"{folder}/b.tar.gz"
        assert as_user(owner, [group], says("--without-contacts", 3, "records", "backup", packed)) == 0
        assert as_user(owner, [group], says("", 0, "records", "backup", packed, "--without-contacts")) == 0
        (contact,) = (common / "records/contacts").glob("*.toml")
        (common / "records/contacts").chmod(0o2770)
        os.chown(contact, anna, group)
        assert as_user(owner, [group], says("--without-contacts", 3, "records", "backup", f"{folder}/c.tar.gz")) == 0


# A folder of somebody else


def give_away(*paths: Path, user: int = STRANGER) -> None:
    for path in paths:
        os.chown(path, user, user)


@needs_root
def test_nothing_is_sent_and_no_settings_are_read_in_somebody_elses_folder(at: At, shop: Path) -> None:
    (shop / ".returnkit").mkdir(mode=0o700)
    settings = shop / ".returnkit/till.toml"
    settings.write_text(SETTINGS)
    settings.chmod(0o600)
    assert at("remind", "--any-time").code == 0
    for path in (settings, settings.parent):
        give_away(path)
        refused = at("remind", "--any-time")
        assert refused.code == 3, refused
        assert "this belongs to somebody else" in refused.err
        assert "do this as the user whose shop it is" in refused.err
        assert "this belongs to somebody else" in at("doctor").out
        give_away(path, user=0)
    give_away(shop)
    refused = at("remind", "--any-time")
    assert refused.code == 2
    assert "this shop folder belongs to somebody else: nothing is sent from it" in refused.err
    assert "nothing is sent from it" in at("doctor").out
    settings.write_text(f'{SETTINGS}[mail]\nfrom = "a@x.example"\nto = ["b@x.example"]\nsmtp = "127.0.0.1:9"\n')
    told = at("doctor", "--send-test").out.splitlines()
    assert any(line.startswith("wrong  test-mail") and "nothing is sent from it" in line for line in told)
    give_away(shop, user=0)
    other = shop.parent / "link"
    other.symlink_to(shop)
    assert is_trusted(str(other))
    os.lchown(other, STRANGER, STRANGER)
    assert not is_trusted(str(other))


@pytest.mark.parametrize(("wide", "mode", "code"), [
    (".", 0o775, 2), (".", 0o757, 2), (".returnkit/till.toml", 0o660, 2), (".returnkit/till.toml", 0o606, 3),
    (".returnkit", 0o777, 3),
])  # fmt: skip
def test_nothing_is_sent_where_others_may_write(at: At, shop: Path, wide: str, mode: int, code: int) -> None:
    (shop / ".returnkit").mkdir(mode=0o700)
    (shop / ".returnkit/till.toml").write_text(SETTINGS)
    assert at("remind", "--any-time").code == 0
    (shop / wide).chmod(mode)
    refused = at("remind", "--any-time")
    assert refused.code == code, refused
    assert "chmod go-w" in refused.err or "chmod o-w" in refused.err
    assert "wrong" in {
        line.split()[0] for line in at("doctor").out.splitlines() if line.split()[1:2] in (["machine"], ["reminders"])
    }


def test_a_group_that_shares_the_records_may_write_the_folder(shop: Path) -> None:
    share(shop, "[remind]\nsend = true\n")
    shop.chmod(0o2770)
    check_sending(read_machine(str(shop)), str(shop))
    (shop / ".returnkit/till.toml").chmod(0o620)
    with pytest.raises(ReturnkitError, match="others may write this"):
        check_sending(read_machine(str(shop)), str(shop))


@needs_root
def test_git_is_not_run_in_somebody_elses_folder(at: At, shop: Path, tmp_path: Path) -> None:
    """Its settings could make it run anything (as git's safe.directory, CVE-2022-24765)."""
    ran = tmp_path / "ran"
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    own = ["git", "-C", str(shop), "-c", "user.name=x", "-c", "user.email=x@x.example"]
    for command in (["init", "-q"], ["add", "policies"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*own, *command], check=True, capture_output=True)
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "core.askPass"):
        subprocess.run([*own, "config", key, str(program)], check=True)
    assert at("policy", "diff", "HEAD", "policies/returns.toml").code == 0
    give_away(shop, shop / ".git")
    os.environ["GIT_CONFIG_COUNT"] = "1"  # even where git itself was told to trust every folder
    os.environ["GIT_CONFIG_KEY_0"], os.environ["GIT_CONFIG_VALUE_0"] = "safe.directory", "*"
    try:
        refused = at("policy", "diff", "HEAD", "policies/returns.toml")
        assert refused.code == 2
        assert "this folder belongs to somebody else: no other program is run in it" in refused.err
        assert at("records", "verify").code == 0
        assert at("doctor").code == 1
    finally:
        for name in ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"):
            del os.environ[name]
    assert git(str(shop), "--version") is None
    assert not ran.exists()
    assert not is_trusted(str(shop))
    assert not is_trusted(str(shop / "nowhere"))


@needs_root
@pytest.mark.parametrize("command", [
    ("calendar", "fetch", "LV", "2031"), ("policy", "archive", "--effective=2027-01-01"), ("policy", "test", "--write"),
    ("item", "import", "/dev/stdin", "--map=item.toml"), ("kpi", "report"), ("today", "-o", "today.html"), ("remind",),
    ("complaint", "open", "--text=wet"), ("init", "new", "--name=Rowan", "--country=LV"), ("remind", "--ics", "due.ics"),
])  # fmt: skip
def test_the_administrator_leaves_nothing_in_somebody_elses_shop(at: At, shop: Path, command: tuple[str, ...]) -> None:
    (shop / "item.toml").write_text(f"{MAPPING}[item]\n{IMPORTS['item']}")
    list(writing(shop))
    give_away(shop, *shop.rglob("*"))
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    result = at(*(argument.replace("/dev/stdin", "x.csv") for argument in command))
    assert result.code in (0, 1, 2), result
    if command[0] != "kpi" and command != ("remind",):
        assert result.code == 2
        assert f"to user {STRANGER}, and you are the administrator" in result.err
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before
    assert {path.lstat().st_uid for path in shop.rglob("*")} == {STRANGER}


# What is planted in place of a file


OFTEN, SELDOM = ("link", "pipe", "hard link"), ("dangling link", "device", "folder", "socket")
FOLDERS = ("records/{till}", "records/contacts", ".returnkit", ".returnkit/cache", "policies/archive")
OPEN, LIST, REPORT, VERIFY = (
    ("complaint", "open", "--text=wet", "--name=Jana"),
    ("contact", "list"),
    ("kpi", "report"),
    ("records", "verify"),
)
CHECK = ("policy", "check", "--sku=RO-401", "--bought=2026-11-01")
ITEMS = ("item", "import", "x.csv", "--map=item.toml")
REMIND = ("remind", "--any-time", "--ics", "due.ics")
PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "records/{till}/2026-11.jsonl": (OPEN, REPORT, VERIFY),
    "records/{till}": (OPEN, REPORT, VERIFY),
    "records/k9": (OPEN, REPORT, VERIFY),
    "records/contacts": (OPEN, LIST),
    ".returnkit": (OPEN, REPORT, REMIND),
    ".returnkit/instance": (OPEN, VERIFY, REMIND),
    ".returnkit/till.toml": (OPEN, REMIND, ("doctor",)),
    ".returnkit/cache": (OPEN, REPORT, REMIND),
    ".returnkit/cache/place": (OPEN,),
    "records/{till}/.torn": (OPEN, VERIFY),
    "policies/shop.toml": (OPEN, CHECK),
    "policies/returns.toml": (CHECK, ("policy", "archive", "--effective=2027-01-01"), VERIFY),
    "policies/items.toml": (CHECK, ITEMS),
    "policies/calendar.toml": (CHECK, ("calendar", "fetch", "LV", "2031")),
    "policies/complaints.toml": (OPEN, REMIND),
    "policies/returns.cases.toml": (("policy", "test", "--write"),),
    "policies/archive": (CHECK, ("policy", "archive", "--effective=2027-01-01")),
    "out.html": (("policy", "show", "-o", "out.html"),),
    "due.ics": (REMIND,),
}


def combined() -> Iterator[object]:
    """Yield every place with every kind of thing that can stand there; those that tell little more are for the slow tests."""
    for place in PLACES:
        yield from ((place, kind) for kind in OFTEN if kind != "hard link" or place not in FOLDERS)  # a folder has no second name
        yield from (pytest.param(place, kind, marks=pytest.mark.slow) for kind in SELDOM)


SECRET = b"somebody else's, or of another place\n"


@contextmanager
def hurried(seconds: int) -> Iterator[None]:
    """Fail what waits for ever."""

    def late(_signal: int, _frame: object) -> None:
        raise AssertionError("it waits for ever")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def plant(path: Path, kind: str, victim: Path) -> None:
    """Let something else stand in a place; what it leads to is `victim`, a file or a folder as what stood there."""
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f"{path.name}.kept"))
        victim.mkdir()
        (victim / "kept").write_bytes(SECRET)
    else:
        path.unlink(missing_ok=True)
        victim.write_bytes(SECRET)
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "device" and os.geteuid() != 0:
        pytest.skip("only the administrator can make a device")
    MAKE[kind](path, victim)
    if path.is_symlink() and os.geteuid() == 0:
        os.lchown(path, STRANGER, STRANGER)


def _socket(path: Path, _victim: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(path.parent)  # the path of a socket is short
        made.bind(path.name)


MAKE: dict[str, Callable[[Path, Path], object]] = {
    "link": lambda path, victim: path.symlink_to(victim),
    "dangling link": lambda path, victim: path.symlink_to(victim.with_name("nowhere")),
    "pipe": lambda path, _: os.mkfifo(path),
    "device": lambda path, _: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 7)),  # /dev/full
    "hard link": lambda path, victim: path.hardlink_to(victim),
    "folder": lambda path, _: path.mkdir(),
    "socket": _socket,
}


def seen(victim: Path) -> dict[str, bytes]:
    files = [victim] if victim.is_file() else sorted(victim.rglob("*"))
    return {str(path): path.read_bytes() for path in files if path.is_file()}


@pytest.mark.parametrize(("place", "kind"), [*combined()])
def test_what_is_planted_is_refused_or_harmless(at: At, shop: Path, tmp_path: Path, place: str, kind: str) -> None:
    """Nothing is followed for writing, nothing waits, nothing is a bug; what cannot be used is told in words."""
    list(writing(shop))
    (shop / ".returnkit").mkdir(mode=0o700)
    (shop / ".returnkit/till.toml").write_text(SETTINGS)
    assert at("complaint", "open", "--text=dry").code == 0
    till = next(path.name for path in (shop / "records").iterdir())
    victim = tmp_path / "victim"
    plant(shop / place.format(till=till), kind, victim)
    os.chdir(shop)
    before = seen(victim) if victim.exists() else {}
    torn = shop / "records" / till / "2026-11.jsonl"
    if place.endswith(".torn"):
        torn.write_bytes(torn.read_bytes() + b'{"half')
    for command in PLACES[place]:
        with hurried(5):
            result = at(*command)
        assert result.code in (0, 1, 2, 3, 5, 74), (command, result)
        assert "Traceback" not in result.err
        if result.code in (2, 3, 74):
            assert result.err.startswith("returnkit: "), result.err
        assert (seen(victim) if victim.exists() else {}) == before, command
        assert not (tmp_path / "nowhere").exists(), command


def test_a_journal_with_a_second_name_is_refused(at: At, shop: Path, tmp_path: Path) -> None:
    """A copy that a backup made by hard links would change together with the journal."""
    assert at("complaint", "open", "--text=wet").code == 0
    journal = next(shop.glob("records/*/2026-11.jsonl"))
    os.link(journal, tmp_path / "backup")
    refused = at("complaint", "open", "--text=wet")
    assert refused.code == 74
    assert "it has a second name (a hard link), and what is written here would change that one, too" in refused.err
    assert "cp -p FILE FILE.copy" in refused.err
    assert at("complaint", "list").code == 0
    assert at("records", "verify").code == 0
    (tmp_path / "backup").unlink()
    assert at("complaint", "open", "--text=wet").code == 0


@pytest.mark.parametrize("kind", ["link", "pipe", "hard link"])
def test_a_head_that_is_planted_is_no_head(at: At, tmp_path: Path, kind: str) -> None:
    assert at("complaint", "open", "--text=wet").code == 0
    head = next((tmp_path / "state/returnkit").iterdir())
    victim = tmp_path / "victim"
    plant(head, kind, victim)
    with hurried(5):
        assert at("complaint", "open", "--text=wet").code == 0
    assert victim.read_bytes() == SECRET


@pytest.mark.parametrize("kind", ["link", "pipe", "device", "folder"])
def test_a_contact_that_is_planted_is_not_read(at: At, shop: Path, tmp_path: Path, kind: str) -> None:
    assert at("complaint", "open", "--text=wet", "--name=Jana").code == 0
    plant(next(shop.glob("records/contacts/*.toml")), kind, tmp_path / "victim")
    with hurried(5):
        result = at("contact", "list")
    assert result.code in (0, 1, 3)
    assert "this is not a plain file" in result.err
    assert SECRET.decode().strip() not in result.out + result.err


def test_a_pipe_that_nobody_reads_is_refused(at: At, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with hurried(5):
        result = at("policy", "show", "-o", str(tmp_path / "pipe"), "-f", "html")
    assert result.code == 74
    assert "nobody reads from this pipe" in result.err


@needs_root
def test_a_link_is_followed_unless_somebody_else_made_it(tmp_path: Path) -> None:
    target = tmp_path / "target"
    link = tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    replace(str(link), b"new")
    assert target.read_text() == "new"
    os.lchown(link, STRANGER, STRANGER)
    with pytest.raises(ReturnkitError, match=f"user {STRANGER} put a link here"):
        replace(str(link), b"newer")
    assert target.read_text() == "new"


@needs_root
def test_the_administrator_makes_no_folder_in_somebody_elses(tmp_path: Path) -> None:
    give_away(tmp_path)
    with pytest.raises(ReturnkitError, match="this folder belongs to user"):
        make_folder(str(tmp_path / "a/b"))
    with pytest.raises(ReturnkitError, match="this folder belongs to user"):
        create(str(tmp_path / "a"), b"x")
    keep(cache_path(str(tmp_path / "records"), "x"), b"x")
    assert list(tmp_path.iterdir()) == []
