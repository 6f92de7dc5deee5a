"""The figures as a report: for eyes in the shop's language, for programs as data."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from returnkit.kpi.figures import COUNT, HIGHER, IN_SECONDS, MEASURES, MONEY, OPEN_HOURS, PROMISED, SHARE, Figure, Number
from returnkit.kpi.measures import UNKNOWN
from returnkit.kpi.slicing import AGAINST_ALL, MONTHS
from returnkit.languages import Language
from returnkit.model.jsonl import Json
from returnkit.model.lengths import lasted
from returnkit.model.money import MINOR_UNITS, decimal_text, minor_digits
from returnkit.render import Report

SCHEMA = "returnkit.figures/1"
COLUMNS = ("id", "slice", "value", "unit", "currency", "n", "target", "met")
UNSEEN = "–"
LONGEST_LABEL = 26  # letters of a slice's name that leave room for its figures in 80 columns
LEFT_OUT = "left-out"


class Head(NamedTuple):
    """What a report is about: its days (ISO text), the slices it was asked for, and how many lines it leaves out."""

    first: str
    last: str
    by: str
    left_out: int


def as_json(figures: Sequence[Figure], head: Head) -> Json:
    """Return the figures as data: money as a decimal number, shares from 0 to 1, times in minutes or seconds."""
    return {
        "schema": SCHEMA,
        "period": {"from": head.first, "to": head.last},
        "left_out": head.left_out,
        "measures": [_measure(figure) for figure in figures],
    }


def _measure(figure: Figure) -> Json:
    by = figure.by
    return {
        "id": figure.measure.id,
        "value": _number(figure, figure.number.value),
        "unit": _unit(figure),
        "currency": figure.currency or None,
        "n": figure.number.n,
        "target": None if figure.target is None else _number(figure, figure.target.value),
        "met": figure.met,
        "by": None if by is None else {name: _number(figure, number.value) for name, number in by.items()},
    }


def _unit(figure: Figure) -> str:
    return figure.currency if figure.measure.unit == MONEY else figure.measure.unit


def _number(figure: Figure, value: float | None) -> float | None:
    if value is None or figure.measure.unit != MONEY:
        return value
    digits = minor_digits(figure.currency)
    return value / MINOR_UNITS[digits] if digits else value


def as_table(figures: Sequence[Figure], head: Head) -> list[tuple[str, ...]]:
    """Return a row for each figure and each of its slices, for spreadsheets: plain numbers, no words."""
    rows: list[tuple[str, ...]] = []
    for figure in figures:
        target = "" if figure.target is None else _plain(figure, figure.target.value)
        met = {None: "", True: "yes", False: "no"}[figure.met]
        own, unit, value = figure.measure.id, _unit(figure), _plain(figure, figure.number.value)
        rows.append((own, "", value, unit, figure.currency, str(figure.number.n), target, met))
        for name, number in (figure.by or {}).items():
            rows.append((own, name, _plain(figure, number.value), unit, figure.currency, str(number.n), "", ""))
    if head.left_out:
        rows.append((LEFT_OUT, "", str(head.left_out), "lines", "", "", "", ""))
    return rows


def _plain(figure: Figure, value: float | None) -> str:
    if value is None:
        return ""
    if figure.measure.unit == MONEY:
        return _signed(int(value), lambda minor: decimal_text(minor, minor_digits(figure.currency)))
    return f"{value:.6f}" if figure.measure.unit == SHARE else str(value)


def _signed(minor: int, text: Callable[[int], str]) -> str:
    return f"-{text(-minor)}" if minor < 0 else text(minor)


class Told:
    """The figures as a person reads them. `called` says what a value of a slice is called."""

    def __init__(self, language: Language, called: Callable[[str, str], str]) -> None:
        self.language, self.called = language, called

    def columns(self) -> tuple[str, ...]:
        """Return the heads of the columns."""
        return tuple(self.language.say(f"report.{column}") for column in ("figure", "value", "number", "target", "met"))

    def rows(self, figures: Sequence[Figure], by: str) -> list[tuple[str, ...]]:
        """Return a row for each figure of which there is anything to say, and below it one for each slice."""
        found: list[tuple[str, ...]] = []
        for figure in figures:
            if figure.empty and figure.target is None:
                continue
            met = {None: "", True: self.language.say("report.yes"), False: self.language.say("report.no")}[figure.met]
            label = self.language.say(f"figure.{figure.measure.id}")
            found.append((label, self.value(figure, figure.number), _of(figure.number, figure), self.target(figure), met))
            slices = list((figure.by or {}).items())
            if by != MONTHS:
                slices.sort(key=lambda entry: -(entry[1].value or 0))
            for name, number in slices:
                label = self.name(by or "paid-with", name)
                label = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
                found.append((f"  {label}", self.value(figure, number), _of(number, figure), "", ""))
        return found

    def name(self, fact: str, value: str) -> str:
        """Return what a value of a slice is called."""
        return self.language.say("report.unknown") if value == UNKNOWN else self.called(fact, value)

    def value(self, figure: Figure, number: Number) -> str:
        """Return what a figure says."""
        return UNSEEN if number.value is None else self._value(figure, number.value)

    def _value(self, figure: Figure, value: float) -> str:
        unit = figure.measure.unit
        if unit == MONEY:
            digits = minor_digits(figure.currency)
            return _signed(int(value), lambda minor: self.language.money(minor, digits, figure.currency))
        if unit == SHARE:
            return self.share(value)
        if unit in IN_SECONDS:
            return lasted(int(value) * IN_SECONDS[unit])
        return str(value)

    def share(self, value: float, *, whole: bool = False) -> str:
        """Return a share as per cent with one decimal; with `whole` without one where it would be 0."""
        text = f"{value * 100:.1f}"
        text = (text.removesuffix(".0") if whole else text).replace(".", self.language.say("decimal.point"))
        return self.language.say("percent", number=text)

    def target(self, figure: Figure) -> str:
        """Return what a figure should be."""
        target = figure.target
        if target is None:
            return ""
        if target.clock == PROMISED:
            return self.language.say("report.as-promised", share=self.share(target.value, whole=True))
        if target.within:
            share = self.share(target.value, whole=True)
            if target.clock == OPEN_HOURS:
                return self.language.say("report.within-open", share=share, time=lasted(target.within, "h"))
            return self.language.say("report.within", share=share, time=lasted(target.within))
        of_share = figure.measure.unit == SHARE
        value = self.share(target.value, whole=True) if of_share else self._value(figure, target.value)
        if figure.measure.better == HIGHER:
            return self.language.say("report.at-least", value=value)
        return self.language.say("report.at-most", value=value)

    def explained(self) -> list[tuple[str, ...]]:
        """Return a row for each figure there is: its id, its unit, what it counts."""
        return [(measure.id, measure.unit, self.language.say(f"counts.{measure.id}")) for measure in MEASURES]


def _of(number: Number, figure: Figure) -> str:
    return "" if figure.measure.unit == COUNT else str(number.n)


def report(figures: Sequence[Figure], head: Head, title: str, told: Told, form: str) -> Report:
    """Return the figures as a report in the form that was asked for."""
    if form in ("json", "jsonl", "csv"):
        return Report("", told.language.code, (), COLUMNS, tuple(as_table(figures, head)), as_json(figures, head))
    below = [told.language.say("report.left-out", head.left_out)] if head.left_out else []
    below += [told.language.say("report.of-all-sales")] if head.by in AGAINST_ALL else []
    rows = tuple(told.rows(figures, head.by))
    return Report(title, told.language.code, (), told.columns(), rows, None, tuple(below), (1, 2))
