"""What is derived from the journals and kept on this machine: deleting it loses nothing, and no command dies of it."""

import os
from contextlib import suppress
from zlib import crc32

CHECK = 4  # bytes of a CRC-32 at the head


def cache_path(records: str, name: str) -> str:
    """Return where something derived from the records in this folder is kept."""
    return os.path.join(os.path.dirname(records), ".returnkit", "cache", name)


def load(path: str) -> bytes:
    """Return what was kept there; nothing where there is none, or it is not whole."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return b""
    return data[CHECK:] if data[:CHECK] == crc32(data[CHECK:]).to_bytes(CHECK, "big") else b""


def keep(path: str, data: bytes) -> None:
    """Keep data there. Not synced, and where it cannot be written nothing fails: it only saves time."""
    temporary = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        try:
            with open(temporary, "xb") as file:
                file.write(crc32(data).to_bytes(CHECK, "big") + data)
            os.replace(temporary, path)
        finally:
            with suppress(OSError):
                os.unlink(temporary)
