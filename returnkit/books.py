"""The shop's books: records written and found by those who know what they mean."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from returnkit.clock import Clock
from returnkit.errors import BadInputError, Problem, RefusedError, ReturnkitError, UnreadableError
from returnkit.model.ids import MOST_DIGITS, fits, record_id, split_id
from returnkit.model.jsonl import Json, encode
from returnkit.model.text import is_number
from returnkit.records.identity import is_where_it_was
from returnkit.records.journal import Journal, Prepare, Written
from returnkit.records.read import Line, journal_files, lines, months, tills_in, unreadable, with_text

# What records mean is loaded by those who ask: a return needs nothing of complaints.
if TYPE_CHECKING:
    from returnkit.service.complaint import Case
    from returnkit.service.coupon import Coupon
    from returnkit.service.returns import TooMany

NOT_VOIDED = ("v", "h", "key", "because", "salt", "redacted")  # of a return's record, what its void does not repeat
SLACK = 1  # months that another till's clock may be behind
FEW = 100  # receipts that are looked for one by one


class Books:
    """The records of a shop folder. `note` is told what a person should know though nothing failed."""

    def __init__(self, shop: str, clock: Clock, note: Callable[[str], object], till: str = "") -> None:
        self.shop, self.clock, self.note = shop, clock, note
        self.folder = os.path.join(shop, "records")
        self.journal = Journal(shop, clock, note, till)
        self._receipt: tuple[str, list[tuple[str, int, int, int]], list[Json]] = ("", [], [])  # the last one that was asked for

    # Finding

    def lines(self, since: str = "") -> Iterator[Line]:
        """Yield the lines of every till, damaged ones with no record; those of files that ended before a day are left out.

        A late entry stands in a later file than its time says, never in an earlier one; a month of grace is for clocks.
        """
        oldest = _months_before(since, SLACK) if since else ""
        for till in tills_in(self.folder):
            for before, path in journal_files(self.folder, till):
                if os.path.basename(path) >= oldest:
                    yield from lines(path, before)

    def sold(self) -> dict[str, set[str]]:
        """Return the values that recorded sales have of each fact, as they are compared. A damaged line is passed over."""
        from returnkit.records.names import names_of_sales

        found: dict[str, set[str]] = {}
        for till in tills_in(self.folder):
            for _, path in journal_files(self.folder, till):
                names_of_sales(path, found)
        return found

    def find(self, text: str) -> Json:
        """Return the record with the id that a person wrote: whole, or number and check character alone; any case.

        Raises BadInputError where there is none, or more than one that it may be.
        """
        found = list(self._found(text))
        if not found:
            raise BadInputError(Problem(f"there is no record {text!r}", "see returnkit return list, returnkit complaint list"))
        if len(found) > 1:
            ids = " or ".join(str(record["id"]) for record in found)
            raise BadInputError(Problem(f"{text!r} may be {ids}", "write the whole of it"))
        return found[0]

    def _found(self, text: str) -> Iterator[Json]:
        try:
            till, seq, check = split_id(text)
        except ValueError as error:
            raise BadInputError(Problem(f"{text!r} is not an id", str(error))) from None
        for name in [till] if till else tills_in(self.folder):
            if fits(name, seq, check):
                wanted = record_id(name, seq)
                needle = encode({"id": wanted})[1:-1]
                folder = os.path.join(self.folder, name)
                paths = (os.path.join(folder, month) for month in reversed(months(folder)))
                record = next((found for path in paths for found in with_text(path, needle) if found.get("id") == wanted), None)
                if record is not None:
                    yield record

    def about(self, wanted: str, field: str) -> list[Json]:
        """Return the record with an id, and those of all tills that name it in a field (`case` or `corrects`).

        The till that wrote it is searched from the newest line back to it, in the others an index says which months to search.
        """
        till, _, _ = split_id(wanted)
        found: list[Json] = []
        folder = os.path.join(self.folder, till)
        for month in reversed(months(folder)):
            records = with_text(os.path.join(folder, month), encode(wanted))
            found += (record for record in records if wanted in (record.get("id"), record.get(field)))
            if any(record.get("id") == wanted for record in found):
                break
        others = [other for other in tills_in(self.folder) if other != till]
        return [*found, *self._with(field, wanted, others)]

    def _with(self, field: str, value: str, tills: Sequence[str]) -> Iterator[Json]:
        """Yield the records of some tills in which a field has a value, newest first within each."""
        from returnkit.records.index import mentions, needle

        own = self.journal.till()
        for till in tills:
            for path in mentions(os.path.join(self.folder, till), field, value, own=till == own):
                yield from with_text(path, needle(field, value))

    def keyed(self, key: str) -> Json:
        """Return the record with a key, whichever till made it. Raises UnreadableError where there is none."""
        for record in self._with("key", key, tills_in(self.folder)):
            if record.get("key") == key:
                return record
        raise UnreadableError(Problem(f"the record with the key {key} cannot be read", "see returnkit records verify"))

    def case(self, text: str) -> "Case":
        """Return the complaint with this id. Raises BadInputError where there is none."""
        return self._case(str(self._opening(text)["id"]))

    def _opening(self, text: str) -> Json:
        from returnkit.service.complaint import OPENED

        record = self.find(text)
        if record.get("kind") != OPENED:
            what = f"{record['id']} is no complaint but a record of kind {record.get('kind')}"
            followup = str(record.get("kind")).startswith("followup.")
            see = f"followup list {record['id']}" if followup else f"complaint show {record.get('case', 'ID')}"
            raise BadInputError(Problem(what, f"see returnkit {see}"))
        return record

    def _case(self, wanted: str) -> "Case":
        from returnkit.service.complaint import fold

        case = fold(self.about(wanted, "case"))
        if case is None:
            raise UnreadableError(Problem(f"the opening of {wanted} cannot be read", "see returnkit records verify"))
        return case

    def merged_into(self, wanted: str) -> list[str]:
        """Return the ids of the complaints that go on as this one."""
        from returnkit.service.complaint import event_of

        found = [record for record in self._with("into", wanted, tills_in(self.folder)) if event_of(record) == "merged"]
        return sorted({str(record["case"]) for record in found if self._goes_on_as(str(record["case"]), wanted)})

    def _goes_on_as(self, merged: str, other: str) -> bool:
        try:
            return self._case(merged).into == other
        except UnreadableError:  # the record of the merging is enough: damage elsewhere hides nobody
            return True

    def calls_about(self, wanted: str) -> list[Json]:
        """Return the calls, mails and other contacts that were logged as being about a complaint, as they came in."""
        from returnkit.service.complaint import utc
        from returnkit.service.contact import LOGGED

        naming = self._with("about", wanted, tills_in(self.folder))
        found = [record for record in naming if record.get("kind") == LOGGED and record.get("about") == wanted]
        return sorted(found, key=lambda record: (utc(str(record.get("received"))), str(record.get("id"))))

    def receipt(self, receipt: str) -> list[Json]:
        """Return every record that names a receipt: sales, returns, and voids of those."""
        # It is asked for before the decision and under the lock: the second time nothing has changed as a rule.
        files = self._files()
        if self._receipt[:2] != (receipt, files):
            # Typed in small or in capital letters, it is the same receipt.
            found = self._with("receipt_no", receipt, tills_in(self.folder))
            self._receipt = receipt, files, [record for record in found if _receipt_in(record) == receipt.casefold()]
        return self._receipt[2]

    def receipts(self, wanted: Sequence[str]) -> Iterator[tuple[str, list[Json]]]:
        """Yield receipts, each with every record that names it; of many everything is read once. Raises UnreadableError."""
        if len(wanted) <= FEW:
            yield from ((receipt, self.receipt(receipt)) for receipt in wanted)
            return
        found: dict[str, list[Json]] = {receipt.casefold(): [] for receipt in wanted}
        files = (path for till in tills_in(self.folder) for _, path in journal_files(self.folder, till))
        for record in (record for path in files for record in with_text(path, b'"receipt_no":')):
            found.get(_receipt_in(record), []).append(record)
        yield from ((receipt, found[receipt.casefold()]) for receipt in wanted)

    def _files(self) -> list[tuple[str, int, int, int]]:
        """Return what changes whenever a journal does."""
        found = []
        for till in tills_in(self.folder):
            for month in months(os.path.join(self.folder, till)):
                path = os.path.join(self.folder, till, month)
                try:
                    stat = os.stat(path, follow_symlinks=False)
                except OSError as error:
                    raise unreadable(path, error) from None
                found.append((path, stat.st_size, stat.st_mtime_ns, stat.st_ino))
        return found

    # Writing

    def append(self, facts: Mapping[str, object], complete: Callable[[str], Mapping[str, object]], key: str = "") -> Written:
        """Append one record; see `Journal.append`."""
        self._look_at_place()
        return self.journal.append(facts, complete, key)

    def append_all(self, prepare: Prepare) -> int:
        """Append many records that happened elsewhere; see `Journal.append_all`."""
        self._look_at_place()
        return self.journal.append_all(prepare)

    def _look_at_place(self) -> None:
        """Say, once on this machine, where the folder lies, if what is written there may get lost."""
        if not is_where_it_was(self.shop):
            from returnkit.records.places import warning

            found = warning(self.shop)
            if found:
                self.note(found)

    def with_key(self, key: str, facts: Mapping[str, object]) -> Json | None:
        """Return the record that this till made with a key; see `Journal.with_key`."""
        return self.journal.with_key(key, facts)

    def append_with_contact(
        self, facts: Mapping[str, object], extra: Mapping[str, object], contact: Mapping[str, str], key: str = ""
    ) -> Written:
        """Append a record about a customer; how they can be reached is kept apart, under a random reference that it names."""
        if not contact:
            return self.append(facts, lambda _now: {**facts, **extra}, key)
        from returnkit.records.contacts import drop_contact, keep_contact, new_reference

        reference = new_reference()

        def complete(_now: str) -> Mapping[str, object]:
            keep_contact(self.folder, reference, contact)
            return {**facts, **extra, "contact": reference}

        try:
            return self.append(facts, complete, key)
        except ReturnkitError:
            drop_contact(self.folder, reference)
            raise

    def change(
        self,
        text: str,
        event: str,
        facts: Mapping[str, object],
        more: "Callable[[Case, str], Mapping[str, object]]",
        key: str = "",
    ) -> Written:
        """Append what happened to a complaint, one of the events of `TRANSITIONS`.

        `facts` are what was typed. `more` is called under the lock with the case as it is then, and the time; it returns what
        the record carries beside the facts, `was` among it, or raises a refusal. Raises BadInputError where the event makes no
        sense in the case's state, saying what is possible.
        """
        case_id = str(self._opening(text)["id"])
        body = {**facts, "kind": f"complaint.{event}", "case": case_id}

        def complete(now: str) -> Mapping[str, object]:
            case = self._case(case_id)
            check_state(case, event)
            time = self._when(case, now)
            record = {"time": time, **body, **more(case, time)}
            check_sense(case, event, record)
            return record

        return self.append(body, complete, key)

    def _when(self, case: "Case", now: str) -> str:
        """Return when what happens now to a case happens: now, or just after what was seen of it where a clock is behind.

        Records count in the order of their times: one that seems to come before what its writer saw would count for nothing.
        Raises BadInputError where --now says so.
        """
        from returnkit.service.complaint import utc

        own, at = self.journal.till(), utc(now)
        told = [(utc(str(event.get("time"))), str(event.get("id")).partition("-")[0]) for event in (*case.events, *case.skipped)]
        newest = max(((time, till) for time, till in told if till != own), default=("", ""))
        mine = max([at, *(time for time, till in told if till == own)])
        opened = utc(case.opened)
        if at >= opened and (mine, own) > newest:
            return now
        seen, who = max(newest, (opened, case.id.partition("-")[0]))
        what = f"{who} recorded something of {case.id} at {seen[:16].replace('T', ' ')} (UTC), after {now}"
        if self.clock.set:
            raise BadInputError(Problem(what, "check --now: only what comes after that can still be recorded"))
        self.note(f"{what}: check the clocks; it is recorded as a second later")
        from datetime import datetime, timedelta

        zone = datetime.fromisoformat(now).tzinfo
        return (datetime.fromisoformat(seen).astimezone(zone) + timedelta(seconds=1)).isoformat(timespec="seconds")

    def log_return(self, facts: Mapping[str, object], body: Mapping[str, object], key: str = "") -> Written:
        """Append a return, unless more would come back than was bought; earlier ones are counted under the lock.

        A return that overrides the policy may bring back more of a receipt whose sale is not known, never of one that is.
        Raises RefusedError.
        """
        from returnkit.service.returns import too_many

        def complete(_now: str) -> Mapping[str, object]:
            receipt = str(body.get("receipt_no", ""))
            if receipt:
                found = too_many(self.receipt(receipt), body["lines"], str(body.get("bought", "")))  # type: ignore[arg-type]
                found = [each for each in found if each.bought is not None or not body.get("override")]
                if found:
                    raise RefusedError(*(_too_many(each, receipt) for each in found))
            return body

        return self.append(facts, complete, key)

    def void_return(self, text: str, facts: Mapping[str, object], extra: Mapping[str, object], key: str = "") -> Written:
        """Append that a return never was; its record stays.

        `facts` are what was typed, `extra` what the record carries beside them. Raises BadInputError where it is no return,
        or void already.
        """
        from returnkit.service.returns import REFUSED, RETURN, VOIDED

        wanted = str(self.find(text)["id"])
        body = {**facts, "kind": VOIDED, "corrects": wanted}

        def complete(_now: str) -> Mapping[str, object]:
            records = self.about(wanted, "corrects")
            record = next(found for found in records if found.get("id") == wanted)
            if record.get("kind") not in (RETURN, REFUSED):
                what = f"{wanted} is no return but a record of kind {record.get('kind')}"
                raise BadInputError(Problem(what, "see returnkit return list"))
            earlier = next((found for found in records if found.get("kind") == VOIDED), None)
            if earlier is not None:
                raise BadInputError(Problem(f"{wanted} was voided already by {earlier['id']}", "nothing is left to do"))
            kept = {field: value for field, value in record.items() if field not in NOT_VOIDED}
            return {**body, **extra, "voided": kept}

        return self.append(body, complete, key)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold what one command of this shop folder does at a time, whichever till it writes for. Raises BusyError."""
        from returnkit.records.identity import FOLDER, identity
        from returnkit.records.lock import locked

        identity(self.shop, self.folder, self.journal.till())  # the folder that is locked
        with locked(os.path.join(self.shop, FOLDER)):
            yield

    def settle(self, followup: str, facts: Mapping[str, object], extra: Mapping[str, object], key: str = "") -> Written:
        """Append what was done about a follow-up, by the id of the record behind it.

        `facts` are what was typed, `extra` what the record carries beside them. Raises BadInputError where it is over already.
        """
        from returnkit.service.followup import DONE, SKIPPED

        body = {**facts, "followup": followup}

        def complete(_now: str) -> Mapping[str, object]:
            for record in self._with("followup", followup, tills_in(self.folder)):
                if record.get("followup") == followup and record.get("kind") in (DONE, SKIPPED):
                    what = f"{str(record['kind']).partition('.')[2]} {str(record.get('time'))[:16].replace('T', ' ')}"
                    who = f" by {record['staff']}" if record.get("staff") else ""
                    raise BadInputError(Problem(f"the follow-up {followup} was {what}{who}", "nobody is asked twice"))
            return {**body, **extra}

        return self.append(body, complete, key)

    # Customers and coupons

    def complaints_of(self, contact: str) -> "list[Case]":
        """Return the complaints that name a contact, of all tills: those that are not over first, then the newest first."""
        from returnkit.service.complaint import OPENED, fold
        from returnkit.service.contact import in_turn

        tills = tills_in(self.folder)
        naming = [record for record in self._with("contact", contact, tills) if record.get("contact") == contact]
        openings = [record for record in naming if record.get("kind") == OPENED]
        return in_turn(fold([opening, *self._with("case", str(opening.get("id")), tills)]) for opening in openings)

    def complaints_by_contact(self) -> "dict[str, list[Case]]":
        """Return the complaints that name a contact, by its reference, each contact's as `complaints_of` does."""
        from returnkit.service.complaint import OPENED, fold
        from returnkit.service.contact import in_turn

        openings = [record for record in self._mentioning("contact") if record.get("kind") == OPENED]
        records = {str(opening.get("id")): [opening] for opening in openings}
        for record in self._mentioning("case"):
            records.get(str(record.get("case")), []).append(record)
        found: dict[str, list[Case | None]] = {}
        for opening, *events in records.values():
            found.setdefault(str(opening.get("contact")), []).append(fold([opening, *events]))
        return {contact: in_turn(cases) for contact, cases in found.items()}

    def _mentioning(self, field: str) -> Iterator[Json]:
        """Yield the records of every till that have a field with text in it."""
        for till in tills_in(self.folder):
            for _, path in journal_files(self.folder, till):
                yield from with_text(path, b'"%s":"' % field.encode())

    def coupon(self, digest: str) -> "Coupon":
        """Return what the records of all tills say of the coupon that they know under a digest."""
        from returnkit.service.coupon import coupon_of

        return coupon_of(self._with("coupon", digest, tills_in(self.folder)), digest)

    def redeem(self, digest: str, facts: Mapping[str, object], key: str = "") -> Written:
        """Append that a coupon was redeemed; whether it is good is looked up under the lock. Raises RefusedError where not."""
        from returnkit.service.coupon import REDEEMED, why_not

        body = {**facts, "kind": REDEEMED, "coupon": digest}

        def complete(now: str) -> Mapping[str, object]:
            if why_not(self.coupon(digest), now[:10]):
                raise RefusedError(Problem("this coupon is no good", "see returnkit coupon redeem --check"))
            return body

        return self.append(body, complete, key)


