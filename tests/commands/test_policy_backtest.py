"""What a draft would have changed: by hand in a small shop, and by a slow second reading of the same records."""

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnkit import replaying
from returnkit.model.jsonl import encode
from returnkit.model.money import line_value
from returnkit.policy.backtest import Backtest, Scope
from returnkit.policy.changes import Sums
from returnkit.policy.decide import Decision, Setting
from returnkit.policy.exposure import ALL, Exposure
from returnkit.policy.facts import Facts
from returnkit.policy.judge import Judge
from returnkit.policy.language import CHANNELS, CONDITIONS, RECEIPTS, REMEDIES, Policy
from returnkit.policy.logged import decode
from returnkit.policy.read import read_policy
from returnkit.shop import find_shop
from tests import strategies
from tests.conftest import NOW, REPOSITORY, Result, call
from tests.policy.test_against_oracle import Case, facts_of, setting_of

DRAFT = """schema = 1
effective = 2030-01-01            # long after everything: a draft is tried as if it had been in force
[terms]
{terms}
"""
REFUND = DRAFT.format(terms='offer = {{ refund = "{}" }}\nreceipt = "not needed"\ncondition = "any"\n{}')
Record = dict[str, Any]


# --- The same, slowly -------------------------------------------------------------------------------------------------


class Slow:
    """The same sums out of plain JSON, by the explaining decision, one line after the other."""

    def __init__(self, draft: Policy, setting: Setting, currency: str) -> None:
        self.judge, self.setting, self.currency = Judge((draft,), setting), setting, currency
        self.lines = 0
        self.sums: dict[tuple[str, ...], list[int]] = {}
        self.purchases: set[str] = set()
        self.members: set[str] = set()
        self.cases: list[tuple[str, str, str, int | None, int | None]] = []

    def read(self, records: Iterable[Record]) -> "Slow":
        every = list(records)
        voided = {record["corrects"] for record in every if record["kind"] == "return.voided"}
        for record in every:
            if record["kind"] in ("return", "return.refused") and record["id"] not in voided:
                for line in record["lines"]:
                    self.lines += 1
                    self.weigh(record, line)
        return self

    def add(self, *key: str, money: int | None = 0, goods: int | None = 0) -> None:
        found = self.sums.setdefault(key, [0, 0, 0])
        self.sums[key] = [found[0] + 1, found[1] + (money or 0), found[2] + (goods or 0)]

    def facts(self, record: Record, line: Record) -> Facts:
        def day(field: str) -> int | None:
            return date.fromisoformat(record[field]).toordinal() if field in record else None

        on = day("on") or date.fromisoformat(record["time"][:10]).toordinal()
        bought, delivered = day("bought"), day("delivered")
        bought = None if bought is not None and bought > on else bought
        price = None
        if "paid" in line and record["currency"] == self.currency:
            exact = Fraction(line["paid"], line["quantity"]) * 10_000 / 10**self.setting.digits
            price = int(exact + Fraction(1, 2))
        roles = self.setting.roles
        return Facts(
            sku=line["sku"].strip().casefold() if "sku" in line else None,
            category=line.get("category"),
            tag=frozenset(line.get("tags", [])),
            price=price,
            quantity=line["quantity"],
            bought=bought,
            delivered=None if None not in (bought, delivered) and delivered < bought else delivered,  # type: ignore[operator]
            channel=record.get("channel") if record.get("channel") in CHANNELS else None,
            reason=line.get("reason"),
            condition=line.get("condition") if line.get("condition") in CONDITIONS else None,
            receipt=record.get("receipt") if record.get("receipt") in RECEIPTS else None,
            member=record.get("member"),
            paid_with=record.get("paid_with"),
            seller=record.get("seller"),
            country=record.get("country"),
            on=on,
            role=roles.index(record["role"]) if record.get("role") in roles else 0,
            remedy=line["remedy"] if record["kind"] == "return" and line.get("remedy") in REMEDIES else None,
        )

    def worth(self, decision: Decision, remedy: str, line: Record) -> tuple[int | None, int | None]:
        value = line.get("lowest" if decision.value == "lowest-price" else "paid")
        if remedy in ("refund", "store-credit"):
            if value is None:
                return None, 0
            fee = max(Fraction(value * decision.fee.percent, 10_000), Fraction(decision.fee.fixed))
            return value - int(min(fee, Fraction(value))), 0
        if remedy == "price-reduction":  # whatever a person finds right
            return None, 0
        return 0, value if remedy in ("exchange", "replacement") else 0

    @staticmethod
    def said(decision: Decision) -> str:
        return "exception" if decision.answer == "yes" and decision.exception else decision.answer

    def weigh(self, record: Record, line: Record) -> None:  # noqa: C901, PLR0912 - told as the help tells it, in one go
        taken, own = record["kind"] == "return", record["currency"] == self.currency
        facts = self.facts(record, line)
        decision = self.judge.decide(facts)
        if facts.remedy and decision.answer in ("no", "manager"):
            decision = self.judge.decide(facts._replace(remedy=None))
        then: tuple[int | None, int | None] = (0, 0)
        if taken and own:
            money = line.get("remedy") in ("refund", "store-credit", "price-reduction")
            goods = line.get("remedy") in ("exchange", "replacement")
            then = (line.get("amount") if money else 0, line.get("amount") if goods else 0)
        if decision.question is not None:
            self.add("unknown", decision.question.fact, money=then[0], goods=then[1])
            return
        after = self.said(decision)
        if after != "yes" and facts.bought is not None:
            self.late(facts, then)
        before = "exception" if line.get("waived") or record.get("override") else "yes"
        if not taken:
            before = line.get("answer", "no")
        if taken and record.get("override") and not line.get("waived") and after in ("no", "manager"):
            self.add("overridden", "", money=then[0], goods=then[1])
            return
        offered = [remedy.remedy for remedy in decision.remedies] if after in ("yes", "exception") else []
        lost = bool(offered and facts.remedy and facts.remedy not in offered)
        now: tuple[int | None, int | None] = self.worth(decision, offered[0], line) if offered else (0, 0)
        if taken and offered and not lost:
            now = self.worth(decision, line.get("remedy", ""), line)
            if None in now or None in then or not own:
                now = then
        if after == before and not lost and (not taken or now == then):
            return
        less = [a - b if a is not None and b is not None else None for a, b in zip(then, now, strict=True)]
        less = [None, None] if not own else [0, 0] if now == then else less
        ranks = ("no", "manager", "exception", "yes")
        back = -sum(each or 0 for each in less)
        kinder = not lost and (back, ranks.index(after)) > (0, ranks.index(before))
        if lost:
            before, after = f"{before}: {facts.remedy}", f"{after}: {offered[0]}"
        elif before == after:
            after += ", more back" if kinder else ", less back"
        for key in (("change", before, after), ("rule", decision.rule or ""), ("total", "kinder" if kinder else "stricter")):
            self.add(*key, money=less[0], goods=less[1])
        purchase: str = record.get("receipt_no") or record.get("guessed") or record["id"]
        self.purchases.add(purchase.casefold())
        if record.get("member", "none") != "none":
            self.members.add(purchase.casefold())
        self.cases.append((record["id"], before, after, less[0], less[1]))

    def late(self, facts: Facts, then: tuple[int | None, int | None]) -> None:
        assert facts.bought is not None
        promise = self.judge.decide(facts._replace(on=facts.bought, remedy=None))
        if promise.exception or not promise.remedies:
            return
        ends = [remedy.until for remedy in promise.remedies]
        if None in ends or max(end or 0 for end in ends) >= facts.on:
            return
        days = facts.on - max(end or 0 for end in ends)
        spans = {"1-7": 7, "8-14": 14, "15-30": 30, "31-60": 60, "61-90": 90, "91-180": 180, "181-365": 365, "more": 10**6}
        self.add("late", next(span for span, last in spans.items() if days <= last), money=then[0], goods=then[1])


