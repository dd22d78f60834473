"""What becomes of a picture that a phone sent."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from PIL import Image, ImageCms, features

from server.processing.photos.media_types import sniff
from server.processing.photos.picture_facts import PictureFacts, Place
from server.processing.photos.pictures import thumbnail
from tests.javarosa.photos import photo as taken
from tests.processing.camera import developed, exif, photo, scene
from tests.processing.viewer import difference, examined, facts_of, needs_heic, opened

TAKEN = datetime(2026, 11, 20, 9, 5, 7, tzinfo=timezone(timedelta(hours=7)))
TURNED_BACK = {  # how the camera stored the scene, by orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


# -- what is seen


def test_a_photo_from_a_visit_tells_its_facts_and_gets_its_thumbnails() -> None:
    data = taken(1, size=(2400, 1800), taken_at=TAKEN, place=(20.9517, 107.0843), orientation=6)
    found = examined(data)
    facts = found.facts
    assert (facts.kind, facts.width, facts.height) == ("image/jpeg", 1800, 2400)
    assert facts.orientation == 6
    assert facts.taken_at == TAKEN
    assert facts.place == Place(107.0843, 20.9517)
    assert facts.camera == "Samsung SM-A155F"
    assert facts.dhash is not None
    assert len(facts.dhash) == 16
    assert facts.problems == ()
    sizes = {longest: opened(made).size for longest, made in found.thumbnails.items()}
    assert sizes == {320: (240, 320), 1600: (1200, 1600)}


def test_two_photos_of_two_houses_are_two_photos() -> None:
    hashes = {facts_of(taken(seed, size=(320, 240))).dhash for seed in range(12)}
    assert len(hashes) == 12


def test_facts_survive_being_written_down() -> None:
    label = exif(taken_at=TAKEN, place=(107.0843, 20.9517, 12.5), orientation=6)
    for data in (photo(1, label=label), photo(1, label=exif()), b"no picture", photo(1)[:3000]):
        facts = facts_of(data)
        written = json.loads(json.dumps(facts.as_facts()))
        assert PictureFacts.from_facts(written) == facts


def test_a_local_time_is_written_down_as_one() -> None:
    local = facts_of(photo(1, label=exif(taken_at=TAKEN.replace(tzinfo=None)))).as_facts()
    zoned = facts_of(photo(1, label=exif(taken_at=TAKEN))).as_facts()
    assert (local["taken_at"], local["zone_known"]) == ("2026-11-20T09:05:07", False)
    assert (zoned["taken_at"], zoned["zone_known"]) == ("2026-11-20T09:05:07+07:00", True)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_however_the_phone_was_held(form: str, orientation: int) -> None:
    upright = scene(3, (96, 64))
    back = TURNED_BACK[orientation]
    stored = upright if back is None else upright.transpose(back)
    data = developed(stored, form, exif=exif(orientation=orientation))
    found = examined(data, 96)
    assert (found.facts.width, found.facts.height) == (96, 64)
    assert difference(opened(found.thumbnails[96]), upright) < 6


def test_a_thumbnail_tells_nobody_where_and_when_it_was_taken() -> None:
    label = exif(taken_at=TAKEN, place=(107.0843, 20.9517))
    data = photo(1, label=label, comment=b"at grandmother's", xmp=b"<x>Lan</x>", dpi=(72, 72))
    for made in examined(data).thumbnails.values():
        assert dict(opened(made).getexif()) == {}
        assert b"Exif" not in made
        assert b"grandmother" not in made
        assert b"Lan" not in made


def test_a_thumbnail_is_a_progressive_jpeg_that_any_browser_shows() -> None:
    made = thumbnail(io.BytesIO(photo(1, form="WEBP")), longest=320)
    assert made is not None
    assert sniff(made) == "image/jpeg"
    assert "progressive" in opened(made).info


def test_a_small_picture_is_not_blown_up() -> None:
    made = examined(photo(1, size=(40, 30))).thumbnails
    assert {longest: opened(each).size for longest, each in made.items()} == {
        320: (40, 30),
        1600: (40, 30),
    }


def test_a_photo_in_the_colours_of_its_own_screen_keeps_them_on_another() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A screen whose red lamps are blue, and the other way round.
    own = own.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    red = Image.new("RGB", (40, 30), "red")
    made = examined(developed(red, "PNG", icc_profile=own), 40).thumbnails[40]
    assert difference(opened(made), Image.new("RGB", (40, 30), "blue")) < 4
    assert "icc_profile" not in opened(made).info


def test_a_photo_with_a_broken_colour_profile_is_shown_all_the_same() -> None:
    found = examined(photo(1, icc_profile=b"broken profile"), 320)
    assert found.facts.problems == ()
    assert difference(opened(found.thumbnails[320]), scene(1, (320, 240))) < 6


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "F", "YCbCr"])
def test_a_picture_in_any_colours_looks_like_itself(mode: str) -> None:
    grey = scene(5, (96, 64)).convert("L")
    if mode == "I;16":
        deep = [value * 257 for value in grey.tobytes()]
        image = Image.frombytes("I;16", grey.size, struct.pack(f"<{len(deep)}H", *deep))
    else:
        image = grey.convert("RGB").convert(mode)
    form = {"CMYK": "JPEG", "F": "TIFF", "YCbCr": "TIFF"}.get(mode, "PNG")
    seen = grey if mode in ("I;16", "F") else image
    found = examined(developed(image, form), 96)
    assert found.facts.problems == ()
    allowed = 20 if mode in ("1", "P") else 6  # JPEG blurs lone dots
    assert difference(opened(found.thumbnails[96]), seen.convert("RGB")) < allowed


def test_a_see_through_picture_lies_on_white_paper() -> None:
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    made = examined(developed(clear, "PNG"), 40).thumbnails[40]
    assert opened(made).convert("L").getextrema() == (255, 255)


def test_a_moving_picture_is_judged_by_its_first_frame() -> None:
    frames = [scene(seed, (64, 48)) for seed in range(5)]
    data = developed(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    found = examined(data, 64)
    assert found.facts.problems == ()
    assert difference(opened(found.thumbnails[64]), frames[0]) < 20


@needs_heic
def test_an_iphone_photo_gets_a_thumbnail_and_its_facts() -> None:
    """R16"""
    label = exif(taken_at=TAKEN, place=(107.0843, 20.9517, 12.5), camera=("Apple", "iPhone 15"))
    data = photo(1, form="HEIF", label=label)
    before = bytes(data)
    found = examined(data)
    assert found.facts.kind == "image/heic"
    assert found.facts.taken_at == TAKEN
    assert found.facts.place == Place(107.0843, 20.9517, 12.5)
    assert found.facts.camera == "Apple iPhone 15"
    assert found.facts.problems == ()
    assert difference(opened(found.thumbnails[320]), scene(1, (320, 240))) < 10
    assert data == before


def test_a_server_without_the_heic_library_says_so_and_goes_on() -> None:
    """R16"""
    program = """
