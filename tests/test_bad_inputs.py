"""Whatever is given, it is answered: no traceback, the right exit code, what to do, and nothing written."""

import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import pytest

from tests.bad_inputs import (
    BAD_DAYS,
    BAD_LINES,
    BAD_NAMES,
    BAD_PIECES,
    BAD_PRICES,
    BAD_TIMES,
    BAD_TOML,
    CHECK,
    GOOD_LINE,
    GOOD_LINES,
    GOOD_TOML,
    JUDGED,
    KNOWN,
    KNOWN_OPTIONS,
    LONGEST_COMPLAINT,
    MISSING,
    MOST_MEMORY,
    MOST_SECONDS,
    NOW,
    ODD_NAMES,
    ROOT,
    SLIPS,
    SMALL_POLICY,
    TORTURE,
    Result,
    Slip,
    answers,
    assert_refused,
    assert_sane,
    call,
    clean,
    spawn,
    torture,
    tree,
)

Case = TypeVar("Case")

FILES = ("shop", "returns", "items", "calendar")
# Reads every file of the shop: the article is looked up, and the last day moves to the next open one.
READS_ALL = ("policy", "check", "--sku", "RO-401", "--bought", "2026-11-01")
NAMED = ("sku", "category", "tag", "reason", "member", "paid-with", "seller", "country")
VERBS = ("check", "explain", "say")
FORMS = ("json", "jsonl", "csv", "md", "html")


# A process cannot be given a NUL in an argument.
NAMES_FOR_A_SHELL = {name: value for name, value in (BAD_NAMES | ODD_NAMES).items() if "\0" not in value}


def cases(table: Mapping[str, Case]) -> list[object]:
    """Return the cases with their names."""
    return [pytest.param(value, id=name.replace(" ", "-")) for name, value in table.items()]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the repository's shop in a folder of its own; reports of bugs stay beside it."""
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "policies", folder / "policies")
    reports = tmp_path / "reports"
    reports.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(reports))
    monkeypatch.delenv("RETURNKIT_SHOP", raising=False)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def untouched(shop: Path) -> Iterator[None]:
    """Check that nothing in the shop was written, changed or removed, and no report of a bug made beside it."""
    before = tree(shop.parent)
    yield
    assert tree(shop.parent) == before


def policy_file(shop: Path, file: str) -> Path:
    return shop / "policies" / f"{file}.toml"


# --- options --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(BAD_DAYS))
def test_day(shop: Path, value: str) -> None:
    for option in ("bought", "delivered", "on"):
        assert_refused(call(shop, "policy", "check", "--category", "toys", f"--{option}", value), 2, option)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "value",
    cases(BAD_DAYS),
)
def test_day_of_show_and_archive(shop: Path, value: str) -> None:
    assert_refused(call(shop, "policy", "show", "--bought", value), 2, "bought")
    assert_refused(call(shop, "policy", "archive", "--effective", value), 2, "--effective")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", ["2026-08-31", "2026-09-01", "9999 days ago"])
def test_policy_cannot_begin_before_it_began(shop: Path, value: str) -> None:
    assert_refused(call(shop, "policy", "archive", "--effective", value), 2, "name 2026-11-22 or a later day")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(BAD_PRICES))
def test_price(shop: Path, value: str) -> None:
    for option in ("price", "lowest-price"):
        assert_refused(call(shop, *CHECK, f"--{option}", value), 2, option, "digits, a point, up to four decimals")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(BAD_PIECES))
def test_quantity(shop: Path, value: str) -> None:
    assert_refused(call(shop, *CHECK, "--quantity", value), 2, "quantity", "whole number")


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_decimals_are_those_of_the_currency(shop: Path, currency: str) -> None:
    path = policy_file(shop, "shop")
    path.write_text(path.read_text().replace('"EUR"', f'"{currency}"'))
    result = call(shop, *CHECK)
    if currency == "JPY":
        assert_refused(result, 3, 'amount = "25.00"', 'write "25"')
    else:
        assert_sane(result)
        assert result.code in JUDGED


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(BAD_NAMES))
def test_bad_name(shop: Path, value: str) -> None:
    for option in NAMED:
        assert_refused(call(shop, "policy", "check", "--bought", "2026-11-01", f"--{option}={value}"), 2, option)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(BAD_NAMES | ODD_NAMES))
def test_word_that_nobody_knows(shop: Path, value: str) -> None:
    for option in ("channel", "condition", "receipt", "remedy", "role"):
        assert_refused(call(shop, *CHECK, f"--{option}={value}"), 2, option)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(ODD_NAMES))
def test_odd_name_is_judged(shop: Path, value: str) -> None:
    for option in NAMED:
        result = call(shop, "policy", "check", *KNOWN_OPTIONS, f"--{option}={value}")
        assert_sane(result)
        assert result.code in JUDGED, (option, result)
        assert not any(line.startswith("{") for line in (result.out + result.err).splitlines()), "a line was forged"


@pytest.mark.parametrize("every", [1, pytest.param(0, marks=pytest.mark.slow)], ids=["a third", "all"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("verb", VERBS)
def test_odd_name_in_every_format(shop: Path, verb: str, form: str, every: int) -> None:
    """Every name comes in every format, each time from another verb; in the slow run from all of them."""
    first = (VERBS.index(verb) + FORMS.index(form)) % len(VERBS)
    for value in [*ODD_NAMES.values()][first :: len(VERBS)] if every else ODD_NAMES.values():
        result = call(shop, "policy", verb, *KNOWN_OPTIONS, f"--category={value}", f"--sku={value}", "-f", form)
        assert_sane(result)
        assert result.code in JUDGED, result
        assert "<script>" not in result.out
        assert "<img" not in result.out
        if form in ("json", "jsonl"):
            json.loads(result.out)
            assert result.out.isascii()
        if form == "csv":
            assert not any(cell.lstrip('"').startswith(("=", "@", "＝")) for cell in result.out.split(",")), result.out


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases({name: value for name, value in (BAD_NAMES | ODD_NAMES).items() if value}))
def test_language_and_format(shop: Path, value: str) -> None:
    assert_refused(call(shop, *CHECK, f"--lang={value}"), 2, "language")
    assert_refused(call(shop, *CHECK, f"--format={value}"), 2, "--format")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(NAMES_FOR_A_SHELL))
