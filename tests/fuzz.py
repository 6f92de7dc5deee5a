"""Every reader is given what nobody would write: it returns a value, or refuses in words, and is done soon.

By hand, for as long as one likes: `python -m tests.fuzz TARGET SECONDS`. Where atheris is installed (it is no dependency of
the project), what was covered decides what is tried next; else good files are changed blindly. Whatever is neither a value
nor a refusal is kept in the folder that FUZZ_FOUND names, once for each place in the program, and counted at the end.
"""

import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
POLICIES = ROOT / "policies"
SLOW = 2.0  # seconds of processor time
LONGEST = 32 * 1024
SECONDS = 1.0  # between two looks at the clock
SEPARATOR = b"\n\x1e\n"  # between a mapping and the file that is read with it
TIMES = ("2026-11-21T12:00:00+02:00", "2026-11-01T00:00:00Z", "1970-01-01T00:00:00+00:00")


class Found(NamedTuple):
    """Something that is neither a value nor a refusal."""

    target: str
    what: str
    data: bytes


class Target(NamedTuple):
    """A reader: `read` is given some bytes in a folder of its own; `seeds` are good ones, `change` makes bad ones of them."""

    read: Callable[[bytes, Path], object]
    seeds: Callable[[], list[bytes]]
    change: Callable[[bytes, random.Random], bytes]


# --- what stands in bad files ---------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 7, 99, 10**9, 10**17, -(10**17), "", " ", "x", "nothing", "0", "-1", "1e9", "inf", "\x1b[2J",
    "a\nb", "\u202e", "\u2028", "é", "e\u0301", "../x", "k3-0001", "k3-0412P", "k9-9999999999999999Z", *TIMES, "2026-11-21",
    "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "25.00", "-5", "0.001",
    "30 days", "0 days", "100 years", "10000000000 days", "unlimited", "30 to 100 days", "15 %", "101 %", "from 10 under 5",
    "EUR", "JPY", "eur", "{n}", "{", "}", "{}", "%s", "(", "[", "*", "\\", "(a+)+$", "yes", "no", "open", "closed", "refund",
    "anna@example.org", "a@x\r\nBcc: e@x", "=?utf-8?q?a=0d=0a?=", "x" * 300, [], [""], [1], [[]], ["a", "a"], {}, {"": ""},
    {"a": {"b": {"c": 1}}}, [{}], [{"a": 1}],
)  # fmt: skip

BYTES = (
    b"\0", b"\n", b"\r", b"\r\n", b"\n\n", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"\x1b[2J", b'"',
    b"'", b'"""', b"'''", b"[", b"]", b"[[", b"{", b"}", b"=", b",", b";", b"\t", b".", b"-", b"+", b"0", b"9" * 20, b"1e400",
    b"NaN",
    b"\\u0000", b"\\ud800", b"#", b"/", b"\\", b"\xef\xbb\xbf", b"<<<<<<< HEAD\n", b"null", b"true", b"{}", b"[]", b" ", b"%",
)  # fmt: skip


