"""Believable shops to take figures of: months at two or three tills, with all that makes figures go wrong.

Lines that are entered late, clocks with another offset, voids of what never counted, complaints that come back once and twice,
texts and fields that look like others, and kinds that only a newer program knows. The same seed tells the same story.
"""

from __future__ import annotations

import heapq
import json
import random
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import CHANNELS, CLOCKS, VERSION
from returnkit.records.chain import sealed
from returnkit.service.complaint import ANSWERS, TRANSITIONS, correction
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

FIRST = int(datetime(2026, 6, 3, 7, tzinfo=UTC).timestamp())
LAST = int(datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp())
WINTER_TIME = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp())
MINUTE, HOUR, DAY = 60, 3600, 86400
TILLS = ("k1", "k2", "web")

CATEGORIES = ("toys", "clothes", "household", "electronics", 'say "cheese", \\ please', "mājai")
REASONS = ("wrong-size", "changed-mind", "faulty", "unwanted-gift", "not-said")
REMEDIES = ("refund", "refund", "refund", "exchange", "store-credit", "replacement", "repair", "price-reduction")
TENDERS = ("card", "cash", "gift-card", "unknown")
STAFF = ("Anna", "Kristaps", "Mārtiņš", "Ilze")
PLACES = ("store", "online", "phone", "doorstep")
TOPICS = ("delivery", "quality", "service", "price")
CURRENCIES = ("EUR",) * 16 + ("USD",) * 3 + ("JPY",)
# What may stand in a record that this program does not know, made to be taken for something else.
STRANGE: tuple[Json, ...] = (
    {"mood": 'she said "kind":"return", and "amount":100'},
    {
        "kinds": {
            "kind": "return",
            "lines": [{"amount": 999, "quantity": 1, "remedy": "refund"}],
            "time": "2026-10-01T10:00:00+03:00",
        }
    },
    {"paid_without": 77, "amounts": [1, 2, 3], "x": None},
    {"a": {"channel": "web", "staff": "Nobody", "was": {"state": "closed"}}, "zz": {"currency": "GBP", "difference": 9}},
)
# What happens to a complaint in a state, and how often.
WAYS = {
    "open": (*("acknowledged",) * 4, "resolved", "resolved", "noted", "escalated", "flagged", "promised", "waiting", "merged"),
    "acknowledged": (*("resolved",) * 5, "noted", "promised", "promised", "offered", "waiting", "heard", "heard", "escalated"),
    "waiting": ("heard", "heard", "resolved"),
    "offered": ("accepted", "declined", "heard", "resolved"),
    "accepted": ("resolved",),
    "resolved": (*("closed",) * 4, "reopened", "noted", "thanked", "promised"),
    "closed": ("", "", "", "", "reopened"),
    "merged": ("", "", "", "reopened"),
}
FLAGS, TOKENS = ("safety", "privacy", "advertising"), ("coupon", "coffee")
CUSTOMERS = ("won", "lost")
PROMISES = ("k1-00013", "k1-00021")


class Entry(NamedTuple):
    """What a till wrote, and into which month's file; without what its place gives it."""

    till: str
    month: str
    body: Json


# --- A story ----------------------------------------------------------------------------------------------------------


def story(seed: int, *, busy: float = 1.0) -> list[Entry]:
    """Return everything that happened in a shop, in the order in which it was written down."""
    chance = random.Random(seed)  # noqa: S311 - the same story every time
    told = _Story(chance, TILLS[: chance.choice((2, 3))])
    told.open_tills()
    for begin, times in (
        (told.sold, 70),
        (told.came_back, 80),
        (told.refused, 10),
        (told.complained, 30),
        (told.contacted, 40),
        (told.something_newer, 12),
    ):
        for _ in range(round(times * busy)):
            told.later(chance.randrange(FIRST, LAST), begin)
    told.go_on()
    return told.entries


