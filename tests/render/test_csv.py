"""CSV in a spreadsheet: whatever a name holds stays text, and a figure stays a number.

What counts as a formula is decided here a second time, wider than in the program: behind blanks, and in any width of the signs.
With LibreOffice Calc (`apt-get install libreoffice-calc`) the files are opened in a real spreadsheet as well.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize
from unittest.mock import patch

import pytest

from tests.conftest import REPOSITORY, Result, call

PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","open")',
    '=1+1,"=2+2"',
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
)
BEHIND_A_SEPARATOR = "wet;=1+1"  # where a spreadsheet separates by semicolons, a second cell
RETURN = ("--price=34.90", "--bought=2026-11-10", "--channel=store", "--receipt=yes", "--condition=unopened")
BOTH = ("--from", "2026-10-01", "--to", "2026-11-30")
BY = ("category", "reason", "channel", "staff", "month")
FIRST = PAYLOADS[0]

# Every command that lists or reports; whether it shows the payloads.
COMMANDS: dict[str, tuple[tuple[str, ...], bool]] = {
    "returns": (("return", "list"), True),
    "return": (("return", "show", "{return}"), True),
    "complaints": (("complaint", "list", "--all"), True),
    "complaint": (("complaint", "show", "{complaint}"), True),
    "sale": (("sale", "show", FIRST), True),
    "items": (("item", "list"), True),
    "check": (("policy", "check", f"--sku={FIRST}", f"--reason={FIRST}", *RETURN), False),
    "explain": (("policy", "explain", f"--sku={FIRST}", f"--reason={FIRST}", *RETURN), True),
    "policy": (("policy", "show"), False),
    "exceptions": (("policy", "exceptions"), True),
    "verify": (("records", "verify"), False),
    "figures": (("kpi", "list"), False),
    "october": (("kpi", "report", "--month", "2026-10"), False),
    "november": (("kpi", "report", "--month", "2026-11"), True),  # how it was paid is told apart
    **{f"by {by}": (("kpi", "report", *BOTH, "--by", by), by not in ("channel", "month")) for by in BY},
    **{f"{kind} import": ((kind, "import", f"{FIRST}.csv", "--map", f"{kind}.toml", "--dry-run"), True)
       for kind in ("sale", "return", "complaint", "survey", "item")},
}  # fmt: skip
SEPARATED = ("complaints", "by staff")  # where BEHIND_A_SEPARATOR stands alone in its cell
REPORTS = ("october", "november", *(f"by {by}" for by in BY))

MAPPINGS = {
    "sale": 'receipt-no = "Name"\ntime = "Day"\nsku = "Name"\ncategory = "Name"\nquantity = "One"\npaid = "Price"\n'
    'channel = { value = "online" }\npaid-with = "Name"\nstaff = "Name"\n',
    "return": 'receipt-no = "Name"\nrefund-no = "Name"\ntime = "Day"\nsku = "Name"\ncategory = "Name"\nquantity = "One"\n'
    'paid = "Price"\nreason = "Name"\nstaff = "Name"\n',
    "complaint": 'number = "Name"\nopened = "Day"\nresolved = "Day"\nclosed = "Day"\ncategory = "Name"\ntext = "Name"\n'
    'cause = "Name"\nremedy = "Name"\nstaff = "Name"\n',
    "survey": 'survey = { value = "reviews" }\ntime = "Day"\nanswers = { rating = "One" }\ntext = "Name"\n',
    "item": 'sku = "Sku"\ncategory = "Name"\ntags = "Name"\n',
}


class Scene(NamedTuple):
    """A shop full of payloads, and the ids of a return and a complaint in it."""

    shop: Path
    ids: dict[str, str]

    def run(self, name: str, form: str) -> str:
        """Return what a command of COMMANDS gives."""
        arguments = [argument.format(**self.ids) if argument.startswith("{") else argument for argument in COMMANDS[name][0]]
        result = at(self.shop, *arguments, "-f", form)
        assert result.code == (name == "verify"), result.err  # each was bought once and came back twice
        return result.out


def at(shop: Path, *arguments: str, now: str = "2026-11-21T12:00:00+02:00") -> Result:
    with chdir(shop), patch.dict(os.environ, {"XDG_STATE_HOME": str(shop.parent / "state")}):
        return call("--now", now, *arguments)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Fill a shop with payloads, through the commands alone."""
    shop = tmp_path_factory.mktemp("formulas") / "shop"
    shutil.copytree(REPOSITORY / "policies", shop / "policies")
    items = shop / "policies" / "items.toml"
    quoted = [json.dumps(payload, ensure_ascii=False) for payload in PAYLOADS]
    rows = "".join(f"{text} = {{ category = {text}, tags = [{text}] }}\n" for text in quoted)
    items.write_text(items.read_text("utf-8").replace("[items]\n", f"[items]\n{rows}"), "utf-8")
    ids: dict[str, str] = {}

    def done(*arguments: str, now: str = "2026-11-21T12:00:00+02:00") -> str:
        result = at(shop, *arguments, now=now)
        assert result.code == 0, result.err
        return result.out

    def opened(*arguments: str) -> str:
        return str(json.loads(done("complaint", "open", *arguments, "-f", "json"))["id"])

    for payload in PAYLOADS:
        names = (f"--receipt-no={payload}", f"--sku={payload}", f"--reason={payload}", f"--staff={payload}")
        logged = done("return", "log", *names, f"--paid-with={payload}", f"--seller={payload}", *RETURN, "-f", "json")
        ids["return"] = json.loads(logged)["id"]
        late = (f"--receipt-no={payload} late", f"--sku={payload}", "--reason=changed-mind", "--bought=2026-01-02")
        about = (f"--because=\n{payload}\n{payload}", "--staff=Ilze", "--remedy=refund", "--amount=5.00")
        done("return", "log", *late, RETURN[0], *RETURN[2:], "--override", *about)
        ids["complaint"] = own = opened(
            f"--category={payload}", f"--text={payload}", f"--staff={payload}", f"--receipt-no={payload}"
        )
        done("complaint", "note", own, f"--text=\n{payload}\n{payload}", f"--staff={payload}")
        done("complaint", "resolve", own, f"--remedy={payload}", f"--text={payload}", f"--staff={payload}")
        done("complaint", "close", own, f"--cause={payload}", f"--text={payload}", f"--staff={payload}")
    opened("--category=delivery", f"--text={BEHIND_A_SEPARATOR}", f"--staff={BEHIND_A_SEPARATOR}")
    # What came back in October is taken back in November: its figures are below zero.
    sku, reason = "--sku=RO-401", "--reason=changed-mind"
    mistaken = [sku, reason, *RETURN[:1], "--bought=2026-10-25", *RETURN[2:], "--receipt-no=1", "--quantity=40"]
    number = done("return", "log", *mistaken, "-f", "json", now="2026-10-30T12:00:00+02:00")
    done("return", "void", json.loads(number)["id"], "--because=typed the wrong receipt", now="2026-11-02T12:00:00+02:00")
    _import(shop, done)
    return Scene(shop, ids)


