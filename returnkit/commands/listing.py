"""What every command shares that lists records: a period, and what to do about lines that cannot be read."""

from collections.abc import Iterable, Sequence

import click

from returnkit.commands.options import Command, not_empty
from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.dates import FIRST_DAY, LAST_DAY, days_in_month, iso, parse_day
from returnkit.records.chain import NEWER, is_stand_in
from returnkit.records.read import MEND, Line
from returnkit.shop import shown_path

OPTIONS = {
    "--from": ("DAY", "The first day of the period (both days count)."),
    "--to": ("DAY", "The last day of the period."),
    "--day": ("DAY", "One day: 2026-11-21, today, yesterday, monday."),
    "--month": ("MONTH", "One month: 2026-11."),
}


def listing_options(command: Command) -> Command:
    """Let a command take a period and `--allow-damaged`."""
    for option, (metavar, text) in OPTIONS.items():
        command.params.append(click.Option([option], metavar=metavar, help=text, callback=not_empty))
    text = "Leave out lines that cannot be read, instead of refusing."
    command.params.append(click.Option(["--allow-damaged"], is_flag=True, help=text))
    return command


def period_of(session: Session, asked: dict[str, object], *, every: bool = False) -> tuple[str, str]:
    """Return the first and last day that were asked for, as ISO text: this month if none was, or all days where `every`.

    Raises BadInputError.
    """
    given = {option: str(asked[option]) for option in ("from", "to", "day", "month") if asked.get(option)}
    if ("day" in given or "month" in given) and len(given) > 1:
        raise BadInputError(Problem("more than one period is given", "give --month, or --day, or --from and --to"))
    try:
        if "day" in given:
            day = iso(parse_day(given["day"], lambda: session.today))
            return day, day
        if "from" in given or "to" in given:
            first = iso(parse_day(given["from"], lambda: session.today)) if "from" in given else iso(FIRST_DAY)
            last = iso(parse_day(given["to"], lambda: session.today)) if "to" in given else iso(LAST_DAY)
            if first > last:
                raise BadInputError(Problem(f"the period ends ({last}) before it begins ({first})", "change --from or --to"))
            return first, last
        if every and "month" not in given:
            return iso(FIRST_DAY), iso(LAST_DAY)
        month = given.get("month") or iso(session.today)[:7]
        first = iso(parse_day(f"{month}-01", lambda: session.today))
        return first, f"{month}-{days_in_month(int(month[:4]), int(month[5:7])):02}"
    except ValueError as error:
        raise BadInputError(Problem(f"{', '.join(given.values())!r} is not a period", f"{error}; a month as 2026-11")) from None


def check_damage(damaged: Sequence[Line], *, allowed: bool) -> None:
    """Raise UnreadableError that names every line that cannot be read; only note them where that is allowed.

    Lines that a person accepted as damaged are only noted.
    """
    if not damaged:
        return
    from returnkit.records.known import unknown

    newer = [line for line in damaged if line.newer]
    if newer:
        raise UnreadableError(*(NEWER._replace(file=shown_path(line.file), line=line.number) for line in newer))
    known = [line for line in damaged if not is_stand_in(line.raw)]  # what that stands for is whole elsewhere
    damaged = [*unknown(damaged)]
    if damaged and not allowed:
        raise UnreadableError(*map(_problem, damaged))
    accepted = count(line for line in known if line not in damaged)
    if accepted:
        note(f"{accepted} line{'s' if accepted > 1 else ''} that a person accepted as damaged left out")
    note_left_out(count(damaged))


def note_left_out(lines: int) -> None:
    """Note how many lines that cannot be read are left out, if there are any, and what may help."""
    if lines:
        note(f"{lines:,} line{'s' if lines > 1 else ''} that cannot be read left out; {MEND}")


def count(damaged: Iterable[Line]) -> int:
    """Return how many lines that cannot be read these stand for."""
    return sum(line.lines for line in damaged)


def _problem(line: Line) -> Problem:
    what = "this line cannot be read" if line.lines == 1 else f"this line and {line.lines - 1:,} more cannot be read"
    return Problem(what, f"{MEND}; --allow-damaged leaves it out", shown_path(line.file), line.number, excerpt(line))


def excerpt(line: Line) -> str:
    """Return the beginning of a line for a message."""
    return line.raw[:80].decode("utf-8", "replace")
