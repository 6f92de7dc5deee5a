"""`returnkit complaint open`: somebody is not content, and now it is written down."""

import sys

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.recording import facts_of, key_option, salted, text_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.money import parse_amount
from returnkit.model.record import CHANNELS, SEVERITIES
from returnkit.model.toml import word

CONTACT = ("name", "phone", "email")


@global_options
@output_options
@key_option
@text_option
@click.command("open", context_settings=SETTINGS)
@click.option("--channel", metavar="WHERE", default="counter", show_default=True, help=f"How it came in: {', '.join(CHANNELS)}.")
@click.option("--category", metavar="NAME", help="What it is about: delivery, quality, service, price, ...")
@click.option("--severity", metavar="HOW", help=f"How bad it is: {', '.join(SEVERITIES)}.")
@click.option("--receipt-no", metavar="NUMBER", help="The receipt that it is about.")
@click.option("--value", metavar="AMOUNT", help="What is at risk: about what this customer spends here in a year.")
@click.option("--name", metavar="NAME", help="The customer's name; - asks for it.")
@click.option("--phone", metavar="NUMBER", help="Their telephone number; - asks for it.")
@click.option("--email", metavar="ADDRESS", help="Their e-mail address; - asks for it.")
def open_complaint(form: str | None, output: str | None, key: str | None, **asked: str | None) -> int:
    """Open a complaint: prints its id, under which everything else is recorded.

    \b
        returnkit complaint open --category delivery --text "the parcel arrived wet"
        returnkit complaint open --channel phone --text "no answer for three days" --name - --phone -

    Contact data is only for calling back. It goes into a file of its own in records/contacts/, never into the records and
    never into the shop's git history. Options land in the shell's history: with - a terminal asks for it, and elsewhere it
    is read from standard input, a line each, in the order name, phone, email.

    Exit code: 0 opened, 2 wrong usage, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.commands.complaint.change import report

    session, form = Session(), form_of(form, output)
    facts = _facts(session, asked)
    contact = _contact(asked)
    written = session.books().open_case(facts, salted(facts), contact, key or "")
    kept = str(written.record.get("contact", ""))
    return acknowledge(lambda: report(session, written.record, kept), form, output, str(written.record["id"]), 0)


def _facts(session: Session, asked: dict[str, str | None]) -> dict[str, object]:
    """Return what was typed about the complaint. Raises BadInputError with every problem at once."""
    problems = []
    channel, severity = word(asked["channel"] or ""), word(asked["severity"] or "")
    if channel not in CHANNELS:
        problems.append(Problem(f"--channel {channel!r} is not known", instead(channel, CHANNELS)))
    if severity and severity not in SEVERITIES:
        problems.append(Problem(f"--severity {severity!r} is not known", instead(severity, SEVERITIES)))
    value = None
    try:
        value = parse_amount(asked["value"], session.shop.currency) if asked["value"] else None
    except ValueError as error:
        problems.append(Problem(f"--value {asked['value']!r} is not understood", str(error)))
    if problems:
        raise BadInputError(*problems)
    return facts_of(
        session,
        kind="complaint.opened",
        channel=channel,
        severity=severity,
        category=asked["category"],
        receipt_no=asked["receipt_no"],
        text=asked["text"],
        value=value,
        currency=session.shop.currency if value is not None else None,
    )


def _contact(asked: dict[str, str | None]) -> dict[str, str]:
    """Return how the customer can be reached; asked for where it says -. Raises BadInputError with every problem."""
    given = {field: asked[field] or "" for field in CONTACT if asked[field]}
    for field, value in given.items():
        if value == "-":
            given[field] = _answered(field)
    given = {field: value.strip() for field, value in given.items() if value.strip()}
    if not given:
        return {}
    from returnkit.model.contact import contact_problems

    found = contact_problems(given)
    if found:
        raise BadInputError(*(Problem(f"--{field} is not understood", how) for field, how in found))
    return given


def _answered(field: str) -> str:
    if sys.stdin is not None and sys.stdin.isatty():
        answer: str = click.prompt(field.capitalize(), default="", show_default=False, err=True)
        return answer
    return sys.stdin.readline() if sys.stdin is not None else ""
