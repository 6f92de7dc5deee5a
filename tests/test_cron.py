"""A real cron daemon runs `remind` every minute for five minutes: what becomes due arrives, once.

The daemon runs in a world of its own (mount and process namespaces): it sees no crontab of this machine, and with whoever
started it everything of it is gone.
"""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.test_remind_killed import TILL, delivered, machine, small_shop
from tests.conftest import REPOSITORY, Result, call
from tests.mail_server import mail_server

MINUTES = 5
COMPLAINTS = """schema = 1
[clocks]
count = "always"
first-response = { internal = "1 minute", public = "2 minutes" }
resolution = { internal = "2 minutes", public = "3 minutes" }
[[route]]
when = { channel = ["email"] }
to = "owner"
[[route]]
to = "staff"
"""
FOLLOWUPS = 'schema = 1\n[remind]\nbefore = "1 minute"\n'
# A world in which cron finds this crontab alone; /run has the file with its process id.
WORLD = """
mount -t tmpfs none /run && mount -t tmpfs none /etc/cron.d && mount --bind /dev/null /etc/crontab &&
mount -t tmpfs -o mode=1730,gid=crontab none /var/spool/cron/crontabs && crontab "$1" && exec timeout -s KILL 900 cron -f
"""
OWN_WORLD = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
Reminder = tuple[str, str, str]


