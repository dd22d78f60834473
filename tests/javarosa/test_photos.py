"""The photos for tests are what a phone's camera makes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageOps

from tests.javarosa.photos import EXIF_IFD, GPS_IFD, photo

TAKEN = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    assert image.format == "JPEG"
    return image


def test_a_camera_writes_down_when_and_where() -> None:
    exif = opened(photo(1, taken_at=TAKEN, place=(21.3321, -107.4005))).getexif()
    taken, gps = exif.get_ifd(EXIF_IFD), exif.get_ifd(GPS_IFD)
    assert taken[0x9003] == "2026:11:20 09:30:00"
    assert taken[0x9011] == "+07:00"
    assert (gps[1], gps[3]) == ("N", "W")
    degrees = [float(d + m / 60 + s / 3600) for d, m, s in (gps[2], gps[4])]
    assert degrees == pytest.approx([21.3321, 107.4005], abs=1e-6)
    assert exif[0x010F]
    assert exif[0x0110]


def test_a_camera_without_a_fix_writes_no_place() -> None:
    exif = opened(photo(1)).getexif()
    assert not exif.get_ifd(GPS_IFD)
    assert not exif.get_ifd(EXIF_IFD)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_viewer_sees_the_house_upright_however_the_phone_was_held(orientation: int) -> None:
    jpeg = photo(4, size=(320, 240), orientation=orientation, quality=95)
    stored = opened(jpeg)
    assert stored.size == (320, 240)
    seen = ImageOps.exif_transpose(stored)
    assert seen.size == ((320, 240) if orientation < 5 else (240, 320))
    width, height = seen.size
    sky = seen.crop((0, 0, width, height // 10)).resize((1, 1)).getpixel((0, 0))
    ground = seen.crop((0, height * 19 // 20, width, height)).resize((1, 1)).getpixel((0, 0))
    assert isinstance(sky, tuple)
    assert isinstance(ground, tuple)
    assert sum(sky) > sum(ground) + 150


def test_the_same_seed_gives_the_same_photo_and_another_seed_another() -> None:
    assert photo(7, size=(160, 120)) == photo(7, size=(160, 120))
    assert photo(7, size=(160, 120)) != photo(8, size=(160, 120))


@pytest.mark.parametrize("kilobytes", [60, 200, 3000])
def test_a_tester_gets_a_photo_of_the_size_asked_for(kilobytes: int) -> None:
    jpeg = photo(9, kilobytes=kilobytes, taken_at=TAKEN)
    assert abs(len(jpeg) - kilobytes * 1024) < 8
    assert opened(jpeg).getexif().get_ifd(EXIF_IFD)
