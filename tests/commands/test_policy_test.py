"""`policy test`: examples come out as they say, promises hold to their end, and nothing that is not tried is called tried."""

import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from returnkit.policy.examples import examples, promised
from returnkit.policy.read import read_policy
from returnkit.shop import find_shop
from tests.conftest import NOW, REPOSITORY, Result, call

At = Callable[..., Result]
POLICY = """schema = 1
effective = 2026-01-01
[terms]
offer = {{ refund = "30 days" }}
receipt = "not needed"
condition = "any"
[[rule]]
id = "toys"
when = {{ category = ["toys"]{more} }}
offer = {{ refund = "{days} days" }}
"""


def results(at: At, *arguments: str) -> dict[str, Any]:
    result = at("policy", "test", "-f", "json", *arguments)
    assert result.code in (0, 1), result.err
    found: dict[str, Any] = json.loads(result.out)
    assert found["passed"] == (result.code == 0)
    return found


def test_the_sample_shops_cases_pass(at: At) -> None:
    found = results(at)
    assert (found["passed"], found["broken"]) == (True, [])
    assert len(found["cases"]) >= 14
    assert found["coverage"]["rule"] == 80.0
    assert 0 < found["coverage"]["percent"] < 100


def test_the_starters_cases_pass(tmp_path: Path) -> None:
    call("--now", NOW, "init", str(tmp_path), "--name", "Rowan", "--country", "LV")
    assert call("--shop", str(tmp_path), "--now", NOW, "policy", "test").code == 0


def test_a_case_that_fails_says_how(at: At, shop: Path) -> None:
    cases = shop / "policies/returns.cases.toml"
    wrong = 'until = 2026-09-20, amount = "19.90"'
    cases.write_text(cases.read_text().replace('until = "2026-09-21", amount = "29.90"', wrong, 1))
    result = at("policy", "test")
    assert result.code == 1
    assert "returns.cases.toml:4: A toy, as new, on the last day of the two weeks" in result.out
    assert 'until: expected 2026-09-20, got "2026-09-21"' in result.out
    assert 'amount: expected "19.90", got "29.90"' in result.out
    assert [case["line"] for case in results(at)["cases"] if not case["passed"]] == [4]


def test_facts_that_cannot_be_read_fail_their_case_alone(at: At, shop: Path) -> None:
    cases = shop / "policies/returns.cases.toml"
    odd = '\n[[case]]\nname = "odd"\ngiven = { colour = "red" }\nexpect = { answer = "yes" }\n'
    cases.write_text(cases.read_text() + odd)
    wrong = [case for case in results(at)["cases"] if not case["passed"]]
    assert [(case["name"], "is not a fact" in case["differences"][0]) for case in wrong] == [("odd", True)]


def test_mistakes_in_the_cases_are_named_at_once(at: At, shop: Path) -> None:
    first, second = 'name = "a"\ngiven = {}', 'nmae = "b"\ngiven = { sku = "x" }\nexpect = { anser = "yes" }'
    (shop / "policies/returns.cases.toml").write_text(f"schema = 1\n[[case]]\n{first}\n[[case]]\n{second}\n")
    result = at("policy", "test")
    assert result.code == 3
    assert all(word in result.err for word in ("has no facts", "nmae", "anser", "did you mean answer?"))


def test_coverage_is_what_the_cases_try(at: At, shop: Path) -> None:
    draft, cases = shop / "draft.toml", shop / "draft.cases.toml"
    draft.write_text(POLICY.format(more="", days=14))

    def case(category: str, on: str) -> str:
        given = f'{{ category = "{category}", bought = "2026-03-01", on = "{on}", price = "10.00", channel = "store" }}'
        rule = "toys" if category == "toys" else "terms"
        return f'[[case]]\nname = "{category} {on}"\ngiven = {given}\nexpect = {{ rule = "{rule}" }}\n'

    def percent(*wanted: tuple[str, str]) -> tuple[float, int]:
        cases.write_text("schema = 1\n" + "".join(case(*each) for each in wanted))
        found = results(at, "--policy", "draft.toml")["coverage"]
        return found["percent"], len(found["missing"])

    # Two rules, one condition both ways, two windows with two days each: eight things.
    assert percent(("toys", "2026-03-02")) == (25.0, 6)
    assert percent(("toys", "2026-03-15")) == (37.5, 5)
    whole = [("toys", "2026-03-15"), ("toys", "2026-03-16"), ("books", "2026-03-31"), ("books", "2026-04-01")]
    assert percent(*whole[:3]) == (87.5, 1)
    assert at("policy", "test", "--policy", "draft.toml", "--threshold", "87.6").code == 1
    assert at("policy", "test", "--policy", "draft.toml", "--threshold", "87.5").code == 0
    assert percent(*whole) == (100.0, 0)


