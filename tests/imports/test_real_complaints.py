"""Real complaints, imported and counted: two extracts of the CFPB's complaints and the event logs of two service desks.

Every figure is worked out a second time from the CSV files alone: what is expected here must not import returnkit.

What the files hold:

- CFPB 2014: 2,500 complaints of eight days in October, headed as people write, `10/10/2014`. Days only, which stand for
  midnight in the shop's zone. Nobody heard of it before it was received. Line 171 lacks its last (empty) cell: a row that is cut
  off is rejected. The shop is put into São Paulo, where the clocks went forward at midnight of 19 October, so that one of these
  midnights was never shown on a clock.
- CFPB 2013: 1,000 complaints, headed as programs write, `8/30/2013` with one digit where one is enough; 23 of them were sent to
  the company on the day before they were received. Those rows cannot be true and are rejected. The shop is in New York.
- UCI incidents: 5,998 rows about 890 incidents, a row each time that somebody saved one; `DD-MM-YYYY hh:mm`, `?` for nothing.
  The rows of an incident stand together and all end in Closed, but:
  - 258 begin later than New (29 with Resolved): their first rows are missing, so that the opening is only in `opened_at`;
  - 492 rows bear the time of the row above them, 294 of these with a state of their own: their order in the file decides;
  - `sys_mod_count` should rise by one; in four incidents the first row carries a later number, and in those and one more
    a row was saved up to two and a half hours before `opened_at`. These five rows are rejected. INC0000137 has two rows the
    wrong way round, but both say New, which changes nothing;
  - seven rows say Closed again, days or months after it was closed: nothing happens then;
  - of four states of waiting, one waits for the user; in the others somebody took it up, which is as good as acknowledged;
  - `category` changes in 65 incidents; a complaint keeps the one that it was opened with (`?` in 8: unknown);
  - `closed_code`, `closed_at` and `resolved_at` are told in every row alike, before they happened: they are what the incident
    came to, not part of the log, and no mapping should read them. `resolved_at` is the last resolution, not the first;
  - `reopen_count` is the number so far, not an event: summed over the rows it says 75. Its largest value of each incident is what
    can be compared, and there it is exactly the number of reopenings, 11 in 10 incidents.
- Help desk: 13,710 events of 3,804 tickets, to the second, with activities by number. The same log was published with their names
  (of an Italian software house), which stand here in the order of the alphabet, those of closing and checking left out:
  1 Assign seriousness, 2 Create SW anomaly, 3 Insert ticket, 4 Require upgrade, 5 Resolve SW anomaly, 6 Resolve ticket,
  7 Schedule intervention, 8 Take in charge ticket, 9 Wait. The rows of a ticket stand together, in order, and end in Resolve
  ticket; 91 bear the second of the row above. 1 and 3 come before anybody took it up, or again after it was resolved; 9 waits
  for somebody else; in 2, 4, 5, 7 and 8 somebody works on it. A ticket is opened by its first row, whatever that says.
"""

import csv
import json
import lzma
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Result, call

MAPS = Path(__file__).parent / "maps"
MINUTE = 60
HOUR = 60
DAY = 24 * HOUR
SLICES = ("month", "category", "channel", "staff")


class Event(NamedTuple):
    """Something that happened to a complaint, and how the complaint stood before."""

    what: str
    time: datetime
    category: str
    channel: str
    staff: str
    opened: datetime
    state: str = ""
    answered: bool = False
    reopened: int = 0

    def slice(self, by: str) -> str:
        return f"{self.time:%Y-%m}" if by == "month" else str(getattr(self, by))

    def minutes(self) -> int:
        """Return how long after the opening it was: in real time, whatever the clocks did."""
        return ceil((self.time.astimezone(UTC) - self.opened.astimezone(UTC)).total_seconds() / MINUTE)


class Case:
    """A complaint as it is told row by row."""

    def __init__(self, opened: datetime, category: str, channel: str, staff: str = "unknown", severity: str = "normal") -> None:
        self.category, self.channel, self.opened, self.severity = category, channel, opened, severity
        self.state, self.answered, self.reopened = "open", False, 0
        self.events = [Event("opened", opened, category, channel, staff, opened)]

    def add(self, what: str, time: datetime, staff: str = "unknown") -> None:
        before = (self.opened, self.state, self.answered, self.reopened)
        self.events.append(Event(what, time, self.category, self.channel, staff, *before))
        self.answered |= what in ANSWERS
        self.reopened += what == "reopened"
        self.state = {"reopened": "open", "heard": "acknowledged"}.get(what, what)


