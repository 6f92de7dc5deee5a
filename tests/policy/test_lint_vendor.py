"""The sample policy of a rule engine's vendor, with its measured faults, in our language: lint names what can still be said.

The vendor's tables refuse a return on day 30 (rules for "< 30" and "> 30"), accept damaged goods for ever (the row that ends
it is never reached), have an input that nobody reads, pay out 76.4915 and accept a return before the sale.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result

At = Callable[..., Result]

FAULTY = """schema = 1
effective = 2026-09-01

[terms]
offer = { refund = "90 days" }
receipt = "not needed"
condition = "any"

[[rule]]
id = "change-of-mind"
when = { reason = ["changed-mind"], within = "29 days" }
offer = { refund = "30 days" }
restocking-fee = "15 %"

[[rule]]
id = "late"
when = { reason = ["changed-mind"], after = "30 days", within = "60 days" }
offer = { store-credit = "60 days" }

[[rule]]
id = "damaged"
when = { reason = ["damaged"] }
offer = { refund = "unlimited" }

[[rule]]
id = "expired"
when = { reason = ["damaged"], after = "60 days" }
offer = "nothing"
because = { lv = "Sešdesmit dienas ir pagājušas.", en = "The sixty days are over." }

[[rule]]
id = "ineligible-other"
offer = "nothing"
"""

SOUND = """schema = 1
effective = 2026-09-01

[terms]                           # a change of mind
offer = { refund = "30 days", store-credit = "60 days" }
receipt = "not needed"
condition = "any"
restocking-fee = "15 %"

[[rule]]
id = "ineligible-other"
unless = { reason = ["changed-mind", "damaged"] }
offer = "nothing"
because = { lv = "Pieņemam atpakaļ divu iemeslu dēļ.", en = "We take goods back for two reasons." }