def changed_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return the data with something put in, taken out, doubled, moved or flipped."""
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at, to = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        to = min(to, at + chance.choice((1, 4, 40, 400)))
        kind = chance.randrange(6)
        if kind == 0:
            data = data[:at] + chance.choice(BYTES) + data[at:]
        elif kind == 1:
            data = data[:at] + data[to:]
        elif kind == 2:
            data = data[:to] + data[at:]
        elif kind == 3:
            data = data[:at] + chance.choice(BYTES) + data[to:]
        elif kind == 4 and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
        else:
            other = chance.randint(0, len(data))
            data = data[:other] + data[at:to] + data[other:]
    return data[:LONGEST]


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield every place inside of a document, as what holds it and its key there."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield value, key
        yield from places(inner)


def changed(document: Any, chance: random.Random) -> Any:
    """Return a document of dicts and lists with some of its values, or keys, replaced, moved or taken out."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        found = list(places(document))
        if not found:
            return document
        holder, key = chance.choice(found)
        value = holder[key]
        kind = chance.randrange(8)
        if kind == 0:
            del holder[key]
        elif kind == 1:
            other, inner = chance.choice(found)
            with suppress(KeyError, IndexError):  # the first one may have gone with it
                holder[key] = json.loads(json.dumps(other[inner], default=str))
        elif kind == 2 and isinstance(holder, dict):
            holder[str(chance.choice(ODD))] = value
        elif kind == 3 and isinstance(holder, list):
            holder.insert(key, value)
        elif kind == 4 and isinstance(value, str) and value:
            holder[key] = changed_bytes(value.encode("utf-8", "replace"), chance).decode("utf-8", "replace")
        elif kind == 5:
            holder[key] = chance.choice(([value], {"a": value}, [value, value]))
        elif kind == 6 and isinstance(value, int):
            holder[key] = chance.choice((value + 1, -value, value * 10**9, value * 1.5, str(value)))
        else:
            holder[key] = json.loads(json.dumps(chance.choice(ODD)))
    return document


