"""Random policies, requests and shops for hypothesis: small enough that the oracle can try everything.

Windows are short and the dates crowd around November 2026, so that the last days, seasons and rolls really meet.
"""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests import oracle

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

Raw = dict[str, Any]

ROLES = ("staff", "manager", "owner")
REMEDIES = ("refund", "exchange", "store-credit", "replacement", "repair", "price-reduction")
NAMES = {
    "sku": ("A1", "B2"),
    "category": ("shoes", "toys"),
    "tag": ("clearance", "own-brand"),
    "reason": ("faulty", "too-big"),
    "member": ("gold",),
    "paid-with": ("shop-card",),
    "seller": ("partner",),
    "country": ("LV",),
}
# Listed oftener: what real policies turn on.
FACTS = (
    *("category", "reason", "receipt", "condition", "channel", "tag", "price", "within", "after"),
    *("category", "reason", "receipt", "after", "bought"),
    *("sku", "member", "paid-with", "seller", "country", "quantity"),
)
LIMITS = ("from 10", "under 50.00", "from 10 under 50", "from 25.00")
START = date(2026, 11, 10)
PLAIN_SHOP: Raw = {"roles": ROLES, "closed_weekdays": set(), "closed_days": set(), "holidays": set()}


# --- TOML out ---------------------------------------------------------------------------------------------------------


