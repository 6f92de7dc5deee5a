"""A long history for measuring: always the same, as large as you like, and sound in every line.

    python -m tests.bench.history FOLDER RETURNS COMPLAINTS

makes a shop whose two tills took so many returns, and opened, acknowledged, resolved and closed so many complaints, in the
24 months up to November 2026.
"""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import VERSION
from returnkit.records.chain import sealed
from returnkit.records.identity import Identity, identity
from tests.conftest import REPOSITORY

TILLS = ("k3", "k4")
FIRST = int(datetime(2024, 12, 1, 9, tzinfo=UTC).timestamp())
LAST = int(datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp())
ZONE = timezone(timedelta(hours=2))
HOUR = 3600
# What happens to a complaint, how many hours after it was opened, and what the case was before.
STEPS = (
    ("opened", 0, ""),
    ("acknowledged", 2, "open"),
    ("resolved", 26, "acknowledged"),
    ("closed", 74, "resolved"),
)
GOODS = (("RO-401", "toys", 3490), ("AP-101", "clothes", 4900), ("EL-301", "electronics", 5990), ("MA-250", "household", 450))
REASONS = ("wrong-size", "changed-mind", "unwanted-gift", "faulty", "not-said")


def make(shop: Path, returns: int, complaints: int) -> None:
    """Write the shop: its policies, and the journals of both tills."""
    shutil.copytree(REPOSITORY / "policies", shop / "policies")
    (shop / "records").mkdir()
    who = identity(str(shop), str(shop / "records"), TILLS[0])
    for at, till in enumerate(TILLS):
        share = slice(at, None, len(TILLS))
        _write(shop / "records" / till, who._replace(till=till), range(returns)[share], range(complaints)[share])


def _write(folder: Path, who: Identity, returns: range, complaints: range) -> None:
    folder.mkdir(mode=0o700)
    chance = random.Random(who.till)  # noqa: S311 - the same story every time
    month, file, link = "", None, ""
    cases: dict[int, tuple[str, str, str]] = {}
    for seq, (moment, kind, which) in enumerate([(FIRST, "till.opened", 0), *_events(chance, returns, complaints)], 1):
        time = datetime.fromtimestamp(moment, ZONE).isoformat()
        body: Json = {"v": VERSION, "id": record_id(who.till, seq), "kind": kind, "time": time}
        if kind == "till.opened":
            body["instance"] = who.instance
        elif kind == "return":
            body |= _return(chance, which)
        else:
            body |= _step(kind, which, str(body["id"]), time, cases)
        record = sealed(link, body)
        link = str(record["h"])
        if time[:7] != month:
            month = time[:7]
            if file:
                file.close()
            file = os.fdopen(os.open(folder / f"{month}.jsonl", os.O_WRONLY | os.O_CREAT, 0o600), "wb")
        assert file is not None
        file.write(encode(record) + b"\n")
    if file:
        file.close()


def _events(chance: random.Random, returns: range, complaints: range) -> Iterator[tuple[int, str, int]]:
    """Yield time, kind and number of everything that happens, in order."""
    events = [(chance.randrange(FIRST, LAST), -1, which) for which in returns]
    for which in complaints:
        opened = chance.randrange(FIRST, LAST - 80 * HOUR)
        events += [(opened + hours * HOUR, step, which) for step, (_, hours, _) in enumerate(STEPS)]
    events.sort()
    return ((moment, "return" if step < 0 else f"complaint.{STEPS[step][0]}", which) for moment, step, which in events)


def _return(chance: random.Random, which: int) -> Json:
    sku, category, price = chance.choice(GOODS)
    line = {
        "sku": sku, "category": category, "quantity": 1, "paid": price, "reason": chance.choice(REASONS),
        "condition": "unopened", "remedy": "refund", "amount": price, "rule": "terms",
    }  # fmt: skip
    return {
        "currency": "EUR", "amount": price, "lines": [line], "receipt_no": f"R-{which:07}", "channel": "store",
        "receipt": "yes", "role": "staff", "staff": chance.choice(("Anna", "Kristaps")),
    }  # fmt: skip


def _step(kind: str, which: int, own: str, time: str, cases: dict[int, tuple[str, str, str]]) -> Json:
    event = kind.partition(".")[2]
    if event == "opened":
        cases[which] = own, time, ""
        return {"channel": "email", "category": "delivery", "text": "the parcel arrived wet", "salt": f"{which:016x}"}
    case, opened, answered = cases[which]
    before = next(before for name, _, before in STEPS if name == event)
    was: Json = {"state": before, "opened": opened, "reopened": 0, "channel": "email", "category": "delivery"}
    if answered:
        was["answered"] = answered
    if event == "acknowledged":
        cases[which] = case, opened, time
    if event == "closed":
        del cases[which]
    more = {"resolved": {"remedy": "replacement"}, "closed": {"cause": "packaging"}}.get(event, {})
    return {"case": case, "was": was, **more}


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
