"""The figures at the counter: what is asked for, how it is shown, and that neither damage nor a cache makes them wrong."""

from __future__ import annotations

import csv
import io
import itertools
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from returnkit.kpi.figures import MEASURES
from returnkit.model.jsonl import Json, encode
from returnkit.records.chain import sealed
from tests.conftest import NOW, Result, call
from tests.kpi.generated import Entry, append, make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    At = Callable[..., Result]

SUMMER, WINTER = "+03:00", "+02:00"


def entry(kind: str, time: str, **fields: object) -> Entry:
    offset = SUMMER if time < "2026-10-25" else WINTER
    return Entry("k1", time[:7], {"kind": kind, "time": f"{time}:00{offset}", **fields})


def line(amount: int, remedy: str = "refund", **fields: object) -> Json:
    return {"quantity": 1, "amount": amount, "remedy": remedy, **fields}


def came_back(time: str, *lines: Json, **fields: object) -> Entry:
    return entry("return", time, currency="EUR", lines=list(lines), **fields)


def was(opened: str, state: str = "open", **fields: object) -> Json:
    return {"state": state, "opened": opened, "reopened": 0, **fields}


MISTAKE: Json = {
    "kind": "return", "currency": "EUR", "channel": "store", "staff": "Anna", "paid_with": "card",
    "lines": [line(300, category="toys", reason="faulty")],
}  # fmt: skip
FIRST, SECOND = "2026-11-03T10:00:00+02:00", "2026-10-05T10:00:00+03:00"
STORY = (
    entry("till.opened", "2026-10-01T09:00", instance="0" * 16),
    entry("complaint.opened", "2026-10-05T10:00", category="staff", channel="phone", staff="Anna"),
    entry("sale", "2026-10-20T10:00", currency="EUR", channel="store", lines=[{"quantity": 1, "category": "toys", "paid": 4000}]),
    came_back("2026-10-21T10:00", line(400, category="toys", reason="faulty"), channel="store", staff="Anna"),
    entry(
        "sale", "2026-11-02T10:00", currency="EUR", channel="store", paid_with="card",
        lines=[{"quantity": 1, "category": "toys", "paid": 10000}, {"quantity": 2, "category": "clothes", "paid": 5000}],
    ),
    came_back(
        "2026-11-05T10:00", line(2000, category="toys", reason="wrong-size"),
        channel="store", staff="Anna", paid_with="card", handling=120,
    ),
    entry("complaint.opened", "2026-11-03T10:00", category="delivery", channel="email", staff="Anna"),
    entry("complaint.acknowledged", "2026-11-03T12:30", staff="Anna", was=was(FIRST, category="delivery", channel="email")),
    entry(
        "complaint.resolved", "2026-11-04T10:00", staff="Anna",
        was=was(FIRST, "acknowledged", category="delivery", channel="email", answered="2026-11-03T12:30:00+02:00"),
    ),
    entry("complaint.closed", "2026-11-04T11:00", was=was(FIRST, "resolved", category="delivery", channel="email")),
    came_back(
        "2026-11-06T10:00",
        line(1000, "exchange", category="toys", reason="faulty"),
        line(500, "store-credit", category="clothes", reason="changed-mind"),
        channel="online", staff="Mārtiņš", paid_with="card", handling=60,
    ),
    came_back("2026-11-08T10:00", *MISTAKE["lines"], **{key: MISTAKE[key] for key in ("channel", "staff", "paid_with")}),  # type: ignore[misc]
    entry("return.voided", "2026-11-09T10:00", corrects="k1-0000A", staff="Ilze", voided=MISTAKE),
    entry("return.refused", "2026-11-10T09:00", currency="EUR", lines=[{"quantity": 1, "category": "toys", "answer": "no"}]),
    entry("complaint.opened", "2026-11-10T10:00", category="quality", channel="web"),
    entry("complaint.resolved", "2026-11-10T10:00", staff="Ilze", was=was(SECOND, category="staff", channel="phone")),
    came_back("2026-11-07T10:00", line(700, tender="cash"), channel="store", staff="Anna", paid_with="card", handling=180),
)  # fmt: skip
KPIS = """schema = 1
[first-response-within-target]
internal = "8 hours"
share = "90 %"
[resolution-within-target]
internal = "2 days"
share = "50 %"
[return-rate]
internal = "9 %"
"""
NOVEMBER = {
    "returns": (4, 4),
    "returned-value": (42.0, 4),
    "refunded-value": (27.0, 2),
    "paid-on-top": (0.0, 0),
    "sold-value": (150.0, 2),
    "return-rate": (0.28, 2),
    "handling-median": (120, 3),
    "complaints-opened": (2, 2),
    "complaints-open": (2, 2),
    "complaints-resolved": (2, 2),
    "complaints-reopened": (0, 0),
    "complaints-escalated": (0, 0),
    "complaints-flagged": (0, 0),
    "first-response-median": (150, 2),
    "first-response-p90": (51_900, 2),
    "first-response-within-target": (0.5, 2),
    "next-response-median": (None, 0),
    "next-response-within-target": (None, 0),
    "resolution-median": (1440, 2),
    "resolution-p90": (51_900, 2),
    "resolution-within-target": (0.5, 2),
    "first-contact-resolution": (0.5, 2),
    "promises-kept": (None, 0),
    "promises-late": (0, 0),
    "promises-broken": (0, 0),
    "tokens-given": (0, 0),
    "tokens-value": (0.0, 0),
    "tokens-as-usual": (None, 0),
    "value-at-risk": (0.0, 0),
    "value-won-back": (0.0, 0),
    "value-lost": (0.0, 0),
    "contacts": (0, 0),
    "contacts-missed": (0, 0),
    "contact-answer-median": (None, 0),
    "contact-answer-p90": (None, 0),
    "calls-answered-within-target": (None, 0),
    "mails-answered-within-target": (None, 0),
    "contacts-answered-within-target": (None, 0),
}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a shop with a small history that can be added up by hand."""
    return make(tmp_path / "kept", STORY, KPIS)


def report(shop: Path, *arguments: str) -> Result:
    return call("--shop", str(shop), "--now", NOW, "--lang", "en", "kpi", "report", *arguments)


def figures(shop: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    result = report(shop, "-f", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    found: dict[str, dict[str, Any]] = {}
    for measure in json.loads(result.out)["measures"]:
        found.setdefault(measure["id"], measure)
    return found


def journal(shop: Path, month: str = "2026-11") -> Path:
    return shop / "records" / "k1" / f"{month}.jsonl"


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV; every one has a cell for every column."""
    header, *rows = csv.reader(io.StringIO(text))
    return [dict(zip(header, row, strict=True)) for row in rows]


