"""The house: which room may import which, and what a counter command may load."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import NOW, REPOSITORY, call

# Seven floors, the door above them; an arrow points down, or stays within its own room.
FLOORS = [
    {"__main__"},
    {"cli"},
    {"commands"},
    {
        "backup",
        "checkup",
        "correcting",
        "exporting",
        "importing",
        "outstanding",
        "recurring",
        "redacting",
        "replaying",
        "summing",
    },
    {"machine", "standing"},
    {"shop", "books", "starter", "verification"},
    {"clock", "history", "mail", "public_holidays", "starter_flags", "starter_phrases"},
    {"policy", "kpi", "publish", "imports"},
    {"service"},
    {"records", "render", "model", "languages", "errors"},
]
# On the ground floor a few words are shared.
NEIGHBOURS = {("render", "model"), ("records", "errors"), ("records", "model"), ("model", "errors")}
PURE = {"policy", "service", "kpi", "imports", "model", "languages", "render"}
NOT_PURE = {"click", "os", "sys", "subprocess", "socket", "time", "pathlib", "shutil", "tempfile"}

# What `policy check` loads to answer from known facts, beside click and what click loads.
CHECK = {
    "returnkit", "returnkit.cli", "returnkit.clock", "returnkit.errors", "returnkit.shop",
    "returnkit.commands", "returnkit.commands.judging", "returnkit.commands.options", "returnkit.commands.session",
    "returnkit.commands.streams",
    "returnkit.commands.policy", "returnkit.commands.policy.check",
    "returnkit.languages", "returnkit.languages.lv",
    "returnkit.model", "returnkit.model.calendar", "returnkit.model.dates", "returnkit.model.digest",
    "returnkit.model.money", "returnkit.model.text", "returnkit.model.toml",
    "returnkit.policy", "returnkit.policy.answer", "returnkit.policy.decide", "returnkit.policy.facts", "returnkit.policy.judge",
    "returnkit.policy.language", "returnkit.policy.read", "returnkit.policy.windows", "returnkit.policy.words",
    "returnkit.render", "returnkit.render.as_text",
    "tomllib", "tomllib._parser", "tomllib._re", "tomllib._types", "string", "_string",
}  # fmt: skip

# What writing a record loads.
JOURNAL = {
    "returnkit.books", "returnkit.commands.recording", "returnkit.model.ids", "returnkit.model.jsonl", "returnkit.model.record",
    "returnkit.records", "returnkit.records.chain", "returnkit.records.disk", "returnkit.records.identity",
    "returnkit.records.journal", "returnkit.records.lock", "returnkit.records.read", "returnkit.records.recover",
    "returnkit.records.tail", "json", "json.decoder", "json.encoder", "json.scanner", "_json", "_sha256", "fcntl", "signal",
}  # fmt: skip
INDEX = {"returnkit.records.index", "zlib"}
SOLD = {"returnkit.commands.sold"}
LOG = (CHECK | JOURNAL | {
    "returnkit.commands.returns", "returnkit.commands.returns.counter", "returnkit.commands.returns.log",
    "returnkit.commands.returns.slip", "returnkit.policy.as_record", "returnkit.service", "returnkit.service.returns",
}) - {"returnkit.commands.policy", "returnkit.commands.policy.check", "returnkit.policy.answer"}  # fmt: skip
# A complaint loads nothing of the policy.
COMPLAINT = JOURNAL | {
    "returnkit.commands.complaint", "returnkit.commands.complaint.change", "returnkit.commands.complaint.telling",
    "returnkit.service", "returnkit.service.clocks", "returnkit.service.complaint", "returnkit.service.hours",
    "returnkit.service.statutes", "returnkit.service.terms",
} | {name for name in CHECK if not name.startswith("returnkit.policy") and not name.startswith("returnkit.commands.policy")} - {
    "returnkit.commands.judging",
}  # fmt: skip


# Opening looks at its words, and whether the same trouble has come back.
OPENING = {
    "returnkit.commands.complaint.open", "returnkit.recurring", "returnkit.service.recurring", "returnkit.records.cache", "zlib",
    "returnkit.service.triage", "unicodedata",
}  # fmt: skip


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports() -> list[tuple[str, str]]:
    found = []
    for path in sorted((REPOSITORY / "returnkit").rglob("*.py")):
        module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                found.append((module, node.module))
                found += [(module, f"{node.module}.{name.name}") for name in node.names if node.module == "returnkit"]
            elif isinstance(node, ast.Import):
                found += [(module, name.name) for name in node.names]
    return found


def test_every_arrow_points_down() -> None:
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    wrong = []
    for source, target in imports():
        here, there = room(source), room(target)
        if not target.startswith("returnkit") or here == there or there in ("", "__version__"):
            continue
        down = floor[here] < floor[there] or (here, there) in NEIGHBOURS or (here == "starter" and there == "model")
        if not down:
            wrong.append(f"{source} -> {target}")
    assert wrong == []


def test_every_room_has_a_floor() -> None:
    rooms = {
        path.stem for path in (REPOSITORY / "returnkit").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__", "__pycache__", "py"} <= set().union(*FLOORS)


def test_the_pure_rooms_know_no_files_no_clock_and_no_command_line() -> None:
    wrong = [
        f"{source} imports {target}"
        for source, target in imports()
        if room(source) in PURE and target.split(".")[0] in NOT_PURE and (source, target) != ("returnkit.languages", "os")
    ]
    assert wrong == []


def test_only_records_and_commands_write_files() -> None:
    writers = []
    for path in sorted((REPOSITORY / "returnkit").rglob("*.py")):
        text = path.read_text()
        if any(
            word in text
            for word in (
                "os.write(",
                "os.replace(",
                "os.link(",
                "os.ftruncate(",
                "O_CREAT",
                ".write_text(",
                '"wb"',
                'open(path, "w',
            )
        ):
            writers.append(path.relative_to(REPOSITORY / "returnkit").as_posix())
    assert writers
    assert [name for name in writers if not name.startswith("records/")] == []


def loaded(*arguments: str) -> set[str]:
    """Return the modules that a command leaves loaded which `import click` does not, where the machine is in the shop's zone."""
    code = (
        "import sys, click\nbefore = set(sys.modules)\nfrom returnkit.cli import run\n"
        f"code = run({list(arguments)!r})\nprint(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    environment = os.environ | {"TZ": "Europe/Riga"}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY, env=environment
    )
    return set(result.stderr.splitlines()[-1].split())


