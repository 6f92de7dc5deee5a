"""The figures of complaints by hand: clocks, promises, tokens and what a customer is worth, through the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from returnkit.kpi.measures import ANSWERS
from returnkit.service import complaint
from tests.conftest import REPOSITORY, Result, call
from tests.kpi.generated import Entry, append

if TYPE_CHECKING:
    from returnkit.model.jsonl import Json

COMPLAINTS = """schema = 1
[clocks]
first-response = { public = "4 hours" }
next-response = { public = "2 hours" }
resolution = { internal = "4 hours", public = "8 hours" }
[[token]]
id = "coupon"
when = { category = ["delivery"] }
what = "5.00 off the next purchase"
worth = "5.00"
[[token]]
id = "coffee"
when = { category = ["service"] }
what = "a coffee on us"
worth = "2.50"
[value]
per-visit = "18.00"
visits = 9
[flags.safety]
duty = "off the shelf"
"""
# Open from 10 to 14 and from 14:30 to 19 o'clock, on Saturday to 16; the 18th is a holiday.
FIRST = (
    ("16T18:00", "Anna", "open", "--channel", "email", "--category", "delivery", "--value", "200", "--flag", "safety"),
    ("17T10:30", "Anna", "acknowledge"),
    ("17T12:00", "Anna", "note", "--from-customer", "--text", "asks when it comes"),
    ("17T12:05", "Kristaps", "promise", "--by", "2026-11-17 16:00"),
    ("17T17:00", "Anna", "promise", "--kept"),  # late
    ("19T11:00", "Anna", "note", "--from-customer", "--text", "it does not work"),
    ("19T15:00", "Anna", "wait", "--text", "asked for a photograph"),
    ("20T10:00", "Anna", "note", "--from-customer", "--text", "sent it"),
    ("20T10:30", "Ilze", "resolve", "--token", "coupon"),
    ("20T10:40", "Ilze", "flag", "safety", "--outcome", "nobody was hurt"),
    ("20T11:00", "Ilze", "close", "--cause", "packaging", "--won"),
)
SECOND = (
    ("17T10:00", "Kristaps", "open", "--channel", "phone", "--category", "service"),  # worth 9 times 18.00
    ("17T10:10", "Kristaps", "escalate"),
    ("17T10:20", "Mārtiņš", "resolve"),  # there is a usual token, and none is given
    ("17T11:00", "Mārtiņš", "close", "--cause", "staff", "--lost"),
    ("19T10:00", "Anna", "reopen"),
    ("19T10:30", "Anna", "promise", "--by", "2026-11-19 12:00"),
    ("19T10:40", "Anna", "promise", "--by", "2026-11-20 12:00"),
    ("19T13:00", "Anna", "promise", "--broken"),
    ("19T14:30", "Mārtiņš", "resolve", "--token", "coupon", "--because", "came twice"),  # which keeps the other one
)
THIRD = (("20T10:00", "Anna", "open", "--channel", "web", "--category", "delivery", "--value", "50"),)
FOURTH = (
    ("20T12:00", "Anna", "open", "--channel", "email", "--category", "delivery", "--value", "30"),
    ("20T12:20", "Anna", "flag", "safety"),
)
BY_HAND = {
    "complaints-opened": (4, 4),
    "complaints-open": (2, 2),
    "complaints-resolved": (3, 3),
    "complaints-reopened": (1, 1),
    "complaints-escalated": (1, 1),
    "complaints-flagged": (2, 2),
    "first-response-median": (20, 2),  # 20 and 16 h 30 min
    "first-response-p90": (990, 2),
    "next-response-median": (30, 4),  # 5, 30, 30 and 240
    "resolution-median": (3150, 3),  # 20, 2 d 4 h 30 min, 3 d 16 h 30 min
    "resolution-p90": (5310, 3),
    "first-contact-resolution": (1 / 3, 3),
    "promises-kept": (1 / 3, 3),
    "promises-late": (1, 1),
    "promises-broken": (1, 1),
    "tokens-given": (2, 2),
    "tokens-value": (10.0, 2),
    "tokens-as-usual": (1 / 3, 3),
    "value-at-risk": (192.0, 2),
    "value-won-back": (200.0, 1),
    "value-lost": (0.0, 0),
}


def do(shop: Path, day: str, staff: str, verb: str, *arguments: str) -> str:
    """Record a step of November and return the id of its complaint."""
    now = f"2026-11-{day}:00+02:00"
    result = call("--shop", str(shop), "--now", now, "--staff", staff, "complaint", verb, *arguments, "-f", "json")
    assert result.code == 0, result
    return str(json.loads(result.out)["id"])


def report(shop: Path, *arguments: str) -> Result:
    return call("--shop", str(shop), "--now", "2026-11-21T12:00:00+02:00", "--lang", "en", "kpi", "report", *arguments)


def figures(shop: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    result = report(shop, "-f", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    return {each["id"]: each for each in json.loads(result.out)["measures"]}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a shop with four complaints whose figures can be worked out by hand; nobody writes to it."""
    shop = tmp_path_factory.mktemp("told")
    shutil.copytree(REPOSITORY / "policies", shop / "policies")
    (shop / "policies/complaints.toml").write_text(COMPLAINTS)
    (shop / "policies/kpis.toml").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(shop / "state"))
        steps = sorted((step, at) for at, story in enumerate((FIRST, SECOND, THIRD, FOURTH)) for step in story)
        ids: dict[int, str] = {}
        for (day, staff, verb, *arguments), at in steps:
            ids[at] = do(shop, day, staff, verb, *([ids[at]] if at in ids else []), *arguments)
        do(shop, "20T12:10", "Anna", "merge", ids[2], "--into", ids[3])
    return shop