# --- What is counted, and when ----------------------------------------------------------------------------------------


def test_a_month_by_hand(kept: Path) -> None:
    found = figures(kept)
    assert {key: (measure["value"], measure["n"]) for key, measure in found.items()} == NOVEMBER
    assert [found[key]["unit"] for key in ("returns", "sold-value", "return-rate", "handling-median", "resolution-p90")] == [
        "count", "EUR", "share", "s", "min",
    ]  # fmt: skip
    of_money = {
        "returned-value", "refunded-value", "paid-on-top", "sold-value", "return-rate", "tokens-value", "value-at-risk",
        "value-won-back", "value-lost",
    }  # fmt: skip
    assert {key: measure["currency"] for key, measure in found.items() if measure["currency"] is not None} == dict.fromkeys(
        of_money, "EUR"
    )
    assert {key: measure["by"] for key, measure in found.items() if measure["by"] is not None} == {
        "refunded-value": {"card": 20.0, "cash": 7.0},
        "paid-on-top": {},
    }
    assert {key: (measure["target"], measure["met"]) for key, measure in found.items() if measure["target"] is not None} == {
        "first-response-within-target": (0.9, False),
        "resolution-within-target": (0.5, True),
        "return-rate": (0.09, False),
    }


def test_a_period_is_said_in_many_ways(kept: Path) -> None:
    def asked(*arguments: str) -> tuple[str, str, int, int]:
        data = json.loads(report(kept, "-f", "json", *arguments).out)
        values = {measure["id"]: measure["value"] for measure in data["measures"]}
        return data["period"]["from"], data["period"]["to"], values["returns"], values["complaints-open"]

    assert asked() == asked("--month", "2026-11") == ("2026-11-01", "2026-11-30", 4, 2)
    assert asked("--month", "2026-10") == ("2026-10-01", "2026-10-31", 1, 1)
    assert asked("--day", "2026-11-05") == ("2026-11-05", "2026-11-05", 1, 1)
    assert asked("--from", "2026-11-06") == ("2026-11-06", "2026-11-21", 3, 2)
    assert asked("--from", "2026-11-06", "--to", "2026-11-07") == ("2026-11-06", "2026-11-07", 3, 1)
    assert asked("--to", "2026-11-05")[1:] == ("2026-11-05", 2, 1)
    assert asked("--month", "2020-01")[2:] == (0, 0)
    for wrong in (
        ("--day", "today", "--month", "2026-11"),
        ("--month", "November"),
        ("--from", "2026-11-09", "--to", "2026-11-02"),
    ):
        assert report(kept, *wrong).code == 2


SLICES: dict[str, dict[str, dict[str, Any]]] = {
    "category": {
        "returns": {"toys": 2, "clothes": 1, "unknown": 1},
        "returned-value": {"toys": 30.0, "clothes": 5.0, "unknown": 7.0},
        "refunded-value": {"toys": 20.0, "unknown": 7.0},
        "sold-value": {"toys": 100.0, "clothes": 50.0},
        "handling-median": {},
        "complaints-opened": {"delivery": 1, "quality": 1},
        "complaints-open": {"quality": 1, "staff": 1},
        "first-response-median": {"delivery": 150, "staff": 51_900},
    },
    "reason": {
        "returns": {"wrong-size": 1, "faulty": 1, "changed-mind": 1, "unknown": 1},
        "returned-value": {"wrong-size": 20.0, "faulty": 10.0, "changed-mind": 5.0, "unknown": 7.0},
        "sold-value": {},
        "return-rate": {"wrong-size": 20 / 150, "faulty": 10 / 150, "changed-mind": 5 / 150, "unknown": 7 / 150},
        "handling-median": {},
        "complaints-opened": {},
        "promises-kept": {},
    },
    "channel": {
        "returns": {"store": 2, "online": 2},
        "returned-value": {"store": 27.0, "online": 15.0},
        "refunded-value": {"store": 27.0},
        "sold-value": {"store": 150.0},
        "handling-median": {"store": 120, "online": 60},
        "complaints-opened": {"email": 1, "web": 1},
        "complaints-open": {"phone": 1, "web": 1},
        "resolution-median": {"email": 1440, "phone": 51_900},
    },
    "staff": {
        "returns": {"Anna": 2, "Mārtiņš": 2},
        "returned-value": {"Anna": 27.0, "Mārtiņš": 15.0},
        "sold-value": {},
        "return-rate": {"Anna": 27 / 150, "Mārtiņš": 15 / 150},
        "handling-median": {"Anna": 120, "Mārtiņš": 60},
        "complaints-opened": {"Anna": 1, "unknown": 1},
        "complaints-open": {},
        "complaints-resolved": {"Anna": 1, "Ilze": 1},
        "first-contact-resolution": {"Anna": 0, "Ilze": 1},
    },
}


@pytest.mark.parametrize("by", SLICES)
def test_a_month_by_slices(kept: Path, by: str) -> None:
    found = figures(kept, "--by", by)
    # A slice of which there is nothing may stand there or not.
    by_hand = {key: {name: value for name, value in found[key]["by"].items() if value} for key in SLICES[by]}
    assert by_hand == {key: {name: value for name, value in slices.items() if value} for key, slices in SLICES[by].items()}
    assert {key: (measure["value"], measure["n"]) for key, measure in found.items()} == NOVEMBER
    rates = found["return-rate"]["by"]
    if by == "category":
        assert (rates["toys"], rates["clothes"], rates.get("unknown")) == (0.3, 0.1, None)
    if by == "channel":
        assert (rates["store"], rates.get("online")) == (27 / 150, None)


