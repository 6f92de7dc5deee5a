"""Sync: what was recorded here is committed and sent, what was recorded elsewhere comes in; by git, and never half of it.

A merge is worked out beside the work tree, in an index of its own: where it cannot be done, nothing here has changed. What comes
in is then put in place file by file, each whole or not at all, under the locks of all tills; a sync that was killed is completed
by the next one. Nothing that stands in a journal here is ever taken away or changed by what comes in.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem, RefusedError
from returnkit.records.disk import not_written
from returnkit.records.erasure.redact import own_tills
from returnkit.records.git.check_out import MovedError, Taking, clear
from returnkit.records.git.commit import Committing
from returnkit.records.git.journals import HEAL, MET, THEIRS, Shared
from returnkit.records.git.merge import Merging
from returnkit.records.git.repository import Repository, Said
from returnkit.records.identity import read_head, read_identity
from returnkit.records.lock import locked
from returnkit.records.read import is_month, tills_in
from returnkit.records.recover import Recovery

ROUNDS = 5  # a push is rejected where another till was faster: fetch and merge again
NAP = 0.2  # seconds, more from round to round
AUTHENTICATION = (
    "Authentication failed", "could not read Username", "could not read Password", "terminal prompts disabled", "denied to ",
    "Permission denied (", "Host key verification failed", "returned error: 401", "returned error: 403", "Invalid username",
)  # fmt: skip
UNREACHABLE = (
    "Could not read from remote repository", "does not appear to be a git repository", "Could not resolve", "unable to access",
    "unable to connect", "Connection refused", "Connection timed out", "Connection reset", "Connection closed", "early EOF",
    "No route to host", "Network is unreachable", "the remote end hung up", "RPC failed", "no answer within", "' not found",
)  # fmt: skip
FASTER = re.compile(r"\[rejected\]|\[remote rejected\].*(failed to update ref|cannot lock ref|incorrect old value)")
SAVED = "what was recorded here is committed and goes out next time"


class Synced(NamedTuple):
    """What a sync did: why the others were not reached (empty: they were), and how many records came in and went out."""

    unreached: str
    received: int
    sent: int


def synchronise(shop: str, repository: Repository, between: Callable[[], object], note: Callable[[str], object]) -> Synced:
    """Commit what was recorded, fetch and merge what the others recorded, call `between`, and push.

    `between` may record what follows from what came in; that goes out as well. `note` is told what a person should know though
    nothing failed. Where the others cannot be reached everything else is done. Raises BadInputError for what must be set up or
    finished first, RefusedError and BeyondRoomError where nothing was merged and a person must look, NotWrittenError, BusyError.
    """
    with locked(repository.git_dir):  # one sync at a time
        try:
            return _Sync(shop, repository, note).run(between)
        except OSError as error:
            raise not_written(repository.root, error) from None


class _Sync:
    """One sync of a shop folder."""

    def __init__(self, shop: str, repository: Repository, note: Callable[[str], object]) -> None:
        self.shop, self.repository, self.note = shop, repository, note
        problem = repository.under_way()
        if problem is None and repository.do("ls-files", "-u", "-z"):
            problem = Problem("a merge left several sides of some files", f"finish it; of a journal {HEAL}", repository.root)
        if problem is not None:
            raise BadInputError(problem)
        self.settings = repository.settings()
        self.shared = Shared(shop, repository, self._branch(), self.settings)
        self.committing = Committing(self.shared, note)
        self.remote, self.there, self.is_new = self._upstream()
        self._look_around()

    def run(self, between: Callable[[], object]) -> Synced:
        received = 0
        self.committing.prepare()
        for number in range(ROUNDS):
            time.sleep(NAP * number)
            unreached, theirs = self._fetch()
            try:
                received += self._meet(theirs)
            except MovedError:
                continue
            between()
            own = self._committed()
            if unreached or not own:
                return Synced(unreached, received, 0)
            sent = self.shared.lines(theirs, own)
            failed = self._push() if own != theirs else ""
            if failed is None:
                continue
            if not failed and own != self.shared.commits().met:
                self.repository.do("update-ref", MET, own)
            return Synced(failed, received, 0 if failed else sent)
        what = f"another till was faster {ROUNDS} times"
        raise BusyError(Problem(what, f"repeat it; {SAVED}", self.repository.root))

    def _branch(self) -> str:
        said = self.repository.ask("symbolic-ref", "--quiet", "HEAD")
        branch = said.out.decode("utf-8", "surrogateescape").strip()
        if not branch.startswith("refs/heads/"):
            what = "no branch is checked out (a detached HEAD): what is recorded would belong to none"
            raise BadInputError(Problem(what, "go back to the branch: git switch BRANCH", self.repository.root))
        return branch.removeprefix("refs/heads/")

    def _upstream(self) -> tuple[str, str, bool]:
        """Return the remote, the branch there (refs/heads/...), and whether that is still to be set up."""
        remote, there = (self.settings.get(f"branch.{self.shared.branch}.{field}", "") for field in ("remote", "merge"))
        if remote and there:
            return remote, there, False
        found = (re.fullmatch(r"remote\.(.+)\.url", name) for name in self.settings)
        remotes = sorted(name[1] for name in found if name)
        if not remotes:
            remedy = "make one that all tills reach, and name it: git remote add origin URL"
            raise BadInputError(Problem("there is no remote to meet the other tills at", remedy, self.repository.root))
        if len(remotes) > 1:
            what = f"the branch {self.shared.branch} has no upstream, and there are several remotes: {', '.join(remotes)}"
            raise BadInputError(Problem(what, f"choose one: git push -u {remotes[0]} {self.shared.branch}", self.repository.root))
        return remotes[0], f"refs/heads/{self.shared.branch}", True

    def _look_around(self) -> None:
        """Say what is not as it should be, and hinders nobody."""
        hooks = self.repository.hooks(self.settings.get("core.hookspath", ""))
        if hooks:
            self.note(f"hooks of this repository are not run: {', '.join(hooks)}")
        sample = f"{self.shared.prefix}a1/2026-01.jsonl"
        told = self.repository.do("check-attr", "-z", "text", "merge", "--", sample).split(b"\0")[2::3]
        if told != [b"unset", b"unset"]:
            self.note("git may change or mix journals: .gitattributes should say records/**/*.jsonl -text -merge")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the locks of every till, as whoever writes a record does, after what a crash left is mended in our own."""
        tills = tills_in(self.shared.records)
        who, _ = read_identity(self.shop)
        with locked(*map(self.shared.till, tills)) as folders:
            own = own_tills(self.shop)
            for till, folder in zip(tills, folders, strict=True):
                clear(self.shared.till(till), is_month)
                if who is not None and till in own:
                    head = read_head(who._replace(till=till))
                    Recovery(folder, self.shared.till(till), till, head.seq if head else 0, self.note).end()
            yield

    def _committed(self) -> str:
        """Commit what was recorded; return the newest commit (empty: there is none at all)."""
        with self._locked():
            return self.committing.commit()

    def _fetch(self) -> tuple[str, str]:
        """Fetch; return why that was not possible, and the newest commit there (empty: there is none yet)."""
        options = ("--quiet", "--no-tags", "--no-write-fetch-head")
        said = self.repository.abroad("fetch", *options, "--", self.remote, f"+{self.there}:{THEIRS}")
        if said.code == 0:
            return "", self.shared.commits().theirs
        if "couldn't find remote ref" in said.err:
            return "", ""
        return self._unreached(said), ""

    def _unreached(self, said: Said) -> str:
        """Return why the others were not reached. Raises NotWrittenError where that will not mend itself."""
        if any(text in said.err for text in AUTHENTICATION):
            self._committed()
            what = f"{self.remote} lets nobody in from here: {said.first}"
            remedy = f"see that git fetch asks for no password here (a key, a credential helper); {SAVED}"
            raise NotWrittenError(Problem(what, remedy, self.repository.root))
        if any(text in said.err for text in UNREACHABLE):
            return said.first
        self._committed()
        raise NotWrittenError(Problem(f"{self.remote}: {said.first}", f"mend that, then repeat; {SAVED}", self.repository.root))

    def _meet(self, theirs: str) -> int:
        """Commit what is here and merge what is there; return how many records came in."""
        met = self.shared.commits().met if theirs else ""
        if met and self.shared.common(theirs, met) != met:
            what = f"the history at {self.remote} was made anew: what both sides had is not in it any more"
            put_back = f"git push --force {self.remote} {MET}:{self.there}"
            remedy = f"if that was meant, clone the shop anew; if not, put it back: {put_back}"
            self._committed()
            raise RefusedError(Problem(what, remedy, self.repository.root))
        with self._locked():
            ours = self.committing.commit()
            base = self.shared.common(ours, theirs) if ours and theirs else ours
            if not theirs or base == theirs:
                return 0
            merged = theirs if base == ours else Merging(self.shared, self.remote).merged(base, ours, theirs)
            Taking(self.shared).take(ours, merged)
            self.committing.is_settled(merged)
        return self.shared.lines(ours, merged)

    def _push(self) -> str | None:
        """Push; return an empty text, why the others were not reached, or None where another till was faster."""
        up = ["--set-upstream"] if self.is_new else []
        asked = ("push", "--porcelain", "--no-verify", *up, "--", self.remote, f"refs/heads/{self.shared.branch}:{self.there}")
        said = self.repository.abroad(*asked)
        if said.code == 0:
            return ""
        told = said.out.decode("utf-8", "replace")
        if FASTER.search(told):
            return None
        refused = re.search(r"\[remote rejected\] (.*)", told)
        if refused:
            what = f"{self.remote} does not take it: {refused[1].strip('()')}"
            remedy = f"see what its owner allows (a protected branch, a hook there); {SAVED}"
            raise NotWrittenError(Problem(what, remedy, self.repository.root))
        return self._unreached(said)
