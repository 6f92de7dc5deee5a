"""From a TOML file to a Policy. A file with mistakes is refused with all of them at once (S21)."""

from typing import NamedTuple

from returnkit.errors import UnreadableError, instead
from returnkit.model.dates import iso, parse_span
from returnkit.model.money import MOST_DIGITS, decimal_text, minor_digits, parse_amount, parse_price
from returnkit.model.text import is_number
from returnkit.model.toml import Finding, Table, name, parse, problems, shown, word
from returnkit.policy.language import (
    CHANNELS,
    CONDITION_TERMS,
    CONDITIONS,
    COUNTS_FROM,
    IF_CLOSED,
    KINDER,
    NO_RULE,
    RECEIPT_TERMS,
    RECEIPTS,
    REFUND_TO,
    REMEDIES,
    VALUES,
    WAYS,
    Also,
    Fee,
    Line,
    Policy,
    Range,
    Room,
    Rule,
    Season,
    Terms,
    Window,
)

SCHEMA = 1
WHOLE = 100_00  # a hundred percent, in hundredths of a percent
PER_HUNDREDTH = 100  # ten-thousandths, as prices are read, in a hundredth of a percent

TOP = ("schema", "effective", "kinder", "terms", "rule", "also", "season", "discretion")
TERMS = (
    "offer", "receipt", "condition", "counts-from", "if-closed", "restocking-fee",
    "return-to", "refund-to", "value", "approval",
)  # fmt: skip
RULE = ("id", "when", "unless", *TERMS, "because")
ALSO = ("id", "when", "unless", "only", "value", "extra", "restocking-fee", "approval", "because")
SEASON = ("id", "bought", "when", "unless", "until")
ROOM = ("amount", "late", "waive")
NAMES = ("sku", "category", "tag", "reason", "member", "paid-with", "seller", "country")
CLOSED = {"channel": CHANNELS, "condition": CONDITIONS, "receipt": RECEIPTS}
WHEN = (*NAMES, *CLOSED, "price", "quantity", "bought", "within", "after")
WHEN_SEASON = tuple(line for line in WHEN if line not in ("within", "after"))  # they look at seasons themselves (S12)

_AT_THE_TOP = dict.fromkeys(("schema", "effective", "kinder"), "it belongs at the top of the file, above the first [table]")
_IN_THE_RULE = _AT_THE_TOP | dict.fromkeys(
    {*RULE, *ALSO, *SEASON} - {*WHEN}, "it belongs to the entry itself: write it above its [… .when] and [… .unless]"
)


HOW_TO_WRITE_A_WINDOW = '"30 days", "2 weeks", "6 months", "1 year", "30 to 100 days" or "unlimited"'


class _Reader(NamedTuple):
    roles: tuple[str, ...]
    currency: str


def read_policy(source: bytes, file: str, roles: tuple[str, ...], currency: str) -> Policy:
    """Return the policy that the bytes of a TOML file hold; `file` names it in messages, `roles` stand lowest first.

    Raises UnreadableError with every mistake, each with its line and the nearest known key.
    """
    findings: list[Finding] = []
    policy = _policy(Table(parse(source, file), (), findings, TOP), _Reader(roles, currency), file, source)
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return policy


MOST_EXTRAS = 10  # any choice of them may add up
MOST_PARTS = 1000  # rules, overlays and seasons; real policies have some twenty


def _policy(top: Table, reader: _Reader, file: str, source: bytes) -> Policy:
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    if "effective" not in top:
        top.note("effective", "effective is missing", "write the first day of sale it holds for: effective = 2026-11-01")
    terms = _terms(top.table("terms", TERMS, _AT_THE_TOP), None, reader)
    if "terms" not in top:
        top.note("terms", "there is no [terms]", "write what holds where no rule says otherwise")
    rules = [_rule(table, terms, reader) for table in top.tables("rule", RULE, _AT_THE_TOP)]
    rules.append(Rule(NO_RULE, (), (), terms, {}))
    alsos = [_also(table, at, reader) for at, table in enumerate(top.tables("also", ALSO, _AT_THE_TOP), 1)]
    seasons = [_season(table, at) for at, table in enumerate(top.tables("season", SEASON, _AT_THE_TOP), 1)]
    if sum(also.extra is not None for also in alsos) > MOST_EXTRAS:
        top.note("also", f"more than {MOST_EXTRAS} overlays have an extra", "say the same with fewer")
    if len(rules) + len(alsos) + len(seasons) > MOST_PARTS:
        top.note("rule", f"the policy has more than {MOST_PARTS} rules, overlays and seasons", "say the same with fewer")
    _no_id_twice(
        top,
        [
            ("rule", [rule.id for rule in rules[:-1]]),
            ("also", [also.id for also in alsos]),
            ("season", [season.id for season in seasons]),
        ],
    )
    effective, kinder = top.day("effective"), _kinder(top)
    return Policy(effective, tuple(rules), tuple(alsos), tuple(seasons), _rooms(top, reader), file, source, kinder)


