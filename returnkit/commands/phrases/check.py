"""`returnkit phrases check`: what should be said otherwise in a text."""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from returnkit.commands.options import SETTINGS, global_options, output_options
from returnkit.commands.phrases import asked_language
from returnkit.commands.session import Session, deliver, form_of
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, Problem, UnreadableError
from returnkit.render import Report, Section
from returnkit.service.phrases import Found, PhraseBook, found_in
from returnkit.shop import read_file

SCHEMA = "returnkit.phrases/1"
COLUMNS = ("file", "line", "column", "text", "instead", "why")
LARGEST = 16 * 1024 * 1024  # bytes of a text
LONGEST = 80  # characters of what is shown of it

Row = tuple[str, int, int, str, str, str]  # as COLUMNS


class _Marked(NamedTuple):
    """What was found, and in which file."""

    file: str
    found: Found

    def row(self) -> Row:
        """Return it in the order of COLUMNS."""
        text = self.found.text if len(self.found.text) <= LONGEST else self.found.text[: LONGEST - 1] + "…"
        return (self.file, self.found.line, self.found.column, text, self.found.phrase.say, self.found.phrase.why)


@global_options
@output_options
@click.command(context_settings=SETTINGS)
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
def check(files: tuple[str, ...], form: str | None, output: str | None) -> int:
    """Mark what should be said otherwise in texts for customers: letters, signs, answers.

    \b
        returnkit phrases check letter.txt sign.md
        returnkit phrases check - --lang en < letter.txt

    What not to say, what to say instead and why stands in policies/phrases.toml, for each language; the shop adds its own.
    A promise is marked where its sentence does not say by when: a day, a date, a time of day, "within two hours".

    A wording there is one or more words: "sorry if" stands as it is, complain* begins so, * is any one word, … up to three
    or none, you/they one or the other, # a number. The words of [same] mean the same ("cannot = cant"), those of [skip]
    ("really") change nothing: so "we cannot help" finds "I really can't help", too. What a line has under unless, makes it
    all right in the same sentence.

    The texts are plain or Markdown, in UTF-8; - is standard input. They are checked for all languages of the shop, or for
    the one of --lang.

    JSON: {"schema": "returnkit.phrases/1", "found": [{"file", "line", "column", "text", "instead", "why"}]}; lines and columns
    count from 1.

    Exit code: 0 nothing was found, 1 something was, 2 a text cannot be read, 3 policies/phrases.toml has mistakes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    session, form = Session(), form_of(form, output)
    book = session.shop.phrases()
    languages = _languages(session, book)
    texts = _texts(files)
    marked = [_Marked(file, found) for file, text in texts for found in found_in(text, book, languages)]
    deliver(_report(session, marked, form), form, output)
    return 1 if marked else 0


def _languages(session: Session, book: PhraseBook) -> list[str]:
    """Return the languages to check for. Raises BadInputError where policies/phrases.toml has none of them."""
    asked = [asked_language()] if asked_language() else list(session.shop.languages)
    known = [code for code in asked if code in book.phrases]
    if not known:
        what = f"policies/phrases.toml says nothing about {' and '.join(asked)}"
        raise BadInputError(Problem(what, f"add [[{asked[0]}]] to it, or name a language with --lang: {', '.join(book.phrases)}"))
    if len(known) < len(asked):
        missing = " and ".join(code for code in asked if code not in known)
        note(f"policies/phrases.toml says nothing about {missing}: checked for {' and '.join(known)} only")
    return known


def _texts(files: Sequence[str]) -> list[tuple[str, str]]:
    """Return each file with its text. Raises BadInputError with everything that cannot be read."""
    texts: list[tuple[str, str]] = []
    bad: list[Problem] = []
    for file in dict.fromkeys(files):
        try:
            texts.append((file, _text(file)))
        except (BadInputError, UnreadableError) as error:
            bad += error.problems
    if bad:
        raise BadInputError(*bad)
    return texts


def _text(file: str) -> str:
    if file == "-":
        if sys.stdin is None:
            raise BadInputError(Problem("standard input is closed", "send the text to it, or name a file"))
        source = sys.stdin.buffer.read(LARGEST + 1)
    else:
        source = read_file(file, LARGEST)
    if len(source) > LARGEST:
        raise BadInputError(Problem(f"it is larger than {LARGEST // 1024 // 1024} MB", "check it in parts", file))
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise BadInputError(Problem("this is not UTF-8 text", "save the file as UTF-8", file, line)) from None


def _report(session: Session, marked: Sequence[_Marked], form: str) -> Report:
    rows = [each.row() for each in marked]
    objects = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    data: object = objects if form == "jsonl" else {"schema": SCHEMA, "found": objects}
    lines = [line for row in rows for line in _lines(session, row)] or [session.language.say("phrases.none")]
    sections = (Section("", tuple(lines)),) if form == "table" else ()
    return Report("", session.language.code, sections, COLUMNS, tuple(tuple(map(str, row)) for row in rows), data, right=(1, 2))


def _lines(session: Session, row: Row) -> list[str]:
    file, line, column, text, instead, why = row
    return [f"{file}:{line}:{column}: {text}", f"    {session.language.say('phrases.instead', say=instead)}", f"    {why}"]
