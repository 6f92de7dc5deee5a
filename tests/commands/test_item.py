"""Articles out of another program's CSV: what the owner wrote into items.toml stays, to the byte."""

from __future__ import annotations

import csv
import io
import json
import time
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.conftest import Result

    At = Callable[..., Result]
    Row = tuple[str, str, str]

MAPPING = 'schema = 1\n[item]\nsku = "Number"\ncategory = "Group"\ntags = "Labels"\n'
NEW: tuple[Row, ...] = (("NB-1", "toys", ""), ("NB-2", "Clothes", "Clearance; party"), ("NB-3", "", ""))
WRITTEN = (
    '"NB-1" = { category = "toys" }',
    '"NB-2" = { category = "clothes", tags = ["clearance", "party"] }',
    '"NB-3" = {}',
)


@pytest.fixture
def load(at: At, shop: Path) -> Callable[..., Result]:
    """Import articles from a CSV."""

    def load(rows: Sequence[Row], *arguments: str) -> Result:
        (shop / "map.toml").write_text(MAPPING)
        text = io.StringIO()
        csv.writer(text).writerows([("Number", "Group", "Labels"), *rows])
        (shop / "items.csv").write_text(text.getvalue())
        return at("item", "import", "items.csv", "--map", "map.toml", "--lang", "en", *arguments)

    return load


@pytest.fixture
def items(shop: Path) -> Path:
    return shop / "policies/items.toml"


