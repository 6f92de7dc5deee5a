"""What comes back within a month, from records alone: in any order, and as a plain recount finds it."""

import random
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.model.jsonl import Json
from returnkit.model.toml import name
from returnkit.service.recurring import FIELDS, Key, Part, Parts, Repeated, add, repeated, seen

MONTHS = ("2026-10", "2026-11", "2026-12")
CATEGORIES = ("", "delivery", "Delivery ", "quality")
ARTICLES = ("", "EL-301", "el-301", "RO-401")
CAUSES = ("packaging", "Packaging", "carrier")


def opened(number: int, month: str = "2026-11", **about: str) -> Json:
    return {"kind": "complaint.opened", "id": f"k3-{number:04}", "time": f"{month}-03T10:00:00+02:00", **about}


def closed(number: int, case: int, cause: str, month: str = "2026-11", was: Json | None = None, **more: str) -> Json:
    own = {"id": f"k3-{number:04}", "case": f"k3-{case:04}", "time": f"{month}-{number % 28 + 1:02}T10:00:00+02:00"}
    return {"kind": "complaint.closed", "cause": cause, "was": was or {}, **own, **more}


def merged(number: int, case: int) -> Json:
    return {"kind": "complaint.merged", "id": f"k3-{number:04}", "case": f"k3-{case:04}", "time": "2026-11-09T10:00:00+02:00"}


def parts_of(records: Iterable[tuple[int, Json]]) -> Parts:
    parts: Parts = {}
    for at, record in records:
        add(parts, seen(record, "k3/2026-11.jsonl", at))
    return parts


def asked(records: list[Json], category: str = "", sku: str = "") -> Repeated:
    return repeated(parts_of(enumerate(records)), "2026-11", category, sku)


def told(found: Repeated) -> list[tuple[int, str, str]]:
    return [(times, newest.cause, newest.id) for times, newest in found.causes]


# What is counted


def test_the_same_category_counts_however_it_is_written_and_another_month_does_not() -> None:
    records = [opened(1, category="delivery"), opened(2, category=" Delivery"), opened(3, category="quality"), opened(4)]
    records.append(opened(5, "2026-10", category="delivery"))
    assert asked(records, "DELIVERY ") == Repeated(2, "DELIVERY", ())
    assert asked(records, "service").opened == asked(records).opened == 0


def test_the_article_is_what_comes_back_where_it_does_so_more_often_than_the_category() -> None:
    records = [opened(1, category="quality", sku="EL-301"), opened(2, category="service", sku="el-301"), opened(3, sku="AP-101")]
    assert asked(records, "quality", "EL-301")[:2] == (2, "EL-301")
    assert asked(records, "quality", "AP-101")[:2] == (1, "quality")
    assert asked(records, "", "AP-101")[:2] == (1, "AP-101")


def test_the_commonest_cause_stands_first_with_the_newest_closing() -> None:
    was: Json = {"category": "delivery", "sku": "EL-301"}
    records = [
        closed(11, 1, "packaging", was=was, rule="withdrawal"),
        closed(13, 3, "Packaging", was=was, rule="faulty"),
        closed(12, 2, "packaging", was=was),
        closed(14, 4, "carrier", was=was),
        closed(15, 5, "carrier", was={"category": "quality"}),
        closed(16, 6, "carrier", was=was, month="2026-10"),
    ]
    found = asked(records, "delivery")
    assert told(found) == [(3, "Packaging", "k3-0013"), (1, "carrier", "k3-0014")]
    newest = found.causes[0][1]
    assert (newest.case, newest.rule, newest.sku, newest.file, newest.at) == (
        "k3-0003",
        "faulty",
        "EL-301",
        "k3/2026-11.jsonl",
        1,
    )


def test_a_cause_belongs_to_the_article_complained_about_and_to_the_one_behind_it() -> None:
    records = [opened(1, sku="EL-301"), opened(2, sku="RO-401"), closed(3, 1, "supplier", was={"sku": "EL-301"}, sku="RO-401")]
    for article in ("EL-301", "RO-401"):
        assert told(asked(records, sku=article)) == [(1, "supplier", "k3-0003")]
        assert asked(records, sku=article).causes[0][1].sku == "RO-401"


def test_a_complaint_that_was_closed_twice_counts_once_and_a_merged_one_not_at_all() -> None:
    was: Json = {"category": "delivery"}
    records = [opened(1, category="delivery"), opened(2, category="delivery"), merged(3, 2)]
    records += [closed(4, 1, "packaging", was=was), closed(5, 1, "packaging", was=was)]
    assert asked(records, "delivery").opened == 1
    assert told(asked(records, "delivery")) == [(1, "packaging", "k3-0005")]


