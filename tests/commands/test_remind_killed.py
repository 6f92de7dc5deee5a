"""Senders of reminders that are killed, race each other or cannot send: everybody is told, and nobody twice in peace."""

import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from returnkit.cli import run
from returnkit.commands.agenda import LONGEST_TEXT
from returnkit.commands.remind import MOST
from returnkit.model.jsonl import Json, decode
from tests.conftest import Result, call
from tests.records.faults import in_a_child

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
STALE = timedelta(minutes=15)
WEEK = "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
SHOP = f"""schema = 1
name = "Pilot"
country = "LV"
languages = ["en"]
currency = "EUR"
time-zone = "UTC"
roles = ["staff", "owner"]
[hours]
{"".join(f'{day} = "00:00-24:00"{chr(10)}' for day in WEEK)}
[[staff]]
name = "Ilze"
role = "owner"
[[staff]]
name = "Anna"
role = "staff"
"""
COMPLAINTS = """schema = 1
[clocks]
count = "always"
first-response = { internal = "10 hours", public = "10 hours" }
[[route]]
when = { channel = ["email"] }
to = "owner"
[[route]]
to = "staff"
"""
FOLLOWUPS = 'schema = 1\n[remind]\nbefore = "10 hours"\n'
TILL = """schema = 1
[remind]
send = true
[mail]
from = "shop@pilot.example"
to = ["owner@pilot.example"]
sendmail = true
[mail.people]
Anna = "anna@pilot.example"
Ilze = "ilze@pilot.example"
"""
SENDMAIL = 'sleep 0.0{nap}; cat >"{box}/$(date +%s%N)-$$"'  # one file for each message, in the order in which they came
TOLD = r"^  (\S+)  ([^:]+): (late|by|on) "
SOON, LATE = "soon", "late"
CALLS = 0.3  # a minute
DONE = Result(0, "", "")
NOT_WRITTEN, BUSY = 74, 75


def small_shop(folder: Path, complaints: str = COMPLAINTS, followups: str = FOLLOWUPS) -> Path:
    """Return a new shop that never closes; its clocks run for ten hours, and are announced at once."""
    for name, text in (("shop", SHOP), ("complaints", complaints), ("followups", followups)):
        path = folder / f"policies/{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def machine(folder: Path, settings: str) -> None:
    """Tell a machine whether it sends, and how."""
    path = folder / ".returnkit/till.toml"
    path.parent.mkdir()
    path.write_text(settings)
    path.chmod(0o600)


class Delivered(NamedTuple):
    """A message that arrived: under which id, and the reminders in it (id, what, step)."""

    message_id: str
    reminders: tuple[tuple[str, str, str], ...]


def delivered(data: bytes) -> Delivered:
    """Return what a message tells; it is whole, or that is a fault."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    found = re.findall(TOLD, message.get_content(), re.MULTILINE)
    reminders = tuple((own, what, LATE if when == "late" else SOON) for own, what, when in found)
    assert len(reminders) == sum(map(int, re.findall(r"(\d+) (?:late|due)", message["Subject"]))) > 0
    return Delivered(message["Message-ID"], reminders)


def waited(process: int) -> int:
    """Return how a process ended: its exit code, or the signal that ended it as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


