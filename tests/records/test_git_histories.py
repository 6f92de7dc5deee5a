"""Random histories of tills that meet by git, with people who are careless with it: nothing acknowledged is ever lost."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from returnkit.records.journal import Journal, let_signals_through
from tests.records.faults import Clock, complaint, in_a_child, through, unsynced
from tests.records.git_shops import Hub, Side, hub, made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from returnkit.model.jsonl import Json

__all__ = ["hub", "made"]  # fixtures

STEPS = 9
VERBS = (("acknowledge",), ("resolve",), ("close", "--cause", "packaging"), ("reopen",), ("note", "--text", "called"))
POLICIES = ("policies/returns.toml", "policies/items.toml")
MOST_ROUNDS = 6


class History:
    """Some tills, and what each was told that is recorded."""

    def __init__(self, hub: Hub, seed: int) -> None:
        self.hub, self.chance = hub, Random(seed)  # noqa: S311 - the same history every time
        self.names = iter(("k3", "k4", "k5", "k6", "k7", "k8", "k9", "m1", "m2", "m3", "m4", "m5"))
        self.acknowledged: dict[str, Json] = {}
        self.stashed: set[str] = set()
        self.done: Counter[str] = Counter()
        self.sides = [hub.begins(next(self.names))]
        self.sides += [hub.joins(next(self.names)) for _ in range(self.chance.choice((1, 1, 2)))]
        for side in self.sides:
            self.appends(side)

    def lives(self, steps: int) -> None:
        doings: tuple[tuple[Callable[[Side], object], int], ...] = (
            (self.appends, 10), (self.syncs, 5), (self.syncs_in_vain, 1), (self.is_cloned_anew, 1), (self.stashes, 1),
            (self.rebases, 1), (self.commits, 1), (self.pushes, 1), (self.changes_a_policy, 1), (self.checks_a_policy_out, 1),
        )  # fmt: skip
        for _ in range(steps):
            (doing,) = self.chance.choices([each for each, _ in doings], [weight for _, weight in doings])
            self.done[doing.__name__] += 1
            doing(self.chance.choice(self.sides))

    # What a till does

    def appends(self, side: Side) -> None:
        """Record something: a new complaint, or something about one that is known."""
        cases = [own for own in side.ids() if self.acknowledged.get(own, {}).get("kind") == "complaint.opened"]
        if cases and self.chance.random() < 0.7:
            verb, *rest = self.chance.choice(VERBS)
            arguments = (verb, self.chance.choice(cases), *rest)
        else:
            arguments = ("open", "--channel", "phone", "--category", "delivery", "--text", "x")
        result = side.run("complaint", *arguments, "-f", "json")
        if result.code == 0:
            record = json.loads(result.out)["record"]
            self.acknowledged[record["id"]] = record
            return
        assert result.code in (2, 3), result  # makes no sense, or what a person put aside is missing
        assert result.code == 2 or side.till in self.stashed, result
        if result.code == 3:
            assert "were acknowledged here" in result.err

    def syncs(self, side: Side) -> None:
        code = side.run("records", "sync").code
        if code == 4:
            self.decides(side)
            code = side.run("records", "sync").code
        assert code == 0

    def syncs_in_vain(self, side: Side) -> None:
        """Sync while nobody is reached."""
        away = self.hub.bare.rename(self.hub.folder / "away")
        assert '"reached": false' in side.run("records", "sync", "-f", "json").out
        away.rename(self.hub.bare)

    # What people do with git

    def is_cloned_anew(self, side: Side) -> None:
        """Give a shop up and clone it for a new till, once everything has gone out."""
        self.pops(side)
        self.syncs(side)
        side.folder.rename(self.hub.folder / f"{side.till}.old")
        self.sides[self.sides.index(side)] = self.hub.joins(next(self.names))

    def stashes(self, side: Side) -> None:
        """Put everything aside that is not committed, or take it back."""
        if side.till in self.stashed:
            self.pops(side)
        elif "No local changes" not in side.git("stash"):
            self.stashed.add(side.till)

    def pops(self, side: Side) -> None:
        if side.till in self.stashed:
            side.git("checkout", "-q", "HEAD", "--", *POLICIES)
            side.git("stash", "pop", "-q", check=False)
            if side.git("ls-files", "-u", "--", "policies"):
                side.git("checkout", "-q", "HEAD", "--", *POLICIES)
                side.git("stash", "drop", "-q")
            self.stashed.remove(side.till)

    def rebases(self, side: Side) -> None:
        side.git("pull", "-q", "--rebase", "--autostash", "-X", "ours", check=False)
        if side.git("ls-files", "-u"):
            assert side.git("ls-files", "-u", "--", "records") == ""
            side.git("checkout", "-q", "HEAD", "--", *POLICIES)  # what was put aside does not fit any more

    def commits(self, side: Side) -> None:
        side.git("add", "-A")
        side.git("commit", "-q", "-m", "by hand", check=False)

    def pushes(self, side: Side) -> None:
        side.git("push", "-q", check=False)

    def changes_a_policy(self, side: Side) -> None:
        path = side.folder / self.chance.choice(POLICIES)
        lines = path.read_text().splitlines()
        lines.insert(self.chance.choice((0, len(lines))), f"# {side.till} {self.chance.random()}")
        path.write_text("\n".join(lines) + "\n")
        if self.chance.random() < 0.7:
            side.git("commit", "-q", "-m", "a policy", "--", *POLICIES)

    def checks_a_policy_out(self, side: Side) -> None:
        commits = side.git("rev-list", "HEAD").split()
        side.git("checkout", "-q", self.chance.choice(commits), "--", self.chance.choice(POLICIES))

    def decides(self, side: Side) -> None:
        """Decide as an owner does who was told that policies are in each other's way."""
        side.git("commit", "-q", "-m", "mine", "--", *POLICIES, check=False)
        side.git("merge", "-q", "--no-edit", "-X", "ours", "refs/returnkit/theirs")

    # What must be true

    def takes_back_for_the_others(self) -> None:
        """Let one till take back what those wrote that counts for nothing who were given up."""
        tills = {name.partition("/")[0] for name in self.sides[0].journals()}
        gone = [part for till in sorted(tills - {side.till for side in self.sides}) for part in ("--gone", till)]
        if gone:
            if self.sides[0].run("records", "sync", *gone).code == 4:  # the owner decides
                self.decides(self.sides[0])
            assert self.sides[0].run("records", "sync", *gone).code == 0
            for side in self.sides[1:]:
                self.syncs(side)

    def ends(self) -> None:
        """Let everybody meet until all know the same, and hold that against what was acknowledged."""
        for side in self.sides:
            self.pops(side)
        for _ in range(MOST_ROUNDS):
            for side in self.sides:
                self.syncs(side)
            if all(side.journals() == self.sides[0].journals() for side in self.sides):
                break
        self.takes_back_for_the_others()
        for side in self.sides:
            assert side.journals() == self.sides[0].journals()
            assert side.git("status", "--short", "records") == side.git("ls-files", "-u") == ""
        side = self.sides[0]
        found = [json.loads(line) for data in side.journals().values() for line in data.splitlines()]
        assert {own: times for own, times in Counter(record["id"] for record in found).items() if times > 1} == {}
        known = {record["id"]: record for record in found}
        assert {own: known.get(own) for own in self.acknowledged} == self.acknowledged
        more = [record["kind"] for own, record in known.items() if own not in self.acknowledged]
        assert {*more} <= {"till.opened", "case.corrected"}
        assert side.problems() == []  # the chains are among it, and that nothing counts for nothing without being taken back
        self.done["records"] += len(found)
        self.done["corrections"] += more.count("case.corrected")
        self.done["tills"] += len({own.partition("-")[0] for own in known})


