"""Healing: what is broken in the records and can be mended without guessing is mended, and nothing is lost by it.

For each till everything that is known of its lines is put together: its journal, copies beside it, what git has, and the tills
that were made of its branches before. Each line says by its `h` which one it follows, so they are a tree, and the journal is one
path in it. Whatever is on another branch was written by a second folder under the same name: it becomes a till of its own (see
`forks`). What leaves a file was copied durably before.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.digest import sha256_hex
from returnkit.model.ids import is_till
from returnkit.model.jsonl import Json, encode, numbered
from returnkit.model.record import redacted_of
from returnkit.records.chain import BEGINNING, Links, is_newer, judged, readable
from returnkit.records.disk import not_written, plain
from returnkit.records.erasure.redact import Vouchers, own_tills, taken_out, without
from returnkit.records.git.versions import Versions
from returnkit.records.healing.aside import clean, with_words
from returnkit.records.healing.forks import (
    Lines,
    Made,
    Parting,
    by_month,
    made_of,
    names_in,
    parted,
    parted_after,
    read_back,
    till_of_its_own,
)
from returnkit.records.healing.mend import Plan, carry_out, entries, leftovers_in, not_settled, remove, set_rights
from returnkit.records.healing.taken import Moved, former, taken_over
from returnkit.records.healing.tree import FETCHED, HERE, LEFT, MARKER, PAST, Node, Slot, Source, Tree
from returnkit.records.identity import FOLDER as INSTANCE_FOLDER
from returnkit.records.identity import Head, heads_of, read_head, read_identity
from returnkit.records.known import KIND, Known, digest, file_of
from returnkit.records.lock import check_owner, locked
from returnkit.records.read import ENDING, blocks, is_copy, is_month, months, tills_in, unreadable
from returnkit.records.recover import QUARANTINE, UNFINISHED, Recovery
from returnkit.records.rights import Wrong, sharing, wrong_rights
from returnkit.records.tail import is_line, number_of
from returnkit.records.verify import Place, verify

ACCEPT = "put the line back from a copy; or accept it: returnkit records heal --accept {} --because TEXT --yes"


class Mending(NamedTuple):
    """One thing that is mended, in words, and the file."""

    what: str
    file: str


class Healed(NamedTuple):
    """What is mended, or would be; the ids that changed (old, new); what a person must look at.

    `passed` are records, to be written yet, of damaged lines that stay and are passed over, since the next ones follow them.
    """

    mendings: list[Mending]
    moved: list[tuple[str, str]]
    problems: list[Problem]
    passed: list[Json]


def heal(shop: str, *, mend: bool) -> Healed:
    """Find what is broken in the records of a shop folder, and mend it where `mend`.

    Raises NotWrittenError and BusyError; a repetition then does what was not done. Raises UnreadableError where the records
    cannot be read at all, BadInputError for the administrator in somebody else's shop.
    """
    records = os.path.join(shop, "records")
    own = os.path.join(shop, INSTANCE_FOLDER)
    found = Healed([], [], [], [])
    try:
        check_owner(shop)
        folders = [os.path.join(records, till) for till in tills_in(records)]
        with locked(*folders, *([own] if os.path.isdir(own) else [])) as descriptors:
            _end_imports(shop, dict(zip(folders, descriptors, strict=False)), found, mend=mend)
            plans = _Examination(shop, found).plans()
            leftovers = [*leftovers_in(records, folders)]
            wrong = [each for each in _wrong_rights(shop) if each.path not in leftovers]
            for each in wrong:
                found.mendings.append(Mending(f"its rights become {each.wanted:04o}, now {each.mode:04o}", each.path))
            found.mendings.extend(Mending("it was not finished, and all of it is elsewhere", path) for path in leftovers)
            aside = list(with_words(folders, _taken_out(folders, plans)))
            found.mendings.extend(
                Mending("words that were taken out of a record are taken out here, too", path) for path, _ in aside
            )
            if mend and (plans or leftovers or wrong or aside):
                for path in leftovers:
                    remove(path)
                for plan in plans:
                    carry_out(shop, plan)
                for path, data in aside:
                    clean(path, data)
                for each in wrong:
                    set_rights(each)
                found.problems.extend(not_settled(shop, plans))
    except OSError as error:
        raise not_written(records, error) from None
    return found


def _end_imports(shop: str, folders: Mapping[str, int], found: Healed, *, mend: bool) -> None:
    """Let our own journals, by folder, end before the gap that a power cut left in an import: nobody had its lines yet."""
    cut_off = [path for path in folders if os.path.lexists(os.path.join(path, UNFINISHED))]
    who, _ = read_identity(shop)
    own = own_tills(shop) if cut_off and who else []
    for path in cut_off:
        till = os.path.basename(path)
        if who is not None and till in own and mend:
            head = read_head(who._replace(till=till))
            tell = partial(_tell, found, path)
            Recovery(folders[path], path, till, head.seq if head else 0, tell).end()
        elif till in own:
            _tell(found, path, "an import was cut off by a crash: what stands after a gap is put aside first")


def _tell(found: Healed, file: str, what: str) -> None:
    found.mendings.append(Mending(what, file))


def _taken_out(folders: list[str], plans: list[Plan]) -> dict[str, set[str]]:
    """Return which words were taken out of records, as these stand now or will stand; nothing where nothing was put aside."""
    if not any(os.path.isdir(os.path.join(folder, QUARANTINE)) for folder in folders):
        return {}
    now = (data for folder in folders for month in months(folder) for data in _pieces(os.path.join(folder, month)))
    return taken_out(chain(now, (data for plan in plans for data in plan.files.values())))


def _pieces(path: str) -> Iterator[bytes]:
    with suppress(UnreadableError):  # which was named
        yield from (data for data, _ in blocks(path))


def _wrong_rights(shop: str) -> Iterator[Wrong]:
    """Yield what has other rights than its owner wants; copies of journals go anyway."""
    who, _ = read_identity(shop)
    for each in wrong_rights(shop, [who.till] if who else [], sharing(shop)):
        if not is_copy(os.path.basename(each.path)):
            yield each


# Examination


class _Till(NamedTuple):
    """A till that was made of another one's branch, as it will stand once it is mended itself."""

    plan: Plan
    files: dict[str, bytes]
    lines: Lines


