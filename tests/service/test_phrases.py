"""What is not said to customers: found where it stands, all right where a sentence says by when, and nowhere in our texts."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.errors import UnreadableError
from returnkit.service.phrases import PhraseBook, found_in, read_phrases
from returnkit.service.reply import TEMPLATES
from returnkit.service.triage import places, suspected
from returnkit.starter_phrases import LANGUAGES, phrases_text
from tests.commands import bad_service
from tests.conftest import REPOSITORY

SHIPPED = read_phrases(phrases_text().encode(), "phrases.toml", {})
OWN = """schema = 1
[when]
en = ["today", "by #"]
[[en]]
not = ["our policy", "not * job", "tell … why"]
say = "I will do it."
why = "It helps nobody."
[[en]]
not = ["call you", "soon"]
promise = true
unless = ["see you soon"]
say = "Today by five."
why = "A promise has a time."
"""


def book(text: str = OWN) -> PhraseBook:
    return read_phrases(text.encode(), "phrases.toml", SHIPPED.replies)


def marked(text: str, own: PhraseBook = SHIPPED, *languages: str) -> list[str]:
    return [found.text for found in found_in(text, own, languages or LANGUAGES)]


# Where it stands


def test_line_column_and_words_are_those_of_the_text() -> None:
    text = "Hello,\n\n“Our\n Policy” is kind. It’s NOT\tmy job!\n"
    found = [(each.line, each.column, each.text) for each in found_in(text, book(), ["en"])]
    assert found == [(3, 2, "Our Policy"), (4, 24, "NOT my job")]
    assert [each.phrase.say for each in found_in(text, book(), ["en"])] == ["I will do it."] * 2


def test_how_it_is_written_makes_no_difference() -> None:
    assert marked("OUR-POLICY", book()) == ["OUR-POLICY"]
    assert marked("**our** _policy_", book()) == ["our** _policy"]
    assert marked("diemzel, Diemz\u030ce\u0304l", SHIPPED, "lv") == ["diemzel", "Diemz\u030ce\u0304l"]


def test_addresses_on_the_web_are_passed_over() -> None:
    assert marked("See https://shop.example/our-policy and www.our-policy.example", book()) == []


def test_of_what_overlaps_the_first_and_longest_is_taken() -> None:
    own = book(OWN.replace('"our policy"', '"our policy", "our policy says", "policy says no"'))
    assert marked("our policy says no", own) == ["our policy says"]


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert marked("That is our. Policy is a word", book()) == []
    assert marked("- our\n- policy", book()) == []
    assert marked("our\n\npolicy", book()) == []
    assert marked("our\npolicy", book()) == ["our policy"]


ALPHABET = st.lists(st.sampled_from(["a", "ab", "b", "Ā", "a’b", "-", ".", "\n", "½"]), max_size=8).map(" ".join)
ENTRIES = st.lists(st.sampled_from(["a", "ab", "a b", "b *", "a* b", "1 2"]), max_size=4)


@settings(max_examples=150)
@given(ALPHABET, ENTRIES)
def test_what_is_found_is_what_triage_finds_and_stands_there(text: str, entries: list[str]) -> None:
    found = list(places(text, entries))
    assert {entries[place.entry] for place in found} == {*suspected(text, {"x": entries}).get("x", ())}
    for place in found:
        assert entries[place.entry] in suspected(text[place.start : place.end], {"x": [entries[place.entry]]})["x"]


# What means the same

WIDE = """schema = 1
[same]
en = ["we = i", "cannot = cant = can not = am unable to", "we are = we're", "you will = you'll"]
[skip]
en = ["really", "ma'am"]
[when]
en = ["by one/two", "in #"]
[[en]]
not = ["we cannot help", "tell … why", "his/her fault", "i can't fix", "we are busy", "really sorry", "you will wait * here"]
unless = ["let me/us"]
say = "I will do it."
why = "It helps nobody."
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I can’t help.", ["I can’t help"]),
        ("Well, ma'am, we really can not help", ["we really can not help"]),
        ("No: I am\nreally unable to help!", []),  # what is skipped stands between the words of a line, not within them
        ("No: I really am\nunable to help!", ["I really am unable to help"]),
        ("We. Cannot help", []),
        ("I cannot fix it. I CAN’T FIX it. We cannot fix it.", ["I cannot fix", "I CAN’T FIX", "We cannot fix"]),
        ("**I** _cannot_ help; they cannot help", ["I** _cannot_ help"]),
        ("We're busy, and they were busy", ["We're busy"]),
        ("We are sorry, really sorry.", ["really sorry"]),
        ("tell why; tell me, please, why", ["tell why", "tell me, please, why"]),
        ("tell me this day why", ["tell me this day why"]),
        ("tell me on this very day why", []),
        ("Whose? His fault, her fault, its fault", ["His fault", "her fault"]),
        ("You’ll wait right here", ["You’ll wait right here"]),
        ("I can't help, but let us see", []),
        ("I can't help. Let us see", ["I can't help"]),
    ],
)  # fmt: skip
def test_words_that_mean_the_same_are_found_where_they_stand(text: str, found: list[str]) -> None:
    assert marked(text, book(WIDE)) == found


