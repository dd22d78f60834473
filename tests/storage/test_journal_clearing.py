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

    def without(self, entry: Entry) -> frozenset[str]:
        return frozenset()

    def is_in(self, damaged: bytes) -> bool:
        return self.id in damaged


@dataclass(frozen=True)
class Emptied(Gone):
    """Of entries with ``id`` only these files."""

    def instead(self, entry: Entry) -> bytes | None:
        return None

    def without(self, entry: Entry) -> frozenset[str]:
        return self.files if self.id in entry.body else frozenset()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", on=True)


def keep(
    journal: Journal, body: bytes, files: Sequence[bytes] = (), kind: str = "record", seq: int = 1
) -> Path:
    named = [JournalFile(f"{n}.jpg", sha(data), BytesIO(data)) for n, data in enumerate(files)]
    journal.append(kind, DAY, {"seq": seq}, body, named)
    return journal.where(kind, DAY, [(each.name, each.sha256) for each in named], body)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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


def test_a_file_is_left_out_of_an_entry_that_stays(journal: Journal) -> None:
    """And one that went into nothing is still known for it."""
    keep(journal, b"<a/>", [b"photo", b"other"])
    keep(journal, b"<b/>", [b"photo"])
    named = [("0.jpg", sha(b"photo")), ("1.jpg", sha(b"other"))]
    journal.pass_over("record", DAY, 1, b"<a/>", named)
    for _ in range(2):
        assert cleared(journal, Emptied(b"<a/>", frozenset((sha(b"photo"),))))
        found = {each.body: each for each in whole(journal) if each.kind == "record"}
        assert found[b"<a/>"].files == (("1.jpg", sha(b"other")),)
        assert found[b"<b/>"].files == (("0.jpg", sha(b"photo")),), "shared: it stays"
        assert list(journal.damaged()) == []
        assert files_of(journal) == {sha(b"photo"), sha(b"other")}
    there = journal.where("record", DAY, [("1.jpg", sha(b"other"))], b"<a/>")
    passed = {each.body for each in whole(journal) if each.kind == "passed"}
    assert there.stem.encode() in passed
    assert cleared(journal, Emptied(b"<b/>", frozenset((sha(b"photo"),))))
    assert files_of(journal) == {sha(b"other")}


@pytest.mark.parametrize("seqs", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_entries_that_become_the_same_keep_the_first_place_in_time(
    journal: Journal, seqs: tuple[int, int, int]
) -> None:
    """A record that came in several posts, each with other photos."""
    for seq, files in zip(seqs, ([b"photo"], [b"other"], []), strict=True):
        keep(journal, b"<a/>", files, seq=seq)
    for _ in range(2):
        cleared(journal, Emptied(b"<a/>", frozenset((sha(b"photo"), sha(b"other")))))
        [entry] = whole(journal)
        assert (entry.facts["seq"], entry.files) == (1, ())


def whole(journal: Journal) -> list[Entry]:
    return [journal.read(each) for each in journal.places()]
