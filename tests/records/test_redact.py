"""Words are taken out of records: whatever happens meanwhile, nothing else is lost and a second run ends it."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings  # noqa: F401
from hypothesis import strategies as st  # noqa: F401

from returnkit import redacting
from returnkit.books import Books
from returnkit.errors import NotWrittenError, ReturnkitError, UnreadableError
from returnkit.model.digest import sha256_hex
from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json, decode, encode
from returnkit.records import disk, lock
from returnkit.records.chain import sealed
from returnkit.records.contacts import keep_contact
from returnkit.records.erasure import redact
from returnkit.records.erasure.redact import VOUCHER, Redaction, Vouchers, located, own_tills, till_of, without, words_in
from returnkit.records.journal import HELD, Journal, let_signals_through
from tests.records.crash_states import Mutant, Recorder, State
from tests.records.faults import (
    NOVEMBER,
    OCTOBER,
    SHOP,
    Call,
    Clock,
    Death,
    Tree,
    append,
    case_folder,
    in_a_child,
    plant,
    problems,
    read_tree,
    stored,
    through,
    unsynced,
)
from tests.records.test_syscalls import FAULTS, REFUSALS, Injector

SAID_OF_THEM = "Mrs Kalnins from the bakery says that the vase broke"
REASON: Json = {"because": "it names somebody", "salt": "0123456789abcdef"}
CONTACT, OTHER = "7k2mq9xw4d", "8m3nr2yx5e"
DATA = {"name": "Anna Kalnina", "phone": "+371 29123456"}


def put(shop: Path, body: Json, time: str = NOVEMBER, till: str = "") -> Json:
    """Append a record as a command would."""
    try:
        return Journal(str(shop), Clock(time), lambda _: None, till).append(body, lambda _: {**body, "time": time}).record
    finally:
        let_signals_through()


def said(text: str, **more: object) -> Json:
    return {"kind": "complaint.opened", "channel": "counter", "text": text, "salt": "fedcba9876543210", **more}


def take_out(shop: Path, wanted: dict[str, list[str]]) -> list[redact.Blanked]:
    """Take words out as a command would."""
    try:
        return Redaction(str(shop), Clock(), lambda _: None, own_tills(str(shop))).redact(wanted, lambda _: REASON)
    finally:
        let_signals_through()


def books(shop: Path) -> Books:
    return Books(str(shop), Clock(), lambda _: None)  # type: ignore[arg-type]


def forgotten(shop: Path) -> None:
    try:
        redacting.forget(books(shop), {CONTACT: ""}, {"because": "they asked for it"})
    finally:
        let_signals_through()


def everything(shop: Path) -> bytes:
    """Return all bytes of a shop folder, the contacts among them."""
    return b"\n".join(path.read_bytes() for path in sorted(shop.rglob("*")) if path.is_file())


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder:
        monkeypatch.setattr(redacting, "_salted", lambda body: {**body, "salt": "0123456789abcdef"})
        yield folder


@pytest.fixture
def shop(root: Path) -> Path:
    """Return a shop with a record in October, and three in November, the second of which is to go."""
    (root / SHOP).mkdir()
    with through(unsynced):
        append(root / SHOP, "in October", time=OCTOBER)
        append(root / SHOP, "before")
        put(root / SHOP, said(SAID_OF_THEM, wish="that nobody hears of it"))
        append(root / SHOP, "after")
    return root / SHOP


def target(shop: Path) -> str:
    """Return the id of the record that names somebody, or named them."""
    found = [line for line in all_lines(shop) if b'"wish":"that' in line or b'"redacted":["' in line]
    assert found, "the line is lost"
    return str(json.loads(found[0])["id"])


def line_of(shop: Path, wanted: str) -> bytes:
    lines = b"".join(path.read_bytes() for path in sorted(shop.glob("records/*/*.jsonl"))).splitlines()
    return next(line for line in lines if json.loads(line)["id"] == wanted)


def steps(step: int) -> pytest.MarkDecorator:
    """Let one call in so many fail, and in a soak every one."""
    return pytest.mark.parametrize("step", [pytest.param(step, id="some"), pytest.param(1, id="every", marks=pytest.mark.slow)])


# What it leaves


def test_the_words_and_their_salt_go_and_everything_else_stays_as_it_was(shop: Path) -> None:
    before = {str(record["id"]): record for record in stored(shop)}
    own = target(shop)
    (done,) = take_out(shop, {own: ["text", "wish"]})
    assert (done.id, done.fields) == (own, ("text", "wish"))
    after = {str(record["id"]): record for record in stored(shop)}
    gone = {"text", "wish", "salt"}
    assert after[own] == {key: value for key, value in before[own].items() if key not in gone} | {"redacted": ["text", "wish"]}
    assert {key: after[key] for key in before if key != own} == {key: before[key] for key in before if key != own}
    (voucher,) = [record for record in after.values() if record["kind"] == VOUCHER]
    assert voucher["line"] == sha256_hex(line_of(shop, own))
    assert SAID_OF_THEM.encode() not in everything(shop)
    assert problems(shop) == []


def test_of_words_that_are_left_the_salt_is_gone(shop: Path) -> None:
    own = target(shop)
    take_out(shop, {own: ["text"]})
    assert json.loads(line_of(shop, own))["wish"] == "that nobody hears of it"
    assert b"fedcba9876543210" not in line_of(shop, own)
    take_out(shop, {own: ["wish"]})
    assert json.loads(line_of(shop, own))["redacted"] == ["text", "wish"]
    assert problems(shop) == []


def test_what_is_done_is_not_done_again(shop: Path) -> None:
    own = target(shop)
    take_out(shop, {own: ["text"]})
    before = read_tree(shop)
    assert take_out(shop, {own: ["text"]}) == []
    assert take_out(shop, {}) == []
    assert read_tree(shop) == before


def test_the_file_keeps_its_mode_and_its_end_byte_for_byte(shop: Path) -> None:
    (november,) = shop.glob("records/*/2026-11.jsonl")
    november.chmod(0o640)
    with november.open("ab") as file:
        file.write(b'{"torn')
    take_out(shop, {target(shop): ["text", "wish"]})
    assert november.stat().st_mode & 0o777 == 0o640
    (torn,) = shop.glob("records/*/.torn/*")  # the voucher's writer put it there
    assert torn.read_bytes() == b'{"torn'
    assert problems(shop) == []


def test_a_month_that_is_over_is_written_anew_and_the_next_one_still_follows(shop: Path) -> None:
    own = of_october(shop)
    take_out(shop, {own: ["text"]})  # it is the last line of its file
    assert "redacted" in json.loads(line_of(shop, own))
    assert problems(shop) == []
    append(shop, "and on")
    assert problems(shop) == []
    assert len(list(books(shop).lines())) == len(stored(shop))
    assert all(line.record is not None for line in books(shop).lines())


def test_a_line_that_was_changed_is_not_vouched_for(shop: Path) -> None:
    (november,) = shop.glob("records/*/2026-11.jsonl")
    november.write_bytes(november.read_bytes().replace(b"nobody hears", b"nobody reads"))
    before = read_tree(shop)
    with pytest.raises(UnreadableError, match="not as it was written"):
        take_out(shop, {target(shop): ["text"]})
    assert read_tree(shop) == before


def test_the_others_go_all_the_same(shop: Path) -> None:
    (november,) = shop.glob("records/*/2026-11.jsonl")
    november.write_bytes(november.read_bytes().replace(b"nobody hears", b"nobody reads"))
    own, other = target(shop), next(str(record["id"]) for record in stored(shop) if record.get("text") == "in October")
    for _ in range(2):
        with pytest.raises(UnreadableError, match="not as it was written"):
            take_out(shop, {own: ["text"], other: ["text"]})
        assert b"in October" not in everything(shop)
        assert SAID_OF_THEM.encode() in everything(shop)
    november.write_bytes(november.read_bytes().replace(b"nobody reads", b"nobody hears"))
    take_out(shop, {own: ["text"]})
    assert SAID_OF_THEM.encode() not in everything(shop)
    assert problems(shop) == []


def test_a_line_beside_one_that_cannot_be_read_can_still_go(shop: Path) -> None:
    (november,) = shop.glob("records/*/2026-11.jsonl")
    before, *after = november.read_bytes().split(b"\n")
    november.write_bytes(b"\n".join([b"#" * len(before), *after]))
    take_out(shop, {target(shop): ["text", "wish"]})
    assert SAID_OF_THEM.encode() not in everything(shop)


def test_what_a_crash_put_aside_loses_its_words_as_well(shop: Path) -> None:
    own = target(shop)
    (folder,) = shop.glob("records/?*/2026-11.jsonl")
    torn = folder.parent / ".torn"
    torn.mkdir()
    line = line_of(shop, own)
    (torn / "whole").write_bytes(b'{"somebody":"else"}\n' + line + b"\n")
    (torn / "half").write_bytes(line[: line.index(b"bakery")])
    (torn / "half, and zeros").write_bytes(line[: line.index(b"bakery")] + bytes(4000))  # as a power cut leaves it
    (torn / "other").write_bytes(b'{"text":"Mrs Berzins')
    take_out(shop, {own: ["text", "wish"]})
    assert b"Kalnins" not in everything(shop)
    assert (torn / "whole").read_bytes().startswith(b'{"somebody":"else"}\n')
    assert not (torn / "half").exists()
    assert not (torn / "half, and zeros").exists()
    assert (torn / "other").exists()
    (torn / "copy that comes back").write_bytes(line)
    take_out(shop, {})
    assert b"Kalnins" not in everything(shop)


def test_another_folders_till_is_not_written(shop: Path, root: Path) -> None:
    own = target(shop)
    shutil.copytree(shop / "records", root / "copy" / "records")
    assert own_tills(str(root / "copy")) == []
    before = read_tree(root / "copy")
    assert take_out(root / "copy", {own: ["text"]}) == []
    assert read_tree(root / "copy") == before


def test_a_till_that_is_gone_for_good_is_blanked_by_another_one(shop: Path, root: Path) -> None:
    own = target(shop)
    other = root / "other"
    shutil.copytree(shop / "records", other / "records")
    append(other, "another machine")
    gone = own.partition("-")[0]
    Redaction(str(other), Clock(), lambda _: None, [*own_tills(str(other)), gone]).redact({own: ["text"]}, lambda _: REASON)
    let_signals_through()
    assert SAID_OF_THEM.encode() not in everything(other)
    assert problems(other) == []


def of_october(shop: Path) -> str:
    return next(str(record["id"]) for record in stored(shop) if record.get("text") == "in October")


def test_a_second_name_of_the_file_is_told_of(shop: Path) -> None:
    (october,) = shop.glob("records/*/2026-10.jsonl")
    os.link(october, shop.parent / "copy")
    told: list[str] = []
    Redaction(str(shop), Clock(), told.append, own_tills(str(shop))).redact({of_october(shop): ["text"]}, lambda _: REASON)
    let_signals_through()
    (note,) = told
    assert "a second name" in note
    assert b"in October" in (shop.parent / "copy").read_bytes()


def test_a_record_of_a_newer_program_is_left_as_it_is(shop: Path) -> None:
    """Which of its words would have to go with them is not known yet."""
    own = of_october(shop)
    (october,) = shop.glob("records/*/2026-10.jsonl")
    opened, line = october.read_bytes().splitlines()
    record = {field: value for field, value in decode(line).items() if field != "h"}
    newer = encode(sealed(str(decode(opened)["h"]), record | {"v": 99}))
    october.write_bytes(opened + b"\n" + newer + b"\n")
    assert located(str(shop / "records"), [own], Vouchers(str(shop / "records"))) == {}
    with pytest.raises(UnreadableError, match="newer returnkit"):
        take_out(shop, {own: ["text"]})
    assert october.read_bytes() == opened + b"\n" + newer + b"\n"


def test_what_somebody_puts_in_place_of_the_file_meanwhile_is_not_overwritten(shop: Path) -> None:
    """A checkout of git, or an editor, waits for no lock."""
    (november,) = shop.glob("records/*/2026-11.jsonl")
    own, other = target(shop), november.with_name("other")

    def meanwhile(call_: Call) -> Any:
        if call_.name == "fchmod" and not other.exists():
            other.write_bytes(november.read_bytes())
            os.link(other, november.with_name("mark"))
            other.replace(november)
            other.touch()
        return call_.do()

    with through(meanwhile), pytest.raises(NotWrittenError, match="replaced while this was written"):
        take_out(shop, {own: ["text"]})
    let_signals_through()
    assert november.samefile(november.with_name("mark"))
    for left in (other, november.with_name("mark")):
        left.unlink()
    take_out(shop, {own: ["text"]})
    assert SAID_OF_THEM.encode() not in everything(shop)


def test_an_append_that_waits_goes_on_in_the_new_file(shop: Path) -> None:
    """While a file is written anew, somebody waits for the lock."""
    begin, now = os.pipe()

    def wait_and_append() -> int:
        os.read(begin, 1)
        append(shop, "while it was written anew")
        return 0

    child = in_a_child(wait_and_append)

    def slowly(call_: Call) -> Any:
        if call_.name == "rename":
            os.write(now, b"x")
            time.sleep(0.2)  # by then it waits
        return call_.do()

    with through(slowly):
        take_out(shop, {target(shop): ["text", "wish"]})
    assert os.waitpid(child, 0)[1] == 0
    assert [record.get("text") for record in stored(shop)].count("while it was written anew") == 1
    assert SAID_OF_THEM.encode() not in everything(shop)
    assert problems(shop) == []


# What verify says


def begun(shop: Path) -> str:
    """Leave a record that says that words go, and the words."""
    own = target(shop)
    line = located(str(shop / "records"), [own], Vouchers(str(shop / "records")))[own]
    digest = sha256_hex(without(line.record, ["text"]))
    put(shop, {"kind": VOUCHER, "redacts": own, "fields": ["text"], "line": digest, **REASON})
    return own


def test_what_is_vouched_for_and_not_done_is_unfinished_and_a_second_run_finishes_it(shop: Path) -> None:
    own = begun(shop)
    (problem,) = problems(shop)
    assert f"unfinished: words of {own}" in problem
    (done,) = take_out(shop, {})
    assert (done.id, done.fields) == (own, ("text",))
    assert problems(shop) == []


@steps(7)
def test_every_bit_that_flips_in_a_redacted_line_is_found(shop: Path, step: int) -> None:
    own = target(shop)
    take_out(shop, {own: ["text", "wish"]})
    (november,) = shop.glob("records/*/2026-11.jsonl")
    whole, line = november.read_bytes(), line_of(shop, own)
    at = whole.index(line)
    for bit in range(0, len(line) * 8, step):
        changed = bytearray(whole)
        changed[at + bit // 8] ^= 1 << bit % 8
        november.write_bytes(changed)
        assert problems(shop), f"bit {bit}"
    november.write_bytes(whole)
    assert problems(shop) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record | {"redacted": ["text", "wish"], "channel": "phone"},
        lambda record: record | {"redacted": ["text"]},
        lambda record: record | {"redacted": ["text", "wish"], "wish": "more"},
        lambda record: {key: value for key, value in record.items() if key != "redacted"},
    ],
)
def test_nothing_else_may_change_in_a_redacted_line(shop: Path, change: Callable[[Json], Json]) -> None:
    own = target(shop)
    take_out(shop, {own: ["text", "wish"]})
    (november,) = shop.glob("records/*/2026-11.jsonl")
    line = line_of(shop, own)
    november.write_bytes(november.read_bytes().replace(line, encode(change(decode(line)))))
    assert problems(shop)


def test_a_line_that_says_it_was_redacted_and_was_not_is_found(shop: Path) -> None:
    own = target(shop)
    (november,) = shop.glob("records/*/2026-11.jsonl")
    line = line_of(shop, own)
    november.write_bytes(november.read_bytes().replace(line, without(decode(line), ["text", "wish"])))
    (problem,) = problems(shop)
    assert "no record vouches" in problem


def test_a_line_that_was_written_without_its_words_needs_nobody_to_vouch_for_it(shop: Path) -> None:
    """So healing writes it when it takes over what another folder wrote, and took words out of."""
    (november,) = shop.glob("records/*/2026-11.jsonl")
    last = decode(november.read_bytes().splitlines()[-1])
    gone = {"v": 1, "id": record_id(till_of(str(last["id"])), 90), "kind": "complaint.opened", "time": NOVEMBER}
    gone |= {"channel": "counter", "redacted": ["text"]}
    november.write_bytes(november.read_bytes() + encode(sealed(str(last["h"]), gone)) + b"\n")
    assert [problem for problem in problems(shop) if "vouch" in problem] == []


# Every system call fails once


def attempt(shop: Path, injector: Injector, work: Callable[[Path], object]) -> tuple[str, int]:
    """Do something while a call fails; any other exception than a refusal is the test's failure."""
    end, code = "done", 0
    try:
        with through(injector):
            work(shop)
    except ReturnkitError as refusal:
        end, code = "refused", refusal.exit_code
    except Death:
        end = "killed"
        injector.descriptors.close()
    let_signals_through()
    assert injector.descriptors.held() == [], "a descriptor was left open"
    return end, code


