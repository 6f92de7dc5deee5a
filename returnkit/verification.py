"""Whether the records are sound: as lines, and in what they say of each other and of the policies."""

import os
from collections.abc import Iterator
from contextlib import suppress

from returnkit.errors import Problem
from returnkit.history import git
from returnkit.model.digest import short_sha256
from returnkit.model.jsonl import Json
from returnkit.records.erasure.forget import FORGOTTEN, files_of, forgotten
from returnkit.records.erasure.redact import cleaned_here, till_of
from returnkit.records.erasure.vouching import FINISH, NEXT
from returnkit.records.read import journal_files, lines, tills_in
from returnkit.records.verify import Place, Verified, verify
from returnkit.service.complaint import (
    CORRECTED,
    OPENED,
    Case,
    Cases,
    Usual,
    as_case,
    as_usual,
    case_of,
    event_of,
    fold,
    is_of_case,
    lost_in_merging,
    repeated,
)
from returnkit.service.coupon import REDEEMED
from returnkit.service.retention import Ties, came_back, seen
from returnkit.service.returns import REFUSED, RETURN, SALE, VOIDED, given_twice

MEND = "see what happened; a correction is a new record"


def verify_shop(shop: str) -> Verified:
    """Return everything that is wrong with the records of a shop folder. Reads each line once, and few of them twice."""
    meaning = _Meaning()
    found = verify(shop, meaning.see)
    for problem, about in meaning.problems(shop):
        if about in found.lost:  # it was on a line that nobody can read any more, and that is accepted
            found.warnings.append(problem._replace(remedy="the line of that record is damaged, and accepted"))
        else:
            found.findings.add(problem)
    for own, problem in meaning.still_said(shop):
        if own:
            found.findings.add(problem)
        else:
            found.warnings.append(problem)
    return found


