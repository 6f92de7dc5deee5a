"""The verbs of a complaint: promises, offers, tokens, flags, waiting, merging, and what closing asks for."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.conftest import NOW, Result, call

At = Callable[..., Result]
FRIDAY, SATURDAY, MONDAY = (f"2026-11-{day}T11:00:00+02:00" for day in (20, 21, 23))


@pytest.fixture
def say(shop: Path) -> At:
    """Call `returnkit complaint` in English, at noon on Saturday, 21 November 2026, unless told otherwise."""
    return lambda *given: call("--shop", str(shop), "--lang", "en", "--now", NOW, "complaint", *given)


def opened(say: At, *more: str, category: str = "delivery") -> str:
    result = say("open", "--category", category, "--text", "arrived wet", *more)
    assert result.code == 0, result
    return result.out.split()[0]


def data(say: At, case: str, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say("show", case, "-f", "json", *more).out)
    return found


def last(say: At, case: str) -> dict[str, Any]:
    event: dict[str, Any] = data(say, case)["events"][-1]
    return event


def due(say: At, case: str, what: str, *more: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [each for each in data(say, case, *more)["due"] if each["what"] == what]
    assert len(found) == 1, found
    return found[0]


# Opening


def test_what_was_promised_at_the_opening_stays_whatever_the_policy_says_later(say: At, shop: Path) -> None:
    case = opened(say, "--channel", "email", "--now", FRIDAY)
    promised = due(say, case, "first-response")["by"]
    assert promised == "2026-11-20T15:30:00+02:00"  # four hours, lunch from 14:00 to 14:30
    terms = shop / "policies/complaints.toml"
    terms.write_text(terms.read_text().replace('public = "4 hours"', 'public = "40 hours"'))
    assert due(say, case, "first-response")["by"] == promised
    terms.unlink()
    assert due(say, case, "first-response")["by"] == promised


def test_a_shop_without_complaints_toml_has_no_clocks_of_its_own_but_the_law(say: At, shop: Path) -> None:
    (shop / "policies/complaints.toml").unlink()
    case = opened(say)
    assert [each["what"] for each in data(say, case)["due"]] == ["law"]
    assert say("offer", case).code == 2
    assert say("resolve", case, "--remedy", "refund").code == 0


def test_the_wish_the_article_and_the_link_are_kept(say: At) -> None:
    case = opened(
        say, "--wish", "a dry one", "--sku", "RO-401", "--rule", "faulty", "--channel", "review", "--link", "https://x.example/7"
    )
    opening = data(say, case)["events"][0]
    assert [opening[field] for field in ("wish", "sku", "rule", "link")] == [
        "a dry one",
        "RO-401",
        "faulty",
        "https://x.example/7",
    ]
    assert "Wish: a dry one" in say("show", case).out
    assert "The answer is public" in say("open", "--channel", "social", "--text", "x").out
    assert "The answer is public" not in say("open", "--channel", "email", "--text", "x").out


def test_value_is_per_visit_times_visits_or_the_shops_usual_one(say: At) -> None:
    assert data(say, opened(say, "--per-visit", "6.50", "--visits", "250"))["events"][0]["value"] == 162500
    usual = data(say, opened(say))["events"][0]
    assert (usual["value"], usual["currency"], usual["assumed"]) == (18_00 * 9, "EUR", True)
    told = data(say, opened(say, "--value", "300"))["events"][0]
    assert (told["value"], "assumed" in told) == (300_00, False)


@pytest.mark.parametrize(
    "bad",
    [("--per-visit", "3"), ("--visits", "3"), ("--per-visit", "3", "--visits", "0"),
     ("--per-visit", "3", "--visits", "9", "--value", "1"), ("--contact", "../../policies/shop"),
     ("--link", "mailto:a@example.org"), ("--flag", "anna@example.lv"), ("--rule", "+371 29 123 456"),
     ("--contact", "nobody2345"), ("--link", "a\nb")],
)  # fmt: skip
def test_what_makes_no_sense_opens_nothing(say: At, shop: Path, bad: tuple[str, ...]) -> None:
    assert say("open", "--text", "x", *bad).code == 2
    assert not [path for path in shop.glob("records/*/*") if "complaint" in path.read_text()]


def test_a_known_contact_is_used_again(say: At, shop: Path) -> None:
    first = json.loads(say("open", "--text", "x", "--name", "Anna Liepa", "-f", "json").out)
    second = json.loads(say("open", "--text", "y", "--contact", first["contact"], "-f", "json").out)
    assert second["contact"] == first["contact"]
    assert len(list(shop.glob("records/contacts/*.toml"))) == 1
    assert "Anna Liepa" in say("show", second["id"]).out
    assert say("open", "--text", "y", "--contact", first["contact"], "--phone", "29123456").code == 2


def test_from_the_third_time_in_a_month_on_it_is_said_and_what_was_behind_it(say: At) -> None:
    for changed in ("thicker boxes", "new tape"):
        case = opened(say)
        say("resolve", case, "--remedy", "refund", "--token", "coupon")
        assert say("close", case, "--cause", "packaging", "--changed", changed, "--sku", "RO-401").code == 0
    result = say("open", "--category", " Delivery", "--text", "again")
    assert "Complaint number 3 about Delivery this month." in result.out
    assert re.search(r"packaging \(2x, [a-z0-9]+-\w+, new tape, RO-401\)", result.out), result.out
    assert "Complaint number" not in say("open", "--category", "service", "--text", "another thing").out
    assert "Complaint number" not in say("open", "--category", "delivery", "--text", "x", "--now", "2026-12-02").out


# Promises


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("16:30", "2026-11-21T16:30:00+02:00"), ("2026-11-23", "2026-11-23T23:59:59+02:00"),
        ("tomorrow", "2026-11-22T23:59:59+02:00"), ("monday 12:00", "2026-11-23T12:00:00+02:00"),
        ("Saturday", "2026-11-28T23:59:59+02:00"), ("in 2 hours", "2026-11-21T14:00:00+02:00"),
        ("2026-11-24 09:15", "2026-11-24T09:15:00+02:00"), ("2026-11-24T09:15:00+01:00", "2026-11-24T10:15:00+02:00"),
        ("today 15:59", "2026-11-21T15:59:00+02:00"),
        ("2026-07-01", ""), ("11:00", ""), ("soon", ""), ("in 2 moons", ""), ("32:00", ""),
    ],
)  # fmt: skip
def test_a_promise_is_for_a_time_that_is_still_to_come(say: At, text: str, by: str) -> None:
    case = opened(say)
    result = say("promise", case, "--by", text)
    assert result.code == (0 if by else 2), result
    if by:
        assert last(say, case)["by"] == by
        assert data(say, case)["state"] == "acknowledged"  # who hears a promise has heard of us


def test_promises_are_kept_late_or_broken_one_by_one(say: At) -> None:
    case = opened(say)
    say("promise", case, "--by", "15:00", "--staff", "Anna")
    say("promise", case, "--by", "2026-11-24", "--staff", "Ilze")
    assert [promise["staff"] for promise in data(say, case)["promises"]] == ["Anna", "Ilze"]
    later = "2026-11-21T15:30:00+02:00"
    assert [each["status"] for each in data(say, case, "--now", later)["due"] if each["what"] == "promise"] == [
        "overdue",
        "running",
    ]
    assert say("promise", case, "--kept", "--now", later).code == 0
    assert [promise["staff"] for promise in data(say, case)["promises"]] == ["Ilze"]
    was = last(say, case)["was"]
    assert [promise["staff"] for promise in was["promises"]] == ["Anna", "Ilze"]
    second = data(say, case)["promises"][0]["id"]
    assert say("promise", case, "--broken", "--which", "k3-0001X").code == 2
    assert say("promise", case, "--broken", "--which", second).code == 0
    assert data(say, case)["promises"] == []
    assert say("promise", case, "--kept").code == 2
    assert say("promise", case, "--kept", "--by", "16:00").code == 2


def test_what_was_promised_after_it_was_put_right_must_be_kept_before_closing(say: At) -> None:
    case = opened(say)
    say("promise", case, "--by", "15:00")
    say("resolve", case, "--remedy", "refund", "--token", "coupon")
    assert data(say, case)["promises"] == []
    say("promise", case, "--by", "2026-11-24", "--text", "the money is there")
    refused = say("close", case, "--cause", "packaging")
    assert refused.code == 2
    assert "--kept" in refused.err
    say("promise", case, "--kept")
    assert say("close", case, "--cause", "packaging").code == 0


def test_a_promise_outside_opening_hours_is_recorded_with_a_note(say: At) -> None:
    result = say("promise", opened(say), "--by", "sunday 12:00")
    assert result.code == 0
    assert "closed" in result.err


# Offers and tokens


def test_an_offer_has_at_least_two_choices_and_the_customer_takes_one_of_them(say: At) -> None:
    case = opened(say)
    assert say("offer", case, "--choice", "refund").code == 2
    assert say("offer", case, "--choice", "refund", "--choice", "Refund").code == 2
    offered = say("offer", case)
    assert "replacement or refund" in offered.out
    assert "At risk: about €162.00 a year, as with any customer." in offered.out
    assert "coupon: 5.00 off the next purchase (€5.00)" in offered.out
    refused = say("accept", case, "--choice", "voucher")
    assert refused.code == 2
    assert "voucher was not offered" in refused.err
    assert say("decline", case, "--text", "neither").code == 0
    assert data(say, case)["state"] == "acknowledged"
    say("offer", case, "--choice", "repair", "--choice", "price reduction")
    assert say("accept", case, "--choice", "price reduction").code == 0
    assert say("resolve", case).code == 0
    assert last(say, case)["remedy"] == "price-reduction"


def test_where_the_shop_has_no_offer_the_choices_are_named(say: At) -> None:
    case = opened(say, category="manners")
    refused = say("offer", case)
    assert refused.code == 2
    assert "--choice" in refused.err


def test_the_usual_token_needs_no_reason_and_another_one_does(say: At) -> None:
    usual = opened(say)
    assert say("resolve", usual, "--token", "coupon").code == 0
    event = last(say, usual)
    assert (event["token"], event["worth"], event["currency"], "usual" in event) == ("coupon", 500, "EUR", False)
    other = opened(say)
    refused = say("resolve", other, "--token", "coffee")
    assert refused.code == 2
    assert "coupon is" in refused.err
    assert "--because" in refused.err
    assert say("resolve", other, "--token", "coffee", "--because", "cold outside").code == 0
    event = last(say, other)
    assert (event["token"], event["usual"], event["because"]) == ("coffee", "coupon", "cold outside")
    none = opened(say, category="manners")
    assert say("resolve", none, "--token", "coffee", "--because", "a regular").code == 0
    assert last(say, none)["usual"] == "none"
    assert say("resolve", opened(say), "--token", "cofee").code == 2


def test_who_gets_none_where_everybody_gets_one_is_recorded(say: At) -> None:
    case = opened(say)
    result = say("resolve", case, "--remedy", "refund")
    assert "everybody gets coupon" in result.err
    assert (last(say, case)["usual"], "token" in last(say, case)) == ("coupon", False)
    plain = opened(say, category="manners")
    assert say("resolve", plain, "--remedy", "apology").err == ""
    assert "usual" not in last(say, plain)


def test_a_token_is_given_by_those_who_may(say: At) -> None:
    case = opened(say, "--severity", "high", category="price")
    refused = say("resolve", case, "--token", "big-coupon", "--staff", "Anna")
    assert refused.code == 4
    assert "Mārtiņš" in refused.err
    assert say("offer", case, "--choice", "big-coupon", "--choice", "refund", "--staff", "Anna").code == 4
    assert say("resolve", case, "--token", "big-coupon", "--staff", "Mārtiņš").code == 0


def test_a_coupon_is_printed_once_and_redeemed_once(say: At, shop: Path) -> None:
    case = opened(say)
    given = json.loads(say("resolve", case, "--token", "coupon", "--key", "k", "-f", "json").out)
    code = given["coupon"]
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", code)
    assert given["record"]["until"] == "2027-05-21"
    for path in shop.rglob("*"):
        assert not path.is_file() or code.encode() not in path.read_bytes()
    assert "coupon" not in json.loads(say("resolve", case, "--token", "coupon", "--key", "k", "-f", "json").out)
    redeem = ("--shop", str(shop), "--now", MONDAY, "coupon", "redeem", code.lower())
    assert call(*redeem).code == 0
    assert call(*redeem).code == 1
    assert call("--shop", str(shop), "records", "verify").code == 0


def test_a_chosen_token_is_given_without_being_named_again(say: At) -> None:
    case = opened(say, category="service")
    say("offer", case, "--choice", "coffee", "--choice", "apology")
    say("accept", case, "--choice", "coffee")
    assert say("resolve", case).code == 0
    event = last(say, case)
    assert (event["token"], "remedy" in event, "coupon" in event) == ("coffee", False, False)


def test_who_comes_back_has_got_the_token_already(say: At) -> None:
    case = opened(say)
    say("resolve", case, "--token", "coupon")
    say("reopen", case)
    again = say("resolve", case, "--remedy", "refund")
    assert again.err == ""
    assert "usual" not in last(say, case)


# Flags


def test_words_that_point_to_a_serious_complaint_are_a_suspicion(say: At) -> None:
    result = say("open", "--text", "the iron caught fire and I will go to a lawyer")
    case = result.out.split()[0]
    assert "Perhaps safety (caught fire)" in result.out
    assert f"returnkit complaint flag {case} safety" in result.out
    assert "safety" in data(say, case)["suspected"]
    assert "safety?" in say("list", "--flagged", "-f", "csv").out
    say("flag", case, "safety")
    assert "safety" not in data(say, case)["suspected"]
    latvian = say("open", "--text", "Gludeklis aizdegās un apdedzināja man roku")
    assert "Perhaps safety" in latvian.out
    assert "Perhaps" not in say("open", "--text", "the parcel came late").out


def test_a_flagged_complaint_is_the_owners_and_closed_with_an_outcome(say: At) -> None:
    case = opened(say)
    flagged = say("flag", case, "safety", "--staff", "Anna")
    assert flagged.code == 0
    assert "safety (Ilze)" in flagged.out
    assert "Regulation (EU) 2023/988" in flagged.out
    assert "Flag safety: by 2026-11-22 12:00, in 1 d" in flagged.out
    assert say("flag", case, "safety").code == 2
    assert data(say, case)["with"] == "owner"
    for verb in (("offer", case), ("resolve", case, "--remedy", "refund"), ("flag", case, "safety", "--outcome", "seen to")):
        refused = say(*verb, "--staff", "Anna")
        assert refused.code == 4
        assert "Ilze" in refused.err
    assert say("acknowledge", case, "--staff", "Anna").code == 0
    assert say("resolve", case, "--remedy", "refund", "--token", "coupon", "--staff", "Ilze").code == 0
    refused = say("close", case, "--cause", "supplier", "--staff", "Ilze")
    assert refused.code == 2
    assert "--outcome" in refused.err
    assert say("flag", case, "safety", "--outcome", "off the shelf", "--staff", "Ilze").code == 0
    assert data(say, case)["flags"] == [{"flag": "safety", "since": NOW, "outcome": "off the shelf"}]
    assert say("close", case, "--cause", "supplier").code == 0
    assert say("flag", case, "privacy", "--outcome", "none such").code == 2


def test_a_flag_that_was_missed_is_overdue(say: At) -> None:
    case = opened(say, "--flag", "safety")
    assert due(say, case, "flag", "--now", "2026-11-22T12:00:01+02:00")["status"] == "overdue"
    assert due(say, case, "flag", "--now", "2026-11-22T12:00:00+02:00")["status"] == "running"


def test_a_flag_that_the_policy_does_not_have_is_refused_for_it_is_never_taken_back(say: At, shop: Path) -> None:
    refused = say("open", "--text", "x", "--flag", "saftey")
    assert refused.code == 2
    assert "did you mean safety?" in refused.err
    assert not list(shop.glob("records/*/*"))
    assert say("flag", opened(say), "saftey").code == 2


# Whose it is


def test_it_goes_to_whom_the_policy_says_then_to_whom_it_is_given_then_up(say: At) -> None:
    case = opened(say, "--channel", "email", "--now", FRIDAY)
    assert data(say, case, "--now", FRIDAY)["with"] == "Kristaps"
    say("assign", case, "--to", "anna", "--now", FRIDAY)
    assert data(say, case, "--now", FRIDAY)["with"] == "Anna"
    # Due on Friday at 15:30; an hour later it is the manager's.
    assert data(say, case, "--now", "2026-11-20T16:30:00+02:00")["with"] == "Anna"
    assert data(say, case, "--now", "2026-11-20T16:30:01+02:00")["with"] == "manager"
    assert say("assign", case, "--to", "Kristaps", "--now", "2026-11-20T17:00:00+02:00").code == 0
    assert data(say, case, "--now", "2026-11-20T17:00:01+02:00")["with"] == "Kristaps"


def test_escalating_goes_one_role_up_unless_told_to_whom(say: At) -> None:
    case = opened(say)
    assert "with manager" in say("escalate", case, "--staff", "Anna").out
    assert "with owner" in say("escalate", case).out
    assert say("escalate", case).code == 2
    assert say("escalate", case, "--to", "Anna").code == 2
    assert say("escalate", case, "--to", "Ilze").code == 0
    assert data(say, case)["with"] == "Ilze"


def test_a_name_may_be_typed_without_its_marks(say: At) -> None:
    assert "with Mārtiņš" in say("assign", opened(say), "--to", "martins").out


def test_what_the_owner_has_no_late_clock_takes_away(say: At) -> None:
    case = opened(say, "--channel", "email", "--now", FRIDAY)
    say("escalate", case, "--to", "owner", "--now", FRIDAY)
    assert data(say, case, "--now", MONDAY)["with"] == "owner"


def test_a_choice_that_nobody_knows_is_noted(say: At) -> None:
    result = say("offer", opened(say), "--choice", "refund", "--choice", "helicopter")
    assert result.code == 0
    assert "helicopter" in result.err


def test_who_is_no_longer_known_is_noted(say: At) -> None:
    case = opened(say)
    assert say("assign", case, "--to", "Bob").code == 0
    assert "Bob" in say("assign", case, "--to", "Bob").err


def test_the_list_has_filters(say: At) -> None:
    mine = opened(say)
    service = opened(say, category="service")
    item = opened(say, "--sku", "RO-401", category="quality")
    done = opened(say, category="price")
    say("resolve", done, "--remedy", "refund")
    say("close", done, "--cause", "Card terminal")

    def listed(*more: str) -> list[str]:
        return [case["id"] for case in json.loads(say("list", *more, "-f", "json").out)["complaints"]]

    assert set(listed("--mine", "--staff", "Kristaps")) == {mine, item}
    assert listed("--mine", "--staff", "Mārtiņš") == [service]
    assert listed("--item", "ro-401") == [item]
    assert listed("--cause", "card terminal") == [done]
    assert listed("--category", "Service") == [service]
    assert listed("--channel", "phone") == []
    assert listed("--overdue") == []
    assert set(listed("--overdue", "--now", MONDAY)) == {mine, service, item}
    assert say("list", "--mine").code == 2
    assert say("list", "--channel", "pigeon").code == 2
    assert max(map(len, say("list", "--now", MONDAY).out.splitlines())) <= 80


# Waiting, merging, thanking


def test_the_clock_of_putting_it_right_stands_still_while_we_wait(say: At) -> None:
    case = opened(say, "--now", FRIDAY)
    say("wait", case, "--text", "asked for a photograph", "--now", "2026-11-20T12:00:00+02:00")
    waiting = due(say, case, "resolution", "--now", MONDAY)
    assert (waiting["status"], waiting["by"], waiting["left"]) == ("paused", None, 23 * 3600)
    assert due(say, case, "first-response", "--now", MONDAY)["status"] == "met"
    heard = say("note", case, "--from-customer", "--now", MONDAY)
    assert heard.code == 0
    assert data(say, case, "--now", MONDAY)["state"] == "acknowledged"
    assert due(say, case, "next-response", "--now", MONDAY)["by"] == "2026-11-24T10:30:00+02:00"
    say("note", case, "--text", "a note is no answer", "--now", MONDAY)
    assert due(say, case, "next-response", "--now", MONDAY)["status"] == "running"
    say("acknowledge", case, "--now", MONDAY)
    assert "next-response" not in [each["what"] for each in data(say, case, "--now", MONDAY)["due"]]


def test_a_merged_complaint_goes_on_under_the_other_id(say: At) -> None:
    one, other = opened(say), opened(say)
    assert say("merge", one, "--into", one).code == 2
    assert say("merge", one, "--into", "k9-0001X").code == 2
    assert say("merge", one, "--into", other).code == 0
    assert data(say, other)["merged"] == [one]
    assert (data(say, one)["state"], data(say, one)["into"], data(say, one)["possible"]) == ("merged", other, ["reopen"])
    refused = say("acknowledge", one)
    assert refused.code == 2
    assert f"it goes on as {other}" in refused.err
    third = opened(say)
    refused = say("merge", third, "--into", one)
    assert refused.code == 2
    assert other in refused.err
    assert [case["id"] for case in json.loads(say("list", "-f", "json").out)["complaints"]] == [other, third]


def test_what_was_promised_or_flagged_is_not_lost_by_merging(say: At) -> None:
    one, other = opened(say), opened(say)
    say("promise", one, "--by", "15:00")
    say("flag", one, "privacy")
    refused = say("merge", one, "--into", other, "--staff", "Ilze")
    assert refused.code == 2
    assert "--kept" in refused.err
    assert f"returnkit complaint flag {other} privacy" in refused.err
    say("promise", one, "--kept")
    say("flag", other, "privacy")
    assert say("merge", one, "--into", other, "--staff", "Anna").code == 4
    assert say("merge", one, "--into", other, "--staff", "Ilze").code == 0


def test_thanking_and_what_was_changed_are_kept(say: At) -> None:
    case = opened(say)
    assert say("thank", case).code == 2
    say("resolve", case, "--token", "coupon")
    assert say("thank", case, "--text", "wrote a card").code == 0
    assert say("close", case, "--cause", "packaging", "--changed", "thicker boxes", "--rule", "faulty", "--won").code == 0
    event = last(say, case)
    assert [event[field] for field in ("cause", "changed", "rule", "customer")] == ["packaging", "thicker boxes", "faulty", "won"]
    assert re.fullmatch(r"[0-9a-f]{16}", event["salt"])
    assert "Changed: thicker boxes" in say("show", case).out
    assert say("close", opened(say), "--cause", "x", "--won", "--lost").code == 2


def test_the_table_of_steps_is_shown_without_an_id(say: At) -> None:
    steps = json.loads(say("show", "-f", "json").out)["steps"]
    assert {"state": "offered", "verb": "accept", "then": "accepted"} in steps
    assert {"state": "open", "verb": "note", "then": "open"} in steps
    assert [step for step in steps if step["state"] == "merged"] == [{"state": "merged", "verb": "reopen", "then": "open"}]
    assert "accept      → accepted" in say("show").out


def test_the_laws_time_runs_beside_with_its_citation(say: At, shop: Path) -> None:
    case = opened(say, "--now", "2026-12-10T12:00:00+02:00")
    law = due(say, case, "law", "--now", "2026-12-11")
    assert (law["by"], law["about"]) == ("2027-01-06T23:59:59+02:00", "Patērētāju tiesību aizsardzības likums, 26.1 pants")
    say("acknowledge", case, "--now", "2026-12-11")
    assert due(say, case, "law", "--now", "2027-01-07")["status"] == "overdue"
    say("resolve", case, "--remedy", "none", "--text", "no, and here is why", "--now", "2027-01-07T12:00:00+02:00")
    assert due(say, case, "law", "--now", "2027-01-08")["status"] == "missed"
    toml = shop / "policies/shop.toml"
    for country, days in (("EE", ["2026-12-25T23:59:59+02:00"]), ("HR", ["2026-12-25T23:59:59+02:00"]), ("KG", [])):
        toml.write_text(re.sub('country = ".."', f'country = "{country}"', toml.read_text()))
        assert [each["by"] for each in data(say, case, "--now", "2026-12-12")["due"] if each["what"] == "law"] == days


# Two tills


@pytest.fixture
def tills(shop: Path, tmp_path: Path) -> tuple[At, At, Callable[[], None]]:
    """Return two tills, k3 and k4, each in its own copy of the shop, and what lets them meet."""
    folders = {"k3": shop, "k4": tmp_path / "elsewhere"}
    shutil.copytree(shop, folders["k4"])

    def at_till(till: str) -> At:
        return lambda *given: call("--shop", str(folders[till]), "--till", till, "--lang", "en", *given)

    def meet() -> None:
        for source, target in (("k3", "k4"), ("k4", "k3")):
            if (folders[source] / "records" / source).exists():
                shutil.copytree(folders[source] / "records" / source, folders[target] / "records" / source, dirs_exist_ok=True)

    return at_till("k3"), at_till("k4"), meet


def test_what_a_till_records_counts_though_its_clock_is_behind(tills: tuple[At, At, Callable[[], None]]) -> None:
    k3, k4, meet = tills
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False):
        case = k3("complaint", "open", "--category", "service", "--text", "x").out.split()[0]
    meet()
    with time_machine.travel("2026-11-20T08:15:00Z", tick=False):  # ahead of the other one
        assert k4("complaint", "acknowledge", case).code == 0
    meet()
    with time_machine.travel("2026-11-20T08:12:00Z", tick=False):
        resolved = k3("complaint", "resolve", case, "--token", "coffee", "-f", "json")
        assert resolved.code == 0
        assert "check the clocks" in resolved.err
        record = json.loads(resolved.out)["record"]
        assert (record["time"], record["entered"]) == ("2026-11-20T10:15:01+02:00", "2026-11-20T10:12:00+02:00")
        assert json.loads(k3("complaint", "show", case, "-f", "json").out)["state"] == "resolved"
        assert k3("records", "verify").code == 0
    meet()
    refused = k4("--now", "2026-11-20T10:15:00+02:00", "complaint", "note", case, "--text", "late entry")
    assert refused.code == 2
    assert "k3 recorded something" in refused.err


def test_complaints_that_two_tills_merge_into_each_other_are_not_lost(tills: tuple[At, At, Callable[[], None]]) -> None:
    k3, k4, meet = tills
    one = k3("--now", FRIDAY, "complaint", "open", "--text", "x").out.split()[0]
    other = k3("--now", FRIDAY, "complaint", "open", "--text", "y").out.split()[0]
    meet()
    assert k3("--now", SATURDAY, "complaint", "merge", one, "--into", other).code == 0
    assert k4("--now", SATURDAY, "complaint", "merge", other, "--into", one).code == 0
    meet()
    listed = json.loads(k3("complaint", "list", "-f", "json").out)["complaints"]
    assert {case["id"] for case in listed} == {one, other}
    verified = k4("records", "verify")
    assert verified.code == 1
    assert f"returnkit complaint reopen {one}" in verified.out + verified.err
    assert k4("--now", MONDAY, "complaint", "reopen", one).code == 0
    assert k4("records", "verify").code == 0
    assert [case["id"] for case in json.loads(k4("complaint", "list", "-f", "json").out)["complaints"]] == [one]


def test_what_another_till_opened_with_its_clock_ahead_can_be_answered(tills: tuple[At, At, Callable[[], None]]) -> None:
    k3, k4, meet = tills
    with time_machine.travel("2026-11-20T08:25:00Z", tick=False):  # ahead
        case = k3("complaint", "open", "--category", "service", "--text", "x").out.split()[0]
    meet()
    with time_machine.travel("2026-11-20T08:10:00Z", tick=False):
        answered = k4("complaint", "acknowledge", case, "-f", "json")
        assert answered.code == 0
        assert json.loads(answered.out)["record"]["time"] == "2026-11-20T10:25:01+02:00"
        assert json.loads(k4("complaint", "show", case, "-f", "json").out)["state"] == "acknowledged"
    with time_machine.travel("2026-11-20T08:00:00Z", tick=False):  # its own clock was set back
        assert k3("complaint", "note", case, "--text", "x").code == 0


def test_in_the_hour_that_comes_twice_nothing_happens_before_the_opening(say: At) -> None:
    case = opened(say, "--now", "2026-10-25T03:10:00+02:00")
    assert say("acknowledge", case, "--now", "2026-10-25T03:30:00+03:00").code == 2
    assert say("acknowledge", case, "--now", "2026-10-25T03:30:00+02:00").code == 0


def test_a_late_entry_counts_no_minute_twice(say: At) -> None:
    friday = "2026-11-20T{}:00+02:00"
    case = opened(say, "--now", friday.format("10:00"))
    say("wait", case, "--now", friday.format("12:00"))
    assert say("note", case, "--from-customer", "--now", friday.format("11:00")).code == 0
    say("resolve", case, "--token", "coupon", "--now", friday.format("14:00"))
    was = last(say, case)["was"]
    assert (was["counted"], was["paused"]) == (240, 0)


# Nothing is lost


def test_nothing_is_merged_into_what_is_over_nor_loses_its_flag(say: At) -> None:
    one, over, other = opened(say), opened(say), opened(say)
    say("resolve", over, "--token", "coupon")
    say("close", over, "--cause", "packaging")
    refused = say("merge", one, "--into", over)
    assert refused.code == 2
    assert f"returnkit complaint reopen {over}" in refused.err
    say("flag", other, "safety")
    say("flag", other, "safety", "--outcome", "seen to", "--staff", "Ilze")
    say("flag", one, "safety")
    assert say("merge", one, "--into", other, "--staff", "Ilze").code == 2  # that flag is settled, this one is not


def test_a_suspicion_is_not_lost_by_merging(say: At) -> None:
    one, other = opened(say, "--text", "the iron caught fire"), opened(say)
    assert f"returnkit complaint flag {other} safety" in say("merge", one, "--into", other).err


def test_a_closed_complaint_that_is_flagged_is_on_the_list_again(say: At) -> None:
    case = opened(say)
    say("resolve", case, "--token", "coupon")
    say("close", case, "--cause", "packaging")
    say("flag", case, "regulator-or-lawyer", "--text", "a lawyer writes")
    for more in ((), ("--flagged",), ("--overdue", "--now", "2026-11-25T12:00:00+02:00")):
        assert case in say("list", *more).out
    say("flag", case, "regulator-or-lawyer", "--outcome", "answered", "--staff", "Ilze")
    assert case not in say("list").out


def test_the_owners_business_is_not_handed_down(say: At) -> None:
    case = opened(say, "--flag", "safety")
    say("assign", case, "--to", "Anna")
    assert data(say, case)["with"] == "owner"
    say("assign", case, "--to", "Ilze")
    assert data(say, case)["with"] == "Ilze"


def test_a_late_flag_and_a_late_promise_go_up_where_the_policy_says_so(say: At, shop: Path) -> None:
    terms = shop / "policies/complaints.toml"
    rules = '[[escalate]]\nlate = "flag"\nto = "owner"\n\n[[escalate]]\nlate = "promise"\nby = "30 minutes"\nto = "manager"\n\n'
    text = terms.read_text().replace('duty.en = "Ask whether', 'role = "manager"\nduty.en = "Ask whether', 1)
    terms.write_text(text.replace("\n[[offer]]", f"\n{rules}[[offer]]", 1))
    flagged = opened(say, "--flag", "safety")
    assert data(say, flagged)["with"] == "manager"
    assert data(say, flagged, "--now", "2026-11-22T12:00:01+02:00")["with"] == "owner"
    promised = opened(say)
    say("promise", promised, "--by", "14:00")
    assert data(say, promised, "--now", "2026-11-21T14:30:00+02:00")["with"] == "Kristaps"
    assert data(say, promised, "--now", "2026-11-21T14:30:01+02:00")["with"] == "manager"


def test_a_late_answer_stays_the_managers_business(say: At) -> None:
    case = opened(say, "--channel", "email", "--now", FRIDAY)
    late = "2026-11-20T17:00:00+02:00"
    say("acknowledge", case, "--now", late)
    assert data(say, case, "--now", "2026-11-20T17:30:00+02:00")["with"] == "manager"


def test_a_key_repeats_what_was_typed_and_refuses_what_was_not(say: At) -> None:
    case = opened(say)
    first = say("promise", case, "--by", "in 2 hours", "--key", "p")
    again = say("promise", case, "--by", "in 2 hours", "--key", "p", "--now", "2026-11-21T12:00:09+02:00")
    assert (first.code, again.code) == (0, 0)
    assert len(data(say, case)["promises"]) == 1
    assert say("offer", case, "--choice", "refund", "--choice", "repair", "--key", "o").code == 0
    assert say("offer", case, "--choice", "refund", "--choice", "repair", "--key", "o").code == 0
    assert say("offer", case, "--choice", "refund", "--choice", "exchange", "--key", "o").code == 2
    assert say("resolve", case, "--token", "coupon", "--key", "r").code == 0
    assert say("resolve", case, "--token", "coffee", "--because", "x", "--key", "r").code == 2
    repeated = say("resolve", case, "--token", "coupon", "--key", "r")
    assert repeated.code == 0
    assert "was shown when it was given" in repeated.out


def test_the_code_of_a_coupon_is_not_lost_with_the_answer(say: At, shop: Path) -> None:
    result = say("resolve", opened(say), "--token", "coupon", "-o", str(shop / "no/such/folder/x.txt"))
    code = re.search(r"the coupon's code is (\S+)", result.err)
    assert code is not None, result
    assert call("--shop", str(shop), "--now", MONDAY, "coupon", "redeem", code[1]).code == 0


def test_waiting_left_is_told_in_opening_hours(say: At) -> None:
    case = opened(say, "--now", FRIDAY)
    say("wait", case, "--now", FRIDAY)
    assert "Put right: 24 h on the clock left once the customer comes back" in say("show", case).out


def test_garbage_in_the_tables_of_a_record_stops_no_list(say: At, shop: Path) -> None:
    case = opened(say)
    (path,) = shop.glob("records/*/*.jsonl")
    lines = path.read_text().splitlines()
    opening = json.loads(lines[-1])
    for odd in (
        {"first_response": "4 hours"},
        {"resolution": 10**15},
        {"resolution": {"a": 1}},
        [3],
        "x",
    ):
        h = opening.pop("h")
        opening["clocks"] = {"count": "always", "public": odd}
        before = json.loads(lines[-2])["h"]
        body = json.dumps(opening, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        opening["h"] = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()[: len(h)]
        line = json.dumps(opening, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        path.write_text("\n".join([*lines[:-1], line]) + "\n")
        assert say("list").code == 0, odd
        assert case in say("show", case).out


def test_without_complaints_toml_a_flag_is_still_the_owners(say: At, shop: Path) -> None:
    case = opened(say, "--flag", "safety")
    (shop / "policies/complaints.toml").unlink()
    assert say("resolve", case, "--remedy", "refund", "--staff", "Anna").code == 4
    assert "no policies/complaints.toml" in say("open", "--text", "x").err


def test_a_cause_and_a_category_that_nobody_listed_are_noted(say: At) -> None:
    assert "did you mean delivery?" in say("open", "--category", "delivry", "--text", "x").err
    case = opened(say)
    say("resolve", case, "--token", "coupon")
    assert "did you mean packaging?" in say("close", case, "--cause", "packagin").err
    assert say("reopen", case).code == 0
    say("resolve", case, "--remedy", "refund")
    assert say("close", case, "--cause", "unknown").err == ""


def test_mistakes_in_complaints_toml_are_found_by_lint_with_their_lines(shop: Path) -> None:
    terms = shop / "policies/complaints.toml"
    text = (
        terms.read_text().replace('count = "open hours"', 'count = "opne hours"', 1).replace('to = "Kristaps"', 'to = "Kristps"')
    )
    terms.write_text(text.replace('worth = "5.00"', 'worth = "5,00"').replace('within = "72 hours"', 'within = "soon"'))
    result = call("--shop", str(shop), "policy", "lint")
    assert result.code == 3
    wanted = [
        number for number, line in enumerate(terms.read_text().splitlines(), 1) if re.search('opne|Kristps|5,00"|soon', line)
    ]
    assert [int(number) for number in re.findall(r"complaints\.toml:(\d+): ", result.err)] == wanted


def test_the_list_says_how_long_a_complaint_waits_for_the_customer(say: At) -> None:
    case = opened(say)
    say("wait", case)
    assert re.search(rf"{case}\s+waiting\s+waits 3 d\s", say("list", "--now", "2026-11-24T14:00:00+02:00").out)
