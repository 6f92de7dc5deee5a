"""The shop folder: find it, and read what the shop is and what it promises."""

import os
import stat
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from returnkit.errors import BadInputError, Problem, UnreadableError, instead
from returnkit.model.dates import WEEKDAYS, iso
from returnkit.model.money import minor_digits
from returnkit.model.text import is_number
from returnkit.model.toml import MAX_BYTES, MAX_ITEM_BYTES, Finding, Table, name, parse, problems, shown, word

# A command that judges nothing loads nothing of the policy.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from returnkit.model.calendar import Calendar
    from returnkit.model.dates import Span
    from returnkit.model.items import Items
    from returnkit.policy.decide import Setting
    from returnkit.policy.language import Policy
    from returnkit.service.clocks import Clocks
    from returnkit.service.followup_terms import FollowUpTerms
    from returnkit.service.phrases import PhraseBook
    from returnkit.service.terms import Terms

MARK = os.path.join("policies", "shop.toml")
SCHEMA = 1
ROLES = ("staff", "manager", "owner")  # lowest first, unless shop.toml names its own
KEYS = (
    "schema", "name", "address", "web", "phone", "email", "country", "languages", "currency", "time-zone",
    "strict", "roles", "hours", "staff", "retention",
)  # fmt: skip

RETENTION = ("contacts", "words", "accounting")  # how long each is kept; see service/retention.py

ZONE_FILES = "/usr/share/zoneinfo"


