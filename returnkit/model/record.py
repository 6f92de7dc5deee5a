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
LONGEST_TEXT = 4000
LARGEST = 10**15
HASH, SHORT_HASH, SALT = 24, 12, 16  # hex digits

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


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not has_control(value.replace("\n", " "))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def _difference(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _day(value: object) -> bool:
    try:
        return isinstance(value, str) and parse_iso(value) > 0
    except ValueError:
        return False


def _time(value: object) -> bool:
    """Tell whether it is RFC 3339 to the second, with its offset: 2026-11-21T15:30:00+02:00."""
    if not (isinstance(value, str) and value[10:11] == "T" and value[13:14] == value[16:17] == ":" and _day(value[:10])):
        return False
    offset = value[19:]
    if not (offset == "Z" or (offset[:1] in ("+", "-") and offset[3:4] == ":" and len(offset) == len("+02:00"))):
        return False
    try:
        return datetime.fromisoformat(value).utcoffset() is not None and value.isascii()
    except ValueError:
        return False


def _id(value: object) -> bool:
    try:
        till, seq, _ = split_id(str(value))
    except ValueError:
        return False
    return bool(till) and value == record_id(till, seq)


def _hex(length: int) -> Check:
    def check(value: object) -> bool:
        return isinstance(value, str) and len(value) == length and not value.strip("0123456789abcdef")

    return check


def _one_of(*names: str) -> Check:
    return lambda value: value in names


def _names(value: object) -> bool:
    return isinstance(value, list) and all(map(is_name, value))


def _choices(value: object) -> bool:
    return isinstance(value, list) and _names(value) and len({*value}) == len(value) >= FEWEST_CHOICES


def _table(fields: Mapping[str, Check], needed: tuple[str, ...] = ()) -> Check:
    def check(value: object) -> bool:
        if not isinstance(value, dict) or any(field not in value for field in needed):
            return False
        return all(field in fields and fields[field](entry) for field, entry in value.items())

    return check


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and bool(value) and all(map(check, value))


def _answers(value: object) -> bool:
    """Tell whether it is a table of questions with their answers: whole numbers (1 for yes) or short words."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(is_name(question) and (_whole(answer) or is_name(answer)) for question, answer in value.items())
    )


def _currency(value: object) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()  # noqa: PLR2004 - ISO 4217


GOODS: dict[str, Check] = {"sku": is_name, "category": is_name, "tags": _names, "quantity": _whole, "paid": _whole}
# One article that comes back: what it is, why, and what the policy said. `paid` is for all its pieces together.
LINE: dict[str, Check] = {
    **GOODS, "lowest": _whole, "reason": is_name, "condition": is_name, "disposition": _one_of(*DISPOSITIONS),
    "answer": _one_of("yes", "no", "manager"), "remedy": is_name, "amount": _whole, "until": _day, "fee": _whole,
    "tender": is_name, "rule": is_name, "waived": _names, "policy": _hex(SHORT_HASH),
}  # fmt: skip
PROMISE: dict[str, Check] = {"id": _id, "by": _time, "staff": is_name}
# How a complaint stood before a record. `counted` and `paused` are minutes on its clock: those in which it was ours to act, and
# those in which it was the customer's; `waited` are those since `heard`, when the customer came back and was not answered.
WAS: dict[str, Check] = {
    "state": _one_of(*STATES), "opened": _time, "answered": _time, "reopened": _whole, "counted": _whole, "paused": _whole,
    "missed": _names, "heard": _time, "waited": _whole, "promises": _list_of(_table(PROMISE, ("id", "by"))),
    "channel": is_name, "category": is_name, "sku": is_name, "value": _whole, "currency": _currency,
    "customer": _one_of(*STAYED),
}  # fmt: skip
# What a complaint was promised when it was opened: minutes inside the shop and in public for each clock.
MINUTES: dict[str, Check] = dict.fromkeys(CLOCKS, _whole)
PROMISED: dict[str, Check] = {"count": _one_of(*COUNTS), "internal": _table(MINUTES), "public": _table(MINUTES)}

# `source` is the mapping that a record was imported through: it was not made, and a return was not judged, here.
COMMON: dict[str, Check] = {
    "v": _whole, "id": _id, "kind": is_name, "time": _time, "entered": _time, "staff": is_name, "key": is_name, "h": _hex(HASH),
    "source": is_name,
}  # fmt: skip
SAID: dict[str, Check] = {"text": _text, "salt": _hex(SALT)}  # free words, which can be blanked together with their salt
SALE: dict[str, Check] = {
    "receipt_no": is_name, "currency": _currency, "amount": _whole, "channel": is_name, "member": is_name, "paid_with": is_name,
    "seller": is_name, "country": is_name, "bought": _day, "delivered": _day,
}  # fmt: skip
RETURN: dict[str, Check] = {
    **SALE, "lines": _list_of(_table(LINE, ("quantity",))), "receipt": is_name, "on": _day, "role": is_name, "override": _flag,
    "because": _text, "salt": _hex(SALT), "taken": _table(GOODS, ("quantity",)), "difference": _difference, "handling": _whole,
    "refund_no": is_name, "guessed": is_name,
}  # fmt: skip
CASE: dict[str, Check] = {**SAID, "case": _id, "was": _table(WAS, ("state", "opened", "reopened"))}

# What may stand in a record of each kind, and what must.
KINDS: dict[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
    "till.opened": ({"instance": _hex(16)}, ("instance",)),
    # A receipt too long for one line goes on in a second record, its `part` 2.
    "sale": ({**SALE, "lines": _list_of(_table(GOODS, ("quantity",))), "part": _whole}, ("receipt_no", "currency", "lines")),
    "return": (RETURN, ("currency", "lines")),
    "return.refused": (RETURN, ("currency", "lines")),
    "return.voided": (
        {"corrects": _id, "because": _text, "salt": _hex(SALT), "voided": _table({**COMMON, **RETURN}, ("id", "lines"))},
        ("corrects", "voided", "because"),
    ),
    "complaint.opened": (
        {
            **SAID, "wish": _text, "channel": _one_of(*CHANNELS), "category": is_name, "severity": _one_of(*SEVERITIES),
            "receipt_no": is_name, "sku": is_name, "rule": is_name, "link": is_name, "contact": is_name, "value": _whole,
            "currency": _currency, "assumed": _flag, "clocks": _table(PROMISED, ("count",)), "flags": _names,
            "suspected": _names, "number": is_name,
        },
        ("channel",),
    ),
    "complaint.acknowledged": (CASE, ("case", "was")),
    "complaint.noted": (CASE, ("case", "was", "text")),
    "complaint.heard": (CASE, ("case", "was")),
    "complaint.assigned": ({**CASE, "to": is_name}, ("case", "was", "to")),
    "complaint.escalated": ({**CASE, "to": is_name}, ("case", "was", "to")),
    "complaint.flagged": ({**CASE, "flag": is_name}, ("case", "was", "flag")),
    "complaint.settled": ({**CASE, "flag": is_name, "outcome": _text}, ("case", "was", "flag", "outcome")),
    "complaint.promised": ({**CASE, "by": _time}, ("case", "was", "by")),
    "complaint.kept": ({**CASE, "promise": _id}, ("case", "was", "promise")),
    "complaint.broken": ({**CASE, "promise": _id}, ("case", "was", "promise")),
    "complaint.offered": ({**CASE, "choices": _choices}, ("case", "was", "choices")),
    "complaint.accepted": ({**CASE, "choice": is_name}, ("case", "was", "choice")),
    "complaint.declined": (CASE, ("case", "was")),
    "complaint.waiting": (CASE, ("case", "was")),
    "complaint.resolved": (
        {
            **CASE, "remedy": is_name, "token": is_name, "usual": is_name, "worth": _whole, "currency": _currency,
            "because": _text, "coupon": _hex(HASH), "until": _day,
        },
        ("case", "was"),
    ),
    "complaint.thanked": (CASE, ("case", "was")),
    "complaint.closed": (
        {**CASE, "cause": is_name, "changed": _text, "sku": is_name, "rule": is_name, "customer": _one_of(*STAYED)},
        ("case", "was", "cause"),
    ),
    "complaint.merged": ({**CASE, "into": _id}, ("case", "was", "into")),
    "complaint.reopened": (CASE, ("case", "was")),
    # A coupon is known by the hash of its code: who reads the records cannot use it.
    "coupon.redeemed": ({"coupon": _hex(HASH), "receipt_no": is_name}, ("coupon",)),
    # A call, a mail, a chat: when it came in and was answered, if it was, and the seconds of opening hours between. It is no
    # event of the complaint that it was `about`; so that is not its `case`.
    "contact.logged": (
        {
            **SAID, "channel": _one_of(*CHANNELS), "received": _time, "answered": _time, "counted": _whole, "about": _id,
            "contact": is_name,
        },
        ("channel", "received"),
    ),
    "survey.answered": ({**SAID, "survey": is_name, "answers": _answers}, ("survey", "answers")),
}  # fmt: skip
FREE_TEXT = ("text", "wish", "because", "changed", "outcome")
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
    for field in (*FREE_TEXT, *SHORT_WORDS):
        found = next(filter(None, map(contact_in, _words_of(record.get(field)))), "")
        if found:
            problems.append(f"{field} holds {found}: put it into the contact (--name, --phone, --email), not here")
    return problems


def _words_of(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str) and len(text) <= LONGEST_TEXT]


def _odd(field: str, value: object) -> str:
    """Return what is wrong with a value that has not the form of its field."""
    if field in FREE_TEXT and isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return f"{field} has {len(value)} characters: {LONGEST_TEXT} is the most, what is longer belongs into a file"
        return f"{field} holds a sign that cannot be seen (a control character): take it out"
    return f"{field} is not of the right form: {str(value)[:60]!r}"


def damage(record: Mapping[str, object]) -> list[str]:
    """Return what is wrong with a record that was read: its known fields; kinds and fields of a newer program are left alone.

    Whether its id is the right one only its place in the journal tells.
    """
    kind = str(record.get("kind"))
    if kind not in _READ:
        own, needed = KINDS.get(kind, ({}, ()))
        # A newer program may say more in a table.
        checks = {field: check for field, check in {**own, **COMMON}.items() if field not in (*TABLES, "id")}
        _READ[kind] = checks, ("v", "id", "kind", "time", "h", *needed)
    checks, needed = _READ[kind]
    problems = [f"{field} is missing" for field in needed if field not in record]
    for field, value in record.items():
        if field in checks and not checks[field](value):
            problems.append(f"{field} is not of the right form: {str(value)[:60]!r}")
    return problems


TABLES = ("lines", "voided", "was", "taken", "answers", "clocks", "promises")
_READ: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {}
