"""What is derived from the journals and kept on this machine: deleting it loses nothing, and no command dies of it."""

import os
from contextlib import suppress
from zlib import crc32

from returnkit.errors import ReturnkitError
from returnkit.records.disk import make_folder, plain
from returnkit.records.lock import check_owner

CHECK = 4  # bytes of a CRC-32 at the head


def cache_path(records: str, name: str) -> str:
    """Return where something derived from the records in this folder is kept."""
    return os.path.join(os.path.dirname(records), ".returnkit", "cache", name)


def load(path: str) -> bytes:
    """Return what was kept there; nothing where there is none, or it is not whole."""
    try:
        with open(path, "rb", opener=plain) as file:
            data = file.read()
    except OSError:
        return b""
    return data[CHECK:] if data[:CHECK] == crc32(data[CHECK:]).to_bytes(CHECK, "big") else b""


def keep(path: str, data: bytes) -> None:
    """Keep data there. Not synced, and where it cannot be written nothing fails: it only saves time."""
    temporary, folder = f"{path}.{os.getpid()}", os.path.dirname(path)
    with suppress(OSError, ReturnkitError):
        _make_folders(folder)
        try:
            with open(temporary, "xb", opener=plain) as file:
                file.write(crc32(data).to_bytes(CHECK, "big") + data)
            os.replace(temporary, path)
        finally:
            with suppress(OSError):
                os.unlink(temporary)


def _make_folders(folder: str) -> None:
    machine = os.path.dirname(folder)
    shop = os.path.dirname(machine)
    check_owner(shop)  # what is the administrator's there is in the way of everybody else
    shared = None
    if not os.path.lexists(folder):
        from returnkit.records.rights import sharing

        shared = sharing(shop).records or None
    make_folder(machine, shared=shared)
    make_folder(folder)
