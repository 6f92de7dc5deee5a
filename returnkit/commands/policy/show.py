"""`returnkit policy show`: the policy as a customer can read it."""

import click

from returnkit.commands.options import SETTINGS, global_options, output_options, policy_option
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem
from returnkit.model.dates import iso, parse_day
from returnkit.model.digest import short_sha256
from returnkit.policy.decide import version_in_force
from returnkit.policy.show import sections
from returnkit.render import Report

SCHEMA = "returnkit.policy/1"


@global_options
@output_options
@policy_option
@click.command(context_settings=SETTINGS)
@click.option("--bought", metavar="DAY", help="Show the version for things bought on that day (default: today).")
def show(policy: str | None, bought: str | None, form: str | None, output: str | None) -> int:
    """Show the whole policy as a customer can read it, in the shop's language or that of --lang.

    \b
        returnkit policy show
        returnkit policy show --lang en -o returns.html

    It is the policy that holds for what is bought today. What staff may give beyond it is not shown.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session(policy)
    try:
        day = session.today if bought is None else parse_day(bought, lambda: session.today)
    except ValueError as error:
        raise BadInputError(Problem(f"bought {bought!r} is not understood", str(error))) from None
    versions = session.judge(None).versions
    version = version_in_force(versions, day)
    following = next((later.effective for later in versions if later.effective > version.effective), None)
    words = session.words()
    found = sections(version, following, words, session.shop.roles, session.today)
    data = {
        "schema": SCHEMA,
        "language": words.language.code,
        "sections": [{"heading": section.heading, "lines": list(section.lines)} for section in found],
        "policy": {"file": version.file, "effective": iso(version.effective), "sha256": short_sha256(version.source)},
    }
    form = form_of(form, output)
    if form == "table":
        found = [section._replace(lines=tuple(f"  {line}" for line in section.lines)) for section in found]
    rows = tuple((section.heading, line.strip()) for section in found for line in section.lines)
    title = f"{session.shop.name}: {words.language.say('show.title')}"
    deliver(Report(title, words.language.code, tuple(found), ("section", "text"), rows, data), form, output)
    return 0