class Pilot:
    """A shop folder, a program that takes its e-mail, and a clock that the test moves on."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.now = small_shop(folder / "shop"), BEGIN
        machine(self.folder, TILL)
        self.box = folder / "box"
        self.box.mkdir()
        monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")
        self.sendmail_is(SENDMAIL.format(box=self.box, nap=0))

    def sendmail_is(self, script: str) -> None:
        """Let a shell script be this machine's sendmail."""
        path = self.folder.parent / "bin/sendmail"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def command(self, *arguments: str) -> list[str]:
        """Return the arguments of a command in this shop, at its time."""
        return ["--shop", str(self.folder), "--now", self.now.isoformat(), *arguments]

    def call(self, *arguments: str) -> Result:
        return call(*self.command(*arguments))

    def start(self, *arguments: str) -> int:
        """Start `remind` in a process of its own, and return its process id."""
        return in_a_child(lambda: run(self.command("remind", *arguments)))

    def remind(self, *arguments: str) -> Result:
        """Run `remind` in this process."""
        return self.call("remind", *arguments)

    def complain(self, *arguments: str) -> str:
        """Open a complaint and return its id."""
        result = self.call("complaint", "open", "--text", "wet parcel", *arguments)
        assert result.code == 0, result
        return result.out.split()[0]

    def call_back(self, whom: str) -> str:
        """Promise a call in ten hours and return its id."""
        by = (self.now + timedelta(hours=10)).isoformat()
        result = self.call("followup", "add", "--call", "--by", by, "--text", "the blue one", "--to", whom)
        assert result.code == 0, result
        return result.out.split()[0]

    def records(self) -> list[Json]:
        """Return the records of reminders."""
        found = [decode(line) for path in self.folder.glob("records/*/*.jsonl") for line in path.read_bytes().splitlines()]
        return [record for record in found if str(record["kind"]).startswith("reminder.")]

    def kinds(self) -> tuple[int, int]:
        """Return how many times reminders were claimed, and how many times they were recorded as sent."""
        found = Counter(record["kind"] for record in self.records())
        return found["reminder.claimed"], found["reminder.sent"]

    def arrived(self) -> list[Delivered]:
        """Return what arrived, in that order."""
        return [delivered(path.read_bytes()) for path in sorted(self.box.iterdir())]


class Spawning(Pilot):
    """One whose senders are new processes from their first instruction on, as cron starts them."""

    def start(self, *arguments: str) -> int:
        command = [sys.executable, "-m", "returnkit", *self.command("remind", *arguments)]
        quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        return os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet)


@pytest.fixture
def spawning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spawning:
    return Spawning(tmp_path, monkeypatch)


@pytest.fixture
def pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pilot:
    return Pilot(tmp_path, monkeypatch)


# Killed


class Figures:
    """What a soak adds up to."""

    def __init__(self) -> None:
        self.runs = self.kills = self.reminders = self.messages = self.twice = self.more = self.unfinished = 0

    def __str__(self) -> str:
        return ", ".join(f"{value} {name}" for name, value in vars(self).items())


def kill_at_random(pilot: Pilot, kills: int, seed: int) -> Figures:
    """Let time pass with something new every minute, and kill every sender at some moment; then let it run in peace."""
    random, figures = Random(seed), Figures()  # noqa: S311 - not a secret
    expected = {(pilot.complain(), "First answer", SOON)}
    begun = time.monotonic()
    assert waited(pilot.start("--mail")) == 0
    usual = time.monotonic() - begun
    while figures.kills < kills:
        pilot.now += timedelta(minutes=1)
        expected.add((pilot.complain("--channel", random.choice(["email", "counter"])), "First answer", SOON))
        if random.random() < CALLS:
            expected.add((pilot.call_back(random.choice(["Anna", "Ilze"])), "Call back", SOON))
        pilot.sendmail_is(SENDMAIL.format(box=pilot.box, nap=random.choice([0, 0, 2])))
        tills: Sequence[Sequence[str]] = random.choice([[()], [()], [("--till", "a"), ("--till", "b")]])
        processes = [pilot.start("--mail", *till) for till in tills]
        time.sleep(random.uniform(0, usual * len(tills)))
        os.kill(processes[0], signal.SIGKILL)
        ends = [*map(waited, processes)]
        assert set(ends) <= {0, -signal.SIGKILL}, ends
        figures.runs += len(ends)
        figures.kills += sum(end != 0 for end in ends)
    for _ in range(2):
        pilot.now += STALE
        assert pilot.remind("--mail") == DONE
    count(pilot, expected, figures)
    in_peace(pilot, {own for own, _, _ in expected}, kills)
    return figures


def in_peace(pilot: Pilot, items: set[str], minutes: int) -> None:
    """Let everything be late at last, and see that nobody is told twice while nobody dies."""
    before = set(pilot.box.iterdir())
    pilot.now += timedelta(hours=10, minutes=minutes)
    for _ in range(3):
        assert pilot.remind("--mail") == DONE
        pilot.now += STALE
    arrived = [delivered(path.read_bytes()) for path in set(pilot.box.iterdir()) - before]
    told_late = Counter(own for message in arrived for own, _, step in message.reminders if step == LATE)
    assert told_late == dict.fromkeys(items, 1)
    assert pilot.call("records", "verify").code == 0


