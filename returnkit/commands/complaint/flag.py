"""`returnkit complaint flag`: it is a serious one, and later: what came of that."""

import click

from returnkit.commands.complaint.change import case_command, change, check_flags
from returnkit.commands.complaint.telling import flag_lines
from returnkit.commands.options import not_empty
from returnkit.commands.session import Session
from returnkit.model.jsonl import Json
from returnkit.model.toml import word
from returnkit.service.complaint import Case


@case_command
@click.argument("flag", metavar="FLAG")
@click.option("--outcome", metavar="TEXT", callback=not_empty, help="What came of it; without it the complaint is flagged.")
def flag(case: str, flag: str, outcome: str | None, **options: str | None) -> int:
    """Flag a complaint as a serious one (safety, privacy, ...), or say what came of its flag.

    \b
        returnkit complaint flag k3-0412P safety --text "the lamp gave her a shock"
        returnkit complaint flag k3-0412P safety --outcome "off the shelf, the supplier and the authority know" --staff Ilze

    Flags, their words, duties and deadlines stand in policies/complaints.toml, below [flags]. Whose business a flag is decides
    about the complaint from then on (exit code 4 for all others); everybody may still acknowledge and note. A flag is never taken
    back: that it was a mistake is an outcome, too. Without an outcome the complaint cannot be closed.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, own = Session(), word(flag)
    if outcome is None:
        check_flags(session, [own])

    def duty(session: Session, _case: Case) -> tuple[list[str], Json]:
        return (flag_lines(session, [own]) if outcome is None else []), {}

    event = "flagged" if outcome is None else "settled"
    return change(session, case, event, options, also=duty, flag=own, outcome=outcome)
