"""A coupon is good once, at whichever till and until its last day; and nothing that is written or shown gives its code away."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnkit.books import Books
from returnkit.clock import Clock
from returnkit.model.coupon import ALPHABET, digest, new_code
from returnkit.records import index
from tests.conftest import NOW, Result, call
from tests.records.test_many_writers import at_once

At = Callable[..., Result]
CODE = "8QWE-RT2Y-PASD"
DAY_BEFORE = "2026-11-20T10:00:00+02:00"
OPENING = {"kind": "complaint.opened", "channel": "counter"}
GIVEN = {"token": "coffee", "worth": 500, "currency": "EUR", "until": "2027-01-31"}
REDEEM = ("coupon", "redeem", CODE, "--receipt-no", "10482")


def give(shop: Path, code: str = CODE, till: str = "k3", given: Mapping[str, object] = GIVEN) -> str:
    """Record that a complaint was put right with a coupon; return the complaint's id."""
    case = write(shop, till, OPENING)
    was = {"state": "open", "opened": DAY_BEFORE, "reopened": 0}
    write(shop, till, {"kind": "complaint.resolved", "case": case, "was": was, "coupon": digest(code), **given})
    return case


def write(shop: Path, till: str, record: Mapping[str, object], now: str = DAY_BEFORE) -> str:
    """Append a record as it is; return its id."""
    books = Books(str(shop), Clock("Europe/Riga", now), lambda _text: None, till)
    return str(books.append(record, lambda _now: record).record["id"])


def records(shop: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(shop.glob("records/*/*.jsonl")) for line in path.read_text().splitlines()]


def why(result: Result) -> str:
    """Return why a coupon is no good, out of JSON."""
    data = json.loads(result.out)
    assert (data["answer"], result.code) == ("no", 1)
    assert data["say"]
    assert "id" not in data
    return str(data["why"])


# The code


@given(st.binary(min_size=8, max_size=16))
def test_a_code_is_three_groups_of_four_and_its_digest_is_plain_sha_256(entropy: bytes) -> None:
    code = new_code(entropy)
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert digest(code) == hashlib.sha256("".join(groups).encode()).hexdigest()[:24]


def test_sixty_bits_make_a_code_and_each_of_them_counts() -> None:
    assert len({*ALPHABET}) == 32
    assert not {*"ILOU"} & {*ALPHABET}
    codes = {new_code((1 << bit).to_bytes(8, "big")) for bit in range(60)} | {new_code(bytes(8))}
    assert len(codes) == 61
    with pytest.raises(ValueError, match="8 random bytes"):
        new_code(bytes(7))


@given(st.binary(min_size=8, max_size=8), st.data())
def test_a_code_is_the_same_however_it_is_read_and_written(entropy: bytes, data: st.DataObject) -> None:
    code = new_code(entropy)
    like = {"0": "0Oo", "1": "1IiLl", "-": ["-", " ", "", "–", " - "]}
    written = "".join(data.draw(st.sampled_from(like.get(letter, letter + letter.lower()))) for letter in code)
    assert digest(f" {written}\n") == digest(code)


NO_CODES = (
    "",
    "-",
    CODE[:4],
    CODE[:-1],
    CODE + "D",
    "U" + CODE[1:],
    CODE[:-1] + "Ä",
    CODE.replace("A", "А"),
)  # the last is Cyrillic


@pytest.mark.parametrize("text", NO_CODES)
def test_what_can_be_no_code_is_refused_without_repeating_it(at: At, shop: Path, text: str) -> None:
    result = at("coupon", "redeem", "-", stdin=text.encode())
    assert (result.code, result.out) == (2, "")
    assert "12 letters and digits" in result.err
    assert len(text) < 4 or text not in result.err
    assert not (shop / "records").exists()


# Redeeming


def test_a_good_one_is_redeemed_and_says_what_it_is_worth(at: At, shop: Path) -> None:
    case = give(shop)
    result = at(*REDEEM, "--staff", "Anna", "--till", "k3", "--lang", "en")
    assert result.code == 0
    first, worth, said = result.out.splitlines()
    assert worth == f"  coffee, €5.00, given on 2026-11-20 ({case}), until 31 January 2027"
    assert said == "  “With pleasure, and thank you for coming back.”"
    record = records(shop)[-1]
    assert {field for field in record if field not in ("v", "h", "entered")} == {
        "id", "kind", "time", "staff", "coupon", "receipt_no",
    }  # fmt: skip
    assert (record["id"], record["kind"], record["coupon"]) == (first, "coupon.redeemed", digest(CODE))
    assert (record["receipt_no"], record["staff"], record["time"]) == ("10482", "Anna", NOW)