def both(shop: Path) -> None:
    take_out(shop, {target(shop): ["text", "wish"]})


def sweep(shop: Path, fault: Any, work: Callable[[Path], object], again: Callable[[Path], object], step: int) -> int:
    """Let one call after the other fail, until the work makes fewer calls than that; return how many there were."""
    tree = read_tree(shop.parent)
    own = target(shop)
    for number in count(1, step):
        plant(shop.parent, tree)
        old = line_of(shop, own)
        others = [record for record in stored(shop) if record["id"] != own]
        injector = Injector(fault, number)
        end, code = attempt(shop, injector, work)
        if not injector.struck:
            assert end == "done"
            return number - 1
        new = without(decode(old), words_in(decode(old)))
        assert line_of_any(shop, own) in (old, new), injector.struck
        assert end != "refused" or code in REFUSALS
        if end == "done":
            assert SAID_OF_THEM.encode() not in everything(shop)
        with through(unsynced):
            again(shop)
        found = stored(shop)
        assert SAID_OF_THEM.encode() not in everything(shop), injector.struck
        assert line_of(shop, own) == new
        assert all(record in found for record in others)
        assert problems(shop) == [], injector.struck
        assert [path.name for path in shop.rglob(".*.redacted")] == []
        assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & set(HELD)
    raise AssertionError


