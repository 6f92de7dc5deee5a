"""E-mail: what is written is what arrives, what is hostile does nothing, and real servers take it or say why not."""

import os
import ssl
import stat
import traceback
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem, ReturnkitError
from returnkit.mail import Mail, compose, deliver, reach
from returnkit.model.text import has_control, safe
from tests.mail_server import free_port, mail_server, parrot

MAIL = Mail("shop@piladzis.example", ("ilze@piladzis.example",), {})
SUBJECT = "Pīlādzis: k3-0412P jāatbild līdz 19:00, un vēl deviņas lietas, kuras šodien gaida kādu no mums"
TEXT = "Labdien, Mārtiņ!\n.\nFrom the shop: 2 things\n\n  k3-0412P  kettle hums\n" + "x" * 2000 + "\n"
OWN_ID, DATE = "<k3-0412P.1@piladzis.example>", "2026-11-21T12:00:00+02:00"
HEADERS = [
    ("From", "shop@piladzis.example"),
    ("To", "ilze@piladzis.example"),
    ("Subject", SUBJECT),
    ("Date", "Sat, 21 Nov 2026 12:00:00 +0200"),
    ("Message-ID", OWN_ID),
    ("Auto-Submitted", "auto-generated"),
    ("Content-Type", 'text/plain; charset="utf-8"'),
    ("Content-Transfer-Encoding", "quoted-printable"),
    ("MIME-Version", "1.0"),
]
PASSWORD = "open Sesame-7!"  # noqa: S105 - of a test
VARIABLE = "RETURNKIT_TEST_PASSWORD"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")  # on loopback alone

INJECTIONS = [
    "a@x.example\r\nBcc: e@x.example", "a@x.example\nBcc: e@x.example", "a@x.example\rBcc: e@x.example",
    "=?utf-8?q?a=0d=0aBcc:_e@x.example?=", "=?utf-8?b?YQ0KQmNjOiBlQHguZXhhbXBsZQ==?= b", "x =?UTF-8?Q?=0A?=", "a\x00b",
    "a\x1b[2Jb", "a\u2028Bcc: e@x.example", "a\x85Bcc: e@x.example", "a\x0bBcc: e@x", "a\x0cBcc: e@x", "\ud800", "", " ",
    "x" * 401,
]  # fmt: skip
HARMLESS = [
    "a, e@x.example", "Ilze <e@x.example>", "Bcc: e@x.example", "\u202emoc.live", "a\u2066b", "a\u200bb", "= ?utf-8?q?a?=",
    "=\u200b?utf-8?q?a=0d=0aBcc:_e@x.example?\u200b=", "$(id)", "`id`; rm -rf /", "| cat", "--help", "-oQ/tmp", "%s%n", "{{7*7}}",
    "<script>", "../../etc/passwd", "\ufeffa", "a" * 200, "ā" * 200, "🙂" * 100, " leading", "trailing ", "two  spaces", "\xa0",
    "=", "=?", "?=", "(comment)", '"quoted', "Re: \\", "a\u0301" * 50,
]  # fmt: skip


def composed(mail: Mail = MAIL, subject: str = SUBJECT, text: str = TEXT) -> EmailMessage:
    return compose(mail, mail.to, subject, text, OWN_ID, DATE)


def headers(message: EmailMessage) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in message.items()]


def arrived(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def refusal(mail: Mail, message: EmailMessage | None = None, seconds: float = 5.0) -> ReturnkitError:
    """Return why a delivery was refused; neither what is said nor a report of it holds the password."""
    with pytest.raises(ReturnkitError) as refused:
        deliver(mail, message or composed(mail), seconds)
    assert all(problem.what and problem.remedy for problem in refused.value.problems)
    assert PASSWORD not in str(refused.value.problems)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))
    return refused.value


def told(error: ReturnkitError) -> tuple[int, str]:
    return error.exit_code, " | ".join(problem.what for problem in error.problems)


# What is composed


def test_it_reads_as_it_was_written() -> None:
    message = composed()
    again = arrived(message.as_bytes(policy=policy.SMTP))
    assert headers(again) == HEADERS
    assert again.get_content().replace("\r\n", "\n") == TEXT
    assert not any(len(line) > 998 for line in message.as_bytes(policy=policy.SMTP).split(b"\r\n"))
    several = compose(MAIL, ["a@x.example", "b@x.example", "a@x.example"], "x", "", OWN_ID, DATE)
    assert [each.addr_spec for each in arrived(several.as_bytes())["To"].addresses] == ["a@x.example", "b@x.example"]


