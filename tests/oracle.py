"""What a policy means, written a second time: slow, plain, and from policy-semantics.md alone.

Nothing here may import returnkit, or the two would share their mistakes. S-numbers are those of policy-semantics.md.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Raw = Mapping[str, Any]
    Facts = Mapping[str, Any]
    Shop = Mapping[str, Any]
    Decision = dict[str, Any]
    Universe = dict[str, list[Any]]
    Remedy = tuple[str, date | None]
    State = tuple[str, str, date | None]

CENT = Decimal("0.01")
LONG_AGO = date(1900, 1, 1)
CONDITIONS = ("unopened", "opened", "resaleable", "worn", "damaged")
RECEIPTS = ("yes", "gift", "other-proof", "no")
CHANNELS = ("store", "online", "phone", "doorstep")
OPEN_NAMES = ("sku", "category", "reason", "member", "paid_with", "seller", "country")
WAIVERS = ("late", "receipt", "condition")

# S17, S18: the better, the higher; a term accepts its own rung and everything above it.
CONDITION_RUNG = {"unopened": 3, "opened": 2, "resaleable": 2, "worn": 1, "damaged": 0, "any": 0}
RECEIPT_RUNG = {"yes": 2, "gift": 2, "other-proof": 1, "no": 0}
RECEIPT_TERM = {"required": 2, "any-proof": 1, "not-needed": 0}

NO_FEE = (Decimal(0), Decimal(0))


class Unknown(Exception):  # noqa: N818  (an answer of the search, not an error)
    """A fact is needed that nobody gave."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


class BadFacts(ValueError):  # noqa: N818
    """S5: facts that cannot all be true."""


# --- reading a policy -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A length of time, such as 2 weeks."""

    count: int
    unit: str


@dataclass(frozen=True)
class Window:
    """From when to when; `last` None is unlimited, `opens` None is at once."""

    opens: Span | None
    last: Span | None


@dataclass(frozen=True)
class Line:
    """One line of a `when` or an `unless`; `want` in the form that its fact needs."""

    fact: str
    want: Any


@dataclass(frozen=True)
class Lines:
    """`when` and `unless` together."""

    when: tuple[Line, ...]
    unless: tuple[Line, ...]


@dataclass(frozen=True)
class Rule:
    """A rule with everything that it takes from [terms] already filled in (S15)."""

    id: str
    lines: Lines
    offer: tuple[tuple[str, Window], ...]
    receipt: str
    condition: str
    clock: str
    roll: str
    fee: tuple[Decimal, Decimal]
    return_to: Mapping[str, str | Decimal]
    refund_to: str
    value: str
    approval: str | None


@dataclass(frozen=True)
class Also:
    """An overlay; None where it says nothing."""

    lines: Lines
    only: frozenset[str] | None
    value: str | None
    fee: tuple[Decimal, Decimal]
    extra: Span | None
    approval: str | None


@dataclass(frozen=True)
class Season:
    """S11."""

    first: date
    final: date
    until: date
    lines: Lines


@dataclass(frozen=True)
class Room:
    """What one role may do in discretion (S30): None is any amount, no late span is no room for lateness."""

    role: str
    amount: Decimal | None
    late: Span | None
    waive: frozenset[str]


@dataclass(frozen=True)
class Policy:
    """One version."""

    effective: date
    rules: tuple[Rule, ...]
    alsos: tuple[Also, ...]
    seasons: tuple[Season, ...]
    rooms: tuple[Room, ...]
    kinder: bool


def word(text: str) -> str:
    """Words of the language may be written with spaces or hyphens, in any case."""
    return re.sub(r"[\s-]+", "-", text.strip().casefold())


def name(text: str) -> str:
    """S16: names compare casefolded and trimmed."""
    return text.strip().casefold()


def many(value: Any) -> list[Any]:
    """Take a lone value for a list of one."""
    return list(value) if isinstance(value, list) else [value]


def day_of(value: Any) -> date:
    """Read a date, quoted or not."""
    return value if isinstance(value, date) else date.fromisoformat(value.strip())


def money_of(value: Any) -> Decimal:
    """Read an amount, quoted or a whole number; never a float."""
    if isinstance(value, float):
        raise TypeError('write "25.00", not 25.0')
    return Decimal(value if isinstance(value, int) else value.strip())


