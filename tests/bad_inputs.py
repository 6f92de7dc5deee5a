"""What the corpus of bad inputs is made of, and how a command is called with it.

Everything that a call may write to stays inside the temporary folder of the test: a test that runs as root must never be
able to reach a device or a file of the machine.
"""

import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from returnkit.cli import run

ROOT = Path(__file__).resolve().parents[1]
TORTURE = ROOT.parent / "shared" / "data" / "torture.tar.xz"
NOW = "2026-11-21T12:00:00+02:00"
MIB = 1024 * 1024
MOST_MEMORY = 200 * MIB
MOST_ADDRESSES = 1024 * MIB
MOST_SECONDS = 2.0
LONGEST_COMPLAINT = 64 * 1024  # nobody reads more, and a log should not be filled by one bad file

CHECK = ("policy", "check", "--category", "toys", "--bought", "2026-11-01")
# Nearly everything is known: the answer is quick, and no question stands between a name and the place where it is shown.
KNOWN = {"bought": "2026-11-01", "condition": "opened", "receipt": "yes", "channel": "store", "price": "20.00"}
KNOWN_OPTIONS = tuple(f"--{fact}={value}" for fact, value in KNOWN.items())
JUDGED = (0, 1, 4, 5)

# Direction-changing and invisible characters that `safe()` promises to make visible.
INVISIBLE = {0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF}


# A process inherits the peak memory of the one that it was forked from, and this one is large: a small one stands between.
LAUNCHER = """
import os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, int(sys.argv[1]))])
_, status, usage = os.wait4(child, 0)
text = f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}"
os.write(int(sys.argv[1]), text.encode())
"""


class Result(NamedTuple):
    """What a call left behind."""

    code: int
    out: str
    err: str
    seconds: float = 0.0
    memory: int = 0


def _guard(shop: Path | None, arguments: tuple[str, ...]) -> None:
    """Refuse a test that would write outside the folder of its shop: as root, -o replaces any file or device."""
    for option, value in pairwise(arguments):
        if option in ("-o", "--output"):
            assert shop is not None
            assert Path(os.path.normpath(value)).is_relative_to(shop.parent), f"{value} is outside of the test's folder"
    assert not any(argument.startswith(("--output=", "-o=")) for argument in arguments), "write -o FILE"


def call(shop: Path | None, *arguments: str, data: bytes = b"") -> Result:
    """Run a command in this process; a leaving exception fails the test as a traceback would."""
    _guard(shop, arguments)
    streams = [io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", newline="\n") for raw in (data, b"", b"")]
    kept = sys.stdin, sys.stdout, sys.stderr
    began = time.process_time()
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        code = run(["--now", NOW, *(["--shop", str(shop)] if shop else []), *arguments])
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
    seconds = time.process_time() - began
    for stream in streams[1:]:
        stream.flush()
    out, err = (stream.buffer.getvalue().decode() for stream in streams[1:] if isinstance(stream.buffer, io.BytesIO))
    return Result(code, out, err, seconds)


def spawn(
    shop: Path | None,
    *arguments: str,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
    redirect: str = "",
    prepare: Callable[[], None] | None = None,
) -> Result:
    """Run a command in a process of its own and measure it; `redirect` is shell text such as `<&-`."""
    _guard(shop, arguments)
    command = [sys.executable, "-m", "returnkit", "--now", NOW, *(["--shop", str(shop)] if shop else []), *arguments]
    if redirect:
        command = ["/bin/sh", "-c", f'exec "$@" {redirect}', "sh", *command]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CPU, (int(MOST_SECONDS) + 1, int(MOST_SECONDS) + 1))  # killed, not waited for
        if prepare:
            prepare()

    # Files take the output: whoever reads a pipe would be part of what is measured.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(data)
        given.seek(0)
        reading, writing = os.pipe()
        subprocess.run(
            [sys.executable, "-ISc", LAUNCHER, str(writing), *command],
            stdin=given,
            stdout=out,
            stderr=err,
            env=clean(environment or {}),
            pass_fds=[writing],
            preexec_fn=limit,
            check=True,
        )
        os.close(writing)
        with os.fdopen(reading) as measured:
            code, seconds, kilobytes = measured.read().split()
        out.seek(0)
        err.seek(0)
        encoding = "latin-1" if (environment or {}).get("PYTHONIOENCODING") == "latin-1" else "utf-8"
        said, complained = (stream.read().decode(encoding, "surrogateescape") for stream in (out, err))
    return Result(int(code), said, complained, float(seconds), int(kilobytes) * 1024)


