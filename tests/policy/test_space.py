"""The space of all requests against the compiled decision: whatever is asked, the case it lies in has the same answer."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from returnkit.model.calendar import Calendar
from returnkit.policy.ask import significant
from returnkit.policy.compile import Compiled, compile_policy
from returnkit.policy.decide import Setting
from returnkit.policy.diagram import Box, Path
from returnkit.policy.facts import Facts
from returnkit.policy.language import CHANNELS, CONDITIONS, RECEIPTS, Line, Policy
from returnkit.policy.moments import Moment
from returnkit.policy.space import Answer, Promise, Space
from returnkit.policy.windows import last_day
from tests import strategies
from tests.conftest import examples
from tests.policy.test_against_oracle import policy_of
from tests.policy.test_moments import held_on, sales, shops


def others(space: Space, path: Path) -> list[Facts]:
    """Return requests of the same case on other days."""
    return [space.at(path, moment) for moment in space.moments.seen[path.get(space.time, 0)][:5]]


SHOP = Setting(strategies.ROLES, Calendar(frozenset({6})), 2)
PRICES = [limit + step for limit in (100_000, 250_000, 500_000) for step in (-1, 0, 1)]  # of the limits that policies name
CLOSED = {"channel": CHANNELS, "condition": CONDITIONS, "receipt": RECEIPTS}
OPEN = {name.replace("-", "_"): names for name, names in strategies.NAMES.items() if name != "tag"}

# No shrinking: each step of it works out years of days, and it takes minutes.
tried = settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@st.composite
def spaces(draw: DrawFn, most: int = 2) -> Space:
    return Space(*draw(shops(most)))


@st.composite
def requests(draw: DrawFn, space: Space) -> Facts:
    """Draw a request of which everything is known, on any day."""
    bought, delivered = draw(sales(space.policies))
    on = bought + draw(st.one_of(st.integers(0, 12), st.integers(0, delivered - bought + 12), st.integers(0, 800)))
    names = {fact: draw(st.sampled_from(choices)) for fact, choices in CLOSED.items()}
    names |= {
        fact: draw(st.sampled_from([*map(str.casefold, known), "none" if fact == "member" else "something else"]))
        for fact, known in OPEN.items()
    }
    facts = Facts(
        bought=bought,
        delivered=delivered,
        on=on,
        tag=draw(st.frozensets(st.sampled_from([*strategies.NAMES["tag"], "new"]))),
        price=draw(st.one_of(st.sampled_from(PRICES), st.integers(0, 10**7))),
        lowest_price=100_000,
        quantity=draw(st.integers(1, 4)),
    )
    for fact, name in names.items():
        facts = facts.with_fact(fact, name)
    return facts


def compiled(policy: Policy, setting: Setting) -> Compiled:
    """Return the compiled decision, without anybody's discretion."""
    return compile_policy(policy._replace(rooms=(None,) * len(setting.roles)), setting)


def path_of(space: Space, facts: Facts) -> Path:
    """Return the cases of a request, its moment included."""
    assert facts.bought is not None
    assert facts.delivered is not None
    moment = Moment(facts.bought, facts.delivered, facts.on)
    number = space.moments.held.index(held_on(moment, space.moments.marks, space.setting))
    return {**space.path(facts), space.time: number}


def promised_last_day(promise: Promise, facts: Facts, setting: Setting) -> int | None:
    """Return the last day that a promise comes to for one sale."""
    start = {"bought": facts.bought, "delivered": facts.delivered}[promise.clock]
    assert start is not None
    if promise.spans is None:
        return None
    return last_day(start, promise.spans, max(promise.ends, default=0), promise.if_closed, setting.calendar)


def box_of(data: st.DataObject, space: Space) -> Box:
    """Draw some cases of some facts, never all cases of one."""
    box = {}
    for at, level in enumerate(space.levels):
        if len(level.cases) > 1 and data.draw(st.booleans()):
            cases = st.sets(st.integers(0, len(level.cases) - 1), min_size=1, max_size=len(level.cases) - 1)
            box[at] = frozenset(data.draw(cases))
    return box


# --- answers ----------------------------------------------------------------------------------------------------------


@tried
@given(spaces(), st.data())
def test_every_request_is_answered_as_the_compiled_decision_answers(space: Space, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(requests(space), min_size=12, max_size=12))
    paths = [path_of(space, facts) for facts in drawn]
    for policy in space.policies:
        decide = compiled(policy, space.setting)
        decider, deciding, answers = space.decider(policy), space.deciding(policy), space.answers(policy)
        for facts, path in zip(drawn, paths, strict=True):
            outcome, rule, lasts = decide(*facts)
            assert space.diagrams.at(decider, path) == rule
            assert [each for each, node in deciding.items() if space.diagrams.at(node, path) is True] == [rule]
            answer = space.diagrams.at(answers, path)
            assert isinstance(answer, Answer)
            assert answer.outcome == significant(outcome)
            assert [promise.remedy for promise in answer.promises] == list(answer.outcome.remedies)
            assert [promised_last_day(promise, facts, space.setting) for promise in answer.promises] == list(lasts)
        for first in policy.rules[:-1]:
            alone, holds = compiled(policy._replace(rules=(first, policy.rules[-1])), space.setting), space.rule(first, policy)
            for facts, path in zip(drawn, paths, strict=True):
                assert space.diagrams.at(holds, path) is (alone(*facts)[1] == first.id)


@tried
@given(spaces(most=1))
def test_every_answer_has_a_request_that_gets_it(space: Space) -> None:
    (policy,) = space.policies
    decide = compiled(policy, space.setting)
    for value, path in space.diagrams.values(space.answers(policy)).items():
        assert isinstance(value, Answer)
        for facts in [space.request(path), *others(space, path)]:
            assert significant(decide(*facts)[0]) == value.outcome


