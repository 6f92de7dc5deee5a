"""`returnkit complaint acknowledge`: the customer has been told that it was received."""

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
def acknowledge(case: str, **options: str | None) -> int:
    """Record that the customer was told: we have your complaint and are working on it.

    \b
        returnkit complaint acknowledge k3-0412P --text "called back, apologised, looking into it"

    This is the first answer if there was none before; a note is not an answer.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(case, "acknowledged", **options)
