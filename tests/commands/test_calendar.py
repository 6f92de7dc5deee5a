"""`returnkit calendar fetch`, and the working days by law that hang on what it writes."""

import csv
import json
import random
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.errors import UnreadableError
from returnkit.model.calendar import Calendar, read_days, with_days
from returnkit.shop import read_shop
from tests.conftest import REPOSITORY, Result, call

At = Callable[..., Result]
MOVED = {"2026-01-02": "Brīvdiena (pārcelta no 17.01.2026)", "2026-06-22": "Brīvdiena (pārcelta no 27.06.2026)"}
OURS = """# ours
schema = 1

[closed]
2027-01-04 = "Inventūra"   # every year

[ holidays ]  # the public ones
# by hand:
2025-12-31 = "Vecgada diena"
2026-11-18 = 'Proklamēšanas diena'   # we open at noon
"2026-07-01" = "Ielas svētki"  # of our street

2028-01-01 = "Jaungada diena"
# the end
"""


@pytest.fixture
def path(shop: Path) -> Path:
    return shop / "policies/calendar.toml"


def fetched(at: At, *arguments: str) -> dict[str, list[dict[str, object]]]:
    """Return what a fetch says it did."""
    result = at("calendar", "fetch", *arguments, "-f", "json")
    assert result.code == 0, result
    data = json.loads(result.out)
    assert isinstance(data, dict)
    assert data.pop("schema") == "returnkit.calendar/1"
    assert list(data) == ["added", "changed", "kept", "worked"]
    return data


def days(entries: list[dict[str, object]]) -> dict[str, object]:
    return {str(entry["day"]): entry["name"] for entry in entries}


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def speaking(shop: Path, language: str, country: str = "LV") -> None:
    path = shop / "policies/shop.toml"
    text = path.read_text().replace('languages = ["lv", "en"]', f'languages = ["{language}"]')
    path.write_text(text.replace('country = "LV"', f'country = "{country}"'))


# --- What is written ---------------------------------------------------------------------------------------------------


def test_the_calendar_of_the_sample_shop_is_fetched(at: At, path: Path) -> None:
    there, when = path.read_bytes(), path.stat().st_mtime_ns
    result = at("calendar", "fetch", "LV", "2026", "2027")
    assert (result.code, result.out, result.err) == (0, "34 days of these years kept: nothing is new\n", "")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (there, when)
    text = "".join(line for line in there.decode().splitlines(keepends=True) if line[:10] not in MOVED)
    path.write_text(text[: text.index("\n[worked]")])
    assert at("calendar", "fetch").code == 0, "the shop's own country, this year and the next"
    assert path.read_bytes() == there


def test_what_is_new_is_said_day_by_day(at: At, path: Path) -> None:
    path.write_text('schema = 1\n[holidays]\n2026-05-10 = "Mātes diena"\n')
    result = at("calendar", "fetch", "2026")
    assert result.out.startswith("Added below [holidays] of policies/calendar.toml\n  2026-01-01  Jaungada diena\n  2026-01-02")
    assert "\n\nAdded below [worked] of policies/calendar.toml\n  2026-01-17  Darba diena\n  2026-06-27" in result.out
    assert result.out.endswith("\n\n1 day of these years kept\n")
    assert result.err == "returnkit: note: the shop is closed on a public holiday only if it stands under [closed], too\n"


def test_a_missing_file_is_made(at: At, path: Path) -> None:
    path.unlink()
    data = fetched(at, "LV", "2026")
    assert len(data["added"]) == 17
    assert days(data["worked"]) == {"2026-01-17": "Darba diena", "2026-06-27": "Darba diena"}
    text = path.read_text()
    assert text.startswith("# Public holidays, and the days on which the shop is closed.")
    assert tomllib.loads(text)["holidays"] == days(data["added"])
    assert tomllib.loads(text)["closed"] == {}
    calendar = read_shop(str(path.parents[1])).calendar()
    assert len(calendar.holidays) == 17
    assert calendar.worked == {day("2026-01-17"), day("2026-06-27")}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_all_else_stays_byte_for_byte(at: At, path: Path, end: str, last: str) -> None:
    before = (OURS if last else OURS.rstrip("\n")).replace("\n", end).encode()
    path.write_bytes(before)
    data = fetched(at, "2026")
    after = path.read_bytes()
    new = {*days(data["added"]), *days(data["worked"])}
    old = [line for line in after.split(end.encode()) if line[:10].decode(errors="replace") not in new]
    old = old[: next(at for at, line in enumerate(old) if line.startswith(b"[worked]"))]
    assert end.encode().join(old[:-1]).rstrip() == before.rstrip()
    assert after.count(b"\n") == after.count(end.encode())
    assert len(data["added"]) == 16
    assert after.decode().index("2026-12-31") < after.decode().index("2028-01-01")
    assert at("calendar", "fetch", "2026").code == 0
    assert path.read_bytes() == after