ANSWERS = {"acknowledged", "waiting", "resolved"}  # of what a file can say, all that the customer hears of
# What happened to a complaint that stood one way in a row and stands another way in the next one.
LEADS = {
    ("open", "open"): "",
    ("open", "acknowledged"): "acknowledged",
    ("open", "waiting"): "waiting",
    ("open", "resolved"): "resolved",
    ("open", "closed"): "resolved closed",
    ("acknowledged", "open"): "",  # nobody takes an answer back
    ("acknowledged", "acknowledged"): "",
    ("acknowledged", "waiting"): "waiting",
    ("acknowledged", "resolved"): "resolved",
    ("acknowledged", "closed"): "resolved closed",
    ("waiting", "open"): "heard",
    ("waiting", "acknowledged"): "heard",
    ("waiting", "waiting"): "",
    ("waiting", "resolved"): "resolved",
    ("waiting", "closed"): "resolved closed",
    ("resolved", "open"): "reopened",
    ("resolved", "acknowledged"): "reopened acknowledged",
    ("resolved", "waiting"): "reopened waiting",
    ("resolved", "resolved"): "",
    ("resolved", "closed"): "closed",
    ("closed", "open"): "reopened",
    ("closed", "acknowledged"): "reopened acknowledged",
    ("closed", "waiting"): "reopened waiting",
    ("closed", "resolved"): "reopened resolved",
    ("closed", "closed"): "",
}


class Told(NamedTuple):
    """What a row of an event log tells."""

    number: str
    time: datetime
    state: str
    opened: datetime
    category: str
    channel: str
    staff: str
    severity: str = "normal"


Figures = dict[str, tuple[Fraction | None, int]]


def rank(values: list[int], share: Fraction) -> Fraction | None:
    return Fraction(sorted(values)[ceil(share * len(values)) - 1]) if values else None


def part(count: int, whole: int) -> Fraction | None:
    return Fraction(count, whole) if whole else None


def figures(events: list[Event], targets: Mapping[str, int]) -> Figures:
    """Return what the events of a period add up to."""
    resolved = [event for event in events if event.what == "resolved"]
    first = [event for event in events if event.what in ANSWERS and not event.answered]
    found: Figures = {}
    for name in ("opened", "resolved", "reopened"):
        count = sum(event.what == name for event in events)
        found[f"complaints-{name}"] = (Fraction(count), count)
    for name, some in (("first-response", first), ("resolution", resolved)):
        took = [event.minutes() for event in some]
        found[f"{name}-median"] = rank(took, Fraction(1, 2)), len(took)
        found[f"{name}-p90"] = rank(took, Fraction(9, 10)), len(took)
        found[f"{name}-within-target"] = part(sum(each <= targets[name] for each in took), len(took)), len(took)
    at_once = sum(event.state == "open" and not event.answered and not event.reopened for event in resolved)
    found["first-contact-resolution"] = part(at_once, len(resolved)), len(resolved)
    found["promises-kept"] = None, 0
    return found


def still_open(events: Iterable[Event], until: date) -> int:
    """Return how many are open when the day is over, whenever they were opened."""
    adds = {"opened": 1, "closed": -1}
    past = [event for event in events if event.time.date() <= until]
    return sum(adds.get(event.what, int(event.what == "reopened" and event.state == "closed")) for event in past)


def within(events: Iterable[Event], first: date, last: date) -> list[Event]:
    return [event for event in events if first <= event.time.date() <= last]


