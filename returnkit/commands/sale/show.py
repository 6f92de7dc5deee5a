"""`returnkit sale show`: one receipt, and what came back of it."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.model.money import decimal_text, minor_digits
from returnkit.model.record import is_name
from returnkit.render import Report
from returnkit.service.returns import day_of, left_of, sale_of, sales_of

SCHEMA = "returnkit.sale/1"
COLUMNS = ("sku", "category", "sold", "paid", "came back", "left")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.option("--bought", metavar="DAY", default="", help="Day of the sale, where a number was given twice (else the newest).")
@click.argument("receipt_no", metavar="RECEIPT")
def show(receipt_no: str, bought: str, form: str | None, output: str | None) -> int:
    """Show what was sold on a receipt, how many pieces of it came back, and how many still can.

    \b
        returnkit sale show 536365
        returnkit sale show 536365 -f json

    JSON is {"schema", "receipt_no", "records", "lines": [{"sku", "category", "quantity", "paid", "returned", "left"}]};
    records are the sale and everything that came back of it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    bought = session.day(bought) if bought else ""
    if not is_name(receipt_no):
        raise BadInputError(Problem(f"{receipt_no!r} is no number of a receipt", "write it as it stands there, on one line"))
    records = session.books().receipt(receipt_no)
    sale = sale_of(records, bought)
    if sale is None:
        raise BadInputError(Problem(f"no sale with the receipt {receipt_no!r} is recorded", "see returnkit sale import --help"))
    days = list(dict.fromkeys(map(day_of, sales_of(records))))
    if len(days) > 1:
        note(f"this number was given on several days: {', '.join(days)}; --bought shows the others")
    lines = left_of(records, bought)
    digits = minor_digits(str(sale.get("currency")))
    rows = tuple(
        (
            each.sku, each.category, str(each.sold), "" if each.paid is None else decimal_text(each.paid, digits),
            str(each.returned), str(each.sold - each.returned),
        )
        for each in lines
    )  # fmt: skip
    data = {
        "schema": SCHEMA,
        "receipt_no": sale["receipt_no"],
        "records": sorted(records, key=lambda record: str(record.get("time"))),
        "lines": [
            {
                "sku": each.sku or None, "category": each.category or None, "quantity": each.sold, "paid": each.paid,
                "returned": each.returned, "left": each.sold - each.returned,
            }
            for each in lines
        ],
    }  # fmt: skip
    title = f"{sale['receipt_no']}  {str(sale.get('time'))[:16].replace('T', ' ')}"
    deliver(Report(title, session.language.code, (), COLUMNS, rows, data), form, output)
    return 0
