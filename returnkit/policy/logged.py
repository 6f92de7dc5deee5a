"""What is read of a record that was logged, and the facts that it says."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import msgspec

from returnkit.model.dates import parse_iso
from returnkit.model.money import MINOR_UNITS, PRICE_UNITS
from returnkit.model.record import VERSION
from returnkit.model.toml import name
from returnkit.policy.compile import Compiled, Result
from returnkit.policy.decide import Setting
from returnkit.policy.facts import Facts
from returnkit.policy.language import CHANNELS, CONDITIONS, RECEIPTS, REMEDIES, Policy, lines_of
from returnkit.service.returns import REFUSED, RETURN, SALE

JUDGED = (RETURN, REFUSED)
# Closed words: what another program says instead is no fact.
CHANNEL, CONDITION, RECEIPT, REMEDY = ({word: word for word in words} for words in (CHANNELS, CONDITIONS, RECEIPTS, REMEDIES))
# How each fact is made of a record and one of its lines, and which of them a policy need not look at.
SOURCE = {
    "sku": "name(line.sku) or None",
    "category": "line.category",
    "tag": "frozenset(line.tags) if line.tags else NO_TAGS",
    "price": (
        "None if line.paid is None or not own else "
        "line.paid * unit if line.quantity == 1 else price(line.paid, line.quantity or 1)"
    ),
    "lowest_price": "None",
    "quantity": "line.quantity or 1",
    "bought": "bought or None",
    "delivered": "delivered or None",
    "channel": "CHANNEL.get(record.channel)",
    "reason": "line.reason",
    "condition": "CONDITION.get(line.condition)",
    "receipt": "RECEIPT.get(record.receipt)",
    "member": "record.member",
    "paid_with": "record.paid_with",
    "seller": "record.seller",
    "country": "record.country",
    "on": "on",
    "role": "ranks.get(record.role, 0)",
    "remedy": "REMEDY.get(line.remedy) if taken else None",
}
IGNORABLE = ("sku", "category", "tag", "price", "quantity", "reason", "member", "paid_with", "seller", "country")
SKIPPED = {"tag": "NO_TAGS", "quantity": "1"}
NO_TAGS: frozenset[str] = frozenset()

Row = tuple[object, ...]  # Facts as a plain tuple: to make a named one of every line takes half as long as to judge it
Whole = Annotated[int, msgspec.Meta(ge=0)]


class Article(msgspec.Struct, gc=False):
    """What is read of an article that was sold, came back, or was refused. Money in minor units for all its pieces."""

    quantity: Whole = 1
    sku: str = ""
    category: str | None = None
    tags: list[str] = []
    paid: Whole | None = None
    lowest: Whole | None = None
    reason: str | None = None
    condition: str | None = None
    answer: str = ""
    remedy: str = ""
    amount: Whole | None = None
    rule: str = ""
    waived: list[str] = []


class Logged(msgspec.Struct, gc=False):
    """What is read of a record; a line in which one of these is not of its form cannot be read."""

    v: Annotated[int, msgspec.Meta(le=VERSION)]
    id: str
    kind: str
    time: str
    h: str
    lines: list[Article] = []
    currency: str = ""
    receipt_no: str = ""
    guessed: str = ""
    source: str = ""
    role: str = ""
    override: bool = False
    on: str | None = None
    bought: str | None = None
    delivered: str | None = None
    channel: str | None = None
    receipt: str | None = None
    member: str | None = None
    paid_with: str | None = None
    seller: str | None = None
    country: str | None = None


class Head(msgspec.Struct, gc=False):
    """What every record has."""

    v: Annotated[int, msgspec.Meta(le=VERSION)]
    id: str
    kind: str
    time: str
    h: str


class Days(dict[str | None, int]):
    """ISO text as days, each read once; 0 where there is no text. Raises ValueError for what is no day."""

    def __init__(self) -> None:
        super().__init__({None: 0})

    def __missing__(self, text: str | None) -> int:
        day = self[text] = parse_iso(str(text))
        return day


decode_quickly = msgspec.json.Decoder(Logged).decode  # of the kinds that are looked at, and others that are like them
_decode_head = msgspec.json.Decoder(Head).decode


def decode(line: bytes) -> Logged:
    """Return what is read of a line. Raises ValueError (msgspec's own are such) where that is not of its form.

    Another kind may use the same names otherwise.
    """
    try:
        return decode_quickly(line)
    except msgspec.ValidationError:
        head = _decode_head(line)
        if head.kind in (RETURN, REFUSED, SALE):
            raise
        return Logged(head.v, head.id, head.kind, head.time, head.h)


def readers(policies: tuple[Policy, ...], setting: Setting, decide: Compiled) -> tuple[Callable[..., Row], Callable[..., Result]]:
    """Return the functions that make the facts of a logged line, and that judge it at once: what most lines need.

    Both are called with (record, line, on, bought, delivered, own, taken): days as in Days, `own` whether the money is the
    shop's. Only the facts that the policies look at are made: that takes half of the time.
    """
    looked_at = {line.fact for line in lines_of(policies)}
    if any(room is not None and room.amount is not None for policy in policies for room in policy.rooms):
        looked_at |= {"price", "quantity"}
    facts = [SOURCE[fact] if fact in looked_at or fact not in IGNORABLE else SKIPPED.get(fact, "None") for fact in Facts._fields]
    names = {
        "decide": decide, "name": name, "NO_TAGS": NO_TAGS,
        "CHANNEL": CHANNEL, "CONDITION": CONDITION, "RECEIPT": RECEIPT, "REMEDY": REMEDY,
        "ranks": {role: rank for rank, role in enumerate(setting.roles)},
        "unit": PRICE_UNITS // MINOR_UNITS[setting.digits], "price": partial(piece_price, digits=setting.digits),
    }  # fmt: skip
    row = f"({', '.join(facts)})"
    read, judge = (
        eval(f"lambda record, line, on, bought, delivered, own, taken: {made}", names)  # noqa: S307 - nothing of the owner's
        for made in (row, f"decide{row}")
    )
    return read, judge


def piece_price(paid: int, quantity: int, digits: int) -> int:
    """Return what one piece cost in ten-thousandths, of minor units for all of them."""
    unit = PRICE_UNITS // MINOR_UNITS[digits]
    return (2 * paid * unit + quantity) // (2 * quantity)
