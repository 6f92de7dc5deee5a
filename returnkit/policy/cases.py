"""Examples beside a policy: what was asked, what should come of it, and what comes of it now."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from returnkit.errors import BadInputError, UnreadableError
from returnkit.model.dates import iso
from returnkit.model.money import decimal_text
from returnkit.model.toml import Finding, Table, parse, problems, shown
from returnkit.policy.decide import Decision, Setting
from returnkit.policy.facts import Facts
from returnkit.policy.request import typed

SCHEMA = 1
KEYS = ("name", "given", "expect")
# What a case may expect: of the decision, and of the first remedy that is open.
EXPECTED = ("answer", "rule", "remedies", "until", "amount", "who", "exception", "ask")


class Case(NamedTuple):
    """One example: its name, where it stands, the facts as they are typed, and what is expected of the answer."""

    name: str
    line: int
    given: Mapping[str, object]
    expect: Mapping[str, object]


class Outcome(NamedTuple):
    """What came of a case: the decision (None where the facts could not be read), and every difference in words."""

    case: Case
    decision: Decision | None
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether it came out as it says."""
        return not self.differences


def read_cases(source: bytes, file: str) -> tuple[Case, ...]:
    """Return the cases that the bytes of a *.cases.toml file hold. Raises UnreadableError with every mistake."""
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, ("schema", "case"))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    cases = []
    for number, table in enumerate(top.tables("case", KEYS), 1):
        expect = table.table("expect", EXPECTED)
        given = table.values.get("given")
        if not isinstance(given, dict) or not given:
            table.note("given", "the case has no facts", 'write given = { category = "toys", bought = "2026-11-01" }')
            continue
        if not expect.values:
            table.note("expect", "the case expects nothing", 'write expect = { answer = "yes" }')
        cases.append((table.path, Case(table.text("name", f"case {number}"), 0, given, expect.values)))
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    places = problems([Finding(path, "") for path, _ in cases], source, file)
    return tuple(case._replace(line=place.line) for (_, case), place in zip(cases, places, strict=True))


def run(
    cases: Sequence[Case], facts: Callable[[Mapping[str, object]], Facts], decide: Callable[[Facts], Decision], setting: Setting
) -> list[Outcome]:
    """Return what comes of each case; `facts` reads what was typed, `decide` judges it."""
    found = []
    for case in cases:
        try:
            decision = decide(facts(case.given))
        except BadInputError as error:
            found.append(Outcome(case, None, tuple(problem.what for problem in error.problems)))
        else:
            found.append(Outcome(case, decision, tuple(_differences(case, decision, setting))))
    return found


def answer_of(decision: Decision, setting: Setting) -> dict[str, object]:
    """Return of a decision what a case may expect; `until` and `amount` are those of its first remedy."""
    first = decision.remedies[0] if decision.remedies else None
    exception = decision.exception
    return {
        "answer": decision.answer,
        "rule": decision.rule,
        "remedies": [remedy.remedy for remedy in decision.remedies],
        "until": None if first is None or first.until is None else iso(first.until),
        "amount": None if first is None or first.amount is None else decimal_text(first.amount, setting.digits),
        "who": None if decision.who is None else setting.roles[decision.who],
        "exception": exception and {"role": setting.roles[exception.role], "waived": list(exception.waived)},
        "ask": decision.question and decision.question.fact.replace("_", "-"),
    }


def _differences(case: Case, decision: Decision, setting: Setting) -> list[str]:
    found = answer_of(decision, setting)
    wrong = [(key, want) for key, want in case.expect.items() if _plain(want) != found[key]]
    return [f"{key}: expected {_told(want)}, got {_told(found[key])}" for key, want in wrong]


def _told(value: object) -> str:
    return _toml(value) if isinstance(value, dict) else shown(value)


def _plain(want: object) -> object:
    """Return what is expected as it compares: a date that stands without quotes is its text."""
    return str(want) if hasattr(want, "isoformat") else want


def proposed(case_name: str, facts: Facts, decision: Decision, setting: Setting) -> str:
    """Return the text of a case with the answer of today."""
    given = typed(facts, (decision.policy,) if decision.policy else (), setting)
    found = answer_of(decision, setting)
    expect = {key: found[key] for key in ("answer", "rule", "remedies", "until", "amount", "exception") if found[key] is not None}
    return f"\n[[case]]\nname = {_toml(case_name)}\ngiven = {_toml(given)}\nexpect = {_toml(expect)}\n"


def _toml(value: object) -> str:
    """Return a value as TOML; what JSON writes of texts, numbers and lists is TOML as well."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
