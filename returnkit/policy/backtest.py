"""What if a draft had been the policy: logged returns, judged once more by the draft alone.

One pass over the records, and sums of it: nothing here grows with the number of returns but the receipts of those that change.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from returnkit.policy.cells import Cell
from returnkit.policy.changes import Case, Sums
from returnkit.policy.compile import Result, compile_policy
from returnkit.policy.decide import Setting, fee_amount
from returnkit.policy.facts import NAMED, Facts, Unknown
from returnkit.policy.judge import Judge
from returnkit.policy.language import FACE_VALUE, PAYS_MONEY, VALUES, Fee, Policy
from returnkit.policy.logged import JUDGED, Article, Days, Logged, Row, readers
from returnkit.service.returns import REFUSED, RETURN

KEPT = 1 << 14  # answers to what lacks a fact: each takes as long as hundreds of others
YES, EXCEPTION, MANAGER, NO, ASK = "yes", "exception", "manager", "no", "ask"
KINDNESS = (NO, MANAGER, EXCEPTION, YES)
MONEY = PAYS_MONEY | {"price-reduction"}  # what leaves the till; of an exchange it is goods
NOBODY = "none"  # no membership
# The last day of each span of lateness in days, and what it is called.
LATE = ((7, "1-7"), (14, "8-14"), (30, "15-30"), (60, "31-60"), (90, "61-90"), (180, "91-180"), (365, "181-365"))
LATER = "more"

AS_PAID = ((0, 0), VALUES[0])  # fee, and what the amount starts from

Worth = tuple[int | None, int | None]  # money and goods in minor units; None where that is not known
NOTHING = (0, 0)


class Answer(NamedTuple):
    """What the draft says: yes, exception (within the asker's own room), manager, no; or ask, then `rule` is the fact.

    `lasts` are the last days of the remedies that are promised; an exception is no promise.
    """

    answer: str
    remedies: tuple[str, ...]
    fee: Fee
    value: str
    rule: str
    lasts: tuple[int | None, ...]

    def amount(self, remedy: str, line: Article) -> int | None:
        """Return what a remedy is worth for a line in minor units; None where it pays nothing, or that is not known."""
        value = line.paid if self.value == VALUES[0] else line.lowest
        if value is None or remedy not in PAYS_MONEY:
            return value if remedy in FACE_VALUE else None
        return value - fee_amount(self.fee, value)


class Change(NamedTuple):
    """What was said of a line, what the draft says, how much less it gives back, and whether what was taken is lost."""

    before: str
    found: Answer
    less: Worth
    lost: bool


class Scope(NamedTuple):
    """Which records count: those of the days from `first` to `last` that were not voided.

    `currency` is the one whose money is summed; `named` is how many cases are kept.
    """

    first: int
    last: int
    voided: frozenset[str]
    currency: str
    named: int


class Backtest:
    """A draft, and the returns that it is tried on. It is filled by `see`, one record after the other.

    What the policy of `today` would answer as the draft does is counted apart: it is not the draft that changes it.
    """

    def __init__(self, draft: Policy, setting: Setting, scope: Scope, today: Policy | None = None) -> None:
        self.scope, self.sums = scope, Sums(scope.named)
        self._judge = Judge((draft,), setting)
        self._decide = self._judge.compiled
        self._decide_today = None if today is None else compile_policy(today, setting)
        policies = (draft,) if today is None else (draft, today)
        self._read, self._judged = readers(policies, setting, self._decide)
        self._days = Days()
        self._worked_out = lru_cache(KEPT)(self._work_out)

    def see(self, records: Iterable[Logged]) -> None:
        """Add records; what is no return, or does not count, adds nothing. Raises ValueError for a day that is none."""
        first, last, voided, currency, _ = self.scope
        judge, read, days = self._judged, self._read, self._days
        for record in records:
            kind = record.kind
            if kind not in JUDGED:
                continue
            day, bought, delivered = days[record.time[:10]], days[record.bought], days[record.delivered]
            on = days[record.on] or day
            if not first <= day <= last or record.id in voided:
                continue
            if bought > on:
                bought = 0  # that cannot be, so it is not known
            if delivered < bought:
                delivered = 0
            taken, own = kind == RETURN, record.currency == currency
            plain = taken and not record.override
            self.sums.lines += len(record.lines)
            for line in record.lines:
                try:
                    result = judge(record, line, on, bought, delivered, own, taken)
                except Unknown:
                    self._weigh(record, line, read(record, line, on, bought, delivered, own, taken), None)
                    continue
                outcome = result[0]
                if (
                    plain
                    and line.amount == line.paid
                    and outcome[0] == YES
                    and outcome[2] is None
                    and outcome[4:6] == AS_PAID
                    and not line.waived
                ):
                    continue  # most are answered as they were, and so is the money
                self._weigh(record, line, read(record, line, on, bought, delivered, own, taken), result)

    def _weigh(self, record: Logged, line: Article, facts: Row, result: Result | None) -> None:
        """Compare what the draft says of a line with what was said, and add it; no `result` where a fact is missing."""
        table, taken, own = self.sums.table, record.kind == RETURN, record.currency == self.scope.currency
        then: Worth = _worth(line.remedy, line.amount) if taken and own else NOTHING
        given = then[0] or 0, then[1] or 0
        found = self._told(facts) if result is None else _answer(result)
        *rest, wanted = facts
        if wanted is not None and found.answer in (NO, MANAGER):
            found = self._of((*rest, None))  # that remedy is not open: what is offered instead
        if found.answer == ASK:
            table.add(("unknown", found.rule), 1, *given)
            return
        if found.answer != YES:
            self._add_late(facts, given)
        before = _before(record, line)
        if taken and record.override and not line.waived and found.answer in (NO, MANAGER):
            table.add(("overridden", ""), 1, *given)  # decided against the policy then, and against the draft as well
            return
        gives = found.answer in (YES, EXCEPTION)
        lost = gives and wanted is not None and wanted not in found.remedies
        now: Worth = NOTHING
        if taken and gives and not lost:
            amount = found.amount(line.remedy, line)
            now = then if amount is None or line.amount is None or not own else _worth(line.remedy, amount)
        elif gives:
            now = _worth(found.remedies[0], found.amount(found.remedies[0], line))
        if found.answer != before or lost or (taken and now != then):
            less: Worth = (None, None) if not own else NOTHING if now == then else _less(then, now)
            if self._so_today(facts, found):
                if record.override:
                    table.add(("overridden", ""), 1, *given)  # a person decided otherwise than the policy, and it is the same
                    return
                table.add(("today", ""), 1, less[0] or 0, less[1] or 0)
            self._add_change(record, line, Change(before, found, less, lost))

    def _so_today(self, facts: Row, found: Answer) -> bool:
        """Tell whether the policy of today gives the same answer as the draft; not where it lacks a fact."""
        if self._decide_today is None:
            return False
        *rest, wanted = facts
        try:
            own = _answer(self._decide_today(*facts))
            if wanted is not None and own.answer in (NO, MANAGER):
                own = _answer(self._decide_today(*rest, None))
        except Unknown:
            return False
        return own[:4] == found[:4]

    def _of(self, facts: Row) -> Answer:
        try:
            return _answer(self._decide(*facts))
        except Unknown:
            return self._told(facts)

    def _told(self, row: Row) -> Answer:
        """Return what the draft says where a fact is missing: the answer that all its values lead to, or the fact to ask for.

        It is worked out for one of all facts that the draft does not tell apart.
        """
        facts = Facts._make(row)
        for fact in ("price", *NAMED):
            value = getattr(facts, fact)
            if value is not None:
                facts = facts.with_fact(fact, _standing_for(value, self._judge.cells(fact, facts)))
        return self._worked_out(facts)

    def _work_out(self, facts: Facts) -> Answer:
        if self._worked_out.cache_info().misses % KEPT == 0:
            self._judge = Judge(self._judge.versions, self._judge.setting)  # the old one keeps what it knows of every day
        decision = self._judge.decide(facts)
        if decision.question is not None:
            return Answer(ASK, (), Fee(), VALUES[0], decision.question.fact, ())
        answer = EXCEPTION if decision.exception and decision.answer == YES else decision.answer
        remedies = tuple(remedy.remedy for remedy in decision.remedies)
        lasts = () if decision.exception else tuple(remedy.until for remedy in decision.remedies)
        return Answer(answer, remedies, decision.fee, decision.value, decision.rule or "", lasts)

    def _add_late(self, row: Row, given: tuple[int, int]) -> None:
        """Add a line to those that are late by the draft: all that it promised on the day of purchase has lapsed."""
        facts = Facts._make(row)
        if facts.bought is None:
            return
        promised = self._of(facts._replace(on=facts.bought, remedy=None))
        ends = [last for last in promised.lasts if last is not None]
        if ends and len(ends) == len(promised.lasts) and max(ends) < facts.on:
            days = facts.on - max(ends)
            self.sums.table.add(("late", next((text for last, text in LATE if days <= last), LATER)), 1, *given)

    def _add_change(self, record: Logged, line: Article, change: Change) -> None:
        sums, (before, found, less, lost) = self.sums, change
        money, goods = less[0] or 0, less[1] or 0
        after, rule = found.answer, found.rule
        kinder = not lost and (-money - goods, KINDNESS.index(after)) > (0, KINDNESS.index(before))
        if lost:
            before, after = f"{before}: {line.remedy}", f"{after}: {found.remedies[0]}"
        elif before == after:
            after = f"{after}, more back" if kinder else f"{after}, less back"
        parts = max(money, 0), max(-money, 0), max(goods, 0), max(-goods, 0)
        sums.changes.add((before, after, rule, "kinder" if kinder else "stricter"), 1, *parts)
        if None in less:
            sums.table.add(("foreign" if record.currency != self.scope.currency else "not-known", ""), 1, 0, 0)
        purchase = (record.receipt_no or record.guessed or record.id).casefold()
        sums.purchases.add(purchase)
        if record.member and record.member != NOBODY:
            sums.members.add(purchase)
        about = record.id, record.time[:10], line.sku, line.category or ""
        sums.add_case(Case(*about, before, after, line.rule, rule, *less))


def _standing_for(value: int | str, cells: tuple[Cell, ...]) -> int | str:
    """Return the value that stands for all that lead where this one does."""
    if isinstance(value, str):
        return next((cell.value for cell in cells if value in cell.names), "")  # a name that no line has
    return next(cell.value for cell in reversed(cells) if isinstance(cell.value, int) and cell.value <= value)


def _answer(result: Result) -> Answer:
    (answer, _, exception, remedies, fee, value, *_), rule, lasts = result
    answer = EXCEPTION if exception and answer == YES else answer
    return Answer(answer, remedies, Fee(*fee), value, rule, () if exception else lasts)  # type: ignore[arg-type, misc]


def _before(record: Logged, line: Article) -> str:
    """Return what was said of a line: what another program took back it took back."""
    if record.kind == REFUSED:
        return line.answer if line.answer in (YES, MANAGER) else NO
    return EXCEPTION if line.waived or record.override else YES


def _worth(remedy: str, amount: int | None) -> Worth:
    """Return the money and the goods that a remedy gives back; None where that is not known."""
    if remedy in MONEY:
        return amount, 0
    return 0, amount if remedy in FACE_VALUE else 0


def _less(then: Worth, now: Worth) -> Worth:
    """Return how much less money and goods are given back now than then."""
    money, goods = (None if before is None or after is None else before - after for before, after in zip(then, now, strict=True))
    return money, goods
