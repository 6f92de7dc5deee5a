"""The command line: a table of commands that are loaded when they are called, and the one place where errors end."""

import os
import sys
from contextlib import suppress
from importlib import import_module

import click

from returnkit import __version__
from returnkit.commands.options import SETTINGS, global_options
from returnkit.errors import Problem, ReturnkitError
from returnkit.model.text import safe

BUG, INTERRUPTED, NOT_WRITTEN = 70, 130, 74

# What can be called: a group with its verbs, or a command; each with its module and its help in one line.
COMMANDS: dict[str, tuple[str, str | dict[str, tuple[str, str]]]] = {
    "init": ("Make a new shop folder with a sensible return policy.", "returnkit.commands.init:init"),
    "policy": (
        "Judge, explain, say and show the return policy.",
        {
            "check": (
                "Judge a return: yes, no, ask a manager, or one question.",
                "returnkit.commands.policy.check:check",
            ),
            "explain": (
                "Show every condition, and what would have made it a yes.",
                "returnkit.commands.policy.explain:explain",
            ),
            "say": ("The one sentence to say, while selling or answering.", "returnkit.commands.policy.say:say"),
            "show": ("The whole policy, as a customer can read it.", "returnkit.commands.policy.show:show"),
            "archive": ("Keep today's text before it changes.", "returnkit.commands.policy.archive:archive"),
        },
    ),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without loading them."""

    table: dict[str, tuple[str, str | dict[str, tuple[str, str]]]]

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the table."""
        return list(self.table)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, loaded now."""
        if name not in self.table:
            return None
        summary, target = self.table[name]
        if isinstance(target, dict):
            return _group(name, summary, dict(target))
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table: help must not load them all."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (summary, _) in self.table.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where one is misspelt."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            from returnkit.errors import instead

            raise click.UsageError(f"there is no command {args[0]!r}; {instead(args[0], list(self.table))}", ctx)
        return super().resolve_command(ctx, args)


def _group(name: str, text: str, table: dict[str, tuple[str, str | dict[str, tuple[str, str]]]]) -> LazyGroup:
    group = LazyGroup(name, help=text, no_args_is_help=True, context_settings=SETTINGS)
    group.table = table
    return global_options(group)


INTRODUCTION = """Promise well, and keep what you promised.

policies/ is what the shop promises, records/ is what happened; both are plain text. A return is judged by the written
policy in one line:

\b
    returnkit policy check --category toys --bought 2026-11-01 --condition opened
"""


def root() -> LazyGroup:
    """Return the command that everything hangs on."""
    group = _group("returnkit", INTRODUCTION, dict(COMMANDS))
    text = "Show the version and exit."
    group.params.append(
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, help=text, callback=_show_version)
    )
    return group


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"returnkit {__version__}")
        ctx.exit()


def main() -> None:
    """Run the command line and leave with its exit code."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError) as error:
        code = _lost_output(error)
    # Nothing is left to clean up, and tearing the interpreter down takes as long as a decision.
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments and return its exit code. Every error ends here."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = root().main(arguments, prog_name="returnkit", standalone_mode=False)
    except ReturnkitError as error:
        complain(*error.problems)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        hint = f"see {error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else ""
        complain(Problem(error.format_message().rstrip("."), hint))
        return 2
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OSError as error:
        return _lost_output(error)
    except Exception as error:  # noqa: BLE001 - the one boundary: a bug becomes a line and a report
        return _bug(error, arguments)
    return code if isinstance(code, int) else 0


def complain(*problems: Problem) -> None:
    """Write problems to stderr: where, what, the line itself, and what to do."""
    for problem in problems:
        where = f"{problem.file}:{problem.line}: " if problem.line else f"{problem.file}: " if problem.file else ""
        lines = [f"returnkit: error: {where}{problem.what}"]
        if problem.excerpt.strip():
            lines.append(f"    {problem.excerpt.strip()[:100]}")
        if problem.remedy:
            lines.append(f"    {problem.remedy}")
        _to_stderr("\n".join(safe(line) for line in lines))


def _to_stderr(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        click.echo(text, err=True)


def _lost_output(error: BaseException) -> int:
    """Say that the answer could not be written; a reader that left (`| head`) needs no words."""
    if not isinstance(error, BrokenPipeError):
        _to_stderr(f"returnkit: error: the answer could not be written: {getattr(error, 'strerror', None) or error}")
    return NOT_WRITTEN


def _bug(error: Exception, arguments: list[str]) -> int:
    import platform
    import tempfile
    import traceback

    # Options' values may name customers or prices; the names of the options are enough to repeat the bug.
    named = [argument.partition("=")[0] for argument in arguments if argument.startswith("-")]
    text = (
        f"returnkit {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"options: {' '.join(named)}\n\n{''.join(traceback.format_exception(error))}"
    )
    try:
        with tempfile.NamedTemporaryFile("w", prefix="returnkit-bug-", suffix=".txt", delete=False) as file:
            file.write(text)
        where = f"the report {file.name} is ready to be sent"
    except OSError:
        where = "no report could be written"
    _to_stderr(f"returnkit: bug: {type(error).__name__}: {safe(str(error))[:200]}; {where}")
    return BUG