def test_staff(shop: Path, value: str) -> None:
    result = call(shop, *CHECK, f"--staff={value}")
    assert_sane(result)
    assert result.code in (2, *JUDGED)
    assert len(result.err) < LONGEST_COMPLAINT
    assert not any(line.startswith("{") for line in result.err.splitlines()), "a line was forged"


@pytest.mark.parametrize("value", cases(NAMES_FOR_A_SHELL))
def test_policy_and_shop_that_are_not_there(shop: Path, value: str) -> None:
    if not value or value in (".", ".."):
        pytest.skip("that is a folder; see the tests of files")
    assert_refused(call(shop, *CHECK, f"--policy={value}"), 3)
    assert_refused(call(None, *CHECK, f"--shop={value}"), 2, "shop folder")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("option", ["policy", "shop", "lang", "staff", "now"])
def test_empty_option(shop: Path, option: str) -> None:
    """An empty value is a variable that a script forgot to set; it must not pass for an option that was not given."""
    assert_refused(call(shop, *CHECK, f"--{option}="), 2)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("value", cases(BAD_TIMES))
def test_now(shop: Path, value: str) -> None:
    if not value:
        pytest.skip("see the test of empty options")
    assert_refused(call(shop, *CHECK, f"--now={value}"), 2, "--now")


@pytest.mark.parametrize(
    "arguments",
    [
        ["polciy"], ["policy", "chekc"], ["policy", "check", "--categry", "toys"], ["policy", "check", "--bought"],
        ["policy", "check", "a", "b"], ["policy", "show", "extra"], ["--nonsense"], ["init"], ["policy", "\x1b[2J"],
        ["policy", "check", "--\x1b[2J"], ["policy", "check", "\x1b[2J", "\x1b]0;x\x07"], ["policy", "-f"], ["\udcff"],
        ["policy", "check", "--tag"], ["policy", "check", "-z"], ["init", "a", "b"],
    ],
)  # fmt: skip
@pytest.mark.usefixtures("untouched")
def test_usage(shop: Path, arguments: list[str]) -> None:
    assert_refused(call(shop, *arguments), 2)


def test_misspelt_command_is_named(shop: Path) -> None:
    assert_refused(call(shop, "polciy"), 2, "did you mean policy?")
    assert_refused(call(shop, "policy", "chekc"), 2, "did you mean check?")
    assert "--category" in call(shop, "policy", "check", "--categry", "toys").err


# --- JSON lines -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("line", cases(BAD_LINES))
def test_bad_line_is_answered_in_its_place(shop: Path, line: bytes) -> None:
    result = call(shop, "policy", "check", "-", data=b"\n".join([GOOD_LINE, line, GOOD_LINE]) + b"\n")
    assert_sane(result)
    assert result.code == 2
    first, middle, last = answers(result)
    assert (first.pop("line"), middle.get("line"), last.pop("line")) == (1, 2, 3)
    assert first == last
    assert first["exit"] == 5
    assert set(middle) == {"error", "line", "exit"}
    assert (middle["line"], middle["exit"]) == (2, 2)
    assert isinstance(middle["error"], str)
    assert len(middle["error"]) < 2000
    assert b"\x1b" not in result.out.encode()


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("line", cases(GOOD_LINES))
def test_odd_line_is_judged(shop: Path, line: bytes) -> None:
    result = call(shop, "policy", "check", "-", data=line)
    assert_sane(result)
    assert result.code == 0
    (answer,) = answers(result)
    assert answer["exit"] in JUDGED


def test_line_is_the_line_of_the_file(shop: Path) -> None:
    """A person looks for it in an editor, and an editor counts empty lines."""
    (answer,) = answers(call(shop, "policy", "check", "-", data=b"\n\n\nbad\n"))
    assert answer["line"] == 4


def test_bad_lines_as_a_file(shop: Path) -> None:
    path = shop.parent / "returns.jsonl"
    path.write_bytes(b"\n".join([*BAD_LINES.values(), GOOD_LINE]))
    result = call(shop, "policy", "check", str(path))
    assert_sane(result)
    assert result.code == 2
    assert [answer["exit"] for answer in answers(result)] == [2] * len(BAD_LINES) + [5]


def test_line_torn_at_each_byte(shop: Path) -> None:
    line = '{"category": "rotaļlietas", "bought": "2026-11-01"}'.encode()
    result = call(shop, "policy", "check", "-", data=b"\n".join(line[:at] for at in range(1, len(line) + 1)))
    assert_sane(result)
    assert result.code == 2
    assert [answer["exit"] for answer in answers(result)] == [2] * (len(line) - 1) + [5]


@pytest.mark.parametrize("value", cases(BAD_DAYS))
def test_day_in_a_line(shop: Path, value: str) -> None:
    lines = [json.dumps({"category": "toys", fact: value[:60000]}).encode() for fact in ("bought", "delivered", "on")]
    found = answers(call(shop, "policy", "check", "-", data=b"\n".join(lines)))
    assert [answer["exit"] for answer in found] == [2, 2, 2]
    assert all("understood" in str(answer["error"]) for answer in found)


