"""Whether this machine can do its part: the shop reads, clock and disk are in order, and reminders leave where they should.

Each check looks at one thing and never fails itself: what it finds wrong is an answer. Nothing is written, and nothing is sent.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from shlex import join
from shutil import disk_usage, which
from typing import NamedTuple

from returnkit.clock import Clock, seconds_between
from returnkit.errors import ReturnkitError, instead
from returnkit.history import git
from returnkit.machine import FILE, Machine, check_sending, read_machine
from returnkit.mail import SENDMAIL_FOLDERS, Mail, compose, deliver, reach
from returnkit.model.dates import iso
from returnkit.model.toml import name
from returnkit.records.backups import made_before
from returnkit.records.cache import cache_path, load
from returnkit.records.git.repository import repository
from returnkit.records.git.sync import LONG, MET_LAST
from returnkit.records.git.trust import git_folders
from returnkit.records.lock import check_owner, user_name
from returnkit.records.places import MAY, where
from returnkit.records.read import journal_files, tills_in, with_text
from returnkit.records.rights import CONTACTS, exposed, is_trusted, sharing, wrong_rights
from returnkit.records.tail import clock_time
from returnkit.shop import Shop

DAYS_AHEAD = 60  # for which public holidays are known
AHEAD = 5 * 60  # seconds that another till's clock may be before this one's
LONGEST_SILENCE = 60 * 60  # seconds of opening hours without a run of remind
LEAST_FREE = 100_000_000  # bytes
PATIENCE = 10.0  # seconds that another program or a server may take
MOST_SHOWN = 3
DAEMONS = ("cron", "crond", "fcron")
NOT_NEEDED = "not needed: this machine sends no reminders"

Reader = Callable[[], object]


WHOSE = "give the folder to the user whose shop it is; or that one shares it: see returnkit doctor --help"
# Contacts are shared apart from the records, and the settings never.
SHARE = (
    "find records .returnkit -path records/contacts -prune -o -name till.toml -o "
    "-type d -exec chmod 2770 {} + -o -type f -exec chmod 660 {} +"
)
PATH_OF_CRON = "/usr/bin:/bin"


class Check(NamedTuple):
    """What was looked at, whether it is in order (None: it does not matter here), what was found, and what to do."""

    id: str
    ok: bool | None
    found: str
    remedy: str = ""


class Places(NamedTuple):
    """Where the system keeps what is looked at."""

    processes: str = "/proc"
    crontabs: tuple[str, ...] = ("/etc/crontab", "/etc/cron.d")


def checks(shop: Shop, clock: Clock, readers: Mapping[str, Reader], places: Places) -> Iterator[Check]:
    """Yield the checks of a shop folder on this machine, each as soon as it is done.

    `readers` read what stands in policies/, by the name of the file without its ending.
    """
    yield Check("shop", ok=True, found=f"{shop.name}, policies/shop.toml reads")
    for own, read in readers.items():
        yield _reads(own, shop, read)
    yield _holidays(shop, clock)
    yield _clock(shop, clock)
    yield _synchronised()
    yield _git(shop)
    yield _writable(shop)
    yield _place(shop)
    yield free_space(shop.folder)
    yield _backup(shop)
    yield _sync(shop, clock)
    try:
        machine = read_machine(shop.folder)
    except ReturnkitError as error:
        shared = sharing(shop.folder)
        if shared.records and not is_trusted(shop.folder):
            machine = Machine(FILE, sends=False, files=shared)
            found = f"{FILE} is {_owner(shop.folder)}'s, who shares the records with you, and is not read"
            yield Check("machine", ok=None, found=found)
            yield _rights(shop, machine)
            yield from _of_reminders(machine, shop, clock, places)
            return
        yield wrong("machine", error)
        for own in ("rights", "reminders", "cron", "crontab", "last-run", "mail"):
            yield Check(own, ok=None, found="not known, as long as the settings of this machine cannot be read")
        return
    yield _machine(machine, shop)
    yield _rights(shop, machine)
    yield from _of_reminders(machine, shop, clock, places)


def wrong(own: str, error: ReturnkitError) -> Check:
    """Return the check that a refusal makes wrong: the first few of its problems."""
    told = []
    for problem in error.problems[:MOST_SHOWN]:
        where = f"{problem.file}:{problem.line}: " if problem.line else f"{problem.file}: " if problem.file else ""
        told.append(where + problem.what)
    more = len(error.problems) - MOST_SHOWN
    remedies = dict.fromkeys(problem.remedy for problem in error.problems[:MOST_SHOWN] if problem.remedy)
    return Check(own, ok=False, found="; ".join([*told, *([f"and {more} more"] if more > 0 else [])]), remedy="; ".join(remedies))


# The shop


def _reads(own: str, shop: Shop, read: Reader) -> Check:
    file = f"policies/{own}.toml"
    try:
        read()
    except ReturnkitError as error:
        return wrong(own, error)
    there = os.path.lexists(os.path.join(shop.folder, file))
    return Check(own, ok=True, found=f"{file} reads" if there else f"there is no {file}, and none is needed")


def _holidays(shop: Shop, clock: Clock) -> Check:
    """Every country has public holidays in every year: a year without any was not fetched."""
    try:
        known = {_year(day) for day in shop.calendar().holidays}
        today = clock.today()
    except ReturnkitError as error:
        return wrong("calendar", error)
    missing = sorted({_year(today), _year(today + DAYS_AHEAD)} - known)
    if missing:
        years = " and ".join(map(str, missing))
        what = f"policies/calendar.toml has no public holidays of {years}, and the next {DAYS_AHEAD} days need them"
        remedy = f"returnkit calendar fetch {shop.country} {' '.join(map(str, missing))}"
        return Check("calendar", ok=False, found=what, remedy=remedy)
    return Check("calendar", ok=True, found=f"policies/calendar.toml has the public holidays of the next {DAYS_AHEAD} days")


def _year(day: int) -> int:
    return int(iso(day)[:4])


# The clock


def _clock(shop: Shop, clock: Clock) -> Check:
    """Compare this machine's clock with the newest records: time only goes on."""
    remedy = "set this machine's clock, or that of the till"
    try:
        now = clock.real()
        newest = _newest(os.path.join(shop.folder, "records"))
    except ReturnkitError as error:
        return wrong("clock", error)
    late = [f"{own} was written at {time}" for own, time in newest.items() if _seconds(now, time) > AHEAD]
    if late:
        what = f"this machine's clock says {now}, but {'; '.join(late[:MOST_SHOWN])}"
        return Check("clock", ok=False, found=what, remedy=remedy)
    instant = int(time.time())
    here = time.localtime(instant)
    other = "" if here.tm_gmtoff == clock.offset(instant) else f"; this machine itself goes by {here.tm_zone}, which is fine"
    return Check("clock", ok=True, found=f"it is {now[:16].replace('T', ' ')} in {shop.time_zone}{other}")


