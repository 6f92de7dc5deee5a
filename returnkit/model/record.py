"""The record types: which kinds there are, and what may stand in each.

Writers refuse what is not named here; readers keep what they do not know, so that an older program can read the records
of a newer one. Money is integer minor units beside the currency; days and times are ISO 8601; names are text on one line.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from returnkit.model.dates import parse_iso
from returnkit.model.ids import record_id, split_id
from returnkit.model.text import LONGEST_NAME, contact_in, has_control

VERSION = 1
# What was written is never written anew, since the chain covers its bytes: a record of an older version is read through these
# steps, each from its version to the next one. Figures are read without them: kpi/measures.py must know every version itself.
STEPS: dict[int, Callable[[dict[str, object]], dict[str, object]]] = {}
LONGEST_TEXT = 4000
LARGEST = 10**15
HASH, SHORT_HASH, SALT, DIGEST = 24, 12, 16, 64  # hex digits

CHANNELS = ("counter", "phone", "email", "letter", "web", "chat", "social", "review")  # where a complaint came in
SEVERITIES = ("low", "normal", "high")
DISPOSITIONS = ("restock", "repair", "supplier", "write-off")  # where the goods go
STATES = ("open", "acknowledged", "waiting", "offered", "accepted", "resolved", "closed", "merged")
CLOCKS = ("first_response", "next_response", "resolution")
# What a clock counts: the minutes in which the shop is open, on public holidays not or, where it opens then, as well; or all.
COUNTS = ("open-hours", "open-hours-and-holidays", "always")
STAYED = ("won", "lost")  # whether the customer will come again
FEWEST_CHOICES = 2

Check = Callable[[object], bool]


def is_name(value: object) -> bool:
    """Tell whether the value is a text on one line, as names, numbers of receipts and keys are."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and not has_control(value)


def is_text(value: object) -> bool:
    """Tell whether the value is free words, a few lines of them at the most."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not has_control(value.replace("\n", " "))


def is_whole(value: object) -> bool:
    """Tell whether the value is a whole number that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def is_difference(value: object) -> bool:
    """Tell whether the value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def is_flag(value: object) -> bool:
    """Tell whether the value is a yes or a no."""
    return isinstance(value, bool)


def is_day(value: object) -> bool:
    """Tell whether the value is a day as ISO 8601 text: 2026-11-21."""
    try:
        return isinstance(value, str) and parse_iso(value) > 0
    except ValueError:
        return False


def is_time(value: object) -> bool:
    """Tell whether it is RFC 3339 to the second, with its offset: 2026-11-21T15:30:00+02:00."""
    if not (isinstance(value, str) and value[10:11] == "T" and value[13:14] == value[16:17] == ":" and is_day(value[:10])):
        return False
    offset = value[19:]
    if not (offset == "Z" or (offset[:1] in ("+", "-") and offset[3:4] == ":" and len(offset) == len("+02:00"))):
        return False
    try:
        return datetime.fromisoformat(value).utcoffset() is not None and value.isascii()
    except ValueError:
        return False


def is_id(value: object) -> bool:
    """Tell whether the value is the id of a record, with its till."""
    try:
        till, seq, _ = split_id(str(value))
    except ValueError:
        return False
    return bool(till) and value == record_id(till, seq)


class Hex:
    """So many hex digits."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, value: object) -> bool:
        """Tell whether the value is that."""
        return isinstance(value, str) and len(value) == self.length and not value.strip("0123456789abcdef")


class OneOf:
    """One of the names that there are."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def __call__(self, value: object) -> bool:
        """Tell whether the value is that."""
        return value in self.names


def are_names(value: object) -> bool:
    """Tell whether the value is a list of names, or of nothing."""
    return isinstance(value, list) and all(map(is_name, value))


def _fields(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(field in CAN_GO for field in value) and value == sorted({*value})


def _choices(value: object) -> bool:
    return isinstance(value, list) and are_names(value) and len({*value}) == len(value) >= FEWEST_CHOICES


class Table:
    """A table of these fields, some of them needed."""

    def __init__(self, fields: Mapping[str, Check], needed: tuple[str, ...] = ()) -> None:
        self.fields, self.needed = fields, needed

    def __call__(self, value: object) -> bool:
        """Tell whether the value is that."""
        if not isinstance(value, dict) or any(field not in value for field in self.needed):
            return False
        return all(field in self.fields and self.fields[field](entry) for field, entry in value.items())


class ListOf:
    """A list of at least one such value."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def __call__(self, value: object) -> bool:
        """Tell whether the value is that."""
        return isinstance(value, list) and bool(value) and all(map(self.check, value))


