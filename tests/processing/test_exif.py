"""When and where a photo says that it was taken, however odd its EXIF."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from server.processing.photos.exif import Exif, read_exif
from server.processing.photos.picture_facts import Place
from tests.processing.camera import developed, exif, photo, scene

VIETNAM = timezone(timedelta(hours=7))
NINE = datetime(2026, 11, 20, 9, 5, 7)
HA_LONG = (107.0843, 20.9517, 12.5)
GPS, IFD = ExifTags.GPS, ExifTags.IFD

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # what Pillow says of bad EXIF


def _read(data: bytes) -> Exif:
    with Image.open(io.BytesIO(data)) as image:
        return read_exif(image)


def _tagged(ifd: int | None, **tags: Any) -> Exif:
    """A photo with these tags, named as in the standard, and no others."""
    made = Image.Exif()
    part = made if ifd is None else made.get_ifd(ifd)
    names = GPS if ifd == IFD.GPSInfo else ExifTags.Base
    for name, value in tags.items():
        part[names[name]] = value
    return _read(photo(size=(32, 24), label=made))


def test_a_photo_knows_its_minute_its_place_and_its_camera() -> None:
    found = _read(photo(label=exif(taken_at=NINE.replace(tzinfo=VIETNAM), place=HA_LONG)))
    assert found == Exif(
        taken_at=NINE.replace(tzinfo=VIETNAM),
        place=Place(107.0843, 20.9517, 12.5),
        camera="samsung SM-A155F",
    )


def test_a_phone_that_writes_no_zone_has_it_told_by_its_satellites() -> None:
    taken = NINE.replace(tzinfo=VIETNAM)
    fix = taken - timedelta(seconds=40)
    assert _read(photo(label=exif(taken_at=NINE, satellite_at=fix))).taken_at == taken


def test_a_fix_from_twenty_minutes_ago_invents_no_zone() -> None:
    stale = NINE.replace(tzinfo=VIETNAM) - timedelta(minutes=20)
    found = _read(photo(label=exif(taken_at=NINE, satellite_at=stale)))
    assert found.taken_at == NINE
    assert found.taken_at is not None
    assert found.taken_at.tzinfo is None


def test_a_time_without_any_zone_stays_local() -> None:
    assert _read(photo(label=exif(taken_at=NINE))).taken_at == NINE


def test_places_south_and_west_and_below_the_sea_keep_their_signs() -> None:
    found = _read(photo(label=exif(place=(-43.2075, -22.9028, -3.0))))
    assert found.place == Place(-43.2075, -22.9028, -3.0)


def test_a_place_of_whole_degrees_and_decimal_minutes_is_read() -> None:
    found = _tagged(
        IFD.GPSInfo,
        GPSLatitudeRef="N",
        GPSLatitude=(20.0, 57.102, 0.0),
        GPSLongitudeRef="E",
        GPSLongitude=(107.0, 5.058, 0.0),
    )
    assert found.place is not None
    assert found.place.latitude == pytest.approx(20.9517, abs=1e-5)
    assert found.place.longitude == pytest.approx(107.0843, abs=1e-5)


def test_a_phone_without_a_fix_is_not_off_the_coast_of_africa() -> None:
    found = _read(photo(label=exif(place=(0.0, 0.0))))
    assert found.place is None
    assert not found.broken


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  ", ""])
def test_a_camera_whose_clock_was_never_set_has_no_time_and_no_fault(text: str) -> None:
    assert _tagged(IFD.Exif, DateTimeOriginal=text) == Exif()


@pytest.mark.parametrize(
    "text", ["2026:13:45 99:99:99", "0001:01:01 00:00:00", "9999:12:31 23:59:59", "hôm qua 1"]
)
def test_an_impossible_time_is_left_out_and_flagged(text: str) -> None:
    found = _tagged(IFD.Exif, DateTimeOriginal=text.encode("latin-1", "replace"))
    assert found.taken_at is None
    assert found.broken


@pytest.mark.parametrize("zone", ["+99:00", "+25:61", "Hanoi", "\x00"])
def test_an_impossible_zone_leaves_the_local_time(zone: str) -> None:
    found = _tagged(IFD.Exif, DateTimeOriginal="2026:11:20 09:05:07", OffsetTimeOriginal=zone)
    assert found.taken_at == NINE


def test_a_zone_written_as_z_is_utc() -> None:
    found = _tagged(IFD.Exif, DateTimeOriginal="2026:11:20 09:05:07", OffsetTimeOriginal="Z")
    assert found.taken_at == NINE.replace(tzinfo=UTC)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_a_side_that_does_not_exist_is_upright(value: int) -> None:
    assert _tagged(None, Orientation=value).orientation == 1


def test_a_long_or_odd_camera_name_is_cut_and_cleaned() -> None:
    found = _tagged(None, Make="Xiao\x00mi\x07", Model="x" * 5000)
    assert found.camera is not None
    assert found.camera.startswith("Xiaomi xxx")
    assert len(found.camera) == 60


# -- EXIF that no camera wrote: a directory by hand, values by file offset


def _directory(*entries: tuple[int, int, int, bytes], at: int = 8, following: int = 0) -> bytes:
    """One IFD, little-endian; an entry is tag, type, count and its four bytes of value."""
    rows = b"".join(struct.pack("<HHL4s", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + rows + struct.pack("<L", following)


def _tiff(*parts: bytes) -> bytes:
    return b"Exif\x00\x00II*\x00" + struct.pack("<L", 8) + b"".join(parts)


def _offset(value: int) -> bytes:
    return struct.pack("<L", value)


def _with_exif(raw: bytes) -> Exif:
    return _read(developed(scene(1, (32, 24)), "JPEG", exif=raw))


def _gps_by_hand(degrees: bytes) -> bytes:
    """Both coordinates share one value of three rationals behind the directories."""
    main = _directory((IFD.GPSInfo, 4, 1, _offset(26)))
    values = 26 + 2 + 4 * 12 + 4
    gps = _directory(
        (GPS.GPSLatitudeRef, 2, 2, b"N\x00\x00\x00"),
        (GPS.GPSLatitude, 5, 3, _offset(values)),
        (GPS.GPSLongitudeRef, 2, 2, b"E\x00\x00\x00"),
        (GPS.GPSLongitude, 5, 3, _offset(values)),
    )
    return _tiff(main, gps, degrees)


def test_the_directory_made_by_hand_is_one_that_can_be_read() -> None:
    found = _with_exif(_gps_by_hand(struct.pack("<6L", 21, 1, 30, 1, 36, 1)))
    assert found.place == Place(21.51, 21.51)


@pytest.mark.parametrize(
    "degrees",
    [
        struct.pack("<6L", 21, 0, 30, 0, 36, 0),
        struct.pack("<6L", 0, 0, 0, 0, 0, 0),
        struct.pack("<6L", 2**32 - 1, 1, 2**32 - 1, 1, 2**32 - 1, 1),
        struct.pack("<6L", 21, 1, 30, 1, 36, 0),
        b"",
    ],
    ids=["zero denominators", "nothing over nothing", "off the earth", "half broken", "cut off"],
)
def test_degrees_that_are_no_numbers_are_no_place(degrees: bytes) -> None:
    found = _with_exif(_gps_by_hand(degrees))
    assert found.place is None


@pytest.mark.parametrize(
    "raw",
    [
        _tiff(_directory((IFD.Exif, 4, 1, _offset(8)), (IFD.GPSInfo, 4, 1, _offset(8)))),
        _tiff(_directory((IFD.Exif, 4, 1, _offset(8)), following=8)),
        _tiff(_directory((IFD.Exif, 4, 1, _offset(2**32 - 1)))),
        _tiff(_directory((IFD.GPSInfo, 2, 4, b"here"))),
        _tiff(_directory((0x010F, 2, 2**31, _offset(8)))),
        _tiff(struct.pack("<H", 65535)),
        b"Exif\x00\x00",
        b"Exif\x00\x00not a TIFF at all",
    ],
    ids=["cyclic", "chain in a ring", "far out", "words", "2 GB name", "65535", "empty", "text"],
)
def test_directories_that_lead_nowhere_do_no_harm(raw: bytes) -> None:
    found = _with_exif(raw)
    assert found.place is None
    assert found.taken_at is None


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_where_exif_should_be_are_survived(raw: bytes) -> None:
    _with_exif(b"Exif\x00\x00" + raw)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*ExifTags.Base, *range(32)]),
            st.integers(0, 14),
            st.sampled_from([0, 1, 2, 3, 20, 2**16, 2**32 - 1]),
            st.binary(min_size=4, max_size=4),
        ),
        max_size=12,
    )
)
def test_any_directory_of_known_tags_is_survived(
    entries: list[tuple[int, int, int, bytes]],
) -> None:
    _with_exif(_tiff(_directory(*entries)))