def _newest(records: str) -> dict[str, str]:
    """Return when the newest record of each till was written, by its id. A line that cannot be read is passed over."""
    found = {}
    for till in tills_in(records):
        files = [path for _, path in journal_files(records, till)]
        newest = next((record for path in reversed(files) for record in with_text(path, b'"id":"')), None)
        if newest is not None:
            found[str(newest.get("id"))] = clock_time(newest)
    return found


def _seconds(earlier: str, later: str) -> int:
    """Return the seconds from one time to another; 0 where one of them is none."""
    try:
        return seconds_between(earlier, later)
    except (ValueError, TypeError):
        return 0


def _synchronised() -> Check:
    said = _output("timedatectl", "show", "-p", "NTPSynchronized", "--value").strip()
    if said == "no":
        what = "nothing sets this machine's clock"
        return Check("synchronised", ok=False, found=what, remedy="let the network set it: timedatectl set-ntp true")
    if said == "yes":
        return Check("synchronised", ok=True, found="the network sets this machine's clock")
    return Check("synchronised", ok=None, found="whether something sets this machine's clock cannot be told")


# The folder


def _git(shop: Shop) -> Check:
    if not is_trusted(shop.folder):
        return Check("git", ok=None, found=f"this folder is {_owner(shop.folder)}'s, and git is not asked in it")
    try:
        kept = repository(shop.folder)
    except ReturnkitError as error:
        return wrong("git", error)
    if kept is None and git(shop.folder, "--version") is None:
        remedy = "install git: it keeps what the shop promised, and brings tills together"
        return Check("git", ok=False, found="git is not there", remedy=remedy)
    found = "git is there, and keeps this folder" if kept else "git is there; it does not keep this folder"
    return Check("git", ok=True, found=found)


