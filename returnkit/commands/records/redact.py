"""`returnkit records redact`: free words are taken out of a record for good, and the chain still holds."""

from collections.abc import Sequence

import click

from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options
from returnkit.commands.recording import facts_of
from returnkit.commands.records.telling import (
    COLUMNS,
    as_json,
    check_gone,
    doing_options,
    history,
    lines_of,
    not_done,
    rows_of,
    uninterrupted,
)
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.model.text import safe_line
from returnkit.records.erasure.redact import Blanked
from returnkit.render import Report, Section

SCHEMA = "returnkit.redact/1"


@global_options
@output_options
@doing_options
@click.command("redact", context_settings=SETTINGS)
@click.argument("record_id", metavar="[ID]", required=False)
@click.argument("fields", metavar="[FIELD]...", nargs=-1)
@click.option("--because", metavar="TEXT", callback=not_empty, help="Why; no names, telephone numbers or addresses.")
@click.option("--finish", is_flag=True, help="Finish what was begun or asked for; nothing new is begun.")
def redact_command(  # noqa: PLR0913 - what can be said
    record_id: str | None,
    fields: tuple[str, ...],
    because: str | None,
    *,
    finish: bool,
    yes: bool,
    gone: tuple[str, ...],
    form: str | None,
    output: str | None,
) -> int:
    """Take the free words out of a record for good; everything else of it stays, and the chain still holds.

    \b
        returnkit records redact k3-0412P --because "it names somebody" --yes
        returnkit records redact k3-0412P text --because "it names somebody" --yes
        returnkit records redact --finish

    Words are text, wish, because, changed, outcome, and the link to where the customer wrote them. Without FIELD all of them go.
    That is safer: of words that stay, somebody with a copy of the records could prove a guess. Without --yes it is only said.

    Another till's record that till takes out at its next `records sync`: it is asked for. What was interrupted is finished by
    any of these commands, and by --finish alone. What git still has in its history is said, with the commands that take it out.

    JSON is {"schema", "done", "taken": [{"id", "fields", "file"}], "asked": [{"id", "fields"}], "history": {"files",
    "versions", "commands", "waiting", "copies"}}.

    Exit code: 0 done, 1 nothing was done without --yes, 2 no such record or no such words in it, 3 a line is not as it was
    written (returnkit records heal), 74 or 75 not done: repeat it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.records.erasure.redact import cleaned_here, till_of, words_in
    from returnkit.redacting import asked_for, check_reason, contacts_of, fields_to_go, finish_redactions, redact

    session, form = Session(), form_of(form, output)
    check_gone(session, gone)
    books = session.books()
    if finish:
        if record_id is not None:
            raise BadInputError(Problem("--finish begins nothing new", "leave the id out, or leave --finish out"))
        _deliver(session, uninterrupted(lambda: finish_redactions(books, gone)), [], gone, form, output)
        return 0
    if record_id is None or because is None:
        missing = [what for what, value in (("an id", record_id), ("--because", because)) if value is None]
        what = f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"
        raise BadInputError(Problem(what, "say which record, and why its words go; or --finish"))
    own, wanted = fields_to_go(books, record_id, fields)
    check_reason(books, because, contacts_of(books, own))
    record = books.find(own)
    stays = [field for field in words_in(record) if field not in wanted]
    asked: list[Json] = []
    if till_of(own) not in cleaned_here(books.shop, gone):
        asked = [{"id": own, "fields": sorted(wanted)}]
    if not yes:
        deliver(
            _plan(session, own, {field: str(record[field]) for field in sorted(wanted)}, stays, asked), form, output, folds=True
        )
        return not_done()
    already = bool(asked) and asked_for(books).get(own, set()).issuperset(wanted)
    facts = facts_of(session, because=because)
    done = uninterrupted(lambda: redact(books, {own: wanted}, facts, gone))
    _deliver(session, done, [] if already else asked, gone, form, output)
    return 0


def _plan(session: Session, own: str, words: dict[str, str], stays: list[str], asked: list[Json]) -> Report:
    fields = [*words]
    lines = [f"{own}: {', '.join(fields)} would be taken out for good", *(f"  {safe_line(text)}" for text in words.values())]
    if stays:
        lines.append(f"  {', '.join(stays)} would stay, and could be guessed from then on: leave FIELD out, and all words go")
    lines += _asked(asked)
    data = {
        "schema": SCHEMA,
        "done": False,
        "taken": [] if asked else [{"id": own, "fields": fields, "file": None}],
        "asked": asked,
        "history": {},
    }
    rows = ((own, " ".join(fields), ""),)
    return Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, rows, data)


def _asked(asked: list[Json]) -> list[str]:
    return [f"  {str(each['id']).partition('-')[0]} wrote it, and does that at its next records sync" for each in asked]


def _deliver(  # noqa: PLR0913, PLR0917 - all that is told
    session: Session, done: list[Blanked], asked: list[Json], gone: Sequence[str], form: str, output: str | None
) -> None:
    kept, told = history(session, gone)
    lines = [*lines_of(done), *(f"{each['id']}: asked for" for each in asked), *_asked(asked), *told]
    lines = lines or ["nothing is left to do"]
    data = {"schema": SCHEMA, "done": True, "taken": as_json(done), "asked": asked, "history": kept}
    deliver(
        Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, rows_of(done), data), form, output, folds=True
    )
