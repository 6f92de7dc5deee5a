"""What the terms promise: windows that never open, seasons that change nothing, fees, and what would surprise a customer."""

from collections.abc import Iterator
from itertools import combinations
from typing import cast

from returnkit.model.dates import add, iso
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS, line_value
from returnkit.policy.cells import Cell
from returnkit.policy.decide import left_of
from returnkit.policy.diagram import Node
from returnkit.policy.finding import ERROR, INFO, WARNING, Finding, Subject, named, rules_and_overlays
from returnkit.policy.language import CONDITIONS, FAULTS, NO_RULE, PAYS_MONEY, RECEIPTS, Also, Line, Rule, Season, Window
from returnkit.policy.space import Answer, Level
from returnkit.policy.words import percent

WORTH = {"refund": 3, "store-credit": 2, "exchange": 1}  # what customers would rather have
FAULTY = Line("reason", "", names=frozenset(FAULTS))
CLOSED_BY = "see what closes it: its days, or the receipt and the condition that the rule demands; else take it out"
PER_PERCENT = 100  # hundredths of a percent


def never_open(subject: Subject) -> Iterator[Finding]:
    """Find remedies of an offer that nobody can ever have: over, or not presentable, whenever the rule decides."""
    for rule in subject.policy.rules:
        where = subject.deciding[rule.id]
        if where == subject.diagrams.false:
            continue
        for remedy, _ in rule.terms.offer:
            opened = subject.opened(remedy)
            if remedy == "refund" and "store-credit" not in dict(rule.terms.offer):  # which may stand in for it
                opened = subject.diagrams.either(opened, subject.opened("store-credit"))
            if subject.diagrams.both(where, opened) == subject.diagrams.false:
                what = f"{named(rule)} offers {remedy}, and whenever it decides that is over or not possible"
                example = subject.example(where)
                yield Finding(
                    "never-open", ERROR, subject.place(rule, "offer", remedy), what, "take it out, or give it longer", example
                )


def longer_than_kinder(subject: Subject) -> Iterator[Finding]:
    """Find money that is given back for longer than the goods are exchanged, or than store credit is given."""
    day = subject.policy.effective
    for rule in subject.policy.rules:
        offer = dict(rule.terms.offer)
        for lesser in ("exchange", "store-credit"):
            if "refund" in offer and lesser in offer and _end(offer["refund"], day) > _end(offer[lesser], day):
                times = f"{offer['refund'].text}) than {lesser} ({offer[lesser].text}"
                what = f"{named(rule)} gives money back for longer ({times})"
                remedy = f"give {lesser} at least as long"
                yield Finding("refund-longer", WARNING, subject.place(rule, "offer", "refund"), what, remedy)


def _end(window: Window, day: int) -> float:
    return float("inf") if window.lasts is None else add(day, window.lasts)


def no_effect(subject: Subject) -> Iterator[Finding]:
    """Find overlays that lie on something and change nothing."""
    for also in subject.policy.alsos:
        if subject.applying(also) == subject.diagrams.false or also.because:
            continue
        if not any(_matters(subject, also, rule) for rule in subject.policy.rules):
            what = f"{named(also.id)} changes no answer wherever it applies"
            yield Finding("no-effect", WARNING, subject.place(also), what, "take it out, or see what it should do")


def _matters(subject: Subject, also: Also, rule: Rule) -> bool:
    """Tell whether an overlay changes anything that a rule answers."""
    where = subject.diagrams.both(subject.deciding[rule.id], subject.space.part(also, subject.policy, rule.terms))
    if where == subject.diagrams.false:
        return False
    without = subject.policy._replace(alsos=tuple(each for each in subject.policy.alsos if each != also))
    answers = subject.own[rule.id], subject.space.answers_of(rule, without)
    changed, unchanged = (subject.diagrams.choose(where, each, subject.diagrams.false) for each in answers)
    return changed != unchanged


# Seasons


def seasons(subject: Subject) -> Iterator[Finding]:
    """Find seasons that are the wrong way round, too early, without effect, too short, over, or that overlap."""
    for season in subject.policy.seasons:
        first, last = season.bought
        place, name = subject.place(season, "bought"), f"the season {named(season.id)}"
        if first > last:
            what = f"{name} ends before it begins"
            yield Finding("season-backwards", ERROR, place, what, "write the first day first")
        elif last < subject.policy.effective:
            what = f"{name} is over before the policy begins on {iso(subject.policy.effective)}: it never holds"
            yield Finding("season-too-early", WARNING, place, what, "give it the days of this year, or take it out")
        else:
            yield from _season_end(subject, season, name)
    for one, other in combinations(subject.policy.seasons, 2):
        both = subject.diagrams.both(subject.space.season(one, subject.policy), subject.space.season(other, subject.policy))
        if both != subject.diagrams.false and one.until != other.until:
            later = max(one, other, key=lambda season: season.until)
            counts = f"in both of them {named(later.id)} counts, as it lasts longer"
            what = f"the seasons {named(one.id)} and {named(other.id)} overlap: {counts}"
            remedy = "let one begin when the other is over"
            yield Finding("season-overlap", WARNING, subject.place(other, "bought"), what, remedy, subject.example(both))