def as_toml(value: Any) -> str:
    """Return a value as TOML on one line; what TOML has no word for is left to be refused."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_toml(str(key))} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, (bool, int, float)) else value.isoformat() if value is not None else "nan"


def changed_toml(data: bytes, chance: random.Random) -> bytes:
    """Return a TOML file that is still one, most of the time, and means something else. The first line stays in its place."""
    mark, _, text = data.partition(b"\n")
    try:
        document = tomllib.loads(text.decode()) if chance.random() < 0.7 else None
    except (ValueError, RecursionError):
        document = None
    if document is None:
        return mark + b"\n" + changed_bytes(text, chance)
    with suppress(ValueError, TypeError):  # a date has no JSON
        document = changed(document, chance)
    lines = []
    for key, value in document.items():
        name = as_toml(str(key))
        if isinstance(value, dict):
            lines += [f"[{name}]", *(f"{as_toml(str(inner))} = {as_toml(each)}" for inner, each in value.items())]
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            for each in value:
                lines += [f"[[{name}]]", *(f"{as_toml(str(inner))} = {as_toml(entry)}" for inner, entry in each.items())]
        else:
            lines.insert(0, f"{name} = {as_toml(value)}")
    return mark + b"\n" + "\n".join(lines).encode("utf-8", "surrogatepass")[:LONGEST]


def changed_lines(data: bytes, chance: random.Random) -> bytes:
    """Return JSON lines of which some mean something else, are gone, doubled or moved."""
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(lines))
        kind = chance.randrange(6)
        try:
            document = json.loads(lines[at]) if kind < 4 else None
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            text = json.dumps(changed(document, chance), ensure_ascii=False)
            lines[at] = text.encode("utf-8", "surrogatepass")
        elif kind == 4:
            lines.insert(chance.randrange(len(lines)), lines[at])
        else:
            lines[at] = changed_bytes(lines[at], chance)
    return b"\n".join(lines)[:LONGEST]


# --- the readers ----------------------------------------------------------------------------------------------------------


def command(folder: Path, *arguments: str, data: bytes = b"") -> None:
    """Run a command; one that ends as a bug raises what it reported."""
    from tests.bad_inputs import call

    result = call(folder, *arguments, data=data)
    if result.code not in (0, 1, 2, 3, 4, 5, 74, 75):
        report = result.err.partition("the report ")[2].partition(" is ready")[0]
        raise AssertionError(Path(report).read_text(encoding="utf-8") if report else result.err)


def read_line(data: bytes, _folder: Path) -> None:
    from returnkit.model.jsonl import decode, encode
    from returnkit.model.record import check_record, current, damage
    from returnkit.records.chain import BEGINNING, judged

    judged(data, BEGINNING)
    for exact in (False, True):
        with suppress(ValueError):
            record = decode(data, exact=exact)
            if exact:
                assert decode(encode(record), exact=True) == record
                damage(record)
                check_record(record)
                current(record)


def read_journal(data: bytes, folder: Path) -> None:
    """Read a file of records as it is."""
    from returnkit.records.read import blocks, end_of, lines, with_text
    from returnkit.verification import verify_shop

    path = plant_journal(folder, data)
    list(lines(path))
    list(blocks(path))
    end_of(path)
    list(with_text(path, b'"kind"'))
    verify_shop(str(folder))


def forget(folder: Path) -> None:
    """Take away whatever the run before left."""
    for place in (folder / "records", folder / ".returnkit", Path(os.environ["XDG_STATE_HOME"])):
        shutil.rmtree(place, ignore_errors=True)


def plant_journal(folder: Path, data: bytes) -> str:
    forget(folder)
    path = folder / "records" / "k3" / "2026-11.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


LAST_CASE, LAST_RETURN, LAST_FOLLOWUP = "<complaint>", "<return>", "<followup>"  # the last record of that kind
LISTINGS = (
    ("records", "verify"), ("complaint", "list", "--all"), ("return", "list"), ("kpi", "report", "--month", "2026-11"),
    ("today",), ("followup", "list"), ("contact", "list"), ("remind",), ("policy", "exceptions"),
    ("kpi", "report", "--from", "2026-10-01"),
    ("complaint", "show", LAST_CASE), ("return", "show", LAST_RETURN), ("sale", "show", "10482"), ("complaint", "list"),
    ("kpi", "report", "--month", "2026-11", "--by", "channel"), ("policy", "backtest", "policies/returns.toml"),
    ("complaint", "reply", LAST_CASE), ("complaint", "note", LAST_CASE, "--text", "x"),
    ("complaint", "close", LAST_CASE, "--cause", "x"),
    ("return", "void", LAST_RETURN, "--because", "x"), ("kpi", "report", "--month", "2026-11", "--person", "Anna"),
    ("followup", "done", LAST_FOLLOWUP), ("complaint", "list", "-f", "html"), ("return", "list", "-f", "csv"),
    ("records", "export", "-f", "jsonl"), ("records", "export", "-f", "csv"), ("records", "heal"), ("records", "migrate"),
)  # fmt: skip


def read_records(data: bytes, folder: Path) -> None:
    """Read records that say anything, each in its place in the chain: what they mean is all that can be wrong with them."""
    from returnkit.model.ids import record_id
    from returnkit.model.jsonl import decode, encode
    from returnkit.records.chain import sealed

    written, link, named = [], "", dict[str, str]()
    for number, line in enumerate(data.split(b"\n")[1:], 1):
        with suppress(ValueError):
            record = {"id": record_id("k3", number), **decode(line, exact=True)}
            record = sealed(link, {field: value for field, value in record.items() if field != "h"})
            link = str(record["h"])
            written.append(encode(record))
            named[f"<{str(record.get('kind')).partition('.')[0]}>"] = str(record.get("case", record["id"]))[:80]
    plant_journal(folder, b"".join(line + b"\n" for line in written))
    command(folder, *(named.get(word, word) for word in LISTINGS[(data[:1] or b"\0")[0] % len(LISTINGS)]))


def _policy_readers() -> dict[str, Callable[[bytes, Path], object]]:
    from returnkit.imports.mapping import read_mapping
    from returnkit.kpi.targets import read_targets
    from returnkit.machine import read_machine
    from returnkit.model.calendar import read_calendar
    from returnkit.model.items import read_items
    from returnkit.policy.cases import read_cases
    from returnkit.policy.read import read_policy
    from returnkit.records.contacts import held_contacts
    from returnkit.service.followup_terms import read_followup_terms
    from returnkit.service.phrases import read_phrases
    from returnkit.service.terms import read_terms
    from returnkit.shop import ROLES, find_shop

    def of_shop(data: bytes, folder: Path) -> object:
        (folder / "policies" / "shop.toml").write_bytes(data)
        return find_shop(str(folder))

    def of_machine(data: bytes, folder: Path) -> object:
        (folder / ".returnkit").mkdir(mode=0o700, exist_ok=True)
        (folder / ".returnkit" / "till.toml").write_bytes(data)
        return read_machine(str(folder))

    def of_contact(data: bytes, folder: Path) -> object:
        (folder / "records" / "contacts").mkdir(parents=True, exist_ok=True)
        (folder / "records" / "contacts" / "7kd9x2mfqp.toml").write_bytes(data)
        return held_contacts(str(folder / "records"))

    staff = {"Anna": "manager", "Kristaps": "staff"}
    return {
        "returns": lambda data, _: read_policy(data, "f", ROLES, "EUR"),
        "items": lambda data, _: read_items(data, "f"),
        "calendar": lambda data, _: read_calendar(data, "f", frozenset({6})),
        "complaints": lambda data, _: read_terms(data, "f", ROLES, staff, "EUR"),
        "followups": lambda data, _: read_followup_terms(data, "f", ROLES, staff, "EUR"),
        "phrases": lambda data, _: read_phrases(data, "f", {}),
        "kpis": lambda data, _: read_targets(data, "f", "EUR", lambda: ("resolution",)),
        "returns.cases": lambda data, _: read_cases(data, "f"),
        "mapping": lambda data, _: read_mapping(data, "f", "f"),
        "shop": of_shop,
        "till": of_machine,
        "contact": of_contact,
    }


PROMISES = ("returns", "items", "calendar", "complaints", "followups", "phrases", "kpis", "returns.cases", "shop")
READERS = (*PROMISES, "mapping", "till", "contact")
policy_readers = cache(_policy_readers)


def read_toml(data: bytes, folder: Path) -> None:
    """Read a file that people write: the first line says which."""
    mark, _, text = data.partition(b"\n")
    reader = READERS[(mark[:1] or b"\0")[0] % len(READERS)]
    policy_readers()[reader](text, folder)


JUDGING = (
    ("policy", "check", "--category", "toys", "--bought", "2026-11-01"), ("policy", "explain", "--sku", "AP-101"),
    ("policy", "show"), ("policy", "lint"), ("policy", "say", "--category", "toys"), ("policy", "test"),
    ("policy", "diff", "policies/good.toml"),
    ("today",), ("kpi", "report", "--month", "2026-11"), ("complaint", "list"), ("policy", "show", "-f", "html"), ("kpi", "list"),
    ("complaint", "open", "--text", "x", "--category", "delivery", "--channel", "email"), ("followup", "list"), ("doctor",),
)  # fmt: skip


def read_policies(data: bytes, folder: Path) -> None:
    """Use a file that people write: of the first line the first byte says which, the second what for."""
    mark, _, text = data.partition(b"\n")
    path = folder / "policies" / f"{PROMISES[(mark[:1] or b'0')[0] % len(PROMISES)]}.toml"
    kept = path.read_bytes()
    forget(folder)
    try:
        path.write_bytes(text)
        command(folder, *JUDGING[(mark[1:2] or b"\0")[0] % len(JUDGING)])
    finally:
        path.write_bytes(kept)


IMPORTS = ("sale", "return", "complaint", "survey", "item")


def read_csv(data: bytes, folder: Path) -> None:
    """Read somebody else's file with a mapping, both of which may be anything."""
    mapping, _, rows = data.partition(SEPARATOR)
    _, _, mapping = mapping.partition(b"\n")
    (folder / "other.toml").write_bytes(mapping)
    (folder / "export.csv").write_bytes(rows)
    for kind in IMPORTS:
        if f"[{kind}]".encode() in mapping or f'["{kind}"]'.encode() in mapping:
            forget(folder)
            (folder / "export.csv.rejected.csv").unlink(missing_ok=True)
            more = ("--dry-run",) if data[:1] < b"\x80" else ()
            command(folder, kind, "import", str(folder / "export.csv"), "--map", str(folder / "other.toml"), *more)


