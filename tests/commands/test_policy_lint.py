"""`policy lint`: for everything that it can find a small policy that has it, the same one mended, and how it is told."""

import csv
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from returnkit.policy.finding import LEVELS
from returnkit.policy.lint import CODES
from returnkit.starter import USUAL
from tests.conftest import NOW, Result, call

Lint = Callable[..., tuple[int, dict[str, Any]]]

SHOP = """schema = 1
name = "Rowan"
country = "LV"
languages = {languages}
currency = "EUR"
time-zone = "Europe/Riga"
[[staff]]
name = "Anna"
role = "staff"
[[staff]]
name = "Ilze"
role = "{highest}"
"""
PLAIN = """schema = 1
effective = 2026-09-01
[terms]
offer = { refund = "14 days", exchange = "30 days" }
receipt = "not needed"
condition = "any"
return-to = { store = "free" }
"""
SWAP = PLAIN.replace('refund = "14 days", ', "")
TOYS = '[[rule]]\nid = "toys"\nwhen = { category = ["toys"] }\n'
SEASON = '[[season]]\nid = "christmas"\n'
TAGGED = 'schema = 1\n[items]\nT1 = { category = "toys", tags = ["hygiene"] }\nB1 = { category = "books" }\n'


class Case(NamedTuple):
    """A policy that has a finding, in the line marked with #!, and what takes it away.

    `shows` is what `policy check` says of the request in the finding; None where a line of the policy shows it by itself.
    """

    code: str
    level: str
    faulty: str
    sound: str
    shows: dict[str, Any] | None = None
    languages: str = '["en"]'
    highest: str = "owner"
    items: str = ""


def rule(own: str, when: str = "", *more: str) -> str:
    return "\n".join(["[[rule]]", f'id = "{own}"', *([f"when = {{ {when} }}"] if when else []), *more, ""])


def also(own: str, when: str, *more: str) -> str:
    return rule(own, when, *more).replace("[[rule]]", "[[also]]", 1)


def season(bought: str, until: str) -> str:
    return f"{SEASON}bought = {bought}\nuntil = {until}\n"


def marked(text: str, line: str) -> str:
    """Return a text with a mark at the first line that begins so."""
    return re.sub(f"^{re.escape(line)}.*$", r"\g<0> #!", text, count=1, flags=re.MULTILINE)


EXCHANGE = 'offer = { exchange = "30 days" }'
NOTHING = 'offer = "nothing"'
REASON = 'because = { en = "So it is." }'
FAULTY = 'reason = ["faulty", "wrong-item", "not-as-described"]'
ROOM = '[discretion]\nstaff = { amount = "25.00", late = "7 days" }\n'
NOT_FAULTY = FAULTY.replace("reason", "unless = { reason") + " }"

