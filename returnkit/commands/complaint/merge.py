"""`returnkit complaint merge`: it is the same complaint as another one."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.service.complaint import LIVE, Case


@case_command
@click.option("--into", metavar="ID", required=True, help="The complaint that goes on.")
def merge(case: str, into: str, **options: str | None) -> int:
    """Merge a complaint into another one: the same trouble was written down twice.

    \b
        returnkit complaint merge k4-0031B --into k3-0412P

    It goes on under the other id, and its own clocks end. What was promised, and what was flagged, must be over first, or be
    said of the other one.

    Exit code: 0, 2 wrong usage or not possible now, 4 a person with more room must decide: the message says who.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    other = session.books().case(into).id
    return change(session, case, "merged", options, check=lambda session, found: _check(session, found, other), into=other)


def _check(session: Session, case: Case, into: str) -> None:
    """Raise BadInputError where a complaint cannot go on as another one."""
    other = session.books().case(into)
    if other.state == "merged":
        raise BadInputError(Problem(f"{other.id} was merged itself", f"merge it into {other.into}"))
    if other.state not in (*LIVE, "resolved"):
        raise BadInputError(
            Problem(f"{other.id} is {other.state}", f"open it again first: returnkit complaint reopen {other.id}")
        )
    there = [flag.name for flag in other.open_flags]
    flags = [flag.name for flag in case.open_flags if flag.name not in there]
    problems = [
        Problem(f"{case.id} is flagged as {flag}", f"flag the other one first: returnkit complaint flag {other.id} {flag}")
        for flag in flags
    ]
    if case.promises:
        remedy = f"first: returnkit complaint promise {case.id} --kept, or --broken; or merge the other way round"
        problems.append(Problem(f"what was promised for {case.promises[0].by[:16].replace('T', ' ')} is not kept yet", remedy))
    if problems:
        raise BadInputError(*problems)
    for own in set(case.suspected) - {*other.suspected, *there}:
        note(f"{case.id} is perhaps {own}; if so: returnkit complaint flag {other.id} {own}")
