"""Real mail servers on this machine for the tests: one that takes mail, and one that says what it is told to say."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Taken(NamedTuple):
    """A message that a server took: who sent it to whom, and its bytes."""

    sender: str
    to: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class MailServer:
    """A server on loopback: its port, what it took, and who tried to log in."""

    def __init__(self, user: str, password: str, answers: Mapping[str, str]) -> None:
        self.port = 0
        self.taken: list[Taken] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self._user, self._password, self._answers = user.encode(), password.encode(), answers

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self._answers:
            return self._answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self._answers:
            return self._answers["DATA"]
        assert isinstance(envelope.content, bytes)
        self.taken.append(Taken(str(envelope.mail_from), [*envelope.rcpt_tos], envelope.content))
        return "250 OK"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (self._user, self._password), handled=False)


@contextmanager
def mail_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    user: str = "",
    password: str = "",
    answers: Mapping[str, str] | None = None,
) -> Iterator[MailServer]:
    """Run a server. With `user` it wants a login; `answers` are what it says to a recipient, or to DATA."""
    mailbox = MailServer(user, password, answers or {})

    def session() -> SMTP:
        return SMTP(
            mailbox,
            hostname="mail.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=mailbox.authenticate,
            auth_required=bool(user),
            auth_require_tls=tls is None,
            loop=loop,
        )

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(session, "127.0.0.1", 0, ssl=tls))
    mailbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield mailbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


class Parrot:
    """A server that answers each line with what it was told to, then falls silent: its port, and what was said to it."""

    def __init__(self, answers: tuple[bytes, ...]) -> None:
        self.heard: list[bytes] = []
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rb") as lines, suppress(OSError):  # who hangs up is not waited for
            for answer in self._answers:
                connection.sendall(answer)
                self.heard.append(lines.readline())
            self.heard += [*lines]  # silent, until the other side hangs up

    def close(self) -> None:
        self._thread.join()
        self._socket.close()


@contextmanager
def parrot(*answers: bytes) -> Iterator[Parrot]:
    """Run a server that says the greeting and the answers that it is given, whatever it hears."""
    server = Parrot(answers)
    try:
        yield server
    finally:
        server.close()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
