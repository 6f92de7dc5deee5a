"""Ids that are said on the telephone: what is misheard is noticed."""

import re
from itertools import pairwise, product

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from returnkit.model.ids import ALPHABET, check_character, fits, is_till, record_id, split_id

tills = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True).filter(lambda name: name != "contacts")
numbers = st.integers(0, 99_999_999) | st.integers(0, 20_000)
words = st.text(alphabet=ALPHABET, min_size=1, max_size=12)


def with_check(text: str) -> str:
    return text + check_character(text)


def is_accepted(text: str) -> bool:
    try:
        split_id(text)
    except ValueError:
        return False
    return True


def test_the_check_character_is_that_of_the_standard() -> None:
    # The example of the Global Release Identifier, which uses ISO/IEC 7064 MOD 37,36 as well.
    assert check_character("A12425GABC1234002") == "M"
    assert check_character("a12425gabc1234002") == "M"


@given(words, st.data())
def test_every_wrong_character_is_caught(word: str, data: st.DataObject) -> None:
    text = with_check(word)
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = text[:at] + data.draw(st.sampled_from(ALPHABET.replace(text[at], ""))) + text[at + 1 :]
    assert with_check(wrong[:-1]) != wrong


@given(tills, numbers)
@example("k3", 10_412)
def test_every_wrong_character_of_an_id_is_caught(till: str, seq: int) -> None:
    written = record_id(till, seq)
    for at, right in enumerate(written):
        for wrong in "-" + ALPHABET.lower():
            if wrong not in (right.lower(), "-") and right != "-":
                assert not is_accepted(written[:at] + wrong + written[at + 1 :]), f"{written}: {wrong} at {at}"


def test_of_all_swaps_of_two_neighbours_one_in_six_hundred_is_missed() -> None:
    # What was read leaves nothing behind but its check character: 36 states, and the standard misses one pair after each.
    words_by_state = {check_character(word): word for word in map("".join, product(ALPHABET, repeat=2))}
    assert len(words_by_state) == 36
    missed = {
        (word, frozenset({one, other}))
        for word in words_by_state.values()
        for one in ALPHABET
        for other in ALPHABET
        if one != other and check_character(word + one + other) == check_character(word + other + one)
    }
    assert len(missed) == 36


@given(tills, numbers)
def test_a_swap_of_two_neighbours_is_caught_unless_it_is_the_missed_pair(till: str, seq: int) -> None:
    text = record_id(till, seq).replace("-", "")
    swaps = [
        text[:at] + other + one + text[at + 2 :] for at, (one, other) in enumerate(pairwise(text)) if one.upper() != other.upper()
    ]
    missed = [swap for swap in swaps if with_check(swap[:-1].upper()) == swap.upper()]
    assert len(missed) <= 2


@given(tills, numbers)
def test_an_id_is_read_as_it_was_written(till: str, seq: int) -> None:
    written = record_id(till, seq)
    assert re.fullmatch(r"[a-z][a-z0-9]{0,7}-[0-9]{4,}[0-9A-Z]", written)
    assert split_id(written) == (till, seq, written[-1])
    assert fits(till, seq, written[-1])


@given(tills, numbers, st.lists(st.booleans(), min_size=24, max_size=24), st.sampled_from(["", " ", "\t", "\n"]))
def test_an_id_may_be_written_in_any_case(till: str, seq: int, capitals: list[bool], space: str) -> None:
    written = record_id(till, seq)
    typed = "".join(letter.upper() if capital else letter.lower() for letter, capital in zip(written, capitals, strict=False))
    assert split_id(space + typed + space) == (till, seq, written[-1])


@given(tills, numbers)
def test_number_and_check_character_are_enough(till: str, seq: int) -> None:
    written = record_id(till, seq)
    bare = written.rpartition("-")[2]
    for typed in (bare, bare.lower(), bare.lstrip("0") if seq else bare):
        assert split_id(typed) == ("", seq, written[-1])


@given(tills, numbers, st.sampled_from(ALPHABET))
def test_a_number_never_goes_without_its_check_character(till: str, seq: int, check: str) -> None:
    assume(check != record_id(till, seq)[-1])
    assert not fits(till, seq, check)
    assert not is_accepted(f"{till}-{seq:04}{check}")


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "k3", "k3-", "k3-P", "k3-0412", "-0412P", "k3--0412P", "k3-04 12P", "k3_0412P", "k3-0412PP", "3k-0412P",
        "contacts-0001A", "../x-0001A", "k3-+412P", "k3-٤١٢P", "k3-0412Ł", "k3–0412P", "\u212a3-0412P", "k3-1234567890123P", "ı",
        "0412ı", "P", "k3-0412P\0", "k3-0412P k3-0412P",
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused(text: str) -> None:
    assert not is_accepted(text)


def test_another_character_at_the_end_is_said_to_be_one() -> None:
    wrong = "A" if record_id("k3", 412)[-1] != "A" else "B"
    with pytest.raises(ValueError, match="its last character does not fit the rest"):
        split_id(f"k3-0412{wrong}")
    with pytest.raises(ValueError, match="such as k3-0412P, or only 0412P"):
        split_id("k3-0412!")


@given(st.text(max_size=20) | st.text(alphabet="k3-0412pP \n", max_size=12))
def test_whatever_is_typed_it_is_an_id_or_refused(text: str) -> None:
    if is_accepted(text):
        till, seq, check = split_id(text)
        assert re.fullmatch(r"\s*([a-zA-Z][a-zA-Z0-9]{0,7}-)?[0-9]{1,12}[0-9a-zA-Z]\s*", text)
        assert check in ALPHABET
        assert not till or record_id(till, seq)[-1] == check


@given(st.text(max_size=10) | st.text(alphabet="abzAZ019-_ .é\n", max_size=10) | tills)
@example("contacts")
@example("k3\n")
@example("²")
def test_a_till_is_a_small_letter_and_up_to_seven_more_or_digits(name: str) -> None:
    assert is_till(name) == (re.fullmatch(r"[a-z][a-z0-9]{0,7}", name) is not None and name != "contacts")
