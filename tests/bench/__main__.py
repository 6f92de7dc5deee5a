"""Print how fast returnkit is beside something known, measured in turns in one run.

    python -m tests.bench [startup] [recording] [rivals] [decisions] [asking] [figures] [importing] [backtest]
                          [verifying]

Start-up is measured of an installed package (`pip install .` writes the byte code that a shop's laptop runs from).
"""

import json
import random
import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from datetime import date, timedelta

from returnkit.model.calendar import Calendar
from returnkit.policy.compile import compile_policy
from returnkit.policy.decide import Setting, decide
from returnkit.policy.facts import Facts, read_facts
from returnkit.policy.judge import Judge
from returnkit.policy.read import read_policy
from tests.bench.backtest import backtest
from tests.bench.figures import figures
from tests.bench.importing import importing
from tests.bench.recording import recording, rivals
from tests.bench.verifying import verifying
from tests.conftest import REPOSITORY

KNOWN = [
    "--category", "toys", "--bought", "2026-11-10", "--condition", "opened", "--reason", "not-said",
    "--channel", "store", "--receipt", "yes", "--price", "29.90",
]  # fmt: skip
ROUNDS = 40
ROWS = 20_000

# The twelve rules that were measured on other engines, in the words of the policy language.
TWELVE = """schema = 1
effective = 2020-01-01
[terms]
offer = { refund = "30 days" }
receipt = "not needed"
condition = "any"
[[rule]]
id = "final-sale"
when = { tag = ["final"] }
offer = "nothing"
[[rule]]
id = "faulty"
when = { reason = ["faulty"] }
offer = { refund = "2 years" }
[[rule]]
id = "damaged"
when = { condition = ["damaged"] }
offer = "nothing"
[[rule]]
id = "worn"
when = { condition = ["worn"] }
offer = { store-credit = "30 days" }
[[rule]]
id = "grocery-late"
when = { category = ["grocery"], after = "7 days" }
offer = "nothing"
[[rule]]
id = "beauty-opened"
when = { category = ["beauty"], condition = ["opened"] }
offer = "nothing"
[[rule]]
id = "electronics-opened"
when = { category = ["electronics"], condition = ["opened"] }
offer = { refund = "14 days" }
[[rule]]
id = "electronics-late"
when = { category = ["electronics"], after = "14 days" }
offer = "nothing"
[[rule]]
id = "toys-late"
when = { category = ["toys"], after = "60 days" }
offer = "nothing"
[[rule]]
id = "high-value"
when = { price = "from 500.00" }
approval = "manager"
[[rule]]
id = "books"
when = { category = ["books"] }
offer = { exchange = "30 days" }
"""
ZEN_RULES = [
    # tag, reason, condition, category, days, price -> rule; the same order and meaning as TWELVE
    ('"final"', "", "", "", "", "", "final-sale"),
    ("", '"faulty"', "", "", "", "", "faulty"),
    ("", "", '"damaged"', "", "", "", "damaged"),
    ("", "", '"worn"', "", "", "", "worn"),
    ("", "", "", '"grocery"', "> 7", "", "grocery-late"),
    ("", "", '"opened"', '"beauty"', "", "", "beauty-opened"),
    ("", "", '"opened"', '"electronics"', "", "", "electronics-opened"),
    ("", "", "", '"electronics"', "> 14", "", "electronics-late"),
    ("", "", "", '"toys"', "> 60", "", "toys-late"),
    ("", "", "", "", "", ">= 500", "high-value"),
    ("", "", "", '"books"', "", "", "books"),
    ("", "", "", "", "", "", "terms"),
]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=REPOSITORY)
    return time.perf_counter() - start


