"""`returnkit policy compare`: the shop's policy beside those of others."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options, policy_option
from returnkit.commands.policy.comparing import COLUMNS, compared, described, wrapped
from returnkit.commands.policy.revisions import policy_named
from returnkit.commands.session import Session, deliver, form_of
from returnkit.policy.diff import KINDER, OTHERWISE, STRICTER
from returnkit.policy.diff_words import COMPARE, told
from returnkit.render import Report, Section

SCHEMA = "returnkit.comparison/1"


@global_options
@output_options
@policy_option
@click.command(context_settings=SETTINGS)
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
def compare(others: tuple[str, ...], policy: str | None, form: str | None, output: str | None) -> int:
    """Lay the shop's policy beside those of others, written as TOML: where you are stricter, where more generous.

    \b
        returnkit policy compare competitors/neighbour.toml
        returnkit policy compare competitors/*.toml -o comparison.html

    Every request that one of the two tells apart is compared, for what is bought once both are in force and from today on.
    Room beyond the policy is nobody's business and is left out. Names (categories, tags, members) mean the same in both
    files: write the other shop's policy in your own words.

    JSON is {"schema", "own": {"file", "effective", "sha256"}, "others": [{"policy", "from", "same", "changes"}]}; the
    changes are those of `policy diff`, from the other policy to your own: kinder means that you are.

    Exit code: 0; 2 if there is no such policy, 3 if one cannot be read.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(policy), form_of(form, output)
    own = session.shop.policy(policy or "")
    words, roles = session.words(), session.shop.roles
    sections, rows, data = [], [], []
    for other in (policy_named(session, named) for named in others):
        found = compared(session, other, own, since=session.today, rooms=False)
        lines: list[str] = []
        for direction in (STRICTER, KINDER, OTHERWISE):
            own_lines = told([each for each in found.changes if each.difference.direction == direction], words, roles, COMPARE)
            if own_lines:
                lines += [words.language.say(f"compare.{direction}"), *(f"  {line}" for line in own_lines)]
        lines = lines or [words.language.say("diff.same")]
        sections.append(Section(other.file, wrapped(lines, "  ") if form == "table" else tuple(lines)))
        rows += [(other.file, *row) for row in found.rows(words, COMPARE)]
        compared_data = found.as_json(words, COMPARE)
        del compared_data["discretion"]
        data.append({"policy": described(other), **compared_data})
    whole = {"schema": SCHEMA, "own": described(own), "others": data}
    deliver(Report("", words.language.code, tuple(sections), ("policy", *COLUMNS), tuple(rows), whole), form, output)
    return 0