CASES = (
    Case(
        "impossible",
        "error",
        PLAIN + marked(rule("toys", 'category = ["toys"]', 'unless = { category = ["toys"] }', EXCHANGE), "[[rule]]"),
        PLAIN + rule("toys", 'category = ["toys"]', 'unless = { channel = ["online"] }', EXCHANGE),
    ),
    Case(
        "never-decides",
        "error",
        PLAIN
        + rule("toys", 'category = ["toys"]', EXCHANGE)
        + marked(rule("dear-toys", 'category = ["toys"], price = "from 100"', NOTHING, REASON), "[[rule]]"),
        PLAIN
        + rule("dear-toys", 'category = ["toys"], price = "from 100"', NOTHING, REASON)
        + rule("toys", 'category = ["toys"]', EXCHANGE),
        {"rule": "toys", "answer": "yes"},
    ),
    Case(
        "never-applies",
        "error",
        PLAIN
        + rule("final", 'tag = ["clearance"]', NOTHING, REASON)
        + marked(also("dear", 'tag = ["clearance"], price = "from 100"', 'approval = "manager"'), "[[also]]"),
        PLAIN
        + rule("final", 'tag = ["clearance"]', NOTHING, REASON)
        + also("dear", 'price = "from 100"', 'approval = "manager"'),
    ),
    Case(
        "never-open",
        "error",
        PLAIN + rule("late", 'after = "30 days"', 'offer = { refund = "20 days", exchange = "60 days" } #!'),
        PLAIN + rule("late", 'after = "30 days"', 'offer = { exchange = "60 days" }'),
        {"rule": "late", "remedies": ["exchange"]},
    ),
    Case("season-backwards", "error", PLAIN + marked(season("[2026-12-24, 2026-11-15]", "2027-01-31"), "bought"),
         PLAIN + season("[2026-11-15, 2026-12-24]", "2027-01-31")),
    Case(
        "gap",
        "warning",
        PLAIN
        + rule("cheap", 'price = "under 50.00"', EXCHANGE)
        + marked(rule("dear", 'price = "from 50.01 under 500"', 'offer = { exchange = "60 days" }'), "when"),
        PLAIN
        + rule("cheap", 'price = "under 50.00"', EXCHANGE)
        + rule("dear", 'price = "from 50.00 under 500"', 'offer = { exchange = "60 days" }'),
        {"rule": "terms", "remedies": ["refund", "exchange"]},
    ),
    Case(
        "comes-back",
        "warning",
        PLAIN + marked(rule("late", 'after = "20 days"', 'offer = { refund = "40 days", exchange = "40 days" }'), "[[rule]]"),
        PLAIN + rule("late", 'after = "14 days"', 'offer = { refund = "40 days", exchange = "40 days" }'),
        {"rule": "terms", "remedies": ["exchange"]},
    ),
    Case(
        "cut-short",
        "warning",
        PLAIN
        + rule("late", 'after = "30 days"', NOTHING, REASON)
        + rule("toys", 'category = ["toys"]', 'offer = { refund = "60 days" } #!'),
        PLAIN + rule("late", 'after = "30 days"', NOTHING, REASON) + rule("toys", 'category = ["toys"]', EXCHANGE),
        {"rule": "late", "answer": "no"},
    ),
    Case(
        "dead-value",
        "warning",
        PLAIN
        + rule("toys", 'category = ["toys"]', EXCHANGE)
        + marked(rule("books", 'category = ["books", "toys"]', NOTHING, REASON), "when"),
        PLAIN + rule("toys", 'category = ["toys"]', EXCHANGE) + rule("books", 'category = ["books"]', NOTHING, REASON),
    ),
    Case(
        "dead-exception",
        "warning",
        PLAIN + rule("toys", 'category = ["toys"]', 'unless = { category = ["books"] } #!', EXCHANGE),
        PLAIN + rule("toys", 'category = ["toys"]', 'unless = { channel = ["online"] }', EXCHANGE),
    ),
    Case(
        "unread-key",
        "warning",
        PLAIN + rule("toys", 'category = ["toys"]', EXCHANGE, 'restocking-fee = "10 %" #!'),
        PLAIN + rule("toys", 'category = ["toys"]', 'restocking-fee = "10 %"'),
    ),
    Case(
        "unread-tag",
        "warning",
        marked(PLAIN, "schema"),
        PLAIN + rule("hygiene", 'tag = ["hygiene"]', NOTHING, REASON),
        items=TAGGED,
    ),
    Case(
        "unknown-name",
        "warning",
        PLAIN + marked(rule("toys", 'category = ["tois"]', EXCHANGE), "when"),
        PLAIN + rule("toys", 'category = ["toys"]', EXCHANGE),
        items=TAGGED.replace(', tags = ["hygiene"]', ""),
    ),
    Case(
        "similar-names",
        "warning",
        PLAIN
        + rule("online", 'tag = ["clearance"], channel = ["online"]', EXCHANGE)
        + marked(rule("final", 'tag = ["clearence"]', NOTHING, REASON), "when"),
        PLAIN
        + rule("online", 'tag = ["clearance"], channel = ["online"]', EXCHANGE)
        + rule("final", 'tag = ["clearance"]', NOTHING, REASON),
    ),
    Case(
        "no-effect",
        "warning",
        PLAIN + marked(also("gift", 'receipt = ["gift"]', 'only = ["refund", "exchange"]'), "[[also]]"),
        PLAIN + also("gift", 'receipt = ["gift"]', 'only = ["exchange"]'),
    ),
    Case(
        "no-reason",
        "warning",
        PLAIN + marked(rule("final", 'tag = ["clearance"]', NOTHING), "[[rule]]"),
        PLAIN + rule("final", 'tag = ["clearance"]', NOTHING, REASON),
        {"rule": "final", "answer": "no"},
    ),
    Case(
        "untranslated",
        "warning",
        PLAIN + marked(rule("final", 'tag = ["clearance"]', NOTHING, REASON), "because"),
        PLAIN + rule("final", 'tag = ["clearance"]', NOTHING, 'because = { en = "So it is.", lv = "Tā tas ir." }'),
        languages='["en", "lv"]',
    ),
    Case(
        "refund-longer",
        "warning",
        PLAIN + rule("toys", 'category = ["toys"]', 'offer = { refund = "1 month", exchange = "4 weeks" } #!'),
        PLAIN + rule("toys", 'category = ["toys"]', 'offer = { refund = "1 month", exchange = "31 days" }'),
    ),
    Case(
        "worse-gets-more",
        "warning",
        SWAP + marked(rule("used", 'condition = ["worn"]', 'offer = { refund = "14 days" }'), "[[rule]]"),
        SWAP + rule("new", 'condition = ["unopened"]', 'offer = { refund = "14 days", exchange = "30 days" }'),
        {"rule": "used", "remedies": ["refund"]},
    ),
    Case(
        "season-overlap",
        "warning",
        PLAIN
        + season("[2026-11-15, 2026-12-24]", "2027-01-31")
        + marked(season("[2026-12-20, 2026-12-31]", "2027-02-15").replace("christmas", "new-year"), "bought"),
        PLAIN
        + season("[2026-11-15, 2026-12-24]", "2027-01-31")
        + season("[2026-12-25, 2026-12-31]", "2027-02-15").replace("christmas", "new-year"),
        {"rule": "terms", "answer": "yes"},
    ),
    Case("season-short", "warning", PLAIN + marked(season("[2026-11-15, 2026-12-24]", "2027-01-07"), "until"),
         PLAIN + season("[2026-11-15, 2026-12-24]", "2027-01-08")),
    Case("season-no-effect", "warning", PLAIN + marked(season("[2026-11-15, 2026-12-24]", "2026-11-29"), "until"),
         PLAIN + season("[2026-11-15, 2026-12-24]", "2027-01-31"), {"answer": "yes"}),
    Case("season-too-early", "warning", PLAIN + marked(season("[2025-11-15, 2025-12-24]", "2026-01-31"), "bought"),
         PLAIN + season("[2026-11-15, 2026-12-24]", "2027-01-31")),
    Case(
        "fee-rounds",
        "warning",
        PLAIN + rule("toys", 'category = ["toys"]', 'restocking-fee = "12.75 %" #!'),
        PLAIN + rule("toys", 'category = ["toys"]', 'restocking-fee = "13 %"'),
    ),
    Case(
        "fee-takes-all",
        "warning",
        PLAIN + rule("cheap", 'price = "under 10.00"', 'restocking-fee = "10.00" #!'),
        PLAIN + rule("cheap", 'price = "under 10.00"', 'restocking-fee = "9.00"'),
    ),
    Case(
        "faulty-refused",
        "warning",
        PLAIN
        + marked(rule("final", 'tag = ["clearance"]', NOTHING, REASON), "[[rule]]")
        + rule("faulty", FAULTY, 'offer = { refund = "2 years" }'),
        PLAIN
        + rule("faulty", FAULTY, 'offer = { refund = "2 years" }')
        + rule("final", 'tag = ["clearance"]', NOTHING, REASON),
        {"rule": "final", "answer": "no"},
    ),
    Case(
        "fee-on-faulty",
        "warning",
        PLAIN + 'restocking-fee = "10 %"\n' + marked(rule("faulty", FAULTY, 'offer = { refund = "2 years" }'), "[[rule]]"),
        PLAIN + 'restocking-fee = "10 %"\n'
        + rule("faulty", FAULTY, 'offer = { refund = "2 years" }', 'restocking-fee = "0 %"'),
        {"rule": "faulty", "remedies": ["refund"]},
    ),
    Case(
        "faulty-way-back",
        "warning",
        PLAIN.replace('"free"', '"free", mail = "customer"')
        + marked(rule("faulty", FAULTY, 'offer = { refund = "2 years" }'), "[[rule]]"),
        PLAIN.replace('"free"', '"free", mail = "customer"')
        + rule("faulty", FAULTY, 'offer = { refund = "2 years" }', 'return-to = { store = "free", mail = "free" }'),
    ),
    Case(
        "nobody-holds",
        "warning",
        PLAIN + '[discretion]\nowner = { late = "7 days" } #!\n',
        PLAIN + '[discretion]\nmanager = { late = "7 days" }\n',
        highest="manager",
    ),
    Case(
        "nobody-approves",
        "warning",
        PLAIN + also("dear", 'price = "from 100"', 'approval = "owner" #!'),
        PLAIN + also("dear", 'price = "from 100"', 'approval = "manager"'),
        highest="manager",
    ),
    Case(
        "room-useless",
        "warning",
        PLAIN + '[discretion]\nstaff = { amount = "25.00" } #!\n',
        PLAIN + '[discretion]\nstaff = { amount = "25.00", late = "7 days" }\n',
    ),
    Case(
        "room-shrinks",
        "warning",
        PLAIN + ROOM + 'manager = { amount = "20.00", late = "1 year" } #!\n',
        PLAIN + ROOM + 'manager = { late = "1 year" }\n',
    ),
    Case(
        "overlap",
        "info",
        PLAIN + marked(TOYS, "[[rule]]") + EXCHANGE + "\n" + rule("final", 'tag = ["clearance"]', NOTHING, REASON),
        PLAIN + TOYS + EXCHANGE + "\n" + rule("final", 'category = ["books"], tag = ["clearance"]', NOTHING, REASON),
        {"rule": "toys", "answer": "yes"},
    ),
    Case(
        "needless-condition",
        "info",
        PLAIN
        + rule("cheap", 'price = "under 10.00"', EXCHANGE)
        + marked(rule("toys", 'category = ["toys"], price = "from 10.00"', 'offer = { refund = "30 days" }'), "when"),
        PLAIN
        + rule("cheap", 'price = "under 10.00"', EXCHANGE)
        + rule("toys", 'category = ["toys"]', 'offer = { refund = "30 days" }'),
    ),
    Case(
        "one-language",
        "info",
        PLAIN + marked(rule("final", 'tag = ["clearance"]', NOTHING, 'because = "So it is."'), "because"),
        PLAIN + rule("final", 'tag = ["clearance"]', NOTHING, 'because = { en = "So it is.", lv = "Tā tas ir." }'),
        languages='["en", "lv"]',
    ),
    Case(
        "room-missing",
        "info",
        PLAIN + '[discretion] #!\nstaff = { late = "7 days" }\nowner = { late = "7 days" }\n',
        PLAIN + '[discretion]\nstaff = { late = "7 days" }\nmanager = { late = "7 days" }\nowner = { late = "7 days" }\n',
    ),
    Case("season-over", "info", PLAIN + marked(season("[2026-09-10, 2026-10-01]", "2026-11-20"), "until"),
         PLAIN + season("[2026-09-10, 2026-10-01]", "2026-11-21")),
)  # fmt: skip


