"""What is taken out of the journal for good: entries about what was erased, and their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from server.storage.journal import Damaged, Entry, Journal, Place, sync_folder

Instead = Callable[[Entry], bytes | None]
"""The body of what comes in place of an entry: None leaves it alone, nothing takes it out. What had
files is left alone or taken out."""


def clear_journal(journal: Journal, *, since: str, before: str, instead: Instead) -> bool:
    """Put into the place of each entry of ``since`` and later days what ``instead`` says, or take
    it out; then the files of days before ``before`` that no entry names any more. Those of later
    days stay for now: an entry that is being written may be about to name them. Whether nothing was
    left for later.

    Broken off and begun again it comes to the same.
    """
    done = True
    for folder in _days(journal.folder, since):
        left = _unnamed(journal, folder, instead)
        if folder.name < before:
            for path in left:
                path.unlink(missing_ok=True)
        elif left:
            done = False
        sync_folder(folder)
    return done


def _unnamed(journal: Journal, folder: Path, instead: Instead) -> list[Path]:
    """The day's files that no entry names, once entries are as they are to be."""
    named, all_known = set[str](), True
    for path in sorted(folder.glob("*.post")):
        try:
            entry = journal.read(Place(f"{folder.name}/{path.name}"))
        except Damaged:
            all_known = False  # it may name any of them
            continue
        body = instead(entry)
        if body is not None:
            if body:
                journal.append(entry.kind, folder.name, entry.facts, body)
            path.unlink(missing_ok=True)
        else:
            named.update(sha256 for _, sha256 in entry.files)
    if not all_known:
        return []
    return [path for path in folder.glob("*.file") if path.stem not in named]


def _days(folder: Path, since: str) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(each for each in folder.iterdir() if each.is_dir() and each.name >= since)
