"""What was accepted, on disk, whatever engine holds the database (mongo.md §2.4).

``journal/<day>/<hash>.post`` is one accepted POST or one published form version: a line of JSON
with who, when and which files, then the exact XML. ``journal/<day>/<hash>.file`` is a file by its
content. Everything is named by its hash, so a retry adds nothing, and everything is fsynced before
the phone is thanked. ``caunoi replay`` sends it all through the intake again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from server.errors import DatabaseDown, DiskNearlyFull

log = logging.getLogger(__name__)

Facts = dict[str, Any]
"""What JSON can hold."""

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
    facts: Facts
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
        self, kind: str, day: str, facts: Facts, body: bytes, files: Sequence[JournalFile]
    ) -> Facts:
        """Keep one entry durably; its facts, which for a retry are those of the first time.

        Raises DiskNearlyFull, or DatabaseDown for a broken disk.
        """
        if not self.on:
            return facts
        folder = self.folder / day
        named = [[each.name, each.sha256] for each in files]
        name = hashlib.sha256(json.dumps([kind, named]).encode() + body).hexdigest()
        entry = folder / f"{name}.post"
        header = json.dumps({"kind": kind, "files": named, **facts}, ensure_ascii=False)
        try:
            _make_folder(folder)
            for each in files:
                _write(folder / f"{each.sha256}.file", each.content)
            new = _write(entry, header.encode() + b"\n" + body)
            # A twin's entry may not be on the disk yet either.
            _sync_folder(folder)
            return facts if new else _read(entry).facts
        except OSError as trouble:
            raise (DiskNearlyFull if trouble.errno in _NO_SPACE else DatabaseDown)() from trouble

    def entries(self, since: str = "") -> Iterator[Entry]:
        """All entries; days in order, within a day by ``seq`` so that originals come before
        edits."""
        if not self.folder.is_dir():
            return
        days = (each for each in self.folder.iterdir() if each.is_dir() and each.name >= since)
        for folder in sorted(days):
            seqs = {path: _seq_of(path) for path in folder.glob("*.post")}
            for path in sorted((path for path in seqs if seqs[path]), key=seqs.__getitem__):
                yield _read(path)


def _make_folder(folder: Path) -> None:
    """A day's first entry must not be lost with the day."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for above in (folder.parent, folder.parent.parent):
            _sync_folder(above)


def _write(path: Path, content: bytes | BinaryIO) -> bool:
    """Whether it is new: of several at once the first one counts, and each finds it whole."""
    if path.exists():
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with open(temporary, "xb", opener=_private) as out:
            if isinstance(content, bytes):
                out.write(content)
            else:
                content.seek(0)
                shutil.copyfileobj(content, out, 1024 * 1024)
                content.seek(0)
            out.flush()
            os.fsync(out.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seq_of(path: Path) -> int:
    """0 for an entry that the disk has damaged: it must not keep the others from being read."""
    try:
        with path.open("rb") as file:
            return int(json.loads(file.readline())["seq"])
    except (OSError, ValueError, KeyError, TypeError):
        log.error("cannot read the journal's %s", path)
        return 0


def _read(path: Path) -> Entry:
    with path.open("rb") as file:
        facts = json.loads(file.readline())
        body = file.read()
    files = tuple((name, sha) for name, sha in facts.pop("files"))
    return Entry(facts.pop("kind"), facts, body, files, path.parent)
