"""`returnkit complaint merge`: it is the same complaint as another one."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.service.complaint import Case


@case_command
@click.option("--into", metavar="ID", required=True, help="The complaint that goes on.")
def merge(case: str, into: str, **options: str | None) -> int:
    """Merge a complaint into another one: the same trouble was written down twice.

    \b
        returnkit complaint merge k4-0031B --into k3-0412P

    It goes on under the other id, and its own clocks end. What was promised, and what was flagged, must be over first, or be
    said of the other one.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    other = session.books().case(into).id
    return change(session, case, "merged", options, derive=lambda session, found: _checked(session, found, other), into=other)


def _checked(session: Session, case: Case, into: str) -> Json:
    """Return nothing more for the record. Raises BadInputError where the complaint cannot go on as the other one."""
    other = session.books().case(into)
    if other.state == "merged":
        raise BadInputError(Problem(f"{other.id} was merged itself", f"merge it into {other.into}"))
    there = [flag.name for flag in other.flags]
    flags = [flag.name for flag in case.open_flags if flag.name not in there]
    problems = [
        Problem(f"{case.id} is flagged as {flag}", f"flag the other one first: returnkit complaint flag {other.id} {flag}")
        for flag in flags
    ]
    if case.promises:
        remedy = f"first: returnkit complaint promise {case.id} --kept, or --broken; or merge the other way round"
        problems.append(Problem(f"what was promised for {case.promises[0].by[:16]} is not kept yet", remedy))
    if problems:
        raise BadInputError(*problems)
    return {}