def span_of(text: str) -> Span:
    """Read "30 days"."""
    found = re.fullmatch(r"(\d+)-(day|week|month|year)s?", word(text))
    if not found:
        raise ValueError(f"not a span: {text}")
    return Span(int(found[1]), found[2])


def window_of(text: str) -> Window:
    """Read "30 days", "30 to 100 days" or "unlimited"."""
    if word(text) == "unlimited":
        return Window(None, None)
    found = re.fullmatch(r"(\d+)-to-(\d+)-(day|week|month|year)s?", word(text))
    if found:
        return Window(Span(int(found[1]), found[3]), Span(int(found[2]), found[3]))
    return Window(None, span_of(text))


def fee_of(value: Any) -> tuple[Decimal, Decimal]:
    """Read a fee as (percent, fixed); one of the two is nought."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return Decimal(value.strip()[:-1].strip()), Decimal(0)
    return Decimal(0), money_of(value)


def limits_of(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Read "from 10 under 50": from is included, under is not."""
    low = re.search(r"from\s+([\d.]+)", text)
    high = re.search(r"under\s+([\d.]+)", text)
    if not low and not high:
        raise ValueError(f"not a limit: {text}")
    return (Decimal(low[1]) if low else None, Decimal(high[1]) if high else None)


def line_of(key: str, value: Any) -> Line:
    """One line of a `when` or an `unless`."""
    fact = word(key).replace("-", "_")
    if fact == "bought":
        return Line(fact, (day_of(value[0]), day_of(value[1])))
    if fact in ("within", "after"):
        return Line(fact, span_of(value))
    if fact in ("price", "quantity"):
        return Line(fact, [limits_of(text) for text in many(value)])
    if fact in ("channel", "condition", "receipt"):
        return Line(fact, {word(text) for text in many(value)})
    if fact in (*OPEN_NAMES, "tag"):
        return Line(fact, {name(text) for text in many(value)})
    raise ValueError(f"not a fact: {key}")


def lines_of(raw: Raw) -> Lines:
    """S16: the lines of a rule, an also or a season."""
    return Lines(
        tuple(line_of(key, value) for key, value in raw.get("when", {}).items()),
        tuple(line_of(key, value) for key, value in raw.get("unless", {}).items()),
    )


def offer_of(value: Any) -> tuple[tuple[str, Window], ...]:
    """S20: in the order of the file; "nothing" is {}."""
    if isinstance(value, str):
        if word(value) != "nothing":
            raise ValueError(f"not an offer: {value}")
        return ()
    return tuple((word(remedy), window_of(text)) for remedy, text in value.items())


def cost_of(value: Any) -> str | Decimal:
    """Read "free", "customer" or an amount."""
    return word(value) if isinstance(value, str) and word(value) in ("free", "customer") else money_of(value)


def rule_of(raw: Raw, terms: Raw, rule_id: str) -> Rule:
    """S15: what a rule does not say comes from [terms]; a key replaces the whole key."""
    says = {**{word(key): value for key, value in terms.items()}, **{word(key): value for key, value in raw.items()}}
    return Rule(
        id=rule_id,
        lines=lines_of(raw),
        offer=offer_of(says["offer"]),
        receipt=word(says.get("receipt", "any proof")),
        condition=word(says.get("condition", "resaleable")),
        clock=word(says.get("counts-from", "purchase")),
        roll=word(says.get("if-closed", "as it is")),
        fee=fee_of(says.get("restocking-fee", "0 %")),
        return_to={word(way): cost_of(cost) for way, cost in says.get("return-to", {}).items()},
        refund_to=word(says.get("refund-to", "original")),
        value=word(says.get("value", "price paid")),
        approval=name(says["approval"]) if "approval" in says else None,
    )


def also_of(raw: Raw) -> Also:
    """Read one [[also]]."""
    return Also(
        lines=lines_of(raw),
        only=frozenset(word(remedy) for remedy in many(raw["only"])) if "only" in raw else None,
        value=word(raw["value"]) if "value" in raw else None,
        fee=fee_of(raw.get("restocking-fee", "0 %")),
        extra=span_of(raw["extra"]) if "extra" in raw else None,
        approval=name(raw["approval"]) if "approval" in raw else None,
    )


def season_of(raw: Raw) -> Season:
    """Read one [[season]]."""
    first, final = raw["bought"]
    return Season(day_of(first), day_of(final), day_of(raw["until"]), lines_of(raw))


