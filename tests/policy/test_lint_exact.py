"""What lint says of rules, against trying every request there is: exactly what is so, and all of it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from returnkit.policy.decide import Decision, decide
from returnkit.policy.finding import Finding
from returnkit.policy.lint import TooComplexError
from tests import oracle, strategies
from tests.conftest import examples
from tests.lint_grid import NUMBERS, SPANS, Grid, Part, Raw, every_part, small_policies, stretches
from tests.lint_help import around, findings, policy_of
from tests.policy.test_against_oracle import setting_of

Found = set[tuple[Any, ...]]

LARGEST = 6_000  # requests about one policy in a long run
CLOSED_ON_SUNDAY = {**strategies.PLAIN_SHOP, "closed_weekdays": {6}, "closed_days": set()}


@st.composite
def small(draw: DrawFn, largest: int = LARGEST, *, months: bool = False) -> tuple[str, Raw, Raw]:
    """Draw a policy of which every request can be tried, and the shop's open days."""
    raw = draw(small_policies(months=months))
    if months:
        assume("if-closed" not in str(raw) and "counts-from" not in str(raw))
    # What moves off closed days is only different from what does not where there are some.
    shop = CLOSED_ON_SUNDAY if "if-closed" in str(raw) else strategies.PLAIN_SHOP
    assume(Grid(raw, shop).size <= largest)
    return strategies.as_toml(raw), raw, shop


# --- rules, overlays and seasons that come to nothing -------------------------------------------------------------------


def idle(grid: Grid) -> Found:
    """Name what no request meets, and what the rules above take all requests from."""
    found: Found = set()
    for number, (holds, decides) in enumerate(zip(grid.holding[:-1], grid.deciding, strict=False)):
        if not decides:
            found.add(("never-decides" if holds else "impossible", "rule", number))
    for number, also in enumerate(grid.policy.alsos):
        if not grid.applying(also.lines):
            somewhere = any(grid.part(also.lines, rule) for rule in grid.policy.rules)
            found.add(("never-applies" if somewhere else "impossible", "also", number))
    for number, season in enumerate(grid.policy.seasons):
        if season.first <= season.final and season.final >= grid.policy.effective and not grid.season(season):
            found.add(("impossible", "season", number))
    return found


# --- lines and values that make no difference ---------------------------------------------------------------------------


def reach(grid: Grid, kind: str, number: int, part: Part, lines: oracle.Lines) -> int:
    """Return where a part would decide, apply or hold with other lines, all else being as it is."""
    if kind == "also":
        return grid.applying(lines)
    if kind == "season":
        assert isinstance(part, oracle.Season)
        return grid.season(replace(part, lines=lines))
    assert isinstance(part, oracle.Rule)
    above = 0
    for holds in grid.holding[:number]:
        above |= holds
    return grid.part(lines, part) & ~above


def with_line(lines: oracle.Lines, kind: str, at: int, line: oracle.Line | None) -> oracle.Lines:
    """Return the lines with one of them changed, or left out."""
    some = list(getattr(lines, kind))
    some[at : at + 1] = [] if line is None else [line]
    return replace(lines, **{kind: tuple(some)})


def treated_as(grid: Grid, fact: str, value: str) -> set[str]:
    """Return a value and those that every line of the policy, every term and every clock treats as it."""
    if fact == "tag":
        return {value}
    every = grid.values.get(fact, [value])

    def kind(name: str) -> list[bool]:
        tests = [name in line.want for line in grid.lines if line.fact == fact]
        if fact == "receipt":
            tests += [oracle.RECEIPT_RUNG[name] >= rung for rung in (1, 2)]
        if fact == "condition":
            tests += [oracle.CONDITION_RUNG[name] >= rung for rung in (1, 2, 3)]
        return [*tests, name == "store"] if fact == "channel" else tests

    return {name for name in every if kind(name) == kind(value)}


def values_of(line: oracle.Line) -> Iterator[tuple[str, Any]]:
    """Yield each value of a line that has several, and the others."""
    if line.fact in ("bought", *SPANS) or len(line.want) < 2:
        return
    for value in line.want:
        yield value, [other for other in line.want if other is not value]