def _writable(shop: Shop) -> Check:
    """Look whether the user can write where records and what is derived from them go."""
    records = os.path.join(shop.folder, "records")
    try:
        folders = [records, *(os.path.join(records, till) for till in tills_in(records)), os.path.join(shop.folder, ".returnkit")]
        there = [folder for folder in folders if os.path.lexists(folder)] or [shop.folder]
        for folder in there:
            if not os.path.isdir(folder) or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                what = f"you cannot write into {os.path.relpath(folder, shop.folder)}"
                return Check("records", ok=False, found=what, remedy=WHOSE)
            check_owner(folder)
    except ReturnkitError as error:
        return wrong("records", error)
    return Check("records", ok=True, found="records can be written")


def _place(shop: Shop) -> Check:
    """Look whether the folder lies where nothing that is written gets lost."""
    found = where(shop.folder)
    if found:
        return Check("place", ok=False, found=f"{found}: {MAY.partition('. ')[0]}", remedy=MAY.partition(". ")[2])
    return Check("place", ok=True, found="the folder lies on a disk of this machine")


def _rights(shop: Shop, machine: Machine) -> Check:
    """Look whether others may read or write what is the shop's own business, or a group may not that should."""
    try:
        tills = tills_in(os.path.join(shop.folder, "records"))
    except ReturnkitError as error:
        return wrong("rights", error)
    git_dir = next(iter(git_folders(shop.folder)), "") if is_trusted(shop.folder) else ""
    contacts = _contacts(shop, machine)
    if contacts is not None:
        return contacts
    wrong_ones = [*exposed(shop.folder, git_dir, machine.files), *wrong_rights(shop.folder, tills, machine.files)]
    told = [f"{os.path.relpath(each.path, shop.folder)} has mode {each.mode:04o}" for each in wrong_ones[:MOST_SHOWN]]
    more = len(wrong_ones) - MOST_SHOWN
    if not wrong_ones:
        whose = "you and its group" if machine.files.records else "you"
        return Check("rights", ok=True, found=f"only {whose} may read and write the records")
    commands = {each.path: _chmod(os.path.relpath(each.path, shop.folder)) for each in wrong_ones}
    if more > 0 and machine.files.records:
        commands = {path: command if path == git_dir else SHARE for path, command in commands.items()}
    elif more <= 0:
        own = {each.path: f"chmod {each.wanted:o} {os.path.relpath(each.path, shop.folder)}" for each in wrong_ones}
        commands = own | {path: command for path, command in commands.items() if path == git_dir}
    remedy = "; ".join(dict.fromkeys(commands.values()))
    return Check("rights", ok=False, found="; ".join([*told, *([f"and {more} more"] if more > 0 else [])]), remedy=remedy)


def _contacts(shop: Shop, machine: Machine) -> Check | None:
    """Return what is wrong where whoever owns the records does not own the contacts, or did not make a folder that is shared."""
    records = os.path.join(shop.folder, "records")
    contacts = os.path.join(records, CONTACTS)
    if machine.files.contacts and os.path.isdir(records) and not os.path.lexists(contacts):
        found = f"records/{CONTACTS} is to be shared, and is not there: nobody but its owner makes it"
        return Check("rights", ok=False, found=found, remedy=f"mkdir -m 2770 records/{CONTACTS}")
    with suppress(OSError):
        if os.stat(contacts).st_uid != os.stat(records).st_uid:
            found = f"records/{CONTACTS} belongs to {_owner(contacts)}, and records to {_owner(records)}"
            remedy = f"sudo chown -R {os.stat(records).st_uid} records/{CONTACTS}"
            return Check("rights", ok=False, found=found, remedy=remedy)
    return None


def _owner(path: str) -> str:
    return user_name(os.stat(path).st_uid)


def _chmod(path: str) -> str:
    """Return the command that mends all of the place where a path stands."""
    place = path.split(os.sep, maxsplit=1)[0]
    if place in (os.curdir, "policies"):
        return f"chmod {'-R ' if place != os.curdir else ''}go-w {place}"
    return f"chmod -R go= {place if place != os.pardir else path}"


def free_space(folder: str, least: int = LEAST_FREE) -> Check:
    """Look whether at least so many bytes are free on the folder's disk."""
    free = disk_usage(folder).free
    found = f"{free // 1_000_000} MB are free on the disk"
    return Check("disk", ok=free >= least, found=found, remedy="" if free >= least else "make room: a full disk records nothing")


def _backup(shop: Shop) -> Check:
    """Say when the last backup was made; who keeps none may have other copies."""
    made = made_before(shop.folder)
    if not made:
        return Check("backup", ok=None, found="no returnkit records backup was made on this machine, as far as it remembers")
    time, path = made[-1]
    return Check("backup", ok=True, found=f"the last one was made on {time[:10]}: {path}")


