"""`returnkit policy backtest`: which answers a draft would have changed, and what that is in money."""

from collections.abc import Sequence

import click

from returnkit.commands.listing import check_damage, listing_options, period_of
from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.progress import progress_bar
from returnkit.commands.session import Session, deliver, form_of
from returnkit.model.dates import FIRST_DAY, LAST_DAY, iso, parse_iso
from returnkit.model.digest import short_sha256
from returnkit.model.jsonl import Json
from returnkit.model.money import decimal_text
from returnkit.policy.backtest import LATE, LATER, Backtest, Scope
from returnkit.policy.changes import Case, Sums, Table
from returnkit.policy.decide import hyphened
from returnkit.policy.exposure import ALL, FOREIGN, Exposure
from returnkit.policy.language import REMEDIES, Policy
from returnkit.render import Report, Section
from returnkit.replaying import Trial, replayed
from returnkit.summing import bytes_of

SCHEMA = "returnkit.backtest/1"
COLUMNS = ("id", "day", "sku", "category", "from", "to", "old_rule", "rule", "money", "goods", "currency")
NAMED = 20
SPANS = (*(text for _, text in LATE), LATER)
SEVERAL = "several rules"  # nobody knows which, and they all agree


@global_options
@output_options
@listing_options
@click.command(context_settings=SETTINGS)
@click.option("--sales", is_flag=True, help="Say as well what the draft, and the policy of today, promise with what was sold.")
@click.option(
    "--cases",
    metavar="N",
    type=click.IntRange(min=0),
    default=NAMED,
    help=f"How many changed answers are named, those with most money first (default {NAMED}).",
)
@click.argument("draft", metavar="DRAFT")
def backtest(draft: str, form: str | None, output: str | None, **asked: object) -> int:
    """Try a draft on the returns that were logged: which would have been answered otherwise, whom it hits, and what it costs.

    \b
        returnkit policy backtest draft.toml
        returnkit policy backtest draft.toml --from 2026-01-01 --cases 50 -o changes.csv
        returnkit policy backtest draft.toml --sales

    Every article that came back or was refused (return log --refused) is judged once more, as if DRAFT had been the policy
    on every day, whatever its effective says. Without a period it is everything that was logged. Nothing is written.

    An answer is yes, exception (within the room of who was asked), manager or no. It changes where it is another one, where
    the remedy that was taken is not offered any more (stricter, whatever is offered instead), or where another amount would
    have been given back. Changes that policies/returns.toml of today makes as well are counted apart. What an exchange gives
    back is goods, not money. What is refused, or needs a manager, counts as not given back; what was refused counts with the
    first remedy that the draft offers. What a person decided against the policy (--override) stays as it was where the draft
    refuses it, too, or answers as the policy of today. What another program recorded it answered with yes. A fact that was
    not recorded is unknown: where its values would lead to different answers, it cannot be told. Late is what gets no plain
    yes, because all that the draft promised on the day of purchase has lapsed.

    --sales asks for every article that was sold in the period, on the day of purchase: unopened, with the receipt, no reason
    said, member and channel as recorded (else none, and the shop). For each remedy it says how many lines it is promised
    for, what they cost, and how many days it lasts in the mean, weighted by what was paid; beside it the same by
    policies/returns.toml. A remedy without a last day has no mean.

    JSON is {"schema", "draft": {"file", "effective", "sha256"}, "period", "lines", "changed", "stricter", "kinder",
    "overridden", "already_today", "currency", "money": {"less", "more", "goods_less", "goods_more", "currency", "not_known",
    "other_currencies"}, "purchases", "members", "changes": [{"from", "to", "count", "money", "goods"}], "rules", "late",
    "unknown", "cases", "sales"}. Money and goods of a change are what would have been given back less (below zero: more);
    of late and unknown lines what was given back. CSV and JSON lines are the cases.

    Of more than 16 MiB of records only the form of each line is read; `records verify` proves the rest.

    Exit code: 0; 3 if the draft or a line cannot be read (it is named; --allow-damaged leaves the line out).
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    period = period_of(session, asked, every=True)
    shop, books, named = session.shop, session.books(), int(str(asked["cases"]))
    policy, own = shop.policy(draft), shop.policy()
    compared = (policy, own) if asked["sales"] else ()

    def trial(voided: frozenset[str]) -> Trial:
        scope = Scope(parse_iso(period[0]), parse_iso(period[1]), voided, shop.currency, named)
        exposures = [Exposure(each, shop.setting((each,)), shop.country, scope) for each in compared]
        return Trial(Backtest(policy, shop.setting((policy, own)), scope, own), exposures)

    with progress_bar("reading", lambda: bytes_of(books)) as progress:
        sums, promises, damaged = replayed(books, period[0], trial, progress)
    check_damage(damaged, allowed=bool(asked["allow_damaged"]))
    told = _Told(sums, promises, shop.currency, shop.digits)
    deliver(told.report("en", policy, period, form), form, output)
    return 0


class _Told:
    """What came of a backtest, as text, as rows and as data."""

    def __init__(self, sums: Sums, promises: Sequence[Table], currency: str, digits: int) -> None:
        self.sums, self.promises, self.currency, self.digits = sums, promises, currency, digits
        directions = {direction: count for (direction,), (count, _, _) in sums.changed(3)}
        self.stricter, self.kinder = directions.get("stricter", 0), directions.get("kinder", 0)
        self.changed, *self.differences = sums.total()

    def report(self, language: str, draft: Policy, period: tuple[str, str], form: str) -> Report:
        """Return the report."""
        cases = [self._case(case) for case in self.sums.cases()]
        data: object = cases
        if form != "jsonl":
            data = self._data(draft, period) | {"cases": cases, "sales": self._sales()}
        rows = tuple((*(str(case[column] or "") for column in COLUMNS[:-1]), self.currency) for case in cases)
        return Report("", language, tuple(self._sections()), COLUMNS, rows, data)

    def _money(self, minor: int | None) -> str | None:
        if minor is None:
            return None
        return ("-" if minor < 0 else "") + decimal_text(abs(minor), self.digits)

    # For programs

    def _data(self, draft: Policy, period: tuple[str, str]) -> Json:
        sums = self.sums
        first, last = period
        return {
            "schema": SCHEMA,
            "draft": {"file": draft.file, "effective": iso(draft.effective), "sha256": short_sha256(draft.source)},
            "period": {"from": None if first == iso(FIRST_DAY) else first, "to": None if last == iso(LAST_DAY) else last},
            "lines": sums.lines,
            "changed": self.changed,
            "stricter": self.stricter,
            "kinder": self.kinder,
            "overridden": sums.of("overridden")[0],
            "already_today": self._numbers(sums.of("today")),
            "currency": self.currency,
            "money": {
                **dict(zip(("less", "more", "goods_less", "goods_more"), map(self._money, self.differences), strict=True)),
                "currency": self.currency,
                "not_known": sums.of("not-known")[0],
                "other_currencies": sums.of("foreign")[0],
            },
            "purchases": len(sums.purchases),
            "members": len(sums.members),
            "changes": [{"from": key[0], "to": key[1]} | self._numbers(found) for key, found in sums.changed(0, 1)],
            "rules": [{"rule": rule or None} | self._numbers(found) for (rule,), found in sums.changed(2)],
            "late": [{"days": span} | self._numbers(sums.of("late", span)) for span in SPANS],
            "unknown": [{"fact": fact} | self._numbers(found) for (fact,), found in sums.unknown()],
        }

    def _numbers(self, found: Sequence[int]) -> Json:
        count, money, goods = found
        return {"count": count, "money": self._money(money), "goods": self._money(goods)}

    def _case(self, case: Case) -> Json:
        return {
            "id": case.id, "day": case.day, "sku": case.sku or None, "category": case.category or None, "from": case.before,
            "to": case.after, "old_rule": case.old_rule or None, "rule": case.rule or None, "money": self._money(case.money),
            "goods": self._money(case.goods),
        }  # fmt: skip

    def _sales(self) -> Json | None:
        if not self.promises:
            return None
        every, value = self.promises[0].get((ALL,), [0, 0])[:2]
        remedies = [
            {"remedy": remedy} | {whose: self._promise(table, remedy) for whose, table in self._by_policy()}
            for remedy in self._promised()
        ]
        foreign = self.promises[0].get((FOREIGN,), [0])[0]
        return {"lines": every, "value": self._money(value), "other_currencies": foreign, "remedies": remedies}

    def _by_policy(self) -> list[tuple[str, Table]]:
        return [*zip(("draft", "today"), self.promises, strict=True)]

    def _promised(self) -> list[str]:
        return [remedy for remedy in REMEDIES if any((remedy,) in table for table in self.promises)]

    def _promise(self, table: Table, remedy: str) -> Json:
        lines, value, ending, days = table.get((remedy,), [0, 0, 0, 0])
        return {"lines": lines, "value": self._money(value), "days": round(days / ending, 1) if ending else None}

    # For people

    def _sections(self) -> list[Section]:
        sums = self.sums
        sections = [Section("", tuple(self._summary()))]
        header = ("lines", f"{self.currency} less", "goods less")
        given = ("lines", f"{self.currency} given", "goods given")
        for heading, names, numbers in (
            ("What changes", header, [(f"{key[0]} -> {key[1]}", found) for key, found in sums.changed(0, 1)]),
            ("By the draft's rule", header, [(rule or SEVERAL, found) for (rule,), found in sums.changed(2)]),
            ("Late by the draft, in days", given, [(span, sums.of("late", span)) for span in SPANS if sums.of("late", span)[0]]),
            ("Cannot be told, for want of", given, [(hyphened(fact), found) for (fact,), found in sums.unknown()]),
        ):
            rows = [
                (name, str(count), self._money(money) or "", self._money(goods) or "") for name, (count, money, goods) in numbers
            ]
            if rows:
                sections.append(Section(heading, _aligned([("", *names), *rows], left=1), aligned=True))
        cases = [
            (
                case.day,
                case.id,
                case.sku or case.category,
                f"{case.before} -> {case.after}",
                f"{case.old_rule or '-'} -> {case.rule or SEVERAL}",
                self._money(case.money) or "?",
                self._money(case.goods) or "?",
            )
            for case in sums.cases()
        ]
        if cases:
            more = self.changed - len(cases)
            heading = "The answers" + (f" with most money ({more} more: --cases N)" if more else "")
            sections.append(Section(heading, _aligned([("", "", "", "", "", *header[1:]), *cases], left=5), aligned=True))
        return [*sections, *self._exposed()]

    def _summary(self) -> list[str]:
        sums, currency = self.sums, self.currency
        if not sums.lines:
            return ["nothing was logged in that time"]
        lines = [f"{self.changed} of {sums.lines} answers change: {self.stricter} stricter, {self.kinder} kinder"]
        kinds = ("money given back, {} less", "money given back, {} more", "goods exchanged, {} less", "goods exchanged, {} more")
        for kind, minor in zip(kinds, self.differences, strict=True):
            if minor:
                lines.append(kind.format(f"{self._money(minor)} {currency}"))
        count, money, goods = sums.of("today")
        if count:
            already = f"{self._money(money)} {currency} of money, {self._money(goods)} {currency} of goods less"
            lines.append(f"{count} of them change by the policy of today already ({already})")
        lines.append(f"{_count(len(sums.purchases), 'purchase')}, {len(sums.members)} of them by members")
        for key, text in (
            ("not-known", "of the changes have no price, and count without money"),
            ("foreign", "of the changes are in other currencies, and count without money"),
            ("overridden", "were decided against the policy, and would be against the draft: unchanged"),
        ):
            if sums.of(key)[0]:
                lines.append(f"{sums.of(key)[0]} {text}")
        unknown = sum(found[0] for _, found in sums.unknown())
        if unknown:
            lines.append(f"{unknown} cannot be told")
        return lines

    def _exposed(self) -> list[Section]:
        """Return what is promised with every sale, by the draft and by the policy of today."""
        sales = self._sales()
        if sales is None:
            return []
        rows = [("", "", "lines", self.currency, "days")]
        for remedy in self._promised():
            for whose, table in self._by_policy():
                own = self._promise(table, remedy)
                rows.append((remedy, whose, str(own["lines"]), str(own["value"]), str(own["days"] or "-")))
        heading = f"Promised with {sales['lines']} lines sold for {sales['value']} {self.currency}"
        if sales["other_currencies"]:
            heading += f" ({sales['other_currencies']} in other currencies left out)"
        return [Section(heading, _aligned(rows, left=2), aligned=True)]


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _aligned(rows: Sequence[tuple[str, ...]], left: int) -> tuple[str, ...]:
    """Return rows as lines with their columns below each other, all but the first `left` ones to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [f"{cell:{'<' if at < left else '>'}{widths[at]}}" for at, cell in enumerate(row)]
        lines.append(f"  {'  '.join(cells)}".rstrip())
    return tuple(lines)