def line_of_any(shop: Path, wanted: str) -> bytes:
    """Return a line also where the end of the file is torn."""
    lines = b"".join(path.read_bytes() for path in sorted(shop.glob("records/*/*.jsonl"))).splitlines()
    return next(line for line in lines if f'"id":"{wanted}"'.encode() in line and b'"redacts"' not in line)


@steps(9)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_call_fails_and_it_is_old_or_new_and_a_second_run_ends_it(shop: Path, fault: Any, step: int) -> None:
    with through(unsynced):
        print(f"{sweep(shop, fault, both, both, step)} calls")


@pytest.fixture
def customers(shop: Path) -> Path:
    """Return the shop with a contact that the record names, and another one."""
    with through(unsynced):
        keep_contact(str(shop / "records"), CONTACT, DATA)
        keep_contact(str(shop / "records"), OTHER, {"name": "Somebody Else"})
        opened = put(shop, said(f"{SAID_OF_THEM} again", wish="none", contact=CONTACT))
        was = {"state": "open", "opened": NOVEMBER, "reopened": 0}
        put(shop, {"kind": "complaint.noted", "case": opened["id"], "was": was, "text": "Kalnins rang"})
        put(shop, said("of somebody else", contact=OTHER))
        both(shop)
    return shop


def check_forgotten(shop: Path) -> None:
    """Check that nothing is left of the contact, and everything of the other one."""
    left = everything(shop)
    assert not any(word in left for word in (b"Kalnin", b"29123456", b"bakery"))
    assert b"of somebody else" in left
    assert b"Somebody Else" in left
    assert problems(shop) == []


