"""The policy as a customer can read it: in general, for what it is otherwise, in every case, at special times."""

from returnkit.policy.language import IF_CLOSED, NO_RULE, PAYS_MONEY, REMEDIES, VALUES, Also, Policy, Rule, Season, Terms
from returnkit.policy.words import Words, sentence, state_term
from returnkit.render import Section


def sections(policy: Policy, following: int | None, words: Words, roles: tuple[str, ...], today: int) -> list[Section]:
    """Return the policy in sections; it holds until the day before `following`, where another one follows.

    Seasons that are over on the day `today` are left out; discretion is not published.
    """
    language = words.language
    since = language.since(policy.effective)
    scope = language.say("show.since", since=since)
    if following is not None:
        scope = language.say("show.between", since=since, until=language.until(following - 1))
    general = policy.rules[-1]
    kinder = [language.say("show.kinder")] if policy.kinder else []
    order = [language.say("show.order")] if len(policy.rules) > 2 else []  # noqa: PLR2004 - two exceptions and [terms]
    found = [
        Section("", (scope, *kinder, *order)),
        Section(language.say("show.general"), tuple(_terms(general.terms, None, words, roles))),
    ]
    found += [
        Section(sentence(words.part(rule)) or language.say("show.also"), tuple(_rule(rule, general.terms, words, roles)))
        for rule in policy.rules
        if rule.id != NO_RULE
    ]
    alsos = [line for also in policy.alsos for line in _also(also, words, roles)]
    if alsos:
        found.append(Section(language.say("show.also"), tuple(alsos)))
    seasons = [_season(season, words) for season in policy.seasons if season.until >= today]
    if seasons:
        found.append(Section(language.say("show.seasons"), tuple(seasons)))
    return found


def _rule(rule: Rule, general: Terms, words: Words, roles: tuple[str, ...]) -> list[str]:
    because = words.language.pick(rule.because)
    return [*_terms(rule.terms, general, words, roles), *([because] if because else [])]


def _terms(terms: Terms, general: Terms | None, words: Words, roles: tuple[str, ...]) -> list[str]:
    """Return the offer, and the terms that are not those of `general`; all of them where there is nothing to compare with."""
    if not terms.offer:
        return [words.language.say("show.nothing")]
    told = [
        sentence(words.language.say("show.offer", remedy=words.name("remedy", remedy), window=words.within(window)))
        for remedy, window in terms.offer
    ]
    for term, lines in _told(terms, words, roles).items():
        if general is None or getattr(terms, term) != getattr(general, term):
            told += lines
    return told


def _told(terms: Terms, words: Words, roles: tuple[str, ...]) -> dict[str, list[str]]:
    """Return each term in words; what goes without saying has none."""
    language = words.language
    pays = any(remedy in PAYS_MONEY for remedy, _ in terms.offer)
    return {
        "counts_from": [sentence(language.say(f"counts-from.{terms.counts_from}"))],
        "if_closed": [language.say(f"if-closed.{terms.if_closed}")] if terms.if_closed != IF_CLOSED[0] else [],
        "receipt": [language.say(f"receipt.term.{terms.receipt}")],
        "condition": [language.say(f"condition.term.{state_term(terms)}")],
        "fee": [language.say("fee.charged", fee=words.fee(terms.fee))] if any(terms.fee) else [],
        "return_to": [language.say(f"way.{way}", cost=cost_in_words(cost, words)) for way, cost in terms.return_to],
        "refund_to": [language.say(f"refund-to.{terms.refund_to}")] if pays else [],
        "value": [language.say("value.lowest-price")] if terms.value == VALUES[1] else [],
        "approval": [sentence(language.say("approval", role=words.role(roles[terms.approval])))] if terms.approval else [],
    }


def cost_in_words(cost: str, words: Words) -> str:
    """Return what a way back costs the customer."""
    if cost in ("free", "customer"):
        return words.language.say(f"cost.{cost}")
    whole, _, decimals = cost.partition(".")
    return words.money(int(whole + decimals.ljust(words.digits, "0")))


def _also(also: Also, words: Words, roles: tuple[str, ...]) -> list[str]:
    language = words.language
    effects = []
    if also.only is not None:
        remedies = [words.name("remedy", remedy) for remedy in REMEDIES if remedy in also.only]
        effects.append(language.say("only", remedies=language.one_of(remedies)))
    if also.extra is not None:
        effects.append(language.say("extra", span=words.counted("span", also.extra)))
    effects = [", ".join(effects) + "."] if effects else []
    effects += [language.say("value.lowest-price")] if also.value == VALUES[1] else []
    effects += [language.say("fee.charged", fee=words.fee(also.fee))] if any(also.fee) else []
    effects += [language.say("approval", role=words.role(roles[also.approval]))] if also.approval else []
    effects += [language.pick(also.because)] if also.because else []
    conditions = words.part(also)
    if conditions and effects:
        effects = [f"{conditions}: {effects[0]}", *map(sentence, effects[1:])]
    return [sentence(" ".join(effects))] if effects else []


def _season(season: Season, words: Words) -> str:
    language = words.language
    first, last = season.bought
    conditions = words.part(season)
    return language.say(
        "season",
        since=language.since(first),
        until=language.until(last),
        last=language.until(season.until),
        conditions=f", {conditions}" if conditions else "",
    )
