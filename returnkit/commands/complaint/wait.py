"""`returnkit complaint wait`: it is the customer's turn."""

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session


@case_command
def wait(case: str, **options: str | None) -> int:
    """Record that we asked the customer for something: the clock of putting it right stands still until they come back.

    \b
        returnkit complaint wait k3-0412P --text "asked for a photograph of the box"
        returnkit complaint note k3-0412P --from-customer --text "sent two photographs"

    Asking is an answer: the customer has heard of us. The time that the law gives goes on.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(Session(), case, "waiting", options)
