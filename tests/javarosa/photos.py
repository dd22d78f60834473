"""Photos as a phone takes them: real JPEGs with EXIF, the same for the same seed."""

from __future__ import annotations

import io
import random
from datetime import datetime, timedelta, timezone

from PIL import Image, ImageChops, ImageDraw, ImageFilter

VIETNAM = timezone(timedelta(hours=7))
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
LARGEST_COMMENT = 65_533

# How a viewer turns what is stored, undone: the camera stores the scene lying on its side.
STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def photo(
    seed: int,
    *,
    size: tuple[int, int] = (1280, 960),
    taken_at: datetime | None = None,
    place: tuple[float, float] | None = None,
    orientation: int = 1,
    quality: int = 85,
    kilobytes: int | None = None,
) -> bytes:
    """A JPEG of a house among hills.

    ``size`` is that of the stored pixels; a viewer that respects ``orientation`` sees the house
    upright. A ``taken_at`` without a zone is Vietnamese time. With ``kilobytes`` the quality is
    the best that stays below, and the rest is padded: the file has that size, unless even the
    lowest quality is larger.
    """
    upright = size if orientation < 5 else (size[1], size[0])
    picture = _scene(random.Random(seed), upright)
    if orientation in STORED_AS:
        picture = picture.transpose(STORED_AS[orientation])
    exif = _exif(taken_at, place, orientation)
    if kilobytes is None:
        return _jpeg(picture, exif, quality)
    wanted = kilobytes * 1024
    return _padded(_best_below(picture, exif, wanted), wanted, random.Random(seed))


def _scene(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    morning, noon = (chance.randint(150, 235) for _ in range(2))
    sky = Image.linear_gradient("L").resize(size)
    picture = Image.merge(
        "RGB",
        (
            sky.point(lambda v: morning - v // 3),
            sky.point(lambda v: noon - v // 5),
            sky.point(lambda v: 245 - v // 4),
        ),
    )
    draw = ImageDraw.Draw(picture)
    for layer in range(3):
        _hills(draw, chance, size, layer)
    _house(draw, chance, width, height)
    # A lens is never quite sharp and a sensor never quite clean.
    picture = picture.filter(ImageFilter.GaussianBlur(max(width, height) / 1600))
    grain = Image.frombytes("L", size, chance.randbytes(width * height))
    grain = grain.point(lambda v: v // 9)
    return ImageChops.subtract(picture, Image.merge("RGB", (grain, grain, grain)))


def _hills(
    draw: ImageDraw.ImageDraw, chance: random.Random, size: tuple[int, int], layer: int
) -> None:
    width, height = size
    base = height * (4 + layer * 2) // 10
    ridge = [
        (width * step // 8, base - chance.randint(0, max(1, height // 6))) for step in range(9)
    ]
    green = chance.randint(90, 150) - 20 * layer
    draw.polygon([*ridge, (width, height), (0, height)], fill=(green // 2, green, green // 3))


def _house(draw: ImageDraw.ImageDraw, chance: random.Random, width: int, height: int) -> None:
    unit = min(width, height) // 10
    left, floor = chance.randint(unit, max(unit, width - 6 * unit)), height * 9 // 10
    wall = tuple(chance.randint(150, 230) for _ in range(3))
    draw.rectangle((left, floor - 3 * unit, left + 5 * unit, floor), fill=wall)
    roof = [(left - unit // 2, floor - 3 * unit), (left + 5 * unit + unit // 2, floor - 3 * unit)]
    tiles = (chance.randint(120, 180), chance.randint(40, 80), 50)
    draw.polygon([*roof, (left + 5 * unit // 2, floor - 5 * unit)], fill=tiles)
    draw.rectangle((left + 2 * unit, floor - 2 * unit, left + 3 * unit, floor), fill=(70, 45, 30))
    draw.rectangle(
        (left + unit // 2, floor - 5 * unit // 2, left + 3 * unit // 2, floor - 3 * unit // 2),
        fill=(60, 80, 110),
        outline=(240, 240, 240),
        width=max(1, unit // 12),
    )


def _exif(
    taken_at: datetime | None, place: tuple[float, float] | None, orientation: int
) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Samsung"
    exif[0x0110] = "SM-A155F"
    exif[0x0112] = orientation
    if taken_at is not None:
        local = taken_at.astimezone(VIETNAM) if taken_at.tzinfo else taken_at
        moment = f"{local:%Y:%m:%d %H:%M:%S}"
        exif[0x0132] = moment
        taken = exif.get_ifd(EXIF_IFD)
        taken[0x9003] = moment
        taken[0x9004] = moment
        taken[0x9010] = taken[0x9011] = taken[0x9012] = "+07:00"
    if place is not None:
        latitude, longitude = place
        gps = exif.get_ifd(GPS_IFD)
        gps[0] = b"\x02\x03\x00\x00"
        gps[1], gps[2] = "N" if latitude >= 0 else "S", _sexagesimal(latitude)
        gps[3], gps[4] = "E" if longitude >= 0 else "W", _sexagesimal(longitude)
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(abs(degrees) * 3600, 4), 60)
    whole, minutes = divmod(minutes, 60)
    return (whole, minutes, round(seconds, 4))


def _jpeg(picture: Image.Image, exif: Image.Exif, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def _best_below(picture: Image.Image, exif: Image.Exif, wanted: int) -> bytes:
    low, high = 5, 96
    while high - low > 1:
        middle = (low + high) // 2
        if len(_jpeg(picture, exif, middle)) <= wanted:
            low = middle
        else:
            high = middle
    return _jpeg(picture, exif, low)


def _padded(jpeg: bytes, wanted: int, chance: random.Random) -> bytes:
    """Comments before the end marker; they cannot be compressed away on the road."""
    comments = []
    lacking = wanted - len(jpeg)
    while lacking >= 4:
        length = min(lacking - 4, LARGEST_COMMENT)
        comments.append(b"\xff\xfe" + (length + 2).to_bytes(2, "big") + chance.randbytes(length))
        lacking -= length + 4
    return jpeg[:-2] + b"".join(comments) + jpeg[-2:]
