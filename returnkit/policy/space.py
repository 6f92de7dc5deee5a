"""All requests that a policy tells apart, and what its lines, rules and answers are as functions of them.

The fast, compiled decision is asked once for each case; nothing of what a rule comes to is worked out a second time here.
"""

from collections.abc import Collection, Hashable, Iterable
from typing import NamedTuple, cast

from returnkit.model.dates import Span
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS, price_text
from returnkit.policy.ask import significant
from returnkit.policy.cells import NONE, OTHER, Cell, cells, limits_of, spans
from returnkit.policy.compile import Outcome, compile_policy
from returnkit.policy.decide import Setting, left_of
from returnkit.policy.diagram import Box, Diagrams, Node, Path
from returnkit.policy.facts import CHOICES, Facts
from returnkit.policy.language import (
    CONDITION_TERMS,
    IF_CLOSED,
    RECEIPT_TERMS,
    Also,
    Line,
    Policy,
    Range,
    Rule,
    Season,
    Terms,
    Window,
    lines_of,
    names_of,
)
from returnkit.policy.moments import (
    Mark,
    Moment,
    bought_in,
    bought_in_season,
    clock_of,
    merged,
    moments,
    rule_marks,
    season_end,
    window_end,
)

FACTS = (
    "reason", "sku", "category", "channel", "condition", "receipt", "member", "seller", "paid_with", "country",
    "price", "quantity",
)  # fmt: skip
NUMBERS = ("price", "quantity")
# What most requests are like.
USUAL = Facts(
    sku=OTHER, category=OTHER, price=200_000, lowest_price=200_000, channel="store", reason="not-said",
    condition="unopened", receipt="yes", member=NONE, paid_with=OTHER, seller=OTHER, country=OTHER,
)  # fmt: skip


class Level(NamedTuple):
    """One fact of the requests and its cases, the usual one first but for numbers; or one tag: without it, and with it."""

    fact: str
    name: str
    cases: tuple[Cell, ...]


class Promise(NamedTuple):
    """A remedy that is open: how long, counted from what; `ends` are the last days of the seasons that hold."""

    remedy: str
    opens: Span | None
    spans: tuple[Span, ...] | None
    clock: str
    if_closed: str
    ends: frozenset[int]


class Answer(NamedTuple):
    """What a request comes to by the rules alone, without discretion: the outcome, and how long what is open stays open."""

    outcome: Outcome
    promises: tuple[Promise, ...]


