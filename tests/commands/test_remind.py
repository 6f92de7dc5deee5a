"""Reminders for cron: nothing where nothing is due, each thing once at each of its steps, from one machine, while it is open."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from returnkit.model.jsonl import Json
from tests.conftest import Result

Run = Callable[..., Result]
SENDS = "schema = 1\n[remind]\nsend = true\n"


@pytest.fixture
def day(shop: Path, at: Run) -> Run:
    """Call a command at a time of 23 November 2026, a Monday, or of another day; this machine sends reminders."""
    (shop / ".returnkit").mkdir()
    (shop / ".returnkit" / "till.toml").write_text(SENDS)

    def run(time: str, *arguments: str) -> Result:
        return at(*arguments, "--lang", "en", "--now", time if "T" in time else f"2026-11-23T{time}:00+02:00")

    return run


def opened(day: Run, time: str, *options: str) -> str:
    own: str = json.loads(day(time, "complaint", "open", "-f", "json", *options).out)["id"]
    return own


def records(shop: Path, kind: str) -> list[Json]:
    lines = [line for path in sorted((shop / "records").rglob("*.jsonl")) for line in path.read_text().splitlines()]
    return [record for record in map(json.loads, lines) if record["kind"] == kind]


def test_nothing_due_prints_and_records_nothing(day: Run, shop: Path) -> None:
    assert day("11:00", "remind") == Result(0, "", "")
    assert not records(shop, "reminder.claimed")


def test_each_thing_is_told_once_before_and_once_when_it_is_late(day: Run, shop: Path) -> None:
    own = opened(day, "10:00", "--channel", "email", "--category", "quality", "--text", "it broke")  # aimed at 12:00, due 14:00
    first = day("10:05", "remind")
    assert first.code == 0
    told = " ".join(first.out.split())
    assert f"{own} First answer: by 2026-11-23 14:00, in 3 h 55 min (we aim at 2026-11-23 12:00)" in told
    assert max(map(len, first.out.splitlines())) <= 76
    assert "the staff (Anna, Kristaps)" in first.out
    assert "quality · it broke" in first.out
    assert [day(time, "remind").out for time in ("10:06", "12:05", "14:00")] == ["", "", ""]
    late = day("14:35", "remind").out
    assert "late since 2026-11-23 14:00" in late
    assert day("14:40", "remind").out == ""
    every = [entry for claim in records(shop, "reminder.claimed") for entry in json.loads(json.dumps(claim["reminders"]))]
    steps = [entry["step"] for entry in every if entry["what"] == "first_response"]
    assert steps == ["soon", "late"]
    assert len(records(shop, "reminder.sent")) == len(records(shop, "reminder.claimed"))


def test_what_is_done_is_not_told(day: Run) -> None:
    own = opened(day, "10:00", "--channel", "email", "--text", "x")
    day("10:01", "complaint", "resolve", own, "--remedy", "refund", "--staff", "Ilze")
    assert day("10:05", "remind").out == ""


def test_only_while_the_shop_is_open_and_before_it_closes(day: Run) -> None:
    opened(day, "2026-11-21T15:30:00+02:00", "--channel", "phone", "--text", "x")  # Saturday, half an hour before closing
    assert day("2026-11-22T12:00:00+02:00", "remind").out == ""  # Sunday
    assert day("2026-11-18T12:00:00+02:00", "remind").out == ""  # a public holiday
    assert day("14:15", "remind").out == ""  # the lunch break
    assert day("19:00", "remind").out == ""
    assert "First answer" in day("2026-11-22T12:00:00+02:00", "remind", "--any-time").out
    opened(day, "2026-11-21T15:40:00+02:00", "--channel", "phone", "--text", "y")  # due on Monday at 11:40
    assert "by 2026-11-23 11:40" in day("2026-11-21T15:45:00+02:00", "remind").out


def test_another_machine_sends_nothing(day: Run, shop: Path) -> None:
    opened(day, "10:00", "--channel", "phone", "--text", "x")
    (shop / ".returnkit" / "till.toml").unlink()
    assert day("10:05", "remind") == Result(0, "", "")
    assert "First answer" in day("10:05", "remind", "--dry-run").out
    assert not records(shop, "reminder.claimed")


def test_a_dry_run_takes_nothing_away(day: Run, shop: Path) -> None:
    opened(day, "10:00", "--channel", "phone", "--text", "x")
    shown = day("10:05", "remind", "--dry-run").out
    assert not records(shop, "reminder.claimed")
    assert day("10:05", "remind").out == shown
    assert day("10:05", "remind", "--dry-run").out == ""


def test_whoever_it_goes_to_next_is_told_as_well(day: Run) -> None:
    own = opened(day, "10:00", "--channel", "phone", "--text", "x")
    assert "the staff" in day("10:05", "remind").out
    day("10:10", "complaint", "assign", own, "--to", "Kristaps", "--staff", "Ilze")
    told = day("10:15", "remind").out
    assert told.splitlines()[2] == "Kristaps"
    assert day("10:20", "remind").out == ""
    assert "the manager (Mārtiņš)" in day("13:10", "remind").out  # an hour late: by [[escalate]]


def test_a_claim_is_taken_up_again_after_a_quarter_of_an_hour(day: Run, shop: Path) -> None:
    opened(day, "10:00", "--channel", "phone", "--text", "x")
    day("10:05", "remind")
    journal = next((shop / "records").rglob("*.jsonl"))
    lines = journal.read_bytes().splitlines(keepends=True)
    assert b"reminder.sent" in lines[-1]
    journal.write_bytes(b"".join(lines[:-1]))  # as whoever dies before it is recorded leaves it
    for head in (shop.parent / "state" / "returnkit").iterdir():
        head.unlink()
    assert day("10:19", "remind").out == ""
    assert "First answer" in day("10:20", "remind").out
    claims = records(shop, "reminder.claimed")
    assert claims[1]["again"] == claims[0]["id"]
    assert day("10:40", "remind").out == ""


def test_the_calendar_holds_what_is_to_come(day: Run, shop: Path) -> None:
    own = opened(
        day, "10:00", "--channel", "email", "--name", "Zane Ozola", "--phone", "+371 29 100 001", "--text", "secret words"
    )
    call = json.loads(
        day("10:00", "followup", "add", "--by", "16:30", "--call", "--to", "Anna", "--text", "x", "-f", "json").out
    )["id"]
    (shop / ".returnkit" / "till.toml").unlink()  # it sends nothing to anybody: every machine may write it
    assert day("10:05", "remind", "--ics", "due.ics") == Result(0, "", "")
    feed = (shop / "due.ics").read_bytes().replace(b"\r\n ", b"")  # unfolded
    assert own.encode() in feed
    assert call.encode() in feed
    assert not any(word in feed for word in (b"Zane", b"29 100", b"secret"))
    assert day("10:30", "remind", "--ics", "due.ics").code == 0
    assert (shop / "due.ics").read_bytes().replace(b"\r\n ", b"") == feed
    day("10:31", "remind", "--ics", "anna.ics", "--staff", "Anna")
    hers = (shop / "anna.ics").read_bytes().replace(b"\r\n ", b"")
    assert call.encode() in hers
    day("10:31", "remind", "--ics", "owner.ics", "--staff", "Ilze")
    assert call.encode() not in (shop / "owner.ics").read_bytes().replace(b"\r\n ", b"")
    assert day("10:32", "remind", "--ics", "no/such/folder.ics").code == 74


def test_mail_needs_to_be_told_how(day: Run) -> None:
    found = day("10:00", "remind", "--mail")
    assert (found.code, "[mail]" in found.err) == (2, True)


def test_a_mistake_in_the_settings_is_named(day: Run, shop: Path) -> None:
    (shop / ".returnkit" / "till.toml").write_text("schema = 1\n[remind]\nsend = yes\n")
    assert day("10:00", "remind").code == 3
    (shop / ".returnkit" / "till.toml").write_text('schema = 1\n[remind]\nsend = "yes"\n')
    found = day("10:00", "remind")
    assert (found.code, "till.toml:3" in found.err) == (3, True)


def test_who_is_reminded_hears_of_lines_that_nobody_can_read(day: Run, shop: Path) -> None:
    opened(day, "10:00", "--channel", "phone", "--text", "x")
    (journal,) = shop.glob("records/*/*.jsonl")
    journal.write_bytes(journal.read_bytes() + b'{"broken\n{"again\n')
    found = day("10:05", "remind")
    assert (found.code, "2 lines of the records cannot be read" in found.out) == (0, True)
    assert "cannot be read" not in day("10:06", "remind").out, "it comes with what is due, and never alone"


def test_a_copied_folder_does_not_send_a_second_time(day: Run, shop: Path) -> None:
    opened(day, "10:00", "--channel", "phone", "--text", "x")
    copy = shop.parent / "copy"
    shutil.copytree(shop, copy)
    found = day("10:05", "remind", "--shop", str(copy))
    assert (found.code, found.out) == (3, "")
    assert "take send = true out" in found.err
    (copy / ".returnkit" / "instance").unlink()
    assert "First answer" in day("10:05", "remind", "--shop", str(copy)).out
    assert "First answer" in day("10:05", "remind").out


def test_many_things_for_a_very_long_name_are_sent_all_the_same(day: Run, shop: Path) -> None:
    name = "ā" * 200
    path = shop / "policies" / "shop.toml"
    path.write_text(path.read_text() + f'\n[[staff]]\nname = "{name}"\nrole = "staff"\n')
    rows = "".join(f"{number},2026-11-22 11:00,x\n" for number in range(210))
    (shop / "old.csv").write_text(f"number,opened,text\n{rows}")
    (shop / "old.toml").write_text(
        'schema = 1\n[file]\ndates = "YYYY-MM-DD hh:mm"\n[complaint]\nnumber = "number"\nopened = "opened"\ntext = "text"\n'
        'channel = { value = "email" }\n'
    )
    imported = day("10:00", "complaint", "import", "old.csv", "--map", "old.toml")
    assert imported.code == 0, imported.err
    terms = shop / "policies" / "complaints.toml"
    terms.write_text(re.sub(r'\[\[route\]\]\nto = "staff"', f'[[route]]\nto = "{name}"', terms.read_text()))
    found = day("12:30", "remind")
    assert (found.code, found.out.count("First answer")) == (0, 210)
