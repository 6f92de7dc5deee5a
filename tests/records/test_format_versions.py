"""Format versions: what the first program wrote stays readable for ever, and what a newer one wrote is never read as nothing."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.record import KINDS, STEPS, VERSION, current
from returnkit.records.chain import sealed
from returnkit.verification import verify_shop
from tests.conftest import REPOSITORY, Result, call
from tests.records.faults import month_files

At = Callable[..., Result]
V1 = Path(__file__).parent / "v1"
EXPECTED = json.loads((V1 / "expected.json").read_text())
NOW = "2026-11-09T12:00:00+02:00"
BROKEN = ("broken/2026-11.jsonl", 3)
TODAY = "2026-11-21T12:00:00+02:00"
REFUSED = 3
GOODS = (
    "--sku RO-401 --price 34.90 --bought 2026-11-10 --channel store --receipt yes --receipt-no 7 --condition unopened "
    "--reason wrong-size --remedy refund"
)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Return a copy of the shop of which the first program kept the records."""
    return Path(shutil.copytree(V1, tmp_path / "v1"))


def told(shop: Path, *arguments: str) -> Json:
    result = call("--shop", str(shop), "--now", NOW, "--lang", "en", *arguments, "-f", "json")
    assert result.code == 0, result
    found: Json = json.loads(result.out)
    return found


def found_in(shop: Path) -> Json:
    """Return what `expected.json` says, as it is found by the program of today."""
    books = Books(str(shop), Clock("Europe/Riga"), print)
    records = [line.record for line in books.lines() if line.record]
    figures = told(shop, "kpi", "report", "--from", "2026-10-01", "--to", "2026-11-30")["measures"]
    assert isinstance(figures, list)
    cases = {str(record["id"]): books.case(str(record["id"])) for record in records if record["kind"] == "complaint.opened"}
    listed = told(shop, "return", "list", "--month", "2026-11")["returns"]
    assert isinstance(listed, list)
    return {
        "kinds": dict(sorted(Counter(str(record["kind"]) for record in records).items())),
        "figures": {each["id"]: [each["value"], each["n"]] for each in figures},
        "complaints": {own: [case.state, case.reopened, len(case.events), len(case.skipped)] for own, case in cases.items()},
        "returns": [[each["id"], each["amount"]] for each in listed],
        "redacted": sorted(str(record["id"]) for record in records if record.get("redacted")),
        "accepted": [[line.file[-len(BROKEN[0]) :], line.number] for line in books.lines() if line.record is None],
    }


def test_what_the_first_program_wrote_says_what_it_said(first: Path) -> None:
    found = found_in(first)
    for part, expected in EXPECTED.items():
        if isinstance(expected, dict):
            own = found[part]
            assert isinstance(own, dict)
            assert {key: own.get(key) for key in expected} == expected, part
        else:
            assert found[part] == expected, part


def test_every_kind_stands_among_what_the_first_program_wrote() -> None:
    assert {*KINDS} - {*EXPECTED["kinds"]} == set(), "a new kind gets a till of its own in tests/records/v1"


def test_what_the_first_program_wrote_is_sound(first: Path) -> None:
    found = verify_shop(str(first))
    assert found.problems == []
    assert found.lines == sum(EXPECTED["kinds"].values()) + 1


def test_it_can_be_gone_on_with(first: Path) -> None:
    def here(*arguments: str) -> Result:
        return call("--shop", str(first), "--now", NOW, *arguments)

    before = {path: path.read_bytes() for path in month_files(first)}
    opened = next(own for own, (state, *_) in EXPECTED["complaints"].items() if state == "open")
    assert here("complaint", "acknowledge", opened).code == 0
    for path, data in before.items():
        assert path.read_bytes() == data
    assert here("records", "verify").code == 0
    assert here("records", "backup", str(first.parent / "x")).code == 0
    assert here("records", "restore", str(first.parent / "x"), str(first.parent / "new")).code == 0
    exported = [decode(line.encode()) for line in here("records", "export").out.splitlines()]
    assert Counter(str(record["kind"]) for record in exported) - Counter(EXPECTED["kinds"]) <= Counter(
        ["till.opened", "complaint.acknowledged"]
    )


# A version between the writing and the reading


def test_there_is_a_step_from_every_version_to_the_next() -> None:
    assert set(STEPS) == set(range(1, VERSION))


