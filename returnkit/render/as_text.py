"""Plain text for a terminal."""

from returnkit.model.text import safe
from returnkit.render import Report


def render(report: Report, _form: str) -> str:
    """Return title, headings and lines, or a table; escape sequences in names are made visible."""
    if not report.sections:
        from tabulate import tabulate

        table = tabulate([[safe(cell) for cell in row] for row in report.rows], report.columns, disable_numparse=True)
        return "\n".join(line.rstrip() for line in table.splitlines()) + "\n"
    blocks = [[report.title]] if report.title else []
    blocks += [[*([section.heading] if section.heading else []), *section.lines] for section in report.sections]
    return "\n\n".join("\n".join(safe(line) for line in block) for block in blocks if block) + "\n"