def loose(seed: int, how_many: int) -> list[Entry]:
    """Return records that have nothing to do with each other, written down in November at the first till."""
    return [Entry(TILLS[0], "2026-11", record(seed * how_many + number)) for number in range(how_many)]


class _Story:
    """The shop while its story is told: what was written, and what is still to come."""

    def __init__(self, chance: random.Random, tills: tuple[str, ...]) -> None:
        self.chance, self.tills = chance, tills
        self.entries: list[Entry] = []
        self._to_come: list[tuple[int, int, Callable[[int], None]]] = []
        self._number = count()
        self._written: Counter[str] = Counter()

    def later(self, moment: int, what: Callable[[int], None]) -> None:
        heapq.heappush(self._to_come, (moment, next(self._number), what))

    def go_on(self) -> None:
        while self._to_come:
            moment, _, what = heapq.heappop(self._to_come)
            if moment < LAST:
                what(moment)

    def write(self, till: str, moment: int, body: Json, back: int = 0) -> Json:
        """Write a record down that is entered at a moment, and happened so many seconds earlier."""
        self._written[till] += 1
        body = {"id": record_id(till, self._written[till]), "time": time_text(self.chance, moment - back), **body}
        if back:
            body["entered"] = time_text(self.chance, moment)
        self.entries.append(Entry(till, datetime.fromtimestamp(moment, UTC).isoformat()[:7], body))
        return body

    def open_tills(self) -> None:
        for till in self.tills:
            self.write(till, FIRST, {"kind": "till.opened", "instance": f"{self.chance.getrandbits(64):016x}"})

    def sold(self, moment: int) -> None:
        self.write(self.chance.choice(self.tills), moment, a_sale(self.chance), late(self.chance))

    def came_back(self, moment: int) -> None:
        till, back = self.chance.choice(self.tills), late(self.chance)
        self._perhaps_voided(till, moment, self.write(till, moment, a_return(self.chance), back))

    def refused(self, moment: int) -> None:
        till = self.chance.choice(self.tills)
        record = self.write(till, moment, {**a_return(self.chance), "kind": "return.refused"})
        self._perhaps_voided(till, moment, record)

    def _perhaps_voided(self, till: str, moment: int, record: Json) -> None:
        def void(then: int) -> None:
            self.write(till, then, a_void(self.chance, record), late(self.chance))

        if self.chance.random() < 0.2:
            self.later(moment + self.chance.choice((5 * MINUTE, 3 * HOUR, 12 * DAY, 45 * DAY)), void)

    def complained(self, moment: int) -> None:
        _Case(self, moment)

    def contacted(self, moment: int) -> None:
        self.write(self.chance.choice(self.tills), moment, a_contact(self.chance, moment), late(self.chance))

    def something_newer(self, moment: int) -> None:
        self.write(self.chance.choice(self.tills), moment, something_newer(self.chance), late(self.chance))


