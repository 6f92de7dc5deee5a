"""What `policy diff` and `policy compare` share: two policies, and what differs between them as rows and as data."""

import sys
from collections.abc import Iterable, Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import NamedTuple

from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import iso
from returnkit.model.digest import short_sha256
from returnkit.model.jsonl import Json
from returnkit.policy.decide import Setting
from returnkit.policy.diagram import TooComplexError
from returnkit.policy.diff import Change, Comparison, RoomChange
from returnkit.policy.diff_words import DIFF, as_written, room_told, what, where
from returnkit.policy.facts import Facts
from returnkit.policy.language import Line, Policy
from returnkit.policy.request import command_line, typed
from returnkit.policy.words import Words

WIDTH = 100  # of a line, at most
COLUMNS = ("direction", "rule", "where", "what", "example")


class Compared(NamedTuple):
    """What differs between two policies, for purchases from a day on."""

    old: Policy
    new: Policy
    since: int
    changes: list[Change]
    rooms: list[RoomChange]
    setting: Setting

    def as_json(self, words: Words, form: str = DIFF) -> Json:
        """Return it as data; `where` and `what` are in words."""
        roles = self.setting.roles
        changes = [
            {
                "rule": {"old": change.old_rule.id, "new": change.rule.id},
                "where": where(change, words, form),
                "what": what(change.difference, words, roles, form),
                "of": change.difference.of,
                "old": as_written(change.difference.old),
                "new": as_written(change.difference.new),
                "direction": change.difference.direction,
                "when": [{"when": _lines(when), "unless": _lines(unless)} for when, unless in change.conditions],
                "bought": None if change.bought is None else [[iso(first), last and iso(last)] for first, last in change.bought],
                "after": change.after,
                "example": self._typed(change.example),
            }
            for change in self.changes
        ]
        rooms = [
            {
                "role": roles[room.role],
                "what": room_told(room, words, roles),
                "direction": room.direction,
                "example": {**self._typed(room.example), "role": roles[room.role]},
            }
            for room in self.rooms
        ]
        return {"from": iso(self.since), "same": not changes and not rooms, "changes": changes, "discretion": rooms}

    def rows(self, words: Words, form: str = DIFF) -> list[tuple[str, ...]]:
        """Return a row for each change, those of room beyond the policy at the end."""
        roles = self.setting.roles
        found = [
            (
                change.difference.direction,
                change.rule.id,
                where(change, words),
                what(change.difference, words, roles, form),
                example,
            )
            for change in self.changes
            for example in [command_line(self._typed(change.example))]
        ]
        return [*found, *((room.direction, "", "", room_told(room, words, roles), "") for room in self.rooms)]

    def _typed(self, facts: Facts) -> dict[str, object]:
        return typed(facts, (self.old, self.new), self.setting)


def compared(session: Session, old: Policy, new: Policy, *, since: int = 0, rooms: bool = True) -> Compared:
    """Return what differs between two policies for what is bought once both are in force, and not before `since`.

    Raises BadInputError where there is more than can be worked out.
    """
    setting = session.shop.setting((old, new))
    start = max(old.effective, new.effective, since)
    try:
        comparison = Comparison(old._replace(effective=start), new._replace(effective=start), setting)
        room_changes = comparison.room_changes(old, new) if rooms else []
        return Compared(old, new, start, comparison.changes(), room_changes, setting)
    except TooComplexError:
        what_is_wrong = "the two policies have more cases than can be worked out"
        raise BadInputError(Problem(what_is_wrong, "say the same with fewer rules, tags and limits", new.file)) from None


def described(policy: Policy) -> Json:
    """Return which policy it is, as data."""
    return {"file": policy.file, "effective": iso(policy.effective), "sha256": short_sha256(policy.source)}


def wrapped(lines: Iterable[str], indent: str) -> tuple[str, ...]:
    """Return lines that fit a terminal, each set in by `indent` and what follows on it further."""
    width = min(WIDTH, get_terminal_size((WIDTH, 0)).columns) if sys.stdout.isatty() else WIDTH
    found: list[str] = []
    for line in lines:
        own = indent + line[: len(line) - len(line.lstrip())]
        found += wrap(line.strip(), width, initial_indent=own, subsequent_indent=f"{own}    ")
    return tuple(found)


def _lines(lines: Sequence[Line]) -> Json:
    return {line.fact.replace("_", "-"): line.text for line in lines}
