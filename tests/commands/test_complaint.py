"""Complaints from opening to closing: what may follow what, and what each line says of the case before it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from returnkit.service.complaint import TRANSITIONS, VERBS, possible
from tests.conftest import Result, call

At = Callable[..., Result]
ID = r"[a-z][a-z0-9]{0,7}-\d{4}[0-9A-Z]"
# What each verb needs beside the id.
GIVEN = {
    "noted": ("--text", "the carrier rang"), "heard": ("--from-customer", "--text", "rang"), "closed": ("--cause", "packaging"),
    "resolved": ("--remedy", "refund"), "promised": ("--by", "2026-11-24"), "kept": ("--kept",), "broken": ("--broken",),
    "accepted": ("--choice", "refund"), "assigned": ("--to", "Anna"), "flagged": ("safety",), "merged": ("--into", "OTHER"),
    "settled": ("safety", "--outcome", "seen to"),
}  # fmt: skip


def opened(at: At, *more: str) -> str:
    return at("complaint", "open", "--category", "delivery", "--text", "arrived wet", *more).out.split()[0]


def records(shop: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(shop.glob("records/*/*.jsonl")) for line in path.read_text().splitlines()]


def test_opening_prints_an_id_and_what_is_possible_next(at: At, shop: Path) -> None:
    result = at("complaint", "open", "--channel", "phone", "--text", "no answer for days", "--severity", "high", "--value", "300",
                "--receipt-no", "10482", "--staff", "Anna", "--lang", "en")  # fmt: skip
    assert result.code == 0
    first, now, then, aside, due = result.out.splitlines()
    assert re.fullmatch(ID, first)
    assert now == "  Now open, with staff."
    assert then == "  Possible next: acknowledge, promise, offer, wait, resolve, merge"
    assert aside == "  At any time: note, note --from-customer, assign, escalate, flag"
    assert due == "  First answer: by 2026-11-21 14:00, in 2 h (we aim at 2026-11-21 12:30)"
    record = records(shop)[1]
    assert {field: record[field] for field in ("kind", "channel", "severity", "value", "currency", "text", "staff")} == {
        "kind": "complaint.opened", "channel": "phone", "severity": "high", "value": 30000, "currency": "EUR",
        "text": "no answer for days", "staff": "Anna",
    }  # fmt: skip
    assert re.fullmatch(r"[0-9a-f]{16}", record["salt"])


def test_the_whole_way_and_what_each_line_says_of_the_case_before(at: At, shop: Path) -> None:
    case = opened(at)
    times = ["2026-11-21T13:00:00+02:00", "2026-11-21T14:00:00+02:00", "2026-11-22T10:00:00+02:00", "2026-11-23T10:00:00+02:00",
             "2026-11-24T10:00:00+02:00", "2026-11-25T10:00:00+02:00"]  # fmt: skip
    for time, event in zip(times, ("noted", "acknowledged", "resolved", "closed", "reopened", "resolved"), strict=True):
        result = at("complaint", *VERBS[event].split()[:1], case, *GIVEN.get(event, ()), "--now", time)
        assert result.code == 0, result
        assert result.out.split()[0] == case
    was = [record["was"] for record in records(shop)[2:]]
    start = "2026-11-21T12:00:00+02:00"
    about = {"opened": start, "channel": "counter", "category": "delivery", "paused": 0, "value": 16200, "currency": "EUR"}
    assert was == [
        {"state": "open", "reopened": 0, "counted": 60, **about},
        {"state": "open", "reopened": 0, "counted": 120, **about},
        {"state": "acknowledged", "reopened": 0, "answered": times[1], "counted": 240, **about},
        {"state": "resolved", "reopened": 0, "answered": times[1], "counted": 240, **about},
        {"state": "closed", "reopened": 0, "answered": times[1], "counted": 240, **about},
        {
            "state": "open",
            "reopened": 1,
            "answered": times[1],
            "counted": 750,
            "heard": times[4],
            "waited": 510,
            "missed": ["next_response"],
            **about,
        },
    ]
    assert all(record["case"] == case for record in records(shop)[2:])
    assert call("--shop", str(shop), "records", "verify").code == 0


def reach(at: At, state: str) -> str:
    case = opened(at)
    way = {
        "open": (), "acknowledged": ("acknowledged",), "waiting": ("waiting",), "offered": ("offered",),
        "accepted": ("offered", "accepted"), "resolved": ("resolved",), "closed": ("resolved", "closed"),
    }  # fmt: skip
    for event in way[state]:
        assert at("complaint", *VERBS[event].split()[:1], case, *GIVEN.get(event, ())).code == 0
    return case


@pytest.mark.parametrize("state", ["open", "acknowledged", "waiting", "offered", "accepted", "resolved", "closed"])
def test_what_makes_no_sense_is_refused_and_says_what_does(at: At, shop: Path, state: str) -> None:
    case = reach(at, state)
    other = opened(at)
    for event, moves in TRANSITIONS.items():
        if state in moves:
            continue
        count = len(records(shop))
        given = [other if word == "OTHER" else word for word in GIVEN.get(event, ())]
        result = at("complaint", *VERBS[event].split()[:1], case, *given)
        assert result.code == 2
        assert f"possible now: {', '.join(possible(state))}" in result.err, event
        assert state in result.err
        assert len(records(shop)) == count


def test_a_note_needs_words_and_closing_needs_a_cause(at: At) -> None:
    case = reach(at, "resolved")
    assert at("complaint", "note", case).code == 2
    nothing = at("complaint", "close", case)
    assert nothing.code == 2
    assert "--cause" in nothing.err


def test_a_key_makes_a_repetition_safe(at: At, shop: Path) -> None:
    given = ("complaint", "open", "--text", "wet", "--key", "mail-17")
    assert at(*given).out == at(*given).out
    case = at(*given).out.split()[0]
    close = ("complaint", "resolve", case, "--remedy", "refund", "--key", "mail-17-resolved")
    assert at(*close).code == at(*close).code == 0
    assert at("complaint", "resolve", case, "--remedy", "apology", "--key", "mail-17-resolved").code == 2
    assert len(records(shop)) == 3


def test_a_contact_lies_apart_and_only_its_reference_is_recorded(at: At, shop: Path) -> None:
    result = at("complaint", "open", "--text", "wet", "--name", "Jānis Bērziņš", "--phone", "+371 2912 3456", "-f", "json")
    found = json.loads(result.out)
    path = shop / "records/contacts" / f"{found['contact']}.toml"
    assert path.read_text() == 'name = "Jānis Bērziņš"\nphone = "+371 2912 3456"\n'
    assert path.stat().st_mode & 0o777 == 0o600
    for journal in shop.glob("records/*/*.jsonl"):
        assert "Bērziņš" not in journal.read_text()
        assert "2912" not in journal.read_text()
    assert found["record"]["contact"] == found["contact"]
    assert "Jānis Bērziņš" in at("complaint", "show", found["id"]).out
    path.unlink()
    assert "Bērziņš" not in at("complaint", "show", found["id"]).out
    assert at("complaint", "show", found["id"]).code == 0


def test_a_contact_can_come_through_standard_input(at: At, shop: Path) -> None:
    given = ("complaint", "open", "--text", "wet", "--name", "-", "--email", "-")
    assert at(*given, stdin=b"Anna Liepa\nanna@example.org\n").code == 0
    (path,) = shop.glob("records/contacts/*.toml")
    assert path.read_text() == 'name = "Anna Liepa"\nemail = "anna@example.org"\n'


BAD = (
    ("--email", "a@x\r\nBcc: e@x"), ("--email", "=?utf-8?q?a=0d=0a?="), ("--email", "a@x.lv, b@x.lv"), ("--email", "x"),
    ("--phone", "call me"), ("--phone", "+" + "1" * 30), ("--name", "a\nb"), ("--channel", "pigeon"), ("--severity", "huge"),
    ("--value", "1,5"),
)  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_what_is_not_understood_opens_nothing(at: At, shop: Path, bad: tuple[str, str]) -> None:
    result = at("complaint", "open", "--text", "wet", *bad)
    assert result.code == 2
    assert bad[0] in result.err
    assert not list(shop.glob("records/*/*"))


def test_no_contact_is_left_behind_where_nothing_was_recorded(at: At, shop: Path) -> None:
    result = at("complaint", "open", "--text", "write to anna@example.org", "--name", "Anna")
    assert result.code == 2
    assert not list(shop.glob("records/contacts/*.toml"))


def test_the_list_has_what_is_not_closed_and_the_rest_when_asked(at: At) -> None:
    cases = {state: reach(at, state) for state in ("open", "acknowledged", "resolved", "closed")}

    def listed(*more: str) -> set[str]:
        return {case["id"] for case in json.loads(at("complaint", "list", *more, "-f", "json").out)["complaints"]}

    assert listed() == {cases["open"], cases["acknowledged"], cases["resolved"]}
    assert listed("--all") == set(cases.values())
    assert listed("--state", "closed") == {cases["closed"]}
    assert listed("--month", "2026-10") == set()
    assert at("complaint", "list", "--state", "lost").code == 2
    assert max(map(len, at("complaint", "list").out.splitlines())) <= 80


def test_show_tells_the_story(at: At) -> None:
    case = reach(at, "closed")
    shown = at("complaint", "show", case.upper(), "--lang", "en")
    assert shown.code == 0
    for words in (
        f"{case}  closed",
        "opened: at the counter, delivery",
        "resolved: refund",
        "closed: packaging",
        "Possible next: reopen",
        "At any time: thank, note, flag",
    ):
        assert words in shown.out
    data = json.loads(at("complaint", "show", case, "-f", "json").out)
    assert (data["state"], len(data["events"]), data["possible"]) == ("closed", 3, ["reopen", "thank", "note", "flag"])


def test_an_event_is_not_a_case(at: At, shop: Path) -> None:
    case = reach(at, "acknowledged")
    event = records(shop)[-1]["id"]
    result = at("complaint", "show", event)
    assert result.code == 2
    assert case in result.err
    assert at("return", "show", case).code == 2


def test_nothing_happens_to_a_complaint_before_it_is_opened(at: At) -> None:
    case = opened(at)
    result = at("complaint", "acknowledge", case, "--now", "2026-11-20T09:00:00+02:00")
    assert result.code == 2
    assert "--now" in result.err
