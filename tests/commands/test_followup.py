"""Follow-ups and callbacks: by policy and by hand, done, put off, skipped; nobody is asked twice, or who wanted no more of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result

Run = Callable[..., Result]
MONDAY = "2026-11-23T11:00:00+02:00"
RULES = """
schema = 1
again = "3 months"
let-go = "2 weeks"
[[follow-up]]
id = "after-trouble"
after = "complaint"
when = { severity = ["high"] }
in = "2 days"
ask = { en = "Is everything as it should be?", lv = "Vai viss kārtībā?" }
to = "manager"
[[follow-up]]
id = "after-complaint"
after = "complaint"
in = "4 days"
ask = { en = "Are you happy?" }
[[follow-up]]
id = "after-faulty"
after = "return"
when = { reason = ["faulty"] }
in = "1 week"
ask = { en = "Does the new one work?" }
[[follow-up]]
id = "after-sale"
after = "sale"
from = "100.00"
in = "2 weeks"
ask = { en = "Does it do what you hoped for?" }
"""
SALES = """number,time,sku,category,quantity,paid
R1,2026-11-09 12:00,EL-310,electronics,1,129.00
R2,2026-11-09 12:30,EL-310,electronics,1,99.99
R3,2026-11-09 13:00,EL-310,electronics,1,129.00
R4,2026-11-09 14:00,EL-310,electronics,1,129.00
"""
MAP = """
schema = 1
[file]
dates = "YYYY-MM-DD hh:mm"
[sale]
receipt-no = "number"
time = "time"
sku = "sku"
category = "category"
quantity = "quantity"
paid = "paid"
currency = { value = "EUR" }
"""


@pytest.fixture
def day(shop: Path, at: Run) -> Run:
    """Call a command at a time: the shop asks after complaints, returns and sales."""
    (shop / "policies" / "followups.toml").write_text(RULES)

    def run(time: str, *arguments: str) -> Result:
        return at(*arguments, "--lang", "en", "--now", time if "T" in time else f"{time}T11:00:00+02:00")

    return run


def complain(day: Run, time: str, *options: str) -> str:
    """Open a complaint, put it right and close it; return its id."""
    own: str = json.loads(day(time, "complaint", "open", "--channel", "email", "-f", "json", *options).out)["id"]
    for verb in (("resolve", "--remedy", "refund"), ("close", "--cause", "supplier")):
        assert day(time, "complaint", verb[0], own, *verb[1:], "--staff", "Ilze").code == 0
    return own


def listed(day: Run, time: str = MONDAY, *options: str) -> dict[str, dict[str, object]]:
    found = json.loads(day(time, "followup", "list", "-f", "json", *options).out)
    assert found["schema"] == "returnkit.followups/1"
    return {str(each["id"]): each for each in found["followups"]}


def test_a_closed_complaint_is_asked_after_by_the_first_rule_that_holds(day: Run) -> None:
    calm = complain(day, "2026-11-19", "--name", "Anna K.", "--phone", "+371 29 100 001")
    bad = complain(day, "2026-11-19", "--severity", "high", "--email", "b@example.org")
    complain(day, "2026-11-19")  # nobody knows how to reach them
    found = listed(day)
    assert set(found) == {calm, bad}
    assert (found[calm]["rule"], found[calm]["to"], found[calm]["by"]) == (
        "after-complaint",
        "staff",
        "2026-11-23T19:00:00+02:00",
    )
    assert (found[bad]["rule"], found[bad]["to"], found[bad]["by"]) == ("after-trouble", "manager", "2026-11-21T16:00:00+02:00")
    assert (found[calm]["name"], found[calm]["phone"], found[bad]["email"]) == ("Anna K.", "+371 29 100 001", "b@example.org")
    assert [found[own]["late"] for own in (calm, bad)] == [False, True]
    told = day(MONDAY, "followup", "list").out
    assert told.index(bad) < told.index(calm)
    assert "Anna K., +371 29 100 001" in told
    assert "Are you happy?" in told
    assert "until 19:00" in told


def test_a_day_on_which_the_shop_is_closed_becomes_the_next_open_one(day: Run) -> None:
    own = complain(day, "2026-11-14", "--email", "a@example.org")  # four days later is a public holiday, on which it is closed
    assert listed(day, "2026-11-16")[own]["by"] == "2026-11-19T19:00:00+02:00"


def test_what_is_reopened_is_not_asked_after_until_it_is_closed_again(day: Run) -> None:
    own = complain(day, "2026-11-19", "--email", "a@example.org")
    day("2026-11-20", "complaint", "reopen", own, "--text", "it broke again")
    assert own not in listed(day)
    day("2026-11-21", "complaint", "resolve", own, "--remedy", "refund", "--staff", "Ilze")
    day("2026-11-21", "complaint", "close", own, "--cause", "supplier")
    assert listed(day)[own]["by"] == "2026-11-25T19:00:00+02:00"


def test_what_could_not_be_done_for_two_weeks_is_let_go(day: Run) -> None:
    own = complain(day, "2026-11-02", "--email", "a@example.org")  # due on the 6th
    assert own in listed(day, "2026-11-20")
    assert own not in listed(day, "2026-11-21")
    assert day("2026-11-21", "followup", "done", own).code == 2


def test_done_is_recorded_once(day: Run) -> None:
    own = complain(day, "2026-11-19", "--email", "a@example.org")
    first = day(MONDAY, "followup", "done", own, "--text", "happy", "--staff", "Anna", "-f", "json")
    record = json.loads(first.out)["record"]
    assert (first.code, record["kind"], record["followup"], record["text"]) == (0, "followup.done", own, "happy")
    again = day(MONDAY, "followup", "done", own)
    assert again.code == 2
    assert "was done 2026-11-23 11:00 by Anna" in again.err
    assert listed(day) == {}
    over = json.loads(day(MONDAY, "followup", "list", "--done", "-f", "json").out)["followups"]
    assert [(each["id"], each["state"], each["staff"], each["text"]) for each in over] == [(own, "done", "Anna", "happy")]


def test_a_repetition_with_the_same_key_is_no_second_call(day: Run) -> None:
    own = complain(day, "2026-11-19", "--email", "a@example.org")
    once = [day(MONDAY, "followup", "done", own, "--key", "k1", "-f", "json") for _ in range(2)]
    assert [each.code for each in once] == [0, 0]
    assert json.loads(once[0].out)["record"] == json.loads(once[1].out)["record"]
    added = [day(MONDAY, "followup", "add", "--by", "16:00", "--text", "x", "--key", "k2", "-f", "json") for _ in range(2)]
    assert json.loads(added[0].out)["id"] == json.loads(added[1].out)["id"]


def test_skipping_says_why(day: Run) -> None:
    own = complain(day, "2026-11-19", "--email", "a@example.org")
    assert day(MONDAY, "followup", "skip", own).code == 2
    assert day(MONDAY, "followup", "skip", own, "--because", "was here and is happy").code == 0
    assert listed(day) == {}
    assert "was here and is happy" in day(MONDAY, "followup", "list", "--done").out


def test_putting_off_moves_it(day: Run) -> None:
    own = complain(day, "2026-11-19", "--email", "a@example.org")
    assert day(MONDAY, "followup", "snooze", own, "--until", "wednesday", "--text", "nobody answered").code == 0
    assert listed(day)[own]["by"] == "2026-11-25T19:00:00+02:00"
    assert day(MONDAY, "followup", "snooze", own, "--until", "2026-11-26 12:00").code == 0
    assert listed(day)[own]["by"] == "2026-11-26T12:00:00+02:00"
    assert listed(day, MONDAY, "--due").keys() == {own}  # it may be done earlier
    assert day(MONDAY, "followup", "snooze", own, "--until", "yesterday").code == 2


def test_the_same_customer_is_asked_once_whatever_they_left(day: Run) -> None:
    first = complain(day, "2026-11-18", "--name", "Anna", "--phone", "+371 29 100 001")
    complain(day, "2026-11-19", "--name", "A. K.", "--phone", "29100001")  # the same number, another contact
    complain(day, "2026-11-19", "--name", "A. K.", "--phone", "00371 29100001", "--email", "a@example.org")
    complain(day, "2026-11-19", "--email", "A@example.org")  # and the same address as that
    other = complain(day, "2026-11-19", "--name", "Anna", "--phone", "+371 29 100 002")
    assert set(listed(day)) == {first, other}
    day(MONDAY, "followup", "done", first)
    assert set(listed(day)) == {other}


def test_after_three_months_somebody_may_be_asked_again(day: Run) -> None:
    first = complain(day, "2026-08-03", "--phone", "29100001")
    day("2026-08-07", "followup", "done", first)
    soon = complain(day, "2026-10-26", "--phone", "29100001")  # due on the 30th
    assert listed(day, "2026-10-30") == {}
    later = complain(day, "2026-11-06", "--phone", "29100001")  # due on the 10th
    assert soon not in listed(day, "2026-11-10")
    assert later in listed(day, "2026-11-10")


def test_who_wants_to_hear_no_more_is_never_asked(day: Run) -> None:
    first = complain(day, "2026-11-18", "--phone", "29100001")
    day("2026-11-23", "followup", "done", first, "--no-more")
    complain(day, "2027-03-01", "--phone", "29100001")
    assert listed(day, "2027-03-05") == {}
    flagged = json.loads(day("2026-11-18", "complaint", "open", "--email", "c@example.org", "-f", "json").out)["id"]
    day("2026-11-18", "complaint", "flag", flagged, "marketing-objection")
    complain(day, "2026-11-19", "--email", "c@example.org")
    assert listed(day, "2026-11-24") == {}


def test_stop_and_resume(day: Run) -> None:
    own = complain(day, "2026-11-19", "--name", "Berta", "--email", "b@example.org")
    contact = str(listed(day)[own]["contact"])
    assert "wants to hear from us no more" in day(MONDAY, "contact", "stop", contact).out
    assert listed(day) == {}
    refused = day(MONDAY, "followup", "add", "--by", "tomorrow", "--contact", contact, "--text", "news")
    assert (refused.code, "no more" in refused.err) == (1, True)
    assert day(MONDAY, "followup", "add", "--by", "16:00", "--call", "--contact", contact, "--text", "asked for it").code == 0
    assert day("2026-11-23T11:05:00+02:00", "contact", "resume", contact).code == 0
    assert own in listed(day)
    assert day(MONDAY, "contact", "stop", "nobody").code == 2


def test_a_call_back_is_due_at_its_time(day: Run) -> None:
    made = day(
        MONDAY, "followup", "add", "--by", "16:30", "--call", "--name", "Zane", "--phone", "+371 2000 0000", "--text", "blue?"
    )
    own = made.out.split()[0]
    assert "called back by 2026-11-23 16:30" in made.out
    assert "Zane, +371 2000 0000" in made.out
    found = listed(day)[own]
    assert (found["rule"], found["by"], found["late"]) == ("callback", "2026-11-23T16:30:00+02:00", False)
    assert listed(day, "2026-11-23T16:31:00+02:00")[own]["late"] is True
    by_day = day(MONDAY, "followup", "add", "--by", "tomorrow", "--call", "--text", "x", "-f", "json")
    assert json.loads(by_day.out)["record"]["on"] == "2026-11-24"
    called = listed(day)[str(json.loads(by_day.out)["id"])]
    assert (called["rule"], called["by"]) == ("callback", "2026-11-24T19:00:00+02:00")


def test_by_hand_about_a_complaint(day: Run) -> None:
    own = json.loads(day("2026-11-19", "complaint", "open", "--email", "a@example.org", "-f", "json").out)["id"]
    made = json.loads(
        day(
            MONDAY, "followup", "add", "--by", "in 2 weeks", "--case", own, "--to", "martins", "--text", "warm?", "-f", "json"
        ).out
    )
    found = listed(day)[made["id"]]
    assert (found["case"], found["to"], found["email"], found["by"]) == (
        own,
        "Mārtiņš",
        "a@example.org",
        "2026-12-07T19:00:00+02:00",
    )
    assert day(MONDAY, "followup", "done", own, "--text", "warm").code == 0  # the id of the complaint will do
    assert listed(day) == {}


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--text", "x"), "not said when"),
        (("--by", "tomorrow"), "whom or what"),
        (("--by", "yesterday", "--text", "x"), "not understood"),
        (("--by", "2026-11-20", "--text", "x"), "over"),
        (("--by", "9:61", "--text", "x"), "not understood"),
        (("--by", "tomorrow", "--text", "call 29123456 please"), "contact"),
        (("--by", "tomorrow", "--case", "k9-0001X"), "k9-0001X"),
        (("--by", "tomorrow", "--phone", "call me"), "--phone"),
        (("--by", "tomorrow", "--contact", "../../etc"), "contact"),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_is_written(day: Run, shop: Path, options: tuple[str, ...], what: str) -> None:
    found = day(MONDAY, "followup", "add", *options)
    assert (found.code, found.out) == (2, "")
    assert what in found.err
    assert not list((shop / "records").rglob("*.jsonl")) or listed(day) == {}


def test_a_sale_and_a_return_are_asked_after_by_their_receipt(day: Run, shop: Path) -> None:
    (shop / "sales.csv").write_text(SALES)
    (shop / "map.toml").write_text(MAP)
    imported = day("2026-11-10", "sale", "import", "sales.csv", "--map", "map.toml")
    assert imported.code == 0, imported.err
    back = ("--reason", "faulty", "--condition", "worn", "--receipt", "yes", "--remedy", "replacement")
    logged = day("2026-11-16", "return", "log", "--receipt-no", "R3", "--sku", "EL-310", *back, "-f", "json")
    assert logged.code == 0, logged.err
    day("2026-11-17", "complaint", "open", "--receipt-no", "r4", "--text", "too loud")
    found = listed(day)
    # R2 cost too little, R3 came back and is asked about that, R4 was complained about.
    assert {each["receipt_no"]: each["rule"] for each in found.values()} == {"R1": "after-sale", "R3": "after-faulty"}
    sale = next(each for each in found.values() if each["receipt_no"] == "R1")
    assert (sale["by"], sale["asks"]) == ("2026-11-23T19:00:00+02:00", "Does it do what you hoped for?")
    assert day("2026-11-17", "return", "void", str(json.loads(logged.out)["id"]), "--because", "wrong receipt").code == 0
    assert {each["receipt_no"]: each["rule"] for each in listed(day).values()} == {"R1": "after-sale", "R3": "after-sale"}


def test_mine_are_those_of_my_name_or_role(day: Run) -> None:
    for who in ("manager", "Anna", "staff"):
        day(MONDAY, "followup", "add", "--by", "tomorrow", "--to", who, "--text", who)

    def mine(staff: str) -> list[str]:
        return [str(each["asks"]) for each in listed(day, MONDAY, "--mine", "--staff", staff).values()]

    assert [mine("Mārtiņš"), mine("Anna"), mine("Kristaps")] == [["manager"], ["Anna", "staff"], ["staff"]]
    assert day(MONDAY, "followup", "list", "--mine").code == 2


def test_without_rules_nobody_is_asked_by_policy(day: Run, shop: Path) -> None:
    complain(day, "2026-11-19", "--email", "a@example.org")
    (shop / "policies" / "followups.toml").unlink()
    assert listed(day) == {}
    (shop / "policies" / "followups.toml").write_text("schema = 1\nagain = 3\n")
    broken = day(MONDAY, "followup", "list")
    assert (broken.code, "followups.toml:2" in broken.err) == (3, True)


def test_resuming_by_another_contact_of_the_same_customer_counts(day: Run) -> None:
    first = complain(day, "2026-11-18", "--phone", "29100001")
    complain(day, "2026-11-19", "--phone", "29100002")
    contact = str(listed(day, "2026-11-20")[first]["contact"])
    other = json.loads(
        day("2026-11-20", "followup", "add", "--by", "tomorrow", "--call", "--phone", "+371 29100001", "-f", "json").out
    )
    day("2026-11-20", "contact", "stop", contact)
    assert first not in listed(day)
    day("2026-11-20T11:05:00+02:00", "contact", "resume", str(other["contact"]))
    assert first in listed(day)


def test_who_was_put_off_for_half_a_year_is_asked_then(day: Run) -> None:
    own = complain(day, "2026-11-16", "--phone", "29100001")
    assert day("2026-11-20", "followup", "snooze", own, "--until", "2027-05-31").code == 0
    assert own in listed(day, "2027-05-31")
    assert listed(day, "2027-05-31")[own]["by"] == "2027-05-31T19:00:00+03:00"
    day("2027-05-31", "followup", "done", own)
    assert listed(day, "2027-05-31") == {}


def test_a_key_stands_for_one_follow_up(day: Run) -> None:
    one, other = complain(day, "2026-11-19", "--phone", "29100001"), complain(day, "2026-11-19", "--phone", "29100002")
    assert day(MONDAY, "followup", "done", one, "--key", "mon").code == 0
    assert day(MONDAY, "followup", "done", one, "--key", "mon").code == 0
    refused = day(MONDAY, "followup", "done", other, "--key", "mon")
    assert (refused.code, "was used for" in refused.err) == (2, True)
    assert other in listed(day)
    assert day(MONDAY, "followup", "snooze", other, "--until", "2026-11-25", "--key", "s").code == 0
    assert day(MONDAY, "followup", "snooze", other, "--until", "2026-11-30", "--key", "s").code == 2
    assert listed(day)[other]["by"] == "2026-11-25T19:00:00+02:00"


def test_what_is_nobodys_is_everybodys(day: Run) -> None:
    own = json.loads(day(MONDAY, "followup", "add", "--by", "16:30", "--call", "--text", "x", "-f", "json").out)["id"]
    assert own in listed(day, MONDAY, "--mine", "--staff", "Anna")
    assert own in listed(day, MONDAY, own)
    assert listed(day, MONDAY, own, "--mine", "--staff", "Ilze") == {}
    assert f"followup list {own}" in day(MONDAY, "complaint", "show", own).err


def test_who_wants_no_more_is_known_by_a_typed_number(day: Run, shop: Path) -> None:
    own = complain(day, "2026-11-19", "--phone", "29100001")
    day(MONDAY, "followup", "done", own, "--no-more")
    before = sorted((shop / "records" / "contacts").glob("*.toml"))
    refused = day(MONDAY, "followup", "add", "--by", "tomorrow", "--phone", "+371 29100001", "--text", "hi")
    assert (refused.code, "no more" in refused.err) == (1, True)
    assert sorted((shop / "records" / "contacts").glob("*.toml")) == before
    asked_for = ("followup", "add", "--by", "9:30", "--call", "--phone", "+371 29100001")
    assert day("2026-11-23T09:00:00+02:00", *asked_for).code == 0


def test_today_after_closing_is_over(day: Run) -> None:
    late = day("2026-11-23T20:30:00+02:00", "followup", "add", "--by", "today", "--text", "x")
    assert (late.code, "closed already" in late.err) == (2, True)
    assert day("2026-11-23T20:30:00+02:00", "followup", "add", "--by", "21:00", "--call", "--text", "x").code == 0


def test_skipping_speaks_for_what_was_there_then(day: Run) -> None:
    first, second = complain(day, "2026-11-18", "--phone", "29100001"), complain(day, "2026-11-19", "--phone", "29100001")
    assert set(listed(day)) == {first}
    day(MONDAY, "followup", "skip", first, "--because", "was here today, and is happy")
    assert listed(day) == {}, second
    later = complain(day, "2026-11-24", "--phone", "29100001")
    assert set(listed(day, "2026-11-28")) == {later}


def test_who_wants_no_more_is_seen_at_the_counter(day: Run) -> None:
    own = complain(day, "2026-11-19", "--name", "Berta", "--phone", "29100001")
    assert json.loads(day(MONDAY, "contact", "find", "berta", "-f", "json").out)["contacts"][0]["no_more"] is False
    day(MONDAY, "followup", "done", own, "--no-more")
    assert "wants to hear from us no more" in day(MONDAY, "contact", "find", "berta").out
    assert json.loads(day(MONDAY, "contact", "list", "-f", "json").out)["contacts"][0]["no_more"] is True
