"""`.returnkit/till.toml`: the settings of this machine, which no other one shares. Git ignores them."""

import os
import re
from typing import NamedTuple

from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.mail import NONE, SECURITIES, STARTTLS, TLS, Mail
from returnkit.model.contact import is_plain_email
from returnkit.model.ids import is_till
from returnkit.model.text import has_control
from returnkit.model.toml import Finding, Table, name, parse, problems, word
from returnkit.records.identity import read_identity
from returnkit.records.rights import GROUP, Sharing, is_trusted, writable_by_others
from returnkit.shop import read_file, shown_path

FILE = os.path.join(".returnkit", "till.toml")
SCHEMA = 1
KEYS = ("from", "to", "people", "sendmail", "smtp", "security", "user", "password-env", "password-file")
ITSELF = ("127.0.0.1", "::1", "localhost")  # where nobody listens on the way
USUAL_PORT = {STARTTLS: 587, TLS: 465, NONE: 25}
HIGHEST_PORT = 65535
_SERVER = r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?))(?::(\d{1,5}))?"
_VARIABLE = r"[A-Z][A-Z0-9_]*"
NOBODY = "nobody"
ANSWERS = ("yes", "no", "true", "false", "on", "off", "always", "never")  # nobody means a till by these
HOW_ADDRESS = 'write one address of plain letters, such as "anna@example.org"'
ELSEWHERE = 'passwords never stand here: write password-env = "RETURNKIT_SMTP_PASSWORD", or password-file = "/etc/…"'
NEVER = dict.fromkeys(("password", "passwd", "pass"), ELSEWHERE)


class Machine(NamedTuple):
    """What a machine does: whether it `sends` the reminders, how its e-mail leaves, and whom the files are shared with.

    `file` is where that stands; `sender` names the till that sends, where the file says so.
    """

    file: str
    sends: bool = False
    sender: str = ""
    mail: Mail | None = None
    files: Sharing = Sharing()


def read_machine(folder: str) -> Machine:
    """Return the settings of this machine for a shop folder; without the file nothing is sent.

    Raises UnreadableError with every mistake, and where somebody else may have written them. No line of the file is shown:
    somebody may have put a password there.
    """
    path = os.path.join(folder, FILE)
    file = shown_path(path)
    if not os.path.lexists(path):
        return Machine(file)
    _check_believed(path, file)
    source = read_file(path)
    findings: list[Finding] = []
    try:
        top = Table(parse(source, file), (), findings, ("schema", "remind", "files", "mail"), NEVER)
        if "schema" not in top or top.whole("schema") != SCHEMA:
            top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
        sends, sender = _sender(top.table("remind", ("send",), NEVER))
        mail = _mail(top.table("mail", KEYS, NEVER)) if "mail" in top else None
        files = top.table("files", ("shared", "contacts"))
        shared = Sharing(*(files.choice(key, (NOBODY, GROUP), NOBODY) == GROUP for key in ("shared", "contacts")))
        found = problems(findings, source, file)
    except UnreadableError as error:
        found = list(error.problems)
    if found:
        raise UnreadableError(*(problem._replace(excerpt="") for problem in found))
    return Machine(file, sends, sender, mail, shared)


def _sender(table: Table) -> tuple[bool, str]:
    """Return whether reminders are sent from here, and by which till alone, where one is named."""
    value = table.values.get("send", False)
    if isinstance(value, str) and is_till(value) and value not in ANSWERS:
        return True, value
    if not isinstance(value, bool):
        table.wrong("send", 'write true or false, or the till that sends, such as "k3"')
    return value is True, ""


def _check_believed(path: str, file: str) -> None:
    """Refuse settings that somebody else made, or may change: they say what is sent to whom, with which password."""
    folder = os.path.dirname(file)
    for each, shown in ((os.path.dirname(path), folder), (path, file)):
        if os.path.exists(each) and not is_trusted(each):
            what = "this belongs to somebody else, who could send what is due, or the password, elsewhere"
            raise UnreadableError(Problem(what, "do this as the user whose shop it is", shown))
    if any(writable_by_others(each, group=True) for each in (path, os.path.dirname(path))):
        what = "everybody on this machine can write it, and send what is due, or the password, elsewhere"
        raise UnreadableError(Problem(what, f"chmod o-w {file} {folder}", file))


def check_sending(machine: Machine, folder: str) -> None:
    """Refuse to send anything from a shop folder that is not the one that sends, or that somebody else owns, or may write.

    A group may write where the files are shared with it, but never the settings. Raises BadInputError, UnreadableError.
    """
    _check_sender(machine, folder)
    settings = os.path.join(folder, FILE)
    if not is_trusted(folder):
        what = "this shop folder belongs to somebody else: nothing is sent from it"
        raise BadInputError(Problem(what, "send as the user whose shop it is", shown_path(folder)))
    for path, group in ((folder, machine.files.records), (settings, False)):
        if writable_by_others(path, group=group):
            what = "others may write this, and could make it send anything: nothing is sent"
            raise BadInputError(Problem(what, f"chmod go-w {shown_path(path)}", shown_path(path)))


