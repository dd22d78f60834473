"""What was accepted, on disk, whatever engine holds the database (mongo.md §2.4).

``journal/<day>/<hash>.post`` is one accepted POST or one published form version: a line of JSON
with
who, when and which files, then the exact XML. ``journal/<day>/<hash>.file`` is a file by its
content.
Everything is named by its hash, so a retry adds nothing, and everything is fsynced before the phone
is thanked. ``caunoi replay`` sends it all through the intake again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from server.errors import DatabaseDown, DiskNearlyFull

_NO_SPACE = frozenset((28, 122, 27))  # ENOSPC, EDQUOT, EFBIG


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A file of an entry: the name it came under, its content's hash, and where to read it."""

    name: str
    sha256: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Entry:
    """``facts`` are JSON; ``files`` (name, sha256) lie in ``folder``."""

    kind: str
    facts: dict[str, Any]
    body: bytes
    files: tuple[tuple[str, str], ...]
    folder: Path

    def open(self, sha256: str) -> BinaryIO:
        return (self.folder / f"{sha256}.file").open("rb")


class Journal:
    """Appends from many threads and processes at once; each write is whole or absent."""

    def __init__(self, folder: Path, *, on: bool) -> None:
        self.folder, self.on = folder, on

    def append(
        self, kind: str, day: str, facts: dict[str, Any], body: bytes, files: Sequence[JournalFile]
    ) -> None:
        """Keep one entry durably. Raises DiskNearlyFull, or DatabaseDown for a broken disk."""
        if not self.on:
            return
        folder = self.folder / day
        named = [[each.name, each.sha256] for each in files]
        name = hashlib.sha256(json.dumps([kind, named]).encode() + body).hexdigest()
        if (folder / f"{name}.post").exists():
            return
        header = json.dumps({"kind": kind, "files": named, **facts}, ensure_ascii=False)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for each in files:
                _write(folder / f"{each.sha256}.file", each.content)
            _write(folder / f"{name}.post", header.encode() + b"\n" + body)
            _sync_folder(folder)
        except OSError as trouble:
            raise (DiskNearlyFull if trouble.errno in _NO_SPACE else DatabaseDown)() from trouble

    def entries(self) -> Iterator[Entry]:
        """All entries; days in order, within a day by ``seq`` so that originals come before
        edits."""
        if not self.folder.is_dir():
            return
        for folder in sorted(each for each in self.folder.iterdir() if each.is_dir()):
            order = sorted((_seq_of(path), path) for path in folder.glob("*.post"))
            for _, path in order:
                yield _read(path)


def _write(path: Path, content: bytes | BinaryIO) -> None:
    if path.exists():
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with temporary.open("xb") as out:
            os.chmod(out.fileno(), 0o600)
            if isinstance(content, bytes):
                out.write(content)
            else:
                content.seek(0)
                shutil.copyfileobj(content, out, 1024 * 1024)
                content.seek(0)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seq_of(path: Path) -> int:
    with path.open("rb") as file:
        return int(json.loads(file.readline())["seq"])


def _read(path: Path) -> Entry:
    with path.open("rb") as file:
        facts = json.loads(file.readline())
        body = file.read()
    files = tuple((name, sha) for name, sha in facts.pop("files"))
    return Entry(facts.pop("kind"), facts, body, files, path.parent)
