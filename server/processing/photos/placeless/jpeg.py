"""JPEG: all that is for programs and not for the eye, and what lies behind the picture."""

from __future__ import annotations

import re

from server.processing.photos.placeless.exif import HEAD, renew
from server.processing.photos.placeless.overwriting import Bytes, blank

_COLOURS = b"ICC_PROFILE"
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd9-\xfe])")  # those with a length, and the end
# Where readers look for the next segment: they pass over whatever stands before it.
_SEGMENT = re.compile(rb"\xff+([\x02-\xcf\xda-\xfe])")


def blank_jpeg(data: Bytes) -> None:
    """Films and further pictures behind the first have an EXIF of their own."""
    at = 2
    while (found := _SEGMENT.search(data, at)) is not None:
        blank(data, at, found.start())
        marker, start = found[1][0], found.end() + 2
        length = _number(data, found.end())
        # Some readers go on behind a length that is none.
        end = max(start, min(found.end() + length, len(data)))
        if marker == 0xDA:
            _behind(data, end)
            return
        if marker == 0xE1 and data[start : start + 6] == HEAD:
            renew(data, start + 6, end)
        elif _is_for_programs(marker, data[start : start + len(_COLOURS)]):
            blank(data, start, end)
        at = end
    # Without a scan there is nothing to see.
    blank(data, at, len(data))


def _is_for_programs(marker: int, head: bytes | bytearray) -> bool:
    """APP1 to APP15 without the colours and Adobe's way of writing them, which a screen needs,
    comments, and what no standard knows."""
    is_application = 0xE1 <= marker <= 0xEF and marker != 0xEE and head != _COLOURS
    return is_application or marker >= 0xF0 or marker < 0xC0


def _behind(data: Bytes, at: int) -> None:
    """From the end of the last scan on; tables may stand between the scans."""
    while (found := _MARKER.search(data, at)) is not None:
        if found[1] == b"\xd9":
            blank(data, found.end(), len(data))
            return
        length = _number(data, found.end())
        start, at = found.end() + 2, min(found.end() + max(2, length), len(data))
        if _is_for_programs(found[1][0], b""):
            blank(data, start, at)


def _number(data: Bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
