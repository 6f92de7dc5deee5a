"""`records export`: every record is there, once and as it is; figures worked out of the database are those of the report."""

import csv
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from returnkit.commands.records.export import FORMS
from returnkit.exporting import COUNTS, INNER, LINES, MONEY, MORE, OTHER, Table, files_of, kinds_of, sheet
from returnkit.model.ids import record_id, split_id
from returnkit.model.jsonl import Json, decode, encode
from returnkit.model.record import KINDS
from returnkit.records.chain import sealed
from tests.conftest import REPOSITORY, Result, call
from tests.records.faults import month_files

At = Callable[..., Result]
HOSTILE = ("=1+1", "+1", "-x", "@x", "\u009b31m", "＝1", "x\u202ey", 'a"b', "a;=1")
PRIVATE = 0o600


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop folder with the sample shop's records, which nobody changes."""
    folder = tmp_path_factory.mktemp("sample")
    for name in ("policies", "records"):
        os.symlink(REPOSITORY / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def exported(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with all of that."""
    path = tmp_path_factory.mktemp("exported") / "shop.db"
    database(sample, path).close()
    return path


def records_of(shop: Path) -> list[bytes]:
    return [line for path in month_files(shop) for line in path.read_bytes().splitlines()]


def when(record: Json) -> tuple[float, str, int]:
    till, seq, _ = split_id(str(record["id"]))
    return datetime.fromisoformat(str(record["time"])).timestamp(), till, seq


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sold(at: At) -> None:
    """Let something stand in the records."""
    assert at("return", "log", "--sku", "RO-401", "--price", "34.90", "--bought", "2026-11-10", "--channel", "store", "--receipt",
              "yes", "--condition", "unopened", "--reason", "wrong-size", "--remedy", "refund").code == 0  # fmt: skip
    assert at("complaint", "open", "--text", "it hums", "--category", "quality").code == 0


def planted(shop: Path, *bodies: Json) -> list[Json]:
    """Return records that were put behind the others of the only till, whatever they say."""
    (path,) = month_files(shop)
    records = [decode(line) for line in path.read_bytes().splitlines()]
    with path.open("ab") as file:
        for body in bodies:
            records.append(sealed(str(records[-1]["h"]), {"v": 1, "time": "2026-11-21T12:00:00+02:00", **body}))
            file.write(encode(records[-1]) + b"\n")
    return records[-len(bodies) :]


def test_json_lines_are_the_records_as_they_are_in_the_order_of_time(sample: Path, tmp_path: Path) -> None:
    assert call("--shop", str(sample), "records", "export", "-o", str(tmp_path / "all.jsonl")).code == 0
    exported = (tmp_path / "all.jsonl").read_bytes().splitlines()
    assert sorted(exported) == sorted(records_of(sample))
    assert exported == sorted(exported, key=lambda line: when(decode(line)))
    assert call("--shop", str(sample), "records", "export").out.encode().splitlines() == exported
    as_json = json.loads(call("--shop", str(sample), "records", "export", "-f", "json").out)
    assert as_json["schema"] == "returnkit.export/1"
    assert as_json["records"] == [decode(line) for line in exported]


def test_a_period_and_kinds_narrow_it_down(sample: Path) -> None:
    def exported(*options: str) -> list[Json]:
        result = call("--shop", str(sample), "records", "export", *options)
        assert result.code == 0
        return [decode(line.encode()) for line in result.out.splitlines()]

    october = exported("--month", "2026-10", "--kind", "return", "--kind", "complaint.*")
    kinds = {str(record["kind"]) for record in october}
    assert {"return", "complaint.opened", "complaint.closed"} <= kinds
    assert all(kind == "return" or kind.startswith("complaint.") for kind in kinds)
    assert {str(record["time"])[:7] for record in october} == {"2026-10"}
    whole = [decode(line) for line in records_of(sample)]
    wanted = [r for r in whole if str(r["kind"]) in kinds and str(r["time"])[:7] == "2026-10"]
    assert sorted(map(when, october)) == sorted(map(when, wanted))
    assert exported("--day", "2026-10-06") == [r for r in exported() if str(r["time"])[:10] == "2026-10-06"]
    assert kinds_of(["return.*"]) == {"return", "return.refused", "return.voided"}


def test_a_table_has_a_row_for_each_record_and_a_column_for_each_field(sample: Path, tmp_path: Path) -> None:
    assert call("--shop", str(sample), "records", "export", "-o", str(tmp_path / "all.csv")).code == 0
    table, whole = rows(tmp_path / "all.csv"), sorted((decode(line) for line in records_of(sample)), key=when)
    assert [row["id"] for row in table] == [record["id"] for record in whole]
    for row, record in zip(table, whole, strict=True):
        for field, value in record.items():
            cell = f"{value / 100:.2f}" if field in MONEY and isinstance(value, int) else value
            assert row[field] == (cell if isinstance(cell, str) else encode(cell).decode()), field
        assert {field for field, cell in row.items() if cell} == {*record, COUNTS}

    assert call("--shop", str(sample), "records", "export", "-o", f"{tmp_path}/tables/").code == 0
    files = sorted((tmp_path / "tables").iterdir())
    lines = {file.stem: rows(file) for file in files if file.stem.endswith(LINES)}
    assert {file.stem for file in files} == {record["kind"] for record in whole} | {*lines}
    assert sum(len(rows(file)) for file in files if file.stem not in lines) == len(whole)
    assert {"sale.lines", "return.lines"} <= {*lines}
    assert [(row["id"], row["line"], row["amount"]) for row in lines["return.lines"]] == [
        (record["id"], str(number), f"{article['amount'] / 100:.2f}" if "amount" in article else "")
        for record in map(json.loads, sorted(records_of(sample), key=lambda line: when(decode(line))))
        if record["kind"] == "return"
        for number, article in enumerate(record["lines"], 1)
    ]
    assert "lines" not in rows(tmp_path / "tables/return.csv")[0]
    assert "paid_with" not in rows(tmp_path / "tables/complaint.opened.csv")[0]
    assert {file.stat().st_mode & 0o777 for file in files} == {PRIVATE}


def test_what_an_earlier_export_left_in_a_folder_does_not_stay(sample: Path, tmp_path: Path) -> None:
    folder = f"{tmp_path}/tables/"
    for options in ([], ["--month", "2026-10"], ["--day", "2026-01-01"]):
        assert call("--shop", str(sample), "records", "export", "-o", folder, *options).code == 0
        files = {file.stem: rows(file) for file in Path(folder).iterdir()}
        left = [row for name, table in files.items() for row in table if LINES not in name]
        assert left or not any(files.values())
        assert bool(left) == (options[-1:] != ["2026-01-01"])
        assert not options or all(row["time"].startswith(options[1][:7]) for row in left)


# A database


def database(shop: Path, path: Path) -> sqlite3.Connection:
    result = call("--shop", str(shop), "records", "export", "--sqlite", str(path))
    assert result.code == 0, result
    return sqlite3.connect(path)


OPENED = "select substr(time, 1, 7), count(*) from complaint_opened group by 1"
SOLD = "select substr(time, 1, 7), sum(paid) / 100.0 from sale join sale_lines using (id) group by 1"
# A return that was voided is taken back in the month of the void.
RETURNED = """
    select substr(time, 1, 7), sum(n) from (
        select time, 1 as n from return join return_lines using (id)
        union all
        select time, -1 from return_voided join return_voided_lines using (id) where voided_kind = 'return')
    group by 1"""
REFUNDED = """
    select substr(time, 1, 7), sum(back) / 100.0 from (
        select time, line.amount as back from return join return_lines line using (id)
            where remedy in ('refund', 'price-reduction')
        union all
        select time, -difference from return where difference < 0
        union all
        select time, -line.amount from return_voided join return_voided_lines line using (id)
            where voided_kind = 'return' and remedy in ('refund', 'price-reduction')
        union all
        select time, voided_difference from return_voided where voided_kind = 'return' and voided_difference < 0)
    group by 1"""
FIRST_RESPONSE = """
    with answers as (
        select time, was_opened, was_answered from complaint_acknowledged
        union all select time, was_opened, was_answered from complaint_promised
        union all select time, was_opened, was_answered from complaint_offered
        union all select time, was_opened, was_answered from complaint_waiting
        union all select time, was_opened, was_answered from complaint_resolved),
    lasted as (
        select substr(time, 1, 7) as month, (unixepoch(time) - unixepoch(was_opened)) / 60 as minutes
        from answers where was_answered is null),
    ranked as (
        select month, minutes, row_number() over (partition by month order by minutes) as rank,
            count(*) over (partition by month) as n
        from lasted)
    select month, minutes from ranked where rank = (n + 1) / 2"""


@pytest.mark.parametrize(
    ("figure", "query"),
    [
        ("complaints-opened", OPENED), ("sold-value", SOLD), ("returns", RETURNED), ("refunded-value", REFUNDED),
        ("first-response-median", FIRST_RESPONSE),
    ],
)  # fmt: skip
def test_figures_worked_out_in_sql_are_those_of_the_report(exported: Path, sample: Path, figure: str, query: str) -> None:
    asked = ["kpi", "report", "--from", "2026-08-01", "--to", "2026-11-30", "--by", "month", "-f", "json"]
    report = json.loads(call("--shop", str(sample), *asked).out)["measures"]
    (by_month,) = [each["by"] for each in report if each["id"] == figure]
    with closing(sqlite3.connect(exported)) as shop:
        assert len(by_month) >= 3
        assert dict(shop.execute(query).fetchall()) == pytest.approx(by_month)


def flat(record: Json) -> Iterator[tuple[str, object]]:
    """Yield the columns of a record."""
    for field, value in record.items():
        if field in INNER and isinstance(value, dict):
            yield from ((f"{field}_{inner}", each) for inner, each in flat(value))
        elif field != "lines":
            yield field, encode(value).decode() if isinstance(value, (list, dict)) else value


def filled(row: sqlite3.Row) -> Json:
    return {column: row[column] for column in row.keys() if row[column] is not None}  # noqa: SIM118 - a row is no dict


def test_a_database_holds_every_record_with_every_field(exported: Path, sample: Path) -> None:
    with closing(sqlite3.connect(exported)) as shop:
        shop.row_factory = sqlite3.Row
        for record in map(decode, records_of(sample)):
            name, own = str(record["kind"]).replace(".", "_"), [record["id"]]
            (row,) = shop.execute(f'select * from "{name}" where id = ?', own).fetchall()  # noqa: S608 - our own names
            assert filled(row).keys() - {*dict(flat(record))} == {COUNTS}
            assert {**filled(row), COUNTS: 1} == {**dict(flat(record)), COUNTS: 1}
            voided = record.get("voided", {})
            assert isinstance(voided, dict)
            lines = record.get("lines") or voided.get("lines")
            if isinstance(lines, list):
                query = f'select * from "{name}_lines" where id = ? order by line'  # noqa: S608 - our own names
                rows_of = shop.execute(query, own).fetchall()
                told = [{"id": record["id"], "line": number, **dict(flat(line))} for number, line in enumerate(lines, 1)]
                assert list(map(filled, rows_of)) == told
        indexes = {row["name"] for row in shop.execute("select name from sqlite_master where type = 'index'")}
        assert {"complaint_closed_by_case", "sale_by_receipt_no", "sale_by_time", "sale_lines_by_id"} <= indexes
        meta = dict(map(tuple, shop.execute("select * from meta")))
        assert meta["schema"] == "returnkit.export/1"
        assert meta["records"] == str(len(records_of(sample)))
        for path in [max((sample / "records" / till).iterdir()) for till in ("k3", "k4", "export")]:
            last = decode(path.read_bytes().splitlines()[-1])
            assert meta[f"head:{path.parent.name}"] == f"{split_id(str(last['id']))[1]} {last['h']}"


def test_only_an_export_of_ours_is_replaced(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(database(sample, path)) as shop:
        first = shop.execute("select value from meta where name = 'records'").fetchone()
    assert path.stat().st_mode & 0o777 == PRIVATE
    before = path.stat().st_ino
    database(sample, path).close()
    assert path.stat().st_ino != before
    with closing(sqlite3.connect(path)) as shop:
        assert shop.execute("select value from meta where name = 'records'").fetchone() == first

    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as other:
        other.execute("create table t (x)")
        other.commit()
    (tmp_path / "letter.txt").write_text("dear")
    (tmp_path / "empty.db").touch()
    (tmp_path / "shop.db-wal").touch()
    os.symlink(tmp_path / "letter.txt", tmp_path / "link.db")
    os.mkfifo(tmp_path / "pipe.db")
    names = ("theirs.db", "letter.txt", "empty.db", "shop.db", "link.db", "pipe.db")
    here = {each: (tmp_path / each).read_bytes() for each in names[:5]}
    for name in names:
        refused = call("--shop", str(sample), "records", "export", "--sqlite", str(tmp_path / name))
        assert refused.code in (2, 74), name
    assert {each: (tmp_path / each).read_bytes() for each in names[:5]} == here
    assert not list(tmp_path.glob(".*"))


def test_nothing_of_the_shop_is_overwritten(at: At, shop: Path) -> None:
    sold(at)
    (journal,) = month_files(shop)
    before = journal.read_bytes()
    for place in (str(journal), "records/x.csv", "policies/shop.toml", "records/", ".returnkit/x"):
        for option in ("-o", "--sqlite"):
            assert at("records", "export", option, place).code == 2, place
    assert journal.read_bytes() == before


# What may stand in a record


def test_what_was_taken_back_is_marked(at: At, shop: Path) -> None:
    sold(at)
    sold(at)
    first, second = (decode(line) for path in month_files(shop) for line in path.read_bytes().splitlines() if b'"return"' in line)
    assert at("return", "void", str(second["id"]), "--because", "twice").code == 0
    options = ["--kind", "return", "--day", "2026-11-21"]  # the void is none of these, and counts all the same
    assert at("records", "export", "-o", "../x.csv", *options).code == 0
    assert {row["id"]: row[COUNTS] for row in rows(shop.parent / "x.csv")} == {first["id"]: "1", second["id"]: "0"}
    assert at("records", "export", "--sqlite", "../x.db", *options).code == 0
    with closing(sqlite3.connect(shop.parent / "x.db")) as found:
        asked = 'select sum(return_lines.amount) from "return" join return_lines using (id)'
        assert found.execute(asked).fetchone() == (6980,)
        assert found.execute(f"{asked} where counts = 1").fetchone() == (3490,)


def test_a_group_of_kinds_and_a_file_of_another_program_are_explained(at: At) -> None:
    assert "complaint.*" in at("records", "export", "--kind", "complaint").err
    for ending in ("xlsx", "db"):
        refused = at("records", "export", "-o", f"../x.{ending}")
        assert (refused.code, "csv; or --sqlite" in refused.err) == (2, True)
    assert "ends (2026-10-01) before" in at("records", "export", "--from", "2026-11-01", "--to", "2026-10-01").err


def test_hostile_words_stay_words(at: At, shop: Path) -> None:
    sold(at)
    (journal,) = month_files(shop)
    till = journal.parent.name
    bodies: list[Json] = [
        {"id": record_id(till, 4 + n), "kind": "complaint.opened", "channel": "counter", "text": text, "staff": text}
        for n, text in enumerate(HOSTILE)
    ]
    records = planted(shop, *bodies)
    outputs = [at("records", "export", "-f", form).out for form in FORMS]
    for out in outputs:
        assert "\u009b" not in out
        assert "\u202e" not in out
        assert "\x1b" not in out
    exported = [decode(line.encode()) for line in outputs[0].splitlines()]
    assert [record for record in exported if record in records] == records
    cells = [row["text"] for row in csv.DictReader(outputs[2].splitlines()) if row["text"]]
    assert len(cells) == len(HOSTILE) + 1
    assert not any(cell[:1] in "=+-@＝" for cell in cells)
    assert at("records", "export", "--sqlite", "../shop.db").code == 0
    with closing(sqlite3.connect(shop.parent / "shop.db")) as found:
        texts = [text for (text,) in found.execute("select text from complaint_opened order by id")]
        assert texts == ["it hums", *HOSTILE]


def test_what_only_a_newer_program_knows_is_kept(at: At, shop: Path) -> None:
    sold(at)
    (journal,) = month_files(shop)
    till = journal.parent.name
    bodies: list[Json] = [
        {"id": record_id(till, 4), "kind": "weather.noted", "rain": True, "drops": [1, 2]},
        {"id": record_id(till, 5), "kind": "sale", "lines": [{"quantity": 1, "colour": "red"}], "mood": "good"},
        {"id": record_id(till, 6), "kind": "sale", "lines": "many"},
        {"id": record_id(till, 7), "kind": "complaint.noted", "text": "x", "was": {"state": "open", "moon": "full"}},
    ]
    planted(shop, *bodies)
    assert at("records", "export", "-o", "../tables/").code == 0
    (weather,) = rows(shop.parent / f"tables/{OTHER}.csv")
    assert json.loads(weather[MORE]) == {"rain": True, "drops": [1, 2]}
    assert at("records", "export", "--sqlite", "../shop.db").code == 0
    with closing(sqlite3.connect(shop.parent / "shop.db")) as found:
        assert json.loads(found.execute("select more from other").fetchone()[0]) == {"rain": True, "drops": [1, 2]}
        assert found.execute("select more from sale order by id").fetchall() == [('{"mood":"good"}',), ('{"lines":"many"}',)]
        assert found.execute("select more from sale_lines").fetchall() == [('{"colour":"red"}',)]
        assert found.execute("select was_state, more from complaint_noted").fetchall() == [("open", '{"was":{"moon":"full"}}')]


def test_no_two_columns_have_one_name() -> None:
    with closing(sqlite3.connect(":memory:")) as empty:
        for kind in (*KINDS, ""):
            Table(kind).create(empty)
            for table in (sheet([kind] if kind else []), *files_of([kind]).values()):
                assert len({*table.columns}) == len(table.columns)


def test_a_line_that_cannot_be_read_is_named_and_only_left_out_where_that_is_allowed(at: At, shop: Path) -> None:
    sold(at)
    (journal,) = month_files(shop)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + lines[1].replace(b"3490", b"3491", 1) + lines[2])
    for options in (["-o", "../x.jsonl"], ["--sqlite", "../x.db"], []):
        refused = at("records", "export", *options)
        assert refused.code == 3
        assert ":2:" in refused.err
        assert refused.out == ""
    assert not list(shop.parent.glob("x.*"))
    assert json.loads(at("records", "export", "-f", "json", "--allow-damaged").out)["left_out"] == 1
    assert at("records", "export", "--sqlite", "../x.db", "--allow-damaged").code == 0
    with closing(sqlite3.connect(shop.parent / "x.db")) as found:
        assert found.execute("select value from meta where name = 'left_out'").fetchone() == ("1",)


@pytest.mark.parametrize(
    "options",
    [
        ["--kind", "retrun"], ["-f", "md"], ["-f", "table"], ["--sqlite", "x", "-f", "csv"], ["--sqlite", "x", "-o", "y"],
        ["-f", "json", "-o", "folder/"], ["-o", "x.md"], ["--month", "2026-13"], ["--kind", ""],
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(at: At, options: list[str]) -> None:
    assert at("records", "export", *options).code == 2


def test_what_a_killed_export_left_is_named(at: At, shop: Path) -> None:
    sold(at)
    (shop.parent / ".x.jsonl.0123abcd").touch()
    assert ".x.jsonl.0123abcd" in at("records", "export", "-o", "../x.jsonl").err
    assert "broken off" not in at("records", "export", "-o", "../y.jsonl").err


def test_customers_are_in_no_export(at: At, shop: Path) -> None:
    assert at("complaint", "open", "--text", "cold", "--name", "Jana Ozola", "--phone", "+371 20000001").code == 0
    outputs = [at("records", "export", "-f", form).out for form in FORMS]
    assert at("records", "export", "--sqlite", "../x.db").code == 0
    found = [*outputs, (shop.parent / "x.db").read_bytes().decode("latin-1")]
    assert not any("Ozola" in text or "20000001" in text for text in found)
