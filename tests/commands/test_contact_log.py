"""Calls, mails and chats: when they came in, how long they took to be answered, and what the figures make of that."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from returnkit.model.ids import record_id
from returnkit.records.index import LONG
from tests.conftest import NOW, REPOSITORY, Result, call
from tests.kpi.generated import Entry, append

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from returnkit.model.jsonl import Json

    At = Callable[..., Result]

TODAY, FRIDAY = "2026-11-21T", "2026-11-20T"  # it is Saturday, noon; open from 10 to 14 and from 14:30 to 19 o'clock
ZONE = "+02:00"


def log(at: At, *arguments: str) -> dict[str, Any]:
    """Log a contact and return the answer."""
    result = at("contact", "log", *arguments, "-f", "json")
    assert result.code == 0, result
    answer: dict[str, Any] = json.loads(result.out)
    assert answer["schema"] == "returnkit.contact/1"
    assert answer["id"] == answer["record"]["id"]
    return answer


def figures(shop: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    result = call("--shop", str(shop), "--now", NOW, "kpi", "report", "-f", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    return {each["id"]: each for each in json.loads(result.out)["measures"] if each["id"].startswith(("con", "cal", "mai"))}


# --- What is typed, and what is recorded ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "received", "answered", "seconds", "counted"),
    [
        (("--after", "12s"), "21T11:59:48", "21T12:00:00", 12, 12),
        (("--after", "12 seconds"), "21T11:59:48", "21T12:00:00", 12, 12),
        (("--after", "1 s"), "21T11:59:59", "21T12:00:00", 1, 1),
        (("--after", "0 s"), "21T12:00:00", "21T12:00:00", 0, 0),
        (("--after", "3 Hours"), "21T09:00:00", "21T12:00:00", 10800, 7200),
        (("--received", "11:00:10", "--after", "20 min"), "21T11:00:10", "21T11:20:10", 1200, 1200),
        (("--received", "11:00:10", "--answered", "11:00:31"), "21T11:00:10", "21T11:00:31", 21, 21),
        (("--received", "9:02", "--answered", "now"), "21T09:02:00", "21T12:00:00", 10680, 7200),
        (("--received", "yesterday 18:59", "--answered", "10:01"), "20T18:59:00", "21T10:01:00", 54120, 120),
        (("--received", "friday 14:00", "--answered", "friday 14:30"), "20T14:00:00", "20T14:30:00", 1800, 0),
        (("--received", "2 days ago 18:00", "--answered", "2026-11-19 18:10:05"), "19T18:00:00", "19T18:10:05", 605, 605),
        # the 18th is a public holiday
        (("--received", "2026-11-17 18:00", "--answered", "2026-11-19T11:00"), "17T18:00:00", "19T11:00:00", 147600, 7200),
        (("--received", "2026-11-21T09:00:00Z", "--answered", "2026-11-21t11:00:00+02:00"), "21T11:00:00", "21T11:00:00", 0, 0),
        (("--missed",), "21T12:00:00", None, None, None),
        (("--received", "now", "--missed"), "21T12:00:00", None, None, None),
        (("--received", "11:30", "--missed"), "21T11:30:00", None, None, None),
    ],
)
def test_what_is_typed(  # noqa: PLR0913, PLR0917 - what is typed, and all that is recorded
    at: At, typed: tuple[str, ...], received: str, answered: str | None, seconds: int | None, counted: int | None
) -> None:
    answer = log(at, "--channel", "email", *typed)
    record = answer["record"]
    assert answer["seconds"] == seconds
    assert (record["time"], record["kind"], record["channel"]) == (NOW, "contact.logged", "email")
    assert record["received"] == f"2026-11-{received}{ZONE}"
    assert record.get("answered") == (None if answered is None else f"2026-11-{answered}{ZONE}")
    assert record.get("counted") == counted


def test_a_clock_that_changes_is_no_hour_longer(at: At) -> None:
    now = ("--now", "2026-10-26T09:00:00+02:00")
    times = ("--received", "2026-10-24 20:00", "--answered", "2026-10-25 20:00")
    answer = log(at, *now, "--channel", "web", *times)
    assert answer["seconds"] == 25 * 60 * 60
    assert answer["record"]["received"] == "2026-10-24T20:00:00+03:00"
    answer = log(at, *now, "--channel", "web", "--received", "2026-10-25T03:30:00+03:00", "--after", "1 hour")
    assert answer["record"]["answered"] == "2026-10-25T03:30:00+02:00"


def test_a_public_holiday_counts_for_nothing_even_where_the_shop_is_open(at: At, shop: Path) -> None:
    mail = ("--channel", "email", "--received", "2026-11-17 18:00", "--answered", "2026-11-19T11:00")
    (shop / "policies/calendar.toml").write_text('schema = 1\n[holidays]\n2026-11-18 = "Proclamation Day"\n')
    assert log(at, *mail)["record"]["counted"] == 2 * 60 * 60
    (shop / "policies/calendar.toml").unlink()
    assert log(at, *mail)["record"]["counted"] == 10.5 * 60 * 60


def test_everything_that_may_be_said(at: At) -> None:
    case = at("complaint", "open", "--text", "wet", "--name", "Anna", "-f", "json")
    opened = json.loads(case.out)
    answer = log(
        at, "--channel", "Phone", "--after", "12s", "--case", opened["id"].lower(), "--contact", opened["contact"],
        "--text", " asked when it comes ", "--staff", "Kristaps", "--key", "call-17",
    )  # fmt: skip
    record = answer["record"]
    said = {field: record[field] for field in ("channel", "about", "contact", "text", "staff", "key")}
    assert said == {
        "channel": "phone", "about": opened["id"], "contact": opened["contact"], "text": "asked when it comes",
        "staff": "Kristaps", "key": "call-17",
    }  # fmt: skip
    assert answer["case"] == opened["id"]
    assert len(record["salt"]) == 16


def test_what_is_said(at: At) -> None:
    def told(*arguments: str) -> str:
        result = at("--lang", "en", "contact", "log", *arguments)
        assert (result.code, result.err) == (0, "") or "this folder is now" in result.err
        return result.out.replace("\xa0", " ").partition("\n")[2]

    assert told("--channel", "phone", "--after", "12s") == "  Answered after 12 s\n"
    assert told("--channel", "phone", "--missed") == "  Nobody answered\n"
    mail = ("--channel", "email", "--received", "yesterday 18:00", "--answered", "10:30")
    assert told(*mail) == "  Answered after 16 h 30 min, of which we were open for 1 h 30 min\n"
    (row,) = csv.DictReader(io.StringIO(at("contact", "log", *mail, "-f", "csv").out))
    assert (row["channel"], row["seconds"], row["counted"], row["case"]) == ("email", "59400", "5400", "")
    for form in ("md", "html"):
        assert "16 h 30 min" in told(*mail, "-f", form)


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        (("phone", "--received", "11:00", "--answered", "11:01"), True),
        (("phone", "--received", "11:00:01", "--answered", "11:01"), True),
        (("phone", "--received", "11:00", "--answered", "now"), True),
        (("phone", "--received", "11:00:01", "--answered", "11:01:00"), False),
        (("phone", "--received", "2026-11-21T11:00:01+02:00", "--answered", "now"), False),
        (("phone", "--received", "11:00", "--after", "12s"), False),
        (("phone", "--received", "11:00", "--missed"), False),
        (("email", "--received", "11:00", "--answered", "11:01"), False),
    ],
)
def test_a_call_without_seconds_is_pointed_out(at: At, typed: tuple[str, ...], noted: bool) -> None:
    result = at("contact", "log", "--channel", *typed)
    assert result.code == 0
    assert ("a call is measured in seconds" in result.err) == noted


BAD = {
    (): "--channel",
    ("--channel", ""): "--channel",
    ("--channel", "pigeon", "--missed"): "known here: counter, phone",
    ("--channel", "fone", "--missed"): "did you mean phone?",
    ("--channel", "phone"): "give one of --answered TIME (or now), --after LENGTH and --missed",
    ("--channel", "phone", "--received", "11:00"): "give one of",
    ("--channel", "phone", "--missed", "--after", "12s"): "give one of",
    ("--channel", "phone", "--received", "11:00", "--answered", "11:01", "--after", "12s"): "give one of",
    ("--channel", "email", "--answered", "now"): "give --received TIME, or --after LENGTH alone",
    ("--channel", "email", "--answered", "11:00"): "give --received TIME",
    ("--channel", "phone", "--after", "12"): "second, minute, hour, day, week",
    ("--channel", "phone", "--after", "three rings"): "second, minute, hour, day, week",
    ("--channel", "phone", "--after", "-5 s"): "second, minute, hour, day, week",
    ("--channel", "phone", "--after", "1.5 min"): "second, minute, hour, day, week",
    ("--channel", "phone", "--after", "1２ s"): "second, minute, hour, day, week",
    ("--channel", "phone", "--after", ""): "--after",
    ("--channel", "phone", "--received", "soon", "--missed"): "--received 'soon' is not understood",
    ("--channel", "phone", "--received", "25:00", "--missed"): "'25:00'",
    ("--channel", "phone", "--received", "11:60", "--missed"): "'11:60'",
    ("--channel", "phone", "--received", "21.11. 11:00", "--missed"): "yesterday 17:40",
    ("--channel", "phone", "--received", "2026-02-30 11:00", "--missed"): "yesterday 17:40",
    ("--channel", "phone", "--received", "1999-01-01 11:00", "--missed"): "yesterday 17:40",
    ("--channel", "phone", "--received", "11:00", "--answered", "later"): "--answered 'later' is not understood",
    ("--channel", "phone", "--received", "12:01", "--missed"): "write the day as well",
    ("--channel", "email", "--received", "17:40", "--answered", "now"): "write the day as well",
    ("--channel", "email", "--received", "11:00", "--answered", "12:30"): "write the day as well",
    ("--channel", "phone", "--received", "11:59:50", "--after", "12s"): "write the day as well",
    ("--channel", "email", "--received", "11:00", "--answered", "10:59:59"): "check both times",
    ("--channel", "email", "--received", "2025-11-20 11:00", "--answered", "11:00"): "check the year",
    ("--channel", "email", "--after", "9999 weeks"): "check the year",
    ("--channel", "phone", "--missed", "--case", "k9-99999"): "is not an id",
    ("--channel", "phone", "--missed", "--case", record_id("k9", 1)): "there is no record",
    ("--channel", "phone", "--missed", "--contact", "7kd9x2mfqp"): "there is no contact '7kd9x2mfqp' here",
    ("--channel", "phone", "--missed", "--contact", "../shop"): "there is no contact",
    ("--channel", "phone", "--missed", "--text", "call 29123456"): "a telephone number",
    ("--channel", "phone", "--missed", "--text", "x" * 4001): "text has 4001 characters",
    ("--channel", "phone", "--missed", "--key", "x" * 300): "cannot be a key",
    ("--channel", "phone", "--missed", "today"): "unexpected",
}  # fmt: skip


@pytest.mark.parametrize("typed", BAD, ids=lambda typed: " ".join(typed)[:60])
def test_what_cannot_be_is_refused_and_nothing_is_written(at: At, shop: Path, typed: tuple[str, ...]) -> None:
    result = at("contact", "log", *typed)
    assert (result.code, result.out) == (2, "")
    assert BAD[typed] in result.err
    lines = [line for path in shop.glob("records/*/*.jsonl") for line in path.read_text().splitlines()]
    assert [line for line in lines if "till.opened" not in line] == []


def test_every_mistake_is_named_at_once(at: At) -> None:
    result = at("contact", "log", "--channel", "pigeon", "--received", "soon", "--answered", "later", "--after", "x")
    assert result.err.count("returnkit: error: ") == 5


def test_an_id_that_is_no_complaint(at: At) -> None:
    own = log(at, "--channel", "phone", "--missed")["id"]
    result = at("contact", "log", "--channel", "phone", "--missed", "--case", own)
    assert result.code == 2
    assert "is no complaint" in result.err


# --- About a complaint ------------------------------------------------------------------------------------------------


def test_what_was_said_about_a_complaint_is_recorded_there(at: At) -> None:
    case = at("complaint", "open", "--text", "wet").out.split()[0]
    about = ("--lang", "en", "contact", "log", "--channel", "phone", "--case", case)
    assert f"returnkit complaint acknowledge {case}" in at(*about, "--after", "12s").out
    assert f"returnkit complaint note {case} --from-customer" in at(*about, "--missed").out
    shown = json.loads(at("complaint", "show", case, "-f", "json").out)
    assert (shown["state"], shown["answered"], len(shown["events"]), shown["skipped"]) == ("open", None, 1, [])
    assert at("complaint", "resolve", case).code == 0
    assert at("complaint", "close", case, "--cause", "packaging").code == 0
    for how in (("--after", "12s"), ("--missed",)):
        assert len(at(*about, *how).out.splitlines()) == 2  # it is over: nothing is left to record
    verified = at("records", "verify")
    assert (verified.code, "counts for nothing" in verified.err) == (0, False)


def test_calls_and_mails_stand_in_the_story_of_a_complaint(at: At) -> None:
    case, other = (at("complaint", "open", "--text", text).out.split()[0] for text in ("wet", "torn"))
    later = ("--now", "2026-11-21T18:00:00+02:00")
    about = ("--case", case, "--text", "asked when\nit comes")
    mail = log(at, *later, "--channel", "email", "--received", "16:30", "--answered", "17:00", *about)
    night = log(at, *later, "--channel", "email", "--received", "yesterday 18:30", "--answered", "10:30", "--case", case)
    missed = log(at, *later, "--channel", "phone", "--received", "12:30:10", "--missed", "--case", case)
    call_ = log(at, *later, "--channel", "phone", "--after", "12s", "--case", case, "--staff", "Anna")
    log(at, "--channel", "phone", "--missed", "--case", other)
    log(at, "--channel", "phone", "--missed")
    assert at("--now", "2026-11-21T17:30:00+02:00", "complaint", "acknowledge", case).code == 0

    data = json.loads(at("complaint", "show", case, "-f", "json").out)
    assert data["contacts"] == [each["record"] for each in (night, missed, mail, call_)]
    assert [event["kind"] for event in data["events"]] == ["complaint.opened", "complaint.acknowledged"]
    shown = at("--lang", "en", "complaint", "show", case).out.replace("\xa0", " ")
    story = shown[shown.index("  2026-11-20 18:30") : shown.index("  Now ")]
    assert story.splitlines() == [
        "  2026-11-20 18:30  contact: by e-mail",
        "      Answered after 16 h, of which we were open for 1 h",
        "  2026-11-21 12:00  opened: at the counter, €162.00",
        "      wet",
        "  2026-11-21 12:30  contact: by telephone",
        "      Nobody answered",
        "  2026-11-21 16:30  contact: by e-mail",
        "      Answered after 30 min, while we were closed",
        "      asked when",
        "      it comes",
        "  2026-11-21 17:30  acknowledged",
        "  2026-11-21 17:59  contact: by telephone · Anna",
        "      Answered after 12 s, while we were closed",
    ]
    assert "saziņa: pa tālruni" in at("--lang", "lv", "complaint", "show", case).out
    rows = list(csv.DictReader(io.StringIO(at("complaint", "show", case, "-f", "csv").out)))
    assert [(row["time"][8:16], row["event"]) for row in rows] == [
        ("20T18:30", "contact-answered"), ("21T12:00", "opened"), ("21T12:30", "contact-missed"),
        ("21T16:30", "contact-answered"), ("21T17:30", "acknowledged"), ("21T17:59", "contact-answered"),
    ]  # fmt: skip
    assert len(json.loads(at("complaint", "show", other, "-f", "json").out)["contacts"]) == 1


def test_what_cannot_be_read_of_a_call_hides_nothing_of_the_complaint(at: At, shop: Path) -> None:
    case = at("complaint", "open", "--text", "wet").out.split()[0]
    odd: list[Json] = [
        {"received": "soon", "answered": "later"},
        {"received": f"{TODAY}11:00:00", "answered": f"{TODAY}11:00:12{ZONE}", "counted": 12},
        {"answered": f"{TODAY}11:00:12{ZONE}", "channel": 5},
        {"kind": "contact.stopped", "received": f"{TODAY}11:00:00{ZONE}"},  # about it, and no call
    ]
    head = {"kind": "contact.logged", "time": NOW, "channel": "phone", "about": case}
    append(shop, [Entry("k9", "2026-11", head | each) for each in odd])
    shown = at("--lang", "en", "complaint", "show", case)
    assert (shown.code, shown.out.count("contact")) == (0, 3), shown
    assert len(json.loads(at("complaint", "show", case, "-f", "json").out)["contacts"]) == 3


def test_a_call_that_another_till_logged_long_ago_is_found(at: At, shop: Path) -> None:
    case = at("complaint", "open", "--text", "wet").out.split()[0]
    logged: Json = {
        "kind": "contact.logged", "channel": "phone", "time": "2026-11-21T12:10:00+02:00", "about": case,
        "received": "2026-11-21T12:09:00+02:00",
    }  # fmt: skip
    filler: Json = {"kind": "return", "time": NOW, "text": "x" * 4000}
    append(shop, [Entry("k9", "2026-11", each) for each in (logged, *[filler] * 140)])
    assert (shop / "records/k9/2026-11.jsonl").stat().st_size > LONG
    for _ in range(2):  # the first makes the index, the second looks it up
        data = json.loads(at("complaint", "show", case, "-f", "json").out)
        assert [each["received"] for each in data["contacts"]] == [logged["received"]]
    assert list(shop.glob(".returnkit/cache/index-k9-*"))


# --- Once, and at several tills ---------------------------------------------------------------------------------------


def test_a_repetition_with_the_same_key_is_the_same_record(at: At) -> None:
    call_ = ("--channel", "phone", "--after", "12s", "--key", "a")
    mail = ("--channel", "email", "--received", "11:00", "--answered", "now", "--key", "b")
    missed = ("--channel", "phone", "--missed", "--key", "c")
    first = [log(at, *typed) for typed in (call_, mail, missed)]
    later = ("--now", "2026-11-21T12:10:00+02:00")  # what goes by the clock would be otherwise
    assert [log(at, *later, *typed) for typed in (call_, mail, missed)] == first
    for typed, what in (
        (("--channel", "chat", "--after", "12s", "--key", "a"), "otherwise in: channel"),
        (("--channel", "phone", "--after", "13s", "--key", "a"), "answered otherwise"),
        (("--channel", "phone", "--missed", "--key", "a"), "answered otherwise"),
        (("--channel", "phone", "--after", "12s", "--key", "c"), "answered otherwise"),
        (("--channel", "email", "--received", "11:01", "--answered", "now", "--key", "b"), "otherwise in: received"),
        (("--channel", "email", "--received", "11:00", "--answered", "11:30", "--key", "b"), "otherwise in: answered"),
        (("--channel", "email", "--received", "11:00", "--missed", "--key", "b"), "answered otherwise"),
        (("--channel", "phone", "--missed", "--text", "rang off", "--key", "c"), "otherwise in: text"),
    ):
        result = at("contact", "log", *typed)
        assert (result.code, what in result.err) == (2, True), typed


def test_two_tills_are_counted_together(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(shop, other)

    def at_till(folder: Path, *arguments: str) -> str:
        result = call("--shop", str(folder), "--now", NOW, "contact", "log", "--channel", "phone", *arguments)
        assert result.code == 0, result
        return result.out.split("-")[0]

    tills = [at_till(folder, "--after", f"{seconds}s") for folder, seconds in ((shop, 10), (other, 30), (shop, 20))]
    at_till(other, "--missed", "--received", "yesterday 11:00")
    shutil.copytree(other / "records" / tills[1], shop / "records" / tills[1])
    found = figures(shop)
    assert tills[0] == tills[2] != tills[1]
    assert (found["contacts"]["value"], found["contacts-missed"]["value"]) == (4, 1)
    assert (found["contact-answer-median"]["value"], found["contact-answer-median"]["n"]) == (20, 3)
    assert call("--shop", str(shop), "records", "verify").code == 0


# --- The figures ------------------------------------------------------------------------------------------------------

STORY: tuple[tuple[str, str, str], ...] = (
    ("2026-11-01T09:00", "Anna", "email --received 2026-10-31T23:50 --answered now"),  # of October, and logged in November
    ("2026-11-16T10:30", "Anna", "phone --after 19s"),
    ("2026-11-16T10:40", "Anna", "phone --after 20s"),
    ("2026-11-16T10:50", "Kristaps", "phone --after 21s"),
    ("2026-11-16T11:00", "Kristaps", "phone --missed"),  # nobody's, whoever logs it
    ("2026-11-16T11:00", "Anna", "email --received 10:00 --answered now"),
    ("2026-11-17T11:00", "Anna", "email --received yesterday_18:00 --answered now"),  # 2 open hours, 17 by the wall clock
    ("2026-11-17T11:10", "Anna", "email --received yesterday_18:00 --answered now"),
    ("2026-11-17T12:00", "Ilze", "chat --after 2min"),
    ("2026-11-17T12:00", "", "letter --received 2026-11-16T10:00 --missed"),
)
TARGETS = """schema = 1
[calls-answered-within-target]
internal = "20 seconds"
share = "50 %"
[mails-answered-within-target]
internal = "2 hours"
public = "4 hours"
share = "80 %"
clock = "open hours"
[contacts-answered-within-target]
internal = "8 hours"
public = "10 hours"
share = "90 %"
[contacts-missed]
internal = 1
[contact-answer-median]
internal = "1 hour"
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a shop whose calls and mails can be worked out by hand; nobody writes to it."""
    shop = tmp_path_factory.mktemp("told")
    shutil.copytree(REPOSITORY / "policies", shop / "policies")
    (shop / "policies/kpis.toml").write_text(TARGETS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(shop / "state"))
        for time, staff, typed in STORY:
            words = [word.replace("_", " ") for word in typed.split()]
            who = ("--staff", staff) if staff else ()
            assert call("--shop", str(shop), "--now", f"{time}:00{ZONE}", *who, "contact", "log", "--channel", *words).code == 0
    return shop


@pytest.fixture
def copy(told: Path, tmp_path: Path) -> Path:
    """Return a copy of that shop, to write to."""
    shutil.copytree(told, tmp_path / "copy")
    return tmp_path / "copy"


def test_every_figure_by_hand(told: Path) -> None:
    found = figures(told, "--month", "2026-11")
    assert {own: (each["value"], each["n"], each["target"], each["met"]) for own, each in found.items()} == {
        "contacts": (9, 9, None, None),
        "contacts-missed": (2, 2, 1, False),
        "contact-answer-median": (120, 7, 3600, True),  # 19, 20, 21, 120, 3600, 61200, 61800
        "contact-answer-p90": (61800, 7, None, None),
        "calls-answered-within-target": (0.5, 4, 0.5, True),
        "mails-answered-within-target": (2 / 3, 3, 0.8, False),
        "contacts-answered-within-target": (5 / 9, 9, 0.9, False),
    }
    assert {each["unit"] for each in found.values()} == {"count", "s", "share"}
    october = figures(told, "--month", "2026-10")
    assert (october["contacts"]["value"], october["contact-answer-median"]["value"]) == (1, 9 * 3600 + 600)
    assert figures(told, "--day", "2026-11-16")["contacts"]["value"] == 8


@pytest.mark.parametrize(
    ("by", "own", "slices"),
    [
        ("channel", "contacts", {"phone": 4, "email": 3, "chat": 1, "letter": 1}),
        ("channel", "contacts-missed", {"phone": 1, "letter": 1}),
        ("channel", "contact-answer-median", {"phone": 20, "email": 61200, "chat": 120}),
        ("channel", "calls-answered-within-target", {"phone": 0.5}),
        ("channel", "contacts-answered-within-target", {"phone": 0.75, "email": 1 / 3, "chat": 1, "letter": 0}),
        ("staff", "contacts", {"Anna": 5, "Kristaps": 1, "Ilze": 1, "unknown": 2}),
        ("staff", "calls-answered-within-target", {"Anna": 1, "Kristaps": 0, "unknown": 0}),
        ("staff", "mails-answered-within-target", {"Anna": 2 / 3}),
        ("category", "contacts", {}),
        ("month", "contacts", {"2026-11": 9}),
    ],
)
def test_slices_by_hand(told: Path, by: str, own: str, slices: dict[str, float]) -> None:
    assert figures(told, "--month", "2026-11", "--by", by)[own]["by"] == slices


def test_months_and_people_by_hand(told: Path) -> None:
    months = figures(told, "--from", "2026-10-01", "--by", "month")
    assert months["contacts"]["by"] == {"2026-10": 1, "2026-11": 9}
    assert months["mails-answered-within-target"]["by"] == {"2026-10": 1, "2026-11": 2 / 3}  # by night nobody waits
    kristaps = figures(told, "--month", "2026-11", "--person", "kristaps")
    assert (kristaps["contacts"]["value"], kristaps["contacts-missed"]["value"]) == (1, 0)


@pytest.mark.parametrize(
    ("own", "target", "found", "said"),
    [
        ("calls", 'internal = "20 seconds"', 0.5, "90% within 20 s"),
        ("calls", 'internal = "19 s"', 0.25, "90% within 19 s"),
        ("calls", 'public = "1 min"', 0.75, "90% within 1 min"),
        ("calls", 'internal = "21 seconds"\nclock = "open hours"', 0.75, "90% in 21 s open"),
        ("mails", 'internal = "17 hours"', 2 / 3, "90% within 17 h"),
        ("mails", 'internal = "1 hour"\nclock = "always"', 1 / 3, "90% within 1 h"),
        ("mails", 'internal = "7800 seconds"\nclock = "open hours"', 1, "90% in 2 h 10 min open"),
        ("contacts", 'internal = "1 day"', 7 / 9, "90% within 1 d"),
    ],
)
def test_a_time_is_held_against_its_clock(copy: Path, own: str, target: str, found: float, said: str) -> None:
    (copy / "policies/kpis.toml").write_text(f'schema = 1\n[{own}-answered-within-target]\n{target}\nshare = "90 %"\n')
    assert figures(copy, "--month", "2026-11")[f"{own}-answered-within-target"]["value"] == found
    text = call("--shop", str(copy), "--now", NOW, "--lang", "en", "kpi", "report").out
    assert said in text.replace("\xa0", " ")


@pytest.mark.parametrize("language", ["en", "lv"])
def test_the_report_for_people(told: Path, shop: Path, language: str) -> None:
    def report(folder: Path, *arguments: str) -> str:
        result = call("--shop", str(folder), "--now", NOW, "--lang", language, "kpi", "report", *arguments)
        assert (result.code, result.err) == (0, "")
        return result.out.replace("\xa0", " ")

    text = report(told, "--by", "channel")
    for label in {"en": ("Calls answered in time", "Nobody answered"), "lv": ("Zvani, atbildēti laikā", "Palika bez")}[language]:
        assert label in text
        assert label not in report(shop, "--month", "2026-09")  # where there are none, there is no row
    assert max(map(len, text.splitlines())) <= 80
    for form in ("md", "html", "csv", "jsonl"):
        assert any(share in report(told, "-f", form) for share in ("50.0%", "50,0 %", "0.5"))


def test_the_list_explains_them(told: Path) -> None:
    listed = json.loads(call("--shop", str(told), "kpi", "list", "-f", "json").out)["figures"]
    own = {each["id"]: each for each in listed if each["id"].startswith(("con", "cal", "mai"))}
    assert len(own) == 7
    assert own["calls-answered-within-target"]["slices"] == ["channel", "staff", "month"]
    assert own["calls-answered-within-target"]["target"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('internal = "20 seconds"', 2, "share is missing"),
        ('share = "80 %"', 2, "calls-answered-within-target has no target"),
        ('internal = 20\nshare = "80 %"', 3, "8 minutes"),
        ('internal = "3 rings"\nshare = "80 %"', 3, "second, minute, hour, day, week"),
        ('internal = "20 seconds"\npublic = "15 seconds"\nshare = "80 %"', 3, "looser than what is promised"),
        ('internal = "1 day"\nshare = "80 %"\nclock = "open hours"', 3, "write it in hours"),
    ],
)
def test_a_target_that_is_none(shop: Path, text: str, line: int, what: str) -> None:
    (shop / "policies/kpis.toml").write_text(f"schema = 1\n[calls-answered-within-target]\n{text}\n")
    result = call("--shop", str(shop), "--now", NOW, "kpi", "report")
    assert (result.code, result.out) == (3, "")
    assert f"kpis.toml:{line}: " in result.err
    assert what in result.err
    assert result.err.count("returnkit: error") == 1


def test_what_an_older_program_logged_has_only_the_time_that_went_by(copy: Path) -> None:
    logged: Json = {
        "kind": "contact.logged", "channel": "email", "time": f"{TODAY}11:00:00{ZONE}",
        "received": f"{FRIDAY}18:00:00{ZONE}", "answered": f"{TODAY}10:30:00{ZONE}",
    }  # fmt: skip
    append(copy, [Entry("k9", "2026-11", logged)])
    found = figures(copy, "--month", "2026-11")["mails-answered-within-target"]
    assert (found["value"], found["n"]) == (2 / 4, 4)
