"""policies/complaints.toml: what the shop promises those who complain, and who may put what right.

Clocks, routes and offers are lists from top to bottom, as the rules of the return policy are: the first one whose conditions
hold decides, and what a clock does not say comes from [clocks].
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from returnkit.errors import UnreadableError, instead
from returnkit.model.dates import Span
from returnkit.model.money import parse_amount
from returnkit.model.record import CHANNELS, CLOCKS, COUNTS, FEWEST_CHOICES, SEVERITIES
from returnkit.model.text import is_number
from returnkit.model.toml import Finding, Table, name, parse, problems, word

SCHEMA = 1
TOP = ("schema", "categories", "causes", "clocks", "clock", "route", "escalate", "offer", "token", "value", "recurring", "flags")
NAMES = tuple(clock.replace("_", "-") for clock in CLOCKS)
CLOCK = ("count", *NAMES)
LATE = (*NAMES, "promise", "flag", "law")  # what may be late
WHEN = ("channel", "severity", "category", "flag")
USUAL_SEVERITY = "normal"
OPEN, HOLIDAYS_TOO, ALWAYS = COUNTS
MINUTES_IN = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
MOST_MINUTES = 366 * 24 * 60
THIRD = 3
MOST_VISITS = 9999  # in a year
# What is put right in the words of the return policy, and what costs nothing.
REMEDIES = ("refund", "exchange", "replacement", "repair", "store-credit", "price-reduction", "apology")
HOW_LONG = 'write it as "30 minutes" or "4 hours"'

About = Mapping[str, Sequence[str]]  # of a complaint: its channel, severity, category and flags
When = Mapping[str, frozenset[str]]


class Aim(NamedTuple):
    """How many minutes a clock may run: what is aimed at inside the shop, and what is promised; None where nothing is."""

    internal: int | None = None
    public: int | None = None


class Promised(NamedTuple):
    """What a complaint is promised: which minutes count (one of COUNTS), and the aim of each clock."""

    counts: str
    aims: Mapping[str, Aim]

    def as_record(self) -> dict[str, object]:
        """Return it as the opening of a complaint keeps it."""
        found: dict[str, object] = {"count": self.counts}
        for side in Aim._fields:
            minutes = {clock: getattr(aim, side) for clock, aim in self.aims.items() if getattr(aim, side) is not None}
            if minutes:
                found[side] = minutes
        return found


class ClockRule(NamedTuple):
    """A [[clock]]: for which complaints, and what it says otherwise than [clocks]."""

    when: When
    counts: str
    aims: Mapping[str, Aim]


class Route(NamedTuple):
    """A [[route]]: whose business some complaints are, a role or a name."""

    when: When
    to: str


class Escalation(NamedTuple):
    """An [[escalate]]: once one of LATE is late by so many minutes, somebody above has the complaint."""

    when: When
    late: str
    by: int
    to: str


class Offer(NamedTuple):
    """An [[offer]]: the choices that the customer is given for some trouble."""

    when: When
    choices: tuple[str, ...]


class Token(NamedTuple):
    """A [[token]] of goodwill: for which trouble, what it is, its worth in minor units, and the role that may give it.

    `valid` is how long its coupon lasts; None where it is no coupon.
    """

    id: str
    when: When
    what: Mapping[str, str]
    worth: int
    role: str
    valid: Span | None


class Deadline(NamedTuple):
    """How long something may take: so many `hours`, `days`, `months` or `working-days`."""

    number: int
    unit: str


class FlagTerms(NamedTuple):
    """A [flags.NAME]: the words that point to it, the duty and the law behind it, its deadline, and whose business it is."""

    words: tuple[str, ...]
    duty: Mapping[str, str]
    law: str
    within: Deadline | None
    role: str


class Terms(NamedTuple):
    """What complaints.toml says. `value` is what a customer whom nobody knows spends in a year, in minor units.

    `ranks` are those of roles and names; `categories` and `causes` are what the shop calls them, where it has said so.
    """

    general: ClockRule
    clocks: tuple[ClockRule, ...]
    routes: tuple[Route, ...]
    escalations: tuple[Escalation, ...]
    offers: tuple[Offer, ...]
    tokens: tuple[Token, ...]
    value: int | None
    recurring: int
    flags: Mapping[str, FlagTerms]
    ranks: Mapping[str, int]
    categories: tuple[str, ...]
    causes: tuple[str, ...]

    def promised(self, about: About) -> Promised:
        """Return what a complaint is promised."""
        rule = next((rule for rule in self.clocks if holds(rule.when, about)), self.general)
        aims = {clock: rule.aims.get(clock) or self.general.aims.get(clock) for clock in CLOCKS}
        return Promised(rule.counts or self.general.counts, {clock: aim for clock, aim in aims.items() if aim})

    def choices(self, about: About) -> tuple[str, ...]:
        """Return the choices that the customer is given; none where the shop has not said."""
        return next((offer.choices for offer in self.offers if holds(offer.when, about)), ())

    def usual_token(self, about: About) -> Token | None:
        """Return the token that is given for such trouble: the same for everybody."""
        return next((token for token in self.tokens if holds(token.when, about)), None)

    def token(self, own: str) -> Token | None:
        """Return the token with an id."""
        return next((token for token in self.tokens if token.id == word(own)), None)

    def offered(self) -> list[str]:
        """Return everything that may be offered: remedies, tokens, and whatever else the [[offer]]s name."""
        named = (choice for offer in self.offers for choice in offer.choices)
        return list(dict.fromkeys([*REMEDIES, *(token.id for token in self.tokens), *named]))

    def route(self, about: About) -> str:
        """Return whose business it is, a role or a name; an empty text where the shop has not said."""
        return next((route.to for route in self.routes if holds(route.when, about)), "")


NO_TERMS = Terms(ClockRule({}, OPEN, {}), (), (), (), (), (), None, THIRD, {}, {}, (), ())


def holds(when: When, about: About) -> bool:
    """Tell whether every line of a condition holds; within a line, any value."""
    return all(any(value in values for value in about.get(key, ())) for key, values in when.items())


def about(opening: Mapping[str, object], flags: Iterable[str] = ()) -> About:
    """Return what the terms ask of a complaint, from the record that opened it."""
    return {
        "channel": [str(opening.get("channel", ""))],
        "severity": [str(opening.get("severity") or USUAL_SEVERITY)],
        "category": [name(str(opening.get("category", "")))],
        "flag": list(flags),
    }


def read_terms(source: bytes, file: str, roles: Sequence[str], staff: Mapping[str, str], currency: str) -> Terms:
    """Return what the bytes of complaints.toml say; `roles` stand lowest first, `staff` has the role of each name.

    Raises UnreadableError with every mistake, each with its line.
    """
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, TOP)
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    terms = _Reader(tuple(roles), staff, currency, findings).terms(top)
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return terms


class _Reader:
    def __init__(self, roles: tuple[str, ...], staff: Mapping[str, str], currency: str, findings: list[Finding]) -> None:
        self.roles, self.staff, self.currency, self.findings = roles, staff, currency, findings

    def terms(self, top: Table) -> Terms:
        flags = self._flags(top)
        table = top.table("clocks", CLOCK)
        counted = table.choice("count", COUNTS, OPEN)
        general = ClockRule({}, counted, self._aims(table, counted))
        terms = Terms(
            general,
            tuple(self._clock(each, counted) for each in top.tables("clock", ("when", *CLOCK))),
            tuple(
                Route(self._when(each), holder_in(each, self.roles, self.staff)) for each in top.tables("route", ("when", "to"))
            ),
            tuple(self._escalation(each) for each in top.tables("escalate", ("when", "late", "by", "to"))),
            tuple(self._offer(each) for each in top.tables("offer", ("when", "choices"))),
            self._tokens(top),
            self._value(top),
            self._recurring(top),
            flags,
            ranks_of(self.roles, self.staff),
            tuple(map(name, top.texts("categories"))),
            tuple(map(name, top.texts("causes"))),
        )
        self._known_flags(top, terms)
        return terms

    def _when(self, table: Table) -> When:
        """Return the conditions of a table; without any it holds always."""
        inner = table.table("when", WHEN)
        found = {}
        for key in inner.values:
            values = inner.texts(key)
            for known, to_compare in (("channel", CHANNELS), ("severity", SEVERITIES)):
                if key == known:
                    for value in values:
                        if word(value) not in to_compare:
                            inner.note(key, f'"{value}" is no {key}', instead(word(value), to_compare))
            found[key] = frozenset(name(value) if key == "category" else word(value) for value in values)
        return found

    def _known_flags(self, top: Table, terms: Terms) -> None:
        """Note a condition on a flag that nothing says anything of."""
        every: tuple[tuple[str, tuple[ClockRule | Route | Escalation | Offer | Token, ...]], ...] = (
            ("clock", terms.clocks), ("route", terms.routes), ("escalate", terms.escalations), ("offer", terms.offers),
            ("token", terms.tokens),
        )  # fmt: skip
        for key, rules in every:
            for at, rule in enumerate(rules):
                for flag in sorted(rule.when.get("flag", frozenset()) - terms.flags.keys()):
                    what = f'"{flag}" is no flag'
                    self.findings.append(Finding((*top.at(key), at, "when", "flag"), what, instead(flag, [*terms.flags])))

    def _clock(self, table: Table, counted: str) -> ClockRule:
        when = self._when(table)
        if "when" not in table:
            table.note("when", "a [[clock]] has no when", "say for which complaints; what holds for all stands in [clocks]")
        count = table.choice("count", COUNTS, "")
        return ClockRule(when, count, self._aims(table, count or counted))

    def _aims(self, table: Table, count: str) -> dict[str, Aim]:
        return {clock: self._aim(table, key, count) for clock, key in zip(CLOCKS, NAMES, strict=True) if key in table}

    def _aim(self, table: Table, key: str, count: str) -> Aim:
        inner = table.table(key, Aim._fields)
        if isinstance(table.values[key], dict) and not inner.values:
            inner.note("public", f"{key} says nothing", 'write { internal = "2 hours", public = "4 hours" }')
        minutes = {side: self._minutes(inner, side, count) for side in Aim._fields if side in inner}
        aim = Aim(
            minutes.get("internal"), minutes.get("public", minutes.get("internal"))
        )  # who promises nothing aims all the same
        if aim.internal and aim.public and aim.internal > aim.public:
            inner.note("internal", f"{key}: what is aimed at is looser than what is promised", "aim tighter than you promise")
        return aim

    def _minutes(self, table: Table, key: str, count: str = ALWAYS) -> int:
        try:
            return minutes_of(table.values.get(key), whole_days=count == ALWAYS)
        except ValueError as error:
            table.wrong(key, str(error))
            return 0

    def _escalation(self, table: Table) -> Escalation:
        late = table.choice("late", LATE, "")
        if "late" not in table:
            table.note("late", "late is missing", f"write which clock: {', '.join(LATE)}")
        by = self._minutes(table, "by") if "by" in table else 0
        return Escalation(self._when(table), late.replace("-", "_"), by, holder_in(table, self.roles, self.staff))

    def _offer(self, table: Table) -> Offer:
        choices = tuple(dict.fromkeys(word(choice) for choice in table.texts("choices")))
        if len(choices) < FEWEST_CHOICES:
            table.note("choices", "an offer has at least two choices", 'write choices = ["replacement", "refund"]')
        return Offer(self._when(table), choices)

    def _tokens(self, top: Table) -> tuple[Token, ...]:
        tokens: dict[str, Token] = {}
        for table in top.tables("token", ("id", "when", "what", "worth", "role", "coupon")):
            own = word(table.text("id")) if "id" in table else ""
            if not own:
                table.note("id", "a token has no id", 'write a short name: id = "coffee"')
            elif own in tokens:
                table.note("id", f"{own} stands twice among the tokens", "give each its own id")
            if "what" not in table:
                table.note("what", "what is missing", 'say what the customer gets: { en = "a coffee on us", lv = "…" }')
            tokens[own] = Token(
                own, self._when(table), table.languages("what"), self._amount(table, "worth"), self._role(table, 0),
                table.span("coupon"),
            )  # fmt: skip
        return tuple(tokens.values())

    def _role(self, table: Table, usual: int) -> str:
        return table.choice("role", self.roles, self.roles[usual])

    def _amount(self, table: Table, key: str) -> int:
        if key not in table:
            table.note(key, f"{key} is missing", f'write what it costs the shop: {key} = "5.00"')
            return 0
        try:
            return parse_amount(str(table.values[key]) if isinstance(table.values[key], str) else "", self.currency)
        except ValueError as error:
            table.wrong(key, str(error))
            return 0

    def _value(self, top: Table) -> int | None:
        if "value" not in top:
            return None
        table = top.table("value", ("per-visit", "visits"))
        visits = table.whole("visits")
        if not 0 < visits <= MOST_VISITS:
            what = f"visits is missing, or not from 1 to {MOST_VISITS}"
            table.note("visits", what, "write how often a customer comes in a year: visits = 12")
        return self._amount(table, "per-visit") * visits

    def _recurring(self, top: Table) -> int:
        table = top.table("recurring", ("from",))
        times = table.whole("from", THIRD)
        if times < FEWEST_CHOICES:
            table.wrong("from", "write from which time in a month on it is pointed out: from = 3")
        return times

    def _flags(self, top: Table) -> dict[str, FlagTerms]:
        every = top.values.get("flags", {})
        table = top.table("flags", tuple(word(own) for own in every) if isinstance(every, dict) else ())
        return {own: self._flag(table.table(own, ("words", "duty", "law", "within", "role"))) for own in table.values}

    def _flag(self, table: Table) -> FlagTerms:
        if "duty" not in table:
            table.note("duty", "duty is missing", "say what must be done, in one sentence")
        law = table.text("law") if "law" in table else ""
        highest = len(self.roles) - 1
        return FlagTerms(_words(table), table.languages("duty"), law, self._deadline(table), self._role(table, highest))

    def _deadline(self, table: Table) -> Deadline | None:
        if "within" not in table:
            return None
        count, _, unit = " ".join(str(table.values["within"]).split()).partition(" ")
        unit = word(unit)
        unit = unit if unit.endswith("s") else f"{unit}s"
        if is_number(count, 3) and int(count) and unit in DEADLINES:
            return Deadline(int(count), unit)
        table.wrong("within", 'write it as "24 hours", "3 days", "1 month" or "10 working days"')
        return None


DEADLINES = ("hours", "days", "months", "working-days")


def holder_in(table: Table, roles: Sequence[str], staff: Mapping[str, str]) -> str:
    """Return what a table says at `to`: a role, or the name of somebody on the staff."""
    to = table.text("to") if "to" in table else ""
    if word(to) in roles:
        return word(to)
    known = next((person for person in staff if name(person) == name(to)), "")
    if "to" not in table:
        table.note("to", "to is missing", f"write a role ({', '.join(roles)}) or a name from shop.toml")
    elif to and not known:
        table.wrong("to", instead(to, [*roles, *staff]))
    return known


def _words(table: Table) -> tuple[str, ...]:
    """Return the words of a flag: a list, or a list for each language, all of which are looked for."""
    if isinstance(table.values.get("words"), dict):
        inner = table.table("words", tuple(word(code) for code in table.values["words"]))  # type: ignore[attr-defined]
        return tuple(text for code in inner.values for text in inner.texts(code))
    return tuple(table.texts("words"))


def ranks_of(roles: Sequence[str], staff: Mapping[str, str]) -> dict[str, int]:
    """Return the rank of each role (0 is the lowest) and of everybody on the staff."""
    ranks = {role: rank for rank, role in enumerate(roles)}
    return {person: ranks[role] for person, role in staff.items()} | ranks


def minutes_of(value: object, *, whole_days: bool) -> int:
    """Return the minutes, at least one, that `30 minutes`, `4 hours` or, of equal days, `2 days` are. Raises ValueError."""
    count, _, unit = " ".join(value.split()).partition(" ") if isinstance(value, str) else ("", "", "")
    unit = unit.removesuffix("s")
    if not whole_days and unit in ("day", "week"):
        raise ValueError("opening hours are counted, and days are not equally long: write it in hours")
    if not is_number(count, 4) or not int(count) or unit not in MINUTES_IN or int(count) * MINUTES_IN[unit] > MOST_MINUTES:
        raise ValueError(HOW_LONG + (', or "2 days"' if whole_days else ""))
    return int(count) * MINUTES_IN[unit]