def _kinder(top: Table) -> bool:
    """Return whether the policy also judges earlier purchases where it is kinder; it does not unless it says so."""
    value = top.values.get("kinder", KINDER[0])
    if not isinstance(value, str) or word(value) not in KINDER:
        top.wrong("kinder", 'write kinder = "applies", or leave it out: then earlier purchases keep the policy of their day')
        return False
    return word(value) == KINDER[1]


def _no_id_twice(top: Table, groups: list[tuple[str, list[str]]]) -> None:
    seen = {NO_RULE: "[terms]"}
    for group, ids in groups:
        for at, part in enumerate(ids):
            if part in seen:
                what = f"the id {shown(part)} is taken already by {seen[part]}"
                top.findings.append(Finding((group, at, "id"), what, "give each its own id"))
            seen.setdefault(part, f"[{group} {at + 1}]")


def _rule(table: Table, terms: Terms, reader: _Reader) -> Rule:
    if "id" not in table:
        table.note("id", "the rule has no id", 'write id = "faulty", a short name for reports')
    return Rule(
        id=name(table.text("id")),
        when=_lines(table, "when", WHEN),
        unless=_lines(table, "unless", WHEN),
        terms=_terms(table, terms, reader),
        because=table.languages("because"),
    )


def _also(table: Table, number: int, reader: _Reader) -> Also:
    only: frozenset[str] | None = None
    if "only" in table:
        only = frozenset(_words(table, "only", REMEDIES))
    return Also(
        id=name(table.text("id", f"also-{number}")),
        when=_lines(table, "when", WHEN),
        unless=_lines(table, "unless", WHEN),
        only=only,
        value=table.choice("value", VALUES, VALUES[0]),
        extra=table.span("extra"),
        fee=_fee(table, reader) or Fee(),
        approval=_role(table, "approval", reader),
        because=table.languages("because"),
    )


def _season(table: Table, number: int) -> Season:
    for key in ("bought", "until"):
        if key not in table:
            table.note(key, f"the season has no {key}", "write bought = [2026-11-15, 2026-12-24] and until = 2027-01-31")
    return Season(
        id=name(table.text("id", f"season-{number}")),
        when=_lines(table, "when", WHEN_SEASON),
        unless=_lines(table, "unless", WHEN_SEASON),
        bought=_days(table, "bought") if "bought" in table else (0, 0),
        until=table.day("until"),
    )


def _terms(table: Table, base: Terms | None, reader: _Reader) -> Terms:
    """Return complete terms: a key of `table` replaces the whole key of `base` ([terms]), nothing is merged (S15)."""
    if base is None:
        base = Terms((), "any-proof", "resaleable", COUNTS_FROM[0], IF_CLOSED[0], Fee(), (), REFUND_TO[0], VALUES[0], 0)
        if "offer" not in table:
            table.note("offer", "[terms] has no offer", 'write offer = { refund = "30 days" }')
    fee = _fee(table, reader)
    return Terms(
        offer=_offer(table) if "offer" in table else base.offer,
        receipt=table.choice("receipt", tuple(RECEIPT_TERMS), base.receipt),
        condition=table.choice("condition", tuple(CONDITION_TERMS), base.condition),
        counts_from=table.choice("counts-from", COUNTS_FROM, base.counts_from),
        if_closed=table.choice("if-closed", IF_CLOSED, base.if_closed),
        fee=base.fee if fee is None else fee,
        return_to=_return_to(table, reader) if "return-to" in table else base.return_to,
        refund_to=table.choice("refund-to", REFUND_TO, base.refund_to),
        value=table.choice("value", VALUES, base.value),
        approval=_role(table, "approval", reader) if "approval" in table else base.approval,
    )


def _offer(table: Table) -> tuple[tuple[str, Window], ...]:
    value = table.values["offer"]
    if isinstance(value, str):
        if word(value) != "nothing":
            table.wrong("offer", 'write { refund = "30 days" } or "nothing"')
        return ()
    offer = table.table("offer", REMEDIES)
    return tuple((remedy, _window(offer, remedy)) for remedy in offer.values)


def _window(table: Table, key: str) -> Window:
    value = table.values[key]
    text = " ".join(value.casefold().split()) if isinstance(value, str) else ""
    if text == "unlimited":
        return Window(None, None, text)
    try:
        first, between, rest = text.partition(" to ")
        if between:
            opens, lasts = parse_span(f"{first} {rest.partition(' ')[2]}"), parse_span(rest)
            if opens >= lasts:
                table.wrong(key, "a window opens before it ends")
            return Window(opens, lasts, text)
        return Window(None, parse_span(text), text)
    except ValueError as error:
        longest = "100 years" in str(error)
        table.wrong(key, str(error) if longest else f"write {HOW_TO_WRITE_A_WINDOW}")
        return Window(None, None, text)


