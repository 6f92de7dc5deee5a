"""`returnkit item import`: articles out of another program's CSV."""

import click

from returnkit.commands.importing import import_files, import_options
from returnkit.commands.options import SETTINGS, global_options, output_options


@global_options
@output_options
@import_options
@click.command("import", context_settings=SETTINGS)
def import_items(form: str | None, output: str | None, **asked: object) -> int:
    """Load what is sold into policies/items.toml: tills export numbers, policies speak of categories and tags.

    \b
        returnkit item import products.csv --map products.toml

    \b
        schema = 1
        [item]
        sku = "Product ID"
        category = { column = "Department", values = { "DVD & Games" = "media" }, other = "household" }
        tags = "Labels"                        # several separated by ; or ,

    New articles stand below the others; what is written there already stays as it is, with its comments. An article that is
    another one in the file than in items.toml is rejected: say there which is right. For [file], when and unless see
    `returnkit sale import --help`.

    Exit code: 0; 1 if rows were rejected, 2 wrong usage or not the file that the mapping means, 3 the mapping has mistakes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return import_files("item", asked, form, output)
