"""`policy diff` and `policy compare`: what is named, in which words, and where the two policies come from."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result
from tests.diff_edits import EDITS, OLD, ROOM, SEASON, TOYS

At = Callable[..., Result]
Told = Callable[..., str]

ARCHIVED = "policies/archive/returns-2025-03-01.toml"


def git(folder: Path, *arguments: str) -> None:
    own = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *own, *arguments], check=True, capture_output=True)


@pytest.fixture
def history(shop: Path) -> Path:
    """Return the shop as a git repository: refund for 14 days first, then 30, on the branch `kinder` 60."""
    own = shop / "policies/returns.toml"
    git(shop, "init", "--quiet", "--initial-branch=main")
    for days in (14, 30):
        own.write_text(OLD.replace("14 days", f"{days} days"))
        git(shop, "add", ".")
        git(shop, "commit", "--quiet", "-m", f"{days} days")
    git(shop, "checkout", "--quiet", "-b", "kinder")
    own.write_text(OLD.replace("14 days", "60 days"))
    git(shop, "commit", "--quiet", "-a", "-m", "60 days")
    git(shop, "checkout", "--quiet", "main")
    return shop


@pytest.fixture
def told(at: At, shop: Path) -> Told:
    """Return what is said to change between two policies, headings included, on one line."""

    def line(old: str, new: str, *arguments: str, lang: str = "en") -> str:
        for name, text in (("old.toml", old), ("new.toml", new)):
            (shop / name).write_text(text)
        result = at("--lang", lang, "policy", "diff", "old.toml", "new.toml", *arguments)
        assert (result.code, result.err) == (0, "")
        head = 2 if arguments else 4  # which policies, and from when on
        return " ".join(" ".join(result.out.splitlines()[head:]).split())

    return line


def windows(at: At, *arguments: str) -> list[tuple[str, str]]:
    """Return the windows of the refund that change, the old and the new one."""
    return [(change["old"], change["new"]) for change in data(at, "diff", *arguments)["changes"] if change["of"] == "refund"]


def data(at: At, verb: str, *arguments: str) -> dict[str, Any]:
    result = at("policy", verb, "-f", "json", *arguments)
    assert (result.code, result.err) == (0, "")
    found: dict[str, Any] = json.loads(result.out)
    return found


# --- where the policies come from ---------------------------------------------------------------------------------------


def test_the_last_commit_is_compared_with_the_file_as_it_stands(at: At, history: Path) -> None:
    assert windows(at) == []
    assert data(at, "diff")["same"]
    (history / "policies/returns.toml").write_text(OLD.replace("14 days", "40 days"))
    assert windows(at) == [("30 days", "40 days")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("HEAD~1",), ("14 days", "30 days")),
        (("HEAD~1", "HEAD"), ("14 days", "30 days")),
        (("HEAD", "HEAD~1"), ("30 days", "14 days")),
        (("HEAD~1:policies/returns.toml",), ("14 days", "30 days")),
        (("HEAD~1:./policies/returns.toml",), ("14 days", "30 days")),
        (("main", "kinder"), ("30 days", "60 days")),
        (("kinder", "policies/returns.toml"), ("60 days", "30 days")),
    ],
)
def test_revisions_of_git(at: At, history: Path, arguments: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert history.is_dir()
    assert windows(at, *arguments) == [expected]


def test_the_shop_may_lie_below_the_top_of_the_repository(at: At, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision is read in the shop's own folder, wherever that lies in the repository and wherever the command is given."""
    below = history / "branches/riga"
    (history / "policies").rename(history / "kept")
    below.mkdir(parents=True)
    (history / "kept").rename(below / "policies")
    git(history, "add", "--all")
    git(history, "commit", "--quiet", "-m", "moved")
    (below / "policies/returns.toml").write_text(OLD)
    monkeypatch.chdir(below / "policies")
    assert windows(at, "HEAD") == [("30 days", "14 days")]


def test_a_file_is_preferred_to_a_branch_of_its_name(at: At, history: Path) -> None:
    (history / "kinder").write_text(OLD.replace("14 days", "7 days"))
    assert windows(at, "kinder", "main") == [("7 days", "30 days")]


