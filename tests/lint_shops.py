"""Random policies of believable shops in which nothing is wrong, and ways to break them, one fault at a time."""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

from returnkit.model.calendar import Calendar
from returnkit.policy.decide import Setting
from returnkit.policy.examples import examples, promised
from returnkit.policy.finding import Finding, Surroundings
from returnkit.policy.lint import lint
from tests.lint_help import OPEN_DAILY, around, policy_of
from tests.strategies import as_toml

Raw = dict[str, Any]
Rule = dict[str, Any]

FAULTS = ["faulty", "wrong-item", "not-as-described"]
MOST_RULES = 8
LANGUAGES = ("en", "lv")
NAMED = ("category", "tag", "member")


CLOSED_ON_SUNDAY = OPEN_DAILY._replace(calendar=Calendar(frozenset({6})))


class Stall(NamedTuple):
    """A policy, and the shop around it: who works there and what is sold is given by what the policy speaks of."""

    raw: Raw
    beside: Surroundings
    setting: Setting

    @property
    def text(self) -> str:
        return as_toml(self.raw)

    def found(self) -> list[Finding]:
        """Return what lint finds."""
        return lint(policy_of(self.text), self.setting, self.beside)

    def breaks_a_promise(self) -> bool:
        """Tell whether `policy test` would find a promise that does not hold to its end."""
        policy = policy_of(self.text)
        return not all(each.kept for each in promised(policy, self.setting, examples(policy, self.setting, "LV")))


def because(text: str) -> Raw:
    return {language: f"{text} ({language})" for language in LANGUAGES}


def days(number: int) -> str:
    return f"{number} days"


# --- sound policies -----------------------------------------------------------------------------------------------------


def sound(seed: int) -> Stall:
    """Return a policy of three to eight rules in which nothing is wrong; another one for every seed."""
    random = Random(seed)  # noqa: S311 - nothing secret
    refund = random.choice([14, 21, 30])
    longer = refund + random.choice([0, 7, 30])
    terms: Raw = {"offer": {"refund": days(refund), "exchange": days(longer)}}
    if random.random() < 0.5:
        terms["offer"]["store-credit"] = random.choice([days(longer), "1 year"])
    terms["receipt"] = random.choice(["any proof", "not needed", "required"])
    terms["condition"] = random.choice(["resaleable", "any"])
    terms["return-to"] = {"store": "free", "mail": "customer"}
    setting = OPEN_DAILY
    if random.random() < 0.25:
        terms["if-closed"], setting = "next open day", CLOSED_ON_SUNDAY
    if random.random() < 0.4:
        terms["restocking-fee"] = random.choice(["10 %", "5.00"])
    raw: Raw = {"schema": 1, "effective": "2026-09-01", "terms": terms, "rule": [faulty(random)]}
    makers = random.sample(MAKERS, random.randint(2, 5))
    while sum(len(make(random, refund, longer)) for make in makers) > MOST_RULES - 1:
        makers.pop()
    ladder = by_days in makers
    for make in sorted(makers, key=MAKERS.index):
        raw["rule"] += make(random, refund, longer)
    raw["also"] = overlays(random, raw, extra=not ladder)
    if random.random() < 0.7:
        raw["season"] = [christmas(random)]
    if random.random() < 0.7:
        raw["discretion"] = {
            "staff": {"amount": "25.00", "late": "7 days", "waive": ["receipt"]},
            "manager": {"amount": "250.00", "late": "30 days", "waive": ["receipt", "condition"]},
        }
    return Stall(raw, beside_of(raw), setting)


def beside_of(raw: Raw) -> Surroundings:
    """Return a shop that sells what the policy speaks of, in which nobody stands above the manager."""
    names: dict[str, set[str]] = {fact: set() for fact in NAMED}
    for part in every_part(raw):
        for kind in ("when", "unless"):
            for fact in NAMED:
                names[fact] |= {*part.get(kind, {}).get(fact, [])}
    known = {fact: frozenset(values) for fact, values in names.items()}
    return around(LANGUAGES, (True, True, False), known, known["tag"])