def test_a_counter_command_loads_this_and_nothing_else() -> None:
    facts = ["--category", "toys", "--bought", "2026-11-10", "--on", "2026-11-20", "--condition", "opened"]
    facts += ["--reason", "not-said", "--channel", "store", "--receipt", "yes", "--price", "29.90"]
    assert loaded("--shop", str(REPOSITORY), "policy", "check", *facts) == CHECK
    as_json = loaded("--shop", str(REPOSITORY), "policy", "check", *facts, "-f", "json") - CHECK
    assert {module.split(".")[0] for module in as_json} <= {"returnkit", "json", "_json", "_sha256"}


def test_recording_loads_this_and_nothing_else(shop: Path) -> None:
    def complaint(*arguments: str) -> set[str]:
        return loaded("--shop", str(shop), "complaint", *arguments)

    facts = [
        "--category",
        "toys",
        "--bought",
        "2026-11-10",
        "--on",
        "2026-11-20",
        "--condition",
        "opened",
        "--reason",
        "not-said",
    ]
    facts += ["--channel", "store", "--receipt", "yes", "--price", "29.90"]
    case = call("--shop", str(shop), "complaint", "open", "--text", "x").out.split()[0]
    assert call("--shop", str(shop), "complaint", "resolve", case).code == 0
    assert loaded("--shop", str(shop), "return", "log", *facts) == LOG
    assert loaded("--shop", str(shop), "return", "log", *facts, "--receipt-no", "1", "--key", "k") == LOG | INDEX | SOLD
    assert complaint("open", "--category", "delivery", "--text", "x") == COMPLAINT | OPENING
    assert complaint("close", case, "--cause", "packaging") == COMPLAINT | INDEX | {"returnkit.commands.complaint.close"}


def test_help_loads_no_command() -> None:
    assert not any(module.startswith("returnkit.commands.policy.") for module in loaded("policy", "--help"))


def test_a_counter_command_never_loads_what_is_heavy() -> None:
    heavy = {"tabulate", "dateutil", "importlib.metadata", "logging", "sqlite3", "msgspec", "babel", "hashlib", "dataclasses"}
    asking = loaded("--shop", str(REPOSITORY), "--now", NOW, "policy", "check", "--category", "toys")
    assert not heavy & {module.split(".")[0] if module != "importlib.metadata" else module for module in asking}


def test_the_top_level_holds_what_it_should() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=REPOSITORY).stdout.split()
    names = {Path(name).parts[0] for name in listed}
    allowed = {"returnkit", "policies", "records", "tests", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"}
    assert {name for name in names if not name.startswith(".")} <= allowed
