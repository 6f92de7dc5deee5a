"""Healing: what is broken in the records and can be mended without guessing is mended, and nothing is lost by it.

For each till everything that is known of its lines is put together: its journal, copies beside it, what git has. Each line
says by its `h` which one it follows, so they are a tree, and the journal is one path in it. Whatever is on another branch was
written by a second folder under the same name: it becomes a till of its own. What leaves a file was copied durably before.
"""

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.model.ids import is_till
from returnkit.model.jsonl import Json, encode, numbered
from returnkit.model.record import redacted_of
from returnkit.records.chain import BEGINNING, Links, is_newer, judged, readable
from returnkit.records.disk import not_written, plain
from returnkit.records.git.versions import Versions
from returnkit.records.healing.forks import Own, till_of_its_own
from returnkit.records.healing.mend import Plan, carry_out, entries, leftovers_in, not_settled, remove, set_rights
from returnkit.records.healing.taken import taken_over, taken_over_in
from returnkit.records.healing.tree import FETCHED, HERE, LEFT, MARKER, PAST, Node, Slot, Source, Tree
from returnkit.records.identity import FOLDER as INSTANCE_FOLDER
from returnkit.records.identity import Head, heads_of, read_head, read_identity
from returnkit.records.known import KIND, Known, digest, file_of
from returnkit.records.lock import check_owner, locked
from returnkit.records.read import ENDING, is_month, months, tills_in, unreadable
from returnkit.records.recover import QUARANTINE
from returnkit.records.rights import Wrong, sharing, wrong_rights
from returnkit.records.tail import is_line
from returnkit.records.verify import verify

ACCEPT = "put the line back from a copy; or accept it: returnkit records heal --accept {} --because TEXT --yes"


class Mending(NamedTuple):
    """One thing that is mended, in words, and the file."""

    what: str
    file: str


class Healed(NamedTuple):
    """What is mended, or would be; the ids that changed (old, new); and what a person must look at."""

    mendings: list[Mending]
    moved: list[tuple[str, str]]
    problems: list[Problem]


def heal(shop: str, *, mend: bool) -> Healed:
    """Find what is broken in the records of a shop folder, and mend it where `mend`.

    Raises NotWrittenError and BusyError; a repetition then does what was not done. Raises UnreadableError where the records
    cannot be read at all, BadInputError for the administrator in somebody else's shop.
    """
    records = os.path.join(shop, "records")
    own = os.path.join(shop, INSTANCE_FOLDER)
    found = Healed([], [], [])
    try:
        check_owner(shop)
        folders = [os.path.join(records, till) for till in tills_in(records)]
        with locked(*([own] if os.path.isdir(own) else []), *folders):
            plans = list(_Examination(shop, found).plans())
            leftovers = [*leftovers_in(records, folders)]
            wrong = [each for each in _wrong_rights(shop) if each.path not in leftovers]
            for each in wrong:
                found.mendings.append(Mending(f"its rights become {each.wanted:04o}, now {each.mode:04o}", each.path))
            found.mendings.extend(Mending("it was not finished, and all of it is elsewhere", path) for path in leftovers)
            if mend and (plans or leftovers or wrong):
                for path in leftovers:
                    remove(path)
                for plan in plans:
                    carry_out(shop, plan)
                for each in wrong:
                    set_rights(each)
                found.problems.extend(not_settled(shop, plans))
    except OSError as error:
        raise not_written(records, error) from None
    return found


def _wrong_rights(shop: str) -> Iterator[Wrong]:
    """Yield what has other rights than its owner wants; copies of journals go anyway."""
    who, _ = read_identity(shop)
    for each in wrong_rights(shop, [who.till] if who else [], sharing(shop)):
        if not _is_copy(os.path.basename(each.path)):
            yield each


