"""What every command shares that writes a record."""

import os

import click

from returnkit.commands.options import Command
from returnkit.commands.session import Session
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
    command.params.append(click.Option(["--key"], metavar="KEY", help=text))
    return command


def text_option(command: Command) -> Command:
    """Let a command take free words."""
    text = "What there is to say; no names, telephone numbers or addresses of customers."
    command.params.append(click.Option(["--text"], metavar="TEXT", help=text))
    return command