def _sync(shop: Shop, clock: Clock) -> Check:
    """Look when the other tills were met last, where there is a place to meet them."""
    try:
        kept = repository(shop.folder) if is_trusted(shop.folder) else None
        now = clock.real()
    except ReturnkitError:
        kept = None  # told of git
    if kept is None or not any(re.fullmatch(r"remote\..+\.url", name) for name in kept.settings()):
        return Check("sync", ok=None, found="there is no remote at which other tills are met")
    met = load(cache_path(os.path.join(shop.folder, "records"), MET_LAST)).decode("ascii", "replace")
    remedy = "see what it says: returnkit records sync; its help has a line for the crontab"
    if not met:
        return Check("sync", ok=False, found="the other tills were never met from here", remedy=remedy)
    found = f"the other tills were met last on {met[:16].replace('T', ' ')}"
    ok = 0 <= _seconds(met, now) < LONG
    return Check("sync", ok=ok, found=found, remedy="" if ok else remedy)


# Reminders


def _machine(machine: Machine, shop: Shop) -> Check:
    """Look whether the settings of this machine name people whom the shop knows."""
    known = [*map(name, shop.staff), *shop.roles]
    unknown = [person for person in (machine.mail.people if machine.mail else ()) if person not in known]
    if unknown:
        what = f"{machine.file}: {' and '.join(unknown)} in [mail.people] is nobody in policies/shop.toml"
        return Check("machine", ok=False, found=what, remedy=instead(unknown[0], [*shop.staff, *shop.roles]))
    there = os.path.lexists(machine.file)
    return Check(
        "machine", ok=True, found=f"{machine.file} reads" if there else f"there is no {machine.file}, and none is needed"
    )


def _of_reminders(machine: Machine, shop: Shop, clock: Clock, places: Places) -> Iterator[Check]:
    """Yield what matters only where the reminders leave."""
    if not machine.sends:
        yield Check("reminders", ok=True, found="this machine sends no reminders")
        for own in ("cron", "crontab", "last-run", "mail"):
            yield Check(own, ok=None, found=NOT_NEEDED)
        return
    yield _sends(machine, shop)
    timer = "returnkit" in _output("systemctl", "list-timers", "--all", "--no-pager", "--no-legend")
    yield _cron(places, timer=timer)
    yield _crontab(machine, places, shop, timer=timer)
    yield _last_run(shop, clock)
    yield _mail(machine)


def _sends(machine: Machine, shop: Shop) -> Check:
    try:
        check_sending(machine, shop.folder)
    except ReturnkitError as error:
        return wrong("reminders", error)
    return Check("reminders", ok=True, found="this machine sends the reminders; no other one should")


def _cron(places: Places, *, timer: bool) -> Check:
    running = next((daemon for daemon in _running(places.processes) if daemon in DAEMONS), "")
    if running or timer:
        return Check("cron", ok=True, found=f"{running} runs" if running else "a timer of systemd is there")
    if not os.path.isdir(places.processes):
        return Check("cron", ok=None, found="whether cron runs cannot be told on this system")
    return Check("cron", ok=False, found="cron does not run", remedy="install and start it: apt install cron, service cron start")


def _running(processes: str) -> Iterator[str]:
    """Yield the names of the programs that run."""
    numbers = [entry for entry in os.listdir(processes) if entry.isdigit()] if os.path.isdir(processes) else []
    return filter(None, (_text(os.path.join(processes, number, "comm")).strip() for number in numbers))


def _crontab(machine: Machine, places: Places, shop: Shop, *, timer: bool) -> Check:
    own = _output("crontab", "-l").splitlines()
    lines = [*own, *(line for path in _files(places.crontabs) for line in _text(path).splitlines())]
    runs = [line for line in lines if "returnkit" in line and "remind" in line and not line.lstrip().startswith("#")]
    if runs:
        return _lines_of_crontab(runs, lines)
    if timer:
        return Check("crontab", ok=True, found="a timer of systemd runs it")
    program = which("returnkit") or "returnkit"  # cron's own PATH is short
    command = [program, "remind", "--shop", os.path.abspath(shop.folder), *(["--mail"] if machine.mail else [])]
    remedy = f"call crontab -e and add: */5 * * * * {join(command)}"
    return Check("crontab", ok=False, found="no line of your crontab runs returnkit remind", remedy=remedy)