# Examination


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
        self.names = {*tills_in(self.records)} | {name.split("/")[1] for name in (*self.committed, *self.unmerged)} | self.own
        self.elsewhere: dict[str, Own] = {}  # tills that were made of forks in another folder, and were fetched, by name
        self.already = self._taken_over()
        self.known = Known(self.records)

    def plans(self) -> Iterator[Plan]:
        """Yield what is to be done, till by till."""
        for till in sorted(filter(is_till, self.names)):
            try:
                plan = self._plan(till)
            except UnreadableError as error:
                self.found.problems.extend(error.problems)
            else:
                if any(plan[1:]):
                    yield plan

    def _taken_over(self) -> dict[str, str]:
        """Return the new ids of lines that were taken over, here or in what was fetched, by their `h`."""
        found = taken_over(self.records)
        here = {*tills_in(self.records)}
        for name, blob in self.fetched:
            data = (self.versions.read(blob) or b"") if self.committed.get(name) != blob else b""
            taken = taken_over_in(data)
            _, till, month = name.split("/")
            if taken and till not in here:
                own = self.elsewhere.setdefault(till, Own(till, {}, [], []))
                own.files[month] = data
            found |= taken
        return found

    def _plan(self, till: str) -> Plan:
        folder = os.path.join(self.records, till)
        head = read_head(self.who._replace(till=till)) if self.who and till in self.own else None
        copies = [name for name in sorted(entries(folder)) if _is_copy(name)]
        unmerged = [name for name in self.unmerged if name.startswith(f"records/{till}/")]
        plan = Plan(till, [], [], {}, {}, unmerged, leaves=False)
        others = self._others(till, folder, unmerged)
        if not copies and not unmerged and not others and self._is_sound(till, folder, head):
            return plan
        return self._healed(plan, folder, head, copies, others)

    def _others(self, till: str, folder: str, unmerged: list[str]) -> list[tuple[str, str, int]]:
        """Return what git has and the journal does not begin with: the file's name, the blob, and where it comes from."""
        found = [(name, blob, LEFT) for name in unmerged for blob in self.unmerged[name]]
        for blobs, origin in ((self.committed.items(), LEFT), (self.fetched, FETCHED)):
            for name, blob in blobs:
                if name.startswith(f"records/{till}/") and (origin == LEFT or till in self.own):
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
                        if record["h"] in self.already:
                            return False
                        count += 1
                        opening = opening or raw
                        at_head = str(record["h"]) if head and count == head.seq else at_head
            except (OSError, ValueError):
                return False
        return not self._gone_on_elsewhere(till, opening) and (head is None or at_head == head.h)

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

    def _healed(self, plan: Plan, folder: str, head: Head | None, copies: list[str], others: list[tuple[str, str, int]]) -> Plan:
        till = plan.till
        files = {month: _bytes(os.path.join(folder, month)) for month in months(folder)}
        beside = {name: _bytes(os.path.join(folder, name)) for name in copies}
        tree = Tree(till, head.seq if head else 0)
        tree.add(_source(month, data, HERE) for month, data in files.items())
        copied = tree.add(_source(_month_of(name), data, LEFT) for name, data in beside.items())
        for name, blob, origin in sorted(others, key=lambda other: (other[2], other[0])):
            tree.add([_source(os.path.basename(name), self.versions.read(blob) or b"", origin)])
        tree.settle(lambda: self._past(till, files))
        ends = _ends(tree)
        if not ends:
            return self._without_lines(plan, folder, head, files)
        end = min(ends, key=lambda each: self._rank(each, till, head))
        path = end.path()
        plan = self._rewritten(plan, folder, files, tree, path)
        self._forks(plan, folder, path, [each for each in ends if each is not end])
        self._name_damage(folder, path)
        self._name_twice(folder, path)
        for name, slots in zip(copies, copied, strict=True):
            self._put_aside_copy(plan, folder, name, beside[name], slots)
        if plan.settled:
            self._tell("a merge left several sides of it: what stands there now is what counts", folder)
        return plan._replace(leaves=self._leaves(till, folder, path, head))

    def _past(self, till: str, files: Mapping[str, bytes]) -> Iterator[Source]:
        for month in files:
            for data in self.versions.past(f"records/{till}/{month}"):
                yield _source(month, data, PAST)

    def _rank(self, end: Node, till: str, head: Head | None) -> tuple[bool, bool, bool, int, str, bytes]:
        """Return what puts the branch first that keeps the till: none that was taken over; this folder's; the longest."""
        path = end.path()
        taken = any(node.h in self.already for node in path)
        acknowledged = head is not None and any(node.number == head.seq and node.h == head.h for node in path)
        mine = till in self.own and end.origin == HERE
        return taken, not acknowledged, not mine, -sum(node.sound for node in path), end.h, end.raw

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
        told = len(self.found.mendings)
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
            self._tell(f"line {slot.line} is no record of this journal as it was written: it is put aside", path)
        if any(slot.node is not None and slot.raw != slot.whole for slot in gone):
            self._tell("what stands around a record is put aside", path)
        if len(self.found.mendings) == told and not any(slot.node is not None for slot in gone):
            self._tell("its end, or the order of its lines, is as it was written again", path)

    def _forks(self, plan: Plan, folder: str, path: list[Node], ends: list[Node]) -> None:
        """Plan a till for each branch that another folder wrote."""
        main = {*path}
        for end in sorted(ends, key=lambda each: (each.number, each.h, each.raw)):
            branch = [node for node in end.path() if node not in main]
            self._bring_here(plan, folder, branch)
            own = till_of_its_own(plan.till, branch, self.already, self.names)
            if own is None:
                continue
            for node in own.left:
                text = node.raw[:80].decode("utf-8", "replace")
                if readable(node.raw) is None:
                    self._tell(f"a line that nobody can read gives way to another one, and is put aside: {text}", folder)
                    continue
                what = "a line that a second folder wrote cannot be taken over: it is too long, newer or damaged"
                self.found.problems.append(
                    Problem(what, f"it is kept in {QUARANTINE}; record anew what is true", folder, 0, text)
                )
            if own.till:
                self.names.add(own.till)
                h_of = {_id_of(node): node.h for node in branch}
                self.already |= {h_of[old]: new for old, new in own.moved}
                plan.owns.append(own)
                self.found.moved.extend(own.moved)
                what = f"two folders wrote as {plan.till}: {len(own.moved)} records of the other one go on as the till {own.till}"
                self._tell(what, folder)
            lines = b"\n".join(node.raw for node in branch)
            plan.aside.append((branch[0].month, branch[0].number, lines))

    def _bring_here(self, plan: Plan, folder: str, branch: list[Node]) -> None:
        """Plan to bring the till here that another folder made of our lines: they leave this one's journal."""
        for till in sorted({self.already[node.h].partition("-")[0] for node in branch if node.h in self.already}):
            own = self.elsewhere.pop(till, None)
            if own is not None:
                own.moved.extend((_id_of(node), self.already[node.h]) for node in branch if node.h in self.already)
                plan.owns.append(own)
                self.found.moved.extend(own.moved)
                self._tell(f"another folder took {len(own.moved)} records of {plan.till} over into the till {till}", folder)

    def _name_damage(self, folder: str, path: list[Node]) -> None:
        lines: dict[str, int] = {}
        for node in path:
            lines[node.month] = lines.get(node.month, 0) + 1
            file = os.path.join(folder, node.month)
            if not node.sound and self.known.of(file, node.raw) is None:
                what = "the line is not as it was written, or does not follow the line before it"
                what = what if readable(node.raw) is not None else "the line cannot be read"
                where = f"{os.path.basename(folder)}/{node.month}:{lines[node.month]}"
                excerpt = node.raw[:80].decode("utf-8", "replace")
                self.found.problems.append(Problem(what, ACCEPT.format(where), file, lines[node.month], excerpt))

    def _name_twice(self, folder: str, path: list[Node]) -> None:
        """Name records that stand here and were taken over as well: two folders mended the same fork before they met."""
        for node in path:
            if node.h in self.already:
                what = f"{_id_of(node)} is also {self.already[node.h]}: two folders took the same records over before they met"
                self.found.problems.append(Problem(what, "void or close one of them", os.path.join(folder, node.month)))

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