def every_part(raw: Raw) -> list[Raw]:
    return [*raw["rule"], *raw.get("also", []), *raw.get("season", [])]


def faulty(random: Random) -> Rule:
    span = random.choice(["2 years", "1 year", "6 months"])
    return {
        "id": "faulty",
        "when": {"reason": FAULTS},
        "offer": {"repair": span, "replacement": span, "refund": span},
        "condition": "any",
        "restocking-fee": "0 %",
        "return-to": {"store": "free", "mail": "free"},
    }


def made_for_you(_random: Random, _refund: int, _longer: int) -> list[Rule]:
    tags = {"tag": ["engraved", "cut-to-size"]}
    return [{"id": "made-for-you", "when": tags, "offer": "nothing", "because": because("Made for you alone.")}]


def hygiene(_random: Random, _refund: int, _longer: int) -> list[Rule]:
    sealed = {"when": {"tag": ["hygiene"]}, "unless": {"condition": ["unopened"]}}
    return [{"id": "hygiene", **sealed, "offer": "nothing", "because": because("Once unsealed it stays with you.")}]


def withdrawal(random: Random, _refund: int, _longer: int) -> list[Rule]:
    rule = {
        "id": "withdrawal",
        "when": {"channel": ["online", "phone"]},
        "offer": {"refund": "14 days"},
        "counts-from": "last item",
        "receipt": "not needed",
        "condition": "any",
        "restocking-fee": "0 %",
    }
    return [rule | ({"offer": {"refund": "14 days", "exchange": "30 days"}} if random.random() < 0.5 else {})]


def clearance(random: Random, _refund: int, _longer: int) -> list[Rule]:
    rule = {"id": "clearance", "when": {"tag": ["clearance"]}, "offer": {"exchange": days(random.choice([7, 14]))}}
    return [{**rule, "because": because("Clearance is for exchange only.")}]


def opened(random: Random, refund: int, _longer: int) -> list[Rule]:
    rule = {"id": "opened-electronics", "when": {"category": ["electronics"]}, "unless": {"condition": ["unopened"]}}
    return [
        {**rule, "offer": {"refund": days(refund), "exchange": days(refund)}, "restocking-fee": random.choice(["15 %", "20 %"])}
    ]


def by_price(_random: Random, refund: int, longer: int) -> list[Rule]:
    cheap, dear = {"price": "under 20.00"}, {"price": "from 20.00 under 500.00"}
    return [
        {"id": "cheap-books", "when": {"category": ["books"], **cheap}, "offer": {"refund": days(7), "exchange": days(7)}},
        {
            "id": "dear-books",
            "when": {"category": ["books"], **dear},
            "offer": {"refund": days(refund), "exchange": days(longer)},
        },
    ]


def by_days(_random: Random, _refund: int, _longer: int) -> list[Rule]:
    early, late = {"within": "10 days"}, {"after": "10 days", "within": "20 days"}
    return [
        {
            "id": "clothes-early",
            "when": {"category": ["clothes"], **early},
            "offer": {"refund": "10 days", "exchange": "10 days"},
        },
        {"id": "clothes-late", "when": {"category": ["clothes"], **late}, "offer": {"store-credit": "20 days"}},
        {"id": "clothes-over", "when": {"category": ["clothes"]}, "offer": "nothing", "because": because("Too late.")},
    ]


def by_pieces(_random: Random, refund: int, longer: int) -> list[Rule]:
    few, many = {"quantity": "under 5"}, {"quantity": "from 5 under 50"}
    return [
        {"id": "few-shoes", "when": {"category": ["shoes"], **few}, "offer": {"refund": days(refund), "exchange": days(longer)}},
        {"id": "many-shoes", "when": {"category": ["shoes"], **many}, "offer": {"exchange": days(refund)}},
    ]


