"""The journal on disk."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from server.storage.journal import Journal, JournalFile

DAY = "2026-11-24"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", on=True)


def keep(journal: Journal, seq: int, body: bytes, files: Sequence[bytes] = ()) -> int:
    """The place in time that the entry has."""
    named = [JournalFile(f"{n}.jpg", f"sha{n}", BytesIO(data)) for n, data in enumerate(files)]
    return int(journal.append("record", DAY, {"seq": seq}, body, named)["seq"])


def test_a_retry_adds_nothing_and_keeps_the_first_place_in_time(journal: Journal) -> None:
    assert keep(journal, 1, b"<a/>", [b"photo"]) == 1
    before = sorted(journal.folder.rglob("*"))
    assert keep(journal, 2, b"<a/>", [b"photo"]) == 1
    assert sorted(journal.folder.rglob("*")) == before
    (entry,) = journal.entries()
    assert (entry.body, entry.facts) == (b"<a/>", {"seq": 1})
    with entry.open("sha0") as photo:
        assert photo.read() == b"photo"


def test_of_many_at_once_all_hear_of_the_same_place_in_time(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as many:
        places = set(many.map(lambda seq: keep(journal, seq, b"<a/>"), range(1, 41)))
    assert len(places) == 1
    assert len(list(journal.entries())) == 1


def test_originals_come_before_edits_however_they_are_named(journal: Journal) -> None:
    for seq in (5, 3, 9, 1):
        keep(journal, seq, f"<a>{seq}</a>".encode())
    assert [entry.facts["seq"] for entry in journal.entries()] == [1, 3, 5, 9]


def test_one_entry_that_the_disk_has_damaged_does_not_hide_the_others(journal: Journal) -> None:
    for seq in (1, 2, 3):
        keep(journal, seq, f"<a>{seq}</a>".encode())
    damaged = next(
        path for path in journal.folder.rglob("*.post") if b"<a>2</a>" in path.read_bytes()
    )
    damaged.write_bytes(b"\0" * 100)
    assert [entry.facts["seq"] for entry in journal.entries()] == [1, 3]


def test_nobody_else_on_the_machine_reads_it(journal: Journal) -> None:
    keep(journal, 1, b"<a/>", [b"photo"])
    files = [path for path in journal.folder.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_it_is_off_where_the_database_needs_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", on=False)
    assert keep(journal, 1, b"<a/>") == 1
    assert list(journal.entries()) == []
    assert not journal.folder.exists()
