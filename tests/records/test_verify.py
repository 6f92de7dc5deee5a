"""Verify finds whatever happened to the records, and says where; what it cannot prove, it says too."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.model.digest import short_sha256
from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, decode, encode
from returnkit.records.ahead import Part, ahead
from returnkit.records.chain import sealed
from returnkit.records.known import digest
from returnkit.records.read import lines as read_lines
from returnkit.records.verify import Place, verify
from returnkit.verification import verify_shop
from tests.conftest import REPOSITORY, Result, call

At = Callable[..., Result]
Lines = list[bytes]

MONTH = "2026-11.jsonl"
TIME = "2026-11-21T12:00:00+02:00"
SALT = "0123456789abcdef"
POLICY = short_sha256((REPOSITORY / "policies/returns.toml").read_bytes())
CASE = record_id("k3", 2)  # what a complaint is called that stands on the second line
OPENED: Json = {"kind": "till.opened", "instance": "0123456789abcdef"}
COMPLAINT: Json = {"kind": "complaint.opened", "channel": "counter", "text": "it arrived wet", "salt": SALT}
OPEN: Json = {"state": "open", "opened": TIME, "reopened": 0}
GOODS = (
    "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes",
    "--condition", "unopened", "--reason", "wrong-size", "--lang", "en",
)  # fmt: skip
BITS = 8


def sale(receipt: str, pieces: int = 1) -> Json:
    line = {"sku": "RO-401", "quantity": pieces, "paid": 3490 * pieces}
    return {"kind": "sale", "receipt_no": receipt, "currency": "EUR", "lines": [line], "bought": "2026-11-10"}


def brought_back(receipt: str, policy: str = POLICY) -> Json:
    line = {"sku": "RO-401", "quantity": 1, "paid": 3490, "answer": "yes", "remedy": "refund", "amount": 3490, "policy": policy}
    return {"kind": "return", "receipt_no": receipt, "currency": "EUR", "amount": 3490, "lines": [line]}


def void(wanted: str, receipt: str = "1") -> Json:
    voided = {**brought_back(receipt), "id": wanted}
    return {"kind": "return.voided", "corrects": wanted, "because": "a slip", "voided": voided}


def of_case(event: str, case: str, **more: object) -> Json:
    return {"kind": f"complaint.{event}", "case": case, "was": OPEN, **more}


def journal(*bodies: Json, till: str = "k3", opened: bool = True) -> Lines:
    """Return the lines of a sound journal with these records, of `till.opened` and what follows."""
    lines: Lines = []
    h = ""
    for seq, body in enumerate([OPENED, *bodies] if opened else bodies, 1):
        record = sealed(h, {"v": 1, "id": record_id(till, seq), "time": TIME, **body})
        h = str(record["h"])
        lines.append(encode(record) + b"\n")
    return lines


def hundred() -> Lines:
    """Return a journal of a hundred lines with every kind of record that a small shop has."""
    bodies: list[Json] = []
    for number in range(11):
        seq = len(bodies) + 2
        case, returned = record_id("k3", seq + 3), record_id("k3", seq + 1)
        resolved = {**OPEN, "state": "resolved", "answered": TIME}
        bodies += [
            sale(f"2026/11-{number:04}", 2),
            brought_back(f"2026/11-{number:04}"),
            void(returned, f"2026/11-{number:04}"),
            {**COMPLAINT, "category": "delivery", "severity": "high", "staff": "Anna", "key": f"mail-{number}"},
            of_case("acknowledged", case, text="we look into it", salt=SALT),
            of_case("resolved", case, remedy="refund") | {"was": {**OPEN, "state": "acknowledged", "answered": TIME}},
            of_case("closed", case, cause="packaging") | {"was": resolved},
            of_case("reopened", case) | {"was": {**resolved, "state": "closed"}},
            {**COMPLAINT, "text": "J* zīmes ar mīkstinājumu"},
        ]
    lines = journal(*bodies)
    assert len(lines) == 100
    return lines


def put(shop: Path, lines: Iterable[bytes], till: str = "k3", month: str = MONTH) -> Path:
    """Let these lines stand in a till's file, as the till itself would have left it."""
    folder = shop / "records" / till
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / month
    path.write_bytes(b"".join(lines))
    path.chmod(0o600)
    return path


def found(shop: Path) -> list[tuple[int, str]]:
    """Return the line and the words of every problem."""
    return [(problem.line, problem.what) for problem in verify_shop(str(shop)).problems]


def changed(line: bytes, **values: object) -> bytes:
    """Return a line with other values, in the one form that records have."""
    return encode({**decode(line.removesuffix(b"\n")), **values}) + b"\n"


@pytest.fixture
def no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no git on this machine: nobody but the chain vouches for anything, and nothing is started."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture(autouse=True)
def _reports_stay_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the report of a bug that a test finds among the files of the test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


class Flipped(NamedTuple):
    """A file whose bits can be flipped one at a time."""

    path: Path
    data: bytes

    def missed(self, bits: Iterable[int]) -> list[int]:
        """Return which bits can be flipped without being reported by the line in which they stand."""
        return [bit for bit in bits if not self._is_reported(bit)]

    def _is_reported(self, bit: int) -> bool:
        at = bit // BITS
        line = self.data.count(b"\n", 0, at) + 1
        with self.path.open("r+b", buffering=0) as file:
            os.pwrite(file.fileno(), bytes([self.data[at] ^ 1 << bit % BITS]), at)
            reported = any(number == line for number, _ in found(self.path.parents[2]))
            os.pwrite(file.fileno(), self.data[at : at + 1], at)
        return reported


def flipped(shop: Path, lines: Lines) -> Flipped:
    path = put(shop, lines)
    assert found(shop) == []
    return Flipped(path, path.read_bytes())


