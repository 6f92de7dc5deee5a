"""E-mail to the shop's own people: a message that is read once more before it goes, and two ways for it to go.

Passwords come from the environment or from a file, and leave for the mail server only: what a server says while somebody logs
in is never shown, since it may repeat what it was told.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem, ReturnkitError
from returnkit.model.contact import is_plain_email
from returnkit.model.text import has_control, safe
from returnkit.model.toml import shown

# Loaded by those who send: nothing else in the program needs them.
if TYPE_CHECKING:
    import smtplib
    from datetime import datetime
    from email.message import EmailMessage
    from typing import IO

STARTTLS, TLS, NONE = SECURITIES = ("starttls", "tls", "none")
PATIENCE = 30.0  # seconds that a server or a program may be silent
LONGEST_SUBJECT = 400
LONGEST_PASSWORD = 1024
LONGEST_ANSWER = 200  # what is shown of a server's
SENDMAIL_FOLDERS = ("/usr/sbin", "/usr/lib")  # where it lies; cron's PATH has neither
MOST_READ = 4096  # bytes of what sendmail says
TRY_LATER = 75  # sysexits.h: EX_TEMPFAIL, as sendmail uses it
MESSAGE_ID = r"<[A-Za-z0-9_.+-]{1,120}@[A-Za-z0-9.-]{1,120}>"
AGAIN = "what is due is sent by the next run"


class Mail(NamedTuple):
    """How e-mail leaves this machine.

    `to` gets what is nobody's in particular, `people` has the addresses of those who have one, by name or role. Without a
    `server` the local sendmail takes it; `security` is one of SECURITIES.
    """

    sender: str
    to: tuple[str, ...]
    people: dict[str, str]
    server: str = ""
    port: int = 0
    security: str = STARTTLS
    user: str = ""
    password_env: str = ""
    password_file: str = ""

    @property
    def way(self) -> str:
        """Where the mail goes first, in words."""
        host = f"[{self.server}]" if ":" in self.server else self.server
        return f"{host}:{self.port}" if self.server else "sendmail"


def compose(  # noqa: PLR0913, PLR0917 - a message is all of these
    mail: Mail, to: Sequence[str], subject: str, text: str, message_id: str, date: str
) -> "EmailMessage":
    """Return a message in plain text from the shop to some addresses.

    `message_id` is `<something@domain>`, `date` RFC 3339. Characters that change a text's direction are made visible. Raises
    BadInputError where a text could become more than the header that it stands in.
    """
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.utils import format_datetime

    addresses = [*dict.fromkeys(to)]
    for name, value in (("From", mail.sender), *(("To", each) for each in addresses)):
        _check(name, value, is_good=is_plain_email(value))
    _check("To", "", is_good=bool(addresses))
    _check("Subject", subject, is_good=bool(subject.strip()) and len(subject) <= LONGEST_SUBJECT)
    _check("Message-ID", message_id, is_good=re.fullmatch(MESSAGE_ID, message_id) is not None)
    moment = _moment(date)
    subject = " ".join(safe(subject).split())
    text = "\n".join(safe(text.replace("\r\n", "\n")).splitlines()) + "\n"
    headers: dict[str, object] = {
        "From": Address(addr_spec=mail.sender),
        "To": [Address(addr_spec=each) for each in addresses],
        "Subject": subject,
        "Date": moment,
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no answering machine answers it
    }
    message = EmailMessage()
    for name, header in headers.items():
        message[name] = header
    message.set_content(text, cte="quoted-printable")
    told = headers | {"From": mail.sender, "To": ", ".join(addresses), "Date": format_datetime(moment)}
    _check_again(message, [(name, str(value)) for name, value in told.items()], text)
    return message


def _moment(date: str) -> "datetime":
    from datetime import datetime

    with suppress(ValueError):
        moment = datetime.fromisoformat(date)
        if moment.tzinfo is not None:
            return moment
    raise BadInputError(Problem(f"Date of the e-mail: {shown(safe(date))} is no time", "write it as 2026-11-21T15:30:00+02:00"))


def _check(name: str, value: str, *, is_good: bool) -> None:
    """Refuse the text of a header that is not good, or could be read as more than a text."""
    if not is_good or has_control(value) or "=?" in value:
        what = f"{name} of the e-mail: {shown(safe(value))} cannot stand there"
        raise BadInputError(Problem(what, "write it on one line, in plain letters, without =?; an address as anna@example.org"))


MIME = [
    ("Content-Type", 'text/plain; charset="utf-8"'),
    ("Content-Transfer-Encoding", "quoted-printable"),
    ("MIME-Version", "1.0"),
]


def _check_again(message: "EmailMessage", headers: list[tuple[str, str]], text: str) -> None:
    """Read the finished message as whoever gets it will, and refuse it where that is not what was written."""
    from email import message_from_bytes, policy

    again = message_from_bytes(_bytes(message), policy=policy.default)
    found = [(name, str(value)) for name, value in again.items()]
    said = again.get_content().replace("\r\n", "\n")
    if found != headers + MIME or said != text or again.defects:
        wrong = next(
            (name for (name, value), as_read in zip(headers, found, strict=False) if (name, value) != as_read), "its text"
        )
        what = f"the e-mail would not arrive as it was written: {wrong} reads otherwise"
        raise BadInputError(Problem(what, "write the subject shorter and in plainer letters"))


def _bytes(message: "EmailMessage") -> bytes:
    from email import policy

    return message.as_bytes(policy=policy.SMTP)


def deliver(mail: Mail, message: "EmailMessage", seconds: float = PATIENCE) -> list[Problem]:
    """Hand a composed message over, and return the recipients that were refused while another one was taken.

    `seconds` is how long the other side may be silent. Raises NotWrittenError where it is refused or the settings are wrong,
    BusyError where it may go well later; both mean that nobody was promised anything.
    """
    to = [address.addr_spec for address in message["To"].addresses]
    if not mail.server:
        _through_sendmail(mail, to, _bytes(message), seconds)
        return []
    with _logged_in(mail, seconds) as server:
        refused = server.sendmail(mail.sender, to, _bytes(message))
    return [_refused(address, code, said) for address, (code, said) in refused.items()]


def reach(mail: Mail, seconds: float = PATIENCE) -> str:
    """Go the way of an e-mail without sending one, and return what was found. Raises as `deliver` does."""
    if not mail.server:
        return f"{_sendmail()} is there"
    with _logged_in(mail, seconds) as server:
        code, said = server.noop()
        if code // 100 != 2:  # noqa: PLR2004 - 2xx is a yes
            raise _answered(mail, code, said)
    how = {STARTTLS: "with STARTTLS", TLS: "with TLS", NONE: "on this machine itself"}[mail.security]
    return f"{mail.way} answers {how}{f', and lets {mail.user} in' if mail.user else ''}"


# sendmail


def _sendmail() -> str:
    from shutil import which

    found = which("sendmail", path=os.pathsep.join([os.environ.get("PATH", os.defpath), *SENDMAIL_FOLDERS]))
    if found is None:
        remedy = (
            'install a mail program (postfix, msmtp-mta, ...), or write smtp = "mail.example.org:587" in .returnkit/till.toml'
        )
        raise NotWrittenError(Problem("there is no sendmail on this machine", remedy))
    return found


def _through_sendmail(mail: Mail, to: Sequence[str], data: bytes, seconds: float) -> None:
    import subprocess

    command = [_sendmail(), "-i", "-f", mail.sender, "--", *to]
    try:
        # Files, not pipes: whoever dies now leaves a whole message, and a child that sendmail leaves behind keeps nobody waiting.
        with _file_of(data.replace(b"\r\n", b"\n")) as given, _file_of(b"") as told:
            code = subprocess.run(  # noqa: S603 - a list of arguments, never through a shell
                command, stdin=given, stdout=told, stderr=told, check=False, timeout=seconds, close_fds=True
            ).returncode
            told.seek(0)
            said = _line(told.read(MOST_READ).decode("utf-8", "replace"))
    except subprocess.TimeoutExpired:
        raise BusyError(
            Problem(f"{command[0]} was not done after {seconds:g} seconds", f"see its queue (mailq); {AGAIN}")
        ) from None
    except OSError as error:
        raise NotWrittenError(Problem(f"{command[0]} cannot be run: {error.strerror}", "install it again")) from None
    if code:
        kind, remedy = (BusyError, AGAIN) if code == TRY_LATER else (NotWrittenError, "see its log, and from and to")
        raise kind(Problem(f"{command[0]} did not take the e-mail (exit code {code}){said}", remedy))


def _file_of(data: bytes) -> "IO[bytes]":
    """Return a file that is gone when it is closed, with these bytes in it, to be read from its beginning."""
    from tempfile import TemporaryFile

    try:
        file = TemporaryFile()  # noqa: SIM115 - whoever asks closes it
        file.write(data)
        file.seek(0)
    except OSError as error:
        remedy = "make room on the disk for temporary files"
        raise NotWrittenError(Problem(f"the e-mail cannot be laid ready: {error.strerror}", remedy)) from None
    return file


# SMTP


@contextmanager
def _logged_in(mail: Mail, seconds: float) -> "Iterator[smtplib.SMTP]":
    """Give a connection that is as safe as `security` says and logged in. What fails inside is told in the shop's words."""
    import smtplib
    import ssl

    password = _password(mail) if mail.user else ""
    server: smtplib.SMTP | None = None
    try:
        # A name of this machine would have to be looked up, which may take minutes where there is no network.
        if mail.security == TLS:
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(mail.server, mail.port, "[127.0.0.1]", timeout=seconds, context=context)
        else:
            server = smtplib.SMTP(mail.server, mail.port, "[127.0.0.1]", timeout=seconds)
        if mail.security == STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            server.login(mail.user, password)
        yield server
    # Of a server's answer that is no SMTP, smtplib makes errors of many kinds; those of its own are OSErrors.
    except (OSError, ValueError) as error:
        raise _refusal(mail, error, password) from None
    finally:
        with suppress(OSError, ValueError):
            if server is not None:
                server.quit()  # whatever it says now, it has taken what it has taken


