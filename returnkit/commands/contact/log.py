"""`returnkit contact log`: a call, a mail or a chat: when it came in, and how long it took until somebody answered."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import click

from returnkit.clock import Clock, seconds_between
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of, key_option, salted, text_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem, instead
from returnkit.languages import Language
from returnkit.model.jsonl import Json
from returnkit.model.lengths import lasted, parse_length
from returnkit.model.record import CHANNELS, filled
from returnkit.model.toml import word
from returnkit.render import Report, Section
from returnkit.service.complaint import TRANSITIONS, Case
from returnkit.service.contact import LOGGED, seconds_open

SCHEMA = "returnkit.contact/1"
COLUMNS = ("id", "channel", "received", "answered", "seconds", "counted", "case")
LONGEST = 366 * 24 * 60 * 60  # seconds: who waited longer is a year that was mistyped
HOW = 'write it as 15:28:20, 15:28, "yesterday 17:40", "2026-11-20 17:40" or now'


class Times(NamedTuple):
    """What was said of the times: when it came in and was answered (empty: now), or how many seconds before now it came in."""

    received: str
    answered: str
    before: int | None
    missed: bool

    def at(self, clock: Clock, now: str) -> tuple[str, str]:
        """Return when it came in, and when it was answered (empty: by nobody), where it is now."""
        received = self.received or (_moved(clock, now, -self.before) if self.before is not None else now)
        return received, "" if self.missed else self.answered or now


@global_options
@output_options
@key_option
@text_option
@click.command(context_settings=SETTINGS)
@click.option("--channel", metavar="HOW", required=True, callback=not_empty, help=f"How it came in: {', '.join(CHANNELS)}.")
@click.option("--received", metavar="TIME", callback=not_empty, help='When it came in: 15:28:20, "yesterday 17:40", ...')
@click.option("--answered", metavar="TIME", callback=not_empty, help="When somebody answered: a time, or now.")
@click.option("--after", metavar="LENGTH", callback=not_empty, help='Or how long that took: 12s, "12 seconds", "2 hours".')
@click.option("--missed", is_flag=True, help="Or nobody answered.")
@click.option("--case", metavar="ID", callback=not_empty, help="The complaint that it was about.")
@click.option("--contact", metavar="ID", callback=not_empty, help="Whose it was: see returnkit contact find.")
def log(form: str | None, output: str | None, key: str | None, *, missed: bool, **asked: str | None) -> int:
    """Log a call, a mail, a chat or a letter: prints its id, and how long it took until somebody answered.

    \b
        returnkit contact log --channel phone --after 12s
        returnkit contact log --channel phone --missed
        returnkit contact log --channel email --received 10:05 --answered now
        returnkit contact log --channel email --received "yesterday 17:40" --answered 9:02 --case k3-0412P

    One of --answered, --after and --missed is always said: what nobody has answered yet is logged once it is. Without --received
    it was answered, or missed, just now: so a call is logged in one line as soon as it is over. Calls are measured in seconds;
    a telephone that rang three times rang for about fifteen.

    --staff is who answered; nobody has to answer for what was missed. The seconds of opening hours are recorded as well, so that
    a target may go by these. An answered call about a complaint is not by itself the answer to that: `complaint acknowledge`
    records it.

    `returnkit kpi report` counts each on the day on which it came in. Its targets stand in policies/kpis.toml, for calls, mails
    and all contacts; a missed one is not in time.

    \b
        [calls-answered-within-target]
        internal = "20 seconds"
        share = "80 %"
        [mails-answered-within-target]
        internal = "2 hours"
        share = "90 %"
        clock = "open hours"
        [contacts-answered-within-target]
        internal = "8 hours"
        public = "10 hours"
        share = "95 %"

    JSON is {"schema", "id", "record", "case", "seconds"}; seconds is null where nobody answered.

    Exit code: 0 logged, 2 wrong usage, no such complaint or contact, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    channel, times = _understood(session, asked, missed=missed)
    books = session.books()
    case = books.case(asked["case"]) if asked["case"] else None
    _check_contact(books.folder, asked["contact"])
    facts = facts_of(
        session,
        kind=LOGGED,
        channel=channel,
        received=times.received,
        answered=times.answered,
        about=case.id if case else None,
        contact=asked["contact"],
        text=asked["text"],
    )

    def complete(now: str) -> Mapping[str, object]:
        received, answered = times.at(session.clock, now)
        _check_order(received, answered, now)
        counted = _counted(session, received, answered) if answered else None
        return filled({**facts, **salted(facts), "received": received, "answered": answered, "counted": counted})

    written = books.append(facts, complete, key or "")
    record = written.record
    if written.repeated:
        _check_same(times, record)
    return acknowledge(lambda: _report(session, record, case), form, output, str(record["id"]), 0)