@pytest.fixture
def copy(told: Path, tmp_path: Path) -> Path:
    """Return a copy of that shop, to write to."""
    return Path(shutil.copytree(told, tmp_path / "copy"))


def test_what_answers_is_what_answers_a_complaint() -> None:
    assert {f"complaint.{event}" for event in complaint.ANSWERS} == ANSWERS


def test_every_figure_by_hand(told: Path) -> None:
    found = figures(told)
    assert {own: (found[own]["value"], found[own]["n"]) for own in BY_HAND} == BY_HAND
    assert {found[own]["unit"] for own in ("tokens-value", "value-at-risk", "value-won-back", "value-lost")} == {"EUR"}


@pytest.mark.parametrize(
    ("by", "own", "slices"),
    [
        ("staff", "promises-kept", {"Anna": 0.5, "Kristaps": 0}),  # who made it, whoever kept it
        ("staff", "promises-late", {"Kristaps": 1}),
        ("staff", "promises-broken", {"Anna": 1}),
        ("staff", "next-response-median", {"Kristaps": 5, "Anna": 30, "Ilze": 30}),
        ("staff", "tokens-value", {"Ilze": 5.0, "Mārtiņš": 5.0}),
        ("staff", "tokens-as-usual", {"Ilze": 1, "Mārtiņš": 0}),
        ("staff", "complaints-escalated", {"Kristaps": 1}),
        ("staff", "complaints-flagged", {"Anna": 2}),
        ("staff", "value-won-back", {}),
        ("staff", "value-lost", {}),  # nobody's alone
        ("staff", "value-at-risk", {}),
        ("category", "value-at-risk", {"delivery": 30.0, "service": 162.0}),
        ("category", "complaints-open", {"delivery": 1, "service": 1}),
        ("category", "tokens-given", {"delivery": 1, "service": 1}),
        ("channel", "value-at-risk", {"email": 30.0, "phone": 162.0}),
        ("channel", "promises-kept", {"email": 0, "phone": 0.5}),
        ("reason", "promises-kept", {}),
        ("month", "value-at-risk", {"2026-11": 192.0}),
    ],
)
def test_slices_by_hand(told: Path, by: str, own: str, slices: dict[str, float]) -> None:
    assert figures(told, "--by", by)[own]["by"] == slices


