import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW, REPOSITORY, Result, call

At = Callable[..., Result]

TOY = ["--category", "toys", "--condition", "opened", "--receipt", "yes", "--reason", "not-said", "--channel", "store"]


def decided(at: At, *arguments: str, code: int) -> dict[str, Any]:
    result = at("policy", "check", *arguments, "-f", "json")
    assert result.code == code, result
    assert result.err == ""
    decision: dict[str, Any] = json.loads(result.out)
    return decision


def test_yes_names_what_is_open_until_when_and_how_much(at: At) -> None:
    decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "29.90", code=0)
    assert decision["schema"] == "returnkit.decision/1"
    assert decision["answer"] == "yes"
    assert decision["remedies"] == [
        {"remedy": "refund", "until": "2026-11-24", "amount": "29.90", "currency": "EUR"},
        {"remedy": "exchange", "until": "2026-12-10", "amount": "29.90", "currency": "EUR"},
        {"remedy": "store-credit", "until": "2027-01-09", "amount": "29.90", "currency": "EUR"},
    ]
    assert decision["rule"] == "terms"
    assert decision["ask"] is decision["exception"] is decision["who"] is None
    assert decision["policy"]["file"] == "policies/returns.toml"
    assert decision["policy"]["effective"] == "2026-09-01"


def test_policy_hash_is_the_fingerprint_of_the_file(at: At, shop: Path) -> None:
    import hashlib

    decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "29.90", code=0)
    digest = hashlib.sha256((shop / "policies/returns.toml").read_bytes()).hexdigest()
    assert decision["policy"]["sha256"] == digest[:12]


def test_every_condition_is_reported_with_its_value(at: At) -> None:
    decision = decided(at, *TOY, "--bought", "2026-10-01", "--price", "29.90", code=0)
    assert {(found["fact"], found["held"]) for found in decision["conditions"] if found["part"] == "terms"} == {
        ("on", False),  # the refund
        ("on", True),  # the store credit
        ("receipt", True),
        ("condition", True),
        ("role", True),
    }
    faulty = next(found for found in decision["conditions"] if found["part"] == "faulty")
    assert faulty["fact"] == "reason"
    assert faulty["value"] == "not-said"
    assert faulty["held"] is False


def test_the_next_best_remedy_stays_open_when_the_first_has_lapsed(at: At) -> None:
    decision = decided(at, *TOY, "--bought", "2026-11-02", "--price", "29.90", code=0)
    assert [remedy["remedy"] for remedy in decision["remedies"]] == ["exchange", "store-credit"]


def test_no_exits_1_and_is_worded_by_what_is_possible(at: At) -> None:
    arguments = ["--sku", "MA-210", "--bought", "2026-11-10", "--reason", "changed-mind", "--channel", "store", "--lang", "en"]
    decision = decided(at, *arguments, code=1)
    assert decision["answer"] == "no"
    assert decision["remedies"] == []
    assert decision["rule"] == "made-for-you"
    assert decision["say"].startswith("This one was made for you alone.")
    assert "repair" in decision["say"]


def test_a_dear_thing_goes_to_the_manager_by_name(at: At) -> None:
    decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "300.00", code=4)
    assert decision["answer"] == "manager"
    assert decision["who"] == {"role": "manager", "names": ["Mārtiņš"]}
    assert decision["exception"] is None
    assert [remedy["remedy"] for remedy in decision["remedies"]] == ["refund", "exchange", "store-credit"]
    assert decided(at, *TOY, "--bought", "2026-11-10", "--price", "300.00", "--role", "manager", code=0)["answer"] == "yes"
    assert decided(at, *TOY, "--bought", "2026-11-10", "--price", "300.00", "--staff", "Ilze", code=0)["answer"] == "yes"


