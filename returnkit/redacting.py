"""Customers are forgotten and words taken out: what belongs to whom, who has to do it, and what was begun is finished.

A record says first that a contact is forgotten, or that words are to go; from then on it will happen, here or, for what another
till wrote, at that till's next sync, however often anybody is interrupted.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from returnkit.books import Books
from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.jsonl import Json
from returnkit.model.record import CAN_GO, is_name
from returnkit.records.chain import is_newer
from returnkit.records.contacts import held_contacts
from returnkit.records.erasure.forget import EARLIER, check_history, files_of, forget_contacts, keep_earlier_versions, remotes_of
from returnkit.records.erasure.redact import REQUEST, Blanked, Redaction, fields_of, of_kind, own_tills, till_of, words_in
from returnkit.records.read import blocks, journal_files, tills_in
from returnkit.service.retention import LINKS, Held, Ties, seen
from returnkit.standing import standing

FORGOTTEN = "contact.forgotten"
SALT_BYTES = 8
ASKED = "it was asked for"
DROPPED = "origin"  # git filter-repo forgets this one
_MARK = re.compile(rb'"(?:contact|%s)":' % "|".join((*LINKS, *CAN_GO)).encode())


class Kept(NamedTuple):
    """What the records say of people, and the lines that nobody can read, which may say something as well."""

    ties: Ties
    unreadable: list[tuple[str, bytes]]  # file and line


class Forgetting(NamedTuple):
    """What is known of a contact: whether anything is held here, its records, and what only may be about it.

    `mine` are the records whose words this folder takes out, `others` those that other tills do. `unreadable` are the files with
    lines that cannot be read and name one of them, `same_receipt` records with words that only share a receipt with them.
    """

    contact: str
    held: bool
    records: list[Held]
    mine: list[Held]
    others: list[Held]
    unreadable: list[str]
    same_receipt: list[Held]


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


def with_contact(books: Books) -> list[str]:
    """Return the contacts of which a file is held here."""
    return [*held_contacts(books.folder).contacts]


def forgotten(books: Books) -> dict[str, Json]:
    """Return the contacts that are to be forgotten, with the record that says so."""
    return {str(record.get("contact")): record for record in of_kind(books.folder, FORGOTTEN) if is_name(record.get("contact"))}


def about(books: Books, contact: str, known: Kept, gone: Sequence[str] = ()) -> Forgetting:
    """Return what is known of a contact; `gone` are tills whose machine is lost, for which this folder does it."""
    own = known.ties.of(contact)
    tills = {*own_tills(books.shop), *gone}
    with_words = [each for each in own if each.words]
    names = [each.id.encode() for each in own] + [contact.encode()]
    damaged = {path for path, line in known.unreadable if any(name in line for name in names)}
    receipts = {each.receipt for each in own if each.receipt}
    ids = {each.id for each in own}
    same = [each for each in known.ties.held.values() if each.words and each.receipt in receipts and each.id not in ids]
    return Forgetting(
        contact,
        bool(files_of(books.folder, [contact])),
        own,
        [each for each in with_words if till_of(each.id) in tills],
        [each for each in with_words if till_of(each.id) not in tills],
        sorted(damaged),
        sorted(same),
    )


def check_contact(books: Books, known: Kept, contact: str) -> None:
    """Raise BadInputError where nobody knows a contact, or its history cannot be made new."""
    if contact not in known.ties.contacts and contact not in forgotten(books) and not files_of(books.folder, [contact]):
        raise BadInputError(Problem(f"there is no contact {contact!r}", "see returnkit contact find"))
    check_history(books.folder)


def forget(books: Books, contacts: Iterable[str], reason: Mapping[str, object], gone: Sequence[str] = ()) -> list[Blanked]:
    """Record that contacts are forgotten, and do it; return what was taken out of which records. See `finish_redactions`."""
    check_history(books.folder)
    known = forgotten(books)
    for contact in contacts:
        if contact not in known:
            body: Json = {**reason, "kind": FORGOTTEN, "contact": contact}
            books.append(body, lambda _now, body=body: _salted(body))  # type: ignore[misc]
    return finish_redactions(books, gone)


def redact(
    books: Books, wanted: Mapping[str, Sequence[str]], reason: Mapping[str, object], gone: Sequence[str] = ()
) -> list[Blanked]:
    """Take fields out of records, by id; for those of other tills it is asked for. What was begun before is finished.

    `reason` holds `because`, and `staff` where that is known. Raises BadInputError for a reason that cannot be recorded.
    """
    tills = [*own_tills(books.shop), *gone]
    for own, fields in wanted.items():
        if till_of(own) not in tills:
            body: Json = {**reason, "kind": REQUEST, "redacts": own, "fields": sorted(fields)}
            books.append(body, lambda _now, body=body: _salted(body))  # type: ignore[misc]
    return _finish(books, gone, {own: ({*fields}, reason) for own, fields in wanted.items() if till_of(own) in tills})


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
    contacts = forgotten(books)
    if contacts:
        for contact in forget_contacts(books.folder, contacts):
            books.note(f"what was held here of {contact} is gone, with its history")
        ties = kept(books).ties
        for contact, record in contacts.items():
            for own in ties.of(contact):
                _want(wanted, own.id, own.words, record)

    def reason(own: str) -> Json:
        record = wanted.get(own, (set(), {}))[1]
        staff: Json = {"staff": record["staff"]} if is_name(record.get("staff")) else {}
        return _salted({**staff, "because": record.get("because") or ASKED})

    redaction = Redaction(books.shop, books.clock, books.note, [*own_tills(books.shop), *gone])
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


def what_git_keeps(books: Books, files: Iterable[str]) -> list[str]:
    """Return those of some journals, named from the shop folder, of which git still has versions with the words in them.

    Which versions these are is kept in a list, for the command that `how_to_clean` names. Raises NotWrittenError.
    """
    return keep_earlier_versions(books.shop, sorted({os.path.relpath(file, books.shop) for file in files}))


def how_to_clean(shop: str, files: Sequence[str]) -> list[str]:
    """Return the commands that take the earlier versions of journals out of git's history, to be run one after the other.

    A journal only grows: its newest version holds all that the earlier ones held, but for what was taken out.
    """
    if not files:
        return []
    remotes = remotes_of(shop).items()
    again = [
        (f"git remote add {name} {url} && " if name == DROPPED else "") + f"git push --force --all {name}"
        for name, url in remotes
    ]
    return [
        'git commit --message "Words taken out" -- records',
        f"git diff --quiet HEAD -- records && git filter-repo --force --strip-blobs-with-ids {EARLIER}",
        *again,
    ]
