"""`returnkit complaint list`: which complaints there are, how they stand, and what is due."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import click

from returnkit.commands.complaint.telling import dues_as_json, spent
from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.jsonl import Json, decode
from returnkit.model.record import CHANNELS, STATES
from returnkit.model.toml import name, word
from returnkit.render import Report
from returnkit.service.clocks import OVERDUE, RUNNING, Clocks, Due, instant, minutes
from returnkit.service.complaint import NOT_OVER, THEIRS, Case, Cases, case_of, fold, is_of_case, lost_in_merging
from returnkit.standing import standing

COLUMNS = (
    "id", "state", "opened", "due", "by", "late", "with", "flags", "channel", "category", "severity", "sku", "cause", "text",
)  # fmt: skip
SCREEN = ("id", "state", "due", "with", "category", "text")  # what fits into 80 columns
LONGEST_TEXT = 26


class Row(NamedTuple):
    """A case with what the clock says of it: everything that is due, and who has it."""

    case: Case
    dues: list[Due]
    holder: str

    @property
    def due(self) -> Due | None:
        """What is late the longest, else what is due first."""
        late = [due for due in self.dues if due.status == OVERDUE]
        timed = late or [due for due in self.dues if due.status == RUNNING and due.by is not None]
        return min(timed, key=lambda due: due.by or 0, default=None)


@global_options
@output_options
@listing_options
@click.command("list", context_settings=SETTINGS)
@click.option("--state", metavar="STATE", help=f"Only those in this state: {', '.join(STATES)}.")
@click.option("--overdue", is_flag=True, help="Only those of which something is late: an answer, a promise, a flag, the law.")
@click.option("--mine", is_flag=True, help="Only those that whoever is at the counter (--staff) has.")
@click.option("--flagged", is_flag=True, help="Only those that are serious, or may be: a suspicion has a question mark.")
@click.option("--item", metavar="CODE", callback=not_empty, help="Only those about an article.")
@click.option("--cause", metavar="NAME", callback=not_empty, help="Only those with this cause; closed ones, then.")
@click.option("--category", metavar="NAME", callback=not_empty, help="Only those about this.")
@click.option("--channel", metavar="WHERE", callback=not_empty, help="Only those that came in this way.")
@click.option("--all", "every", is_flag=True, help="Those that are over, too.")
def list_complaints(form: str | None, output: str | None, **asked: object) -> int:
    """List complaints: those that are not over, however old they are; what is late first, then what is due first.

    \b
        returnkit complaint list
        returnkit complaint list --overdue
        returnkit complaint list --mine --staff Mārtiņš
        returnkit complaint list --month 2026-11 --all --cause packaging
        returnkit complaint list --state resolved -f json

    A period counts by the day on which they were opened. JSON is {"schema", "complaints": [{"id", "state", "opened",
    "answered", "reopened", "with", "due", "flags", "suspected", "events", ...}, ...]}; each "due" is {"what", "about", "status",
    "by", "aim", "left"}.

    Exit code: 0; 3 if a line cannot be read (it is named; --allow-damaged leaves it out).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    wanted = _Wanted(session, asked)
    clocks, now = session.clocks(), instant(session.clock.now())
    rows = [Row(case, clocks.dues(case, now), clocks.holder(case, now)) for case in wanted.cases()]
    rows = sorted((row for row in rows if wanted.fits(row)), key=_urgency)
    listed = [as_json(clocks, row.case, now) for row in rows]
    data = listed if form == "jsonl" else {"schema": "returnkit.complaints/1", "complaints": listed}
    columns = SCREEN if form == "table" else COLUMNS
    table = tuple(_cells(session, row, now, columns) for row in rows)
    heads = tuple(session.language.say(f"column.{column}") for column in SCREEN) if form == "table" else COLUMNS
    deliver(Report("", session.language.code, (), heads, table, data), form, output)
    return 0


