"""Files beside the database that nobody but the house's own user reads."""

from __future__ import annotations

import os


def private(path: str, flags: int) -> int:
    """The ``opener`` of such a file."""
    return os.open(path, flags, mode=0o600)
