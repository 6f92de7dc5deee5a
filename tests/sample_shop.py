"""The sample shop's records: three months at two tills, made by the commands themselves under a frozen clock.

    python -m tests.sample_shop [FOLDER]

writes them anew into FOLDER (the repository, if none is named). The same program makes the same bytes every time.
"""

import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch
from zoneinfo import ZoneInfo

import time_machine

from tests.conftest import REPOSITORY, call

RIGA = ZoneInfo("Europe/Riga")
FIRST, LAST = datetime(2026, 9, 1, tzinfo=RIGA), datetime(2026, 11, 20, tzinfo=RIGA)
TILLS = ("k3", "k4")  # the counter, and the desk where parcels and the telephone are answered
IMPORTS = "export"  # the till that what was sold is recorded as: its own program wrote it down first
SEED = 1027

# number, price, category
GOODS = (
    ("AP-101", "49.00"), ("AP-102", "79.00"), ("AP-118", "35.00"), ("AP-140", "12.50"), ("AP-141", "42.00"),
    ("MA-201", "64.00"), ("MA-202", "18.40"), ("MA-210", "38.00"), ("MA-233", "9.90"), ("MA-250", "4.50"),
    ("EL-301", "59.90"), ("EL-302", "34.50"), ("EL-310", "89.00"), ("RO-401", "34.90"), ("RO-402", "119.00"),
    ("RO-415", "14.00"), ("RO-420", "3.20"),
)  # fmt: skip
REASONS = (
    "wrong-size", "wrong-size", "changed-mind", "changed-mind", "changed-mind", "unwanted-gift", "not-said", "faulty",
    "not-as-described",
)  # fmt: skip
FOR_A_FAULT = ("replacement", "replacement", "refund", "repair")
CONDITIONS = ("unopened", "unopened", "opened", "resaleable", "worn")
OTHER_SIZE = {"AP-101": "AP-102", "AP-102": "AP-101", "AP-118": "AP-101"}  # what is tried on instead
DISPOSITIONS = {"unopened": "restock", "opened": "restock", "resaleable": "restock", "worn": "write-off"}
BECAUSE = (
    "was in hospital, came on the first day out",
    "the parcel shop kept it for a week",
    "a regular since we opened; the receipt went through the wash",
    "we had told her on the telephone that it would be fine",
)


class Story(NamedTuple):
    """A complaint: on which day it came, how, what about, and what happened how many hours later."""

    day: str
    options: tuple[str, ...]
    events: tuple[tuple[int, tuple[str, ...]], ...]


def says(text: str, *options: str) -> tuple[str, ...]:
    return (*options, "--text", text)