def test_what_is_at_risk_stands_day_by_day(told: Path) -> None:
    days = {"15": 0, "16": 200, "17": 200, "18": 200, "19": 362, "20": 192}
    assert {day: figures(told, "--day", f"2026-11-{day}")["value-at-risk"]["value"] for day in days} == days
    assert figures(told, "--day", "2026-11-17")["value-lost"]["value"] == 162.0
    assert figures(told, "--day", "2026-11-19")["value-lost"]["value"] == -162.0
    assert report(told, "--day", "2026-11-19").out.count("-€162.00") == 1


@pytest.mark.parametrize(
    ("own", "event", "fields", "was"),
    [
        ("tokens-value", "resolved", {"token": "coupon", "worth": 700, "currency": "USD"}, {}),
        ("value-won-back", "closed", {"cause": "staff", "customer": "won"}, {"value": 700, "currency": "USD"}),
        ("value-lost", "closed", {"cause": "staff", "customer": "lost"}, {"value": 700, "currency": "USD"}),
        ("value-at-risk", "reopened", {}, {"value": 700, "currency": "USD"}),
    ],
)
def test_money_of_another_currency_stands_by_itself(copy: Path, own: str, event: str, fields: Json, was: Json) -> None:
    before = {"state": "closed", "opened": "2026-11-16T18:00:00+02:00", "reopened": 0, **was}
    record: Json = {
        "kind": f"complaint.{event}",
        "time": "2026-11-17T10:00:00+02:00",
        "case": "k9-00013",
        "was": before,
        **fields,
    }
    append(copy, [Entry("k9", "2026-11", record)])
    measures = json.loads(report(copy, "-f", "json").out)["measures"]
    values = {each["currency"]: abs(each["value"]) for each in measures if each["id"] == own}
    assert values == {"EUR": BY_HAND[own][0], "USD": 7.0}


def test_what_did_not_happen_has_no_row(told: Path) -> None:
    quiet = report(told, "--day", "2026-11-15").out
    for seldom in ("escalated", "flagged", "Promises", "oken", "Value", "Next answer"):
        assert seldom not in quiet
        assert seldom in report(told).out
    assert "Complaints opened" in quiet


