"""The explaining decision: follows the policy line by line and keeps every condition with its value.

`compile` makes the fast twin of this; both must always agree, and a test holds them to it.
"""

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from returnkit.model.calendar import Calendar
from returnkit.model.dates import Span, add, iso
from returnkit.model.money import line_value
from returnkit.policy.facts import Facts, Unknown
from returnkit.policy.language import (
    CONDITION_TERMS,
    FACE_VALUE,
    PAYS_MONEY,
    RECEIPT_TERMS,
    Also,
    Fee,
    Line,
    Policy,
    Room,
    Rule,
    Season,
    Terms,
    Window,
)
from returnkit.policy.windows import clock_start, last_day

# Loaded only where a newer policy may be kinder.
if TYPE_CHECKING:
    from returnkit.policy.kinder import Given

WAIVERS = ("late", "receipt", "condition")

Value = TypeVar("Value")


class Setting(NamedTuple):
    """What a decision needs to know of the shop: its roles (lowest first), its open days, its currency's decimals."""

    roles: tuple[str, ...]
    calendar: Calendar
    digits: int


class Condition(NamedTuple):
    """One condition that the decision looked at.

    `part` is the id of the rule, overlay or season it stands in; `kind` is `when`, `unless`, `bought`, `term` or
    `window`; `held` is None where the fact is unknown and made no difference. A window names its remedy; a
    condition of a rule carries its `line`.
    """

    part: str
    kind: str
    fact: str
    want: str
    value: object
    held: bool | None
    remedy: str = ""
    line: Line | None = None


class Remedy(NamedTuple):
    """A remedy with the first and the last day of its window (None = open from the start, unlimited) and its amount.

    `amount` is in minor units; None where the price is unknown or the remedy pays nothing (S24).
    """

    remedy: str
    opens: int | None
    until: int | None
    amount: int | None = None


class Waiver(NamedTuple):
    """An exception to the policy: the rank of the role whose room holds it, and what it waives."""

    role: int
    waived: tuple[str, ...]


class Lead(NamedTuple):
    """Where one value of the fact that is asked for would lead."""

    value: str
    answer: str
    remedies: tuple[Remedy, ...]
    who: int | None = None
    exception: bool = False


class Question(NamedTuple):
    """The one fact to ask for, and where each of its values leads."""

    fact: str
    leads: tuple[Lead, ...]


class Decision(NamedTuple):
    """The answer (`yes`, `no`, `manager`, `ask`) and all that stands behind it."""

    answer: str
    remedies: tuple[Remedy, ...]
    closed: tuple[Remedy, ...]
    rule: str | None
    alsos: tuple[str, ...]
    conditions: tuple[Condition, ...]
    terms: Terms | None
    fee: Fee
    fee_amount: int | None
    value: str
    because: tuple[dict[str, str], ...]
    who: int | None
    exception: Waiver | None
    question: Question | None
    policy: Policy | None
    facts: Facts
    at_least: bool = False  # the last days are the earliest of those that unknown days could lead to (S37)
    kinder_than: Policy | None = None  # the policy of the day of purchase, where a newer one judged because it is kinder

    def given(self) -> "Given":
        """Return what it gives, as it is compared with what another policy gives. It must have been made by a policy."""
        from returnkit.policy.kinder import Given

        assert self.terms is not None
        return Given(
            self.answer,
            self.exception is not None,
            tuple(remedy.remedy for remedy in self.remedies),
            tuple(remedy.until for remedy in self.remedies),
            self.fee,
            self.value,
            self.terms.refund_to,
            self.terms.return_to,
        )


def version_in_force(versions: tuple[Policy, ...], bought: int | None) -> Policy:
    """Return the version in force on the day of purchase; older than every version = the oldest (S13).

    `versions` stand oldest first. Raises Unknown where several may hold.
    """
    if len(versions) == 1:
        return versions[0]
    if bought is None:
        raise Unknown("bought")
    in_force = [policy for policy in versions if policy.effective <= bought]
    return in_force[-1] if in_force else versions[0]