def test_what_was_written_by_hand_is_kept_and_named(at: At, path: Path) -> None:
    path.write_text(OURS)
    result = at("calendar", "fetch", "2026", "-f", "json")
    assert "kept, though it is not among the holidays of LV" in result.err
    assert result.err.count("\n    ") == 1
    assert "    2026-07-01  Ielas svētki\n" in result.err
    kept = {entry["day"]: entry for entry in json.loads(result.out)["kept"]}
    assert set(kept) == {"2026-07-01", "2026-11-18"}
    assert kept["2026-07-01"]["fetched"] is False
    assert (kept["2026-11-18"]["name"], kept["2026-11-18"]["fetched"]) == ("Proklamēšanas diena", True)
    assert path.read_text().count("2026-11-18 = 'Proklamēšanas diena'   # we open at noon\n") == 1


def test_a_day_that_stands_under_worked_by_hand_is_kept(at: At, path: Path) -> None:
    path.write_text('schema = 1\n[worked]\n2026-01-17 = "Strādājam"\n2026-01-24 = "Arī"\n')
    result = at("calendar", "fetch", "2026")
    assert "    2026-01-24  Arī\n" in result.err
    worked = tomllib.loads(path.read_text())["worked"]
    assert worked == {"2026-01-17": "Strādājam", "2026-01-24": "Arī", "2026-06-27": "Darba diena"}


def test_an_estimated_day_says_so_and_is_called_anew_once_it_is_certain(at: At, shop: Path, path: Path) -> None:
    speaking(shop, "ky", "KG")
    path.unlink()
    result = at("calendar", "fetch", "2027", "-f", "json")
    assert "note: estimated, fetch again shortly before: 2027-03-09, 2027-05-16" in result.err
    estimated = {entry["day"]: entry["name"] for entry in json.loads(result.out)["added"] if entry["estimated"]}
    assert estimated == {"2027-03-09": "Орозо айт (болжолдуу)", "2027-05-16": "Курман айт (болжолдуу)"}
    path.write_text('[holidays]\n2026-03-20 = "Орозо айт (болжолдуу)" # the moon\n2026-03-19 = "Орозо айт (болжолдуу)"\n')
    data = fetched(at, "2026")
    assert [(entry["day"], entry["name"], entry["was"]) for entry in data["changed"]] == [
        ("2026-03-20", "Орозо айт", "Орозо айт (болжолдуу)")
    ]
    assert '2026-03-20 = "Орозо айт" # the moon\n' in path.read_text()
    assert [entry["day"] for entry in data["kept"] if not entry["fetched"]] == ["2026-03-19"]


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [
        ("LV", "en", "New Year's Day"),
        ("EE", "et", "uusaasta"),
        ("HR", "hr", "Nova godina"),
        ("KG", "ky", "Жаңы жыл"),
        ("US", "en", "New Year's Day"),
        ("GB", "lv", "New Year's Day"),
        ("EE", "lv", "uusaasta"),
    ],
)
def test_days_are_named_in_the_language_of_the_shop(at: At, shop: Path, country: str, language: str, name: str) -> None:
    speaking(shop, language, country)
    (shop / "policies/calendar.toml").unlink()
    assert days(fetched(at, "2027")["added"])["2027-01-01"] == name


def test_days_fetched_in_another_language_are_called_anew(at: At, shop: Path, path: Path) -> None:
    speaking(shop, "en")
    data = fetched(at, "2026", "2027")
    assert len(data["changed"]) == 32
    assert data["changed"][0] | {"fetched": 0, "estimated": 0} == {
        "day": "2026-01-01", "name": "New Year's Day", "was": "Jaungada diena", "fetched": 0, "estimated": 0,
    }  # fmt: skip
    assert path.read_text().count("Jaungada diena") == 2, "under [closed]"
    assert "Changed below [holidays]" not in at("calendar", "fetch").out


def test_a_region_has_days_of_its_own(at: At, path: Path) -> None:
    path.unlink()
    country, region = fetched(at, "GB", "2027", "--dry-run"), fetched(at, "gb", "2027", "--region", "eng")
    assert set(days(region["added"])) - set(days(country["added"])) == {"2027-03-29", "2027-08-30"}
    assert fetched(at, "UK", "2027", "--region", "England")["added"] == []


def test_a_dry_run_writes_nothing(at: At, path: Path) -> None:
    path.unlink()
    result = at("calendar", "fetch", "--dry-run")
    assert result.out.startswith("Would be added below [holidays] of policies/calendar.toml\n")
    assert not path.exists()