def _import(shop: Path, done: Callable[..., str]) -> None:
    with (shop / f"{FIRST}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Name", "Sku", "Day", "One", "Price"))
        writer.writerows((payload, f"{payload} sold", "2026-11-19", 1, "19.90") for payload in PAYLOADS)
    for kind, text in MAPPINGS.items():
        (shop / f"{kind}.toml").write_text(f'schema = 1\n[file]\ndates = "YYYY-MM-DD"\n[{kind}]\n{text}', "utf-8")
        done(kind, "import", f"{FIRST}.csv", "--map", f"{kind}.toml")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII) is not None


def is_formula(cell: str) -> bool:
    """Tell whether some spreadsheet may take it for a formula: behind blanks, or in another width of the sign, too."""
    return not is_number(cell) and normalize("NFKC", cell).lstrip(" \xa0\u200b\ufeff")[:1] in {*"=+-@\t\r\n"}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_cell_is_a_formula(scene: Scene, name: str) -> None:
    assert [cell for row in cells(scene.run(name, "csv")) for cell in row if is_formula(cell)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_cell_has_a_head(scene: Scene, name: str) -> None:
    head, *rows = cells(scene.run(name, "csv"))
    assert {len(row) for row in rows} <= {len(head)}


@pytest.mark.parametrize("name", [name for name, (_, shows) in COMMANDS.items() if shows])
def test_what_looks_like_a_formula_is_shown_behind_an_apostrophe(scene: Scene, name: str) -> None:
    """Otherwise the tests above prove nothing."""
    every = {cell.casefold() for row in cells(scene.run(name, "csv")) for cell in row}
    one_alone = name.endswith("import") or name in ("return", "complaint", "sale", "explain")
    whole = {f"'{payload.casefold()}" for payload in PAYLOADS}
    found = {payload for payload in whole if any(cell.startswith(payload) for cell in every)}
    assert found if one_alone else found == whole


@pytest.mark.parametrize("name", COMMANDS)
def test_no_cell_hides_a_formula_behind_another_separator(scene: Scene, name: str) -> None:
    """Spreadsheets of half of Europe separate by semicolons; LibreOffice by commas, semicolons and tabs at once."""
    for line in cells_as_written(scene.run(name, "csv")):
        for cell in line:
            assert cell.startswith('"') or not any(map(is_formula, re.split("[;\t]", cell)[1:])), cell


def cells_as_written(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row with the quotes that they were written with."""
    for line in re.findall(r'(?:"(?:[^"]|"")*"|[^"\n])*\n', text):
        yield re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,\n]*)', line)


@pytest.mark.parametrize("name", COMMANDS)
def test_text_is_quoted_and_numbers_are_not(scene: Scene, name: str) -> None:
    for line in cells_as_written(scene.run(name, "csv")):
        assert [cell for cell in line if cell and is_number(cell.strip('"')) == cell.startswith('"')] == []


@pytest.mark.parametrize("name", SEPARATED)
def test_a_formula_behind_a_semicolon_has_an_apostrophe(scene: Scene, name: str) -> None:
    """Quotes are no help where a cell is split all the same."""
    every = {cell for row in cells(scene.run(name, "csv")) for cell in row}
    assert "wet;'=1+1" in every
    assert BEHIND_A_SEPARATOR not in every


def reported(scene: Scene, name: str) -> dict[tuple[str, str], float | None]:
    """Return what the report says as JSON, by figure and slice."""
    found: dict[tuple[str, str], float | None] = {}
    measures: list[dict[str, Any]] = json.loads(scene.run(name, "json"))["measures"]
    for measure in measures:
        found[measure["id"], ""] = measure["value"]
        found.update({(measure["id"], own): value for own, value in (measure["by"] or {}).items()})
    return found


def bare(name: str) -> str:
    """Return a name without apostrophes: those that keep it text are none of its own."""
    return name.replace("'", "")


def is_same(told: float, value: float | None) -> bool:
    """Tell whether it is the value, which CSV gives to six digits where it is a share."""
    return value is not None and abs(told - value) <= abs(value) * 1e-5


@pytest.mark.parametrize("name", REPORTS)
def test_figures_are_numbers_equal_to_those_in_json(scene: Scene, name: str) -> None:
    head, *rows = cells(scene.run(name, "csv"))
    assert head[:3] == ["id", "slice", "value"]
    expected = reported(scene, name)
    own = {bare(key): key for _, key in expected}
    told = {(figure, own[bare(part)]): value for figure, part, value, *_ in rows}
    assert list(told) == list(expected)
    assert [key for key, value in told.items() if value and not is_number(value)] == []
    assert [key for key, value in told.items() if (not value) != (expected[key] is None)] == []
    assert [key for key, value in told.items() if value and not is_same(float(value), expected[key])] == []


def test_what_is_below_zero_stays_a_number(scene: Scene) -> None:
    """In November 40 pieces are taken back that came in October: 40 x 34.90."""
    rows = cells(scene.run("by month", "csv"))
    assert ["2026-10", "1396.00"] in [row[1:3] for row in rows if row[0] == "returned-value"]
    below = [row[2] for row in rows if row[2].startswith("-")]
    assert below
    assert all(map(is_number, below))


def test_a_share_close_to_zero_stays_a_number(tmp_path: Path) -> None:
    """A piece of a cent is taken back in a month with a great turnover: -0.01 of 10,000,000.00."""
    shop = tmp_path / "shop"
    shutil.copytree(REPOSITORY / "policies", shop / "policies")
    for kind, price, day in (("return", "0.01", "2026-10-30"), ("sale", "10000000.00", "2026-11-19")):
        (shop / f"{kind}.toml").write_text(f'schema = 1\n[file]\ndates = "YYYY-MM-DD"\n[{kind}]\n{MAPPINGS[kind]}', "utf-8")
        (shop / f"{kind}.csv").write_text(f"Name,Day,One,Price\nbead,{day},1,{price}\n", "utf-8")
        assert at(shop, kind, "import", f"{kind}.csv", "--map", f"{kind}.toml").code == 0
    (number,) = json.loads(at(shop, "return", "list", "--month", "2026-10", "-f", "json").out)["returns"]
    assert at(shop, "return", "void", number["id"], "--because=a mistake").code == 0
    rows = cells(at(shop, "kpi", "report", "--month", "2026-11", "-f", "csv").out)
    (rate,) = [row[2] for row in rows if row[0] == "return-rate"]
    assert abs(float(rate) + 1e-09) < 1e-6


# In a real spreadsheet


class Cell(NamedTuple):
    """What LibreOffice made of a cell."""

    type: str
    value: str
    text: str
    formula: str | None


SPREADSHEET = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
OFFICE, TABLE, TEXT = (f"{{{space}}}" for space in SPREADSHEET.values())
MOST_REPEATED = 1000  # beyond that it is the empty rest of the sheet
COMMA, EVERY = "44", "44/59/9"  # separated by commas, or by what its dialogue has ticked: comma, semicolon, tab

Sheets = dict[tuple[str, str], list[list[Cell]]]


@pytest.fixture(scope="module")
def sheets(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    """Return what LibreOffice makes of every CSV, by its name and what separates."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice Calc is not installed: apt-get install --no-install-recommends libreoffice-calc")
    folder = tmp_path_factory.mktemp("office")
    for name in COMMANDS:
        (folder / f"{name}.csv").write_text(scene.run(name, "csv"), "utf-8", newline="")
    found: Sheets = {}
    for separators in (COMMA, EVERY):
        into = folder / separators.replace("/", "-")
        filters = f"--infilter=CSV:{separators},34,76,1,,1033"  # quoted by ", in UTF-8, from line 1, English
        own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        files = [str(folder / f"{name}.csv") for name in COMMANDS]
        command = [program, own, "--headless", filters, "--convert-to", "fods", "--outdir", str(into), *files]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        found |= {(name, separators): _sheet(into / f"{name}.fods") for name in COMMANDS}
    return found


def _sheet(path: Path) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in ET.parse(path).iter(f"{TABLE}table-row"):  # noqa: S314 - LibreOffice wrote it
        found: list[Cell] = []
        for cell in row.iterfind("table:table-cell", SPREADSHEET):
            shown = Cell(
                cell.get(f"{OFFICE}value-type", ""),
                cell.get(f"{OFFICE}value", ""),
                "\n".join(map(_shown, cell.iterfind("text:p", SPREADSHEET))),
                cell.get(f"{TABLE}formula"),
            )
            found += [shown] * _repeated(cell, "columns")
        rows += [found] * _repeated(row, "rows")
    return rows


def _repeated(element: ET.Element, what: str) -> int:
    repeated = int(element.get(f"{TABLE}number-{what}-repeated", "1"))
    return repeated if repeated <= MOST_REPEATED else 0


def _shown(paragraph: ET.Element) -> str:
    spaces = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
    text = paragraph.text or ""
    for part in paragraph:
        text += spaces.get(part.tag, "") * int(part.get(f"{TEXT}c", "1")) + "".join(part.itertext()) + (part.tail or "")
    return text


@pytest.mark.parametrize("name", COMMANDS)
def test_calc_shows_every_cell_as_it_is(scene: Scene, sheets: Sheets, name: str) -> None:
    """Text is text and says the same, numbers are numbers of the same value, and nothing is calculated."""
    written, sheet = cells(scene.run(name, "csv")), sheets[name, COMMA]
    assert len(sheet) == len(written)
    for expected, got in zip(written, sheet, strict=True):
        assert [cell.formula for cell in got if cell.formula is not None] == []
        for text, cell in zip(expected, got, strict=False):
            if is_number(text):
                assert (cell.type, float(cell.value)) == ("float", float(text))
            elif text in ("true", "false") or re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
                assert cell.text.casefold() == text  # a day or a yes: the spreadsheet knows them, too
            else:
                assert (cell.type, cell.text) == ("string" if text else "", text)
        assert not any(expected[len(got) :])


@pytest.mark.parametrize("name", REPORTS)
def test_calc_has_the_figures_of_the_json_report(scene: Scene, sheets: Sheets, name: str) -> None:
    expected = reported(scene, name)
    own = {bare(key): key for _, key in expected}
    told = {(row[0].text, own[bare(row[1].text)]): row[2] for row in sheets[name, COMMA][1:]}
    assert list(told) == list(expected)
    for key, cell in told.items():
        assert cell.type == ("" if expected[key] is None else "float"), key
        assert expected[key] is None or is_same(float(cell.value), expected[key]), key


@pytest.mark.parametrize("name", COMMANDS)
def test_calc_calculates_nothing(sheets: Sheets, name: str) -> None:
    assert [cell for row in sheets[name, COMMA] for cell in row if cell.formula is not None] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_calc_calculates_nothing_where_it_separates_by_all_that_it_may(sheets: Sheets, name: str) -> None:
    assert [cell for row in sheets[name, EVERY] for cell in row if cell.formula is not None] == []
