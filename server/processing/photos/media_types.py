"""What a file is, by its first bytes.

Phones name files as they like, and Collect sends resized photos as ``application/octet-stream``, so
the content decides. The table is our own because it is short and what we need of it is exact:
``filetype`` stands still since 2022 and takes 3GP for MP4, ``puremagic`` needs Python 3.12 in its
kept line and takes HEIC for a film and any ZIP for a Word document, and libmagic is no wheel.
"""

from __future__ import annotations

import codecs
from pathlib import PurePosixPath

HEAD = 64
UNKNOWN = "application/octet-stream"

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}

_OFFICE = "application/vnd.openxmlformats-officedocument."
_REFINED = {
    ("video/mp4", ".m4a"): "audio/mp4",
    ("video/3gpp", ".m4a"): "audio/mp4",
    ("video/webm", ".weba"): "audio/webm",
    ("application/zip", ".xlsx"): _OFFICE + "spreadsheetml.sheet",
    ("application/zip", ".docx"): _OFFICE + "wordprocessingml.document",
    ("text/plain", ".csv"): "text/csv",
}


def sniff(head: bytes, name: str = "") -> str:
    """The media type of a file that begins with ``head`` (its first HEAD bytes).

    The content decides. ``name`` only refines what the first bytes leave open: a ZIP that is a
    spreadsheet, an MP4 that holds nothing but sound, a text that is a table.
    """
    found = _by_content(head)
    return _REFINED.get((found, PurePosixPath(name).suffix.lower()), found)


def _by_content(head: bytes) -> str:
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    return (
        _riff(head)
        or _iso_media(head)
        or _ogg(head)
        or _bitmap(head)
        or _bare_audio(head)
        or _text(head)
        or UNKNOWN
    )


def _riff(head: bytes) -> str | None:
    return _RIFF.get(head[8:12]) if head.startswith(b"RIFF") else None


def _iso_media(head: bytes) -> str | None:
    """MP4 and its kin: a box ``ftyp`` with the major brand, then the compatible ones."""
    if head[4:8] != b"ftyp":
        return None
    major = head[8:12]
    if major in _BRANDS:
        return _BRANDS[major]
    if major in (b"mif1", b"msf1"):
        compatible = (_BRANDS.get(head[at : at + 4], "") for at in range(16, len(head) - 3, 4))
        return next((each for each in compatible if each.startswith("image/")), "image/heif")
    return "video/3gpp" if major.startswith((b"3gp", b"3g2")) else "video/mp4"


def _ogg(head: bytes) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    return "video/ogg" if b"theora" in head[28:36] else "audio/ogg"


def _bitmap(head: bytes) -> str | None:
    """BMP; two letters alone would also fit a table whose first column is “BMI”."""
    size = int.from_bytes(head[14:18], "little")
    genuine = head.startswith(b"BM") and head[6:10] == bytes(4) and size in _BMP_HEADERS
    return "image/bmp" if genuine else None


def _bare_audio(head: bytes) -> str | None:
    """Frames without a container: eleven or twelve set bits, then version and layer."""
    if len(head) < 4 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    layer_3 = head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08
    return "audio/mpeg" if layer_3 else None


def _text(head: bytes) -> str | None:
    """Plain text; HTML, SVG and XML too, so that no browser is ever told to run them."""
    try:
        # Incremental, because a letter of three bytes may be cut at the end of the head.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return None
    readable = all(each.isprintable() or each in "\t\r\n\f" for each in text)
    return "text/plain" if text and readable else None
