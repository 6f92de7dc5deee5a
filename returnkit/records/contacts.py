"""Personal data of customers, apart from the records: one small file each, in a repository that is never the shop's.

A record names a contact by a random reference and nothing else, so that forgetting a customer leaves the chain whole.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from returnkit.errors import Problem, UnreadableError
from returnkit.model.record import is_name
from returnkit.records.disk import OWN_FILE, make_folder, not_written, plain, sync_folder
from returnkit.records.read import unreadable
from returnkit.records.rewrite import create

FOLDER = "contacts"
ENDING = ".toml"
LARGEST = 16 * 1024  # bytes of a contact's file
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 10
FIELDS = ("name", "phone", "email")


def new_reference() -> str:
    """Return a random reference that says nothing about anybody."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in os.urandom(LENGTH))


def keep_contact(records: str, reference: str, data: Mapping[str, str]) -> None:
    """Write a contact's file, durably, readable by its owner alone, or by the group that the contacts are shared with.

    Raises NotWrittenError.
    """
    folder = os.path.join(records, FOLDER)
    _make_repository(folder)
    path = contact_path(records, reference)
    if not os.path.lexists(path):
        create(path, contact_text(data).encode(), OWN_FILE)


def drop_contact(records: str, reference: str) -> None:
    """Take back a contact whose record could not be written."""
    try:
        os.unlink(contact_path(records, reference))
    except OSError:
        return


def read_contact(records: str, reference: str) -> dict[str, str] | None:
    """Return a contact's data; None where it is not held here (another till has it, or it was forgotten) or is damaged."""
    if len(reference) != LENGTH or reference.strip(ALPHABET):
        return None  # a path, perhaps
    try:
        return _read(contact_path(records, reference))
    except UnreadableError:
        return None


class Held(NamedTuple):
    """The contacts that are held here, by their references, and what is wrong with the files that cannot be read."""

    contacts: dict[str, dict[str, str]]
    problems: list[Problem]


def held_contacts(records: str) -> Held:
    """Return every contact that is held here; none where there is no folder. Raises UnreadableError where it cannot be listed."""
    held = Held({}, [])
    folder = os.path.join(records, FOLDER)
    try:
        files = sorted(os.listdir(folder))
    except FileNotFoundError:
        return held
    except OSError as error:
        raise unreadable(folder, error) from None
    for file in files:
        reference, ending = os.path.splitext(file)
        if ending != ENDING or file.startswith(".") or not is_name(reference):
            continue  # an editor's or git's
        try:
            data = _read(os.path.join(folder, file))
        except UnreadableError as error:
            held.problems.extend(error.problems)
        else:
            if data is not None:
                held.contacts[reference] = data
    return held


def _read(path: str) -> dict[str, str] | None:
    """Return a contact's data; None where the file is not there. Raises UnreadableError, which repeats nothing of the file."""
    from returnkit.model.toml import parse

    try:
        with open(path, "rb", opener=plain) as file:
            data = parse(file.read(LARGEST + 1), path, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from None
    except UnreadableError as error:
        raise UnreadableError(*(problem._replace(excerpt="") for problem in error.problems)) from None
    found = {field: data[field] for field in FIELDS if data.get(field)}
    texts = {field: value for field, value in found.items() if isinstance(value, str)}
    if not found or len(texts) < len(found):
        what = "name, phone and email are missing, or not text in quotes"
        raise UnreadableError(Problem(what, "mend the file", path))
    return texts


def contact_text(data: Mapping[str, str]) -> str:
    """Return the contact as TOML."""
    from returnkit.model.jsonl import encode

    return "".join(f"{field} = {encode(data[field]).decode()}\n" for field in FIELDS if data.get(field))


def contact_path(records: str, reference: str) -> str:
    """Return where a contact's file stands, if it is held here."""
    return os.path.join(records, FOLDER, reference + ENDING)


def _make_repository(folder: str) -> None:
    """Make the folder a git repository of its own: cleaning the shop's then passes it by."""
    from returnkit.records.rights import sharing

    try:
        shared = sharing(os.path.dirname(os.path.dirname(folder))).contacts
        if make_folder(folder, shared=shared):
            sync_folder(os.path.dirname(folder))
    except OSError as error:
        raise not_written(folder, error) from None
    if os.path.isdir(os.path.join(folder, ".git")):
        return
    import shutil
    import subprocess

    git = shutil.which("git")
    if git:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = [git, "init", "--quiet", *(["--shared=group"] if shared else []), folder]
        mask = 0o007 if shared else 0o077
        subprocess.run(command, check=False, capture_output=True, env=environment, umask=mask, timeout=20)  # noqa: S603