def stall(folder: Path, case: Case) -> Path:
    """Write a small shop for a case; its policy stands to be written."""
    (folder / "policies").mkdir(parents=True)
    (folder / "policies/shop.toml").write_text(SHOP.format(languages=case.languages, highest=case.highest))
    if case.items:
        (folder / "policies/items.toml").write_text(case.items)
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Callable[[str, str], tuple[Path, Lint]]:
    """Return a way to lint a policy in a shop of its own."""

    def make(policy: str, code: str = "") -> tuple[Path, Lint]:
        case = next((case for case in CASES if case.code == code), Case("", "", "", ""))
        folder = tmp_path / f"stall-{len(list(tmp_path.iterdir()))}"
        (stall(folder, case) / "policies/returns.toml").write_text(policy)

        def lint(*arguments: str) -> tuple[int, dict[str, Any]]:
            result = call("--shop", str(folder), "--now", NOW, "policy", "lint", "--level", "info", "-f", "json", *arguments)
            return result.code, json.loads(result.out) if result.out else {}

        return folder, lint

    return make


Here = Callable[..., tuple[Path, Lint]]


def checked(folder: Path, example: dict[str, Any]) -> tuple[Result, dict[str, Any]]:
    """Return what `policy check` says of the request in a finding."""
    result = call("--shop", str(folder), "--now", NOW, "policy", "check", "-", stdin=json.dumps(example).encode())
    answer: dict[str, Any] = json.loads(result.out)
    return result, answer