def clean(changes: Mapping[str, str]) -> dict[str, str]:
    """Return a small environment: a variable of this machine must not decide a test. An empty value unsets."""
    start = {"PATH": os.defpath, "HOME": os.sep, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "TMPDIR": tempfile.gettempdir()}
    return {name: value for name, value in (start | dict(changes)).items() if value}


def raw_characters(text: str) -> list[str]:
    """Return the control and invisible characters in a text that is written for people."""
    return [
        ascii(letter)
        for letter in text
        if (letter != "\n" and ord(letter) < 0x20)
        or 0x7F <= ord(letter) < 0xA0
        or ord(letter) in INVISIBLE
        or 0xD800 <= ord(letter) < 0xE000
    ]


def assert_sane(result: Result) -> None:
    """Check what holds for every call, whatever it was given."""
    assert result.code in (0, 1, 2, 3, 4, 5, 74), result
    assert "Traceback" not in result.err
    assert "returnkit: bug" not in result.err
    assert not raw_characters(result.out)
    assert not raw_characters(result.err)
    assert result.seconds < MOST_SECONDS
    assert result.memory < MOST_MEMORY


def assert_refused(result: Result, code: int, *words: str) -> None:
    """Check that it was refused: the code, no answer, what is wrong and, in a line of its own, what to do."""
    assert_sane(result)
    assert result.code == code, result.err[:500]
    assert result.out == ""
    assert result.err.startswith("returnkit: error: ")
    assert "\n    " in result.err, "it does not say what to do"
    assert len(result.err) < LONGEST_COMPLAINT
    for word in words:
        assert word in result.err


def answers(result: Result) -> list[dict[str, object]]:
    """Return the answers to JSON lines."""
    found: list[dict[str, object]] = [json.loads(line) for line in result.out.splitlines()]
    assert all("exit" in answer for answer in found)
    return found


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything in a folder, to see that nothing was written."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in sorted(folder.rglob("*"))
    }


def torture(part: str) -> dict[str, bytes]:
    """Return the files of one part of the torture archive by name; none where there is no archive."""
    if not TORTURE.is_file():
        return {}
    found: dict[str, bytes] = {}
    with tarfile.open(TORTURE, "r:xz") as archive:
        for member in archive:
            if member.isfile() and member.name.startswith(f"torture/{part}"):
                stream = archive.extractfile(member)
                assert stream is not None
                found[member.name.removeprefix("torture/")] = stream.read()
    return found


# --- dates, money, names, texts -------------------------------------------------------------------------------------------

BAD_DAYS = {
    "week": "2024-W01-1", "basic": "20240101", "short": "2024-1-1", "space": " 2024-01-01", "newline": "2024-01-01\n",
    "wide": "２０２４-01-01", "arabic": "٢٠٢٤-01-01", "30 February": "2024-02-30", "no leap day": "2026-02-29",
    "year 0": "0000-01-01", "year 9999": "9999-12-31", "year 2100": "2100-01-01", "year 1999": "1999-12-31",
    "offset": "0001-01-01T00:00+14:00", "24:00": "2026-11-01T24:00", ":60": "2026-11-01T23:59:60", "naive": "2026-11-01T10:00",
    "slashes": "01/11/2026", "dots": "1.11.2026", "minus": "-1 days ago", "far": "9999999999 days ago", "wide ago": "３ days ago",
    "empty": "", "tomorrow": "tomorrow", "escape": "\x1b[2J", "surrogate": "\udcff", "NUL": "2026-11-01\0", "long": "1" * 10**6,
}  # fmt: skip