STORIES = (
    Story("2026-09-03 11:20", says("the tablecloth shrank at the first wash", "--category", "quality"), (
        (1, ("acknowledge", *says("apologised, showed the care label, asked the maker"))),
        (2, ("offer",)),
        (4, ("accept", *says("would like the same again", "--choice", "replacement"))),
        (30, ("resolve", *says("a new one, and the maker changes the label"))),
        (80, ("close", "--cause", "description", "--changed", "care label now says 30 degrees", "--won")),
    )),
    Story("2026-09-09 15:05", says("waited ten minutes while two of us talked", "--category", "service", "--severity", "low",
                                   "--channel", "review", "--link", "https://maps.example/r/5512"), (
        (3, ("acknowledge", *says("answered in public, apologised"))),
        (20, ("resolve", *says("came by, had the coffee", "--remedy", "apology", "--token", "coffee"))),
        (21, ("close", "--cause", "staff", "--changed", "whoever is free greets first")),
    )),
    Story("2026-09-17 10:40", says("the parcel arrived wet, the box had given way", "--category", "delivery",
                                   "--channel", "email", "--receipt-no", "W-2291", "--wish", "a dry one"), (
        (2, ("acknowledge", *says("a new one goes out today"))),
        (2, ("promise", *says("the number of the new parcel", "--by", "2026-09-17 18:00"))),
        (4, ("resolve", *says("sent the same day, nothing to pay", "--remedy", "replacement", "--token", "coupon"))),
        (72, ("close", *says("asked the carrier", "--cause", "packaging"))),
    )),
    Story("2026-09-24 12:15", says("charged twice by card", "--category", "price", "--channel", "phone", "--severity", "high"), (
        (1, ("acknowledge", *says("saw it in the card slips, apologised"))),
        (1, ("promise", *says("the second payment is back", "--by", "2026-09-28"))),
        (26, ("note", *says("the bank sends it back within three days"))),
        (74, ("resolve", *says("one of the two payments went back", "--remedy", "refund", "--token", "big-coupon",
                               "--staff", "Mārtiņš"))),
        (100, ("close", "--cause", "card terminal", "--changed", "terminal restarted, second slip is checked now")),
    )),
    Story("2026-10-06 16:30", says("railway engine does not run, birthday is tomorrow", "--category", "quality",
                                   "--severity", "high", "--value", "300.00", "--sku", "RO-402"), (
        (0, ("acknowledge", *says("looked at it together"))),
        (1, ("resolve", *says("another one out of the window, tried at the counter", "--remedy", "replacement",
                              "--token", "coffee", "--because", "the children were waiting, and it was cold outside"))),
        (40, ("close", "--cause", "supplier", "--changed", "two of that batch went back to the supplier", "--won")),
    )),
    Story("2026-10-14 09:50", says("parcel soaked, the candle holder inside is scratched", "--category", "delivery",
                                   "--channel", "web", "--receipt-no", "W-2318"), (
        (5, ("acknowledge", *says("apologised"))),
        (5, ("wait", *says("asked for a photograph of the scratch"))),
        (26, ("note", "--from-customer", *says("sent two"))),
        (28, ("resolve", *says("twenty per cent back, she keeps it", "--remedy", "price-reduction", "--token", "coupon"))),
        (60, ("close", *says("second time: paper tape does not hold in the rain", "--cause", "packaging"))),
        (170, ("reopen", *says("the amount never came"))),
        (172, ("acknowledge", *says("typed the wrong account, sent again"))),
        (190, ("resolve", *says("arrived, she confirms", "--remedy", "price-reduction"))),
        (191, ("close", "--cause", "staff", "--changed", "refunds are read out by a second person", "--won")),
    )),
    Story("2026-10-27 13:10", says("one of us said that socks cannot come back, another that they can",
                                   "--category", "service", "--channel", "social", "--rule", "hygiene"), (
        (2, ("acknowledge", *says("thanked in public, sealed ones can"))),
        (22, ("resolve", *says("refund for the sealed pair", "--remedy", "refund", "--token", "coffee"))),
        (23, ("thank", *says("for telling us"))),
        (46, ("close", "--cause", "staff", "--changed", "went through the policy together", "--rule", "hygiene")),
    )),
    Story("2026-11-10 11:00", says("parcel wet again, the carton was open at one side", "--category", "delivery",
                                   "--channel", "email", "--receipt-no", "W-2377"), (
        (3, ("offer", *says("a new one packed in plastic, or the money"))),
        (23, ("accept", "--choice", "replacement")),
        (27, ("resolve", *says("arrived dry", "--token", "coupon"))),
        (50, ("close", "--cause", "packaging", "--changed", "new cartons ordered")),
    )),
    Story("2026-11-12 12:30", says("the lamp gave her an electric shock while changing the bulb", "--category", "quality",
                                   "--channel", "phone", "--sku", "EL-302", "--wish", "that nobody else gets one"), (
        (0, ("acknowledge", *says("asked how she is: well; thanked her for ringing"))),
        (0, ("flag", "safety")),
        (3, ("resolve", *says("money back, picked up at her home", "--remedy", "refund", "--staff", "Ilze"))),
        (20, ("flag", "safety", "--outcome", "off the shelf, the supplier and the authority know", "--staff", "Ilze")),
        (21, ("close", "--cause", "supplier", "--changed", "that lamp is no longer sold", "--sku", "EL-302")),
    )),
    Story("2026-11-17 17:20", says("kettle hums louder than the one in the window", "--category", "quality", "--sku", "EL-310"), (
        (18, ("acknowledge", *says("compared both, asked the supplier"))),
        (41, ("promise", *says("we ring and say whether it is a fault", "--by", "2026-11-20 14:00"))),
    )),
    Story("2026-11-19 14:45", says("nobody answered the telephone for two days", "--category", "service", "--channel", "letter",
                                   "--severity", "high", "--value", "450.00"), ()),
)  # fmt: skip