# --- every code ---------------------------------------------------------------------------------------------------------


def test_every_code_has_a_case() -> None:
    assert sorted(case.code for case in CASES) == sorted(CODES)


def test_the_codes_are_those_that_the_help_names() -> None:
    told = call("policy", "lint", "--help").out
    named: dict[str, set[str]] = {}
    level = ""
    for line in re.findall(r"^  (.*)$", told[: told.index("An overlap is")], re.MULTILINE):
        words = line.split()
        level = words[0] if words and words[0] in LEVELS else level if words else ""
        named.setdefault(level, set()).update(word for word in words if word not in LEVELS)
    assert {level: named[level] for level in LEVELS} == {
        level: {case.code for case in CASES if case.level == level} for level in LEVELS
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_it_is_found_in_its_line(here: Here, case: Case) -> None:
    _, lint = here(case.faulty, case.code)
    code, told = lint()
    found = [finding for finding in told["findings"] if finding["code"] == case.code]
    marks = [number for number, line in enumerate(case.faulty.splitlines(), 1) if line.endswith("#!")]
    assert [(each["level"], each["line"], each["file"]) for each in found] == [(case.level, *marks, "policies/returns.toml")]
    assert found[0]["what"]
    assert found[0]["remedy"]
    assert code == (0 if case.level == "info" else 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_mended_form_has_nothing_above_info(here: Here, case: Case) -> None:
    _, lint = here(case.sound, case.code)
    code, told = lint()
    assert (code, told["counts"]["error"], told["counts"]["warning"]) == (0, 0, 0), told["findings"]
    assert case.code not in {finding["code"] for finding in told["findings"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_request_shows_it(here: Here, case: Case) -> None:
    folder, lint = here(case.faulty, case.code)
    found = next(finding for finding in lint()[1]["findings"] if finding["code"] == case.code)
    assert (found["example"] is None) == (case.shows is None)
    if case.shows is not None:
        result, answer = checked(folder, found["example"])
        answer["remedies"] = [remedy["remedy"] for remedy in answer["remedies"]]
        assert {key: answer[key] for key in case.shows} == case.shows, (result, found)


@pytest.mark.parametrize("case", [case for case in CASES if case.shows], ids=lambda case: case.code)
def test_the_command_that_is_told_can_be_run_as_it_stands(here: Here, case: Case) -> None:
    folder, lint = here(case.faulty, case.code)
    told = call("--shop", str(folder), "--now", NOW, "policy", "lint", "--level", "info").out
    found = next(finding for finding in lint()[1]["findings"] if finding["code"] == case.code)
    lines = told.splitlines()
    at = next(number for number, line in enumerate(lines) if line.endswith(f"[{case.code}]"))
    assert lines[at] == f"policies/returns.toml:{found['line']}: {case.level}: {found['what']} [{case.code}]"
    assert lines[at + 1] == f"    {found['remedy']}"
    words = lines[at + 2].split()
    assert words[:3] == ["returnkit", "policy", "check"]
    asked = json.loads(call("--shop", str(folder), "--now", NOW, *words[1:], "-f", "json").out)
    assert asked["rule"] == checked(folder, found["example"])[1]["rule"]


# --- more of what some of them find -------------------------------------------------------------------------------------


def codes(told: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in told["findings"]]


def lines(told: dict[str, Any], code: str) -> list[int]:
    return [finding["line"] for finding in told["findings"] if finding["code"] == code]


@pytest.mark.parametrize(
    "part",
    [
        also("dear", 'price = "from 100", category = ["toys"]', 'unless = { category = ["toys"] }', 'approval = "manager"'),
        season("[2026-11-15, 2026-12-24]", "2027-01-31")
        + "[season.when]\ncategory = ['toys']\n[season.unless]\ncategory = ['toys']\n",
        rule("both", 'within = "10 days", after = "10 days"', EXCHANGE),
        rule("both", 'price = "from 10"', 'unless = { price = ["from 10 under 20", "from 20"] }', EXCHANGE),
        rule("both", 'bought = ["2026-10-10", "2026-10-01"]', EXCHANGE),
    ],
    ids=["overlay", "season", "days", "prices", "purchase"],
)
def test_what_can_never_hold_is_impossible_wherever_it_stands(here: Here, part: str) -> None:
    _, lint = here(PLAIN + part)
    code, told = lint()
    assert (code, codes(told)) == (1, ["impossible"])
    assert lines(told, "impossible") == [len(PLAIN.splitlines()) + 1]


def test_a_gap_of_one_day_and_one_of_one_piece(here: Here) -> None:
    by_days = rule("early", 'within = "13 days"', EXCHANGE) + rule("late", 'after = "14 days", within = "30 days"', EXCHANGE)
    by_pieces = rule("few", 'quantity = "under 5"', EXCHANGE) + rule("many", 'quantity = "from 6"', NOTHING, REASON)
    for text, where in ((by_days, "day 14 lies"), (by_pieces, "quantity from 5 under 6 lies")):
        _, lint = here(PLAIN + text)
        what = [finding["what"] for finding in lint()[1]["findings"] if finding["code"] == "gap"]
        assert len(what) == 1
        assert what[0].startswith(where)


@pytest.mark.parametrize(("last", "found"), [("2026-08-31", ["season-too-early"]), ("2026-09-01", [])])
def test_a_season_is_too_early_that_is_over_before_the_first_day(here: Here, last: str, found: list[str]) -> None:
    told = here(PLAIN + season(f"[2026-08-01, {last}]", "2027-01-31"))[1]()[1]
    assert codes(told) == found


@pytest.mark.parametrize(("between", "found"), [("exchange", []), ("refund", ["gap"]), ("repair", ["gap"])])
def test_a_wide_stretch_is_a_gap_where_it_gives_less(here: Here, between: str, found: list[str]) -> None:
    ends = rule("few", 'quantity = "under 5"', EXCHANGE) + rule("many", 'quantity = "from 8"', EXCHANGE)
    _, lint = here(PLAIN.replace('refund = "14 days", exchange', between) + ends)
    assert [code for code in codes(lint()[1]) if code == "gap"] == found


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("clearance", "clearence", True),
        ("clothes", "cloths", True),
        ("size-38", "size-39", False),
        ("table", "cable", False),
        ("shoe", "shoes", True),
        ("garden", "gardening", False),
        ("trousers", "trainers", False),
    ],
)
def test_names_are_similar_that_differ_by_a_slip(here: Here, one: str, other: str, *, alike: bool) -> None:
    by_category = rule("one", f'category = ["{one}"]', EXCHANGE) + rule("other", f'category = ["{other}"]', NOTHING, REASON)
    by_sku = by_category.replace("category", "sku")
    assert codes(here(PLAIN + by_category)[1]()[1]) == (["similar-names"] if alike else [])
    assert codes(here(PLAIN + by_sku)[1]()[1]) == []


@pytest.mark.parametrize("first_day", ["2026-01-01", "2026-02-01", "2026-04-01", "2026-12-31"])
def test_a_gap_that_months_of_some_length_have_is_seen_from_any_first_day(here: Here, first_day: str) -> None:
    text = PLAIN.replace("2026-09-01", first_day).replace("14 days", "2 months").replace("30 days", "2 months")
    text += rule("early", 'within = "1 month"', 'offer = { refund = "2 months" }')
    _, lint = here(text + rule("late", 'after = "31 days"', 'offer = { refund = "4 months", exchange = "4 months" }'))
    assert [finding["what"][:6] for finding in lint()[1]["findings"] if finding["code"] == "gap"] == ["day 31"]


def test_who_follows_the_advice_has_nothing_more_to_do(here: Here) -> None:
    refusing = PLAIN.replace('{ refund = "14 days", exchange = "30 days" }', '"nothing"')
    toys = rule("toys", 'category = ["toys"]', EXCHANGE)
    told = here(refusing + toys)[1]()[1]["findings"]
    assert [finding["code"] for finding in told] == ["no-reason"]
    assert 'offer = "nothing"' not in told[0]["remedy"]
    assert here(refusing + toys + rule("rest", "", REASON))[1]()[0] == 0


def test_a_rule_that_never_decides_is_named_once(here: Here) -> None:
    below = rule("copy", 'category = ["toys"]', 'restocking-fee = "10 %"', NOTHING)
    _, lint = here(PLAIN + rule("toys", 'category = ["toys"]', EXCHANGE) + below)
    assert [code for code in codes(lint()[1]) if code != "overlap"] == ["never-decides"]


def test_approval_above_an_overlay_is_read(here: Here) -> None:
    text = PLAIN + rule("toys", 'category = ["toys"]', 'approval = "staff"') + "[[also]]\napproval = 'manager'\n"
    assert codes(here(text)[1]()[1]) == []  # with "owner" the answer would be another one


def test_a_room_that_ends_at_nothing_is_of_no_use(here: Here) -> None:
    _, lint = here(PLAIN + '[discretion]\nstaff = { amount = "0.00", late = "7 days" }\n')
    assert [code for code in codes(lint()[1]) if code != "room-missing"] == ["room-useless"]


@pytest.mark.parametrize("less", ['late = "6 days", waive = ["receipt"]', 'late = "7 days"', 'waive = ["receipt"]'])
def test_room_shrinks_in_anything(here: Here, less: str) -> None:
    room = '[discretion]\nstaff = { late = "7 days", waive = ["receipt"] }\nmanager = { LESS }\nowner = { LESS }\n'
    _, lint = here(PLAIN + room.replace("LESS", less))
    assert "room-shrinks" in codes(lint()[1])


def test_nobody_is_missed_where_nobody_is_listed(here: Here) -> None:
    folder, lint = here(PLAIN + '[discretion]\nowner = { late = "7 days" }\n')
    shop = folder / "policies/shop.toml"
    shop.write_text(shop.read_text().partition("[[staff]]")[0])
    assert codes(lint()[1]) == []


def test_an_empty_overlay_with_a_reason_is_there_to_be_read(here: Here) -> None:
    text = PLAIN + also("gift", 'receipt = ["gift"]', 'only = ["refund", "exchange"]')
    assert codes(here(text)[1]()[1]) == ["no-effect"]
    assert codes(here(text + REASON + "\n")[1]()[1]) == []


# --- names that nobody has ----------------------------------------------------------------------------------------------


MAPPING = """schema = 1
[file]
dates = "YYYY-MM-DD hh:mm:ss"
[sale]
receipt-no = "receipt"
time = "time"
sku = "sku"
quantity = "quantity"
paid = "paid"
category = "category"
tags = "tags"
member = "member"
paid-with = "tender"
"""


@pytest.fixture
def sold(here: Here, tmp_path: Path) -> tuple[Path, Lint]:
    """Return a shop with a recorded sale, and a policy that speaks of what was sold."""
    policy = PLAIN + rule("toys", 'category = ["Toys"], member = ["gold"]', EXCHANGE)
    folder, lint = here(policy + rule("card", 'paid-with = ["card"], tag = ["own-brand"]', EXCHANGE))
    (tmp_path / "till.toml").write_text(MAPPING)
    row = "1001,2026-11-02 10:15:00,T1,1,12.50,toys,own-brand,gold,card"
    (tmp_path / "sales.csv").write_text(f"receipt,time,sku,quantity,paid,category,tags,member,tender\n{row}\n")
    done = call(
        "--shop", str(folder), "--now", NOW, "sale", "import", str(tmp_path / "sales.csv"), "--map", str(tmp_path / "till.toml")
    )
    assert done.code == 0, done.err
    return folder, lint


def unknown(told: dict[str, Any]) -> list[str]:
    found = [finding["what"] for finding in told["findings"] if finding["code"] == "unknown-name"]
    return [re.findall(r"“([^”]*)” of", what)[0] for what in found]


def test_names_of_recorded_sales_are_known(sold: tuple[Path, Lint]) -> None:
    _, lint = sold
    assert unknown(lint()[1]) == []


def test_names_that_no_sale_has_are_named_with_the_nearest(sold: tuple[Path, Lint]) -> None:
    folder, lint = sold
    policy = folder / "policies/returns.toml"
    text = policy.read_text()
    for right, wrong in (("Toys", "Toyz"), ("gold", "golden"), ('["card"]', '["cart"]'), ("own-brand", "own-brant")):
        policy.write_text(text.replace(right, wrong, 1))
        name = wrong.strip('["]').casefold()
        assert unknown(lint()[1]) == [name]
        told = next(each for each in lint()[1]["findings"] if each["code"] == "unknown-name")
        assert told["remedy"] == f"did you mean {right.strip(chr(91) + chr(93) + chr(34)).casefold()}?"


def test_names_of_articles_and_of_sales_count_together(sold: tuple[Path, Lint]) -> None:
    folder, lint = sold
    (folder / "policies/items.toml").write_text(TAGGED)
    policy = folder / "policies/returns.toml"
    policy.write_text(policy.read_text().replace('"Toys"', '"toys", "books", "plants"'))
    assert unknown(lint()[1]) == ["plants"]


def test_names_are_not_looked_for_where_nothing_is_known(here: Here) -> None:
    _, lint = here(PLAIN + rule("toys", 'category = ["toys"], member = ["gold"]', EXCHANGE))
    assert codes(lint()[1]) == []


def test_a_damaged_line_of_a_journal_is_passed_over(sold: tuple[Path, Lint]) -> None:
    folder, lint = sold
    journal = next((folder / "records").glob("*/*.jsonl"))
    opened, _, rest = journal.read_bytes().partition(b"\n")
    journal.write_bytes(opened + b'\n{"kind":"sale","lines":[{"category":"plants"\n' + rest)
    assert unknown(lint()[1]) == []


# --- how it is told -----------------------------------------------------------------------------------------------------

TWO = PLAIN + rule(
    "toys", 'category = ["toys"]', 'offer = { refund = "30 days", exchange = "14 days" }', 'restocking-fee = "9.75 %"'
)
SCHEMA = {"code": str, "level": str, "file": str, "line": int, "what": str, "remedy": str}


def test_json_keeps_its_contract(here: Here) -> None:
    folder, lint = here(CASES[1].faulty)
    code, told = lint()
    assert list(told) == ["schema", "policy", "counts", "findings"]
    assert told["schema"] == "returnkit.lint/1"
    assert told["policy"]["file"] == "policies/returns.toml"
    assert told["policy"]["effective"] == "2026-09-01"
    assert re.fullmatch("[0-9a-f]{12}", told["policy"]["sha256"])
    assert told["counts"] == {level: sum(each["level"] == level for each in told["findings"]) for level in LEVELS}
    for finding in told["findings"]:
        assert list(finding) == [*SCHEMA, "example"]
        assert all(isinstance(finding[key], kind) for key, kind in SCHEMA.items())
    assert code == 1
    for language in ("en", "lv"):
        assert lint("--lang", language) == (1, told)
    assert call("--shop", str(folder), "policy", "lint", "-f", "json", "--now", NOW).code == 1


def test_nothing_found_is_told_as_well(here: Here) -> None:
    folder, lint = here(PLAIN)
    assert lint()[1]["findings"] == []
    result = call("--shop", str(folder), "--now", NOW, "policy", "lint")
    assert result == (0, "0 errors, 0 warnings, 0 notes\n", "")


def test_findings_stand_in_the_order_of_the_file(here: Here) -> None:
    found = here(CASES[1].faulty + "[[rule]]\nid = 'x'\nwhen = { tag = ['a'] }\noffer = 'nothing'\n")[1]()[1]["findings"]
    places = [(finding["line"], LEVELS.index(finding["level"])) for finding in found]
    assert len(places) > 2
    assert places == sorted(places)


def test_a_level_hides_what_is_below_it_and_the_sum_says_so(here: Here) -> None:
    folder, _ = here(CASES[1].faulty + 'restocking-fee = "12.75 %"\n')
    counts = "1 error, 1 warning, 1 note"
    shown = {}
    for level in (*LEVELS, ""):
        chosen = ["--level", level] if level else []
        result = call("--shop", str(folder), "--now", NOW, "policy", "lint", *chosen)
        assert result.code == 1
        shown[level] = result.out.count("returns.toml:")
        assert result.out.splitlines()[-1].startswith(counts)
        assert ("(--level info shows them)" in result.out) == (level != "info")
    assert shown == {"error": 1, "warning": 2, "info": 3, "": 2}


def test_a_level_does_not_change_the_exit_code(here: Here) -> None:
    folder, _ = here(TWO)
    assert call("--shop", str(folder), "policy", "lint", "--level", "error").code == 1


def test_what_is_ignored_does_not_count(here: Here) -> None:
    _, lint = here(TWO)
    assert sorted(codes(lint()[1])) == ["fee-rounds", "refund-longer"]
    assert codes(lint("--ignore", "fee-rounds")[1]) == ["refund-longer"]
    code, told = lint("--ignore", "fee-rounds", "--ignore", "refund-longer")
    assert (code, told["findings"], told["counts"]["warning"]) == (0, [], 0)


def test_unknown_codes_and_levels_get_a_hint(here: Here) -> None:
    folder, _ = here(TWO)
    result = call("--shop", str(folder), "policy", "lint", "--ignore", "fee-round")
    assert (result.code, result.out) == (2, "")
    assert "did you mean fee-rounds?" in result.err
    result = call("--shop", str(folder), "policy", "lint", "--level", "warn")
    assert (result.code, result.out) == (2, "")
    assert "did you mean warning?" in result.err


def test_annotations_name_file_line_and_code(here: Here) -> None:
    folder, _ = here(TWO)
    path = os.path.relpath(folder / "policies" / "returns.toml")  # as it is found from where the command was called
    result = call("--shop", str(folder), "--now", NOW, "policy", "lint", "--annotations")
    assert result.code == 1
    assert [line.partition("::")[0] + line.partition("::")[2].partition("::")[0] for line in result.out.splitlines()] == [
        f"warning file={path},line=11,title=refund-longer",
        f"warning file={path},line=12,title=fee-rounds",
    ]


def test_annotations_are_escaped(here: Here) -> None:
    folder, _ = here(PLAIN)
    odd = folder / "policies/odd,name: 5%.toml"
    odd.write_text(TWO.replace('id = "toys"', 'id = "50 %, toys: x::y"'))
    told = call("--shop", str(folder), "--now", NOW, "policy", "lint", "--annotations", "--policy", str(odd)).out
    lines = told.splitlines()
    assert len(lines) == 2
    for line in lines:
        properties, _, text = line.removeprefix("::").partition("::")
        assert "odd%2Cname%3A 5%25.toml" in properties
        assert properties.count(",") == 2
        assert not re.search("%(?!25|0A|0D)", text)
    assert "“50 %25, toys: x::y” gives money back for longer" in lines[0]


def test_annotations_have_a_note_for_what_is_info(here: Here) -> None:
    folder, _ = here(next(case.faulty for case in CASES if case.code == "overlap"))
    result = call("--shop", str(folder), "--now", NOW, "policy", "lint", "--annotations", "--level", "info")
    assert (result.code, result.out.startswith("::notice file=")) == (0, True)


def test_a_file_takes_its_form_from_its_name(here: Here, tmp_path: Path) -> None:
    folder, lint = here(CASES[1].faulty)
    path = tmp_path / "found.csv"
    result = call("--shop", str(folder), "--now", NOW, "policy", "lint", "--level", "info", "-o", str(path))
    assert (result.code, result.out) == (1, "")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = lint()[1]["findings"]
    assert [*rows[0]] == ["level", "code", "file", "line", "what", "remedy", "example"]
    assert [(row["code"], row["line"], row["what"]) for row in rows] == [
        (finding["code"], str(finding["line"]), finding["what"]) for finding in found
    ]
    assert [bool(row["example"]) for row in rows] == [finding["example"] is not None for finding in found]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "md", "html"])
