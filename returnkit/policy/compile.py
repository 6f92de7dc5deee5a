"""Rules as one plain Python function: the fast twin of `decide`, about a microsecond a decision.

The source is generated from a policy that was read and checked. Whatever an owner wrote enters it as a name out of a table
of constants, never as text, so nothing in a policy is ever executed.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from returnkit.model.dates import Span, add
from returnkit.policy.decide import Remedy, Setting, discretion, judging
from returnkit.policy.facts import Facts, Unknown
from returnkit.policy.language import (
    CONDITION_TERMS,
    RECEIPT_TERMS,
    VALUES,
    Also,
    Line,
    Policy,
    Rule,
    Season,
    Terms,
    Window,
)

# Loaded only where a newer policy may be kinder.
if TYPE_CHECKING:
    from returnkit.policy.kinder import Given


class Outcome(NamedTuple):
    """What a decision comes to: all that must agree for two of them to be the same (S37)."""

    answer: str
    who: int | None
    exception: tuple[int, tuple[str, ...]] | None
    remedies: tuple[str, ...]
    fee: tuple[int, int]
    value: str
    refund_to: str
    return_to: tuple[tuple[str, str], ...]


NO = Outcome("no", None, None, (), (0, 0), VALUES[0], "", ())

# An outcome (a plain tuple: making a named one costs as much as deciding), the rule's id, each remedy's last day.
Result = tuple[tuple[object, ...], str, tuple[int | None, ...]]
Compiled = Callable[..., Result]
Timed = tuple[tuple[object, ...], tuple[str, Hashable], tuple[int | None, ...]]


def compile_versions(versions: tuple[Policy, ...], setting: Setting) -> Compiled:
    """Return one function over all versions (oldest first): called as `decide(*facts)` it gives a Result or raises Unknown."""
    compiled = {policy.effective: compile_policy(policy, setting) for policy in versions}
    if len(versions) == 1:
        return compiled[versions[0].effective]
    bought_at, on_at = Facts._fields.index("bought"), Facts._fields.index("on")

    def decide(*facts: object) -> Result:
        in_force, *newer = judging(versions, facts[bought_at], facts[on_at])  # type: ignore[arg-type]
        found = compiled[in_force.effective](*facts)
        if newer:
            from returnkit.policy.kinder import is_kinder

            for policy in newer:
                other = compiled[policy.effective](*facts)
                if is_kinder(given(other), given(found)):
                    found = other
        return found

    return decide


def given(result: Result | Timed) -> "Given":
    """Return what a decision gives, as it is compared with what another policy gives."""
    from returnkit.policy.kinder import Given

    answer, _, exception, names, fee, value, refund_to, return_to = Outcome._make(result[0])
    return Given(answer, exception is not None, names, result[2], fee, value, refund_to, return_to)


def compile_policy(policy: Policy, setting: Setting) -> Compiled:
    """Return the compiled decision of one version: called as `decide(*facts)` it gives a Result or raises Unknown."""
    decide: Compiled = _Source(policy, setting).function()  # type: ignore[assignment]
    return decide


def compile_timed(policy: Policy, setting: Setting) -> Callable[..., Timed]:
    """Return the compiled decision of one version, giving in the place of the rule's id the id and a clockwork.

    A clockwork is all that the last days are made of beside the day that the clock starts: windows, season, extras. Where it
    is the same, so are they.
    """
    decide: Callable[..., Timed] = _Source(policy, setting, timed=True).function()  # type: ignore[assignment]
    return decide


def ask(fact: str) -> NoReturn:
    """Raise Unknown: the compiled decision came upon a fact that is missing."""
    raise Unknown(fact)


class _Moved(dict[int, int]):
    """Days that were moved already: working days and months are counted once, not at every decision."""

    def __init__(self, move: Callable[[int], int]) -> None:
        super().__init__()
        self.move = move

    def __missing__(self, day: int) -> int:
        moved = self[day] = self.move(day)
        return moved


class _Source:
    """Writes the function: its lines, and the table of constants that they name."""

    def __init__(self, policy: Policy, setting: Setting, *, timed: bool = False) -> None:
        self.policy, self.setting, self.timed = policy, setting, timed
        self.lines: list[str] = []
        self.names: dict[str, object] = {
            "ask": ask,
            "beyond": self.beyond,
            "next_open_day": _Moved(setting.calendar.next_open_day),
            "next_working_day": _Moved(setting.calendar.next_working_day),
        }

    def function(self) -> object:
        """Return the function that the source defines."""
        exec(compile(self.text(), "<policy>", "exec"), self.names)  # noqa: S102
        return self.names["decide"]

    def text(self) -> str:
        self.lines = [f"def decide({', '.join(Facts._fields)}):"]
        for rule in self.policy.rules:
            self.line(1, f"if {self.all_of(rule, rule.terms)}:")
            for number, also in enumerate(self.policy.alsos if rule.terms.offer else ()):
                self.line(2, f"also{number} = {self.all_of(also, rule.terms)}")
            self.outcome(rule)
        return "\n".join(self.lines)

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def constant(self, value: object) -> str:
        name = f"C{len(self.names)}"
        self.names[name] = value
        return name

    def known(self, fact: str) -> str:
        return f"({fact} if {fact} is not None else ask({fact!r}))"

    def all_of(self, part: Rule | Also | Season, terms: Terms | None) -> str:
        """Return the expression for: every line of `when`, and no line of `unless` (S16)."""
        tests = [self.test(line, terms) for line in part.when]
        tests += [f"not {self.test(line, terms)}" for line in part.unless]
        return " and ".join(tests) or "True"

    def test(self, line: Line, terms: Terms | None) -> str:
        if line.span is not None:
            assert terms is not None
            last = self.last_day(self.start(terms), line.span, terms, self.season())
            return f"(on {'<=' if line.fact == 'within' else '>'} {last})"
        if line.fact == "tag":
            return f"(not {self.constant(line.names)}.isdisjoint(tag))"
        value = "quantity" if line.fact == "quantity" else self.known(line.fact)
        if line.fact == "bought":
            return f"({line.days[0]} <= {value} <= {line.days[1]})"
        if line.ranges:
            limits = [(wanted.low, wanted.high) for wanted in line.ranges]
            tests = [f"{low or 0} <= {value}{'' if high is None else f' < {high}'}" for low, high in limits]
            return f"({' or '.join(tests)})"
        return f"({value} in {self.constant(line.names)})"

    def start(self, terms: Terms) -> str:
        """Return the expression for day 0 (S1, S6)."""
        if terms.counts_from == "purchase":
            return self.known("bought")
        in_store = f"{self.known('bought')} if {self.known('channel')} == 'store' else ask('delivered')"
        return f"(delivered if delivered is not None else {in_store})"

    def season(self) -> str:
        """Return the expression for the latest end of the seasons that hold, 0 where there is none (S11)."""
        ends = []
        for season in self.policy.seasons:
            first, last = season.bought
            ends.append(f"({season.until} if {first} <= {self.known('bought')} <= {last} and {self.all_of(season, None)} else 0)")
        return "0" if not ends else ends[0] if len(ends) == 1 else f"max({', '.join(ends)})"

    def plus(self, day: str, span: Span) -> str:
        """Return the expression for the day a span after a day."""
        return f"{self.later(span)}[{day}]" if span.months else f"({day} + {span.days})"

    def later(self, span: Span) -> str:
        """Return the name of the table of days a span of months later."""
        name = f"after_{span.months}_{span.days}"
        if name not in self.names:
            self.names[name] = _Moved(lambda day: add(day, span))
        return name

    def last_day(self, start: str, span: Span, terms: Terms, season: str, *, extras: bool = False) -> str:
        """Return the expression for a last day: window, extras in the order of the file, season, roll (S10)."""
        day = self.plus(start, span)
        for number, also in enumerate(self.policy.alsos if extras else ()):
            if also.extra is not None and also.extra.months:
                day = f"({self.plus(day, also.extra)} if also{number} else {day})"
            elif also.extra is not None:
                day = f"({day} + ({also.extra.days} if also{number} else 0))"
        if season != "0":
            day = f"max({day}, {season})"
        return {
            "as-it-is": day,
            "next-open-day": f"next_open_day[{day}]",
            "next-working-day": f"next_working_day[{day}]",
        }[terms.if_closed]

    def outcome(self, rule: Rule) -> None:
        """Write what the rule comes to: which windows are open, whether the goods are presentable, and the answer."""
        terms, rule_id = rule.terms, self.clockwork(rule) if self.timed else self.constant(rule.id)
        nothing = f"return {self.constant(tuple(NO))}, {rule_id}, ()"
        if not terms.offer:
            self.line(2, nothing)
            return
        if any(window.opens or window.lasts for _, window in terms.offer):
            self.line(2, f"start = {self.start(terms)}")
            if self.policy.seasons:
                self.line(2, f"season = {self.season()}")
        numbers = range(len(terms.offer))
        written: dict[str, str] = {}
        for number, (remedy, window) in enumerate(terms.offer):
            self.window(number, remedy, window, terms, written)
        accepted = " and ".join(
            f"{self.known(fact)} in {self.constant(accepts)}"
            for fact, accepts in (
                ("receipt", RECEIPT_TERMS[terms.receipt]),
                ("condition", CONDITION_TERMS[terms.condition]),
            )
            if accepts is not None
        )
        self.line(2, f"if ({' or '.join(f'open{number}' for number in numbers)}) and ({accepted or True}):")
        self.line(3, "names = lasts = ()")
        for number in numbers:
            self.line(3, f"if open{number}:")
            self.line(4, f"names += (name{number},)")
            self.line(4, f"lasts += (last{number},)")
        fee, value, approval = self.fee(terms), self.value(terms), self.approval(terms)
        rest = f"names, {fee}, {value}, {terms.refund_to!r}, {self.constant(terms.return_to)}), {rule_id}, lasts"
        if approval != "0":
            self.line(3, f"approval = {approval}")
            self.line(3, "if role < approval:")
            self.line(4, f"return ('manager', approval, None, {rest}")
        self.line(3, f"return ('yes', None, None, {rest}")
        if any(self.policy.rooms):
            every = ", ".join(f"(name{number}, opens{number}, last{number})" for number in numbers)
            facts = "price, quantity, receipt, condition, on, role, remedy"
            self.line(2, f"outcome, lasts = beyond({self.constant(rule)}, ({every},), {fee}, {value}, {approval}, {facts})")
            self.line(2, f"return outcome, {rule_id}, lasts")
        else:
            self.line(2, nothing)

    def clockwork(self, rule: Rule) -> str:
        """Return the expression for the rule's id and what its last days are made of."""
        terms = rule.terms
        windows = self.constant((terms.offer, terms.counts_from, terms.if_closed))
        timed = any(window.lasts for _, window in terms.offer)
        season = "season" if timed and self.policy.seasons else "0"
        extras = [
            f"({self.constant(also.extra)} if also{number} else None)"
            for number, also in enumerate(self.policy.alsos if terms.offer else ())
            if also.extra is not None
        ]
        return f"({self.constant(rule.id)}, ({windows}, {season}, (*filter(None, ({', '.join([*extras, ''])})),)))"

    def window(self, number: int, remedy: str, window: Window, terms: Terms, written: dict[str, str]) -> None:
        """Write name, first and last day of one remedy and whether it is open; the name is None where `only` cut it.

        `written` has the last days of the rule that stand above already, by what they are made of.
        """
        self.line(2, f"name{number} = {self.remedy_left(remedy, terms)}")
        opens = last = "None"
        if window.opens is not None:
            opens = self.plus("start", window.opens)
        if window.lasts is not None:
            season = "season" if self.policy.seasons else "0"
            last = self.last_day("start", window.lasts, terms, season, extras=True)
        self.line(2, f"opens{number} = {opens}")
        self.line(2, f"last{number} = {written.get(last, last)}")
        written.setdefault(last, f"last{number}")
        tests = ["True" if window.lasts is None else f"on <= last{number}"]
        tests += [f"opens{number} <= on"] if window.opens is not None else []
        tests += [f"(remedy is None or remedy == name{number})"]
        tests += [f"name{number} is not None"] if any(also.only is not None for also in self.policy.alsos) else []
        self.line(2, f"open{number} = {' and '.join(tests)}")

    def remedy_left(self, remedy: str, terms: Terms) -> str:
        """Return the expression for what overlays leave of a remedy: itself, store credit in its place, or None."""
        only = [(f"also{number}", also.only) for number, also in enumerate(self.policy.alsos) if also.only is not None]
        cut = " or ".join(also for also, names in only if remedy not in names)
        if not cut:
            return repr(remedy)
        instead = "None"
        if remedy == "refund" and all(name != "store-credit" for name, _ in terms.offer):
            no_credit = " or ".join(also for also, names in only if "store-credit" not in names)
            instead = f"(None if {no_credit} else 'store-credit')" if no_credit else "'store-credit'"
        return f"({remedy!r} if not ({cut}) else {instead})"

    def fee(self, terms: Terms) -> str:
        charging = [(f"also{number}", also.fee) for number, also in enumerate(self.policy.alsos) if any(also.fee)]
        if not charging:
            return self.constant(tuple(terms.fee))
        highest = [f"max({terms.fee[at]}, {', '.join(f'{fee[at]} if {also} else 0' for also, fee in charging)})" for at in (0, 1)]
        return f"({highest[0]}, {highest[1]})"

    def value(self, terms: Terms) -> str:
        lowering = [f"also{number}" for number, also in enumerate(self.policy.alsos) if also.value == VALUES[1]]
        if terms.value == VALUES[1] or not lowering:
            return repr(terms.value)
        return f"({VALUES[1]!r} if {' or '.join(lowering)} else {VALUES[0]!r})"

    def approval(self, terms: Terms) -> str:
        raising = [f"{also.approval} if also{number} else 0" for number, also in enumerate(self.policy.alsos) if also.approval]
        return f"max({terms.approval}, {', '.join(raising)})" if raising else str(terms.approval)

    def beyond(  # noqa: PLR0913, PLR0917 - called by generated code only
        self,
        rule: Rule,
        every: tuple[tuple[str | None, int | None, int | None], ...],
        fee: tuple[int, int],
        value: str,
        approval: int,
        price: int | None,
        quantity: int,
        receipt: str | None,
        condition: str | None,
        on: int,
        role: int,
        wanted: str | None,
    ) -> tuple[tuple[object, ...], tuple[int | None, ...]]:
        """Return what discretion makes of a case in which nothing is open by policy (S27): the outcome, the last days."""
        remedies = [Remedy(name, *days) for name, *days in every if name is not None and wanted in (None, name)]
        facts = Facts(price=price, quantity=quantity, receipt=receipt, condition=condition, on=on, role=role)
        found = discretion(self.policy.rooms, remedies, rule.terms, approval, facts, self.setting.digits)
        if found is None:
            return NO, ()
        holder, names, waived = found
        answer, who = ("yes", None) if holder == role else ("manager", holder)
        terms = rule.terms
        outcome = (answer, who, (holder, waived), names, fee, value, terms.refund_to, terms.return_to)
        return outcome, tuple(remedy.until for remedy in remedies if remedy.remedy in names)
