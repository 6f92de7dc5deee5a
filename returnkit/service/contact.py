"""What a customer has with the shop: the complaints that name a contact, and how long a call or a mail took to be answered."""

from collections.abc import Callable, Iterable

from returnkit.model.calendar import Calendar
from returnkit.service.complaint import Case, utc
from returnkit.service.hours import Hours, Spans

LOGGED = "contact.logged"
OVER = ("closed", "merged")


def in_turn(cases: Iterable[Case | None]) -> list[Case]:
    """Return complaints, those that are not over first, then the newest first; None is passed over."""
    known = [case for case in cases if case is not None]
    known.sort(key=lambda case: (utc(case.opened), case.id), reverse=True)
    return sorted(known, key=lambda case: case.state in OVER)


def seconds_open(spans: Spans | None, calendar: Calendar, offset: Callable[[int], int], start: int, end: int) -> int:
    """Return the seconds of opening hours between two instants (see `Hours`), public holidays not among them."""
    closed = calendar._replace(closed_days=calendar.closed_days | calendar.holidays)
    return Hours(spans, closed, offset).between(start, end)