def test_long_headers_arrive_whole() -> None:
    to = [f"{'a' * 60}{number}@{'x' * 50}.example" for number in range(30)]
    own = f"<{'k' * 120}@{'x' * 112}.example>"
    again = arrived(compose(MAIL, to, "ā b " * 50, "x", own, DATE).as_bytes(policy=policy.SMTP))
    assert [each.addr_spec for each in again["To"].addresses] == to
    assert (again["Subject"], again["Message-ID"]) == (("ā b " * 50).strip(), own)


@pytest.mark.parametrize("attack", INJECTIONS, ids=ascii)
def test_what_could_be_another_header_is_refused(attack: str) -> None:
    for subject, to, sender, own in (
        (attack, "a@x.example", MAIL.sender, OWN_ID),
        ("x", attack, MAIL.sender, OWN_ID),
        ("x", "a@x.example", attack, OWN_ID),
        ("x", "a@x.example", MAIL.sender, attack),
        ("x", "a@x.example", MAIL.sender, f"<{attack}@x.example>"),
    ):
        with pytest.raises(BadInputError) as refused:
            compose(MAIL._replace(sender=sender), [to], subject, "x", own, DATE)
        assert len(refused.value.problems) == 1
    with pytest.raises(BadInputError):
        compose(MAIL, [], "x", "x", OWN_ID, DATE)


@pytest.mark.parametrize("date", ["", "yesterday", "2026-11-21", "2026-11-21T12:00:00", DATE + "\r\nBcc: e@x.example", "12:00"])
def test_a_date_is_a_whole_one(date: str) -> None:
    with pytest.raises(BadInputError):
        compose(MAIL, MAIL.to, "x", "x", OWN_ID, date)


@pytest.mark.parametrize("attack", HARMLESS, ids=ascii)
def test_what_only_looks_dangerous_arrives_as_text(attack: str) -> None:
    if "=?" in attack or not attack.strip():
        with pytest.raises(BadInputError):
            composed(subject=attack)
        return
    message = arrived(composed(subject=attack, text=f"{attack}\n{attack}").as_bytes(policy=policy.SMTP))
    assert [name for name, _ in headers(message)] == [name for name, _ in HEADERS]
    assert [each.addr_spec for each in message["To"].addresses] == ["ilze@piladzis.example"]
    visible = not any(sign in message["Subject"] + message.get_content() for sign in "\u202e\u2066\u200b\ufeff")
    assert visible
    if attack.isprintable():
        assert message["Subject"] == " ".join(attack.split())


@settings(max_examples=150, deadline=None)
@given(
    subject=st.one_of(st.text(max_size=400), st.text(alphabet="aāž漢🙂 =?_.,:;<>@\"'()[]\\\xa0", max_size=200)),
    text=st.text(max_size=400),
)
def test_every_text_arrives_or_is_refused(subject: str, text: str) -> None:
    if has_control(subject) or "=?" in subject or not subject.strip():
        with pytest.raises(BadInputError):
            composed(subject=subject, text=text)
        return
    again = arrived(composed(subject=subject, text=text).as_bytes(policy=policy.SMTP))
    assert [(name, value) for name, value in headers(again) if name != "Subject"] == [
        (name, value) for name, value in HEADERS if name != "Subject"
    ]
    assert len(again["To"].addresses) == 1
    assert again["Subject"] == " ".join(safe(subject).split())


# sendmail