def special(_random: Random, refund: int, longer: int) -> list[Rule]:
    dear = {"category": ["garden"], "price": "from 400.00"}
    offer = {"refund": days(refund), "exchange": days(longer + 10)}
    return [
        {"id": "machines", "when": dear, "offer": {"exchange": days(refund)}, "because": because("Machines are exchanged.")},
        {"id": "garden", "when": {"category": ["garden"]}, "offer": offer},
    ]


def members(_random: Random, refund: int, longer: int) -> list[Rule]:
    offer = {"refund": days(refund + 20), "exchange": days(longer + 60)}
    return [{"id": "members", "when": {"member": ["gold"]}, "offer": offer}]


MAKERS = (made_for_you, hygiene, withdrawal, clearance, opened, by_price, by_days, by_pieces, special, members)
NOT_FAULTY = {"reason": FAULTS}


def overlays(random: Random, raw: Raw, *, extra: bool) -> list[Raw]:
    """Return some overlays that do something to every shop."""
    found: list[Raw] = []
    if random.random() < 0.6:
        found.append({"id": "gift", "when": {"receipt": ["gift"]}, "unless": NOT_FAULTY, "only": ["exchange", "store-credit"]})
    if random.random() < 0.6:
        found.append({"id": "dear", "when": {"price": "from 300.00"}, "unless": NOT_FAULTY, "approval": "manager"})
    if raw["terms"]["receipt"] == "not needed" and random.random() < 0.6:
        found.append({"id": "no-slip", "when": {"receipt": ["no"]}, "unless": NOT_FAULTY, "value": "lowest price"})
    if extra and random.random() < 0.4:
        found.append({"id": "club", "when": {"member": ["silver"]}, "unless": NOT_FAULTY, "extra": "14 days"})
    return found


def christmas(random: Random) -> Raw:
    season: Raw = {"id": "christmas", "bought": ["2026-11-15", "2026-12-24"]}
    if random.random() < 0.5:
        season["unless"] = {"tag": ["party"]}
    return season | {"until": "2027-01-31"}


# --- faults -------------------------------------------------------------------------------------------------------------


class Fault(NamedTuple):
    """A way to break a policy: what it does (None where the policy has nothing to break so), and the codes that tell it.

    The code "promise" stands for a promise that `policy test` finds broken.
    """

    codes: frozenset[str]
    seed: Callable[[Raw, Random], Raw | None]


FAULTS_BY_NAME: dict[str, Fault] = {}


def fault(*codes: str) -> Callable[[Callable[[Raw, Random], Raw | None]], Callable[[Raw, Random], Raw | None]]:
    """Note a way to break a policy under the name of its function."""

    def note(seed: Callable[[Raw, Random], Raw | None]) -> Callable[[Raw, Random], Raw | None]:
        FAULTS_BY_NAME[seed.__name__.replace("_", " ")] = Fault(frozenset(codes), seed)
        return seed

    return note


def ruled(raw: Raw, own: str) -> Rule | None:
    return next((rule for rule in raw["rule"] if rule["id"] == own), None)


def changed(raw: Raw, own: str, **keys: object) -> Raw | None:
    """Change keys of a rule; None where there is no such rule."""
    rule = ruled(raw, own)
    if rule is None:
        return None
    rule |= {key.replace("_", "-"): value for key, value in keys.items()}
    return raw


def inserted(raw: Raw, rule: Rule, at: int) -> Raw:
    raw["rule"].insert(at, rule)
    return raw


def added(raw: Raw, kind: str, part: Raw) -> Raw:
    raw[kind] = [*raw.get(kind, []), part]
    return raw


def broken(stall: Stall, name: str, seed: int) -> Stall | None:
    """Return the policy with one fault; the shop around it is as it was. None where it has nothing to break so."""
    raw = FAULTS_BY_NAME[name].seed(deepcopy(stall.raw), Random(seed))  # noqa: S311
    return None if raw is None else stall._replace(raw=raw)


@fault("gap")
def a_day_between_two_rules(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "clothes-late", when={"category": ["clothes"], "after": "11 days", "within": "20 days"})