def _receipt_in(record: Json) -> str:
    """Return the receipt that a record is about, as receipts are compared; of a void that of what it takes back."""
    voided = record.get("voided")
    about = voided if isinstance(voided, dict) else record
    return str(about.get("receipt_no", "")).casefold()


def refused_as_too_many(records: Sequence[Json], wanted: Sequence[Mapping[str, object]], receipt: str) -> None:
    """Raise RefusedError where more articles would come back of a known sale than were bought; `wanted` as they are typed."""
    from returnkit.service.returns import too_many

    pieces = [(item, str(item.get("quantity", 1))) for item in wanted]  # what is no number of pieces is refused elsewhere
    lines = [{**item, "quantity": int(count)} for item, count in pieces if is_number(count, MOST_DIGITS)]
    day = str(wanted[0].get("bought", "")) if wanted else ""
    found = [each for each in too_many(records, lines, day) if each.bought is not None]
    if found:
        raise RefusedError(*(_too_many(each, receipt) for each in found))


def _too_many(each: "TooMany", receipt: str) -> Problem:
    article = each.article or "what was bought"
    before = ", ".join(f"{record.get('id')} on {str(record.get('time'))[:10]}" for record in each.earlier)
    if each.bought is None:
        what = f"{article} of receipt {receipt} came back already: {before}"
        remedy = "if more was bought than came back, a person may decide so: --override --because"
        return Problem(what, remedy)
    came = f", and came back already: {before}" if before else ""
    return Problem(f"of {article} receipt {receipt} has {each.bought}{came}", "no more can come back than was bought")


