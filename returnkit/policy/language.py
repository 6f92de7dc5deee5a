"""What a return policy consists of: its closed words and its parts, as `read` makes them and `decide` follows them.

What each means exactly is fixed by the numbered sentences S1 to S43 that the comments of this room cite.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from returnkit.model.dates import Span

REMEDIES = ("refund", "exchange", "replacement", "repair", "store-credit", "price-reduction")
CHANNELS = ("store", "online", "phone", "doorstep")
CONDITIONS = ("unopened", "opened", "resaleable", "worn", "damaged")  # best first; opened = resaleable (S17)
RECEIPTS = ("yes", "gift", "other-proof", "no")  # best first; yes = gift (S18)
WAYS = ("store", "mail", "pick-up")

# What each term accepts; None accepts anything and so looks at nothing (S17, S18).
CONDITION_TERMS: dict[str, frozenset[str] | None] = {
    "unopened": frozenset(CONDITIONS[:1]),
    "opened": frozenset(CONDITIONS[:3]),
    "resaleable": frozenset(CONDITIONS[:3]),
    "worn": frozenset(CONDITIONS[:4]),
    "damaged": None,
    "any": None,
}
RECEIPT_TERMS: dict[str, frozenset[str] | None] = {
    "required": frozenset(RECEIPTS[:2]),
    "any-proof": frozenset(RECEIPTS[:3]),
    "not-needed": None,
}

COUNTS_FROM = ("purchase", "delivery", "last-item")
IF_CLOSED = ("as-it-is", "next-open-day", "next-working-day")
REFUND_TO = ("original", "cash")
VALUES = ("price-paid", "lowest-price")
KINDER = ("never", "applies")  # whether a policy also judges what was bought before it, where it is kinder

# What shops call goods that are not as they should be; the first that a policy knows stands for all of them.
FAULTS = ("faulty", "not-as-described", "wrong-item")

FACE_VALUE = frozenset({"exchange", "replacement"})  # worth the whole value, no fee (S24)
PAYS_MONEY = frozenset({"refund", "store-credit"})  # whole value less the restocking fee (S23)

NO_RULE = "terms"  # the id under which [terms] decides where no rule holds


class Window(NamedTuple):
    """From when until when a remedy is open, counted from the clock's day; `lasts` None = unlimited."""

    opens: Span | None
    lasts: Span | None
    text: str


class Fee(NamedTuple):
    """A restocking fee: a percentage in hundredths of a percent, or a fixed sum in minor units once a decision."""

    percent: int = 0
    fixed: int = 0


class Range(NamedTuple):
    """Numbers `from` one (included) `under` another; None = no limit. Prices in ten-thousandths, quantities in pieces."""

    low: int | None
    high: int | None

    def holds(self, number: int) -> bool:
        """Tell whether the number lies within."""
        return (self.low is None or number >= self.low) and (self.high is None or number < self.high)


class Line(NamedTuple):
    """One line of `when` or `unless`: the fact it looks at, and which of its values satisfy it.

    Exactly one of `names`, `ranges`, `days` and `span` is set. For `within` and `after` the fact is that word.
    """

    fact: str
    text: str
    names: frozenset[str] = frozenset()
    ranges: tuple[Range, ...] = ()
    days: tuple[int, int] = (0, 0)
    span: Span | None = None


class Terms(NamedTuple):
    """What holds for a return: those of a rule are complete, with [terms] filled in (S15)."""

    offer: tuple[tuple[str, Window], ...]
    receipt: str
    condition: str
    counts_from: str
    if_closed: str
    fee: Fee
    return_to: tuple[tuple[str, str], ...]
    refund_to: str
    value: str
    approval: int


class Rule(NamedTuple):
    """A rule: the first from the top whose conditions hold decides (S14). The last one is [terms], without conditions."""

    id: str
    when: tuple[Line, ...]
    unless: tuple[Line, ...]
    terms: Terms
    because: dict[str, str]


class Also(NamedTuple):
    """An overlay on whatever rule decided: it can only narrow, lengthen, charge or send to a higher role."""

    id: str
    when: tuple[Line, ...]
    unless: tuple[Line, ...]
    only: frozenset[str] | None
    value: str
    extra: Span | None
    fee: Fee
    approval: int
    because: dict[str, str]


class Season(NamedTuple):
    """Bought in between (both days): every open remedy lasts at least until (S11)."""

    id: str
    when: tuple[Line, ...]
    unless: tuple[Line, ...]
    bought: tuple[int, int]
    until: int


class Room(NamedTuple):
    """What a role may give beyond the policy (S27 to S31): up to an amount, so late, and what it may waive."""

    amount: int | None
    late: Span | None
    waive: frozenset[str]


class Policy(NamedTuple):
    """One version of the return policy."""

    effective: int
    rules: tuple[Rule, ...]
    alsos: tuple[Also, ...]
    seasons: tuple[Season, ...]
    rooms: tuple[Room | None, ...]
    file: str
    source: bytes
    kinder: bool = False

    def uses_calendar(self) -> bool:
        """Tell whether any last day moves when the shop is closed."""
        return any(rule.terms.if_closed != IF_CLOSED[0] for rule in self.rules)


def names_of(versions: tuple[Policy, ...], fact: str) -> tuple[str, ...]:
    """Return the names of the shop's own that the policy knows for a fact, in alphabetical order."""
    return tuple(sorted({name for line in lines_of(versions) if line.fact == fact for name in line.names}))


def lines_of(versions: tuple[Policy, ...]) -> Iterator[Line]:
    """Return every line of every `when` and `unless`."""
    for policy in versions:
        parts: Iterable[Rule | Also | Season] = chain(policy.rules, policy.alsos, policy.seasons)
        for part in parts:
            yield from part.when
            yield from part.unless