@pytest.mark.parametrize("folder", [".", ".git/objects"])
def test_what_cannot_be_looked_at_is_not_gone(customers: Path, folder: str) -> None:
    """A link that leads to itself is looked at by nobody, not even by the administrator."""
    place = customers / "records/contacts" / folder
    place.mkdir(parents=True, exist_ok=True)
    aside = place.rename(customers.parent / "aside")
    place.symlink_to(place.name)
    with through(unsynced):
        with pytest.raises(UnreadableError, match="cannot be read"):
            forgotten(customers)
        place.unlink()
        aside.rename(place)
        forgotten(customers)
    check_forgotten(customers)


@steps(41)
@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.name not in ("ENOSPC", "EACCES")], ids=lambda fault: fault.name
)
def test_a_call_fails_while_somebody_is_forgotten_and_a_second_run_ends_it(customers: Path, fault: Any, step: int) -> None:
    tree = read_tree(customers.parent)
    for number in count(1, step):
        plant(customers.parent, tree)
        before = stored(customers)
        injector = Injector(fault, number)
        with through(unsynced):
            end, code = attempt(customers, injector, forgotten)
        if not injector.struck:
            break
        assert end != "refused" or code in REFUSALS
        if end == "done":
            check_forgotten(customers)
        with through(unsynced):
            forgotten(customers)
        check_forgotten(customers)
        kinds = [record["kind"] for record in stored(customers)]
        assert kinds.count("contact.forgotten") == 1
        assert len(stored(customers)) >= len(before)
    print(f"{number - 1} calls")


