"""The calendar feed, as two programs read it that have nothing of the one which writes it: vobject, and Home Assistant's ical."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from vobject.base import Component, ContentLine

from returnkit.model.text import safe
from returnkit.render.as_calendar import Event, calendar_feed
from tests.conftest import REPOSITORY

NOON = round(datetime(2026, 11, 21, 10, tzinfo=UTC).timestamp())
SATURDAY = date(2026, 11, 21).toordinal()
HOUR = 60 * 60
CALL = Event(
    "k3-0412P-call@k3", NOON, NOON + HOUR, False, "Call Anna back", "k3-0412P\nShe asked when it comes.", NOON - HOUR, 15
)
LAW = Event("k3-0412P-law@k3", SATURDAY, SATURDAY + 1, True, "Answer k3-0412P", "The law", NOON - HOUR, 9 * 60)

TEXTS = (b"NAME", b"X-WR-CALNAME", b"UID", b"SUMMARY", b"DESCRIPTION")


def lines_of(data: bytes) -> list[bytes]:
    """Return the lines of a feed, unfolded as RFC 5545 has it (3.1), each checked before."""
    assert data.endswith(b"\r\n")
    *folded, rest = data.split(b"\r\n")
    assert rest == b""
    for line in folded:
        assert len(line) <= 75
        assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", line.decode()) is None  # no character is cut in two
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")[:-1]
    for line in lines:
        if line.startswith(TEXTS):  # what readers are lenient about: in a text these stand escaped (3.3.11)
            assert re.fullmatch(rb"[^:;]+:([^\\;,]|\\[\\;,n])*", line)
    return lines


def read(data: bytes) -> tuple[Component, Calendar]:
    """Return what each of the two readers makes of a feed."""
    text = data.decode()
    calendar = IcsCalendarStream.calendar_from_ics(text)
    parts = list(vobject.readComponents(text))
    assert len(parts) == 1
    assert isinstance(parts[0], Component)
    return parts[0], calendar


def properties(component: Component, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every property with the names of what it stands in, and its value."""
    for child in component.getChildren():
        if isinstance(child, ContentLine):
            yield f"{path}{child.name}", child.value
        else:
            yield f"{path}{child.name}", None
            yield from properties(child, f"{path}{child.name}.")


def arriving(text: str) -> str:
    """Return a text as it should arrive."""
    return "\n".join(safe(line) for line in text.splitlines())


def test_the_bytes() -> None:
    assert calendar_feed("Rotaļu nams", [LAW, CALL]).decode() == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//returnkit//calendar//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
        "NAME:Rotaļu nams\r\nX-WR-CALNAME:Rotaļu nams\r\n"
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:Answer k3-0412P\r\nDTSTART;VALUE=DATE:20261121\r\nDTEND;VALUE=DATE:20261123\r\n"
        "DTSTAMP:20261121T090000Z\r\nUID:k3-0412P-law@k3\r\nCLASS:PRIVATE\r\nDESCRIPTION:The law\r\n"
        "TRANSP:TRANSPARENT\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Answer k3-0412P\r\nTRIGGER;RELATED=END:-PT9H\r\nEND:VALARM\r\n"
        "END:VEVENT\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:Call Anna back\r\nDTSTART:20261121T100000Z\r\nDTEND:20261121T110000Z\r\n"
        "DTSTAMP:20261121T090000Z\r\nUID:k3-0412P-call@k3\r\nCLASS:PRIVATE\r\n"
        "DESCRIPTION:k3-0412P\\nShe asked when it comes.\r\n"
        "TRANSP:TRANSPARENT\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Call Anna back\r\nTRIGGER;RELATED=END:-PT15M\r\nEND:VALARM\r\n"
        "END:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )


def test_both_readers_see_the_same() -> None:
    one, other = read(calendar_feed("Shop", [CALL, LAW]))
    law, call = one.vevent_list
    assert (law.dtstart.value, law.dtend.value) == (date(2026, 11, 21), date(2026, 11, 23))
    assert (call.dtstart.value, call.dtend.value) == (
        datetime(2026, 11, 21, 10, tzinfo=UTC),
        datetime(2026, 11, 21, 11, tzinfo=UTC),
    )
    assert [(each.start, each.end, each.summary, each.uid) for each in other.events] == [
        (law.dtstart.value, law.dtend.value, "Answer k3-0412P", "k3-0412P-law@k3"),
        (call.dtstart.value, call.dtend.value, "Call Anna back", "k3-0412P-call@k3"),
    ]
    for each, before in ((call, timedelta(minutes=15)), (law, timedelta(hours=9))):
        assert (each.valarm.trigger.value, each.valarm.trigger.params) == (-before, {"RELATED": ["END"]})
        assert [alarm.trigger for event in other.events if event.uid == each.uid.value for alarm in event.alarm] == [-before]
        assert each.dtstamp.value == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert [(each.transparency, each.classification) for each in other.events] == [("TRANSPARENT", "PRIVATE")] * 2


def test_nothing_to_do_is_a_calendar_as_well() -> None:
    one, other = read(calendar_feed("Shop", []))
    assert dict(properties(one))["X-WR-CALNAME"] == "Shop"
    assert other.events == []


def test_an_instant_and_what_would_end_before_it_begins() -> None:
    later = CALL._replace(begin=NOON + HOUR)
    data = calendar_feed("Shop", [later])
    assert calendar_feed("Shop", [CALL._replace(begin=NOON + 2 * HOUR)]) == data
    assert b"DTEND" not in data
    one, other = read(data)
    assert one.vevent.dtstart.value == other.events[0].start == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert one.vevent.valarm.trigger.params == {}  # there is no end to count from
    assert read(calendar_feed("Shop", [LAW._replace(end=SATURDAY - 1)]))[1].events[0].start == date(2026, 11, 20)


