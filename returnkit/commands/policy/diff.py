"""`returnkit policy diff`: what changes from one policy to another, in plain words."""

from collections.abc import Sequence

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.policy.comparing import COLUMNS, compared, described, wrapped
from returnkit.commands.policy.revisions import policy_named
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.languages import Language
from returnkit.model.dates import iso
from returnkit.policy.diff import KINDER, OTHERWISE, STRICTER, Change
from returnkit.policy.diff_words import INWARD, room_told, told
from returnkit.policy.language import Policy
from returnkit.render import Report, Section

SCHEMA = "returnkit.diff/1"


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.option("--customers", is_flag=True, help="Only what customers should be told, as a notice.")
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
def diff(old: str, new: str | None, form: str | None, output: str | None, *, customers: bool) -> int:
    """Say what changes from one policy to another: for whom, what, and whether it is kinder or stricter.

    \b
        returnkit policy diff policies/archive/returns-2025-03-01.toml
        returnkit policy diff HEAD~1 HEAD
        returnkit policy diff policies/returns.toml draft.toml --customers --lang en

    OLD and NEW are policy files, or revisions of git in which policies/returns.toml is read. NEW is the shop's policy as it
    stands unless it is named; OLD is the one that was committed last. The answers are compared, not the texts: every request
    that either policy tells apart, for what is bought once both are in force. Where no change is named, there is none.

    JSON is {"schema", "old", "new": {"file", "effective", "sha256"}, "from", "same", "changes": [{"rule": {"old", "new"},
    "where", "what", "of", "old", "new", "direction", "when", "bought", "after", "example"}], "discretion": [{"role", "what",
    "direction", "example"}]}. direction is kinder, stricter or otherwise; when lists alternatives, each {"when", "unless"} in
    the words of the policy; bought lists first and last days of purchase (null: any, or no end); after is the first day after
    the purchase on which it shows.

    Exit code: 0, whether anything changes or not; 2 if there is no such policy, 3 if one cannot be read.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    before = policy_named(session, old)
    after = session.shop.policy() if new is None else policy_named(session, new)
    if customers and before.effective >= after.effective:
        begin = f"the new text begins on {iso(after.effective)}, no later than the old one"
        note(f"{begin}: give it its day with returnkit policy archive --effective DAY")
    found = compared(session, before, after)
    words, roles = session.words(), session.shop.roles
    language, since = words.language, words.language.since(max(before.effective, after.effective))
    if customers:
        public = [change for change in found.changes if change.difference.of not in INWARD]
        lines = told(public, words, roles) or [language.say("diff.same")]
        sections = [Section("", tuple(lines)), *_earlier(after, language)]
        title = language.say("diff.title", since=since)
    else:
        sections = _sections(found.changes, session)
        rooms = tuple(room_told(room, words, roles) for room in found.rooms)
        sections += [Section(language.say("diff.beyond"), rooms)] if rooms else []
        title = f"{before.file} → {after.file}"
        about = language.say("diff.scope", since=since) if sections else language.say("diff.same")
        sections.insert(0, Section("", (about, *(line for section in _earlier(after, language) for line in section.lines))))
    if form == "table":
        sections = [section._replace(lines=wrapped(section.lines, "  " if section.heading else "")) for section in sections]
    data = {
        "schema": SCHEMA,
        "old": described(before),
        "new": described(after),
        **found.as_json(words),
    }
    deliver(Report(title, language.code, tuple(sections), COLUMNS, tuple(found.rows(words)), data), form, output)
    return 0


def _earlier(new: Policy, language: Language) -> list[Section]:
    """Return that the new policy also judges earlier purchases where it is kinder, if it does."""
    return [Section("", (language.say("show.kinder"),))] if new.kinder else []


def _sections(changes: Sequence[Change], session: Session) -> list[Section]:
    words, found = session.words(), []
    for direction in (STRICTER, KINDER, OTHERWISE):
        own = [change for change in changes if change.difference.direction == direction]
        if own:
            found.append(Section(words.language.say(f"diff.{direction}"), tuple(told(own, words, session.shop.roles))))
    return found
