"""The same trouble again is pointed out while the next complaint is opened; what is kept of the journals changes nothing."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit import recurring as module
from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.model.jsonl import Json
from returnkit.records.cache import keep
from returnkit.recurring import Cause, Recurring, recurring
from tests.conftest import REPOSITORY, Result, call

At = Callable[..., Result]
DAY = "2026-11-21"
NOON = f"{DAY}T12:00:00+02:00"
BOXES = "thicker boxes ordered"


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what was read of the shortest file."""
    monkeypatch.setattr(module, "LONG", 1)


def books(shop: Path, till: str = "k3", now: str = NOON) -> Books:
    return Books(str(shop), Clock("Europe/Riga", now), lambda _text: None, till)


def journal(shop: Path, till: str = "k3") -> Path:
    """Return the only file of a till; its name is that of the month in which it was really written."""
    (path,) = shop.glob(f"records/{till}/*.jsonl")
    return path


def cache(shop: Path) -> Path:
    """Return the only file that is kept."""
    (path,) = shop.glob(".returnkit/cache/recurring-*")
    return path


def write(shop: Path, record: Json, till: str = "k3", now: str = NOON) -> str:
    """Append a record as it is; return its id."""
    return str(books(shop, till, now).append(record, lambda _now: record).record["id"])


def opened(shop: Path, till: str = "k3", now: str = NOON, **about: str) -> str:
    return write(shop, {"kind": "complaint.opened", "channel": "counter", **about}, till, now)


def closed(shop: Path, case: str, till: str = "k3", now: str = NOON, about: Json | None = None, **more: str) -> str:
    was = {"state": "resolved", "opened": NOON, "reopened": 0, **(about or {})}
    return write(shop, {"kind": "complaint.closed", "case": case, "was": was, "cause": "packaging", **more}, till, now)


def asked(shop: Path, category: str = "delivery", sku: str = "", day: str = DAY) -> Recurring:
    return recurring(books(shop), category, sku, day)