BAD_PRICES = {
    "minus zero": "-0.00", "minus": "-5", "plus": "+5", "underscore": "1_000", "exponent": "1e999999", "nan": "NaN",
    "snan": "sNaN", "infinity": "Infinity", "comma": "1,5", "thousands": "1.234,56", "five decimals": "0.00005",
    "arabic": "١٢", "wide": "１２", "40 digits": "1" * 40, "ten digits": "1" * 10, "spaces": " 5 ", "newline": "5\n", "empty": "",
    "no decimals": "5.", "no whole": ".5", "hex": "0x10", "grouped": "1 000", "currency": "5 EUR", "escape": "\x1b[2J",
    "long": "9" * 10**6,
}  # fmt: skip

BAD_PIECES = BAD_PRICES | {"none": "0", "too many": "1000001", "half": "0.5", "whole as decimal": "1.0"}

# Refused as a name of the shop's own wherever it stands: too long, or characters that no name has.
BAD_NAMES = {
    "empty": "", "blank": "   ", "NUL": "a\0b", "escape": "\x1b[2J", "title": "\x1b]0;x\x07", "clipboard": "\x1b]52;c;aGk=\x07",
    "link": "\x1b]8;;http://x\x1b\\", "C1": "\x9b31m", "C1 string": "a\x9db", "overprint": "a\rb", "backspaces": "a\b\b",
    "inner newline": 'a\n{"id":"forged"}', "inner tab": "a\tb", "DEL": "a\x7fb", "NEL": "a\x85b", "LS": "a\u2028b",
    "PS": "a\u2029b", "surrogate": "\udcff", "high surrogate": "\ud800", "300": "x" * 300, "zalgo": "Z" + "\u0300" * 1000,
    "million": "x" * 10**6,
}  # fmt: skip

# Odd, but a shop may call a thing so: judged, and shown without harm.
ODD_NAMES = {
    "dot": ".", "dots": "..", "up": "../x", "absolute": "/etc/x", "slash": "a/b", "backslash": "a\\b", "con": "con",
    "device": "nul.txt", "final dot": "x.", "final space": "x ", "final newline": "x\n", "option": "-rf", "git": ".git",
    "lock": ".lock", "wide": "．．／x", "ligature": "ﬁ", "NFC": "\u00e9", "NFD": "e\u0301", "formula": "=1+1", "plus": "+1",
    "minus": "-1", "at": "@x", "dde": "=cmd|' /C calc'!A0", "wide formula": "＝1", "RLO": "\u202ex", "LRI": "\u2066x",
    "ZWJ": "a\u200db", "BOM": "\ufeffx", "soft hyphen": "a\xadb", "family": "👨\u200d👩\u200d👧", "RTL": "مرحبا",
    "cyrillic": "p\u0430ypal", "script": "</script><script>", "comment": "<!--", "image": '"><img src=x onerror=alert(1)>',
    "link": "[x](javascript:alert(1))", "pipe": "|", "backtick": "`id`", "template": "{{7*7}}", "field": "{n}", "brace": "{",
    "percent": "%s%n", "shell": "$(id)", "semicolon": "; rm", "help": "--help", "dash": "-", "quote": "'", "double": '"',
}  # fmt: skip

BAD_TIMES = {
    "week": "2024-W01-1", "basic": "20240101", "short": "2024-1-1", "25 hours": "2026-11-21T25:00:00+02:00",
    "leap second": "2026-11-21T23:59:60+02:00", "+25:00": "2026-11-21T12:00:00+25:00",
    "long offset": "2026-11-21T12:00:00+23:59:59.999999", "end of time": "9999-12-31T23:59:59-14:00",
    "before time": "0001-01-01T00:00:00+14:00", "30 February": "2023-02-30", "wide": "２０２６-11-21", "empty": "",
    "words": "now", "escape": "\x1b[2J", "newline": "2026-11-21\n",
}  # fmt: skip

