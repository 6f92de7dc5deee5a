"""What belongs to a customer, and how long what is kept of people is kept: contacts, free words, what the accounts need.

Records themselves stay for ever; what goes is how a customer can be reached, and the words that somebody typed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from returnkit.model.dates import Span, add, iso, parse_iso
from returnkit.model.jsonl import Json
from returnkit.model.record import CAN_GO, is_day, last_day
from returnkit.service.complaint import OPENED

LINKS = ("case", "about", "followup", "asked")  # by these a record hangs on another one
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
    day = last_day(record)
    return Held(
        texts["id"], kind, parse_iso(day) if day else 0, texts["contact"], links, texts["into"], texts["receipt_no"], words
    )


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
        self._name_openings()

    def _name_openings(self) -> None:
        """Let a complaint that names nobody be the customer's who alone is named by what hangs on it: a call about it, say."""
        named: dict[str, set[str]] = {}
        for own in self.held.values():
            for link in own.links if own.contact else ():
                above = self.held.get(link)
                if above is not None and above.kind == OPENED and not above.contact:
                    named.setdefault(link, set()).add(own.contact)
        for link, contacts in named.items():
            if len(contacts) == 1:
                self.contacts[contacts.pop()].append(link)

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


def came_back(ties: Ties, contact: str, forgotten: Json) -> bool:
    """Tell whether a contact that was to be forgotten only if nothing came of them after a day came back since."""
    last = forgotten.get("last")
    return is_day(last) and any(own.day > parse_iso(str(last)) for own in ties.of(contact))


class Due(NamedTuple):
    """Something that is kept until a day (ISO; empty: for ever), and why; `id` is a contact's reference, or a record's id.

    `last` is the day (ISO) of the last thing that is known of a contact.
    """

    id: str
    until: str
    why: str
    due: bool
    words: tuple[str, ...] = ()
    last: str = ""


def contacts_kept(ties: Ties, held: Mapping[str, int], not_over: set[str], retention: Retention, today: int) -> Iterator[Due]:
    """Yield until when each contact is kept, of those that are held here (with the day on which that was written) or named.

    So long after the last thing that happened with them, once all is over. Whoever no record names yet may be named in a moment.
    """
    for contact in sorted(held.keys() | ties.contacts.keys()):
        own = ties.of(contact)
        open_ones = sorted(each.id for each in own if each.id in not_over)
        last = max((each.day for each in own), default=0) or held.get(contact, today)
        if open_ones:
            yield Due(contact, "", f"complaint {open_ones[0]} is not over", due=False)
        else:
            until = add(last, retention.contacts)
            named = "the last thing was" if own else "no record names it, it was written"
            why = f"{named} on {iso(last)}, and contacts are kept for {told(retention.contacts)}"
            yield Due(contact, iso(until), why, until < today, last=iso(last))


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


def aside_kept(aside: Mapping[str, int], retention: Retention, today: int) -> Iterator[Due]:
    """Yield until when files with pieces of lines are kept, by the days (ordinals) on which they were put aside: as words are."""
    for path, day in sorted(aside.items()):
        until = add(day, retention.words)
        why = f"a piece of a line that was put aside on {iso(day)}, and words are kept for {told(retention.words)}"
        yield Due(path, iso(until), why, due=until < today)


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
