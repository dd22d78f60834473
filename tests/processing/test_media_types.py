"""What phones send is known by its content."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import features

from server.processing.photos.media_types import HEAD, UNKNOWN, sniff
from tests.processing.camera import photo


def _box(major: bytes, *compatible: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + bytes(64)


def _workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        made.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("HEIF", "image/heic"),
        ("AVIF", "image/avif"),
    ],
)
def test_a_picture_is_known_by_its_content_whatever_it_is_called(form: str, expected: str) -> None:
    if form == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    assert sniff(photo(form=form, size=(64, 48))[:HEAD], "1700000000000.jpg") == expected


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (_box(b"3gp4", b"isom", b"3gp4"), "a.mp4", "video/3gpp"),
        (_box(b"mp42", b"isom", b"mp42"), "a.mp4", "video/mp4"),
        (_box(b"mp42", b"isom", b"mp42"), "1700000000000.m4a", "audio/mp4"),
        (_box(b"M4A ", b"isom", b"mp42"), "", "audio/mp4"),
        (_box(b"qt  ", b"qt  "), "", "video/quicktime"),
        (_box(b"mif1", b"mif1", b"heic"), "", "image/heic"),
        (_box(b"mif1", b"mif1", b"avif"), "", "image/avif"),
        (_box(b"mif1", b"mif1"), "", "image/heif"),
        (b"#!AMR\n" + bytes(60), "", "audio/amr"),
        (b"\xff\xf1\x50\x80" + bytes(60), "", "audio/aac"),
        (b"\xff\xfb\x90\x44" + bytes(60), "", "audio/mpeg"),
        (b"ID3\x03" + bytes(60), "", "audio/mpeg"),
        (b"OggS\0\2" + bytes(22) + b"\x01\x13OpusHead", "", "audio/ogg"),
        (b"OggS\0\2" + bytes(22) + b"\x80theora" + bytes(9), "", "video/ogg"),
        (b"RIFF\x24\x08\0\0WAVEfmt " + bytes(40), "", "audio/wav"),
        (b"\x1aE\xdf\xa3" + bytes(60), "", "video/webm"),
        (b"%PDF-1.7\n", "", "application/pdf"),
        (_workbook()[:HEAD], "", "application/zip"),
        (
            _workbook()[:HEAD],
            "danh sách.XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (b"event,node,start,end\n", "audit.csv", "text/csv"),
        ("họ tên,tuổi\r\nĐặng Thị Hòa,5\r\n".encode("utf-8-sig"), "a.csv", "text/csv"),
        (b"BMI,tuoi,ten,xa,huyen,tinh\n", "a.csv", "text/csv"),
        (b"", "a.jpg", UNKNOWN),
        (b"\x00\x01\x02\x03" * 16, "a.jpg", UNKNOWN),
        (b"text with a NUL\x00", "a.txt", UNKNOWN),
    ],
)
def test_sound_film_and_papers_are_known_by_their_content(
    head: bytes, name: str, expected: str
) -> None:
    assert sniff(head[:HEAD], name) == expected


@pytest.mark.parametrize("name", ["a.html", "ảnh.svg", "a.jpg"])
def test_a_page_with_a_script_is_never_served_as_a_page(name: str) -> None:
    assert sniff(b"<svg xmlns='http://www.w3.org/2000/svg'><script>", name) == "text/plain"


def test_a_letter_cut_at_the_end_of_the_head_does_not_spoil_the_text() -> None:
    text = ("x" * (HEAD - 1) + "ế").encode()
    assert sniff(text[:HEAD]) == "text/plain"


@given(st.binary(max_size=HEAD), st.text(max_size=20))
def test_any_bytes_under_any_name_get_some_media_type(head: bytes, name: str) -> None:
    assert "/" in sniff(head, name)