def listed(at: At, *arguments: str) -> dict[str, tuple[str | None, list[str]]]:
    result = at("item", "list", "-f", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    data = json.loads(result.out)
    assert data["schema"] == "returnkit.items/1"
    return {item["sku"]: (item["category"], item["tags"]) for item in data["items"]}


def without_the_new(after: bytes) -> bytes:
    """Return the text without the lines that were added."""
    return b"".join(line for line in after.splitlines(keepends=True) if line.strip().decode() not in WRITTEN)


# --- What stands there stays ------------------------------------------------------------------------------------------


def test_comments_and_layout_stay(at: At, items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    result = load(NEW)
    assert result.code == 0, result
    after = items.read_bytes()
    assert without_the_new(after) == before
    lines = after.decode().splitlines()
    assert [line for line in lines if line not in before.decode().splitlines()] == list(WRITTEN)
    assert lines.index("[items]") < lines.index(WRITTEN[0]) < lines.index("[category.clothes]")
    assert (
        lines.index(WRITTEN[0])
        == before.decode().splitlines().index('"RO-420" = { category = "toys", tags = ["party"] }           # balloons') + 1
    )
    found = listed(at)
    assert (found["nb-1"], found["nb-2"], found["nb-3"]) == (("toys", []), ("clothes", ["clearance", "party"]), (None, []))


LAYOUTS = {
    "no [items]": 'schema = 1\n\n# what we call it\n[category.toys]\nname = { lv = "rotaļlietas" }\n',
    "nothing but the schema": "schema = 1\n",
    "no final newline": 'schema = 1\n[items]\n"A" = { category = "toys" }',
    "no final newline, no [items]": "schema = 1",
    "windows": 'schema = 1\r\n[items]\r\n"A" = { category = "toys" }  # ā\r\n\r\n[category.toys]\r\nname = { lv = "ā" }\r\n',
    "windows, no final newline": 'schema = 1\r\n[items]\r\n"A" = { category = "toys" }',
    "windows, no [items]": "schema = 1\r\n# nothing\r\n",
    "unicode": 'schema = 1\n[items]\n"ŠŪPOLES-1" = { category = "rotaļlietas" }  # 🪁 šūpoles\n',
    "blank lines at the end": 'schema = 1\n[items]\n"A" = { category = "toys" }\n\n\n',
    "a comment behind the header": 'schema = 1\n[items]  # [what] we sell\n"A" = { category = "toys" }\n',
    "spaces around the header": 'schema = 1\n  [items]\n  "A" = { category = "toys" }\n',
    "spaces in the header": 'schema = 1\n[ items ]\n"A" = { category = "toys" }\n',
    "a header in quotes": 'schema = 1\n["items"]\n"A" = { category = "toys" }\n',
    "nothing below the header": "schema = 1\n[items]\n",
    "only comments below the header": 'schema = 1\n[items]\n# none yet\n\n[tag.party]\nname = { lv = "svētki" }\n',
    "a comment of the next table": 'schema = 1\n[items]\n"A" = {}\n\n# sealed goods\n[tag.party]\nname = { lv = "svētki" }\n',
    "tables of their own": 'schema = 1\n[items."A"]\ncategory = "toys"\n',
    "below its own tables": 'schema = 1\n[items]\n"A" = {}\n[items."B"]\ncategory = "toys"\n',
    "dotted keys": 'schema = 1\n[items]\nA.category = "toys"\nB.tags = ["x"]\n',
    "lists over lines": 'schema = 1\n[items]\n"A" = { tags = [\n  "one",\n  "two",  # [three]\n] }\n',
    "a byte order mark": '\ufeffschema = 1\n[items]\n"A" = {}\n',
    "a byte order mark before the header": '\ufeff[items]\n"A" = {}\n',
    "a hash in a number": 'schema = 1\n[items]\n"A#1" = { category = "toys" }\n',
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_stays(at: At, items: Path, load: Callable[..., Result], layout: str) -> None:
    """What cannot be added to is refused, and left as it is; all else keeps its bytes."""
    before = LAYOUTS[layout].encode()
    items.write_bytes(before)
    known = listed(at)
    result = load(NEW)
    after = items.read_bytes()
    assert result.code in (0, 3), result
    if result.code:
        assert after == before
        assert "items.toml" in result.err
        return
    assert without_the_new(after).replace(b"[items]", b"").replace(b"\n", b"").replace(b"\r", b"").strip() == before.replace(
        b"[items]", b"").replace(b"\n", b"").replace(b"\r", b"").strip()  # fmt: skip
    # No line of before is another one now, nor stands elsewhere.
    rest = iter(after.splitlines())
    assert all(line in rest for line in before.splitlines() if line.strip())
    assert listed(at) == known | {"nb-1": ("toys", []), "nb-2": ("clothes", ["clearance", "party"]), "nb-3": (None, [])}


@pytest.mark.parametrize("layout", [
    "no [items]", "nothing but the schema", "no final newline", "windows", "unicode", "a comment behind the header",
    "a comment of the next table", "only comments below the header", "dotted keys", "lists over lines", "a byte order mark",
    "spaces around the header", "spaces in the header",
])  # fmt: skip
def test_what_people_write_can_be_added_to(items: Path, load: Callable[..., Result], layout: str) -> None:
    items.write_bytes(LAYOUTS[layout].encode())
    assert load(NEW).code == 0


@pytest.mark.parametrize("layout", ["windows", "blank lines at the end", "a comment of the next table", "unicode", "dotted keys"])
def test_every_byte_stays(items: Path, load: Callable[..., Result], layout: str) -> None:
    before = LAYOUTS[layout].encode()
    items.write_bytes(before)
    assert load(NEW).code == 0
    assert without_the_new(items.read_bytes()) == before


def test_a_comment_above_the_next_table_stays_with_it(items: Path, load: Callable[..., Result]) -> None:
    items.write_text(LAYOUTS["a comment of the next table"])
    assert load(NEW).code == 0
    lines = items.read_text().splitlines()
    assert lines.index(WRITTEN[-1]) == lines.index("# sealed goods") - 2
    assert lines.index("[tag.party]") == lines.index("# sealed goods") + 1


def test_a_shop_without_items(at: At, items: Path, load: Callable[..., Result]) -> None:
    items.unlink()
    assert listed(at) == {}
    assert load(NEW).code == 0
    assert tomllib.loads(items.read_text()) == {
        "schema": 1,
        "items": {"NB-1": {"category": "toys"}, "NB-2": {"category": "clothes", "tags": ["clearance", "party"]}, "NB-3": {}},
    }
    assert set(listed(at)) == {"nb-1", "nb-2", "nb-3"}


@pytest.mark.parametrize(
    "sku",
    [
        '7" pan', "it's", "back\\slash", "ŠŪPOLES Nr. 1", "a.b.c", "#1", "[x]", "= 3", "café ☕", "tab\\t", "日本", '"',
        "\U0001f9f8", "\x7f",
    ],
)  # fmt: skip
def test_a_number_may_hold_anything_that_stands_on_a_line(at: At, items: Path, load: Callable[..., Result], sku: str) -> None:
    before = items.read_bytes()
    result = load([(sku, "toys", ""), ("NB-1", "toys", "")])
    found = listed(at)
    if result.code == 1:
        assert "the row is rejected" in result.err
        assert set(found) & {sku.casefold(), "nb-1"} == {"nb-1"}
        return
    assert result.code == 0, result
    assert found[sku.casefold()] == ("toys", [])
    assert without_the_new(items.read_bytes()).startswith(before[: before.index(b"[category")].rstrip())
    again = items.read_bytes()
    assert load([(sku, "toys", "")]).code == 0
    assert items.read_bytes() == again


@pytest.mark.parametrize("sku", ["two\nlines", "AP-*", "x" * 300, "bell\x07"])
def test_what_is_no_number_is_rejected(items: Path, load: Callable[..., Result], sku: str) -> None:
    before = items.read_bytes()
    result = load([(sku, "toys", "")])
    assert result.code == 1
    assert items.read_bytes() == before


# --- Again, and otherwise ---------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(items: Path, load: Callable[..., Result]) -> None:
    assert load(NEW).code == 0
    before, when = items.read_bytes(), items.stat().st_mtime_ns
    again = load(NEW, "-f", "json")
    assert again.code == 0
    data = json.loads(again.out)
    assert (data["recorded"], data["known"], data["rejected"]) == (0, 3, 0)
    assert (items.read_bytes(), items.stat().st_mtime_ns) == (before, when)


def test_what_is_known_already_may_be_written_otherwise(items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    result = load([("ro-401", "TOYS", ""), (" RO-420 ", "toys", "Party;party"), ("RO-401", "toys", "")], "-f", "json")
    assert result.code == 0
    assert json.loads(result.out)["known"] == 3
    assert items.read_bytes() == before


def test_an_article_that_is_another_one_is_rejected(at: At, shop: Path, items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    result = load([("RO-401", "clothes", ""), ("NB-1", "toys", ""), ("RO-420", "toys", ""), ("nb-1", "clothes", "")])
    assert result.code == 1
    assert "items.csv:2" in result.err
    assert "RO-401 is toys in items.toml" in result.err
    assert without_the_new(items.read_bytes()) == before
    found = listed(at)
    assert (found["ro-401"], found["ro-420"], found["nb-1"]) == (("toys", []), ("toys", ["party"]), ("toys", []))
    rejected = list(csv.reader((shop / "items.csv.rejected.csv").read_text().splitlines()))
    assert [row[0] for row in rejected[1:]] == ["RO-401", "RO-420", "nb-1"]
    assert rejected[0][-1] == "rejected because"


def test_an_article_may_be_otherwise_than_those_that_begin_alike(at: At, items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    assert load([("RO-999", "electronics", "")]).code == 0
    assert items.read_bytes() != before
    assert listed(at)["ro-999"] == ("electronics", [])
    assert listed(at)["ro-*"] == ("toys", [])


def test_a_dry_run_writes_nothing(items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    result = load(NEW, "--dry-run")
    assert result.code == 0
    assert "3 articles would be recorded" in result.out
    assert items.read_bytes() == before


def test_a_dry_run_says_what_would_be_rejected(shop: Path, items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    result = load([("RO-401", "clothes", ""), *NEW, ("NB-1", "clothes", "")], "--dry-run", "-f", "json")
    assert result.code == 1
    data = json.loads(result.out)
    assert (data["recorded"], data["rejected"]) == (3, 2)
    assert items.read_bytes() == before
    assert not list(shop.glob("*rejected*"))


def test_the_rights_of_the_file_stay(items: Path, load: Callable[..., Result]) -> None:
    items.chmod(0o640)
    assert load(NEW).code == 0
    assert items.stat().st_mode & 0o777 == 0o640


def test_several_files_at_once(at: At, shop: Path, load: Callable[..., Result]) -> None:
    (shop / "more.csv").write_text("Number,Group,Labels\nNB-4,toys,\nNB-1,clothes,\nNB-2,clothes,party;clearance\n")
    result = load(NEW, "more.csv", "-f", "json")
    assert result.code == 1
    data = json.loads(result.out)
    assert [(file["recorded"], file["known"], file["rejected"]) for file in data["files"]] == [(3, 0, 0), (1, 1, 1)]
    assert {"nb-1", "nb-2", "nb-3", "nb-4"} <= set(listed(at))
    assert (shop / "more.csv.rejected.csv").exists()


def test_a_policy_judges_by_what_was_imported(at: At, load: Callable[..., Result]) -> None:
    given = ("policy", "check", "--sku", "NB-9", "--bought", "2026-11-10", "--channel", "store", "--condition", "unopened",
             "--reason", "changed-mind", "--receipt", "yes", "--price", "9.00")  # fmt: skip
    assert at(*given).code == 0
    assert load([("NB-9", "household", "engraved")]).code == 0
    assert at(*given).code == 1


def test_a_file_with_mistakes_is_not_added_to(items: Path, load: Callable[..., Result]) -> None:
    items.write_text('schema = 1\n[items]\n"A" = { categry = "toys" }\n')
    before = items.read_bytes()
    result = load(NEW)
    assert result.code == 3
    assert "items.toml:3" in result.err
    assert items.read_bytes() == before


def test_ten_thousand_articles(at: At, items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    rows = [
        (f"N-{number:05}", ("toys", "clothes", "household")[number % 3], "party" if number % 7 == 0 else "")
        for number in range(10_000)
    ]
    started = time.process_time()
    assert load(rows).code == 0
    assert time.process_time() - started < 4
    after = items.read_bytes()
    assert len(after.splitlines()) == len(before.splitlines()) + 10_000
    started = time.process_time()
    again = load(rows, "-f", "json")
    assert time.process_time() - started < 4
    assert json.loads(again.out)["known"] == 10_000
    assert items.read_bytes() == after
    assert len(listed(at, "--category", "toys", "--tag", "party")) > 400


def test_more_than_a_file_may_hold_is_refused_and_nothing_is_written(items: Path, load: Callable[..., Result]) -> None:
    before = items.read_bytes()
    rows = [(f"{number:05}-{'x' * 190}", f"{'category':y<199}", "") for number in range(10_500)]
    result = load(rows)
    assert result.code in (2, 3)
    assert "items.toml" in result.err
    assert items.read_bytes() == before


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_in_all_forms(at: At) -> None:
    rows = list(csv.reader(at("item", "list", "-f", "csv").out.splitlines()))
    assert rows[0] == ["sku", "category", "tags"]
    assert ["ap-118", "clothes", "clearance"] in rows
    assert ["ma-*", "household", ""] in rows
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:])
    lines = [json.loads(line) for line in at("item", "list", "-f", "jsonl").out.splitlines()]
    data = json.loads(at("item", "list", "-f", "json").out)
    assert data == {"schema": "returnkit.items/1", "items": lines}
    assert {"sku": "ap-118", "category": "clothes", "tags": ["clearance"]} in lines
    assert len(lines) == len(rows) - 1 == 21
    table = at("item", "list")
    assert table.code == 0
    assert max(map(len, table.out.splitlines())) <= 80
    assert "| ap-118 | clothes | clearance |" in at("item", "list", "-f", "md").out
    assert "<td>ap-118</td><td>clothes</td><td>clearance</td>" in at("item", "list", "-f", "html").out


@pytest.mark.parametrize(
    ("asked", "skus"),
    [
        (("--category", "toys"), {"ro-*", "ro-401", "ro-402", "ro-415", "ro-420"}),
        (("--category", " TOYS "), {"ro-*", "ro-401", "ro-402", "ro-415", "ro-420"}),
        (("--tag", "Clearance"), {"ap-118", "ma-233", "ro-415"}),
        (("--category", "toys", "--tag", "clearance"), {"ro-415"}),
        (("--category", "toys", "--tag", "engraved"), set()),
        (("--category", "nothing"), set()),
    ],
)
def test_a_part_of_the_list(at: At, asked: tuple[str, ...], skus: set[str]) -> None:
    assert set(listed(at, *asked)) == skus
    assert at("item", "list", *asked, "-f", "csv").out.count("\n") == len(skus) + 1


@pytest.mark.parametrize("option", ["--category", "--tag"])
def test_an_empty_option_is_no_option(at: At, option: str) -> None:
    """It is a variable that a script forgot to set."""
    assert at("item", "list", option, "").code == 2


def test_the_list_into_a_file(at: At, tmp_path: Path) -> None:
    for ending, form in (("csv", "csv"), ("md", "md"), ("json", "json"), ("txt", "table")):
        path = tmp_path / f"items.{ending}"
        assert at("item", "list", "-o", str(path)) == (0, "", "")
        assert path.read_text() == at("item", "list", "-f", form).out
