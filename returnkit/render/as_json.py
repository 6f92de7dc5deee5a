"""JSON for programs: ASCII only, so that no name can reach a terminal as an escape sequence."""

import json

from returnkit.render import Report


def render(report: Report, form: str) -> str:
    """Return the data: indented as `json`, on one line (one per entry of a list) as `jsonl`."""
    if form == "json":
        return json.dumps(report.data, indent=2) + "\n"
    entries = report.data if isinstance(report.data, list) else [report.data]
    return "".join(line(entry) + "\n" for entry in entries)


def line(value: object) -> str:
    """Return a value as JSON on one line, without needless spaces."""
    return json.dumps(value, separators=(",", ":"))
