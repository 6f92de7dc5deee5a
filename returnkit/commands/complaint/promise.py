"""`returnkit complaint promise`: by when the customer was told that something happens, and whether it did."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.moments import is_fixed, moment_ahead
from returnkit.commands.options import not_empty
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.service.clocks import instant
from returnkit.service.complaint import Case


@case_command
@click.option("--by", metavar="TIME", callback=not_empty, help='By when: 16:30, 2026-11-23, "monday 12:00", "in 2 hours".')
@click.option("--kept", is_flag=True, help="What was promised is done.")
@click.option("--broken", is_flag=True, help="What was promised will not be done.")
@click.option("--which", metavar="ID", callback=not_empty, help="The record of the promise, where there are several.")
def promise(case: str, *, by: str | None, kept: bool, broken: bool, which: str | None, **options: str | None) -> int:
    """Promise the customer something by a time, and say when it is kept.

    \b
        returnkit complaint promise k3-0412P --by "monday 12:00" --text "we call and say whether it can be repaired"
        returnkit complaint promise k3-0412P --kept

    A day without a time ends at midnight. Kept later than promised, a promise is late; --broken says that it will not be kept.
    Several may stand at the same time: --kept and --broken mean the one that is due first, unless --which names its record.
    Resolving a complaint keeps what was promised until then.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if [by is not None, kept, broken].count(True) != 1:
        raise BadInputError(Problem("it is not clear what to record", "give one of --by TIME, --kept and --broken"))
    session = Session()
    if by is not None:
        known = session.books().with_key(options["key"], {"kind": "complaint.promised"}) if options["key"] else None
        return change(
            session, case, "promised", options, by=str(known["by"]) if known and not is_fixed(by) else moment_ahead(session, by)
        )

    if which is not None:
        return change(session, case, "kept" if kept else "broken", options, promise=str(session.books().find(which)["id"]))
    return change(session, case, "kept" if kept else "broken", options, derive=_due_first)


def _due_first(_session: Session, case: Case) -> Json:
    """Return the promise that is due first. Raises BadInputError where none is waiting to be kept."""
    if not case.promises:
        raise BadInputError(Problem(f"{case.id}: no promise is waiting to be kept", "see returnkit complaint show"))
    return {"promise": min(case.promises, key=lambda promise: instant(promise.by)).id}
