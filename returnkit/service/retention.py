"""What belongs to a customer, and how long what is kept of people is kept: contacts, free words, what the accounts need.

Records themselves stay for ever; what goes is how a customer can be reached, and the words that somebody typed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from returnkit.model.dates import Span, add, iso, parse_iso
from returnkit.model.jsonl import Json
from returnkit.model.record import CAN_GO
from returnkit.service.complaint import OPENED

LINKS = ("case", "about", "followup", "asked")  # by these a record hangs on another one
DAYS = ("time", "received", "by", "on", "until")  # until the last of these something may still come of it
EVIDENCE = ("redacted", "redact.requested", "contact.forgotten")  # why something is gone, which stays
ACCOUNTS = ("sale", "return")  # what these kinds begin with stands in the books of the shop
USUAL = Span(36, 0)  # the legal guarantee of two years, and time to claim


class Law(NamedTuple):
    """How many years the accounts must be kept after the end of theirs, and where that stands."""

    years: int
    cite: str


ACCOUNTING = {
    "LV": Law(5, "Grāmatvedības likums, 28. pants"),
    "EE": Law(7, "Raamatupidamise seadus, § 12"),
    "HR": Law(11, "Zakon o računovodstvu (NN 85/2024)"),
    "GB": Law(6, "Companies Act 2006, Part 15; Finance Act 1998"),
}
# A register of complaints must be kept so long.
REGISTER = {"HR": Law(1, "Zakon o zaštiti potrošača (NN 19/2022), čl. 10. st. 7.")}


class Retention(NamedTuple):
    """How long what is kept; None is for ever, where neither the law nor the shop says how long the accounts are."""

    contacts: Span
    words: Span
    accounting: Span | None
    cite: str = ""


def retention_of(country: str, own: Mapping[str, Span], older_than: Span | None = None) -> Retention:
    """Return how long what is kept in a country: as the shop says (`own`), else by law, else the usual.

    `older_than` stands in for the shop's own time for contacts and words, never for that of the accounts.
    """
    law = ACCOUNTING.get(country)
    accounting = own.get("accounting") or (Span(12 * law.years, 0) if law else None)
    contacts, words = (older_than or own.get(what) or USUAL for what in ("contacts", "words"))
    return Retention(contacts, words, accounting, law.cite if law and "accounting" not in own else "")


def too_short(country: str, retention: Retention) -> list[str]:
    """Return what the law of a country wants kept longer, in words."""
    found = []
    law, register = ACCOUNTING.get(country), REGISTER.get(country)
    if law and retention.accounting and _days(retention.accounting) < _days(Span(12 * law.years, 0)):
        found.append(f"accounting: {law.years} years are the law ({law.cite}), and the shop says less")
    if register and _days(retention.words) < _days(Span(12 * register.years, 0)):
        found.append(f"words: complaints are kept for {register.years} year by law ({register.cite}), and the shop says less")
    return found


def _days(span: Span) -> int:
    return add(1, span)


class Held(NamedTuple):
    """What matters of a record: whom it names, on what it hangs, which words it has, and the last day that it speaks of."""

    id: str
    kind: str
    day: int
    contact: str
    links: tuple[str, ...]
    into: str
    receipt: str
    words: tuple[str, ...]


def seen(record: Json) -> Held | None:
    """Return what matters of a record; None where nothing does."""
    kind = str(record.get("kind"))
    links = tuple(str(record[field]) for field in LINKS if isinstance(record.get(field), str))
    words = tuple(field for field in CAN_GO if field in record)
    contact = record.get("contact")
    if kind in EVIDENCE or not (links or words or contact):
        return None
    texts = {field: str(record.get(field) or "") for field in ("id", "contact", "into", "receipt_no")}
    return Held(texts["id"], kind, _day(record), texts["contact"], links, texts["into"], texts["receipt_no"], words)


def _day(record: Json) -> int:
    days = [0]
    for field in DAYS:
        try:
            days.append(parse_iso(str(record.get(field) or "")[:10]))
        except ValueError:
            continue
    return max(days)


class Ties:
    """What hangs together, of all tills."""

    def __init__(self, held: Iterable[Held]) -> None:
        self.held = {own.id: own for own in held}
        self.contacts: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._into: dict[str, str] = {}
        for own in self.held.values():
            if own.contact:
                self.contacts.setdefault(own.contact, []).append(own.id)
            for link in own.links:
                self._below.setdefault(link, []).append(own.id)
            if own.into and own.links:  # two complaints that were merged are one matter
                self._below.setdefault(own.links[0], []).append(own.into)
                self._below.setdefault(own.into, []).append(own.links[0])
                self._into[own.links[0]] = own.into

    def of(self, contact: str) -> list[Held]:
        """Return what names a contact, what belongs to its complaints, and what hangs on any of that; nothing of another's."""
        found: set[str] = set()
        stack = [*self.contacts.get(contact, ())]
        while stack:
            at = stack.pop()
            own = self.held.get(at)
            if at not in found and (own is None or own.contact in ("", contact)):
                found.add(at)
                stack += self._below.get(at, ())
        return [self.held[at] for at in sorted(found & self.held.keys())]

    def root(self, own: Held) -> str:
        """Return the complaint that a record belongs to, or as which that goes on; or the record itself."""
        root = own.id
        for link in own.links:
            above = self.held.get(link)
            if own.kind.startswith("complaint.") or (above is not None and above.kind == OPENED):
                root = link
                break
        passed = {root}
        while self._into.get(root, root) not in passed:
            root = self._into[root]
            passed.add(root)
        return root