def _understood(session: Session, asked: Mapping[str, str | None], *, missed: bool) -> tuple[str, Times]:
    """Return the channel and the times that were typed. Raises BadInputError with every problem at once."""
    problems: list[Problem] = []
    channel = word(asked["channel"] or "")
    if channel not in CHANNELS:
        problems.append(Problem(f"--channel {channel!r} is not known", instead(channel, CHANNELS)))
    received, answered = (_moment(session, option, asked[option], problems) for option in ("received", "answered"))
    before: int | None = None
    if asked["after"]:
        try:
            before = parse_length(" ".join(asked["after"].casefold().split()))
        except ValueError as error:
            problems.append(Problem(f"--after {asked['after']!r} is not understood", str(error)))
    if [asked["answered"] is not None, asked["after"] is not None, missed].count(True) != 1:
        remedy = "give one of --answered TIME (or now), --after LENGTH and --missed"
        problems.append(Problem("it is not clear when it was answered", remedy))
    elif asked["answered"] and not asked["received"]:
        problems.append(Problem("it is not clear when it came in", "give --received TIME, or --after LENGTH alone"))
    if problems:
        raise BadInputError(*problems)
    if channel == "phone" and asked["answered"] and not (_is_exact(asked["received"]) and _is_exact(asked["answered"])):
        note('a call is measured in seconds: write 15:28:20, or --after "12 seconds"')
    if before is not None and received:
        return channel, Times(received, _moved(session.clock, received, before), None, missed)
    return channel, Times(received, answered, before, missed)


def _moment(session: Session, option: str, text: str | None, problems: list[Problem]) -> str:
    """Return the time that a person means, in the shop's zone; an empty text for `now`, and where nothing was typed."""
    words = " ".join((text or "").casefold().split())
    if words in ("", "now"):
        return ""
    day, _, time = words.rpartition(" ")
    try:
        if re.fullmatch(r"\d?\d:\d\d(:\d\d)?", time, re.ASCII):
            words = f"{session.day(day or 'today')} {'0' * (time[1] == ':')}{time}"
        return session.clock.moment(words.upper())
    except BadInputError:
        problems.append(Problem(f"--{option} {text!r} is not understood", HOW))
        return ""


def _is_exact(text: str | None) -> bool:
    """Tell whether a time was typed with its seconds."""
    return bool(re.search(r"now|:\d\d:\d\d", (text or "").casefold()))


def _moved(clock: Clock, time: str, seconds: int) -> str:
    """Return the time so many seconds later, in the shop's zone."""
    moment = datetime.fromisoformat(time) + timedelta(seconds=seconds)
    return moment.astimezone(timezone(timedelta(seconds=clock.offset(round(moment.timestamp()))))).isoformat()


def _check_contact(records: str, reference: str | None) -> None:
    if reference:
        from returnkit.records.contacts import read_contact

        if read_contact(records, reference) is None:
            raise BadInputError(Problem(f"there is no contact {reference!r} here", "see returnkit contact find"))


def _check_order(received: str, answered: str, now: str) -> None:
    """Raise BadInputError where something happens in the future, came in long ago, or is answered before that."""
    for what, time in (("came in", received), ("was answered", answered)):
        if time and seconds_between(time, now) < 0:
            remedy = 'where it was not today, write the day as well: "yesterday 17:40"'
            raise BadInputError(Problem(f"it is {now} now, and it {what} at {time}", remedy))
    if seconds_between(received, now) > LONGEST:
        raise BadInputError(Problem(f"it came in more than a year before now, which is {now}", "check the year, or set --now"))
    if answered and seconds_between(received, answered) < 0:
        what = f"it came in at {received}, and was answered before that, at {answered}"
        raise BadInputError(Problem(what, "check both times"))


def _counted(session: Session, received: str, answered: str) -> int:
    """Return the seconds of opening hours until it was answered."""
    start, end = (round(datetime.fromisoformat(time).timestamp()) for time in (received, answered))
    return seconds_open(session.shop.hours, session.shop.calendar(), session.clock.offset, start, end)


def _seconds(record: Json) -> int | None:
    """Return how long it took until it was answered; None where nobody did."""
    return seconds_between(str(record["received"]), str(record["answered"])) if "answered" in record else None


def _check_same(times: Times, record: Json) -> None:
    """Raise BadInputError where a repetition says otherwise how it was answered; times that go by the clock are not compared."""
    seconds = _seconds(record)
    if times.missed != (seconds is None) or times.before not in (None, seconds):
        what = f"--key {record['key']!r} stands for {record['id']} already, and that was answered otherwise"
        raise BadInputError(Problem(what, "a key stands for one record: take a new one for a new record"))


def how_answered(language: Language, record: Json) -> str:
    """Return how long it took until a logged contact was answered, in words; nothing where its times cannot be read."""
    try:
        seconds = _seconds(record)
    except (KeyError, TypeError, ValueError):
        return ""
    counted = record.get("counted")
    if seconds is None:
        return language.say("contact.missed")
    if counted == seconds or not isinstance(counted, int):
        return language.say("contact.answered", time=lasted(seconds))
    if not counted:
        return language.say("contact.answered.closed", time=lasted(seconds))
    return language.say("contact.answered.open", time=lasted(seconds), open=lasted(counted, "h"))


def _report(session: Session, record: Json, case: Case | None) -> Report:
    """Return what was logged: its id, how long it took, and what is to be recorded of the complaint."""
    language, seconds = session.language, _seconds(record)
    lines = [str(record["id"]), f"  {how_answered(language, record)}"]
    if case and seconds is None and case.state in TRANSITIONS["heard"]:
        lines.append(f"  {language.say('contact.waits', id=case.id)}")
    elif case and seconds is not None and case.state in TRANSITIONS["acknowledged"]:
        lines.append(f"  {language.say('contact.no-answer', id=case.id)}")
    data: Json = {"schema": SCHEMA, "id": record["id"], "record": record, "case": record.get("about"), "seconds": seconds}
    row = tuple(str(value) if (value := {**record, **data}.get(column)) is not None else "" for column in COLUMNS)
    return Report("", language.code, (Section("", tuple(lines)),), COLUMNS, (row,), data)
