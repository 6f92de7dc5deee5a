"""What is typed at the counter, or comes out of a script: refused in words, and nothing is recorded."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from returnkit.model.ids import record_id
from tests.bad.conftest import Desk
from tests.bad_inputs import (
    BAD_DAYS,
    BAD_NAMES,
    BAD_PIECES,
    BAD_PRICES,
    BAD_TIMES,
    ODD_NAMES,
    ROOT,
    assert_refused,
    assert_sane,
    call,
    spawn,
)
from tests.test_bad_inputs import void

CASE, RETURN = record_id("k3", 2), record_id("k3", 3)
OPEN = ("complaint", "open", "--text", "it arrived wet")
LOG = (
    "return", "log", "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes",
    "--condition", "unopened", "--reason", "wrong-size",
)  # fmt: skip
BLANK = ("empty", "blank")  # as if the option had not been given

BAD_ADDRESSES = {
    "two lines": "a@x\r\nBcc: e@x", "encoded word": "=?utf-8?q?a=0d=0aBcc:_e@x?=", "two": "a@x.lv, e@x.lv",
    "quoted": '"a@b"@c.lv',
    "newline": "a@b.lv\n@c.lv", "bracket": "alice@example.org)bob@evil.org", "separator": "a@x.lv\u2028b", "no at": "anna",
    "long": "a" * 300 + "@x.lv", "only at": "@", "space": "a b@x.lv", "angle": "Anna <a@x.lv>", "NUL": "a\0@x.lv",
    "escape": "\x1b[2J@x.lv", "semicolon": "a@x.lv;b@x.lv", "backslash": "a\\@x.lv", "mailto": "mailto:a@x.lv",
}  # fmt: skip
BAD_TEXTS = {
    "escape": "\x1b[2J", "title": "\x1b]0;x\x07", "clipboard": "\x1b]52;c;aGk=\x07", "C1": "\x9b31m", "overprint": "a\rb",
    "backspaces": "a\b\b", "NUL": "a\0b", "surrogate": "\udcff", "million": "x" * 10**6, "DEL": "a\x7f",
    "telephone": "+371 26123456",
    "address": "write to ieva@example.org",
}  # fmt: skip
BAD_LENGTHS = {
    "minus": "-5s", "nan": "nan", "huge": "9" * 30 + "s", "words": "long", "wide": "５s", "half": "1.5 hours", "empty": "",
    "exponent": "1e9s",
}  # fmt: skip
BAD_MONTHS = {
    "13": "2026-13", "0": "2026-00", "short": "2026-1", "wide": "２０２６-11", "words": "november", "empty": "",
    "day": "2026-11-21",
    "far": "9999-12", "old": "0001-01", "escape": "\x1b[2J", "long": "1" * 10**5,
}  # fmt: skip
BAD_IDS = BAD_NAMES | ODD_NAMES | {
    "other till": record_id("k9", 1), "wrong check": "k3-0002X", "no check": "k3-0002", "huge": "k3-" + "9" * 5000 + "X",
    "wide letters": "ｋ３-0002Q", "two ids": f"{CASE},{RETURN}",
}  # fmt: skip
LATER = {"past": "2026-11-01", "year 2011 in Apia": "2011-12-30"}


class Row(NamedTuple):
    """A command whose last word gets a value, the values, and the names of those that are fine."""

    command: tuple[str, ...]
    values: Mapping[str, str]
    fine: tuple[str, ...] = ()


ROWS: dict[str, Row] = {
    "promise": Row(("complaint", "promise", CASE, "--by"), BAD_TIMES | BAD_DAYS | LATER, ("tomorrow",)),
    "follow-up": Row(("followup", "add", "--text", "x", "--by"), BAD_TIMES | BAD_DAYS, ("tomorrow",)),
    "received": Row(("contact", "log", "--channel", "phone", "--missed", "--received"), BAD_TIMES | BAD_DAYS, ("words", "naive")),
    "took": Row(("contact", "log", "--channel", "phone", "--received", "11:00", "--after"), BAD_LENGTHS),
    "month": Row(("kpi", "report", "--month"), BAD_MONTHS),
    "from": Row(("kpi", "report", "--from"), BAD_DAYS),
    "day": Row(("return", "list", "--day"), BAD_DAYS),
    "amount": Row((*LOG, "--amount"), BAD_PRICES | {"three decimals": "5.005"}),
    "value": Row((*OPEN, "--value"), BAD_PRICES, BLANK),
    "visits": Row((*OPEN, "--per-visit", "5.00", "--visits"), BAD_PIECES),
    "worth": Row(("complaint", "resolve", CASE, "--remedy", "refund", "--worth"), BAD_PRICES),
    "email": Row((*OPEN, "--email"), BAD_ADDRESSES),
    "phone": Row((*OPEN, "--phone"), BAD_NAMES, BLANK),
    "name": Row((*OPEN, "--name"), BAD_NAMES, BLANK),
    "text": Row(("complaint", "open", "--text"), BAD_TEXTS),
    "note": Row(("complaint", "note", CASE, "--text"), BAD_TEXTS),
    "wish": Row((*OPEN, "--wish"), BAD_TEXTS),
    "category": Row((*OPEN, "--category"), BAD_NAMES, BLANK),
    "link": Row((*OPEN, "--link"), BAD_NAMES, BLANK),
    "receipt": Row((*OPEN, "--receipt-no"), BAD_NAMES, BLANK),
    "key": Row((*OPEN, "--key"), BAD_NAMES, BLANK),
    "severity": Row((*OPEN, "--severity"), BAD_NAMES | ODD_NAMES, BLANK),
    "channel": Row((*OPEN, "--channel"), BAD_NAMES | ODD_NAMES),
    "shown": Row(("complaint", "show"), BAD_IDS),
    "noted": Row(("complaint", "note", "--text", "x"), BAD_IDS),
    "voided": Row(("return", "void", "--because", "x"), BAD_IDS),
    "redacted": Row(("records", "redact", "--because", "x", "--yes"), BAD_IDS),
    "forgotten": Row(("records", "forget", "--because", "x", "--yes"), BAD_IDS),
    "cause": Row(("complaint", "close", CASE, "--cause"), BAD_NAMES),
    "assigned": Row(("complaint", "assign", CASE, "--to"), {**BAD_NAMES, "million": "x" * 10**4}),
    "done by": Row(("followup", "add", "--text", "x", "--by", "tomorrow", "--to"), {**BAD_NAMES, "million": "x" * 10**4}),
    "coupon": Row(("coupon", "redeem"), BAD_NAMES | ODD_NAMES),
    "sale": Row(("sale", "show"), BAD_NAMES | ODD_NAMES, ("surrogate", "high surrogate")),
    "country": Row(("calendar", "fetch"), BAD_NAMES | ODD_NAMES, ("ligature",)),
    "mapping": Row(("sale", "import", "x.csv", "--map"), BAD_NAMES | ODD_NAMES, (".", "..")),
    "till": Row((*OPEN, "--till"), BAD_NAMES | ODD_NAMES, ("con", "option", "help", "dash")),
}


@pytest.fixture(scope="module")
def counter(desk: Desk) -> Iterator[Desk]:
    """Return a shop where something happened already."""
    for command in ((*OPEN, "--channel", "email"), (*LOG, "--receipt-no", "10482")):
        assert call(desk.shop, "--till", "k3", *command).code == 0
    yield desk
    shutil.rmtree(desk.shop / "records")


@pytest.mark.parametrize("name", ROWS)
def test_it_is_refused_and_nothing_is_recorded(counter: Desk, name: str) -> None:
    row = ROWS[name]
    before = counter.everything()
    wrong = []
    for label, value in row.values.items():
        if label in row.fine:
            continue
        last = row.command[-1]
        command = (
            (*row.command[:-1], f"{last}={value}") if last.startswith("--") and last != "--yes" else (*row.command, "--", value)
        )
        result = counter.read(*command) if name == "till" else call(counter.shop, "--till", "k3", *command)
        assert_sane(result)
        if result.code not in (2, 3) or not result.err.startswith("returnkit: ") or result.out or len(result.err) > 8000:
            wrong.append((label, result))
    assert wrong == []
    assert counter.everything() == before


def test_a_receipt_that_is_no_text(counter: Desk) -> None:
    assert_refused(call(counter.shop, "sale", "show", "\udcff"), 2)


# --- where the program runs -----------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the shop; what a process remembers of its tills stands beside it."""
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "policies", folder / "policies")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return folder


