"""How long it takes to verify 100,000 records, beside reading and hashing them and nothing else."""

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import measured
from tests.bench.history import make

RETURNS, COMPLAINTS, ROUNDS = 80_000, 5_000, 7
# Reads each line, decodes it with the library that verify uses, and hashes what its `h` covers: the `h` before it, a newline, and
# the line without its own.
HASHED = """import hashlib, msgspec, sys
for path in sys.argv[1:]:
    before = b""
    with open(path, "rb") as file:
        for line in file:
            h = msgspec.json.decode(line)["h"].encode()
            hashlib.sha256(before + b"\\n" + line[:-1].replace(b'"h":"%b",' % h, b"", 1)).hexdigest()
            before = h
"""


def verifying() -> None:
    """Compare whole processes, in turns: verify on all processors, on one, and the least that must be done for each line."""
    with tempfile.TemporaryDirectory() as temporary:
        shop = Path(temporary) / "shop"
        make(shop, RETURNS, COMPLAINTS)
        files = sorted(map(str, shop.glob("records/*/*.jsonl")))
        environment = os.environ | {"XDG_STATE_HOME": str(Path(temporary) / "state")}
        verify = [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop), "records", "verify"]
        commands = {
            "reading, decoding and hashing": [sys.executable, "-c", HASHED, *files],
            f"records verify, {len(os.sched_getaffinity(0))} processors": verify,
            "records verify, one processor": [str(shutil.which("taskset")), "-c", "0", *verify],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        size = sum(map(os.path.getsize, files)) / 2**20
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(measured(command, environment))
    print(f"{RETURNS + 4 * COMPLAINTS:,} records, {size:.0f} MiB; whole processes, medians of {ROUNDS} rounds in turns (goal: 2)")
    least = statistics.median(taken for taken, _ in times[next(iter(times))])
    for name, found in times.items():
        taken, peak = statistics.median(one for one, _ in found), max(memory for _, memory in found)
        print(f"  {name:34} {taken:6.2f} s {peak:5.0f} MiB {taken / least:6.2f} x")
