"""The public holidays of a country, as the holidays package knows them, in the languages of a shop."""

from datetime import date
from typing import NamedTuple

from returnkit.languages import language


class Whose(NamedTuple):
    """Whose holidays are asked for: the country's code, its region ("" = the whole country), and the years in order."""

    country: str
    region: str
    years: tuple[int, ...]


class Fetched(NamedTuple):
    """Public holidays and weekend days worked, by day with their names.

    `fetched_before` are the names that an earlier fetch may have given a holiday, in another language or while it was
    `estimated`; any other name was written by hand.
    """

    holidays: dict[int, str]
    worked: dict[int, str]
    estimated: frozenset[int]
    fetched_before: dict[int, set[str]]


NOTHING = Fetched({}, {}, frozenset(), {})


def fetched_of(whose: Whose, languages: tuple[str, ...]) -> Fetched:
    """Return the public holidays in the first of the shop's languages that they are known in, else in the country's own."""
    from holidays import country_holidays

    country = country_holidays(whose.country)
    known = country.supported_languages
    spoken = (name for code in languages for name in known if name.partition("_")[0] == code)
    # Without a language it would be that of this machine.
    main = next(spoken, country.default_language)
    found = country_holidays(whose.country, whose.region or None, whose.years, language=main)
    holidays = {day.toordinal(): name for day, name in sorted(found.items()) if day.year in whose.years}
    # A holiday that goes by the moon is certain only shortly before; until then its name says so, in its language.
    mark = found.tr(getattr(found, "estimated_label", "")).replace("%s", "").strip(" ()（）")
    estimated = frozenset(day for day, name in holidays.items() if mark and mark in name)
    fetched_before: dict[int, set[str]] = {day: set() for day in holidays}
    for other in known:
        its = country_holidays(whose.country, whose.region or None, whose.years, language=other)
        label = its.tr(getattr(its, "estimated_label", ""))
        for day in holidays:
            name = its.get(date.fromordinal(day), "")
            fetched_before[day] |= {name, label.replace("%s", name)}
    called = language(*languages).say("calendar.worked")
    worked = {day.toordinal(): called for day in sorted(found.weekend_workdays) if day.year in whose.years}
    return Fetched(holidays, worked, estimated, fetched_before)