def needless(grid: Grid) -> Found:
    """Name the lines and values without which a part would hold, or decide, exactly where it does."""
    found: Found = set()
    for part_kind, number, part in every_part(grid.policy):
        now = reach(grid, part_kind, number, part, part.lines)
        if not now:
            continue
        for kind in ("when", "unless"):
            for at, line in enumerate(getattr(part.lines, kind)):
                fact = line.fact.replace("_", "-")
                if reach(grid, part_kind, number, part, with_line(part.lines, kind, at, None)) == now:
                    code = "needless-condition" if kind == "when" else "dead-exception"
                    found.add((code, part_kind, number, kind, fact))
                    continue
                for value, rest in values_of(line):
                    left = rest if line.fact in NUMBERS else set(rest) - treated_as(grid, line.fact, value)
                    fewer = oracle.Line(line.fact, left)
                    if reach(grid, part_kind, number, part, with_line(part.lines, kind, at, fewer)) == now:
                        found.add(("dead-value", part_kind, number, kind, fact))
    return found


# --- two rules for one request ------------------------------------------------------------------------------------------


def overlaps(grid: Grid) -> Found:
    """Name two rules of which the upper one decides a request that the other one would answer differently."""
    found: Found = set()
    for request, first in enumerate(grid.decider):
        for other in range(first + 1, len(grid.policy.rules) - 1):
            if grid.holding[other] >> request & 1 and grid.own[first][request] != grid.own[other][request]:
                found.add((first, other))
    return found


def never_open(grid: Grid) -> Found:
    """Name what a rule offers and nobody can ever have while it decides.

    Store credit may stand in for a refund, where the offer has none of its own.
    """
    possible: Found = set()
    for request, decider in enumerate(grid.decider):
        possible |= {(decider, remedy) for remedy in grid.answers[request].remedies}
    found: Found = set()
    for number, (rule, decides) in enumerate(zip(grid.policy.rules, grid.deciding, strict=True)):
        offered = [remedy for remedy, _ in rule.offer]
        for remedy in offered if decides else ():
            stands_in = remedy == "refund" and "store-credit" not in offered and (number, "store-credit") in possible
            if (number, remedy) not in possible and not stands_in:
                found.add((number, remedy))
    return found


def may_be_told(grid: Grid, pair: tuple[Any, ...]) -> bool:
    """Tell whether two rules count their days differently, though no request tells them apart: that is an overlap as well."""
    first, other = (grid.policy.rules[number] for number in pair)
    return (first.offer, first.clock, first.roll) != (other.offer, other.clock, other.roll)


# --- promises and gaps --------------------------------------------------------------------------------------------------


def cut_short(grid: Grid) -> Found:
    """Name promises that are not kept: who says a last day, and who decides when the remedy is gone on that day or before."""
    found: Found = set()
    for journey in grid.journeys():
        promised: set[tuple[str, Any, int]] = set()  # remedy, last day (None: never), the rule that said so
        for request in journey:
            on = grid.days[request % len(grid.days)][2]
            answer, rule = grid.answers[request], grid.decider[request]
            for remedy, last, promiser in promised:
                if remedy not in answer.remedies and (last is None or on <= last):
                    found.add((remedy, promiser, rule))
            promised |= {(remedy, last, rule) for remedy, last in answer.until}
    return found


def limited(grid: Grid, rule: int, facts: tuple[str, ...]) -> bool:
    return any(line.fact in facts for line in grid.policy.rules[rule].lines.when)


def is_gap(grid: Grid, facts: tuple[str, ...], three: list[int], *, narrow: bool) -> bool:
    """Tell whether of three requests in a row the middle one falls between two rules.

    Rules decide on both sides that say where they begin or end, the one in the middle does not; and the middle is so narrow
    that nobody can have meant it, or gives less than both of its sides.
    """
    before, middle, after = (grid.decider[request] for request in three)
    if not limited(grid, before, facts) or not limited(grid, after, facts) or limited(grid, middle, facts):
        return False
    sides = [grid.answers[three[0]].remedies, grid.answers[three[2]].remedies]
    here = grid.answers[three[1]].remedies
    return narrow or bool((sides[0] & sides[1]) - here) or (not here and all(sides))


def gaps(grid: Grid) -> Found:
    """Name gaps: what lies between the limits of two rules, neither of which speaks there."""
    found: Found = set()
    for fact in {*NUMBERS} & {*grid.values}:
        found |= number_gaps(grid, fact)
    if any(limited(grid, rule, SPANS) for rule in range(len(grid.policy.rules))):
        found |= day_gaps(grid)
    return found