@fault("gap")
def a_cent_between_two_prices(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "dear-books", when={"category": ["books"], "price": "from 20.01 under 500.00"})


@fault("gap")
def a_piece_between_two_quantities(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "many-shoes", when={"category": ["shoes"], "quantity": "from 6 under 50"})


@fault("never-decides")
def a_rule_below_a_broader_one(raw: Raw, _random: Random) -> Raw | None:
    rule = ruled(raw, "machines")
    if rule is None:
        return None
    raw["rule"].remove(rule)
    return inserted(raw, rule, len(raw["rule"]))


@fault("never-decides")
def a_rule_in_the_shadow_of_a_copy(raw: Raw, random: Random) -> Raw | None:
    rule = random.choice(raw["rule"])
    return inserted(raw, {**rule, "id": "copy", "offer": {"exchange": "3 days"}}, raw["rule"].index(rule))


@fault("unknown-name")
def a_value_misspelt(raw: Raw, random: Random) -> Raw | None:
    lines = [(rule["when"], fact) for rule in raw["rule"] for fact in NAMED if fact in rule["when"]]
    if not lines:
        return None
    when, fact = random.choice(lines)
    name = when[fact][0]
    at = random.randrange(1, len(name) - 1)
    when[fact] = [name[:at] + name[at + 1 :], *when[fact][1:]]
    return raw


@fault("dead-exception")
def an_exception_that_nothing_reads(raw: Raw, random: Random) -> Raw | None:
    rules = [rule for rule in raw["rule"] if "category" in rule["when"]]
    if not rules:
        return None
    rule = random.choice(rules)
    rule["unless"] = {**rule.get("unless", {}), "reason": ["faulty"]}
    return raw


@fault("dead-value")
def a_value_that_a_rule_above_has_taken(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "clearance", when={"tag": ["clearance", "engraved"]}) if ruled(raw, "made-for-you") else None


@fault("season-backwards")
def a_season_back_to_front(raw: Raw, _random: Random) -> Raw | None:
    for season in raw.get("season", []):
        season["bought"].reverse()
    return raw if "season" in raw else None


@fault("season-short", "season-no-effect")
def a_season_that_ends_early(raw: Raw, random: Random) -> Raw | None:
    for season in raw.get("season", []):
        season["until"] = random.choice(["2026-11-30", "2026-12-15", "2026-12-24", "2026-12-27"])
    return raw if "season" in raw else None


@fault("season-overlap")
def two_seasons_that_overlap(raw: Raw, random: Random) -> Raw | None:
    season = {"id": "new-year", "bought": [f"2026-12-{random.randint(16, 24)}", "2026-12-31"], "until": "2027-02-15"}
    return added(raw, "season", season) if "season" in raw else None


@fault("season-too-early")
def a_season_of_last_year(raw: Raw, _random: Random) -> Raw | None:
    return added(raw, "season", {"id": "last-year", "bought": ["2025-11-15", "2025-12-24"], "until": "2026-01-31"})


@fault("season-over", "season-no-effect", "season-short")
def a_season_whose_year_is_wrong(raw: Raw, _random: Random) -> Raw | None:
    for season in raw.get("season", []):
        season["until"] = season["until"].replace("2027", "2026")
    return raw if "season" in raw else None


@fault("refund-longer")
def money_back_for_longer_than_the_goods(raw: Raw, random: Random) -> Raw | None:
    offers = [part["offer"] for part in (raw["terms"], *raw["rule"])]
    both = [offer for offer in offers if isinstance(offer, dict) and {"refund", "exchange"} <= {*offer}]
    if not both:
        return None
    offer = random.choice(both)
    offer["refund"] = days(int(offer["exchange"].split()[0]) + random.choice([1, 7]))
    return raw


@fault("untranslated")
def a_translation_dropped(raw: Raw, random: Random) -> Raw | None:
    rules = [rule for rule in raw["rule"] if "because" in rule]
    if not rules:
        return None
    rule = random.choice(rules)
    rule["because"] = {language: rule["because"][language] for language in [random.choice(LANGUAGES)]}
    return raw