class _Case:
    """A complaint on its way. One that is entered late is at home in one till."""

    def __init__(self, told: _Story, moment: int) -> None:
        self.told, self.chance = told, told.chance
        self.till = self.chance.choice(told.tills)
        self.back = late(self.chance)
        opening = told.write(self.till, moment, a_complaint(self.chance), self.back)
        self.id = opening["id"]
        self.was: Json = {"state": "open", "opened": opening["time"], "reopened": 0}
        if self.chance.random() < 0.8:  # an older program did not say these
            self.was |= {field: opening[field] for field in ("channel", "category", "value", "currency") if field in opening}
        self.newer = self.chance.random() < 0.8  # nor what the clocks said
        self._next(moment)

    def _next(self, moment: int) -> None:
        event = self.chance.choice(WAYS[str(self.was["state"])])
        if self.was.get("promises") and self.chance.random() < 0.5:
            event = self.chance.choice(("kept", "kept", "broken"))
        if event:
            self.told.later(moment + delay(self.chance), lambda then: self._step(event, then))

    def _step(self, event: str, moment: int) -> None:
        till = self.till if self.back or self.chance.random() < 0.8 else self.chance.choice(self.told.tills)
        moment += till != self.till  # two tills do nothing in the same second
        self.till = till
        was = {**self.was, **(clocked(self.chance, "heard" in self.was) if self.newer else {})}
        body = {"case": self.id, "was": was, **a_step(self.chance, event, moment - self.back)}
        waiting = [promise["id"] for promise in self._promises()]
        if event in ("kept", "broken") and waiting:
            body["promise"] = self.chance.choice([*waiting, *waiting, *waiting, "k1-00013"])
        record = self.told.write(till, moment, body, self.back)
        if self.chance.random() < 0.1:
            self._rival(moment, body)
        self._afterwards(event, record)
        self._next(moment)

    def _rival(self, moment: int, body: Json) -> None:
        """Let another till write something that counts for nothing, and take it back when the two have met."""
        till = next(till for till in self.told.tills if till != self.till)
        later = moment + self.chance.choice((1, 90, 3 * HOUR))
        rival = {
            "case": self.id,
            "was": body["was"],
            **a_step(self.chance, self.chance.choice([*TRANSITIONS]), later - self.back),
        }
        record = self.told.write(till, later, rival, self.back)

        def taken_back(then: int) -> None:
            self.told.write(till, then, correction(record))

        self.told.later(later + self.chance.choice((MINUTE, 5 * HOUR, 20 * DAY)), taken_back)

    def _promises(self) -> list[Json]:
        promises = self.was.get("promises")
        return promises if isinstance(promises, list) else []

    def _afterwards(self, event: str, record: Json) -> None:
        """Take note of what a record changes of the case."""
        answered = "answered" in self.was
        if event in ANSWERS:
            self.was.setdefault("answered", record["time"])
            self.was.pop("heard", None)
        if event in ("heard", "reopened") and answered:
            self.was.setdefault("heard", record["time"])
        promises = [each for each in self._promises() if each["id"] != record.get("promise")]
        if event == "promised":
            promises.append({"id": record["id"], "by": record["by"], **staff_of(record)})
        self.was |= {
            "state": TRANSITIONS[event].get(str(self.was["state"]), self.was["state"]),
            "promises": [] if event == "resolved" else promises,
        }
        if not self.was["promises"]:
            self.was.pop("promises")
        if event == "reopened":
            self.was["reopened"] = int(str(self.was["reopened"])) + 1
            self.was.pop("customer", None)
        if event == "closed" and "customer" in record:
            self.was["customer"] = record["customer"]


# --- Records ----------------------------------------------------------------------------------------------------------


def time_text(chance: random.Random, moment: int) -> str:
    """Return a time as a till writes it: the shop's own, or that of a clock with another offset."""
    hours = 3 if moment < WINTER_TIME else 2
    odd = chance.random()
    if odd < 0.03:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return datetime.fromtimestamp(moment, timezone(timedelta(hours=5 - hours if odd < 0.1 else hours))).isoformat()


def late(chance: random.Random) -> int:
    """Return how many seconds after it happened something is entered: mostly at once, now and then months later."""
    return chance.randrange(HOUR, 100 * DAY) if chance.random() < 0.06 else 0


def delay(chance: random.Random) -> int:
    """Return the seconds until the next step: none, whole minutes, or any."""
    way = chance.random()
    if way < 0.08:
        return 0
    if way < 0.3:
        return MINUTE * chance.choice((1, 30, 60, 120, 121, 1440))
    return chance.randrange(1, 60) if way < 0.36 else int(60 * 10 ** chance.uniform(0, 4))


def promise(chance: random.Random, moment: int) -> str:
    """Return until when something was promised: sometimes the very second at which it will be done, in another zone."""
    seconds = chance.choice((0, 30 * MINUTE, 60 * MINUTE, 120 * MINUTE, DAY, 4 * DAY))
    return datetime.fromtimestamp(moment + seconds, timezone(timedelta(hours=chance.choice((0, 2, 3, -5))))).isoformat()


