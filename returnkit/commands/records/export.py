"""`returnkit records export`: every record, for other programs."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import click

from returnkit.backup import unfinished
from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, Command, global_options, not_empty, output_options
from returnkit.commands.progress import progress_bar
from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.exporting import (
    LINES,
    OTHER,
    Collected,
    Sheet,
    articles,
    collect,
    files_of,
    fill,
    json_document,
    json_lines,
    kinds_of,
    sheet,
)
from returnkit.model.dates import FIRST_DAY, LAST_DAY, iso
from returnkit.model.record import KINDS
from returnkit.records.disk import OWN_FILE
from returnkit.records.rewrite import make_folder, replacing
from returnkit.render import FORMATS
from returnkit.shop import check_place
from returnkit.summing import bytes_of

FORMS = ("jsonl", "json", "csv")


def _forms(command: Command) -> Command:
    """Say of `--format` what it is here: there is no table for eyes."""
    for param in command.params:
        if isinstance(param, click.Option) and param.name == "form":
            param.metavar, param.help = f"[{'|'.join(FORMS)}]", "How they are written (default: jsonl, or by the ending of -o)."
    return command


@global_options
@_forms
@output_options
@listing_options
@click.command(context_settings=SETTINGS)
@click.option(
    "--kind", "kinds", metavar="KIND", multiple=True, callback=not_empty, help="Only this kind, or complaint.* for a group."
)
@click.option("--sqlite", "sqlite", metavar="FILE", callback=not_empty, help="Write an SQLite database.")
def export(form: str | None, output: str | None, kinds: tuple[str, ...], sqlite: str | None, **asked: object) -> int:
    """Write out the records of all tills in the order of time: as JSON lines, as JSON, as CSV, or as an SQLite database.

    \b
        returnkit records export -o records.jsonl
        returnkit records export --month 2026-10 --kind return --kind "complaint.*" -o october.csv
        returnkit records export -f csv -o tables/
        returnkit records export --sqlite shop.db

    Without a period it is everything. How customers can be reached is in no export, only the random reference to it; times are
    as they were recorded, money is in minor units (cents) beside its currency; only cells of CSV have it as 34.90.

    JSON lines (the usual form) are the records as they are. JSON is {"schema", "from", "to", "left_out", "records"}, from and to
    null where nothing bounds them. CSV has a column for each field, tables within as JSON text as they are. A name that ends
    in / is a folder: it gets a file for each kind, and return.lines.csv, sale.lines.csv … for the articles, by the id of their
    record. CSV is UTF-8 with commas: in Excel, open it with Data, From Text/CSV.

    A record that was taken back later stands in it all the same: a return that was voided, a change of a complaint that another
    till had forestalled. Tables have a column `counts` for that: leave out what has 0 in sums.

    The database has a table for each kind (complaint_opened), with was_… and voided_… for what stands inside of a record; the
    articles are in sale_lines, return_lines, return_refused_lines and return_voided_lines, by the id of their record. `meta`
    says of what program and how far each till's records were read. In SQL the columns "case", "on", "by" and "to" need their
    quotes. What only a newer program knows stands in the column `more`.

    \b
        select substr(time, 1, 7) as month, sum(paid) / 100.0 as sold
        from sale join sale_lines using (id) group by month
        select substr(time, 1, 7) as month, sum(return_lines.amount) / 100.0 as given_back
        from "return" join return_lines using (id) where counts = 1 group by month

    (`kpi report` takes a return that was voided in a later month back in that month.)

    A file that stands there is replaced; a database only if it is one that was exported here.

    Exit code: 0; 2 where that would overwrite something else; 3 if a line cannot be read (it is named; --allow-damaged
    leaves it out); 74 if it could not be written.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    form = _form(form, output, sqlite)
    wanted = kinds_of(kinds)
    first, last = period_of(session, asked, every=True)
    period = (None if first == iso(FIRST_DAY) else first, None if last == iso(LAST_DAY) else last)
    for place in (sqlite, output):
        if place not in (None, "-"):
            check_place(str(place))
    books = session.books()
    with progress_bar("reading", lambda: bytes_of(books)) as progress:
        found = collect(books, first, last, wanted, progress)
    check_damage(found.damaged, allowed=bool(asked["allow_damaged"]))
    if sqlite:
        from returnkit.records.database import database

        facts = {
            "shop": session.shop.name, "made": session.clock.now(), "from": period[0] or "", "to": period[1] or "",
            "kinds": " ".join(sorted(wanted)), "left_out": len(found.damaged),
        }  # fmt: skip
        with database(sqlite) as tables:
            fill(tables, found, wanted, facts)
    elif output in (None, "-"):
        for part in _parts(form, found, period, wanted):
            _to_stdout(part)
    elif _is_folder(str(output)):
        _into_folder(str(output), found)
    else:
        with replacing(str(output), OWN_FILE) as file:
            file.writelines(_parts(form, found, period, wanted))
    place = sqlite or str(output or "-")
    if place != "-":
        if left := [] if _is_folder(place) else unfinished(place):
            note(f"exports were broken off here before, and what they left can go: {', '.join(left)}")
        note(f"{found.lines.count} record{'' if found.lines.count == 1 else 's'} written to {place}")
    return 0