class Space:
    """The requests that some policies tell apart, by the rules alone: who asks, and what they may waive, is left aside.

    Raises TooComplexError, then or later, where there is more than can be worked out.
    """

    def __init__(self, policies: tuple[Policy, ...], setting: Setting) -> None:
        self.policies = tuple(policy._replace(rooms=(None,) * len(setting.roles)) for policy in policies)
        self.setting = setting
        self.moments = moments(self.policies, setting)
        self.levels = tuple(_levels(self.policies, setting))
        self.time = len(self.levels)
        self.diagrams = Diagrams((*(len(level.cases) for level in self.levels), len(self.moments.held)))

    # What a policy looks at

    def line(self, line: Line, policy: Policy, terms: Terms | None) -> Node:
        """Return where a line of `when` or `unless` holds; what is counted in days is counted as in `terms`."""
        if line.fact == "bought":
            return self.mark(bought_in(line))
        if line.span is not None:
            assert terms is not None
            within = self.not_passed(window_end((line.span,), terms), policy, terms)
            return within if line.fact == "within" else self.diagrams.without(self.diagrams.true, within)
        found = self.diagrams.false
        for at, level in enumerate(self.levels):
            if level.fact == line.fact:
                holding = {case for case, cell in enumerate(level.cases) if _holds(line, level, cell)}
                found = self.diagrams.either(found, self.diagrams.select(at, holding))
        return found

    def part(self, part: Rule | Also | Season, policy: Policy, terms: Terms | None) -> Node:
        """Return where every line of `when` and no line of `unless` holds (S16)."""
        found = self.diagrams.true
        for line in part.when:
            found = self.diagrams.both(found, self.line(line, policy, terms))
        for line in part.unless:
            found = self.diagrams.without(found, self.line(line, policy, terms))
        return found

    def rule(self, rule: Rule, policy: Policy) -> Node:
        """Return where the conditions of a rule hold, whether it decides or one above it does."""
        return self.part(rule, policy, rule.terms)

    def season(self, season: Season, policy: Policy) -> Node:
        """Return where a season holds."""
        return self.diagrams.both(self.mark(bought_in_season(season)), self.part(season, policy, None))

    def mark(self, mark: Mark) -> Node:
        """Return where a mark has not passed."""
        return self.diagrams.select(self.time, self.moments.where(mark))

    def not_passed(self, mark: Mark, policy: Policy, terms: Terms) -> Node:
        """Return where the last day of a window has not passed, or that of a season which lengthens it (S10, S12)."""
        found = self.mark(mark)
        for season in policy.seasons:
            longer = self.diagrams.both(self.part(season, policy, None), self.mark(season_end(season, terms.if_closed)))
            found = self.diagrams.either(found, longer)
        return found

    def kept(self, promise: Promise, policy: Policy) -> Node:
        """Return where the last day of what was promised has not passed."""
        if promise.spans is None:
            return self.diagrams.true
        found = self.mark(Mark(promise.clock, promise.spans, promise.if_closed))
        for season in policy.seasons:
            if season.until in promise.ends:
                end = self.mark(season_end(season, promise.if_closed))
                found = self.diagrams.either(found, self.diagrams.both(self.part(season, policy, None), end))
        return found

    # What it comes to

    def decider(self, policy: Policy) -> Node:
        """Return the id of the rule that decides (S14)."""
        found = self.diagrams.leaf(policy.rules[-1].id)
        for rule in reversed(policy.rules[:-1]):
            found = self.diagrams.choose(self.rule(rule, policy), self.diagrams.leaf(rule.id), found)
        return found

    def deciding(self, policy: Policy) -> dict[str, Node]:
        """Return where each rule decides."""
        taken, found = self.diagrams.false, {}
        for rule in policy.rules:
            holds = self.rule(rule, policy)
            found[rule.id] = self.diagrams.without(holds, taken)
            taken = self.diagrams.either(taken, holds)
        return found

    def answers(self, policy: Policy) -> Node:
        """Return the Answer to every request."""
        found = self.diagrams.false
        for rule in reversed(policy.rules):
            found = self.diagrams.choose(self.rule(rule, policy), self.answers_of(rule, policy), found)
        return found

    def answers_of(self, rule: Rule, policy: Policy) -> Node:
        """Return the Answer to every request as if the rule decided all of them."""
        terms = rule.terms
        alone = compile_policy(policy._replace(rules=(rule._replace(when=(), unless=()),)), self.setting)
        if not terms.offer:
            return self.diagrams.leaf(Answer(significant(alone(*self.request({}))[0]), ()))
        parts = [self.part(also, policy, terms) for also in policy.alsos]
        parts += [self.season(season, policy) for season in policy.seasons]
        parts += [self._accepted("receipt", RECEIPT_TERMS[terms.receipt])]
        parts += [self._accepted("condition", CONDITION_TERMS[terms.condition])]
        kinds = self.moments.alike(rule_marks(policy, rule))
        leaves = tuple(self.diagrams.leaf(kind) for kind in kinds)
        cases = self.diagrams.combine(lambda *values: values, *parts, self.diagrams.node(self.time, leaves))
        found: dict[Hashable, Answer] = {}
        for values, path in self.diagrams.values(cases).items():
            held = cast("tuple[bool, ...]", values)
            outcome = significant(alone(*self.request(path))[0])
            alsos = [also for also, holds in zip(policy.alsos, held, strict=False) if holds]
            seasons = held[len(policy.alsos) : len(policy.alsos) + len(policy.seasons)]
            ends = frozenset(season.until for season, holds in zip(policy.seasons, seasons, strict=True) if holds)
            found[values] = Answer(outcome, _promises(outcome, terms, alsos, ends))
        return self.diagrams.combine(found.__getitem__, cases)

    def _accepted(self, fact: str, accepted: frozenset[str] | None) -> Node:
        if accepted is None:
            return self.diagrams.true
        return self.line(Line(fact, "", names=accepted), self.policies[0], None)

    # From cases to requests and back

    def alike(self, fact: str, name: str) -> frozenset[str]:
        """Return the names of a fact that nothing tells apart from this one, with it."""
        cases = [cell for level in self.levels if level.fact == fact != "tag" for cell in level.cases]
        return next((frozenset(cell.names) for cell in cases if name in cell.names), frozenset({name}))

    def request(self, path: Path) -> Facts:
        """Return the request that a path stands for, as ordinary as it can be."""
        return self.at(path, self.moments.seen[path.get(self.time, 0)][0])

    def at(self, path: Path, moment: Moment) -> Facts:
        """Return the request with a path's goods and customer, and the days of a moment."""
        values: dict[str, object] = {}
        tags = []
        for at, level in enumerate(self.levels):
            if level.fact == "tag":
                tags += [level.name] if path.get(at) else []
            elif level.fact in NUMBERS:
                values[level.fact] = _number(level, path.get(at), self.setting.digits)
            else:
                values[level.fact] = _value(level, path.get(at, 0))
        return USUAL._replace(tag=frozenset(tags), **values, **moment._asdict())  # type: ignore[arg-type]

    def path(self, facts: Facts) -> Path:
        """Return the cases that a request lies in, but for its days."""
        found = {}
        for at, level in enumerate(self.levels):
            if level.fact == "tag":
                found[at] = int(level.name in facts.tag)
            else:
                found[at] = _case(level, getattr(facts, level.fact))
        return found

    def lines(self, box: Box) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """Return a box (of anything but time) as lines of `when` and `unless`."""
        when: list[Line] = []
        unless: list[Line] = []
        tags: dict[bool, list[str]] = {True: [], False: []}
        for at, chosen in sorted(box.items()):
            level = self.levels[at]
            if level.fact == "tag":
                tags[1 in chosen].append(level.name)
            elif level.fact in NUMBERS:
                when.append(_ranges(level, chosen, self.setting.digits))
            else:
                left = [cell for case, cell in enumerate(level.cases) if case not in chosen]
                names = _names([level.cases[case] for case in sorted(chosen)])
                rest = _others(level) in names or (level.fact in CHOICES and len(_names(left)) < len(names))
                names = _names(left) if rest else names
                (unless if rest else when).append(Line(level.fact, ", ".join(names), names=frozenset(names)))
        when += [Line("tag", name, names=frozenset({name})) for name in tags[True]]
        if tags[False]:
            unless.append(Line("tag", ", ".join(tags[False]), names=frozenset(tags[False])))
        return tuple(when), tuple(unless)


