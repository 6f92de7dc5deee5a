"""Every system call of an append fails once, in every way: the record is there or it is not, and the exit says which."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from itertools import count, product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from returnkit.errors import ReturnkitError
from returnkit.model.jsonl import Json
from returnkit.records import index
from returnkit.records.journal import HELD, Journal, Written, let_signals_through
from tests.records.faults import (
    NOVEMBER,
    OCTOBER,
    SHOP,
    Call,
    Clock,
    Death,
    Descriptors,
    Tree,
    append,
    case_folder,
    complaint,
    logged,
    plant,
    problems,
    quarantined,
    read_tree,
    stored,
    texts,
    through,
    unsynced,
)

NEW = "what is written while a call fails"
NEXT = "what is written afterwards"
KEY = "once-only"
REFUSALS = (74, 75, 3)


# How a call fails


class Fault(NamedTuple):
    """What happens instead of a call; `only` these calls, for all others it is as if nothing were wrong."""

    name: str
    strike: Callable[[Call, Descriptors], Any]
    only: tuple[str, ...] = ()
    for_ever: bool = False  # from then on, so that the roll-back fails as well


def error(code: int, *, for_ever: bool = False) -> Fault:
    def strike(call: Call, _: Descriptors) -> Any:
        if call.name == "close":
            unsynced(call)  # the kernel frees the descriptor whatever it says
        raise OSError(code, os.strerror(code))

    return Fault(errno.errorcode[code] + " for ever" * for_ever, strike, for_ever=for_ever)


def late_error(code: int) -> Fault:
    def strike(call: Call, descriptors: Descriptors) -> Any:
        found = descriptors(call)
        if call.name == "open":
            descriptors(Call("close", os.close, (found,), {}))
        elif call.name == "builtin open":
            found.close()
        raise OSError(code, os.strerror(code))

    return Fault(f"{errno.errorcode[code]} after the call", strike)


def short_write(name: str, part: Callable[[int], int], *, dies: bool = False) -> Fault:
    def strike(call: Call, descriptors: Descriptors) -> Any:
        descriptor, data, *rest = call.arguments
        taken = descriptors(call._replace(arguments=(descriptor, data[: part(len(data))], *rest)))
        if dies:
            raise Death
        return taken

    return Fault(name, strike, only=("write",))


def killed_before(_call: Call, _: Descriptors) -> Any:
    raise Death


def killed_after(call: Call, descriptors: Descriptors) -> Any:
    descriptors(call)
    raise Death


ERRORS = tuple(map(error, (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EMFILE)))
FAULTS = (
    *ERRORS,
    late_error(errno.EIO),
    error(errno.EIO, for_ever=True),
    short_write("half a write", lambda length: length // 2),
    short_write("all but one byte", lambda length: length - 1),
    short_write("not one byte", lambda _: 0),
    short_write("half a write, then killed", lambda length: length // 2, dies=True),
    Fault("no built-in open", error(errno.EMFILE).strike, only=("builtin open",), for_ever=True),
    Fault("killed before", killed_before),
    Fault("killed after", killed_after),
)
CASES = [(fault, key) for fault in FAULTS for key in ("", KEY) if not key or fault not in ERRORS[1:]]
# Killed before a call is killed after the one before; and one error is much like another, wherever an append starts from.
ALIKE = ("killed before", "ENOSPC", "EACCES", "EMFILE")


class Injector:
    """Strikes once, at the call with a number; a dead process makes no more calls."""

    def __init__(self, fault: Fault, number: int) -> None:
        self.fault, self.number, self.descriptors = fault, number, Descriptors()
        self.seen, self.struck, self.dead = 0, "", False

    def __call__(self, call: Call) -> Any:
        if self.dead:
            raise Death
        self.seen += not self.fault.only or call.name in self.fault.only
        if self.seen < self.number or (self.struck and not self.fault.for_ever):
            return self.descriptors(call)
        if self.fault.only and call.name not in self.fault.only:
            return self.descriptors(call)
        self.struck = self.struck or call.name
        try:
            return self.fault.strike(call, self.descriptors)
        except Death:
            self.dead = True
            raise


# Where it starts from


class Start(NamedTuple):
    """What stands on the disk before, the records in it, and the fragment that must never be lost."""

    tree: Tree
    records: tuple[str, ...] = ()
    fragment: bytes = b""


def nothing(_root: Path) -> Start:
    return Start({SHOP: None})


def till(root: Path, time: str = NOVEMBER) -> Start:
    plant(root, {SHOP: None})
    for text in ("first", "second"):
        append(root / SHOP, text, time=time)
    return Start(read_tree(root), ("first", "second"))


def no_file_this_month(root: Path) -> Start:
    return till(root, OCTOBER)


def ending(start: Start, change: Callable[[bytes], bytes], fragment: bytes = b"") -> Start:
    """Return the start with another end of its journal."""
    tree = {name: change(data) if data and name.endswith(".jsonl") else data for name, data in start.tree.items()}
    return start._replace(tree=tree, fragment=fragment)


def torn(root: Path) -> Start:
    fragment = b'{"channel":"counter","h":"0123'
    return ending(till(root), lambda data: data + fragment, fragment)


def torn_with_nul(root: Path) -> Start:
    fragment = b'{"channel":"counter","h":"0123' + bytes(4500)
    return ending(till(root), lambda data: data + fragment, fragment)


def torn_new_month(root: Path) -> Start:
    start, fragment = till(root, OCTOBER), b'{"channel":'
    (october,) = (name for name in start.tree if name.endswith(".jsonl"))
    start.tree[october.replace("2026-10", "2026-11")] = fragment
    return start._replace(fragment=fragment)


def no_newline(root: Path) -> Start:
    return ending(till(root), lambda data: data[:-1])


def nul_padding(root: Path) -> Start:
    return ending(till(root), lambda data: data + bytes(500))


STARTS = (nothing, no_file_this_month, till, torn, torn_with_nul, torn_new_month, no_newline, nul_padding)


# What must hold


class Outcome(NamedTuple):
    """How an append ended: `acknowledged`, or `refused` with an exit code, or `killed`."""

    end: str
    written: Written | None = None
    code: int = 0
    signals_held: bool = False


def attempt(shop: Path, injector: Injector, key: str) -> Outcome:
    """Append while a call fails; any other exception than a refusal is the test's failure."""
    body = complaint(NEW)
    journal = Journal(str(shop), Clock(), lambda _: None)
    try:
        with through(injector):
            outcome = Outcome("acknowledged", journal.append(body, lambda _: body, key))
    except ReturnkitError as refusal:
        outcome = Outcome("refused", code=refusal.exit_code)
    except Death:
        outcome = Outcome("killed")
        injector.descriptors.close()
    outcome = outcome._replace(signals_held=bool(signal.pthread_sigmask(signal.SIG_BLOCK, ()) & set(HELD)))
    let_signals_through()
    assert injector.descriptors.held() == [], "a descriptor was left open"
    return outcome


