"""What every command shares that writes a record."""

import os
from collections.abc import Mapping

import click

from returnkit.commands.options import Command, not_empty
from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.jsonl import Json
from returnkit.model.record import FREE_TEXT

SALT_BYTES = 8


def facts_of(session: Session, **typed: object) -> Json:
    """Return what was typed as a record has it: nothing that was left out, and who typed it."""
    values = {"staff": session.staff(), **typed}
    stripped = {field: value.strip() if isinstance(value, str) else value for field, value in values.items()}
    return {field: value for field, value in stripped.items() if value not in (None, "")}


def salted(facts: Json) -> Json:
    """Return the salt that free words carry, so that nobody can guess them from the chain once they are blanked."""
    return {"salt": os.urandom(SALT_BYTES).hex()} if any(facts.get(field) for field in FREE_TEXT) else {}


def key_option(command: Command) -> Command:
    """Let a command be repeated safely."""
    text = "A name of your own for this: a repetition with the same key records it once."
    command.params.append(click.Option(["--key"], metavar="KEY", help=text, callback=not_empty))
    return command


def text_option(command: Command) -> Command:
    """Let a command take free words."""
    text = "What there is to say; no names, telephone numbers or addresses of customers."
    command.params.append(click.Option(["--text"], metavar="TEXT", help=text))
    return command


CONTACT = {
    "name": ("NAME", "The customer's name; - asks for it."),
    "phone": ("NUMBER", "Their telephone number; - asks for it."),
    "email": ("ADDRESS", "Their e-mail address; - asks for it."),
}


def contact_options(command: Command) -> Command:
    """Let a command be told how a customer can be reached: a contact that is known already, or a new one."""
    text = "A contact that is known already: see returnkit contact find."
    command.params.append(click.Option(["--contact"], metavar="ID", help=text))
    for field, (metavar, text) in CONTACT.items():
        command.params.append(click.Option([f"--{field}"], metavar=metavar, help=text))
    return command


def contact_given(session: Session, asked: Mapping[str, str | None]) -> dict[str, str]:
    """Return how the customer can be reached; asked for where it says -. Raises BadInputError with every problem."""
    given = {field: asked[field] or "" for field in CONTACT if asked[field]}
    if asked["contact"]:
        from returnkit.records.contacts import read_contact

        if given:
            raise BadInputError(
                Problem("a known contact and a new one are both given", "give --contact, or --name, --phone, --email")
            )
        if read_contact(session.books().folder, asked["contact"]) is None:
            raise BadInputError(Problem(f"there is no contact {asked['contact']!r} here", "see returnkit contact find"))
    for field in [field for field, value in given.items() if value == "-"]:
        from returnkit.commands.asking import told

        given[field] = told("-", field.capitalize())
    given = {field: value.strip() for field, value in given.items() if value.strip()}
    if not given:
        return {}
    from returnkit.model.contact import contact_problems

    found = contact_problems(given)
    if found:
        raise BadInputError(*(Problem(f"--{field} is not understood", how) for field, how in found))
    return given
