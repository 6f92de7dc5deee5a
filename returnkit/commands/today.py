"""`returnkit today`: what needs a person now, what came in, and what was given back, at a glance."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import click

from returnkit.commands.agenda import as_json, label, subject
from returnkit.commands.complaint.telling import spent
from returnkit.commands.listing import note_left_out
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.kpi.figures import MEASURES, Figure, finish
from returnkit.kpi.report import Head, Told
from returnkit.kpi.report import as_json as figures_as_json
from returnkit.kpi.slicing import sliced, wanted
from returnkit.kpi.state import Period
from returnkit.languages import Language
from returnkit.model.dates import WEEKDAYS, iso, weekday
from returnkit.outstanding import outstanding
from returnkit.render import Report, Section
from returnkit.service.agenda import FOLLOW_UP, Item
from returnkit.service.clocks import FLAG, LAW, PROMISE, instant, minutes
from returnkit.service.followup import CALLBACK
from returnkit.summing import summed

WIDTH = 80
WEEK = 7  # days
DAY = 24 * 60 * 60  # seconds
MOST = 12  # of a part that are shown on a screen
CAME_IN = ("complaints-opened", "complaints-resolved", "returns", "contacts", "contacts-missed")
GIVEN_BACK = ("refunded-value", "paid-on-top")
COLUMNS = ("section", "id", "what", "about", "by", "late", "to", "subject")


class Part(NamedTuple):
    """A part of the day: its name in data, and what is due in it."""

    name: str
    items: list[Item]


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.option("--mine", is_flag=True, help="Only what whoever is at the counter (--staff) has.")
def today(form: str | None, output: str | None, *, mine: bool) -> int:
    """Show what needs a person now: late, due today, promises and callbacks, follow-ups, what the law wants this week.

    \b
        returnkit today
        returnkit today --mine --staff Anna
        returnkit today -f json

    Below it stand the figures of the day: what came in, and what was given back, by how it was paid. What `returnkit remind`
    sends by cron is the same, for those who are not looking.

    JSON is {"schema", "time", "open", "late": [...], "today": [...], "promised": [...], "follow_ups": [...], "law": [...],
    "later", "measures": [...]}; each of what is due is {"id", "what", "about", "by", "aim", "late", "to", "subject"}, and the
    measures are as in `returnkit kpi report`. `later` is how much more is due within seven days.

    Exit code: 0; 3 if a policy cannot be read. Lines of the records that cannot be read are noted and left out.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    if mine and not session.staff():
        raise BadInputError(Problem("nobody said who is at the counter", "add --staff NAME"))
    clocks, now = session.clocks(), instant(session.clock.now())
    found = outstanding(session.shop, session.books(), clocks, now)
    items = [item for item in found.items if not mine or session.is_mine(item.to)]
    parts, later = _parts(items, now, clocks.day_of)
    figures, damaged = _figures(session)
    note_left_out(found.unreadable)
    data: dict[str, object] = {
        "schema": "returnkit.today/1",
        "time": session.clock.now(),
        "open": clocks.is_open(now),
        "later": later,
    }
    data |= {part.name.replace("-", "_"): [as_json(session, item, now) for item in part.items] for part in parts}
    day = iso(session.today)
    data |= {"measures": figures_as_json(figures, Head(day, day, "", damaged))["measures"]}
    rows = tuple((part.name, *_cells(as_json(session, item, now))) for part in parts for item in part.items)
    sections = tuple(_Screen(session, now, form).sections(parts, later, figures))
    deliver(Report(_title(session, now), session.language.code, sections, COLUMNS, rows, data), form, output)
    return 0


def _parts(items: Iterable[Item], now: int, day_of: Callable[[int], int]) -> tuple[list[Part], int]:
    """Return what is due, part by part, and how much more is due within a week. Everything stands in one part only."""
    parts = {name: Part(name, []) for name in ("late", "today", "promised", "follow-ups", "law")}
    later, day = 0, day_of(now)
    for item in items:
        left = day_of(item.by if item.aim is None else min(item.aim, item.by)) - day
        if item.what == FOLLOW_UP and left <= 0:
            parts["follow-ups"].items.append(item)
        elif item.is_late(now):
            parts["late"].items.append(item)
        elif item.what in (PROMISE, CALLBACK) and left < WEEK:
            parts["promised"].items.append(item)
        elif item.what in (LAW, FLAG) and left < WEEK:
            parts["law"].items.append(item)
        elif left <= 0:  # or we aimed to have it done by now
            parts["today"].items.append(item)
        else:
            later += left < WEEK
    return list(parts.values()), later