class Shop(NamedTuple):
    """A shop folder and what `policies/shop.toml` says of it. Minutes of opening hours count from midnight."""

    folder: str
    name: str
    address: str
    web: str
    country: str
    languages: tuple[str, ...]
    currency: str
    time_zone: str
    strict: bool
    roles: tuple[str, ...]
    staff: dict[str, str]
    hours: dict[int, tuple[tuple[int, int], ...]] | None
    phone: str = ""
    email: str = ""
    retention: Mapping[str, "Span"] = {}

    @property
    def digits(self) -> int:
        """How many decimals the shop's currency has."""
        return minor_digits(self.currency)

    def role_of(self, person: str) -> int:
        """Return the rank of a member of staff; the lowest for a name that shop.toml does not list."""
        roles = {name(known): role for known, role in self.staff.items()}
        return self.roles.index(roles.get(name(person), self.roles[0]))

    def who_may(self, role: int) -> tuple[str, ...]:
        """Return the names of those who have the role, or the next higher one that anybody has."""
        for rank in self.roles[role:]:
            names = tuple(person for person, own in self.staff.items() if own == rank)
            if names:
                return names
        return ()

    def calendar(self) -> "Calendar":
        """Return the days on which the shop is open: its hours, and policies/calendar.toml where there is one."""
        from returnkit.model.calendar import Calendar, read_calendar

        closed = frozenset() if self.hours is None else frozenset(range(7)) - frozenset(self.hours)
        path = os.path.join(self.folder, "policies", "calendar.toml")
        if not os.path.lexists(path):
            return Calendar(closed)
        return read_calendar(read_file(path), shown_path(path), closed)

    def terms(self) -> "Terms":
        """Return what is promised to those who complain; nothing where there is no policies/complaints.toml."""
        from returnkit.service.terms import NO_TERMS, read_terms

        path = os.path.join(self.folder, "policies", "complaints.toml")
        if not os.path.lexists(path):
            return NO_TERMS
        return read_terms(read_file(path), shown_path(path), self.roles, self.staff, self.currency)

    def followup_terms(self) -> "FollowUpTerms":
        """Return whom the shop asks how it went, and when somebody is reminded; the usual where there is no such file."""
        from returnkit.service.followup_terms import FollowUpTerms, read_followup_terms

        path = os.path.join(self.folder, "policies", "followups.toml")
        if not os.path.lexists(path):
            return FollowUpTerms()
        return read_followup_terms(read_file(path), shown_path(path), self.roles, self.staff, self.currency)

    def complaint_text(self) -> str:
        """Return policies/complaints.toml as it is written; an empty text where there is no such file."""
        path = os.path.join(self.folder, "policies", "complaints.toml")
        return read_file(path).decode("utf-8", "replace") if os.path.lexists(path) else ""

    def phrases(self) -> "PhraseBook":
        """Return how customers are spoken with; what policies/phrases.toml does not say is as it comes with the program."""
        from returnkit.service.phrases import read_phrases
        from returnkit.starter_phrases import phrases_text

        shipped = read_phrases(phrases_text().encode(), "phrases.toml", {})
        path = os.path.join(self.folder, "policies", "phrases.toml")
        if not os.path.lexists(path):
            return shipped
        return read_phrases(read_file(path), shown_path(path), shipped.replies)

    def clocks(self, offset: "Callable[[int], int]") -> "Clocks":
        """Return the clocks of complaints; `offset` is the shop's offset from UTC in seconds at an instant."""
        from returnkit.service.clocks import Clocks

        return Clocks(self.terms, self.hours, self.calendar(), self.country, offset)

    def items(self) -> "Items":
        """Return what is sold, as policies/items.toml has it; nothing where there is no such file."""
        from returnkit.model.items import NO_ITEMS, read_items

        path = os.path.join(self.folder, "policies", "items.toml")
        if not os.path.lexists(path):
            return NO_ITEMS
        return read_items(read_file(path, MAX_ITEM_BYTES), shown_path(path))

    def item_text(self) -> str:
        """Return policies/items.toml as it is written; an empty text where there is no such file."""
        path = os.path.join(self.folder, "policies", "items.toml")
        return read_file(path, MAX_ITEM_BYTES).decode("utf-8", "replace") if os.path.lexists(path) else ""

    def policy(self, path: str = "") -> "Policy":
        """Return the return policy as it stands in policies/returns.toml, or in the file at `path`."""
        from returnkit.policy.read import read_policy

        path = path or os.path.join(self.folder, "policies", "returns.toml")
        if not os.path.lexists(path):
            remedy = "write one, or let `returnkit init` make a starter policy"
            raise UnreadableError(Problem("there is no return policy", remedy, shown_path(path)))
        policy = read_policy(read_file(path), shown_path(path), self.roles, self.currency)
        return policy._replace(file=os.path.relpath(path, self.folder) if path.startswith(self.folder) else shown_path(path))

    def archive_path(self, policy: "Policy") -> str:
        """Return where the archive keeps the text of a policy."""
        return os.path.join(self.folder, "policies", "archive", f"returns-{iso(policy.effective)}.toml")

    def archived(self) -> "Iterator[Policy]":
        """Yield the return policies that were in force earlier, in the order of their files' names."""
        folder = os.path.join(self.folder, "policies", "archive")
        if os.path.isdir(folder):
            for file in sorted(os.listdir(folder)):
                if file.startswith("returns") and file.endswith(".toml"):
                    yield self.policy(os.path.join(folder, file))

    def versions(self, bought: int | None) -> "tuple[Policy, ...]":
        """Return the versions of the return policy that may hold for a sale of that day (None = unknown), oldest first.

        Raises UnreadableError where two versions begin on the same day.
        """
        current = self.policy()
        kept = self.archive_path(current)
        if os.path.lexists(kept) and read_file(kept) != current.source:
            what = f"{shown_path(kept)} holds another text for sales from the same day"
            remedy = "give the new text a later effective: what was sold is judged by the text that was in force"
            raise UnreadableError(Problem(what, remedy, current.file))
        if bought is not None and current.effective <= bought:
            return (current,)
        earlier = [policy for policy in self.archived() if policy.source != current.source]
        versions = sorted([*earlier, current], key=lambda policy: policy.effective)
        for older, newer in pairwise(versions):
            if older.effective == newer.effective:
                what = f"{older.file} and {newer.file} are both effective from the same day"
                raise UnreadableError(Problem(what, "give the newer one a later effective", newer.file))
        return tuple(versions)

    def setting(self, versions: "tuple[Policy, ...]") -> "Setting":
        """Return what a decision by these versions needs to know of the shop; the calendar only where one asks for it."""
        from returnkit.model.calendar import Calendar
        from returnkit.policy.decide import Setting

        calendar = self.calendar() if any(policy.uses_calendar() for policy in versions) else Calendar()
        return Setting(self.roles, calendar, self.digits)


