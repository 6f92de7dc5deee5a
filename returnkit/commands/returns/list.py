"""`returnkit return list`: what came back."""

import click

from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.returns.slip import COLUMNS, SCREEN, rows_of
from returnkit.commands.session import Session, deliver, form_of
from returnkit.model.jsonl import Json
from returnkit.model.toml import name
from returnkit.render import Report
from returnkit.service.returns import lines_of, standing

KINDS = ("return", "return.voided")


@global_options
@output_options
@listing_options
@click.command("list", context_settings=SETTINGS)
@click.option("--receipt-no", metavar="NUMBER", help="Only what came back of this receipt.")
@click.option("--sku", metavar="CODE", help="Only this article.")
@click.option("--disposition", metavar="WHERE", help="Only goods that go there; none = those nobody decided about yet.")
def list_returns(form: str | None, output: str | None, **asked: object) -> int:
    """List returns, a line for each article, newest last; those that were voided are left out.

    \b
        returnkit return list --month 2026-11
        returnkit return list --from 2026-11-01 --to 2026-11-15 --disposition repair
        returnkit return list --receipt-no 10482 -f json

    Without a period it is this month. JSON is {"schema", "returns": [record, ...]}, as jsonl a record
    a line.

    Exit code: 0; 3 if a line cannot be read (it is named; --allow-damaged lists the others all the same).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    first, last = period_of(session, asked, every=bool(asked["receipt_no"]))
    books = session.books()
    found: list[Json] = []
    damaged = []
    for line in books.lines(first):
        if line.record is None:
            damaged.append(line)
        elif line.record.get("kind") in KINDS:
            found.append(line.record)
    check_damage(damaged, allowed=bool(asked["allow_damaged"]))
    listed = [record for record in standing(found) if first <= str(record.get("time"))[:10] <= last and _is_asked(record, asked)]
    listed.sort(key=lambda record: str(record.get("time")))
    digits = session.shop.digits
    columns = SCREEN if form == "table" else COLUMNS
    rows = tuple(row for record in listed for row in rows_of(record, digits, columns))
    data = listed if form == "jsonl" else {"schema": "returnkit.returns/1", "returns": listed}
    deliver(Report("", session.language.code, (), columns, rows, data), form, output)
    return 0


def _is_asked(record: Json, asked: dict[str, object]) -> bool:
    if asked["receipt_no"] and name(str(record.get("receipt_no", ""))) != name(str(asked["receipt_no"])):
        return False
    lines = lines_of(record)
    if asked["sku"] and not any(name(str(line.get("sku", ""))) == name(str(asked["sku"])) for line in lines):
        return False
    return not asked["disposition"] or any(line.get("disposition", "none") == asked["disposition"] for line in lines)