def anew(shop: Path, category: str = "delivery", sku: str = "", day: str = DAY) -> Recurring:
    """Ask with nothing kept, and leave what is kept as it was."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "shop"
        shutil.copytree(shop / "records", copy / "records")
        return asked(copy, category, sku, day)


# At the counter


def test_the_third_complaint_of_a_month_says_so_and_what_was_behind_those_before(at: At) -> None:
    def opening(*more: str) -> Result:
        return at("complaint", "open", "--category", "delivery", "--text", "arrived wet", "--lang", "en", *more)

    first = opening()
    case = first.out.split()[0]
    assert at("complaint", "resolve", case, "--remedy", "refund").code == 0
    assert at("complaint", "close", case, "--cause", "packaging", "--changed", BOXES, "--rule", "withdrawal").code == 0
    second, third = opening(), opening("--now", "2026-11-30T10:00:00+02:00")
    assert "this month" not in first.out + second.out
    assert "Complaint number 3 about delivery this month." in third.out
    assert all(text in third.out for text in ("packaging", case, BOXES, "withdrawal"))
    assert "this month" not in opening("--now", "2026-12-01T10:00:00+02:00").out
    assert "this month" not in at("complaint", "open", "--text", "it says nothing of what it is about", "--lang", "en").out


def test_what_cannot_be_read_stops_no_complaint(at: At, shop: Path) -> None:
    opened(shop, "k4", category="delivery")
    path = journal(shop, "k4")
    path.unlink()
    path.mkdir()
    result = at("complaint", "open", "--category", "delivery", "--text", "x", "--till", "k3")
    assert result.code == 0
    assert "its complaints are not counted" in result.err


# What is found


def test_all_tills_count_and_the_newest_closing_says_what_was_changed(shop: Path) -> None:
    about: Json = {"category": "delivery"}
    cases = [opened(shop, till, category="delivery") for till in ("k3", "k4", "k4")]
    closed(shop, cases[0], "k3", about=about, changed="another carrier asked", rule="faulty", sku="RO-401")
    closed(shop, cases[1], "k4", "2026-11-21T11:30:00+01:00", about, changed=BOXES, rule="withdrawal")
    closed(shop, cases[2], "k4", "2026-11-21T11:00:00+01:00", about, cause="carrier")
    causes = (Cause("packaging", 2, cases[1], BOXES, "withdrawal", ""), Cause("carrier", 1, cases[2], "", "", ""))
    assert asked(shop) == Recurring(3, "delivery", causes)


def test_a_late_entry_counts_in_the_month_in_which_it_happened(shop: Path) -> None:
    opened(shop, now="2026-12-02T10:00:00+02:00", category="delivery")
    opened(shop, now=NOON, category="delivery")
    path = journal(shop)
    for month in ("2026-12", "2027-02"):
        path = path.rename(path.with_name(f"{month}.jsonl"))
        assert [asked(shop, day=day).opened for day in ("2026-10-31", "2026-11-01", "2026-11-30", "2026-12-31")] == [0, 1, 1, 1]


def test_nothing_is_read_where_there_is_nothing_to_compare(shop: Path) -> None:
    (shop / "records").write_text("no folder")
    assert asked(shop, "", "") == Recurring(0, "", ())


def test_no_more_than_three_causes_are_told(shop: Path) -> None:
    for number in range(4):
        closed(shop, opened(shop), about={"category": "delivery"}, cause=f"cause {number}")
    assert [cause.cause for cause in asked(shop).causes] == ["cause 3", "cause 2", "cause 1"]


# What is kept


@pytest.mark.usefixtures("always")
def test_a_line_is_read_once(shop: Path) -> None:
    for number in range(20):
        write(
            shop,
            {"kind": "survey.answered", "survey": "x" * 190, "answers": {f"{at} {'y' * 150}": 1 for at in range(9 + number)}},
        )
    closed(shop, opened(shop, category="delivery"), about={"category": "delivery"}, changed=BOXES)
    size = journal(shop).stat().st_size
    first = asked(shop)
    before = bytes_read()
    assert asked(shop) == first
    assert bytes_read() - before < size / 4
    assert first.causes[0].changed == BOXES
    assert BOXES.encode() not in cache(shop).read_bytes()


def bytes_read() -> int:
    """Return how many bytes this process has read so far (Linux counts them)."""
    return int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["rchar"])


def test_what_is_read_faster_than_kept_is_not_kept(shop: Path) -> None:
    opened(shop, category="delivery")
    assert asked(shop).opened == 1
    assert not list(shop.glob(".returnkit/cache/recurring-*"))


@pytest.mark.usefixtures("always")
@given(st.data())
@settings(max_examples=12, deadline=None)
def test_what_is_kept_changes_no_answer_whatever_is_written(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        shop = Path(temporary) / "shop"
        shutil.copytree(REPOSITORY / "policies", shop / "policies")
        cases = [opened(shop, category="delivery")]
        for _ in range(data.draw(st.integers(1, 6))):
            till, event = (
                data.draw(st.sampled_from(("k3", "k4"))),
                data.draw(st.sampled_from(("opened", "closed", "merged", "asked"))),
            )
            now = f"{data.draw(st.sampled_from(('2026-10-31', DAY, '2026-12-01')))}T10:00:00+02:00"
            category, sku = data.draw(st.sampled_from(("delivery", "quality"))), data.draw(st.sampled_from(("EL-301", "RO-401")))
            case = data.draw(st.sampled_from(cases))
            if event == "opened":
                cases.append(opened(shop, till, now, category=category, sku=sku))
            elif event == "closed":
                cause = data.draw(st.sampled_from(("packaging", "carrier")))
                closed(shop, case, till, now, {"category": category}, sku=sku, cause=cause, changed=now)
            elif event == "merged":
                was = {"state": "open", "opened": NOON, "reopened": 0}
                write(shop, {"kind": "complaint.merged", "case": case, "was": was, "into": cases[0]}, till, now)
            files = sorted(shop.glob(f"records/{till}/*.jsonl"))
            if len(files) == 1 and data.draw(st.booleans()):  # a month goes by
                files[0].rename(files[0].with_name("2026-10.jsonl"))
            for day in (DAY, "2026-10-01"):
                assert asked(shop, category, sku, day) == anew(shop, category, sku, day)


@pytest.mark.usefixtures("always")
def test_an_unfinished_line_counts_once_it_is_finished(shop: Path) -> None:
    opened(shop, category="delivery")
    opened(shop, category="delivery")
    path = journal(shop)
    whole = path.read_bytes()
    for missing in (1, 40):
        path.write_bytes(whole[:-missing])
        assert asked(shop).opened == 1
    path.write_bytes(whole)
    assert asked(shop).opened == 2


def replaced(path: Path, before: bytes, after: bytes) -> None:
    """Put another file in the place of one; it differs in one word, long before its end."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(before, after, 1))
    assert other.read_bytes() != path.read_bytes()
    os.replace(other, path)


