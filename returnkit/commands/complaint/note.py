"""`returnkit complaint note`: something worth remembering, that the customer does not hear of."""

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
def note(case: str, **options: str | None) -> int:
    """Note something about a complaint; its state stays as it is.

    \b
        returnkit complaint note k3-0412P --text "the carrier confirms that the parcel was wet"
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(case, "noted", **options)
