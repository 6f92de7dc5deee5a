"""`returnkit policy check`: judge a return in one line."""

import sys

import click

from returnkit.commands.options import (
    SETTINGS,
    fact_options,
    given_facts,
    global_options,
    output_options,
    policy_option,
)
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import complain, to_stderr
from returnkit.errors import BadInputError, Problem
from returnkit.policy import answer
from returnkit.policy.decide import Decision, hyphened
from returnkit.policy.facts import Facts
from returnkit.policy.judge import Judge
from returnkit.policy.words import Words, sentence
from returnkit.render import Report, Section

EXIT_CODES = {"yes": 0, "no": 1, "manager": 4, "ask": 5}


@global_options
@output_options
@policy_option
@fact_options
@click.command(context_settings=SETTINGS)
@click.argument("lines", required=False, metavar="[-|FILE]")
def check(lines: str | None, policy: str | None, form: str | None, output: str | None) -> int:
    """Judge a return by the written policy: the answer, what is open until when, how much, and what to say.

    \b
        returnkit policy check --category toys --bought 2026-11-01 --condition opened
        returnkit policy check --sku LEGO-10280 --bought yesterday --price 49.90 -f json
        returnkit policy check - < returns.jsonl > answers.jsonl

    What is not given is unknown. If it makes no difference, nobody is asked for it. If it does, the answer is the one
    question that settles most, with what each answer would lead to; on a terminal you can answer it right away.

    The version of the policy that was in force on the day of purchase decides; earlier ones are in policies/archive/.

    With - (or a file) every line is a JSON object with the same facts as keys ("paid_with" or "paid-with", "tag" a list
    or a text, money in quotes); options given beside it hold for lines that do not say otherwise. Every line is
    answered in its place with one line of JSON that carries its number as "line" and its own "exit"; a line that cannot
    be read answers {"error": ..., "exit": 2}; blank lines are passed over.

    Exit code: 0 yes, 1 no, 4 a person must decide (it says who), 5 one fact is missing (it says which); 2 wrong usage,
    3 a policy cannot be read, 74 the answer cannot be written. With -: 0 if every line was judged, 2 if a line was bad.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session = Session(policy)
    if lines is not None:
        from returnkit.commands.policy.batch import check_lines

        if form not in (None, "json", "jsonl"):
            raise BadInputError(Problem(f"lines are answered with lines of JSON, not as {form}", "leave --format out"))
        return check_lines(session, lines, given_facts(), output)
    facts = session.facts(given_facts())
    decision, judge = settled(session, facts, asking=form_of(form, output) == "table")
    deliver(report(session, decision, judge, form_of(form, output)), form, output)
    return EXIT_CODES[decision.answer]


def judged(session: Session, facts: Facts) -> tuple[Decision, Judge]:
    """Return the decision by the shop's policy, and the judge that made it."""
    judge = session.judge(facts.bought)
    session.check_names(facts, judge.versions)
    session.check_age(facts, judge.versions)
    return judge.decide(facts), judge


def settled(session: Session, facts: Facts, *, asking: bool) -> tuple[Decision, Judge]:
    """Return the decision and its judge; where `asking`, questions are put on the terminal until there is an answer."""
    decision, judge = judged(session, facts)
    while decision.answer == "ask" and asking and _on_a_terminal():
        answered = _answered(session, decision)
        if answered is None:
            break
        decision, judge = judged(session, answered)
    return decision, judge


def say(session: Session, decision: Decision, judge: Judge, words: Words) -> str:
    """Return the sentence to say; a refusal is worded by what is possible."""
    possible: tuple[tuple[str, Decision], ...] = ()
    if decision.answer == "no":
        from returnkit.policy.alternatives import possible_instead

        possible = tuple((other.fact, other.decision) for other in possible_instead(judge, decision))
    return words.answer(decision, session.spoken_who(decision), possible)


def report(session: Session, decision: Decision, judge: Judge, form: str) -> Report:
    """Return the answer as a report: two lines to read, a row for each remedy, the decision as data."""
    words, shop = session.words(), session.shop
    said = say(session, decision, judge, words)
    who = session.spoken_who(decision)
    data: object = None
    if form in ("json", "jsonl"):
        from returnkit.policy.as_json import decision_as_json

        data = decision_as_json(decision, judge.setting, shop.currency, session.who(decision), said)
    sections = (Section("", tuple(answer.lines(decision, words, shop.roles, who, said))),)
    title = "" if form in ("table", "md") else answer.heading(decision, words, who)
    return Report(title, words.language.code, sections, answer.COLUMNS, answer.rows(decision, words, session.who(decision)), data)


def _on_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _answered(session: Session, decision: Decision) -> Facts | None:
    """Ask the question on the terminal, again where the answer is not understood; None where nobody answers."""
    assert decision.question is not None
    fact = decision.question.fact
    words = session.words()
    to_stderr("\n".join(answer.lines(decision, words, session.shop.roles, (), words.answer(decision, ()))))
    values = "" if fact in ("bought", "delivered", "price") else f" ({', '.join(lead.value for lead in decision.question.leads)})"
    asked = sentence(words.name("fact", hyphened(fact))) + values
    while True:
        typed: str = click.prompt(asked, default="", show_default=False, err=True).strip()
        if not typed:
            return None
        try:
            facts = session.facts({**given_facts(), fact: typed})
        except BadInputError as error:
            complain(*error.problems)
        else:
            given_facts()[fact] = typed
            return facts
