"""`returnkit records sync`: meet the other tills, by git."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import click

from returnkit.clock import seconds_between
from returnkit.commands.options import SETTINGS, given_globals, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import ReturnkitError
from returnkit.model.jsonl import Json, encode
from returnkit.records.cache import cache_path, keep, load
from returnkit.render import Report, Section
from returnkit.shop import find_folder

if TYPE_CHECKING:
    from returnkit.books import Books
    from returnkit.records.erasure.redact import Blanked
    from returnkit.records.git.sync import Synced
    from returnkit.service.returns import Twice

SCHEMA = "returnkit.sync/1"
COLUMNS = ("what", "id", "by")
TOLD = "sync-told"  # when that they were not was said last, where nobody looked
MOMENT = 2.0  # seconds


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.option("--anew", is_flag=True, help="Go on from the history at the remote, which was made anew; nothing recorded is lost.")
@click.option("--gone", metavar="TILL", multiple=True, help="A till whose machine is lost for good: this folder acts for it.")
def sync(*, anew: bool, gone: tuple[str, ...], form: str | None, output: str | None) -> int:
    """Send what was recorded here to the other tills, and take in what they recorded, by git. Made for cron, too.

    \b
        returnkit records sync
        returnkit records sync -f json
        */10 * * * * /path/to/returnkit --shop /srv/shop records sync      (a line for crontab -e)

    The journals are committed, and nothing else: policies are committed by whoever changes them. Then what the others pushed is
    fetched and merged, and all is pushed to the branch's upstream; where there is none and one remote, it is set up. Each till
    writes files of its own, so nothing of them can collide. Nobody has to wait meanwhile: while the network is slow, recording
    goes on. Where nobody is reached that is no error, unless nobody ever was: what was recorded is committed, and goes out next
    time. Without a terminal nothing is said where nothing happened, nor, for a day, that nobody was reached.

    Another till is a clone (git clone). The first record there may name it (--till k2); else it gets a random name, and keeps it.
    How customers can be reached never enters git: it stays at the till that wrote it down, whose name begins the complaint's id.

    Nothing is ever half merged. Where both sides changed a policy in the same place, or two folders wrote as one till, nothing
    is merged, and it is said what to do; recording goes on. A sync that was killed is completed by the next one. Hooks of the
    repository are not run, and git asks for no password.

    Two tills may change one complaint before they meet: the later change counts for nothing. The till that made it says so
    now, in a record of its own, and the figures of that day are corrected. Words that another till asked to be taken out are
    taken out. What a till wrote whose machine is lost nobody does, until --gone says it, at one other till, once.
    Where the shop is in no git repository (the tills share a folder, perhaps) that is all that is done. Two tills may
    also have taken the same piece of one receipt back: that is said when it comes in.

    Where words were taken out of git's history as well, that history was made anew, at one till: at every other one it then
    says so, and with --anew goes on from it. Whatever was recorded here and not sent yet is kept, and goes out; how customers
    can be reached, the settings and the name of the till stay as they are; the old history is gone from this machine.

    JSON is {"schema", "repository", "reached", "received", "sent", "corrected", "redacted", "twice", "history"}: whether the
    shop is in a repository, whether the others were reached (null without a repository), how many records came in and went out,
    what was taken back [{"id", "corrects", "case"}], words that were taken out [{"id", "fields"}], returns of which one may be
    too many [{"id", "what", "remedy"}]; and, where words were taken out somewhere, what is left of them and how that goes
    {"files", "versions", "commands", "waiting", "copies"}.

    Exit code: 0 done, or nobody was reached; 1 nothing was merged, since records were changed elsewhere or a till has a fork; 2
    something must be set up or finished first; 4 the owner must decide about a policy; 74, 75 repeat it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.commands.records.telling import check_gone, history
    from returnkit.correcting import correct
    from returnkit.records.erasure.redact import BLANKED
    from returnkit.records.git.repository import repository
    from returnkit.records.git.sync import MET_LAST, SAVED, check_ready, synchronise
    from returnkit.redacting import finish_redactions

    found = repository(find_folder(given_globals().get("shop", "")))
    if found is not None:
        check_ready(found)  # before anything is read: a merge leaves both versions in a policy
    session, form = Session(rescue=True), form_of(form, output)
    books = session.books()
    check_gone(session, gone)
    corrected: list[Json] = []
    redacted: list[Blanked] = []
    failed: list[ReturnkitError] = []

    def follow_up() -> None:
        """Record what follows from what came in; where that fails, what is recorded goes out all the same."""
        failed.clear()
        try:
            corrected.extend(correct(books, gone))
            redacted.extend(finish_redactions(books, gone))
        except ReturnkitError as error:
            failed.append(error)

    asides: list[str] = []
    synced, twice = None, []
    if found is None:
        follow_up()
        asides.append("the shop is in no git repository: nothing was fetched or sent")
    else:
        with _patience():
            synced = synchronise(session.shop.folder, found, follow_up, note, asides.append, anew=anew)
        if synced.unreached:
            (note if _is_news(session) else asides.append)(f"not reached: {synced.unreached}; {SAVED}")
        else:
            _remember(session, MET_LAST)
        twice = [*_twice(books, synced.came)]
    told = history(session) if anew or redacted or any(BLANKED in data for data in (synced.came if synced else ())) else ({}, [])
    happened = corrected or redacted or twice or told[1] or (synced and (synced.received or synced.sent))
    if happened or _is_terminal(sys.stderr):
        for text in asides:
            note(text)
    report = _report(synced, corrected, redacted, twice, told, session.language.code)
    if form != "table" or output or (report.sections and (happened or _is_terminal(sys.stdout))):
        deliver(report, form, output, folds=True)
    if failed:
        raise failed[0]
    return 0


