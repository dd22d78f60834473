"""Where a track's samples lie in the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise

from server.processing.photos.placeless.boxes import Box, boxes, inner, number_at
from server.processing.photos.placeless.overwriting import Bytes

_NEVER = 1 << 32


def samples_of(data: Bytes, track: Box) -> Iterator[tuple[int, int]]:
    """Chunk by chunk, from where to where. Raises ValueError where its tables cannot be read."""
    table = inner(data, track, b"mdia", b"minf", b"stbl")
    parts = {each.kind: each for each in boxes(data, table)} if table else {}
    offsets = _offsets(data, parts)
    if not offsets:
        return
    sizes, done = _Sizes(data, parts), 0
    runs = [*_rows(data, parts[b"stsc"], 4, "III"), (_NEVER, 0, 0)]
    for (first, number, _), (following, *_) in pairwise(runs):
        for offset in offsets[first - 1 : following - 1]:
            yield offset, offset + sizes.of(done, number)
            done += number


class _Sizes:
    """Of the samples of one track, in their order."""

    def __init__(self, data: Bytes, parts: dict[bytes, Box]) -> None:
        box = parts.get(b"stsz")
        if box is None:
            raise ValueError  # in four bits each: only hints to servers ever came so
        self._each = number_at(data, box.body + 4, 4)
        self._all = () if self._each else _rows(data, box, 8, "I")

    def of(self, first: int, number: int) -> int:
        """Together."""
        if self._each:
            return self._each * number
        return sum(size for (size,) in self._all[first : first + number])


def _offsets(data: Bytes, parts: dict[bytes, Box]) -> list[int]:
    short, long = parts.get(b"stco"), parts.get(b"co64")
    rows = _rows(data, short, 4, "I") if short else _rows(data, long, 4, "Q") if long else ()
    return [offset for (offset,) in rows]


def _rows(data: Bytes, box: Box, before: int, form: str) -> tuple[tuple[int, ...], ...]:
    """A table with its length in front of it."""
    row = struct.Struct(f">{form}")
    start = box.body + before + 4
    end = start + row.size * number_at(data, box.body + before, 4)
    if end > box.end:
        raise ValueError
    return tuple(row.iter_unpack(bytes(data[start:end])))