class _Branch(NamedTuple):
    """Another version of a made till than the one that stands here, as git or a copy has it."""

    lines: Lines
    origin: int


class _Examination:
    """Looks at every till; what it finds is told in `found`."""

    def __init__(self, shop: str, found: Healed) -> None:
        self.shop, self.found = shop, found
        self.records = os.path.join(shop, "records")
        self.versions = Versions(shop)
        self.committed, self.fetched = self.versions.committed(), self.versions.fetched()
        self.unmerged = self.versions.unmerged()
        self.who, _ = read_identity(shop)
        self.own = {self.who.till, *heads_of(self.who)} if self.who else set()
        self.here = {*tills_in(self.records)}
        self.names = {*self.here} | {name.split("/")[1] for name in (*self.committed, *self.unmerged)} | self.own
        self.first: set[str] = set()  # the `h` of the first record of every made till
        self.moved = self._taken_over()
        self.already = self.moved.ids()
        self.made: dict[str, dict[str, _Till]] = {}  # by the till that they were made of, and their own names
        self.branches: dict[str, list[_Branch]] = {}  # by the till that they are of
        self.known = Known(self.records)
        self.vouchers = Vouchers(self.records)

    def plans(self) -> list[Plan]:
        """Return what is to be done, till by till, in an order in which nothing leaves a journal before it is elsewhere."""
        plans: list[Plan] = []
        tills = sorted(filter(is_till, self.names))
        made = {till: origin for till in tills if (origin := made_of(self._stands(till)))}
        unknown: set[str] = set()
        for till in sorted(tills, key=lambda till: -_depth(till, made)):  # a branch before what it is of
            try:
                plan = self._plan(till, made.get(till, "")) if till not in unknown else None
            except UnreadableError as error:
                self.found.problems.extend(error.problems)
                plan = None
            if plan is None:
                unknown.add(made.get(till, ""))  # what is a branch of that already nobody knows
            elif till not in made:
                plans.append(plan)
        of_branches = [(origin, own) for origin, tills_of in self.made.items() for own in tills_of.values()]
        # A branch of a branch first: what it takes over leaves the other one.
        of_branches.sort(key=lambda each: (each[0], -_number_of_first(each[1].lines, each[0]), each[1].plan.till))
        return [plan for plan in (*(own.plan for _, own in of_branches), *plans) if plan.is_needed()]

    def _stands(self, till: str) -> Iterator[tuple[str, bytes]]:
        """Yield the lines of a till that stand here; where its folder is gone, those of the last commit."""
        folder = os.path.join(self.records, till)
        if till in self.here:
            for month in months(folder):
                for data, _ in blocks(os.path.join(folder, month)):
                    yield from _lines([(month, data)])
            return
        for name, blob in sorted(self.committed.items()):
            if name.startswith(f"records/{till}/"):
                yield from _lines([(os.path.basename(name), self.versions.read(blob) or b"")])

    def _taken_over(self) -> Moved:
        """Return the records that were taken over, here or in what git has of other tills."""
        found = taken_over(self.records)
        tills = sorted({own.partition("-")[0] for own in found.ids().values()})
        here = {till: taken_over(self.records, till).ids() for till in tills}
        gone = [(name, blob) for name, blob in self.committed.items() if name.split("/")[1] not in self.here]
        elsewhere = [(name, blob) for name, blob in self.fetched if self.committed.get(name) != blob]
        for name, blob in dict.fromkeys((*gone, *elsewhere)):
            data, there = self.versions.read(blob) or b"", Moved()
            there.note(data)
            found.note(data)
            till = name.split("/")[1]
            here[till] = there.ids() | here.get(till, {})
        for taken in here.values():
            if taken:
                self.first.add(min(taken, key=lambda h: int(taken[h].partition("-")[2][:-1])))
        return found

    def _plan(self, till: str, made: str) -> Plan:
        """Return what is to be done for a till; `made` is that of whose branch it was made, if it was."""
        folder = os.path.join(self.records, till)
        head = read_head(self.who._replace(till=till)) if self.who and till in self.own else None
        copies = [name for name in sorted(entries(folder)) if is_copy(name)]
        unmerged = [name for name in self.unmerged if name.startswith(f"records/{till}/")]
        plan = Plan(till, [], {}, {}, unmerged, leaves=False)
        others = self._others(till, folder, unmerged)
        if copies or unmerged or others or till in self.made or not self._is_sound(till, folder, head):
            plan = self._healed(plan, folder, head, copies, others, made)
        if made:
            files = {month: _bytes(os.path.join(folder, month)) for month in months(folder)} | plan.files
            self.made.setdefault(made, {})[till] = _Till(plan, files, _lines(sorted(files.items())))
        return plan

    def _others(self, till: str, folder: str, unmerged: list[str]) -> list[tuple[str, str, int]]:
        """Return what git has and the journal does not begin with: the file's name, the blob, and where it comes from."""
        found = [(name, blob, LEFT) for name in unmerged for blob in self.unmerged[name]]
        news = [(name, blob) for name, blob in self.fetched if self.committed.get(name) != blob]
        for blobs, origin in ((self.committed.items(), LEFT), (news, FETCHED)):
            for name, blob in blobs:
                if name.startswith(f"records/{till}/"):
                    path = os.path.join(folder, os.path.basename(name))
                    if (name, blob, LEFT) not in found and not self.versions.is_beginning(blob, path):
                        found.append((name, blob, origin))
        return found

    def _is_sound(self, till: str, folder: str, head: Head | None) -> bool:
        """Tell whether a journal is as it was written, from the first line to the one that was acknowledged last."""
        links: Links = BEGINNING
        at_head, opening = "", b""
        count = 0
        for month in months(folder):
            path = os.path.join(folder, month)
            try:
                with open(path, "rb", opener=plain) as file:
                    for _, whole in numbered(file):
                        raw = whole.removesuffix(b"\n")
                        record, sound, links = judged(raw, links)
                        if record is None or not sound or raw == whole or (encode(record) != raw and not is_newer(record)):
                            return False
                        if self.moved.holds(str(record["h"]), record) or self._is_spoilt(raw, record):
                            return False
                        count += 1
                        opening = opening or raw
                        at_head = str(record["h"]) if head and count == head.seq else at_head
            except (OSError, ValueError):
                return False
        return not self._gone_on_elsewhere(till, opening) and (head is None or at_head == head.h)

    def _is_spoilt(self, raw: bytes, record: Json) -> bool:
        """Tell whether words were taken out of a line, and what is left is not what somebody vouched for."""
        wanted = self.vouchers.digests.get(str(record.get("id"))) if redacted_of(record) else None
        return wanted is not None and sha256_hex(raw) not in wanted

    def _vouched_again(self, till: str, folder: str, path: list[Node]) -> None:
        """Let lines that words were taken out of be what was vouched for again, where git still has what they were made of."""
        for node in path:
            record = readable(node.raw) or {}
            if self._is_spoilt(node.raw, record):
                own, h = str(record["id"]), str(record.get("h"))
                for data in self.versions.past(f"records/{till}/{node.month}"):
                    found = (readable(raw) for raw in data.split(b"\n") if h.encode() in raw)
                    left = (without(was, self.vouchers.fields[own]) for was in found if was and was.get("h") == h)
                    raw = next((raw for raw in left if sha256_hex(raw) in self.vouchers.digests[own]), None)
                    if raw is not None:
                        node.raw = raw
                        self._tell(
                            f"{own}: put back as it was left when words were taken out, from git",
                            os.path.join(folder, node.month),
                        )
                        break

    def _gone_on_elsewhere(self, till: str, opening: bytes) -> bool:
        """Tell whether the till that this folder goes by is another folder's."""
        record = readable(opening) or {}
        return (
            self.who is not None
            and till == self.who.till
            and record.get("kind") == "till.opened"
            and record.get("instance") != self.who.instance
        )

    def _tell(self, what: str, file: str) -> None:
        self.found.mendings.append(Mending(what, file))

    def _healed(  # noqa: PLR0913, PLR0917 - all that is known of a till
        self, plan: Plan, folder: str, head: Head | None, copies: list[str], others: list[tuple[str, str, int]], made: str
    ) -> Plan:
        till = plan.till
        files = {month: _bytes(os.path.join(folder, month)) for month in months(folder)}
        beside = {name: _bytes(os.path.join(folder, name)) for name in copies}
        tree = Tree(till, head.seq if head else 0)
        tree.add(_source(month, data, HERE) for month, data in files.items())
        copied = tree.add(_source(_month_of(name), data, LEFT) for name, data in beside.items())
        for name, blob, origin in sorted(others, key=lambda other: (other[2], other[0])):
            tree.add([_source(os.path.basename(name), self.versions.read(blob) or b"", origin)])
        own = self._read_back(tree)
        tree.settle(lambda: self._past(till, files))
        counts = _counted(tree, head)
        if not counts:
            return self._without_lines(plan, folder, head, files)
        after = sorted(self.made.get(till, {}))
        path = self._path_of_branch(counts, made) if made else []
        taken = {node.h for node in counts if self.moved.holds(node.h, readable(node.raw) or {})}
        parting = parted(tree, counts, taken, self.first, own=till in self.own) if not path else Parting(path, [])
        self._vouched_again(till, folder, parting.path)
        plan = self._rewritten(plan, folder, files, tree, parting.path)
        self._forks(plan, folder, parting.branches, own)
        self._name_damage(folder, parting.path)
        for name, slots in zip(copies, copied, strict=True):
            self._put_aside_copy(plan, folder, name, beside[name], slots)
        if plan.settled:
            self._tell("a merge left several sides of it: what stands there now is what counts", folder)
        return plan._replace(leaves=self._leaves(till, folder, parting.path, head), after=after)

    def _read_back(self, tree: Tree) -> dict[str, list[Node]]:
        """Add what became tills of their own; return the nodes of those that can be read back whole, by their names."""
        made = self.made.get(tree.till, {})
        names: dict[str, str] = {}
        for own in made.values():
            names |= names_in(own.lines)
        slots = {name: tree.read_back(read_back(own.lines, names), parted_after(own.lines), LEFT) for name, own in made.items()}
        for lines, origin in self.branches.get(tree.till, ()):
            tree.read_back(read_back(lines, names | names_in(lines)), parted_after(lines), origin)
        found = {name: [slot.node for slot in every if slot.node is not None] for name, every in slots.items()}
        return {name: nodes for name, nodes in found.items() if len(nodes) == len(slots[name])}

    def _path_of_branch(self, counts: Collection[Node], made: str) -> list[Node]:
        """Return what stands here of a made till; other versions are branches of the till that it was made of.

        Nothing where somebody wrote in it.
        """
        ends = [node for node in counts if not any(child in counts for child in node.children)]
        versions = {end: [(node.month, node.raw) for node in end.path()] for end in ends}
        if any(made_of(lines) != made for lines in versions.values()):
            return []
        end = min(ends, key=lambda each: (each.origin, -each.number, each.h))
        self.branches.setdefault(made, []).extend(_Branch(versions[other], other.origin) for other in ends if other is not end)
        return end.path()

    def _past(self, till: str, files: Mapping[str, bytes]) -> Iterator[Source]:
        for month in files:
            for data in self.versions.past(f"records/{till}/{month}"):
                yield _source(month, data, PAST)

    def _without_lines(self, plan: Plan, folder: str, head: Head | None, files: Mapping[str, bytes]) -> Plan:
        """Return the plan for a till of which not one line can be read."""
        aside = [(month, 0, data) for month, data in files.items() if data.strip(b"\0\n")]
        for month, _, data in aside:
            self._tell(f"{len(data)} bytes in it are no line of a journal: they are put aside", os.path.join(folder, month))
        emptied = {month: b"" for month, data in files.items() if data}
        return plan._replace(aside=aside, files=emptied, leaves=self._leaves(plan.till, folder, [], head))

    def _rewritten(self, plan: Plan, folder: str, files: Mapping[str, bytes], tree: Tree, path: list[Node]) -> Plan:
        """Plan what the files of the journal shall be, and what leaves them."""
        wanted: dict[str, list[bytes]] = {month: [] for month in files}
        for node in path:
            wanted.setdefault(node.month, []).append(node.raw)
        aside = [*plan.aside]
        new = {}
        for month, lines in sorted(wanted.items()):
            data, old = b"".join(raw + b"\n" for raw in lines), files.get(month)
            if data == old:
                continue
            new[month] = data
            kept = {*lines}
            gone = [slot for slot in tree.slots if slot.month == month and slot.whole not in kept and _is_to_be_kept(slot)]
            before = {*(old or b"").split(b"\n")}
            self._tell_rewritten(os.path.join(folder, month), gone, [node for node in path if node.month == month], before)
            if gone:
                first = (old or b"").find(gone[0].whole)
                aside.append((month, max(first, 0), b"\n".join(slot.whole for slot in gone)))
        return plan._replace(aside=aside, files=new)

    def _tell_rewritten(self, path: str, gone: list[Slot], nodes: list[Node], before: set[bytes]) -> None:
        """Say what changes in a file of the journal."""
        back = [node for node in nodes if node.raw not in before and node.origin != HERE]
        if back:
            ids = ", ".join(map(_id_of, back[:3]))
            more = f" and {len(back) - 3} more" if len(back) > 3 else ""  # noqa: PLR2004 - named
            self._tell(f"{ids}{more}: put back as written, from git or a copy", path)
        marks = [slot for slot in gone if MARKER.match(slot.whole)]
        torn = [slot for slot in gone if slot.dropped and not slot.finished]
        others = [slot for slot in gone if slot.dropped and slot not in marks and slot not in torn]
        if marks:
            self._tell("git left a conflict in it: its marks are taken out", path)
        for slot in torn:
            self._tell(f"an unfinished line of {len(slot.whole)} bytes at its end is put aside", path)
        for slot in others:
            self._tell(f"line {slot.line} is damaged: it is put aside", path)
        if any(slot.node is not None and slot.raw != slot.whole for slot in gone):
            self._tell("what stands around a record is put aside", path)
        if all(each.file != path for each in self.found.mendings) and not any(slot.node is not None for slot in gone):
            self._tell("its lines are as they were written, and in that order, again", path)

    def _forks(self, plan: Plan, folder: str, branches: list[list[Node]], read: Mapping[str, list[Node]]) -> None:
        """Plan a till for each branch that another folder wrote; `read` are the nodes of those that there are."""
        tills = self.made.get(plan.till, {})
        named = {nodes[0]: name for name, nodes in read.items() if nodes}
        stood = {former(readable(raw))[1]: str((readable(raw) or {}).get("id")) for own in tills.values() for _, raw in own.lines}
        # What cannot be read back stays where it is.
        kept = {h: own for h, own in stood.items() if own.partition("-")[0] not in read}
        ids = {node: kept[node.h] for branch in branches for node in branch if node.h in kept}
        for branch in branches:
            lines = [node for node in branch if node.h not in kept]
            name = next((named[node] for node in lines if node in named), "") or self._named_elsewhere(lines, tills)
            before = tills[name].lines if name in tills else []
            own = till_of_its_own(plan.till, lines, ids, name, self.names, before)
            ids |= own.ids
            if own.lines != before or any(node.origin == HERE for node in own.left):
                self._name_left(plan, folder, own.left)
            if own.lines != before:
                self._plan_made(plan.till, own, stood, tills)

    def _named_elsewhere(self, branch: list[Node], tills: Mapping[str, _Till]) -> str:
        """Return what a branch is called where another folder took it over, as git has it; nothing where nobody did."""
        names = (self.already[node.h].partition("-")[0] for node in branch if node.h in self.already)
        return next((name for name in names if name not in tills and name not in self.here), "")

    def _plan_made(self, till: str, own: Made, stood: Mapping[str, str], tills: Mapping[str, _Till]) -> None:
        """Plan what becomes of a made till, which may stand here already."""
        self.names.add(own.till)
        folder = os.path.join(self.records, own.till)
        there = tills.get(own.till) or _Till(Plan(own.till, [], {}, {}, [], leaves=False), {}, [])
        now = {**dict.fromkeys(there.files, b""), **by_month(own.lines)}
        changed = {month: data for month, data in now.items() if data != there.files.get(month)}
        aside = [*there.plan.aside]
        words = {node.h for node in own.ids if redacted_of(readable(node.raw) or {})}
        for month in there.files:
            stays = {raw for at, raw in own.lines if at == month}
            gone = [raw for at, raw in there.lines if at == month and raw not in stays and former(readable(raw))[1] not in words]
            aside += [(month, 0, b"\n".join(gone))] if gone else []
        plan = there.plan._replace(files={**there.plan.files, **changed}, aside=aside, made=own.till not in self.here)
        self.made.setdefault(till, {})[own.till] = _Till(plan, now, own.lines)
        moved = [(stood.get(node.h, _id_of(node)), new) for node, new in own.ids.items()]
        moved = [(old, new) for old, new in moved if old != new]
        self.found.moved.extend(moved)
        if not there.lines:
            what = f"two folders wrote as {till}: {_records(moved, 'of the other one')} on as the till {own.till}"
            self._tell(what, os.path.join(self.records, till))
        elif moved:
            self._tell(f"{_records(moved, f'of the folder that wrote as {till}', 'more ')} on as the till {own.till}", folder)
        else:
            self._tell(f"it is a branch of {till}, and stands as that was written again", folder)

    def _name_left(self, plan: Plan, folder: str, left: list[Node]) -> None:
        """Say which lines of a branch cannot be taken over, and plan to put them aside."""
        for node in left:
            text = node.raw[:80].decode("utf-8", "replace")
            if readable(node.raw) is None:
                self._tell(f"a line that nobody can read gives way to another one, and is put aside: {text}", folder)
                continue
            what = "a line that a second folder wrote cannot be taken over: it is too long, newer or damaged"
            self.found.problems.append(Problem(what, f"it is kept in {QUARANTINE}; record anew what is true", folder, 0, text))
        if left:
            plan.aside.append((left[0].month, left[0].number, b"\n".join(node.raw for node in left)))

    def _name_damage(self, folder: str, path: list[Node]) -> None:
        lines: dict[str, int] = {}
        for at, node in enumerate(path):
            lines[node.month] = lines.get(node.month, 0) + 1
            file = os.path.join(folder, node.month)
            if node.sound or self.known.of(file, node.raw) is not None:
                continue
            if node.passed:
                after = path[at + 1]
                self._tell(f"{_id_of(after)} was written after a damaged line, and stays: what stands before it says so", file)
                self.found.passed.append(_known(file_of(file), node.raw, after.raw))
            else:
                what = "the line is not as it was written, or does not follow the line before it"
                what = what if readable(node.raw) is not None else "the line cannot be read"
                where = f"{os.path.basename(folder)}/{node.month}:{lines[node.month]}"
                excerpt = node.raw[:80].decode("utf-8", "replace")
                self.found.problems.append(Problem(what, ACCEPT.format(where), file, lines[node.month], excerpt))

    def _put_aside_copy(self, plan: Plan, folder: str, name: str, data: bytes, slots: list[Slot]) -> None:
        """Plan to put a copy of a journal aside, unless it holds what is nowhere else and follows nothing here."""
        path = os.path.join(folder, name)
        strange = next((slot for slot in slots if slot.node is None and not slot.dropped and readable(slot.raw)), None)
        if strange is not None or not any(slot.node is not None for slot in slots):
            what = "this copy holds lines that follow nothing here" if strange else "this is no copy of this till's journal"
            remedy = "put the file back that comes before it, or take it out"
            self.found.problems.append(Problem(what, remedy, path, strange.line if strange else 0))
            return
        # Words that were taken out of a record do not come back with a copy of it.
        kept = [slot.node.raw if slot.node is not None else slot.whole for slot in slots]
        plan.copies[name] = b"\n".join(kept) + (b"\n" if data.endswith(b"\n") else b"")
        self._tell("a copy beside the journal, as sync programs and editors leave them: it is put aside", path)

    def _leaves(self, till: str, folder: str, path: list[Node], head: Head | None) -> bool:
        """Tell whether this folder must not go on as a till: what it wrote last is not in the journal."""
        if till not in self.own:
            return False
        if path and self._gone_on_elsewhere(till, path[0].raw):
            what = f"the till {till} belongs to another machine or folder"
        elif head is not None and not _reaches(path, head):
            reached = path[-1].number if path else 0
            what = f"the records of {till} end at {reached}, but {head.seq} were acknowledged here: newer ones were taken away"
            if reached >= head.seq:
                what = f"what this folder wrote as {till} is not in its journal: another folder goes on with that"
        else:
            return False
        self._tell(f"{what}: this folder is a new till from its next record on", folder)
        return True


