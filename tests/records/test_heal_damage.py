"""Whatever becomes of a journal and the copies beside it: healing says what it does, does it once, and no byte is lost."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from returnkit.model.jsonl import Json
from returnkit.records.chain import BEGINNING, judged, readable
from returnkit.records.healing.heal import heal
from tests.records.faults import (
    SHOP,
    Tree,
    append,
    case_folder,
    month_files,
    plant,
    problems,
    read_tree,
    through,
    unsynced,
)

OURS, THEIRS, THIRDS = "abcd" + "opq", "abcd" + "tuvw", "abcd" + "tu" + "xyz"
AROUND = b"\0\xef\xbb\xbf \t\r"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with case_folder(monkeypatch, tmp_path) as folder, through(unsynced):
        yield folder


def written(root: Path) -> tuple[Tree, str, list[bytes]]:
    """Return a shop folder that is sound, the name of its journal, and what three folders wrote there as the same till."""
    begun: Tree = {SHOP: None}
    found = []
    for texts in (THEIRS, THIRDS, OURS):
        plant(root, begun)
        for at, text in enumerate(texts):
            if at == 4 and len(begun) == 1:
                begun = read_tree(root)
            if len(begun) == 1 or at >= 4:
                append(root / SHOP, text)
        tree = read_tree(root)
        (name,) = (name for name in tree if name.endswith(".jsonl"))
        found.append(tree[name] or b"")
    return tree, name, found


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


def with_put(data: bytes, at: int, new: bytes, gone: int) -> bytes:
    return data[:at] + new + data[at + gone :]


def by_lines(change: Callable[[list[bytes], random.Random], object]) -> Callable[[bytes, random.Random], bytes]:
    def changed(data: bytes, chance: random.Random) -> bytes:
        lines = data.splitlines(keepends=True)
        change(lines, chance)
        return b"".join(lines)

    return changed


def place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data))


def overwrite(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at] = b"#" * (len(lines[at]) - 1) + b"\n"


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    lambda data, chance: flipped(data, place(data, chance)),
    lambda data, chance: data[: place(data, chance)],
    lambda data, chance: with_put(data, place(data, chance), b"", 1),
    lambda data, chance: data + data[place(data, chance) :],
    lambda data, chance: with_put(data, place(data, chance), bytes(17), 0),
    by_lines(lambda lines, chance: chance.shuffle(lines)),
    by_lines(lambda lines, chance: lines.pop(chance.randrange(len(lines)))),
    by_lines(lambda lines, chance: lines.insert(chance.randrange(len(lines) + 1), b"rubbish\n")),
    by_lines(overwrite),
)


def damaged(data: bytes, chance: random.Random, most: int) -> bytes:
    for _ in range(chance.randrange(most + 1)):
        data = chance.choice(DAMAGES)(data, chance) if data else data
    return data


def heal_and_check(root: Path, start: tuple[Tree, str, list[bytes]], seed: int) -> None:
    tree, name, versions = start
    chance = random.Random(seed)  # noqa: S311 - the same ones every time
    beside = [damaged(each, chance, 1) for each in chance.sample(versions, chance.randrange(4))]
    ours = damaged(versions[-1], chance, 2)
    copies = {name.replace(".jsonl", f" ({number}).jsonl"): data for number, data in enumerate(beside)}
    plant(root, {**tree, **copies, name: ours})
    shop = root / SHOP
    if chance.random() < 1 / 3:
        shutil.rmtree(shop / ".returnkit")  # another folder's
    said, found = heal(str(shop), mend=False), heal(str(shop), mend=True)
    assert (said.mendings, said.moved) == (found.mendings, found.moved)
    again = heal(str(shop), mend=True)
    assert (again.mendings, again.moved) == ([], [])
    kept = b"\n".join(path.read_bytes() for path in shop.rglob("*") if path.is_file())
    for data in (ours, *beside):
        assert all(piece.strip(AROUND) in kept for line in data.split(b"\n") for piece in line.split(b"\0"))
    there = Counter(h for record in recorded(shop) if (h := seal(record)))
    assert not [h for h, times in there.items() if times > 1]
    assert [h for data in (ours, *beside) for h in sound(data) if not there[h]] == []
    assert found.problems or problems(shop) == []


def recorded(shop: Path) -> Iterator[Json]:
    for path in month_files(shop):
        if "(" not in path.name:
            yield from (record for line in path.read_bytes().split(b"\n") if (record := readable(line)) is not None)


def seal(record: Json) -> str:
    """Return the `h` that a record was acknowledged with; nothing of the line that opens a till made of a fork."""
    formerly = record.get("formerly")
    if isinstance(formerly, dict):
        return str(formerly["h"])
    return "" if record.get("kind") == "till.opened" else str(record.get("h"))


def sound(data: bytes) -> Iterator[str]:
    """Yield the `h` of every record up to the first line that is not as it was written."""
    links = BEGINNING
    for line in data.split(b"\n")[:-1]:
        record, is_sound, links = judged(line, links)
        if record is None or not is_sound:
            return
        if record["kind"] != "till.opened":
            yield str(record["h"])


@pytest.mark.parametrize(
    "seeds", [range(40), *(pytest.param(range(at, at + 500), marks=pytest.mark.slow) for at in (1000, 1500))]
)
def test_no_damage_loses_a_byte_or_doubles_a_record(root: Path, seeds: range) -> None:
    start = written(root)
    for seed in seeds:
        print(seed)
        heal_and_check(root, start, seed)
