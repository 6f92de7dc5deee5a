"""`returnkit complaint resolve`: the customer has got what was promised."""

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
@click.option("--remedy", metavar="NAME", help="What the customer got, such as refund, replacement, discount, apology.")
def resolve(case: str, **options: str | None) -> int:
    """Record that it was put right: what was done, and with which remedy.

    \b
        returnkit complaint resolve k3-0412P --remedy replacement --text "a new one went out the same day"

    The complaint is then resolved, and can be closed with its cause, or reopened.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(case, "resolved", **options)