def _reaches(path: list[Node], head: Head) -> bool:
    """Tell whether a journal holds what was acknowledged last; of a damaged line nobody can say that it does not."""
    there = [node for node in path if node.number == head.seq]
    return any(node.h == head.h or not node.sound for node in there)


def _counted(tree: Tree, head: Head | None) -> set[Node]:
    """Return the lines that count: what stands here, was left beside it or acknowledged here, or was fetched of a fork."""
    counts: set[Node] = set()

    def count(end: Node) -> None:
        node: Node | None = end
        while node is not None and node is not tree.root and node not in counts:
            counts.add(node)
            node = node.parent

    for node in tree.nodes():
        if node.origin in (HERE, LEFT) or (head is not None and node.h == head.h):
            count(node)
    ours = {*counts}
    for node in tree.nodes():
        if node.origin == FETCHED and not node.children:
            fork: Node | None = node
            while fork is not None and fork not in ours and fork is not tree.root:
                fork = fork.parent
            if fork is not None and any(child in ours for child in fork.children):
                count(node)
    return counts


def _depth(till: str, made: Mapping[str, str]) -> int:
    """Return of how many tills, each a branch of the next one, a till is a branch."""
    seen = [till]
    while (origin := made.get(seen[-1], "")) and origin not in seen:
        seen.append(origin)
    return len(seen) - 1