@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])  # a bit or two of each byte, or all
def test_every_byte_of_a_short_journal_counts(shop: Path, step: int) -> None:
    case = record_id("k3", 4)
    lines = journal(sale("2026/11-0412"), brought_back("2026/11-0412"), COMPLAINT, of_case("closed", case, cause="x"))[:4]
    journal_file = flipped(shop, lines)
    assert journal_file.missed(range(0, len(journal_file.data) * BITS, step)) == []


@pytest.mark.usefixtures("no_git")
def test_bits_anywhere_in_a_hundred_records_count(shop: Path) -> None:
    journal_file = flipped(shop, hundred())
    chosen = random.Random(20261121).sample(range(len(journal_file.data) * BITS), 150)  # noqa: S311 - the same ones every time
    assert journal_file.missed(chosen) == []


@pytest.mark.slow
@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize("part", range(8))
def test_every_bit_of_a_hundred_records_counts(shop: Path, part: int) -> None:
    journal_file = flipped(shop, hundred())
    assert journal_file.missed(range(part, len(journal_file.data) * BITS, 8)) == []


def tamperings(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Yield what could be done to whole lines, but for a cut at the end, which no chain can show."""
    last = len(lines) - 1
    for at in range(last):
        yield f"{at} dropped", lines[:at] + lines[at + 1 :]
    for at, line in enumerate(lines):
        yield f"{at} doubled", [*lines[: at + 1], line, *lines[at + 1 :]]
        edited = changed(line, staff="Berta") if at % 2 else changed(line, time="2026-11-21T12:00:01+02:00")
        yield f"{at} edited", [*lines[:at], edited, *lines[at + 1 :]]
    for one, other in [(at, at + 1) for at in range(last)] + [(at, last - at) for at in range(0, last // 2, 7)]:
        swapped = list(lines)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        yield f"{one} and {other} swapped", swapped


@pytest.mark.usefixtures("no_git")
def test_lines_dropped_doubled_swapped_and_edited_are_all_reported(shop: Path) -> None:
    lines = hundred()
    silent = []
    for what, tampered in tamperings(lines):
        put(shop, tampered)
        if not found(shop):
            silent.append(what)
    assert silent == []


@pytest.mark.usefixtures("no_git")
def test_a_chain_made_anew_from_the_middle_shows_where_a_head_was_kept(at: At, shop: Path) -> None:
    for _ in range(3):
        assert at("--till", "k3", "complaint", "open").code == 0
    (path,) = (shop / "records/k3").iterdir()
    records = [decode(line) for line in path.read_bytes().splitlines()]
    records[2]["channel"] = "phone"
    h = ""
    for record in records:
        record.pop("h")
        record["h"] = h = str(sealed(h, record)["h"])
    path.write_bytes(b"".join(encode(record) + b"\n" for record in records))
    result = at("records", "verify")
    assert result.code == 1
    assert "record 4 is another one than the one that was acknowledged here" in result.out


@pytest.fixture
def acknowledged(at: At, shop: Path) -> Path:
    """Return a journal of twelve lines that this machine has acknowledged, one by one."""
    for _ in range(11):
        assert at("--till", "k3", "complaint", "open", "--text", "it arrived wet").code == 0
    (path,) = (shop / "records/k3").glob("*.jsonl")
    return path


def git(shop: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Anna", "-c", "user.email=anna@example.org")
    subprocess.run(["git", "-C", str(shop), *who, *arguments], check=True, capture_output=True)


def cuts(data: bytes) -> Iterator[bytes]:
    """Yield what may be left of a file: whole lines, and some with a part of the next."""
    at = 0
    for line in data.splitlines(keepends=True):
        yield data[:at]
        yield data[: at + 1]
        yield data[: at + len(line) // 2]
        yield data[: at + len(line) - 1]
        at += len(line)


@pytest.mark.usefixtures("no_git")
def test_a_cut_tail_shows_where_this_machine_kept_a_head(shop: Path, acknowledged: Path) -> None:
    assert found(shop) == []
    silent = []
    for left in cuts(acknowledged.read_bytes()):
        acknowledged.write_bytes(left)
        if not found(shop):
            silent.append(len(left))
    assert silent == []


@pytest.mark.usefixtures("no_git")
def test_a_whole_record_that_lacks_its_newline_is_all_that_is_said(shop: Path, acknowledged: Path) -> None:
    acknowledged.write_bytes(acknowledged.read_bytes()[:-1])
    assert found(shop) == [(12, "the line is not finished")]


def commit(shop: Path, folder: str) -> None:
    if not (shop / ".git").exists():
        git(shop, "init", "--quiet")
    git(shop, "add", folder)
    git(shop, "commit", "--quiet", "-m", "till closed")


def test_a_cut_tail_shows_where_git_has_the_file(shop: Path, tmp_path: Path, acknowledged: Path) -> None:
    commit(shop, "records")
    shutil.rmtree(tmp_path / "state")
    assert found(shop) == []
    silent = []
    for left in cuts(acknowledged.read_bytes()):
        acknowledged.write_bytes(left)
        if not found(shop):
            silent.append(len(left))
    assert silent == []


@pytest.mark.parametrize("gone", ["records/k3/*", "records/k3", "records"])
def test_records_that_are_gone_altogether_are_missed_by_this_machine(at: At, shop: Path, acknowledged: Path, gone: str) -> None:
    remove(shop, acknowledged, gone)
    result = at("records", "verify")
    assert result.code == 1, result
    assert "these records end at 0, but 12 were acknowledged here" in result.out


@pytest.mark.parametrize("gone", ["records/k3/*", "records/k3", "records"])
def test_records_that_are_gone_altogether_are_missed_by_git(shop: Path, tmp_path: Path, acknowledged: Path, gone: str) -> None:
    commit(shop, "records")
    shutil.rmtree(tmp_path / "state")
    remove(shop, acknowledged, gone)
    result = call("--shop", str(shop), "records", "verify")
    assert result.code == 1, result
    assert f"records/k3/{acknowledged.name}: git has this file, and it is gone" in result.out


def remove(shop: Path, journal_file: Path, gone: str) -> None:
    if gone.endswith("*"):
        journal_file.unlink()
    else:
        shutil.rmtree(shop / gone)


@pytest.mark.usefixtures("no_git")
def test_where_nobody_kept_a_head_it_is_said_that_a_cut_cannot_be_excluded(at: At, tmp_path: Path, acknowledged: Path) -> None:
    assert at("records", "verify") == Result(0, "", "")
    shutil.rmtree(tmp_path / "state")
    acknowledged.write_bytes(b"".join(acknowledged.read_bytes().splitlines(keepends=True)[:5]))
    result = at("records", "verify")
    assert result.code == 0
    assert result.out == ""
    assert "not proved: that the newest lines of k3 were not cut off" in result.err
    data = json.loads(at("records", "verify", "-f", "json").out)
    assert data["problems"] == []
    assert len(data["unproven"]) == 1


def test_everything_wrong_is_said_in_one_run_with_file_and_line(at: At, shop: Path) -> None:
    lines = journal(*[COMPLAINT] * 8)
    lines[1] = changed(lines[1], staff="Berta")
    lines[3] = b"<<<<<<< HEAD\n"
    lines[5] = lines[5].replace(b'"v":1', b'"v":1.5')
    put(shop, lines)
    other = journal(*[COMPLAINT] * 3, till="k4")
    put(shop, [*other[:1], b"\n", *other[2:]], till="k4", month="2026-10.jsonl")
    result = at("records", "verify")
    assert result.code == 1
    for where in ("k3/2026-11.jsonl:2: ", "k3/2026-11.jsonl:4: ", "k3/2026-11.jsonl:6: ", "k4/2026-10.jsonl:2: "):
        assert f"records/{where}" in result.out
    remedies = [line for line in result.out.splitlines() if line.startswith("    ")]
    assert len(remedies) == sum(1 for line in result.out.splitlines() if line.startswith("records/"))
    data = json.loads(at("records", "verify", "-f", "json").out)
    assert set(data) == {"schema", "lines", "problems", "warnings", "unproven"}
    assert data["schema"] == "returnkit.verify/1"
    assert data["lines"] == 13
    assert all(set(problem) == {"file", "line", "what", "remedy"} for problem in data["problems"])
    places = {(problem["file"], problem["line"]) for problem in data["problems"]}
    assert {("records/k3/2026-11.jsonl", line) for line in (2, 4, 6)} <= places
    assert ("records/k4/2026-10.jsonl", 2) in places
    assert all(problem["what"] and problem["remedy"] for problem in data["problems"])


def test_records_in_their_one_form_are_met_with_silence(at: At, shop: Path) -> None:
    put(shop, hundred())
    result = at("records", "verify")
    assert result.code == 0
    assert result.out == ""


# What may stand on the third of five lines, and the words that name it.
DAMAGED_LINES = {
    "conflict": (b"<<<<<<< HEAD\n", "git left a conflict here"),
    "middle of a conflict": (b"=======\n", "git left a conflict here"),
    "end of a conflict": (b">>>>>>> other\n", "git left a conflict here"),
    "empty": (b"\n", "the line is empty"),
    "spaces": (b"  \t \n", "the line is empty"),
    "NULs": (b"\0" * 300 + b"\n", "the line is empty"),
    "NUL inside": (b'{"v":1\0}\n', "not JSON"),
    "too long": (b'{"v":"' + b"x" * 2**16 + b'"}\n', "longer than 64 KiB"),
    "far too long": (b'{"v":"' + b"x" * 2**18 + b'"}\n', "longer than 64 KiB"),
    "a list": (b"[]\n", "not a JSON object"),
    "text": (b"sold out\n", "not JSON"),
    "not UTF-8": (b'{"v":1,"text":"\xff"}\n', "not UTF-8"),
    "half a character": (b'{"v":1,"text":"\\ud800"}\n', "half a character"),
    "no number": (b'{"v":NaN}\n', "NaN is not a number"),
    "a long number": (b'{"v":1234567890123456789}\n', "a number in the line is too long"),
    "deep": (b"[" * 60000 + b"\n", "nested too deeply"),
    "nothing in it": (b"{}\n", "v is missing"),
}


@pytest.mark.parametrize("name", DAMAGED_LINES)
def test_a_line_that_cannot_be_a_record_is_named(at: At, shop: Path, name: str) -> None:
    damaged, words = DAMAGED_LINES[name]
    lines = journal(*[COMPLAINT] * 4)
    put(shop, [*lines[:2], damaged, *lines[3:]])
    assert any(line == 3 and words in what for line, what in found(shop))
    result = at("complaint", "list")
    if name != "nothing in it":
        assert result.code == 3
        assert "2026-11.jsonl:3: " in result.err
    assert at("complaint", "list", "--allow-damaged").code == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"kind"', b'"kind":"sale","kind"', "a key stands twice in the line"),
        (b'"v":1', b'"v":1.0', "1.0 is not a whole number"),
        (b'"v":1', b'"v":1e2', "1e2 is not a whole number"),
        (b'"v":1', b'"v":2', "a newer returnkit wrote this"),
        (b'"v":1', b'"v": 1', "not in its one form"),
        (b'"v":1', b'"v":true', "v is not of the right form"),
        (b'"it arrived wet"', b'"it arrived \\u0077et"', "not in its one form"),
        (b'"it arrived wet"', b'["it arrived wet"]', "text is not of the right form"),
        (b'"counter"', b'"pigeon"', "channel is not of the right form"),
        (b',"time":"2026-11-21T12:00:00+02:00"', b"", "time is missing"),
        (b"T12:00:00+02:00", b"T12:00:00", "time is not of the right form"),
        (b'"k3-0003', b'"k3-0004', "here belongs k3-0003O"),
        (b'"k3-0003O"', b'"k4-0003' + record_id("k4", 3)[-1:].encode() + b'"', "here belongs k3-0003O, not k4-0003"),
    ],
)
def test_a_line_with_another_word_in_it_is_named(shop: Path, old: bytes, new: bytes, words: str) -> None:
    lines = journal(*[COMPLAINT] * 4)
    assert lines[2].count(old) == 1
    put(shop, [*lines[:2], lines[2].replace(old, new), *lines[3:]])
    assert any(line == 3 and words in what for line, what in found(shop))


# What programs do to a whole file, and what is said of its first line.
WHOLE_FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "not in its one form"),
    "BOM": (lambda data: b"\xef\xbb\xbf" + data, "not JSON"),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), "not UTF-8"),
    "UTF-16 without a mark": (lambda data: data.decode().encode("utf-16-le"), "not JSON"),
    "NULs in front": (lambda data: b"\0" * 4096 + data, "not JSON"),
    "NULs only": (lambda data: b"\0" * len(data), "not finished"),
    "old Mac": (lambda data: data.replace(b"\n", b"\r"), "not finished"),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_another_program_saved_is_named(shop: Path, name: str) -> None:
    change, words = WHOLE_FILES[name]
    put(shop, [change(b"".join(journal(*[COMPLAINT] * 4)))])
    problems = found(shop)
    assert any(line == 1 and words in what for line, what in problems)
    if name == "CRLF":
        assert {line for line, _ in problems} == {1, 2, 3, 4, 5}


def test_padding_at_the_end_is_named(shop: Path) -> None:
    put(shop, [*journal(COMPLAINT), b"\0" * 512])
    assert found(shop) == [(3, "the line is not finished")]


def test_kinds_and_fields_of_a_newer_program_are_left_alone(at: At, shop: Path) -> None:
    goods = {**sale("2026/11-0412"), "lines": [{"sku": "A", "quantity": 1, "colour": "red"}]}
    case = record_id("k3", 5)
    newer: list[Json] = [
        {"kind": "stock.counted", "sku": "RO-401", "pieces": 3},
        {**COMPLAINT, "mood": {"before": "bad", "after": ["better"]}},
        goods,
        COMPLAINT,
        of_case("noted", case, text="x") | {"was": {**OPEN, "minutes": 12}},
        {"kind": "survey.sent"},
    ]
    put(shop, journal(*newer))
    assert found(shop) == []
    assert at("complaint", "list").code == 0
    assert at("return", "list").code == 0


def test_a_newer_event_of_a_complaint_is_left_alone(at: At, shop: Path) -> None:
    put(shop, journal(COMPLAINT, of_case("escalated", CASE, to="owner"), {"kind": "survey.sent", "case": CASE}))
    assert found(shop) == []
    for command in (("complaint", "show", CASE), ("complaint", "show", CASE, "-f", "json"), ("complaint", "list")):
        result = at(*command)
        assert result.code == 0, result
        assert CASE in result.out


def test_a_newer_version_is_refused_by_everybody(at: At, acknowledged: Path) -> None:
    first, *rest = acknowledged.read_bytes().splitlines(keepends=True)
    last = decode(rest[-1])
    newer = sealed(str(last["h"]), {**COMPLAINT, "v": 2, "id": record_id("k3", 13), "time": TIME})
    acknowledged.write_bytes(b"".join([first, *rest, encode(newer) + b"\n"]))
    before = acknowledged.read_bytes()
    for command in (("complaint", "list"), ("return", "list"), ("complaint", "open"), ("complaint", "show", record_id("k3", 13))):
        result = at("--till", "k3", *command)
        assert result.code == 3, command
        assert "newer returnkit" in result.err
        assert "update returnkit" in result.err
    result = at("records", "verify")
    assert result.code == 1
    assert "2026-11.jsonl:13: a newer returnkit wrote this" in result.out.replace(acknowledged.name, MONTH)
    assert acknowledged.read_bytes() == before


def test_a_newer_version_does_not_hide_what_else_is_wrong(at: At, shop: Path) -> None:
    newer = {**COMPLAINT, "v": 2}
    put(shop, journal(brought_back("1"), newer, brought_back("1"), of_case("noted", UNKNOWN, text="x")))
    result = at("records", "verify")
    assert result.code == 1, result
    for line, words in ((3, "a newer returnkit wrote this"), (4, "came back already"), (5, "was never opened here")):
        assert any(f":{line}: " in said and words in said for said in result.out.splitlines())


# Records that are sound each by itself, the line of the problem, and the words that name it.
UNKNOWN = record_id("k9", 77)
MAKES_NO_SENSE: dict[str, tuple[Sequence[Json], int, str]] = {
    "a key twice": ([{**COMPLAINT, "key": "a"}, {**COMPLAINT, "key": "a"}], 3, "the key 'a' was used before"),
    "no opening": ([of_case("noted", UNKNOWN, text="x")], 2, f"the complaint {UNKNOWN} was never opened here"),
    "noted before it was opened": ([of_case("closed", record_id("k3", 3), cause="x"), COMPLAINT], 2, "cannot be closed here"),
    "impossible": ([COMPLAINT, of_case("closed", CASE, cause="x")], 3, f"{CASE} cannot be closed here"),
    "another state": (
        [COMPLAINT, of_case("noted", CASE, text="x") | {"was": {**OPEN, "reopened": 1}}],
        3,
        f"{CASE} cannot be noted here",
    ),
    "void twice": ([brought_back("1"), void(CASE), void(CASE)], 4, f"it voids {CASE}, which {record_id('k3', 3)} voided already"),
    "void of nothing": ([void(UNKNOWN)], 2, f"it voids {UNKNOWN}, which is no return here"),
    "void of a complaint": ([COMPLAINT, void(CASE)], 3, f"it voids {CASE}, which is no return here"),
    "too many": ([sale("1"), brought_back("1"), brought_back("1")], 4, "RO-401 of receipt 1 back, of which 1 were bought (with"),
    "twice, no sale": ([brought_back("1"), brought_back("1")], 3, "RO-401 of receipt 1 back, which came back already (with"),
    "no such policy": ([brought_back("1", "0" * 12)], 2, "a policy 000000000000 that is neither in policies/ nor in git"),
    "opened twice": ([OPENED], 2, "a till is opened only once"),
}


@pytest.mark.parametrize("name", MAKES_NO_SENSE)
def test_records_that_make_no_sense_together_are_named(shop: Path, name: str) -> None:
    bodies, line, words = MAKES_NO_SENSE[name]
    put(shop, journal(*bodies))
    ((number, what),) = found(shop)
    assert number == line
    assert words in what


def test_a_till_without_its_first_line_is_named(shop: Path) -> None:
    put(shop, journal(COMPLAINT, COMPLAINT, opened=False))
    assert found(shop) == [(1, "a till begins with a line that says whose it is")]


def test_a_return_that_was_voided_may_come_back_again(shop: Path) -> None:
    put(shop, journal(sale("1"), brought_back("1"), void(record_id("k3", 3)), brought_back("1")))
    assert found(shop) == []


def test_a_case_may_be_changed_by_two_tills(shop: Path) -> None:
    put(shop, journal(COMPLAINT))
    put(shop, journal(of_case("noted", CASE, text="x"), till="k4"), till="k4")
    assert found(shop) == []


def test_two_tills_that_met_show_what_came_back_too_often(at: At, shop: Path) -> None:
    put(shop, journal(sale("1"), brought_back("1")))
    put(shop, journal(brought_back("1"), till="k4"), till="k4")
    result = at("records", "verify")
    assert result.code == 1
    one, other = record_id("k3", 3), record_id("k4", 2)
    assert f"{other} takes RO-401 of receipt 1 back, of which 1 were bought (with {one})" in result.out
    assert f"returnkit return void {other}" in result.out


def test_two_tills_that_met_show_what_they_did_twice(shop: Path) -> None:
    resolved = of_case("resolved", CASE, remedy="refund")
    put(shop, journal(COMPLAINT, resolved, brought_back("1"), void(record_id("k3", 4))))
    put(shop, journal(resolved, void(record_id("k3", 4)), till="k4"), till="k4")
    problems = verify_shop(str(shop)).problems
    assert [(Path(problem.file).parent.name, problem.line) for problem in problems] == [("k4", 2), ("k4", 3)]
    assert f"{CASE} cannot be resolved here" in problems[0].what
    assert "voided already" in problems[1].what


def test_a_line_written_twice_with_another_text_is_named(at: At, shop: Path) -> None:
    lines = journal(COMPLAINT, of_case("noted", CASE, text="x"))
    put(shop, [*lines, changed(lines[2], text="y")])
    assert 4 in dict(found(shop))
    for command in (("complaint", "list"), ("complaint", "show", CASE)):
        assert at(*command).code in (0, 3), command


def test_a_policy_may_stand_in_the_archive_or_in_git_alone(shop: Path) -> None:
    old = (shop / "policies/returns.toml").read_bytes().replace(b"14 days", b"15 days")
    put(shop, journal(brought_back("1", short_sha256(old))))
    assert "neither in policies/ nor in git" in dict(found(shop))[2]
    kept = shop / "policies/archive/returns-old.toml"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(old)
    assert found(shop) == []
    kept.unlink()
    now = (shop / "policies/returns.toml").read_bytes()
    for text in (old, now):
        (shop / "policies/returns.toml").write_bytes(text)
        commit(shop, "policies")
    assert found(shop) == []


def test_a_policy_that_cannot_be_read_is_named(at: At, shop: Path) -> None:
    put(shop, journal(brought_back("1", "0" * 12)))
    (shop / "policies/archive/old.toml").mkdir(parents=True)
    result = at("records", "verify")
    assert result.code in (1, 3)
    assert "the answer could not be written" not in result.err


def test_files_of_this_till_that_others_may_read_are_a_warning(at: At, acknowledged: Path) -> None:
    acknowledged.chmod(0o644)
    result = at("records", "verify")
    assert result.code == 0
    assert "warning: others may read or write it (mode 0644)" in result.out
    assert "chmod 600" in result.out


def test_files_of_another_till_have_the_modes_of_a_clone(shop: Path, acknowledged: Path) -> None:
    put(shop, journal(COMPLAINT, till="k4"), till="k4").chmod(0o644)
    assert acknowledged.exists()
    assert verify_shop(str(shop)).warnings == []


@pytest.mark.parametrize(
    "name",
    [
        "k3/2026-11 (conflicted copy).jsonl",
        "k3/2026-11.sync-conflict-20261121-120000-ABCDEFG.jsonl",
        "k3/2026-11.jsonl~",
        "k3/2026-13.jsonl",
        "k3 (1)/2026-11.jsonl",
        "notes.txt",
    ],
)
def test_what_is_not_ours_is_a_warning(at: At, shop: Path, name: str) -> None:
    put(shop, journal(COMPLAINT))
    stranger = shop / "records" / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("anything")
    result = at("records", "verify")
    assert result.code == 0
    assert "records/" + (name if "(1)" not in name else "k3 (1)") in result.out
    assert "warning: " in result.out
    assert "it is not read" in result.out


@pytest.fixture(params=["link", "pipe", "folder"])
def misplaced(request: pytest.FixtureRequest, tmp_path: Path, acknowledged: Path) -> str:
    """Let something else stand in the place of the journal, and return the journal's name."""
    acknowledged.rename(tmp_path / "kept")
    if request.param == "link":
        acknowledged.symlink_to(tmp_path / "kept")
    elif request.param == "pipe":
        os.mkfifo(acknowledged)
    else:
        acknowledged.mkdir()
    return acknowledged.name


def test_what_is_not_a_plain_file_is_named(at: At, misplaced: str) -> None:
    result = at("records", "verify")
    assert result.code == 1
    assert f"{misplaced}: this is not a plain file" in result.out


def test_what_is_not_a_plain_file_is_never_empty(at: At, misplaced: str) -> None:
    for command in (("complaint", "list"), ("complaint", "show", CASE), ("return", "list")):
        result = at(*command)
        assert result.code == 3, result
        assert misplaced in result.err


def test_nothing_is_written_to_what_is_not_a_plain_file(at: At, misplaced: str) -> None:
    result = at("--till", "k3", "complaint", "open")
    assert result.code == 74
    assert f"{misplaced}: this is not a plain file" in result.err


def test_a_till_in_whose_place_a_link_stands_is_never_empty(at: At, shop: Path, tmp_path: Path, acknowledged: Path) -> None:
    shutil.move(acknowledged.parent, tmp_path / "kept")
    (shop / "records/k3").symlink_to(tmp_path / "kept")
    assert at("records", "verify").code == 1
    assert at("complaint", "list").code == 3
    assert at("--till", "k3", "complaint", "open").code in (3, 74)


class Damaged(NamedTuple):
    """A till whose last line can be damaged, again and again."""

    shop: Path
    path: Path
    head: Path
    data: bytes
    kept: bytes

    def with_last_line(self, last: bytes) -> int:
        """Let this stand for the last line, and return its number."""
        before = self.data[: self.data.rstrip(b"\n").rfind(b"\n") + 1]
        self.path.write_bytes(before + last)
        self.head.write_bytes(self.kept)
        shutil.rmtree(self.path.parent / ".torn", ignore_errors=True)
        return before.count(b"\n") + 1

    @property
    def last(self) -> bytes:
        """The last line as it was written."""
        return self.data.splitlines(keepends=True)[-1]


@pytest.fixture
def damaged(at: At, shop: Path, tmp_path: Path) -> Damaged:
    """Return a till of four lines, the last one a return."""
    for receipt in ("10481", "10482"):
        assert at("--till", "k3", "complaint", "open", "--text", "it arrived wet").code == 0
        assert at("--till", "k3", "return", "log", "--receipt-no", receipt, *GOODS).code == 0
    (path,) = (shop / "records/k3").glob("*.jsonl")
    (head,) = (tmp_path / "state/returnkit").iterdir()
    return Damaged(shop, path, head, path.read_bytes(), head.read_bytes())


def goes_on(at: At, damaged: Damaged, last: bytes) -> list[str]:
    """Return in what the counter does not go on as it should after a damaged last line."""
    line = damaged.with_last_line(last)
    result = at("--till", "k3", "return", "log", "--receipt-no", "77", *GOODS)
    again = at("--till", "k3", "return", "log", "--receipt-no", "88", *GOODS)
    if (result.code, again.code) != (0, 0):
        return [f"exit {result.code} and {again.code}: {result.err}{again.err}"]
    wrong = []
    if "the last line of" not in result.err or "cannot be trusted" not in result.err or again.err:
        wrong.append(f"said: {result.err}{again.err}")
    whole = last.rstrip(b"\n") + b"\n"
    if whole not in damaged.path.read_bytes() and not (damaged.path.parent / ".torn").exists():
        wrong.append("the damaged line is gone")
    places = {problem.line for problem in verify_shop(str(damaged.shop)).problems}
    if not places or not places <= {line + at for at in range(whole.count(b"\n"))}:
        wrong.append(f"reported: lines {sorted(places)} for {line}")
    return wrong


def flips(line: bytes, bits: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    for bit in bits:
        at = bit // BITS
        yield bit, line[:at] + bytes([line[at] ^ 1 << bit % BITS]) + line[at + 1 :]


@pytest.mark.usefixtures("no_git")
def test_a_flipped_bit_in_the_last_line_does_not_stop_the_counter(at: At, damaged: Damaged) -> None:
    size = len(damaged.last)
    chosen = [at * BITS + at % BITS for at in range(0, size, 3)]
    stopped = {bit: wrong for bit, last in flips(damaged.last, chosen) if (wrong := goes_on(at, damaged, last))}
    assert stopped == {}


@pytest.mark.usefixtures("no_git")
def test_a_flipped_newline_does_not_stop_the_counter(at: At, damaged: Damaged) -> None:
    newline = range((len(damaged.last) - 1) * BITS, len(damaged.last) * BITS)
    stopped = {bit: wrong for bit, last in flips(damaged.last, newline) if (wrong := goes_on(at, damaged, last))}
    assert stopped == {}


@pytest.mark.slow
@pytest.mark.usefixtures("no_git")
def test_no_flipped_bit_in_the_last_line_stops_the_counter(at: At, damaged: Damaged) -> None:
    every = range(len(damaged.last) * BITS)
    stopped = {bit: wrong for bit, last in flips(damaged.last, every) if (wrong := goes_on(at, damaged, last))}
    assert stopped == {}


@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize(
    "last",
    [b"garbage\n", b"{}\n", b"<<<<<<< HEAD\n", b"\xff\n", b"x" * 70_000 + b"\n", b'{"v":1}\n', b"[" * 60_000 + b"\n"],
)
def test_whatever_stands_for_the_last_line_the_counter_goes_on(at: At, damaged: Damaged, last: bytes) -> None:
    assert goes_on(at, damaged, last) == []


@pytest.mark.usefixtures("no_git")
def test_an_acknowledged_line_that_lost_its_end_does_not_stop_the_counter(at: At, damaged: Damaged) -> None:
    for length in (1, len(damaged.last) // 2, len(damaged.last) - 2):
        assert goes_on(at, damaged, damaged.last[:length]) == []


@pytest.mark.usefixtures("no_git")
def test_an_empty_line_at_the_end_stays_the_only_wrong_one(at: At, damaged: Damaged) -> None:
    damaged.path.write_bytes(damaged.data + b"\n")
    assert at("--till", "k3", "complaint", "open").code == 0
    assert {line for line, _ in found(damaged.shop)} == {6}


@pytest.mark.usefixtures("no_git")
def test_a_damaged_line_of_a_receipt_does_not_stop_the_next_return_of_it(at: At, damaged: Damaged) -> None:
    damaged.with_last_line(damaged.last.replace(b'"v":1', b'"v":3'))
    result = at("--till", "k3", "return", "log", "--receipt-no", "10482", *GOODS[2:], "--sku", "AP-101")
    assert result.code == 0, result


@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize("month", ["2026-10.jsonl", "2026-11.jsonl"])
def test_a_line_that_was_put_back_from_a_copy_counts_at_once(at: At, shop: Path, tmp_path: Path, month: str) -> None:
    long = {**COMPLAINT, "text": "x" * 3000}
    lines = journal(*[long] * 200, brought_back("777"), *[long] * 200, till="k4")
    path = put(shop, lines[:-1] if month < MONTH else lines, till="k4", month=month)
    if month < MONTH:
        put(shop, lines[-1:], till="k4")  # the damaged month is over
    copy = shutil.copy(path, tmp_path / "copy")
    path.write_bytes(path.read_bytes().replace(b'"777"', b'"177"'))
    assert at("--till", "k3", "return", "log", "--receipt-no", "778", *GOODS).code == 0
    shutil.copyfile(copy, path)
    assert found(shop) == []
    assert at("--till", "k3", "return", "log", "--receipt-no", "777", *GOODS).code == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.text(max_size=5)
    | st.sampled_from(["EUR", TIME, CASE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "id", "kind", "time", "case", "was", "corrects", "voided", "lines", "receipt_no", "key", "staff", "v", "h", "policy", "text",
)  # fmt: skip
BODIES: tuple[Json, ...] = (
    COMPLAINT, brought_back("1"), sale("1"), void(record_id("k3", 3)), of_case("closed", CASE, cause="x"),
    of_case("noted", CASE, text="x"), of_case("escalated", CASE), {"kind": "survey.sent", "case": CASE},
)  # fmt: skip


@pytest.fixture(scope="module")
def odd_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop whose records may be anything."""
    folder = tmp_path_factory.mktemp("odd") / "shop"
    shutil.copytree(REPOSITORY / "policies", folder / "policies")
    return folder


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(BODIES), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3)), min_size=1, max_size=6
    )
)
def test_whatever_a_record_says_it_is_answered(odd_shop: Path, bodies: list[tuple[Json, Json]]) -> None:
    lines = []
    for seq, (body, odd) in enumerate([(OPENED, {}), (COMPLAINT, {}), (brought_back("1"), {}), *bodies], 1):
        lines.append(encode({"v": 1, "id": record_id("k3", seq), "time": TIME, "h": "0" * 24, **body, **odd}) + b"\n")
    put(odd_shop, lines)
    assert verify_shop(str(odd_shop)).problems
    books = Books(str(odd_shop), Clock("Europe/Riga"), lambda _text: None)
    assert len(list(books.lines())) == len(lines) or any(b'"v":' in line for line in lines)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(BODIES), st.dictionaries(st.sampled_from(FIELDS[:-4]), JSON, max_size=2)),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_a_record_says_it_is_listed_or_refused(odd_shop: Path, bodies: list[tuple[Json, Json]]) -> None:
    put(odd_shop, journal(*[{**body, **odd} for body, odd in bodies]))
    period = ("--from", "2000-01-01")
    shown = [(group, "show", record_id("k3", seq)) for group in ("complaint", "return") for seq in (2, 3)]
    for command in (
        ("complaint", "list", "--all"),
        ("return", "list", *period),
        ("return", "list", *period, "-f", "csv"),
        *shown,
    ):
        result = call("--shop", str(odd_shop), *command)
        assert result.code in (0, 2, 3), result.err


# Long journals are looked at ahead, in parts and by several processes; what is found is the same.


def damages() -> Iterator[tuple[str, Lines]]:
    """Yield a journal as it is, and damaged in ways that end one run of sound lines and begin another."""
    lines = hundred()
    yield "whole", lines
    chance = random.Random(8)  # noqa: S311 - the same ones every time
    yield from chance.sample([*tamperings(lines)], 40)
    for at in (0, 1, 50, 98, 99):
        yield f"{at} junk", [*lines[:at], b"junk\n", *lines[at + 1 :]]
        yield f"{at} too long", [*lines[:at], b'{"text":"' + b"x" * 70_000 + b'"}\n', *lines[at:]]
        yield f"{at} empty", [*lines[:at], b"\n", *lines[at:]]
    yield "torn", [*lines, lines[50][:40]]
    yield "the same line all over", [*lines[:3], *[lines[3]] * 40]


@pytest.mark.usefixtures("no_git")
def test_what_is_looked_at_ahead_is_what_is_looked_at_line_by_line(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    different = []
    for what, lines in damages():
        put(shop, lines)
        seen = []
        for part, bad in ((4 * 1024 * 1024, 300), (700, 300), (700, 2), (4096, -1)):  # with -1 nothing is known ahead
            monkeypatch.setattr("returnkit.records.ahead.PART", part)
            monkeypatch.setattr("returnkit.records.ahead.MOST_BAD", bad)
            seen.append(found(shop))
        if not all(each == seen[-1] for each in seen):
            different.append(what)
    assert different == []


@pytest.mark.usefixtures("no_git")
def test_several_processes_find_the_same(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one processor")
    lines = hundred()
    lines[40] = changed(lines[40], staff="Berta")
    put(shop, lines, month="2026-10.jsonl")
    alone = verify_shop(str(shop))
    monkeypatch.setattr("returnkit.records.ahead.TOGETHER", 0)
    monkeypatch.setattr("returnkit.records.ahead.PART", 5000)
    together = verify_shop(str(shop))
    assert (together.problems, together.lines) == (alone.problems, alone.lines)
    assert {problem.line for problem in together.problems} >= {41}


@pytest.mark.usefixtures("no_git")
def test_a_till_that_writes_while_its_journal_is_looked_at(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was looked at ahead is an earlier file, a shorter one, or one that gave way to another."""
    lines = hundred()
    path = put(shop, lines[:60])

    def replaced(files: list[tuple[str, str]]) -> Iterator[Part]:
        found = [*ahead(files)]
        kept = path.stat().st_ino
        path.write_bytes(b"".join(lines))
        yield from found
        assert path.stat().st_ino == kept

    monkeypatch.setattr("returnkit.records.verify.ahead", replaced)
    found = verify_shop(str(shop))
    assert (found.problems, found.lines) == ([], 100)
    other = put(shop, lines, month="other")

    def another(files: list[tuple[str, str]]) -> Iterator[Part]:
        parts = [*ahead(files)]
        broken = [*lines[:30], changed(lines[30], staff="Berta"), *lines[31:]]
        other.write_bytes(b"".join(broken))
        other.rename(path)
        yield from parts

    monkeypatch.setattr("returnkit.records.verify.ahead", another)
    assert 31 in {problem.line for problem in verify_shop(str(shop)).problems}


# Damaged all over


@pytest.mark.usefixtures("no_git")
def test_of_a_file_that_is_damaged_all_over_some_are_named_and_the_rest_is_counted(shop: Path) -> None:
    path = put(shop, [*hundred(), *[b"junk\n"] * 1000, b'{"v":1}\n', b"\n", b"\n"])
    problems = verify_shop(str(shop)).problems
    assert [problem.line for problem in problems] == [*range(101, 401), 0]
    assert problems[-1].what == "and 703 more"
    assert [each.what for each in verify(str(shop), lambda *_: None, Place(str(path), 900)).problems if each.line == 900] == [
        "the line is not JSON: Expecting value at character 1"
    ]


@pytest.mark.usefixtures("no_git")
def test_what_stands_behind_much_damage_is_read(shop: Path) -> None:
    lines = journal(COMPLAINT, of_case("acknowledged", CASE))
    put(shop, [*lines[:2], *[b"junk\n"] * 1000, lines[2]])
    assert "was never opened" not in str(verify_shop(str(shop)).problems)
    assert [line.number for line in read_lines(str(shop / "records" / "k3" / MONTH)) if line.record is not None] == [1, 2, 1003]


# What is accepted


def accepting(line: bytes, after: bytes = b"") -> Json:
    body: Json = {"kind": "damage.known", "file": f"k3/{MONTH}", "line": digest(line), "because": "the disk failed", "salt": SALT}
    return {**body, "after": digest(after)} if after else body


@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize("torn", [b"junk", b'{"case":"k3-0002Q","h":"cb709'])
def test_after_an_accepted_line_nothing_is_missing(shop: Path, torn: bytes) -> None:
    """Nobody knows how many records stood on it, what came after it followed, or what it opened."""
    lines = journal(sale("1"), COMPLAINT, of_case("acknowledged", record_id("k3", 3)), sale("2"))
    damaged = [lines[0], torn + b"\n", *lines[3:]]  # two records became one
    put(shop, damaged)
    assert verify_shop(str(shop)).problems
    put(shop, journal(accepting(torn, lines[3].rstrip(b"\n")), till="k4"), till="k4")
    found = verify_shop(str(shop))
    assert found.problems == []
    assert sorted(warning.line for warning in found.warnings) == [2, 3]
    assert found.warnings[-1].what == f"the complaint {record_id('k3', 3)} was never opened here"


# Copies and cut ends lead to heal


@pytest.mark.usefixtures("no_git")
def test_a_copy_with_records_that_are_nowhere_else_is_a_problem(at: At, shop: Path) -> None:
    lines = journal(COMPLAINT, sale("1"), sale("2"))
    put(shop, lines[:2])
    put(shop, lines, month="2026-11 (conflicted copy).jsonl")
    result = at("records", "verify")
    assert result.code == 1
    assert "a copy with 2 records that no journal of this till has\n    put them back: returnkit records heal" in result.out
    put(shop, lines)
    result = at("records", "verify")
    assert result.code == 0
    assert "warning: a copy of a journal: it is not read\n    put it aside: returnkit records heal" in result.out


@pytest.mark.usefixtures("no_git")
def test_a_cut_end_leads_to_heal(at: At, acknowledged: Path) -> None:
    acknowledged.write_bytes(b"".join(acknowledged.read_bytes().splitlines(keepends=True)[:-1]))
    result = at("records", "verify")
    assert result.code == 1
    assert "were acknowledged here\n    see whether git or a copy has them: returnkit records heal" in result.out


@pytest.mark.usefixtures("no_git")
def test_a_last_line_that_was_acknowledged_is_not_mended_by_the_next_record(at: At, acknowledged: Path) -> None:
    """The next record would go on after it."""
    data = acknowledged.read_bytes()
    acknowledged.write_bytes(data[:-40])
    result = at("records", "verify")
    assert "the line is not finished\n    see what can be mended: returnkit records heal" in result.out
    acknowledged.write_bytes(data + b'{"h":"0')
    assert "the line is not finished\n    the next record mends it" in at("records", "verify").out
