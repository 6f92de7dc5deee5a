"""`returnkit complaint import`: complaints out of another program's CSV."""

import click

from returnkit.commands.importing import import_files, import_options
from returnkit.commands.options import SETTINGS, global_options, output_options


@global_options
@output_options
@import_options
@click.command("import", context_settings=SETTINGS)
def import_complaints(form: str | None, output: str | None, **asked: object) -> int:
    """Load complaints out of a help desk's export: a row for each complaint, or a row for each event.

    \b
        returnkit complaint import tickets.csv --map tickets.toml --dry-run

    \b
        schema = 1
        [file]
        dates = "MM/DD/YYYY"
        [complaint]                            # a row for each complaint, with the times of what happened
        number = "Complaint ID"                # the help desk's number of it
        opened = "Date received"
        acknowledged = "Date answered"         # also resolved, closed
        channel = { column = "Via", values = { Web = "web", Phone = "phone" }, other = "letter" }
        category = "Issue"                     # also severity, staff, text, remedy, cause, receipt-no, value

    Of a log with a row for each event, in the order in which it happened, name the time and the state instead:

    \b
        time = "Updated"
        state = { column = "State", values = { New = "open", Asked = "waiting", Solved = "resolved", Closed = "closed" } }

    A complaint is open, acknowledged, waiting (for the customer), resolved or closed. Where it waits no longer, the customer came
    back; where it was resolved and is not any more, it was reopened. Its clocks are those that policies/complaints.toml names
    today. A later export goes on where the last one ended.

    For [file], when and unless see `returnkit sale import --help`.

    Exit code: 0; 1 if rows were rejected, 2 wrong usage or not the file that the mapping means, 3 the mapping has mistakes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return import_files("complaint", asked, form, output)
