"""`returnkit records verify`: whether everything that was recorded is still there, as it was written."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import is_for_a_person, note
from returnkit.errors import Problem
from returnkit.render import Report, Section
from returnkit.shop import shown_path

SCHEMA = "returnkit.verify/1"
COLUMNS = ("level", "file", "line", "what", "remedy")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
def verify(form: str | None, output: str | None) -> int:
    """Check every line of the records, and say all that is wrong in one run. Nothing is changed.

    \b
        returnkit records verify
        returnkit records verify -f json

    Silence (a terminal gets a line) means that all is well: every line is as it was written and follows the one before it, no
    number is missing, no key was used twice, complaints and returns make sense together, every policy that was judged by still
    exists, and what git and this machine saw before is all still there.

    What cannot be proved is said: that nobody cut lines off the end of another till's file which neither git nor this
    machine has seen; that a disk which lied about writing kept its word; and that somebody who could write everywhere did
    not write everything anew. Contact data lies elsewhere and is not checked.

    Of a file that is damaged all over 300 problems are named; the rest is counted.

    JSON is {"schema", "lines", "problems", "warnings", "unproven"}, each problem {"file", "line", "what", "remedy"}.

    Exit code: 0 nothing is wrong (warnings do not count), 1 something is.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.verification import verify_shop

    session, form = Session(rescue=True), form_of(form, output)
    found = verify_shop(session.shop.folder)
    for text in found.unproven:
        note(f"not proved: {text}")
    entries = [("error", problem) for problem in found.problems] + [("warning", problem) for problem in found.warnings]
    data = {
        "schema": SCHEMA,
        "lines": found.lines,
        "problems": [_as_json(problem) for problem in found.problems],
        "warnings": [_as_json(problem) for problem in found.warnings],
        "unproven": found.unproven,
    }
    rows = tuple((level, shown_path(each.file), str(each.line or ""), each.what, each.remedy) for level, each in entries)
    lines = tuple(text for level, each in entries for text in _told(level, each))
    if not lines and is_for_a_person(output):
        lines = (f"All is well: {found.lines} record{'' if found.lines == 1 else 's'}, each as it was written.",)
    if lines or form != "table":
        sections = (Section("", lines),) if form == "table" else ()
        deliver(Report("", session.language.code, sections, COLUMNS, rows, data), form, output, folds=True)
    return 1 if found.problems else 0


def _as_json(problem: Problem) -> dict[str, object]:
    return {"file": shown_path(problem.file), "line": problem.line or None, "what": problem.what, "remedy": problem.remedy}


def _told(level: str, problem: Problem) -> list[str]:
    where = f"{shown_path(problem.file)}:{problem.line}" if problem.line else shown_path(problem.file)
    mark = "" if level == "error" else "warning: "
    return [f"{where}: {mark}{problem.what}", f"    {problem.remedy}"]