class _Meaning:
    """What the records say of each other, kept small: cases without their events, receipts as far as they come up twice."""

    def __init__(self) -> None:
        self.usual: dict[str, Usual] = {}
        self.cases = Cases()  # the others
        self.receipts: set[str] = set()
        self.twice: dict[str, str] = {}  # as it was typed last
        self.returns: dict[str, str] = {}
        self.voids: list[tuple[Json, Place]] = []
        self.merged: dict[str, Place] = {}
        self.coupons: set[str] = set()
        self.redeemed: dict[str, list[tuple[str, Place]]] = {}
        self.policies: dict[str, Place] = {}
        self.found: list[tuple[str, Problem]] = []
        self.forgotten: dict[str, Place] = {}

    def see(self, record: Json, file: str, line: int) -> None:
        """Take note of a record, and where it stands."""
        kind = record.get("kind")
        if kind in (RETURN, REFUSED):
            self.returns[str(record.get("id"))] = ""
            receipt = record.get("receipt_no") if kind == RETURN else None
            if isinstance(receipt, str):
                # Typed in small or in capital letters, it is the same receipt.
                if receipt.casefold() in self.receipts:
                    self.twice[receipt.casefold()] = receipt
                self.receipts.add(receipt.casefold())
        elif kind != SALE:
            self._see_other(str(kind), record, Place(file, line))
        articles = record.get("lines")
        for article in articles if isinstance(articles, list) else ():
            policy = article.get("policy") if isinstance(article, dict) else None
            if isinstance(policy, str) and policy not in self.policies:
                self.policies[policy] = Place(file, line)

    def _see_other(self, kind: str, record: Json, place: Place) -> None:
        if kind.startswith("complaint."):
            self._complaint(record, place)
        elif kind == FORGOTTEN:
            self.forgotten[str(record.get("contact"))] = place
        elif kind == VOIDED:
            self.voids.append(({"id": record.get("id"), "corrects": record.get("corrects")}, place))
        elif kind == CORRECTED:
            self.cases.shared.add(case_of(record))  # all the records of that case together say whether it is right
        if "coupon" in record:
            self._coupon(record, place)

    def _complaint(self, record: Json, place: Place) -> None:
        own, event = case_of(record), event_of(record)
        before = self.usual.pop(own, None)
        # What a customer chooses must be among what was offered, of which a usual complaint keeps nothing.
        usual = as_usual(before, record) if event != "offered" and own not in self.cases.cases else None
        if usual is not None:
            self.usual[own] = usual
            return
        if before is not None:
            self.cases.cases[own] = as_case(own, before)
        if not self.cases.see(record) and own not in self.cases.shared:
            self.found.append((own, _makes_no_sense(record, place)))
        if event == "merged":
            self.merged[own] = place

    def _coupon(self, record: Json, place: Place) -> None:
        if record.get("kind") == REDEEMED:
            self.redeemed.setdefault(str(record["coupon"]), []).append((str(record.get("id")), place))
        else:
            self.coupons.add(str(record["coupon"]))

    def problems(self, shop: str) -> Iterator[tuple[Problem, str]]:
        """Yield what is wrong between the records, and which one is missing, if it is that."""
        yield from self._of_missing(os.path.join(shop, "records"))
        yield from ((problem, "") for problem in self._of_others(shop))

    def _of_missing(self, records: str) -> Iterator[tuple[Problem, str]]:
        yield from self._of_several(records)
        for void, place in self.voids:
            wanted = str(void["corrects"])
            if wanted not in self.returns:
                yield Problem(f"it voids {wanted}, which is no return here", MEND, *place), wanted

    def _of_others(self, shop: str) -> Iterator[Problem]:
        # Another till may have gone on with a case; then only all its records together say what makes sense.
        yield from (problem for case, problem in self.found if case not in self.cases.shared)
        for own in sorted(lost_in_merging(self.cases.cases)):
            what = f"{own} was merged into one that goes on as none: two tills did it before they met"
            yield Problem(what, f"open one of them again: returnkit complaint reopen {own}", *self.merged[own])
        for void, place in self.voids:
            wanted = str(void["corrects"])
            if self.returns.get(wanted):
                yield Problem(f"it voids {wanted}, which {self.returns[wanted]} voided already", MEND, *place)
            elif wanted in self.returns:
                self.returns[wanted] = str(void["id"])
        yield from self._of_coupons()
        known = _policies(shop, set(self.policies))
        for digest, place in self.policies.items():
            if digest not in known:
                what = f"it was judged by a policy {digest} that is neither in policies/ nor in git"
                yield Problem(what, "put that text into policies/archive/; before a change: returnkit policy archive", *place)

    def still_said(self, shop: str) -> Iterator[tuple[bool, Problem]]:
        """Yield what still is there of contacts that are to be forgotten, and whether this folder has to see to it."""
        if not self.forgotten:
            return
        records = os.path.join(shop, "records")
        ties, own = Ties(filter(None, (seen(record) for record, _ in _every(records)))), cleaned_here(shop)
        said, held = forgotten(records), files_of(records, self.forgotten)
        for contact, place in self.forgotten.items():
            if contact not in said or came_back(ties, contact, said[contact]):
                continue
            if contact in held:
                yield True, Problem(f"unfinished: the contact {contact} was to be forgotten, and is still here", FINISH, *place)
            for till in sorted({till_of(each.id) for each in ties.of(contact) if each.words}):
                what = f"words of a contact that is to be forgotten are still in the records of {till}"
                if till in own:
                    yield True, Problem(f"unfinished: {what}", FINISH, *place)
                else:
                    yield False, Problem(what, NEXT.format(till), *place)

    def _of_coupons(self) -> Iterator[Problem]:
        """Yield what is wrong with coupons: one that nobody gave, or that two tills took before they met."""
        for coupon, found in self.redeemed.items():
            (first, place), *again = found
            if coupon not in self.coupons:
                yield Problem(f"{first} takes a coupon that was never given here", MEND, *place)
            for other, its in again:
                yield Problem(f"{other} takes a coupon that {first} took as well", "two tills took it before they met", *its)

    def _of_several(self, records: str) -> Iterator[tuple[Problem, str]]:
        """Yield the same of the few cases and receipts that need all their records at once."""
        if not self.cases.shared and not self.twice:
            return
        cases: dict[str, list[Json]] = {own: [] for own in self.cases.shared}
        receipts: dict[str, list[Json]] = {receipt: [] for receipt in self.twice}
        places: dict[str, Place] = {}
        for record, place in _every(records):
            own = case_of(record)
            voided = record.get("voided")
            receipt = voided.get("receipt_no") if isinstance(voided, dict) else record.get("receipt_no")
            for group, key in ((cases, own), (receipts, receipt.casefold() if isinstance(receipt, str) else "")):
                if key in group:
                    group[key].append(record)
                    places[str(record.get("id"))] = place
        readable = {own: events for own, events in cases.items() if events}  # damaged lines are named already
        for own, events in readable.items():
            case = fold(events)
            if case is None:
                yield Problem(f"the complaint {own} was never opened here", MEND, *places[str(events[0].get("id"))]), own
                continue
            self.cases.cases[own] = case
            yield from ((problem, "") for problem in _of_skipped(case, events, places))
        for receipt, found in receipts.items():
            for each in given_twice(self.twice[receipt], found):
                yield Problem(each.what, each.remedy, *places[each.id]), ""


