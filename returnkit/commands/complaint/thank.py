"""`returnkit complaint thank`: the customer was thanked."""

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session


@case_command
def thank(case: str, **options: str | None) -> int:
    """Record that the customer was thanked for telling us, once it is put right.

    \b
        returnkit complaint thank k3-0412P --text "wrote a card"
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return change(Session(), case, "thanked", options)