@fault("no-reason")
def a_refusal_without_a_reason(raw: Raw, random: Random) -> Raw | None:
    rules = [rule for rule in raw["rule"] if rule["offer"] == "nothing"]
    if not rules:
        return None
    del random.choice(rules)["because"]
    return raw


@fault("no-reason")
def an_overlay_that_leaves_nothing(raw: Raw, _random: Random) -> Raw | None:
    return added(raw, "also", {"id": "till-closed", "when": {"receipt": ["other-proof"]}, "only": ["price-reduction"]})


@fault("fee-rounds")
def a_fee_with_fractions(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "opened-electronics", restocking_fee="12.75 %")


@fault("fee-takes-all")
def a_fee_above_the_price(raw: Raw, random: Random) -> Raw | None:
    return changed(raw, "cheap-books", restocking_fee=random.choice(["20.00", "25.00", "100 %"]))


@fault("fee-on-faulty")
def a_fee_on_faulty_goods(raw: Raw, random: Random) -> Raw | None:
    return changed(raw, "faulty", restocking_fee=random.choice(["10 %", "3.00"]))


@fault("fee-on-faulty")
def a_fee_of_the_terms_on_faulty_goods(raw: Raw, _random: Random) -> Raw | None:
    if "restocking-fee" not in raw["terms"]:
        return None
    del raw["rule"][0]["restocking-fee"]
    return raw


@fault("faulty-refused")
def a_rule_above_the_one_for_faulty_goods(raw: Raw, random: Random) -> Raw | None:
    rules = [rule for rule in raw["rule"] if rule["id"] in ("made-for-you", "hygiene", "clearance", "withdrawal")]
    if not rules:
        return None
    rule = random.choice(rules)
    raw["rule"].remove(rule)
    return inserted(raw, rule, 0)


@fault("faulty-way-back")
def faulty_goods_posted_at_the_customers_cost(raw: Raw, _random: Random) -> Raw | None:
    del raw["rule"][0]["return-to"]
    return raw


@fault("never-open")
def a_window_over_before_its_rule_begins(raw: Raw, random: Random) -> Raw | None:
    return changed(raw, "clothes-late", offer={"store-credit": days(random.choice([3, 9, 10]))})


@fault("cut-short", "promise")
def a_promise_cut_short_by_another_rule(raw: Raw, random: Random) -> Raw | None:
    when = {"after": days(random.choice([5, 9]))}
    rule = {"id": "too-late", "when": when, "unless": NOT_FAULTY, "offer": "nothing", "because": because("Too late.")}
    return inserted(raw, rule, 1)


@fault("cut-short", "promise")
def a_promise_longer_than_its_rule(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "clothes-early", offer={"refund": "14 days", "exchange": "14 days"})


@fault("comes-back")
def a_refund_that_comes_back(raw: Raw, _random: Random) -> Raw | None:
    again = {"id": "again", "when": {"category": ["clothes"], "after": "15 days"}}
    offer = {"refund": "25 days", "exchange": "25 days"}
    return inserted(raw, {**again, "offer": offer}, 1) if ruled(raw, "clothes-early") else None


@fault("nobody-holds")
def room_for_a_role_that_nobody_has(raw: Raw, _random: Random) -> Raw | None:
    if "discretion" not in raw:
        return None
    raw["discretion"]["owner"] = {"late": "1 year", "waive": ["receipt", "condition"]}
    return raw


@fault("nobody-approves")
def approval_by_a_role_that_nobody_has(raw: Raw, random: Random) -> Raw | None:
    rules = [rule for rule in raw["rule"] if rule["offer"] != "nothing"]
    return changed(raw, random.choice(rules)["id"], approval="owner")


