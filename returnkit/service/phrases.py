"""policies/phrases.toml: what is not said to customers, what is said instead and why, and the drafts of replies.

A promise without a date is one of those phrases: it is all right where its sentence says by when.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, product
from math import prod
from typing import NamedTuple

from returnkit.errors import UnreadableError
from returnkit.model.toml import Finding, Table, name, parse, problems, word
from returnkit.service.reply import OTHER, PROMISES, SORRY, TEMPLATES, Reply
from returnkit.service.triage import places, plain_words

SCHEMA = 1
ENTRY = ("not", "unless", "promise", "say", "why")
LONGEST_CODE = 3
# Where one sentence ends and the next begins: a full stop, an empty line, or the next point of a list.
_END = r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+\s+|\n[^\S\n]*+\n|\n[^\S\n]*+(?:[-*+#>|•]|\d{1,3}[.)])\s"
# A date or a time of day in figures, in whichever language.
_GAPS = ("", "*", "* *", "* * *")  # for how many words a … stands
MOST = 500  # wordings, at most, that one wording with … and / stands for
_OPEN = frozenset("…/#")  # where one of them stands, a wording stands for several
_BETWEEN = "\x1f"  # stands between two wordings: a character that is in no word
_NOT_WITHIN = frozenset(("*", _BETWEEN))
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
    """What phrases.toml says, each by language: the phrases, the words that say by when, and how a reply is put together.

    `same` are the words that stand for others, each with the words that it means: none where it changes nothing.
    """

    phrases: Mapping[str, tuple[Phrase, ...]]
    when: Mapping[str, tuple[str, ...]]
    replies: Mapping[str, Reply]
    same: Mapping[str, Mapping[str, str]]


class _Piece(NamedTuple):
    """A piece of a text as it is read: from which character on, for which characters of the text, and whether it is as there."""

    at: int
    start: int
    end: int
    kept: bool


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
    top = Table(document, (), findings, ("schema", "same", "skip", "when", "reply", *codes))
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    phrases = {code: _phrases(top, code) for code in codes}
    book = PhraseBook(phrases, _when(top), {**standard, **_replies(top, standard)}, _same(top))
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
    """Return the entries of a list as they are looked for: each word of them plain, the beginning of one*, or a * for any."""
    found: list[str] = []
    for text in table.texts(key):
        if not any(map(str.isalnum, text)) or text.lstrip()[0] in "*…/":
            table.note(key, f'"{text}" cannot be looked for', "begin with a word; a * stands for any one word after it")
        plain = " ".join(text.casefold().replace("…", " … ").split())
        if _OPEN.isdisjoint(plain):
            found.append(plain)
            continue
        words = [_alternatives(word) for word in plain.split()]
        if prod(map(len, words)) > MOST:
            table.note(key, f'"{text}" stands for too many wordings', "write it as two, each with fewer … and /")
        else:
            found += [" ".join(filter(None, choice)) for choice in product(*words)]
    return tuple(found)


def _alternatives(word: str) -> Sequence[str]:
    """Return for what a word of an entry stands: a / for one or the other, a # for any number, a … for up to three words."""
    if word == "…":
        return _GAPS
    words = [part for part in word.split("/") if part] if "/" in word else [word]
    return [part.replace("#", f"{digit}*") for part in words for digit in (range(10) if "#" in part else "0")]


def _when(top: Table) -> dict[str, tuple[str, ...]]:
    table = _by_language(top, "when")
    return {code: _entries(table, code) for code in table.values}


def _same(top: Table) -> dict[str, dict[str, str]]:
    """Return by language what words mean: `cannot = cant` is {"cant": "cannot"}; what is skipped means nothing."""
    found: dict[str, dict[str, str]] = {}
    for key in ("same", "skip"):
        table = _by_language(top, key)
        for code in table.values:
            own = found.setdefault(code, {})
            for text in table.texts(code):
                first, *others = [
                    " ".join(part.split()) for part in (text if key == "same" else f"={text}").casefold().split("=")
                ]
                if not others or not all(any(map(str.isalnum, part)) for part in ([first] if key == "same" else []) + others):
                    table.note(
                        code, f'"{text}" cannot be read', 'write what is looked for and what means the same: "cannot = cant"'
                    )
                own.update(dict.fromkeys(others, first))
    return found


def _by_language(top: Table, key: str) -> Table:
    """Return a table whose keys are languages."""
    values = top.values.get(key, {})
    return top.table(key, tuple(filter(_is_language, values)) if isinstance(values, dict) else ())