def _levels(policies: tuple[Policy, ...], setting: Setting) -> list[Level]:
    """Return the facts that some policies look at, and the cases of each."""
    looked_at = {line.fact for line in lines_of(policies)} | {"receipt", "condition"}
    found = [Level("tag", name, (Cell(""), Cell(name))) for name in names_of(policies, "tag")]
    for fact in FACTS:
        if fact == "quantity" and fact in looked_at:
            found.append(Level(fact, fact, spans(1, limits_of(policies, fact), None)))
        elif fact in looked_at:
            cases = cells(policies, fact, USUAL, setting)
            if fact == "member" and NONE in names_of(policies, fact):
                cases += (Cell(OTHER, None, (OTHER,)),)  # a member of something else is not nobody's member
            usual = getattr(USUAL, fact)
            named = any(usual in cell.names for cell in cases)
            ordinary = usual if named else OTHER
            first = cases if fact in NUMBERS else sorted(cases, key=lambda cell: ordinary not in (cell.value, *cell.names))
            found.append(Level(fact, fact, tuple(first)))
    return found


def _holds(line: Line, level: Level, cell: Cell) -> bool:
    if line.fact == "tag":
        return cell.value == level.name and level.name in line.names
    if line.ranges:
        assert isinstance(cell.value, int)
        return any(wanted.holds(cell.value) for wanted in line.ranges)
    return cell.value in line.names


