"""`returnkit policy archive`: keep today's text before it changes."""

import os
import re

import click

from returnkit.commands.options import SETTINGS, global_options
from returnkit.commands.session import Session
from returnkit.commands.streams import note, to_stdout
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import iso, parse_day
from returnkit.policy.read import read_policy
from returnkit.records.rewrite import create, make_folder, replace
from returnkit.shop import read_file, shown_path

_EFFECTIVE = re.compile(rb"""^([ \t]*["']?effective["']?[ \t]*=[ \t]*)["']?\d{4}-\d\d-\d\d["']?""", re.MULTILINE)


@global_options
@click.command(context_settings=SETTINGS)
@click.option("--effective", metavar="DAY", help="The first day of sale on which the new text holds.")
def archive(effective: str | None) -> int:
    """Copy today's return policy to policies/archive/, so that what was bought under it is judged by it for ever.

    \b
        returnkit policy archive --effective 2027-01-01

    With --effective, policies/returns.toml then begins on that day: go on and change it. Until that day the archived
    text stays in force. Nothing in the archive is ever overwritten.

    With kinder = "applies" at its top, a new text also judges what was bought before it, from its first day on and only
    where it is kinder to the customer: a better answer, or the same one with nothing worse (remedies and their last days,
    fee, value, refund, ways back) and something better. Otherwise what was promised on the day of purchase stands.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    policy = session.shop.policy()
    kept = session.shop.archive_path(policy)
    changed = None if effective is None else _from(policy.source, policy.effective, effective, session)
    if os.path.lexists(kept):
        if read_file(kept) != policy.source:
            remedy = "give the new text a later day in returns.toml: effective = …"
            raise BadInputError(Problem("another text is archived for the same first day", remedy, shown_path(kept)))
    else:
        make_folder(os.path.dirname(kept))
        create(kept, policy.source)
    to_stdout(shown_path(kept) + "\n")
    if changed is not None:
        replace(os.path.join(session.shop.folder, "policies", "returns.toml"), changed)
        day = iso(read_policy(changed, "returns.toml", session.shop.roles, session.shop.currency).effective)
        note(f"policies/returns.toml now holds for sales from {day} on; change it until then")
    return 0


def _from(source: bytes, current: int, effective: str, session: Session) -> bytes:
    """Return the policy's text with a later first day, its comments and layout untouched."""
    try:
        day = parse_day(effective, lambda: session.today)
    except ValueError as error:
        raise BadInputError(Problem(f"--effective {effective!r} is not understood", str(error))) from None
    earliest = max(current, session.today) + 1
    if day < earliest:
        what = f"a new text cannot begin on {iso(day)}: what was sold until today is judged by the text of its day"
        raise BadInputError(Problem(what, f"name {iso(earliest)} or a later day"))
    changed = _EFFECTIVE.sub(rb"\g<1>" + iso(day).encode(), source, count=1)
    read_policy(changed, "policies/returns.toml", session.shop.roles, session.shop.currency)
    return changed
