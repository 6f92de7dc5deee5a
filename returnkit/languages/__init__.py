"""The languages that shops speak. A further one is one file beside `en.py`: the same names, its own words and plurals."""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple

DEFAULT = "en"


class Language(NamedTuple):
    """One language: its messages, and how it counts, dates and writes money.

    `plural` returns the CLDR plural class of a whole number. `day` writes a date as a sentence names it, `until` and `since`
    with the words around it. `money` writes minor units with the currency.
    """

    code: str
    messages: Mapping[str, str | Mapping[str, str]]
    plural: Callable[[int], str]
    day: Callable[[int], str]
    until: Callable[[int], str]
    since: Callable[[int], str]
    money: Callable[[int, int, str], str]

    def say(self, key: str, count: int | None = None, /, **values: object) -> str:
        """Return the message at a key, in the form for `count` where it has plural forms. Raises KeyError."""
        message = self.messages[key]
        if not isinstance(message, str):
            message = message[self.plural(count or 0)]
        return message.format(n=count, **values) if "{" in message else message

    def knows(self, key: str) -> bool:
        """Tell whether the catalogue has a message at the key."""
        return key in self.messages

    def one_of(self, texts: list[str]) -> str:
        """Return `a, b or c`."""
        return self._joined(texts, self.say("list.or"))

    def all_of(self, texts: list[str]) -> str:
        """Return `a, b and c`."""
        return self._joined(texts, self.say("list.and"))

    @staticmethod
    def _joined(texts: list[str], last: str) -> str:
        return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + last + texts[-1] if texts else ""

    def pick(self, texts: Mapping[str, str]) -> str:
        """Return a text that the shop wrote, in this language, else for every language, else in English, else any."""
        for code in (self.code, "", DEFAULT, *texts):
            if texts.get(code):
                return texts[code]
        return ""


def known_languages() -> tuple[str, ...]:
    """Return the codes of the languages that there are."""
    files = os.listdir(os.path.dirname(__file__))
    return tuple(sorted(file[:-3] for file in files if file.endswith(".py") and not file.startswith("_")))


def language(*wanted: str) -> Language:
    """Return the first of the wanted languages that there is, else English."""
    for code in wanted:
        if code.isascii() and code.isalpha():
            try:
                module = import_module(f"{__name__}.{code}")
            except ModuleNotFoundError:
                continue
            return Language(code, module.MESSAGES, module.plural, module.day, module.until, module.since, module.money)
    return language(DEFAULT)


def grouped(minor: int, digits: int, point: str, group: str) -> str:
    """Return minor units as decimal text with thousands grouped."""
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}".replace(",", group) + (f"{point}{rest:0{digits}}" if digits else "")
