"""`returnkit complaint reopen`: it was not over after all."""

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
def reopen(case: str, **options: str | None) -> int:
    """Open a complaint again that was resolved or closed: the customer came back with it.

    \b
        returnkit complaint reopen k3-0412P --text "the new one is broken, too"
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(case, "reopened", **options)