def read_facts(data: bytes, folder: Path) -> None:
    command(folder, "policy", "check", "-", data=data)


def make_calendar(data: bytes, _folder: Path) -> None:
    """Write a calendar whose texts and numbers are anything, and read it with another program's reader."""
    from icalendar import Calendar

    from returnkit.render.as_calendar import Event, calendar_feed

    texts = data.decode("utf-8", "replace").split("|")
    events = []
    for at in range(0, len(texts) - 3, 4):
        first = sum(map(ord, texts[at]))
        whole = bool(first % 2)
        begin = 730_000 + first % 5000 if whole else first * 1_000_003 % 4_000_000_000
        length = len(texts[at + 1]) - 5
        uid, summary, description, warn = texts[at : at + 4]
        events.append(Event(uid, begin, begin + length, whole, summary, description, first, len(warn) % 90))
    feed = Calendar.from_ical(calendar_feed(texts[0], events))
    assert len(feed.walk("VEVENT")) == len(events)


def make_mail(data: bytes, _folder: Path) -> None:
    """Compose an e-mail whose parts are anything: it is refused, or has the headers that it should have and no other."""
    from email import message_from_bytes, policy

    from returnkit.mail import Mail, compose

    texts = [*data.decode("utf-8", "replace").split("|"), "", "", "", "", ""]
    sender, to, subject, message_id, date, *body = texts
    message = compose(Mail(sender, (to,), {}), [to], subject, "|".join(body), message_id, date)
    again = message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert sorted(again.keys()) == sorted(
        [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
            "MIME-Version",
        ]
    ), again.keys()  # fmt: skip
    assert [address.addr_spec for address in again["To"].addresses] == [to]


