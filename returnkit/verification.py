"""Whether the records are sound: as lines, and in what they say of each other and of the policies."""

import os
from collections.abc import Iterator
from contextlib import suppress

from returnkit.errors import Problem
from returnkit.history import git
from returnkit.model.digest import short_sha256
from returnkit.model.jsonl import Json
from returnkit.records.erasure.redact import own_tills, till_of
from returnkit.records.erasure.vouching import FINISH, FORGOTTEN, NEXT
from returnkit.records.read import journal_files, lines, tills_in
from returnkit.records.verify import Place, Verified, verify
from returnkit.service.complaint import (
    CORRECTED,
    OPENED,
    Case,
    Cases,
    case_of,
    event_of,
    fold,
    is_of_case,
    lost_in_merging,
    repeated,
)
from returnkit.service.coupon import REDEEMED
from returnkit.service.retention import Ties, seen
from returnkit.service.returns import REFUSED, RETURN, VOIDED, lines_of, over_returned

MEND = "see what happened; a correction is a new record"


def verify_shop(shop: str) -> Verified:
    """Return everything that is wrong with the records of a shop folder. Reads each line once, and few of them twice."""
    meaning = _Meaning()
    found = verify(shop, meaning.see)
    found.problems.extend(meaning.problems(shop))
    for own, problem in meaning.still_said(shop):
        (found.problems if own else found.warnings).append(problem)
    found.problems.sort(key=lambda problem: (problem.file, problem.line))
    return found


