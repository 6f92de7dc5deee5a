"""`returnkit return import`: returns out of another program's CSV."""

import click

from returnkit.commands.importing import import_files, import_options
from returnkit.commands.options import SETTINGS, global_options, output_options


@global_options
@output_options
@import_options
@click.command("import", context_settings=SETTINGS)
@click.option(
    "--guess-purchase", is_flag=True,
    help="Take the nearest earlier sale of the same customer and article in these files; the record says that it was guessed.",
)  # fmt: skip
def import_returns(form: str | None, output: str | None, **asked: object) -> int:
    """Load what came back out of another program's export. It is recorded as it was, and not judged.

    \b
        returnkit return import transactions_export.csv --map shopify-refunds
        returnkit return import 2010-12-*.csv --map online-retail --guess-purchase

    A mapping's [return] has the fields of [sale] (see `returnkit sale import --help`), and: amount (what was given back; else
    what was paid), refund-no (number of the credit note), receipt-no (of the purchase), reason, condition, remedy (default
    refund), bought, disposition, because. A quantity below zero is turned round with { column = "Qty", sign = "minus" }.

    Importing a file again adds nothing; a bad row stands in FILE.rejected.csv.

    Exit code: 0; 1 if rows were rejected, 2 wrong usage or not the file that the mapping means, 3 the mapping has mistakes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return import_files("return", asked, form, output)
