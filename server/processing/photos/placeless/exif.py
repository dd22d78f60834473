"""What is kept of an EXIF: which side is up, and when it was taken."""

from __future__ import annotations

import re

from PIL import Image

from server.processing.photos.placeless.overwriting import Bytes

HEAD = b"Exif\0\0"
_ORIENTATION, _TAKEN, _DETAIL = 0x0112, 0x9003, 0x8769


def renew(data: Bytes, start: int, end: int) -> None:
    """The kept part, in the room of the whole."""
    end = max(start, min(end, len(data)))
    kept = _kept(bytes(data[start:end]))
    room = end - start
    data[start:end] = kept.ljust(room, b"\0") if len(kept) <= room else bytes(room)


def _kept(tiff: bytes) -> bytes:
    old, new = Image.Exif(), Image.Exif()
    try:
        old.load(HEAD + tiff)
        side = old.get(_ORIENTATION)
        if isinstance(side, int) and 1 <= side <= 8:
            new[_ORIENTATION] = side
        taken = old.get_ifd(_DETAIL).get(_TAKEN)
        if isinstance(taken, str) and re.fullmatch(r"[0-9: ]{19}", taken):
            new[_DETAIL] = {_TAKEN: taken}
    # Pillow raises whatever struct, int or its TIFF plugin raise on foreign bytes.
    except Exception:
        pass
    return new.tobytes().removeprefix(HEAD)