def room_of(role: str, raw: Raw) -> Room:
    """S30: an absent amount is any amount; an absent late or waive is no room."""
    return Room(
        role=name(role),
        amount=money_of(raw["amount"]) if "amount" in raw else None,
        late=span_of(raw["late"]) if "late" in raw else None,
        waive=frozenset(word(what) for what in many(raw.get("waive", []))),
    )


def read(raw: Raw) -> Policy:
    """One policy as `tomllib.loads` gives it."""
    terms = raw["terms"]
    rules = [rule_of(rule, terms, rule["id"]) for rule in raw.get("rule", [])]
    return Policy(
        effective=day_of(raw["effective"]),
        rules=(*rules, rule_of({}, terms, "terms")),
        alsos=tuple(also_of(also) for also in raw.get("also", [])),
        seasons=tuple(season_of(season) for season in raw.get("season", [])),
        rooms=tuple(room_of(role, room) for role, room in raw.get("discretion", {}).items()),
        kinder=word(raw.get("kinder", "never")) == "applies",
    )


# --- facts and days ---------------------------------------------------------------------------------------------------


def known(facts: Facts, fact: str) -> Any:
    """Look at a fact; S36: absent and null are unknown, save tag and quantity."""
    value = facts.get(fact)
    if value is None and fact == "tag":
        return []
    if value is None and fact == "quantity":
        return 1
    if value is None:
        raise Unknown(fact)
    return value


def sane(facts: Facts) -> None:
    """S5: no purchase after the day of asking, no delivery before the purchase."""
    bought, delivered = facts.get("bought"), facts.get("delivered")
    if bought is not None and bought > facts["on"]:
        raise BadFacts("bought after on")
    if bought is not None and delivered is not None and delivered < bought:
        raise BadFacts("delivered before bought")


def add(day: date, span: Span) -> date:
    """S1, S2: day 0 is the start; months keep the day number or take the month's last day."""
    if span.unit == "day":
        return day + timedelta(days=span.count)
    if span.unit == "week":
        return day + timedelta(days=7 * span.count)
    months = span.count * (12 if span.unit == "year" else 1)
    total = day.year * 12 + (day.month - 1) + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def rolled(day: date, roll: str, shop: Shop) -> date:
    """S8: on to the next open day, at most 366 days on."""
    if roll == "as-it-is":
        return day
    for ahead in range(367):
        at = day + timedelta(days=ahead)
        shut = at.weekday() in shop["closed_weekdays"] or at in shop["closed_days"]
        if roll == "next-working-day":
            shut = shut or at.weekday() in (5, 6) or at in shop["holidays"]
        if not shut:
            return at
    return day + timedelta(days=366)


@dataclass(frozen=True)
class Case:
    """What a request is judged by and on."""

    policy: Policy
    facts: Facts
    shop: Shop


def start(rule: Rule, facts: Facts) -> date:
    """S6, S7, S40: the day that counts as day 0; delivered is not asked for what was bought in a store."""
    if rule.clock == "purchase":
        bought: date = known(facts, "bought")
        return bought
    delivered: date | None = facts.get("delivered")
    if delivered is not None:
        return delivered
    if word(known(facts, "channel")) == "store":
        store: date = known(facts, "bought")
        return store
    raise Unknown("delivered")


def season_ends(rule: Rule, case: Case) -> list[date]:
    """S11: the `until` of every season that holds, by the day of purchase whatever the clock."""
    ends = []
    for season in case.policy.seasons:
        bought = known(case.facts, "bought")
        if season.first <= bought <= season.final and holds(season.lines, rule, case):
            ends.append(season.until)
    return ends


def last_day(span: Span, extras: Sequence[Span], rule: Rule, case: Case) -> date:
    """S10: window, each extra in the order of the file, the latest season, then the roll (S9)."""
    day = add(start(rule, case.facts), span)
    for extra in extras:
        day = add(day, extra)
    for end in season_ends(rule, case):
        day = max(day, end)
    return rolled(day, rule.roll, case.shop)


# --- which rule -------------------------------------------------------------------------------------------------------


def within(span: Span, rule: Rule, case: Case) -> bool:
    """S12: as a window of that length of that rule would be open; seasons count, extras do not."""
    on: date = case.facts["on"]
    return on <= last_day(span, [], rule, case)


