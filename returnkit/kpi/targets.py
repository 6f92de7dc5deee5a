"""policies/kpis.toml: what each figure should be; what we aim at inside the shop, and what we promise to everybody."""

import re

from returnkit.errors import UnreadableError
from returnkit.kpi.figures import COUNT, LOWER, MEASURES, MINUTES, MONEY, SECONDS, SHARE, Measure, Target
from returnkit.model.money import parse_amount
from returnkit.model.toml import Finding, Table, parse, problems

SCHEMA = 1
KEYS = ("internal", "public", "share")
MINUTES_IN = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
SECONDS_IN = {"second": 1, "minute": 60}
EXAMPLES = {COUNT: "5", MONEY: '"500.00"', SHARE: '"8 %"', MINUTES: '"8 hours"', SECONDS: '"90 seconds"'}
SYMBOLS = {"min": "minute", "h": "hour", "d": "day", "s": "second"}


class Targets:
    """The targets of a shop, by figure: `internal` is what is aimed at, `public` what is promised."""

    def __init__(self, internal: dict[str, Target], public: dict[str, Target]) -> None:
        self.internal, self.public = internal, public


NO_TARGETS = Targets({}, {})


def read_targets(source: bytes, file: str, currency: str) -> Targets:
    """Return the targets that the bytes of kpis.toml hold. Raises UnreadableError with every mistake."""
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, ("schema", *(measure.id for measure in MEASURES)))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    internal: dict[str, Target] = {}
    public: dict[str, Target] = {}
    for measure in MEASURES:
        if measure.id in top:
            _read(top, measure, currency, internal, public)
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return Targets({**public, **internal}, {**public})


def _read(top: Table, measure: Measure, currency: str, internal: dict[str, Target], public: dict[str, Target]) -> None:
    """Read the targets of one figure, and note what is wrong with them."""
    within = measure.id.endswith("-within-target")
    table = top.table(measure.id, KEYS if within else KEYS[:2])
    if not table.values:
        if isinstance(top.values[measure.id], dict):
            table.note("internal", f"{measure.id} has no target", f"write {_example(measure)}")
        return
    share = _number(table, "share", SHARE, currency) if within and "share" in table else 0
    if within and "share" not in table:
        table.note("share", "share is missing", 'say how many of all: share = "90 %"')
    for key, found in (("internal", internal), ("public", public)):
        if key in table:
            mistakes = len(table.findings)
            value = _number(table, key, MINUTES if within else measure.unit, currency)
            readable = len(table.findings) == mistakes
            if readable:
                found[measure.id] = Target(share, int(value)) if within else Target(value)
    if not {"internal", "public"} & table.values.keys():
        table.note("internal", f"{measure.id} has no target", f"write {_example(measure)}")
    elif not _tighter(measure, internal.get(measure.id), public.get(measure.id)):
        what = f"{measure.id}: what is aimed at is looser than what is promised"
        table.note("internal", what, "inside the shop aim tighter than you promise")


def _tighter(measure: Measure, internal: Target | None, public: Target | None) -> bool:
    """Tell whether one target is at least as hard to reach as another, if there are both."""
    if internal is None or public is None:
        return True
    if internal.within:
        return internal.within <= public.within
    return internal.value <= public.value if measure.better == LOWER else internal.value >= public.value


def _number(table: Table, key: str, unit: str, currency: str) -> float | int:
    """Return a target in the unit of its figure: money in minor units, a share from 0 to 1."""
    value = table.values.get(key)
    if unit == COUNT:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        table.wrong(key, "write a whole number, such as 5")
        return 0
    text = value if isinstance(value, str) else ""
    if unit == MONEY:
        try:
            return parse_amount(text, currency)
        except ValueError as error:
            table.wrong(key, str(error))
            return 0
    if unit == SHARE:
        found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?) ?%", text, re.ASCII)
        if found and float(found[1]) <= 100:  # noqa: PLR2004 - per cent
            return float(found[1]) / 100
        table.wrong(key, 'write it as "90 %"')
        return 0
    units = MINUTES_IN if unit == MINUTES else SECONDS_IN
    found = re.fullmatch(r"(\d{1,4}) ([a-z]+)", text, re.ASCII)
    word = SYMBOLS.get(found[2], found[2].removesuffix("s")) if found else ""
    if found and word in units:
        return int(found[1]) * units[word]
    table.wrong(key, f'write it as "8 {list(units)[1]}s", with {", ".join(units)}')
    return 0


def _example(measure: Measure) -> str:
    unit = MINUTES if measure.id.endswith("-within-target") else measure.unit
    return f"internal = {EXAMPLES.get(unit, EXAMPLES[SECONDS])}"