@pytest.mark.parametrize(
    "named", ["HEAD~9", "nowhere", "HEAD:policies/none.toml", "draft.toml", "", "a\0b", ":", "--", "HEAD --"]
)
def test_what_is_no_policy_is_refused(at: At, history: Path, named: str) -> None:
    assert history.is_dir()
    result = at("policy", "diff", "--", named)
    assert (result.code, result.out) == (2, "")
    assert "there is no policy" in result.err
    assert "name a file, or a revision of git that has policies/returns.toml" in result.err


@pytest.mark.parametrize("named", ["-x", "--output=written", "--open-files-in-pager=touch written"])
def test_a_revision_is_never_taken_for_an_option_of_git(at: At, history: Path, named: str) -> None:
    result = at("policy", "diff", "--", named)
    assert (result.code, result.out) == (2, "")
    assert "there is no policy" in result.err
    assert not (history / "written").exists()


def test_a_folder_without_history(at: At, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shop.parent))
    result = at("policy", "diff")
    assert (result.code, result.out) == (2, "")
    assert "nothing was committed to git here" in result.err
    assert at("policy", "diff", ARCHIVED).code == 0


def test_mistakes_in_an_old_revision_are_named_with_their_line(at: At, history: Path) -> None:
    (history / "policies/returns.toml").write_text(OLD.replace("condition", "conditon"))
    git(history, "commit", "--quiet", "-a", "-m", "a slip of the pen")
    (history / "policies/returns.toml").write_text(OLD)
    result = at("policy", "diff", "HEAD")
    assert (result.code, result.out) == (3, "")
    assert "HEAD:policies/returns.toml:7" in result.err
    assert "conditon" in result.err
    assert windows(at, "HEAD~1") == [("30 days", "14 days")]


def test_mistakes_in_a_file_are_named_with_their_line(at: At, shop: Path) -> None:
    (shop / "draft.toml").write_text(OLD + "offer = 3\n")
    for verb in (("diff", "draft.toml"), ("diff", ARCHIVED, "draft.toml"), ("compare", "draft.toml")):
        result = at("policy", *verb)
        assert (result.code, result.out) == (3, "")
        assert "draft.toml:8" in result.err


# --- what is said of each kind of change --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(EDITS))
def test_each_kind_of_change_in_plain_words(told: Told, kind: str) -> None:
    edit = EDITS[kind]
    assert told(edit.old, edit.new) == edit.english
    assert told(edit.old, edit.new, lang="lv") == edit.latvian


def test_no_difference_is_said_so(at: At, told: Told) -> None:
    assert told(OLD, OLD) == ""
    result = at("--lang", "en", "policy", "diff", "old.toml", "new.toml")
    assert result.out.splitlines() == ["old.toml → new.toml", "", "No difference: every request is answered alike."]
    assert "No difference: every request is answered alike." in at("--lang", "en", "policy", "diff", ARCHIVED, ARCHIVED).out
    assert at("--lang", "en", "policy", "compare", ARCHIVED, "--policy", ARCHIVED).out.splitlines() == [
        ARCHIVED,
        "  No difference: every request is answered alike.",
    ]
    found = data(at, "diff", "old.toml", "new.toml")
    assert (found["same"], found["changes"], found["discretion"]) == (True, [], [])


def test_customers_hear_what_concerns_them(at: At, told: Told) -> None:
    new = OLD.replace('refund = "14 days", exchange = "30 days"', 'exchange = "30 days", refund = "20 days"') + ROOM
    assert "what is offered first" in told(OLD, new)
    assert "Beyond the policy" in told(OLD, new)
    new = new.replace("2026-11-01", "2026-12-01")
    assert told(OLD, new, "--customers") == "Everything: money back within 20 days instead of within 14 days"
    result = at("--lang", "en", "policy", "diff", "old.toml", "new.toml", "--customers")
    assert result.out.splitlines()[0] == "What changes from 1 December 2026"
    latvian = at("--lang", "lv", "policy", "diff", "old.toml", "new.toml", "--customers").out
    assert "Kas mainās no 2026. gada 1. decembra" in latvian
    same = told(OLD, (OLD + ROOM).replace("2026-11-01", "2026-12-01"), "--customers")
    assert same == "No difference: every request is answered alike."


def test_a_notice_for_customers_needs_a_day_of_its_own(at: At, told: Told) -> None:
    assert told(OLD, OLD.replace("14 days", "20 days"))
    result = at("policy", "diff", "old.toml", "new.toml", "--customers")
    assert (result.code, "the new text begins on 2026-11-01, no later than the old one" in result.err) == (0, True)


