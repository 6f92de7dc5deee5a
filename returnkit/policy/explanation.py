"""A decision explained: its conditions part by part in plain words, and what would have made it a yes."""

from itertools import groupby

from returnkit.policy.alternatives import Alternative
from returnkit.policy.as_json import DAYS, value_as_json
from returnkit.policy.decide import Condition, Decision, Setting, hyphened
from returnkit.policy.language import NO_RULE
from returnkit.policy.words import STATE_TERMS, Words, sentence
from returnkit.render import Section

MARKS = {True: "✓", False: "✗", None: "·"}


def condition_rows(decision: Decision, setting: Setting) -> tuple[tuple[str, ...], ...]:
    """Return every condition as a row: part, kind, fact, want, value, held."""
    rows = []
    for condition in decision.conditions:
        value = value_as_json(condition, setting)
        text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        held = "" if condition.held is None else str(condition.held).lower()
        fact = condition.remedy or condition.fact
        rows.append((condition.part, condition.kind, fact, condition.want, text, held))
    return tuple(rows)


def condition_sections(decision: Decision, words: Words, setting: Setting) -> list[Section]:
    """Return a section for each part of the policy that was looked at, in the order of looking.

    Where a newer policy judged because it is kinder, that is said first.
    """
    parts: dict[str, list[Condition]] = {}
    for condition in decision.conditions:
        parts.setdefault(condition.part, []).append(condition)
    if decision.rule is not None:
        parts.setdefault(decision.rule, [])
    sections = []
    if decision.kinder_than is not None:
        older = decision.kinder_than
        since = words.language.since(older.effective)
        sections.append(Section("", (words.language.say("explain.kinder", file=older.file, since=since),)))
    for part, conditions in parts.items():
        lines = [_line(condition, decision, words, setting) for condition in conditions]
        if part == decision.rule and decision.terms is not None and not decision.terms.offer:
            lines.append(f"  {MARKS[False]} {words.language.say('explain.offer-nothing')}")
        sections.append(Section(_heading(part, conditions, decision, words), tuple(lines)))
    return sections


def _heading(part: str, conditions: list[Condition], decision: Decision, words: Words) -> str:
    language = words.language
    policy = decision.policy
    if part == NO_RULE:
        name = language.say("explain.terms")
    elif policy is not None and part in {also.id for also in policy.alsos}:
        name = language.say("explain.also", id=part)
    elif policy is not None and part in {season.id for season in policy.seasons}:
        name = language.say("explain.season", id=part)
    else:
        name = language.say("explain.rule", id=part)
    if part == decision.rule:
        return f"{name}: {language.say('explain.decides')}"
    applies = all(condition.held is not False for condition in conditions)
    return f"{name}: {language.say('explain.applies' if applies else 'explain.not')}"


def _line(condition: Condition, decision: Decision, words: Words, setting: Setting) -> str:
    language = words.language
    mark = MARKS[condition.held]
    if condition.kind == "window":
        return f"  {mark} {words.name('remedy', condition.remedy)}: {_days(condition, decision, words)}"
    value = value_as_json(condition, setting)
    if condition.held is None or value is None:
        here = language.say("explain.unknown")
    elif isinstance(value, list):
        here = ", ".join(words.name(condition.fact, tag) for tag in value) or language.say("explain.none")
    elif condition.fact in DAYS or not isinstance(value, str):
        here = str(value)
    else:
        here = words.name(condition.fact, value)
    fact = words.name("fact", condition.fact)
    return f"  {mark} {fact}: {_want(condition, words)} ({language.say('explain.here', value=here)})"


def _days(condition: Condition, decision: Decision, words: Words) -> str:
    """Return the days of a window, and where they come from."""
    language, terms = words.language, decision.terms
    remedies = [remedy for remedy in (*decision.remedies, *decision.closed) if remedy.remedy == condition.remedy]
    if terms is None or not remedies or remedies[0].until is None:
        return language.say("explain.always") if remedies else condition.want
    first = f"{language.since(remedies[0].opens)} " if remedies[0].opens is not None else ""
    windows = dict(terms.offer)
    window = windows.get(condition.remedy) or windows["refund"]
    counted = language.say(f"counts-from.{terms.counts_from}")
    return f"{first}{language.until(remedies[0].until)} ({words.within(window)}, {counted})"


def _want(condition: Condition, words: Words) -> str:
    language, line = words.language, condition.line
    if line is not None:
        wanted = language.one_of(words.values(line)) if line.names or line.ranges else words.choices(line)[0]
        return language.say("explain.not-one", names=wanted) if condition.kind == "unless" else wanted
    if condition.kind == "term":
        key = f"{condition.fact}.want.{STATE_TERMS.get(condition.want, condition.want)}"
        return language.say(key) if language.knows(key) else words.name(condition.fact, condition.want)
    return condition.want.replace(" to ", " – ")


def alternative_lines(changes: tuple[Alternative, ...], words: Words, setting: Setting, on: int) -> list[str]:
    """Return what would have made it a yes, values of one fact with the same result together."""
    if not changes:
        return [f"  {words.language.say('explain.never')}"]
    lines = []
    for (fact, options), group in groupby(changes, key=lambda change: (change.fact, _options(change, words))):
        values = words.language.one_of([_value(change, words, setting, on) for change in group])
        key = f"explain.change.{fact}" if fact in ("role", "on") else "explain.change"
        text = words.language.say(key, fact=words.name("fact", hyphened(fact)), values=values, options=options)
        lines.append(f"  {sentence(text)}")
    return lines


def _options(change: Alternative, words: Words) -> str:
    return words.language.one_of([words.name("remedy", remedy.remedy) for remedy in change.decision.remedies])


def _value(change: Alternative, words: Words, setting: Setting, on: int) -> str:
    language, value = words.language, change.value
    if isinstance(value, str):
        return words.name(change.fact, value)
    if change.fact == "role":
        return words.role(setting.roles[value])
    if value < on:
        return language.say("explain.by-day", until=language.until(value))
    return language.say("explain.from-day", since=language.since(value))