@pytest.mark.parametrize("value", cases(BAD_PIECES))
def test_money_in_a_line(shop: Path, value: str) -> None:
    facts = ["quantity"] if value not in BAD_PRICES.values() else ["quantity", "price", "lowest_price"]
    lines = [json.dumps({"category": "toys", fact: value[:60000]}).encode() for fact in facts]
    found = answers(call(shop, "policy", "check", "-", data=b"\n".join(lines)))
    assert [answer["exit"] for answer in found] == [2] * len(facts)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_names_in_lines(shop: Path, ascii_only: bool) -> None:
    for names, expected in ((BAD_NAMES, (2,)), (ODD_NAMES, JUDGED)):
        for value in names.values():
            objects = [KNOWN | {fact.replace("-", "_"): value[:60000]} for fact in NAMED]
            text = "\n".join(json.dumps(entry, ensure_ascii=ascii_only) for entry in objects)
            result = call(shop, "policy", "check", "-", data=text.encode("utf-8", "surrogatepass"))
            assert_sane(result)
            assert all(answer["exit"] in expected for answer in answers(result)), value[:50]


def test_lines_of_many_kinds_of_nothing(shop: Path) -> None:
    for data in (b"", b"\n", b"\r\n\r\n", b" \n\t\n", b"\n" * 1_000_000):
        result = call(shop, "policy", "check", "-", data=data)
        assert_sane(result)
        assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_lines_in_another_encoding(shop: Path, encoding: str) -> None:
    result = call(shop, "policy", "check", "-", data='{"category": "toys"}\n{"category": "kaķis"}\n'.encode(encoding))
    assert_sane(result)
    assert result.code == 2
    assert {answer["exit"] for answer in answers(result)} == {2}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("size", [65_537, 20_000_000, 100_000_000])
def test_long_line_takes_little(shop: Path, size: int) -> None:
    data = b'{"category": "' + b"x" * size + b'"}\n' + GOOD_LINE
    result = spawn(shop, "policy", "check", "-", data=data)
    assert_sane(result)
    assert result.code == 2
    assert [answer["exit"] for answer in answers(result)] == [2, 5]


@pytest.mark.parametrize("kind", ["missing", "folder", "loop", "dangling", "empty name", "unreadable"])
def test_file_of_lines_that_cannot_be_read(shop: Path, kind: str) -> None:
    path = shop.parent / "lines"
    if kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "dangling":
        path.symlink_to(shop.parent / "nowhere")
    elif kind == "unreadable":
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        path.write_bytes(GOOD_LINE)
        path.chmod(0)
    assert_refused(call(shop, "policy", "check", "" if kind == "empty name" else str(path)), 2, "cannot be read")


@pytest.mark.parametrize("option", ["--price=1,5", "--bought=2024-02-30", "--channel=moon", "--category=\x1b[2J"])
def test_bad_option_beside_lines(shop: Path, option: str) -> None:
    """It holds for every line that does not say otherwise, so each such line is bad."""
    result = call(shop, "policy", "check", "-", option, data=b"{}\n{}\n")
    assert_sane(result)
    assert result.code == 2
    assert all(answer["exit"] == 2 for answer in answers(result))


# --- TOML -----------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clean_reports")
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("source", cases(BAD_TOML))
def test_bad_toml(shop: Path, file: str, source: bytes) -> None:
    path = policy_file(shop, file)
    path.write_bytes(source)
    before = tree(shop)
    assert_refused(call(shop, *READS_ALL), 3, f"{file}.toml")
    assert tree(shop) == before


@pytest.fixture
def clean_reports(shop: Path) -> Iterator[None]:
    """Check that no report of a bug was made."""
    yield
    assert not list((shop.parent / "reports").iterdir())


@pytest.mark.parametrize("verb", [("explain",), ("say",), ("show",), ("archive",), ("archive", "--effective", "2027-01-01")])
@pytest.mark.parametrize("source", [b"", b"a" + b".a" * 8000 + b" = 1", b"\xff\xfe", b"schema = 1\0"])
def test_bad_policy_and_other_verbs(shop: Path, verb: tuple[str, ...], source: bytes) -> None:
    policy_file(shop, "returns").write_bytes(source)
    before = tree(shop)
    assert_refused(call(shop, "policy", *verb), 3, "returns.toml")
    assert tree(shop) == before


@pytest.mark.parametrize("source", cases(BAD_TOML))
def test_bad_toml_in_the_archive(shop: Path, source: bytes) -> None:
    (shop / "policies" / "archive" / "returns-2026-01-01.toml").write_bytes(source)
    assert_refused(call(shop, "policy", "check", "--category", "toys", "--bought", "2026-02-01"), 3, "returns-2026-01-01.toml")


@pytest.mark.parametrize("slip", cases(SLIPS))
def test_slip_is_named_with_its_line(shop: Path, slip: Slip) -> None:
    path = policy_file(shop, slip.file)
    text = path.read_text()
    assert slip.old in text, "the repository's shop has changed: mend the case"
    changed = text.replace(slip.old, slip.new, 1)
    path.write_text(changed)
    line = text[: text.index(slip.old)].count("\n") + 1
    assert_refused(call(shop, *READS_ALL), 3, f"{slip.file}.toml:{line}: ", *slip.words)


@pytest.mark.parametrize("missing", cases(MISSING))
def test_missing_part_is_named(shop: Path, missing: tuple[str, str, tuple[str, ...]]) -> None:
    file, text, words = missing
    policy_file(shop, file).write_text(text)
    assert_refused(call(shop, *READS_ALL), 3, f"{file}.toml", *words)


