"""Findings as annotations: lines that code hosts show beside the lines of a file (the workflow commands of GitHub)."""

from collections.abc import Sequence

from returnkit.model.text import safe

KINDS = {"error": "error", "warning": "warning", "info": "notice"}

Annotation = tuple[str, str, int, str, str]  # level, file, line, title, what


def as_annotations(found: Sequence[Annotation]) -> str:
    """Return one line for each finding: `::warning file=policies/returns.toml,line=12,title=gap::…`."""
    lines = []
    for level, file, line, title, what in found:
        place = f"file={_property(file)},line={line},title={_property(title)}"
        lines.append(f"::{KINDS[level]} {place}::{_data(what)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
