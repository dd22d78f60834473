"""A picture, film or recording as it leaves the house: without the place where it was taken
(decision 0020).

Nothing is decoded or compressed again. What tells of the place is overwritten where it lies, so
that the copy has the size of the original to the byte.
"""

from __future__ import annotations

import io
import shutil
import struct
from mmap import mmap
from tempfile import TemporaryFile
from typing import BinaryIO

from server.errors import PlaceStays
from server.processing.photos.media_types import HEAD, sniff
from server.processing.photos.placeless.chunks import blank_png, blank_riff
from server.processing.photos.placeless.gif import blank_gif
from server.processing.photos.placeless.iso import blank_iso
from server.processing.photos.placeless.jpeg import blank_jpeg
from server.processing.photos.placeless.mpeg_audio import blank_mpeg_audio
from server.processing.photos.placeless.overwriting import Blank, Bytes
from server.processing.photos.placeless.tiff import blank_tiff

_MOST_IN_MEMORY = 8 * 1024 * 1024
_BLANKED: dict[str, Blank] = {
    "image/jpeg": blank_jpeg,
    "image/png": blank_png,
    "image/webp": blank_riff,
    "image/gif": blank_gif,
    "image/tiff": blank_tiff,
    "image/heic": blank_iso,
    "image/heif": blank_iso,
    "image/avif": blank_iso,
    "video/mp4": blank_iso,
    "video/quicktime": blank_iso,
    "video/3gpp": blank_iso,
    "audio/mp4": blank_iso,
    "audio/mpeg": blank_mpeg_audio,
    "audio/wav": blank_riff,
}
# Kinds that have no room for notes.
_SILENT = frozenset(
    ("text/plain", "text/csv", "image/bmp", "audio/amr", "audio/amr-wb", "audio/aac")
)


def may_tell_place(kind: str) -> bool:
    """Whether a file of this kind leaves as it came, with whatever stands in it."""
    return kind not in _BLANKED and kind not in _SILENT


def open_shared(file: BinaryIO) -> BinaryIO:
    """``file`` without its place; itself where we know of none. Raises PlaceStays where it may have
    one that cannot be told from the rest."""
    head = file.read(HEAD)
    kind = sniff(head)
    file.seek(0)
    if kind not in _BLANKED:
        return file
    data = file.read(_MOST_IN_MEMORY + 1)
    if len(data) > _MOST_IN_MEMORY:
        file.seek(0)
        return _large(file, kind)
    with file:
        return io.BytesIO(without_place(data, kind))


def _large(file: BinaryIO, kind: str) -> BinaryIO:
    """Beside the memory: a film may have hundreds of megabytes."""
    copy = TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    try:
        with file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        with mmap(copy.fileno(), 0) as data:
            _blanked(data, _BLANKED[kind])
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def without_place(data: bytes, kind: str) -> bytes:
    """As many bytes as came. Raises PlaceStays."""
    blank = _BLANKED.get(kind)
    if blank is None:
        return data
    made = bytearray(data)
    _blanked(made, blank)
    return bytes(made)


def _blanked(data: Bytes, blank: Blank) -> None:
    try:
        blank(data)
    except (struct.error, LookupError, ValueError):
        raise PlaceStays from None
