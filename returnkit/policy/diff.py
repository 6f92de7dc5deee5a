"""Two policies compared by what they answer, not by how they are written: what changes, for whom, and in which direction.

Every request that either of them tells apart is looked at (see `space`), so where no change is named, there is none.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple, cast

from returnkit.model.dates import Span, add
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS
from returnkit.policy.ask import significant
from returnkit.policy.cells import LONG_AGO
from returnkit.policy.compile import Outcome, compile_policy
from returnkit.policy.decide import Setting
from returnkit.policy.diagram import Node, Path
from returnkit.policy.facts import Facts
from returnkit.policy.language import (
    CONDITIONS,
    FACE_VALUE,
    PAYS_MONEY,
    RECEIPTS,
    REMEDIES,
    VALUES,
    Line,
    Policy,
    Room,
    Rule,
)
from returnkit.policy.moments import Mark, Moment, Run
from returnkit.policy.space import USUAL, Answer, Promise, Space
from returnkit.policy.windows import roll

KINDER, STRICTER, OTHERWISE = "kinder", "stricter", "otherwise"
GONE, CUSTOMER_PAYS = (2, 0.0), (1, 0.0)


class Offered(NamedTuple):
    """A remedy that only one of two policies has open: its window, the fee that is kept back, the role that must agree."""

    window: Promise
    fee: tuple[int, int]
    approval: int


class Difference(NamedTuple):
    """One thing that is answered otherwise: a remedy, its window, or another part of the answer.

    `of` is the remedy, with a Promise as `old` and as `new`, or an Offered as one of them and None as the other; else it is a
    part of the Outcome, and they are its values. Of ways back there are those that differ.
    """

    of: str
    old: object
    new: object
    direction: str


class RoomChange(NamedTuple):
    """What changes in the room that a role has beyond the policy, and a request that shows it."""

    role: int
    old: Room | None
    new: Room | None
    direction: str
    example: Facts


class Change(NamedTuple):
    """One thing that changes for some requests: which rules decide them, the further conditions, and an example.

    `conditions` are alternatives, each lines of `when` and of `unless`; none where the whole of what both rules decide
    changes. `bought` are the first and last days of purchase for which it holds (last None: from then on), None where for
    all; `after` is the first day after the purchase on which it shows, 0 where on the day itself.
    """

    old_rule: Rule
    rule: Rule
    conditions: tuple[tuple[tuple[Line, ...], tuple[Line, ...]], ...]
    bought: tuple[tuple[int, int | None], ...] | None
    after: int
    difference: Difference
    example: Facts
    region: Node
    alone: bool  # neither policy has any other rule


class _Pair(NamedTuple):
    """Two answers to one request, and which rules gave them."""

    old: Answer
    new: Answer
    old_rule: str
    new_rule: str


class Comparison:
    """Two policies over the requests that either of them tells apart, for what is bought once both are in force."""

    def __init__(self, old: Policy, new: Policy, setting: Setting) -> None:
        self.setting = setting
        self.space = Space((old, new), setting)
        self.old, self.new = self.space.policies
        self.diagrams = self.space.diagrams
        self._old_answers, self._new_answers = self.space.answers(self.old), self.space.answers(self.new)
        self.differing = self._differing()
        self._deciding = [self.space.deciding(policy) for policy in (self.old, self.new)]
        self._starts = self._intervals()
        self._runs = [(run, self._times_like(run.examples[0][0].bought)) for run in self.space.moments.runs]

    def _differing(self) -> Node:
        """Return the pair of answers to every request that is answered otherwise, None to the others."""
        space, diagrams = self.space, self.diagrams
        numbers = tuple(diagrams.leaf(number) for number in range(len(space.moments.held)))

        def differ(old: object, new: object, old_rule: object, new_rule: object, moment: object) -> _Pair | None:
            pair = _Pair(cast("Answer", old), cast("Answer", new), str(old_rule), str(new_rule))
            return pair if self._differ(pair, cast("int", moment)) else None

        return diagrams.combine(
            differ,
            self._old_answers,
            self._new_answers,
            space.decider(self.old),
            space.decider(self.new),
            diagrams.node(space.time, numbers),
        )

    def _differ(self, pair: _Pair, moment: int) -> bool:
        """Tell whether two answers differ for any day of a moment."""
        if pair.old.outcome != pair.new.outcome:
            return True
        if pair.old.promises == pair.new.promises:
            return False
        return bool(self._ending_otherwise(pair, moment))

    def last_day(self, promise: Promise, days: Moment) -> int | None:
        """Return the last day of what is promised, None where there is none."""
        if promise.spans is None:
            return None
        day: int = getattr(days, promise.clock)
        for span in promise.spans:
            day = add(day, span)
        return roll(max([day, *promise.ends]), promise.if_closed, self.setting.calendar)

    # Beyond the rules

    def room_changes(self, old: Policy, new: Policy) -> list[RoomChange]:
        """Return what changes in the room that roles have beyond the policy, where it changes any answer."""
        found = []
        for role in range(len(self.setting.roles)):
            before, after = (_useful(policy.rooms[role]) for policy in (old, new))
            if before == after:
                continue
            example = self._shows_room((new, old), (old.rooms, new.rooms), role)
            if example is not None:
                found.append(RoomChange(role, before, after, _direction(_wider(before, after)), example))
        return found

    def _shows_room(self, policies: tuple[Policy, ...], rooms: tuple[tuple[Room | None, ...], ...], role: int) -> Facts | None:
        """Return a request that the same rules answer otherwise with other room for a role, None where there is none."""
        own = [each[role] for each in rooms]
        for policy in policies:
            changed = [policy._replace(rooms=(*policy.rooms[:role], room, *policy.rooms[role + 1 :])) for room in own]
            decide = [compile_policy(each, self.setting) for each in changed]
            for facts in self._beyond([room for room in own if room is not None], role):
                one, other = (significant(each(*facts)[0]) for each in decide)
                if one != other:
                    return facts
        return None

    def _beyond(self, rooms: list[Room], role: int) -> Iterator[Facts]:
        """Yield requests of every kind on the days and at the prices at which rooms end."""
        lates = [Span(0, 0), Span(0, 1), *(more for room in rooms if room.late for more in (room.late, _one_more(room.late)))]
        prices = [USUAL.price or 0]
        for room in rooms:
            if room.amount is not None:
                limit = room.amount * (PRICE_UNITS // MINOR_UNITS[self.setting.digits])
                prices += [limit, 2 * limit + PRICE_UNITS]
        kinds = self.diagrams.combine(
            lambda *found: found,
            self._old_answers,
            self._new_answers,
            *(self.space.decider(policy) for policy in (self.old, self.new)),
        )
        ends = [mark for mark in self.space.moments.marks if not mark.before and (mark.until or not mark.first)]
        for path in self.diagrams.rests(kinds, self.space.time).values():
            request = self.space.request(path)
            for mark, late in product(ends, lates):
                on = max(add(self._end(mark, request), late), request.bought or 0)
                for price, receipt, condition in product(prices, RECEIPTS, CONDITIONS):
                    yield request._replace(on=on, price=price, receipt=receipt, condition=condition, role=role)

    def _end(self, mark: Mark, request: Facts) -> int:
        """Return the day on which a mark passes for the purchase and delivery of a request."""
        day: int = mark.until or getattr(request, mark.clock)
        for span in mark.spans:
            day = add(day, span)
        return roll(day, mark.if_closed, self.setting.calendar)

    # From pairs of answers to changes

    def changes(self) -> list[Change]:
        """Return what changes, in the order of the new policy's rules, those that only the old one had after them."""
        groups: dict[object, list[_Told]] = {}
        for profile, path in self.diagrams.rests(self.differing, self.space.time).items():
            for stage in self._stages(profile):
                key = stage.old_rule, stage.rule, stage.difference, stage.bought
                groups.setdefault(key, []).append(_Told(profile, path, stage))
        found = [self._change(group) for group in groups.values()]
        order = [[rule.id for rule in policy.rules] for policy in (self.new, self.old)]
        return sorted(
            found, key=lambda change: (order[0].index(change.rule.id), order[1].index(change.old_rule.id), change.after)
        )

    def _stages(self, profile: Node) -> Iterable["_Stage"]:
        """Return what differs for the requests of a profile; of what follows from an earlier day of one purchase, nothing."""
        children = self.diagrams.children(profile, self.space.time)
        pairs = [cast("_Pair | None", self.diagrams.value(child)) for child in children]
        stages: dict[object, _Stage] = {}
        for run, times in self._runs:
            told: set[str] = set()
            for number in run.numbers:
                pair = pairs[number]
                if pair is None:
                    continue
                shown = self._shown(pair, number)
                for difference, days in shown:
                    if difference.of not in told:
                        difference = self._opening_later(difference, pairs, run)  # noqa: PLW2901
                        key = pair.old_rule, pair.new_rule, difference
                        known = stages.get(key, _Stage(pair.old_rule, pair.new_rule, difference, frozenset(), days))
                        days = min(known.days, days, key=_after)  # noqa: PLW2901
                        stages[key] = known._replace(bought=known.bought | times, days=days)
                told |= {difference.of for difference, _ in shown if difference.of in (*REMEDIES, "order")}
                told |= self._ending_otherwise(pair, number)
        return stages.values()

    def _opening_later(self, difference: Difference, pairs: list["_Pair | None"], run: Run) -> Difference:
        """Return the change of a window instead of a remedy that is gone or new, where it is only not open yet by one policy."""
        sides = difference.old, difference.new
        if not any(isinstance(side, Offered) for side in sides):
            return difference
        windows: list[Promise] = []
        for at, side in enumerate(sides):
            later = next(
                (
                    _window(promise)._replace(opens=promise.opens or Span(0, days.on - getattr(days, promise.clock)))
                    for pair, days in zip((pairs[number] for number in run.numbers), run.examples[0], strict=True)
                    if pair is not None
                    for promise in (pair.old, pair.new)[at].promises
                    if promise.remedy == difference.of
                ),
                None,
            )
            window = side.window if isinstance(side, Offered) else later
            if window is None:
                return difference
            windows.append(window)
        return Difference(difference.of, windows[0], windows[1], difference.direction)

    def _ending_otherwise(self, pair: _Pair, number: int) -> set[str]:
        """Return the remedies that are open by both policies until different days: what is open later follows from that."""
        old = {promise.remedy: promise for promise in pair.old.promises}
        seen = self.space.moments.seen[number]
        return {
            new.remedy
            for new in pair.new.promises
            if new.remedy in old and any(self._days(old[new.remedy], each) != self._days(new, each) for each in seen)
        }

    def _intervals(self) -> list[int]:
        """Return the first days of the times of purchase that lines and seasons tell apart."""
        start = self.new.effective
        ranges = [(mark.first, mark.last + 1) for mark in self.space.moments.marks if mark.first]
        return sorted({start, *(day for limits in ranges for day in limits if day > start)})

    def _times_like(self, bought: int) -> frozenset[int]:
        """Return the numbers of the times of purchase for which the same lines and seasons hold as for one day."""
        ranges = {(mark.first, mark.last) for mark in self.space.moments.marks if mark.first}

        def holding(day: int) -> set[tuple[int, int]]:
            return {limits for limits in ranges if limits[0] <= day <= limits[1]}

        return frozenset(number for number, start in enumerate(self._starts) if holding(start) == holding(bought))

    def _bought(self, intervals: frozenset[int]) -> tuple[tuple[int, int | None], ...] | None:
        """Return times of purchase as first and last days (None: from then on), None where it is any time."""
        starts = self._starts
        if len(intervals) == len(starts):
            return None
        found: list[tuple[int, int | None]] = []
        for number in sorted(intervals):
            last = starts[number + 1] - 1 if number + 1 < len(starts) else None
            if found and found[-1][1] == starts[number] - 1:
                found[-1] = (found[-1][0], last)
            else:
                found.append((starts[number], last))
        return tuple(found)

    def _change(self, group: list["_Told"]) -> Change:
        """Return one change out of all that is told alike."""
        diagrams = self.diagrams
        _, path, stage = min(group, key=lambda told: _after(told.stage.days))
        region = diagrams.upper(self.differing, self.space.time, {told.profile for told in group}.__contains__)
        decide = diagrams.both(self._deciding[0][stage.old_rule], self._deciding[1][stage.rule])
        window = stage.difference.old and stage.difference.new and stage.difference.of
        spoken_of = self._ever(diagrams.both(decide, self._open(str(window or ""))))
        boxes = diagrams.boxes(region, diagrams.either(spoken_of, region))
        conditions = tuple(self.space.lines(box) for box in boxes)
        return Change(
            old_rule=next(rule for rule in self.old.rules if rule.id == stage.old_rule),
            rule=next(rule for rule in self.new.rules if rule.id == stage.rule),
            conditions=() if conditions == (((), ()),) else conditions,
            bought=self._bought(stage.bought),
            after=stage.days.on - stage.days.bought,
            difference=stage.difference,
            example=self.space.at(path, stage.days),
            region=region,
            alone=len(self.old.rules) == len(self.new.rules) == 1,
        )

    @cache  # noqa: B019 - as long as the comparison lives
    def _open(self, of: str) -> Node:
        """Return where a remedy is open by one of the policies, any of them for what is no remedy."""

        def is_open(old: object, new: object) -> bool:
            remedies = {*cast("Answer", old).outcome.remedies, *cast("Answer", new).outcome.remedies}
            return of in remedies if of in REMEDIES else bool(remedies)

        return self.diagrams.combine(is_open, self._old_answers, self._new_answers)

    def _ever(self, condition: Node) -> Node:
        """Return where a condition is true at some time."""
        return self.diagrams.upper(condition, self.space.time, lambda rest: rest != self.diagrams.false)

    @cache  # noqa: B019
    def _shown(self, pair: _Pair, number: int) -> list[tuple[Difference, Moment]]:
        """Return what differs between two answers in a moment, remedies first, each with days on which that shows."""
        old, new = pair.old.outcome, pair.new.outcome
        seen = self.space.moments.seen[number]
        days = min(seen, key=_after)
        promises = [{promise.remedy: promise for promise in answer.promises} for answer in (pair.old, pair.new)]
        found: list[tuple[Difference, Moment]] = []
        for remedy in dict.fromkeys([*old.remedies, *new.remedies]):
            before, after = (each.get(remedy) for each in promises)
            if before is None or after is None:
                one, other = (_offered(promise, answer.outcome) for promise, answer in ((before, pair.old), (after, pair.new)))
                found.append((Difference(remedy, one, other, KINDER if before is None else STRICTER), days))
            elif before != after:
                found += self._of_promises(before, after, seen)
        both = {*old.remedies} & {*new.remedies}
        parts: list[tuple[str, object, object, int]] = []
        both_ways = {*old.return_to} & {*new.return_to}
        if old.remedies and new.remedies:
            parts.append(("approval", old.who or 0, new.who or 0, (new.who or 0) - (old.who or 0)))
            ways = [tuple(way for way in own if way not in both_ways) for own in (old.return_to, new.return_to)]
            parts.append(("return-to", ways[0], ways[1], _dearer(old.return_to, new.return_to)))
        if {*old.remedies} == {*new.remedies}:
            parts.append(("order", old.remedies, new.remedies, 0))
        if both & (PAYS_MONEY | FACE_VALUE):
            parts.append(("value", old.value, new.value, VALUES.index(new.value) - VALUES.index(old.value)))
        if both & PAYS_MONEY:
            parts.append(("fee", old.fee, new.fee, _trend(old.fee, new.fee)))
        if "refund" in both:
            parts.append(("refund-to", old.refund_to, new.refund_to, 0))
        return found + [(Difference(of, one, other, _direction(-more)), days) for of, one, other, more in parts if one != other]

    def _of_promises(self, old: Promise, new: Promise, seen: tuple[Moment, ...]) -> list[tuple[Difference, Moment]]:
        """Return in what the time of a remedy differs on some days: its window, its clock, closed days, seasons."""
        differing = [days for days in seen if self._days(old, days) != self._days(new, days)]
        if not differing:
            return []
        window = old._replace(opens=new.opens, spans=new.spans)
        changed: list[tuple[Promise, str, object, object]] = [(window, old.remedy, _window(old), _window(window))]
        if old.spans is not None and new.spans is not None:
            changed += [
                (old._replace(clock=new.clock), "counts-from", old.clock, new.clock),
                (old._replace(if_closed=new.if_closed), "if-closed", old.if_closed, new.if_closed),
                (old._replace(ends=new.ends), "season", max(old.ends, default=0), max(new.ends, default=0)),
            ]
        found: list[tuple[Difference, Moment]] = []
        for promise, of, one, other in changed:
            days = next(
                (each for each in differing if promise != old and self._days(old, each) != self._days(promise, each)), None
            )
            if days is not None:
                found.append((Difference(of, one, other, self._change_of_days(old, promise)), days))
        whole = Difference(old.remedy, _window(old), _window(new), self._change_of_days(old, new))
        return found or [(whole, differing[0])]

    @cache  # noqa: B019
    def _days(self, promise: Promise, days: Moment) -> tuple[int, float]:
        """Return from when until when something is open for a purchase; what has no end ends after everything."""
        first = days.bought if promise.opens is None else add(getattr(days, promise.clock), promise.opens)
        last = self.last_day(promise, days)
        return first, float("inf") if last is None else last

    @cache  # noqa: B019
    def _change_of_days(self, old: Promise, new: Promise) -> str:
        """Return whether the new one is kinder, stricter, or now the one and now the other."""
        signs = set()
        for seen in self.space.moments.seen:
            for days in seen:
                (first, last), (new_first, new_last) = self._days(old, days), self._days(new, days)
                signs |= {(new_last > last) - (new_last < last), (new_first < first) - (new_first > first)}
        signs -= {0}
        return _direction(signs.pop()) if len(signs) == 1 else OTHERWISE


