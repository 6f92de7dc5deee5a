"""`returnkit complaint close`: the cause is known, and the complaint is over."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.complaint.telling import risk_lines
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.model.toml import name
from returnkit.service.complaint import Case

NOT_KNOWN = ("unknown", "not-said")


@case_command
@click.option("--cause", metavar="NAME", required=True, help="What was behind it: packaging, supplier, description, staff, ...")
@click.option("--changed", metavar="TEXT", help="What was changed so that it does not come back.")
@click.option("--rule", metavar="NAME", help="The rule of the return policy that was behind it.")
@click.option("--sku", metavar="CODE", help="The article that was behind it.")
@click.option("--won", is_flag=True, help="The customer stays with us.")
@click.option("--lost", is_flag=True, help="The customer does not come back.")
def close(case: str, *, won: bool, lost: bool, **options: str | None) -> int:
    """Close a resolved complaint, with its cause and what was changed: so that it does not come back.

    \b
        returnkit complaint close k3-0412P --cause packaging --changed "thicker boxes ordered" --won

    Only a resolved complaint can be closed, once its flags have an outcome and what was promised since is kept. --cause unknown
    is an answer. --won or --lost says what became of the customer: their value is then won back or lost in the figures.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if won and lost:
        raise BadInputError(Problem("--won and --lost are both given", "say one of them, or neither"))
    customer = "won" if won else "lost" if lost else None
    cause, changed, rule, sku = (options[field] for field in ("cause", "changed", "rule", "sku"))
    session = Session()
    _check_cause(session, str(cause))
    return change(
        session,
        case,
        "closed",
        options,
        check=_nothing_left,
        also=_won_or_lost,
        cause=cause,
        changed=changed,
        rule=rule,
        sku=sku,
        customer=customer,
    )


def _check_cause(session: Session, cause: str) -> None:
    """Note a cause that policies/complaints.toml does not list, where it lists any: it may be misspelt."""
    # The file is read as text first: a cause that stands there costs no parsing.
    if f'"{name(cause)}"' in session.shop.complaint_text().casefold() or name(cause) in NOT_KNOWN:
        return
    causes = list(session.clocks().terms.causes)
    if causes and name(cause) not in causes:
        session.unlisted("cause", cause, causes, "it is recorded as it was typed")


def _won_or_lost(session: Session, case: Case) -> tuple[list[str], Json]:
    return (risk_lines(session, case) if case.customer else []), {}


def _nothing_left(_session: Session, case: Case) -> None:
    """Raise BadInputError with everything that is still to be done before closing."""
    problems = [
        Problem(
            f"{case.id} is flagged as {flag.name}, and nothing came of that yet",
            f'first: returnkit complaint flag {case.id} {flag.name} --outcome "what was done"',
        )
        for flag in case.open_flags
    ]
    problems += [
        Problem(
            f"what was promised for {promise.by[:16].replace('T', ' ')} is not kept yet",
            f"first: returnkit complaint promise {case.id} --kept, or --broken",
        )
        for promise in case.promises
    ]
    if problems:
        raise BadInputError(*problems)
