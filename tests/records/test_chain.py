"""One line and the next: the canonical form, the chain, and what a crash may leave at the end."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from returnkit.clock import Clock
from returnkit.model.ids import record_id
from returnkit.model.jsonl import LONGEST_LINE, Json, decode, encode
from returnkit.records.chain import BEGINNING, holds, judged, readable, sealed
from returnkit.records.journal import Journal
from returnkit.records.tail import End, last_line, repair
from returnkit.verification import verify_shop

NOWHERE = "/dev/null"
BODY: Json = {"kind": "complaint.opened", "channel": "counter", "text": "it arrived wet"}

numbers = st.integers(-(10**18) + 1, 10**18 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(st.text(max_size=8), values, max_size=6)


# The canonical form


@given(objects)
def test_whatever_is_written_is_read_back(value: Json) -> None:
    raw = encode(value)
    assert b"\n" not in raw
    assert decode(raw, exact=True) == value
    assert decode(raw + b"\n", exact=True) == value
    assert encode(decode(raw, exact=True)) == raw


@given(objects, st.data())
def test_equal_records_are_equal_bytes(value: Json, data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(value.items()))))
    assert encode(shuffled) == encode(value)


@given(objects)
def test_any_other_program_reads_what_is_written(value: Json) -> None:
    assert json.loads(encode(value)) == value


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_a_line_is_it_is_read_or_refused(raw: bytes) -> None:
    found = readable(raw)
    if found is not None:
        assert decode(encode(found), exact=True) == found


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"3", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"", "not JSON"),
        (b"{} {}", "not JSON"),
        (b'{"a":1,}', "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1}//', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a":"\x00"}', "not JSON"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a":"\xe9"}', "not UTF-8"),
        (b'{"a":1.0}', "1.0 is not a whole number"),
        (b'{"a":1e400}', "1e400 is not a whole number"),
        (b'{"a":-Infinity}', "-Infinity is not a number"),
        (b'{"a":NaN}', "NaN is not a number"),
        (b'{"a":1234567890123456789}', "too long"),
        (b'{"a":' + b"9" * 5000 + b"}", "too long"),
        (b'{"a":1,"a":1}', "a key stands twice"),
        (b'{"a":{"b":1,"b":2}}', "a key stands twice"),
        (b"[" * 60_000, "nested too deeply"),
        (b'{"a":' * 10_000, "nested too deeply"),
        (b'{"a":"\\ud800"}', "half a character"),
        (b'{"\\udfff":1}', "half a character"),
        (b'{"a":"' + b"x" * LONGEST_LINE + b'"}', "longer than 64 KiB"),
    ],
)
def test_a_line_that_is_no_record_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode(raw, exact=True)


# The chain


@given(st.text(alphabet="0123456789abcdef", min_size=24, max_size=24) | st.just(""), objects)
def test_what_is_sealed_holds_after_its_own_line_alone(previous: str, body: Json) -> None:
    body = {key: value for key, value in body.items() if key != "h"}
    record = sealed(previous, body)
    assert {key: value for key, value in record.items() if key != "h"} == body
    assert record["h"] == hashlib.sha256(previous.encode() + b"\n" + encode(body)).hexdigest()[:24]
    assert holds(record, (previous,))
    assert holds(record, ("x", previous))
    assert not holds(record, ("x",))
    assert not holds(record, ())


@given(objects, st.text(max_size=8), values)
def test_what_was_changed_holds_no_longer(body: Json, field: str, value: object) -> None:
    record = sealed("", body)
    other = {**record, field: value}
    assert holds(other, BEGINNING) == (encode(other) == encode(record))


@given(st.binary(max_size=60) | objects.map(encode) | objects.map(lambda body: encode(sealed("", body))), st.booleans())
def test_a_new_line_covers_a_sound_line_by_its_h_and_a_damaged_one_by_its_bytes(raw: bytes, first: bool) -> None:
    before = BEGINNING if first else ("0" * 24, "1" * 24)
    record, sound, links = judged(raw, before)
    assert record == readable(raw)
    assert sound == (record is not None and holds(record, before))
    bytes_link = hashlib.sha256(raw).hexdigest()[:24]
    assert bytes_link in links
    assert links[0] == (record["h"] if sound and record is not None else bytes_link)


# The end of a file


@given(
    st.binary(max_size=60) | st.lists(st.sampled_from([b"\0", b"\n", b"{}", b"x"]), max_size=12).map(b"".join), st.integers(0, 3)
)
def test_what_is_mended_throws_nothing_away(data: bytes, acknowledged: int) -> None:
    found = repair(data, End(), acknowledged)
    while found is not None:
        left, cut = data[: found.keep], data[found.keep :]
        assert found.fragment in (b"", cut)
        assert found.fragment or not cut.strip(b"\0\n")
        mended = left + b"\n" * found.newline
        assert mended != data
        data, found = mended, repair(mended, End(), acknowledged)
    start, end = last_line(data)
    assert data[end:] == b"\n" * (len(data) - end)
    assert b"\n" not in data[start:end]


class Till(NamedTuple):
    """A till whose journal can be put back to what it was, with something behind it."""

    shop: Path
    path: Path
    data: bytes

    def append(self, note: list[str], body: Json = BODY) -> Json:
        journal = Journal(str(self.shop), Clock("Europe/Riga"), note.append, "k3")
        return journal.append(body, lambda _now: body).record

    def torn(self) -> list[bytes]:
        """Return what was put aside."""
        return [path.read_bytes() for path in (self.path.parent / ".torn").glob("*")]

    def with_tail(self, tail: bytes) -> None:
        shutil.rmtree(self.path.parent / ".torn", ignore_errors=True)
        self.path.write_bytes(self.data + tail)


@contextmanager
def head_kept_in(state: str) -> Iterator[None]:
    """Let this machine remember how far a till had come, or not: each example anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", state)
        yield


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Till:
    """Return a till of four lines; nobody keeps its head but the tests that say so."""
    shop = tmp_path_factory.mktemp("chain")
    first = Till(shop, shop, b"")
    with head_kept_in(NOWHERE):
        for _ in range(3):
            first.append([])
    (path,) = (shop / "records/k3").glob("*.jsonl")
    return Till(shop, path, path.read_bytes())