def same(sums: Sums, slow: Slow) -> None:
    """Hold a backtest to its slow twin."""
    assert sums.lines == slow.lines
    own = {
        **{("change", *key): numbers for key, numbers in sums.changed(0, 1)},
        **{("rule", *key): numbers for key, numbers in sums.changed(2)},
        **{("total", *key): numbers for key, numbers in sums.changed(3)},
        **{key: numbers for key, numbers in sums.table.items() if key[0] in ("late", "unknown", "overridden")},
    }
    assert own == slow.sums
    assert sums.purchases == slow.purchases
    assert sums.members == slow.members
    assert sorted(((case.id, case.before, case.after, case.money, case.goods) for case in sums.cases()), key=repr) == sorted(
        slow.cases, key=repr
    )
    changed = [(money or 0, goods or 0) for *_, money, goods in slow.cases]
    parts = [sum(max(sign * each[at], 0) for each in changed) for at in (0, 1) for sign in (1, -1)]
    assert sums.total() == [len(changed), *parts]


# --- Shops ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a copy of the sample shop with its records."""
    for folder in ("policies", "records"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "sample" / folder)
    return tmp_path / "sample"


def records(shop: Path) -> list[Record]:
    return [json.loads(line) for file in sorted(shop.glob("records/*/*.jsonl")) for line in file.read_bytes().splitlines()]