def test_months_side_by_side(kept: Path) -> None:
    found = figures(kept, "--from", "2026-10-01", "--to", "2026-11-30", "--by", "month")
    expected = {
        "returns": {"2026-10": 1, "2026-11": 4},
        "sold-value": {"2026-10": 40.0, "2026-11": 150.0},
        "refunded-value": {"2026-10": 4.0, "2026-11": 27.0},
        "return-rate": {"2026-10": 0.1, "2026-11": 0.28},
        "complaints-open": {"2026-10": 1, "2026-11": 2},
        "handling-median": {"2026-11": 120},
    }
    assert {key: found[key]["by"] for key in expected} == expected
    assert figures(kept, "--to", "2026-11-30", "--by", "month")["returns"]["by"] == expected["returns"]


def test_a_slice_that_is_none(kept: Path) -> None:
    result = report(kept, "--by", "categry")
    assert result.code == 2
    assert "did you mean category?" in result.err
    assert report(kept, "--by", "Category", "-f", "csv") == report(kept, "--by", "category", "-f", "csv")


@pytest.mark.parametrize("option", ["--by", "--month", "--day", "--from", "--to"])
def test_an_empty_option_is_no_option(kept: Path, option: str) -> None:
    """It is a variable that a script forgot to set."""
    assert report(kept, option, "").code == 2


def test_a_void_is_of_its_own_month(kept: Path) -> None:
    append(kept, [entry("return.voided", "2026-12-01T10:00", corrects="k1-0000A", voided=MISTAKE)])
    assert figures(kept)["returned-value"]["value"] == 42.0
    found = figures(kept, "--month", "2026-12")
    assert (found["returns"]["value"], found["returned-value"]["value"]) == (-1, -3.0)
    assert found["refunded-value"]["by"] == {"card": -3.0}
    (row,) = (row for row in table(report(kept, "--month", "2026-12", "-f", "csv").out) if row["id"] == "returned-value")
    assert row["value"] == "-3.00"
    assert "-€3.00" in report(kept, "--month", "2026-12").out


def test_money_of_another_currency_stands_by_itself(kept: Path) -> None:
    append(kept, [came_back("2026-11-20T10:00", line(1500), paid_with="card")._replace(
        body={**came_back("2026-11-20T10:00", line(1500), paid_with="card").body, "currency": "USD"})])  # fmt: skip
    measures = json.loads(report(kept, "-f", "json").out)["measures"]
    rates = [(each["value"], each["target"], each["met"]) for each in measures if each["id"] == "return-rate"]
    assert rates == [(0.28, 0.09, False), (None, None, None)]
    returned = [(each["unit"], each["currency"], each["value"], each["n"]) for each in measures if each["id"] == "returned-value"]
    assert returned == [("EUR", "EUR", 42.0, 4), ("USD", "USD", 15.0, 1)]
    rows = [row for row in table(report(kept, "-f", "csv").out) if row["id"] == "return-rate"]
    assert [(row["unit"], row["currency"], row["value"]) for row in rows] == [("share", "EUR", "0.280000"), ("share", "USD", "")]
    text = report(kept).out  # what there is none of in other money is not shown to people
    assert [text.count(f"\n{label} ") for label in ("Returned value", "Refunded", "Sold value", "Return rate")] == [2, 2, 1, 1]


# --- Money that left the till -----------------------------------------------------------------------------------------

CASH = """schema = 1
effective = 2026-01-01
[terms]
offer = { refund = "30 days", exchange = "30 days", store-credit = "60 days" }
receipt = "not needed"
condition = "any"
"""
GIVEN = ("--sku", "RO-401", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes", "--condition", "unopened",
         "--reason", "wrong-size")  # fmt: skip


@pytest.mark.parametrize(
    ("refund_to", "tenders"), [("", {"card": 10.0, "unknown": 1.0}), ('refund-to = "cash"\n', {"cash": 11.0})]
)
def test_only_money_is_refunded_and_the_policy_says_how(at: At, shop: Path, refund_to: str, tenders: dict[str, float]) -> None:
    (shop / "policies/returns.toml").write_text(CASH + refund_to)
    for remedy, price in (("refund", "10.00"), ("exchange", "20.00"), ("store-credit", "40.00")):
        assert at("return", "log", *GIVEN, "--price", price, "--remedy", remedy, "--paid-with", "card").code == 0
    assert at("return", "log", *GIVEN, "--price", "1.00", "--remedy", "refund").code == 0
    measures = {each["id"]: each for each in json.loads(at("kpi", "report", "-f", "json").out)["measures"]}
    assert (measures["returned-value"]["value"], measures["returns"]["value"]) == (71.0, 4)
    assert (measures["refunded-value"]["value"], measures["refunded-value"]["n"]) == (11.0, 2)
    assert measures["refunded-value"]["by"] == tenders


