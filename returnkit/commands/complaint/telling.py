"""How a complaint is told: its state, what is possible next, and what is due when."""

from collections.abc import Iterable

from returnkit.commands.session import Session
from returnkit.languages import Language
from returnkit.model.jsonl import Json
from returnkit.model.money import minor_digits
from returnkit.service.clocks import FLAG, LAW, OVERDUE, PROMISE, RUNNING, Clocks, Due, minutes
from returnkit.service.complaint import Case, possible, steps
from returnkit.service.terms import Token

WIDTH = 76
HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60  # minutes


def state_lines(language: Language, case: Case, holder: str = "") -> list[str]:
    """Return how a case stands, who has it, and what is possible next."""
    forward = list(steps(case.state))
    state = stated(language, case.state)
    stated_now = language.say("case.with", state=state, holder=holder) if holder else language.say("case.now", state=state)
    if case.into:
        return [f"  {stated_now} {language.say('case.into', id=case.into)}"]
    aside = [verb for verb in possible(case.state) if verb not in forward]
    lines = [f"  {stated_now}", f"  {language.say('case.next', verbs=', '.join(forward))}"]
    return [*lines, f"  {language.say('case.aside', verbs=', '.join(aside))}"] if aside else lines


def stated(language: Language, state: str) -> str:
    """Return what a state is called; one that only a newer program knows has no name."""
    key = f"state.{state}"
    return language.say(key) if language.knows(key) else "?"


def due_lines(session: Session, case: Case, now: int, *, first_only: bool = False) -> list[str]:
    """Return what is due of a case: everything, or only what is late already, what is due first, and flags."""
    clocks = session.clocks()
    found = clocks.dues(case, now)
    if first_only:
        waiting = sorted((due for due in found if due.status == RUNNING and due.by is not None), key=lambda due: due.by or 0)
        first = [due for due in waiting if due.what not in (LAW, FLAG, PROMISE)][:1]
        found = [due for due in found if due.status == OVERDUE] + first + [due for due in waiting if due.what in (FLAG, PROMISE)]
    lines = []
    for due in found:
        lines.append(f"  {told(session.language, clocks, case, due, now)}")
        lines += [f"      {due.about}"] if due.what == LAW else []
    return lines


def told(language: Language, clocks: Clocks, case: Case, due: Due, now: int) -> str:
    """Return one thing that is due, as `First answer: by 2026-11-21 16:30, in 3 h`."""
    what = language.say(f"due.{due.what.replace('_', '-')}", about=_about(case, due)).strip()
    if due.by is None:
        how = language.say(f"status.{due.status}.open", left=hours_and_minutes(minutes(due.left)))
        return f"{what}: {how}"
    when = day_and_time(clocks, due.by)
    how = language.say(f"status.{due.status}", when=when, apart=spent(minutes(abs(due.by - now))))
    aimed = due.aim is not None and due.status == RUNNING and due.aim != due.by and due.aim > now
    aim = f" ({language.say('due.aim', when=day_and_time(clocks, due.aim))})" if aimed and due.aim is not None else ""
    return f"{what}: {how}{aim}"


def _about(case: Case, due: Due) -> str:
    if due.what == LAW:
        return ""
    if due.what != PROMISE:
        return due.about
    promise = next((promise for promise in case.promises if promise.id == due.about), None)
    return f"{due.about}{f', {promise.staff}' if promise and promise.staff else ''}"


def day_and_time(clocks: Clocks, at: int) -> str:
    """Return an instant as date and time in the shop's zone, to the minute."""
    return clocks.local(at)[:16].replace("T", " ")


def hours_and_minutes(lasted: int) -> str:
    """Return minutes of a clock, of which no certain number makes a day."""
    return f"{lasted // HOUR} h" + (f" {lasted % HOUR} min" if lasted % HOUR else "")


def spent(lasted: int) -> str:
    """Return minutes as a person says them: `45 min`, `3 h`, `3 h 20 min`, `4 d`; the symbols are the same in every language."""
    if lasted < HOUR:
        return f"{lasted} min"
    if lasted < DAY:
        return hours_and_minutes(lasted)
    hours = lasted // HOUR
    if lasted < WEEK:
        return f"{hours // 24} d" + (f" {hours % 24} h" if hours % 24 else "")
    return f"{hours // 24} d"


def dues_as_json(clocks: Clocks, case: Case, now: int) -> list[Json]:
    """Return everything that is due of a case as data: times in the shop's zone, what is left in seconds."""
    return [
        {
            "what": due.what.replace("_", "-"),
            "about": due.about or None,
            "status": due.status,
            "by": None if due.by is None else clocks.local(due.by),
            "aim": None if due.aim is None else clocks.local(due.aim),
            "left": due.left if due.by is None else due.by - now,
        }
        for due in clocks.dues(case, now)
    ]


def flag_lines(session: Session, flags: Iterable[str]) -> list[str]:
    """Return what flags mean: what must be done, by whom, and where that stands."""
    from textwrap import wrap

    terms, language = session.clocks().terms, session.language
    lines = []
    for own in flags:
        flag = terms.flags.get(own)
        if flag is not None:
            who = " / ".join(session.shop.who_may(session.shop.roles.index(flag.role))) or flag.role
            lines += wrap(f"{own} ({who}): {language.pick(flag.duty)}", WIDTH, subsequent_indent="    ")
            lines += [f"    {flag.law}"] if flag.law else []
        else:
            lines.append(own)
    return lines


def risk_lines(session: Session, case: Case) -> list[str]:
    """Return what is at risk with a customer, or was won back or lost with them: what they spend here in a year."""
    if case.value is None:
        return []
    amount = session.language.money(case.value, minor_digits(case.currency), case.currency)
    told = case.customer or ("any" if case.opening.get("assumed") else "at-risk")
    return [session.language.say(f"value.{told}", amount=amount)]


def token_text(session: Session, token: Token) -> str:
    """Return a token of goodwill in words, with what it is worth."""
    shop, language = session.shop, session.language
    return f"{token.id}: {language.pick(token.what)} ({language.money(token.worth, shop.digits, shop.currency)})"