def _ends(tree: Tree) -> list[Node]:
    """Return the ends of the branches that count: what stands here or was left beside it, and what was fetched of a fork."""
    counts: set[Node] = set()

    def count(end: Node) -> None:
        node: Node | None = end
        while node is not None and node is not tree.root and node not in counts:
            counts.add(node)
            node = node.parent

    for node in tree.nodes():
        if node.origin in (HERE, LEFT):
            count(node)
    ours = {*counts}
    for node in tree.nodes():
        if node.origin == FETCHED and not node.children:
            fork: Node | None = node
            while fork is not None and fork not in ours and fork is not tree.root:
                fork = fork.parent
            if fork is not None and any(child in ours for child in fork.children):
                count(node)
    return [node for node in counts if not any(child in counts for child in node.children)]


def _is_to_be_kept(slot: Slot) -> bool:
    """Tell whether what leaves a file is to be kept: something, and not words that were taken out of a record for good."""
    return is_line(slot.whole) and (slot.node is None or not redacted_of(readable(slot.node.raw) or {}))


def _id_of(node: Node) -> str:
    return str((readable(node.raw) or {}).get("id"))


def _is_copy(name: str) -> bool:
    """Tell whether a file beside the journals has the name of a month with something to it, as copies have."""
    return not is_month(name) and is_month(name[: len("2026-11")] + ENDING)


def _month_of(name: str) -> str:
    return name[: len("2026-11")] + ENDING


def _source(month: str, data: bytes, origin: int) -> Source:
    lines = data.split(b"\n")
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
    found = [each for each in verify(shop, lambda *_: None).problems if (each.file, each.line) == (path, int(number))]
    if not found or not raw.endswith(b"\n"):
        what = "nothing is wrong with this line" if raw.endswith(b"\n") else "there is no such line, or it is not finished"
        raise BadInputError(Problem(what, "see returnkit records verify", path, int(number)))
    body: Json = {"kind": KIND, "file": file, "line": digest(raw.removesuffix(b"\n"))}
    after = raws.get(int(number) + 1, b"")
    return {**body, "after": digest(after.removesuffix(b"\n"))} if after.endswith(b"\n") else body
