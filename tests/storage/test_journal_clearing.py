"""What is taken out of the journal on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from server.storage.journal import Entry, Journal, JournalFile
from server.storage.journal_clearing import clear_journal

DAY, LATER = "2026-11-24", "2026-11-30"


@dataclass(frozen=True)
class Gone:
    """Entries with ``id``; the rest of ``many``."""

    id: bytes
    files: frozenset[str] = frozenset()

    def instead(self, entry: Entry) -> bytes | None:
        if entry.kind == "many":
            return entry.body.replace(self.id, b"") if self.id in entry.body else None
        return b"" if self.id in entry.body else None

    def is_in(self, damaged: bytes) -> bool:
        return self.id in damaged


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", on=True)


def keep(journal: Journal, body: bytes, files: Sequence[bytes] = (), kind: str = "record") -> Path:
    named = [JournalFile(f"{n}.jpg", sha(data), BytesIO(data)) for n, data in enumerate(files)]
    journal.append(kind, DAY, {"seq": 1}, body, named)
    return post_of(journal, body)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def post_of(journal: Journal, body: bytes) -> Path:
    [path] = [each for each in journal.folder.rglob("*.post") if body in each.read_bytes()]
    return path


def files_of(journal: Journal) -> set[str]:
    return {each.stem for each in journal.folder.rglob("*.file")}


def cleared(journal: Journal, gone: Gone) -> bool:
    return clear_journal(journal, since="", before=LATER, gone=gone)


def test_a_damaged_entry_keeps_what_it_may_name_and_nothing_that_is_known_to_go(
    journal: Journal,
) -> None:
    keep(journal, b"<a>1</a>", [b"gone", b"shared"])
    keep(journal, b"<a>2</a>", [b"shared"])
    damaged = keep(journal, b"<a>3</a>", [b"other"])
    damaged.write_bytes(damaged.read_bytes()[:-2])
    gone = Gone(b"<a>1</a>", frozenset((sha(b"gone"), sha(b"shared"))))
    for _ in range(2):
        assert cleared(journal, gone)
        assert files_of(journal) == {sha(b"shared"), sha(b"other")}
        assert damaged.exists()


def test_a_damaged_entry_that_still_says_what_it_is_about_goes_with_the_rest(
    journal: Journal,
) -> None:
    keep(journal, b"<a>2</a>", [b"other"])
    damaged = keep(journal, b"<a>1</a><b/>", [b"gone"])
    damaged.write_bytes(damaged.read_bytes()[:-2])
    assert cleared(journal, Gone(b"<a>1</a>"))
    assert not damaged.exists()
    assert files_of(journal) == {sha(b"other")}


def test_where_nothing_new_is_kept_any_more_the_others_of_an_entry_stay(journal: Journal) -> None:
    keep(journal, b"one, two", kind="many")
    assert cleared(journal.closed(), Gone(b"one, "))
    [place] = journal.places()
    assert journal.read(place).body == b"two"
