"""`returnkit coupon redeem`: a coupon is worth something once."""

import click

from returnkit.books import Books
from returnkit.commands.asking import told
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of, key_option
from returnkit.commands.session import Session, acknowledge, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem, RefusedError
from returnkit.languages import Language
from returnkit.model.coupon import digest
from returnkit.model.dates import iso, parse_iso
from returnkit.model.jsonl import Json
from returnkit.model.money import decimal_text, minor_digits
from returnkit.render import Report, Section
from returnkit.service.coupon import Coupon, why_not
from returnkit.shop import shown_path

SCHEMA = "returnkit.coupon/1"
COLUMNS = ("answer", "why", "id", "token", "worth", "currency", "until")
MOST_NOTES = 3


@global_options
@output_options
@key_option
@click.command(context_settings=SETTINGS)
@click.argument("code", metavar="CODE")
@click.option("--receipt-no", metavar="NUMBER", callback=not_empty, help="The receipt that it was redeemed on.")
@click.option("--check", is_flag=True, help="Only look whether it is good; nothing is recorded.")
def redeem(code: str, form: str | None, output: str | None, key: str | None, **asked: str | bool | None) -> int:
    """Redeem a coupon that was given when a complaint was put right: prints the id, and what the coupon is worth.

    \b
        returnkit coupon redeem K7PX-9QMR-TBWD --receipt-no 10482
        returnkit coupon redeem k7px9qmrtbwd --check
        returnkit coupon redeem -

    It is good once, at any till, until its last day. Small letters are the same to it, and so are O and 0, I, L and 1. With - a
    terminal asks for the code, and elsewhere it is read from standard input. JSON has "answer" (yes, no), "why" (unknown,
    redeemed, over), "say", "worth", "currency", "token", "until", "case", "redeemed", and "id" and "record" once it is redeemed.

    Exit code: 0 redeemed (with --check: good), 1 no good, 2 this is no code, 74 or 75 not recorded: repeat with the same --key.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    try:
        known = digest(told(code, "Code"))
    except ValueError as error:
        raise BadInputError(Problem("this is no code of a coupon", str(error))) from None
    books, today = session.books(), iso(session.today)
    coupon = books.coupon(known)
    if not asked["check"] and (not why_not(coupon, today) or _is_repeated(coupon, key)):
        try:
            record = books.redeem(known, facts_of(session, receipt_no=asked["receipt_no"]), key or "").record
        except RefusedError:
            coupon = books.coupon(known)  # somebody was faster
        else:
            return acknowledge(lambda: _report(session, coupon, "", record), form, output, str(record["id"]), 0)
    why = why_not(coupon, today)
    deliver(_report(session, coupon, why), form, output)
    if why == "unknown":
        _note_damage(books)
    return 1 if why else 0


def _is_repeated(coupon: Coupon, key: str | None) -> bool:
    """Tell whether this is the retry of what redeemed the coupon."""
    return bool(key) and coupon.redeemed is not None and coupon.redeemed.get("key") == key


def _note_damage(books: Books) -> None:
    """Name the lines that cannot be read: a coupon that nobody knows may stand there."""
    damaged = [line for line in books.lines() if line.record is None]
    for line in damaged[:MOST_NOTES]:
        note(f"{shown_path(line.file)}:{line.number}: this line cannot be read, and the coupon may stand there")
    if damaged:
        note("see returnkit records verify before you say no")


def _report(session: Session, coupon: Coupon, why: str, record: Json | None = None) -> Report:
    """Return whether the coupon is good, what it is worth, and the sentence to say; `record` is what redeemed it just now."""
    language, given = session.language, coupon.given or {}
    said = _sentence(language, given, why)
    head = str(record["id"]) if record else language.say("answer.no" if why else "answer.yes")
    lines = (head, f"  {_why_not(language, coupon, why) if why else _worth(language, given)}", f"  “{said}”")
    redeemed = record or coupon.redeemed
    data: Json = {
        "schema": SCHEMA,
        "answer": "no" if why else "yes",
        "why": why or None,
        "say": said,
        "token": given.get("token"),
        "worth": None if (amount := _amount(given)) is None else decimal_text(amount[0], minor_digits(amount[1])),
        "currency": given.get("currency"),
        "until": given.get("until"),
        "case": given.get("case"),
        "redeemed": {field: redeemed.get(field) for field in ("id", "time", "staff")} if redeemed else None,
    }
    if record:
        data |= {"id": record["id"], "record": record}
    row = tuple(str(data.get(column) or "") for column in COLUMNS)
    return Report("", language.code, (Section("", lines),), COLUMNS, (row,), data)


def _sentence(language: Language, given: Json, why: str) -> str:
    """Return what to say; a no is worded by what happens next."""
    if why == "unknown":
        return language.say("coupon.say.unknown")
    if why == "redeemed":
        return language.say("coupon.say.redeemed")
    if why == "over":
        return language.say("coupon.say.over", until=_until(language, given))
    return language.say("coupon.say.good")


def _why_not(language: Language, coupon: Coupon, why: str) -> str:
    """Return why a coupon is no good; of one that was redeemed when, where and by whom."""
    if coupon.redeemed is None:
        over = language.say("coupon.over", until=_until(language, coupon.given or {}))
        return language.say("coupon.unknown") if why == "unknown" else over
    own, time = str(coupon.redeemed.get("id")), str(coupon.redeemed.get("time"))[:16].replace("T", " ")
    staff = f" · {coupon.redeemed['staff']}" if coupon.redeemed.get("staff") else ""
    return language.say("coupon.redeemed", time=time, till=own.partition("-")[0], id=own) + staff


def _worth(language: Language, given: Json) -> str:
    """Return what a coupon is, its worth, what it was given for, and how long it is good."""
    amount = _amount(given)
    money = language.money(amount[0], minor_digits(amount[1]), amount[1]) if amount else ""
    origin = language.say("coupon.given", day=str(given["time"])[:10], id=str(given.get("case") or given["id"]))
    return ", ".join(text for text in (str(given.get("token") or ""), money, origin, _until(language, given)) if text)


def _amount(given: Json) -> tuple[int, str] | None:
    """Return what a coupon is worth in minor units, and in which currency; None where it is no sum of money."""
    worth, currency = given.get("worth"), given.get("currency")
    return (worth, currency) if isinstance(worth, int) and isinstance(currency, str) else None


def _until(language: Language, given: Json) -> str:
    """Return until when a coupon is good; an empty text where it has no end."""
    return language.until(parse_iso(str(given["until"]))) if given.get("until") else ""
