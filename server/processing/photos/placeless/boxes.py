"""The boxes of ISO media (MP4, MOV, 3GP, M4A, HEIC, AVIF), one after and within the other."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from server.processing.photos.placeless.overwriting import Bytes, blank


@dataclass(frozen=True, slots=True)
class Box:
    """``start`` of its head, ``body`` of what it holds, ``end`` of both."""

    kind: bytes
    start: int
    body: int
    end: int

    def behind(self, number: int) -> Box:
        """Without the first bytes of what it holds."""
        return replace(self, body=min(self.body + number, self.end))


def boxes(data: Bytes, outer: Box) -> Iterator[Box]:
    """Those that ``outer`` holds; what is no box any more ends them."""
    at = outer.body
    while at + 8 <= outer.end:
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1 and at + 16 <= outer.end:
            (size,), body = struct.unpack_from(">Q", data, at + 8), at + 16
        elif size == 0:
            size = outer.end - at
        if size < body - at:
            return
        yield Box(kind, at, body, min(at + size, outer.end))
        at += size


def inner(data: Bytes, outer: Box, *path: bytes) -> Box | None:
    """The first box of a kind there, a step of ``path`` deeper each time."""
    for kind in path:
        here = next((each for each in boxes(data, outer) if each.kind == kind), None)
        if here is None:
            return None
        outer = here
    return outer


def handler(data: Bytes, outer: Box, *path: bytes) -> bytes:
    """What the ``hdlr`` box at the end of ``path`` says is there; b"" where there is none."""
    found = inner(data, outer, *path, b"hdlr")
    return bytes(data[found.body + 8 : found.body + 12]) if found else b""


def empty(data: Bytes, box: Box) -> None:
    """A box of the same size that says nothing: what stands behind it does not move."""
    data[box.start + 4 : box.start + 8] = b"free"
    blank(data, box.body, box.end)


def number_at(data: Bytes, at: int, size: int) -> int:
    """Raises ValueError where the file is too short."""
    found = bytes(data[at : at + size])
    if len(found) != size:
        raise ValueError
    return int.from_bytes(found, "big")