def test_discretion_within_the_own_room_is_a_yes_that_is_marked(at: At) -> None:
    late = ["--category", "household", "--bought", "2026-09-17", "--condition", "opened", "--receipt", "yes"]
    late += ["--reason", "not-said", "--channel", "store"]
    assert decided(at, *late, "--price", "25.00", code=0)["exception"] == {"role": "staff", "waived": ["late"]}
    beyond = decided(at, *late, "--price", "25.01", code=4)
    assert beyond["who"]["role"] == "manager"
    assert beyond["exception"] == {"role": "manager", "waived": ["late"]}
    assert beyond["remedies"][0]["until"] < "2026-11-21"


def test_one_missing_fact_that_matters_is_asked_for(at: At) -> None:
    decision = decided(at, "--category", "toys", "--bought", "2026-11-10", "--channel", "store", "--price", "9.90", code=5)
    assert decision["answer"] == "ask"
    assert decision["ask"]["fact"] in ("receipt", "condition", "reason")
    assert {lead["answer"] for lead in decision["ask"]["leads"]} <= {"yes", "no", "manager", "ask"}
    assert decision["say"].endswith("?")


def test_text_is_the_answer_and_the_sentence(at: At) -> None:
    result = at("policy", "check", *TOY, "--bought", "2026-11-10", "--price", "29.90", "--lang", "en")
    first, second = result.out.splitlines()
    assert first.startswith("Yes: money back €29.90 until 24 November 2026; exchange €29.90 until 10 December 2026;")
    assert second.strip().startswith("“Of course:")
    assert result.err == ""


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "md", "html"])
def test_every_format_can_be_printed_and_saved(at: At, shop: Path, form: str) -> None:
    arguments = ["policy", "check", *TOY, "--bought", "2026-11-10", "--price", "29.90"]
    printed = at(*arguments, "-f", form)
    ending = {"table": "txt"}.get(form, form)
    saved = at(*arguments, "-o", f"answer.{ending}")
    assert (printed.code, saved.code, saved.out) == (0, 0, "")
    assert (shop / f"answer.{ending}").read_text() == printed.out
    assert "29" in printed.out


def test_the_version_of_the_day_of_purchase_decides(at: At) -> None:
    earlier = decided(at, *TOY, "--bought", "2026-08-31", "--on", "2026-09-02", "--price", "9.90", code=1)
    assert earlier["policy"]["file"] == "policies/archive/returns-2025-03-01.toml"
    later = decided(at, *TOY, "--bought", "2026-09-01", "--on", "2026-09-02", "--price", "9.90", code=0)
    assert later["policy"]["file"] == "policies/returns.toml"
    oldest = at("policy", "check", *TOY, "--bought", "2024-01-01", "--on", "2026-09-02", "--price", "9.90", "-f", "json")
    assert json.loads(oldest.out)["policy"]["effective"] == "2025-03-01"
    assert "judged by that one" in oldest.err


def test_another_policy_file_can_be_judged_by(at: At, shop: Path) -> None:
    (shop / "other.toml").write_text(
        'schema = 1\neffective = 2020-01-01\n[terms]\noffer = { refund = "1 day" }\nreceipt = "not needed"\n'
    )
    decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "9.90", "--policy", "other.toml", code=1)
    assert decision["policy"]["file"] == "other.toml"


def test_a_wanted_remedy_that_is_not_offered_is_refused_by_what_is(at: At) -> None:
    facts = ["--sku", "EL-301", "--bought", "2026-11-10", "--price", "49.99", "--receipt", "yes", "--reason", "not-said"]
    facts += ["--channel", "store", "--condition", "opened", "--remedy", "store-credit", "--lang", "en"]
    decision = decided(at, *facts, code=1)
    assert (
        decision["say"] == "What I can offer: you can have €45.00 back or exchange it for something else until 24 November 2026."
    )
    wanted = next(found for found in decision["conditions"] if found["fact"] == "remedy")
    assert (wanted["want"], wanted["value"], wanted["held"]) == ("refund, exchange", "store-credit", False)