# The power is cut at every moment


class Watch(Recorder):
    """A recorder that knows the mode of a file, and how a path is written."""

    def _fchmod(self, call_: Call) -> None:
        call_.do()

    def _fsencode(self, call_: Call) -> Any:
        return call_.do()

    def _fsdecode(self, call_: Call) -> Any:
        return call_.do()


class Enumerated(NamedTuple):
    states: int
    violations: list[str]


Judge = Callable[[Path, bool], Iterable[str]]


def enumerate_cuts(  # noqa: PLR0913 - what is tried
    root: Path, tree: Tree, work: Callable[[Path], object], judge: Judge, mutant: Mutant, *, at_most: int = 10**9
) -> Enumerated:
    """Do the work with a kill at every moment of it, then once more; cut the power at every moment and judge each disk."""
    judged: set[State] = set()
    violations: list[str] = []
    with ExitStack() as stack:
        for module, name, replacement in mutant.patches:
            stack.enter_context(patch.object(module, name, replacement))
        plant(root, tree)
        moments = run(root, tree, work, mutant, -1).moments
        for dies_at in range(moments + 1):
            recorder = run(root, tree, work, mutant, dies_at)
            for state in sorted(recorder.states - judged, key=repr):
                judged.add(state)
                plant(root, dict(state.disk))
                violations += [
                    f"{wrong}: {sorted(state.disk, key=repr)}" for wrong in judge(root / SHOP, bool(state.acknowledged))
                ]
                if len(violations) >= at_most:
                    return Enumerated(len(judged), violations)
    return Enumerated(len(judged), violations)


