"""`returnkit contact stop` and `resume`: a customer who wants to hear from us no more, and one who does again."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.recording import facts_of, key_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.records.contacts import read_contact
from returnkit.render import Report, Section
from returnkit.service.followup import RESUMED, STOPPED

COLUMNS = ("contact", "record")


@global_options
@output_options
@key_option
@click.command(context_settings=SETTINGS)
@click.argument("contact", metavar="CONTACT")
def stop(contact: str, **options: str | None) -> int:
    """Record that a customer wants to hear from us no more: no follow-ups, no surveys.

    \b
        returnkit contact find berzins
        returnkit contact stop 7h2k9mwq4x

    It holds for every contact with the same telephone number or e-mail address. A call that they ask for themselves can still be
    added (`returnkit followup add --call`), and their complaints are answered as ever.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return _record(contact, STOPPED, options)


@global_options
@output_options
@key_option
@click.command(context_settings=SETTINGS)
@click.argument("contact", metavar="CONTACT")
def resume(contact: str, **options: str | None) -> int:
    """Record that a customer may be asked again, because they said so.

    \b
        returnkit contact resume 7h2k9mwq4x
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return _record(contact, RESUMED, options)


def _record(contact: str, kind: str, options: dict[str, str | None]) -> int:
    session, form = Session(), form_of(options["form"], options["output"])
    books, reference = session.books(), contact.strip().casefold()
    if read_contact(books.folder, reference) is None:
        raise BadInputError(Problem(f"there is no contact {contact!r} here", "see returnkit contact find"))
    facts = facts_of(session, kind=kind, contact=reference)
    written = books.append(facts, lambda _now: facts, options["key"] or "")
    record = written.record
    key = "contact.stopped" if kind == STOPPED else "contact.resumed"
    line = f"{reference}  {session.language.say(key)}"
    data = {"schema": "returnkit.recorded/1", "id": record["id"], "record": record, "contact": reference}
    report = Report("", session.language.code, (Section("", (line,)),), COLUMNS, ((reference, str(record["id"])),), data)
    return acknowledge(lambda: report, form, options["output"], str(record["id"]), 0)
