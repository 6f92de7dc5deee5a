"""The command line: a table of commands that are loaded when they are called, and the one place where errors end."""

import os
import sys
from contextlib import suppress
from importlib import import_module

import click

from returnkit import __version__
from returnkit.commands.options import SETTINGS, global_options
from returnkit.commands.streams import complain, to_stderr, to_stdout
from returnkit.errors import Problem, ReturnkitError
from returnkit.model.text import safe
from returnkit.render import FORMATS

BUG, INTERRUPTED, NOT_WRITTEN = 70, 130, 74
ANSWERS = (0, 1, 4, 5)  # exit codes that stand for something on standard output

# What can be called: a group with its verbs, or a command; each with its module and its help in one line.
COMMANDS: dict[str, tuple[str, str | dict[str, tuple[str, str]]]] = {
    "init": ("Make a new shop folder with a sensible return policy.", "returnkit.commands.init:init"),
    "doctor": ("See whether this machine is in order: clock, cron, mail.", "returnkit.commands.doctor:doctor"),
    "today": ("What needs a person now, and what came in.", "returnkit.commands.today:today"),
    "remind": ("Send what is due, once; for cron.", "returnkit.commands.remind:remind"),
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
            "lint": ("Find what is wrong with the policy.", "returnkit.commands.policy.lint:lint_policy"),
            "test": ("Run the examples beside the policy, and say what they miss.", "returnkit.commands.policy.test:test"),
            "backtest": (
                "Which answers to logged returns a draft would have changed.",
                "returnkit.commands.policy.backtest:backtest",
            ),
            "diff": ("What changes from one policy to another.", "returnkit.commands.policy.diff:diff"),
            "compare": ("Your policy beside those of others.", "returnkit.commands.policy.compare:compare"),
            "exceptions": (
                "What was granted beyond the policy, by whom, and why.",
                "returnkit.commands.policy.exceptions:exceptions",
            ),
            "archive": ("Keep today's text before it changes.", "returnkit.commands.policy.archive:archive"),
        },
    ),
    "return": (
        "Take returns back, and see what came back.",
        {
            "log": ("Judge a return and record it.", "returnkit.commands.returns.log:log"),
            "list": ("What came back.", "returnkit.commands.returns.list:list_returns"),
            "show": ("One return.", "returnkit.commands.returns.show:show"),
            "void": ("Take back what was recorded by mistake.", "returnkit.commands.returns.void:void"),
            "import": ("Load returns out of another program.", "returnkit.commands.returns.load:import_returns"),
        },
    ),
    "complaint": (
        "Complaints, from opening to closing.",
        {
            "open": ("Write a complaint down.", "returnkit.commands.complaint.open:open_complaint"),
            "acknowledge": ("The customer was told that we have it.", "returnkit.commands.complaint.acknowledge:acknowledge"),
            "note": ("Something worth remembering.", "returnkit.commands.complaint.note:note"),
            "flag": ("It is a serious one; what came of that.", "returnkit.commands.complaint.flag:flag"),
            "assign": ("Somebody has it now.", "returnkit.commands.complaint.assign:assign"),
            "escalate": ("Somebody with more room has it now.", "returnkit.commands.complaint.escalate:escalate"),
            "promise": ("By when the customer was told something.", "returnkit.commands.complaint.promise:promise"),
            "offer": ("The customer has a choice.", "returnkit.commands.complaint.offer:offer"),
            "accept": ("The customer has chosen.", "returnkit.commands.complaint.accept:accept"),
            "decline": ("The customer wants neither.", "returnkit.commands.complaint.decline:decline"),
            "wait": ("It is the customer's turn.", "returnkit.commands.complaint.wait:wait"),
            "resolve": ("It was put right.", "returnkit.commands.complaint.resolve:resolve"),
            "thank": ("The customer was thanked.", "returnkit.commands.complaint.thank:thank"),
            "reply": ("Draft a reply to the customer.", "returnkit.commands.complaint.reply:reply"),
            "close": ("It is over, and its cause is known.", "returnkit.commands.complaint.close:close"),
            "reopen": ("It came back.", "returnkit.commands.complaint.reopen:reopen"),
            "merge": ("It is the same as another one.", "returnkit.commands.complaint.merge:merge"),
            "list": ("Which complaints there are.", "returnkit.commands.complaint.list:list_complaints"),
            "show": ("One complaint, from its opening to now.", "returnkit.commands.complaint.show:show"),
            "import": ("Load complaints out of another program.", "returnkit.commands.complaint.load:import_complaints"),
        },
    ),
    "contact": (
        "Customers who left a way to reach them; calls, mails and chats.",
        {
            "log": ("A call, a mail or a chat, and how fast it was answered.", "returnkit.commands.contact.log:log"),
            "find": ("Find a customer, with all their complaints.", "returnkit.commands.contact.find:find"),
            "list": ("Who left a way to reach them.", "returnkit.commands.contact.list:list_contacts"),
            "stop": ("They want to hear from us no more.", "returnkit.commands.contact.stop:stop"),
            "resume": ("They may be asked again.", "returnkit.commands.contact.stop:resume"),
        },
    ),
    "followup": (
        "Asking later how it went, and calling back.",
        {
            "add": ("Somebody is to be called back, or asked later.", "returnkit.commands.followup.add:add"),
            "list": ("Who is to be asked or called, and how to reach them.", "returnkit.commands.followup.list:list_followups"),
            "done": ("They were asked, or called back.", "returnkit.commands.followup.done:done"),
            "snooze": ("Another time.", "returnkit.commands.followup.done:snooze"),
            "skip": ("They are not asked, and why.", "returnkit.commands.followup.done:skip"),
        },
    ),
    "coupon": (
        "Coupons that were given when a complaint was put right.",
        {"redeem": ("Redeem a coupon, once.", "returnkit.commands.coupon.redeem:redeem")},
    ),
    "phrases": (
        "What not to say to customers, and what to say instead.",
        {"check": ("Mark what should be said otherwise in a text.", "returnkit.commands.phrases.check:check")},
    ),
    "kpi": (
        "Promise and fact side by side.",
        {
            "report": ("The figures of a month, a day or any period.", "returnkit.commands.kpi.report:report"),
            "list": ("Which figures there are, and what each counts.", "returnkit.commands.kpi.list:list_figures"),
        },
    ),
    "sale": (
        "What was sold.",
        {
            "import": ("Load sales out of the till or the web shop.", "returnkit.commands.sale.load:import_sales"),
            "show": ("What was sold on a receipt, and what came back of it.", "returnkit.commands.sale.show:show"),
        },
    ),
    "item": (
        "What there is to sell.",
        {
            "import": ("Load articles out of the till or the web shop.", "returnkit.commands.item.load:import_items"),
            "list": ("Which articles there are, and of which category.", "returnkit.commands.item.list:list_items"),
        },
    ),
    "calendar": (
        "Public holidays and closed days.",
        {"fetch": ("Write a country's public holidays into the calendar.", "returnkit.commands.calendar.fetch:fetch")},
    ),
    "survey": (
        "What customers answered.",
        {"import": ("Load answers out of another program.", "returnkit.commands.survey.load:import_answers")},
    ),
    "records": (
        "Look after what was recorded.",
        {
            "verify": ("Check that nothing was lost or changed.", "returnkit.commands.records.verify:verify"),
            "sync": ("Meet the other tills, by git.", "returnkit.commands.records.sync:sync"),
            "heal": ("Mend what is broken, where nobody has to guess.", "returnkit.commands.records.heal:heal_command"),
            "redact": ("Take the words out of a record for good.", "returnkit.commands.records.redact:redact_command"),
            "forget": ("A customer wants to be forgotten.", "returnkit.commands.records.forget:forget_command"),
            "purge": ("What was kept of people long enough goes.", "returnkit.commands.records.purge:purge_command"),
            "backup": ("The whole shop folder in one file.", "returnkit.commands.records.backup:backup"),
            "restore": ("A shop folder out of a backup.", "returnkit.commands.records.restore:restore"),
            "export": ("Every record, for other programs.", "returnkit.commands.records.export:export"),
            "migrate": ("Which version of the format the records have.", "returnkit.commands.records.migrate:migrate"),
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
        to_stdout(f"returnkit {__version__}\n")
        ctx.exit()


def main() -> None:
    """Run the command line and leave with its exit code."""
    code = run(sys.argv[1:])
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError) as error:
        code = _lost_output(error) if code in ANSWERS else code
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    # Nothing is left to clean up, and tearing the interpreter down takes as long as a decision.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments and return its exit code. Every error ends here."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        # Not click's main(): it turns a reader that left into exit 1, and that means no.
        with root().make_context("returnkit", _long_format(arguments)) as context:
            code = context.command.invoke(context)
    except ReturnkitError as error:
        complain(*error.problems)
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        return _answered(error.format_message())
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "returnkit"
        complain(Problem(error.format_message().rstrip("."), f"see {path} --help"))
        return 2
    except (click.Abort, KeyboardInterrupt, EOFError):
        return INTERRUPTED
    except OSError as error:
        return _lost_output(error)
    except Exception as error:  # noqa: BLE001 - the one boundary: a bug becomes a line and a report
        return _bug(error, arguments)
    return code if isinstance(code, int) else 0


def _long_format(arguments: list[str]) -> list[str]:
    """Return the arguments with `-f json` spelt out: click takes it for a long option first and prepares a complaint.

    That loads locale and difflib, a tenth of a counter command.
    """
    following = [*arguments[1:], ""]
    pairs = zip(arguments, following, strict=False)  # no arguments have nothing following
    return ["--format" if word == "-f" and value in FORMATS else word for word, value in pairs]


def _answered(text: str) -> int:
    try:
        to_stdout(text + "\n")
    except OSError as error:
        return _lost_output(error)
    return 0


def _lost_output(error: BaseException) -> int:
    """Say that the answer could not be written; a reader that left (`| head`) needs no words."""
    if not isinstance(error, BrokenPipeError):
        what = f"the answer could not be written: {getattr(error, 'strerror', None) or error}"
        complain(Problem(what, "make room, or name another place with -o FILE"))
    return NOT_WRITTEN


def _bug(error: Exception, arguments: list[str]) -> int:
    import platform
    import re
    import tempfile
    import traceback

    # What was typed, and what an error says of it, may name customers or prices: a report lies where nobody ever removes it.
    given = (argument.partition("=")[0] for argument in arguments)
    named = [option for option in given if re.fullmatch("--[a-z-]+|-[a-z]", option)]
    text = (
        f"returnkit {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"options: {' '.join(named)}\n\nTraceback, the last call at the end:\n"
        f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}\n"
    )
    try:
        with tempfile.NamedTemporaryFile("w", prefix="returnkit-bug-", suffix=".txt", delete=False) as file:
            file.write(text)
        where = f"the report {file.name} is ready to be sent"
    except OSError:
        where = "no report could be written"
    to_stderr(f"returnkit: bug: {type(error).__name__}: {safe(str(error))[:200]}; {where}")
    return BUG