def look(shop: Path) -> Json | None:
    """Look whether the key was used; a long journal has an index from then on."""
    try:
        return Journal(str(shop), Clock(), lambda _: None).with_key(KEY, complaint(NEW))
    finally:
        let_signals_through()


def check(shop: Path, start: Start, fault: Fault, outcome: Outcome) -> None:
    """Check what stands there at once: the new record, the old ones, the fragment."""
    times = logged(shop).count(NEW.encode())
    if outcome.written is not None:
        assert times == 1
        assert outcome.written.record in stored(shop)
    elif outcome.end == "refused":
        assert outcome.code in REFUSALS
        assert not outcome.signals_held
        assert times == 0 or fault.for_ever
    else:
        assert times <= 1
    assert all(logged(shop).count(f'"{text}"'.encode()) == 1 for text in start.records)
    kept = logged(shop) + b"".join(quarantined(shop))
    assert start.fragment in kept


def check_afterwards(shop: Path, start: Start, fault: Fault, outcome: Outcome, key: str) -> None:
    """Go on as a shop does, repeating what was given a key, and check again."""
    with through(unsynced):
        if key:
            repeated = append(shop, NEW, key)
            assert texts(shop).count(NEW) == 1
            if outcome.written is not None:
                assert repeated == Written(outcome.written.record, repeated=True)
        append(shop, NEXT)
    found = texts(shop)
    assert found[: len(start.records)] == list(start.records)
    assert found[-1] == NEXT
    between = found[len(start.records) : -1]
    if key or outcome.end == "acknowledged":
        assert between == [NEW]
    elif outcome.end == "refused" and not fault.for_ever:
        assert between == []
    else:
        assert between in ([], [NEW])
    assert len({str(record["id"]).partition("-")[0] for record in stored(shop)}) == 1, "another till was begun"
    assert problems(shop) == []
    assert start.fragment in b"".join(quarantined(shop))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder, through(unsynced):
        yield folder


