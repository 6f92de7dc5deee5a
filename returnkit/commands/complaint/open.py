"""`returnkit complaint open`: somebody is not content, and now it is written down."""

import sys
from collections.abc import Mapping, Sequence

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.recording import contact_given, contact_options, facts_of, key_option, salted, text_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.dates import iso
from returnkit.model.jsonl import Json
from returnkit.model.money import parse_amount
from returnkit.model.record import CHANNELS, SEVERITIES, is_name
from returnkit.model.text import is_number
from returnkit.model.toml import name, word
from returnkit.render import Report

QUESTIONS = ("text", "wish", "category")
PUBLIC = ("social", "review")  # the answer is read by everybody


@global_options
@output_options
@key_option
@text_option
@contact_options
@click.command("open", context_settings=SETTINGS)
@click.option("--wish", metavar="TEXT", help="What would put it right, in the customer's words.")
@click.option("--channel", metavar="WHERE", default="counter", show_default=True, help=f"How it came in: {', '.join(CHANNELS)}.")
@click.option("--category", metavar="NAME", help="What it is about: delivery, quality, service, price, ...")
@click.option("--severity", metavar="HOW", help=f"How bad it is: {', '.join(SEVERITIES)}.")
@click.option("--receipt-no", metavar="NUMBER", help="The receipt that it is about.")
@click.option("--sku", metavar="CODE", help="The article that it is about.")
@click.option("--rule", metavar="NAME", help="The rule of the return policy that it is about.")
@click.option("--link", metavar="ADDRESS", help="Where a review or a post stands.")
@click.option("--flag", metavar="FLAG", multiple=True, help="A serious one: safety, privacy, ... as in policies/complaints.toml.")
@click.option("--value", metavar="AMOUNT", help="What is at risk: about what this customer spends here in a year.")
@click.option("--per-visit", metavar="AMOUNT", help="The same: about what they spend each time ...")
@click.option("--visits", metavar="N", help="... and how often they come in a year.")
def open_complaint(form: str | None, output: str | None, key: str | None, flag: tuple[str, ...], **asked: str | None) -> int:
    """Open a complaint: prints its id, under which everything else is recorded, and by when it is to be answered.

    \b
        returnkit complaint open --category delivery --text "the parcel arrived wet" --wish "a new one by Friday"
        returnkit complaint open --channel phone --text "no answer for three days" --name - --phone -
        returnkit complaint open --channel review --link https://maps.example/r/17 --text "waited ten minutes"

    On a terminal it asks, once, what happened, what would put it right and what it is about; an empty answer will do. How fast it
    is to be answered and put right, words that point to a serious complaint, and what a customer spends whom nobody knows stand
    in policies/complaints.toml. The same trouble coming back this month is pointed out, with what was behind it.

    Contact data is only for calling back. It goes into a file of its own in records/contacts/, never into the records and
    never into the shop's git history. Options land in the shell's history: with - a terminal asks for it, and elsewhere it
    is read from standard input, a line each, in the order name, phone, email.

    Exit code: 0 opened, 2 wrong usage, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.commands.complaint.change import check_flags, report
    from returnkit.service.complaint import begin

    session, form = Session(), form_of(form, output)
    facts = _facts(session, asked, flag)
    check_flags(session, _flags(facts))
    contact = contact_given(session, asked)
    _ask_once(session, facts)
    _note_what_is_not_listed(session, facts)
    suspects = _suspects(session, facts)
    extra = _derived(session, facts, list(suspects))
    books = session.books()
    again = _again(session, facts)
    written = books.append_with_contact(facts, {**extra, **salted(facts)}, contact, key or "")
    record = written.record
    more = {"contact": record["contact"]} if record.get("contact") else {}

    def answer() -> Report:
        lines = [*_pointed_out(session, record, suspects), *([] if written.repeated else again)]
        return report(session, begin(record), record, lines, more)

    return acknowledge(answer, form, output, str(record["id"]), 0)


def _facts(session: Session, asked: dict[str, str | None], flags: tuple[str, ...]) -> Json:
    """Return what was typed about the complaint. Raises BadInputError with every problem at once."""
    problems = []
    channel, severity = word(asked["channel"] or ""), word(asked["severity"] or "")
    if channel not in CHANNELS:
        problems.append(Problem(f"--channel {channel!r} is not known", instead(channel, CHANNELS)))
    if severity and severity not in SEVERITIES:
        problems.append(Problem(f"--severity {severity!r} is not known", instead(severity, SEVERITIES)))
    value = _value(session, asked, problems)
    if asked["link"] and not (is_name(asked["link"]) and asked["link"].startswith(("https://", "http://"))):
        problems.append(Problem("--link is not understood", "write where it stands: https://..."))
    if problems:
        raise BadInputError(*problems)
    return facts_of(
        session,
        kind="complaint.opened",
        channel=channel,
        severity=severity,
        category=asked["category"],
        receipt_no=asked["receipt_no"],
        sku=asked["sku"],
        rule=asked["rule"],
        link=asked["link"],
        contact=asked["contact"],
        flags=[word(own) for own in dict.fromkeys(flags)] or None,
        text=asked["text"],
        wish=asked["wish"],
        value=value,
        currency=session.shop.currency if value is not None else None,
    )


def _value(session: Session, asked: dict[str, str | None], problems: list[Problem]) -> int | None:
    """Return what the customer spends in a year, in minor units; None where nobody said."""
    amounts: dict[str, int] = {}
    for option in ("value", "per_visit"):
        try:
            if asked[option]:
                amounts[option] = parse_amount(str(asked[option]), session.shop.currency)
        except ValueError as error:
            problems.append(Problem(f"--{option.replace('_', '-')} {asked[option]!r} is not understood", str(error)))
    visits = asked["visits"]
    if visits and not (is_number(visits, 4) and int(visits)):
        problems.append(Problem(f"--visits {visits!r} is not understood", "write how often they come in a year: 12"))
    elif bool(visits) != bool(asked["per_visit"]):
        problems.append(Problem("--per-visit and --visits belong together", "give both, or --value"))
    elif visits and asked["value"]:
        problems.append(Problem("--value and --per-visit are both given", "give one of them"))
    elif visits and "per_visit" in amounts:
        return amounts["per_visit"] * int(visits)
    return amounts.get("value")


def _ask_once(session: Session, facts: Json) -> None:
    """Ask, on a terminal, what nobody has said yet; an empty answer will do."""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        return
    for field in QUESTIONS:
        if field not in facts:
            answer = str(
                click.prompt(session.language.say(f"open.{field}"), default="", show_default=False, prompt_suffix=" ", err=True)
            ).strip()
            if answer:
                facts[field] = answer


def _note_what_is_not_listed(session: Session, facts: Json) -> None:
    """Note a category that policies/complaints.toml does not list, where it lists any; and where there is no such file."""
    from returnkit.service.terms import NO_TERMS

    terms, category = session.clocks().terms, str(facts.get("category", ""))
    if terms is NO_TERMS:
        note("there is no policies/complaints.toml: no time is promised, and nothing points to serious complaints")
    elif terms.categories and category and name(category) not in terms.categories:
        session.unlisted("category", category, list(terms.categories), "it is recorded as it was typed")


def _flags(facts: Json) -> list[str]:
    flags = facts.get("flags")
    return list(map(str, flags)) if isinstance(flags, list) else []


def _suspects(session: Session, facts: Json) -> dict[str, tuple[str, ...]]:
    """Return the flags that the words of the complaint point to, beside those that were set, each with these words."""
    flags = session.clocks().terms.flags
    if not flags:
        return {}
    from returnkit.service.triage import suspected

    said = f"{facts.get('text', '')}\n{facts.get('wish', '')}"
    found = suspected(said, {own: flag.words for own, flag in flags.items()})
    return {own: words for own, words in found.items() if own not in _flags(facts)}


def _derived(session: Session, facts: Json, suspected: list[str]) -> Json:
    """Return what the policy adds to what was typed: what is promised, what the words point to, what a customer is worth."""
    from returnkit.service.terms import about

    terms = session.clocks().terms
    found: Json = {"suspected": suspected} if suspected else {}
    flagged = _flags(facts)
    found["clocks"] = terms.promised(about(facts, flagged)).as_record()
    if "value" not in facts and terms.value is not None:
        found |= {"value": terms.value, "currency": session.shop.currency, "assumed": True}
    return found


def _again(session: Session, facts: Json) -> list[str]:
    """Return what is to be said where the same trouble has come often enough this month: how often, and what was behind it."""
    category, sku = str(facts.get("category", "")), str(facts.get("sku", ""))
    if not (category or sku):
        return []
    from returnkit.recurring import recurring

    found = recurring(session.books(), category, sku, iso(session.today))
    times = found.opened + 1
    if times < session.clocks().terms.recurring:
        return []
    causes = [
        f"{cause.cause} ({', '.join(filter(None, (f'{cause.times}x', cause.case, cause.changed, cause.rule, cause.sku)))})"
        for cause in found.causes
    ]
    language = session.language
    lines = [language.say("case.again", times, about=found.about)]
    return [*lines, language.say("case.causes", causes="; ".join(causes))] if causes else lines


def _pointed_out(session: Session, record: Json, suspects: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what whoever is at the counter should know of a complaint that was just opened."""
    from returnkit.commands.complaint.telling import flag_lines

    language = session.language
    lines = flag_lines(session, _flags(record)) if _flags(record) else []
    for own, words in suspects.items():
        found = ", ".join(word.replace("*", "…") for word in words)
        lines.append(language.say("case.suspected", flag=f"{own} ({found})", id=record["id"], own=own))
    if record.get("channel") in PUBLIC:
        lines.append(language.say("case.public"))
    return lines
