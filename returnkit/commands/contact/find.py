"""`returnkit contact find`: who rang, and what about."""

import click

from returnkit.commands.asking import told
from returnkit.commands.complaint.telling import stated
from returnkit.commands.contact.list import as_json, held_here, no_more
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.languages import Language
from returnkit.model.contact import FEWEST_SOUGHT, is_enough, is_found_by
from returnkit.records.contacts import FIELDS
from returnkit.render import Report, Section
from returnkit.service.complaint import Case

COLUMNS = ("contact", *FIELDS, "id", "state", "opened", "category")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("text", metavar="TEXT...", nargs=-1, required=True)
def find(text: tuple[str, ...], form: str | None, output: str | None) -> int:
    """Find a customer by a part of the name, the telephone number or the e-mail address, with all their complaints.

    \b
        returnkit contact find berzins
        returnkit contact find 29123456
        returnkit contact find -

    Capital and small letters and those with marks are the same: berzins finds Bērziņš. Of a number only the digits count, with or
    without the country code. What is typed here lands in the shell's history: with - a terminal asks for it, and elsewhere it is
    read from standard input. Complaints come from all tills, those that are not over first.

    JSON is {"schema", "contacts": [{"contact", "name", "phone", "email", "no_more", "complaints": [{"id", "state", "opened",
    "category"}, ...]}, ...]}.

    Exit code: 0 found, 1 nobody is found, 2 too little to look for.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    sought = told(" ".join(text), "Name, telephone or e-mail")
    if not is_enough(sought):
        what = f"fewer than {FEWEST_SOUGHT} letters or digits find too much"
        raise BadInputError(Problem(what, "write more of the name, the number or the address"))
    books = session.books()
    held = {reference: data for reference, data in held_here(books.folder).items() if is_found_by(data, sought)}
    found = {reference: books.complaints_of(reference) for reference in held}
    language, silent = session.language, no_more(session, held)
    sections = [Section(*_told(reference, held[reference], cases, language)) for reference, cases in found.items()]
    sections = [
        section._replace(lines=(f"  {language.say('contact.stopped')}", *section.lines)) if reference in silent else section
        for reference, section in zip(found, sections, strict=True)
    ]
    if not found:
        sections = [Section("", (language.say("contact.none"),))]
    rows = tuple(row for reference, cases in found.items() for row in _rows(reference, held[reference], cases))
    deliver(Report("", language.code, tuple(sections), COLUMNS, rows, as_json(held, found, form, silent)), form, output)
    return 0 if found else 1


def _told(reference: str, data: dict[str, str], cases: list[Case], language: Language) -> tuple[str, tuple[str, ...]]:
    """Return a contact as a heading and lines: how to reach them, and a line for each complaint."""
    reach = ", ".join(data[field] for field in FIELDS[1:] if field in data)
    states = {case.id: stated(language, case.state) for case in cases}
    widths = max(map(len, states), default=0), max(map(len, states.values()), default=0)
    lines = [f"  {reach}"] if reach else []
    for case in cases:
        line = f"  {case.id:{widths[0]}}  {states[case.id]:{widths[1]}}  {case.opened[:10]}  {case.category}"
        lines.append(line.rstrip())
    return f"{reference}  {data.get('name', '')}".rstrip(), tuple(lines)


def _rows(reference: str, data: dict[str, str], cases: list[Case]) -> list[tuple[str, ...]]:
    """Return a row for each complaint of a contact, and one for a contact without any."""
    own = (reference, *(data.get(field, "") for field in FIELDS))
    return [(*own, case.id, case.state, case.opened, case.category) for case in cases] or [(*own, "", "", "", "")]