def _lines_of_crontab(runs: Sequence[str], lines: Sequence[str]) -> Check:
    """Look whether what cron runs is found there, and whether anybody reads what it says."""
    found = "a line of the crontab runs returnkit remind"
    sends = [line for line in runs if "--mail" in line or "--ics" not in line]
    own_path = any(line.lstrip().startswith("PATH") for line in lines)
    if not own_path and any(" returnkit " in f" {line} " for line in runs) and which("returnkit", path=PATH_OF_CRON) is None:
        remedy = f"write its whole path there: {which('returnkit') or 'command -v returnkit says which'}"
        return Check("crontab", ok=False, found=f"{found}, and cron does not find returnkit", remedy=remedy)
    if not sends:
        return Check("crontab", ok=False, found=f"{found}, only for the calendar", remedy="add a line with --mail")
    if not any("--mail" in line for line in sends) and which("sendmail", path=os.pathsep.join(SENDMAIL_FOLDERS)) is None:
        remedy = "add --mail, with [mail] in .returnkit/till.toml; or install a mail program, which cron hands over to"
        return Check("crontab", ok=False, found=f"{found} without --mail, and cron throws away what it prints", remedy=remedy)
    return Check("crontab", ok=True, found=found)


def _files(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        if os.path.isdir(path) and os.access(path, os.R_OK):
            yield from sorted(entry.path for entry in os.scandir(path))
        else:
            yield path


def _last_run(shop: Shop, clock: Clock) -> Check:
    """Look when remind last ran: while the shop is open, it does so every few minutes."""
    ran = load(cache_path(os.path.join(shop.folder, "records"), "remind-ran")).decode("ascii", "replace").strip()
    remedy = "see what cron says of it (its mail, /var/log/syslog), and run it by hand: returnkit remind"
    try:
        last, now = (int(datetime.fromisoformat(text).timestamp()) for text in (ran, clock.now()))
        hours = shop.clocks(clock.offset).hours
    except ReturnkitError as error:
        return wrong("last-run", error)
    except ValueError:
        return Check("last-run", ok=False, found="returnkit remind has not run here yet", remedy=remedy)
    found = f"returnkit remind last ran at {ran}"
    if last > now + AHEAD:
        return Check("last-run", ok=False, found=f"{found}, which is still to come", remedy="set this machine's clock")
    if hours.between(last, now) > LONGEST_SILENCE:
        return Check("last-run", ok=False, found=f"{found}, more than an hour of opening hours ago", remedy=remedy)
    return Check("last-run", ok=True, found=found)


def _mail(machine: Machine) -> Check:
    if machine.mail is None:
        return Check("mail", ok=None, found=f"{machine.file} has no [mail]: reminders go to standard output")
    try:
        return Check("mail", ok=True, found=reach(machine.mail, PATIENCE))
    except ReturnkitError as error:
        return wrong("mail", error)


def sent_test(shop: Shop, clock: Clock) -> Check:
    """Send one message to those who get what is nobody's in particular, and return how that went."""
    try:
        machine = read_machine(shop.folder)
        if machine.mail is None:
            remedy = 'write [mail] with from, to, and sendmail = true or smtp = "mail.example.org:587"'
            return Check("test-mail", ok=False, found=f"{machine.file} has no [mail]: nothing was sent", remedy=remedy)
        check_sending(machine, shop.folder)
        return _sent(machine.mail, shop, clock)
    except ReturnkitError as error:
        return wrong("test-mail", error)


def _sent(mail: Mail, shop: Shop, clock: Clock) -> Check:
    now = clock.real()
    own = f"<test.{os.urandom(8).hex()}@{mail.sender.partition('@')[2]}>"
    text = f"This is a test: reminders of {shop.name} would arrive here.\n\nSent at {now} by `returnkit doctor --send-test`."
    message = compose(mail, mail.to, f"{shop.name}: a test of the reminders"[:100], text, own, now)
    refused = deliver(mail, message, PATIENCE)
    if refused:
        return Check("test-mail", ok=False, found="; ".join(each.what for each in refused), remedy=refused[0].remedy)
    return Check("test-mail", ok=True, found=f"a test message was handed over for {', '.join(mail.to)}: see whether it arrives")


# The system


def _output(*command: str) -> str:
    """Return what a program prints; nothing where it is missing, fails or takes too long."""
    import subprocess

    program = which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, never through a shell
            [program, *command[1:]], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _text(path: str) -> str:
    """Return what a small file of the system says; nothing where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
