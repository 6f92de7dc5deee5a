"""`.returnkit/till.toml`: what a machine is told, every mistake in it at once, and no password in any message."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.errors import UnreadableError
from returnkit.machine import read_machine
from returnkit.mail import Mail
from returnkit.model.contact import is_plain_email
from tests.bad_inputs import BAD_TOML

HEAD = 'schema = 1\n[remind]\nsend = true\n[mail]\nfrom = "shop@piladzis.example"\nto = "ilze@piladzis.example"\n'
SECRET = "Hunter2-secret"  # noqa: S105 - of a test


def machine_file(folder: Path, text: str | bytes) -> str:
    path = folder / ".returnkit/till.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(folder)


def mistakes(folder: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    """Return the line of each mistake, what it is, and what to do."""
    with pytest.raises(UnreadableError) as refused:
        read_machine(machine_file(folder, text))
    assert refused.value.exit_code == 3
    assert all(problem.file.endswith("till.toml") and problem.remedy for problem in refused.value.problems)
    assert not any(problem.excerpt for problem in refused.value.problems)
    return [(problem.line, problem.what, problem.remedy) for problem in refused.value.problems]


def test_without_the_file_nothing_is_sent(tmp_path: Path) -> None:
    machine = read_machine(str(tmp_path))
    assert (machine.sends, machine.mail) == (False, None)
    assert machine.file.endswith("till.toml")


def test_all_that_can_be_set(tmp_path: Path) -> None:
    text = """schema = 1
