"""What a command finds on the counter: the shop, the day, the language, who asks, and where the answer goes."""

import os
import sys
from collections.abc import Mapping

import click

from returnkit.commands.options import given_globals
from returnkit.errors import BadInputError, Problem, instead
from returnkit.languages import Language, language
from returnkit.model.items import NO_ITEMS, Items
from returnkit.model.text import safe
from returnkit.model.toml import name
from returnkit.policy.decide import Decision
from returnkit.policy.facts import Facts, read_facts
from returnkit.policy.language import Policy
from returnkit.policy.words import Words
from returnkit.render import ENDINGS, FORMATS, Report, render
from returnkit.shop import Shop, find_shop


class Session:
    """One call of a command. Everything is read once, and only if it is looked at."""

    def __init__(self, policy_file: str | None = None) -> None:
        options = given_globals()
        self.shop: Shop = find_shop(options.get("shop", ""))
        self.today = self.shop.today(options.get("now", ""))
        self.language: Language = _language(self.shop, options.get("lang"))
        self.role = self.shop.role_of(options["staff"]) if "staff" in options else 0
        self.policy_file = policy_file
        self._items: Items | None = None
        self._noted: set[tuple[str, str]] = set()
        if "staff" in options and options["staff"] not in self.shop.staff:
            self.unlisted("staff", options["staff"], list(self.shop.staff), f"has the role {self.shop.roles[0]}")

    def items(self) -> Items:
        """Return what is sold."""
        if self._items is None:
            self._items = self.shop.items() if self.policy_file is None else NO_ITEMS
        return self._items

    def words(self) -> Words:
        """Return the language with the shop's own names."""
        return Words(self.language, self.shop.currency, self.shop.digits, self.items().names)

    def versions(self, bought: int | None) -> tuple[Policy, ...]:
        """Return the versions of the policy that may hold, oldest first; the one in the file that --policy names."""
        if self.policy_file is not None:
            return (self.shop.policy(self.policy_file),)
        return self.shop.versions(bought)

    def facts(self, given: Mapping[str, object]) -> Facts:
        """Return the facts that were given; an article number fills in category and tags from items.toml."""
        facts = read_facts(given, self.today, self.shop.roles, self.role)
        if facts.sku is not None and self.policy_file is None:
            item = self.items().find(facts.sku)
            if item is None:
                self.unlisted("sku", facts.sku, [], "its category is not known")
            else:
                facts = facts._replace(category=facts.category or item.category, tag=facts.tag or item.tags)
        return facts

    def check_names(self, facts: Facts, versions: tuple[Policy, ...]) -> None:
        """Note categories, tags and reasons that neither the policy nor items.toml knows: they may be misspelt."""
        from returnkit.policy.cells import names_of

        for fact, values in (("category", [facts.category]), ("tag", facts.tag), ("reason", [facts.reason])):
            known = names_of(versions, fact)
            for value in values:
                if value is None or value in known or self.language.knows(f"{fact}.{value}"):
                    continue
                listed = [*known, *self._listed(fact)]
                if value not in listed:
                    self.unlisted(fact, value, listed, "it is judged as any other")

    def _listed(self, fact: str) -> list[str]:
        items = self.items()
        every = [*items.exact.values(), *(item for _, item in items.prefixes)]
        if fact == "category":
            return [item.category for item in every if item.category]
        return sorted({tag for item in every for tag in item.tags}) if fact == "tag" else []

    def unlisted(self, fact: str, value: str, known: list[str], consequence: str) -> None:
        """Note a name that policies/ does not list, once. Raises BadInputError where the shop is strict."""
        if (fact, value) in self._noted:
            return
        self._noted.add((fact, value))
        what = f"{fact} {value!r} is not listed in policies/"
        remedy = instead(name(value), known) if known else ""
        if self.shop.strict:
            raise BadInputError(Problem(what, remedy))
        hint = f" ({remedy})" if remedy.startswith("did you mean") else ""
        click.echo(safe(f"returnkit: note: {what}: {consequence}{hint}"), err=True)

    def who(self, decision: Decision) -> tuple[str, ...]:
        """Return those who may decide where the answer is `manager`: names, else what the role is called."""
        if decision.who is None:
            return ()
        return self.shop.who_may(decision.who) or (self.words().role(self.shop.roles[decision.who]),)


def _language(shop: Shop, code: str | None) -> Language:
    chosen = language(*([code] if code else []), *shop.languages)
    if code and chosen.code != code:
        from returnkit.languages import known_languages

        raise BadInputError(Problem(f"there is no language {code!r}", "known here: " + ", ".join(known_languages())))
    return chosen


def form_of(form: str | None, output: str | None) -> str:
    """Return the format: the one asked for, else by the ending of the output file, else a table."""
    if form:
        return form
    ending = os.path.splitext(output or "")[1][1:].lower()
    ending = ENDINGS.get(ending, ending)
    return ending if ending in FORMATS else "table"


def deliver(report: Report, form: str | None, output: str | None) -> None:
    """Write a report where it was asked for: standard output, or a file."""
    text = render(report, form_of(form, output))
    if output in (None, "-"):
        # click.echo looks at every stream for Windows' sake; this is the hot path of a counter command.
        sys.stdout.write(text)
        return
    from returnkit.records.rewrite import replace

    replace(str(output), text.encode())
