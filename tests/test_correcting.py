"""What a till takes back of a complaint: in full, of its own, once; whatever else stands there is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from returnkit.model.ids import record_id
from returnkit.service.complaint import correction
from returnkit.verification import verify_shop
from tests.kpi.generated import Entry, make

if TYPE_CHECKING:
    from pathlib import Path

    from returnkit.model.jsonl import Json

INSTANCES = {"k3": "0" * 16, "k4": "1" * 16}
CASE, FIRST, LATER = record_id("k3", 2), record_id("k3", 3), record_id("k4", 2)
WAS: Json = {"state": "open", "opened": "2026-11-20T10:00:00+02:00", "reopened": 0, "channel": "phone"}


def entry(till: str, seq: int, at: str, **body: object) -> Entry:
    return Entry(till, "2026-11", {"id": record_id(till, seq), "time": f"2026-11-20T{at}:00+02:00", **body})


def resolved(till: str, seq: int, at: str) -> Entry:
    return entry(till, seq, at, kind="complaint.resolved", case=CASE, was=WAS, remedy=f"by {till}")


BEFORE = (
    entry("k3", 1, "09:00", kind="till.opened", instance=INSTANCES["k3"]),
    entry("k3", 2, "10:00", kind="complaint.opened", channel="phone"),
    resolved("k3", 3, "11:00"),
    entry("k4", 1, "09:00", kind="till.opened", instance=INSTANCES["k4"]),
    resolved("k4", 2, "12:00"),
)


def taken_back(till: str, seq: int, skipped: Json, **other: object) -> Entry:
    return entry(till, seq, "13:00", **{**correction({**skipped, "case": CASE}), **other})


def found(shop: Path, *entries: Entry) -> list[str]:
    make(shop, [*BEFORE, *entries])
    return [problem.what for problem in verify_shop(str(shop)).problems]


def test_what_counts_for_nothing_is_named_until_it_is_taken_back(tmp_path: Path) -> None:
    skipped = BEFORE[-1].body
    assert found(tmp_path / "before") == [f"{CASE} cannot be resolved here: this record counts for nothing"]
    assert found(tmp_path / "after", taken_back("k4", 3, skipped)) == []
    assert found(tmp_path / "by another one, where its machine is lost", taken_back("k3", 4, skipped)) == []


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ((taken_back("k4", 3, BEFORE[-1].body, corrects=CASE),), f"it takes back {CASE}, which is no record of this complaint"),
        ((taken_back("k3", 4, BEFORE[1].body),), f"it takes back {CASE}, which is no record of this complaint"),
        (
            (taken_back("k4", 3, BEFORE[-1].body), taken_back("k4", 4, BEFORE[-1].body)),
            f"it takes back {LATER}, which {record_id('k4', 3)} took back already",
        ),
        ((taken_back("k4", 3, {**BEFORE[-1].body, "remedy": "more"}),), f"it does not say of {LATER} what stands there"),
    ],
)
def test_what_takes_back_something_else_is_named(tmp_path: Path, entries: tuple[Entry, ...], what: str) -> None:
    assert [text for text in found(tmp_path / "shop", *entries) if text.startswith(what)] != []