def find_shop(folder: str = "") -> Shop:
    """Return the shop in the folder that `find_folder` finds.

    Raises BadInputError where there is none, UnreadableError where its shop.toml has mistakes.
    """
    return read_shop(find_folder(folder))


def find_folder(folder: str = "") -> str:
    """Return the folder of a shop: `folder`, else RETURNKIT_SHOP, else the nearest one upwards from the current one.

    Raises BadInputError where there is none.
    """
    folder = folder or os.environ.get("RETURNKIT_SHOP", "")
    remedy = "make one with `returnkit init DIR`, or name one with --shop DIR"
    if folder:
        if not os.path.lexists(os.path.join(folder, MARK)):
            raise BadInputError(Problem(f"{shown(folder)} is not a shop folder: it has no {MARK}", remedy))
        return folder
    try:
        here = os.getcwd()
    except OSError:
        raise BadInputError(Problem("the current folder is gone", "go to the shop's folder")) from None
    while not os.path.lexists(os.path.join(here, MARK)):
        parent = os.path.dirname(here)
        if parent == here:
            raise BadInputError(Problem(f"there is no shop here: no {MARK} in this folder or above it", remedy))
        here = parent
    return here


def check_place(path: str) -> None:
    """Refuse to write an answer where a shop keeps its own: a report in place of a journal would be the end of that.

    Raises BadInputError.
    """
    here = os.path.realpath(path)
    while (parent := os.path.dirname(here)) != here:
        own = os.path.basename(here)
        if own in ("policies", "records", ".returnkit") and os.path.lexists(os.path.join(parent, MARK)):
            raise BadInputError(Problem(f"{own}/ is the shop's own", "write the answer somewhere else", shown_path(path)))
        here = parent


def shown_path(path: str) -> str:
    """Return a path as a person finds it from the current folder; whole where that folder is gone."""
    try:
        return os.path.relpath(path)
    except OSError:
        return path


