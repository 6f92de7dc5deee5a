"""Complaints of another program: how each stands, so that a row says only what is new."""

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import msgspec

from returnkit.books import Books
from returnkit.imports import complaints
from returnkit.imports.complaints import Happening, steps
from returnkit.imports.reader import Rejected
from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import HASH
from returnkit.records.scratch import Scratch
from returnkit.service.clocks import Clocks
from returnkit.service.complaint import OPENED, TRANSITIONS, Case, after, begin, case_of, event_of, in_order, utc


class Kept(NamedTuple):
    """How a complaint stands, without its events.

    `row` is the time of the last row in these files that made something happen. The rest says what was known before this
    import, if anything: `known` is when something last happened, `told` are the events of that very time which an import made
    and no row has told again so far, and `first` is how the complaint stood before those.
    """

    case: Case
    row: str = ""
    known: str = ""
    first: str = ""
    told: tuple[str, ...] = ()


def small(case: Case) -> Case:
    """Return a case without its events, as small as it can be kept."""
    return case._replace(events=(), skipped=())


class Cases:
    """The complaints that a mapping knows by the other program's numbers, those of earlier imports among them.

    `clocks` count as the shop's policy says today: what a complaint was promised elsewhere, no row says.
    """

    def __init__(self, mapping: str, books: Books, scratch: Scratch, clocks: Clocks, check: Callable[[Json], object]) -> None:
        self.mapping, self.books, self.scratch, self.clocks, self.check = mapping, books, scratch, clocks, check

    def learn(self) -> None:
        """Learn how the complaints stand that were imported through this mapping before."""
        numbers: dict[str, str] = {}
        shared: dict[str, None] = {}  # to these another till wrote, perhaps in a journal that is read before their own
        for line in self.books.lines():
            record = line.record or {}
            if not str(record.get("kind")).startswith("complaint."):
                continue
            own = case_of(record)
            if record.get("kind") == OPENED and record.get("source") == self.mapping and record.get("number"):
                numbers[own] = str(record["number"])
            if _till(own) != _till(str(record.get("id"))):
                shared[own] = None
            elif own in numbers:
                self._learn(numbers[own], record)
        for own in shared:
            if own in numbers:
                for record in in_order(self.books.about(own, "case")):
                    self._learn(numbers[own], record)

    def _learn(self, number: str, record: Json) -> None:
        """Learn what one more record says of a complaint."""
        time, kept = str(record.get("time")), self._kept(number)
        if record.get("kind") == OPENED or kept is None:
            self._keep(number, Kept(small(begin(record)), known=time, first="open"))
            return
        if utc(time) > utc(kept.known):
            kept = kept._replace(known=time, first=kept.case.state, told=())
        if record.get("source") == self.mapping and utc(time) == utc(kept.known):
            kept = kept._replace(told=(*kept.told, event_of(record)))
        self._keep(number, kept._replace(case=small(after(kept.case, record))))

    def _keep(self, number: str, kept: Kept) -> None:
        self.scratch.keep_case(number, msgspec.json.encode(kept).decode())

    def _kept(self, number: str) -> Kept | None:
        about = self.scratch.case(number) if number else ""
        return msgspec.json.decode(about, type=Kept) if about else None

    def records(self, found: tuple[Happening, ...], digest: str, id_of: Callable[[int], str]) -> tuple[list[Json], bool]:
        """Return the records of what a row says, and whether it was known already where there are none.

        `digest` is that of the row, for a complaint without a number. Raises Rejected.
        """
        number = found[0].number
        if not number:
            return self._unnumbered(found, digest, id_of)
        kept = self._kept(number)
        known = kept is not None and kept.known != ""
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
            kept = Kept(small(begin({**body, "id": id_of(0)})))
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
        case, now = kept.case, utc(happening.time)
        above = max(case.opened, kept.row or case.opened, key=utc)
        if now < utc(above):
            raise Rejected(f"it happened at {happening.time[:16]}, before what stands above it ({above[:16]}): sort by time")
        if not case.state:
            raise Rejected(f"what last happened to {case.id} only a newer version of this program knows: install that one")
        what, kept = self._news(happening, kept)
        for at, each in enumerate(what, 1):
            if each == "closed" and (case.open_flags or case.promises):
                raise Rejected(
                    f"{case.id} has a flag or a promise of which nothing came yet: see returnkit complaint show {case.id}"
                )
            was = self.clocks.was(case, happening.time)
            body = complaints.event(happening, each, last=at == len(what), was=was, case=case.id)
            body["key"] = f"{self.mapping}:{self._digest(happening, digest, each, happening.time, len(case.turns))}"
            self.check(body)
            bodies.append(body)
            case = small(after(case, body))
        return kept._replace(case=case, row=happening.time) if what else kept

    def _news(self, happening: Happening, kept: Kept) -> tuple[list[str], Kept]:
        """Return the events that a row adds to what is known, and the complaint with what the row told again."""
        now, known, state = utc(happening.time), utc(kept.known), happening.state
        if now <= known and self._was_made(happening, kept.case):
            kept = kept._replace(row=happening.time)
        if now < known:
            return [], kept
        if now > known or not kept.told:
            return steps(kept.case.state, state), kept
        # Rows of one and the same minute tell again, one after the other, what they told the first time.
        what = steps(kept.first, state)
        if tuple(what) != kept.told[: len(what)]:
            return steps(kept.case.state, state, forward=True), kept
        first = reduce(lambda before, event: TRANSITIONS[event][before], what, kept.first)
        return [], kept._replace(first=first, told=kept.told[len(what) :])

    def _was_made(self, happening: Happening, case: Case) -> bool:
        """Tell whether an earlier import made an event of what a row says."""
        return any(
            self.scratch.holds(self._digest(happening, "", what, happening.time, turns))
            for what in complaints.MADE[happening.state]
            for turns in range(len(case.turns) + 1)
        )

    def _digest(self, happening: Happening, digest: str, what: str, time: str, turns: int) -> str:
        """Return the key of an event: of the complaint's number where it has one, else of its row.

        The same may happen twice in one minute, but not without its having been somebody else's turn in between.
        """
        if not happening.number:
            return digest if what == "opened" else sha256_hex(f"{digest} {what}".encode())[:HASH]
        return sha256_hex(encode([self.mapping, happening.number, what, time, turns]))[:HASH]


def _till(own: str) -> str:
    """Return the till that gave an id."""
    return own.partition("-")[0]
