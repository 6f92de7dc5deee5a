"""Words that point to a serious complaint: how they are looked for, and what the first ones of a new shop find."""

import csv
import lzma
import tomllib
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnkit.service.terms import Deadline, read_terms
from returnkit.service.triage import suspected
from returnkit.starter_flags import flags_text
from tests import triage_narratives as narratives

EVERYWHERE = ("LV", "HR", "GB", "US", "KG", "JP")
WORDS_OF = Callable[[str], Mapping[str, Sequence[str]]]


def found(text: str, *entries: str) -> list[str]:
    return list(suspected(text, {"flag": entries}).get("flag", ()))


def test_a_word_is_found_whole_and_a_beginning_wherever_a_word_begins_so() -> None:
    assert found("It burned me.", "burn", "burn*", "urned", "burned") == ["burn*", "burned"]
    assert found("burn", "burn*", "burn") == ["burn*", "burn"]
    assert found("BURN!", "burn") == ["burn"]


def test_several_words_are_found_where_they_stand_together() -> None:
    text = "They would not\n take   it -- back, and threatened to sue."
    assert found(text, "take it back", "not back", "would take") == ["take it back"]
    assert found(text, "threat* to sue", "threat* sue", "thr* to s*") == ["threat* to sue", "thr* to s*"]
    assert found(text, "not * it", "not * back", "take * back", "* sue") == ["not * it", "take * back"]
    assert found("waited two weeks, waited two months", "waited * months") == ["waited * months"]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("I don’t want it", "don't want"), ("I dont want it", "don't want"), ("I DON'T WANT it", "dont want"),
        ("a false-ad", "false ad"), ("a false ad", "false-ad"), ("Ievainojums!", "ievainoj*"),
        ("nosūtiet uz tiesu", "nosutiet"), ("nosutiet uz tiesu", "nosūtiet"), ("nosu\u0304tiet", "nosūtiet"),
        ("Straße", "STRASSE"), ("СУД будет", "суд"), ("w/o consent", "w o consent"), ("line\u2028break", "line break"),
    ],
)  # fmt: skip
def test_how_it_is_written_makes_no_difference(text: str, entry: str) -> None:
    assert found(text, entry) == [entry]


def test_nothing_is_found_where_nothing_stands() -> None:
    nothing = ("", "*", "* *", " - ", "!", "\n", "**")
    assert found("* a - b ! **", *nothing) == []
    assert found("", "a", *nothing) == []
    assert suspected("anything", {}) == {}
    assert suspected("anything", {"flag": ()}) == {}


def test_flags_and_entries_come_in_the_order_of_the_policy() -> None:
    words = {"second": ["b", "a\nb"], "none": ["c"], "first": ["b", "a", "\n", "a b"]}
    assert list(suspected("a b", words).items()) == [("second", ("b", "a\nb")), ("first", ("b", "a", "a b"))]


TEXTS = st.lists(st.sampled_from(["a", "ab", "abc", "b", "ba", "ā", "c"]), max_size=7).map(" ".join)
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "ab"]), *[st.sampled_from(["a", "a*", "b", "ab", "*", "ba*"])] * 2), max_size=5
).map(lambda entries: [" ".join(entry[:length]) for length, entry in enumerate(entries, 1)])


@settings(max_examples=200)
@given(TEXTS, ENTRIES)
def test_word_by_word_it_comes_out_the_same(text: str, entries: list[str]) -> None:
    heard = text.replace("ā", "a").split()

    def stands(entry: str) -> bool:
        sought = entry.split()
        places = range(len(heard) - len(sought) + 1)
        return any(all(map(fnmatchcase, heard[place:], sought)) for place in places)

    assert found(text, *entries) == [entry for entry in entries if stands(entry)]


@settings(max_examples=100)
@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=4))
def test_any_text_and_any_entry_can_be_looked_at(text: str, entries: list[str]) -> None:
    assert set(found(text, *entries)) <= set(entries)
    assert found(f"{text} word {text}", *entries, "word")[-1] == "word"