def line_holds(line: Line, rule: Rule, case: Case) -> bool:
    """S16, S19: any value of the line; the exact value, not the rung."""
    if line.fact == "within":
        return within(line.want, rule, case)
    if line.fact == "after":
        return not within(line.want, rule, case)
    value = known(case.facts, line.fact)
    if line.fact == "bought":
        first, final = line.want
        return bool(first <= value <= final)
    if line.fact in ("price", "quantity"):
        return any((low is None or value >= low) and (high is None or value < high) for low, high in line.want)
    if line.fact == "tag":
        return any(name(tag) in line.want for tag in many(value))
    if line.fact in ("channel", "condition", "receipt"):
        return word(value) in line.want
    return name(value) in line.want


def holds(both: Lines, rule: Rule, case: Case) -> bool:
    """S16: every line of when and no line of unless; an unknown fact is skipped where another line settles it."""
    missing: Unknown | None = None
    for lines, wanted in ((both.when, True), (both.unless, False)):
        for line in lines:
            try:
                if line_holds(line, rule, case) is not wanted:
                    return False
            except Unknown as unknown:
                missing = missing or unknown
    if missing:
        raise missing
    return True


def version_of(policies: Sequence[Policy], facts: Facts) -> Policy:
    """S13: the version in force on the day of purchase; older than all is the oldest."""
    if len(policies) == 1:
        return policies[0]
    bought = known(facts, "bought")
    ordered = sorted(policies, key=lambda policy: policy.effective)
    return ([policy for policy in ordered if policy.effective <= bought] or ordered[:1])[-1]


def deciding_rule(case: Case) -> Rule:
    """S14: the first rule that holds, lapsed or not; [terms] stand last and hold always."""
    return next(rule for rule in case.policy.rules if holds(rule.lines, rule, case))


# --- the decision -----------------------------------------------------------------------------------------------------


def narrowed(offer: Sequence[tuple[str, Window]], alsos: Sequence[Also]) -> list[tuple[str, Window]]:
    """Find what every `only` leaves; store credit may stand in for a refund, in its place and with its window."""
    lists = [also.only for also in alsos if also.only is not None]
    if not lists:
        return list(offer)
    allowed = frozenset.intersection(*lists)
    own_credit = any(remedy == "store-credit" for remedy, _ in offer)
    left = []
    for remedy, window in offer:
        if remedy in allowed:
            left.append((remedy, window))
        elif remedy == "refund" and "store-credit" in allowed and not own_credit:
            left.append(("store-credit", window))
    return left


def whole_value(price: Decimal, facts: Facts) -> Decimal:
    """S22: price x quantity, half a cent up."""
    quantity: int = known(facts, "quantity")
    return (price * quantity).quantize(CENT, ROUND_HALF_UP)


def amount_of(remedy: str, value: str, fee: tuple[Decimal, Decimal], facts: Facts) -> Decimal | None:
    """S23, S24: what is paid out; never a question for the amount's sake."""
    price = facts.get("lowest_price" if value == "lowest-price" else "price")
    if price is None or remedy in ("repair", "price-reduction"):
        return None
    whole = whole_value(price, facts)
    if remedy in ("exchange", "replacement"):
        return whole
    percent, fixed = fee
    off = min(max(whole * percent / 100, fixed), whole).quantize(CENT, ROUND_DOWN)
    return whole - off


def state(window: Window, extras: Sequence[Span], rule: Rule, case: Case) -> tuple[str, date | None]:
    """Whether the window is "open", "early" or "late", and its final last day (None: no last day)."""
    if window.last is None:
        return "open", None
    on: date = case.facts["on"]
    last = last_day(window.last, extras, rule, case)
    if window.opens is not None and on < add(start(rule, case.facts), window.opens):
        return "early", last
    return ("open" if on <= last else "late"), last


def failures(rule: Rule, facts: Facts) -> set[str]:
    """S17, S18: which of receipt and condition fall short of the rule's terms."""
    short = set()
    term = RECEIPT_TERM[rule.receipt]
    if term > 0 and RECEIPT_RUNG[word(known(facts, "receipt"))] < term:
        short.add("receipt")
    rung = CONDITION_RUNG[rule.condition]
    if rung > 0 and CONDITION_RUNG[word(known(facts, "condition"))] < rung:
        short.add("condition")
    return short


