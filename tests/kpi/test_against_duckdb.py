"""Every figure of `kpi report` against DuckDB's, to the last digit: cold, cached, and after more was written."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.conftest import NOW, REPOSITORY, call
from tests.kpi.generated import Entry, append, loose, make, story
from tests.kpi.oracle import Figure, Oracle, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PERIODS = (
    ("2026-10-01", "2026-10-31", ("--month", "2026-10")),
    ("2026-11-01", "2026-11-30", ()),  # this month
    ("2026-10-14", "2026-10-14", ("--day", "2026-10-14")),
    ("2026-08-17", "2026-11-09", ("--from", "2026-08-17", "--to", "2026-11-09")),
    ("0001-01-01", "2026-09-20", ("--to", "2026-09-20")),
)
SLICES = ("", "category", "reason", "channel", "staff", "month")
TARGETS = {
    "first-response": Target(120), "next-response": Target(90), "resolution": Target(2880),
    "calls-answered": Target(20), "mails-answered": Target(7200), "contacts-answered": Target(9000),
}  # fmt: skip
OPEN_HOURS = {
    "first-response": Target(120, open_hours=True), "next-response": Target(None), "resolution": Target(2880),
    "calls-answered": Target(20, open_hours=True), "mails-answered": Target(7200, open_hours=True),
}  # fmt: skip
AS_PROMISED = {
    "first-response": Target(None), "next-response": Target(120, open_hours=True), "resolution": Target(2820, open_hours=True),
}  # fmt: skip


def kpis(targets: Mapping[str, Target]) -> str:
    """Return a kpis.toml with these targets."""
    text = "schema = 1\n"
    for name, (length, open_hours) in targets.items():
        unit = "seconds" if name.endswith("answered") else "minutes"
        within = f'internal = "{length} {unit}"\n' if length else ""
        clock = 'clock = "open hours"\n' if open_hours else ""
        text += f'[{name}-within-target]\n{within}{clock}share = "90 %"\n'
    return text


KPIS = kpis(TARGETS)


def reported(shop: Path, *arguments: str) -> list[Figure]:
    result = call("--shop", str(shop), "--now", NOW, "kpi", "report", "-f", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    answer = json.loads(result.out, parse_float=Decimal)
    assert answer["schema"] == "returnkit.figures/1"
    assert answer["left_out"] == 0
    return [Figure(*(each[field] for field in Figure._fields)) for each in answer["measures"]]


def differences(found: list[Figure], expected: list[Figure]) -> list[tuple[Figure | None, Figure | None]]:
    """Return the first few pairs that differ; of one id, they stand in order."""
    pairs: list[tuple[Figure | None, Figure | None]] = []
    for name in dict.fromkeys(figure.id for figure in (*expected, *found)):
        left, right = ([exact(figure) for figure in figures if figure.id == name] for figures in (found, expected))
        size = max(len(left), len(right))
        pairs += zip([*left, *[None] * (size - len(left))], [*right, *[None] * (size - len(right))], strict=True)
    return [(left, right) for left, right in pairs if left != right][:3]


def exact(figure: Figure) -> Figure:
    """Return a figure whose fractions are the decimals that are written down."""
    value, *by = (
        Decimal(repr(each)) if isinstance(each, float) else each for each in (figure.value, *(figure.by or {}).values())
    )
    return figure._replace(value=value, by=None if figure.by is None else dict(zip(figure.by, by, strict=True)))


def check(shop: Path, *, slices: tuple[str, ...] = SLICES, times: int = 1, targets: Mapping[str, Target] = TARGETS) -> None:
    """Compare the figures of all periods, in slices, with those of DuckDB; more than once with what is cached."""
    oracle = Oracle(shop, targets=targets)
    for (first, last, asked), by in product(PERIODS, slices):
        expected = oracle.figures(first, last, by)
        for _ in range(times):
            found = reported(shop, *asked, *(("--by", by) if by else ()))
            assert (asked, by, differences(found, expected)) == (asked, by, [])


def cache(shop: Path) -> list[Path]:
    return sorted((shop / ".returnkit" / "cache").glob("figures-*"))


def journals(shop: Path) -> list[Path]:
    return sorted((shop / "records").glob("*/*.jsonl"))


@pytest.fixture(params=[1, 2, pytest.param(3, marks=pytest.mark.slow)])
def busy(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[int, Path]:
    """Make a shop with a history of its own, and return its seed as well."""
    return request.param, make(tmp_path / "busy", [*story(request.param), *loose(request.param, 40)], KPIS)


def test_all_figures_of_a_shop(busy: tuple[int, Path]) -> None:
    _, shop = busy
    check(shop, times=2)
    assert len(cache(shop)) == len(journals(shop))


@pytest.mark.parametrize("targets", [OPEN_HOURS, AS_PROMISED])
def test_targets_by_another_clock(tmp_path: Path, targets: Mapping[str, Target]) -> None:
    check(make(tmp_path / "busy", [*story(4), *loose(4, 40)], kpis(targets)), slices=("", "staff"), targets=targets)


def test_the_sample_shop(tmp_path: Path) -> None:
    for folder in ("policies", "records"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    (tmp_path / "policies" / "kpis.toml").write_text(KPIS)
    check(tmp_path)


def test_a_shop_in_which_nothing_happened(shop: Path) -> None:
    make(shop / "new", [Entry("k1", "2026-11", {"kind": "till.opened", "instance": "0" * 16, "time": NOW})], KPIS)
    check(shop / "new", slices=("", "month"))


def test_what_was_cached_is_what_would_be_read(busy: tuple[int, Path]) -> None:
    _, shop = busy
    for (_, _, asked), by in product(PERIODS, ("", "category", "month")):
        asked_by = (*asked, *(("--by", by) if by else ()))
        cached = reported(shop, *asked_by)
        shutil.rmtree(shop / ".returnkit" / "cache")
        assert reported(shop, *asked_by) == cached


def test_more_was_written(busy: tuple[int, Path]) -> None:
    """Lines of now and late ones, a new month, a new till; each is read on top of what is cached."""
    seed, shop = busy
    reported(shop)
    more = [entry for entry in story(seed + 50, busy=0.3) if entry.body["kind"] != "till.opened"]
    tills = sorted({path.parent.name for path in journals(shop)})
    append(shop, [entry._replace(till=tills[at % 2], month="2026-11") for at, entry in enumerate(more)])
    check(shop, slices=("category", "month"))
    append(shop, [entry._replace(till=tills[at % 2], month="2026-12") for at, entry in enumerate(more)])
    append(shop, [entry._replace(till="new", month="2026-11") for entry in more])
    check(shop, slices=("",))


def test_a_line_that_is_being_written_counts_when_it_is_whole(busy: tuple[int, Path]) -> None:
    _, shop = busy
    path = journals(shop)[-1]
    whole = path.read_bytes()
    cut = whole.rstrip(b"\n").rfind(b"\n") + 1
    for size in (cut, (cut + len(whole)) // 2, len(whole) - 1, len(whole)):
        with path.open("r+b") as file:
            file.truncate(min(size, path.stat().st_size))
            file.seek(0)
            file.write(whole[:size])
        there = size >= len(whole) - 1
        other = shop if there else copied(shop, path, whole[:cut])
        oracle = Oracle(other, targets=TARGETS)
        assert differences(reported(shop), oracle.figures("2026-11-01", "2026-11-30")) == []


def copied(shop: Path, path: Path, content: bytes) -> Path:
    """Return a copy of the shop in which a journal holds this."""
    other = shop.parent / "other"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(shop / "records", other / "records")
    (other / path.relative_to(shop)).write_bytes(content)
    return other


def spoilt(data: bytes, other: bytes) -> Iterator[bytes]:
    """Yield what may become of a file in the cache."""
    yield from (b"", data[:3], data[: len(data) // 2], data + b"x", b"\0" * len(data), other, data[:4] + other[4:])
    for at in range(0, len(data), max(1, len(data) // 7)):
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_no_figure_depends_on_the_cache(tmp_path: Path) -> None:
    shop = make(tmp_path / "busy", story(4), KPIS)
    before = reported(shop, "--by", "category")
    path, *others = cache(shop)[::-1]
    for data in spoilt(path.read_bytes(), others[0].read_bytes()):
        path.write_bytes(data)
        assert reported(shop, "--by", "category") == before


def test_a_line_that_was_changed_later_is_found_out(busy: tuple[int, Path]) -> None:
    _, shop = busy
    before, path = reported(shop), journals(shop)[0]
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"quantity":1', b'"quantity":7', 1))
    result = call("--shop", str(shop), "--now", NOW, "kpi", "report", "-f", "json")
    assert result.code == 3
    assert path.name in result.err
    path.write_bytes(whole)
    assert reported(shop) == before
