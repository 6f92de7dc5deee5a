import json
from collections.abc import Callable

from tests.conftest import Result

At = Callable[..., Result]

LATE = ["--category", "clothes", "--bought", "2026-09-02", "--condition", "worn", "--receipt", "yes", "--price", "400.00"]
LATE += ["--reason", "not-said", "--channel", "store", "--lang", "en"]


def test_every_part_that_was_looked_at_stands_with_its_values(at: At) -> None:
    result = at("policy", "explain", *LATE)
    assert result.code == 4
    for line in (
        "Ask Ilze",
        "Rule faulty: does not apply",
        "The general terms: decides",
        "  ✗ money back: until 16 September 2026 (within 14 days, counted from the day of purchase)",
        "  ✗ condition: neither used nor damaged (here: used)",
        "  ✓ receipt: any proof of purchase (here: with the receipt)",
        "Overlay dear: applies",
    ):
        assert line in result.out, line


def test_what_would_have_made_it_a_yes(at: At) -> None:
    result = at("policy", "explain", *LATE[:-2], "-f", "json")
    decision = json.loads(result.out)
    assert decision["answer"] == "manager"
    changes = {
        (change["fact"], change["value"]): [remedy["remedy"] for remedy in change["remedies"]] for change in decision["yes_if"]
    }
    assert changes["reason", "faulty"] == ["repair", "replacement", "refund"]
    assert changes["role", "owner"] == ["refund", "exchange", "store-credit"]
    assert ("on", "2026-09-16") not in changes  # in time, but still worn


def test_asking_earlier_is_named_where_it_alone_would_have_helped(at: At) -> None:
    arguments = ["--category", "clothes", "--bought", "2026-09-02", "--condition", "opened", "--receipt", "yes"]
    arguments += ["--price", "40.00", "--reason", "not-said", "--channel", "store"]
    decision = json.loads(at("policy", "explain", *arguments, "-f", "json").out)
    days = [change["value"] for change in decision["yes_if"] if change["fact"] == "on"]
    assert days == ["2026-11-02", "2026-10-02", "2026-09-16"]  # 1 November is a Sunday
    text = at("policy", "explain", *arguments, "--lang", "en").out
    assert "Asked until 2 November 2026" in text


def test_explain_as_csv_has_a_row_for_each_condition(at: At) -> None:
    result = at("policy", "explain", *LATE, "-f", "csv")
    rows = result.out.splitlines()
    assert rows[0] == '"part","kind","fact","want","value","held"'
    assert '"terms","window","refund","14 days from purchase","2026-11-21","false"' in rows