def test_json_says_the_same_in_every_language(at: At, shop: Path) -> None:
    case = give(shop)
    data = json.loads(at(*REDEEM, "--staff", "Anna", "-f", "json").out)
    record = records(shop)[-1]
    data.pop("say")
    assert data == {
        "schema": "returnkit.coupon/1", "answer": "yes", "why": None, "token": "coffee", "worth": "5.00", "currency": "EUR",
        "until": "2027-01-31", "case": case, "redeemed": {"id": record["id"], "time": NOW, "staff": "Anna"},
        "id": record["id"], "record": record,
    }  # fmt: skip
    assert why(at("coupon", "redeem", CODE, "-f", "json")) == "redeemed"
    (header, row) = at("coupon", "redeem", CODE, "-f", "csv").out.splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))['"why"'] == '"redeemed"'


def test_the_second_time_it_says_when_where_and_by_whom(at: At, shop: Path) -> None:
    give(shop)
    own = at(*REDEEM, "--staff", "Anna", "--till", "k3").out.split()[0]
    count = len(records(shop))
    for more in ((), ("--check",), ("--key", "x"), ("--till", "k4")):
        result = at("coupon", "redeem", CODE.lower(), *more, "--lang", "en")
        assert result.code == 1
        assert result.out.splitlines() == [
            "No",
            f"  Redeemed on 2026-11-21 12:00 at the till k3 ({own}) · Anna",
            "  “It has been used already; let me look into it with you.”",
        ]
    assert len(records(shop)) == count


def test_nothing_is_written_for_a_code_that_nobody_gave(at: At, shop: Path) -> None:
    nobody = at(*REDEEM, "--lang", "en")
    assert (nobody.code, nobody.err) == (1, "")
    assert nobody.out.splitlines()[-1] == "  “I cannot find it yet: may I read the code once more?”"
    assert not (shop / "records").exists()
    give(shop)
    before = records(shop)
    assert why(at("coupon", "redeem", "8QWE-RT2Y-PASC", "-f", "json")) == "unknown"
    assert records(shop) == before


@pytest.mark.parametrize(("now", "code"), [("2027-01-31T23:59:59", 0), ("2027-02-01T00:00:00", 1), ("2027-01-31T22:30:00Z", 1)])
def test_the_last_day_is_a_whole_one_in_the_shops_zone(shop: Path, now: str, code: int) -> None:
    give(shop)
    count = len(records(shop))
    result = call("--shop", str(shop), "--till", "k3", "--now", now, "--lang", "en", *REDEEM)
    assert result.code == code
    assert len(records(shop)) == count + (not code)
    if code:
        assert "  It was good until 31 January 2027" in result.out.splitlines()
        assert "let me ask what we can do for you" in result.out


def test_one_without_an_end_or_a_sum_is_good_too(at: At, shop: Path) -> None:
    case = give(shop, given={"token": "a cake"})
    result = at(*REDEEM, "--now", "2098-01-01", "--lang", "en")
    assert (result.code, result.out.splitlines()[1]) == (0, f"  a cake, given on 2026-11-20 ({case})")


def test_check_only_looks(at: At, shop: Path) -> None:
    give(shop)
    before = records(shop)
    result = at(*REDEEM, "--check", "--lang", "en")
    assert (result.code, result.out.splitlines()[0]) == (0, "Yes")
    assert "coffee, €5.00" in result.out
    assert records(shop) == before
    assert at(*REDEEM).code == 0


def test_a_key_makes_a_repetition_safe(at: At, shop: Path) -> None:
    give(shop)
    first, again = (at(*REDEEM, "--till", "k3", "--key", "till-17") for _ in range(2))
    assert first == again
    assert first.code == 0
    assert at("coupon", "redeem", CODE, "--receipt-no", "9", "--till", "k3", "--key", "till-17").code == 2
    assert at(*REDEEM, "--till", "k4", "--key", "till-17").code == 1
    assert at(*REDEEM, "--till", "k3", "--key", "till-18").code == 1
    assert [record["kind"] for record in records(shop)].count("coupon.redeemed") == 1