def _season_end(subject: Subject, season: Season, name: str) -> Iterator[Finding]:
    place = subject.place(season, "until")
    holds = subject.space.season(season, subject.policy)
    spans = [
        window.lasts
        for rule in subject.policy.rules
        if subject.diagrams.both(holds, subject.deciding[rule.id]) != subject.diagrams.false
        for _, window in rule.terms.offer
        if window.lasts is not None
    ]
    first, last = max(season.bought[0], subject.policy.effective), season.bought[1]
    if not any(add(first, span) < season.until for span in spans):
        if holds != subject.diagrams.false:
            what = f"{name} lengthens nothing: every window lasts beyond {iso(season.until)} by itself"
            yield Finding("season-no-effect", WARNING, place, what, "let it end later, or take it out", subject.example(holds))
    elif not any(add(last, span) < season.until for span in spans):
        what = f"{name} stops short: what is bought on its last day has longer without it than until {iso(season.until)}"
        yield Finding("season-short", WARNING, place, what, "let it end later, or stop it earlier")
    elif season.until < subject.around.today:
        what = f"{name} is over since {iso(season.until)}"
        yield Finding("season-over", INFO, place, what, "write that of the coming year")


# Fees


def fees(subject: Subject) -> Iterator[Finding]:
    """Find fees that round oddly, and fees that leave nothing of the price."""
    for part in rules_and_overlays(subject):
        fee = part.fee if isinstance(part, Also) else part.terms.fee
        if isinstance(part, Rule) and "restocking-fee" not in subject.keys(part):
            continue
        place = subject.place(part, "restocking-fee")
        if fee.percent % PER_PERCENT:
            what = f"a fee of {percent(fee)} % is not even on a whole price: there is always a fraction of a cent to explain"
            yield Finding("fee-rounds", WARNING, place, what, "write a whole percentage")
        digits = subject.setting.digits
        highest = _highest_price(part, digits)
        all_of_it = fee.percent == PER_PERCENT * 100 or (highest is not None and fee.fixed >= line_value(highest, 1, digits))
        if all_of_it:
            what = f"the restocking fee of {named(part.id)} takes the whole price: nothing is given back"
            yield Finding("fee-takes-all", WARNING, place, what, 'offer "nothing", or lower the fee')


def _highest_price(part: Rule | Also, digits: int) -> int | None:
    """Return the highest price on a label of which a part speaks, None where there is no limit."""
    limits = [wanted.high for line in part.when if line.fact == "price" for wanted in line.ranges]
    return None if not limits or None in limits else max(cast("list[int]", limits)) - PRICE_UNITS // MINOR_UNITS[digits]


# What would surprise a customer


def faults(subject: Subject) -> Iterator[Finding]:
    """Find faulty goods that are charged for: a seller bears the cost of putting right (Directive (EU) 2019/771 Art. 14)."""
    faulty = subject.space.line(FAULTY, subject.policy, None)
    for rule in subject.policy.rules:
        here = subject.diagrams.both(faulty, subject.deciding[rule.id])
        if here == subject.diagrams.false or not _speaks_of_faults(rule):
            continue
        charged = subject.diagrams.where(subject.answers, lambda answer: _pays_fee(cast("Answer", answer)))
        charged = subject.diagrams.both(here, charged)
        if charged != subject.diagrams.false:
            what = f"{named(rule)} takes a restocking fee for goods that are faulty"
            remedy = 'write restocking-fee = "0 %" in the rule, or leave faults out of the overlay'
            yield Finding("fee-on-faulty", WARNING, subject.place(rule), what, remedy, subject.example(charged))
        posted = [way for way, cost in rule.terms.return_to if cost != "free" and rule.terms.offer]
        if posted:
            what = f"{named(rule)} lets the customer pay for sending faulty goods back ({', '.join(posted)})"
            yield Finding(
                "faulty-way-back", WARNING, subject.place(rule), what, 'write return-to = { mail = "free" } in the rule'
            )


def faults_refused(subject: Subject) -> Iterator[Finding]:
    """Find what takes from faulty goods the remedies that a rule for them gives: a rule above it, or an overlay upon it."""
    faulty = subject.space.line(FAULTY, subject.policy, None)
    for above, below in combinations(subject.policy.rules[:-1], 2):
        if _speaks_of_faults(below) and not _speaks_of_faults(above):
            both = subject.diagrams.both(subject.deciding[above.id], subject.holding[below.id])
            lost = subject.diagrams.combine(_gives_nothing_of, subject.own[above.id], subject.own[below.id])
            refused = subject.diagrams.both(subject.diagrams.both(faulty, both), lost)
            if refused != subject.diagrams.false:
                what = (
                    f"{named(above)} decides on faulty goods, too, and gives nothing of what {named(below)} below it would give"
                )
                remedy = f"move {named(below)} above it"
                yield Finding("faulty-refused", WARNING, subject.place(above), what, remedy, subject.example(refused))
    for rule in subject.policy.rules[:-1]:
        here = subject.diagrams.both(faulty, subject.deciding[rule.id])
        if not _speaks_of_faults(rule) or here == subject.diagrams.false:
            continue
        if not rule.terms.offer:
            what = f"{named(rule)} offers nothing for goods that are faulty"
            remedy = "offer repair, replacement or the money back"
            yield Finding("faulty-refused", WARNING, subject.place(rule, "offer"), what, remedy, subject.example(here))
        for also in subject.policy.alsos:
            cut = also.only is not None and any(remedy not in also.only for remedy, _ in rule.terms.offer)
            on_it = subject.diagrams.both(here, subject.space.part(also, subject.policy, rule.terms))
            if cut and on_it != subject.diagrams.false:
                what = f"{named(also.id)} takes from faulty goods what {named(rule)} gives them"
                remedy = 'write unless = { reason = ["faulty"] } in it, with every reason of that rule'
                yield Finding("faulty-refused", WARNING, subject.place(also, "only"), what, remedy, subject.example(on_it))


