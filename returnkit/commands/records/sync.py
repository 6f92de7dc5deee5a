"""`returnkit records sync`: meet the other tills, by git."""

from typing import TYPE_CHECKING

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import ReturnkitError
from returnkit.model.jsonl import Json
from returnkit.render import Report, Section

if TYPE_CHECKING:
    from returnkit.records.erasure.redact import Blanked
    from returnkit.records.git.sync import Synced

SCHEMA = "returnkit.sync/1"
COLUMNS = ("what", "id", "by")


@global_options
@output_options
@click.command(context_settings=SETTINGS)
def sync(form: str | None, output: str | None) -> int:
    """Send what was recorded here to the other tills, and take in what they recorded, by git. Made for cron, too.

    \b
        returnkit records sync
        returnkit records sync -f json

    The journals are committed, and nothing else: policies are committed by whoever changes them. Then what the others pushed is
    fetched and merged, and all is pushed to the branch's upstream; where there is none and one remote, it is set up. Each till
    writes files of its own, so nothing of them can collide. Nobody has to wait meanwhile: while the network is slow, recording
    goes on. Where nobody is reached that is no error: what was recorded is committed, and goes out next time.

    Nothing is ever half merged. Where both sides changed a policy in the same place, or two folders wrote as one till, nothing
    is merged, and it is said what to do; recording goes on. A sync that was killed is completed by the next one. Hooks of the
    repository are not run, and git asks for no password.

    Two tills may change one complaint before they meet: the later change counts for nothing. The till that made it says so
    now, in a record of its own, and the figures of this month are corrected. Words that another till asked to be taken out are
    taken out. Where the shop is in no git repository (the tills share a folder, perhaps) that is all that is done.

    JSON is {"schema", "repository", "reached", "received", "sent", "corrected", "redacted"}: whether the shop is in a
    repository, whether the others were reached (null without a repository), how many records came in and went out, what was
    taken back [{"id", "corrects", "case"}], and words that were taken out [{"id", "fields"}].

    Exit code: 0 done, or nobody was reached; 1 nothing was merged, since records were changed elsewhere or a till has a fork; 2
    something must be set up or finished first; 4 the owner must decide about a policy; 74, 75 repeat it.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from returnkit.correcting import correct
    from returnkit.records.git.repository import repository
    from returnkit.records.git.sync import SAVED, synchronise
    from returnkit.redacting import finish_redactions

    session, form = Session(), form_of(form, output)
    books = session.books()
    corrected: list[Json] = []
    redacted: list[Blanked] = []
    failed: list[ReturnkitError] = []

    def follow_up() -> None:
        """Record what follows from what came in; where that fails, what is recorded goes out all the same."""
        failed.clear()
        try:
            corrected.extend(correct(books))
            redacted.extend(finish_redactions(books))
        except ReturnkitError as error:
            failed.append(error)

    found = repository(session.shop.folder)
    if found is None:
        follow_up()
        synced = None
        note("the shop is in no git repository: nothing was fetched or sent")
    else:
        synced = synchronise(session.shop.folder, found, follow_up, note)
        if synced.unreached:
            note(f"not reached: {synced.unreached}; {SAVED}")
    report = _report(synced, corrected, redacted, session.language.code)
    if report.sections or form != "table":
        deliver(report, form, output)
    if failed:
        raise failed[0]
    return 0


def _report(synced: "Synced | None", corrected: list[Json], redacted: "list[Blanked]", language: str) -> Report:
    data = {
        "schema": SCHEMA,
        "repository": synced is not None,
        "reached": not synced.unreached if synced else None,
        "received": synced.received if synced else 0,
        "sent": synced.sent if synced else 0,
        "corrected": [{"id": each["id"], "corrects": each["corrects"], "case": each["case"]} for each in corrected],
        "redacted": [{"id": each.id, "fields": list(each.fields)} for each in redacted],
    }
    lines = []
    if synced and not synced.unreached:
        lines.append(f"{_records(synced.received)} came in, {_records(synced.sent)} went out")
    lines += [f"{each['corrects']} of {each['case']} counts for nothing: another till was first" for each in corrected]
    lines += [f"words were taken out of {each.id}, as it was asked for" for each in redacted]
    rows = [*(("corrected", str(each["corrects"]), str(each["id"])) for each in corrected)]
    rows += [("redacted", each.id, " ".join(each.fields)) for each in redacted]
    sections = (Section("", tuple(lines)),) if lines else ()
    return Report("", language, sections, COLUMNS, tuple(rows), data)


def _records(number: int) -> str:
    return f"{number} record{'s' if number != 1 else ''}"
