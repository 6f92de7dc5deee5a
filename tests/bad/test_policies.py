"""What people write: every file of the shop's that is not what it should be is refused by name, and nothing is written."""

from pathlib import Path

import pytest

from tests.bad.conftest import Desk, files
from tests.bad_inputs import BAD_TOML, Result, assert_refused, spawn
from tests.test_bad_inputs import KINDS, cases, put

SECRET = "secret-17"  # noqa: S105 - stands in the bad files where somebody might write a password
# Where each file stands in the shop, and a command that cannot do without it.
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "complaints": ("policies/complaints.toml", ("complaint", "open", "--text", "it arrived wet")),
    "followups": ("policies/followups.toml", ("followup", "list")),
    "kpis": ("policies/kpis.toml", ("kpi", "report", "--month", "2026-11")),
    "phrases": ("policies/phrases.toml", ("phrases", "check", "-")),
    "returns.cases": ("policies/returns.cases.toml", ("policy", "test")),
    "till": (".returnkit/till.toml", ("remind",)),
    "mapping": ("mapping.toml", ("sale", "import", "export.csv", "--map", "mapping.toml")),
}
EXPORT = "Receipt,When,Article,Price,A\nR-1,2026-11-02,RO-401,29.90,x\n"


@pytest.fixture(autouse=True, scope="module")
def _export(desk: Desk) -> None:
    (desk.shop / "export.csv").write_text(EXPORT)


def read(desk: Desk, file: str, data: bytes) -> Result:
    """Return what is said where a file holds this; it never repeats a password."""
    place, command = PLACES[file]
    with desk.holding(desk.shop / place, data):
        result = desk.read(*command, data=b"That is not my job.")
    assert SECRET not in result.out + result.err
    return result


@pytest.mark.parametrize(("file", "path"), [(file, *each.values) for file in PLACES for each in files("toml", file)])
def test_bad_file(desk: Desk, file: str, path: Path) -> None:
    assert_refused(read(desk, file, path.read_bytes()), 3, Path(PLACES[file][0]).name)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        pytest.param(file, source, id=f"{file}-{name}".replace(" ", "-"), marks=[pytest.mark.slow] if (at + nth) % 4 else [])
        for at, (name, source) in enumerate(BAD_TOML.items())
        for nth, file in enumerate(PLACES)
    ],
)
def test_no_file_of_the_shop(desk: Desk, file: str, source: bytes) -> None:
    """What may stand in no file at all; see the same test of the other four files."""
    assert_refused(read(desk, file, source), 3, Path(PLACES[file][0]).name)


@pytest.mark.parametrize("path", files("toml", "contact"))
def test_bad_contact(desk: Desk, path: Path) -> None:
    """It is named and passed over: the other customers are still there. What stands in it is not repeated."""
    place = desk.shop / "records" / "contacts" / "7kd9x2mfqp.toml"
    with desk.holding(place.with_stem("8kd9x2mfqp"), b'name = "Ilze"\n'), desk.holding(place, path.read_bytes()):
        result = desk.read("contact", "list")
        assert result.code == 0
        assert "Ilze" in result.out
        assert "7kd9x2mfqp.toml" in result.err
        assert "Ieva" not in result.out + result.err


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("missing", "below a file")])
@pytest.mark.parametrize("file", PLACES)
def test_not_a_file(desk: Desk, file: str, kind: str) -> None:
    place, command = PLACES[file]
    with desk.holding(desk.shop / place, b""):
        put(desk.shop / place, kind)
        result = desk.read(*command)
        if (desk.shop / place).is_dir():
            (desk.shop / place).rmdir()
        (desk.shop / place).unlink(missing_ok=True)
        (desk.shop / place).touch()
    assert_refused(result, 2 if (file, kind) == ("mapping", "missing") else 3, Path(place).name)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "path"), [(file, *each.values) for file in PLACES for each in files("toml", file)])
def test_each_in_a_process_of_its_own(desk: Desk, file: str, path: Path) -> None:
    place, command = PLACES[file]
    with desk.holding(desk.shop / place, path.read_bytes()):
        assert_refused(spawn(desk.shop, *command), 3, Path(place).name)


@pytest.mark.slow
@pytest.mark.parametrize("file", PLACES)
@pytest.mark.parametrize("source", cases(BAD_TOML))
def test_no_file_takes_much(desk: Desk, file: str, source: bytes) -> None:
    place, command = PLACES[file]
    with desk.holding(desk.shop / place, source):
        assert_refused(spawn(desk.shop, *command), 3, Path(place).name)
