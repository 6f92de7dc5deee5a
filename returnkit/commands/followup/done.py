"""`returnkit followup done`, `skip` and `snooze`: what came of a follow-up."""

import click

from returnkit.commands.followup.telling import report
from returnkit.commands.moments import when_ahead
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of, key_option, salted, text_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.outstanding import followups
from returnkit.records.journal import Written
from returnkit.service.clocks import instant
from returnkit.service.followup import DONE, SKIPPED, SNOOZED, FollowUp


def _verb(command: click.Command) -> click.Command:
    """Let a verb on a follow-up take what each of them takes."""
    return global_options(output_options(key_option(text_option(command))))


@_verb
@click.command(context_settings=SETTINGS)
@click.argument("followup", metavar="ID")
@click.option("--survey", metavar="NAME", callback=not_empty, help="The customer was given this survey.")
@click.option("--no-more", is_flag=True, help="The customer wants to hear from us no more.")
def done(followup: str, *, survey: str | None, no_more: bool, **options: str | None) -> int:
    """Record that a customer was asked, or called back.

    \b
        returnkit followup done k3-0412P --staff Anna --text "happy, will come again"
        returnkit followup done k3-0412P --survey short
        returnkit followup done k3-0412P --no-more

    The id is that of the follow-up or of the complaint that it is about. With --survey somebody looks at it once more where no
    answer comes back: its number for the answers is the id (`returnkit survey import` reads it as "asked"). After --no-more this
    customer is never asked again, until `returnkit contact resume`.

    Exit code: 0 recorded, 2 no such follow-up, or it is over already, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return _settle(followup, DONE, options, survey=survey, no_more=no_more or None)


@_verb
@click.command(context_settings=SETTINGS)
@click.argument("followup", metavar="ID")
@click.option("--because", metavar="TEXT", required=True, callback=not_empty, help="Why this customer is not asked.")
def skip(followup: str, *, because: str, **options: str | None) -> int:
    """Record that a customer is not asked, and why.

    \b
        returnkit followup skip k3-0412P --because "was here today, and is happy"

    Exit code: 0 recorded, 2 no such follow-up, or it is over already, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return _settle(followup, SKIPPED, options, because=because)


@_verb
@click.command(context_settings=SETTINGS)
@click.argument("followup", metavar="ID")
@click.option("--until", metavar="TIME", required=True, callback=not_empty, help='When instead: tomorrow, "monday 12:00", ...')
def snooze(followup: str, *, until: str, **options: str | None) -> int:
    """Put a follow-up off, where nobody could be reached or the customer asked for another time.

    \b
        returnkit followup snooze k3-0412P --until tomorrow --text "nobody answered"
        returnkit followup snooze k3-0412P --until "monday 12:00"

    Exit code: 0 recorded, 2 no such follow-up, or it is over already, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return _settle(followup, SNOOZED, options, until=until)


def _settle(wanted: str, kind: str, options: dict[str, str | None], *, until: str = "", **typed: object) -> int:
    """Record what came of a follow-up, print it, and return the exit code."""
    session, form = Session(), form_of(options["form"], options["output"])
    key, now = options["key"] or "", instant(session.clock.now())
    known = session.books().with_key(key, {"kind": kind}) if key else None
    own: dict[str, object]
    if known is not None:
        _check_same(session, wanted, known, key)
        own = {field: known[field] for field in ("followup", "contact", "receipt_no") if field in known}
    else:
        found = _found(session, wanted, now)
        own = {"followup": found.id, "contact": found.contact or None, "receipt_no": found.receipt or None}
    if until:
        own |= when_ahead(session, until, known)
    facts = facts_of(session, kind=kind, **own, **typed, text=options["text"])
    written = session.books().settle(str(own["followup"]), facts, salted(facts), key)
    return acknowledge(lambda: report(session, written.record, now), form, options["output"], _id(written), 0)


def _check_same(session: Session, wanted: str, known: Json, key: str) -> None:
    """Raise BadInputError where a key was used for another follow-up than the one that is meant now."""
    books, own = session.books(), str(known["followup"])
    if str(books.find(wanted)["id"]) not in (own, books.find(own).get("about")):
        raise BadInputError(Problem(f"the key {key!r} was used for {own}", "a key stands for one record: take a new one"))


def _id(written: Written) -> str:
    return str(written.record["id"])


def _found(session: Session, wanted: str, now: int) -> FollowUp:
    """Return the open follow-up that is meant, by its own id or that of its complaint. Raises BadInputError."""
    books = session.books()
    own = str(books.find(wanted)["id"])
    open_ones, history, _ = followups(session.shop, books, session.clocks(), now)
    meant = [each for each in open_ones if each.id == own] or [each for each in open_ones if each.case == own]
    if len(meant) > 1:
        ids = " or ".join(each.id for each in meant)
        raise BadInputError(Problem(f"{own} has several follow-ups", f"write which: {ids}"))
    if not meant and own in history.over:
        record = history.over[own]
        who = f" by {record['staff']}" if record.get("staff") else ""
        what = f"the follow-up {own} was {history.state(own)} {str(record.get('time'))[:16].replace('T', ' ')}{who}"
        raise BadInputError(Problem(what, "nobody is asked twice"))
    if not meant:
        raise BadInputError(Problem(f"{own} has no follow-up that is open", "see returnkit followup list"))
    return meant[0]
