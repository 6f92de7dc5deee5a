"""The clocks of a complaint: first response, next response, resolution, promises, flags, and what the law wants.

A clock runs while it is our turn and stands still while we wait for the customer. It counts opening hours, or always. A complaint
keeps what it was promised when it was opened, and a clock that was missed stays missed. Instants are whole seconds since the
epoch (UTC); only what is shown or recorded is text.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from typing import NamedTuple

from returnkit.model.calendar import Calendar
from returnkit.model.dates import FIRST_DAY, LAST_DAY, Span, add
from returnkit.model.jsonl import Json
from returnkit.model.record import CLOCKS
from returnkit.service.complaint import LIVE, NOBODYS, OURS, Case
from returnkit.service.hours import DAY, EPOCH, MINUTE, Always, Hours, Spans
from returnkit.service.statutes import ANSWER
from returnkit.service.terms import ALWAYS, HOLIDAYS_TOO, MOST_MINUTES, OPEN, About, Aim, Deadline, Promised, Terms, about, holds

HOUR = 60 * MINUTE
FIRST_INSTANT, LAST_INSTANT = ((day - EPOCH) * DAY for day in (FIRST_DAY + 1, LAST_DAY))  # in every zone within the calendar
FIRST, NEXT, RESOLUTION = CLOCKS
RUNNING, OVERDUE, PAUSED, MET, MISSED = "running", "overdue", "paused", "met", "missed"
PROMISE, LAW, FLAG = "promise", "law", "flag"


class Due(NamedTuple):
    """Something that is due: `what` is a clock, `promise`, `law` or `flag`, and `about` the promise, the law or the flag.

    `by` is when, and `aim` when we aim at it inside the shop; None where that is not known, as while the clock stands still:
    then `left` is how many seconds it has left. `status` is running, overdue, paused, met, or missed (done or not).
    """

    what: str
    status: str
    by: int | None
    aim: int | None = None
    left: int = 0
    about: str = ""


class Clocks:
    """The clocks of a shop, from its opening hours by weekday (see `Hours`; None: always open) and its calendar.

    `offset` is the shop's offset from UTC in seconds at an instant. `terms` may be what reads them: most complaints say
    themselves what they were promised, and nothing else is asked.
    """

    _hours: dict[str, Hours | Always]

    def __init__(
        self,
        terms: Terms | Callable[[], Terms],
        spans: Spans | None,
        calendar: Calendar,
        country: str,
        offset: Callable[[int], int],
    ) -> None:
        self._terms = terms
        self._calendar, self._country, self._offset = calendar, country, offset
        closed = calendar._replace(closed_days=calendar.closed_days | calendar.holidays)
        self.hours = Hours(spans, closed, offset)  # without public holidays: when people are at work for certain
        self._hours = {OPEN: self.hours, HOLIDAYS_TOO: Hours(spans, calendar, offset), ALWAYS: Always()}

    @property
    def terms(self) -> Terms:
        """What complaints.toml says."""
        if not isinstance(self._terms, Terms):
            self._terms = self._terms()
        return self._terms

    def promised(self, case: Case) -> Promised:
        """Return what a complaint was promised when it was opened; one that does not say, what holds for such today."""
        kept = case.promised
        if not kept:
            return self.terms.promised(told_of(case))
        internal, public = (_limits_in(kept.get(side)) for side in Aim._fields)
        aims = {clock: Aim(internal.get(clock), public.get(clock)) for clock in CLOCKS if clock in internal or clock in public}
        return Promised(str(kept.get("count")), aims)

    def dues(self, case: Case, now: int) -> list[Due]:
        """Return everything that is, or was, due of a complaint: its clocks, what was promised, flags, and the law."""
        promised = self.promised(case)
        hours = self._counting(promised)
        found = [
            due
            for clock, work_out in ((FIRST, _first), (NEXT, _next), (RESOLUTION, _resolution))
            if clock in promised.aims
            for due in work_out(case, hours, promised.aims[clock], now)
        ]
        found += [Due(PROMISE, _by(instant(each.by), now), instant(each.by), about=each.id) for each in case.promises]
        return [*found, *self._flags(case, now), *self._law(case, now)]

    def overdue(self, case: Case, now: int) -> list[Due]:
        """Return what of a complaint is past its time and not done."""
        return [due for due in self.dues(case, now) if due.status == OVERDUE]

    def missed(self, case: Case, now: int) -> tuple[str, ...]:
        """Return the clocks that were missed, ever."""
        late = [due.what for due in self.dues(case, now) if due.what in CLOCKS and due.status in (OVERDUE, MISSED)]
        return tuple(clock for clock in CLOCKS if clock in late or clock in case.missed)

    def counted(self, case: Case, now: int) -> tuple[int, int]:
        """Return for how many seconds of the clock it was our turn up to now, and for how many the customer's."""
        hours = self._counting(self.promised(case))
        ours = theirs = 0
        for whose, begin, end in spans(case):
            lasted = hours.between(begin, now if end is None else min(now, end)) if whose != NOBODYS else 0
            ours, theirs = (ours + lasted, theirs) if whose == OURS else (ours, theirs + lasted)
        return ours, theirs

    def was(self, case: Case, time: str) -> Json:
        """Return what a record made at `time` says of the case before it: each line alone says what it adds to every figure."""
        now = instant(time)
        ours, theirs = self.counted(case, now)
        found = case.was | {"counted": minutes(ours), "paused": minutes(theirs)}
        # Of the answers to a customer who comes back, each is in time or late by itself: the line says it of the one that waits.
        late = [due.what for due in self.overdue(case, now)]
        missed = [clock for clock in self.missed(case, now) if clock != NEXT or not case.heard or clock in late]
        if missed:
            found["missed"] = missed
        if case.heard:
            found["waited"] = minutes(self._counting(self.promised(case)).between(instant(case.heard), now))
        return found

    def holder(self, case: Case, now: int) -> str:
        """Return who has a complaint, a role or a name: whose business its flags are, or to whom it went last.

        It goes to somebody by a route, by assigning, and upwards by itself once something is late.
        """
        roles = {own: flag.role for own, flag in self.terms.flags.items()} if case.open_flags else {}
        flagged = [(instant(flag.since), roles[flag.name]) for flag in case.open_flags if flag.name in roles]
        given = flagged or [(FIRST_INSTANT, self.terms.route(told_of(case)))]
        ranks = self.terms.ranks
        least = max((ranks.get(role, 0) for _, role in flagged), default=-1)  # what is the owner's nobody hands down
        if case.assigned and ranks.get(case.assigned, -1) >= least:
            given.append((instant(case.assigned_since), case.assigned))
        since, holder = max(reversed(given), key=lambda each: each[0])  # of the same second, who was named
        for late, to in sorted(self._escalated(case, now)):
            if late >= since and ranks.get(to, 0) > ranks.get(holder, -1):
                holder = to
        return holder

    def _escalated(self, case: Case, now: int) -> list[tuple[int, str]]:
        """Return since when a complaint has been somebody else's business, because something of it is late, and whose."""
        rules = self.terms.escalations if case.state in LIVE else ()
        if not rules:
            return []
        late: dict[str, int] = {}
        for due in self.dues(case, now):
            if due.by is not None and due.status in (OVERDUE, MISSED):
                late[due.what] = min(due.by, late.get(due.what, due.by))
        told, hours = told_of(case), self._counting(self.promised(case))
        found = []
        for rule in rules:
            since = hours.after(late[rule.late], rule.by * MINUTE) if rule.late in late and holds(rule.when, told) else None
            if since is not None and since < now:
                found.append((since, rule.to))
        return found

    def _counting(self, promised: Promised) -> Hours | Always:
        return self._hours.get(promised.counts, self._hours[OPEN])

    def _flags(self, case: Case, now: int) -> Iterator[Due]:
        """Yield what the flags of a complaint want; one of which the policy says no time is only shown."""
        for flag in case.open_flags:
            within = self.terms.flags[flag.name].within if flag.name in self.terms.flags else None
            if within is not None and case.state != "merged":
                by = self._after(instant(flag.since), within)
                yield Due(FLAG, _by(by, now), by, about=flag.name)

    def _law(self, case: Case, now: int) -> Iterator[Due]:
        statute = ANSWER.get(self._country)
        if statute is None or (case.state not in LIVE and not case.decided):
            return
        by = self._after(instant(case.opened), statute.within)
        yield Due(LAW, _done(instant(case.decided), by) if case.decided else _by(by, now), by, about=statute.cite)

    def _after(self, start: int, within: Deadline) -> int:
        """Return when a deadline ends that began at an instant: hours to the second, days with the end of the last one.

        The day on which it began does not count (Regulation (EEC, Euratom) 1182/71, Art. 3(1)).
        """
        if within.unit == "hours":
            return start + within.number * HOUR
        day = self.day_of(start)
        if within.unit == "working-days":
            return self.end_of(self._calendar.nth_working_day_by_law(day, within.number))
        return self.end_of(add(day, Span(within.number, 0) if within.unit == "months" else Span(0, within.number)))

    def end_of(self, day: int) -> int:
        """Return the last second of a day in the shop's zone."""
        midnight = (day + 1 - EPOCH) * DAY
        return midnight - self._offset(midnight - self._offset(midnight)) - 1

    def day_of(self, at: int) -> int:
        """Return the day of an instant in the shop's zone."""
        return EPOCH + (at + self._offset(at)) // DAY

    def open_day(self, day: int) -> tuple[int, int]:
        """Return when the shop opens and closes on a day, or on the next one on which it opens: within a year, else all day."""
        for later in range(day, day + 366):
            found = self.hours.within(self.end_of(later - 1) + 1, self.end_of(later) + 1)
            if found:
                return found[0], min(found[1], self.end_of(later))  # not midnight, which is of the next day
        return self.end_of(day - 1) + 1, self.end_of(day)

    def closes(self, at: int) -> int | None:
        """Return when the shop next closes, where it is open at an instant, public holidays included on which it opens."""
        hours = self._hours[HOLIDAYS_TOO]
        return hours.closes(at) if isinstance(hours, Hours) else None

    def is_open(self, at: int) -> bool:
        """Tell whether the shop is open at an instant, as far as its calendar says so."""
        return self._hours[HOLIDAYS_TOO].between(at, at + 1) == 1

    def local(self, at: int) -> str:
        """Return an instant as RFC 3339 text in the shop's zone."""
        return datetime.fromtimestamp(at, timezone(timedelta(seconds=self._offset(at)))).isoformat()