class Due(NamedTuple):
    """Something that is kept until a day (ISO; empty: for ever), and why; `id` is a contact's reference, or a record's id."""

    id: str
    until: str
    why: str
    due: bool
    words: tuple[str, ...] = ()


def contacts_kept(ties: Ties, held: Iterable[str], not_over: set[str], retention: Retention, today: int) -> Iterator[Due]:
    """Yield until when each contact is kept, of those that are held here or that records name.

    So long after the last thing that happened with them, once all is over; one that no record names is due at once.
    """
    for contact in sorted({*held} | ties.contacts.keys()):
        own = ties.of(contact)
        open_ones = sorted(each.id for each in own if each.id in not_over)
        last = max((each.day for each in own), default=0)
        if open_ones:
            yield Due(contact, "", f"complaint {open_ones[0]} is not over", due=False)
        elif not last:
            yield Due(contact, iso(today), "no record names it", due=True)
        else:
            until = add(last, retention.contacts)
            why = f"the last thing was on {iso(last)}, and contacts are kept for {told(retention.contacts)}"
            yield Due(contact, iso(until), why, due=until < today)


def words_kept(ties: Ties, not_over: set[str], retention: Retention, today: int) -> Iterator[Due]:
    """Yield until when the free words of each record are kept; those of a complaint are kept, and go, together."""
    last: dict[str, int] = {}
    for own in ties.held.values():
        root = ties.root(own)
        last[root] = max(last.get(root, 0), own.day)
    waiting = {ties.held[root].contact: root for root in not_over if root in ties.held}
    for own in ties.held.values():
        root = ties.root(own)
        if own.contact and own.contact in waiting:
            root = waiting[own.contact]
        if not own.words:
            continue
        if own.kind.split(".")[0] in ACCOUNTS:
            yield _of_accounts(own, retention, today)
        elif root in not_over:
            yield Due(own.id, "", f"complaint {root} is not over", due=False, words=own.words)
        else:
            until = add(last[root], retention.words)
            why = f"the last thing was on {iso(last[root])}, and words are kept for {told(retention.words)}"
            yield Due(own.id, iso(until), why, until < today, own.words)


def _of_accounts(own: Held, retention: Retention, today: int) -> Due:
    if retention.accounting is None:
        why = "neither the law that is known here nor [retention] in shop.toml says how long the accounts are kept"
        return Due(own.id, "", why, due=False, words=own.words)
    year = iso(own.day)[:4] if own.day else iso(today)[:4]
    until = max(add(parse_iso(f"{year}-12-31"), retention.accounting), add(own.day or today, retention.words))
    by_law = f" ({retention.cite})" if retention.cite else ""
    why = f"the accounts of {year} are kept for {told(retention.accounting)}{by_law}"
    return Due(own.id, iso(until), why, until < today, own.words)


def told(span: Span) -> str:
    """Return a span as a person writes it."""
    if span.months and span.months % 12 == 0 and not span.days:
        return _counted(span.months // 12, "year")
    parts = [_counted(span.months, "month")] if span.months else []
    return " and ".join([*parts, _counted(span.days, "day")] if span.days or not parts else parts)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" + "s" * (count != 1)
