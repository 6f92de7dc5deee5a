"""Folders that write as one till, at random: copied, healed and brought together in any order, they end with the same records.

The files that two folders exchange are those that a sync client or a person would: what only grew takes the place of what was
there, anything else lies beside it as a copy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from returnkit.errors import BadInputError, UnreadableError
from returnkit.records.erasure.redact import Redaction, own_tills
from returnkit.records.healing.heal import Healed, heal
from returnkit.records.identity import read_identity
from returnkit.records.journal import Journal, let_signals_through
from tests.records.faults import Clock, complaint, month_files, problems, through, unsynced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from returnkit.model.jsonl import Json

NOTHING = Healed([], [], [], [])
MOST_FOLDERS, MOST_ROUNDS = 4, 8


class Folder:
    """A shop folder on a machine of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(exist_ok=True)

    def is_mine(self) -> None:
        os.environ["XDG_STATE_HOME"] = str(self.path.with_name(f"state of {self.path.name}"))

    def copy(self, path: Path) -> Folder:
        """Copy all of it as a copy of a whole disk does: it takes itself for what it was made from."""
        shutil.copytree(self.path, path)
        shutil.copytree(self.path.with_name(f"state of {self.path.name}"), path.with_name(f"state of {path.name}"))
        identity = path / ".returnkit" / "instance"
        if identity.exists():
            identity.write_text(re.sub(r"inode = \d+", f"inode = {identity.stat().st_ino}", identity.read_text()))
        return Folder(path)

    def heals(self) -> Healed:
        self.is_mine()
        return heal(str(self.path), mend=True)

    def appends(self, clock: Clock, body: Json) -> Json:
        """Append, once it is healed where that is asked for."""
        self.is_mine()
        try:
            return Journal(str(self.path), clock, lambda _: None).append(body, lambda _: body).record
        except (UnreadableError, BadInputError) as refusal:
            if "heal" not in str(refusal.problems) and "a new till begins" not in str(refusal.problems):
                raise
            self.heals()
            return Journal(str(self.path), clock, lambda _: None).append(body, lambda _: body).record
        finally:
            let_signals_through()

    def own(self) -> list[Json]:
        """Return the records of the till that this folder is."""
        self.is_mine()
        who, _ = read_identity(str(self.path))
        return [record for record in self.records() if who and str(record["id"]).partition("-")[0] == who.till]

    def redacts(self, clock: Clock, chance: Random) -> str:
        """Take the words out of a record of its own; return its `h`, or nothing."""
        self.is_mine()
        own = own_tills(str(self.path))
        mine = [record for record in self.records() if record.get("text") and str(record["id"]).partition("-")[0] in own]
        if not mine:
            return ""
        record = chance.choice(mine)
        try:
            redaction = Redaction(str(self.path), clock, lambda _: None, own)
            redaction.redact({str(record["id"]): ["text"]}, lambda _: {"because": "they asked"})
        except UnreadableError:
            return ""
        finally:
            let_signals_through()
        return seal(record)

    def takes(self, other: Folder, number: int) -> None:
        """Take in the journals of another folder."""
        for path in month_files(other.path):
            if " " in path.name:
                continue  # a copy
            mine, data = self.path / path.relative_to(other.path), path.read_bytes()
            mine.parent.mkdir(parents=True, exist_ok=True)
            known = mine.read_bytes() if mine.exists() else b""
            if data.startswith(known):
                mine.write_bytes(data)
            elif not known.startswith(data):
                mine.with_name(f"{mine.stem} ({number}).jsonl").write_bytes(data)

    def journals(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.path)): path.read_bytes() for path in month_files(self.path)}

    def records(self) -> list[Json]:
        return [json.loads(line) for name, data in self.journals().items() if " " not in name for line in data.splitlines()]


def seal(record: Json) -> str:
    """Return the `h` that a record was acknowledged with."""
    formerly = record.get("formerly")
    return str(formerly["h"] if isinstance(formerly, dict) else record["h"])