def test_last_days_that_hang_on_an_unknown_delivery_are_the_earliest_and_said_so(at: At) -> None:
    facts = ["--category", "clothes", "--channel", "online", "--bought", "2026-10-01", "--on", "2026-10-10", "--price", "60"]
    facts += ["--receipt", "yes", "--reason", "not-said", "--condition", "worn", "--lang", "en"]
    assert decided(at, *facts, code=0)["remedies"][0]["until"] == "2026-10-15"
    text = at("policy", "check", *facts).out
    assert text.startswith("Yes: money back €60.00 at least until 15 October 2026")
    assert "have €60.00 back at least until 15 October 2026" in text
    assert "at least" not in at("policy", "check", *facts, "--delivered", "2026-10-08").out


def test_csv_tells_the_answers_apart(at: At) -> None:
    facts = ["policy", "check", *TOY, "--bought", "2026-11-10", "-f", "csv"]
    head = '"answer","who","remedy","until","amount","currency"\n'
    assert at(*facts, "--price", "9.90").out.startswith(head + '"yes",,"refund","2026-11-24",9.90,"EUR"\n')
    assert at(*facts, "--price", "300.00").out.startswith(head + '"manager","Mārtiņš","refund",')
    no = at("policy", "check", "--sku", "MA-210", "--bought", "2026-11-10", "--reason", "x", "-f", "csv")
    assert no.out == head + '"no",,,,,\n'


def test_a_language_of_the_shop_without_sentences_is_spoken_in_english(at: At, shop: Path) -> None:
    file = shop / "policies/shop.toml"
    file.write_text(file.read_text().replace('["lv", "en"]', '["et", "lv"]'))
    facts = ["policy", "check", *TOY, "--bought", "2026-11-10", "--price", "9.90"]
    assert at(*facts, "--lang", "et").out.startswith("Jā")  # the next of the shop's own languages
    assert at(*facts, "--lang", "EN-gb").out.startswith("Yes")
    assert at(*facts, "--lang", "hr").code == 2


def test_only_the_wanted_remedy_must_agree(at: At) -> None:
    gift = ["--category", "toys", "--bought", "2026-11-19", "--receipt", "gift", "--price", "9.90", "--condition", "opened"]
    gift += ["--channel", "store", "--reason", "unwanted-gift"]
    assert decided(at, *gift, "--remedy", "refund", code=1)["answer"] == "no"
    assert [remedy["remedy"] for remedy in decided(at, *gift, "--remedy", "exchange", code=0)["remedies"]] == ["exchange"]


def test_sku_fills_in_category_and_tags(at: At) -> None:
    store = [
        "--bought",
        "2026-11-01",
        "--condition",
        "unopened",
        "--receipt",
        "yes",
        "--reason",
        "not-said",
        "--channel",
        "store",
    ]
    assert decided(at, "--sku", "ro-415", *store, "--price", "9.90", code=0)["rule"] == "clearance"
    result = at("policy", "check", "--sku", "XX-1", *store, "--price", "9.90")
    assert "note: sku 'XX-1' is not listed" in result.err


def test_a_misspelt_category_is_noted_and_refused_where_the_shop_is_strict(at: At, shop: Path) -> None:
    arguments = ["policy", "check", *TOY, "--bought", "2026-11-10", "--price", "9.90"]
    arguments[arguments.index("toys")] = "electronix"
    result = at(*arguments)
    assert result.code == 0
    assert "did you mean electronics?" in result.err
    marked = shop / "policies/shop.toml"
    marked.write_text(marked.read_text().replace("[hours]", "strict = true\n\n[hours]"))
    assert at(*arguments).code == 2


