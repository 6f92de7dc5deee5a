"""`returnkit sale import`: sales out of another program's CSV."""

import click

from returnkit.commands.importing import import_files, import_options
from returnkit.commands.options import SETTINGS, global_options, output_options


@global_options
@output_options
@import_options
@click.command("import", context_settings=SETTINGS)
def import_sales(form: str | None, output: str | None, **asked: object) -> int:
    """Load what was sold out of the till's or the web shop's export.

    \b
        returnkit sale import orders_export.csv --map shopify-orders
        returnkit sale import 2026-*.csv --map till.toml --dry-run

    With sales the counter is faster (`--receipt-no` and `--sku` fill in the rest), nothing comes back that was not bought,
    and figures have something to be measured against. One receipt becomes one record. No customer is recorded.

    Importing a file again adds nothing, and a receipt of one time is recorded once, whatever the mapping is called; where it
    is there with other articles or sums, its rows are rejected. A row that cannot be recorded stops only its own receipt: it
    stands with the reason in FILE.rejected.csv, which can be mended and imported, and is never overwritten.

    Load the articles first (`returnkit item import`): sales take category and tags from there. A weight such as 0,532 is one
    piece with its exact value.

    Mappings that come with the program: online-retail, shopify-orders, shopify-refunds, square-items, square-transactions,
    woocommerce-orders. A mapping of your own is a TOML file:

    \b
        schema = 1
        [file]
        delimiter = ";"                        # "tab" is one, too; default ,
        decimal = ","                          # default .
        thousands = " "                        # default none; also . , '
        dates = "DD.MM.YYYY hh:mm"             # YYYY YY MM DD hh mm ss AM zzz
        encoding = "windows-1257"              # default utf-8
        time-zone = "Europe/Riga"              # default the shop's
        missing = ["", "-"]                    # cells that stand for nothing
        skip = 2                               # lines above the header
        [sale]
        when = { Type = ["sale", "card sale"], Total = "above 0" }     # all must hold; C*, "under 0", "missing", "given"
        unless = { State = "void*" }                                   # none may hold
        receipt-no = "Receipt"
        time = { columns = ["Date", "Time"] }
        sku = { column = "Code", nth = 2 }     # the second of two columns named alike
        quantity = "Qty"                       # default 1
        price = "Price"                        # of one piece; or paid, for all
        discount = "Rebate"                    # taken off the line
        channel = { column = "Source", values = { POS = "store" }, other = "online" }
        paid-with = { value = "card" }         # always

    Also: category, tags, currency, member, seller, country, delivered, staff, customer (only for `return import
    --guess-purchase`; never recorded). Category and tags follow from items.toml where the file does not say them.

    Exit code: 0; 1 if rows were rejected, 2 wrong usage or not the file that the mapping means, 3 the mapping has mistakes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return import_files("sale", asked, form, output)
