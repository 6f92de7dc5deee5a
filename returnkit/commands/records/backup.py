"""`returnkit records backup`: the whole shop folder in one file."""

import os

import click

from returnkit.backup import back_up, place_of, unfinished
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.records.counting import Count
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.records.backups import remember
from returnkit.records.places import client_of
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
        30 21 * * * /path/to/returnkit --shop /srv/shop records backup /media/stick/ >/dev/null    (a line for crontab -e)

    In a folder it gets the shop's name, the day and the time. A file that is there is never overwritten. The tills can go on:
    every record that was acknowledged before is in it, and none by half. What was written is read again, and only then it gets
    its name; `returnkit records restore` makes a shop folder of it. Git's history is not in it; where the tills meet by git is.

    It holds how customers can be reached, readable by you alone, in a folder that is shared as well: keep it as you keep the
    records. When a customer is forgotten, backups are not: let old ones go after a while.

    JSON is {"schema", "file", "files", "records", "contacts", "damaged", "tills": {till: {"seq", "h"}}}.

    Exit code: 0; 2 if it cannot lie there; 3 if something cannot be read; 74 if it could not be written; 75 if
    somebody else holds the records.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(rescue=True), form_of(form, output)
    path = place_of(session.shop, place, session.clock.now())
    found = back_up(session.shop, path, session.clock, note, contacts=not without_contacts)
    remember(session.shop.folder, path, session.clock.real())
    count = Count(found)
    if count.damaged:
        note(f"{count.damaged} of its lines cannot be trusted, and are in it as they are: see returnkit records verify")
    if count.newer:
        note(f"{count.newer} of its lines a newer returnkit wrote: they are in it as they are")
    if count.contacts and (client := client_of(os.path.dirname(path))):
        note(f"it holds how customers can be reached, and {client} copies it elsewhere: see --without-contacts")
    if os.stat(path).st_dev == os.stat(session.shop.folder).st_dev:
        note("it lies on the same disk as the shop folder: copy it to another one")
    if left := unfinished(path):
        note(f"backups were broken off here before, and what they left can go: {', '.join(left)}")
    data = {"schema": SCHEMA, "file": path, **count.as_json()}
    row = (path, *map(str, (count.files, count.records, count.contacts, count.damaged)))
    sections = (Section("", (f"{path}: {count}; read again, and whole.",)),) if form == "table" else ()
    deliver(Report("", session.language.code, sections, COLUMNS, (row,), data), form, output, folds=True)
    return 0
