"""How long half a year of a real shop takes to import, and how much memory."""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.bench.figures import measured
from tests.conftest import SHARED

ARCHIVE = SHARED / "data" / "online_retail_2010-12_2011-05.tar.xz"
PLACE = ["--name", "Rowan", "--country", "GB", "--currency", "GBP", "--time-zone", "Europe/London"]


def importing() -> None:
    """Import the sales and the returns of Online Retail (a CSV a day), and the sales once more."""
    if not ARCHIVE.exists():
        print(f"there is no {ARCHIVE.name} beside the project")
        return
    with tempfile.TemporaryDirectory() as temporary:
        shop = Path(temporary) / "shop"
        environment = os.environ | {"XDG_STATE_HOME": str(Path(temporary) / "state")}
        with tarfile.open(ARCHIVE, "r|xz") as archive:
            archive.extractall(Path(temporary) / "data", filter="data")
        files = sorted(map(str, (Path(temporary) / "data").rglob("*.csv")))
        command = [sys.executable, "-P", "-m", "returnkit"]
        subprocess.run([*command, "init", str(shop), *PLACE], env=environment, check=True, capture_output=True)
        print(f"Online Retail, {len(files)} files, 209,029 rows; whole processes")
        for name, arguments in {
            "sale import": ["sale", "import"],
            "sale import, all known already": ["sale", "import"],
            "return import --guess-purchase": ["return", "import", "--guess-purchase"],
        }.items():
            taken, peak = measured([*command, "--shop", str(shop), *arguments, *files, "--map", "online-retail"], environment)
            print(f"  {name:34} {taken:6.1f} s {peak:5.0f} MiB")
