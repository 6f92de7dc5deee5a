"""A coupon from being given to being redeemed, once: what its records say, and why it may be no good.

Whatever record carries a coupon gives it, but for the one that redeems it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from returnkit.model.jsonl import Json
from returnkit.model.record import damage
from returnkit.service.complaint import in_order

REDEEMED = "coupon.redeemed"
WHY = ("unknown", "redeemed", "over")  # why a coupon is no good


class Coupon(NamedTuple):
    """The record that gave a coupon, and the one that redeemed it first; None where there is none."""

    given: Json | None
    redeemed: Json | None


def coupon_of(records: Iterable[Json], digest: str) -> Coupon:
    """Return the coupon that the records, in any order, say something of.

    A damaged record gives nothing, but what one redeemed stays redeemed.
    """
    given, redeemed = None, None
    for record in in_order(record for record in records if record.get("coupon") == digest):
        if record.get("kind") == REDEEMED:
            redeemed = redeemed or record
        elif not damage(record):
            given = given or record
    return Coupon(given, redeemed)


def why_not(coupon: Coupon, today: str) -> str:
    """Return which of WHY makes a coupon no good on a day (ISO text); an empty text where it is good."""
    if coupon.redeemed is not None:
        return "redeemed"
    if coupon.given is None:
        return "unknown"
    until = str(coupon.given.get("until") or "")
    return "over" if until and today > until else ""
