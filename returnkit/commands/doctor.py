"""`returnkit doctor`: whether this machine can do its part."""

from collections.abc import Mapping, Sequence

import click

from returnkit.checkup import Check, Places, Reader, checks, sent_test, wrong
from returnkit.commands.kpi.report import targets_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import UnreadableError
from returnkit.render import Report, Section
from returnkit.shop import Shop

SCHEMA = "returnkit.doctor/1"
COLUMNS = ("ok", "id", "found", "remedy")
MARKS = {True: "ok", False: "wrong", None: ""}


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.option("--send-test", is_flag=True, help="Send one test message to those whom [mail] of till.toml names in to.")
def doctor(form: str | None, output: str | None, send_test: bool) -> int:
    """See whether this machine is in order: the shop's files, clock, git and disk, and where reminders are sent, cron and mail.

    \b
        returnkit doctor
        returnkit doctor --send-test

    One line for each check: ok, or what is wrong and what to do; - where it does not matter on this machine. Cron and mail
    matter only where .returnkit/till.toml says that this machine sends the reminders (see returnkit remind --help). The way to
    the mail server is gone up to the login; nothing is sent without --send-test, and nothing is written.

    Records, contacts and .returnkit/ are for whoever owns them and nobody else, whatever the umask. Where staff have accounts of
    their own, .returnkit/till.toml shares them with the group that the folders belong to (chgrp -R GROUP records .returnkit);
    what is made from then on is shared, and of what is there already this command says what to change:

    \b
        schema = 1
        [files]
        shared = "group"                  # the records; "nobody" is the usual
        contacts = "group"                # how customers can be reached, only where everybody may see that

    JSON is {"schema", "checks": [{"id", "ok", "found", "remedy"}]}; ok is true, false, or null where it does not matter.

    Exit code: 0 all is in order, 1 something is not.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    form = form_of(form, output)
    found = _found(send_test=send_test)
    deliver(_report(found, form), form, output, folds=True)
    return 1 if any(check.ok is False for check in found) else 0


def _found(*, send_test: bool) -> list[Check]:
    try:
        session = Session()
    except UnreadableError as error:
        return [wrong("shop", error)]  # nothing else can be looked at
    found = [*checks(session.shop, session.clock, _readers(session.shop), Places())]
    return [*found, sent_test(session.shop, session.clock)] if send_test else found


def _readers(shop: Shop) -> Mapping[str, Reader]:
    """Return what reads each file in policies/."""
    return {
        "returns": lambda: shop.versions(None),
        "items": shop.items,
        "complaints": shop.terms,
        "kpis": lambda: targets_of(shop),
        "phrases": shop.phrases,
        "followups": shop.followup_terms,
    }


def _report(found: Sequence[Check], form: str) -> Report:
    objects = [check._asdict() for check in found]
    data: object = objects if form == "jsonl" else {"schema": SCHEMA, "checks": objects}
    rows = tuple((MARKS[check.ok], check.id, check.found, check.remedy) for check in found)
    sections = (Section("", tuple(line for row in rows for line in _lines(*row))),) if form == "table" else ()
    return Report("", "en", sections, COLUMNS, rows, data)


def _lines(mark: str, own: str, found: str, remedy: str) -> list[str]:
    return [f"{mark or '-':<5}  {own:<12}  {found}", *([f"{'':<21}{remedy}"] if remedy else [])]