def _gives_nothing_of(given: object, due: object) -> bool:
    remedies = {*cast("Answer", due).outcome.remedies}
    return bool(remedies) and remedies.isdisjoint(cast("Answer", given).outcome.remedies)


def _speaks_of_faults(rule: Rule) -> bool:
    return any(line.fact == "reason" and not line.names.isdisjoint(FAULTS) for line in rule.when)


def _pays_fee(answer: Answer) -> bool:
    return any(answer.outcome.fee) and not PAYS_MONEY.isdisjoint(answer.outcome.remedies)


def worse_gets_more(subject: Subject) -> Iterator[Finding]:
    """Find goods in a worse state, or a weaker receipt, that get more than better ones would."""
    best = subject.diagrams.combine(_best, subject.answers)
    faulty = subject.space.line(FAULTY, subject.policy, None)
    for at, level in enumerate(subject.space.levels):
        ranks = [name for name in _ranked(level.fact) if any(name in cell.names for cell in level.cases)]
        cases = list(dict.fromkeys(_case(level, name) for name in ranks))
        for better, worse in combinations(cases, 2):
            pair = [subject.diagrams.given(best, at, case) for case in (better, worse)]
            more = subject.diagrams.combine(lambda one, other: other > one, *pair)
            found = subject.diagrams.path(subject.diagrams.without(more, faulty))
            if found is not None:
                request = subject.request({**found, at: worse})
                rule = subject.rule(subject.diagrams.at(subject.decider, {**found, at: worse}))
                names = [_shown(level.cases[case]) for case in (worse, better)]
                what = f"{level.fact} {names[0]} gets more than {names[1]} would, by {named(rule)}"
                remedy = "check both: whoever takes good care should not get less"
                yield Finding("worse-gets-more", WARNING, subject.place(rule), what, remedy, request)
                break


def _best(answer: object) -> int:
    return max((WORTH.get(remedy, 0) for remedy in cast("Answer", answer).outcome.remedies), default=0)


def _ranked(fact: str) -> tuple[str, ...]:
    """Return the values of a fact that can be compared, best first; a gift receipt gives less by its nature."""
    return {"condition": CONDITIONS, "receipt": tuple(name for name in RECEIPTS if name != "gift")}.get(fact, ())


def _case(level: Level, name: str) -> int:
    return next(case for case, cell in enumerate(level.cases) if name in cell.names)


def _shown(cell: Cell) -> str:
    return " or ".join(f"“{name}”" for name in cell.names)


def no_reason(subject: Subject) -> Iterator[Finding]:
    """Find requests for which nothing is on offer, and no sentence tells the customer why."""
    for rule in subject.policy.rules:
        where = subject.deciding[rule.id]
        if where == subject.diagrams.false or rule.because:
            continue
        if not rule.terms.offer:
            what = f"{named(rule)} offers nothing, and says no reason that a customer could read"
            remedy = "write because = { … } with the reason"
            if rule.id == NO_RULE:
                remedy = "write a last [[rule]] without when and offer, and because = { … } in it"
            yield Finding("no-reason", WARNING, subject.place(rule), what, remedy, subject.example(where))
        elif any(also.only is not None for also in subject.policy.alsos):
            silent = subject.diagrams.both(where, _left_nothing(subject, rule))
            if silent != subject.diagrams.false:
                what = f"an overlay leaves nothing of what {named(rule)} offers, and nothing says why"
                remedy = "write because = { … } in the overlay, or let it leave something"
                yield Finding("no-reason", WARNING, subject.place(rule), what, remedy, subject.example(silent))


def _left_nothing(subject: Subject, rule: Rule) -> Node:
    """Return where overlays without a reason leave nothing of a rule's offer."""
    alsos = [also for also in subject.policy.alsos if also.only is not None]
    parts = [subject.space.part(also, subject.policy, rule.terms) for also in alsos]

    def nothing_left(*held: object) -> bool:
        holding = [also for also, holds in zip(alsos, held, strict=True) if holds]
        only = [also.only for also in holding if also.only is not None]
        return not left_of(rule.terms.offer, only) and not any(also.because for also in holding)

    return subject.diagrams.combine(nothing_left, *parts)
