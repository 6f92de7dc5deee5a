"""How fast a record is written at the counter, however long the history is; and what other plain-file tools keep."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

from tests.bench.history import make

ROUNDS = 30
WRITERS = 20
FIRST = 6  # commands that make the indexes of a long history
# What a durable record costs at least: start Python, import click, append 300 bytes and sync them.
BASE = """import click, os
descriptor = os.open({path!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(descriptor, b"x" * 299 + b"\\n")
os.fsync(descriptor)
"""
RETURN = [
    "return", "log", "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--on", "2026-11-20", "--channel",
    "store", "--receipt", "yes", "--condition", "unopened", "--reason", "wrong-size",
]  # fmt: skip


def recording(sizes: tuple[int, ...] = (100, 1_000_000)) -> None:
    """Compare whole processes that record something with the least that a durable record costs, in turns."""
    with tempfile.TemporaryDirectory() as temporary:
        shops = {}
        for size in sizes:
            shops[size] = Path(temporary) / str(size)
            make(shops[size], size // 5 * 4, size // 20)
        environment = os.environ | {"XDG_STATE_HOME": str(Path(temporary) / "state")}
        base = [sys.executable, "-c", BASE.format(path=str(Path(temporary) / "base"))]
        for shop in shops.values():
            _index(shop, environment)
        times: dict[tuple[str, int], list[float]] = {}
        for number in range(ROUNDS):
            for size, shop in shops.items():
                for name, command in {"the least": base, **_commands(shop, environment, number)}.items():
                    times.setdefault((name, size), []).append(_seconds(command, environment))
    reference = statistics.median([taken for (name, _), found in times.items() for taken in found if name == "the least"])
    print(f"recording, whole processes, medians of {ROUNDS} rounds in turns (goal: 1.40; the same within 20 % at any size)")
    print(f"  {'':44} " + " ".join(f"{size:>10,}" for size in sizes) + "  records of history")
    for name in dict.fromkeys(name for name, _ in times):
        ratios = [statistics.median(times[name, size]) / reference for size in sizes]
        print(f"  {name:44} " + " ".join(f"{ratio:10.2f}" for ratio in ratios) + f"  x the least ({ratios[-1] / ratios[0]:.2f})")


def _index(shop: Path, environment: dict[str, str]) -> None:
    """Let the first commands index the months that are over, as they do once in the life of a month; say what that costs."""
    log = [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop), *RETURN]
    taken = [_seconds([*log, "--receipt-no", f"first-{number}"], environment) for number in range(FIRST)]
    print(f"  {shop.name:>9} records: the first {FIRST} commands took {', '.join(f'{time:.2f}' for time in taken)} s")


def _commands(shop: Path, environment: dict[str, str], number: int) -> dict[str, list[str]]:
    """Return the commands of one round; a complaint that is to be closed is opened and resolved before."""
    returnkit = [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop)]

    def recorded(*arguments: str) -> str:
        command = [*returnkit, "complaint", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.split()[0]

    case = recorded("open", "--text", "x")
    recorded("resolve", case, "--remedy", "refund")
    return {
        "return log": [*returnkit, *RETURN],
        "return log --receipt-no": [*returnkit, *RETURN, "--receipt-no", f"N-{number}"],
        "return log --receipt-no --key": [*returnkit, *RETURN, "--receipt-no", f"K-{number}", "--key", f"key-{number}"],
        "complaint open": [*returnkit, "complaint", "open", "--category", "delivery", "--text", "the parcel arrived wet"],
        "complaint close": [*returnkit, "complaint", "close", case, "--cause", "packaging"],
    }


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - start


def rivals() -> None:
    """Let 20 processes write one entry each at the same time, and count what is kept: here, in jrnl, in Watson."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        venv.create(home / "venv", with_pip=True)
        tools = home / "venv/bin"
        subprocess.run([tools / "pip", "install", "--quiet", "jrnl", "td-watson"], check=True)
        journal = f"journals:\n  default:\n    journal: {home}/journal.txt\nversion: v4.2\ncolors: {{}}\n"
        (home / "jrnl.yaml").write_text(journal)
        environment = os.environ | {
            "HOME": temporary, "XDG_STATE_HOME": f"{temporary}/state", "XDG_CONFIG_HOME": temporary,
            "WATSON_DIR": f"{temporary}/watson",
        }  # fmt: skip
        shop = home / "shop"
        make(shop, 10, 0)
        returnkit = [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop)]
        print(f"{WRITERS} processes write one entry each at the same time")
        _race(
            "returnkit return log",
            environment,
            lambda number: [*returnkit, *RETURN, "--receipt-no", f"N-{number}"],
            lambda: sum(path.read_bytes().count(b'"receipt_no":"N-') for path in shop.glob("records/*/*.jsonl")),
        )
        jrnl = [str(tools / "jrnl"), "--config-file", str(home / "jrnl.yaml")]
        _race(
            "jrnl",
            environment,
            lambda number: [*jrnl, f"entry number {number}."],
            lambda: (home / "journal.txt").read_text().count("entry number"),
        )
        watson = [str(tools / "watson"), "add"]
        _race(
            "watson add",
            environment,
            lambda number: [*watson, "--from", f"2026-11-02 10:{number:02}", "--to", f"2026-11-02 11:{number:02}", "shop"],
            lambda: len(json.loads((home / "watson/frames").read_text())),
        )


def _race(name: str, environment: dict[str, str], command: Callable[[int], list[str]], kept: Callable[[], int]) -> None:
    running = [
        subprocess.Popen(
            command(number), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        for number in range(WRITERS)
    ]
    codes = []
    for process in running:
        process.communicate()
        codes.append(process.returncode)
    try:
        count = kept()
    except (OSError, ValueError):
        count = 0
    print(f"  {name:24} reported saved {codes.count(0):3}, kept {count:3}")
