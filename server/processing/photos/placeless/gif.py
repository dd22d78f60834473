"""GIF: comments, words and what programs wrote beside the pictures (XMP)."""

from __future__ import annotations

from server.processing.photos.placeless.overwriting import Bytes, blank

_CONTROL = 0xF9
# How often a film of pictures is shown.
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_MOST = 255


def blank_gif(data: Bytes) -> None:
    if len(data) < 13:
        return
    at = 13 + _colours(data[10])
    while at + 10 < len(data) and data[at] in (0x21, 0x2C):
        if data[at] == 0x2C:
            at = _end_of_blocks(data, at + 11 + _colours(data[at + 9]))
            continue
        kind, first = data[at + 1], at + 2
        end = _end_of_blocks(data, first)
        if kind != _CONTROL and data[first + 1 : first + 12] not in _LOOPS:
            # Told as a comment, in blocks of its own: XMP keeps to none.
            data[at + 1] = 0xFE
            _refill(data, first, end - 1)
        at = end
    blank(data, at + 1, len(data))


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: Bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return min(at + 1, len(data))


def _refill(data: Bytes, low: int, high: int) -> None:
    """Blocks of zeros, each with its length before it."""
    at = low
    while at < high:
        room = high - at
        # None is left over that would have no room for its length and a byte.
        length = min(_MOST - (room == _MOST + 2), room - 1)
        data[at] = length
        blank(data, at + 1, at + 1 + length)
        at += 1 + length
