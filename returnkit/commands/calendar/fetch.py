"""`returnkit calendar fetch`: the public holidays of a country, into policies/calendar.toml."""

import os
from datetime import date
from typing import NamedTuple

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note, to_stderr
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.calendar import read_days, with_days
from returnkit.model.dates import FIRST_DAY, LAST_DAY, iso
from returnkit.model.text import is_number, safe
from returnkit.public_holidays import Fetched, Whose, fetched_of
from returnkit.records.rewrite import replace
from returnkit.render import Report, Section
from returnkit.shop import read_file, shown_path

SCHEMA = "returnkit.calendar/1"
COLUMNS = ("table", "day", "what", "name", "was")
NEW = b"""\
# Public holidays, and the days on which the shop is closed. A holiday that does not stand under [closed] is a day on which
# you open as on any other; the clocks of complaints stand still then, unless complaints.toml counts holidays, too.
schema = 1

[holidays]

[closed]
# 2027-01-04 = "Stock-taking"
"""


class Entry(NamedTuple):
    """A day of calendar.toml as it now stands: what it was called before (None = it is new), and what is known of it."""

    table: str
    day: int
    name: str
    was: str | None
    fetched: bool
    estimated: bool

    @property
    def what(self) -> str:
        """What became of it."""
        return "added" if self.was is None else "kept" if self.was == self.name else "changed"


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.option("--region", metavar="CODE", callback=not_empty, help="A part of the country with holidays of its own: ENG, CA.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written.")
@click.argument("asked", nargs=-1, metavar="[COUNTRY] [YEAR]...")
def fetch(form: str | None, output: str | None, asked: tuple[str, ...], region: str | None, dry_run: bool) -> int:
    """Write the public holidays of a country (default: the shop's) and years (default: this and the next) into
    policies/calendar.toml, named in the shop's language where it is known.

    \b
        returnkit calendar fetch LV 2026 2027
        returnkit calendar fetch GB 2027 --region ENG

    What stands there already stays as it is, with its comments; only a holiday that was fetched in another language, or
    while it was estimated, is called anew. Some countries move a day off from a weekend: that weekend day is then worked,
    and stands under [worked]. Whether the shop is closed on a holiday, you say under [closed].

    JSON is {"schema", "added", "changed", "kept", "worked"}, each a list of {"day", "name", "was", "fetched", "estimated"}:
    the first three of the holidays of these years, the last one of the days worked; "was" is null where a day is new,
    "fetched" is false where only calendar.toml has it.

    Exit code: 0; 2 wrong usage, 3 calendar.toml has mistakes and is not touched.
    """  # noqa: D205, D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    whose = _asked(asked, region, session)
    fetched = fetched_of(whose, session.shop.languages)
    path = os.path.join(session.shop.folder, "policies", "calendar.toml")
    before = read_file(path) if os.path.lexists(path) else NEW
    file = shown_path(path)
    after = _merged(before, file, fetched)
    entries = _entries(before, after, file, whose, fetched)
    if after != before and not dry_run:
        replace(path, after)
    deliver(_report(entries, file, session.language.code, form, dry_run), form, output)
    _note(entries, fetched, whose)
    return 0


def _asked(asked: tuple[str, ...], region: str | None, session: Session) -> Whose:
    """Return whose holidays are asked for. Raises BadInputError with every problem."""
    from holidays import country_holidays, list_supported_countries

    named, texts = (asked[:1], asked[1:]) if asked and not asked[0][:1].isdigit() else ((), asked)
    written = (named[0] if named else session.shop.country).strip()
    country = written.upper() if written.isascii() else written  # the upper case of a ligature may be a country
    first, last = (date.fromordinal(day).year for day in (FIRST_DAY, LAST_DAY))
    problems, years = [], []
    for text in texts:
        if is_number(text, 4) and first <= int(text) <= last:
            years.append(int(text))
        else:
            problems.append(Problem(f"{text!r} is not a year", f"write years from {first} to {last}, after one country"))
    known = country in list_supported_countries()
    if not known:
        problems.insert(0, Problem(f"the public holidays of {country!r} are not known", _nearest_countries(country)))
    elif region:
        its = country_holidays(country)
        codes = {code.casefold(): code for code in (*its.subdivisions, *its.subdivisions_aliases)}
        if region.casefold() not in codes:
            remedy = instead(region, list(its.subdivisions)) if codes else "leave --region out"
            problems.append(Problem(f"--region {region!r} is no part of {country} with holidays of its own", remedy))
        region = codes.get(region.casefold())
    if problems:
        raise BadInputError(*problems)
    this_year = date.fromordinal(session.today).year
    return Whose(country, region or "", tuple(sorted({*years})) or (this_year, min(this_year + 1, last)))


