"""`returnkit policy test`: the examples beside a policy, and how much of it they try."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import click

from returnkit.commands.options import SETTINGS, global_options, output_options, policy_option
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note, to_stdout
from returnkit.errors import BadInputError, Problem
from returnkit.policy.cases import Outcome, proposed, read_cases, run
from returnkit.policy.coverage import Coverage, coverage
from returnkit.policy.examples import Promised, examples, last_days, promised
from returnkit.policy.language import Policy
from returnkit.render import Report, Section
from returnkit.render.as_tests import as_junit, as_tap
from returnkit.shop import read_file, shown_path

SCHEMA = "returnkit.tests/1"
COLUMNS = ("case", "file", "line", "result", "differences")
KINDS = ("rule", "condition", "boundary")
ENDING = ".cases.toml"
SHOWN = 12


class Tested(NamedTuple):
    """What came of the cases of each file, of the promises of each rule, and how much of the policy the cases try."""

    outcomes: tuple[tuple[str, Outcome], ...]
    promised: tuple[Promised, ...]
    coverage: Coverage

    @property
    def broken(self) -> list[Promised]:
        """The promises that are not kept, each on the first day on which that shows."""
        first = {(each.rule, each.remedy): each for each in reversed(self.promised) if not each.kept}
        return [each for each in self.promised if first.get((each.rule, each.remedy)) is each]

    def results(self) -> list[tuple[str, Sequence[str]]]:
        """Return every case, and every promise that is broken, with what is wrong with it."""
        promises = [(f"{broken.rule} keeps its promise: {broken.remedy}", (broken.told(),)) for broken in self.broken]
        return [*((outcome.case.name, outcome.differences) for _, outcome in self.outcomes), *promises]

    @property
    def passed(self) -> bool:
        """Whether every case came out as it says, and every promise holds to its end."""
        return all(outcome.passed for _, outcome in self.outcomes) and not self.broken


@global_options
@output_options
@policy_option
@click.command(context_settings=SETTINGS)
@click.option("--threshold", metavar="PERCENT", type=float, help="Fail where less than this of the policy is tried.")
@click.option(
    "--junit", metavar="FILE", help="Write the results as JUnit XML, too (- is standard output, and nothing else then)."
)
@click.option("--tap", metavar="FILE", help="Write them as TAP (- is standard output, and nothing else then).")
@click.option("--write", is_flag=True, help="Propose cases for what is not tried, below those that there are.")
@click.argument("files", nargs=-1, metavar="[FILE...]")
def test(files: tuple[str, ...], policy: str | None, form: str | None, output: str | None, **asked: object) -> int:
    """Run the examples beside the policy, and say how much of it they try.

    \b
        returnkit policy test
        returnkit policy test --policy draft.toml --threshold 100 --junit results.xml
        returnkit policy test --write

    Examples stand in returns.cases.toml (of another policy, in NAME.cases.toml beside it), in the words of the counter:

    \b
        schema = 1
        [[case]]
        name = "A toy, opened, on the last day"
        given = { category = "toys", bought = "2026-10-01", on = "2026-10-31", condition = "opened", receipt = "yes" }
        expect = { answer = "yes", rule = "terms", remedies = ["exchange"], until = "2026-10-31", amount = "29.90" }

    A case may also expect who (the role that must decide), exception, and ask (the fact that is asked for). Beside the cases
    every rule is asked about everything that it promises on the day of purchase: the day before its last day, on that day and
    on the day after. A rule that takes over before that day breaks a promise.

    Coverage counts rules and overlays that applied, every condition both ways, and of every window the last day and the day
    after. It is never rounded up. --write adds a case for every rule, last day and day after that no case tries, with the
    answer of today: read each, and keep what you mean.

    JSON is {"schema", "passed", "cases": [{"name", "file", "line", "passed", "differences"}], "automatic", "broken",
    "coverage": {"percent", "rule", "condition", "boundary", "missing"}}.

    Exit code: 0; 1 if a case fails, a promise is broken, or less is tried than --threshold; 3 if a file cannot be read.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(policy), form_of(form, output)
    current = session.shop.policy(policy or "")
    paths = list(files) or [_beside(session, policy)]
    tested = _tested(session, current, paths)
    if asked["write"]:
        _write(session, current, tested, paths[-1])
        tested = _tested(session, current, paths)
    on_its_own = "-" in (asked["junit"], asked["tap"])
    for name, render in (("junit", as_junit), ("tap", as_tap)):
        if asked[name]:
            _deliver(str(asked[name]), render(tested.results()))
    if not on_its_own:
        deliver(_report(session, tested), form, output)
    threshold = asked["threshold"]
    enough = threshold is None or tested.coverage.percent() >= float(str(threshold))
    if not enough:
        note(f"{tested.coverage.percent()} % of the policy is tried, less than {threshold} %")
    return 0 if tested.passed and enough else 1


