import json
from collections.abc import Callable

import pytest

from tests.conftest import Result

At = Callable[..., Result]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--category", "toys", "--on", "2026-10-01"],
            "money back within 14 days (until 15 October 2026); exchange within 30 days (until 31 October 2026);",
        ),
        (["--category", "toys"], "If you change your mind: money back, exchange or store credit until 1 February 2027."),
        (["--sku", "MA-250", "--on", "2026-11-20"], "money back within 14 days (until 4 December 2026)"),
        (["--sku", "MA-210"], "This one was made for you alone. If anything is wrong with it: repair"),
        (
            ["--category", "clothes", "--channel", "online", "--on", "2026-10-01"],
            "money back within 14 days; exchange within 30 days, counted from the day the last item",
        ),
    ],
)
def test_while_selling(at: At, arguments: list[str], said: str) -> None:
    result = at("policy", "say", *arguments, "--lang", "en")
    assert result.code == 0
    assert said in result.out


def test_while_selling_what_an_opened_box_changes(at: At) -> None:
    kettle = at("policy", "say", "--sku", "EL-301", "--on", "2026-10-01", "--lang", "en").out
    assert "Once opened: money back or exchange within 14 days (until 15 October 2026)." in kettle
    assert "a restocking fee of 10%" in kettle
    toothbrush = at("policy", "say", "--sku", "EL-310", "--on", "2026-10-01", "--lang", "en").out
    assert "as long as it stays unopened" in toothbrush
    dear = at("policy", "say", "--sku", "RO-402", "--price", "350", "--on", "2026-10-01", "--lang", "en").out
    assert "The manager agrees to it first." in dear
    faulty = at("policy", "say", "--sku", "RO-402", "--reason", "faulty", "--on", "2026-10-01", "--lang", "en").out
    assert faulty.startswith("If anything is wrong with it: repair")


def test_while_selling_a_trial_that_opens_later(at: At) -> None:
    from pathlib import Path

    policy = 'schema = 1\neffective = 2026-01-01\n[terms]\noffer = { refund = "30 to 100 days" }\ncondition = "worn"\n'
    Path("trial.toml").write_text(policy)
    said = at("policy", "say", "--category", "beds", "--policy", "trial.toml", "--on", "2026-10-01", "--lang", "en").out
    assert "money back from day 30 to day 100" in said


def test_while_selling_on_line_in_a_season(at: At) -> None:
    said = at("policy", "say", "--category", "clothes", "--channel", "online", "--lang", "en").out
    assert said == "If you change your mind: money back or exchange at least until 1 February 2027.\n"


def test_while_selling_in_latvian(at: At) -> None:
    result = at("policy", "say", "--category", "toys", "--on", "2026-10-01")
    assert "14 dienu laikā (līdz 2026. gada 15. oktobrim)" in result.out
    assert "čeku" in result.out


def test_while_answering_it_is_the_sentence_and_the_code_of_check(at: At) -> None:
    facts = ["--category", "toys", "--bought", "2026-11-10", "--condition", "opened", "--price", "300.00"]
    facts += ["--receipt", "yes", "--reason", "not-said", "--channel", "store", "--lang", "en"]
    said = at("policy", "say", *facts)
    assert said.code == 4
    assert "Mārtiņš" in said.out
    assert said.out.strip() in at("policy", "check", *facts).out
    assert json.loads(at("policy", "say", *facts, "-f", "json").out)["say"] == said.out.strip()


def test_a_refusal_says_what_is_possible(at: At) -> None:
    facts = ["--category", "clothes", "--bought", "2026-10-01", "--condition", "opened", "--receipt", "no", "--price", "500.00"]
    facts += ["--reason", "not-said", "--channel", "store", "--lang", "en"]
    policy = 'schema = 1\neffective = 2026-01-01\n[terms]\noffer = { exchange = "90 days" }\n'
    from pathlib import Path

    Path("strict.toml").write_text(policy)
    said = at("policy", "say", *facts, "--policy", "strict.toml")
    assert said.code == 1
    assert "with the receipt or another proof of purchase" in said.out.lower()
    assert "exchange it for something else until 30 December 2026" in said.out
