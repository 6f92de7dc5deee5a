"""What a command finds on the counter: the shop, the day, the language, who asks, and where the answer goes."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from returnkit.clock import Clock
from returnkit.commands.options import given_globals
from returnkit.commands.streams import fitting, is_for_a_person, note, to_stdout
from returnkit.errors import BadInputError, Problem, UnreadableError, instead
from returnkit.languages import Language, language
from returnkit.model.dates import iso, parse_day
from returnkit.model.toml import name
from returnkit.render import ENDINGS, FORMATS, Report, render
from returnkit.shop import Shop, check_place, find_folder, find_shop, nameless_shop, read_shop

if TYPE_CHECKING:
    from returnkit.books import Books
    from returnkit.model.items import Items
    from returnkit.policy.decide import Decision
    from returnkit.policy.facts import Facts
    from returnkit.policy.judge import Judge
    from returnkit.policy.language import Policy
    from returnkit.policy.words import Words
    from returnkit.service.clocks import Clocks

MOST_NOTES = 3


class Session:
    """One call of a command. Everything is read once, and only if it is looked at."""

    def __init__(self, policy_file: str | None = None, shop: str = "", *, rescue: bool = False) -> None:
        """`rescue` is for what must run on a bad day as well: without a shop.toml that can be read."""
        options = given_globals()
        self.shop: Shop = (_any_shop if rescue else find_shop)(shop or options.get("shop", ""))
        self.clock = Clock(self.shop.time_zone, options.get("now", ""))
        self._today: int | None = None
        self.language: Language = _language(self.shop, options.get("lang"))
        self.role = self.shop.role_of(options["staff"]) if "staff" in options else 0
        self.policy_file = policy_file
        self._items: Items | None = None
        self._books: Books | None = None
        self._clocks: Clocks | None = None
        self._item_text: str | None = None
        self._noted: set[tuple[str, str]] = set()
        if "staff" in options and name(options["staff"]) not in map(name, self.shop.staff):
            self.unlisted("staff", options["staff"], list(self.shop.staff), f"has the role {self.shop.roles[0]}")

    @property
    def today(self) -> int:
        """Today's date in the shop's zone, or that of --now."""
        if self._today is None:
            self._today = self.clock.today()
        return self._today

    def day(self, text: str) -> str:
        """Return the day that was typed, as ISO text. Raises BadInputError."""
        try:
            return iso(parse_day(text, lambda: self.today))
        except ValueError as error:
            raise BadInputError(Problem(f"{text!r} is not a day", str(error))) from None

    def items(self) -> "Items":
        """Return what is sold."""
        if self._items is None:
            self._items = self.shop.items()
        return self._items

    def words(self) -> "Words":
        """Return the language with the shop's own names."""
        from returnkit.policy.words import Words

        return Words(self.language, self.shop.currency, self.shop.digits, lambda: self.items().names)

    def judge(self, bought: int | None) -> "Judge":
        """Return the policy that may hold for a sale of that day (None = any), ready to judge: all versions that may."""
        from returnkit.policy.judge import Judge

        versions = self.shop.versions(bought) if self.policy_file is None else (self.shop.policy(self.policy_file),)
        return Judge(versions, self.shop.setting(versions))

    def facts(self, given: Mapping[str, object]) -> "Facts":
        """Return the facts that were given; an article number fills in category and tags from items.toml."""
        from returnkit.policy.facts import read_facts

        facts = read_facts(given, lambda: self.today, self.shop.roles, self.role)
        if facts.sku is not None:
            items = self.items()
            item = items.find(facts.sku)
            if item is None and (items.exact or items.prefixes):
                self.unlisted("sku", str(given.get("sku", facts.sku)), [], "its category is not known")
            elif item is not None:
                facts = facts._replace(category=facts.category or item.category, tag=facts.tag | item.tags)
        return facts

    def check_names(self, facts: "Facts", versions: "tuple[Policy, ...]") -> None:
        """Note categories, tags and reasons that neither the policy nor items.toml knows: they may be misspelt."""
        for fact, values in (("category", [facts.category]), ("tag", facts.tag), ("reason", [facts.reason])):
            for value in values:
                if value is not None and not self.language.knows(f"{fact}.{value}") and not self._listed(value, versions):
                    self.unlisted(fact, value, self._names(fact, versions), "it is judged as any other")

    def _listed(self, value: str, versions: "tuple[Policy, ...]") -> bool:
        """Tell whether a name stands in the policy or, in quotes or as a heading, in items.toml; nothing is parsed for it."""
        if self._item_text is None:
            self._item_text = self.shop.item_text().casefold()
        if any(mark in self._item_text for mark in (f'"{value}"', f"'{value}'", f".{value}]")):
            return True
        from returnkit.policy.language import names_of

        return any(value in names_of(versions, fact) for fact in ("category", "tag", "reason"))

    def _names(self, fact: str, versions: "tuple[Policy, ...]") -> list[str]:
        from returnkit.policy.language import names_of

        items = self.items()
        every = [*items.exact.values(), *(item for _, item in items.prefixes)]
        own = {
            "category": {item.category for item in every if item.category},
            "tag": {tag for item in every for tag in item.tags},
        }
        return sorted({*names_of(versions, fact), *own.get(fact, ())})

    def unlisted(self, fact: str, value: str, known: list[str], consequence: str) -> None:
        """Note a name that policies/ does not list, once. Raises BadInputError where the shop is strict."""
        what = f"{fact} {value!r} is not listed in policies/"
        if self.shop.strict:
            raise BadInputError(Problem(what, instead(name(value), known) if known else ""))
        if (fact, value) in self._noted:
            return
        self._noted.add((fact, value))
        before = sum(1 for noted, _ in self._noted if noted == fact) - 1
        remedy = instead(name(value), known) if known else ""
        hint = f" ({remedy})" if remedy.startswith("did you mean") or fact == "reason" else ""
        if before < MOST_NOTES:
            note(f"{what}: {consequence}{hint}")
        elif before == MOST_NOTES:
            note(f"there is more {fact} that is not listed; no more is named")

    def check_age(self, facts: "Facts", versions: "tuple[Policy, ...]") -> None:
        """Note, once, that something was bought before the oldest policy began: that one judges it (S13)."""
        oldest = versions[0].effective
        if facts.bought is not None and facts.bought < oldest and ("bought", "") not in self._noted:
            self._noted.add(("bought", ""))
            note(f"bought before the oldest policy began on {iso(oldest)}: judged by that one")

    def books(self) -> "Books":
        """Return the shop's records."""
        if self._books is None:
            from returnkit.books import Books

            self._books = Books(self.shop.folder, self.clock, note, given_globals().get("till", ""))
        return self._books

    def clocks(self) -> "Clocks":
        """Return the clocks of complaints, with what policies/complaints.toml promises."""
        if self._clocks is None:
            self._clocks = self.shop.clocks(self.clock.offset)
        return self._clocks

    def staff(self) -> str:
        """Return who is at the counter, as typed; an empty text where nobody was named."""
        return given_globals().get("staff", "").strip()

    def is_mine(self, holder: str) -> bool:
        """Tell whether whoever is at the counter has what a role or a name has: by name, or as one of those with the role."""
        people = self.shop.who_may(self.shop.roles.index(holder)) if holder in self.shop.roles else (holder,)
        return name(self.staff()) in map(name, people)

    def who(self, decision: "Decision") -> tuple[str, ...]:
        """Return the names of those who may decide where the answer is `manager`."""
        return () if decision.who is None else self.shop.who_may(decision.who)

    def spoken_who(self, decision: "Decision") -> tuple[str, ...]:
        """Return them as they are spoken of: what the role is called where nobody is named."""
        if decision.who is None:
            return ()
        return self.who(decision) or (self.words().role(self.shop.roles[decision.who]),)


