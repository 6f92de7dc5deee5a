"""A calendar that a telephone or a mail program subscribes to: iCalendar (RFC 5545), with name and refresh of RFC 7986.

Numbers such as 3.3.11 are sections of RFC 5545.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from returnkit.model.text import safe

if TYPE_CHECKING:
    from icalendar import Component

REFRESH = timedelta(minutes=15)  # after which a subscriber looks again
EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 24 * 60 * 60  # seconds
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})  # 3.3.11


class Event(NamedTuple):
    """Something that has its time.

    `uid` names the same thing in every run, for ever. `begin` and `end` are seconds since 1970 (UTC); of a `whole_day` event
    they are days as in `model.dates`, the last one included. `since` is when it arose, in seconds since 1970. A telephone rings
    `warn` minutes before the end, which of a whole day is the midnight after it; with 0 it does not.
    """

    uid: str
    begin: int
    end: int
    whole_day: bool
    summary: str
    description: str
    since: int
    warn: int


def calendar_feed(name: str, events: Sequence[Event]) -> bytes:
    """Return a calendar of this name as the bytes of a file: the same ones for the same events, in whatever order they come.

    No text is an error: line breaks stay line breaks (in a name and a summary they become spaces), other control characters
    are made visible. What would end before it begins is shown at its end.
    """
    from icalendar import Calendar, vDuration

    feed = Calendar()
    feed.add("version", "2.0")
    feed.add("prodid", "-//returnkit//calendar//EN")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    _add_text(feed, "name", _one_line(name))
    _add_text(feed, "x-wr-calname", _one_line(name))  # what telephones read in place of NAME
    feed.add("refresh-interval", vDuration(REFRESH), {"value": "DURATION"})
    feed.add("x-published-ttl", vDuration(REFRESH))  # what Outlook reads in place of it
    for event in sorted(events, key=_place):
        feed.add_component(_entry(event))
    data: bytes = feed.to_ical()
    return data


def _entry(event: Event) -> "Component":
    """Return an event as it stands in a calendar, with what makes a telephone ring."""
    from icalendar import Alarm
    from icalendar import Event as Entry

    entry = Entry()
    _add_text(entry, "uid", event.uid)
    entry.add("dtstamp", _time(event.since))
    begin = min(event.begin, event.end)
    if event.whole_day:
        entry.add("dtstart", date.fromordinal(begin))
        entry.add("dtend", date.fromordinal(event.end + 1))  # the day on which it is over
    else:
        entry.add("dtstart", _time(begin))
        if begin < event.end:  # an instant has no end (3.8.2.2)
            entry.add("dtend", _time(event.end))
    summary = _one_line(event.summary)
    _add_text(entry, "summary", summary)
    if event.description:
        _add_text(entry, "description", event.description)
    entry.add("transp", "TRANSPARENT")  # nobody is busy because of it
    entry.add("class", "PRIVATE")
    if event.warn:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        _add_text(alarm, "description", summary)
        alarm.add("trigger", timedelta(minutes=-event.warn), {"related": "END"} if "dtend" in entry else {})
        entry.add_component(alarm)
    return entry


def _place(event: Event) -> tuple[int, Event]:
    return (event.begin - EPOCH_DAY) * DAY if event.whole_day else event.begin, event


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _add_text(component: "Component", field: str, text: str) -> None:
    """Add a text with its line breaks; escaped here, since icalendar takes a backslash and an N for a line break."""
    from icalendar.prop import vInline

    component[field] = vInline("\\n".join(safe(line).translate(ESCAPED) for line in text.splitlines()))