def count(pilot: Pilot, expected: set[tuple[str, str, str]], figures: Figures) -> None:
    """Compare what arrived with what should have: nothing is told more often than somebody died over it."""
    messages = pilot.arrived()
    times = Counter(reminder for message in messages for reminder in message.reminders)
    assert set(times) == expected
    records = pilot.records()
    sent = {record["claim"] for record in records if record["kind"] == "reminder.sent"}
    claims = [record for record in records if record["kind"] == "reminder.claimed"]
    claimed = Counter(item for record in claims for item in items_of(record))
    finished = Counter(item for record in claims if record["id"] in sent for item in items_of(record))
    assert set(finished.values()) == {1}, "what was recorded as sent is not sent again"
    assert all(often <= claimed[own] for (own, _, _), often in times.items())
    first: dict[str, set[tuple[str, str, str]]] = {}  # a mail program may drop a second message with the same id
    for message in messages:
        assert first.setdefault(message.message_id, set(message.reminders)) >= set(message.reminders)
    figures.reminders, figures.messages = len(times), len(messages)
    figures.twice, figures.more = (sum(often in counts for often in times.values()) for counts in ((2,), range(3, 99)))
    figures.unfinished = len(claims) - len(sent)


def items_of(record: Json) -> list[str]:
    """Return what a claim is about."""
    found = record["reminders"]
    assert isinstance(found, list)
    return [str(entry["item"]) for entry in found]


def test_whoever_dies_leaves_it_to_the_next(pilot: Pilot) -> None:
    kill_at_random(pilot, 10, seed=1)


def die_over_it(pilot: Pilot, script: str) -> None:
    """Let a sender die of its own mail program, and wait until that is done all the same."""
    pilot.sendmail_is(f'{script}; touch "{pilot.box}.done"')
    assert waited(pilot.start("--mail")) == -signal.SIGKILL
    while not Path(f"{pilot.box}.done").exists():
        time.sleep(0.01)
    pilot.sendmail_is(SENDMAIL.format(box=pilot.box, nap=0))


def test_whoever_dies_leaves_a_whole_message(pilot: Pilot) -> None:
    for _ in range(MOST):
        pilot.complain("--text", "🧸" * LONGEST_TEXT)
    die_over_it(pilot, f"kill -9 $PPID; sleep 0.1; {SENDMAIL.format(box=pilot.box, nap=0)}")
    (message,) = pilot.arrived()
    assert len(message.reminders) == MOST
    assert all(path.stat().st_size > 65536 for path in pilot.box.iterdir())  # more than a pipe holds


def test_what_is_sent_again_can_be_told_from_what_is_new(pilot: Pilot) -> None:
    old = pilot.complain()
    die_over_it(pilot, f"{SENDMAIL.format(box=pilot.box, nap=0)}; kill -9 $PPID")
    assert pilot.kinds() == (1, 0)
    pilot.now += STALE
    new = pilot.complain()
    assert pilot.remind("--mail") == DONE
    first, *rest = pilot.arrived()
    again, other = sorted(rest, key=lambda message: message.message_id != first.message_id)
    assert first == again  # a mail program that knows its id may drop it, and nothing else with it
    assert [[own for own, _, _ in message.reminders] for message in (first, other)] == [[old], [new]]
    assert first.message_id != other.message_id


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("how", ["pilot", "spawning"])
def test_many_die(request: pytest.FixtureRequest, how: str, seed: int) -> None:
    print(f"{how} {seed}: {kill_at_random(request.getfixturevalue(how), 175, seed)}")


# All at once


def race(pilot: Pilot, rounds: int) -> None:
    """Let two to eight senders begin together, each for a till of its own or the same one; one of them sends."""
    items = set()
    for turn in range(rounds):
        pilot.now += timedelta(minutes=1)
        items.add(pilot.complain())
        before = len(pilot.arrived())
        tills = [("--till", "abcdefgh"[number]) if turn % 2 else () for number in range((2, 4, 8, 3, 5, 6, 7)[turn % 7])]
        assert {waited(process) for process in [pilot.start("--mail", *till) for till in tills]} == {0}
        assert len(pilot.arrived()) == before + 1
    assert Counter(own for message in pilot.arrived() for own, _, _ in message.reminders) == dict.fromkeys(items, 1)
    assert pilot.kinds() == (rounds, rounds)
    assert pilot.call("records", "verify").code == 0


