"""Words that were taken out are gone from every object of every repository, once what is said to be done was done."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_forget import everything
from tests.records.git_shops import Hub, Side, git, hub, made

__all__ = ["hub", "made"]

TRACES = (b"zebra", b"Kalni", b"29123456", b"29 123 456")
FORGET = ("--because", "they asked for it", "--yes", "-f", "json")


def traces(*folders: Path) -> list[tuple[str, bytes]]:
    """Return what stands in any object of some repositories, or in any other file of theirs or beside them."""
    found = []
    for folder in folders:
        data = subprocess.run(
            ["git", "-C", folder, "cat-file", "--batch", "--batch-all-objects"], capture_output=True, check=True
        ).stdout
        data += b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        data += everything(folder) if (folder / "records").exists() else b""
        found += [(folder.name, trace) for trace in TRACES if trace in data]
    return found


def data_of(side: Side, *arguments: str) -> Any:
    result = side.run(*arguments)
    assert result.code == 0, result.err
    return json.loads(result.out)


def done(side: Side, commands: list[str]) -> None:
    """Do what is said to be done, as a person would paste it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-c", " &&\n".join(commands)], cwd=side.folder, check=True, capture_output=True, env={**os.environ, "PATH": path}
    )


@pytest.fixture
def customer(hub: Hub) -> tuple[Side, Side, Side, str]:
    """Return three tills that know of a customer, of whom the third has never met the others; and who it is."""
    k3 = hub.begins()
    opening = ("--category", "delivery", "--text", "a zebra", "--name", "Anna Kalniņa", "--phone", "+371 29 123 456")
    opened = data_of(k3, "complaint", "open", *opening, "-f", "json")
    k3.sync()
    k3.git("tag", "monthly")
    k3.git("push", "-q", "--tags")
    k4, k5 = hub.joins("k4"), hub.joins("k5")
    k4.does("note", opened["id"], "--text", "the zebra again")
    k4.sync()
    k3.sync()
    return k3, k4, k5, str(opened["record"]["contact"])


def test_every_object_of_every_repository_is_clean(hub: Hub, customer: tuple[Side, Side, Side, str]) -> None:
    k3, k4, k5, contact = customer
    apart = data_of(k4, "contact", "log", "--channel", "phone", "--missed", "--text", "Mr Kalniņas rang", "-f", "json")["id"]
    k4.sync()
    k3.sync()
    (k3.folder / "old.jsonl").write_bytes(b"".join(k3.journals().values()))
    told = data_of(k3, "records", "forget", contact, *FORGET)
    assert (len(told["not_over"]), told["named"]) == (1, [apart])
    assert (told["history"]["waiting"], told["history"]["commands"]) == (["k4"], [])
    assert told["history"]["copies"] == ["old.jsonl"]
    (k3.folder / "old.jsonl").unlink()
    again = k3.run("records", "forget", contact, "--yes").out
    assert "records sync here, then at k4, then here again" in again
    assert "k4 still has words to take out" in again
    assert "git filter-repo" not in again
    assert data_of(k3, "records", "redact", apart, *FORGET)["asked"]
    k3.sync()
    assert "git filter-repo" in k4.sync().out
    history = data_of(k3, "records", "sync", "-f", "json")["history"]
    assert (history["waiting"], len(history["files"])) == ([], 2)
    own = k4.opens("not sent yet")
    k3.opens("meanwhile")
    git(hub.bare, "config", "receive.denyNonFastForwards", "true")  # as `git init --shared` has it
    opening, *rest = history["commands"]
    assert opening == f"git -C {hub.bare} config receive.denyNonFastForwards false"
    with pytest.raises(subprocess.CalledProcessError):
        done(k3, rest)
    said = k3.sync(code=1).err
    assert "the history here was made anew and was not sent" in said
    assert "--anew" in k3.run("records", "sync", "--anew").err  # nothing comes back
    *commands, last = " ".join(said.partition("\n")[2].split()).split(" && ")
    assert last == "returnkit records sync --anew"
    done(k3, commands)
    assert k3.run("records", "sync", "--anew").code == 0
    for side in (k4, k5):
        assert "records sync --anew" in side.sync(code=1).err
        anew = side.run("records", "sync", "--anew")
        assert (anew.code, "git" in anew.out) == (0, False), anew
    k3.sync()
    assert own in k3.ids()
    assert traces(hub.bare, *(side.folder for side in (k3, k4, k5))) == []
    assert k3.run("records", "redact", "--finish").out == "nothing is left to do\n"
    assert [side.problems() for side in (k3, k4, k5)] == [[], [], []]


def test_where_git_never_had_the_words_nothing_is_said_of_it(hub: Hub) -> None:
    k3 = hub.begins()
    k3.opens("sent, and nobody's business")
    k3.sync()
    own = k3.opens("a zebra")
    history = data_of(k3, "records", "redact", own, *FORGET)["history"]
    assert history == {"files": [], "versions": 0, "commands": [], "waiting": [], "copies": []}


def test_an_object_that_nothing_leads_to_is_found_as_well(hub: Hub) -> None:
    k3 = hub.begins()
    own = k3.opens("a zebra")
    k3.git("add", "-A")
    k3.git("reset", "-q")
    history = data_of(k3, "records", "redact", own, *FORGET)["history"]
    assert (history["files"], history["versions"]) == (["what nothing leads to any more"], 1)
    done(k3, history["commands"])
    assert traces(k3.folder, hub.bare) == []


def test_a_copy_that_git_has_and_that_stands_here_is_named_and_not_taken(hub: Hub) -> None:
    k3 = hub.begins()
    own = k3.opens("a zebra")
    copy = k3.folder / "old.jsonl"
    copy.write_bytes(b"".join(k3.journals().values()) + b"and more\n")
    k3.git("add", "-f", "old.jsonl")
    k3.git("commit", "-qm", "a copy")
    k3.sync()
    history = data_of(k3, "records", "redact", own, *FORGET)["history"]
    assert (history["copies"], len(history["files"])) == (["old.jsonl"], 1)
    done(k3, history["commands"])
    assert copy.read_bytes().endswith(b"and more\n")
    k3.git("rm", "-q", "old.jsonl")
    k3.git("commit", "-qm", "no copy")
    history = data_of(k3, "records", "redact", "--finish", "-f", "json")["history"]
    done(k3, history["commands"])
    assert traces(k3.folder, hub.bare) == []


def test_a_policy_that_is_not_committed_is_not_lost_by_it(hub: Hub) -> None:
    k3 = hub.begins()
    own = k3.opens("a zebra")
    k3.sync()
    policy = k3.folder / "policies/shop.toml"
    policy.write_text(policy.read_text() + "# new\n")
    commands = data_of(k3, "records", "redact", own, *FORGET)["history"]["commands"]
    with pytest.raises(subprocess.CalledProcessError):
        done(k3, commands)
    assert policy.read_text().endswith("# new\n")
    assert traces(hub.bare) != []
    git(k3.folder, "commit", "-qam", "a new price")
    done(k3, commands)
    assert traces(k3.folder, hub.bare) == []