def test_a_country_without_known_holidays(at: At, path: Path) -> None:
    path.unlink()
    result = at("calendar", "fetch", "UA", "2027")
    assert (result.code, result.out) == (0, "0 days of these years kept: nothing is new\n")
    assert result.err == "returnkit: note: no public holidays of UA are known for 2027\n"
    assert not path.exists()


def test_the_years_are_this_one_and_the_next(shop: Path, path: Path) -> None:
    path.unlink()
    for now, years in (("2030-12-31", {"2030", "2031"}), ("2099-01-01", {"2099"})):
        result = call("--shop", str(shop), "--now", now, "calendar", "fetch", "-f", "json", "--dry-run")
        assert {entry["day"][:4] for entry in json.loads(result.out)["added"]} == years


def test_other_forms(at: At, tmp_path: Path) -> None:
    rows = list(csv.reader(at("calendar", "fetch", "2026", "-f", "csv").out.splitlines()))
    assert rows[0] == ["table", "day", "what", "name", "was"]
    assert rows[2] == ["holidays", "2026-01-02", "kept", MOVED["2026-01-02"], MOVED["2026-01-02"]]
    assert rows[-1][:3] == ["worked", "2026-06-27", "kept"]
    lines = [json.loads(line) for line in at("calendar", "fetch", "2026", "-f", "jsonl").out.splitlines()]
    assert [line["day"] for line in lines] == [row[1] for row in rows[1:]]
    assert lines[-1]["table"] == "worked"
    assert at("calendar", "fetch", "2026", "-o", str(tmp_path / "days.md")) == (0, "", "")
    assert "| worked | 2026-06-27 | kept |" in (tmp_path / "days.md").read_text()


# --- What is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("LX", "1999", "20x6"),
            ("'LX' are not known", "LU, LV", "'1999' is not a year", "'20x6' is not a year", "2000 to 2099"),
        ),
        (("Latvija",), ("did you mean LV?",)),
        (("united kingdom",), ("did you mean GB?",)),
        (("??", "2026"), ("two letters (ISO 3166-1)",)),
        (("", "2026"), ("two letters (ISO 3166-1)",)),
        (("\ufb01", "2026"), ("two letters (ISO 3166-1)",)),  # a ligature whose capitals are FI
        (("2100", "2026"), ("'2100' is not a year",)),
        (("LV", "EE"), ("'EE' is not a year", "after one country")),
        (("LV", "２０２６"), ("is not a year",)),
        (("LV", "99", "--region", "X"), ("'99' is not a year", "--region 'X'", "leave --region out")),
        (("GB", "--region", "EGN"), ("no part of GB", "did you mean ENG?")),
        (("GB", "--region", ""), ("it is empty",)),
    ],
)
def test_wrong_usage_is_refused_at_once(at: At, path: Path, arguments: tuple[str, ...], said: tuple[str, ...]) -> None:
    before = path.read_bytes()
    result = at("calendar", "fetch", *arguments)
    assert (result.code, result.out) == (2, "")
    assert [words for words in said if words not in result.err] == []
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[holidays]\n2026-06-31 = "x"\n', "calendar.toml:2: "),
        ('schema = 1\n[holidys]\n2026-06-30 = "x"\n', "did you mean holidays?"),
        ("[worked]\nmonday = true\n", "calendar.toml:2: "),
        ("worked = 3\n", "begin with [worked]"),
        ("[holidays\n", "calendar.toml:1: not valid TOML"),
        ("schema = 2\n", "this schema"),
        ('holidays = { 2026-01-01 = "Jaungada diena" }\n', "write [holidays] as a table of its own"),
        ('holidays.2026-01-01 = "Jaungada diena"\n', "write [holidays] as a table of its own"),
        ('[holidays]\n2026-12-31 = """\nVecgada\ndiena"""\n', "write [holidays] as a table of its own"),
        ('note = """\n[holidays]\n"""\n', '"note" is not a key'),
    ],
)
def test_a_file_with_mistakes_is_not_touched(at: At, path: Path, text: str, said: str) -> None:
    path.write_text(text)
    result = at("calendar", "fetch", "LV", "2026", "2027")
    assert (result.code, result.out) == (3, "")
    assert said in result.err
    assert "calendar.toml" in result.err
    assert path.read_text() == text


def test_more_than_a_file_may_hold_is_refused(at: At, path: Path) -> None:
    text = "# " + "x" * (255 * 1024) + "\n"
    path.write_text(text)
    result = at("calendar", "fetch", "LV", "2026", "2027")
    assert (result.code, result.out) == (2, "")
    assert "larger than 256 KiB" in result.err
    assert path.read_text() == text