class _Told(NamedTuple):
    """A stage, and the requests that it is told of."""

    profile: Node
    path: Path
    stage: "_Stage"


class _Stage(NamedTuple):
    """One difference for some requests: which rules decide them, for which purchases, and when it shows first."""

    old_rule: str
    rule: str
    difference: Difference
    bought: frozenset[int]  # times of purchase, by their number
    days: Moment


def _useful(room: Room | None) -> Room | None:
    """Return a room, None where it allows nothing (S30)."""
    return None if room is None or (room.late is None and not room.waive) else room


def _one_more(span: Span) -> Span:
    return span._replace(days=span.days + 1)


def _wider(old: Room | None, new: Room | None) -> int:
    """Return 1 where a room is nowhere narrower, -1 where it is nowhere wider, 0 otherwise."""
    if old is None or new is None:
        return 1 if old is None else -1
    sizes = [
        (
            float("inf") if room.amount is None else room.amount,
            -1 if room.late is None else add(LONG_AGO, room.late),
            "receipt" in room.waive,
            "condition" in room.waive,
        )
        for room in (old, new)
    ]
    return _trend(*sizes)


def _offered(promise: Promise | None, outcome: Outcome) -> Offered | None:
    """Return a remedy as it is offered, its fee only where it pays money."""
    if promise is None:
        return None
    return Offered(_window(promise), outcome.fee if promise.remedy in PAYS_MONEY else (0, 0), outcome.who or 0)


