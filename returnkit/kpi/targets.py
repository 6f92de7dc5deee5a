"""policies/kpis.toml: what each figure should be; what we aim at inside the shop, and what we promise to everybody."""

import re
from collections.abc import Callable, Collection

from returnkit.errors import UnreadableError
from returnkit.kpi.figures import (
    ALWAYS,
    COUNT,
    IN_SECONDS,
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
from returnkit.model.lengths import parse_length
from returnkit.model.money import parse_amount
from returnkit.model.record import CLOCKS
from returnkit.model.toml import Finding, Table, parse, problems

SCHEMA = 1
KEYS = ("internal", "public", "share", "clock")
WITHIN = "-within-target"
EXAMPLES = {COUNT: "5", MONEY: '"500.00"', SHARE: '"8 %"', MINUTES: '"8 hours"', SECONDS: '"90 seconds"'}

DAYS = ("d", "day", "days", "week", "weeks")

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
            table = top.table(measure.id, KEYS if measure.within else KEYS[:2])
            if "share" in table and not {"internal", "public"} & table.values.keys() and _clock(measure) in CLOCKS:
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


def _clock(measure: Measure) -> str:
    """Return the clock of a complaint that a figure goes by; only these are promised to anybody."""
    return measure.id.removesuffix(WITHIN).replace("-", "_")


def _read(table: Table, measure: Measure, currency: str, internal: dict[str, Target], public: dict[str, Target]) -> None:
    """Read the targets of one figure, and note what is wrong with them."""
    share = _number(table, "share", SHARE) if measure.within and "share" in table else 0
    clock = table.choice("clock", (ALWAYS, OPEN_HOURS), ALWAYS)
    if measure.within and table.values and "share" not in table:
        table.note("share", "share is missing", 'say how many of all: share = "90 %"')
    for key, found in (("internal", internal), ("public", public)):
        if key in table:
            mistakes = len(table.findings)
            within = _time(table, key, measure.within, clock) if measure.within else 0
            value = share if measure.within else _number(table, key, measure.unit, currency)
            readable = len(table.findings) == mistakes
            if readable:
                found[measure.id] = Target(value, within, clock)
    if not {"internal", "public"} & table.values.keys():
        table.note("internal", f"{measure.id} has no target", f"write {_example(measure)}")
    elif not _tighter(measure, internal.get(measure.id), public.get(measure.id)):
        what = f"{measure.id}: what is aimed at is looser than what is promised"
        table.note("internal", what, "inside the shop aim tighter than you promise")


def _time(table: Table, key: str, unit: str, clock: str) -> int:
    """Return the seconds of a target; of opening hours they are written in hours or less."""
    if clock == OPEN_HOURS and str(table.values.get(key)).lstrip("0123456789 ") in DAYS:
        table.wrong(key, "opening hours are counted, and days are not equally long: write it in hours")
        return 0
    return _seconds(table, key, unit)


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
    return _seconds(table, key, unit) // IN_SECONDS[unit]


def _seconds(table: Table, key: str, unit: str) -> int:
    """Return the seconds of a length of time; where a figure is told in minutes, not in seconds."""
    value = table.values.get(key)
    try:
        return parse_length(value if isinstance(value, str) else "", IN_SECONDS[unit])
    except ValueError as error:
        table.wrong(key, str(error))
        return 0


def _example(measure: Measure) -> str:
    return f"internal = {EXAMPLES[measure.within or measure.unit]}"
