"""The journal on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from server.storage.journal import Damaged, Entry, Journal, JournalFile

DAY = "2026-11-24"
SHA_OF_PHOTO = hashlib.sha256(b"photo").hexdigest()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", on=True)


def keep(
    journal: Journal, seq: int, body: bytes, files: Sequence[bytes] = (), day: str = DAY
) -> int:
    """The place in time that the entry has."""
    named = [
        JournalFile(f"{n}.jpg", hashlib.sha256(data).hexdigest(), BytesIO(data))
        for n, data in enumerate(files)
    ]
    facts = {"seq": seq, "sender": "Hồng"}
    return int(journal.append("record", day, facts, body, named)["seq"])


def whole(journal: Journal) -> list[Entry]:
    """What can be read, as it is found."""
    damaged = set(journal.damaged())
    return [journal.read(each) for each in journal.places() if each.path not in damaged]


def post_of(journal: Journal, body: bytes) -> Path:
    [path] = [each for each in journal.folder.rglob("*.post") if body in each.read_bytes()]
    return path


def test_a_retry_adds_nothing_and_keeps_the_first_place_in_time(journal: Journal) -> None:
    assert keep(journal, 1, b"<a/>", [b"photo"]) == 1
    before = sorted(journal.folder.rglob("*"))
    assert keep(journal, 2, b"<a/>", [b"photo"]) == 1
    assert sorted(journal.folder.rglob("*")) == before
    (entry,) = whole(journal)
    assert (entry.body, entry.facts) == (b"<a/>", {"seq": 1, "sender": "Hồng"})
    [(_, sha256)] = entry.files
    with entry.open(sha256) as photo:
        assert photo.read() == b"photo"


def test_a_retry_after_midnight_has_the_first_place_in_time_too(journal: Journal) -> None:
    assert keep(journal, 1, b"<a/>", [b"photo"]) == 1
    before = sorted(journal.folder.rglob("*"))
    assert keep(journal, 2, b"<a/>", [b"photo"], day="2026-11-25") == 1
    assert sorted(journal.folder.rglob("*")) == before
    journal.pass_over("record", "2026-11-25", 3, b"<a/>", [("0.jpg", SHA_OF_PHOTO)])
    assert [each.kind for each in whole(journal)] == ["record", "passed"]
    post_of(journal, b"<a/>").write_bytes(b"")
    assert keep(journal, 4, b"<a/>", [b"photo"], day="2026-11-25") == 4, "damage is mended there"
    assert keep(journal, 5, b"<a/>", [b"photo"], day="2026-12-01") == 5, "it is not looked for long"


def test_of_many_at_once_all_hear_of_the_same_place_in_time(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as many:
        places = set(many.map(lambda seq: keep(journal, seq, b"<a/>"), range(1, 41)))
    assert len(places) == 1
    assert len(whole(journal)) == 1


def test_entries_come_in_the_order_of_their_arrival_however_they_are_named(
    journal: Journal,
) -> None:
    for seq in (5, 3, 9, 1):
        keep(journal, seq, f"<a>{seq}</a>".encode())
    assert [entry.facts["seq"] for entry in whole(journal)] == [1, 3, 5, 9]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<a>2</a>", b"<a>7</a>", id="the body"),
        pytest.param(b'"sender"', b'"sen\x00\xffr"', id="a key that is no text"),
        pytest.param(b'"files"', b'"fi1es"', id="a key that is needed"),
        pytest.param(b'"seq": 2', b'"seq": 4', id="a fact"),
        pytest.param(b'"seq": 2', b'"seq": {', id="what JSON is not"),
        pytest.param(b"\n<a>2</a>", b"", id="the end"),
    ],
)
def test_what_the_disk_has_damaged_is_named_and_hides_nothing_else(
    journal: Journal, old: bytes, new: bytes
) -> None:
    for seq in (1, 2, 3):
        keep(journal, seq, f"<a>{seq}</a>".encode())
    path = post_of(journal, b"<a>2</a>")
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert list(journal.damaged()) == [f"{DAY}/{path.name}"]
    assert [entry.body for entry in whole(journal)] == [b"<a>1</a>", b"<a>3</a>"]
    with pytest.raises(Damaged):
        journal.read(next(each for each in journal.places() if each.path.endswith(path.name)))


@pytest.mark.parametrize("damage", [b"\0" * 100, b"", b"\xff\xfe{"])
def test_a_retry_over_what_is_damaged_writes_it_anew(journal: Journal, damage: bytes) -> None:
    keep(journal, 1, b"<a/>", [b"photo"])
    for path in [each for each in journal.folder.rglob("*") if each.is_file()]:
        path.write_bytes(damage)
    assert keep(journal, 2, b"<a/>", [b"photo"]) == 2
    (entry,) = whole(journal)
    assert (entry.body, entry.facts["seq"]) == (b"<a/>", 2)
    with entry.open(entry.files[0][1]) as photo:
        assert photo.read() == b"photo"
    assert len(list(journal.folder.rglob("*"))) == 3, "the day, the entry, the file"


def test_a_photo_that_is_damaged_or_gone_is_told_from_a_whole_one(journal: Journal) -> None:
    keep(journal, 1, b"<a/>", [b"photo", b"other"])
    [entry] = whole(journal)
    (_, first), (_, second) = entry.files
    (entry.folder / f"{first}.file").write_bytes(b"phot\0")
    (entry.folder / f"{second}.file").unlink()
    for sha256 in (first, second):
        with pytest.raises(Damaged):
            entry.open(sha256)
    assert list(journal.damaged()) == [f"{DAY}/{second}.file"]


def test_nobody_else_on_the_machine_reads_it(journal: Journal) -> None:
    keep(journal, 1, b"<a/>", [b"photo"])
    files = [path for path in journal.folder.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_it_is_off_where_the_database_needs_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", on=False)
    assert keep(journal, 1, b"<a/>") == 1
    assert journal.places() == []
    assert not journal.folder.exists()
