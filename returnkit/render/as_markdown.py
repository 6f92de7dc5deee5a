"""Markdown: whatever a name holds stays text."""

import re

from returnkit.model.text import safe
from returnkit.render import INDENT, Report

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def render(report: Report, _form: str) -> str:
    """Return title and headings with their lines as lists; a report without sections as a table."""
    parts = [f"# {_text(report.title)}"] if report.title else []
    for section in report.sections:
        lines = [line for line in section.lines if line.strip()]
        parts += [f"## {_text(section.heading)}"] if section.heading else []
        if section.aligned:
            parts.append("\n".join(["```", *map(safe, section.lines), "```"]))
        elif section.heading or any(line.startswith(INDENT) for line in lines):
            parts.append("\n".join(f"{INDENT if line.startswith(INDENT) else ''}- {_text(line.strip())}" for line in lines))
        else:
            parts += [_text(line.strip()) for line in lines]
    if not report.sections:
        sides = "".join("|---:" if at in report.right else "|---" for at in range(len(report.columns)))
        parts.append("\n".join([_row(report.columns), f"{sides}|", *map(_row, report.rows)]))
        parts += map(_text, report.below)
    return "\n\n".join(parts) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    # Markdown drops the spaces that set a slice apart from its figure.
    told = (f"– {_text(cell.strip())}" if cell.startswith("  ") else _text(cell) for cell in cells)
    return "| " + " | ".join(told) + " |"


def _text(text: str) -> str:
    return _MARKS.sub(r"\\\1", safe(text))
