"""A policy as it is named on the command line: a file, or a revision of git in which the shop's own is read."""

import os

from returnkit.commands.session import Session
from returnkit.errors import BadInputError, Problem
from returnkit.model.toml import shown
from returnkit.policy.language import Policy

OWN = "policies/returns.toml"
LATEST = "HEAD"


def policy_named(session: Session, named: str) -> Policy:
    """Return the policy in a file, or the shop's own as it was at a revision of git.

    Raises BadInputError where there is neither, UnreadableError where it has mistakes.
    """
    if os.path.lexists(named):
        return session.shop.policy(named)
    from returnkit.history import text_at
    from returnkit.policy.read import read_policy

    text = text_at(session.shop.folder, named, OWN)
    if text is None:
        if named == LATEST:
            what = "nothing was committed to git here: which policy is the old one?"
            raise BadInputError(Problem(what, "name a file, such as one of policies/archive/"))
        remedy = "name a file, or a revision of git that has policies/returns.toml: HEAD~1, a branch, a commit"
        raise BadInputError(Problem(f"there is no policy {shown(named)}", remedy))
    file = named if ":" in named else f"{named}:{OWN}"
    return read_policy(text, file, session.shop.roles, session.shop.currency)
