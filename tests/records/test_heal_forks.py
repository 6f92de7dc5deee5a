"""Two folders write as the same till, at random: once it is healed all that both recorded is there once, and adds up."""

import json
import os
import re
import shutil
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnkit.kpi.measures import decode, summed
from returnkit.kpi.state import spread
from returnkit.model.jsonl import Json, encode
from returnkit.model.record import KINDS, check_record
from returnkit.records.healing.forks import REFERENCES, till_of_its_own
from returnkit.records.healing.heal import Healed, heal
from returnkit.records.healing.tree import Node
from returnkit.service.complaint import case_of, fold
from returnkit.verification import verify_shop
from tests.conftest import REPOSITORY, call, examples
from tests.model.test_record import CASE, ID, TIME, WHOLE, inside

HEAD, OTHER = "0123456789abcdef01234567", "76543210fedcba9876543210"
STARTS = datetime.fromisoformat("2026-11-20T10:00:00+02:00")
GOODS = (
    "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt", "yes",
    "--condition", "unopened", "--reason", "wrong-size",
)  # fmt: skip
VERBS = (
    "open", "open", "acknowledge", "note", "promise", "kept", "resolve", "resolve", "close", "reopen", "merge", "thank",
    "return", "void", "redeem", "contact", "followup",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 20), st.sampled_from((0, 0, 1, 60, 86_400))), max_size=9)


class Folder:
    """A shop folder on a machine of its own, and what it knows of what was recorded."""

    def __init__(self, path: Path) -> None:
        self.path, self.state = path, path.with_name(f"state of {path.name}")
        self.now, self.side = STARTS, ""
        self.cases: list[tuple[str, str]] = []  # id, and which side may go on with it
        self.returns: list[tuple[str, str]] = []
        self.coupons: list[tuple[str, str]] = []

    def copy(self, name: str) -> "Folder":
        other = Folder(self.path.with_name(name))
        shutil.copytree(self.path, other.path)
        shutil.copytree(self.state, other.state)
        identity = other.path / ".returnkit" / "instance"
        identity.write_text(re.sub(r"inode = \d+", f"inode = {identity.stat().st_ino}", identity.read_text()))
        other.now, other.cases, other.returns, other.coupons = self.now, [*self.cases], [*self.returns], [*self.coupons]
        return other

    def run(self, *arguments: str) -> Json:
        """Run a command; an empty answer is a refusal."""
        os.environ["XDG_STATE_HOME"] = str(self.state)
        now = self.now.isoformat(timespec="seconds")
        result = call("--shop", str(self.path), "--now", now, "--staff", "Ilze", *arguments, "-f", "json")
        assert result.code in (0, 1, 2), result.err
        found: Json = json.loads(result.out) if result.code == 0 else {}
        return found

    def take(self, verb: str, which: int, after: int) -> None:
        self.now += timedelta(seconds=after)
        mine = [own for own, side in self.cases if side in ("", self.side)]
        case = mine[which % len(mine)] if mine else ""
        if verb == "open":
            found = self.run("complaint", "open", "--text", "it arrived wet", "--category", "delivery")
            self.cases.append((str(found["id"]), self._whose()))
        elif verb == "return":
            found = self.run("return", "log", *GOODS, "--receipt-no", f"{self.side or 'X'}{which}")
            self.returns += [(str(found["id"]), self._whose())] if found else []
        elif verb == "void":
            own = [each for each, side in self.returns if side in ("", self.side)]
            if own:
                self.run("return", "void", own[which % len(own)], "--because", "a slip")
        elif verb == "redeem":
            own = [each for each, side in self.coupons if side in ("", self.side)]
            if own:
                self.run("coupon", "redeem", own[which % len(own)])
        elif case:
            self._of_case(verb, case, mine[-1])

    def _of_case(self, verb: str, case: str, other: str) -> None:
        later = (self.now + timedelta(hours=2)).isoformat(timespec="seconds")
        arguments = {
            "note": ("note", case, "--text", f"the till's slip said {case}"),
            "promise": ("promise", case, "--by", later),
            "kept": ("promise", case, "--kept"),
            "resolve": ("resolve", case, "--remedy", "refund", "--token", "coupon"),
            "close": ("close", case, "--cause", "packaging"),
            "merge": ("merge", case, other),
        }
        if verb == "contact":
            received = self.now.isoformat(timespec="seconds")
            self.run("contact", "log", "--channel", "phone", "--received", received, "--about", case)
        elif verb == "followup":
            self.run("followup", "add", "--about", case, "--on", "2027-01-11", "--text", "is it dry now?")
        else:
            found = self.run("complaint", *arguments.get(verb, (verb, case)))
            if found.get("coupon"):
                self.coupons.append((str(found["coupon"]), self._whose()))

    def _whose(self) -> str:
        """Before the folder is copied, each thing is to be gone on with by one side alone, in turns."""
        return self.side or "AB"[(len(self.cases) + len(self.returns) + len(self.coupons)) % 2]

    def journals(self) -> list[Path]:
        return sorted(self.path.glob("records/*/*.jsonl"))

    def lines(self) -> list[bytes]:
        return [line for path in self.journals() for line in path.read_bytes().splitlines()]

    def heal(self) -> Healed:
        os.environ["XDG_STATE_HOME"] = str(self.state)
        return heal(str(self.path), mend=True)

    def is_sound(self) -> bool:
        os.environ["XDG_STATE_HOME"] = str(self.state)
        return verify_shop(str(self.path)).problems == []


