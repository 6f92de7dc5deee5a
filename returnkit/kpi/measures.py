"""Map: what one record adds to the figures.

Every line alone says what it adds (`was` tells how the case stood before), so the sum of any lines, in any order and however
they are shared out over months, tills and files, is the same.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, NamedTuple

import msgspec

from returnkit.model.dates import parse_iso
from returnkit.model.record import VERSION

Whole = Annotated[int, msgspec.Meta(ge=0)]

MONEY_BACK = ("refund", "price-reduction")  # what leaves the till
LOCAL = len("2026-11-21T15:30:00")  # a time without its offset
MINUTE, DAY = 60, 24 * 60 * 60  # seconds


# The fields below stand in the order of a line, whose keys are sorted: the decoder then finds each at its first look.


class Article(msgspec.Struct, gc=False, kw_only=True):
    """What is read of an article that was sold or came back. Money in minor units."""

    amount: Whole = 0
    category: str = ""
    paid: Whole = 0
    reason: str = ""
    remedy: str = ""
    tender: str = ""


class Promise(msgspec.Struct, gc=False):
    """What the customer was promised and was neither kept nor broken before a record."""

    id: str
    by: str
    staff: str = ""


class Was(msgspec.Struct, gc=False, kw_only=True):
    """How a complaint stood before a record. `counted` and `waited` are minutes on its clock; an older program said neither."""

    answered: str = ""
    category: str = ""
    channel: str = ""
    counted: Whole | None = None
    currency: str = ""
    customer: str = ""
    heard: str = ""
    missed: tuple[str, ...] = ()
    opened: str
    promises: tuple[Promise, ...] = ()
    reopened: Whole
    state: str
    value: Whole | None = None
    waited: Whole | None = None


class Voided(msgspec.Struct, gc=False, kw_only=True):
    """The return that a void takes back."""

    channel: str = ""
    currency: str = ""
    difference: int = 0
    kind: str = ""
    lines: tuple[Article, ...]
    paid_with: str = ""
    staff: str = ""


class Skipped(msgspec.Struct, gc=False, kw_only=True):
    """What a record of a case said that counts for nothing: another till was first."""

    currency: str = ""
    customer: str = ""
    kind: str
    promise: str = ""
    staff: str = ""
    time: str
    token: str = ""
    usual: str = ""
    was: Was
    worth: Whole = 0


class Seen(msgspec.Struct, gc=False, kw_only=True):
    """What the figures read of a record; a line in which one of these is not of its form cannot be read."""

    answered: str = ""
    category: str = ""
    channel: str = ""
    counted: Whole | None = None
    currency: str = ""
    customer: str = ""
    difference: int = 0
    flags: tuple[str, ...] = ()
    h: str
    handling: Whole | None = None
    id: str
    kind: str
    lines: tuple[Article, ...] = ()
    paid_with: str = ""
    promise: str = ""
    received: str = ""
    skipped: Skipped | None = None
    staff: str = ""
    time: str
    token: str = ""
    usual: str = ""
    v: Annotated[int, msgspec.Meta(le=VERSION)]
    value: Whole | None = None
    voided: Voided | None = None
    was: Was | None = None
    worth: Whole = 0


Step = Seen | Skipped  # of a complaint


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


OF_CASE, OF_CONTACT = ("category", "channel", "staff"), ("channel", "staff")
ALL: tuple[str, ...] = ("contact",)
GROUPS = {"phone": (*ALL, "call"), "email": (*ALL, "mail")}  # what a contact is counted among, by its channel
# By what each quantity can be sliced; what a record does not say, it cannot be sliced by. Of a length of time the total says how
# many of them stand in the quantity `-counted` as well: with the minutes on the complaint's own clock and, as its total, how many
# of these were within the time that the complaint was promised. Lines of older programs say neither. Contacts last seconds; of
# those, what is counted are opening hours, and nothing was promised.
SLICES: dict[str, tuple[str, ...]] = {
    "returned": ("category", "reason", "channel", "staff"),
    "refunded": ("category", "reason", "channel", "staff", "tender"),
    "paid-on-top": ("category", "reason", "channel", "staff", "tender"),
    "sold": ("category", "channel"),
    "handling": ("channel", "staff"),
    "opened": OF_CASE,
    "standing": ("category", "channel"),
    "at-risk": ("category", "channel"),
    "resolved": OF_CASE,
    "resolved-counted": OF_CASE,
    "reopened": OF_CASE,
    "escalated": OF_CASE,
    "flagged": OF_CASE,
    "answered": OF_CASE,
    "answered-counted": OF_CASE,
    "answered-again": OF_CASE,
    "answered-again-counted": OF_CASE,
    "first-contact": OF_CASE,
    "promise-kept": OF_CASE,
    "promise-late": OF_CASE,
    "promise-broken": OF_CASE,
    "token": OF_CASE,
    "token-or-usual": OF_CASE,
    "won": ("category", "channel"),  # nobody's alone: who closes it is not who takes it back
    "lost": ("category", "channel"),
    **{f"{group}-{end}": OF_CONTACT for group in (*ALL, "call", "mail") for end in ("answered", "answered-counted", "missed")},
}

OPENED, RESOLVED, CLOSED, REOPENED, MERGED, ESCALATED, FLAGGED, KEPT, BROKEN = (
    f"complaint.{event}"
    for event in ("opened", "resolved", "closed", "reopened", "merged", "escalated", "flagged", "kept", "broken")
)
# What the customer hears of, as in service/complaint.py; it stands here because what is kept of the sums depends on it.
ANSWERS = frozenset(f"complaint.{event}" for event in ("acknowledged", "promised", "offered", "waiting", "resolved"))
STEPS = ANSWERS | {CLOSED, REOPENED, MERGED, ESCALATED, FLAGGED, KEPT, BROKEN}  # of a complaint, after its opening
LOGGED = "contact.logged"
CORRECTED = "case.corrected"
COUNTED = STEPS | {"return", "return.voided", "sale", OPENED, LOGGED, CORRECTED}


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
        return Seen(v=head.v, id=head.id, kind=head.kind, time=head.time, h=head.h)


class Tally:
    """What many records add, counted together. It is filled by `see`, one record after the other."""

    def __init__(self) -> None:
        self.points = Points()
        self._days: set[str] = set()

    def see(self, record: Seen) -> None:
        """Add one record. Raises ValueError where its times are none; kinds that nothing is known of add nothing."""
        day = record.time[:10]
        if day not in self._days:
            self._check(day)
        kind = record.kind
        if kind == "return":
            self._returned(day, record, 1)
            if record.handling is not None:
                self.points["handling", day, "", record.handling, "", "", record.channel, record.staff, ""][0] += 1
        elif kind == "sale":
            self._sold(day, record)
        elif kind == "return.voided":
            self._voided(day, record.voided)
        elif kind == OPENED:
            self._opened(day, record)
        elif kind in STEPS and record.was is not None:
            self._event(day, kind, record, record.was)
        elif kind == LOGGED:
            self._contact(record)
        elif kind == CORRECTED and record.skipped is not None:
            self._taken_back(record.skipped)

    def _check(self, day: str) -> None:
        """Raise ValueError where this is no day."""
        parse_iso(day)
        self._days.add(day)

    def _sold(self, day: str, record: Seen) -> None:
        for line in record.lines:
            found = self.points["sold", day, record.currency, 0, line.category, "", record.channel, "", ""]
            found[0] += 1
            found[1] += line.paid

    def _voided(self, day: str, voided: Voided | None) -> None:
        if voided is not None and voided.kind == "return":
            self._returned(day, voided, -1)

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

    def _opened(self, day: str, record: Seen) -> None:
        self.points["opened", day, "", 0, record.category, "", record.channel, record.staff, ""][0] += 1
        self._standing(day, record, 1)
        if record.flags:
            found = self.points["flagged", day, "", 0, record.category, "", record.channel, record.staff, ""]
            found[0] += len(record.flags)

    def _standing(self, day: str, about: Seen | Was, sign: int) -> None:
        """Add a complaint to those that are open, or take one off, with what is at risk while it is.

        An older program wrote down what is at risk, but not what was, when it closed one: that stays at risk.
        """
        self.points["standing", day, "", 0, about.category, "", about.channel, "", ""][0] += sign
        if about.value is not None:
            found = self.points["at-risk", day, about.currency, 0, about.category, "", about.channel, "", ""]
            found[0] += sign
            found[1] += sign * about.value

    def _contact(self, record: Seen) -> None:
        """Add a call, a mail or a chat, on the day on which it was received; nobody has to answer for a missed one."""
        received, day = instant(record.received), record.received[:10]
        if day not in self._days:
            self._check(day)
        channel, groups = record.channel, GROUPS.get(record.channel, ALL)
        if not record.answered:
            for group in groups:
                self.points[f"{group}-missed", day, "", 0, "", "", channel, "", ""][0] += 1
            return
        lasted = instant(record.answered) - received
        seconds = max(0, lasted.days * DAY + lasted.seconds)
        for group in groups:
            found = self.points[f"{group}-answered", day, "", seconds, "", "", channel, record.staff, ""]
            found[0] += 1
            if record.counted is not None:
                found[1] += 1
                self.points[f"{group}-answered-counted", day, "", record.counted, "", "", channel, record.staff, ""][0] += 1

    def _taken_back(self, skipped: Skipped) -> None:
        """Take away, on the day on which it was added, what a record added that counts for nothing: it never did."""
        if skipped.kind in STEPS:
            own, day = Tally(), skipped.time[:10]
            if day not in self._days:
                self._check(day)
            own._event(day, skipped.kind, skipped, skipped.was)
            for point, (count, total) in own.points.items():
                found = self.points[point]
                found[0] -= count
                found[1] -= total

    def _event(self, day: str, kind: str, record: Step, was: Was) -> None:
        # A line of which one part cannot be read adds nothing: all times are read before anything is added.
        over = _over(kind, record, was) if was.promises else ()
        points, category, channel, staff = self.points, was.category, was.channel, record.staff
        if kind in ANSWERS:
            self._answered(day, kind, record, was)
        elif kind == REOPENED:
            if was.state != "merged":  # that was no customer who came back
                points["reopened", day, "", 0, category, "", channel, staff, ""][0] += 1
            if was.state in ("closed", "merged"):  # what was only resolved never stopped being open
                self._standing(day, was, 1)
            if was.customer:
                self._customer(day, was.customer, was, -1)
        elif kind in (CLOSED, MERGED):
            self._standing(day, was, -1)
            if record.customer:
                self._customer(day, record.customer, was, 1)
        elif kind in (ESCALATED, FLAGGED):
            points[kind.removeprefix("complaint."), day, "", 0, category, "", channel, staff, ""][0] += 1
        for ending, own in over:
            points[ending, day, "", 0, category, "", channel, own, ""][0] += 1

    def _answered(self, day: str, kind: str, record: Step, was: Was) -> None:
        elapsed = minutes_between(was.opened, record.time)
        waited = minutes_between(was.heard, record.time) if was.heard else 0
        if not was.answered:
            self._lasted("answered", day, record, was, elapsed, was.counted, "first_response")
        if was.heard:
            self._lasted("answered-again", day, record, was, waited, was.waited, "next_response")
        if kind == RESOLVED:
            self._lasted("resolved", day, record, was, elapsed, was.counted, "resolution")
            if was.state == "open" and not was.reopened and not was.answered:
                self.points["first-contact", day, "", 0, was.category, "", was.channel, record.staff, ""][0] += 1
            if record.token or record.usual:
                self._token(day, record, was)

    def _lasted(  # noqa: PLR0913, PLR0917 - a bare call for each answer: what takes time here takes it a million times
        self, quantity: str, day: str, record: Step, was: Was, elapsed: int, counted: int | None, clock: str
    ) -> None:
        """Add how long something took: by the wall clock, and on the complaint's own clock where the line says so."""
        found = self.points[quantity, day, "", elapsed, was.category, "", was.channel, record.staff, ""]
        found[0] += 1
        if counted is not None:
            found[1] += 1
            found = self.points[f"{quantity}-counted", day, "", counted, was.category, "", was.channel, record.staff, ""]
            found[0] += 1
            found[1] += clock not in was.missed

    def _token(self, day: str, record: Step, was: Was) -> None:
        """Add a token of goodwill, and whether it was the usual one; where it was not, the line says which one is."""
        found = self.points["token-or-usual", day, "", 0, was.category, "", was.channel, record.staff, ""]
        found[0] += 1
        found[1] += not record.usual
        if record.token:
            found = self.points["token", day, record.currency, 0, was.category, "", was.channel, record.staff, ""]
            found[0] += 1
            found[1] += record.worth

    def _customer(self, day: str, customer: str, was: Was, sign: int) -> None:
        """Add the value of a customer who was won back or lost, or take it back."""
        if customer in ("won", "lost") and was.value is not None:
            found = self.points[customer, day, was.currency, 0, was.category, "", was.channel, "", ""]
            found[0] += sign
            found[1] += sign * was.value


