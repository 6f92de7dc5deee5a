"""`returnkit kpi report`: promise and fact side by side."""

import os
from collections.abc import Sequence

import click

from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, not_empty, output_options, several_shops, shops_given
from returnkit.commands.progress import progress_bar
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem, instead
from returnkit.kpi.figures import MEASURES, OF_A_MONTH, finish
from returnkit.kpi.report import Head, Told
from returnkit.kpi.report import report as kpi_report
from returnkit.kpi.slicing import BY, MONTHS, STAFF, sliced, wanted
from returnkit.kpi.state import Period, State, merge
from returnkit.kpi.targets import NO_TARGETS, Targets, read_targets
from returnkit.model.dates import LAST_DAY, iso, parse_iso
from returnkit.model.toml import name
from returnkit.records.read import Line
from returnkit.shop import Shop, read_file, shown_path
from returnkit.summing import bytes_of, summed


@several_shops
@global_options
@output_options
@listing_options
@click.command(context_settings=SETTINGS)
@click.option("--person", metavar="NAME", callback=not_empty, help="Only what this member of staff did.")
@click.option(
    "--by",
    metavar=f"[{'|'.join(BY)}]",
    callback=not_empty,
    help="Each figure also for every category, reason, channel, person or month.",
)
def report(form: str | None, output: str | None, **asked: object) -> int:
    """Show the figures of a period beside their targets: this month, or a month, a day, any days.

    \b
        returnkit kpi report --month 2026-10
        returnkit kpi report --day today
        returnkit kpi report --from 2026-09-01 --to 2026-11-30 --by month -o autumn.csv
        returnkit kpi report --person Anna
        returnkit kpi report --shop riga --shop tartu --by category

    Targets stand in policies/kpis.toml: `internal` is what is aimed at (this report measures against it), `public` what is
    promised. Those of sums and counts are of a month, and stand beside whole months only.

    \b
        schema = 1
        [first-response-within-target]     # from opening to the first answer
        internal = "8 hours"
        public = "10 hours"
        share = "90 %"                     # of all
        clock = "open hours"               # or "always", which it is without this line
        [resolution-within-target]         # only a share: within what policies/complaints.toml promised each complaint
        share = "80 %"
        [return-rate]
        internal = "8 %"

    Open hours are the minutes on a complaint's own clock, without those in which we waited for the customer. Where there is only
    a share, a clock that was missed once stays missed; of the next answers each is in time or late by itself. What an older
    program recorded is held against all minutes, and is left out where there is only a share.

    Calls and mails that `contact log` wrote down have figures of their own: how many, how many missed, how soon answered.

    Several shops are counted together; targets, language and currency are the first one's.

    What each figure counts says `returnkit kpi list`. A percentile is the value at rank p x n of the sorted list, rounded up;
    a minute that has begun counts whole. A return that was voided is taken back in the month of the void.

    JSON is {"schema", "period", "left_out", "measures": [{"id", "value", "unit", "currency", "n", "target", "met", "by"}]}.
    CSV has plain numbers with a decimal point: a spreadsheet that expects a comma must be told (English, UTF-8).

    Every line is read once; what it adds is kept in .returnkit/cache, which may be deleted at any time. Where more than
    64 MiB are new at once, only the form of each line is read, and `records verify` proves the rest.

    Exit code: 0, whatever the figures say; 3 if a line cannot be read (it is named; --allow-damaged leaves it out and says
    so in the report).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    by, person = _slices(session, asked)
    period = _period(session, asked)
    targets = targets_of(session.shop)
    every = [session, *(Session(shop=folder) for folder in shops_given()[1:])]
    state, damaged = _summed(every, period, by, person)
    check_damage(damaged, allowed=bool(asked["allow_damaged"]))
    measures = [measure for measure in MEASURES if not person or STAFF in measure.slices]
    aims = {own: target for own, target in targets.internal.items() if own not in OF_A_MONTH or period.is_month()}
    figures = finish(sliced(state, period, by, person), measures, session.shop.currency, aims)
    head = Head(period.first, period.last, by, len(damaged))
    told = Told(session.language, lambda fact, value: value if fact in (STAFF, MONTHS) else session.words().name(fact, value))
    title = ", ".join([*(each.shop.name for each in every), *([person] if person else []), _days(session, period)])
    deliver(kpi_report(figures, head, title, told, form), form, output)
    return 0


def _slices(session: Session, asked: dict[str, object]) -> tuple[str, str]:
    """Return by what the figures are sliced, and whose they are; empty texts where nothing was said."""
    by, person = str(asked["by"] or "").casefold(), str(asked["person"] or "").strip()
    if by and by not in BY:
        raise BadInputError(Problem(f"--by {by!r} is no slice", instead(by, BY)))
    if person and by not in ("", MONTHS):
        raise BadInputError(Problem(f"--person and --by {by} do not go together", "leave one out, or take --by month"))
    if person and name(person) not in map(name, session.shop.staff):
        session.unlisted(STAFF, person, list(session.shop.staff), "only what was recorded under this very name counts")
    return by, person


def _summed(every: Sequence[Session], period: Period, by: str, person: str) -> tuple[State, list[Line]]:
    """Return the sums of all shops together, and the lines that cannot be read."""
    found: State = {}
    damaged: list[Line] = []
    books = [session.books() for session in every]
    with progress_bar("reading", lambda: sum(map(bytes_of, books))) as progress:
        for own in books:
            state, bad = summed(own, wanted(period, by, person), progress)
            found = merge(found, state) if found else state
            damaged += bad
    return found, damaged


def targets_of(shop: Shop) -> Targets:
    """Return the targets of a shop; none where it has no kpis.toml. Raises UnreadableError."""
    path = os.path.join(shop.folder, "policies", "kpis.toml")
    if not os.path.lexists(path):
        return NO_TARGETS

    def promised() -> set[str]:
        terms = shop.terms()
        return {
            clock.replace("_", "-") for rule in (terms.general, *terms.clocks) for clock, aim in rule.aims.items() if aim.public
        }

    return read_targets(read_file(path), shown_path(path), shop.currency, promised)


def _period(session: Session, asked: dict[str, object]) -> Period:
    """Return the period that was asked for; one without an end goes up to today."""
    first, last = period_of(session, asked)
    return Period(first, max(first, min(last, iso(session.today))) if last == iso(LAST_DAY) else last)


def _days(session: Session, period: Period) -> str:
    """Return the days of a period in words; one that is not over yet ends today."""
    day = session.language.day
    first, last = parse_iso(period.first), parse_iso(period.last)
    last = session.today if first <= session.today < last else last
    return day(first) if first == last else f"{day(first)} – {day(last)}"