def _makes_no_sense(record: Json, place: Place) -> Problem:
    what = f"{record.get('case')} cannot be {event_of(record)} here: this record counts for nothing"
    till = str(record.get("id")).partition("-")[0]
    remedy = f"its till takes it back: returnkit records sync (if {till} is no more: returnkit records sync --gone {till})"
    return Problem(what, f"record what is true now with a new one; {remedy}", *place)


def _of_skipped(case: Case, events: list[Json], places: dict[str, Place]) -> Iterator[Problem]:
    """Yield the records of a case that count for nothing and were not taken back, or not as they must be: in full, once."""
    found = {str(record.get("id")): record for record in events}
    taken_back: dict[str, str] = {}
    for own, record in found.items():
        if record.get("kind") != CORRECTED:
            continue
        wanted = str(record.get("corrects"))
        skipped, place = found.get(wanted, {}), places[own]
        if not is_of_case(skipped) or skipped.get("kind") in (OPENED, CORRECTED):
            yield Problem(f"it takes back {wanted}, which is no record of this complaint", MEND, *place)
        elif wanted in taken_back:
            yield Problem(f"it takes back {wanted}, which {taken_back[wanted]} took back already", MEND, *place)
        elif record.get("skipped") != repeated(skipped):
            yield Problem(f"it does not say of {wanted} what stands there", MEND, *place)
        taken_back.setdefault(wanted, own)
    for record in case.skipped:
        if str(record.get("id")) not in taken_back:
            yield _makes_no_sense(record, places[str(record.get("id"))])


def _every(records: str) -> Iterator[tuple[Json, Place]]:
    for till in tills_in(records):
        for before, path in journal_files(records, till):
            for line in lines(path, before):
                if line.record is not None:
                    yield line.record, Place(line.file, line.number)


def _policies(shop: str, wanted: set[str]) -> set[str]:
    """Return which of the wanted hashes are of a policy text in policies/ or in git's history."""
    found = set()
    for folder in ("policies", os.path.join("policies", "archive")):
        path = os.path.join(shop, folder)
        for name in os.listdir(path) if os.path.isdir(path) else ():
            if name.endswith(".toml") and os.path.isfile(os.path.join(path, name)):  # a pipe would be waited for
                with suppress(OSError), open(os.path.join(path, name), "rb") as file:
                    found.add(short_sha256(file.read()))
    return found if wanted <= found else found | _committed_policies(shop)


def _committed_policies(shop: str) -> set[str]:
    names = git(shop, "log", "--all", "--format=", "--raw", "--no-abbrev", "--", "policies/returns.toml") or b""
    blobs = {line.split()[3] for line in names.decode("utf-8", "replace").splitlines() if line.startswith(":")}
    texts = [git(shop, "cat-file", "blob", blob) for blob in blobs if blob.strip("0")]
    return {short_sha256(text) for text in texts if text is not None}
