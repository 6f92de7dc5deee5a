"""Personal data of customers, apart from the records: one small file each, in a repository that is never the shop's.

A record names a contact by a random reference and nothing else, so that forgetting a customer leaves the chain whole.
"""

import os
from collections.abc import Mapping

from returnkit.records.disk import not_written, sync_folder
from returnkit.records.rewrite import create

FOLDER = "contacts"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 10
FIELDS = ("name", "phone", "email")


def new_reference() -> str:
    """Return a random reference that says nothing about anybody."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in os.urandom(LENGTH))


def keep_contact(records: str, reference: str, data: Mapping[str, str]) -> None:
    """Write a contact's file, durably, readable by its owner alone. Raises NotWrittenError."""
    folder = os.path.join(records, FOLDER)
    _make_repository(folder)
    path = _path(records, reference)
    if not os.path.lexists(path):
        create(path, contact_text(data).encode(), 0o600)


def drop_contact(records: str, reference: str) -> None:
    """Take back a contact whose record could not be written."""
    try:
        os.unlink(_path(records, reference))
    except OSError:
        return


def read_contact(records: str, reference: str) -> dict[str, str] | None:
    """Return a contact's data; None where it is not held here (another till has it, or it was forgotten)."""
    import tomllib

    try:
        with open(_path(records, reference), "rb") as file:
            data = tomllib.load(file)
    except (FileNotFoundError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    return {field: str(data[field]) for field in FIELDS if field in data}


def contact_text(data: Mapping[str, str]) -> str:
    """Return the contact as TOML."""
    from returnkit.model.jsonl import encode

    return "".join(f"{field} = {encode(data[field]).decode()}\n" for field in FIELDS if data.get(field))


def _path(records: str, reference: str) -> str:
    return os.path.join(records, FOLDER, f"{reference}.toml")


def _make_repository(folder: str) -> None:
    """Make the folder a git repository of its own: cleaning the shop's then passes it by."""
    if os.path.isdir(os.path.join(folder, ".git")):
        return
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        sync_folder(os.path.dirname(folder))
    except OSError as error:
        raise not_written(folder, error) from None
    import shutil
    import subprocess

    git = shutil.which("git")
    if git:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run([git, "init", "--quiet", folder], check=False, capture_output=True, env=environment, timeout=20)  # noqa: S603