def lives(hub: Hub, seeds: range, steps: int = STEPS) -> Counter[str]:
    """Live some histories through, and return what they added up to."""
    done: Counter[str] = Counter()
    for seed in seeds:
        own = Hub(hub.folder / str(seed), hub.made)
        own.folder.mkdir()
        with through(unsynced):
            history = History(own, seed)
            history.lives(steps)
            history.ends()
        done += history.done
        shutil.rmtree(own.folder)
    return done


@pytest.mark.parametrize("part", range(4))
def test_whatever_happens_nothing_is_lost(hub: Hub, part: int) -> None:
    lives(hub, range(4 * part, 4 * part + 4))


@pytest.mark.slow
def test_a_thousand_histories(hub: Hub) -> None:
    started = time.monotonic()
    done = lives(hub, range(1000, 2000), 25)
    print(f"\n1000 histories in {time.monotonic() - started:.0f} s: {dict(done)}")


# Pulling while somebody records


def appends_until(stop: Path, shop: Path, printed: int) -> int:
    """Record without a pause, and print each id that was acknowledged."""
    journal, body = Journal(str(shop), Clock(), lambda _: None, "k3"), complaint("x")
    with through(unsynced):
        while not stop.exists():
            record = journal.append(body, lambda _: body).record
            let_signals_through()
            os.write(printed, f"{record['id']}\n".encode())
            time.sleep(0.005)
    return 0


def pulls_while_appending(hub: Hub, times: int) -> int:
    """Pull again and again where a till records, by `records sync` and by hand in turn; return how many records there are."""
    k3, k4 = hub.begins(), hub.joins("k4")
    k3.opens()
    stop, ids = hub.folder / "stop", hub.folder / "ids"
    with ids.open("wb") as printed:
        child = in_a_child(lambda: appends_until(stop, k3.folder, printed.fileno()))
    for number in range(times):
        k4.opens()
        k4.sync()
        if number % 2:
            k3.git("pull", "-q", "--no-rebase", "--no-edit")
        else:
            k3.sync()
    stop.touch()
    assert os.waitpid(child, 0) == (child, 0)
    k3.sync()
    k4.sync()
    acknowledged = ids.read_text().split()
    assert {*acknowledged} <= {*k3.ids()}
    assert k3.journals() == k4.journals()
    assert k3.problems() == []
    return len(acknowledged)


def test_pulling_while_somebody_records_loses_nothing(hub: Hub) -> None:
    assert pulls_while_appending(hub, 12) > 12


@pytest.mark.slow
def test_pulling_a_thousand_times_while_somebody_records_loses_nothing(hub: Hub) -> None:
    started = time.monotonic()
    acknowledged = pulls_while_appending(hub, 1000)
    print(f"\n1000 pulls while {acknowledged} records were acknowledged, in {time.monotonic() - started:.0f} s: none lost")
