"""The server's disk fills up, with records or with whatever else lies on it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.installation import Installation, installed
from bench.material import records
from server.config import MEGABYTE
from server.engine import free_space
from tests.faults.accounts import shortfalls
from tests.phone import Phone, Sent
from tests.records import Made

RESERVE = 60  # MB


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root may make a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def cramped(after_first_start: Path, small_disk: Path, engine: str) -> Iterator[Installation]:
    shutil.copytree(after_first_start, small_disk / "data")
    settings = {"CAUNOI_DISK_RESERVE_MB": str(RESERVE), "CAUNOI_MAX_UPLOAD_MB": "5"}
    with installed(small_disk / "data", engine, settings) as installation:
        yield installation


@pytest.mark.slow
def test_a_phone_keeps_its_record_while_the_server_s_disk_is_full(cramped: Installation) -> None:
    """R19. Nobody restarts anything, and nothing that was thanked for is lost."""
    database = cramped.database()
    thanked: list[Made] = []
    with Phone(cramped.address_for_phones()) as phone:

        def send() -> Sent:
            made = next(waiting)
            sent = phone.send(made.xml, made.files)
            if sent.done:
                thanked.append(made)
            return sent

        waiting = records(photo_kilobytes=1000)
        assert send().done
        ballast = fill(cramped.data.parent, leave=(RESERVE + 10) * MEGABYTE)
        refused = until(send, lambda sent: not sent.done)
        assert refused.statuses == [503]
        assert "đĩa" in refused.message
        assert "disk is full" in refused.message
        # Turned away in time: the database has room to go on, and what is there can be read.
        assert cramped.database() == database
        assert cramped.get("/-/ready") == 503
        assert {each.form_id for each in phone.form_list()} >= {made.form_id for made in thanked}
        assert shortfalls(cramped.config, thanked) == []

        ballast.unlink()
        assert send().done
        assert cramped.database() == database

        # Somebody else fills it to the last byte, against all warnings.
        ballast = fill(cramped.data.parent, leave=0)
        for _ in range(20):
            assert send().statuses == [503]
            time.sleep(0.1)
        ballast.unlink()
        until(send, lambda sent: sent.done)
    assert shortfalls(cramped.config, thanked) == []


def fill(disk: Path, leave: int) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        while (left := free_space(disk) - leave) > 0:
            file.write(bytes(min(left, MEGABYTE)))
            file.flush()
    return ballast


def until(attempt: Callable[[], Sent], enough: Callable[[Sent], bool]) -> Sent:
    limit = time.monotonic() + 120
    while not enough(found := attempt()):
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.05)
    return found
