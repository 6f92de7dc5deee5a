"""The policy as a customer can read it: in general, for what it is otherwise, in every case, at special times."""

from returnkit.policy.language import IF_CLOSED, NO_RULE, PAYS_MONEY, VALUES, Also, Policy, Rule, Season, Terms
from returnkit.policy.words import Words, sentence, state_term
from returnkit.render import Section


def sections(policy: Policy, words: Words, roles: tuple[str, ...], today: int) -> list[Section]:
    """Return the policy in sections. Seasons that are over on the day `today` are left out; discretion is not published."""
    language = words.language
    general = policy.rules[-1]
    found = [
        Section("", (language.say("show.since", day=language.day(policy.effective)),)),
        Section(language.say("show.general"), tuple(_terms(general.terms, None, words, roles))),
    ]
    found += [
        Section(sentence(words.part(rule)), tuple(_rule(rule, general.terms, words, roles)))
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
    """Return the terms of a rule, those of `general` left out; all of them where there is nothing to compare with."""
    language = words.language
    if not terms.offer:
        return [language.say("show.nothing")]
    lines = [
        sentence(language.say("show.offer", remedy=words.name("remedy", remedy), window=words.within(window)))
        for remedy, window in terms.offer
    ]
    if general is None or terms.counts_from != general.counts_from:
        lines.append(sentence(language.say(f"counts-from.{terms.counts_from}")))
    if general is None or terms.if_closed != general.if_closed:
        lines.append(language.say(f"if-closed.{terms.if_closed}") if terms.if_closed != IF_CLOSED[0] else "")
    if general is None or terms.receipt != general.receipt:
        lines.append(language.say(f"receipt.term.{terms.receipt}"))
    if general is None or terms.condition != general.condition:
        lines.append(language.say(f"condition.term.{state_term(terms)}"))
    if any(terms.fee) and (general is None or terms.fee != general.fee):
        lines.append(language.say("fee.charged", fee=words.fee(terms.fee)))
    if general is None or terms.return_to != general.return_to:
        lines += [language.say(f"way.{way}", cost=_cost(cost, words)) for way, cost in terms.return_to]
    pays = any(remedy in PAYS_MONEY for remedy, _ in terms.offer)
    if pays and (general is None or terms.refund_to != general.refund_to):
        lines.append(language.say(f"refund-to.{terms.refund_to}"))
    if terms.value == VALUES[1] and (general is None or general.value != VALUES[1]):
        lines.append(language.say("value.lowest-price"))
    if terms.approval and (general is None or terms.approval != general.approval):
        lines.append(sentence(language.say("approval", role=words.role(roles[terms.approval]))))
    return [line for line in lines if line]


def _cost(cost: str, words: Words) -> str:
    if cost in ("free", "customer"):
        return words.language.say(f"cost.{cost}")
    whole, _, decimals = cost.partition(".")
    return words.money(int(whole + decimals.ljust(words.digits, "0")))


def _also(also: Also, words: Words, roles: tuple[str, ...]) -> list[str]:
    language = words.language
    effects = []
    if also.only is not None:
        remedies = [words.name("remedy", remedy) for remedy in sorted(also.only)]
        effects.append(language.say("only", remedies=language.one_of(remedies)))
    if also.extra is not None:
        effects.append(language.say("extra", span=words.counted("span", also.extra)))
    text = f"{words.part(also)}: {', '.join(effects)}." if effects else f"{words.part(also)}:"
    rest = [language.say("value.lowest-price")] if also.value == VALUES[1] else []
    rest += [language.say("fee.charged", fee=words.fee(also.fee))] if any(also.fee) else []
    rest += [sentence(language.say("approval", role=words.role(roles[also.approval])))] if also.approval else []
    rest += [language.pick(also.because)] if also.because else []
    return [" ".join([sentence(text), *rest])]


def _season(season: Season, words: Words) -> str:
    language = words.language
    first, last = (language.day(day) for day in season.bought)
    conditions = words.part(season)
    until = language.until(season.until)
    return language.say("season", first=first, last=last, until=until, conditions=f", {conditions}" if conditions else "")
