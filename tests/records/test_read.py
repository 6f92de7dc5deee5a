"""Reading the journals: a line is what stands between two newlines, and what is looked for is found."""

import os
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from returnkit.errors import UnreadableError
from returnkit.model.jsonl import LONGEST_LINE, Json, encode, numbered
from returnkit.records import read
from returnkit.records.chain import readable, sealed
from returnkit.records.read import is_month, lines, months, tills_in, with_text

RECORD: Json = {"v": 1, "id": "k3-0002Q", "kind": "complaint.opened", "text": "it arrived wet"}
NEEDLE = b'"receipt_no":"10482"'


def chained(*records: Json) -> list[Json]:
    """Return the records as a till's first lines, each bound to the one before it."""
    found: list[Json] = []
    for body in records:
        found.append(sealed(str(found[-1]["h"]) if found else "", body))
    return found


def record(number: int, receipt: str, padding: int) -> bytes:
    return encode({"v": 1, "number": number, "receipt_no": receipt, "text": "x" * padding})


entries = st.one_of(
    st.tuples(st.sampled_from(["10482", "10483", "1048"]), st.integers(0, 90)).map(lambda drawn: record(0, *drawn)),
    st.sampled_from([b"", b"\0\0\0", NEEDLE, b"{" + NEEDLE, b"{}", b'{"text":"\\"receipt_no\\":\\"10482\\""}', b"<<<<<<< HEAD"]),
    st.integers(1, 60).map(lambda length: record(0, "10482", 30)[:length]),
)


def full_scan(data: bytes, needle: bytes) -> list[Json]:
    """Return what a reader of every line finds, newest first."""
    found = [readable(line) for line in reversed(data.split(b"\n")) if needle in line]
    return [each for each in found if each is not None]


@settings(deadline=None)
@given(st.lists(entries, max_size=20), st.booleans(), st.data())
def test_what_is_looked_for_is_what_a_full_scan_finds(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[bytes], finished: bool, data: st.DataObject
) -> None:
    numbers = [line.replace(b'"number":0', b'"number":%d' % at) for at, line in enumerate(drawn)]
    content = b"\n".join(numbers) + b"\n" * finished
    path = tmp_path_factory.mktemp("read") / "2026-11.jsonl"
    path.write_bytes(content)
    longest = max(map(len, numbers), default=0)
    block = data.draw(st.integers(longest // 2 + 1, longest * 3 + 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "BLOCK", block)
        assert list(with_text(str(path), NEEDLE)) == full_scan(content, NEEDLE)


def test_a_needle_is_found_wherever_a_block_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"".join(record(at, "10482" if at % 3 else "7", at % 11) + b"\n" for at in range(60))
    path = tmp_path / "2026-11.jsonl"
    path.write_bytes(content)
    wanted = full_scan(content, NEEDLE)
    assert len(wanted) == 40
    for block in range(80, 400):
        monkeypatch.setattr(read, "BLOCK", block)
        assert list(with_text(str(path), NEEDLE)) == wanted, block


def test_a_line_longer_than_any_record_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2026-11.jsonl"
    short = record(1, "10482", 0)
    path.write_bytes(b"\n".join([short, b"x" * 5000, short, NEEDLE * 300, short]) + b"\n")
    monkeypatch.setattr(read, "BLOCK", 100)
    assert list(with_text(str(path), NEEDLE)) == [readable(short)] * 3


def test_the_newest_is_found_without_reading_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2026-11.jsonl"
    path.write_bytes(b"".join(record(at, "10482", 0) + b"\n" for at in range(1000)))
    monkeypatch.setattr(read, "BLOCK", 200)
    reads = []

    class Counting:
        def __getattr__(self, name: str) -> object:
            return self.pread if name == "pread" else getattr(os, name)

        def pread(self, descriptor: int, length: int, offset: int) -> bytes:
            reads.append(offset)
            return os.pread(descriptor, length, offset)

    monkeypatch.setattr(read, "os", Counting())
    assert next(with_text(str(path), NEEDLE))["number"] == 999
    assert len(reads) == 1


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x1c", "\x0b", "\x0c", "\r", "\0", "\x7f", "\ufeff", "😀"])
def test_a_line_ends_at_a_newline_and_nowhere_else(tmp_path: Path, character: str) -> None:
    path = tmp_path / "2026-11.jsonl"
    odd, even = chained({**RECORD, "text": f"before{character}after"}, RECORD)
    path.write_bytes(encode(odd) + b"\n" + encode(even) + b"\n")
    assert [(line.number, line.record) for line in lines(str(path))] == [(1, odd), (2, even)]


def test_an_unfinished_end_is_nobodys_record_yet(tmp_path: Path) -> None:
    path = tmp_path / "2026-11.jsonl"
    first, second = chained(RECORD, {**RECORD, "text": "ļoti slapjš"})
    last = encode(second)
    for length in range(len(last)):
        path.write_bytes(encode(first) + b"\n" + last[:length])
        assert [line.record for line in lines(str(path))] == [first]
        assert len(list(with_text(str(path), b'"id"'))) == 1
    path.write_bytes(encode(first) + b"\n" + last)
    assert len(list(lines(str(path)))) == len(list(with_text(str(path), b'"id"'))) == 2


def test_a_line_that_is_still_being_written_is_the_last_one_seen(tmp_path: Path) -> None:
    path = tmp_path / "2026-11.jsonl"
    whole = encode(RECORD) + b"\n"
    path.write_bytes(whole + whole[:20])
    with path.open("rb") as file:
        seen = numbered(file)
        assert next(seen) == (1, whole)
        assert next(seen) == (2, whole[:20])
        with path.open("ab") as writer:
            writer.write(whole[20:] + whole)
        assert list(seen) == []  # a reader that goes on would take the second half for a line


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.booleans())
def test_lines_are_numbered_as_an_editor_numbers_them(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], finished: bool
) -> None:
    assume(finished or not parts or parts[-1])
    content = b"".join(part + b"\n" for part in parts)
    content = content if finished else content[:-1]
    path = tmp_path_factory.mktemp("numbered") / "2026-11.jsonl"
    path.write_bytes(content)
    with path.open("rb") as file:
        found = list(numbered(file))
    assert b"".join(raw for _, raw in found) == content
    assert [number for number, _ in found] == list(range(1, len(parts) + 1))