def check_phrases(data: bytes, folder: Path) -> None:
    command(folder, "phrases", "check", "-", data=data)


def read_backup(data: bytes, folder: Path) -> None:
    """Read a backup: half of the time packed anew after it was changed, so that what is inside is looked at."""
    import gzip

    from returnkit.records.archive import read_archive

    path = folder / "backup.tar.gz"
    path.write_bytes(data[1:] if data[:1] == b"r" else gzip.compress(data[1:], 1))
    read_archive(str(path))


# --- good files -----------------------------------------------------------------------------------------------------------


def seed_lines() -> list[bytes]:
    from tests.model.test_record import WHOLE

    files = sorted((ROOT / "records").glob("*/*.jsonl"))
    kinds = {str(json.loads(line)["kind"]): line for file in files for line in file.read_bytes().splitlines()}
    return [*kinds.values(), *(json.dumps(record).encode() for record in WHOLE.values())]


def seed_journals() -> list[bytes]:
    return [
        (ROOT / "records" / "k3" / "2026-09.jsonl").read_bytes()[:LONGEST],
        (ROOT / "records" / "k4" / "2026-09.jsonl").read_bytes(),
    ]


def seed_records() -> list[bytes]:
    """Return some journals, each with a line before it whose first byte says what is done with them."""
    from returnkit.model.ids import record_id
    from tests.model.test_record import WHOLE

    opened = json.dumps({"v": 1, "kind": "till.opened", "time": TIMES[0], "instance": "0123456789abcdef"}).encode()
    case = record_id("k3", 2)
    whole = json.dumps(list(WHOLE.values())).replace(record_id("k4", 7), case).replace("2026-11-21", "2026-11-20")
    bodies = sorted(json.loads(whole), key=lambda body: body["kind"] != "complaint.opened")  # the case is the second record
    bodies = [{**body, "id": record_id("k3", number)} for number, body in enumerate(bodies, 2) if body["kind"] != "till.opened"]
    journals = [b"\n".join([opened, *(json.dumps(body).encode() for body in bodies)])]
    for file in sorted((ROOT / "records").glob("k?/*.jsonl")):
        lines = file.read_bytes().splitlines()
        journals += [b"\n".join([opened, *lines[at : at + 12]]) for at in range(1, len(lines), 12)]
    return [bytes([number]) + b"\n" + journal for number in range(len(LISTINGS)) for journal in journals[number % 3 :: 3]]


