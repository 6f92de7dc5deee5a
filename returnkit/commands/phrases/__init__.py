"""The verbs of `returnkit phrases`, and which language is asked for."""

from returnkit.commands.options import given_globals


def asked_language() -> str:
    """Return the language of --lang as phrases.toml writes it, such as `lv`; an empty text where it was not given."""
    return given_globals().get("lang", "").lower().replace("_", "-").partition("-")[0]
