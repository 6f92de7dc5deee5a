"""`returnkit complaint promise`: by when the customer was told that something happens, and whether it did."""

import re

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.options import not_empty
from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import WEEKDAYS, iso, weekday
from returnkit.model.jsonl import Json
from returnkit.service.clocks import instant
from returnkit.service.complaint import Case

HOW = 'write it as 16:30, 2026-11-23, "2026-11-23 16:30", tomorrow, "monday 12:00" or "in 2 hours"'
SECONDS_IN = {"minute": 60, "hour": 60 * 60, "day": 24 * 60 * 60}
_DAY = rf"(today|tomorrow|{'|'.join(WEEKDAYS)})(?: (\d\d:\d\d))?"
_FROM_NOW = r"in (\d{1,3}) (minute|hour|day)s?"


@case_command
@click.option("--by", metavar="TIME", callback=not_empty, help='By when: 16:30, 2026-11-23, "monday 12:00", "in 2 hours".')
@click.option("--kept", is_flag=True, help="What was promised is done.")
@click.option("--broken", is_flag=True, help="What was promised will not be done.")
@click.option("--which", metavar="ID", callback=not_empty, help="The record of the promise, where there are several.")
def promise(case: str, *, by: str | None, kept: bool, broken: bool, which: str | None, **options: str | None) -> int:
    """Promise the customer something by a time, and say when it is kept.

    \b
        returnkit complaint promise k3-0412P --by "monday 12:00" --text "we call and say whether it can be repaired"
        returnkit complaint promise k3-0412P --kept

    A day without a time ends at midnight. Kept later than promised, a promise is late; --broken says that it will not be kept.
    Several may stand at the same time: --kept and --broken mean the one that is due first, unless --which names its record.
    Resolving a complaint keeps what was promised until then.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if [by is not None, kept, broken].count(True) != 1:
        raise BadInputError(Problem("it is not clear what to record", "give one of --by TIME, --kept and --broken"))
    session = Session()
    if by is not None:
        known = session.books().with_key(options["key"], {"kind": "complaint.promised"}) if options["key"] else None
        return change(session, case, "promised", options, by=str(known["by"]) if known else _moment(session, by))

    if which is not None:
        return change(session, case, "kept" if kept else "broken", options, promise=str(session.books().find(which)["id"]))
    return change(session, case, "kept" if kept else "broken", options, derive=_due_first)


def _due_first(_session: Session, case: Case) -> Json:
    """Return the promise that is due first. Raises BadInputError where none is waiting to be kept."""
    if not case.promises:
        raise BadInputError(Problem(f"{case.id}: no promise is waiting to be kept", "see returnkit complaint show"))
    return {"promise": min(case.promises, key=lambda promise: instant(promise.by)).id}


def _moment(session: Session, text: str) -> str:
    """Return the time that a person means, in the shop's zone. Raises BadInputError for what is none or is over."""
    clock, clocks, now = session.clock, session.clocks(), instant(session.clock.now())
    words = " ".join(text.casefold().split())
    named, from_now = re.fullmatch(_DAY, words, re.ASCII), re.fullmatch(_FROM_NOW, words, re.ASCII)
    if from_now:
        found = clocks.local(now + int(from_now[1]) * SECONDS_IN[from_now[2]])
    else:
        if named:
            words = f"{iso(_day(session.today, named[1]))} {named[2] or ''}".strip()
        if re.fullmatch(r"\d{4}-\d\d-\d\d", words, re.ASCII):
            words += " 23:59:59"
        try:
            found = clock.moment(words.upper())
        except BadInputError:
            raise BadInputError(Problem(f"--by {text!r} is not understood", HOW)) from None
    if instant(found) <= now:
        raise BadInputError(Problem(f"{found[:16].replace('T', ' ')} is over", "promise something that can still be kept"))
    if not clocks.is_open(instant(found)) and not words.endswith("23:59:59"):
        note(f"the shop is closed at {found[:16].replace('T', ' ')}")
    return found


def _day(today: int, named: str) -> int:
    """Return the day of a word: a weekday is the next one, today excepted."""
    if named in ("today", "tomorrow"):
        return today + (named == "tomorrow")
    return today + ((WEEKDAYS.index(named) - weekday(today) - 1) % 7 + 1)
