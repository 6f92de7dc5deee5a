"""`returnkit policy lint`: what is wrong with the policy, before a customer finds it."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import click

from returnkit.commands.options import SETTINGS, global_options, output_options, policy_option
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import to_stdout
from returnkit.errors import BadInputError, Problem, UnreadableError, instead
from returnkit.model.dates import iso
from returnkit.model.digest import short_sha256
from returnkit.model.jsonl import Json
from returnkit.model.toml import lines_of
from returnkit.policy.decide import Setting
from returnkit.policy.finding import INFO, LEVELS, WARNING, Finding, Surroundings
from returnkit.policy.language import Policy, names_of
from returnkit.policy.lint import CODES, TooComplexError, lint
from returnkit.policy.request import command_line, typed
from returnkit.render import Report, Section
from returnkit.render.as_annotations import Annotation, as_annotations
from returnkit.shop import shown_path

SCHEMA = "returnkit.lint/1"
COLUMNS = ("level", "code", "file", "line", "what", "remedy", "example")


class _Located(NamedTuple):
    """A finding with its file, its line, and the request that shows it as it is typed."""

    finding: Finding
    file: str
    line: int
    example: dict[str, object] | None
    draft: str

    @property
    def command(self) -> str:
        """The command that shows it; an empty text where none is needed."""
        return "" if self.example is None else command_line(self.example, self.draft)

    @property
    def weight(self) -> int:
        """How little it matters: 0 for an error."""
        return LEVELS.index(self.finding.level)

    def lines(self) -> list[str]:
        code, level, _, what, remedy, _ = self.finding
        below = (remedy, self.command) if self.command else (remedy,)
        return [f"{self.file}:{self.line}: {level}: {what} [{code}]", *(f"    {each}" for each in below)]

    def row(self) -> tuple[str, ...]:
        code, level, _, what, remedy, _ = self.finding
        return level, code, self.file, str(self.line), what, remedy, self.command

    def annotation(self, path: str) -> Annotation:
        return self.finding.level, path, self.line, self.finding.code, f"{self.finding.what}: {self.finding.remedy}"

    def as_json(self) -> Json:
        code, level, _, what, remedy, _ = self.finding
        place: Json = {"code": code, "level": level, "file": self.file, "line": self.line}
        return {**place, "what": what, "remedy": remedy, "example": self.example}


@global_options
@output_options
@policy_option
@click.command("lint", context_settings=SETTINGS)
@click.option("--level", metavar="LEVEL", default=WARNING, help="What to show at least: error, warning (default) or info.")
@click.option("--ignore", metavar="CODE", multiple=True, help="Leave out what has this code; may be given several times.")
@click.option("--annotations", is_flag=True, help="Print it as annotations, which code hosts show beside the lines.")
def lint_policy(policy: str | None, form: str | None, output: str | None, **asked: object) -> int:
    """Find what is wrong with the policy before a customer finds it.

    \b
        returnkit policy lint
        returnkit policy lint --policy draft.toml --level info
        returnkit policy lint -f json

    Nothing is tried at random: the conditions of a policy split every fact into finitely many cases (windows at their last
    days, prices at their limits), and all of them are worked out. Each finding names file and line, what to do, and a
    request that shows it. `policy test` finds more: it runs your examples.

    \b
    error    impossible never-decides never-applies never-open season-backwards
    warning  gap comes-back cut-short dead-value dead-exception unread-key unread-tag unknown-name
             similar-names no-effect no-reason untranslated refund-longer worse-gets-more
             season-overlap season-short season-no-effect season-too-early fee-rounds fee-takes-all
             faulty-refused fee-on-faulty faulty-way-back
             nobody-holds nobody-approves room-useless room-shrinks
    info     overlap needless-condition one-language room-missing season-over

    An overlap is two rules that hold for the same request and answer it differently: the order settles that. A gap is a
    price, quantity or day between the limits of two rules of which neither speaks. cut-short is a promise that another rule
    ends before its last day. Names are looked up in items.toml and in recorded sales.

    JSON is {"schema", "policy": {"file", "effective", "sha256"}, "counts": {"error", "warning", "info"}, "findings":
    [{"code", "level", "file", "line", "what", "remedy", "example"}]}; example has the facts of a request, or null.

    Exit code: 0 if nothing above info was found, else 1; 3 if the policy cannot be read.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(policy), form_of(form, output)
    session.shop.terms()  # what stands in complaints.toml is found wrong here, and not while somebody complains
    session.shop.followup_terms()
    path = policy or os.path.join(session.shop.folder, "policies", "returns.toml")
    least, ignored = _level(str(asked["level"])), _codes(asked["ignore"])
    try:
        current = session.shop.policy(path)
    except UnreadableError as error:
        if asked["annotations"]:
            to_stdout(as_annotations([("error", each.file, each.line, "unreadable", each.what) for each in error.problems]))
        raise
    setting = session.shop.setting((current,))
    try:
        every = lint(current, setting, _surroundings(session, current))
    except TooComplexError:
        remedy = "say the same with fewer rules, tags and limits"
        raise BadInputError(Problem("the policy has more cases than can be worked out", remedy, current.file)) from None
    found = [each for each in _located(every, current, setting, policy or "") if each.finding.code not in ignored]
    if asked["annotations"]:
        to_stdout(as_annotations([each.annotation(shown_path(path)) for each in found if each.weight <= least]))
    else:
        deliver(_report(current, found, least, form), form, output)
    return 1 if any(each.finding.level != INFO for each in found) else 0


