"""Days: when the clock starts, until when a window is open (S1 to S12)."""

from returnkit.model.calendar import Calendar
from returnkit.model.dates import Span, add
from returnkit.policy.facts import Facts, Unknown


def clock_start(counts_from: str, facts: Facts) -> int:
    """Return day 0 of every window (S1): the purchase or the delivery; in a shop the goods change hands at once (S6).

    Raises Unknown for the fact that is needed and missing.
    """
    if counts_from != "purchase":
        if facts.delivered is not None:
            return facts.delivered
        if facts.channel is None:
            raise Unknown("channel")
        if facts.channel != "store":
            raise Unknown("delivered")
    if facts.bought is None:
        raise Unknown("bought")
    return facts.bought


def roll(day: int, if_closed: str, calendar: Calendar) -> int:
    """Return the last day after moving it off days on which the shop is closed (S8): only ever later."""
    if if_closed == "next-open-day":
        return calendar.next_open_day(day)
    if if_closed == "next-working-day":
        return calendar.next_working_day(day)
    return day


def last_day(start: int, spans: tuple[Span, ...], season: int, if_closed: str, calendar: Calendar) -> int:
    """Return the last day of a window (S10): window and extras added in turn, the season's end if later, then the roll."""
    day = start
    for span in spans:
        day = add(day, span)
    return roll(max(day, season), if_closed, calendar)