class History:
    """Some folders that were one once."""

    def __init__(self, root: Path, seed: int, *, redacts: bool) -> None:
        self.root, self.chance, self.redacting = root, Random(seed), redacts  # noqa: S311 - the same history every time
        self.folders = [Folder(root / "0")]
        self.number = 0
        self.acknowledged: dict[str, str] = {}  # the text, by `h`
        self.about: dict[str, str] = {}  # what a record is about: both by their `h`
        self.blanked: set[str] = set()
        for _ in range(self.chance.randrange(1, 4)):
            self.appends(self.folders[0])
        self.copies(self.folders[0])

    def clock(self) -> Clock:
        """Return a clock that may be behind that of the others, or show the same second."""
        return Clock(f"2026-11-21T12:00:{self.chance.randrange(3):02}+02:00")

    def lives(self, steps: int) -> None:
        doings = [(self.appends, 6), (self.copies, 1), (self.heals, 3), (self.meets, 4), (self.redacts, int(self.redacting))]
        for _ in range(steps):
            (doing,) = self.chance.choices([each for each, _ in doings], [weight for _, weight in doings])
            doing(self.chance.choice(self.folders))

    def appends(self, folder: Folder) -> None:
        self.number += 1
        body, mine = complaint(f"record {self.number}"), folder.own()
        known = self.chance.choice(mine) if mine else None
        if known and folder.heals() == NOTHING:
            body = {**body, "kind": "contact.logged", "received": "2026-11-21T11:00:00+02:00", "about": known["id"]}
        record = folder.appends(self.clock(), body)
        self.acknowledged[str(record["h"])] = str(record["text"])
        if "about" in record and known:
            self.about[str(record["h"])] = seal(known)

    def copies(self, folder: Folder) -> None:
        if len(self.folders) < MOST_FOLDERS:
            self.folders.append(folder.copy(self.root / str(len(self.folders))))

    def heals(self, folder: Folder) -> None:
        assert folder.heals().problems == []

    def meets(self, folder: Folder) -> None:
        self.number += 1
        folder.takes(self.chance.choice([each for each in self.folders if each is not folder]), self.number)
        if self.chance.random() < 0.7:
            self.heals(folder)

    def redacts(self, folder: Folder) -> None:
        self.heals(folder)
        self.blanked |= {folder.redacts(self.clock(), self.chance)} - {""}

    def ends(self) -> None:
        """Let all meet until nothing changes any more: nothing is lost, nothing there twice, and all have the same."""
        for _ in range(MOST_ROUNDS):
            before = [folder.journals() for folder in self.folders]
            for folder in self.chance.sample(self.folders, len(self.folders)):
                self.meets(folder)
                for other in self.folders:
                    if other is not folder:
                        self.number += 1
                        folder.takes(other, self.number)
                        self.heals(folder)
            if before == [folder.journals() for folder in self.folders]:
                break
        for folder in self.folders:
            folder.is_mine()
            assert folder.heals() == NOTHING
            assert problems(folder.path) == []
            assert folder.journals() == self.folders[0].journals()
            found = Counter(map(seal, folder.records()))
            assert {h: times for h, times in found.items() if times > 1} == {}
            assert {h: text for h, text in self.acknowledged.items() if h not in found} == {}
            seals = {str(record["id"]): seal(record) for record in folder.records()}
            for record in folder.records():
                assert seals.get(str(record.get("about")), "") == self.about.get(seal(record), "")
                text = record.get("text", "")
                assert not (text and seal(record) in self.blanked)
                assert text in ("", self.acknowledged.get(seal(record), ""))


def live(root: Path, seeds: Iterable[int], steps: int, *, redacts: bool) -> Counter[str]:
    """Live some histories through, and return what they added up to."""
    done: Counter[str] = Counter()
    for seed in seeds:
        print(f"history {seed}")
        folder = root / str(seed)
        folder.mkdir()
        with through(unsynced):
            history = History(folder, seed, redacts=redacts)
            history.lives(steps)
            history.ends()
        done["records"] += len(history.acknowledged)
        done["folders"] += len(history.folders)
        done["tills"] += len(list((history.folders[0].path / "records").iterdir()))
        shutil.rmtree(folder)
    return done


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", "")  # each folder has its own; it is put back at the end
    monkeypatch.setenv("PATH", "")  # git has nothing to say
    return tmp_path


def test_folders_that_wrote_as_one_till_end_with_the_same_records(root: Path) -> None:
    live(root, range(10), 14, redacts=False)


def test_words_that_one_of_them_took_out_stay_out(root: Path) -> None:
    live(root, range(100, 106), 14, redacts=True)


@pytest.mark.slow
@pytest.mark.parametrize("redacts", [False, True])
def test_a_thousand_histories(root: Path, *, redacts: bool) -> None:
    started = time.monotonic()
    done = live(root, range(1000, 2000), 25, redacts=redacts)
    print(f"\n1000 histories in {time.monotonic() - started:.0f} s: {dict(done)}")