def fits(needs: set[str], last: date | None, room: Room, facts: Facts) -> bool:
    """S28 to S30: whether one remedy's waivers are all in one role's room."""
    if not needs - {"late"} <= room.waive:
        return False
    if "late" not in needs:
        return True
    on: date = facts["on"]
    return room.late is not None and last is not None and on <= add(last, room.late)


def rank(role: str, shop: Shop) -> int:
    """S34: roles rank in the order of the shop file."""
    return [name(each) for each in shop["roles"]].index(name(role))


def decide(versions: Sequence[Raw], facts: Facts, shop: Shop) -> Decision:
    """Judge one request; raises Unknown at the first fact that is needed and not there."""
    return judge([read(raw) for raw in versions], facts, shop)


def judge(policies: Sequence[Policy], facts: Facts, shop: Shop) -> Decision:
    """As `decide`, over policies that are read already."""
    return who_judges(policies, facts, shop)[1]


def who_judges(policies: Sequence[Policy], facts: Facts, shop: Shop) -> tuple[Policy, Decision]:
    """Find the policy whose answer is given, and that answer: of the day of purchase (S13), or a newer and kinder one."""
    sane(facts)
    policy = version_of(policies, facts)
    decision = judged_by(policy, facts, shop)
    for newer in sorted(policies, key=lambda each: each.effective):
        begun_since_the_sale = policy.effective < newer.effective and facts["bought"] < newer.effective <= facts["on"]
        if newer.kinder and len(policies) > 1 and begun_since_the_sale:
            other = judged_by(newer, facts, shop)
            if kinder(other, decision):
                policy, decision = newer, other
    return policy, decision


def kinder(newer: Decision, older: Decision) -> bool:
    """Compare two answers: a higher one wins; of two equal ones, that in which nothing is worse and something better."""
    ladder = ["no", "manager as an exception", "manager", "yes as an exception", "yes"]
    steps = [ladder.index(each["answer"] + (" as an exception" if each["exception"] else "")) for each in (newer, older)]
    if steps[0] != steps[1]:
        return steps[0] > steps[1]
    if steps[0] == 0:
        return False
    better, worse = set(), set()

    def note(what: str, new: Any, old: Any) -> None:
        """Note it as better where it is more than before, and as worse where it is less."""
        if new > old:
            better.add(what)
        if new < old:
            worse.add(what)

    until = [{remedy: last or date.max for remedy, last in each["remedies"]} for each in (newer, older)]
    for remedy in {**until[0], **until[1]}:
        note(remedy, until[0].get(remedy, date.min), until[1].get(remedy, date.min))
    for at, what in enumerate(("percent", "fixed")):
        note(what, -newer["fee"][at], -older["fee"][at])
    note("value", newer["value"] == "price-paid", older["value"] == "price-paid")
    note("refund-to", newer["refund_to"] == "original", older["refund_to"] == "original")
    for way in ("store", "mail", "pick-up"):
        new, old = (each["return_to"].get(way) for each in (newer, older))
        note(way, kindness_of(new), kindness_of(old))
    return bool(better) and not worse


def kindness_of(cost: str | Decimal | None) -> tuple[int, Decimal]:
    """Rank what a way back costs: free, then the lower sum, then the carrier's bill, then no such way."""
    if cost is None:
        return 0, Decimal(0)
    if isinstance(cost, str):
        return {"free": 3, "customer": 1}[cost], Decimal(0)
    return (2, -cost) if cost else (3, Decimal(0))


def judged_by(policy: Policy, facts: Facts, shop: Shop) -> Decision:
    """Judge by one version alone."""
    case = Case(policy, facts, shop)
    rule = deciding_rule(case)
    if not rule.offer:
        return refusal(rule)  # S31: final for every role
    alsos = [also for also in case.policy.alsos if holds(also.lines, rule, case)]
    offer = narrowed(rule.offer, alsos)
    if facts.get("remedy") is not None:
        offer = [(remedy, window) for remedy, window in offer if remedy == word(facts["remedy"])]
    if not offer:
        return refusal(rule)

    # S10, S14: each remedy has its own window; receipt and condition are the same for all of them
    extras = [also.extra for also in alsos if also.extra is not None]
    states = [(remedy, *state(window, extras, rule, case)) for remedy, window in offer]
    in_time = [(remedy, last) for remedy, when, last in states if when == "open"]
    if not in_time and not case.policy.rooms:
        return refusal(rule)
    short = failures(rule, facts)

    approval = highest([rule.approval, *(also.approval for also in alsos)], shop)
    if in_time and not short:
        above = rank(approval, shop) > rank(asker_of(facts, shop), shop)
        return granted(in_time, rule, alsos, facts) | ({"answer": "manager", "who": approval} if above else {})
    return at_discretion(states, short, approval, case, granted([], rule, alsos, facts)) or refusal(rule)


