"""`returnkit init`: make a new shop folder."""

import os
import sys
from collections.abc import Callable

import click

from returnkit.clock import Clock
from returnkit.commands.options import SETTINGS, given_globals, global_options
from returnkit.commands.streams import note, to_stderr, to_stdout
from returnkit.errors import BadInputError, NotWrittenError, Problem
from returnkit.languages import known_languages
from returnkit.model.text import LONGEST_NAME, has_control, safe
from returnkit.records.places import MAY, where
from returnkit.records.rewrite import create, make_folder
from returnkit.shop import MARK, is_language, zone_exists
from returnkit.starter import ALSO_CALLED, COUNTRIES, LANGUAGES, USUAL, Newcomer, files

HOW_TO_WRITE_A_COUNTRY = "write two letters (ISO 3166-1), such as LV, EE, HR, KG, GB or US"


@global_options
@click.command(context_settings=SETTINGS)
@click.argument("folder", metavar="DIR")
@click.option("--name", metavar="NAME", help="What the shop is called.")
@click.option("--country", metavar="CODE", help="Where it is: two letters, such as LV.")
@click.option("--currency", metavar="CODE", help="What it sells in: three letters, such as EUR (default: the country's).")
@click.option("--time-zone", metavar="ZONE", help="Such as Europe/Riga (default: the country's).")
def init(
    folder: str,
    name: str | None,
    country: str | None,
    currency: str | None,
    time_zone: str | None,
) -> int:
    """Make a new shop folder in DIR: what the shop is, a sensible return policy for its country, and what it sells.

    \b
        returnkit init my-shop --name "Rowan" --country LV
        returnkit init my-shop --name "Rowan" --country LV --lang lv,en

    --lang names the languages that the shop speaks, the main one first (default: the country's and English).

    On a terminal, what is missing is asked for. Nothing that is there already is ever overwritten.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if os.path.lexists(os.path.join(folder, MARK)):
        raise BadInputError(Problem("this is a shop already", "nothing was written; choose another folder", folder))
    texts = files(_newcomer(name, country, currency, time_zone))
    paths = {path: os.path.join(folder, path) for path in texts}
    there = [path for path in texts if os.path.lexists(paths[path])]
    refused = [path for path in there if not os.path.basename(path).startswith(".")]
    if refused:
        remedy = "nothing was written; choose another folder"
        raise BadInputError(*(Problem("it is there already", remedy, paths[path]) for path in refused))
    for path, text in texts.items():
        if path not in there:
            _make_folder(os.path.dirname(paths[path]))
            create(paths[path], text.encode())
        elif text:
            note(f"{paths[path]} is kept as it is; it should say:")
            to_stderr(text)
    if place := where(folder):
        note(f"{place}: {MAY}")
    to_stdout(safe(folder) + "\n")
    to_stderr(safe(_next_steps(folder)))
    return 0


def _newcomer(name: str | None, country: str | None, currency: str | None, time_zone: str | None) -> Newcomer:
    """Return what the shop says of itself, asked for where it is missing. Raises BadInputError with every problem."""
    missing = [option for option, value in (("--name", name), ("--country", country)) if not value]
    if missing and not _on_a_terminal():
        raise BadInputError(*(Problem(f"{option} is missing", "see returnkit init --help") for option in missing))
    name = name or _asked("Name of the shop")
    country = _country(country) if country else _asked("Country, two letters", check=_country)
    usual = USUAL.get(country, ("", ""))
    currency = (currency or _asked("Currency", usual[0], "--currency")).upper()
    main = LANGUAGES.get(country, "en")
    languages = given_globals().get("lang") or _asked("Languages", main if main == "en" else f"{main},en")
    time_zone = time_zone or _asked("Time zone", usual[1], "--time-zone")
    codes = tuple(code.strip().lower() for code in languages.split(","))
    problems = []
    if not name.strip() or has_control(name) or len(name) > LONGEST_NAME:
        problems.append(Problem(f"--name {name!r} is not understood", f"write 1 to {LONGEST_NAME} characters"))
    if country not in COUNTRIES.split():
        problems.append(Problem(f"--country {country!r} is not a country", HOW_TO_WRITE_A_COUNTRY))
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):  # noqa: PLR2004 - ISO 4217
        problems.append(Problem(f"--currency {currency!r} is not understood", "write three letters (ISO 4217), such as EUR"))
    if not all(map(is_language, codes)):
        problems.append(Problem(f"--lang {languages!r} is not understood", "write codes such as lv,en"))
    if not zone_exists(time_zone):
        problems.append(Problem(f"--time-zone {time_zone!r} is not known", "write one such as Europe/Riga"))
    if problems:
        raise BadInputError(*problems)
    unspoken = [code for code in codes if code not in known_languages()]
    if unspoken:
        note(f"no sentences yet in {', '.join(unspoken)}: English stands in")
    return Newcomer(name.strip(), country, currency, codes, time_zone, Clock(time_zone, given_globals().get("now", "")).today())


def _on_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _country(text: str) -> str:
    """Return the code of a country as ISO 3166-1 writes it, whatever else it is called."""
    code = text.strip().upper()
    return ALSO_CALLED.get(code, code)


def _asked(question: str, default: str = "", option: str = "", check: Callable[[str], str] = str.strip) -> str:
    """Return what a person answers on a terminal, else the default; without either it is a usage error."""
    while _on_a_terminal():
        answer = check(click.prompt(question, default=default or None, err=True))
        if check is not _country or answer in COUNTRIES.split():
            return answer
        to_stderr(f"{answer!r} is not a country: {HOW_TO_WRITE_A_COUNTRY}")
    if not default:
        raise BadInputError(Problem(f"{option} is missing", "there is no usual one for that country"))
    return default


def _make_folder(path: str) -> None:
    try:
        make_folder(path)
    except NotWrittenError as error:
        raise BadInputError(*error.problems) from None  # the place was a bad choice; nothing was begun


def _next_steps(folder: str) -> str:
    return f"""Next: in {folder}/policies, put who works here and when you open into shop.toml, the days you are closed into
calendar.toml, read returns.toml, and try it:
    cd {folder}
    returnkit policy show
    returnkit policy check --bought today --condition opened"""