[remind]
send = true
[mail]
from = "shop@piladzis.example"
to = ["ilze@piladzis.example", "o'brien+shop@mail.piladzis.example"]
smtp = "mail.piladzis.example:2587"
security = "starttls"
user = "shop"
password-env = "RETURNKIT_SMTP_PASSWORD"
[mail.people]
"Mārtiņš" = "martins@piladzis.example"
"Anna B." = "anna@piladzis.example"
owner = "ilze@piladzis.example"
"""
    machine = read_machine(machine_file(tmp_path, text))
    assert machine.sends
    assert machine.mail == Mail(
        sender="shop@piladzis.example",
        to=("ilze@piladzis.example", "o'brien+shop@mail.piladzis.example"),
        people={
            "mārtiņš": "martins@piladzis.example",
            "anna b.": "anna@piladzis.example",
            "owner": "ilze@piladzis.example",
        },
        server="mail.piladzis.example",
        port=2587,
        security="starttls",
        user="shop",
        password_env="RETURNKIT_SMTP_PASSWORD",  # noqa: S106 - the name of a variable
    )
    with_sendmail = read_machine(machine_file(tmp_path, HEAD.replace("true", "false") + "sendmail = true\n"))
    assert not with_sendmail.sends
    assert with_sendmail.mail == Mail("shop@piladzis.example", ("ilze@piladzis.example",), {})
    assert read_machine(machine_file(tmp_path, "schema = 1\n")).mail is None


@pytest.mark.parametrize(
    ("smtp", "expected"),
    [
        ('"mail.example.org"', ("mail.example.org", 587, "starttls")),
        ('"mail.example.org:465"', ("mail.example.org", 465, "tls")),
        ('"mail.example.org"\nsecurity = "TLS"', ("mail.example.org", 465, "tls")),
        ('"localhost"\nsecurity = "none"', ("localhost", 25, "none")),
        ('"[::1]:2525"\nsecurity = "none"', ("::1", 2525, "none")),
        ('"127.0.0.1:2525"\nsecurity = "none"', ("127.0.0.1", 2525, "none")),
    ],
)
def test_ports_and_security_are_the_usual_ones(tmp_path: Path, smtp: str, expected: tuple[str, int, str]) -> None:
    mail = read_machine(machine_file(tmp_path, f"{HEAD}smtp = {smtp}\n")).mail
    assert mail is not None
    assert (mail.server, mail.port, mail.security) == expected


def test_every_mistake_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    text = """schema = 2
[remind]
sent = true
[mail]
from = "shop"
to = ["ilze@piladzis.example", "a@x.example, b@x.example"]
smtp = "mail.example.org:70000"
sendmail = true
security = "ssl"
user = "shop"
[mail.people]
Anna = "-oQ/tmp@piladzis.example"
[mails]
"""
    found = mistakes(tmp_path, text)
    assert [line for line, _, _ in found] == [1, 3, 5, 6, 7, 7, 9, 10, 12, 13]
    whole = " | ".join(f"{what}: {remedy}" for _, what, remedy in found)
    for part in (
        "write schema = 1",
        "did you mean send?",
        "one way",
        "no port 70000",
        "a password, from one place",
        "did you mean",
    ):
        assert part in whole


@pytest.mark.parametrize(
    ("lines", "line", "part"),
    [
        ("", 4, "one way is needed"),
        ("sendmail = false", 4, "one way is needed"),
        ('sendmail = true\nuser = "shop"', 8, "user is of smtp"),
        ('smtp = "mail.example.org"\nsecurity = "none"', 8, "only go unprotected to this machine itself"),
        ('smtp = "127.0.0.1.evil.example"\nsecurity = "none"', 8, "only go unprotected"),
        ('smtp = "mail.example.org:"', 7, "smtp is not understood"),
        ('smtp = "-oProxy:25"', 7, "smtp is not understood"),
        ('smtp = "mail.example.org\\r\\nQUIT:25"', 7, "smtp is not understood"),
        ('smtp = "mail.example.org:0"', 7, "no port 0"),
        ('smtp = "mail.example.org"\nuser = "shop"', 8, "a password, from one place"),
        ('smtp = "mail.example.org"\npassword-env = "X"', 4, "a user and a password"),
        ('smtp = "mail.example.org"\nuser = "shop"\npassword-env = "X"\npassword-file = "/x"', 8, "from one place"),
        ('smtp = "mail.example.org"\nuser = "shop"\npassword-file = "x"', 9, "no whole path"),
        ('smtp = "mail.example.org"\nuser = "shop"\npassword_env = "X"', 9, "is not a key of [mail]"),
        ('sendmail = true\npeople = "Anna"', 8, "must be a table"),
        ('sendmail = true\npeople = { Anna = "a@x.example", "anna" = "b@x.example" }', 8, "twice"),
    ],
)
def test_what_does_not_go_together_is_named(tmp_path: Path, lines: str, line: int, part: str) -> None:
    found = mistakes(tmp_path, f"{HEAD}{lines}\n")
    assert any(at == line and part in what for at, what, _ in found), found


def test_a_mistake_is_named_once(tmp_path: Path) -> None:
    for value in ("5", "[]", '""', '["a@x.example", 5]', '"a"'):
        found = mistakes(tmp_path, f"schema = 1\n[mail]\nfrom = {value}\nto = {value}\nsendmail = true\n")
        assert [line for line, _, _ in found] == [3, 4]


@pytest.mark.parametrize(
    "lines",
    [
        f'smtp = "mail.example.org"\nuser = "shop"\npassword = "{SECRET}"',
        f'smtp = "mail.example.org"\nPassword = "{SECRET}"',
        f'smtp = "mail.example.org"\npassword = {{ text = "{SECRET}" }}',
        f'smtp = "mail.example.org"\nsmtp-password = "{SECRET}"',
        f'smtp = "mail.example.org"\nuser = "shop"\npassword-env = "{SECRET}"',
        f'smtp = "mail.example.org"\nuser = "shop"\npassword-env = "{SECRET}\\n"',
        f'smtp = "mail.example.org"\nuser = "shop"\npassword-env = ["{SECRET}"]',
        f'smtp = "mail.example.org"\nuser = "shop"\npassword-file = "{SECRET}"',
        f'smtp = "shop:{SECRET}@mail.example.org:587"',
        f'smtp = "mail.example.org"\npassword = "{SECRET}',
        f'smtp = "mail.example.org"\npassword = {SECRET}',
        f'sendmail = true\n[password]\nis = "{SECRET}"',
    ],
)
def test_a_password_is_refused_and_never_shown(tmp_path: Path, lines: str) -> None:
    found = mistakes(tmp_path, f"{HEAD}{lines}\n")
    assert SECRET.casefold() not in str(found).casefold()
    if re.search(r"^Password = |^password = [\"{].*[\"}]$|^\[password\]", lines, re.MULTILINE):
        assert any("passwords never stand here" in remedy for _, _, remedy in found)


@pytest.mark.parametrize("name", BAD_TOML)
def test_whatever_stands_there_is_refused_in_words(tmp_path: Path, name: str) -> None:
    assert mistakes(tmp_path, BAD_TOML[name])


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60))
def test_only_one_plain_address_is_an_address(text: str) -> None:
    for address in (text, f"{text}@x.example", f"a@{text}.example", f"a{text}b@x.example"):
        if is_plain_email(address):
            assert re.fullmatch(r"[A-Za-z0-9_+'.-]+@[A-Za-z0-9.-]+", address, re.ASCII)
            assert not address.startswith("-")


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "a@b", "@x.example", "a@x.example ", " a@x.example", "a@x.example\n", "a\n@x.example", "a@x.example\r\nBcc: e@x",
        "a@x.example, e@x.example", "a@x.example;e@x.example", "=?utf-8?q?a=0d=0aBcc:_e@x?=", '"a@b"@c.example',
        "a@b\n@c.example", "alice@example.org)bob@evil.example", "a\u2028@x.example", "аnna@x.example", "a@pаypal.example",
        "a\u202e@x.example", "a\x00@x.example", "-a@x.example", "-oQ/tmp@x.example", "a..b@x.example", ".a@x.example",
        "a.@x.example", "a@-x.example", "a@x-.example", "a@x..example", "a@x.example.", "a@1.2.3.4", "a@[1.2.3.4]",
        "|cat@x.example", "/etc/passwd@x.example", "$(id)@x.example", "`id`@x.example", "a b@x.example", "b!a@x.example",
        "a%evil.example@x.example", f"{'a' * 65}@x.example", f"a@{'x.' * 127}example", "<a@x.example>", "Anna <a@x.example>",
        "a@x.example(c)", "a@@x.example",
    ],
)  # fmt: skip
def test_what_is_no_plain_address(address: str) -> None:
    assert not is_plain_email(address)


@pytest.mark.parametrize("wide", ["till.toml", "."])
def test_settings_that_everybody_may_write_are_not_believed(tmp_path: Path, wide: str) -> None:
    (tmp_path / ".returnkit").mkdir()
    (tmp_path / ".returnkit" / "till.toml").write_text("schema = 1\n[remind]\nsend = true\n")
    assert read_machine(str(tmp_path)).sends
    place = tmp_path / ".returnkit" / wide
    place.chmod(place.stat().st_mode | 0o002)
    with pytest.raises(UnreadableError, match="everybody on this machine"):
        read_machine(str(tmp_path))