def test_of_several_at_once_one_sends(pilot: Pilot) -> None:
    race(pilot, 3)


@pytest.mark.slow
def test_of_several_at_once_one_sends_fifty_times(spawning: Spawning) -> None:
    race(spawning, 50)


# What goes wrong on the way: it is not recorded as sent, and goes out a quarter of an hour later


def is_told_later(pilot: Pilot, failed: Result, code: int) -> None:
    """See that a run failed, that nothing was recorded as sent, and that the next ones make up for it once."""
    assert (failed.code, bool(failed.err)) == (code, True)
    assert pilot.kinds()[1] == 0
    for path in pilot.box.iterdir():
        path.unlink()
    pilot.sendmail_is(SENDMAIL.format(box=pilot.box, nap=0))
    pilot.now += STALE - timedelta(minutes=1)
    claimed = pilot.kinds()[0] > 0
    assert pilot.remind("--mail") == DONE
    assert len(pilot.arrived()) == (not claimed), "whoever claimed it may still be sending"
    pilot.now += timedelta(minutes=1)
    for _ in range(2):
        assert pilot.remind("--mail") == DONE
    assert [step for message in pilot.arrived() for _, _, step in message.reminders] == [SOON]
    assert pilot.kinds()[1] == 1


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("cat >/dev/null; echo try later >&2; exit 75", BUSY),
        ("exit 75", BUSY),
        ("cat >/dev/null; echo no such user >&2; exit 67", NOT_WRITTEN),
        ("kill -9 $$", NOT_WRITTEN),
        ("exec /nowhere", NOT_WRITTEN),
    ],
)
def test_a_mail_program_that_does_not_take_it(pilot: Pilot, script: str, code: int) -> None:
    pilot.complain()
    pilot.sendmail_is(script)
    is_told_later(pilot, pilot.remind("--mail"), code)


def test_a_mail_program_that_cannot_be_run(pilot: Pilot) -> None:
    pilot.complain()
    (pilot.folder.parent / "bin/sendmail").write_text("#!/nowhere/sh\n")
    is_told_later(pilot, pilot.remind("--mail"), NOT_WRITTEN)


def test_a_mail_program_that_leaves_a_child_behind_is_not_waited_for(pilot: Pilot) -> None:
    pilot.complain()
    child = pilot.folder.parent / "child"
    pilot.sendmail_is(f'{SENDMAIL.format(box=pilot.box, nap=0)}; sleep 60 & echo $! >"{child}"')
    begun = time.monotonic()
    assert pilot.remind("--mail") == DONE
    assert time.monotonic() - begun < 5
    os.kill(int(child.read_text()), signal.SIGKILL)
    assert pilot.kinds() == (1, 1)


@pytest.mark.parametrize("gone", ["Anna", "Ilze"])
def test_one_who_cannot_be_reached_keeps_nobody_else_waiting(pilot: Pilot, gone: str) -> None:
    calls = {whom: pilot.call_back(whom) for whom in ("Anna", "Ilze")}
    usual = SENDMAIL.format(box=pilot.box, nap=0)
    pilot.sendmail_is(f'case "$*" in *{gone.lower()}*) exit 69;; esac; {usual}')
    assert pilot.remind("--mail").code == NOT_WRITTEN
    pilot.now += STALE
    assert pilot.remind("--mail") == DONE  # whoever gets what is nobody's got it
    assert Counter(own for message in pilot.arrived() for own, _, _ in message.reminders) == dict.fromkeys(calls.values(), 1)


def test_a_calendar_that_cannot_be_written_keeps_nobody_waiting(pilot: Pilot) -> None:
    pilot.complain()
    result = pilot.remind("--mail", "--ics", str(pilot.folder.parent / "nowhere/due.ics"))
    assert (result.code, result.out, "due.ics" in result.err) == (NOT_WRITTEN, "", True)
    assert (len(pilot.arrived()), pilot.kinds()) == (1, (1, 1))


@pytest.mark.slow
def test_a_mail_program_that_hangs(pilot: Pilot) -> None:
    pilot.complain()
    pilot.sendmail_is("exec sleep 300")
    is_told_later(pilot, pilot.remind("--mail"), BUSY)


