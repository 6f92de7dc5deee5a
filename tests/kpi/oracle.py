"""Every figure of `kpi report`, computed a second time: by DuckDB, in SQL over the same JSON lines, from the definitions alone.

Nothing here may import returnkit, or the two would share their mistakes. Money is whole minor units until the end.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

DECIMALS = {"JPY": 0, "KWD": 3}  # others have two
SHARE = "share"

# What may be something else in a record of an unknown kind stays JSON until its kind is known.
COLUMNS = {
    "kind": "VARCHAR", "time": "VARCHAR", "staff": "JSON", "channel": "JSON", "category": "JSON", "currency": "JSON",
    "paid_with": "JSON", "difference": "JSON", "handling": "JSON", "lines": "JSON", "voided": "JSON", "was": "JSON",
    "flags": "JSON", "value": "JSON", "promise": "JSON", "token": "JSON", "usual": "JSON", "worth": "JSON", "customer": "JSON",
    "received": "JSON", "answered": "JSON", "counted": "JSON", "skipped": "JSON",
}  # fmt: skip

TABLES = """
create table document as
    -- what came back, what was taken back of that (the copy says all but when), and what was sold
    select kind as what, 1 as sign, time, to_json(record) as paper from record where kind in ('return', 'sale')
    union all
    select 'return', -1, time, voided from record where kind = 'return.voided' and voided->>'$.kind' = 'return';

create table goods as
    with line as (
        select *, unnest(cast(json_extract(paper, '$.lines') as json[])) as line from document
    )
    select
        what, sign, time[:10] as day, time[:7] as month,
        paper->>'$.currency' as currency,
        coalesce(paper->>'$.channel', 'unknown') as channel,
        coalesce(paper->>'$.staff', 'unknown') as staff,
        coalesce(line->>'$.category', 'unknown') as category,
        coalesce(line->>'$.reason', 'unknown') as reason,
        line->>'$.remedy' as remedy,
        coalesce(line->>'$.tender', paper->>'$.paid_with', 'unknown') as tender,
        coalesce(cast(line->>'$.amount' as bigint), 0) as amount,
        coalesce(cast(line->>'$.paid' as bigint), 0) as paid
    from line;

create table till as
    -- money that went out over the counter for a line, and what an exchange for something else left to pay or to give back
    with rest as (
        select *, cast(paper->>'$.difference' as bigint) as difference from document where what = 'return'
    )
    select false as on_top, sign, day, month, currency, channel, staff, category, reason, tender, amount
    from goods where what = 'return' and remedy in ('refund', 'price-reduction')
    union all
    select
        difference > 0, sign, time[:10], time[:7],
        paper->>'$.currency',
        coalesce(paper->>'$.channel', 'unknown'),
        coalesce(paper->>'$.staff', 'unknown'),
        coalesce(paper->>'$.lines[0].category', 'unknown'),
        coalesce(paper->>'$.lines[0].reason', 'unknown'),
        coalesce(paper->>'$.paid_with', 'unknown'),
        abs(difference)
    from rest where difference <> 0;

create table handled as
    select
        1 as sign, time[:10] as day, time[:7] as month,
        coalesce(channel->>'$', 'unknown') as channel,
        coalesce(staff->>'$', 'unknown') as staff,
        cast(handling as bigint) as seconds
    from record where kind = 'return' and handling is not null;

create table told as
    -- what happened to complaints, and what of it never counted because another till was first, on the same day
    select
        1 as sign, time as said, kind, time, staff, was, promise, token, usual, worth, currency, customer,
        channel, category, flags, value
    from record where kind like 'complaint.%'
    union all
    select
        -1, skipped->>'$.time', skipped->>'$.kind', skipped->>'$.time', skipped->'$.staff', skipped->'$.was',
        skipped->'$.promise', skipped->'$.token', skipped->'$.usual', skipped->'$.worth', skipped->'$.currency',
        skipped->'$.customer',
        null, null, null, null
    from record where kind = 'case.corrected';