def test_a_new_remedy_comes_with_what_it_costs(told: Told) -> None:
    """A notice that hides the fee or the manager would be a false promise."""
    new = OLD.replace(" }", ', store-credit = "1 year" }', 1) + 'restocking-fee = "10 %"\napproval = "manager"\n'
    assert "store credit within 1 year, less a restocking fee of 10%, if the manager agrees (new)" in told(OLD, new)


# --- the same for programs ----------------------------------------------------------------------------------------------


def test_json(at: At, shop: Path) -> None:
    (shop / "old.toml").write_text(OLD + ROOM)
    (shop / "new.toml").write_text(OLD + TOYS + 'offer = { exchange = "7 days" }\n' + SEASON + ROOM.replace("25.00", "50.00"))
    found = data(at, "diff", "old.toml", "new.toml")
    assert list(found) == ["schema", "old", "new", "from", "same", "changes", "discretion"]
    assert (found["schema"], found["from"], found["same"]) == ("returnkit.diff/1", "2026-11-01", False)
    assert [found[each]["file"] for each in ("old", "new")] == ["old.toml", "new.toml"]
    assert all(found[each]["effective"] == "2026-11-01" and len(found[each]["sha256"]) == 12 for each in ("old", "new"))
    names = {"rule", "where", "what", "of", "old", "new", "direction", "when", "bought", "after", "example"}
    assert all(names <= {*change} for change in found["changes"])
    gone, shorter, *seasons = sorted(found["changes"], key=lambda change: (change["of"] == "season", change["of"] != "refund"))
    assert {key: gone[key] for key in ("rule", "of", "old", "new", "direction", "when", "bought", "after")} == {
        "rule": {"old": "terms", "new": "toys"},
        "of": "refund",
        "old": "14 days",
        "new": None,
        "direction": "stricter",
        "when": [],
        "bought": None,
        "after": 0,
    }
    assert (shorter["of"], shorter["old"], shorter["new"]) == ("exchange", "30 days", "7 days")
    assert {season["direction"] for season in seasons} == {"kinder"}
    assert {json.dumps(season["bought"]) for season in seasons} == {'[["2026-11-15", "2026-12-24"]]'}
    (room,) = found["discretion"]
    assert (room["role"], room["direction"], room["example"]["role"]) == ("staff", "kinder", "staff")


def test_the_examples_can_be_tried_at_the_counter(at: At, shop: Path) -> None:
    """Whoever doubts a line asks both policies: the example is answered differently."""
    assert shop.is_dir()
    found = data(at, "diff", ARCHIVED)
    assert len(found["changes"]) >= 10
    for change in found["changes"] + found["discretion"]:
        answers = []
        for file in (ARCHIVED, "policies/returns.toml"):
            example = {**change["example"], "policy": file}
            options = [
                f"--{key}={each}" for key, value in example.items() for each in (value if isinstance(value, list) else [value])
            ]
            answer = json.loads(at("policy", "check", "-f", "json", *options).out)
            answers.append({key: answer[key] for key in ("answer", "remedies", "fees", "who", "exception")})
        assert answers[0] != answers[1], change


def test_csv(at: At, shop: Path) -> None:
    assert shop.is_dir()
    rows = [*csv.DictReader(io.StringIO(at("--lang", "en", "policy", "diff", ARCHIVED, "-f", "csv").out))]
    found = data(at, "diff", ARCHIVED)
    assert list(rows[0]) == ["direction", "rule", "where", "what", "example"]
    assert len(rows) == len(found["changes"]) + len(found["discretion"])
    assert [row["rule"] for row in rows if row["rule"]] == [change["rule"]["new"] for change in found["changes"]]
    assert all(row["example"].startswith("returnkit policy check --bought ") for row in rows if row["rule"])


def test_html(at: At, shop: Path) -> None:
    result = at("--lang", "en", "policy", "diff", ARCHIVED, "-o", "changes.html")
    assert (result.code, result.out) == (0, "")
    page = (shop / "changes.html").read_text()
    assert page.startswith("<!doctype html>")
    for text in ("returns-2025-03-01.toml", "Stricter", "Kinder", "Beyond the policy"):
        assert text in page


# --- the shop that ships ------------------------------------------------------------------------------------------------


