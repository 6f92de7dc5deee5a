"""`returnkit kpi report`: promise and fact side by side."""

import os

import click

from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.progress import progress_bar
from returnkit.commands.session import Session, deliver, form_of
from returnkit.errors import BadInputError, Problem, instead
from returnkit.kpi.figures import Slice, Sliced, finish
from returnkit.kpi.report import Head, Told
from returnkit.kpi.report import report as kpi_report
from returnkit.kpi.state import WHOLE, Period, State, of_period, split
from returnkit.kpi.targets import NO_TARGETS, Targets, read_targets
from returnkit.model.dates import LAST_DAY, iso, parse_iso
from returnkit.shop import Shop, read_file, shown_path
from returnkit.summing import Wanted, bytes_of, summed

TENDER, MONTHS = "tender", "month"
BY = ("category", "reason", "channel", "staff", MONTHS)
AGAINST_ALL = ("reason", "staff")  # sales know neither: what came back is measured against all of them


@global_options
@output_options
@listing_options
@click.command(context_settings=SETTINGS)
@click.option("--by", metavar=f"[{'|'.join(BY)}]", help="Each figure also for every category, reason, channel, person or month.")
def report(form: str | None, output: str | None, **asked: object) -> int:
    """Show the figures of a period beside their targets: this month, or a month, a day, any days.

    \b
        returnkit kpi report --month 2026-10
        returnkit kpi report --day today
        returnkit kpi report --from 2026-09-01 --to 2026-11-30 --by month -o autumn.csv

    Targets stand in policies/kpis.toml: `internal` is what is aimed at (this report measures against it), `public` what is
    promised.

    \b
        schema = 1
        [first-response-within-target]     # from opening to the first answer
        internal = "8 hours"
        public = "10 hours"
        share = "90 %"                     # of all
        [return-rate]
        internal = "8 %"

    What each figure counts says `returnkit kpi list`. A percentile is the value at rank p x n of the sorted list, rounded up;
    a minute that has begun counts whole. A return that was voided is taken back in the month of the void.

    JSON is {"schema", "period", "left_out", "measures": [{"id", "value", "unit", "n", "target", "met", "by"}]}.

    Every line is read once; what it adds is kept in .returnkit/cache, which may be deleted at any time. Where more than
    64 MiB are new at once, only the form of each line is read, and `records verify` proves the rest.

    Exit code: 0, whatever the figures say; 3 if a line cannot be read (it is named; --allow-damaged leaves it out and says
    so in the report).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    by = str(asked["by"] or "").casefold()
    if by and by not in BY:
        raise BadInputError(Problem(f"--by {by!r} is no slice", instead(by, BY)))
    period = _period(session, asked)
    targets = targets_of(session.shop)
    books = session.books()
    with progress_bar("reading", lambda: bytes_of(books)) as progress:
        state, damaged = summed(books, _wanted(period, by), progress)
    check_damage(damaged, allowed=bool(asked["allow_damaged"]))
    figures = finish(_sliced(state, period, by), session.shop.currency, targets.internal)
    head = Head(period.first, period.last, by, len(damaged))
    told = Told(session.language, lambda fact, value: session.words().name(fact, value))
    deliver(kpi_report(figures, head, _title(session, period), told, form), form, output)
    return 0


def targets_of(shop: Shop) -> Targets:
    """Return the targets of a shop; none where it has no kpis.toml. Raises UnreadableError."""
    path = os.path.join(shop.folder, "policies", "kpis.toml")
    return read_targets(read_file(path), shown_path(path), shop.currency) if os.path.lexists(path) else NO_TARGETS


def _period(session: Session, asked: dict[str, object]) -> Period:
    """Return the period that was asked for; one without an end goes up to today."""
    first, last = period_of(session, asked)
    return Period(first, max(first, min(last, iso(session.today))) if last == iso(LAST_DAY) else last)


def _title(session: Session, period: Period) -> str:
    day = session.language.day
    first, last = parse_iso(period.first), parse_iso(period.last)
    days = day(first) if first == last else f"{day(first)} – {day(last)}"
    return f"{session.shop.name}, {days}"


def _wanted(period: Period, by: str) -> Wanted:
    """Return what tells which sums are looked at: those of the period, and of all days before it what is still open."""
    dimensions = {WHOLE} if by == MONTHS else {WHOLE, by} if by else {WHOLE, TENDER}
    so_far = period.up_to()

    def wanted(part: str, dimension: str) -> bool:
        return dimension in dimensions and (period.holds(part) or (dimension != TENDER and so_far.holds(part)))

    return wanted


def _sliced(state: State, period: Period, by: str) -> Sliced:
    """Return the sums of the period: all together, and by what was asked for."""
    whole = Slice(of_period(state, period), of_period(state, period.up_to()))
    if by == MONTHS:
        months = {month.first[:7]: month for month in period.months() if _touched(state, month)}
        slices = {name: Slice(of_period(state, month), of_period(state, month.up_to())) for name, month in months.items()}
        return Sliced(whole, slices, by, {})
    dimension = by or TENDER
    sums = split(of_period(state, period, dimension))
    standing = split(of_period(state, period.up_to(), dimension)) if by else {}
    against = whole if by in AGAINST_ALL else None
    slices = {name: Slice(sums.get(name, {}), standing.get(name, {}), against) for name in sorted({*sums, *standing})}
    return Sliced(whole, slices if by else {}, by, {} if by else slices)


def _touched(state: State, month: Period) -> bool:
    """Tell whether anything is known of a month, or was before it: what is open stays open in a quiet month."""
    return any(part[:7] <= month.first[:7] for part, dimension in state if dimension == WHOLE)
