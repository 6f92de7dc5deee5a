"""What changes between two policies, told as people in the shop say it: opened electronics: 14 days instead of 30."""

from collections.abc import Sequence
from typing import cast

from returnkit.model.dates import Span
from returnkit.policy.diff import Change, Difference, Offered, RoomChange
from returnkit.policy.language import NO_RULE, Fee, Line, Room, Rule, Window
from returnkit.policy.show import cost_in_words
from returnkit.policy.space import Promise
from returnkit.policy.words import Words, sentence

INWARD = ("order",)  # nothing that a customer would notice


GAP = "\0"  # where the name of a remedy goes
DIFF, COMPARE = "diff", "compare"  # one policy after the other, or one shop beside another


def told(changes: Sequence[Change], words: Words, roles: tuple[str, ...], form: str = DIFF) -> list[str]:
    """Return the changes as lines; where the same changes for several returns, these stand below it.

    Remedies for which the same changes are told together.
    """
    wheres: dict[tuple[str, str], list[str]] = {}  # by what changes and, where it is one, the remedy
    for change in changes:
        key = _remedy_apart(change.difference, words, roles, form)
        wheres.setdefault(key, []).extend(alternatives(change, words, form))
    remedies: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (text, remedy), places in wheres.items():
        remedies.setdefault((text, tuple(dict.fromkeys(places))), []).append(remedy)
    found = []
    for (text, alike), names in remedies.items():
        together = text.replace(GAP, words.language.all_of(names)) if names[0] else text
        if len(alike) == 1:
            found.append(f"{sentence(alike[0])}: {together}")
        else:
            found += [f"{sentence(together)}:", *(f"    {place}" for place in alike)]
    return found


def where(change: Change, words: Words, form: str = DIFF) -> str:
    """Return for which returns something changes."""
    return "; ".join(alternatives(change, words, form))


def alternatives(change: Change, words: Words, form: str = DIFF) -> list[str]:
    """Return for which returns something changes: those of the rule that decides now, and of the one that did."""
    language = words.language
    now, before = words.part(change.rule), words.part(change.old_rule)
    rules = now or before or ("" if change.alone else language.say("diff.general"))
    if now and before and now != before:
        rules = language.say(f"{form}.both", now=now, before=before)
    when, unless, times = _bought(change, words)
    times += [language.say("diff.after", change.after)] if change.after else []
    conditions = [
        words.part(Rule(NO_RULE, (*own, *when), (*excepted, *unless), change.rule.terms, {}))
        for own, excepted in change.conditions or (((), ()),)
    ]
    found = [", ".join(part for part in (rules, each, *times) if part) for each in conditions]
    return [each or language.say("diff.everything") for each in found]


def _bought(change: Change, words: Words) -> tuple[list[Line], list[Line], list[str]]:
    """Return the days of purchase as lines of `when` and `unless`, and in words where they are neither."""
    if change.bought is None:
        return [], [], []
    (first, last), (after, end) = change.bought[0], change.bought[-1]
    if len(change.bought) == 1 and last is not None:
        return [Line("bought", "", days=(first, last))], [], []
    if len(change.bought) == 2 and last is not None and end is None:  # noqa: PLR2004 - all but the time between them
        return [], [Line("bought", "", days=(last + 1, after - 1))], []
    language = words.language
    times = [
        language.say("diff.bought-since", since=language.since(first))
        if last is None
        else language.say("when.bought", since=language.since(first), until=language.until(last))
        for first, last in change.bought
    ]
    return [], [], [language.one_of(times)]


def what(difference: Difference, words: Words, roles: tuple[str, ...], form: str = DIFF) -> str:
    """Return what changes: the new beside the old."""
    text, remedy = _remedy_apart(difference, words, roles, form)
    return text.replace(GAP, remedy) if remedy else text


