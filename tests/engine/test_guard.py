"""When uploads are turned away because the disk fills up."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.config import MEGABYTE
from server.engine import DiskGuard, free_space, space_needed
from server.errors import DiskNearlyFull


@pytest.mark.parametrize(
    ("reserve", "largest_upload", "needed"),
    [(1024, 250, 1024), (1024, 400, 1200), (0, 250, 750), (750, 250, 750)],
)
def test_an_operator_keeps_the_reserve_and_room_for_three_large_uploads(
    reserve: int, largest_upload: int, needed: int
) -> None:
    assert space_needed(reserve, largest_upload) == needed


def test_a_phone_may_send_while_there_is_room(tmp_path: Path) -> None:
    guard = DiskGuard(tmp_path / "not yet made", reserve=0, largest_upload=MEGABYTE)
    guard()
    assert guard.state().free > guard.state().needed == 3 * MEGABYTE
    assert not guard.state().nearly_full


def test_a_phone_is_told_in_words_that_the_disk_is_full(tmp_path: Path) -> None:
    guard = DiskGuard(tmp_path, reserve=2 * free_space(tmp_path), largest_upload=MEGABYTE)
    assert guard.state().nearly_full
    with pytest.raises(DiskNearlyFull) as refused:
        guard()
    assert "Không mất gì cả" in refused.value.words("vi")
