"""`returnkit records restore`: a shop folder out of a backup."""

import os
from shlex import quote

import click

from returnkit.backup import Meeting, unfinished
from returnkit.backup import restore as restored
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.records.counting import Count
from returnkit.commands.session import deliver, form_of
from returnkit.commands.streams import complain, note
from returnkit.render import INDENT, Report, Section
from returnkit.shop import shown_path

SCHEMA = "returnkit.restored/1"
FORGOTTEN = "Customers who were forgotten since that backup are back: forget them again (where other tills know it, sync does)."
ALONE = "How it joins other tills, where there are any: returnkit records restore --help"
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

    The folder is a new till: where the old one still lives, both can go on and meet again. It is in no git repository yet. Where
    the others can be reached by git, it joins them with everything that it has (`restore` says URL and branch, if the backup
    knows them): policies become what the others have, and of the records what either side has is there.

    \b
        cd shop
        git init -q -b main
        git remote add origin URL
        git fetch -q origin
        git reset -q origin/main
        git checkout HEAD -- policies
        returnkit records heal --yes
        returnkit records sync

    JSON is {"schema", "folder", "files", "records", "contacts", "damaged", "tills", "problems", "git": {"url", "branch"}}.

    Exit code: 0; 1 if `records verify` finds something wrong in it: it is named, and was so before, or is a policy that only
    git's history had; 2 if it cannot lie there; 3 if the file is no whole backup; 74 if it could not be written.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    form = form_of(form, output)
    found = restored(file, folder)
    count, problems = Count(found.contents), found.verified.problems
    if not found.contents.listed.get("contacts"):
        note("the backup was made without contacts: nobody can be reached from here")
    if found.sends:
        note("the old machine sent the reminders; this one does not before you say so: see returnkit remind, run by hand")
    if found.shared:
        note("the old folder was shared with a group, and this one is not before you say so: see returnkit doctor there")
    if left := unfinished(folder):
        note(f"a restore was broken off here before, and what it left can go: {', '.join(left)}")
    complain(*(problem._replace(file=shown_path(problem.file)) for problem in problems))
    met = found.meeting._asdict() if found.meeting else None
    data = {"schema": SCHEMA, "folder": os.path.realpath(folder), **count.as_json(), "problems": len(problems), "git": met}
    row = (folder, *map(str, (count.files, count.records, count.contacts, count.damaged, len(problems))))
    time, place = str(found.contents.listed.get("time"))[:16].replace("T", " "), shown_path(os.path.realpath(folder))
    lines = [
        f"{place}: {count} ({found.contents.listed.get('shop')}, {time}).",
        "It is a new till: the next record that is written there gives it a name.",
        *([FORGOTTEN] if count.contacts else []),
        "What is left to do:",
        f"{INDENT}cd {quote(place)}",
        f"{INDENT}returnkit doctor",
        f"{INDENT}returnkit today",
        *(_joining(found.meeting) if found.meeting else [ALONE]),
    ]
    sections = (Section("", tuple(lines)),) if form == "table" else ()
    deliver(Report("", "en", sections, COLUMNS, (row,), data), form, output, folds=True)
    return 1 if problems else 0


def _joining(meeting: Meeting) -> list[str]:
    """Return how the folder joins the other tills where they meet, losing nothing on either side."""
    branch = quote(meeting.branch)
    return [
        f"To join the other tills, which met at {meeting.url} (policies become theirs, records stay and come in):",
        f"{INDENT}git init -q -b {branch}",
        f"{INDENT}git remote add origin {quote(meeting.url)}",
        f"{INDENT}git fetch -q origin",
        f"{INDENT}git reset -q {quote(f'origin/{meeting.branch}')}",
        f"{INDENT}git checkout HEAD -- policies",
        f"{INDENT}returnkit records heal --yes",
        f"{INDENT}returnkit records sync",
    ]