def test_the_newest_closing_is_the_newest_whatever_the_offset_of_its_time() -> None:
    was: Json = {"category": "delivery"}
    early = closed(9, 1, "packaging", was=was) | {"time": "2026-11-10T10:30:00+02:00"}
    late = closed(8, 2, "packaging", was=was) | {"time": "2026-11-10T09:00:00Z"}
    assert told(asked([late, early], "delivery")) == [(2, "packaging", "k3-0008")]


# Against a recount, in any order


@st.composite
def stories(draw: st.DrawFn) -> list[Json]:
    found = []
    for number in range(draw(st.integers(1, 20))):
        kind, case = draw(st.sampled_from(("opened", "opened", "closed", "merged", "noted"))), draw(st.integers(0, 6))
        month, category, sku = (draw(st.sampled_from(names)) for names in (MONTHS, CATEGORIES, ARTICLES))
        about = {field: text for field, text in (("category", category), ("sku", sku)) if text}
        if kind == "opened":
            found.append(opened(number, month, **about))
        elif kind == "closed":
            was: Json = {**about}
            behind = draw(st.sampled_from(ARTICLES))
            more = {"sku": behind} if behind else {}
            found.append(closed(number, case, draw(st.sampled_from(CAUSES)), month, was, **more))
        else:
            found.append(merged(number, case) if kind == "merged" else {**closed(number, case, "x"), "kind": "complaint.noted"})
    return found


def recount(records: list[Json], category: str, sku: str) -> tuple[int, str, list[tuple[int, str]]]:
    """Count anew, record by record: how many were opened, about what, and the times and the name of every cause."""
    gone = {record["case"] for record in records if record["kind"] == "complaint.merged"}
    now = [record for record in records if str(record["time"])[:7] == "2026-11"]
    opened: dict[str, int] = {}
    for field, text in (("category", category), ("sku", sku)):
        same = [
            record for record in now if record["kind"] == "complaint.opened" and name(str(record.get(field, ""))) == name(text)
        ]
        opened[field] = len([record for record in same if text and record["id"] not in gone])
    field, about = ("sku", sku) if opened["sku"] > opened["category"] else ("category", category)
    causes: dict[str, set[object]] = {}
    for record in now:
        was = record.get("was")
        if record["kind"] == "complaint.closed" and isinstance(was, dict) and about:
            names = {name(str(was.get(field, "")))} | ({name(str(record.get("sku", "")))} if field == "sku" else set())
            if name(about) in names:
                causes.setdefault(name(str(record["cause"])), set()).add(record["case"])
    return opened[field], about.strip(), sorted((len(cases), cause) for cause, cases in causes.items())


@given(stories(), st.sampled_from(CATEGORIES), st.sampled_from(ARTICLES))
@settings(max_examples=80)
def test_it_is_what_a_recount_finds(records: list[Json], category: str, sku: str) -> None:
    found = asked(records, category, sku)
    causes = sorted((times, name(newest.cause)) for times, newest in found.causes)
    assert (found.opened, found.about, causes) == recount(records, category, sku)


@given(stories(), st.randoms(use_true_random=False), st.integers(0, 20))
@settings(max_examples=80)
def test_order_and_grouping_do_not_matter_nor_does_a_part_that_is_added_twice(
    records: list[Json], chance: random.Random, cut: int
) -> None:
    numbered = [*enumerate(records)]
    whole = parts_of(numbered)
    chance.shuffle(numbered)
    one, other = parts_of(numbered[:cut]), parts_of(numbered[cut:])
    kept: list[tuple[Key, Part]] = [(key, (set(cases), newest)) for key, (cases, newest) in one.items()]
    together: Parts = {}
    for parts in (other, one, other, whole):
        add(together, parts.items())
    assert together == whole
    assert [*one.items()] == kept  # what is added is left as it was


# What makes no sense


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from(("id", "case", "time", "was", "cause", "rule", *FIELDS)), ODD),
    st.sampled_from(("opened", "closed", "merged")),
)
@settings(max_examples=80)
def test_a_record_of_any_form_is_no_error(record: Json, kind: str) -> None:
    parts = parts_of([(0, record | {"kind": f"complaint.{kind}"}), (1, closed(1, 1, "packaging", was={"category": "delivery"}))])
    assert repeated(parts, "2026-11", "delivery", "").causes
