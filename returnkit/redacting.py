"""Customers are forgotten and words taken out: what belongs to whom, who has to do it, and what was begun is finished.

A record says first that a contact is forgotten, or that words are to go; from then on it will happen, here or, for what another
till wrote, at that till's next sync, however often anybody is interrupted.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from returnkit.books import Books
from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.contact import names, same_customers
from returnkit.model.jsonl import Json
from returnkit.model.record import CAN_GO, is_name
from returnkit.records.chain import is_newer
from returnkit.records.contacts import contacts_in, held_contacts, read_contact
from returnkit.records.erasure.forget import (
    FORGOTTEN,
    check_history,
    days_of_contacts,
    files_of,
    forget_contacts,
    forgotten,
)
from returnkit.records.erasure.history import Cleaning, Left, gone_words, how_to_clean, left_of
from returnkit.records.erasure.redact import (
    REQUEST,
    Blanked,
    Redaction,
    Vouchers,
    cleaned_here,
    fields_of,
    located,
    of_kind,
    put_aside,
    remove_aside,
    till_of,
    words_in,
)
from returnkit.records.read import blocks, journal_files, tills_in
from returnkit.service.retention import LINKS, Due, Held, Retention, Ties, aside_kept, came_back, contacts_kept, seen, words_kept
from returnkit.standing import standing

SALT_BYTES = 8
ASKED = "it was asked for"
_WORDS = re.compile(rb'"(?:%s)":"' % "|".join(CAN_GO).encode())
_MARK = re.compile(rb'"(?:contact|%s)":' % "|".join((*LINKS, *CAN_GO)).encode())


class Kept(NamedTuple):
    """What the records say of people, and the lines that nobody can read, which may say something as well."""

    ties: Ties
    unreadable: list[tuple[str, bytes]]  # file and line


class Forgetting(NamedTuple):
    """What is known of a contact: whether anything is held here, its records, and what only may be about it.

    `data` is how they can be reached. `mine` are the records whose words this folder takes out, `others` those that other tills
    do. `unreadable` are the files with lines that cannot be read and name one of them. Not touched are `same_receipt`, records
    with words that only share a receipt with them; `named`, those whose words name them, without a link; and `same_customer`,
    contacts with the same number or address. `not_over` are the complaints that still wait for something.
    """

    contact: str
    data: dict[str, str]
    held: bool
    records: list[Held]
    mine: list[Held]
    others: list[Held]
    unreadable: list[str]
    same_receipt: list[Held]
    named: list[str]
    same_customer: list[str]
    not_over: list[str]


def kept(books: Books) -> Kept:
    """Return what the records of all tills say of people. Raises UnreadableError."""
    unreadable: list[tuple[str, bytes]] = []
    return Kept(Ties(_held(books.folder, unreadable)), unreadable)


def _held(folder: str, unreadable: list[tuple[str, bytes]]) -> Iterator[Held]:
    for till in tills_in(folder):
        for _, path in journal_files(folder, till):
            for data, _ in blocks(path):
                end = 0
                for found in _MARK.finditer(data):
                    if found.start() < end:
                        continue
                    begin, end = data.rfind(b"\n", 0, found.start()) + 1, data.find(b"\n", found.start())
                    end = len(data) if end < 0 else end
                    record = _decoded(data[begin:end])
                    if record is None:
                        unreadable.append((path, data[begin:end]))
                    own = seen(record) if record is not None and not is_newer(record) else None
                    if own is not None:
                        yield own


def _decoded(raw: bytes) -> Json | None:
    """Return a record quickly; whether it is in its one form is looked at before anything is taken out of it."""
    try:
        record = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


class Forgotten(NamedTuple):
    """The contacts that are to be forgotten, and did not come back since, each with the record that says so; and all ties."""

    contacts: dict[str, Json]
    ties: Ties


def to_forget(books: Books) -> Forgotten:
    """Return who is to be forgotten; without the ties where that is nobody, since all there is must be read for them."""
    said = forgotten(books.folder)
    ties = kept(books).ties if said else Ties(())
    return Forgotten({contact: record for contact, record in said.items() if not came_back(ties, contact, record)}, ties)


def about(books: Books, contact: str, known: Kept, gone: Sequence[str] = ()) -> Forgetting:
    """Return what is known of a contact; `gone` are tills whose machine is lost, for which this folder does it."""
    own = known.ties.of(contact)
    tills = {*cleaned_here(books.shop, gone)}
    with_words = [each for each in own if each.words]
    names = [each.id.encode() for each in own] + [contact.encode()]
    damaged = {path for path, line in known.unreadable if any(name in line for name in names)}
    receipts = {each.receipt for each in own if each.receipt}
    ids = {each.id for each in own}
    same = [each for each in known.ties.held.values() if each.words and each.receipt in receipts and each.id not in ids]
    held = held_contacts(books.folder).contacts
    data, customer = held.get(contact, {}), same_customers(held)
    return Forgetting(
        contact,
        data,
        bool(files_of(books.folder, [contact])),
        own,
        [each for each in with_words if till_of(each.id) in tills],
        [each for each in with_words if till_of(each.id) not in tills],
        sorted(damaged),
        sorted(same),
        _naming(books.folder, data, ids) if data else [],
        [other for other in held if data and contact not in contacts_in(other) and customer(other) == customer(contact)],
        sorted(ids & {case.id for case in standing(books, allow_damaged=True).cases}),
    )


def _naming(folder: str, data: Mapping[str, str], but: Collection[str]) -> list[str]:
    """Return the records, but for some, in whose words somebody is named."""
    named_by = names(data)
    found = []
    for record in _with_words(folder):
        own = str(record.get("id"))
        if own not in but and any(named_by(str(record[field])) for field in words_in(record)):
            found.append(own)
    return found


def _with_words(folder: str) -> Iterator[Json]:
    files = (path for till in tills_in(folder) for _, path in journal_files(folder, till))
    for data, _ in (block for path in files for block in blocks(path)):
        records = (_decoded(line) for line in data.split(b"\n") if _WORDS.search(line))
        yield from (record for record in records if record is not None and not is_newer(record))


def check_reason(books: Books, because: str | None, contacts: Iterable[str]) -> None:
    """Raise BadInputError where a reason names somebody whom it is about: it stays in the records for ever."""
    for contact in contacts if because else ():
        data = read_contact(books.folder, contact)
        named = names(data)(because or "") if data else ""
        if named:
            what = f"--because has {named}, by which this customer is known: it stays in the records for ever"
            raise BadInputError(Problem(what, "say why without naming anybody"))


def contacts_of(books: Books, own: str) -> list[str]:
    """Return the contacts to whose matters a record belongs."""
    ties = kept(books).ties
    return [contact for contact in ties.contacts if any(own == each.id for each in ties.of(contact))]


def check_contact(books: Books, known: Kept, contact: str) -> None:
    """Raise BadInputError where nobody knows a contact, or its history cannot be made new."""
    if contact not in known.ties.contacts and contact not in to_forget(books).contacts and not files_of(books.folder, [contact]):
        raise BadInputError(Problem(f"there is no contact {contact!r}", "see returnkit contact find"))
    check_history(books.folder)


def forget(books: Books, contacts: Mapping[str, str], reason: Mapping[str, object], gone: Sequence[str] = ()) -> list[Blanked]:
    """Record that contacts are forgotten, and do it; return what was taken out of which records. See `finish_redactions`.

    A day (ISO) with a contact is that of the last thing that is known of them: who came back since, here or at any other till,
    is not forgotten.
    """
    check_history(books.folder)
    known = to_forget(books).contacts
    for contact, last in contacts.items():
        if contact not in known:
            body: Json = {**reason, "kind": FORGOTTEN, "contact": contact, **({"last": last} if last else {})}
            books.append(body, lambda _now, body=body: _salted(body))  # type: ignore[misc]
    return finish_redactions(books, gone)


def redact(
    books: Books, wanted: Mapping[str, Sequence[str]], reason: Mapping[str, object], gone: Sequence[str] = ()
) -> list[Blanked]:
    """Take fields out of records, by id; for those of other tills it is asked for. What was begun before is finished.

    `reason` holds `because`, and `staff` where that is known. Raises BadInputError for a reason that cannot be recorded.
    """
    tills = cleaned_here(books.shop, gone)
    already = asked_for(books)
    for own, fields in wanted.items():
        if till_of(own) not in tills and not already.get(own, set()).issuperset(fields):
            body: Json = {**reason, "kind": REQUEST, "redacts": own, "fields": sorted(fields)}
            books.append(body, lambda _now, body=body: _salted(body))  # type: ignore[misc]
    return _finish(books, gone, {own: ({*fields}, reason) for own, fields in wanted.items() if till_of(own) in tills})


def asked_for(books: Books) -> dict[str, set[str]]:
    """Return which words of other tills' records any till ever asked to be taken out, by the ids of those."""
    asked: dict[str, set[str]] = {}
    for request in of_kind(books.folder, REQUEST):
        asked.setdefault(str(request.get("redacts")), set()).update(fields_of(request))
    return asked


