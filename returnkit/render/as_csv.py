"""CSV that stays data in a spreadsheet."""

import re
from collections.abc import Iterable

from returnkit.model.text import safe
from returnkit.render import Report

# A cell that begins like a formula is one to a spreadsheet (OWASP, CSV injection); full-width signs count too, and blanks before
# it are nothing. Where the semicolon separates cells as well, so does what follows one.
_FORMULA = re.compile("((?:^|;)[ \xa0]*)(?=[=+\\-@\t\r\n＝＋－＠])")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def render(report: Report, _form: str) -> str:
    """Return columns and rows; text is quoted, numbers are not, and what looks like a formula gets an apostrophe."""
    return "".join(map(line, (report.columns, *report.rows)))


def line(cells: Iterable[str]) -> str:
    """Return some cells as a line."""
    return ",".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    if not text or _NUMBER.fullmatch(text):
        return text
    text = _FORMULA.sub(r"\1'", safe(text)).replace('"', '""')
    return f'"{text}"'
