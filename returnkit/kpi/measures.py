"""Map: what one record adds to the figures.

Every line alone says what it adds (`was` tells how the case stood before), so the sum of any lines, in any order and however
they are shared out over months, tills and files, is the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec

from returnkit.model.dates import parse_iso
from returnkit.model.record import VERSION

Whole = Annotated[int, msgspec.Meta(ge=0)]

MONEY_BACK = ("refund", "price-reduction")  # what leaves the till
LOCAL = len("2026-11-21T15:30:00")  # a time without its offset
MINUTE, DAY = 60, 24 * 60 * 60  # seconds


class Article(msgspec.Struct, gc=False):
    """What is read of an article that was sold or came back. Money in minor units."""

    category: str = ""
    reason: str = ""
    remedy: str = ""
    tender: str = ""
    amount: Whole = 0
    paid: Whole = 0


class Was(msgspec.Struct, gc=False):
    """How a complaint stood before a record."""

    state: str
    opened: str
    reopened: Whole
    answered: str = ""
    promised: str = ""
    channel: str = ""
    category: str = ""


class Voided(msgspec.Struct, gc=False):
    """The return that a void takes back."""

    lines: list[Article]
    kind: str = ""
    currency: str = ""
    channel: str = ""
    staff: str = ""
    paid_with: str = ""
    difference: int = 0


class Seen(msgspec.Struct, gc=False):
    """What the figures read of a record; a line in which one of these is not of its form cannot be read."""

    v: Annotated[int, msgspec.Meta(le=VERSION)]
    id: str
    kind: str
    time: str
    h: str
    lines: list[Article] = []
    currency: str = ""
    channel: str = ""
    category: str = ""
    staff: str = ""
    paid_with: str = ""
    difference: int = 0
    handling: Whole | None = None
    was: Was | None = None
    voided: Voided | None = None


class Point(NamedTuple):
    """What is counted together: a quantity on a day, of one currency, one value (a duration), and one of each slice.

    While records are read it is a bare tuple in this order: to make one of these takes longer than to read the line.
    """

    quantity: str
    day: str
    currency: str
    value: int
    category: str
    reason: str
    channel: str
    staff: str
    tender: str


Place = tuple[str, str, str, int, str, str, str, str, str]


class Points(dict[Place, list[int]]):
    """How many there are of each point, and what they come to in minor units; of one that nobody saw, nothing."""

    def __missing__(self, point: Place) -> list[int]:
        found = self[point] = [0, 0]
        return found


# By what each quantity can be sliced; what a record does not say, it cannot be sliced by.
SLICES: dict[str, tuple[str, ...]] = {
    "returned": ("category", "reason", "channel", "staff"),
    "refunded": ("category", "reason", "channel", "staff", "tender"),
    "paid-on-top": ("category", "reason", "channel", "staff", "tender"),
    "sold": ("category", "channel"),
    "handling": ("channel", "staff"),
    "opened": ("category", "channel", "staff"),
    "standing": ("category", "channel"),
    "resolved": ("category", "channel", "staff"),
    "reopened": ("category", "channel", "staff"),
    "answered": ("category", "channel", "staff"),
    "first-contact": ("category", "channel", "staff"),
    "promised": ("category", "channel", "staff"),
}

OPENED, ACKNOWLEDGED, RESOLVED, CLOSED, REOPENED = (
    f"complaint.{event}" for event in ("opened", "acknowledged", "resolved", "closed", "reopened")
)
COUNTED = ("return", "return.voided", "sale", OPENED, ACKNOWLEDGED, RESOLVED, CLOSED, REOPENED)
ANSWERS = (ACKNOWLEDGED, RESOLVED)  # what the customer hears of


class Head(msgspec.Struct, gc=False):
    """What every record has. One of a newer version may mean something else by everything that it says."""

    v: Annotated[int, msgspec.Meta(le=VERSION)]
    id: str
    kind: str
    time: str
    h: str


_decode = msgspec.json.Decoder(Seen).decode
_decode_head = msgspec.json.Decoder(Head).decode


def decode(line: bytes) -> Seen:
    """Return what the figures read of a line. Raises ValueError (msgspec's own are such) where that is not of its form.

    A kind that nothing is known of may use the same names otherwise.
    """
    try:
        return _decode(line)
    except msgspec.ValidationError:
        head = _decode_head(line)
        if head.kind in COUNTED:
            raise
        return Seen(head.v, head.id, head.kind, head.time, head.h)


class Tally:
    """What many records add, counted together. It is filled by `see`, one record after the other."""

    def __init__(self) -> None:
        self.points = Points()
        self._days: set[str] = set()

    def see(self, record: Seen) -> None:
        """Add one record. Raises ValueError where its times are none; kinds that nothing is known of add nothing."""
        day = record.time[:10]
        if day not in self._days:
            parse_iso(day)
            self._days.add(day)
        kind = record.kind
        if kind == "return":
            self._returned(day, record, 1)
            if record.handling is not None:
                self.points["handling", day, "", record.handling, "", "", record.channel, record.staff, ""][0] += 1
        elif kind == "sale":
            for line in record.lines:
                found = self.points["sold", day, record.currency, 0, line.category, "", record.channel, "", ""]
                found[0] += 1
                found[1] += line.paid
        elif kind == "return.voided":
            if record.voided is not None and record.voided.kind == "return":
                self._returned(day, record.voided, -1)
        elif kind == OPENED:
            self.points["opened", day, "", 0, record.category, "", record.channel, record.staff, ""][0] += 1
            self.points["standing", day, "", 0, record.category, "", record.channel, "", ""][0] += 1
        elif kind in COUNTED and record.was is not None:
            self._event(day, kind, record, record.was)

    def _returned(self, day: str, record: Seen | Voided, sign: int) -> None:
        points, currency, channel, staff = self.points, record.currency, record.channel, record.staff
        for line in record.lines:
            tender = (line.tender or record.paid_with or UNKNOWN) if line.remedy in MONEY_BACK else ""
            found = points["returned", day, currency, 0, line.category, line.reason, channel, staff, tender]
            found[0] += sign
            found[1] += sign * line.amount
        if record.difference:
            self._difference(day, record, sign)

    def _difference(self, day: str, record: Seen | Voided, sign: int) -> None:
        """Add what was paid or given back on top of an exchange for something dearer or cheaper."""
        about = record.lines[0] if record.lines else Article()
        quantity = "paid-on-top" if record.difference > 0 else "refunded"
        rest = about.category, about.reason, record.channel, record.staff, record.paid_with or UNKNOWN
        found = self.points[quantity, day, record.currency, 0, *rest]
        found[0] += sign
        found[1] += sign * abs(record.difference)

    def _event(self, day: str, kind: str, record: Seen, was: Was) -> None:
        # A line of which one part cannot be read adds nothing: all is read before anything is added.
        lasted = minutes_between(was.opened, record.time) if kind in ANSWERS else 0
        kept = was.promised != "" and kind == RESOLVED and instant(record.time) <= instant(was.promised)
        points, category, channel, staff = self.points, was.category, was.channel, record.staff
        if kind in ANSWERS and not was.answered:
            points["answered", day, "", lasted, category, "", channel, staff, ""][0] += 1
            if kind == RESOLVED and was.state == "open" and not was.reopened:
                points["first-contact", day, "", 0, category, "", channel, staff, ""][0] += 1
        if kind == RESOLVED:
            points["resolved", day, "", lasted, category, "", channel, staff, ""][0] += 1
            if was.promised:
                found = points["promised", day, "", 0, category, "", channel, staff, ""]
                found[0] += 1
                found[1] += kept
        elif kind == CLOSED:
            points["standing", day, "", 0, category, "", channel, "", ""][0] -= 1
        elif kind == REOPENED:
            points["reopened", day, "", 0, category, "", channel, staff, ""][0] += 1
            if was.state == "closed":  # what was only resolved never stopped being open
                points["standing", day, "", 0, category, "", channel, "", ""][0] += 1


UNKNOWN = "unknown"


def mapped(record: Seen) -> Points:
    """Return what one record adds."""
    tally = Tally()
    tally.see(record)
    return tally.points


def summed(records: Iterable[Seen]) -> Points:
    """Return what many records add together."""
    tally = Tally()
    for record in records:
        tally.see(record)
    return tally.points


def minutes_between(earlier: str, later: str) -> int:
    """Return the minutes from one RFC 3339 time to another; one that has begun counts whole, and none is below zero."""
    lasted = instant(later) - instant(earlier)
    return max(0, -(-(lasted.days * DAY + lasted.seconds) // MINUTE))


def instant(time: str) -> datetime:
    """Return the moment of an RFC 3339 time. Raises ValueError where it is none, or says no offset."""
    if len(time) <= LOCAL:
        raise ValueError(f"{time} has no offset")
    return datetime.fromisoformat(time)
