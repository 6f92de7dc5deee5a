"""A page on its own: no script, no link to anywhere, readable on a telephone and on paper."""

from html import escape

from returnkit.model.text import safe
from returnkit.render import INDENT, Report

STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "pre{font-size:.85rem;overflow-x:auto}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin:1.6rem 0 .3rem}ul{margin:.2rem 0;padding-left:1.2rem}"
    "table{border-collapse:collapse}td,th{border-bottom:1px solid #ccc;padding:.3rem .8rem .3rem 0;text-align:left}"
    ".number{text-align:right;white-space:nowrap}.slice{padding-left:1.2rem}"
    "@media(max-width:30rem){table{font-size:.85rem}td,th{padding-right:.4rem}}"
)


def render(report: Report, _form: str) -> str:
    """Return a whole HTML document."""
    parts = [f"<h1>{_text(report.title)}</h1>"] if report.title else []
    for section in report.sections:
        if section.heading:
            parts.append(f"<h2>{_text(section.heading)}</h2>")
        lines = [line for line in section.lines if line.strip()]
        if section.aligned:
            parts.append("<pre>" + "\n".join(map(_text, section.lines)) + "</pre>")
        elif section.heading or any(line.startswith(INDENT) for line in lines):
            parts.append(_list(lines))
        else:
            parts += [f"<p>{_text(line.strip())}</p>" for line in lines]
    if not report.sections:
        rows = "".join(_row(row, "td", report.right) for row in report.rows)
        parts.append(f"<table><thead>{_row(report.columns, 'th', report.right)}</thead><tbody>{rows}</tbody></table>")
        parts += [f"<p>{_text(line)}</p>" for line in report.below]
    return (
        f'<!doctype html>\n<html lang="{_text(report.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_text(report.title or 'returnkit')}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )


def _list(lines: list[str]) -> str:
    """Return lines as a list, those that are set in as a list below the one above."""
    found = ""
    for number, line in enumerate(lines):
        inner = line.startswith(INDENT) and number > 0
        if inner and (number == 1 or not lines[number - 1].startswith(INDENT)):
            found = found.removesuffix("</li>") + "<ul>"
        found += f"<li>{_text(line.strip())}</li>"
        if inner and (number + 1 == len(lines) or not lines[number + 1].startswith(INDENT)):
            found += "</ul></li>"
    return f"<ul>{found}</ul>"


def _row(cells: tuple[str, ...], tag: str, right: tuple[int, ...]) -> str:
    found = []
    for at, cell in enumerate(cells):
        sides = [name for name, holds in (("number", at in right), ("slice", cell.startswith("  "))) if holds]
        kind = f' class="{" ".join(sides)}"' if sides else ""
        found.append(f"<{tag}{kind}>{_text(cell.strip())}</{tag}>")
    return f"<tr>{''.join(found)}</tr>"


def _text(text: str) -> str:
    return escape(safe(text))