def check_state(case: "Case", event: str) -> None:
    """Raise BadInputError where the event makes no sense in the case's state."""
    from returnkit.service.complaint import TRANSITIONS, VERBS, event_of, possible

    if case.state in TRANSITIONS[event]:
        return
    since, state = case.opening, "open"
    for entry in case.events[1:]:
        then = TRANSITIONS.get(event_of(entry), {}).get(state, state)
        since, state = (entry, then) if then != state else (since, state)
    what = f"{case.id} is {case.state} (since {str(since.get('time'))[:16].replace('T', ' ')}): {VERBS[event]} is not possible"
    if case.into:
        raise BadInputError(Problem(what, f"it goes on as {case.into}"))
    raise BadInputError(Problem(what, f"possible now: {', '.join(possible(case.state))}"))


def check_sense(case: "Case", event: str, record: Mapping[str, object]) -> None:
    """Raise BadInputError where the event, which the case's state allows, makes no sense all the same."""
    from returnkit.service.complaint import hindrance

    why = hindrance(case, event, record)
    if why:
        raise BadInputError(Problem(f"{case.id}: {why}", f"see returnkit complaint show {case.id}"))


def _months_before(month: str, count: int) -> str:
    """Return the month so many before, `2026-11` as in a file's name."""
    total = int(month[:4]) * 12 + int(month[5:7]) - 1 - count
    return f"{total // 12:04}-{total % 12 + 1:02}"