def test_a_rule_that_takes_over_before_the_last_day_breaks_a_promise(at: At, shop: Path) -> None:
    """A window of 60 days whose rule holds within 29: on the last day another rule decides, and that one knows no refund."""
    draft = shop / "draft.toml"
    draft.write_text(POLICY.format(more=', within = "29 days"', days=60).replace('refund = "30 days"', 'exchange = "30 days"'))
    (shop / "draft.cases.toml").write_text('schema = 1\n[[case]]\ngiven = { category = "toys" }\nexpect = { answer = "ask" }\n')
    result = at("policy", "test", "--policy", "draft.toml")
    assert result.code == 1
    assert "a broken promise: toys promises refund until" in result.out
    assert "not ok 2 - toys keeps its promise: refund" in at("policy", "test", "--policy", "draft.toml", "--tap", "-").out
    draft.write_text(POLICY.format(more=', within = "60 days"', days=60))
    assert results(at, "--policy", "draft.toml")["broken"] == []


def test_what_is_not_tried_is_proposed_and_then_tried(at: At, shop: Path) -> None:
    cases = shop / "policies/returns.cases.toml"
    before = cases.read_text()
    assert at("policy", "test", "--write").code == 0
    after = cases.read_text()
    assert after.startswith(before)
    found = results(at)
    assert found["passed"]
    assert found["coverage"]["boundary"] == 100.0
    assert not [point for point in found["coverage"]["missing"] if point["what"] == "decides"]
    assert at("policy", "test", "--write").code == 0
    assert cases.read_text() == after, "what is tried is not proposed again"


def test_junit_and_tap(at: At, shop: Path) -> None:
    assert at("policy", "test", "--junit", "results.xml", "--tap", "results.tap").code == 0
    suite = ET.fromstring((shop / "results.xml").read_text())  # noqa: S314 - our own
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("14", "0")
    tap = (shop / "results.tap").read_text().splitlines()
    assert tap[:2] == ["TAP version 13", "1..14"]
    assert all(line.startswith(f"ok {number} - ") for number, line in enumerate(tap[2:], 1))
    cases = shop / "policies/returns.cases.toml"
    cases.write_text(cases.read_text().replace('answer = "ask"', 'answer = "no"'))
    result = at("policy", "test", "--junit", "-")
    assert result.code == 1
    (failed,) = [case for case in ET.fromstring(result.out) if len(case)]  # noqa: S314 - our own
    assert 'answer: expected "no", got "ask"' in str(failed[0].text)


@pytest.mark.parametrize("number", range(1, 32, 2))
def test_every_rule_of_a_real_policy_is_reached(shared: Path, number: int) -> None:
    (file,) = (shared / "policies").glob(f"{number:02}-*.toml")
    shop = find_shop(str(REPOSITORY))
    policy = read_policy(file.read_bytes(), file.name, shop.roles, "EUR")
    setting = shop.setting((policy,))
    found = examples(policy, setting, "LV")
    assert set(found) == {rule.id for rule in policy.rules}
    around = promised(policy, setting, found)
    assert len(around) == 3 * len({(each.rule, each.remedy) for each in around}) > 0
    assert all(each.kept for each in around)


def test_a_file_that_is_named_must_be_there(at: At) -> None:
    result = at("policy", "test", "mine.cases.toml")
    assert (result.code, "there is no such file" in result.err) == (2, True)


def test_a_policy_that_speaks_of_very_much_is_not_waited_for(at: At, shop: Path) -> None:
    """Twelve facts with a dozen values each have more combinations than there is time."""
    facts = ("sku", "category", "tag", "reason", "member", "paid-with", "seller", "country")
    names = [f"name-{number}" for number in range(12)]
    rules = "".join(f'[[rule]]\nid = "of-{fact}"\nwhen = {{ {fact} = {json.dumps(names)} }}\n' for fact in facts)
    rules += "".join(
        f'[[rule]]\nid = "{name}"\nwhen = {{ {", ".join(f"{fact} = [{name!r}]" for fact in facts)} }}\n' for name in names
    )
    (shop / "draft.toml").write_text(f'schema = 1\neffective = 2026-01-01\n[terms]\noffer = {{ refund = "30 days" }}\n{rules}')
    began = time.process_time()
    assert at("policy", "test", "--policy", "draft.toml").code == 0
    assert time.process_time() - began < 20


def test_no_cases_at_all(at: At, shop: Path) -> None:
    (shop / "policies/returns.cases.toml").unlink()
    result = at("policy", "test")
    assert result.code == 0
    assert "0.0 % of the policy is tried" in result.out
    assert at("policy", "test", "--threshold", "1").code == 1
    assert at("policy", "test", "--write").code == 0
    found = results(at)
    assert (found["passed"], len(found["cases"]) > 10) == (True, True)