def figures(lines: list[bytes]) -> Counter[tuple[object, ...]]:
    """Return what lines add up to, as one table of numbers."""
    found: Counter[tuple[object, ...]] = Counter()
    for where, sums in spread(summed(map(decode, lines))).items():
        for key, (count, total) in sums.items():
            found[*where, *key, "count"] += count
            found[*where, *key, "total"] += total
    return found


def told(lines: list[bytes], own: str) -> str:
    """Return how a case stands, and what was written of it."""
    records = [record for record in map(json.loads, lines) if str(record["kind"]).startswith("complaint.")]
    case = fold(record for record in records if case_of(record) == own)
    assert case is not None
    return repr(case._replace(events=tuple(map(_plain, case.events)), skipped=tuple(map(_plain, case.skipped))))


def _plain(record: Json) -> Json:
    return {field: value for field, value in sorted(record.items()) if field not in ("formerly", "h")}


def renamed(text: str, names: dict[str, str]) -> str:
    """Return a text with the ids that were there before."""
    for old, new in names.items():
        text = text.replace(new, old)
    return text


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "")  # each folder has its own; it is put back at the end


@given(common=STEPS, ours=STEPS, theirs=STEPS, mixed=st.booleans())
@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_that_two_folders_recorded_as_one_till_is_there_once(
    common: list[tuple[str, int, int]], ours: list[tuple[str, int, int]], theirs: list[tuple[str, int, int]], *, mixed: bool
) -> None:
    with tempfile.TemporaryDirectory() as root:
        start = Folder(Path(root, "start"))
        shutil.copytree(REPOSITORY / "policies", start.path / "policies")
        for step in (("open", 0, 0), ("return", 0, 0), *common):
            start.take(*step)
        one, other = start.copy("one"), start.copy("other")
        for folder, side, steps in ((one, "A", (("open", 0, 0), *ours)), (other, "B", (("open", 0, 0), *theirs))):
            folder.side = side
            for step in steps:
                folder.take(*step)
            assert folder.is_sound()
        expected = figures(one.lines())
        expected.update(figures(other.lines()))
        expected.subtract(figures(start.lines()))
        mine, others = one.lines(), other.lines()
        _bring_together(one, other, mixed=mixed)
        names = dict(one.heal().moved)
        assert one.heal() == Healed([], [], [], [])
        assert one.is_sound()
        found = one.lines()
        keeps, gives_way = (mine, others) if {*mine} <= {*found} else (others, mine)
        assert {*keeps} <= {*found}
        moved = {json.loads(line)["formerly"]["h"]: json.loads(line) for line in found if b'"formerly":' in line}
        tail = [json.loads(line) for line in gives_way if line not in keeps]
        assert len(found) == len(keeps) + len(tail) + 1  # the new till is opened
        for record in tail:
            assert names[record["id"]] == moved[record["h"]]["id"]
            again = json.loads(renamed(json.dumps({**moved[record["h"]], "h": record["h"]}), names))
            assert again.pop("formerly") == {"id": record["id"], "h": record["h"]}
            assert again == record
        assert {key: n for key, n in figures(found).items() if n} == {key: n for key, n in expected.items() if n}
        for own in {case_of(record) for record in tail if str(record["kind"]).startswith("complaint.")}:
            assert renamed(told(found, names.get(own, own)), names) == told(gives_way, own)


def _bring_together(one: Folder, other: Folder, *, mixed: bool) -> None:
    """Let the other folder's journal lie beside ours as a copy, or let a union merge have mixed both."""
    for theirs in other.journals():
        ours = one.path / theirs.relative_to(other.path)
        if not ours.exists():
            ours.write_bytes(theirs.read_bytes())
        elif mixed:
            lines = ours.read_bytes().splitlines(keepends=True)
            ours.write_bytes(b"".join([*lines, *(line for line in theirs.read_bytes().splitlines(True) if line not in lines)]))
        else:
            shutil.copy(theirs, ours.with_name(f"{ours.stem} (conflicted copy).jsonl"))


@pytest.mark.parametrize("kind", KINDS)
def test_wherever_an_id_may_stand_in_a_record_it_is_changed(kind: str) -> None:
    record = {"v": 1, "time": TIME, **WHOLE[kind]} if kind in WHOLE else {}
    places = [path for path, value in inside(record) if value in (ID, CASE) and "formerly" not in path]
    assert {str(path[-1]) for path in places} <= {*REFERENCES}
    before = Node(1, b"", "", (), None, "2026-11.jsonl", 0)
    node = Node(2, encode({**record, "id": ID, "h": HEAD}), HEAD, (), before, "2026-11.jsonl", 0)
    other = Node(3, encode({**record, "id": CASE, "h": OTHER}), OTHER, (), node, "2026-11.jsonl", 0)
    own = till_of_its_own("k3", [node, other], {}, "", (), [])
    lines = [json.loads(line) for _, line in own.lines]
    assert [line["formerly"] for line in lines if "formerly" in line] == [{"id": ID, "h": HEAD}, {"id": CASE, "h": OTHER}]
    left = [path for line in lines for path, value in inside(line) if value in (ID, CASE) and "formerly" not in path]
    assert left == []
    assert all(name.partition("-")[0] == own.till for name in own.ids.values())
    assert check_record({**lines[-1], "h": HEAD}) == []
