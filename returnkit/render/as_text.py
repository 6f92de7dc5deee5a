"""Plain text for a terminal."""

from returnkit.model.text import safe
from returnkit.render import Report


def render(report: Report, _form: str) -> str:
    """Return title, headings and lines; escape sequences in names are made visible."""
    blocks = [[report.title]] if report.title else []
    blocks += [[*([section.heading] if section.heading else []), *section.lines] for section in report.sections]
    return "\n\n".join("\n".join(safe(line) for line in block) for block in blocks if block) + "\n"