# The till's own export, once a month; the last one on the evening of the last day.
EXPORTS = (datetime(2026, 9, 1, 8, tzinfo=RIGA), *(datetime(2026, month, 1, 8, tzinfo=RIGA) for month in (10, 11)), LAST)
MAPPING = """schema = 1
title = "Pīlādzis: the till's export"
[file]
delimiter = ";"
decimal = ","
dates = "DD.MM.YYYY hh:mm"
[sale]
receipt-no = "Čeks"
time = "Laiks"
sku = "Kods"
quantity = "Skaits"
price = "Cena"
channel = { column = "Vieta", values = { "veikals" = "store" }, other = "online" }
paid-with = { column = "Maksa", values = { "karte" = "card" }, other = "cash" }
"""


class Sale(NamedTuple):
    """A receipt: when, its number, where, how it was paid, and what was bought: number, pieces, price."""

    time: datetime
    number: str
    online: bool
    paid_with: str
    goods: tuple[tuple[str, int, str], ...]

    def rows(self) -> list[str]:
        place, means = "internets" if self.online else "veikals", "karte" if self.paid_with == "card" else "nauda"
        return [
            f"{self.number};{self.time:%d.%m.%Y %H:%M};{sku};{pieces};{price.replace('.', ',')};{place};{means}"
            for sku, pieces, price in self.goods
        ]


def make(folder: Path) -> None:
    """Write the records of the shop in `folder`."""
    with tempfile.TemporaryDirectory() as temporary:
        shop = Path(temporary) / "shop"
        shutil.copytree(folder / "policies", shop / "policies")
        with _same_every_time(Path(temporary) / "state") as salt:
            for moment, command in sorted(_diary(random.Random(SEED)), key=lambda entry: entry[0]):  # noqa: S311 - a story
                salt.seed(f"{SEED} {moment}")
                with time_machine.travel(moment, tick=False):
                    command(shop)
        for till in (*TILLS, IMPORTS):
            shutil.rmtree(folder / "records" / till, ignore_errors=True)
            shutil.copytree(shop / "records" / till, folder / "records" / till)


@contextmanager
def _same_every_time(state: Path) -> Iterator[random.Random]:
    """Take chance from a seed, and keep what this machine remembers of tills out of it."""
    salt = random.Random(SEED)  # noqa: S311 - a story, not a secret
    with patch("os.urandom", salt.randbytes), patch.dict(os.environ, {"XDG_STATE_HOME": str(state)}):
        yield salt


class _Call:
    """A command that is run at its time."""

    def __init__(self, till: str, staff: str, *arguments: str) -> None:
        self.given = ("--till", till, "--staff", staff, "--lang", "en", *arguments)
        self.out = ""

    def __call__(self, shop: Path) -> None:
        result = call("--shop", str(shop), *self.given)
        assert result.code == 0, (self.given, result)
        self.out = result.out


class _AtTheCounter(_Call):
    """A return: who is at the counter asks the manager where they must, and gives a reason where it is an exception."""

    def __init__(self, till: str, staff: str, reason: str, *arguments: str) -> None:
        super().__init__(till, staff, "return", "log", *arguments)
        self.reason = reason

    def __call__(self, shop: Path) -> None:
        given = [*self.given]
        result = call("--shop", str(shop), *given)
        if result.code == 4:
            given[given.index("--staff") + 1] = "Mārtiņš"
            result = call("--shop", str(shop), *given)
        if result.code == 2 and "an exception has a reason" in result.err:
            result = call("--shop", str(shop), *given, "--because", self.reason)
        if result.code in (1, 4) and "came back already" not in result.err:
            call("--shop", str(shop), *given, "--refused")
        assert result.code in (0, 1, 4), (given, result)
        self.out = result.out if result.code == 0 else ""


