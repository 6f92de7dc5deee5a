"""Which words of a complaint point to a serious one: a matter of law or safety, which is the owner's business.

The words stand in the policy, under each flag. What they find is a suspicion: a person says whether it is so.
"""

from collections.abc import Mapping, Sequence

# What stands inside a word and makes no other word of it: apostrophes of all kinds, soft hyphens, joiners, and accents.
_WITHIN_A_WORD = frozenset("'’‘ʼ´`\u00ad\u200b\u200c\u200d").union(map(chr, range(0x300, 0x370)))
_BEGINNING = 4  # letters of a word


def suspected(text: str, words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the flags that a text points to, each with those of its entries that stand in the text, in the given order.

    `words` are the entries of each flag. An entry is a word or several that stand together; a word that ends in * is the
    beginning of a word. Capitals, accents, apostrophes, hyphens and line breaks make no difference: many people write without.
    An entry without any letter or digit is found nowhere.
    """
    heard = _plain(_on_one_line(text).replace("*", " "))
    # All entries are made plain in one go: one by one, the work around each would be most of the work.
    plain = iter(_plain("\n".join(_on_one_line(entry) for entries in words.values() for entry in entries)).split("\n"))
    # Most are out at once: no word of the text begins as they do. (Those that begin with a shorter word are looked for.)
    beginnings = {word[:_BEGINNING] for word in heard.split()}
    found = {
        flag: tuple(
            entry
            for entry, sought in zip(entries, plain, strict=False)
            if ((start := sought[1 : 1 + _BEGINNING]) in beginnings or not start.isalnum()) and _stands(sought, heard)
        )
        for flag, entries in words.items()
    }
    return {flag: entries for flag, entries in found.items() if entries}


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ")


def _plain(text: str) -> str:
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


def _stands(sought: str, heard: str) -> bool:
    """Tell whether a plain entry stands in a plain text."""
    first = sought.partition("*")[0]
    if first not in heard or first == " ":
        return False
    others = sought.split("*")[1:]  # after each *, what must follow where the word ends
    place = heard.find(first)
    while place >= 0:
        end = place + len(first)
        for piece in others:
            end = heard.find(" ", end)
            if end < 0 or not heard.startswith(piece, end):
                break
            end += len(piece)
        else:
            return True
        place = heard.find(first, place + 1)
    return False