def judging(versions: tuple[Policy, ...], bought: int | None, on: int) -> tuple[Policy, ...]:
    """Return the version in force on the day of purchase, then the newer ones that judge as well, where they are kinder.

    A newer one does from its own first day on: what was asked before that day is judged without it, for ever. `versions`
    stand oldest first. Raises Unknown where several may be the one in force.
    """
    in_force = version_in_force(versions, bought)
    return (in_force, *(policy for policy in versions if policy.kinder and in_force.effective < policy.effective <= on))


def decide(versions: tuple[Policy, ...], facts: Facts, setting: Setting) -> Decision:
    """Return the decision. Raises Unknown for a fact that it looks at and does not find; `ask` then takes over."""
    in_force, *newer = judging(versions, facts.bought, facts.on)
    decision = _Examination(in_force, facts, setting).decide()
    if newer:
        from returnkit.policy.kinder import is_kinder

        for policy in newer:
            other = _Examination(policy, facts, setting).decide()
            if is_kinder(other.given(), decision.given()):
                decision = other._replace(kinder_than=in_force)
    return decision


def combined_fee(fees: list[Fee]) -> Fee:
    """Return the highest percentage and the highest fixed sum of the fees that hold; the dearer of both is charged."""
    return Fee(max(fee.percent for fee in fees), max(fee.fixed for fee in fees))