def seed_toml(*, uses: int = 0) -> list[bytes]:
    shop = {name: POLICIES / f"{name}.toml" for name in READERS if (POLICIES / f"{name}.toml").is_file()}
    texts = [(READERS.index(name), path.read_bytes()) for name, path in shop.items()]
    if uses:
        return [bytes([number, use]) + b"\n" + text[:LONGEST] for number, text in texts for use in range(uses)]
    texts += [(READERS.index("mapping"), path.read_bytes()) for path in sorted((ROOT / "returnkit" / "mappings").glob("*.toml"))]
    mail = '[mail]\nfrom = "a@x.lv"\nto = ["b@x.lv"]\npeople = {anna = "c@x.lv"}\n'
    server = 'smtp = "mail.x.lv:587"\nsecurity = "starttls"\nuser = "u"\npassword-env = "P"\n'
    for more in ("sendmail = true\n", server):
        till = f'schema = 1\nremind = {{send = true}}\nfiles = {{shared = "group", contacts = "nobody"}}\n{mail}{more}'
        texts.append((READERS.index("till"), till.encode()))
    texts.append((READERS.index("contact"), b'name = "Ieva"\nphone = "+371 20000000"\nemail = "ieva@example.org"\n'))
    return [bytes([number]) + b"\n" + text for number, text in texts]


def seed_csv() -> list[bytes]:
    from tests.imports.test_bad_csv import KINDS, good

    found = [f"\nschema = 1\n\n[file]\n{form}\n\n{kind.section}" for kind in KINDS for form in ("", 'dates = "DD.MM.YYYY"')]
    files = [good(kind).encode() for kind in KINDS for _ in range(2)]
    made = [mapping.encode() + SEPARATOR + rows for mapping, rows in zip(found, files, strict=True)]
    for path in sorted((ROOT / "returnkit" / "mappings").glob("*.toml")):
        mapping = path.read_bytes()
        sections = {key: value for key, value in tomllib.loads(mapping.decode()).items() if key in IMPORTS}
        named = {holder[key].casefold() for holder, key in places(sections) if isinstance(holder[key], str)}
        tests = {
            column.casefold() for section in sections.values() for when in ("when", "unless") for column in section.get(when, ())
        }
        columns = sorted(named | tests)
        cells = ("2026-11-02", "1", "29.90", "x", "R-1")
        rows = "\n".join(
            [",".join(columns), *(",".join(cells[(at + shift) % 5] for at in range(len(columns))) for shift in range(5))]
        )
        made.append(b"\n" + mapping + SEPARATOR + rows.encode() + b"\n")
    return [start + each for each in made for start in (b"\0", b"\xff")]


def seed_facts() -> list[bytes]:
    facts = {
        "sku": "AP-101", "category": "toys", "tag": ["clearance"], "price": "25.00", "lowest_price": "20.00", "quantity": 2,
        "bought": "2026-11-01", "delivered": "2026-11-02", "channel": "online", "reason": "faulty", "condition": "opened",
        "receipt": "yes", "member": "none", "paid_with": "card", "seller": "own", "country": "LV", "on": "2026-11-20",
    }  # fmt: skip
    return [json.dumps(facts).encode(), b'{"category": "toys"}\n{"sku": "RO-401", "bought": "2026-11-01"}']


def seed_calendar() -> list[bytes]:
    return ["uid@x|Call back Ieva|about the lamp, at 3; or later\\n|12345|second|Summary ļ|text\r\nmore|1".encode()]


def seed_mail() -> list[bytes]:
    start = "a@x.lv|b@x.lv|2 things are due: {}|<r.1@x.lv>|2026-11-21T12:00:00+02:00|Good morning\nļ"
    return [start.format(subject).encode() for subject in ("k3-0412P", "Mārtiņš", "=?utf-8?q?a?=", "a" * 90)]


def seed_phrases() -> list[bytes]:
    return [b"That is not my job. You should have kept the receipt! Tas nav mans darbs.", "I don’t know. ﬁ ß İ".encode()]


