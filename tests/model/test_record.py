"""What may stand in a record: every field in its form, and no way to reach a customer."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from returnkit.model.ids import record_id
from returnkit.model.jsonl import Json
from returnkit.model.record import KINDS, check_record, damage
from returnkit.model.text import contact_in

TIME, DAY, SALT = "2026-11-21T12:00:00+02:00", "2026-11-21", "0123456789abcdef"
ID, CASE = record_id("k3", 412), record_id("k4", 7)
GOODS: Json = {"sku": "AP-101", "category": "clothes", "tags": ["clearance"], "quantity": 2, "paid": 9800}
LINE: Json = {
    **GOODS, "lowest": 9000, "reason": "wrong-size", "condition": "unopened", "disposition": "restock", "answer": "yes",
    "remedy": "refund", "amount": 9800, "until": DAY, "fee": 0, "rule": "terms", "waived": ["receipt"], "policy": "d501d549bd3d",
    "tender": "cash",
}  # fmt: skip
COMMON: Json = {
    "v": 1,
    "id": ID,
    "time": TIME,
    "entered": TIME,
    "staff": "Anna",
    "key": "mail-17",
    "h": "0123456789abcdef01234567",
    "source": "online-retail",
    "formerly": {"id": record_id("k3", 9), "h": "76543210fedcba9876543210"},
}
SALE: Json = {
    "receipt_no": "2026/11-0412", "currency": "EUR", "amount": 9800, "channel": "store", "member": "gold", "paid_with": "card",
    "seller": "partner", "country": "LV", "bought": DAY, "delivered": DAY,
}  # fmt: skip
RETURN: Json = {
    **SALE, "lines": [LINE], "receipt": "yes", "on": DAY, "role": "staff", "override": True, "because": "a regular", "salt": SALT,
    "taken": {"sku": "AP-102", "quantity": 1, "paid": 5900}, "difference": -100, "handling": 90,
    "refund_no": "C536379", "guessed": "536365",
}  # fmt: skip
WAS: Json = {
    "state": "open", "opened": TIME, "answered": TIME, "reopened": 0, "counted": 95, "paused": 0, "missed": ["first_response"],
    "heard": TIME, "waited": 5, "promises": [{"id": ID, "by": TIME, "staff": "Anna"}], "channel": "email",
    "category": "delivery", "sku": "AP-101", "value": 50000, "currency": "EUR", "customer": "won",
}  # fmt: skip
OF_CASE: Json = {"case": CASE, "was": WAS, "text": "called back", "salt": SALT}

# A record of each kind in which everything stands that may stand there.
OF_FOLLOWUP: Json = {"followup": CASE, "contact": "7kd9x2mfqp", "receipt_no": "10482", "text": "happy", "salt": SALT}
BODIES: dict[str, Json] = {
    "till.opened": {"instance": SALT},
    "sale": {**SALE, "lines": [GOODS], "part": 2},
    "return": RETURN,
    "return.refused": RETURN,
    "return.voided": {"corrects": CASE, "because": "a slip", "salt": SALT, "voided": {**RETURN, "id": CASE, "time": TIME}},
    "complaint.opened": {
        "text": "it arrived wet", "salt": SALT, "channel": "counter", "category": "delivery", "severity": "high",
        "receipt_no": "10482", "contact": "7kd9x2mfqp", "value": 50000, "currency": "EUR", "wish": "a new one",
        "number": "511074", "sku": "AP-101", "rule": "faulty", "link": "https://maps.example/r/17", "assumed": True,
        "clocks": {"count": "open-hours", "internal": {"first_response": 60}, "public": {"resolution": 960}},
        "flags": ["safety"], "suspected": ["privacy"],
    },
    "complaint.acknowledged": OF_CASE,
    "complaint.noted": OF_CASE,
    "complaint.heard": OF_CASE,
    "complaint.assigned": {**OF_CASE, "to": "Mārtiņš"},
    "complaint.escalated": {**OF_CASE, "to": "owner"},
    "complaint.flagged": {**OF_CASE, "flag": "safety"},
    "complaint.settled": {**OF_CASE, "flag": "safety", "outcome": "taken off the shelf"},
    "complaint.promised": {**OF_CASE, "by": TIME},
    "complaint.kept": {**OF_CASE, "promise": ID},
    "complaint.broken": {**OF_CASE, "promise": ID},
    "complaint.offered": {**OF_CASE, "choices": ["replacement", "refund"]},
    "complaint.accepted": {**OF_CASE, "choice": "refund"},
    "complaint.declined": OF_CASE,
    "complaint.waiting": OF_CASE,
    "complaint.resolved": {
        **OF_CASE, "remedy": "refund", "token": "coffee", "usual": "coupon", "worth": 250, "currency": "EUR",
        "because": "a regular", "coupon": COMMON["h"], "until": DAY,
    },
    "complaint.thanked": OF_CASE,
    "complaint.closed": {
        **OF_CASE, "cause": "packaging", "changed": "thicker boxes", "sku": "AP-101", "rule": "faulty", "customer": "won",
    },
    "complaint.merged": {**OF_CASE, "into": ID},
    "coupon.redeemed": {"coupon": COMMON["h"], "receipt_no": "10482"},
    "complaint.reopened": OF_CASE,
    "case.corrected": {
        "case": CASE, "corrects": ID,
        "skipped": {"id": ID, "kind": "complaint.closed", "time": TIME, "case": CASE, "was": WAS, "cause": "packaging"},
    },
    "contact.logged": {
        "channel": "phone", "received": TIME, "answered": TIME, "counted": 12, "about": CASE, "contact": "7kd9x2mfqp",
        "text": "asked when it comes", "salt": SALT,
    },
    "followup.added": {
        "by": TIME, "on": DAY, "call": True, "to": "Anna", "about": CASE, "contact": "7kd9x2mfqp", "receipt_no": "10482",
        "survey": "short", "text": "is it warm enough now?", "salt": SALT,
    },
    "followup.done": {**OF_FOLLOWUP, "no_more": True, "survey": "short"},
    "followup.snoozed": {**OF_FOLLOWUP, "by": TIME, "on": DAY},
    "followup.skipped": {**OF_FOLLOWUP, "because": "was here, and is happy"},
    "contact.stopped": {"contact": "7kd9x2mfqp"},
    "contact.resumed": {"contact": "7kd9x2mfqp"},
    "reminder.claimed": {
        "reminders": [{"item": CASE, "what": "promise", "about": ID, "step": "soon", "to": "Anna", "by": TIME}], "again": ID,
    },
    "reminder.sent": {"claim": ID, "how": "mail"},
    "redacted": {"redacts": CASE, "fields": ["text", "wish"], "line": 4 * SALT, "because": "it names somebody", "salt": SALT},
    "redact.requested": {"redacts": CASE, "fields": ["text"], "because": "it names somebody", "salt": SALT},
    "contact.forgotten": {"contact": "7kd9x2mfqp", "because": "they asked for it", "salt": SALT, "last": DAY},
    "damage.known": {"file": "k3/2026-11.jsonl", "line": 4 * SALT, "after": 4 * SALT, "because": "the disk failed", "salt": SALT},
    "survey.answered": {
        "survey": "reviews", "answers": {"rating": 5, "again": "yes"}, "text": "lovely", "salt": SALT, "asked": ID,
    },
}  # fmt: skip
WHOLE: dict[str, Json] = {kind: {**COMMON, "kind": kind, **body} for kind, body in BODIES.items()}
OF_EACH_TYPE: tuple[object, ...] = (None, True, 3, 1.5, "x", ["x"], {"x": 1})


def inside(record: Mapping[str, object]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield every place in a record, however deep, and what stands there."""
    for field, value in record.items():
        yield (field,), value
        if isinstance(value, dict):
            yield from (((field, *path), found) for path, found in inside(value))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from (((field, 0, *path), found) for path, found in inside(value[0]))