def fee_amount(fee: Fee, value: int) -> int:
    """Return the restocking fee on a value, in minor units: fractions to the shopper, never above the value (S23)."""
    return min(max(fee.percent * value // 10_000, fee.fixed), value)


def discretion(  # noqa: PLR0913, PLR0917 - two callers hand over all that a room depends on
    rooms: tuple[Room | None, ...], remedies: list[Remedy], terms: Terms, approval: int, facts: Facts, digits: int
) -> tuple[int, tuple[str, ...], tuple[str, ...]] | None:
    """Return the role whose room holds the case, the remedies that it may give, and what it waives; None if nobody's.

    The asker's own room comes first (S32), then the lowest that holds it (S33); roles below `approval` do not count
    (S34). Waives lateness, a missing receipt, condition, and nothing else (S28). Raises Unknown.
    """
    candidates = [role for role, room in enumerate(rooms) if room is not None and role >= approval]
    if not candidates or not remedies:
        return None
    accepted_receipts, accepted_conditions = RECEIPT_TERMS[terms.receipt], CONDITION_TERMS[terms.condition]
    missing = set()
    if accepted_receipts is not None and known(facts.receipt, "receipt") not in accepted_receipts:
        missing.add("receipt")
    if accepted_conditions is not None and known(facts.condition, "condition") not in accepted_conditions:
        missing.add("condition")
    for role in sorted(candidates, key=lambda role: (role != facts.role, role)):
        room = rooms[role]
        assert room is not None
        if not missing <= room.waive:
            continue
        fitting = [remedy for remedy in remedies if _fits(room, remedy, facts)]
        if fitting and (room.amount is None or line_value(known(facts.price, "price"), facts.quantity, digits) <= room.amount):
            late = any(remedy.until is not None and facts.on > remedy.until for remedy in fitting)
            waived = tuple(waiver for waiver in WAIVERS if waiver in missing or (waiver == "late" and late))
            return role, tuple(remedy.remedy for remedy in fitting), waived
    return None


def _fits(room: Room, remedy: Remedy, facts: Facts) -> bool:
    """Tell whether the day lies within what the room may waive: never too early, late up to `late` (S28 to S30)."""
    if remedy.opens is not None and facts.on < remedy.opens:
        return False
    if remedy.until is None or facts.on <= remedy.until:
        return True
    return room.late is not None and facts.on <= add(remedy.until, room.late)


def known(value: Value | None, fact: str) -> Value:
    """Return the value of a fact. Raises Unknown where there is none."""
    if value is None:
        raise Unknown(fact)
    return value


class _Examination:
    """One pass through a policy with one set of facts, writing down what it looks at."""

    def __init__(self, policy: Policy, facts: Facts, setting: Setting) -> None:
        self.policy, self.facts, self.setting = policy, facts, setting
        self.conditions: list[Condition] = []
        self.season_ends: int | None = None

    def decide(self) -> Decision:
        policy, facts = self.policy, self.facts
        rule = next(rule for rule in policy.rules if self.holds(rule, rule.terms))
        alsos = [also for also in policy.alsos if self.holds(also, rule.terms)]
        terms = rule.terms
        approval = max([terms.approval, *(also.approval for also in alsos)])
        fee = combined_fee([terms.fee, *(also.fee for also in alsos)])
        parts: list[Rule | Also] = [rule, *alsos]
        basis = "lowest-price" if "lowest-price" in (terms.value, *(also.value for also in alsos)) else "price-paid"
        remedies = self.windows(rule, alsos)
        open_now = [remedy for remedy in remedies if self.in_time(remedy)]
        if remedies and not self.presentable(rule, needed=bool(open_now)):
            open_now = []
        answer, who, exception = "no", None, None
        if open_now:
            allowed = facts.role >= approval
            answer, who = ("yes", None) if allowed else ("manager", approval)
            roles = self.setting.roles
            self.conditions.append(Condition(rule.id, "term", "role", roles[approval], roles[facts.role], allowed))
        else:
            found = discretion(policy.rooms, remedies, terms, approval, facts, self.setting.digits)
            if found:
                role, names, waived = found
                exception = Waiver(role, waived)
                answer, who = ("yes", None) if role == facts.role else ("manager", role)
                open_now = [remedy for remedy in remedies if remedy.remedy in names]
        value = whole_value(basis, facts, self.setting.digits)
        charged = None if value is None else fee_amount(fee, value)
        return Decision(
            answer=answer,
            remedies=tuple(with_amount(remedy, value, charged) for remedy in open_now),
            closed=tuple(remedy for remedy in remedies if remedy not in open_now),
            rule=rule.id,
            alsos=tuple(also.id for also in alsos),
            conditions=tuple(self.conditions),
            terms=terms,
            fee=fee,
            fee_amount=charged,
            value=basis,
            because=tuple(part.because for part in parts if part.because),
            who=who,
            exception=exception,
            question=None,
            policy=policy,
            facts=facts,
        )

    def holds(self, part: Rule | Also | Season, terms: Terms | None) -> bool:
        """Tell whether every line of `when` and no line of `unless` holds (S16). Raises Unknown where it depends."""
        missing: Unknown | None = None
        result = True
        for kind, lines in (("when", part.when), ("unless", part.unless)):
            for line in lines:
                try:
                    fulfilled: bool | None = self.held(line, terms) == (kind == "when")
                except Unknown as unknown:
                    fulfilled, missing = None, missing or unknown
                result = result and fulfilled is not False
                want = line.text if kind == "when" else f"not {line.text}"
                value = self.facts.on if line.span is not None else getattr(self.facts, line.fact)
                fact = hyphened(line.fact)
                self.conditions.append(Condition(part.id, kind, fact, want, value, fulfilled, line=line))
        if result and missing:
            raise missing
        return result

    def held(self, line: Line, terms: Terms | None) -> bool:
        """Tell whether a line holds. Raises Unknown where its fact is missing."""
        if line.span is not None:
            assert terms is not None
            inside = self.facts.on <= self.last_day((line.span,), terms)
            return inside if line.fact == "within" else not inside
        value = known(getattr(self.facts, line.fact), line.fact)
        if line.fact == "tag":
            return not line.names.isdisjoint(value)
        if line.fact == "bought":
            return bool(line.days[0] <= value <= line.days[1])
        if line.ranges:
            return any(wanted.holds(value) for wanted in line.ranges)
        return value in line.names

    def last_day(self, spans: tuple[Span, ...], terms: Terms) -> int:
        start = clock_start(terms.counts_from, self.facts)
        return last_day(start, spans, self.season_end(), terms.if_closed, self.setting.calendar)

    def season_end(self) -> int:
        """Return the latest `until` of the seasons that hold, 0 where none does (S11)."""
        if self.season_ends is None:
            latest = 0
            bought = known(self.facts.bought, "bought") if self.policy.seasons else 0
            noted = len(self.conditions)
            for season in self.policy.seasons:
                inside = season.bought[0] <= bought <= season.bought[1]
                want = f"{iso(season.bought[0])} to {iso(season.bought[1])}"
                self.conditions.append(Condition(season.id, "bought", "bought", want, bought, inside))
                try:
                    latest = max(latest, season.until if inside and self.holds(season, None) else 0)
                except Unknown:
                    del self.conditions[noted:]  # it is looked at again
                    raise
            self.season_ends = latest
        return self.season_ends

    def windows(self, rule: Rule, alsos: list[Also]) -> list[Remedy]:
        """Return every remedy that is left of the offer, with its days, the wanted one alone if one is wanted."""
        terms, wanted = rule.terms, self.facts.remedy
        extras = tuple(also.extra for also in alsos if also.extra is not None)
        remedies = []
        left = left_of(terms.offer, [also.only for also in alsos if also.only is not None])
        if wanted is not None:
            offered = [name for name, _ in left]
            want = ", ".join(offered) or "nothing"
            self.conditions.append(Condition(rule.id, "term", "remedy", want, wanted, wanted in offered))
        for name, window in left:
            if self.facts.remedy in (None, name):
                opens = None if window.opens is None else add(clock_start(terms.counts_from, self.facts), window.opens)
                until = None if window.lasts is None else self.last_day((window.lasts, *extras), terms)
                remedy = Remedy(name, opens, until)
                remedies.append(remedy)
                want = f"{window.text} from {terms.counts_from}" if window.lasts else window.text
                self.conditions.append(Condition(rule.id, "window", "on", want, self.facts.on, self.in_time(remedy), name))
        return remedies

    def in_time(self, remedy: Remedy) -> bool:
        on = self.facts.on
        return (remedy.opens is None or remedy.opens <= on) and (remedy.until is None or on <= remedy.until)

    def presentable(self, rule: Rule, *, needed: bool) -> bool:
        """Tell whether receipt and condition meet the terms (S17, S18). Raises Unknown only where it is `needed`."""
        result: bool | None = True
        for fact, term, terms in (
            ("receipt", rule.terms.receipt, RECEIPT_TERMS),
            ("condition", rule.terms.condition, CONDITION_TERMS),
        ):
            accepts, value = terms[term], getattr(self.facts, fact)
            held = True if accepts is None else None if value is None else value in accepts
            self.conditions.append(Condition(rule.id, "term", fact, term, value, held))
            result = False if False in (result, held) else None if None in (result, held) else True
        if result is None and needed:
            raise Unknown("receipt" if self.conditions[-2].held is None else "condition")
        return result is True


def accepts_anything(condition: Condition) -> bool:
    """Tell whether it is a term that every receipt, or goods in every state, would meet."""
    terms = {"receipt": RECEIPT_TERMS, "condition": CONDITION_TERMS}.get(condition.fact, {})
    return condition.kind == "term" and condition.want in terms and terms[condition.want] is None


def whole_value(value: str, facts: Facts, digits: int) -> int | None:
    """Return what is judged in minor units: price paid or lowest price, times the pieces (S22); None if unknown."""
    price = facts.lowest_price if value == "lowest-price" else facts.price
    return None if price is None else line_value(price, facts.quantity, digits)


def with_amount(remedy: Remedy, value: int | None, charged: int | None) -> Remedy:
    """Return the remedy with what it is worth: money less the fee, goods in full, a repair nothing (S23, S24)."""
    if value is None or charged is None or remedy.remedy not in PAYS_MONEY | FACE_VALUE:
        return remedy._replace(amount=None)
    return remedy._replace(amount=value - charged if remedy.remedy in PAYS_MONEY else value)


def hyphened(fact: str) -> str:
    """Return a fact's name as options and policies write it."""
    return fact.replace("_", "-")


def left_of(offer: tuple[tuple[str, Window], ...], only: list[frozenset[str]]) -> list[tuple[str, Window]]:
    """Return what overlays leave of an offer: what every `only` names, in the offer's order.

    Store credit stands in for a refund that is cut, with its window and in its place, where the offer has none itself.
    """
    if not only:
        return list(offer)
    allowed = frozenset.intersection(*only)
    offered = {name for name, _ in offer}
    left = []
    for name, window in offer:
        if name in allowed:
            left.append((name, window))
        elif name == "refund" and "store-credit" in allowed and "store-credit" not in offered:
            left.append(("store-credit", window))
    return left
