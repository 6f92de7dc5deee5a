"""A progress bar for what takes longer than a moment, on a terminal and nowhere else."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

MOMENT = 1.0  # seconds


@contextmanager
def progress_bar(label: str, total: Callable[[], int]) -> Iterator[Callable[[int], object]]:
    """Give what is to be told how many of `total` bytes were read since it was last told."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _bytes: None
        return
    began, read = time.monotonic(), 0
    bar = None

    def progress(count: int) -> None:
        nonlocal bar, read
        read += count
        if time.monotonic() - began < MOMENT:
            return
        if bar is None:
            bar = click.progressbar(length=total(), file=sys.stderr, label=label)
            bar.render_progress()
        bar.update(read)
        read = 0

    try:
        yield progress
    finally:
        if bar is not None:
            bar.render_finish()
