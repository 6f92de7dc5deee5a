"""`returnkit records backup`: the whole shop folder in one file."""

import os

import click

from returnkit.backup import back_up, place_of, unfinished
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.records.counting import Count
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.model.dates import iso
from returnkit.render import Report, Section

SCHEMA = "returnkit.backup-made/1"
COLUMNS = ("file", "files", "records", "contacts", "damaged")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("place", metavar="FILE|FOLDER")
@click.option("--without-contacts", is_flag=True, help="Leave out how customers can be reached.")
def backup(form: str | None, output: str | None, place: str, without_contacts: bool) -> int:
    """Write the whole shop folder into one file: policies, records, contacts, the settings of this machine.

    \b
        returnkit records backup /media/stick/
        returnkit records backup shop-before-the-move.tar.gz --without-contacts

    In a folder it gets the shop's name and the day. A file that is there is never overwritten. The tills can go on meanwhile:
    every record that was acknowledged before is in it, and none by half. What was written is read again, and only then it gets
    its name; `returnkit records restore` makes a shop folder of it. Git's history is not in it.

    It holds how customers can be reached, readable by you alone: keep it as you keep the records. When a customer is forgotten,
    backups are not: let old ones go after a while.

    JSON is {"schema", "file", "files", "records", "contacts", "damaged", "tills": {till: {"seq", "h"}}}.

    Exit code: 0; 2 if there is such a file already; 3 if something cannot be read; 74 if it could not be written; 75 if
    somebody else holds the records.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    path = place_of(session.shop, place, iso(session.today))
    found = back_up(session.shop, path, session.clock, note, contacts=not without_contacts)
    count = Count(found)
    if count.damaged:
        note(f"{count.damaged} of its lines cannot be trusted, and are in it as they are: see returnkit records verify")
    if os.stat(path).st_dev == os.stat(session.shop.folder).st_dev:
        note("it lies on the same disk as the shop folder: copy it to another one")
    if left := unfinished(path):
        note(f"backups were broken off here before, and what they left can go: {', '.join(left)}")
    data = {"schema": SCHEMA, "file": path, **count.as_json()}
    row = (path, *map(str, (count.files, count.records, count.contacts, count.damaged)))
    sections = (Section("", (f"{path}: {count}; read again, and whole.",)),) if form == "table" else ()
    deliver(Report("", session.language.code, sections, COLUMNS, (row,), data), form, output)
    return 0
