"""Texts that want to be more than text, by name; and whether an output let one of them.

`TYPED` can be typed as a name at a command; `READ` cannot, but may stand in the journal of another till or in a file.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from unicodedata import category, normalize

FORGED = "k9-0001Z"  # stands at the beginning of no line, unless a text made a line of its own
TYPED = {
    "equals": "=1+1",
    "plus": "+1",
    "minus": "-1",
    "at": "@x",
    "a command for a spreadsheet": "=cmd|' /C calc'!A0",
    "quotes and separators": '"=1+2\'" ;,=1+2',
    "a wide equals sign": "＝1",
    "to the left": "\u202ednuof ton",
    "isolated": "a\u2066b",
    "joined by nothing": "a\u200db",
    "marks without end": "Z" + "\u0301" * 150,
    "a family": "👨\u200d👩\u200d👧",
    "from right to left": "שלום",
    "another alphabet": "pаypal",
    "wide digits": "１２３",
    "an end of a script": "</script><script>alert(1)</script>",
    "a comment": "<!--",
    "an image": "\"><img src=x onerror='alert(1)'>",
    "an attribute": "' onmouseover='alert(1)",
    "a link of a script": "javascript:alert(1)",
    "a link of Markdown": "[x](javascript:alert(1))",
    "an image of Markdown": "![x](https://evil.example/x.png)",
    "a pipe": "a|b | c",
    "backticks": "`x` ```y```",
    "stress": "*a* _b_ ~~c~~ # d",
    "an entity": "&lt;b&gt; &amp; &#x41;",
    "a template": "{{7*7}} {% x %} ${7*7}",
    "a format": "%s%n {0} %(x)s",
    "a shell": "$(id) `id` ; rm -rf / && x",
    "quotes": "'\"'\"",
    "backslashes": "\\n \\N \\, C:\\new",
    "a calendar": "x;VALUE=URI:b,c",
    "a header": "=?utf-8?q?a=0d=0aBcc:_e@x?=",
    "a path": "../../etc/passwd",
    "a heading": "# x",
    "a list": "- x",
    "a number of a list": "1. x",
}
READ = {
    "a tab first": "\t=1+1",
    "a return first": "\r=1+1",
    "a line first": "\n=1+1",
    "clears the screen": "\x1b[2J\x1b[H",
    "names the window": "\x1b]0;x\x07",
    "writes the clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "a link on a terminal": "\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "red in one byte": "\x9b31mred",
    "a command in one byte": "\x9d0;x\x9c",
    "over the line": f"good\r{FORGED} paid",
    "back over it": "no\x08\x08yes",
    "rubbed out": "a\x7fb",
    "next line": f"a\x85{FORGED} paid",
    "a line separator": f"a\u2028{FORGED} paid",
    "a paragraph separator": f"a\u2029{FORGED} paid",
    "a line of its own": f"a\n{FORGED} paid",
    "a record of its own": 'a\n{"id":"forged"}',
    "a row of Markdown": "a\n\n| b | c |\n|---|---|\n| d | e |\n# f\n[g]: https://evil.example",
    "an event": "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:evil",
    "a header of its own": "a\r\nBcc: evil@example.org",
    "nothing": "a\0b",
    "no byte order": "\ufeffa",
}
EVERY = TYPED | READ

# What a terminal may not get from data, whatever the program: a line feed is the only control character of ours.
DIRECTION = {*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "ul", "li", "p", "pre", "table", "thead", "tbody", "tr", "th",
    "td",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "class"}
CLASSES = {"number", "slice", "number slice"}


def unsafe(text: str) -> list[str]:
    """Return the characters of an output that a terminal could take for more than letters, or show as other letters."""
    return sorted({char for char in text if (category(char) in ("Cc", "Zl", "Zp") and char != "\n") or char in DIRECTION})


def is_formula(cell: str) -> bool:
    """Tell whether some spreadsheet may take a cell for a formula: behind blanks, or in another width of the sign, too."""
    if re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII):
        return False
    return normalize("NFKC", cell).lstrip(" \xa0\u200b\ufeff")[:1] in {*"=+-@\t\r\n"}


class Page(HTMLParser):
    """What a browser makes of a page: its tags, their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.others: list[str] = []  # comments, declarations
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def faults(text: str, form: str) -> list[str]:
    """Return what data made of an output of ours that it should not."""
    return [*(f"{char!r} reached the terminal" for char in unsafe(text)), *_FAULTS[form](text)]


def _of_text(text: str) -> Iterator[str]:
    return (f"a text made a line of its own: {line[:60]!r}" for line in text.split("\n") if line.startswith((FORGED, '{"id":"f')))


def _of_json(text: str) -> Iterator[str]:
    json.loads(text)
    if not text.isascii():
        yield "JSON is not ASCII"


def _of_jsonl(text: str) -> Iterator[str]:
    for line in text.removesuffix("\n").split("\n") if text else ():
        yield from _of_json(line)


def _of_csv(text: str) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    yield from (f"{len(row)} cells below {len(rows[0])}: {row}" for row in rows if len(row) != len(rows[0]))
    yield from (f"a formula: {cell!r}" for row in rows for cell in row if is_formula(cell))


def _of_html(text: str) -> Iterator[str]:
    page = Page(text)
    yield from (f"a tag of its own: {tag}" for tag in sorted(page.tags - TAGS))
    yield from (f"an attribute of its own: {name}" for name, _ in page.attributes if name not in ATTRIBUTES)
    yield from (f"a class of its own: {value}" for name, value in page.attributes if name == "class" and value not in CLASSES)
    yield from (f"a comment of its own: {other[:60]!r}" for other in page.others)
    if ("content", "default-src 'none'; style-src 'unsafe-inline'") not in page.attributes:
        yield "the page does not say that it needs nothing from elsewhere"


def _of_markdown(text: str) -> Iterator[str]:
    """Look at every mark of Markdown that is not escaped: only headings, lists, tables and fences are ours, where they begin."""
    fence, columns = "", 0
    for line in text.split("\n"):
        if re.fullmatch("`{3,}", line) and fence in ("", line):
            fence = "" if fence else line
            continue
        if fence:
            continue
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "x", line)
        if line.startswith("|"):
            columns = columns or bare.count("|")
            if bare.count("|") != columns:
                yield f"{bare.count('|')} bars in a table of {columns}: {line[:80]!r}"
            bare = bare.replace("|", "")
        else:
            columns = 0
            bare = re.sub(r"^(#{1,2} | {0,4}- )", "", bare)
            if re.match(r" *([-+=]|\d+[.)](\s|$))", bare):
                yield f"a line that begins a list or a heading: {line[:80]!r}"
        if re.search(r"[`*_\[\]<>#|~&\\]", bare):
            yield f"a mark that is not escaped: {line[:80]!r}"
    if fence:
        yield "a fence without end"


_FAULTS = {
    "table": _of_text, "json": _of_json, "jsonl": _of_jsonl, "csv": _of_csv, "html": _of_html, "md": _of_markdown,
}  # fmt: skip


def shown(text: str) -> str:
    """Return a part of a payload that every output shows as it is, so that a test knows that it was there at all."""
    found: Iterable[str] = re.findall(r"[A-Za-z0-9]+", text)
    return max(found, key=len, default="")