@pytest.mark.parametrize("source", cases(GOOD_TOML))
def test_odd_toml_is_read(shop: Path, source: bytes) -> None:
    policy_file(shop, "returns").write_bytes(source)
    result = call(shop, *READS_ALL)
    assert_sane(result)
    assert result.code in JUDGED
    for verb in ("explain", "say", "show"):
        assert_sane(call(shop, "policy", verb))


@pytest.mark.parametrize("value", cases(BAD_NAMES | ODD_NAMES))
def test_name_in_a_policy(shop: Path, value: str) -> None:
    """Names that a policy may hold are shown without harm; the others are refused with their line."""
    quoted = json.dumps(value.replace("\ud800", "\udcff"))  # a TOML text escapes as JSON does, but for surrogates
    policy_file(shop, "returns").write_text(SMALL_POLICY + f'[[rule]]\nid = "x"\nwhen = {{ category = [{quoted}] }}\n')
    result = call(shop, "policy", "check", "--category", "toys", "--bought", "2026-11-01")
    assert_sane(result)
    assert len(result.err) < LONGEST_COMPLAINT
    if result.code == 3:
        assert "returns.toml" in result.err
        assert "forged" not in "".join(line for line in result.err.splitlines() if line.startswith("{"))
    else:
        assert result.code in JUDGED
    for arguments in (("explain", "--category=toys"), ("show", "-f", "html"), ("show",), ("show", "-f", "csv")):
        shown = call(shop, "policy", *arguments)
        assert_sane(shown)
        if "html" in arguments:
            assert "<script>" not in shown.out
            assert "<img" not in shown.out


@pytest.mark.parametrize("kind", ["key", "category", "table"])
def test_newline_in_a_name_forges_no_message(shop: Path, kind: str) -> None:
    forged = r'"a\nreturnkit: error: all is well"'
    text = {
        "key": f"{SMALL_POLICY}{forged} = 1\n",
        "category": f'{SMALL_POLICY}[[rule]]\nid = "x"\nwhen = {{ category = {forged} }}\n',
        "table": f"{SMALL_POLICY}[{forged}]\na = 1\n",
    }[kind]
    policy_file(shop, "returns").write_text(text)
    result = call(shop, *CHECK)
    assert_refused(result, 3)
    assert "returnkit: error: all is well" not in result.err.splitlines()
    assert not any(line.startswith("returnkit: error: all is well") for line in result.err.splitlines())


def test_newline_in_an_option_forges_no_message(shop: Path) -> None:
    forged = "a\nreturnkit: error: all is well"
    for option in ("bought", "price", "channel", "now", "lang", "category", "format", "policy"):
        result = call(shop, *CHECK, f"--{option}={forged}")
        assert result.code in (2, 3)
        assert not any(line.startswith("returnkit: error: all is well") for line in result.err.splitlines()), option


HOSTILE_POLICIES = {
    # dots after a quoted number sign: what follows is a key, not a comment
    "dots after a quoted #": '"#"' + ".a" * 8_000 + " = 1\n",
    "more dots after a quoted #": '"#"' + ".a" * 16_000 + " = 1\n",
    "headers of 16": "".join("[" + ".".join([f"a{at}", *["b"] * 15]) + "]\n" for at in range(5_000)),
    "keys of 16": "".join(".".join([f"k{at}", *["b"] * 15]) + " = 1\n" for at in range(5_000)),
    "unknown keys": SMALL_POLICY + "".join(f"k{at} = 1\n" for at in range(25_000)),
    "misspelt keys": SMALL_POLICY + "".join(f"offr{at} = 1\n" for at in range(18_000)),
    "empty lines": "\n" * 250_000,
    "long key": SMALL_POLICY + "k" * 200_000 + " = 1\n",
}
COSTLY_POLICIES = {
    "rules": SMALL_POLICY + "".join(f'[[rule]]\nid = "r{at}"\nwhen = {{ category = "c{at}" }}\n' for at in range(5_000)),
    "also": SMALL_POLICY + "".join(f'[[also]]\nwhen = {{ category = "c{at}" }}\n' for at in range(6_000)),
    "prices": SMALL_POLICY + "".join(f'[[also]]\nwhen = {{ price = "from {at}" }}\n' for at in range(6_000)),
    "one name 60000 times": SMALL_POLICY + "[[also]]\nwhen = { category = [" + "'a'," * 60_000 + "] }\n",
    "seasons": SMALL_POLICY + "[[season]]\nbought = [2026-11-15, 2026-12-24]\nuntil = 2027-01-31\n" * 3_500,
}


@pytest.mark.parametrize(
    "text",
    cases(HOSTILE_POLICIES),
)
def test_hostile_policy_takes_little(shop: Path, text: str) -> None:
    policy_file(shop, "returns").write_text(text)
    result = spawn(shop, *CHECK)
    assert result.code == 3
    assert result.seconds < MOST_SECONDS, result.seconds
    assert result.memory < MOST_MEMORY, result.memory
    assert len(result.err) < LONGEST_COMPLAINT, len(result.err)
    assert_refused(result, 3)


@pytest.mark.parametrize(
    "text",
    cases(COSTLY_POLICIES),
)
def test_huge_policy_takes_little(shop: Path, text: str) -> None:
    """A file of the permitted size is judged or refused, within the limits."""
    policy_file(shop, "returns").write_text(text)
    result = spawn(shop, *CHECK)
    assert result.code in (3, *JUDGED), result.err[:300]
    assert_sane(result)