def test_every_form_names_every_finding(here: Here, form: str) -> None:
    folder, _ = here(TWO)
    result = call("--shop", str(folder), "--now", NOW, "policy", "lint", "-f", form)
    assert result.code == 1
    assert all(code in result.out for code in ("refund-longer", "fee-rounds"))


def test_a_policy_that_cannot_be_read_is_no_finding(here: Here) -> None:
    folder, _ = here(PLAIN + "offfer = 3\n")
    result = call("--shop", str(folder), "policy", "lint")
    assert (result.code, result.out) == (3, "")
    assert "returns.toml:8" in result.err


# --- what ships ---------------------------------------------------------------------------------------------------------


def test_the_shop_that_ships_has_nothing_above_info(at: Callable[..., Result]) -> None:
    assert at("policy", "lint").code == 0


# The euro, and the law of the Union with nothing added: the same policy as Germany's, letter by letter.
LIKE_GERMANY = frozenset(["AT", "BE", "BG", "CY", "ES", "FI", "FR", "GR", "IE", "IT", "LT", "LU", "MT", "NL", "PT", "SI", "SK"])


@pytest.mark.parametrize(
    "country", [pytest.param(name, marks=pytest.mark.slow) if name in LIKE_GERMANY else name for name in sorted(USUAL)]
)
def test_the_starter_has_nothing_above_info(tmp_path: Path, country: str) -> None:
    made = call("--now", NOW, "init", str(tmp_path / "new"), "--name", "Rowan", "--country", country)
    assert made.code == 0, made.err
    result = call("--shop", str(tmp_path / "new"), "--now", NOW, "policy", "lint")
    assert result.code == 0, result.out


def test_keys_may_be_spelled_as_the_language_allows(here: Here) -> None:
    """Tables and keys in capitals or with spaces are read (section 4 of the language): lint finds them and their lines."""
    spelled = TWO.replace("[terms]", "[Terms]").replace("[[rule]]", "[[Rule]]").replace("restocking-fee", '"Restocking Fee"')
    plain, odd = here(TWO)[1]()[1]["findings"], here(spelled)[1]()[1]["findings"]
    assert len(odd) > 1
    assert [(each["code"], each["line"]) for each in odd] == [(each["code"], each["line"]) for each in plain]
