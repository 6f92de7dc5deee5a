"""The draft of a reply to a customer: put together from the shop's own sentences, by how the complaint stands.

Thanks, an apology that admits the trouble, what happens next and by when. Nothing of what the customer wrote is repeated, and an
answer in public is short and names nobody.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

# What there is to say, each with the gaps that are filled in beside {shop}.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "greeting": ("name",),
    "hello": (),
    "thanks": (),
    "next": ("time", "day", "until"),
    "next-day": ("day", "until"),
    "next-open": (),
    "late": (),
    "need": ("need",),
    "need-open": (),
    "answer": (),
    "choose": (),
    "choose-then": (),
    "chosen": ("choice",),
    "done": ("done",),
    "done-open": (),
    "thanks-again": (),
    "public": ("reach",),
    "public-done": (),
    "farewell": (),
}
PROMISES = ("next", "next-day")  # they say by when
SORRY, OTHER = "sorry", "other"
RECEIVED, WAITING, OFFERED, ACCEPTED, RESOLVED = "received", "waiting", "offered", "accepted", "resolved"


class Reply(NamedTuple):
    """How a reply is put together in one language: its texts, and the apologies by category or flag."""

    texts: Mapping[str, str]
    sorry: Mapping[str, str]


class Told(NamedTuple):
    """What a reply is about, in words of its language; what is not known is empty.

    `stage` is how the complaint stands, and `about` its flags and its category. The customer hears of us on a `day` (`until` has
    the word around it) by a `time`, which is empty where the whole day counts; `late` is whether they were told a time that is
    over. `done` is what was done, `reach` how we can be reached, and `signed` who
    writes: a name, the shop, its telephone number.
    """

    stage: str
    shop: str
    about: Sequence[str] = ()
    name: str = ""
    day: str = ""
    until: str = ""
    time: str = ""
    late: bool = False
    need: str = ""
    choices: Sequence[str] = ()
    choice: str = ""
    done: str = ""
    reach: str = ""
    signed: Sequence[str] = ()


def draft(reply: Reply, told: Told) -> list[list[str]]:
    """Return a reply to the customer, as paragraphs of lines."""
    say = _Sayer(reply, told)
    greeting = say("greeting") if told.name else say("hello")
    apology = [f"{say('thanks')} {say.sorry()}"]
    told_late = [f"{say('late')} {_next(say, told)}"] if told.late else [_next(say, told)]
    body = {
        RECEIVED: [apology, told_late],
        WAITING: [apology, [f"{say('need') if told.need else say('need-open')} {say('answer')}"]],
        OFFERED: [apology, [say("choose"), *(f"- {choice}" for choice in told.choices)], [say("choose-then")]],
        ACCEPTED: [apology, [*([say("chosen")] if told.choice else []), *told_late]],
        RESOLVED: [[say.sorry(), say("done") if told.done else say("done-open")], [say("thanks-again")]],
    }[told.stage]
    return [[greeting], *body, [say("farewell"), *told.signed]]


def public_draft(reply: Reply, told: Told) -> list[list[str]]:
    """Return an answer that everybody can read, as paragraphs of lines: short, without names, with where to reach us."""
    say = _Sayer(reply, told)
    closing = say("public-done") if told.stage == RESOLVED else say("public") if told.reach else say("next-open")
    return [[f"{say('thanks')} {say.sorry()} {closing}"], [told.shop]]


def _next(say: "_Sayer", told: Told) -> str:
    return say("next") if told.time else say("next-day") if told.day else say("next-open")


class _Sayer:
    """Says the shop's sentences with their gaps filled."""

    def __init__(self, reply: Reply, told: Told) -> None:
        self.reply, self.told = reply, told

    def __call__(self, key: str) -> str:
        return _filled(self.reply.texts[key], self.told)

    def sorry(self) -> str:
        """Return the apology for such trouble."""
        known = next((about for about in self.told.about if about in self.reply.sorry), OTHER)
        return _filled(self.reply.sorry[known], self.told)


def _filled(text: str, told: Told) -> str:
    # In one go: what is filled in is not looked into again.
    return re.sub(r"\{(\w+)\}", lambda gap: str(getattr(told, gap[1])), text)
