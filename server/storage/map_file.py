"""A PMTiles archive, known by its header and metadata. Its tiles are read by the browser."""

from __future__ import annotations

import gzip
import html
import json
import re
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from pmtiles.tile import (
    Compression,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
)

from server.errors import BadSettings
from server.model.base_map import MapFile

_PICTURES = frozenset((TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.AVIF))
_UNPACKED_BY_BROWSERS = frozenset((Compression.NONE, Compression.GZIP))
# Of Protomaps' basemap: what web/src/vector_style.js has colours for.
_DRAWN = frozenset(("earth", "water", "roads", "places"))
_HEADER_LENGTH = 127
_DEGREE = 10_000_000


def read_map_file(path: Path, credit: str | None) -> MapFile:
    """The archive at ``path``; ``credit`` goes before what it says itself of its makers.

    Raises BadSettings where no page could draw it.
    """
    try:
        with path.open("rb") as file:
            header = deserialize_header(_exactly(file, 0, _HEADER_LENGTH))
            metadata = _metadata(file, header)
            size = path.stat().st_size
    except (EOFError, ValueError, MagicNumberNotFound, gzip.BadGzipFile, zlib.error) as trouble:
        raise _unusable(path, "is not a whole PMTiles archive") from trouble
    except SpecVersionUnsupported as trouble:
        raise _unusable(path, "is a PMTiles archive of another version than 3") from trouble
    except OSError as trouble:
        raise _unusable(path, f"cannot be read: {trouble.strerror}") from trouble
    why = _why_not_drawn(header, metadata, size)
    if why:
        raise _unusable(path, why)
    return MapFile(
        path=path,
        is_vector=header["tile_type"] is TileType.MVT,
        zooms=(header["min_zoom"], header["max_zoom"]),
        bounds=_bounds(header),
        credit=credit or _plain(metadata.get("attribution")),
    )


def _unusable(path: Path, why: str) -> BadSettings:
    return BadSettings(problems=(f"CAUNOI_TILES: {path} {why}",))


def _exactly(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    found = file.read(length)
    if len(found) < length:
        raise EOFError
    return found


def _metadata(file: BinaryIO, header: HeaderDict) -> dict[str, Any]:
    packed = _exactly(file, header["metadata_offset"], header["metadata_length"])
    if header["internal_compression"] is Compression.GZIP:
        packed = gzip.decompress(packed)
    found = json.loads(packed or b"{}")
    if not isinstance(found, dict):
        raise ValueError("metadata are an object")
    return found


def _why_not_drawn(header: HeaderDict, metadata: dict[str, Any], size: int) -> str:
    """In words for the operator; "" where nothing is against it."""
    if size < header["tile_data_offset"] + header["tile_data_length"]:
        return "ends too early: it was not copied whole"
    west, south, east, north = _bounds(header)
    if west >= east or south >= north:
        return "does not say which part of the earth it shows"
    if not {header["internal_compression"], header["tile_compression"]} <= _UNPACKED_BY_BROWSERS:
        return "is compressed in a way that browsers do not unpack: gzip is"
    if header["tile_type"] in _PICTURES:
        return ""
    if header["tile_type"] is not TileType.MVT:
        return "holds neither pictures nor vector tiles (MVT)"
    if _DRAWN.isdisjoint(_layers(metadata)):
        return "holds none of the layers of Protomaps' basemap, which the pages draw"
    return ""


def _layers(metadata: dict[str, Any]) -> set[str]:
    listed = metadata.get("vector_layers")
    if not isinstance(listed, list):
        return set()
    return {str(each.get("id")) for each in listed if isinstance(each, dict)}


def _bounds(header: HeaderDict) -> tuple[float, float, float, float]:
    return (
        header["min_lon_e7"] / _DEGREE,
        header["min_lat_e7"] / _DEGREE,
        header["max_lon_e7"] / _DEGREE,
        header["max_lat_e7"] / _DEGREE,
    )


def _plain(credit: object) -> str:
    """Makers write links there; a page shows their words."""
    return html.unescape(re.sub(r"<[^>]*>", "", credit)).strip() if isinstance(credit, str) else ""