def test_the_difference_of_an_exchange_is_money_as_well(kept: Path) -> None:
    """What is given back is refunded, what is paid is paid on top; both are of the first line, and a void takes them back."""
    lines = [line(900, "exchange", category="toys", reason="faulty"), line(100, "exchange", category="clothes", tender="cash")]
    dearer = came_back("2026-11-20T10:00", *lines, difference=250, channel="store", staff="Ilze", paid_with="cash")
    cheaper = came_back("2026-11-20T11:00", *lines, difference=-400, channel="phone")
    void = entry("return.voided", "2026-12-01T10:00", corrects="k1-0000A", voided=dearer.body, staff="Anna")
    append(kept, [dearer, came_back("2026-11-20T10:30", *lines, difference=0), cheaper, void])
    found = figures(kept)
    own = {key: (found[key]["value"], found[key]["n"], found[key]["by"]) for key in ("refunded-value", "paid-on-top")}
    assert own == {
        "refunded-value": (31.0, 3, {"card": 20.0, "cash": 7.0, "unknown": 4.0}),
        "paid-on-top": (2.5, 1, {"cash": 2.5}),
    }
    sliced: dict[str, tuple[dict[str, float], dict[str, float]]] = {
        "category": ({"toys": 24.0, "unknown": 7.0}, {"toys": 2.5}),
        "reason": ({"wrong-size": 20.0, "faulty": 4.0, "unknown": 7.0}, {"faulty": 2.5}),
        "channel": ({"store": 27.0, "phone": 4.0}, {"store": 2.5}),
        "staff": ({"Anna": 27.0, "unknown": 4.0}, {"Ilze": 2.5}),
        "month": ({"2026-11": 31.0}, {"2026-11": 2.5}),
    }
    for by, expected in sliced.items():
        found = figures(kept, "--by", by)
        assert (found["refunded-value"]["by"], found["paid-on-top"]["by"]) == expected
    taken_back = figures(kept, "--month", "2026-12", "--by", "staff")["paid-on-top"]
    assert (taken_back["value"], taken_back["n"], taken_back["by"]) == (-2.5, -1, {"Ilze": -2.5})


def test_what_was_refused_adds_nothing_nor_does_its_void(at: At) -> None:
    nothing = at("kpi", "report", "-f", "json").out
    given = ("--sku", "MA-210", "--price", "38", *GIVEN[2:])
    refused = at("return", "log", *given, "--refused")
    assert refused.code == 1
    assert at("kpi", "report", "-f", "json").out == nothing
    assert at("return", "void", refused.out.split()[0], "--because", "wrong customer").code == 0
    assert at("kpi", "report", "-f", "json").out == nothing


def test_a_return_that_was_voided_adds_nothing(at: At) -> None:
    nothing = at("kpi", "report", "-f", "json").out
    first = at("return", "log", *GIVEN, "--price", "10.00").out.split()[0]
    assert json.loads(at("kpi", "report", "-f", "json").out)["measures"][0]["value"] == 1
    assert at("return", "void", first, "--because", "typed twice").code == 0
    assert at("kpi", "report", "-f", "json").out == nothing


# --- How it looks -----------------------------------------------------------------------------------------------------


def test_json_is_the_contract(kept: Path) -> None:
    data = json.loads(report(kept, "-f", "json").out)
    assert (data["schema"], data["left_out"]) == ("returnkit.figures/1", 0)
    for measure in data["measures"]:
        assert list(measure) == ["id", "value", "unit", "currency", "n", "target", "met", "by"]
    assert [measure["id"] for measure in data["measures"]] == [measure.id for measure in MEASURES]
    (line_,) = report(kept, "-f", "jsonl").out.splitlines()
    assert json.loads(line_) == data
    assert (
        call("--shop", str(kept), "--now", NOW, "--lang", "lv", "kpi", "report", "-f", "json").out
        == report(kept, "-f", "json").out
    )


def test_csv_has_a_cell_for_each_column(kept: Path) -> None:
    text = report(kept, "-f", "csv").out
    assert text.splitlines()[0] == '"id","slice","value","unit","currency","n","target","met"'
    assert '"return-rate",,0.280000,"share","EUR",2,0.090000,"no"' in text.splitlines()
    rows = table(text)
    found = {(row["id"], row["slice"]): (row["value"], row["unit"], row["currency"], row["n"]) for row in rows}
    assert found["returned-value", ""] == ("42.00", "EUR", "EUR", "4")
    assert found["refunded-value", "cash"] == ("7.00", "EUR", "EUR", "1")
    assert found["return-rate", ""] == ("0.280000", "share", "EUR", "2")
    assert found["handling-median", ""] == ("120", "s", "", "3")
    assert found["promises-kept", ""] == ("", "share", "", "0")
    sliced = table(report(kept, "-f", "csv", "--by", "category").out)
    assert {row["slice"]: row["value"] for row in sliced if row["id"] == "sold-value"} == {
        "": "150.00", "clothes": "50.00", "toys": "100.00",
    }  # fmt: skip


def test_a_table_is_in_the_language_of_the_shop(kept: Path) -> None:
    lines = report(kept).out.splitlines()
    assert lines[0] == "Pīlādzis, 1 November 2026 – 21 November 2026"  # today
    assert lines[2].split() == ["figure", "value", "count", "target", "met"]
    cells = {line.split("  ")[0].strip(): line.split() for line in lines[2:] if line}
    assert "€42.00" in cells["Returned value"]
    assert {"28.0%", "at", "most", "9%", "no"} <= set(cells["Return rate"])
    assert any("2 min" in line.replace("\xa0", " ") for line in lines if line.startswith("Handling"))
    assert max(map(len, lines)) <= 80
    latvian = call("--shop", str(kept), "--now", NOW, "kpi", "report").out
    assert latvian.splitlines()[0] == "Pīlādzis, 2026. gada 1. novembris – 2026. gada 21. novembris"
    assert latvian.splitlines()[2].split()[:3] == ["rādītājs", "vērtība", "skaits"]
    assert "42,00\xa0€" in latvian
    assert "28,0\xa0%" in latvian


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--month", "2026-10"), "1 October 2026 – 31 October 2026"),
        (("--from", "2026-10-31", "--to", "2026-12-31"), "31 October 2026 – 21 November 2026"),
        (("--day", "today"), "21 November 2026"),
        (("--from", "2026-11-21", "--to", "2026-11-30"), "21 November 2026"),
        (("--month", "2026-12"), "1 December 2026 – 31 December 2026"),
    ],
)
def test_the_title_ends_today_where_the_period_is_not_over(kept: Path, asked: tuple[str, ...], said: str) -> None:
    assert report(kept, *asked).out.splitlines()[0] == f"Pīlādzis, {said}"


def labels(text: str, figure: str) -> list[str]:
    """Return what the slices of a figure are called in a table, from the top."""
    _, *below = text[text.index(f"\n{figure}") + 1 :].splitlines()
    return [row.split("  ")[1] for row in itertools.takewhile(lambda row: row.startswith("  "), below)]


