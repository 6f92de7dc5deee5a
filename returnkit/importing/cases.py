"""Complaints of another program: how each stands, so that a row says only what is new."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from returnkit.books import Books
from returnkit.imports import complaints
from returnkit.imports.complaints import Happening
from returnkit.imports.reader import Rejected
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import HASH
from returnkit.records.scratch import Scratch
from returnkit.service.complaint import OPENED, TRANSITIONS, Case, after, begin


class Kept(NamedTuple):
    """How a complaint stands, as small as it can be kept; `earlier` where an earlier import left it so.

    `last` is when something last happened to it, `row` the time of the last row in these files that says so.
    """

    id: str
    state: str
    opened: str
    answered: str
    reopened: int
    channel: str
    category: str
    last: str
    row: str
    earlier: bool

    @classmethod
    def of(cls, case: Case, last: str, *, row: str = "", earlier: bool) -> "Kept":
        """Return a case as it is kept."""
        own = case.id, case.state, case.opened, case.answered, case.reopened, case.channel, case.category
        return cls(*own, last, row, earlier)

    def case(self) -> Case:
        """Return the case, without its events."""
        own = self.id, self.state, self.opened, self.answered, self.reopened
        return Case(*own, (), (), self.channel, self.category)


class Cases:
    """The complaints that a mapping knows by the other program's numbers, those of earlier imports among them."""

    def __init__(self, mapping: str, books: Books, scratch: Scratch, check: Callable[[Json], object]) -> None:
        self.mapping, self.books, self.scratch, self.check = mapping, books, scratch, check

    def learn(self) -> None:
        """Learn how the complaints stand that were imported through this mapping before."""
        numbers: dict[str, str] = {}
        for line in self.books.lines():
            record = line.record or {}
            time = str(record.get("time"))
            if record.get("kind") == OPENED and record.get("source") == self.mapping and record.get("number"):
                number = numbers[str(record["id"])] = str(record["number"])
                self._keep(number, Kept.of(begin(record), time, earlier=True))
            elif record.get("case") in numbers:
                number = numbers[str(record["case"])]
                kept = self._kept(number)
                assert kept is not None
                self._keep(number, Kept.of(after(kept.case(), record), time, earlier=True))

    def _keep(self, number: str, kept: Kept) -> None:
        self.scratch.keep_case(number, json.dumps(kept))

    def _kept(self, number: str) -> Kept | None:
        about = self.scratch.case(number) if number else ""
        return Kept(*json.loads(about)) if about else None

    def records(self, found: tuple[Happening, ...], digest: str, id_of: Callable[[int], str]) -> tuple[list[Json], bool]:
        """Return the records of what a row says, and whether it was known already where there are none.

        `digest` is that of the row, for a complaint without a number. Raises Rejected.
        """
        number = found[0].number
        if not number:
            return self._unnumbered(found, digest, id_of)
        kept = self._kept(number)
        known = kept is not None and kept.earlier
        bodies, kept = self._told(found, kept, digest, id_of)
        self._keep(number, kept)
        return bodies, known

    def _unnumbered(self, found: tuple[Happening, ...], digest: str, id_of: Callable[[int], str]) -> tuple[list[Json], bool]:
        """Return what is not recorded yet of a complaint without a number: all of it, or what a crash left out."""
        bodies, _ = self._told(found, None, digest, id_of)
        missing = [body for body in bodies if not self.scratch.holds(str(body["key"])[-HASH:])]
        if not missing or len(missing) == len(bodies):
            return missing, not missing
        opening = self.books.keyed(str(bodies[0]["key"]))
        return [{**body, "case": opening["id"]} for body in missing], False

    def _told(
        self, found: tuple[Happening, ...], kept: Kept | None, digest: str, id_of: Callable[[int], str]
    ) -> tuple[list[Json], Kept]:
        """Return the records that what happened makes, and how the complaint stands then. Raises Rejected."""
        bodies: list[Json] = []
        if kept is None:
            body = self._opened(found[0], digest)
            bodies.append(body)
            kept = Kept.of(begin({**body, "id": id_of(0)}), found[0].opened, earlier=False)
        for happening in found:
            kept = self._gone_on(happening, kept, digest, bodies)
        return bodies, kept

    def _opened(self, happening: Happening, digest: str) -> Json:
        body = complaints.opening(happening)
        own = self._digest(happening, digest, "opened", happening.opened, 0)
        if happening.number and self.scratch.holds(own):
            raise Rejected("another import recorded it meanwhile: repeat this one")
        body["key"] = f"{self.mapping}:{own}"
        self.check(body)
        return body

    def _gone_on(self, happening: Happening, kept: Kept, digest: str, bodies: list[Json]) -> Kept:
        """Add the records that lead a complaint to how a row says that it stands, and return it as it is then."""
        now, last = utc(happening.time), utc(kept.last)
        above = max(kept.opened, kept.row or kept.opened, key=utc)
        if now < utc(above):
            raise Rejected(f"it happened at {happening.time[:16]}, before what stands above it ({above[:16]}): sort by time")
        forward = kept.earlier and now <= last
        if forward and self._was_made(happening, kept):
            kept = kept._replace(row=happening.time)
        case = kept.case()
        what = [] if forward and now < last else complaints.steps(case.state, happening.state, forward=forward)
        for at, each in enumerate(what, 1):
            body = complaints.event(happening, each, last=at == len(what), was=case.was, case=case.id)
            body["key"] = f"{self.mapping}:{self._digest(happening, digest, each, happening.time, case.reopened)}"
            self.check(body)
            bodies.append(body)
            case = after(case, body)
        return Kept.of(case, happening.time, row=happening.time, earlier=kept.earlier) if what else kept

    def _was_made(self, happening: Happening, kept: Kept) -> bool:
        """Tell whether an earlier import made an event of what a row says."""
        return any(
            self.scratch.holds(self._digest(happening, "", what, happening.time, times))
            for what in TRANSITIONS
            for times in range(kept.reopened + 1)
        )

    def _digest(self, happening: Happening, digest: str, what: str, time: str, times: int) -> str:
        """Return the key of an event: of the complaint's number where it has one, else of its row."""
        if not happening.number:
            return digest if what == "opened" else sha256_hex(f"{digest} {what}".encode())[:HASH]
        return sha256_hex(encode([self.mapping, happening.number, what, time, times]))[:HASH]


def utc(time: str) -> str:
    """Return an RFC 3339 time in UTC, so that times compare as text."""
    return datetime.fromisoformat(time).astimezone(UTC).isoformat()
