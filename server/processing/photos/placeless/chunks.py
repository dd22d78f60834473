"""PNG, and what is made of RIFF's chunks: WebP and WAV."""

from __future__ import annotations

import struct
import zlib

from server.processing.photos.placeless.exif import HEAD, renew
from server.processing.photos.placeless.overwriting import Bytes, blank

# Beside those that a picture cannot do without, whose names begin with a capital.
_PNG_SHOWN = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs sPLT tIME acTL fcTL fdAT".split()
)
_RIFF_KEPT = {
    b"WEBP": frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP")),
    b"WAVE": frozenset((b"fmt ", b"fact", b"data")),
}


def blank_png(data: Bytes) -> None:
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        start, end = at + 8, min(at + 8 + length, len(data))
        is_shown = kind[:1].isupper() or kind in _PNG_SHOWN
        if kind == b"eXIf":
            renew(data, start, end)
        elif not is_shown:
            data[at + 4 : at + 8] = b"noTe"
            blank(data, start, end)
        if not is_shown and end + 4 <= len(data):
            struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
        if kind == b"IEND":
            break
    blank(data, at, len(data))


def blank_riff(data: Bytes) -> None:
    kept = _RIFF_KEPT.get(bytes(data[8:12]), frozenset())
    said = 8 + int.from_bytes(data[4:8], "little")
    # A recorder that was cut off has not come to say how long it is.
    whole = said if 12 < said <= len(data) else len(data)
    at = 12
    while at + 8 <= whole:
        kind, length = struct.unpack_from("<4sI", data, at)
        start = at + 8
        is_open = kind == b"data" and length == 0
        end = whole if is_open else min(start + length, whole)
        if kind == b"EXIF":
            before = 6 if data[start : start + 6] == HEAD else 0
            renew(data, start + before, end)
        elif kind not in kept:
            blank(data, start, end)
        at = end + (end - start) % 2
    blank(data, at, len(data))