def startup() -> None:
    """Compare whole processes with `python -c 'import click'`, in turns."""
    base = [sys.executable, "-c", "import click"]
    check = [sys.executable, "-P", "-m", "returnkit", "policy", "check"]
    commands = {
        "import click": base,
        "policy check, text": [*check, *KNOWN, "--on", "2026-11-20"],
        "policy check, JSON": [*check, *KNOWN, "--on", "2026-11-20", "-f", "json"],
        "policy check, today by the clock": [*check, *KNOWN],
        "policy check, nothing but a category": [*check, "--category", "toys"],
        "policy --help": [sys.executable, "-P", "-m", "returnkit", "policy", "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(seconds(command))
    reference = statistics.median(times["import click"])
    print(f"whole processes, medians of {ROUNDS} rounds in turns (goal of policy check: 1.25)")
    for name, taken in times.items():
        print(f"  {name:38} {statistics.median(taken) / reference:5.2f} x import click")


def rows() -> list[tuple[Facts, dict[str, object]]]:
    """Return random returns, as facts and as what a decision table takes; always the same ones."""
    chance = random.Random(1)  # noqa: S311 - the same returns every time
    today = date(2026, 11, 21)
    found = []
    for _ in range(ROWS):
        days = chance.randrange(120)
        given = {
            "category": chance.choice(["grocery", "beauty", "electronics", "toys", "books", "clothes"]),
            "tag": chance.choice(["final", "new", "old", "new"]),
            "reason": chance.choice(["faulty", "changed-mind", "wrong-size"]),
            "condition": chance.choice(["unopened", "opened", "resaleable", "worn", "damaged"]),
            "price": f"{chance.randrange(1, 60000) / 100:.2f}",
        }
        facts = read_facts({**given, "bought": (today - timedelta(days=days)).isoformat()}, today.toordinal, ("staff", "manager"))
        found.append((facts, {**given, "price": float(given["price"]), "days": days}))
    return found


def zen() -> Callable[[dict[str, object]], object] | None:
    """Return the same rules as a decision table of zen-engine, or None where it is not installed."""
    try:
        import zen as engine
    except ImportError:
        return None
    fields = ["tag", "reason", "condition", "category", "days", "price"]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [
            {"_id": str(at), **dict(zip(fields, rule, strict=False)), "rule": f'"{rule[-1]}"'}
            for at, rule in enumerate(ZEN_RULES)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [{"id": "a", "sourceId": "in", "targetId": "table"}, {"id": "b", "sourceId": "table", "targetId": "out"}]
    decision = engine.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda row: decision.evaluate(row)["result"]["rule"]


def decisions() -> None:
    """Compare a compiled decision with the explaining one and with a decision table of zen-engine, on the same rules."""
    setting = Setting(("staff", "manager"), Calendar(), 2)
    policy = read_policy(TWELVE.encode(), "twelve.toml", setting.roles, "EUR")
    compiled, judge, data = compile_policy(policy, setting), Judge((policy,), setting), rows()
    facts = [fact for fact, _ in data]

    def once(function: Callable[[], object], count: int) -> float:
        return min(timeit.repeat(function, number=1, repeat=5)) / count * 1e6

    empty = once(lambda: [None for _ in facts], ROWS)
    fast = once(lambda: [compiled(*fact) for fact in facts], ROWS) - empty
    few = facts[:2000]
    slow = once(lambda: [decide(judge.versions, fact, setting) for fact in few], len(few))
    print(f"one decision by twelve rules, {ROWS} random returns (goal: at most 1 microsecond)")
    print(f"  compiled    {fast:8.2f} microseconds   1.0")
    print(f"  explaining  {slow:8.2f} microseconds   {slow / fast:.0f} x compiled")
    table = zen()
    if table is None:
        print("  zen-engine is not installed: pip install zen-engine")
        return
    sample = data[:2000]
    agreed = sum(table(row) == compiled(*fact)[1] for fact, row in sample)
    other = once(lambda: [table(row) for _, row in sample], len(sample))
    print(
        f"  zen-engine  {other:8.2f} microseconds   {other / fast:.0f} x compiled ({agreed} of {len(sample)} chose the same rule)"
    )


def asking() -> None:
    """Count what a question costs: decisions tried, and time beside one explaining decision."""
    from returnkit.policy.ask import explore
    from returnkit.shop import find_shop

    shop = find_shop(str(REPOSITORY))
    today = date(2026, 11, 21).toordinal()
    for given in ({"category": "toys"}, {"category": "toys", "bought": "2026-11-10"}):
        facts = read_facts(given, lambda: today, shop.roles)
        versions = shop.versions(facts.bought)
        setting = shop.setting(versions)
        taken = min(timeit.repeat(lambda v=versions, f=facts, s=setting: Judge(v, s).decide(f), number=1, repeat=5))  # type: ignore[misc]
        judge = Judge(versions, setting)
        tried = 0

        def counted(*row: object, judge: Judge = judge) -> object:
            nonlocal tried
            tried += 1
            return judge.compiled(*row)

        explore(counted, judge.cells, facts)  # type: ignore[arg-type]
        print(f"a question, knowing {', '.join(given)}: {tried} decisions tried, {taken * 1000:.1f} ms")


if __name__ == "__main__":
    benchmarks = (startup, recording, rivals, decisions, asking, figures, importing, backtest, verifying)
    wanted = sys.argv[1:] or [benchmark.__name__ for benchmark in benchmarks]
    for benchmark in benchmarks:
        if benchmark.__name__ in wanted:
            benchmark()
