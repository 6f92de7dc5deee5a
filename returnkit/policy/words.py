"""From decisions and policies to sentences. What is said to a customer is worded by what is possible (need H)."""

from collections.abc import Callable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from returnkit.languages import Language
from returnkit.model.dates import Span, add
from returnkit.model.digest import short_sha256
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS, decimal_text, parse_price, price_text
from returnkit.policy.decide import Decision, Remedy, hyphened
from returnkit.policy.language import (
    CONDITION_TERMS,
    FAULTS,
    PAYS_MONEY,
    RECEIPT_TERMS,
    Also,
    Fee,
    Line,
    Policy,
    Range,
    Rule,
    Season,
    Terms,
    Window,
)
from returnkit.policy.windows import clock_start

MONTHS_A_YEAR = 12
LONGEST_ROLL = 10  # days that closed days move a last day; more than that is a season
STATE_TERMS = {"opened": "resaleable", "damaged": "any"}  # two names for one term (S17)


class Words(NamedTuple):
    """A language with what it needs to know of the shop: its money, the names of its categories and tags."""

    language: Language
    currency: str
    digits: int
    names: Callable[[], Mapping[tuple[str, str], Mapping[str, str]]]

    def money(self, minor: int) -> str:
        """Return an amount in minor units as people write it."""
        return self.language.money(minor, self.digits, self.currency)

    def name(self, fact: str, value: str) -> str:
        """Return what a value of a fact is called: the shop's own name, the catalogue's word, or the value itself."""
        own = self.names().get((fact, value)) if fact in ("category", "tag") else None
        if own:
            return self.language.pick(own)
        key = f"{hyphened(fact)}.{value}"
        return self.language.say(key) if self.language.knows(key) else value.replace("-", " ")

    def role(self, role: str) -> str:
        """Return what a role is called."""
        return self.name("role", role)

    # What a customer can do

    def option(self, remedy: Remedy) -> str:
        """Return what a customer can do with a remedy, as it follows "you can"."""
        key = f"do.{remedy.remedy}"
        if remedy.amount is not None and self.language.knows(f"{key}.amount"):
            return self.language.say(f"{key}.amount", amount=self.money(remedy.amount))
        return self.language.say(key)

    def options(self, remedies: tuple[Remedy, ...], *, until: bool = True, at_least: bool = False) -> str:
        """Return all that a customer can do; a last day that several share is said once.

        `at_least` says that the days are the earliest that they may be.
        """
        texts = []
        for day, group in groupby(remedies, key=lambda remedy: remedy.until if until else None):
            together = self.language.one_of([self.option(remedy) for remedy in group])
            if day is not None:
                together = f"{together} {self.until(day, at_least=at_least)}"
            elif until and any(remedy.until is not None for remedy in remedies):
                together = f"{together} {self.language.say('within.always')}"
            texts.append(together)
        return self.language.one_of(texts)

    def until(self, day: int, *, at_least: bool = False) -> str:
        """Return until when, or until when at least."""
        text = self.language.until(day)
        return self.language.say("at-least", until=text) if at_least else text

    def within(self, window: Window) -> str:
        """Return a window as a customer reads it: within 14 days."""
        if window.lasts is None:
            return self.language.say("within.always")
        if window.opens is not None:
            months = window.opens.months or window.lasts.months
            return self.language.say(
                "within.between-months" if months else "within.between",
                first=window.opens.months or window.opens.days,
                last=window.lasts.months or window.lasts.days,
            )
        if window.lasts == Span(0, 0):
            return self.language.say("within.today")
        return self.counted("within", window.lasts)

    def counted(self, form: str, span: Span) -> str:
        """Return a span in a form of the catalogue: `within`, `after` or `span`."""
        unit = "days" if not span.months else "months" if span.months % MONTHS_A_YEAR else "years"
        return self.language.say(f"{form}.{unit}", _length(span))

    def fee(self, fee: Fee) -> str:
        """Return a restocking fee: 15 %, or a sum."""
        if not fee.percent:
            return self.money(fee.fixed)
        number = percent(fee).replace(".", self.language.say("decimal.point"))
        text = self.language.say("percent", number=number)
        return f"{text} ({self.money(fee.fixed)})" if fee.fixed else text

    def policy(self, policy: Policy) -> str:
        """Return which policy decided: its file, since when, its fingerprint."""
        since = self.language.since(policy.effective)
        return self.language.say("explain.policy", file=policy.file, since=since, hash=short_sha256(policy.source))

    # The conditions of a rule

    def part(self, part: Rule | Also | Season) -> str:
        """Return the conditions of a rule, an overlay or a season in words."""
        text = ", ".join(self.line(line) for line in part.when)
        if part.unless:
            exceptions = [choice for line in part.unless for choice in self.choices(line)]
            excepted = self.language.say("except", conditions=self.language.one_of(exceptions))
            text = f"{text}, {excepted}" if text else excepted
        return text

    def line(self, line: Line) -> str:
        """Return one line of `when` in words."""
        if line.names or line.ranges:
            return self.language.say(f"when.{hyphened(line.fact)}", names=self.language.one_of(self.values(line)))
        return self.choices(line)[0]

    def choices(self, line: Line) -> list[str]:
        """Return each value that satisfies a line, worded as a condition of its own."""
        if line.span is not None:
            return [self.counted(line.fact, line.span)]
        if line.fact == "bought":
            since, until = self.language.since(line.days[0]), self.language.until(line.days[1])
            return [self.language.say("when.bought", since=since, until=until)]
        return [self.language.say(f"when.{hyphened(line.fact)}", names=value) for value in self.values(line)]

    def values(self, line: Line) -> list[str]:
        """Return the names or ranges of a line in words."""
        if line.ranges:
            return [self.range(line.fact, wanted) for wanted in line.ranges]
        return [self.name(line.fact, name) for name in line.text.split(", ")]

    def range(self, fact: str, wanted: Range) -> str:
        """Return a range of prices or pieces in words."""
        low, high = (None if limit is None else self._number(fact, limit) for limit in wanted)
        form = "between" if low and high else "from" if low else "under"
        return self.language.say(f"range.{form}", low=low, high=high)

    def lead(self, fact: str, value: str) -> str:
        """Return the value of a lead in words; a price range as the policy writes it becomes one with money in it."""
        if fact != "price":
            return self.name(fact, value)
        words = value.split()
        limits = {word: parse_price(limit) for word, limit in zip(words[::2], words[1::2], strict=True)}
        return self.range(fact, Range(limits.get("from"), limits.get("under")))

    def _number(self, fact: str, number: int) -> str:
        if fact != "price":
            return str(number)
        unit = PRICE_UNITS // MINOR_UNITS[self.digits]
        return price_text(number, self.digits) if number % unit else self.money(number // unit)

    # The sentence at the till

    def answer(self, decision: Decision, who: tuple[str, ...], possible: tuple[tuple[str, Decision], ...] = ()) -> str:
        """Return the one sentence to say while answering a return.

        `who` are those who may decide where the answer is `manager`; `possible` are decisions that would be a yes, each
        with the fact that was changed: another remedy, the receipt, or the reason (faulty goods).
        """
        if decision.question is not None:
            return self.language.say(f"ask.{hyphened(decision.question.fact)}")
        if decision.answer == "manager":
            return self.language.say("say.manager", who=self.language.one_of(list(who)))
        if decision.answer == "no":
            return self._no(decision, possible)
        if decision.exception is not None:
            # What is faulty is put right as a matter of course, even where the policy leaves it to the staff.
            key = "say.yes" if decision.facts.reason in FAULTS else "say.exception"
            said = [self.language.say(key, options=self.options(decision.remedies, until=False))]
        else:
            options = self.options(decision.remedies, at_least=decision.at_least)
            said = [self.language.say("say.yes", options=options), self._was_open(decision)]
        return _sentences([*said, *self._charges(decision)])

    def _charges(self, decision: Decision) -> list[str]:
        said = []
        paid = {remedy.remedy for remedy in decision.remedies} & PAYS_MONEY
        if paid and any(decision.fee) and decision.fee_amount is None:
            said.append(self.language.say("sell.fee", fee=self.fee(decision.fee)))
        elif paid and decision.fee_amount:
            said.append(self.language.say("say.fee", amount=self.money(decision.fee_amount)))
        if paid and decision.value == "lowest-price":
            said.append(self.language.say("say.lowest-price"))
        return said

    def _was_open(self, decision: Decision) -> str:
        """Return until when the remedies were open whose time is over, or an empty text."""
        on = decision.facts.on
        lapsed = [(remedy.until, remedy.remedy) for remedy in decision.closed if remedy.until is not None and remedy.until < on]
        if not lapsed:
            return ""
        texts = []
        for day, group in groupby(lapsed, key=itemgetter(0)):
            names = self.language.all_of([self.name("remedy", remedy) for _, remedy in group])
            texts.append(self.language.say("say.was-open.one", remedy=names, until=self.language.until(day)))
        return self.language.say("say.was-open", remedies=self.language.all_of(texts))

    def _no(self, decision: Decision, possible: tuple[tuple[str, Decision], ...]) -> str:
        early = _early(decision) if self._presentable(decision) else ()
        in_time = any(remedy.until is None or decision.facts.on <= remedy.until for remedy in decision.closed)
        because = [self.language.pick(text) for text in decision.because]
        terms, facts = decision.terms, decision.facts
        said = because or [self._was_open(decision)]
        if early and early[0].opens is not None:
            since = sentence(self.language.since(early[0].opens))
            said = [self.language.say("say.opens", since=since, options=self.options(early))]
        elif not decision.closed and not because and terms is not None and not terms.offer:
            said = [self.language.say("say.nothing")]
        elif terms is not None and in_time and not self._accepts(CONDITION_TERMS[terms.condition], facts.condition):
            said.append(self.language.say(f"say.condition.{state_term(terms)}"))
        for changed, other in possible:
            options = self.options(other.remedies, at_least=other.at_least)
            if changed == "remedy":
                said.append(self.language.say("say.instead", options=options))
            elif changed == "reason":
                said.append(self.language.say("say.if-faulty", options=options))
            elif other.terms is not None:
                proof = self.language.say(f"proof.{other.terms.receipt}")
                said.append(self.language.say("say.with-receipt", proof=proof, options=options))
        if not possible and not early:
            said.append(self.language.say("say.sorry.faulty" if facts.reason in FAULTS else "say.sorry"))
        return _sentences(said)

    def _presentable(self, decision: Decision) -> bool:
        terms, facts = decision.terms, decision.facts
        return terms is not None and (
            self._accepts(CONDITION_TERMS[terms.condition], facts.condition)
            and self._accepts(RECEIPT_TERMS[terms.receipt], facts.receipt)
        )

    @staticmethod
    def _accepts(accepted: frozenset[str] | None, value: str | None) -> bool:
        return accepted is None or value is None or value in accepted

    def selling(self, decision: Decision, opened: Decision, faulty: Decision | None, roles: tuple[str, ...]) -> str:
        """Return the one sentence to say while selling: how many days, what to keep, or that it cannot come back.

        `opened` is the decision for the same goods once their box was opened, `faulty` that for faulty goods.
        """
        terms = decision.terms
        assert terms is not None
        promised = decision._replace(remedies=decision.remedies or _early(decision))
        if not promised.remedies:
            said = [self.language.pick(text) for text in decision.because] or [self.language.say("sell.nothing")]
            return _sentences([*said, "" if faulty is None else self.language.say("sell.faulty", options=self._promises(faulty))])
        if decision.facts.reason in FAULTS:
            return _sentences([self.language.say("sell.faulty", options=self._promises(promised))])
        said = [self.language.say("sell.mind", options=self._promises(promised))]
        if any(decision.fee):
            said.append(self.language.say("sell.fee", fee=self.fee(decision.fee)))
        if decision.who is not None:
            said.append(self.language.say("approval", role=self.role(roles[decision.who])))
        said.append(self.language.say(f"sell.keep.{terms.receipt}"))
        return _sentences([*said, *self._once_opened(promised, opened)])

    def _once_opened(self, decision: Decision, opened: Decision) -> list[str]:
        """Return in what state to bring the goods back, and what an opened box changes."""
        assert decision.terms is not None
        promised = opened._replace(remedies=opened.remedies or _early(opened))
        if not promised.remedies:
            return [self.language.say("sell.unopened")]
        said = [self.language.say(f"sell.state.{state_term(decision.terms)}")]
        if self._promises(promised) != self._promises(decision):
            said.append(self.language.say("sell.opened", options=self._promises(promised)))
        if any(opened.fee) and opened.fee != decision.fee:
            said.append(self.language.say("sell.opened.fee", fee=self.fee(opened.fee)))
        return said

    def _promises(self, decision: Decision) -> str:
        """Return every remedy with its time; those that share it are named together."""
        terms, facts = decision.terms, decision.facts
        assert terms is not None
        times = [(self._time(remedy, decision), self.name("remedy", remedy.remedy)) for remedy in decision.remedies]
        options = [
            self.language.say("sell.option", remedy=self.language.one_of([noun for _, noun in group]), time=time)
            for time, group in groupby(times, key=itemgetter(0))
        ]
        ends = [remedy.until for remedy in decision.remedies if remedy.until is not None]
        dated = any(time == self.until(end, at_least=True) for time, _ in times for end in ends)
        if not dated and terms.counts_from != "purchase" and facts.channel != "store" and facts.delivered is None:
            options[-1] += f", {self.language.say(f'counts-from.{terms.counts_from}')}"
        return "; ".join(options)

    def _time(self, remedy: Remedy, decision: Decision) -> str:
        terms, facts = decision.terms, decision.facts
        assert terms is not None
        windows = dict(terms.offer)
        window = windows.get(remedy.remedy, windows.get("refund"))
        if remedy.until is None or window is None or window.lasts is None:
            return self.language.say("within.always")
        if terms.counts_from != "purchase" and facts.channel != "store" and facts.delivered is None:
            in_season = remedy.until > add(facts.on, window.lasts) + LONGEST_ROLL
            return self.until(remedy.until, at_least=True) if in_season else self.within(window)
        until = self.language.until(remedy.until)
        if remedy.until != add(clock_start(terms.counts_from, facts), window.lasts):
            return until  # a season, an extra or a closed day moved it: the day says more than the window
        return f"{self.within(window)} ({until})"


def _early(decision: Decision) -> tuple[Remedy, ...]:
    """Return the remedies whose window has not opened yet."""
    return tuple(remedy for remedy in decision.closed if remedy.opens is not None and decision.facts.on < remedy.opens)


def _length(span: Span) -> int:
    if not span.months:
        return span.days
    return span.months if span.months % MONTHS_A_YEAR else span.months // MONTHS_A_YEAR


def percent(fee: Fee) -> str:
    """Return the percentage of a fee as decimal text without needless zeros."""
    return decimal_text(fee.percent, 2).removesuffix("0").removesuffix(".0")


def state_term(terms: Terms) -> str:
    """Return the term for the condition of the goods under its one name."""
    return STATE_TERMS.get(terms.condition, terms.condition)


def sentence(text: str) -> str:
    """Return the text with a capital letter at the front."""
    return text[:1].upper() + text[1:]


def _sentences(texts: list[str]) -> str:
    return " ".join(sentence(text) if text.endswith((".", "!", "?", "…")) else sentence(text) + "." for text in texts if text)