class _OnCase(_Call):
    """A verb on a complaint that is opened by another call."""

    def __init__(self, opening: _Call, till: str, staff: str, verb: str, *arguments: str) -> None:
        super().__init__(till, staff, "complaint", verb)
        self.opening, self.rest = opening, arguments

    def __call__(self, shop: Path) -> None:
        self.given = (*self.given, self.opening.out.split()[0], *self.rest)
        super().__call__(shop)


class _Void(_Call):
    """A return that is taken back, some minutes after it was typed."""

    def __init__(self, logged: _Call, till: str, staff: str) -> None:
        super().__init__(till, staff, "return", "void")
        self.logged = logged

    def __call__(self, shop: Path) -> None:
        self.given = (*self.given, self.logged.out.split()[0], "--because", "typed the wrong article")
        super().__call__(shop)


class _Export(_Call):
    """The sales of some days, imported from a file as the till writes it."""

    def __init__(self, sales: list[Sale]) -> None:
        super().__init__(IMPORTS, "Ilze", "sale", "import")
        self.sales = sales

    def __call__(self, shop: Path) -> None:
        file, mapping = shop.parent / "pardots.csv", shop.parent / "kase.toml"
        mapping.write_text(MAPPING, encoding="utf-8")
        rows = [row for sale in sorted(self.sales) for row in sale.rows()]
        file.write_text("\n".join(["Čeks;Laiks;Kods;Skaits;Cena;Vieta;Maksa", *rows]) + "\n", encoding="utf-8")
        self.given = (*self.given, str(file), "--map", str(mapping))
        super().__call__(shop)


class _FollowUps(_Call):
    """Everybody who is to be asked by now how it went, asked one after the other."""

    def __call__(self, shop: Path) -> None:
        listed = call("--shop", str(shop), "followup", "list", "--due", "-f", "json")
        due = [each for each in json.loads(listed.out)["followups"] if each["begins"] <= datetime.now(RIGA).isoformat()]
        for followup, said in zip(due, ANSWERED * len(due), strict=False):
            call("--shop", str(shop), *self.given, "followup", "done", followup["id"], "--text", said)


ANSWERED = ("works well, will come again", "nobody at home, left word", "asks when the blue ones come back")


def _diary(chance: random.Random) -> Iterator[tuple[datetime, _Call]]:
    """Yield everything that happened, with its time."""
    entries = list(_days(chance))
    yield from entries
    sales = list(_sales(random.Random(SEED), [entry for _, entry in entries if isinstance(entry, _AtTheCounter)]))  # noqa: S311 - a story
    for begin, end in zip((datetime(2026, 8, 1, tzinfo=RIGA), *EXPORTS), EXPORTS, strict=False):
        yield end, _Export([sale for sale in sales if begin <= sale.time < end])


def _sales(chance: random.Random, returned: list[_AtTheCounter]) -> Iterator[Sale]:
    """Yield what was sold: all that came back later, and much else."""
    for counter in returned:
        told = dict(pairwise(counter.given))
        time = datetime.fromisoformat(told["--bought"]).replace(tzinfo=RIGA) + timedelta(minutes=chance.randrange(600, 830))
        more = tuple(_bought(chance) for _ in range(chance.choice((0, 0, 1))))
        own = (told["--sku"], int(told.get("--quantity", "1")), told["--price"])
        other = tuple(goods for goods in more if goods[0] != own[0])
        yield Sale(time, told["--receipt-no"], told["--channel"] == "online", told["--paid-with"], (own, *other))
    day, number = datetime(2026, 8, 10, tzinfo=RIGA), 30_000
    while day < LAST:
        for _ in range(chance.choice((4, 5, 7)) if day.weekday() < 6 else 0):
            number += 1
            goods = {goods[0]: goods for goods in (_bought(chance) for _ in range(chance.choice((1, 1, 2, 3))))}
            online = chance.random() < 0.25
            time = day + timedelta(minutes=chance.randrange(605, 830))
            paid_with = "card" if online else chance.choice(("card", "card", "cash"))
            yield Sale(time, f"W-{number}" if online else str(number), online, paid_with, tuple(goods.values()))
        day += timedelta(days=1)


def _bought(chance: random.Random) -> tuple[str, int, str]:
    sku, price = chance.choice(GOODS)
    return sku, chance.choice((1, 1, 1, 2)) if float(price) > 10 else chance.choice((2, 4, 7)), price