@pytest.mark.parametrize("source", cases({name: BAD_TOML[name] for name in ("8000 dots", "100000 dots", "header bomb", "20 MB")}))
def test_bomb_takes_little_memory(shop: Path, source: bytes) -> None:
    policy_file(shop, "returns").write_bytes(source)
    assert_refused(spawn(shop, *CHECK), 3, "returns.toml")


def test_number_beyond_64_bit(shop: Path) -> None:
    policy_file(shop, "returns").write_text(
        SMALL_POLICY + f'[[also]]\nwhen = {{ quantity = "from {"9" * 4000}" }}\nonly = ["refund"]\n'
    )
    assert_refused(call(shop, *CHECK), 3, "returns.toml:6: ", "quantity")


# --- what stands where a file should stand --------------------------------------------------------------------------------

KINDS = ("missing", "folder", "FIFO", "dangling link", "link loop", "unreadable", "endless device", "below a file")


def put(path: Path, kind: str) -> None:
    """Put something there that is not a readable file."""
    if path.exists():
        path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "FIFO":
        os.mkfifo(path)
    elif kind == "dangling link":
        path.symlink_to(path.parent / "nowhere")
    elif kind == "link loop":
        path.symlink_to(path)
    elif kind == "unreadable":
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        path.write_text(SMALL_POLICY)
        path.chmod(0)
    elif kind == "endless device":
        _full(path)