# --- The text of the file ----------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 31)).map(date.toordinal)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=6)
BETWEEN = st.sampled_from(["", "# [worked]\n", "\n", "   \n# 2026-01-05 = 'x'\n", "\n\n"])


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_stands_there_stays(data: st.DataObject) -> None:
    """Any order of tables and days, any comments between: the days are added, nothing else changes."""
    text = "schema = 1\n"
    for table in data.draw(st.lists(st.sampled_from(["closed", "holidays", "worked"]), unique=True)):
        text += f"{data.draw(BETWEEN)}[{table}]\n"
        for at, name in data.draw(st.dictionaries(DAYS, NAMES, max_size=4)).items():
            text += f"{data.draw(BETWEEN)}{date.fromordinal(at)} = {json.dumps(name, ensure_ascii=False)}{' # x' * (at % 2)}\n"
    text += data.draw(BETWEEN)
    before = read_days(text.encode(), "")
    table = data.draw(st.sampled_from(["holidays", "worked"]))
    called = {at: f"new {at}" for at in data.draw(st.lists(DAYS, max_size=4))}
    after = with_days(text.encode(), "", table, called)
    assert read_days(after, "") == before | {table: before[table] | called}
    assert with_days(after, "", table, called) == after
    # Without the lines that are new, only names differ.
    new = {f'{date.fromordinal(at)} = "new {at}"' for at in called.keys() - before[table].keys()}
    rest, there = (
        [nameless(line) for line in lines if line not in new] for lines in (after.decode().split("\n"), text.split("\n"))
    )
    assert rest[: len(there) - 1] == there[:-1]
    assert [line.partition("#")[0].strip() for line in rest[len(there) - 1 :]] in ([""], ["", f"[{table}]", ""])


def nameless(line: str) -> str:
    return re.sub(r'^(2026-.*?) = ".*"', r"\1", line)


@settings(max_examples=200, deadline=None)
@given(text=st.text("[holidaysw]=\"'#\n 2026-015\\.{}schem", max_size=60))
def test_any_text_is_written_into_or_refused(text: str) -> None:
    wanted = {day("2026-01-05"): "x"}
    try:
        before = read_days(text.encode(), "calendar.toml")
        after = with_days(text.encode(), "calendar.toml", "holidays", wanted)
    except UnreadableError:
        return
    assert read_days(after, "") == before | {"holidays": before["holidays"] | wanted}


# --- Working days by law -----------------------------------------------------------------------------------------------


def test_fifteen_working_days_in_latvia() -> None:
    pinned = ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31", "2027-01-01"]
    for latvia in (Calendar(holidays=frozenset(map(day, pinned))), read_shop(str(REPOSITORY)).calendar()):
        assert latvia.nth_working_day_by_law(day("2026-12-10"), 15) == day("2027-01-06")
        assert latvia.nth_working_day_by_law(day("2026-12-10"), 0) == day("2026-12-10")


def test_the_law_does_not_ask_when_the_shop_opens(shop: Path) -> None:
    calendar = read_shop(str(shop)).calendar()
    assert calendar.is_working_by_law(day("2027-01-04")), "stock-taking: closed, and a working day"
    assert not calendar.is_working(day("2027-01-04"))
    assert calendar.is_working_by_law(day("2026-01-17")), "a Saturday that is worked"
    assert not calendar.is_working(day("2026-01-17"))
    assert not calendar.is_working_by_law(day("2026-01-24")), "a Saturday on which only the shop opens"
    assert not calendar.is_working_by_law(day("2026-01-02")), "the day off in exchange"
    assert calendar.nth_working_day_by_law(day("2026-01-16"), 1) == day("2026-01-17")
    assert Calendar(worked=frozenset({day("2026-01-17")}), holidays=frozenset({day("2026-01-17")})).is_working_by_law(
        day("2026-01-17")
    )


@pytest.mark.parametrize("country", ["LV", "EE", "HR"])
def test_working_days_by_law_are_those_of_the_holidays_package(at: At, shop: Path, path: Path, country: str) -> None:
    path.unlink()
    years = tuple(map(str, range(2024, 2030)))
    fetched(at, country, *years)
    calendar, truth = read_shop(str(shop)).calendar(), country_holidays(country, years=range(2024, 2030))
    dice = random.Random(country)  # noqa: S311 - days, not secrets
    for _ in range(500):
        start, n = day("2024-01-01") + dice.randrange(5 * 365), dice.randint(1, 60)
        expected = truth.get_nth_working_day(date.fromordinal(start), n)
        assert calendar.nth_working_day_by_law(start, n) == expected.toordinal(), (start, n)
