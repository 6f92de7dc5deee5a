"""Plain text for a terminal."""

import re

from returnkit.model.text import safe_line
from returnkit.render import Report

_AMOUNT = r"-?\d+(\.\d+)?"


def render(report: Report, _form: str) -> str:
    """Return title, headings and lines, or a table; escape sequences in names are made visible."""
    if not report.sections:
        return _table(report)
    blocks = [[report.title]] if report.title else []
    blocks += [[*([section.heading] if section.heading else []), *section.lines] for section in report.sections]
    return "\n\n".join("\n".join(safe_line(line) for line in block) for block in blocks if block) + "\n"


def _table(report: Report) -> str:
    """Return columns under their names, amounts to the right; nothing but the names where there are no rows."""
    from tabulate import tabulate

    rows = [[*map(safe_line, row)] for row in report.rows]
    right = [
        at in report.right
        or (any(row[at] for row in rows) and all(re.fullmatch(_AMOUNT, row[at], re.ASCII) or not row[at] for row in rows))
        for at in range(len(report.columns))
    ]
    sides = ["right" if amount else "left" for amount in right]
    table = tabulate(rows, report.columns, disable_numparse=True, preserve_whitespace=True, colalign=sides if rows else None)
    title, below = safe_line(report.title), map(safe_line, report.below)
    lines = [*([title, ""] if title else []), *table.split("\n"), *(["", *below] if report.below else [])]
    return "".join(line.rstrip() + "\n" for line in lines)