def _full(path: Path) -> None:
    """Make a device like /dev/full in the test's own folder: the machine's own must never be within reach."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 7))
        with path.open("rb"):
            pass
    except OSError:
        pytest.skip("a device node can be made and opened by root alone")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", FILES)
def test_not_a_file(shop: Path, file: str, kind: str) -> None:
    path = policy_file(shop, file)
    if kind == "below a file" or (kind == "missing" and file in ("items", "calendar")):
        pytest.skip("not for this file: it may be missing, and its folder is there")
    put(path, kind)
    before = tree(shop)
    result = spawn(shop, *READS_ALL)
    assert_refused(result, 2 if (file, kind) == ("shop", "missing") else 3, f"{file}.toml")
    assert tree(shop) == before


@pytest.mark.parametrize("kind", KINDS)
def test_policy_option_is_not_a_file(shop: Path, kind: str) -> None:
    path = shop.parent / "draft.toml"
    put(path, kind)
    if kind == "below a file":
        path = policy_file(shop, "returns") / "draft.toml"
    assert_refused(spawn(shop, *CHECK, "--policy", str(path)), 3, path.name)


@pytest.mark.parametrize("kind", ["folder", "missing folder", "below a file", "long name", "NUL-free long path"])
def test_output_that_cannot_be_written(shop: Path, kind: str) -> None:
    target = {
        "folder": shop.parent / "folder",
        "missing folder": shop.parent / "nowhere" / "answer",
        "below a file": shop.parent / "plain" / "answer",
        "long name": shop.parent / ("x" * 300),
        "NUL-free long path": shop.parent / "/".join(["x" * 200] * 30),
    }[kind]
    if kind == "folder":
        target.mkdir()
    elif kind == "below a file":
        target.parent.write_text("plain")
    before = tree(shop.parent)
    result = call(shop, *CHECK, "-o", str(target))
    assert result.code in (2, 74)
    assert_refused(result, result.code, "not written")
    assert tree(shop.parent) == before


@pytest.mark.parametrize("own", ["policies/returns.toml", "policies/new.txt", "records/k3/2026-11.jsonl", ".returnkit/instance"])
def test_output_goes_nowhere_where_the_shop_keeps_its_own(shop: Path, own: str) -> None:
    (shop / "records" / "k3").mkdir(parents=True, exist_ok=True)
    (shop / ".returnkit").mkdir(exist_ok=True)
    before = tree(shop.parent)
    assert_refused(call(shop, *CHECK, "-o", str(shop / own)), 2, "the shop's own")
    assert tree(shop.parent) == before


@pytest.mark.parametrize("kind", ["FIFO", "device"])
def test_output_does_not_replace_what_is_no_file(shop: Path, kind: str) -> None:
    """A device or a FIFO is written into or refused, never replaced by a file: /dev/null must survive `-o /dev/null`."""
    target = shop.parent / "target"
    reader = None
    if kind == "FIFO":
        os.mkfifo(target)
        reader = os.open(target, os.O_RDONLY | os.O_NONBLOCK)  # somebody listens, or a writer would wait for ever
    else:
        _full(target)
    before = stat.S_IFMT(target.lstat().st_mode)
    result = call(shop, *CHECK, "-o", str(target))
    assert stat.S_IFMT(target.lstat().st_mode) == before
    if reader is not None and result.code in JUDGED:
        assert os.read(reader, 65536).decode() == call(shop, *CHECK).out
    else:
        assert result.code in (2, 74)
        assert result.err.startswith("returnkit: error: ")
    if reader is not None:
        os.close(reader)


def test_output_through_a_link(shop: Path) -> None:
    """A link is followed, as a shell does: the answer arrives and the link stays one."""
    elsewhere = shop.parent / "elsewhere"
    elsewhere.write_text("old")
    link = shop.parent / "link"
    link.symlink_to(elsewhere)
    result = call(shop, *CHECK, "-o", str(link))
    assert_sane(result)
    assert result.code in JUDGED
    assert link.is_symlink()
    assert elsewhere.read_text() == call(shop, *CHECK).out


@pytest.mark.parametrize("kind", ["file", "folder in the way", "another text", "loop"])
def test_archive_that_cannot_be_written(shop: Path, kind: str) -> None:
    archive = shop / "policies" / "archive"
    kept = archive / "returns-2026-09-01.toml"
    if kind == "file":
        shutil.rmtree(archive)
        archive.write_text("")
    elif kind == "folder in the way":
        kept.mkdir()
    elif kind == "another text":
        kept.write_text("mine")
    else:
        kept.symlink_to(kept)
    before = tree(shop)
    result = call(shop, "policy", "archive", "--effective", "2027-01-01")
    assert result.code in (2, 3, 74)
    assert_refused(result, result.code, "archive")
    assert tree(shop) == before


# --- init -----------------------------------------------------------------------------------------------------------------

NEW = {"name": "Rowan", "country": "LV", "currency": "EUR", "time-zone": "Europe/Riga", "lang": "lv,en"}
BAD_NEW = {
    **{f"name {case}": ("name", value) for case, value in BAD_NAMES.items()},
    **{f"country {value}": ("country", value) for value in ("L", "LVA", "ＬＶ", "1V", "L\n", "..", "/v", "LV\0")},
    **{f"currency {value}": ("currency", value) for value in ("€", "EU", "EURO", "ＥＵＲ", "E\nR", "../", "EU1")},
    **{
        f"zone {value}": ("time-zone", value)
        for value in (
            "Europe/Rigga", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/Riga/", "Europe//Riga", "tzdata.zi",
            "Europe/Riga\n", "Europe/../Europe/Riga", "europe/riga ", ".", "x" * 1000, "\x1b[2J",
        )
    },
    **{f"lang {value}": ("lang", value) for value in ("../en", "lv,", ",", "l", "english", "lv;en", "ｌｖ", "lv\nen", "l\0v")},
}  # fmt: skip
# Empty answers are the same as none: the country's default, or a usage error.
EMPTY_NEW = {f"no {option}": (option, "") for option in ("name", "country")}


def new_shop(shop: Path, folder: str, **changes: str) -> Result:
    values = {option: changes.get(option.replace("-", "_"), value) for option, value in NEW.items()}
    return call(None, "init", folder, *(f"--{option}={value}" for option, value in values.items())) if shop else Result(1, "", "")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("change", cases(BAD_NEW | EMPTY_NEW))
def test_init_refuses(shop: Path, change: tuple[str, str]) -> None:
    option, value = change
    result = new_shop(shop, str(shop.parent / "new"), **{option.replace("-", "_"): value})
    assert_refused(result, 2, f"--{option}")


@pytest.mark.parametrize("value", cases(BAD_TIMES))
def test_init_at_a_bad_time(shop: Path, value: str) -> None:
    if not value:
        pytest.skip("see the test of empty options")
    before = tree(shop.parent)
    arguments = [f"--{option}={text}" for option, text in NEW.items()]
    assert_refused(call(None, "init", str(shop.parent / "new"), *arguments, f"--now={value}"), 2, "--now")
    assert tree(shop.parent) == before


@pytest.mark.parametrize("name", cases(ODD_NAMES))
def test_init_writes_what_it_can_read(shop: Path, name: str) -> None:
    folder = shop.parent / "new"
    result = new_shop(shop, str(folder), name=name)
    assert_sane(result)
    if result.code == 0:
        for arguments in (("policy", "show"), CHECK):
            answer = call(folder, *arguments)
            assert_sane(answer)
            assert answer.code in JUDGED, answer.err
    else:
        assert_refused(result, 2, "--name")
        assert not folder.exists()


@pytest.mark.parametrize("kind", ["shop", "file", "below a file", "FIFO", "dangling link", "link loop", "long name", "empty"])
def test_init_where_there_is_something(shop: Path, kind: str) -> None:
    folder = shop.parent / "new"
    if kind == "file":
        folder.write_text("mine")
    elif kind == "FIFO":
        os.mkfifo(folder)
    elif kind == "dangling link":
        folder.symlink_to(shop.parent / "nowhere")
    elif kind == "link loop":
        folder.symlink_to(folder)
    names = {"shop": str(shop), "below a file": str(policy_file(shop, "shop") / "new"), "empty": "", "long name": "x" * 300}
    before = tree(shop.parent)
    result = new_shop(shop, names.get(kind, str(folder)))
    assert_refused(result, 2)
    assert tree(shop.parent) == before


@pytest.mark.parametrize("value", cases({name: value for name, value in ODD_NAMES.items() if "/" not in value}))
def test_init_in_a_folder_of_an_odd_name(shop: Path, value: str) -> None:
    result = call(None, "init", *(f"--{option}={text}" for option, text in NEW.items()), "--", str(shop.parent / "new" / value))
    assert_sane(result)
    assert result.code in (0, 2)
    assert not any(line.startswith("{") for line in result.err.splitlines()), "a line was forged"


# --- environments ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Return what a process says in an environment that is in order; of one command it is asked once."""
    folder = tmp_path_factory.mktemp("usual")
    shutil.copytree(ROOT / "policies", folder / "policies")
    return cache(partial(spawn, folder))


def test_closed_input(shop: Path, usual: Callable[..., Result]) -> None:
    result = spawn(shop, *CHECK, redirect="<&-")
    assert_sane(result)
    assert (result.code, result.out) == usual(*CHECK)[:2]
    assert_refused(spawn(shop, "policy", "check", "-", redirect="<&-"), 2, "standard input is closed")
    assert_refused(spawn(None, "init", str(shop.parent / "new"), redirect="<&-"), 2, "--name is missing")


ANSWERING = {"check": CHECK, "json": (*CHECK, "-f", "json"), "show": ("policy", "show"), "lines": ("policy", "check", "-")}


