"""The day at a glance: everything once, what is late first, in 80 columns; beside it the figures of the day."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result

Run = Callable[..., Result]
MONDAY = "2026-11-23T11:00:00+02:00"


@pytest.fixture
def day(at: Run) -> Run:
    return lambda time, *arguments: at(*arguments, "--lang", "en", "--now", time)


def opened(day: Run, time: str, *options: str) -> str:
    own: str = json.loads(day(time, "complaint", "open", "-f", "json", *options).out)["id"]
    return own


def found(day: Run, time: str, *options: str) -> dict[str, list[dict[str, object]]]:
    told: dict[str, list[dict[str, object]]] = json.loads(day(time, "today", "-f", "json", *options).out)
    return told


def whats(part: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(each["id"], each["what"]) for each in part]


def test_an_empty_day_says_so(day: Run) -> None:
    told = day("2026-11-23T09:00:00+02:00", "today")
    assert told == Result(0, "Pīlādzis, Monday 2026-11-23 09:00, closed\n\nNothing is due today.\n", "")
    assert "open until 14:00" in day(MONDAY, "today").out  # a lunch break
    assert "open until 19:00" in day("2026-11-23T14:30:00+02:00", "today").out
    assert "open until 16:00" in day("2026-11-21T15:59:00+02:00", "today").out  # a Saturday
    assert "closed" in day("2026-11-23T14:15:00+02:00", "today").out  # the lunch break


def test_everything_stands_in_its_part_once(day: Run) -> None:
    late = opened(day, "2026-11-20T10:00:00+02:00", "--channel", "phone", "--text", "nobody called")
    due = opened(day, "2026-11-23T10:30:00+02:00", "--channel", "phone", "--text", "it broke")
    later = opened(day, "2026-11-23T10:40:00+02:00", "--channel", "email", "--text", "too big")
    day(
        "2026-11-23T10:41:00+02:00",
        "complaint",
        "promise",
        later,
        "--by",
        "tomorrow 12:00",
        "--staff",
        "Anna",
        "--text",
        "we ask",
    )
    day("2026-11-23T10:45:00+02:00", "complaint", "flag", due, "safety")
    call = json.loads(day(MONDAY, "followup", "add", "--by", "16:30", "--call", "--text", "blue?", "-f", "json").out)["id"]
    ask = json.loads(day(MONDAY, "followup", "add", "--by", "today", "--text", "warm?", "-f", "json").out)["id"]
    parts = found(day, MONDAY)
    assert whats(parts["late"]) == [(late, "first-response")]
    assert whats(parts["today"]) == [(due, "first-response"), (late, "resolution")]  # we aimed to have it put right by now
    assert whats(parts["promised"]) == [(call, "callback"), (later, "promise")]
    assert whats(parts["follow_ups"]) == [(ask, "follow-up")]
    assert (due, "flag") in whats(parts["law"])
    every = [each for part in ("late", "today", "promised", "follow_ups", "law") for each in whats(parts[part])]
    assert len(every) == len(set(every))
    assert [each["subject"] for each in parts["promised"]] == ["blue?", "we ask"]
    told = day(MONDAY, "today").out
    assert max(map(len, told.splitlines())) <= 80
    order = [told.index(head) for head in ("Late (1)", "Due today (2)", "Promises and callbacks (2)", "Follow-ups (1)")]
    assert order == sorted(order)


def test_what_the_law_wants_is_told_in_its_week(day: Run) -> None:
    own = opened(day, "2026-11-02T11:00:00+02:00", "--text", "x")  # 15 working days, one of them a public holiday: 24 November
    day("2026-11-02T11:05:00+02:00", "complaint", "wait", own, "--text", "asked for the receipt")
    assert (own, "law") not in whats(found(day, "2026-11-17T11:00:00+02:00")["law"])
    law = found(day, "2026-11-19T11:00:00+02:00")["law"]
    assert [(each["what"], each["by"]) for each in law] == [("law", "2026-11-24T23:59:59+02:00")]
    assert "26.1" in str(law[0]["subject"])


def test_who_does_not_answer_and_what_is_not_closed_come_up(day: Run) -> None:
    silent = opened(day, "2026-11-10T11:00:00+02:00", "--text", "x")
    day("2026-11-10T12:00:00+02:00", "complaint", "wait", silent, "--text", "which size?")
    solved = opened(day, "2026-11-10T11:00:00+02:00", "--text", "y")
    day("2026-11-10T12:00:00+02:00", "complaint", "resolve", solved, "--remedy", "refund", "--staff", "Ilze")
    parts = found(day, "2026-11-17T11:00:00+02:00")
    assert (silent, "silent") in whats(parts["today"])
    assert (solved, "unclosed") in whats(parts["today"])
    assert (silent, "silent") in whats(found(day, "2026-11-19T11:00:00+02:00")["late"])
    day("2026-11-19T11:00:00+02:00", "complaint", "wait", silent, "--text", "asked again")
    assert (silent, "silent") not in whats(found(day, "2026-11-19T11:01:00+02:00")["late"])


def test_a_survey_that_does_not_come_back_comes_up_once(day: Run, shop: Path) -> None:
    asked = json.loads(day(MONDAY, "followup", "add", "--by", "today", "--text", "x", "-f", "json").out)["id"]
    day(MONDAY, "followup", "done", asked, "--survey", "short", "--staff", "Anna")
    parts = found(day, "2026-11-30T11:00:00+02:00")
    assert [(each["id"], each["what"], each["about"], each["to"]) for each in parts["today"]] == [
        (asked, "survey", "short", "Anna")
    ]
    (shop / "answers.csv").write_text(f"when,ref,happy\n2026-11-29 12:00,{asked.upper()},yes\n2026-11-29 12:00,k1-0001Z,yes\n")
    (shop / "form.toml").write_text(
        'schema = 1\n[file]\ndates = "YYYY-MM-DD hh:mm"\n[survey]\nsurvey = { value = "short" }\ntime = "when"\n'
        'asked = "ref"\n[survey.answers]\nhappy = "happy"\n'
    )
    imported = day("2026-11-30T12:00:00+02:00", "survey", "import", "answers.csv", "--map", "form.toml")
    assert (imported.code, "not an id" in imported.err) == (1, True)
    assert found(day, "2026-11-30T13:00:00+02:00")["today"] == []


def test_mine_is_what_i_have(day: Run) -> None:
    for who in ("Anna", "manager"):
        day(MONDAY, "followup", "add", "--by", "16:00", "--call", "--to", who, "--text", who)
    assert [each["subject"] for each in found(day, MONDAY, "--mine", "--staff", "Anna")["promised"]] == ["Anna"]
    assert [each["subject"] for each in found(day, MONDAY, "--mine", "--staff", "Mārtiņš")["promised"]] == ["manager"]
    assert day(MONDAY, "today", "--mine").code == 2


def test_the_figures_of_the_day_are_those_of_the_report(day: Run) -> None:
    back = (
        "--channel",
        "store",
        "--receipt",
        "yes",
        "--condition",
        "unopened",
        "--reason",
        "wrong-size",
        "--bought",
        "2026-11-20",
    )
    for number, means in (("1", "card"), ("2", "cash")):
        logged = day(
            MONDAY, "return", "log", "--receipt-no", number, "--category", "toys", "--price", "12.50", *back, "--paid-with", means
        )
        assert logged.code == 0, logged.err
    day(MONDAY, "contact", "log", "--channel", "phone", "--missed")
    opened(day, MONDAY, "--text", "x")
    told = day(MONDAY, "today")
    assert "Refunded: €25.00 (card €12.50, cash €12.50)" in told.out
    assert "Complaints opened: 1" in told.out
    measures = json.loads(day(MONDAY, "today", "-f", "json").out)["measures"]
    report = json.loads(day(MONDAY, "kpi", "report", "--day", "2026-11-23", "-f", "json").out)["measures"]
    values = {each["id"]: each["value"] for each in report}
    assert {each["id"]: each["value"] for each in measures} == {each["id"]: values[each["id"]] for each in measures}
    assert {"refunded-value", "returns", "contacts-missed", "complaints-opened"} <= {each["id"] for each in measures}
    assert "Came in" not in day("2026-11-24T11:00:00+02:00", "today").out


def test_a_long_part_is_cut_on_a_screen_only(day: Run) -> None:
    for number in range(14):
        day(MONDAY, "followup", "add", "--by", "16:00", "--call", "--text", f"number {number}")
    told = day(MONDAY, "today").out
    assert "Promises and callbacks (14)" in told
    assert "… and 2 more" in told
    assert len(found(day, MONDAY)["promised"]) == 14


def test_a_damaged_line_is_told_and_stops_nobody(day: Run, shop: Path) -> None:
    own = opened(day, MONDAY, "--channel", "phone", "--text", "x")
    journal = next((shop / "records").rglob("*.jsonl"))
    journal.write_bytes(journal.read_bytes() + b'{"kind":"complaint.opened","id":"zz"}\n')
    told = day("2026-11-23T11:30:00+02:00", "today")
    assert told.code == 0
    assert own in told.out
    assert "cannot be read" in told.err


def test_what_we_aim_to_have_done_today_is_due_today(day: Run) -> None:
    own = opened(day, "2026-11-23T15:00:00+02:00", "--channel", "email", "--text", "x")  # aimed at 17:00, promised for tomorrow
    parts = found(day, "2026-11-23T15:30:00+02:00")
    assert (own, "first-response") in whats(parts["today"])
    assert "in 1 h" in day("2026-11-23T15:30:00+02:00", "today").out
    assert (own, "first-response") in whats(found(day, "2026-11-23T18:00:00+02:00")["today"])
    assert (own, "first-response") in whats(found(day, "2026-11-24T13:00:00+02:00")["late"])
