"""A picture as it leaves the house: without the place where it was taken (decision 0020).

Nothing is decoded or compressed again. What tells of the place is overwritten where it lies, so
that the copy has the size of the original to the byte. What is kept of the EXIF of a JPEG, PNG or
WebP is which side is up and when it was taken; notes of the maker and previews go with the rest.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from mmap import mmap
from tempfile import TemporaryFile
from typing import BinaryIO

from PIL import Image

from server.processing.media_types import HEAD, sniff

_MOST_IN_MEMORY = 64 * 1024 * 1024
_ORIENTATION, _TAKEN, _DETAIL, _PLACE = 0x0112, 0x9003, 0x8769, 0x8825
_EXIF = b"Exif\0\0"
_COLOURS = b"ICC_PROFILE"
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd9-\xfe])")  # those with a length, and the end
# Where readers look for the next segment: they pass over whatever stands before it.
_SEGMENT = re.compile(rb"\xff+([\x02-\xcf\xda-\xfe])")
_EXIF_AT = re.compile(rb"Exif\0\0(?=II\x2a\0|MM\0\x2a)")
# A film's place in ISO 6709, as phones write it.
_FILM_PLACE = re.compile(rb"(?<=\xa9xyz)(.{4})([+-][0-9.]+[+-][0-9.]+(?:[+-][0-9.]+)?)", re.DOTALL)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_MOST_ENTRIES = 512

Bytes = bytearray | mmap
Blank = Callable[[Bytes], None]


def open_shared(file: BinaryIO) -> BinaryIO:
    """``file`` without its place; itself where it can tell none."""
    head = file.read(HEAD)
    kind = sniff(head)
    file.seek(0)
    if kind not in _BLANKED:
        return file
    data = file.read(_MOST_IN_MEMORY + 1)
    if len(data) > _MOST_IN_MEMORY:
        file.seek(0)
        return _large(file, kind)
    return io.BytesIO(without_place(data, kind))


def _large(file: BinaryIO, kind: str) -> BinaryIO:
    """Beside the memory: a film may have hundreds of megabytes."""
    copy = TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    with file:
        shutil.copyfileobj(file, copy)
    copy.flush()
    _blanked(mmap(copy.fileno(), 0), _BLANKED[kind])
    copy.seek(0)
    return copy


def without_place(data: bytes, kind: str) -> bytes:
    """As many bytes as came; what is broken in itself is left as far as it cannot be read."""
    blank = _BLANKED.get(kind)
    if blank is None:
        return data
    made = bytearray(data)
    _blanked(made, blank)
    return bytes(made)


def _blanked(data: Bytes, blank: Blank) -> None:
    # Where it ends in the middle of something, what came before is done.
    with contextlib.suppress(struct.error, IndexError, ValueError):
        blank(data)


# -- JPEG ------------------------------------------------------------------------------------------


def _jpeg(data: Bytes) -> None:
    """All that is for programs and not for the eye, and what lies behind the picture: films, and
    further pictures with an EXIF of their own."""
    at = 2
    while (found := _SEGMENT.search(data, at)) is not None:
        data[at : found.start()] = bytes(found.start() - at)
        marker, start = found[1][0], found.end() + 2
        (length,) = struct.unpack_from(">H", data, found.end())
        # Some readers go on behind a length that is none.
        end = max(start, min(found.end() + length, len(data)))
        if marker == 0xDA:
            _behind(data, end)
            return
        if marker == 0xE1 and data[start : start + 6] == _EXIF:
            _renew(data, start + 6, end)
        elif _is_for_programs(marker, data[start : start + len(_COLOURS)]):
            data[start:end] = bytes(end - start)
        at = end
    # Without a scan there is nothing to see.
    data[at:] = bytes(max(0, len(data) - at))


def _is_for_programs(marker: int, head: bytes | bytearray) -> bool:
    """APP1 to APP13 without the colours, which a screen needs, comments, and what no standard
    knows."""
    return marker == 0xFE or marker < 0xC0 or (0xE1 <= marker <= 0xED and head != _COLOURS)


def _behind(data: Bytes, at: int) -> None:
    """From the end of the last scan on; tables may stand between the scans."""
    while (found := _MARKER.search(data, at)) is not None:
        if found[1] == b"\xd9":
            data[found.end() :] = bytes(len(data) - found.end())
            return
        (length,) = struct.unpack_from(">H", data, found.end())
        start, at = found.end() + 2, min(found.end() + max(2, length), len(data))
        if _is_for_programs(found[1][0], b""):
            data[start:at] = bytes(max(0, at - start))


# -- PNG, WebP -------------------------------------------------------------------------------------


def _png(data: Bytes) -> None:
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        start, end = at + 8, min(at + 8 + length, len(data))
        if kind == b"eXIf":
            _renew(data, start, end)
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            data[at + 4 : end] = b"noTe" + bytes(end - start)
        else:
            at = end + 4
            continue
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4


def _webp(data: Bytes) -> None:
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        start, end = at + 8, min(at + 8 + length, len(data))
        if kind == b"EXIF":
            before = 6 if data[start : start + 6] == _EXIF else 0
            _renew(data, start + before, end)
        elif kind == b"XMP ":
            data[start:end] = bytes(end - start)
        at = end + length % 2


# -- EXIF ------------------------------------------------------------------------------------------


def _renew(data: Bytes, start: int, end: int) -> None:
    """What is kept of an EXIF, in the room of the whole."""
    kept = _kept(bytes(data[start:end]))
    room = end - start
    data[start:end] = kept.ljust(room, b"\0") if len(kept) <= room else bytes(room)


def _kept(tiff: bytes) -> bytes:
    old, new = Image.Exif(), Image.Exif()
    try:
        old.load(_EXIF + tiff)
        side = old.get(_ORIENTATION)
        if isinstance(side, int) and 1 <= side <= 8:
            new[_ORIENTATION] = side
        taken = old.get_ifd(_DETAIL).get(_TAKEN)
        if isinstance(taken, str) and re.fullmatch(r"[0-9: ]{19}", taken):
            new[_DETAIL] = {_TAKEN: taken}
    # Pillow raises whatever struct, int or its TIFF plugin raise on foreign bytes.
    except Exception:
        pass
    return new.tobytes().removeprefix(_EXIF)


# -- whatever keeps an EXIF somewhere inside (HEIC, AVIF), TIFF, films -----------------------------


def _anywhere(data: Bytes) -> None:
    for found in list(_EXIF_AT.finditer(data)):
        _forget_place(data, found.end())
    for found in list(re.finditer(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.DOTALL)):
        data[found.start() : found.end()] = b" " * (found.end() - found.start())


def _tiff(data: Bytes) -> None:
    _forget_place(data, 0)


def _film(data: Bytes) -> None:
    for found in list(_FILM_PLACE.finditer(data)):
        low, high = found.span(2)
        data[low:high] = re.sub(rb"[0-9]", b"0", found[2])


def _forget_place(data: Bytes, base: int) -> None:
    """The place's entries and their values in the TIFF that begins at ``base``."""
    order = "<" if data[base : base + 2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", data, base + 4)
    for tag, _, _, _, value_at in _entries(data, base, base + first, order):
        if tag == _PLACE:
            (there,) = struct.unpack_from(f"{order}I", data, value_at)
            for _, kind, count, entry_at, own in list(_entries(data, base, base + there, order)):
                size = _SIZES.get(kind, 1) * count
                if size > 4:
                    (far,) = struct.unpack_from(f"{order}I", data, own)
                    low, high = base + far, min(base + far + size, len(data))
                    data[low:high] = bytes(max(0, high - low))
                data[entry_at : entry_at + 12] = bytes(12)
            struct.pack_into(f"{order}H", data, base + there, 0)


def _entries(
    data: Bytes, base: int, at: int, order: str
) -> Iterator[tuple[int, int, int, int, int]]:
    """(tag, type, count, where it lies, where its value lies) of one directory."""
    (number,) = struct.unpack_from(f"{order}H", data, at)
    for entry_at in range(at + 2, at + 2 + 12 * min(number, _MOST_ENTRIES), 12):
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, entry_at)
        yield tag, kind, count, entry_at, entry_at + 8


_BLANKED: dict[str, Blank] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/heic": _anywhere,
    "image/heif": _anywhere,
    "image/avif": _anywhere,
    "image/tiff": _tiff,
    "video/mp4": _film,
    "video/quicktime": _film,
    "video/3gpp": _film,
}