def put(record: object, path: tuple[str | int, ...], value: object) -> object:
    """Return a copy of a record with another value in one place."""
    here, *rest = path
    new = put(record[here], tuple(rest), value) if rest else value  # type: ignore[index]
    if isinstance(record, list):
        return [new, *record[1:]]
    assert isinstance(record, dict)
    return {**record, here: new}


def problems(record: object) -> list[str]:
    assert isinstance(record, dict)
    return check_record(record)


def test_every_kind_is_shown_here_with_every_field() -> None:
    assert set(WHOLE) == set(KINDS)
    for kind, (fields, _) in KINDS.items():
        assert set(fields) <= set(WHOLE[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_with_everything_in_it_is_sound(kind: str) -> None:
    assert check_record(WHOLE[kind]) == []
    assert damage(WHOLE[kind]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_type_is_refused_in_every_place(kind: str) -> None:
    record = WHOLE[kind]
    for path, right in inside(record):
        for wrong in OF_EACH_TYPE:
            answer = path[0] == "answers" and len(path) > 1 and wrong in (3, "x")  # a number, or a word
            if type(wrong) is not type(right) and not answer:
                said = problems(put(record, path, wrong))
                assert said, f"{path}: {wrong!r}"
                assert str(path[0]) in said[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_nobody_knows_is_refused_in_every_place(kind: str) -> None:
    record = WHOLE[kind]
    assert check_record({**record, "colour": "red"}) == ["colour has no place in a record of this kind"]
    for path, value in inside(record):
        if isinstance(value, dict) and path != ("answers",):
            assert problems(put(record, (*path, "colour"), "red")), path
        if isinstance(value, list) and isinstance(value[0], dict):
            assert problems(put(record, (*path, 0, "colour"), "red")), path


@pytest.mark.parametrize("kind", KINDS)
def test_what_must_stand_in_a_record_is_missed(kind: str) -> None:
    needed = (*KINDS[kind][1], "v", "id", "time")
    for field in (*needed, "h"):  # nothing is sealed before it is checked, so h is missed by readers alone
        record = {name: value for name, value in WHOLE[kind].items() if name != field}
        assert check_record(record) == [f"{field} is missing"] * (field in needed)
        assert damage(record) == [f"{field} is missing"]


@pytest.mark.parametrize("kind", [None, "", "refund", "Return", ["return"], {"return": 1}, 1])
def test_a_kind_that_nobody_knows_is_refused(kind: object) -> None:
    (said,) = check_record({**COMMON, "kind": kind})
    assert said.startswith("there is no kind")


def test_what_a_newer_program_says_is_no_damage() -> None:
    assert damage({**COMMON, "kind": "stock.counted", "pieces": 3.5}) == []
    newer = {"colour": "red"}
    assert damage({**WHOLE["sale"], **newer, "lines": [{**GOODS, **newer}]}) == []
    assert damage({**WHOLE["return"], "lines": [{**LINE, **newer}], "taken": {"sku": "AP-102", **newer}}) == []
    assert damage({**WHOLE["complaint.closed"], "was": {**WAS, **newer}}) == []


WRONG: dict[str, list[object]] = {
    "v": [-1, 10**16],
    "id": ["", "0412P", "k3-0412", "k3-0412A", "K3-0412P", f" {ID}", f"{ID}\n", record_id("k3", 412).upper(), "k3-412" + ID[-1]],
    "corrects": [CASE.upper(), "k4-7" + CASE[-1]],
    "case": [CASE.upper(), f"{CASE} "],
    "time": [
        "", "2026-11-21", "2026-11-21T12:00:00", "2026-11-21T12:00+02:00", "2026-11-21T25:00:00+02:00",
        "2026-02-30T12:00:00+02:00",
        "2026-W47-6T12:00:00+02:00", "20261121T120000.000+0200",
        "2026-11-21 12:00:00+02:00", "2026-11-21T12:00:00 +02:00",
        "2026-11-21T12:00:00+02:00:30", "0001-01-01T12:00:00+02:00", "２０２６-11-21T12:00:00+02:00",
    ],
    "bought": ["", "2026-02-30", "2026-1-1", "20261121", "2026-W47-6", "21.11.2026", TIME, "1999-12-31", "2100-01-01"],
    "staff": ["", "x" * 201, "Anna\nBerta", "Anna\t", "\x1b[2J", "\u2028", "\ud800"],
    "key": ["", "a\nb", "x" * 201],
    "h": ["", "0" * 23, "0" * 25, "A" * 24, "g" * 24, " " + "0" * 23],
    "salt": ["", "0" * 15, "0" * 17, "x" * 16],
    "currency": ["", "eur", "EURO", "EU", "E1R", "ÄÖÜ", "€€€"],
    "amount": [-1, 10**16],
    "value": [-1],
    "difference": [10**16, -(10**16)],
    "handling": [-1],
    "because": ["x" * 4001, "\x00", "\x1b", "\u2028"],
    "text": ["x" * 4001, "\x07"],
    "channel": ["pigeon"],
    "severity": ["urgent", ""],
    "lines": [[]],
    "instance": ["0" * 15, "X" * 16],
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_a_value_that_cannot_be_is_refused(field: str) -> None:
    kinds = ("complaint.opened",) if field in ("channel", "severity", "value") else KINDS
    accepted = [
        (kind, value)
        for kind in kinds
        if field in WHOLE[kind]
        for value in WRONG[field]
        if not any(said.startswith(field) for said in check_record({**WHOLE[kind], field: value}))
    ]
    assert accepted == []


# No way to reach a customer

ADDRESSES = (
    "anna@example.org", "Anna <anna@example.org>", "write to anna.b+returns@mail.example.co.uk, please", "a@b.lv.",
    "mailto:anna@example.org", "(anna@example.org)", "anna@example.org,bob@example.lv", "ANNA@EXAMPLE.ORG", "anna@пример.рф",
    "anna@xn--e1afmkfd.xn--p1ai", "anna_b@sub.domain.museum", "she is anna@example.org\nand waits", "o'neil@example.ie",
)  # fmt: skip
NUMBERS = (
    "+371 20 000 000", "+37120000000", "0037120000000", "00371 20000000", "00 371 20000000", "20000000", "20 000 000",
    "2000 0000", "20-00-00-00", "(371) 20000000", "+371-20-000-000", "+371.20.000.000", "+371/20000000", "(+371)20000000",
    "+371 (20) 000000", "+1 (555) 010-9999", "555-010-9999", "(555) 010-9999", "030 1234567", "030/1234567", "0171-1234567",
    "+49 (0)30 1234567", "+49 30 1234567-0", "020 7946 0958", "+44 20 7946 0958", "01 23 45 67 89", "8 (800) 555-35-35",
    "67 123 456", "6712345", "29\u00a0123\u00a0456", "+371\u00a029\u00a0123\u00a0456", "+371\u202f29\u202f123\u202f456",
    "29\u2011123\u2011456", "29 - 123 - 456",
    "２９１２３４５６", "tel:20000000", "tel: 20000000", "Tālr.: 29123456", "Tālr.29123456",
    "phone=29123456", "whatsapp:29123456", "call 29123456, please", "call 29123456!", "(29123456)", "„29123456“",
    "29123456/29123457", "29123456 or 29123457", "+371 2912 3456, after five", "2026-11-21 called 29123456", "29123456 15:30",
    "paid 12.50, call 29123456",
    "TEL 29123456", "GSM 29 123 456", "mob. 29123456", "€20 back, 29123456",
)  # fmt: skip
# Receipts, dates and the like: what is said of a sale every day.
HARMLESS = (
    "2026-11-21", "21.11.2026", "21. 11. 2026", "21/11/2026", "21-11-2026", "11/21/26", "1.1.26", "2026.11.21", "21.11.",
    "2026-11", "2026-11-21 15:30", "2026-11-21, 15:30", "2026-11-21 15.30", "2026-11-21T15:30:00+02:00", "14.11.2026 15:30",
    "21.11.2026 at 9", "2026-11-21 to 2026-11-24", "2026-11-21/2026-11-24", "21.11.2026-24.11.2026", "21.11.-24.11.2026",
    "2026-11-21 2026-11-22", "15:30", "15:30:00", "9:00-18:00", "10:00–14:00", "49.90", "49,90 €", "1 234,56", "1,234.56",
    "1.234,56", "12 345 678,90", "EUR 1234567", "1234567 EUR", "1 000 000 €", "€ 1 000 000", "-1234567.89", "12 000 €", "15 %",
    "4012345678901", "5901234123457", "EAN 4012345678901", "4 012345 678901", "012345678905", "2026/11-0412",
    "receipt 2026/11-0412 of 2026-11-21", "AP-101", "RO-401", "AP-101-2026-11", "k3-0412P", "k3-12345X", "10482",
    "order 100234", "receipt 10482 of 2026-11-21", "100 x 200 x 300", "1200 x 800 x 600 mm", "3/4", "LV40003000000",
    "RR123456789LV", "SN12345678A", "the 2nd of 3, size 42, room 17", "@home", "5 @ 9.90", "50 % @ Anna's", "978-3-16-148410-0",
)  # fmt: skip


def seen(texts: Iterable[str], around: Iterable[str]) -> dict[str, str]:
    """Return what is seen in the texts, each in several surroundings."""
    whole = [place.format(text, text) for text in texts for place in around]
    return {text: contact_in(text) for text in whole}


def test_addresses_are_seen() -> None:
    found = seen(ADDRESSES, ["{}", "the customer says {} and waits", "\n{}\n"])
    assert [text for text, what in found.items() if what != "an e-mail address"] == []


def test_telephone_numbers_are_seen() -> None:
    found = seen(NUMBERS, ["{}", "the customer says {} and waits", "{}.", "({})", "\n{}\n"])
    assert [text for text, what in found.items() if what != "a telephone number"] == []


def test_what_is_said_of_a_sale_is_no_way_to_reach_anybody() -> None:
    found = seen(HARMLESS, ["{}", "the customer says {} and waits", "{}.", "({})", "{}, {}", "{}\n{}"])
    assert [text for text, what in found.items() if what] == []


LONG = ("1", "1 ", "1.1.", "(1)-", "1 000 ", "+1", "00 ", "a@", "a@a", "@.", "12:", "1/", "€1")


@pytest.mark.parametrize("piece", LONG)
def test_a_long_text_is_looked_through_at_once(piece: str) -> None:
    text = (piece * 4000)[:4000]
    begun = time.perf_counter()
    contact_in(text)
    assert time.perf_counter() - begun < 0.3


FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "(%Y-%m-%d)", "%H:%M:%S %d.%m."]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)), st.sampled_from(FORMS))  # noqa: DTZ001 - a day is a day
def test_no_date_and_no_time_is_a_telephone_number(moment: datetime, form: str) -> None:
    assert contact_in(f"bought {moment.strftime(form)} here") == ""


@given(st.integers(0, 10**9), st.sampled_from(["", " ", ",", "'"]), st.sampled_from(".,"))
def test_no_amount_is_a_telephone_number(cents: int, thousands: str, decimals: str) -> None:
    if thousands == decimals:
        return
    whole = f"{cents // 100:,}".replace(",", thousands)
    assert contact_in(f"paid {whole}{decimals}{cents % 100:02} in cash") == ""


@given(st.integers(0, 10**12 - 1))
def test_no_bar_code_is_a_telephone_number(number: int) -> None:
    digits = f"{number:012}"
    assume(not re.match("00[1-9]", digits))  # so begins an international number
    check = -sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10
    assert contact_in(f"EAN {digits}{check}, blue") == ""


@given(st.integers(2000, 2099), st.integers(1, 12), st.integers(1, 9999))
def test_no_receipt_of_a_month_is_a_telephone_number(year: int, month: int, number: int) -> None:
    assert contact_in(f"{year}/{month:02}-{number:04}") == ""


@given(
    st.integers(1, 999), st.lists(st.integers(10, 999), min_size=3, max_size=4), st.sampled_from([" ", "-", ".", "/", "\u00a0"])
)
def test_an_international_number_is_seen_however_it_is_parted(country: int, parts: list[int], between: str) -> None:
    number = between.join(map(str, [country, *parts]))
    for prefix in ("+", "00"):
        assert contact_in(f"call {prefix}{number} soon") == "a telephone number"


@pytest.mark.parametrize(("kind", "field"), [("complaint.opened", "text"), ("return", "because"), ("return.voided", "because")])
@pytest.mark.parametrize("text", ["call +371 20 000 000", "anna@example.org"])
def test_a_contact_in_free_words_is_refused_and_said_where_it_belongs(kind: str, field: str, text: str) -> None:
    (said,) = check_record({**WHOLE[kind], field: text})
    assert said.startswith(f"{field} holds ")
    assert "put it into the contact (--name, --phone, --email), not here" in said


@pytest.mark.parametrize("field", ["key", "receipt_no", "number", "member", "seller", "survey", "staff"])
def test_what_other_programs_call_things_by_is_no_way_to_reach_anybody(field: str) -> None:
    """Digits alone are a receipt or a member, however many there are."""
    for kind in (kind for kind, whole in WHOLE.items() if field in whole):
        for text in ("anna@example.org", "anna@example.org/17", "+371 29 111 222", " +37129111222"):
            (said,) = check_record({**WHOLE[kind], field: text})
            assert said.startswith(f"{field} holds "), (kind, text)
        for text in ("2912345678", "29 123 456", "0037129111222", "2026/11-0412", "+17", "@anna"):
            assert check_record({**WHOLE[kind], field: text}) == [], (kind, text)


@pytest.mark.parametrize("answers", [{"again": "ask +371 29 111 222"}, {"why": "anna@example.org"}, {"anna@example.org": 5}])
def test_an_answer_is_no_way_to_reach_anybody(answers: Json) -> None:
    (said,) = check_record({**WHOLE["survey.answered"], "answers": answers})
    assert said.startswith("answers holds ")
