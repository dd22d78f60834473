"""What becomes of a file that is no picture, half a picture, or a trap."""

from __future__ import annotations

import io
import json
import struct
import zlib
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin, features

from server.processing.photos.picture_facts import Problem
from server.processing.photos.pictures import examine, thumbnail
from tests.javarosa.photos import photo as taken
from tests.processing.camera import developed, exif, photo, scene
from tests.processing.viewer import difference, examined, facts_of, needs_heic, opened

TAKEN = datetime(2026, 11, 20, 9, 5, 7, tzinfo=timezone(timedelta(hours=7)))

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")


def test_an_empty_file_is_called_empty() -> None:
    """R14"""
    assert facts_of(b"").problems == (Problem.EMPTY,)
    empty = examine(io.BytesIO(b""), media_type="image/jpeg")
    assert empty.facts.problems == (Problem.EMPTY,)
    assert empty.thumbnails == {}


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n%", "họ tên,tuổi\n".encode(), bytes(range(256)) * 40, b"PK\x03\x04" + bytes(99)],
    ids=["PDF", "table", "anything", "ZIP"],
)
def test_a_file_that_is_no_picture_is_called_so(data: bytes) -> None:
    assert facts_of(data).problems == (Problem.NOT_A_PICTURE,)
    assert thumbnail(io.BytesIO(data), longest=320) is None


def test_a_photo_cut_off_on_the_way_shows_the_part_that_came() -> None:
    whole = scene(4, (800, 600))
    data = developed(whole, "JPEG", exif=exif(taken_at=TAKEN), quality=95)
    found = examined(data[: len(data) * 6 // 10], 800)
    assert found.facts.problems == (Problem.TRUNCATED,)
    assert found.facts.taken_at == TAKEN
    assert (found.facts.width, found.facts.height) == (800, 600)
    assert found.facts.dhash is None
    top = (0, 0, 800, 250)
    assert difference(opened(found.thumbnails[800]).crop(top), whole.crop(top)) < 4


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_half_a_picture_of_another_kind_is_flagged(form: str) -> None:
    if form == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = photo(4, size=(400, 300), form=form)
    problems = facts_of(data[: len(data) // 2]).problems
    assert problems in ((Problem.TRUNCATED,), (Problem.UNREADABLE,))


@needs_heic
def test_half_an_iphone_photo_is_flagged() -> None:
    data = photo(4, size=(400, 300), form="HEIF")
    problems = facts_of(data[: len(data) // 2]).problems
    assert problems in ((Problem.TRUNCATED,), (Problem.UNREADABLE,))


def test_a_photo_that_lost_only_its_last_mark_is_whole() -> None:
    data = photo(4, size=(400, 300))
    assert data.endswith(b"\xff\xd9")
    assert facts_of(data[:-2] + bytes(2000)).problems == ()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def _huge_png(side: int) -> bytes:
    """A picture of one colour: side × side pixels in a few kilobytes."""
    deflate = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    pixels = b"".join(deflate.compress(row) for _ in range(side)) + deflate.flush()
    header = struct.pack(">LLBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
    )


def test_a_png_of_48_kilobytes_and_400_million_pixels_is_not_unfolded() -> None:
    data = _huge_png(20000)
    assert len(data) < 60_000
    found = examined(data)
    assert found.facts.problems == (Problem.TOO_MANY_PIXELS,)
    assert (found.facts.width, found.facts.height) == (20000, 20000)
    assert found.thumbnails == {}


def test_a_png_of_sixty_thousand_by_sixty_thousand_is_refused_at_the_door() -> None:
    header = struct.pack(">LLBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"")
    assert facts_of(data).problems == (Problem.TOO_MANY_PIXELS,)


def test_a_gif_with_a_giant_canvas_is_not_unfolded() -> None:
    data = bytearray(photo(1, size=(16, 16), form="GIF"))
    data[6:10] = struct.pack("<HH", 65535, 65535)
    assert facts_of(bytes(data)).problems == (Problem.TOO_MANY_PIXELS,)


def test_a_text_bomb_inside_a_png_is_not_unfolded() -> None:
    notes = PngImagePlugin.PngInfo()
    for _ in range(80):
        notes.add_text("Comment", "x" * 1_000_000, zip=True)
    bomb = developed(scene(1, (32, 24)), "PNG", pnginfo=notes)
    assert len(bomb) < 100_000
    assert facts_of(bomb).problems == (Problem.UNREADABLE,)


def test_a_photo_that_would_be_drawn_a_thousand_times_is_not_drawn() -> None:
    data = photo(1, size=(64, 48), progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    bomb = data[:-2] + last_scan * 1000 + data[-2:]
    assert facts_of(data).problems == ()
    assert facts_of(bomb).problems == (Problem.TOO_MANY_PIXELS,)


def test_a_photo_with_a_film_behind_it_is_no_trap() -> None:
    film = b"\xff\xda" * 5000  # phones append the second before the photo; any bytes may be in it
    assert facts_of(photo(1) + film).problems == ()
    assert facts_of(taken(1, kilobytes=3000)).problems == ()  # long comments of chance bytes
    told = photo(1, size=(64, 48), comment=b"\xff\xda" * 5000)
    assert facts_of(told).problems == ()


def test_a_photo_of_48_megapixels_is_no_bomb() -> None:
    data = developed(Image.new("RGB", (8000, 6000), "green"), "JPEG")
    found = examined(data)
    assert found.facts.problems == ()
    assert opened(found.thumbnails[1600]).size == (1600, 1200)


def test_a_store_that_fails_while_reading_is_not_taken_for_a_broken_photo() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        examine(Failing(b""), media_type="image/jpeg")


def test_the_file_is_left_open_and_unchanged() -> None:
    file = io.BytesIO(photo(1))
    before = file.getvalue()
    file.seek(5)
    examine(file, media_type="image/jpeg")
    assert not file.closed
    assert file.getvalue() == before


# -- anything at all

ORIGINALS = {
    "JPEG": photo(2, size=(48, 32), label=exif(taken_at=TAKEN, place=(107.0, 20.9))),
    "progressive JPEG": photo(2, size=(48, 32), progressive=True),
    "PNG": photo(2, size=(48, 32), form="PNG", label=exif(taken_at=TAKEN)),
    "WEBP": photo(2, size=(48, 32), form="WEBP"),
    "GIF": photo(2, size=(48, 32), form="GIF"),
    "TIFF": photo(2, size=(48, 32), form="TIFF"),
    "BMP": photo(2, size=(48, 32), form="BMP"),
} | ({"HEIF": photo(2, size=(64, 64), form="HEIF")} if "HEIF" in Image.OPEN else {})


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("kind", ORIGINALS)
@given(data=st.data())
def test_a_photo_with_any_bytes_changed_or_lost_is_survived(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(ORIGINALS[kind])
    places = st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255))
    for at, byte in data.draw(st.lists(places, max_size=12)):
        damaged[at] = byte
    cut = data.draw(st.integers(0, len(damaged)) | st.none())
    file = io.BytesIO(bytes(damaged[:cut]))
    found = examine(file, media_type=f"image/{_subtype(kind)}")
    json.dumps(found.facts.as_facts(), allow_nan=False)
    if not found.facts.problems:
        assert set(found.thumbnails) == {320, 1600}


def _subtype(kind: str) -> str:
    return {"HEIF": "heic"}.get(kind, kind.split()[-1].lower())


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["jpeg", "png", "webp", "gif", "tiff", "bmp"]))
def test_any_bytes_called_a_picture_are_survived(data: bytes, subtype: str) -> None:
    assert examine(io.BytesIO(data), media_type=f"image/{subtype}").facts.problems
