"""`returnkit item list`: what there is to sell."""

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.model.toml import name
from returnkit.render import Report

SCHEMA = "returnkit.items/1"
COLUMNS = ("sku", "category", "tags")


@global_options
@output_options
@click.command("list", context_settings=SETTINGS)
@click.option("--category", metavar="NAME", callback=not_empty, help="Only articles of this category.")
@click.option("--tag", metavar="NAME", callback=not_empty, help="Only articles with this tag.")
def list_items(form: str | None, output: str | None, category: str | None, tag: str | None) -> int:
    """List what policies/items.toml says is sold: the number (or its beginning with a *), its category and tags.

    \b
        returnkit item list
        returnkit item list --category toys -f json

    JSON is {"schema", "items": [{"sku", "category", "tags"}]}.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    items = session.items()
    every = [*items.exact.items(), *((f"{beginning}*", item) for beginning, item in items.prefixes)]
    asked = [
        (sku, item)
        for sku, item in sorted(every, key=lambda entry: entry[0])
        if (not category or item.category == name(category)) and (not tag or name(tag) in item.tags)
    ]
    rows = tuple((sku, item.category or "", " ".join(sorted(item.tags))) for sku, item in asked)
    found = [{"sku": sku, "category": item.category, "tags": sorted(item.tags)} for sku, item in asked]
    data: object = found if form == "jsonl" else {"schema": SCHEMA, "items": found}
    deliver(Report("", session.language.code, (), COLUMNS, rows, data), form, output)
    return 0