def seed_backups() -> list[bytes]:
    import gzip
    import io
    import tarfile
    from hashlib import sha256

    from returnkit.records.archive import LIST

    policies = {f"policies/{path.name}": path.read_bytes() for path in (POLICIES / "shop.toml", POLICIES / "calendar.toml")}
    journal = (ROOT / "records" / "k4" / "2026-09.jsonl").read_bytes()
    last = json.loads(journal.splitlines()[-1])
    files = {**policies, "records/k4/2026-09.jsonl": journal}
    listed = {
        "schema": "returnkit.backup/1", "files": {name: {"size": len(data),
        "sha256": sha256(data).hexdigest()} for name, data in files.items()},
        "heads": {"k4": {"seq": len(journal.splitlines()), "h": last["h"]}},
    }  # fmt: skip
    text = io.BytesIO()
    with tarfile.open(fileobj=text, mode="w") as tar:
        for name, data in {**files, LIST: json.dumps(listed).encode()}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return [b"p" + text.getvalue(), b"r" + gzip.compress(text.getvalue(), 1)]


def changed_text(data: bytes, chance: random.Random) -> bytes:
    """Return a text of parts with some of them replaced by what is odd."""
    parts = data.decode("utf-8", "replace").split("|")
    if chance.random() < 0.5:
        parts[chance.randrange(len(parts))] = str(chance.choice(ODD))
        return "|".join(parts).encode("utf-8", "surrogatepass")[:LONGEST]
    return changed_bytes(data, chance)


def changed_csv(data: bytes, chance: random.Random) -> bytes:
    mapping, _, rows = data.partition(SEPARATOR)
    if chance.random() < 0.4:
        return changed_toml(mapping, chance)[:LONGEST] + SEPARATOR + rows
    lines = rows.split(b"\n")
    at = chance.randrange(len(lines))
    cells = lines[at].split(b",")
    if chance.random() < 0.6:
        cells[chance.randrange(len(cells))] = str(chance.choice(ODD)).encode("utf-8", "surrogatepass")
        lines[at] = b",".join(cells)
        rows = b"\n".join(lines)
    else:
        rows = changed_bytes(rows, chance)
    return mapping + SEPARATOR + rows


def changed_use(data: bytes, chance: random.Random) -> bytes:
    """Return it changed, or as it is with another use."""
    head, _, text = data.partition(b"\n")
    if chance.random() < 0.2 and head:
        head = head[:-1] + bytes([chance.choice([each for each in range(60) if each != 10])])
    return head + b"\n" + text


TARGETS = {
    "line": Target(read_line, seed_lines, changed_lines),
    "journal": Target(read_journal, seed_journals, changed_lines),
    "records": Target(read_records, seed_records, lambda data, chance: changed_lines(changed_use(data, chance), chance)),
    "toml": Target(read_toml, seed_toml, changed_toml),
    "policies": Target(
        read_policies, partial(seed_toml, uses=len(JUDGING)), lambda data, chance: changed_toml(changed_use(data, chance), chance)
    ),
    "csv": Target(read_csv, seed_csv, changed_csv),
    "facts": Target(read_facts, seed_facts, changed_lines),
    "calendar": Target(make_calendar, seed_calendar, changed_text),
    "mail": Target(make_mail, seed_mail, changed_text),
    "phrases": Target(check_phrases, seed_phrases, changed_text),
    "backup": Target(read_backup, seed_backups, changed_bytes),
}


# --- running --------------------------------------------------------------------------------------------------------------


