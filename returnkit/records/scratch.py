"""A scratch pad on the disk: what an import must remember of a file of any size. It is gone when the command ends."""

import re
import sqlite3

from returnkit.model.digest import sha256_hex
from returnkit.model.jsonl import Json, encode
from returnkit.records.read import blocks, journal_files, tills_in

_TEXT = rb'"(?:[^"\\]|\\.)*"'
# What is written in the one form that records have, read without decoding all the rest.
_SALE = re.compile(rb'"kind":"sale","lines":\[(.*?\})\],(?=")(?=[^\n]*?"receipt_no":(%s))(?=[^\n]*?"time":(%s))' % (_TEXT, _TEXT))
_ARTICLE = re.compile(rb'(?:"paid":(\d+),)?"quantity":(\d+)(?:,"sku":(%s))?' % _TEXT)
_RETURN = re.compile(rb'"kind":"return","lines":[^\n]*?"receipt_no":(%s)(?![^\n]*"source":)' % _TEXT)
_KEYS = re.compile(rb'"key":"(?:[^"\\]|\\.)*:([0-9a-f]{24})"')
DIGITS = 15  # hex digits of a key that are kept: as many as a whole number of SQLite holds


class Scratch:
    """Counts, cases and sales of one import, and the keys of everything that was imported before.

    The keys are those in the journals of every till under `records`; what grows there is read by `catch_up`. An import of
    sales knows every sale that is there as well, one of returns every receipt of which something was taken back here.
    """

    def __init__(self, records: str, kind: str) -> None:
        self.records, self.kind = records, kind
        self._read: dict[str, int] = {}  # how much of each journal
        self._pad = sqlite3.connect("")  # a file that SQLite removes by itself
        self._pad.executescript(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8192;"
            "create table seen (what blob primary key, times integer) without rowid;"
            "create table keys (key integer primary key);"
            "create table receipts (receipt integer primary key, goods integer);"
            "create table cases (number text primary key, about text) without rowid;"
            "create table sales (who text, time text, receipt text);"
        )
        self._pad.execute("begin")

    def times(self, what: bytes) -> int:
        """Return how often this was seen, this time counted."""
        found = self._pad.execute(
            "insert into seen values (?, 1) on conflict do update set times = times + 1 returning times", (what,)
        ).fetchone()
        return int(found[0])

    def catch_up(self) -> None:
        """Read the keys of what was imported since the last time."""
        for till in tills_in(self.records):
            for _, path in journal_files(self.records, till):
                for data, end in blocks(path, self._read.get(path, 0)):
                    if data.endswith(b"\n"):  # an unfinished end is nobody's record yet
                        self._learn(data)
                        self._read[path] = end

    def _learn(self, data: bytes) -> None:
        keys = ((int(key[:DIGITS], 16),) for key in _KEYS.findall(data))
        self._pad.executemany("insert or ignore into keys values (?)", keys)
        if self.kind == "sale":
            goods = ((_number(no + time), _goods(lines)) for lines, no, time in _SALE.findall(data))
            self._pad.executemany(_ADD_GOODS, goods)
        elif self.kind == "return":
            self._pad.executemany(_ADD_GOODS, ((_number(no), 0) for no in _RETURN.findall(data)))

    def holds(self, digest: str) -> bool:
        """Tell whether something was imported under a key with these hex digits."""
        return self._pad.execute("select 1 from keys where key = ?", (int(digest[:DIGITS], 16),)).fetchone() is not None

    def keep_key(self, digest: str) -> None:
        """Keep the hex digits of a key, as if something stood in a journal under it."""
        self._pad.execute("insert or ignore into keys values (?)", (int(digest[:DIGITS], 16),))

    def sold(self, sale: Json) -> int | None:
        """Return what tells the goods of a receipt at that time from others, as recorded; None where it is not."""
        return self._receipt(encode(sale["receipt_no"]) + encode(sale["time"]))

    def keep_sale_record(self, sale: Json) -> None:
        """Keep a sale as if it stood in a journal."""
        self._pad.execute(_ADD_GOODS, (_number(encode(sale["receipt_no"]) + encode(sale["time"])), goods_of(sale)))

    def came_back(self, receipt_no: object) -> bool:
        """Tell whether something of a receipt was taken back here, not in another program."""
        return self._receipt(encode(receipt_no)) is not None

    def _receipt(self, what: bytes) -> int | None:
        found = self._pad.execute("select goods from receipts where receipt = ?", (_number(what),)).fetchone()
        return int(found[0]) if found else None

    def keep_case(self, number: str, about: str) -> None:
        """Keep how a complaint stands, by the other program's number of it."""
        self._pad.execute("insert or replace into cases values (?, ?)", (number, about))

    def case(self, number: str) -> str:
        """Return how a complaint stands; an empty text where there is none."""
        found = self._pad.execute("select about from cases where number = ?", (number,)).fetchone()
        return str(found[0]) if found else ""

    def keep_sale(self, who: str, time: str, receipt: str) -> None:
        """Keep who bought what (`who` says both), when, on which receipt."""
        self._pad.execute("insert into sales values (?, ?, ?)", (who, time, receipt))

    def index_sales(self) -> None:
        """Make the sales that were kept quick to find."""
        self._pad.execute("create index if not exists by_buyer on sales (who, time)")

    def sale_before(self, who: str, time: str) -> tuple[str, str]:
        """Return time and receipt of the nearest earlier sale, or two empty texts."""
        query = "select time, receipt from sales where who = ? and time <= ? order by time desc, rowid desc limit 1"
        found = self._pad.execute(query, (who, time)).fetchone()
        return (str(found[0]), str(found[1])) if found else ("", "")


_ADD_GOODS = "insert into receipts values (?, ?) on conflict do update set goods = (goods + excluded.goods) % (1 << 62)"


def goods_of(sale: Json) -> int:
    """Return what tells the goods of a sale from others: numbers, pieces and what was paid, in any order and any parts."""
    return _goods(encode(sale["lines"])[1:-1])


def _goods(lines: bytes) -> int:
    return sum(_number(b" ".join(article)) for article in _ARTICLE.findall(lines)) % (1 << 62)


def _number(what: bytes) -> int:
    return int(sha256_hex(what)[:DIGITS], 16)
