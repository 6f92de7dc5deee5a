"""`returnkit complaint offer`: the customer chooses how it is put right."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.complaint.goodwill import check_may_give, given_tokens
from returnkit.commands.complaint.telling import risk_lines, token_text
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.model.record import FEWEST_CHOICES
from returnkit.model.toml import word
from returnkit.service.clocks import told_of
from returnkit.service.complaint import Case


@case_command
@click.option("--choice", metavar="NAME", multiple=True, help="What the customer may choose; at least two of them.")
def offer(case: str, choice: tuple[str, ...], **options: str | None) -> int:
    """Offer the customer a choice, such as a new one or the money back.

    \b
        returnkit complaint offer k3-0412P
        returnkit complaint offer k3-0412P --choice replacement --choice refund --choice coffee

    A choice is a remedy, or a token of goodwill from policies/complaints.toml. Without --choice it is what the [[offer]] for
    such trouble says there. At least two: a choice is what reconciles. What the customer is worth to the shop in a year, and the
    usual token, are shown. Until the customer has chosen it is their turn, and the clock of putting it right stands still.

    Exit code: 0, 2 wrong usage or not possible now, 4 a person with more room must decide: the message says who.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    typed = tuple(dict.fromkeys(word(each) for each in choice))

    def chosen(session: Session, found: Case) -> Json:
        choices = typed or session.clocks().terms.choices(told_of(found))
        if len(choices) < FEWEST_CHOICES:
            what = "an offer has at least two choices" if typed else "policies/complaints.toml has no [[offer]] for such trouble"
            raise BadInputError(Problem(what, "name them: --choice replacement --choice refund"))
        known = session.clocks().terms.offered()
        for each in choices:
            if each not in known:
                session.unlisted("choice", each, known, "it is offered as it was typed")
        for token in given_tokens(session, choices):
            check_may_give(session, token)
        return {"choices": list(choices)}

    return change(Session(), case, "offered", options, derive=chosen, also=_around, choices=list(typed) or None)


def _around(session: Session, case: Case) -> tuple[list[str], Json]:
    """Return what is worth knowing while the customer chooses."""
    usual = session.clocks().terms.usual_token(told_of(case))
    lines = [
        session.language.say("case.choices", choices=session.language.one_of(list(case.choices))),
        *risk_lines(session, case),
    ]
    if usual is not None:
        lines.append(session.language.say("case.usual", token=token_text(session, usual)))
    return lines, {"choices": list(case.choices), "usual_token": usual.id if usual else None}