WORDS = st.lists(
    st.sampled_from(["I", "can't", "CANNOT", "can not", "really", "help", "we're", "were", ".", "\n", "*", "ā"]), max_size=12
)


@settings(max_examples=150)
@given(WORDS.map(" ".join))
def test_what_is_found_otherwise_stands_there_in_words(text: str) -> None:
    lines = text.split("\n")
    for each in found_in(text, book(WIDE), ["en"]):
        assert lines[each.line - 1][each.column - 1 :].startswith(each.text.split()[0])
        assert " ".join(each.text.split()) in " ".join(text.split())


def test_mistakes_in_what_means_the_same_are_named() -> None:
    text = WIDE.replace('"we = i"', '"we", "= i", "we = ", "we = i"').replace('["really", "ma\'am"]', '["really", "-"]')
    text = text.replace('"tell … why"', '"tell … why", "/x", "a/b/c … d … e … f … g/h/i"').replace(
        "[skip]", "[skip]\nenglish = []"
    )
    with pytest.raises(UnreadableError) as caught:
        book(text)
    told = [(problem.line, problem.what) for problem in caught.value.problems]
    assert [what for line, what in told if line == 3] == [f'"{bad}" cannot be read' for bad in ("we", "= i", "we = ")]
    for line, what in (
        (5, '"english"'),
        (6, '"-" cannot be read'),
        (10, '"/x" cannot be looked for'),
        (10, "stands for too many"),
    ):
        assert any(at == line and what in said for at, said in told), (line, what, told)


# Promises


@pytest.mark.parametrize(
    "text",
    [
        "We will get back to you.", "We will contact you as soon as possible!", "You hear from us soon.",
        "I'll call you back. Today is Monday.", "It will be repaired shortly, thank you.", "We'll let you know in a few days",
        "Mēs ar Jums sazināsimies.", "Atbildēsim Jums drīzumā.", "Piezvanīsim, cik ātri vien iespējams.",
        "Jūsu sūdzība tiks izskatīta tuvākajā laikā.", "Šodien ir svētdiena. Paziņosim Jums dažu dienu laikā.",
    ],
)  # fmt: skip
def test_a_promise_without_a_date_is_marked(text: str) -> None:
    assert marked(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "We will get back to you today.", "We will get back to you within two hours.", "I'll call you back by 16:30.",
        "You hear from us on 2026-11-23.", "We will contact you by 23 November.", "We will let you know before 5 p.m.",
        "It will be repaired by 24.11.2026, and we let you know.", "We will call you on 3 May", "We will reply on May 5.",
        "As soon as possible, and by Friday at the latest, you hear from us.", "We will call you back within 14 days.",
        "See you soon!", "May I call you back?", "Mēs Jums piezvanīsim rīt.", "Atbildēsim līdz plkst. 16:30.",
        "Mēs Jums atbildēsim līdz 2026. gada 24. novembrim.", "Sazināsimies ar Jums divu stundu laikā.",
        "Paziņosim Jums piektdien.", "Salabosim to 14 dienu laikā.", "Jums atbildēsim pirmdien, 5. maijā.",
    ],
)  # fmt: skip
def test_a_promise_with_a_date_is_none(text: str) -> None:
    assert marked(text) == []