def _window(promise: Promise) -> Promise:
    """Return a promise's window alone, so that those of different clocks, closed days and seasons are told together."""
    return Promise(promise.remedy, promise.opens, promise.spans, "", "", frozenset())


def _after(days: Moment) -> tuple[int, Moment]:
    """Return how many days after the purchase it is, for ordering."""
    return days.on - days.bought, days


def _direction(kinder: int) -> str:
    return KINDER if kinder > 0 else STRICTER if kinder < 0 else OTHERWISE


def _trend(old: Sequence[float | tuple[int, float]], new: Sequence[float | tuple[int, float]]) -> int:
    """Return 1 where the new ones are nowhere lower, -1 where they are nowhere higher; 0 where they are equal, or both."""
    signs = {(after > before) - (after < before) for before, after in zip(old, new, strict=True)} - {0}  # type: ignore[operator]
    return signs.pop() if len(signs) == 1 else 0


def _dearer(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> int:
    """Return 1 where no way back is cheaper than before and one is dearer or gone, -1 the other way round, else 0."""
    ways = sorted({way for way, _ in (*old, *new)})
    ranked = [[_rank(dict(each).get(way)) for way in ways] for each in (old, new)]
    return _trend(*ranked)


def _rank(cost: str | None) -> tuple[int, float]:
    """Return how dear a way back is: free or a sum, then whatever the carrier takes, then not there at all."""
    if cost is None:
        return GONE
    return CUSTOMER_PAYS if cost == "customer" else (0, 0.0 if cost == "free" else float(cost))
