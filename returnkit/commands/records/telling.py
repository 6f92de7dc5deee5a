"""What the commands share that take words out of the records: options, what was done, and what git still has."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import click

from returnkit.commands.options import Command
from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem
from returnkit.model.ids import is_till
from returnkit.model.jsonl import Json
from returnkit.records.erasure.redact import Blanked
from returnkit.shop import shown_path

Done = TypeVar("Done")

COLUMNS = ("id", "fields", "file")
NOT_DONE = "nothing was changed: --yes does it, and nobody can take it back"
CLONES = "every clone must then be made anew: whoever goes on with an old one brings the words back"
COPIES = "backups, and what was printed or mailed, keep what they have"


def doing_options(command: Command) -> Command:
    """Let a command that destroys be told to do it, also for a till whose machine is lost."""
    text = "Do it; without this it is only said."
    command.params.append(click.Option(["--yes"], is_flag=True, help=text))
    text = "A till whose machine is lost for good: this folder does it in its stead. May be given several times."
    command.params.append(click.Option(["--gone"], metavar="TILL", multiple=True, help=text))
    return command


def check_gone(session: Session, gone: Sequence[str]) -> None:
    """Raise BadInputError where a till that is said to be gone is none, or is the one that writes here."""
    from returnkit.records.erasure.redact import own_tills
    from returnkit.records.read import tills_in

    books = session.books()
    for till in gone:
        if not is_till(till) or till not in tills_in(books.folder):
            raise BadInputError(Problem(f"--gone {till!r} is no till here", "known here: " + ", ".join(tills_in(books.folder))))
        if till in own_tills(books.shop):
            raise BadInputError(Problem(f"--gone {till} writes here: it is not gone", "leave --gone out"))


def uninterrupted(work: Callable[[], Done]) -> Done:
    """Do something that should come to its end, and let signals through afterwards."""
    from returnkit.records.journal import let_signals_through

    try:
        return work()
    finally:
        let_signals_through()


def as_json(done: Iterable[Blanked]) -> list[Json]:
    """Return what was taken out as data."""
    return [{"id": each.id, "fields": list(each.fields), "file": shown_path(each.file)} for each in done]


def rows_of(done: Iterable[Blanked]) -> tuple[tuple[str, ...], ...]:
    """Return what was taken out as a table."""
    return tuple((each.id, " ".join(each.fields), shown_path(each.file)) for each in done)


def lines_of(done: Iterable[Blanked]) -> list[str]:
    """Return what was taken out for a person's eyes."""
    return [f"{each.id}: {', '.join(each.fields)} taken out of {shown_path(each.file)}" for each in done]


def history(session: Session, files: Iterable[str]) -> tuple[Json, list[str]]:
    """Return what git still has of journals that words were taken out of, and how that goes: as data, and in words."""
    from returnkit.redacting import how_to_clean, what_git_keeps

    books = session.books()
    found = what_git_keeps(books, files)
    commands = how_to_clean(books.shop, found)
    if not found:
        return {"files": [], "commands": []}, []
    files = ", ".join(found)
    lines = [
        f"git still has the words in its history of {files}; to take them out there, in the shop's folder, while nobody records:",
        *(f"    {command}" for command in commands),
        f"{CLONES}; {COPIES}",
    ]
    return {"files": found, "commands": commands}, lines


def not_done() -> int:
    """Say that nothing was done, and return the exit code."""
    note(NOT_DONE)
    return 1