def refusal(rule: Rule) -> Decision:
    """Say no. A no gives nothing back, so it has no fee, no destination and no way back."""
    return {
        "answer": "no",
        "remedies": [],
        "rule": rule.id,
        "fee": NO_FEE,
        "value": "price-paid",
        "refund_to": "original",
        "return_to": {},
        "who": None,
        "exception": None,
        "amounts": {},
    }


def granted(remedies: Sequence[Remedy], rule: Rule, alsos: Sequence[Also], facts: Facts) -> Decision:
    """Say yes to these remedies; the dearest fee of those that hold, percent and fixed apart (S23)."""
    value = "lowest-price" if "lowest-price" in [rule.value, *(also.value for also in alsos)] else "price-paid"
    fees = [rule.fee, *(also.fee for also in alsos)]
    fee = (max(percent for percent, _ in fees), max(fixed for _, fixed in fees))
    return {
        "answer": "yes",
        "remedies": list(remedies),
        "rule": rule.id,
        "fee": fee,
        "value": value,
        "refund_to": rule.refund_to,
        "return_to": dict(rule.return_to),
        "who": None,
        "exception": None,
        "amounts": {remedy: amount_of(remedy, value, fee, facts) for remedy, _ in remedies},
    }


def highest(wanted: Sequence[str | None], shop: Shop) -> str:
    """S34: the highest of the roles that must agree; the lowest role where nobody is named."""
    return max((name(role) for role in (*shop["roles"][:1], *wanted) if role is not None), key=lambda r: rank(r, shop))


def asker_of(facts: Facts, shop: Shop) -> str:
    """S34: the role of who asks; the lowest by default."""
    role = facts.get("role")
    return name(shop["roles"][0] if role is None else role)


def at_discretion(states: Sequence[State], short: set[str], approval: str, case: Case, blank: Decision) -> Decision | None:
    """S27 to S34: the asker's own room first, then the lowest role whose room holds the case."""
    asker = asker_of(case.facts, case.shop)
    for role in [asker, *(name(role) for role in case.shop["roles"])]:
        if rank(role, case.shop) < rank(approval, case.shop):
            continue  # the approver's own room counts, and those above
        held = held_by(role, states, short, case)
        if held:
            remedies, waived = held
            own = role == asker
            return blank | {
                "answer": "yes" if own else "manager",
                "who": None if own else role,
                "remedies": remedies,
                "exception": (role, waived),
                "amounts": {remedy: amount_of(remedy, blank["value"], blank["fee"], case.facts) for remedy, _ in remedies},
            }
    return None


def held_by(role: str, states: Sequence[State], short: set[str], case: Case) -> tuple[list[Remedy], tuple[str, ...]] | None:
    """S28, S29: the remedies that fit this role's room, and all that it waives for them."""
    for room in case.policy.rooms:
        if room.role != role:
            continue
        remedies, waived = [], set()
        for remedy, when, last in states:
            needs = short | ({"late"} if when == "late" else set())
            if when != "early" and fits(needs, last, room, case.facts):
                remedies.append((remedy, last))
                waived |= needs
        if not remedies:
            return None
        if room.amount is not None and whole_value(known(case.facts, "price"), case.facts) > room.amount:
            return None
        return remedies, tuple(what for what in WAIVERS if what in waived)
    return None


# --- unknown facts ----------------------------------------------------------------------------------------------------


def every_lines(policy: Policy) -> list[Lines]:
    """All conditions of a policy."""
    tests = [rule.lines for rule in policy.rules]
    return tests + [also.lines for also in policy.alsos] + [season.lines for season in policy.seasons]


def every_line(policies: Sequence[Policy]) -> list[Line]:
    """All lines of all versions."""
    return [line for policy in policies for both in every_lines(policy) for line in (*both.when, *both.unless)]


