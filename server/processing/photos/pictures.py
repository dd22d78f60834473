"""What a picture is and how it looks small: one decode gives the facts and the thumbnails.

Pictures come from strangers' phones over bad networks, so nothing about them raises: what is wrong
becomes a ``Problem`` in the facts, and the original stays as it came.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import BinaryIO

from PIL import Image, ImageCms

from server.processing.photos.exif import Exif, read_exif
from server.processing.photos.media_types import HEAD, sniff
from server.processing.photos.picture_facts import PictureFacts, Problem

SIZES = (320, 1600)

_MOST_BYTES = 64 * 1024 * 1024
# What real cameras make. A baseline JPEG is decoded at an eighth if need be, so that even the
# largest phone photo is cheap; everything else stands in memory whole before it can be made small.
_MOST_PIXELS_IN_PASSING = 210_000_000
_MOST_PIXELS_OF_A_CAMERA = 50_000_000
_MOST_PIXELS = 25_000_000
# Each scan of a progressive JPEG walks the whole picture; a bomb has thousands, a camera about ten.
_MOST_SCANS = 200

# A decoded photo takes tens of megabytes: threads take turns, so that a process needs them once.
_ONE_AT_A_TIME = Lock()

# Pillow has one limit for the process. It is set here, once, and to the widest of ours: what is
# beyond it is refused by Pillow or by us, whoever looks first.
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS_IN_PASSING
# Its remarks on foreign files would fill the log, each worded differently.
warnings.filterwarnings("ignore", module="PIL")

# Only the decoder that the first bytes call for may touch the file.
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
    "image/avif": "AVIF",
}
_JPEGS = ("JPEG", "MPO")  # the second has more pictures behind the first
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd9-\xfe])")  # those with a length, and the end
_SCAN, _END = b"\xda", b"\xd9"
_FLAT = 16  # shades between the darkest and the lightest part of a picture that shows nothing

# Its wheel brings x265, whose licence does not suit everyone: the house works without it.
try:
    from pillow_heif import register_heif_opener
except ImportError:
    pass
else:
    register_heif_opener(thumbnails=False)


@dataclass(frozen=True, slots=True)
class Examined:
    """Facts, and the picture made small: progressive JPEG, by its longest side."""

    facts: PictureFacts
    thumbnails: Mapping[int, bytes] = field(default_factory=dict)


def read_picture(file: BinaryIO, *, media_type: str) -> PictureFacts:
    """The facts alone; the same that ``examine`` finds."""
    return examine(file, media_type=media_type, sizes=()).facts


def thumbnail(file: BinaryIO, *, longest: int) -> bytes | None:
    """The picture made small, upright, in sRGB, without its EXIF; None if it cannot be shown."""
    file.seek(0)
    media_type = sniff(file.read(HEAD))
    return examine(file, media_type=media_type, sizes=(longest,)).thumbnails.get(longest)


def examine(file: BinaryIO, *, media_type: str, sizes: tuple[int, ...] = SIZES) -> Examined:
    """Facts and thumbnails from one decode. ``media_type`` is what ``sniff`` said of the file.

    Only an error of ``file`` itself passes through, so that a store that is down for a moment is
    never written down as a broken picture.
    """
    with _ONE_AT_A_TIME:
        file.seek(0)
        return _examined(file.read(_MOST_BYTES + 1), media_type, sizes)


def _examined(data: bytes, media_type: str, sizes: tuple[int, ...]) -> Examined:
    image = _opened(data, media_type)
    if isinstance(image, Problem):
        return Examined(PictureFacts(kind=media_type, problems=(image,)))
    with image:
        exif = read_exif(image)
        if image.format == "TIFF":  # Pillow turns these by itself
            exif = replace(exif, orientation=1)
        facts = _outer_facts(image, media_type, exif)
        if _is_bomb(image, data, media_type):
            return Examined(_flagged(facts, Problem.TOO_MANY_PIXELS))
        try:
            return _looked_at(image, data, facts, sizes)
        except Exception:  # as in _opened
            return Examined(_flagged(facts, Problem.UNREADABLE))


def _opened(data: bytes, media_type: str) -> Image.Image | Problem:
    wanted = _FORMATS.get(media_type)
    if not data:
        return Problem.EMPTY
    if wanted is None:
        return Problem.NOT_A_PICTURE
    if len(data) > _MOST_BYTES:
        return Problem.TOO_MANY_BYTES
    if wanted == "HEIF" and wanted not in Image.OPEN:
        return Problem.HEIC_UNSUPPORTED
    try:
        return Image.open(io.BytesIO(data), formats=(wanted,))
    except Image.DecompressionBombError:
        return Problem.TOO_MANY_PIXELS
    except Exception:  # decoders raise whatever they stumble over in foreign bytes
        return Problem.UNREADABLE


def _outer_facts(image: Image.Image, media_type: str, exif: Exif) -> PictureFacts:
    width, height = image.size
    if exif.orientation >= 5:  # the camera lay on its side
        width, height = height, width
    return PictureFacts(
        kind=media_type,
        width=width,
        height=height,
        orientation=exif.orientation,
        taken_at=exif.taken_at,
        place=exif.place,
        camera=exif.camera,
        problems=(Problem.EXIF_BROKEN,) if exif.broken else (),
    )


def _flagged(facts: PictureFacts, problem: Problem) -> PictureFacts:
    return replace(facts, problems=(*facts.problems, problem))


def _is_bomb(image: Image.Image, data: bytes, media_type: str) -> bool:
    most = _MOST_PIXELS
    if media_type in ("image/heic", "image/heif"):
        most = _MOST_PIXELS_OF_A_CAMERA
    elif media_type == "image/jpeg":
        if _has_too_many_scans(data):
            return True
        progressive = "progressive" in image.info
        most = _MOST_PIXELS_OF_A_CAMERA if progressive else _MOST_PIXELS_IN_PASSING
    return image.width * image.height > most


def _has_too_many_scans(jpeg: bytes) -> bool:
    """Walks from marker to marker; what lies inside them or behind the end is not counted."""
    scans, at = 0, 0
    while scans <= _MOST_SCANS and (found := _MARKER.search(jpeg, at)):
        marker, at = found[1], found.end()
        if marker == _END:
            return False
        scans += marker == _SCAN
        at += int.from_bytes(jpeg[at : at + 2])
    return scans > _MOST_SCANS


def _looked_at(
    image: Image.Image, data: bytes, facts: PictureFacts, sizes: tuple[int, ...]
) -> Examined:
    # Always by way of the same size, so that the hash does not depend on what was asked for.
    longest = max(SIZES + sizes)
    decoded, problem = _decoded(image, data, longest)
    if problem is not None:
        facts = _flagged(facts, problem)
    if decoded is None:
        return Examined(facts)
    view = _upright(_small(decoded, longest), facts.orientation)
    if problem is None:
        facts = replace(facts, dhash=_dhash(view))
    return Examined(facts, _thumbnails(view, sizes))


def _decoded(
    image: Image.Image, data: bytes, longest: int
) -> tuple[Image.Image | None, Problem | None]:
    try:
        return _decode(image, longest), None
    except Exception as trouble:  # as in _opened
        if "truncated" not in str(trouble).lower():
            return None, Problem.UNREADABLE
    if image.format not in _JPEGS:
        return None, Problem.TRUNCATED
    # Half a photo is still evidence: end the file where it broke off and show what came.
    ended = Image.open(io.BytesIO(data + b"\xff" + _END), formats=("JPEG",))
    return _decode(ended, longest), Problem.TRUNCATED


def _decode(image: Image.Image, longest: int) -> Image.Image:
    if image.format in _JPEGS:
        scale = longest / max(image.size)
        image.draft("RGB", (int(image.width * scale) or 1, int(image.height * scale) or 1))
    image.load()
    return image


def _small(image: Image.Image, longest: int) -> Image.Image:
    """Within ``longest``, in sRGB or grey, on white where it was see-through."""
    profile = image.info.get("icc_profile")
    view = _plain(image)
    view.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    view = _in_srgb(view, profile)
    if view.mode == "RGBA":
        paper = Image.new("RGB", view.size, "white")
        paper.paste(view, mask=view)
        return paper
    return view if view.mode in ("L", "RGB") else view.convert("RGB")


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resized and shown, without the labels that came with it."""
    if image.mode.startswith("I;16"):
        plain = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        plain = image.convert("RGBA")
    elif image.mode in ("L", "RGB", "CMYK"):
        plain = image
    else:
        plain = image.convert("RGB")
    # Pillow writes a picture's comment and XMP into what is saved from it.
    plain.info = {}
    return plain


def _in_srgb(view: Image.Image, profile: object) -> Image.Image:
    if not isinstance(profile, bytes) or view.mode not in ("RGB", "CMYK"):
        return view
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ours = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(view, theirs, ours, outputMode="RGB")
    except Exception:  # a broken profile: the colours are a little off, the picture is there
        return view
    return view if converted is None else converted


def _upright(view: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return view if turn is None else view.transpose(turn)


def _thumbnails(view: Image.Image, sizes: tuple[int, ...]) -> dict[int, bytes]:
    made = {}
    for longest in sorted(sizes, reverse=True):
        view = view.copy()
        view.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        # JPEG, because the oldest phone shows it; progressive, because the network is slow.
        view.save(out, "JPEG", quality=80, progressive=True, optimize=True)
        made[longest] = out.getvalue()
    return made


def _dhash(view: Image.Image) -> str | None:
    """Difference hash: 64 times “is it brighter to the right?”; None if there is nothing to see."""
    grey = view.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    if max(grey) - min(grey) < _FLAT:
        return None
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return f"{bits:016x}"