@pytest.mark.parametrize("sink", ["closed", "nobody reads", "full"])
def test_a_standard_output_that_takes_nothing(pilot: Pilot, sink: str) -> None:
    pilot.complain()
    command = [sys.executable, "-m", "returnkit", *pilot.command("remind")]
    if sink == "closed":
        done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True, check=False)
    elif sink == "full":
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    else:
        reads, writes = os.pipe()
        os.close(reads)
        done = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writes)
    err = done.stderr or "whoever left needs no words"
    assert bool(done.stderr) == (sink != "nobody reads")
    is_told_later(pilot, Result(done.returncode, "", err), NOT_WRITTEN)


def test_a_full_disk(pilot: Pilot) -> None:
    own = pilot.complain()
    (journal,) = pilot.folder.glob("records/*/*.jsonl")
    begin, room = journal.stat().st_size, 0
    while True:  # until there is room for both records
        with no_file_longer_than(begin + room):
            result = pilot.remind("--mail")
        claimed, sent = pilot.kinds()
        arrived = [reminder for message in pilot.arrived() for reminder in message.reminders]
        assert len(arrived) == claimed, "it is sent where it was claimed, and nowhere else"
        if sent:
            break
        assert result.code == NOT_WRITTEN
        assert "it was not written: " in result.err
        begin, room = journal.stat().st_size, room + 50
        pilot.now += STALE
    assert result == DONE
    assert set(arrived) == {(own, "First answer", SOON)}
    assert len(arrived) > 1  # claimed and sent, and no room to say so: once more
    pilot.now += STALE
    assert (pilot.remind("--mail"), pilot.kinds()) == (DONE, (claimed, 1))


@pytest.mark.slow
def test_records_that_somebody_else_holds(pilot: Pilot) -> None:
    pilot.complain()
    (folder,) = pilot.folder.glob("records/?*")
    with held(folder):
        failed = pilot.remind("--mail")
    assert pilot.kinds() == (0, 0)
    assert "another command has held the records" in failed.err
    is_told_later(pilot, failed, BUSY)


@pytest.mark.slow
def test_another_sender_that_never_ends(pilot: Pilot) -> None:
    pilot.complain()
    with held(pilot.folder / ".returnkit"):
        assert pilot.remind("--mail") == DONE
    assert pilot.kinds() == (0, 0)
    assert pilot.remind("--mail") == DONE
    assert len(pilot.arrived()) == 1


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, as another command does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Be a disk on which no file can get longer than so many bytes."""
    usual, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))


# What the settings of a machine may be


def test_settings_that_cannot_be_read_send_nothing(pilot: Pilot) -> None:
    pilot.complain()
    path = pilot.folder / ".returnkit/till.toml"
    elsewhere = pilot.folder.parent / "elsewhere"

    def is_refused() -> None:
        result = pilot.remind("--mail")
        assert (result.code, result.out, pilot.kinds()) == (3, "", (0, 0))
        assert ".returnkit/till.toml" in result.err
        assert len(result.err.splitlines()) >= 2, "what is wrong, and what to do"

    for text in ("", "schema = 1\n[remind\n", TILL.replace("send =", "sned ="), TILL.replace("true", "1"), "\0", "#" * 300_000):
        path.write_text(text)
        is_refused()
    path.write_bytes(TILL.encode() + b"# caf\xe9\n")
    is_refused()
    path.write_text(TILL)
    path.chmod(0o606)  # anybody may say where the password goes
    is_refused()
    path.unlink()
    os.mkfifo(path)
    is_refused()
    path.unlink()
    path.mkdir()
    is_refused()
    path.rmdir()
    path.symlink_to(elsewhere)
    is_refused()
    elsewhere.write_text(TILL)  # a link to good settings is as good as they are
    assert pilot.remind("--mail") == DONE
    assert len(pilot.arrived()) == 1


def test_a_copy_of_the_folder_does_not_send_the_same(pilot: Pilot) -> None:
    pilot.complain()
    copy = pilot.folder.parent / "copy"
    shutil.copytree(pilot.folder, copy)
    assert call("--shop", str(copy), "--now", pilot.now.isoformat(), "remind", "--mail").code == 3
    assert pilot.remind("--mail") == DONE
    assert len(pilot.arrived()) == 1