def _refusal(mail: Mail, error: Exception, password: str) -> ReturnkitError:
    """Return what an error of smtplib means, with what to do; temporary ones are BusyErrors."""
    import smtplib
    import ssl

    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused = [_refused(address, code, _without(password, said)) for address, (code, said) in error.recipients.items()]
        later = any(_is_temporary(code) for code, _ in error.recipients.values())
        return (BusyError if later else NotWrittenError)(*refused)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        what = f"{mail.way} did not let {mail.user} in (answer {error.smtp_code})"
        if _is_temporary(error.smtp_code):
            return BusyError(Problem(what, AGAIN))
        remedy = "check user and password; many providers want a password that is made for programs"
        return NotWrittenError(Problem(what, remedy))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(mail, error.smtp_code, _without(password, error.smtp_error))
    if isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError):
        return BusyError(Problem(f"{mail.way} fell silent", f"check the network and the port; {AGAIN}"))
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return NotWrittenError(Problem(f"{mail.way} offers no STARTTLS", 'ask the provider; on port 465 it is security = "tls"'))
    if isinstance(error, ssl.SSLCertVerificationError):
        what = f"{mail.way} cannot prove who it is: {safe(error.verify_message)}"
        return NotWrittenError(Problem(what, "write the server's name as its provider does; check this machine's clock"))
    if isinstance(error, ssl.SSLError):
        what = f"no safe connection with {mail.way}: {safe(error.reason or '')}"
        return NotWrittenError(Problem(what, 'security is "starttls" on port 587, "tls" on port 465'))
    if isinstance(error, smtplib.SMTPException | ValueError):
        what = f"{mail.way} does not let anybody log in this way, or is no mail server"
        return NotWrittenError(Problem(what, "check smtp and security, and that the password is of plain letters"))
    what = f"{mail.way} cannot be reached: {error.strerror if isinstance(error, OSError) else ''}"
    return BusyError(Problem(what, f"check the network, and smtp in .returnkit/till.toml; {AGAIN}"))


