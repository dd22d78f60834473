"""Files by their content."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from pymongo.errors import DuplicateKeyError

from server.errors import AttachmentUnknown, DatabaseDown
from server.services import Services
from server.storage.blobs import CHUNK, Blob, digest
from server.storage.database import Document
from tests.world import Clock

Put = Callable[[bytes], Blob]


@pytest.fixture
def put(bare_house: Services) -> Put:
    def stored(data: bytes) -> Blob:
        file = BytesIO(data)
        sha256, size = digest(file)
        blobs = bare_house.stores.blobs
        return blobs.put(file, sha256=sha256, size=size, type="image/jpeg")

    return stored


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK + 7])
def test_what_is_put_comes_back_byte_for_byte(bare_house: Services, put: Put, size: int) -> None:
    """R05, R14: a file that is said to be there is there whole."""
    data = os.urandom(size)
    blob = put(data)
    assert bare_house.stores.blobs.read(blob.sha256) == data
    assert blob == Blob(blob.sha256, size, "image/jpeg")
    assert bare_house.stores.blobs.is_whole(blob.sha256)


def test_twenty_phones_with_one_photo_store_it_once(bare_house: Services, put: Put) -> None:
    data = os.urandom(3 * CHUNK)
    with ThreadPoolExecutor(8) as many:
        names = {each.sha256 for each in many.map(put, [data] * 20)}
    assert len(names) == 1
    assert bare_house.stores.blobs.read(names.pop()) == data


@pytest.mark.parametrize("size", [CHUNK - 1, 3 * CHUNK])
def test_a_photo_whose_bytes_the_disk_lost_is_healed_by_a_retry(
    bare_house: Services, put: Put, size: int
) -> None:
    """R09."""
    data = os.urandom(size)
    blobs, sha256 = bare_house.stores.blobs, put(data).sha256
    blobs._chunks.delete_one({"files_id": sha256, "n": 0})
    assert not blobs.is_whole(sha256)
    put(data)
    assert blobs.read(sha256) == data
    assert blobs.is_whole(sha256)


def test_a_half_written_file_is_finished_by_the_next_try(bare_house: Services, put: Put) -> None:
    """R06: a crash after some chunks leaves no sign that the file is there."""
    data = os.urandom(4 * CHUNK)
    sha256, _ = digest(BytesIO(data))
    chunks = bare_house.stores.blobs._chunks
    first = {"_id": f"{sha256}:0", "files_id": sha256, "n": 0, "data": data[:CHUNK]}
    chunks.insert_one(first)
    with pytest.raises(AttachmentUnknown):
        bare_house.stores.blobs.read(sha256)
    put(data)
    assert bare_house.stores.blobs.read(sha256) == data


def test_the_sweeper_leaves_a_file_that_was_taken_up_again(
    bare_house: Services, put: Put, clock: Clock
) -> None:
    blob = put(b"an old photo")
    clock.move(days=2)
    blobs = bare_house.stores.blobs
    [(sha256, last_use)] = list(blobs.older_than(clock() - timedelta(days=1)))
    put(b"an old photo")
    assert not blobs.remove(sha256, last_use)
    assert blobs.read(blob.sha256) == b"an old photo"


# -- beside the sweeper ----------------------------------------------------------------------------


Sweep = Callable[[], bool]


@pytest.fixture
def sweep(bare_house: Services, put: Put, clock: Clock) -> Sweep:
    """Removes one old photo that nothing points to; whether it was removed."""
    put(b"an old photo")
    clock.move(days=2)
    blobs = bare_house.stores.blobs
    [(sha256, last_use)] = list(blobs.older_than(clock() - timedelta(days=1)))
    return lambda: blobs.remove(sha256, last_use)


def is_whole(house: Services) -> bool:
    blobs, (sha256, _) = house.stores.blobs, digest(BytesIO(b"an old photo"))
    return blobs.is_whole(sha256) and blobs.read(sha256) == b"an old photo"


def test_a_photo_is_stored_though_it_is_swept_away_as_it_comes(
    bare_house: Services, put: Put, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there when it was written, and is not when it is looked at."""
    files = bare_house.stores.blobs._new_files
    insert = files.insert

    def insert_beside_a_sweep(document: Document) -> None:
        try:
            insert(document)
        except DuplicateKeyError:
            assert sweep()
            raise

    monkeypatch.setattr(files, "insert", insert_beside_a_sweep)
    put(b"an old photo")
    assert is_whole(bare_house)


def test_of_two_sweepers_none_takes_what_came_between_them(
    bare_house: Services, put: Put, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = bare_house.stores.blobs._chunks
    thanked: list[Blob] = []

    class SlowChunks:
        """The other sweeper and a phone are faster."""

        def delete_many(self, wanted: Document) -> object:
            monkeypatch.undo()
            assert not sweep()
            with suppress(DatabaseDown):
                thanked.append(put(b"an old photo"))
            return chunks.delete_many(wanted)

    monkeypatch.setattr(bare_house.stores.blobs, "_chunks", SlowChunks())
    assert sweep()
    if not thanked:
        put(b"an old photo")
    assert is_whole(bare_house)


def test_a_sweep_that_was_cut_short_keeps_phones_waiting_for_an_hour_at_most(
    bare_house: Services, put: Put, sweep: Sweep, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(wanted: Document) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(bare_house.stores.blobs, "_chunks", SimpleNamespace(delete_many=killed))
        with pytest.raises(Killed):
            sweep()
    with pytest.raises(DatabaseDown):
        put(b"an old photo")
    clock.move(hours=2)
    with pytest.raises(DatabaseDown):
        put(b"an old photo")
    put(b"an old photo")
    assert is_whole(bare_house)