def _case(level: Level, value: int | str) -> int:
    """Return the case that a value lies in; a name that no case has is as good as any other."""
    if isinstance(value, int):
        return max(case for case, cell in enumerate(level.cases) if isinstance(cell.value, int) and cell.value <= value)
    named = [case for case, cell in enumerate(level.cases) if value in cell.names]
    return named[0] if named else next(case for case, cell in enumerate(level.cases) if _others(level) in cell.names)


def _others(level: Level) -> str:
    """Return the name that stands for all that nobody names: nobody's member, where the policy does not name those."""
    return OTHER if level.fact != "member" or OTHER in _names(level.cases) else NONE


def _value(level: Level, case: int) -> int | str:
    """Return a name that stands for a case: the usual one for all that nobody names."""
    cell, usual = level.cases[case], getattr(USUAL, level.fact)
    return str(usual) if cell.value == OTHER and not any(usual in each.names for each in level.cases) else cell.value


def _number(level: Level, case: int | None, digits: int) -> int:
    """Return a price or quantity that stands for a case: the usual one where it lies in it."""
    usual = getattr(USUAL, level.fact)
    cell = level.cases[_case(level, usual) if case is None else case]
    assert isinstance(cell.value, int)
    if cell.value <= usual and (cell.last is None or usual <= cell.last):
        return int(usual)
    unit = PRICE_UNITS // MINOR_UNITS[digits] if level.fact == "price" else 1
    below = None if cell.last is None else cell.last + 1 - unit
    return max(cell.value, below) if below is not None and cell.last is not None and cell.last < usual else cell.value


def _names(cases: Iterable[Cell]) -> list[str]:
    return [name for cell in cases for name in cell.names]


def _ranges(level: Level, chosen: Collection[int], digits: int) -> Line:
    """Return some cases of a price or quantity as a line: neighbours are one range."""
    ranges: list[Range] = []
    for case in sorted(chosen):
        low, last = level.cases[case].value, level.cases[case].last
        assert isinstance(low, int)
        high = None if last is None else last + 1
        if ranges and ranges[-1].high == low:
            ranges[-1] = ranges[-1]._replace(high=high)
        else:
            ranges.append(Range(low if case else None, high))
    return Line(level.fact, " or ".join(_limits(level.fact, each, digits) for each in ranges), ranges=tuple(ranges))


def _limits(fact: str, wanted: Range, digits: int) -> str:
    """Return a range as the policy language writes it."""
    low, high = (None if limit is None else price_text(limit, digits) if fact == "price" else str(limit) for limit in wanted)
    return " ".join(text for text in (f"from {low}" if low else "", f"under {high}" if high else "") if text)


def _promises(outcome: Outcome, terms: Terms, alsos: list[Also], ends: frozenset[int]) -> tuple[Promise, ...]:
    windows = dict(left_of(terms.offer, [also.only for also in alsos if also.only is not None]))
    extras = tuple(also.extra for also in alsos if also.extra is not None)
    return tuple(_promise(remedy, windows[remedy], extras, terms, ends) for remedy in outcome.remedies)


def _promise(remedy: str, window: Window, extras: tuple[Span, ...], terms: Terms, ends: frozenset[int]) -> Promise:
    if window.lasts is None:
        return Promise(remedy, window.opens, None, clock_of(terms), IF_CLOSED[0], frozenset())
    return Promise(remedy, window.opens, merged((window.lasts, *extras)), clock_of(terms), terms.if_closed, ends)
