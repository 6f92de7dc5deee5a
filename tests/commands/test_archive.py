from collections.abc import Callable
from pathlib import Path

from tests.conftest import Result

At = Callable[..., Result]


def test_todays_text_is_kept_and_the_new_one_begins_later(at: At, shop: Path) -> None:
    before = (shop / "policies/returns.toml").read_bytes()
    result = at("policy", "archive", "--effective", "2027-01-01")
    assert (result.code, result.out) == (0, "policies/archive/returns-2026-09-01.toml\n")
    assert (shop / "policies/archive/returns-2026-09-01.toml").read_bytes() == before
    after = (shop / "policies/returns.toml").read_bytes()
    assert after == before.replace(b"effective = 2026-09-01", b"effective = 2027-01-01")
    facts = ["--category", "toys", "--condition", "opened", "--receipt", "yes", "--reason", "not-said", "--channel", "store"]
    decision = at("policy", "check", *facts, "--bought", "2026-12-31", "--on", "2027-01-02", "--price", "9.90", "-f", "json")
    assert '"effective": "2026-09-01"' in decision.out
    decision = at("policy", "check", *facts, "--bought", "2027-01-01", "--on", "2027-01-02", "--price", "9.90", "-f", "json")
    assert '"effective": "2027-01-01"' in decision.out


def test_archiving_twice_changes_nothing(at: At, shop: Path) -> None:
    assert at("policy", "archive").code == 0
    kept = shop / "policies/archive/returns-2026-09-01.toml"
    kept_before = (kept.read_bytes(), kept.stat().st_mtime_ns)
    assert at("policy", "archive").code == 0
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == kept_before
    # The archived text is the current one: the same day twice is no conflict as long as nothing differs.
    assert at("policy", "show").code == 0


def test_an_archived_text_is_never_overwritten(at: At, shop: Path) -> None:
    at("policy", "archive")
    file = shop / "policies/returns.toml"
    file.write_text(file.read_text().replace("60 days", "61 days"))
    result = at("policy", "archive", "--effective", "2027-01-01")
    assert result.code == 2
    assert "another text is archived" in result.err
    assert "60 days" in (shop / "policies/archive/returns-2026-09-01.toml").read_text()


def test_a_text_that_is_archived_cannot_be_changed_for_the_same_days(at: At, shop: Path) -> None:
    at("policy", "archive")
    file = shop / "policies/returns.toml"
    file.write_text(file.read_text().replace('refund = "14 days"', 'refund = "7 days"', 1))
    result = at("policy", "check", "--category", "toys", "--bought", "2026-11-10")
    assert result.code == 3
    assert "holds another text for sales from the same day" in result.err


def test_a_text_that_is_not_yet_in_force_may_be_archived_too(at: At) -> None:
    assert at("policy", "archive", "--effective", "2027-01-01").code == 0
    assert at("policy", "archive").code == 0
    assert "no 2026. gada 1. septembra" in at("policy", "show").out
    assert "līdz 2026. gada 31. decembrim" in at("policy", "show").out
    assert "no 2027. gada 1. janvāra" in at("policy", "show", "--bought", "2027-01-01").out


def test_the_new_text_must_begin_later(at: At, shop: Path) -> None:
    before = (shop / "policies/returns.toml").read_bytes()
    for day in ("2026-09-01", "2025-01-01", "2026-11-21", "today", "yesterday", "soon"):
        assert at("policy", "archive", "--effective", day).code == 2
    assert (shop / "policies/returns.toml").read_bytes() == before
    assert not (shop / "policies/archive/returns-2026-09-01.toml").exists()
