"""`returnkit return show`: one return as it stands in the books."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.returns.slip import COLUMNS, given_back, rows_of
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.render import Report, Section
from returnkit.service.returns import RETURN, VOIDED, lines_of

KINDS = (RETURN, "return.refused", VOIDED)
SCHEMA = "returnkit.return/1"
NOT_TOLD = ("amount", "until", "paid", "lowest", "fee")  # said above, in words
# What a record says of the sale and of the decision, in the order in which it is read.
SAID = (
    "receipt_no",
    "refund_no",
    "guessed",
    "source",
    "receipt",
    "bought",
    "delivered",
    "channel",
    "paid_with",
    "member",
    "seller",
    "country",
    "role",
    "override",
    "handling",
)


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("record_id", metavar="ID")
def show(record_id: str, form: str | None, output: str | None) -> int:
    """Show one return: what came back, what was given for it, by which rule, and whether it still counts.

    \b
        returnkit return show k3-0412P
        returnkit return show 0412P -f json

    An id may be written in any case, and without the till. JSON is {"schema", "id", "record", "voided"}; voided is the
    record that took it back, or null.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    books = session.books()
    record = books.find(record_id)
    if record.get("kind") not in KINDS:
        what = f"{record['id']} is no return but a record of kind {record.get('kind')}"
        raise BadInputError(Problem(what, "see returnkit return list"))
    wanted = str(record["id"])
    void = next((found for found in books.about(wanted, "corrects") if found.get("kind") == VOIDED), None)
    words = session.words()
    kept = record.get("voided") if record.get("kind") == VOIDED else record
    kept = kept if isinstance(kept, dict) else record
    lines = [f"{wanted}  {str(record.get('time'))[:16].replace('T', ' ')}  {record.get('staff', '')}".rstrip()]
    if void is not None:
        lines.append(f"  {words.language.say('slip.voided-by', id=void['id'], because=void.get('because', ''))}")
    if record.get("kind") == VOIDED:
        lines.append(f"  {words.language.say('slip.voided', id=record.get('corrects'))}")
    if record.get("kind") == "return.refused":
        lines.append(f"  {words.language.say('slip.refused')}")
    lines += [f"  {line}" for line in given_back(kept, words)]
    for field in ("because", *SAID):
        if record.get(field) not in (None, ""):
            value = "yes" if record[field] is True else record[field]
            lines.append(f"  {field.replace('_', ' ')}: {value}")
    for line in lines_of(kept):
        told = [f"{field} {_told(value)}" for field, value in line.items() if field not in NOT_TOLD]
        lines.append("  " + ", ".join(told))
    data = {"schema": SCHEMA, "id": wanted, "record": record, "voided": void}
    rows = tuple(rows_of(kept | {"id": wanted}, session.shop.digits))
    deliver(Report("", words.language.code, (Section("", tuple(lines)),), COLUMNS, rows, data), form, output)
    return 0


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
