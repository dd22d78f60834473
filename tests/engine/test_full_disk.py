"""A disk that fills up under a database, although the guard warned."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from server.config import MEGABYTE, Config
from server.engine import DiskGuard, free_space, own_database, supervise
from server.errors import DiskNearlyFull, EngineTrouble
from tests.engine.conftest import Client, until


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "small disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root may make a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, leave: int) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        for _ in range((free_space(disk) - leave) // MEGABYTE):
            file.write(bytes(MEGABYTE))
    return ballast


@pytest.mark.slow
def test_a_phone_s_record_outlives_a_full_disk_and_sending_goes_on_by_itself(
    config: Config,
    small_disk: Path,
    connect: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervise, "LOOK_EVERY_SECONDS", 1.0)
    guard = DiskGuard(small_disk, reserve=40 * MEGABYTE, largest_upload=MEGABYTE)
    with own_database(replace(config, data=small_disk / "data")) as uri:
        visits = connect(uri)["caunoi"]["visits"]

        def send() -> bool:
            try:
                visits.insert_one({"photo": bytes(MEGABYTE)})
            except PyMongoError:
                return False
            return True

        thanked = [visits.insert_one({}).inserted_id for _ in range(20)]
        guard()
        ballast = fill(small_disk, leave=20 * MEGABYTE)
        with pytest.raises(DiskNearlyFull):
            guard()
        # What goes on below the guard's mark is not safe: the engines panic, and have been seen
        # to lose the last write that they acknowledged.
        until(lambda: not send(), seconds=120)
        ballast.unlink()
        until(send, seconds=120)
        guard()
        found = {visit["_id"] for visit in visits.find({}, {"_id": 1})}
        assert found.issuperset(thanked)


def test_an_operator_who_starts_on_a_full_disk_is_told_to_free_some(
    embedded: Config, small_disk: Path
) -> None:
    config = replace(embedded, data=small_disk / "data")
    ballast = fill(small_disk, leave=5 * MEGABYTE)
    with pytest.raises(EngineTrouble, match="is full"):
        own_database(config).__enter__()
    ballast.unlink()
    with own_database(config):
        assert (config.data / "db" / "running.json").exists()
