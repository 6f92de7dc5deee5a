"""When and where backups of a shop folder were made: this machine remembers the newest of them, and may forget."""

import os

from returnkit.records.cache import cache_path, keep, load

MOST = 20


def remember(shop: str, path: str, time: str) -> None:
    """Keep when (RFC 3339) and where a backup was made; where that cannot be kept, nothing fails."""
    made = [*made_before(shop), (time, path)][-MOST:]
    keep(_memory(shop), "".join(f"{time} {path}\n" for time, path in made if path.isprintable()).encode())


def made_before(shop: str) -> list[tuple[str, str]]:
    """Return when and where backups were made on this machine, oldest first."""
    lines = load(_memory(shop)).decode("utf-8", "replace").splitlines()
    return [(time, path) for time, found, path in (line.partition(" ") for line in lines) if found]


def _memory(shop: str) -> str:
    return cache_path(os.path.join(shop, "records"), "backups")