def _number_of_first(lines: Lines, till: str) -> int:
    """Return which number in its old till the first record of a made one had."""
    numbers = (number_of({"id": former(readable(raw))[0]}, till) for _, raw in lines)
    return next((number for number in numbers if number), 0)


def _lines(files: Iterable[tuple[str, bytes]]) -> Lines:
    return [(month, raw) for month, data in files for raw in data.split(b"\n") if is_line(raw)]


def _is_to_be_kept(slot: Slot) -> bool:
    """Tell whether what leaves a file is to be kept: something, and not words that were taken out of a record for good."""
    return is_line(slot.whole) and (slot.node is None or not redacted_of(readable(slot.node.raw) or {}))


def _records(moved: Collection[object], which: str, more: str = "") -> str:
    return f"1 {more}record {which} goes" if len(moved) == 1 else f"{len(moved)} {more}records {which} go"


def _id_of(node: Node) -> str:
    return str((readable(node.raw) or {}).get("id"))


def _month_of(name: str) -> str:
    return name[: len("2026-11")] + ENDING


def _source(month: str, data: bytes, origin: int) -> Source:
    lines = re.split(rb"\n|\r(?!\n)", data)  # in a record stands no CR: another program ended its lines with it
    rest = lines.pop()
    return Source(month, [*lines, rest] if rest else lines, origin, unfinished=bool(rest))


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb", opener=plain) as file:
            return file.read()
    except OSError as error:
        raise unreadable(path, error) from None


