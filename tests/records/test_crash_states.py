"""The power is cut at every moment: what was acknowledged is there, once, whatever the disk made of the rest."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from returnkit.books import Books
from returnkit.clock import Clock as ShopClock
from returnkit.model.ids import split_id
from returnkit.records import index, journal, recover
from returnkit.records.disk import write_whole
from returnkit.records.journal import let_signals_through
from returnkit.records.tail import End, Repair, last_line, repair
from tests.records.crash_states import HEADS, Mutant, Recorder, Scenario, Step, enumerate_states
from tests.records.faults import (
    NOVEMBER,
    OCTOBER,
    SHOP,
    STATE,
    append,
    case_folder,
    complaint,
    month_files,
    plant,
    read_tree,
    through,
    unsynced,
)

FRAGMENT = b'{"channel":"counter","h":"0123'
A, B = Step("one", "key-one"), Step("two", "key-two")
# Another record, a repetition, and one that looks first whether it is needed. Disks are judged by the first: it asks for most.
THEN = (B, A, A._replace(looks=True))


def shop_with(root: Path, change: Callable[[bytes], bytes] = bytes, time: str = NOVEMBER) -> Scenario:
    """Return a shop with two records, and another end of its journal."""
    plant(root, {SHOP: None})
    with through(unsynced):
        for text in ("first", "second"):
            append(root / SHOP, text, time=time)
    tree = {name: change(data) if data and name.endswith(".jsonl") else data for name, data in read_tree(root).items()}
    return Scenario(tree, A, B, ("first", "second"))


def first_record(_root: Path) -> Scenario:
    return Scenario({SHOP: None}, A, B)


def second_record(root: Path) -> Scenario:
    return shop_with(root)


def many_at_once(root: Path) -> Scenario:
    return shop_with(root)._replace(first=Step("one", "key-one", many=4))


def many_in_a_new_month(root: Path) -> Scenario:
    return shop_with(root, time=OCTOBER)._replace(first=Step("one", "key-one", many=3))


def new_month(root: Path) -> Scenario:
    return shop_with(root, time=OCTOBER)._replace(first=A._replace(time=OCTOBER))


def torn_tail(root: Path) -> Scenario:
    return shop_with(root, lambda data: data + FRAGMENT)._replace(fragment=FRAGMENT)


def torn_tail_in_nul(root: Path) -> Scenario:
    return shop_with(root, lambda data: data + FRAGMENT + bytes(40))._replace(fragment=FRAGMENT)


def torn_last_month(root: Path) -> Scenario:
    start = shop_with(root, lambda data: data + FRAGMENT, OCTOBER)
    return start._replace(first=A._replace(time=OCTOBER), fragment=FRAGMENT)


def no_newline(root: Path) -> Scenario:
    return shop_with(root, lambda data: data[:-1])


SCENARIOS = (
    first_record,
    second_record,
    many_at_once,
    pytest.param(many_in_a_new_month, marks=pytest.mark.slow),
    new_month,
    torn_tail,
    torn_tail_in_nul,
    torn_last_month,
    no_newline,
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder:
        yield folder


@pytest.mark.parametrize("begin", SCENARIOS)
def test_a_power_cut_loses_nothing_that_was_acknowledged(root: Path, begin: Callable[[Path], Scenario]) -> None:
    start = begin(root)
    found = enumerate_states(root, [start._replace(then=then) for then in THEN], Mutant())
    print(f"{found.states} disks")
    assert found.violations == []


def test_an_index_of_what_a_power_cut_took_away_hides_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "LONG", 1)
    plant(root, shop_with(root).tree)
    (path,) = month_files(root / SHOP)
    synced = path.stat().st_size
    books = Books(str(root / SHOP), ShopClock("Europe/Riga", "2026-11-20"), lambda _: None)
    for receipt in ("10482", "10483"):  # their records are equally long
        os.truncate(path, synced)
        shutil.rmtree(root / STATE)
        body = complaint("the parcel came wet") | {"receipt_no": receipt}
        books.append(body, lambda _, body=body: body)  # type: ignore[misc]
        let_signals_through()
        assert len(books.receipt(receipt)) == 1  # whoever looks makes an index, also of what is not synced yet


# Ways to get it wrong


def said_too_early(recorder: Recorder, line: bytes) -> None:
    text = json.loads(line).get("text")
    if text:
        recorder.acknowledge(text)


def head_too_early(recorder: Recorder, line: bytes) -> None:
    record = json.loads(line)
    till, number, _ = split_id(record["id"])
    (instance,) = (Path(recorder.shop) / ".returnkit/instance").read_text().partition("instance = ")[2].split()[:1]
    recorder.heads.append((f"{HEADS}{instance}-{till}", f"{number:>12} {record['h']} {number:>12}\n".encode()))


def without_newline(descriptor: int, line: bytes) -> None:
    write_whole(descriptor, line.removesuffix(b"\n"))


def all_torn(data: bytes, before: End, acknowledged: int) -> Repair | None:
    found = repair(data, before, acknowledged)
    return Repair(last_line(data)[0], data[last_line(data)[0] :]) if found and found.newline else found


MUTANTS = (
    (second_record, Mutant("the journal is not synced", deaf=r"records/\w+/[\d-]+\.jsonl")),
    (second_record, Mutant("what a killed writer left is not synced", trusting=True)),
    (new_month, Mutant("the name of a new month is not synced", deaf=r"records/\w+")),
    (many_at_once, Mutant("where many will stand is not said", patches=((journal, "begin_batch", lambda *_: None),))),
    (many_at_once, Mutant("where many will stand is not synced", deaf=r"records/\w+/\.unfinished")),
    (many_at_once, Mutant("the name of what says so is not synced", deaf=r"records/\w+")),
    (first_record, Mutant("the name of a new till is not synced", deaf="records")),
    (first_record, Mutant("the names in the shop folder are not synced", deaf=r"\.")),
    (first_record, Mutant("who the folder is is not synced", deaf=r"\.returnkit/.*")),
    (first_record, Mutant("the name of who the folder is is not synced", deaf=r"\.returnkit")),
    (torn_tail, Mutant("a fragment put aside is not synced", deaf=r"records/\w+/\.torn/.*")),
    (torn_tail, Mutant("the name of a fragment put aside is not synced", deaf=r"records/\w+/\.torn")),
    (torn_tail, Mutant("a fragment is cut off and not put aside", patches=((recover, "put_aside", lambda *_: ""),))),
    (no_newline, Mutant("a whole record without its newline is taken for torn", patches=((recover, "repair", all_torn),))),
    (second_record, Mutant("the newline is not written", patches=((journal, "write_whole", without_newline),))),
    (second_record, Mutant("it is acknowledged before it is synced", wrote=said_too_early)),
    (second_record, Mutant("the head is kept before the record is synced", wrote=head_too_early)),
)


@pytest.mark.parametrize(("begin", "mutant"), MUTANTS, ids=[mutant.name for _, mutant in MUTANTS])
def test_a_wrong_protocol_is_caught(root: Path, begin: Callable[[Path], Scenario], mutant: Mutant) -> None:
    found = enumerate_states(root, [begin(root)], mutant, at_most=1)
    print(f"{found.states} disks, {found.violations}")
    assert found.violations