def some(chance: random.Random, share: float, **fields: object) -> Json:
    """Return those of the fields that are said, each with the same chance."""
    return {field: value for field, value in fields.items() if chance.random() < share}


def a_line(chance: random.Random) -> Json:
    paid = chance.choice((0, 1, 450, 999, 3490, 5990, chance.randrange(100, 100_000)))
    return {
        "quantity": chance.choice((1, 1, 1, 2, 3)),
        **some(chance, 0.8, sku=f"A-{chance.randrange(40)}", category=chance.choice(CATEGORIES), paid=paid),
    }


def a_return(chance: random.Random) -> Json:
    lines = []
    for _ in range(chance.choice((1, 1, 2, 3, 4))):
        line = a_line(chance)
        line |= some(chance, 0.85, amount=chance.choice((0, 1, 5, 99, 3490, chance.randrange(100_000))))
        line |= some(chance, 0.8, reason=chance.choice(REASONS), remedy=chance.choice(REMEDIES), condition="opened")
        line |= some(chance, 0.15, tender=chance.choice(TENDERS), fee=250, lot="77")
        lines.append(line)
    return {
        "kind": "return", "currency": chance.choice(CURRENCIES), "lines": lines, **strange(chance),
        **some(chance, 0.8, channel=chance.choice(PLACES), staff=chance.choice(STAFF), paid_with=chance.choice(TENDERS)),
        **some(chance, 0.6, handling=chance.choice((0, 1, 30, 45, 209, chance.randrange(900))), amount=1, role="staff"),
        **some(chance, 0.3, difference=chance.choice((-500, -1, 0, 1, 700, chance.randrange(-50_000, 50_000)))),
        **some(chance, 0.1, taken={"quantity": 1, "paid": 3000, "category": "toys"}),
    }  # fmt: skip


def a_void(chance: random.Random, record: Json) -> Json:
    """Return the void of a return or of a refusal, with the copy of it."""
    copy = {field: value for field, value in record.items() if field not in ("v", "h", "key", "because", "salt")}
    return {
        "kind": "return.voided", "corrects": record["id"], "voided": copy, "because": "typed the wrong article",
        "salt": f"{chance.getrandbits(64):016x}", **strange(chance), **some(chance, 0.8, staff=chance.choice(STAFF)),
    }  # fmt: skip


def a_sale(chance: random.Random) -> Json:
    lines = [a_line(chance) | some(chance, 0.1, amount=77, remedy="refund") for _ in range(chance.choice((1, 2, 5)))]
    return {
        "kind": "sale", "receipt_no": f"{chance.randrange(10**9):09}", "currency": chance.choice(CURRENCIES),
        "lines": lines, **strange(chance),
        **some(chance, 0.6, channel=chance.choice(PLACES), paid_with=chance.choice(TENDERS), amount=5),
    }  # fmt: skip


def a_complaint(chance: random.Random) -> Json:
    return {
        "kind": "complaint.opened", "channel": chance.choice(CHANNELS), **strange(chance),
        **some(chance, 0.8, category=chance.choice(TOPICS), staff=chance.choice(STAFF), text='it says "kind":"return"'),
        **some(chance, 0.3, severity="high", flags=chance.sample(FLAGS, chance.choice((1, 1, 2)))),
        **(worth(chance, "value") if chance.random() < 0.7 else {}),
    }  # fmt: skip