def _replies(top: Table, standard: Mapping[str, Reply]) -> dict[str, Reply]:
    table = _by_language(top, "reply")
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
        hits += _hits(text, sentences, book.phrases.get(code, ()), book.when.get(code, ()), book.same.get(code, {}))
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


def _hits(
    text: str, sentences: Sequence[int], phrases: Sequence[Phrase], when: Sequence[str], same: Mapping[str, str]
) -> list[tuple[int, int, Phrase]]:
    """Return where phrases stand in one sentence that does not make them all right: from where to where, and which.

    They are looked for in the text as it stands and once more in its plainer reading.
    """
    entries: list[str] = []
    meaning: list[tuple[int, bool]] = []  # of each entry: which phrase, and whether it is one of its wordings
    for own, phrase in enumerate(phrases):
        entries += [*phrase.wordings, *phrase.unless]
        meaning += [(own, True)] * len(phrase.wordings) + [(own, False)] * len(phrase.unless)
    meaning += [(-1, False)] * len(when)
    entries += when
    others = {member: first for member, first in same.items() if first}  # what is skipped in a text may matter in a wording
    begin = {member.split()[0] for member in others}
    to_read = [at for at, entry in enumerate(entries) if "'" in entry or not begin.isdisjoint(entry.split())]
    entries += _plainer(_BETWEEN.join(entries[at] for at in to_read), others)[0].split(_BETWEEN)
    meaning += [meaning[at] for at in to_read]
    reading, pieces = _plainer(text, same)
    twice = f"{text}\n{reading}"
    looked_for = _possible(entries, twice)
    said: list[tuple[int, int, int, int]] = []
    excused: set[tuple[int, int]] = set()  # a sentence, and the phrase that is all right in it
    dated = {bisect_right(sentences, match.start()) for match in re.finditer(_FIGURES, text)}
    for place in places(twice, [entries[at] for at in looked_for]):
        start, end = place.start, place.end
        if start > len(text):
            start, end = _origin(pieces, start - len(text) - 1, end - len(text) - 1)
        sentence = bisect_right(sentences, start)
        if end > len(text) or sentence != bisect_right(sentences, end - 1):
            continue
        own, is_wording = meaning[looked_for[place.entry]]
        if own < 0:
            dated.add(sentence)
        elif is_wording:
            said.append((start, end, sentence, own))
        else:
            excused.add((sentence, own))
    return [
        (start, end, phrases[own])
        for start, end, sentence, own in said
        if (sentence, own) not in excused and not (phrases[own].promise and sentence in dated)
    ]


def _possible(entries: Sequence[str], text: str) -> list[int]:
    """Return which entries may stand in a text: all of their words do, where they are plain words. It saves most of the work."""
    words = {*plain_words(text.replace("*", " ")).split(), "*"}
    return [
        at
        for at, entry in enumerate(entries)
        if words.issuperset(entry.split()) or not (entry.isascii() and entry.replace(" *", "").replace(" ", "").isalnum())
    ]


def _plainer(text: str, same: Mapping[str, str]) -> tuple[str, list[_Piece]]:
    """Return a text with the words that mean the same instead of its own, and of which pieces it is made.

    Of words that overlap the first and longest are taken. What is written with an apostrophe means nothing without one:
    `we're` is "we are", `were` is not.
    """
    members = list(same)
    pieces: list[_Piece] = []
    written: list[str] = []
    length = read_to = 0
    for place in sorted(places(text, members), key=lambda place: (place.start, -place.end)):
        own = text[place.start : place.end]
        if place.start < read_to or not _NOT_WITHIN.isdisjoint(own) or ("'" in members[place.entry] and own.isalnum()):
            continue
        instead = same[members[place.entry]]
        pieces += [
            _Piece(length, read_to, place.start, kept=True),
            _Piece(length + place.start - read_to, place.start, place.end, kept=False),
        ]
        written += [text[read_to : place.start], instead]
        length += place.start - read_to + len(instead)
        read_to = place.end
    pieces.append(_Piece(length, read_to, len(text), kept=True))
    return "".join([*written, text[read_to:]]), pieces


def _origin(pieces: Sequence[_Piece], start: int, end: int) -> tuple[int, int]:
    """Return from where to where in the text stands what stands so in its plainer reading."""
    first, last = (pieces[bisect_right(pieces, spot, key=lambda piece: piece.at) - 1] for spot in (start, end - 1))
    return (
        first.start + start - first.at if first.kept else first.start,
        last.start + end - last.at if last.kept else last.end,
    )
