"""Whom the policy asks, for any complaints of any customers: against a plain count that knows nothing of how it is done."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnkit.model.calendar import Calendar
from returnkit.model.contact import same_customers
from returnkit.model.dates import Span
from returnkit.model.ids import record_id
from returnkit.service.clocks import Clocks
from returnkit.service.followup import FollowUps, Happened, History
from returnkit.service.followup_terms import COMPLAINT, FollowUpTerms, Rule
from returnkit.service.terms import NO_TERMS

RIGA = ZoneInfo("Europe/Riga")
START = datetime(2026, 1, 5, 12, tzinfo=RIGA)
OPEN = dict.fromkeys(range(6), ((600, 1140),))  # closed on Sundays
AGAIN = 30  # days


class Customer(NamedTuple):
    """A contact as it was left, and what happened with it: days after START on which complaints were closed."""

    phone: str
    email: str
    closed: tuple[int, ...]
    done: tuple[int, ...]  # of these, which were asked about, on the day on which it was due
    stopped: bool


CUSTOMERS = st.builds(
    Customer,
    st.sampled_from(["", "29100001", "+371 29100001", "29100002", "29100003"]),
    st.sampled_from(["", "a@example.org", "A@Example.org", "b@example.org"]),
    # Many of them a month apart to the day.
    st.lists(st.integers(0, 20), max_size=3, unique=True).map(lambda weeks: tuple(6 * week for week in weeks)),
    st.lists(st.integers(0, 2), max_size=3, unique=True).map(tuple),
    st.integers(0, 9).map(lambda chance: chance == 0),
)


def offset(instant: int) -> int:
    found = datetime.fromtimestamp(instant, RIGA).utcoffset()
    assert found is not None
    return round(found.total_seconds())


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def due(day: int) -> int:
    """Return on which day somebody is asked of whom a complaint was closed on a day: three days later, or the Monday after."""
    return day + 3 + (at(day + 3).weekday() == 6)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CUSTOMERS, max_size=6), st.integers(0, 140))
def test_nobody_is_asked_twice_and_nobody_who_wants_no_more(customers: list[Customer], today: int) -> None:
    held: dict[str, dict[str, str]] = {}
    happened, records, events = [], [], []
    number = 1
    for place, customer in enumerate(customers):
        contact = f"c{place}"
        held[contact] = {"name": "Anna", "phone": customer.phone, "email": customer.email}
        for nth, day in enumerate(sorted(customer.closed)):
            number += 1
            own, time = record_id("k1", number), at(day)
            events.append((own, place, day))
            happened.append(Happened(own, COMPLAINT, int(time.timestamp()), time.toordinal(), {}, 0, contact, ""))
            if nth in customer.done:
                number += 1
                done: dict[str, object] = {"kind": "followup.done", "id": record_id("k1", number), "followup": own}
                records.append({**done, "contact": contact, "time": at(due(day)).isoformat()})
        if customer.stopped:
            number += 1
            stop: dict[str, object] = {"kind": "contact.stopped", "id": record_id("k1", number), "contact": contact}
            records.append({**stop, "time": at(0).isoformat()})
    terms = FollowUpTerms((Rule("r", COMPLAINT, {}, 0, Span(0, 3), {"": "?"}, "", ""),), Span(0, AGAIN), Span(0, 14))
    clocks = Clocks(NO_TERMS, OPEN, Calendar(frozenset({6})), "LV", offset)
    wanted = FollowUps(terms, clocks, History(records), happened, same_customers(held))
    found = [followup.id for followup in wanted.open(int(at(today).timestamp()))]

    people = _people(customers)
    silent = {people[place] for place, customer in enumerate(customers) if customer.stopped}
    over = {str(record["followup"]) for record in records if record["kind"] == "followup.done"}
    asked: list[tuple[int, int]] = [(people[place], due(day)) for own, place, day in events if own in over]
    expected = []
    for own, place, day in sorted(events, key=lambda event: (due(event[2]), event[0])):
        person, when = people[place], due(day)
        if own in over or person in silent or when + 14 < today:
            continue
        if not any(person == other and abs(when - then) < AGAIN for other, then in asked):
            expected.append(own)
            asked.append((person, when))
    assert found == expected


def _people(customers: list[Customer]) -> list[int]:
    """Return who each contact is: the smallest of all that can be reached by shared numbers and addresses."""
    who = list(range(len(customers)))
    for _ in customers:
        for one, first in enumerate(customers):
            for other, second in enumerate(customers):
                same_number = first.phone and first.phone[-8:] == second.phone[-8:]
                if same_number or (first.email and first.email.casefold() == second.email.casefold()):
                    who[one] = who[other] = min(who[one], who[other])
    return who