def test_usage_errors_exit_2_and_name_what_is_near(at: At) -> None:
    for arguments, hint in [
        (["policy", "chekc"], "did you mean check?"),
        (["polcy"], "did you mean policy?"),
        (["policy", "check", "--condition", "opend"], "did you mean opened?"),
        (["policy", "check", "--bought", "2026-11-22"], "before the sale"),
        (["policy", "check", "--bought", "2026-11-01", "--delivered", "2026-10-31"], "before it was bought"),
        (["policy", "check", "--price", "1,5"], "write it as 1.5"),
        (["policy", "check", "--categry", "x"], "--category"),
        (["policy", "check", "-o", "answer.pdf", *TOY, "--bought", "2026-11-10", "--price", "9.90"], "there is no format"),
        (["policy", "check", "-", "-f", "csv"], "lines of JSON"),
        (["policy", "check", "--role", "boss"], "staff, manager, owner"),
        (["policy", "check", "--lang", "xx"], "en, lv"),
    ]:
        result = at(*arguments)
        assert result.code == 2, (arguments, result)
        assert result.err.startswith("returnkit: error: ")
        assert hint in result.err
        assert result.out == ""


def test_all_problems_of_the_input_are_said_at_once(at: At) -> None:
    result = at("policy", "check", "--bought", "01.11.2026", "--price", "many", "--quantity", "0")
    assert result.code == 2
    assert result.err.count("returnkit: error: ") == 3


def test_a_policy_with_mistakes_exits_3_with_file_and_line(at: At, shop: Path) -> None:
    file = shop / "policies/returns.toml"
    file.write_text(file.read_text().replace("if-closed =", "if-close ="))
    result = at("policy", "check", "--category", "toys", "--bought", "yesterday")
    assert result.code == 3
    assert "policies/returns.toml:" in result.err
    assert "did you mean if-closed?" in result.err


def test_no_shop_here_exits_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("policy", "check", "--category", "toys")
    assert result.code == 2
    assert "returnkit init" in result.err


