import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import Result, call

At = Callable[..., Result]


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)


def test_the_policy_as_a_customer_reads_it(at: At) -> None:
    text = at("policy", "show", "--lang", "en").out
    for line in (
        "Pīlādzis: Returns and exchanges",
        "  For everything bought from 1 September 2026 on.",
        "  Money back within 14 days",
        "Faulty, not the item that was ordered or not as described",
        "  Repair within 2 years",
        "Engraved or cut to size",
        "  No return and no exchange.",
        "  A restocking fee of 10% is taken off the money or store credit you get back.",
        "  Bought from 15 November 2026 until 24 December 2026, unless party goods: open at least until 31 January 2027.",
    ):
        assert line in text.splitlines(), line
    assert "250" not in text  # what staff may give beyond it is nobody's business


def test_a_version_of_an_earlier_day_can_be_shown(at: At) -> None:
    assert "1. marta" in at("policy", "show", "--bought", "2026-08-31").out
    assert "1. septembra" in at("policy", "show", "--bought", "2026-09-01").out
    assert at("policy", "show", "--bought", "31.8.").code == 2


def test_a_season_that_is_over_is_left_out(at: At) -> None:
    arguments = ("policy", "show", "--lang", "en")
    assert "31 January 2027" in at(*arguments).out
    assert "31 January 2027" not in call("--now", "2027-02-01", *arguments).out


def test_show_as_json_and_as_a_page(at: At) -> None:
    document = json.loads(at("policy", "show", "--lang", "en", "-f", "json").out)
    assert document["schema"] == "returnkit.policy/1"
    assert document["sections"][1]["heading"] == "In general"
    page = at("policy", "show", "--lang", "lv", "-f", "html").out
    parser = Tags()
    parser.feed(page)
    tags = parser.tags
    assert '<html lang="lv">' in page
    assert tags.count("h2") == len(document["sections"]) - 1
    assert "script" not in tags


@pytest.mark.parametrize("form", ["table", "md", "html", "csv", "json"])
def test_what_an_owner_writes_stays_text(at: At, shop: Path, form: str) -> None:
    file = shop / "policies/returns.toml"
    nasty = "<script>alert(1)</script> | [x](javascript:1) =1+1 \\u202eevil"
    file.write_text(file.read_text().replace("This one was made for you alone.", nasty))
    text = at("policy", "show", "--lang", "en", "-f", form).out
    assert "\u202e" not in text
    if form == "html":
        assert "<script" not in text
    if form == "md":
        assert "[x](javascript" not in text
