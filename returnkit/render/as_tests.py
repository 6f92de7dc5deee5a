"""Results of tests for those who collect them: JUnit XML and TAP."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from returnkit.model.text import safe

Results = Sequence[tuple[str, Sequence[str]]]  # the name of each, and what is wrong with it


def as_junit(results: Results) -> str:
    """Return the results as JUnit XML."""
    failures = sum(bool(wrong) for _, wrong in results)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuite name="policy" tests="{len(results)}" failures="{failures}">']
    for name, wrong in results:
        case = f'  <testcase classname="policy" name={quoteattr(safe(name))}'
        if wrong:
            told = escape(safe("\n".join(wrong)))
            lines.append(f"{case}><failure message={quoteattr(safe(wrong[0]))}>{told}</failure></testcase>")
        else:
            lines.append(f"{case}/>")
    return "\n".join([*lines, "</testsuite>", ""])


def as_tap(results: Results) -> str:
    """Return the results in the Test Anything Protocol, version 13."""
    lines = ["TAP version 13", f"1..{len(results)}"]
    for number, (name, wrong) in enumerate(results, 1):
        lines.append(f"{'not ok' if wrong else 'ok'} {number} - {safe(name).replace('#', chr(92) + '#')}")
        lines += [f"  # {safe(each)}" for each in wrong]
    return "\n".join([*lines, ""])