def test_the_highest_slice_stands_first(kept: Path) -> None:
    assert labels(report(kept, "--by", "reason").out, "Returned value") == ["wrong size", "faulty", "not known", "changed mind"]
    assert labels(report(kept, "--by", "category").out, "Return rate") == ["toys", "clothes"]
    assert labels(report(kept).out, "Refunded") == ["card", "cash"]
    append(kept, [came_back("2026-12-01T10:00", line(900)), came_back("2026-12-01T10:00", line(900))])
    months = report(kept, "--from", "2026-10-01", "--to", "2026-12-31", "--by", "month").out
    assert labels(months, "Returned value") == ["2026-10", "2026-11", "2026-12"]  # 4.00, 42.00, 18.00


@pytest.mark.parametrize(
    ("name", "shown"), [("a" * 26, "a" * 26), ("a" * 27, "a" * 25 + "…"), ("ā b" * 20, ("ā b" * 20)[:25] + "…")]
)
def test_a_long_name_is_cut_for_eyes_only(kept: Path, name: str, shown: str) -> None:
    append(kept, [came_back("2026-11-20T10:00", line(100), staff=name)])
    text = report(kept, "--by", "staff").out
    assert labels(text, "Returned value")[-1] == shown
    assert max(map(len, text.splitlines())) <= 80
    assert f"| – {shown} |" in report(kept, "--by", "staff", "-f", "md").out
    assert name in figures(kept, "--by", "staff")["returned-value"]["by"]
    assert name in {row["slice"] for row in table(report(kept, "--by", "staff", "-f", "csv").out)}


@pytest.mark.parametrize("form", ["table", "md", "html"])
def test_what_a_rate_is_measured_against_is_said_where_it_is_all_sales(kept: Path, form: str) -> None:
    said = "The return rate of a slice is its share of all sales."
    for by in ("category", "reason", "channel", "staff", "month"):
        assert (said in report(kept, "--by", by, "-f", form).out) == (by in ("reason", "staff"))
    assert said not in report(kept, "-f", form).out


def test_names_stand_as_they_are_written(kept: Path) -> None:
    append(kept, [came_back("2026-11-20T10:00", line(100), staff="Anna-Marija")])
    assert "Anna-Marija" in report(kept, "--by", "staff").out
    months = report(kept, "--by", "month").out
    assert "2026 11" not in months
    assert "2026-11" in months or months.count("November 2026") > 2


def test_markdown_and_html(kept: Path) -> None:
    markdown = report(kept, "-f", "md", "--by", "category").out
    assert markdown.startswith("# Pīlādzis, 1 November 2026 – 21 November 2026\n\n| figure | value | count | target | met |\n")
    assert "| Returned value | €42.00 | 4 |  |  |" in markdown
    assert "| – clothes | €5.00 | 1 |" in markdown
    assert "| Return rate | 28.0% | 2 | at most 9% | no |" in markdown
    page = report(kept, "-f", "html", "--by", "category").out
    assert page.startswith("<!doctype html>")
    assert page.count("<tr>") == markdown.count("\n|") - 1  # the line under the header is none of its rows
    assert "<script" not in page
    append(kept, [came_back("2026-11-20T10:00", line(100, category="<b>|x"))])
    assert "<b>" not in report(kept, "-f", "html", "--by", "category").out
    assert "\\<b\\>\\|x" in report(kept, "-f", "md", "--by", "category").out


@pytest.mark.parametrize(("ending", "form"), [("csv", "csv"), ("md", "md"), ("html", "html"), ("htm", "html"), ("json", "json"),
                                             ("jsonl", "jsonl"), ("txt", "table")])  # fmt: skip
def test_the_ending_of_the_file_says_how_it_looks(kept: Path, tmp_path: Path, ending: str, form: str) -> None:
    path = tmp_path / f"autumn.{ending}"
    result = report(kept, "--by", "month", "-o", str(path))
    assert (result.code, result.out) == (0, "")
    assert path.read_text() == report(kept, "--by", "month", "-f", form).out
    listed = tmp_path / f"list.{ending}"
    assert call("--shop", str(kept), "kpi", "list", "-o", str(listed)).code == 0
    assert listed.read_text() == call("--shop", str(kept), "kpi", "list", "-f", form).out


@pytest.mark.parametrize("form", ["table", "csv", "md", "html", "json", "jsonl"])
def test_which_figures_there_are(kept: Path, form: str) -> None:
    result = call("--shop", str(kept), "--lang", "en", "kpi", "list", "-f", form)
    assert (result.code, result.err) == (0, "")
    for measure in MEASURES:
        assert measure.id in result.out
    if form == "json":
        data = json.loads(result.out)
        assert data["schema"] == "returnkit.figure-list/1"
        assert {each["id"] for each in data["figures"] if each["target"]} == {
            "first-response-within-target", "resolution-within-target", "return-rate",
        }  # fmt: skip
        slices = {each["id"]: each["slices"] for each in data["figures"]}
        assert slices["returns"] == ["category", "reason", "channel", "staff", "month"]
        assert "staff" not in slices["complaints-open"]
        assert not {"category", "reason"} & set(slices["handling-median"])
        assert not any("reason" in slices[own] for own in slices if own.startswith(("complaint", "first", "resol", "promises")))
    if form == "csv":
        assert [row["id"] for row in table(result.out)] == [measure.id for measure in MEASURES]
    if form == "table":
        heads, counts = (result.out.splitlines()[at::2] for at in (0, 1))
        assert heads == [f"{measure.id}  ({measure.unit})" for measure in MEASURES]
        assert len(counts) == len(heads)
        assert all(text.startswith("    ") and text.strip() for text in counts)