def run(root: Path, tree: Tree, work: Callable[[Path], object], mutant: Mutant, dies_at: int) -> Recorder:
    """Do the work, killed at a moment, and once more (-1: never killed, and only once)."""
    plant(root, tree)
    recorder = Watch(root, mutant, max(dies_at, 0))
    with through(recorder):
        for _ in range(1 if dies_at < 0 else 2):
            try:
                work(root / SHOP)
                recorder.acknowledge("done")
            except Death:
                recorder.revive()
            finally:
                let_signals_through()
    return recorder


def judged(lines: list[bytes], own: str, work: Callable[[Path], object], words: tuple[bytes, ...]) -> Judge:
    """Return what judges a disk: what was there is there, what is done is done, and a second run ends the rest."""
    old = next(line for line in lines if json.loads(line)["id"] == own)
    new = without(decode(old), words_in(decode(old)))

    def judge(shop: Path, done: bool) -> Iterator[str]:
        if done and any(word in everything(shop) for word in words):
            yield "it was done, and the words are there"
        yield from (problem for problem in problems(shop) if "no record vouches" in problem)
        try:
            with through(unsynced):
                work(shop)
        except (ReturnkitError, AssertionError, ValueError) as refusal:  # the last one: a line that is none any more
            yield f"a second run is refused: {refusal}"
            return
        found = b"".join(path.read_bytes() for path in sorted(shop.glob("records/*/*.jsonl"))).splitlines()
        yield from (
            f"{line[:60]!r} is there {found.count(line)} times" for line in lines if line != old and found.count(line) != 1
        )
        if found.count(new) != 1:
            yield "the line is not what it should be"
        if any(word in everything(shop) for word in words):
            yield "the words are there after a second run"
        yield from problems(shop)

    return judge


def all_lines(shop: Path) -> list[bytes]:
    """Return the lines in which a power cut left no zeros."""
    lines = b"".join(path.read_bytes() for path in sorted(shop.glob("records/*/*.jsonl"))).splitlines()
    return [line for line in lines if b"\0" not in line]


def redact_scenario(shop: Path) -> tuple[Tree, Judge]:
    tree, own = read_tree(shop.parent), target(shop)
    return tree, judged(all_lines(shop), own, both, (SAID_OF_THEM.encode(),))


def october(shop: Path) -> None:
    """Take words out of a file that nobody writes to any more: what vouches for that stands in the next one."""
    found = [line for line in all_lines(shop) if b'"time":"2026-10' in line and b"till.opened" not in line]
    assert found, "the line is lost"
    take_out(shop, {str(json.loads(found[0])["id"]): ["text"]})