def _check_sender(machine: Machine, folder: str) -> None:
    """Raise UnreadableError where another till sends, or the folder was copied with its settings: both might send the same."""
    who, was_there = read_identity(folder)
    if machine.sender and (who is None or who.till != machine.sender):
        what = f"only the till {machine.sender} sends the reminders, and this folder is {who.till if who else 'none yet'}"
        raise UnreadableError(Problem(what, "take the send line out; or name this till, if it is to send them", machine.file))
    if not machine.sender and ((who is None and was_there) or (who is not None and who.copied)):
        what = "this folder is a copy, or came out of a backup, and so did the line that lets it send the reminders"
        here = f'write send = "{who.till}"' if who else "remove .returnkit/instance"
        raise UnreadableError(
            Problem(what, f"if another machine sends them, take send = true out; if this one is to, {here}", machine.file)
        )


def _mail(table: Table) -> Mail:
    sender = table.text("from") if "from" in table else ""
    if not is_plain_email(sender):
        _missing_or_wrong(table, "from")
    to = tuple(dict.fromkeys(table.texts("to")))
    if not to or not all(map(is_plain_email, to)):
        _missing_or_wrong(table, "to")
    mail = Mail(sender, to, _people(table))
    if ("smtp" in table) == table.flag("sendmail"):
        table.note(
            "smtp", "one way is needed for the e-mail, and only one", 'write sendmail = true, or smtp = "mail.example.org:587"'
        )
    if "smtp" in table:
        return _with_password(table, _with_server(table, mail))
    for key in ("security", "user", "password-env", "password-file"):
        if key in table:
            table.note(key, f"{key} is of smtp, which is missing", "take it out, or name the server")
    return mail


def _missing_or_wrong(table: Table, key: str) -> None:
    if key not in table:
        table.note(key, f"{key} is missing", HOW_ADDRESS)
    elif all(finding.path != table.at(key) for finding in table.findings):  # once is enough
        table.wrong(key, HOW_ADDRESS)


def _people(table: Table) -> dict[str, str]:
    """Return the addresses of people, by their names as they are compared."""
    entries = table.values.get("people", {})
    keys = tuple(map(word, entries)) if isinstance(entries, dict) else ()
    inner = table.table("people", keys)
    for person in inner.values:
        if not is_plain_email(inner.text(person)):
            inner.wrong(person, HOW_ADDRESS)
    return {name(inner.written[person]): inner.text(person) for person in inner.values}


def _with_server(table: Table, mail: Mail) -> Mail:
    found = re.fullmatch(_SERVER, _unshown(table, "smtp"), re.ASCII)
    if found is None:
        table.note("smtp", "smtp is not understood", 'write the server and its port: smtp = "mail.example.org:587"')
        return mail
    server, written = found[1] or found[2], found[3]
    usual = TLS if written == str(USUAL_PORT[TLS]) else STARTTLS
    security = table.choice("security", SECURITIES, usual)
    port = int(written) if written else USUAL_PORT[security]
    if not 0 < port <= HIGHEST_PORT:
        table.note("smtp", f"there is no port {port}", "write one from 1 to 65535: 587 as a rule")
    if security == NONE and server not in ITSELF:
        table.note("security", "e-mail may only go unprotected to this machine itself", 'write security = "starttls", or "tls"')
    return mail._replace(server=server, port=port, security=security)


def _unshown(table: Table, key: str) -> str:
    """Return a text that no message shows, whatever is wrong with it: somebody may have put the password there."""
    value = table.values.get(key, "")
    if isinstance(value, str) and not has_control(value):
        return value
    table.note(key, f"{key} is not understood", "write a text in quotes, on one line")
    return ""


def _with_password(table: Table, mail: Mail) -> Mail:
    user, variable, path = (_unshown(table, key) for key in ("user", "password-env", "password-file"))
    if bool(user) != bool(variable or path) or (variable and path):
        what = "who logs in has a user and a password, from one place"
        table.note("user", what, "write user, and password-env or password-file; or none of the three")
    if variable and not re.fullmatch(_VARIABLE, variable, re.ASCII):
        table.note(
            "password-env",
            "password-env is not the name of an environment variable",
            "write it in capital letters; the password itself never stands here",
        )
    if path and not os.path.isabs(path):
        table.note(
            "password-file", "password-file is no whole path", "begin it with a slash; the password itself never stands here"
        )
    return mail._replace(user=user, password_env=variable, password_file=path)
