"""How long what is kept of people is kept: to the day, and nothing of one customer goes with another."""

import pytest

from returnkit.model.dates import Span, parse_iso
from returnkit.model.jsonl import Json
from returnkit.service.retention import Retention, Ties, came_back, contacts_kept, retention_of, seen, words_kept

YEARS = Retention(Span(36, 0), Span(36, 0), Span(60, 0))


def record(number: int, kind: str, day: str, **more: object) -> Json:
    return {"id": f"k3-{number:05}", "kind": kind, "time": f"{day}T12:00:00+02:00", **more}


def tied(*records: Json) -> Ties:
    return Ties(held for held in map(seen, records) if held is not None)


def ids(ties: Ties, contact: str) -> list[str]:
    return [held.id for held in ties.of(contact)]


@pytest.mark.parametrize(("today", "due"), [("2029-11-21", False), ("2029-11-22", True)])
def test_on_the_last_day_a_contact_and_words_are_kept_still(today: str, due: bool) -> None:
    ties = tied(record(1, "complaint.opened", "2026-11-21", contact="anna", text="it broke"))
    day = parse_iso(today)
    (contact,) = contacts_kept(ties, {"anna": day}, set(), YEARS, day)
    (words,) = words_kept(ties, set(), YEARS, day)
    assert [(each.until, each.due) for each in (contact, words)] == [("2029-11-21", due)] * 2


@pytest.mark.parametrize(("words", "until"), [(Span(12, 0), "2031-12-31"), (Span(120, 0), "2036-11-21")])
def test_words_in_the_accounts_are_kept_as_long_as_either_wants(words: Span, until: str) -> None:
    ties = tied(record(1, "return", "2026-11-21", because="a gift"))
    (due,) = words_kept(ties, set(), YEARS._replace(words=words), parse_iso("2026-11-21"))
    assert due.until == until


def test_where_nobody_says_how_long_accounts_are_kept_for_ever() -> None:
    ties = tied(record(1, "return", "2026-11-21", because="a gift"))
    (due,) = words_kept(ties, set(), retention_of("FR", {}, Span(0, 1)), parse_iso("2099-01-01"))
    assert (due.until, due.due) == ("", False)


def test_what_was_merged_with_another_customers_complaint_stays_theirs() -> None:
    """Of two that are one matter, what one customer said and what hangs on it is the other's no more than before."""
    ties = tied(
        record(1, "complaint.opened", "2026-11-01", contact="anna", text="the vase"),
        record(2, "complaint.opened", "2026-11-02", contact="peter", text="the same vase"),
        record(3, "complaint.noted", "2026-11-03", case="k3-00001", text="anna rang"),
        record(4, "complaint.noted", "2026-11-03", case="k3-00002", text="peter rang"),
        record(5, "complaint.merged", "2026-11-04", case="k3-00001", into="k3-00002"),
        record(6, "complaint.opened", "2026-11-05", text="nobody's vase"),
        record(7, "complaint.merged", "2026-11-06", case="k3-00006", into="k3-00001"),
    )
    assert ids(ties, "anna") == ["k3-00001", "k3-00003", "k3-00005", "k3-00006", "k3-00007"]
    assert ids(ties, "peter") == ["k3-00002", "k3-00004"]


def test_a_call_about_another_customers_complaint_takes_nothing_of_theirs_along() -> None:
    ties = tied(
        record(1, "complaint.opened", "2026-11-01", contact="anna", text="the vase"),
        record(2, "contact.logged", "2026-11-02", contact="peter", about="k3-00001", text="where is her vase"),
        record(3, "complaint.opened", "2026-11-03", text="a cup"),
        *(
            record(number, "contact.logged", "2026-11-04", contact=who, about="k3-00003")
            for number, who in ((4, "eva"), (5, "ina"))
        ),
    )
    assert ids(ties, "anna") == ["k3-00001"]
    assert ids(ties, "peter") == ["k3-00002"]
    assert ids(ties, "eva") == ["k3-00004"]  # the cup may be either's


@pytest.mark.parametrize(("day", "back"), [("2026-11-21", False), ("2026-11-22", True)])
def test_who_speaks_again_of_an_old_case_came_back(day: str, back: bool) -> None:
    ties = tied(
        record(1, "complaint.opened", "2026-11-01", contact="anna", text="the vase"),
        record(2, "complaint.reopened", day, case="k3-00001", text="it broke again"),
    )
    assert came_back(ties, "anna", {"last": "2026-11-21"}) == back
    assert not came_back(ties, "anna", {})  # asked for it, and is forgotten whatever comes
