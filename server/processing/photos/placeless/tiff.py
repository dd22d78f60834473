"""TIFF, and the raw pictures made of it: each directory is left with what draws its picture, and
every byte that none of them leads to is gone."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from server.processing.photos.placeless.overwriting import Bytes, blank

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_ENTRIES, _MOST_DIRECTORIES = 512, 256
_FURTHER, _DETAIL, _TAKEN = 330, 0x8769, frozenset((0x9003, 0x9004))
# Where pieces of the picture lie, and how long they are.
_PIECES = ((273, 279), (324, 325), (513, 514))
_DRAWS = frozenset((
    *range(254, 260), 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, *range(280, 285),
    *range(290, 294), 296, 297, 301, 306, *range(317, 326), 330, 332, 334, 336, *range(338, 348),
    *range(512, 522), *range(529, 533), 33421, 33422, 34675, _DETAIL,
    # Of raw pictures: how to develop them, without serial numbers and the maker's own notes.
    *range(50706, 50709), *range(50710, 50735), *range(50736, 50740), 50778, 50779, 50780, 50829,
    50830, 50879, *range(50936, 50942), *range(50964, 50967), 50981, 50982, 51008, 51009, 51022,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """``value`` is where the value lies, in the entry itself or far away; ``size`` its bytes."""

    tag: int
    kind: int
    count: int
    raw: bytes
    value: int
    size: int


def blank_tiff(data: Bytes) -> None:
    """Raises struct.error or ValueError where a directory cannot be read."""
    cleaning = _Cleaning(data)
    waiting, seen = [(cleaning.first, _DRAWS)], set[int]()
    while waiting:
        at, kept = waiting.pop()
        if at and at not in seen:
            seen.add(at)
            waiting += cleaning.clean(at, kept)
        if len(seen) > _MOST_DIRECTORIES:
            raise ValueError
    cleaning.blank_the_rest()


class _Cleaning:
    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        (self.first,) = struct.unpack_from(f"{self._order}I", data, 4)
        self._kept = [(0, 8)]

    def clean(self, at: int, kept: frozenset[int]) -> Iterator[tuple[int, frozenset[int]]]:
        """Leaves what is ``kept`` in the directory there; those that hang on it."""
        data, order = self._data, self._order
        entries = list(self._entries(at))
        behind = at + 2 + 12 * len(entries)
        (following,) = struct.unpack_from(f"{order}I", data, behind)
        left = {each.tag: each for each in entries if each.tag in kept}
        hanging = [(following, kept)]
        if _DETAIL in left:
            hanging += [(each, _TAKEN) for each in self._numbers(left[_DETAIL])]
        if _FURTHER in left:
            hanging += [(each, _DRAWS) for each in self._numbers(left[_FURTHER])]
        self._keep(left)
        self._kept.append((at, behind + 4))
        new = b"".join(each.raw for each in left.values()) + struct.pack(f"{order}I", following)
        struct.pack_into(f"{order}H", data, at, len(left))
        data[at + 2 : behind + 4] = new.ljust(behind + 2 - at, b"\0")
        yield from hanging

    def _keep(self, left: dict[int, _Entry]) -> None:
        self._kept += [(each.value, each.value + each.size) for each in left.values()]
        for where, how_long in _PIECES:
            if where in left and how_long in left:
                starts, sizes = self._numbers(left[where]), self._numbers(left[how_long])
                self._kept += [(a, a + size) for a, size in zip(starts, sizes, strict=True)]

    def blank_the_rest(self) -> None:
        at = 0
        for low, high in sorted(self._kept):
            blank(self._data, at, low)
            at = max(at, high)
        blank(self._data, at, len(self._data))

    def _entries(self, at: int) -> Iterator[_Entry]:
        order, data = self._order, self._data
        (number,) = struct.unpack_from(f"{order}H", data, at)
        if number > _MOST_ENTRIES:
            raise ValueError
        for entry_at in range(at + 2, at + 2 + 12 * number, 12):
            tag, kind, count, far = struct.unpack_from(f"{order}HHII", data, entry_at)
            raw = bytes(data[entry_at : entry_at + 12])
            size = _SIZES.get(kind, 1) * count
            yield _Entry(tag, kind, count, raw, entry_at + 8 if size <= 4 else far, size)

    def _numbers(self, entry: _Entry) -> tuple[int, ...]:
        form = {3: "H", 4: "I", 13: "I"}.get(entry.kind)
        if form is None:
            raise ValueError
        return struct.unpack_from(f"{self._order}{entry.count}{form}", self._data, entry.value)