create table step as
    select
        sign, kind[11:] as event, said[:10] as day, said[:7] as month,
        coalesce(staff->>'$', 'unknown') as staff,
        coalesce(if(kind = 'complaint.opened', channel->>'$', was->>'$.channel'), 'unknown') as channel,
        coalesce(if(kind = 'complaint.opened', category->>'$', was->>'$.category'), 'unknown') as category,
        was->>'$.state' as state,
        was->>'$.answered' is not null as answered,
        was->>'$.heard' is not null as heard,
        cast(was->>'$.reopened' as bigint) as reopened,
        cast(ceil(epoch(cast(time as timestamptz) - cast(was->>'$.opened' as timestamptz)) / 60) as bigint) as minutes,
        cast(ceil(epoch(cast(time as timestamptz) - cast(was->>'$.heard' as timestamptz)) / 60) as bigint) as since_heard,
        cast(was->>'$.counted' as bigint) as counted,
        cast(was->>'$.waited' as bigint) as waited,
        coalesce(cast(json_extract(was, '$.missed') as varchar[]), []) as missed,
        coalesce(json_array_length(flags), 0) as flags,
        token->>'$' as token, usual->>'$' as usual, cast(worth as bigint) as worth, currency->>'$' as currency,
        cast(if(kind = 'complaint.opened', value, was->'$.value') as bigint) as value,
        if(kind = 'complaint.opened', currency->>'$', was->>'$.currency') as value_currency,
        if(kind = 'complaint.closed', customer->>'$', was->>'$.customer') as customer
    from told
    where kind in (
        'complaint.opened', 'complaint.acknowledged', 'complaint.promised', 'complaint.offered', 'complaint.waiting',
        'complaint.resolved', 'complaint.closed', 'complaint.reopened', 'complaint.merged', 'complaint.escalated',
        'complaint.flagged'
    );

create table promise as
    -- those that a record ends: the one it names, or all that there were when the complaint was put right
    with ended as (
        select *, unnest(cast(json_extract(was, '$.promises') as json[])) as promise_made from told
        where kind in ('complaint.kept', 'complaint.broken', 'complaint.resolved')
    )
    select
        sign, said[:10] as day, said[:7] as month,
        coalesce(promise_made->>'$.staff', 'unknown') as staff,
        coalesce(was->>'$.channel', 'unknown') as channel,
        coalesce(was->>'$.category', 'unknown') as category,
        case
            when kind = 'complaint.broken' then 'broken'
            when cast(time as timestamptz) <= cast(promise_made->>'$.by' as timestamptz) then 'kept'
            else 'late'
        end as ending
    from ended where kind = 'complaint.resolved' or promise_made->>'$.id' = promise->>'$';

create table contact as
    -- of the day on which it came in; what nobody answered is nobody's
    with logged as (
        select *, received->>'$' as begun, cast(answered->>'$' as timestamptz) as ended from record where kind = 'contact.logged'
    )
    select
        1 as sign, begun[:10] as day, begun[:7] as month,
        channel->>'$' as channel,
        if(ended is null, 'unknown', coalesce(staff->>'$', 'unknown')) as staff,
        if(ended is null, null, greatest(0, cast(epoch(ended - cast(begun as timestamptz)) as bigint))) as seconds,
        cast(counted as bigint) as counted
    from logged;

create table worth as
    select 'token' as what, sign, day, month, staff, channel, category, currency, coalesce(worth, 0) as amount
    from step where event = 'resolved' and token is not null
    union all
    select customer, sign * if(event = 'closed', 1, -1), day, month, staff, channel, category, value_currency, value
    from step where event in ('closed', 'reopened') and customer in ('won', 'lost') and value is not null
    union all
    select 'at-risk', sign * if(event in ('closed', 'merged'), -1, 1), day, month, staff, channel, category, value_currency, value
    from step
    where (event in ('opened', 'closed', 'merged') or (event = 'reopened' and state in ('closed', 'merged')))
    and value is not null;