def test_only_what_is_to_ring_rings() -> None:
    assert b"VALARM" not in calendar_feed("Shop", [CALL._replace(warn=0), LAW._replace(warn=0)])


def test_the_order_does_not_matter() -> None:
    events = [CALL._replace(uid=f"{at % 7}@k3", begin=NOON + at % 5 * 30 * HOUR, end=NOON + 200 * HOUR) for at in range(20)]
    events += [LAW._replace(uid=f"day-{at}@k3", begin=SATURDAY + at) for at in range(2)]
    data = calendar_feed("Shop", events)
    for order in (events[::-1], sorted(events), events[1::2] + events[::2]):
        assert calendar_feed("Shop", order) == data
    starts = [vevent.dtstart.value for vevent in read(data)[0].vevent_list]
    instants = [
        value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC) for value in starts
    ]
    assert instants == sorted(instants)


def test_another_process_in_another_time_zone_writes_the_same_bytes() -> None:
    code = (
        "import sys\nfrom returnkit.render.as_calendar import Event, calendar_feed\nassert 'icalendar' not in sys.modules\n"
        f"sys.stdout.buffer.write(calendar_feed('Shop', [{CALL!r}, {LAW!r}]))"
    )
    environment = os.environ | {"TZ": "America/St_Johns", "PYTHONHASHSEED": "7"}
    written = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=REPOSITORY, env=environment)
    assert written.stdout == calendar_feed("Shop", [CALL, LAW])


ATTACKS = (
    "wet\nBEGIN:VEVENT\nSUMMARY:evil\nEND:VEVENT",
    "wet\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR",
    "END:VCALENDAR",
    "wet\n ATTACH:https://evil.example",
    "wet\x0bATTACH:x\x0cATTACH:x\x1cATTACH:x\x85ATTACH:x\u2028ATTACH:x\u2029ATTACH:x\rATTACH:x\x00",
    'a;VALUE=URI:b","c',
    ";:,\\",
    "C:\\NAMES\\new, 5\\N or \\n; \\\\N \\, \\; \\",
    "100 % “quoted” \"quoted\" 'quoted' ^n ^' =0D=0A &amp; <b>",
    "\u202eDNE\u202c \u200bzero\ufeff \ud800 \x1b[31mred\x07",
    "😀" * 500,
    "x" * 74 + "\\" * 9 + "," * 80 + "ā" * 40 + "\n" * 80,
    " begins and ends with blanks ",
    "\xa0no-break\xa0",
    "\n\n",
    "=cmd|' /C calc'!A0",
    "BEGIN:VALARM\nACTION:PROCEDURE\nATTACH:file:///bin/sh\nEND:VALARM",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_a_bad_text_stays_text(text: str) -> None:
    check_arrives(text, text, text, text)


ANY_TEXT = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from('\\\\\\nN;:,\r\n\t "=\x0c\x00\x85\u2028\u202eāŠ😀')), max_size=200
)


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_stays_text(name: str, uid: str, summary: str, description: str) -> None:
    check_arrives(name, uid, summary, description)


def check_arrives(name: str, uid: str, summary: str, description: str) -> None:
    """Check that texts arrive as texts, and bring nothing with them that a calendar of plain words has not."""
    data = calendar_feed(name, [CALL._replace(uid=uid, summary=summary, description=description), LAW])
    plain = calendar_feed("x", [CALL._replace(uid="x", summary="x", description="x" if description else ""), LAW])
    heads = [[re.split(b"[:;]", line)[0] for line in lines_of(each)] for each in (data, plain)]
    assert heads[0] == heads[1]
    one, other = read(data)
    found, plainly = dict(properties(one)), dict(properties(read(plain)[0]))
    assert list(found) == list(plainly)
    name, summary = (" ".join(arriving(text).split("\n")) for text in (name, summary))
    assert (found["NAME"], found["X-WR-CALNAME"]) == (name, name)
    event = one.vevent_list[1]
    assert (event.uid.value, event.summary.value, event.valarm.description.value) == (arriving(uid), summary, summary)
    assert ("description" in event.contents) == bool(description)
    assert not description or event.description.value == arriving(description)
    read_again = other.events[1]
    assert (read_again.uid, read_again.summary or "", read_again.description or "") == (
        arriving(uid),
        summary,
        arriving(description),
    )
    assert [read_again.extras, read_again.alarm[0].extras, read_again.attach] == [[], [], []]


@settings(deadline=None)
@given(st.booleans(), st.integers(0, 80 * 365), st.integers(-3, 400), st.integers(0, 86399), st.integers(0, 14 * 24 * 60))
def test_any_time_arrives(whole_day: bool, day: int, days: int, seconds: int, warn: int) -> None:
    first = date(2000, 1, 1).toordinal() + day
    epoch = date(1970, 1, 1).toordinal()
    begin, end = (first, first + days) if whole_day else ((first - epoch) * 86400, (first - epoch + days) * 86400 + seconds)
    event = CALL._replace(begin=begin, end=end, whole_day=whole_day, warn=warn)
    one, other = read(calendar_feed("Shop", [event]))
    start = min(begin, end)
    wanted: tuple[object, object]
    if whole_day:
        wanted = date.fromordinal(start), date.fromordinal(end + 1)
    else:
        wanted = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
    assert (other.events[0].start, other.events[0].end) == wanted
    assert one.vevent.dtstart.value == wanted[0]
    assert ("dtend" in one.vevent.contents) == (whole_day or begin < end)
    assert [alarm.trigger for alarm in other.events[0].alarm] == ([timedelta(minutes=-warn)] if warn else [])