def written_over(path: Path, before: bytes, after: bytes) -> None:
    """Write other bytes of the same length into a file; it stays the same one."""
    data = path.read_bytes()
    path.write_bytes(data.replace(before, after))
    assert path.stat().st_size == len(data)


def shortened(path: Path, _before: bytes, _after: bytes) -> None:
    """Cut the last line off."""
    os.truncate(path, path.read_bytes().rstrip(b"\n").rfind(b"\n") + 1)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(("change", "left"), [(replaced, 9), (written_over, 0), (shortened, 9)])
def test_another_file_in_its_place_is_read_anew(shop: Path, change: Callable[[Path, bytes, bytes], None], left: int) -> None:
    for _ in range(10):
        opened(shop, category="delivery")
    assert asked(shop).opened == 10
    change(journal(shop), b'"delivery"', b'"quality!"')
    assert asked(shop).opened == left


@pytest.mark.usefixtures("always")
def test_a_line_that_cannot_be_read_is_passed_over_and_the_others_count(shop: Path) -> None:
    for _ in range(3):
        opened(shop, category="delivery")
    path = journal(shop)
    lines = path.read_bytes().splitlines(keepends=True)
    for damage in (
        lines[2].replace(b"{", b"[", 1),
        bytes(99) + b"\n",
        lines[2][:-20] + b"\xff\xff\n",
        b'"kind":"complaint.opened"\n' * 3,
    ):
        path.write_bytes(b"".join([*lines[:2], damage, lines[3]]))
        assert asked(shop).opened == asked(shop).opened == 2
    path.write_bytes(b"".join([*lines[:2], lines[2].replace(b'"v":1', b'"v":999'), lines[3]]))
    assert asked(shop).opened == 2  # a newer program's


@pytest.mark.usefixtures("always")
def test_a_cache_full_of_rubbish_is_made_anew(shop: Path) -> None:
    opened(shop, category="delivery")
    assert asked(shop).opened == 1
    path = cache(shop)
    sound = path.read_bytes()
    form, (inode, end, tail), rows = json.loads(sound[4:])
    stamp = [inode, end, tail]
    rubbish: list[object] = [0, {}, [], [form, stamp], [form, inode, rows], [form, [inode, tail], rows], [form + 1, stamp, []]]
    rubbish += [[form, [inode, other, tail], []] for other in (end + 1, -1, "x", None)]
    rubbish += [[form, stamp, other] for other in (7, [[1]], [[[], 7, 7]], [[["a"], ["b"], 7]])]
    for each in rubbish:
        keep(str(path), json.dumps(each).encode())
        assert asked(shop).opened == 1
        assert path.read_bytes() == sound, each
    for raw in (b"", os.urandom(200), sound[:-1], sound[:10] + b"?" + sound[11:]):
        path.write_bytes(raw)
        assert asked(shop).opened == 1
        assert path.read_bytes() == sound


@pytest.mark.usefixtures("always")
def test_where_nothing_can_be_kept_nothing_fails(shop: Path) -> None:
    opened(shop, category="delivery")
    shutil.rmtree(shop / ".returnkit/cache", ignore_errors=True)
    (shop / ".returnkit/cache").write_text("no folder")
    assert asked(shop).opened == 1
    shutil.rmtree(shop / ".returnkit")
    (shop / ".returnkit").write_text("no folder")
    assert asked(shop).opened == 1


@pytest.mark.usefixtures("always")
def test_what_was_blanked_is_told_no_more(shop: Path) -> None:
    case = opened(shop, category="delivery")
    assert asked(shop).causes == ()
    closed(shop, case, about={"category": "delivery"}, changed=BOXES)
    assert asked(shop).causes == (Cause("packaging", 1, case, BOXES, "", ""),)
    replaced(journal(shop), BOXES.encode(), b"")
    assert asked(shop).causes == (Cause("packaging", 1, case, "", "", ""),)


def test_a_shop_without_records_has_no_trouble(shop: Path) -> None:
    assert asked(shop) == Recurring(0, "delivery", ())
    assert call("--shop", str(shop), "complaint", "list").code == 0