def _remedy_apart(difference: Difference, words: Words, roles: tuple[str, ...], form: str) -> tuple[str, str]:
    """Return what changes with a gap for the remedy, and its name; without a gap and a name where there is no remedy."""
    language, of, old, new = words.language, difference.of, difference.old, difference.new
    if isinstance(new, Offered):
        return language.say(f"{form}.new", remedy=GAP, new=_whole(new, words, roles)), words.name("remedy", of)
    if isinstance(old, Offered):
        return language.say(f"{form}.gone", remedy=GAP, old=_whole(old, words, roles)), words.name("remedy", of)
    if isinstance(old, Promise) and isinstance(new, Promise):
        windows = language.say(f"{form}.instead", new=_window(new, words), old=_window(old, words))
        return f"{GAP} {windows}", words.name("remedy", of)
    values = language.say(f"{form}.now", new=_value(of, new, words, roles), old=_value(of, old, words, roles))
    return f"{language.say(f'diff.{of}')}: {values}", ""


def _whole(offered: Offered, words: Words, roles: tuple[str, ...]) -> str:
    """Return a window with what else belongs to it: a fee that is kept back, somebody who must agree."""
    parts = [_window(offered.window, words)]
    parts += [words.language.say("diff.less-fee", fee=words.fee(Fee(*offered.fee)))] if any(offered.fee) else []
    parts += [words.language.say("diff.if-agreed", role=words.role(roles[offered.approval]))] if offered.approval else []
    return ", ".join(parts)


def _window(promise: Promise, words: Words) -> str:
    spans = promise.spans
    if spans is None:
        return words.within(Window(promise.opens, None, ""))
    first = words.within(Window(promise.opens, spans[0], ""))
    return " + ".join([first, *(words.counted("span", span) for span in spans[1:])])


def _value(of: str, value: object, words: Words, roles: tuple[str, ...]) -> str:
    """Return a value of one part of an answer in words."""
    language = words.language
    if of == "season":
        return language.until(cast("int", value)) if value else language.say("diff.season.none")
    if of == "fee":
        fee = Fee(*cast("tuple[int, int]", value))
        return words.fee(fee) if any(fee) else language.say("diff.fee.none")
    if of == "approval":
        return words.role(roles[cast("int", value)]) if value else language.say("diff.approval.nobody")
    if of == "return-to":
        ways = cast("tuple[tuple[str, str], ...]", value)
        sentences = [language.say(f"way.{way}", cost=cost_in_words(cost, words)) for way, cost in ways]
        return "; ".join(each[:1].lower() + each[1:].rstrip(".") for each in sentences) or language.say("diff.return-to.none")
    if of == "order":
        return ", ".join(words.name("remedy", remedy) for remedy in cast("tuple[str, ...]", value))
    return language.say(f"diff.{of}.{value}")


def room_told(change: RoomChange, words: Words, roles: tuple[str, ...]) -> str:
    """Return what a role may give beyond the policy, the new beside the old: of two rooms, what differs."""
    language = words.language
    old, new = (_room(room, words) for room in (change.old, change.new))
    both = {*old} & {*new}
    texts = [", ".join(part for part in own if part not in both) or language.say("room.none") for own in (old, new)]
    role = sentence(words.role(roles[change.role]))
    return f"{role}: {language.say('diff.now', old=texts[0], new=texts[1])}"


def _room(room: Room | None, words: Words) -> list[str]:
    language = words.language
    if room is None:
        return []
    limit = (
        language.say("room.any-amount") if room.amount is None else language.say("room.amount", amount=words.money(room.amount))
    )
    late = [language.say("room.late", span=words.counted("span", room.late))] if room.late is not None else []
    return [limit, *late, *(language.say(f"room.{waiver}") for waiver in sorted(room.waive, reverse=True))]


def as_written(value: object) -> object:
    """Return a value of a difference as data, in the words of the policy language; None where there is nothing."""
    if isinstance(value, Offered):
        value = value.window
    if not isinstance(value, Promise):
        return list(map(list, value)) if isinstance(value, tuple) and value and isinstance(value[0], tuple) else value
    if value.spans is None:
        return "unlimited"
    window = " + ".join(map(_span, value.spans))
    return window if value.opens is None else f"{_span(value.opens)} to {window}"


def _span(span: Span) -> str:
    parts = [
        f"{count} {unit if count == 1 else unit + 's'}" for count, unit in ((span.months, "month"), (span.days, "day")) if count
    ]
    return " ".join(parts) or "0 days"