def _first(case: Case, hours: Hours | Always, aim: Aim, now: int) -> Iterator[Due]:
    """Yield the clock of the first answer: from the opening, whatever the customer says meanwhile."""
    due, aimed = _limits(hours, instant(case.opened), aim)
    if case.answered:
        yield Due(FIRST, _sticky(case, FIRST, _done(instant(case.answered), due)), due, aimed)
    elif case.state in LIVE:
        yield Due(FIRST, _sticky(case, FIRST, _by(due, now)), due, aimed)
    elif FIRST in case.missed:
        yield Due(FIRST, MISSED, due, aimed)


def _next(case: Case, hours: Hours | Always, aim: Aim, now: int) -> Iterator[Due]:
    """Yield the clock of the next answer: from when the customer came back, until they are answered."""
    if case.heard and case.state in LIVE:
        due, aimed = _limits(hours, instant(case.heard), aim)
        yield Due(NEXT, _by(due, now), due, aimed)
    elif NEXT in case.missed:
        yield Due(NEXT, MISSED, None)


def _resolution(case: Case, hours: Hours | Always, aim: Aim, now: int) -> Iterator[Due]:
    """Yield the clock of putting it right; it stands still while it is the customer's turn, and goes on if they come back."""
    if aim.public is None and aim.internal is None:
        return
    due, left = _reached(case, hours, aim.public)
    aimed, _ = _reached(case, hours, aim.internal)
    whose = case.turns[-1].whose
    if whose == OURS:
        yield Due(RESOLUTION, _sticky(case, RESOLUTION, _by(due, now)), due, aimed)
    elif due is not None or RESOLUTION in case.missed:
        yield Due(RESOLUTION, MISSED, due, aimed)
    elif whose != NOBODYS:
        yield Due(RESOLUTION, PAUSED, None, None, left)
    elif case.state != "merged":
        yield Due(RESOLUTION, MET, None)


