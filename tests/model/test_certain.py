"""What is told at once of a line is what a careful look tells: never that it is sound where it is not."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnkit.model.certain import is_certain
from returnkit.model.dates import iso
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import KINDS, is_day, is_time
from returnkit.records.chain import readable
from returnkit.records.form import check_line
from tests.model.test_record import OF_EACH_TYPE, WHOLE, WRONG

H = "0123456789abcdef01234567"
# A till is opened once; of the others something is looked at field by field.
CAREFUL = {"till.opened", "complaint.offered", "case.corrected", "survey.answered", "redacted", "redact.requested"}
CORPUS = Path(__file__).parents[1] / "bad" / "journal"
ODD: tuple[object, ...] = (
    *OF_EACH_TYPE, "", "x" * 201, "x" * 4001, "a\nb", "a\x7f", "a\x85", "\u2028", -1, 0, 10**15 + 1, 10**20, [], {}, [[]], [None],
    "2026-02-29", "2024-02-29", "2100-01-01", "1999-12-31", "2026-11-21T24:00:00Z", "2026-11-21T12:00:00",
    "2026-11-21T12:00:00+24:00", "2026-11-21T12:00:00+00:00", "2026-11-21t12:00:00Z", "k3-0001A", "k3-0002Q", "k3-00002Q",
    "EUR", "eur", "EURO", "0" * 12, "A" * 16,
)  # fmt: skip


def line(record: Json) -> bytes:
    return encode({**record, "h": H})


def is_sound(raw: bytes) -> bool:
    """Tell what a careful look says of a line, but for its `h`, which the line before has to tell."""
    record = readable(raw)
    return record is not None and all(what.startswith("h ") for what, _ in check_line(raw, record))


def plain(record: Json) -> Json:
    """Return a record without what is always looked at field by field."""
    return {field: value for field, value in record.items() if field not in ("redacted", "formerly")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_record_is_certain(kind: str) -> None:
    raw = line(plain(WHOLE[kind]))
    assert is_sound(raw)
    assert is_certain(raw) == (kind not in CAREFUL), "what is looked at field by field takes ten times as long"


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - CAREFUL))
def test_what_is_wrong_is_never_certain(kind: str) -> None:
    """Each field with each odd value, and so each field of the tables and lists within."""
    wrong = [
        *changed(plain(WHOLE[kind])),
        *({**plain(WHOLE[kind]), field: value} for field in WRONG for value in WRONG[field] if value != "\ud800"),
    ]
    assert [raw for raw in map(line, wrong) if is_certain(raw) and not is_sound(raw)] == []


def changed(value: object) -> list[Json]:
    """Return a value with every one within it changed to each odd one, or taken out."""
    found: list[Json] = []
    if isinstance(value, dict):
        for field, inner in value.items():
            found += [{key: each for key, each in value.items() if key != field}]
            found += [{**value, field: odd} for odd in (*ODD, *changed(inner))]
        found.append({**value, "zz": 1})
    elif isinstance(value, list) and value:
        found += [[each, *value[1:]] for each in (*ODD, *changed(value[0]))]  # type: ignore[misc]
    return found


def test_nothing_in_the_corpus_of_bad_journals_is_certain_and_wrong() -> None:
    lines = [raw for path in CORPUS.rglob("*.jsonl") for raw in path.read_bytes().split(b"\n")]
    assert any(map(is_certain, lines))
    assert [raw[:80] for raw in lines if is_certain(raw) and not is_sound(raw)] == []


def test_no_byte_can_be_changed_unseen() -> None:
    chance = random.Random(1)  # noqa: S311 - the same ones every time
    for kind in sorted(KINDS.keys() - CAREFUL):
        raw = line(plain(WHOLE[kind]))
        for _ in range(100):
            at = chance.randrange(len(raw))
            other = raw[:at] + bytes([chance.randrange(256)]) * chance.randrange(3) + raw[at + 1 :]
            assert not is_certain(other) or is_sound(other), other


@given(st.dates().map(str) | st.from_regex(r"\A20[0-9]{2}-[0-9]{2}-[0-9]{2}\Z"))
def test_days_are_those_of_the_calendar(text: str) -> None:
    record = {**plain(WHOLE["return"]), "on": text, "time": f"{text}T12:00:00+02:00"}
    assert is_certain(line(record)) == (is_day(text) and is_time(record["time"]))


def test_every_day_that_there_is_is_certain() -> None:
    days = [iso(day) for day in range(730120, 766645, 5)]  # 2000 to 2099
    assert days[0] == "2000-01-01"
    assert all(is_certain(line({**plain(WHOLE["return"]), "on": day})) for day in days)