"""
RETURNED, SOLD = "what = 'return'", "what = 'sale'"
REFUNDED, ON_TOP = "not on_top", "on_top"
ANSWERS = "event in ('acknowledged', 'promised', 'offered', 'waiting', 'resolved')"
ANSWERED, ANSWERED_AGAIN = f"{ANSWERS} and not answered", f"{ANSWERS} and heard"
RESOLVED = "event = 'resolved'"
AT_ONCE = "state = 'open' and not answered and reopened = 0"
NOW_OPEN = (
    "sum(sign * case when event = 'opened' or (event = 'reopened' and state in ('closed', 'merged')) then 1"
    " when event in ('closed', 'merged') then -1 else 0 end)"
)
OF_RETURNS, OF_SALES = ("category", "reason", "channel", "staff", "month"), ("category", "channel", "month")
OF_HANDLING, OF_STEPS = ("channel", "staff", "month"), ("category", "channel", "staff", "month")
OF_CONTACTS = OF_HANDLING

Number = Decimal | float | int | None
Slices = dict[str, Number]


class Target(NamedTuple):
    """Within how many minutes (of contacts: seconds), and which of them count; without it is what the complaint was promised."""

    minutes: int | None
    open_hours: bool = False


class Figure(NamedTuple):
    """What is said of a measure; `by` is None where nobody asked for slices."""

    id: str
    value: Number
    unit: str
    currency: str | None
    n: int
    by: Slices | None


class Oracle:
    """The journals of a shop, read by DuckDB."""

    def __init__(self, shop: Path, currency: str = "EUR", targets: Mapping[str, Target] | None = None) -> None:
        """`targets` are those of `first-response`, `next-response` and `resolution`, and of `calls-answered` and the like."""
        self.currency, self.targets = currency, targets or {}
        self.known: dict[tuple[str, tuple[str, str]], Number] = {}
        self.db = duckdb.connect(config={"threads": 1})
        self.db.execute("set timezone = 'UTC'")
        self.db.execute("pragma disable_optimizer")  # many queries over few rows: planning would take the most time
        files = [str(path) for path in sorted((shop / "records").glob("*/*.jsonl"))]
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
        read = f"read_json($1, format = 'newline_delimited', columns = {{{columns}}})"
        self.db.execute(f"create table record as select * from {read}", [files])  # noqa: S608 - our own words
        self.db.execute(TABLES)

    def figures(self, first: str, last: str, by: str = "") -> list[Figure]:
        """Return the figures of a period of days (both count); of a currency's, the shop's own come first."""
        return list(_Period(self, first, last, by).figures())


class _Period:
    """The figures of a period."""

    def __init__(self, oracle: Oracle, first: str, last: str, by: str) -> None:
        self.oracle, self.days, self.by = oracle, (first, last), by

    def figures(self) -> Iterator[Figure]:
        yield self.count("returns", "goods", RETURNED, "sum(sign)", OF_RETURNS)
        for currency in self.currencies():
            yield self.money("returned-value", currency, "goods", RETURNED, "sum(sign * amount)", OF_RETURNS)
            for name, rows in (("refunded-value", REFUNDED), ("paid-on-top", ON_TOP)):
                figure = self.money(name, currency, "till", rows, "sum(sign * amount)", OF_RETURNS)
                yield figure if self.by else figure._replace(by=self.tenders(currency, rows))
            yield self.money("sold-value", currency, "goods", SOLD, "sum(paid)", OF_SALES)
            yield self.return_rate(currency)
        yield self.percentile("handling-median", "s", "handled", "true", "seconds", 50, OF_HANDLING)
        for event in ("opened", "resolved", "reopened", "escalated"):
            rows = f"event = '{event}' and not (event = 'reopened' and state = 'merged')"
            yield self.count(f"complaints-{event}", "step", rows, "sum(sign)", OF_STEPS)
        flags = "sum(sign * case event when 'flagged' then 1 when 'opened' then flags else 0 end)"
        yield self.count("complaints-flagged", "step", "true", flags, OF_STEPS)
        yield self.complaints_open()
        for name, rows, elapsed, counted in (
            ("first-response", ANSWERED, "minutes", "counted"),
            ("next-response", ANSWERED_AGAIN, "since_heard", "waited"),
            ("resolution", RESOLVED, "minutes", "counted"),
        ):
            yield self.percentile(f"{name}-median", "min", "step", rows, elapsed, 50, OF_STEPS)
            if name != "next-response":
                yield self.percentile(f"{name}-p90", "min", "step", rows, elapsed, 90, OF_STEPS)
            yield self.within(name, rows, elapsed, counted)
        yield self.share("first-contact-resolution", RESOLVED, AT_ONCE)
        yield self.share("promises-kept", "true", "ending = 'kept'", "promise")
        for ending in ("late", "broken"):
            yield self.count(f"promises-{ending}", "promise", f"ending = '{ending}'", "sum(sign)", OF_STEPS)
        yield self.count("tokens-given", "step", "event = 'resolved' and token is not null", "sum(sign)", OF_STEPS)
        rows = "event = 'resolved' and (token is not null or usual is not null)"
        yield self.share("tokens-as-usual", rows, "token is not null and usual is null")
        for currency in self.currencies():
            for name, what in (("tokens-value", "token"), ("value-won-back", "won"), ("value-lost", "lost")):
                slices = OF_STEPS if what == "token" else ("category", "channel", "month")
                yield self.money(name, currency, "worth", f"what = '{what}'", "sum(sign * amount)", slices)
            yield self.value_at_risk(currency)
        yield from self.contacts()

    def contacts(self) -> Iterator[Figure]:
        yield self.count("contacts", "contact", "true", "count(*)", OF_CONTACTS)
        yield self.count("contacts-missed", "contact", "seconds is null", "count(*)", OF_CONTACTS)
        for name, percent in (("median", 50), ("p90", 90)):
            yield self.percentile(
                f"contact-answer-{name}", "s", "contact", "seconds is not null", "seconds", percent, OF_CONTACTS
            )
        for name, rows in (("calls", "channel = 'phone'"), ("mails", "channel = 'email'"), ("contacts", "true")):
            yield self.answered_within(f"{name}-answered", rows)

    # Kinds of measures

    def count(self, name: str, table: str, rows: str, count: str, slices: Sequence[str]) -> Figure:
        value = self.number(table, rows, count)
        return Figure(name, value, "count", None, value, self.sliced(table, rows, count, count, slices))

    def money(self, name: str, currency: str, table: str, rows: str, total: str, slices: Sequence[str]) -> Figure:  # noqa: PLR0913, PLR0917
        rows = f"{rows} and currency = '{currency}'"
        by = self.sliced(table, rows, total, "sum(sign)", slices)
        value, n = self.one(table, rows, total) or 0, self.number(table, rows, "sum(sign)")
        return Figure(name, _money(value, currency), currency, currency, n, None if by is None else _all_money(by, currency))

    def measure(self, name: str, unit: str, table: str, rows: str, value: str, slices: Sequence[str]) -> Figure:  # noqa: PLR0913, PLR0917
        by = self.sliced(table, rows, value, "sum(sign)", slices)
        return Figure(name, self.one(table, rows, value), unit, None, self.number(table, rows, "sum(sign)"), by)

    def percentile(  # noqa: PLR0913, PLR0917
        self, name: str, unit: str, table: str, rows: str, column: str, percent: int, slices: Sequence[str]
    ) -> Figure:
        whole = self.ranked(table, rows, column, "''", percent).get("", (None, 0))
        by: Slices | None = {} if self.by else None
        if self.by in slices:
            by = {each: value for each, (value, n) in self.ranked(table, rows, column, self.by, percent).items() if value or n}
        return Figure(name, whole[0], unit, None, whole[1], by)

    def ranked(self, table: str, rows: str, column: str, by: str, percent: int) -> dict[str, tuple[int | None, int]]:
        """Return of each slice the first value up to which there are as many as the rank says, and how many there are."""
        query = f"select {by}, {column}, sum(sign) from {table} where ({rows}) and day between $1 and $2 group by all"  # noqa: S608 - our own words
        many: dict[str, dict[int, int]] = {}
        for each, value, number in self.oracle.db.execute(query, list(self.days)).fetchall():
            many.setdefault(str(each), {})[value] = int(number)
        found = {}
        for each, numbers in many.items():
            n = sum(numbers.values())
            rank = -(-percent * n // 100)
            reached = (value for value in sorted(numbers) if sum(numbers[up] for up in numbers if up <= value) >= rank)
            found[each] = next(reached, None) if n > 0 else None, n
        return found

    def share(self, name: str, rows: str, hit: str, table: str = "step") -> Figure:
        return self.measure(name, SHARE, table, rows, _share(hit), OF_STEPS)

    def within(self, name: str, rows: str, elapsed: str, counted: str) -> Figure:
        minutes, open_hours = self.oracle.targets.get(name) or (-1, False)
        if minutes is None:
            hit = f"not list_contains(missed, '{name.replace('-', '_')}')"
            return self.share(f"{name}-within-target", f"{rows} and {counted} is not null", hit)
        lasted = f"coalesce({counted}, {elapsed})" if open_hours else elapsed
        return self.share(f"{name}-within-target", rows, f"{lasted} <= {minutes}" if minutes >= 0 else "null")

    def answered_within(self, name: str, rows: str) -> Figure:
        seconds, open_hours = self.oracle.targets.get(name) or (None, False)
        lasted = "coalesce(counted, seconds)" if open_hours else "seconds"
        hit = "null" if seconds is None else f"seconds is not null and {lasted} <= {seconds}"
        return self.measure(f"{name}-within-target", SHARE, "contact", rows, _share(hit), OF_CONTACTS)

    # Those that are of their own kind

    def tenders(self, currency: str, rows: str) -> Slices:
        rows = f"{rows} and currency = '{currency}'"
        return _all_money(self.group("till", rows, "sum(sign * amount)", "sum(sign)", "tender"), currency)

    def return_rate(self, currency: str) -> Figure:
        returned, sold = (f"{rows} and currency = '{currency}'" for rows in (RETURNED, SOLD))
        whole, out = self.one("goods", returned, "sum(sign * amount)"), self.one("goods", sold, "sum(paid)")
        lines = self.number("goods", sold, "count(*)")
        by: Slices | None = {} if self.by else None
        if self.by in OF_SALES:  # where nothing was sold, there is nothing to say
            own = self.group("goods", returned, "sum(sign * amount)", "1", self.by)
            paid = self.group("goods", sold, "sum(paid)", "1", self.by)
            by = {each: _ratio(own.get(each), there) for each, there in paid.items()}
        elif self.by and lines:
            own = self.group("goods", returned, "sum(sign * amount)", "sum(sign)", self.by)
            by = {each: _ratio(back, out) for each, back in own.items()}
        return Figure("return-rate", _ratio(whole, out), SHARE, currency, lines, by)

    def complaints_open(self) -> Figure:
        value, _, by = self.standing("step", "true", NOW_OPEN, NOW_OPEN)
        return Figure("complaints-open", value, "count", None, value, by)

    def value_at_risk(self, currency: str) -> Figure:
        rows = f"what = 'at-risk' and currency = '{currency}'"
        value, n, by = self.standing("worth", rows, "sum(sign * amount)", "sum(sign)")
        money = None if by is None else _all_money(by, currency)
        return Figure("value-at-risk", _money(value, currency), currency, currency, n, money)

    def standing(self, table: str, rows: str, value: str, n: str) -> tuple[int, int, Slices | None]:
        """Return what stood at the end of the period, how many that were, and its slices."""
        first, last = self.days
        self.days = "", last  # all time up to that day
        total, number = self.number(table, rows, value), self.number(table, rows, n)
        by = self.sliced(table, rows, value, n, ("category", "channel"))
        if self.by == "month":
            by = {}
            for month in self.months(first, last):
                self.days = "", min(f"{month}-31", last)
                by |= self.group(table, rows, value, n, f"'{month}'")
        self.days = first, last
        return total, number, by

    def months(self, first: str, last: str) -> list[str]:
        """Return the months of a period, from the first of which anything is known."""
        months = """
            with since as (select greatest($1, min(day)) as first from step having count(*) > 0)
            select strftime(month, '%Y-%m') from since, generate_series(
                date_trunc('month', cast(first as date)), cast($2 as date), interval 1 month
            ) as each(month)
        """
        return [str(month) for (month,) in self.oracle.db.execute(months, [first, last]).fetchall()]

    # Queries

    def one(self, table: str, rows: str, value: str) -> Number:
        query = f"select {value} from {table} where ({rows}) and day between $1 and $2"  # noqa: S608 - our own words
        known = self.oracle.known  # whatever it is sliced by, all together is the same
        if (query, self.days) not in known:
            found = self.oracle.db.execute(query, list(self.days)).fetchone()
            assert found is not None
            known[query, self.days] = _plain(found[0])
        return known[query, self.days]

    def number(self, table: str, rows: str, value: str) -> int:
        found = self.one(table, rows, value) or 0
        assert isinstance(found, int)
        return found

    def sliced(self, table: str, rows: str, value: str, n: str, slices: Sequence[str]) -> Slices | None:
        if not self.by:
            return None
        return self.group(table, rows, value, n, self.by) if self.by in slices else {}

    def group(self, table: str, rows: str, value: str, n: str, by: str) -> Slices:
        """Return the values of the slices; one of which nothing is left is none."""
        query = f"select {by}, {value}, {n} from {table} where ({rows}) and day between $1 and $2 group by {by}"  # noqa: S608 - our own words
        found = self.oracle.db.execute(query, list(self.days)).fetchall()
        return {str(each): _plain(value) for each, value, n in found if value or n}

    def currencies(self) -> list[str]:
        """Return the shop's own, then the others of what came back, was sold or given, and of what was at risk at the end."""
        own, (first, last) = self.oracle.currency, self.days
        goods = self.group("goods", "true", "0", "1", "currency")
        given = self.group("worth", "what <> 'at-risk' and currency is not null", "0", "1", "currency")
        self.days = "", last
        rows = "what = 'at-risk' and currency is not null"
        at_risk = self.group("worth", rows, "sum(sign * amount)", "sum(sign)", "currency")
        self.days = first, last
        return [own, *sorted({*goods, *given, *at_risk} - {own})]


def _share(hit: str) -> str:
    """Return of how many it is so, among those of which it is known."""
    known = f"sum(sign) filter (where cast({hit} as boolean) is not null)"
    return f"coalesce(sum(sign) filter (where {hit}), 0)::double / nullif({known}, 0)"


def _plain(found: object) -> Number:
    assert found is None or isinstance(found, Decimal | float | int)
    return found


def _money(value: Number, currency: str) -> Decimal:
    assert isinstance(value, int)
    return Decimal(value).scaleb(-DECIMALS.get(currency, 2))


def _all_money(values: Slices, currency: str) -> Slices:
    return {each: _money(value, currency) for each, value in values.items()}


def _ratio(part: Number, whole: Number) -> float | None:
    assert not isinstance(part, Decimal | float)
    assert not isinstance(whole, Decimal | float)
    return (part or 0) / whole if whole else None
