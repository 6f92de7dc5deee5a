"""What the commands share that take words out of the records: options, what was done, and what git still has."""

import os
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
PRUNE = "git gc --prune=now there; a web host such as GitHub has to be asked"
CLONES = "then, at every other till: returnkit records sync --anew (it loses nothing that was not sent)"
FILTER = "git filter-repo is no part of git: pip install git-filter-repo, or the package of that name"
DENIED = "git config receive.denyNonFastForwards false there, then once more here from git push on"
COPIES = "backups and exports that were made before keep it, and what was printed or mailed: delete those that you have"


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


def history(session: Session, gone: Sequence[str] = ()) -> tuple[Json, list[str]]:
    """Return what is left elsewhere of words that any till ever took out, and how that goes: as data, and in words."""
    from returnkit.redacting import remains

    left, (commands, far), waiting = remains(session.books(), gone)
    if left.unasked:
        note(f"git was not asked whether it still has the words: {left.unasked}")
    data: Json = {
        "files": left.files, "versions": left.versions, "commands": commands, "waiting": waiting, "copies": left.copies,
    }  # fmt: skip
    lines = [f"copies that still hold the words: {', '.join(left.copies)} (look what else is in them)"] if left.copies else []
    if left.files:
        versions = f"{left.versions} earlier version{'s' if left.versions != 1 else ''}"
        lines.append(f"git still has the words, in {versions} of {', '.join(left.files)}")
    for till in waiting:
        gone_for_good = f"if that till is no more: returnkit records redact --finish --gone {till}"
        lines.append(f"{till} still has words to take out, at its next records sync; {gone_for_good}")
    if waiting and left.files:
        lines.append(f"records sync here, then at {', '.join(waiting)}, then here again: it says how all of them go at once")
    if commands:
        lines += [
            "to take them out there, at one till only, in the shop's folder, while nobody records:",
            *(f"    {command} &&" for command in commands[:-1]),
            f"    {commands[-1]}",
            *(f"if {url} answers 'denying non-fast-forward': {DENIED}" for url in far),
            *(f"at {url} they are still kept for a while: {PRUNE}" for url in far),
            CLONES,
            FILTER,
        ]
    return data, [*lines, copies(session)] if lines else []


def copies(session: Session) -> str:
    """Return what is said of what was made before words were taken out, and holds them still."""
    from returnkit.records.backups import made_before

    made = [shown_path(path) for _, path in made_before(session.books().shop) if os.path.lexists(path)]
    return COPIES + (f"; backups that were made here: {', '.join(made)}" if made else "")


def not_done() -> int:
    """Say that nothing was done, and return the exit code."""
    note(NOT_DONE)
    return 1