def recorded(shop: Path) -> int:
    """Return how many complaints stand in the records."""
    return sum(path.read_bytes().count(b'"complaint.opened"') for path in shop.glob("records/*/*.jsonl"))


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "C": {"LANG": "C"}, "POSIX": {"LC_ALL": "POSIX", "LANG": ""}, "ASCII": {"PYTHONIOENCODING": "ascii"}, "no home": {"HOME": ""},
    "home nowhere": {"HOME": "/nowhere/at/all"}, "state nowhere": {"XDG_STATE_HOME": "/nowhere/at/all"},
    "no path": {"PATH": "/nowhere"},
    "bad zone": {"TZ": "../../etc/passwd"}, "relative state": {"XDG_STATE_HOME": "state"},
    "state is a file": {"XDG_STATE_HOME": "/etc/passwd"},
    "nonsense": {"COLUMNS": "-1", "LINES": "x", "TERM": "\x1b[2J", "NO_COLOR": "\x07"},
}  # fmt: skip


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_it_records_in_any_environment(shop: Path, name: str) -> None:
    environment = {"XDG_STATE_HOME": str(shop.parent / "state"), **ENVIRONMENTS[name]}
    result = spawn(shop, *OPEN, environment=environment)
    assert_sane(result)
    assert result.code == 0, result
    assert recorded(shop) == 1


@pytest.mark.parametrize("redirect", [">&-", ">/dev/full", "2>&-", "2>/dev/full", "<&-", "<&- >&- 2>&-"])
def test_what_was_recorded_is_never_called_lost(shop: Path, redirect: str) -> None:
    """An answer that nobody can read is no failure: who repeats it would record it twice."""
    result = spawn(shop, *OPEN, "--key", "once", redirect=redirect, environment={"XDG_STATE_HOME": str(shop.parent / "state")})
    assert "Traceback" not in result.err
    assert result.code == 0, result
    assert recorded(shop) == 1


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_under_any_mask(shop: Path, mask: int) -> None:
    environment = {"XDG_STATE_HOME": str(shop.parent / "state")}
    result = spawn(shop, *OPEN, prepare=lambda: void(os.umask(mask)), environment=environment)
    assert_sane(result)
    assert result.code == 0, result
    (journal,) = shop.glob("records/*/*.jsonl")
    assert journal.stat().st_mode & 0o777 == 0o600
