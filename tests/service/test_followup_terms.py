"""policies/followups.toml: what is read, and every mistake on its line."""

import pytest

from returnkit.errors import UnreadableError
from returnkit.model.dates import Span
from returnkit.service.followup_terms import FollowUpTerms, read_followup_terms

ROLES = ("staff", "manager", "owner")
STAFF = {"Ilze": "owner", "Mārtiņš": "manager"}


def read(text: str) -> FollowUpTerms:
    return read_followup_terms(text.encode(), "followups.toml", ROLES, STAFF, "EUR")


def test_what_a_shop_writes_is_read() -> None:
    terms = read(
        """
schema = 1
again = "6 months"
let-go = "3 weeks"
[[follow-up]]
id = "After trouble"
after = "complaint"
when = { severity = ["high"], category = "Delivery" }
in = "2 days"
ask = { en = "Are you happy?" }
to = "mārtiņš"
[[follow-up]]
id = "big"
after = "sale"
from = "99.50"
in = "2 weeks"
survey = "Short"
[remind]
before = "90 minutes"
silent = "3 days"
"""
    )
    trouble, big = terms.rules
    assert (trouble.id, trouble.after, trouble.to, trouble.wait) == ("after-trouble", "complaint", "Mārtiņš", Span(0, 2))
    assert trouble.when == {"severity": frozenset({"high"}), "category": frozenset({"delivery"})}
    assert (big.paid, big.survey, big.ask) == (9950, "short", {})
    assert (terms.again, terms.let_go, terms.remind.before, terms.remind.silent) == (Span(6, 0), Span(0, 21), 90, Span(0, 3))
    assert terms.remind.unclosed == FollowUpTerms().remind.unclosed


def test_the_first_rule_that_holds_decides() -> None:
    terms = read(
        """
schema = 1
[[follow-up]]
id = "a"
after = "sale"
when = { tag = "clearance" }
in = "1 day"
ask = "a"
[[follow-up]]
id = "b"
after = "sale"
from = "100.00"
in = "1 day"
ask = "b"
[[follow-up]]
id = "c"
after = "sale"
in = "1 day"
ask = "c"
"""
    )

    def rule(paid: int, *tags: str) -> str:
        found = terms.rule("sale", {"tag": tags}, paid)
        return found.id if found else ""

    assert [rule(10000, "clearance"), rule(10000), rule(9999, "gift"), rule(9999)] == ["a", "b", "c", "c"]
    assert terms.rule("return", {}, 10**6) is None


@pytest.mark.parametrize(
    ("line", "what", "number"),
    [
        ('agian = "3 months"', "agian", 2),
        ('again = "soon"', "again", 2),
        ('[[follow-up]]\nafter = "sale"\nin = "1 day"\nask = "?"', "id is missing", 2),
        ('[[follow-up]]\nid = "a"\nafter = "sale"\nask = "?"', "in is missing", 2),
        ('[[follow-up]]\nid = "a"\nafter = "sale"\nin = "1 day"', "nothing to ask", 2),
        ('[[follow-up]]\nid = "a"\nafter = "refund"\nin = "1 day"\nask = "?"', "after", 4),
        ('[[follow-up]]\nid = "a"\nafter = "sale"\nin = "1 day"\nask = "?"\nto = "Anna"', "to", 7),
        ('[[follow-up]]\nid = "a"\nafter = "sale"\nin = "1 day"\nask = "?"\nwhen = { reason = "x" }', "a sale has no reason", 7),
        ('[[follow-up]]\nid = "a"\nafter = "complaint"\nin = "1 day"\nask = "?"\nwhen = { channel = "pigeon" }', "pigeon", 7),
        ('[[follow-up]]\nid = "a"\nafter = "complaint"\nin = "1 day"\nask = "?"\nfrom = "5.00"', "nothing is paid", 7),
        ('[[follow-up]]\nid = "a"\nafter = "sale"\nin = "1 day"\nask = "?"\nfrom = 5.00', "from", 7),
        ('[remind]\nbefore = "2 days"', "before", 3),
        ("[remind]\nlaw = 3", "law", 3),
    ],
)  # fmt: skip
def test_every_mistake_is_named_on_its_line(line: str, what: str, number: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(f"schema = 1\n{line}\n")
    found = [(problem.what, problem.line) for problem in caught.value.problems]
    assert any(what in told and at == number for told, at in found), found


def test_an_id_stands_once() -> None:
    rule = '[[follow-up]]\nid = "a"\nafter = "sale"\nin = "1 day"\nask = "?"\n'
    with pytest.raises(UnreadableError) as caught:
        read(f"schema = 1\n{rule}{rule}")
    assert [(problem.what, problem.line) for problem in caught.value.problems] == [("a stands twice", 8)]
