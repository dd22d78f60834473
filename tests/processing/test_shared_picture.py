"""What leaves the house says nothing of where a picture was taken, and is the same picture."""

from __future__ import annotations

import io
import zlib
from contextlib import nullcontext, suppress
from datetime import datetime

import pytest
from PIL import ExifTags, Image, ImageSequence
from PIL.TiffImagePlugin import AppendingTiffWriter

from server.errors import PlaceStays
from server.processing.photos import shared_picture
from server.processing.photos.pictures import read_picture
from server.processing.photos.shared_picture import open_shared, without_place
from tests.processing.camera import developed, exif, photo, scene

PLACE = (105.854, 21.0285, 12.0)
TAKEN = datetime(2026, 11, 24, 9, 30)
KINDS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
    "GIF": "image/gif",
}
NO_PLACE = {"TIFF", "GIF"}  # that our own reading finds: they are told of below


def labelled(form: str, **saved: object) -> bytes:
    label = exif(place=PLACE, taken_at=TAKEN, orientation=6)
    return photo(3, form=form, label=label, **saved)


def place_in(data: bytes, kind: str) -> object:
    return read_picture(io.BytesIO(data), media_type=kind).place


@pytest.mark.parametrize("form", sorted(set(KINDS) - NO_PLACE))
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


@pytest.mark.parametrize("form", sorted(set(KINDS) - NO_PLACE))
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


@pytest.mark.parametrize("form", sorted(KINDS))
def test_what_is_cut_off_or_scribbled_over_hurts_nobody(form: str) -> None:
    """It leaves as long as it came, or not at all where that is not enough to find the place."""
    came, is_sure = labelled(form), form in ("JPEG", "PNG", "WEBP", "GIF")
    for cut in range(0, len(came), max(1, len(came) // 60)):
        scribbled = came[:cut] + b"\xff\xfe\xff\xff" + came[cut + 4 :]
        for broken in (came[:cut], scribbled):
            with nullcontext() if is_sure else suppress(PlaceStays):
                assert len(without_place(broken, KINDS[form])) == len(broken)


def test_what_is_no_picture_passes_untouched() -> None:
    for data in (b"", b"%PDF-1.7 GPSLatitude", b"a,b\n1,2\n"):
        assert open_shared(io.BytesIO(data)).read() == data
    came = io.BytesIO(labelled("JPEG"))
    gps = Image.open(open_shared(came)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert gps == {}


XMP = b"<x:xmpmeta>exif:GPSLatitude=21,1.71N nha Ba Lan</x:xmpmeta>"


def is_the_same_picture(one: bytes, other: bytes) -> bool:
    pictures = [Image.open(io.BytesIO(each)) for each in (one, other)]
    frames = [list(ImageSequence.all_frames(each)) for each in pictures]
    return [each.tobytes() for each in frames[0]] == [each.tobytes() for each in frames[1]]


def test_comments_and_xmp_of_a_gif_are_gone_and_it_goes_on_moving() -> None:
    frames = [scene(each, (64, 48)) for each in range(3)]
    saved = {"append_images": frames[1:], "save_all": True, "loop": 0}
    came = developed(frames[0], "GIF", comment=b"nha Ba Lan " * 60, **saved)
    # As Adobe's programs write it, in no blocks; what follows leads any reader to its end.
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    at = came.index(b"\x21\xf9")
    came = came[:at] + b"\x21\xff\x0bXMP DataXMP" + XMP + magic + came[at:] + b"nha Ba Lan"
    shared = without_place(came, "image/gif")
    assert len(shared) == len(came)
    assert (b"Ba Lan" in came, b"Ba Lan" in shared, b"GPSLat" in shared) == (True, False, False)
    assert b"NETSCAPE2.0" in shared
    assert is_the_same_picture(came, shared)


def test_every_directory_of_a_tiff_is_cleaned() -> None:
    """The second picture has words of its own, and a place to which nothing leads."""
    out = io.BytesIO()
    with AppendingTiffWriter(out) as writer:
        for number in range(2):
            label = exif(place=PLACE, taken_at=TAKEN, orientation=6)
            label[ExifTags.Base.ImageDescription] = "nha Ba Lan"
            label[ExifTags.Base.XMLPacket] = XMP
            scene(number, (64, 48)).save(writer, "TIFF", exif=label.tobytes())
            writer.newFrame()
    came = out.getvalue()
    shared = without_place(came, "image/tiff")
    assert len(shared) == len(came)
    degrees = (105).to_bytes(4, "little") + (1).to_bytes(4, "little")
    for secret in (b"Ba Lan", b"samsung", degrees):
        assert (came.count(secret) > 1, secret in shared) == (True, False), secret
    picture = Image.open(io.BytesIO(shared))
    for number in range(2):
        picture.seek(number)
        told = picture.getexif()
        assert dict(told.get_ifd(ExifTags.IFD.GPSInfo)) == {}
        assert told[ExifTags.Base.Orientation] == 6
        assert list(told.get_ifd(ExifTags.IFD.Exif)) == [ExifTags.Base.DateTimeOriginal]
    assert is_the_same_picture(came, shared)


def test_a_tiff_that_leads_out_of_itself_does_not_leave() -> None:
    came = labelled("TIFF")
    with pytest.raises(PlaceStays):
        without_place(came[:4] + b"\xff\xff\xff\x7f" + came[8:], "image/tiff")


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"caBX", b"zxIf"])
def test_words_beside_a_png_are_gone_whatever_they_are_called(kind: bytes) -> None:
    came = labelled("PNG")
    said = kind + b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
    chunk = (len(said) - 4).to_bytes(4, "big") + said + zlib.crc32(said).to_bytes(4, "big")
    came = came[:33] + chunk + came[33:] + XMP
    shared = without_place(came, "image/png")
    assert len(shared) == len(came)
    assert b"Ba Lan" not in shared
    Image.open(io.BytesIO(shared)).verify()
    assert is_the_same_picture(came, shared)


@pytest.mark.parametrize("form", ["WEBP", "HEIF", "AVIF"])
def test_xmp_and_what_a_program_hung_on_behind_are_gone(form: str) -> None:
    came = labelled(form, xmp=XMP) + b"\0\0\0\x40mpvd" + b"+21.0285+105.8540/".ljust(56)
    shared = without_place(came, KINDS[form])
    assert len(shared) == len(came)
    for secret in (b"Ba Lan", b"GPSLat", b"21.0285", b"samsung"):
        assert secret in came
        assert secret not in shared
    assert is_the_same_picture(came, shared)
