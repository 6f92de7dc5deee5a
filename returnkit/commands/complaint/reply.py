"""`returnkit complaint reply`: the draft of a reply to the customer."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from returnkit.commands.complaint.open import PUBLIC
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.phrases import asked_language
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.languages import DEFAULT, Language, language
from returnkit.model.dates import parse_iso
from returnkit.model.toml import name, word
from returnkit.records.contacts import read_contact
from returnkit.render import Report, Section
from returnkit.service.clocks import OVERDUE, PROMISE, RESOLUTION, RUNNING, instant
from returnkit.service.complaint import Case, event_of
from returnkit.service.phrases import PhraseBook, found_in
from returnkit.service.reply import ACCEPTED, OFFERED, RECEIVED, RESOLVED, WAITING, Told, draft, public_draft

if TYPE_CHECKING:
    from returnkit.model.jsonl import Json

SCHEMA = "returnkit.reply/1"
COLUMNS = ("id", "state", "language", "text")
STAGES = {"waiting": WAITING, "offered": OFFERED, "accepted": ACCEPTED, "resolved": RESOLVED, "closed": RESOLVED}
END_OF_DAY, REMEDY = "23:59", "remedy"


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("case", metavar="ID")
@click.option("--choice", metavar="NAME", multiple=True, help="What the customer may choose, before it is recorded as an offer.")
@click.option("--need", metavar="TEXT", callback=not_empty, help="What we need from the customer: a photograph of the box.")
def reply(case: str, choice: tuple[str, ...], need: str | None, form: str | None, output: str | None) -> int:
    """Draft a reply to the customer. Nothing is recorded: read it, make it yours, send it, then record what you did.

    \b
        returnkit complaint reply k3-0412P --staff Anna
        returnkit complaint reply k3-0412P --lang en --choice replacement --choice refund
        returnkit complaint reply k3-0412P --need "a photograph of the box"

    It thanks, apologises for the trouble of this category, and says what happens next and by when: from the promise that
    stands, else until it is to be put right. What was offered can be chosen, what was done is named. A review or a post gets a
    short answer without names. Nothing of what the customer wrote is repeated.

    The sentences stand in policies/phrases.toml under [reply.CODE], and are the shop's to change. JSON has "id", "state",
    "language", "public", "by" (the time that is named, or null) and "text".
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    found = session.books().case(case)
    if found.into:
        raise BadInputError(Problem(f"{found.id} was merged", f"it goes on as {found.into}: reply to that one"))
    book = session.shop.phrases()
    spoken = _spoken(session, book)
    by, late = _due(session, found)
    told = _told(session, found, spoken, choice)._replace(late=late)
    if by:
        day, time = parse_iso(by[:10]), by[11:16]
        told = told._replace(day=spoken.day(day), until=spoken.until(day), time="" if time == END_OF_DAY else time)
    if need:
        told = told._replace(stage=WAITING, need=" ".join(need.split()))
    public = found.channel in PUBLIC
    paragraphs = (public_draft if public else draft)(book.replies[spoken.code], told)
    text = "\n\n".join("\n".join(lines) for lines in paragraphs)
    for warning in _warnings(session, found, told):
        note(warning)
    for said in found_in(text, book, [spoken.code]):
        note(f'"{said.text}" should be said otherwise: {said.phrase.say}')
    sections = tuple(Section("", tuple(lines)) for lines in paragraphs)
    data: Json = {"schema": SCHEMA, "id": found.id, "state": found.state, "language": spoken.code}
    data |= {"public": public, "by": by or None, "text": text}
    deliver(Report("", spoken.code, sections, COLUMNS, ((found.id, found.state, spoken.code, text),), data), form, output)
    return 0


def _spoken(session: Session, book: PhraseBook) -> Language:
    """Return the language of the reply; English stands in where there are no sentences in the one that is wanted."""
    wanted = asked_language() or session.shop.languages[0]
    if wanted == session.language.code and wanted in book.replies:
        return session.language
    note(f"there are no replies in {wanted} yet: English stands in")
    return language(DEFAULT)


def _due(session: Session, case: Case) -> tuple[str, bool]:
    """Return by when the customer hears of us, in the shop's zone, and whether a time that they were told is over."""
    clocks, now = session.clocks(), instant(session.clock.now())
    dues = [due for due in clocks.dues(case, now) if due.what in (PROMISE, RESOLUTION) and due.by is not None]
    coming = [due for due in dues if due.status == RUNNING]
    first = min(coming, key=lambda due: (due.what != PROMISE, due.by), default=None)
    by = clocks.local(first.by) if first is not None and first.by is not None else ""
    return by, any(due.status == OVERDUE for due in dues)


def _told(session: Session, case: Case, spoken: Language, choice: Sequence[str]) -> Told:
    """Return what the reply is about but for the time."""
    shop = session.shop
    offered = tuple(dict.fromkeys(map(word, choice))) or (case.choices if case.state == "offered" else ())
    contact = read_contact(session.books().folder, str(case.opening.get("contact", ""))) if case.opening.get("contact") else None
    resolved = next((event for event in reversed(case.events) if event_of(event) == "resolved"), {})
    done = [str(resolved[field]) for field in ("remedy", "token") if resolved.get(field)]
    return Told(
        stage=OFFERED if offered else STAGES.get(case.state, RECEIVED),
        shop=shop.name,
        about=(*(flag.name for flag in case.flags), name(case.category)),
        name=(contact or {}).get("name", ""),
        choices=[_named(session, spoken, each) for each in offered],
        choice=_named(session, spoken, case.choice) if case.choice else "",
        done=spoken.all_of([_named(session, spoken, each) for each in done]),
        reach=spoken.one_of([each for each in (shop.phone, shop.email, shop.web) if each][:2] or [shop.address]),
        signed=[each for each in (session.staff(), shop.name, shop.phone) if each],
    )


def _named(session: Session, spoken: Language, own: str) -> str:
    """Return what a remedy or a token is called."""
    token = session.clocks().terms.token(own)
    if token is not None:
        return spoken.pick(token.what)
    key = f"{REMEDY}.{word(own)}"
    return spoken.say(key) if spoken.knows(key) else own.replace("-", " ")


def _warnings(session: Session, case: Case, told: Told) -> Iterator[str]:
    """Yield what whoever sends the reply should know."""
    public = case.channel in PUBLIC
    if case.open_flags:
        flags = ", ".join(flag.name for flag in case.open_flags)
        yield f"{case.id} is flagged as {flags}: first see what must be done (returnkit complaint show {case.id})"
    promise = f"returnkit complaint promise {case.id} --by TIME"
    if told.late:
        yield f"a time that the customer was told is over: {promise}"
    elif told.stage in (RECEIVED, ACCEPTED) and not told.day and not public:
        yield f"it does not say by when: {promise}"
    if public and told.stage in (OFFERED, WAITING):
        yield "everybody reads it: what the customer may choose, or is asked for, is for a message to them alone"
    if not public and not session.shop.phone:
        yield "policies/shop.toml has no phone: the reply does not say on which number we are reached"
