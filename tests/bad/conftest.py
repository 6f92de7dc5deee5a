"""A shop for all the bad files of a module: each is put into its place and taken out again."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet

from tests.bad_inputs import ROOT, Result, assert_sane, call, tree

BAD = Path(__file__).parent
CACHE = os.path.join("shop", ".returnkit", "cache")  # derived: deleting it loses nothing


def files(*folder: str) -> list[ParameterSet]:
    """Return the files of a folder, each with its name."""
    return [pytest.param(path, id=path.stem) for path in sorted(BAD.joinpath(*folder).iterdir())]


class Desk(NamedTuple):
    """A shop, and everything beside it that a command may write to."""

    root: Path

    @property
    def shop(self) -> Path:
        return self.root / "shop"

    @property
    def journal(self) -> Path:
        return self.shop / "records" / "k3" / "2026-11.jsonl"

    def everything(self) -> dict[str, bytes | None]:
        """Return everything that is there, but for what is derived."""
        return {name: data for name, data in tree(self.root).items() if not name.startswith((CACHE, "reports"))}

    def read(self, *arguments: str, data: bytes = b"") -> Result:
        """Run a command that reads."""
        result = call(self.shop, *arguments, data=data)
        assert_sane(result)
        return result

    @contextmanager
    def holding(self, path: Path, data: bytes) -> Iterator[None]:
        """Let a file hold something for a while, in which nothing may be written."""
        kept = path.read_bytes() if path.exists() else None
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
        before = self.everything()
        try:
            yield
            assert self.everything() == before, "something was written"
        finally:
            shutil.rmtree(self.shop / ".returnkit" / "cache", ignore_errors=True)
            if kept is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(kept)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a shop whose cases do not mind each other."""
    root = tmp_path_factory.mktemp("bad")
    shutil.copytree(ROOT / "policies", root / "shop" / "policies")
    (root / "reports").mkdir()
    (root / "shop" / ".returnkit").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(root / "reports"))
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        patch.chdir(root / "shop")
        yield Desk(root)
