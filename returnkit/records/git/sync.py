"""Sync: what was recorded here is committed and sent, what was recorded elsewhere comes in; by git, and never half of it.

A merge is worked out beside the work tree, in an index of its own: where it cannot be done, nothing here has changed. What comes
in is then put in place file by file, each whole or not at all, under the locks of all tills; a sync that was killed is completed
by the next one. Nothing that stands in a journal here is ever taken away or changed by what comes in.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from returnkit.errors import BadInputError, BusyError, NotWrittenError, Problem, RefusedError, ReturnkitError
from returnkit.records.disk import not_written
from returnkit.records.erasure.history import opened, sent_again
from returnkit.records.erasure.redact import own_tills
from returnkit.records.git.call import Said
from returnkit.records.git.check_out import MovedError, Taking, clear, is_personal
from returnkit.records.git.commit import Committing
from returnkit.records.git.journals import HEADS, HEAL, THEIRS, Commits, Shared
from returnkit.records.git.merge import Merging
from returnkit.records.git.repository import ANY, Repository
from returnkit.records.identity import Identity, read_head, read_identity
from returnkit.records.lock import locked
from returnkit.records.read import blocks, is_month, months, tills_in
from returnkit.records.recover import Recovery
from returnkit.records.rights import narrow

ROUNDS = 5  # a push is rejected where another till was faster: fetch and merge again
NAP = 0.2  # seconds, more from round to round
AUTHENTICATION = (
    "Authentication failed", "could not read Username", "could not read Password", "terminal prompts disabled", "denied to ",
    "Permission denied (", "returned error: 401", "returned error: 403", "Invalid username",
)  # fmt: skip
NOT_KNOWN = "Host key verification failed"
NOT_THERE = "' not found", "Repository not found"
UNREACHABLE = (
    "Could not read from remote repository", "does not appear to be a git repository", "Could not resolve", "unable to access",
    "unable to connect", "Connection refused", "Connection timed out", "Connection reset", "Connection closed", "early EOF",
    "No route to host", "Network is unreachable", "the remote end hung up", "RPC failed", "no answer within",
)  # fmt: skip
ONLY_THAT = "Could not read from remote repository"  # git's words where ssh has said why, in the line before
ATTRIBUTES = ("text", "merge", "filter", "ident", "working-tree-encoding")
FASTER = re.compile(r"\[rejected\]|\[remote rejected\].*(failed to update ref|cannot lock ref|incorrect old value)")
MET_LAST = "sync-met"  # in the cache: when the others were reached last
LONG = 24 * 60 * 60  # seconds without them: a laptop sleeps at night
REWRITTEN = "filter-repo/commit-map"  # in the git folder: the commits as they were, and what git filter-repo made of them
FORGETTING = "returnkit records sync --anew"
SAVED = "what was recorded here is committed and goes out next time"


class Synced(NamedTuple):
    """What a sync did: why the others were not reached (empty: they were), and how many records came in and went out.

    `came` are the ends of journals that came in.
    """

    unreached: str
    received: int
    sent: int
    came: tuple[bytes, ...] = ()


def check_ready(repository: Repository) -> None:
    """Raise BadInputError where somebody began something in a repository that is not finished."""
    problem = repository.under_way()
    if problem is not None:
        raise BadInputError(problem)


def synchronise(  # noqa: PLR0913 - whom to tell what
    shop: str,
    repository: Repository,
    between: Callable[[], object],
    note: Callable[[str], object],
    aside: Callable[[str], object],
    *,
    anew: bool = False,
) -> Synced:
    """Commit what was recorded, fetch and merge what the others recorded, call `between`, and push.

    `between` may record what follows from what came in; that goes out as well. `note` is told what a person should know though
    nothing failed, `aside` what will be the same every time until somebody changes it. Where the others cannot be reached
    everything else is done. Raises BadInputError for what must be set up or finished first, RefusedError and BeyondRoomError
    where nothing was merged and a person must look, NotWrittenError, BusyError.

    Where the history there was made `anew`, or has nothing in common with what is here, it takes the place of the one here.
    """
    with locked(repository.git_dir, busy="another sync has been at work here"):
        try:
            sync = _Sync(shop, repository, note, aside)
            synced = sync.run(between, anew=anew)
            if anew and not synced.unreached:
                sync.forget_what_was()
            return synced  # noqa: TRY300 - what fails above is told below
        except OSError as error:
            raise not_written(repository.root, error) from None


class _Sync:
    """One sync of a shop folder."""

    def __init__(self, shop: str, repository: Repository, note: Callable[[str], object], aside: Callable[[str], object]) -> None:
        self.shop, self.repository, self.note, self.aside = shop, repository, note, aside
        check_ready(repository)
        self._check_index()
        self.settings = repository.settings()
        branch = self._branch()
        self.remote, self.there, self.is_new = self._upstream(branch)
        self.shared = Shared(shop, repository, branch, self.there, self.settings)
        self.committing = Committing(self.shared, note, aside)
        self.came: list[bytes] = []
        self._look_around()

    def run(self, between: Callable[[], object], *, anew: bool) -> Synced:
        """Do it; see `synchronise`."""
        received = 0
        self._narrow()
        self._look_back()
        self.committing.prepare()
        for number in range(ROUNDS):
            time.sleep(NAP * number)
            unreached, known = self._fetch()
            try:
                received += self._meet(known, anew=anew)
            except MovedError:
                continue
            between()
            own = self._committed()
            if unreached or not own:
                return Synced(unreached, received, 0, tuple(self.came))
            sent = self.shared.lines(known.theirs, own)
            failed = self._push() if own != known.theirs else ""
            if failed is None:
                continue
            if not failed and own != known.met:
                self.repository.do("update-ref", self.shared.met, own)
            return Synced(failed, received, 0 if failed else sent, tuple(self.came))
        what = f"another till was faster {ROUNDS} times"
        raise BusyError(Problem(what, f"repeat it; {SAVED}", self.repository.root))

    def _check_index(self) -> None:
        """Raise BadInputError where a merge left files that are not whole, or git keeps what is none of its business."""
        listed = self.repository.do("ls-files", "-s", "-z").decode("utf-8", "surrogateescape")
        entries = [entry.partition("\t") for entry in listed.split("\0") if entry]
        if any(not about.endswith(" 0") for about, _, _ in entries):
            what = "a merge left several sides of some files"
            raise BadInputError(Problem(what, f"finish it; of a journal {HEAL}", self.repository.root))
        found = next((path for _, _, path in entries if is_personal(path, self.repository.prefix)), "")
        if found:
            remedy = f'git rm -q --cached {found}; git commit -m "…" (--amend, if it was the last one: then it never gets out)'
            raise BadInputError(Problem("git has this, and it belongs into no repository; nothing was sent", remedy, found))

    def _branch(self) -> str:
        said = self.repository.ask("symbolic-ref", "--quiet", "HEAD")
        branch = said.out.decode("utf-8", "surrogateescape").strip()
        if not branch.startswith(HEADS):
            what = "no branch is checked out (a detached HEAD): what is recorded would belong to none"
            raise BadInputError(Problem(what, f"go back to the branch: git switch {self._usual_branch()}", self.repository.root))
        return branch.removeprefix(HEADS)

    def _usual_branch(self) -> str:
        """Return the branch that was most likely left: one with an upstream, else the only one."""
        found = (re.fullmatch(r"branch\.(.+)\.merge", name) for name in self.settings)
        own = [name[1] for name in found if name]
        own = own or self.repository.do("for-each-ref", "--format=%(refname:short)", "refs/heads/").decode().split()
        return own[0] if len(own) == 1 else "BRANCH"

    def _upstream(self, branch: str) -> tuple[str, str, bool]:
        """Return the remote, the branch there (refs/heads/...), and whether that is still to be set up."""
        remote, there = (self.settings.get(f"branch.{branch}.{field}", "") for field in ("remote", "merge"))
        if remote and there:
            return remote, there, False
        found = (re.fullmatch(r"remote\.(.+)\.url", name) for name in self.settings)
        remotes = sorted(name[1] for name in found if name)
        if not remotes:
            remedy = "make one that all tills reach (git init --bare -b main FOLDER), and name it: git remote add origin URL"
            raise BadInputError(Problem("there is no remote to meet the other tills at", remedy, self.repository.root))
        if len(remotes) > 1:
            what = f"the branch {branch} has no upstream, and there are several remotes: {', '.join(remotes)}"
            usual = "origin" if "origin" in remotes else remotes[0]
            raise BadInputError(Problem(what, f"choose one: git push -u {usual} {branch}", self.repository.root))
        return remotes[0], f"{HEADS}{branch}", True

    def _look_around(self) -> None:
        """Say what is not as it should be, and hinders nobody. Raises BadInputError where nobody could compare journals."""
        hooks = self.repository.hooks(self.settings.get("core.hookspath", ""))
        if hooks:
            self.aside(f"hooks of this repository are not run: {', '.join(hooks)}")
        sample = f"{self.shared.prefix}a1/2026-01.jsonl"
        told = self.repository.do("check-attr", "-z", *ATTRIBUTES, "--", sample).decode("utf-8", "replace").split("\0")
        found = dict(zip(told[1::3], told[2::3], strict=True))
        changing = [f"{name}={found[name]}" for name in ATTRIBUTES[2:] if found[name] not in ("unspecified", "unset")]
        if changing:
            what = f"git would change journals on their way ({', '.join(changing)} in .gitattributes)"
            remedy = "leave them out there: records/**/*.jsonl -text -merge -filter -ident -working-tree-encoding"
            raise BadInputError(Problem(what, remedy, self.repository.root))
        if {found["text"], found["merge"]} != {"unset"}:
            self.aside("git may change or mix journals: .gitattributes should say records/**/*.jsonl -text -merge")

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

    def _narrow(self) -> None:
        """Let nobody else read what git has made here."""
        if narrow(self.shop, tills_in(self.shared.records), self.repository.git_dir):
            self.repository.ask("update-index", "-q", "--refresh", fine=ANY)  # or git reads all of it each time

    def _look_back(self) -> None:
        """Raise BadInputError on another branch than that on which the others were met; note what a clone began with."""
        if self.shared.has_met():
            return
        other = self.shared.met_on()
        if other:
            what = (
                f"the records of this folder go out from the branch {other}, and this is {self.shared.branch}: nothing was done"
            )
            raise BadInputError(Problem(what, f"git switch {other}; then repeat", self.repository.root))
        cloned = f"refs/remotes/{self.remote}/{self.there.removeprefix(HEADS)}"
        own = self.repository.ask("rev-parse", "--quiet", "--verify", cloned).out.decode().strip()
        if own and self.repository.ask("merge-base", "--is-ancestor", own, "HEAD", fine=ANY).code == 0:
            self.repository.do("update-ref", self.shared.met, own)

    def _fetch(self) -> tuple[str, Commits]:
        """Fetch; return why that was not possible, and what git knows then: no commit of theirs where there is none yet."""
        options = ("--quiet", "--no-tags", "--no-write-fetch-head")
        said = self.repository.abroad("fetch", *options, "--", self.remote, f"+{self.there}:{THEIRS}")
        known = self.shared.commits()
        if said.code == 0:
            return "", known
        unreached = self._check_branches(known.ours) if "couldn't find remote ref" in said.err else self._unreached(said)
        return unreached, known._replace(theirs="")

    def _check_branches(self, ours: str) -> str:
        """Return why the others were not reached after all. Raises BadInputError where they are on another branch."""
        asked = ("--symref", "--", self.remote, "HEAD", f"{HEADS}*")
        said = self.repository.abroad("ls-remote", *asked)
        if said.code:
            return self._unreached(said)
        lines = [line.partition("\t") for line in said.out.decode("utf-8", "surrogateescape").splitlines()]
        heads = [name.removeprefix(HEADS) for _, _, name in lines if name.startswith(HEADS)]
        if not heads:
            return ""
        usual = [about.removeprefix(f"ref: {HEADS}") for about, _, name in lines if name == "HEAD"]
        branch, other, remote = self.shared.branch, next((each for each in usual if each in heads), heads[0]), self.remote
        what = f"the others are on the branch {other} of {remote}, and this folder is on {branch}: they would never meet"
        is_known = self.repository.ask("rev-parse", "--quiet", "--verify", HEADS + other).code == 0
        along = f" && git merge --allow-unrelated-histories {branch}" if ours and not is_known else ""
        remedy = f"git fetch {remote} && git switch {other}{along}; then repeat"
        apart = f"(if they shall stay apart: git push -u {remote} {branch})" if ours else ""
        raise BadInputError(Problem(what, f"{remedy} {apart}".rstrip(), self.repository.root))

    def _unreached(self, said: Said) -> str:
        """Return why the others were not reached.

        Raises NotWrittenError where that will not mend itself, BadInputError where they never were.
        """
        remote, why = self.remote, _why(said)
        what, remedy = f"{remote}: {why}", "mend that, then repeat"
        refusal: type[ReturnkitError] = NotWrittenError
        if NOT_KNOWN in said.err:
            what = f"{remote} is unknown to this machine, or another one than before: {why}"
            remedy = "connect by hand with ssh once, and compare the key that it shows with what its owner says"
        elif any(text in said.err for text in NOT_THERE):
            what = f"{remote} is not there, or not for whoever asks from here: {why}"
            remedy = "see that its address and the account are right: git remote -v"
        elif any(text in said.err for text in AUTHENTICATION):
            what = f"{remote} lets nobody in from here: {why}"
            remedy = "see that git fetch asks for no password here (a key, a credential helper)"
        elif any(text in said.err for text in UNREACHABLE):
            if self._was_reached():
                return why
            what, refusal = f"{remote} was never reached from here: {why}", BadInputError
            remedy = "see that its address is right (git remote -v), and that there is something"
        self._committed()
        raise refusal(Problem(what, f"{remedy}; {SAVED}", self.repository.root))

    def _was_reached(self) -> bool:
        """Tell whether the remote ever answered."""
        return bool(self.repository.do("for-each-ref", "--count=1", "refs/returnkit/", f"refs/remotes/{self.remote}/"))

    def _meet(self, known: Commits, *, anew: bool) -> int:
        """Commit what is here and merge what is there; return how many records came in."""
        theirs, met = known.theirs, known.met
        made_anew = met and theirs and self.shared.common(theirs, met) != met
        if made_anew and known.ours and self.shared.common(known.ours, met) != met:
            made_anew = False  # here as well: nothing of what was can come back
        self._check_sent(known)
        if made_anew and anew:
            return self._take_over(met, theirs)
        if made_anew:
            what = f"the history at {self.remote} was made anew: what both sides had is not in it any more"
            put_back = f"git push --force-with-lease={self.there}:{theirs} {self.remote} {self.shared.met}:{self.there}"
            meant = "if that was meant (words were taken out of it, perhaps): returnkit records sync --anew"
            remedy = f"{meant}; if not, put it back: {put_back}"
            self._committed()
            raise RefusedError(Problem(what, remedy, self.repository.root))
        with self._locked():
            # What is committed before there is anything would have nothing in common with what is there.
            ours = self.committing.commit() if known.ours or not theirs else ""
            base = self.shared.common(ours, theirs) if ours and theirs else ours
            if not theirs or base == theirs:
                return 0
            if anew and ours and not base:
                return self._taken(ours, Merging(self.shared, self.remote).anew(self.shared.nothing(), ours, theirs))
            merged = theirs if base == ours else Merging(self.shared, self.remote).merged(base, ours, theirs)
            return self._taken(ours, merged)

    def _check_sent(self, known: Commits) -> None:
        """Raise RefusedError where the history here was made anew, and what is there is still the one from before."""
        ours, theirs, met = known
        if not (ours and theirs and met) or self.shared.common(ours, theirs) in (ours, theirs):
            return
        remedy = f"; or, if nothing was taken out of it, bring both together: git merge {THEIRS}"
        if self._was_rewritten(ours, theirs):
            remedy = ""
        elif theirs != met or self.shared.common(ours, met) in (ours, met):
            return
        url = self.settings.get(f"remote.{self.remote}.url", "")
        sending = (*opened(self.repository, url), *sent_again(self.repository, self.remote, url))
        commands = " && ".join((*sending, FORGETTING))  # what came in by asking goes again
        what = f"the history here was made anew and was not sent: {self.remote} still has the one from before"
        raise RefusedError(Problem(what, f"{commands}{remedy}", self.repository.root))

    def _was_rewritten(self, ours: str, theirs: str) -> bool:
        """Tell whether what is there, and not here, is what git filter-repo made anew here: it rewrites what was met as well."""
        try:
            with open(os.path.join(self.repository.git_dir, REWRITTEN), encoding="ascii") as file:
                pairs = [line.split() for line in file]
        except (OSError, ValueError):
            return False
        before = {pair[0] for pair in pairs if pair[0] != pair[-1]}
        return not before.isdisjoint(self.repository.do("rev-list", theirs, f"^{ours}").decode().split())

    def _take_over(self, met: str, theirs: str) -> int:
        """Let the history there take the place of the one here, with all that was recorded here and is not there."""
        with self._locked():
            ours = self.committing.commit()
            received = self._taken(ours, Merging(self.shared, self.remote).anew(met, ours, theirs))
        self.repository.do("update-ref", self.shared.met, theirs)
        return received

    def _taken(self, ours: str, merged: str) -> int:
        """Take in what was merged; return how many records came in."""
        taking = Taking(self.shared)
        who, _ = read_identity(self.shop)
        went_on = self._ends_here(who)
        taking.take(ours, merged)
        self.came += taking.came
        if who and went_on and not self._ends_here(who):
            self.note(f"another folder goes on as {who.till}: returnkit records heal --yes makes this one a new till")
        if ours:
            self.committing.is_settled(merged)
        return self.shared.lines(ours, merged)

    def _ends_here(self, who: Identity | None) -> bool:
        """Tell whether what was recorded here last stands in this till's journal."""
        head = read_head(who) if who else None
        if who is None or head is None:
            return False
        folder, seal = self.shared.till(who.till), b'"h":"%s"' % head.h.encode()
        return any(seal in data for month in reversed(months(folder)) for data, _ in blocks(os.path.join(folder, month)))

    def forget_what_was(self) -> None:
        """Let git forget what nothing leads to any more but its memory of where the branch was before."""
        there = self.repository.do("for-each-ref", "--format=%(refname)", f"refs/remotes/{self.remote}/").decode().split()
        branches = "HEAD", f"refs/heads/{self.shared.branch}", *there
        self.repository.abroad("fetch", "--quiet", "--force", "--no-write-fetch-head", self.remote, "refs/tags/*:refs/tags/*")
        self.repository.ask("reflog", "expire", "--expire=now", *branches, fine=ANY)
        said = self.repository.abroad("gc", "--quiet", "--prune=now")
        if said.code:
            self.note(f"what was before is still kept here for a while ({said.first}): git gc --prune=now")

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
        if refused and "currently checked out" in refused[1]:
            what = f"{self.remote} is a till's own folder, and that takes nothing in"
            made = f"git clone --bare {self.settings.get(f'remote.{self.remote}.url', 'URL')} FOLDER"
            remedy = (
                f"make one that is nobody's own for both to meet at: {made}; git remote set-url {self.remote} FOLDER; {SAVED}"
            )
            raise BadInputError(Problem(what, remedy, self.repository.root))
        if refused:
            what = f"{self.remote} does not take it: {refused[1].strip('()')}"
            remedy = f"see what its owner allows (a protected branch, a hook there); {SAVED}"
            raise NotWrittenError(Problem(what, remedy, self.repository.root))
        return self._unreached(said)


def _why(said: Said) -> str:
    """Return why nothing came of what git did over the network: where ssh has said why, its words."""
    lines = [line.strip() for line in said.err.splitlines() if line.strip()]
    at = next((at for at, line in enumerate(lines) if ONLY_THAT in line), 0)
    return (lines[at - 1].removeprefix("fatal: ") if at else said.first).rstrip(".")
