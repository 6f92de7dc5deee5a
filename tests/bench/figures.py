"""How fast the figures of a long history are told, beside DuckDB on the same files in the same run."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.history import make

RETURNS, COMPLAINTS = 1_000_000, 200_000
ROUNDS = 5
PERIOD = ["--from", "2024-12-01", "--to", "2026-11-30"]
MONTH = ["--month", "2026-10"]
NEW = 100

# The figures of the report over all of the history, as one who knows SQL would ask for them.
DUCKDB = """
import duckdb, json, sys
duckdb.execute("set threads = 2")
duckdb.execute('''
create view line as select * from read_json(?, format = 'newline_delimited', columns = {
  kind: 'VARCHAR', time: 'VARCHAR', currency: 'VARCHAR', paid_with: 'VARCHAR', handling: 'BIGINT',
  lines: 'STRUCT(remedy VARCHAR, tender VARCHAR, amount BIGINT, paid BIGINT)[]',
  voided: 'STRUCT(kind VARCHAR, lines STRUCT(remedy VARCHAR, tender VARCHAR, amount BIGINT)[])',
  was: 'STRUCT(state VARCHAR, opened VARCHAR, answered VARCHAR, reopened BIGINT)'})
'''.replace("?", repr(sys.argv[1])))
found = duckdb.execute('''
with seen as materialized (
  select kind, currency, handling, paid_with, lines, was,
    case when kind in ('complaint.acknowledged', 'complaint.resolved')
      then ceil(epoch(time::timestamptz - was.opened::timestamptz) / 60) end as minutes
  from line where time >= '2024-12-01' and time < '2026-12-01'
), goods as (
  select currency, sum(len(lines)) n, sum(list_sum(list_transform(lines, lambda x: x.amount))) as amount,
    sum(list_sum(list_transform(lines, lambda x:
      case when x.remedy in ('refund', 'price-reduction') then x.amount else 0 end))) as back
  from seen where kind = 'return' group by currency
), cases as (
  select count(*) filter (kind = 'complaint.opened') opened,
    count(*) filter (kind = 'complaint.opened') - count(*) filter (kind = 'complaint.closed')
      + count(*) filter (kind = 'complaint.reopened' and was.state = 'closed') standing,
    count(*) filter (kind = 'complaint.resolved') resolved,
    quantile_disc(minutes, 0.5) filter (was.answered is null) answer_median,
    quantile_disc(minutes, 0.9) filter (was.answered is null) answer_p90,
    quantile_disc(minutes, 0.5) filter (kind = 'complaint.resolved') resolution_median,
    quantile_disc(minutes, 0.9) filter (kind = 'complaint.resolved') resolution_p90
  from seen where kind like 'complaint.%'
) select * from goods, cases
''').fetchall()
print(json.dumps([str(value) for value in found[0]]))
"""
# The sums that the report's first run makes and keeps: of every day and every slice, with every length of time.
DUCKDB_SUMS = """
import duckdb, sys
duckdb.execute("set threads = 2")
duckdb.execute('''
create temp table seen as
select kind, time[1:10] as day, currency, paid_with, channel, staff, category, lines, was,
  case when kind in ('complaint.acknowledged', 'complaint.resolved')
    then ceil(epoch(time::timestamptz - was.opened::timestamptz) / 60) end as minutes
from read_json(?, format = 'newline_delimited', columns = {
  kind: 'VARCHAR', time: 'VARCHAR', currency: 'VARCHAR', paid_with: 'VARCHAR', channel: 'VARCHAR', staff: 'VARCHAR',
  category: 'VARCHAR', lines: 'STRUCT(category VARCHAR, reason VARCHAR, remedy VARCHAR, tender VARCHAR, amount BIGINT)[]',
  was: 'STRUCT(state VARCHAR, opened VARCHAR, answered VARCHAR, reopened BIGINT, channel VARCHAR, category VARCHAR)'})
'''.replace("?", repr(sys.argv[1])))
goods = duckdb.execute('''
select day, currency, article.category, article.reason, channel, staff, tender, count(*), sum(article.amount)
from (select *, coalesce(article.tender, paid_with) as tender
  from (select *, unnest(lines) as article from seen where kind = 'return'))
group by grouping sets ((day, currency), (day, currency, article.category), (day, currency, article.reason),
  (day, currency, channel), (day, currency, staff), (day, currency, tender))
''').fetchall()
cases = duckdb.execute('''
select kind, day, minutes, about, via, staff, first, state, count(*)
from (select kind, day, minutes, staff, coalesce(was.category, category) as about, coalesce(was.channel, channel) as via,
  was.answered is null as first, was.state as state from seen where kind like 'complaint.%')
group by grouping sets ((kind, day, minutes, first, state), (kind, day, minutes, first, state, about),
  (kind, day, minutes, first, state, via), (kind, day, minutes, first, state, staff))
''').fetchall()
print(len(goods), len(cases))
"""
# Linux counts the memory of whoever starts a process as its own peak, so a small process stands in between.
MEASURE = """
import os, sys, time
start = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def figures(returns: int = RETURNS, complaints: int = COMPLAINTS) -> None:
    """Measure the report cold, from the cache, after new lines, after a late line, and after the cache was spoilt."""
    with tempfile.TemporaryDirectory() as temporary:
        shop = Path(temporary) / "shop"
        make(shop, returns, complaints)
        cache = shop / ".returnkit" / "cache"
        environment = os.environ | {"XDG_STATE_HOME": str(Path(temporary) / "state")}
        size = sum(file.stat().st_size for file in shop.glob("records/*/*.jsonl"))
        print(f"{returns:,} returns and {complaints:,} complaints of four events over 24 months: {size / 2**20:.0f} MiB")

        def report(*asked: str) -> list[str]:
            return [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop), "kpi", "report", "-f", "json", *asked]

        duck = [sys.executable, "-c", DUCKDB, str(shop / "records" / "*" / "*.jsonl")]
        click = [sys.executable, "-c", "import click"]
        log = [sys.executable, "-P", "-m", "returnkit", "--shop", str(shop), "return", "log", "-"]
        line = {
            "sku": "RO-401", "price": "34.90", "bought": "2026-11-10", "on": "2026-11-20", "channel": "store", "receipt": "yes",
            "condition": "unopened", "reason": "wrong-size",
        }  # fmt: skip

        def new_lines(count: int, *now: str) -> Callable[[], object]:
            text = (json.dumps(line) + "\n") * count
            command = [*log[:6], *now, *log[6:]]
            return lambda: subprocess.run(command, input=text, text=True, env=environment, check=True, capture_output=True)

        def spoilt() -> None:
            for file in cache.glob("figures-*"):
                file.write_bytes(b"spoilt" + file.read_bytes()[6:])

        subprocess.run(report(), env=environment, check=True, capture_output=True)
        cases: dict[str, tuple[list[str], Callable[[], object]]] = {
            "import click": (click, lambda: None),
            "DuckDB, read_json, two threads": (duck, lambda: None),
            "DuckDB, every slice of every day": (
                [sys.executable, "-c", DUCKDB_SUMS, str(shop / "records" / "*" / "*.jsonl")],
                lambda: None,
            ),
            "24 months, nothing cached": (report(*PERIOD), lambda: shutil.rmtree(cache)),
            "24 months, cached": (report(*PERIOD), lambda: None),
            "one month, cached": (report(*MONTH), lambda: None),
            "24 months by category, cached": (report(*PERIOD, "--by", "category"), lambda: None),
            f"one month, after {NEW} new lines": (report(*MONTH), new_lines(NEW)),
            "24 months, a late line 20 months back": (report(*PERIOD), new_lines(1, "--now", "2025-03-05T12:00:00+02:00")),
            "24 months, the cache spoilt": (report(*PERIOD), spoilt),
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for _ in range(ROUNDS):
            for name, (command, before) in cases.items():
                before()
                times[name].append(measured(command, environment))
        print(f"whole processes, medians of {ROUNDS} rounds in turns (goals: cached 3 x import click, not cached 1.3 x DuckDB)")
        least, other = (statistics.median(taken for taken, _ in times[name]) for name in list(cases)[:2])
        for name, found in times.items():
            taken, peak = statistics.median(one for one, _ in found), max(memory for _, memory in found)
            ratios = f"{taken / least:7.2f} x click {taken / other:7.2f} x DuckDB"
            print(f"  {name:42} {taken:7.3f} s {peak:6.0f} MiB {ratios}")


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return seconds and peak memory (MiB) of a process; of its children the largest one counts."""
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], env=environment, capture_output=True, text=True, check=True)
    taken, peak = map(float, done.stderr.splitlines()[-1].split())
    return taken, peak
