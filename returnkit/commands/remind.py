"""`returnkit remind`: one digest for cron of what is due; nothing where nothing is."""

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import click

from returnkit.commands.agenda import counts, digest, label, whose
from returnkit.commands.listing import note_left_out
from returnkit.commands.options import SETTINGS, global_options, not_empty
from returnkit.commands.recording import facts_of
from returnkit.commands.session import Session
from returnkit.commands.streams import complain, note, to_stdout
from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem, ReturnkitError
from returnkit.machine import FILE, Machine, check_sending, read_machine
from returnkit.model.digest import short_sha256
from returnkit.model.toml import name
from returnkit.outstanding import Outstanding, outstanding
from returnkit.records.cache import cache_path, keep
from returnkit.records.journal import let_signals_through
from returnkit.service.agenda import CLAIMED, SENT, STALE, Item, Reminder, to_send
from returnkit.service.clocks import instant

if TYPE_CHECKING:
    from returnkit.render.as_calendar import Event

MOST_OF_NAME = 80  # characters of a shop's name in a subject
MOST = 50  # reminders of one message: a claim is one line of the journal
WARN = 30  # minutes before it is due that a telephone rings
LASTS = 15 * 60  # seconds that something takes in a calendar
SCREEN, MAIL = "screen", "mail"


class Message(NamedTuple):
    """Reminders that go to some addresses together; `again` is the claim in which they were claimed first, if they were.

    `unreadable` is how many lines of the records nobody could read.
    """

    addresses: tuple[str, ...]
    again: str
    reminders: list[Reminder]
    unreadable: int


@global_options
@click.command(context_settings=SETTINGS)
@click.option("--mail", is_flag=True, help="By e-mail, as .returnkit/till.toml says, instead of to standard output.")
@click.option("--ics", metavar="FILE", callback=not_empty, help="Write all that is to come as a calendar; send with --mail only.")
@click.option("--any-time", is_flag=True, help="Also while the shop is closed.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent from here; send and record nothing.")
def remind(*, mail: bool, ics: str | None, any_time: bool, dry_run: bool) -> int:
    """Send what is due, once: made for cron. Where nothing is due it prints nothing.

    \b
        returnkit remind
        returnkit remind --mail
        returnkit remind --ics /var/www/shop/due.ics
        returnkit remind --ics anna.ics --staff Anna
        returnkit remind --dry-run

    One digest, grouped by who has it: what of a complaint is due soon or late (its clocks, promises, flags, the law), customers
    who do not answer, complaints to be closed, calls that were promised, follow-ups, and surveys that did not come back. Each is
    announced once before we aim to have it done (or before it is due, where we aim at nothing), once when it is late, and again
    to somebody else whose business it becomes. Only while the shop is open, and not on public holidays; what is due when it opens
    is announced before it closes. What an address refuses for good goes to those who get what is nobody's.

    Only a machine that .returnkit/till.toml says so of sends anything, so that two tills do not send the same:

    \b
        schema = 1
        [remind]
        send = true                       # or the till that sends: send = "k3"
        [mail]                            # for --mail
        from = "shop@example.org"
        to = ["owner@example.org"]        # what is nobody's in particular, or of people without an address
        sendmail = true                   # or: smtp = "mail.example.org:587", user = "shop",
                                          #     password-env = "RETURNKIT_SMTP_PASSWORD" or password-file = "…"
        [mail.people]
        Anna = "anna@example.org"

    and in the crontab of whoever owns the shop folder (crontab -e), every five minutes, with the path that `command -v returnkit`
    says:

    \b
        */5 * * * * /usr/local/bin/returnkit remind --shop $HOME/shop --mail --ics $HOME/due.ics

    How early, and of what, stands in policies/followups.toml:

    \b
        [remind]
        before = "2 hours"                # of opening hours, before something is due or we aim to have it done
        law = "3 days"                    # before a day that the law sets
        silent = "1 week"                 # a customer who does not answer is asked again
        unclosed = "1 week"               # what was put right is closed, with its cause
        survey = "1 week"                 # until somebody looks at a survey that did not come back

    A reminder is claimed in the records, sent, and recorded as sent; who dies in between leaves it to the next one, after a
    quarter of an hour. The calendar is for a telephone that subscribes to it; it names no customers. With --staff it has only
    what that person may do.

    Nothing is sent from a shop folder that belongs to somebody else, or that others may write.

    Exit code: 0 sent, or nothing to send; 2 wrong usage; 3 a policy or till.toml cannot be read, or this is a copy; 74 or 75
    some of the e-mail could not be sent: a run after a quarter of an hour tries again.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    machine = read_machine(session.shop.folder)
    if mail and machine.mail is None:
        raise BadInputError(
            Problem("there is no [mail]: nobody knows how e-mail leaves this machine", "see --help", machine.file)
        )
    now = instant(session.clock.now())
    awake = any_time or session.clocks().hours.is_open(now)
    code = 0
    if dry_run:
        _show(session, now, awake=awake)
    elif ics and not mail:
        pass  # a calendar sends nothing: every machine may write it
    elif machine.sends:
        check_sending(machine, session.shop.folder)
        keep(cache_path(session.books().folder, "remind-ran"), session.clock.now().encode())
        code = _send(session, machine if mail else machine._replace(mail=None), now) if awake else 0
    elif sys.stderr is not None and sys.stderr.isatty():
        note(f"this machine sends no reminders: {FILE} does not say send = true (see --help, or --dry-run)")
    if ics and not dry_run:  # last: one that cannot be written keeps nobody from being reminded
        _write_calendar(session, ics, now)
    return code


def _due(session: Session, now: int) -> tuple[Outstanding, list[Reminder]]:
    found = outstanding(session.shop, session.books(), session.clocks(), now)
    if sys.stderr is not None and sys.stderr.isatty():  # cron would mail it every time
        note_left_out(found.unreadable)
    return found, to_send(found.items, found.sent, session.clocks(), session.shop.followup_terms().remind, now)


def _show(session: Session, now: int, *, awake: bool) -> None:
    """Show what would be sent now."""
    found, reminders = _due(session, now)
    if reminders and not awake:
        note("the shop is closed: this would be sent once it opens, or with --any-time")
    to_stdout(digest(session, [each.item for each in reminders], now, found.unreadable) if reminders else "")


def _send(session: Session, machine: Machine, now: int) -> int:
    """Claim what is due, send it, and record that it was sent, each message by itself; return the exit code."""
    with ExitStack() as held:
        try:
            held.enter_context(session.books().alone())
        except BusyError:
            return 0  # another one is at it
        held.callback(let_signals_through)
        found, reminders = _due(session, now)
        messages = _messages(session, machine, found, reminders)
        claims = [(message, _claim(session, message)) for message in messages]
    code, begun = 0, time.monotonic()
    for message, claim in claims:
        if time.monotonic() - begun > STALE / 2:  # a slow server: before somebody else takes them up, too
            complain(Problem("sending takes too long", "the next run sends the rest"))
            return max(code, BusyError.exit_code)
        try:
            code = max(code, _deliver(session, machine, message, claim, now))
            _record(session, {"kind": SENT, "claim": claim, "how": SCREEN if machine.mail is None else MAIL})
        except ReturnkitError as failure:  # whoever else is to be told is told all the same
            complain(*failure.problems)
            code = max(code, failure.exit_code)
        let_signals_through()
    return code


def _deliver(session: Session, machine: Machine, message: Message, claim: str, now: int) -> int:
    """Send a digest and return the exit code; what an address refuses for good goes to those who get what is nobody's."""
    items = [each.item for each in message.reminders]
    text = digest(session, items, now, message.unreadable)
    if machine.mail is None:
        to_stdout(text)
        return 0
    from returnkit.mail import compose, deliver

    mail, shop = machine.mail, session.shop.name
    # That of the claim in which it was claimed first: a mail program then knows it again.
    message_id = f"<{message.again or claim}.{short_sha256(shop.encode())}@{mail.sender.rpartition('@')[2]}>"
    title = f"{shop[:MOST_OF_NAME]}: {counts(session, items, now)}".replace("=?", "= ?")

    def send(addresses: Sequence[str]) -> None:
        complain(*deliver(mail, compose(mail, addresses, title, text, message_id, session.clock.now())))

    try:
        send(message.addresses)
    except NotWrittenError as refused:
        if message.addresses == mail.to:
            raise
        complain(*refused.problems)
        send(mail.to)
        return refused.exit_code
    return 0