def why_not() -> str:
    """Return why there can be no cron here; an empty text where there can."""
    missing = [tool for tool in ("cron", "crontab", "unshare", "setpriv", "git") if shutil.which(tool) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "only the administrator can run a cron daemon"
    tried = subprocess.run([*OWN_WORLD, "mount", "-t", "tmpfs", "none", "/run"], capture_output=True, text=True, check=False)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


@contextmanager
def cron(crontab: Path) -> Iterator[None]:
    """Run a cron daemon with one crontab."""
    with subprocess.Popen([*DIES_WITH_US, *OWN_WORLD, "sh", "-c", WORLD, "sh", crontab], start_new_session=True) as daemon:
        try:
            yield
            assert daemon.poll() is None, "the daemon ended"
        finally:
            daemon.kill()  # and with it everything in its world


def done(result: Result) -> str:
    """Return the id that a command printed."""
    assert result.code == 0, result
    return result.out.split()[0]


class Expected:
    """What is to arrive of some shops: every reminder, and when it is its time (None: for good)."""

    def __init__(self) -> None:
        self._all: dict[Reminder, tuple[datetime, datetime | None]] = {}

    def complain(self, shop: Path, *arguments: str) -> None:
        """Open a complaint: an answer within two minutes and an end within three; we aim at a minute less."""
        now = datetime.now(UTC)
        own = done(call("--shop", str(shop), "complaint", "open", "--text", "wet parcel", *arguments))
        self._add(own, "First answer", now, now + timedelta(minutes=2))
        self._add(own, "Put right", now + timedelta(minutes=1), now + timedelta(minutes=3))

    def call_back(self, shop: Path, whom: str) -> None:
        """Promise a call in about two minutes; it is announced a minute before."""
        by = datetime.now(UTC).replace(second=30, microsecond=0) + timedelta(minutes=2)
        arguments = ("followup", "add", "--call", "--by", by.isoformat(), "--to", whom, "--text", "the blue one")
        self._add(done(call("--shop", str(shop), *arguments)), "Call back", by - timedelta(minutes=1), by)

    def _add(self, own: str, what: str, soon: datetime, by: datetime) -> None:
        self._all[own, what, "soon"] = soon, by
        self._all[own, what, "late"] = by, None

    def at(self, ticks: Sequence[datetime]) -> set[Reminder]:
        """Return what a run at each of these moments finds."""
        return {
            reminder
            for reminder, (since, until) in self._all.items()
            if any(since < tick and (until is None or tick < until) for tick in ticks)
        }


def put_right_at_once(shop: Path) -> None:
    """Open a complaint that is over before anybody would have to be told."""
    own = done(call("--shop", str(shop), "complaint", "open", "--text", "a wrong price"))
    for event, *options in (("acknowledge",), ("resolve", "--remedy", "refund"), ("close", "--cause", "staff")):
        done(call("--shop", str(shop), "complaint", event, own, *options))


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=Anna", "-c", "user.email=anna@pilot.example", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def wait_for_half_past() -> None:
    """Wait until half past the next minute: as far from cron as can be."""
    time.sleep(60 - (time.time() - 30) % 60)


def clone(counter: Path, office: Path, way: str) -> None:
    """Put a shop folder into git, and clone it for another machine, which sends nothing."""
    (counter / ".gitignore").write_text(".returnkit/\n")
    git(counter, "init", "-q", "-b", "main")
    git(counter, "add", ".")
    git(counter, "commit", "-q", "-m", "policies")
    git(counter, "clone", "-q", ".", str(office))
    machine(office, way.replace("send = true", "send = false"))


def tools(folder: Path, box: Path) -> Path:
    """Return a folder with `returnkit`, and a sendmail that makes a file of each message."""
    folder.mkdir()
    (folder / "sendmail").write_text(f'#!/bin/sh\ncat >"{box}/$(date +%s%N)-$$"\n')
    (folder / "returnkit").write_text(f'#!/bin/sh\nPYTHONPATH={REPOSITORY} exec {sys.executable} -m returnkit "$@"\n')
    for tool in folder.iterdir():
        tool.chmod(0o755)
    return folder


def a_line(shop: Path, till: str, log: Path) -> str:
    """Return a line of a crontab; it logs when it began, what was said and how it ended."""
    remind = f"returnkit remind --mail --shop {shop} {till}"
    return f'* * * * * began=$(date +\\%s.\\%N); said=$({remind} 2>&1); echo "$began {shop.name} $? $said" >>{log}\n'


@pytest.mark.slow
def test_every_minute_for_five_minutes(tmp_path: Path) -> None:
    if why_not():
        pytest.skip(f"no real cron daemon: {why_not()}")
    box, log, crontab = tmp_path / "box", tmp_path / "log", tmp_path / "crontab"
    box.mkdir()
    path = f"{tools(tmp_path / 'bin', box)}:/usr/bin:/bin"
    one, counter, office = (tmp_path / name for name in ("one", "counter", "office"))
    by_sendmail, by_smtp = Expected(), Expected()
    with mail_server() as server:
        over_smtp = TILL.replace("sendmail = true", f'smtp = "127.0.0.1:{server.port}"\nsecurity = "none"')
        for shop, settings in ((one, TILL), (counter, over_smtp)):
            machine(small_shop(shop, COMPLAINTS, FOLLOWUPS), settings)
        clone(counter, office, over_smtp)
        lines = [a_line(one, "--till a", log), a_line(one, "--till b", log), a_line(counter, "", log), a_line(office, "", log)]
        state = os.environ["XDG_STATE_HOME"]
        crontab.write_text(f'PATH={path}\nXDG_STATE_HOME={state}\nMAILTO=""\n{"".join(lines)}')
        wait_for_half_past()
        with cron(crontab):
            for minute in range(MINUTES + 1):
                for shop, expected in ((one, by_sendmail), (counter, by_smtp), (office, by_smtp)):
                    if minute < MINUTES - 1:
                        expected.complain(shop)
                        expected.complain(shop, "--channel", "email")
                        expected.call_back(shop, "Anna" if minute % 2 else "Ilze")
                        put_right_at_once(shop)
                # What happened in the office comes to the counter.
                git(office, "add", "records")
                git(office, "commit", "-q", "--allow-empty", "-m", "what happened")
                git(counter, "pull", "-q", "--no-rebase", str(office), "main")
                wait_for_half_past()
    began = [(float(moment), name, code) for moment, name, code, *_ in map(str.split, log.read_text().splitlines())]
    assert {code for _, _, code in began} == {"0"}, log.read_text()
    assert "returnkit: error" not in log.read_text()
    minutes = sorted({int(moment // 60) for moment, _, _ in began})
    assert Counter(name for _, name, _ in began) == {"one": 2 * len(minutes), "counter": len(minutes), "office": len(minutes)}
    apart = max(abs(a - b) for a, name, _ in began for b, other, _ in began if name == other == "one" and abs(a - b) < 30)
    ticks = [datetime.fromtimestamp(minute * 60, UTC) for minute in minutes]
    sent = Counter(reminder for message in box.iterdir() for reminder in delivered(message.read_bytes()).reminders)
    taken = Counter(reminder for message in server.taken for reminder in delivered(message.data).reminders)
    print(f"{len(ticks)} minutes, {len(began)} runs, those of two tills at most {apart:.3f} s apart")
    for way, found, messages, expected in (
        ("sendmail", sent, len([*box.iterdir()]), by_sendmail),
        ("SMTP", taken, len(server.taken), by_smtp),
    ):
        print(f"by {way}: {found.total()} reminders in {messages} messages, {len(expected.at(ticks))} expected")
        assert found == dict.fromkeys(expected.at(ticks), 1)
    assert len(ticks) >= MINUTES
    for shop in (one, counter, office):
        assert call("--shop", str(shop), "records", "verify").code == 0
