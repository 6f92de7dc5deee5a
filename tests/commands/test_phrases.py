"""`returnkit phrases check`: what should be said otherwise in any text, and what to say instead."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import bad_service
from tests.conftest import Result, call

At = Callable[..., Result]
LETTER = "Dear Anna,\n\nthat is our policy.\nWe will call you back.\n"


def found(result: Result) -> list[dict[str, object]]:
    data = json.loads(result.out)
    assert data.keys() == {"schema", "found"}
    assert data["schema"] == "returnkit.phrases/1"
    return list(data["found"])


def test_it_says_where_what_instead_and_why(at: At) -> None:
    Path("letter.txt").write_text(LETTER)
    result = at("phrases", "check", "letter.txt", "--lang", "en")
    assert (result.code, result.err) == (1, "")
    assert result.out.splitlines() == [
        "letter.txt:3:9: our policy",
        "    Say instead: What I can do for you is …",
        "    A rule is no answer to a person in trouble. Say what is possible, and do that.",
        "letter.txt:4:4: will call you",
        "    Say instead: … you hear from me today by five.",
        "    A promise has a time: without one it is forgotten here and waited for there.",
    ]
    as_json = found(at("phrases", "check", "letter.txt", "--lang", "en", "-f", "json"))
    assert [(each["file"], each["line"], each["column"], each["text"]) for each in as_json] == [
        ("letter.txt", 3, 9, "our policy"), ("letter.txt", 4, 4, "will call you"),
    ]  # fmt: skip
    assert all(each["instead"] and each["why"] for each in as_json)


def test_nothing_found_is_zero(at: At) -> None:
    result = at("phrases", "check", "-", "--lang", "en", stdin="\n".join(bad_service.GOOD).encode())
    assert (result.code, result.out) == (0, "Nothing to say otherwise.\n")
    empty = at("phrases", "check", "-", "-f", "json", stdin=b"")
    assert (empty.code, found(empty)) == (0, [])


def test_it_is_checked_for_all_languages_of_the_shop_or_one(at: At) -> None:
    text = "Diemžēl nevaram palīdzēt. That is our policy.".encode()
    assert [each["text"] for each in found(at("phrases", "check", "-", "-f", "json", stdin=text))] == [
        "Diemžēl", "nevaram palīdzēt", "our policy",
    ]  # fmt: skip
    english = at("phrases", "check", "-", "--lang", "en", "-f", "json", stdin=text)
    assert [each["text"] for each in found(english)] == ["our policy"]


def test_several_files_and_other_forms(at: At) -> None:
    Path("a.md").write_text("# Our policy\r\n\r\n- calm down\r\n", encoding="utf-8-sig")
    Path("b.txt").write_text("our policy")
    result = at("phrases", "check", "a.md", "b.txt", "a.md", "-f", "csv")
    assert [row[:4] for row in csv.reader(result.out.splitlines())][1:] == [
        ["a.md", "1", "3", "Our policy"], ["a.md", "3", "3", "calm down"], ["b.txt", "1", "1", "our policy"],
    ]  # fmt: skip
    assert len(at("phrases", "check", "a.md", "b.txt", "-f", "jsonl").out.splitlines()) == 3
    assert at("phrases", "check", "b.txt", "-f", "md").out.startswith("| file")


def test_what_cannot_be_read_is_named_all_at_once(at: At) -> None:
    Path("good.txt").write_text("our policy")
    Path("latin.txt").write_bytes("Labdien!\nDiemžēl\n".encode("cp1257"))
    Path("folder").mkdir()
    result = at("phrases", "check", "good.txt", "latin.txt", "none.txt", "folder")
    assert (result.code, result.out) == (2, "")
    assert result.err.count("returnkit: error") == 3
    assert "latin.txt:2: this is not UTF-8 text" in result.err
    assert "none.txt" in result.err
    assert "folder" in result.err
    assert at("phrases", "check").code == 2
    Path("large.txt").write_bytes(b"a " * 9 * 1024 * 1024)
    assert "larger than 16 MB" in at("phrases", "check", "large.txt").err


def test_the_shop_adds_its_own_and_takes_out_what_it_likes(at: At, shop: Path) -> None:
    (shop / "policies/phrases.toml").write_text(
        'schema = 1\n[[lv]]\nnot = ["pēc pusdienām"]\nsay = "plkst. 14:00"\nwhy = "Katram pusdienas ir citā laikā."\n'
    )
    result = at("phrases", "check", "-", stdin="Būs pec pusdienam. Diemžēl.".encode())
    assert result.code == 1
    assert result.out.splitlines()[:2] == ["-:1:5: pec pusdienam", "    Sakiet: plkst. 14:00"]
    assert "Diemžēl" not in result.out
    assert "says nothing about en: checked for lv only" in result.err
    missing = at("phrases", "check", "-", "--lang", "en", stdin=b"our policy")
    assert missing.code == 2
    assert "says nothing about en" in missing.err
    (shop / "policies/phrases.toml").unlink()
    assert at("phrases", "check", "-", stdin=b"our policy").code == 1


def test_a_language_that_the_program_does_not_speak_has_its_phrases_all_the_same(at: At, shop: Path) -> None:
    path = shop / "policies/shop.toml"
    path.write_text(path.read_text().replace('["lv", "en"]', '["et", "en"]'))
    with (shop / "policies/phrases.toml").open("a") as file:
        file.write('\n[[et]]\nnot = ["ei tea"]\nsay = "Uurin järele."\nwhy = "…"\n')
    result = at("phrases", "check", "-", "--lang", "et", "-f", "json", stdin=b"Ma ei tea, our policy.")
    assert [each["text"] for each in found(result)] == ["ei tea"]


def test_mistakes_in_the_list_have_their_lines(at: At, shop: Path) -> None:
    path = shop / "policies/phrases.toml"
    lines = path.read_text().split("\n")
    lines[lines.index("[[en]]  # The rules as an answer")] = "[[en]]\nsey = 'x'"
    path.write_text("\n".join(lines))
    result = at("phrases", "check", "-", stdin=b"")
    assert result.code == 3
    assert f'policies/phrases.toml:{lines.index(next(line for line in lines if "sey" in line)) + 2}: "sey"' in result.err


@pytest.mark.parametrize("country", ["LV", "GB", "EE"])
def test_a_new_shop_has_phrases_in_its_languages(tmp_path: Path, country: str) -> None:
    assert call("init", str(tmp_path / "shop"), "--name", "Rowan", "--country", country).code == 0
    text = (tmp_path / "shop/policies/phrases.toml").read_text()
    assert ("[[lv]]" in text, "[[en]]" in text) == (country == "LV", True)
    result = call("--shop", str(tmp_path / "shop"), "phrases", "check", "-", "-f", "json", stdin=b"our policy")
    assert [each["text"] for each in found(result)] == ["our policy"]
