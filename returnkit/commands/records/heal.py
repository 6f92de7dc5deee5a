"""`returnkit records heal`: what is broken in the records is mended where nobody has to guess, and nothing is lost by it."""

import os

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of, salted
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import is_for_a_person, note
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.records.healing.heal import Healed, damage_at, heal
from returnkit.render import Report, Section
from returnkit.shop import shown_path

SCHEMA = "returnkit.heal/1"
PASSED = "the line after it follows it"
COLUMNS = ("level", "file", "line", "what", "remedy")


@global_options
@output_options
@click.option("--yes", is_flag=True, help="Do it; without this it is only said.")
@click.option("--accept", metavar="FILE:LINE", multiple=True, callback=not_empty, help="Live with a line that cannot be mended.")
@click.option("--because", metavar="TEXT", callback=not_empty, help="Why it is accepted.")
@click.command("heal", context_settings=SETTINGS)
def heal_command(*, yes: bool, accept: tuple[str, ...], because: str | None, form: str | None, output: str | None) -> int:
    """Mend what is broken in the records and can be mended without guessing.

    \b
        returnkit records heal
        returnkit records heal --yes
        returnkit records heal --accept k3/2026-11.jsonl:17 --because "the disk failed on 20 November" --yes

    Without --yes it says what it would do, and does nothing. It mends unfinished ends, lines that were damaged, lost, doubled
    or put in another order and that git or a copy still has, copies that sync programs and editors leave beside a journal, and
    what a merge of git left. Where two folders wrote as the same till (one is a copy of the other, or came back from one), the
    records of one of them go on as a till of their own; ids that change are told. Whatever leaves a journal is kept in the
    folder .torn beside it. Whose branch was begun first keeps the till, wherever that is mended: two folders may do so before
    they meet, and did the same.

    A line that nobody has any more can be accepted: reports then pass it over. Who accepts it says why, without names.

    JSON is {"schema", "done", "mended" [{"file", "what"}], "moved" [{"old", "new"}], "accepted" [{"file", "line", "id"}],
    "problems" [{"file", "line", "what", "remedy"}]}.

    Exit code: 0 nothing is broken, or all of it is mended; 1 something is broken still, or would be mended with --yes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(rescue=True), form_of(form, output)
    if bool(accept) != (because is not None):
        raise BadInputError(Problem("--accept and --because belong together", "say which line is accepted, and why"))
    lines = [damage_at(session.shop.folder, text) for text in accept]
    accepted = [_accept(session, line, str(because)) for line in lines] if yes else []
    found = heal(session.shop.folder, mend=yes)
    for line in found.passed if yes else ():
        _accept(session, line, PASSED)
    report = _report(session, found, _accepted_as_json(lines, accepted), done=yes)
    if not report.rows and is_for_a_person(output):
        report = report._replace(sections=(Section("", ("Nothing is broken.",)),))
    if report.sections or form != "table":
        deliver(report if form == "table" else report._replace(sections=()), form, output, folds=True)
    if not yes and (found.mendings or lines):
        note("nothing was changed: --yes does it")
    return 1 if found.problems or (not yes and (found.mendings or lines)) else 0


def _accept(session: Session, body: Json, because: str) -> str:
    """Record that a damaged line is accepted, and return the record's id."""
    from returnkit.records.journal import let_signals_through

    facts = {**body, **facts_of(session, because=because)}
    try:
        return str(session.books().append(facts, lambda _now: {**facts, **salted(facts)}).record["id"])
    finally:
        let_signals_through()


def _accepted_as_json(lines: list[Json], ids: list[str]) -> list[Json]:
    entries = [{"file": os.path.join("records", str(line["file"])), "line": line["line"]} for line in lines]
    return [{**entry, "id": own} for entry, own in zip(entries, ids, strict=True)] if ids else entries


def _report(session: Session, found: Healed, accepted: list[Json], *, done: bool) -> Report:
    data = {
        "schema": SCHEMA,
        "done": done,
        "mended": [{"file": shown_path(each.file), "what": each.what} for each in found.mendings],
        "moved": [{"old": old, "new": new} for old, new in found.moved],
        "accepted": accepted,
        "problems": [
            {"file": shown_path(each.file), "line": each.line or None, "what": each.what, "remedy": each.remedy}
            for each in found.problems
        ],
    }
    level = "mended" if done else "to mend"
    rows = [(level, shown_path(each.file), "", each.what, "") for each in found.mendings]
    rows += [("moved", "", "", f"{old} is {new} now", "") for old, new in found.moved]
    rows += [
        ("accepted", str(each["file"]), "", f"recorded as {each['id']}", "")
        if "id" in each
        else ("to accept", str(each["file"]), "", "reports pass over this line from then on, and verify warns of it", "")
        for each in accepted
    ]
    rows += [("error", shown_path(each.file), str(each.line or ""), each.what, each.remedy) for each in found.problems]
    lines = [line for row in rows for line in _told(*row)]
    return Report("", session.language.code, (Section("", tuple(lines)),) if lines else (), COLUMNS, tuple(rows), data)


def _told(level: str, file: str, line: str, what: str, remedy: str) -> list[str]:
    where = f"{file}:{line}: " if line else f"{file}: " if file else ""
    mark = "" if level == "error" else f"{level}: "
    return [f"{where}{mark}{what}", *([f"    {remedy}"] if remedy else [])]
