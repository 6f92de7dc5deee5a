"""Half a year of a real shop, imported once for all tests; nothing here may import returnkit.

The program runs as a shop would run it, in processes of its own.
"""

import fcntl
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any, NamedTuple

ARCHIVE = "online_retail_2010-12_2011-05.tar.xz"
MAPPING = "online-retail"  # which returnkit brings along

# Linux counts the memory of the process that starts a child as the child's own peak, and the test's is the larger one: it has
# read the archive. So a small process stands in between, takes the time and the peak (KiB), and says both last.
MEASURE = """
import os, sys, time
start = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(time.perf_counter() - start, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Run(NamedTuple):
    """What a command left behind, and what it took."""

    code: int
    answer: dict[str, Any]
    seconds: float
    peak_mib: float


class Imported(NamedTuple):
    """The shop after the import, the files that were imported, and what the commands said."""

    folder: Path
    files: list[Path]
    sales: Run
    returns: Run


def returnkit(shop: Path, state: Path, *arguments: str) -> Run:
    """Run a command with `-f json` in a process of its own, and measure it."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, sys.executable, "-m", "returnkit", "--shop", str(shop), *arguments, "-f", "json"],
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    *notes, measured = done.stderr.splitlines()
    assert done.stdout, "\n".join(notes)
    seconds, peak = map(float, measured.split())
    return Run(done.returncode, json.loads(done.stdout), seconds, peak / 1024)


def import_once(archive: Path, folder: Path) -> Imported:
    """Import the archive in this folder, or wait until another process of this test run has done it."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _make(folder, archive)
            (folder / "done").touch()
    sales, returns = (Run(*json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))) for kind in ("sale", "return"))
    return Imported(folder / "shop", sorted((folder / "files").rglob("*.csv")), sales, returns)


def _make(folder: Path, archive: Path) -> None:
    """Unpack the archive, begin a shop beside it and import everything; what the commands said is kept as JSON."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "files", filter="data")
    place = ["--name", "Rowan", "--country", "GB", "--currency", "GBP", "--time-zone", "Europe/London"]
    begin = [sys.executable, "-m", "returnkit", "init", str(folder / "shop"), *place]
    subprocess.run(begin, check=True, capture_output=True, timeout=60)
    files = [str(path) for path in sorted((folder / "files").rglob("*.csv"))]
    for kind, *more in (("sale",), ("return", "--guess-purchase")):
        run = returnkit(folder / "shop", folder / "state", kind, "import", *files, "--map", MAPPING, *more)
        (folder / f"{kind}.json").write_text(json.dumps(run), encoding="utf-8")
