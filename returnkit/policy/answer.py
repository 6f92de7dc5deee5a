"""An answer as it stands on the counter's screen: what is open until when, or the question and where it leads."""

from itertools import groupby
from operator import itemgetter

from returnkit.model.dates import iso
from returnkit.model.money import decimal_text
from returnkit.policy.decide import Decision, Lead, Question, Remedy, hyphened
from returnkit.policy.words import Words


def heading(decision: Decision, words: Words, who: tuple[str, ...]) -> str:
    """Return the answer in a word; `who` are those who may decide."""
    return words.language.say(f"answer.{decision.answer}", who=words.language.one_of([*who]))


def lines(decision: Decision, words: Words, roles: tuple[str, ...], who: tuple[str, ...], said: str) -> list[str]:
    """Return the answer and the sentence to say, or the question and where each answer to it leads."""
    title, question = heading(decision, words, who), decision.question
    if question is not None:
        option = words.language.say("ask.option", option=f"--{hyphened(question.fact)}")
        return [f"{title}: {said} ({option})", *_leads(question, words, roles)]
    options = [_open(remedy, decision, words) for remedy in decision.remedies]
    return [f"{title}: {'; '.join(options)}" if options else title, f"  “{said}”"]


COLUMNS = ("answer", "who", "remedy", "until", "amount", "currency")


def rows(decision: Decision, words: Words, who: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return a row of COLUMNS for each remedy, and one for an answer without any; the same words in every language."""
    answer, names = decision.answer, ", ".join(who)
    return tuple(
        (
            answer,
            names,
            remedy.remedy,
            "" if remedy.until is None else iso(remedy.until),
            "" if remedy.amount is None else decimal_text(remedy.amount, words.digits),
            words.currency,
        )
        for remedy in decision.remedies
    ) or ((answer, names, "", "", "", ""),)


def _open(remedy: Remedy, decision: Decision, words: Words) -> str:
    text = words.name("remedy", remedy.remedy)
    if remedy.amount is not None:
        text = f"{text} {words.money(remedy.amount)}"
    if remedy.until is None or remedy.until < decision.facts.on:
        return text
    return f"{text} {words.until(remedy.until, at_least=decision.at_least)}"


def _leads(question: Question, words: Words, roles: tuple[str, ...]) -> list[str]:
    """Return where each value leads; neighbours that lead to the same together, and nothing where all is still open."""
    if all(lead.answer == "ask" for lead in question.leads):
        return []
    found: list[tuple[str, str]] = []
    outcomes = [(_outcome(lead, words, roles), lead.value) for lead in question.leads]
    for outcome, group in groupby(outcomes, key=itemgetter(0)):
        values = [value for _, value in group]
        if question.fact in ("bought", "delivered"):
            first, last = values[0].partition("/")[0], values[-1].partition("/")[2]
            found.append((f"… {last}" if first == ".." else f"{first} … {last}", outcome))
        else:
            found.append((", ".join(words.lead(question.fact, value) for value in values), outcome))
    width = max(len(value) for value, _ in found)
    return [f"  {value:{width}}  {outcome}" for value, outcome in found]


def _outcome(lead: Lead, words: Words, roles: tuple[str, ...]) -> str:
    if lead.answer == "ask":
        return words.language.say("lead.ask")
    who = "" if lead.who is None else words.role(roles[lead.who])
    title = words.language.say(f"answer.{lead.answer}", who=who).lower()
    names = ", ".join(words.name("remedy", remedy.remedy) for remedy in lead.remedies)
    if lead.exception and lead.answer == "yes":
        names = f"{names} ({words.language.say('lead.exception')})"
    return f"{title}: {names}" if names else title
