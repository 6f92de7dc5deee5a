"""`returnkit complaint escalate`: somebody with more room has it now."""

import click

from returnkit.commands.complaint.change import case_command, change, known_holder
from returnkit.commands.session import Session


@case_command
@click.option("--to", metavar="WHO", help="A role, or a name from shop.toml.")
def escalate(case: str, to: str | None, **options: str | None) -> int:
    """Hand a complaint to somebody who may decide more: a manager, the owner.

    \b
        returnkit complaint escalate k3-0412P --text "wants the money for the taxi as well"

    Without --to it goes to the next role above whoever is at the counter (--staff). [[escalate]] in policies/complaints.toml
    does the same by itself once a clock is late.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    return change(session, case, "escalated", options, to=_upwards(session, to))


def _upwards(session: Session, to: str | None) -> str:
    roles = session.shop.roles
    return known_holder(session, to) if to is not None else roles[min(session.role + 1, len(roles) - 1)]
