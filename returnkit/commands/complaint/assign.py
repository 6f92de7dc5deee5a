"""`returnkit complaint assign`: somebody has it now."""

import click

from returnkit.commands.complaint.change import case_command, change, known_holder
from returnkit.commands.session import Session


@case_command
@click.option("--to", metavar="WHO", required=True, help="A name from shop.toml, or a role.")
def assign(case: str, to: str, **options: str | None) -> int:
    """Say who has a complaint from now on, so that it does not lie in a queue.

    \b
        returnkit complaint assign k3-0412P --to Mārtiņš

    --to is a name from shop.toml, or a role. Whose business a complaint is from the beginning say the routes in
    policies/complaints.toml; `returnkit complaint list --mine --staff Mārtiņš` shows what somebody has.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    return change(session, case, "assigned", options, to=known_holder(session, to))
