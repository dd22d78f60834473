"""What is taken out of the journal for good: entries about what was erased, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from server.storage.journal import Damaged, Entry, Journal, Place, sync_folder


class Gone(Protocol):
    """What is taken out."""

    @property
    def files(self) -> frozenset[str]:
        """Those that it is known to have had, by their hashes."""

    def instead(self, entry: Entry) -> bytes | None:
        """The body of what comes in place of an entry: None leaves it alone, nothing takes it out.
        What had files is left alone or taken out."""

    def is_in(self, damaged: bytes) -> bool:
        """Whether this, of which nothing else can be read, is about it."""


def clear_journal(journal: Journal, *, since: str, before: str, gone: Gone) -> bool:
    """Take it out of the entries of ``since`` and later days; then the files of days before
    ``before`` that no entry names any more. Those of later days stay for now: an entry that is
    being written may be about to name them. Whether nothing was left for later.

    Broken off and begun again it comes to the same.
    """
    # What lies there is put right also where nothing new is kept.
    journal, done = Journal(journal.folder, on=True), True
    for folder in _days(journal.folder, since):
        left = _unnamed(journal, folder, gone)
        if folder.name < before:
            for path in left:
                path.unlink(missing_ok=True)
        elif left:
            done = False
        sync_folder(folder)
    return done


def _unnamed(journal: Journal, folder: Path, gone: Gone) -> list[Path]:
    """The day's files that no entry names, once entries are as they are to be."""
    named, all_known = set[str](), True
    for path in sorted(folder.glob("*.post")):
        try:
            entry = journal.read(Place(f"{folder.name}/{path.name}"))
        except Damaged:
            if gone.is_in(_whatever_is_left(path)):
                path.unlink(missing_ok=True)
            else:
                all_known = False  # it may name any of them
            continue
        body = gone.instead(entry)
        if body is not None:
            if body:
                journal.append(entry.kind, folder.name, entry.facts, body)
            path.unlink(missing_ok=True)
        else:
            named.update(sha256 for _, sha256 in entry.files)
    unnamed = [path for path in folder.glob("*.file") if path.stem not in named]
    return unnamed if all_known else [path for path in unnamed if path.stem in gone.files]


def _whatever_is_left(damaged: Path) -> bytes:
    try:
        return damaged.read_bytes()
    except OSError:
        return b""


def _days(folder: Path, since: str) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(each for each in folder.iterdir() if each.is_dir() and each.name >= since)