def _over(kind: str, record: Step, was: Was) -> list[tuple[str, str]]:
    """Return the promises that a record ends, as how each ended and who made it. Raises ValueError where a time is none.

    What is put right is kept, late or not.
    """
    if kind == RESOLVED:
        ended = was.promises
    elif kind in (KEPT, BROKEN):
        ended = tuple(promise for promise in was.promises if promise.id == record.promise)
    else:
        return []
    now = instant(record.time)
    kept = ("promise-late", "promise-kept")
    return [("promise-broken" if kind == BROKEN else kept[now <= instant(each.by)], each.staff) for each in ended]


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
    offset = later[LOCAL:]
    if earlier[LOCAL:] == offset and _is_offset(offset):  # mostly so, and a fifth faster
        earlier, later = earlier[:LOCAL], later[:LOCAL]
        lasted = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    else:
        lasted = instant(later) - instant(earlier)
    return max(0, -(-(lasted.days * DAY + lasted.seconds) // MINUTE))


@lru_cache
def _is_offset(text: str) -> bool:
    try:
        return datetime.fromisoformat(f"2000-01-01T00:00:00{text}").utcoffset() is not None
    except ValueError:
        return False


def instant(time: str) -> datetime:
    """Return the moment of an RFC 3339 time. Raises ValueError where it is none, or says no offset."""
    found = datetime.fromisoformat(time)
    if found.tzinfo is None:
        raise ValueError(f"{time} has no offset")
    return found