def _days(chance: random.Random) -> Iterator[tuple[datetime, _Call]]:
    receipt = 10_400
    day = FIRST
    while day <= LAST:
        for _ in range(chance.choice((1, 2, 2, 3)) if day.weekday() < 6 else 0):
            receipt += chance.randrange(3, 25)
            yield from _return(chance, day, receipt)
        day += timedelta(days=1)
    for story in STORIES:
        yield from _complaint(chance, story)
    for friday in (30, 37, 44):
        yield datetime(2026, 10, 1, 16, 10, tzinfo=RIGA) + timedelta(days=friday - 1), _FollowUps("k4", "Anna")
    promised = says("whether the wool jumper is there in grey", "--by", "2026-11-21 15:00", "--call", "--to", "Anna")
    yield datetime(2026, 11, 20, 18, 20, tzinfo=RIGA), _Call("k4", "Kristaps", "followup", "add", *promised)


def _return(chance: random.Random, day: datetime, receipt: int) -> Iterator[tuple[datetime, _Call]]:
    till = TILLS[chance.random() < 0.3]
    staff = chance.choice(("Anna", "Kristaps", "Anna", "Mārtiņš"))
    moment = day + timedelta(minutes=chance.randrange(10 * 60 + 5, 13 * 60 + 50))
    if day.weekday() < 5 and chance.random() < 0.5:
        moment += timedelta(hours=5)
    sku, price = chance.choice(GOODS)
    reason, condition = chance.choice(REASONS), chance.choice(CONDITIONS)
    if reason == "faulty":
        condition = "opened"
    bought = day - timedelta(days=min(chance.randrange(1, 20), (day - FIRST).days + 20))
    online = till == "k4" and chance.random() < 0.7
    number = f"W-{receipt}" if online else str(receipt)
    options = ["--receipt-no", number, "--sku", sku, "--price", price, "--bought", bought.date().isoformat()]
    options += ["--channel", "online" if online else "store", "--reason", reason, "--condition", condition]
    options += ["--receipt", chance.choice(("yes", "yes", "yes", "gift", "other-proof", "no"))]
    options += ["--paid-with", chance.choice(("card", "card", "cash")), "--key", f"{till}-{number}"]
    if online:
        options += ["--delivered", min(bought + timedelta(days=2), day).date().isoformat()]
    if chance.random() < 0.2 and price != "3.20":
        options += ["--quantity", "2"]
    if reason == "wrong-size" and sku in OTHER_SIZE:
        options += ["--for", OTHER_SIZE[sku], "--for-price", dict(GOODS)[OTHER_SIZE[sku]]]
    if chance.random() < 0.8:
        disposition = "supplier" if reason == "faulty" else DISPOSITIONS[condition]
        options += ["--disposition", disposition]
    began = moment - timedelta(seconds=chance.randrange(40, 240))
    options += ["--began", began.isoformat(timespec="seconds")]
    if reason in ("faulty", "not-as-described"):
        options += ["--remedy", chance.choice(FOR_A_FAULT)]
    logged = _AtTheCounter(till, staff, chance.choice(BECAUSE), *options)
    yield moment, logged
    if chance.random() < 0.04:
        yield moment + timedelta(minutes=4), _VoidIfLogged(logged, till, staff)


class _VoidIfLogged(_Void):
    """A return that is taken back if it was one."""

    def __call__(self, shop: Path) -> None:
        if self.logged.out[:1] == "k":
            super().__call__(shop)


def _complaint(chance: random.Random, story: Story) -> Iterator[tuple[datetime, _Call]]:
    till = TILLS["--channel" in story.options]
    opened = datetime.fromisoformat(story.day).replace(tzinfo=RIGA)
    opening = _Call(till, "Anna", "complaint", "open", *story.options)
    yield opened, opening
    for hours, (verb, *options) in story.events:
        staff = "Ilze" if verb == "close" else chance.choice(("Anna", "Mārtiņš"))
        yield opened + timedelta(hours=hours, minutes=7), _OnCase(opening, till, staff, verb, *options)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY)