# --- Targets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "target", "expected"),
    [
        ("return-rate", 'internal = "20 %"\npublic = "30 %"', (0.28, 0.2, False)),
        ("return-rate", 'public = "30 %"', (0.28, 0.3, True)),
        ("return-rate", 'internal = "28%"', (0.28, 0.28, True)),
        ("returned-value", 'internal = "41.99"', (42.0, 41.99, False)),
        ("returned-value", 'internal = "42.00"', (42.0, 42.0, True)),
        ("sold-value", 'internal = "150.00"', (150.0, 150.0, True)),
        ("sold-value", 'internal = "200"', (150.0, 200.0, False)),
        ("complaints-open", "internal = 2", (2, 2, True)),
        ("complaints-open", "internal = 1\npublic = 5", (2, 1, False)),
        ("complaints-opened", "internal = 0", (2, 0, False)),
        ("handling-median", 'internal = "2 minutes"', (120, 120, True)),
        ("handling-median", 'internal = "119 seconds"', (120, 119, False)),
        ("first-response-median", 'internal = "2 hours"\npublic = "1 day"', (150, 120, False)),
        ("first-response-within-target", 'internal = "2 hours"\npublic = "3 hours"\nshare = "40 %"', (0.0, 0.4, False)),
        ("first-response-within-target", 'public = "3 hours"\nshare = "40 %"', (0.5, 0.4, True)),
        ("first-response-within-target", 'internal = "150 minutes"\nshare = "50.5 %"', (0.5, 0.505, False)),
        ("resolution-within-target", 'internal = "1 day"\nshare = "50 %"', (0.5, 0.5, True)),
        ("resolution-within-target", 'internal = "9 weeks"\nshare = "100 %"', (1.0, 1.0, True)),
        ("promises-kept", 'internal = "90 %"', (None, 0.9, None)),
        ("first-contact-resolution", 'internal = "50 %"', (0.5, 0.5, True)),
    ],
)
def test_a_target_is_met_or_not(kept: Path, own: str, target: str, expected: tuple[object, ...]) -> None:
    (kept / "policies/kpis.toml").write_text(f"schema = 1\n[{own}]\n{target}\n")
    found = figures(kept)
    assert tuple(found[own][key] for key in ("value", "target", "met")) == expected
    assert all(measure["target"] is None for key, measure in found.items() if key != own)


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ((), True),
        (("--month", "2026-10"), True),
        (("--from", "2026-10-01", "--to", "2026-10-31"), True),
        (("--day", "2026-11-05"), False),
        (("--from", "2026-11-01", "--to", "2026-11-29"), False),
        (("--from", "2026-11-02", "--to", "2026-11-30"), False),
        (("--from", "2026-11-01"), False),  # up to today
        (("--from", "2026-10-01", "--to", "2026-11-30"), False),
    ],
)
def test_targets_of_what_adds_up_are_of_one_whole_month(kept: Path, asked: tuple[str, ...], whole: bool) -> None:
    money = ("returned-value", "refunded-value", "paid-on-top", "sold-value", "tokens-value", "value-won-back", "value-lost")
    sums = (*money, "returns", "complaints-opened", "complaints-resolved", "complaints-reopened", "complaints-escalated",
            "complaints-flagged", "promises-late", "promises-broken", "tokens-given")  # fmt: skip
    always = {
        "complaints-open": "3", "return-rate": '"9 %"', "handling-median": '"3 min"', "resolution-p90": '"3 d"',
        "value-at-risk": '"100.00"', "promises-kept": '"90 %"', "tokens-as-usual": '"90 %"', "next-response-median": '"3 h"',
    }  # fmt: skip
    of_sums = {own: '"9.00"' if own in money else "9" for own in sums}
    targets = "".join(f"[{own}]\ninternal = {value}\n" for own, value in (of_sums | always).items())
    (kept / "policies/kpis.toml").write_text(f"schema = 1\n{targets}")
    found = figures(kept, *asked)
    assert {key for key, measure in found.items() if measure["target"] is not None} == {*always, *(sums if whole else ())}
    assert all(found[own]["met"] is None for own in sums if not whole)


@pytest.mark.parametrize(
    ("own", "symbols", "words"),
    [
        ("resolution-median", "90 min", "90 minutes"),
        ("resolution-median", "2 h", "2 hours"),
        ("resolution-p90", "1 d", "1 day"),
        ("handling-median", "119 s", "119 seconds"),
        ("handling-median", "2 min", "2 minutes"),
    ],
)
def test_a_unit_may_be_its_symbol(kept: Path, own: str, symbols: str, words: str) -> None:
    targets = []
    for text in (symbols, words):
        (kept / "policies/kpis.toml").write_text(f'schema = 1\n[{own}]\ninternal = "{text}"\n')
        targets.append(figures(kept)[own]["target"])
    assert targets[0] == targets[1] is not None


@pytest.mark.parametrize(
    ("own", "internal", "public", "fits"),
    [
        ("return-rate", '"9 %"', '"8 %"', False),
        ("return-rate", '"8 %"', '"8 %"', True),
        ("sold-value", '"90"', '"100"', False),
        ("sold-value", '"100"', '"90"', True),
        ("returns", "5", "4", False),
        ("promises-kept", '"80 %"', '"90 %"', False),
        ("resolution-p90", '"3 days"', '"49 hours"', False),
        ("resolution-within-target", '"3 d"', '"2 d"', False),
        ("resolution-within-target", '"2 d"', '"48 h"', True),
    ],
)
def test_nobody_aims_looser_than_is_promised(kept: Path, own: str, internal: str, public: str, fits: bool) -> None:
    share = 'share = "90 %"\n' if own.endswith("within-target") else ""
    (kept / "policies/kpis.toml").write_text(f"schema = 1\n[{own}]\ninternal = {internal}\npublic = {public}\n{share}")
    result = report(kept)
    assert result.code == (0 if fits else 3)
    assert result.err.count("kpis.toml:3: ") == result.err.count("returnkit: error") == (not fits)


def test_without_a_target_there_is_no_share_within_it(kept: Path) -> None:
    (kept / "policies/kpis.toml").unlink()
    found = figures(kept)
    assert (found["first-response-within-target"]["value"], found["resolution-within-target"]["value"]) == (None, None)
    assert all(measure["met"] is None for measure in found.values())