def _twice(books: "Books", came: Iterable[bytes]) -> "Iterator[Twice]":
    """Yield the returns that are one too many, of the receipts of those that came in."""
    from returnkit.records.chain import readable
    from returnkit.service.returns import RETURN, given_twice

    mark = encode({"kind": RETURN})[1:-1]
    found = (readable(line) for data in came if mark in data for line in data.split(b"\n") if mark in line)
    typed = (str(record.get("receipt_no", "")) for record in found if record)
    receipts = {receipt.casefold(): receipt for receipt in typed if receipt}  # in small or in capital letters the same
    for receipt, records in books.receipts([*receipts.values()]):
        yield from given_twice(receipt, records)


def _is_terminal(stream: IO[str] | None) -> bool:
    """Tell whether a person is looking: cron would mail every time what stays as it is."""
    return stream is not None and stream.isatty()


@contextmanager
def _patience() -> Iterator[None]:
    """On a terminal, say what is waited for where it takes longer than a moment."""
    if not _is_terminal(sys.stderr):
        yield
        return
    from threading import Timer

    timer = Timer(MOMENT, note, ["asking the others; where nobody answers this takes up to two minutes"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_news(session: Session) -> bool:
    """Tell whether cron should say that nobody is reached: once a day, from the second day on."""
    from returnkit.records.git.sync import LONG, MET_LAST

    for name in (MET_LAST, TOLD):
        with suppress(ValueError, TypeError):
            time = load(cache_path(session.books().folder, name)).decode("ascii", "replace")
            if 0 <= seconds_between(time, session.clock.real()) < LONG:
                return False
    _remember(session, TOLD)
    return True


def _remember(session: Session, name: str) -> None:
    keep(cache_path(session.books().folder, name), session.clock.real().encode())


def _report(  # noqa: PLR0913, PLR0917 - all that happened
    synced: "Synced | None",
    corrected: list[Json],
    redacted: "list[Blanked]",
    twice: "list[Twice]",
    told: tuple[Json, list[str]],
    language: str,
) -> Report:
    data = {
        "schema": SCHEMA,
        "repository": synced is not None,
        "reached": not synced.unreached if synced else None,
        "received": synced.received if synced else 0,
        "sent": synced.sent if synced else 0,
        "corrected": [{"id": each["id"], "corrects": each["corrects"], "case": each["case"]} for each in corrected],
        "redacted": [{"id": each.id, "fields": list(each.fields)} for each in redacted],
        "twice": [each._asdict() for each in twice],
        "history": told[0],
    }
    lines = []
    if synced and not synced.unreached:
        lines.append(f"{_records(synced.received)} came in, {_records(synced.sent)} went out")
    lines += [f"{each['corrects']} of {each['case']} counts for nothing: another till was first" for each in corrected]
    lines += [f"words were taken out of {each.id}, as it was asked for" for each in redacted]
    lines += [line for each in twice for line in (each.what, f"    {each.remedy}")]
    lines += told[1]
    rows = [*(("corrected", str(each["corrects"]), str(each["id"])) for each in corrected)]
    rows += [("redacted", each.id, " ".join(each.fields)) for each in redacted]
    rows += [("twice", each.id, each.what) for each in twice]
    sections = (Section("", tuple(lines)),) if lines else ()
    return Report("", language, sections, COLUMNS, tuple(rows), data)


def _records(number: int) -> str:
    return f"{number} record{'s' if number != 1 else ''}"