class _Wanted:
    """Which complaints were asked for. Raises BadInputError where that cannot be."""

    def __init__(self, session: Session, asked: Mapping[str, object]) -> None:
        self.session, self.asked = session, asked
        self.state, channel = word(str(asked["state"] or "")), word(str(asked["channel"] or ""))
        if self.state and self.state not in STATES:
            raise BadInputError(Problem(f"there is no state {self.state!r}", instead(self.state, STATES)))
        if channel and channel not in CHANNELS:
            raise BadInputError(Problem(f"--channel {channel!r} is not known", instead(channel, CHANNELS)))
        if asked["mine"] and not session.staff():
            raise BadInputError(Problem("nobody said who is at the counter", "add --staff NAME"))
        self.first, self.last = period_of(session, dict(asked), every=True)
        self.named = {
            "category": name(str(asked["category"] or "")),
            "channel": channel,
            "cause": name(str(asked["cause"] or "")),
        }

    def cases(self) -> Iterable[Case]:
        """Return the cases whose records say that they were asked for."""
        books, allowed = self.session.books(), bool(self.asked["allow_damaged"])
        if not self._asks_for_old_ones():
            found = standing(books, allow_damaged=allowed)
            check_damage(found.damaged, allowed=allowed)
            return [case for case in found.cases if self._is_asked(case, stands=True)]
        small, raws, damaged = Cases(), dict[str, list[bytes]](), []
        for line in books.lines(self.first):
            if line.record is None:
                damaged.append(line)
            elif is_of_case(line.record):
                small.see(line.record)
                raws.setdefault(case_of(line.record), []).append(line.raw)
        check_damage(damaged, allowed=allowed)
        # Most complaints are over, and not asked for: as lines they take the least room.
        wanted = [own for own, case in small.cases.items() if own in small.shared or case.into or self._is_asked(case)]
        folded = {own: case for own in wanted if (case := fold(map(decode, raws[own]))) is not None}
        lost = lost_in_merging({**small.cases, **folded})
        return [case for own, case in folded.items() if self._is_asked(case, stands=own in lost)]

    def _asks_for_old_ones(self) -> bool:
        """Tell whether more may be wanted than what is not over, or less: only the months of a period are read."""
        period = any(self.asked[option] for option in ("from", "to", "day", "month"))
        return bool(self.asked["every"] or self.asked["cause"] or period or self.state not in NOT_OVER)

    def _is_asked(self, case: Case, *, stands: bool = False) -> bool:
        if self.state:
            wanted = case.state == self.state
        else:
            wanted = bool(self.asked["every"] or self.asked["cause"]) or case.state in NOT_OVER or bool(case.open_flags) or stands
        named = all(not value or name(str(getattr(case, field))) == value for field, value in self.named.items())
        return wanted and named and self.first <= case.opened[:10] <= self.last

    def fits(self, row: Row) -> bool:
        """Tell whether a case is wanted by what the clock, or its events, say of it."""
        asked, item = self.asked, name(str(self.asked["item"] or ""))
        return (
            (not asked["overdue"] or any(due.status == OVERDUE for due in row.dues))
            and (not asked["mine"] or self._is_mine(row.holder))
            and (not asked["flagged"] or bool(_flags(row.case)) or bool(asked["every"] and row.case.flags))
            and (not item or item in (name(str(event.get("sku", ""))) for event in row.case.events))
        )

    def _is_mine(self, holder: str) -> bool:
        """Tell whether a complaint is with whoever is at the counter: by name, or as one of those who have the role."""
        shop, me = self.session.shop, name(self.session.staff())
        people = shop.who_may(shop.roles.index(holder)) if holder in shop.roles else (holder,)
        return me in map(name, people)


def _urgency(row: Row) -> tuple[int, str]:
    due = row.due
    by = due.by if due is not None and due.by is not None else 0
    return by or 2**40, row.case.opened


def as_json(clocks: Clocks, case: Case, now: int) -> Json:
    """Return a case as data."""
    return {
        "id": case.id,
        "state": case.state,
        "opened": case.opened,
        "answered": case.answered or None,
        "reopened": case.reopened,
        "channel": case.channel or None,
        "category": case.category or None,
        "with": clocks.holder(case, now) or None,
        "due": dues_as_json(clocks, case, now),
        "missed": [clock.replace("_", "-") for clock in clocks.missed(case, now)],
        "flags": [{"flag": flag.name, "since": flag.since, "outcome": flag.outcome or None} for flag in case.flags],
        "suspected": list(case.suspected),
        "promises": [promise._asdict() for promise in case.promises],
        "choices": list(case.choices),
        "choice": case.choice or None,
        "cause": case.cause or None,
        "into": case.into or None,
        "events": list(case.events),
        "skipped": list(case.skipped),
    }


def _flags(case: Case) -> list[str]:
    """Return the flags that are still to be seen to, and with a question mark those that the words point to."""
    return [*(flag.name for flag in case.open_flags), *(f"{flag}?" for flag in case.suspected)]


def _cells(session: Session, row: Row, now: int, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands in the columns of a case: on a screen in words, elsewhere as data."""
    case, due, clocks = row.case, row.due, session.clocks()
    flags = _flags(case)
    text = " ".join(str(case.opening.get("text", "")).split())
    cells: dict[str, str] = {
        "id": case.id, "state": case.state, "opened": case.opened, "with": row.holder, "flags": " ".join(flags),
        "due": "" if due is None else due.what.replace("_", "-"), "text": text, "cause": case.cause,
        "by": "" if due is None or due.by is None else clocks.local(due.by),
        "late": "yes" if due is not None and due.status == OVERDUE else "",
    }  # fmt: skip
    if columns == SCREEN:
        text = " ".join([*(f"[{flag}]" for flag in flags), text])
        cells |= {
            "due": _when(session, row, now),
            "text": text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…",
        }
    return tuple(str(cells.get(column, case.opening.get(column, ""))) for column in columns)


def _when(session: Session, row: Row, now: int) -> str:
    """Return `in 3 h`, `3 h late`, or how long it waits for the customer, as short as can be; nothing where nothing is due."""
    due, turn = row.due, row.case.turns[-1]
    late = due is not None and due.status == OVERDUE
    if turn.whose == THEIRS and not late:
        return session.language.say("list.waits", apart=_brief(now - instant(turn.since)))
    if due is None or due.by is None:
        return ""
    return session.language.say("list.late" if late else "list.due", apart=_brief(abs(due.by - now)))


def _brief(seconds: int) -> str:
    return " ".join(spent(minutes(seconds)).split(" ")[:2])