def _reached(case: Case, hours: Hours | Always, limit: int | None) -> tuple[int | None, int]:
    """Return when the clock came, or will come, to its limit in minutes, if it did or runs now; else None and what is left."""
    left = (limit or 0) * MINUTE
    if limit is None:
        return None, 0
    for whose, begin, end in spans(case):
        if whose == OURS:
            due = hours.after(begin, left)
            if end is None or (due is not None and due < end):
                return due, 0
            left = max(0, left - hours.between(begin, end))
    return None, left


def spans(case: Case) -> Iterator[tuple[str, int, int | None]]:
    """Yield whose turn it was, from which instant to which; None for the turn that lasts.

    A late entry may seem to come before what it follows: a turn begins no earlier than the one before it.
    """
    begins = list(accumulate((instant(turn.since) for turn in case.turns), max))
    yield from ((turn.whose, begin, end) for turn, begin, end in zip(case.turns, begins, [*begins[1:], None], strict=True))


def instant(time: str) -> int:
    """Return the instant of an RFC 3339 time, within 2000 to 2099; its first one where a merge brought something that is none."""
    try:
        told = datetime.fromisoformat(time)
        return min(max(int(told.timestamp()), FIRST_INSTANT), LAST_INSTANT) if told.tzinfo else FIRST_INSTANT
    except (ValueError, OverflowError):
        return FIRST_INSTANT


def minutes(seconds: int) -> int:
    """Return seconds in minutes; one that has begun counts whole."""
    return -(-seconds // MINUTE)


def _limits(hours: Hours | Always, start: int, aim: Aim) -> tuple[int | None, int | None]:
    """Return when a clock that began at an instant is due in public and inside the shop."""
    public, internal = (None if limit is None else hours.after(start, limit * MINUTE) for limit in (aim.public, aim.internal))
    return public, internal


def _limits_in(side: object) -> dict[str, int]:
    """Return the minutes of each clock that a record says; whatever else a line from elsewhere has there counts for nothing."""
    values = side.items() if isinstance(side, dict) else ()
    return {clock: limit for clock, limit in values if isinstance(limit, int) and 0 <= limit <= MOST_MINUTES}


def _by(due: int | None, now: int) -> str:
    return OVERDUE if due is not None and now > due else RUNNING


def _done(at: int, due: int | None) -> str:
    return MISSED if due is not None and at > due else MET


def _sticky(case: Case, clock: str, status: str) -> str:
    """Return the status of a clock, which was missed where a record says so, whatever the calendar says today."""
    return MISSED if clock in case.missed and status != OVERDUE else status


def told_of(case: Case) -> About:
    """Return what the terms ask of a complaint."""
    told = {"channel": case.channel, "severity": case.severity, "category": case.category}
    return about(told, [flag.name for flag in case.flags])