@fault("room-shrinks")
def less_room_for_the_manager(raw: Raw, random: Random) -> Raw | None:
    if "discretion" not in raw:
        return None
    raw["discretion"]["manager"] |= random.choice([{"amount": "20.00"}, {"late": "6 days"}, {"waive": ["condition"]}])
    return raw


@fault("room-useless")
def room_of_no_use(raw: Raw, random: Random) -> Raw | None:
    if "discretion" not in raw:
        return None
    raw["discretion"]["staff"] = random.choice([{"amount": "25.00"}, {"amount": "0.00", "late": "7 days", "waive": ["receipt"]}])
    return raw


@fault("no-effect")
def an_overlay_that_changes_nothing(raw: Raw, random: Random) -> Raw | None:
    every = ["refund", "exchange", "store-credit", "repair", "replacement", "price-reduction"]
    effect: Raw = random.choice([{"only": every}, {"value": "price paid"}, {"restocking-fee": "0 %"}, {"approval": "staff"}])
    return added(raw, "also", {"id": "idle", "when": {"receipt": ["no", "gift"]}, **effect})


@fault("never-applies")
def an_overlay_on_what_is_refused(raw: Raw, _random: Random) -> Raw | None:
    part = {"id": "dear-engraving", "when": {"tag": ["engraved"]}, "unless": NOT_FAULTY, "approval": "manager"}
    return added(raw, "also", part) if ruled(raw, "made-for-you") else None


@fault("unread-key")
def a_key_that_nothing_reads(raw: Raw, random: Random) -> Raw | None:
    if any("only" in also for also in raw["also"]):
        return None  # store credit may then stand in, and both keys count
    return changed(raw, "clearance", **random.choice([{"restocking_fee": "10 %"}, {"refund_to": "cash"}]))


@fault("worse-gets-more")
def worse_goods_that_get_more(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "opened-electronics", offer={"refund": "90 days", "exchange": "90 days"}, condition="any")


@fault("unread-tag")
def a_tag_that_nothing_reads(raw: Raw, random: Random) -> Raw | None:
    rules = [rule for rule in raw["rule"] if "tag" in rule["when"]]
    if not rules:
        return None
    raw["rule"].remove(random.choice(rules))
    return raw


@fault("similar-names", "unknown-name")
def a_name_written_in_two_ways(raw: Raw, _random: Random) -> Raw | None:
    rule = ruled(raw, "clearance")
    return rule and added(raw, "also", {"id": "final", "when": {"tag": ["clearence"]}, "approval": "manager"})


@fault("impossible")
def conditions_that_never_all_hold(raw: Raw, random: Random) -> Raw | None:
    rule = random.choice(raw["rule"])
    fact = random.choice([*rule["when"]])
    rule["unless"] = {**rule.get("unless", {}), fact: rule["when"][fact]}
    return raw


@fault("dead-value")
def a_value_of_an_exception_that_nothing_reads(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "clearance", unless={"reason": ["faulty", "unwanted-gift"]})


@fault("cut-short", "promise")
def more_days_than_a_rule_waits_for(raw: Raw, _random: Random) -> Raw | None:
    part = {"id": "club", "when": {"member": ["silver"]}, "extra": "14 days"}
    return added(raw, "also", part) if ruled(raw, "clothes-early") else None


@fault("unread-key")
def terms_below_a_rule_for_everything(raw: Raw, _random: Random) -> Raw:
    rest = {"id": "rest", "offer": {"exchange": "30 days"}, "receipt": "required", "condition": "worn"}
    return added(raw, "rule", rest)


@fault("dead-exception")
def an_exception_for_what_a_rule_above_decides(raw: Raw, _random: Random) -> Raw | None:
    return changed(raw, "members", unless={"tag": ["clearance"]}) if ruled(raw, "clearance") else None


@fault("never-open")
def a_remedy_that_an_overlay_always_takes(raw: Raw, _random: Random) -> Raw | None:
    part = {"id": "no-swaps", "when": {"quantity": "from 1"}, "only": ["refund", "repair", "replacement", "store-credit"]}
    return added(raw, "also", part)
