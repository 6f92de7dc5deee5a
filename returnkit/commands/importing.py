"""What every import command shares: its options, its progress, and what became of the rows."""

import os
from collections.abc import Iterator

import click

from returnkit.commands.options import Command
from returnkit.commands.progress import progress_bar
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import complain, note
from returnkit.errors import Problem
from returnkit.importing.files import Counts, find_mapping
from returnkit.importing.run import SHOWN, Asked, Import
from returnkit.model.jsonl import Json
from returnkit.model.money import decimal_text
from returnkit.render import Report, Section
from returnkit.shop import Shop, shown_path

SCHEMA = "returnkit.import/1"
COLUMNS = ("file", "rows", "recorded", "known", "passed over", "rejected", "guessed")
NOUNS = {"sale": "sale", "return": "return", "complaint": "record of complaints", "survey": "answer", "item": "article"}
MONEY = ("amount", "paid", "value", "lowest")


def import_options(command: Command) -> Command:
    """Let a command take files, a mapping, and `--dry-run`."""
    text = "How the columns become records: a TOML file, or the name of a mapping that comes with the program."
    command.params.append(click.Option(["--map"], metavar="MAP", required=True, help=text))
    text = "Record nothing; show the first rows as they would be recorded."
    command.params.append(click.Option(["--dry-run"], is_flag=True, help=text))
    command.params.append(click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."))
    return command


def import_files(kind: str, asked: dict[str, object], form: str | None, output: str | None) -> int:
    """Import files and say what became of their rows; return the exit code."""
    session, form = Session(), form_of(form, output)
    files: tuple[str, ...] = tuple(str(file) for file in asked["files"])  # type: ignore[attr-defined]
    mapping = find_mapping(str(asked["map"]), kind)
    asked_of = Asked(mapping, kind, bool(asked["dry_run"]), bool(asked.get("guess_purchase")))
    with progress_bar("reading", lambda: sum(map(os.path.getsize, files)) * (1 + asked_of.guess)) as progress:
        run = Import(session.books(), session.shop, asked_of, progress)
        try:
            run.run(files)
        except KeyboardInterrupt:
            note("stopped: what was recorded stays, import again to finish")
            raise
    for counts in run.counts:
        for line, why in counts.reasons:
            complain(Problem(f"the row is rejected: {why}", "", shown_path(counts.file), line))
    if run.doubtful:
        few = ", ".join(list(run.doubtful)[:SHOWN])
        note(f"something of these receipts was taken back here, too; perhaps it is the same twice: {few}")
    missing = run.without_category
    if missing:
        note(f"{missing:,} articles have no category: load them first with returnkit item import, for figures by category")
    deliver(_report(session, run, form), form, output)
    return 1 if any(counts.rejected for counts in run.counts) else 0


def _report(session: Session, run: Import, form: str) -> Report:
    total = Counts()
    for counts in run.counts:
        for name, number in counts.numbers().items():
            setattr(total, name, getattr(total, name) + number)
    data: Json = {
        "schema": SCHEMA,
        "mapping": run.mapping.name,
        "dry_run": run.asked.dry,
        **total.numbers(),
        "files": [
            {"file": shown_path(counts.file), **counts.numbers(), "rejected_file": counts.rejected_file or None}
            for counts in run.counts
        ],
        "records": [record for _, record in run.first] if run.asked.dry else [],
    }
    rows = tuple((shown_path(counts.file), *map(str, counts.numbers().values())) for counts in run.counts)
    title = "" if form == "table" else run.mapping.title
    return Report(title, session.language.code, (Section("", tuple(_lines(run, total))),), COLUMNS, rows, data)


def _lines(run: Import, total: Counts) -> Iterator[str]:
    """Yield what became of the rows, for a person; of a dry run the first records before that."""
    for number, (line, record) in enumerate(run.first if run.asked.dry else (), 1):
        yield f"{number}. row {line}: {record.get('kind', 'item')}"
        yield from (f"     {text}" for text in _told(record, run.shop))
    files = f"{len(run.counts)} files" if len(run.counts) > 1 else shown_path(run.counts[0].file)
    yield f"{run.mapping.title}: {total.rows:,} row{'s' * (total.rows != 1)} in {files}"
    recorded = _counted(total.recorded, NOUNS[run.kind])
    yield f"  {recorded} {'would be ' * run.asked.dry}recorded, {total.known:,} known already"
    if total.passed_over:
        yield f"  {_counted(total.passed_over, 'row')} passed over: nothing of this kind"
    if total.guessed:
        yield f"  {_counted(total.guessed, 'purchase')} guessed: the nearest earlier sale of the customer and article"
    if total.rejected:
        yield f"  {total.rejected:,} row{'s' * (total.rejected != 1)} rejected"
    for counts in run.counts:
        if counts.rejected_file:
            yield f"    mend them in {shown_path(counts.rejected_file)} and import that"


def _counted(count: int, noun: str) -> str:
    first, *rest = noun.split(" ", 1)
    return " ".join([f"{count:,}", first if count == 1 else f"{first}s", *rest])


def _told(record: Json, shop: Shop) -> list[str]:
    """Return a record for a person: its fields, then a line for each article."""
    plain = {field: value for field, value in record.items() if field not in ("kind", "lines", "key", "source", "salt", "h", "v")}
    articles = record.get("lines")
    lines = [_fields(plain, shop)]
    if isinstance(articles, list):
        lines += [_fields(article, shop) for article in articles[:SHOWN]]
        lines += [f"and {len(articles) - SHOWN} more"] if len(articles) > SHOWN else []
    return lines


def _fields(values: Json, shop: Shop) -> str:
    return ", ".join(f"{field} {_text(field, value, shop)}" for field, value in values.items())


def _text(field: str, value: object, shop: Shop) -> str:
    if field in MONEY and isinstance(value, int):
        return decimal_text(value, shop.digits)
    if isinstance(value, dict):
        return "(" + ", ".join(f"{key} {entry}" for key, entry in value.items()) + ")"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