def test_what_makes_it_all_right_stands_in_the_same_sentence() -> None:
    assert marked("See you soon. We call you.", book()) == ["call you"]
    assert marked("I do not know yet, but let me ask my colleague.") == []
    assert marked("I do not know. Let me ask my colleague.") == ["I do not know"]


# The file


def test_every_mistake_is_named_with_its_line() -> None:
    text = """schema = 2
[when]
en = ["*"]
[[en]]
not = ["-", "our policy", "… policy"]
say = "a"
whi = "b"
[[en]]
not = ["Our  Policy"]
say = "a"
why = "b"
promise = "yes"
[[english]]
not = ["x"]
[reply.en]
next = "You hear from us."
greeting = "Dear {day},"
done = "}"
helo = "Hello"
[reply.en.sorry]
price = "Sorry, {name}"
[reply.et]
hello = "Tere"
"""
    with pytest.raises(UnreadableError) as caught:
        book(text)
    problems = caught.value.problems
    assert {problem.file for problem in problems} == {"phrases.toml"}
    told = [(problem.line, problem.what) for problem in problems]
    for line, what in (
        (1, "schema"), (3, '"*" cannot'), (5, '"-" cannot'), (5, '"… policy" cannot'), (4, "why is missing"), (7, '"whi"'),
        (9, "stands twice"), (12, "promise"), (13, '"english"'), (16, "by when"), (17, "{day}"), (18, "}"), (19, '"helo"'),
        (21, "{name}"), (22, "farewell is missing"), (22, "other is missing"),
    ):  # fmt: skip
        assert any(at == line and what in said for at, said in told), (line, what, told)
    assert all(problem.remedy for problem in problems)
    assert len([said for _, said in told if said.endswith("is missing") and "other" not in said]) == len(TEMPLATES)


def test_a_number_is_any_number() -> None:
    assert marked("We call you by 7", book()) == []
    assert marked("We call you by 07", book()) == []
    assert marked("We call you by seven", book()) == ["call you"]


# What is shipped


def test_the_sample_shop_has_what_a_new_shop_gets() -> None:
    assert (REPOSITORY / "policies/phrases.toml").read_text() == phrases_text(("lv", "en"))
    assert read_phrases(phrases_text(("et",)).encode(), "phrases.toml", {}).phrases.keys() == {"en"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_there_are_forty_of_them_in_each_language(code: str) -> None:
    assert len(SHIPPED.phrases[code]) >= 40
    assert SHIPPED.replies[code].texts.keys() == TEMPLATES.keys()


def shipped_texts(code: str) -> Iterator[str]:
    """Yield every text in a language that a customer may read, with what is filled in."""
    for message in import_module(f"returnkit.languages.{code}").MESSAGES.values():
        yield from [message] if isinstance(message, str) else message.values()
    for phrase in SHIPPED.phrases[code]:
        yield phrase.say.replace("…", "16:30")
    yield from (text.replace("{day}", "16:30").replace("{until}", "16:30") for text in SHIPPED.replies[code].texts.values())
    yield from SHIPPED.replies[code].sorry.values()


@pytest.mark.parametrize("code", LANGUAGES)
def test_our_own_texts_pass(code: str) -> None:
    texts = "\n\n".join(text.replace("\n\n", "\n") for text in shipped_texts(code))
    lines = texts.split("\n")
    assert [(found.text, lines[found.line - 1]) for found in found_in(texts, SHIPPED, [code])] == []


def test_of_real_sentences_of_bad_service_some_are_found_and_of_good_ones_none() -> None:
    def caught(sentences: tuple[str, ...]) -> int:
        return sum(map(bool, map(marked, sentences)))

    assert (len(bad_service.SEEN), caught(bad_service.SEEN)) == (20, 20)
    assert (len(bad_service.LEARNT), caught(bad_service.LEARNT)) == (40, 38)
    # Wording that is new to the list is found in two cases of five: a list of phrases is no judge of manners.
    assert (len(bad_service.UNSEEN), caught(bad_service.UNSEEN)) == (20, 8)
    assert len(bad_service.GOOD) == 40
    assert {sentence: marked(sentence) for sentence in bad_service.GOOD if marked(sentence)} == {}


def test_the_work_grows_with_the_text_alone() -> None:
    text = ("Dear Anna, we are sorry that the lamp came late. We will call you back soon... " * 2000) + "." * 50_000
    assert len(marked(text)) == 4000