def test_the_sample_shop_against_its_first_policy(at: At, shop: Path) -> None:
    """Both files read by eye: these are the things that changed on 1 September 2026, and no others."""
    assert shop.is_dir()
    found = data(at, "diff", ARCHIVED)
    assert found["from"] == "2026-09-01"
    things = {(change["rule"]["new"], change["of"], change["direction"]) for change in found["changes"]}
    assert things == {
        ("faulty", "if-closed", "kinder"),
        ("withdrawal", "season", "kinder"),
        ("clearance", "store-credit", "stricter"),
        ("clearance", "exchange", "kinder"),
        ("clearance", "if-closed", "kinder"),
        ("clearance", "season", "kinder"),
        ("clearance", "approval", "stricter"),
        ("opened-electronics", "refund", "kinder"),
        ("opened-electronics", "exchange", "kinder"),
        ("opened-electronics", "store-credit", "kinder"),
        ("terms", "refund", "kinder"),
        ("terms", "exchange", "kinder"),
        ("terms", "store-credit", "kinder"),
        ("terms", "if-closed", "kinder"),
        ("terms", "season", "kinder"),
        ("terms", "approval", "stricter"),
    }
    windows = {(change["rule"]["new"], change["of"], change["old"], change["new"]) for change in found["changes"]}
    assert {
        ("terms", "exchange", "14 days", "30 days"),
        ("terms", "store-credit", "30 days", "60 days"),
        ("terms", "refund", None, "14 days"),
        ("clearance", "store-credit", "30 days", None),
    } <= windows
    assert [(room["role"], room["direction"]) for room in found["discretion"]] == [
        ("staff", "kinder"),
        ("manager", "kinder"),
        ("owner", "kinder"),
    ]


# --- beside others ------------------------------------------------------------------------------------------------------


@pytest.fixture
def others(shop: Path) -> Path:
    """Return the shop beside two others: one that takes everything back for longer, one for less long."""
    (shop / "policies/returns.toml").write_text(OLD + ROOM)
    for name, days in (("generous", 60), ("strict", 7)):
        text = OLD.replace("effective = 2026-11-01", "effective = 2020-01-01").replace("14 days", f"{days} days")
        (shop / f"{name}.toml").write_text(text)
    return shop


def test_others_are_stricter_or_more_generous(at: At, others: Path) -> None:
    assert others.is_dir()
    result = at("--lang", "en", "policy", "compare", "generous.toml", "strict.toml")
    assert (result.code, result.err) == (0, "")
    generous, strict = result.out.split("strict.toml")
    assert generous.split()[0] == "generous.toml"
    assert "Where you are stricter" in generous
    assert "Where you are more generous" not in generous
    assert "Where you are more generous" in strict
    assert "Where you are stricter" not in strict
    assert "money back" in strict
    assert "within 14 days" in strict
    assert "within 7 days" in strict
    assert "25.00" not in result.out  # what staff may do beyond the policy is nobody's business


def test_others_as_json(at: At, others: Path) -> None:
    assert others.is_dir()
    found = data(at, "compare", "generous.toml", "strict.toml", "policies/returns.toml")
    assert list(found) == ["schema", "own", "others"]
    assert found["schema"] == "returnkit.comparison/1"
    assert found["own"]["file"] == "policies/returns.toml"
    assert [list(other) for other in found["others"]] == [["policy", "from", "same", "changes"]] * 3
    assert [other["policy"]["file"] for other in found["others"]] == ["generous.toml", "strict.toml", "policies/returns.toml"]
    assert [other["from"] for other in found["others"]] == ["2026-11-21"] * 3  # from today on
    assert [other["same"] for other in found["others"]] == [False, False, True]
    said = [[(change["old"], change["new"], change["direction"]) for change in other["changes"]] for other in found["others"]]
    assert said == [[("60 days", "14 days", "stricter")], [("7 days", "14 days", "kinder")], []]


def test_others_as_rows_and_against_a_draft(at: At, others: Path) -> None:
    rows = [*csv.DictReader(io.StringIO(at("policy", "compare", "generous.toml", "strict.toml", "-f", "csv").out))]
    assert [(row["policy"], row["direction"]) for row in rows] == [("generous.toml", "stricter"), ("strict.toml", "kinder")]
    (others / "draft.toml").write_text(OLD.replace("14 days", "60 days"))
    assert data(at, "compare", "generous.toml", "--policy", "draft.toml")["others"][0]["same"]
    assert at("policy", "compare").code == 2
    assert at("policy", "compare", "nobody.toml").code == 2
