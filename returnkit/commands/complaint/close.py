"""`returnkit complaint close`: the cause is known, and the complaint is over."""

import click

from returnkit.commands.complaint.change import change
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.recording import key_option, text_option


@global_options
@output_options
@key_option
@text_option
@click.command(context_settings=SETTINGS)
@click.argument("case", metavar="ID")
@click.option("--cause", metavar="NAME", required=True, help="What was behind it: packaging, supplier, description, staff, ...")
def close(case: str, **options: str | None) -> int:
    """Close a resolved complaint, with its cause: so that it does not come back.

    \b
        returnkit complaint close k3-0412P --cause packaging --text "ordered thicker boxes"

    Only a resolved complaint can be closed. --cause unknown is an answer.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(case, "closed", **options)
