"""`returnkit complaint note`: something worth remembering, or what the customer came back with."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem


@case_command
@click.option("--from-customer", is_flag=True, help="The customer came back: it is our turn, and they wait for an answer.")
def note(case: str, *, from_customer: bool, **options: str | None) -> int:
    """Note something about a complaint: a note is not an answer, and no clock stops for it.

    \b
        returnkit complaint note k3-0412P --text "the carrier confirms that the parcel was wet"
        returnkit complaint note k3-0412P --from-customer --text "asks when the new one comes"

    With --from-customer the clock of the next answer begins, and waiting for the customer is over.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if not from_customer and not (options["text"] or "").strip():
        raise BadInputError(Problem("nothing is said", 'say what there is to note: --text "..."'))
    return change(Session(), case, "heard" if from_customer else "noted", options)
