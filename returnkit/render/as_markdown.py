"""Markdown: whatever a name holds stays text."""

import re

from returnkit.model.text import safe_line
from returnkit.render import INDENT, Report

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_AHEAD = re.compile(r"^(\d*)([-+=]|[.)](?=\s|$))")  # what begins a list, or makes a heading of the line above


def render(report: Report, _form: str) -> str:
    """Return title and headings with their lines as lists; a report without sections as a table."""
    parts = [f"# {_line(report.title)}"] if report.title else []
    for section in report.sections:
        lines = [line for line in section.lines if line.strip()]
        parts += [f"## {_line(section.heading)}"] if section.heading else []
        if section.aligned:
            parts.append(_fenced([*map(safe_line, section.lines)]))
        elif section.heading or any(line.startswith(INDENT) for line in lines):
            parts.append("\n".join(f"{INDENT if line.startswith(INDENT) else ''}- {_line(line)}" for line in lines))
        else:
            parts += map(_line, lines)
    if not report.sections:
        sides = "".join("|---:" if at in report.right else "|---" for at in range(len(report.columns)))
        parts.append("\n".join([_row(report.columns), f"{sides}|", *map(_row, report.rows)]))
        parts += map(_line, report.below)
    return "\n\n".join(parts) + "\n"


def _fenced(lines: list[str]) -> str:
    """Return lines as they are, between fences that are longer than any that is in them."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *lines, fence])


def _row(cells: tuple[str, ...]) -> str:
    # Markdown drops the spaces that set a slice apart from its figure.
    told = (f"– {_text(cell.strip())}" if cell.startswith("  ") else _text(cell) for cell in cells)
    return "| " + " | ".join(told) + " |"


def _line(text: str) -> str:
    return _AHEAD.sub(r"\1\\\2", _text(text).strip())


def _text(text: str) -> str:
    return _MARKS.sub(r"\\\1", safe_line(text))
