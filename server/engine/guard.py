"""Turns writing away while the disk is not yet full: the small engines panic on a full one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from server.errors import DiskNearlyFull


def space_needed(reserve: int, largest_upload: int) -> int:
    """Free bytes below which nothing more is taken in.

    Three uploads of the largest size: one on its way into a temporary file, its copy in the
    database, and its copy in the journal.
    """
    return max(reserve, 3 * largest_upload)


def free_space(folder: Path) -> int:
    """Free bytes on the disk of the folder, which need not exist yet."""
    try:
        disk = os.statvfs(folder)
    except FileNotFoundError:
        return free_space(folder.parent)
    return disk.f_bavail * disk.f_frsize


@dataclass(frozen=True, slots=True)
class DiskState:
    free: int
    needed: int

    @property
    def nearly_full(self) -> bool:
        return self.free < self.needed


@dataclass(frozen=True, slots=True)
class DiskGuard:
    """Called before each upload; asking the disk costs microseconds, so it is asked each time."""

    folder: Path
    reserve: int
    largest_upload: int

    def state(self) -> DiskState:
        return DiskState(
            free=free_space(self.folder), needed=space_needed(self.reserve, self.largest_upload)
        )

    def __call__(self) -> None:
        if self.state().nearly_full:
            raise DiskNearlyFull