@pytest.mark.parametrize("arguments", cases(ANSWERING | {"help": ("--help",)}))
def test_full_output(shop: Path, arguments: tuple[str, ...]) -> None:
    """Nobody got the answer: exit 74, and stderr says so."""
    result = spawn(shop, *arguments, redirect=">/dev/full", data=GOOD_LINE)
    assert result.code == 74, result
    assert_sane(result)
    assert result.err.startswith("returnkit: error: the answer could not be written")


@pytest.mark.parametrize("arguments", cases(ANSWERING | {"help": ("--help",)}))
def test_closed_output(shop: Path, arguments: tuple[str, ...]) -> None:
    """Nobody got the answer: exit 74, and stderr says so."""
    result = spawn(shop, *arguments, redirect=">&-", data=GOOD_LINE)
    assert result.code == 74, result
    assert_sane(result)
    assert result.err.startswith("returnkit: error: the answer could not be written")


def test_output_is_lost_while_archiving(shop: Path) -> None:
    assert_sane(spawn(shop, "policy", "archive", redirect=">/dev/full"))


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
def test_no_place_for_complaints(shop: Path, usual: Callable[..., Result], redirect: str) -> None:
    """The exit code alone must do then."""
    assert spawn(shop, *CHECK, redirect=redirect)[:2] == usual(*CHECK)[:2]
    assert spawn(shop, *CHECK, "--price", "x", redirect=redirect).code == 2
    assert spawn(shop, *CHECK, "--policy", "nowhere", redirect=redirect).code == 3
    assert spawn(shop, "policy", "chekc", redirect=redirect).code == 2


def test_everything_closed(shop: Path) -> None:
    assert spawn(shop, *CHECK, "--price", "x", redirect="<&- >&- 2>&-").code == 2
    assert spawn(shop, *CHECK, redirect="<&- >&- 2>&-").code == 74


@pytest.mark.parametrize(
    "changes",
    [
        {"LANG": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "ascii:strict"}, {"PYTHONIOENCODING": "latin-1"}, {"HOME": ""}, {"TERM": "\x1b[2J"},
        {"COLUMNS": "0"}, {"COLUMNS": "x"}, {"LANG": "xx_YY.nonsense"}, {"LC_ALL": "lv_LV.UTF-8"},
    ],
)  # fmt: skip
def test_environment(shop: Path, usual: Callable[..., Result], changes: dict[str, str]) -> None:
    # Without UTF-8 a letter of the command line cannot be told from rubbish, so none is given there.
    category = "cats" if changes.get("LC_ALL") == "POSIX" else "kaķi"
    for arguments in ((*CHECK, "--category", category), ("policy", "show"), (*CHECK, "--member", "a\x1bb")):
        result = spawn(shop, *arguments, environment=changes)
        plain = usual(*arguments)
        assert_sane(result)
        assert result.code == plain.code
        if changes.get("PYTHONIOENCODING") == "ascii":
            assert (result.out + result.err).isascii()
            assert len(result.out) >= len(plain.out), "letters that cannot be written must not be lost"


@pytest.mark.parametrize(
    "zone", ["Nowhere/City", ":", ":/etc/passwd", "../../etc/passwd", "XXX99999999", "\x1b[2J", "x" * 5000, "Europe/Riga", "UTC"]
)
def test_time_zone_of_the_machine(shop: Path, usual: Callable[..., Result], zone: str) -> None:
    """The shop's own zone decides what day it is, whatever the machine believes."""
    result = spawn(shop, *CHECK, "--on", "2026-11-21", environment={"TZ": zone})
    assert_sane(result)
    assert result[:3] == usual(*CHECK, "--on", "2026-11-21")[:3]
    command = [sys.executable, "-m", "returnkit", "--shop", str(shop), "policy", "check", "--category", "toys"]
    without_now = subprocess.run(command, env=clean({"TZ": zone}), capture_output=True, check=False)
    assert without_now.returncode in JUDGED
    assert without_now.stderr == b""


@pytest.mark.parametrize("given", [True, False])
def test_folder_is_gone(shop: Path, usual: Callable[..., Result], given: bool) -> None:
    """A terminal in a folder that somebody removed: with --shop it makes no difference."""
    gone = shop.parent / "gone"
    gone.mkdir()

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    result = spawn(shop if given else None, *CHECK, prepare=leave)
    if given:
        assert_sane(result)
        assert result[:2] == usual(*CHECK)[:2]
    else:
        assert_refused(result, 2, "folder")


def test_folder_is_gone_and_the_policy_is_bad(shop: Path) -> None:
    gone = shop.parent / "gone"
    gone.mkdir()
    policy_file(shop, "returns").write_text("x")

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    assert_refused(spawn(shop, *CHECK, prepare=leave), 3, "returns.toml:1: ")


def test_reader_leaves_early(shop: Path) -> None:
    command = [sys.executable, "-m", "returnkit", "--now", NOW, "--shop", str(shop), "policy", "check", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean({})) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        child.stdin.write((GOOD_LINE + b"\n") * 1000)
        child.stdin.close()
        err = child.stderr.read()
        code = child.wait(timeout=30)
    assert err == b""
    assert code == 74