# --- JSON lines -----------------------------------------------------------------------------------------------------------

GOOD_LINE = b'{"category": "toys", "bought": "2026-11-01"}'

BAD_LINES: dict[str, bytes] = {
    "number": b"3", "null": b"null", "list": b"[]", "text": b'"x"', "two": b"{} {}", "torn": b'{"category": "to',
    "trailing comma": b'{"category": "toys",}', "comment": b"{} // x", "block comment": b"/* x */ {}", "hash": b"# x",
    "single quotes": b"{'category': 'toys'}", "NaN": b'{"price": NaN}', "-Infinity": b'{"price": -Infinity}',
    "1e400": b'{"price": 1e400}', "1.0": b'{"price": 1.0}', "1.0 pieces": b'{"quantity": 1.0}', "-0 pieces": b'{"quantity": -0}',
    "-5": b'{"price": -5}', "19 digits": b'{"price": 1234567890123456789}', "5000 digits": b'{"price": ' + b"9" * 5000 + b"}",
    "exponent": b'{"quantity": 1e0}', "twice": b'{"category": "a", "category": "b"}',
    "twice spelt": b'{"paid_with": "card", "paid-with": "cash"}',
    "twice after NFC": '{"caf\u00e9": 1, "cafe\u0301": 1}'.encode(),
    "__proto__": b'{"__proto__": {"category": "toys"}}', "surrogate": rb'{"category": "\ud800"}',
    "NUL escaped": rb'{"category": "a\u0000b"}', "NUL": b'{"category": "a\0b"}', "raw LS": '{"category": "a\u2028b"}'.encode(),
    "raw PS": '{"category": "a\u2029b"}'.encode(), "raw NEL": '{"category": "a\x85b"}'.encode(),
    "raw DEL": b'{"category": "a\x7fb"}', "raw C1": '{"category": "\x9b31m"}'.encode(), "ESC": rb'{"category": "\u001b[2J"}',
    "key ESC": rb'{"\u001b[2J": 1}', "key newline": rb'{"a\n{\"id\":\"forged\"}": 1}', "raw tab": b'{"category": "a\tb"}',
    "[ x 1000": b"[" * 1000, "[ x 60000": b"[" * 60000, "closed": b"[" * 30000 + b"]" * 30000, "objects": b'{"a":' * 2000,
    "objects closed": b'{"a":' * 2000 + b"1" + b"}" * 2000, "64 KiB and one": b'{"category": "' + b"x" * (65536 - 15) + b'"}',
    "long name": b'{"category": "' + b"x" * 60000 + b'"}', "unknown v": b'{"v": 99, "category": "toys"}',
    "unknown key": b'{"categroy": "toys"}', "cp1252": b'{"category": "caf\xe9"}', "half a letter": b'{"category": "caf\xc3"}',
    "overlong": b'{"category": "\xc0\xaf"}', "UTF-8 surrogate": b'{"category": "\xed\xa0\x80"}', "BOM": b"\xef\xbb\xbf{}",
    "NULs": b"\0" * 100, "conflict": b"<<<<<<< HEAD", "pipes": b"|||||||", "lone CR": b'{"category":\r"toys"}\r{}',
    "bool price": b'{"price": true}', "bool pieces": b'{"quantity": true}', "list price": b'{"price": ["5"]}',
    "object": b'{"category": {"a": 1}}', "number name": b'{"category": 5}', "tag number": b'{"tag": [1]}',
    "tag list": b'{"tag": [["a"]]}', "tag object": b'{"tag": {"a": 1}}', "tag empty": b'{"tag": [""]}',
    "number day": b'{"bought": 20261101}', "bool day": b'{"bought": true}', "after today": b'{"bought": "2026-12-01"}',
    "before the sale": b'{"bought": "2026-11-01", "delivered": "2026-10-01"}', "pieces": b'{"quantity": 1000001}',
    "role": b'{"role": "emperor"}', "channel": b'{"channel": "telepathy"}', "remedy": b'{"remedy": "hug"}',
}  # fmt: skip