def read_file(path: str, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a regular file, at most `limit` + 1 of them. Raises UnreadableError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError(Problem("this is not a file", "put a text file there", shown_path(path)))
            return file.read(limit + 1)
    except OSError as error:
        what = f"it cannot be read: {error.strerror}"
        raise UnreadableError(Problem(what, "check that it exists and that you may read it", shown_path(path))) from None


def read_shop(folder: str) -> Shop:
    """Return the shop of a folder. Raises UnreadableError with every mistake in its shop.toml."""
    path = os.path.join(folder, MARK)
    source, file = read_file(path), shown_path(path)
    findings: list[Finding] = []
    top = Table(parse(source, file), (), findings, KEYS)
    if "schema" not in top or top.whole("schema") != SCHEMA:
        top.note("schema", "the schema is missing or not one that this version reads", f"write schema = {SCHEMA}")
    roles = tuple(word(role) for role in top.texts("roles")) or ROLES
    if len({*roles}) < len(roles):
        top.note("roles", "a role stands twice in roles", "name each once, lowest first")
    shop = Shop(
        folder=folder,
        name=_required(top, "name"),
        address=top.text("address"),
        web=top.text("web"),
        country=_code(top, "country", 2, "two capital letters (ISO 3166-1), such as LV"),
        languages=_languages(top),
        currency=_code(top, "currency", 3, "three capital letters (ISO 4217), such as EUR"),
        time_zone=_time_zone(top),
        strict=top.flag("strict"),
        roles=roles,
        staff=_staff(top, roles),
        hours=_hours(top) if "hours" in top else None,
        phone=top.text("phone"),
        email=top.text("email"),
        retention=_retention(top) if "retention" in top else {},
    )
    if findings:
        raise UnreadableError(*problems(findings, source, file))
    return shop


def nameless_shop(folder: str) -> Shop:
    """Return what stands in for a shop whose shop.toml cannot be read: nobody is in it, and its clock shows UTC."""
    called = os.path.basename(os.path.realpath(folder))
    return Shop(folder, called, "", "", "", ("en",), "", "UTC", strict=False, roles=ROLES, staff={}, hours=None)


def _required(top: Table, key: str) -> str:
    if key not in top:
        top.note(key, f"{key} is missing", f'write {key} = "…"')
        return ""
    return top.text(key)


def _code(top: Table, key: str, length: int, remedy: str) -> str:
    text = _required(top, key)
    if text and not (len(text) == length and text.isascii() and text.isalpha() and text.isupper()):
        top.wrong(key, f"write {remedy}")
    return text


def _languages(top: Table) -> tuple[str, ...]:
    languages = tuple(top.texts("languages"))
    if not languages or not all(map(is_language, languages)):
        top.note(
            "languages",
            "languages is missing or not understood",
            'write languages = ["lv", "en"], the first one is the main one',
        )
    return languages


def is_language(code: str) -> bool:
    """Tell whether the text is the code of a language: two or three small letters (BCP 47)."""
    return code.isascii() and code.isalpha() and code.islower() and len(code) in (2, 3)


def _time_zone(top: Table) -> str:
    zone = _required(top, "time-zone")
    if zone and not zone_exists(zone):
        top.wrong("time-zone", 'write a name of the IANA time zones, such as "Europe/Riga"')
    return zone


def zone_exists(zone: str) -> bool:
    """Tell whether the name is an IANA time zone; zoneinfo is loaded only where the system has no zone files."""
    if not zone.isascii() or not all(part.strip("_+-").replace("_", "").replace("-", "").isalnum() for part in zone.split("/")):
        return False
    if os.path.isfile(os.path.join(ZONE_FILES, zone)):
        return True
    from zoneinfo import available_timezones

    return zone in available_timezones()


def _staff(top: Table, roles: tuple[str, ...]) -> dict[str, str]:
    staff: dict[str, str] = {}
    for table in top.tables("staff", ("name", "role")):
        person, role = _required(table, "name"), word(table.text("role", roles[0]))
        if role not in roles:
            table.wrong("role", instead(role, roles))
        if person in staff:
            table.note("name", f"{shown(person)} stands twice in the staff", "tell them apart: Anna B.")
        staff[person] = role
    return staff


def _hours(top: Table) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return the opening hours by weekday (0 = Monday) in minutes; a weekday that is not named is closed."""
    table = top.table("hours", WEEKDAYS)
    hours = {}
    for day in table.values:
        spans: list[tuple[int, int]] = []
        for text in table.texts(day) if table.values[day] != [] else ():
            begin, _, end = text.replace(" ", "").replace("–", "-").partition("-")
            span = _minutes(begin), _minutes(end)
            if not (spans[-1][1] if spans else -1) < span[0] < span[1]:
                table.wrong(day, 'write ["10:00-14:00", "14:30-19:00"], one after the other')
                break
            spans.append(span)
        if spans:
            hours[WEEKDAYS.index(day)] = tuple(spans)
    return hours


def _retention(top: Table) -> "dict[str, Span]":
    """Return how long the shop keeps what, as far as it says so."""
    table = top.table("retention", RETENTION)
    spans = {key: table.span(key) for key in table.values}
    for key, span in spans.items():
        if span is not None and not any(span):
            table.note(key, f"{key}: nothing can be kept for no time at all", 'write at least "1 day"')
    return {key: span for key, span in spans.items() if span is not None}


def _minutes(text: str) -> int:
    """Return `14:30` as minutes from midnight; -1 where it is no time of day."""
    hours, _, minutes = text.partition(":")
    if not (is_number(hours, 2) and is_number(minutes, 2) and len(minutes) == 2):  # noqa: PLR2004 - two digits
        return -1
    at = int(hours) * 60 + int(minutes)
    return at if int(minutes) < 60 and at <= 24 * 60 else -1  # noqa: PLR2004 - minutes in an hour
