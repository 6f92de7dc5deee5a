"""The facts of one return: what is known of the sale, the goods and the day on which the customer asks.

None = unknown. What is known by default (S36): no tags, one piece, asked today, the lowest role.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, instead
from returnkit.model.dates import iso, parse_day
from returnkit.model.money import MOST_PIECES, parse_price
from returnkit.model.text import LONGEST_NAME, has_control
from returnkit.model.toml import name, shown, word
from returnkit.policy.language import CHANNELS, CONDITIONS, RECEIPTS, REMEDIES


class Facts(NamedTuple):
    """The facts, compared as they are read: names casefolded, days as ordinals, prices in ten-thousandths.

    `role` is the rank of who asks (0 = lowest), `remedy` the one that is wanted, if one is.
    """

    sku: str | None = None
    category: str | None = None
    tag: frozenset[str] = frozenset()
    price: int | None = None
    lowest_price: int | None = None
    quantity: int = 1
    bought: int | None = None
    delivered: int | None = None
    channel: str | None = None
    reason: str | None = None
    condition: str | None = None
    receipt: str | None = None
    member: str | None = None
    paid_with: str | None = None
    seller: str | None = None
    country: str | None = None
    on: int = 0
    role: int = 0
    remedy: str | None = None

    def with_fact(self, fact: str, value: object) -> "Facts":
        """Return the facts with one of them known."""
        return self._replace(**{fact: value})  # type: ignore[arg-type]


NAMED = ("sku", "category", "reason", "member", "paid_with", "seller", "country")
CHOICES = {"channel": CHANNELS, "condition": CONDITIONS, "receipt": RECEIPTS, "remedy": REMEDIES}

# First the slip, then the goods, then the person (S39). Tags and quantity are known by default and never asked for.
ASKED = (
    "receipt", "bought", "delivered", "channel", "seller", "paid_with", "price",
    "sku", "category", "condition", "reason", "member", "country",
)  # fmt: skip


class Unknown(Exception):  # noqa: N818
    """A decision looked at a fact that is unknown; not an error, but the question to ask."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


def read_facts(given: Mapping[str, object], today: Callable[[], int], roles: tuple[str, ...], role: int = 0) -> Facts:
    """Return the facts that were given as text, as on the command line or in a JSON line.

    `given` maps names (hyphens or underscores) to text, whole numbers, lists of tags or None (= absent). `today` gives the
    default for `on`, `role` is the default rank among `roles`. Raises BadInputError with every problem at once.
    """
    problems: list[Problem] = []
    values: dict[str, object] = {"role": role}
    for key, value in given.items():
        fact = key.replace("-", "_")
        if fact not in Facts._fields:
            known = [field.replace("_", "-") for field in Facts._fields]
            problems.append(Problem(f"{shown(key)} is not a fact", instead(key, known)))
        elif value is not None:
            try:
                values[fact] = _read(fact, value, today, roles)
            except ValueError as error:
                problems.append(Problem(f"{fact.replace('_', '-')} {shown(value)} is not understood", str(error)))
    if problems:
        raise BadInputError(*problems)
    if "on" not in values:
        values["on"] = today()
    facts = Facts(**values)  # type: ignore[arg-type]
    _check_order(facts)
    return facts


def _read(fact: str, value: object, today: Callable[[], int], roles: tuple[str, ...]) -> object:
    if fact == "tag":
        return frozenset(_name(entry) for entry in (value if isinstance(value, list | tuple) else [value]))
    if fact == "quantity":
        return _quantity(value)
    if fact in ("price", "lowest_price"):
        return parse_price(_number_text(value))
    text = _text(value)
    if fact in ("bought", "delivered", "on"):
        return parse_day(text, today)
    if fact == "role":
        if word(text) not in roles:
            raise ValueError(instead(text, roles))
        return roles.index(word(text))
    options = CHOICES.get(fact)
    if options is None:
        return _name(value)
    if word(text) not in options:
        raise ValueError(instead(word(text), options))
    return word(text)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write it as text in quotes")  # noqa: TRY004
    return value


def _name(value: object) -> str:
    text = name(_text(value))
    if not text or len(text) > LONGEST_NAME or has_control(text):
        raise ValueError(f"write 1 to {LONGEST_NAME} characters on one line")
    return text


def _number_text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return str(value)
    if isinstance(value, float):
        raise ValueError('money is exact: write it in quotes, such as "49.90"')  # noqa: TRY004
    return _text(value)


def _quantity(value: object) -> int:
    text = _number_text(value)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PIECES)) and 1 <= int(text) <= MOST_PIECES):
        raise ValueError(f"write a whole number from 1 to {MOST_PIECES}")
    return int(text)


def _check_order(facts: Facts) -> None:
    """Refuse a sale after the day of asking and a delivery before the sale (S5)."""
    problems = []
    if facts.bought is not None and facts.bought > facts.on:
        what = f"bought on {iso(facts.bought)}, but asked on {iso(facts.on)}, before the sale"
        problems.append(Problem(what, "check both days"))
    if facts.bought is not None and facts.delivered is not None and facts.delivered < facts.bought:
        what = f"delivered on {iso(facts.delivered)}, before it was bought on {iso(facts.bought)}"
        problems.append(Problem(what, "check both days"))
    if problems:
        raise BadInputError(*problems)