def _form(form: str | None, output: str | None, sqlite: str | None) -> str:
    """Return how the records are written. Raises BadInputError for a way in which they cannot be."""
    if sqlite and (form or output):
        raise BadInputError(Problem("--sqlite goes with neither --format nor -o", "take one or the other"))
    folder = output is not None and _is_folder(output)
    ending = os.path.splitext(output or "")[1][1:].lower()
    if ending in ("", "txt") or (ending not in FORMATS and os.path.exists(str(output))):
        ending = FORMS[0]
    found = form or ("csv" if folder else ending)
    if found not in FORMS:
        remedy = f"write -f {', '.join(FORMS[:-1])} or {FORMS[-1]}; or --sqlite FILE for a database"
        raise BadInputError(Problem(f"records are not exported as {found}", remedy))
    if folder and found != "csv":
        raise BadInputError(Problem(f"a folder gets tables, not {found}", "write -f csv, or name a file", str(output)))
    return found


def _is_folder(output: str) -> bool:
    return output.endswith(os.sep) or os.path.isdir(output)


def _into_folder(folder: str, found: Collected) -> None:
    """Write a file for each kind, by its name; one of an earlier export of which there is nothing any more is left empty."""
    from returnkit.render.as_csv import line

    make_folder(folder)
    earlier = {name.removesuffix(".csv").removesuffix(f".{LINES}") for name in os.listdir(folder)} & {*KINDS, OTHER}
    with ExitStack() as open_ones:
        tables = files_of({*found.kinds, *earlier})
        files = {name: open_ones.enter_context(replacing(os.path.join(folder, f"{name}.csv"), OWN_FILE)) for name in tables}
        for name, sheet in tables.items():
            files[name].write(line(sheet.columns).encode())
        for record in found.records():
            name = str(record.get("kind"))
            name = name if name in KINDS else OTHER
            own = articles(record) if f"{name}.{LINES}" in tables else []
            rest = {field: value for field, value in record.items() if not (own and field == LINES)}
            currency = record.get("currency")
            files[name].write(line(tables[name].row(rest, currency, found.counts(record))).encode())
            for article in own:
                files[f"{name}.{LINES}"].write(line(tables[f"{name}.{LINES}"].row(article, currency)).encode())


def _parts(form: str, found: Collected, period: tuple[str | None, str | None], kinds: frozenset[str]) -> Iterator[bytes]:
    """Yield the text of an export in pieces."""
    if form == "jsonl":
        yield from json_lines(found.lines)
    elif form == "json":
        yield from json_document(found.lines, *period, len(found.damaged))
    else:
        yield from _csv(sheet(kind for kind in KINDS if not kinds or kind in kinds), found)


def _to_stdout(data: bytes) -> None:
    """Write to standard output as it is, whatever that takes letters to be. Raises OSError where it is closed or full."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def _csv(table: Sheet, found: Collected) -> Iterator[bytes]:
    from returnkit.render.as_csv import line

    yield line(table.columns).encode()
    for record in found.records():
        yield line(table.row(record, record.get("currency"), found.counts(record))).encode()
