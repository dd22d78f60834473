"""MP3: the notes before and behind the sound (ID3, APE, Lyrics3)."""

from __future__ import annotations

from server.processing.photos.placeless.overwriting import Bytes, blank

_FOOTER = 0x10


def blank_mpeg_audio(data: Bytes) -> None:
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        footer = 10 if data[at + 5] & _FOOTER else 0
        size = sum(
            (each & 0x7F) << shift
            for each, shift in zip(data[at + 6 : at + 10], (21, 14, 7, 0), strict=True)
        )
        data[at + 5] = 0
        blank(data, at + 10, at + 10 + size + footer)
        at += 10 + size + footer
    end = len(data)
    while size := _note_behind(data, end):
        blank(data, end - size, end)
        end = max(at, end - size)


def _note_behind(data: Bytes, end: int) -> int:
    """How long the note is that ends at ``end``; 0 where there is none."""
    if end >= 128 and data[end - 128 : end - 125] == b"TAG":
        return 128
    if end >= 32 and data[end - 32 : end - 24] == b"APETAGEX":
        # Without its head, which not all have.
        return min(end, int.from_bytes(data[end - 20 : end - 16], "little") + 32)
    if end >= 15 and data[end - 9 : end] == b"LYRICS200":
        return min(end, int(data[end - 15 : end - 9]) + 15)
    return 0
