"""What the tests of `policy lint` share: a setting, a shop around the policy, and findings by their code."""

from collections.abc import Mapping
from datetime import date

from returnkit.model.calendar import Calendar
from returnkit.policy.decide import Setting
from returnkit.policy.finding import INFO, Finding, Surroundings
from returnkit.policy.language import Policy
from returnkit.policy.lint import lint
from returnkit.policy.read import read_policy

ROLES = ("staff", "manager", "owner")
OPEN_DAILY = Setting(ROLES, Calendar(), 2)
TODAY = date(2026, 11, 21).toordinal()


def around(
    languages: tuple[str, ...] = ("en",),
    held: tuple[bool, ...] = (True, True, True),
    names: Mapping[str, frozenset[str]] | None = None,
    item_tags: frozenset[str] = frozenset(),
) -> Surroundings:
    """Return a shop in which everybody is known, unless it is said otherwise."""
    return Surroundings(TODAY, languages, held, names or {}, item_tags)


def policy_of(text: str, setting: Setting = OPEN_DAILY) -> Policy:
    return read_policy(text.encode(), "returns.toml", setting.roles, "EUR")


def findings(text: str, setting: Setting = OPEN_DAILY, beside: Surroundings | None = None) -> list[Finding]:
    """Return everything that lint finds in a policy."""
    return lint(policy_of(text, setting), setting, beside or around())


def serious(found: list[Finding]) -> list[Finding]:
    """Return what is more than a note."""
    return [finding for finding in found if finding.level != INFO]