NEXT = encode(sealed("0" * 24, {**BODY, "v": 1, "id": record_id("k3", 5), "time": "2026-11-21T12:00:00+02:00"}))
pieces = st.one_of(
    st.binary(max_size=30),
    st.integers(1, len(NEXT)).map(lambda length: NEXT[:length]),
    st.sampled_from([b"\0", b"\0" * 4096, b"\n", b"\n\n", b"\r\n", b"{}", b"<<<<<<< HEAD\n", "ā".encode()[:1], NEXT + b"\n"]),
)
tails = st.lists(pieces, max_size=4).map(b"".join)


@settings(deadline=None)
@given(tails, st.booleans())
@example(b"", False)
@example(b"\0" * 9000, False)
@example(b"\n" + b"\0" * 512, True)
@example(NEXT[:-1], True)
@example(b"x" * 200_000, True)
def test_one_append_mends_whatever_a_crash_left(
    till: Till, tmp_path_factory: pytest.TempPathFactory, tail: bytes, head: bool
) -> None:
    with head_kept_in(str(tmp_path_factory.mktemp("state")) if head else NOWHERE):
        if head:
            till.with_tail(b"")
            till.append([])  # from here on this machine knows how far the till had come
            till.with_tail(till.path.read_bytes().removeprefix(till.data) + tail)
        else:
            till.with_tail(tail)
        before = till.path.read_bytes()[: -len(tail) or None]
        said: list[str] = []
        record = till.append(said)
    after = till.path.read_bytes()
    assert after.startswith(before)
    assert after.endswith(b"\n" + encode(record) + b"\n")
    found = [readable(line) for line in after.splitlines()]
    assert found.count(record) == 1
    kept = [after, *till.torn()]
    for piece in tail.split(b"\n"):
        assert any(piece.strip(b"\0") in place for place in kept), said
    if till.torn():
        assert any("put aside" in text for text in said)


@settings(deadline=None)
@given(tails)
@example(b"\n")
@example(b"x\n\n")
@example(b"x" * 70_000 + b"\n")
@example(b'{"a":"\\ud800"}\n')
def test_only_what_a_crash_left_is_reported_afterwards(till: Till, tail: bytes) -> None:
    till.with_tail(tail)
    with head_kept_in(NOWHERE):
        till.append([])
    written = till.path.read_bytes()
    first, last = till.data.count(b"\n") + 1, written.count(b"\n")
    reported = {problem.line for problem in verify_shop(str(till.shop)).problems}
    assert reported <= set(range(first, last))


@settings(deadline=None)
@given(st.integers(0, 400))
def test_a_whole_record_that_lacks_its_newline_is_kept(till: Till, nulls: int) -> None:
    till.with_tail(b"")
    said: list[str] = []
    with head_kept_in(NOWHERE):
        record = till.append(said)
        till.path.write_bytes(till.path.read_bytes()[:-1] + b"\0" * nulls)
        following = till.append(said)
    assert said == []
    assert till.path.read_bytes() == till.data + encode(record) + b"\n" + encode(following) + b"\n"
    assert till.torn() == []
