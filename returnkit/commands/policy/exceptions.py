"""`returnkit policy exceptions`: the ledger of what was granted beyond the policy."""

from collections.abc import Sequence

import click

from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.languages import Language
from returnkit.model.jsonl import Json
from returnkit.model.money import decimal_text, minor_digits
from returnkit.render import Report, Section
from returnkit.service.complaint import CORRECTED
from returnkit.service.discretion import RESOLVED, Granted, granted, totals
from returnkit.service.returns import standing

SCHEMA = "returnkit.exceptions/1"
COLUMNS = ("id", "day", "staff", "role", "waived", "rule", "sku", "amount", "currency", "because")
KINDS = ("return", "return.voided", RESOLVED, CORRECTED)


@global_options
@output_options
@listing_options
@click.command(context_settings=SETTINGS)
def exceptions(form: str | None, output: str | None, **asked: object) -> int:
    """List what was granted beyond the policy: by whom, why, what it cost, and which rule was in the way most often.

    \b
        returnkit policy exceptions --month 2026-10
        returnkit policy exceptions --from 2026-01-01 -o exceptions.csv

    Without a period it is this month. An exception within somebody's room says what it waived (late, receipt, condition);
    "override" is a decision against the policy. Returns that were voided are left out. A rule that is waived again and
    again is perhaps not the rule that you want.

    The same trouble gets the same token of goodwill: one that differs stands here as "token", with its complaint as the id, its
    worth as the amount and the usual token, or none, as the rule.

    JSON is {"schema", "period", "exceptions": [{"id", "time", "staff", "role", "waived", "rule", "sku", "category",
    "amount", "currency", "because"}], "totals": {"count", "amount", "currency", "staff", "waived", "rule"}}; each of the
    last three is a list of {"name", "count", "amount"}, the most frequent first.

    Exit code: 0; 3 if a line cannot be read (it is named; --allow-damaged lists the others all the same).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    first, last = period_of(session, asked)
    records: list[Json] = []
    damaged = []
    for line in session.books().lines(first):
        if line.record is None:
            damaged.append(line)
        elif line.record.get("kind") in KINDS:
            records.append(line.record)
    check_damage(damaged, allowed=bool(asked["allow_damaged"]))
    taken_back = {str(record.get("corrects")) for record in records if record.get("kind") == CORRECTED}
    resolved = (record for record in records if record.get("kind") == RESOLVED and record.get("id") not in taken_back)
    counting = [*standing(records), *resolved]
    within = [record for record in counting if first <= str(record.get("time"))[:10] <= last]
    found = granted(sorted(within, key=lambda record: str(record.get("time"))))
    period = {"from": first, "to": last}
    data: object = [_as_json(each) for each in found]
    if form != "jsonl":
        data = {"schema": SCHEMA, "period": period, "exceptions": data, "totals": _totals(found, session.shop.currency)}
    sections = tuple(_sections(found, session.shop.currency, session.language)) if form == "table" else ()
    deliver(Report("", session.language.code, sections, COLUMNS, tuple(map(_row, found)), data), form, output)
    return 0


def _as_json(each: Granted) -> Json:
    return {**each._asdict(), "waived": list(each.waived), "amount": _amount(each) or None}


def _amount(each: Granted) -> str:
    return "" if each.amount is None else decimal_text(each.amount, minor_digits(each.currency))


def _row(each: Granted) -> tuple[str, ...]:
    about = (each.id, each.time[:10], each.staff, each.role, " ".join(each.waived), each.rule, each.sku or each.category)
    return (*about, _amount(each), each.currency, each.because)


def _totals(found: Sequence[Granted], currency: str) -> Json:
    digits = minor_digits(currency)
    amount = sum(each.amount or 0 for each in found if each.currency == currency)
    grouped = {
        name: [{"name": own, "count": count, "amount": decimal_text(value, digits)} for own, count, value in ranked]
        for name, ranked in totals(found, currency).items()
    }
    return {"count": len(found), "amount": decimal_text(amount, digits), "currency": currency, **grouped}


def _sections(found: Sequence[Granted], currency: str, language: Language) -> list[Section]:
    """Return the exceptions, then who made them, what they waived and which rules they were about."""
    digits = minor_digits(currency)
    listed = []
    for each in found:
        given = "" if each.amount is None else language.money(each.amount, minor_digits(each.currency), each.currency)
        instead = language.say("exceptions.token", token=each.token, usual=each.rule) if each.token else each.rule
        about = ", ".join(part for part in (each.sku or each.category, instead) if part)
        listed.append(f"{each.time[:10]}  {each.id}  {' '.join(each.waived)}: {about}  {given}  {each.staff}".rstrip())
        listed += [f"    “{each.because}”"] if each.because else []
    amount = language.money(sum(each.amount or 0 for each in found if each.currency == currency), digits, currency)
    sections = [Section("", (*listed, *([""] if listed else []), language.say("exceptions.total", len(found), amount=amount)))]
    for name, ranked in totals(found, currency).items():
        lines = tuple(
            f"  {count:>4}  {language.money(value, digits, currency):>12}  {own or '-'}" for own, count, value in ranked
        )
        if lines:
            sections.append(Section(language.say(f"exceptions.{name}"), lines))
    return sections
