"""Tokens of goodwill: the same for the same trouble, given by those who may, and a reason where it is otherwise."""

import os
from collections.abc import Iterable

from returnkit.commands.complaint.change import decider
from returnkit.commands.session import Session
from returnkit.commands.streams import note
from returnkit.errors import BadInputError, BeyondRoomError, Problem, instead
from returnkit.model.dates import add, iso
from returnkit.model.jsonl import Json
from returnkit.service.clocks import told_of
from returnkit.service.complaint import Case
from returnkit.service.terms import Token

NONE = "none"


def given_tokens(session: Session, names: Iterable[str]) -> list[Token]:
    """Return those of some choices that are tokens."""
    found = [session.clocks().terms.token(own) for own in names]
    return [token for token in found if token is not None]


def check_may_give(session: Session, token: Token) -> None:
    """Raise BeyondRoomError where whoever is at the counter may not give a token."""
    rank = session.shop.roles.index(token.role)
    if session.role < rank:
        what = f"{token.id} is for {decider(session, rank)} to give"
        raise BeyondRoomError(Problem(what, "hand it over: returnkit complaint escalate; who decides says so with --staff"))


def usual_token(session: Session, case: Case) -> Token | None:
    """Return the token that everybody gets for such trouble; None where there is none, or it was given already."""
    given = any(event.get("token") for event in case.events)
    return None if given else session.clocks().terms.usual_token(told_of(case))


class Goodwill:
    """The token that a complaint is resolved with. `code` is that of its coupon, known to nobody but the customer."""

    def __init__(self, wanted: str | None, because: str | None) -> None:
        self.wanted, self.because = wanted, (because or "").strip()
        self.token: Token | None = None
        self.code = ""

    def coupon(self) -> str:
        """Return the code of the coupon in a sentence, where there is one."""
        return f"the coupon's code is {self.code}" if self.code else ""

    def record(self, session: Session, case: Case) -> Json:
        """Return what the record says of it. Raises BadInputError, BeyondRoomError."""
        terms = session.clocks().terms
        usual = terms.usual_token(told_of(case))
        wanted = self.wanted or (case.choice if terms.token(case.choice) else "")
        if not wanted:
            missing = usual_token(session, case)
            if missing is None:
                return {}
            note(f"for such trouble everybody gets {missing.id} (--token {missing.id}); this one gets none")
            return {"usual": missing.id}
        self.token = terms.token(wanted)
        if self.token is None:
            known = [token.id for token in terms.tokens]
            remedy = instead(wanted, known) if known else "policies/complaints.toml has no [[token]]"
            raise BadInputError(Problem(f"there is no token {wanted!r}", remedy))
        check_may_give(session, self.token)
        found: Json = {"token": self.token.id, "worth": self.token.worth, "currency": session.shop.currency}
        if usual is None or usual.id != self.token.id:
            found |= {"usual": usual.id if usual else NONE, "because": self._reason(usual)}
        return found | self._coupon(session, self.token)

    def _reason(self, usual: Token | None) -> str:
        if self.because:
            return self.because
        assert self.token is not None
        told = f"{usual.id} is" if usual else "there is none"
        what = f"{self.token.id} is not the usual token for such trouble ({told})"
        raise BadInputError(Problem(what, 'the same token for the same trouble; if it must be: --because "why"'))

    def _coupon(self, session: Session, token: Token) -> Json:
        if token.valid is None:
            return {}
        from returnkit.model.coupon import ENTROPY, digest, new_code

        self.code = new_code(os.urandom(ENTROPY))
        return {"coupon": digest(self.code), "until": iso(add(session.today, token.valid))}