class _Meaning:
    """What the records say of each other, kept small: cases without their events, receipts as far as they come up twice."""

    def __init__(self) -> None:
        self.cases = Cases()
        self.receipts: set[str] = set()
        self.twice: set[str] = set()
        self.returns: dict[str, str] = {}
        self.voids: list[tuple[Json, Place]] = []
        self.merged: dict[str, Place] = {}
        self.coupons: set[str] = set()
        self.redeemed: dict[str, list[tuple[str, Place]]] = {}
        self.policies: dict[str, Place] = {}
        self.found: list[tuple[str, Problem]] = []
        self.forgotten: dict[str, Place] = {}

    def see(self, record: Json, place: Place) -> None:
        """Take note of a record."""
        kind = str(record.get("kind"))
        if kind.startswith("complaint."):
            self._complaint(record, place)
        elif kind in (RETURN, REFUSED):
            self.returns[str(record.get("id"))] = ""
            receipt = record.get("receipt_no") if kind == RETURN else None
            if isinstance(receipt, str):
                (self.twice if receipt in self.receipts else self.receipts).add(receipt)
        elif kind == FORGOTTEN:
            self.forgotten[str(record.get("contact"))] = place
        elif kind == VOIDED:
            self.voids.append(({"id": record.get("id"), "corrects": record.get("corrects")}, place))
        elif kind == CORRECTED:
            self.cases.shared.add(case_of(record))  # all the records of that case together say whether it is right
        if "coupon" in record:
            self._coupon(record, place)
        for line in lines_of(record):
            if isinstance(line.get("policy"), str):
                self.policies.setdefault(str(line["policy"]), place)

    def _complaint(self, record: Json, place: Place) -> None:
        if not self.cases.see(record) and case_of(record) not in self.cases.shared:
            self.found.append((case_of(record), _makes_no_sense(record, place)))
        if event_of(record) == "merged":
            self.merged[case_of(record)] = place

    def _coupon(self, record: Json, place: Place) -> None:
        if record.get("kind") == REDEEMED:
            self.redeemed.setdefault(str(record["coupon"]), []).append((str(record.get("id")), place))
        else:
            self.coupons.add(str(record["coupon"]))

    def problems(self, shop: str) -> Iterator[Problem]:
        """Yield what is wrong between the records."""
        # Another till may have gone on with a case; then only all its records together say what makes sense.
        yield from (problem for case, problem in self.found if case not in self.cases.shared)
        yield from self._of_several(os.path.join(shop, "records"))
        for own in sorted(lost_in_merging(self.cases.cases)):
            what = f"{own} was merged into one that goes on as none: two tills did it before they met"
            yield Problem(what, f"open one of them again: returnkit complaint reopen {own}", *self.merged[own])
        for void, place in self.voids:
            wanted = str(void["corrects"])
            if wanted not in self.returns:
                yield Problem(f"it voids {wanted}, which is no return here", MEND, *place)
            elif self.returns[wanted]:
                yield Problem(f"it voids {wanted}, which {self.returns[wanted]} voided already", MEND, *place)
            else:
                self.returns[wanted] = str(void["id"])
        yield from self._of_coupons()
        known = _policies(shop, set(self.policies))
        for digest, place in self.policies.items():
            if digest not in known:
                what = f"it was judged by a policy {digest} that is neither in policies/ nor in git"
                yield Problem(what, "put that text into policies/archive/; before a change: returnkit policy archive", *place)

    def still_said(self, shop: str) -> Iterator[tuple[bool, Problem]]:
        """Yield each till that still has words of contacts that are to be forgotten, and whether it is one of this folder's."""
        if not self.forgotten:
            return
        records = os.path.join(shop, "records")
        ties, own = Ties(filter(None, (seen(record) for record, _ in _every(records)))), own_tills(shop)
        for contact, place in self.forgotten.items():
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

    def _of_several(self, records: str) -> Iterator[Problem]:
        """Yield what is wrong with the few cases and receipts that need all their records at once."""
        if not self.cases.shared and not self.twice:
            return
        cases: dict[str, list[Json]] = {own: [] for own in self.cases.shared}
        receipts: dict[str, list[Json]] = {receipt: [] for receipt in self.twice}
        places: dict[str, Place] = {}
        for record, place in _every(records):
            own = case_of(record)
            voided = record.get("voided")
            receipt = voided.get("receipt_no") if isinstance(voided, dict) else record.get("receipt_no")
            for group, key in ((cases, own), (receipts, receipt)):
                if isinstance(key, str) and key in group:
                    group[key].append(record)
                    places[str(record.get("id"))] = place
        readable = {own: events for own, events in cases.items() if events}  # damaged lines are named already
        for own, events in readable.items():
            case = fold(events)
            if case is None:
                yield Problem(f"the complaint {own} was never opened here", MEND, *places[str(events[0].get("id"))])
                continue
            self.cases.cases[own] = case
            yield from _of_skipped(case, events, places)
        for receipt, found in receipts.items():
            for each in over_returned(found):
                last = each.earlier[-1]
                limit = "which came back already" if each.bought is None else f"of which {each.bought} were bought"
                what = f"receipt {receipt}: {each.article or 'what was bought'} comes back, {limit}"
                yield Problem(what, "if it is one too many: returnkit return void", *places[str(last.get("id"))])


def _makes_no_sense(record: Json, place: Place) -> Problem:
    what = f"{record.get('case')} cannot be {event_of(record)} here: this record counts for nothing"
    return Problem(what, "record what is true now with a new one; its till takes it back: returnkit records sync", *place)


def _of_skipped(case: Case, events: list[Json], places: dict[str, Place]) -> Iterator[Problem]:
    """Yield the records of a case that count for nothing and were not taken back, or not as they must be: by their till, once."""
    found = {str(record.get("id")): record for record in events}
    taken_back: dict[str, str] = {}
    for own, record in found.items():
        if record.get("kind") != CORRECTED:
            continue
        wanted = str(record.get("corrects"))
        skipped, place = found.get(wanted, {}), places[own]
        of_its_own = wanted.partition("-")[0] == own.partition("-")[0] and is_of_case(skipped)
        if not of_its_own or skipped.get("kind") in (OPENED, CORRECTED):
            yield Problem(f"it takes back {wanted}, which is no record of this till and complaint", MEND, *place)
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