# Accepting


def damage_at(shop: str, text: str) -> Json:
    """Return what a record says that accepts a damaged line: its file, its SHA-256, and that of the line after it.

    `text` names the line as a message does: k3/2026-11.jsonl:17, or with the folders before it. Raises BadInputError where
    nothing is wrong with it, or it is accepted already, UnreadableError.
    """
    name, _, number = text.rpartition(":")
    file = file_of(name)
    path = os.path.join(shop, "records", file)
    till, month = os.path.split(file)
    if not (number.isascii() and number.isdigit() and is_month(month) and till in tills_in(os.path.join(shop, "records"))):
        raise BadInputError(Problem(f"--accept {text[:80]!r} names no line", "write it as k3/2026-11.jsonl:17"))
    raws: dict[int, bytes] = {}
    try:
        with open(path, "rb", opener=plain) as journal:
            raws = {at: raw for at, raw in numbered(journal) if at in (int(number), int(number) + 1)}
    except OSError as error:
        raise unreadable(path, error) from None
    raw = raws.get(int(number), b"")
    place = Place(path, int(number))
    found = [each for each in verify(shop, lambda *_: None, place).problems if (each.file, each.line) == place]
    if not found or not raw.endswith(b"\n"):
        what = "nothing is wrong with this line" if raw.endswith(b"\n") else "there is no such line, or it is not finished"
        raise BadInputError(Problem(what, "see returnkit records verify", path, int(number)))
    after = raws.get(int(number) + 1, b"")
    return _known(file, raw.removesuffix(b"\n"), after.removesuffix(b"\n") if after.endswith(b"\n") else b"")


def _known(file: str, raw: bytes, after: bytes) -> Json:
    """Return what a record says of a damaged line that is passed over, and of the one after it, if there is one."""
    body: Json = {"kind": KIND, "file": file, "line": digest(raw)}
    return {**body, "after": digest(after)} if after else body
