"""Personal data of customers, apart from the records: one small file each, in a repository that is never the shop's.

A record names a contact by a random reference and nothing else, so that forgetting a customer leaves the chain whole.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from returnkit.errors import BadInputError, NotWrittenError, Problem, UnreadableError
from returnkit.model.record import is_name
from returnkit.records.disk import make_folder, not_written, plain, sync_folder
from returnkit.records.read import unreadable
from returnkit.records.rewrite import create

FOLDER = "contacts"
ENDING = ".toml"
LARGEST = 16 * 1024  # bytes of a contact's file
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 10
REFERENCE = f"(?<![^\\W_])[{ALPHABET}]{{{LENGTH}}}(?![^\\W_])"  # in the name of a file
FIELDS = ("name", "phone", "email")


def new_reference() -> str:
    """Return a random reference that says nothing about anybody."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in os.urandom(LENGTH))


def contacts_in(name: str) -> set[str]:
    """Return whose a file may be by its name: what an editor, a sync client or an interrupted write makes has another one."""
    name = os.path.basename(name)
    return {*re.findall(REFERENCE, name), name.lstrip(".#~").partition(ENDING)[0]}


def keep_contact(records: str, reference: str, data: Mapping[str, str]) -> None:
    """Write a contact's file, durably, readable by its owner alone, or by the group that the contacts are shared with.

    Raises NotWrittenError.
    """
    folder = os.path.join(records, FOLDER)
    path = contact_path(records, reference)
    if not os.path.lexists(folder) and not _may_make(records):
        raise _refused(folder)
    try:
        _make_repository(folder)
        if not os.path.lexists(path):
            create(path, contact_text(data).encode(), None)
    except NotWrittenError:
        if os.access(folder if os.path.isdir(folder) else records, os.W_OK):
            raise
        raise _refused(folder) from None


def _may_make(records: str) -> bool:
    """Tell whether the user may make the folder: whose it is reads all that is in it, so that is who owns the records."""
    from returnkit.records.rights import sharing

    with suppress(FileNotFoundError):
        return os.stat(records).st_uid == os.geteuid() or sharing(os.path.dirname(records)).contacts
    return True


def _refused(folder: str) -> NotWrittenError:
    what = "you may not write down here how customers can be reached"
    remedy = 'leave it out, or its owner shares it: contacts = "group" under [files] in .returnkit/till.toml'
    return NotWrittenError(Problem(what, remedy, folder))


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
        if len(contacts_in(file)) > 1:
            what = "a copy of a contact's file, which is passed over"
            held.problems.append(
                Problem(what, "see which of both is right, and remove the other one", os.path.join(folder, file))
            )
            continue
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
    from returnkit.records.git.call import call
    from returnkit.records.rights import is_trusted

    if is_trusted(folder):  # and where there is no git there is no history to forget
        with suppress(BadInputError):  # somebody else may say what git does: with the next contact, perhaps
            call(folder, "init", "--quiet", mask=0o077)  # the group needs nothing in it