def number_gaps(grid: Grid, fact: str) -> Found:
    found: Found = set()
    for scale in grid.scales(fact):
        values = [grid.goods[request // len(grid.days)][fact] for request in scale]
        runs = stretches([(grid.decider[request], grid.answers[request].remedies) for request in scale])
        for one, two, three in zip(runs, runs[1:], runs[2:], strict=False):
            narrow = values[three[1]] - values[two[1]] <= (Decimal("0.01") if fact == "price" else 1)
            requests = [scale[run[1]] for run in (one, two, three)]
            if is_gap(grid, (fact,), requests, narrow=narrow):
                found.add((fact, *(grid.decider[request] for request in requests)))
    return found


def day_gaps(grid: Grid) -> Found:
    found: Found = set()
    for journey in grid.journeys():
        runs = stretches([(grid.decider[request], grid.answers[request].remedies) for request in journey])
        for one, two, three in zip(runs, runs[1:], runs[2:], strict=False):
            requests = [journey[run[1]] for run in (one, two, three)]
            if is_gap(grid, SPANS, requests, narrow=two[1] == two[2]):
                found.add(("on", *(grid.decider[request] for request in requests)))
    return found


def coming_back(grid: Grid) -> Found:
    """Name what is open, then over, then open again without having been announced, and the rule that decides then."""
    found: Found = set()
    for journey in grid.journeys():
        states: dict[str, int] = {}  # of each remedy: 1 open, 2 over since
        for request in journey:
            rule = grid.policy.rules[grid.decider[request]]
            announced = {remedy for remedy, window in rule.offer if window.opens is not None}
            now = grid.answers[request].remedies - announced
            if "refund" in announced and not any(remedy == "store-credit" for remedy, _ in rule.offer):
                now -= {"store-credit"}  # it stands in for the refund
            found |= {(grid.decider[request], remedy) for remedy in now if states.get(remedy) == 2}
            states |= dict.fromkeys(now, 1) | {remedy: 2 for remedy in states if remedy not in now}
    return found


# Each key of terms, what an answer holds it in, and other values that it may have.
OTHERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "receipt": ("receipt", ("required", "any-proof", "not-needed")),
    "condition": ("condition", ("unopened", "resaleable", "worn", "any")),
    "restocking-fee": ("fee", (oracle.fee_of("0 %"), oracle.fee_of("50 %"), oracle.fee_of("7.00"))),
    "return-to": ("return_to", ({}, {"mail": "free"})),
    "refund-to": ("refund_to", ("original", "cash")),
    "value": ("value", ("price-paid", "lowest-price")),
    "approval": ("approval", ("staff", "manager", "owner")),
}


def unread(grid: Grid) -> Found:
    """Name the keys of rules and of [terms] whose every other value would leave all answers as they are."""
    found: Found = set()
    last = len(grid.policy.rules) - 1
    written = [*grid.raw.get("rule", []), grid.raw["terms"]]
    for number, part in enumerate(written):
        if number != last and not grid.deciding[number]:
            continue  # that it never decides is said already
        inheriting = range(last) if number == last else ()
        for key in (*OTHERS, "offer"):
            users = [number, *(other for other in inheriting if key not in written[other])]
            if key not in part:
                continue
            if key == "offer":
                read = any(grid.deciding[user] for user in users)
            else:
                field, values = OTHERS[key]
                read = any(grid.changes(user, **{field: value}) for user in users for value in values)
            if not read:
                found.add((number, key))
    return found


# --- the same out of what lint says -------------------------------------------------------------------------------------


class Said:
    """What lint says of a policy, as rules by their numbers."""

    def __init__(self, found: list[Finding], grid: Grid) -> None:
        self.found = found
        ids = [rule.id for rule in grid.policy.rules]
        self.number = {f"“{own}”": number for number, own in enumerate(ids)} | {"[terms]": len(ids) - 1}

    def of(self, *codes: str) -> list[Finding]:
        return [finding for finding in self.found if finding.code in codes]

    def rules(self, finding: Finding, form: str) -> tuple[Any, ...]:
        """Return the rules that a message names, in its order."""
        name = r"(“[^”]*”|\[terms\])"
        match = re.search(form.replace("RULE", name), finding.what)
        assert match, (form, finding.what)
        return tuple(self.number[text] for text in match.groups())

    def idle(self) -> Found:
        return {(each.code, *each.path[:2]) for each in self.of("impossible", "never-decides", "never-applies")}

    def needless(self) -> Found:
        return {(each.code, *each.path[:4]) for each in self.of("needless-condition", "dead-exception", "dead-value")}

    def overlaps(self) -> Found:
        return {self.rules(each, "^RULE and RULE can both hold") for each in self.of("overlap")}

    def never_open(self) -> Found:
        return {(*self.rules(each, "^RULE offers"), each.path[-1]) for each in self.of("never-open")}

    def unread(self) -> Found:
        found = {(*self.rules(each, "of RULE:"), each.path[-1]) for each in self.of("unread-key")}
        return {pair for pair in found if pair[1] in OTHERS or pair[1] == "offer"}

    def gaps(self) -> Found:
        found: Found = set()
        for each in self.of("gap"):
            if each.example is None:
                continue  # a day of purchase between two lines: they show it themselves
            fact = each.what.split()[0]
            before, after, between = self.rules(each, "between what RULE and RULE speak of: RULE decides")
            found.add((fact if fact in NUMBERS else "on", before, between, after))
        return found

    def coming_back(self) -> Found:
        return {(*self.rules(each, "by RULE$"), each.what.split()[0]) for each in self.of("comes-back")}

    def cut_short(self) -> Found:
        found: Found = set()
        for each in self.of("cut-short"):
            remedies = re.split(", | and ", re.findall(r"promises (.+) for longer", each.what)[0])
            promiser = self.rules(each, "^RULE promises")[0]
            by = promiser if "it is ended" in each.what else self.rules(each, "RULE decides on")[0]
            found |= {(remedy, promiser, by) for remedy in remedies}
        return found


CHECKS = (
    ("idle", idle, Said.idle),
    ("needless", needless, Said.needless),
    ("overlap", overlaps, Said.overlaps),
    ("never-open", never_open, Said.never_open),
    ("gap", gaps, Said.gaps),
    ("comes-back", coming_back, Said.coming_back),
    ("cut-short", cut_short, Said.cut_short),
)
Differences = dict[str, tuple[Found, Found]]  # of each check what is so and not said, and what is said and not so


def compare(text: str, raw: Raw, shop: Raw, seen: Counter[str]) -> Differences:
    """Return where lint and trying everything part; `seen` counts what was found by trying."""
    grid = Grid(raw, shop)
    said = Said(findings(text, setting_of(shop), around()), grid)
    differing = {}
    for name, tried, told in CHECKS:
        expected, found = tried(grid), told(said)
        seen[name] += len(expected)
        if name == "overlap":
            found = {pair for pair in found if pair in expected or not may_be_told(grid, pair)}
        if name == "comes-back":  # of several rules that bring a remedy back it is enough to name one
            expected = {pair for pair in expected if pair in found or pair[1] not in {remedy for _, remedy in found}}
        if expected != found:
            differing[name] = (expected - found, found - expected)
    return differing


# --- the comparison -----------------------------------------------------------------------------------------------------

# Policies in which lint once named the wrong rule, one of two, or nothing; and a gap that is as plain as can be.
HEAD = """schema = 1
effective = 2026-11-10
[terms]
offer = { refund = "3 days" }
receipt = "not needed"
condition = "any"
"""
ONCE = {
    "the rule that promised is not the last one that decided": """
        [[rule]]
        id = "early"
        when = { within = "5 days" }
        offer = { refund = "30 days" }
        [[rule]]
        id = "middle"
        when = { within = "10 days" }
        offer = { refund = "10 days" }
    """,
    "two rules make the promise that a third one breaks": """
        [[rule]]
        id = "late"
        when = { after = "5 days" }
        offer = { exchange = "9 days" }
        [[rule]]
        id = "toys"
        when = { category = ["toys"] }
        offer = { refund = "30 days" }
        [[rule]]
        id = "books"
        when = { category = ["books"] }
        offer = { refund = "30 days" }
    """,
    "store credit of its own stands in for nothing": """
        [[rule]]
        id = "late"
        when = { after = "5 days" }
        offer = { refund = "3 days", store-credit = "30 days" }
    """,
    "a gap in which an overlay begins": """
        [[rule]]
        id = "small"
        when = { quantity = "under 3" }
        offer = { refund = "9 days" }
        [[rule]]
        id = "large"
        when = { quantity = "from 8" }
        offer = { refund = "9 days", exchange = "9 days" }
        [[rule]]
        id = "rest"
        offer = { exchange = "9 days" }
        [[also]]
        when = { quantity = "from 5" }
        approval = "manager"
    """,
    "two lines of one fact, each without effect": """
        [[rule]]
        id = "others"
        unless = { channel = ["online"] }
        [[rule]]
        id = "online"
        when = { channel = ["online", "doorstep"] }
        unless = { channel = ["phone", "doorstep"] }
        offer = { exchange = "3 days" }
    """,
    "a cent between two prices": """
        [[rule]]
        id = "cheap"
        when = { price = "under 10.00" }
        offer = { exchange = "9 days" }
        [[rule]]
        id = "dear"
        when = { price = "from 10.01 under 20" }
        offer = { exchange = "5 days" }
    """,
    "a day between two rules, moved off closed days": """
        [[rule]]
        id = "early"
        when = { within = "3 days" }
        if-closed = "next open day"
        [[rule]]
        id = "late"
        when = { after = "5 days" }
        offer = { exchange = "9 days" }
    """,
}


@pytest.mark.parametrize("text", ONCE.values(), ids=ONCE)
def test_lint_says_what_is_so_and_all_of_it(text: str) -> None:
    text, seen = HEAD + dedent(text), Counter[str]()
    assert compare(text, tomllib.loads(text), CLOSED_ON_SUNDAY, seen) == {}
    assert seen.total() > 0


thorough = settings(deadline=None, suppress_health_check=list(HealthCheck))


def soak(number: int, largest: int, *, months: bool = False) -> Counter[str]:
    """Compare so many small policies; return how much was found by trying."""
    seen: Counter[str] = Counter()

    @settings(thorough, max_examples=number)
    @given(small(largest, months=months))
    def holds(case: tuple[str, Raw, Raw]) -> None:
        text, raw, shop = case
        note(text)
        assert compare(text, raw, shop, seen) == {}

    holds()
    print(dict(seen))
    return seen


def test_lint_agrees_with_trying_every_request() -> None:
    seen = soak(90, 2_500)
    assert all(seen[name] for name in ("idle", "needless", "overlap", "never-open", "cut-short"))


def test_lint_agrees_where_windows_are_about_a_month() -> None:
    assert soak(4, 12_000, months=True).total() > 0


@settings(thorough, max_examples=examples(25))
@given(small(400))
def test_keys_are_unread_that_change_no_answer(case: tuple[str, Raw, Raw]) -> None:
    text, raw, shop = case
    note(text)
    grid = Grid(raw, shop, every_state=True)
    assert Said(findings(text, setting_of(shop), around()), grid).unread() == unread(grid)


@pytest.mark.slow
def test_lint_agrees_over_many_policies() -> None:
    seen = soak(3_000, LARGEST)
    assert all(seen[name] for name, _, _ in CHECKS)


@pytest.mark.slow
def test_lint_agrees_over_many_months() -> None:
    soak(300, 60_000, months=True)


# --- the requests that findings show ------------------------------------------------------------------------------------


def shown_by(finding: Finding, decision: Decision) -> bool:
    """Tell whether the decision on the request of a finding is what the finding says of it."""
    named: list[str] = [name.strip("“”").replace("[terms]", "terms") for name in re.findall(r"“[^”]*”|\[terms\]", finding.what)]
    remedies = [remedy.remedy for remedy in decision.remedies]
    said = finding.what
    if finding.code == "never-decides":
        return decision.rule in named[1:]
    if finding.code == "gap":
        return decision.rule == named[2]
    if finding.code == "cut-short":
        gone = re.split(", | and ", re.findall(r"promises (.+) for longer", said)[0])
        return decision.rule == named[-1] and any(remedy not in remedies for remedy in gone)
    if finding.code == "never-open":
        return decision.rule == named[0] and finding.path[-1] not in remedies
    if finding.code == "comes-back":
        return said.split()[0] not in remedies
    if finding.code == "no-reason":
        return decision.rule == named[0] and decision.answer == "no"
    if finding.code in ("worse-gets-more", "fee-on-faulty"):
        return decision.rule in named and bool(remedies)
    if finding.code in ("overlap", "faulty-refused"):
        return named[0] in (decision.rule, *decision.alsos)  # an overlay may lie on what the rule for faulty goods decides
    return finding.code in ("season-overlap", "season-no-effect")


@settings(thorough, max_examples=examples(30))
@given(strategies.policies(), strategies.shops())
def test_the_request_in_a_finding_shows_it(case: tuple[str, Raw], shop: Raw) -> None:
    text, setting = case[0], setting_of(shop)
    note(text)
    policy = policy_of(text, setting)
    alone = policy._replace(rooms=(None,) * len(setting.roles))
    try:
        found = findings(text, setting, around())
    except TooComplexError:
        return
    for finding in found:
        if finding.example is not None:
            facts = finding.example
            assert facts.bought is not None
            assert facts.delivered is not None
            assert policy.effective <= facts.bought <= min(facts.on, facts.delivered)
            assert shown_by(finding, decide((alone,), facts, setting)), finding