MISTAKES = """[return-rat]
internal = "9 %"
[complaints-open]
internal = "2"
[return-rate]
internal = "101 %"
[handling-median]
internal = "3 years"
[returned-value]
internal = 500
[first-response-within-target]
internal = "8 hours"
[resolution-within-target]
internal = "2 seconds"
share = "120 %"
extra = 1
[sold-value]
[promises-kept]
intern = "90 %"
[first-response-p90]
internal = "soon"
[complaints-opened]
internal = -1
[resolution-median]
internal = "2 days"
share = "90 %"
"""


def test_every_mistake_is_named_at_once_with_its_line(kept: Path) -> None:
    (kept / "policies/kpis.toml").write_text(MISTAKES)
    for command in ("report", "list"):
        result = call("--shop", str(kept), "--now", NOW, "kpi", command)
        assert (result.code, result.out) == (3, "")
        for number, word in (
            (1, "did you mean return-rate?"), (1, "schema"), (4, '"2"'), (6, "101 %"), (8, "3 years"), (10, "500"),
            (11, "share is missing"), (14, "2 seconds"), (15, "120 %"), (16, "extra"), (17, "sold-value"),
            (19, "did you mean internal?"), (21, "soon"), (23, "-1"), (26, "share"),
        ):  # fmt: skip
            place = f"kpis.toml:{number}: "
            assert any(place in part and word in part for part in result.err.split("returnkit: error: ")), (number, word)


@pytest.mark.parametrize(
    "text",
    [
        '[first-response-within-target]\ninternal = "8 hours"',
        '[first-response-within-target]\npublic = "9 hours"\ninternal = "8 hours"',
        "return-rate = 3",
        "resolution-within-target = 3",
        '[[return-rate]]\ninternal = "9 %"',
        "[sold-value]",
        '[return-rate]\ninternal = "soon"',
    ],
)
def test_one_mistake_is_said_once(kept: Path, text: str) -> None:
    (kept / "policies/kpis.toml").write_text(f"schema = 1\n{text}\n")
    result = report(kept)
    assert result.code == 3
    assert result.err.count("returnkit: error") == 1


@pytest.mark.parametrize(
    "text", ["schema = 2\n", "schema = '1'\n", "schema = 1\n[return-rate\n", "\xff", "schema = 1\nreturn-rate = 3\n"]
)
def test_no_targets_are_read_from_what_is_none(kept: Path, text: str) -> None:
    (kept / "policies/kpis.toml").write_bytes(text.encode("latin-1"))
    result = report(kept)
    assert result.code == 3
    assert "kpis.toml:" in result.err


# --- Damage -----------------------------------------------------------------------------------------------------------

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a flipped digit": lambda raw: raw.replace(b'"amount":2000', b'"amount":9000'),
    "cut": lambda raw: raw[:-5],
    "garbage": lambda raw: b"\xff\xfe not a record" + raw[:9],
    "not of its form": lambda raw: raw.replace(b'"handling":120', b'"handling":"x"'),
    "a version that nobody wrote": lambda raw: raw.replace(b'"v":1', b'"v":2'),
}


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("cached", [False, True])
def test_a_damaged_line_is_named_and_left_out_only_where_that_is_allowed(kept: Path, kind: str, cached: bool) -> None:
    if cached:
        report(kept)
    path = journal(kept)
    lines = path.read_bytes().split(b"\n")
    lines[1] = DAMAGE[kind](lines[1])
    path.write_bytes(b"\n".join(lines))
    for form in ("json", "table", "csv"):
        result = report(kept, "-f", form)
        assert (result.code, result.out) == (3, "")
        assert "records/k1/2026-11.jsonl:2" in result.err
    for _ in range(2):
        allowed = report(kept, "-f", "json", "--allow-damaged")
        assert allowed.code == 0
        assert "1 line" in allowed.err
        data = json.loads(allowed.out)
        assert (data["left_out"], data["measures"][0]["value"], data["measures"][1]["value"]) == (1, 3, 22.0)
    for form in ("table", "md", "html"):
        text = report(kept, "--allow-damaged", "-f", form).out
        assert "1 line that cannot be read is left out of these figures" in text
    rows = table(report(kept, "--allow-damaged", "-f", "csv").out)
    assert [row["value"] for row in rows if row["id"] == "left-out"] == ["1"]
    assert report(kept, "--month", "2026-10").code == 3  # what was open may depend on any line


@pytest.mark.parametrize("nothing", [b"", b"\0" * 300])
def test_a_line_of_nothing_is_one_line(kept: Path, nothing: bytes) -> None:
    """It stands between two that follow each other."""
    path = journal(kept)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:1], nothing, *lines[1:]]))
    result = report(kept)
    assert (result.code, result.out) == (3, "")
    assert "records/k1/2026-11.jsonl:2" in result.err
    data = json.loads(report(kept, "-f", "json", "--allow-damaged").out)
    assert (data["left_out"], data["measures"][0]["value"]) == (1, 4)


@pytest.mark.parametrize("nothing", [b"", b"\0" * 300])
def test_a_line_of_which_nothing_is_left_takes_no_other_with_it(kept: Path, nothing: bytes) -> None:
    """As where it is garbage, the line after it is as it was written."""
    path = journal(kept)
    lines = path.read_bytes().split(b"\n")
    lines[4] = nothing
    path.write_bytes(b"\n".join(lines))
    data = json.loads(report(kept, "-f", "json", "--allow-damaged").out)
    assert data["left_out"] == 1


@pytest.mark.parametrize("strange", [{}, {"lines": "none"}, {"handling": None, "kind": "return"}])
def test_a_newer_version_is_never_left_out(kept: Path, strange: Json) -> None:
    path = journal(kept)
    *before, last = path.read_bytes().splitlines()
    record = {**json.loads(last), "v": 2, **strange}
    record.pop("h")
    path.write_bytes(b"\n".join([*before, encode(sealed(str(json.loads(before[-1])["h"]), record))]) + b"\n")
    for allowed in ((), ("--allow-damaged",)):
        result = report(kept, *allowed)
        assert (result.code, result.out) == (3, "")
        assert f"records/k1/2026-11.jsonl:{len(before) + 1}" in result.err
        assert "newer" in result.err


