"""What is taken out of the journal for good: entries about what was erased, and their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from server.storage.journal import PASSED, Damaged, Entry, Journal, JournalFile, Place, sync_folder


class Gone(Protocol):
    """What is taken out."""

    @property
    def files(self) -> frozenset[str]:
        """Those that it is known to have had, by their hashes."""

    def instead(self, entry: Entry) -> bytes | None:
        """The body of what comes in place of an entry: None leaves it alone, nothing takes it out.
        What had files is left alone or taken out."""

    def without(self, entry: Entry) -> frozenset[str]:
        """The files that an entry which stays is to be without."""

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
            continue
        without = gone.without(entry) & {sha256 for _, sha256 in entry.files}
        if without:
            _leave_out(journal, path, entry, without)
        named.update(sha256 for _, sha256 in entry.files if sha256 not in without)
    unnamed = [path for path in folder.glob("*.file") if path.stem not in named]
    return unnamed if all_known else [path for path in unnamed if path.stem in gone.files]


def _whatever_is_left(damaged: Path) -> bytes:
    try:
        return damaged.read_bytes()
    except OSError:
        return b""


def _leave_out(journal: Journal, path: Path, entry: Entry, gone: frozenset[str]) -> None:
    """Where it went into nothing, that is said of the one in its place too. One of which another
    file is damaged stays as it is, and says so."""
    day, kept = path.parent.name, [each for each in entry.files if each[1] not in gone]
    try:
        with ExitStack() as opened:
            files = [
                JournalFile(name, sha256, opened.enter_context(entry.open(sha256)))
                for name, sha256 in kept
            ]
            _keep_first(journal, day, entry, files)
    except Damaged:
        return
    if journal.where(PASSED, day, (), path.stem.encode()).exists():
        journal.pass_over(entry.kind, day, entry.facts["seq"], entry.body, kept)
    path.unlink(missing_ok=True)


def _keep_first(journal: Journal, day: str, entry: Entry, files: Sequence[JournalFile]) -> None:
    """Where one of the same content lies already, that which came first stays. Killed in between,
    what it was before is still there."""
    there = journal.append(entry.kind, day, entry.facts, entry.body, files)
    if there["seq"] > entry.facts["seq"]:
        named = [(each.name, each.sha256) for each in files]
        journal.where(entry.kind, day, named, entry.body).unlink(missing_ok=True)
        journal.append(entry.kind, day, entry.facts, entry.body, files)


def _days(folder: Path, since: str) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(each for each in folder.iterdir() if each.is_dir() and each.name >= since)
