"""A policy beside the shop that it is for: its people, its languages, its goods."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from returnkit.errors import instead
from returnkit.policy.decide import hyphened
from returnkit.policy.finding import INFO, WARNING, Finding, Subject, named, rules_and_overlays
from returnkit.policy.language import FAULTS, Also, Room, names_of
from returnkit.policy.language import lines_of as all_lines

SHORTEST = 5  # letters of a name that can be a slip of another one
MOST_NAMED = 5


# People


def discretion(subject: Subject) -> Iterator[Finding]:
    """Find room that nobody has, that is of no use, or that is less than what somebody lower has."""
    roles, rooms = subject.setting.roles, subject.whole.rooms
    for rank, room in enumerate(rooms):
        place = ("discretion", roles[rank])
        if room is None:
            lower = [roles[below] for below in range(rank) if rooms[below] is not None]
            if lower:
                what = f"{roles[rank]} has no room beyond the policy, and {lower[-1]}, who stands below, has"
                remedy = f"write {roles[rank]} = {{ … }}, or leave it if that is what you mean"
                yield Finding("room-missing", INFO, ("discretion",), what, remedy)
            continue
        if room.late is None and not room.waive:
            what = f"the room of {roles[rank]} is of no use: it neither allows days after the last one nor waives anything"
            yield Finding("room-useless", WARNING, place, what, 'write late = "7 days" or waive = ["receipt"], or take it out')
        elif room.amount == 0:
            what = f"the room of {roles[rank]} is of no use: it ends at an amount of nothing"
            yield Finding("room-useless", WARNING, (*place, "amount"), what, "write the highest amount, or take the room out")
        if subject.around.held and not subject.around.held[rank]:
            what = f"nobody has the role {roles[rank]} or a higher one, so nobody has its room"
            yield Finding("nobody-holds", WARNING, place, what, "name somebody with this role in shop.toml, or take the room out")
        for below in range(rank):
            lower_room = rooms[below]
            short = "" if lower_room is None else _short(room, lower_room)
            if short:
                what = f"{roles[rank]} may {short}, and {roles[below]}, who stands below, may"
                yield Finding("room-shrinks", WARNING, place, what, f"give {roles[rank]} at least as much")
                break


def _short(room: Room, lower: Room) -> str:
    """Return in words what a room does not allow and another one does; an empty text where there is nothing."""
    if room.amount is not None and (lower.amount is None or room.amount < lower.amount):
        return "not go up to the same amount"
    if lower.late is not None and (room.late is None or _days(room) < _days(lower)):
        return "not allow as many days"
    missing = sorted(lower.waive - room.waive)
    return f"not waive {' and '.join(missing)}" if missing else ""


def _days(room: Room) -> float:
    return 0 if room.late is None else room.late.months * 30.5 + room.late.days


def approval(subject: Subject) -> Iterator[Finding]:
    """Find approval by a role that nobody has."""
    for part in rules_and_overlays(subject):
        rank = part.approval if isinstance(part, Also) else part.terms.approval
        own = isinstance(part, Also) or "approval" in subject.keys(part)
        if own and rank and subject.around.held and not subject.around.held[rank]:
            what = (
                f"{named(part.id)} needs the approval of {subject.setting.roles[rank]}, and nobody has that role or a higher one"
            )
            yield Finding("nobody-approves", WARNING, subject.place(part, "approval"), what, "name somebody in shop.toml")


# Languages


def languages(subject: Subject) -> Iterator[Finding]:
    """Find reasons that a customer cannot read in one of the shop's languages."""
    for part in rules_and_overlays(subject):
        missing = [code for code in subject.around.languages if code not in part.because]
        if not part.because or not missing:
            continue
        place = subject.place(part, "because")
        if "" in part.because:
            if len(subject.around.languages) > 1:
                what = f"the reason of {named(part.id)} is written once for {', '.join(subject.around.languages)}"
                yield Finding("one-language", INFO, place, what, 'write it in each: { en = "…", lv = "…" }')
        else:
            what = f"the reason of {named(part.id)} is not there in {', '.join(missing)}"
            yield Finding("untranslated", WARNING, place, what, "write it in every language of shop.toml")


# Goods


def names(subject: Subject) -> Iterator[Finding]:
    """Find names that no article and no sale has, and names that look like slips of others."""
    for part in subject.parts():
        for kind in ("when", "unless"):
            for line in getattr(part, kind):
                known = subject.around.names.get(line.fact, frozenset())
                for name in sorted(line.names - known) if known else ():
                    what = f"no article and no sale has the {hyphened(line.fact)} “{name}” of {named(part.id)}"
                    remedy = instead(name, sorted(known)) if len(known) < 200 else "check how it is written"  # noqa: PLR2004
                    yield Finding("unknown-name", WARNING, subject.place(part, kind, hyphened(line.fact)), what, remedy)
    for fact in dict.fromkeys(line.fact for line in all_lines((subject.policy,)) if line.names):
        usual = FAULTS if fact == "reason" else ()
        for one, other in combinations(dict.fromkeys((*usual, *names_of((subject.policy,), fact))), 2):
            if fact != "sku" and _slip(one, other):
                what = f"“{one}” and “{other}” look like one {hyphened(fact)} written in two ways"
                yield Finding("similar-names", WARNING, _place_of(subject, fact, other), what, "write it the same everywhere")


def _slip(one: str, other: str) -> bool:
    """Tell whether two names differ by a letter or two that are near each other, as when one is misspelt."""
    if f"{one}s" == other or f"{other}s" == one:
        return True
    if min(len(one), len(other)) < SHORTEST or any(letter.isdigit() for letter in one + other) or one[0] != other[0]:
        return False
    same = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return max(len(one), len(other)) - same <= 1 and abs(len(one) - len(other)) <= 1


def _place_of(subject: Subject, fact: str, name: str) -> tuple[str | int, ...]:
    for part in subject.parts():
        for kind in ("when", "unless"):
            if any(line.fact == fact and name in line.names for line in getattr(part, kind)):
                return subject.place(part, kind, hyphened(fact))
    return ()


def tags(subject: Subject) -> Iterator[Finding]:
    """Find tags of articles that no line of the policy reads."""
    unread = sorted(subject.around.item_tags - {*names_of((subject.policy,), "tag")})
    if unread:
        shown = ", ".join(f"“{tag}”" for tag in unread[:MOST_NAMED]) + (" and others" if len(unread) > MOST_NAMED else "")
        one = len(unread) == 1
        what = f"articles have the {'tag' if one else 'tags'} {shown}, and nothing in the policy reads {'it' if one else 'them'}"
        yield Finding("unread-tag", WARNING, (), what, "write a rule for it, or see whether a tag of the policy is meant")
