"""`returnkit return void`: a return that was recorded by mistake counts no longer."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.render import Report, Section


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("record_id", metavar="ID")
@click.option("--because", metavar="TEXT", required=True, help="Why; no names, telephone numbers or addresses.")
@click.option("--key", metavar="KEY", help="A name of your own for this: a repetition records it once.")
def void(record_id: str, because: str, key: str | None, form: str | None, output: str | None) -> int:
    """Take back a return that was recorded by mistake: its record stays, and counts no longer.

    \b
        returnkit return void k3-0412P --because "typed the wrong article"

    A new record names the old one; nothing is ever deleted. What it brought back can come back again.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.commands.recording import facts_of, salted

    session, form = Session(), form_of(form, output)
    facts = facts_of(session, because=because)
    written = session.books().void_return(record_id, facts, salted(facts), key or "")

    def report() -> Report:
        new, old = str(written.record["id"]), str(written.record["corrects"])
        said = session.language.say("slip.voided", id=old)
        data = {"schema": "returnkit.recorded/1", "id": new, "record": written.record}
        return Report("", session.language.code, (Section("", (new, f"  {said}")),), ("id", "corrects"), ((new, old),), data)

    return acknowledge(report, form, output, str(written.record["id"]), 0)