def value_as_toml(value: Any) -> str:
    """One value on one line, tables inline."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(value_as_toml(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key_as_toml(key)} = {value_as_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def key_as_toml(key: str) -> str:
    """Write a key, quoted where it has a space."""
    return key if key.replace("-", "").isalnum() else json.dumps(key)


def as_toml(raw: Raw, *, long: bool = False) -> str:
    """Write a policy as text; `long` writes the conditions as tables of their own ([rule.when])."""
    lines: list[str] = []

    def table(head: str, content: Raw) -> None:
        lines.extend(["", head])
        apart = [key for key in content if long and key in ("when", "unless")]
        lines.extend(f"{key_as_toml(key)} = {value_as_toml(content[key])}" for key in content if key not in apart)
        for key in apart:
            table(f"[{head.strip('[]')}.{key}]", content[key])

    lines.extend(f"{key} = {value_as_toml(raw[key])}" for key in ("schema", "effective", "kinder") if key in raw)
    table("[terms]", raw["terms"])
    for kind in ("rule", "also", "season"):
        for content in raw.get(kind, []):
            table(f"[[{kind}]]", content)
    if "discretion" in raw:
        table("[discretion]", raw["discretion"])
    return "\n".join(lines) + "\n"


# --- policies ---------------------------------------------------------------------------------------------------------


def chance(draw: DrawFn, percent: int) -> bool:
    """Whether, this often; shrinks to no."""
    return draw(st.integers(0, 99)) >= 100 - percent


def spelled(draw: DrawFn, text: str) -> str:
    """Spell a word of the language with spaces or with hyphens."""
    return text.replace("-", " ") if chance(draw, 25) else text


def several(draw: DrawFn, choices: tuple[str, ...], most: int = 2) -> list[str] | str:
    """One or more of them; one may stand alone."""
    chosen = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True))
    return chosen[0] if len(chosen) == 1 and chance(draw, 30) else chosen


def span(draw: DrawFn, least: int = 0) -> str:
    """Draw a plain length of time, short more often than not."""
    if chance(draw, 6):
        return draw(st.sampled_from(["1 week", "2 weeks", "1 month", "2 months", "1 year"]))
    days = draw(st.sampled_from([3, 4, 5, 6, 2, 1, *([0] if least == 0 else [])]))
    return f"{days} {'day' if days == 1 else 'days'}"


def window(draw: DrawFn) -> str:
    """Draw a length of time, a range or unlimited."""
    kind = draw(st.integers(0, 19))
    if kind >= 18:
        return "unlimited"
    if kind >= 15:
        low = draw(st.integers(0, 4))
        return f"{low} to {low + draw(st.integers(1, 5))} days"
    return span(draw)


def offer(draw: DrawFn, nothing: int = 10) -> Raw | str:
    """Up to three remedies in any order, or (this often) nothing at all."""
    if chance(draw, nothing):
        return {} if draw(st.booleans()) else "nothing"
    favourites = (*REMEDIES[:3], *REMEDIES)
    chosen = draw(st.lists(st.sampled_from(favourites), min_size=1, max_size=3, unique=True))
    return {spelled(draw, remedy): window(draw) for remedy in chosen}


def day_text(draw: DrawFn, day: date) -> date | str:
    """Write a date, quoted or not."""
    return day.isoformat() if chance(draw, 30) else day


def bought_range(draw: DrawFn) -> list[date | str]:
    """Draw some days around the middle of November; now and then the wrong way round (S11)."""
    first = START + timedelta(days=draw(st.integers(0, 15)))
    final = first + timedelta(days=draw(st.integers(0, 8)))
    days = [final, first] if chance(draw, 4) else [first, final]
    return [day_text(draw, day) for day in days]


def amount(draw: DrawFn) -> str | int:
    """Draw an amount as owners write it; a whole one needs no quotes."""
    return 25 if chance(draw, 20) else draw(st.sampled_from(["25.00", "50", "10.50", "3.95"]))


def fee(draw: DrawFn) -> str:
    """Draw a restocking fee, by share or fixed."""
    return draw(st.sampled_from(["0 %", "10 %", "15 %", "12.5%", "5.00", "3.95", "0.00"]))


def line(draw: DrawFn, fact: str) -> Any:
    """Draw what one line of `when` or `unless` asks of a fact."""
    if fact in ("within", "after"):
        return span(draw)
    if fact == "bought":
        return bought_range(draw)
    if fact == "price":
        return draw(st.sampled_from(LIMITS))
    if fact == "quantity":
        return draw(st.sampled_from(["from 2", "under 3", "from 2 under 3"]))
    if fact == "receipt":
        return several(draw, tuple(spelled(draw, text) for text in oracle.RECEIPTS))
    if fact == "condition":
        return several(draw, oracle.CONDITIONS)
    if fact == "channel":
        return several(draw, oracle.CHANNELS)
    chosen = several(draw, NAMES[fact])
    if chance(draw, 10):  # names compare casefolded and trimmed (S16)
        return [f" {text.upper()}" for text in chosen] if isinstance(chosen, list) else f"{chosen.title()} "
    return chosen


def conditions(draw: DrawFn, facts: tuple[str, ...], most: int = 2) -> Raw:
    """Draw the lines of `when` and `unless`, as keys of the table that they belong to."""
    result: Raw = {}
    if chance(draw, 92):
        chosen = draw(st.lists(st.sampled_from(facts), min_size=0 if chance(draw, 5) else 1, max_size=most, unique=True))
        result["when"] = {fact: line(draw, fact) for fact in chosen}
    if chance(draw, 20):
        chosen = draw(st.lists(st.sampled_from(facts), min_size=1, max_size=2, unique=True))
        result["unless"] = {fact: line(draw, fact) for fact in chosen}
    return result


def terms(draw: DrawFn, percent: int) -> Raw:
    """Draw the keys that [terms] and a rule share, each this often, except the offer."""
    result: Raw = {}
    if chance(draw, percent):
        result["receipt"] = spelled(draw, draw(st.sampled_from(["required", "any-proof", "not-needed"])))
    if chance(draw, percent):
        result["condition"] = draw(st.sampled_from(["unopened", "resaleable", "worn", "any"]))
    if chance(draw, percent):
        result["counts-from"] = spelled(draw, draw(st.sampled_from(["purchase", "delivery", "last-item"])))
    if chance(draw, percent):
        result["if-closed"] = spelled(draw, draw(st.sampled_from(["as-it-is", "next-open-day", "next-working-day"])))
    if chance(draw, percent):
        result["restocking-fee"] = fee(draw)
    if chance(draw, percent):
        ways = draw(st.lists(st.sampled_from(["store", "mail", "pick-up"]), min_size=1, max_size=2, unique=True))
        result["return-to"] = {way: draw(st.sampled_from(["free", "customer", "29.00", "3.95"])) for way in ways}
    if chance(draw, percent // 2):
        result["refund-to"] = draw(st.sampled_from(["original", "cash"]))
    if chance(draw, percent // 2):
        result["value"] = spelled(draw, draw(st.sampled_from(["price-paid", "lowest-price"])))
    if chance(draw, percent // 2):
        result["approval"] = draw(st.sampled_from(ROLES))
    return result


def rule(draw: DrawFn, number: int) -> Raw:
    """One [[rule]]."""
    result: Raw = {"id": f"rule-{number}", **conditions(draw, FACTS)}
    if chance(draw, 70):
        result["offer"] = offer(draw)
    return result | terms(draw, 25)


def also(draw: DrawFn) -> Raw:
    """One [[also]]; it always does something."""
    result = conditions(draw, FACTS)
    effects: Raw = {}
    if chance(draw, 40):
        chosen = several(draw, (*REMEDIES[:3], *REMEDIES), 4)
        effects["only"] = chosen if isinstance(chosen, str) else [spelled(draw, each) for each in chosen]
    if chance(draw, 25):
        effects["value"] = spelled(draw, draw(st.sampled_from(["lowest-price", "price-paid"])))
    if chance(draw, 30):
        effects["restocking-fee"] = fee(draw)
    if chance(draw, 20):
        effects["approval"] = draw(st.sampled_from(ROLES))
    if chance(draw, 30) or not effects:
        effects["extra"] = span(draw, least=1)
    return result | effects


def season(draw: DrawFn, number: int) -> Raw:
    """One [[season]]; its conditions know no within and no after."""
    facts = tuple(fact for fact in FACTS if fact not in ("within", "after"))
    result: Raw = {"id": f"season-{number}", "bought": bought_range(draw)}
    if chance(draw, 40):
        result |= conditions(draw, facts, most=1)
    until = draw(st.sampled_from([date(2027, 1, 10), None, None, None]))
    result["until"] = day_text(draw, until or START + timedelta(days=draw(st.integers(5, 22))))
    return result


def discretion(draw: DrawFn) -> Raw:
    """Room for some of the roles."""
    result: Raw = {}
    for role in draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True)):
        room: Raw = {}
        if chance(draw, 50):
            room["amount"] = amount(draw)
        if chance(draw, 75):
            room["late"] = span(draw, least=1)
        if chance(draw, 60):
            room["waive"] = several(draw, ("receipt", "condition"))
        result[role] = room
    return result


def named(draw: DrawFn, raw: Raw) -> Raw:
    """Give some alsos an id, as the real ones have."""
    for number, each in enumerate(raw.get("also", []), 1):
        if chance(draw, 60):
            each["id"] = f"also-{number}"
    return raw


@st.composite
def policies(draw: DrawFn, effective: date = date(2026, 1, 1)) -> tuple[str, Raw]:
    """Draw a small valid policy: its text and what `tomllib.loads` makes of it."""
    base: Raw = {"offer": offer(draw, nothing=3), **terms(draw, 40)}
    raw: Raw = {"schema": 1, "effective": day_text(draw, effective), "terms": base}
    for kind, most in (("rule", 3), ("also", 2), ("season", 2)):
        count = draw(st.sampled_from(range(most + 1)))
        make = {"rule": rule, "also": lambda draw, _: also(draw), "season": season}[kind]
        if count:
            raw[kind] = [make(draw, number) for number in range(1, count + 1)]
    if chance(draw, 50):
        raw["discretion"] = discretion(draw)
    named(draw, raw)
    return as_toml(raw, long=chance(draw, 20)), raw


# Windows of nearly the same length change places from one day to the next: months differ, and so do closed days.
CLOSE = ("1 month", "30 days", "31 days", "2 weeks", "14 days", "15 days", "6 days", "5 days", "1 week", "8 days", "unlimited")


def altered(draw: DrawFn, raw: Raw, number: int) -> Raw:
    """Change a little of a policy, or a little more: a window, the clock, a fee, whatever a shop rewrites in a year."""
    result = {**raw, "terms": dict(raw["terms"]), "rule": [dict(rule) for rule in raw.get("rule", [])]}
    parts = [result["terms"], *result["rule"]]
    for part in parts if chance(draw, 30) else draw(st.lists(st.sampled_from(parts), min_size=1, max_size=2)):
        part.update(rewritten(draw, part.get("offer", result["terms"]["offer"])))
    for kind, make in (("season", season), ("also", lambda draw, _: also(draw))):
        if raw.get(kind) and chance(draw, 15):
            result[kind] = raw[kind][:-1]
        elif chance(draw, 15):
            result[kind] = [*raw.get(kind, []), {**make(draw, number), "id": f"{kind}-of-{number}"}]
    if chance(draw, 20):
        result["discretion"] = discretion(draw)
    return {key: value for key, value in result.items() if value != []}


def rewritten(draw: DrawFn, now: Raw | str) -> Raw:
    """Draw what changes of the terms of a rule that offers this now."""
    result: Raw = {}
    if isinstance(now, dict) and now and chance(draw, 75):
        result["offer"] = {remedy: draw(st.sampled_from([length, *CLOSE])) for remedy, length in now.items()}
    if chance(draw, 35):
        result["counts-from"] = draw(st.sampled_from(["purchase", "delivery"]))
    if chance(draw, 35):
        result["if-closed"] = draw(st.sampled_from(["as-it-is", "next-open-day", "next-working-day"]))
    if chance(draw, 30):
        result |= terms(draw, 25)
    if chance(draw, 10):
        result["offer"] = offer(draw)
    return result


@st.composite
def histories(draw: DrawFn, most: int = 3) -> list[tuple[str, Raw]]:
    """Draw a policy and one or two newer ones; most of them also judge earlier purchases where they are kinder."""
    _, raw = draw(policies())
    if chance(draw, 50):
        raw["terms"]["offer"] = {remedy: draw(st.sampled_from(CLOSE)) for remedy in REMEDIES[: draw(st.integers(1, 2))]}
    versions = [raw]
    for number in range(draw(st.integers(1, most - 1))):
        newer = altered(draw, versions[-1], number) if chance(draw, 90) else draw(policies())[1]
        begins = oracle.day_of(versions[-1]["effective"]) + timedelta(days=draw(st.integers(1, 4)))
        newer = {key: newer[key] for key in newer if key != "kinder"} | {"effective": max(begins, date(2026, 11, 14))}
        if chance(draw, 90):
            newer["kinder"] = draw(st.sampled_from(["applies", "applies", " Applies"]))
        elif chance(draw, 30):
            newer["kinder"] = "never"
        versions.append(newer)
    return [(as_toml(version), version) for version in versions]


@st.composite
def rivals(draw: DrawFn) -> list[tuple[str, Raw]]:
    """Draw two or three policies that differ in their days alone, so that the kinder one changes from day to day."""
    lengths = st.sampled_from(draw(st.sampled_from([CLOSE[:3], CLOSE[3:6], CLOSE[6:10], CLOSE])))
    remedies = REMEDIES[: draw(st.integers(1, 2))]
    first, versions = date(2026, 1, 1), []
    for number in range(draw(st.integers(2, 3))):
        base: Raw = {"offer": {remedy: draw(lengths) for remedy in remedies}, "receipt": "not needed", "condition": "any"}
        base["counts-from"] = draw(st.sampled_from(["purchase", "delivery"]))
        base["if-closed"] = draw(st.sampled_from(["as-it-is", "next-open-day", "next-working-day"]))
        base["restocking-fee"] = f"{draw(st.sampled_from([30 - 10 * number, 10]))} %"
        base["return-to"] = {"mail": draw(st.sampled_from(["3.95", "3.95", "free", "customer"]))}
        raw: Raw = {"schema": 1, "effective": first, "kinder": "applies", "terms": base}
        if chance(draw, 30):
            raw["season"] = [season(draw, 1)]
        if chance(draw, 30):
            raw["also"] = [
                {"when": {"bought": bought_range(draw)}, "extra": draw(st.sampled_from(["1 day", "2 days", "1 month"]))}
            ]
        if chance(draw, 30):
            raw["discretion"] = {"staff": {"late": draw(st.sampled_from(["3 days", "1 month"]))}}
        versions.append(raw)
        first = date(2026, 11, 12) + timedelta(days=4 * number)
    return [(as_toml(version), version) for version in versions]


# --- shops and requests -----------------------------------------------------------------------------------------------


@st.composite
def shops(draw: DrawFn) -> Raw:
    """Draw opening days; three roles, the lowest first."""
    days = st.integers(0, 30).map(lambda ahead: START + timedelta(days=ahead))
    return {
        "roles": ROLES,
        "closed_weekdays": draw(st.sets(st.sampled_from([6, 5, 0, 2]), max_size=2)),
        "closed_days": draw(st.sets(days, max_size=3)),
        "holidays": draw(st.sets(days, max_size=3)),
    }


def turns_on(raw: Raw) -> set[str]:
    """Name the facts that a policy may look at."""
    policy = oracle.read(raw)
    facts = {row.fact for row in oracle.every_line([policy])} | {"bought", "receipt", "condition", "price"}
    if any(each.clock != "purchase" for each in policy.rules):
        facts |= {"delivered", "channel"}
    return facts


def size(raw: Raw, facts: Raw, values: dict[str, list[Any]]) -> int:
    """Estimate, from above, how many cases the unknown facts could make."""
    return math.prod(len(values[fact]) for fact in turns_on(raw) if fact in values and facts.get(fact) is None)


def some_name(draw: DrawFn, fact: str, values: dict[str, list[Any]]) -> str:
    """Draw a name of the policy, or another one; in capitals now and then."""
    text: str = draw(st.sampled_from([*values[fact], "something else"]))
    return text.upper() if chance(draw, 10) else text


def some_bought(draw: DrawFn, on: date) -> date:
    """Draw a day of purchase: mostly the last days, seldom long ago."""
    return on - timedelta(days=draw(st.sampled_from([*range(13), *range(8), *range(5), 31, 366])))


def fill(draw: DrawFn, raw: Raw, facts: Raw, values: dict[str, list[Any]], limit: int) -> None:
    """Tell more facts until trying the rest stays cheap; the widest first."""
    while size(raw, facts, values) > limit:
        open_facts = [fact for fact in sorted(turns_on(raw)) if fact in values and facts.get(fact) is None]
        fact = max(open_facts, key=lambda each: len(values[each]))
        facts[fact] = draw(st.sampled_from([value for value in values[fact] if oracle.legal({fact: value}, facts)]))


def goods(draw: DrawFn, known: int, values: dict[str, list[Any]]) -> Raw:
    """Draw what is told of the article, the receipt and the person."""
    facts: Raw = {}
    if chance(draw, known):
        facts["tag"] = draw(st.lists(st.sampled_from([*NAMES["tag"], "new"]), max_size=2, unique=True))
    for fact in oracle.OPEN_NAMES:
        if chance(draw, known):
            facts[fact] = some_name(draw, fact, values)
    for fact, best in (("channel", "store"), ("condition", "unopened"), ("receipt", "yes")):
        if chance(draw, known):
            facts[fact] = draw(st.sampled_from([*values[fact], best, best]))
    if chance(draw, known):
        facts["price"] = draw(st.sampled_from([*values["price"], Decimal("19.99"), Decimal("60.00"), Decimal("0.05")]))
    if chance(draw, known):
        facts["lowest_price"] = draw(st.sampled_from([Decimal("5.00"), Decimal("9.99"), Decimal("0.335")]))
    return facts


@st.composite
def requests(draw: DrawFn, raw: Raw, known: int = 50, limit: int = 1200) -> Raw:
    """Draw a request: each fact is told this often (percent); with 100 and limit 1 nothing is left open.

    `limit` bounds the cases that the unknown facts may make, so that the oracle stays quick.
    """
    usual = st.integers(0, 10).map(lambda ahead: date(2026, 11, 15) + timedelta(days=ahead))
    elsewhere = st.sampled_from([date(2026, 2, 28), date(2026, 12, 5), date(2027, 1, 9), date(2027, 1, 11)])
    on = draw(elsewhere if chance(draw, 15) else usual)
    facts: Raw = {"on": on}
    if chance(draw, known):
        facts["quantity"] = draw(st.integers(1, 3))
    values = oracle.universe([raw], facts, PLAIN_SHOP)
    facts |= goods(draw, known, values)
    if chance(draw, known):
        facts["bought"] = some_bought(draw, on)
    if chance(draw, known):
        # It may come only after the day of asking, never before the purchase (S5).
        facts["delivered"] = facts.get("bought", on - timedelta(days=3)) + timedelta(days=draw(st.integers(0, 5)))
    if chance(draw, 50):
        facts["role"] = draw(st.sampled_from(ROLES))
    if chance(draw, 15):
        facts["remedy"] = draw(st.sampled_from(REMEDIES))
    fill(draw, raw, facts, values, limit)
    return facts


@st.composite
def cases(draw: DrawFn, known: int | None = None, limit: int = 1200) -> tuple[str, Raw, Raw, Raw]:
    """Draw a whole case: the policy's text, the policy, a request and a shop; by default now more, now less is told."""
    text, raw = draw(policies())
    known = draw(st.sampled_from([50, 85, 95, 30])) if known is None else known
    return text, raw, draw(requests(raw, known, limit)), draw(shops())


def everything(known: int = 100) -> SearchStrategy[tuple[str, Raw, Raw, Raw]]:
    """Cases with nothing left open."""
    return cases(known=known, limit=1)