def test_an_unfinished_end(kept: Path) -> None:
    path = journal(kept)
    whole = path.read_bytes()
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    path.write_bytes(whole.rstrip(b"\n"))
    for _ in range(2):
        assert {key: (each["value"], each["n"]) for key, each in figures(kept).items()} == NOVEMBER
    for cut in {start, start + 1, start + 9, (start + len(whole)) // 2, len(whole) - 2}:
        path.write_bytes(whole[:cut])
        found = figures(kept)
        assert (found["returns"]["value"], found["returned-value"]["value"], found["handling-median"]["n"]) == (3, 35.0, 2)
    path.write_bytes(whole)
    assert figures(kept)["returns"]["value"] == 4


# --- The cache --------------------------------------------------------------------------------------------------------


def check_without_a_cache(shop: Path) -> Result:
    """Check that two reports now are what a shop says that has no cache, and return that."""
    found = [report(shop, "-f", "json"), report(shop, "-f", "json", "--allow-damaged")]
    cache = shop / ".returnkit" / "cache"
    if cache.is_dir():
        shutil.rmtree(cache)
    fresh = [report(shop, "-f", "json"), report(shop, "-f", "json", "--allow-damaged")]
    assert [(each.code, each.err) for each in found] == [(each.code, each.err) for each in fresh]
    assert found == fresh
    return fresh[0]


@pytest.mark.parametrize("becomes", [None, b"", b"garbage", b"\0" * 4096, b"half"])
def test_the_cache_may_be_anything(kept: Path, becomes: bytes | None) -> None:
    report(kept)
    files = sorted((kept / ".returnkit" / "cache").glob("*"))
    assert files
    for path in files:
        if becomes is None:
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if becomes == b"half" else becomes)
    assert {key: (each["value"], each["n"]) for key, each in figures(kept).items()} == NOVEMBER
    assert check_without_a_cache(kept).code == 0


def test_the_cache_of_another_shop(kept: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", [*STORY, *STORY[-3:]], KPIS)
    report(other)
    shutil.rmtree(kept / ".returnkit", ignore_errors=True)
    shutil.copytree(other / ".returnkit", kept / ".returnkit")
    assert {key: (each["value"], each["n"]) for key, each in figures(kept).items()} == NOVEMBER
    shutil.copytree(other / ".returnkit", kept / ".returnkit", dirs_exist_ok=True)
    check_without_a_cache(kept)


@pytest.mark.parametrize("place", [".returnkit", ".returnkit/cache"])
def test_where_nothing_can_be_kept_everything_is_read(kept: Path, place: str) -> None:
    shutil.rmtree(kept / ".returnkit", ignore_errors=True)
    path = kept / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file")
    for _ in range(2):
        assert {key: (each["value"], each["n"]) for key, each in figures(kept).items()} == NOVEMBER
    assert path.read_text() == "a file"


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
@pytest.mark.parametrize("way", ["in place", "another file"])
@pytest.mark.parametrize("left", [-1, 2, 0])
def test_a_journal_that_became_shorter(kept: Path, month: str, way: str, left: int) -> None:
    """A copy from before came back: what is missing is no longer counted, and what no longer fits is said."""
    report(kept)
    path = journal(kept, month)
    lines = path.read_bytes().splitlines(keepends=True)[: left or None]
    shorter = b"".join(lines) if left else b""
    if way == "in place":
        path.write_bytes(shorter)
    else:
        (path.parent / "new").write_bytes(shorter)
        (path.parent / "new").replace(path)
    check_without_a_cache(kept)


def test_a_month_that_is_gone(kept: Path) -> None:
    report(kept)
    journal(kept, "2026-10").unlink()
    check_without_a_cache(kept)


@pytest.mark.parametrize(("month", "before", "after"), [
    ("2026-11", b'"amount":2000', b'"amount":9000'), ("2026-10", b'"amount":400', b'"amount":900'),
    ("2026-11", b'"amount":700', b'"amount":100'),
])  # fmt: skip
def test_a_digit_that_was_changed(kept: Path, month: str, before: bytes, after: bytes) -> None:
    report(kept)
    path = journal(kept, month)
    path.write_bytes(path.read_bytes().replace(before, after))
    assert check_without_a_cache(kept).code == 3


def test_a_digit_that_was_changed_before_more_was_written(kept: Path) -> None:
    """As long as the file has its size, the report finds it; of one that has grown it is `records verify` that does."""
    report(kept)
    path = journal(kept)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"amount":2000', b'"amount":9000'))
    assert path.stat().st_size == before.st_size
    for _ in range(2):
        result = report(kept)
        assert (result.code, result.out) == (3, "")
        assert "records/k1/2026-11.jsonl:2" in result.err
    append(kept, [came_back("2026-11-20T10:00", line(100))])
    verified = call("--shop", str(kept), "--lang", "en", "records", "verify")
    assert verified.code != 0
    assert "2026-11.jsonl:2" in verified.out + verified.err


def test_a_line_that_came_while_the_cache_was_there(kept: Path) -> None:
    for number in range(1, 4):
        report(kept)
        append(kept, [came_back("2026-11-20T10:00", line(100))])
        assert figures(kept)["returns"]["value"] == 4 + number
        assert check_without_a_cache(kept).code == 0


def test_two_reports_at_once(kept: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "returnkit",
        "--shop",
        str(kept),
        "--now",
        NOW,
        "--lang",
        "en",
        "kpi",
        "report",
        "-f",
        "json",
    ]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    answers = [(process.communicate(timeout=60), process.returncode) for process in running]
    expected = report(kept, "-f", "json").out.encode()
    assert answers == [((expected, b""), 0)] * 4
    assert check_without_a_cache(kept).code == 0
