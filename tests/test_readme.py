"""Every example of the README is real: its commands are run in a copy of the repository's shop and print what stands there."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from returnkit.cli import COMMANDS, root
from returnkit.machine import read_machine
from returnkit.policy.read import read_policy
from tests.conftest import REPOSITORY, Result, call

README = (REPOSITORY / "README.md").read_text()
DRAFT = """schema = 1
effective = 2026-11-01

[terms]
offer = { refund = "14 days" }
reciept = "any proof"

[[also]]
when = { receipt = ["gift"] }
only = ["faulti"]
"""

TILL = """Receipt;Date;Time;Code;Qty;Total
20001;20.11.2026;10:15;RO-401;1;34,90
20001;20.11.2026;10:15;MA-250;7;31,50
20002;20.11.2026;11:00;EL-301;2;119,80
"""
MAPPING = """schema = 1
[file]
delimiter = ";"
decimal = ","
dates = "DD.MM.YYYY hh:mm"
[sale]
receipt-no = "Receipt"
time = { columns = ["Date", "Time"] }
sku = "Code"
quantity = "Qty"
paid = "Total"
channel = { value = "store" }
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Return each command with what it prints, in the order of the README."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a shell in a copy of the shop, where `returnkit` is this interpreter's."""
    for folder in ("policies", "records"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "shop" / folder)
    for name, text in (("draft.toml", DRAFT), ("till.csv", TILL), ("till.toml", MAPPING)):
        (tmp_path / "shop" / name).write_text(text)
    command = tmp_path / "bin/returnkit"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m returnkit "$@"\n')
    command.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key != "RETURNKIT_SHOP"}
    (tmp_path / "gitconfig").write_text("[user]\nname = Ilze\nemail = ilze@example.org\n")
    git = {"GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig")}
    return environment | git | {"PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(REPOSITORY)}


def test_every_example_prints_what_stands_there(shell: dict[str, str], tmp_path: Path) -> None:
    assert len(examples()) > 10
    code = 0
    for command, expected in examples():
        script = command.replace("$?", str(code))
        result = subprocess.run(
            ["sh", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path / "shop", env=shell
        )
        assert result.stdout + result.stderr == expected, command
        code = result.returncode


def test_the_policy_in_the_readme_is_a_whole_one() -> None:
    _, policy = blocks("toml")
    assert tomllib.loads(policy)["schema"] == 1
    assert read_policy(policy.encode(), "returns.toml", ("staff", "manager", "owner"), "EUR").rules[-1].id == "terms"


def test_the_settings_in_the_readme_are_read(tmp_path: Path) -> None:
    settings, _ = blocks("toml")
    (tmp_path / ".returnkit").mkdir()
    (tmp_path / ".returnkit" / "till.toml").write_text(settings)
    machine = read_machine(str(tmp_path))
    assert machine.sends
    assert machine.mail is not None
    assert machine.mail.people == {"anna": "anna@example.org"}


def test_the_lines_for_cron_are_commands_that_there_are(shop: Path) -> None:
    (table,) = blocks("crontab")
    for line in table.strip().splitlines():
        *times, command = line.split(maxsplit=5)
        assert all(re.fullmatch(r"[*/0-9]+", time) for time in times)
        words = command.replace("$HOME/shop", str(shop)).replace("/var/www/shop", str(shop)).split()
        assert words[:2] == ["/usr/local/bin/returnkit", "remind"]
        settings, _ = blocks("toml")
        (shop / ".returnkit").mkdir(exist_ok=True)
        (shop / ".returnkit" / "till.toml").write_text(settings)
        assert call("--now", "2026-11-22T12:00:00+02:00", *words[1:]) == Result(0, "", "")
    assert (shop / "due.ics").exists()


def test_two_commands_do_all_the_set_up() -> None:
    first, second = blocks("sh")
    assert "pip install . &&" in first
    assert "returnkit policy check" in first
    assert 'pip install ".[dev]"' in second
    assert second.strip().endswith("pytest")
    arguments = first.strip().partition("bin/returnkit ")[2].split()
    result = subprocess.run([sys.executable, "-m", "returnkit", *arguments], capture_output=True, check=False, cwd=REPOSITORY)
    assert result.returncode == 0


def every_command() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, (_, target) in COMMANDS.items():
        group = root().get_command(click.Context(root()), name)
        assert group is not None
        if isinstance(target, dict):
            assert isinstance(group, click.Group)
            for verb in target:
                command = group.get_command(click.Context(group), verb)
                assert command is not None
                found.append((f"{name} {verb}", command))
        else:
            found.append((name, group))
    return found


@pytest.mark.parametrize(("name", "command"), every_command())
def test_every_command_is_in_the_readme_and_explains_itself(name: str, command: click.Command) -> None:
    assert f"`returnkit {name}`" in README
    assert command.help
    assert "returnkit " + name in command.help, "an example of its use"
    shown = command.get_help(click.Context(command))
    assert "\\b" not in shown
    assert re.search(rf"^      returnkit {name}", shown, re.MULTILINE), "each example on a line of its own"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