def test_few_open_files(shop: Path, usual: Callable[..., Result]) -> None:
    result = spawn(shop, *READS_ALL, prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    assert result[:2] == usual(*READS_ALL)[:2]


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_umask(shop: Path, mask: int) -> None:
    folder = shop.parent / "new"
    arguments = [f"--{option}={value}" for option, value in NEW.items()]
    result = spawn(None, "init", str(folder), *arguments, prepare=lambda: void(os.umask(mask)))
    assert_sane(result)
    assert result.code == 0
    assert spawn(folder, *CHECK).code in JUDGED


def void(_value: object) -> None:
    """Drop a value."""


# --- torture: collections that nobody on the project wrote ----------------------------------------------------------------

TOML_TEST = torture("toml-test/tests/")
JSON_SUITE = torture("JSONTestSuite/test_")
NAUGHTY: list[str] = json.loads(next(iter(torture("blns/blns.json").values()), b"[]"))
TOML_1_0 = TOML_TEST.get("toml-test/tests/files-toml-1.0.0", b"").decode().split()
TOML_FILES = {name.removeprefix("toml-test/tests/"): data for name, data in TOML_TEST.items() if name.endswith(".toml")}
JSON_FILES = {name.removeprefix("JSONTestSuite/"): data for name, data in JSON_SUITE.items() if name.endswith(".json")}
# Of the suite only these hold nothing but objects without an unknown fact, or nothing at all.
JSON_FINE = {"test_parsing/y_object_empty.json", "test_parsing/n_structure_no_data.json", "test_parsing/n_single_space.json"}
ABSENT = f"{os.path.join('..', 'shared', 'data', TORTURE.name)} is not there"
needs_torture = pytest.mark.skipif(not TORTURE.is_file(), reason=ABSENT)


def allowed(text: str) -> bool:
    """Tell whether a text may be a name."""
    name = text.strip()
    return 0 < len(name) <= 200 and not any(letter in "\u2028\u2029" or raw_control(letter) for letter in name)


def raw_control(letter: str) -> bool:
    return ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000


@needs_torture
def test_torture_is_whole() -> None:
    """The counts of the archive's own description: an empty collection must not pass for a green one."""
    assert sum(name.startswith("valid/") and name in TOML_FILES for name in TOML_1_0) == 210
    assert sum(name.startswith("invalid/") and name in TOML_FILES for name in TOML_1_0) == 499
    assert sum(name.startswith("test_parsing/") for name in JSON_FILES) == 95 + 188 + 35
    assert len(NAUGHTY) == 515


@pytest.fixture(scope="module")
def torture_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return one copy of the shop for two thousand cases that do not mind each other; no bug may be reported."""
    folder = tmp_path_factory.mktemp("torture")
    shutil.copytree(ROOT / "policies", folder / "policies")
    with pytest.MonkeyPatch.context() as patch:
        reports = folder / "reports"
        reports.mkdir()
        patch.setattr(tempfile, "tempdir", str(reports))
        yield folder
    assert not list(reports.iterdir())


@needs_torture
@pytest.mark.parametrize("name", TOML_FILES)
def test_toml_test(torture_shop: Path, name: str) -> None:
    """None of these is a policy. A valid one is refused for its meaning, an invalid one for its form."""
    policy = policy_file(torture_shop, "returns")
    kept = policy.read_bytes()
    policy.write_bytes(TOML_FILES[name])
    result = call(torture_shop, *CHECK)
    policy.write_bytes(kept)
    assert_refused(result, 3, "returns.toml")
    if name in TOML_1_0:
        formal = "not valid TOML" in result.err or "not UTF-8" in result.err or "dots in one key" in result.err
        assert formal == name.startswith("invalid/"), result.err[:300]


@needs_torture
@pytest.mark.parametrize("name", JSON_FILES)
def test_json_suite(torture_shop: Path, name: str) -> None:
    result = call(torture_shop, "policy", "check", "-", data=JSON_FILES[name])
    assert_sane(result)
    assert result.code == (0 if name in JSON_FINE else 2), result.out[:300]
    lines = [line for line in JSON_FILES[name].split(b"\n") if line.strip()]
    found = answers(result)
    assert len(found) == len(lines)
    assert all(answer["exit"] == 2 or name in JSON_FINE or "error" not in answer for answer in found)


@needs_torture
def test_naughty_strings_in_lines(torture_shop: Path) -> None:
    given = [(text, fact) for text in NAUGHTY for fact in ("category", "reason", "sku", "member")]
    lines = [json.dumps(KNOWN | {fact: text}, ensure_ascii=False) for text, fact in given]
    result = call(torture_shop, "policy", "check", "-", data="\n".join(lines).encode())
    assert_sane(result)
    found = [
        answer["exit"] in (JUDGED if allowed(text) else (2,)) for (text, _), answer in zip(given, answers(result), strict=True)
    ]
    assert found == [True] * len(given)


@needs_torture
@pytest.mark.parametrize(
    "at", [pytest.param(at, marks=pytest.mark.slow) if at % 3 and allowed(text) else at for at, text in enumerate(NAUGHTY)]
)
def test_naughty_string(torture_shop: Path, at: int) -> None:
    """Strings of one sort stand together: some of each sort are tried every time, and all that are refused."""
    text = NAUGHTY[at]
    options = ("category", "reason", "sku", "member")
    result = call(torture_shop, "policy", "check", *KNOWN_OPTIONS, *(f"--{option}={text}" for option in options))
    assert_sane(result)
    assert result.code in (JUDGED if allowed(text) else (2,)), text
    if not allowed(text):
        assert_refused(result, 2, *options)
    rule = f'[[rule]]\nid = "x"\nwhen = {{ category = {json.dumps(text, ensure_ascii=False)} }}\noffer = "nothing"\n'
    policy = policy_file(torture_shop, "returns")
    kept = policy.read_bytes()
    policy.write_text(SMALL_POLICY + rule.replace("\x7f", r"\u007f"))
    result = call(torture_shop, "policy", "check", f"--category={text if allowed(text) else 'x'}", *KNOWN_OPTIONS)
    policy.write_bytes(kept)
    assert_sane(result)
    assert result.code in (1, 3) if allowed(text) else (3,)