import io, sys
sys.modules["pillow_heif"] = None
from server.processing.photos.pictures import examine
from tests.javarosa.photos import photo as taken
from tests.processing.camera import photo
print(*examine(io.BytesIO(bytes(100)), media_type="image/heic").facts.problems)
print(*examine(io.BytesIO(photo(1)), media_type="image/jpeg").facts.problems)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split("\n") == ["heic_unsupported", "", ""]


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_an_avif_photo_gets_a_thumbnail() -> None:
    assert thumbnail(io.BytesIO(photo(1, form="AVIF")), longest=320) is not None


# -- the difference hash


def test_a_photo_sent_again_smaller_and_paler_has_the_same_hash() -> None:
    first = facts_of(photo(7, size=(1200, 900), quality=95))
    again = facts_of(photo(7, size=(600, 450), quality=60))
    assert first.dhash == again.dhash
    assert first.dhash != facts_of(photo(8, size=(1200, 900))).dhash


def test_the_hash_is_the_same_whatever_sizes_are_asked_for() -> None:
    data = photo(7, size=(2400, 1800))
    hashes = {facts_of(data).dhash, examined(data, 64).facts.dhash, examined(data).facts.dhash}
    assert len(hashes) == 1


def test_a_photo_turned_on_its_side_has_the_hash_of_the_upright_one() -> None:
    upright = scene(9, (96, 64))
    lying = developed(upright.transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif(orientation=6))
    assert facts_of(lying).dhash == facts_of(developed(upright, "PNG")).dhash


def test_photos_of_a_covered_lens_are_not_called_the_same_photo() -> None:
    assert facts_of(developed(Image.new("RGB", (64, 48), (3, 2, 4)), "JPEG")).dhash is None
