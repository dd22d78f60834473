"""What leaves the house says nothing of where a picture was taken, and is the same picture."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from PIL import ExifTags, Image

from server.processing import shared_picture
from server.processing.pictures import read_picture
from server.processing.shared_picture import open_shared, without_place
from tests.processing.camera import exif, photo

PLACE = (105.854, 21.0285, 12.0)
TAKEN = datetime(2026, 11, 24, 9, 30)
KINDS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}


def labelled(form: str, **saved: object) -> bytes:
    label = exif(place=PLACE, taken_at=TAKEN, orientation=6)
    return photo(3, form=form, label=label, **saved)


def place_in(data: bytes, kind: str) -> object:
    return read_picture(io.BytesIO(data), media_type=kind).place


@pytest.mark.parametrize("form", sorted(set(KINDS) - {"TIFF"}))
def test_the_place_is_gone_and_every_pixel_and_byte_of_length_stays(form: str) -> None:
    if form not in Image.SAVE and form not in Image.registered_extensions().values():
        pytest.skip(f"Pillow writes no {form} here")
    kind = KINDS[form]
    came = labelled(form)
    assert place_in(came, kind) is not None
    shared = without_place(came, kind)
    assert place_in(shared, kind) is None
    assert len(shared) == len(came)
    one, other = Image.open(io.BytesIO(came)), Image.open(io.BytesIO(shared))
    assert one.tobytes() == other.tobytes()
    facts = read_picture(io.BytesIO(shared), media_type=kind)
    assert facts.orientation == read_picture(io.BytesIO(came), media_type=kind).orientation
    assert facts.taken_at == TAKEN
    assert facts.problems == ()


def test_nothing_of_the_maker_the_previews_or_the_words_around_a_jpeg_is_left() -> None:
    said = b"<x:xmpmeta>exif:GPSLatitude=21,1.71N</x:xmpmeta>"
    came = labelled("JPEG", comment=b"nha Ba Lan", xmp=said, progressive=True)
    film = came + b"....\xa9xyz" + came
    shared = without_place(film, "image/jpeg")
    assert len(shared) == len(film)
    for secret in (b"GPSLatitude", b"nha Ba Lan", b"samsung", b"xyz"):
        assert secret in film
        assert secret not in shared
    assert shared.count(b"Exif\0\0") == 1
    assert Image.open(io.BytesIO(shared)).tobytes() == Image.open(io.BytesIO(came)).tobytes()


@pytest.mark.parametrize(
    "junk", [b"\0", b"ab", b"\xff\0", b"\xff\xd0", b"\xff\x01", b"\xff\xff\xd9", b"\xff\xec\0\0"]
)
def test_what_readers_pass_over_in_a_jpeg_hides_no_place(junk: bytes) -> None:
    came = labelled("JPEG")
    came = came[:2] + junk + came[2:]
    shared = without_place(came, "image/jpeg")
    assert place_in(shared, "image/jpeg") is None
    assert b"samsung" not in shared
    assert len(shared) == len(came)


def test_a_jpeg_that_never_comes_to_its_picture_tells_nothing() -> None:
    came = labelled("JPEG")
    head = came[: came.index(b"\xff\xda")] + b"ten: Lan"
    assert b"Lan" not in without_place(head, "image/jpeg")


def test_what_stands_between_the_scans_of_a_jpeg_tells_nothing() -> None:
    came = labelled("JPEG", progressive=True)
    at = came.rindex(b"\xff\xda")
    shared = without_place(came[:at] + b"\xff\xfe\0\x0bnha Ba Lan"[:13] + came[at:], "image/jpeg")
    assert b"nha Ba" not in shared
    assert Image.open(io.BytesIO(shared)).tobytes() == Image.open(io.BytesIO(came)).tobytes()


@pytest.mark.parametrize("form", sorted(set(KINDS) - {"TIFF"}))
def test_a_large_one_loses_its_place_as_a_small_one_does(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if form not in Image.SAVE and form not in Image.registered_extensions().values():
        pytest.skip(f"Pillow writes no {form} here")
    came = labelled(form)
    monkeypatch.setattr(shared_picture, "_MOST_IN_MEMORY", 100)
    with open_shared(io.BytesIO(came)) as shared:
        assert shared.read() == without_place(came, KINDS[form]) != came


def test_the_colours_of_a_jpeg_stay() -> None:
    profile = b"\0\0\2\x0cADBE" + bytes(516)
    shared = without_place(labelled("JPEG", icc_profile=profile), "image/jpeg")
    assert Image.open(io.BytesIO(shared)).info["icc_profile"] == profile


def test_a_film_tells_no_place() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(12) + b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+21.0285+105.8540/"
    shared = without_place(film, "video/mp4")
    assert b"+00.0000+000.0000/" in shared
    assert len(shared) == len(film)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_what_is_cut_off_or_scribbled_over_hurts_nobody(form: str) -> None:
    came = labelled(form)
    for cut in range(0, len(came), max(1, len(came) // 60)):
        assert len(without_place(came[:cut], KINDS[form])) == cut
        scribbled = came[:cut] + b"\xff\xfe\xff\xff" + came[cut + 4 :]
        assert len(without_place(scribbled, KINDS[form])) == len(scribbled)


def test_what_is_no_picture_passes_untouched() -> None:
    for data in (b"", b"%PDF-1.7 GPSLatitude", b"a,b\n1,2\n"):
        assert open_shared(io.BytesIO(data)).read() == data
    came = io.BytesIO(labelled("JPEG"))
    gps = Image.open(open_shared(came)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert gps == {}
