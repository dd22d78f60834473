"""Looking at what was made of a picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from server.processing.photos.media_types import HEAD, sniff
from server.processing.photos.picture_facts import PictureFacts
from server.processing.photos.pictures import SIZES, Examined, examine, read_picture

needs_heic = pytest.mark.skipif("HEIF" not in Image.OPEN, reason="pillow-heif is not installed")


def examined(data: bytes, *sizes: int) -> Examined:
    return examine(io.BytesIO(data), media_type=sniff(data[:HEAD]), sizes=sizes or SIZES)


def facts_of(data: bytes) -> PictureFacts:
    return read_picture(io.BytesIO(data), media_type=sniff(data[:HEAD]))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, of 255 shades."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other)).mean)
