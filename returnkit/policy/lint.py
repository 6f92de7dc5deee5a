"""Everything that can be found wrong with a policy before a customer finds it, worked out exactly (see `space`)."""

from collections.abc import Callable, Iterator

from returnkit.model.toml import parse
from returnkit.policy import lint_promises, lint_rules, lint_shop
from returnkit.policy.decide import Setting
from returnkit.policy.diagram import TooComplexError
from returnkit.policy.finding import Finding, Subject, Surroundings
from returnkit.policy.language import Policy

Check = Callable[[Subject], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    lint_rules.never_deciding,
    lint_rules.never_applying,
    lint_rules.needless,
    lint_rules.unread_keys,
    lint_rules.gaps,
    lint_rules.coming_back,
    lint_rules.cut_short,
    lint_rules.overlaps,
    lint_promises.never_open,
    lint_promises.no_effect,
    lint_promises.longer_than_kinder,
    lint_promises.seasons,
    lint_promises.fees,
    lint_promises.faults,
    lint_promises.faults_refused,
    lint_promises.worse_gets_more,
    lint_promises.no_reason,
    lint_shop.discretion,
    lint_shop.approval,
    lint_shop.languages,
    lint_shop.names,
    lint_shop.tags,
)


def lint(policy: Policy, setting: Setting, around: Surroundings) -> list[Finding]:
    """Return what was found, in the order of the checks. Raises TooComplexError where it cannot be worked out."""
    subject = Subject(policy, parse(policy.source, policy.file), setting, around)
    return [finding for check in CHECKS for finding in check(subject)]


CODES = (
    "comes-back", "cut-short", "dead-exception", "dead-value", "faulty-refused", "faulty-way-back", "fee-on-faulty",
    "fee-rounds", "fee-takes-all", "gap", "impossible", "needless-condition", "never-applies", "never-decides",
    "never-open", "no-effect", "no-reason", "nobody-approves", "nobody-holds", "one-language", "overlap",
    "refund-longer", "room-missing", "room-shrinks", "room-useless", "season-backwards", "season-no-effect",
    "season-over", "season-overlap", "season-short", "season-too-early", "similar-names", "unknown-name", "unread-key",
    "unread-tag", "untranslated", "worse-gets-more",
)  # fmt: skip

__all__ = ["CODES", "TooComplexError", "lint"]
