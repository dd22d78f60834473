"""What was accepted, on disk, whatever engine holds the database (mongo.md §2.4).

``journal/<day>/<hash>.post`` is one accepted POST, one published form version or one thing that a
person did: a line of JSON with who, when, which files and its own checksum, then the exact body.
``journal/<day>/<hash>.file`` is a file by its content. Everything is named by its hash, so a retry
adds nothing and damage shows, and everything is fsynced before the phone is thanked. ``caunoi
replay`` sends it all through the intake again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BufferedReader
from pathlib import Path, PurePath
from typing import Any, BinaryIO, NamedTuple

from server.errors import DatabaseDown, DiskNearlyFull
from server.model.calendar import day_of
from server.model.sequence import new_seq
from server.storage.private import private

Facts = dict[str, Any]
"""What JSON can hold."""

PASSED = "passed"
"""The kind of an entry that names one which went into nothing."""

_NO_SPACE = frozenset((28, 122, 27))  # ENOSPC, EDQUOT, EFBIG
_EXHAUSTED = frozenset((23, 24, 12))  # ENFILE, EMFILE, ENOMEM
_ODD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_SUM = "sum"


class Damaged(Exception):
    """The disk gives back something else than was written. ``place`` is within the journal, and
    made of a day and a hash: it says nothing of people."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(place)


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A file of an entry: the name it came under, its content's hash, and where to read it."""

    name: str
    sha256: str
    content: BinaryIO


class Place(NamedTuple):
    """Where an entry lies, as ``<day>/<hash>.post``; of one that is damaged the rest may be
    empty."""

    path: str
    kind: str = ""
    seq: int = 0

    @property
    def name(self) -> str:
        """The same for the same content, whichever day it lies in."""
        return PurePath(self.path).stem


@dataclass(frozen=True, slots=True)
class Entry:
    """``facts`` are JSON; ``files`` (name, sha256) lie in ``folder``."""

    kind: str
    facts: Facts
    body: bytes
    files: tuple[tuple[str, str], ...]
    folder: Path

    def open(self, sha256: str) -> BinaryIO:
        """Raises Damaged, also for a file that is gone."""
        path = self.folder / f"{sha256}.file"
        if not _is_whole(path):
            raise Damaged(_place(path))
        return path.open("rb")


class Journal:
    """Appends from many threads and processes at once; each write is whole or absent."""

    def __init__(self, folder: Path, *, on: bool) -> None:
        self.folder, self.on = folder, on

    def append(
        self, kind: str, day: str, facts: Facts, body: bytes, files: Sequence[JournalFile] = ()
    ) -> Facts:
        """Keep one entry durably; its facts, which for a retry are those of the first time. What
        the disk has damaged is written anew.

        Raises DiskNearlyFull, or DatabaseDown for a broken disk.
        """
        if not self.on:
            return facts
        named = [(each.name, each.sha256) for each in files]
        entry = self.where(kind, day, named, body)
        folder = entry.parent
        try:
            _make_folder(folder)
            for each in files:
                _write(folder / f"{each.sha256}.file", each.content, _is_whole)
            new = _write(entry, _header(kind, named, facts) + body, _is_entry)
            # A twin's entry may not be on the disk yet either.
            sync_folder(folder)
            return facts if new else _read(entry).facts
        except OSError as trouble:
            raise (DiskNearlyFull if trouble.errno in _NO_SPACE else DatabaseDown)() from trouble

    def pass_over(
        self, kind: str, day: str, seq: int, body: bytes, named: Sequence[tuple[str, str]]
    ) -> None:
        """Keep beside an entry, where there is one, that it went into nothing."""
        there = self.where(kind, day, named, body)
        if self.on and there.exists():
            self.append(PASSED, day, {"seq": seq}, there.stem.encode())

    def where(self, kind: str, day: str, named: Sequence[tuple[str, str]], body: bytes) -> Path:
        """An entry with such files is to lie, or lies since yesterday: a phone may try again after
        midnight, and has its first place in time."""
        name = _name(kind, named, body)
        before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
        found = (self.folder / each / f"{name}.post" for each in (day, before))
        return next((each for each in found if each.exists()), self.folder / day / f"{name}.post")

    def note(self, kind: str, at: datetime, said: Facts, *, seq: int = 0) -> None:
        """Keep something that a person did, which no record says again; ``seq`` where it has one
        already. Raises like ``append``."""
        self.append(kind, day_of(at), {"seq": seq or new_seq(at)}, text_of(said))

    def closed(self) -> Journal:
        """One that remembers nothing: for what comes out of this one."""
        return Journal(self.folder, on=False)

    def places(self, since: str = "") -> list[Place]:
        """Where all entries of these days lie, by ``seq``, what is damaged at first glance among
        them."""
        if not self.folder.is_dir():
            return []
        days = (each for each in self.folder.iterdir() if each.is_dir() and each.name >= since)
        found = (_glance(path) for day in days for path in day.glob("*.post"))
        return sorted(found, key=lambda each: (each.seq, each.path))

    def read(self, place: Place) -> Entry:
        """The whole entry. Raises Damaged."""
        return _read(self.folder / place.path)

    def damaged(self) -> Iterator[str]:
        """The places of all entries that are not what was written, and of files that are gone."""
        for place in self.places():
            try:
                entry = self.read(place)
            except Damaged as damage:
                yield damage.place
                continue
            files = {entry.folder / f"{sha256}.file" for _, sha256 in entry.files}
            yield from (_place(each) for each in sorted(files) if not each.exists())


