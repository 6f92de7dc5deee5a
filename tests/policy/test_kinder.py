"""`kinder = "applies"`: a newer policy judges an earlier purchase where it is kinder, and only there."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from returnkit.policy.compile import compile_versions
from returnkit.policy.decide import Decision, Setting, decide
from returnkit.policy.facts import ASKED
from returnkit.policy.judge import Judge
from returnkit.policy.kinder import Given, is_kinder
from returnkit.policy.language import Policy
from tests import oracle, strategies
from tests.conftest import Result, examples
from tests.policy.test_against_oracle import as_oracle_says, comparable, facts_of, policy_of, setting_of
from tests.test_house import CHECK, loaded

At = Callable[..., Result]
Raw = dict[str, Any]
History = list[tuple[str, Raw]]

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# No shrinking: the oracle tries every day for every step of it.
slow = settings(thorough, max_examples=examples(30), phases=[Phase.explicit, Phase.generate])


@st.composite
def cases(draw: st.DrawFn, known: int | None = None, limit: int = 400, most: int = 3) -> tuple[History, Raw, Raw]:
    """Draw versions of a policy, a request and a shop; by default now more, now less is told. Most were bought earlier."""
    history = draw(strategies.histories(most))
    known = draw(st.sampled_from([50, 85, 95, 30])) if known is None else known
    # A fact that any of them turns on is told or tried.
    every: Raw = {**history[-1][1]}
    for kind in ("rule", "also", "season"):
        parts = [part for _, raw in history for part in raw.get(kind, [])]
        every |= {kind: parts} if parts else {}
    if any(rule.clock != "purchase" for _, raw in history for rule in oracle.read(raw).rules):
        every["terms"] = {**every["terms"], "counts-from": "delivery"}
    facts = draw(strategies.requests(every, known, limit))
    if facts.get("bought") and strategies.chance(draw, 80):
        facts["on"] = max(facts["on"], date(2026, 11, 15))
        facts["bought"] = date(2026, 11, 14) - timedelta(days=draw(st.sampled_from([*range(12), *range(5), 20, 29, 60])))
        if facts.get("delivered"):
            facts["delivered"] = facts["bought"] + timedelta(days=draw(st.integers(0, 12)))
    return history, facts, draw(strategies.shops())


def versions_of(history: History, setting: Setting) -> tuple[Policy, ...]:
    return tuple(policy_of(text, setting) for text, _ in history)


@thorough
@given(cases(known=100, limit=1))
def test_the_kindest_judges_as_the_oracle_says(case: tuple[History, Raw, Raw]) -> None:
    history, facts, shop = case
    setting = setting_of(shop)
    versions, read = versions_of(history, setting), facts_of(facts, setting.roles)
    decision = Judge(versions, setting).decide(read)
    policy, wanted = oracle.who_judges([oracle.read(raw) for _, raw in history], facts, shop)
    assert decision.policy is not None
    assert decision.policy.effective == policy.effective.toordinal()
    assert comparable(as_oracle_says(decision, setting)) == comparable(wanted)


@thorough
@given(cases(known=100, limit=1))
def test_compiled_and_explaining_decision_agree_on_who_judges(case: tuple[History, Raw, Raw]) -> None:
    history, facts, shop = case
    setting = setting_of(shop)
    versions, read = versions_of(history, setting), facts_of(facts, setting.roles)
    slow = decide(versions, read, setting)
    outcome, rule, lasts = compile_versions(versions, setting)(*read)
    assert (slow.answer, slow.who, slow.exception) == outcome[:3]
    assert (tuple(remedy.remedy for remedy in slow.remedies), slow.rule) == (outcome[3], rule)
    assert tuple(remedy.until for remedy in slow.remedies) == lasts
    if slow.remedies:
        assert slow.terms is not None
        assert (slow.fee, slow.value, slow.terms.refund_to, slow.terms.return_to) == outcome[4:]


def check_against_brute_force(decision: Decision, verdict: Raw, setting: Setting) -> None:
    if decision.question is None:
        assert verdict["agreed"], "answered, although unknown facts could change it"
        said = as_oracle_says(decision, setting)
        said["return_to"] = said["return_to"] if decision.remedies else {}
        remedies = [(remedy.remedy, None) for remedy in decision.remedies]
        assert oracle.outcome({**said, "remedies": remedies}) == verdict["outcome"]
        assert dict(said["remedies"]) == {name: until and until.isoformat() for name, until in verdict["until"].items()}
        assert decision.rule == verdict["rule"]
    else:
        assert not verdict["agreed"], "asked, although nothing unknown could change the answer"
        fact = decision.question.fact
        assert fact in verdict["can_change"]
        assert fact == min(verdict["counts"], key=lambda name: (verdict["counts"][name], ASKED.index(name)))


@thorough
@given(cases())
def test_answers_or_asks_as_brute_force_does(case: tuple[History, Raw, Raw]) -> None:
    history, facts, shop = case
    setting = setting_of(shop)
    decision = Judge(versions_of(history, setting), setting).decide(facts_of(facts, setting.roles))
    check_against_brute_force(decision, oracle.verdict([raw for _, raw in history], facts, shop), setting)


@st.composite
def day_cases(draw: st.DrawFn, kinds: tuple[str, ...] = ("bought", "delivered", "both", "both")) -> tuple[History, Raw, Raw]:
    """Draw a case in which all is as good as can be, but nobody knows when it was bought, delivered, or either."""
    history = draw(strategies.rivals())
    on = date(2026, 11, 15) + timedelta(days=draw(st.sampled_from([*range(12), 20, 105, 110])))
    facts: Raw = {fact: draw(st.sampled_from([*strategies.NAMES[fact.replace("_", "-")], "x"])) for fact in oracle.OPEN_NAMES}
    facts |= {"on": on, "channel": draw(st.sampled_from(["store", "online", None])), "price": Decimal(10)}
    facts |= {"receipt": "yes", "condition": "unopened"}
    kind = draw(st.sampled_from(kinds))
    if kind == "delivered":
        facts["bought"] = on - timedelta(days=draw(st.integers(0, 20)))
    if kind == "bought":
        facts["delivered"] = on - timedelta(days=draw(st.integers(0, 20)))
    return history, facts, draw(strategies.shops())


@slow
@given(day_cases())
def test_unknown_days_are_told_apart_where_the_kinder_policy_changes(case: tuple[History, Raw, Raw]) -> None:
    history, facts, shop = case
    setting, raws = setting_of(shop), [raw for _, raw in history]
    decision = Judge(versions_of(history, setting), setting).decide(facts_of(facts, setting.roles))
    check_against_brute_force(decision, oracle.verdict(raws, facts, shop), setting)


@thorough
@given(day_cases(("bought", "delivered")))
def test_every_day_leads_where_the_question_says(case: tuple[History, Raw, Raw]) -> None:
    history, facts, shop = case
    setting, policies = setting_of(shop), [oracle.read(raw) for _, raw in history]
    facts |= {"channel": facts["channel"] or "online"}
    question = Judge(versions_of(history, setting), setting).decide(facts_of(facts, setting.roles)).question
    for lead in question.leads if question else ():
        assert question is not None
        first, last = lead.value.split("/")
        end = date.fromisoformat(last)
        begin = max(end - timedelta(days=60), date.min if first == ".." else date.fromisoformat(first))
        days = [begin + timedelta(days=days) for days in range((end - begin).days + 1)]
        found = [oracle.judge(policies, {**facts, question.fact: day}, shop) for day in days]
        wanted = {remedy.remedy: remedy.amount and Decimal(remedy.amount) / 100 for remedy in lead.remedies}
        assert all((each["answer"], each["amounts"]) == (lead.answer, wanted) for each in found), lead
        if first != "..":
            until = {remedy.remedy: remedy.until and date.fromordinal(remedy.until) for remedy in lead.remedies}
            assert oracle.earliest(found) == until, lead


# --- what is kinder -----------------------------------------------------------------------------------------------------

OLD = Given("yes", exception=False, names=("refund", "exchange"), lasts=(100, 200), fee=(10_00, 500), value="price-paid",
            refund_to="original", return_to=(("store", "free"), ("mail", "5.00")))  # fmt: skip


@pytest.mark.parametrize(
    ("kinder", "change"),
    [
        (False, {}),
        (True, {"lasts": (101, 200)}),
        (True, {"lasts": (100, None)}),
        (False, {"lasts": (101, 199)}),  # better for one, worse for the other: what was promised stands
        (True, {"names": ("exchange", "refund", "repair"), "lasts": (200, 100, 1)}),
        (False, {"names": ("exchange",), "lasts": (None,)}),
        (True, {"fee": (0, 500)}),
        (False, {"fee": (0, 501)}),
        (False, {"value": "lowest-price", "lasts": (None, None)}),
        (False, {"refund_to": "cash", "lasts": (None, None)}),
        (True, {"return_to": (("store", "free"), ("mail", "4.99"))}),
        (True, {"return_to": (("store", "free"), ("mail", "free"))}),
        (True, {"return_to": (("store", "free"), ("mail", "5.00"), ("pick-up", "customer"))}),
        (False, {"return_to": (("store", "free"), ("mail", "customer")), "lasts": (None, None)}),
        (False, {"return_to": (("store", "free"),), "lasts": (None, None)}),
        (False, {"return_to": (("store", "free"), ("mail", "10.00")), "lasts": (None, None)}),
        (False, {"exception": True, "lasts": (None, None)}),
        (False, {"answer": "manager", "lasts": (None, None)}),
        (False, {"answer": "no", "names": (), "lasts": ()}),
    ],
)
def test_kinder_is_worse_in_nothing_and_better_in_something(kinder: bool, change: dict[str, Any]) -> None:
    assert is_kinder(OLD._replace(**change), OLD) is kinder


def test_answers_rank_by_themselves() -> None:
    ladder = [("no", False), ("manager", True), ("manager", False), ("yes", True), ("yes", False)]
    poor = OLD._replace(names=("repair",), lasts=(1,), fee=(99_00, 0), return_to=())
    for at, (answer, exception) in enumerate(ladder):
        for below, (lower, other) in enumerate(ladder[: at + 1]):
            given = poor._replace(answer=answer, exception=exception)
            assert is_kinder(given, OLD._replace(answer=lower, exception=other)) is (below < at)
    assert not is_kinder(OLD._replace(answer="no", names=(), lasts=(), fee=(0, 0)), OLD._replace(answer="no", names=(), lasts=()))


def test_money_and_destination_count() -> None:
    assert is_kinder(OLD, OLD._replace(value="lowest-price"))
    assert is_kinder(OLD, OLD._replace(refund_to="cash"))
    assert is_kinder(OLD, OLD._replace(return_to=()))


# --- on the command line ------------------------------------------------------------------------------------------------

TEXT = """schema = 1
effective = {effective}
{kinder}
[terms]
offer = {{ refund = "{days} days" }}
receipt = "any proof"
condition = "resaleable"
restocking-fee = "{fee} %"
return-to = {{ store = "free" }}
"""
RETURNS = "policies/returns.toml"
NEW = "kinder = 'applies'"
FACTS = ["--category", "toys", "--channel", "store", "--reason", "not-said", "--price", "20.00"]
KNOWN = [*FACTS, "--receipt", "yes", "--condition", "opened"]


def write(file: Path, effective: str, days: int, fee: int = 0, kinder: str = "") -> None:
    file.write_text(TEXT.format(effective=effective, days=days, fee=fee, kinder=kinder))


@pytest.fixture
def begun(shop: Path) -> Path:
    """Return a shop that gave 14 days until September, and 60 from then on, to those from before as well."""
    for file in (shop / "policies/archive").iterdir():
        file.unlink()
    write(shop / "policies/archive/returns-2025-01-01.toml", "2025-01-01", 14)
    write(shop / RETURNS, "2026-11-01", 60, kinder=NEW)
    return shop


def decided(at: At, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(at("policy", "check", *arguments, "-f", "json").out)
    return found


def test_a_newer_and_kinder_policy_judges_an_earlier_purchase(at: At, begun: Path) -> None:
    decision = decided(at, *KNOWN, "--bought", "2026-10-15")
    assert (decision["answer"], decision["remedies"][0]["until"]) == ("yes", "2026-12-14")
    assert (decision["policy"]["file"], decision["policy"]["effective"]) == ("policies/returns.toml", "2026-11-01")
    write(begun / RETURNS, "2026-11-01", 60)  # it does not say so any more
    decision = decided(at, *KNOWN, "--bought", "2026-10-15")
    assert (decision["answer"], decision["policy"]["effective"]) == ("no", "2025-01-01")


def test_a_stricter_one_never_does(at: At, begun: Path) -> None:
    write(begun / RETURNS, "2026-11-01", 7, kinder=NEW)
    decision = decided(at, *KNOWN, "--bought", "2026-10-31", "--on", "2026-11-10")
    assert (decision["answer"], decision["policy"]["effective"]) == ("yes", "2025-01-01")
    write(begun / RETURNS, "2026-11-01", 60, fee=10, kinder=NEW)  # longer, but dearer
    decision = decided(at, *KNOWN, "--bought", "2026-10-31", "--on", "2026-11-10")
    assert (decision["remedies"][0]["amount"], decision["policy"]["effective"]) == ("20.00", "2025-01-01")
    decision = decided(at, *KNOWN, "--bought", "2026-10-31", "--on", "2026-11-20")  # dearer, but better than nothing
    assert (decision["remedies"][0]["amount"], decision["policy"]["effective"]) == ("18.00", "2026-11-01")


def test_it_judges_from_its_own_first_day_on(at: At, begun: Path) -> None:
    # What was asked before a policy began was answered without it, and is for ever.
    before = decided(at, *KNOWN, "--bought", "2026-10-01", "--on", "2026-10-31")
    assert (before["answer"], before["policy"]["effective"]) == ("no", "2025-01-01")
    assert decided(at, *KNOWN, "--bought", "2026-10-01", "--on", "2026-11-01")["answer"] == "yes"
    del begun


def test_several_newer_ones_are_tried_in_turn(at: At, begun: Path) -> None:
    write(begun / "policies/archive/returns-2026-11-01.toml", "2026-11-01", 60, fee=10, kinder=NEW)
    write(begun / RETURNS, "2026-11-10", 60, fee=5, kinder=NEW)
    facts = [*KNOWN, "--bought", "2026-10-15"]
    assert decided(at, *facts, "--on", "2026-11-09")["remedies"][0]["amount"] == "18.00"
    assert decided(at, *facts, "--on", "2026-11-10")["remedies"][0]["amount"] == "19.00"
    write(begun / RETURNS, "2026-11-10", 70, fee=15, kinder=NEW)  # longer and dearer than what stands by then
    decision = decided(at, *facts, "--on", "2026-11-10")
    assert (decision["remedies"][0]["amount"], decision["policy"]["effective"]) == ("18.00", "2026-11-01")


def test_a_purchase_before_every_policy_is_judged_by_the_oldest_or_a_kinder_one(at: At, begun: Path) -> None:
    assert decided(at, *KNOWN, "--bought", "2024-12-20", "--on", "2025-01-02")["policy"]["effective"] == "2025-01-01"
    write(begun / RETURNS, "2026-11-01", 999, kinder=NEW)
    assert decided(at, *KNOWN, "--bought", "2024-12-20")["policy"]["effective"] == "2026-11-01"


def test_the_wanted_remedy_alone_is_compared(at: At, begun: Path) -> None:
    file = begun / "policies/returns.toml"
    file.write_text(file.read_text().replace('refund = "60 days"', 'refund = "13 days", exchange = "60 days"'))
    facts = [*KNOWN, "--bought", "2026-10-31", "--on", "2026-11-02"]
    assert decided(at, *facts)["policy"]["effective"] == "2025-01-01"  # an exchange more, but a day less for the refund
    assert decided(at, *facts, "--remedy", "exchange")["policy"]["effective"] == "2026-11-01"
    assert decided(at, *facts, "--remedy", "refund")["policy"]["effective"] == "2025-01-01"


def test_discretion_comes_below_the_policy_itself(at: At, begun: Path) -> None:
    older = begun / "policies/archive/returns-2025-01-01.toml"
    older.write_text(older.read_text() + '[discretion]\nstaff = { late = "60 days" }\n')
    decision = decided(at, *KNOWN, "--bought", "2026-10-15")
    assert (decision["exception"], decision["policy"]["effective"]) == (None, "2026-11-01")
    write(begun / RETURNS, "2026-11-01", 30, kinder=NEW)
    decision = decided(at, *KNOWN, "--bought", "2026-10-15")
    assert decision["exception"] == {"role": "staff", "waived": ["late"]}
    assert decision["policy"]["effective"] == "2025-01-01"


def test_what_is_unknown_is_asked_for_only_where_it_matters(at: At, begun: Path) -> None:
    late = [*FACTS, "--bought", "2026-10-15"]
    assert decided(at, *late)["ask"]["fact"] == "receipt"  # the older one gives nothing, the newer one only with a receipt
    agreed = decided(at, *late, "--receipt", "yes", "--condition", "opened")
    assert agreed["answer"] == "yes"
    write(begun / RETURNS, "2026-11-01", 20, kinder=NEW)
    assert decided(at, *late)["answer"] == "no"  # neither gives anything
    # Where every case is judged by one policy it is named; where the cases are judged by several, none is.
    write(begun / RETURNS, "2026-11-01", 60, kinder=NEW)
    file = begun / "policies/returns.toml"
    rule = '\n[[rule]]\nid = "gone"\nwhen = { member = ["gold"] }\noffer = "nothing"\n'
    file.write_text(file.read_text() + rule)
    early = [*KNOWN, "--bought", "2026-10-31", "--on", "2026-11-02"]
    decision = decided(at, *early)
    assert (decision["answer"], decision["rule"], decision["policy"]) == ("yes", "terms", None)
    assert decision["remedies"][0]["until"] == "2026-11-14"
    assert decided(at, *early, "--member", "none")["policy"]["effective"] == "2026-11-01"
    assert decided(at, *early, "--member", "gold")["policy"]["effective"] == "2025-01-01"
    file.write_text(file.read_text().replace('member = ["gold"]', 'member = ["gold"], category = ["shoes"]'))
    assert decided(at, *early)["policy"]["effective"] == "2026-11-01"


def test_a_return_records_the_policy_that_judged(at: At, begun: Path) -> None:
    logged = at("return", "log", *KNOWN, "--bought", "2026-10-15", "--receipt-no", "1", "-f", "json")
    assert logged.code == 0, logged.err
    line = json.loads(logged.out)["record"]["lines"][0]
    assert line["policy"] == decided(at, *KNOWN, "--bought", "2026-10-15")["policy"]["sha256"]
    assert at("records", "verify").code == 0
    del begun


def test_it_is_explained_and_shown(at: At, begun: Path) -> None:
    facts = [*KNOWN, "--bought", "2026-10-15"]
    told = "The newer policy decides: it is kinder here than that of the day of sale"
    older = "(policies/archive/returns-2025-01-01.toml, for sales from 1 January 2025 on)"
    assert f"{told} {older}." in at("policy", "explain", *facts, "--lang", "en").out.splitlines()
    assert "labvēlīgāki" in at("policy", "explain", *facts).out
    assert told not in at("policy", "explain", *KNOWN, "--bought", "2026-11-15", "--lang", "en").out
    shown = "Also for what was bought earlier, wherever it is kinder than what held then."
    assert shown in at("policy", "show", "--lang", "en").out
    assert "agrākiem pirkumiem" in at("policy", "show").out
    assert shown not in at("policy", "show", "--lang", "en", "--bought", "2026-10-01").out
    assert 'kinder = "applies"' in at("policy", "archive", "--help").out
    del begun


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("kinder = true", 'write kinder = "applies", or leave it out'),
        ("kinder = 'always'", 'write kinder = "applies", or leave it out'),
        ("kinder = ''", 'write kinder = "applies", or leave it out'),
        ("kindr = 'applies'", "did you mean kinder?"),
        ("kinder = 'applies'\nKinder = 'never'", "stands twice"),
    ],
)
def test_a_key_or_value_that_is_not_understood(at: At, begun: Path, line: str, wanted: str) -> None:
    write(begun / RETURNS, "2026-11-01", 60, kinder=line)
    result = at("policy", "check", *KNOWN, "--bought", "2026-10-15")
    assert result.code == 3
    assert f"policies/returns.toml:{3 + line.count(chr(10))}:" in result.err
    assert wanted in result.err


def test_it_belongs_at_the_top(at: At, begun: Path) -> None:
    file = begun / "policies/returns.toml"
    file.write_text(TEXT.format(effective="2026-11-01", days=60, fee=0, kinder="") + NEW + "\n")
    result = at("policy", "check", *KNOWN, "--bought", "2026-10-15")
    assert result.code == 3
    assert "it belongs at the top of the file" in result.err


def test_the_default_may_be_written(at: At, begun: Path) -> None:
    write(begun / RETURNS, "2026-11-01", 60, kinder='kinder = "never"')
    assert decided(at, *KNOWN, "--bought", "2026-10-15")["policy"]["effective"] == "2025-01-01"


def test_the_comparison_is_loaded_only_where_two_policies_are_compared(begun: Path) -> None:
    def check(bought: str) -> set[str]:
        return loaded("--shop", str(begun), "policy", "check", *KNOWN, "--bought", bought, "--on", "2026-11-20")

    assert check("2026-11-02") == CHECK
    assert check("2026-10-15") - CHECK == {"returnkit.policy.kinder"}
    write(begun / RETURNS, "2026-11-01", 60)
    assert check("2026-10-15") - {"returnkit.policy.alternatives"} == CHECK