class Shop(NamedTuple):
    """A new shop, in a zone of its own."""

    folder: Path
    zone: ZoneInfo

    def call(self, *arguments: str) -> Result:
        return call("--shop", str(self.folder), *arguments)

    def records(self) -> list[dict[str, Any]]:
        files = sorted(self.folder.glob("records/*/*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    def kinds(self) -> Counter[str]:
        """Return how many records there are of each kind of event of a complaint."""
        return Counter(record["kind"].partition(".")[2] for record in self.records() if record["kind"].startswith("complaint."))


@pytest.fixture
def new_shop(tmp_path: Path) -> Callable[[str], Shop]:
    def make(zone: str) -> Shop:
        folder = tmp_path / "shop"
        done = call("init", str(folder), "--name", "Rowan", "--country", "GB", "--currency", "GBP", "--time-zone", zone)
        assert done.code == 0, done.err
        return Shop(folder, ZoneInfo(zone))

    return make


@pytest.fixture
def unpacked(shared: Path, tmp_path: Path) -> Callable[[str], Path]:
    def unpack(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(lzma.decompress((shared / "data" / f"{name}.xz").read_bytes()))
        return path

    return unpack


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first(count: int, path: Path) -> None:
    """Leave only the first tickets of the log of the help desk."""
    header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    numbers = dict.fromkeys(line.partition(",")[0] for line in lines)
    kept = set(list(numbers)[:count])
    path.write_text(header + "".join(line for line in lines if line.partition(",")[0] in kept), encoding="utf-8")


def imported(shop: Shop, path: Path, mapping: str, code: int = 0) -> dict[str, Any]:
    done = shop.call("complaint", "import", str(path), "--map", str(MAPS / f"{mapping}.toml"), "-f", "json")
    assert done.code == code, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def simple(rows: Iterable[dict[str, str]], zone: ZoneInfo, columns: tuple[str, ...], channels: dict[str, str]) -> dict[str, Case]:
    """Return the complaints of a file with a row for each.

    Rows that are cut off are left out, and complaints that were passed on before they came. Names are compared without case.
    """
    cases = {}
    for row in rows:
        if None in row.values():
            continue
        number, received, sent, channel, category = (row[column] for column in columns)
        opened, passed_on = (datetime.strptime(day, "%m/%d/%Y").replace(tzinfo=zone) for day in (received, sent))
        if passed_on.date() >= opened.date():
            case = cases[number] = Case(opened, category.casefold(), channels.get(channel, "letter"))
            case.add("acknowledged", passed_on)
    return cases


def events_of(cases: Mapping[str, Case]) -> list[Event]:
    return [event for case in cases.values() for event in case.events]


def fold(told: Iterable[Told]) -> tuple[dict[str, Case], list[str]]:
    """Return the complaints that the rows of an event log tell of, and the numbers of rows that stand below later ones."""
    cases: dict[str, Case] = {}
    wrong = []
    for row in told:
        case = cases.get(row.number)
        if row.time < (case.events[-1].time if case else row.opened):
            wrong.append(row.number)
            continue
        if case is None:
            # Who saved a row opened the complaint only where it is still new in it.
            staff = row.staff if row.state == "open" else "unknown"
            case = cases[row.number] = Case(row.opened, row.category, row.channel, staff, row.severity)
        for what in LEADS[case.state, row.state].split():
            case.add(what, row.time, row.staff)
    return cases, wrong


def incidents(rows: Iterable[dict[str, str]], zone: ZoneInfo) -> Iterator[Told]:
    """Yield what the log of the service desk tells."""
    states = {"New": "open", "Awaiting User Info": "waiting", "Resolved": "resolved", "Closed": "closed"}
    for row in rows:
        opened, time = (
            datetime.strptime(row[name], "%d-%m-%Y %H:%M").replace(tzinfo=zone) for name in ("opened_at", "sys_updated_at")
        )
        category = "unknown" if row["category"] == "?" else row["category"].casefold()
        state = states.get(row["incident_state"], "acknowledged")
        severity = {"1": "high", "2": "high", "4": "low"}.get(row["priority"][0], "normal")
        yield Told(row["number"], time, state, opened, category, "phone", row["sys_updated_by"], severity)


def tickets(rows: Iterable[dict[str, str]], zone: ZoneInfo) -> Iterator[Told]:
    """Yield what the log of the help desk tells."""
    states = {"1": "open", "3": "open", "6": "resolved", "9": "waiting"}
    opened: dict[str, datetime] = {}
    for row in rows:
        time = datetime.fromisoformat(row["CompleteTimestamp"]).replace(tzinfo=zone)
        first = opened.setdefault(row["CaseID"], time)
        state = states.get(row["ActivityID"], "acknowledged")
        yield Told(row["CaseID"], time, state, first, "unknown", "email", "unknown")


# In minutes, as set_targets writes them.
TARGETS = {"first-response": 2 * DAY, "resolution": 7 * DAY}


def set_targets(shop: Shop) -> None:
    text = "schema = 1\n"
    for name, minutes in TARGETS.items():
        text += f'[{name}-within-target]\ninternal = "{minutes // HOUR} hours"\nshare = "90 %"\n'
    (shop.folder / "policies" / "kpis.toml").write_text(text, encoding="utf-8")


def report(shop: Shop, first: date, last: date, by: str = "") -> dict[str, dict[str, Any]]:
    """Return what `kpi report` says of the complaints of some days, by id."""
    more = ["--by", by] if by else []
    done = shop.call("kpi", "report", "--from", str(first), "--to", str(last), *more, "-f", "json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert (answer["schema"], answer["left_out"]) == ("returnkit.figures/1", 0)
    assert answer["period"] == {"from": str(first), "to": str(last)}
    return {measure["id"]: measure for measure in answer["measures"]}


def same(said: float | None, expected: Fraction | None) -> bool:
    """Compare a figure as JSON says it: the nearest number that a computer has."""
    return said == (None if expected is None else float(expected))


def check(shop: Shop, events: list[Event], first: date, last: date) -> None:
    """Compare every figure of complaints, all together and by every slice, with what the events add up to."""
    some = within(events, first, last)
    found = report(shop, first, last)
    expected = figures(some, TARGETS)
    open_then = still_open(events, last)
    expected["complaints-open"] = Fraction(open_then), open_then
    for name, (value, n) in expected.items():
        assert same(found[name]["value"], value), f"{name}: {found[name]}, expected {value}"
        assert found[name]["n"] == n, f"{name}: {found[name]}, expected n {n}"
        assert found[name]["by"] is None
    for by in SLICES:
        check_slices(report(shop, first, last, by), events, first, last, by)


def check_slices(found: dict[str, dict[str, Any]], events: list[Event], first: date, last: date, by: str) -> None:
    slices: defaultdict[str, list[Event]] = defaultdict(list)
    for event in within(events, first, last):
        slices[event.slice(by)].append(event)
    for name in figures([], TARGETS):
        expected = {key: value for key, own in slices.items() for value, n in [figures(own, TARGETS)[name]] if n}
        assert found[name]["by"].keys() == expected.keys(), f"{name} by {by}"
        wrong = {key: said for key, said in found[name]["by"].items() if not same(said, expected[key])}
        assert not wrong, f"{name} by {by}: {wrong}, expected {expected}"
    open_then = {} if by == "staff" else open_by(events, first, last, by)
    assert found["complaints-open"]["by"] == {key: count for key, count in open_then.items() if count}, by


def open_by(events: list[Event], first: date, last: date, by: str) -> dict[str, int]:
    """Return how many are open: by month at the end of each, else by slice at the end of the period."""
    if by != "month":
        keys = {event.slice(by) for event in events}
        return {key: still_open((event for event in events if event.slice(by) == key), last) for key in keys}
    found = {}
    for months in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        end = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
        found[f"{end:%Y-%m}"] = still_open(events, min(end, last))
    return found


CHANNELS = {"Web": "web", "Phone": "phone", "Email": "email"}  # and all others are letters
REFERRED = CHANNELS | {"Referral": "social"}
CFPB_2014 = "Complaint ID", "Date received", "Date sent to company", "Submitted via", "Product"
CFPB_2013 = "complaint_id", "date_received", "date_sent_to_company", "submitted_via", "issue"


def test_cfpb_2014(new_shop: Callable[[str], Shop], unpacked: Callable[[str], Path]) -> None:
    shop, path = new_shop("America/Sao_Paulo"), unpacked("cfpb_2014_first2500.csv")
    answer = imported(shop, path, "cfpb-2014", code=1)
    assert (answer["rows"], answer["rejected"], answer["passed_over"]) == (2_500, 1, 0)
    assert shop.kinds() == {"opened": 2_499, "acknowledged": 2_499}
    set_targets(shop)
    events = events_of(simple(rows_of(path), shop.zone, CFPB_2014, CHANNELS))
    assert len(events) == 4_998
    assert {event.minutes() % DAY for event in events} == {0, 23 * HOUR}  # midnight of 19 October was skipped there
    check(shop, events, date(2014, 10, 1), date(2014, 10, 31))
    check(shop, events, date(2014, 11, 1), date(2014, 11, 30))
    check(shop, events, date(2014, 10, 13), date(2014, 11, 6))
    check(shop, events, date(2014, 9, 1), date(2015, 1, 31))


def test_cfpb_2013(new_shop: Callable[[str], Shop], unpacked: Callable[[str], Path]) -> None:
    shop, path = new_shop("America/New_York"), unpacked("cfpb_2013_1000.csv")
    answer = imported(shop, path, "cfpb-2013", code=1)
    assert (answer["rows"], answer["rejected"]) == (1_000, 23)
    assert shop.kinds() == {"opened": 977, "acknowledged": 977}
    set_targets(shop)
    rows = rows_of(path)
    events = events_of(simple(rows, shop.zone, CFPB_2013, REFERRED))
    assert {event.minutes() % DAY for event in events} == {0, HOUR}  # some waited over the longer night of 3 November
    check(shop, events, date(2013, 8, 1), date(2014, 1, 31))
    check(shop, events, date(2013, 9, 1), date(2013, 9, 30))

    # What was rejected stands beside the file as it was. Mended, it completes what is there.
    left = path.with_name(f"{path.name}.rejected.csv")
    rejected = rows_of(left)
    days = [[datetime.strptime(row[name], "%m/%d/%Y").replace(tzinfo=UTC).date() for name in CFPB_2013[1:3]] for row in rejected]
    assert all(sent - received == timedelta(days=-1) for received, sent in days)
    assert [{**row, "rejected because": ""} for row in rejected] == [
        {**row, "rejected because": ""} for row in rows if row["complaint_id"] in {each["complaint_id"] for each in rejected}
    ]
    assert all(row["rejected because"] for row in rejected)
    for row in rejected:
        row["date_sent_to_company"] = row["date_received"]
    with left.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rejected[0]))
        writer.writeheader()
        writer.writerows(rejected)
    assert imported(shop, left, "cfpb-2013")["rejected"] == 0
    assert shop.kinds() == {"opened": 1_000, "acknowledged": 1_000}
    events += events_of(simple(rejected, shop.zone, CFPB_2013, REFERRED))
    check(shop, events, date(2013, 8, 1), date(2014, 1, 31))


def test_the_log_of_a_service_desk(new_shop: Callable[[str], Shop], unpacked: Callable[[str], Path]) -> None:
    shop, path = new_shop("Europe/Riga"), unpacked("uci_incidents_first890.csv")
    rows = rows_of(path)
    cases, wrong = fold(incidents(rows, shop.zone))
    assert (len(rows), len(cases), len(wrong)) == (5_998, 890, 5)
    answer = imported(shop, path, "uci-incidents", code=1)
    assert (answer["rows"], answer["rejected"]) == (5_998, 5)
    rejected = [row["number"] for row in rows_of(path.with_name(f"{path.name}.rejected.csv"))]
    assert rejected == wrong == [f"INC0000{number}" for number in (130, 131, 134, 135, 164)]

    events = events_of(cases)
    kinds = Counter(event.what for event in events)
    assert (kinds["opened"], kinds["resolved"], kinds["reopened"], kinds["closed"]) == (890, 901, 11, 890)
    assert shop.kinds() == kinds
    # The file's own count: the largest of each incident. (Its sum over the rows means nothing.)
    own: Counter[str] = Counter()
    for row in rows:
        own[row["number"]] = max(own[row["number"]], int(row["reopen_count"]))
    number_of = {record["id"]: record["number"] for record in shop.records() if record["kind"] == "complaint.opened"}
    reopened = Counter(number_of[record["case"]] for record in shop.records() if record["kind"] == "complaint.reopened")
    assert reopened == +own
    assert (sum(own.values()), len(+own), sum(int(row["reopen_count"]) for row in rows)) == (11, 10, 75)

    set_targets(shop)
    check(shop, events, date(2016, 2, 1), date(2017, 2, 28))
    for month in (date(2016, 2, 29), date(2016, 3, 31), date(2016, 4, 30)):
        check(shop, events, month.replace(day=1), month)
    check(shop, events, date(2016, 3, 5), date(2016, 4, 2))  # the clocks went forward on 27 March


@pytest.mark.parametrize("count", [1_000, pytest.param(3_804, marks=pytest.mark.slow)])
def test_the_log_of_a_help_desk(new_shop: Callable[[str], Shop], unpacked: Callable[[str], Path], count: int) -> None:
    shop, path = new_shop("Europe/Rome"), unpacked("helpdesk.csv")
    first(count, path)
    rows = rows_of(path)
    cases, wrong = fold(tickets(rows, shop.zone))
    assert (len(cases), wrong) == (count, [])
    answer = imported(shop, path, "helpdesk")
    assert (answer["rows"], answer["rejected"]) == (len(rows), 0)
    events = events_of(cases)
    assert shop.kinds() == Counter(event.what for event in events)
    set_targets(shop)
    check(shop, events, date(2010, 1, 1), date(2012, 12, 31))
    check(shop, events, date(2011, 3, 27), date(2011, 10, 30))  # from one change of the clocks to the other
