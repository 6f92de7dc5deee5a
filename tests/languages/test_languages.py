"""Every catalogue is complete, fits the code that speaks it, and counts, dates and writes money as CLDR says."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest
from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision, get_territory_currencies

import returnkit
from returnkit.commands.complaint.list import SCREEN
from returnkit.commands.complaint.open import QUESTIONS
from returnkit.commands.complaint.show import NAMED as NAMED_IN_EVENTS
from returnkit.commands.complaint.show import WORDS
from returnkit.kpi.figures import MEASURES
from returnkit.languages import Language, known_languages, language
from returnkit.model.dates import WEEKDAYS
from returnkit.model.money import minor_digits
from returnkit.model.record import CHANNELS as CHANNELS_OF_COMPLAINTS
from returnkit.model.record import CLOCKS
from returnkit.model.record import STATES as STATES_OF_CASES
from returnkit.policy.diff import KINDER, OTHERWISE, STRICTER
from returnkit.policy.facts import ASKED, NAMED
from returnkit.policy.language import (
    CHANNELS,
    CONDITIONS,
    COUNTS_FROM,
    IF_CLOSED,
    RECEIPT_TERMS,
    RECEIPTS,
    REFUND_TO,
    REMEDIES,
    VALUES,
    WAYS,
)
from returnkit.service.agenda import FOLLOW_UP, SILENT, SURVEY, UNCLOSED
from returnkit.service.clocks import FLAG, LAW, MET, MISSED, OVERDUE, PAUSED, PROMISE, RUNNING
from returnkit.service.complaint import TRANSITIONS
from returnkit.service.followup import BY_HAND, CALLBACK
from returnkit.shop import ROLES

PACKAGE = Path(returnkit.__file__).parent
CODES = known_languages()
LOCALES = {"en": "en_GB"}  # ours is British; every other language is its own locale

STATES = "unopened", "resaleable", "worn", "any"  # each condition term under its one name
DIRECTIONS = (KINDER, STRICTER, OTHERWISE)
PARTS = ("fee", "approval", "counts-from", "if-closed", "season", "value", "refund-to", "return-to", "order")
LINES = (*NAMED, "tag", "channel", "condition", "receipt", "price", "quantity", "bought", "within", "after")


def keys(prefix: str, values: Iterable[str]) -> set[str]:
    return {f"{prefix}.{value.replace('_', '-')}" for value in values}


# What the f-strings of the package can become, by their shape; a new one in the package must be entered here.
SHAPES: dict[str, set[str]] = {
    "answer.{}": keys("answer", ("yes", "no", "manager", "ask")),
    "ask.{}": keys("ask", ASKED),
    "condition.term.{}": keys("condition.term", STATES),
    "cost.{}": keys("cost", ("free", "customer")),
    "counts.{}": keys("counts", (measure.id for measure in MEASURES)),
    "counts-from.{}": keys("counts-from", COUNTS_FROM),
    "compare.{}": keys("compare", DIRECTIONS),
    "diff.{}": keys("diff", (*DIRECTIONS, *PARTS)),
    "diff.{}.{}": {
        *keys("diff.counts-from", ("bought", "delivered")),
        *keys("diff.if-closed", IF_CLOSED),
        *keys("diff.value", VALUES),
        *keys("diff.refund-to", REFUND_TO),
    },
    "do.{}": keys("do", REMEDIES),
    "due.{}": keys("due", (*CLOCKS, PROMISE, LAW, FLAG, SILENT, UNCLOSED, CALLBACK, FOLLOW_UP, SURVEY)),
    "followup.what.{}": keys("followup.what", (BY_HAND, CALLBACK)),
    "today.{}": keys("today", ("late", "today", "promised", "follow-ups", "law")),
    "weekday.{}": keys("weekday", WEEKDAYS),
    "status.{}": keys("status", (RUNNING, OVERDUE, MET, MISSED)),
    "status.{}.open": {f"status.{status}.open" for status in (RUNNING, PAUSED, MET, MISSED)},
    "exceptions.{}": keys("exceptions", ("staff", "waived", "rule")),
    "explain.change.{}": keys("explain.change", ("role", "on")),
    "figure.{}": keys("figure", (measure.id for measure in MEASURES)),
    "if-closed.{}": keys("if-closed", IF_CLOSED[1:]),
    "proof.{}": keys("proof", RECEIPT_TERMS),
    "slip.difference.{}": keys("slip.difference", ("more", "less", "even")),
    "state.{}": keys("state", STATES_OF_CASES),
    "event.{}": keys("event", ("opened", *TRANSITIONS)),
    "value.{}": keys("value", ("at-risk", "any", "won", "lost")),
    "words.{}": keys("words", WORDS[1:]),
    "column.{}": keys("column", SCREEN),
    "named.{}": keys("named", NAMED_IN_EVENTS),
    "open.{}": keys("open", QUESTIONS),
    "via.{}": keys("via", CHANNELS_OF_COMPLAINTS),
    "range.{}": keys("range", ("from", "under", "between")),
    "receipt.term.{}": keys("receipt.term", RECEIPT_TERMS),
    "report.{}": keys("report", ("figure", "value", "number", "target", "met")),
    "refund-to.{}": keys("refund-to", REFUND_TO),
    "say.condition.{}": keys("say.condition", STATES[:-1]),
    "sell.keep.{}": keys("sell.keep", RECEIPT_TERMS),
    "sell.state.{}": keys("sell.state", STATES),
    "way.{}": keys("way", WAYS),
    "when.{}": keys("when", {*LINES} - {"within", "after", "bought"}),
    "{}.want.{}": keys("receipt.want", RECEIPT_TERMS) | keys("condition.want", STATES),
    "room.{}": keys("room", ("receipt", "condition")),
    "{}.both": {"diff.both", "compare.both"},
    "{}.gone": {"diff.gone", "compare.gone"},
    "{}.instead": {"diff.instead", "compare.instead"},
    "{}.new": {"diff.new", "compare.new"},
    "{}.now": {"diff.now", "compare.now"},
    "{}.amount": keys("do", ("refund.amount", "store-credit.amount")),
    "{}.{}": {
        *keys("within", ("days", "months", "years")),
        *keys("after", ("days", "months", "years")),
        *keys("span", ("days", "months", "years")),
        *keys("fact", {*ASKED, *LINES, "on", "role"}),
        *keys("remedy", REMEDIES),
        *keys("channel", CHANNELS),
        *keys("condition", CONDITIONS),
        *keys("receipt", RECEIPTS),
        *keys("role", ROLES),
        *(f"{fact.replace('_', '-')}.another" for fact in NAMED if fact != "member"),
        "member.none",
    },
}
# Reasons that shops usually give; a policy may have others.
USUAL = keys("reason", ("faulty", "wrong-item", "not-as-described", "changed-mind", "wrong-size", "unwanted-gift", "not-said"))


class Said(NamedTuple):
    """A message that the package says: its key, or the shape of its key; the values that it fills in, where that is seen."""

    key: str
    fills: frozenset[str] | None
    where: str


@cache
def said() -> tuple[Said, ...]:
    """Return what the source says by name: say("key"), knows("key"), and key = f"..." before them."""
    found = []
    for name, tree in sources():
        for node in ast.walk(tree):
            fills = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("say", "knows"):
                text = node.args[0]
                if node.func.attr == "say":
                    fills = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "key":
                text = node.value
            else:
                continue
            texts = [text.body, text.orelse] if isinstance(text, ast.IfExp) else [text]
            found += [Said(shape(text), fills, f"{name}:{node.lineno}") for text in texts if shape(text)]
    return tuple(found)


def sources() -> Iterator[tuple[str, ast.Module]]:
    catalogues = {f"languages/{code}.py" for code in CODES}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in catalogues:
            yield name, ast.parse(path.read_text("utf-8"))


def shape(node: ast.expr) -> str:
    """Return a string in the source with {} where it is filled in; an empty text for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(shape(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def expanded(key: str) -> set[str]:
    return SHAPES[key] if "{}" in key else {key}


def forms(message: str | Mapping[str, str]) -> dict[str, str]:
    return {"": message} if isinstance(message, str) else dict(message)


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def texts() -> Iterator[tuple[str, str, str]]:
    for code in CODES:
        for key, message in language(code).messages.items():
            for text in forms(message).values():
                yield code, key, text


def locale(code: str) -> Locale:
    return Locale.parse(LOCALES.get(code, code))


@pytest.fixture(params=CODES)
def spoken(request: pytest.FixtureRequest) -> Language:
    return language(str(request.param))


# The catalogues


def test_english_and_latvian_are_there() -> None:
    assert {"en", "lv"} <= {*CODES}


def test_same_keys_in_the_same_order_as_english(spoken: Language) -> None:
    assert [*spoken.messages] == [*language("en").messages]


def test_same_placeholders_as_english(spoken: Language) -> None:
    for key, english in language("en").messages.items():
        message = spoken.messages[key]
        assert isinstance(message, str) == isinstance(english, str), key
        wanted = placeholders(forms(english)["" if isinstance(english, str) else "other"])
        for form, text in forms(message).items():
            spelt_out = {"n"} if form == "one" else set()  # "within a day" may do without its number
            assert wanted - spelt_out <= placeholders(text) <= wanted, (key, form)


def test_plural_messages_have_the_classes_of_whole_numbers(spoken: Language) -> None:
    plural_form = locale(spoken.code).plural_form
    wanted = {plural_form(n) for n in (*range(10_001), 10**6, 10**9)}
    for key, message in spoken.messages.items():
        if not isinstance(message, str):
            assert {*message} == wanted, key


def test_texts_are_clean() -> None:
    for code, key, text in texts():
        where = f"{code} {key}: {text}"
        assert all(field.isidentifier() for field in placeholders(text)), where
        assert "{" not in re.sub(r"\{\w+\}", "", text), where
        assert "}" not in re.sub(r"\{\w+\}", "", text), where
        assert "  " not in text, where
        assert not set(text) & {'"', "'", "`", "\t", "\n"}, where
        assert text.count("“") == text.count("”"), where
        assert text == text.strip() or key.startswith("list."), where
        assert not re.search(r" [,.;:?!]", text), where
        assert text.count("(") == text.count(")"), where


def test_only_what_needs_no_saying_is_empty() -> None:
    empty = {key for _, key, text in texts() if not text}
    assert empty == {"sell.keep.not-needed", "sell.state.worn", "sell.state.any"}


# The catalogues and the package


def test_every_shape_of_a_key_is_known() -> None:
    found = {message.key: message.where for message in said() if "{}" in message.key}
    assert {key: where for key, where in found.items() if key not in SHAPES} == {}, "enter it in SHAPES"
    assert {*SHAPES} <= {*found}, "no longer in the package"


def test_every_message_that_is_said_exists(spoken: Language) -> None:
    missing = [(key, message.where) for message in said() for key in expanded(message.key) if not spoken.knows(key)]
    assert missing == []


def test_every_message_is_said(spoken: Language) -> None:
    used = {key for message in said() for key in expanded(message.key)} | USUAL
    assert {*spoken.messages} - used == set()


def test_every_placeholder_is_filled_in(spoken: Language) -> None:
    for message in said():
        if message.fills is None:
            continue  # it is asked for here and said further on
        for key in expanded(message.key):
            for text in forms(spoken.messages[key]).values():
                assert placeholders(text) <= message.fills | {"n"}, (key, message.where)


# Numbers, days, money


def test_plural_is_that_of_cldr(spoken: Language) -> None:
    plural_form = locale(spoken.code).plural_form
    assert [spoken.plural(n) for n in range(1001)] == [plural_form(n) for n in range(1001)]


DAYS = [date(2026, 1, 1) + timedelta(days=days) for days in range(366)]
DAYS += [date(1999, 12, 31), date(2024, 2, 29), date(2100, 3, 1)]


def test_day_is_the_long_date_of_cldr(spoken: Language) -> None:
    for when in DAYS:
        assert spoken.day(when.toordinal()) == format_date(when, "long", locale(spoken.code))


def test_until_names_the_day(spoken: Language) -> None:
    for when in DAYS:
        numbers = re.findall(r"\d+", spoken.until(when.toordinal()))
        assert sorted(numbers, key=int) == [str(when.day), str(when.year)]
    assert len({spoken.until(when.toordinal()) for when in DAYS}) == len(DAYS)


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("GBP", 2), ("USD", 2), ("KGS", 2), ("ISK", 0), ("KWD", 3)])
@pytest.mark.parametrize("minor", [0, 1, 4990, 123450, 123456789])
def test_money_is_written_as_in_cldr(spoken: Language, minor: int, currency: str, digits: int) -> None:
    # CLDR groups Latvian numbers from 10 000 on (minimum grouping 2). Babel groups from 1 000 on, and so do we, on purpose:
    # a price reads alike whatever its size. Should Babel learn that minimum, 1 234,50 is the one amount to except here.
    babel = format_currency(Decimal(minor).scaleb(-digits), currency, locale=locale(spoken.code))
    # CLDR parts a code in letters from the number with a no-break space (currencySpacing), which Babel leaves out: KGS49.90.
    ours = re.sub(r"^([A-Z]{3})(?=\d)", "\\1\xa0", babel)
    assert spoken.money(minor, digits, currency) == ours


# CLDR counts the decimals that are used in daily life; for these it says 0 where ISO 4217 (list one) has minor units.
# The standard wins: tills, banks and card schemes count in them.
ISO_4217_DECIMALS = {
    "AFN": 2, "ALL": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2,
    "MGA": 2, "MMK": 2, "RSD": 2, "SOS": 2, "SYP": 2, "YER": 2,
}  # fmt: skip


def test_minor_digits_are_those_of_iso_4217() -> None:
    territories = get_global("territory_currencies")
    current = {str(code) for territory in territories for code in get_territory_currencies(territory, tender=True)}
    assert len(current) > 140
    assert {code: minor_digits(code) for code in current} == {
        code: ISO_4217_DECIMALS.get(code, get_currency_precision(code)) for code in current
    }
    assert all(get_currency_precision(code) == 0 for code in ISO_4217_DECIMALS), "an exception is no longer one"
