"""What is promised with every sale: which remedies, and for how long, by one policy."""

from collections.abc import Iterable

from returnkit.policy.backtest import Scope
from returnkit.policy.cells import NONE, OTHER
from returnkit.policy.changes import Table
from returnkit.policy.compile import Outcome
from returnkit.policy.decide import Setting
from returnkit.policy.facts import Facts, Unknown
from returnkit.policy.judge import Judge
from returnkit.policy.language import Policy
from returnkit.policy.logged import CHANNEL, NO_TAGS, Days, Logged, piece_price
from returnkit.service.returns import SALE

ALL, FOREIGN = "all", "foreign"


class Exposure:
    """What a policy promises with the sales that it is shown.

    Each line is asked about on the day of its purchase, with ordinary facts: unopened, with the receipt, no reason said, in
    the shop where nothing else is recorded; `country` is the shop's own.

    `table` has for every remedy, and for ALL lines: how many, their value in minor units, the value of those with a last
    day, and that value times the days until then; of lines in another currency (FOREIGN) only how many there are.
    """

    def __init__(self, policy: Policy, setting: Setting, country: str, scope: Scope) -> None:
        self.scope, self.country, self.digits = scope, country.casefold(), setting.digits
        self.table = Table()
        self._judge, self._days = Judge((policy,), setting), Days()

    def see(self, records: Iterable[Logged]) -> None:
        """Add records; what is no sale of these days adds nothing. Raises ValueError for a day that is none."""
        days, first, last = self._days, self.scope.first, self.scope.last
        for record in records:
            if record.kind != SALE:
                continue
            day, bought, delivered = days[record.time[:10]], days[record.bought], days[record.delivered]
            if not first <= day <= last:
                continue
            if record.currency != self.scope.currency:
                self.table.add((FOREIGN,), len(record.lines), 0, 0, 0)
                continue
            on = bought or day
            for line in record.lines:
                facts = Facts(
                    sku=line.sku.strip().casefold() or OTHER,
                    category=line.category or OTHER,
                    tag=frozenset(line.tags) if line.tags else NO_TAGS,
                    price=None if line.paid is None else piece_price(line.paid, line.quantity or 1, self.digits),
                    quantity=line.quantity or 1,
                    bought=on,
                    delivered=max(delivered, on),
                    channel=CHANNEL.get(record.channel or "", "store"),
                    reason="not-said",
                    condition="unopened",
                    receipt="yes",
                    member=record.member or NONE,
                    paid_with=record.paid_with or OTHER,
                    seller=record.seller or OTHER,
                    country=record.country or self.country,
                    on=on,
                )
                self._add(facts, line.paid or 0)

    def _add(self, facts: Facts, value: int) -> None:
        self.table.add((ALL,), 1, value, 0, 0)
        for remedy, last in self._promises(facts):
            days = 0 if last is None else last - facts.on
            self.table.add((remedy,), 1, value, 0 if last is None else value, value * days)

    def _promises(self, facts: Facts) -> Iterable[tuple[str, int | None]]:
        """Return the remedies that are promised, with the last day of each; what takes an exception is no promise."""
        try:
            result, _, lasts = self._judge.compiled(*facts)
        except Unknown:
            decision = self._judge.decide_ordinary(facts, self.country)
            return [(remedy.remedy, remedy.until) for remedy in decision.remedies if decision.exception is None]
        outcome = Outcome._make(result)
        return () if outcome.exception else zip(outcome.remedies, lasts, strict=True)
