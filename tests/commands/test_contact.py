"""Customers are found by what one remembers of them, with their complaints of every till; and nothing else is told."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnkit.model.contact import is_enough, is_found_by
from returnkit.records import index
from tests.conftest import NOW, REPOSITORY, Result

At = Callable[..., Result]
JANIS = {"name": "Jānis Bērziņš", "phone": "+371 2912 3456", "email": "janis.b@example.org"}
ANNA = {"name": "Anna-Marija O'Neill", "phone": "091 765 4321"}
ALENA = {"name": "Алёна Сергеевна Өмүралиева", "email": "Alena@Example.COM"}
DJORDJE = {"name": "Đorđe Šušnjar", "phone": "00385 (0)91 555 777"}


def opened(at: At, person: dict[str, str], *more: str) -> str:
    options = [text for field, value in person.items() for text in (f"--{field}", value)]
    result = at("complaint", "open", "--category", "delivery", "--text", "wet", *options, *more)
    assert result.code == 0, result
    return result.out.split()[0]


def found(at: At, *text: str) -> list[dict[str, Any]]:
    result = at("contact", "find", *text, "-f", "json")
    data = json.loads(result.out)
    assert data["schema"] == "returnkit.contacts/1"
    assert result.code == (0 if data["contacts"] else 1)
    contacts: list[dict[str, Any]] = data["contacts"]
    return contacts


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("berzins", JANIS), ("BĒRZIŅŠ", JANIS), ("bērz", JANIS), ("berzins janis", JANIS), ("  jan   berz ", JANIS),
        ("Be\u0304rzin\u0327s\u030c", JANIS), ("29123456", JANIS), ("2912 3456", JANIS), ("+371 29123456", JANIS),
        ("0037129123456", JANIS), ("3456", JANIS), ("janis.b@", JANIS), ("JANIS.B@EXAMPLE.ORG", JANIS),
        ("anna marija", ANNA), ("anna-marija", ANNA), ("o'neill", ANNA), ("0917654321", ANNA), ("+385 91 765-4321", ANNA),
        ("алёна", ALENA), ("АЛЕНА", ALENA), ("сергее", ALENA), ("өмүр", ALENA), ("example.com", ALENA),
        ("dorde", DJORDJE), ("susnjar", DJORDJE), ("091555777", DJORDJE), ("+38591555777", DJORDJE), ("+385 (0)91 555", DJORDJE),
    ],
)  # fmt: skip
def test_what_finds_whom(text: str, person: dict[str, str]) -> None:
    assert is_enough(text)
    assert [each["name"] for each in (JANIS, ANNA, ALENA, DJORDJE) if is_found_by(each, text)] == [person["name"]]


@pytest.mark.parametrize("text", ["omur", "сергейевна", "bberzins", "29123457", "berzins anna", "2912a3456", "@@@", "000"])
def test_what_finds_nobody(text: str) -> None:
    assert not any(is_found_by(each, text) for each in (JANIS, ANNA, ALENA, DJORDJE))


LETTERS = "abcdefghijklmnopqrstuvwxyzāčēģīķļņšūžćđäöüõабвгдеёжзийклмнопрстуфхцчшщъыьэюяңөү"


@given(st.text(LETTERS, min_size=3, max_size=20), st.data())
def test_every_part_of_a_name_finds_it_whatever_the_case(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 3))
    part = name[start : data.draw(st.integers(start + 3, len(name)))]
    assert all(is_found_by({"name": name.title()}, text) for text in (part, part.upper(), part.title()))


@given(st.from_regex(r"[1-9][0-9]{7,11}", fullmatch=True), st.data())
def test_every_part_of_a_number_finds_it_however_it_is_written(number: str, data: st.DataObject) -> None:
    def written(digits: str) -> str:
        return "".join(digit + data.draw(st.sampled_from(["", "", " ", "-", ".", "/", " ("])) for digit in digits)

    start = data.draw(st.integers(0, len(number) - 3))
    part = number[start : data.draw(st.integers(start + 3, len(number)))]
    assert is_found_by({"phone": "+" + written(number)}, written(part))
    assert is_found_by({"phone": written(number)}, f"+371 {written(number)}")


def test_a_customer_is_shown_with_the_complaints_of_every_till_open_ones_first(at: At, shop: Path) -> None:
    first, second, third = (opened(at, JANIS, "--till", till) for till in ("k3", "k3", "k4"))
    (reference, *others) = sorted(path.stem for path in shop.glob("records/contacts/*.toml"))
    for path in shop.glob("records/k*/*.jsonl"):  # the three were one customer all along
        text = path.read_text()
        for other in others:
            text = text.replace(other, reference)
        path.write_text(text)
    for other in others:
        (shop / f"records/contacts/{other}.toml").unlink()
    opened(at, ANNA, "--till", "k4")
    later = ("--now", "2026-11-23T10:00:00+02:00", "--till", "k3", "--staff", "Ilze")
    assert at("complaint", "resolve", second, "--remedy", "refund", *later).code == 0
    assert at("complaint", "close", second, "--cause", "packaging", *later).code == 0

    result = at("contact", "find", "29123456", "--lang", "en")
    assert result.code == 0
    assert result.out.splitlines() == [
        f"{reference}  Jānis Bērziņš",
        "  +371 2912 3456, janis.b@example.org",
        f"  {third}  open    2026-11-21  delivery",
        f"  {first}  open    2026-11-21  delivery",
        f"  {second}  closed  2026-11-21  delivery",
    ]
    (contact,) = found(at, "berzins")
    complaints = contact.pop("complaints")
    assert contact == {"contact": reference, **JANIS, "no_more": False}
    assert complaints == [
        {"id": case, "state": state, "opened": NOW, "category": "delivery"}
        for case, state in ((third, "open"), (first, "open"), (second, "closed"))
    ]
    rows = at("contact", "find", "berzins", "-f", "csv").out.splitlines()
    assert len(rows) == 4
    assert rows[3].endswith(f'"{second}","closed","{NOW}","delivery"')
    assert at("complaint", "show", first).code == 0


def test_the_list_says_who_is_held_here_and_how_often_they_complained(at: At, shop: Path) -> None:
    opened(at, JANIS, "--till", "k3")
    opened(at, ANNA, "--till", "k4", "--now", "2026-11-19T10:00:00+02:00")
    opened(at, ALENA, "--till", "k4")
    rows = [re.split(r"  +", row) for row in at("contact", "list").out.splitlines()[2:]]
    assert [row[1] for row in rows] == [ANNA["name"], JANIS["name"], ALENA["name"]]
    assert [row[-2:] for row in rows] == [["1", "2026-11-19"], ["1", "2026-11-21"], ["1", "2026-11-21"]]
    data = json.loads(at("contact", "list", "-f", "json").out)
    assert data["schema"] == "returnkit.contacts/1"
    assert data["contacts"] == [contact for name in ("anna", "janis", "алёна") for contact in found(at, name)]
    # A contact of another till is not here, and one without a complaint stays one.
    next(shop.glob("records/contacts/*.toml")).unlink()
    (shop / "records/contacts/aaaaaaaaaa.toml").write_text('name = "Zane"\n')
    last = at("contact", "list").out.splitlines()[-2:]
    assert any(re.fullmatch(r"aaaaaaaaaa  Zane +0", row) for row in last)
    known = {"contact": "aaaaaaaaaa", "name": "Zane", "phone": None, "email": None}
    assert found(at, "zane") == [{**known, "no_more": False, "complaints": []}]


def test_what_is_looked_for_can_come_through_standard_input(at: At) -> None:
    opened(at, JANIS)
    assert "Bērziņš" in at("contact", "find", "-", stdin="bērziņš\n".encode()).out
    assert at("contact", "find", "-", stdin=b"").code == 2
    assert at("contact", "find", "-", stdin=b"\xff\xff\xff\xff\n").code in (1, 2)


def test_too_little_or_nobody_is_said_without_repeating_it(at: At) -> None:
    opened(at, JANIS)
    for little in ("be", "29", "@.-", "", "ņš"):
        result = at("contact", "find", little)
        assert (result.code, result.out) == (2, "")
    nobody = at("contact", "find", "kalniņa", "--lang", "en")
    assert nobody == Result(1, "Nobody like that is held here.\n", "")
    assert at("contact", "find", "kalniņa", "-f", "csv").out.count("\n") == 1
    assert at("contact", "find", "kalniņa", "-f", "jsonl") == Result(1, "", "")


def test_a_shop_without_contacts_has_none(at: At, shop: Path) -> None:
    assert found(at, "anna") == []
    assert at("contact", "list").code == 0
    assert json.loads(at("contact", "list", "-f", "json").out)["contacts"] == []
    assert not (shop / "records").exists()


def damaged(folder: Path) -> dict[str, str]:
    """Put what is no contact among the contacts; return each file with a word of what must be said of it."""
    (folder / "torn.toml").write_text('name = "Secret')
    (folder / "bytes.toml").write_bytes(b'name = "Secret \xff"')
    (folder / "number.toml").write_text('name = "Secret"\nphone = 29123456\n')
    (folder / "empty.toml").write_text("")
    (folder / "large.toml").write_text("#" * 20_000)
    (folder / "folder.toml").mkdir()
    (folder / "link.toml").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.toml")
    return {
        "torn.toml:1": "not valid TOML", "bytes.toml:1": "UTF-8", "number.toml": "not text", "empty.toml": "missing",
        "large.toml": "larger than", "folder.toml": "not a plain file", "link.toml": "not a plain file",
        "pipe.toml": "not a plain file",
    }  # fmt: skip


def test_a_damaged_contact_is_named_and_passed_over(at: At, shop: Path) -> None:
    opened(at, JANIS)
    folder = shop / "records/contacts"
    expected = damaged(folder)
    (folder / ".hidden.toml").write_text("[[[")
    (folder / os.fsdecode(b"\xff.toml")).write_text("[[[")
    (folder / "notes.txt").write_text("[[[")
    for result in (at("contact", "find", "berzins"), at("contact", "list")):
        assert result.code == 0
        assert "Jānis Bērziņš" in result.out
        notes = result.err.splitlines()
        assert len(notes) == len(expected)
        for place, word in expected.items():
            (told,) = [line for line in notes if f"contacts/{place}: " in line]
            assert word in told
        assert "Secret" not in result.out + result.err
    for number in range(20):
        (folder / f"more{number}.toml").write_text("[[[")
    assert "18 more contacts cannot be read" in at("contact", "list").err


def test_contacts_that_cannot_be_listed_are_not_taken_for_none(at: At, shop: Path) -> None:
    (shop / "records").mkdir()
    (shop / "records/contacts").write_text("")
    for result in (at("contact", "list"), at("contact", "find", "anna")):
        assert result.code == 3
        assert "records/contacts" in result.err


def test_a_damaged_record_stops_nobody(at: At, shop: Path) -> None:
    lost, kept = opened(at, JANIS), opened(at, ANNA)
    (path,) = shop.glob("records/*/2026-11.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(lost.encode(), lost[:-1].encode() + b"?")  # no till has such an id
    path.write_bytes(b"".join(lines))
    assert found(at, "berzins")[0]["complaints"][0]["id"] == lost[:-1] + "?"
    lines[1] = lines[1].replace(b"{", b"[", 1)
    path.write_bytes(b"".join(lines))
    assert found(at, "berzins")[0]["complaints"] == []
    assert [case["id"] for case in found(at, "anna")[0]["complaints"]] == [kept]


def test_an_index_of_an_older_program_is_made_anew(at: At, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(at, JANIS, "--till", "k3")
    opened(at, ANNA, "--till", "k4")  # of another till every long month has an index
    monkeypatch.setattr(index, "LONG", 1)
    with monkeypatch.context() as older:
        older.setattr(index, "FIELDS", ("receipt_no", "case", "corrects", "key"))
        assert found(at, "anna")[0]["complaints"] == []  # it says no to what it does not know
    (made,) = shop.glob(".returnkit/cache/index-*")
    before = made.read_bytes()
    for _ in range(2):
        assert len(found(at, "anna")[0]["complaints"]) == 1
    assert len(before) < len(made.read_bytes())


def test_on_a_terminal_it_is_asked_for(at: At, shop: Path) -> None:
    opened(at, JANIS)
    ours, theirs = os.openpty()
    os.write(ours, "berziņš\n".encode())
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = (sys.executable, "-m", "returnkit", "contact", "find", "-")
    asked = subprocess.run(command, stdin=theirs, capture_output=True, cwd=shop, env=environment, timeout=60, check=False)
    os.close(ours)
    os.close(theirs)
    assert asked.returncode == 0
    assert "Name, telephone or e-mail" in asked.stderr.decode()
    assert "Jānis Bērziņš" in asked.stdout.decode()