def fields_to_go(books: Books, text: str, fields: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the id of a record that a person named, and the fields that go: those that were named, else all words.

    Raises BadInputError where there is no such record, or it has none of them.
    """
    record = books.find(text)
    there = words_in(record)
    wanted = [field.replace("-", "_") for field in fields] or there
    missing = [field for field in wanted if field not in there]
    if missing or not wanted:
        what = f"{record['id']} has no {' and no '.join(missing)}" if missing else f"{record['id']} has no words that could go"
        raise BadInputError(Problem(what, f"it has: {', '.join(there) or 'nothing that can be taken out'}"))
    return str(record["id"]), tuple(wanted)


def finish_redactions(books: Books, gone: Sequence[str] = ()) -> list[Blanked]:
    """Finish what was begun or asked for, as far as this folder can: contacts forgotten by any till, words of its own tills.

    `gone` are tills whose machine is lost for good: this folder does it in their stead. Returns what was taken out of which
    records. Raises UnreadableError, NotWrittenError, BusyError: a repetition does the rest.
    """
    return _finish(books, gone, {})


Wanted = dict[str, tuple[set[str], Mapping[str, object]]]  # fields and why, by id


def _finish(books: Books, gone: Sequence[str], wanted: Wanted) -> list[Blanked]:
    for request in of_kind(books.folder, REQUEST):
        _want(wanted, str(request.get("redacts")), fields_of(request), request)
    contacts, ties = to_forget(books)
    if contacts:
        for contact in forget_contacts(books.folder, contacts):
            books.note(f"what was held here of {contact} is gone, with its history")
        for contact, record in contacts.items():
            for own in ties.of(contact):
                _want(wanted, own.id, own.words, record)

    def reason(own: str) -> Json:
        record = wanted.get(own, (set(), {}))[1]
        staff: Json = {"staff": record["staff"]} if is_name(record.get("staff")) else {}
        return _salted({**staff, "because": record.get("because") or ASKED})

    redaction = Redaction(books.shop, books.clock, books.note, cleaned_here(books.shop, gone), contacts)
    return redaction.redact({own: fields for own, (fields, _) in wanted.items()}, reason)


def _want(wanted: Wanted, own: str, fields: Iterable[str], reason: Mapping[str, object]) -> None:
    before, why = wanted.get(own, (set(), reason))
    wanted[own] = {*before, *fields}, why


def _salted(body: Json) -> Json:
    return {**body, "salt": os.urandom(SALT_BYTES).hex()} if body.get("because") else body


def not_over(books: Books) -> set[str]:
    """Return the complaints that are not over. Raises UnreadableError where lines that cannot be read may say otherwise."""
    found = standing(books, allow_damaged=False)
    if found.damaged:
        what, remedy = (
            "this line cannot be read: nobody knows what is over",
            "see returnkit records verify, returnkit records heal",
        )
        raise UnreadableError(*(Problem(what, remedy, line.file, line.number) for line in found.damaged))
    return {case.id for case in found.cases}


class Lapsing(NamedTuple):
    """Until when what is kept of people is kept: contacts, words, and what was put aside; `elsewhere` words of other tills."""

    contacts: list[Due]
    words: list[Due]
    aside: list[Due]
    elsewhere: list[Due]

    def due(self) -> "Lapsing":
        """Return what of it has to go."""
        return Lapsing(*([each for each in found if each.due] for found in self))


def lapsing(books: Books, retention: Retention, today: int, gone: Sequence[str] = ()) -> Lapsing:
    """Return until when everything is kept. Raises UnreadableError."""
    held = days_of_contacts(books.folder)  # before the records: who comes in meanwhile is in those, or not here
    over = to_forget(books).contacts.keys() - held.keys()
    ties, still, here = kept(books).ties, not_over(books), cleaned_here(books.shop, gone)
    words = [*words_kept(ties, still, retention, today)]
    return Lapsing(
        [each for each in contacts_kept(ties, held, still, retention, today) if each.id not in over],
        [each for each in words if till_of(each.id) in here],
        [*aside_kept(put_aside(books.folder), retention, today)],
        [each for each in words if till_of(each.id) not in here],
    )


def purge(
    books: Books, look: Callable[[], Lapsing], due: Lapsing, reason: Mapping[str, object], gone: Sequence[str] = ()
) -> list[Blanked]:
    """Let go what is due, but for what somebody came back to meanwhile; return what was taken out of which records.

    `look` returns how things are by then.
    """
    done = forget(books, {each.id: each.last for each in due.contacts}, reason, gone) if due.contacts else []
    ids = {each.id for each in due.words}
    still = [each for each in look().due().words if each.id in ids]
    done += redact(books, {each.id: each.words for each in still}, reason, gone)
    remove_aside(each.id for each in due.aside)
    return done


class Remains(NamedTuple):
    """What is left of words that were taken out: versions in git, copies, how these go, and the tills to wait for before that."""

    left: Left
    cleaning: Cleaning
    waiting: list[str]


def remains(books: Books, gone: Sequence[str] = ()) -> Remains:
    """Return what is left, wherever that can be seen from here, of words that any till ever took out.

    Commands are told once no other till has to take out any words: else its versions would have to go after these.
    """
    contacts, ties = to_forget(books)
    left = left_of(books.shop, gone_words(books.folder, contacts))
    waiting = sorted(_still_there(books, contacts, ties) - {*cleaned_here(books.shop, gone)})
    return Remains(left, Cleaning([], []) if waiting else how_to_clean(books.shop, left), waiting)


def _still_there(books: Books, contacts: Iterable[str], ties: Ties) -> set[str]:
    """Return the tills with words that somebody asked for, or that belong to contacts that are forgotten."""
    asked = asked_for(books)
    lines = located(books.folder, asked, Vouchers(books.folder)) if asked else {}
    return {till_of(own) for own, line in lines.items() if not asked[own].isdisjoint(words_in(line.record))} | {
        till_of(own.id) for contact in contacts for own in ties.of(contact) if own.words
    }