def _beside(session: Session, policy: str | None) -> str:
    path = policy or os.path.join(session.shop.folder, "policies", "returns.toml")
    return os.path.splitext(path)[0] + ENDING


def _tested(session: Session, current: Policy, paths: Sequence[str]) -> Tested:
    judge = session.judge(None)
    outcomes = []
    for path in paths:
        if not os.path.lexists(path):
            remedy = "write one, or let returnkit policy test --write propose cases"
            if path != _beside(session, session.policy_file):
                raise BadInputError(Problem("there is no such file", remedy, shown_path(path)))
            note(f"there is no {shown_path(path)}: {remedy}")
            continue
        cases = read_cases(read_file(path), shown_path(path))
        outcomes += [(shown_path(path), outcome) for outcome in run(cases, session.facts, judge.decide, judge.setting)]
    setting = session.shop.setting((current,))
    promises = promised(current, setting, examples(current, setting, session.shop.country))
    decisions = [outcome.decision for _, outcome in outcomes if outcome.decision is not None]
    return Tested(tuple(outcomes), tuple(promises), coverage(current, decisions))


def _write(session: Session, current: Policy, tested: Tested, path: str) -> None:
    """Add cases for the rules and days that nothing tries, with the answer of today."""
    from returnkit.policy.decide import decide
    from returnkit.records.rewrite import replace

    setting = session.shop.setting((current,))
    requests = examples(current, setting, session.shop.country)
    missing = {(point.part, point.what) for point in tested.coverage.missing}
    wanted = [(f"{rule} decides", facts) for rule, facts in requests.items() if (rule, "decides") in missing]
    wanted += [
        (f"{rule}: {what}", facts) for rule, what, facts in last_days(current, setting, requests) if (rule, what) in missing
    ]
    if not wanted:
        return
    before = read_file(path).decode() if os.path.lexists(path) else "schema = 1\n"
    text = "".join(proposed(name, facts, decide((current,), facts, setting), setting) for name, facts in wanted)
    read_cases((before + text).encode(), shown_path(path))
    replace(path, (before + text).encode())
    note(f"{len(wanted)} cases are proposed in {shown_path(path)}: read each, and keep what you mean")


def _deliver(path: str, text: str) -> None:
    if path == "-":
        to_stdout(text)
        return
    from returnkit.records.rewrite import replace

    replace(path, text.encode())


def _report(session: Session, tested: Tested) -> Report:
    failed = [(file, outcome) for file, outcome in tested.outcomes if not outcome.passed]
    lines = []
    for file, outcome in failed:
        lines += [f"{file}:{outcome.case.line}: {outcome.case.name}", *(f"    {each}" for each in outcome.differences)]
    lines += [f"a broken promise: {broken.told()}" for broken in tested.broken]
    every, around = len(tested.outcomes), len(tested.promised)
    kept = f"{len(tested.broken)} broken promises ({around} requests around their last days)"
    lines.append(f"{every} cases, {every - len(failed)} passed, {kept}")
    found = tested.coverage
    parts = ", ".join(f"{_plural(kind)} {found.percent(kind)} %" for kind in KINDS)
    lines.append(f"{found.percent()} % of the policy is tried: {parts}")
    missing = [f"  not tried: {point.part}: {point.what}" for point in found.missing]
    lines += missing[:SHOWN] + ([f"  and {len(missing) - SHOWN} more: see --format json"] if len(missing) > SHOWN else [])
    rows = tuple(_row(file, outcome) for file, outcome in tested.outcomes)
    data = {
        "schema": SCHEMA,
        "passed": tested.passed,
        "cases": [
            {
                "name": outcome.case.name, "file": file, "line": outcome.case.line, "passed": outcome.passed,
                "differences": list(outcome.differences),
            }
            for file, outcome in tested.outcomes
        ],
        "automatic": len(tested.promised),
        "broken": [broken.told() for broken in tested.broken],
        "coverage": {
            "percent": found.percent(),
            **{kind: found.percent(kind) for kind in KINDS},
            "missing": [point._asdict() for point in found.missing],
        },
    }  # fmt: skip
    return Report("", session.language.code, (Section("", tuple(lines)),), COLUMNS, rows, data)


def _row(file: str, outcome: Outcome) -> tuple[str, ...]:
    result = "passed" if outcome.passed else "failed"
    return outcome.case.name, file, str(outcome.case.line), result, "; ".join(outcome.differences)


def _plural(kind: str) -> str:
    return {"boundary": "boundaries"}.get(kind, f"{kind}s")
