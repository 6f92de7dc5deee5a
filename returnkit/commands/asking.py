"""What nobody wants in the shell's history: written as -, it is asked for, or comes through standard input."""

import sys

import click

LONGEST = 1000  # bytes of an answer


def told(text: str, question: str) -> str:
    """Return what was typed; for - the answer to a question on the terminal, or elsewhere a line of standard input."""
    if text != "-":
        return text
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        answer: str = click.prompt(question, default="", show_default=False, err=True)
        return answer
    return sys.stdin.buffer.readline(LONGEST).decode("utf-8", "replace")