def backtest(shop: Path, draft: str, *arguments: str) -> dict[str, Any]:
    file = shop.parent / "draft.toml"
    file.write_text(draft)
    result = call("--shop", str(shop), "--now", NOW, "policy", "backtest", str(file), "-f", "json", *arguments)
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def todays(shop: Path) -> str:
    return (shop / "policies" / "returns.toml").read_text()


class Till:
    """A small shop at work: each call is a command on a day of November 2026."""

    def __init__(self, shop: Path) -> None:
        self.shop = shop

    def run(self, day: int, *arguments: str) -> Result:
        return call("--shop", str(self.shop), "--now", f"2026-11-{day:02}T12:00:00+02:00", *arguments)

    def log(self, day: int, receipt: str, price: str, bought: str, *more: str) -> str:
        given = {
            "--sku": "RO-401", "--receipt-no": receipt, "--price": price, "--bought": bought, "--channel": "store",
            "--receipt": "yes", "--condition": "opened", "--reason": "changed-mind",
        } | dict(zip(more[::2], more[1::2], strict=False))  # fmt: skip
        options = [part for pair in given.items() for part in pair if part]
        result = self.run(day, "return", "log", *options, "-f", "json")
        assert result.code in (0, 1, 4), result.err
        recorded: str = json.loads(result.out)["id"]
        return recorded


class Day(NamedTuple):
    """The ids of what happened in the small shop."""

    early: str
    swapped: str
    refused: str
    late: str
    forced: str
    void: str


@pytest.fixture
def till(shop: Path) -> Till:
    return Till(shop)


@pytest.fixture
def day(till: Till) -> Day:
    """Return what happened: today's policy refunds for 14 days, exchanges for 30 and gives store credit for 60."""
    ids = Day(
        early=till.log(11, "1001", "34.90", "2026-11-01", "--member", "gold"),  # after 10 days
        swapped=till.log(12, "1002", "40.00", "2026-10-25", "--remedy", "exchange"),  # after 18 days
        refused=till.log(13, "1003", "120.00", "2026-11-01", "--sku", "MA-210", "--refused", ""),  # made for this customer
        late=till.log(20, "1004", "20.00", "2026-09-17", "--because", "was ill", "--remedy", "store-credit"),  # 4 days late
        forced=till.log(
            20, "1005", "60.00", "2026-11-01", "--sku", "MA-210", "--staff", "Ilze", "--because", "family", "--override", ""
        ),
        void=till.log(14, "1006", "50.00", "2026-11-01"),
    )
    assert till.run(15, "return", "void", ids.void, "--because", "typed twice").code == 0
    return ids


def by_id(found: dict[str, Any]) -> dict[str, tuple[str, str, str | None, str | None]]:
    return {case["id"]: (case["from"], case["to"], case["money"], case["goods"]) for case in found["cases"]}


# --- By hand ----------------------------------------------------------------------------------------------------------


def test_todays_policy_as_the_draft_changes_nothing(shop: Path, day: Day) -> None:
    found = backtest(shop, todays(shop).replace("2026-09-01 ", "2040-01-01 "))
    assert by_id(found) == {}
    assert (found["lines"], found["changed"], found["overridden"]) == (5, 0, 1)
    assert found["money"]["less"] == found["money"]["more"] == "0.00"
    assert day.void not in json.dumps(found)