def test_the_shop_is_found_upwards_by_option_and_by_environment(
    at: At, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["policy", "check", *TOY, "--bought", "2026-11-10", "--price", "9.90"]
    (shop / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(shop / "deep/er")
    assert at(*arguments).code == 0
    monkeypatch.chdir(tmp_path)
    assert at("--shop", "shop", *arguments).code == 0
    assert at(*arguments, "--shop", "shop").code == 0
    monkeypatch.setenv("RETURNKIT_SHOP", str(shop))
    assert at(*arguments).code == 0
    assert at(*arguments, "--shop", "elsewhere").code == 2


def test_the_global_option_nearest_to_the_verb_wins(at: At) -> None:
    arguments = ["policy", "--lang", "lv", "check", *TOY, "--bought", "2026-11-10", "--price", "9.90"]
    assert at(*arguments).out.startswith("Jā")
    assert at(*arguments, "--lang", "en").out.startswith("Yes")


def test_days_may_be_said_in_words(at: At) -> None:
    arguments = [*TOY, "--price", "9.90"]
    for said, day in [("today", 21), ("yesterday", 20), ("3 days ago", 18), ("monday", 16), ("Saturday", 21), ("sunday", 15)]:
        decision = decided(at, *arguments, "--bought", said, code=0)
        season = next(found for found in decision["conditions"] if found["part"] == "christmas-2026")
        assert season["value"] == f"2026-11-{day}"


def test_today_is_the_date_in_the_shops_zone(shop: Path) -> None:
    arguments = ["--shop", str(shop), "policy", "check", *TOY, "--bought", "2026-11-22", "--price", "9.90"]
    assert call("--now", "2026-11-21T21:59:59Z", *arguments).code == 2  # still the 21st in Riga
    assert call("--now", "2026-11-21T22:00:00Z", *arguments).code == 0
    assert call("--now", "2026-11-22T00:00:00", *arguments).code == 0


class TestLines:
    def test_every_line_is_answered_in_its_place(self, at: At) -> None:
        lines = [
            {"category": "toys", "bought": "2026-11-10", "condition": "opened", "price": "9.90"},
            {"category": "toys", "bought": "2026-11-10", "condition": "opened", "price": 300, "paid-with": "cash"},
            {"sku": "MA-210", "bought": "2026-11-10", "tag": None},
            {"tag": ["party", "clearance"], "bought": "2026-11-10", "condition": "opened", "price": "1"},
            {"category": "toys", "bought": "2026-11-10", "reason": None, "price": "9.90"},
        ]
        text = "\n".join(map(json.dumps, lines)).encode()
        result = at("policy", "check", "-", "--reason", "not-said", "--channel", "store", "--receipt", "yes", stdin=text)
        answers = [json.loads(line) for line in result.out.splitlines()]
        assert [answer["exit"] for answer in answers] == [0, 4, 1, 0, 5]
        assert [answer["answer"] for answer in answers] == ["yes", "manager", "no", "yes", "ask"]
        assert result.code == 0

    def test_a_bad_line_answers_an_error_and_the_rest_goes_on(self, at: At) -> None:
        good = b'{"category":"toys","bought":"2026-11-10","condition":"opened","price":"9.90"}'
        bad = [b"{", b"3", b'{"price": 9.9}', b'{"colour": "red"}', b'{"bought": "x"}', b"\xff", b'{"sku":"a","sku":"b"}']
        given = b"\n".join([good, *bad, good])
        result = at("policy", "check", "-", "--reason", "not-said", "--channel", "store", "--receipt", "yes", stdin=given)
        answers = [json.loads(line) for line in result.out.splitlines()]
        assert [answer["exit"] for answer in answers] == [0, *[2] * len(bad), 0]
        assert [answer["line"] for answer in answers if "error" in answer] == list(range(2, len(bad) + 2))
        assert 'write it in quotes, such as "49.90"' in answers[3]["error"]
        assert result.code == 2

    def test_lines_come_from_a_file_and_go_to_one(self, at: At, shop: Path) -> None:
        (shop / "in.jsonl").write_text('{"category":"toys","bought":"2026-11-10","condition":"worn","channel":"online"}\n\n')
        result = at("policy", "check", "in.jsonl", "-o", "out.jsonl")
        assert (result.code, result.out) == (0, "")
        assert json.loads((shop / "out.jsonl").read_text())["answer"] == "ask"
        assert at("policy", "check", "nowhere.jsonl").code == 2


def test_as_a_process_from_another_folder() -> None:
    arguments = ["--now", NOW, "policy", "check", *TOY, "--bought", "2026-11-10", "--price", "9.90"]
    command = [sys.executable, "-m", "returnkit", "--shop", str(REPOSITORY), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=os.path.sep)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Jā: ")


class TestShopsOfTheirOwnKind:
    """Roles, money and staff that are not the usual ones."""

    def test_a_strict_shop_refuses_in_every_line(self, at: At, shop: Path) -> None:
        marked = shop / "policies/shop.toml"
        marked.write_text(marked.read_text().replace("[hours]", "strict = true\n\n[hours]"))
        lines = b'{"category": "toyz", "bought": "2026-11-10"}\n' * 2
        result = at("policy", "check", "-", stdin=lines)
        assert [json.loads(line)["exit"] for line in result.out.splitlines()] == [2, 2]

    def test_staff_are_known_by_their_name_however_it_is_typed(self, at: At) -> None:
        result = at("policy", "check", *TOY, "--bought", "2026-11-10", "--price", "300.00", "--staff", "ilze")
        assert (result.code, result.err) == (0, "")
        unknown = at("policy", "check", *TOY, "--bought", "2026-11-10", "--price", "300.00", "--staff", "Zane")
        assert unknown.code == 4
        assert "has the role staff" in unknown.err

    def test_names_behind_a_role_are_names_in_every_language(self, at: At, shop: Path) -> None:
        marked = shop / "policies/shop.toml"
        text = marked.read_text()
        marked.write_text(text[: text.index("[[staff]]")])
        for language in ("lv", "en"):
            decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "300.00", "--lang", language, code=4)
            assert decision["who"] == {"role": "manager", "names": []}
        said = at("policy", "check", *TOY, "--bought", "2026-11-10", "--price", "300.00", "--lang", "en").out
        assert said.startswith("Ask the manager")
        marked.write_text(text.replace('role = "manager"', 'role = "staff"'))
        decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "300.00", code=4)
        assert decision["who"]["names"] == ["Ilze"]  # nobody else may agree

    def test_roles_of_two_words(self, at: At, shop: Path) -> None:
        marked, policy = shop / "policies/shop.toml", shop / "policies/returns.toml"
        marked.write_text(marked.read_text().replace('"manager"', '"chef de rayon"'))
        policy.write_text(
            policy.read_text().replace('"manager"', '"Chef de rayon"').replace("manager = {", '"chef de rayon" = {')
        )
        decision = decided(at, *TOY, "--bought", "2026-11-10", "--price", "300.00", code=4)
        assert decision["who"] == {"role": "chef-de-rayon", "names": ["Mārtiņš"]}
        marked.write_text(marked.read_text().replace('"owner"]', '"staff"]'))
        assert at("policy", "show").code == 3

    @pytest.mark.parametrize(
        ("currency", "price", "amount"), [("JPY", "400", "360"), ("KWD", "4.999", "4.500"), ("HUF", "99.95", "89.96")]
    )
    def test_currencies_with_other_decimals(self, at: At, shop: Path, currency: str, price: str, amount: str) -> None:
        marked, policy = shop / "policies/shop.toml", shop / "policies/returns.toml"
        marked.write_text(marked.read_text().replace('"EUR"', f'"{currency}"'))
        policy.write_text(policy.read_text().replace(".00", ""))
        kettle = ["--category", "electronics", *TOY[2:], "--bought", "2026-11-10", "--price", price]
        decision = decided(at, *kettle, code=4 if currency == "JPY" else 0)
        assert decision["remedies"][0] == {"remedy": "refund", "until": "2026-11-24", "amount": amount, "currency": currency}
        assert decision["fees"][0]["percent"] == "10"

    def test_tags_that_are_given_are_added_to_those_of_the_article(self, at: At) -> None:
        facts = ["--sku", "EL-310", "--tag", "party", "--bought", "2026-11-10", *TOY[2:], "--price", "9.90"]
        assert decided(at, *facts, code=1)["rule"] == "hygiene"
        assert decided(at, "--sku", "RO-401", "--category", "electronics", *facts[4:], code=0)["rule"] == "opened-electronics"

    def test_the_longest_beginning_of_a_number_decides(self, at: At, shop: Path) -> None:
        items = shop / "policies/items.toml"
        items.write_text(
            items.read_text().replace("[items]", '[items]\n"R*" = { category = "clothes" }\n"RO-9*" = { tags = ["engraved"] }')
        )
        facts = ["--bought", "2026-11-10", *TOY[2:], "--price", "9.90"]
        assert decided(at, "--sku", "RO-999", *facts, code=1)["rule"] == "made-for-you"
        assert decided(at, "--sku", "RA-1", *facts, code=0)["rule"] == "terms"

    def test_a_line_beats_the_options_beside_it(self, at: At) -> None:
        line = b'{"category": "toys", "receipt": "gift", "bought": "2026-11-10", "condition": "opened", "price": "9"}'
        result = at("policy", "check", "-", "--receipt", "yes", "--reason", "x", "--channel", "store", stdin=line)
        assert [remedy["remedy"] for remedy in json.loads(result.out)["remedies"]] == ["exchange", "store-credit"]

    def test_notes_about_unlisted_names_come_to_an_end(self, at: At) -> None:
        lines = "".join(f'{{"sku": "X-{number}"}}\n' for number in range(9)).encode()
        assert len(at("policy", "check", "-", stdin=lines).err.splitlines()) == 4