def _claim(session: Session, message: Message) -> str:
    """Record that reminders are about to be sent; return that record's id."""
    entries = [each.as_record(session.clocks().local) for each in message.reminders]
    return _record(session, facts_of(session, kind=CLAIMED, reminders=entries, again=message.again or None))


def _record(session: Session, facts: Mapping[str, object]) -> str:
    return str(session.books().append(facts, lambda _now: facts).record["id"])


def _messages(session: Session, machine: Machine, found: Outstanding, reminders: Iterable[Reminder]) -> list[Message]:
    """Return which reminders go together in one message to whom; on a screen all of them.

    What may have been sent before goes by itself, so that a mail program that knows it drops nothing else with it.
    """
    grouped: dict[tuple[tuple[str, ...], str], list[Reminder]] = {}
    for reminder in reminders:
        again = found.sent.again(reminder.key(session.clocks().local))
        grouped.setdefault((_addresses(session, machine, reminder.item.to), again), []).append(reminder)
    return [
        Message(addresses, again, own[start : start + MOST], found.unreadable)
        for (addresses, again), own in grouped.items()
        for start in range(0, len(own), MOST)
    ]


def _addresses(session: Session, machine: Machine, to: str) -> tuple[str, ...]:
    """Return where somebody reads their mail: a person, everybody with a role, else whoever gets what is nobody's."""
    if machine.mail is None:
        return ()
    known = {name(person): address for person, address in machine.mail.people.items()}
    shop = session.shop
    people = [to, *shop.who_may(shop.roles.index(to))] if to in shop.roles else [to]
    addresses = tuple(dict.fromkeys(known[name(person)] for person in people if name(person) in known))
    return addresses or machine.mail.to


def _write_calendar(session: Session, path: str, now: int) -> None:
    from returnkit.records.rewrite import replace
    from returnkit.render.as_calendar import calendar_feed

    items = [
        item
        for item in outstanding(session.shop, session.books(), session.clocks(), now).items
        if not session.staff() or session.is_mine(item.to)
    ]
    feed = calendar_feed(session.shop.name, [_event(session, item) for item in items])
    replace(path, feed)


def _event(session: Session, item: Item) -> "Event":
    from returnkit.render.as_calendar import Event

    clocks = session.clocks()
    what = " ".join(filter(None, (item.what.replace("_", "-"), item.about)))
    uid = f"{item.id}.{short_sha256(what.encode())}@{short_sha256(session.shop.name.encode())}.returnkit"
    day = clocks.day_of(item.by)
    whole = item.day or item.by == clocks.end_of(day)  # by the end of a day: nobody is to be called at midnight
    begin, end = (day, day) if whole else (item.by - LASTS, item.by)
    summary = f"{label(session, item)} · {item.id} · {whose(session, item.to)}"
    about = "" if item.case is None else " · ".join(filter(None, (item.case.category, item.case.sku)))
    return Event(uid, begin, end, whole, summary, about, item.since, 0 if whole else WARN)
