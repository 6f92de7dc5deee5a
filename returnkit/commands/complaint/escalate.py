"""`returnkit complaint escalate`: somebody with more room has it now."""

import click

from returnkit.commands.complaint.change import case_command, change, known_holder
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.service.clocks import instant
from returnkit.service.terms import ranks_of


@case_command
@click.option("--to", metavar="WHO", help="A role, or a name from shop.toml.")
def escalate(case: str, to: str | None, **options: str | None) -> int:
    """Hand a complaint to somebody who may decide more: a manager, the owner.

    \b
        returnkit complaint escalate k3-0412P --text "wants the money for the taxi as well"

    Without --to it goes to the next role above whoever has it, and above whoever is at the counter (--staff). [[escalate]] in
    policies/complaints.toml does the same by itself once a clock is late.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    held = session.clocks().holder(session.books().case(case), instant(session.clock.now()))
    return change(session, case, "escalated", options, to=_upwards(session, held, to))


def _upwards(session: Session, holder: str, to: str | None) -> str:
    """Return to whom a complaint goes up. Raises BadInputError where that is not up, or nobody is above."""
    roles = session.shop.roles
    ranks = ranks_of(roles, session.shop.staff)
    rank = max(session.role, ranks.get(holder, 0))
    if to is None:
        if rank + 1 >= len(roles):
            raise BadInputError(
                Problem(f"nobody is above {holder or roles[rank]}", "assign it: returnkit complaint assign ID --to NAME")
            )
        return roles[rank + 1]
    found = known_holder(session, to)
    if ranks.get(found, 0) < ranks.get(holder, 0):
        raise BadInputError(Problem(f"{found} is not above {holder}, who has it", "hand it over: returnkit complaint assign"))
    return found
