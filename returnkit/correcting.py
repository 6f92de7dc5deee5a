"""Two tills that changed one complaint before they met: the later record counts for nothing, and its till takes it back.

Its line stays, and adds to the figures what it added; a correction, whenever it is written, takes that away again on that very
day.
One folder alone may write it, or it would be taken away twice: whose till wrote the line. Of a till that was made of a fork that
is whoever goes on with the till that it was made of; of one whose machine is lost, whoever a person says it to.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from returnkit.books import Books
from returnkit.errors import RefusedError
from returnkit.model.jsonl import Json
from returnkit.model.record import current
from returnkit.records.chain import is_newer, readable
from returnkit.records.erasure.redact import own_tills
from returnkit.records.journal import let_signals_through
from returnkit.records.known import unknown
from returnkit.records.read import blocks, journal_files, tills_in
from returnkit.service.complaint import CORRECTED, case_of, correction, fold, is_of_case

MARK = b'"kind":"c'  # of complaint.* and case.*, and of few others


def correct(books: Books, gone: Sequence[str] = ()) -> list[Json]:
    """Take back what the tills of this folder wrote that counts for nothing; return the records that say so, once for each.

    `gone` are tills whose machine is lost for good: this folder does it in their stead.
    While any line of the records cannot be read nothing is taken back: what it says may be what the others knew. A line of
    which a person has accepted that nobody can read it any more will never be known. Raises NotWrittenError, BusyError,
    UnreadableError.
    """
    own = own_tills(books.shop)
    wrote = {*own, *gone}
    found = [record for record in _skipped(books.folder) if not wrote.isdisjoint((_till(record), _till(_former(record))))]
    if found and any(unknown(line for line in books.lines() if line.record is None)):
        books.note("lines that cannot be read stand among the records: nothing is taken back; see returnkit records verify")
        return []
    written = []
    for skipped in found:
        with suppress(RefusedError):
            till = _till(skipped) if _till(skipped) in own else ""
            written.append(_taken_back(Books(books.shop, books.clock, books.note, till), skipped))
    return written


def _taken_back(books: Books, skipped: Json) -> Json:
    """Append the correction of a record. Raises RefusedError where another process was faster."""
    body = correction(skipped)

    def complete(_now: str) -> Mapping[str, object]:
        if any(record.get("kind") == CORRECTED for record in books.about(str(skipped["id"]), "corrects")):
            raise RefusedError
        return body

    written = books.append(body, complete)
    let_signals_through()  # there are others to write yet
    return written.record


def _skipped(folder: str) -> Iterator[Json]:
    """Yield the records that count for nothing and that nobody has taken back."""
    tills: dict[str, str] = {}
    shared: dict[str, list[Json]] = {}  # what only one till wrote to makes sense: it knew what it had written
    for record in _of_cases(folder):
        if tills.setdefault(case_of(record), _till(record)) != _till(record):
            shared[case_of(record)] = []
    for record in _of_cases(folder) if shared else ():
        if case_of(record) in shared:
            shared[case_of(record)].append(record)
    for records in shared.values():
        corrected = {str(record.get("corrects")) for record in records if record.get("kind") == CORRECTED}
        case = fold(records)
        yield from (record for record in (case.skipped if case else ()) if str(record.get("id")) not in corrected)


def _of_cases(folder: str) -> Iterator[Json]:
    """Yield the records that cases are made of."""
    for till in tills_in(folder):
        for _, path in journal_files(folder, till):
            for data, _ in blocks(path):
                for raw in data.split(b"\n"):
                    record = readable(raw) if MARK in raw else None
                    if record is not None and is_of_case(record) and not is_newer(record):
                        yield current(record)


def _former(record: Json) -> Json:
    """Return what a record was called before it was taken over from a fork of its till."""
    former = record.get("formerly")
    return former if isinstance(former, dict) else {}


def _till(record: Json) -> str:
    return str(record.get("id")).partition("-")[0]
