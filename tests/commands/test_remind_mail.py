"""Reminders by e-mail, at a real server on loopback: who gets which, once, and what a hostile name does to it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result
from tests.mail_server import MailServer, mail_server

Run = Callable[..., Result]
PEOPLE = {"Anna": "anna@example.org", "Mārtiņš": "martins@example.org"}


@pytest.fixture
def day(at: Run) -> Run:
    return lambda time, *arguments: at(*arguments, "--lang", "en", "--now", f"2026-11-23T{time}:00+02:00")


def settings(shop: Path, server: MailServer, people: dict[str, str] | None = None) -> None:
    lines = ["schema = 1", "[remind]", "send = true", "[mail]", 'from = "shop@example.org"', 'to = ["owner@example.org"]']
    lines += [f'smtp = "127.0.0.1:{server.port}"', 'security = "none"', "[mail.people]"]
    lines += [f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(address)}" for name, address in (people or {}).items()]
    (shop / ".returnkit").mkdir(exist_ok=True)
    (shop / ".returnkit" / "till.toml").write_text("\n".join(lines) + "\n")


def call_back(day: Run, *to: str) -> list[str]:
    """Promise a call to a customer for each of these people or roles; return the ids."""
    made = [
        day("10:00", "followup", "add", "--by", "11:00", "--call", "--to", who, "--text", f"for {who}", "-f", "json")
        for who in to
    ]
    return [str(json.loads(each.out)["id"]) for each in made]


def test_each_gets_their_own_and_the_owner_what_is_left(day: Run, shop: Path) -> None:
    with mail_server() as server:
        settings(shop, server, PEOPLE)
        anna, manager, kristaps, staff = call_back(day, "Anna", "manager", "Kristaps", "staff")
        assert day("10:05", "remind", "--mail") == Result(0, "", "")
        got = {tuple(each.to): each.message for each in server.taken}
        assert set(got) == {("anna@example.org",), ("martins@example.org",), ("owner@example.org",)}
        bodies = {to: message.get_content() for (to,), message in got.items()}
        assert all(own in bodies["anna@example.org"] for own in (anna, staff))  # of the staff only Anna has an address
        assert manager in bodies["martins@example.org"]
        assert kristaps in bodies["owner@example.org"]
        assert sum(body.count("Call back") for body in bodies.values()) == 4
        assert got["martins@example.org",]["Subject"] == "Pīlādzis: 1 due"
        assert len({message["Message-ID"] for message in got.values()}) == 3
        for time in ("10:06", "10:30"):
            assert day(time, "remind", "--mail") == Result(0, "", "")
        assert len(server.taken) == 3
        day("11:05", "remind", "--mail")
        assert sorted(each.message["Subject"] for each in server.taken[3:]) == [
            "Pīlādzis: 1 late",
            "Pīlādzis: 1 late",
            "Pīlādzis: 2 late",
        ]


def test_what_was_not_taken_is_sent_again_and_known_again(day: Run, shop: Path) -> None:
    with mail_server(answers={"DATA": "451 come back later"}) as server:
        settings(shop, server)
        (own,) = call_back(day, "Anna")
        refused = day("10:05", "remind", "--mail")
        assert (refused.code, server.taken) == (75, [])
        assert "451" in refused.err
    with mail_server() as server:
        settings(shop, server)
        assert day("10:10", "remind", "--mail") == Result(0, "", "")  # a quarter of an hour has not passed
        assert day("10:21", "remind", "--mail") == Result(0, "", "")
        (taken,) = server.taken
        assert own in taken.message.get_content()
        claims = [json.loads(line) for path in (shop / "records").rglob("*.jsonl") for line in path.read_text().splitlines()]
        first = next(record["id"] for record in claims if record["kind"] == "reminder.claimed")
        assert taken.message["Message-ID"].startswith(f"<{first}.")


def test_one_address_that_is_refused_keeps_nobody_from_their_mail(day: Run, shop: Path) -> None:
    with mail_server(answers={"anna@example.org": "550 nobody here"}) as server:
        settings(shop, server, PEOPLE)
        call_back(day, "Anna", "manager")
        found = day("10:05", "remind", "--mail")
        assert (found.code, "anna@example.org" in found.err) == (74, True)
        assert sorted(each.to for each in server.taken) == [["martins@example.org"], ["owner@example.org"]]  # in place of Anna
        assert day("10:21", "remind", "--mail") == Result(0, "", "")
        assert len(server.taken) == 2


def test_nobody_is_reachable(day: Run, shop: Path) -> None:
    with mail_server() as server:
        settings(shop, server)
    call_back(day, "Anna")
    found = day("10:05", "remind", "--mail")
    assert (found.code, found.out) == (75, "")
    assert "cannot be reached" in found.err


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("x =?utf-8?q?a=0d=0aBcc:_evil@example.org?= y", 0),
        ("A, evil@example.org", 0),
        ("<evil@example.org>", 0),
        ("\u202eevil\u2028Bcc: x@example.org", 3),  # no name of a shop
        ("$(id) `id` ; rm -rf ~ #", 0),
        ("n" * 500, 0),
        ("-oQ/tmp -X/tmp/x", 0),
    ],
)  # fmt: skip
def test_a_hostile_name_of_the_shop_does_nothing(day: Run, shop: Path, name: str, code: int) -> None:
    call_back(day, "Anna")
    path = shop / "policies" / "shop.toml"
    path.write_text(path.read_text().replace('name = "Pīlādzis"', f"name = {json.dumps(name)}"))
    with mail_server() as server:
        settings(shop, server)
        assert day("10:05", "remind", "--mail").code == code
        assert len(server.taken) == (code == 0)
        for taken in server.taken:
            assert (taken.sender, taken.to) == ("shop@example.org", ["owner@example.org"])
            assert sorted(key.casefold() for key in taken.message) == sorted({key.casefold() for key in taken.message})
            assert taken.message["Bcc"] is None
            assert taken.message["Subject"] == f"{name[:80]}: 1 due".replace("=?", "= ?")
            assert [str(address) for address in taken.message["To"].addresses] == ["owner@example.org"]