def _nearest_countries(text: str) -> str:
    """Return what to write for a country that is not known: those called alike, else those whose code begins alike."""
    from difflib import get_close_matches

    from holidays.registry import COUNTRIES

    codes = {module.replace("_", " ").upper(): names[1] for module, names in COUNTRIES.items()}
    near = [codes[called] for called in get_close_matches(text, codes, cutoff=0.7)]
    near = near or sorted(code for code in codes.values() if text and code.startswith(text[0]) and len(text) <= len(code) + 1)
    return f"did you mean {', '.join(near)}?" if near else "write its two letters (ISO 3166-1), such as LV"


def _merged(before: bytes, file: str, fetched: Fetched) -> bytes:
    """Return the text of calendar.toml with what was fetched; a name that was written by hand stays."""
    there = read_days(before, file)
    holidays = {
        day: name
        for day, name in fetched.holidays.items()
        if there["holidays"].get(day, name) in fetched.fetched_before[day] | {name}
    }
    worked = {day: name for day, name in fetched.worked.items() if day not in there["worked"]}
    return with_days(with_days(before, file, "holidays", holidays), file, "worked", worked)


def _entries(before: bytes, after: bytes, file: str, whose: Whose, fetched: Fetched) -> list[Entry]:
    """Return the holidays and the days worked of these years as they now stand, in order."""
    was, now = read_days(before, file), read_days(after, file)
    return [
        Entry(table, day, name, was[table].get(day), day in there, table == "holidays" and day in fetched.estimated)
        for table, there in (("holidays", fetched.holidays), ("worked", fetched.worked))
        for day, name in sorted(now[table].items())
        if date.fromordinal(day).year in whose.years
    ]


def _report(entries: list[Entry], file: str, code: str, form: str, dry_run: bool) -> Report:
    rows = tuple((entry.table, iso(entry.day), entry.what, entry.name, entry.was or "") for entry in entries)
    every: list[dict[str, object]] = [entry._asdict() | {"day": iso(entry.day)} for entry in entries]
    data: object = every
    if form != "jsonl":
        parts: dict[str, list[object]] = {"added": [], "changed": [], "kept": [], "worked": []}
        for entry, values in zip(entries, every, strict=True):
            del values["table"]
            parts["worked" if entry.table == "worked" else entry.what].append(values)
        data = {"schema": SCHEMA, **parts}
    sections = _sections(entries, file, dry_run) if form == "table" else ()
    return Report("", code, sections, COLUMNS, rows, data)


def _sections(entries: list[Entry], file: str, dry_run: bool) -> tuple[Section, ...]:
    """Return what was added and changed, day by day, and how much was kept."""
    sections = []
    for table in ("holidays", "worked"):
        for what in ("added", "changed"):
            lines = tuple(
                f"  {iso(entry.day)}  {entry.name}{f' (was: {entry.was})' if what == 'changed' else ''}"
                for entry in entries
                if (entry.table, entry.what) == (table, what)
            )
            if lines:
                heading = f"{'Would be ' * dry_run}{what} below [{table}] of {file}"
                sections.append(Section(heading[0].upper() + heading[1:], lines))
    kept = sum(entry.what == "kept" for entry in entries)
    nothing_new = "" if sections else ": nothing is new"
    sections.append(Section("", (f"{kept} {'day' if kept == 1 else 'days'} of these years kept{nothing_new}",)))
    return tuple(sections)


def _note(entries: list[Entry], fetched: Fetched, whose: Whose) -> None:
    """Say on standard error what the owner should look at."""
    of_country = f"{whose.country} {whose.region}".strip()
    empty = [str(year) for year in whose.years if year not in {date.fromordinal(day).year for day in fetched.holidays}]
    if empty:
        note(f"no public holidays of {of_country} are known for {', '.join(empty)}")
    if fetched.estimated:
        note(f"estimated, fetch again shortly before: {', '.join(map(iso, sorted(fetched.estimated)))}")
    own = [entry for entry in entries if not entry.fetched]
    if own:
        note(f"kept, though it is not among the holidays of {of_country}; take it out by hand if it is old:")
        for entry in own:
            to_stderr(f"    {iso(entry.day)}  {safe(entry.name)}")
    if any(entry.table == "holidays" and entry.what == "added" for entry in entries):
        note("the shop is closed on a public holiday only if it stands under [closed], too")