def _any_shop(folder: str) -> Shop:
    """Return the shop; where its shop.toml cannot be read, what stands in for it, with a note."""
    folder = find_folder(folder)
    try:
        return read_shop(folder)
    except UnreadableError as error:
        first, *_ = error.problems
        note(f"{first.file}:{first.line}: {first.what}; this goes on without it")
        return nameless_shop(folder)


def _language(shop: Shop, code: str | None) -> Language:
    wanted = code.lower().replace("_", "-").partition("-")[0] if code else ""
    chosen = language(wanted, *shop.languages)
    if code and chosen.code != wanted and wanted not in shop.languages:
        from returnkit.languages import known_languages

        raise BadInputError(Problem(f"there is no language {code!r}", "known here: " + ", ".join(known_languages())))
    return chosen


def form_of(form: str | None, output: str | None) -> str:
    """Return the format: the one asked for, else by the ending of the output file, else a table."""
    if form:
        return form
    ending = os.path.splitext(output or "")[1][1:].lower()
    ending = ENDINGS.get(ending, ending)
    if ending and ending not in FORMATS and not os.path.exists(str(output)):
        known = ", ".join(["txt", *FORMATS[1:]])
        raise BadInputError(Problem(f"there is no format for files that end in .{ending}", f"write --format, or one of {known}"))
    return ending if ending in FORMATS else "table"


def deliver(report: Report, form: str | None, output: str | None, *, folds: bool = False) -> None:
    """Write a report where it was asked for: standard output, or a file; on a terminal it may be one that `folds` long lines."""
    if folds and is_for_a_person(output) and form_of(form, output) == "table":
        report = report._replace(sections=tuple(each._replace(lines=fitting(each.lines)) for each in report.sections))
    text = render(report, form_of(form, output))
    if output in (None, "-"):
        to_stdout(text)
        return
    from returnkit.records.rewrite import replace

    check_place(str(output))
    replace(str(output), text.encode())


def acknowledge(  # noqa: PLR0913, PLR0917 - the last one is seldom given
    report: Callable[[], Report], form: str | None, output: str | None, saved: str, code: int, only_here: Callable[[], str] = str
) -> int:
    """Deliver the report of what was done and return the exit code.

    Where a record is on the disk already (`saved` is its id), nothing that happens here is a failure any more. `only_here`
    returns what stands nowhere but in the report, and is said all the same.
    """
    if not saved:
        deliver(report(), form, output)
        return code
    from returnkit.records.journal import let_signals_through

    try:
        deliver(report(), form, output)
    except Exception as error:  # noqa: BLE001 - whatever it is, the record is saved, and that is what must be said
        note(f"saved as {saved}; only the answer was not delivered: {error}")
        sys.stdout = None  # what is left in it would fail once more at the end, and sound as if nothing had been saved
        if only_here():
            note(only_here())
    finally:
        let_signals_through()
    return code