def _level(level: str) -> int:
    if level not in LEVELS:
        raise BadInputError(Problem(f"there is no level {level!r}", instead(level, LEVELS)))
    return LEVELS.index(level)


def _codes(given: object) -> frozenset[str]:
    codes = frozenset(map(str, given)) if isinstance(given, Sequence) else frozenset()
    for code in sorted(codes - {*CODES}):
        raise BadInputError(Problem(f"there is no finding {code!r}", instead(code, CODES)))
    return codes


def _surroundings(session: Session, policy: Policy) -> Surroundings:
    """Return the shop around the policy: who holds which role, what is sold. Sales are read where items.toml lacks a name."""
    shop, items = session.shop, session.items()
    articles = [*items.exact.values(), *(item for _, item in items.prefixes)]
    names: dict[str, set[str]] = {
        "sku": {sku for sku in names_of((policy,), "sku") if items.find(sku)} | {*items.exact},
        "category": {item.category for item in articles if item.category} | items.named("category"),
        "tag": {tag for item in articles for tag in item.tags} | items.named("tag"),
    }
    if any(
        {*names_of((policy,), fact)} - names.get(fact, set()) for fact in (*names, "member", "paid_with", "seller", "country")
    ):
        for fact, values in session.books().sold().items():
            names[fact] = names.get(fact, set()) | values
    return Surroundings(
        today=session.today,
        languages=shop.languages,
        held=[bool(shop.who_may(rank)) for rank in range(len(shop.roles))] if shop.staff else [],
        names={fact: frozenset(values) for fact, values in names.items()},
        item_tags=frozenset(tag for item in articles for tag in item.tags),
    )


def _located(findings: Sequence[Finding], policy: Policy, setting: Setting, draft: str) -> list[_Located]:
    """Return the findings with their lines, in the order of the file."""
    lines = lines_of([finding.path for finding in findings], policy.source)
    located = [
        _Located(
            finding, policy.file, line, None if finding.example is None else typed(finding.example, (policy,), setting), draft
        )
        for finding, line in zip(findings, lines, strict=True)
    ]
    return sorted(located, key=lambda each: (each.line, LEVELS.index(each.finding.level)))


def _report(policy: Policy, found: Sequence[_Located], least: int, form: str) -> Report:
    shown = [each for each in found if each.weight <= least]
    counts = {level: sum(each.finding.level == level for each in found) for level in LEVELS}
    told = [line for each in shown for line in each.lines()]
    told += [*([""] if told else []), _summary(counts, hidden=len(found) - len(shown))]
    data = [each.as_json() for each in shown]
    if form == "jsonl":
        return Report("", "en", (), COLUMNS, (), data)
    about = {"file": policy.file, "effective": iso(policy.effective), "sha256": short_sha256(policy.source)}
    whole = {"schema": SCHEMA, "policy": about, "counts": counts, "findings": data}
    sections = (Section("", tuple(told)),) if form == "table" else ()
    rows = tuple(each.row() for each in shown)
    return Report("", "en", sections, COLUMNS, rows, whole, below=(_summary(counts, hidden=0),))


def _summary(counts: dict[str, int], hidden: int) -> str:
    words = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("note", "notes")}
    parts = [f"{counts[level]} {words[level][counts[level] != 1]}" for level in LEVELS]
    more = " (--level info shows them)" if hidden else ""
    return f"{parts[0]}, {parts[1]}, {parts[2]}{more}"
