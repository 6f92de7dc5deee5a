"""Pairs of policies to compare: one and a small change of it, two that have nothing to do with each other, one written twice."""

import re
from collections.abc import Callable, Collection
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests import oracle, strategies
from tests.lint_grid import SPANS, brought_near, in_days, small_part, small_policies

Raw = dict[str, Any]

WAYS = ("store", "mail", "pick-up")
CHOICES: dict[str, tuple[Any, ...]] = {
    "receipt": ("required", "any proof", "not needed"),
    "condition": ("unopened", "resaleable", "worn", "any"),
    "counts-from": ("purchase", "delivery"),
    "if-closed": ("as it is", "next open day", "next working day"),
    "restocking-fee": ("0 %", "10 %", "15 %", "5.00"),
    "refund-to": ("original", "cash"),
    "value": ("price paid", "lowest price"),
    "approval": strategies.ROLES,
    "return-to": ({"store": "free"}, {"store": "free", "mail": "customer"}, {"store": "free", "mail": "3.95"}, {"mail": "29.00"}),
}


# --- a small change ---------------------------------------------------------------------------------------------------


def _new_window(draw: DrawFn, _: str) -> str:
    return draw(st.sampled_from(["0 days", "1 day", "2 days", "3 days", "4 days", "6 days", "2 to 5 days", "unlimited"]))


def _offer(draw: DrawFn, raw: Raw) -> None:
    """Change a window, or what is on offer."""
    part = draw(st.sampled_from([raw["terms"], *raw.get("rule", [])]))
    now = part.get("offer", raw["terms"]["offer"])
    offer = {} if isinstance(now, str) else dict(now)
    kind = draw(st.sampled_from(["window", "window", "window", "gone", "new", "order", "nothing"]))
    if kind == "window" and offer:
        remedy = draw(st.sampled_from(sorted(offer)))
        offer[remedy] = _new_window(draw, offer[remedy])
    elif kind == "gone" and len(offer) > 1:
        del offer[draw(st.sampled_from(sorted(offer)))]
    elif kind == "order":
        offer = dict(reversed(offer.items()))
    elif kind == "nothing":
        offer = {}
    else:
        left = [remedy for remedy in strategies.REMEDIES if remedy not in map(oracle.word, offer)]
        if left:
            offer[draw(st.sampled_from(left))] = _new_window(draw, "")
    part["offer"] = offer


def _term(draw: DrawFn, raw: Raw) -> None:
    """Change a term."""
    part = draw(st.sampled_from([raw["terms"], *raw.get("rule", [])]))
    key = draw(st.sampled_from(sorted(CHOICES)))
    part[key] = draw(st.sampled_from(CHOICES[key]))


def _rules(draw: DrawFn, raw: Raw) -> None:
    """Leave out a rule, or let two change places."""
    rules = raw.get("rule", [])
    if len(rules) > 1 and draw(st.booleans()):
        rules[0], rules[1] = rules[1], rules[0]
    elif rules:
        del rules[draw(st.integers(0, len(rules) - 1))]


def _lines(draw: DrawFn, raw: Raw) -> None:
    """Leave out a line of a rule, or one of an overlay or season."""
    every = [part for kind in ("rule", "also", "season") for part in raw.get(kind, [])]
    with_lines = [part[kind] for part in every for kind in ("when", "unless") if part.get(kind)]
    if with_lines:
        lines = draw(st.sampled_from(with_lines))
        del lines[draw(st.sampled_from(sorted(lines)))]


def _on_top(draw: DrawFn, raw: Raw) -> None:
    """Add or leave out an overlay or a season, or change when a season ends."""
    kind = draw(st.sampled_from(["also", "season"]))
    parts = raw.setdefault(kind, [])
    what = draw(st.sampled_from(["more", "less", "other"]))
    if what == "less" and parts:
        parts.pop()
    elif kind == "season" and parts:
        parts[-1]["until"] = brought_near(strategies.START + timedelta(days=draw(st.integers(0, 8))), 9)
    elif kind == "season":
        first = draw(st.integers(0, 3))
        days = [strategies.START + timedelta(days=first + more) for more in (0, 2)]
        parts.append({"id": "new-season", "bought": days, "until": strategies.START + timedelta(days=draw(st.integers(3, 8)))})
    else:
        facts = sorted({fact for part in raw.get("rule", []) for fact in part.get("when", {})}) or ["receipt"]
        parts.append(small_part(draw, {**strategies.also(draw), "id": f"new-also-{len(parts)}"}, facts, in_days, plain=True))


def _room(draw: DrawFn, raw: Raw) -> None:
    """Give some roles room beyond the policy."""
    raw["discretion"] = strategies.discretion(draw)
    for room in raw["discretion"].values():
        if "late" in room:
            room["late"] = in_days(draw, room["late"])


CHANGES = (_offer, _offer, _term, _term, _rules, _lines, _on_top, _room)


