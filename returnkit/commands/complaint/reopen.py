"""`returnkit complaint reopen`: it was not over after all."""

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session


@case_command
def reopen(case: str, **options: str | None) -> int:
    """Open a complaint again that was resolved or closed, as the customer came back with it; or one that was merged by mistake.

    \b
        returnkit complaint reopen k3-0412P --text "the new one is broken, too"
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(Session(), case, "reopened", options)
