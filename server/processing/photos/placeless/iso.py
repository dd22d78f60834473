"""ISO media: films, sound, and pictures in HEIC and AVIF.

What is no picture, film or sound becomes an empty box of the same size: the notes of a film
(``udta``, ``meta``, ``uuid``), a film behind a picture (``mpvd``), and the tracks in which phones
and cameras write where they are while they film.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.processing.photos.placeless.boxes import Box, boxes, empty, handler, inner, number_at
from server.processing.photos.placeless.items import blank_items, is_picture
from server.processing.photos.placeless.overwriting import Bytes, blank
from server.processing.photos.placeless.samples import samples_of

_FILE = b""
# What each box may hold; one that is not named here stays as it is.
_WITHIN = {
    _FILE: frozenset(b"ftyp styp moov moof mdat sidx ssix mfra".split()),
    b"moov": frozenset(b"mvhd trak mvex iods".split()),
    b"trak": frozenset(b"tkhd edts tref tapt clip matt load mdia".split()),
    b"mdia": frozenset(b"mdhd hdlr elng minf".split()),
    b"minf": frozenset(b"vmhd smhd hmhd nmhd gmhd hdlr dinf stbl".split()),
    b"stbl": frozenset(
        b"stsd stts ctts cslg stsc stsz stz2 stco co64 stss stps stsh stdp sdtp sbgp sgpd subs "
        b"saiz saio".split()
    ),
    b"moof": frozenset(b"mfhd traf".split()),
    b"traf": frozenset(b"tfhd tfdt trun sbgp sgpd subs saiz saio".split()),
}
_SHOWN = (b"vide", b"soun", b"pict", b"auxv")


def blank_iso(data: Bytes) -> None:
    """Raises ValueError or struct.error where what tells of a place cannot be told apart."""
    whole = Box(_FILE, 0, 0, len(data))
    there = {box.kind for box in boxes(data, whole)}
    if b"mdat" in there and there.isdisjoint((b"moov", b"meta")):
        raise ValueError  # nothing says what the samples are
    _Cleaning(data).keep_what_shows(whole)


class _Cleaning:
    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._gone = set[int]()
        """The numbers of tracks that were emptied."""

    def keep_what_shows(self, outer: Box) -> None:
        for box in self._kept(outer):
            if box.kind == b"trak" and handler(self._data, box, b"mdia") not in _SHOWN:
                self._gone.add(self._number_of(box))
                for low, high in samples_of(self._data, box):
                    blank(self._data, low, high)
                empty(self._data, box)
            elif box.kind == b"traf" and self._track_of(box) in self._gone:
                raise ValueError  # its samples lie among the others'
            elif box.kind in _WITHIN:
                self.keep_what_shows(box)

    def _kept(self, outer: Box) -> Iterator[Box]:
        data, at = self._data, outer.body
        for box in boxes(data, outer):
            at = box.end
            if outer.kind == _FILE and box.kind == b"meta" and is_picture(data, box):
                blank_items(data, box)
            elif box.kind in _WITHIN[outer.kind]:
                yield box
            else:
                empty(data, box)
        blank(data, at, outer.end)

    def _number_of(self, track: Box) -> int:
        head = inner(self._data, track, b"tkhd")
        if head is None:
            return 0
        return number_at(self._data, head.body + (20 if self._data[head.body] else 12), 4)

    def _track_of(self, piece: Box) -> int:
        head = inner(self._data, piece, b"tfhd")
        return number_at(self._data, head.body + 4, 4) if head else 0