def test_a_stricter_draft(shop: Path, day: Day) -> None:
    found = backtest(
        shop, todays(shop).replace('refund = "14 days", exchange = "30 days"', 'refund = "7 days", exchange = "15 days"', 1)
    )
    assert by_id(found) == {
        day.early: ("yes: refund", "yes: exchange", "34.90", "-34.90"),
        day.swapped: ("yes: exchange", "yes: store-credit", "-40.00", "40.00"),
    }
    assert (found["changed"], found["stricter"], found["kinder"]) == (2, 2, 0)
    assert found["money"] == {
        "less": "34.90", "more": "40.00", "goods_less": "40.00", "goods_more": "34.90", "currency": "EUR", "not_known": 0,
        "other_currencies": 0,
    }  # fmt: skip
    assert (found["purchases"], found["members"]) == (2, 1)
    assert {each["days"]: each["count"] for each in found["late"] if each["count"]} == {"1-7": 1}  # the exception that it was


def test_a_draft_that_refunds_alone(shop: Path, day: Day) -> None:
    found = backtest(shop, REFUND.format("7 days", ""))
    assert by_id(found) == {
        day.early: ("yes", "no", "34.90", "0.00"),
        day.swapped: ("yes", "no", "0.00", "40.00"),
        day.late: ("exception", "no", "20.00", "0.00"),
    }
    assert found["overridden"] == 1  # against the policy then, and against the draft
    assert found["changes"] == [
        {"from": "yes", "to": "no", "count": 2, "money": "34.90", "goods": "40.00"},
        {"from": "exception", "to": "no", "count": 1, "money": "20.00", "goods": "0.00"},
    ]
    assert found["rules"] == [{"rule": "terms", "count": 3, "money": "54.90", "goods": "40.00"}]
    # 10 - 7 and 12 - 7, 18 - 7 and 19 - 7, and 64 - 7 days after the draft's last day
    late = {each["days"]: (each["count"], each["money"], each["goods"]) for each in found["late"] if each["count"]}
    assert late == {"1-7": (2, "34.90", "0.00"), "8-14": (2, "60.00", "40.00"), "31-60": (1, "20.00", "0.00")}
    assert [each["days"] for each in found["late"]] == [
        "1-7", "8-14", "15-30", "31-60", "61-90", "91-180", "181-365", "more",
    ]  # fmt: skip


def test_a_kinder_draft(shop: Path, day: Day) -> None:
    found = backtest(shop, REFUND.format("1 year", 'value = "price paid"'))
    assert by_id(found) == {
        day.swapped: ("yes: exchange", "yes: refund", "-40.00", "40.00"),
        day.refused: ("no", "yes", "-120.00", "0.00"),
        day.late: ("exception: store-credit", "yes: refund", "0.00", "0.00"),
        day.forced: ("exception", "yes", "0.00", "0.00"),
    }
    assert (found["stricter"], found["kinder"], found["overridden"]) == (2, 2, 0)
    assert found["money"]["more"] == "160.00"


@pytest.mark.parametrize(
    ("fee", "now", "less"),
    [("10 %", "yes, less back", "3.49"), ("4.00", "yes, less back", "4.00")],
)
def test_a_fee_is_taken_off(shop: Path, day: Day, fee: str, now: str, less: str) -> None:
    draft = todays(shop).replace('condition = "resaleable"', f'condition = "resaleable"\nrestocking-fee = "{fee}"', 1)
    found = by_id(backtest(shop, draft))
    assert found[day.early] == ("yes", now, less, "0.00")
    assert day.swapped not in found  # goods pay no fee


def test_a_fee_that_is_no_longer_asked_is_kinder(shop: Path, till: Till) -> None:
    fee = till.log(11, "1", "50.00", "2026-11-05", "--sku", "EL-301")  # 10 % of electronics that were opened
    draft = todays(shop).replace('restocking-fee = "10 %"\n', "", 1)
    assert by_id(backtest(shop, draft)) == {fee: ("yes", "yes, more back", "-5.00", "0.00")}


