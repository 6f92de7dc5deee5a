"""`returnkit return log`: decide and record in one go."""

import click

from returnkit.commands.options import (
    SETTINGS,
    facts_of_several,
    given_facts,
    global_options,
    output_options,
)
from returnkit.commands.session import Session, acknowledge, form_of


@global_options
@output_options
@facts_of_several
@click.command(context_settings=SETTINGS)
@click.option("--receipt-no", metavar="NUMBER", help="Number of the receipt: no more comes back than was bought on it.")
@click.option("--amount", metavar="AMOUNT", help="What is given back in all, where it differs from what the policy says.")
@click.option("--because", metavar="TEXT", help="Why an exception is made; no names, telephone numbers or addresses.")
@click.option("--override", is_flag=True, help="Decide otherwise than the policy, within your room; needs --because.")
@click.option("--refused", is_flag=True, help="Record that it was refused, where the policy says no.")
@click.option("--disposition", metavar="WHERE", multiple=True, help="restock, repair, supplier, write-off.")
@click.option("--for", metavar="CODE", help="The article that is taken instead, as many pieces as come back.")
@click.option("--for-price", metavar="AMOUNT", help="What one piece of that costs: the difference is shown.")
@click.option("--began", metavar="TIME", help="When the customer stepped up, such as 15:28: handling time is recorded.")
@click.option("--key", metavar="KEY", help="A name of your own for this return: a repetition records it once.")
@click.argument("lines", required=False, metavar="[-|FILE]")
def log(lines: str | None, form: str | None, output: str | None, **options: object) -> int:
    """Judge a return and record it: prints the id, what to give back until when, and what to say.

    \b
        returnkit return log --receipt-no 10482 --sku RO-401 --price 34.90 --bought 2026-11-10 --channel store \\
            --receipt yes --condition unopened --reason wrong-size
        returnkit return log --sku AP-101 --price 49.00 --bought yesterday --channel store --receipt yes \\
            --condition unopened --reason wrong-size --remedy exchange --for AP-102 --for-price 59.00
        returnkit return log - < returns.jsonl

    It takes the facts of `policy check`. Where several remedies are open, --remedy says which was chosen; without it a
    terminal asks, and elsewhere it is the first one that the policy offers.

    Where the policy says no, nothing is recorded (--refused records the refusal). Where it makes an exception within your
    own room, --because is needed. --override decides otherwise: another --amount within your room, or, for the highest
    role alone, what the policy refuses.

    Several articles at once: give --sku, --category, --price, --lowest-price, --quantity, --reason, --condition or
    --disposition once for all of them, or once for each in the same order. They are one return with one id.

    Of a receipt no more comes back than was bought. Where its sale is not known, an article of a receipt comes back once.
    Where it is (`returnkit sale import`), --receipt-no and --sku fill in category, price, day and channel; with --receipt-no
    alone a terminal shows what was bought, to choose from.

    With - (or a file) every line is a JSON object of one article with the same names as keys; each is judged, recorded and
    answered in its place, with its own "exit". The whole then exits 0, or 2 if a line was bad.

    Exit code: 0 recorded, 1 the answer is no (with --refused it is recorded all the same), 4 a person with more room must
    decide, 5 a fact is missing, 2 wrong usage, 3 a policy or the records cannot be read, 74 or 75 not recorded: repeat with
    the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.commands.returns.counter import log_lines, log_return, read_request

    session = Session()
    given = {**given_facts(), **{name: value for name, value in options.items() if value not in (None, False, ())}}
    if lines is not None:
        return log_lines(session, lines, given, output)
    form = form_of(form, output)
    request = read_request(session, given)
    outcome = log_return(session, request, asking=form == "table")
    return acknowledge(lambda: outcome.report(form), form, output, outcome.saved, outcome.code)
