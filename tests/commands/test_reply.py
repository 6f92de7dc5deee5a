"""`returnkit complaint reply`: the draft of a reply by how a complaint stands, in the shop's words and nobody else's."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from returnkit.service.phrases import found_in, read_phrases
from returnkit.starter_phrases import phrases_text
from tests.conftest import NOW, Result

At = Callable[..., Result]
WORDS = "ZVANIET: kur ir mana zilā lampa Nr. 4711"
PHONE = "+371 67 000 000"
SHIPPED = read_phrases(phrases_text().encode(), "phrases.toml", {})


@pytest.fixture
def reachable(shop: Path) -> None:
    path = shop / "policies/shop.toml"
    path.write_text(path.read_text().replace('country = "LV"', f'phone = "{PHONE}"\ncountry = "LV"'))


def opened(at: At, *more: str, category: str = "delivery", channel: str = "email") -> str:
    result = at("complaint", "open", "--channel", channel, "--category", category, "--text", WORDS, *more)
    assert result.code == 0, result.err
    return result.out.split()[0]


def reply(at: At, case: str, *more: str) -> str:
    result = at("complaint", "reply", case, *more)
    assert result.code == 0, result.err
    return result.out


@pytest.mark.usefixtures("reachable")
def test_a_complaint_that_came_in_gets_thanks_an_apology_and_a_time(at: At) -> None:
    case = opened(at, "--name", "Anna Liepa", "--email", "anna@example.org")
    assert reply(at, case, "--lang", "en", "--staff", "Kristaps") == (
        "Dear Anna Liepa,\n\n"
        "Thank you for telling us. We are sorry that your order did not reach you as we promised.\n\n"
        "We are looking into it, and you will hear from us by 13:00 on 25 November 2026.\n\n"
        f"Kind regards\nKristaps\nPīlādzis\n{PHONE}\n"
    )
    assert reply(at, case, "--staff", "Kristaps") == (
        "Labdien, Anna Liepa!\n\n"
        "Paldies, ka mums to pateicāt. Atvainojamies, ka pasūtījums Jūs nesasniedza tā, kā solījām.\n\n"
        "Mēs to jau risinām, un atbildi no mums saņemsiet līdz 2026. gada 25. novembrim plkst. 13:00.\n\n"
        f"Ar cieņu\nKristaps\nPīlādzis\n{PHONE}\n"
    )


def test_the_promise_that_stands_says_by_when(at: At) -> None:
    case = opened(at)
    at("complaint", "promise", case, "--by", "2026-11-24")
    assert "hear from us by 24 November 2026." in reply(at, case, "--lang", "en")
    assert "saņemsiet līdz 2026. gada 24. novembrim." in reply(at, case)
    at("complaint", "promise", case, "--by", "2026-11-23 11:00")
    assert json.loads(reply(at, case, "-f", "json"))["by"] == "2026-11-23T11:00:00+02:00"


def test_a_time_that_is_over_is_never_named_again(at: At) -> None:
    case = opened(at)
    at("complaint", "promise", case, "--by", "2026-11-24")
    late = at("complaint", "reply", case, "--lang", "en", "--now", "2026-12-20T12:00:00+02:00")
    assert "This takes longer than we told you" in late.out
    assert "2026" not in late.out
    assert f"returnkit complaint promise {case} --by TIME" in late.err
    assert json.loads(at("complaint", "reply", case, "-f", "json", "--now", "2026-12-20T12:00:00+02:00").out)["by"] is None


def test_each_step_has_its_own_reply(at: At) -> None:
    case = opened(at)
    assert "one thing from you: a photograph of the box. A short" in reply(
        at, case, "--lang", "en", "--need", "a photograph\nof the box"
    )
    assert "- replacement\n- a coffee on us" in reply(at, case, "--lang", "en", "--choice", "replacement", "--choice", "coffee")
    at("complaint", "wait", case, "--text", "asked for the secret word")
    waiting = reply(at, case, "--lang", "en")
    assert "only your answer to our last question" in waiting
    assert "secret" not in waiting
    at("complaint", "note", case, "--from-customer", "--text", "here it is")
    at("complaint", "offer", case, "--choice", "replacement", "--choice", "20-percent-off")
    assert "You choose:\n- replacement\n- 20 percent off\n\nA word" in reply(at, case, "--lang", "en")
    at("complaint", "accept", case, "--choice", "replacement")
    assert "You chose: replacement." in reply(at, case, "--lang", "en")
    at("complaint", "resolve", case, "--token", "coupon")
    assert "We have put it right: replacement and 5.00 off the next purchase." in reply(at, case, "--lang", "en")
    assert "Esam to nokārtojuši: tāda pati jauna prece un 5,00 atlaide nākamajam pirkumam." in reply(at, case)
    at("complaint", "close", case, "--cause", "courier")
    assert "Thank you for giving us the chance." in reply(at, case, "--lang", "en")


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("channel", ["review", "social"])
def test_in_public_it_is_short_and_names_nobody(at: At, channel: str) -> None:
    case = opened(at, "--name", "Anna Liepa", "--receipt-no", "88123", channel=channel)
    result = at("complaint", "reply", case, "--lang", "en", "--staff", "Kristaps", "--choice", "refund", "--choice", "coffee")
    assert "for a message to them alone" in result.err
    assert result.out == (
        "Thank you for telling us. We are sorry that your order did not reach you as we promised. "
        f"We want to put it right for you. Please reach us here: {PHONE} or https://piladzis.example.\n\nPīlādzis\n"
    )
    at("complaint", "resolve", case)
    assert "We have put it right, and we thank you" in reply(at, case, "--lang", "en")


def test_the_trouble_is_named_by_its_flag_or_category(at: At) -> None:
    assert "what you bought from us let you down" in reply(at, opened(at, category="Quality"), "--lang", "en")
    assert "We are sorry that we let you down." in reply(at, opened(at, category="parking"), "--lang", "en")
    result = at("complaint", "reply", opened(at, "--flag", "safety"), "--lang", "en")
    assert "we hope that you are well" in result.out
    assert "flagged as safety: first see what must be done" in result.err


@pytest.mark.usefixtures("reachable")
def test_it_passes_its_own_check_and_repeats_nothing_of_the_customers(at: At) -> None:
    verbs = (
        (), ("promise", "--by", "2026-11-24"), ("wait",), ("note", "--from-customer", "--text", WORDS), ("offer",),
        ("accept", "--choice", "refund"), ("resolve",), ("thank",), ("close", "--cause", WORDS),
    )  # fmt: skip
    for channel in ("email", "review"):
        case = opened(at, "--wish", WORDS, channel=channel)
        for verb, *more in (each or ("note", "--text", WORDS) for each in verbs):
            assert at("complaint", verb, case, *more).code == 0
            for language, now in (("en", NOW), ("lv", NOW), ("lv", "2027-01-20T12:00:00+02:00")):
                text = reply(at, case, "--lang", language, "--now", now)
                assert found_in(text, SHIPPED, [language]) == [], text
                assert not any(word in text for word in ("ZVANIET", "lampa", "4711"))


def test_nothing_is_written(at: At, shop: Path) -> None:
    case = opened(at)
    before = {path: path.read_bytes() for path in (shop / "records").rglob("*") if path.is_file()}
    reply(at, case)
    assert {path: path.read_bytes() for path in (shop / "records").rglob("*") if path.is_file()} == before


def test_what_nobody_can_reply_to(at: At) -> None:
    one, other = opened(at), opened(at)
    at("complaint", "merge", one, "--into", other)
    merged = at("complaint", "reply", one)
    assert (merged.code, merged.out) == (2, "")
    assert f"it goes on as {other}" in merged.err
    assert at("complaint", "reply", "k9-0001X").code == 2
    assert at("complaint", "reply", other, "--need", "").code == 2


def test_the_sentences_are_the_shops_to_change(at: At, shop: Path) -> None:
    path = shop / "policies/phrases.toml"
    path.write_text(
        'schema = 1\n[[lv]]\nnot = ["a"]\nsay = "b"\nwhy = "c"\n[reply.en]\nhello = "Hello from {shop}! Calm down."\n'
    )
    case = opened(at)
    result = at("complaint", "reply", case, "--lang", "en", "--staff", "{shop}")
    assert result.out.startswith("Hello from Pīlādzis! Calm down.\n\nThank you for telling us.")
    assert "{shop}" in result.out
    path.write_text('schema = 1\n[reply.en]\n\nhello = "Hello {when}!"\n')
    wrong = at("complaint", "reply", case)
    assert wrong.code == 3
    assert "policies/phrases.toml:4: nothing is known for {when}" in wrong.err


def test_a_shops_own_sentence_that_should_be_said_otherwise_is_noted(at: At, shop: Path) -> None:
    path = shop / "policies/phrases.toml"
    path.write_text(path.read_text().replace('hello = "Hello,"', 'hello = "Calm down,"'))
    assert '"Calm down" should be said otherwise' in at("complaint", "reply", opened(at), "--lang", "en").err


def test_english_stands_in_where_there_are_no_sentences(at: At, shop: Path) -> None:
    path = shop / "policies/shop.toml"
    path.write_text(path.read_text().replace('["lv", "en"]', '["xx", "en"]'))
    result = at("complaint", "reply", opened(at))
    assert "there are no replies in xx yet: English stands in" in result.err
    assert "Thank you for telling us." in result.out
