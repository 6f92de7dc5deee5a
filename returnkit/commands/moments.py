"""Times to come, as people say them: `16:30`, `tomorrow`, `monday 12:00`, `in 3 days`."""

import re

from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import LAST_DAY, WEEKDAYS, iso, parse_iso, weekday
from returnkit.model.jsonl import Json
from returnkit.service.clocks import instant

HOW = 'write it as 16:30, 2026-11-23, "2026-11-23 16:30", tomorrow, "monday 12:00", "in 2 hours" or "in 3 days"'
SECONDS_IN = {"minute": 60, "hour": 60 * 60, "day": 24 * 60 * 60}
_DAY = rf"(today|tomorrow|{'|'.join(WEEKDAYS)})(?: (\d\d:\d\d))?"
_FROM_NOW = r"in (\d{1,3}) (minute|hour|day)s?"
_DAYS_FROM_NOW = r"in (\d{1,3}) (day|week)s?"
DAYS_IN = {"day": 1, "week": 7}


def when_ahead(session: Session, text: str, known: Json | None) -> Json:
    """Return the same as `day_or_moment_ahead`; of a repetition (`known` was recorded) what `tomorrow` meant the first time."""
    if known is None or is_fixed(text):
        return day_or_moment_ahead(session, text)
    return {field: known[field] for field in ("on", "by") if field in known}


def is_fixed(text: str) -> bool:
    """Tell whether a text means the same time whenever it is read: 2026-11-23, 2026-11-23 16:30."""
    return re.match(r"\s*\d{4}-", text, re.ASCII) is not None


def day_or_moment_ahead(session: Session, text: str) -> Json:
    """Return what a person means as a record has it: `on` a day, or `by` a time.

    Raises BadInputError for what is none or is over. A day on which the shop is closed stands for the next one on which it opens,
    and that is noted.
    """
    words = " ".join(text.casefold().split())
    named, later = re.fullmatch(_DAY, words, re.ASCII), re.fullmatch(_DAYS_FROM_NOW, words, re.ASCII)
    if later:
        day = session.today + int(later[1]) * DAYS_IN[later[2]]
    elif named and not named[2]:
        day = _day(session.today, named[1])
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", words, re.ASCII):
        try:
            day = parse_iso(words)
        except ValueError as error:
            raise BadInputError(Problem(f"{text!r} is not a day", str(error))) from None
    else:
        return {"by": moment_ahead(session, text)}
    if not session.today <= day < LAST_DAY:
        raise BadInputError(Problem(f"{text!r} is over, or too far away", "name a day that is to come"))
    clocks = session.clocks()
    opens, closes = clocks.open_day(day)
    if closes <= instant(session.clock.now()):
        raise BadInputError(Problem(f"the shop is closed already {text.strip()}", "name a later day, or a time, such as 21:00"))
    if clocks.day_of(opens) != day:
        note(f"{iso(day)} is a public holiday, or the shop is closed then: it is to be done on {iso(clocks.day_of(opens))}")
    return {"on": iso(day)}


def moment_ahead(session: Session, text: str) -> str:
    """Return the time that a person means, in the shop's zone. Raises BadInputError for what is none or is over."""
    clock, clocks, now = session.clock, session.clocks(), instant(session.clock.now())
    words = re.sub(r"(?<!\S)(\d:\d\d)$", r"0\1", " ".join(text.casefold().split()))  # 9:30
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
            raise BadInputError(Problem(f"{text!r} is not understood", HOW)) from None
    if instant(found) <= now:
        raise BadInputError(Problem(f"{found[:16].replace('T', ' ')} is over", "name a time that is to come"))
    if not clocks.is_open(instant(found)) and not words.endswith("23:59:59"):
        note(f"the shop is closed at {found[:16].replace('T', ' ')}")
    return found


def _day(today: int, named: str) -> int:
    """Return the day of a word: a weekday is the next one, today excepted."""
    if named in ("today", "tomorrow"):
        return today + (named == "tomorrow")
    return today + ((WEEKDAYS.index(named) - weekday(today) - 1) % 7 + 1)