def text_of(said: Facts) -> bytes:
    """The body of an entry that is said in JSON."""
    return json.dumps(said, sort_keys=True, ensure_ascii=False).encode()


def _make_folder(folder: Path) -> None:
    """A day's first entry must not be lost with the day."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for above in (folder.parent, folder.parent.parent):
            sync_folder(above)


def _write(path: Path, content: bytes | BinaryIO, is_whole: Callable[[Path], bool]) -> bool:
    """Whether it is new: of several at once the first one counts, and each finds it whole."""
    if path.exists() and is_whole(path):
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with open(temporary, "xb", opener=private) as out:
            if isinstance(content, bytes):
                out.write(content)
            else:
                content.seek(0)
                shutil.copyfileobj(content, out, 1024 * 1024)
                content.seek(0)
            out.flush()
            os.fsync(out.fileno())
        return _put_in_place(temporary, path, is_whole)
    finally:
        temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, path: Path, is_whole: Callable[[Path], bool]) -> bool:
    try:
        os.link(temporary, path)
    except FileExistsError:
        if is_whole(path):
            return False
        os.replace(temporary, path)
    return True


def sync_folder(folder: Path) -> None:
    """What was made, or removed, in it is so for good."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- what damage shows by ------------------------------------------------------------------------


def _place(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _name(kind: str, files: Sequence[tuple[str, str]], body: bytes) -> str:
    return hashlib.sha256(json.dumps([kind, files]).encode() + body).hexdigest()


def _header(kind: str, files: Sequence[tuple[str, str]], facts: Facts) -> bytes:
    """One line. Its own checksum is among it: an entry's name stands for the rest alone."""
    said = {"kind": kind, "files": files, **facts}
    return json.dumps({**said, _SUM: _checksum(said)}, ensure_ascii=False).encode() + b"\n"


def _checksum(said: Facts) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _is_whole(path: Path) -> bool:
    """Whether the file is there with the content it is named by."""
    try:
        with _readable(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == path.stem
    except Damaged:
        return False


def _is_entry(path: Path) -> bool:
    try:
        _read(path)
    except Damaged:
        return False
    return True


def _glance(path: Path) -> Place:
    """By the first line alone: of a year's entries the bodies are not kept in memory."""
    try:
        with _readable(path) as file:
            said = json.loads(file.readline())
        return Place(_place(path), str(said["kind"]), int(said["seq"]))
    except (Damaged, *_ODD):
        return Place(_place(path))


def _read(path: Path) -> Entry:
    """Raises Damaged, also for what is not there."""
    with _readable(path) as file:
        line, body = file.readline(), file.read()
    try:
        facts = json.loads(line)
        # Entries of earlier releases have no checksum.
        right = facts.pop(_SUM, None) in (None, _checksum(facts))
        files = tuple((name, sha256) for name, sha256 in facts.pop("files"))
        kind = facts.pop("kind")
        right = right and _name(kind, files, body) == path.stem
    except _ODD:
        right = False
    if not right:
        raise Damaged(_place(path))
    return Entry(kind, facts, body, files, path.parent)


@contextmanager
def _readable(path: Path) -> Iterator[BufferedReader]:
    """What cannot be read is as good as damaged, unless this process alone is at its end."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as trouble:
        if trouble.errno in _EXHAUSTED:
            raise
        raise Damaged(_place(path)) from None
