"""`returnkit policy say`: the one sentence at the till."""

import click

from returnkit.commands.judging import EXIT_CODES, judged
from returnkit.commands.judging import say as sentence_for
from returnkit.commands.options import SETTINGS, fact_options, given_facts, global_options, output_options, policy_option
from returnkit.commands.session import Session, deliver, form_of
from returnkit.policy.alternatives import while_selling
from returnkit.render import Report, Section

SCHEMA = "returnkit.sentence/1"


@global_options
@output_options
@policy_option
@fact_options
@click.command(context_settings=SETTINGS)
def say(policy: str | None, form: str | None, output: str | None) -> int:
    """Say the policy in one sentence.

    While selling, name the article: how many days, what to keep, or that it cannot come back.

    \b
        returnkit policy say --category toys
        returnkit policy say --sku LEGO-10280 --lang en

    While answering a return, give --bought as well: the sentence is worded by what is possible, as `policy check` words
    it, and the exit code is that of `policy check`. While selling it is 0.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session(policy)
    facts = session.facts(given_facts())
    words = session.words()
    if facts.bought is not None:
        decision, judge = judged(session, facts)
        said, code = sentence_for(session, decision, judge, words), EXIT_CODES[decision.answer]
    else:
        judge = session.judge(facts.on)
        session.check_names(facts, judge.versions)
        sold, opened, faulty = while_selling(judge, facts, session.shop.country.casefold())
        said, code = words.selling(sold, opened, faulty, session.shop.roles), 0
    data = {"schema": SCHEMA, "language": session.language.code, "say": said}
    report = Report("", session.language.code, (Section("", (said,)),), ("say",), ((said,),), data)
    deliver(report, form_of(form, output), output)
    return code
