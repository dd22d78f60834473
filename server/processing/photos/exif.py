"""When, where and with what a picture was taken, as far as its EXIF can be believed.

EXIF is written by phones, editors and people who want to deceive: any value may be missing, of the
wrong type, or nonsense. What cannot be understood is left out, and ``broken`` says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

from server.processing.photos.picture_facts import Place

_BASE, _GPS, _IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD

# A moment and the zone that belongs to it, best first.
_TIMES = (
    (_BASE.DateTimeOriginal, _BASE.OffsetTimeOriginal),
    (_BASE.DateTimeDigitized, _BASE.OffsetTimeDigitized),
    (_BASE.DateTime, _BASE.OffsetTime),
)
_YEARS = range(1990, 2200)  # of digital cameras
_WIDEST_ZONE = timedelta(hours=14)
_QUARTER = timedelta(minutes=15)
_FIX_AGE = timedelta(minutes=2)
_LONGEST_CAMERA = 60


@dataclass(frozen=True, slots=True)
class Exif:
    """``taken_at`` has a zone when the picture tells it; else it is the camera's local time."""

    orientation: int = 1
    taken_at: datetime | None = None
    place: Place | None = None
    camera: str | None = None
    broken: bool = False


def read_exif(image: Image.Image) -> Exif:
    """What the picture's EXIF says; never raises."""
    return _Reader(image).read()


class _Reader:
    def __init__(self, image: Image.Image) -> None:
        self.broken = False
        self.main: Mapping[int, Any] = {}
        self.detail: Mapping[int, Any] = {}
        self.gps: Mapping[int, Any] = {}
        # Pillow's reader raises whatever struct, int or its TIFF plugin raise on foreign bytes.
        try:
            # Not image.getexif(): that of a PNG decodes the whole picture, bomb or not.
            exif = Image.Image.getexif(image)
            self.main = exif
            self.detail = exif.get_ifd(_IFD.Exif)
            self.gps = exif.get_ifd(_IFD.GPSInfo)
        except Exception:
            self.broken = True

    def read(self) -> Exif:
        return Exif(
            orientation=self._orientation(),
            taken_at=self._taken_at(),
            place=self._place(),
            camera=self._camera(),
            broken=self.broken,
        )

    def _get(self, ifd: Mapping[int, Any], tag: int) -> Any:
        try:  # values are decoded when asked for
            return ifd.get(tag)
        except Exception:
            self.broken = True
            return None

    def _text(self, ifd: Mapping[int, Any], tag: int) -> str:
        value = self._get(ifd, tag)
        if isinstance(value, bytes):
            value = value.decode("ascii", "replace")
        if not isinstance(value, str):
            return ""
        return "".join(each for each in value if each.isprintable()).strip()

    def _orientation(self) -> int:
        value = self._get(self.main, _BASE.Orientation)
        return value if isinstance(value, int) and 1 <= value <= 8 else 1

    def _camera(self) -> str | None:
        make, model = self._text(self.main, _BASE.Make), self._text(self.main, _BASE.Model)
        named = model if model.lower().startswith(make.lower()) else f"{make} {model}"
        return named.strip()[:_LONGEST_CAMERA] or None

    # -- time

    def _taken_at(self) -> datetime | None:
        for tag, zone_tag in _TIMES:
            ifd = self.main if tag == _BASE.DateTime else self.detail
            local = self._local_time(self._text(ifd, tag))
            if local is not None:
                zone = self._written_zone(zone_tag) or self._zone_by_satellite(local)
                return local.replace(tzinfo=zone)
        return None

    def _local_time(self, text: str) -> datetime | None:
        if not re.search("[1-9]", text):  # blanks or zeros: a camera without a clock
            return None
        with suppress(ValueError):
            local = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")
            if local.year in _YEARS:
                return local
        self.broken = True
        return None

    def _written_zone(self, tag: int) -> timezone | None:
        text = self._text(self.detail, tag)
        found = re.fullmatch(r"([+-])(\d\d):?(\d\d)", "+00:00" if text == "Z" else text)
        if found is None:
            return None
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-ahead if found[1] == "-" else ahead) if ahead <= _WIDEST_ZONE else None

    def _zone_by_satellite(self, local: datetime) -> timezone | None:
        """GPS time is UTC: if it is whole quarters of an hour away, that is the zone."""
        utc = self._satellite_time()
        if utc is None:
            return None
        ahead = local - utc
        zone = round(ahead / _QUARTER) * _QUARTER
        fresh = abs(ahead - zone) <= _FIX_AGE  # an old fix would make a zone that nobody lives in
        return timezone(zone) if fresh and abs(zone) <= _WIDEST_ZONE else None

    def _satellite_time(self) -> datetime | None:
        clock = self._numbers(self.gps, _GPS.GPSTimeStamp)
        day = self._text(self.gps, _GPS.GPSDateStamp)
        if clock is None or len(clock) != 3 or not all(0 <= each <= 60 for each in clock):
            return None
        try:
            midnight = datetime.strptime(day[:10], "%Y:%m:%d").replace(tzinfo=UTC)
            moment = midnight + timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2])
        except (ValueError, OverflowError):
            return None
        return moment.replace(tzinfo=None)

    # -- place

    def _place(self) -> Place | None:
        latitude = self._degrees(_GPS.GPSLatitude, _GPS.GPSLatitudeRef, "NS", 90)
        longitude = self._degrees(_GPS.GPSLongitude, _GPS.GPSLongitudeRef, "EW", 180)
        if latitude is None or longitude is None:
            return None
        if latitude == 0 and longitude == 0:  # what phones write before the first fix
            return None
        return Place(longitude, latitude, self._altitude())

    def _degrees(self, tag: int, side_tag: int, sides: str, most: int) -> float | None:
        if self._get(self.gps, tag) is None:
            return None
        parts, side = self._numbers(self.gps, tag), self._text(self.gps, side_tag).upper()
        if parts and len(parts) <= 3 and side and side in sides:
            value = sum(part / unit for part, unit in zip(parts, (1, 60, 3600), strict=False))
            if 0 <= value <= most:
                return round(-value if side == sides[1] else value, 7)
        self.broken = True
        return None

    def _altitude(self) -> float | None:
        height = self._numbers(self.gps, _GPS.GPSAltitude)
        if height is None or len(height) != 1 or not 0 <= height[0] <= 9000:
            return None
        below = self._get(self.gps, _GPS.GPSAltitudeRef) in (1, b"\x01")
        return round(-height[0] if below else height[0], 1)

    def _numbers(self, ifd: Mapping[int, Any], tag: int) -> list[float] | None:
        """One rational or several; None when one of them is no number (a zero denominator)."""
        value = self._get(ifd, tag)
        try:
            numbers = [float(each) for each in (value if isinstance(value, tuple) else (value,))]
        except (TypeError, ValueError, ArithmeticError):
            return None
        return numbers if all(math.isfinite(each) for each in numbers) else None
