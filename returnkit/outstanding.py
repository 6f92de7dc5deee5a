"""What is due in a shop: complaints that are not over, follow-ups, and the reminders that were sent, read from the journals."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from returnkit.books import Books
from returnkit.errors import ReturnkitError, UnreadableError
from returnkit.model.contact import same_customers
from returnkit.model.dates import Span, add, iso
from returnkit.model.ids import record_id, split_id
from returnkit.model.jsonl import Json
from returnkit.records.chain import NEWER, is_newer, readable
from returnkit.records.contacts import read_contact
from returnkit.records.known import unknown
from returnkit.records.read import blocks, journal_files, tills_in
from returnkit.service.agenda import CLAIMED, SENT, Item, Sent, of_case, of_followup, of_surveys
from returnkit.service.clocks import Clocks
from returnkit.service.complaint import CORRECTED, TRANSITIONS, Case, case_of, fold
from returnkit.service.followup import (
    ADDED,
    DONE,
    FORGOTTEN,
    OBJECTION,
    RESUMED,
    SKIPPED,
    SNOOZED,
    STOPPED,
    FollowUp,
    FollowUps,
    Happened,
    History,
    came_back,
    closed,
    sold,
)  # fmt: skip
from returnkit.service.followup_terms import COMPLAINT, RETURN, SALE, FollowUpTerms
from returnkit.service.returns import standing as not_voided
from returnkit.shop import Shop, shown_path

ABOUT_FOLLOWUPS = (ADDED, DONE, SNOOZED, SKIPPED, STOPPED, RESUMED, FORGOTTEN, "survey.answered")
REMINDERS = (CLAIMED, SENT)
NOBODY: Mapping[str, Mapping[str, str]] = {}
OPENED, CLOSED, FLAGGED, VOIDED = "complaint.opened", "complaint.closed", "complaint.flagged", "return.voided"
EVENTS = (CORRECTED, *(f"complaint.{event}" for event in TRANSITIONS))


class Outstanding(NamedTuple):
    """Everything that is due: as items, and the follow-ups and complaints behind them.

    `sent` says which reminders were sent. `unreadable` is how many lines could not be read; what stands on them is not known.
    """

    items: list[Item]
    followups: list[FollowUp]
    cases: list[Case]
    sent: Sent
    unreadable: int


def outstanding(shop: Shop, books: Books, clocks: Clocks, now: int) -> Outstanding:
    """Return what is due at an instant. Lines that cannot be read stop nobody: they are counted. Raises UnreadableError."""
    from returnkit.standing import standing

    terms = shop.followup_terms()
    found = standing(books, allow_damaged=True)
    newer = [line for line in found.damaged if line.newer]
    if newer:
        raise UnreadableError(*(NEWER._replace(file=shown_path(line.file), line=line.number) for line in newer))
    read = _read(books, terms, clocks.day_of(now))
    wanted = _wanted(books, clocks, terms, read)
    open_ones = wanted.open(now)
    people = {person: shop.roles.index(role) for person, role in shop.staff.items()}
    items = [item for case in found.cases for item in of_case(case, clocks, terms.remind, people, now)]
    items += map(of_followup, open_ones)
    items += of_surveys(wanted, terms.remind)
    anybody = shop.roles[0]
    items = [item for item in items if _is_id(item.id)]  # what has none cannot be claimed
    items = [item if item.to else item._replace(to=anybody) for item in items]
    items.sort(key=lambda item: (item.by, item.id, item.what, item.about))
    sent = Sent((record for kind in REMINDERS for record in read.records.get(kind, ())), now)
    return Outstanding(items, open_ones, found.cases, sent, sum(line.lines for line in unknown(found.damaged)))


def unreadable(books: Books) -> int:
    """Return how many lines nobody can read, and nobody accepted."""
    from returnkit.standing import standing

    return sum(line.lines for line in unknown(standing(books, allow_damaged=True).damaged))


class Asking(NamedTuple):
    """The follow-ups that are not over, what is due first first; what was done about others; how many lines cannot be read."""

    open: list[FollowUp]
    history: History
    unreadable: int


def followups(shop: Shop, books: Books, clocks: Clocks, now: int) -> Asking:
    """Return whom the shop asks, or calls back. Raises UnreadableError."""
    terms = shop.followup_terms()
    read = _read(books, terms, clocks.day_of(now))
    wanted = _wanted(books, clocks, terms, read)
    anybody = shop.roles[0]
    found = [each if each.to else each._replace(to=anybody) for each in wanted.open(now)]
    return Asking(found, wanted.history, read.unreadable)


def silent(shop: Shop, books: Books, clocks: Clocks, now: int, contacts: Mapping[str, Mapping[str, str]]) -> set[str]:
    """Return which of these contacts, by their references, are of customers who want to hear from us no more."""
    terms = shop.followup_terms()._replace(rules=())
    wanted = _wanted(books, clocks, terms, _read(books, terms, clocks.day_of(now)), contacts)
    return {own for own in contacts if wanted.wants_nothing(own)}


class _Read(NamedTuple):
    """Records by their kind, and how many lines could not be read."""

    records: dict[str, list[Json]]
    unreadable: int


def _wanted(
    books: Books, clocks: Clocks, terms: FollowUpTerms, read: _Read, typed: Mapping[str, Mapping[str, str]] = NOBODY
) -> FollowUps:
    """Return the follow-ups of a shop; `typed` are contacts that are asked for beside those that the records name."""
    openings = read.records.get(OPENED, [])
    done = [record for kind in ABOUT_FOLLOWUPS for record in read.records.get(kind, ())]
    history = History([*done, *_objections(books, [*openings, *read.records.get(FLAGGED, ())])])
    happened = list(_happened(books, clocks, terms, read.records))
    known = {own.id for own in happened}
    late = [own for own in history.moved if own not in known and own not in history.over and own not in history.added]
    happened += filter(None, (_long_ago(books, clocks, own) for own in late))
    named = {*typed, *(own.contact for own in happened), *(own.contact for own in history.asked)}
    named |= {contact for contact, _ in history.wishes} | {str(record.get("contact") or "") for record in history.added.values()}
    held = {own: typed.get(own) or read_contact(books.folder, own) or {} for own in named if own}
    complained = {str(record["receipt_no"]).casefold() for record in openings if record.get("receipt_no")}
    happened = [own for own in happened if own.after == COMPLAINT or own.receipt.casefold() not in complained]
    return FollowUps(terms, clocks, history, happened, same_customers(held))


def _happened(books: Books, clocks: Clocks, terms: FollowUpTerms, records: dict[str, list[Json]]) -> Iterator[Happened]:
    """Yield what the policy may ask after."""
    if terms.after(COMPLAINT):
        yield from (event for case in _closed(books, records) if (event := closed(case, clocks)) is not None and event.contact)
    back = not_voided([*records.get(RETURN, []), *records.get(VOIDED, [])])
    yield from (came_back(record, clocks) for record in back if record.get("receipt_no"))
    if terms.after(SALE):
        yield from (sold(record) for record in records.get(SALE, []) if record.get("receipt_no"))


def _closed(books: Books, records: dict[str, list[Json]]) -> Iterator[Case]:
    """Yield the complaints that were closed lately and name a contact; one that was opened before is looked up."""
    nobody = {str(record.get("id")) for record in records.get(OPENED, []) if not record.get("contact")}
    wanted = {str(record.get("case")) for record in records.get(CLOSED, [])} - nobody
    events: dict[str, list[Json]] = {own: [] for own in sorted(wanted)}
    for kind in (*EVENTS, OPENED):
        for record in records.get(kind, ()):
            events.get(case_of(record), []).append(record)
    for own, found in events.items():
        try:
            case = fold(found) or books.case(own)
        except ReturnkitError:
            continue  # its opening is on another till, or cannot be read
        yield case


def _long_ago(books: Books, clocks: Clocks, own: str) -> Happened | None:
    """Return what happened so long ago that its month is no longer read: only for who was put off till now."""
    try:
        record = books.find(own)
        if record.get("kind") == OPENED:
            return closed(books.case(own), clocks)
        back = not_voided(books.about(own, "corrects")) if record.get("kind") == RETURN else []
    except ReturnkitError:
        return None
    return sold(record) if record.get("kind") == SALE else came_back(record, clocks) if back else None


def _objections(books: Books, records: list[Json]) -> Iterator[Json]:
    """Yield for each complaint that is flagged so that its customer wants to hear from us no more."""
    for record in records:
        flags = record.get("flags")
        if record.get("flag") == OBJECTION or (isinstance(flags, list) and OBJECTION in flags):
            opening = record
            if record.get("kind") == FLAGGED:
                try:
                    opening = books.find(str(record.get("case")))
                except ReturnkitError:
                    continue
            if opening.get("contact"):
                yield {**record, "kind": STOPPED, "contact": opening["contact"]}


def _read(books: Books, terms: FollowUpTerms, today: int) -> _Read:
    """Return the records of everything that somebody may be asked after or reminded of; of older months only what was done."""
    longest = max((add(today, rule.wait) - today for rule in terms.rules), default=0)
    back = longest + (add(today, terms.let_go) - today)
    since = iso(add(today, Span(-1, -back)))[:7]
    always = (*ABOUT_FOLLOWUPS, *REMINDERS)
    recent = (OPENED, *EVENTS, RETURN, VOIDED, *((SALE,) if terms.after(SALE) else ())) if terms.rules else ()
    found: dict[str, list[Json]] = {}
    unreadable = 0
    for till in tills_in(books.folder):
        for _, path in journal_files(books.folder, till):
            kinds = (*always, *recent) if os.path.basename(path) >= since else always
            for record in _of_kinds(path, kinds):
                if record is None:
                    unreadable += 1
                elif record.get("kind") in kinds or OBJECTION in (record.get("flag"), *_list(record.get("flags"))):
                    found.setdefault(str(record.get("kind")), []).append(record)
    return _Read(found, unreadable)


def _of_kinds(path: str, kinds: tuple[str, ...]) -> Iterator[Json | None]:
    """Yield the records of a file that are of these kinds, or name the flag of those who object; None for one that is damaged.

    Raises UnreadableError where a newer program wrote one.
    """
    named = b"|".join(re.escape(kind.encode()) for kind in kinds)
    mark = re.compile(rb'"kind":"(?:%s)"|"%s"' % (named, OBJECTION.encode()))
    for data, _ in blocks(path):
        found, stop = mark.search(data), 0
        while found:
            begin = data.rfind(b"\n", 0, found.start()) + 1
            stop = data.find(b"\n", found.end())
            stop = len(data) if stop < 0 else stop
            record = readable(data[begin:stop])
            if record is not None and is_newer(record):
                raise UnreadableError(NEWER._replace(file=shown_path(path)))
            if record is not None or data.endswith(b"\n"):
                yield record
            found = mark.search(data, stop)


def _is_id(text: str) -> bool:
    try:
        till, seq, _ = split_id(text)
    except ValueError:
        return False
    return bool(till) and text == record_id(till, seq)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