def test_what_was_not_recorded_cannot_be_told_where_it_matters(shop: Path, day: Day) -> None:
    rule = '[[rule]]\nid = "cards"\nwhen = { paid-with = ["card"] }\noffer = "nothing"\n'
    found = backtest(shop, REFUND.format("60 days", "") + rule)
    assert found["unknown"] == [{"fact": "paid_with", "count": 4, "money": "94.90", "goods": "40.00"}]
    # What is late is late whatever it was paid with.
    assert {case["id"] for case in found["cases"]} == {day.late}
    indifferent = rule.replace('"nothing"', '{ refund = "60 days", repair = "1 day" }')
    assert backtest(shop, REFUND.format("60 days", "") + indifferent)["unknown"] == []


def test_a_manager_counts_as_not_given(shop: Path, day: Day) -> None:
    draft = todays(shop).replace(
        '[[also]]\nid = "dear"\nwhen = { price = "from 300.00" }', '[[also]]\nid = "dear"\nwhen = { price = "from 30.00" }'
    )
    assert by_id(backtest(shop, draft)) == {
        day.early: ("yes", "manager", "34.90", "0.00"),
        day.swapped: ("yes", "manager", "0.00", "40.00"),
    }


def test_the_period_and_the_number_of_cases(shop: Path, day: Day) -> None:
    draft = REFUND.format("7 days", "")
    assert set(by_id(backtest(shop, draft, "--from", "2026-11-12", "--to", "2026-11-13"))) == {day.swapped}
    month = backtest(shop, draft, "--month", "2026-10")
    assert (month["lines"], month["period"]) == (0, {"from": "2026-10-01", "to": "2026-10-31"})
    assert backtest(shop, draft)["period"] == {"from": None, "to": None}
    few = backtest(shop, draft, "--cases", "1")
    assert (list(by_id(few)), few["changed"]) == ([day.swapped], 3)
    assert backtest(shop, draft, "--cases", "0")["cases"] == []


def test_an_imported_return_was_a_yes_and_another_currency_is_only_counted(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "back.csv").write_text(
        "No,Bought,Time,Sku,Paid,Cur\n"
        "1,2026-10-01,2026-11-10,RO-401,30.00,EUR\n"
        "2,2026-10-01,2026-11-10,RO-401,3000,JPY\n"
        "3,2026-11-09,2026-11-10,RO-401,30.00,EUR\n"
        "4,,2026-11-10,RO-401,7.00,EUR\n"
    )
    (tmp_path / "map.toml").write_text(
        'schema = 1\n[file]\ndates = "YYYY-MM-DD"\n[return]\nrefund-no = "No"\nbought = "Bought"\ntime = "Time"\nsku = "Sku"\n'
        'paid = "Paid"\ncurrency = "Cur"\n'
    )
    done = call("--shop", str(shop), "return", "import", str(tmp_path / "back.csv"), "--map", str(tmp_path / "map.toml"))
    assert done.code == 0, done
    found = backtest(shop, REFUND.format("14 days", ""))
    assert (found["lines"], found["changed"], found["purchases"]) == (4, 2, 2)
    assert found["changes"] == [{"from": "yes", "to": "no", "count": 2, "money": "30.00", "goods": "0.00"}]
    assert (found["money"]["less"], found["money"]["other_currencies"]) == ("30.00", 1)
    assert found["unknown"] == [{"fact": "bought", "count": 1, "money": "7.00", "goods": "0.00"}]
    assert [case["money"] for case in found["cases"]] == ["30.00", None]


def test_nothing_is_written(sample: Path) -> None:
    def everything() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in sample.rglob("*") if file.is_file()}

    before = everything()
    backtest(sample, REFUND.format("14 days", ""), "--sales")
    assert everything() == before


def test_every_form_says_the_same(shop: Path, day: Day, tmp_path: Path) -> None:
    found = backtest(shop, REFUND.format("7 days", ""))
    asked = ("--shop", str(shop), "--now", NOW, "policy", "backtest", str(tmp_path / "draft.toml"))
    table = call(*asked).out
    assert "3 of 5 answers change: 3 stricter, 0 kinder" in table
    assert "money given back, 54.90 EUR less" in table
    assert "goods exchanged, 40.00 EUR less" in table
    assert "3 purchases, 1 of them by members" in table
    assert "1 were decided against the policy" in table
    rows = [*csv.DictReader(io.StringIO(call(*asked, "-f", "csv").out))]
    assert [(row["id"], row["money"]) for row in rows] == [(case["id"], case["money"]) for case in found["cases"]]
    assert [json.loads(line) for line in call(*asked, "-f", "jsonl").out.splitlines()] == found["cases"]
    assert all(own in call(*asked, "-f", form).out for form in ("md", "html", "table") for own in (day.early, day.late))
    (tmp_path / "copy.csv").touch()
    assert call(*asked, "-o", str(tmp_path / "copy.csv")).code == 0
    assert (tmp_path / "copy.csv").read_text() == call(*asked, "-f", "csv").out


