"""How long a million logged returns take through a draft, beside decoding the same lines and nothing else."""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec

from returnkit.model.jsonl import decode, encode
from returnkit.policy.backtest import Backtest, Scope
from returnkit.policy.logged import decode_quickly
from returnkit.records.chain import sealed
from returnkit.records.read import blocks
from returnkit.replaying import Trial, voided_in
from returnkit.shop import find_shop
from tests.bench.figures import COMPLAINTS, RETURNS, measured
from tests.bench.history import make
from tests.conftest import REPOSITORY

ROUNDS = 3
DAYS = 15  # a return is made within so many days: today's policy refunds for 14
TERMS = 'offer = { refund = "14 days", exchange = "30 days", store-credit = "60 days" }'
SHORTER = 'offer = { refund = "12 days", exchange = "30 days", store-credit = "60 days" }'
PLAIN = 'schema = 1\neffective = 2020-01-01\n[terms]\noffer = { refund = "13 days" }\n'


def backtest() -> None:
    """Replay the history by drafts of a rule and of many; the first run makes it, and keeps it among the temporary files."""
    shop = Path(tempfile.gettempdir()) / f"returnkit-bench-{RETURNS}"
    if not (shop / "made").exists():
        make(shop, RETURNS, COMPLAINTS)
        _with_purchases(shop)
        (shop / "made").touch()
    today = (REPOSITORY / "policies" / "returns.toml").read_text()
    drafts = {
        "many rules, as they are": today,
        "many rules, two days less": today.replace(TERMS, SHORTER),
        "one rule, a day less": PLAIN,
    }
    files = sorted(map(str, shop.glob("records/*/*.jsonl")))
    size = sum(map(os.path.getsize, files)) / 2**20
    print(
        f"{RETURNS:,} returns and {COMPLAINTS:,} complaints of four events, {size:.0f} MiB; medians of {ROUNDS} rounds in turns"
    )
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        times.setdefault("decoding alone", []).append(_timed(_decoded, files, decode_quickly))
        times.setdefault("decoding all of each line", []).append(_timed(_decoded, files, msgspec.json.decode))
        for name, draft in drafts.items():
            file = shop / "draft.toml"
            file.write_text(draft)
            times.setdefault(name, []).append(_timed(_replayed, files, shop, file))
    least = statistics.median(times["decoding alone"])
    print("one process (goal: 2 x decoding; alone is what the replay reads of a line, typed)")
    for name, found in times.items():
        print(f"  {name:26} {statistics.median(found):6.2f} s {statistics.median(found) / least:6.2f} x decoding")
    print("whole commands, over the processors that there are")
    command = [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop), "policy", "backtest", str(shop / "draft.toml")]
    for name, draft in drafts.items():
        (shop / "draft.toml").write_text(draft)
        runs = [measured(command, {**os.environ}) for _ in range(ROUNDS)]
        taken, peak = statistics.median(one for one, _ in runs), max(memory for _, memory in runs)
        print(f"  {name:26} {taken:6.2f} s {taken / least:6.2f} x decoding {peak:5.0f} MiB a process")


def _with_purchases(shop: Path) -> None:
    """Write into every return when it was bought, and bind the lines anew."""
    for till in sorted((shop / "records").iterdir()):
        chance, link = random.Random(till.name), ""  # noqa: S311 - the same story every time
        for file in sorted(till.glob("*.jsonl")):
            lines = []
            for raw in file.read_bytes().splitlines():
                record = decode(raw)
                del record["h"]
                if record["kind"] == "return":
                    day = date.fromisoformat(str(record["time"])[:10])
                    record["bought"] = (day - timedelta(days=chance.randrange(DAYS))).isoformat()
                record = sealed(link, record)
                link = str(record["h"])
                lines.append(encode(record) + b"\n")
            file.write_bytes(b"".join(lines))


def _lines(files: list[str]) -> Iterator[list[bytes]]:
    for file in files:
        for block, _ in blocks(file):
            yield block.removesuffix(b"\n").split(b"\n")


def _decoded(files: list[str], read: Callable[[bytes], object]) -> None:
    for lines in _lines(files):
        for _ in map(read, lines):
            pass


def _replayed(files: list[str], folder: Path, file: Path) -> None:
    shop = find_shop(str(folder))
    draft, voided = shop.policy(str(file)), frozenset(each for own in files for each in voided_in(own))
    trial = Trial(Backtest(draft, shop.setting((draft,)), Scope(0, 10**6, voided, shop.currency, 20)), ())
    for lines in _lines(files):
        trial.see(lines, decode_quickly)


def _timed(function: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start
