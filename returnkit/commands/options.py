"""Options that many commands share, and where their values are kept."""

from typing import TypeVar

import click

from returnkit.commands.streams import to_stdout
from returnkit.render import FORMATS

Command = TypeVar("Command", bound=click.Command)

GLOBAL = "returnkit.global"
FACTS = "returnkit.facts"
SHOPS = "returnkit.shops"

SETTINGS = {"max_content_width": 100}


def _kept(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep a global option's value; the one nearest to the verb wins."""
    if isinstance(value, tuple):  # of an option that may be given several times the first one is the one
        ctx.meta[SHOPS] = value
        value = value[0] if value else None
    not_empty(ctx, param, value)
    if value is not None and param.name is not None:
        ctx.meta.setdefault(GLOBAL, {})[param.name] = value


def not_empty(ctx: click.Context, param: click.Parameter, value: object) -> object:
    """Refuse an empty value, which would look as if the option had been left out."""
    if value == "":
        raise click.BadParameter("it is empty; write a value, or leave the option out.", ctx, param)
    return value


def _known_format(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in FORMATS:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(FORMATS)}.", ctx, param)
    return value


def _fact(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value is not None and value != () and param.name is not None:
        ctx.meta.setdefault(FACTS, {})[param.name] = value


GLOBAL_OPTIONS = {
    "--shop": ("DIR", "The shop folder; else RETURNKIT_SHOP, else the nearest one upwards from here."),
    "--now": ("TIME", "The time it is taken to be, such as 2026-11-21T15:30:00+02:00."),
    "--lang": ("CODE", "The language of what is said; else the shop's first one."),
    "--till": ("NAME", "The till that this is."),
    "--staff": ("NAME", "Who is at the counter; their role is taken from shop.toml."),
}


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        to_stdout(ctx.get_help() + "\n")
        ctx.exit()


def global_options(command: Command) -> Command:
    """Let a command take the options that hold everywhere, before or after the verb; `--help` among them.

    click's own help option asks gettext for its text, which imports locale and costs a tenth of a counter command.
    """
    command.add_help_option = False
    names = ["-h", "--help"]
    text = "Show this message and exit."
    command.params.append(click.Option(names, is_flag=True, is_eager=True, expose_value=False, help=text, callback=_show_help))
    for name, (metavar, text) in GLOBAL_OPTIONS.items():
        option = click.Option([name], metavar=metavar, help=text, expose_value=False, callback=_kept)
        command.params.append(option)
    return command


def several_shops(command: Command) -> Command:
    """Let a command that takes global options be told of several shops."""
    for param in command.params:
        if isinstance(param, click.Option) and param.name == "shop":
            param.multiple, param.help = True, f"{param.help} May be given several times."
    return command


def shops_given() -> tuple[str, ...]:
    """Return the folders of several shops, where more than one was named."""
    kept: tuple[str, ...] = click.get_current_context().meta.get(SHOPS, ())
    return kept


FACT_OPTIONS = {
    "--sku": ("CODE", "Article number; category and tags follow from items.toml."),
    "--category": ("NAME", "What kind of article it is."),
    "--tag": ("NAME", "A tag of the article, such as clearance; may be given several times."),
    "--price": ("AMOUNT", "What was paid for one piece: 49.90."),
    "--lowest-price": ("AMOUNT", "Its lowest recent price, where the policy goes by that."),
    "--quantity": ("N", "How many pieces (default 1)."),
    "--bought": ("DAY", "Day of purchase: 2026-11-01, yesterday, 3 days ago, monday."),
    "--delivered": ("DAY", "Day the last parcel arrived; in a shop, the day of purchase."),
    "--channel": ("WHERE", "Where it was bought: store, online, phone, doorstep."),
    "--reason": ("WHY", "Why it comes back: faulty, wrong-size, ...; not-said is an answer."),
    "--condition": ("STATE", "unopened, opened, resaleable (as new), worn, damaged."),
    "--receipt": ("PROOF", "yes, gift, other-proof, no."),
    "--member": ("NAME", "The customer's membership; none is an answer."),
    "--paid-with": ("MEANS", "How it was paid."),
    "--seller": ("NAME", "Who sold it, where the shop sells for others."),
    "--country": ("CODE", "Country it was delivered to."),
    "--on": ("DAY", "Day the customer asks (default today)."),
    "--role": ("ROLE", "Role of who decides (default: that of --staff, else the lowest)."),
    "--remedy": ("REMEDY", "The remedy that is wanted, if only one will do."),
}


def fact_options(command: Command) -> Command:
    """Let a command take the facts of a return."""
    return _facts(command, ("--tag",))


def facts_of_several(command: Command) -> Command:
    """Let a command take the facts of a return of one or several articles: it is told how often each was given."""
    return _facts(command, tuple(FACT_OPTIONS))


def _facts(command: Command, several: tuple[str, ...]) -> Command:
    for name, (metavar, text) in FACT_OPTIONS.items():
        multiple = name in several
        option = click.Option([name], metavar=metavar, help=text, multiple=multiple, expose_value=False, callback=_fact)
        command.params.append(option)
    return command


def output_options(command: click.Command) -> click.Command:
    """Let a command be told how its answer looks and where it goes."""
    # Not click.Choice: it loads locale and difflib for a word that is right.
    text = "How the answer looks (default: table, or by the ending of -o)."
    command.params.append(
        click.Option(["-f", "--format", "form"], metavar=f"[{'|'.join(FORMATS)}]", help=text, callback=_known_format)
    )
    command.params.append(
        click.Option(
            ["-o", "--output"], metavar="FILE", help="Where the answer goes (default: -, standard output).", callback=not_empty
        )
    )
    return command


def policy_option(command: click.Command) -> click.Command:
    """Let a command judge by another policy file than the shop's own."""
    text = "A policy file to take instead of the shop's own."
    command.params.append(click.Option(["--policy"], metavar="FILE", help=text, callback=not_empty))
    return command


def given_globals() -> dict[str, str]:
    """Return the global options that were given."""
    kept: dict[str, str] = click.get_current_context().meta.get(GLOBAL, {})
    return kept


def given_facts() -> dict[str, object]:
    """Return the facts that were given, by name with underscores."""
    kept: dict[str, object] = click.get_current_context().meta.get(FACTS, {})
    return kept