class Fuzzer:
    """One reader with a folder of its own; it counts what it tried, and keeps what was neither a value nor a refusal."""

    def __init__(self, name: str, stack: ExitStack, found: Path | None = None) -> None:
        self.name, self.target, self.kept = name, TARGETS[name], found
        memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - the name is made for us alone
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=memory)))
        self.folder = folder / "shop"
        shutil.copytree(POLICIES, self.folder / "policies")
        shutil.copy(POLICIES / "returns.toml", self.folder / "policies" / "good.toml")
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        os.environ["PATH"] = ""  # git has nothing to say here
        tempfile.tempdir = str(folder)
        stack.callback(setattr, tempfile, "tempdir", None)
        self.runs, self.refused, self.found = 0, 0, dict[str, Found]()
        self.began = self.looked = time.monotonic()

    def run(self, data: bytes) -> None:
        """Give one file to the reader."""
        from returnkit.errors import ReturnkitError

        self.runs += 1
        here = os.getcwd()
        began = time.process_time()
        try:
            os.chdir(self.folder)
            self.target.read(data, self.folder)
        except ReturnkitError:
            self.refused += 1
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            self._note(error, data)
        finally:
            os.chdir(here)
        seconds = time.process_time() - began
        if seconds > SLOW:
            self._keep(f"slow: {seconds:.1f} s", f"slow {len(self.found)}", data)
        if self.kept is not None and time.monotonic() > self.looked + SECONDS:
            self.looked = time.monotonic()
            (self.kept / f"{self.name}.{os.getpid()}.count").write_text(str(self))

    def _note(self, error: Exception, data: bytes) -> None:
        text = str(error) if isinstance(error, AssertionError) and "Traceback" in str(error) else traceback.format_exc()
        lines = [line.strip() for line in text.splitlines()]
        place = next((line for line in reversed(lines) if line.startswith("File ") and "returnkit" in line), lines[-1])
        self._keep(text, f"{place} {lines[-1].partition(':')[0]}", data)

    def _keep(self, text: str, place: str, data: bytes) -> None:
        if place in self.found:
            return
        self.found[place] = Found(self.name, text, data)
        if self.kept is not None:
            number = f"{self.name}.{os.getpid()}.{len(self.found)}"
            (self.kept / f"{number}.bytes").write_bytes(data)
            (self.kept / f"{number}.txt").write_text(text, encoding="utf-8", errors="replace")

    def __str__(self) -> str:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = time.monotonic() - self.began
        return f"{self.name}: {self.runs} runs in {seconds:.0f} s, {self.refused} refused, {len(self.found)} found, {memory} MiB"


def blindly(fuzzer: Fuzzer, runs: int, seed: int = 0, seconds: float = float("inf")) -> None:
    """Try good files that are changed at random, so many times or so long."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    seeds = fuzzer.target.seeds()
    for _ in range(runs):
        if time.monotonic() > fuzzer.began + seconds:
            return
        fuzzer.run(fuzzer.target.change(chance.choice(seeds), chance))


def guided(fuzzer: Fuzzer, seconds: int, atheris: Any) -> None:
    """Let what is covered decide what is tried next. It ends the process."""

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311 - not a secret
        return fuzzer.target.change(data, chance)[:most] if seed % 4 else bytes(atheris.Mutate(data, most))

    corpus = Path(tempfile.mkdtemp())
    for number, data in enumerate(fuzzer.target.seeds()):
        (corpus / str(number)).write_bytes(data)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-timeout=60",
        "-rss_limit_mb=3000",
        "-verbosity=0",
        "-print_final_stats=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], fuzzer.run, custom_mutator=change)
    atheris.Fuzz()


def main(name: str, seconds: int) -> None:
    """Try one reader for so long."""
    atheris: Any = None
    with suppress(ImportError):
        atheris = import_module("atheris")
    if atheris is not None:
        with atheris.instrument_imports(include=["returnkit"]):
            package = import_module("returnkit")
            for module in walk_packages(package.__path__, "returnkit."):
                if not module.name.endswith("__main__"):
                    import_module(module.name)
    kept = Path(os.environ.get("FUZZ_FOUND", "fuzz-found")).resolve()
    kept.mkdir(exist_ok=True)
    with ExitStack() as stack:
        fuzzer = Fuzzer(name, stack, kept)
        try:
            if atheris is None:
                blindly(fuzzer, sys.maxsize, int(time.time()), seconds)
            else:
                guided(fuzzer, seconds, atheris)
        finally:
            print(fuzzer)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