# Looks odd and is fine.
GOOD_LINES: dict[str, bytes] = {
    "empty": b"{}", "spaces": b'  { "category" : "toys" }  ', "CRLF": b'{"category": "toys"}\r', "nulls": b'{"category": null}',
    "no tags": b'{"tag": []}', "hyphen": b'{"paid-with": "card"}', "underscore": b'{"paid_with": "card"}',
    "number": b'{"price": 5}', "-0": b'{"price": -0}', "emoji": rb'{"category": "\ud83d\ude00"}',
    "64 KiB": b'{"category": "toys"}' + b" " * (65536 - 20), "capitals": b'{"category": " TOYS "}',
}  # fmt: skip

# --- TOML -----------------------------------------------------------------------------------------------------------------

SMALL_POLICY = 'schema = 1\neffective = 2026-09-01\n[terms]\noffer = { refund = "30 days" }\n'


def _both(text: str) -> bytes:
    return text.encode()


# No file of the shop may hold this: a part that is not TOML, or whose meaning is bounded, whatever the file is.
BAD_TOML: dict[str, bytes] = {
    **{f"{count} dots": _both("a" + ".a" * count + " = 1") for count in (1_000, 8_000, 100_000)},
    "header bomb": _both("[" + ".".join(["a"] * 1000) + "]\n" + "".join(f"k{at} = 1\n" for at in range(10_000))),
    "quoted dots": _both('"' + '"."'.join(["a"] * 8_000) + '" = 1'), "spaced dots": _both("a" + " . a" * 8_000 + " = 1"),
    "literal dots": _both("'\"'.a" + ".a" * 8_000 + " = 1 # '\""),
    "[ x 1000": b"a = " + b"[" * 1000, "[ x 1000 closed": b"a = " + b"[" * 1000 + b"]" * 1000,
    "[ x 100000": b"a = " + b"[" * 100_000, "[ on lines": b"a = " + b"[\n" * 1000 + b"]\n" * 1000,
    "inline x 2000": b"a = " + b"{a=" * 2000 + b"1" + b"}" * 2000, "0xf x 100000": b"schema = 0x" + b"f" * 100_000,
    "0b1 x 100000": b"schema = 0b" + b"1" * 100_000, "9 x 100000": b"schema = " + b"9" * 100_000, "inf": b"schema = inf",
    "nan": b"schema = nan", "1e999": b"schema = 1e999", "20 digits": b"schema = 99999999999999999999",
    "minus": b"schema = -1", "true": b"schema = true", "float": b"schema = 1.5", "newer": b"schema = 2", "text": b'schema = "1"',
    "duplicate key": b"schema = 1\nschema = 1\n", "redefined": b"a = 1\n[a]\nb = 1\n", "table twice": b"[a]\n[a]\n",
    "two BOMs": b"\xef\xbb\xbf" * 2 + b"schema = 1\n", "NUL": b"schema = 1\n\0", "NUL padding": b"schema = 1\n" + b"\0" * 4096,
    "NULs": b"\0" * 4096, "cp1252": "# café\nschema = 1\n".encode("cp1252"), "UTF-16": "schema = 1\n".encode("utf-16"),
    "UTF-16 LE": "schema = 1\n".encode("utf-16-le"), "UTF-16 BE": "schema = 1\n".encode("utf-16-be"),
    "half a letter": b"# caf\xc3", "lone CR": b"schema = 1\rname = 2\r", "conflict": b"<<<<<<< HEAD\nschema = 1\n=======\n",
    "pipes": b"|||||||\n", "year 0": b"a = 0000-01-01\n", "30 February": b"a = 2023-02-30\n", "25 hours": b"a = 25:00:00\n",
    "unknown key": b"schema = 1\nschma = 1\n", "ESC": b"# \x1b[2J\n", "raw ESC value": b"a = \x1b]0;x\x07\n",
    "ESC key": b'"\\u001b[2J" = 1\n', "C1 key": '"\x9b31m" = 1\n'.encode(), "RLO key": '"\u202e" = 1\n'.encode(),
    "LS key": '"\u2028" = 1\n'.encode(), "NEL key": '"\x85" = 1\n'.encode(), "long key": b"k" * 200_000 + b" = 1\n",
    "JSON": b'{"schema": 1}', "torn": b'schema = 1\nname = "Row', "endless text": b'a = """' + b"x" * 200_000,
    "20 MB": b"#" * 20_000_000, "6 million lines": b"\n" * 6_000_000,
}  # fmt: skip