# --- from cases to requests and back ----------------------------------------------------------------------------------


@tried
@given(spaces(), st.data())
def test_cases_make_a_request_that_lies_in_them_and_lines_that_hold_in_them(space: Space, data: st.DataObject) -> None:
    path = {level: data.draw(st.integers(0, size - 1)) for level, size in enumerate(space.diagrams.sizes)}
    for facts in (space.request(path), *others(space, path)):
        assert path_of(space, facts) == path
    box = box_of(data, space)
    when, unless = space.lines(box)
    policy = space.policies[0]
    rule = policy.rules[-1]._replace(id="of the box", when=when, unless=unless)
    assert space.part(rule, policy, None) == space.diagrams.boxed(box)
    decide = compiled(policy._replace(rules=(rule, policy.rules[-1])), space.setting)
    for facts in data.draw(st.lists(requests(space), min_size=12, max_size=12)):
        cases = space.path(facts)
        assert (decide(*facts)[1] == rule.id) is all(cases[level] in chosen for level, chosen in box.items())


# --- worked out by hand -----------------------------------------------------------------------------------------------


def space_of(more: str, offer: str = 'refund = "14 days"') -> tuple[Space, Policy]:
    policy = policy_of(f"schema = 1\neffective = 2026-11-01\n[terms]\noffer = {{ {offer} }}\n{more}\n", SHOP)
    return Space((policy,), SHOP), policy


def test_who_asks_and_what_they_may_waive_is_left_aside() -> None:
    space, policy = space_of('approval = "manager"\n[discretion]\nstaff = { late = "10 days" }')
    answers = {answer.outcome.answer for answer in space.diagrams.values(space.answers(policy)) if isinstance(answer, Answer)}
    assert answers == {"manager", "no"}


def test_a_promise_says_how_long_and_counted_from_what() -> None:
    space, policy = space_of(
        """counts-from = "delivery"
[[also]]
when = { member = "gold" }
extra = "7 days"
[[season]]
id = "christmas"
bought = [2026-11-15, 2026-12-24]
until = 2027-01-10""",
        'refund = "14 days", exchange = "5 to 30 days", repair = "unlimited"',
    )
    promises = {
        promise
        for answer in space.diagrams.values(space.answers(policy))
        if isinstance(answer, Answer)
        for promise in answer.promises
    }
    (until,) = {season.until for season in policy.seasons}
    found = {(promise.remedy, promise.spans and promise.spans[0].days, promise.ends) for promise in promises}
    ends = [frozenset(), frozenset({until})]
    assert found == {
        *(("refund", days, end) for days in (14, 21) for end in ends),
        *(("exchange", days, end) for days in (30, 37) for end in ends),
        ("repair", None, frozenset()),
    }
    assert {promise.clock for promise in promises} == {"delivered"}
    assert {promise.opens and promise.opens.days for promise in promises if promise.remedy == "exchange"} == {5}


def test_a_box_is_told_as_a_shop_owner_would_write_it() -> None:
    space, _ = space_of(
        """[[rule]]
id = "toys"
when = { category = "toys", price = "from 10 under 50", tag = ["clearance"] }
[[rule]]
id = "shoes"
when = { category = "shoes" }"""
    )
    at = {level.name: number for number, level in enumerate(space.levels)}
    names = [cell.value for cell in space.levels[at["category"]].cases]
    toys, shoes, other = (names.index(name) for name in ("toys", "shoes", "another"))
    when, unless = space.lines({at["category"]: frozenset({toys, shoes}), at["price"]: frozenset({0, 1})})
    assert [(line.fact, line.names, [tuple(wanted) for wanted in line.ranges]) for line in when] == [
        ("category", {"toys", "shoes"}, []),
        ("price", frozenset(), [(None, 500_000)]),
    ]
    assert unless == ()
    when, unless = space.lines({at["category"]: frozenset({shoes, other}), at["clearance"]: frozenset({1})})
    assert when == (Line("tag", "clearance", names=frozenset({"clearance"})),)
    assert unless == (Line("category", "toys", names=frozenset({"toys"})),)


def test_what_is_most_usual_stands_for_a_case() -> None:
    space, _ = space_of('[[rule]]\nid = "cheap"\nwhen = { price = "under 10", quantity = "from 3", receipt = "no" }')
    facts = space.request({})
    assert (facts.price, facts.quantity, facts.receipt, facts.condition) == (200_000, 1, "yes", "unopened")
    at = {level.name: number for number, level in enumerate(space.levels)}
    assert space.request({at["price"]: 0}).price == 99_900  # the highest that a label can say
    assert space.request({at["quantity"]: 1}).quantity == 3


def test_a_member_of_another_club_is_not_taken_for_no_member() -> None:
    space, policy = space_of('[[rule]]\nid = "strangers"\nwhen = { member = "none" }\noffer = "nothing"')
    facts = space.request({})._replace(member="silver")
    assert space.diagrams.at(space.decider(policy), path_of(space, facts)) == compiled(policy, SHOP)(*facts)[1] == "terms"


def test_lines_about_all_but_some_members_hold_for_those_of_another_club() -> None:
    space, policy = space_of('[[rule]]\nid = "members"\nwhen = { member = "gold" }\noffer = "nothing"')
    (member,) = (at for at, level in enumerate(space.levels) if level.fact == "member")
    facts = space.request({})._replace(member="silver")
    when, unless = space.lines({member: frozenset({space.path(facts)[member]})})
    rule = policy.rules[-1]._replace(id="all but gold", when=when, unless=unless)
    assert compiled(policy._replace(rules=(rule, policy.rules[-1])), SHOP)(*facts)[1] == rule.id