def test_a_bad_draft_and_a_bad_line_are_named(sample: Path, tmp_path: Path) -> None:
    asked = ("--shop", str(sample), "--now", NOW, "policy", "backtest")
    draft = tmp_path / "draft.toml"
    draft.write_text(REFUND.format("14 days", "reciept = 1"))
    bad = call(*asked, str(draft))
    assert bad.code == 3
    assert "draft.toml:7" in bad.err
    assert call(*asked, str(tmp_path / "nowhere.toml")).code == 3
    assert call(*asked).code == 2
    assert call(*asked, str(draft), "--cases", "-1").code == 2
    assert call(*asked, str(draft), "--month", "13").code == 2
    draft.write_text(REFUND.format("14 days", ""))
    whole = json.loads(call(*asked, str(draft), "-f", "json").out)
    journal = sample / "records" / "k3" / "2026-10.jsonl"
    raw = journal.read_bytes().splitlines(keepends=True)
    at = next(at for at, line in enumerate(raw) if b'"kind":"return"' in line)
    raw[at] = raw[at].replace(b'"kind"', b'"kin', 1)
    journal.write_bytes(b"".join(raw))
    damaged = call(*asked, str(draft))
    assert damaged.code == 3
    assert f"2026-10.jsonl:{at + 1}" in damaged.err
    rest = call(*asked, str(draft), "-f", "json", "--allow-damaged")
    assert rest.code == 0
    assert "1 line that cannot be read left out" in rest.err
    assert json.loads(rest.out)["lines"] == whole["lines"] - 1


# --- The sample shop, and random ones ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace('refund = "14 days"', 'refund = "5 days"'),
        lambda text: text.replace(
            'refund = "14 days", exchange = "30 days", store-credit = "60 days"', 'store-credit = "2 months"'
        ),
        lambda text: text.replace('condition = "resaleable" ', 'condition = "unopened"\nrestocking-fee = "7.5 %"'),
        lambda text: text.replace('counts-from = "last item"', 'counts-from = "purchase"'),
        lambda text: text.replace('when = { category = ["electronics"] }', 'when = { member = ["gold"], paid-with = ["card"] }'),
        lambda text: text.partition("[discretion]")[0],
    ],
)
def test_the_sample_shop_as_a_slow_reading_has_it(sample: Path, change: Callable[[str], str]) -> None:
    draft = change(todays(sample))
    found = backtest(sample, draft, "--cases", "1000")
    shop = find_shop(str(sample))
    policy = shop.policy(str(sample.parent / "draft.toml"))
    slow = Slow(policy, shop.setting((policy,)), "EUR").read(records(sample))
    assert found["lines"] == slow.lines > 100
    assert {case["id"] for case in found["cases"]} == {case[0] for case in slow.cases}
    assert Counter((each["from"], each["to"]) for each in found["cases"]) == {
        key[1:]: numbers[0] for key, numbers in slow.sums.items() if key[0] == "change"
    }
    for kind, names in (("change", ("from", "to")), ("rule", ("rule",)), ("late", ("days",)), ("unknown", ("fact",))):
        told = {"change": "changes", "rule": "rules"}.get(kind, kind)
        rows = {
            tuple(row[name] or "" for name in names): [row["count"], cents(row["money"]), cents(row["goods"])]
            for row in found[told]
        }
        assert {key: row for key, row in rows.items() if row[0]} == {
            key[1:]: numbers for key, numbers in slow.sums.items() if key[0] == kind
        }
    assert (found["purchases"], found["members"]) == (len(slow.purchases), len(slow.members))


def cents(text: str) -> int:
    return int(text.replace(".", ""))


