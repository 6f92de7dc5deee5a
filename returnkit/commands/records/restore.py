"""`returnkit records restore`: a shop folder out of a backup."""

import os

import click

from returnkit.backup import restore as restored
from returnkit.backup import unfinished
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.records.counting import Count
from returnkit.commands.session import deliver, form_of
from returnkit.commands.streams import complain, note
from returnkit.render import INDENT, Report, Section
from returnkit.shop import shown_path

SCHEMA = "returnkit.restored/1"
COLUMNS = ("folder", "files", "records", "contacts", "damaged", "problems")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("file", metavar="FILE")
@click.argument("folder", metavar="DIR")
def restore(form: str | None, output: str | None, file: str, folder: str) -> int:
    """Make a shop folder of a backup, in a folder that is new or empty.

    \b
        returnkit records restore /media/stick/rowan-2026-11-22.tar.gz shop

    Nothing in the file is trusted: before anything is written all of it is read and compared with its list, and whatever is
    not a plain file of a shop is refused. Then it is unpacked beside, put in place at once, and verified.

    The folder is a new till: where the old one still lives, both can go on and meet again. It is in no git repository yet.

    JSON is {"schema", "folder", "files", "records", "contacts", "damaged", "tills", "problems"}.

    Exit code: 0; 1 if `records verify` finds something wrong in it: it is named, and was so before, or is a policy that only
    git's history had; 2 if there is something in the folder; 3 if the file is no whole backup; 74 if it could not be written.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    form = form_of(form, output)
    found = restored(file, folder)
    count, problems = Count(found.contents), found.verified.problems
    if not found.contents.listed.get("contacts"):
        note("the backup was made without contacts: nobody can be reached from here")
    if found.sends:
        note("the old machine sent the reminders; this one does not before you say so: see returnkit remind, run by hand")
    if left := unfinished(folder):
        note(f"a restore was broken off here before, and what it left can go: {', '.join(left)}")
    complain(*(problem._replace(file=shown_path(problem.file)) for problem in problems))
    data = {"schema": SCHEMA, "folder": os.path.realpath(folder), **count.as_json(), "problems": len(problems)}
    row = (folder, *map(str, (count.files, count.records, count.contacts, count.damaged, len(problems))))
    of = f"{found.contents.listed.get('shop')}, {str(found.contents.listed.get('time'))[:16].replace('T', ' ')}"
    lines = (
        f"{shown_path(os.path.realpath(folder))}: {count} ({of}).",
        "It is a new till: the next record that is written there gives it a name.",
        "What is left to do:",
        f"{INDENT}returnkit today --shop {shown_path(os.path.realpath(folder))}",
        f"{INDENT}returnkit doctor, for clock, cron and mail of this machine",
    )
    sections = (Section("", lines),) if form == "table" else ()
    deliver(Report("", "en", sections, COLUMNS, (row,), data), form, output)
    return 1 if problems else 0