def test_the_code_can_come_through_standard_input_and_is_kept_nowhere(at: At, shop: Path, tmp_path: Path) -> None:
    give(shop)
    results = [at("coupon", "redeem", "-", "-f", form, stdin=f"{CODE}\n".encode()) for form in ("json", "table", "html")]
    assert [result.code for result in results] == [0, 1, 1]
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    shown = [(result.out + result.err).encode() for result in results]
    for text in (*texts, *shown):
        assert not any(code in text.upper() for code in (CODE.encode(), CODE.replace("-", "").encode(), CODE[:4].encode()))


@pytest.mark.parametrize("longest", [1, index.LONG])
def test_it_is_found_at_whichever_till_it_was_given_or_redeemed(
    at: At, shop: Path, monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    monkeypatch.setattr(index, "LONG", longest)
    codes = [new_code(os.urandom(8)) for _ in range(4)]
    for at_till, code in zip(("k3", "k3", "k4", "k4"), codes, strict=True):
        give(shop, code, at_till)
    for till, code in zip(("k3", "k4", "k3", "k4"), codes, strict=True):
        assert at("coupon", "redeem", code, "--till", till).code == 0
    for till in ("k3", "k4"):
        assert [why(at("coupon", "redeem", code, "--till", till, "-f", "json")) for code in codes] == ["redeemed"] * 4


def test_of_two_tills_that_redeemed_it_before_they_met_the_first_is_named(at: At, shop: Path) -> None:
    give(shop)
    for till, time in (("a", "2026-11-21T11:00:00+02:00"), ("b", "2026-11-21T09:30:00Z"), ("c", "2026-11-21T10:45:00+02:00")):
        write(shop, till, {"kind": "coupon.redeemed", "coupon": digest(CODE)}, time)
    assert "2026-11-21 10:45" in at("coupon", "redeem", CODE).out


# Damage


def test_a_damaged_line_is_named_where_a_coupon_is_unknown(at: At, shop: Path) -> None:
    give(shop)
    (path,) = shop.glob("records/k3/*.jsonl")
    sound = path.read_bytes()
    lines = sound.splitlines(keepends=True)
    for damage in (
        lines[2].replace(b"{", b"[", 1),  # it cannot be read
        lines[2].replace(digest(CODE)[:4].encode(), b"0000"),  # another coupon's
        lines[2].replace(b'"2027-01-31"', b'"2027-01-3!"'),  # no day
        bytes(len(lines[2]) - 1) + b"\n",
    ):
        assert damage != lines[2]
        path.write_bytes(b"".join([*lines[:2], damage, *lines[3:]]))
        result = at(*REDEEM, "-f", "json")
        assert why(result) == "unknown"
        assert f"{path.name}:3: this line cannot be read, and the coupon may stand there" in result.err
        assert "records verify" in result.err
    path.write_bytes(b"".join([lines[0], b"?" + lines[1], lines[2]]))
    assert at(*REDEEM, "--check").code == 0  # damage elsewhere stops nobody


def test_what_a_damaged_line_redeemed_stays_redeemed(at: At, shop: Path) -> None:
    give(shop)
    assert at(*REDEEM, "--till", "k3").code == 0
    (path,) = shop.glob("records/k3/*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"time":"2026-11-21T12', b'"time":"2026-1x-21T12'))
    assert why(at("coupon", "redeem", CODE, "-f", "json")) == "redeemed"


# Many at once


def test_of_eight_that_redeem_one_coupon_one_does(shop: Path) -> None:
    give(shop)
    results = at_once(shop, *[("--till", "k3", *REDEEM)] * 8)
    assert sorted(found.code for found in results) == [0] + [1] * 7
    (own,) = (found.out.split()[0] for found in results if found.code == 0)
    assert all(f"at the till k3 ({own})" in found.out for found in results if found.code)
    assert [record["kind"] for record in records(shop)].count("coupon.redeemed") == 1


def test_two_tills_in_one_folder_redeem_one_coupon_once(shop: Path) -> None:
    give(shop, till="a")
    write(shop, "b", OPENING)
    results = at_once(shop, *[("--till", till, *REDEEM) for till in ("a", "b") * 4], till="a")
    assert sorted(found.code for found in results) == [0] + [1] * 7
    assert [record["kind"] for record in records(shop)].count("coupon.redeemed") == 1
