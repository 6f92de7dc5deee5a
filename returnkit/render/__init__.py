"""From a report to text: one place chooses the format. Knows no rules."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("table", "json", "jsonl", "csv", "md", "html")
ENDINGS = {"txt": "table", "htm": "html", "markdown": "md"}


class Section(NamedTuple):
    """A heading (may be empty) and the lines under it; one that is set in by four spaces or more belongs to the one above.

    Where they are `aligned`, spaces make their columns.
    """

    heading: str
    lines: tuple[str, ...]
    aligned: bool = False


class Report(NamedTuple):
    """What a command has to say, before anybody chose how it looks.

    `sections` are for reading; `columns` and `rows` are the same as a table; `data` is the contract for programs. `below`
    stands under a table; the columns at `right` are numbers, whatever words stand in them.
    """

    title: str
    language: str
    sections: tuple[Section, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    data: object
    below: tuple[str, ...] = ()
    right: tuple[int, ...] = ()


INDENT = "    "


def render(report: Report, form: str) -> str:
    """Return the report in one of FORMATS, ending with a newline."""
    module = {"table": "text", "jsonl": "json", "md": "markdown"}.get(form, form)
    renderer: Callable[[Report, str], str] = import_module(f"returnkit.render.as_{module}").render
    return renderer(report, form)
