"""Real reviews of clothes as answers to a survey: two questions, and what people wrote.

What the file holds: 1,000 rows; a rating from 1 to 5 and whether she would recommend it in every one; a text in 958 of them,
up to 504 characters, 81 of them with blank lines, two with letters that an earlier program broke (`ã©`, `ã¼`). 37 rows say the
same as another in all that is read here (no text, mostly): all are answers. Nobody gives an address or a telephone number, but
in two texts measures stand so close together that they could be one: `32-24.5-32` and `5'7 145-150`. Careful is what is asked
for here: these two rows are rejected and named, and can be imported when a person has looked at them.
"""

import csv
import json
import lzma
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import call

MAPPING = Path(__file__).parent / "maps" / "clothing-reviews.toml"
LIKE_A_TELEPHONE_NUMBER = {"522": "32-24.5-32", "714": "7 145-150"}

Answer = tuple[str, str, str]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def reviews(shared: Path, tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    path.write_bytes(lzma.decompress((shared / "data" / "womens_clothing_reviews_1000.csv.xz").read_bytes()))
    return path


def imported(shop: Path, path: Path) -> tuple[int, dict[str, Any], str]:
    done = call("--shop", str(shop), "survey", "import", str(path), "--map", str(MAPPING), "-f", "json")
    return done.code, json.loads(done.out), done.err


def answers(shop: Path) -> list[dict[str, Any]]:
    files = sorted(shop.glob("records/*/*.jsonl"))
    records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [record for record in records if record["kind"] == "survey.answered"]


def as_answers(rows: list[dict[str, str]]) -> Counter[Answer]:
    return Counter((row["Rating"], row["Recommended IND"], row["Review Text"].strip()) for row in rows)


def recorded(shop: Path) -> Counter[Answer]:
    found = [(record["answers"], record.get("text", "")) for record in answers(shop)]
    assert all(isinstance(value, int) for given, _ in found for value in given.values())
    return Counter((str(given["rating"]), str(given["recommend"]), text) for given, text in found)


def test_reviews(shop: Path, reviews: Path) -> None:
    rows = rows_of(reviews)
    suspects = [row for row in rows if row[""] in LIKE_A_TELEPHONE_NUMBER]
    assert all(LIKE_A_TELEPHONE_NUMBER[row[""]] in row["Review Text"] for row in suspects)

    code, answer, said = imported(shop, reviews)
    assert code == 1
    assert (answer["rows"], answer["recorded"], answer["rejected"], answer["passed_over"]) == (1_000, 998, 2, 0)
    assert recorded(shop) == as_answers([row for row in rows if row not in suspects])
    assert {(record["survey"], record["source"]) for record in answers(shop)} == {("reviews", "clothing-reviews")}
    assert {record["time"] for record in answers(shop)} == {"2026-01-15T00:00:00+02:00"}
    assert all(("salt" in record) == ("text" in record) for record in answers(shop))

    # The two are named by the line on which they begin, and stand in a file of their own as they were.
    with reviews.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        begins = {}
        line = 1
        for cells in reader:
            begins[cells[0]] = line
            line = reader.line_num + 1
    for number in LIKE_A_TELEPHONE_NUMBER:
        assert f"reviews.csv:{begins[number]}:" in said
    assert said.count("telephone") == 2
    left = reviews.with_name("reviews.csv.rejected.csv")
    rejected = rows_of(left)
    assert [{name: cell for name, cell in row.items() if name != "rejected because"} for row in rejected] == suspects
    assert all("telephone" in row["rejected because"] for row in rejected)

    # Somebody looks at them, and takes the measures apart.
    text = left.read_text(encoding="utf-8").replace("32-24.5-32", "32, 24.5 and 32").replace("5'7 145-150", "5'7, 145 to 150")
    left.write_text(text, encoding="utf-8")
    code, answer, said = imported(shop, left)
    assert (code, answer["recorded"], answer["rejected"]) == (0, 2, 0), said
    assert sum(recorded(shop).values()) == 1_000


def test_reviews_again(shop: Path, reviews: Path) -> None:
    """Rows that say the same are as many as they are, and none is recorded twice."""
    imported(shop, reviews)
    before = answers(shop)
    assert sum(count - 1 for count in as_answers(rows_of(reviews)).values()) == 37
    code, answer, _ = imported(shop, reviews.rename(reviews.with_name("again.csv")))
    assert (code, answer["recorded"], answer["known"], answer["rejected"]) == (1, 0, 998, 2)
    assert answers(shop) == before
