"""What was put aside before words were taken out of it elsewhere: there they go as well."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from returnkit.model.jsonl import encode
from returnkit.records.chain import readable
from returnkit.records.disk import FOLDER, close, plain, write_whole
from returnkit.records.erasure.redact import seals_of, without, words_in
from returnkit.records.recover import QUARANTINE


def with_words(folders: Iterable[str], gone: Mapping[str, set[str]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files put aside in some tills' folders that hold words which are gone, and what is to be left of them."""
    for folder in folders if gone else ():
        torn = os.path.join(folder, QUARANTINE)
        for name in sorted(os.listdir(torn)) if os.path.isdir(torn) else ():
            path = os.path.join(torn, name)
            if os.path.isfile(path) and not os.path.islink(path) and not name.startswith("."):
                with open(path, "rb", opener=plain) as file:
                    data = file.read()
                left = b"\n".join(_left(data.split(b"\n"), gone))
                if left != data:
                    yield path, left


def _left(lines: list[bytes], gone: Mapping[str, set[str]]) -> Iterator[bytes]:
    """Yield what may stay of some lines: of a copy of a record all but its words, of a piece of one nothing."""
    records = [readable(line) for line in lines]
    fields = [
        {field for h in seals_of(record) for field in gone.get(h, ())} & {*words_in(record)} if record is not None else set()
        for record in records
    ]
    words = [
        encode({field: record[field]})[1:-1]
        for record, some in zip(records, fields, strict=True)
        for field in some
        if record is not None
    ]
    for line, record, some in zip(lines, records, fields, strict=True):
        if record is not None and some:
            yield without(record, some)
        elif record is not None or not any(each in line for each in words):
            yield line


def clean(path: str, data: bytes) -> None:
    """Put what is left in place of a file that was put aside. Raises OSError."""
    name = os.path.basename(path)
    folder = os.open(os.path.dirname(path), FOLDER)
    try:
        if data:
            temporary = f".{name}"
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)  # of who died here before
            descriptor = plain(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder=folder)
            try:
                write_whole(descriptor, data)
                os.fsync(descriptor)
            finally:
                close(descriptor)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)
        os.fsync(folder)
    finally:
        close(folder)