def october_scenario(shop: Path) -> tuple[Tree, Judge]:
    own = next(str(json.loads(line)["id"]) for line in all_lines(shop) if b"in October" in line)
    return read_tree(shop.parent), judged(all_lines(shop), own, october, (b"in October",))


@pytest.mark.parametrize(
    ("work", "scenario"),
    [
        pytest.param(both, redact_scenario, id="same file", marks=pytest.mark.slow),
        pytest.param(october, october_scenario, id="older file"),
    ],
)
def test_a_power_cut_while_words_go_leaves_them_or_not_and_nothing_else_changes(
    shop: Path, work: Callable[[Path], object], scenario: Callable[[Path], tuple[Tree, Judge]]
) -> None:
    tree, judge = scenario(shop)
    found = enumerate_cuts(shop.parent, tree, work, judge, Mutant())
    print(f"{found.states} disks")
    assert found.violations == []


@pytest.mark.slow
def test_a_power_cut_while_somebody_is_forgotten_is_ended_by_a_second_run(customers: Path) -> None:
    own = next(str(record["id"]) for record in stored(customers) if record.get("contact") == CONTACT)
    lines = [line for line in all_lines(customers) if b"Kalnins rang" not in line]
    judge = judged(lines, own, forgotten, (b"Kalnin", b"29123456"))
    found = enumerate_cuts(customers.parent, read_tree(customers.parent), forgotten, judge, Mutant(), at_most=3)
    print(f"{found.states} disks")
    assert found.violations == []


def rewritten_first(self: Redaction, wanted: Any, reason: Any) -> list[redact.Blanked]:
    """Write the file anew before anybody vouches for it."""
    for till in self.tills:
        lines = located(self.records, wanted, Vouchers(self.records))
        with lock.locked(os.path.join(self.records, till)) as (folder,):
            for line in lines.values():
                change = redact.Change(line, (), without(line.record, wanted[str(line.record["id"])]))
                write_anew = vars(redact)["_write_anew"]
                write_anew(folder, os.path.join(self.records, till), line.path, {line.number: change}, self.note)
        for own, line in lines.items():
            digest = sha256_hex(without(line.record, wanted[own]))
            body = {"kind": VOUCHER, "redacts": own, "fields": sorted(wanted[own]), "line": digest, **reason(own)}
            Journal(self.shop, self.clock, self.note, till).append_all(lambda _, body=body: [{"time": NOVEMBER, **body}])  # type: ignore[misc]
    return []


def in_place(folder: int, name: str, _mode: int, data: Iterable[bytes], _check: object = None) -> None:
    """Write over the file that is there."""
    whole = b"".join(data)
    descriptor = disk.plain(name, os.O_WRONLY | os.O_APPEND, folder=folder)
    watched: Any = vars(disk)["os"]
    watched.ftruncate(descriptor, 0)
    disk.write_whole(descriptor, whole)
    watched.fsync(descriptor)
    disk.close(descriptor)


MUTANTS = (
    Mutant("the new file is not synced", deaf=r"records/\w+/\..*\.redacted"),
    Mutant("the name of the new file is not synced", deaf=r"records/\w+"),
    Mutant("the file is written anew before it is vouched for", patches=((Redaction, "redact", rewritten_first),)),  # type: ignore[arg-type]
    Mutant("the file is written in place", patches=((redact, "_replace", in_place),)),
    Mutant("what vouches for it is not synced", deaf=r"records/\w+/[\d-]+\.jsonl"),
    Mutant("what a killed writer vouched for is not synced", patches=((Redaction, "_recover", lambda *_: None),)),  # type: ignore[arg-type]
    Mutant("a second run does not sync what the first one did", patches=((Redaction, "_settle", lambda *_: None),)),  # type: ignore[arg-type]
    Mutant("the salt stays", patches=((redact, "without", lambda record, _fields: encode(record)),)),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_wrong_order_is_caught(shop: Path, mutant: Mutant) -> None:
    tree, judge = october_scenario(shop)
    found = enumerate_cuts(shop.parent, tree, october, judge, mutant, at_most=1)
    print(f"{found.states} disks, {[wrong[:200] for wrong in found.violations]}")
    assert found.violations
