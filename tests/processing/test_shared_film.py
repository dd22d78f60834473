"""Films and recordings leave the house without the place, and play as they did.

The files of ``films`` were made by FFmpeg, which writes a place as Android (©xyz), iPhones
(``com.apple.quicktime.location.ISO6709``) and old telephones (``loci``) do.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest

from server.errors import PlaceStays
from server.processing.photos import shared_picture
from server.processing.photos.media_types import HEAD, sniff
from server.processing.photos.shared_picture import may_tell_place, open_shared, without_place

FILMS = sorted((Path(__file__).parent / "films").iterdir())
# As text, and as the fixed-point numbers of ``loci``.
PLACES = (b"+21.0285", b"105.854", b"nha Ba Lan", struct.pack(">i", round(105.854 * 65536)))


def kind_of(film: bytes) -> str:
    return sniff(film[:HEAD])


def told(film: bytes) -> list[bytes]:
    return [each for each in PLACES if each in film]


def sound_and_pictures(film: bytes) -> bytes:
    """What FFmpeg's files have one block of."""
    if film.startswith(b"ID3"):
        return film[10 + int.from_bytes(film[6:10], "big") :]
    if film.startswith(b"RIFF"):
        at = film.index(b"data")
        return film[at : at + 8 + int.from_bytes(film[at + 4 : at + 8], "little")]
    at = film.index(b"mdat")
    return film[at : at + int.from_bytes(film[at - 4 : at], "big")]


@pytest.mark.parametrize("path", FILMS, ids=lambda each: each.name)
def test_a_film_or_recording_tells_no_place_and_plays_as_it_did(path: Path) -> None:
    came = path.read_bytes()
    assert told(came)
    shared = without_place(came, kind_of(came))
    assert told(shared) == []
    assert len(shared) == len(came)
    assert sound_and_pictures(shared) == sound_and_pictures(came)
    assert without_place(shared, kind_of(shared)) == shared, "once is enough"


def test_a_film_beside_the_memory_is_cleaned_as_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came = FILMS[1].read_bytes()
    monkeypatch.setattr(shared_picture, "_MOST_IN_MEMORY", 100)
    with open_shared(io.BytesIO(came)) as shared:
        assert shared.read() == without_place(came, kind_of(came)) != came


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def numbers(*all_of_them: int) -> bytes:
    return struct.pack(f">{len(all_of_them)}I", *all_of_them)


def track(number: int, kind: bytes, offsets: tuple[int, ...], sizes: tuple[int, ...]) -> bytes:
    """One sample in each chunk but the last, which has the rest."""
    runs = (1, 1, 1, len(offsets), 1 + len(sizes) - len(offsets), 1)
    return box(
        b"trak",
        box(b"tkhd", numbers(0, 0, 0, number)),
        box(
            b"mdia",
            box(b"hdlr", numbers(0, 0), kind, bytes(13)),
            box(
                b"minf",
                box(
                    b"stbl",
                    box(b"stsc", numbers(0, 2, *runs)),
                    box(b"stsz", numbers(0, 0, len(sizes), *sizes)),
                    box(b"stco", numbers(0, len(offsets), *offsets)),
                ),
            ),
        ),
    )


def test_a_track_in_which_a_camera_wrote_its_way_is_taken_out_with_its_samples() -> None:
    """GoPro's ``gpmd``, iPhones' ``mebx``: among the pictures, not in the film's notes."""
    seen = [b"PICTURE-1", b"GPS21.02", b"PICTURE-22", b"GPS21.0285,", b"GPS105.8540"]
    head = box(b"ftyp", b"isom", bytes(8))
    places, at = [], len(head) + 8
    for each in seen:
        places.append(at)
        at += len(each)
    came = head + box(b"mdat", *seen) + box(
        b"moov",
        box(b"mvhd", bytes(100)),
        track(1, b"vide", (places[0], places[2]), (9, 10)),
        track(2, b"meta", (places[1], places[3]), (8, 11, 11)),
    )  # fmt: skip
    shared = without_place(came, "video/mp4")
    assert len(shared) == len(came)
    assert b"GPS" not in shared
    assert b"PICTURE-1" in shared
    assert b"PICTURE-22" in shared
    assert shared.count(b"trak") == 1


@pytest.mark.parametrize("damage", ["cut", "no table", "pieces"])
def test_what_cannot_be_told_apart_does_not_leave(damage: str) -> None:
    head, samples = box(b"ftyp", b"isom", bytes(8)), box(b"mdat", b"GPS21.02")
    way = track(2, b"meta", (len(head) + 8,), (8,))
    came = {
        "cut": head + samples,
        "no table": head + samples + box(b"moov", way.replace(b"stsz", b"stzz")),
        "pieces": head
        + box(b"moov", way)
        + box(b"moof", box(b"traf", box(b"tfhd", numbers(0, 2))))
        + samples,
    }[damage]
    with pytest.raises(PlaceStays):
        without_place(came, "video/mp4")


def test_notes_behind_the_sound_of_an_mp3_are_gone() -> None:
    sound = b"\xff\xfb\x90\x64" + bytes(400)
    ape = b"place=21.0285" + b"APETAGEX" + struct.pack("<IIII", 2000, 13 + 32, 1, 0) + bytes(8)
    shared = without_place(sound + ape + b"TAG" + b"21.0285".ljust(125, b" "), "audio/mpeg")
    assert shared.startswith(sound)
    assert b"21.0285" not in shared


def test_it_is_known_which_kinds_leave_as_they_came() -> None:
    assert not any(map(may_tell_place, ("image/jpeg", "video/quicktime", "audio/amr", "text/csv")))
    kinds = ("application/pdf", "application/zip", "application/octet-stream", "video/webm")
    assert all(map(may_tell_place, kinds))
