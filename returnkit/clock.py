"""The clock on the shop's wall: what time and which day it is in the shop's zone, or is taken to be."""

import os
import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import parse_iso
from returnkit.model.toml import shown

_INSTANT = r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?"


FIRST_SECOND, LAST_SECOND = 946_771_200, 4_102_358_400  # 2000-01-02 to 2099-12-31, in every zone


class Clock:
    """The time in a zone; `given` (RFC 3339; without offset: the zone's own time) stands in for the real one.

    Raises BadInputError where `given` is no time.
    """

    def __init__(self, time_zone: str, given: str = "") -> None:
        self.time_zone = time_zone
        self.set = bool(given)
        self._given = self._read(given) if given else None

    def now(self) -> str:
        """Return the time as RFC 3339 text in the shop's zone, to the second."""
        return self.real() if self._given is None else _text(self._given)

    def real(self) -> str:
        """Return the real time, whatever it is taken to be."""
        seconds = time.time()
        if not FIRST_SECOND <= seconds < LAST_SECOND:
            what = f"this machine's clock says {time.strftime('%Y-%m-%d', time.gmtime(seconds))}"
            raise BadInputError(Problem(what, "set the clock, then repeat"))
        # A laptop normally stands in its shop's zone; then the C library knows the time and zoneinfo stays unloaded.
        if _machine_zone() == self.time_zone:
            offset = timezone(timedelta(seconds=time.localtime(seconds).tm_gmtoff))
            return _text(datetime.fromtimestamp(seconds, offset))
        return _text(datetime.fromtimestamp(seconds, _zone(self.time_zone)))

    def today(self) -> int:
        """Return the day of `now` (S3)."""
        return parse_iso(self.now()[:10])

    def offset(self, instant: int) -> int:
        """Return the zone's offset from UTC in seconds at an instant (seconds since the epoch)."""
        if _machine_zone() == self.time_zone:
            return time.localtime(instant).tm_gmtoff
        offset = datetime.fromtimestamp(instant, _zone(self.time_zone)).utcoffset()
        return 0 if offset is None else round(offset.total_seconds())

    def moment(self, text: str) -> str:
        """Return a time that a person typed, in full: RFC 3339, or `15:28` of today. Raises BadInputError."""
        if re.fullmatch(r"\d\d:\d\d", text, re.ASCII):
            text = f"{self.now()[:10]}T{text}"
        return _text(self._read(text))

    def _read(self, given: str) -> datetime:
        found = re.fullmatch(_INSTANT, given, re.ASCII)
        try:
            if not found:
                raise ValueError  # noqa: TRY301
            parse_iso(found[1])
            moment = datetime.fromisoformat(given)
            if found[2]:
                moment = moment.astimezone(_zone(self.time_zone))
                parse_iso(moment.date().isoformat())
            else:
                moment = moment.replace(tzinfo=_zone(self.time_zone))
        except (ValueError, OverflowError):
            remedy = "write it as 2026-11-21T15:30:00+02:00, or as a date"
            raise BadInputError(Problem(f"--now {shown(given)} is not understood", remedy)) from None
        return moment


def seconds_between(earlier: str, later: str) -> int:
    """Return the seconds from one RFC 3339 time to another."""
    return round((datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds())


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _machine_zone() -> str:
    """Return the IANA name of this machine's time zone, or an empty text where it does not say."""
    zone = os.environ.get("TZ", "")
    if zone:
        return zone.removeprefix(":")
    try:
        return os.readlink("/etc/localtime").partition("/zoneinfo/")[2]
    except OSError:
        return ""
