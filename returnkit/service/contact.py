"""What a customer has with the shop: the complaints that name a contact, in the order in which they matter."""

from collections.abc import Iterable

from returnkit.service.complaint import Case, utc

OVER = ("closed", "merged")


def in_turn(cases: Iterable[Case | None]) -> list[Case]:
    """Return complaints, those that are not over first, then the newest first; None is passed over."""
    known = [case for case in cases if case is not None]
    known.sort(key=lambda case: (utc(case.opened), case.id), reverse=True)
    return sorted(known, key=lambda case: case.state in OVER)