@pytest.mark.parametrize("length", [LONGEST_LINE - 1, LONGEST_LINE, LONGEST_LINE + 1, LONGEST_LINE + 2, 3 * LONGEST_LINE])
def test_a_line_over_the_limit_is_one_line_and_cannot_be_read(tmp_path: Path, length: int) -> None:
    path = tmp_path / "2026-11.jsonl"
    frame = len(encode(sealed("", {"text": ""})))
    long, second = chained({"text": "x" * (length - frame)}, RECORD)
    path.write_bytes(encode(long) + b"\n" + encode(second) + b"\n")
    found = list(lines(str(path)))
    assert [line.number for line in found] == [1, 2]
    assert (found[0].record is None) == (length > LONGEST_LINE)
    assert found[1].record == second


@pytest.mark.parametrize("kind", ["gone", "folder", "link", "pipe"])
def test_what_cannot_be_read_is_never_empty(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "2026-11.jsonl"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(UnreadableError) as refused:
        list(lines(str(path)))
    assert refused.value.problems[0].file == str(path)
    with pytest.raises(UnreadableError):
        list(with_text(str(path), NEEDLE))


def test_a_newer_version_is_never_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "2026-11.jsonl"
    first = sealed("", RECORD)
    newer = sealed(str(first["h"]), {**RECORD, "v": 2})
    path.write_bytes(encode(first) + b"\n" + encode(newer) + b"\n")
    assert [(line.record, line.newer) for line in lines(str(path))] == [(first, False), (None, True)]
    with pytest.raises(UnreadableError, match="newer returnkit"):
        list(with_text(str(path), b'"k3-0002Q"'))


def test_a_version_that_nobody_wrote_is_a_damaged_line(tmp_path: Path) -> None:
    path = tmp_path / "2026-11.jsonl"
    first = sealed("", RECORD)
    second = sealed(str(first["h"]), RECORD)
    path.write_bytes(encode(first) + b"\n" + encode(second).replace(b'"v":1', b'"v":3') + b"\n")
    assert [line.record for line in lines(str(path))] == [first, None]
    assert list(with_text(str(path), b'"k3-0002Q"')) == [first]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("2026-11.jsonl", True), ("2026-01.jsonl", True), ("2026-12.jsonl", True), ("2026-00.jsonl", False),
        ("2026-13.jsonl", False), ("2026-1.jsonl", False), ("2026-11.jsonl~", False), (".2026-11.jsonl", False),
        ("2026-11.json", False), ("2026-11", False), ("2026-11 (1).jsonl", False), ("20261-1.jsonl", False),
        ("٢٠٢٦-11.jsonl", False), ("2026-²1.jsonl", False), ("2026-11.jsonl.jsonl", False), ("", False),
    ],
)  # fmt: skip
def test_a_months_file_is_known_by_its_name(tmp_path: Path, name: str, is_one: bool) -> None:
    assert is_month(name) == is_one
    if name:
        (tmp_path / name).touch()
    assert months(str(tmp_path)) == [name] * is_one


def test_tills_are_folders_with_a_tills_name(tmp_path: Path) -> None:
    for name in ("k3", "a", "contacts", ".torn", "K4", "k3 (1)"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    assert tills_in(str(tmp_path)) == ["a", "k3"]
    assert tills_in(str(tmp_path / "nowhere")) == []
    assert months(str(tmp_path / "nowhere")) == []
    for unreadable in (tills_in, months):
        with pytest.raises(UnreadableError):
            unreadable(str(tmp_path / "file"))
