"""`returnkit survey import`: answers out of another program's CSV."""

import click

from returnkit.commands.importing import import_files, import_options
from returnkit.commands.options import SETTINGS, global_options, output_options


@global_options
@output_options
@import_options
@click.command("import", context_settings=SETTINGS)
def import_answers(form: str | None, output: str | None, **asked: object) -> int:
    """Load what customers answered in a survey, or wrote in reviews.

    \b
        returnkit survey import reviews.csv --map reviews.toml

    \b
        schema = 1
        [survey]
        survey = { value = "reviews" }         # its name
        time = "Date"
        answers = { rating = "Stars", recommend = "Would recommend" }      # whole numbers (1 for yes), or short words
        text = "Comment"                       # what holds a telephone number or an address is rejected

    For [file], when and unless see `returnkit sale import --help`.

    Exit code: 0; 1 if rows were rejected, 2 wrong usage or not the file that the mapping means, 3 the mapping has mistakes.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    return import_files("survey", asked, form, output)