def _figures(session: Session) -> tuple[list[Figure], int]:
    """Return the figures of the day, and how many lines could not be read."""
    day = iso(session.today)
    period = Period(day, day)
    state, damaged = summed(session.books(), wanted(period, "", ""))
    measures = [measure for measure in MEASURES if measure.id in (*CAME_IN, *GIVEN_BACK)]
    return finish(sliced(state, period, "", ""), measures, session.shop.currency, {}), len(damaged)


def _title(session: Session, now: int) -> str:
    """Return the shop, the day and the time, and until when it is open."""
    language, clocks = session.language, session.clocks()
    key = f"weekday.{WEEKDAYS[weekday(session.today)]}"
    closes = clocks.closes(now)
    state = language.say("today.closed") if closes is None else language.say("today.open", time=clocks.local(closes)[11:16])
    return f"{session.shop.name}, {language.say(key)} {clocks.local(now)[:16].replace('T', ' ')}, {state}"


def _cells(told: Mapping[str, object]) -> tuple[str, ...]:
    """Return something that is due as cells of a table that programs read."""
    return tuple("yes" if value is True else str(value or "") for value in map(told.get, COLUMNS[1:]))


class _Screen:
    """The parts as a person reads them: on a terminal in columns and cut at its width, elsewhere whole."""

    def __init__(self, session: Session, now: int, form: str) -> None:
        self.session, self.language, self.now, self.cut = session, session.language, now, form == "table"

    def sections(self, parts: Sequence[Part], later: int, figures: Sequence[Figure]) -> Iterable[Section]:
        """Yield what is due, part by part, and the figures of the day."""
        most = MOST if self.cut else None
        rows = {part.name: [self._columns(item) for item in part.items[:most]] for part in parts}
        every = [row for own in rows.values() for row in own]
        if not every:
            yield Section("", (self.language.say("today.nothing"),))
        widths = [max(map(len, column)) for column in zip(*every, strict=True)]
        for part in parts:
            if part.items:
                key = f"today.{part.name}"
                lines = [self._line(row, widths) for row in rows[part.name]]
                lines += [f"  {self.language.say('today.more', left)}"] if (left := len(part.items) - len(lines)) else []
                yield Section(f"{self.language.say(key)} ({len(part.items)})", tuple(lines))
        if later:
            yield Section("", (self.language.say("today.later", later),))
        told = Told(self.language, self.session.words().name)
        for head, ids in ((self.language.say("today.came-in"), CAME_IN), (self.language.say("today.given-back"), GIVEN_BACK)):
            found = tuple(_told(self.language, told, [figure for figure in figures if figure.measure.id in ids]))
            if found:
                yield Section(head, found)

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        if not self.cut:
            return " · ".join(filter(None, row))
        *columns, words = row
        line = "  " + "  ".join(text.ljust(width) for text, width in zip(columns, widths, strict=False))
        line = f"{line}  {words}".rstrip()
        return line if len(line) <= WIDTH else f"{line[: WIDTH - 1].rstrip()}…"

    def _columns(self, item: Item) -> tuple[str, str, str, str, str]:
        """Return what stands on a line: id, how far away, what it is, who has it, and what it is about."""
        session = self.session
        by = item.aim if item.aim is not None and self.now < item.aim < item.by else item.by
        apart = " ".join(spent(minutes(abs(by - self.now))).split(" ")[:2])
        if item.is_late(self.now):
            due = self.language.say("list.late", apart=apart)
        elif item.aim is not None and item.aim <= self.now < item.by:
            due = self.language.say("agenda.past-aim")
        elif item.day:
            far = item.by - self.now >= DAY
            due = session.clocks().local(item.by)[5:10] if far else self.language.say("agenda.today")
        else:
            due = self.language.say("list.due", apart=apart)
        holder = item.to if item.to not in session.shop.roles else session.words().role(item.to)
        return item.id, due, label(session, item), holder, subject(session, item)


def _told(language: Language, told: Told, figures: Sequence[Figure]) -> Iterable[str]:
    """Yield a line for each figure of which there is anything."""
    for figure in figures:
        if figure.number.n or figure.number.value:
            key = f"figure.{figure.measure.id}"
            slices = sorted((figure.by or {}).items(), key=lambda entry: -(entry[1].value or 0))
            by = ", ".join(f"{told.name('paid-with', own)} {told.value(figure, number)}" for own, number in slices)
            line = f"  {language.say(key)}: {told.value(figure, figure.number)}"
            yield f"{line} ({by})" if by else line
