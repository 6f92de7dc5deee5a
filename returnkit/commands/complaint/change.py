"""What the verbs on a complaint share: record what happened, and say what is possible next."""

from returnkit.commands.recording import facts_of, salted
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.languages import Language
from returnkit.model.jsonl import Json
from returnkit.render import Report, Section
from returnkit.service.complaint import TRANSITIONS, event_of, possible

SCHEMA = "returnkit.recorded/1"
COLUMNS = ("id", "record", "state")


def change(case: str, event: str, *, key: str | None, form: str | None, output: str | None, **typed: object) -> int:
    """Record that something happened to a complaint, print its id, and return the exit code."""
    session, form = Session(), form_of(form, output)
    facts = facts_of(session, **typed)
    written = session.books().change(case, event, facts, salted(facts), key or "")
    return acknowledge(lambda: report(session, written.record), form, output, str(written.record["id"]), 0)


def report(session: Session, record: Json, contact: str = "") -> Report:
    """Return what was recorded of a case: its id, its state now, and what is possible next."""
    was = record.get("was")
    before = str(was.get("state")) if isinstance(was, dict) else "open"
    state = TRANSITIONS.get(event_of(record), ((), ""))[1] or before
    case = str(record.get("case", record["id"]))
    language = session.language
    next_verbs = language.say("case.next", verbs=", ".join(possible(state)))
    lines = (case, f"  {language.say('case.now', state=stated(language, state))} {next_verbs}")
    data: Json = {"schema": SCHEMA, "id": case, "record": record}
    if contact:
        data["contact"] = contact
    return Report("", language.code, (Section("", lines),), COLUMNS, ((case, str(record["id"]), state),), data)


def stated(language: Language, state: str) -> str:
    """Return what a state is called; one that only a newer program knows has no name."""
    key = f"state.{state}"
    return language.say(key) if language.knows(key) else "?"