class Slip(NamedTuple):
    """A change to a good file, and what the message about it must say besides the line of the change."""

    file: str
    old: str
    new: str
    words: tuple[str, ...]


SLIPS = {
    # misspelt keys: the nearest known one is named
    "rule key": Slip("returns", "restocking-fee", "restoking-fee", ("did you mean restocking-fee?",)),
    "terms key": Slip("returns", 'condition = "resaleable"', 'conditon = "resaleable"', ("did you mean condition?",)),
    "condition line": Slip("returns", 'reason = ["faulty"', 'reson = ["faulty"', ("did you mean reason?",)),
    "remedy": Slip("returns", 'refund = "14 days"', 'refnud = "14 days"', ("did you mean refund?",)),
    "way back": Slip("returns", 'mail = "customer"', 'mial = "customer"', ("did you mean mail?",)),
    "table": Slip("returns", "[discretion]", "[discretoin]", ("did you mean discretion?",)),
    "array of tables": Slip("returns", "[[season]]", "[[seasn]]", ("did you mean season?",)),
    "room": Slip("returns", 'late = "7 days"', 'lat = "7 days"', ("did you mean late?",)),
    "role": Slip("returns", "manager = {", "manger = {", ("did you mean manager?",)),
    "word": Slip("returns", '"any proof"', '"any prof"', ("did you mean any-proof?",)),
    "waive": Slip("returns", 'waive = ["receipt"]', 'waive = ["recipt"]', ("did you mean receipt?",)),
    "only": Slip("returns", 'only = ["exchange"', 'only = ["exchnage"', ("did you mean exchange?",)),
    "shop key": Slip("shop", "time-zone =", "time-zon =", ("did you mean time-zone?",)),
    "shop weekday": Slip("shop", "saturday =", "saturdy =", ("did you mean saturday?",)),
    "shop role": Slip("shop", 'role = "manager"', 'role = "manger"', ("did you mean manager?",)),
    "item key": Slip("items", '"AP-101" = { category', '"AP-101" = { categry', ("did you mean category?",)),
    "item table": Slip("items", "[category.toys]", "[categry.toys]", ("did you mean category?",)),
    "calendar table": Slip("calendar", "[holidays]", "[holidys]", ("did you mean holidays?",)),
    # values
    "year 0": Slip("returns", "effective = 2026-09-01", "effective = 0000-01-01", ()),
    "30 February": Slip("returns", "effective = 2026-09-01", "effective = 2023-02-30", ()),
    "quoted 30 February": Slip("returns", "effective = 2026-09-01", 'effective = "2023-02-30"', ("no such day",)),
    "naive time": Slip("returns", "effective = 2026-09-01", "effective = 2026-09-01T00:00:00", ("write a date",)),
    "instant": Slip("returns", "effective = 2026-09-01", "effective = 2026-09-01T00:00:00Z", ("write a date",)),
    "clock": Slip("returns", "effective = 2026-09-01", "effective = 07:32:00", ("write a date",)),
    "number as day": Slip("returns", "effective = 2026-09-01", "effective = 20260901", ("write a date",)),
    "year 9999": Slip("returns", "effective = 2026-09-01", "effective = 9999-12-31", ("2099-12-31",)),
    "season naive": Slip("returns", "until = 2027-01-31", "until = 2027-01-31T00:00:00", ("write a date",)),
    "season one day": Slip("returns", "bought = [2026-11-15, 2026-12-24]", "bought = [2026-11-15]", ("first and the last day",)),
    "minus days": Slip("returns", 'exchange = "30 days"', 'exchange = "-30 days"', ('write "30 days"',)),
    "10^10 days": Slip("returns", 'exchange = "30 days"', 'exchange = "10000000000 days"', ("write",)),
    "10^8 days": Slip("returns", 'exchange = "30 days"', 'exchange = "100000000 days"', ("100 years",)),
    "5000 digits": Slip("returns", 'exchange = "30 days"', f'exchange = "{"9" * 5000} days"', ("write",)),
    "number of days": Slip("returns", 'exchange = "30 days"', "exchange = 30", ('write "30 days"',)),
    "wide digits": Slip("returns", 'exchange = "30 days"', 'exchange = "３０ days"', ('write "30 days"',)),
    "backwards": Slip("returns", 'exchange = "30 days"', 'exchange = "100 to 30 days"', ("opens before it ends",)),
    "101 %": Slip("returns", '"10 %"', '"101 %"', ("100 %",)),
    "-1 %": Slip("returns", '"10 %"', '"-1 %"', ('"15 %"',)),
    "fee float": Slip("returns", '"10 %"', "10.0", ("money is exact",)),
    "fee inf": Slip("returns", '"10 %"', "inf", ("money is exact",)),
    "fee nan": Slip("returns", '"10 %"', "nan", ("money is exact",)),
    "fee 20 digits": Slip("returns", '"10 %"', "99999999999999999999", ("very long number",)),
    "fee hex": Slip("returns", '"10 %"', "0x" + "f" * 5000, ("very long number",)),
    "price 1e9": Slip("returns", '"from 300.00"', '"from 1e9"', ('"from 10"',)),
    "price dots": Slip("returns", '"from 300.00"', '"from 3.0.0"', ('"from 10"',)),
    "price nothing between": Slip("returns", '"from 300.00"', '"from 300 under 300"', ("nothing lies in between",)),
    "amount minus": Slip("returns", 'amount = "25.00"', 'amount = "-25.00"', ("write",)),
    "amount decimals": Slip("returns", 'amount = "25.00"', 'amount = "25.000"', ("write",)),
    "id ESC": Slip("returns", 'id = "faulty"', r'id = "\u001b[2J"', ("on one line",)),
    "id twice": Slip("returns", 'id = "hygiene"', 'id = "faulty"', ("taken already",)),
    "empty list": Slip("returns", 'tag = ["clearance"]', "tag = []", ("at least one",)),
    "mixed list": Slip("returns", 'tag = ["clearance"]', "tag = [1]", ("list of texts",)),
    "offer text": Slip("returns", 'offer = "nothing"', 'offer = "nothin"', ('"nothing"',)),
    "unknown zone": Slip("shop", '"Europe/Riga"', '"Europe/Rigga"', ("Europe/Riga",)),
    "zone path": Slip("shop", '"Europe/Riga"', '"../../etc/passwd"', ("Europe/Riga",)),
    "zone absolute": Slip("shop", '"Europe/Riga"', '"/usr/share/zoneinfo/Europe/Riga"', ("Europe/Riga",)),
    "zone folder": Slip("shop", '"Europe/Riga"', '"Europe"', ("Europe/Riga",)),
    "zone other file": Slip("shop", '"Europe/Riga"', '"tzdata.zi"', ("Europe/Riga",)),
    "zone number": Slip("shop", '"Europe/Riga"', "3", ("text in quotes",)),
    "country": Slip("shop", 'country = "LV"', 'country = "Latvia"', ("two capital letters",)),
    "country wide": Slip("shop", 'country = "LV"', 'country = "ＬＶ"', ("two capital letters",)),
    "currency": Slip("shop", 'currency = "EUR"', 'currency = "€"', ("three capital letters",)),
    "languages": Slip("shop", '["lv", "en"]', '["../en"]', ("languages",)),
    "hours": Slip("shop", "10:00-16:00", "16:00-10:00", ("10:00-14:00",)),
    "hours late": Slip("shop", "10:00-16:00", "10:00-25:00", ("10:00-14:00",)),
    "name ESC": Slip("shop", 'name = "Pīlādzis"', r'name = "\u001b]0;x\u0007"', ("on one line",)),
    "name newline": Slip("shop", 'name = "Pīlādzis"', r'name = "a\nb"', ("on one line",)),
    "staff twice": Slip("shop", 'name = "Kristaps"', 'name = "Anna"', ("stands twice",)),
    "item number": Slip("items", '"AP-101" = { category = "clothes" }', '"AP-101" = 5', ("must be a table",)),
    "item category": Slip("items", '"AP-101" = { category = "clothes" }', '"AP-101" = { category = 5 }', ("text in quotes",)),
    "item twice": Slip("items", '"AP-102" =', '"ap-101" =', ("stands twice",)),
    "item ESC": Slip("items", '"AP-101" = { category = "clothes"', r'"AP-101" = { category = "\u001b[2J"', ("on one line",)),
    "holiday": Slip("calendar", '2026-06-24 = "Jāņu diena"', '2026-06-31 = "Jāņu diena"', ("no such day",)),
    "holiday name": Slip("calendar", '2026-06-24 = "Jāņu diena"', '"midsummer" = "Jāņu diena"', ("2026-11-21",)),
}

