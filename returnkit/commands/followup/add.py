"""`returnkit followup add`: somebody is to be called back, or asked later how it went."""

import click

from returnkit.commands.followup.telling import report
from returnkit.commands.moments import when_ahead
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import contact_given, contact_options, facts_of, key_option, salted, text_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.errors import BadInputError, Problem, RefusedError
from returnkit.outstanding import silent
from returnkit.service.clocks import instant
from returnkit.service.followup import ADDED


@global_options
@output_options
@key_option
@text_option
@contact_options
@click.command(context_settings=SETTINGS)
@click.option("--by", metavar="TIME", help='When: tomorrow, "in 2 weeks", 2026-12-01; or a time: 16:30, "monday 12:00".')
@click.option("--call", is_flag=True, help="The customer waits for a call: it is late when that time is over.")
@click.option("--case", metavar="ID", callback=not_empty, help="The complaint that it is about.")
@click.option("--receipt-no", metavar="NUMBER", callback=not_empty, help="The receipt that it is about.")
@click.option("--to", metavar="WHO", callback=not_empty, help="Who does it: a role or a name (default: whoever is there).")
@click.option("--survey", metavar="NAME", callback=not_empty, help="The survey that the customer is to be given.")
def add(form: str | None, output: str | None, key: str | None, *, call: bool, **asked: str | None) -> int:
    """Add a follow-up, or a call that somebody was promised: prints its id, and when it is due.

    \b
        returnkit followup add --by 16:30 --call --name - --phone - --text "whether the blue one has come"
        returnkit followup add --by "in 2 weeks" --receipt-no 10412 --text "does the chair still stand?"
        returnkit followup add --by tomorrow --case k3-0412P --to manager --text "is it warm enough now?"

    Calling back is kinder than letting people wait. With --call the customer expects it; without, a day is enough. A follow-up
    about a complaint goes to the contact of that. How to reach them is kept apart from the records, as for complaints; nothing
    that identifies a customer belongs into --text.

    Nobody is asked who wanted no more of it (`returnkit contact stop`): only a call that they asked for can be added.

    Exit code: 0 added, 1 the customer wants to hear from us no more, 2 wrong usage, 74 or 75 not recorded: repeat with the same
    --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.commands.complaint.change import known_holder

    session, form = Session(), form_of(form, output)
    books, now = session.books(), instant(session.clock.now())
    if not asked["by"]:
        raise BadInputError(Problem("it is not said when", 'add --by TIME: tomorrow, "in 2 weeks", 16:30'))
    known = books.with_key(key, {"kind": ADDED}) if key else None
    when = when_ahead(session, asked["by"], known)
    case = books.case(asked["case"]) if asked["case"] else None
    new = contact_given(session, asked)
    reference = asked["contact"] or (str(case.opening.get("contact", "")) if case and not new else "")
    if not (new or reference or case or asked["receipt_no"] or asked["text"]):
        raise BadInputError(
            Problem("it is not said whom or what about", "add --name and --phone, --case, --receipt-no or --text")
        )
    if not call and (reference or new) and silent(session.shop, books, session.clocks(), now, {reference or "new": new}):
        what = "this customer wants to hear from us no more"
        raise RefusedError(Problem(what, "if they asked for it now: returnkit contact resume, or --call"))
    facts = facts_of(
        session,
        kind=ADDED,
        **when,
        call=call or None,
        to=known_holder(session, asked["to"]) if asked["to"] else None,
        about=case.id if case else None,
        contact=reference,
        receipt_no=asked["receipt_no"] or (case.opening.get("receipt_no") if case else None),
        survey=asked["survey"],
        text=asked["text"],
    )
    written = books.append_with_contact(facts, salted(facts), new, key or "")
    return acknowledge(lambda: report(session, written.record, now), form, output, str(written.record["id"]), 0)