def _return_to(table: Table, reader: _Reader) -> tuple[tuple[str, str], ...]:
    """Return each way back with what it costs: "free", "customer", or decimal text."""
    ways = table.table("return-to", WAYS)
    found = []
    for way, cost in ways.values.items():
        text = str(cost) if isinstance(cost, int) and not isinstance(cost, bool) else cost
        if isinstance(text, str) and word(text) in ("free", "customer"):
            found.append((way, word(text)))
        elif (amount := _amount(ways, way, reader, '"free", "customer" or ')) is not None:
            found.append((way, decimal_text(amount, minor_digits(reader.currency)) if amount else "free"))
    return tuple(sorted(found, key=lambda pair: WAYS.index(pair[0])))


def _fee(table: Table, reader: _Reader) -> Fee | None:
    value = table.values.get("restocking-fee")
    if value is None:
        return None
    if isinstance(value, str) and value.rstrip().endswith("%"):
        try:
            percent = parse_price(value.rstrip(" %").strip().replace(",", "."))
        except ValueError:
            percent = -1
        if percent % PER_HUNDREDTH or not 0 <= percent // PER_HUNDREDTH <= WHOLE:
            table.wrong("restocking-fee", 'write "15 %", at most two decimals and 100 %')
        return Fee(percent=percent // PER_HUNDREDTH)
    return Fee(fixed=_amount(table, "restocking-fee", reader, '"15 %" or ') or 0)


def _amount(table: Table, key: str, reader: _Reader, other: str = "") -> int | None:
    """Return an amount of the shop's currency in minor units, quoted or a whole number; None where it is none."""
    value = table.values[key]
    digits = minor_digits(reader.currency)
    example = '"25' + ("." + "0" * digits if digits else "") + '"'
    if isinstance(value, float):
        table.wrong(key, f"money is exact: write {other}{example}, in quotes")
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else value
    try:
        if isinstance(text, str):
            return parse_amount(text.strip(), reader.currency)
    except ValueError:
        pass
    table.wrong(key, f"write {other}{example}")
    return None


def _role(table: Table, key: str, reader: _Reader) -> int:
    role = word(table.text(key, reader.roles[0]))
    if role in reader.roles:
        return reader.roles.index(role)
    if role:
        table.note(key, f"{shown(role)} is not a role of shop.toml", instead(role, reader.roles))
    return 0


def _rooms(top: Table, reader: _Reader) -> tuple[Room | None, ...]:
    rooms: list[Room | None] = [None] * len(reader.roles)
    table = top.table("discretion", reader.roles, _AT_THE_TOP)
    for role in table.values:
        room = table.table(role, ROOM)
        amount, late = _amount(room, "amount", reader) if "amount" in room else None, room.span("late")
        waive = _words(room, "waive", ("receipt", "condition")) if room.values.get("waive") else []
        rooms[reader.roles.index(role)] = Room(amount, late, frozenset(waive))
    return tuple(rooms)


def _words(table: Table, key: str, known: tuple[str, ...]) -> list[str]:
    words = []
    for text in table.texts(key):
        if word(text) in known:
            words.append(word(text))
        else:
            table.note(key, f"{shown(text)} is not understood in {key}", instead(word(text), known))
    return words


def _lines(table: Table, key: str, known: tuple[str, ...]) -> tuple[Line, ...]:
    if key not in table:
        return ()
    lines = table.table(key, known, _IN_THE_RULE)
    return tuple(_line(lines, line) for line in lines.values)


def _line(table: Table, key: str) -> Line:
    fact = key.replace("-", "_")
    if key in ("within", "after"):
        return Line(fact, str(table.values[key]), span=table.span(key))
    if key == "bought":
        first, last = _days(table, key)
        text = f"{iso(first)} to {iso(last)}" if first and last else ""
        return Line(fact, text, days=(first, last))
    if key in ("price", "quantity"):
        texts = table.texts(key)
        ranges = tuple(_range(table, key, text) for text in texts)
        return Line(fact, " or ".join(texts), ranges=ranges)
    names = _words(table, key, CLOSED[key]) if key in CLOSED else [name(text) for text in table.texts(key)]
    return Line(fact, ", ".join(names), names=frozenset(names))


def _days(table: Table, key: str) -> tuple[int, int]:
    value = table.values[key]
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004
        return table.day_of(key, value[0]), table.day_of(key, value[1])
    table.wrong(key, "write the first and the last day: [2026-11-15, 2026-12-24]")
    return 0, 0


def _range(table: Table, key: str, text: str) -> Range:
    """Return what "from 10", "under 50.00" or "from 10 under 50" means."""
    words = text.casefold().split()
    number = parse_price if key == "price" else _pieces
    limits: dict[str, int] = {}
    try:
        for limit_word, limit in zip(words[::2], words[1::2], strict=True):
            limits[limit_word] = number(limit)
    except ValueError:
        limits = {}
    if not limits or [*limits] not in (["from"], ["under"], ["from", "under"]):
        table.wrong(key, 'write "from 10", "under 50" or "from 10 under 50"')
    low, high = limits.get("from"), limits.get("under")
    if low is not None and high is not None and low >= high:
        table.wrong(key, "nothing lies in between")
    return Range(low, high)


def _pieces(text: str) -> int:
    if not is_number(text, MOST_DIGITS):
        raise ValueError
    return int(text)