@pytest.mark.parametrize(
    ("own", "target", "found", "said"),
    [
        ("first-response", 'internal = "1 hour"', (0.5, 2), "90% within 1 h"),
        ("first-response", 'internal = "90 minutes"\nclock = "always"', (0.5, 2), "90% within 1 h 30 min"),
        ("first-response", 'internal = "90 minutes"\nclock = "open hours"', (1, 2), "90% in 1 h 30 min open"),
        ("first-response", 'internal = "89 minutes"\nclock = "open-hours"', (0.5, 2), "90% in 1 h 29 min open"),
        ("first-response", "", (1, 2), "90% as promised"),
        ("next-response", 'public = "210 minutes"', (0.75, 4), "90% within 3 h 30 min"),
        ("next-response", 'public = "210 minutes"\nclock = "open hours"', (1, 4), "90% in 3 h 30 min open"),
        ("next-response", 'public = "209 minutes"\nclock = "open hours"', (0.75, 4), "90% in 3 h 29 min open"),
        ("next-response", "", (0.75, 4), "90% as promised"),  # each answer by itself
        ("resolution", 'internal = "260 minutes"', (1 / 3, 3), "90% within 4 h 20 min"),
        ("resolution", 'internal = "260 minutes"\nclock = "open hours"', (2 / 3, 3), "90% in 4 h 20 min open"),
        ("resolution", 'internal = "259 minutes"\nclock = "open hours"', (1 / 3, 3), "90% in 4 h 19 min open"),
        ("resolution", 'internal = "30 hours"\nclock = "open hours"', (1, 3), "90% in 30 h open"),
        ("resolution", "", (2 / 3, 3), "90% as promised"),
    ],
)
def test_a_time_is_held_against_its_clock(copy: Path, own: str, target: str, found: tuple[float, int], said: str) -> None:
    (copy / "policies/kpis.toml").write_text(f'schema = 1\n[{own}-within-target]\n{target}\nshare = "90 %"\n')
    figure = figures(copy)[f"{own}-within-target"]
    assert ((figure["value"], figure["n"]), figure["target"], figure["met"]) == (found, 0.9, found[0] == 1)
    text = report(copy).out
    assert said in text.replace("\xa0", " ")
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("target", "line", "what", "how"),
    [
        ('share = "90 %"\nclock = "open hours"', 4, "has a clock and no time", "leave the clock out"),
        ('internal = "2 days"\nshare = "90 %"\nclock = "open hours"', 3, "days are not equally long", "in hours"),
        ('public = "1 week"\ninternal = "1 h"\nshare = "90 %"\nclock = "open hours"', 3, "days are not equally long", "in hours"),
        ('internal = "2 hours"\nshare = "90 %"\nclock = "opening hours"', 5, "opening hours", "did you mean open-hours?"),
        ('internal = "2 hours"\nclock = "open hours"', 2, "share is missing", "90 %"),
        ('clock = "open hours"', 2, "share is missing", "90 %"),
        ('share = "ninety"', 3, "ninety", "90 %"),
    ],
)
def test_a_clock_that_is_none(shop: Path, target: str, line: int, what: str, how: str) -> None:
    (shop / "policies/kpis.toml").write_text(f"schema = 1\n[next-response-within-target]\n{target}\n")
    result = report(shop)
    assert (result.code, result.out) == (3, "")
    assert f"kpis.toml:{line}: " in result.err
    assert what in result.err
    assert how in result.err


def test_what_nobody_promised_is_no_target(shop: Path) -> None:
    (shop / "policies/kpis.toml").write_text('schema = 1\n[next-response-within-target]\nshare = "90 %"\n')
    assert report(shop).code == 0
    for promised in ("", '[clocks]\nresolution = { internal = "2 hours" }\n'):
        (shop / "policies/complaints.toml").write_text(f"schema = 1\n{promised}")
        result = report(shop)
        assert result.code == 3
        assert "kpis.toml:3: " in result.err
        assert "promises no next-response" in result.err
    (shop / "policies/complaints.toml").unlink()
    assert report(shop).code == 3
    rule = '[[clock]]\nwhen = { channel = ["phone"] }\nnext-response = { public = "2 hours" }\n'
    (shop / "policies/complaints.toml").write_text(f"schema = 1\n{rule}")
    assert report(shop).code == 0


def test_clocks_are_of_answers_only(shop: Path) -> None:
    (shop / "policies/kpis.toml").write_text('schema = 1\n[promises-kept]\ninternal = "90 %"\nclock = "open hours"\n')
    assert "kpis.toml:4: " in report(shop).err


def test_a_line_of_an_older_program_has_only_the_time_that_went_by(copy: Path) -> None:
    """It said neither what the clock counted nor what was missed: nothing is known of what was promised."""
    was = {"state": "open", "opened": "2026-11-16T18:00:00+02:00", "reopened": 0}
    late: Json = {"kind": "complaint.resolved", "case": "k9-00013", "was": was, "time": "2026-11-17T10:00:00+02:00"}
    append(copy, [Entry("old", "2026-11", late)])
    for clock, expected in (('internal = "2 hours"\nclock = "open hours"', (2 / 3, 3)), ("", (1, 2))):
        (copy / "policies/kpis.toml").write_text(f'schema = 1\n[first-response-within-target]\n{clock}\nshare = "90 %"\n')
        found = figures(copy)["first-response-within-target"]
        assert (found["value"], found["n"]) == expected
