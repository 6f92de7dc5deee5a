"""Which words of a complaint point to a serious one: a matter of law or safety, which is the owner's business.

The words stand in the policy, under each flag. What they find is a suspicion: a person says whether it is so.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

# What stands inside a word and makes no other word of it: apostrophes of all kinds, soft hyphens, joiners, and accents.
_WITHIN_A_WORD = frozenset("'’‘ʼ´`\u00ad\u200b\u200c\u200d").union(map(chr, range(0x300, 0x370)))
_WORD = rf"(?:https?://|www\.)\S+|[^\W_]+(?:[{''.join(_WITHIN_A_WORD)}]+[^\W_]+)*"  # or an address on the web
_BEGINNING = 4  # letters of a word


class Place(NamedTuple):
    """Where an entry stands in a text: which one, and from which character up to which."""

    entry: int
    start: int
    end: int


def suspected(text: str, words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the flags that a text points to, each with those of its entries that stand in the text, in the given order.

    `words` are the entries of each flag. An entry is a word or several that stand together; a word that ends in * is the
    beginning of a word. Capitals, accents, apostrophes, hyphens and line breaks make no difference: many people write without.
    An entry without any letter or digit is found nowhere.
    """
    entries = [entry for own in words.values() for entry in own]
    standing = {entry for entry, _, _ in _standing(plain_words(text.replace("*", " ")).split(), entries)}
    found, count = {}, 0
    for flag, own in words.items():
        found[flag] = tuple(entry for at, entry in enumerate(own, count) if at in standing)
        count += len(own)
    return {flag: own for flag, own in found.items() if own}


def places(text: str, entries: Sequence[str]) -> Iterator[Place]:
    """Yield every place at which one of the entries stands in a text; entries are as in `suspected`.

    Addresses on the web are passed over.
    """
    found = [(match[0], match.span()) for match in re.finditer(_WORD, text)]
    unique = dict.fromkeys(written for written, _ in found if ":" not in written and "." not in written)
    plain = dict(zip(unique, map(str.split, plain_words("\n".join(unique)).split("\n")), strict=False))
    words = [(word, span) for written, span in found for word in plain.get(written, ())]
    spots = [span for _, span in words]
    for entry, first, last in _standing([word for word, _ in words], entries):
        yield Place(entry, spots[first][0], spots[last][1])


class _Step(dict[str, "_Step"]):
    """What may come next of some entries, by word: `word`, `beginning*` or `*`. `ends` are the entries that end here.

    `lengths` are how long the beginnings are, their * among it.
    """

    def __init__(self) -> None:
        self.ends: list[int] = []
        self.lengths: set[int] = set()

    def after(self, word: str) -> "list[_Step]":
        """Return the steps to which a word of a text leads."""
        found = [self[word]] if word in self else []
        for length in self.lengths:
            beginning = word[: length - 1] + "*"
            if beginning in self and len(beginning) == length:
                found.append(self[beginning])
        return found


def _standing(words: Sequence[str], entries: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield which entry stands among plain words, and which is its first word there and which its last."""
    start = _steps(entries, {word[:_BEGINNING] for word in words})
    begun: dict[str, list[_Step]] = {}  # most words of a text begin no entry
    for first, word in enumerate(words):
        steps = begun.get(word)
        if steps is None:
            steps = begun[word] = start.after(word)
        last = first
        while steps:
            for step in steps:
                for entry in step.ends:
                    yield entry, first, last
            last += 1
            steps = [then for step in steps for then in step.after(words[last])] if last < len(words) else []


def _steps(entries: Sequence[str], beginnings: Container[str]) -> _Step:
    """Return the first step of those entries that may stand in a text whose words begin so."""
    # All entries are made plain in one go: one by one, the work around each would be most of the work.
    start = _Step()
    for own, entry in enumerate(plain_words("\n".join(map(_on_one_line, entries))).split("\n")):
        # Most are out at once: no word of the text begins as they do. (Those that begin with a shorter word are looked for.)
        if (beginning := entry[1 : 1 + _BEGINNING]) not in beginnings and beginning.isalnum():
            continue
        step = start
        for written in entry.split():
            word = written if written[-1] != "*" else written.rstrip("*") + "*"
            then = step.get(word)
            if then is None:
                then = step[word] = _Step()
                if word[-1] == "*":
                    step.lengths.add(len(word))
            step = then
        step.ends.append(own)
    start.pop("*", None)  # what begins with any word would stand everywhere
    start.ends = []
    return start


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ")


def plain_words(text: str) -> str:
    """Return the words of each line, with a space before and after each: without capitals, accents and signs other than *."""
    text = text.casefold()
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKD", text)
    for character in set(text):
        if not character.isalnum() and character not in "*\n":
            text = text.replace(character, "" if character in _WITHIN_A_WORD else " ")
    text = f" {text} ".replace("\n", " \n ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text
