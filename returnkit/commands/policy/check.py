"""`returnkit policy check`: judge a return in one line."""

import click

from returnkit.commands.judging import EXIT_CODES, report, settled
from returnkit.commands.options import (
    SETTINGS,
    fact_options,
    given_facts,
    global_options,
    not_empty,
    output_options,
    policy_option,
)
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem


@global_options
@output_options
@policy_option
@fact_options
@click.command(context_settings=SETTINGS)
@click.option(
    "--receipt-no", metavar="NUMBER", callback=not_empty,
    help="Number of the receipt: its sale says what was bought, when, for how much.",
)  # fmt: skip
@click.argument("lines", required=False, metavar="[-|FILE]")
def check(lines: str | None, receipt_no: str | None, policy: str | None, form: str | None, output: str | None) -> int:
    """Judge a return by the written policy: the answer, what is open until when, how much, and what to say.

    \b
        returnkit policy check --category toys --bought 2026-11-01 --condition opened
        returnkit policy check --sku LEGO-10280 --bought yesterday --price 49.90 -f json
        returnkit policy check --receipt-no 10482 --sku RO-401 --condition opened --reason wrong-size
        returnkit policy check - < returns.jsonl > answers.jsonl

    What is not given is unknown. If it makes no difference, nobody is asked for it. If it does, the answer is the one
    question that settles most, with what each answer would lead to; on a terminal you can answer it right away. Where
    sales were imported (`returnkit sale import`), --receipt-no and --sku fill in article, price, day and channel.

    The version of the policy that was in force on the day of purchase decides; earlier ones are in policies/archive/.

    With - (or a file) every line is a JSON object with the same facts as keys ("paid_with" or "paid-with", "tag" a list
    or a text, money in quotes); options given beside it hold for lines that do not say otherwise. Every line is
    answered in its place with one line of JSON that carries its number as "line" and its own "exit"; a line that cannot
    be read answers {"error": ..., "exit": 2}; blank lines are passed over.

    Exit code: 0 yes, 1 no, 4 a person must decide (it says who), 5 one fact is missing (it says which); 2 wrong usage,
    3 a policy cannot be read, 74 the answer cannot be written. With -: 0 if every line was judged, 2 if a line was bad.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session(policy)
    if lines is not None:
        from returnkit.commands.policy.batch import check_lines

        if form not in (None, "json", "jsonl"):
            raise BadInputError(Problem(f"lines are answered with lines of JSON, not as {form}", "leave --format out"))
        return check_lines(session, lines, given_facts() | ({"receipt_no": receipt_no} if receipt_no else {}), output)
    given, asking = given_facts(), form_of(form, output) == "table"
    if receipt_no:
        from returnkit.commands.sold import filled_in

        given, *others = filled_in(session, [given], receipt_no, asking=asking)
        if others:
            raise BadInputError(Problem("one article is judged at a time", "choose one; return log takes several"))
    decision, judge = settled(session, given, asking=asking)
    deliver(report(session, decision, judge, form_of(form, output)), form, output)
    return EXIT_CODES[decision.answer]
