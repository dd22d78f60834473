"""Pictures of every kind with labels of every kind: what no ordinary phone sends."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime
from typing import Any

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

_BASE, _GPS, _IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD


def scene(seed: int, size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """Something to see: a few soft patches, as different per seed as two rooms."""
    patches = Image.frombytes("RGB", (8, 6), random.Random(seed).randbytes(8 * 6 * 3))
    return patches.resize(size, Image.Resampling.BICUBIC).convert(mode)


def exif(
    *,
    taken_at: datetime | None = None,
    satellite_at: datetime | None = None,
    place: tuple[float, ...] | None = None,
    orientation: int = 1,
    camera: tuple[str, str] = ("samsung", "samsung SM-A155F"),
) -> Image.Exif:
    """``place`` is longitude, latitude and perhaps altitude; a zone in ``taken_at`` is written."""
    made = Image.Exif()
    made[_BASE.Make], made[_BASE.Model] = camera
    made[_BASE.Orientation] = orientation
    if taken_at is not None:
        detail = made.get_ifd(_IFD.Exif)
        detail[_BASE.DateTimeOriginal] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
        if taken_at.tzinfo is not None:
            zone = f"{taken_at:%z}"
            detail[_BASE.OffsetTimeOriginal] = f"{zone[:3]}:{zone[3:5]}"
    gps = made.get_ifd(_IFD.GPSInfo)
    if satellite_at is not None:
        utc = satellite_at.astimezone(UTC)
        gps[_GPS.GPSDateStamp] = f"{utc:%Y:%m:%d}"
        gps[_GPS.GPSTimeStamp] = (float(utc.hour), float(utc.minute), float(utc.second))
    if place is not None:
        longitude, latitude, *height = place
        gps[_GPS.GPSLatitudeRef] = "S" if latitude < 0 else "N"
        gps[_GPS.GPSLatitude] = _degrees(latitude)
        gps[_GPS.GPSLongitudeRef] = "W" if longitude < 0 else "E"
        gps[_GPS.GPSLongitude] = _degrees(longitude)
        if height:
            gps[_GPS.GPSAltitudeRef] = b"\x01" if height[0] < 0 else b"\x00"
            gps[_GPS.GPSAltitude] = IFDRational(round(abs(height[0]) * 10), 10)
    return made


def photo(
    seed: int = 1,
    *,
    size: tuple[int, int] = (640, 480),
    form: str = "JPEG",
    label: Image.Exif | None = None,
    **saved: Any,
) -> bytes:
    """The bytes of a file as a phone would send it; ``label`` is what ``exif`` made."""
    written = Image.Exif() if label is None else label  # one with sub-directories only is falsy
    return developed(scene(seed, size), form, exif=written, **saved)


def developed(image: Image.Image, form: str, **saved: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **saved)
    return out.getvalue()


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    seconds = round(abs(value) * 3_600_000)  # thousandths
    return (
        IFDRational(seconds // 3_600_000, 1),
        IFDRational(seconds // 60_000 % 60, 1),
        IFDRational(seconds % 60_000, 1000),
    )
