"""policies/kpis.toml: what each figure should be; what we aim at inside the shop, and what we promise to everybody."""

import re
from collections.abc import Callable, Collection

from returnkit.errors import UnreadableError
from returnkit.kpi.figures import (
    ALWAYS,
    COUNT,
    LOWER,
    MEASURES,
    MINUTES,
    MONEY,
    OPEN_HOURS,
    PROMISED,
    SECONDS,
    SHARE,
    Measure,
    Target,
)
from returnkit.model.money import parse_amount
from returnkit.model.toml import Finding, Table, parse, problems

SCHEMA = 1
KEYS = ("internal", "public", "share", "clock")
WITHIN = "-within-target"
MINUTES_IN = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
SECONDS_IN = {"second": 1, "minute": 60}
EXAMPLES = {COUNT: "5", MONEY: '"500.00"', SHARE: '"8 %"', MINUTES: '"8 hours"', SECONDS: '"90 seconds"'}
SYMBOLS = {"min": "minute", "h": "hour", "d": "day", "s": "second"}

Promised = Callable[[], Collection[str]]


class Targets:
    """The targets of a shop, by figure: `internal` is what is aimed at, `public` what is promised."""

    def __init__(self, internal: dict[str, Target], public: dict[str, Target]) -> None:
        self.internal, self.public = internal, public


NO_TARGETS = Targets({}, {})


def read_targets(source: bytes, file: str, currency: str, promised: Promised) -> Targets:
    """Return the targets that the bytes of kpis.toml hold. Raises UnreadableError with every mistake.

    `promised` returns the clocks for which complaints.toml promises a time; it is only asked where a target stands on that.
    """
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, ("schema", *(measure.id for measure in MEASURES)))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    internal: dict[str, Target] = {}
    public: dict[str, Target] = {}
    for measure in MEASURES:
        if measure.id in top:
            table = top.table(measure.id, KEYS if measure.id.endswith(WITHIN) else KEYS[:2])
            if "share" in table and not {"internal", "public"} & table.values.keys():
                internal[measure.id] = public[measure.id] = _as_promised(table, measure, promised)
            elif isinstance(top.values[measure.id], dict):
                _read(table, measure, currency, internal, public)
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return Targets({**public, **internal}, {**public})


def _as_promised(table: Table, measure: Measure, promised: Promised) -> Target:
    """Return a target without a time: each complaint is held against the clock that it was promised."""
    clock = measure.id.removesuffix(WITHIN)
    if "clock" in table:
        table.note("clock", f"{measure.id} has a clock and no time", f"write {_example(measure)}, or leave the clock out")
    elif clock not in promised():
        what = f"{measure.id}: policies/complaints.toml promises no {clock}"
        table.note("share", what, f"write {_example(measure)} here, or {clock} there")
    return Target(_number(table, "share", SHARE), clock=PROMISED)


def _read(table: Table, measure: Measure, currency: str, internal: dict[str, Target], public: dict[str, Target]) -> None:
    """Read the targets of one figure, and note what is wrong with them."""
    within = measure.id.endswith(WITHIN)
    share = _number(table, "share", SHARE) if within and "share" in table else 0
    clock = table.choice("clock", (ALWAYS, OPEN_HOURS), ALWAYS)
    if within and table.values and "share" not in table:
        table.note("share", "share is missing", 'say how many of all: share = "90 %"')
    for key, found in (("internal", internal), ("public", public)):
        if key in table:
            mistakes = len(table.findings)
            value = _time(table, key, clock) if within else _number(table, key, measure.unit, currency)
            readable = len(table.findings) == mistakes
            if readable:
                found[measure.id] = Target(share, int(value), clock) if within else Target(value)
    if not {"internal", "public"} & table.values.keys():
        table.note("internal", f"{measure.id} has no target", f"write {_example(measure)}")
    elif not _tighter(measure, internal.get(measure.id), public.get(measure.id)):
        what = f"{measure.id}: what is aimed at is looser than what is promised"
        table.note("internal", what, "inside the shop aim tighter than you promise")


def _time(table: Table, key: str, clock: str) -> float | int:
    """Return the minutes of a target; of opening hours they are minutes or hours."""
    unit = str(table.values.get(key)).rpartition(" ")[2]
    if clock == OPEN_HOURS and SYMBOLS.get(unit, unit.removesuffix("s")) in ("day", "week"):
        table.wrong(key, "opening hours are counted, and days are not equally long: write it in hours")
        return 0
    return _number(table, key, MINUTES)


def _tighter(measure: Measure, internal: Target | None, public: Target | None) -> bool:
    """Tell whether one target is at least as hard to reach as another, if there are both."""
    if internal is None or public is None:
        return True
    if internal.within:
        return internal.within <= public.within
    return internal.value <= public.value if measure.better == LOWER else internal.value >= public.value


def _number(table: Table, key: str, unit: str, currency: str = "") -> float | int:
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
    unit = MINUTES if measure.id.endswith(WITHIN) else measure.unit
    return f"internal = {EXAMPLES.get(unit, EXAMPLES[SECONDS])}"