def longest(span: Span | None) -> int:
    """Count the most days that a span can last."""
    return 0 if span is None else span.count * {"day": 1, "week": 7, "month": 31, "year": 366}[span.unit]


def margin_of(policies: Sequence[Policy], on: date, shop: Shop) -> int:
    """How many days back a purchase can still matter by its age: the longest way from day 0 to the end of lateness."""
    most = 0
    for policy in policies:
        spans = [window.last for rule in policy.rules for _, window in rule.offer]
        spans += [line.want for line in every_line([policy]) if line.fact in ("within", "after")]
        extras = sum(longest(also.extra) for also in policy.alsos)
        late = max((longest(room.late) for room in policy.rooms), default=0)
        most = max(most, max((longest(span) for span in spans), default=0) + extras + late)
    days = [on - timedelta(days=back) for back in range(most + 1)]
    return most + max((rolled(day, "next-working-day", shop) - day).days for day in days) + 1


def universe(versions: Sequence[Raw], facts: Facts, shop: Shop, margin: int | None = None) -> Universe:
    """S36, S40: the values that each fact is tried with. `margin` overrides how many single days are tried."""
    policies = [read(raw) for raw in versions]
    lines = every_line(policies)
    result: Universe = {"condition": list(CONDITIONS), "receipt": list(RECEIPTS), "channel": list(CHANNELS)}
    for fact in OPEN_NAMES:
        names = {want for line in lines if line.fact == fact for want in line.want} - {"another"}
        result[fact] = [*sorted(names), "another"]
    if "none" not in result["member"]:
        result["member"].append("none")
    result["price"] = prices(policies, lines, facts)

    on: date = facts["on"]
    back = margin_of(policies, on, shop) if margin is None else margin
    recent = {on - timedelta(days=days) for days in range(back + 1)}
    # Older than that only the dates written in the policy tell one day of purchase from another: try around each.
    written = {policy.effective for policy in policies}
    written |= {day for policy in policies for season in policy.seasons for day in (season.first, season.final)}
    written |= {day for line in lines if line.fact == "bought" for day in line.want}
    around = {day + timedelta(days=step) for day in written for step in (-1, 0, 1)}
    result["bought"] = sorted(day for day in {LONG_AGO} | recent | around if day <= on)
    result["delivered"] = sorted({LONG_AGO} | recent)
    return result


def prices(policies: Sequence[Policy], lines: Sequence[Line], facts: Facts) -> list[Decimal]:
    """S40: a price on both sides of every limit, of lines (a piece) and of rooms (all pieces)."""
    tenth = Decimal("0.001")
    values = {Decimal("10.00")}
    for line in lines:
        if line.fact == "price":
            for limit in (limit for pair in line.want for limit in pair if limit is not None):
                values |= {limit - CENT, limit - tenth, limit, limit + CENT}
    for room in (room for policy in policies for room in policy.rooms):
        if room.amount is not None:
            each = (room.amount / known(facts, "quantity")).quantize(tenth, ROUND_DOWN)
            values |= {each + step for step in (-CENT, -tenth, Decimal(0), tenth, CENT)}
    return sorted(value for value in values if value >= 0)


@dataclass(frozen=True)
class Node:
    """The fact that was missing, and what each of its values leads to."""

    fact: str
    leads: Mapping[Any, Node | Leaf]


@dataclass(frozen=True)
class Leaf:
    """A decision, and the part of it that counts."""

    decision: Decision
    outcome: tuple[Any, ...]


Tree = Node | Leaf
Assignment = dict[str, Any]


def legal(assignment: Mapping[str, Any], facts: Facts) -> bool:
    """S40: delivered runs from bought on; for what was bought in a store it is not looked at."""
    both = {**facts, **assignment}
    bought, delivered = both.get("bought"), both.get("delivered")
    return bought is None or delivered is None or bought <= delivered


def grow(policies: Sequence[Policy], facts: Facts, shop: Shop, values: Universe) -> Tree:
    """S35: try every value of the fact that is missing, as deep as facts are missing."""
    try:
        decision = judge(policies, facts, shop)
    except Unknown as unknown:
        fact = unknown.fact
        tried = list(values[fact])
        bought = facts.get("bought")
        if fact == "delivered" and bought is not None and bought not in tried:
            tried.append(bought)  # the day of an old purchase is not among the single days
        leads = {value: grow(policies, {**facts, fact: value}, shop, values) for value in tried if legal({fact: value}, facts)}
        return Node(fact, leads)
    return Leaf(decision, outcome(decision))


