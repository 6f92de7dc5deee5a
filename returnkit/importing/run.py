"""One import: files are read row by row, what they say is recorded batch by batch, and each of it once."""

import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import NamedTuple

from returnkit.books import Books
from returnkit.errors import BadInputError, Problem
from returnkit.importing.articles import Articles
from returnkit.importing.cases import Cases
from returnkit.importing.files import OPEN_RECEIPTS, Counts, Rejects, check_files, reading
from returnkit.imports import drafts
from returnkit.imports.complaints import Happening, happenings
from returnkit.imports.mapping import Bound, ImportMapping
from returnkit.imports.reader import Cells, Place, Rejected, local_day
from returnkit.imports.rows import Row
from returnkit.model.digest import sha256_hex
from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import HASH, LONGEST_TEXT, VERSION, check_record
from returnkit.model.toml import name
from returnkit.records.journal import let_signals_through
from returnkit.records.scratch import Scratch, goods_of
from returnkit.service.complaint import utc
from returnkit.service.returns import lines_of
from returnkit.shop import Shop

BATCH = 500  # records that are written and synced together
SALT_BYTES = 8
SHOWN = 10  # records that a dry run shows

_ADVICE = re.compile(": put it into the contact .*")  # what is said at the counter

IdOf = Callable[[int], str]
Sold = tuple[Row, Json | Rejected, tuple[str, ...]]  # a row of a receipt, what it says, and the cells that were read of it


class Entry(NamedTuple):
    """What some rows say, not yet recorded: whole records, or what happened to a complaint."""

    rows: tuple[Row, ...]
    digest: str
    bodies: tuple[Json, ...] = ()
    happenings: tuple[Happening, ...] = ()


class Asked(NamedTuple):
    """What is imported and how: `kind` of records, nothing written with `dry`, purchases guessed with `guess`."""

    mapping: ImportMapping
    kind: str
    dry: bool = False
    guess: bool = False


