"""policies/followups.toml: whom the shop asks how it went, and when somebody is reminded of what is due.

The first [[follow-up]] whose conditions hold decides, as the rules of the return policy do.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from returnkit.errors import UnreadableError, instead
from returnkit.model.dates import Span
from returnkit.model.money import parse_amount
from returnkit.model.record import CHANNELS, SEVERITIES
from returnkit.model.toml import Finding, Table, name, parse, problems, word
from returnkit.service.terms import When, holder_in, minutes_of

SCHEMA = 1
COMPLAINT, RETURN, SALE = AFTER = ("complaint", "return", "sale")
# What a follow-up may depend on, by what it comes after.
WHEN = {
    COMPLAINT: ("channel", "severity", "category", "flag"),
    RETURN: ("channel", "category", "tag", "sku", "reason", "remedy", "member"),
    SALE: ("channel", "category", "tag", "sku", "member"),
}
EVERY = tuple(dict.fromkeys(key for keys in WHEN.values() for key in keys))
FOLLOW_UP = ("id", "after", "when", "from", "in", "ask", "to", "survey")
REMIND = ("before", "law", "silent", "unclosed", "survey")


class Rule(NamedTuple):
    """A [[follow-up]]: after what and for which, how long after, what is asked, who asks (a role or a name; empty: anybody).

    `paid` is what must have been paid at least, in minor units; `survey` names the one that the customer is given.
    """

    id: str
    after: str
    when: When
    paid: int
    wait: Span
    ask: Mapping[str, str]
    to: str
    survey: str


class Remind(NamedTuple):
    """When somebody is reminded: so many minutes of opening hours before something is due, so long before a day of the law.

    `silent` is after how long a customer who does not answer is asked again, `unclosed` after how long a complaint that was
    put right should be closed, `survey` after how long somebody looks at one that was not answered.
    """

    before: int = 120
    law: Span = Span(0, 3)
    silent: Span = Span(0, 7)
    unclosed: Span = Span(0, 7)
    survey: Span = Span(0, 7)


class FollowUpTerms(NamedTuple):
    """What followups.toml says: nobody is asked twice within `again`, and what was due is let go after `let_go`."""

    rules: tuple[Rule, ...] = ()
    again: Span = Span(3, 0)
    let_go: Span = Span(0, 14)
    remind: Remind = Remind()

    def rule(self, after: str, told: Mapping[str, Sequence[str]], paid: int) -> Rule | None:
        """Return the rule for a complaint, a return or a sale of which this is `told`, and for which so much was paid."""
        return next((rule for rule in self.rules if rule.after == after and paid >= rule.paid and holds(rule, told)), None)

    def after(self, what: str) -> bool:
        """Tell whether any rule asks after that."""
        return any(rule.after == what for rule in self.rules)


def holds(rule: Rule, told: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether every line of a rule's conditions holds; within a line, any value."""
    return all(any(value in values for value in told.get(key, ())) for key, values in rule.when.items())


def read_followup_terms(source: bytes, file: str, roles: Sequence[str], staff: Mapping[str, str], currency: str) -> FollowUpTerms:
    """Return what the bytes of followups.toml say. Raises UnreadableError with every mistake, each with its line."""
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, ("schema", "again", "let-go", "follow-up", "remind"))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    usual = FollowUpTerms()
    terms = FollowUpTerms(
        tuple(_rule(table, roles, staff, currency) for table in top.tables("follow-up", FOLLOW_UP)),
        top.span("again") or usual.again,
        top.span("let-go") or usual.let_go,
        _remind(top.table("remind", REMIND)),
    )
    ids = [rule.id for rule in terms.rules]
    for at, own in enumerate(ids):
        if own and own in ids[:at]:
            findings.append(Finding((*top.at("follow-up"), at, "id"), f"{own} stands twice", "give each its own id"))
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return terms


def _rule(table: Table, roles: Sequence[str], staff: Mapping[str, str], currency: str) -> Rule:
    for key, remedy in (
        ("id", 'write a short name: id = "after-a-complaint"'),
        ("after", "write complaint (one that was closed), return or sale"),
        ("in", 'write how long after: in = "3 days"'),
    ):
        if key not in table:
            table.note(key, f"{key} is missing", remedy)
    if "ask" not in table and "survey" not in table:
        remedy = 'say what the customer is asked: ask = { en = "Are you happy with it?", lv = "…" }, or name a survey'
        table.note("ask", "there is nothing to ask", remedy)
    after = table.choice("after", AFTER, COMPLAINT)
    to = holder_in(table, roles, staff) if "to" in table else ""
    return Rule(
        word(table.text("id")), after, _when(table, after), _paid(table, currency, after), table.span("in") or Span(0, 0),
        table.languages("ask"), to, word(table.text("survey")),
    )  # fmt: skip


def _when(table: Table, after: str) -> When:
    """Return the conditions of a rule; without any it holds always."""
    inner = table.table("when", EVERY)
    found = {}
    for key in inner.values:
        values = inner.texts(key)
        if key not in WHEN[after]:
            inner.note(key, f"a {after} has no {key}", f"known after a {after}: {', '.join(WHEN[after])}")
        for known, to_compare in (("channel", CHANNELS), ("severity", SEVERITIES)):
            if key == known and after == COMPLAINT:
                for value in values:
                    if word(value) not in to_compare:
                        inner.note(key, f'"{value}" is no {key}', instead(word(value), to_compare))
        found[key] = frozenset(map(as_compared, values))
    return found


def as_compared(value: str) -> str:
    """Return a value of a condition, or of what happened, as the two are compared."""
    return word(name(value))


def _paid(table: Table, currency: str, after: str) -> int:
    if "from" not in table:
        return 0
    if after == COMPLAINT:
        table.note("from", "nothing is paid for a complaint", "leave from out, or write after a return or a sale")
    value = table.values["from"]
    try:
        return parse_amount(value if isinstance(value, str) else "", currency)
    except ValueError as error:
        table.wrong("from", str(error))
        return 0


def _remind(table: Table) -> Remind:
    usual = Remind()
    before = usual.before
    if "before" in table:
        try:
            before = minutes_of(table.values["before"], whole_days=False)
        except ValueError as error:
            table.wrong("before", str(error))
    spans = {key: table.span(key) or getattr(usual, key) for key in REMIND[1:]}
    return Remind(before, **spans)
