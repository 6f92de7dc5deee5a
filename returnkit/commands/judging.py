"""What every command does that judges a return: decide, ask on a terminal, and put the answer into words."""

import sys

from click import prompt

from returnkit.commands.session import Session
from returnkit.commands.streams import complain, to_stderr
from returnkit.errors import BadInputError
from returnkit.policy.decide import Decision, hyphened
from returnkit.policy.facts import Facts
from returnkit.policy.judge import Judge
from returnkit.policy.words import Words, sentence
from returnkit.render import Report, Section

EXIT_CODES = {"yes": 0, "no": 1, "manager": 4, "ask": 5}


def judged(session: Session, facts: Facts) -> tuple[Decision, Judge]:
    """Return the decision by the shop's policy, and the judge that made it."""
    judge = session.judge(facts.bought)
    session.check_names(facts, judge.versions)
    session.check_age(facts, judge.versions)
    return judge.decide(facts), judge


def settled(session: Session, given: dict[str, object], *, asking: bool) -> tuple[Decision, Judge]:
    """Return the decision on the facts that were given, and its judge.

    Where `asking`, questions are put on the terminal until there is an answer; what is answered there is added to `given`.
    """
    decision, judge = judged(session, session.facts(given))
    while decision.answer == "ask" and asking and on_a_terminal():
        answered = _answered(session, decision, given)
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
    from returnkit.policy import answer

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


def on_a_terminal() -> bool:
    """Tell whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _answered(session: Session, decision: Decision, given: dict[str, object]) -> Facts | None:
    """Ask the question on the terminal, again where the answer is not understood; None where nobody answers."""
    assert decision.question is not None
    fact = decision.question.fact
    from returnkit.policy import answer

    words = session.words()
    to_stderr("\n".join(answer.lines(decision, words, session.shop.roles, (), words.answer(decision, ()))))
    values = "" if fact in ("bought", "delivered", "price") else f" ({', '.join(lead.value for lead in decision.question.leads)})"
    asked = sentence(words.name("fact", hyphened(fact))) + values
    while True:
        typed: str = prompt(asked, default="", show_default=False, err=True).strip()
        if not typed:
            return None
        try:
            facts = session.facts({**given, fact: typed})
        except BadInputError as error:
            complain(*error.problems)
        else:
            given[fact] = typed
            return facts
