"""`returnkit complaint resolve`: the customer has got what was promised."""

import sys

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.complaint.goodwill import Goodwill, usual_token
from returnkit.commands.complaint.telling import risk_lines, token_text
from returnkit.commands.options import not_empty
from returnkit.commands.session import Session
from returnkit.model.jsonl import Json
from returnkit.model.toml import word
from returnkit.service.complaint import Case, event_of


@case_command
@click.option("--remedy", metavar="NAME", help="What the customer got, such as refund, replacement, discount, apology.")
@click.option("--token", metavar="NAME", callback=not_empty, help="A token of goodwill from policies/complaints.toml.")
@click.option("--because", metavar="TEXT", help="Why it is not the usual token for such trouble.")
def resolve(case: str, remedy: str | None, token: str | None, because: str | None, **options: str | None) -> int:
    """Record that it was put right: what was done, with which remedy and which token of goodwill.

    \b
        returnkit complaint resolve k3-0412P --remedy replacement --text "a new one went out the same day"
        returnkit complaint resolve k3-0412P --token coupon

    Without --remedy and --token it is what the customer chose (`accept`). The same trouble gets the same token: another
    one than the first [[token]] for such trouble needs --because, and stands in `returnkit policy exceptions`. A token with a
    coupon prints its code, once: it is nowhere in the records. `returnkit coupon redeem` takes it.

    What was promised until now is kept with this. The complaint can then be closed with its cause, or reopened.

    Exit code: 0, 2 wrong usage or not possible now, 4 a person with more room must decide: the message says who.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session()
    goodwill = Goodwill(token or _asked(session, case), because)

    def put_right(session: Session, found: Case) -> Json:
        given = goodwill.record(session, found)
        chosen = "" if found.choice == given.get("token") else found.choice
        return {**given, **({"remedy": chosen} if chosen and not remedy else {})}

    def around(session: Session, found: Case) -> tuple[list[str], Json]:
        lines = risk_lines(session, found)
        if goodwill.token is not None:
            lines.append(session.language.say("case.token", token=token_text(session, goodwill.token)))
        last = next((event for event in reversed(found.events) if event_of(event) == "resolved"), {})
        if goodwill.code:
            lines.append(session.language.say("case.coupon", code=goodwill.code, until=last.get("until")))
        elif last.get("coupon"):
            lines.append(session.language.say("case.coupon-shown"))
        return lines, {"coupon": goodwill.code} if goodwill.code else {}

    named = word(token) if token else None
    return change(
        session, case, "resolved", options, derive=put_right, also=around, only_here=goodwill.coupon,
        remedy=remedy, because=because, token=named,
    )  # fmt: skip


def _asked(session: Session, case: str) -> str | None:
    """Return the usual token where a person at a terminal says that it is given, and nobody was told of any yet."""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    found = session.books().case(case)
    usual = usual_token(session, found)
    if usual is None or found.choice:
        return None
    question = session.language.say("case.usual", token=token_text(session, usual))
    return usual.id if click.confirm(f"{question} --token {usual.id}?", default=True, err=True) else None
