"""Which rule decides what: rules that never do, lines that make no difference, gaps between limits, overlaps."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations, product, takewhile
from typing import NamedTuple, cast

from returnkit.model.dates import iso
from returnkit.model.money import PRICE_UNITS, price_text
from returnkit.policy.decide import hyphened
from returnkit.policy.diagram import Node
from returnkit.policy.facts import Facts
from returnkit.policy.finding import ERROR, INFO, WARNING, Finding, Part, Subject, named, rules_and_overlays
from returnkit.policy.language import NO_RULE, REMEDIES, Also, Fee, Line, Rule, Season
from returnkit.policy.moments import Moment
from returnkit.policy.space import Answer, Promise

ONE = {"price": PRICE_UNITS, "quantity": 1, "on": 1}  # a gap that is no wider was hardly meant
DAYS = ("within", "after")
TWO_DAYS = 2


def never_deciding(subject: Subject) -> Iterator[Finding]:
    """Find rules that no request can meet, and rules that those above them leave nothing."""
    for rule in subject.policy.rules[:-1]:
        place = subject.place(rule)
        if subject.holding[rule.id] == subject.diagrams.false:
            ended = [line for line in rule.when if line.fact == "bought" and line.days[1] < subject.policy.effective]
            if ended:
                what = f"{named(rule)} can never hold: the policy begins only on {iso(subject.policy.effective)}"
                yield Finding("impossible", ERROR, subject.place(rule, "when", "bought"), what, "give it days from then on")
            else:
                what = f"the conditions of {named(rule)} can never all hold at once"
                yield Finding("impossible", ERROR, place, what, "take one of them out, or the rule")
        elif subject.deciding[rule.id] == subject.diagrams.false:
            above = _taking(subject, rule)
            names = _all_of([named(each) for each in above])
            what = f"{named(rule)} never decides: {names} always {'do' if len(above) > 1 else 'does'} so before it"
            example = subject.example(subject.diagrams.both(subject.holding[rule.id], subject.deciding[above[-1].id]))
            yield Finding("never-decides", ERROR, place, what, f"move it above {names}, or take it out", example)


def _taking(subject: Subject, rule: Rule) -> list[Rule]:
    """Return the rules above one that hold wherever it does, as few as can be found: the nearest first, then the others."""
    diagrams, holds = subject.diagrams, subject.holding[rule.id]
    above = [
        other
        for other in takewhile(lambda other: other.id != rule.id, subject.policy.rules)
        if diagrams.both(holds, subject.deciding[other.id]) != diagrams.false
    ][::-1]
    alone = [other for other in above if diagrams.without(holds, subject.holding[other.id]) == diagrams.false]
    left, found = holds, []
    for other in alone[:1] or above:
        rest = diagrams.without(left, subject.holding[other.id])
        if rest != left:
            left = rest
            found.append(other)
    return found[::-1]


def never_applying(subject: Subject) -> Iterator[Finding]:
    """Find overlays and seasons that no request can meet, or that lie only on rules that offer nothing."""
    for also in subject.policy.alsos:
        if subject.applying(also) == subject.diagrams.false:
            parts = [subject.space.part(also, subject.policy, rule.terms) for rule in subject.policy.rules]
            if any(part != subject.diagrams.false for part in parts):
                what = f"{named(also.id)} never applies: wherever it holds, nothing is offered"
                yield Finding("never-applies", ERROR, subject.place(also), what, "take it out, or change its conditions")
            else:
                what = f"the conditions of {named(also.id)} can never all hold at once"
                yield Finding("impossible", ERROR, subject.place(also), what, "take one of them out, or the overlay")
    for season in subject.policy.seasons:
        first, last = season.bought
        in_force = first <= last and last >= subject.policy.effective
        if in_force and subject.space.season(season, subject.policy) == subject.diagrams.false:
            what = f"the conditions of the season {named(season.id)} can never all hold at once"
            yield Finding("impossible", ERROR, subject.place(season), what, "take one of them out, or the season")


# Lines and values that make no difference


class _Without(NamedTuple):
    """A part of the policy with something taken out: what it is, and which key of the file it stands at."""

    what: str
    kind: str
    key: str
    part: Part
    code: str


def needless(subject: Subject) -> Iterator[Finding]:
    """Find lines and values without which every rule, overlay and season would hold exactly where it does."""
    for part in subject.parts():
        reach = _reach(subject, part)
        if reach == subject.diagrams.false:
            continue
        dead_lines = set()
        for less in _shorter(subject, part):
            if (less.kind, less.key) in dead_lines or _reach(subject, less.part) != reach:
                continue
            if less.code != "dead-value":
                dead_lines.add((less.kind, less.key))
            level = INFO if less.code == "needless-condition" else WARNING
            what = f"{named(part.id)} would be the same without {less.what}"
            place = subject.place(part, less.kind, less.key)
            yield Finding(less.code, level, place, what, "take it out, or see what it should do")


def _reach(subject: Subject, part: Part) -> Node:
    """Return where a rule decides, an overlay applies, a season holds; the part stands where the one with its id does."""
    if isinstance(part, Also):
        return subject.applying(part)
    if isinstance(part, Season):
        return subject.space.season(part, subject.policy)
    return subject.diagrams.without(subject.space.rule(part, subject.policy), subject.taken[part.id])


def _shorter(subject: Subject, part: Part) -> Iterator[_Without]:
    """Yield a part without each of its lines, and without each value of a line that has several."""
    for kind in ("when", "unless"):
        lines: tuple[Line, ...] = getattr(part, kind)
        for at, line in enumerate(lines):
            key = hyphened(line.fact)
            others = (*lines[:at], *lines[at + 1 :])
            code = "dead-exception" if kind == "unless" else "needless-condition"
            yield _Without(f"{kind} {key} = {line.text}", kind, key, _with(part, kind, others), code)
            for value, fewer in _fewer(subject, line):
                changed = (*lines[:at], fewer, *lines[at + 1 :])
                yield _Without(f"{value} in {kind} {key}", kind, key, _with(part, kind, changed), "dead-value")


def _with(part: Part, kind: str, lines: tuple[Line, ...]) -> Part:
    """Return a part with other lines of `when` or `unless`."""
    return part._replace(when=lines) if kind == "when" else part._replace(unless=lines)


def _fewer(subject: Subject, line: Line) -> Iterator[tuple[str, Line]]:
    """Yield a line without each of its values, where it has several, and without those that nothing tells apart from it."""
    if len(line.names) > 1:
        for name in sorted(line.names):
            yield f"“{name}”", line._replace(names=line.names - subject.space.alike(line.fact, name))
    if len(line.ranges) > 1:
        for at, text in enumerate(line.text.split(" or ")):
            yield f"“{text}”", line._replace(ranges=(*line.ranges[:at], *line.ranges[at + 1 :]))


# Overlaps


def overlaps(subject: Subject) -> Iterator[Finding]:
    """Find rules that hold for the same request and would answer it differently: their order decides."""
    for above, below in combinations(subject.policy.rules[:-1], 2):
        both = subject.diagrams.both(subject.deciding[above.id], subject.holding[below.id])
        if both == subject.diagrams.false:
            continue
        differ = subject.diagrams.combine(lambda one, other: one != other, subject.own[above.id], subject.own[below.id])
        different = subject.diagrams.both(both, differ)
        if different != subject.diagrams.false:
            first = f"{named(above)} decides, standing first"
            what = f"{named(above)} and {named(below)} can both hold, and say different things: {first}"
            remedy = "nothing, if that is what you mean"
            yield Finding("overlap", INFO, subject.place(above), what, remedy, subject.example(different))


# Gaps between neighbouring limits


def gaps(subject: Subject) -> Iterator[Finding]:
    """Find prices, quantities and days between the limits of two rules for which neither speaks.

    A gap is reported where it is no wider than one unit of money, one piece or one day, or where less is open in it than on
    both its sides.
    """
    yield from _purchase_gaps(subject)
    seen: set[object] = set()
    for gap in [*_number_gaps(subject), *_day_gaps(subject)]:
        key = (gap.fact, gap.before.id, gap.between.id, gap.after.id)
        if key in seen:
            continue
        seen.add(key)
        what = (
            f"{gap.where} lies between what {named(gap.before)} and {named(gap.after)} speak of: "
            f"{named(gap.between)} decides there"
        )
        remedy = "let one limit begin where the other ends"
        yield Finding("gap", WARNING, subject.place(gap.after, "when", gap.key), what, remedy, gap.example)


def _purchase_gaps(subject: Subject) -> Iterator[Finding]:
    """Find a single day of purchase between two lines, or two seasons, that speak of the days around it."""
    lines = [
        (part, line.days, ("when", "bought"))
        for part in rules_and_overlays(subject)
        for line in part.when
        if line.fact == "bought"
    ]
    for spans in (lines, [(season, season.bought, ("bought",)) for season in subject.policy.seasons]):
        for (one, (_, last), _), (other, (first, _), keys) in product(spans, repeat=2):
            if first - last == TWO_DAYS and not any(days[0] <= last + 1 <= days[1] for _, days, _ in spans):
                what = f"what is bought on {iso(last + 1)} lies between what {named(one.id)} and {named(other.id)} speak of"
                yield Finding("gap", WARNING, subject.place(other, *keys), what, "let one begin on the day after the other ends")


class _Gap(NamedTuple):
    fact: str
    before: Rule
    between: Rule
    after: Rule
    where: str
    key: str
    example: Facts


def _number_gaps(subject: Subject) -> Iterator[_Gap]:
    for at, level in enumerate(subject.space.levels):
        if level.fact not in ONE or not any(_limited(rule, (level.fact,)) for rule in subject.policy.rules):
            continue
        digits = subject.setting.digits
        starts = [cast("int", cell.value) for cell in level.cases]
        cases = [subject.diagrams.given(subject.decided, at, case) for case in range(len(level.cases))]
        profiles = subject.diagrams.combine(lambda *values: values, *cases)
        for profile in subject.diagrams.values(profiles):
            for gap in _stretches_between(subject, cast("Profile", profile), (level.fact,), ONE[level.fact], [starts]):
                path = subject.diagrams.path_to(profiles, profile)
                limits = [price_text(starts[case], digits) if level.fact == "price" else str(starts[case]) for case in gap.cases]
                where = f"{level.fact} from {limits[0]} under {limits[1]}"
                yield _Gap(level.fact, *gap.rules, where, level.fact, subject.request({**path, at: gap.cases[0]}))


def _day_gaps(subject: Subject) -> Iterator[_Gap]:
    if not any(_limited(rule, DAYS) for rule in subject.policy.rules):
        return
    for run in subject.space.moments.runs:
        cases = [subject.diagrams.given(subject.decided, subject.space.time, number) for number in run.numbers]
        profiles = subject.diagrams.combine(lambda *values: values, *cases)
        starts = [[moment.on for moment in example] for example in run.examples]
        for profile in subject.diagrams.values(profiles):
            for gap in _stretches_between(subject, cast("Profile", profile), DAYS, ONE["on"], starts):
                path = subject.diagrams.path_to(profiles, profile)
                first, after = (run.examples[gap.example][case] for case in gap.cases)
                days = first.on - first.bought, after.on - 1 - first.bought
                where = f"day {days[0]}" if days[0] == days[1] else f"the time from day {days[0]} to day {days[1]}"
                key = next(line.fact for line in gap.rules[2].when if line.fact in DAYS)
                yield _Gap("on", *gap.rules, where, key, subject.space.at(path, first))


Profile = tuple[tuple[str, frozenset[str]], ...]  # the rule that decides and what is open, case by case


class _Stretch(NamedTuple):
    """A gap in a profile: the rules before, in and after it, its first case and the one after it, the narrowest example."""

    rules: tuple[Rule, Rule, Rule]
    cases: tuple[int, int]
    example: int


def _stretches_between(
    subject: Subject, profile: Profile, facts: tuple[str, ...], one: int, starts: list[list[int]]
) -> Iterator[_Stretch]:
    """Yield the gaps of a profile: neither wider than `one` nor with as much open as on both sides.

    `starts` has for each example where each case begins. Neighbouring cases with the same rule and remedies are one stretch.
    """
    begins = [at for at, case in enumerate(profile) if not at or case != profile[at - 1]]
    for before, begin, after in zip(begins, begins[1:], begins[2:], strict=False):
        rules = subject.rule(profile[before][0]), subject.rule(profile[begin][0]), subject.rule(profile[after][0])
        if not (_limited(rules[0], facts) and _limited(rules[2], facts)) or _limited(rules[1], facts):
            continue
        narrowest = min(range(len(starts)), key=lambda example: starts[example][after] - starts[example][begin])
        sides = profile[before][1], profile[after][1]
        less = not sides[0] & sides[1] <= profile[begin][1] or (not profile[begin][1] and all(sides))
        if less or starts[narrowest][after] - starts[narrowest][begin] <= one:
            yield _Stretch(rules, (begin, after), narrowest)


def _limited(rule: Rule, facts: Iterable[str]) -> bool:
    return any(line.fact in facts for line in rule.when)


def coming_back(subject: Subject) -> Iterator[Finding]:
    """Find what is over and later possible again, though no window says so: a hole in the days."""
    if not any(line.span is not None for part in rules_and_overlays(subject) for line in (*part.when, *part.unless)):
        return
    seen = set()
    for remedy in REMEDIES:
        opened = subject.diagrams.where(subject.answers, partial(_open_from_the_start, remedy))
        for run in subject.space.moments.runs:
            states = [subject.diagrams.given(opened, subject.space.time, number) for number in run.numbers]
            before = over = subject.diagrams.false
            for at, now in enumerate(states):
                path = subject.diagrams.path(subject.diagrams.both(over, now))
                if path is not None:
                    number, again = run.numbers[at], run.examples[0][at]
                    rule = subject.rule(subject.diagrams.at(subject.decider, {**path, subject.space.time: number}))
                    open_then = [subject.diagrams.at(state, path) is True for state in states]
                    closed = run.examples[0][open_then.index(False, open_then.index(True))]
                    if (rule.id, remedy) not in seen:
                        seen.add((rule.id, remedy))
                        days = closed.on - closed.bought, again.on - again.bought
                        what = f"{remedy} is over on day {days[0]} and possible again on day {days[1]}, by {named(rule)}"
                        example = subject.space.at(path, closed)
                        yield Finding("comes-back", WARNING, subject.place(rule), what, "let the windows meet", example)
                    break
                over = subject.diagrams.either(over, subject.diagrams.without(before, now))
                before = subject.diagrams.either(before, now)


def _open_from_the_start(remedy: str, answer: object) -> bool:
    return any(promise.remedy == remedy and promise.opens is None for promise in cast("Answer", answer).promises)


# What is promised, and then not kept


def cut_short(subject: Subject) -> Iterator[Finding]:
    """Find promises that another rule or overlay ends before their last day."""
    promises = {promise for answer in subject.diagrams.values(subject.answers) for promise in cast("Answer", answer).promises}
    found: dict[tuple[str, str], tuple[set[str], Facts]] = {}
    for promise in sorted(promises, key=str):
        promised = subject.diagrams.where(subject.answers, partial(_promises, promise))
        gone = subject.diagrams.without(subject.space.kept(promise, subject.policy), subject.opened(promise.remedy))
        if gone == subject.diagrams.false:
            continue
        broken = subject.diagrams.combine(lambda rule, gone: rule if gone else None, subject.decider, gone)
        promising = subject.diagrams.combine(lambda rule, holds: rule if holds else None, subject.decider, promised)
        nothing = subject.diagrams.leaf(None)
        before, after = (_by_moment(subject, node) for node in (promising, broken))
        for earlier, later, example in _one_after_the_other(subject):
            if nothing in (before[earlier], after[later]):
                continue
            pairs = subject.diagrams.combine(lambda *rules: rules if None not in rules else None, before[earlier], after[later])
            for pair in cast("Iterable[tuple[str, str] | None]", subject.diagrams.values(pairs)):
                if pair is not None:
                    if pair not in found:
                        found[pair] = set(), subject.space.at(subject.diagrams.path_to(pairs, pair), example)
                    found[pair][0].add(promise.remedy)
    for (promising_rule, ending_rule), (remedies, example_facts) in found.items():
        rule = subject.rule(promising_rule)
        names = _all_of([remedy for remedy in REMEDIES if remedy in remedies])
        by = f"{named(ending_rule)} decides" if ending_rule != promising_rule else "it is ended"
        days = f"on {iso(example_facts.on)}, for what was bought on {iso(example_facts.bought or 0)}"
        what = f"{named(rule)} promises {names} for longer than it is kept: {by} {days}"
        remedy = "let the window end when the other one takes over"
        yield Finding("cut-short", WARNING, subject.place(rule, "offer"), what, remedy, example_facts)


def _by_moment(subject: Subject, root: Node) -> list[Node]:
    """Return what becomes of a function in each moment."""
    return [subject.diagrams.given(root, subject.space.time, number) for number in range(len(subject.space.moments.held))]


def _one_after_the_other(subject: Subject) -> Iterator[tuple[int, int, Moment]]:
    """Yield every two moments of which one can follow the other for the same purchase, with an example of the later one."""
    seen = set()
    for run in subject.space.moments.runs:
        for earlier, later in combinations(range(len(run.numbers)), 2):
            pair = run.numbers[earlier], run.numbers[later]
            if pair not in seen:
                seen.add(pair)
                yield *pair, run.examples[0][later]


def _promises(promise: Promise, answer: object) -> bool:
    return promise in cast("Answer", answer).promises


def unread_keys(subject: Subject) -> Iterator[Finding]:
    """Find keys that no answer depends on."""
    for rule in subject.policy.rules:
        inheriting = [rule]
        if rule.id == NO_RULE:
            inheriting += subject.policy.rules[:-1]
        for key in sorted(subject.keys(rule)):
            users = [other for other in inheriting if other.id == rule.id or key not in subject.keys(other)]
            never = rule.id != NO_RULE and subject.deciding[rule.id] == subject.diagrams.false
            if key in _READ_BY and not never and not any(_reads(subject, other, key) for other in users):
                what = f"nothing reads {key} of {named(rule)}: every answer is the same whatever it says"
                yield Finding(
                    "unread-key", WARNING, subject.place(rule, key), what, "take it out, or see which rule should read it"
                )


def _reads(subject: Subject, rule: Rule, key: str) -> bool:
    """Tell whether an answer of a rule depends on a key of its terms."""
    where = subject.deciding[rule.id]
    if where == subject.diagrams.false:
        return False
    if key == "offer":
        return True
    if key in ("counts-from", "if-closed"):
        parts: list[Rule | Also] = [rule, *subject.policy.alsos]
        lines = [line for part in parts for line in (*part.when, *part.unless)]
        return any(window.lasts is not None for _, window in rule.terms.offer) or any(line.span is not None for line in lines)
    field, others = _READ_BY[key]
    own = subject.diagrams.choose(where, subject.own[rule.id], subject.diagrams.false)
    for other in others:
        changed = rule._replace(terms=rule.terms._replace(**{field: other}))  # type: ignore[arg-type]
        answers = subject.diagrams.choose(where, subject.space.answers_of(changed, subject.policy), subject.diagrams.false)
        if answers != own:
            return True
    return False


ABOVE_ALL = 1000  # a rank that nobody has

# Each key with the field of the terms, and values that make a difference if anything does.
_READ_BY: dict[str, tuple[str, tuple[object, ...]]] = {
    "offer": ("offer", ()),
    "receipt": ("receipt", ("required", "not-needed")),
    "condition": ("condition", ("unopened", "any")),
    "counts-from": ("counts_from", ()),
    "if-closed": ("if_closed", ()),
    "restocking-fee": ("fee", (Fee(), Fee(percent=100), Fee(fixed=100_000_000))),
    "return-to": ("return_to", ((), (("store", "free"),))),
    "refund-to": ("refund_to", ("original", "cash")),
    "value": ("value", ("price-paid", "lowest-price")),
    "approval": ("approval", (0, ABOVE_ALL)),
}


def _all_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
