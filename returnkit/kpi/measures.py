"""Map: what one record adds to the figures.

Every line alone says what it adds (`was` tells how the case stood before), so the sum of any lines, in any order and however
they are shared out over months, tills and files, is the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec

from returnkit.model.dates import parse_iso

Whole = Annotated[int, msgspec.Meta(ge=0)]

MONEY_BACK = ("refund", "price-reduction")  # what leaves the till
SECONDS = 60  # in a minute


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


class Seen(msgspec.Struct, gc=False):
    """What the figures read of a record; a line in which one of these is not of its form cannot be read."""

    v: int
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
    handling: Whole | None = None
    was: Was | None = None
    voided: Voided | None = None


class Point(NamedTuple):
    """What is counted together: a quantity on a day, of one currency, one value (a duration), and one of each slice."""

    quantity: str
    day: str
    currency: str = ""
    value: int = 0
    category: str = ""
    reason: str = ""
    channel: str = ""
    staff: str = ""
    tender: str = ""


Points = dict[Point, list[int]]  # how many, and what they come to in minor units

# By what each quantity can be sliced; what a record does not say, it cannot be sliced by.
SLICES: dict[str, tuple[str, ...]] = {
    "returned": ("category", "reason", "channel", "staff"),
    "refunded": ("category", "reason", "channel", "staff", "tender"),
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
    """What every record has."""

    v: int
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
        self.points: Points = {}
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
                self._add(Point("handling", day, "", record.handling, channel=record.channel, staff=record.staff))
        elif kind == "sale":
            currency, channel = record.currency, record.channel
            for line in record.lines:
                self._add(Point("sold", day, currency, 0, line.category, "", channel), 1, line.paid)
        elif kind == "return.voided":
            if record.voided is not None and record.voided.kind == "return":
                self._returned(day, record.voided, -1)
        elif kind in COUNTED:
            self._complaint(day, kind, record)

    def _add(self, point: Point, count: int = 1, total: int = 0) -> None:
        found = self.points.get(point)
        if found is None:
            self.points[point] = [count, total]
        else:
            found[0] += count
            found[1] += total

    def _returned(self, day: str, record: Seen | Voided, sign: int) -> None:
        currency, channel, staff = record.currency, record.channel, record.staff
        for line in record.lines:
            tender = (line.tender or record.paid_with or UNKNOWN) if line.remedy in MONEY_BACK else ""
            point = Point("returned", day, currency, 0, line.category, line.reason, channel, staff, tender)
            self._add(point, sign, sign * line.amount)

    def _complaint(self, day: str, kind: str, record: Seen) -> None:
        if kind == OPENED:
            self._of_case("opened", day, record, record)
            self._of_case("standing", day, record, record)
        elif record.was is not None:
            self._event(day, kind, record, record.was)

    def _event(self, day: str, kind: str, record: Seen, was: Was) -> None:
        # A line of which one part cannot be read adds nothing: all is read before anything is added.
        lasted = minutes_between(was.opened, record.time) if kind in ANSWERS else 0
        kept = int(_instant(record.time) <= _instant(was.promised)) if was.promised and kind == RESOLVED else 0
        first_answer = kind in ANSWERS and not was.answered
        if first_answer:
            self._of_case("answered", day, record, was, value=lasted)
        if kind == RESOLVED:
            self._of_case("resolved", day, record, was, value=lasted)
            if first_answer and was.state == "open" and not was.reopened:
                self._of_case("first-contact", day, record, was)
            if was.promised:
                self._of_case("promised", day, record, was, total=kept)
        elif kind == REOPENED:
            self._of_case("reopened", day, record, was)
            if was.state == "closed":  # what was only resolved never stopped being open
                self._of_case("standing", day, record, was)
        elif kind == CLOSED:
            self._of_case("standing", day, record, was, count=-1)

    def _of_case(  # noqa: PLR0913 - what is counted, and of which case
        self, quantity: str, day: str, record: Seen, case: Seen | Was, *, value: int = 0, count: int = 1, total: int = 0
    ) -> None:
        staff = "" if quantity == "standing" else record.staff
        self._add(Point(quantity, day, "", value, case.category, "", case.channel, staff), count, total)


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
    seconds = (_instant(later) - _instant(earlier)).total_seconds()
    return max(0, -(-int(seconds) // SECONDS))


def _instant(time: str) -> datetime:
    found = datetime.fromisoformat(time)
    if found.tzinfo is None:
        raise ValueError(f"{time} has no offset")
    return found