class Import:
    """One run over some files: `counts` tell at the end what became of the rows of each.

    With a dry run `first` holds the first records as they would be, each with the line of its row. `progress` is told how
    many bytes were read.
    """

    def __init__(self, books: Books, shop: Shop, asked: Asked, progress: Callable[[int], object]) -> None:
        from zoneinfo import ZoneInfo

        self.books, self.shop, self.asked, self.progress = books, shop, asked, progress
        self.mapping, self.kind = asked.mapping, asked.kind
        shop_zone, zone = ZoneInfo(shop.time_zone), asked.mapping.format.time_zone
        self.place = Place(shop_zone, ZoneInfo(zone) if zone else shop_zone, shop.currency, shop.items())
        self.scratch = Scratch(books.folder, asked.kind)
        self.articles = Articles(self.place.items)
        self.counts: list[Counts] = []
        self.first: list[tuple[int, Json]] = []
        self.doubtful: dict[str, None] = {}  # receipts of returns that may have been taken back here already
        self.without_category = 0
        self._would = 0  # records that a dry run would have made

    @cached_property
    def cases(self) -> Cases:
        """The complaints that the mapping knows. What is promised to them is read only where they are imported."""
        clocks = self.shop.clocks(self.books.clock.offset)
        _ = clocks.terms  # read now, so that a mistake there is told before anything is recorded
        return Cases(self.mapping.name, self.books, self.scratch, clocks, _check)

    def run(self, paths: Sequence[str]) -> None:
        """Import files one after the other. Raises BadInputError, UnreadableError; what was recorded before stays."""
        check_files(paths)
        self.scratch.catch_up()
        if self.kind == "complaint":
            self.cases.learn()
        if self.asked.guess:
            self._learn_sales(paths)
        for number, path in enumerate(paths):
            self._file(path, number)
        if not self.asked.dry:
            self.articles.write(self.shop)

    def _file(self, path: str, number: int) -> None:
        self.counts.append(Counts(path))
        with ExitStack() as stack:
            rejects = Rejects(self.counts[-1], self.mapping, stack, dry=self.asked.dry)
            batch: list[Entry] = []
            for entry in self._entries(path, number, rejects):
                batch.append(entry)
                if len(batch) == BATCH:
                    self._record(batch, rejects)
                    batch = []
            self._record(batch, rejects)

    # Reading

    def _entries(self, path: str, number: int, rejects: Rejects) -> Iterator[Entry]:
        """Yield what the rows of a file say that count."""
        receipts: OrderedDict[str, list[Sold]] = OrderedDict()
        with reading(path, self.mapping, self.kind, self.progress) as (bound, rows):
            rejects.header = bound.header
            for row in self._counting(bound, rows, rejects.counts):
                if self.kind != "sale":
                    yield from self._single(Cells(bound, row, self.place), number, rejects)
                    continue
                receipt, sold = self._sold(bound, row)
                receipts.setdefault(receipt, []).append(sold)
                if len(receipts) > OPEN_RECEIPTS:
                    yield from self._receipt(receipts.popitem(last=False)[1], number, rejects)
            for found in receipts.values():
                yield from self._receipt(found, number, rejects)

    @staticmethod
    def _counting(bound: Bound, rows: Iterator[Row], counts: Counts) -> Iterator[Row]:
        """Yield the rows that are of this kind, or of which nobody can tell."""
        for row in rows:
            counts.rows += 1
            try:
                counted = bool(row.problem) or bound.counts(row.cells)
            except ValueError as error:
                yield row._replace(problem=str(error))
                continue
            if counted:
                yield row
            else:
                counts.passed_over += 1

    def _single(self, cells: Cells, file: int, rejects: Rejects) -> Iterator[Entry]:
        """Yield what a row says that stands for itself."""
        try:
            cells.check()
            digest = self._digest(file, [cells.bound.read(cells.row.cells)])
            if self.kind == "complaint":
                entry = Entry((cells.row,), digest, happenings=tuple(happenings(cells)))
            elif self.kind == "item":
                entry = Entry((cells.row,), digest, (drafts.an_item(cells),))
            else:
                body = drafts.an_answer(cells) if self.kind == "survey" else self._guessed(cells, drafts.a_return(cells))
                _check(body)
                entry = Entry((cells.row,), digest, (body,))
        except Rejected as rejected:
            rejects.reject([cells.row], str(rejected))
        else:
            yield entry

    def _sold(self, bound: Bound, row: Row) -> tuple[str, Sold]:
        """Return the receipt of a row, as far as it can be told, and what the row says of it."""
        width = len(bound.header)
        cells = Cells(bound, row._replace(cells=(*row.cells, *[""] * width)[:width]), self.place)
        receipt = cells.text("receipt-no") or f"row {row.line}"
        try:
            return receipt, (row, drafts.sale_line(cells), bound.read(row.cells))
        except Rejected as rejected:
            return receipt, (row, rejected, ())

    def _receipt(self, found: list[Sold], file: int, rejects: Rejects) -> Iterator[Entry]:
        """Yield the sale that the rows of a receipt are; one bad row rejects them all, for a part of a receipt is none."""
        rows = tuple(row for row, _, _ in found)
        bad = next(((row, said) for row, said, _ in found if isinstance(said, Rejected)), None)
        if bad is not None:
            rejects.reject(rows, str(bad[1]), bad[0])
            return
        try:
            bodies = drafts.together([said for _, said, _ in found if not isinstance(said, Rejected)])
            for body in bodies:
                _check(body)
        except Rejected as rejected:
            rejects.reject(rows, str(rejected))
        else:
            yield Entry(rows, self._digest(file, [read for _, _, read in found]), tuple(bodies))

    def _digest(self, file: int, read: list[tuple[str, ...]]) -> str:
        """Return what tells these rows apart from all others: what the mapping reads of them, and which occurrence it is."""
        plain = encode([self.mapping.name, self.kind, read])
        times = self.scratch.times(bytes.fromhex(sha256_hex(b"%d " % file + plain)))
        return sha256_hex(b"%d " % times + plain)[:HASH]

    # Guessing

    def _learn_sales(self, paths: Sequence[str]) -> None:
        """Learn who bought what, from the sales in the files themselves: records know no customers."""
        if "sale" not in self.mapping.sections or "customer" not in self.mapping.sections["sale"].fields:
            what = f"the mapping {self.mapping.name} does not say which customer bought what"
            raise BadInputError(Problem(what, "give its [sale] and [return] a customer, or leave --guess-purchase out"))
        for path in paths:
            with reading(path, self.mapping, "sale", self.progress) as (bound, rows):
                for row in self._counting(bound, rows, Counts()):
                    _, (_, said, _) = self._sold(bound, row)
                    if isinstance(said, Rejected):
                        continue
                    buyer = _buyer(Cells(bound, row, self.place))
                    if buyer and "time" in said:
                        self.scratch.keep_sale(buyer, utc(str(said["time"])), str(said["receipt_no"]))
        self.scratch.index_sales()

    def _guessed(self, cells: Cells, body: Json) -> Json:
        """Return a return with the purchase that is guessed to be behind it, where that is asked for and not said."""
        buyer = _buyer(cells) if self.asked.guess and not {"receipt_no", "bought"} & body.keys() else ""
        time, receipt = self.scratch.sale_before(buyer, utc(str(body["time"]))) if buyer else ("", "")
        if not receipt:
            return body
        return {**body, "bought": local_day(time, self.place.shop_zone), "guessed": receipt}

    # Recording

    def _record(self, batch: list[Entry], rejects: Rejects) -> None:
        """Record a batch, but for what was recorded before."""
        fresh = [entry for entry in batch if entry.happenings or self._is_fresh(entry)]
        rejects.counts.known += sum(len(entry.bodies) for entry in batch) - sum(len(entry.bodies) for entry in fresh)
        if self.kind == "item":
            rejects.counts.recorded += len(self._taken(fresh, rejects))
        elif self.asked.dry:
            before = self._would
            bodies = self._bodies(fresh, lambda at: record_id("new", before + at + 1), rejects)
            rejects.counts.recorded += len(bodies)
            self._would += len(bodies)
            for body in bodies:
                self.scratch.keep_key(str(body["key"])[-HASH:])
                if self.kind == "sale":
                    self.scratch.keep_sale_record(body)
        elif fresh:

            def prepare(id_of: IdOf) -> list[Json]:
                self.scratch.catch_up()
                return self._bodies(fresh, id_of, rejects)

            rejects.counts.recorded += self.books.append_all(prepare)
            if let_signals_through():
                raise KeyboardInterrupt

    def _is_fresh(self, entry: Entry) -> bool:
        try:
            return bool(self._new(entry, Counts()))
        except Rejected:
            return True

    def _new(self, entry: Entry, counts: Counts) -> list[Json]:
        """Return the records of an entry, with their keys, that were not recorded before.

        A sale is known by its receipt and time as well, whatever the mapping; with other goods it raises Rejected.
        """
        if self.kind == "sale" and not self.scratch.holds(entry.digest):
            sale = entry.bodies[0]
            goods = self.scratch.sold(sale)
            if goods is not None and goods != sum(map(goods_of, entry.bodies)) % (1 << 62):
                what = (
                    f"receipt {sale['receipt_no']} of {str(sale['time'])[:16]} is recorded already, with other articles or sums"
                )
                raise Rejected(f"{what}: see returnkit sale show {sale['receipt_no']}")
            if goods is not None:
                counts.known += len(entry.bodies)
                return []
        found = []
        for at, body in enumerate(entry.bodies):
            digest = _part(entry.digest, at)
            if self.scratch.holds(digest):
                counts.known += 1
            else:
                found.append({**body, "key": f"{self.mapping.name}:{digest}"})
        return found

    def _bodies(self, entries: list[Entry], id_of: IdOf, rejects: Rejects) -> list[Json]:
        """Return what is to be recorded of some entries, now that nobody else writes."""
        found: list[Json] = []
        for entry in entries:
            if entry.happenings:
                bodies = self._of_case(entry, _from(id_of, len(found)), rejects)
            else:
                try:
                    bodies = self._new(entry, rejects.counts)
                except Rejected as rejected:
                    rejects.reject(entry.rows, str(rejected))
                    continue
            self._doubt(bodies)
            bodies = [{**body, **_salt(body), "source": self.mapping.name} for body in bodies]
            if self.kind == "sale" and self.place.items.exact | dict(self.place.items.prefixes):
                self.without_category += sum("category" not in line for body in bodies for line in lines_of(body))
            rejects.counts.guessed += sum("guessed" in body for body in bodies)
            self._show(entry, bodies)
            found += bodies
        return found

    def _doubt(self, bodies: list[Json]) -> None:
        """Remember the receipts of returns of which something was taken back at the counter: perhaps the same."""
        for body in bodies:
            if self.kind == "return" and "receipt_no" in body and self.scratch.came_back(body["receipt_no"]):
                self.doubtful[str(body["receipt_no"])] = None

    def _of_case(self, entry: Entry, id_of: IdOf, rejects: Rejects) -> list[Json]:
        try:
            bodies, known = self.cases.records(entry.happenings, entry.digest, id_of)
        except Rejected as rejected:
            rejects.reject(entry.rows, str(rejected))
            return []
        rejects.counts.known += known and not bodies
        rejects.counts.passed_over += not known and not bodies
        return bodies

    def _taken(self, entries: list[Entry], rejects: Rejects) -> list[Json]:
        """Return the articles that are new."""
        found = []
        for entry in entries:
            (body,) = entry.bodies
            try:
                new = self.articles.take(body)
            except Rejected as rejected:
                rejects.reject(entry.rows, str(rejected))
                continue
            rejects.counts.known += not new
            if new:
                found.append(body)
                self._show(entry, [body])
        return found

    def _show(self, entry: Entry, bodies: list[Json]) -> None:
        room = max(0, SHOWN - len(self.first))
        self.first += [(entry.rows[0].line, body) for body in bodies[:room]]


def _part(digest: str, at: int) -> str:
    """Return the digest of the n-th record (from 0) that some rows make."""
    return sha256_hex(f"{digest} {at}".encode())[:HASH] if at else digest


def _from(id_of: IdOf, base: int) -> IdOf:
    return lambda at: id_of(base + at)


def _check(body: Json) -> None:
    """Raise Rejected where a record would be refused."""
    problems = check_record({**body, "v": VERSION, "id": record_id("new", 1)})
    problems = [_ADVICE.sub(": leave it out of the mapping, or take it out of the row", problem) for problem in problems]
    if len(str(body.get("text", ""))) > LONGEST_TEXT:
        problems = [f"the text is longer than {LONGEST_TEXT} characters"]
    if problems:
        raise Rejected("; ".join(problems))


def _buyer(cells: Cells) -> str:
    """Return who bought what, as one text; nothing where either is not said."""
    customer, sku = cells.text("customer"), cells.text("sku")
    return f"{name(customer)}\0{name(sku)}" if customer and sku else ""


def _salt(body: Json) -> Json:
    return {"salt": os.urandom(SALT_BYTES).hex()} if body.get("text") or body.get("because") else {}
