"""The items of a picture in HEIC or AVIF: the picture itself, its parts, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator

from server.processing.photos.placeless.boxes import Box, boxes, empty, handler, inner, number_at
from server.processing.photos.placeless.exif import HEAD, renew
from server.processing.photos.placeless.overwriting import Bytes, blank

_SHOWN = frozenset(
    b"hvc1 hev1 av01 avc1 vvc1 evc1 jpeg j2k1 unci hvt1 lhv1 grid iovl iden tmap".split()
)
_KEPT = frozenset(b"hdlr pitm iinf iloc iprp iref idat grpl dinf".split())
_TOLD = (b"udes", b"uuid")
_IN_FILE, _IN_BOX = 0, 1


def is_picture(data: Bytes, meta: Box) -> bool:
    return handler(data, meta.behind(4)) == b"pict"


def blank_items(data: Bytes, meta: Box) -> None:
    """All but what is shown, of a ``meta`` box that holds a picture. Raises ValueError where what
    is told cannot be found."""
    kinds = dict(_kinds(data, meta))
    for number, pieces in _places(data, meta):
        kind = kinds.get(number, b"")
        if kind == b"Exif" and len(pieces) == 1:
            _renew(data, *pieces[0])
        elif kind not in _SHOWN:
            for low, high in pieces:
                blank(data, low, high)
    for box in boxes(data, meta.behind(4)):
        if box.kind not in _KEPT:
            empty(data, box)
    properties = inner(data, meta.behind(4), b"iprp", b"ipco")
    for box in boxes(data, properties) if properties else ():
        if box.kind in _TOLD:
            empty(data, box)


def _renew(data: Bytes, low: int, high: int) -> None:
    """An EXIF begins with how far away its TIFF is."""
    start = min(low + 4 + number_at(data, low, 4), high)
    if bytes(data[low + 4 : start]) != HEAD:
        blank(data, low + 4, start)
    renew(data, start, high)


def _kinds(data: Bytes, meta: Box) -> Iterator[tuple[int, bytes]]:
    """Of each item by its number."""
    found = inner(data, meta.behind(4), b"iinf")
    if found is None:
        return
    for box in boxes(data, found.behind(8 if data[found.body] else 6)):
        version = data[box.body]
        if box.kind != b"infe" or version < 2:
            continue
        long = 4 if version > 2 else 2
        at = box.body + 4
        yield number_at(data, at, long), bytes(data[at + long + 2 : at + long + 6])


def _places(data: Bytes, meta: Box) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Where the pieces of each item lie."""
    box = inner(data, meta.behind(4), b"iloc")
    if box is None:
        return
    version, widths = data[box.body], data[box.body + 4 : box.body + 6].hex()
    offset_w, length_w, base_w, index_w = (int(each) for each in widths)
    at, long = box.body + 6, 4 if version > 1 else 2

    def take(width: int) -> int:
        nonlocal at
        at += width
        return number_at(data, at - width, width) if width else 0

    for _ in range(take(long)):
        number, way = take(long), take(2) & 0xF if version else _IN_FILE
        take(2)
        base, pieces = take(base_w), list[tuple[int, int]]()
        for _ in range(take(2)):
            take(index_w if version else 0)
            low = _start(data, meta, way) + base + take(offset_w)
            pieces.append((low, low + take(length_w)))
        yield number, pieces


def _start(data: Bytes, meta: Box, way: int) -> int:
    """From where offsets count."""
    if way == _IN_FILE:
        return 0
    found = inner(data, meta.behind(4), b"idat")
    if way != _IN_BOX or found is None:
        raise ValueError  # within another item
    return found.body