def _answers(value: object) -> bool:
    """Tell whether it is a table of questions with their answers: whole numbers (1 for yes) or short words."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(is_name(question) and (is_whole(answer) or is_name(answer)) for question, answer in value.items())
    )


def is_currency(value: object) -> bool:
    """Tell whether the value is a currency as ISO 4217 writes it."""
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()  # noqa: PLR2004 - ISO 4217


GOODS: dict[str, Check] = {"sku": is_name, "category": is_name, "tags": are_names, "quantity": is_whole, "paid": is_whole}
# One article that comes back: what it is, why, and what the policy said. `paid` is for all its pieces together.
LINE: dict[str, Check] = {
    **GOODS, "lowest": is_whole, "reason": is_name, "condition": is_name, "disposition": OneOf(DISPOSITIONS),
    "answer": OneOf(("yes", "no", "manager")), "remedy": is_name, "amount": is_whole, "until": is_day, "fee": is_whole,
    "tender": is_name, "rule": is_name, "waived": are_names, "policy": Hex(SHORT_HASH),
}  # fmt: skip
PROMISE: dict[str, Check] = {"id": is_id, "by": is_time, "staff": is_name}
# How a complaint stood before a record. `counted` and `paused` are minutes on its clock: those in which it was ours to act, and
# those in which it was the customer's; `waited` are those since `heard`, when the customer came back and was not answered.
WAS: dict[str, Check] = {
    "state": OneOf(STATES), "opened": is_time, "answered": is_time, "reopened": is_whole, "counted": is_whole, "paused": is_whole,
    "missed": are_names, "heard": is_time, "waited": is_whole, "promises": ListOf(Table(PROMISE, ("id", "by"))),
    "channel": is_name, "category": is_name, "sku": is_name, "value": is_whole, "currency": is_currency,
    "customer": OneOf(STAYED),
}  # fmt: skip
# What a complaint was promised when it was opened: minutes inside the shop and in public for each clock.
MINUTES: dict[str, Check] = dict.fromkeys(CLOCKS, is_whole)
PROMISED: dict[str, Check] = {"count": OneOf(COUNTS), "internal": Table(MINUTES), "public": Table(MINUTES)}

FREE_TEXT = ("text", "wish", "because", "changed", "outcome")
DAYS = ("time", "received", "by", "on", "until")
CAN_GO = (*FREE_TEXT, "link")  # what may be taken out of a record for good: free words, and where the customer wrote them

# `source` is the mapping that a record was imported through: it was not made, and a return was not judged, here. `redacted` names
# what was taken out later: then its `h` is as it was, and covers what nobody can read any more.
# `formerly` is what the record was called, and its `h`, before it was taken over from a folder that wrote as the same till.
_formerly = Table({"id": is_id, "h": Hex(HASH)}, ("id", "h"))
COMMON: dict[str, Check] = {
    "v": is_whole, "id": is_id, "kind": is_name, "time": is_time, "entered": is_time, "staff": is_name, "key": is_name,
    "h": Hex(HASH), "source": is_name, "redacted": _fields, "formerly": _formerly,
}  # fmt: skip
SAID: dict[str, Check] = {"text": is_text, "salt": Hex(SALT)}  # free words, which can be blanked together with their salt
SALE: dict[str, Check] = {
    "receipt_no": is_name, "currency": is_currency, "amount": is_whole, "channel": is_name, "member": is_name,
    "paid_with": is_name, "seller": is_name, "country": is_name, "bought": is_day, "delivered": is_day,
}  # fmt: skip
RETURN: dict[str, Check] = {
    **SALE, "lines": ListOf(Table(LINE, ("quantity",))), "receipt": is_name, "on": is_day, "role": is_name, "override": is_flag,
    "because": is_text, "salt": Hex(SALT), "taken": Table(GOODS, ("quantity",)), "difference": is_difference,
    "handling": is_whole, "refund_no": is_name, "guessed": is_name,
}  # fmt: skip
FOLLOWUP: dict[str, Check] = {**SAID, "followup": is_id, "contact": is_name, "receipt_no": is_name}
# One thing that somebody is reminded of: the record that it is about, what is due (`about` it, where there are several), at which
# of its steps, whom, and when it is due.
REMINDER: dict[str, Check] = {"item": is_id, "what": is_name, "about": is_name, "step": is_name, "to": is_name, "by": is_time}
CASE: dict[str, Check] = {**SAID, "case": is_id, "was": Table(WAS, ("state", "opened", "reopened"))}


def _skipped(value: object) -> bool:
    """Tell whether it is what a record of a case said, without its free words."""
    own, _ = KINDS.get(str(value.get("kind")), ({}, ())) if isinstance(value, dict) else ({}, ())
    fields = {field: check for field, check in {**COMMON, **own}.items() if field not in (*FREE_TEXT, "salt")}
    return "case" in own and Table(fields, ("id", "kind", "time", "case", "was"))(value)


# What may stand in a record of each kind, and what must.
KINDS: dict[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
    "till.opened": ({"instance": Hex(16)}, ("instance",)),
    # A receipt too long for one line goes on in a second record, its `part` 2.
    "sale": ({**SALE, "lines": ListOf(Table(GOODS, ("quantity",))), "part": is_whole}, ("receipt_no", "currency", "lines")),
    "return": (RETURN, ("currency", "lines")),
    "return.refused": (RETURN, ("currency", "lines")),
    "return.voided": (
        {"corrects": is_id, "because": is_text, "salt": Hex(SALT), "voided": Table({**COMMON, **RETURN}, ("id", "lines"))},
        ("corrects", "voided", "because"),
    ),
    "complaint.opened": (
        {
            **SAID, "wish": is_text, "channel": OneOf(CHANNELS), "category": is_name, "severity": OneOf(SEVERITIES),
            "receipt_no": is_name, "sku": is_name, "rule": is_name, "link": is_name, "contact": is_name, "value": is_whole,
            "currency": is_currency, "assumed": is_flag, "clocks": Table(PROMISED, ("count",)), "flags": are_names,
            "suspected": are_names, "number": is_name,
        },
        ("channel",),
    ),
    "complaint.acknowledged": (CASE, ("case", "was")),
    "complaint.noted": (CASE, ("case", "was", "text")),
    "complaint.heard": (CASE, ("case", "was")),
    "complaint.assigned": ({**CASE, "to": is_name}, ("case", "was", "to")),
    "complaint.escalated": ({**CASE, "to": is_name}, ("case", "was", "to")),
    "complaint.flagged": ({**CASE, "flag": is_name}, ("case", "was", "flag")),
    "complaint.settled": ({**CASE, "flag": is_name, "outcome": is_text}, ("case", "was", "flag", "outcome")),
    "complaint.promised": ({**CASE, "by": is_time}, ("case", "was", "by")),
    "complaint.kept": ({**CASE, "promise": is_id}, ("case", "was", "promise")),
    "complaint.broken": ({**CASE, "promise": is_id}, ("case", "was", "promise")),
    "complaint.offered": ({**CASE, "choices": _choices}, ("case", "was", "choices")),
    "complaint.accepted": ({**CASE, "choice": is_name}, ("case", "was", "choice")),
    "complaint.declined": (CASE, ("case", "was")),
    "complaint.waiting": (CASE, ("case", "was")),
    "complaint.resolved": (
        {
            **CASE, "remedy": is_name, "token": is_name, "usual": is_name, "worth": is_whole, "currency": is_currency,
            "because": is_text, "coupon": Hex(HASH), "until": is_day,
        },
        ("case", "was"),
    ),
    "complaint.thanked": (CASE, ("case", "was")),
    "complaint.closed": (
        {**CASE, "cause": is_name, "changed": is_text, "sku": is_name, "rule": is_name, "customer": OneOf(STAYED)},
        ("case", "was", "cause"),
    ),
    "complaint.merged": ({**CASE, "into": is_id}, ("case", "was", "into")),
    "complaint.reopened": (CASE, ("case", "was")),
    # What a till wrote of a case before it knew what another one had written counts for nothing, and its figures are taken back.
    "case.corrected": ({"case": is_id, "corrects": is_id, "skipped": _skipped}, ("case", "corrects", "skipped")),
    # A coupon is known by the hash of its code: who reads the records cannot use it.
    "coupon.redeemed": ({"coupon": Hex(HASH), "receipt_no": is_name}, ("coupon",)),
    # A call, a mail, a chat: when it came in and was answered, if it was, and the seconds of opening hours between. It is no
    # event of the complaint that it was `about`; so that is not its `case`.
    "contact.logged": (
        {
            **SAID, "channel": OneOf(CHANNELS), "received": is_time, "answered": is_time, "counted": is_whole, "about": is_id,
            "contact": is_name,
        },
        ("channel", "received"),
    ),
    # Somebody is to be asked how it went, or called back: at a time, or on a day. It may be about a case, a return or a sale.
    "followup.added": (
        {
            **SAID, "by": is_time, "on": is_day, "call": is_flag, "to": is_name, "about": is_id, "contact": is_name,
            "receipt_no": is_name, "survey": is_name,
        },
        (),
    ),
    # `followup` is the record behind it: the complaint, the return or the sale after which the policy asks, or what was added.
    "followup.done": ({**FOLLOWUP, "no_more": is_flag, "survey": is_name}, ("followup",)),
    "followup.snoozed": ({**FOLLOWUP, "by": is_time, "on": is_day}, ("followup",)),
    "followup.skipped": ({**FOLLOWUP, "because": is_text}, ("followup", "because")),
    # A customer who wants to hear from us no more, and one who does again.
    "contact.stopped": ({"contact": is_name}, ("contact",)),
    "contact.resumed": ({"contact": is_name}, ("contact",)),
    # What somebody is about to be reminded of, and that it was sent: a claim without that is taken up again.
    "reminder.claimed": ({"reminders": ListOf(Table(REMINDER, ("item", "what", "step"))), "again": is_id}, ("reminders",)),
    "reminder.sent": ({"claim": is_id, "how": is_name}, ("claim",)),
    # `asked` is the follow-up in which the customer was given the survey.
    "survey.answered": ({**SAID, "survey": is_name, "answers": _answers, "asked": is_id}, ("survey", "answers")),
    # Free words were taken out of a record; `line` is the SHA-256 of what is left of it. Only the till that wrote it does that;
    # another asks for it.
    "redacted": (
        {"redacts": is_id, "fields": _fields, "line": Hex(DIGEST), "because": is_text, "salt": Hex(SALT)},
        ("redacts", "fields", "line", "because"),
    ),
    "redact.requested": (
        {"redacts": is_id, "fields": _fields, "because": is_text, "salt": Hex(SALT)},
        ("redacts", "fields", "because"),
    ),
    # A line that cannot be read any more, which a person accepted: its SHA-256, and that of the line after it, if there was one.
    "damage.known": (
        {"file": is_name, "line": Hex(DIGEST), "after": Hex(DIGEST), "because": is_text, "salt": Hex(SALT)},
        ("file", "line", "because"),
    ),
    # A customer is to be forgotten: how to reach them, and every free word of what names them; with `last` only if nothing has
    # come of them after that day.
    "contact.forgotten": ({"contact": is_name, "because": is_text, "salt": Hex(SALT), "last": is_day}, ("contact",)),
}  # fmt: skip
# What other programs call things: digits alone are theirs.
NAMED = ("key", "receipt_no", "number", "member", "seller", "survey", "staff")
# The shop's own names, typed by hand as well.
SHORT_WORDS = ("category", "rule", "remedy", "cause", "token", "choice", "choices", "flag", "flags", "to")


def filled(values: Mapping[str, object]) -> dict[str, object]:
    """Return what is known: a record has no empty fields."""
    return {field: value for field, value in values.items() if value not in (None, [], "")}


def check_record(record: Mapping[str, object]) -> list[str]:
    """Return what is wrong with a record that is to be written: all of it, in words; nothing if it is sound.

    Its `h` is still to come.
    """
    kind = str(record.get("kind"))
    if kind not in KINDS:
        return [f"there is no kind {kind!r}"]
    own, needed = KINDS[kind]
    problems = [f"{field} is missing" for field in (*needed, "v", "id", "time") if field not in record]
    for field, value in record.items():
        check = own.get(field) or COMMON.get(field)
        if check is None:
            problems.append(f"{field} has no place in a record of this kind")
        elif not check(value):
            problems.append(_odd(field, value))
    for field in (*FREE_TEXT, *SHORT_WORDS, "answers"):
        found = next(filter(None, map(contact_in, _words_of(record.get(field)))), "")
        if found:
            problems.append(f"{field} holds {found}: put it into the contact (--name, --phone, --email), not here")
    for field in NAMED:
        text = record.get(field)
        found = contact_in(text) if isinstance(text, str) and ("@" in text or text.lstrip().startswith("+")) else ""
        if found:
            problems.append(f"{field} holds {found}: it stays for ever; take a number that says nothing about anybody")
    return problems


def _words_of(value: object) -> list[str]:
    values = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str) and len(text) <= LONGEST_TEXT]


def _odd(field: str, value: object) -> str:
    """Return what is wrong with a value that has not the form of its field."""
    if field in FREE_TEXT and isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return f"{field} has {len(value)} characters: {LONGEST_TEXT} is the most, what is longer belongs into a file"
        return f"{field} holds a sign that cannot be seen (a control character): take it out"
    return f"{field} is not of the right form: {str(value)[:60]!r}"


def last_day(record: Mapping[str, object]) -> str:
    """Return the last day (ISO) that a record speaks of, until which something may still come of it; nothing without one."""
    return max(filter(is_day, (str(record.get(field) or "")[: len("2026-11-21")] for field in DAYS)), default="")


def redacted_of(record: Mapping[str, object]) -> list[str]:
    """Return the fields that were taken out of a record for good."""
    fields = record.get("redacted")
    return [field for field in fields if isinstance(field, str)] if isinstance(fields, list) else []


def current(record: dict[str, object]) -> dict[str, object]:
    """Return a record as one of this version, whichever it was written in."""
    version = record.get("v")
    while isinstance(version, int) and version in STEPS:
        record = STEPS[version](record)
        version += 1
    return record


def damage(record: Mapping[str, object]) -> list[str]:
    """Return what is wrong with a record that was read: its known fields; kinds and fields of a newer program are left alone.

    Whether its id is the right one only its place in the journal tells.
    """
    kind = str(record.get("kind"))
    if kind not in _READ:
        own, needed = KINDS.get(kind, ({}, ()))
        checks = {field: _OPEN.get(field, check) for field, check in {**own, **COMMON}.items() if field != "id"}
        _READ[kind] = checks, ("v", "id", "kind", "time", "h", *needed)
    checks, needed = _READ[kind]
    gone = redacted_of(record)
    problems = [f"{field} is missing" for field in needed if field not in record and field not in gone]
    for field, value in record.items():
        if field in checks and not checks[field](value):
            problems.append(f"{field} is not of the right form: {str(value)[:60]!r}")
    return problems


def _open(fields: Mapping[str, Check] = {}) -> Check:
    """Return a check of a table that was read: its known fields, since a newer program may say more there."""

    def check(value: object) -> bool:
        return isinstance(value, dict) and all(fields[field](inner) for field, inner in value.items() if field in fields)

    return check


def _open_list(fields: Mapping[str, Check]) -> Check:
    each = _open(fields)
    return lambda value: isinstance(value, list) and all(map(each, value))


_LINES = {"lines": _open_list(LINE), "taken": _open(GOODS)}
_OPEN: dict[str, Check] = {
    **_LINES, "was": _open({**WAS, "promises": _open_list(PROMISE)}), "voided": _open({**RETURN, **_LINES}), "skipped": _open(),
    "answers": _open(), "clocks": _open(), "reminders": _open_list(REMINDER), "formerly": _open(),
}  # fmt: skip
_READ: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {}
