"""`returnkit followup list`: who is to be asked or called back, when, and by whom."""

import click

from returnkit.commands.agenda import whose
from returnkit.commands.followup.telling import asks, due_of, lines_of, reach_of
from returnkit.commands.listing import note_left_out
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.outstanding import followups
from returnkit.records.contacts import FIELDS
from returnkit.render import Report, Section
from returnkit.service.clocks import instant
from returnkit.service.followup import IS_DONE, OPEN, FollowUp, History

SCHEMA = "returnkit.followups/1"
COLUMNS = ("id", "rule", "state", "by", "late", "to", "contact", *FIELDS, "receipt_no", "case", "survey", "asks")
DONE = ("id", "state", "time", "staff", "contact", "receipt_no", "survey", "because", "text")


@global_options
@output_options
@click.command("list", context_settings=SETTINGS)
@click.argument("followup", metavar="[ID]", required=False)
@click.option("--due", is_flag=True, help="Only those that can be done now, or are late.")
@click.option("--mine", is_flag=True, help="Only those that whoever is at the counter (--staff) may do.")
@click.option("--done", is_flag=True, help="Those that were done or skipped, instead.")
def list_followups(form: str | None, output: str | None, followup: str | None, **asked: bool) -> int:
    """List follow-ups and callbacks: what is due first comes first, with whom to reach, how, and what to ask.

    \b
        returnkit followup list
        returnkit followup list k3-0412P
        returnkit followup list --due --mine --staff Anna
        returnkit followup list --done -f csv

    The policy makes them (policies/followups.toml): after a sale, a return, or a complaint that was closed. The first
    [[follow-up]] whose conditions hold decides.

    \b
        schema = 1
        again = "3 months"                # nobody is asked twice within
        let-go = "2 weeks"                # what is so late is let go
        [[follow-up]]
        id = "after-a-complaint"
        after = "complaint"               # or return, or sale
        when = { category = ["delivery"] }    # also severity, channel, flag; of goods: tag, sku, reason, remedy, member
        in = "3 days"                     # on that day, or the next one on which we are open
        ask = { en = "Are you happy with how we put it right?" }
        to = "manager"                    # a role or a name; without it anybody
        [[follow-up]]
        id = "after-a-big-sale"
        after = "sale"
        from = "200.00"                   # only where so much was paid
        in = "2 weeks"
        survey = "short"                  # the customer is given this survey

    Nobody is asked twice: contacts with the same telephone number or e-mail address are the same customer, and so is the same
    receipt. Who asked not to be contacted (`returnkit contact stop`, `followup done --no-more`, a complaint flagged as
    marketing-objection) is not asked. Who complained about a receipt, or brought something of it back, is not asked about the
    sale. A closed complaint without a contact asks for none. A sale or a return has no contact of its own: its receipt number
    says in the till or the web shop who it was.

    JSON is {"schema", "followups": [{"id", "rule", "state", "begins", "by", "late", "to", "contact", "name", "phone", "email",
    "receipt_no", "case", "asks", "survey"}, ...]}; with --done each is {"id", "state", "time", "staff", "contact", "receipt_no",
    "survey", "because", "text"}.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    if asked["mine"] and not session.staff():
        raise BadInputError(Problem("nobody said who is at the counter", "add --staff NAME"))
    now = instant(session.clock.now())
    asking = followups(session.shop, session.books(), session.clocks(), now)
    note_left_out(asking.unreadable)
    if asked["done"]:
        return _deliver_done(session, asking.history, form, output)
    own = str(session.books().find(followup)["id"]) if followup else ""
    found = [each for each in asking.open if own in ("", each.id, each.case)]
    found = [each for each in found if not asked["due"] or each.begins <= now or now > each.by]
    found = [each for each in found if not asked["mine"] or session.is_mine(each.to)]
    sections = [Section(_head(session, each, now), tuple(f"  {line}" for line in lines_of(session, each))) for each in found]
    if not found:
        sections = [Section("", (session.language.say("followup.none"),))]
    data = [_as_json(session, each, now) for each in found]
    _deliver(Report("", session.language.code, tuple(sections), COLUMNS, (), {}), data, form, output)
    return 0


def _head(session: Session, followup: FollowUp, now: int) -> str:
    key = f"followup.what.{followup.rule}"
    what = session.language.say(key) if session.language.knows(key) else followup.rule
    return f"{followup.id}  {due_of(session, followup, now)}  {what}  {whose(session, followup.to)}"


def _as_json(session: Session, followup: FollowUp, now: int) -> Json:
    local, reach = session.clocks().local, reach_of(session, followup)
    return {
        "id": followup.id,
        "rule": followup.rule,
        "state": OPEN,
        "begins": local(followup.begins),
        "by": local(followup.by),
        "late": now > followup.by,
        "to": followup.to,
        "contact": followup.contact or None,
        **{field: reach.get(field) for field in FIELDS},
        "receipt_no": followup.receipt or None,
        "case": followup.case or None,
        "asks": asks(session, followup),
        "survey": followup.survey or None,
    }


def _deliver_done(session: Session, history: History, form: str, output: str | None) -> int:
    """Show what was done, the newest first."""
    over = sorted(history.over.items(), key=lambda entry: str(entry[1].get("time")), reverse=True)
    data: list[Json] = []
    sections = []
    for own, record in over:
        state, time = history.state(own), str(record.get("time"))
        said = [str(record[field]) for field in ("because", "text") if record.get(field)]
        data.append({"id": own, "state": state, **{field: record.get(field) for field in DONE[2:]}})
        key = "followup.was-done" if state == IS_DONE else "followup.was-skipped"
        head = f"{own}  {session.language.say(key, when=time[:16].replace('T', ' '))}"
        staff = f"  ({record['staff']})" if record.get("staff") else ""
        sections.append(Section(head + staff, tuple(f"  {line}" for line in said)))
    none = [Section("", (session.language.say("followup.none"),))]
    _deliver(Report("", session.language.code, tuple(sections or none), DONE, (), {}), data, form, output)
    return 0


def _deliver(report: Report, data: list[Json], form: str, output: str | None) -> None:
    """Deliver follow-ups, or what was done about them: the columns of the report are fields of each."""
    cells = [["yes" if entry[field] is True else str(entry[field] or "") for field in report.columns] for entry in data]
    told = data if form == "jsonl" else {"schema": SCHEMA, "followups": data}
    deliver(report._replace(rows=tuple(map(tuple, cells)), data=told), form, output)
