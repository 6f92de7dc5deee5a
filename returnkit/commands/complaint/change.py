"""What the verbs on a complaint share: record what happened, and say what is possible and what is due next."""

from collections.abc import Callable, Mapping, Sequence

import click

from returnkit.commands.complaint.telling import due_lines, dues_as_json, state_lines
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.recording import facts_of, key_option, salted, text_option
from returnkit.commands.session import Session, acknowledge, form_of
from returnkit.errors import BadInputError, BeyondRoomError, Problem, instead
from returnkit.model.jsonl import Json
from returnkit.model.toml import name
from returnkit.render import Report, Section
from returnkit.service.clocks import instant
from returnkit.service.complaint import LIVE, Case, after, possible

SCHEMA = "returnkit.recorded/1"
COLUMNS = ("id", "record", "state")
# What only those may do whose business a flagged complaint is.
FOR_WHO_DECIDES = ("offered", "resolved", "settled", "merged")
NOTHING: Mapping[str, object] = {}

Check = Callable[[Session, Case], None]
Derive = Callable[[Session, Case], Json]
Also = Callable[[Session, Case], tuple[list[str], Json]]


def nothing_to_check(_session: Session, _case: Case) -> None:
    """Refuse nothing."""


def nothing_derived(_session: Session, _case: Case) -> Json:
    """Return what a record carries beside what was typed: nothing."""
    return {}


def nothing_also(_session: Session, _case: Case) -> tuple[list[str], Json]:
    """Return what is said beside the case's state, as lines and as data: nothing."""
    return [], {}


def case_command(function: Callable[..., int]) -> click.Command:
    """Make a command of a verb on a complaint: it takes the id, what there is to say, and the options that hold everywhere."""
    command = click.command(context_settings=SETTINGS)(click.argument("case", metavar="ID")(function))
    return global_options(output_options(key_option(text_option(command))))


def change(  # noqa: PLR0913 - two of them are seldom given
    session: Session,
    case: str,
    event: str,
    options: Mapping[str, str | None],
    *,
    check: Check = nothing_to_check,
    derive: Derive = nothing_derived,
    also: Also = nothing_also,
    only_here: Callable[[], str] = str,
    **typed: object,
) -> int:
    """Record that something happened to a complaint, print its id, and return the exit code.

    `options` are those of every verb: key, form, output and text; `typed` is what this one records beside them. Under the lock,
    with the case as it is then, `check` refuses what makes no sense, and `derive` returns what the record carries beside what was
    typed. `also` returns what is said of the case afterwards beside its state, and `only_here` what of it stands nowhere else.
    """
    output = options["output"]
    form = form_of(options["form"], output)
    facts = facts_of(session, text=options["text"], **typed)
    seen: list[Case] = []

    def more(found: Case, now: str) -> Json:
        refuse_others(session, found, event)
        check(session, found)
        seen.append(found)
        derived = derive(session, found)
        return {**derived, **salted({**facts, **derived}), "was": session.clocks().was(found, now)}

    written = session.books().change(case, event, facts, more, options["key"] or "")

    def answer() -> Report:
        # A repetition finds what was recorded the first time; the case may have gone on since.
        now = session.books().case(str(written.record["case"])) if written.repeated else after(seen[-1], written.record)
        return report(session, now, written.record, *also(session, now))

    return acknowledge(answer, form, output, str(written.record["id"]), 0, only_here)


def check_flags(session: Session, flags: Sequence[str]) -> None:
    """Raise BadInputError for flags that are not among those of policies/complaints.toml: a flag is never taken back."""
    known = [*session.clocks().terms.flags]
    problems = [Problem(f"there is no flag {own!r}", instead(own, known)) for own in flags if known and own not in known]
    if problems:
        raise BadInputError(*problems)


def refuse_others(session: Session, case: Case, event: str) -> None:
    """Raise BeyondRoomError where a decision on a flagged complaint is not for whoever is at the counter."""
    if event not in FOR_WHO_DECIDES or not case.open_flags:
        return
    terms, shop = session.clocks().terms, session.shop
    highest = len(shop.roles) - 1  # whose business a flag is that the policy has no longer
    flags = [flag.name for flag in case.open_flags]
    ranks = {own: shop.roles.index(terms.flags[own].role) if own in terms.flags else highest for own in flags}
    beyond = {own: rank for own, rank in ranks.items() if rank > session.role}
    if beyond:
        flag, rank = max(beyond.items(), key=lambda each: each[1])
        what = f"{case.id} is flagged as {flag}: that is for {decider(session, rank)} to decide"
        raise BeyondRoomError(Problem(what, "meanwhile: acknowledge, promise, note, escalate; who decides says so with --staff"))


def decider(session: Session, rank: int) -> str:
    """Return who has a role, by name, or what the role is called."""
    return " or ".join(session.shop.who_may(rank)) or session.shop.roles[rank]


def known_holder(session: Session, to: str) -> str:
    """Return a role or a name as shop.toml writes it: `martins` is Mārtiņš, where nobody else is.

    Raises BadInputError where the shop is strict and has neither.
    """
    from returnkit.model.contact import compared

    shop = session.shop
    if not to.strip():
        raise BadInputError(Problem("--to is empty", f"write a name or a role: {', '.join(shop.roles)}"))
    every = (*shop.roles, *shop.staff)
    exactly = [known for known in every if name(known) == name(to)]
    meant = exactly or [known for known in every if compared(known) == compared(to.strip())]
    if len(meant) == 1:
        return meant[0]
    session.unlisted("staff", to, [*shop.staff, *shop.roles], "it is recorded as it was typed")
    return to.strip()


def report(
    session: Session, case: Case, record: Json, more: Sequence[str] = (), more_data: Mapping[str, object] = NOTHING
) -> Report:
    """Return what was recorded of a case: its id, its state now, what is possible, and what is due next."""
    now = instant(session.clock.now())
    holder = session.clocks().holder(case, now) if case.state in LIVE else ""
    lines = (case.id, *(f"  {line}" for line in more), *state_lines(session.language, case, holder))
    lines += tuple(due_lines(session, case, now, first_only=True))
    data: Json = {"schema": SCHEMA, "id": case.id, "record": record, **more_data}
    data |= {"state": case.state, "with": holder or None, "possible": possible(case.state)}
    data["due"] = dues_as_json(session.clocks(), case, now)
    rows = ((case.id, str(record["id"]), case.state),)
    return Report("", session.language.code, (Section("", lines),), COLUMNS, rows, data)
