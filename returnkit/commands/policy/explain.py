"""`returnkit policy explain`: every condition, and what would have made it a yes."""

import click

from returnkit.commands.judging import EXIT_CODES, report, settled
from returnkit.commands.options import SETTINGS, fact_options, given_facts, global_options, output_options, policy_option
from returnkit.commands.session import Session, deliver, form_of
from returnkit.policy.alternatives import alternatives
from returnkit.policy.explanation import alternative_lines, condition_rows, condition_sections
from returnkit.render import Report, Section


@global_options
@output_options
@policy_option
@fact_options
@click.command(context_settings=SETTINGS)
def explain(policy: str | None, form: str | None, output: str | None) -> int:
    """Explain a decision: every condition that was looked at, in plain words, and what would have made it a yes.

    \b
        returnkit policy explain --category toys --bought 2026-09-01 --condition worn --receipt yes

    Takes the same facts and gives the same exit code as `policy check`. In JSON it is the decision of `policy check`
    with one key more: "yes_if", a list of {"fact", "value", "remedies"}.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session(policy)
    form = form_of(form, output)
    decision, judge = settled(session, given_facts(), asking=form == "table")
    answer = report(session, decision, judge, form)
    words, setting = session.words(), judge.setting
    changes = alternatives(judge, decision) if decision.answer in ("no", "manager") else ()
    sections = [*answer.sections, *condition_sections(decision, words, setting)]
    if decision.answer in ("no", "manager"):
        lines = alternative_lines(changes, words, setting, decision.facts.on)
        sections.append(Section(words.language.say("explain.yes-if"), tuple(lines)))
    if decision.policy is not None:
        sections.append(Section("", (words.policy(decision.policy),)))
    data = answer.data
    if isinstance(data, dict):
        from returnkit.policy.as_json import change_as_json

        data = data | {"yes_if": [change_as_json(change, setting, session.shop.currency) for change in changes]}
    columns = ("part", "kind", "fact", "want", "value", "held")
    rows = condition_rows(decision, setting)
    deliver(Report(answer.title, answer.language, tuple(sections), columns, rows, data), form, output)
    return EXIT_CODES[decision.answer]
