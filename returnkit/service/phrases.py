"""policies/phrases.toml: what is not said to customers, what is said instead and why, and the drafts of replies.

A promise without a date is one of those phrases: it is all right where its sentence says by when.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from returnkit.errors import UnreadableError
from returnkit.model.toml import Finding, Table, name, parse, problems, word
from returnkit.service.reply import OTHER, PROMISES, SORRY, TEMPLATES, Reply
from returnkit.service.triage import places

SCHEMA = 1
ENTRY = ("not", "unless", "promise", "say", "why")
LONGEST_CODE = 3
# Where one sentence ends and the next begins: a full stop, an empty line, or the next point of a list.
_END = r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+\s+|\n[^\S\n]*+\n|\n[^\S\n]*+(?:[-*+#>|•]|\d{1,3}[.)])\s"
# A date or a time of day in figures, in whichever language.
_FIGURES = r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./](?:\d{4}|\d\d)?|\d\d?:\d\d|\d\d? ?[ap]\.?m\b)"


class Phrase(NamedTuple):
    """A [[xx]]: its wordings, what makes them all right in the same sentence, and what to say instead and why.

    A `promise` is all right where the same sentence says by when.
    """

    wordings: tuple[str, ...]
    unless: tuple[str, ...]
    promise: bool
    say: str
    why: str


class PhraseBook(NamedTuple):
    """What phrases.toml says, each by language: the phrases, the words that say by when, and how a reply is put together."""

    phrases: Mapping[str, tuple[Phrase, ...]]
    when: Mapping[str, tuple[str, ...]]
    replies: Mapping[str, Reply]


class Found(NamedTuple):
    """What should be said otherwise in a text: where it stands (line and column from 1), its words, and the phrase."""

    line: int
    column: int
    text: str
    phrase: Phrase


def read_phrases(source: bytes, file: str, standard: Mapping[str, Reply]) -> PhraseBook:
    """Return what the bytes of phrases.toml say; what a reply does not say comes from that of `standard` in its language.

    Raises UnreadableError with every mistake, each with its line.
    """
    findings: list[Finding] = []
    document = parse(source, file)
    codes = tuple(key for key in document if _is_language(key))
    top = Table(document, (), findings, ("schema", "when", "reply", *codes))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    book = PhraseBook({code: _phrases(top, code) for code in codes}, _when(top), {**standard, **_replies(top, standard)})
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return book


def _is_language(key: str) -> bool:
    return key.isascii() and key.isalpha() and key.islower() and len(key) in (2, LONGEST_CODE)


def _phrases(top: Table, code: str) -> tuple[Phrase, ...]:
    seen: set[str] = set()
    found = []
    for table in top.tables(code, ENTRY):
        if "not" not in table:
            table.note("not", "not is missing", 'write what is not said: not = ["company policy"]')
        for key in ("say", "why"):
            if key not in table:
                table.note(key, f"{key} is missing", f'write one sentence: {key} = "…"')
        wordings = _entries(table, "not")
        for twice in sorted(seen.intersection(wordings)):
            table.note("not", f'"{twice}" stands twice in [[{code}]]', "keep one of them")
        seen.update(wordings)
        found.append(Phrase(wordings, _entries(table, "unless"), table.flag("promise"), table.text("say"), table.text("why")))
    return tuple(found)


def _entries(table: Table, key: str) -> tuple[str, ...]:
    """Return the entries of a list as they are looked for."""
    found = []
    for text in table.texts(key):
        if not any(map(str.isalnum, text)) or text.lstrip()[0] in "*…":
            table.note(key, f'"{text}" cannot be looked for', "begin with a word; a * stands for any one word after it")
        plain = " ".join(text.casefold().replace("…", " * ").split())
        found += [plain.replace("#", f"{digit}*") for digit in range(10)] if "#" in plain else [plain]
    return tuple(found)


def _when(top: Table) -> dict[str, tuple[str, ...]]:
    values = top.values.get("when", {})
    table = top.table("when", tuple(filter(_is_language, values)) if isinstance(values, dict) else ())
    return {code: _entries(table, code) for code in table.values}


def _replies(top: Table, standard: Mapping[str, Reply]) -> dict[str, Reply]:
    values = top.values.get("reply", {})
    table = top.table("reply", tuple(filter(_is_language, values)) if isinstance(values, dict) else ())
    return {code: _reply(table.table(code, (*TEMPLATES, SORRY)), standard.get(code)) for code in table.values}


def _reply(table: Table, standard: Reply | None) -> Reply:
    """Return how a reply is put together; what it does not say is said as by the standard, or is a mistake."""
    texts = {key: _template(table, key, filled) for key, filled in TEMPLATES.items() if key in table}
    values = table.values.get(SORRY, {})
    inner = table.table(SORRY, tuple(map(word, values)) if isinstance(values, dict) else ())
    sorry = {name(key): _template(inner, key, ()) for key in inner.values}
    for promise in PROMISES:
        if promise in texts and not any(gap in texts[promise] for gap in ("{day}", "{until}")):
            table.note(promise, f"{promise} does not say by when", "write {day} or {until} into it: a promise has a time")
    if standard is not None:
        return Reply({**standard.texts, **texts}, {**standard.sorry, **sorry})
    for missing in [key for key in TEMPLATES if key not in table]:
        table.note(missing, f"{missing} is missing", "write it as in [reply.en]")
    if OTHER not in inner:
        inner.note(OTHER, f"{OTHER} is missing", 'say what holds for every trouble: other = "We are sorry that …"')
    return Reply(texts, sorry)


def _template(table: Table, key: str, filled: Sequence[str]) -> str:
    """Return a text with gaps; one that nothing fills is a mistake."""
    text = table.text(key)
    known = [f"{{{gap}}}" for gap in (*filled, "shop")]
    for found in re.findall(r"\{[^{}]*\}|[{}]", text):
        if found not in known:
            table.note(key, f"nothing is known for {found}", f"known here: {', '.join(known)}")
    return text


def found_in(text: str, book: PhraseBook, languages: Iterable[str]) -> list[Found]:
    """Return what should be said otherwise in a text, by what the book says in these languages, from top to bottom.

    Of what overlaps, the first and longest is taken.
    """
    sentences = [0, *(match.end() for match in re.finditer(_END, text) if _ends(text, match))]
    hits: list[tuple[int, int, Phrase]] = []
    for code in languages:
        hits += _hits(text, sentences, book.phrases.get(code, ()), book.when.get(code, ()))
    lines = [*accumulate((len(line) + 1 for line in text.split("\n")), initial=0)]
    found: list[Found] = []
    read_to = 0
    for start, end, phrase in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start >= read_to:
            line = bisect_right(lines, start)
            found.append(Found(line, start - lines[line - 1] + 1, " ".join(text[start:end].split()), phrase))
            read_to = end
    return found


def _ends(text: str, match: re.Match[str]) -> bool:
    """Tell whether a sentence ends here, not an abbreviation or an ordinal: `21. novembrī`, `e.g. a lamp`, `plkst. 16`."""
    after = text[match.end() : match.end() + 1]
    return not match[0].startswith((".", "…")) or "\n" in match[0].strip(" ") or not (after.islower() or after.isdigit())


def _hits(text: str, sentences: Sequence[int], phrases: Sequence[Phrase], when: Sequence[str]) -> list[tuple[int, int, Phrase]]:
    """Return where phrases stand in one sentence that does not make them all right: from where to where, and which."""
    entries: list[str] = []
    meaning: list[tuple[int, bool]] = []  # of each entry: which phrase, and whether it is one of its wordings
    for own, phrase in enumerate(phrases):
        entries += [*phrase.wordings, *phrase.unless]
        meaning += [(own, True)] * len(phrase.wordings) + [(own, False)] * len(phrase.unless)
    said: list[tuple[int, int, int, int]] = []
    excused: set[tuple[int, int]] = set()  # a sentence, and the phrase that is all right in it
    dated = {bisect_right(sentences, match.start()) for match in re.finditer(_FIGURES, text)}
    for place in places(text, [*entries, *when]):
        sentence = bisect_right(sentences, place.start)
        if sentence != bisect_right(sentences, place.end - 1):
            continue
        if place.entry >= len(entries):
            dated.add(sentence)
            continue
        own, is_wording = meaning[place.entry]
        if is_wording:
            said.append((place.start, place.end, sentence, own))
        else:
            excused.add((sentence, own))
    return [
        (start, end, phrases[own])
        for start, end, sentence, own in said
        if (sentence, own) not in excused and not (phrases[own].promise and sentence in dated)
    ]