def sweep(root: Path, start: Start, fault: Fault, key: str, *, indexed: bool = False) -> None:
    """Let the first call fail, then the second, until an append makes fewer calls than that."""
    for number in count(1):
        plant(root, start.tree)
        if indexed:
            look(root / SHOP)
        injector = Injector(fault, number)
        outcome = attempt(root / SHOP, injector, key)
        if not injector.struck:
            assert outcome.end == "acknowledged"
            break
        print(f"call {number}, {injector.struck}: {outcome.end}")
        check(root / SHOP, start, fault, outcome)
        check_afterwards(root / SHOP, start, fault, outcome, key)


@pytest.mark.parametrize(
    ("begin", "fault", "key"),
    [
        pytest.param(
            begin,
            fault,
            key,
            id=f"{begin.__name__}-{fault.name} {key}",
            marks=[pytest.mark.slow] if fault.name in ALIKE and begin not in (nothing, torn) else [],
        )
        for begin, (fault, key) in product(STARTS, CASES)
    ],
)
def test_a_call_fails_and_the_record_is_there_or_not_as_the_exit_says(
    root: Path, begin: Callable[[Path], Start], fault: Fault, key: str
) -> None:
    sweep(root, begin(root), fault, key)


MANY = {f"{KEY}-{at}": f"{NEW} {at}" for at in range(3)}


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=[pytest.mark.slow] if fault.name in ALIKE else []) for fault in FAULTS],
    ids=lambda fault: fault.name,
)
def test_a_call_fails_and_many_records_are_all_there_or_none(root: Path, fault: Fault) -> None:
    start = torn(root)
    for number in count(1):
        plant(root, start.tree)
        injector = Injector(fault, number)
        outcome = attempt_many(root / SHOP, injector)
        times = [logged(root / SHOP).count(text.encode()) for text in MANY.values()]
        if outcome.end == "acknowledged":
            assert times == [1] * len(MANY)
        elif outcome.end == "refused":
            assert outcome.code in REFUSALS
            assert times == [0] * len(MANY) or fault.for_ever
        with through(unsynced):
            for key, text in MANY.items():
                append(root / SHOP, text, key)
        assert texts(root / SHOP) == [*start.records, *MANY.values()]
        assert problems(root / SHOP) == []
        assert not [*root.glob("shop/records/*/.unfinished")]
        assert start.fragment in b"".join(quarantined(root / SHOP))
        if not injector.struck:
            break


def attempt_many(shop: Path, injector: Injector) -> Outcome:
    """Append many at once while a call fails, and return how that ended."""
    try:
        with through(injector):
            bodies = [{**complaint(text), "time": NOVEMBER, "key": key} for key, text in MANY.items()]
            assert Journal(str(shop), Clock(), lambda _: None).append_all(lambda _id: bodies) == len(MANY)
    except ReturnkitError as refusal:
        return Outcome("refused", code=refusal.exit_code)
    except Death:
        injector.descriptors.close()
        return Outcome("killed")
    finally:
        let_signals_through()
    assert injector.descriptors.held() == [], "a descriptor was left open"
    return Outcome("acknowledged")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("indexed", [False, True], ids=["made now", "made before"])
def test_an_index_that_fails_hides_no_record(root: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch, *, indexed: bool) -> None:
    monkeypatch.setattr(index, "LONG", 1)
    sweep(root, torn(root), fault, KEY, indexed=indexed)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if "killed" not in fault.name], ids=lambda fault: fault.name)
@pytest.mark.parametrize("longest", [1, index.LONG], ids=["with an index", "without an index"])
def test_a_look_for_a_key_finds_the_record_or_says_that_it_cannot(
    root: Path, fault: Fault, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "LONG", longest)
    start = till(root)
    for number in count(1):
        plant(root, start.tree)
        record = append(root / SHOP, NEW, KEY).record
        injector = Injector(fault, number)
        try:
            with through(injector):
                found = look(root / SHOP)
        except ReturnkitError as refusal:
            found = {"refused": refusal.exit_code in REFUSALS}
        assert found in (record, {"refused": True}) or (found is None and injector.struck), injector.struck
        assert injector.descriptors.held() == []
        if not injector.struck:
            break
