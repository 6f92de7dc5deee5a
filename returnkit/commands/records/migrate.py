"""`returnkit records migrate`: which version of the format the records are written in."""

from collections import Counter

import click

from returnkit.commands.listing import check_damage
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.model.record import VERSION
from returnkit.render import Report, Section

SCHEMA = "returnkit.migrate/1"
COLUMNS = ("version", "records")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
def migrate(form: str | None, output: str | None) -> int:
    """Say which version of the format the records are written in, and whether anything must be done about it.

    \b
        returnkit records migrate

    There is one version so far, and nothing ever has to be done: what was written stays as it was written, a newer program
    reads every older version, and an older program refuses a newer one by name, never as if there were no records.

    JSON is {"schema", "version", "records": {version: how many}, "to_do"}; `version` is the one that this program writes.

    Exit code: 0; 3 if a newer program wrote something here (each line is named).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    found: Counter[str] = Counter()
    damaged = []
    for line in session.books().lines():
        if line.record is None:
            damaged.append(line)
        else:
            found[str(line.record.get("v"))] += 1
    check_damage(damaged, allowed=True)  # what is damaged, `records verify` says; only what is newer matters here
    every = ", ".join(f"{count} record{'' if count == 1 else 's'} of version {own}" for own, count in sorted(found.items()))
    told = f"{every}: nothing is to be done." if every else f"There are no records yet; they will be of version {VERSION}."
    rows = tuple((version, str(number)) for version, number in sorted(found.items()))
    data = {"schema": SCHEMA, "version": VERSION, "records": dict(sorted(found.items())), "to_do": []}
    sections = (Section("", (told,)),) if form == "table" else ()
    deliver(Report("", session.language.code, sections, COLUMNS, rows, data), form, output)
    return 0