def a_contact(chance: random.Random, moment: int) -> Json:
    """Return a call, a mail or another contact that is logged at a moment; now and then a clock was wrong meanwhile."""
    received = moment - delay(chance)
    waited = chance.choice((0, 1, 19, 20, 21, 7200, 7201, -5, chance.randrange(40), delay(chance), delay(chance)))
    answered = {"answered": time_text(chance, received + waited)} if chance.random() < 0.75 else {}
    counted = some(chance, 0.8, counted=chance.choice((0, max(waited, 0), max(waited, 0) // 2, 7200))) if answered else {}
    return {
        "kind": "contact.logged", "channel": chance.choice((*CHANNELS, "phone", "phone", "email", "email")),
        "received": time_text(chance, received), **answered, **counted, **strange(chance),
        **some(chance, 0.8, staff=chance.choice(STAFF), text='it says "received":"2026-10-01T10:00:00+03:00"'),
        **some(chance, 0.2, about="k1-00013", contact="7kd9x2mfqp", category="toys"),
    }  # fmt: skip


def worth(chance: random.Random, field: str) -> Json:
    """Return an amount in one of the currencies."""
    return {field: chance.choice((0, 250, 500, 16200, chance.randrange(100_000))), "currency": chance.choice(CURRENCIES)}


def clocked(chance: random.Random, heard: bool) -> Json:
    """Return what a record says of the clocks of its case: minutes on them, and which were missed."""
    missed = [clock for clock in CLOCKS if chance.random() < 0.3]
    minutes = {"counted": whole_minutes(chance), **({"waited": whole_minutes(chance)} if heard else {})}
    return {**minutes, "paused": 7, **({"missed": missed} if missed else {})}


def whole_minutes(chance: random.Random) -> int:
    return chance.choice((0, 1, 119, 120, 121, 2880, 2881, chance.randrange(5000)))


def staff_of(record: Json) -> Json:
    return {field: record[field] for field in ("staff",) if field in record}


def a_step(chance: random.Random, event: str, moment: int) -> Json:
    """Return what the record of an event says beside its case and how that was."""
    more: dict[str, Json] = {
        "noted": {"text": "will call"},
        "resolved": {"remedy": "refund", **a_token(chance)},
        "closed": {"cause": "packaging", **some(chance, 0.7, customer=chance.choice(CUSTOMERS))},
        "promised": {"by": promise(chance, moment)},
        "offered": {"choices": ["refund", "coffee"]},
        "accepted": {"choice": "refund"},
        "escalated": {"to": "manager"},
        "flagged": {"flag": chance.choice(FLAGS)},
        "kept": {"promise": "k1-00013"},
        "broken": {"promise": "k1-00013"},
        "merged": {"into": "k1-00013"},
    }
    return {
        "kind": f"complaint.{event}",
        **more.get(event, {}),
        **strange(chance),
        **some(chance, 0.8, staff=chance.choice(STAFF)),
    }


def a_token(chance: random.Random) -> Json:
    """Return the token of goodwill that a complaint is put right with: the usual one, another, or none though one is usual."""
    usual = some(chance, 0.4, usual=chance.choice((*TOKENS, "none")))
    return {**usual, **({"token": chance.choice(TOKENS), **worth(chance, "worth")} if chance.random() < 0.6 else {})}


def something_newer(chance: random.Random) -> Json:
    """Return a record of a kind that is not known, which looks like one that is."""
    kind = chance.choice(("returned", "return.corrected", "sale.voided", "complaints", "parcel.weighed", "parcel.sent"))
    was = {"state": "closed", "opened": time_text(chance, FIRST), "reopened": 0}
    likeness = chance.choice((a_return(chance), a_sale(chance), {"was": was}))
    return {**likeness, **some(chance, 0.5, channel="web", category="toys"), "kind": kind}


def strange(chance: random.Random) -> Json:
    """Return fields that only a newer program knows: mostly none."""
    return dict(chance.choice(STRANGE)) if chance.random() < 0.12 else {}


def record(seed: int) -> Json:
    """Return a record that has nothing to do with any other, of the four months up to November: always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - the same record every time
    moment = chance.randrange(LAST - 110 * DAY, LAST)
    kinds = ("return", "return", "sale", "void", "refused", "opened", "newer", "step", "step", "step", "contact", "corrected")
    kind = chance.choice(kinds)
    if kind == "step":
        event = chance.choice((*TRANSITIONS, "resolved", "resolved", "closed", "reopened", "reopened"))
        body = {"case": "k1-00013", "was": how_it_was(chance, event, moment), **a_step(chance, event, moment)}
    elif kind == "void":
        copied = chance.choice(("return", "return", "return", "return.refused"))
        body = a_void(chance, {**a_return(chance), "kind": copied, "id": "k1-00013", "time": time_text(chance, moment - DAY)})
    elif kind == "contact":
        body = a_contact(chance, moment)
    elif kind == "refused":
        body = {**a_return(chance), "kind": "return.refused"}
    elif kind == "corrected":
        event, earlier = chance.choice([*TRANSITIONS]), moment - delay(chance)
        skipped = {"case": "k1-00013", "was": how_it_was(chance, event, earlier), **a_step(chance, event, earlier)}
        body = correction({"id": "k1-00021", "time": time_text(chance, earlier), **skipped})
    else:
        body = {"return": a_return, "sale": a_sale, "opened": a_complaint, "newer": something_newer}[kind](chance)
    return {"v": VERSION, "id": record_id("k1", seed + 1), "time": time_text(chance, moment), **body}


def how_it_was(chance: random.Random, event: str, moment: int) -> Json:
    """Return how a complaint stood before an event."""
    opened = moment - delay(chance)
    heard = some(chance, 0.4, heard=time_text(chance, chance.randint(opened, moment)))
    promises = [{"id": own, "by": promise(chance, moment), **some(chance, 0.8, staff=chance.choice(STAFF))} for own in PROMISES]
    return {
        "state": chance.choice([*TRANSITIONS[event]]), "opened": time_text(chance, opened),
        "reopened": chance.choice((0, 0, 0, 1, 2)), **heard,
        **some(chance, 0.5, answered=time_text(chance, opened + 1), channel=chance.choice(CHANNELS)),
        **some(chance, 0.5, category=chance.choice(TOPICS), promises=promises[: chance.choice((1, 2))]),
        **some(chance, 0.3, customer=chance.choice(CUSTOMERS)),
        **(clocked(chance, bool(heard)) if chance.random() < 0.7 else {}),
        **(worth(chance, "value") if chance.random() < 0.7 else {}),
    }  # fmt: skip


# --- On the disk ------------------------------------------------------------------------------------------------------


def make(shop: Path, entries: Iterable[Entry], kpis: str = "") -> Path:
    """Make a shop of the sample shop's policies, and of these records."""
    shutil.copytree(REPOSITORY / "policies", shop / "policies")
    if kpis:
        (shop / "policies" / "kpis.toml").write_text(kpis)
    append(shop, entries)
    return shop


def append(shop: Path, entries: Iterable[Entry]) -> None:
    """Write records at the end of what their tills have; none may belong into a file before a till's newest."""
    by_till: dict[str, list[Entry]] = {}
    for entry in entries:
        by_till.setdefault(entry.till, []).append(entry)
    for till, own in by_till.items():
        folder = shop / "records" / till
        folder.mkdir(parents=True, exist_ok=True)
        written = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
        link = str(json.loads(written[-1])["h"]) if written else ""
        for month, lines in _sealed(till, len(written) + 1, link, own):
            with (folder / f"{month}.jsonl").open("ab") as file:
                file.write(lines)


def _sealed(till: str, seq: int, link: str, entries: list[Entry]) -> Iterator[tuple[str, bytes]]:
    """Yield a till's months in order, each with its lines."""
    months: dict[str, list[bytes]] = {}
    for number, (_, month, body) in enumerate(sorted(entries, key=lambda entry: entry.month), seq):
        record = sealed(link, {**body, "v": VERSION, "id": record_id(till, number)})
        link = str(record["h"])
        months.setdefault(month, []).append(encode(record) + b"\n")
    for month, lines in months.items():
        yield month, b"".join(lines)