def _answered(mail: Mail, code: int, said: bytes | str) -> ReturnkitError:
    """Return the refusal for what a server answered."""
    if code < 0:
        return NotWrittenError(Problem(f"{mail.way} does not answer as a mail server does", "check the name and the port"))
    what = f"{mail.way} did not take the e-mail (answer {code}){_line(said)}"
    return BusyError(Problem(what, AGAIN)) if _is_temporary(code) else NotWrittenError(Problem(what, "ask the provider"))


def _refused(address: str, code: int, said: bytes | str) -> Problem:
    remedy = "it may be taken later" if _is_temporary(code) else "correct the address in .returnkit/till.toml"
    return Problem(f"no e-mail for {address} was taken (answer {code}){_line(said)}", remedy)


def _is_temporary(code: int) -> bool:
    return code // 100 == 4  # noqa: PLR2004 - RFC 5321: 4xx is for now, 5xx for good


def _without(password: str, said: bytes | str) -> bytes | str:
    """Return what a server said, or nothing where it repeats the password."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return "" if password and password in text else text


def _line(said: bytes | str) -> str:
    """Return what somebody said behind a colon: short, on one line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = safe(" ".join(text.split()))
    return f": {text[:LONGEST_ANSWER]}" if text else ""


def _password(mail: Mail) -> str:
    """Return the password; never a part of it is in what is raised: NotWrittenError."""
    if mail.password_env:
        where = f"the environment variable {mail.password_env}"
        password = os.environ.get(mail.password_env, "")
        remedy = "set it where the reminders are sent: in the crontab's own file, or name a password-file instead"
    else:
        where, remedy = mail.password_file, "write the password into it, and nothing else"
        password = _password_in(mail.password_file)
    if not password:
        raise NotWrittenError(Problem(f"there is no password in {where}", remedy))
    if not password.isascii() or has_control(password):
        raise NotWrittenError(Problem(f"the password in {where} cannot be sent", "take one of plain letters, digits and marks"))
    return password


def _password_in(path: str) -> str:
    """Return the first line of a file that nobody else may read. Raises NotWrittenError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise NotWrittenError(Problem("this is not a file", "write the password into a text file", path))
            if about.st_mode & 0o077 or about.st_uid not in (0, os.geteuid()):
                remedy = f"make it yours alone: chmod 600 {path}"
                raise NotWrittenError(Problem("others may read this password", remedy, path))
            data = file.read(LONGEST_PASSWORD + 1)
    except OSError as error:
        what = f"the password cannot be read: {error.strerror}"
        raise NotWrittenError(Problem(what, "it is a file, no link, that you may read and nobody else", path)) from None
    return data.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")