@st.composite
def changed(draw: DrawFn, most: int = 2) -> tuple[Raw, Raw]:
    """Draw a small policy and what one or two edits make of it."""
    old = draw(small_policies())
    if draw(st.integers(0, 3)) == 0:
        _room(draw, old)
    new = deepcopy(old)
    for _ in range(draw(st.integers(1, most))):
        draw(st.sampled_from(CHANGES))(draw, new)
    return old, {key: value for key, value in new.items() if value != []}


@st.composite
def unlike(draw: DrawFn) -> tuple[Raw, Raw]:
    """Draw two policies that have nothing to do with each other."""
    return draw(small_policies()), draw(small_policies())


# --- the same in other words ------------------------------------------------------------------------------------------


def _longer_units(text: str) -> str:
    """Write days as weeks and years as months, and the other way round."""
    for pattern, unit, each, other in (
        (r"(\d+) weeks?", "week", 7, "day"),
        (r"(\d+) years?", "year", 12, "month"),
        (r"(\d+) days?", "day", None, "week"),
        (r"(\d+) months?", "month", None, "year"),
    ):
        found = re.fullmatch(pattern, text)
        if found is None:
            continue
        count = int(found[1])
        if each is None:
            whole = {"day": 7, "month": 12}[unit]
            if count % whole or not count:
                return text
            count //= whole
        else:
            count *= each
        return f"{count} {other}{'' if count == 1 else 's'}"
    return text


def _spans(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spans(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_spans(each) for each in value]
    return _longer_units(value) if isinstance(value, str) else value


def _other_names(lines: Raw) -> Raw:
    """Write the names of conditions in another order and in capitals, and the lines themselves the other way round."""

    def turned(fact: str, value: Any) -> Any:
        if fact in ("bought", *SPANS) or not isinstance(value, list):
            return value
        return [text if fact in ("price", "quantity") else f" {text.upper()}" for text in reversed(value)]

    return {fact: turned(fact, value) for fact, value in reversed(lines.items())}


def _units(raw: Raw) -> None:
    """Write days as weeks and years as months."""
    raw |= {key: _spans(raw[key]) for key in ("terms", "rule", "also") if key in raw}


def _names(raw: Raw) -> None:
    """Write names in capitals and in another order."""
    for part in (part for kind in ("rule", "also", "season") for part in raw.get(kind, [])):
        part |= {kind: _other_names(part[kind]) for kind in ("when", "unless") if kind in part}


def _nothing(raw: Raw) -> None:
    """Write an empty offer as "nothing", and the other way round."""
    for part in (raw["terms"], *raw["rule"]):
        if part.get("offer") in ({}, "nothing"):
            part["offer"] = "nothing" if part["offer"] == {} else {}


def _written_out(raw: Raw) -> None:
    """Say in each rule what it has from [terms]."""
    raw["rule"] = [{**deepcopy(raw["terms"]), **rule} for rule in raw["rule"]]


def _ids(raw: Raw) -> None:
    for number, rule in enumerate(raw["rule"]):
        rule["id"] = f"another-{number}"


def _in_two(raw: Raw) -> None:
    """Write the first rule as two."""
    raw["rule"][0:1] = _split(raw["rule"][0]) if raw["rule"] else []


def _idle(raw: Raw) -> None:
    """Add rules that never decide, and an overlay that never applies."""
    again = [(rule, {**deepcopy(rule), "id": f"{rule['id']}-again", "offer": "nothing"}) for rule in raw["rule"]]
    never = [date(2001, 1, 1), date(2001, 12, 31)]
    ago = {"id": "long-ago", "when": {"bought": never}, "offer": {"repair": "unlimited"}}
    raw["rule"] = [ago, *(rule for both in again for rule in both)]
    raw["also"] = [*raw.get("also", []), {"id": "never", "when": {"bought": never}, "only": ["repair"]}]


WORDS: dict[str, Callable[[Raw], None]] = {
    "units": _units,
    "names": _names,
    "nothing": _nothing,
    "written out": _written_out,
    "ids": _ids,
    "in two": _in_two,
    "idle": _idle,
}


def rewritten(raw: Raw, kinds: Collection[str]) -> Raw:
    """Return the same policy in other words: those of some kinds."""
    new = {**deepcopy(raw), "rule": deepcopy(raw.get("rule", []))}
    for kind, rewrite in WORDS.items():
        if kind in kinds:
            rewrite(new)
    return {key: value for key, value in new.items() if value != []}


def _split(rule: Raw) -> list[Raw]:
    """Return a rule as two, one for the first name of a line and one for the others."""
    for fact, value in rule.get("when", {}).items():
        if isinstance(value, list) and len(value) > 1 and fact not in ("bought", *SPANS):
            halves = [value[:1], value[1:]]
            ids = [rule["id"], f"{rule['id']}-rest"]
            return [
                {**deepcopy(rule), "id": own, "when": {**rule["when"], fact: half}} for own, half in zip(ids, halves, strict=True)
            ]
    return [rule]
