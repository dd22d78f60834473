"""The bytes of one file, changed in place; their number never changes."""

from __future__ import annotations

from collections.abc import Callable
from mmap import mmap

Bytes = bytearray | mmap
Blank = Callable[[Bytes], None]

_STEP = 1024 * 1024


def blank(data: Bytes, low: int, high: int) -> None:
    """From ``low`` up to ``high``, as far as the file goes; a film's may be many megabytes."""
    high = min(high, len(data))
    for at in range(max(0, low), high, _STEP):
        end = min(at + _STEP, high)
        data[at:end] = bytes(end - at)