def test_a_record_is_read_through_every_step(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(record: Json) -> Json:
        return {**record, "v": VERSION + 1, "who": record.get("staff")}

    monkeypatch.setitem(STEPS, VERSION, step)
    assert current({"v": VERSION, "staff": "Anna"}) == {"v": VERSION + 1, "staff": "Anna", "who": "Anna"}
    books = Books(str(first), Clock("Europe/Riga"), print)
    read = [line.record for line in books.lines() if line.record]
    assert read
    assert all(record["v"] == VERSION + 1 and record["who"] == record.get("staff") for record in read)
    assert all(books.find(str(record["id"])) == record for record in read[::10])


# A newer version


class Newer(NamedTuple):
    """A shop in which a newer program wrote the last lines; the ids of what it spoke of, and a contact."""

    shop: Path
    case: str
    returned: str
    contact: str


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Newer:
    """Let a newer program have written the last lines of a till."""
    shop = tmp_path_factory.mktemp("newer") / "shop"
    shutil.copytree(REPOSITORY / "policies", shop / "policies")

    def done(*arguments: str) -> Json:
        found: Json = json.loads(call("--shop", str(shop), "--now", TODAY, *arguments, "-f", "json").out)
        return found

    case = done("complaint", "open", "--text", "it hums", "--name", "Jana", "--phone", "+371 20000001")
    returned = done("return", "log", *GOODS.split())
    (path,) = month_files(shop)
    records = [decode(line) for line in path.read_bytes().splitlines()]
    bodies: list[Json] = [
        {"kind": "complaint.noted", "case": case["id"], "was": {"state": "open", "opened": TODAY, "reopened": 0}},
        {"kind": "return.voided", "corrects": returned["id"], "voided": {"id": returned["id"], "lines": [], "receipt_no": "7"}},
        {"kind": "complaint.opened", "channel": "counter", "contact": case["contact"]},
    ]
    with path.open("ab") as file:
        for number, body in enumerate(bodies, len(records) + 1):
            own = {**body, "v": VERSION + 1, "id": record_id(path.parent.name, number), "time": TODAY}
            records.append(sealed(str(records[-1]["h"]), own))
            file.write(encode(records[-1]) + b"\n")
    (shop / ".returnkit/till.toml").write_text("schema = 1\n[remind]\nsend = true\n")
    return Newer(shop, str(case["id"]), str(returned["id"]), str(case["contact"]))


READING = (
    "return list", "return show RETURN", "return void RETURN --because slip", "return log GOODS", "complaint list",
    "complaint show CASE", "complaint note CASE --text x", "complaint open --text x",
    "complaint close CASE --cause supplier", "complaint reply CASE", "contact list", "contact find Jana",
    "contact log --channel phone --received 11:00 --answered 11:01", "contact stop CONTACT",
    "followup add --by tomorrow --text x", "kpi report", "kpi report --by month", "sale show 7", "policy exceptions",
    "policy backtest policies/returns.toml", "followup list", "today", "remind --any-time", "records export",
    "records export --sqlite ../x.db", "records migrate",
)  # fmt: skip


@pytest.mark.parametrize("command", READING)
def test_what_a_newer_program_wrote_is_refused_and_never_taken_for_nothing(
    newer: Newer, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(newer.shop)
    before = [path.read_bytes() for path in month_files(newer.shop)]
    given = command.replace("GOODS", GOODS).replace("CASE", newer.case).replace("RETURN", newer.returned)
    result = call("--now", TODAY, *given.replace("CONTACT", newer.contact).split())
    assert result.code == REFUSED, result
    assert "newer returnkit" in result.err
    assert result.out == ""
    assert [path.read_bytes() for path in month_files(newer.shop)] == before
    assert not list(newer.shop.parent.glob("x.*"))


def test_verify_names_what_a_newer_program_wrote(newer: Newer) -> None:
    result = call("--shop", str(newer.shop), "records", "verify")
    assert result.code == 1
    assert result.out.count("a newer returnkit wrote this") == 3


# The command


def test_migrate_says_that_nothing_is_to_be_done(at: At, shop: Path) -> None:
    assert at("records", "migrate").out == f"There are no records yet; they will be of version {VERSION}.\n"
    assert at("complaint", "open", "--text", "x").code == 0
    before = [path.read_bytes() for path in month_files(shop)]
    result = at("records", "migrate")
    assert (result.code, result.out) == (0, "2 records of version 1: nothing is to be done.\n")
    assert json.loads(at("records", "migrate", "-f", "json").out) == {
        "schema": "returnkit.migrate/1", "version": 1, "records": {"1": 2}, "to_do": []
    }  # fmt: skip
    assert [path.read_bytes() for path in month_files(shop)] == before


def test_migrate_names_every_line_of_a_newer_program(newer: Newer) -> None:
    result = call("--shop", str(newer.shop), "records", "migrate")
    assert result.code == REFUSED
    assert [f":{number}: these records were written by a newer returnkit" in result.err for number in (4, 5, 6)] == [True] * 3
