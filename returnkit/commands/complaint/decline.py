"""`returnkit complaint decline`: the customer wants neither."""

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session


@case_command
def decline(case: str, **options: str | None) -> int:
    """Record that the customer took none of the choices that were offered.

    \b
        returnkit complaint decline k3-0412P --text "would rather have it repaired"

    It is our turn again: offer something else, or put it right.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(Session(), case, "declined", options)