def leaves(tree: Tree, given: Mapping[str, Any]) -> Iterator[tuple[Assignment, Leaf]]:
    """All leaves that do not contradict what is given, each with its own assignment."""
    if isinstance(tree, Leaf):
        yield {}, tree
        return
    for value in [given[tree.fact]] if tree.fact in given else tree.leads:
        if value in tree.leads:
            for assignment, leaf in leaves(tree.leads[value], given):
                yield {tree.fact: value, **assignment}, leaf


def possible(versions: Sequence[Raw], facts: Facts, shop: Shop, values: Universe) -> list[tuple[Assignment, Decision]]:
    """S35: everything that the unknown facts could lead to; only facts that are looked at are tried."""
    tree = grow([read(raw) for raw in versions], facts, shop, values)
    return [(assignment, leaf.decision) for assignment, leaf in leaves(tree, {})]


def outcome(decision: Decision) -> tuple[Any, ...]:
    """S37: what must agree, of the remedies that there are: a fee on an exchange makes no difference to anybody."""
    remedies = tuple(remedy for remedy, _ in decision["remedies"])
    pays = bool({"refund", "store-credit"} & {*remedies})
    worth = pays or bool({"exchange", "replacement"} & {*remedies})
    return (
        decision["answer"],
        decision["who"],
        decision["exception"],
        remedies,
        decision["fee"] if pays else NO_FEE,
        decision["value"] if worth else "price-paid",
        decision["refund_to"] if "refund" in remedies else "",
        tuple(sorted(decision["return_to"].items())),
    )


def verdict(versions: Sequence[Raw], facts: Facts, shop: Shop, values: Universe | None = None) -> dict[str, Any]:
    """S37, S39: whether all agree; if so on what, and if not which facts can still change it."""
    values = universe(versions, facts, shop) if values is None else values
    tree = grow([read(raw) for raw in versions], facts, shop, values)
    found = list(leaves(tree, {}))
    outcomes = {leaf.outcome for _, leaf in found}
    agreed = len(outcomes) == 1
    rules = {leaf.decision["rule"] for _, leaf in found}
    tried = set() if agreed else {fact for assignment, _ in found for fact in assignment}
    changing = {fact for fact in tried if can_change(fact, tree, found, facts)}
    return {
        "agreed": agreed,
        "outcome": found[0][1].outcome if agreed else None,
        "until": earliest([leaf.decision for _, leaf in found]) if agreed else {},
        "rule": rules.pop() if len(rules) == 1 else None,
        "can_change": changing,
        "counts": {fact: worst(fact, found, facts) for fact in changing},
    }


def earliest(decisions: Sequence[Decision]) -> dict[str, date | None]:
    """S37: the earliest last day of each remedy; None only where it never ends."""
    days: dict[str, date | None] = {}
    for decision in decisions:
        for remedy, last in decision["remedies"]:
            both = [day for day in (days.get(remedy), last) if day is not None]
            days[remedy] = min(both) if both else None
    return days


def can_change(fact: str, tree: Tree, found: Sequence[tuple[Assignment, Leaf]], facts: Facts) -> bool:
    """Whether two full assignments that differ in this fact alone have different outcomes."""
    every = {assignment[fact]: None for assignment, _ in found if fact in assignment}
    for assignment, leaf in found:
        if fact not in assignment:
            continue  # there it is not looked at, so there it changes nothing
        for value in every:
            other = {**assignment, fact: value}
            if value == assignment[fact] or not legal(other, facts):
                continue
            for rest, lead in leaves(tree, other):
                if lead.outcome != leaf.outcome and legal({**rest, **other}, facts) and legal(
                    {**rest, **assignment}, facts
                ):  # fmt: skip
                    return True
    return False


def worst(fact: str, found: Sequence[tuple[Assignment, Leaf]], facts: Facts) -> int:
    """S39: how many outcomes are left after the worst answer to this question."""
    every = {assignment[fact]: None for assignment, _ in found if fact in assignment}
    counts = []
    for value in every:
        left = {
            leaf.outcome
            for assignment, leaf in found
            if assignment.get(fact, value) == value and legal({**assignment, fact: value}, facts)
        }
        counts.append(len(left))
    return max(counts)
