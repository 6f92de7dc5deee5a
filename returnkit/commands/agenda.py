"""How what is due is told: what it is, whose it is, when, and what it is about; on a screen, in a digest, in a calendar."""

from collections.abc import Iterable, Sequence

from returnkit.commands.complaint.telling import day_and_time, spent
from returnkit.commands.followup.telling import asks
from returnkit.commands.session import Session
from returnkit.model.jsonl import Json
from returnkit.model.text import safe_line
from returnkit.model.toml import name
from returnkit.service.agenda import FOLLOW_UP, Item
from returnkit.service.clocks import LAW, PROMISE, minutes
from returnkit.service.statutes import ANSWER

LONGEST_TEXT, WIDTH = 200, 76


def label(session: Session, item: Item) -> str:
    """Return what is due, in words: `First answer`, `Promise (Anna)`, `Call back`."""
    key = f"due.{item.what.replace('_', '-')}"
    about = item.about
    if item.what == PROMISE and item.case is not None:
        about = next((promise.staff for promise in item.case.promises if promise.id == item.about), "")
    return session.language.say(key, about=about).strip()


def when(session: Session, item: Item, now: int) -> str:
    """Return when it is due and how far away that is; what may be done at any time of its day has no time of day."""
    clocks, language = session.clocks(), session.language
    apart = spent(minutes(abs(item.by - now)))
    if item.is_late(now):
        return language.say("status.overdue", when=day_and_time(clocks, item.by), apart=apart)
    if item.day:
        return language.say("agenda.on", day=clocks.local(item.by)[:10])
    told = language.say("status.running", when=day_and_time(clocks, item.by), apart=apart)
    if item.aim is not None and now < item.aim < item.by:
        told += f" ({language.say('due.aim', when=day_and_time(clocks, item.aim))})"
    return told


def subject(session: Session, item: Item) -> str:
    """Return what it is about, on one line: what the customer said, or is to be asked; nothing of who they are."""
    words: list[str] = []
    if item.what == PROMISE and item.case is not None:
        made = next((event for event in item.case.events if event.get("id") == item.about), {})
        words.append(str(made.get("text") or ""))
    if item.followup is not None:
        words += [session.language.say("followup.receipt", receipt=item.followup.receipt)] if item.followup.receipt else []
        words.append(asks(session, item.followup))
    if item.case is not None and not any(words):
        case = item.case
        words += [case.category, case.sku, str(case.opening.get("text") or "")]
    if item.what == LAW and session.shop.country in ANSWER:
        words.append(ANSWER[session.shop.country].cite)
    text = " ".join(" · ".join(filter(None, words)).split())
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def whose(session: Session, to: str) -> str:
    """Return who has something: a name, or a role with the names of those who have it."""
    if to not in session.shop.roles:
        return to
    people = [person for person, role in session.shop.staff.items() if role == to]
    role = session.words().role(to)
    return f"{role} ({', '.join(people)})" if people else role


def by_holder(session: Session, items: Iterable[Item]) -> dict[str, list[Item]]:
    """Return what is due by who has it, follow-ups last.

    People come in the order of shop.toml, then roles, lowest first, then anybody else.
    """
    found: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.what == FOLLOW_UP, item.by)):
        found.setdefault(item.to, []).append(item)
    order = {name(own): place for place, own in enumerate([*session.shop.staff, *session.shop.roles])}
    return dict(sorted(found.items(), key=lambda entry: (order.get(name(entry[0]), len(order)), entry[0])))


def digest(session: Session, items: Sequence[Item], now: int, unreadable: int) -> str:
    """Return what is due as a text, grouped by who has it; its lines fit into 76 columns where the words do.

    `unreadable` is how many lines of the records nobody could read: what stands on them is not in it.
    """
    from textwrap import wrap

    lines = [f"{session.shop.name}, {session.clock.now()[:16].replace('T', ' ')}: {counts(session, items, now)}"]
    for to, own in by_holder(session, items).items():
        lines += ["", safe_line(whose(session, to))]
        for item in own:
            head = f"{item.id}  {label(session, item)}: {when(session, item, now)}"
            lines += wrap(safe_line(head), WIDTH, initial_indent="  ", subsequent_indent="      ")
            lines += wrap(safe_line(subject(session, item)), WIDTH, initial_indent="      ", subsequent_indent="      ")
    lines += ["", session.language.say("agenda.see")]
    if unreadable:
        lines += wrap(session.language.say("agenda.unreadable", unreadable), WIDTH)
    return "\n".join(lines) + "\n"


def counts(session: Session, items: Sequence[Item], now: int) -> str:
    """Return how much is late and how much is due: `2 late, 1 due`."""
    late = sum(item.is_late(now) for item in items)
    language, soon = session.language, len(items) - late
    return ", ".join(
        [*([language.say("agenda.late", late)] if late else []), *([language.say("agenda.soon", soon)] if soon else [])]
    )


def as_json(session: Session, item: Item, now: int) -> Json:
    """Return something that is due as data; times in the shop's zone."""
    local = session.clocks().local
    return {
        "id": item.id,
        "what": item.what.replace("_", "-"),
        "about": item.about or None,
        "by": local(item.by),
        "aim": None if item.aim is None else local(item.aim),
        "late": item.is_late(now),
        "to": item.to,
        "subject": subject(session, item) or None,
    }