# A part is missing altogether: the message must say which and how to write it.
MISSING = {
    "empty policy": ("returns", "", ("schema = 1", "effective = 2026-11-01", "[terms]")),
    "only a newline": ("returns", "\n", ("schema = 1", "effective = 2026-11-01", "[terms]")),
    "no terms": ("returns", "schema = 1\neffective = 2026-09-01\n", ("there is no [terms]",)),
    "terms as text": ("returns", "schema = 1\neffective = 2026-09-01\nterms = 'x'\n", ("must be a table",)),
    "no offer": ("returns", "schema = 1\neffective = 2026-09-01\n[terms]\nreceipt = 'required'\n", ("has no offer",)),
    "rule as a text": ("returns", "rule = 'x'\n" + SMALL_POLICY, ("[[rule]]",)),
    "rule without id": ("returns", SMALL_POLICY + "[[rule]]\nwhen = { tag = ['x'] }\n", ("has no id",)),
    "season without days": ("returns", SMALL_POLICY + "[[season]]\nid = 'x'\n", ("no bought", "no until")),
    "empty shop": ("shop", "", ("schema", "name", "country", "languages", "currency", "time-zone")),
}

# Fine, though it looks odd.
GOOD_TOML: dict[str, bytes] = {
    "BOM": b"\xef\xbb\xbf" + SMALL_POLICY.encode(), "CRLF": SMALL_POLICY.replace("\n", "\r\n").encode(),
    "no final newline": SMALL_POLICY[:-1].encode(), "window 0": SMALL_POLICY.replace("30 days", "0 days").encode(),
    "dots in texts": (SMALL_POLICY + f'[[rule]]\nid = "x"\nbecause = "{"." * 500}" # {"." * 500}\n').encode(),
    "quoted day": SMALL_POLICY.replace("2026-09-01", '"2026-09-01"').encode(),
    "overlapping rules": (SMALL_POLICY + "".join(f'[[rule]]\nid = "r{at}"\nwhen = {{ tag = "x" }}\n' for at in "abc")).encode(),
}  # fmt: skip
