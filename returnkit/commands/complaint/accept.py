"""`returnkit complaint accept`: the customer has chosen."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session
from returnkit.model.toml import word


@case_command
@click.option("--choice", metavar="NAME", required=True, help="One of those that were offered.")
def accept(case: str, choice: str, **options: str | None) -> int:
    """Record which of the offered choices the customer takes.

    \b
        returnkit complaint accept k3-0412P --choice replacement

    `resolve` then has it as its remedy, or as its token, unless told otherwise.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(Session(), case, "accepted", options, choice=word(choice))