@st.composite
def logged(draw: st.DrawFn) -> tuple[Case, list[Record]]:
    """Draw a policy and a shop, and some records about the same facts, whatever was answered then."""
    text, raw = draw(strategies.policies())
    shop = draw(strategies.shops())
    found: list[Record] = []
    for number in range(draw(st.integers(1, 4))):
        facts = facts_of(draw(strategies.requests(raw, draw(st.sampled_from([100, 95, 85])), 200)), tuple(shop["roles"]))
        line: Record = {"quantity": facts.quantity, "tags": sorted(facts.tag)}
        for field, value in (("paid", facts.price), ("lowest", facts.lowest_price)):
            if value is not None:
                line[field] = line_value(value, facts.quantity, 2)
        line |= {name: getattr(facts, name) for name in ("sku", "category", "reason", "condition") if getattr(facts, name)}
        kind = draw(st.sampled_from(["return", "return", "return.refused"]))
        if kind == "return":
            amounts = [line[field] for field in ("paid", "lowest") if field in line]
            remedy = draw(st.sampled_from([*REMEDIES, *REMEDIES[:3], facts.remedy, "voucher", None]))
            line |= {"remedy": remedy} if remedy else {}
            if draw(st.integers(0, 9)) and amounts:
                line["amount"] = draw(st.sampled_from([amounts[0], *amounts, amounts[0] // 2]))
            line |= {"waived": ["late"]} if not draw(st.integers(0, 5)) else {}
        else:
            line["answer"] = draw(st.sampled_from(["no", "manager", "yes"]))
        record: Record = {
            "v": 1, "h": "", "id": f"k-{number}", "kind": kind, "lines": [line],
            "time": f"{date.fromordinal(facts.on)}T10:00:00+02:00",
            "currency": draw(st.sampled_from([*["EUR"] * 9, "USD"])), "role": shop["roles"][facts.role],
        }  # fmt: skip
        record |= {"override": True} if kind == "return" and not draw(st.integers(0, 7)) else {}
        record |= {"receipt_no": draw(st.sampled_from("aAb"))} if draw(st.booleans()) else {}
        for name in ("bought", "delivered"):
            if getattr(facts, name) is not None:
                record[name] = str(date.fromordinal(getattr(facts, name)))
        names = ("channel", "receipt", "member", "paid_with", "seller", "country")
        record |= {name: getattr(facts, name) for name in names if getattr(facts, name)}
        found.append(record)
    if draw(st.booleans()):
        voided = draw(st.sampled_from(found))
        found.append({"v": 1, "h": "", "id": "k-9", "kind": "return.voided", "time": NOW, "corrects": voided["id"]})
    return (text, raw, {}, shop), found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(logged())
def test_random_drafts_on_random_records_as_a_slow_reading_has_them(drawn: tuple[Case, list[Record]]) -> None:
    (text, _, _, shop), found = drawn
    setting = setting_of(shop)
    policy = read_policy(text.encode(), "draft.toml", setting.roles, "EUR")
    voided = frozenset(record["corrects"] for record in found if record["kind"] == "return.voided")
    fast = Backtest(policy, setting, Scope(0, 10**6, voided, "EUR", 100))
    fast.see(decode(encode(record)) for record in found)
    same(fast.sums, Slow(policy, setting, "EUR").read(found))


# --- Many records -----------------------------------------------------------------------------------------------------


def test_large_journals_are_read_in_another_way_and_say_the_same(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def once() -> dict[str, Any]:
        return backtest(sample, REFUND.format("10 days", ""), "--sales", "--cases", "7")

    small = once()
    monkeypatch.setattr(replaying, "CHAINED", 0)
    assert once() == small
    monkeypatch.setattr(replaying, "TOGETHER", 0)
    assert once() == small
    # A line that is no record sends its file the slow way, where it is named; all others count as before.
    journal = sample / "records" / "k3" / "2026-10.jsonl"
    raw = journal.read_bytes().splitlines(keepends=True)
    at = next(at for at, line in enumerate(raw) if b'"kind":"return"' in line)
    journal.write_bytes(b"".join(raw).replace(raw[at], b"torn\n"))
    result = call("--shop", str(sample), "policy", "backtest", str(sample.parent / "draft.toml"))
    assert result.code == 3
    assert f"2026-10.jsonl:{at + 1}" in result.err
    assert once_allowed(sample)["lines"] == small["lines"] - 1


def once_allowed(sample: Path) -> dict[str, Any]:
    return backtest(sample, REFUND.format("10 days", ""), "--allow-damaged")


def test_only_so_many_cases_are_kept() -> None:
    roles = ("staff", "manager")
    policy = read_policy(REFUND.format("1 day", "").encode(), "draft.toml", roles, "EUR")
    setting = find_shop(str(REPOSITORY)).setting((policy,))
    fast = Backtest(policy, setting, Scope(0, 10**6, frozenset(), "EUR", 3))
    lines = [{"quantity": 1, "paid": paid, "amount": paid, "remedy": "refund"} for paid in range(1, 2001)]
    for number, line in enumerate(lines):
        record = {
            "v": 1, "h": "", "id": f"k-{number}", "kind": "return", "lines": [line], "time": NOW, "currency": "EUR",
            "bought": "2026-01-01",
        }  # fmt: skip
        fast.see([decode(encode(record))])
    assert [case.money for case in fast.sums.cases()] == [2000, 1999, 1998]
    assert fast.sums.total() == [2000, sum(range(1, 2001)), 0, 0, 0]


# --- What is promised with every sale ---------------------------------------------------------------------------------


def test_what_is_promised_with_every_sale(sample: Path) -> None:
    draft = todays(sample).replace('refund = "14 days"', 'refund = "7 days"', 1)
    found = backtest(sample, draft, "--sales", "--month", "2026-10")["sales"]
    shop = find_shop(str(sample))
    sold = [record for record in records(sample) if record["kind"] == "sale" and record["time"][:7] == "2026-10"]
    assert found["lines"] == sum(len(record["lines"]) for record in sold) > 100
    assert cents(found["value"]) == sum(line["paid"] for record in sold for line in record["lines"])
    for whose, policy in (("draft", shop.policy(str(sample.parent / "draft.toml"))), ("today", shop.policy())):
        judge = Judge((policy,), shop.setting((policy,)))
        expected: dict[str, list[Fraction]] = {}
        for record in sold:
            for line in record["lines"]:
                on = date.fromisoformat(record["time"][:10]).toordinal()
                facts = Facts(
                    sku=line["sku"].casefold(), category=line.get("category"), tag=frozenset(line.get("tags", [])),
                    price=line["paid"] * 100 // line["quantity"], quantity=line["quantity"], bought=on, on=on,
                    channel=record.get("channel"), member=record.get("member"), paid_with=record.get("paid_with"),
                )  # fmt: skip
                for remedy in judge.decide_ordinary(facts, "lv").remedies:
                    lines, value, days = expected.get(remedy.remedy, [Fraction(0)] * 3)
                    paid = line["paid"]
                    expected[remedy.remedy] = [lines + 1, value + paid, days + paid * ((remedy.until or 0) - on)]
        assert {row["remedy"]: row[whose] for row in found["remedies"]} == {
            remedy: {"lines": int(lines), "value": f"{float(value) / 100:.2f}", "days": round(float(days / value), 1)}
            for remedy, (lines, value, days) in expected.items()
        }
    table = call("--shop", str(sample), "policy", "backtest", str(sample.parent / "draft.toml"), "--sales").out
    assert "Promised with" in table
    assert backtest(sample, draft)["sales"] is None


def test_a_remedy_without_end_has_no_mean_and_another_currency_is_left_out() -> None:
    policy = read_policy(REFUND.format("unlimited", "").encode(), "draft.toml", ("staff",), "EUR")
    shop = find_shop(str(REPOSITORY))
    exposure = Exposure(policy, shop.setting((policy,)), "LV", Scope(0, 10**6, frozenset(), "EUR", 0))
    for currency in ("EUR", "EUR", "USD"):
        record = {
            "v": 1,
            "h": "",
            "id": "k",
            "kind": "sale",
            "time": NOW,
            "currency": currency,
            "lines": [{"quantity": 2, "paid": 500}],
        }
        exposure.see([decode(encode(record))])
    assert dict(exposure.table) == {(ALL,): [2, 1000, 0, 0], ("refund",): [2, 1000, 0, 0], ("foreign",): [1, 0, 0, 0]}