@pytest.fixture
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program called sendmail into the PATH, which keeps what it is given; return its folder."""
    sendmail(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def sendmail(folder: Path, end: str) -> None:
    program = folder / "sendmail"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {folder}/arguments\ncat > {folder}/message\n{end}\n")
    program.chmod(0o755)


def test_sendmail_gets_a_list_of_arguments_and_the_message(outbox: Path) -> None:
    mail = MAIL._replace(to=("ilze@piladzis.example", "o'brien+x@piladzis.example"))
    assert deliver(mail, composed(mail)) == []
    assert (outbox / "arguments").read_text().splitlines() == [
        "-i", "-f", "shop@piladzis.example", "--", "ilze@piladzis.example", "o'brien+x@piladzis.example",
    ]  # fmt: skip
    data = (outbox / "message").read_bytes()
    assert b"\r" not in data
    assert headers(arrived(data))[2:] == HEADERS[2:]
    assert arrived(data).get_content() == TEXT
    assert reach(MAIL) == f"{outbox}/sendmail is there"


def test_nothing_in_a_text_reaches_a_shell(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "$(touch a) `touch b`; touch c | touch d > e"
    monkeypatch.chdir(outbox)
    assert deliver(MAIL, composed(subject=hostile, text=f"{hostile}\n.\n-oX/tmp\n")) == []
    assert sorted(each.name for each in outbox.iterdir()) == ["arguments", "message", "sendmail"]
    assert arrived((outbox / "message").read_bytes())["Subject"] == hostile
    assert arrived((outbox / "message").read_bytes()).get_content() == f"{hostile}\n.\n-oX/tmp\n"


def test_it_inherits_no_open_files(outbox: Path) -> None:
    held = os.open(outbox, os.O_RDONLY | os.O_DIRECTORY)
    os.set_inheritable(held, True)
    try:
        sendmail(outbox, f"test ! -e /proc/self/fd/{held} || exit 70")
        assert deliver(MAIL, composed()) == []
    finally:
        os.close(held)


@pytest.mark.parametrize(
    ("end", "code", "part"),
    [
        ("echo 'queue is full' >&2; exit 75", 75, "(exit code 75): queue is full"),
        ("echo 'user\nunknown' >&2; exit 67", 74, "(exit code 67): user unknown"),
        ("kill -9 $$", 74, "(exit code -9)"),
        ("exec sleep 20", 75, "was not done after 0.5 seconds"),
    ],
)
def test_what_sendmail_does_not_take(outbox: Path, end: str, code: int, part: str) -> None:
    sendmail(outbox, end)
    found, what = told(refusal(MAIL, seconds=0.5))
    assert found == code
    assert part in what


def test_no_sendmail_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if any(os.path.lexists(f"{folder}/sendmail") for folder in ("/usr/sbin", "/usr/lib")):
        pytest.skip("this machine has one")
    assert told(refusal(MAIL)) == (74, "there is no sendmail on this machine")
    (tmp_path / "sendmail").write_text("no program")
    (tmp_path / "sendmail").chmod(0o755)
    assert refusal(MAIL).exit_code == 74


# SMTP


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return what a server on this machine proves itself with; this machine trusts it as it trusts others."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    return PASSWORD


def at(port: int, security: str = "none", **more: str) -> Mail:
    return MAIL._replace(server="127.0.0.1", port=port, security=security)._replace(**more)  # type: ignore[arg-type]


def logged_in(port: int, security: str = "starttls") -> Mail:
    return at(port, security, user="shop", password_env=VARIABLE)


def test_a_server_receives_what_was_written() -> None:
    with mail_server() as server:
        assert reach(at(server.port)) == f"127.0.0.1:{server.port} answers on this machine itself"
        assert server.taken == []
        mail = at(server.port, to=("ilze@piladzis.example", "anna@piladzis.example"))  # type: ignore[arg-type]
        assert deliver(mail, composed(mail)) == []
    (taken,) = server.taken
    assert (taken.sender, taken.to) == ("shop@piladzis.example", ["ilze@piladzis.example", "anna@piladzis.example"])
    assert headers(taken.message) == [
        (name, "ilze@piladzis.example, anna@piladzis.example" if name == "To" else value) for name, value in HEADERS
    ]
    assert taken.message.get_content().replace("\r\n", "\n") == TEXT


@pytest.mark.parametrize("attack", [each for each in HARMLESS if "=?" not in each and each.strip()], ids=ascii)
def test_attacks_arrive_as_one_message_for_one_recipient(attack: str) -> None:
    text = f"{attack}\n.\n\nBcc: e@x.example\r\n.\r\nMAIL FROM:<e@x.example>\n"
    with mail_server() as server:
        assert deliver(at(server.port), composed(subject=attack, text=text)) == []
    (taken,) = server.taken
    assert taken.to == ["ilze@piladzis.example"]
    assert [name for name, _ in headers(taken.message)] == [name for name, _ in HEADERS]
    assert taken.message.get_content().splitlines()[1:] == [".", "", "Bcc: e@x.example", ".", "MAIL FROM:<e@x.example>"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_login_over_a_safe_connection(security: str, certificate: ssl.SSLContext, password: str) -> None:
    how = {security: certificate}
    with mail_server(starttls=how.get("starttls"), tls=how.get("tls"), user="shop", password=password) as server:
        mail = logged_in(server.port, security)
        assert reach(mail).endswith(f"answers with {security.upper()}, and lets shop in")
        assert deliver(mail, composed(mail)) == []
    assert [taken.to for taken in server.taken] == [["ilze@piladzis.example"]]
    assert server.logins == [(b"shop", password.encode())] * 2


def test_the_password_out_of_a_file(certificate: ssl.SSLContext, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    path.chmod(0o600)
    with mail_server(starttls=certificate, user="shop", password=PASSWORD) as server:
        mail = at(server.port, "starttls", user="shop", password_file=str(path))
        assert deliver(mail, composed(mail)) == []
        for mode in (0o640, 0o604, 0o660, 0o666):
            path.chmod(mode)
            assert told(refusal(mail)) == (74, "others may read this password")
        path.chmod(0o600)
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
        assert "cannot be read" in told(refusal(mail))[1]
        path.unlink()
        os.mkfifo(path, 0o600)
        assert told(refusal(mail)) == (74, "this is not a file")
        path.unlink()
        path.mkdir(0o700)
        assert refusal(mail).exit_code == 74
        path.rmdir()
        assert "No such file" in told(refusal(mail))[1]
        path.touch(0o600)
        assert "there is no password in" in told(refusal(mail))[1]
    assert len(server.taken) == 1
    assert len(server.logins) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator gives files away")
def test_a_password_that_is_somebody_elses(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(PASSWORD)
    path.chmod(0o600)
    os.chown(path, 12345, -1)
    mail = at(free_port(), user="shop", password_file=str(path))
    assert told(refusal(mail)) == (74, "others may read this password")


def test_a_password_that_is_missing_or_cannot_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = logged_in(free_port(), "none")
    monkeypatch.delenv(VARIABLE, raising=False)
    assert told(refusal(mail)) == (74, f"there is no password in the environment variable {VARIABLE}")
    for bad in ("pārole", "pass\nword", "pass\x07word"):
        monkeypatch.setenv(VARIABLE, bad)
        error = refusal(mail)
        assert "cannot be sent" in str(error)
        assert bad not in str(error.problems)


@pytest.mark.usefixtures("password")
def test_a_wrong_password_is_for_good(certificate: ssl.SSLContext) -> None:
    with mail_server(starttls=certificate, user="shop", password="another") as server:  # noqa: S106
        found, what = told(refusal(logged_in(server.port)))
    assert (found, what) == (74, f"127.0.0.1:{server.port} did not let shop in (answer 535)")
    assert server.taken == []


@pytest.mark.usefixtures("password")
def test_without_safety_no_password_leaves(certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(user="shop", password=PASSWORD) as server:
        assert told(refusal(logged_in(server.port))) == (74, f"127.0.0.1:{server.port} offers no STARTTLS")
    with parrot(b"220 hi\r\n", b"250-hi\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"454 not now\r\n", b"250 bye\r\n") as stripped:
        assert refusal(logged_in(stripped.port)).exit_code == 75
    assert not any(b"AUTH" in line for line in stripped.heard)
    monkeypatch.delenv("SSL_CERT_FILE")
    for how in ("starttls", "tls"):
        contexts = {how: certificate}
        with mail_server(starttls=contexts.get("starttls"), tls=contexts.get("tls"), user="shop", password=PASSWORD) as server:
            found, what = told(refusal(logged_in(server.port, how)))
        assert found == 74
        assert "cannot prove who it is" in what
        assert server.logins == []


@pytest.mark.usefixtures("password")
def test_a_certificate_of_another_server(authority: trustme.CA, certificate: ssl.SSLContext) -> None:
    assert certificate.check_hostname is False
    other = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("mail.example.org").configure_cert(other)
    with mail_server(starttls=other, user="shop", password=PASSWORD) as server:
        found, what = told(refusal(logged_in(server.port)))
    assert found == 74
    assert "cannot prove who it is" in what


@pytest.mark.usefixtures("password")
@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([b"535 wrong: AHNob3AA open Sesame-7!\r\n"], 74),
        ([b"454 later: open Sesame-7!\r\n"], 75),
        ([b"334 not base 64!\r\n", b"535 open Sesame-7!\r\n"], 74),
        ([b"open Sesame-7!\r\n"], 74),
        ([b"235 ok\r\n", b"550 open Sesame-7! may not send\r\n", b"250 ok\r\n"], 74),
        ([b"235 ok\r\n", b"250 ok\r\n", b"550 open Sesame-7! no\r\n", b"250 ok\r\n"], 74),
    ],
)
def test_a_server_that_repeats_the_password_is_not_quoted(answers: list[bytes], code: int) -> None:
    with parrot(b"220 hi\r\n", b"250-hi\r\n250 AUTH PLAIN\r\n", *answers, b"250 bye\r\n") as server:
        assert refusal(logged_in(server.port, "none"), seconds=2).exit_code == code


@pytest.mark.usefixtures("password")
def test_a_challenge_that_is_no_base64() -> None:
    with parrot(b"220 hi\r\n", b"250-hi\r\n250 AUTH CRAM-MD5\r\n", b"334 a\r\n", b"250 bye\r\n") as server:
        assert refusal(logged_in(server.port, "none"), seconds=2).exit_code == 74
    with parrot(b"220 hi\r\n", b"250-hi\r\n250 AUTH XOAUTH2\r\n", b"250 bye\r\n") as server:
        assert refusal(logged_in(server.port, "none"), seconds=2).exit_code == 74


@pytest.mark.usefixtures("password")
def test_a_report_of_a_bug_has_no_password() -> None:
    with pytest.raises(TypeError) as bug:
        deliver(logged_in(free_port(), "none"), composed(), "soon")  # type: ignore[arg-type]
    report = "".join(traceback.format_exception(bug.value))
    assert "server = " in report, "it went wrong where the password is known"
    assert PASSWORD not in report


def test_who_is_refused_is_named_and_the_others_get_it() -> None:
    to = ("ilze@piladzis.example", "gone@piladzis.example", "full@piladzis.example")
    answers = {"gone@piladzis.example": "550 no such user", "full@piladzis.example": "452 mailbox\x1b[2J full"}
    with mail_server(answers=answers) as server:
        mail = at(server.port)._replace(to=to)
        refused = deliver(mail, composed(mail))
        assert refused == [
            Problem(
                "no e-mail for gone@piladzis.example was taken (answer 550): no such user",
                "correct the address in .returnkit/till.toml",
            ),
            Problem("no e-mail for full@piladzis.example was taken (answer 452): mailbox\\x1b[2J full", "it may be taken later"),
        ]
        assert [taken.to for taken in server.taken] == [["ilze@piladzis.example"]]
        for all_of_them, code in ((to[1:2], 74), (to[2:], 75), (to[1:], 75)):
            error = refusal(mail._replace(to=all_of_them))
            assert error.exit_code == code
            assert len(error.problems) == len(all_of_them)
    assert len(server.taken) == 1


@pytest.mark.parametrize(("answer", "kind"), [("451 later", BusyError), ("554 spam, we think", NotWrittenError)])
def test_a_server_that_does_not_take_the_message(answer: str, kind: type[ReturnkitError]) -> None:
    with mail_server(answers={"DATA": answer}) as server:
        error = refusal(at(server.port))
    assert type(error) is kind
    assert answer.partition(" ")[2] in str(error)


def test_nobody_there_is_for_now() -> None:
    port = free_port()
    assert told(refusal(at(port))) == (75, f"127.0.0.1:{port} cannot be reached: Connection refused")
    found, what = told(refusal(at(port)._replace(server="no-such-host.invalid", security="tls")))
    assert found == 75
    assert what.startswith(f"no-such-host.invalid:{port} cannot be reached")


@pytest.mark.parametrize(
    "answers", [(), (b"220 hi\r\n",), (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")]
)
def test_a_server_that_falls_silent_is_left(answers: tuple[bytes, ...]) -> None:
    with parrot(*answers) as server:
        assert told(refusal(at(server.port), seconds=0.3)) == (75, f"127.0.0.1:{server.port} fell silent")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n",), 74),
        ((b"\xff\xfe\x00\r\n",), 74),
        ((b"220 " + b"x" * 20_000 + b"\r\n",), 74),
        ((b"554 go away\r\n",), 74),
        ((b"421 too many of you\r\n",), 75),
        ((b"220 hi\r\n", b"500 what\r\n", b"500 what\r\n", b"250 bye\r\n"), 74),
    ],
)
def test_what_is_no_mail_server(answers: tuple[bytes, ...], code: int) -> None:
    with parrot(*answers) as server:
        assert refusal(at(server.port), seconds=1).exit_code == code


def test_a_port_that_speaks_another_way() -> None:
    with mail_server() as server:
        found, what = told(refusal(at(server.port, "tls")))
    assert found == 74
    assert "no safe connection" in what


def test_what_was_taken_is_sent_whatever_is_said_at_parting() -> None:
    beginning = (b"220 hi\r\n", *[b"250 ok\r\n"] * 3, b"354 go\r\n")
    message = composed(text="x")
    lines = message.as_bytes(policy=policy.SMTP).count(b"\r\n")
    whole = (*beginning, *[b""] * lines)  # nothing is said until the dot
    for last, answer in (((), 75), ((b"451 later\r\n", b"221 bye\r\n"), 75), ((b"550 no\r\n", b"221 bye\r\n"), 74)):
        with parrot(*whole, *last) as server:
            assert refusal(at(server.port), message, seconds=0.3).exit_code == answer
    for parting in ((), (b"421 now go\r\n",), (b"what?\r\n",)):
        with parrot(*whole, b"250 taken\r\n", *parting) as server:
            assert deliver(at(server.port), message, seconds=0.3) == []
        assert b".\r\n" in server.heard