[[rule]]
id = "damaged"
when = { reason = ["damaged"] }
offer = { refund = "60 days" }
restocking-fee = "0 %"
"""

BUNDLED = """schema = 1
[[case]]
name = "day 25, damaged"
given = { reason = "damaged", bought = "2026-10-01", on = "2026-10-26", price = "89.99" }
expect = { answer = "yes", remedies = ["refund"], amount = "89.99" }
"""


Vendor = Callable[[str], tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def vendor(shop: Path, at: At) -> Vendor:
    """Return a way to lint one of the forms, in a shop that does not say what it sells."""
    (shop / "policies/items.toml").unlink()

    def lint(text: str) -> tuple[int, list[dict[str, Any]]]:
        (shop / "vendor.toml").write_text(text)
        result = at("policy", "lint", "--policy", str(shop / "vendor.toml"), "--level", "info", "-f", "json")
        found: list[dict[str, Any]] = json.loads(result.out)["findings"]
        return result.code, found

    return lint


def line_of(text: str, part: str, start: str) -> int:
    """Return the number of the first line that begins so in a part of the file, which begins with another line."""
    lines = text.splitlines()
    first = lines.index(part)
    return next(at for at, line in enumerate(lines[first:], first + 1) if line.startswith(start))


def asked(at: At, shop: Path, bought: str, on: str, reason: str) -> tuple[int, dict[str, Any]]:
    arguments = ["--bought", bought, "--on", on, "--reason", reason, "--price", "89.99", "--policy", str(shop / "vendor.toml")]
    result = at("policy", "check", *arguments, "-f", "json")
    decision: dict[str, Any] = json.loads(result.out) if result.out else {}
    return result.code, decision


def test_the_form_has_the_vendors_faults(at: At, shop: Path) -> None:
    (shop / "vendor.toml").write_text(FAULTY)
    days = {29: "2026-10-30", 30: "2026-10-31", 31: "2026-11-01"}
    codes = {day: asked(at, shop, "2026-10-01", on, "changed-mind")[0] for day, on in days.items()}
    assert codes == {29: 0, 30: 1, 31: 0}
    assert asked(at, shop, "2026-10-01", days[30], "changed-mind")[1]["rule"] == "ineligible-other"
    for on in ("2026-12-01", "2027-11-05", "2036-09-28"):  # day 61, 400 and 3650
        assert asked(at, shop, "2026-10-01", on, "damaged")[0] == 0
    for knob in ("14 days", "90 days"):
        (shop / "vendor.toml").write_text(FAULTY.replace("90 days", knob))
        assert asked(at, shop, "2026-10-01", "2026-11-15", "too-big")[0] == 1


def test_every_fault_that_can_be_said_is_named_with_its_line(vendor: Vendor) -> None:
    code, found = vendor(FAULTY)
    assert code == 1
    assert {(each["code"], each["line"]) for each in found if each["level"] != "info"} == {
        ("gap", line_of(FAULTY, 'id = "late"', "when")),
        ("cut-short", line_of(FAULTY, 'id = "change-of-mind"', "offer")),
        ("never-decides", line_of(FAULTY, 'id = "expired"', "id") - 1),
        ("unread-key", line_of(FAULTY, "[terms]", "offer")),
        ("no-reason", line_of(FAULTY, 'id = "ineligible-other"', "id") - 1),
    }


def test_what_is_said_of_each_fault_points_at_it(vendor: Vendor) -> None:
    what = {each["code"]: each for each in reversed(vendor(FAULTY)[1])}
    assert "day 30 lies between what “change-of-mind” and “late” speak of" in what["gap"]["what"]
    assert (what["gap"]["example"]["bought"], what["gap"]["example"]["on"]) == ("2026-09-01", "2026-10-01")
    assert "“change-of-mind” promises refund for longer than it is kept" in what["cut-short"]["what"]
    assert "“expired” never decides: “damaged” always does so before it" in what["never-decides"]["what"]
    assert what["never-decides"]["example"]["reason"] == "damaged"
    assert "“ineligible-other” offers nothing, and says no reason" in what["no-reason"]["what"]
    assert "nothing reads offer of [terms]" in what["unread-key"]["what"]


def test_goods_that_come_back_for_ever_are_found_in_the_rule_that_should_end_it(vendor: Vendor) -> None:
    mended = FAULTY.replace('offer = { refund = "unlimited" }', 'offer = { refund = "60 days" }')
    assert "never-decides" in {each["code"] for each in vendor(mended)[1]}
    moved = mended.replace('when = { reason = ["damaged"] }', 'when = { reason = ["damaged"], within = "60 days" }')
    assert "never-decides" not in {each["code"] for each in vendor(moved)[1]}


def test_the_sound_form_is_silent(vendor: Vendor) -> None:
    assert vendor(SOUND) == (0, [])


def test_the_sound_form_says_what_the_faulty_one_meant(at: At, shop: Path) -> None:
    (shop / "vendor.toml").write_text(SOUND)
    expected = {
        ("2026-10-31", "changed-mind"): ["refund", "store-credit"],  # day 30
        ("2026-11-01", "changed-mind"): ["store-credit"],
        ("2026-11-30", "damaged"): ["refund"],  # day 60
        ("2026-12-01", "damaged"): [],
        ("2026-10-02", "too-big"): [],
    }
    for (on, reason), remedies in expected.items():
        decision = asked(at, shop, "2026-10-01", on, reason)[1]
        assert [remedy["remedy"] for remedy in decision["remedies"]] == remedies, (on, reason)


def test_a_return_before_the_sale_cannot_be_asked_for(at: At, shop: Path) -> None:
    (shop / "vendor.toml").write_text(FAULTY)
    assert asked(at, shop, "2026-10-06", "2026-10-01", "changed-mind")[0] == 2


def test_an_amount_is_whole_cents(at: At, shop: Path) -> None:
    (shop / "vendor.toml").write_text(FAULTY)
    decision = asked(at, shop, "2026-10-01", "2026-10-02", "changed-mind")[1]
    assert [remedy["amount"] for remedy in decision["remedies"]] == ["76.50"]  # the vendor's: 76.4915


def run_cases(at: At, shop: Path, policy: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    (shop / "vendor.toml").write_text(policy)
    (shop / "vendor.cases.toml").write_text(BUNDLED)
    result = at("policy", "test", "--policy", str(shop / "vendor.toml"), "-f", "json", *arguments)
    return result.code, json.loads(result.out)


def test_the_vendors_one_test_passes_over_the_faulty_form(at: At, shop: Path) -> None:
    silent = FAULTY.replace('offer = { refund = "30 days" }', 'offer = { refund = "29 days" }')  # as if nothing was advertised
    code, found = run_cases(at, shop, silent)
    assert (code, found["passed"], [case["passed"] for case in found["cases"]]) == (0, True, [True])
    assert run_cases(at, shop, silent, "--threshold", "100")[0] == 1


def test_the_advertised_last_day_is_a_broken_promise(at: At, shop: Path) -> None:
    code, found = run_cases(at, shop, FAULTY)
    assert (code, [case["passed"] for case in found["cases"]]) == (1, [True])
    assert [told.split(" promises")[0] for told in found["broken"]] == ["change-of-mind"]


def test_the_sound_form_keeps_what_it_promises(at: At, shop: Path) -> None:
    assert run_cases(at, shop, SOUND)[0] == 0
