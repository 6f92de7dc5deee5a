"""How a follow-up is told: whom it is about, when, who does it, and what to ask."""

from collections.abc import Mapping

from returnkit.commands.complaint.telling import day_and_time, spent
from returnkit.commands.session import Session
from returnkit.model.jsonl import Json
from returnkit.outstanding import followups
from returnkit.records.contacts import FIELDS, read_contact
from returnkit.render import Report, Section
from returnkit.service.clocks import minutes
from returnkit.service.followup import FollowUp

SCHEMA = "returnkit.recorded/1"
COLUMNS = ("id", "record", "by")


def reach_of(session: Session, followup: FollowUp) -> Mapping[str, str]:
    """Return how a customer can be reached, as far as that is held here."""
    return (read_contact(session.books().folder, followup.contact) if followup.contact else None) or {}


def asks(session: Session, followup: FollowUp) -> str:
    """Return what the customer is asked, or told."""
    question = session.language.pick(followup.asks)
    survey = session.language.say("followup.survey", survey=followup.survey) if followup.survey else ""
    return " ".join(filter(None, (question, survey)))


def due_of(session: Session, followup: FollowUp, now: int) -> str:
    """Return when a follow-up is due: `today until 18:00`, `in 3 d`, `2 h late`."""
    apart = spent(minutes(abs(followup.by - now)))
    if now > followup.by:
        return session.language.say("list.late", apart=apart)
    if followup.day and followup.begins <= now:
        return session.language.say("followup.now", time=session.clocks().local(followup.by)[11:16])
    return session.language.say("list.due", apart=apart)


def lines_of(session: Session, followup: FollowUp) -> list[str]:
    """Return what whoever calls needs: who it is, how to reach them, what it is about, and what to ask."""
    reach = reach_of(session, followup)
    who = ", ".join(reach[field] for field in FIELDS if field in reach)
    language = session.language
    receipt = language.say("followup.receipt", receipt=followup.receipt) if followup.receipt else ""
    about = followup.case if followup.case and followup.case != followup.id else ""
    place = ", ".join(filter(None, (who, receipt, about)))
    return [line for line in (place, asks(session, followup)) if line]


def report(session: Session, record: Json, now: int) -> Report:
    """Return what was recorded of a follow-up, and when it is due."""
    own = str(record.get("followup") or record["id"])
    found = next((each for each in followups(session.shop, session.books(), session.clocks(), now).open if each.id == own), None)
    lines, by = [own], ""
    if found is not None:
        by = session.clocks().local(found.by)
        key = "followup.call" if found.is_callback else "followup.due"
        lines.append(f"  {session.language.say(key, when=day_and_time(session.clocks(), found.by))}")
        lines += [f"  {line}" for line in lines_of(session, found)]
    data: Json = {"schema": SCHEMA, "id": own, "record": record, "by": by or None, "contact": record.get("contact")}
    return Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, ((own, str(record["id"]), by),), data)
