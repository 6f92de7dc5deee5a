"""CSV that stays data in a spreadsheet."""

import csv
import io
import re

from returnkit.model.text import safe
from returnkit.render import Report

# A cell that begins like a formula is one to a spreadsheet (OWASP, CSV injection); full-width signs count too.
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def render(report: Report, _form: str) -> str:
    """Return columns and rows; text is quoted, numbers are not, and what looks like a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(report.columns)
    writer.writerows([_cell(cell) for cell in row] for row in report.rows)
    return text.getvalue()


def _cell(text: str) -> str:
    text = safe(text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
