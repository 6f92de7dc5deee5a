"""Every request that a small policy tells apart, one by one, and what becomes of each: nothing clever, so nothing to trust.

The oracle says which lines hold and what a rule answers; nothing here knows diagrams, cases or moments.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import chain, combinations, product
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests import oracle, strategies

Raw = dict[str, Any]
Part = oracle.Rule | oracle.Also | oracle.Season
Purchase = tuple[date, date]  # bought, delivered
Bits = int  # a set of requests: one bit each
Value = TypeVar("Value")

HALF_A_HAIR = Decimal("0.0001")  # the finest price there is
USUAL: Raw = {"quantity": 1, "price": Decimal("20.00"), "lowest_price": Decimal("20.00"), "tag": []}
USUAL |= {"channel": "store", "condition": "unopened", "receipt": "yes"}
USUAL |= dict.fromkeys(oracle.OPEN_NAMES, "another")
LEAP_YEAR = date(2028, 3, 2)  # until here every length of a month has been met
NUMBERS = ("price", "quantity")
SPANS = ("within", "after")


class Answer(NamedTuple):
    """What a request comes to: all that counts of the answer, and the last day of every remedy (None: it never ends)."""

    outcome: tuple[Any, ...]
    until: tuple[tuple[str, date | None], ...]

    @property
    def remedies(self) -> frozenset[str]:
        return frozenset(remedy for remedy, _ in self.until)


class Grid:
    """All requests about a policy: the goods and the person, times the days of purchase, delivery and asking."""

    def __init__(self, raw: Raw, shop: Raw, *, every_state: bool = False) -> None:
        self.raw, self.shop, self.every_state = raw, shop, every_state
        self.policy = oracle.read({key: raw[key] for key in raw if key != "discretion"})
        self.values = self._values()
        self.goods: list[Raw] = [USUAL | dict(zip(self.values, chosen, strict=True)) for chosen in product(*self.values.values())]
        self.purchases = list(self._purchases())
        self.days: list[tuple[date, date, date]] = [
            (bought, delivered, bought + timedelta(days=after))
            for bought, delivered in self.purchases
            for after in range((self.end - bought).days + 1)
        ]
        self.everything: Bits = (1 << len(self.goods) * len(self.days)) - 1
        self._patterns: dict[object, str] = {}

    # What there is

    @property
    def size(self) -> int:
        """How many requests there are."""
        return len(self.goods) * len(self.days)

    @cached_property
    def lines(self) -> list[oracle.Line]:
        return oracle.every_line([self.policy])

    def _values(self) -> dict[str, list[Any]]:
        """Return the values of every fact that the policy looks at, limits from both sides."""
        found: dict[str, list[Any]] = {}
        looked_at = {line.fact for line in self.lines}
        always = looked_at | ({"receipt", "condition"} if self.every_state else set())
        if any(oracle.RECEIPT_TERM[rule.receipt] for rule in self.policy.rules) or "receipt" in always:
            found["receipt"] = list(oracle.RECEIPTS)
        if any(oracle.CONDITION_RUNG[rule.condition] for rule in self.policy.rules) or "condition" in always:
            found["condition"] = list(oracle.CONDITIONS)
        for fact in sorted(looked_at - {"bought", *SPANS, "receipt", "condition"}):
            wanted = [value for line in self.lines if line.fact == fact for value in line.want]
            if fact == "channel":
                found[fact] = list(oracle.CHANNELS)
            elif fact == "tag":
                names = sorted(set(wanted))
                found[fact] = [list(some) for count in range(len(names) + 1) for some in combinations(names, count)]
            elif fact in NUMBERS:
                step = HALF_A_HAIR if fact == "price" else Decimal(1)
                limits = {limit for pair in wanted for limit in pair if limit is not None}
                both_sides = {limit - back for limit in limits for back in (0, step)}
                found[fact] = sorted({Decimal(fact == "quantity"), *both_sides} - {Decimal(fact == "quantity") - step})
            else:
                found[fact] = [*sorted(set(wanted)), "another"]
        return found

    @cached_property
    def named_days(self) -> list[date]:
        """The days that the policy names, and those on which the shop is closed where that matters."""
        found = [day for season in self.policy.seasons for day in (season.first, season.final, season.until)]
        found += [day for line in self.lines if line.fact == "bought" for day in line.want]
        return [*found, *self.shop["closed_days"], *self.shop["holidays"]] if self._rolled else found

    @property
    def _rolled(self) -> bool:
        return any(rule.roll != "as-it-is" for rule in self.policy.rules)

    @cached_property
    def spans(self) -> list[oracle.Span]:
        """Every length of time in windows and conditions."""
        found = [window.last for rule in self.policy.rules for _, window in rule.offer if window.last]
        return [*found, *(line.want for line in self.lines if line.fact in SPANS)]

    @cached_property
    def longest(self) -> int:
        """The most days that any window can last."""
        extras = [also.extra for also in self.policy.alsos if also.extra]
        longest = max([oracle.longest(span) for span in self.spans], default=0) + sum(oracle.longest(span) for span in extras)
        return longest + (9 if self._rolled else 1)

    @cached_property
    def end(self) -> date:
        """A day on which everything that ends is over, whatever the purchase."""
        last = max(delivered for _, delivered in self.purchases) + timedelta(days=self.longest)
        return max([last, *(day + timedelta(days=9 if self._rolled else 1) for day in self.named_days)])

    def _purchases(self) -> Iterator[Purchase]:
        """Yield purchases and deliveries: after these everything comes again."""
        first = self.policy.effective
        last = max([first + timedelta(days=7 if self._rolled else 0), *(day + timedelta(days=8) for day in self.named_days)])
        later = any(rule.clock != "purchase" for rule in self.policy.rules)
        months = any(span.unit == "month" for span in self.spans)
        last = LEAP_YEAR if months else last
        for ahead in range((last - first).days + 1):
            bought = first + timedelta(days=ahead)
            if months and 2 < bought.day < 27:
                continue  # in the middle of a month nothing is new
            farthest = max(last, bought + timedelta(days=self.longest)) if later else bought
            for more in range((farthest - bought).days + 1):
                yield bought, bought + timedelta(days=more)

    def facts(self, number: int) -> Raw:
        """Return one of the requests."""
        goods, at = divmod(number, len(self.days))
        return self.goods[goods] | dict(zip(("bought", "delivered", "on"), self.days[at], strict=True))

    # Where a condition holds

    def _over_days(self, key: object, goods: Raw, holds: Callable[[Raw], bool]) -> str:
        """Return for every day whether something holds, worked out once for goods that are alike in it."""
        if key not in self._patterns:
            marks = []
            for bought, delivered, on in self.days:
                facts = goods | {"bought": bought, "delivered": delivered, "on": on}
                marks.append("1" if holds(facts) else "0")
            self._patterns[key] = "".join(marks)
        return self._patterns[key]

    @cached_property
    def _season_facts(self) -> list[str]:
        facts = {line.fact for season in self.policy.seasons for line in (*season.lines.when, *season.lines.unless)}
        return sorted(facts & {*self.values})

    def line(self, line: oracle.Line, rule: oracle.Rule) -> Bits:
        """Return where a line holds; its days are counted as in the terms of a rule."""
        facts = self._season_facts if line.fact in SPANS else [line.fact] if line.fact in self.values else []
        clock = (rule.clock, rule.roll) if line.fact in SPANS else ()
        words = []
        for goods in self.goods:
            key = ("line", str(line), clock, *(str(goods[fact]) for fact in facts))
            words.append(
                self._over_days(
                    key, goods, lambda facts: oracle.line_holds(line, rule, oracle.Case(self.policy, facts, self.shop))
                )
            )
        return int("".join(reversed([word[::-1] for word in words])), 2)

    def part(self, lines: oracle.Lines, rule: oracle.Rule) -> Bits:
        """Return where every line of `when` and no line of `unless` holds."""
        found = self.everything
        for line in lines.when:
            found &= self.line(line, rule)
        for line in lines.unless:
            found &= self.everything & ~self.line(line, rule)
        return found

    def season(self, season: oracle.Season) -> Bits:
        """Return where a season holds."""
        bought = oracle.Line("bought", (season.first, season.final))
        return self.line(bought, self.policy.rules[-1]) & self.part(season.lines, self.policy.rules[-1])

    # Which rule decides, and what it answers

    @cached_property
    def holding(self) -> list[Bits]:
        """Where the conditions of each rule hold."""
        return [self.part(rule.lines, rule) for rule in self.policy.rules]

    @cached_property
    def deciding(self) -> list[Bits]:
        """Where each rule decides: it is the first that holds."""
        taken, found = 0, []
        for holds in self.holding:
            found.append(holds & ~taken)
            taken |= holds
        return found

    def applying(self, lines: oracle.Lines) -> Bits:
        """Return where an overlay with these lines lies on a rule that offers anything."""
        found = 0
        for rule, decides in zip(self.policy.rules, self.deciding, strict=True):
            if rule.offer:
                found |= decides & self.part(lines, rule)
        return found

    @cached_property
    def decider(self) -> list[int]:
        """The number of the rule that decides, for every request."""
        found = [len(self.policy.rules) - 1] * self.size
        for number, decides in enumerate(self.deciding):
            for request in bits(decides):
                found[request] = number
        return found

    @cached_property
    def _answer_facts(self) -> list[str]:
        parts: list[oracle.Also | oracle.Season] = [*self.policy.alsos, *self.policy.seasons]
        facts = {line.fact for part in parts for line in (*part.lines.when, *part.lines.unless)}
        return sorted((facts | {"receipt", "condition"}) & {*self.values})

    @cached_property
    def own(self) -> list[list[Answer]]:
        """What each rule would answer to every request if it decided all of them."""
        return [self._answers(rule) for rule in self.policy.rules]

    def _alone(self, rule: oracle.Rule) -> oracle.Policy:
        return replace(self.policy, rules=(replace(rule, lines=oracle.Lines((), ())),), rooms=())

    def changes(self, number: int, **terms: object) -> bool:
        """Tell whether a rule with other terms would answer any of the requests that it decides differently."""
        rule = self.policy.rules[number]
        alone, other = self._alone(rule), self._alone(replace(rule, **terms))  # type: ignore[arg-type]
        known: set[tuple[str, ...]] = set()
        for request in bits(self.deciding[number]):
            facts = self.facts(request)
            key = (*(str(facts[fact]) for fact in self._answer_facts), str(request % len(self.days)))
            if key not in known:
                known.add(key)
                if oracle.outcome(oracle.judged_by(alone, facts, self.shop)) != oracle.outcome(
                    oracle.judged_by(other, facts, self.shop)
                ):
                    return True
        return False

    def _answers(self, rule: oracle.Rule) -> list[Answer]:
        alone = self._alone(rule)
        known: dict[tuple[str, ...], list[Answer]] = {}
        found: list[Answer] = []
        for goods in self.goods:
            key = tuple(str(goods[fact]) for fact in self._answer_facts)
            if key not in known:
                known[key] = []
                for bought, delivered, on in self.days:
                    facts = goods | {"bought": bought, "delivered": delivered, "on": on}
                    decision = oracle.judged_by(alone, facts, self.shop)
                    known[key].append(Answer(oracle.outcome(decision), tuple(decision["remedies"])))
            found += known[key]
        return found

    @cached_property
    def answers(self) -> list[Answer]:
        """The answer to every request."""
        return [self.own[rule][request] for request, rule in enumerate(self.decider)]

    # Requests that follow each other

    def journeys(self) -> Iterator[range]:
        """Yield the requests about the same goods and the same purchase, day after day."""
        lengths = [(self.end - bought).days + 1 for bought, _ in self.purchases]
        for goods in range(len(self.goods)):
            start = goods * len(self.days)
            for length in lengths:
                yield range(start, start + length)
                start += length

    def scales(self, fact: str) -> Iterator[list[int]]:
        """Yield the requests that differ in nothing but a price or quantity, from the lowest value up."""
        others = [name for name in self.values if name != fact]
        groups: dict[tuple[str, ...], list[int]] = {}
        for number, goods in enumerate(self.goods):
            groups.setdefault(tuple(str(goods[name]) for name in others), []).append(number)
        for members in groups.values():
            in_order = sorted(members, key=lambda number: self.goods[number][fact])
            for at in range(len(self.days)):
                yield [number * len(self.days) + at for number in in_order]


def bits(found: Bits) -> Iterator[int]:
    """Yield the numbers of the requests in a set."""
    text = bin(found)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def stretches(values: Iterable[Value]) -> list[tuple[Value, int, int]]:
    """Return a sequence as stretches of equal values: value, first and last place."""
    found: list[tuple[Value, int, int]] = []
    for at, value in enumerate(values):
        if found and found[-1][0] == value:
            found[-1] = (value, found[-1][1], at)
        else:
            found.append((value, at, at))
    return found


# --- small policies ---------------------------------------------------------------------------------------------------

FACTS = ("category", "reason", "tag", "condition", "receipt", "channel", "price", "quantity", "within", "after", "bought")
PARTS = ("rule", "also", "season")
LADDERS = (("price",), ("quantity",), ("within", "after"), ("price", "after"), ("within", "after", "category"))
PRICES = ("under 10.00", "from 10.00 under 20.00", "from 10.01 under 20.00", "from 20.00", "from 20.01", "from 15.00")
PIECES = ("under 2", "from 2 under 4", "from 3 under 5", "from 4", "from 5", "from 6")


Spans = Callable[[DrawFn, str], str]


def brought_near(day: Any, days: int) -> str:
    """Return a day that is not far from the first one of the policy."""
    return (strategies.START + timedelta(days=(oracle.day_of(day) - strategies.START).days % days)).isoformat()


def in_days(_draw: DrawFn, value: str) -> str:
    """Return a span or window in days: months need many purchases."""
    for unit, days in (("week", 5), ("month", 7), ("year", 8)):
        if unit in value:
            return f"{days} days"
    return value


def about_a_month(draw: DrawFn, _value: str) -> str:
    """Return a span or window of which it depends on the month which of them is longer."""
    return draw(st.sampled_from(["1 month", "1 month", "28 days", "29 days", "30 days", "31 days", "32 days", "29 to 31 days"]))


def small_line(draw: DrawFn, fact: str, spans: Spans) -> Any:
    """Draw a line of `when` or `unless` whose limits lie close to those of others."""
    if fact in NUMBERS:
        ladder = PRICES if fact == "price" else PIECES
        return draw(st.lists(st.sampled_from(ladder), min_size=1, max_size=2, unique=True))
    if fact == "bought":
        return [brought_near(day, 5) for day in strategies.bought_range(draw)]
    value = strategies.line(draw, fact)
    return spans(draw, value).rpartition(" to ")[2] if fact in SPANS else value


def small_part(  # noqa: PLR0913 - all that a part depends on
    draw: DrawFn, part: Raw, facts: Sequence[str], spans: Spans, *, plain: bool, least: int = 0
) -> Raw:
    """Return a rule, an overlay or a season with lines about some facts alone, and with windows as `spans` writes them."""
    left_out = ("when", "unless", *(("receipt", "condition") if plain else ()))
    part = {key: value for key, value in part.items() if key not in left_out}
    for kind, fewest, most in (("when", least, 2), ("unless", 0, 1)):
        chosen = draw(st.lists(st.sampled_from(facts), min_size=fewest, max_size=most, unique=True)) if facts else []
        if chosen:
            part[kind] = {fact: small_line(draw, fact, spans) for fact in chosen}
    if isinstance(part.get("offer"), dict):
        part["offer"] = {remedy: spans(draw, window) for remedy, window in part["offer"].items()}
    return part | ({"extra": in_days(draw, part["extra"])} if "extra" in part else {})


def part_of(draw: DrawFn, kind: str, number: int) -> Raw:
    """Draw a rule, an overlay or a season."""
    if kind == "also":
        return strategies.also(draw)
    return strategies.rule(draw, number) if kind == "rule" else strategies.season(draw, number)


@st.composite
def small_policies(draw: DrawFn, *, months: bool = False) -> Raw:
    """Draw a policy about few facts, whose windows are short and whose days lie close together; or are about a month."""
    spans = about_a_month if months else in_days
    ladder = months or draw(st.booleans())  # rules one after the other in price, pieces or days: there promises and gaps are
    some = st.lists(st.sampled_from(FACTS), min_size=1, max_size=3, unique=True)
    facts = ["within", "after"] if months else draw(st.sampled_from(LADDERS) if ladder else some)
    plain = ladder or draw(st.integers(0, 3)) > 0  # most take goods in any state, so that fewer requests tell everything
    base = small_part(draw, {"offer": strategies.offer(draw, 3), **strategies.terms(draw, 25)}, (), spans, plain=plain)
    raw: Raw = {"schema": 1, "effective": strategies.START, "terms": base}
    raw["terms"] |= {"receipt": "not needed", "condition": "any"} if plain else {}
    seasonal = [fact for fact in facts if fact not in SPANS]
    counts = (draw(st.integers(1, 4)), draw(st.sampled_from([0, 0, 1, 2])), draw(st.sampled_from([0, 0, 0, 1, 2])))
    for kind, count in zip(PARTS, counts, strict=True):
        about = seasonal if kind == "season" else facts
        least = int(ladder and kind == "rule")
        if count and not (months and kind == "season"):
            drawn = [part_of(draw, kind, number) for number in range(1, count + 1)]
            raw[kind] = [small_part(draw, part, about, spans, plain=plain, least=least) for part in drawn]
    for season in raw.get("season", []):
        season["bought"] = [brought_near(day, 4) for day in season["bought"]]
        season["until"] = brought_near(season["until"], 9)
    return raw


def every_part(policy: oracle.Policy) -> Iterator[tuple[str, int, Part]]:
    """Yield the rules but [terms], the overlays and the seasons, each with its kind and number."""
    kinds = (("rule", policy.rules[:-1]), ("also", policy.alsos), ("season", policy.seasons))
    yield from chain.from_iterable(((kind, number, part) for number, part in enumerate(parts)) for kind, parts in kinds)
