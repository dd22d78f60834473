"""File descriptors that belong to this process alone.

A web server forks its workers. A worker that inherited the lock on the data folder, or the pipe
that tells the keeper "I am still here", would keep both alive after we are gone.
"""

from __future__ import annotations

import os
from weakref import WeakSet


class Held:
    """An open descriptor; closed in every process that is forked from this one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        _all_held.add(self)

    def fileno(self) -> int:
        if self._descriptor is None:
            raise ValueError("the descriptor is closed")
        return self._descriptor

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


_all_held: WeakSet[Held] = WeakSet()


def _close_all() -> None:
    for held in list(_all_held):
        held.close()


os.register_at_fork(after_in_child=_close_all)
