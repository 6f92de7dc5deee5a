"""`returnkit complaint resolve`: the customer has got what was promised."""

import click

from returnkit.commands.complaint.change import case_command, change
from returnkit.commands.complaint.goodwill import Goodwill
from returnkit.commands.complaint.telling import risk_lines, token_text
from returnkit.commands.options import not_empty
from returnkit.commands.session import Session
from returnkit.model.jsonl import Json
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
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    goodwill = Goodwill(token, because)

    def put_right(session: Session, found: Case) -> Json:
        given = goodwill.record(session, found)
        chosen = "" if found.choice == given.get("token") else found.choice
        return {**given, **({"remedy": chosen} if chosen and not remedy else {})}

    def around(session: Session, found: Case) -> tuple[list[str], Json]:
        lines = risk_lines(session, found)
        if goodwill.token is not None:
            lines.append(session.language.say("case.token", token=token_text(session, goodwill.token)))
        if goodwill.code:
            last = next(str(event.get("until")) for event in reversed(found.events) if event_of(event) == "resolved")
            lines.append(session.language.say("case.coupon", code=goodwill.code, until=last))
        return lines, {"coupon": goodwill.code} if goodwill.code else {}

    typed = {"remedy": remedy, "because": because}
    return change(Session(), case, "resolved", options, derive=put_right, also=around, **typed)