# Of each flag, in English and in Latvian: what must be found, and what is tempting but none.
SAID = {
    "safety": (
        ["The kettle caught fire on the second day.", "My daughter was injured by the broken wheel.",
         "He nearly died choking on the button.", "It gave me an electric shock, and I have a rash now."],
        ["I was shocked by the price.", "A choker in burnt orange.", "That was a false alarm.", "The colours bled in the wash."],
        ["Tējkanna aizdegās otrajā dienā.", "Bērns savainojās ar asu malu.", "Man ir apdegumi uz rokas."],
        ["Mani šokēja cena.", "Vāze atnāca saplēsta.", "Krāsa ir pārāk koša."],
    ),
    "false-advertising": (
        ["The bag is not as described.", "It looks nothing like the photos.", "That is a misleading price."],
        ["It fits well, but I do not like the price.", "I saw the advertisement too late.", "Your picture frames are nice."],
        ["Prece neatbilst aprakstam.", "Tā ir maldinoša reklāma."],
        ["Reklāmu redzēju par vēlu.", "Bilde ir jauka, bet rāmis salūza."],
    ),
    "fake-review": (
        ["Your colleague asked me to delete my review.", "I was promised a voucher for a positive review."],
        ["I read the reviews before I bought it.", "I will write a bad review."],
        ["Man lūdza izdzēst atsauksmi.", "Solīja atlaidi par labu atsauksmi."],
        ["Izlasīju atsauksmes pirms pirkuma.", "Uzrakstīšu sliktu atsauksmi."],
    ),
    "email-optout": (
        ["I unsubscribed three times already.", "Stop sending me these e-mails!"],
        ["I never got an answer to my e-mail.", "I saw the coupon in your newsletter."],
        ["Gribu atrakstīties.", "Lūdzu, vairs nesūtiet reklāmas e-pastus."],
        ["Uz manu e-pastu neviens neatbildēja.", "Kuponu redzēju jūsu jaunumos."],
    ),
    "call-optout": (
        ["Stop calling my mother.", "You called again after I asked not to be called."],
        ["Despite my repeated calls nobody answered.", "I called outside your opening hours."],
        ["Beidziet zvanīt manai mātei!", "Jūs zvanāt katru dienu."],
        ["Es jums zvanīju piecas reizes.", "Atzvaniet man rīt."],
    ),
    "sms-optout": (
        ["I replied STOP and still get them.", "No more texts, please."],
        ["You promised to text me when it is here.", "I stopped at your shop."],
        ["Katru dienu nāk reklāmas SMS.", "Nesūtiet SMS!"],
        ["Solījāt īsziņu, kad prece būs.", "SMS ar kodu neatnāca."],
    ),
    "marketing-objection": (
        ["Take me off your mailing list.", "Don’t call me again.", "I get unwanted text messages from you."],
        ["Please call me back.", "The newsletter said that it was on sale.", "Text me when it is here."],
        ["Nezvaniet man vairs.", "Nevēlos saņemt jūsu reklāmas.", "Izbeidziet: uzmācīgi zvani."],
        ["Lūdzu, atzvaniet man.", "Jaunumos bija rakstīts par akciju."],
    ),
    "late-order": (
        ["My order never arrived.", "We have been waiting two months for the sofa."],
        ["I have waited half an hour at the till.", "It arrived on the next day.", "The manager never came."],
        ["Pasūtījums vēl nav piegādāts.", "Nesaņēmu preci, ko pasūtīju oktobrī."],
        ["Gaidīju pusstundu pie kases.", "Nesaņēmu atbildi no vadītāja."],
    ),
    "withdrawal-refused": (
        ["You refused to refund the shoes that I ordered on line.", "I told you within 14 days of delivery."],
        ["She refused to take responsibility.", "The fridge stopped cooling off and on."],
        ["Jūs atteicāties atmaksāt naudu.", "Man ir atteikuma tiesības."],
        ["Pārdevēja atteicās smaidīt.", "Gaidīju 14 dienas."],
    ),
    "door-to-door": (
        ["A salesman came on Sunday and sold us a hoover.", "We bought it from you at the fair."],
        ["The salesman in the shop was rude.", "The parcel was left at my door.", "I would call that a fair price."],
        ["Pārdevējs pieklauvēja un pierunāja mammu.", "Nopirku gadatirgū."],
        ["Kurjers atstāja paku pie durvīm.", "Pārdevējs veikalā bija nelaipns."],
    ),
    "chargeback": (
        ["I told my bank to take it back.", "This is a scam.", "I will ask for a chargeback."],
        ["Your bank holiday hours are wrong on the site.", "There is a dispute about the colour."],
        ["Tā ir krāpšana!", "Apstrīdēšu maksājumu bankā."],
        ["Bankas karti terminālis nepieņēma.", "Strīdējāmies par krāsu."],
    ),
    "regulator-or-lawyer": (
        ["My lawyer will write to you.", "I'll see you in court, I am suing.", "I will complain to PTAC."],
        ["The court shoes are small.", "It is for the tennis court.", "I spoke to Sue on Monday.", "The gas regulator broke."],
        ["Sūdzēšos Patērētāju tiesību aizsardzības centrā.", "Tiksimies tiesā: mans advokāts rakstīs.", "Rakstīšu PTAC."],
        ["Tas tiesa, prece ir laba.", "Man ir tiesības zināt cenu."],
    ),
    "privacy": (
        ["Please delete my account and everything in it.", "What data do you hold? I ask under the GDPR."],
        ["There is no privacy in the fitting room.", "I lost the data on my phone."],
        ["Lūdzu, izdzēsiet manus datus.", "Kā jūs glabājat personas datus?"],
        ["Datums uz čeka ir nepareizs.", "Dators nedarbojas."],
    ),
    "data-leak": (
        ["I received another customer’s invoice.", "You gave my number to the courier's friend."],
        ["The kettle leaked all over the table.", "Another customer was served first.", "A third-party charger works."],
        ["Saņēmu cita klienta rēķinu.", "Notikusi datu noplūde."],
        ["Tējkannai ir noplūde.", "Cits klients bija pirmais."],
    ),
    "discrimination": (
        ["She made a racist remark.", "I was sent away because of my age.", "Nobody helped me with my wheelchair."],
        ["Age-appropriate and very pretty.", "The black dress is too short.", "The car races too fast for a toy."],
        ["Tā ir diskriminācija.", "Mani neapkalpoja vecuma dēļ.", "Ar ratiņkrēslu nevar iebraukt."],
        ["Kleita derēs jebkuram vecumam.", "Melnā kleita ir par īsu."],
    ),
    "minor-or-restricted": (
        ["You sold alcohol to my fifteen-year-old.", "He is underage, and nobody asked."],
        ["This is due to a minor defect.", "My son wants to change the size."],
        ["Pārdevāt cigaretes nepilngadīgajam.", "Kasiere pārdeva alkoholu manam dēlam."],
        ["Dēls grib citu izmēru.", "Alkohols bija par dārgu."],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def words_of() -> WORDS_OF:
    """Return the words of a new shop in a country, by flag, as they are read from its file."""

    def read(country: str) -> Mapping[str, Sequence[str]]:
        terms = read_terms(f"schema = 1\n{flags_text(country)}".encode(), "complaints.toml", ("staff", "owner"), {}, "EUR")
        return {name: flag.words for name, flag in terms.flags.items()}

    return read


@pytest.mark.parametrize("flag", SAID)
def test_what_customers_say(flag: str, words_of: WORDS_OF) -> None:
    words = words_of("US" if flag.endswith("optout") else "LV")
    found_en, tempting_en, found_lv, tempting_lv = SAID[flag]
    missed = [text for text in found_en + found_lv if flag not in suspected(text, words)]
    wrong = {text: hits for text in tempting_en + tempting_lv if (hits := suspected(text, words))}
    assert (missed, wrong) == ([], {})


def test_every_flag_is_tried(words_of: WORDS_OF) -> None:
    assert {flag for country in EVERYWHERE for flag in words_of(country)} == set(SAID)


@pytest.mark.parametrize("country", EVERYWHERE)
def test_the_first_flags_of_a_shop(country: str) -> None:
    text = flags_text(country)
    # A language of which there are no words changes nothing but that the owner is told so.
    told = "# There are no words in et yet: write your own, as words.et = [...].\n"
    assert told in flags_text(country, ("lv", "et", "en"))
    assert text == flags_text(country, ("lv", "et", "en")).replace(told, "")
    assert max(map(len, text.splitlines())) <= 128
    tables = tomllib.loads(text)["flags"]
    for flag in tables.values():
        assert set(flag) <= {"words", "duty", "law", "within"}
        assert set(flag["words"]) == set(flag["duty"]) == {"en", "lv"}
        for words in flag["words"].values():
            assert len(words) == len({*words})
            assert [word for word in words if found(word.replace(" * ", " any "), word) != [word]] == []
    for languages, words, duties in ((("et",), {"en"}, {"en"}), (("lv",), {"en", "lv"}, {"lv"})):
        other = tomllib.loads(flags_text(country, languages))["flags"]
        assert list(other) == list(tables)
        assert {(frozenset(flag["words"]), frozenset(flag["duty"])) for flag in other.values()} == {
            (frozenset(words), frozenset(duties))
        }


def test_the_time_that_a_law_gives() -> None:
    def terms(country: str) -> dict[str, tuple[str, Deadline | None]]:
        read = read_terms(f"schema = 1\n{flags_text(country)}".encode(), "complaints.toml", ("staff", "owner"), {}, "EUR")
        assert {flag.role for flag in read.flags.values()} == {"owner"}
        return {name: (flag.law, flag.within) for name, flag in read.flags.items()}

    assert terms("LV") == terms("HR")
    assert terms("LV")["privacy"] == ("GDPR Art. 12, 15 and 17", Deadline(1, "months"))
    assert terms("LV")["data-leak"] == ("GDPR Art. 33", Deadline(72, "hours"))
    assert terms("US")["email-optout"] == ("CAN-SPAM Act, 15 USC 7701", Deadline(10, "working-days"))
    assert terms("GB")["withdrawal-refused"] == ("Consumer Contracts Regulations 2013, 29-38", Deadline(14, "days"))
    # Where the law is not known, none is named, and what is to be done within a day is the shop's own rule.
    assert {law for law, _ in terms("KG").values()} == {""}
    assert {within for _, within in terms("KG").values()} == {Deadline(24, "hours")}
    assert flags_text("KG").count('"24 hours"') == flags_text("KG").count('"24 hours"  # our own time')


def rows_of(path: Path) -> list[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reached(
    expected: Mapping[int, Sequence[str]], texts: Sequence[str], words: Mapping[str, Sequence[str]], *, tuned: bool
) -> tuple[int, int, int, int]:
    """Return of one half: its texts, the flags that a careful owner sets in them, how many are found, and how many wrongly."""
    half = [(set(flags), set(suspected(texts[row], words))) for row, flags in expected.items() if narratives.tuned(row) == tuned]
    counts = [(1, len(wanted), len(wanted & hits), len(hits - wanted)) for wanted, hits in half]
    many, flags, right, wrong = map(sum, zip(*counts, strict=True))
    return many, flags, right, wrong


def test_real_reviews(shared: Path, words_of: WORDS_OF) -> None:
    rows = rows_of(shared / "data" / "womens_clothing_reviews_1000.csv.xz")
    texts = [f"{row['Title']}\n{row['Review Text']}" for row in rows]
    words = words_of("US")
    texts_tuned_on, flags, right, wrong = reached(narratives.REVIEWS, texts, words, tuned=True)
    assert (texts_tuned_on, flags) == (26, 14)
    assert right >= 13
    assert wrong == 0
    texts_apart, flags, right, wrong = reached(narratives.REVIEWS, texts, words, tuned=False)
    assert (texts_apart, flags) == (35, 11)
    assert right >= 7
    assert wrong == 0
    # In all 1,000 reviews, most of them praise, few flags are raised: 20 of them are those above.
    assert sum(len(suspected(text, words)) for text in texts) <= 30


def test_real_complaints(shared: Path, words_of: WORDS_OF) -> None:
    assert not any(row["consumer_complaint_narrative"] for row in rows_of(shared / "data" / "cfpb_2013_1000.csv.xz"))
    rows = rows_of(shared / "data" / "cfpb_2014_first2500.csv.xz")
    texts = ["\n".join(row[name] for name in ("Product", "Sub-product", "Issue", "Sub-issue")) for row in rows]
    words = words_of("US")
    texts_tuned_on, flags, right, wrong = reached(narratives.COMPLAINTS, texts, words, tuned=True)
    assert (texts_tuned_on, flags) == (20, 12)
    assert right >= 9
    assert wrong == 0
    texts_apart, flags, right, wrong = reached(narratives.COMPLAINTS, texts, words, tuned=False)
    assert (texts_apart, flags) == (23, 10)
    assert right >= 7
    assert wrong <= 1


def test_every_complaint_of_which_the_issue_was_read(shared: Path, words_of: WORDS_OF) -> None:
    """The same issues, as often as somebody complained of them: 220 of 929 complaints are serious ones."""
    rows = rows_of(shared / "data" / "cfpb_2014_first2500.csv.xz")
    words = words_of("US")
    labels = {(rows[row]["Issue"], rows[row]["Sub-issue"]): set(flags) for row, flags in narratives.COMPLAINTS.items()}
    read = [row for row in rows if (row["Issue"], row["Sub-issue"]) in labels]
    found = right = wrong = 0
    for row in read:
        wanted = labels[row["Issue"], row["Sub-issue"]]
        hits = set(suspected("\n".join(row[name] for name in ("Product", "Sub-product", "Issue", "Sub-issue")), words))
        found, right, wrong = found + len(wanted), right + len(wanted & hits), wrong + len(hits - wanted)
    assert (len(read), found) == (929, 220)
    assert right >= 143
    assert wrong <= 3
