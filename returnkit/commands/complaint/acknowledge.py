"""`returnkit complaint acknowledge`: the customer has been told that it was received."""

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session


@case_command
def acknowledge(case: str, **options: str | None) -> int:
    """Record that the customer was told: we have your complaint and are working on it.

    \b
        returnkit complaint acknowledge k3-0412P --text "called back, apologised, looking into it"

    This is the first answer if there was none before; a note is not an answer.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(Session(), case, "acknowledged", options)
