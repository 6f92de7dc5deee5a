"""`returnkit kpi list`: which figures there are."""

import click

from returnkit.commands.kpi.report import targets_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.kpi.figures import MEASURES
from returnkit.kpi.report import Told
from returnkit.render import Report, Section

SCHEMA = "returnkit.figure-list/1"
COLUMNS = ("id", "unit", "counts")


@global_options
@output_options
@click.command("list", context_settings=SETTINGS)
def list_figures(form: str | None, output: str | None) -> int:
    """List the figures: the name that policies/kpis.toml and programs know each by, its unit, and what it counts.

    \b
        returnkit kpi list
        returnkit kpi list -f json

    JSON is {"schema", "figures": [{"id", "unit", "counts", "slices", "target"}]}; target tells whether the shop has one.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    targets = targets_of(session.shop).internal
    rows = Told(session.language, lambda _fact, value: value).explained()
    data = {
        "schema": SCHEMA,
        "figures": [
            {"id": own, "unit": unit, "counts": counts, "slices": [*measure.slices, "month"], "target": own in targets}
            for (own, unit, counts), measure in zip(rows, MEASURES, strict=True)
        ],
    }
    # What each counts has no room beside its name on a terminal.
    lines = tuple(line for own, unit, counts in rows for line in (f"{own}  ({unit})", f"    {counts}"))
    sections = (Section("", lines),) if form == "table" else ()
    deliver(Report("", session.language.code, sections, COLUMNS, tuple(rows), data), form, output)
    return 0
